package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/tui/screen/simulator"
)

func TestScenariosAreKeptWrittenAndDropped(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	before, err := l.Scenarios(t.Context())
	if err != nil || len(before) == 0 {
		t.Fatalf("%d scenarios, %v", len(before), err)
	}
	rec, err := l.Load(t.Context(), "cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	eng, err := l.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := replay.NewPlayer(eng, rec.Visitors[0].Events, replay.PlayerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sc, _ := p.Keep(p.End(), replay.KeepOptions{Name: "Help at the cart, once"})
	id, err := l.KeepScenario(t.Context(), "", sc, false)
	if err != nil || id != "help-at-the-cart-once" {
		t.Fatalf("kept as %q, %v", id, err)
	}
	if _, err := l.KeepScenario(t.Context(), "", sc, false); !errors.Is(err, simulator.ErrTaken) {
		t.Errorf("kept over another: %v", err)
	}
	if _, err := l.KeepScenario(t.Context(), id, sc, true); err != nil {
		t.Error(err)
	}
	after, err := l.Scenarios(t.Context())
	if err != nil || len(after) != len(before)+1 {
		t.Fatalf("%d scenarios of %d, %v", len(after), len(before), err)
	}
	trials, err := replay.Try(t.Context(), after, "", func() (*engine.Engine, error) { return l.Engine(t.Context()) })
	if err != nil || len(trials) != len(after) {
		t.Fatalf("%d trials of %d, %v", len(trials), len(after), err)
	}
	for _, r := range trials {
		if !r.Passed() {
			t.Errorf("%s", r.Text())
		}
	}
	path := filepath.Join(t.TempDir(), "help.yaml")
	if wrote, err := l.WriteScenario(t.Context(), path, sc, false); err != nil || wrote != path {
		t.Fatalf("written to %q, %v", wrote, err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if results, err := replay.RunOn(eng, path, body); err != nil || len(results) != 1 || !results[0].Passed() {
		t.Errorf("the file: %+v, %v", results, err)
	}
	if _, err := l.WriteScenario(t.Context(), path, sc, false); !errors.Is(err, simulator.ErrTaken) {
		t.Errorf("written over another: %v", err)
	}
	if _, err := l.WriteScenario(t.Context(), path, sc, true); err != nil {
		t.Error(err)
	}
	far := newLibrary(s, "ana", func() time.Time { return monday })
	far.elsewhere = true
	if _, err := far.WriteScenario(t.Context(), path, sc, true); !errors.Is(err, errElsewhere) {
		t.Errorf("written from elsewhere: %v", err)
	}
	if _, err := far.ReadFile(t.Context(), path, ""); !errors.Is(err, errElsewhere) {
		t.Errorf("read from elsewhere: %v", err)
	}
	if err := l.DropScenario(t.Context(), id); err != nil {
		t.Error(err)
	}
	if after, err = l.Scenarios(t.Context()); err != nil || len(after) != len(before) {
		t.Errorf("%d scenarios of %d, %v", len(after), len(before), err)
	}
}
