package form

import (
	"strings"

	"beckon/model"
)

// judge finds what is wrong and where it is told.
func (f *Form) judge() {
	if now := f.doc.Document(); now != f.checked { // a document never changes, a change makes another
		f.checked, f.found = now, nil
		if f.world.Check != nil {
			f.found = f.world.Check(now)
		}
	}
	f.told, f.loose = map[string][]told{}, nil
	for i := range f.stops {
		s := &f.stops[i]
		if s.control == nil {
			continue
		}
		e := f.entries[s.key]
		if p := s.control.problem(); p != "" && (f.all || e != nil && e.touched && (s.key != f.focus || !f.inside)) {
			f.told[s.key] = append(f.told[s.key], told{text: p})
		}
	}
	for _, p := range f.found {
		i := f.owner(p.Path)
		if i < 0 {
			f.loose = append(f.loose, p)
			continue
		}
		s := &f.stops[i]
		if s.control.problem() != "" {
			continue // what was typed is told, not what the document lacks meanwhile
		}
		e := f.entries[s.key]
		if f.all || e != nil && e.touched && (s.key != f.focus || !f.inside) {
			f.told[s.key] = append(f.told[s.key], told{f.said(p, s), p.Severity == model.Warning})
		}
	}
}

// owner is the stop that a problem's path belongs to: the one of the path,
// else the nearest around it, else the first inside it; -1 for none.
func (f *Form) owner(path string) int {
	best, length := -1, -1
	inside := -1
	for i := range f.stops {
		s := &f.stops[i]
		if s.control == nil || s.path == "" {
			continue
		}
		if within(path, s.path) && len(s.path) > length {
			best, length = i, len(s.path)
		}
		if inside < 0 && path != "" && within(s.path, path) {
			inside = i
		}
	}
	if best >= 0 {
		return best
	}
	return inside
}

// unfinished lists the stops whose text is not in the document.
func (f *Form) unfinished() []int {
	var out []int
	for i := range f.stops {
		if c := f.stops[i].control; c != nil && c.problem() != "" {
			out = append(out, i)
		}
	}
	return out
}

// ShowProblems tells every problem at its field, as saving does, and gives the
// number of errors: of the document, and of values that are not in it because
// they cannot be read. Moving on is never refused.
func (f *Form) ShowProblems() int {
	f.leave()
	f.all = true
	f.touch()
	return f.Errors()
}

// Errors is the number of errors that the form knows, told or not.
func (f *Form) Errors() int {
	return len(model.Errors(f.found)) + len(f.unfinished())
}

// Unread is the number of fields with a text that is not in the document,
// because it cannot be read; saving saves the value before it.
func (f *Form) Unread() int { return len(f.unfinished()) }

// UnreadValues says of each such text where it stands and why it cannot be
// read.
func (f *Form) UnreadValues() []model.Problem {
	var out []model.Problem
	for _, i := range f.unfinished() {
		s := &f.stops[i]
		p := model.Problem{Severity: model.Error, Path: s.path, Code: "unread", Message: s.control.problem()}
		if s.label != "" {
			p.Message = s.label + ": " + p.Message
		}
		out = append(out, p)
	}
	return out
}

// Loose are the problems that belong to none of the form's fields.
func (f *Form) Loose() []model.Problem { return f.loose }

// State is how far a section is.
type State struct {
	Title    string
	Errors   int // all of them, told or not
	Warnings int
	Told     int  // problems that stand at fields now
	Touched  bool // the focus was on one of its fields
}

// States tells how far each section is, for a rail beside the form.
func (f *Form) States() []State {
	out := make([]State, len(f.sections))
	for i, s := range f.sections {
		out[i].Title = s.Title
	}
	for i := range f.stops {
		s := &f.stops[i]
		o := &out[s.section]
		if s.control == nil {
			continue
		}
		if s.control.problem() != "" {
			o.Errors++
		}
		o.Told += len(f.told[s.key])
		if e := f.entries[s.key]; e != nil && e.touched {
			o.Touched = true
		}
	}
	for _, p := range f.found {
		if i := f.owner(p.Path); i >= 0 {
			if p.Severity == model.Warning {
				out[f.stops[i].section].Warnings++
			} else {
				out[f.stops[i].section].Errors++
			}
		}
	}
	return out
}

// jump goes to the next field with a problem, round the form. Who asks for them
// is told all.
func (f *Form) jump(dir int) {
	f.leave()
	if !f.all {
		f.all = true
		f.touch()
	}
	n := len(f.stops)
	for d := 1; d <= n; d++ {
		i := ((f.place+dir*d)%n + n) % n
		s := &f.stops[i]
		if s.control == nil || len(f.told[s.key]) == 0 {
			continue
		}
		if f.only >= 0 {
			f.only = s.section
		}
		f.enter(f.lacking(i), dir)
		f.inside = false // what is wrong stays in sight until something is typed
		f.touch()
		return
	}
}

// lacking is the stop where a problem is mended: where an operator has it, the
// first empty value beside it, since an operator is always chosen.
func (f *Form) lacking(i int) int {
	key := f.stops[i].key
	if !strings.HasSuffix(key, "#op") && !strings.HasSuffix(key, "#way") {
		return i
	}
	for n := i + 1; n < len(f.stops) && f.stops[n].beside; n++ {
		if l, ok := f.stops[n].control.(*line); ok && l.seen == "" && f.open(n) {
			return n
		}
	}
	return i
}
