package widget

import (
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// Line is a line of prose: cells one after the other, wrapped at blanks where
// the pane is too narrow, with the rest indented.
type Line struct {
	Cells []Cell
	Hang  int // cells by which the second and later rows are indented
}

// L makes a line of cells.
func L(cells ...Cell) Line { return Line{Cells: cells} }

// Pair makes a line of a label, filled to w cells, and a value that wraps
// behind it.
func Pair(label string, w int, value ...Cell) Line {
	cells := append([]Cell{{frame.Fit(clean(label), w) + " ", theme.Muted}}, value...)
	return Line{Cells: cells, Hang: w + 1}
}

// Heading makes a line that heads a part.
func Heading(s string) Line { return L(Cell{s, theme.Title}) }

// Lines shows prose and scrolls it. The zero value is empty and ready.
type Lines struct {
	lines   []Line
	top     int
	height  int
	wrapped frame.Rows
	wrapKey frame.Key
	version uint64
	cache   frame.Cache
	hits    layout.Rect
}

// SetLines replaces the text and keeps the place, as far as there is one.
func (l *Lines) SetLines(lines ...Line) {
	l.lines = lines
	l.version++
}

// Text is the whole text.
func (l *Lines) Text() []Line { return l.lines }

// Top scrolls to the beginning.
func (l *Lines) Top() {
	l.top = 0
	l.version++
}

// Do scrolls for the universal actions, the mouse included.
func (l *Lines) Do(id keymap.ID, arg any) Result {
	before, page := l.top, max(1, l.height)
	switch id {
	case keymap.Up:
		l.top--
	case keymap.Down:
		l.top++
	case keymap.PageUp:
		l.top -= page
	case keymap.PageDown:
		l.top += page
	case keymap.HalfUp:
		l.top -= max(1, page/2)
	case keymap.HalfDown:
		l.top += max(1, page/2)
	case keymap.First:
		l.top = 0
	case keymap.Last:
		l.top = len(l.wrapped)
	case keymap.Wheel:
		p, _ := arg.(frame.Pointer)
		l.top += wheelStep * p.Wheel
	case keymap.Click:
		return Handled
	default:
		return Ignored
	}
	l.top = max(0, min(l.top, len(l.wrapped)-l.height))
	if l.top != before {
		l.version++
	}
	return Handled
}

// Rows draws the visible part.
func (l *Lines) Rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	l.hits = layout.Rect{W: size.W, H: size.H}
	key := frame.Key{Version: l.version, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	return l.cache.Rows(key, func() frame.Rows { return l.draw(th, size) })
}

// Hits makes the wheel turn the text of the last picture.
func (l *Lines) Hits(h *frame.Hits) {
	h.Add(frame.Hit{Rect: l.hits, Click: keymap.Click, Wheel: keymap.Wheel, Arg: l})
}

func (l *Lines) draw(th *theme.Theme, size layout.Size) frame.Rows {
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	l.wrapped = Wrapped(th, l.lines, size.W)
	if len(l.wrapped) > size.H && size.W > 1 {
		l.wrapped = Wrapped(th, l.lines, size.W-1)
	}
	l.height = size.H
	l.top = max(0, min(l.top, len(l.wrapped)-size.H))
	bar := Scrollbar(th, size.H, l.top, len(l.wrapped))
	w := size.W
	if bar != nil {
		w--
	}
	out := frame.Block(l.wrapped[min(l.top, len(l.wrapped)):], w, size.H)
	for i := range bar {
		out[i] += bar[i]
	}
	return out
}

// Wrapped lays out lines on rows of exactly w cells.
func Wrapped(th *theme.Theme, lines []Line, w int) frame.Rows {
	var out frame.Rows
	for _, l := range lines {
		out = append(out, l.rows(th, w)...)
	}
	return out
}

// Whole says all of something that a row above it may cut, in n rows.
func Whole(th *theme.Theme, said string, w, n int) frame.Rows {
	if said == "" {
		return frame.Blank(w, n)
	}
	rows := Wrapped(th, []Line{L(Cell{Text: said, Look: theme.Muted})}, w)
	if len(rows) > n && n > 0 { // not without a word that there is more
		rows[n-1] = frame.FitWith(rows[n-1], max(0, w-frame.Width(th.Ellipsis)), "") + th.Paint(theme.Muted, th.Ellipsis)
	}
	return frame.Block(rows, w, n)
}

// Footed is how many rows stay for a list of h rows with n rows below it that say
// the whole of the selected one; of a low list, all.
func Footed(h, n int) (list, foot int) {
	if h < 3*n {
		return h, 0
	}
	return h - n, n
}

func (l Line) rows(th *theme.Theme, w int) frame.Rows {
	hang := l.Hang
	if hang > w/2 {
		hang = min(2, w/2)
	}
	var out frame.Rows
	var row strings.Builder
	used, indent := 0, 0
	flush := func() {
		out = append(out, frame.Fit(row.String(), w))
		row.Reset()
		row.WriteString(strings.Repeat(" ", hang))
		used, indent = hang, hang
	}
	for _, c := range l.Cells {
		said := clean(c.Text)
		begin := 0 // of what stands in the row and is not painted yet
		paint := func(end int) {
			row.WriteString(th.Paint(c.Look, said[begin:end]))
			begin = end
		}
		for at, next := 0, 0; at < len(said); at = next {
			word := firstWord(said[at:])
			next = at + len(word)
			n := frame.Width(word)
			if used+n > w && used > indent && !blank(word) {
				paint(at)
				flush()
			}
			if used+n <= w {
				used += n
				continue
			}
			paint(at)
			for n > w-used && w-used > 0 && !blank(word) { // longer than a row
				head := frame.Truncate(word, w-used, "")
				if head == "" {
					break
				}
				row.WriteString(th.Paint(c.Look, head))
				word = frame.Cut(word, frame.Width(head), n)
				n = frame.Width(word)
				flush()
			}
			if begin = next; used+n <= w { // else it is blanks at the end of a row
				row.WriteString(th.Paint(c.Look, word))
				used += n
			}
		}
		paint(len(said))
	}
	if used > indent || len(out) == 0 {
		flush()
	}
	return out
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// firstWord is the word that a text begins with, or the blanks before it.
func firstWord(s string) string {
	n := strings.IndexByte(s, ' ')
	switch {
	case n < 0:
		n = len(s)
	case n == 0:
		n = len(s) - len(strings.TrimLeft(s, " "))
	}
	return s[:n]
}

// Say gives lines as sentences, for who reads them one by one: a label ends in
// a colon, and what only makes a picture, such as a sign before every element
// of a list, is left out.
func Say(lines ...Line) []string {
	var out []string
	for _, l := range lines {
		var b strings.Builder
		for i, c := range l.Cells {
			said := clean(c.Text)
			if i == 0 && l.Hang > 2 && frame.Width(said) == l.Hang && strings.HasSuffix(said, " ") { // of Pair
				said = strings.TrimSuffix(strings.TrimSpace(said), ":") + ": "
			}
			b.WriteString(said)
		}
		if s := strings.Join(strings.Fields(b.String()), " "); s != "" {
			out = append(out, s)
		}
	}
	return out
}
