package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/replay"
	"beckon/store"
	"beckon/tui/screen/builder"
)

// workshop keeps the builder's catalog and its drafts in a store.
type workshop struct {
	store store.Store
	who   string
	now   func() time.Time
	share share
}

var _ builder.Keeper = (*workshop)(nil)

// Catalog implements builder.Keeper.
func (k *workshop) Catalog(ctx context.Context) (builder.Loaded, error) {
	rev, err := k.store.Revision(ctx)
	if err != nil {
		return builder.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	c, err := k.share.shelf.at(ctx, k.store, rev)
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
	if out.Pages, err = (&libraryKeeper{store: k.store, who: k.who, now: k.now, share: k.share}).Pages(ctx); err != nil {
		return builder.Loaded{}, err
	}
	return out, nil
}

// Next implements builder.Keeper.
func (k *workshop) Next(ctx context.Context, after uint64) (builder.News, error) {
	all, rev, replaced, err := newsSince(ctx, k.store, k.share, after)
	out := builder.News{Revision: rev, Reload: replaced}
	for _, n := range all {
		out.Changed = append(out.Changed, builder.Changed{Key: model.DocumentKey{Kind: model.Kind(n.Kind), ID: n.ID}, Document: n.now,
			Revision: uint64(n.Revision), Author: n.Author, Why: n.Why, At: n.At})
	}
	return out, err
}

// draftBody is a draft as it is kept.
type draftBody struct {
	Name  string          `json:"name,omitempty"`
	Work  json.RawMessage `json:"work"`
	Items []draftItem     `json:"items,omitempty"`
	Begun []draftBegun    `json:"begun,omitempty"`
}

type draftItem struct {
	Document string `json:"document"`
	Base     uint64 `json:"base,omitempty"`
}

type draftBegun struct {
	Work  json.RawMessage `json:"work"`
	Base  uint64          `json:"base,omitempty"`
	Field string          `json:"field,omitempty"`
}

// owner is whose scraps the operator's drafts are.
func (k *workshop) owner() string {
	who := k.who
	if len(who) > 64 { // the store bounds names; two long ones stay apart
		sum := sha256.Sum256([]byte(who))
		who = hex.EncodeToString(sum[:16])
	}
	return who
}

// Drafts implements builder.Keeper. A draft that cannot be read is left out,
// and kept.
func (k *workshop) Drafts(ctx context.Context) ([]builder.Draft, error) {
	kept, err := store.AllScraps(ctx, k.store, k.owner())
	if err != nil {
		return nil, fmt.Errorf("reading the drafts: %w", err)
	}
	var out []builder.Draft
	for _, e := range kept {
		if strings.HasPrefix(e.Key, store.PlacePrefix) {
			continue
		}
		if found, err := readDraft(e.Body); err == nil {
			found.Key, found.At = e.Key, e.At
			out = append(out, found)
		}
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
	for _, it := range b.Begun {
		out.Begun = append(out.Begun, builder.Begun{Work: it.Work, Base: it.Base, Field: it.Field})
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
	for _, it := range d.Begun {
		b.Begun = append(b.Begun, draftBegun{Work: it.Work, Base: it.Base, Field: it.Field})
	}
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encoding the draft: %w", err)
	}
	if err := k.store.PutScrap(ctx, store.Scrap{Owner: k.owner(), Key: d.Key, Body: body, At: k.now().UTC()}); err != nil {
		return fmt.Errorf("keeping the draft: %w", err)
	}
	return nil
}

// DropDraft implements builder.Keeper.
func (k *workshop) DropDraft(ctx context.Context, key string) error {
	if err := k.store.DropScrap(ctx, k.owner(), key); err != nil {
		return fmt.Errorf("dropping the draft: %w", err)
	}
	return nil
}

// Try implements builder.Keeper.
func (k *workshop) Try(ctx context.Context, c *model.Campaign, items []model.Document) ([]replay.Trial, error) {
	return tryScenarios(ctx, k.store, c.ID, append(slices.Clone(items), c)...)
}

// DropScenario implements builder.Keeper.
func (k *workshop) DropScenario(ctx context.Context, id string) error {
	return dropScenario(ctx, k.store, id, k.who, k.now())
}

// Write implements builder.Keeper.
func (k *workshop) Write(ctx context.Context, c builder.Change) (uint64, error) {
	if c.Campaign.Published && !c.Delete {
		items := make([]model.Document, len(c.Items))
		for i, it := range c.Items {
			items[i] = it.Document
		}
		if err := guardPublishing(ctx, k.store, k.now(), c.Campaign, items...); err != nil {
			return 0, err
		}
	}
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
	rev, err := k.store.Commit(ctx, change)
	if err != nil {
		return 0, writeError(ctx, k.store, err)
	}
	if c.Draft != "" {
		// Where this fails, the draft says what is written: whoever reads the
		// drafts next takes it away.
		_ = k.store.DropScrap(ctx, k.owner(), c.Draft)
	}
	return uint64(rev), nil
}

func put(c *store.Change, d model.Document, base uint64) error {
	body, err := model.EncodeDocument(d)
	if err != nil {
		return fmt.Errorf("encoding the %s: %w", d.Head().Kind, err)
	}
	c.Writes = append(c.Writes, store.Put{Kind: string(d.Head().Kind), ID: d.Head().ID, Body: body, Base: store.Revision(base)})
	return nil
}
