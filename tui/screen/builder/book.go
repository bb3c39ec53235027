package builder

import (
	"beckon/model"
	"beckon/model/edit"
)

// book is a document under edit. Over its history it keeps the IDs that follow
// from names while nothing is written under them, and counts changes.
type book struct {
	history *edit.History
	changes uint64
	// free makes an ID of a name, that nobody else has.
	free func(name, now string) string
	// fixed keeps an ID that others mention already, though nothing is written.
	fixed bool
	// after is called behind every change; nil does nothing.
	after func()
}

// settled tells whether the document is written already, so that its ID stays.
func (b *book) settled() bool { return b.fixed || b.history.Revision() != 0 }

// Document implements form.Editor.
func (b *book) Document() model.Document { return b.history.Document() }

// do makes one step of the edits.
func (b *book) do(name string, edits ...edit.Edit) error { return b.DoKeyed("", name, edits...) }

// DoKeyed implements form.Editor: one step of the edits, and of what follows
// from them.
func (b *book) DoKeyed(key, name string, edits ...edit.Edit) error {
	if more := b.follow(edits); len(more) > 0 {
		edits = append(edits[:len(edits):len(edits)], more...)
	}
	if err := b.history.DoKeyed(key, name, edits...); err != nil {
		return err
	}
	b.changed()
	return nil
}

// Undo implements form.Editor.
func (b *book) Undo() (edit.Step, bool) {
	step, ok := b.history.Undo()
	if ok {
		b.changed()
	}
	return step, ok
}

// Redo implements form.Editor.
func (b *book) Redo() (edit.Step, bool) {
	step, ok := b.history.Redo()
	if ok {
		b.changed()
	}
	return step, ok
}

// Dirty implements form.Editor.
func (b *book) Dirty() bool { return b.history.Dirty() }

func (b *book) changed() {
	b.changes++
	if b.after != nil {
		b.after()
	}
}

// follow are the edits that bring IDs after the names that edits change.
func (b *book) follow(edits []edit.Edit) []edit.Edit {
	names := false
	for _, e := range edits {
		names = names || e.Path.Last().Field == "name"
	}
	if !names {
		return nil
	}
	next := edit.Clone(b.history.Document())
	if _, err := edit.Apply(next, edits...); err != nil {
		return nil // DoKeyed tells
	}
	var out []edit.Edit
	if h := next.Head(); !b.settled() {
		if id := b.free(h.Name, h.ID); id != h.ID {
			out = append(out, edit.Set("id", id))
		}
	}
	k, ok := next.(*model.Campaign)
	if !ok {
		return out
	}
	written := map[string]bool{}
	if base, ok := b.history.Base().(*model.Campaign); ok && b.settled() {
		for _, e := range base.Engagements {
			if e != nil {
				written[e.ID] = true
			}
		}
	}
	for _, e := range edits {
		p := e.Path
		if p.Last().Field != "name" || p.Pattern() != "engagements[].name" {
			continue
		}
		i := p.Parent().Last().Index
		if i < 0 || i >= len(k.Engagements) || written[k.Engagements[i].ID] {
			continue
		}
		if id := engagementID(k, i, k.Engagements[i].Name); id != k.Engagements[i].ID {
			out = append(out, edit.Set(p.Parent().Field("id"), id))
		}
	}
	return out
}

// engagementID makes an ID of a name that no other engagement of the campaign
// has.
func engagementID(k *model.Campaign, at int, name string) string {
	return unused(slug(name, "engagement"), func(id string) bool {
		for i, e := range k.Engagements {
			if i != at && e != nil && e.ID == id {
				return true
			}
		}
		return false
	})
}
