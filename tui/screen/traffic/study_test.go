package traffic

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model/edit"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// engine is the shop's catalog, or what a study makes of it: revision 3 has no
// campaign but the cart's.
func (s *shop) engine(c Catalog) (*engine.Engine, error) {
	of := s.eng.Catalog()
	switch {
	case c.Without != "":
		of = replay.Paused(of, c.Without)
	case c.Field == "settings/account/displays.limit":
		set := of.Settings
		if _, err := edit.Set("displays.limit", c.Value).Apply(&set); err != nil {
			return nil, err
		}
		other := *of
		other.Settings = set
		of = &other
	case c.Revision == 3:
		for _, k := range of.Campaigns {
			if k.ID != "cart-rescue" {
				of = replay.Paused(of, k.ID)
			}
		}
	default:
		return s.eng, nil
	}
	return engine.Compile(of)
}

func (s *shop) options(o Order) replay.Options {
	return replay.Options{Seed: o.Seed, Policy: o.Respond, Workers: 1}
}

func (s *shop) Compare(ctx context.Context, o Order, base Catalog, _ func(Progress), _ Stops) (*Contrast, error) {
	a, err := s.engine(base)
	if err != nil {
		return nil, err
	}
	b, err := s.engine(o.Catalog)
	if err != nil {
		return nil, err
	}
	j, err := s.journeys()
	if err != nil {
		return nil, err
	}
	defer j.Close()
	c := &Contrast{Order: o, Base: base, Revisions: [2]uint64{6, 7}, Names: map[string]string{"cart-rescue": "Cart rescue", "cart-rescue/help-overlay": "Help at the cart"},
		Differs: []Difference{{Kind: "campaign", ID: "cart-rescue", Name: "Cart rescue", How: Otherwise, Fields: []string{"published: no, was yes"}}, {Kind: "audience", ID: "vips", Name: "VIPs", How: InHead}}}
	c.Comparison, err = replay.Compare(ctx, a, b, j.All(), s.options(o), func(x replay.Changed) error {
		c.Changed = append(c.Changed, x)
		return nil
	})
	return c, err
}

func (s *shop) Changes(_ context.Context, c *Contrast, campaign string, limit int) ([]replay.Changed, int64, error) {
	all := slices.DeleteFunc(slices.Clone(c.Changed), func(x replay.Changed) bool {
		return campaign != "" && !slices.ContainsFunc(x.Campaigns, func(k replay.CampaignKind) bool { return k.Campaign == campaign })
	})
	return all[:min(limit, len(all))], int64(len(all)), nil
}

func (s *shop) Traces(_ context.Context, c *Contrast, v replay.Changed) ([]Trace, error) {
	var out []Trace
	for i, of := range []Catalog{c.Base, c.Order.Catalog} {
		eng, err := s.engine(of)
		if err != nil {
			return nil, err
		}
		events := slices.Clone(s.events)
		events = slices.DeleteFunc(events, func(e *journey.Event) bool { return e.Visitor != v.Visitor })
		p, err := replay.NewPlayer(eng, events, replay.PlayerOptions{Seed: c.Order.Seed, Policy: c.Order.Respond})
		if err != nil {
			return nil, err
		}
		base, head := v.Alone()
		for k, path := range append(base, head...) {
			if i == 0 {
				out = append(out, Trace{Engagement: path})
			}
			n, _ := eng.Index(path)
			x, _ := p.Explain(p.Seek(v.At), n)
			if i == 0 {
				out[k].Base = &x
			} else {
				out[k].Head = &x
			}
		}
	}
	return out, nil
}

func (s *shop) Rivals(ctx context.Context, o Order, _ func(Progress), _ Stops) (*Rivalry, error) {
	j, err := s.journeys()
	if err != nil {
		return nil, err
	}
	defer j.Close()
	var ids []string
	for _, k := range s.eng.Campaigns() {
		if k.Published {
			ids = append(ids, k.ID)
		}
	}
	r, err := replay.Rivals(ctx, s.eng, ids, j.All(), s.options(o))
	return &Rivalry{Order: o, Rivalry: r, Names: map[string]string{"cart-rescue": "Cart rescue"}}, err
}

func (s *shop) Thresholds(context.Context, Order) ([]Threshold, error) {
	return []Threshold{{Field: "settings/account/siteControlGroup", Name: "Account settings: site control group", Group: "Account settings", Value: "5"},
		{Field: "settings/account/displays.limit", Name: "Account settings: displays, limit", Group: "Account settings", Value: "3",
			Takes: func(v string) error {
				if len(v) > 1 {
					return fmt.Errorf("the value %s: not a number of displays", v)
				}
				return nil
			}}}, nil
}

