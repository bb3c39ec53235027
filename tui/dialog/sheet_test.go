package dialog

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// form is a sheet with one line of each kind, and whether it was finished.
func form(finished *bool) *Sheet {
	return &Sheet{Title: "Buy", Yes: "Buy", Entries: []*Entry{
		{Label: "Total", Value: "120", Check: func(v string) error {
			if strings.Trim(v, "0123456789") != "" || v == "" {
				return errors.New("want digits")
			}
			return nil
		}},
		{Label: "Device", Value: "desktop", Choices: []string{"desktop", "tablet", "smartphone"}, Names: []string{"a desk", "a tablet", "a phone"}},
		{Label: "Empty it", Box: true, Value: Ticked},
	}, Then: func() tea.Cmd { *finished = true; return nil }}
}

func TestASheetIsFilledInByKeys(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keys                   []string
		total, device, box     string
		finished, open, scolds bool
	}{
		"enter is done from every line":                {[]string{"down", "enter"}, "120", "desktop", "yes", true, false, false},
		"text is typed where the focus is":             {[]string{"5", "enter"}, "1205", "desktop", "yes", true, false, false},
		"what is wrong is told as it is typed":         {[]string{"x"}, "120x", "desktop", "yes", false, true, true},
		"what is wrong is not finished":                {[]string{"x", "down", "enter"}, "120x", "desktop", "yes", false, true, true},
		"emptied it is not scolded":                    {[]string{"backspace", "backspace", "backspace"}, "", "desktop", "yes", false, true, false},
		"emptied it is scolded once enter was pressed": {[]string{"backspace", "backspace", "backspace", "enter"}, "", "desktop", "yes", false, true, true},
		"choices go round":                             {[]string{"down", "left", "enter"}, "120", "smartphone", "yes", true, false, false},
		"a letter chooses by name":                     {[]string{"tab", "a", "a", "enter"}, "120", "smartphone", "yes", true, false, false},
		"a box is ticked by space":                     {[]string{"down", "down", " ", "enter"}, "120", "desktop", "", true, false, false},
		"esc leaves it":                                {[]string{"5", "esc"}, "1205", "desktop", "yes", false, false, false},
		"the focus stays within":                       {[]string{"up", "down", "down", "down", "down", " ", "enter"}, "120", "desktop", "", true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finished := false
			d := form(&finished)
			var s Stack
			s.Push(d, "b")
			press(&s, tt.keys...)
			if d.Entries[0].Value != tt.total || d.Entries[1].Value != tt.device || d.Entries[2].Value != tt.box {
				t.Errorf("%q %q %q", d.Entries[0].Value, d.Entries[1].Value, d.Entries[2].Value)
			}
			if finished != tt.finished || s.Len() > 0 != tt.open {
				t.Errorf("finished %v, open %v", finished, s.Len() > 0)
			}
			if tt.open && strings.Contains(see(&s), "want digits") != tt.scolds {
				t.Errorf("\n%s", see(&s))
			}
		})
	}
}

func TestWhatASheetProposesIsTypedOver(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keys []string
		want string
	}{
		"typed over, though it is as long as may be": {[]string{"u", "s"}, "us"},
		"also when it is come back to":               {[]string{"down", "up", "u", "s"}, "us"},
		"edited":                                     {[]string{"backspace", "k"}, "dk"},
	} {
		e := &Entry{Label: "Country", Value: "de", Max: 2, Proposed: true}
		var s Stack
		s.Push(&Sheet{Title: "Who", Entries: []*Entry{e, {Label: "Customer type"}}}, "b")
		press(&s, tt.keys...)
		if e.Value != tt.want {
			t.Errorf("%s: %q, want %q", name, e.Value, tt.want)
		}
	}
}

func TestASheetAnswersTheMouse(t *testing.T) {
	t.Parallel()
	finished := false
	d := form(&finished)
	var s Stack
	s.Push(d, "b")
	click := func(words string) {
		t.Helper()
		for y, line := range strings.Split(see(&s), "\n") {
			if x := strings.Index(line, words); x >= 0 {
				s.Click(x, y)
				return
			}
		}
		t.Fatalf("no %q in\n%s", words, see(&s))
	}
	click("a desk")
	click("Empty it")
	click("Total")
	s.Paste("0")
	if d.Entries[1].Value != "tablet" || d.Entries[2].Is() || d.Entries[0].Value != "1200" {
		t.Errorf("%q %q %q", d.Entries[0].Value, d.Entries[1].Value, d.Entries[2].Value)
	}
	click("Buy (enter)")
	if !finished || s.Len() != 0 {
		t.Error("the button does nothing")
	}
}

func TestAMatterOfTheWholeSheetIsToldAtOnce(t *testing.T) {
	t.Parallel()
	finished := false
	d := form(&finished)
	d.Check = func() error { return errors.New("too much for a phone") }
	var s Stack
	s.Push(d, "b")
	if !strings.Contains(see(&s), "too much for a phone") {
		t.Errorf("\n%s", see(&s))
	}
	press(&s, "enter")
	if finished {
		t.Error("finished all the same")
	}
}

func TestALongSheetScrolls(t *testing.T) {
	t.Parallel()
	d := &Sheet{Title: "Expect"}
	for range 40 {
		d.Entries = append(d.Entries, &Entry{Label: "something", Box: true})
	}
	d.Entries[39].Label = "the last"
	var s Stack
	s.Push(d, "b")
	if strings.Contains(see(&s), "the last") {
		t.Error("there is room for 40")
	}
	for range 45 {
		press(&s, "down")
	}
	press(&s, " ")
	if got := see(&s); !strings.Contains(got, "[x] the last") {
		t.Errorf("\n%s", got)
	}
}
