package simulator

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/mapping"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Screen is the simulator.
type Screen struct {
	ses *pane.Session
	src Source

	eng    *engine.Engine
	rec    *Recording
	who    int // visitor of the recording
	player *replay.Player
	head   replay.Position

	two        *two // what is compared; nil: one run is shown
	comparison comparison

	reading reading
	asked   int // the load that is being waited for; earlier ones are stale

	awaited            Catalog // that what is opened next is replayed through
	wanted, wantedName string  // what waits to be seen in the next file, and what it is called

	clock clock
	done  history

	// What is derived from the player and the head.
	look  look
	bar   bar
	why   *widget.Table[row]
	trace trace
	list  events
	users users
	ended ended
	facts [2]widget.Lines // side by side where there is room for both

	narrow  narrow
	group   grouping
	follow  follow
	lately  lately
	copied  copied
	offers  offers
	guise   guise
	whyFoot frame.Cache

	stages  *Stages // nil: simulators are not shared
	share   share
	adopted *replay.Player // of what another plays

	newer  string // who changed the catalog since it was compiled; empty: nobody
	near   bool   // rows by nearness to showing, else in the catalog's order
	pinned bool   // the operator chose a row; else the nearest is selected
	focus  place
	traced bool // where there is one place for both: the trace and not the rows
	lower  place
	zoomed bool
	hidden bool // another tab is shown
	size   layout.Size
	page   browser
	bottom frame.Cache
	drawn  drawn
}

// clock is the transport: while it plays, the head is a function of the
// session's clock.
type clock struct {
	playing bool
	speed   int // index into speeds
	gen     int // of the tick chain
	since   time.Time
	from    replay.Position
	until   replay.Position // where it stops by itself; zero: at the end
	skip    bool            // over what is idle
	loop    bool            // from the end to the beginning
}

// speeds are the factors of virtual over real time.
var speeds = [...]int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}

// startSpeed is the factor a screen begins with: a minute of a journey takes
// six seconds.
const startSpeed = 3

// New makes the screen over a source.
func New(src Source) *Screen {
	s := &Screen{src: src, near: true, lower: eventsPane, clock: clock{speed: startSpeed}}
	s.why = s.whyTable()
	return s
}

// ID implements pane.Screen.
func (s *Screen) ID() string { return "simulator" }

// Title implements pane.Screen.
func (s *Screen) Title() string { return "Simulator" }

// Scope implements pane.Screen.
func (s *Screen) Scope() string {
	if s.two != nil {
		return scopeTwo
	}
	return "simulator"
}

// Open implements pane.Screen: it reads the library and plays what comes
// first in it.
func (s *Screen) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.near = s.near && !ses.Lines // who goes by numbers wants them to stay
	return tea.Batch(s.begin(), s.readOffers(), s.listen(0))
}

// Update implements pane.Screen.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	cmd := s.update(msg)
	s.publish()
	return cmd
}

func (s *Screen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case tickMsg:
		return s.tick(m)
	case stageMsg:
		return s.staged(m)
	case adoptedMsg:
		return s.adoptedPlay(m)
	case newerMsg:
		return s.heard(m)
	case comparedMsg:
		return s.compared(m)
	case choicesMsg:
		s.askOtherCatalog(m)
	case motionMsg:
		return s.moment(m)
	case listedMsg:
		return s.listed(m)
	case loadedMsg:
		return s.loaded(m)
	case compiledMsg:
		return s.compiled(m)
	case shownMsg:
		return s.shown(m)
	case slicedMsg:
		return s.sliced(m)
	case lanesMsg:
		return s.lanesMade(m)
	case offersMsg:
		if m.err != nil {
			s.ses.Shell.Fail("reading the store's journeys", m.err)
			return nil
		}
		s.offers = m.offers
	case ownMsg:
		return s.askOwn(m)
	case keptMsg:
		return s.kept(m)
	case ranMsg:
		return s.ran(m)
	case droppedMsg:
		return s.dropped(m)
	case shelvedMsg, savedMsg:
		return s.shelved(msg)
	case catalogsMsg:
		s.askCatalog(m)
	case wornMsg:
		return s.worn(m)
	case tourMsg:
		return s.toured(m)
	}
	return nil
}

