package simulator

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// follow is the engagements that are followed over the visit: each has a lane,
// a row of cells under the same scale as the timeline, which shows at every
// instant the gate that it stands at.
type follow struct {
	paths []string
	at    int // the selected one
	top   int // first in sight

	of     *replay.Player
	lanes  *replay.Lanes      // of it; nil while they are not made
	making context.CancelFunc // ends the command that makes lanes; nil: none does
	gen    int                // of such commands: what earlier ones bring is stale
	left   bool               // the lanes were not made, as esc ended it
	step   keymap.ID          // along the lanes, that waits for them

	number uint64
	width  int // of the cells in the last picture
	cache  frame.Cache
}

// laneArea is what the mouse is told that it points at in the lanes.
type laneArea struct{}

// gateSigns stand in the cells of a lane: a letter for each gate.
var gateSigns = [engine.GateCount]string{
	engine.Draft: "d", engine.Disabled: "D", engine.NotStarted: "n", engine.Ended: "N", engine.OutsideHours: "h", engine.OccasionOff: "o",
	engine.AudienceGate: "a", engine.IdentityGate: "i", engine.EntryPointGate: "e", engine.BehaviorGate: "b",
	engine.SiteControl: "S", engine.CampaignControl: "C", engine.AvailabilityGate: "v", engine.DelayGate: "t", engine.Closed: "x",
	engine.ConversationOpen: "c", engine.DisplayLimit: "l", engine.DeclinedGate: "r", engine.ZoneLocked: "z", engine.LostDraw: "L",
}

// lanesMsg are the lanes of a journey.
type lanesMsg struct {
	gen   int
	of    *replay.Player
	lanes *replay.Lanes
	err   error // they were given up
}

// laneOf gives the lanes of the journey, nil while they are not made: those of
// a long one a command makes, which [Screen.wantLanes] begins.
func (s *Screen) laneOf() *replay.Lanes {
	f := &s.follow
	if f.of != s.player {
		f.giveUp()
		f.of, f.lanes, f.left = s.player, nil, false
		f.number++
	}
	if f.lanes == nil && len(s.player.Events())*len(s.player.Engine().Engagements()) <= shortGates {
		f.lanes = s.player.Lanes()
	}
	return f.lanes
}

// wantLanes makes the lanes of a long journey while some are to be seen, or a
// step along them waits. A player answers for its lanes beside all else that
// is asked of it.
func (s *Screen) wantLanes() tea.Cmd {
	f := &s.follow
	if s.player == nil || s.hidden || f.making != nil || len(f.paths) == 0 && f.step == "" || s.laneOf() != nil || f.left {
		return nil
	}
	p, gen := s.player, f.gen
	var cmd tea.Cmd
	cmd, f.making = s.errand("reading where they stand", func(ctx context.Context) tea.Msg {
		lanes, err := p.LanesWithin(ctx)
		return lanesMsg{gen, p, lanes, err}
	})
	return cmd
}

// giveUp ends the making of lanes, if a command makes some.
func (f *follow) giveUp() {
	f.gen++
	if f.making != nil {
		f.making()
		f.making = nil
	}
}

// lanesMade takes the lanes, unless nobody waits for them any more. Where esc
// ended their making they are not made again before somebody wants them anew.
func (s *Screen) lanesMade(m lanesMsg) tea.Cmd {
	f := &s.follow
	if m.gen != f.gen {
		return nil
	}
	f.giveUp()
	if m.of != s.player {
		return s.wantLanes()
	}
	s.laneOf()
	f.lanes, f.left = m.lanes, m.err != nil
	f.number++
	if step := f.step; step != "" {
		f.step = ""
		if m.err == nil {
			s.toChange(step)
		}
	}
	return nil
}

// followOrNot follows the selected engagement, or no more.
func (s *Screen) followOrNot() {
	r, ok := s.why.Selected()
	if s.focus == lanePane && s.follow.at < len(s.follow.paths) {
		r, ok = s.rowOf(s.follow.paths[s.follow.at])
	}
	if !ok {
		s.tell("Select an engagement to follow it.")
		return
	}
	f := &s.follow
	f.number++
	defer s.why.Refresh()
	if i := slices.Index(f.paths, r.path); i >= 0 {
		f.paths = slices.Delete(slices.Clone(f.paths), i, i+1)
		f.at = max(0, min(f.at, len(f.paths)-1))
		if len(f.paths) == 0 && s.focus == lanePane {
			s.focus = whyPane
			s.remember()
		}
		s.tell(r.name + " is followed no more.")
		return
	}
	f.paths = append(slices.Clone(f.paths), r.path)
	f.at, f.left = len(f.paths)-1, false
	s.pinned = true
	if modeOf(s.size) == one || s.zoomed {
		s.focus = lanePane
	}
	s.tell(r.name + " is followed; m again ends it.")
}

