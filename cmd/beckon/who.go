package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/tui/pane"
)

// whoOut is a session as who tells of it.
type whoOut struct {
	Operator string    `json:"operator"`
	Role     string    `json:"role,omitempty"`
	From     string    `json:"from,omitempty"`
	Since    time.Time `json:"since"`
	Idle     time.Time `json:"idleSince,omitzero"`
	Screen   string    `json:"screen,omitempty"`
	Views    *docBody  `json:"views,omitempty"`
	Edits    []docBody `json:"edits,omitempty"`
	Shows    bool      `json:"showsSimulator,omitempty"`
}

// whoCommand lists who is at work in the consoles of a store.
func whoCommand(w *world, s store.Presence) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "who",
		Short: "Tell who is at work now, where, and what each has open to change it",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			here, _, err := s.Present(cmd.Context(), 0)
			if err != nil {
				return fmt.Errorf("looking who is here: %w", err)
			}
			if asJSON {
				out := []whoOut{}
				for _, p := range here {
					o := otherOf(p)
					told := whoOut{Operator: o.Who, Role: o.Role, From: o.From, Since: o.Since, Idle: o.Idle, Screen: o.Screen, Shows: o.Shows != ""}
					if d := docBody(o.Views); d.Kind != "" {
						told.Views = &d
					}
					for _, d := range o.Edits {
						told.Edits = append(told.Edits, docBody(d))
					}
					out = append(out, told)
				}
				return writeJSON(w.out, out)
			}
			if len(here) == 0 {
				fmt.Fprintln(w.out, "nobody has a console open")
				return nil
			}
			t := columns{head: []string{"who", "role", "since (UTC)", "idle since", "from", "screen", "looks at or edits"}, right: make([]bool, 7)}
			for _, p := range here {
				o := otherOf(p)
				var at []string
				for _, d := range append([]pane.Doc{o.Views}, o.Edits...) {
					if d.Kind != "" {
						at = append(at, text.Line(d.Kind, 20)+" "+text.Line(d.ID, 60))
					}
				}
				idle := ""
				if !o.Idle.IsZero() {
					idle = o.Idle.UTC().Format("15:04")
				}
				t.rows = append(t.rows, []string{text.Line(o.Who, 40), text.Line(o.Role, 20), o.Since.UTC().Format("2006-01-02 15:04"), idle, text.Line(o.From, 60), text.Line(o.Screen, 20), strings.Join(at, ", ")})
			}
			t.write(w.out, "")
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell it as JSON")
	return cmd
}
