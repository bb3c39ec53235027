package plain

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/widget"
)

// ask asks what a dialog asks. Back, and the end of the input, close it.
func (c *console) ask(d dialog.Dialog) {
	switch d := d.(type) {
	case *dialog.Picker:
		c.work.finish(c.pick(d))
	case *dialog.Confirm:
		c.work.finish(c.confirm(d.Title, text.Lines(d.Body, 100, 2000), d.Yes, d.Name, d.Then, d.Else))
	case *dialog.Review:
		if len(d.Verbs) > 0 {
			c.work.finish(c.verbs(d))
			return
		}
		c.work.finish(c.confirm(d.Title, widget.Say(d.Lines...), d.Yes, "", d.Then, nil))
	case *dialog.Merge:
		c.work.finish(c.merge(d))
	case *dialog.Prompt:
		c.work.finish(c.line(d))
	case *dialog.Sheet:
		c.work.finish(c.sheet(d))
	case *dialog.Reader:
		c.say("%s.", strings.TrimSuffix(d.Title, "."))
		for _, l := range widget.Say(d.Lines...) {
			c.Say(l)
		}
	default:
		c.Say("This question cannot be asked line by line; it was left.")
	}
}

func (c *console) pick(p *dialog.Picker) tea.Cmd {
	c.say("%s", p.Title)
	names, numbers := numbered(p.Items)
	group := ""
	for i, it := range p.Items {
		if it.Group != group && it.Group != "" {
			c.say("%s:", it.Group)
		}
		group = it.Group
		said := names[i]
		for _, more := range []string{it.Key, it.Detail} {
			if more != "" {
				said += ", " + more
			}
		}
		if it.Disabled != "" {
			said += " (not now: " + it.Disabled + ")"
		}
		c.say("%d %s", numbers[i], said)
	}
	last := func(string) (dialog.Item, bool) { return dialog.Item{}, false }
	if p.Last != nil {
		c.say("Or: %s", p.Last("").Title)
		last = func(line string) (dialog.Item, bool) { it := p.Last(line); return it, it.Disabled == "" }
	}
	if len(names) == 0 && p.Last == nil {
		c.Say("There is nothing to choose from.")
		return nil
	}
	for {
		c.Say("Which? Enter leaves it.")
		line, ok := c.Read()
		line = strings.TrimSpace(line)
		if !ok || line == "" || line == ":back" {
			if p.Left != nil {
				return p.Left()
			}
			return nil
		}
		i, wrong := pick(names, numbers, line)
		typed, other := last(line)
		switch {
		case wrong != "" && other && p.Then != nil:
			return p.Then(typed)
		case wrong != "":
			c.say("Not taken: %s.", wrong)
		case p.Items[i].Disabled != "":
			c.say("Not now: %s.", p.Items[i].Disabled)
		case p.Then == nil:
			return nil
		default:
			return p.Then(p.Items[i])
		}
	}
}

// numbered gives the titles of items as they are read, and the numbers that
// choose them: their own where each begins with one, as steps do, else those of
// their places.
func numbered(items []dialog.Item) (names []string, numbers []int) {
	names, numbers = make([]string, len(items)), make([]int, len(items))
	own := make([]string, len(items))
	all := len(items) > 0
	for i, it := range items {
		words := slices.DeleteFunc(strings.Fields(it.Title), func(w string) bool { return w == "," }) // a sign's place
		names[i], numbers[i] = strings.Join(words, " "), i+1
		number, rest, _ := strings.Cut(names[i], " ")
		n, err := strconv.Atoi(number)
		own[i] = rest
		if all = all && err == nil && rest != ""; all {
			numbers[i] = n
		}
	}
	if all {
		return own, numbers
	}
	for i := range numbers {
		numbers[i] = i + 1
	}
	return names, numbers
}

// confirm asks whether to go on. Only a yes does.
func (c *console) confirm(title string, body []string, yes, name string, then, otherwise func() tea.Cmd) tea.Cmd {
	if title != "" {
		c.Say(title)
	}
	for _, l := range body {
		if strings.TrimSpace(l) != "" {
			c.Say(l)
		}
	}
	if yes == "" {
		yes = "Yes"
	}
	for {
		want := "yes"
		if name != "" {
			want = name
		}
		c.say("%s? Type %s, or enter for no.", yes, want)
		line, ok := c.Read()
		line = strings.TrimSpace(line)
		low := strings.ToLower(line)
		switch {
		case !ok || line == "" || line == ":back" || name == "" && (low == "n" || low == "no"):
			c.Say("Left as it is.")
			if otherwise == nil {
				return nil
			}
			return otherwise()
		case name != "" && line == strings.TrimSpace(name), name == "" && (low == "y" || low == "yes" || strings.EqualFold(line, yes)):
			if then == nil {
				return nil
			}
			return then()
		}
		c.say("Not taken: %s.", text.Line(line, 60))
	}
}

func (c *console) line(p *dialog.Prompt) tea.Cmd {
	c.Say(p.Title)
	if p.Label != "" {
		c.Say(p.Label)
	}
	if p.Wrong != "" {
		c.say("Not taken: %s.", strings.TrimSuffix(p.Wrong, "."))
	}
	now := p.Value
	for {
		said := "Your answer"
		if now != "" {
			said += " [" + now + "]"
		} else if p.Hint != "" {
			said += ", such as " + p.Hint
		}
		c.say("%s? :back leaves it.", said)
		line, ok := c.Read()
		if line = strings.TrimSpace(line); !ok || line == ":back" || line == "" && now == "" && !p.MayBeEmpty {
			return nil
		}
		if line == "" {
			line = now
		}
		answer, err := text.Entry(line)
		if line == "" {
			answer, err = "", nil
		}
		if err == nil && p.Check != nil {
			err = p.Check(answer)
		}
		most := p.Max
		if most == 0 {
			most = 256
		}
		switch {
		case err != nil:
			c.say("Not taken: %s.", strings.TrimSuffix(err.Error(), "."))
		case len([]rune(answer)) > most:
			c.say("Not taken: %d characters, want at most %d.", len([]rune(answer)), most)
		case p.Then == nil:
			return nil
		default:
			return p.Then(answer)
		}
	}
}

// verbs reads a text and asks which of several things to do with it.
func (c *console) verbs(r *dialog.Review) tea.Cmd {
	c.Say(r.Title)
	for _, l := range widget.Say(r.Lines...) {
		if strings.TrimSpace(l) != "" {
			c.Say(l)
		}
	}
	p := &dialog.Picker{Title: "What to do with it", Then: func(it dialog.Item) tea.Cmd { return it.Value.(dialog.Verb).Then() }}
	for _, v := range r.Verbs {
		p.Items = append(p.Items, dialog.Item{Title: v.Title, Value: v})
	}
	return c.pick(p)
}
