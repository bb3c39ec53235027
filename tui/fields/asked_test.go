package fields

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
)

// reader keeps what is asked, opens what can be opened, and keeps every value.
type reader struct {
	said []string
	n    int
}

func (r *reader) Say(line string) { r.said = append(r.said, line) }

func (r *reader) Read() (string, bool) {
	if r.n++; r.n > 5000 {
		return "", false
	}
	if last := r.said[len(r.said)-1]; strings.Contains(last, "open it? ") {
		return "open", true
	}
	return "", true
}

// labels lists what is to be asked of fields, and adds their kinds.
func labels(d model.Document, list []form.Field, kinds map[string]bool) []string {
	var out []string
	for _, f := range list {
		if f.When != nil && !f.When() {
			continue
		}
		kinds[reflect.TypeOf(f.Kind).Name()] = true
		out = append(out, f.Label)
		if k, ok := f.Kind.(form.Records); ok {
			for i := 0; given(d, number(f.Path, i)); i++ {
				out = append(out, labels(d, k.Fields(number(f.Path, i), i), kinds)...)
			}
		}
	}
	return out
}

func TestEveryFieldThatIsShownIsAskedLineByLine(t *testing.T) {
	t.Parallel()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	questions := 0
	ask := func(d model.Document, sections func(func() model.Document) []form.Section) {
		h, err := edit.NewHistory(d, 1)
		if err != nil {
			t.Fatal(err)
		}
		list := sections(h.Document)
		f := form.New(nil, "test.form", h, form.World{Library: form.LibraryOf(c)}, list...)
		r := &reader{}
		if got := f.Ask(r); got.Ended || got.Held || got.Word != "" {
			t.Errorf("%s %s: asking ended with %+v", d.Head().Kind, d.Head().ID, got)
		}
		said := "\n" + strings.Join(r.said, "\n") + "\n"
		for _, s := range list {
			for _, want := range labels(d, s.Fields, kinds) {
				questions++
				want = strings.ToUpper(want[:1]) + want[1:]
				if !slices.ContainsFunc([]string{"?", " ", "*", ":", "\n"}, func(end string) bool { return strings.Contains(said, "\n"+want+end) }) {
					t.Errorf("%s %s: %q is never asked", d.Head().Kind, d.Head().ID, want)
				}
			}
		}
		if h.Dirty() {
			t.Errorf("%s %s: reading it through changed %v", d.Head().Kind, d.Head().ID, edit.Diff(d, h.Document()))
		}
	}
	for _, d := range c.Documents() {
		switch d := d.(type) {
		case *model.Campaign:
			for at := range d.Engagements {
				ask(d, func(now func() model.Document) []form.Section {
					return Campaign{Now: func() *model.Campaign { k, _ := now().(*model.Campaign); return k }, At: at}.Sections()
				})
			}
		case *model.Settings:
			ask(d, func(now func() model.Document) []form.Section {
				return Settings(func() *model.Settings { s, _ := now().(*model.Settings); return s })
			})
		default:
			ask(d, func(now func() model.Document) []form.Section { return Item{Now: now}.Sections() })
		}
	}
	want := []string{"Choice", "Clock", "Color", "Condition", "Date", "Duration", "Hours", "List", "Money", "Number", "PageRules", "Percent", "Prose", "Records",
		"Reference", "References", "Text", "Toggle", "Week", "Zone"}
	for _, k := range want {
		if !kinds[k] {
			t.Errorf("no field of the kind %s was asked", k)
		}
		delete(kinds, k)
	}
	if len(kinds) > 0 {
		t.Errorf("fields are of further kinds: %s", fmt.Sprint(kinds))
	}
	if questions < 1000 {
		t.Errorf("only %d questions were looked for", questions)
	}
}
