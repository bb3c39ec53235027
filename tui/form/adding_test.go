package form_test

import (
	"testing"

	"beckon/model"
	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// adding is a form of one field, whose row that adds has the focus.
func adding(doc model.Document, path string, kind form.Kind) *Editing {
	return &Editing{world: shopWorld(), doc: doc, sections: func(*Editing) []form.Section {
		return []form.Section{{Title: "Rows", Fields: []form.Field{{Path: path, Label: "Rows", Kind: kind}}}}
	}}
}

// TestWhatIsTypedOnARowThatAddsArrivesInWhatItAdds: all of it, letters that are
// keys elsewhere included, and a paste as well.
func TestWhatIsTypedOnARowThatAddsArrivesInWhatItAdds(t *testing.T) {
	t.Parallel()
	head := func(k model.Kind) model.Header { return model.Header{Kind: k, ID: "x", Name: "X"} }
	rules := func() *Editing {
		return adding(&model.EntryPoint{Header: head(model.KindEntryPoint)}, "include", form.PageRules{})
	}
	first := func(s *Editing) string {
		switch d := s.History.Document().(type) {
		case *model.EntryPoint:
			if len(d.Include) > 0 {
				return d.Include[len(d.Include)-1].Contains
			}
		case *model.Occasion:
			if len(d.Lines) > 0 {
				return d.Lines[len(d.Lines)-1].Name
			}
		case *model.Behavior:
			if d.When.Flow != nil && len(d.When.Flow.Steps) > 0 {
				return d.When.Flow.Steps[len(d.When.Flow.Steps)-1].Contains
			}
		}
		return ""
	}
	lines := form.Records{Noun: "occasion", New: func() any { return model.OccasionLine{Name: "New"} }, Fields: func(at string, _ int) []form.Field {
		return []form.Field{{Path: at + ".off", Label: "Off", Kind: form.Toggle{}}, {Path: at + ".name", Label: "Name", Kind: form.Text{}}}
	}}
	for name, tt := range map[string]struct {
		make func() *Editing
		on   []string // the keys that lead to the row
	}{
		"the first page rule": {rules, nil},
		"a further page rule": {rules, []string{"ctrl+n", "x", "tab"}},
		"a record":            {func() *Editing { return adding(&model.Occasion{Header: head(model.KindOccasion)}, "lines", lines) }, nil},
		"a step": {func() *Editing {
			return adding(&model.Behavior{Header: head(model.KindBehavior), When: model.Condition{Flow: &model.FlowCondition{Steps: []model.FlowStep{{}}}}}, "when.flow.steps", form.Steps{})
		}, []string{"end"}},
	} {
		for _, typed := range []string{"cart", "/cart?q=a", "new:d", "1,N<>.e"} {
			t.Run(name+", "+typed, func(t *testing.T) {
				t.Parallel()
				s := tt.make()
				use(t, layout.Size{W: 80, H: 30}, s, func(d *tuitest.Driver) {
					d.Press(tt.on...)
					d.Type(typed)
					if got := first(s); got != typed {
						t.Errorf("%q arrived of %q:\n%s", got, typed, d.Screen())
					}
				})
			})
		}
		t.Run(name+", pasted", func(t *testing.T) {
			t.Parallel()
			s := tt.make()
			use(t, layout.Size{W: 80, H: 30}, s, func(d *tuitest.Driver) {
				d.Press(tt.on...)
				d.Paste("cart and more")
				if got := first(s); got != "cart and more" {
					t.Errorf("%q arrived:\n%s", got, d.Screen())
				}
			})
		})
		t.Run(name+", with enter and with space", func(t *testing.T) {
			t.Parallel()
			for _, key := range []string{"enter", "space"} {
				s := tt.make()
				use(t, layout.Size{W: 80, H: 30}, s, func(d *tuitest.Driver) {
					d.Press(tt.on...)
					d.Press(key)
					if name == "a record" {
						d.Press("tab", "tab", "ctrl+u")
					}
					d.Type("x")
					if got := first(s); got != "x" {
						t.Errorf("%s, and %q arrived:\n%s", key, got, d.Screen())
					}
				})
			}
		})
	}
}

// A condition is chosen from a list, which is searched for what is typed.
func TestWhatIsTypedOnTheRowThatAddsAConditionSearchesForIt(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"cart value", "age"} {
		s := behavior()
		if typed == "age" {
			s = adding(&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "a", Name: "A"}}, "when", form.Condition{Audience: true})
		}
		use(t, layout.Size{W: 90, H: 30}, s, func(d *tuitest.Driver) {
			d.Type(typed)
			d.Expect("Add a condition", typed)
			d.Press("enter")
			d.ExpectNot("Add a condition")
			if c := s.when(t); c.CartValue == nil && c.Age == nil {
				t.Errorf("%q adds %+v:\n%s", typed, c, d.Screen())
			}
		})
	}
}
