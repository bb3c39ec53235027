package widget

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

var (
	colored = theme.New(theme.Options{})
	plain   = theme.New(theme.Options{NoColor: true, ASCII: true})
)

// hostile is what visitors and operators of bad will write.
var hostile = []string{
	"plain", "日本語のキャンペーン", "e\u0301tude", "👩‍💻 dev", "🇩🇪", "\x1b[2J\x1b]0;t\x07", "a\nb\tc", "\u202egnp.exe", "\u009b31m",
	strings.Repeat("long ", 40), "\xff\xfe", "", "\x1b[" + strings.Repeat("1;", 40) + "m", "z\u0300\u0301\u0302\u0303\u0304\u0305",
}

func TestALongNameComesBeforeColumnsOfLessWorth(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 60)
	wide := strings.Repeat("冬", 30)
	marked := strings.Repeat("e\u0301", 60)
	for _, tt := range []struct {
		name string
		room int
		want []int
		cuts bool
	}{
		{"short", 77, []int{18, 15, 3, 35}, false}, // what is whole leaves the rest to others
		{long, 77, []int{55, 15, 3, 0}, true},      // the last column is worth less than half of a name
		{wide, 77, []int{55, 15, 3, 0}, true},
		{marked, 77, []int{55, 15, 3, 0}, true},
		{long, 100, []int{60, 15, 3, 16}, false}, // nor does another grow before it
		{long, 90, []int{50, 15, 3, 16}, true},
		{long, 40, []int{18, 15, 3, 0}, true}, // the third is worth more
		{long, 30, []int{13, 15, 0, 0}, true},
	} {
		cell := func(string) Cell { return Cell{} }
		tab := NewTable(func(s string) string { return s },
			Column[string]{Width: 18, Grow: 3, Whole: 2, Cell: T}, Column[string]{Width: 15, Cell: cell},
			Column[string]{Width: 3, Rank: 1, Cell: cell}, Column[string]{Width: 16, Grow: 1, Rank: 2, Cell: cell})
		tab.SetItems([]string{"short", tt.name})
		if got := tab.widths(tt.room); !slices.Equal(got, tt.want) {
			t.Errorf("%.5s in %d cells: %v, want %v", tt.name, tt.room, got, tt.want)
		}
		if got := tab.Cuts(layout.Size{W: tt.room + 1, H: 9}); got != tt.cuts {
			t.Errorf("%.5s in %d cells is cut: %v, want %v", tt.name, tt.room, got, tt.cuts)
		}
	}
}

func anything(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 0, 3).Draw(t, label), " ")
}

type row struct {
	id    string
	name  string
	count int
}

func table(rows ...row) *Table[row] {
	t := NewTable(func(r row) string { return r.id },
		Column[row]{Title: "Name", Width: 8, Grow: 1, Cell: func(r row) Cell { return T(r.name) },
			Compare: func(a, b row) int { return strings.Compare(a.name, b.name) }},
		Column[row]{Title: "Id", Width: 4, Rank: 2, Cell: func(r row) Cell { return Cell{r.id, theme.Muted} }},
		Column[row]{Title: "Count", Width: 6, Right: true, Rank: 1, Cell: func(r row) Cell { return T(fmt.Sprint(r.count)) },
			Compare: func(a, b row) int { return a.count - b.count }},
	)
	t.Empty = "Nothing here: press n."
	t.SetItems(rows)
	return t
}

func many(n int) []row {
	out := make([]row, n)
	for i := range out {
		out[i] = row{fmt.Sprintf("r%d", i), fmt.Sprintf("name %03d", i), n - i}
	}
	return out
}

func lines(rows frame.Rows) []string { return strings.Split(ansi.Strip(rows.Join()), "\n") }

