package simulator

import (
	"cmp"
	"slices"
	"sort"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// two are two runs side by side, locked in time: A as it is, B as it might be.
// Each side is a screen of its own over its run, which is never opened: it
// derives what is to be drawn at its position, and no more. Instants are A's.
type two struct {
	s     *Screen
	names [2]string
	sides [2]*Screen
	lock  model.Duration // from A's instants to B's
	diffs []replay.Difference
	ats   []journey.Instant // of each difference
	spots []time.Duration   // where each stands on the bar
	keys  []string          // of each in the list

	head journey.Instant
	on   int // the difference that the head was taken to, -1
	bar  bar

	list  *widget.Table[int] // the differences, by their places
	rows  *widget.Table[pair]
	focus twoPlace
	// traced has the traces of both sides in place of the pages.
	traced bool
	path   string // of the engagement whose traces are shown
	zoomed bool
	size   layout.Size

	number uint64 // grows with every change
	body   frame.Cache
	marked frame.Cache // the row that marks the differences
}

// twoPlace is a pane of two runs.
type twoPlace int

const (
	sideA twoPlace = iota
	sideB
	listPane
	pairPane
	twoPlaces // how many there are
)

var twoTitles = [twoPlaces]string{sideA: "A", sideB: "B", listPane: "Differences", pairPane: "Engagements"}

// pair is an engagement that stands elsewhere in one run than in the other.
type pair struct {
	path, name, campaign string
	codes                [2]string
	rows                 [2]*row // nil where the catalog has none
}

func newTwo(s *Screen, m comparedMsg) *two {
	t := &two{s: s, names: [2]string{"as it is", m.variant.name}, lock: m.variant.lock, diffs: m.diffs, on: -1, focus: listPane}
	for i, p := range m.runs {
		side := New(s.src)
		side.ses, side.rec, side.eng, side.player = s.ses, s.rec, p.Engine(), p
		side.pinned, side.near = true, s.near
		side.head = p.Start()
		side.refresh()
		t.sides[i] = side
	}
	t.bar = barOf(t.start(), t.end(), t.marks())
	for i, d := range t.diffs {
		at := min(d.A.At, d.B.At.Add(-t.lock))
		t.ats, t.spots, t.keys = append(t.ats, at), append(t.spots, t.bar.place(at)), append(t.keys, number(i))
	}
	t.list = widget.NewTable(func(i int) string { return t.keys[i] },
		widget.Column[int]{Title: "Time", Width: 8, Cell: func(i int) widget.Cell { return widget.Cell{Text: clockOf(t.ats[i]), Look: theme.Muted} }},
		widget.Column[int]{Title: "In", Width: 2, Cell: func(i int) widget.Cell {
			sign, look := t.signOf(t.diffs[i].Kind)
			return widget.Cell{Text: sign, Look: look}
		}},
		widget.Column[int]{Title: "What differs", Width: 20, Grow: 1, Cell: func(i int) widget.Cell { return widget.T(t.words(i)) }},
	)
	t.list.Empty = "A and B are equal at every instant."
	places := make([]int, len(t.diffs))
	for i := range places {
		places[i] = i
	}
	t.list.SetItems(places)
	t.rows = widget.NewTable(func(p pair) string { return p.path },
		widget.Column[pair]{Title: "Engagement", Width: 14, Grow: 3, Most: widestName, Cell: func(p pair) widget.Cell { return widget.T(p.name) }},
		widget.Column[pair]{Title: "A", Width: 18, Grow: 1, Most: 18, Cell: func(p pair) widget.Cell { return p.cell(0) }},
		widget.Column[pair]{Title: "B", Width: 18, Grow: 1, Most: 18, Cell: func(p pair) widget.Cell { return p.cell(1) }},
		widget.Column[pair]{Title: "Campaign", Width: 14, Grow: 1, Most: widestName, Rank: 1, Cell: func(p pair) widget.Cell { return widget.Cell{Text: p.campaign, Look: theme.Muted} }},
		widget.Column[pair]{Title: "What is missing in A", Width: 24, Grow: 2, Rank: 2, Cell: func(p pair) widget.Cell { return t.missing(p, 0) }},
		widget.Column[pair]{Title: "What is missing in B", Width: 24, Grow: 2, Rank: 2, Cell: func(p pair) widget.Cell { return t.missing(p, 1) }},
	)
	t.rows.Empty = "Every engagement stands alike in A and B at this instant."
	if len(t.diffs) > 0 {
		t.toDifference(0)
	} else {
		t.moveTo(s.head.At)
	}
	return t
}

// start and end of both.
func (t *two) start() journey.Instant {
	return min(t.sides[0].player.Start().At, t.sides[1].player.Start().At.Add(-t.lock))
}

func (t *two) end() journey.Instant {
	return max(t.sides[0].player.End().At, t.sides[1].player.End().At.Add(-t.lock))
}

// marks are those of both, in the order of time.
func (t *two) marks() []replay.Mark {
	out := slices.Clone(t.sides[0].player.Marks())
	for _, m := range t.sides[1].player.Marks() {
		m.At = m.At.Add(-t.lock)
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b replay.Mark) int { return cmp.Compare(a.At, b.At) })
	return out
}

