package traffic

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// fact is one row of a view.
type fact struct {
	key    string
	label  string
	number string // empty in a heading
	// share is of what the view says; nil: there is none. bar is as long as it
	// is, from 0 to 1; below 0 there is none.
	share *float64
	bar   float64
	note  string // an interval, or why there is no number
	axis  string // how much the longest bar is
	noted bool   // the note goes before a bar: a rate without its interval says more than is known
	look  theme.Token
	query *replay.Selector // the visits behind it; nil: there are none to list
	visit *replay.VisitRef // the one visit behind it
	leads string           // the scope that it is about; "" for none
	value float64
}

// heading makes a row that heads what follows.
func heading(label string) fact {
	return fact{key: "head " + label, label: label, bar: -1, look: theme.Title}
}

// said makes a row of words.
func said(label, note string) fact {
	return fact{key: label, label: label, note: note, noted: true, bar: -1, look: theme.Muted}
}

// counted makes a row of a count, with its share of a whole if there is one.
func counted(label string, n, whole int64) fact {
	f := fact{key: label, label: label, number: text.Number(n), bar: -1, value: float64(n)}
	if whole > 0 {
		s := float64(n) / float64(whole)
		f.share, f.bar, f.axis = &s, s, "100 %"
	}
	return f
}

// rated makes a row of a rate with its interval; why says why there is none.
func rated(label string, r *replay.Rate, why string) fact {
	f := fact{key: "rate " + label, label: label, bar: -1, note: why}
	if r == nil {
		f.number, f.look = "-", theme.Muted
		return f
	}
	f.number, f.bar, f.axis, f.value = percent(float64(r.Value)), float64(r.Value), "100 %", float64(r.Value)
	f.note, f.noted = between(percent, float64(r.Low), float64(r.High)), true
	return f
}

// estimated makes a row of an estimate.
func estimated(label string, e *replay.Estimate, show func(float64) string) fact {
	f := fact{key: "estimate " + label, label: label, bar: -1}
	if e == nil {
		f.number, f.look = "-", theme.Muted
		return f
	}
	f.number, f.value = show(float64(e.Value)), float64(e.Value)
	if e.Low != nil && e.High != nil {
		f.note = between(show, float64(*e.Low), float64(*e.High))
	}
	return f
}

// between writes an interval, which holds in 95 of 100 cases.
func between(show func(float64) string, low, high float64) string {
	l, h := show(low), show(high)
	if short, ok := strings.CutSuffix(l, " %"); ok {
		l = short
	}
	return l + " to " + h
}

func (f fact) to(scope, what string) fact {
	f.query = &replay.Selector{Scope: scope, What: what}
	return f
}

// unit is what the number of a fact counts in a view, if it is a count.
func (f fact) unit(v view) string {
	if f.visit != nil || f.number == "never" {
		return ""
	}
	if f.number == "1" {
		return v.one
	}
	return v.unit
}

func (f fact) of(scope string) fact  { f.leads = scope; return f }
func (f fact) named(key string) fact { f.key = key; return f }

// scaled makes the bars of some facts as long as they are against the longest
// of them, which is told where shares are small.
func scaled(facts []fact) []fact {
	most := 0.0
	for _, f := range facts {
		most = max(most, f.value)
	}
	for i := range facts {
		facts[i].axis = "" // what they were against before
		if most > 0 && facts[i].number != "" {
			facts[i].bar, facts[i].axis = facts[i].value/most, text.Number(int64(most))
		}
	}
	return facts
}

// newFacts makes the table of a view. Its columns are set by lay.
func newFacts() *widget.Table[*fact] {
	t := widget.NewTable(func(f *fact) string { return f.key })
	t.Searched = func(f *fact) string { return f.label + " " + f.note }
	return t
}

// The widths of the columns; bars and notes have what is left.
const (
	labelWidth  = 16
	mostLabel   = 48
	numberWidth = 10
	shareWidth  = 9
	mostBar     = 40
	noteWidth   = 16
	leastBar    = 4
	gaps        = 10 // the mark of the selection, the scroll bar, and the blanks between columns
)

