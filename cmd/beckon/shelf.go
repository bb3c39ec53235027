package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/screen/campaigns"
)

// A share is what a console has of what the consoles of a process share. The
// zero value is that of one that is alone: it reads everything itself, and at once.
type share struct {
	shelf *shelf
	turn  *turn
}

// A shelf holds what was read of a store, and made of it, for all who sit
// before it: a server has one for all its operators. Each thing is made by who
// asks first, while the others wait, and nothing of it changes afterwards. A nil
// shelf keeps nothing.
type shelf struct {
	reading   sync.Mutex
	catalog   *model.Catalog
	documents map[store.Ref]decoded // of the newest catalog, and newer ones

	compiling sync.Mutex
	compiled  *engine.Engine

	checking sync.Mutex
	verdicts []verdict

	asking sync.Mutex
	asked  *asked

	worlds campaigns.Worlds

	keying sync.Mutex
	keys   *keymap.Map

	zone atomic.Pointer[time.Location] // the account's; nil: not known yet

	playing sync.Mutex
	events  []*journey.Event // of all journeys, in the order that a replay wants
	read    []string         // journeys and revisions that events were read from
}

// decoded is a version of a document.
type decoded struct {
	revision store.Revision
	at       time.Time
	now      model.Document
}

// asked is what is known of approvals as of a revision, or later.
type asked struct {
	revision uint64
	required bool
	all      []standing
}

// standing is a request for approval and where it stands.
type standing struct {
	request guard.Request
	st      guard.Standing
}

// verdict is what is wrong with a catalog at a minute.
type verdict struct {
	of       *model.Catalog
	minute   time.Time
	problems []model.Problem
}

// keptVerdicts are of those who are a commit ahead of the others, or behind.
const keptVerdicts = 4

func newShelf() *shelf { return &shelf{documents: map[store.Ref]decoded{}} }

// forget drops everything, because the store was replaced: its revisions mean
// something else now.
func (h *shelf) forget() {
	if h == nil {
		return
	}
	h.reading.Lock()
	h.catalog, h.documents = nil, map[store.Ref]decoded{}
	h.reading.Unlock()
	h.compiling.Lock()
	h.compiled = nil
	h.compiling.Unlock()
	h.worlds.Forget()
	h.asking.Lock()
	h.asked = nil
	h.asking.Unlock()
	h.playing.Lock()
	h.events, h.read = nil, nil
	h.playing.Unlock()
}

// at is [storedCatalog] of a revision, the newest one as a rule.
func (h *shelf) at(ctx context.Context, s store.Store, rev store.Revision) (*model.Catalog, error) {
	if h == nil {
		return storedCatalog(ctx, s, rev)
	}
	h.reading.Lock()
	defer h.reading.Unlock()
	if h.catalog != nil && h.catalog.Revision == uint64(rev) {
		return h.catalog, nil
	}
	stored, err := store.At(ctx, s, rev, catalogKinds()...)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	located := make([]model.Located, len(stored))
	there := make(map[store.Ref]decoded, len(stored))
	for i, d := range stored {
		now, err := h.decode(d)
		if err != nil {
			return nil, err
		}
		located[i].Document = now
		there[store.Ref{Kind: d.Kind, ID: d.ID}] = decoded{d.Revision, d.At, now}
	}
	loaded, err := model.Collect(located)
	if err != nil {
		return storedCatalog(ctx, s, rev) // it says in which document
	}
	c := loaded.Catalog
	c.Revision = uint64(rev)
	if h.catalog == nil || c.Revision > h.catalog.Revision { // what news told of since is newer
		for ref, d := range h.documents {
			if d.revision > rev {
				there[ref] = d
			}
		}
		h.catalog, h.documents = c, there
		h.settled(&c.Settings)
	}
	return c, nil
}

