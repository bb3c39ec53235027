package pane

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A guided tour goes through the console by itself, with captions, until it is
// over or a key is pressed. A screen that is a [Guide] makes it of data; the
// shell shows the captions and keeps the time.
type (
	// TourOf is the message that asks for a tour of a campaign, by its ID; empty
	// leaves the choice to the guide. All chance hangs on the seed.
	TourOf struct {
		Campaign string
		Seed     uint64
	}

	// Guide makes tours: what its command returns in the end is a [Tour], or
	// nothing where it failed and said so.
	Guide interface {
		Tour(TourOf) tea.Cmd
	}

	// Tour is the message that begins a tour.
	Tour struct {
		Stops []Stop
		// End is called once when the tour is over, for whatever reason; nil:
		// there is nothing to tidy up.
		End func()
	}

	// Stop is one caption and what leads to what it is about.
	Stop struct {
		Caption string
		// Do is called on the program's goroutine before the caption is shown; nil:
		// everything stays.
		Do func() tea.Cmd
	}
)

// How fast people read who look at a picture, too, and how long it takes them to
// see that there is something new to read.
const (
	wordsAMinute = 200
	notice       = 1500 * time.Millisecond
	leastShown   = 3 * time.Second
)

// ReadingTime is how long a caption stays.
func ReadingTime(caption string) time.Duration {
	words := len(strings.Fields(caption))
	return max(leastShown, notice+time.Duration(words)*time.Minute/wordsAMinute)
}
