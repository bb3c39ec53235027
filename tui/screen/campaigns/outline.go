package campaigns

import (
	"slices"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// entry is one thing that an outline says: a heading that folds what is below
// it, or a line of prose.
type entry struct {
	key    string // unique in the outline
	depth  int    // of a heading, 1 and more; 0 for prose
	open   bool   // a heading: unfolded until the operator folds it
	line   widget.Line
	note   []widget.Cell // of a heading, behind its title
	indent int
	at     place // what problems are put below it
	bad    bool  // a problem
	opens  string
	failed int // problems in what a heading folds
	warned int
}

// same tells whether two entries are one.
func (e *entry) same(o *entry) bool {
	return e.key == o.key && e.at == o.at && e.opens == o.opens && e.looksLike(o)
}

// looksLike tells whether two entries are drawn alike. Of headings, the operator
// may have folded one.
func (e *entry) looksLike(o *entry) bool {
	return e.depth == o.depth && (e.depth == 0 || e.key == o.key) && e.indent == o.indent && e.line.Hang == o.line.Hang && slices.Equal(e.line.Cells, o.line.Cells) &&
		slices.Equal(e.note, o.note) && e.open == o.open && e.bad == o.bad && e.failed == o.failed && e.warned == o.warned
}

// outline shows entries one below the other, folds and scrolls them. Unlike a
// table it wraps, and unlike prose it has a place: the marked entry.
type outline struct {
	entries []entry
	folded  map[string]bool // what the operator did, by key
	visible []int           // entries that no fold hides
	at      int             // place in visible
	top     int             // first row shown

	starts  []int // first row of each visible entry, blank row above a heading not counted
	ends    []int // behind its last row
	height  int
	rows    int
	sized   frame.Key    // what laid was drawn for
	laid    []frame.Rows // rows of each entry, nil where not drawn yet
	version uint64
	jumped  bool // the mark came from elsewhere: show what is around it
	unfold  bool // the marked heading was just unfolded: show what it hid
	cache   frame.Cache
	hits    layout.Rect
	owner   []int // the visible entry of each row drawn, -1 for none
}

// set replaces the entries. The mark stays on its key, and folds stay. What says
// the same as before stays laid out.
func (o *outline) set(entries []entry) {
	same := len(entries) == len(o.entries)
	for n := range entries {
		same = same && entries[n].same(&o.entries[n])
	}
	if same {
		return
	}
	key := o.key()
	o.replace(entries)
	o.arrange()
	o.at = max(0, min(o.at, len(o.visible)-1))
	o.mark(key)
}

// reset is for other content: the mark and the window go to the beginning.
func (o *outline) reset(entries []entry) {
	o.at, o.top = 0, 0
	o.replace(entries)
	o.arrange()
}

// near is how far what two campaigns have in common stands apart, as a rule.
const near = 8

// replace takes other entries. What looks as it did, a few lines further perhaps,
// stays laid out: of two campaigns that is much, of two versions of one nearly all.
func (o *outline) replace(entries []entry) {
	was, laid := o.entries, o.laid
	o.entries, o.laid = entries, make([]frame.Rows, len(entries))
	if len(laid) != len(was) {
		return // nothing is drawn yet
	}
	from := 0
	for n := range entries {
		for i := from; i < min(from+near, len(was)); i++ {
			if was[i].looksLike(&entries[n]) {
				o.laid[n], from = laid[i], i+1
				break
			}
		}
	}
}

// marked gives the marked entry, nil in an empty outline.
func (o *outline) marked() *entry {
	if o.at < len(o.visible) {
		return &o.entries[o.visible[o.at]]
	}
	return nil
}

func (o *outline) key() string {
	if e := o.marked(); e != nil {
		return e.key
	}
	return ""
}

// mark moves the mark to a key if it is visible.
func (o *outline) mark(key string) bool {
	for i, n := range o.visible {
		if o.entries[n].key == key {
			o.at = i
			o.version++
			return true
		}
	}
	return false
}

// reveal unfolds whatever hides a key and moves the mark there.
func (o *outline) reveal(key string) bool {
	for i, e := range o.entries {
		if e.key != key {
			continue
		}
		depth := e.depth
		if depth == 0 {
			depth = 1 << 10
		}
		for j := i - 1; j >= 0; j-- {
			if d := o.entries[j].depth; d > 0 && d < depth {
				o.fold(j, false)
				depth = d
			}
		}
		o.arrange()
		o.unfold, o.jumped = false, true
		return o.mark(key)
	}
	return false
}

// next moves to the next entry for which want holds, from the mark on and
// round, whatever is folded.
func (o *outline) next(want func(*entry) bool) bool {
	from := -1
	if o.at < len(o.visible) {
		from = o.visible[o.at]
	}
	for i := range o.entries {
		n := (from + 1 + i) % len(o.entries)
		if want(&o.entries[n]) {
			return o.reveal(o.entries[n].key)
		}
	}
	return false
}

// isOpen tells whether a heading shows what is below it.
func (o *outline) isOpen(n int) bool {
	if folded, set := o.folded[o.entries[n].key]; set {
		return !folded
	}
	return o.entries[n].open
}

func (o *outline) fold(n int, folded bool) {
	if o.folded == nil {
		o.folded = map[string]bool{}
	}
	o.folded[o.entries[n].key] = folded
	o.unfold = !folded
	if n < len(o.laid) {
		o.laid[n] = nil // its sign changes
	}
}

// foldAll folds every heading of the first depth, or unfolds them if all are
// folded.
func (o *outline) foldAll() {
	all := true
	for n, e := range o.entries {
		all = all && (e.depth != 1 || !o.isOpen(n))
	}
	key := o.key()
	for n, e := range o.entries {
		if e.depth == 1 {
			o.fold(n, !all)
		}
	}
	o.arrange()
	if !o.mark(key) {
		o.at = 0
		o.version++
	}
}

func (o *outline) arrange() {
	o.visible = o.visible[:0]
	hidden := 0 // depth of the folded heading that hides what is deeper
	for n, e := range o.entries {
		if hidden > 0 && (e.depth == 0 || e.depth > hidden) {
			continue
		}
		hidden = 0
		o.visible = append(o.visible, n)
		if e.depth > 0 && !o.isOpen(n) {
			hidden = e.depth
		}
	}
	o.version++
}

// heading finds the heading above the mark, or the marked one itself.
func (o *outline) heading() int {
	for i := min(o.at, len(o.visible)-1); i >= 0; i-- {
		if o.entries[o.visible[i]].depth > 0 {
			return i
		}
	}
	return -1
}

// Do moves, folds and scrolls for the universal actions, the mouse included.
func (o *outline) Do(id keymap.ID, arg any) widget.Result {
	if len(o.visible) == 0 {
		return widget.Ignored
	}
	e := o.marked()
	switch id {
	case keymap.Up:
		o.step(-1)
	case keymap.Down:
		o.step(1)
	case keymap.PageUp:
		o.turn(-max(1, o.height-1))
	case keymap.PageDown:
		o.turn(max(1, o.height-1))
	case keymap.HalfUp:
		o.turn(-max(1, o.height/2))
	case keymap.HalfDown:
		o.turn(max(1, o.height/2))
	case keymap.First:
		o.at, o.top = 0, 0
	case keymap.Last:
		o.at = len(o.visible) - 1
	case keymap.Left:
		o.left()
	case keymap.Right:
		if e.depth > 0 && !o.isOpen(o.visible[o.at]) {
			o.fold(o.visible[o.at], false)
			o.arrange()
		} else if e.depth > 0 {
			o.step(1)
		}
	case keymap.Open:
		if e.depth == 0 {
			return widget.Ignored
		}
		o.toggle()
	case keymap.Wheel:
		p, _ := arg.(frame.Pointer)
		o.turn(3 * p.Wheel)
	case keymap.Click:
		p, _ := arg.(frame.Pointer)
		return o.click(p)
	default:
		return widget.Ignored
	}
	o.version++
	return widget.Handled
}

// left folds what the mark is in, or goes from a folded heading to the one that
// holds it.
func (o *outline) left() {
	i := o.heading()
	switch {
	case i < 0:
	case i == o.at && !o.isOpen(o.visible[i]):
		o.parent(o.entries[o.visible[i]].depth)
	default:
		o.at = i
		o.fold(o.visible[i], true)
		o.arrange()
	}
}

func (o *outline) toggle() {
	n := o.visible[o.at]
	o.fold(n, o.isOpen(n))
	o.arrange()
}

// foldHere folds the part that the mark is in, or unfolds it.
func (o *outline) foldHere() {
	if i := o.heading(); i >= 0 {
		o.at = i
		o.toggle()
	}
}

// within is what the innermost heading around the mark opens.
func (o *outline) within() string {
	if o.at >= len(o.visible) {
		return ""
	}
	depth := 1 << 10
	for n := o.visible[o.at]; n >= 0; n-- {
		e := &o.entries[n]
		if e.depth == 0 || e.depth >= depth {
			continue
		}
		if depth = e.depth; e.opens != "" {
			return e.opens
		}
	}
	return ""
}

// parent moves to the heading that holds one of a depth.
func (o *outline) parent(depth int) {
	for i := o.at - 1; i >= 0; i-- {
		if d := o.entries[o.visible[i]].depth; d > 0 && d < depth {
			o.at = i
			return
		}
	}
}

func (o *outline) click(p frame.Pointer) widget.Result {
	if p.Y < 0 || p.Y >= len(o.owner) || o.owner[p.Y] < 0 {
		return widget.Handled
	}
	i := o.owner[p.Y]
	if i == o.at {
		return widget.Opened
	}
	o.at = i
	o.version++
	if e := o.marked(); e.depth > 0 && e.opens == "" {
		o.toggle() // a heading folds at the first click
	}
	return widget.Handled
}

// step moves the mark by one entry, or the window by one row inside an entry
// that is higher than the window.
func (o *outline) step(by int) {
	if o.at < len(o.starts) && o.at < len(o.ends) {
		if by > 0 && o.ends[o.at] > o.top+o.height {
			o.top++
			return
		}
		if by < 0 && o.starts[o.at] < o.top {
			o.top--
			return
		}
	}
	o.at = max(0, min(o.at+by, len(o.visible)-1))
}

// turn moves by rows.
func (o *outline) turn(rows int) {
	if len(o.starts) != len(o.visible) {
		return // not drawn yet
	}
	want := o.starts[o.at] + rows
	o.top = max(0, min(o.top+rows, o.rows-o.height))
	at := 0
	for i, s := range o.starts {
		if s <= want {
			at = i
		}
	}
	o.at = at
}

// Rows draws the visible part.
func (o *outline) Rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	o.hits = layout.Rect{W: size.W, H: size.H}
	key := frame.Key{Version: o.version, W: size.W, H: size.H, Focused: focused, Look: th.Look()}
	return o.cache.Rows(key, func() frame.Rows { return o.draw(th, size, focused) })
}

