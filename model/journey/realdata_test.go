package journey

import (
	"io"
	"os"
	"path/filepath"
	"testing"
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

func TestRecordedWebLog(t *testing.T) {
	t.Parallel()
	p := recorded(t, "weblog-semicomplete/access-17-18may.log")
	r := readAll(t, Options{Host: "http://semicomplete.com"}, p)
	t.Log(r)
	t.Log(readAll(t, Options{Robots: true}, p))
}

func TestRecordedMessages(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{}, recorded(t, "segment-style-events/events-dev.jsonl"))
	t.Log(r)
	t.Log(readAll(t, Options{Robots: true}, recorded(t, "segment-style-events/events-dev.jsonl")))
}

func TestRecordedShop(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{Mapping: mustMapping(t, shopMapping)}, recorded(t, "eshop-clothing-2008/e-shop-2008-apr-may.csv"))
	t.Log(r)
}

func TestRecordedSessions(t *testing.T) {
	t.Parallel()
	r := readAll(t, Options{Mapping: mustMapping(t, sessionsMapping)}, recorded(t, "otto-sessions/otto-dev.jsonl"))
	t.Log(r)
}