func (s *shop) Sweep(ctx context.Context, o Order, x Threshold, values []string, _ func(Progress), _ Stops) (*Curve, error) {
	var engines []*engine.Engine
	for _, v := range values {
		eng, err := s.engine(Catalog{Field: x.Field, Value: v})
		if err != nil {
			return nil, err
		}
		engines = append(engines, eng)
	}
	j, err := s.journeys()
	if err != nil {
		return nil, err
	}
	defer j.Close()
	points, _, err := replay.Sweep(ctx, values, engines, "", j.All(), s.options(o))
	return &Curve{Order: o, Threshold: x, Points: points, Complete: true}, err
}

// studies of every sort, as the screen shows them.
func studiesOf(t testing.TB, src *shop, s *Screen) map[string]*study {
	t.Helper()
	ctx, o := context.Background(), answered(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*study{}
	base := Catalog{Revision: 3, Name: "revision 3"}
	o.Catalog = Catalog{Name: "as it stands"}
	c, err := src.Compare(ctx, o, base, nil, Stops{})
	must(err)
	out["compare"] = s.comparison(c)
	list, total, err := src.Changes(ctx, c, "", mostListed)
	must(err)
	s.changed(changed{s.listed, c, "All campaigns", list, total, nil})
	out["changed"] = s.studies[len(s.studies)-1]
	n := slices.IndexFunc(list, func(x replay.Changed) bool { return x.Kind == replay.Moved })
	traces, err := src.Traces(ctx, c, list[max(0, n)])
	must(err)
	s.traced(traced{s.listed, c, list[max(0, n)], traces, nil})
	out["traces"] = s.studies[len(s.studies)-1]
	s.studies = nil
	r, err := src.Rivals(ctx, o, nil, Stops{})
	must(err)
	out["rivals"] = s.rivals(r)
	xs, _ := src.Thresholds(ctx, o)
	v, err := src.Sweep(ctx, o, xs[1], []string{"0", "1", "2", "3", "4"}, nil, Stops{})
	must(err)
	out["sweep"] = s.sweep(v)
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	s.listKept(keptRuns{list: []KeptRun{{Name: "monday", By: "ana", At: at, Traffic: "All journeys", Catalog: "revision 7", Visits: 26, Displays: 101, Complete: true},
		{Name: "last-week", By: "ben", At: at.Add(-90 * time.Hour), Traffic: "/var/log/nginx/access.log.1.gz", Catalog: "draft of Cart rescue", Visits: 482_113, Displays: 1_204_332}}})
	out["kept"] = s.study()
	return out
}

func TestEveryStudyIsDrawnAtEverySize(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	for _, look := range []theme.Options{{}, {ASCII: true, NoColor: true}} {
		s := screenOf(t, src, answered(t), look)
		for name, x := range studiesOf(t, src, s) {
			s.studies = []*study{x}
			for _, size := range sizes {
				rows := s.Rows(size, true)
				if err := frame.Check(rows, size.W, size.H); err != nil {
					t.Errorf("%s at %v: %v", name, size, err)
				}
				if !look.ASCII {
					tuitest.Golden(t, fmt.Sprintf("study-%s-%d", name, size.W), size, rows)
				}
			}
			if r := s.Read(); len(r.Items) == 0 || !strings.Contains(r.Title, x.title) {
				t.Errorf("%s reads %+v", name, r)
			}
		}
	}
}

// What the screen says of a comparison is what the replay says, and every
// number has its visits.
func TestAComparisonLeadsToExactlyItsVisits(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	o := answered(t)
	c, err := src.Compare(context.Background(), o, Catalog{Revision: 3, Name: "revision 3"}, nil, Stops{})
	if err != nil {
		t.Fatal(err)
	}
	if changes(&c.Total) < 5 {
		t.Fatalf("only %d visits changed: nothing is compared", changes(&c.Total))
	}
	s := screenOf(t, src, o, theme.Options{})
	said := strings.Join(s.comparison(c).read(), "\n")
	for _, x := range c.Each {
		_, n, err := src.Changes(context.Background(), c, x.Campaign, 1)
		if err != nil || n != changes(&x) {
			t.Errorf("%s has %d changed visits, %d are listed (%v)", x.Campaign, changes(&x), n, err)
		}
		if want := c.called(x.Campaign) + ": shown in " + text.Many(x.Base, "visit") + " under base, " + text.Number(x.Head) + " under head; gained " + text.Number(x.Gained); !strings.Contains(said, want) {
			t.Errorf("the screen does not say %q", want)
		}
	}
	same, err := src.Compare(context.Background(), o, o.Catalog, nil, Stops{})
	if err != nil {
		t.Fatal(err)
	}
	if x := s.comparison(same); !strings.Contains(x.about[0], "Nothing differs") {
		t.Errorf("a catalog against itself: %q", x.about)
	}
}

// Where two traces part is where their truths differ, and nowhere else.
func TestTracesPartWhereTheirTruthsDo(t *testing.T) {
	t.Parallel()
	gate := func(g engine.Gate, truth engine.Truth, said string) engine.GateTrace {
		return engine.GateTrace{Gate: g, Truth: truth, Text: said, Margin: map[engine.Truth]string{engine.False: "2 more pages"}[truth]}
	}
	list := []Trace{{Engagement: "c/e",
		Base: &engine.Explanation{Gate: engine.BehaviorGate, Gates: []engine.GateTrace{gate(engine.Draft, engine.True, "published"), gate(engine.BehaviorGate, engine.False, "pages"), gate(engine.CampaignControl, engine.Unknown, "2 more pages")}},
		Head: &engine.Explanation{Gate: engine.Shown, Gates: []engine.GateTrace{gate(engine.Draft, engine.True, "published, too"), gate(engine.BehaviorGate, engine.True, "pages"), gate(engine.CampaignControl, engine.True, "bucket")}}},
		{Engagement: "d/e", Head: &engine.Explanation{Gate: engine.Shown, Gates: []engine.GateTrace{gate(engine.Shown, engine.True, "displayed")}}}}
	var said []string
	for _, r := range gateRows(&Contrast{Comparison: &replay.Comparison{}}, list) {
		said = append(said, fmt.Sprint(r.differs, " ", r.gate, " | ", r.base, " | ", r.head))
	}
	want := []string{
		"false c/e | behavior | shown",
		"false draft | yes: published | yes: published, too",
		"true behavior | no: 2 more pages | yes: pages",
		"false campaign-control | unknown: 2 more pages | yes: bucket",
		"true d/e | not in this catalog | shown",
		"false shown | - | yes: displayed",
	}
	if !slices.Equal(said, want) {
		t.Errorf("got\n%s", strings.Join(said, "\n"))
	}
}

func TestTheVisitsOfACampaignAreToldAsItsRowCountsThem(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 120, H: 40}, newShop(t), func(d *tuitest.Driver, _ *stage) {
		d.Press("r", "w", "/")
		d.Type("cart rescue")
		d.Press("enter", "enter")
		d.Expect("head: without Cart rescue")
		d.Press("enter")
		d.Expect("moved") // the visits see other campaigns still
		d.Press("esc", "/")
		d.Type("cart rescue")
		d.Press("enter", "enter")
		d.Expect("Base alone", "lost")
		d.ExpectNot("moved")
	})
}

