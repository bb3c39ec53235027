package main

import (
	"context"
	"fmt"
	"time"

	"beckon/model"
	"beckon/model/replay"
	"beckon/store"
	"beckon/tui/screen/campaigns"
)

// keeper keeps the campaigns screen's catalog in a store.
type keeper struct {
	store store.Store
	who   string
	now   func() time.Time
	// elsewhere is set for operators at another machine, whose files are not
	// those of this one.
	elsewhere bool
	share     share
}

// askTime is how long the requests for approval may take to be read behind news.
const askTime = 20 * time.Second

var _ campaigns.Keeper = (*keeper)(nil)

// Catalog implements campaigns.Keeper.
func (k *keeper) Catalog(ctx context.Context) (campaigns.Loaded, error) {
	rev, err := k.store.Revision(ctx)
	if err != nil {
		return campaigns.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	c, err := k.share.shelf.at(ctx, k.store, rev)
	if err != nil {
		return campaigns.Loaded{}, err
	}
	docs, err := store.At(ctx, k.store, rev, string(model.KindCampaign))
	if err != nil {
		return campaigns.Loaded{}, fmt.Errorf("reading the store: %w", err)
	}
	out := campaigns.Loaded{Catalog: c, Versions: make(map[string]campaigns.Version, len(docs))}
	for _, d := range docs {
		out.Versions[d.ID] = versionOf(d)
	}
	return out, nil
}

// Check implements campaigns.Keeper.
func (k *keeper) Check(c *model.Catalog, now time.Time) []model.Problem {
	return k.share.shelf.problems(c, now)
}

// Try implements campaigns.Keeper.
func (k *keeper) Try(ctx context.Context, c *model.Campaign) ([]replay.Trial, error) {
	return tryScenarios(ctx, k.store, c.ID, c)
}

// Put implements campaigns.Keeper.
func (k *keeper) Put(ctx context.Context, e campaigns.Edit) (campaigns.Version, error) {
	if e.Action == campaigns.ActionPublish {
		if err := guardPublishing(ctx, k.store, k.now(), e.Campaign); err != nil {
			return campaigns.Version{}, err
		}
	}
	body, err := model.EncodeDocument(e.Campaign)
	if err != nil {
		return campaigns.Version{}, fmt.Errorf("encoding the campaign: %w", err)
	}
	kind, id, at := string(model.KindCampaign), e.Campaign.ID, k.now().UTC()
	audit := []store.AuditEntry{{Kind: kind, ID: id, Action: e.Action, Element: e.Element, Old: e.Old, New: e.New}}
	if e.Element == "" {
		audit = elements(ctx, k.store, store.Revision(e.Base), e.Campaign, audit[0])
	}
	rev, err := k.store.Commit(ctx, store.Change{
		Author: k.who, Why: e.Why, At: at,
		Writes: []store.Write{store.Put{Kind: kind, ID: id, Body: body, Base: store.Revision(e.Base)}},
		Audit:  audit,
	})
	if err != nil {
		return campaigns.Version{}, writeError(ctx, k.store, err)
	}
	return campaigns.Version{Revision: uint64(rev), Author: k.who, Why: e.Why, At: at}, nil
}

// Next implements campaigns.Keeper.
func (k *keeper) Next(ctx context.Context, after uint64) (campaigns.News, error) {
	defer k.share.turn.take(ctx)
	all, rev, replaced, err := awaitNews(ctx, k.store, k.share, after)
	out := campaigns.News{Revision: rev, Reload: replaced}
	if err == nil && !replaced {
		asking, cancel := context.WithTimeout(ctx, askTime)
		out.Board, out.BoardErr = k.approvals().board(asking, rev)
		cancel()
	}
	for _, n := range all {
		out.Changed = append(out.Changed, campaigns.Changed{Kind: model.Kind(n.Kind), ID: n.ID, Version: versionOf(n.Document), Document: n.now})
	}
	return out, err
}

func versionOf(d store.Document) campaigns.Version {
	return campaigns.Version{Revision: uint64(d.Revision), Author: d.Author, Why: d.Why, At: d.At}
}

// decodeStored reads one document of the catalog as the store has it.
func decodeStored(d store.Document) (model.Document, error) {
	found, err := model.DecodeDocuments(d.Kind+"/"+d.ID, d.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the store at revision %d: %w", d.Revision, err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("reading the store at revision %d: %s %s holds %d documents", d.Revision, d.Kind, d.ID, len(found))
	}
	return found[0].Document, nil
}

func isCatalogKind(kind string) bool {
	for _, k := range model.Kinds() {
		if kind == string(k) {
			return true
		}
	}
	return false
}
