package persona_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/persona"
)

// logLines is a web server's log of two weeks, in which visitors come at nine,
// noon and, mostly, at eight in the evening; on Sundays twice as often.
func logLines(t *testing.T) string {
	t.Helper()
	agents := []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
	}
	walks := [][]string{
		{"/"}, {"/", "/list", "/item?id=7", "/list", "/item?id=8"}, {"/", "/list", "/item?id=9"}, {"/about"}, {"/list", "/", "/about", "/"},
	}
	var b strings.Builder
	n := 0
	for day := range 14 {
		date := time.Date(2026, 3, 2+day, 0, 0, 0, 0, time.UTC)
		times := 1
		if date.Weekday() == time.Sunday {
			times = 2
		}
		for _, h := range []struct{ hour, visits int }{{9, 4}, {12, 8}, {20, 20}} {
			for i := range h.visits * times {
				at := date.Add(time.Duration(h.hour)*time.Hour + time.Duration(i)*time.Minute)
				for step, path := range walks[n%len(walks)] {
					referrer := "https://www.google.com/?q=secret+wish"
					if step > 0 {
						referrer = "https://log.example/"
					}
					fmt.Fprintf(&b, "203.0.113.%d - - [%s] \"GET %s HTTP/1.1\" 200 10 \"%s\" \"%s\"\n", n%251, at.Format("02/Jan/2006:15:04:05 -0700"), path, referrer, agents[n%3%2])
					at = at.Add(20 * time.Second)
				}
				n++
			}
		}
	}
	return b.String()
}

// figures are what a likeness is about, counted by other means.
type figures struct {
	visits, views, bounces float64
	hours, sundays         map[int]float64
	pages                  map[string]float64
	agents                 map[string]float64
	again, visitors        float64
}

func count(t *testing.T, journeys *journey.Journeys) figures {
	t.Helper()
	f := figures{hours: map[int]float64{}, sundays: map[int]float64{}, pages: map[string]float64{}, agents: map[string]float64{}}
	for {
		st, err := journeys.Next()
		if err != nil {
			break
		}
		f.visitors++
		n, last, visits := 0, journey.Instant(0), 0
		for _, e := range st.Events {
			if e.Type != journey.PageView {
				continue
			}
			if n == 0 || e.At.Sub(last) > 30*model.Minute {
				if n == 1 {
					f.bounces++
				}
				n = 0
				f.visits++
				visits++
				f.hours[e.At.Time().Hour()]++
				f.sundays[int(e.At.Time().Weekday())]++
				f.agents[e.Page.UserAgent]++
			}
			address, _, _ := strings.Cut(e.Page.URL, "?")
			f.pages[address]++
			f.views++
			n, last = n+1, e.At
		}
		if n == 1 {
			f.bounces++
		}
		if visits > 1 {
			f.again++
		}
	}
	return f
}