// followSign marks the followed ones among the rows.
func (s *Screen) followSign(r row) string {
	if slices.Contains(s.follow.paths, r.path) {
		return s.ses.Theme.Bullet + " "
	}
	return ""
}

// rowOf finds the row of an engagement, whether it is shown or not.
func (s *Screen) rowOf(path string) (row, bool) {
	for _, r := range s.look.rows {
		if r.path == path {
			return r, true
		}
	}
	return row{}, false
}

// laneRows is how many rows the lanes take where they stand beside other
// panes; 0 for none.
func (s *Screen) laneRows(body layout.Rect) int {
	n := len(s.follow.paths)
	if n == 0 || body.H < 18 {
		return 0
	}
	return min(2*n+laneLegend+2, body.H/3)
}

// laneLegend is how many rows the legend takes.
const laneLegend = 1

// inLanes moves along the lanes: left and right along the time, up and down
// from one to another.
func (s *Screen) inLanes(id keymap.ID, arg any) bool {
	f := &s.follow
	f.at = max(0, min(f.at, len(f.paths)-1))
	w := max(1, f.width)
	here := s.cellAt(s.head.At, w)
	switch id {
	case keymap.Left, keymap.Right:
		step := 1
		if id == keymap.Left {
			step = -1
		}
		if to := here + step; to >= 0 && to < w {
			s.move(s.player.Seek(s.bar.at(to, w)))
		}
		return true
	case keymap.First:
		s.move(s.player.Start())
		return true
	case keymap.Last:
		s.move(s.player.End())
		return true
	case keymap.Up:
		f.at--
	case keymap.Down:
		f.at++
	case keymap.Open:
		if len(f.paths) == 0 || !s.selectPath(f.paths[f.at]) {
			return false
		}
		return s.openTrace()
	case keymap.Click:
		p, ok := arg.(frame.Pointer)
		if !ok {
			return true
		}
		f.at = f.top + p.Y/2
		s.move(s.player.Seek(s.bar.at(p.X, w)))
	default:
		return false
	}
	f.at = max(0, min(f.at, len(f.paths)-1))
	f.number++
	if len(f.paths) > 0 {
		s.selectPath(f.paths[f.at])
	}
	return true
}

// laneRowsOf draws the lanes and their legend.
func (s *Screen) laneRowsOf(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	f := &s.follow
	lanes := s.laneOf()
	if lanes == nil {
		said := "Reading where they stand" + th.Ellipsis
		if f.left {
			said = "Not read where they stand, as that was canceled. Follow one anew to read it."
		}
		rows := frame.Wrap(said, max(1, size.W-2))
		for i, row := range rows {
			rows[i] = " " + th.Paint(theme.Muted, row)
		}
		return frame.Block(rows, size.W, size.H)
	}
	f.width = size.W
	head := s.cellAt(s.head.At, size.W)
	key := frame.Key{Version: f.number, W: size.W, H: size.H, Focused: focused, Look: th.Look(), Extra: s.look.number<<12 | uint64(head&0xfff)}
	return f.cache.Rows(key, func() frame.Rows {
		room := max(1, (size.H-laneLegend)/2)
		f.top = layout.Window(f.top, f.at, room, len(f.paths))
		var out []string
		used := map[string]bool{}
		for i := f.top; i < min(len(f.paths), f.top+room); i++ {
			r, ok := s.rowOf(f.paths[i])
			if !ok {
				out = append(out, " "+clean(f.paths[i])+": not in the catalog any more", "")
				continue
			}
			out = append(out, s.laneTitle(th, lanes, r, size.W, i == f.at, focused), s.laneCells(th, lanes, r.index, size.W, head, used))
		}
		legend := s.laneKey(th, used, size.W, len(f.paths) > room)
		if rest := max(laneLegend, size.H-len(out)); len(legend) > rest {
			legend = legend[:rest]
		}
		for len(out)+len(legend) < size.H {
			out = append(out, "")
		}
		out = append(out[:min(len(out), max(0, size.H-len(legend)))], legend...)
		return frame.Block(out, size.W, size.H)
	})
}

