package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/edit"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/store"
	trafficscreen "beckon/tui/screen/traffic"
)

func quiet(trafficscreen.Progress) {}

// A comparison lists exactly the visits that it counts, kept or compared again,
// and goes on doing so when the catalog does.
func TestAComparisonOfTrafficListsItsVisits(t *testing.T) {
	t.Parallel()
	tr, s := newTraffics(t)
	o := trafficscreen.Order{Catalog: trafficscreen.Catalog{Without: "cart-rescue", Name: "without"}}
	c, err := tr.Compare(t.Context(), o, trafficscreen.Catalog{}, quiet, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	all := c.Total.Gained + c.Total.Lost + c.Total.Moved
	if all == 0 || int64(len(c.Changed)) != all || c.Revisions[0] == 0 {
		t.Fatalf("%d changed, %d kept, revisions %v", all, len(c.Changed), c.Revisions)
	}
	d, err := s.Get(t.Context(), "campaign", "newsletter")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Delete{Kind: d.Kind, ID: d.ID, Base: d.Revision}}}); err != nil {
		t.Fatal(err)
	}
	short := *c
	short.Changed = c.Changed[:1]
	for _, x := range append(c.Each, replay.ChangeCounts{Gained: c.Total.Gained, Lost: c.Total.Lost, Moved: c.Total.Moved}) {
		kept, n, err := tr.Changes(t.Context(), c, x.Campaign, 100)
		if err != nil || n != x.Gained+x.Lost+x.Moved {
			t.Fatalf("%q: %d visits listed of %+v, %v", x.Campaign, n, x, err)
		}
		again, _, err := tr.Changes(t.Context(), &short, x.Campaign, 100)
		if d := cmp.Diff(kept, again); err != nil || d != "" {
			t.Errorf("%q, compared again: %v\n%s", x.Campaign, err, d)
		}
	}
	short.Visits++
	if _, _, err := tr.Changes(t.Context(), &short, "", 100); !errors.Is(err, trafficscreen.ErrGone) {
		t.Errorf("other traffic: %v", err)
	}
	for _, v := range c.Changed {
		traces, err := tr.Traces(t.Context(), c, v)
		base, head := v.Alone()
		if err != nil || len(traces) != len(base)+len(head) {
			t.Fatalf("%d traces of %+v, %v", len(traces), v, err)
		}
		first := slices.ContainsFunc(traces, func(x trafficscreen.Trace) bool {
			return x.Base.Gate == engine.Shown && x.Head.Gate != engine.Shown || x.Base.Gate != engine.Shown && x.Head.Gate == engine.Shown
		})
		if !first {
			t.Errorf("nothing is shown under one catalog alone at the instant of %+v", v)
		}
	}
}

