package library

import (
	"fmt"

	"beckon/model"
)

// The changes that the screen makes, for those who have none: whoever gives
// commands changes an item, and what mentions it, as the screen does.

// Absent is asked for what a catalog does not have.
type Absent struct{ Key model.DocumentKey }

func (e *Absent) Error() string { return fmt.Sprintf("there is no %s %s", noun(e.Key.Kind), e.Key.ID) }

// InUse refuses to take away what others mention.
type InUse struct {
	Key  model.DocumentKey
	Uses []model.Use
}

func (e *InUse) Error() string {
	first := e.Uses[0]
	by := string(first.Kind) + " " + first.ID
	if first.Engagement != "" {
		by = "engagement " + first.Engagement
	}
	if n := len(e.Uses) - 1; n > 0 {
		by = fmt.Sprintf("%s and %s more", by, count(n, "place"))
	}
	return fmt.Sprintf("the %s %s is used by %s: take it out there first", noun(e.Key.Kind), e.Key.ID, by)
}

// item finds an item of the library.
func (l Loaded) item(k model.DocumentKey) (*world, model.Document, error) {
	w := newWorld(l.Catalog, l.Versions)
	d := w.documents[k]
	if _, item := shelfOf(k.Kind); !item || d == nil {
		return nil, nil, &Absent{k}
	}
	return w, d, nil
}

// Duplicate is a copy of an item under a name and an ID of its own; an empty
// name is made of the item's.
func (l Loaded) Duplicate(k model.DocumentKey, name string) (Change, error) {
	w, d, err := l.item(k)
	if err != nil {
		return Change{}, err
	}
	n := copied(w, d)
	if name != "" {
		n.Head().Name = name
		n.Head().ID = freeID(w, k.Kind, slug(name))
	}
	return creation(n, "duplicate the "+quoted(d), "").at(w).written(), nil
}

// Delete takes an item away that nothing uses; else it is an [*InUse].
func (l Loaded) Delete(k model.DocumentKey) (Change, error) {
	w, d, err := l.item(k)
	if err != nil {
		return Change{}, err
	}
	c := deletion(d)
	if uses := c.done(w).Index().Uses(k.Kind, k.ID); len(uses) > 0 {
		return Change{}, &InUse{k, uses}
	}
	return c.at(w).written(), nil
}

// Renumber gives an item another ID, and every mention of it.
func (l Loaded) Renumber(k model.DocumentKey, id string) (Change, error) {
	w, d, err := l.item(k)
	if err != nil {
		return Change{}, err
	}
	if w.documents[key{Kind: k.Kind, ID: id}] != nil {
		return Change{}, fmt.Errorf("another %s has the ID %s", noun(k.Kind), id)
	}
	c, err := renumbering(l.Catalog.Index(), d, id)
	if err != nil {
		return Change{}, err
	}
	return c.at(w).written(), nil
}

// MakeDefault makes a window the one that new engagements take.
func (l Loaded) MakeDefault(id string) (Change, error) {
	w, d, err := l.item(key{Kind: model.KindWindow, ID: id})
	if err != nil {
		return Change{}, err
	}
	window, ok := d.(*model.Window)
	if !ok {
		return Change{}, &Absent{keyOf(d)}
	}
	return defaulting(w, window).at(w).written(), nil
}

// written is a change, bound to versions, as a keeper writes it.
func (c change) written() Change {
	out := Change{Why: c.why}
	for _, p := range c.puts {
		out.Writes = append(out.Writes, Write{Kind: p.key.Kind, ID: p.key.ID, Document: p.after, Base: p.base,
			Action: p.action, Element: p.element, Old: p.old, New: p.new})
	}
	return out
}
