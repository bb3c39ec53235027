package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Of what is told.
const (
	toldRows     = 300
	toldUnused   = 40
	toldProducts = 3
	toldRejects  = 5
)

// note is how the trial went, for the frame.
func (s *Screen) note() string {
	w := s.work
	switch {
	case w.wrong != "":
		return "not yet"
	case w.trying || w.trial == nil:
		return "reading" + s.ses.Theme.Ellipsis
	case w.trial.Wrong != nil:
		return s.ses.Theme.Cross + " nothing read"
	case w.trial.Rejected > 0:
		return fmt.Sprintf("%s %s rejected", s.ses.Theme.Warn, text.Number(w.trial.Rejected))
	}
	return s.ses.Theme.Check + " all read"
}

// describe tells what the rows become.
func (s *Screen) describe() {
	w := s.work
	if w == nil {
		s.look.SetLines()
		return
	}
	var out []widget.Line
	say := func(hang int, cells ...widget.Cell) { out = append(out, widget.Line{Cells: cells, Hang: hang}) }
	th := s.ses.Theme
	for _, n := range w.sketch.Notes {
		say(2, widget.Cell{Text: th.Glyphs.Warn + " " + n + ".", Look: theme.Warn})
	}
	switch t := w.trial; {
	case w.wrong != "":
		say(2, widget.Cell{Text: th.Glyphs.Warn + " Nothing can be read yet: " + w.wrong + ".", Look: theme.Warn}, muted(" n goes to what is needed."))
	case t == nil: // what was told before is about another mapping
		say(0, muted("Reading"+th.Ellipsis))
	default:
		out = append(out, s.counts(t)...)
	}
	if u := w.sketch.Unmapped(); len(u) > 0 {
		more := ""
		if n := len(u) - toldUnused; n > 0 {
			u, more = u[:toldUnused], fmt.Sprintf(" and %s more", text.Number(int64(n)))
		}
		say(2, muted("Not used: "), widget.T(strings.Join(u, ", ")+more))
	}
	if w.wrong == "" && w.trial != nil {
		out = append(out, s.rows(w.trial)...)
	}
	s.look.SetLines(out...)
}

func muted(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Muted} }

// counts say what became of the rows, and of why.
func (s *Screen) counts(t *journey.Trial) []widget.Line {
	th := s.ses.Theme
	out := []widget.Line{widget.L(widget.T(fmt.Sprintf("Of the first %s: %s read, %s skipped, %s rejected; %s of %s.", text.Many(t.Lines, "line"), text.Number(t.Read), text.Number(t.Skipped), text.Number(t.Rejected),
		text.Many(t.Events, "event"), text.Many(int64(t.Visitors), "visitor"))))}
	if t.Wrong != nil {
		out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{{Text: th.Cross + " " + t.Wrong.Error(), Look: theme.Danger}}})
	}
	for _, part := range []struct {
		word string
		look theme.Token
		by   map[string]journey.Count
	}{{"Rejected", theme.Danger, t.RejectedBy}, {"Skipped", theme.Muted, t.SkippedBy}} {
		reasons := slices.Sorted(maps.Keys(part.by))
		slices.SortStableFunc(reasons, func(a, b string) int { return cmp.Compare(part.by[b].Count, part.by[a].Count) })
		var said []string
		for _, r := range reasons {
			said = append(said, fmt.Sprintf("%s %s (line %d)", reason(r), text.Number(part.by[r].Count), part.by[r].FirstLine))
		}
		if len(said) > 0 {
			out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{{Text: part.word + ": ", Look: part.look}, widget.T(strings.Join(said, ", "))}})
		}
	}
	return out
}

// reason says why a row is skipped, for who does not know the report's codes.
func reason(code string) string {
	switch code {
	case "header":
		return "the names of the columns"
	case "no-event":
		return "nothing of interest happened"
	case "robot":
		return "a robot"
	case "continuation":
		return "a cell over several lines"
	case "time":
		return "no time that can be read"
	case "missing":
		return "something needed is empty"
	case "columns":
		return "another number of columns"
	case "unmapped":
		return "a value without a meaning"
	case "number":
		return "no number as they are said to be written"
	case "money":
		return "no amount"
	}
	return code
}

