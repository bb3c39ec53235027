package simulator

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/pane"

	"beckon/model/replay"
)

// Share lets others see the simulator, hands them the keys, or leaves one that
// another shows.
const Share keymap.ID = "simulator.share"

func shareActions() []keymap.Action {
	return []keymap.Action{{ID: Share, Title: "Share the simulator", Keys: []string{"Z"},
		Help: "Lets others see it live, each in his own terminal; hands a guest the keys and takes them back; as a guest, leaves."}}
}

var (
	_ pane.Visitor = (*Screen)(nil)
	_ pane.Ending  = (*Screen)(nil)
)

// share is the part that the screen has in a simulator of several sessions.
type share struct {
	me    seat
	code  string // of the stage; empty: there is none
	now   seen
	guest bool
	asked int // of joins and waits: results of older ones are dropped

	sent  performance // as it was told or taken last
	plays uint64
	last  *replay.Player // whose play it is
	own   aside          // what a guest goes back to
}

// aside is what was played before a guest joined.
type aside struct {
	rec    *Recording
	who    int
	player *replay.Player
	head   replay.Position
	guise  guise
	done   history
}

// stageMsg is the next state of the stage.
type stageMsg struct {
	asked int
	now   seen
	err   error
}

// adoptedMsg is a player of what another plays.
type adoptedMsg struct {
	asked  int
	scene  performance
	player *replay.Player
	err    error
}

// SetStages tells where simulators are shared; without, they are not.
func (s *Screen) SetStages(on *Stages) { s.stages = on }

// Shown implements pane.Visitor.
func (s *Screen) Shown() string {
	if s.share.guest {
		return ""
	}
	return s.share.code
}

// Visit implements pane.Visitor.
func (s *Screen) Visit(o pane.Other) tea.Cmd {
	if s.stages == nil {
		return nil
	}
	s.leaveStage()
	h := &s.share
	h.me = seat{s.stages.enter(), s.ses.Who}
	if err := s.stages.join(o.Shows, o.Who, h.me); err != nil {
		s.tell(text.Line(o.Who, 40) + "'s simulator: " + err.Error() + ".")
		return nil
	}
	s.leaveTwo()
	h.code, h.guest, h.sent = o.Shows, true, performance{}
	h.now = seen{owner: seat{who: o.Who}, holder: seat{who: o.Who}} // until it is told
	h.own = aside{s.rec, s.who, s.player, s.head, s.guise, s.done}
	s.asked++ // what is being read for oneself comes too late
	return s.await()
}

func (s *Screen) await() tea.Cmd {
	h := &s.share
	h.asked++
	ctx, on, code, after, asked := s.ses.Ctx, s.stages, h.code, h.now.number, h.asked
	return pane.Wait(func() tea.Msg {
		now, err := on.next(ctx, code, after)
		return stageMsg{asked, now, err}
	})
}

// End implements pane.Ending.
func (s *Screen) End(context.Context) {
	if s.share.code != "" {
		s.stages.leave(s.share.code, s.share.me.id)
	}
}

// sharing does what Share asks for.
func (s *Screen) sharing() tea.Cmd {
	h := &s.share
	switch {
	case h.guest:
		s.leaveStage()
		s.tell("You have left; " + s.backWords() + ".")
		return nil
	case h.code == "":
		h.me = seat{s.stages.enter(), s.ses.Who}
		h.sent = s.playedNow()
		h.code = s.stages.open(h.me, h.sent)
		h.now = seen{owner: h.me, holder: h.me}
		s.tell("Others see your simulator when they choose you in Who is online; Z hands over the keys and ends it.")
		return s.await()
	}
	items := []dialog.Item{{Title: "Stop showing it", Detail: "Guests go back to their own.", Value: "stop"}}
	if h.now.holder.id != h.me.id {
		items = append(items, dialog.Item{Title: "Take the keys back", Detail: "Anything that you change does so, too.", Value: h.me})
	}
	for _, g := range h.now.guests {
		if g.id != h.now.holder.id {
			items = append(items, dialog.Item{Title: "Hand the keys to " + text.Line(g.who, 40), Detail: "He plays and drives, with his own role: a viewer still writes nothing.", Value: g})
		}
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Your simulator is shown", Hint: "type to search", Items: items, Start: min(1, len(items)-1), Then: func(it dialog.Item) tea.Cmd {
		if to, ok := it.Value.(seat); ok {
			s.stages.hand(h.code, h.me.id, to.id)
			return nil
		}
		s.leaveStage()
		s.tell("Nobody sees your simulator any more.")
		return nil
	}})
	return nil
}

