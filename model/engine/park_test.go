package engine

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// TestParkedVisitorsGoOn: a visitor parked after every event, and taken up by
// whichever run is at hand, sees what one who was never parked sees.
func TestParkedVisitorsGoOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, rapid.Bool().Draw(t, "exact"))
		e := compileWorld(t, w)
		want := runOn(e, e.NewRun(w.options), w.events)
		runs := [2]*Run{e.NewRun(w.options), e.NewRun(w.options)}
		at, parked := 0, []byte(nil)
		runs[0].Reset("v-1")
		var got []plainRecord
		for _, ev := range w.events {
			got = append(got, readRecords(e, runs[at].Step(ev))...)
			parked = runs[at].Park(parked[:0])
			runs[at].Reset("somebody else")
			at = rapid.IntRange(0, 1).Draw(t, "who takes up")
			if err := runs[at].Resume("v-1", parked); err != nil {
				t.Fatalf("resume what was parked: %v", err)
			}
			if again := runs[at].Park(nil); string(again) != string(parked) {
				t.Fatalf("parked again, the state differs")
			}
		}
		got = append(got, readRecords(e, runs[at].End())...)
		same(t, "never parked (-) and always (+)", want, got, w.catalog, w.events)
	})
}

// TestParkedBytesAreChecked: bytes that are not a parked visitor are refused or
// give some visitor, and never a panic.
func TestParkedBytesAreChecked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		e := compileWorld(t, w)
		run := e.NewRun(w.options)
		run.Reset("v-1")
		for _, ev := range w.events {
			run.Step(ev)
		}
		whole := run.Park(nil)
		cut := whole[:rapid.IntRange(0, len(whole)-1).Draw(t, "cut")]
		if err := run.Resume("v-1", cut); !errors.Is(err, ErrParked) {
			t.Fatalf("%d of %d bytes: %v, want ErrParked", len(cut), len(whole), err)
		}
		spoiled := append([]byte(nil), whole...)
		spoiled[rapid.IntRange(0, len(spoiled)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if run.Resume("v-1", spoiled) == nil {
			for _, ev := range w.events {
				run.Step(ev)
			}
			run.End()
		}
	})
}

// TestParkedVisitIsSmall: a visit that is under way takes at most 256 bytes.
func TestParkedVisitIsSmall(t *testing.T) {
	t.Parallel()
	for _, n := range []int{100, 1000} {
		e := benchEngine(t, n)
		run := e.NewRun(Options{})
		sum, most, count := 0, 0, 0
		for _, v := range benchVisits(200) {
			run.Reset(v[0].Visitor)
			for _, ev := range v {
				run.Step(ev)
				size := len(run.Park(nil))
				sum, most, count = sum+size, max(most, size), count+1
			}
		}
		t.Logf("%d campaigns: %d bytes a visit on average, %d at most", n, sum/count, most)
		if sum/count > 256 {
			t.Errorf("%d campaigns: a parked visit takes %d bytes on average, want 256 or less", n, sum/count)
		}
	}
}

// FuzzResume feeds bytes to an engine that knows the demo of this package.
func FuzzResume(f *testing.F) {
	zero := 0
	c := &model.Catalog{Settings: model.DefaultSettings(),
		Audiences:   []*model.Audience{{Header: model.Header{ID: "all"}}},
		EntryPoints: []*model.EntryPoint{{Header: model.Header{ID: "cart"}, Include: []model.PageRule{{URLRule: model.URLRule{Contains: "/cart"}}}}},
		Behaviors:   []*model.Behavior{{Header: model.Header{ID: "was-there"}, When: model.Condition{Visited: &model.VisitedCondition{EntryPoints: []string{"cart"}}}}},
		Campaigns: []*model.Campaign{{Header: model.Header{ID: "c"}, Published: true, Audiences: []string{"all"}, ControlGroup: &zero,
			Engagements: []*model.Engagement{{ID: "e", Format: model.Overlay, Type: model.Content, EntryPoints: []string{"cart"}, Behaviors: []string{"was-there"}}}}}}
	e, err := Compile(c)
	if err != nil {
		f.Fatal(err)
	}
	page := &journey.Event{Visitor: "v", At: 1_772_445_600_000, Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/cart"}}
	run := e.NewRun(Options{})
	run.Reset("v")
	run.Step(page)
	f.Add(run.Park(nil))
	f.Add([]byte(fmt.Sprint("nothing")))
	f.Fuzz(func(t *testing.T, b []byte) {
		run := e.NewRun(Options{})
		if run.Resume("v", b) != nil {
			return
		}
		run.Step(page)
		run.End()
	})
}