func read(t *testing.T, name, data string) *journey.Journeys {
	t.Helper()
	j, err := journey.SortedReader(journey.Options{Strict: true, Host: "https://log.example"}, name, strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func TestTrafficIsLikeTheLogThatWasMeasured(t *testing.T) {
	t.Parallel()
	log := logLines(t)
	l, err := persona.Measure(read(t, "access.log", log), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	want := count(t, read(t, "access.log", log))
	traffic := persona.Traffic{Visitors: 4000, Seed: 9, Start: monday, Days: 14, Like: l}
	made := lines(t, traffic)
	if !bytes.Equal(made, lines(t, traffic)) {
		t.Error("equal traffic differs")
	}
	got := count(t, read(t, "made", string(made)))

	near := func(what string, got, of, share float64) {
		t.Helper()
		// Pages of a visit hang together; the bound is that of visits.
		if bound := 5 * math.Sqrt(max(share*(1-share), 0.01)/max(of, 1)); math.Abs(got/of-share) > bound {
			t.Errorf("%s: %.3f, want about %.3f, at most %.3f off", what, got/of, share, bound)
		}
	}
	for h := range 24 {
		near(fmt.Sprintf("visits at %d", h), got.hours[h], got.visits, want.hours[h]/want.visits)
	}
	near("visits on Sunday", got.sundays[0], got.visits, want.sundays[0]/want.visits)
	if len(want.pages) != 4 {
		t.Fatalf("pages %v", want.pages)
	}
	for p, n := range want.pages {
		near("views of "+p, got.pages[p], got.views, n/want.views)
	}
	if len(got.pages) != len(want.pages) {
		t.Errorf("pages %v, want those of %v", got.pages, want.pages)
	}
	for a, n := range want.agents {
		near("visits with "+a, got.agents[a], got.visits, n/want.visits)
	}
	near("visits of one page", got.bounces, got.visits, want.bounces/want.visits)
	if a, b := got.views/got.visits, want.views/want.visits; math.Abs(a-b) > 0.1*b {
		t.Errorf("%.2f pages a visit, want about %.2f", a, b)
	}
	// Some would come again after the end, so that a log like another of the same length has fewer who do.
	if a, b := got.again/got.visitors, want.again/want.visitors; a > b+0.03 || a < b/3 {
		t.Errorf("%.3f come again, want about %.3f and rather less", a, b)
	}
	for _, secret := range []string{"203.0.113.", "secret", "id="} {
		if bytes.Contains(made, []byte(secret)) {
			t.Errorf("the traffic has %q of the log", secret)
		}
	}
}

func TestTheReportSaysWhatTheLogDoesNotTell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ log, want, never string }{
		"a web server's log": {logLines(t), "measured: 512 visits of 422 visitors, 1,434 page views|most visits begin at 20 o'clock|most visits on Sunday|devices: 2|not told: countries|not told: who had been here|" +
			"not told: cart, purchase,|time on a page: half below about|queries of URLs", "not taken: events|one visitor alone|how Monday"},
		"a few native events": {`{"visitor":"a","at":"2026-03-04T10:00:00Z","type":"page","url":"https://s.example/","geo":{"country":"DE"},"returning":true}
{"visitor":"a","at":"2026-03-04T10:00:10Z","type":"cart","total":"5.00","numItems":1}
{"visitor":"a","at":"2026-03-04T10:00:20Z","type":"leave"}
`, "measured: 1 visit of 1 visitor, 1 page view, 2026-03-04T10:00:00Z|not told: time on a page, as no visit has two|measured: days: visits of Wednesday alone|how Sunday, Monday, Tuesday, Thursday, Friday, Saturday differ|not told: devices|countries: 1|not taken: events that are no pages: 1 cart|" +
			"where visits came from|1 of which one visitor alone", "who had been here|not told: countries|not told: cart"},
	} {
		l, err := persona.Measure(read(t, name, c.log), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		report := strings.Join(l.Report(), "\n")
		for w := range strings.SplitSeq(c.want, "|") {
			if !strings.Contains(report, w) {
				t.Errorf("%s: nothing of %q in\n%s", name, w, report)
			}
		}
		for w := range strings.SplitSeq(c.never, "|") {
			if strings.Contains(report, w) {
				t.Errorf("%s: %q in\n%s", name, w, report)
			}
		}
		// What little there is makes traffic.
		if data := lines(t, persona.Traffic{Visitors: 5, Start: monday, Like: l}); len(data) == 0 {
			t.Errorf("%s makes nothing", name)
		}
	}
	j := read(t, "no page", `{"visitor":"a","at":"2026-03-04T10:00:00Z","type":"cart","total":"5.00","numItems":1}`)
	if _, err := persona.Measure(j, time.UTC); err == nil {
		t.Error("a log without pages has a likeness")
	}
}

// Lines in another order are the same log, and have the same likeness.
func TestALikenessDoesNotHangOnTheOrderOfLines(t *testing.T) {
	t.Parallel()
	all := slices.Collect(strings.Lines(logLines(t)))
	slices.Reverse(all)
	var made [2][]byte
	for i, log := range []string{logLines(t), strings.Join(all, "")} {
		l, err := persona.Measure(read(t, "access.log", log), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		made[i] = lines(t, persona.Traffic{Visitors: 50, Start: monday, Like: l})
	}
	if !bytes.Equal(made[0], made[1]) {
		t.Error("reversed lines make other traffic")
	}
}