// leaveStage ends the part in a stage; a guest gets his own journey back.
func (s *Screen) leaveStage() {
	h := &s.share
	if h.code == "" {
		return
	}
	s.stages.leave(h.code, h.me.id)
	guest, own := h.guest, h.own
	*h = share{asked: h.asked + 1, plays: h.plays}
	if !guest {
		return
	}
	s.asked++
	s.backToOwn(own)
}

// backToOwn gives a guest back what was played before.
func (s *Screen) backToOwn(own aside) {
	s.stop()
	s.rec, s.who, s.player, s.head, s.guise, s.done = own.rec, own.who, own.player, own.head, own.guise, own.done
	if s.player != nil {
		s.eng = s.player.Engine()
		s.refresh()
	}
}

func (s *Screen) backWords() string {
	if s.player == nil {
		return "o opens a journey of your own"
	}
	return "your own journey is back"
}

// keys tells whether this session has the keys of what is shown.
func (s *Screen) keys() bool { return s.share.code == "" || s.share.now.holder.id == s.share.me.id }

// looksOn are the actions that change nothing of what is played.
var looksOn = map[keymap.ID]bool{keymap.NextPane: true, keymap.PrevPane: true, keymap.Open: true, keymap.Back: true, keymap.Up: true, keymap.Down: true,
	keymap.PageUp: true, keymap.PageDown: true, keymap.HalfUp: true, keymap.HalfDown: true, keymap.First: true, keymap.Last: true, keymap.Left: true, keymap.Right: true,
	keymap.Click: true, keymap.Wheel: true, Zoom: true, Device: true, Sort: true, Share: true}

// mayDo lets an action through: a guest without the keys looks around, and an
// owner who changes something has the keys back.
func (s *Screen) mayDo(id keymap.ID) bool {
	if s.keys() {
		return true
	}
	if looksOn[id] && (s.focus != pagePane || id == keymap.NextPane || id == keymap.PrevPane || id == Zoom || id == Device || id == Sort || id == Share || id == keymap.Click) {
		return true
	}
	h := &s.share
	if h.guest {
		s.tell(text.Line(h.now.holder.who, 40) + " has the keys; Z leaves.")
		return false
	}
	s.stages.hand(h.code, h.me.id, h.me.id)
	h.now.holder = h.me
	s.tell("You have the keys back.")
	return true
}

// playedNow is what is played now.
func (s *Screen) playedNow() performance {
	h := &s.share
	if s.player == nil {
		return performance{}
	}
	if s.player != h.last {
		h.last = s.player
		h.plays++
	}
	out := performance{by: h.me.id, play: h.plays, name: s.rec.Name, events: s.player.Events(), o: s.player.Options(), eng: s.player.Engine(),
		head: s.head, speed: s.clock.speed}
	if s.sentPlayer() == s.player { // taken from another, and not changed
		out.by, out.play = h.sent.by, h.sent.play
	}
	if s.clock.playing {
		out.playing, out.head, out.since = true, s.clock.from, s.clock.since
	}
	return out
}

func (s *Screen) sentPlayer() *replay.Player { return s.adopted }

func (a performance) same(b performance) bool {
	return a.by == b.by && a.play == b.play && a.head == b.head && a.playing == b.playing && a.speed == b.speed && a.since.Equal(b.since)
}

// publish shows the others what is played, if it is something else by now.
func (s *Screen) publish() {
	h := &s.share
	if h.code == "" || !s.keys() || s.player == nil || s.two != nil {
		return
	}
	if now := s.playedNow(); !now.same(h.sent) {
		h.sent = now
		s.stages.put(h.code, h.me.id, now)
	}
}

