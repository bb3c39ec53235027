package journey

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const shopSample = `year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;model photography;price;price 2;page
2008;4;1;1;29;1;1;5;1;5;1;28;2;1
2008;4;1;2;29;1;2;71;10;2;1;52.5;1;3
2008;4;1;1;9;2;4;217;1;5;1;;2;1
`

const sessionsSample = `{"session":0,"events":[{"aid":1517085,"ts":1659304800025,"type":"clicks"},{"aid":1649869,"ts":1659369893840,"type":"carts"},{"aid":1649869,"ts":1659369893841,"type":"carts"},{"aid":305831,"ts":1659370027105,"type":"orders"},{"aid":461689,"ts":1659370027105,"type":"orders"},{"aid":1,"ts":1659370027106,"type":"carts"}]}
{"session":1,"events":[{"aid":2,"ts":1659304800025,"type":"wishes"}]}
{"session":2,"events":[]}
`

func TestRowsBecomeEvents(t *testing.T) {
	t.Parallel()
	lines, r := mustRead(t, Options{Mapping: mustMapping(t, shopMapping)}, shopSample)
	want := []string{
		`{"visitor":"1","at":"2008-03-31T22:00:00Z","type":"page","visit":"1","url":"https://eshop.example/trousers/5?list=1","title":"Model 5","sections":["trousers"],"geo":{"country":"PL"}}`,
		`{"visitor":"1","at":"2008-03-31T22:00:00Z","type":"prodView","visit":"1","currency":"USD","products":[{"product":{"category":"trousers","sku":"5","price":"28.00"}}]}`,
		`{"visitor":"1","at":"2008-03-31T22:00:30Z","type":"page","visit":"1","url":"https://eshop.example/skirts/71?list=3","title":"Model 71","sections":["skirts"],"geo":{"country":"PL"}}`,
		`{"visitor":"1","at":"2008-03-31T22:00:30Z","type":"prodView","visit":"1","currency":"USD","products":[{"product":{"category":"skirts","sku":"71","price":"52.50"}}]}`,
		`{"visitor":"2","at":"2008-03-31T22:00:00Z","type":"page","visit":"2","url":"https://eshop.example/sale/217?list=1","title":"Model 217","sections":["sale"]}`,
		`{"visitor":"2","at":"2008-03-31T22:00:00Z","type":"prodView","visit":"2","currency":"USD","products":[{"product":{"category":"sale","sku":"217"}}]}`,
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if r.Lines != 4 || r.Read != 3 || r.Skipped["header"].Count != 1 || len(r.Notes) != 1 {
		t.Errorf("%s", r)
	}
}

func TestNestedListsBecomeEvents(t *testing.T) {
	t.Parallel()
	lines, r := mustRead(t, Options{Mapping: mustMapping(t, sessionsMapping)}, sessionsSample)
	want := []string{
		`{"visitor":"otto-0","at":"2022-07-31T22:00:00.025Z","type":"page","url":"https://otto.example/article/1517085","title":"Article 1517085"}`,
		`{"visitor":"otto-0","at":"2022-07-31T22:00:00.025Z","type":"prodView","products":[{"product":{"sku":"1517085"}}]}`,
		`{"visitor":"otto-0","at":"2022-08-01T16:04:53.840Z","type":"cart","total":"0.00","numItems":1,"products":[{"product":{"sku":"1649869"}}],"partial":true}`,
		`{"visitor":"otto-0","at":"2022-08-01T16:04:53.841Z","type":"cart","total":"0.00","numItems":2,"products":[{"product":{"sku":"1649869"},"quantity":2}],"partial":true}`,
		`{"visitor":"otto-0","at":"2022-08-01T16:07:07.105Z","type":"purchase","total":"0.00","orderId":"0-1659370027105","cart":{"numItems":0,"products":[{"product":{"sku":"305831"}}]}}`,
		`{"visitor":"otto-0","at":"2022-08-01T16:07:07.105Z","type":"purchase","total":"0.00","orderId":"0-1659370027105","cart":{"numItems":0,"products":[{"product":{"sku":"461689"}}]}}`,
		`{"visitor":"otto-0","at":"2022-08-01T16:07:07.106Z","type":"cart","total":"0.00","numItems":1,"products":[{"product":{"sku":"1"}}]}`,
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if r.Lines != 3 || r.Read != 1 || r.Skipped["no-event"] != (Count{2, 2, ""}) {
		t.Errorf("%s", r)
	}
}

// table reads rows with a mapping that names the columns v, t, u and x.
func table(t *testing.T, head, events, rows string) ([]string, *Report, error) {
	t.Helper()
	m, err := ParseMapping("map.yaml", []byte(head+"visitor: \"{v}\"\nevents:\n"+events))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, Options{Mapping: m, MaxRejects: -1}, rows)
}

func TestTablesOfOtherForms(t *testing.T) {
	t.Parallel()
	const page = "  - page: {url: \"https://s.example/{u}\", title: \"{x}\"}\n"
	const out = `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/b"`
	tests := []struct{ name, head, events, rows, want string }{
		{"columns named by the mapping", "at: \"{t}\"\ncolumns: [v, t, u, x]\n", page, "a,2026-03-02T10:15:00Z,b,\n", out + "}"},
		{"names of the mapping over a header", "at: \"{t}\"\nheader: true\ncolumns: [v, t, u, x]\n", page, "1,2,3,4\na,2026-03-02T10:15:00Z,b,c\n", out + `,"title":"c"}`},
		{"tab separated, quotes are text", "at: \"{t}\"\nformat: tsv\n", page, "v\tt\tu\tx\na\t2026-03-02T10:15:00Z\tb\t\"c\n", out + `,"title":"\"c"}`},
		{"separator of several characters", "at: \"{t}\"\nseparator: \"||\"\n", page, "v||t||u||x\na||2026-03-02T10:15:00Z||b||c\n", out + `,"title":"c"}`},
		{"quoted separator, quote and line end", "at: \"{t}\"\n", page, "v,t,u,x\n\"a\",2026-03-02T10:15:00Z,b,\"c,\"\"d\"\"\n\ne\"\n", out + `,"title":"c,\"d\"\u000a\u000ae"}`},
		{"unix seconds", "at: {value: \"{t}\", layout: unix-s}\n", page, "v,t,u,x\na,1772446500.25,b,\n", `{"visitor":"a","at":"2026-03-02T10:15:00.250Z","type":"page","url":"https://s.example/b"}`},
		{"unix microseconds", "at: {value: \"{t}\", layout: unix-us}\n", page, "v,t,u,x\na,1772446500000999,b,\n", out + "}"},
		{"layouts in a zone, in order", "at: {value: \"{t}\", layout: [unix-ms, \"02.01.2006 15:04\"], zone: Europe/Berlin}\n", page, "v,t,u,x\na,02.03.2026 11:15,b,\n", out + "}"},
		{"escaped in a URL", "at: \"{t}\"\n", page, "v,t,u,x\na,2026-03-02T10:15:00Z,b c/d?e&f=ü,\n", `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/b%20c%2Fd%3Fe%26f%3D%C3%BC"}`},
		{"whole URL as it is", "at: \"{t}\"\n", "  - page: {url: \"{u}\"}\n", "v,t,u\na,2026-03-02T10:15:00Z,https://s.example/?q=x&y\n", `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/?q=x&y"}`},
		{"numbers and truths from text", "at: \"{t}\"\n", "  - page: {url: u, returning: \"{x}\", visits: \"{u}\"}\n", "v,t,u,x\na,2026-03-02T10:15:00Z,3,yes\n", `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"u","returning":true,"visits":3}`},
		{"first of the rules that hold and not unless", "at: \"{t}\"\n", "  - when: {u: [a, b]}\n    unless: {x: ~}\n    signal: {name: \"{u}\", value: \"{x}\"}\n", "v,t,u,x\na,2026-03-02T10:15:00Z,b,\na,2026-03-02T10:15:00Z,b,7\na,2026-03-02T10:15:00Z,c,7\n", `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"signal","name":"b","value":7}`},
		{"objects and lists in JSON", "at: \"{m.t}\"\nformat: jsonl\n", "  - page: {url: \"{l.1.u}\", title: \"{none.0}\"}\n", `{"v":"a","m":{"t":"2026-03-02T10:15:00Z"},"l":[0,{"u":"https://s.example/b"}],"none":null}` + "\n", out + "}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, r, err := table(t, tt.head, tt.events, tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, strings.Join(lines, "\n")); d != "" {
				t.Errorf("%s\n%s", d, r)
			}
			if n := int64(strings.Count(tt.rows, "\n")); r.Lines != n {
				t.Errorf("%d lines of %d", r.Lines, n)
			}
		})
	}
}

