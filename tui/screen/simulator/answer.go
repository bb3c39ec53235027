package simulator

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/page"
)

// history is what the operator did as the visitor: the players before and
// after, for undo and redo.
type history struct{ past, future []version }

// version is a journey as it was, and what was done to it.
type version struct {
	player *replay.Player
	head   replay.Position
	guise  guise
	what   string
}

// longestHistory bounds what is kept.
const longestHistory = 200

// change replaces the journey by one that was gone through ([Screen.ready]).
func (s *Screen) change(p *replay.Player, to replay.Position, what string) {
	s.done.past = append(s.done.past, s.version(what))
	if n := len(s.done.past); n > longestHistory {
		s.done.past = s.done.past[n-longestHistory:]
	}
	s.done.future = nil
	s.player, s.eng = p, p.Engine()
	s.move(to)
}

// version is the journey as it is.
func (s *Screen) version(what string) version { return version{s.player, s.head, s.guise, what} }

// restore shows a journey as it was. Where the catalog in force has changed
// since, it is replayed through the one that is.
func (s *Screen) restore(v version, then func()) tea.Cmd {
	p := v.player
	if v.guise.catalog == s.guise.catalog && p.Engine() != s.eng {
		p, _ = p.WithEngine(v.head, s.eng)
	}
	return s.ready(p, v.what, func() tea.Cmd {
		then()
		s.player, s.eng, s.guise = p, p.Engine(), v.guise
		s.move(v.head)
		return s.recompile()
	})
}

// undo and redo step through what was done.
func (s *Screen) undo() (tea.Cmd, bool) {
	n := len(s.done.past)
	switch {
	case s.breakOff():
		return nil, true
	case n == 0:
		return nil, false
	}
	v := s.done.past[n-1]
	return s.restore(v, func() {
		s.done.past = s.done.past[:n-1]
		s.done.future = append(s.done.future, s.version(v.what))
		s.tell("Undone: " + v.what + "; ctrl+y does it again.")
	}), true
}

func (s *Screen) redo() (tea.Cmd, bool) {
	n := len(s.done.future)
	if n == 0 || s.reading.player != nil {
		return nil, false
	}
	v := s.done.future[n-1]
	return s.restore(v, func() {
		s.done.future = s.done.future[:n-1]
		s.done.past = append(s.done.past, s.version(v.what))
		s.tell("Done again: " + v.what + "; ctrl+z takes it back.")
	}), true
}

// changedWords says how the journey differs from what was read, and that from
// the file.
func (s *Screen) changedWords() string {
	var full, short []string
	if said := s.readingWords(); said != "" {
		full, short = append(full, said), append(short, said)
	}
	if lost := s.rec.Lost.short(); lost != "" {
		full, short = append(full, lost), append(short, lost)
	}
	for _, f := range s.guise.forces(s.player) {
		full, short = append(full, f.words), append(short, f.short)
	}
	if n := len(s.done.past); n > 0 {
		full, short = append(full, plural(n, "change")+" of yours"), append(short, plural(n, "change"))
	}
	dot := " " + s.ses.Theme.Dot + " "
	out := strings.Join(full, dot)
	if frame.Width(out) > s.size.W/2 {
		out = strings.Join(short, dot)
	}
	return out
}

func (s *Screen) answering(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.player == nil {
		return nil, false
	}
	switch id {
	case Accept:
		return s.respond(journey.Accept), true
	case Decline:
		return s.respond(journey.Decline), true
	case tap:
		p, _ := arg.(frame.Pointer)
		if spot, ok := p.Arg.(page.Spot); ok {
			if spot.Opens {
				s.fold(spot.Path)
			} else if i, ok := s.eng.Index(spot.Path); ok {
				return s.answer(i, spot.Action), true
			}
		}
		return s.animate(), true
	case keymap.Undo:
		return s.undo()
	case keymap.Redo:
		return s.redo()
	}
	return nil, false
}

// respond answers what is on the screen: what is selected, if it is there, or
// the only one; else it asks which.
func (s *Screen) respond(a journey.Action) tea.Cmd {
	on := s.look.frame.State.Screen
	if len(on) == 0 {
		return nil
	}
	if r, ok := s.why.Selected(); ok && (s.focus == whyPane || s.focus == tracePane) {
		if _, there := s.look.shown[r.index]; there {
			return s.answer(r.index, a)
		}
	}
	if len(on) == 1 {
		return s.answer(on[0].Engagement, a)
	}
	refs := s.eng.Engagements()
	items := make([]dialog.Item, len(on))
	for i, x := range on {
		e := refs[x.Engagement].Engagement
		items[i] = dialog.Item{Title: nameOf(e), Detail: refs[x.Engagement].Path + ", " + string(e.Format) + " in the " + x.Zone + " zone.", Key: string(e.Format), Value: x.Engagement}
	}
	title := "Accept which?"
	if a == journey.Decline {
		title = "Decline which?"
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Items: items, Then: func(it dialog.Item) tea.Cmd {
		return s.answer(it.Value.(int), a)
	}})
	return nil
}

// answer lets the visitor answer at the head; what comes after is replayed.
func (s *Screen) answer(engagement int, a journey.Action) tea.Cmd {
	if _, there := s.look.shown[engagement]; !there {
		s.tell("It is not on the screen any more.")
		return nil
	}
	name := text.Line(nameOf(s.eng.Engagements()[engagement].Engagement), 60)
	p, at := s.player.Answer(s.head, engagement, a)
	what := "accepted " + name
	if a == journey.Decline {
		what = "declined " + name
	}
	return s.showDone(p, at, what)
}
