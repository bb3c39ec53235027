package plain

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/widget"
)

// merge asks for each value that two people set whose is to be taken, and says
// what needed no choice before it asks whether to go on.
func (c *console) merge(m *dialog.Merge) tea.Cmd {
	c.Say(m.Title)
	for _, l := range widget.Say(m.Head...) {
		c.Say(l)
	}
	switch n := len(m.Contests); n {
	case 0:
	case 1:
		c.Say("1 field was changed by both. :back leaves everything.")
	default:
		c.say("%d fields were changed by both. :back leaves everything.", n)
	}
	for _, k := range m.Contests {
		if !c.contest(k, m.Names) {
			c.Say("Left as it is.")
			return nil
		}
	}
	return c.confirm("", widget.Say(m.Foot...), m.Yes, "", m.Then, nil)
}

// contest asks about one value; false leaves all.
func (c *console) contest(k *dialog.Contest, names [2]string) bool {
	said := k.Label
	if k.Was != "" {
		said += ", was " + k.Was
	}
	for {
		c.say("%s.", said)
		c.say("1 %s: %s", names[0], k.Value(dialog.PickMine))
		c.say("2 %s: %s", names[1], k.Value(dialog.PickTheirs))
		if k.Settable {
			c.Say("3 another value")
		}
		c.Say("Which?")
		line, ok := c.Read()
		line = strings.TrimSpace(line)
		switch {
		case !ok || line == ":back":
			return false
		case line == "1" || strings.EqualFold(line, names[0]):
			k.Picked = dialog.PickMine
			return true
		case line == "2" || strings.EqualFold(line, names[1]):
			k.Picked = dialog.PickTheirs
			return true
		case k.Settable && (line == "3" || strings.EqualFold(line, "another value")):
			if c.another(k) {
				return true
			}
		default:
			c.say("Not taken: %s. A number of the list is needed.", text.Line(line, 60))
		}
	}
}

// another asks for a third value; an empty line goes back to the two.
func (c *console) another(k *dialog.Contest) bool {
	for {
		c.say("Another value for %s? Enter leaves it.", k.Label)
		line, ok := c.Read()
		if line = strings.TrimSpace(line); !ok || line == "" || line == ":back" {
			return false
		}
		answer, err := text.Entry(line)
		if err == nil && k.Check != nil {
			err = k.Check(answer)
		}
		if err != nil {
			c.say("Not taken: %s.", strings.TrimSuffix(err.Error(), "."))
			continue
		}
		k.Own, k.Picked = answer, dialog.PickOwn
		return true
	}
}