func TestRowsThatAreRefused(t *testing.T) {
	t.Parallel()
	const head = "at: \"{t}\"\n"
	tests := []struct{ name, head, events, rows, reason, message string }{
		{"too few columns", head, "  - leave:\n", "v,t\na\n", "columns", "want 2 columns, have 1"},
		{"no visitor", head, "  - leave:\n", "v,t\n,2026-03-02T10:15:00Z\n", "missing", "visitor: empty"},
		{"no instant", head, "  - leave:\n", "v,t\na,yesterday\n", "time", "at: not an instant as rfc3339"},
		{"out of the window", "at: {value: \"{t}\", layout: unix-s}\n", "  - leave:\n", "v,t\na,0\n", "time", "from 2000 to 2100"},
		{"quote never closed", head, "  - leave:\n", "v,t\n\"a,2026-03-02T10:15:00Z\n", "quote", "a quoted field without its end"},
		{"text after a quote", head, "  - leave:\n", "v,t\n\"a\"b,2026-03-02T10:15:00Z\n", "quote", "something follows a quoted field"},
		{"value not mapped", head + "values: {k: {from: \"{v}\", map: {x: y}}}\n", "  - page: {url: \"{k}\"}\n", "v,t\na,2026-03-02T10:15:00Z\n", "unmapped", "k: the mapping has no such value, and no else: a"},
		{"money", head, "  - cart: {total: \"{v}\", numItems: 1}\n", "v,t\na,2026-03-02T10:15:00Z\n", "money", "cart.total: not an amount"},
		{"order", "at: {value: \"{t}\", order: \"{v}\", gap: 1s}\n", "  - leave:\n", "v,t\n0,2026-03-02T10:15:00Z\n", "time", "at.order: want a place from 1"},
		{"no list", head + "format: jsonl\neach: e\n", "  - leave:\n", `{"v":"a","e":1}` + "\n", "missing", "e: not a list"},
		{"an object for text", head + "format: jsonl\n", "  - leave:\n", `{"v":{},"t":"2026-03-02T10:15:00Z"}` + "\n", "type", "v: want text, have an object"},
		{"place in the list", head + "format: jsonl\neach: e\n", "  - leave:\n", `{"v":"a","e":[{"t":"2026-03-02T10:15:00Z"},{"t":"x"}]}` + "\n", "time", "e[1].at: not an instant"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			good := "good,2026-03-02T10:15:00Z\n"
			if strings.Contains(tt.head, "jsonl") {
				good = `{"v":"good","t":"2026-03-02T10:15:00Z","e":[{"t":"2026-03-02T10:15:00Z"}]}` + "\n"
			} else if tt.name == "out of the window" {
				good = "good,1772446500\n"
			} else if tt.name == "order" {
				good = "1,2026-03-02T10:15:00Z\n"
			} else if tt.name == "money" {
				good = "12,2026-03-02T10:15:00Z\n"
			} else if tt.name == "value not mapped" {
				good = "x,2026-03-02T10:15:00Z\n"
			}
			lines, r, err := table(t, tt.head, tt.events, tt.rows+good)
			if err != nil {
				t.Fatal(err)
			}
			if len(lines) != 1 || r.Rejected[tt.reason].Count != 1 || !strings.Contains(r.Problems[0].Error(), tt.message) {
				t.Errorf("%v\n%s", lines, r)
			}
		})
	}
}

