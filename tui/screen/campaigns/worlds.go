package campaigns

import (
	"maps"
	"slices"
	"sync"
	"time"

	"beckon/tui/approval"
)

// Worlds is where the screens of one process find the world of a revision: a
// change comes to all of them at the same instant, and what it makes of the catalog
// is the same for everybody. The zero value is ready; nil shares nothing. It is safe
// for concurrent use.
type Worlds struct {
	mu       sync.Mutex
	newest   *world
	revision uint64
}

// SetWorlds tells where worlds are shared; without, they are not.
func (s *Screen) SetWorlds(in *Worlds) { s.worlds = in }

// Forget drops everything, because the store was replaced: its revisions mean
// something else now.
func (ws *Worlds) Forget() {
	if ws == nil {
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.newest, ws.revision = nil, 0
}

// at is the world of a revision. Who asks first makes it, while the others wait.
func (ws *Worlds) at(revision uint64, make func() *world) *world {
	if ws == nil {
		return make()
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.newest != nil && ws.revision == revision {
		return ws.newest
	}
	w := make()
	if ws.newest == nil || revision > ws.revision {
		ws.newest, ws.revision = w, revision
	}
	return w
}

// after is the world behind some news. One that has more than the news, a write
// of this screen's that they do not tell yet, is nobody else's.
func (s *Screen) after(n News) *world {
	if s.w.catalog.Revision > n.Revision {
		return s.w.with(n.Changed)
	}
	return s.worlds.at(n.Revision, func() *world { return s.w.with(n.Changed) })
}

// derived is what was made of a world, by whoever asked first.
type derived struct {
	listing sync.Mutex
	list    *list

	judging   sync.Mutex
	checked   *checked
	checkedAt time.Time // the minute
}

// list is a world as a list, at a minute and with what a check found. Nobody
// changes it.
type list struct {
	minute  time.Time
	checked *checked
	rows    []*row
	census  census
	rivals  rivals
}

// listAt is the world as a list. Rows that are as they were before stay.
func (w *world) listAt(now time.Time, c *checked, before []*row) *list {
	w.listing.Lock()
	defer w.listing.Unlock()
	minute := now.Truncate(time.Minute)
	if l := w.list; l != nil && l.checked == c && l.minute.Equal(minute) {
		return l
	}
	var sums map[string]sums
	if c != nil {
		sums = c.sums
	}
	rows := rowsOf(w, now, sums, before)
	w.list = &list{minute, c, rows, censusOf(rows), rivalsOf(rows)}
	return w.list
}

// own is a list with what only this session knows: what it is saving, and the
// requests that it was told of.
func own(rows []*row, saving string, board approval.Board, before []*row) []*row {
	if saving == "" && len(board.Requests) == 0 {
		return rows
	}
	out := make([]*row, len(rows))
	for i, r := range rows {
		f := r.facts
		f.saving = saving != "" && saving == f.k.ID
		if q, ok := board.For(f.k.ID); ok {
			f.asked = q.State
		}
		switch {
		case f == r.facts:
			out[i] = r
		case i < len(before) && before[i].facts == f:
			out[i] = before[i]
		default:
			out[i] = &row{f, r.fold, r.zones}
		}
	}
	return out
}

// check is what is wrong with the world at an instant; it goes by minutes.
func (w *world) check(k Keeper, now time.Time) *checked {
	w.judging.Lock()
	defer w.judging.Unlock()
	minute := now.Truncate(time.Minute)
	if w.checked != nil && w.checkedAt.Equal(minute) {
		return w.checked
	}
	c := &checked{findings: findingsOf(k.Check(w.catalog, now)), sums: map[string]sums{}}
	for _, k := range w.catalog.Campaigns {
		var n sums
		if n.failures, n.warnings = tally(c.findings.of(w, k)); n != (sums{}) {
			c.sums[k.ID] = n
		}
	}
	w.checked, w.checkedAt = c, minute
	return c
}

// arrange makes the list anew: from the world, the clock and the last check.
func (s *Screen) arrange() {
	if s.w == nil {
		return
	}
	saving := ""
	if s.saving != nil {
		saving = s.saving.change.campaign
	}
	before := s.table.Items()
	l := s.w.listAt(s.ses.Now(), s.checked, before)
	rows := own(l.rows, saving, s.board, before)
	if s.rivals != nil && slices.Equal(rows, before) {
		return // all that is drawn stays
	}
	s.census = l.census
	if s.rivals == nil || !maps.Equal(l.rivals, *s.rivals) {
		s.rivals = &l.rivals
	}
	s.table.SetItems(rows)
}
