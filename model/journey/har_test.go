package journey

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// harEntry writes a request. rest is put behind the URL of the request.
func harEntry(page, at, url string, status int, media, headers string) string {
	return fmt.Sprintf(`{"pageref": %q, "startedDateTime": %q, "time": 1.5, "request": {"method": "GET", "url": %q, "headers": [%s], "cookies": [{"name": "sid", "value": "s3cret"}]}, "response": {"status": %d, "statusText": "", "content": {"mimeType": %q, "size": 1}, "cookies": []}, "cache": {}, "timings": {}, "serverIPAddress": "198.51.100.7"}`,
		page, at, url, headers, status, media)
}

const harHeaders = `{"name": "User-Agent", "value": "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"}, {"name": "accept-language", "value": "en-GB;q=0.9,en;q=0.8"}, {"name": "Referer", "value": "https://www.google.com/"}, {"name": "Cookie", "value": "sid=s3cret"}, {"name": "Authorization", "value": "Bearer s3cret"}, {"name": "Accept", "value": "text/html,*/*"}`

// archive makes a file of requests, one a line from line 5 on.
func archive(entries ...string) string {
	return "{\n \"log\": {\n  \"version\": \"1.2\", \"creator\": {\"name\": \"x\"}, \"pages\": [{\"id\": \"p1\", \"title\": \"Shop run 1\"}, {\"id\": \"p2\", \"title\": \"https://shop.example/cart\"}],\n  \"entries\": [\n   " +
		strings.Join(entries, ",\n   ") + "\n  ]\n }\n}\n"
}

// harEntries are two pages of two runs, redirects, frames and third parties.
var harEntries = []string{
	harEntry("p1", "2026-03-02T10:15:00.0000000Z", "https://shop.example/", 301, "text/html", harHeaders),
	harEntry("p1", "2026-03-02T10:15:00.2509999Z", "https://shop.example/start", 200, "text/html; charset=utf-8", harHeaders),
	harEntry("p1", "2026-03-02T11:15:01+01:00", "https://shop.example/a.png", 404, "image/png", harHeaders),
	harEntry("p1", "2026-03-02T10:15:02Z", "https://ads.example/frame", 302, "text/html", harHeaders),
	harEntry("p1", "2026-03-02T10:15:03Z", "https://ads.example/frame2", 200, "text/html", harHeaders),
	harEntry("p1", "2026-03-02T10:15:04Z", "https://ads.example/beacon", 204, "text/html", harHeaders),
	harEntry("p2", "2026-03-02T10:16:00Z", "https://shop.example/cart", 200, "application/xhtml+xml", harHeaders),
	harEntry("p3", "2026-03-02T10:17:00Z", "https://shop.example/pay", 503, "text/html", harHeaders),
	harEntry("p4", "2026-03-02T10:18:00Z", "https://shop.example/gone", 0, "", harHeaders),
}

var harSample = archive(harEntries...)

