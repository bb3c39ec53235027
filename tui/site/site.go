// Package site asks of which web site a log is.
//
// A web server's log has the paths of pages and nothing of the site before
// them, which conditions look at all the same. Where nobody said it, whoever
// reads a log for a screen refuses with a [Needed], which proposes what is most
// likely, and the screen has [Ask] put the question and reads again.
package site

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/tui/dialog"
	"beckon/tui/pane"
)

// Needed says that a log has paths alone, and that nobody said of which site.
type Needed struct {
	Proposed string // what the URLs may begin with; empty: nothing tells
}

// Error implements error; who reads says which log.
func (n *Needed) Error() string {
	return "it has paths alone, and it was not said what its URLs begin with"
}

// Ask asks of which site a log is where reading it failed for that, and tells
// whether it did. Then is handed what its URLs begin with; it is not called
// where the operator leaves the question.
func Ask(shell pane.Shell, err error, then func(host string) tea.Cmd) bool {
	var n *Needed
	if !errors.As(err, &n) {
		return false
	}
	shell.AskLater(&dialog.Prompt{Title: "Which site is the traffic of?", Label: "It has the paths of pages alone. What do their addresses begin with?", Hint: "such as https://www.example.com",
		Value: n.Proposed, Max: 200,
		Check: func(v string) error { _, err := journey.ParseHost(v); return err },
		Then: func(v string) tea.Cmd {
			host, err := journey.ParseHost(v)
			if err != nil {
				return nil
			}
			return then(host)
		}})
	return true
}