// locks is what has to be added to an instant for a side.
func (t *two) locks(side int) model.Duration {
	if side == 1 {
		return t.lock
	}
	return 0
}

// moveTo takes both runs to an instant, all its events done.
func (t *two) moveTo(at journey.Instant) {
	t.head, t.on = max(t.start(), min(at, t.end())), -1
	for i, side := range t.sides {
		side.move(side.player.Seek(t.head.Add(t.locks(i))))
	}
	if i := t.last(); i >= 0 {
		t.list.Select(t.keys[i])
	}
	t.look()
}

// last is the last difference that has come, -1 before the first.
func (t *two) last() int {
	return sort.Search(len(t.ats), func(i int) bool { return t.ats[i] > t.head }) - 1
}

// toDifference takes both runs to where they differ. What both have at
// different instants is looked at where only one has it yet.
func (t *two) toDifference(i int) {
	d := t.diffs[i]
	t.moveTo(t.ats[i])
	switch d.Kind {
	case replay.VisitMoved, replay.DisplayMoved, replay.GoalMoved:
	default:
		a, b := t.positions(&d)
		t.sides[0].move(a)
		t.sides[1].move(b)
	}
	t.on = i
	t.list.Select(t.keys[i])
	t.look()
	if d.Engagement != "" && t.rows.Select(d.Engagement) {
		t.explain(d.Engagement)
	}
}

// positions are where a difference is looked at. Several events of an instant
// are evaluated one after the other: where both journeys have the same events,
// as many of them have happened in both.
func (t *two) positions(d *replay.Difference) (a, b replay.Position) {
	a, b = d.A, d.B
	if len(t.sides[0].player.Events()) != len(t.sides[1].player.Events()) {
		return a, b
	}
	switch d.Kind {
	case replay.VisitLost, replay.DisplayLost, replay.GoalLost:
		b.Events = a.Events
	case replay.VisitGained, replay.DisplayGained, replay.GoalGained:
		a.Events = b.Events
	}
	return a, b
}

// step goes to the next difference, or to the one before; seen leaves out
// those of gates alone, which no visitor sees.
func (t *two) step(by int, seen bool) {
	i := t.on + by
	if t.on < 0 {
		if i = t.last() + 1; by < 0 {
			i = sort.Search(len(t.ats), func(i int) bool { return t.ats[i] >= t.head }) - 1
		}
	}
	for seen && i >= 0 && i < len(t.diffs) && t.diffs[i].Kind == replay.GateDiffers {
		i += by
	}
	where := map[bool]string{true: " before this", false: " after this"}[by < 0]
	switch {
	case i >= 0 && i < len(t.diffs):
		t.toDifference(i)
		t.rebase()
	case seen:
		t.s.tell("There is nothing" + where + " that the visitor would see.")
	default:
		t.s.tell("There is no difference" + where + ".")
	}
}

// event is the instant of the next event of either run, or of the one before.
func (t *two) event(by int) {
	var to journey.Instant
	found := false
	for k, side := range t.sides {
		events, lock := side.player.Events(), t.locks(k)
		i := sort.Search(len(events), func(i int) bool { return events[i].At.Add(-lock) > t.head })
		if by < 0 {
			i = sort.Search(len(events), func(i int) bool { return events[i].At.Add(-lock) >= t.head }) - 1
		}
		if i < 0 || i >= len(events) {
			continue
		}
		at := events[i].At.Add(-lock)
		if !found || by > 0 && at < to || by < 0 && at > to {
			to, found = at, true
		}
	}
	if found {
		t.seek(to)
	}
}

