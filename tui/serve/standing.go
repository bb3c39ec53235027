package serve

import "strings"

// The renderer's picture of a screen is made of cells, and the text of a cell is
// a part of the view that brought it: while one cell of a view stands on the
// screen, all of that view is in memory, 13 KB at 120 by 40 and several hundred
// at the largest size. A console that changes a little at a time would hold on to
// as many of its views as it has cells. Drawn anew, the whole screen is of one.
const (
	standingBytes = 2 << 20 // of views; a console of 120 by 40 comes to a quarter of it
	standingViews = 16      // however large they are: drawing anew at every other frame would flicker
)

// standing counts the views of which something stands on a screen still. It
// follows what a renderer does: of a row that changed it keeps the cells before
// the first that differs, and takes the others from the new view.
type standing struct {
	rows  []standingRow
	views map[int]*standingView
	bytes int // of views
	last  int // view
}

type standingRow struct {
	text  string // as it was drawn last; a part of the last view
	parts []standingPart
}

// standingPart is of which view a row is from a byte on, up to the next part.
type standingPart struct{ from, view int }

type standingView struct{ bytes, parts int }

// draw takes the next view.
func (s *standing) draw(content string) {
	if s.views == nil {
		s.views = map[int]*standingView{}
	}
	s.last++
	now := &standingView{bytes: len(content), parts: 1} // until it is through
	s.views[s.last] = now
	s.bytes += now.bytes
	n := 0
	for line := range strings.SplitSeq(content, "\n") {
		if n == len(s.rows) {
			s.rows = append(s.rows, standingRow{})
		}
		if r := &s.rows[n]; len(r.parts) == 0 || r.text != line {
			s.cover(r, samePrefix(r.text, line))
			now.parts++
		}
		s.rows[n].text = line
		n++
	}
	for i := n; i < len(s.rows); i++ {
		s.uncover(&s.rows[i], 0)
		s.rows[i] = standingRow{}
	}
	s.rows = s.rows[:n]
	s.release(s.last)
}

// cover has the last view stand on a row from a byte on.
func (s *standing) cover(r *standingRow, from int) {
	s.uncover(r, from)
	r.parts = append(r.parts, standingPart{from, s.last})
}

func (s *standing) uncover(r *standingRow, from int) {
	for n := len(r.parts) - 1; n >= 0 && r.parts[n].from >= from; n-- {
		s.release(r.parts[n].view)
		r.parts = r.parts[:n]
	}
}

// release takes a part from a view, which is gone with its last one.
func (s *standing) release(view int) {
	v := s.views[view]
	if v.parts--; v.parts == 0 {
		s.bytes -= v.bytes
		delete(s.views, view)
	}
}

// crowded reports whether it is time to draw the whole screen anew.
func (s *standing) crowded() bool { return s.bytes > standingBytes && len(s.views) > standingViews }

// renew begins anew, since that is being done.
func (s *standing) renew() { *s = standing{} }

func samePrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
