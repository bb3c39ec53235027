package form

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// plainHelp is said once at the beginning.
const plainHelp = "Enter keeps what is there. :clear takes it away, :back goes back, :help explains, :undo takes back, :done ends."

// Plain asks for the same fields line by line, without a picture: for a screen
// reader, or a terminal that can do no more. What is written has no escape
// sequences. It ends with :done, after the last field, or when the input ends;
// saving is the caller's. The error is one of writing or reading.
func (f *Form) Plain(w io.Writer, r io.Reader) error {
	q := &questioner{f: f, out: w, in: bufio.NewReaderSize(r, 4096)}
	q.say("%s", plainHelp)
	f.plainly = true
	defer func() { f.plainly = false }()
	section, told := -1, false
	for i := 0; i < len(f.stops) && q.err == nil; {
		s := &f.stops[i]
		if f.only >= 0 && s.section != f.only {
			i++
			continue
		}
		if s.section != section {
			section, told = s.section, false
		}
		if !told {
			q.say("")
			q.say("%s", f.sections[section].Title)
			told = true
		}
		if s.control == nil {
			if s.note != nil && !strings.HasSuffix(s.key, "#week") {
				for _, l := range s.note() {
					var b strings.Builder
					for _, c := range l.Cells {
						b.WriteString(c.Text)
					}
					q.say("  %s", b.String())
				}
			}
			i++
			continue
		}
		if h, ok := s.control.(*head); ok && !h.open {
			f.place, f.focus = i, s.key
			h.fold(true)
			continue
		}
		f.place, f.focus = i, s.key
		next, done := q.ask(i)
		if done {
			break
		}
		i = next
	}
	if q.err != nil && !errors.Is(q.err, io.EOF) {
		return fmt.Errorf("asking line by line: %w", q.err)
	}
	return nil
}

// questioner asks one question after the other.
type questioner struct {
	f   *Form
	out io.Writer
	in  *bufio.Reader
	err error
}

func (q *questioner) say(format string, args ...any) {
	if q.err == nil {
		_, q.err = fmt.Fprintln(q.out, text.Line(fmt.Sprintf(format, args...), 4096))
	}
}

// longestAnswer bounds a line that is answered.
const longestAnswer = text.MaxProse

func (q *questioner) read() (string, bool) {
	var b strings.Builder
	for q.err == nil {
		part, more, err := q.in.ReadLine()
		if err != nil {
			q.err = err
			return "", false
		}
		if b.Len()+len(part) <= longestAnswer+1 {
			b.Write(part)
		}
		if !more {
			return b.String(), true
		}
	}
	return "", false
}

// ask asks for one stop and gives the number of the next.
func (q *questioner) ask(i int) (next int, done bool) {
	f := q.f
	key := f.stops[i].key
	for q.err == nil {
		s := &f.stops[i]
		now, options := s.control.plain()
		q.question(s, now, options)
		if s.fixed != "" {
			return i + 1, false
		}
		line, ok := q.read()
		if !ok {
			return i, true
		}
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "":
			f.leave()
			return q.after(key, i), false
		case word == ":done":
			f.leave()
			return i, true
		case word == ":back":
			for n := i - 1; n >= 0; n-- {
				if f.open(n) {
					return n, false
				}
			}
		case word == ":help":
			q.help(s)
		case word == ":list":
			q.list(options, strings.TrimSpace(rest))
		case word == ":undo" || word == ":redo":
			if word == ":undo" {
				f.Undo()
			} else {
				f.Redo()
			}
			if i = f.index(key); i < 0 {
				return min(f.place, len(f.stops)-1), false
			}
		case word == ":clear":
			s.control.do(clearField, nil)
			if i = f.index(key); i < 0 {
				return f.place, false
			}
		case strings.HasPrefix(line, ":") && !strings.HasPrefix(line, "::"):
			if !q.rowOp(s, word) {
				q.say("There is no %s here. :help lists what there is.", word)
				continue
			}
			if n := f.index(f.focus); n >= 0 {
				return n, false
			}
			return min(i, len(f.stops)-1), false
		default:
			answer := line
			if strings.HasPrefix(line, "::") {
				answer = line[1:]
			}
			if wrong := s.control.answer(q, answer); wrong != "" {
				q.say("  Not taken: %s.", strings.TrimSuffix(wrong, "."))
				if i = f.index(key); i < 0 {
					return min(f.place, len(f.stops)-1), false
				}
				continue
			}
			if n := f.index(f.focus); f.focus != key && n >= 0 {
				return n, false // a row was added: it is asked for next
			}
			if i = f.index(key); i < 0 {
				return max(0, min(f.place, len(f.stops)-1)), false
			}
			if _, list := f.stops[i].control.(*chips); list {
				continue // the next element
			}
			if _, list := f.stops[i].control.(*several); list {
				continue
			}
			f.touch()
			switch f.stops[i].control.(type) {
			case *wayChoice, *operator, *groupChoice:
				return i + 1, false // its value comes next
			}
			for _, t := range q.problems(key) {
				q.say("  Note: %s.", strings.TrimSuffix(t, "."))
			}
			return i + 1, false
		}
	}
	return i, true
}

