package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/layout"
	"beckon/tui/screen/simulator"
	trafficscreen "beckon/tui/screen/traffic"
	"beckon/tui/tuitest"
)

func newTraffics(t *testing.T) (*traffics, store.Store) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &traffics{library: newLibrary(s, "ana", time.Now)}, s
}

func TestTrafficIsReplayedThroughTheStoresCatalog(t *testing.T) {
	t.Parallel()
	tr, s := newTraffics(t)
	inputs, err := tr.Inputs(t.Context())
	if err != nil || len(inputs) < 10 || inputs[0].ID != "" {
		t.Fatalf("inputs: %v, %v", inputs, err)
	}
	var last trafficscreen.Progress
	r, err := tr.Run(t.Context(), trafficscreen.Order{Input: inputs[0]}, func(p trafficscreen.Progress) { last = p }, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete || r.Visits == 0 || r.Revision == 0 || r.Names["cart-rescue/help-overlay"] != "Help at the cart" || last.Share != 1 {
		t.Errorf("report: complete %v, %d visits, revision %d, names %d, last progress %+v", r.Complete, r.Visits, r.Revision, len(r.Names), last)
	}

	x := replay.Selector{Scope: "cart-rescue/help-overlay", What: "displays"}
	list, n, err := tr.Find(t.Context(), r, x, 1)
	if err != nil || len(list) != 1 || n < 2 {
		t.Fatalf("found %v of %d, %v", list, n, err)
	}
	w, err := tr.Play(t.Context(), r, list[0], x.Scope)
	if err != nil {
		t.Fatal(err)
	}
	watch := w.(simulator.Watch)
	if watch.Visitor != list[0].Visitor || watch.At != list[0].At || watch.Engagement != x.Scope || watch.Catalog != (simulator.Catalog{}) || len(watch.Recording.Visitors) != 1 {
		t.Errorf("watch: %+v", watch)
	}

	// The catalog goes on: what was replayed is still asked of the one it was of.
	d, err := s.Get(t.Context(), "campaign", "cart-rescue")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Delete{Kind: d.Kind, ID: d.ID, Base: d.Revision}}}); err != nil {
		t.Fatal(err)
	}
	if again, m, err := tr.Find(t.Context(), r, x, 1); err != nil || m != n || again[0] != list[0] {
		t.Errorf("found %v of %d, %v; before it was %v of %d", again, m, err, list, n)
	}
	if w, err = tr.Play(t.Context(), r, list[0], x.Scope); err != nil || w.(simulator.Watch).Catalog.Revision != r.Revision {
		t.Errorf("played through %+v, %v", w, err)
	}
}

