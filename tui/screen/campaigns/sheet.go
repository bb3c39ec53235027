package campaigns

import (
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// place is what an entry speaks of: a document, or a field of it.
type place struct {
	kind model.Kind
	id   string
	path string
}

// holds tells whether a problem belongs below the place, and how exactly.
func (p place) holds(q model.Problem) (score int, ok bool) {
	if p.kind == "" || p.kind != q.Kind || p.id != q.ID {
		return 0, false
	}
	rest, ok := strings.CutPrefix(q.Path, p.path)
	if !ok || p.path == "" && p.kind == model.KindCampaign || p.path != "" && rest != "" && rest[0] != '.' && rest[0] != '[' {
		return 0, false
	}
	return len(p.path) + 1, true
}

// sheet writes the entries of an outline from top to bottom.
type sheet struct {
	w  *world
	th *theme.Theme
	at time.Time
	k  *model.Campaign

	edited string // who else has it open, and since when

	entries []entry
	depth   int // of the last heading
	prefix  string
	asked   string // where a request for approval stands; empty: there is none
	lines   int
}

// fewEntries is by how many one campaign has more than another, as a rule.
const fewEntries = 16

// head begins a part that folds. What follows is inside it until the next
// heading of its depth or less.
func (s *sheet) head(depth int, key, title string, note ...widget.Cell) *entry {
	s.depth = depth
	look := theme.Title
	if depth > 1 {
		look = theme.Strong
	}
	s.entries = append(s.entries, entry{key: s.prefix + key, depth: depth, open: true, indent: 2 * (depth - 1),
		line: widget.L(widget.Cell{Text: title, Look: look}), note: note})
	return &s.entries[len(s.entries)-1]
}

// about tells what the last entry speaks of.
func (s *sheet) about(p place) { s.entries[len(s.entries)-1].at = p }

// field is a place in the campaign at hand.
func (s *sheet) field(format string, args ...any) place {
	return place{model.KindCampaign, s.k.ID, fmt.Sprintf(format, args...)}
}

// say writes a line, indented by in steps.
func (s *sheet) say(in int, line widget.Line) {
	s.lines++
	// A comma stays with the word before it where the line wraps.
	for i := 1; i < len(line.Cells); i++ {
		if rest, ok := strings.CutPrefix(line.Cells[i].Text, ","); ok {
			line.Cells[i-1].Text += ","
			line.Cells[i].Text = rest
		}
	}
	s.entries = append(s.entries, entry{key: fmt.Sprintf("%sline %d", s.prefix, s.lines), indent: 2*s.depth + 2*in, line: line})
}

// labels is the width of the column of labels.
const labels = 10

// pair writes a label and what it stands for.
func (s *sheet) pair(label string, value ...widget.Cell) {
	s.say(0, widget.Pair(label, labels, value...))
}

// list writes a line with a bullet.
func (s *sheet) list(in int, value ...widget.Cell) {
	bullet := widget.Cell{Text: s.th.Bullet + " ", Look: theme.Muted}
	s.say(in, widget.Line{Cells: append([]widget.Cell{bullet}, value...), Hang: 2})
}

func muted(s string) widget.Cell  { return widget.Cell{Text: s, Look: theme.Muted} }
func strong(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Strong} }

// named is an item of a library as a line: its name and, muted, its ID where
// that says more.
func named(h *model.Header) []widget.Cell {
	out := []widget.Cell{strong(label(h.Name, h.ID))}
	if h.Name != "" && !strings.EqualFold(strings.ReplaceAll(h.Name, " ", "-"), h.ID) {
		out = append(out, muted("  "+text.Line(h.ID, 64)))
	}
	return out
}

// missing is a mention of something that is not there.
func (s *sheet) missing(kind, id string) []widget.Cell {
	return []widget.Cell{{Text: s.th.Cross + " " + text.Line(id, 64), Look: theme.Danger}, muted(" (" + kind + ", not in the library)")}
}

// condition writes what must hold, a line for each part of it.
func (s *sheet) condition(in int, c model.Condition) {
	join, parts := "", []model.Condition{c}
	switch c.Leaf() {
	case "all":
		join, parts = "and ", c.All
	case "any":
		join, parts = "or ", c.Any
	}
	for i, p := range parts {
		if i == 0 {
			s.list(in, widget.T(p.Sentence()))
			continue
		}
		s.list(in, muted(join), widget.T(bracketed(p)))
	}
}

