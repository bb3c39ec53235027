package form_test

import (
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

func behavior() *Editing {
	return &Editing{world: shopWorld(), doc: &model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: "B"}},
		sections: func(*Editing) []form.Section {
			return []form.Section{{Title: "When", Fields: []form.Field{{Path: "when", Kind: form.Condition{}}}}}
		}}
}

func (s *Editing) when(t *testing.T) model.Condition {
	t.Helper()
	switch d := s.History.Document().(type) {
	case *model.Behavior:
		return d.When
	case *model.Audience:
		return d.When
	}
	t.Fatal("no condition")
	return model.Condition{}
}

func sameCondition(t *testing.T, got, want model.Condition) {
	t.Helper()
	a, b := &model.Behavior{When: got}, &model.Behavior{When: want}
	if !edit.Equal(a, b) {
		x, _ := model.EncodeDocument(a)
		y, _ := model.EncodeDocument(b)
		t.Errorf("got\n%s\nwant\n%s", x, y)
	}
}

func TestAConditionIsBuiltAsAPersonThinks(t *testing.T) {
	t.Parallel()
	s := behavior()
	use(t, layout.Size{W: 90, H: 30}, s, func(d *tuitest.Driver) {
		d.Expect("Means: always")
		d.Press("enter")
		d.Type("cart value")
		d.Press("enter")
		d.Type("50")
		d.Expect("Means: total of the cart is 50.00 or more")
		d.Press("ctrl+n")
		d.Type("time on page")
		d.Press("enter")
		d.Type("1m30s")
		d.Expect("total of the cart is 50.00 or more and more than 1m30s on the page")
		money, d90 := model.Money(50*model.MoneyScale), 90*model.Second
		cart := model.Condition{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: &money}}}
		page := model.Condition{TimeOnPage: &model.TimeCondition{MoreThan: &d90}}
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{cart, page}})
		d.Press("ctrl+g") // a group around the second
		d.Expect("(•) any of")
		d.Press("right")
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{cart, {Exclude: []model.Condition{page}}}})
		d.Expect("not (more than 1m30s on the page)")
		d.Press("f6") // past the cart
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{{Exclude: []model.Condition{page}}, cart}})
		d.Press("ctrl+t", "ctrl+x")
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{{Exclude: []model.Condition{page}}, cart}})
		d.Press("ctrl+o")
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{page, cart}})
		for range 30 {
			d.Press("ctrl+z")
		}
		if s.History.Dirty() {
			t.Error("undo of all left something")
		}
		d.Expect("Means: always")
		for range 30 {
			d.Press("ctrl+y")
		}
		sameCondition(t, s.when(t), model.Condition{All: []model.Condition{page, cart}})
	})
}

func TestAddingOnTheNameOfAConditionAddsOne(t *testing.T) {
	t.Parallel()
	s := behavior()
	use(t, layout.Size{W: 90, H: 30}, s, func(d *tuitest.Driver) {
		d.Press("enter")
		d.Type("idle")
		d.Press("enter", "shift+tab", "shift+tab") // on its name, which enter changes
		d.Press("enter")
		d.Expect("Change the condition")
		d.Press("esc", "ctrl+n")
		d.Expect("Add a condition")
		d.Type("exit signal")
		d.Press("enter")
	})
	if n := len(s.when(t).All); n != 2 {
		t.Errorf("%d conditions: %+v", n, s.when(t))
	}
}