// staged takes the next state of the stage.
func (s *Screen) staged(m stageMsg) tea.Cmd {
	h := &s.share
	if m.asked != h.asked || h.code == "" || s.ses.Ctx.Err() != nil {
		return nil
	}
	if m.err != nil {
		who := text.Line(h.now.owner.who, 40)
		h.code = "" // it is gone already
		guest, own := h.guest, h.own
		*h = share{asked: h.asked + 1, plays: h.plays}
		if guest {
			s.backToOwn(own)
			s.tell(who + " shows the simulator no longer; " + s.backWords() + ".")
		}
		return nil
	}
	had := h.now
	h.now = m.now
	if had.number != 0 && had.holder.id != m.now.holder.id {
		if m.now.holder.id == h.me.id {
			s.tell("You have the keys: play and drive.")
		} else {
			s.tell(text.Line(m.now.holder.who, 40) + " has the keys.")
		}
	}
	cmd := s.await()
	if m.now.cut != "" {
		s.stop() // at what was seen last
		h.sent.speed = -1
		if m.now.cut != had.cut {
			s.tell(s.cutWords())
		}
		return cmd
	}
	if had.cut != "" {
		s.tell(text.Line(h.now.holder.who, 40) + " is heard again.")
	}
	if sc := m.now.scene; sc.eng != nil && !sc.same(h.sent) && (m.now.holder.id != h.me.id || had.number == 0 && h.guest) {
		return tea.Batch(cmd, s.adopt(sc))
	}
	return cmd
}

// adopt follows what another plays.
func (s *Screen) adopt(sc performance) tea.Cmd {
	h := &s.share
	if s.player != nil && s.adopted == s.player && h.sent.by == sc.by && h.sent.play == sc.play {
		h.sent = sc
		return s.adoptClock(sc)
	}
	asked := h.asked
	return func() tea.Msg {
		p, err := replay.NewPlayer(sc.eng, sc.events, sc.o)
		return adoptedMsg{asked, sc, p, err}
	}
}

func (s *Screen) adoptedPlay(m adoptedMsg) tea.Cmd {
	h := &s.share
	switch {
	case h.code == "" || m.asked > h.asked:
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("following the simulator", m.err)
		return nil
	}
	return s.ready(m.player, "", func() tea.Cmd {
		s.leaveTwo()
		s.rec = &Recording{Name: m.scene.name, Visitors: []Visitor{{ID: m.scene.o.Visitor, Events: m.scene.events}}}
		s.who, s.eng, s.player, s.adopted = 0, m.scene.eng, m.player, m.player
		s.guise, s.done = guise{}, history{}
		h.sent = m.scene
		return s.adoptClock(m.scene)
	})
}

// adoptClock puts the head where the other's is, and lets it run as his does.
func (s *Screen) adoptClock(sc performance) tea.Cmd {
	s.stop()
	s.head, s.clock.speed = sc.head, max(0, min(sc.speed, len(speeds)-1))
	if end := s.player.End(); end.Before(s.head) { // another host says so
		s.head = end
	}
	if !sc.playing {
		s.refresh()
		return nil
	}
	s.clock.playing, s.clock.from, s.clock.since = true, sc.head, sc.since
	s.clock.gen++
	s.refresh()
	return s.nextTick()
}

// shareNotice says who shows the simulator, and who has the keys.
func (s *Screen) shareNotice() string {
	h := &s.share
	if h.code == "" {
		return ""
	}
	holder := text.Line(h.now.holder.who, 40)
	if h.now.holder.id == h.me.id {
		holder = "you"
	}
	switch {
	case h.guest && h.now.number == 0 && h.sent.eng == nil:
		return "Waiting for " + text.Line(h.now.owner.who, 40) + "'s simulator. Z leaves."
	case h.now.cut != "":
		return s.cutWords()
	case h.guest:
		return fmt.Sprintf("%s shows this simulator; keys: %s. Z leaves.", text.Line(h.now.owner.who, 40), holder)
	}
	if n := len(h.now.guests); n > 0 {
		return fmt.Sprintf("You show this simulator to %s; keys: %s.", plural(n, "guest"), holder)
	}
	return "You show this simulator; nobody looks on yet."
}

// cutWords says why what is shown may be behind, on one line of a small terminal.
func (s *Screen) cutWords() string {
	h := &s.share
	who, ends := text.Line(h.now.holder.who, 18), "Z takes the keys back."
	if h.guest {
		ends = "Z leaves."
	}
	switch h.now.cut {
	case cutAway:
		return fmt.Sprintf("Cut off from %s's host: this is how it stood last. %s", who, ends)
	case cutGone:
		return fmt.Sprintf("%s's host does not answer: this is how it stood last. %s", text.Line(h.now.owner.who, 18), ends)
	}
	return fmt.Sprintf("%s's simulator: %s. %s", who, h.now.cut, ends)
}

// catchUp goes to where the other is by now.
func (s *Screen) catchUp() tea.Cmd {
	h := &s.share
	h.now.number, h.sent, s.adopted = 0, performance{}, nil
	return s.await()
}