// after is the stop behind one that may have gone.
func (q *questioner) after(key string, i int) int {
	if n := q.f.index(key); n >= 0 {
		return n + 1
	}
	return i + 1
}

func (q *questioner) problems(key string) []string {
	var out []string
	for _, p := range q.f.found {
		if n := q.f.owner(p.Path); n >= 0 && q.f.stops[n].key == key {
			out = append(out, p.Message)
		}
	}
	return out
}

func (q *questioner) question(s *stop, now string, options []Option) {
	label := s.label
	if label == "" {
		switch c := s.control.(type) {
		case *button:
			label = c.title
		case *head:
			label = c.title
		case *line:
			label = c.name
		case *choice:
			label = c.name
		case *toggle:
			label = c.name
		case *chips:
			label = c.name
		case *several:
			label = c.name
		case *reference:
			label = c.name
		case *operator:
			label = "operator"
		case *wayChoice:
			label = "operator"
		case *groupChoice:
			label = "group"
		default:
			label = "value"
		}
	}
	label = strings.TrimPrefix(strings.Repeat("  ", s.indent)+label, "+ ")
	if s.required {
		label += " (required)"
	}
	if now != "" {
		label += " [" + now + "]"
	}
	if s.fixed != "" {
		q.say("%s: cannot be changed, %s", label, s.fixed)
		return
	}
	if n := len(options); n > 0 && n <= 16 {
		for i, o := range options {
			q.say("  %d %s", i+1, o.title())
		}
	} else if n > 16 {
		q.say("  :list shows %d to choose from, :list part the ones with a part", n)
	}
	q.say("%s?", label)
}

func (q *questioner) help(s *stop) {
	said := s.help
	if said == "" {
		said = helpOf(q.f.doc.Document(), s.path)
	}
	if said != "" {
		q.say("  %s", said)
	}
	q.say("  %s", plainHelp)
	if s.row != nil {
		q.say("  For this row: :add, :delete, :copy, :up, :down, :group, :ungroup.")
	}
	if _, ok := s.control.(*chips); ok {
		q.say("  A text or a number adds to the list; -2 takes the second out; enter goes on.")
	}
}

func (q *questioner) list(options []Option, part string) {
	for i, o := range options {
		if strings.Contains(strings.ToLower(o.title()+" "+o.Value), strings.ToLower(part)) {
			q.say("  %d %s", i+1, o.title())
		}
	}
}

func (q *questioner) rowOp(s *stop, word string) bool {
	if s.row == nil {
		return false
	}
	if word == ":add" && s.row.noun == "condition" {
		return false // adding asks which: the question at the end does
	}
	op := map[string]func(){":add": s.row.add, ":delete": s.row.remove, ":copy": s.row.copy, ":up": s.row.up, ":down": s.row.down,
		":group": s.row.group, ":ungroup": s.row.ungroup}[word]
	if op == nil {
		return false
	}
	op()
	return true
}

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

// answer takes further lines up to one with a point alone.
func (p *prose) answer(q *questioner, s string) string {
	lines := []string{s}
	q.say("  More lines, and a point alone ends.")
	for {
		l, ok := q.read()
		if !ok || strings.TrimSpace(l) == "." {
			break
		}
		lines = append(lines, l)
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
	return strings.Join(names, ", "), c.options()
}

func (c *chips) answer(_ *questioner, s string) string {
	if n, err := strconv.Atoi(s); err == nil && n < 0 && -n <= len(c.seen) {
		c.at = -n - 1
		c.remove()
		c.at = -1
		return ""
	}
	if c.kind.Closed || strings.HasPrefix(s, "#") && len(c.options()) > 0 {
		v, wrong := chosenBy(c.options(), s)
		if wrong != "" {
			return wrong
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

func (r *reference) plain() (string, []Option) {
	if r.seen == "" {
		return r.kind.None, r.options()
	}
	return r.word, r.options()
}

func (r *reference) answer(_ *questioner, s string) string {
	v, wrong := chosenBy(r.options(), s)
	if wrong == "" {
		r.choose(v)
	}
	return wrong
}

func (b *button) plain() (string, []Option) {
	if b.list != nil {
		return "", b.list()
	}
	return "", []Option{{Value: "yes"}}
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

func (h *head) answer(*questioner, string) string {
	return "enter goes to its fields; :delete, :copy, :up and :down are for the whole row"
}