func TestStudiesAreAskedForLookedIntoAndLeft(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, st *stage) {
		d.Press("r")
		d.Expect("Of all visits")
		// Compare, down to a visit in the Simulator, and all the way back.
		d.Press("c")
		d.Expect("Compare as it stands with", "revision 3")
		d.ExpectNot("Tuesday") // that is what stands
		d.Press("enter")
		d.Expect("Base: revision 3; head: as it stands", "Gained", "fare otherwise")
		d.Press("enter")
		d.Expect("Base alone", "Head alone", "gained")
		d.Press("enter")
		d.Expect("Both traces at", "<> marks where base and head part")
		d.Press("<")
		if len(src.plays) != 1 || st.got == nil {
			t.Fatalf("played %v", src.plays)
		}
	})
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("r")
		d.Press("w")
		d.Expect("What each campaign takes from the others", "Without")
		d.Press("/")
		d.Type("cart rescue")
		d.Press("enter", "enter")
		d.Expect("head: without Cart rescue")
		d.Press("enter")
		d.Expect("< under base") // what stands is kept, and what was paused for once is not
		d.ExpectNot("> under head")
		d.Press("enter", ">")
		d.Expect("it is no draft and no revision")
		d.Press("esc", "esc", "esc", "esc")
		d.Expect("[Overview]", "All campaigns")
		d.Press("p")
		d.Expect("Sweep a threshold", "site control group")
		d.Type("displays")
		d.Press("enter")
		d.Expect("It is 3.")
		d.Type("7..1:1")
		d.Press("enter")
		d.Expect("want FROM..TO:STEP")
		for range 6 {
			d.Press("backspace")
		}
		d.Type("1,many")
		d.Press("enter")
		d.Expect("It is 3.", "the value many: not a number") // it can still be changed
		for range 6 {
			d.Press("backspace")
		}
		d.Type("1..3:1")
		d.Press("enter")
		d.Expect("now 3", "Visitors", "displays a visit")
		d.Press("enter")
		d.Expect("head: Account settings: displays, limit at 1")
		d.Press("esc", "esc")
		d.Expect("[Overview]")
	})
}

