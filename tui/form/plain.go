package form

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// plainHelp is said when :help is asked for.
const plainHelp = "Enter keeps what is there. :clear takes it away, :back goes back, :undo takes back, :list WORD looks for choices, :fields lists the questions, :go NAME goes to one, :done ends."

// Ask implements pane.Questions: it asks for the fields line by line, from
// where the focus is on, without a picture: for a screen reader, or a terminal
// that can do no more. It ends with :done, after the last field, when the input
// ends, and when something else has to be asked first; saving is the caller's.
func (f *Form) Ask(l pane.Lines) pane.Asked {
	q := &questioner{f: f, Lines: l}
	f.plainly = true
	defer func() { f.plainly = false }()
	start := max(0, f.place)
	if f.current() == nil {
		start = 0
	}
	section := -1
	for i := start; i < len(f.stops) && !q.over; {
		s := &f.stops[i]
		if f.only >= 0 && s.section != f.only {
			i++
			continue
		}
		if s.section != section {
			if section >= 0 || i == 0 || f.stops[i-1].section != s.section { // going on in the midst of one needs no heading
				q.head(f.sections[s.section])
			}
			section = s.section
		}
		if s.control == nil {
			if s.note != nil && !strings.HasSuffix(s.key, "#week") {
				for _, l := range widget.Say(s.note()...) {
					q.say("%s", l)
				}
			}
			i++
			continue
		}
		f.place, f.focus = i, s.key
		next, done := q.ask(i)
		if done {
			break
		}
		i = next
	}
	return q.end
}

// Parts implements pane.Questions: the sections, unless one is shown alone.
func (f *Form) Parts() []string {
	if f.only >= 0 {
		return nil
	}
	out := make([]string, len(f.sections))
	for i, s := range f.sections {
		out[i] = s.Title
	}
	return out
}

// questioner asks one question after the other.
type questioner struct {
	pane.Lines
	f    *Form
	end  pane.Asked
	over bool   // the input has ended, or somebody else asks now
	told string // key of the stop whose choices were listed last
	kept string // a line that was read and is still to be understood
}

func (q *questioner) say(format string, args ...any) {
	q.Say(text.Line(fmt.Sprintf(format, args...), 4096))
}

func (q *questioner) head(s Section) {
	if s.Title != "" {
		q.say("%s.", strings.TrimSuffix(s.Title, "."))
	}
	if s.Help != "" {
		q.say("%s", s.Help)
	}
}

// read gives the next line; where there is none, asking is over.
func (q *questioner) read() (string, bool) {
	if line := q.kept; line != "" {
		q.kept = ""
		return line, true
	}
	line, ok := q.Read()
	if !ok {
		q.end.Ended, q.over = true, true
	}
	return line, ok
}

// hold ends asking until something else is done.
func (q *questioner) hold(cmd tea.Cmd) {
	q.end.Cmd, q.end.Held, q.over = cmd, true, true
}

// ask asks for one stop and gives the number of the next.
func (q *questioner) ask(i int) (next int, done bool) {
	f := q.f
	key := f.stops[i].key
	for !q.over {
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
		rest = strings.TrimSpace(rest)
		switch {
		case line == "":
			f.leave()
			return q.after(key, i), false
		case word == ":done":
			f.leave()
			q.over = true
			return i, true
		case word == ":back" && q.before(i) >= 0:
			f.leave()
			return q.before(f.index(key)), false
		case word == ":help":
			q.help(s)
		case word == ":list":
			q.list(options, rest)
		case word == ":fields":
			q.fields()
		case word == ":go":
			if n := q.find(rest); n >= 0 {
				f.leave()
				return n, false
			}
		case word == ":undo" || word == ":redo":
			if word == ":undo" {
				f.Undo()
			} else {
				f.Redo()
			}
			if i = f.index(key); i < 0 {
				return max(0, min(f.place, len(f.stops)-1)), false
			}
		case word == ":clear":
			s.control.do(clearField, nil)
			if i = f.index(key); i < 0 {
				return f.place, false
			}
		case strings.HasPrefix(line, ":") && !strings.HasPrefix(line, "::"):
			if !q.rowOp(s, word) {
				f.leave()
				q.end.Word, q.over = line, true
				return i, true
			}
			if n := f.index(f.focus); n >= 0 {
				return n, false
			}
			return max(0, min(i, len(f.stops)-1)), false
		default:
			answer := line
			if strings.HasPrefix(line, "::") {
				answer = line[1:]
			}
			wrong := s.control.answer(q, answer)
			if q.end.Held {
				return i, true
			}
			if wrong != "" {
				q.say("Not taken: %s.", strings.TrimSuffix(wrong, "."))
				if i = f.index(key); i < 0 {
					return max(0, min(f.place, len(f.stops)-1)), false
				}
				continue
			}
			if n := f.index(f.focus); f.focus != key && n >= 0 {
				return n, false // a row was added: it is asked for next
			}
			if i = f.index(key); i < 0 {
				return max(0, min(f.place, len(f.stops)-1)), false
			}
			switch f.stops[i].control.(type) {
			case *chips, *several:
				continue // the next element
			}
			f.touch()
			switch f.stops[i].control.(type) {
			case *wayChoice, *operator, *groupChoice:
				return i + 1, false // its value comes next
			}
			for _, t := range q.problems(key) {
				q.say("Note: %s.", strings.TrimSuffix(t, "."))
			}
			return i + 1, false
		}
	}
	return i, true
}

