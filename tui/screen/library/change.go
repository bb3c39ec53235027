package library

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/fields"
)

// change is what one action of the operator writes, and what takes it back.
type change struct {
	why  string // as an order: "rename Cart to Basket"
	past string // as a fact: "Renamed Cart to Basket"
	puts []put
}

// put takes one document from one version to another; nil is none.
type put struct {
	key           key
	before, after model.Document
	// base is the version that it is made to, once it is bound to one.
	base  uint64
	bound bool

	action, element, old, new string // for the audit
}

// inverse takes the change back.
func (c change) inverse() change {
	out := change{why: c.why, past: c.past, puts: make([]put, len(c.puts))}
	for i, p := range c.puts {
		p.before, p.after, p.old, p.new = p.after, p.before, p.new, p.old
		p.bound = false
		switch {
		case p.after == nil:
			p.action = "delete"
		case p.before == nil:
			p.action = "create"
		}
		out.puts[i] = p
	}
	slices.Reverse(out.puts)
	return out
}

// free is the change made to whatever versions there are.
func (c change) free() change {
	c.puts = slices.Clone(c.puts)
	for i := range c.puts {
		c.puts[i].bound = false
	}
	return c
}

// at is the change made to the versions of a world, the one that the operator
// saw; what is bound to a version already stays so.
func (c change) at(w *world) change {
	c.puts = slices.Clone(c.puts)
	for i, p := range c.puts {
		if !p.bound {
			c.puts[i].base, c.puts[i].bound = w.versions[p.key].Revision, true
		}
	}
	return c
}

func (c change) touches(k key) bool {
	return slices.ContainsFunc(c.puts, func(p put) bool { return p.key == k })
}

// subject is the document that the change is about: the first that it leaves,
// else the first that it takes away.
func (c change) subject() key {
	for _, p := range c.puts {
		if _, item := shelfOf(p.key.Kind); item && p.after != nil {
			return p.key
		}
	}
	if len(c.puts) == 0 {
		return key{}
	}
	return c.puts[0].key
}

// done is the catalog as the change would leave it.
func (c change) done(w *world) *model.Catalog {
	last := make(map[key]model.Document, len(c.puts))
	for _, p := range c.puts {
		last[p.key] = p.after
	}
	next := *w.catalog
	return replaced(&next, last)
}

func quoted(d model.Document) string { return noun(d.Head().Kind) + " " + called(d) }

func creation(d model.Document, why, past string) change {
	return change{why: why, past: past, puts: []put{{key: keyOf(d), after: d, action: "create"}}}
}

func deletion(d model.Document) change {
	return change{why: "delete the " + quoted(d), past: "Deleted the " + quoted(d),
		puts: []put{{key: keyOf(d), before: d, action: "delete", old: called(d)}}}
}

// renaming gives an item another name.
func renaming(d model.Document, name string) change {
	after := edit.Clone(d)
	after.Head().Name = name
	return change{why: "rename the " + quoted(d) + " to " + label(name, ""), past: "Renamed the " + quoted(d) + " to " + label(name, ""),
		puts: []put{{key: keyOf(d), before: d, after: after, action: "update", element: "name", old: d.Head().Name, new: name}}}
}

// renumbering gives an item another ID and rewrites every mention of it.
func renumbering(x *model.Index, d model.Document, id string) (change, error) {
	from := keyOf(d)
	after := edit.Clone(d)
	after.Head().ID = id
	to := keyOf(after)
	c := change{why: fmt.Sprintf("change the ID of the %s from %s to %s", quoted(d), from.ID, id),
		past: fmt.Sprintf("The ID of the %s is %s now", quoted(d), id),
		puts: []put{{key: to, after: after, action: "create", element: "id", old: from.ID, new: id},
			{key: from, before: d, action: "delete", element: "id", old: from.ID, new: id}}}
	done := map[key]bool{}
	for _, u := range x.Uses(from.Kind, from.ID) {
		user := key{Kind: u.Kind, ID: u.ID}
		if done[user] {
			continue
		}
		done[user] = true
		before := x.Document(u.Kind, u.ID)
		rewritten := edit.Clone(before)
		for _, r := range model.References(before) {
			if r.Kind != from.Kind || r.ID != from.ID {
				continue
			}
			if _, err := edit.Set(edit.Path(r.Path), id).Apply(rewritten); err != nil {
				return change{}, fmt.Errorf("rewriting %s %s: %w", u.Kind, u.ID, err)
			}
		}
		c.puts = append(c.puts, put{key: user, before: before, after: rewritten, action: "update", element: string(from.Kind), old: from.ID, new: id})
	}
	return c, nil
}

// defaulting makes a window the one that new engagements take.
func defaulting(w *world, d *model.Window) change {
	c := change{why: "make " + called(d) + " the default window", past: called(d) + " is the default window now"}
	set := func(d *model.Window, to bool) {
		after := *d
		after.Default = to
		c.puts = append(c.puts, put{key: keyOf(d), before: d, after: &after, action: "update", element: "default", old: yesNo(d.Default), new: yesNo(to)})
	}
	set(d, true)
	for _, other := range w.catalog.Windows {
		if other.Default && other.ID != d.ID {
			set(other, false)
		}
	}
	return c
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// copied is a copy of an item under a name and an ID of its own.
func copied(w *world, d model.Document) model.Document {
	out := edit.Clone(d)
	h := out.Head()
	name := h.Name
	if name == "" {
		name = h.ID
	}
	h.Name = freeName(w, h.Kind, name+" copy")
	h.ID = freeID(w, h.Kind, slug(h.Name))
	if v, ok := out.(*model.Window); ok {
		v.Default = false
	}
	return out
}

func freeName(w *world, kind model.Kind, name string) string {
	taken := map[string]bool{}
	for _, d := range w.shelf(kind) {
		taken[strings.ToLower(strings.TrimSpace(d.Head().Name))] = true
	}
	out := name
	for n := 2; taken[strings.ToLower(out)]; n++ {
		out = fmt.Sprintf("%s %d", name, n)
	}
	return out
}

func freeID(w *world, kind model.Kind, id string) string {
	out := id
	for n := 2; w.documents[key{Kind: kind, ID: out}] != nil; n++ {
		out = fmt.Sprintf("%s-%d", id, n)
	}
	return out
}

// slug makes an ID of a name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= fields.LongestID-4 { // room for a number behind it
			break
		}
	}
	if out := strings.Trim(b.String(), "-"); out != "" {
		return out
	}
	return "item"
}

// history has the changes to take back and to do again, each as it was made
// first.
type history struct{ undo, redo []change }

// remembered is how many changes can be taken back.
const remembered = 100

func (h *history) did(c change) {
	h.undo = append(h.undo, c)
	if len(h.undo) > remembered {
		h.undo = slices.Clone(h.undo[len(h.undo)-remembered:])
	}
	h.redo = nil
}

// undid and redid move the last change to the other side.
func (h *history) undid() {
	n := len(h.undo) - 1
	h.redo = append(h.redo, h.undo[n])
	h.undo = h.undo[:n]
}

func (h *history) redid() {
	n := len(h.redo) - 1
	h.undo = append(h.undo, h.redo[n])
	h.redo = h.redo[:n]
}