func TestAMappingOfOtherColumnsIsAnErrorWithItsLine(t *testing.T) {
	t.Parallel()
	_, _, err := table(t, "at: \"{t}\"\n", "  - page: {url: \"{uri}\"}\n", "v,t,url\na,b,c\n")
	if err == nil || err.Error() != `map.yaml:4: in has no column "uri"; did you mean url?` {
		t.Errorf("%v", err)
	}
}

func TestARobotsRowIsLeftOutWhole(t *testing.T) {
	t.Parallel()
	lines, r, err := table(t, "at: \"{t}\"\n", "  - signal: {name: x}\n  - page: {url: u, userAgent: \"{u}\"}\n", "v,t,u\na,2026-03-02T10:15:00Z,Googlebot\nb,2026-03-02T10:15:00Z,\n")
	if err != nil || len(lines) != 2 || r.Skipped["robot"].Count != 1 || len(r.LeftOut) != 0 {
		t.Errorf("%v %v\n%s", lines, err, r)
	}
}

func TestEveryCellOfALineMayBeARow(t *testing.T) {
	t.Parallel()
	m := mustMapping(t, `separator: " "
skip: 2
each: cells
visitor: "v-{#line}"
at: {value: "2026-03-02", layout: "2006-01-02", order: "{#place}", gap: 10s}
values: {page: {from: "{#cell}", map: {1: home, 2: news}, else: ""}}
events:
  - unless: {"#cell": ""}
    page: {url: "https://n.example/{page}"}
`)
	got, r := mustRead(t, Options{Mapping: m}, "% pages\n\n1 2 \n2\n")
	want := []string{`{"visitor":"v-3","at":"2026-03-02T00:00:00Z","type":"page","url":"https://n.example/home"}`, `{"visitor":"v-3","at":"2026-03-02T00:00:10Z","type":"page","url":"https://n.example/news"}`,
		`{"visitor":"v-4","at":"2026-03-02T00:00:00Z","type":"page","url":"https://n.example/news"}`}
	if !slices.Equal(got, want) || r.Skipped["header"].Count != 1 || r.Skipped["blank"].Count != 1 || r.Lines != 4 {
		t.Errorf("%v\n%s", got, r)
	}
}

// A line is somebody of its own, in every file that has one of its number.
func TestVisitorsByLineAreOfTheirFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var paths []string
	for _, name := range []string{"a.csv", "b.csv"} {
		paths = append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(paths[len(paths)-1], []byte("at,url\n2026-03-02T10:15:00Z,https://shop.example/\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for by, want := range map[string]int64{"line-{#line}": 2, "{url}": 1} {
		m := mustMapping(t, "visitor: \""+by+"\"\nat: \"{at}\"\nevents: [{page: {url: \"{url}\"}}]\n")
		j, err := Sorted(Options{Mapping: m}, paths...)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		for _, err := range j.All() {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := j.Report().Visitors; n != want {
			t.Errorf("by %s: %d visitors, want %d", by, n, want)
		}
	}
}
