package form

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
)

// Prose is a text of several lines; enter begins a new one.
type Prose struct {
	Hint string
	Max  int // characters; 0 is what any text may have
	// Rows is how many are shown at least; 0 is 3.
	Rows int
}

func (k Prose) stops(f *Form, at Field) []stop {
	p := keep(f, at.Path, func() *prose { return &prose{base: base{f: f, path: at.Path}, name: at.noun()} })
	p.kind = k
	return []stop{f.stopAt(at, at.Path, p)}
}

// prose is a text of several lines being typed.
type prose struct {
	base
	kind  Prose
	name  string
	chars []string // visible characters and "\n"
	caret int
	seen  string
	wrong string
	said  string
	busy  bool
	w     int // of the last picture, for up and down
}

func (p *prose) typing() bool { return true }

func (p *prose) enter(dir int) {
	p.f.turn++
	if dir < 0 {
		p.caret = len(p.chars)
	} else if dir > 0 {
		p.caret = min(p.caret, len(p.chars))
	}
	p.changed()
}

func (p *prose) leave() {
	p.said = ""
	p.f.turn++
	if p.wrong == "" {
		p.show(p.seen)
	}
	p.changed()
}

func (p *prose) text() string { return strings.Join(p.chars, "") }

func (p *prose) show(s string) {
	if s == p.text() {
		return
	}
	p.chars = characters(s)
	p.caret = len(p.chars)
}

// characters cuts a text into what a reader counts.
func characters(s string) []string {
	var out []string
	for s != "" {
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if c == "" {
			break
		}
		s = s[len(c):]
		if c != "\n" && !text.Safe(c) {
			c = text.Line(c, 8)
		}
		out = append(out, c)
	}
	return out
}

func (p *prose) load() {
	now, _ := p.f.value(p.path)
	if now == p.seen {
		return
	}
	p.seen = now
	if !p.busy {
		p.show(now)
		p.wrong = ""
	}
	p.changed()
}

func (p *prose) problem() string { return p.wrong }

func (p *prose) typed(key string) {
	p.changed()
	p.wrong = ""
	s, err := text.Prose(p.text())
	if n := len([]rune(s)); err == nil && p.kind.Max > 0 && n > p.kind.Max {
		err = fmt.Errorf("%d characters, want at most %d", n, p.kind.Max)
	}
	if err != nil {
		p.wrong = sentence(err)
		p.f.touch()
		return
	}
	if s == p.seen {
		return
	}
	label := "change " + p.name
	if s == "" {
		label = "clear " + p.name
	}
	p.busy = true
	if !p.f.change(label, key, setOrClear(p.path, s)...) {
		p.wrong = "this cannot be kept"
	}
	p.busy = false
}

func (p *prose) joined() string { return fmt.Sprintf("%s/%d", p.path, p.f.turn) }

func (p *prose) insert(s string) {
	in := characters(s)
	rest := append([]string{}, p.chars[p.caret:]...)
	p.chars = append(append(p.chars[:p.caret:p.caret], in...), rest...)
	p.caret += len(in)
}

func (p *prose) cut(from, to int) {
	p.chars = append(p.chars[:from:from], p.chars[to:]...)
	p.caret = from
}

func (p *prose) key(k tea.Key) bool {
	p.said = ""
	p.changed()
	before := len(p.chars)
	begin, end := p.line()
	switch s := k.String(); s {
	case "left", "ctrl+b":
		p.caret = max(0, p.caret-1)
	case "right", "ctrl+f":
		p.caret = min(len(p.chars), p.caret+1)
	case "up", "down":
		return p.vertical(map[string]int{"up": -1, "down": 1}[s])
	case "home", "ctrl+a":
		p.caret = begin
	case "end", "ctrl+e":
		p.caret = end
	case "enter":
		p.insert("\n")
	case "backspace":
		if p.caret > 0 {
			p.cut(p.caret-1, p.caret)
		}
	case "delete":
		if p.caret < len(p.chars) {
			p.cut(p.caret, p.caret+1)
		}
	case "ctrl+u":
		p.cut(begin, p.caret)
	case "ctrl+k":
		at := p.caret
		p.cut(at, end)
	case "ctrl+w", "alt+backspace":
		from := p.caret
		for from > 0 && strings.TrimSpace(p.chars[from-1]) == "" {
			from--
		}
		for from > 0 && strings.TrimSpace(p.chars[from-1]) != "" {
			from--
		}
		p.cut(from, p.caret)
	default:
		if k.Text == "" || k.Mod&(tea.ModCtrl|tea.ModAlt) != 0 {
			return false
		}
		if !text.Safe(k.Text) {
			p.refuse(k.Text)
			return true
		}
		p.insert(k.Text)
		p.typed(p.joined())
		return true
	}
	if len(p.chars) != before {
		p.typed(p.joined())
	}
	return true
}

