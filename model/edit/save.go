package edit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"beckon/model"
)

// savedFormat is the version of what [History.Save] writes.
const savedFormat = 1

// maxSaved bounds what [LoadHistory] reads: two documents and a long past.
const maxSaved = 64 << 20

// saved is a history as it is kept: the base and the draft whole, so that the
// draft can be read whatever becomes of its past, and the steps between.
type saved struct {
	Format   int             `json:"format"`
	Kind     model.Kind      `json:"kind"`
	Revision uint64          `json:"revision"`
	Base     json.RawMessage `json:"base"`
	Draft    json.RawMessage `json:"draft"`
	Done     []step          `json:"done,omitempty"`
	Undone   []step          `json:"undone,omitempty"`
}

// Save returns the history as JSON, for a draft to survive the end of the
// session: the base with its revision, the draft, and the steps that can be
// undone and redone. Equal histories give equal bytes. A document that could
// not be read back is an error.
func (h *History) Save() ([]byte, error) {
	if h.now == nil {
		return nil, errors.New("saving a draft: no document is under edit")
	}
	s := saved{Format: savedFormat, Kind: kindOfDocument(h.now), Revision: h.revision, Done: h.done, Undone: h.undone}
	var err error
	if s.Base, err = model.EncodeDocumentJSON(h.base); err == nil {
		s.Draft, err = model.EncodeDocumentJSON(h.now)
	}
	if err != nil {
		return nil, fmt.Errorf("saving a draft: %w", err)
	}
	out, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("saving a draft: %w", err)
	}
	return out, nil
}

// kindOfDocument returns the kind that goes with a document's type.
func kindOfDocument(d model.Document) model.Kind {
	v, _ := structOf(d)
	for _, k := range model.Kinds() {
		if x, err := structOf(model.NewDocument(k)); err == nil && v.IsValid() && x.Type() == v.Type() {
			return k
		}
	}
	return ""
}

// LoadHistory reads what [History.Save] wrote. A past that does not lead from
// one document to the other is left out, so that the draft is there all the
// same; a draft that cannot be read, and a newer format, are errors.
func LoadHistory(b []byte) (*History, error) {
	fail := func(why string, err error) (*History, error) {
		if err != nil {
			return nil, fmt.Errorf("reading a draft: %s: %w", why, err)
		}
		return nil, fmt.Errorf("reading a draft: %s", why)
	}
	if len(b) > maxSaved {
		return fail(fmt.Sprintf("larger than %d MiB", maxSaved>>20), nil)
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fail("not a saved draft", nil) // the error may quote the file
	}
	if head.Format != savedFormat {
		return fail(fmt.Sprintf("format %d, this program knows %d", head.Format, savedFormat), nil)
	}
	var s saved
	if err := json.Unmarshal(b, &s); err != nil {
		return fail("not a saved draft", nil)
	}
	h := &History{revision: s.Revision}
	for _, part := range []struct {
		name string
		data []byte
		into *model.Document
	}{{"the base", s.Base, &h.base}, {"the draft", s.Draft, &h.now}} {
		d := model.NewDocument(s.Kind)
		if d == nil {
			return fail("no kind of document", nil)
		}
		if err := model.Unmarshal(part.name+".json", bytes.TrimSpace(part.data), d); err != nil {
			return fail(part.name, err)
		}
		if d.Head().Kind != s.Kind {
			return fail(part.name+" is of another kind", nil)
		}
		*part.into = Clone(d)
	}
	if h.leads(s.Done, s.Undone) {
		h.done, h.undone = s.Done, s.Undone
	}
	return h, nil
}

// leads reports whether steps can be undone and redone from the draft, and
// lead back to it.
func (h *History) leads(done, undone []step) bool {
	if len(done) > MaxSteps || len(undone) > MaxSteps {
		return false
	}
	for _, s := range [][]step{done, undone} {
		for _, one := range s {
			if len(one.Do) == 0 || len(one.Undo) == 0 {
				return false
			}
		}
	}
	past := &History{base: h.base, now: h.now, done: append([]step(nil), done...)}
	for range done {
		if _, ok := past.Undo(); !ok {
			return false
		}
	}
	for range done {
		if _, ok := past.Redo(); !ok {
			return false
		}
	}
	if !Equal(past.now, h.now) {
		return false
	}
	past.undone = append([]step(nil), undone...)
	for range undone {
		if _, ok := past.Redo(); !ok {
			return false
		}
	}
	for range undone {
		if _, ok := past.Undo(); !ok {
			return false
		}
	}
	return Equal(past.now, h.now)
}