func TestTrafficThatIsAnotherIsNotMistakenForIt(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	path := filepath.Join(t.TempDir(), "visits.jsonl")
	write := func(visitors ...string) {
		var body string
		for _, v := range visitors {
			body += `{"visitor":"` + v + `","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}` + "\n"
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a", "b")
	o := trafficscreen.Order{Input: trafficscreen.Input{ID: path, File: true, Name: path}}
	r, err := tr.Run(t.Context(), o, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
	if err != nil || r.Visitors != 2 {
		t.Fatalf("%v, %v", r, err)
	}
	visits := replay.Selector{What: "visits"}
	if _, n, err := tr.Find(t.Context(), r, visits, 10); err != nil || n != 2 {
		t.Errorf("%d visits, %v", n, err)
	}
	write("a", "b", "c")
	if _, _, err := tr.Find(t.Context(), r, visits, 10); !errors.Is(err, trafficscreen.ErrGone) {
		t.Errorf("the file has another visitor: %v", err)
	}
	tr.library.elsewhere = true
	if _, err := tr.Run(t.Context(), o, func(trafficscreen.Progress) {}, trafficscreen.Stops{}); !errors.Is(err, errElsewhere) {
		t.Errorf("for an operator elsewhere: %v", err)
	}
}

func TestTheVisitsOfAStoppedReplayAreThoseOfItsVisitors(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	whole, err := tr.Run(t.Context(), trafficscreen.Order{}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
	if err != nil {
		t.Fatal(err)
	}
	all, n, err := tr.Find(t.Context(), whole, replay.Selector{What: "visits"}, 1000)
	if err != nil || n != whole.Visits {
		t.Fatalf("%d of %d visits, %v", n, whole.Visits, err)
	}
	// Stopped behind the third visitor, who made one visit as those before.
	results := *whole.Results
	results.Complete, results.UpTo, results.Visitors, results.Visits = false, all[2].Visitor, 3, 3
	part := &trafficscreen.Report{Order: whole.Order, Results: &results, Revision: whole.Revision}
	for _, claim := range []struct {
		events int64
		want   error
	}{{eventsUpTo(t, tr, all[2].Visitor), nil}, {whole.Results.Events, trafficscreen.ErrGone}} {
		results.Events = claim.events
		_, n, err = tr.Find(t.Context(), part, replay.Selector{What: "visits"}, 1000)
		if !errors.Is(err, claim.want) || err == nil && n != 3 {
			t.Errorf("of %d events: %d visits, %v", claim.events, n, err)
		}
	}
}

// eventsUpTo counts the events of the library's first visitors.
func eventsUpTo(t *testing.T, tr *traffics, last string) (n int64) {
	t.Helper()
	_, events, err := tr.library.kept.journeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range events {
		if ev.Visitor <= last {
			n++
		}
	}
	return n
}

func TestAVisitBehindANumberIsPlayed(t *testing.T) {
	t.Parallel()
	driveConsole(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, _ store.Store) {
		d.Press("4", "r")
		d.Wait(time.Second)
		d.Expect("All campaigns", "Of all visits")
		d.Press("/")
		d.Type("help at the cart")
		d.Press("enter", "tab", "right")
		d.Expect("[Gates]")
		d.Press("end", "enter")
		d.Wait(time.Second)
		d.Expect("shown", "2 visits")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Simulator ›", "wren-00", "Help at the cart")
	})
}

// Who is in the library goes by the same name in Traffic as in the Simulator,
// and who is in a file by the same hash: draws and groups hang on it.
func TestTrafficAndTheSimulatorMeanTheSameVisitors(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	log := filepath.Join(t.TempDir(), "access.log")
	line := `192.0.2.7 - - [02/Mar/2026:10:00:00 +0000] "GET /cart HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"` + "\n"
	if err := os.WriteFile(log, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := tr.library.ReadFile(t.Context(), log, "https://shop.example")
	if err != nil {
		t.Fatal(err)
	}
	inputs, err := tr.Inputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{log: {file.Visitors[0].ID}}
	seen := map[string]bool{}
	did := map[string]string{} // by visitor of one journey
	told := func(v simulator.Visitor) string {
		var b []byte
		for _, e := range v.Events {
			b = append(journey.AppendEvent(b, e), '\n')
		}
		return string(b)
	}
	for _, in := range inputs[1:] {
		rec, err := tr.library.Load(t.Context(), in.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range rec.Visitors {
			want[in.ID] = append(want[in.ID], v.ID)
			did[in.ID+" "+v.ID] = told(v)
			if !seen[v.ID] {
				seen[v.ID] = true
				want[""] = append(want[""], v.ID)
			}
		}
	}
	for _, in := range append(inputs, trafficscreen.Input{ID: log, File: true, Name: log, Host: "https://shop.example"}) {
		r, err := tr.Run(t.Context(), trafficscreen.Order{Input: in}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
		if err != nil {
			t.Fatalf("%s: %v", in.Name, err)
		}
		found, _, err := tr.Find(t.Context(), r, replay.Selector{What: "visits"}, 1000)
		if err != nil {
			t.Fatalf("%s: %v", in.Name, err)
		}
		var got []string
		for _, f := range found {
			if in.ID != "" && !in.File {
				w, err := tr.Play(t.Context(), r, f, "")
				if err != nil {
					t.Fatalf("%s: %v", in.Name, err)
				}
				if v := w.(simulator.Watch).Recording.Visitors[0]; told(v) != did[in.ID+" "+v.ID] {
					t.Errorf("%s: Traffic replays\n%s\nand the Simulator\n%s", in.Name, told(v), did[in.ID+" "+v.ID])
				}
			}
			if !slices.Contains(got, f.Visitor) {
				got = append(got, f.Visitor)
			}
		}
		slices.Sort(got)
		slices.Sort(want[in.ID])
		if !slices.Equal(got, want[in.ID]) {
			t.Errorf("%s: Traffic has %q, the Simulator %q", in.Name, got, want[in.ID])
		}
	}
}

// Reading that is stopped leaves a run of the first lines, all of it replayed,
// and what is asked of it later is of the same lines.
func TestStoppedReadingIsARunOfTheFirstLines(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	path := filepath.Join(t.TempDir(), "long.jsonl")
	var b strings.Builder
	for i := range 3500 {
		fmt.Fprintf(&b, `{"visitor":"v-%03d","at":"2026-03-02T10:%02d:%02dZ","type":"page","url":"https://shop.example/cart"}`+"\n", i%250, i/250, i%60)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	enough := make(chan struct{})
	close(enough)
	in := trafficscreen.Input{ID: path, File: true, Name: "long.jsonl"}
	r, err := tr.Run(t.Context(), trafficscreen.Order{Input: in}, func(trafficscreen.Progress) {}, trafficscreen.Stops{Read: enough})
	if err != nil {
		t.Fatal(err)
	}
	if r.Order.Input.Lines != 999 || r.Results.Events != 999 || !r.Complete || r.Visitors != 250 {
		t.Errorf("%d lines, %d events of %d visitors, complete %v", r.Order.Input.Lines, r.Results.Events, r.Visitors, r.Complete)
	}
	if _, n, err := tr.Find(t.Context(), r, replay.Selector{What: "visits"}, 1); err != nil || n != r.Visits {
		t.Errorf("%d visits, want %d: %v", n, r.Visits, err)
	}
	if err := tr.Keep(t.Context(), r, "part", func(trafficscreen.Progress) {}, trafficscreen.Stops{}); err == nil || !strings.Contains(err.Error(), "not read to its end") {
		t.Errorf("kept: %v", err)
	}
	c, err := tr.Compare(t.Context(), trafficscreen.Order{Input: in}, trafficscreen.Catalog{Without: "cart-rescue"}, func(trafficscreen.Progress) {}, trafficscreen.Stops{Read: enough})
	if err != nil || c.Order.Input.Lines != 999 || c.Visits != r.Visits {
		t.Fatalf("compared: %+v, %v", c, err)
	}
	// A run that is stopped while it is being kept is not kept.
	whole, err := tr.Run(t.Context(), trafficscreen.Order{Input: in}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
	if err != nil || whole.Results.Events != 3500 || whole.Order.Input.Lines != 0 {
		t.Fatalf("%d events: %v", whole.Results.Events, err)
	}
	if err := tr.Keep(t.Context(), whole, "whole", func(trafficscreen.Progress) {}, trafficscreen.Stops{Replay: enough}); !errors.Is(err, context.Canceled) {
		t.Errorf("kept: %v", err)
	}
	if list, err := tr.Kept(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}

func TestTheLastRevisionIsKnownToStand(t *testing.T) {
	t.Parallel()
	tr, s := newTraffics(t)
	for range 2 {
		d, err := s.Get(t.Context(), "campaign", "newsletter")
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Replace(d.Body, []byte("priority: low"), []byte("priority: high"), 1)
		if _, err := s.Commit(t.Context(), store.Change{Author: "ben", At: time.Now(), Writes: []store.Write{store.Put{Kind: d.Kind, ID: d.ID, Base: d.Revision, Body: body}},
			Audit: []store.AuditEntry{{Kind: d.Kind, ID: d.ID, Action: "update", Element: "priority"}}}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := tr.Catalogs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rev, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Last != (c.Revision == uint64(rev)) {
			t.Errorf("revision %d of %d: last %v", c.Revision, rev, c.Last)
		}
	}
	if len(list) < 3 {
		t.Errorf("%d catalogs", len(list))
	}
}

func TestTrafficThatIsTakenToHaveComeLaterIsReadSoAgain(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	path := filepath.Join(t.TempDir(), "visits.jsonl")
	if err := os.WriteFile(path, []byte(`{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, by := range []model.Duration{28 * model.DayLong, -36 * model.Hour} {
		o := trafficscreen.Order{Input: trafficscreen.Input{ID: path, File: true, Name: path, Later: by}}
		r, err := tr.Run(t.Context(), o, quiet, trafficscreen.Stops{})
		if err != nil {
			t.Fatal(err)
		}
		name := "run-" + strings.TrimPrefix(spanWritten(by), "-")
		if err := tr.Keep(t.Context(), r, name, quiet, trafficscreen.Stops{}); err != nil {
			t.Fatal(err)
		}
		kept, err := tr.Recall(t.Context(), name)
		if err != nil || kept.Order.Input.Later != by || !strings.Contains(kept.Order.Input.Name, spanWritten(by)+" later") {
			t.Fatalf("%+v, %v", kept, err)
		}
		at, err := journey.ParseInstant("2026-03-02T10:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		for of, x := range map[string]*trafficscreen.Report{"made": r, "kept": kept} {
			visits, n, err := tr.Find(t.Context(), x, replay.Selector{What: "visits"}, 10)
			if err != nil || n != 1 || visits[0].At != at.Add(by) {
				t.Fatalf("%s: %+v, %v", of, visits, err)
			}
			w, err := tr.Play(t.Context(), x, visits[0], "")
			if err != nil || w.(simulator.Watch).Recording.Visitors[0].Events[0].At != at.Add(by) {
				t.Errorf("%s: played at another time, %v", of, err)
			}
		}
		if again, err := tr.Repeat(t.Context(), name, quiet, trafficscreen.Stops{}); err != nil || !again.Same {
			t.Errorf("repeated: %+v, %v", again, err)
		}
	}
}
