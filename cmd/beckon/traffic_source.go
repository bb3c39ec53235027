package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/simulator"
	trafficscreen "beckon/tui/screen/traffic"
)

// Bounds of what the screen Traffic asks of a run.
const (
	rowsShown     = 200 // of each breakdown
	eachCampaigns = 200 // that are broken down one by one
)

// traffics is what the screen Traffic replays: the journeys and the catalogs
// that the Simulator plays, all at once.
type traffics struct{ *library }

var _ trafficscreen.Source = (*traffics)(nil)

// Inputs implements trafficscreen.Source.
func (t *traffics) Inputs(ctx context.Context) ([]trafficscreen.Input, error) {
	journeys, err := t.library.Journeys(ctx)
	if err != nil {
		return nil, err
	}
	out := []trafficscreen.Input{{Name: "All journeys", About: "Every visitor of the library, " + many(int64(len(journeys)), "journey") + " in all."}}
	for _, j := range journeys {
		out = append(out, trafficscreen.Input{ID: j.ID, Name: j.Name, About: j.About})
	}
	return out, nil
}

// Catalogs implements trafficscreen.Source.
func (t *traffics) Catalogs(ctx context.Context) ([]trafficscreen.Catalog, error) {
	others, err := t.library.Catalogs(ctx)
	if err != nil {
		return nil, err
	}
	out := []trafficscreen.Catalog{{Name: "as it stands", About: "What visitors see now."}}
	last := true
	for _, c := range others {
		past := c.Revision != 0
		out = append(out, trafficscreen.Catalog{Revision: c.Revision, Draft: c.Draft, Name: c.Name, About: c.About, Last: past && last})
		last = last && !past
	}
	return out, nil
}

// engine compiles a catalog, with what a study changes in it.
func (t *traffics) engine(ctx context.Context, c trafficscreen.Catalog) (*engine.Engine, error) {
	eng, err := t.kept(ctx, c)
	if err != nil || c.Without == "" && c.Field == "" {
		return eng, err
	}
	other, err := altered(eng.Catalog(), c)
	if err != nil {
		return nil, err
	}
	return compile(other, "the catalog "+c.Name)
}

// kept compiles a catalog that is kept.
func (t *traffics) kept(ctx context.Context, c trafficscreen.Catalog) (*engine.Engine, error) {
	if c.File != "" {
		return t.catalogFile(c.File)
	}
	if c.Revision == 0 && c.Draft == "" {
		return t.library.Engine(ctx)
	}
	eng, err := t.library.EngineOf(ctx, simulator.Catalog{Revision: c.Revision, Draft: c.Draft, Name: c.Name})
	if errors.Is(err, simulator.ErrNoCatalog) && c.Draft == "" { // its number was typed
		return nil, fmt.Errorf("the store has no revision %d", c.Revision)
	}
	if errors.Is(err, simulator.ErrNoCatalog) {
		err = fmt.Errorf("%w: %w", trafficscreen.ErrGone, err)
	}
	return eng, err
}

// catalogFile compiles a catalog of a file, or of a directory of files.
func (t *traffics) catalogFile(path string) (*engine.Engine, error) {
	path, err := (&keeper{elsewhere: t.library.elsewhere}).filePath(path)
	if err != nil {
		return nil, err
	}
	c, err := model.Load(path)
	if err != nil {
		return nil, fmt.Errorf("the catalog cannot be read:\n%w", err)
	}
	return compile(c, text.Line(path, 200))
}

