package widget

import (
	"cmp"
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// Column is one column of a table.
type Column[T any] struct {
	Title string
	Width int  // cells; of a growing column the least
	Grow  int  // share of the room that is left over
	Most  int  // cells that a growing column takes at most; 0: any number
	Right bool // numbers stand at the right
	Rank  int  // where the room is short, higher ranks leave first; 0 stays

	// Whole marks what is to be read whole, the name that a line is known by most
	// of all, and says from which rank on columns are worth less: where such texts
	// are long, they get up to half of the room before those columns have any. The
	// column is as wide as the longest one before others grow.
	Whole int

	Cell    func(T) Cell
	Compare func(a, b T) int // nil: cannot be sorted by
}

// Table is a list with columns, a selected line, a filter and an order. It
// draws only the lines that are visible, so ten thousand items cost what
// twenty do.
type Table[T any] struct {
	Columns []Column[T]
	Empty   string // shown when there is no item; names the key that makes one
	NoHead  bool   // no row of titles
	// Searched is what the filter looks at, in any case; nil: all cells, which is
	// for lists whose cells cost little.
	Searched func(T) string

	key     func(T) string
	items   []T
	words   []string // what the filter looks at, made when first needed
	order   []int    // items shown, in their order
	cursor  cursor
	filter  string
	before  string // selected key when the filter began
	moved   bool   // since then, by the operator
	sortBy  int    // column, -1 for the order of the items
	desc    bool
	version uint64
	cache   frame.Cache
	kept    keptLines
	longest []int // cells of the longest text of each column that is whole; nil: not known
	hits    layout.Rect
}

// NewTable makes an empty table. The key names an item for good, so that the
// selection stays on it when the items are read again.
func NewTable[T any](key func(T) string, columns ...Column[T]) *Table[T] {
	return &Table[T]{Columns: columns, key: key, sortBy: -1}
}

// SetItems replaces the items; filter, order and selection stay.
func (t *Table[T]) SetItems(items []T) {
	selected, had := t.SelectedKey()
	t.items, t.words, t.longest = items, nil, nil
	t.arrange()
	if had {
		t.Select(selected)
	}
}

// Refresh draws again although the items are the same, because what the
// columns make of them changed.
func (t *Table[T]) Refresh() {
	t.words, t.longest = nil, nil
	t.changed()
}

// Items gives all items, those that the filter hides included.
func (t *Table[T]) Items() []T { return t.items }

// Shown gives the items that the filter leaves, in their order.
func (t *Table[T]) Shown() []T {
	out := make([]T, len(t.order))
	for i, n := range t.order {
		out[i] = t.items[n]
	}
	return out
}

// Selected gives the selected item.
func (t *Table[T]) Selected() (item T, ok bool) {
	if t.cursor.at < 0 || t.cursor.at >= len(t.order) {
		return item, false
	}
	return t.items[t.order[t.cursor.at]], true
}

// AtFirst tells whether the selection is on the first line.
func (t *Table[T]) AtFirst() bool { return t.cursor.at == 0 }

// SelectedKey gives the key of the selected item.
func (t *Table[T]) SelectedKey() (string, bool) {
	item, ok := t.Selected()
	if !ok {
		return "", false
	}
	return t.key(item), true
}

// Select moves the selection to the item of the key and tells whether it is
// shown.
func (t *Table[T]) Select(key string) bool {
	for i, n := range t.order {
		if t.key(t.items[n]) == key {
			if i != t.cursor.at {
				t.cursor.at = i
				t.changed()
			}
			return true
		}
	}
	return false
}

// Do moves the selection for the universal actions, the mouse included.
func (t *Table[T]) Do(id keymap.ID, arg any) Result {
	before := t.cursor.at
	r := t.cursor.do(id, arg, len(t.order), t.head())
	if t.cursor.at != before {
		t.moved = true
		t.changed()
	}
	return r
}

// Filter gives what the list is narrowed to.
func (t *Table[T]) Filter() string { return t.filter }

// SetFilter shows only the items in which every word of q occurs, upper and
// lower case alike. An empty q shows all, with the selection where it was
// before the filter unless it was moved to a found item.
func (t *Table[T]) SetFilter(q string) {
	if q == t.filter {
		return
	}
	selected, _ := t.SelectedKey()
	if t.filter == "" {
		t.before, t.moved = selected, false
	}
	t.filter = q
	t.arrange()
	if !t.moved {
		selected = t.before
	}
	if !t.Select(selected) {
		t.cursor.at = 0
	}
}

// Count gives how many items are shown and how many there are.
func (t *Table[T]) Count() (shown, total int) { return len(t.order), len(t.items) }

// SortBy orders the items by a column; -1 restores their own order. The
// selection stays on its item.
func (t *Table[T]) SortBy(column int, descending bool) {
	if column >= len(t.Columns) || column >= 0 && t.Columns[column].Compare == nil {
		return
	}
	selected, _ := t.SelectedKey()
	t.sortBy, t.desc = max(-1, column), descending && column >= 0
	t.arrange()
	t.Select(selected)
}

// Sorted gives the column that orders the items, -1 for none.
func (t *Table[T]) Sorted() (column int, descending bool) { return t.sortBy, t.desc }

// SortNext goes through the orders: each sortable column up, then down, then
// the items' own.
func (t *Table[T]) SortNext() {
	if t.sortBy >= 0 && !t.desc {
		t.SortBy(t.sortBy, true)
		return
	}
	for i := t.sortBy + 1; i < len(t.Columns); i++ {
		if t.Columns[i].Compare != nil {
			t.SortBy(i, false)
			return
		}
	}
	t.SortBy(-1, false)
}

// Version grows with everything that can change the picture.
func (t *Table[T]) Version() uint64 { return t.version }

func (t *Table[T]) changed() { t.version++ }

func (t *Table[T]) head() int {
	if t.NoHead {
		return 0
	}
	return 1
}

// arrange makes the order anew from filter and sorting. It begins from the
// order that there was: items that are read again are mostly in it already.
func (t *Table[T]) arrange() {
	again := t.sortBy >= 0 && t.filter == "" && len(t.order) == len(t.items)
	if !again {
		t.order = t.order[:0]
	}
	words := strings.Fields(strings.ToLower(t.filter))
	if len(words) > 0 && t.words == nil {
		t.words = make([]string, len(t.items))
		for i, item := range t.items {
			t.words[i] = t.searched(item)
		}
	}
next:
	for i := range t.items {
		if again {
			break
		}
		for _, w := range words {
			if !strings.Contains(t.words[i], w) {
				continue next
			}
		}
		t.order = append(t.order, i)
	}
	if t.sortBy >= 0 && t.sortBy < len(t.Columns) {
		compare := t.Columns[t.sortBy].Compare
		slices.SortFunc(t.order, func(a, b int) int {
			x, y := a, b
			if t.desc {
				x, y = b, a
			}
			return cmp.Or(compare(t.items[x], t.items[y]), a-b)
		})
	}
	t.cursor.clamp(len(t.order))
	t.changed()
}

// searched is the text of an item that the filter looks at.
func (t *Table[T]) searched(item T) string {
	if t.Searched != nil {
		return strings.ToLower(t.Searched(item))
	}
	var b strings.Builder
	for _, c := range t.Columns {
		b.WriteString(strings.ToLower(clean(c.Cell(item).Text)))
		b.WriteByte('\n')
	}
	return b.String()
}
