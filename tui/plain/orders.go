package plain

import (
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
	"beckon/tui/keymap"
	"beckon/tui/pane"
)

// order does what was typed where no question is open.
func (c *console) order(r pane.Reading, line string) {
	if !c.understood(r, strings.TrimPrefix(line, ":")) {
		c.say("Not understood: %s. help lists what can be done here.", text.Line(line, 60))
	}
}

// fromForm does what was typed at a question of a form and is not for it. The
// form goes on asking where it was, unless the order leads elsewhere.
func (c *console) fromForm(r pane.Reading, line string) {
	if !c.understood(r, line) {
		c.say("There is no :%s here. :help lists what there is.", text.Line(line, 60))
	}
}

// understood does an order and tells whether it was one.
func (c *console) understood(r pane.Reading, line string) bool {
	word, rest, _ := strings.Cut(line, " ")
	word, rest = strings.ToLower(word), strings.TrimSpace(rest)
	if n, err := strconv.Atoi(word); err == nil && rest == "" {
		c.choose(r, n)
		return true
	}
	if c.actionOf(line) {
		return true
	}
	if rest != "" && c.answered(word, rest) {
		return true
	}
	switch word {
	case "":
		if r.Next != "" {
			c.do(r.Next)
		} else {
			c.place = ""
		}
	case "help", "?", "menu":
		c.menu(r)
	case "done": // said behind the last question
	case "read":
		c.place = ""
	case "list":
		for i, l := range r.Items {
			c.say("%d %s", i+1, l)
		}
		if len(r.Items) == 0 {
			c.Say("There is nothing to choose from here.")
		}
	case "find", "/":
		c.find(rest)
	case "fields", "ask":
		if r.Form == nil {
			return false
		}
		c.asked = asked{}
		if len(r.Form.Parts()) >= manyParts {
			c.choosePart(r.Form)
		}
	case "back", "esc":
		if r.Before != "" {
			c.do(r.Before)
		} else {
			c.do(keymap.Back)
		}
	case "undo", "ctrl+z":
		c.do(keymap.Undo)
	case "redo", "ctrl+y":
		c.do(keymap.Redo)
	case "messages", "f9":
		c.do(keymap.Messages)
	case "log":
		c.do(keymap.WhereLog)
	case "quit", "q", "exit":
		c.work.finish(c.root.Hide())
		c.do(keymap.Quit)
	default:
		if strings.HasPrefix(word, "/") {
			c.find(strings.TrimPrefix(line, "/"))
			return true
		}
		return c.screen(line) || c.someAction(line)
	}
	return true
}

// choose makes an item what actions are about.
func (c *console) choose(r pane.Reading, n int) {
	switch {
	case len(r.Items) == 0 || r.Choose == nil:
		c.Say("There is nothing to choose from here. help lists what can be done.")
	case n < 1 || n > len(r.Items):
		c.say("Choose a number from 1 to %d.", len(r.Items))
	default:
		c.chosen = strings.TrimSpace(r.Items[n-1])
		c.work.finish(r.Choose(n - 1))
	}
}

// find narrows the list.
func (c *console) find(what string) {
	f := c.root.Filterable()
	if f == nil {
		c.Say("There is no list to look in here.")
		return
	}
	f.SetFilter(what)
	shown, total := f.Count()
	if what == "" {
		c.say("All %d are listed.", total)
	} else {
		c.say("%d of %d have %s; find alone lists all again.", shown, total, text.Line(what, 60))
	}
}

// screen goes to a screen by its name.
func (c *console) screen(name string) bool {
	for i, s := range c.root.Screens() {
		if strings.EqualFold(name, s.Title()) || strings.EqualFold(name, s.ID()) {
			if why := aside(s); why != "" {
				c.say("%s: %s.", s.Title(), why)
				return true
			}
			c.place = ""
			c.work.finish(c.root.ShowScreen(i))
			return true
		}
	}
	return false
}

// aside says why there is nothing to go to on a screen; empty: there is.
func aside(s pane.Screen) string {
	if a, ok := s.(pane.Aside); ok {
		return a.Aside()
	}
	return ""
}

// actions are those that need no picture.
func (c *console) actions() []keymap.Action {
	return slices.DeleteFunc(c.root.Actions(), func(a keymap.Action) bool { return a.Drawn })
}

// actionOf does the action that a word names exactly: by one of its keys, its
// hint or its title.
func (c *console) actionOf(word string) bool {
	for _, a := range c.actions() {
		named := slices.ContainsFunc(a.Keys, func(k string) bool { return k == word || keymap.Label(k) == word })
		if named || a.Hint != "" && strings.EqualFold(a.Hint, word) || strings.EqualFold(a.Title, word) {
			c.do(a.ID)
			return true
		}
	}
	return false
}

