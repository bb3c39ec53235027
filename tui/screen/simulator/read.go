package simulator

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
	"beckon/tui/widget"
)

var _ pane.Readable = (*Screen)(nil)

// Read implements pane.Readable: what the visitor sees at the head and what is
// known of him, with the engagements to choose from; or the trace of the one
// that was chosen.
func (s *Screen) Read() pane.Reading {
	if s.player == nil {
		return pane.Reading{Title: "Simulator", Lines: []string{"No journey is open: o chooses one."}}
	}
	if s.two != nil {
		return s.two.read()
	}
	s.refresh()
	if s.focus == tracePane && s.traced {
		return s.readTrace()
	}
	out := pane.Reading{Title: "Journey " + clean(base(s.rec.Name)) + ", visitor " + clean(s.player.Options().Visitor), Next: NextDecision}
	out.Lines = append(out.Lines, s.readHead()...)
	for _, part := range s.look.said {
		out.Lines = append(out.Lines, widget.Say(part...)...)
	}
	rows := s.why.Shown()
	for _, r := range rows {
		out.Items = append(out.Items, s.readRow(r))
	}
	out.Choose = func(i int) tea.Cmd {
		s.why.Select(rows[i].path)
		s.openTrace()
		return nil
	}
	return out
}

// readHead says where the head is, what happened there, and what is on the
// visitor's screen.
func (s *Screen) readHead() []string {
	f := &s.look.frame
	at := "At " + clockOf(s.look.at.At) + ", event " + number(f.Events) + " of " + number(len(s.player.Events())) + "."
	out := []string{at}
	if i := s.list.current(s.look.marks); i >= 0 {
		out = append(out, "Last: "+clean(s.list.items[s.list.shown[i]].words)+".")
	}
	if p := f.State.Page; p != nil {
		said := "The visitor is on " + clean(p.URL)
		if p.Title != "" {
			said += ", " + clean(p.Title)
		}
		out = append(out, said+".")
	} else {
		out = append(out, s.look.page.Away)
	}
	var shown []string
	refs := s.player.Engine().Engagements()
	for _, x := range f.State.Screen {
		e := refs[x.Engagement].Engagement
		shown = append(shown, clean(nameOf(e))+", "+strings.ReplaceAll(string(e.Format), "-", " ")+" in the "+clean(x.Zone)+" zone")
	}
	if len(shown) == 0 {
		return append(out, "Nothing is on the visitor's screen.")
	}
	return append(out, "On the screen: "+strings.Join(shown, "; ")+".")
}

// readRow says of an engagement whether it is shown, else which gate stopped
// it and by how much.
func (s *Screen) readRow(r row) string {
	out := clean(r.name) + " of " + clean(r.campaign) + ": "
	switch {
	case r.on != nil:
		return out + "shown " + clean(s.margin(r))
	case !r.evaluated:
		return out + "not evaluated yet"
	}
	out += r.gate.String()
	if m := s.whole(r); m != "" {
		out += ", " + clean(m)
	}
	return out
}

func (s *Screen) readTrace() pane.Reading {
	s.explain()
	t := &s.trace
	out := pane.Reading{Title: "Why, " + clean(t.title), Lines: widget.Say(t.head)}
	var say func([]widget.Node)
	say = func(nodes []widget.Node) {
		for _, n := range nodes {
			if said := t.said[n.Key]; said != "" {
				out.Lines = append(out.Lines, clean(said))
			} else {
				out.Lines = append(out.Lines, widget.Say(widget.L(n.Cells...))...)
			}
			say(n.Below)
		}
	}
	say(t.tree.Nodes())
	return out
}
