package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// otherCatalog is one that was compiled besides the one in force.
type otherCatalog struct {
	of    simulator.Catalog
	stamp string // of what it was made
	eng   *engine.Engine
}

// keptCatalogs is how many of them are kept.
const keptCatalogs = 4

// pastCatalogs is how many earlier revisions are offered.
const pastCatalogs = 50

// Catalogs implements simulator.Source. The audit knows which revisions
// changed the catalog.
func (l *library) Catalogs(ctx context.Context) ([]simulator.Catalog, error) {
	drafts, err := l.work.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	var out []simulator.Catalog
	for _, d := range drafts {
		if len(draftDocuments(d)) > 0 {
			out = append(out, simulator.Catalog{Draft: d.Key, Name: "your draft of " + text.Line(d.Name, 60), About: "Changed " + l.share.shelf.when(d.At) + ", not published."})
		}
	}
	now, err := l.store.Revision(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	var q store.AuditQuery
	seen := store.Revision(0)
	past := 0
	for past < pastCatalogs {
		page, err := l.store.Audit(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("reading the audit: %w", err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if !isCatalogKind(e.Kind) || e.Revision == seen || e.Revision > now || past == pastCatalogs {
				continue
			}
			seen = e.Revision
			past++
			out = append(out, simulator.Catalog{Revision: uint64(e.Revision), Name: fmt.Sprintf("revision %d", e.Revision), About: l.aboutChange(e)})
		}
		q.After = page[len(page)-1].Seq
	}
	return out, nil
}

// EngineOf implements simulator.Source. A revision never changes; a draft is
// compiled again when it, or what it is laid over, has changed.
func (l *library) EngineOf(ctx context.Context, c simulator.Catalog) (*engine.Engine, error) {
	if c.Draft == "" {
		rev := store.Revision(c.Revision)
		return l.other(c, "", func() (*model.Catalog, error) {
			found, err := storedCatalog(ctx, l.store, rev)
			if errors.Is(err, store.ErrNoRevision) {
				return nil, fmt.Errorf("%w: revision %d", simulator.ErrNoCatalog, rev)
			}
			return found, err
		})
	}
	drafts, err := l.work.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		docs := draftDocuments(d)
		if d.Key != c.Draft || len(docs) == 0 {
			continue
		}
		rev, err := l.store.Revision(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the store: %w", err)
		}
		return l.other(c, fmt.Sprint(d.At.UnixNano(), " ", rev), func() (*model.Catalog, error) {
			base, err := storedCatalog(ctx, l.store, rev)
			if err != nil {
				return nil, err
			}
			return laidOver(base, docs), nil
		})
	}
	return nil, fmt.Errorf("%w: %s", simulator.ErrNoCatalog, text.Line(c.Name, 80))
}

// laidOver is a catalog with some documents instead of its own, campaigns as
// if they were published.
func laidOver(c *model.Catalog, docs []model.Document) *model.Catalog {
	instead := make(map[model.DocumentKey]bool, len(docs))
	out := &model.Catalog{Revision: c.Revision}
	for _, d := range docs {
		if k, ok := d.(*model.Campaign); ok {
			as := *k
			as.Published = true
			d = &as
		}
		h := d.Head()
		instead[model.DocumentKey{Kind: h.Kind, ID: h.ID}] = true
		out.Add(d)
	}
	for _, d := range c.Documents() {
		if h := d.Head(); !instead[model.DocumentKey{Kind: h.Kind, ID: h.ID}] {
			out.Add(d)
		}
	}
	out.Sort()
	return out
}

// other compiles a catalog unless it was lately.
func (l *library) other(of simulator.Catalog, stamp string, read func() (*model.Catalog, error)) (*engine.Engine, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of.Name, of.About = "", ""
	for _, o := range l.others {
		if o.of == of && o.stamp == stamp {
			return o.eng, nil
		}
	}
	c, err := read()
	if err != nil {
		return nil, err
	}
	eng, err := compile(c, "that was chosen")
	if err != nil {
		return nil, err
	}
	l.others = slices.DeleteFunc(l.others, func(o otherCatalog) bool { return o.of == of })
	if len(l.others) == keptCatalogs {
		l.others = l.others[1:]
	}
	l.others = append(l.others, otherCatalog{of, stamp, eng})
	return eng, nil
}