// seek is moveTo by the operator: playing goes on from there.
func (t *two) seek(at journey.Instant) {
	t.moveTo(at)
	t.rebase()
}

func (t *two) rebase() {
	t.s.clock.from, t.s.clock.since = replay.Position{At: t.head}, t.s.ses.Now()
}

// play plays both, or stops.
func (t *two) play() tea.Cmd {
	s := t.s
	if s.clock.playing {
		s.stop()
		return nil
	}
	if t.head >= t.end() {
		t.moveTo(t.start())
	}
	s.clock.playing = true
	s.clock.gen++
	t.rebase()
	return s.nextTick()
}

// tick moves both to where the clock says they are.
func (t *two) tick() tea.Cmd {
	c := &t.s.clock
	gone := t.s.ses.Now().Sub(c.since).Milliseconds() * int64(speeds[c.speed])
	t.moveTo(c.from.At + journey.Instant(max(0, gone)))
	if t.head >= t.end() {
		t.s.stop()
		return nil
	}
	return t.s.nextTick()
}

// look lists the engagements that stand elsewhere in one run than in the
// other.
func (t *two) look() {
	t.number++
	var out []pair
	place := map[string]int{}
	for k, side := range t.sides {
		for i := range side.look.rows {
			r := &side.look.rows[i]
			n, known := place[r.path]
			if !known {
				n = len(out)
				place[r.path] = n
				out = append(out, pair{path: r.path, name: r.name, campaign: r.campaign, codes: [2]string{absent, absent}})
			}
			out[n].rows[k], out[n].codes[k] = r, standsAt(r)
		}
	}
	out = slices.DeleteFunc(out, func(p pair) bool { return p.codes[0] == p.codes[1] })
	slices.SortStableFunc(out, func(a, b pair) int { return nearer(a.nearest(), b.nearest()) })
	t.rows.SetItems(out)
	if t.path != "" {
		t.explain(t.path)
	}
}

// nearest is the row of the run in which the engagement is nearer to showing.
func (p *pair) nearest() row {
	a, b := p.rows[0], p.rows[1]
	if a == nil || b != nil && nearer(*b, *a) < 0 {
		return *b
	}
	return *a
}

const absent = "not in the catalog"

// standsAt says where a row's engagement stands now.
func standsAt(r *row) string {
	if r.past != nil || !r.evaluated && r.on == nil {
		return standingWords(replay.Standing{})
	}
	return r.code()
}

func (p pair) cell(side int) widget.Cell {
	if r := p.rows[side]; r != nil {
		return widget.Cell{Text: p.codes[side], Look: r.look()}
	}
	return widget.Cell{Text: p.codes[side], Look: theme.Muted}
}

func (t *two) missing(p pair, side int) widget.Cell {
	r := p.rows[side]
	if r == nil || r.past != nil {
		return widget.Cell{}
	}
	return widget.Cell{Text: t.sides[side].margin(*r), Look: theme.Muted}
}

// explain fills the traces of an engagement on both sides.
func (t *two) explain(path string) {
	t.path = path
	for _, side := range t.sides {
		side.traced = t.traced
		if t.traced && side.why.Select(path) {
			side.explain()
		}
	}
	t.number++
}

// openTraces puts the traces of an engagement in place of the pages.
func (t *two) openTraces(path string) {
	if path == "" {
		return
	}
	t.traced = true
	t.explain(path)
	if t.focus != sideB {
		t.focus = sideA
	}
}

// askWhere asks for a place on the timeline of both.
func (t *two) askWhere() {
	a := t.sides[0]
	a.bar = t.bar
	t.s.ses.Shell.Ask(&dialog.Prompt{
		Title: "Go to", Label: "A share of the timeline, a clock time (UTC) of A, or so far on or back.", Hint: "such as 40%, 10:15:30, +30s or -2m", Max: 20,
		Check: func(v string) error { _, err := a.where(v); return err },
		Then: func(v string) tea.Cmd {
			if at, err := a.where(v); err == nil {
				t.seek(at)
			}
			return nil
		},
	})
}