// laneTitle names a followed engagement and says where it stands at the head,
// since when and until when.
func (s *Screen) laneTitle(th *theme.Theme, lanes *replay.Lanes, r row, w int, selected, focused bool) string {
	now := lanes.At(r.index, s.look.at)
	words := standingWords(now)
	if from, ok := lanes.Prev(r.index, replay.Position{At: s.look.at.At, Events: s.look.at.Events + 1}); ok {
		words += " since " + clockOf(from.At)
	}
	if to, ok := lanes.Next(r.index, s.look.at); ok {
		words += ", next " + standingWords(lanes.At(r.index, to)) + " at " + clockOf(to.At)
	}
	line := frame.FitWith(clean(r.name)+": "+words, max(0, w-1), th.Ellipsis)
	switch {
	case selected && focused:
		return th.Over(theme.Selection, th.Selected+line)
	case selected:
		return th.Over(theme.SelectionQuiet, th.Selected+line)
	}
	return " " + line
}

func standingWords(s replay.Standing) string {
	switch {
	case !s.Open:
		return "no visit"
	case s.OnScreen:
		return "on the screen"
	}
	return s.Gate.String()
}

// laneCells draws a lane: a cell shows the furthest standing within it, and so
// any display, however short; the head's shows where it stands now.
func (s *Screen) laneCells(th *theme.Theme, lanes *replay.Lanes, engagement, w, head int, used map[string]bool) string {
	if w <= 0 {
		return ""
	}
	cells := make([]replay.Standing, w)
	stays := lanes.Stays(engagement)
	for i, stay := range stays {
		from, to := s.cellAt(stay.From.At, w), w-1
		if i+1 < len(stays) {
			to = s.cellAt(stays[i+1].From.At, w)
		}
		for x := from; x <= to; x++ {
			if x > from && x < to || further(stay.Standing, cells[x]) {
				cells[x] = stay.Standing
			}
		}
	}
	if head >= 0 && head < w {
		cells[head] = lanes.At(engagement, s.look.at)
	}
	var b strings.Builder
	for from := 0; from < w; {
		to := from + 1
		for to < w && to != head && from != head && cells[to] == cells[from] {
			to++
		}
		sign, look := standingSign(th, cells[from])
		used[sign] = true
		piece := strings.Repeat(sign, to-from)
		if from == head {
			b.WriteString(th.Over(theme.Selection, piece))
		} else {
			b.WriteString(th.Paint(look, piece))
		}
		from = to
	}
	return b.String()
}

// further tells whether a standing is nearer to showing than another.
func further(a, b replay.Standing) bool {
	rank := func(s replay.Standing) int {
		switch {
		case !s.Open:
			return 0
		case s.OnScreen:
			return engine.GateCount + 1
		}
		return 1 + int(s.Gate)
	}
	return rank(a) >= rank(b)
}

func standingSign(th *theme.Theme, s replay.Standing) (string, theme.Token) {
	switch {
	case !s.Open:
		return " ", theme.Muted
	case s.OnScreen:
		return th.Shown, theme.Display
	case s.Gate.Prospect():
		return gateSigns[s.Gate], theme.Info
	}
	return gateSigns[s.Gate], theme.Muted
}

// laneKey explains the signs of the lanes in sight, on as many rows as it
// takes.
func (s *Screen) laneKey(th *theme.Theme, used map[string]bool, w int, more bool) []string {
	var out []string
	if more {
		out = append(out, plural(len(s.follow.paths), "lane"))
	}
	if used[th.Shown] {
		out = append(out, th.Shown+" on the screen")
	}
	for g := engine.Shown; g > 0; g-- {
		if sign := gateSigns[g-1]; used[sign] {
			out = append(out, sign+" "+(g-1).String())
		}
	}
	if used[" "] {
		out = append(out, "blank: no visit")
	}
	rows := []string{""}
	for _, words := range out {
		last := &rows[len(rows)-1]
		if *last != "" && frame.Width(*last)+2+frame.Width(words) > w-2 {
			rows = append(rows, "")
			last = &rows[len(rows)-1]
		}
		if *last != "" {
			*last += "  "
		}
		*last += words
	}
	for i := range rows {
		rows[i] = " " + th.Paint(theme.Muted, frame.FitWith(rows[i], max(0, w-1), th.Ellipsis))
	}
	return rows
}

// cellAt is the column of an instant in a lane w cells wide.
func (s *Screen) cellAt(at journey.Instant, w int) int {
	return widget.Timeline{Length: s.bar.length()}.Cell(s.bar.place(at), w)
}