// Pause implements pane.Pausing: a hidden simulator stands still, and follows
// the catalog when it is shown again.
func (s *Screen) Pause(hidden bool) tea.Cmd {
	if s.hidden = hidden; hidden {
		s.stop()
		s.giveUp()
		s.follow.giveUp()
		s.follow.step = ""
		return nil
	}
	s.follow.left = false
	if !s.keys() {
		return tea.Batch(s.catchUp(), s.wantLanes())
	}
	return tea.Batch(s.recompile(), s.wantLanes())
}

// Receive implements pane.Receiver: it plays what it is handed in a [Watch],
// or, for the path of a campaign or an engagement, a visitor who sees it. A path
// may also name a journey, or a revision to replay through, see [OfJourney]; and
// it joins another session.
func (s *Screen) Receive(arg any) tea.Cmd {
	switch arg := arg.(type) {
	case Watch:
		if arg.Recording != nil {
			return s.watch(arg)
		}
	case mapping.Read:
		return s.readFile(arg.Path, "")
	case string:
		return s.handed(arg)
	case pane.Other:
		return s.Visit(arg)
	}
	return nil
}

// Filtered implements pane.Filtering.
func (s *Screen) Filtered() pane.Filterable {
	if s.two != nil {
		return s.two.filtered()
	}
	if s.focus == eventsPane {
		return &s.list
	}
	return rowsFilter{s}
}

// rowsFilter narrows the engagements, and goes to them: what was found is a
// step from its trace.
type rowsFilter struct{ s *Screen }

// Filter implements pane.Filterable.
func (f rowsFilter) Filter() string { return f.s.why.Filter() }

// SetFilter implements pane.Filterable.
func (f rowsFilter) SetFilter(q string) {
	s := f.s
	s.why.SetFilter(q)
	if s.player == nil {
		return
	}
	if q != "" {
		s.pinned = true
		if s.focus != whyPane {
			s.focus = whyPane
			s.remember()
		}
	}
	s.explain()
}

// Count implements pane.Filterable.
func (f rowsFilter) Count() (shown, total int) { return f.s.why.Count() }

// Hints implements pane.Hinting: where tab leads, which at one pane is the
// only sign of the others, and how two runs are left.
func (s *Screen) Hints() []pane.Hint {
	switch {
	case s.player == nil:
		return nil
	case s.two != nil:
		return []pane.Hint{{ID: keymap.NextPane, Words: s.two.hint()}, {ID: keymap.Back, Words: s.two.leads()}}
	}
	return []pane.Hint{{ID: keymap.NextPane, Words: strings.ToLower(paneTitles[s.step(1)])}}
}

// Kept implements pane.Keeping: the transport and the timeline.
func (s *Screen) Kept() int {
	if s.player == nil {
		return 0
	}
	_, bottom := s.arrange(s.size)
	if s.two != nil {
		_, bottom = s.two.arrange(s.size)
	}
	return bottom.H
}

// Crumbs implements pane.Located.
func (s *Screen) Crumbs() []string {
	if s.player == nil {
		return nil
	}
	name := base(s.rec.Name)
	out := []string{name}
	if id := s.player.Options().Visitor; id != name {
		out = append(out, id)
	}
	switch {
	case s.two != nil:
		out = append(out, "what if: "+s.two.names[1])
	case s.showsTrace() && s.focus == tracePane:
		if r, ok := s.why.Selected(); ok {
			out = append(out, r.name)
		}
	}
	return out
}

// Status implements pane.Reporting.
func (s *Screen) Status() string {
	if s.player == nil {
		return ""
	}
	return s.changedWords()
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if !s.mayDo(id) {
		return nil, true
	}
	cmd, handled := s.do(id, arg)
	s.publish()
	return tea.Batch(cmd, s.wantLanes()), handled
}

