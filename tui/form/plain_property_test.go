package form

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
)

// answering reads answers, and keeps what was said.
type answering struct {
	lines []string
	said  strings.Builder
}

func (a *answering) Say(line string) { a.said.WriteString(line + "\n") }

func (a *answering) Read() (string, bool) {
	if len(a.lines) == 0 {
		return "", false
	}
	line := a.lines[0]
	a.lines = a.lines[1:]
	return line, true
}

// byKeys gives a stop a value as keys do.
func byKeys(f *Form, i int, value string) {
	f.leave()
	f.enter(i, 1)
	switch c := f.stops[i].control.(type) {
	case *line:
		c.in.SetValue("")
		f.Paste(value)
	case *prose:
		c.show("")
		f.Paste(value)
	case *choice:
		c.choose(value)
	case *reference:
		c.choose(value)
	case *toggle:
		if c.on() != (value == "yes") {
			f.Do("test.form.toggle", nil)
		}
	}
	f.leave()
}

// What a form makes of answers line by line is what it makes of keys.
func TestADocumentMadeLineByLineIsTheOneMadeByKeys(t *testing.T) {
	t.Parallel()
	words := append([]string{"24", "25", "26", "9", "17:30", "Mars/Olympus", "90", "#aabbcc", "transparent", "2026-02-31", "12.50"}, zooTexts...)
	changes := 0
	rapid.Check(t, func(t *rapid.T) {
		made := func() model.Document {
			return &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "x", Name: "X"}, Engagements: []*model.Engagement{{ID: "e", Name: "E"}}}
		}
		keys, _, _ := zoo(nil, made())
		lines, _, _ := zoo(nil, made())
		for range 6 {
			var open []int // stops that take one value
			for i := range keys.stops {
				switch c := keys.stops[i].control.(type) {
				case *line, *prose, *choice, *reference, *toggle:
					if keys.open(i) && keys.stops[i].fixed == "" {
						open = append(open, i)
					}
				case *head:
					if !c.open {
						byKeys(keys, i, "")
						c.fold(true)
						lines.entries[keys.stops[i].key].control.(*head).fold(true)
					}
				}
			}
			i := rapid.SampledFrom(open).Draw(t, "stop")
			number := 0
			for n := range i + 1 {
				if keys.open(n) {
					number++
				}
			}
			var answers []string
			var value string
			switch c := keys.stops[i].control.(type) {
			case *line, *prose:
				value = rapid.SampledFrom(words).Filter(func(s string) bool {
					_, err := text.Entry(s) // what is refused as it comes clears nothing here
					return err == nil && strings.TrimSpace(s) != "" && !strings.ContainsAny(s[:1], "#:") && !strings.Contains(s, "\n")
				}).Draw(t, "text")
				answers = []string{value}
				if _, more := c.(*prose); more {
					answers = append(answers, ".")
				}
			default:
				_, options := c.plain()
				n := rapid.IntRange(0, len(options)-1).Draw(t, "choice")
				if value = options[n].Value; value == addNew {
					continue
				}
				answers = []string{strconv.Itoa(n + 1)}
			}
			byKeys(keys, i, value)
			a := &answering{lines: append([]string{":go " + strconv.Itoa(number)}, append(answers, ":done")...)}
			lines.Ask(a)
			if !edit.Equal(keys.Document(), lines.Document()) {
				x, _ := model.EncodeDocument(keys.Document())
				y, _ := model.EncodeDocument(lines.Document())
				t.Fatalf("%s given %q by keys:\n%s\nby lines:\n%s\nsaid:\n%s", keys.stops[i].key, value, x, y, a.said.String())
			}
			if !edit.Equal(keys.Document(), made()) {
				changes++
			}
		}
	})
	if changes == 0 {
		t.Error("nothing was ever changed")
	}
}

// Whatever is answered, asking ends, what is said is harmless, and undoing
// everything gives the document back.
func TestLineByLineAnyAnswersAreTakenAndTakenBack(t *testing.T) {
	t.Parallel()
	orders := []string{"", "", "1", "2", "yes", "open", ":back", ":undo", ":redo", ":clear", ":help", ":list", ":fields", ":go 3", ":delete", ":copy", ":up", ":down",
		":group", ":ungroup", ":add", "cart value", "time on page", "new goal", "one", ".", "-1"}
	rapid.Check(t, func(t *rapid.T) {
		doc := zooDocument(t)
		f, h, _ := zoo(nil, edit.Clone(doc))
		a := &answering{lines: rapid.SliceOfN(rapid.SampledFrom(append(orders, zooTexts...)), 1, 40).Draw(t, "answers")}
		for n := len(a.lines); len(a.lines) > 0; n = len(a.lines) {
			f.Ask(a)
			if len(a.lines) == n { // everything was asked: from the beginning
				f.GoTo(0)
				a.lines = a.lines[1:]
			}
		}
		if i := strings.IndexFunc(a.said.String(), func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e }); i >= 0 {
			t.Fatalf("a control character at %d of %q", i, a.said.String())
		}
		for {
			if _, ok := h.Undo(); !ok {
				break
			}
		}
		if !edit.Equal(h.Document(), doc) {
			t.Fatalf("undone it is %+v", h.Document())
		}
	})
}