// Pausing a campaign gives the others what comparing with it paused says.
func TestRivalsOfTrafficAreReplays(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	r, err := tr.Rivals(t.Context(), trafficscreen.Order{}, quiet, trafficscreen.Stops{})
	if err != nil || len(r.Paused) < 10 {
		t.Fatalf("%v, %v", r, err)
	}
	x := r.Paused[slices.IndexFunc(r.Paused, func(x replay.WithoutCampaign) bool { return x.Campaign == "cart-rescue" })]
	c, err := tr.Compare(t.Context(), trafficscreen.Order{Catalog: trafficscreen.Catalog{Without: "cart-rescue"}}, trafficscreen.Catalog{}, quiet, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	more := map[string]int64{}
	for _, m := range x.Others {
		more[m.Campaign] = m.Exposed
	}
	if len(more) == 0 {
		t.Fatal("nobody has more without it: nothing is compared")
	}
	for _, k := range c.Each {
		if k.Campaign != "cart-rescue" && k.Head-k.Base != more[k.Campaign] {
			t.Errorf("%s: %+d visits, the rivals say %+d", k.Campaign, k.Head-k.Base, more[k.Campaign])
		}
	}
}

func TestThresholdsOfTheCatalogAreSwept(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	list, err := tr.Thresholds(t.Context(), trafficscreen.Order{})
	if err != nil || len(list) < 20 {
		t.Fatalf("%d thresholds, %v", len(list), err)
	}
	eng, err := tr.engine(t.Context(), trafficscreen.Catalog{})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := tr.Run(t.Context(), trafficscreen.Order{}, quiet, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if strings.Contains(x.Field, "creative") || x.Value == "" || x.Name == "" {
			t.Errorf("a threshold %+v", x)
		}
		if x.Takes(x.Value) != nil || x.Takes("many") == nil {
			t.Errorf("%s takes %s: %v; many: %v", x.Field, x.Value, x.Takes(x.Value), x.Takes("many"))
		}
		if _, err := altered(eng.Catalog(), trafficscreen.Catalog{Field: x.Field, Value: x.Value}); err != nil {
			t.Errorf("%s at what it is: %v", x.Field, err)
		}
	}
	x := list[slices.IndexFunc(list, func(x trafficscreen.Threshold) bool { return x.Field == "settings/account/displays.limit" })]
	if err := x.Takes("7"); err == nil || !strings.Contains(err.Error(), "want 1, 2, 3, or 0 for unlimited") {
		t.Errorf("a value that no catalog may have: %v", err)
	}
	v, err := tr.Sweep(context.Background(), trafficscreen.Order{}, x, []string{"1", x.Value}, quiet, trafficscreen.Stops{})
	if err != nil || len(v.Points) != 2 || !v.Complete {
		t.Fatalf("%+v, %v", v, err)
	}
	if v.Points[1].Displays != whole.Account.Displays || v.Points[0].Displays >= v.Points[1].Displays {
		t.Errorf("displays %d and %d; as it stands there are %d", v.Points[0].Displays, v.Points[1].Displays, whole.Account.Displays)
	}
	if _, err := tr.Sweep(context.Background(), trafficscreen.Order{}, x, []string{"many"}, quiet, trafficscreen.Stops{}); err == nil || !strings.Contains(err.Error(), "many") {
		t.Errorf("a value that is none: %v", err)
	}
}

// A run is kept with all that it takes to repeat it to the byte, and says what
// has changed since.
func TestARunOfTrafficIsKeptAndRepeated(t *testing.T) {
	t.Parallel()
	tr, s := newTraffics(t)
	policy, err := replay.ParsePolicy("accept=0.2,decline=0.3")
	if err != nil {
		t.Fatal(err)
	}
	o := trafficscreen.Order{Respond: policy, Seed: 5}
	r, err := tr.Run(t.Context(), o, quiet, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Keep(t.Context(), r, "monday", quiet, trafficscreen.Stops{}); err != nil {
		t.Fatal(err)
	}
	if err := tr.Keep(t.Context(), r, "monday", quiet, trafficscreen.Stops{}); err == nil || !strings.Contains(err.Error(), "there is a run monday already") {
		t.Errorf("kept twice: %v", err)
	}
	list, err := tr.Kept(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "monday" || list[0].Visits != r.Visits || list[0].By != "ana" || list[0].Traffic != "All journeys" {
		t.Fatalf("kept: %+v, %v", list, err)
	}
	// The catalog goes on; the run is of the revision that it was of.
	d, err := s.Get(t.Context(), "campaign", "newsletter")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Delete{Kind: d.Kind, ID: d.ID, Base: d.Revision}}}); err != nil {
		t.Fatal(err)
	}
	again, err := tr.Repeat(t.Context(), "monday", quiet, trafficscreen.Stops{})
	if err != nil || !again.Same || len(again.Notes) != 0 {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	shown, err := tr.Recall(t.Context(), "monday")
	if err != nil {
		t.Fatal(err)
	}
	is, err := resultsDigest(shown.Results)
	if err != nil {
		t.Fatal(err)
	}
	if was, err := resultsDigest(r.Results); err != nil || was != is || shown.Seed != 5 || shown.Names["cart-rescue"] == "" {
		t.Errorf("as it was kept, seed %d: %v", shown.Seed, err)
	}
	if _, n, err := tr.Find(t.Context(), shown, replay.Selector{What: "exposed"}, 1); err != nil || n != shown.Account.Exposed {
		t.Errorf("%d visits behind a kept number, %v", n, err)
	}
	// Another engine had kept other numbers: which they are is said, and that
	// nothing else has changed.
	kept, err := s.Get(t.Context(), kindRun, "monday")
	if err != nil {
		t.Fatal(err)
	}
	run, err := decodeRun(kept)
	if err != nil {
		t.Fatal(err)
	}
	run.Results.Account.Displays += 3
	if run.Digest, err = resultsDigest(run.Results); err != nil {
		t.Fatal(err)
	}
	body, err := encodeRun(run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Put{Kind: kindRun, ID: "monday", Base: kept.Revision, Body: body}}}); err != nil {
		t.Fatal(err)
	}
	if again, err = tr.Repeat(t.Context(), "monday", quiet, trafficscreen.Stops{}); err != nil || again.Same {
		t.Fatalf("by another engine: %v", err)
	}
	if said := strings.Join(again.Notes, "\n"); !strings.Contains(said, "It was run with revision 1, seed 5, ") || !strings.Contains(said, fmt.Sprintf("displays: %d, was %d", again.Account.Displays, again.Account.Displays+3)) ||
		!strings.Contains(said, "are what they were: another build") {
		t.Errorf("by another engine it is said: %s", said)
	}
	// A journey less, and it is not the same.
	j, err := s.Get(t.Context(), kindJourney, "cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Delete{Kind: j.Kind, ID: j.ID, Base: j.Revision}}}); err != nil {
		t.Fatal(err)
	}
	if again, err = tr.Repeat(t.Context(), "monday", quiet, trafficscreen.Stops{}); err != nil || again.Same || !slices.Contains(again.Notes, "The traffic has changed since.") {
		t.Errorf("of other traffic: %+v, %v", again, err)
	}
	if err := tr.Keep(t.Context(), r, "tuesday", quiet, trafficscreen.Stops{}); !errors.Is(err, trafficscreen.ErrGone) {
		t.Errorf("results of traffic that is gone are kept: %v", err)
	}
	if err := tr.Forget(t.Context(), "monday"); err != nil {
		t.Fatal(err)
	}
	if list, err := tr.Kept(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("deleted: %+v, %v", list, err)
	}
	if _, err := tr.Recall(t.Context(), "monday"); err == nil {
		t.Error("a deleted run is opened")
	}
}