// open reads traffic and puts it in order.
func (t *traffics) open(ctx context.Context, in trafficscreen.Input, rule journey.VisitRule, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*journey.Journeys, error) {
	halt := func() error {
		select {
		case <-stops.Read:
			return journey.ErrEnough
		default:
			return ctx.Err()
		}
	}
	if in.File {
		o, err := t.library.logOptions(ctx, in.ID, in.Host)
		if err != nil {
			return nil, err
		}
		o.Visit, o.Stop, o.Lines, o.Later = rule, halt, in.Lines, in.Later
		size := sizeOf(in.ID)
		var file string
		var before, last int64 // of the files before, of the present one
		o.Progress = func(name string, n int64) {
			if name != file {
				file, before = name, before+last
			}
			last = n
			p := trafficscreen.Progress{Reading: true, Bytes: before + n}
			if size > 0 {
				p.Share = min(1, float64(p.Bytes)/float64(size))
			}
			progress(p)
		}
		return t.sorted(ctx, o, in.ID)
	}
	// Whoever is in the library is meant, and all of it is read: it is in memory.
	o := journey.Options{Visit: rule, Stop: ctx.Err, Robots: true}
	if in.ID == "" {
		_, events, err := t.library.kept.journeys(ctx)
		if err != nil {
			return nil, err
		}
		return journey.SortedEvents(o, events)
	}
	d, err := t.library.store.Get(ctx, kindJourney, in.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%w: the journey %s was deleted", trafficscreen.ErrGone, text.Line(in.Name, 80))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	events, err := eventsOf(d.ID, d.Body)
	if err != nil {
		return nil, err
	}
	return journey.SortedEvents(o, events)
}

// sizeOf are the bytes of the files that an operator names, 0 for none.
func sizeOf(path string) (size int64) {
	files, err := filesNamed(path)
	if err != nil {
		return 0 // reading tells why
	}
	for _, f := range files.paths {
		if info, err := os.Stat(f); err == nil {
			size += info.Size()
		}
	}
	return size
}

func visitRule(eng *engine.Engine) journey.VisitRule {
	s := &eng.Catalog().Settings
	return journey.VisitRule{Idle: s.VisitIdle(), MaxAge: s.VisitMaxAge()}
}

// Run implements trafficscreen.Source.
func (t *traffics) Run(ctx context.Context, o trafficscreen.Order, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*trafficscreen.Report, error) {
	eng, err := t.engine(ctx, o.Catalog)
	if err != nil {
		return nil, err
	}
	journeys, ro, err := t.studied(ctx, &o, eng, progress, stops)
	if err != nil {
		return nil, err
	}
	defer journeys.Close()
	read := journeys.Report().Read
	ro.Results = &replay.ResultsOptions{Examples: 1, Rows: rowsShown, Each: len(eng.Campaigns()) <= eachCampaigns, EachEngagement: len(eng.Campaigns()) <= eachCampaigns, Draws: true,
		Conditions: int(1 + read*int64(len(eng.Engagements()))/mostLooks)}
	s, err := replay.Run(ctx, eng, journeys.All(), ro, nil)
	if err != nil {
		return nil, fmt.Errorf("replaying: %w", err)
	}
	told := journeys.Report()
	s.Results.Input = replay.InputOf(told)
	return &trafficscreen.Report{Order: o, Results: s.Results, Revision: eng.Catalog().Revision, Names: namesOf(eng), First: told.First, Last: told.Last}, nil
}

// Find implements trafficscreen.Source.
func (t *traffics) Find(ctx context.Context, r *trafficscreen.Report, x replay.Selector, limit int) ([]replay.Found, int64, error) {
	return t.find(ctx, r, x, limit, func(trafficscreen.Progress) {})
}

func (t *traffics) find(ctx context.Context, r *trafficscreen.Report, x replay.Selector, limit int, progress func(trafficscreen.Progress)) ([]replay.Found, int64, error) {
	c := r.Order.Catalog
	if c.Draft == "" {
		c.Revision = r.Revision // what stands now may be another
	}
	eng, err := t.engine(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	journeys, ro, err := t.studied(ctx, &r.Order, eng, progress, trafficscreen.Stops{})
	if err != nil {
		return nil, 0, err
	}
	defer journeys.Close()
	events := journeys.All()
	if !r.Complete { // the same visitors as then
		events = upTo(events, r.UpTo)
	}
	var out []replay.Found
	n := int64(0)
	s, err := replay.Find(ctx, eng, events, ro, x, func(v replay.Found) error {
		if n++; len(out) < limit {
			out = append(out, v)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("replaying: %w", err)
	}
	if s.Visits != r.Visits || s.Visitors != r.Visitors || s.Events != r.Results.Events {
		return nil, 0, trafficscreen.ErrGone
	}
	return out, n, nil
}

// upTo leaves out the visitors behind one.
func upTo(events iter.Seq2[*journey.Event, error], last string) iter.Seq2[*journey.Event, error] {
	return func(yield func(*journey.Event, error) bool) {
		for ev, err := range events {
			if ev != nil && ev.Visitor > last || !yield(ev, err) {
				return
			}
		}
	}
}

// Play implements trafficscreen.Source: the whole journey of the visitor.
func (t *traffics) Play(ctx context.Context, r *trafficscreen.Report, v replay.Found, engagement string) (any, error) {
	events, err := t.visitor(ctx, r.Order.Input, v.Visitor)
	if err != nil {
		return nil, err
	}
	who := simulator.Visitor{ID: v.Visitor, Events: events}
	w := simulator.Watch{Recording: &simulator.Recording{Name: r.Order.Input.Name, Visitors: []simulator.Visitor{who}}, Visitor: v.Visitor, At: v.At, Engagement: engagement,
		Seed: r.Seed, Policy: r.Respond}
	c := r.Order.Catalog
	if c.Revision != 0 || c.Draft != "" {
		w.Catalog = simulator.Catalog{Revision: c.Revision, Draft: c.Draft, Name: c.Name}
	} else if eng, err := t.engine(ctx, c); err != nil || eng.Catalog().Revision != r.Revision { // the catalog went on since
		w.Catalog = simulator.Catalog{Revision: r.Revision, Name: fmt.Sprintf("revision %d", r.Revision)}
	}
	return w, nil
}
