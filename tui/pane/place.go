package pane

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// What follows lets an operator come back to where a session was cut off.
type (
	// Placing is a screen that can be come back to.
	Placing interface {
		// Place says where the screen is, as JSON of its own; nil: nowhere that is
		// worth coming back to.
		Place() []byte
		// Return goes to a place that Place gave, perhaps in an earlier Beckon. It is
		// called once, after Open. What it cannot make sense of it leaves.
		Return(place []byte) tea.Cmd
	}
	// Places is where the place of this session is kept. Its methods are called
	// from commands, and when the program has ended.
	Places interface {
		Keep(ctx context.Context, place []byte) error
		Forget(ctx context.Context) error
	}
	// Back is where a session was cut off.
	Back struct {
		Place []byte
		At    time.Time
	}
)
