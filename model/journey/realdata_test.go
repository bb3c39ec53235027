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
		id := log.visitor(&q)
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

// Sequences of pages without stamps, ids or an end of their own: a line is a
// visitor, and a cell of it a page.
const newsMapping = `format: csv
separator: " "
quote: none
skip: 7
each: cells
visitor: "visitor-{#line}"
visit: "{#line}"
at: {value: "2000-09-28", layout: "2006-01-02", zone: America/Los_Angeles, order: "{#place}", gap: 1s}
values:
  page:
    from: "{#cell}"
    map: {1: frontpage, 2: news, 3: tech, 4: local, 5: opinion, 6: on-air, 7: misc, 8: weather, 9: msn-news, 10: health, 11: living, 12: business, 13: msn-sports, 14: sports, 15: summary, 16: bbs, 17: travel}
events:
  - unless: {"#cell": ""}
    page: {url: "https://news.example/{page}", title: "{page}", sections: ["{page}"]}
`

// The day is that of 1999, told as one of 2000, the first year that events may
// be of.
func TestRecordedSequences(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{Mapping: mustMapping(t, newsMapping), RunBytes: 16 << 20}, recorded(t, "msnbc-sequences/msnbc-first-100000.seq.gz"))
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 100_007}, "read": {r.Read, 100_000}, "before the sequences": {r.Skipped["header"].Count + r.Skipped["blank"].Count, 7},
		"pages": {r.Types["page"], 477_920}, "visitors": {r.Visitors, 100_000}, "visits": {r.Visits, 100_000}, "rejected": {r.RejectedLines(), 0}})
}

// A line is the sum of a session, so that there is nothing to replay; what it
// tells of is the visit of one page in a month, and whether it ended in an order.
const sumsMapping = `format: csv
visitor: "session-{#line}"
at: {value: "2018 {month}", layout: "2006 1"}
values:
  month:
    from: "{Month}"
    map: {Feb: 2, Mar: 3, May: 5, June: 6, Jul: 7, Aug: 8, Sep: 9, Oct: 10, Nov: 11, Dec: 12}
  returning:
    from: "{VisitorType}"
    map: {Returning_Visitor: "true", New_Visitor: "false", Other: ""}
events:
  - page: {url: "https://shop.example/", returning: "{returning}"}
  - when: {Revenue: "1"}
    purchase: {total: "0", orderId: "{#line}"}
`

func TestRecordedSumsOfSessions(t *testing.T) {
	t.Parallel()
	p := recorded(t, "online-shoppers-intention/online_shoppers_intention_rows1-6165.csv")
	r := readAll(t, Options{Mapping: mustMapping(t, sumsMapping)}, p)
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 6166}, "header": {r.Skipped["header"].Count, 1}, "read": {r.Read, 6165}, "sessions": {r.Visits, 6165}, "orders": {r.Types["purchase"], 679}})
	if r.First.Time().Month() != time.February || r.Last.Time().Month() != time.November {
		t.Error(r.First, r.Last)
	}
	if _, err := Sorted(Options{}, p); err == nil || !strings.Contains(err.Error(), "a table needs a mapping file") {
		t.Errorf("without a mapping: %v", err)
	}
}

// Every file of every folder is read by one of the tests here; one that is new
// makes this test fail.
func TestEveryRecordedFileIsReplayed(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(filepath.Dir(recorded(t, "otto-sessions/README.md")))
	ways := map[string]Options{"e-shop-2008-apr-may.csv": {Mapping: mustMapping(t, shopMapping)}, "assa.se-3-runs.har": {}, "mytoys.de-checkout.har": {},
		"msnbc-first-100000.seq.gz": {Mapping: mustMapping(t, newsMapping), To: At(time.Date(2000, 9, 28, 7, 0, 1, 0, time.UTC))}, "online_shoppers_intention_rows1-6165.csv": {Mapping: mustMapping(t, sumsMapping)},
		"otto-dev.jsonl": {}, "events-dev.jsonl": {}, "snowplow_ecommerce_events_dev.csv": {}, "access-17-18may.log": {Robots: true}}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, f := range files {
		name := filepath.Base(f)
		if name == "README.md" || strings.HasPrefix(name, "LICENSE") || name == "source-files.tsv" {
			continue // about the traffic, not of it
		}
		o, ok := ways[name]
		if !ok {
			t.Errorf("%s: no way to read it is known", f)
			continue
		}
		o.MaxRejects = -1
		r := readAll(t, o, f) // sees that the lines balance
		if r.Read == 0 || r.Events == 0 {
			t.Errorf("%s: %s", name, r)
		}
		t.Logf("%s: %d lines = %d read + %d skipped + %d rejected; %d events, %d visits, %d visitors", name, r.Lines, r.Read, sum(r.Skipped), r.RejectedLines(), r.Events, r.Visits, r.Visitors)
		read++
	}
	if read != len(ways) {
		t.Errorf("%d files, want %d", read, len(ways))
	}
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