// before is the stop that going back leads to, -1 for none.
func (q *questioner) before(i int) int {
	for n := i - 1; n >= 0; n-- {
		if q.f.open(n) && q.f.stops[n].fixed == "" {
			return n
		}
	}
	return -1
}

// after is the stop behind one that may have gone.
func (q *questioner) after(key string, i int) int {
	if n := q.f.index(key); n >= 0 {
		return n + 1
	}
	return i + 1
}

// fields lists what is asked for, with the numbers that :go takes.
func (q *questioner) fields() {
	n := 0
	for i := range q.f.stops {
		if q.f.open(i) {
			n++
			s := &q.f.stops[i]
			now, _ := s.control.plain()
			q.say("%d %s", n, strings.TrimSpace(label(s))+valued(now))
		}
	}
}

// find is the stop of a number in that list, or of a label.
func (q *questioner) find(what string) int {
	want, n := strings.ToLower(what), 0
	number, _ := strconv.Atoi(what)
	part := -1
	for i := range q.f.stops {
		if !q.f.open(i) {
			continue
		}
		n++
		said := strings.ToLower(strings.TrimSpace(label(&q.f.stops[i])))
		switch {
		case n == number, said == want:
			return i
		case want != "" && part < 0 && strings.Contains(said, want):
			part = i
		}
	}
	if part < 0 {
		q.say("No question is called %s. :fields lists them.", text.Line(what, 60))
	}
	return part
}

func (q *questioner) problems(key string) []string {
	var out []string
	for _, p := range q.f.found {
		if n := q.f.owner(p.Path); n >= 0 && q.f.stops[n].key == key {
			out = append(out, q.f.said(p, &q.f.stops[n]))
		}
	}
	return out
}

// label is what a stop is called.
func label(s *stop) string {
	if s.label != "" {
		return strings.TrimPrefix(s.label, "+ ")
	}
	switch c := s.control.(type) {
	case *button:
		return strings.TrimPrefix(c.title, "+ ")
	case *head:
		return c.title
	case *line:
		return c.name
	case *choice:
		return c.name
	case *toggle:
		return c.name
	case *chips:
		return c.name
	case *several:
		return c.name
	case *reference:
		return c.name
	case *operator, *wayChoice:
		return "operator"
	case *groupChoice:
		return "group"
	}
	return "value"
}

func valued(now string) string {
	if now == "" {
		return ""
	}
	return " [" + now + "]"
}

// goOn is the one choice of what is only done or left: it is not listed.
const goOn = "yes"

// listed is how many choices are read without being asked for.
const listed = 16

func (q *questioner) question(s *stop, now string, options []Option) {
	said := strings.ToUpper(label(s)[:1]) + label(s)[1:]
	if s.required {
		said += " (required)"
	}
	said += valued(now)
	if s.fixed != "" {
		q.say("%s: cannot be changed, %s.", said, s.fixed)
		return
	}
	if n := len(options); n > 0 && q.told != s.key && options[0].Value != goOn {
		if n <= listed {
			q.list(options, "")
		} else {
			q.say(":list shows %d to choose from, :list WORD the ones with a word.", n)
		}
	}
	q.told = s.key
	if h, ok := s.control.(*head); ok && !h.open {
		q.say("%s: open it? Enter goes on.", said)
		return
	}
	q.say("%s?", said)
}

func (q *questioner) help(s *stop) {
	said := s.help
	if said == "" {
		said = helpOf(q.f.doc.Document(), s.path)
	}
	if said != "" {
		q.say("%s", said)
	}
	q.say("%s", plainHelp)
	if s.row != nil {
		q.say("For this row: :add, :delete, :copy, :up, :down, :group, :ungroup.")
	}
	if _, ok := s.control.(*chips); ok {
		q.say("A text or a number adds to the list; -2 takes the second out; enter goes on.")
	}
}

func (q *questioner) list(options []Option, part string) {
	for i, o := range options {
		if strings.Contains(strings.ToLower(o.title()+" "+o.Value), strings.ToLower(part)) {
			q.say("%d %s", i+1, described(o))
		}
	}
}

// described is a choice with what there is to say of it.
func described(o Option) string {
	s := o.title()
	if o.Detail != "" {
		s += ": " + o.Detail
	}
	if o.Disabled != "" {
		s += " (not now: " + o.Disabled + ")"
	}
	return s
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
