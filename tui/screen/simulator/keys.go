package simulator

import (
	"slices"

	"beckon/tui/keymap"
)

// The actions of the screen.
const (
	Play         keymap.ID = "simulator.play"
	NextEvent    keymap.ID = "simulator.event.next"
	PrevEvent    keymap.ID = "simulator.event.previous"
	NextDecision keymap.ID = "simulator.decision.next"
	PrevDecision keymap.ID = "simulator.decision.previous"
	Accept       keymap.ID = "simulator.accept"
	Decline      keymap.ID = "simulator.decline"
	OpenJourney  keymap.ID = "simulator.open"
	OpenFile     keymap.ID = "simulator.file"
	Whose        keymap.ID = "simulator.visitor"
	Faster       keymap.ID = "simulator.faster"
	Slower       keymap.ID = "simulator.slower"
	GoTo         keymap.ID = "simulator.goto"
	Restart      keymap.ID = "simulator.restart"
	ToEnd        keymap.ID = "simulator.end"
	Seed         keymap.ID = "simulator.seed"
	Sort         keymap.ID = "simulator.sort"
	Zoom         keymap.ID = "simulator.zoom"
	Why          keymap.ID = "simulator.why"
	Narrow       keymap.ID = "simulator.narrow"
	Group        keymap.ID = "simulator.group"
	Follow       keymap.ID = "simulator.follow"
	NextChange   keymap.ID = "simulator.change.next"
	PrevChange   keymap.ID = "simulator.change.previous"
	NextDisplay  keymap.ID = "simulator.display.next"
	PrevDisplay  keymap.ID = "simulator.display.previous"
	CopyText     keymap.ID = "simulator.copy.text"
	CopyJSON     keymap.ID = "simulator.copy.json"
	SkipIdle     keymap.ID = "simulator.skip"
	Loop         keymap.ID = "simulator.loop"
	Device       keymap.ID = "simulator.device"
	Tour         keymap.ID = "simulator.tour"
)

// Seek and Tap are what the mouse asks of the timeline and of an engagement
// on the page; they have no key, since the actions above do the same.
const (
	seek keymap.ID = "simulator.seek"
	tap  keymap.ID = "simulator.tap"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	return []keymap.Scope{
		{Name: "simulator", Title: "Simulator", Actions: actions()},
		{Name: scopeTwo, Title: "Simulator, two runs", Leak: keymap.LeakGlobal, Actions: twoActions()},
	}
}

func actions() []keymap.Action {
	return slices.Concat(watchingActions(), whatIfActions(), drivingActions(), editingActions(), guiseActions(), journeyActions(), keepingActions(), newerActions(), shareActions())
}

