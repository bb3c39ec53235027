package dialog

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Item is one line of a picker.
type Item struct {
	Title  string
	Detail string // a sentence, shown below the list for the selected line
	Key    string // the key that does the same, at the right
	Group  string // heading above the first line of a group, while nothing is searched
	// Disabled says why it cannot be chosen; it is shown all the same.
	Disabled string
	Danger   bool
	Value    any // whatever the opener wants back
}

// Picker is a list to choose from; what is typed searches it.
type Picker struct {
	Title string
	Hint  string // in the empty search line
	Items []Item
	Start int                // place of the item that the mark begins on
	Then  func(Item) tea.Cmd // on enter or a second click
	Left  func() tea.Cmd     // on esc; nil only closes it
	// Last makes a line that stays below the others, whatever is searched: it
	// offers something to do with what is typed. Nil makes none.
	Last func(typed string) Item
	// Paths goes on, on tab, with what is typed where Last takes that for a path.
	Paths Paths

	input   widget.Input
	further completion
	found   []int // items shown; nil means not searched yet
	at      int
	top     int
	height  int
	lines   []int // item of each drawn row, -1 for headings
	list    layout.Rect
}

// Path is the [Item.Value] of a file whose path was typed.
type Path string

// AFile is the Last of a picker in which a file can be chosen, too. What is typed
// is its path where it looks like one; while nothing is, the item has no value, and
// the detail says that the path is asked for.
func AFile(detail string) func(typed string) Item {
	return func(typed string) Item {
		if strings.ContainsAny(typed, `/\.*~`) {
			return Item{Title: "A file: " + typed, Detail: "Reads the file of this path.", Value: Path(typed)}
		}
		it := Item{Title: "A file", Detail: detail}
		if !strings.HasPrefix("a file", strings.ToLower(typed)) {
			it.Disabled = "what is typed is no path, such as ./week.jsonl"
		}
		return it
	}
}

// Draw implements Dialog.
func (p *Picker) Draw(th *theme.Theme, room layout.Size) Drawing {
	p.search()
	w := max(1, min(room.W, 76))
	p.input.Hint = p.Hint
	input, x := p.input.Row(th, w)

	// What each row has, headings included; only those in sight are drawn.
	p.lines = p.lines[:0]
	selected := 0
	group := ""
	grouped := p.input.Value() == ""
	for i, n := range p.found {
		now := ""
		if n < len(p.Items) {
			now = p.Items[n].Group
		}
		if now != group && now != "" && grouped {
			p.lines = append(p.lines, -1)
		}
		group = now
		if i == p.at {
			selected = len(p.lines)
		}
		p.lines = append(p.lines, i)
	}
	none := len(p.lines) == 0
	if none {
		p.lines = append(p.lines, -1)
	}
	p.height = max(1, min(room.H-4, max(8, len(p.Items))))
	p.top = layout.Window(p.top, selected, p.height, len(p.lines))
	if selected == 1 && p.lines[0] < 0 && p.height > 1 {
		p.top = 0 // keeps the heading of the first group in sight
	}
	bar := widget.Scrollbar(th, p.height, p.top, len(p.lines))
	out := []string{input}
	p.list = layout.Rect{Y: 1, W: w, H: p.height}
	below := len(p.lines) + 1 // an empty row between
	choices := p.further.choices(th, &p.input, w-2, p.height-below)
	for y := range p.height {
		line := ""
		if i := y - below; i >= 0 && i < len(choices) {
			line = " " + choices[i]
		}
		if at := p.top + y; at < len(p.lines) {
			switch i := p.lines[at]; {
			case none:
				line = th.Paint(theme.Muted, "Nothing found.")
			case i < 0: // the line behind a heading is the first of its group
				heading := p.item(p.found[p.lines[at+1]]).Group
				line = th.Paint(theme.Header, frame.FitWith(text.Line(heading, 60), w-1, th.Ellipsis))
			default:
				line = p.line(th, p.item(p.found[i]), i == p.at, w-1)
			}
		}
		if bar != nil {
			line = frame.Fit(line, w-1) + bar[y]
		}
		out = append(out, line)
	}
	out = append(out, "")
	out = append(out, p.note(th, w)...)
	if len(out) > room.H {
		out = out[:max(1, room.H)]
	}
	return Drawing{Title: text.Line(p.Title, 120), Rows: frame.Block(out, w, len(out)), W: w, X: x, Cursor: true, Leave: true}
}

