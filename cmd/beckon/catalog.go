package main

import (
	"context"
	"errors"
	"fmt"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/text"
	"beckon/store"
)

// loadCatalog reads a catalog from files, from the store, or, where there is
// neither and nobody named a store, from the demo shop. A single path may also name one as compare does,
// such as @demo. It says in words which.
func loadCatalog(ctx context.Context, w *world, paths []string, storeURL string) (*model.Catalog, string, error) {
	if namesCatalog(paths) {
		return namedCatalog(ctx, w, paths[0], storeURL)
	}
	if len(paths) > 0 {
		c, err := model.Load(paths...)
		if err != nil {
			return nil, "", fmt.Errorf("the catalog cannot be read:\n%w", err)
		}
		noteErrors(w, c, joined(paths))
		return c, joined(paths), nil
	}
	path, err := storePath(w, storeURL)
	if err != nil {
		return nil, "", err
	}
	there, err := storeExists(ctx, w, path)
	if err != nil {
		return nil, "", err
	}
	if there {
		s, err := openStore(ctx, w, path)
		if err != nil {
			if errors.Is(err, store.ErrInUse) {
				err = beside(err)
			}
			return nil, "", err
		}
		defer s.Close()
		c, err := storedCatalog(ctx, s, 0)
		if err != nil {
			return nil, "", err
		}
		if len(c.Campaigns) > 0 {
			return c, "store " + path, nil
		}
		if storeAsked(w, storeURL) {
			return nil, "", fmt.Errorf("the store %s has no campaigns: beckon import puts a catalog into it, and --catalog @demo takes the demo shop's", text.Line(path, 200))
		}
	} else if storeAsked(w, storeURL) {
		return nil, "", noStore(w, storeURL, path)
	}
	c, err := fixtures.Catalog()
	if err != nil {
		return nil, "", err
	}
	return c, "the demo shop", nil
}

// beside says how to go on where another process holds the store.
func beside(err error) error {
	return fmt.Errorf("%w\nOne process holds a store at a time. To go on beside it, read a copy: beckon backup FILE makes one\n"+
		"while it is open, and --store FILE takes it; or name files.", err)
}

// compile makes an engine of a catalog.
func compile(c *model.Catalog, from string) (*engine.Engine, error) {
	eng, err := engine.Compile(c)
	if err != nil {
		return nil, fmt.Errorf("the catalog %s cannot be used:\n%w", from, err)
	}
	return eng, nil
}

// storedCatalog reads the whole catalog of a store as of a revision, 0 for
// now.
func storedCatalog(ctx context.Context, s store.Store, rev store.Revision) (*model.Catalog, error) {
	if rev == 0 {
		var err error
		if rev, err = s.Revision(ctx); err != nil {
			return nil, fmt.Errorf("reading the store: %w", err)
		}
	}
	stored, err := store.At(ctx, s, rev, catalogKinds()...)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	var docs []model.Located
	for _, d := range stored {
		found, err := model.DecodeDocuments(d.Kind+"/"+d.ID, d.Body)
		if err != nil {
			return nil, fmt.Errorf("reading the store at revision %d: %w", rev, err)
		}
		docs = append(docs, found...)
	}
	loaded, err := model.Collect(docs)
	if err != nil {
		return nil, fmt.Errorf("reading the store at revision %d: %w", rev, err)
	}
	loaded.Catalog.Revision = uint64(rev)
	return loaded.Catalog, nil
}

func catalogKinds() []string {
	kinds := model.Kinds()
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}

// noteErrors tells that a catalog of files, which nobody has published, could not be:
// what it comes to is no forecast.
func noteErrors(w *world, c *model.Catalog, from string) {
	n := 0
	for _, p := range model.Errors(model.Validate(c)) {
		if !p.Draft {
			n++
		}
	}
	if n > 0 {
		fmt.Fprintf(w.err, "note: %s has %s, with which it cannot be published; beckon check says more\n", from, counted(n, "error"))
	}
}