// document is [decodeStored].
func (h *shelf) document(d store.Document) (model.Document, error) {
	if h == nil {
		return decodeStored(d)
	}
	h.reading.Lock()
	defer h.reading.Unlock()
	now, err := h.decode(d)
	if ref := (store.Ref{Kind: d.Kind, ID: d.ID}); err == nil && h.documents[ref].revision < d.Revision {
		h.documents[ref] = decoded{d.Revision, d.At, now}
		if set, ok := now.(*model.Settings); ok {
			h.settled(set)
		}
	}
	return now, err
}

// settled notes the zone of the account.
func (h *shelf) settled(set *model.Settings) {
	zone, err := model.LoadZone(set.Zone)
	if err != nil { // none, or one that is none: as everywhere
		zone = time.UTC
	}
	h.zone.Store(zone)
}

// learnZone reads the zone of the account unless it is known: who comes back to a
// screen that reads no catalog is told times in it as well.
func (h *shelf) learnZone(ctx context.Context, s store.Store) error {
	if h.zone.Load() != nil {
		return nil
	}
	rev, err := s.Revision(ctx)
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	docs, err := store.At(ctx, s, rev, string(model.KindSettings))
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	for _, d := range docs {
		if _, err := h.document(d); err != nil {
			return err
		}
	}
	return nil
}

// clock is a clock in the zone of the account, as it is now, and in UTC while
// that is not known: what operators did is told in it.
func (h *shelf) clock(now func() time.Time) func() time.Time {
	return func() time.Time {
		if zone := h.zone.Load(); zone != nil {
			return now().In(zone)
		}
		return now().UTC()
	}
}

// when is an instant at which an operator did something, as lists tell it: in
// the zone of the account, by its name.
func (h *shelf) when(at time.Time) string {
	return h.clock(func() time.Time { return at })().Format("Mon 2 Jan 2006 15:04 MST")
}

// gone forgets a document that was deleted.
func (h *shelf) gone(d store.Document) {
	if h == nil {
		return
	}
	h.reading.Lock()
	defer h.reading.Unlock()
	if ref := (store.Ref{Kind: d.Kind, ID: d.ID}); h.documents[ref].revision < d.Revision {
		delete(h.documents, ref)
	}
}

// decode takes a version that was decoded before, or decodes it.
func (h *shelf) decode(d store.Document) (model.Document, error) {
	if was, ok := h.documents[store.Ref{Kind: d.Kind, ID: d.ID}]; ok && was.revision == d.Revision && was.at.Equal(d.At) {
		return was.now, nil
	}
	return decodeStored(d)
}

// engine compiles the catalog of a revision, the newest one as a rule.
func (h *shelf) engine(ctx context.Context, s store.Store, rev store.Revision) (*engine.Engine, error) {
	h.compiling.Lock()
	defer h.compiling.Unlock()
	if h.compiled != nil && h.compiled.Catalog().Revision == uint64(rev) {
		return h.compiled, nil
	}
	c, err := h.at(ctx, s, rev)
	if err != nil {
		return nil, err
	}
	eng, err := compile(c, "of the store")
	if err != nil {
		return nil, err
	}
	if h.compiled == nil || c.Revision > h.compiled.Catalog().Revision { // somebody may have been later
		h.compiled = eng
	}
	return eng, nil
}

// revisionOf tells which revision of the store an engine was compiled of, as far
// as the shelf still holds it; 0: of none, or of one that it does not hold.
func (h *shelf) revisionOf(eng *engine.Engine) uint64 {
	if h == nil || eng == nil {
		return 0
	}
	h.compiling.Lock()
	defer h.compiling.Unlock()
	if h.compiled != eng {
		return 0
	}
	return eng.Catalog().Revision
}

// problems is [model.ValidateAt]. Consoles that follow the same store have
// catalogs of the same documents, each its own; what it says of one of them
// holds for the others.
func (h *shelf) problems(c *model.Catalog, now time.Time) []model.Problem {
	if h == nil {
		return model.ValidateAt(c, now)
	}
	now = now.Truncate(time.Minute) // it goes by days
	h.checking.Lock()
	defer h.checking.Unlock()
	for _, v := range h.verdicts {
		if v.minute.Equal(now) && sameDocuments(v.of, c) {
			return v.problems
		}
	}
	problems := model.ValidateAt(c, now)
	if len(h.verdicts) == keptVerdicts {
		h.verdicts = slices.Delete(h.verdicts, 0, 1)
	}
	h.verdicts = append(h.verdicts, verdict{c, now, problems})
	return problems
}