// A catalog in files is compared as one of the store is; a revision that never
// was is said to be none.
func TestACatalogFileIsCompared(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	head := *c
	head.Campaigns = nil
	for _, k := range c.Campaigns {
		k := edit.Clone(k).(*model.Campaign)
		k.Published = k.Published && k.ID != "cart-rescue"
		head.Campaigns = append(head.Campaigns, k)
	}
	path := filepath.Join(t.TempDir(), "catalog")
	if err := model.WriteDir(path, &head); err != nil {
		t.Fatal(err)
	}
	o := trafficscreen.Order{Catalog: trafficscreen.Catalog{File: path, Name: "catalog"}}
	x, err := tr.Compare(t.Context(), o, trafficscreen.Catalog{}, quiet, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(x.Differs, func(d trafficscreen.Difference) bool {
		return d.Kind == "campaign" && d.ID == "cart-rescue" && d.How == trafficscreen.Otherwise
	}) || x.Total.Lost+x.Total.Moved == 0 {
		t.Errorf("%+v, differs in %v", x.Total, x.Differs)
	}
	list, n, err := tr.Changes(t.Context(), x, "cart-rescue", 5)
	if err != nil || n == 0 {
		t.Fatalf("%d: %v", n, err)
	}
	if traces, err := tr.Traces(t.Context(), x, list[0]); err != nil || len(traces) == 0 {
		t.Errorf("%v %v", traces, err)
	}
	if _, err := tr.Compare(t.Context(), trafficscreen.Order{}, trafficscreen.Catalog{Revision: 9999, Name: "revision 9999"}, quiet, trafficscreen.Stops{}); err == nil || !strings.Contains(err.Error(), "no revision 9999") {
		t.Errorf("%v", err)
	}
	tr.library.elsewhere = true
	if _, err := tr.Compare(t.Context(), o, trafficscreen.Catalog{}, quiet, trafficscreen.Stops{}); !errors.Is(err, errElsewhere) {
		t.Errorf("over SSH: %v", err)
	}
}