func TestAnArchiveBecomesAVisit(t *testing.T) {
	t.Parallel()
	const common = `"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","language":"en-GB"}`
	want := []string{
		`"at":"2026-03-02T10:15:00.250Z","type":"page","visit":"V","url":"https://shop.example/start","title":"Shop run 1","referrer":"https://www.google.com/",` + common,
		`"at":"2026-03-02T10:16:00Z","type":"page","visit":"V","url":"https://shop.example/cart","referrer":"https://www.google.com/",` + common,
		`"at":"2026-03-02T10:17:00Z","type":"error","visit":"V","error":{"contextId":"https://shop.example/pay","message":"503 Service Unavailable","code":"503"}}`,
		`"at":"2026-03-02T10:18:00Z","type":"error","visit":"V","error":{"contextId":"https://shop.example/gone","message":"0","code":"0"}}`,
	}
	for name, data := range map[string]string{"over lines": harSample, "on one line": strings.ReplaceAll(harSample, "\n", ""),
		"its pages last": strings.Replace(strings.Replace(harSample, `"pages": [`, `"_pages": [`, 1), "\n  ]\n }", "\n  ], \"pages\": [{\"id\":\"p1\",\"title\":\"Shop run 1\"}]\n }", 1)} {
		got, r := mustRead(t, Options{}, data)
		for i, l := range got {
			visitor, rest, _ := strings.Cut(strings.TrimPrefix(l, `{"visitor":"`), `",`)
			if !strings.HasPrefix(visitor, "har-") {
				t.Errorf("%s: %s", name, l)
			}
			got[i] = strings.ReplaceAll(rest, visitor, "V")
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if strings.Contains(strings.Join(got, ""), "s3cret") {
			t.Errorf("%s: cookies are kept", name)
		}
		skipped := map[string]int64{}
		for reason, c := range r.Skipped {
			skipped[reason] = c.Count
		}
		if d := cmp.Diff(map[string]int64{"redirect": 2, "asset": 1, "frame": 1, "status": 1}, skipped); d != "" || r.Lines != 9 || r.Read != 4 || r.Visits != 1 {
			t.Errorf("%s: %s\n%s", name, d, r)
		}
	}
	if _, r := mustRead(t, Options{}, harSample); r.Skipped["redirect"].FirstLine != 5 || r.Skipped["asset"].FirstLine != 7 {
		t.Errorf("%s", r)
	}
}

func TestTheOrderOfAnArchivesRequestsDoesNotMatter(t *testing.T) {
	t.Parallel()
	want, whole := mustRead(t, Options{}, harSample)
	rapid.Check(t, func(rt *rapid.T) {
		got, r := mustRead(t, Options{}, archive(rapid.Permutation(harEntries).Draw(rt, "order")...))
		if d := cmp.Diff(want, got); d != "" || r.Skipped["frame"].Count != whole.Skipped["frame"].Count || r.Read != whole.Read {
			rt.Fatalf("%s\n%s", d, r)
		}
	})
}

func TestRequestsOfAnArchive(t *testing.T) {
	t.Parallel()
	type change struct{ from, to string }
	html := harEntry("p9", "2026-03-02T11:00:00Z", "https://shop.example/x", 200, "text/html", harHeaders)
	tests := []struct {
		name    string
		change  []change
		reason  string
		instead string
	}{
		{"data that are HTML", []change{{`"cache"`, `"_resourceType": "xhr", "cache"`}}, "asset", ""},
		{"a frame by its headers", []change{{`[{"name"`, `[{"name": "Sec-Fetch-Dest", "value": "iframe"}, {"name"`}}, "frame", ""},
		{"a HEAD request", []change{{`"GET"`, `"HEAD"`}}, "method", ""},
		{"a data URL", []change{{"https://shop.example/x", "data:text/html,x"}}, "asset", ""},
		{"a robot", []change{{"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "Googlebot"}}, "robot", ""},
		{"an instant that is none", []change{{"2026-03-02T11:00:00Z", "yesterday"}}, "", "in:5: startedDateTime: not an instant such as 2026-03-02T10:15:00.250Z, from 2000 to 2100: yesterday"},
		{"no status", []change{{`"status": 200`, `"status": null`}}, "", "in:5: response.status: want a number"},
		{"no URL", []change{{"https://shop.example/x", ""}}, "", "in:5: request.url: missing"},
		{"a long URL", []change{{"https://shop.example/x", "https://shop.example/" + strings.Repeat("x", maxURL)}}, "", "in:5: request.url: a URL longer than 8192 bytes"},
		{"a key twice", []change{{`"cache"`, `"Pageref": "p1", "cache"`}}, "", "in:5: Pageref: the key differs only in case from another one: pageref"},
		{"no object", []change{{html, "7"}}, "", "in:5: want a request, have a number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := html
			for _, c := range tt.change {
				if !strings.Contains(e, c.from) {
					t.Fatalf("nothing to change: %s", c.from)
				}
				e = strings.Replace(e, c.from, c.to, 1)
			}
			got, r := mustRead(t, Options{}, archive(append([]string{e}, harEntries...)...))
			if len(got) != 4 {
				t.Errorf("%d events", len(got))
			}
			switch {
			case tt.reason != "" && r.Skipped[tt.reason].FirstLine != 5:
				t.Errorf("not %s\n%s", tt.reason, r)
			case tt.instead != "" && (len(r.Problems) != 1 || !strings.HasPrefix(r.Problems[0].Error(), tt.instead)):
				t.Errorf("%v, want %s", r.Problems, tt.instead)
			}
		})
	}
}

func TestABodyOfAnySizeIsPassedOver(t *testing.T) {
	t.Parallel()
	want, _ := mustRead(t, Options{}, harSample)
	for name, body := range map[string]string{"plain": strings.Repeat("x", maxLine), "escapes": strings.Repeat(`\u0041\"\\\n`, maxLine/12), "pairs": strings.Repeat(`\ud83d\ude00`, maxLine/12),
		"runes": "x" + strings.Repeat("漢", maxLine/3), "pairs, shifted": "12345" + strings.Repeat(`\uD83D\uDE00`, maxLine/12), "quotes behind": strings.Repeat("x", maxArchiveText) + `\"}]}`} {
		got, r := mustRead(t, Options{}, strings.Replace(harSample, `"size": 1`, `"text": "`+body+`", "size": 1`, 1))
		if d := cmp.Diff(want, got); d != "" || r.RejectedLines() != 0 {
			t.Errorf("%s: %s\n%s", name, d, r)
		}
	}
	// What is long for other reasons is rejected, and the rest goes on.
	many := strings.Repeat(`{"name": "x", "value": "y"}, `, maxLine/20)
	got, r := mustRead(t, Options{}, archive(append([]string{harEntry("p9", "2026-03-02T11:00:00Z", "https://shop.example/x", 200, "text/html", many+harHeaders)}, harEntries...)...))
	if d := cmp.Diff(want, got); d != "" || r.Rejected["too-long"] != (Count{1, 5, ""}) {
		t.Errorf("%s\n%s", d, r)
	}
}

func TestArchivesThatAreNone(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"x":1}`:                               "log: missing",
		`{"log":{"version":"1.2"}}`:             "log.entries: missing",
		`{"log":[1]}`:                           "log: want an object",
		`{"log":{"version":"1.2","entries":7}}`: "log.entries: want a list of requests",
		`{"log":{"version":"1.2","entries":[],"entries":[]}}`: "entries: the key comes twice",
		`{"log":{"version":"1.2" "entries":[]}}`:              "log: not valid JSON: want a comma or an end",
		`{"log":{"version":"1.2",}}`:                          "log: not valid JSON: want a key",
		`{"log":{"version":"1.2","entries":[]}} {}`:           "something follows the archive",
		`{"log":{"version":"1.2","entries":[`:                 "the file ends within its list of requests",
	} {
		_, _, err := read(t, Options{Format: FormatHAR}, data+"\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", data, err, want)
		}
	}
}

func TestAnArchiveStopsAsOtherFilesDo(t *testing.T) {
	t.Parallel()
	bad := archive(append([]string{harEntries[0], "7", "8"}, harEntries...)...)
	if _, _, err := read(t, Options{Strict: true}, bad); err == nil || err.Error() != "in:6: want a request, have a number" {
		t.Errorf("strict: %v", err)
	}
	if _, _, err := read(t, Options{MaxRejects: 1}, bad); !errors.Is(err, ErrTooManyRejects) || !strings.HasPrefix(err.Error(), "in: too many lines") {
		t.Errorf("too many: %v", err)
	}
	if got, r := mustRead(t, Options{}, bad); len(got) != 4 || r.Rejected["type"] != (Count{2, 6, ""}) {
		t.Errorf("%s", r)
	}
}

func TestTheKeyHidesWhoseAnArchiveIs(t *testing.T) {
	t.Parallel()
	a, _ := mustRead(t, Options{}, harSample)
	b, _ := mustRead(t, Options{Key: "k"}, harSample)
	if a[0] == b[0] {
		t.Error(a[0])
	}
}

// The checkout is one page behind three redirects; its document is followed by
// one of a third party and, before it, by what leads there. The home page was
// asked for in three runs, each with a redirect of its own and one document;
// what is HTML besides has no content (204).
func TestRecordedArchives(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct {
		lines   int64
		read    int64
		skipped map[string]int64
		urls    []string
	}{
		"mytoys.de-checkout.har": {50, 1, map[string]int64{"redirect": 7, "frame": 1, "asset": 41}, []string{"https://checkout.mytoys.de/checkout/registration"}},
		"assa.se-3-runs.har":     {127, 3, map[string]int64{"redirect": 9, "status": 1, "asset": 114}, []string{"https://www.assa.se/sv/site/assa/", "https://www.assa.se/sv/site/assa/", "https://www.assa.se/sv/site/assa/"}},
	} {
		data, err := os.ReadFile(recorded(t, "har-captures/"+path))
		if err != nil {
			t.Fatal(err)
		}
		lines, r := mustRead(t, Options{}, string(data))
		skipped := map[string]int64{}
		for reason, c := range r.Skipped {
			skipped[reason] = c.Count
		}
		var urls []string
		for _, l := range lines {
			e, err := ParseEvent([]byte(l))
			if err != nil {
				t.Fatal(err)
			}
			urls = append(urls, e.Page.URL)
			if e.Page.Title == "" || e.Page.Language == "" {
				t.Errorf("%s: %s", path, l)
			}
		}
		if d := cmp.Diff(want.skipped, skipped) + cmp.Diff(want.urls, urls); d != "" || r.Lines != want.lines || r.Read != want.read || r.Visits != 1 || r.RejectedLines() != 0 {
			t.Errorf("%s: %s\n%s", path, d, r)
		}
		if strings.Contains(strings.Join(lines, ""), "REDACTED") {
			t.Errorf("%s: cookies are kept", path)
		}
	}
}

func FuzzHAR(f *testing.F) {
	f.Add([]byte(harSample))
	f.Add([]byte(strings.ReplaceAll(harSample, "\n", "")))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, Options{Format: FormatHAR}, data, false) })
}
