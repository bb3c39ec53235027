package builder

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/tui/app"
	"beckon/tui/approval"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
	"beckon/tui/versions"
)

// cabinet is a keeper in memory, with other operators who write too.
type cabinet struct {
	mu       sync.Mutex
	loaded   Loaded
	drafts   map[string]Draft
	changes  []Change
	revision uint64
	who      map[model.DocumentKey]string
	past     map[model.DocumentKey][]versions.Version // the newest first
	why      string                                   // of the next version
	quick    bool                                     // what others write is heard of at once
	waiting  map[chan struct{}]bool                   // told when somebody writes
	refuse   error                                    // what the next write ends with
	full     error                                    // what keeping a draft ends with

	scenarios []replay.Kept
	approval.None
	standing Standing
	before   func()        // another operator, as fast as can be; the lock is held
	slow     chan struct{} // what a run of scenarios waits for
	unrun    error         // what the next run ends with
}

func newCabinet(c *model.Catalog) *cabinet {
	k := &cabinet{loaded: Loaded{Catalog: c, Revisions: map[model.DocumentKey]uint64{}}, drafts: map[string]Draft{}, waiting: map[chan struct{}]bool{}, revision: 7, who: map[model.DocumentKey]string{}, past: map[model.DocumentKey][]versions.Version{}}
	for _, d := range c.Documents() {
		k.loaded.Revisions[keyOf(d)] = 7
		k.past[keyOf(d)] = []versions.Version{{Revision: 7, Author: "ana", Why: "import the shop", At: noon.Add(-48 * time.Hour), Document: d}}
	}
	return k
}

func (k *cabinet) Catalog(context.Context) (Loaded, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := *k.loaded.Catalog
	c.Revision = k.revision
	return Loaded{Catalog: &c, Revisions: maps.Clone(k.loaded.Revisions)}, nil
}

// Next tells what others wrote, where it is quick enough to be heard.
func (k *cabinet) Next(ctx context.Context, after uint64) (News, error) {
	if !k.quick {
		<-ctx.Done()
		return News{}, ctx.Err()
	}
	for {
		k.mu.Lock()
		wrote, out := make(chan struct{}, 1), News{Revision: k.revision}
		k.waiting[wrote] = true
		for key, past := range k.past {
			for _, v := range slices.Backward(past) {
				if v.Revision > after && v.Revision <= k.revision {
					out.Changed = append(out.Changed, Changed{Key: key, Document: v.Document, Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At})
				}
			}
		}
		slices.SortStableFunc(out.Changed, func(a, b Changed) int { return cmp.Compare(a.Revision, b.Revision) })
		if len(out.Changed) > 0 {
			delete(k.waiting, wrote)
			k.mu.Unlock()
			return out, nil
		}
		k.mu.Unlock()
		select {
		case <-wrote:
		case <-ctx.Done():
			k.mu.Lock()
			delete(k.waiting, wrote)
			k.mu.Unlock()
			return News{}, ctx.Err()
		}
	}
}

func (k *cabinet) Drafts(context.Context) ([]Draft, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.SortedFunc(maps.Values(k.drafts), func(a, b Draft) int { return b.At.Compare(a.At) }), nil
}

func (k *cabinet) SaveDraft(_ context.Context, d Draft) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.full != nil {
		return k.full
	}
	k.drafts[d.Key] = d
	return nil
}

func (k *cabinet) Versions(_ context.Context, key model.DocumentKey, before uint64) ([]versions.Version, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []versions.Version
	for _, v := range k.past[key] {
		if before == 0 || v.Revision < before {
			out = append(out, v)
		}
	}
	return out[:min(len(out), 3)], nil // small pages
}

func (k *cabinet) Gone(context.Context) ([]Gone, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []Gone
	for key, past := range k.past {
		if key.Kind == model.KindCampaign && past[0].Document == nil {
			out = append(out, Gone{ID: key.ID, Name: past[1].Document.Head().Name, Version: past[0]})
		}
	}
	return out, nil
}

func (k *cabinet) DropDraft(_ context.Context, key string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.drafts, key)
	return nil
}