// do does an action on both.
func (t *two) do(id keymap.ID, arg any) (tea.Cmd, bool) {
	s := t.s
	t.number++
	switch id {
	case BothPlay:
		return t.play(), true
	case NextDiff, PrevDiff:
		t.step(map[keymap.ID]int{NextDiff: 1, PrevDiff: -1}[id], false)
	case NextSeen, PrevSeen:
		t.step(map[keymap.ID]int{NextSeen: 1, PrevSeen: -1}[id], true)
	case FirstDiff:
		if len(t.diffs) > 0 {
			t.toDifference(0)
			t.rebase()
		}
	case BothNext:
		t.event(1)
	case BothPrev:
		t.event(-1)
	case BothFaster, BothSlower:
		t.rebase()
		s.clock.speed = max(0, min(s.clock.speed+map[keymap.ID]int{BothFaster: 1, BothSlower: -1}[id], len(speeds)-1))
	case BothGoTo:
		t.askWhere()
	case BothStart:
		t.seek(t.start())
	case BothEnd:
		t.seek(t.end())
	case OtherSide:
		t.otherSide()
	case BothZoom:
		t.zoomed = !t.zoomed
	case OtherWhatIf:
		s.askWhatIf()
	case seek:
		p, _ := arg.(frame.Pointer)
		t.seek(t.bar.at(p.X, p.W))
	case keymap.NextPane:
		t.focus = (t.focus + 1) % twoPlaces
	case keymap.PrevPane:
		t.focus = (t.focus + twoPlaces - 1) % twoPlaces
	case keymap.Back:
		t.back()
	default:
		return nil, t.inPane(id, arg)
	}
	return nil, true
}

// otherSide goes from A to B and back.
func (t *two) otherSide() {
	if t.focus == sideA {
		t.focus = sideB
	} else {
		t.focus = sideA
	}
}

// back takes one step back, at last to the one run.
func (t *two) back() {
	switch {
	case t.s.giveUp():
	case t.zoomed:
		t.zoomed = false
	case t.traced:
		t.traced, t.path = false, ""
		t.focus = pairPane
	default:
		t.s.leaveTwo()
	}
}

// inPane hands an action to the pane that it is for.
func (t *two) inPane(id keymap.ID, arg any) bool {
	at := t.focus
	if p, ok := arg.(frame.Pointer); ok {
		switch hit := p.Arg.(type) {
		case twoPlace:
			at = hit
			if id == keymap.Click {
				t.focus = at
				return true
			}
		case *widget.Table[int]:
			at = listPane
		case *widget.Table[pair]:
			at = pairPane
		case *widget.Tree:
			if at = sideA; hit == &t.sides[1].trace.tree {
				at = sideB
			}
		}
		if id == keymap.Click {
			t.focus = at
		}
	}
	switch at {
	case listPane:
		if id == keymap.Open {
			if t.on >= 0 {
				t.openTraces(t.diffs[t.on].Engagement)
			}
			return len(t.diffs) > 0
		}
		done := t.list.Do(id, arg)
		if i, ok := t.list.Selected(); ok && done != widget.Ignored {
			t.toDifference(i)
			t.rebase()
		}
		if done == widget.Opened && t.on >= 0 {
			t.openTraces(t.diffs[t.on].Engagement)
		}
		return done != widget.Ignored
	case pairPane:
		done := widget.Opened
		if id != keymap.Open {
			done = t.rows.Do(id, arg)
		}
		if p, ok := t.rows.Selected(); ok && done == widget.Opened {
			t.openTraces(p.path)
		}
		return done != widget.Ignored
	}
	side := t.sides[at]
	switch {
	case t.traced:
		return side.trace.do(id, arg)
	case id == keymap.Open:
		p, ok := t.rows.Selected()
		if ok {
			t.openTraces(p.path)
		}
		return ok
	case id == keymap.Left || id == keymap.Right:
		t.event(map[keymap.ID]int{keymap.Left: -1, keymap.Right: 1}[id])
	case id == keymap.Up || id == keymap.Down:
		t.step(map[keymap.ID]int{keymap.Up: -1, keymap.Down: 1}[id], false)
	case id == keymap.First:
		t.seek(t.start())
	case id == keymap.Last:
		t.seek(t.end())
	default:
		return id == keymap.Click || id == keymap.Wheel
	}
	return true
}
