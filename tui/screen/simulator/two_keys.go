package simulator

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// The actions of two runs side by side.
const (
	WhatIf      keymap.ID = "simulator.whatif"
	NextDiff    keymap.ID = "simulator.two.next"
	PrevDiff    keymap.ID = "simulator.two.previous"
	NextSeen    keymap.ID = "simulator.two.seen.next"
	PrevSeen    keymap.ID = "simulator.two.seen.previous"
	FirstDiff   keymap.ID = "simulator.two.first"
	OtherSide   keymap.ID = "simulator.two.side"
	BothPlay    keymap.ID = "simulator.two.play"
	BothNext    keymap.ID = "simulator.two.event.next"
	BothPrev    keymap.ID = "simulator.two.event.previous"
	BothFaster  keymap.ID = "simulator.two.faster"
	BothSlower  keymap.ID = "simulator.two.slower"
	BothGoTo    keymap.ID = "simulator.two.goto"
	BothStart   keymap.ID = "simulator.two.start"
	BothEnd     keymap.ID = "simulator.two.end"
	BothZoom    keymap.ID = "simulator.two.zoom"
	OtherWhatIf keymap.ID = "simulator.two.whatif"
)

// scopeTwo is where two runs are side by side. What the one run answers to is
// out of reach there: the runs stay as they are.
const scopeTwo = "simulator.two"

func whatIfActions() []keymap.Action {
	return []keymap.Action{
		{ID: WhatIf, Title: "What if?", Hint: "what if", Keys: []string{"="}, Help: "Runs the journey a second time, with another seed, date, catalog, control group or answer, beside the first."},
	}
}

func twoActions() []keymap.Action {
	return []keymap.Action{
		{ID: NextDiff, Title: "Next difference", Hint: "difference", Keys: []string{"n", ">"}, Help: "Goes to where the two runs differ next; down does so on a page."},
		{ID: PrevDiff, Title: "Previous difference", Keys: []string{"p", "<"}, Help: "Goes to the difference before; up does so on a page."},
		{ID: NextSeen, Title: "Next difference to be seen", Keys: []string{"N"}, Help: "Goes to the next difference of a visit, a display, an answer or a goal, over those of gates."},
		{ID: PrevSeen, Title: "Previous difference to be seen", Keys: []string{"P"}, Help: "Goes to the one before."},
		{ID: FirstDiff, Title: "First difference", Hint: "first", Keys: []string{"f"}, Help: "Goes to where the two runs part."},
		{ID: OtherSide, Title: "The other side", Hint: "A or B", Drawn: true, Keys: []string{"s"}, Help: "Goes from A to B and back; where one fills the screen, it swaps them."},
		{ID: BothPlay, Title: "Play or pause both", Hint: "play", Drawn: true, Keys: []string{"space"}, Help: "Plays both runs from the head on, locked in time, or stops there."},
		{ID: BothNext, Title: "Next event of either", Keys: []string{"."}, Help: "Goes to the next event of either run; right does so on a page."},
		{ID: BothPrev, Title: "Previous event of either", Keys: []string{","}, Help: "Goes to the event before; left does so on a page."},
		{ID: BothFaster, Title: "Play both faster", Drawn: true, Keys: []string{"+"}, Help: "Plays faster, up to 1000 times."},
		{ID: BothSlower, Title: "Play both slower", Drawn: true, Keys: []string{"-"}, Help: "Plays slower, down to real time."},
		{ID: BothGoTo, Title: "Go to, both", Keys: []string{"t"}, Help: "Takes both runs to a share of the timeline, a clock time of A, or so far on or back."},
		{ID: BothStart, Title: "Both to the beginning", Keys: []string{"r"}, Help: "Takes both runs to the beginning; home does so on a page."},
		{ID: BothEnd, Title: "Both to the end", Keys: []string{"e"}, Help: "Takes both runs to where nothing more comes; end does so on a page."},
		{ID: BothZoom, Title: "One pane, or both runs", Drawn: true, Keys: []string{"z"}, Help: "Gives the whole screen to the pane with the focus, and back."},
		{ID: OtherWhatIf, Title: "Another what if", Keys: []string{"="}, Help: "Compares the journey as it is with something else; esc leaves the comparison."},
	}
}

// Read says in lines where the two runs are and in what they differ.
func (t *two) read() pane.Reading {
	out := pane.Reading{Title: "Two runs: A " + clean(t.names[0]) + ", B " + clean(t.names[1]), Next: NextDiff}
	if t.traced {
		for i, side := range t.sides {
			r := side.readTrace()
			out.Lines = append(out.Lines, twoTitles[i]+", "+clean(t.names[i])+". "+r.Title+".")
			if key, _ := side.why.SelectedKey(); key != t.path {
				out.Lines = append(out.Lines, "It is not in this catalog.")
				continue
			}
			out.Lines = append(out.Lines, r.Lines...)
		}
		return out
	}
	out.Lines = append(out.Lines, clean(t.story()))
	for i, side := range t.sides {
		for _, l := range side.readHead() {
			out.Lines = append(out.Lines, twoTitles[i]+": "+l)
		}
	}
	rows := t.rows.Shown()
	for _, p := range rows {
		out.Items = append(out.Items, clean(p.name)+" of "+clean(p.campaign)+": "+clean(p.codes[0])+" in A, "+clean(p.codes[1])+" in B")
	}
	out.Choose = func(i int) tea.Cmd {
		t.rows.Select(rows[i].path)
		t.openTraces(rows[i].path)
		return nil
	}
	return out
}

// filtered is the list that "/" narrows.
func (t *two) filtered() pane.Filterable {
	if t.focus == pairPane {
		return filterOf[pair]{t.rows, t}
	}
	return filterOf[int]{t.list, t}
}

// filterOf narrows one of the lists.
type filterOf[T any] struct {
	*widget.Table[T]
	t *two
}

// SetFilter implements pane.Filterable.
func (f filterOf[T]) SetFilter(q string) {
	f.Table.SetFilter(q)
	f.t.number++
}