// rows tell what became of each row: first those that were rejected, then all
// in their order.
func (s *Screen) rows(t *journey.Trial) []widget.Line {
	var out []widget.Line
	list := t.Rows[:min(len(t.Rows), toldRows)]
	if rejects := t.Rejects[:min(len(t.Rejects), toldRejects)]; len(rejects) > 0 {
		list = append(append([]journey.TrialRow{}, rejects...), list...)
	}
	for i, r := range list {
		if i == len(list)-min(len(t.Rows), toldRows) && i > 0 {
			out = append(out, widget.L(muted("All rows, in their order:")))
		}
		line := fmt.Sprintf("%d", r.Line)
		head := muted("line " + line + " ")
		switch {
		case r.Rejected != "":
			out = append(out, widget.Line{Hang: 4, Cells: []widget.Cell{head, {Text: s.ses.Theme.Cross + " rejected: " + r.Rejected, Look: theme.Danger}}})
		case len(r.Events) == 0:
			out = append(out, widget.Line{Hang: 4, Cells: []widget.Cell{head, muted("skipped: " + reason(r.Skipped))}})
		}
		for i, e := range r.Events {
			if i > 0 {
				head = muted(strings.Repeat(" ", len("line "+line+" ")))
			}
			cells := []widget.Cell{head}
			if i == 0 {
				cells = append(cells, muted(e.At.Time().Format("2006-01-02 15:04:05")+" "+e.Visitor+" "))
			}
			if i > 0 && e.At != r.Events[i-1].At { // a part of a sequence
				cells = append(cells, muted(e.At.Time().Format("15:04:05")+" "))
			}
			what, detail := told(e)
			out = append(out, widget.Line{Hang: 4, Cells: append(cells, widget.Cell{Text: what, Look: theme.Title}, widget.T(" "+detail))})
		}
	}
	return out
}

// told says an event.
func told(e *journey.Event) (what, detail string) {
	var parts []string
	add := func(label, v string) {
		if v != "" {
			parts = append(parts, strings.TrimSpace(label+" "+v))
		}
	}
	switch e.Type {
	case journey.PageView:
		add("", e.Page.URL)
		add("titled", e.Page.Title)
		add("in", strings.Join(e.Page.Sections, ", "))
		add("from", e.Page.Referrer)
		if g := e.Page.Geo; g != nil {
			add("country", g.Country)
			add("region", g.Region)
			add("city", g.City)
		}
		if e.Page.UserAgent != "" {
			add("", "with a user agent")
		}
		return "page", strings.Join(parts, ", ")
	case journey.ProductView:
		return "product viewed", strings.Join(products(e.ProductView.Products, e.ProductView.Currency), "; ")
	case journey.Cart:
		if e.Cart.Total != 0 || e.Cart.NumItems > 0 {
			add("total", strings.TrimSpace(e.Cart.Total.String()+" "+e.Cart.Currency))
			add("items", fmt.Sprint(e.Cart.NumItems))
		}
		return "cart", strings.Join(append(parts, products(e.Cart.Products, e.Cart.Currency)...), "; ")
	case journey.Purchase:
		add("total", strings.TrimSpace(e.Purchase.Total.String()+" "+e.Purchase.Currency))
		add("order", e.Purchase.OrderID)
		return "purchase", strings.Join(append(parts, products(e.Purchase.Products, e.Purchase.Currency)...), "; ")
	case journey.SearchInfo:
		return "search", strings.Join(e.Search.Keywords, "; ")
	case journey.Error:
		return "error", e.Error.Message
	case journey.Signal:
		return "signal", e.Signal.Name
	case journey.Leave:
		return "leaves", ""
	}
	return e.Type.String(), ""
}

func products(list []journey.Product, currency string) []string {
	var out []string
	for _, p := range list[:min(len(list), toldProducts)] {
		said := strings.Join(slices.DeleteFunc([]string{p.Name, p.SKU}, func(v string) bool { return v == "" }), " ")
		if p.Category != "" {
			said += " in " + p.Category
		}
		if p.Price != nil {
			said += " at " + strings.TrimSpace(p.Price.String()+" "+currency)
		}
		if p.Quantity > 1 {
			said += fmt.Sprintf(", %d pieces", p.Quantity)
		}
		out = append(out, said)
	}
	return out
}
