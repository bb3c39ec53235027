package form

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// Section is a part of a form under a title of its own.
type Section struct {
	Title  string
	Help   string // a sentence below the title
	Fields []Field
}

// Field is one value of the document, or one list or record of it.
type Field struct {
	// Path is its place in the document: "timeFrame.start".
	Path  string
	Label string
	// Help is shown while the field has the focus; empty is what the model
	// says about the field.
	Help string
	Kind Kind
	// Required marks the label; what is missing the model tells.
	Required bool
	// When hides the field where it is false; nil shows it always. A hidden
	// field keeps its value.
	When func() bool
	// Fixed says why it cannot be changed now; empty or nil means that it can.
	Fixed func() string
	// Beside puts the field on the row of the one before, where there is room.
	Beside bool
	// Width is how many cells the value wants; 0 is all there are.
	Width int

	name string // in the names of steps, where the label does not serve
}

// noun is what the field is called in the middle of a sentence.
func (at Field) noun() string {
	if at.name != "" {
		return at.name
	}
	return lower(at.Label)
}

// Kind says how a field is shown and edited: [Text], [Choice], [Condition]
// and so on.
type Kind interface {
	// stops lists what can have the focus for the field as the document is.
	stops(f *Form, at Field) []stop
}

// World is what a form needs to know besides the document. Every part may be
// left out.
type World struct {
	// Library lists what a reference may point to; see [LibraryOf].
	Library func(model.Kind) []Option
	// Add makes a new item, of a name if one was typed, and calls then with its
	// ID: "add new" in pickers.
	Add func(kind model.Kind, name string, then func(id string)) tea.Cmd
	// Check tells what is wrong with the document; see Index.ValidateDocument.
	Check func(model.Document) []model.Problem
	// Pages are tried against page rules while they are written.
	Pages []journey.Page
	// Suggest lists values for a field of free text; they are offered, never
	// forced. Conditions ask by what one value is: "region", "city", "customer
	// type", "customer status", "affiliate", "marketing campaign", "keyword",
	// "attribute", "event", "product", "SKU", "category", "message", "code",
	// "topic", "stock status", "language", "browser", "operating system",
	// "customer ID", "ZIP code" and "store number"; [Text] by its own word.
	Suggest func(what string) []string
}

// Form shows the fields of one document and edits them. It is owned by its
// screen, which hands on keys, actions and the mouse; it is not safe for
// concurrent use.
type Form struct {
	ses      *pane.Session
	doc      Editor
	world    World
	sections []Section
	scope    string
	only     int // the one section that is shown, -1 for all

	stops   []stop
	entries map[string]*entry
	focus   string // key of the stop that has it
	place   int    // its index, for when the key is gone
	turn    int    // grows with what ends a run of typing
	all     bool   // problems of untouched fields are told too
	plainly bool   // asked line by line: nothing is skipped
	inside  bool   // the focus is in its field: nothing is said of it while it is typed
	checked model.Document
	found   []model.Problem   // in the document that was checked
	told    map[string][]told // problems by key of stop
	loose   []model.Problem   // those that belong to no field

	version uint64
	drawn   drawn
	top     int
	wheeled bool   // the next picture does not scroll to the focus
	fresh   string // path of a record that was just made: it is unfolded
}

// entry is what is remembered of a stop while the document changes around it.
type entry struct {
	control control
	touched bool
	memo    memo
}

// told is one problem at a field.
type told struct {
	text    string
	warning bool
}

// New makes a form of a document. The scope is the name under which the screen
// has the form's keys, see [Scopes].
func New(ses *pane.Session, scope string, doc Editor, world World, sections ...Section) *Form {
	f := &Form{ses: ses, doc: doc, world: world, sections: sections, scope: scope, only: -1, entries: map[string]*entry{}}
	f.Reload()
	f.first(0)
	return f
}

// SetSections replaces the fields and keeps focus and what is half typed. The
// document is checked again: what it mentions may have been mended elsewhere.
func (f *Form) SetSections(sections ...Section) {
	f.sections, f.checked = sections, nil
	f.Reload()
}

// SetWorld replaces what the form knows besides the document. A library that
// changed is told to the form so, and the document is checked again.
func (f *Form) SetWorld(w World) {
	f.world, f.checked = w, nil
	f.Reload()
}

// Document is the document as it is now.
func (f *Form) Document() model.Document { return f.doc.Document() }

// Dirty tells whether there is something to save, half typed values included.
func (f *Form) Dirty() bool { return f.doc.Dirty() || len(f.unfinished()) > 0 }

// Reload shows the document as it is now, after somebody else than the form
// changed it.
func (f *Form) Reload() {
	f.version++
	f.build()
	for i := range f.stops {
		if c := f.stops[i].control; c != nil {
			c.load()
		}
	}
	f.judge()
}

// build lists the stops anew. Controls are kept by their keys.
func (f *Form) build() {
	f.stops = f.stops[:0]
	for n, s := range f.sections {
		for _, field := range s.Fields {
			for _, st := range f.expand(field) {
				st.section = n
				f.stops = append(f.stops, st)
			}
		}
	}
	if i := f.index(f.focus); i >= 0 {
		f.place = i
		return
	}
	f.place = min(f.place, len(f.stops)-1)
	f.focusNear(f.place)
}

// expand lists the stops of a field, none while it is hidden.
func (f *Form) expand(field Field) []stop {
	if field.When != nil && !field.When() {
		return nil
	}
	out := field.Kind.stops(f, field)
	if field.Fixed != nil {
		for i := range out {
			out[i].fixed = field.Fixed()
		}
	}
	return out
}

