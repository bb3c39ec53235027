package journey

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// robotsSample has a robot's visit, with what it does beside its pages, between
// two visits of somebody who goes by the same name, and another visitor.
var robotsSample = []string{
	`{"visitor":"a","at":"2026-03-02T08:00:00Z","type":"page","url":"https://shop.example/"}`,
	`{"visitor":"a","at":"2026-03-02T08:00:01Z","type":"signal","name":"human"}`,
	`{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"signal","name":"early"}`,
	`{"visitor":"a","at":"2026-03-02T10:00:01Z","type":"page","url":"https://shop.example/cart","userAgent":"Googlebot/2.1"}`,
	`{"visitor":"a","at":"2026-03-02T10:00:02Z","type":"cart","total":"1.00","numItems":1}`,
	`{"visitor":"a","at":"2026-03-02T10:00:03Z","type":"page","url":"https://shop.example/"}`,
	`{"visitor":"a","at":"2026-03-02T10:00:04Z","type":"leave"}`,
	`{"visitor":"a","at":"2026-03-02T10:00:05Z","type":"page","url":"https://shop.example/after"}`,
	`{"visitor":"b","at":"2026-03-02T10:00:01Z","type":"signal","name":"other"}`,
}

// A robot's visit is left out whole, in whatever order its lines come and
// wherever they are sorted; what the same visitor does in other visits stays.
func TestARobotsVisitIsLeftOutWhole(t *testing.T) {
	t.Parallel()
	want, r := mustRead(t, Options{}, strings.Join(robotsSample, "\n")+"\n")
	if len(want) != 4 || r.Skipped["robot"] != (Count{5, 3, ""}) || r.Read != 4 || !r.Balanced() || r.Visits != 3 || r.Visitors != 2 {
		t.Errorf("%s\n%s", strings.Join(want, "\n"), r)
	}
	for _, line := range want {
		if strings.Contains(line, "T10:00:0") && !strings.Contains(line, "/after") && !strings.Contains(line, "other") {
			t.Errorf("of the robot's visit: %s", line)
		}
	}
	if all, r := mustRead(t, Options{Robots: true}, strings.Join(robotsSample, "\n")+"\n"); len(all) != len(robotsSample) || len(r.Skipped) != 0 {
		t.Errorf("with robots taken in: %s\n%s", all, r)
	}
	order := rand.New(rand.NewPCG(1, 2))
	for n := range 20 {
		lines := append([]string(nil), robotsSample...)
		order.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		for _, run := range []int64{0, 1} { // in memory, and a run a record
			got, r := mustRead(t, Options{RunBytes: run}, strings.Join(lines, "\n")+"\n")
			if fmt.Sprint(got) != fmt.Sprint(want) || r.Skipped["robot"].Count != 5 || !r.Balanced() {
				t.Fatalf("order %d, runs of %d: %s\n%s", n, run, strings.Join(got, "\n"), r)
			}
		}
	}
}

// The page of a robot that is out of the span tells of the visit all the same.
func TestARobotsPageOutsideOfTheSpanTellsOfItsVisit(t *testing.T) {
	t.Parallel()
	from, err := ParseInstant("2026-03-02T10:00:02Z")
	if err != nil {
		t.Fatal(err)
	}
	lines, r := mustRead(t, Options{From: from}, strings.Join(robotsSample, "\n")+"\n")
	if len(lines) != 1 || !strings.Contains(lines[0], "/after") || !r.Balanced() {
		t.Errorf("%s\n%s", lines, r)
	}
}

// A visit is not held for longer than a stretch: one that no robot's page was in
// for that long is handed out, however much more comes.
func TestALongVisitOfARobotsNameIsNotHeld(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	fmt.Fprintln(&b, robotsSample[3])
	for i := range 2*maxStretch + 10 {
		fmt.Fprintf(&b, `{"visitor":"a","at":"2026-03-03T10:%02d:%02d.%03dZ","type":"signal","name":"x"}`+"\n", i/60000, i/1000%60, i%1000)
	}
	lines, r := mustRead(t, Options{}, b.String())
	if len(lines) != 2*maxStretch+10 || r.Skipped["robot"].Count != 1 {
		t.Errorf("%d lines\n%s", len(lines), r)
	}
}

// Of a log that is followed, a robot's visit is left out from its page on.
func TestARobotsVisitIsLeftOutOfALogThatIsFollowed(t *testing.T) {
	t.Parallel()
	var seen []string
	r, err := Follow(Options{}, "log", strings.NewReader(strings.Join(robotsSample, "\n")+"\n"), func(e *Event, _ *Report) error {
		seen = append(seen, fmt.Sprint(e.Visitor, " ", e.Type))
		return nil
	})
	if err != nil || fmt.Sprint(seen) != "[a page a signal a signal a page b signal]" || r.Skipped["robot"].Count != 4 || !r.Balanced() {
		t.Errorf("%v %v\n%s", seen, err, r)
	}
}