// lay sets the columns of the facts for a width. The bars are as wide as the
// pane lets them be; as a table there are none, and notes have the room.
func (s *Screen) lay(w int) {
	// Labels have the room that they need, and notes that of a table without bars:
	// a bar is the first to be short, the number beside it says the same.
	labels, bars, noted, notes, axis := labelWidth, false, false, 0, ""
	for _, f := range s.facts.Items() {
		labels = max(labels, 1+frame.Width(f.label))
		bars = bars || !s.plain && f.bar >= 0
		noted = noted || f.noted
		notes = max(notes, min(noteWidth, frame.Width(f.note)))
		if axis == "" && f.bar >= 0 {
			axis = f.axis
		}
	}
	th, v := s.ses.Theme, views()[s.at]
	taken := numberWidth + gaps // by all but labels, bars and notes
	if shareTitle(v) != "" {
		taken += shareWidth
	}
	spare := 8
	if !bars { // what a row is about is told beside it
		spare = max(spare, min(notes, noteWidth))
	}
	labels = max(labelWidth, min(labels, mostLabel, w-taken-spare))
	if noted && w-labels-taken-notes < leastBar {
		bars = false
	}
	if next := (laid{w, s.at, labels, bars, notes, axis, s.ses.Theme.Look()}); s.laid != next {
		s.laid = next
	} else {
		return
	}
	label := widget.Column[*fact]{Title: "What", Width: labels, Grow: 1, Most: mostLabel, Cell: func(f *fact) widget.Cell {
		if f.number == "" && f.look == theme.Title {
			return widget.Cell{Text: f.label, Look: theme.Title}
		}
		return widget.T(" " + f.label)
	}}
	number := widget.Column[*fact]{Title: cmp.Or(v.number, "Number"), Width: numberWidth, Right: true, Cell: func(f *fact) widget.Cell { return widget.Cell{Text: f.number, Look: f.look} },
		Compare: func(a, b *fact) int { return compareFloats(a.value, b.value) }}
	share := widget.Column[*fact]{Title: shareTitle(v), Width: shareWidth, Right: true, Cell: func(f *fact) widget.Cell {
		if f.share == nil {
			return widget.Cell{}
		}
		return widget.T(percent(*f.share))
	}}
	note := widget.Column[*fact]{Title: "", Width: noteWidth, Grow: 3, Rank: 1, Cell: func(f *fact) widget.Cell { return widget.Cell{Text: f.note, Look: theme.Muted} }}
	columns := []widget.Column[*fact]{label, number}
	if shareTitle(v) != "" {
		columns = append(columns, share)
	}
	if bars {
		room := w - labels - taken
		wide := room - notes
		switch {
		case wide < leastBar: // no notes; the foot has them
			wide = max(1, room+2)
		case notes == 0: // all of it
		case wide > 13: // the names and the notes have some of it
			wide = 13 + (wide-13)/3
		}
		wide = min(wide, mostBar)
		columns = append(columns, widget.Column[*fact]{Title: axisTitle(axis, wide), Width: wide, Cell: func(f *fact) widget.Cell {
			return widget.Cell{Text: bar(th, wide, f.bar), Look: theme.Accent}
		}})
		note.Rank = 2
	}
	s.facts.Columns = append(columns, note)
	s.facts.Refresh()
}

// shareTitle heads the shares: those of an overview have their base in the
// headings among them, and where there are none nothing is said.
func shareTitle(v view) string {
	if v.number == "" {
		return "Share"
	}
	return v.share
}

// axisTitle says from where to where bars go, if there is room for it.
func axisTitle(most string, w int) string {
	if said := "0 to " + most; most != "" && frame.Width(said) <= w {
		return said
	}
	return ""
}

// laid is what the columns were set for.
type laid struct {
	w, at  int
	labels int
	bars   bool
	notes  int
	axis   string
	look   uint32
}

// bar draws a share on w cells. What is there but too little for a cell shows
// as a dot.
func bar(th *theme.Theme, w int, share float64) string {
	if share <= 0 || math.IsNaN(share) {
		return ""
	}
	n := int(math.Round(min(share, 1) * float64(w)))
	if n == 0 {
		return th.Dot
	}
	return strings.Repeat(th.BarFull, n)
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// percent writes a share: with a decimal, and with two where it is small.
func percent(share float64) string {
	p := share * 100
	switch a := math.Abs(p); {
	case a == 0 || a >= 1:
		return fmt.Sprintf("%.1f %%", p)
	case a >= 0.01:
		return fmt.Sprintf("%.2f %%", p)
	case p < 0:
		return "> -0.01 %"
	}
	return "< 0.01 %"
}

// plainly writes a computed number with a decimal.
func plainly(n float64) string { return fmt.Sprintf("%.1f", n) }
