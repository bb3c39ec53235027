package edit

import (
	"errors"
	"fmt"

	"beckon/model"
)

// MaxSteps is how many steps can be undone; older ones are forgotten. What was
// read or saved last is kept beside them and can always be returned to, with
// [History.Replace] by [History.Base].
const MaxSteps = 1000

// Step is what one undo takes back.
type Step struct {
	// Name says what was done, "change goal"; it is for the caller to make fit
	// to be shown.
	Name string
	// Path is the first field that was changed, for a form to show it.
	Path Path
}

// History is a document under edit, with what was done to it. The documents it
// gives out are never changed afterwards: every step makes a new one, so they
// may be read in the background and compared by their address. A History
// itself is for one goroutine. The zero value holds no document; make one with
// [NewHistory] or [LoadHistory].
type History struct {
	base     model.Document
	revision uint64
	now      model.Document
	done     []step // the last is undone next
	undone   []step // the last is redone next

	// before is the document before the last step, while it may still grow.
	before model.Document
}

// step keeps edits as they were understood, and those that take them back.
type step struct {
	Name string `json:"name"`
	Key  string `json:"key,omitempty"`
	Do   []Edit `json:"do"`
	Undo []Edit `json:"undo"`
}

func (s step) told() Step {
	out := Step{Name: s.Name}
	if len(s.Do) > 0 {
		out.Path = s.Do[0].Path
	}
	return out
}

// NewHistory begins to edit a document that was read at a revision of the
// store, 0 for one that is not kept there yet. The document is copied.
func NewHistory(d model.Document, revision uint64) (*History, error) {
	copied := Clone(d)
	if copied == nil {
		return nil, errors.New("beginning to edit: no document")
	}
	return &History{base: copied, revision: revision, now: copied}, nil
}

// Document returns the document as it is now.
func (h *History) Document() model.Document { return h.now }

// Base returns the document as it was read or saved last.
func (h *History) Base() model.Document { return h.base }

// Revision returns the store's revision of the base.
func (h *History) Revision() uint64 { return h.revision }

// Dirty reports whether the document differs from the base, by value: what was
// changed and changed back by hand is not dirty.
func (h *History) Dirty() bool { return h.now != h.base && !Equal(h.base, h.now) }

// Changes tells what differs from the base.
func (h *History) Changes() []Change { return Diff(h.base, h.now) }

// Do applies edits as one step of a name, all or none. What was undone before
// can no longer be redone. Edits that change nothing are no step. The errors
// are those of [Apply].
func (h *History) Do(name string, edits ...Edit) error { return h.DoKeyed("", name, edits...) }

// DoKeyed is [History.Do] for what comes in pieces, such as the typing into a
// field: a step joins the one before it if that has the same key, which is not
// empty, unless something was undone or [History.Seal] was called in between.
// Undo then takes back all of it; where nothing is left of it, it is no step.
func (h *History) DoKeyed(key, name string, edits ...Edit) error {
	if h.now == nil {
		return errors.New("no document is under edit")
	}
	fresh := Clone(h.now)
	do, undo, err := applyAll(fresh, edits)
	if err != nil {
		return err
	}
	if Equal(fresh, h.now) {
		return nil
	}
	before := h.now
	h.now, h.undone = fresh, nil
	last := len(h.done) - 1
	if key == "" || h.before == nil || last < 0 || h.done[last].Key != key {
		h.before = before
		h.done = append(h.done, step{name, key, do, undo})
		if n := len(h.done) - MaxSteps; n > 0 {
			h.done = append([]step(nil), h.done[n:]...)
		}
		return nil
	}
	if Equal(h.now, h.before) {
		h.done, h.before = h.done[:last], nil
		return nil
	}
	s := h.done[last]
	if one := len(do) == 1 && len(s.Do) == 1; one && do[0].Path == s.Do[0].Path && puts(do[0]) && puts(s.Do[0]) {
		s.Do = do // the last value is enough, and the first inverse
	} else {
		s.Do = append(s.Do[:len(s.Do):len(s.Do)], do...)
		s.Undo = append(undo, s.Undo...)
	}
	s.Name = name
	h.done[last] = s
	return nil
}

func puts(e Edit) bool { return e.Op == OpSet || e.Op == OpClear }

// Seal ends a step that pieces could join: the field was left.
func (h *History) Seal() { h.before = nil }

// Replace makes the document equal to another of its kind, as one step:
// reverting to a version, taking over a merge.
func (h *History) Replace(name string, d model.Document) error {
	if h.now == nil {
		return errors.New("no document is under edit")
	}
	if _, _, ok := alike(h.now, d); !ok || absent(d) {
		return fmt.Errorf("replacing %s by %s: want a document of the same kind", documentWords(h.now), documentWords(d))
	}
	return h.Do(name, Edits(Diff(h.now, d))...)
}

// Undo takes the last step back and returns it; false if there is none.
func (h *History) Undo() (Step, bool) {
	s, ok := h.turn(&h.done, &h.undone, step.back)
	return s, ok
}

// Redo does what was undone last once more; false if there is nothing.
func (h *History) Redo() (Step, bool) {
	s, ok := h.turn(&h.undone, &h.done, step.forth)
	return s, ok
}

func (s step) back() []Edit  { return s.Undo }
func (s step) forth() []Edit { return s.Do }

func (h *History) turn(from, to *[]step, edits func(step) []Edit) (Step, bool) {
	n := len(*from) - 1
	if n < 0 {
		return Step{}, false
	}
	s, fresh := (*from)[n], Clone(h.now)
	if _, err := Apply(fresh, edits(s)...); err != nil {
		// Steps are made, and checked when they are loaded, so that this does
		// not happen; if it does, the document comes before its past.
		*from = nil
		return Step{}, false
	}
	h.now, h.before = fresh, nil
	*from, *to = (*from)[:n], append(*to, s)
	return s.told(), true
}

// CanUndo returns the step that [History.Undo] would take back.
func (h *History) CanUndo() (Step, bool) { return next(h.done) }

// CanRedo returns the step that [History.Redo] would do again.
func (h *History) CanRedo() (Step, bool) { return next(h.undone) }

func next(steps []step) (Step, bool) {
	if len(steps) == 0 {
		return Step{}, false
	}
	return steps[len(steps)-1].told(), true
}

// Saved says that the store now holds a version of the document: it is the new
// base. What was done can still be undone, which makes the document dirty
// again. It is also how a draft follows the store after a merge: take over the
// merged document with [History.Replace], then theirs is the base.
func (h *History) Saved(d model.Document, revision uint64) error {
	if _, _, ok := alike(h.now, d); !ok || absent(d) || h.now == nil {
		return fmt.Errorf("noting that %s was saved as %s: want a document of the same kind", documentWords(h.now), documentWords(d))
	}
	h.base, h.revision = Clone(d), revision
	h.Seal()
	return nil
}