// line is where the line of the caret begins and ends.
func (p *prose) line() (begin, end int) {
	begin, end = p.caret, p.caret
	for begin > 0 && p.chars[begin-1] != "\n" {
		begin--
	}
	for end < len(p.chars) && p.chars[end] != "\n" {
		end++
	}
	return begin, end
}

func (p *prose) refuse(s string) {
	if _, err := text.Prose(s); err != nil {
		p.said = "Not taken: " + sentence(err) + "."
	}
}

func (p *prose) paste(s string) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	p.changed()
	p.said = ""
	if _, err := text.Prose(s); err != nil {
		p.refuse(s)
		return
	}
	p.f.turn++
	p.insert(strings.ReplaceAll(s, "\t", "    "))
	p.typed(p.joined())
	p.f.turn++
}

func (p *prose) do(id action, arg any) (tea.Cmd, bool) {
	switch id {
	case keymap.Click:
		q, _ := arg.(frame.Pointer)
		rows := p.wrap(p.w)
		if q.Y < len(rows) && q.Y >= 0 {
			p.caret = p.nearest(rows[q.Y], q.X)
			p.changed()
		}
		return nil, true
	case clearField:
		return nil, true
	}
	return nil, false
}

// span is one row of the wrapped text: characters from and before to.
type span struct{ from, to int }

// wrap cuts the text into rows of at most w cells, at blanks where it can.
func (p *prose) wrap(w int) []span {
	w = max(2, w)
	var out []span
	from, used, blank := 0, 0, -1
	for i, c := range p.chars {
		if c == "\n" {
			out = append(out, span{from, i})
			from, used, blank = i+1, 0, -1
			continue
		}
		n := frame.Width(c)
		if used+n > w {
			cut := i
			if blank >= from && blank+1 <= i {
				cut = blank + 1
			}
			out = append(out, span{from, cut})
			from, blank, used = cut, -1, 0
			for _, d := range p.chars[cut:i] {
				used += frame.Width(d)
			}
		}
		used += n
		if c == " " {
			blank = i
		}
	}
	return append(out, span{from, len(p.chars)})
}

// at is the row and the column of the caret.
func (p *prose) at(rows []span) (x, y int) {
	for i, r := range rows {
		last := i+1 == len(rows) || rows[i+1].from > p.caret
		if p.caret >= r.from && last {
			for _, c := range p.chars[r.from:min(p.caret, r.to)] {
				x += frame.Width(c)
			}
			return x, i
		}
	}
	return 0, 0
}

func (p *prose) nearest(r span, x int) int {
	used := 0
	for i := r.from; i < r.to; i++ {
		n := frame.Width(p.chars[i])
		if used+n > x {
			return i
		}
		used += n
	}
	if r.to > r.from && r.to < len(p.chars) && p.chars[r.to] != "\n" {
		return r.to - 1 // a wrapped row ends before what begins the next
	}
	return r.to
}

// vertical moves the caret a row; false at the first and the last, where the
// focus goes on.
func (p *prose) vertical(by int) bool {
	rows := p.wrap(p.w)
	x, y := p.at(rows)
	if y += by; y < 0 || y >= len(rows) {
		return false
	}
	p.caret = p.nearest(rows[y], x)
	return true
}

func (p *prose) draw(th *theme.Theme, w int, focused bool) picture {
	p.w = max(2, w-1)
	rows := p.wrap(p.w)
	out := picture{caret: focused, framed: true, all: true}
	for _, r := range rows {
		out.rows = append(out.rows, th.Paint(theme.Input, frame.Fit(strings.Join(p.chars[r.from:r.to], ""), w)))
	}
	if len(p.chars) == 0 && p.kind.Hint != "" {
		out.rows[0] = th.Paint(theme.Placeholder, frame.FitWith(text.Line(p.kind.Hint, 200), w, th.Ellipsis))
	}
	least := p.kind.Rows
	if least == 0 {
		least = 3
	}
	for len(out.rows) < least {
		out.rows = append(out.rows, "")
	}
	out.x, out.y = p.at(rows)
	if p.said != "" {
		for _, s := range frame.Wrap(text.Line(p.said, 300), w) {
			out.rows = append(out.rows, th.Paint(theme.Danger, s))
		}
	}
	return out
}
