package replay

import (
	"context"
	"testing"

	"beckon/model/engine"
	"beckon/model/journey"
)

// What is copied of an instant is a line that a traced run prints.
func TestAGateRecordIsALineOfATracedRun(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	seen := map[engine.Gate]bool{}
	for _, name := range []string{"cart-rescued.jsonl", "help-declined.jsonl", "back-after-weeks.jsonl", "tent-shopper.jsonl"} {
		events := firstOf(journeysOf(t, name))
		lines := map[string]bool{}
		_, err := Run(context.Background(), eng, func(yield func(*journey.Event, error) bool) {
			for _, ev := range events {
				if !yield(ev, nil) {
					return
				}
			}
		}, Options{Trace: true, Seed: 5}, func(r Record) error {
			if _, ok := r.(*Gate); ok {
				lines[string(AppendJSON(nil, r))] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		p := newPlayer(t, eng, events, PlayerOptions{Seed: 5})
		records := 0
		for _, m := range p.Marks() {
			for i := range eng.Engagements() {
				g, ok := p.GateRecord(m.Position, i)
				if !ok || g.Tick || g.At != m.At { // of ticks a run tells changes alone
					continue
				}
				seen[g.Gate] = true
				records++
				if line := string(AppendJSON(nil, g)); !lines[line] {
					t.Fatalf("%s at %v: no run prints\n%s", name, m.Position, line)
				}
			}
		}
		if records == 0 {
			t.Errorf("%s: no record", name)
		}
	}
	if len(seen) < 5 || !seen[engine.Shown] {
		t.Errorf("only gates %v were met", seen)
	}
	p := newPlayer(t, eng, firstOf(journeysOf(t, "cart-rescued.jsonl")), PlayerOptions{})
	if _, ok := p.GateRecord(p.Start(), 0); ok {
		t.Error("before the first evaluation there is a record")
	}
	if _, ok := p.GateRecord(p.End(), -1); ok {
		t.Error("there is a record of no engagement")
	}
}
