package widget

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// equal fails where what was kept differs from what is drawn anew.
func equal(t *rapid.T, kept, anew frame.Rows) {
	t.Helper()
	if len(kept) != len(anew) {
		t.Fatalf("%d rows were kept, want %d", len(kept), len(anew))
	}
	for i := range anew {
		if kept[i] != anew[i] {
			t.Fatalf("row %d was kept as\n%q\nwant\n%q", i, kept[i], anew[i])
		}
	}
}

func TestKeptLinesOfATableAreWhatIsDrawnAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := many(rapid.IntRange(0, 12).Draw(t, "items"))
		tab, fresh := table(rows...), table(rows...)
		size, th, focused := layout.Size{W: 30, H: 6}, colored, true
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0:
				size = layout.Size{W: rapid.IntRange(0, 40).Draw(t, "w"), H: rapid.IntRange(0, 10).Draw(t, "h")}
			case 1:
				focused = !focused
			case 2:
				th = []*theme.Theme{colored, plain}[rapid.IntRange(0, 1).Draw(t, "theme")]
			case 3, 4:
				if len(rows) > 0 {
					rows = append([]row(nil), rows...)
					rows[rapid.IntRange(0, len(rows)-1).Draw(t, "which")].name = anything(t, "name")
				}
				if rapid.Bool().Draw(t, "fewer") {
					rows = rows[:len(rows)/2]
				}
				tab.SetItems(rows)
				fresh.SetItems(rows)
			case 5:
				by := rapid.IntRange(-1, 2).Draw(t, "by")
				tab.SortBy(by, false)
				fresh.SortBy(by, false)
			case 6:
				if len(rows) > 0 {
					key := rows[rapid.IntRange(0, len(rows)-1).Draw(t, "at")].id
					tab.Select(key)
					fresh.Select(key)
				}
			}
			fresh.cache.Drop()
			fresh.kept = keptLines{}
			equal(t, tab.Rows(th, size, focused), fresh.Rows(th, size, focused))
		}
	})
}

func TestAKeptBoxIsWhatIsDrawnAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var kept Boxed
		box, size, th := Box{Title: "a"}, layout.Size{W: 9, H: 5}, colored
		inside := frame.Block(nil, 7, 3)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				size = layout.Size{W: rapid.IntRange(0, 12).Draw(t, "w"), H: rapid.IntRange(0, 6).Draw(t, "h")}
			case 1:
				box.Focused = !box.Focused
			case 2:
				box.Title, box.Note = anything(t, "title"), rapid.SampledFrom([]string{"", "n"}).Draw(t, "note")
			case 3:
				th = []*theme.Theme{colored, plain}[rapid.IntRange(0, 1).Draw(t, "theme")]
			default:
				lines := rapid.SliceOfN(rapid.SampledFrom([]string{"", "one", "two", "wide enough to be cut"}), 0, 6).Draw(t, "inside")
				inside = frame.Rows(lines)
			}
			equal(t, kept.Rows(th, box, size, inside), box.Rows(th, size, inside))
		}
	})
}

func TestOnlyTheRowsThatChangedAreDrawnAgain(t *testing.T) {
	// Not parallel: allocations are those of the whole process.
	rows := many(30)
	tab, size := table(rows...), layout.Size{W: 40, H: 31}
	var box Boxed
	draw := func() { box.Rows(colored, Box{}, layout.Size{W: 42, H: 33}, tab.Rows(colored, size, true)) }
	draw()
	all := testing.AllocsPerRun(5, func() {
		tab.kept, box = keptLines{}, Boxed{}
		tab.Refresh()
		draw()
	})
	one := testing.AllocsPerRun(5, func() {
		rows = append([]row(nil), rows...)
		rows[7].name += "x"
		tab.SetItems(rows)
		draw()
	})
	if one > all/3 {
		t.Errorf("a line that changed costs %.0f allocations, all of them %.0f", one, all)
	}
}

func TestALookIsWrittenOnceForTheWordsOfARow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		line Line
		w    int
		want []int // looks in each row
	}{
		{"words of one look", L(Cell{"one two three", theme.Muted}), 20, []int{1}},
		{"two looks", L(Cell{"one two ", theme.Muted}, Cell{"three four", theme.Warn}), 20, []int{2}},
		{"a look goes on in the next row", L(Cell{"one two three four", theme.Muted}), 8, []int{1, 1, 1}},
		{"plain text has none", L(T("one two three")), 8, []int{0, 0}},
	} {
		rows := Wrapped(colored, []Line{tt.line}, tt.w)
		if len(rows) != len(tt.want) {
			t.Errorf("%s: %d rows, want %d", tt.name, len(rows), len(tt.want))
			continue
		}
		for i, want := range tt.want {
			if got := strings.Count(rows[i], "\x1b[") / 2; got != want {
				t.Errorf("%s: row %d has %d looks, want %d: %q", tt.name, i, got, want, rows[i])
			}
		}
	}
}