// Hits makes the entries of the last picture answer the mouse.
func (o *outline) Hits(h *frame.Hits) {
	h.Add(frame.Hit{Rect: o.hits, Click: keymap.Click, Wheel: keymap.Wheel, Arg: o})
}

func (o *outline) draw(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	w := size.W
	o.layOut(th, w)
	if o.rows > size.H && w > 1 {
		w--
		o.layOut(th, w)
	}
	o.height = size.H
	o.scroll()
	bar := widget.Scrollbar(th, size.H, o.top, o.rows)
	out := frame.Blank(w, size.H)
	o.owner = make([]int, size.H)
	for i := range o.owner {
		o.owner[i] = -1
	}
	for i, n := range o.visible {
		if o.ends[i] <= o.top {
			continue
		}
		if o.starts[i] >= o.top+size.H {
			break
		}
		for j, line := range o.laid[n] {
			if y := o.starts[i] + j - o.top; y >= 0 && y < size.H {
				out[y], o.owner[y] = o.gutter(th, n, line, w, i == o.at, focused), i
			}
		}
	}
	for i := range bar {
		out[i] += bar[i]
	}
	return out
}

// scroll keeps the marked entry in the window.
func (o *outline) scroll() {
	if o.at >= len(o.starts) {
		o.top = 0
		return
	}
	start, end := o.starts[o.at], o.ends[o.at]
	switch {
	case end-start > o.height: // higher than the window: some of it is enough
		o.top = max(start-o.height+1, min(o.top, end-1))
	case start < o.top:
		o.top = start
	case end > o.top+o.height:
		o.top = end - o.height
	}
	if o.jumped {
		o.jumped = false
		o.top = start - o.height/3
	}
	if o.unfold && o.marked().depth > 0 {
		last := o.at
		for i := o.at + 1; i < len(o.visible); i++ {
			if d := o.entries[o.visible[i]].depth; d > 0 && d <= o.entries[o.visible[o.at]].depth {
				break
			}
			last = i
		}
		if o.ends[last] > o.top+o.height {
			o.top = min(start, o.ends[last]-o.height)
		}
	}
	o.unfold = false
	if o.at == 0 {
		o.top = 0
	}
	o.top = max(0, min(o.top, o.rows-o.height))
}

