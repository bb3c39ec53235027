package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
)

// What the operator changes about an event of the journey: the one at the
// head. All of it is replayed.
const (
	EditEvent   keymap.ID = "simulator.event.edit"
	EditJSON    keymap.ID = "simulator.event.json"
	MoveEvent   keymap.ID = "simulator.event.move"
	CopyEvent   keymap.ID = "simulator.event.copy"
	DeleteEvent keymap.ID = "simulator.event.delete"
)

func editingActions() []keymap.Action {
	return []keymap.Action{
		{ID: EditEvent, Title: "Edit the event", Keys: []string{"E"}, Help: "Changes the fields of the event at the head; the rest is replayed at once."},
		{ID: EditJSON, Title: "Edit the event as JSON", Keys: []string{"J"}, Help: "Changes its line as journey files have it, judged while it is typed."},
		{ID: MoveEvent, Title: "Move the event in time", Keys: []string{"M"}, Help: "Lets the event happen later or earlier (+5s, -1m), or at a clock time."},
		{ID: CopyEvent, Title: "Do the event once more", Keys: []string{"*"}, Help: "Lets the event at the head happen twice."},
		{ID: DeleteEvent, Title: "Delete the event", Keys: []string{"delete", "_"}, Help: "Takes the event at the head out of the journey; ctrl+z takes it back."},
	}
}

// editing changes the event at the head.
func (s *Screen) editing(id keymap.ID) (tea.Cmd, bool) {
	switch id {
	case EditEvent, EditJSON, MoveEvent, CopyEvent, DeleteEvent:
	default:
		return nil, false
	}
	if s.player == nil {
		return nil, false
	}
	i, why := s.eventAtHead()
	if why != "" {
		s.tell(why)
		return nil, true
	}
	ev := s.player.Events()[i]
	what := text.Line(describeEvent(ev), 60)
	switch id {
	case EditEvent:
		s.editEvent(i, ev)
	case EditJSON:
		s.editLine(i, ev)
	case MoveEvent:
		s.moveEvent(i, ev)
	case CopyEvent:
		p, to := s.player.Insert(replay.Position{At: ev.At, Events: i + 1}, ev)
		return s.showDone(p, to, "once more: "+what), true
	case DeleteEvent:
		p, to := s.player.Delete(i)
		return s.showDone(p, to, "deleted: "+what), true
	}
	return nil, true
}

// askEvent asks what to do with the event at the head.
func (s *Screen) askEvent() {
	i, why := s.eventAtHead()
	title := "At " + clockOf(s.head.At)
	if why == "" {
		title = s.place(i, s.player.Events()[i])
	}
	var items []dialog.Item
	for _, a := range slices.Concat(editingActions(), drivingActions()) {
		it := dialog.Item{Title: a.Title, Detail: a.Help, Key: a.Label(), Value: a.ID}
		switch a.ID {
		case EditEvent, EditJSON, MoveEvent, CopyEvent, DeleteEvent:
			it.Disabled = strings.TrimSuffix(why, ".")
		case CutHere:
		default:
			continue
		}
		items = append(items, it)
	}
	for _, a := range watchingActions() {
		if a.ID == ActMenu {
			items = append(items, dialog.Item{Title: "Do something after it", Detail: a.Help, Key: a.Label(), Value: a.ID})
		}
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		cmd, _ := s.Do(it.Value.(keymap.ID), nil)
		return cmd
	}})
}

// eventAtHead is the index of the event that happened last, or why there is
// none to change: in the event list the line of the head may be what came of
// it later.
func (s *Screen) eventAtHead() (int, string) {
	i := s.head.Events - 1
	if i < 0 || i >= len(s.player.Events()) {
		return 0, "No event has happened yet: . goes to the next."
	}
	if s.focus == eventsPane {
		if n := s.list.current(s.look.marks); n >= 0 && s.list.items[s.list.shown[n]].at.At > s.player.Events()[i].At {
			return 0, "This line is no event of the journey: , goes to the event before."
		}
	}
	return i, ""
}

// place names an event for the title of a question.
func (s *Screen) place(i int, ev *journey.Event) string {
	return fmt.Sprintf("Event %d of %d, %s: %s", i+1, len(s.player.Events()), clockOf(ev.At), text.Line(describeEvent(ev), 40))
}

// editEvent asks for the event's fields.
func (s *Screen) editEvent(i int, ev *journey.Event) {
	if len(blanks[ev.Type]) == 0 {
		s.tell("A " + ev.Type.String() + " has no fields; _ deletes it, J makes another event of it.")
		return
	}
	p := s.player
	s.askFields(s.place(i, ev), "Change", ev, func(now *journey.Event) tea.Cmd { return s.replaceEvent(p, i, now) })
}

// editLine asks for the event as a line of JSON.
func (s *Screen) editLine(i int, ev *journey.Event) {
	p := s.player
	s.askLine(s.place(i, ev), "Change", lineOf(ev), func(now *journey.Event) tea.Cmd { return s.replaceEvent(p, i, now) })
}

// lineOf is the line of an event without what the journey knows: visitor,
// visit and instant.
func lineOf(ev *journey.Event) string {
	bare := *ev
	bare.Visitor, bare.Visit = "", ""
	line := journey.AppendEvent(nil, &bare)
	return "{" + string(line[bytes.Index(line, []byte(`"type"`)):])
}

// replaceEvent puts another event in the place of one, unless the journey is
// another by now.
func (s *Screen) replaceEvent(p *replay.Player, i int, ev *journey.Event) tea.Cmd {
	if p != s.player {
		return nil
	}
	if bytes.Equal(journey.AppendEvent(nil, ev), under(p.Events()[i], ev)) {
		return nil
	}
	q, to := p.Replace(i, ev)
	return s.showDone(q, to, "changed to: "+describeEvent(ev))
}

// under is an event's line under another's visitor, visit and instant.
func under(ev, as *journey.Event) []byte {
	out := *ev
	out.Visitor, out.Visit, out.At = as.Visitor, as.Visit, as.At
	return journey.AppendEvent(nil, &out)
}

var errMove = errors.New("say +5s, -1m or 10:15:30")

// moveEvent asks when the event happens.
func (s *Screen) moveEvent(i int, ev *journey.Event) {
	p := s.player
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: s.place(i, ev), Label: "When does it happen? So much later or earlier, or a clock time (UTC).", Hint: "such as +5s, -1m or 10:15:30", Max: 20,
		Check: func(v string) error { _, err := when(v, ev.At); return err },
		Then: func(v string) tea.Cmd {
			at, err := when(v, ev.At)
			if err != nil || p != s.player || at == ev.At {
				return nil
			}
			events := p.Events()
			n := sort.Search(len(events), func(k int) bool { return events[k].At > at })
			q, to := p.Move(i, replay.Position{At: at, Events: n})
			return s.showDone(q, to, "moved to "+clockOf(at)+": "+describeEvent(ev))
		},
	})
}

// when reads a time seen from another one: so much later or earlier, or the
// clock time of that day.
func when(v string, from journey.Instant) (journey.Instant, error) {
	v = strings.TrimSpace(v)
	if strings.HasPrefix(v, "+") || strings.HasPrefix(v, "-") {
		d, err := model.ParseDuration(v[1:])
		if err != nil {
			return 0, fmt.Errorf("so far: %w", err)
		}
		if v[0] == '-' {
			d = -d
		}
		at := from.Add(d)
		return at, inRange(at.Time())
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(form, v); err == nil {
			day := from.Time()
			return journey.At(time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)), nil
		}
	}
	return 0, errMove
}
