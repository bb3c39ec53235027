package plain

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
)

// sheet asks for the lines of a sheet, one after the other.
func (c *console) sheet(s *dialog.Sheet) tea.Cmd {
	c.Say(s.Title)
	if s.Note != "" {
		c.Say(s.Note)
	}
	c.Say("Enter keeps a value, - empties it; :done keeps the rest, :back leaves all.")
	for from := 0; ; {
		for _, e := range s.Entries[from:] {
			more, ok := c.entry(e)
			if !ok {
				c.Say("Left as it is.")
				return nil
			}
			if !more {
				break
			}
		}
		i, err := s.Wrong()
		if err == nil {
			break
		}
		from = max(0, i)
		said := strings.TrimSuffix(err.Error(), ".")
		if i >= 0 {
			said = s.Entries[i].Label + ": " + said
		}
		c.say("Not taken: %s.", said)
	}
	if s.Then == nil {
		return nil
	}
	return s.Then()
}

// entry asks for one line of a sheet. More is false where the rest is kept, ok
// where all is left.
func (c *console) entry(e *dialog.Entry) (more, ok bool) {
	if e.Help != "" {
		c.Say(e.Help)
	}
	for {
		switch {
		case e.Box:
			c.say("%s [%s]? yes or no.", e.Label, map[bool]string{true: "yes", false: "no"}[e.Is()])
		case e.Choices != nil:
			for i := range e.Choices {
				c.say("%d %s", i+1, e.Name(i))
			}
			c.say("%s [%s]?", e.Label, e.Name(slices.Index(e.Choices, e.Value)))
		case e.Value != "":
			c.say("%s [%s]?", e.Label, e.Value)
		case e.Hint != "":
			c.say("%s, such as %s?", e.Label, e.Hint)
		default:
			c.say("%s?", e.Label)
		}
		line, ok := c.Read()
		switch line = strings.TrimSpace(line); {
		case !ok || line == ":back":
			return false, false
		case line == ":done":
			return false, true
		case line == "":
			return true, true
		}
		if wrong := c.take(e, line); wrong != "" {
			c.say("Not taken: %s.", strings.TrimSuffix(wrong, "."))
			continue
		}
		return true, true
	}
}

// take puts an answer into a line of a sheet, or says what is wrong with it.
func (c *console) take(e *dialog.Entry, line string) (wrong string) {
	low := strings.ToLower(line)
	switch {
	case e.Box && (low == "yes" || low == "y"):
		e.Value = dialog.Ticked
		return ""
	case e.Box && (low == "no" || low == "n"):
		e.Value = ""
		return ""
	case e.Box:
		return "say yes or no"
	case e.Choices != nil:
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(e.Choices) {
			e.Value = e.Choices[n-1]
			return ""
		}
		for i, v := range e.Choices {
			if strings.EqualFold(v, line) || strings.EqualFold(e.Name(i), line) {
				e.Value = v
				return ""
			}
		}
		return "a number of the list is needed"
	}
	answer, err := text.Entry(line)
	if line == "-" {
		answer, err = "", nil
	}
	if err == nil && e.Check != nil {
		err = e.Check(answer)
	}
	if err != nil {
		return err.Error()
	}
	e.Value = answer
	return ""
}