// bracketed says a condition inside a group.
func bracketed(c model.Condition) string {
	if n := c.Leaf(); n == "all" && len(c.All) > 1 || n == "any" && len(c.Any) > 1 {
		return "(" + c.Sentence() + ")"
	}
	return c.Sentence()
}

// problems puts each problem below what it is about. One that nothing here is
// about goes below the first entry, if the sheet is to have all of them, else
// it is left out.
func (s *sheet) problems(list []model.Problem, all bool) {
	defer s.sum()
	if len(list) == 0 {
		return
	}
	below := make([][]entry, len(s.entries))
	for _, p := range list {
		best, score := -1, 0
		for i, e := range s.entries {
			if n, ok := e.at.holds(p); ok && n > score {
				best, score = i, n
			}
		}
		stray := best < 0
		if stray {
			if !all || len(s.entries) == 0 {
				continue
			}
			best = 0
			for best+1 < len(s.entries) && s.entries[best+1].depth == 0 {
				best++
			}
		}
		below[best] = append(below[best], s.problem(p, s.entries[best], stray))
	}
	out := make([]entry, 0, len(s.entries)+len(list))
	for i, e := range s.entries {
		out = append(append(out, e), below[i]...)
	}
	s.entries = out
}

func (s *sheet) problem(p model.Problem, above entry, stray bool) entry {
	sign, look := s.th.Cross+" error", theme.Danger
	if p.Severity != model.Error {
		sign, look = s.th.Glyphs.Warn+" warning", theme.Warn
	}
	cells := []widget.Cell{{Text: sign, Look: look}, widget.T(": " + p.Message)}
	if stray || p.Kind != model.KindCampaign {
		where := string(p.Kind) + " " + text.Line(p.ID, 64)
		if p.Path != "" {
			where += ", " + p.Path
		}
		cells = append(cells, muted(" ("+where+")"))
	}
	indent := above.indent
	if above.depth > 0 {
		indent += 2
	}
	return entry{key: s.prefix + problemKey(p), indent: indent, bad: true, line: widget.Line{Cells: cells, Hang: 2}}
}

// problemKey names a problem's entry.
func problemKey(p model.Problem) string {
	return fmt.Sprintf("problem %s %s %s %s", p.Kind, p.ID, p.Path, p.Code)
}

// sum counts the problems in everything that a heading folds.
func (s *sheet) sum() {
	for i := range s.entries {
		h := &s.entries[i]
		if h.depth == 0 {
			continue
		}
		for _, e := range s.entries[i+1:] {
			if e.depth > 0 && e.depth <= h.depth {
				break
			}
			if e.bad && e.line.Cells[0].Look == theme.Danger {
				h.failed++
			} else if e.bad {
				h.warned++
			}
		}
	}
}

// count says a number of things: "1 error", "2 errors".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// anyOf says how a list of alternatives is to be read.
func anyOf(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf("any of %d", n)
}

// look gives a state its sign and look.
func (s *sheet) state(state model.CampaignState) widget.Cell { return stateCell(s.th, state) }

func stateCell(th *theme.Theme, state model.CampaignState) widget.Cell {
	sign, look := stateSign(th, state)
	return widget.Cell{Text: sign + " " + state.String(), Look: look}
}

func stateSign(th *theme.Theme, state model.CampaignState) (string, theme.Token) {
	switch state {
	case model.StateRunning:
		return th.Running, theme.OK
	case model.StateOutsideHours:
		return th.Outside, theme.Info
	case model.StateScheduled:
		return th.Scheduled, theme.Info
	case model.StatePaused:
		return th.Paused, theme.Warn
	case model.StateEnded:
		return th.Ended, theme.Muted
	}
	return th.Draft, theme.Muted
}

// moment is an instant on a wall clock, with its zone, as briefly as is clear from now.
func moment(t, now time.Time, zone *time.Location) string {
	t, now = t.In(zone), now.In(zone)
	switch d := model.DateOf(t) - model.DateOf(now); {
	case d == 0:
		return "today " + t.Format("15:04 MST")
	case d == 1:
		return "tomorrow " + t.Format("15:04 MST")
	case d > 0 && d < 7:
		return t.Format("Monday 15:04 MST")
	}
	return t.Format("Mon 2006-01-02 15:04 MST")
}
