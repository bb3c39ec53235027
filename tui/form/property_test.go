package form

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// zoo is a form with every kind of field, over a document that is not what it
// says: only the paths matter.
func zoo(t testing.TB, doc model.Document) (*Form, *edit.History, *desk) {
	world := World{
		Library: func(model.Kind) []Option { return Options("one", "two", "three") },
		Add: func(_ model.Kind, _ string, then func(string)) tea.Cmd {
			then("made")
			return nil
		},
		Check: func(d model.Document) []model.Problem {
			return (&model.Catalog{Settings: model.DefaultSettings()}).Index().ValidateDocument(d)
		},
		Pages:   []journey.Page{{URL: "https://shop.example/cart", Title: "Cart"}, {URL: "https://shop.example/"}},
		Suggest: func(what string) []string { return []string{what + " 1", what + " 2"} },
	}
	var fields []Field
	switch doc.(type) {
	case *model.Campaign:
		fields = []Field{
			{Path: "name", Label: "Name", Kind: Text{Name: true}, Required: true},
			{Path: "description", Label: "Description", Kind: Prose{}},
			{Path: "lob", Label: "Line of business", Kind: Text{Suggest: "line"}, Fixed: func() string { return "it is set once" }},
			{Path: "goal", Label: "Goal", Kind: Reference{To: model.KindGoal, None: "none"}},
			{Path: "audiences", Label: "Audiences", Kind: References{To: model.KindAudience}},
			{Path: "timeFrame.start", Label: "First day", Kind: Date{}},
			{Path: "timeFrame.zone", Label: "Zone", Kind: Zone{}},
			{Path: "timeFrame.hours", Label: "Hours", Kind: Choice{Options: Options("all", "specific", "custom"), Default: "all"}},
			{Path: "timeFrame.from", Label: "From", Kind: Clock{}}, {Path: "timeFrame.to", Label: "to", Kind: Clock{}, Beside: true},
			{Path: "controlGroup", Label: "Control group", Kind: Percent{Max: 25}},
			{Path: "engagements", Label: "Engagements", Kind: Records{Noun: "engagement", New: func() any { return model.Engagement{ID: "e", Name: "E"} },
				Fields: func(at string, _ int) []Field {
					return []Field{{Path: at + ".name", Label: "Name", Kind: Text{}}, {Path: at + ".delay", Label: "Delay", Kind: Duration{}},
						{Path: at + ".disabled", Label: "Shown", Kind: Toggle{Inverted: true}},
						{Path: at + ".creative.online.background", Label: "Color", Kind: Color{Against: func() string { return "#ffffff" }}},
						{Path: at + ".follow.pages", Label: "Follow", Kind: Number{Max: 9, Unit: "pages"}}}
				}}},
		}
	case *model.Schedule:
		fields = []Field{{Path: "days", Kind: Week{}}}
	case *model.EntryPoint:
		fields = []Field{{Path: "include", Label: "Pages", Kind: PageRules{}}, {Path: "exclude", Label: "but not", Kind: PageRules{}}}
	case *model.Audience:
		fields = []Field{{Path: "when", Label: "Who", Kind: Condition{Audience: true}}}
	case *model.Behavior:
		fields = []Field{{Path: "when", Label: "When", Kind: Condition{}}}
	}
	return formOf(t, doc, world, Section{Title: "Zoo", Fields: fields})
}

func zooDocument(t *rapid.T) model.Document {
	kinds := []model.Kind{model.KindCampaign, model.KindSchedule, model.KindEntryPoint, model.KindAudience, model.KindBehavior}
	doc := model.NewDocument(rapid.SampledFrom(kinds).Draw(t, "kind"))
	doc.Head().ID, doc.Head().Name = "x", "X"
	return doc
}

var zooActions = []keymap.ID{keymap.NextPane, keymap.PrevPane, keymap.Up, keymap.Down, keymap.Left, keymap.Right, keymap.Open, keymap.Open, keymap.Open,
	keymap.PageUp, keymap.PageDown, keymap.First, keymap.Last, keymap.Back, keymap.Undo, keymap.Redo,
	"test.form.toggle", "test.form.clear", "test.form.add", "test.form.add", "test.form.delete", "test.form.duplicate", "test.form.move.up",
	"test.form.move.down", "test.form.group", "test.form.ungroup", "test.form.problem.next", "test.form.problem.previous"}

var zooTexts = []string{"7", "1m30s", "2026-04-01", "9-12, 14-18", "Europe/Berlin", "/cart", "(", "#12f", "de", "日本語 テスト", "שלום עולם", "👩‍👩‍👧 e\u0301",
	"a\x1b[2Jb", "\u202eevil", "line\nline\r\nline", "  ", ",", "-5", "99999999999999999999", "\xff\xfe"}