// watchingActions are those that leave the journey as it is, and the answers.
func watchingActions() []keymap.Action {
	return []keymap.Action{
		{ID: Play, Drawn: true, Title: "Play or pause", Hint: "play", Keys: []string{"space"}, Help: "Plays the journey from the head on, or stops there; at the end it begins anew."},
		{ID: Why, Title: "Why, or why not?", Hint: "why", Keys: []string{"w"}, Help: "Chooses an engagement, the nearest to showing first, and explains it gate by gate."},
		{ID: Accept, Title: "Accept as the visitor", Hint: "accept", Keys: []string{"a"}, Help: "The visitor clicks what is on the screen; the rest of the journey is replayed."},
		{ID: Decline, Title: "Decline as the visitor", Hint: "decline", Keys: []string{"x"}, Help: "The visitor closes what is on the screen; the rest of the journey is replayed."},
		{ID: ActMenu, Title: "Act as the visitor", Hint: "act", Keys: []string{"u", "insert"}, Help: "Chooses what the visitor does at the head: open a page, fill the cart, meet an error and more."},
		{ID: NextDecision, Title: "Next decision", Hint: "decision", Keys: []string{">", "n"}, Help: "Goes to the next display, answer, goal or change of a gate; down does so on the page."},
		{ID: PrevDecision, Title: "Previous decision", Keys: []string{"<", "p"}, Help: "Goes to the decision before; up does so on the page."},
		{ID: NextEvent, Title: "Next event", Hint: "event", Keys: []string{"."}, Help: "Goes to the next event of the journey; right does so on the page."},
		{ID: PrevEvent, Title: "Previous event", Keys: []string{","}, Help: "Goes to the event before; left does so on the page."},
		{ID: NextChange, Title: "Next change of its gate", Keys: []string{"c"}, Help: "Goes to the next instant at which the selected engagement stands at another gate."},
		{ID: PrevChange, Title: "Previous change of its gate", Keys: []string{"C"}, Help: "Goes to the last instant at which the selected engagement came to another gate."},
		{ID: NextDisplay, Title: "Next display", Keys: []string{"N"}, Help: "Goes to the next instant at which anything is displayed."},
		{ID: PrevDisplay, Title: "Previous display", Keys: []string{"P"}, Help: "Goes to the display before."},
		{ID: Follow, Title: "Follow, or no more", Keys: []string{"m"}, Help: "Marks the selected engagement: a lane shows its gate at every instant; several may be followed."},
		{ID: Narrow, Title: "Show which engagements", Keys: []string{"f"}, Help: "Narrows the rows to a gate, a zone or a campaign; esc shows all again."},
		{ID: Group, Title: "Group the rows", Keys: []string{"b"}, Help: "Puts the rows together by campaign, by zone, by gate, or in one list."},
		{ID: CopyText, Title: "Copy the explanation", Keys: []string{"y"}, Help: "Copies the selected engagement's explanation, its trace, as text; pressed again it is shown to be read."},
		{ID: CopyJSON, Title: "Copy the explanation as JSON", Keys: []string{"Y"}, Help: "Exports the trace: copies it as the record that beckon replay --json --trace prints; pressed again it is shown."},
		{ID: SkipIdle, Title: "Skip what is idle, or not", Keys: []string{"i"}, Help: "While playing, jumps over stretches without an event or a decision."},
		{ID: Loop, Title: "Loop, or stop at the end", Keys: []string{"L"}, Help: "While playing, begins anew at the end."},
		{ID: OpenJourney, Title: "Open a journey", Hint: "journey", Keys: []string{"o"}, Help: "Chooses a journey of the library, or a file."},
		{ID: OpenFile, Title: "Open a file", Keys: []string{"O"}, Help: "Asks for the path of a file with journeys."},
		{ID: Whose, Title: "Choose the visitor", Keys: []string{"v"}, Help: "Chooses one of the visitors of a file."},
		{ID: Faster, Drawn: true, Title: "Faster", Keys: []string{"+"}, Help: "Plays faster, up to 1000 times."},
		{ID: Slower, Drawn: true, Title: "Slower", Keys: []string{"-"}, Help: "Plays slower, down to real time."},
		{ID: GoTo, Title: "Go to", Keys: []string{"t"}, Help: "Goes to a share of the timeline (40%), a clock time (10:15:30) or so far on or back (+30s, -2m)."},
		{ID: Restart, Title: "To the beginning", Keys: []string{"r"}, Help: "Goes to the beginning; home does so on the page."},
		{ID: ToEnd, Title: "To the end", Keys: []string{"e"}, Help: "Goes to where nothing more comes; end does so on the page."},
		{ID: Seed, Title: "Change the seed", Keys: []string{"S"}, Help: "Changes the number that all draws and control groups hang on; ctrl+z takes it back."},
		{ID: Sort, Title: "Order of the rows", Keys: []string{"s"}, Help: "Orders the engagements by how near they are to showing, or as in the catalog."},
		{ID: Zoom, Drawn: true, Title: "One pane or all", Keys: []string{"z"}, Help: "Gives the whole screen to the pane with the focus, and back."},
		{ID: Device, Drawn: true, Title: "Desktop or phone", Keys: []string{"d"}, Help: "Shows the page on the other device than the visitor's; enter on the page opens a corner or a panel."},
		{ID: Tour, Title: "Tour of this campaign", Help: "A guided tour of the selected engagement's campaign; any key ends it."},
	}
}
