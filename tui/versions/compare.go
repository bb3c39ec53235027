package versions

import (
	"fmt"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// against is what the selected line is compared with.
type against uint8

const (
	here    against = iota // the work at hand
	inForce                // what visitors see, or what is saved
	before                 // the version before
	sides
)

// key is what the comparison that is shown was made of.
type key struct {
	row     string
	against against
	work    model.Document
	force   model.Document
	read    int
	whole   bool
	look    uint32
}

// next is the comparison that follows the present one for a line.
func (v *View) next(r row) against {
	for a := v.against + 1; ; a++ {
		if a %= sides; v.makes(r, a) {
			return a
		}
	}
}

// makes tells whether a comparison makes sense for a line.
func (v *View) makes(r row, a against) bool {
	switch a {
	case here:
		return !r.work && v.work() != nil
	case inForce:
		return true
	}
	return !r.work
}

// side is the present comparison of a line: the chosen one, or the next that
// makes sense.
func (v *View) side(r row) against {
	if v.makes(r, v.against) {
		return v.against
	}
	return v.next(r)
}

// words name a side, and whose value stands in brackets behind a difference.
func (v *View) words(a against) string {
	switch a {
	case here:
		return "your work"
	case before:
		return "the version before"
	}
	_, words := v.o.Force()
	return words
}

func (v *View) title() string {
	r, ok := v.list.Selected()
	if !ok {
		return "Comparison"
	}
	return "Compared with " + v.words(v.side(r))
}

// offer says what the key that compares leads to.
func (v *View) offer() string {
	r, ok := v.list.Selected()
	if !ok || !r.work && r.v.Document == nil {
		return ""
	}
	now := v.side(r)
	keep := v.against
	v.against = now
	next := v.next(r)
	v.against = keep
	if next == now {
		return ""
	}
	return "c: with " + v.words(next)
}

// describe writes the comparison anew if what it is made of changed.
func (v *View) describe() {
	r, ok := v.list.Selected()
	name, _ := v.list.SelectedKey()
	force, _ := v.o.Force()
	next := key{name, v.against, v.work(), force, len(v.read), v.whole, v.ses.Theme.Look()}
	if next == v.shown {
		return
	}
	if next.row != v.shown.row || next.against != v.shown.against {
		v.said.Top()
	}
	v.shown = next
	if !ok {
		v.said.SetLines()
		return
	}
	v.said.SetLines(v.lines(r)...)
}

func muted(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Muted} }

// lines say what a line of the list is and how it differs.
func (v *View) lines(r row) []widget.Line {
	var out []widget.Line
	say := func(cells ...widget.Cell) { out = append(out, widget.Line{Cells: cells, Hang: 2}) }
	this, name := v.work(), "your work"
	if !r.work {
		zone := v.ses.Now()
		say(widget.T(r.v.At.In(zone.Location()).Format("Mon 2006-01-02 15:04:05 MST")+" by "+r.v.Author), muted(fmt.Sprintf(", revision %d", r.v.Revision)))
		if r.v.Why != "" {
			say(widget.T(sentence(r.v.Why)))
		}
		this, name = r.v.Document, "this version"
	}
	switch {
	case !r.work && r.v.Unread != "":
		say(widget.Cell{Text: v.ses.Theme.Cross + " This version cannot be read: " + r.v.Unread, Look: theme.Danger})
		return out
	case this == nil:
		say(widget.T("It was deleted. The version before it is the last one that can be reverted to."))
		return out
	}
	if !r.work {
		for _, gone := range v.o.Gone(this) {
			say(widget.Cell{Text: v.ses.Theme.Glyphs.Warn + " It mentions " + gone + ", which is gone.", Look: theme.Warn})
		}
	}
	a := v.side(r)
	other, ready, why := v.other(r, a)
	switch {
	case !ready:
		say(muted("Reading" + v.ses.Theme.Ellipsis))
		return out
	case why != "":
		say(muted(why))
		return out
	}
	if a == here {
		this = v.o.Reverted(this)
	}
	changes := edit.Diff(other, this)
	if len(changes) == 0 {
		say(widget.Cell{Text: v.ses.Theme.Check + " There is no difference.", Look: theme.OK})
		return out
	}
	out = append(out, widget.Heading(fmt.Sprintf("%s: what %s has, and in brackets %s", count(len(changes), "difference"), name, v.words(a))))
	for _, c := range changes {
		out = append(out, v.change(c))
	}
	return out
}

// other is the document that a line is compared with. Not ready means that it
// is being read; why says why there is none.
func (v *View) other(r row, a against) (d model.Document, ready bool, why string) {
	switch a {
	case here:
		return v.work(), true, ""
	case inForce:
		d, _ := v.o.Force()
		if d == nil {
			return nil, true, "There is nothing to compare it with."
		}
		return d, true, ""
	}
	if r.at+1 >= len(v.read) {
		if !v.whole {
			return nil, false, ""
		}
		return nil, true, "This is the first version: there is none before it."
	}
	older := v.read[r.at+1]
	switch {
	case older.Unread != "":
		return nil, true, "The version before cannot be read."
	case older.Document == nil:
		return nil, true, "Before this version it was deleted."
	}
	return older.Document, true, ""
}

// change tells one difference: a sign, the field, what this has, and what the
// other has.
func (v *View) change(c edit.Change) widget.Line {
	value := func(s string) string {
		if s == "" {
			return "none"
		}
		return s
	}
	sign, look, has, other := "~", theme.Info, value(c.New), value(c.Old)
	switch c.Action {
	case edit.Added:
		sign, look, other = "+", theme.OK, "not there"
	case edit.Removed:
		sign, look, has = "-", theme.Danger, "not there"
	case edit.Moved:
		has, other = "at place "+c.New, "at place "+c.Old
	}
	return widget.Line{Hang: 2, Cells: []widget.Cell{{Text: sign, Look: look}, widget.T(" " + c.Label + ": " + has), muted(" (" + other + ")")}}
}

// count says a number of things: "1 difference", "2 differences".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