var zooKeys = []tea.Key{{Code: tea.KeyLeft}, {Code: tea.KeyRight}, {Code: tea.KeyUp}, {Code: tea.KeyDown}, {Code: tea.KeyHome}, {Code: tea.KeyEnd},
	{Code: tea.KeyBackspace}, {Code: tea.KeyDelete}, {Code: tea.KeyEnter}, {Code: 'u', Mod: tea.ModCtrl}, {Code: 'k', Mod: tea.ModCtrl}, {Code: 'w', Mod: tea.ModCtrl},
	{Code: ',', Text: ","}, {Code: '+', Text: "+"}, {Code: '-', Text: "-"}, {Code: '1', Text: "1"}, {Code: 'a', Text: "a"}, {Code: '世', Text: "世"}, {Code: 0x202e, Text: "\u202e"}}

// do makes one random step.
func do(t *rapid.T, f *Form, d *desk) string {
	if q, ok := d.top(); ok {
		q.Draw(f.ses.Theme, layout.Size{W: 50, H: 12})
		k := rapid.SampledFrom([]tea.Key{{Code: tea.KeyEnter}, {Code: tea.KeyEnter}, {Code: tea.KeyDown}, {Code: tea.KeyUp}, {Code: tea.KeyEscape}, {Code: 'e', Text: "e"}, {Code: tea.KeyPgDown}}).Draw(t, "answer")
		if _, done := q.Key(k); done {
			for i, have := range d.asked { // the answer may have asked again
				if have == q {
					d.asked = append(d.asked[:i], d.asked[i+1:]...)
					break
				}
			}
		}
		return "answer " + k.String()
	}
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1:
		k := rapid.SampledFrom(zooKeys).Draw(t, "key")
		f.Type(k)
		return "key " + k.String()
	case 2, 3:
		s := rapid.SampledFrom(zooTexts).Draw(t, "text")
		f.Paste(s)
		return fmt.Sprintf("paste %q", s)
	case 4:
		var h frame.Hits
		f.Hits(&h)
		x, y := rapid.IntRange(0, 80).Draw(t, "x"), rapid.IntRange(0, 20).Draw(t, "y")
		if id, p, ok := h.Click(x, y); ok {
			f.Do(id, p)
		}
		return fmt.Sprintf("click %d,%d", x, y)
	case 5:
		f.Reload()
		return "reload"
	}
	a := rapid.SampledFrom(zooActions).Draw(t, "action")
	f.Do(a, nil)
	return string(a)
}

func check(t *rapid.T, f *Form, after string) {
	size := layout.Size{W: rapid.SampledFrom([]int{80, 60, 120, 38, 12, 1}).Draw(t, "w"), H: rapid.SampledFrom([]int{21, 12, 40, 3, 1}).Draw(t, "h")}
	rows := f.Rows(size, true)
	if err := frame.Check(rows, size.W, size.H); err != nil {
		t.Fatalf("after %s at %v: %v", after, size, err)
	}
	if again := f.Rows(size, true); len(again) > 0 && &again[0] != &rows[0] {
		t.Fatalf("after %s the rows were drawn twice", after)
	}
	if x, y, ok := f.Cursor(); ok && (x < 0 || y < 0 || x >= size.W || y >= size.H) {
		t.Fatalf("after %s the cursor is at %d,%d of %v", after, x, y, size)
	}
	if s := f.current(); s != nil && size.H >= 12 && size.W >= 38 {
		if r, ok := f.drawn.rectOf(f.place); !ok || after != "wheel" && (r.Y >= f.drawn.top+f.drawn.height || r.Y+r.H <= f.drawn.top) {
			t.Fatalf("after %s the focus %s is not seen", after, s.key)
		}
	}
}

func TestAnyKeysKeepRowsExactAndUndoOfAllGivesTheSameDocument(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc := zooDocument(t)
		f, h, d := zoo(testingTB{}, doc)
		before := edit.Clone(h.Document())
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			check(t, f, do(t, f, d))
		}
		f.leave()
		after := edit.Clone(h.Document())
		_, ahead := h.CanRedo()
		for {
			if _, ok := h.CanUndo(); !ok {
				break
			}
			f.Undo()
		}
		if !edit.Equal(h.Document(), before) {
			t.Fatalf("undo of all leaves %v", h.Changes())
		}
		check(t, f, "undo of all")
		for {
			if _, ok := h.CanRedo(); !ok {
				break
			}
			f.Redo()
		}
		if !ahead && !edit.Equal(h.Document(), after) {
			t.Fatal("redo of all lost what was there")
		}
	})
}

// testingTB stands in where a helper wants a test and nothing can fail.
type testingTB struct{ testing.TB }