// keyMap is the key catalogue of a console's screens, which are the same for
// everybody.
func (h *shelf) keyMap(screens []pane.Screen) (*keymap.Map, error) {
	if h == nil {
		return app.Keys(screens...)
	}
	h.keying.Lock()
	defer h.keying.Unlock()
	if h.keys == nil {
		made, err := app.Keys(screens...)
		if err != nil {
			return nil, err
		}
		h.keys = made
	}
	return h.keys, nil
}

// requests reads the requests for approval. All consoles that hear of a revision
// ask at the same instant, and are told the same; 0 is nobody's, and read anew.
func (h *shelf) requests(ctx context.Context, s store.Store, since uint64) (asked, error) {
	if h == nil || since == 0 {
		return readRequests(ctx, s, h.document)
	}
	h.asking.Lock()
	defer h.asking.Unlock()
	if h.asked != nil && h.asked.revision >= since {
		return *h.asked, nil
	}
	if err := ctx.Err(); err != nil { // who was first has waited in vain
		return asked{}, fmt.Errorf("reading the requests: %w", err)
	}
	now, err := readRequests(ctx, s, h.document)
	if err != nil {
		return asked{}, err
	}
	now.revision = since
	h.asked = &now
	return now, nil
}

func readRequests(ctx context.Context, s store.Store, decode func(store.Document) (model.Document, error)) (out asked, err error) {
	if out.required, err = guard.RequiredAs(ctx, s, decode); err != nil {
		return out, err
	}
	all, err := guard.Requests(ctx, s)
	if err != nil {
		return out, err
	}
	for _, r := range all {
		st, err := guard.Stand(ctx, s, rulesOf(s), r)
		if err != nil {
			return out, err
		}
		out.all = append(out.all, standing{r, st})
	}
	return out, nil
}

// sameDocuments tells whether two catalogs are of the very same documents.
func sameDocuments(a, b *model.Catalog) bool {
	return slices.Equal(a.Campaigns, b.Campaigns) && slices.Equal(a.Goals, b.Goals) && slices.Equal(a.Audiences, b.Audiences) &&
		slices.Equal(a.Schedules, b.Schedules) && slices.Equal(a.Occasions, b.Occasions) && slices.Equal(a.Windows, b.Windows) &&
		slices.Equal(a.EntryPoints, b.EntryPoints) && slices.Equal(a.Behaviors, b.Behaviors) && slices.Equal(a.Templates, b.Templates) &&
		reflect.DeepEqual(a.Settings, b.Settings)
}

// journeys reads the store's journeys once for each of their versions: how
// many there are, and their events in the order of visitors.
func (h *shelf) journeys(ctx context.Context, s store.Store) (int, []*journey.Event, error) {
	stored, err := store.At(ctx, s, 0, kindJourney)
	if err != nil {
		return 0, nil, fmt.Errorf("reading the store: %w", err)
	}
	if h == nil {
		h = &shelf{}
	}
	read := make([]string, len(stored))
	for i, d := range stored {
		read[i] = fmt.Sprintf("%s@%d", d.ID, d.Revision)
	}
	h.playing.Lock()
	defer h.playing.Unlock()
	if h.events != nil && slices.Equal(h.read, read) {
		return len(stored), h.events, nil
	}
	events := []*journey.Event{}
	for _, d := range stored {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		found, err := eventsOf(d.ID, d.Body)
		if err != nil {
			return 0, nil, err
		}
		events = append(events, found...)
	}
	slices.SortStableFunc(events, func(a, b *journey.Event) int {
		if n := strings.Compare(a.Visitor, b.Visitor); n != 0 {
			return n
		}
		switch {
		case a.At < b.At:
			return -1
		case a.At > b.At:
			return 1
		}
		return 0
	})
	h.events, h.read = events, read
	return len(stored), events, nil
}
