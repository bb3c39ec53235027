package library

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/versions"
)

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC) // a Tuesday

// rack is a keeper in memory, with other operators who write too.
type rack struct {
	mu      sync.Mutex
	w       *world
	log     []Changed
	written []Change
	changed chan struct{}

	past   map[key][]versions.Version // the newest first
	refuse error                      // what the next write ends with
	unread error                      // what the next reading ends with
	effect Effect
	blind  error // why there is no effect
}

func newRack(c *model.Catalog) *rack {
	c.Revision = 7
	versions := map[key]Version{}
	for _, d := range c.Documents() {
		versions[keyOf(d)] = Version{Revision: 7, Author: "ben", Why: "first import", At: noon.Add(-24 * time.Hour)}
	}
	return &rack{w: newWorld(c, versions), changed: make(chan struct{}), effect: Effect{Journeys: 3, Visits: 5, Events: 40,
		Engagements: []Displays{{"cart-rescue/help-overlay", 4, 1}, {"newsletter/join-us", 2, 2}}}}
}

func (r *rack) Catalog(context.Context) (Loaded, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.unread; err != nil {
		r.unread = nil
		return Loaded{}, err
	}
	c := *r.w.catalog
	return Loaded{&c, maps.Clone(r.w.versions)}, nil
}

func (r *rack) Past(_ context.Context, k model.DocumentKey, before uint64) ([]versions.Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []versions.Version
	for _, v := range r.past[k] {
		if before == 0 || v.Revision < before {
			out = append(out, v)
		}
	}
	return out, nil
}

func (r *rack) Commit(_ context.Context, c Change) (Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refuse; err != nil {
		r.refuse = nil
		return Version{}, err
	}
	for _, w := range c.Writes {
		k := key{Kind: w.Kind, ID: w.ID}
		if v := r.w.versions[k]; v.Revision != w.Base {
			return Version{}, fmt.Errorf("commit: %w", &Conflict{Key: k, Theirs: r.w.documents[k], Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At})
		}
	}
	r.written = append(r.written, c)
	return r.save(c, "ana"), nil
}

// save keeps a change; the lock is held.
func (r *rack) save(c Change, who string) Version {
	v := Version{Revision: r.w.catalog.Revision + 1, Author: who, Why: c.Why, At: noon}
	var changes []Changed
	for _, w := range c.Writes {
		changes = append(changes, Changed{Kind: w.Kind, ID: w.ID, Document: w.Document, Version: v})
	}
	r.w = r.w.with(changes)
	r.log = append(r.log, changes...)
	close(r.changed)
	r.changed = make(chan struct{})
	return v
}

// other lets another operator write a document; nil deletes it.
func (r *rack) other(k key, d model.Document) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.save(Change{Why: "so it is better", Writes: []Write{{Kind: k.Kind, ID: k.ID, Document: d}}}, "ben")
}

func (r *rack) find(kind model.Kind, id string) model.Document {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.w.documents[key{Kind: kind, ID: id}]
}

func (r *rack) Next(ctx context.Context, after uint64) (News, error) {
	for {
		r.mu.Lock()
		news := News{Revision: r.w.catalog.Revision}
		for _, ch := range r.log {
			if ch.Version.Revision > after {
				news.Changed = append(news.Changed, ch)
			}
		}
		wait := r.changed
		r.mu.Unlock()
		if len(news.Changed) > 0 {
			return news, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return News{}, ctx.Err()
		}
	}
}

func (r *rack) Effect(context.Context, *model.Catalog, *model.Catalog) (Effect, error) {
	return r.effect, r.blind
}

func (r *rack) Pages(context.Context) ([]journey.Page, error) {
	return []journey.Page{{URL: "https://shop.example/cart", Title: "Your cart"}, {URL: "https://shop.example/", Title: "Home"}}, nil
}

var errDisk = errors.New("the disk \x1b]0;stolen\x07 is full")
