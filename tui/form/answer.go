package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// chosenBy finds the option that a line names: by its number, its value or its
// title, or by a part of it that no other has.
func chosenBy(options []Option, line string) (string, string) {
	if n, err := strconv.Atoi(strings.TrimPrefix(line, "#")); err == nil {
		if n >= 1 && n <= len(options) {
			if o := options[n-1]; o.Disabled != "" {
				return "", o.Disabled
			}
			return options[n-1].Value, ""
		}
		return "", fmt.Sprintf("want a number from 1 to %d", len(options))
	}
	low := strings.ToLower(line)
	if i := slices.IndexFunc(options, func(o Option) bool { return strings.ToLower(o.title()) == low || strings.ToLower(o.Value) == low }); i >= 0 {
		return options[i].Value, ""
	}
	var found []Option
	for _, o := range options {
		if strings.Contains(strings.ToLower(o.title()), low) {
			found = append(found, o)
		}
	}
	if len(found) == 1 {
		return found[0].Value, ""
	}
	if len(found) > 1 {
		return "", fmt.Sprintf("%d have this in their name", len(found))
	}
	return "", "none has this name; answer with a number"
}

func (l *line) plain() (string, []Option) {
	now := l.seen
	if l.wrong != "" {
		now = l.in.Value()
	}
	if l.syn.unit != "" && now != "" {
		now += " " + l.syn.unit
	}
	if l.syn.listed != nil {
		return now, l.syn.listed()
	}
	return now, nil
}

func (l *line) answer(_ *questioner, s string) string {
	if l.syn.listed != nil && strings.HasPrefix(s, "#") {
		if v, wrong := chosenBy(l.syn.listed(), s); wrong == "" {
			s = v
		}
	}
	if _, err := text.Entry(s); err != nil {
		return sentence(err)
	}
	l.take(s)
	return l.wrong
}

func (p *prose) plain() (string, []Option) { return strings.ReplaceAll(p.seen, "\n", " / "), nil }

// answer takes further lines up to one with a point alone, or an order.
func (p *prose) answer(q *questioner, s string) string {
	lines := []string{s}
	q.say("More lines; a point alone ends, or an order with a colon.")
	for {
		l, ok := q.read()
		if !ok || strings.TrimSpace(l) == "." {
			break
		}
		if strings.HasPrefix(l, ":") && !strings.HasPrefix(l, "::") {
			q.kept = l
			break
		}
		lines = append(lines, strings.TrimPrefix(l, ":"))
	}
	whole := strings.Join(lines, "\n")
	if _, err := text.Prose(whole); err != nil {
		return sentence(err)
	}
	p.show(whole)
	p.typed("")
	return p.wrong
}

func (t *toggle) plain() (string, []Option) {
	yes, no := t.words()
	if t.on() {
		return yes, []Option{{Value: "yes", Title: yes}, {Value: "no", Title: no}}
	}
	return no, []Option{{Value: "yes", Title: yes}, {Value: "no", Title: no}}
}

func (t *toggle) answer(_ *questioner, s string) string {
	if s == "y" || s == "n" {
		s = map[string]string{"y": "yes", "n": "no"}[s]
	}
	_, options := t.plain()
	v, wrong := chosenBy(options, s)
	if wrong == "" && (v == "yes") != t.on() {
		t.turn()
	}
	return wrong
}

func (c *choice) plain() (string, []Option) {
	if i := c.present(); i >= 0 {
		return c.list[i].title(), c.list
	}
	return c.seen, c.list
}

func (c *choice) answer(_ *questioner, s string) string {
	v, wrong := chosenBy(c.list, s)
	if wrong == "" {
		c.choose(v)
	}
	return wrong
}

func (c *groupChoice) answer(_ *questioner, s string) string {
	v, wrong := chosenBy(c.list, s)
	if wrong == "" {
		c.choose(v)
	}
	return wrong
}

func (c *several) plain() (string, []Option) {
	names := make([]string, len(c.seen))
	for i, v := range c.seen {
		names[i] = words(v)
	}
	return strings.Join(names, ", "), c.all()
}

func (c *several) answer(_ *questioner, s string) string {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' }) {
		v, wrong := chosenBy(c.all(), strings.TrimSpace(part))
		if wrong != "" {
			return wrong
		}
		c.choose(v)
	}
	return ""
}

func (c *chips) plain() (string, []Option) {
	names := make([]string, len(c.seen))
	for i, v := range c.seen {
		names[i] = c.title(v)
	}
	return strings.Join(names, ", "), c.offered()
}

func (c *chips) offered() []Option { return withNew(c.options(), c.kind.Noun, c.kind.new != nil) }

func (c *chips) answer(q *questioner, s string) string {
	if n, err := strconv.Atoi(s); err == nil && n < 0 && -n <= len(c.seen) {
		c.at = -n - 1
		c.remove()
		c.at = -1
		return ""
	}
	if c.kind.Closed || strings.HasPrefix(s, "#") && len(c.options()) > 0 {
		v, wrong := chosenBy(c.offered(), s)
		if wrong != "" {
			return wrong
		}
		if v == addNew {
			q.hold(c.kind.new("", c.choose))
			return ""
		}
		s = v
	}
	if _, err := text.Entry(s); err != nil {
		return sentence(err)
	}
	before := len(c.seen)
	c.choose(s)
	if wrong := c.wrong; wrong != "" && len(c.seen) == before {
		c.in.SetValue("")
		c.wrong = ""
		return wrong
	}
	return ""
}

// addNew is the value of the choice that makes a new item.
const addNew = "\x00new"

// withNew adds making a new item to the choices.
func withNew(options []Option, noun string, can bool) []Option {
	if can {
		options = append(options, Option{Value: addNew, Title: "new " + noun})
	}
	return options
}

func (r *reference) offered() []Option {
	return withNew(r.options(), words(string(r.kind.To)), r.new != nil)
}

func (r *reference) plain() (string, []Option) {
	if r.seen == "" {
		return r.kind.None, r.offered()
	}
	return r.word, r.offered()
}

func (r *reference) answer(q *questioner, s string) string {
	v, wrong := chosenBy(r.offered(), s)
	switch {
	case wrong != "":
	case v == addNew:
		q.hold(r.new("", r.choose))
	default:
		r.choose(v)
	}
	return wrong
}

func (b *button) plain() (string, []Option) {
	if b.list != nil {
		return "", b.list()
	}
	return "", []Option{{Value: goOn}}
}

func (b *button) answer(_ *questioner, s string) string {
	if b.list != nil {
		v, wrong := chosenBy(b.list(), s)
		if wrong == "" {
			b.take(v)
		}
		return wrong
	}
	if s != "1" && !strings.HasPrefix(strings.ToLower(s), "y") {
		return "answer yes, or enter to go on"
	}
	b.press()
	return ""
}

func (h *head) plain() (string, []Option) {
	if h.open {
		return "", nil
	}
	return "", []Option{{Value: goOn, Title: "open"}}
}

func (h *head) answer(_ *questioner, s string) string {
	if h.open {
		return "enter goes to its fields; :delete, :copy, :up and :down are for the whole row"
	}
	_, options := h.plain()
	_, wrong := chosenBy(options, s)
	if wrong == "" {
		h.fold(true)
	}
	return wrong
}
