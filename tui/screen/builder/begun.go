package builder

import (
	"fmt"
	"slices"

	"beckon/model/edit"
)

// underEdit is an item under edit of a draft, read.
type underEdit struct {
	history *edit.History
	base    uint64
	field   string
}

// begun are the items under edit as a draft keeps them; none while nothing was
// written into any.
func (w *work) begun() ([]Begun, error) {
	if !slices.ContainsFunc(w.subs, func(s *sub) bool { return s.doc.Dirty() }) {
		return nil, nil
	}
	out := make([]Begun, len(w.subs))
	for i, s := range w.subs {
		body, err := saved(s.doc.history)
		if err != nil {
			return nil, err
		}
		out[i] = Begun{Work: body, Base: s.base, Field: s.field}
	}
	return out, nil
}

func readBegun(kept []Begun) ([]underEdit, error) {
	out := make([]underEdit, len(kept))
	for i, b := range kept {
		h, err := edit.LoadHistory(b.Work)
		if err != nil {
			return nil, fmt.Errorf("reading the item under edit: %w", err)
		}
		out[i] = underEdit{h, b.Base, b.Field}
	}
	return out, nil
}

// resume takes the items of a draft. One under edit is taken as it was when it
// was opened, if that is not what is written: what was done to it since is not
// taken before the operator takes it.
func (s *stock) resume(items []Item, under []underEdit) {
	for _, it := range items {
		i := slices.IndexFunc(under, func(b underEdit) bool { return keyOf(b.history.Document()) == keyOf(it.Document) })
		if i < 0 {
			s.take(it)
			continue
		}
		was := under[i].history.Base()
		if was.Head().ID == "" {
			continue // it was new
		}
		if there := s.base.Document(it.Document.Head().Kind, was.Head().ID); there == nil || !edit.Equal(there, was) {
			s.take(Item{Document: was, Base: it.Base})
		}
	}
}

// reopen puts the items under edit of a draft back on top of the campaign, each
// at the field that it was begun for.
func (s *Screen) reopen(under []underEdit) {
	w := s.work
	for _, b := range under {
		var then func(string)
		if b.field != "" {
			if below := w.top(); below != nil {
				below.form.GoToPath(b.field)
				then = below.form.Referrer(b.field)
			} else {
				w.show(b.field)
				then = w.form.Referrer(b.field)
			}
		}
		top := w.put(s.ses, b.history, b.base, then, s.add)
		top.field = b.field
	}
}