// layOut places every visible entry for a width of w cells. Rows that were
// drawn for the same width are kept.
func (o *outline) layOut(th *theme.Theme, w int) {
	key := frame.Key{W: w, Look: th.Look()}
	if o.sized != key || len(o.laid) != len(o.entries) {
		o.sized, o.laid = key, make([]frame.Rows, len(o.entries))
	}
	o.starts, o.ends, o.rows = o.starts[:0], o.ends[:0], 0
	for i, n := range o.visible {
		if o.laid[n] == nil {
			o.laid[n] = o.entry(th, n, w-1)
		}
		if o.entries[n].depth == 1 && i > 0 {
			o.rows++ // a blank row above
		}
		o.starts = append(o.starts, o.rows)
		o.rows += len(o.laid[n])
		o.ends = append(o.ends, o.rows)
	}
}

// entry draws one entry w cells wide, without its mark.
func (o *outline) entry(th *theme.Theme, n, w int) frame.Rows {
	e := &o.entries[n]
	indent := min(e.indent, max(0, w/4))
	if e.depth == 0 {
		lines := widget.Wrapped(th, []widget.Line{e.line}, max(1, w-indent-1))
		for i, l := range lines {
			lines[i] = frame.Fit(strings.Repeat(" ", indent)+l, w)
		}
		return lines
	}
	sign := th.Closed
	if o.isOpen(n) {
		sign = th.Opened
	}
	head := strings.Repeat(" ", indent) + th.Paint(theme.Accent, sign) + " "
	for _, c := range e.line.Cells {
		head += c.Painted(th)
	}
	mark := marks(th, e.failed, e.warned)
	if mark != "" {
		mark = "  " + mark
	}
	note := ""
	for _, c := range e.note {
		note += c.Painted(th)
	}
	// The note gives way to the marks, which may not be missed.
	if room := w - frame.Width(head) - frame.Width(mark) - 2; note != "" && room > 3 {
		head += "  " + frame.Truncate(note, room, th.Ellipsis)
	}
	return frame.Rows{frame.FitWith(head+mark, max(0, w), th.Ellipsis)}
}

// gutter puts the mark in front of a row. A marked heading stands out as a
// whole; of prose only the beginning of its rows does, so that it stays easy
// to read.
func (o *outline) gutter(th *theme.Theme, n int, line string, w int, marked, focused bool) string {
	switch {
	case !marked:
		line = " " + line
	case o.entries[n].depth > 0 && focused:
		line = th.Over(theme.Selection, th.Selected+line)
	case o.entries[n].depth > 0:
		line = th.Over(theme.SelectionQuiet, th.Selected+line)
	case focused:
		line = th.Paint(theme.Accent, th.Selected) + line
	default:
		line = th.Paint(theme.Muted, th.Selected) + line
	}
	return frame.Fit(line, w)
}

// marks says how many problems there are, with a sign for each kind.
func marks(th *theme.Theme, failures, warnings int) string {
	var parts []string
	if failures > 0 {
		parts = append(parts, th.Paint(theme.Danger, th.Cross+" "+count(failures, "error")))
	}
	if warnings > 0 {
		parts = append(parts, th.Paint(theme.Warn, th.Warn+" "+count(warnings, "warning")))
	}
	return strings.Join(parts, " ")
}
