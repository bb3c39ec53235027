package journey

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// recorded returns the path of recorded traffic, which is not part of the
// project: BECKON_DATA names the directory that has it.
func recorded(t testing.TB, path string) string {
	t.Helper()
	dir := os.Getenv("BECKON_DATA")
	if dir == "" {
		t.Skip("SKIPPED: BECKON_DATA names no directory with recorded traffic")
	}
	p := filepath.Join(dir, filepath.FromSlash(path))
	if _, err := os.Stat(p); err != nil {
		t.Fatal(err)
	}
	return p
}

// drain reads all journeys to the end and returns the report.
func drain(t testing.TB, j *Journeys) *Report {
	t.Helper()
	for {
		_, err := j.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if r := j.Report(); !r.Balanced() {
		t.Fatalf("lines do not balance:\n%s", r)
	}
	return j.Report()
}

func readAll(t testing.TB, o Options, paths ...string) *Report {
	t.Helper()
	j, err := Sorted(o, paths...)
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, j)
}

// wants checks numbers of a report.
func wants(t *testing.T, r *Report, numbers map[string][2]int64) {
	t.Helper()
	for what, n := range numbers {
		if n[0] != n[1] {
			t.Errorf("%s: %d, want %d", what, n[0], n[1])
		}
	}
	if t.Failed() {
		t.Log(r)
	}
}

// The log has 943 visitors by address and agent over all its lines, and 1,575
// visits of 30 minutes. Its page-like requests by suffix are 2,001: the 1,502
// page views here, 483 feeds that only their query tells, and 16 documents that
// are no pages (.pdf, .doc, .sh).
func TestRecordedWebLog(t *testing.T) {
	t.Parallel()
	p := recorded(t, "weblog-semicomplete/access-17-18may.log")
	r := readAll(t, Options{Host: "http://semicomplete.com", Robots: true}, p)
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 4525}, "rejected": {r.RejectedLines(), 0},
		"page-like": {r.Types["page"] + r.Skipped["feed"].Count + 16, 2001}})
	r = readAll(t, Options{Host: "http://semicomplete.com"}, p)
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 4525}, "pages": {r.Types["page"], 764}, "errors": {r.Types["error"], 13},
		"without an agent": {r.Skipped["no-agent"].Count, 136}, "visitors": {r.Visitors, 422}, "visits": {r.Visits, 484}})

	// All lines, whatever they ask for.
	data, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	visitors, cuts, visits := map[string][]Instant{}, VisitRule{}, int64(0)
	idle, _ := cuts.Limits()
	log := &combinedReader{im: newImporter(Options{}, nil)}
	for l := range bytes.Lines(data) {
		q, f := parseCombined(trimEnd(l))
		if f != nil {
			t.Fatal(f)
		}
		id := string(log.visitor(&q))
		visitors[id] = append(visitors[id], q.at)
	}
	for _, at := range visitors {
		slices.Sort(at)
		for i := range at {
			if i == 0 || at[i].Sub(at[i-1]) > idle {
				visits++
			}
		}
	}
	wants(t, r, map[string][2]int64{"visitors of all lines": {int64(len(visitors)), 943}, "visits of all lines": {visits, 1575}})
}

// Of the messages 28 have no id, and 19 no time, one of them no id either. Their
// ids name about a hundred visitors (98 by text), which messages with both an
// anonymous and a user id join to 82; 69 of these have an event, the others only
// screens, groups and what is rejected.
func TestRecordedMessages(t *testing.T) {
	t.Parallel()
	p := recorded(t, "segment-style-events/events-dev.jsonl")
	r := readAll(t, Options{}, p)
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 757}, "no id": {r.Rejected["no-id"].Count, 28}, "no time": {r.Rejected["no-time"].Count, 18},
		"screens": {r.Skipped["screen"].Count, 23}, "rejected": {r.RejectedLines(), 81}, "visitors": {r.Visitors, 69}})
}

func TestRecordedShop(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{Mapping: mustMapping(t, shopMapping), RunBytes: 8 << 20}, recorded(t, "eshop-clothing-2008/e-shop-2008-apr-may.csv"))
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 83854}, "clicks": {r.Types["page"], 83853}, "views": {r.Types["prodView"], 83853},
		"sessions": {r.Visitors, 12147}, "visits": {r.Visits, 12147}})
}

func TestRecordedSessions(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{Mapping: mustMapping(t, sessionsMapping)}, recorded(t, "otto-sessions/otto-dev.jsonl"))
	wants(t, r, map[string][2]int64{"sessions": {r.Visitors, 11}, "lines": {r.Read, 11}, "clicks": {r.Types["page"], 547},
		"carts": {r.Types["cart"], 29}, "orders": {r.Types["purchase"], 5}})
}

// Shuffled lines give the same journeys.
func TestRecordedTrafficShuffled(t *testing.T) {
	t.Parallel()
	for path, o := range map[string]Options{
		"weblog-semicomplete/access-17-18may.log":                     {},
		"segment-style-events/events-dev.jsonl":                       {RunBytes: 100_000},
		"otto-sessions/otto-dev.jsonl":                                {Mapping: mustMapping(t, sessionsMapping), RunBytes: 10_000},
		"snowplow-ecommerce-events/snowplow_ecommerce_events_dev.csv": {RunBytes: 100_000},
		"eshop-clothing-2008/e-shop-2008-apr-may.csv":                 {Mapping: mustMapping(t, shopMapping), To: At(time.Date(2008, 4, 3, 0, 0, 0, 0, time.UTC))},
	} {
		data, err := os.ReadFile(recorded(t, path))
		if err != nil {
			t.Fatal(err)
		}
		want, r := mustRead(t, o, string(data))
		lines := strings.SplitAfter(strings.TrimSuffix(string(data), "\n")+"\n", "\n")
		lines = lines[:len(lines)-1]
		rest := lines[r.Skipped["header"].Count:]
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		got, again := mustRead(t, o, strings.Join(lines, ""))
		if !slices.Equal(want, got) || len(want) == 0 {
			t.Errorf("%s: %d and %d events", path, len(want), len(got))
		}
		if r.Visits != again.Visits || r.Visitors != again.Visitors || r.Read != again.Read {
			t.Errorf("%s:\n%s\n%s", path, r, again)
		}
	}
}
