package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
)

const (
	// mostAlike is how many names are suggested for one that there is not.
	mostAlike = 4
	// fewNames are told all, where none is alike.
	fewNames = 6
)

// nameable is something that a flag or an argument may name by its ID. Its title is
// what the screens call it, and may be empty.
type nameable struct{ id, title string }

// theseIDs are names without titles.
func theseIDs(ids []string) []nameable {
	out := make([]nameable, len(ids))
	for i, id := range ids {
		out[i].id = id
	}
	return out
}

// alike ends the refusal of a name with what it most likely means: the ID that is
// spelled nearly so, that of what is called so, those that hold what was typed; of
// a short list, all.
func alike(typed string, all []nameable) string {
	ids, titles := make([]string, len(all)), make([]string, len(all))
	for i, n := range all {
		ids[i], titles[i] = n.id, n.title
	}
	if near := model.Nearest(typed, ids); near != "" {
		return ", did you mean " + text.Line(near, 120) + "?"
	}
	if near := model.Nearest(typed, titles); near != "" {
		return ", did you mean " + text.Line(ids[slices.Index(titles, near)], 120) + "?"
	}
	part := strings.ToLower(strings.TrimSpace(typed))
	joined := strings.ReplaceAll(part, " ", "-")
	var holding []string
	for _, n := range all {
		if part != "" && (strings.Contains(strings.ToLower(n.id), joined) || strings.Contains(strings.ToLower(n.title), part)) {
			holding = append(holding, text.Line(n.id, 120))
		}
	}
	switch {
	case len(holding) > mostAlike:
		return fmt.Sprintf(", did you mean %s or one of %d others that hold it?", strings.Join(holding[:mostAlike-1], ", "), len(holding)-mostAlike+1)
	case len(holding) > 0:
		return ", did you mean " + either(holding) + "?"
	case len(ids) > 0 && len(ids) <= fewNames:
		shown := make([]string, len(ids))
		for i, id := range ids {
			shown[i] = text.Line(id, 120)
		}
		return ": want " + either(shown)
	}
	return ""
}

// either joins names as in "a, b or c".
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// noneSuch refuses a name that there is not.
func noneSuch(kind, id string, all []nameable) error {
	return fmt.Errorf("there is no %s %s%s", kind, text.Line(id, 80), alike(id, all))
}

// noDocument refuses the ID of a document that a store does not have. What it has
// is read for the suggestion alone.
func noDocument(ctx context.Context, s store.Store, kind, id string) error {
	docs, err := store.At(ctx, s, 0, kind)
	if err != nil {
		return errors.Join(noneSuch(kind, id, nil), err)
	}
	return noneSuch(kind, id, namedDocuments(docs))
}

func namedDocuments(docs []store.Document) []nameable {
	out := make([]nameable, 0, len(docs))
	for _, d := range docs {
		n := nameable{id: d.ID}
		if doc, err := decodeStored(d); err == nil {
			n.title = doc.Head().Name
		}
		out = append(out, n)
	}
	return out
}