// answered does the action of a word, and answers what it asks with the rest of
// the line: "steps 12".
func (c *console) answered(word, rest string) bool {
	c.kept = rest
	defer func() { c.kept = "" }()
	if !c.actionOf(word) {
		return false
	}
	c.hear()
	if d := c.root.Dialog(); d != nil {
		c.ask(d)
	}
	return true
}

// someAction does the action in whose title a text occurs and in no other's.
func (c *console) someAction(line string) bool {
	var found []keymap.Action
	for _, a := range c.actions() {
		if strings.Contains(strings.ToLower(a.Title), strings.ToLower(line)) {
			found = append(found, a)
		}
	}
	switch {
	case len(found) == 0:
		return false
	case len(found) == 1:
		c.do(found[0].ID)
		return true
	}
	names := make([]string, len(found))
	for i, a := range found {
		names[i] = a.Title
	}
	c.say("That could be: %s. Say more of it.", strings.Join(names, "; "))
	return true
}

// menu lists what can be done, and asks for one of it.
func (c *console) menu(r pane.Reading) {
	c.Say("Here:")
	if len(r.Items) > 0 {
		c.Say("a number: chooses from the list")
	}
	list := c.actions()
	for _, id := range []keymap.ID{keymap.Undo, keymap.Redo} {
		if a, ok := c.root.Action(id); ok {
			list = append(list, a)
		}
	}
	n := 0
	for _, a := range list {
		n++
		said := strconv.Itoa(n) + " " + a.Title
		if len(a.Keys) > 0 {
			said += ", " + keymap.Label(a.Keys[0])
		}
		if why := c.root.Why(a.ID); why != "" {
			c.say("%s. Not now: %s.", said, strings.TrimSuffix(why, "."))
			continue
		}
		c.say("%s. %s", said, a.Help)
	}
	fields := ""
	if r.Form != nil {
		fields = "fields, "
	}
	c.say("Everywhere: read, list, find WORD, %sback, messages, quit, and the screens:", fields)
	for _, s := range c.root.Screens() {
		if aside(s) == "" {
			c.Say(strings.ToLower(s.Title()))
		}
	}
	c.Say("Which number? Enter leaves the menu.")
	line, ok := c.Read()
	line = strings.TrimSpace(line)
	if !ok || line == "" {
		return
	}
	if i, err := strconv.Atoi(line); err == nil {
		if i < 1 || i > len(list) {
			c.say("The menu goes from 1 to %d.", len(list))
			return
		}
		c.do(list[i-1].ID)
		return
	}
	c.order(r, line)
}

// choosePart asks which part of a long form is to be filled in.
func (c *console) choosePart(f pane.Questions) {
	parts := f.Parts()
	c.Say("The parts:")
	for i, p := range parts {
		c.say("%d %s", i+1, p)
	}
	for {
		c.Say("Which part? Enter begins with the first, :done leaves them.")
		line, ok := c.Read()
		line = strings.TrimSpace(line)
		if !ok || line == ":done" || line == ":back" {
			c.leftAt(f)
			return
		}
		if line == "" {
			line = "1"
		}
		i, wrong := pick(parts, nil, line)
		if wrong == "" {
			f.GoTo(i)
			c.asked = asked{form: f, part: -1}
			return
		}
		c.say("Not taken: %s.", wrong)
	}
}

// pick finds one of several names by its number, by itself, or by a part of it
// that no other has. Where no numbers are given, they are those of the places.
func pick(names []string, numbers []int, line string) (at int, wrong string) {
	if n, err := strconv.Atoi(line); err == nil {
		i := n - 1
		if numbers != nil {
			i = slices.Index(numbers, n)
		}
		if i < 0 || i >= len(names) {
			return 0, "no such number"
		}
		return i, ""
	}
	low, found := strings.ToLower(line), -1
	for i, s := range names {
		if strings.ToLower(s) == low {
			return i, ""
		}
	}
	for i, s := range names {
		if !strings.Contains(strings.ToLower(s), low) {
			continue
		}
		if found >= 0 {
			return 0, "more than one has this in its name"
		}
		found = i
	}
	if found < 0 {
		return 0, "none has this in its name; answer with a number"
	}
	return found, ""
}

// leave ends the talk when the input has ended.
func (c *console) leave() {
	c.work.finish(c.root.Hide())
	c.hear()
	for _, lost := range c.root.Lost() {
		c.say("Not kept: %s", lost)
	}
	c.Say("The input has ended.")
}
