package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/tui/screen/builder"
)

// workshop keeps the builder's catalog and its drafts in a store.
type workshop struct {
	store store.Store
	who   string
	now   func() time.Time
}

var _ builder.Keeper = (*workshop)(nil)

// Catalog implements builder.Keeper.
func (k *workshop) Catalog(ctx context.Context) (builder.Loaded, error) {
	rev, err := k.store.Revision(ctx)
	if err != nil {
		return builder.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	c, err := storedCatalog(ctx, k.store, rev)
	if err != nil {
		return builder.Loaded{}, err
	}
	docs, err := store.At(ctx, k.store, rev, catalogKinds()...)
	if err != nil {
		return builder.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	out := builder.Loaded{Catalog: c, Revisions: make(map[model.DocumentKey]uint64, len(docs))}
	for _, d := range docs {
		out.Revisions[model.DocumentKey{Kind: model.Kind(d.Kind), ID: d.ID}] = uint64(d.Revision)
	}
	if out.Pages, err = (&libraryKeeper{store: k.store, who: k.who, now: k.now}).Pages(ctx); err != nil {
		return builder.Loaded{}, err
	}
	return out, nil
}

// draftKind is the kind of documents that hold unfinished work. No catalog
// knows it.
const draftKind = "draft"

// draftBody is a draft as it is kept.
type draftBody struct {
	Name  string          `json:"name,omitempty"`
	Work  json.RawMessage `json:"work"`
	Items []draftItem     `json:"items,omitempty"`
}

type draftItem struct {
	Document string `json:"document"`
	Base     uint64 `json:"base,omitempty"`
}

// shelf is what the operator's drafts have before their keys.
func (k *workshop) shelf() string {
	who := k.who
	if len(who) > 64 { // the store bounds names; two long ones stay apart
		sum := sha256.Sum256([]byte(who))
		who = hex.EncodeToString(sum[:16])
	}
	return who + "/"
}

// Drafts implements builder.Keeper. A draft that cannot be read is left out,
// and kept.
func (k *workshop) Drafts(ctx context.Context) ([]builder.Draft, error) {
	var out []builder.Draft
	q := store.Query{Kind: draftKind}
	for {
		docs, err := k.store.List(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("reading the drafts: %w", err)
		}
		if len(docs) == 0 {
			break
		}
		for _, d := range docs {
			key, mine := strings.CutPrefix(d.ID, k.shelf())
			if !mine {
				continue
			}
			if found, err := readDraft(d.Body); err == nil {
				found.Key, found.At = key, d.At
				out = append(out, found)
			}
		}
		last := docs[len(docs)-1]
		q.After = store.Ref{Kind: last.Kind, ID: last.ID}
	}
	slices.SortStableFunc(out, func(a, b builder.Draft) int { return cmp.Compare(b.At.UnixNano(), a.At.UnixNano()) })
	return out, nil
}

func readDraft(data []byte) (builder.Draft, error) {
	var b draftBody
	if err := json.Unmarshal(data, &b); err != nil {
		return builder.Draft{}, fmt.Errorf("reading a draft: %w", err)
	}
	out := builder.Draft{Name: b.Name, Work: b.Work}
	for _, it := range b.Items {
		d, err := oneDocument("the draft", it.Document)
		if err != nil {
			return builder.Draft{}, err
		}
		out.Items = append(out.Items, builder.Item{Document: d, Base: it.Base})
	}
	return out, nil
}

func oneDocument(name, body string) (model.Document, error) {
	found, err := model.DecodeDocuments(name, []byte(body))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("reading %s: %d documents where one was expected", name, len(found))
	}
	return found[0].Document, nil
}

// SaveDraft implements builder.Keeper.
func (k *workshop) SaveDraft(ctx context.Context, d builder.Draft) error {
	b := draftBody{Name: d.Name, Work: d.Work}
	for _, it := range d.Items {
		body, err := model.EncodeDocument(it.Document)
		if err != nil {
			return fmt.Errorf("encoding the draft: %w", err)
		}
		b.Items = append(b.Items, draftItem{Document: string(body), Base: it.Base})
	}
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encoding the draft: %w", err)
	}
	id := k.shelf() + d.Key
	return k.draft(ctx, id, func(base store.Revision) store.Write {
		return store.Put{Kind: draftKind, ID: id, Body: body, Base: base}
	})
}