// note is what there is to say of the selected item, on two rows.
func (p *Picker) note(th *theme.Theme, w int) []string {
	out := make([]string, 2)
	if p.at >= len(p.found) {
		return out
	}
	it := p.item(p.found[p.at])
	said, look := text.Line(it.Detail, 300), theme.Muted
	if it.Disabled != "" {
		said, look = "Not now: "+text.Line(it.Disabled, 200), theme.Warn
	}
	if title, _, room := p.cells(th, it, w-1); frame.Width(title) > room { // its line cuts it
		switch {
		case said == "" || strings.HasSuffix(title, said):
			said = title
		default:
			said = title + ": " + said
		}
	}
	rows := frame.Wrap(said, w)
	for i := range min(len(rows), len(out)) {
		l := rows[i]
		if i == len(out)-1 && i < len(rows)-1 { // not without a word that there is more
			l = frame.Truncate(l, w-frame.Width(th.Ellipsis), "") + th.Ellipsis
		}
		out[i] = th.Paint(look, l)
	}
	return out
}

// cells are the title of an item and what stands at its right, and how many
// cells of a line of w there are for the title.
func (p *Picker) cells(th *theme.Theme, it Item, w int) (title, key string, room int) {
	title = text.Line(it.Title, 200)
	if it.Danger {
		title += " " + th.Warn
	}
	key = text.Line(it.Key, 40)
	if it.Disabled != "" {
		key = strings.TrimSpace("not now  " + key) // why, its note says
	}
	key = frame.Truncate(key, max(1, w/2), th.Ellipsis)
	return title, key, max(1, w-frame.Width(key)-3)
}

func (p *Picker) line(th *theme.Theme, it Item, selected bool, w int) string {
	title, key, room := p.cells(th, it, w)
	line := " " + frame.FitWith(title, room, th.Ellipsis) + " "
	switch {
	case selected:
		return th.Over(theme.Selection, frame.Fit(th.Selected+line[1:]+key+" ", w))
	case it.Disabled != "":
		return th.Paint(theme.Muted, line+key) + " "
	default:
		return line + th.Paint(theme.Key, key) + " "
	}
}

// source lets the fuzzy search see titles.
type source []Item

func (s source) String(i int) string { return s[i].Title }
func (s source) Len() int            { return len(s) }

// leastDetail is how much is typed at least before details are searched.
const leastDetail = 3

// search finds the items for what is typed, the best first: those whose titles
// say it, then those of which it is said, then those whose titles have its
// letters in this order; with nothing typed all are shown in their order.
func (p *Picker) search() {
	if p.found != nil {
		return
	}
	first := p.height == 0 && p.at == 0 // nothing was drawn or typed yet
	p.found = make([]int, 0, len(p.Items)+1)
	if p.Last != nil {
		defer func() { p.found = append(p.found, len(p.Items)) }()
	}
	q := strings.TrimSpace(p.input.Value())
	if q == "" {
		for i := range p.Items {
			p.found = append(p.found, i)
		}
		if first {
			p.move(p.Start)
		}
		return
	}
	var loose []int
	word := strings.ToLower(q)
	for _, m := range fuzzy.FindFrom(q, source(p.Items)) {
		if strings.Contains(strings.ToLower(p.Items[m.Index].Title), word) {
			p.found = append(p.found, m.Index)
		} else {
			loose = append(loose, m.Index)
		}
	}
	if len(q) >= leastDetail || len(p.found)+len(loose) == 0 {
		for i, it := range p.Items {
			if strings.Contains(strings.ToLower(it.Detail), word) && !slices.Contains(p.found, i) {
				p.found = append(p.found, i)
			}
		}
	}
	for _, i := range loose {
		if !slices.Contains(p.found, i) {
			p.found = append(p.found, i)
		}
	}
}

