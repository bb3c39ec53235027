package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// shopEngine is that of the demo shop.
func shopEngine(t testing.TB) *engine.Engine {
	t.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	eng, err := engine.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return eng
}

// shopLog is the demo shop's journeys as one log, in the order of time, with no
// two events at one instant.
func shopLog(t testing.TB) [][]byte {
	t.Helper()
	fsys := fixtures.Journeys()
	dir, err := os.ReadDir("../../fixtures/journeys")
	if err != nil {
		t.Fatal(err)
	}
	var events []*journey.Event
	for _, f := range dir {
		if path.Ext(f.Name()) != ".jsonl" {
			continue
		}
		r, err := fsys.Open(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := journey.Follow(journey.Options{Robots: true}, f.Name(), r, func(ev *journey.Event, _ *journey.Report) error {
			events = append(events, ev)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	slices.SortStableFunc(events, func(a, b *journey.Event) int { return int(a.At - b.At) })
	out := make([][]byte, len(events))
	for i, ev := range events {
		ev.At += journey.Instant(i)
		out[i] = append(journey.AppendEvent(nil, ev), '\n')
	}
	return out
}

// decided writes what was shown, answered and reached as lines, without what
// only a replay of the whole knows.
func decided(records []replay.Record) []string {
	var out []string
	for _, r := range records {
		switch r := r.(type) {
		case *replay.Display:
			r.OpenPage = false
		case *replay.Response:
			r.OpenPage = false
		case *replay.Goal:
			if r.OpenPage = false; r.Duplicate || r.Repeated || r.Control {
				continue
			}
		default:
			continue
		}
		out = append(out, string(replay.AppendJSON(nil, r)))
	}
	slices.Sort(out)
	return out
}

// TestAFollowedLogDecidesAsAReplayOfTheWhole: whatever the pieces that it is
// written in, cut at any byte, with garbage between, lines of 30 kB, and
// rotations of both kinds, also within a line.
func TestAFollowedLogDecidesAsAReplayOfTheWhole(t *testing.T) {
	t.Parallel()
	eng, lines := shopEngine(t), shopLog(t)
	rule := visitRule(eng)
	policy := replay.Policy{Accept: 0.3, Decline: 0.3}
	displays := 0
	rapid.Check(t, func(rt *rapid.T) {
		long := strings.Repeat("x", 30<<10)
		garbage := []string{"nothing\n", "{\"visitor\":\n", "\x00\xff\n", "\n\n", long + "\n"}
		from := rapid.IntRange(0, len(lines)-1).Draw(rt, "from")
		var whole []byte
		for _, l := range lines[from:min(len(lines), from+rapid.IntRange(1, 150).Draw(rt, "lines"))] {
			switch n := rapid.IntRange(0, 40).Draw(rt, "dirt"); {
			case n < len(garbage):
				whole = append(whole, garbage[n]...)
			case n == len(garbage): // a page with a title that long, at the instant of the next
				_, at, _ := strings.Cut(string(l), `"at":"`)
				at, _, _ = strings.Cut(at, `"`)
				whole = fmt.Appendf(whole, `{"visitor":"wide","at":"%s","type":"page","url":"https://shop.example/","title":"%s"}`+"\n", at, long)
			}
			whole = append(whole, l...)
		}
		g := newGrowing(t)
		g.open()
		var read []byte // what the whole comes to, with the ends that rotation gives lines
		for rest := whole; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "piece")
			piece := rest[:n]
			rest = rest[n:]
			g.then(g.write(string(piece)))
			read = append(read, piece...)
			switch what := rapid.SampledFrom([]string{"grow", "grow", "rename", "late", "truncate"}).Draw(rt, "then"); {
			case len(rest) == 0:
				what = "grow"
			case what == "late": // the writer goes on in the old file
				g.then(g.rename, g.write(string(rest[:1])))
				read = append(read, rest[0])
				rest = rest[1:]
				fallthrough
			case what == "rename":
				if what == "rename" {
					g.then(g.rename)
				}
				g.then(g.open)
				g.rest()
			case what == "truncate":
				g.then(g.truncate(0))
			default:
				continue
			}
			if len(rest) > 0 && read[len(read)-1] != '\n' {
				read = append(read, '\n')
			}
		}
		g.rest()

		var want, got []replay.Record
		o := journey.Options{Robots: true, MaxRejects: -1, Visit: rule}
		j, err := journey.SortedReader(o, "log", bytes.NewReader(read))
		if err != nil {
			rt.Skip("no format in it: ", err)
		}
		defer j.Close()
		if _, err := replay.Run(context.Background(), eng, j.All(), replay.Options{Seed: 3, Policy: policy, Workers: 1}, func(r replay.Record) error { want = append(want, r); return nil }); err != nil {
			rt.Fatal(err)
		}

		tail, _, err := g.follow(false)
		if err != nil {
			rt.Fatal(err)
		}
		defer tail.Close()
		nth := 0
		f := follower{now: func() time.Time { return monday.AddDate(10, 0, 0) }, ticked: func(time.Time) error { return nil }}
		f.watcher = replay.NewWatcher(eng, replay.WatchOptions{Seed: 3, Policy: policy, Lateness: 5 * model.Second, Nearest: func() bool { nth++; return nth%2 == 0 }},
			func(r replay.Record) error { got = append(got, r); return nil })
		if err := f.run(context.Background(), o, "log", tail, nil); err != nil {
			rt.Fatal(err)
		}
		if err := f.watcher.Pass(7 * model.Hour); err != nil {
			rt.Fatal(err)
		}
		a, b := decided(want), decided(got)
		displays += len(a)
		if !slices.Equal(a, b) {
			rt.Fatalf("a replay tells\n%s\nfollowed was\n%s", strings.Join(a, ""), strings.Join(b, ""))
		}
		if x, y := j.Report(), f.report; x.Read != y.Read || x.RejectedLines() != y.RejectedLines() {
			rt.Fatalf("read %d and %d, rejected %d and %d", x.Read, y.Read, x.RejectedLines(), y.RejectedLines())
		}
		if total := f.watcher.Totals(); total.Late != 0 || total.Forgotten != 0 || total.Waiting != 0 {
			rt.Fatal(fmt.Sprintf("%+v", total))
		}
	})
	if displays == 0 {
		t.Error("nothing was decided")
	}
}