// DropDraft implements builder.Keeper.
func (k *workshop) DropDraft(ctx context.Context, key string) error {
	id := k.shelf() + key
	return k.draft(ctx, id, func(base store.Revision) store.Write {
		if base == 0 {
			return nil
		}
		return store.Delete{Kind: draftKind, ID: id, Base: base}
	})
}

// tries is how often a draft is written anew because the same operator wrote
// it elsewhere in between: the later one counts.
const tries = 3

func (k *workshop) draft(ctx context.Context, id string, write func(base store.Revision) store.Write) error {
	for range tries {
		base, err := k.present(ctx, draftKind, id)
		if err != nil {
			return err
		}
		w := write(base)
		if w == nil {
			return nil
		}
		_, err = k.store.Commit(ctx, store.Change{Author: k.who, Why: "draft", At: k.now().UTC(), Writes: []store.Write{w}})
		var stale *store.ConflictError
		if errors.As(err, &stale) {
			continue
		}
		if err != nil {
			return fmt.Errorf("keeping the draft: %w", err)
		}
		return nil
	}
	return errors.New("keeping the draft: it is written elsewhere at the same time")
}

// present is the revision of the living version of a document, 0 for none.
func (k *workshop) present(ctx context.Context, kind, id string) (store.Revision, error) {
	d, err := k.store.Get(ctx, kind, id)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the store: %w", err)
	}
	return d.Revision, nil
}

// Write implements builder.Keeper.
func (k *workshop) Write(ctx context.Context, c builder.Change) (uint64, error) {
	change := store.Change{Author: k.who, Why: c.Why, At: k.now().UTC()}
	for _, it := range c.Items {
		if err := put(&change, it.Document, it.Base); err != nil {
			return 0, err
		}
	}
	if c.Delete {
		change.Writes = append(change.Writes, store.Delete{Kind: string(model.KindCampaign), ID: c.Campaign.ID, Base: store.Revision(c.Base)})
	} else if err := put(&change, c.Campaign, c.Base); err != nil {
		return 0, err
	}
	for _, e := range c.Audit {
		change.Audit = append(change.Audit, store.AuditEntry{Kind: string(e.Key.Kind), ID: e.Key.ID, Action: e.Action, Element: e.Element, Old: e.Old, New: e.New})
	}
	writes := change.Writes
	for range tries {
		change.Writes = slices.Clone(writes)
		if c.Draft != "" {
			id := k.shelf() + c.Draft
			base, err := k.present(ctx, draftKind, id)
			if err != nil {
				return 0, err
			}
			if base != 0 {
				change.Writes = append(change.Writes, store.Delete{Kind: draftKind, ID: id, Base: base})
			}
		}
		rev, err := k.store.Commit(ctx, change)
		var stale *store.ConflictError
		switch {
		case err == nil:
			return uint64(rev), nil
		case !errors.As(err, &stale):
			return 0, fmt.Errorf("writing to the store: %w", err)
		case stale.Theirs.Kind == draftKind || stale.Mine.Kind == draftKind:
			continue
		}
		return 0, conflictWith(stale)
	}
	return 0, errors.New("writing to the store: the draft is written elsewhere at the same time")
}

func put(c *store.Change, d model.Document, base uint64) error {
	body, err := model.EncodeDocument(d)
	if err != nil {
		return fmt.Errorf("encoding the %s: %w", d.Head().Kind, err)
	}
	c.Writes = append(c.Writes, store.Put{Kind: string(d.Head().Kind), ID: d.Head().ID, Body: body, Base: store.Revision(base)})
	return nil
}

// conflictWith says who was faster.
func conflictWith(stale *store.ConflictError) error {
	ref, theirs := stale.Ref(), stale.Theirs
	out := &builder.Conflict{Key: model.DocumentKey{Kind: model.Kind(ref.Kind), ID: ref.ID}, Revision: uint64(theirs.Revision),
		Author: theirs.Author, Why: theirs.Why}
	if !theirs.Deleted && theirs.Revision != 0 {
		d, err := decodeStored(theirs)
		if err != nil {
			return err
		}
		out.Theirs = d
	}
	return out
}