func expect(t *testing.T, got frame.Rows, want ...string) {
	t.Helper()
	if g, w := strings.Join(lines(got), "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestATableIsDrawnInColumns(t *testing.T) {
	t.Parallel()
	tb := table(many(3)...)
	tb.Do(keymap.Down, nil)
	expect(t, tb.Rows(plain, layout.Size{W: 30, H: 5}, true),
		" Name             Id     Count",
		" name 000         r0         3",
		">name 001         r1         2",
		" name 002         r2         1",
		"                              ")
}

func TestColumnsLeaveByRankWhereTheRoomIsShort(t *testing.T) {
	t.Parallel()
	for w, want := range map[int]string{
		26: "Name Id Count", 20: "Name Count", 12: "Name", 5: "Name",
	} {
		head := lines(table(many(1)...).Rows(plain, layout.Size{W: w, H: 3}, true))[0]
		if got := strings.Join(strings.Fields(head), " "); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
}

func TestALongListShowsWhereItIs(t *testing.T) {
	t.Parallel()
	tb := table(many(100)...)
	size := layout.Size{W: 12, H: 5}
	tb.Rows(plain, size, true)
	moves := []struct {
		id   keymap.ID
		want string
	}{
		{keymap.PageDown, "name 004"}, {keymap.PageDown, "name 008"}, {keymap.HalfUp, "name 006"}, {keymap.Last, "name 099"},
		{keymap.Down, "name 099"}, {keymap.PageUp, "name 095"}, {keymap.First, "name 000"}, {keymap.Up, "name 000"}, {keymap.HalfDown, "name 002"},
	}
	for _, m := range moves {
		if tb.Do(m.id, nil) != Handled {
			t.Errorf("%s is not handled", m.id)
		}
		rows := tb.Rows(plain, size, true)
		if r, _ := tb.Selected(); r.name != m.want || !strings.Contains(rows.Join(), m.want) {
			t.Errorf("after %s: %s selected, want %s, in\n%s", m.id, r.name, m.want, strings.Join(lines(rows), "\n"))
		}
	}
	if tb.Do(keymap.Undo, nil) != Ignored {
		t.Error("an action of somebody else is taken")
	}
}

func TestAClickSelectsAndASecondOneOpens(t *testing.T) {
	t.Parallel()
	tb := table(many(50)...)
	tb.Do(keymap.Last, nil)
	tb.Rows(plain, layout.Size{W: 30, H: 11}, true)
	var h frame.Hits
	h.In(5, 3, tb.Hits)
	click := func(x, y int) Result {
		id, p, ok := h.Click(x, y)
		if !ok || Target(p, nil) != Doer(tb) {
			t.Fatalf("nothing at %d,%d", x, y)
		}
		return tb.Do(id, p)
	}
	if r := click(6, 5); r != Handled {
		t.Errorf("first click: %v", r)
	}
	if r, _ := tb.Selected(); r.name != "name 041" {
		t.Errorf("selected %s", r.name)
	}
	if r := click(6, 5); r != Opened {
		t.Errorf("second click: %v", r)
	}
	if r := click(6, 3); r != Handled {
		t.Errorf("click on the titles: %v", r)
	}
	id, p, _ := h.Wheel(6, 5, -1)
	tb.Do(id, p)
	if r, _ := tb.Selected(); r.name != "name 038" {
		t.Errorf("after the wheel %s", r.name)
	}
}

func TestTheSelectionStaysOnItsItem(t *testing.T) {
	t.Parallel()
	tb := table(many(10)...)
	tb.Select("r4")
	tb.SetItems(append([]row{{"new", "a new one", 0}}, many(10)...))
	if k, _ := tb.SelectedKey(); k != "r4" {
		t.Errorf("after reading again: %s", k)
	}
	tb.SortBy(2, false)
	if k, _ := tb.SelectedKey(); k != "r4" {
		t.Errorf("after sorting: %s", k)
	}
	tb.SetItems(many(2))
	if k, ok := tb.SelectedKey(); !ok || k == "r4" {
		t.Errorf("after its item went: %s %v", k, ok)
	}
	tb.SetItems(nil)
	if _, ok := tb.Selected(); ok {
		t.Error("something is selected in an empty table")
	}
	if tb.Select("r0") || tb.Do(keymap.Down, nil) != Handled {
		t.Error("an empty table cannot be moved in")
	}
}

func TestSortingGoesThroughTheColumnsAndBack(t *testing.T) {
	t.Parallel()
	tb := table(row{"a", "y", 2}, row{"b", "x", 3}, row{"c", "z", 1})
	order := func() string {
		var s string
		for _, n := range tb.order {
			s += tb.items[n].id
		}
		return s
	}
	for _, want := range []string{"bac", "cab", "cab", "bac", "abc"} {
		tb.SortNext()
		if got := order(); got != want {
			col, desc := tb.Sorted()
			t.Errorf("column %d descending %v: %s, want %s", col, desc, got, want)
		}
	}
	tb.SortBy(1, true) // has no order
	if col, _ := tb.Sorted(); col != -1 {
		t.Errorf("sorted by %d", col)
	}
	tb.SortBy(2, true)
	if got := lines(tb.Rows(plain, layout.Size{W: 30, H: 3}, true))[0]; !strings.Contains(got, "Countv") {
		t.Errorf("the title does not show the order: %q", got)
	}
}

func TestEveryWordOfTheFilterMustOccur(t *testing.T) {
	t.Parallel()
	tb := table(row{"spring-sale", "Spring Sale", 1}, row{"summer-sale", "Summer Sale", 2}, row{"spring-mail", "Spring Mail", 3})
	for q, want := range map[string]int{"": 3, "sale": 2, "SPRING sale": 1, "sale spring": 1, "zzz": 0, "  ": 3, "3": 1} {
		tb.SetFilter(q)
		if shown, total := tb.Count(); shown != want || total != 3 {
			t.Errorf("%q shows %d/%d, want %d/3", q, shown, total, want)
		}
	}
	tb.SetFilter("zzz")
	if rows := tb.Rows(plain, layout.Size{W: 60, H: 3}, true); !strings.Contains(rows.Join(), "Nothing matches the filter") {
		t.Error("an empty result does not say so")
	}
	tb.SetFilter("mail")
	tb.SetItems(append(many(2), row{"x", "mailing", 1}))
	if shown, total := tb.Count(); shown != 1 || total != 3 {
		t.Errorf("the filter is lost with new items: %d/%d", shown, total)
	}
}

func TestAnEmptyTableNamesTheKeyThatFillsIt(t *testing.T) {
	t.Parallel()
	if rows := table().Rows(plain, layout.Size{W: 40, H: 3}, true); !strings.Contains(rows.Join(), "press n") {
		t.Errorf("%q", rows)
	}
}

func TestATableIsDrawnAgainOnlyWhenItChanged(t *testing.T) {
	t.Parallel()
	tb := table(many(9)...)
	size := layout.Size{W: 30, H: 5}
	first := tb.Rows(colored, size, true)
	if again := tb.Rows(colored, size, true); &again[0] != &first[0] {
		t.Error("drawn twice")
	}
	for _, x := range []struct {
		name   string
		change func()
	}{
		{"moving", func() { tb.Do(keymap.Down, nil) }}, {"filtering", func() { tb.SetFilter("name") }}, {"sorting", func() { tb.SortNext() }},
		{"new items", func() { tb.SetItems(many(3)) }}, {"refreshing", func() { tb.Refresh() }},
	} {
		v := tb.Version()
		x.change()
		if tb.Version() == v {
			t.Errorf("%s does not draw again", x.name)
		}
	}
}

func TestFocusAndSelectionAreSeenWithoutColor(t *testing.T) {
	t.Parallel()
	tb := table(many(2)...)
	size := layout.Size{W: 30, H: 3}
	on, off := tb.Rows(plain, size, true), tb.Rows(plain, size, false)
	if on[1] == off[1] || on[1] == on[2] || ansi.Strip(on[1])[0] != '>' {
		t.Errorf("focused %q, not focused %q", on[1], off[1])
	}
}

func TestWidgetsAreExactAndHarmlessWhateverTheyShow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(0, 90).Draw(t, "w"), rapid.IntRange(0, 20).Draw(t, "h")
		size := layout.Size{W: w, H: h}
		look := rapid.SampledFrom([]*theme.Theme{colored, plain}).Draw(t, "look")
		focused := rapid.Bool().Draw(t, "focused")
		check := func(what string, rows frame.Rows, w, h int) {
			if err := frame.Check(rows, w, h); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		var items []row
		for i := range rapid.IntRange(0, 30).Draw(t, "n") {
			items = append(items, row{fmt.Sprint(i), anything(t, "name"), i})
		}
		tb := table(items...)
		tb.Empty = anything(t, "empty")
		tb.NoHead = rapid.Bool().Draw(t, "no head")
		tb.Do(keymap.Last, nil)
		tb.SortNext()
		check("table", tb.Rows(look, size, focused), w, h)

		var l Lines
		l.SetLines(Heading(anything(t, "heading")), Pair(anything(t, "label"), rapid.IntRange(0, 20).Draw(t, "lw"), T(anything(t, "value"))), L(T(anything(t, "a")), Cell{anything(t, "b"), theme.Danger}))
		check("lines", l.Rows(look, size, focused), w, h)

		tr := Tree{Empty: anything(t, "none")}
		tr.SetNodes([]Node{{Key: "a", Open: true, Cells: []Cell{T(anything(t, "n1"))}, Below: []Node{{Key: "b", Cells: []Cell{T(anything(t, "n2"))}}}}})
		check("tree", tr.Rows(look, size, focused), w, h)

		inside := frame.Blank(max(0, w-2), max(0, h-2))
		check("box", Box{Title: anything(t, "title"), Note: anything(t, "note"), Focused: focused}.Rows(look, size, inside), w, h)

		bar, rects := TabBar(look, []string{anything(t, "tab1"), "Two", "Three", "Four", "Five", "Six"}, 1, w)
		check("tabs", frame.Rows{bar}, w, 1)
		if len(rects) != 6 {
			t.Fatalf("%d tabs", len(rects))
		}
		check("progress", frame.Rows{Progress(look, w, int64(rapid.IntRange(-5, 200).Draw(t, "done")), int64(rapid.IntRange(-1, 150).Draw(t, "total")))}, w, 1)

		var in Input
		in.SetValue(anything(t, "input"))
		for range rapid.IntRange(0, 10).Draw(t, "lefts") {
			in.Type(tea.Key{Code: tea.KeyLeft})
		}
		line, caret := in.Row(look, w)
		check("input", frame.Rows{line}, w, 1)
		if caret < 0 || caret > max(0, w-1) {
			t.Fatalf("the caret is at %d of %d cells", caret, w)
		}

		var toasts Toasts
		toasts.Add(Failure, anything(t, "toast"), time.Time{}.Add(time.Hour))
		m := toasts.Past()[0].Row(look, max(4, w), "f9: all of it")
		if frame.Width(m) > max(4, w) {
			t.Fatalf("toast is %d cells of %d", frame.Width(m), max(4, w))
		}
		check("toast", frame.Rows{m}, frame.Width(m), 1)

		tl := Timeline{Length: time.Minute, Head: time.Duration(rapid.IntRange(-9, 99).Draw(t, "head")) * time.Second,
			Marks: []Mark{{0, EventMark}, {time.Minute, GoalMark}, {time.Hour, DisplayMark}, {-time.Hour, EventMark}}}
		check("timeline", tl.Rows(look, w), w, 2)
	})
}