func TestStudiesDoNotOutliveTheirTraffic(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	s := screenOf(t, src, answered(t), theme.Options{})
	s.push(studiesOf(t, src, s)["rivals"])
	s.ses.Now = time.Now
	s.run(s.order)
	if s.studies != nil {
		t.Error("the study stays while its traffic is replayed anew")
	}
}

func (s *shop) Keep(_ context.Context, r *Report, name string, progress func(Progress), stops Stops) error {
	progress(Progress{Progress: replay.Progress{Visitors: 12, Events: 340}, Share: 0.5})
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-stops.Replay:
			return context.Canceled
		}
	}
	if s.kept == nil {
		s.kept = map[string]*Report{}
	}
	s.kept[name] = r
	return s.fail
}

func (s *shop) Kept(context.Context) ([]KeptRun, error) {
	var out []KeptRun
	for name, r := range s.kept {
		out = append(out, KeptRun{Name: name, By: "ana", At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), Traffic: r.Order.Input.Name, Catalog: "revision 7", Visits: r.Visits, Displays: r.Account.Displays, Complete: r.Complete})
	}
	slices.SortFunc(out, func(a, b KeptRun) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (s *shop) Recall(_ context.Context, name string) (*Report, error) { return s.kept[name], nil }

func (s *shop) Repeat(ctx context.Context, name string, progress func(Progress), stops Stops) (*Repetition, error) {
	r, err := s.Run(ctx, s.kept[name].Order, progress, stops)
	return &Repetition{Report: r, Name: name, Same: err == nil && r.Account.Displays == s.kept[name].Account.Displays, Notes: []string{"The traffic has changed since."}}, err
}

func (s *shop) Forget(_ context.Context, name string) error {
	delete(s.kept, name)
	return nil
}

// A file, and a revision however old, are compared with; what differs is told by
// kinds.
func TestFilesAndOldRevisionsAreCompared(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 100, H: 30}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("c")
		d.Expect("revision 3: Monday by bo: published.", "A catalog file")
		d.ExpectNot("What visitors see now.") // is what is compared
		d.Type("@2")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Base: revision 2; head: as it stands", "The catalogs differ in 1 campaign, 1 audience: D lists it.")
		d.Press("D")
		d.Expect("What differs", "Cart rescue", "published: no, was yes", "VIPs", "head alone")
		d.Press("/")
		d.Type("audience")
		d.Press("enter")
		d.ExpectNot("was yes")
		d.Press("esc", "esc", "esc", "c")
		d.Type("file")
		d.Press("enter")
		d.Expect("a directory of such files")
		d.Type("new/catalog.yaml")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Base: as it stands; head: new/catalog.yaml")
	})
}

// To keep a run takes as long as it took: the progress is shown, what is there is
// still looked at, and esc keeps nothing.
func TestKeepingALongRunShowsItsProgress(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("r")
		d.Wait(time.Second)
		src.hold = make(chan struct{}) // of the bubble of simulated time
		d.Press("Y")
		d.Type("monday")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Keeping monday", "50%", "12 visitors, 340 events", "[Overview]", "esc stops it; keeping monday")
		d.Press("right")
		d.Expect("[Gates]")
		d.Press("esc")
		d.Wait(time.Second)
		d.Expect("Stopped: nothing is kept.", "All campaigns")
		if len(src.kept) != 0 {
			t.Error("kept")
		}
		d.Press("Y")
		d.Type("monday")
		d.Press("enter")
		close(src.hold)
		d.Wait(time.Second)
		d.Expect("Kept as monday.")
		if len(src.kept) != 1 {
			t.Error("not kept")
		}
	})
}

func TestRunsAreKeptOpenedRepeatedAndDeleted(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("y")
		d.Expect("No run is kept.")
		d.Press("Y")
		d.Expect("nothing is replayed yet")
		d.Press("r")
		d.Press("Y")
		d.Expect("Keep the run")
		d.Type("Not a name")
		d.Press("enter")
		d.Expect("want a to z, 0 to 9 and single hyphens")
		for range 10 {
			d.Press("backspace")
		}
		d.Type("monday")
		d.Press("enter")
		d.Expect("Kept as monday.")
		d.Press("y")
		d.Expect("Kept runs", "monday", "2026-03-02 10:00 UTC", "All journeys through revision 7, by ana")
		d.Press("R")
		d.Expect("The results are the same as those of monday, byte for byte.", "The traffic has changed since.")
		d.Press("esc", "y", "enter")
		d.Expect("All campaigns", "As it was kept")
		d.Press("R")
		d.Expect("select a kept run first")
		d.Press("y", "delete")
		d.Expect("Delete the run monday", "Its results go out of the store.")
		d.Press("y")
		d.Expect("No run is kept.")
	})
	if len(src.kept) != 0 {
		t.Errorf("kept are %v", src.kept)
	}
}
