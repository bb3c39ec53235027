package dialog

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/widget"
)

func contested(finished *bool, n int) *Merge {
	m := &Merge{Title: "Spring was changed meanwhile", Names: [2]string{"yours", "ben's"}, Yes: "Save",
		Head: []widget.Line{widget.L(widget.T("ben changed it at 10:15:00."))},
		Foot: []widget.Line{widget.L(widget.T("ben's: goal: calls"))},
		Then: func() tea.Cmd { *finished = true; return nil }}
	for i := range n {
		m.Contests = append(m.Contests, &Contest{Label: fmt.Sprintf("field %d", i+1), Mine: "high", Theirs: "low", Was: "medium", Own: "high", Settable: i == 0,
			Check: func(v string) error {
				if v == "never" {
					return errors.New("never is no priority")
				}
				return nil
			}})
	}
	return m
}

func TestNothingIsTakenThatWasNotChosen(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keys     []string
		picks    string // m, t, o(wn) or - for each
		finished bool
		open     bool
		said     string
	}{
		"enter alone chooses nothing":               {[]string{"enter"}, "---", false, true, "3 fields to choose"},
		"a choice goes to the next that is open":    {[]string{"m", "t", "m", "enter"}, "mtm", true, false, ""},
		"what is chosen can be chosen anew":         {[]string{"m", "t", "m", "up", "up", "t", "enter"}, "ttm", true, false, ""},
		"all that is open is chosen at once":        {[]string{"t", "M", "enter"}, "tmm", true, false, ""},
		"space goes round":                          {[]string{"space", "space", "space"}, "m--", false, true, "2 fields to choose"},
		"a value of one's own is taken":             {[]string{"e", "!", "enter", "T", "enter"}, "ott", true, false, ""},
		"what is no value is told":                  {[]string{"e", "ctrl+u", "n", "e", "v", "e", "r", "enter"}, "---", false, true, "never is no priority"},
		"where there is no third value it says so":  {[]string{"down", "e"}, "---", false, true, "one or the other"},
		"esc leaves the value, then everything":     {[]string{"e", "esc", "esc"}, "---", false, false, ""},
		"what was read past is not decided unseen":  {[]string{"end", "m"}, "---", false, true, "3 fields to choose"},
		"y is enter and takes nothing by itself":    {[]string{"y"}, "---", false, true, "3 fields to choose"},
		"leaving after choices finishes nothing":    {[]string{"M", "esc"}, "mmm", false, false, ""},
		"the last is chosen and the first was left": {[]string{"down", "down", "m", "enter"}, "--m", false, true, "2 fields to choose"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finished := false
			m := contested(&finished, 3)
			var s Stack
			s.Push(m, "f2")
			see(&s)
			press(&s, tt.keys...)
			got := ""
			for _, c := range m.Contests {
				got += map[Pick]string{Undecided: "-", PickMine: "m", PickTheirs: "t", PickOwn: "o"}[c.Picked]
			}
			if got != tt.picks || finished != tt.finished || s.Len() > 0 != tt.open {
				t.Errorf("picked %s, finished %v, open %v", got, finished, s.Len() > 0)
			}
			if tt.said != "" && !strings.Contains(see(&s), tt.said) {
				t.Errorf("%q is not said\n%s", tt.said, see(&s))
			}
		})
	}
}

func TestEveryContestAndWhatFollowsCanBeSeen(t *testing.T) {
	t.Parallel()
	finished := false
	m := contested(&finished, 20)
	m.Contests[19].Theirs = strings.Repeat("long ", 60)
	var s Stack
	s.Push(m, "f2")
	for i := range 20 {
		if shown := see(&s); !strings.Contains(shown, fmt.Sprintf("field %d,", i+1)) || !strings.Contains(shown, "Save (enter)") {
			t.Fatalf("field %d is not seen\n%s", i+1, shown)
		}
		press(&s, "down")
	}
	press(&s, "end")
	if !strings.Contains(see(&s), "ben's: goal: calls") {
		t.Errorf("the foot is not seen\n%s", see(&s))
	}
	press(&s, "T", "enter")
	if !finished {
		t.Error("not finished")
	}
}

func TestAMergeAnswersTheMouse(t *testing.T) {
	t.Parallel()
	finished := false
	m := contested(&finished, 1)
	var s Stack
	s.Push(m, "f2")
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
	click("Save (enter)")
	if finished {
		t.Fatal("nothing was chosen")
	}
	click("ben's ")
	if m.Contests[0].Picked != PickTheirs {
		t.Errorf("picked %d", m.Contests[0].Picked)
	}
	click("yours ")
	if m.Contests[0].Picked != PickMine {
		t.Errorf("picked %d", m.Contests[0].Picked)
	}
	click("Save (enter)")
	if !finished {
		t.Error("the button does nothing")
	}
}