func BenchmarkTableOf10000(b *testing.B) {
	tb := table(many(10_000)...)
	size := layout.Size{W: 120, H: 36}
	b.Run("move", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			tb.Do([]keymap.ID{keymap.Down, keymap.Up}[i%2], nil)
			tb.Rows(colored, size, true)
		}
	})
	b.Run("filter", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			tb.SetFilter([]string{"name 99", "name 9"}[i%2])
			tb.Rows(colored, size, true)
		}
	})
	b.Run("sort", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			tb.SortNext()
			tb.Rows(colored, size, true)
		}
	})
}

func TestAColumnGrowsNoFurtherThanItsMost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		room int
		want []int
	}{
		{20, []int{8, 3, 5}},   // nothing is spare
		{28, []int{12, 3, 9}},  // shared
		{40, []int{14, 3, 19}}, // what the first may not take goes to the last
		{14, []int{4, 3, 4}},
	} {
		none := func(string) Cell { return Cell{} }
		tab := NewTable(func(s string) string { return s },
			Column[string]{Width: 8, Grow: 1, Most: 14, Cell: none}, Column[string]{Width: 3, Cell: none}, Column[string]{Width: 5, Grow: 1, Cell: none})
		if got := tab.widths(tt.room); !slices.Equal(got, tt.want) {
			t.Errorf("%d cells: %v, want %v", tt.room, got, tt.want)
		}
	}
}
