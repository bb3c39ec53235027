package app

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
	"beckon/tui/widget"
)

// placeVersion is that of a place as it is kept; others are ignored.
const placeVersion = 1

// keepPlaceAfter is how long after something was done the place is kept: so
// much of the way is lost where a process is killed. Any other end is told, and
// the place is kept then as it is.
const keepPlaceAfter = 5 * time.Second

// placeBody is where a console is.
type placeBody struct {
	Version int                        `json:"version"`
	Screen  string                     `json:"screen"`
	Screens map[string]json.RawMessage `json:"screens,omitempty"`
}

// place is what is kept of where the console is.
type place struct {
	coming  bool                       // a message to keep it is on its way
	kept    string                     // as it was kept last
	back    map[string]json.RawMessage // places of screens that are not open yet
	writing sync.Mutex                 // what is asked for later is written later
	last    uint64                     // the latest that has been written, under writing
	turn    uint64

	first struct { // where the console begins, wherever it was
		screen string
		arg    any
	}

	greeting string // of who came back, until something else is said
	greeted  time.Time
}

// placeMsg says that the place is to be kept.
type placeMsg struct{}

// placeKeptMsg says that it could not be.
type placeKeptMsg struct{ err error }

// BeginAt has the console begin at a screen, and hand it arg.
func (r *Root) BeginAt(screen string, arg any) { r.place.first.screen, r.place.first.arg = screen, arg }

// here says where the console is.
func (r *Root) here() ([]byte, error) {
	b := placeBody{Version: placeVersion, Screen: r.screen().ID(), Screens: map[string]json.RawMessage{}}
	for i, s := range r.screens {
		if p, ok := s.(pane.Placing); ok && r.opened[i] {
			if at := p.Place(); json.Valid(at) {
				b.Screens[s.ID()] = at
			}
		} else if at := r.place.back[s.ID()]; at != nil {
			b.Screens[s.ID()] = at // nobody looked at it since
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("keeping the place: %w", err)
	}
	return body, nil
}

// keepPlaceSoon keeps the place some time after something was done.
func (r *Root) keepPlaceSoon(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.MouseClickMsg, tea.PasteMsg:
	default:
		return nil
	}
	if r.ses.Places == nil || r.place.coming || r.quitting {
		return nil
	}
	r.place.coming = true
	return pane.After(keepPlaceAfter, placeMsg{})
}

// keepPlace keeps the place, if it is another one.
func (r *Root) keepPlace() tea.Cmd {
	r.place.coming = false
	body, err := r.here()
	if err != nil || string(body) == r.place.kept || r.quitting {
		return nil
	}
	r.place.kept = string(body)
	r.place.turn++
	ctx, to, turn, p := r.ses.Ctx, r.ses.Places, r.place.turn, &r.place
	return func() tea.Msg { return placeKeptMsg{p.write(turn, func() error { return to.Keep(ctx, body) })} }
}

// write writes what was asked for in this turn, unless something later is
// written.
func (p *place) write(turn uint64, do func() error) error {
	p.writing.Lock()
	defer p.writing.Unlock()
	if turn <= p.last {
		return nil
	}
	p.last = turn
	return do()
}

// endPlace keeps the place of a console that was cut off, and forgets that of
// one that was quit.
func (r *Root) endPlace(ctx context.Context) {
	if r.ses.Places == nil {
		return
	}
	r.place.turn++
	err := r.place.write(r.place.turn, func() error {
		if r.quitting {
			return r.ses.Places.Forget(ctx)
		}
		body, err := r.here()
		if err != nil {
			return err
		}
		return r.ses.Places.Keep(ctx, body)
	})
	if err != nil {
		r.ses.Log.Error("keeping the place", "err", err)
	}
}

// begin goes to where an earlier session was cut off, else to the first screen.
func (r *Root) begin() tea.Cmd {
	b := r.ses.Back
	if b == nil {
		return r.goTo(0)
	}
	var body placeBody
	if json.Unmarshal(b.Place, &body) != nil || body.Version != placeVersion {
		return r.goTo(0)
	}
	r.place.back = body.Screens
	for i, s := range r.screens {
		if s.ID() == body.Screen {
			cmd := r.goTo(i)
			r.place.greeting, r.place.greeted = "You are back where you were cut off at "+r.ses.Clock(b.At)+".", r.ses.Now()
			r.toasts.Add(widget.Info, r.place.greeting, r.place.greeted)
			return cmd
		}
	}
	return r.goTo(0)
}

// greet puts the greeting of who came back before what else is said at once: one
// message takes the place of another on the screen, and the greeting would not be
// read. Line by line all are.
func (r *Root) greet(level widget.Level, said string) string {
	g := r.place.greeting
	if g == "" || r.ses.Lines || level != widget.Info || r.ses.Now().Sub(r.place.greeted) > 4*time.Second {
		return said
	}
	r.place.greeting = ""
	return g + " " + said
}

// returned leads a screen that was just opened to its place.
func (r *Root) returned(s pane.Screen) tea.Cmd {
	at := r.place.back[s.ID()]
	p, ok := s.(pane.Placing)
	if !ok || at == nil {
		return nil
	}
	delete(r.place.back, s.ID())
	return p.Return(at)
}
