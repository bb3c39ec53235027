package pane

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
)

// What follows is for operators who read the console line by line and see no
// picture: in the accessible mode, screens say what they show, and forms ask
// one question after the other.
type (
	// Readable says in lines what the screen shows now.
	Readable interface {
		Read() Reading
	}

	// Reading is a screen in lines.
	Reading struct {
		// Title says where the operator is, on one line: while it stays the
		// same, only what changed below it is read again.
		Title string
		// Lines are sentences, without signs that only the eye tells apart.
		Lines []string
		// Items are what can be chosen, a line each, and Choose makes one of them
		// what actions are about.
		Items  []string
		Choose func(i int) tea.Cmd
		// Next is what an empty line does, and Before what going back means here;
		// where they are empty, the screen is read again, and goes back by its
		// own rule.
		Next, Before keymap.ID
		// Form is the form that is open; nil: none.
		Form Questions
	}

	// Questions is what is filled in line by line.
	Questions interface {
		// Ask asks from where the focus is on.
		Ask(Lines) Asked
		// Parts are the titles of what can be filled in by itself, and GoTo goes
		// to one of them.
		Parts() []string
		GoTo(part int)
		// At is where the focus is.
		At() (part int, path string)
	}

	// Lines is where questions are asked: a line out, a line in.
	Lines interface {
		Say(line string)
		// Read gives the next line without its end; false: there is none any
		// more.
		Read() (string, bool)
	}

	// Asked is why asking ended. The zero value says that everything was asked.
	Asked struct {
		// Ended says that there is no further line.
		Ended bool
		// Word is a line that is none of the form's: an order to the console,
		// which begins with a colon.
		Word string
		// Cmd is to be done, and questions of it answered, before the form goes
		// on asking; Held tells that there is something of the kind.
		Cmd  tea.Cmd
		Held bool
	}
)
