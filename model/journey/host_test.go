package journey

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatURLsBeginWith(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                         "refused",
		"shop.example":             "http://shop.example",
		" shop.example ":           "http://shop.example",
		"shop.example:8080":        "http://shop.example:8080",
		"https://shop.example/":    "https://shop.example",
		"https://shop.example/de/": "https://shop.example/de",
		"ftp://shop.example":       "refused",
		"https://":                 "refused",
		"https://shop.example/?a":  "refused",
		"http://a b":               "refused",
	} {
		got, err := ParseHost(in)
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("ParseHost(%q) = %q, want %q", in, got, want)
		}
	}
}

// logLine is a request for a path, from the page of a referrer.
func logLine(target, referrer string) string {
	return `198.51.100.7 - - [02/Mar/2026:10:15:00 +0000] "GET ` + target + ` HTTP/1.1" 200 512 "` + referrer + `" "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0"` + "\n"
}

func TestALogsReferrersTellOfWhichHostItIs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lines []string
		want  string
	}{
		"most of them":  {[]string{logLine("/", "https://news.example/x"), logLine("/a.css", "https://Shop.example/"), logLine("/cart", "https://shop.example/tents")}, "https://shop.example"},
		"with its port": {[]string{logLine("/a", "http://localhost:8080/")}, "http://localhost:8080"},
		"search engines and social ones are none": {[]string{logLine("/", "https://www.google.com/?q=tent"), logLine("/", "https://www.google.com/"), logLine("/", "https://t.co/x"), logLine("/a", "https://shop.example/")}, "https://shop.example"},
		"none tells": {[]string{logLine("/", ""), logLine("/", "-"), logLine("/", "ftp://a"), logLine("/", "//x"), logLine("/", "https://u:p@evil.example/")}, ""},
		"no log":     {[]string{`{"visitor":"v"}` + "\n", "a,b\n"}, ""},
		"nothing":    {nil, ""},
	} {
		if got := HostIn([]byte(strings.Join(tt.lines, ""))); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestTheHostIsAskedForOnceAndOnlyWhereAPathNeedsIt(t *testing.T) {
	t.Parallel()
	nobody := errors.New("nobody said")
	for name, tt := range map[string]struct {
		lines string
		host  string
		says  string
		err   error
		asked int
		want  []string
	}{
		"a path":                      {logLine("/a", "") + logLine("/b", ""), "", "https://shop.example", nil, 1, []string{"https://shop.example/a", "https://shop.example/b"}},
		"said before":                 {logLine("/a", ""), "https://said.example", "", nobody, 0, []string{"https://said.example/a"}},
		"nothing is said":             {logLine("/a", "") + logLine("/b", ""), "", "", nil, 1, []string{DefaultHost + "/a", DefaultHost + "/b"}},
		"refused":                     {logLine("/a", ""), "", "", nobody, 1, nil},
		"what is no event needs none": {logLine("/a.css", ""), "", "", nobody, 0, nil},
		"whole URLs need none":        {logLine("http://proxied.example/a", ""), "", "", nobody, 0, []string{"http://proxied.example/a"}},
		"our own form needs none":     {`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}` + "\n", "", "", nobody, 0, []string{"https://shop.example/"}},
	} {
		asked := 0
		o := Options{Host: tt.host, AskHost: func() (string, error) { asked++; return tt.says, tt.err }}
		var got []string
		_, err := Follow(o, "access.log", strings.NewReader(tt.lines), func(ev *Event, _ *Report) error {
			got = append(got, ev.Page.URL)
			return nil
		})
		if wrong := tt.err != nil && tt.asked > 0; errors.Is(err, nobody) != wrong || wrong && !strings.HasPrefix(err.Error(), "access.log: ") {
			t.Errorf("%s: %v", name, err)
		}
		if asked != tt.asked || strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("%s: asked %d times, %q", name, asked, got)
		}
		sorted, err := SortedReader(o, "access.log", strings.NewReader(tt.lines))
		if err == nil {
			sorted.Close()
		}
		if wrong := tt.err != nil && tt.asked > 0; errors.Is(err, nobody) != wrong {
			t.Errorf("%s, sorted: %v", name, err)
		}
	}
}

func TestATableOfPathsIsOfTheSiteThatIsSaid(t *testing.T) {
	t.Parallel()
	m, err := ParseMapping("paths.yaml", []byte("visitor: \"{who}\"\nat: \"{at}\"\nevents:\n  - page: {url: \"{page}\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	nobody := errors.New("nobody says so")
	row := func(url string) string { return "v,2026-03-02T10:15:00Z," + url + "\n" }
	for name, tt := range map[string]struct {
		rows, host string
		err        error
		asked      int
		notes      int
		want       string
	}{
		"asked for once":             {row("/a") + row("/b?c=1"), "https://shop.example", nil, 1, 0, "https://shop.example/a https://shop.example/b?c=1"},
		"nothing is said":            {row("/cart"), "", nil, 1, 1, DefaultHost + "/cart"},
		"refused":                    {row("/cart"), "", nobody, 1, 0, ""},
		"whole URLs need none":       {row("https://shop.example/cart"), "", nobody, 0, 0, "https://shop.example/cart"},
		"a URL without its protocol": {row("//shop.example/cart"), "", nobody, 0, 0, "//shop.example/cart"},
	} {
		asked := 0
		var got []string
		j, err := SortedReader(Options{Mapping: m, AskHost: func() (string, error) { asked++; return tt.host, tt.err }}, "t.csv", strings.NewReader("who,at,page\n"+tt.rows))
		if err == nil {
			for ev, err := range j.All() {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ev.Page.URL)
			}
			if notes := j.Report().Notes; len(notes) != tt.notes {
				t.Errorf("%s: notes %q", name, notes)
			}
			j.Close()
		}
		if asked != tt.asked || strings.Join(got, " ") != tt.want || errors.Is(err, nobody) != (tt.err != nil && asked > 0) {
			t.Errorf("%s: asked %d times, %q, %v", name, asked, got, err)
		}
	}
}
