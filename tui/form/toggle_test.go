package form_test

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/tui/form"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// toggled draws a form of one toggle, with the document's value, and gives the
// row of the toggle.
func toggled(t *testing.T, kind form.Toggle, on bool, w int) (string, *Editing) {
	t.Helper()
	e := &Editing{world: shopWorld(), doc: &model.Settings{Header: model.Header{Kind: model.KindSettings, ID: "a", Name: "A"}, Displays: model.DisplaySettings{Split: on}},
		sections: func(*Editing) []form.Section {
			return []form.Section{{Fields: []form.Field{{Path: "displays.split", Label: "Displays", Kind: kind}}}}
		}}
	f := opened(e, theme.Options{NoColor: true})
	for _, row := range f.Rows(layout.Size{W: w, H: 10}, false) {
		if strings.Contains(row, "(") || strings.Contains(row, "[") {
			return strings.TrimSpace(row), e
		}
	}
	t.Fatal("there is no such row")
	return "", nil
}

// An empty box before "counted together" would say that they are not.
func TestAToggleNeverSaysTheOppositeOfWhatHolds(t *testing.T) {
	t.Parallel()
	both := form.Toggle{Yes: "counted apart", No: "counted together"}
	one := form.Toggle{Yes: "dims the page", No: "no"}
	for _, c := range []struct {
		kind form.Toggle
		on   bool
		w    int
		want string
	}{
		{both, false, 80, "Displays   (•) counted together  ( ) counted apart"},
		{both, true, 80, "Displays   ( ) counted together  (•) counted apart"},
		{both, false, 36, "(•) counted together"},
		{both, true, 36, "(•) counted apart"},
		{one, false, 80, "Displays   [ ] dims the page"},
		{one, true, 80, "Displays   [x] dims the page"},
		{form.Toggle{}, false, 80, "Displays   [ ] no"},
		{form.Toggle{}, true, 80, "Displays   [x] yes"},
	} {
		if got, _ := toggled(t, c.kind, c.on, c.w); got != c.want {
			t.Errorf("%q or %q, %t, in %d cells: %q, want %q", c.kind.No, c.kind.Yes, c.on, c.w, got, c.want)
		}
	}
}

func TestAPressOnAWordOfAToggleChoosesIt(t *testing.T) {
	t.Parallel()
	row, e := toggled(t, form.Toggle{Yes: "counted apart", No: "counted together"}, false, 80)
	split := func() bool { return e.History.Document().(*model.Settings).Displays.Split }
	press := func(word string) {
		t.Helper()
		size := layout.Size{W: 80, H: 10}
		x, y := 0, -1
		for i, row := range e.Form.Rows(size, true) {
			if at := strings.Index(row, word); at >= 0 && y < 0 {
				x, y = frame.Width(row[:at]), i
			}
		}
		var hits frame.Hits
		e.Form.Hits(&hits)
		id, at, ok := hits.Click(x, y)
		if !ok {
			t.Fatalf("nothing answers a press on %s in %q", word, row)
		}
		e.Form.Do(id, at)
	}
	for _, c := range []struct {
		word string
		want bool
	}{{"together", false}, {"apart", true}, {"apart", true}, {"together", false}} {
		if press(c.word); split() != c.want {
			t.Fatalf("after a press on %s they are apart: %t", c.word, split())
		}
	}
}