// item is a found one by its number; behind those of the list stands the last.
func (p *Picker) item(n int) Item {
	if n < len(p.Items) {
		return p.Items[n]
	}
	it := p.Last(strings.TrimSpace(p.input.Value()))
	if _, is := it.Value.(Path); is && p.Paths != nil {
		it.Detail += " Tab completes it."
	}
	return it
}

func (p *Picker) move(n int) { p.at = max(0, min(p.at+n, len(p.found)-1)) }

// Key implements Dialog.
func (p *Picker) Key(k tea.Key) (tea.Cmd, bool) {
	p.search()
	switch k.String() {
	case "esc", "ctrl+c":
		if p.Left != nil {
			return p.Left(), true
		}
		return nil, true
	case "enter":
		return p.choose()
	case "up", "ctrl+p", "shift+tab":
		p.move(-1)
	case "tab":
		if typed, is := p.path(); is {
			return p.Paths.complete(p, typed), false
		}
		p.move(1)
	case "down", "ctrl+n":
		p.move(1)
	case "pgup":
		p.move(-max(1, p.height))
	case "pgdown":
		p.move(max(1, p.height))
	case "home":
		p.move(-len(p.found))
	case "end":
		p.move(len(p.found))
	default:
		before := p.input.Value()
		p.input.Type(k)
		if p.input.Value() != before {
			p.found, p.at, p.top = nil, 0, 0
		}
	}
	return nil, false
}

// path is what is typed, and whether it is taken for a path that can be gone on with.
func (p *Picker) path() (typed string, is bool) {
	typed = p.input.Value()
	if p.Paths == nil || p.Last == nil {
		return typed, false
	}
	_, is = p.Last(strings.TrimSpace(typed)).Value.(Path)
	return typed, is
}

func (p *Picker) complete(c Completed) {
	if p.further.take(c, &p.input) {
		p.found, p.at, p.top = nil, 0, 0
	}
}

func (p *Picker) choose() (tea.Cmd, bool) {
	if p.at >= len(p.found) {
		return nil, false
	}
	it := p.item(p.found[p.at])
	if it.Disabled != "" {
		return nil, false
	}
	if p.Then == nil {
		return nil, true
	}
	return p.Then(it), true
}

// Replace puts other items in place of those there were. What is typed stays,
// and the mark on the item of its title, if that is still there. Where there was
// one item alone nobody put the mark on it: it begins anew.
func (p *Picker) Replace(items []Item) {
	p.search()
	if len(p.Items) < 2 {
		p.Items, p.found, p.at = items, nil, 0
		p.search()
		p.move(p.Start)
		return
	}
	marked := ""
	if p.at < len(p.found) {
		marked = p.item(p.found[p.at]).Title
	}
	p.Items, p.found = items, nil
	p.search()
	p.move(0)
	for i, n := range p.found {
		if p.item(n).Title == marked {
			p.at = i
			break
		}
	}
}

// Paste implements Dialog.
func (p *Picker) Paste(s string) {
	p.input.Paste(s)
	p.found, p.at, p.top = nil, 0, 0
}

// Click implements Dialog.
func (p *Picker) Click(x, y int) (tea.Cmd, bool) {
	p.search()
	row := p.top + y - p.list.Y
	if !p.list.Contains(x, y) || row >= len(p.lines) || p.lines[row] < 0 {
		return nil, false
	}
	if p.lines[row] == p.at {
		return p.choose()
	}
	p.at = p.lines[row]
	return nil, false
}

// Wheel implements Dialog.
func (p *Picker) Wheel(n int) { p.move(3 * n) }
