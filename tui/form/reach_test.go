package form

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// desk is a shell that keeps what was asked and said.
type desk struct {
	asked []dialog.Dialog
	said  []string
}

func (d *desk) Toast(_ widget.Level, s string)                     { d.said = append(d.said, s) }
func (d *desk) Done(_, said string)                                { d.said = append(d.said, said) }
func (d *desk) Fail(doing string, err error)                       { d.said = append(d.said, doing+": "+err.Error()) }
func (d *desk) Ask(q dialog.Dialog)                                { d.asked = append(d.asked, q) }
func (d *desk) AskLater(q dialog.Dialog)                           { d.asked = append(d.asked, q) }
func (d *desk) Work(string, func(context.Context) tea.Msg) tea.Cmd { return nil }
func (d *desk) Show(string, any) tea.Cmd                           { return nil }
func (d *desk) top() (q dialog.Dialog, ok bool) {
	if n := len(d.asked); n > 0 {
		return d.asked[n-1], true
	}
	return nil, false
}

// formOf makes a form of a document at a desk of its own.
func formOf(t testing.TB, doc model.Document, world World, sections ...Section) (*Form, *edit.History, *desk) {
	h, err := edit.NewHistory(doc, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{}
	ses := &pane.Session{Theme: theme.New(theme.Options{}), Shell: d}
	return New(ses, "test.form", h, world, sections...), h, d
}

func conditionForm(t testing.TB, who bool) (*Form, *edit.History, conditionEditor) {
	kind := Condition{Audience: who}
	var doc model.Document = &model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: "B"}}
	if who {
		doc = &model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "a", Name: "A"}}
	}
	library := func(model.Kind) []Option { return Options("one", "two") }
	f, h, _ := formOf(t, doc, World{Library: library}, Section{Title: "When", Fields: []Field{{Path: "when", Kind: kind}}})
	return f, h, conditionEditor{f: f, kind: kind, root: "when", name: "when"}
}

// give sets a value through the control of a stop, by what an operator could
// type or choose, and tells whether the path then has a value.
func give(f *Form, key, path string) bool {
	i := f.index(key)
	if i < 0 {
		return false
	}
	f.leave()
	f.enter(i, 1)
	given := func() bool {
		v, err := edit.Get(f.doc.Document(), edit.Path(path))
		return err == nil && v.Given
	}
	for _, try := range []string{"7", "1m30s", "203.0.113.7", "de"} {
		if f.index(key) < 0 || given() {
			break
		}
		switch c := f.stops[f.index(key)].control.(type) {
		case *line:
			c.in.SetValue("")
			f.Paste(try)
		case *chips:
			if c.kind.Closed {
				c.choose(c.options()[0].Value)
			} else {
				c.in.SetValue("")
				f.Paste(try)
				f.Do(keymap.Open, nil)
			}
		case *choice:
			for _, o := range c.options() {
				if o.Value != "" {
					c.choose(o.Value)
				}
			}
		case *several:
			f.Do("test.form.toggle", nil)
		case *toggle:
			f.Do("test.form.toggle", nil)
		}
	}
	return given()
}