func (s *Screen) do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.two != nil {
		return s.two.do(id, arg)
	}
	if cmd, handled := s.chosen(id); handled {
		return cmd, true
	}
	if cmd, handled := s.transport(id, arg); handled {
		return cmd, true
	}
	if cmd, handled := s.answering(id, arg); handled {
		return cmd, true
	}
	if cmd, handled := s.asking(id); handled {
		return cmd, true
	}
	for _, do := range []func(keymap.ID) (tea.Cmd, bool){s.driving, s.editing, s.disguise, s.shelving, s.keeping} {
		if cmd, handled := do(id); handled {
			return cmd, true
		}
	}
	switch id {
	case keymap.NextPane:
		s.focus = s.step(1)
	case keymap.PrevPane:
		s.focus = s.step(-1)
	case Zoom:
		s.zoomed = !s.zoomed
	case Device:
		s.flip()
	case Tour:
		return s.askTour(), true
	case Share:
		if s.stages != nil && s.player != nil {
			return s.sharing(), true
		}
	case Rerun:
		if s.player != nil {
			return s.recompile(), true
		}
	case Sort:
		s.near = !s.near
		s.order()
	case keymap.Back:
		return nil, s.back()
	default:
		return s.inPane(id, arg)
	}
	s.remember()
	return nil, true
}

// back takes one step back: from one pane that fills the screen to all, from
// the trace to the rows, from any pane to the page, where nothing is selected.
func (s *Screen) back() bool {
	switch {
	case s.breakOff(), s.giveUp():
	case s.zoomed:
		s.zoomed = false
	case s.focus == whyPane && s.narrow.any():
		s.narrow = narrow{}
		s.order()
	case s.traced && s.focus == tracePane:
		s.traced, s.focus = false, whyPane
	case s.focus != pagePane:
		s.focus, s.pinned = pagePane, false
		s.order()
	default:
		return false
	}
	return true
}

// inPane hands an action to the pane that it is for.
func (s *Screen) inPane(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.player == nil {
		return nil, false
	}
	at := s.focus
	if p, ok := arg.(frame.Pointer); ok {
		if hit, ok := s.pointed(p); ok {
			at = hit
			if id == keymap.Click {
				s.focus = at
				s.remember()
				if _, edge := p.Arg.(place); edge {
					return nil, true
				}
			}
		}
	}
	switch at {
	case whyPane:
		if id == keymap.Open {
			return nil, s.openTrace()
		}
		switch s.why.Do(id, arg) {
		case widget.Handled:
			s.pinned = true
			s.explain()
			return nil, true
		case widget.Opened:
			return nil, s.openTrace()
		}
	case tracePane:
		return nil, s.trace.do(id, arg)
	case eventsPane:
		return nil, s.inEvents(id, arg)
	case lanePane:
		return nil, s.inLanes(id, arg)
	case visitorPane:
		below := s.facts[1].Do(id, arg)
		return nil, s.facts[0].Do(id, arg) != widget.Ignored || below != widget.Ignored
	case pagePane:
		return s.onPage(id)
	}
	return nil, false
}

// openTrace shows the trace of the selected engagement and goes there.
func (s *Screen) openTrace() bool {
	if _, ok := s.why.Selected(); !ok {
		return false
	}
	s.traced, s.pinned, s.focus = true, true, tracePane
	s.explain()
	return true
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	switch id {
	case OpenJourney, OpenFile, DriveOwn, Journeys, Scenarios:
		return ""
	case Share:
		if s.stages == nil {
			return "there is nobody to share it with"
		}
	case Rerun:
		if s.player != nil && s.newer == "" {
			return "it is the catalog as it is now"
		}
	case NextDiff, PrevDiff, NextSeen, PrevSeen, FirstDiff:
		if s.two != nil && len(s.two.diffs) == 0 {
			return "A and B are equal at every instant"
		}
	case Play, BothPlay:
		if s.ses.Still && s.player != nil {
			return "movement is off: step with . and >"
		}
	case Whose:
		if s.rec != nil && len(s.rec.Visitors) < 2 {
			return "there is one visitor only"
		}
	case keymap.Undo:
		if len(s.done.past) == 0 && s.reading.player == nil {
			return "nothing to undo"
		}
	case keymap.Redo:
		if len(s.done.future) == 0 {
			return "nothing to redo"
		}
	case Accept, Decline:
		if s.player != nil && len(s.look.frame.State.Screen) == 0 {
			return "nothing is on the visitor's screen"
		}
	}
	if s.player == nil {
		for _, a := range actions() {
			if a.ID == id {
				return "choose a journey first (o)"
			}
		}
	}
	return ""
}