func (k *cabinet) Try(ctx context.Context, c *model.Campaign, items []model.Document) ([]replay.Trial, error) {
	k.mu.Lock()
	slow, kept, now, err := k.slow, slices.Clone(k.scenarios), k.loaded.Catalog, k.unrun
	k.unrun = nil
	k.mu.Unlock()
	if slow != nil {
		select {
		case <-slow:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err != nil {
		return nil, err
	}
	return replay.Try(ctx, kept, c.ID, func() (*engine.Engine, error) { return engine.Compile(now.With(append(slices.Clone(items), c)...)) })
}

func (k *cabinet) Standing(context.Context, Change) (Standing, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.standing, nil
}

func (k *cabinet) AskApproval(_ context.Context, c Change, note string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.standing.Request = &approval.Request{Campaign: c.Campaign.ID, Name: c.Campaign.Name, State: approval.Waiting, By: "ana", Note: note, At: noon, Mine: true, NoApproval: "it is your own"}
	k.standing.Same = true
	return nil
}

func (k *cabinet) DropScenario(_ context.Context, id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.scenarios = slices.DeleteFunc(k.scenarios, func(s replay.Kept) bool { return s.ID == id })
	return nil
}

func (k *cabinet) Write(_ context.Context, c Change) (uint64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refuse; err != nil {
		k.refuse = nil
		return 0, err
	}
	if k.before != nil {
		k.before()
	}
	docs := []model.Document{}
	for _, it := range append(slices.Clone(c.Items), Item{c.Campaign, c.Base}) {
		key := keyOf(it.Document)
		if now := k.loaded.Revisions[key]; now != it.Base {
			return 0, fmt.Errorf("commit: %w", &Conflict{Key: key, Theirs: k.loaded.Catalog.Index().Document(key.Kind, key.ID), Revision: now, Author: k.who[key]})
		}
		docs = append(docs, it.Document)
	}
	k.changes = append(k.changes, c)
	delete(k.drafts, c.Draft)
	k.why = c.Why
	k.put("ana", docs...)
	if c.Delete {
		gone := keyOf(c.Campaign)
		k.past[gone][0].Document = nil
		delete(k.loaded.Revisions, gone)
		k.loaded.Catalog.Campaigns = slices.DeleteFunc(k.loaded.Catalog.Campaigns, func(o *model.Campaign) bool { return o.ID == gone.ID })
	}
	return k.revision, nil
}

// put writes documents; the lock is held.
func (k *cabinet) put(who string, docs ...model.Document) {
	k.revision++
	k.loaded.Catalog = over(k.loaded.Catalog, docs...)
	for _, d := range docs {
		k.loaded.Revisions[keyOf(d)], k.who[keyOf(d)] = k.revision, who
		v := versions.Version{Revision: k.revision, Author: who, Why: k.why, At: noon.Add(time.Duration(k.revision) * time.Minute), Document: d}
		k.past[keyOf(d)] = append([]versions.Version{v}, k.past[keyOf(d)]...)
	}
	for wrote := range k.waiting {
		wrote <- struct{}{}
		delete(k.waiting, wrote)
	}
}

// other lets another operator change a campaign.
func (k *cabinet) other(id string, change func(*model.Campaign)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := *k.loaded.Catalog.Index().Campaign(id)
	change(&c)
	k.put("ben", &c)
}

func (k *cabinet) campaign(id string) *model.Campaign {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.loaded.Catalog.Index().Campaign(id)
}

func (k *cabinet) written() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.changes)
}

func (k *cabinet) kept() []Draft {
	out, _ := k.Drafts(context.Background())
	return out
}

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC) // a Tuesday

var (
	small = layout.Size{W: 80, H: 24}
	wide  = layout.Size{W: 120, H: 40}
	huge  = layout.Size{W: 200, H: 50}
)

// use drives the whole console with this screen alone.
func use(t *testing.T, size layout.Size, k *cabinet, drive func(d *tuitest.Driver)) {
	t.Helper()
	useAt(t, size, k, "", drive)
}

// useAt is use with a campaign open, as another screen asks for it.
func useAt(t *testing.T, size layout.Size, k *cabinet, path string, drive func(d *tuitest.Driver)) {
	t.Helper()
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		begin := time.Now()
		s := New(k)
		s.Receive(path)
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, s)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		drive(d)
	})
}

// empty is a store to which nobody ever wrote.
func empty() *cabinet { return newCabinet(&model.Catalog{Settings: model.DefaultSettings()}) }