func TestEveryConditionAndEveryFieldOfItIsReached(t *testing.T) {
	t.Parallel()
	for kind, who := range map[model.Kind]bool{model.KindAudience: true, model.KindBehavior: false} {
		f, _, e := conditionForm(t, who)
		_ = f
		offered := e.kind.offered()
		for _, l := range model.Leaves() {
			mine := l.Category == model.Grouping || l.Audience() == who
			if has := slices.ContainsFunc(offered, func(o Option) bool { return o.Value == l.Name }); has != mine {
				t.Errorf("%s: %s offered %v, want %v", kind, l.Name, has, mine)
			}
		}
		for _, field := range edit.Walk(kind) {
			rest, ok := strings.CutPrefix(string(field.Path), "when.")
			if !ok || field.Recursive {
				continue
			}
			name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[", "."), ".")
			l, ok := model.LeafNamed(name)
			if !ok {
				t.Fatalf("%s: no leaf", field.Path)
			}
			if l.Category == model.Grouping || l.Audience() != who {
				continue
			}
			if !reach(t, who, name, string(field.Path)) {
				t.Errorf("no form reaches %s of %s", field.Path, kind)
			}
		}
	}
}

// reach makes a condition and goes through its operators until the field of
// the pattern can be set.
func reach(t *testing.T, who bool, name, pattern string) bool {
	path := strings.ReplaceAll(pattern, "[]", "[0]")
	tries := len(ways[name]) + 1
	for n := range tries {
		f, h, e := conditionForm(t, who)
		e.appendOne(name)
		if v, err := edit.Get(h.Document(), edit.Path(path)); err == nil && v.Given {
			return true
		}
		if n > 0 {
			way := f.entries["when#way"].control.(*wayChoice)
			way.choose(ways[name][n-1].title)
			if v, err := edit.Get(h.Document(), edit.Path(path)); err == nil && v.Given {
				return true
			}
		}
		if rules, field, ok := strings.Cut(path, "[0]"); ok && f.index(rules+"#add") >= 0 {
			f.enter(f.index(rules+"#add"), 1)
			f.Do(keymap.Open, nil)
			return giveRule(f, rules+"[0]", strings.TrimPrefix(field, "."), path)
		}
		key := strings.TrimSuffix(path, "[0]")
		if give(f, key, path) {
			return true
		}
		for i := range f.stops { // a group of fields comes to be with one of them
			if within(f.stops[i].key, path) && give(f, f.stops[i].key, path) {
				return true
			}
		}
	}
	return false
}

func giveRule(f *Form, at, field, path string) bool {
	if field == "" || field == "optional" {
		return give(f, at+".optional", path) || field == "" && f.index(at+"#value") >= 0
	}
	op := f.entries[at+"#op"].control.(*operator)
	want := field
	if field == "title" {
		want = "title.contains"
	}
	op.choose(want)
	return op.of == want && give(f, at+"#value", path)
}

func TestARuleKeepsItsValueWhenTheOperatorChanges(t *testing.T) {
	t.Parallel()
	f, h, _ := formOf(t, &model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "e", Name: "E"}}, World{},
		Section{Title: "Pages", Fields: []Field{{Path: "include", Kind: PageRules{}}}})
	f.Do(keymap.Open, nil)
	f.Paste("checkout")
	op := f.entries["include[0]#op"].control.(*operator)
	for _, o := range ruleOps {
		op.choose(o.Value)
		e := h.Document().(*model.EntryPoint)
		gotOp, value := ofRule(e.Include[0])
		if gotOp != o.Value || value != "checkout" || len(e.Include) != 1 {
			t.Errorf("%s: %+v", o.Value, e.Include)
		}
	}
}

func TestWhatIsHalfTypedMovesWithItsRow(t *testing.T) {
	t.Parallel()
	f, h, d := formOf(t, &model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "e", Name: "E"}}, World{},
		Section{Title: "Pages", Fields: []Field{{Path: "include", Kind: PageRules{}}}})
	f.Do(keymap.Open, nil)
	f.Paste("/a")
	f.Do("test.form.add", nil)
	f.entries["include[1]#op"].control.(*operator).choose("regex")
	f.Paste("(unclosed")
	if f.Unread() != 1 {
		t.Fatalf("%d unread, want 1", f.Unread())
	}
	f.Do("test.form.move.up", nil)
	if s := f.current(); s == nil || s.key != "include[0]#value" || s.control.(*line).in.Value() != "(unclosed" {
		t.Errorf("the text did not move: %+v", f.focus)
	}
	if e := h.Document().(*model.EntryPoint); e.Include[1].Contains != "/a" {
		t.Errorf("rows: %+v", e.Include)
	}
	f.Do("test.form.delete", nil)
	if f.Unread() != 0 || f.count("include") != 1 {
		t.Errorf("%d unread, %d rows, %q", f.Unread(), f.count("include"), d.said)
	}
}
