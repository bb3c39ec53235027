package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/store"
	"beckon/tui/screen/campaigns"
)

// errElsewhere refuses files to operators at another machine: a path that they
// name would be one of this machine's.
var errElsewhere = errors.New("files are out of reach from here: they would be the server's; from your machine, ssh HOST campaign export ID > FILE fetches a campaign, ssh HOST campaign import < FILE brings one, and ssh HOST replay < FILE replays traffic")

// filePath is the path that an operator wrote, from the root.
func (k *keeper) filePath(path string) (string, error) {
	if k.elsewhere {
		return "", errElsewhere
	}
	path, err := underHome(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// underHome puts the operator's home directory in the place of ~, as a shell does.
func underHome(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding your home directory: %w", err)
	}
	return filepath.Join(home, rest), nil
}

// isCampaignFile refuses endings that do not tell what is in a file.
func isCampaignFile(path string) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml", ".json":
		return nil
	}
	return errors.New("the name has to end in .yaml, for a file that Beckon reads whole, or in .json, for the account-config shape")
}

// Export implements campaigns.Keeper.
func (k *keeper) Export(ctx context.Context, e campaigns.Export) (campaigns.Exported, error) {
	path, err := k.filePath(e.Path)
	if err != nil {
		return campaigns.Exported{}, err
	}
	if err := isCampaignFile(path); err != nil {
		return campaigns.Exported{}, err
	}
	switch there, err := plainFile(path); {
	case err != nil:
		return campaigns.Exported{}, err
	case there != nil && !e.Replace:
		return campaigns.Exported{}, &campaigns.FileExists{Path: path, Bytes: there.Size(), At: there.ModTime()}
	}
	c, err := storedCatalog(ctx, k.store, 0)
	if err != nil {
		return campaigns.Exported{}, err
	}
	data, lost, err := packCampaign(ctx, k.store, c, e.Campaign, isJSON(path))
	if err != nil {
		return campaigns.Exported{}, err
	}
	if err := ctx.Err(); err != nil {
		return campaigns.Exported{}, err
	}
	if err := writeCampaign(path, data); err != nil {
		return campaigns.Exported{}, err
	}
	return campaigns.Exported{Path: path, Bytes: len(data), LeftOut: lost}, nil
}

// Plan implements campaigns.Keeper.
func (k *keeper) Plan(ctx context.Context, path string) (campaigns.Incoming, error) {
	path, err := k.filePath(path)
	if err != nil {
		return campaigns.Incoming{}, err
	}
	if err := isCampaignFile(path); err != nil {
		return campaigns.Incoming{}, err
	}
	switch there, err := plainFile(path); { // a pipe would hold the reading up for good
	case err != nil:
		return campaigns.Incoming{}, err
	case there == nil:
		return campaigns.Incoming{}, fmt.Errorf("there is no file at %s", path)
	}
	c, err := storedCatalog(ctx, k.store, 0)
	if err != nil {
		return campaigns.Incoming{}, err
	}
	plan, err := planImport(ctx, k.store, c, []string{path}, exchange.Options{})
	if err != nil {
		return campaigns.Incoming{}, err
	}
	return campaigns.Incoming{Path: path, Revision: c.Revision, Plan: plan}, nil
}

// Import implements campaigns.Keeper.
func (k *keeper) Import(ctx context.Context, in campaigns.Incoming) (campaigns.Imported, error) {
	list, err := in.Plan.Documents()
	if err != nil {
		return campaigns.Imported{}, err
	}
	docs, err := planDocuments(in.Plan, list)
	if err != nil {
		return campaigns.Imported{}, err
	}
	change := store.Change{Author: k.who, Why: whyImport(in.Path), At: k.now().UTC()}
	written, rev, err := putSince(ctx, k.store, change, docs, store.Revision(in.Revision))
	var stale *store.ConflictError
	switch {
	case errors.As(err, &stale):
		return campaigns.Imported{}, &campaigns.Outdated{Kind: model.Kind(stale.Mine.Kind), ID: stale.Mine.ID, Version: versionOf(stale.Theirs)}
	case err != nil:
		return campaigns.Imported{}, err
	case len(written) == 0:
		return campaigns.Imported{}, nil
	}
	out := campaigns.Imported{Version: campaigns.Version{Revision: uint64(rev), Author: k.who, Why: change.Why, At: change.At}}
	for _, d := range list {
		if !slices.Contains(written, store.Ref{Kind: string(d.Head().Kind), ID: d.Head().ID}) {
			continue // somebody wrote the same meanwhile
		}
		out.Changed = append(out.Changed, campaigns.Changed{Kind: d.Head().Kind, ID: d.Head().ID, Document: d, Version: out.Version})
	}
	return out, nil
}
