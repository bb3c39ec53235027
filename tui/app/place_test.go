package app_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// Who was cut off comes back to the screen and is told so, together with what
// else is said in the same moment; what is said later stands alone.
func TestWhoComesBackIsGreeted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		after time.Duration
		both  bool
	}{"at once": {time.Second, true}, "later": {5 * time.Second, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tuitest.Run(t, layout.Size{W: 120, H: 24}, func() tea.Model {
				root, err := app.New(&app.Session{Who: "ana", Now: time.Now, Back: &pane.Back{Place: []byte(`{"version":1,"screen":"pears"}`), At: time.Now()}},
					newOrchard("apples", "Apples", 3), newOrchard("pears", "Pears", 3))
				if err != nil {
					t.Fatal(err)
				}
				return root
			}, func(d *tuitest.Driver) {
				d.Expect("You are back where you were cut off at", "Pears")
				d.Wait(tt.after)
				d.Press("y", "o")
				d.Expect("cut fruit 000")
				if tt.both {
					d.Expect("You are back where you were cut off at")
				} else {
					d.ExpectNot("You are back where you were cut off")
				}
			})
		})
	}
}
