package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// shop is the demo shop as a source, for tests.
type shop struct {
	eng   *engine.Engine
	files fs.FS
	order []string // of the library; empty: all of the demo shop's
	fail  error
	draft bool                 // the operator keeps one
	shelf map[string][]Visitor // saved, by name
	tests []replay.Kept        // scenarios
	wrote map[string][]byte    // files
}

// compiled is the demo shop's engine, compiled once for all tests.
var compiled = sync.OnceValues(compile)

func compile() (*engine.Engine, error) {
	c, err := fixtures.Catalog()
	if err != nil {
		return nil, err
	}
	return engine.Compile(c)
}

func newShop(order ...string) (*shop, error) {
	eng, err := compiled()
	if err != nil {
		return nil, err
	}
	if len(order) == 0 {
		order = fixtures.JourneyNames()
	}
	return &shop{eng: eng, files: fixtures.Journeys(), order: order}, nil
}

func (s *shop) Engine(context.Context) (*engine.Engine, error) { return s.eng, s.fail }

func (s *shop) Journeys(context.Context) ([]Journey, error) {
	var out []Journey
	for _, n := range s.order {
		out = append(out, Journey{ID: n, Name: n, About: "A journey of the demo shop."})
	}
	return out, nil
}

func (s *shop) Load(_ context.Context, id string) (*Recording, error) {
	if visitors, ok := s.shelf[id]; ok {
		return &Recording{Name: id, Visitors: visitors}, nil
	}
	data, err := fs.ReadFile(s.files, id+".jsonl")
	if err != nil {
		return nil, err
	}
	return record(id, data)
}

func (s *shop) ReadFile(_ context.Context, path, _ string) (*Recording, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return record(path, data)
}

// record reads native lines, visitor by visitor in the order of their first
// line, each in the order of time.
func record(name string, data []byte) (*Recording, error) {
	rec := &Recording{Name: name}
	at := map[string]int{}
	for line := range bytes.Lines(data) {
		ev, err := journey.ParseEvent(bytes.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		i, ok := at[ev.Visitor]
		if !ok {
			i = len(rec.Visitors)
			at[ev.Visitor] = i
			rec.Visitors = append(rec.Visitors, Visitor{ID: ev.Visitor})
		}
		rec.Visitors[i].Events = append(rec.Visitors[i].Events, ev)
	}
	if len(rec.Visitors) == 0 {
		return nil, errors.New("no event in it")
	}
	for i := range rec.Visitors {
		slices.SortStableFunc(rec.Visitors[i].Events, func(a, b *journey.Event) int { return int(a.At - b.At) })
	}
	return rec, nil
}

func (s *shop) SaveJourney(_ context.Context, name string, visitors []Visitor, replace bool) (Journey, error) {
	if slices.Contains(s.order, name) && !replace {
		return Journey{}, ErrTaken
	}
	if s.shelf == nil {
		s.shelf = map[string][]Visitor{}
	}
	if !slices.Contains(s.order, name) {
		s.order = append(s.order, name)
	}
	s.shelf[name] = visitors
	return Journey{ID: name, Name: name}, s.fail
}

func (s *shop) CopyJourney(ctx context.Context, id, name string) (Journey, error) {
	rec, err := s.Load(ctx, id)
	if err != nil {
		return Journey{}, err
	}
	return s.SaveJourney(ctx, name, rec.Visitors, false)
}

func (s *shop) RenameJourney(ctx context.Context, id, name string) (Journey, error) {
	j, err := s.CopyJourney(ctx, id, name)
	if err != nil {
		return j, err
	}
	return j, s.DeleteJourney(ctx, id)
}

func (s *shop) DeleteJourney(_ context.Context, id string) error {
	s.order = slices.DeleteFunc(s.order, func(n string) bool { return n == id })
	delete(s.shelf, id)
	return s.fail
}

func (s *shop) Scenarios(context.Context) ([]replay.Kept, error) { return s.tests, s.fail }

func (s *shop) KeepScenario(_ context.Context, id string, sc *replay.Scenario, replace bool) (string, error) {
	body, err := replay.EncodeScenario(sc)
	if err != nil {
		return "", err
	}
	if id == "" {
		id = strings.ReplaceAll(sc.Name, " ", "-")
	}
	i := slices.IndexFunc(s.tests, func(k replay.Kept) bool { return k.ID == id })
	switch {
	case i < 0:
		s.tests = append(s.tests, replay.Kept{ID: id, Text: body})
	case !replace:
		return "", ErrTaken
	default:
		s.tests[i].Text = body
	}
	return id, s.fail
}

func (s *shop) DropScenario(_ context.Context, id string) error {
	s.tests = slices.DeleteFunc(s.tests, func(k replay.Kept) bool { return k.ID == id })
	return s.fail
}

func (s *shop) WriteScenario(_ context.Context, path string, sc *replay.Scenario, replace bool) (string, error) {
	if _, there := s.wrote[path]; there && !replace {
		return "", ErrTaken
	}
	body, err := replay.EncodeScenario(sc)
	if err != nil {
		return "", err
	}
	if s.wrote == nil {
		s.wrote = map[string][]byte{}
	}
	s.wrote[path] = body
	return path, s.fail
}

func (s *shop) Seen(ctx context.Context) ([]*journey.Event, error) {
	var out []*journey.Event
	for _, n := range s.order {
		rec, err := s.Load(ctx, n)
		if err != nil {
			return nil, err
		}
		for _, v := range rec.Visitors {
			out = append(out, v.Events...)
		}
	}
	return out, nil
}

// past is the demo shop's catalog as it was while its cart campaign was a
// draft.
var past = sync.OnceValues(func() (*engine.Engine, error) {
	c, err := fixtures.Catalog()
	if err != nil {
		return nil, err
	}
	for _, k := range c.Campaigns {
		if k.ID == "cart-rescue" {
			k.Published = false
		}
	}
	return engine.Compile(c)
})

func (s *shop) Catalogs(context.Context) ([]Catalog, error) {
	out := []Catalog{{Revision: 3, Name: "revision 3", About: "Saved by ana on 1 Mar 2026: the cart campaign is a draft."}}
	if s.draft {
		out = append([]Catalog{{Draft: "d-1", Name: "your draft of Cart rescue", About: "Changed on 2 Mar 2026."}}, out...)
	}
	return out, s.fail
}

func (s *shop) CatalogAt(_ context.Context, at journey.Instant) (Catalog, error) {
	if at < journey.At(time.Date(2026, 3, 2, 9, 15, 30, 0, time.UTC)) {
		return Catalog{}, fmt.Errorf("%w at %s: the store begins later", ErrNotYet, at)
	}
	return Catalog{Revision: 3, Name: "revision 3, in force then"}, s.fail
}

func (s *shop) EngineOf(_ context.Context, c Catalog) (*engine.Engine, error) {
	if c.Draft != "" && !s.draft {
		return nil, ErrNoCatalog
	}
	return past()
}
