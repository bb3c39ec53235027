package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/edit"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/builder"
)

// catalogSpelling says how a catalog is named in an argument.
const catalogSpelling = "A catalog is a file or a directory, @published for the store's catalog as it is now, @123 for its revision 123, " +
	"@draft:CAMPAIGN for the store's catalog with your draft of that campaign as if it were published, or @demo for the demo shop's."

// catalogFlag lets a command choose its catalog.
func catalogFlag(cmd *cobra.Command, paths *[]string) {
	cmd.Flags().StringArrayVar(paths, "catalog", nil, "a catalog's file or directory at `PATH`, which may be given several times, or one of @published, @123, @draft:CAMPAIGN and @demo")
}

// namesCatalog reports whether what --catalog was given is the name of a catalog, and no
// files.
func namesCatalog(paths []string) bool { return len(paths) == 1 && strings.HasPrefix(paths[0], "@") }

// namedCatalog reads a catalog that an argument names, and says in words which.
func namedCatalog(ctx context.Context, w *world, name, storeURL string) (*model.Catalog, string, error) {
	at, ok := strings.CutPrefix(name, "@")
	if !ok {
		return loadCatalog(ctx, w, []string{name}, "")
	}
	if at == "demo" {
		c, err := fixtures.Catalog()
		return c, "the demo shop", err
	}
	campaign, draft := strings.CutPrefix(at, "draft:")
	rev, err := strconv.ParseUint(at, 10, 63)
	if !draft && at != "published" && (err != nil || rev == 0) {
		return nil, "", fmt.Errorf("no catalog %s. %s", text.Line(name, 80), catalogSpelling)
	}
	path, err := storePath(w, storeURL)
	if err != nil {
		return nil, "", err
	}
	if there, err := storeExists(ctx, w, path); err != nil || !there {
		return nil, "", errors.Join(err, fmt.Errorf("%s is read from a store: %w", text.Line(name, 80), noStore(w, storeURL, path)))
	}
	s, err := openStore(ctx, w, path)
	if errors.Is(err, store.ErrInUse) {
		return nil, "", beside(err)
	}
	if err != nil {
		return nil, "", err
	}
	defer s.Close()
	switch {
	case draft:
		c, drafted, err := draftCatalog(ctx, w, s, campaign)
		what := "your draft of " + text.Line(campaign, 80)
		if !drafted {
			what = text.Line(campaign, 80) + " as it is kept, since you have no draft of it"
		}
		return c, what, err
	case at == "published":
		c, err := storedCatalog(ctx, s, 0)
		if err != nil {
			return nil, "", err
		}
		return c, fmt.Sprintf("the store at revision %d", c.Revision), nil
	}
	c, err := storedCatalog(ctx, s, store.Revision(rev))
	if errors.Is(err, store.ErrNoRevision) {
		return nil, "", fmt.Errorf("the store has no revision %d: %w", rev, err)
	}
	return c, fmt.Sprintf("the store at revision %d", rev), err
}

// draftDocuments are the documents of a draft: its campaign, and the library items that
// were changed with it. There are none as long as the campaign has no id.
func draftDocuments(d builder.Draft) []model.Document {
	h, err := edit.LoadHistory(d.Work)
	if err != nil || h.Document().Head().ID == "" {
		return nil
	}
	docs := []model.Document{h.Document()}
	for _, it := range d.Items {
		docs = append(docs, it.Document)
	}
	return docs
}

// draftCatalog is the store's catalog with the operator's draft of a campaign,
// or, without one, with the campaign as it is kept, as if it were published.
func draftCatalog(ctx context.Context, w *world, s store.Store, campaign string) (c *model.Catalog, drafted bool, err error) {
	base, err := storedCatalog(ctx, s, 0)
	if err != nil {
		return nil, false, err
	}
	drafts, err := (&workshop{store: s, who: operator(w), now: w.now}).Drafts(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, d := range drafts {
		if docs := draftDocuments(d); len(docs) > 0 && docs[0].Head().ID == campaign {
			return laidOver(base, docs), true, nil
		}
	}
	for _, k := range base.Campaigns {
		if k.ID == campaign {
			return laidOver(base, []model.Document{k}), false, nil
		}
	}
	var all []nameable
	for _, k := range base.Campaigns {
		all = append(all, nameable{k.ID, k.Name})
	}
	return nil, false, fmt.Errorf("neither a draft of yours nor a campaign %s%s", text.Line(campaign, 80), alike(campaign, all))
}