// focusNear puts the focus on the stop nearest to an index.
func (f *Form) focusNear(i int) {
	for d := 0; d <= len(f.stops); d++ {
		for _, n := range []int{i + d, i - d} {
			if n >= 0 && n < len(f.stops) && f.open(n) {
				f.place, f.focus = n, f.stops[n].key
				return
			}
		}
	}
	f.place, f.focus = 0, ""
}

// open tells whether a stop can have the focus.
func (f *Form) open(i int) bool {
	return f.stops[i].control != nil && (f.only < 0 || f.stops[i].section == f.only)
}

func (f *Form) index(key string) int {
	if key == "" {
		return -1
	}
	return slices.IndexFunc(f.stops, func(s stop) bool { return s.key == key })
}

// current is the stop with the focus, nil when there is none.
func (f *Form) current() *stop {
	if f.place >= 0 && f.place < len(f.stops) && f.stops[f.place].key == f.focus && f.open(f.place) {
		return &f.stops[f.place]
	}
	return nil
}

// keep gives the control of a key, made by fresh when there is none yet.
func keep[C control](f *Form, key string, fresh func() C) C {
	if e := f.entries[key]; e != nil {
		if c, ok := e.control.(C); ok {
			return c
		}
	}
	c := fresh()
	f.entries[key] = &entry{control: c}
	c.load()
	return c
}

// change makes one step of edits; an error is shown to the operator.
func (f *Form) change(label, key string, edits ...Edit) bool {
	if err := f.doc.DoKeyed(key, label, edits...); err != nil {
		f.tell(widget.Warning, err.Error())
		return false
	}
	f.Reload()
	return true
}

// step is change as a step of its own.
func (f *Form) step(label string, edits ...Edit) bool {
	f.turn++
	return f.change(label, "", edits...)
}

func (f *Form) tell(level widget.Level, s string) {
	if f.ses != nil && f.ses.Shell != nil {
		f.ses.Shell.Toast(level, text.Line(s, 300))
	}
}

// Undo takes the last step back and tells which it was. What stands in the line
// with the focus and cannot be read is no step, and goes first: who takes it
// back does not mean an older change elsewhere.
func (f *Form) Undo() {
	if s := f.current(); s != nil {
		if l, ok := s.control.(*line); ok && l.wrong != "" {
			f.turn++
			l.wrong = ""
			l.show(l.seen)
			l.changed()
			f.touch()
			f.tell(widget.Info, "Undone: what was typed.")
			return
		}
	}
	f.wind(f.doc.Undo, "Undone: ", "Nothing to undo.")
}

// Redo makes it again.
func (f *Form) Redo() { f.wind(f.doc.Redo, "Done again: ", "Nothing to redo.") }

func (f *Form) wind(do func() (edit.Step, bool), said, none string) {
	f.turn++
	step, ok := do()
	f.Reload()
	if !ok {
		f.tell(widget.Info, none)
		return
	}
	f.GoToPath(string(step.Path))
	f.tell(widget.Info, said+step.Name+".")
}

// relocate keeps what is half typed with its element while lists change. New
// gives the path that a path has become; false means that it is gone.
func (f *Form) relocate(now func(path string) (string, bool)) {
	kept := make(map[string]*entry, len(f.entries))
	for key, e := range f.entries {
		path, part, parted := strings.Cut(key, "#")
		to, ok := now(path)
		if !ok {
			continue
		}
		if to != path {
			e.control.moveTo(to)
		}
		if parted {
			to += "#" + part
		}
		kept[to] = e
	}
	f.entries = kept
}

// renumber is relocate for the elements of one list; to gives the new number
// of an element, -1 when it is gone.
func (f *Form) renumber(list string, to func(int) int) {
	f.relocate(func(path string) (string, bool) { return shifted(path, list, to) })
}

// value gives the text of a path as files have it, and whether it is given.
func (f *Form) value(path string) (string, bool) { return value(f.doc.Document(), path) }

// count is the number of elements of a list.
func (f *Form) count(path string) int { return count(f.doc.Document(), path) }

// Show shows one section alone, or all for -1, and moves the focus into it.
func (f *Form) Show(section int) {
	f.leave()
	f.only = min(max(section, -1), len(f.sections)-1)
	f.version++
	if s := f.current(); s == nil {
		f.first(max(0, f.only))
	}
}

// Shown is the section that is shown alone, -1 when all are.
func (f *Form) Shown() int { return f.only }

// GoTo moves the focus to the first field of a section.
func (f *Form) GoTo(section int) {
	f.leave()
	if f.only >= 0 {
		f.only = section
	}
	f.first(section)
}

// GoToPath moves the focus to the field of a path, or the nearest around it,
// and tells whether there is one.
func (f *Form) GoToPath(path string) bool {
	i := f.owner(path)
	if i < 0 {
		return false
	}
	if s := f.current(); s != nil && s.path == f.stops[i].path {
		return true
	}
	key := f.stops[i].key
	f.leave() // may change the document
	if i = f.index(key); i < 0 {
		return false
	}
	if f.only >= 0 {
		f.only = f.stops[i].section
	}
	f.enter(i, 1)
	f.touch()
	return true
}

// At is the section and the path that have the focus.
func (f *Form) At() (section int, path string) {
	if s := f.current(); s != nil {
		return s.section, s.path
	}
	return max(0, f.only), ""
}

// first puts the focus on the first field of a section.
func (f *Form) first(section int) {
	for i := range f.stops {
		if f.stops[i].section >= section && f.open(i) {
			f.enter(i, 1)
			return
		}
	}
	f.focusNear(0)
}
