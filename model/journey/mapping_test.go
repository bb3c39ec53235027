package journey

import (
	"strings"
	"testing"
)

const shopMapping = `format: csv
separator: ";"
visitor: "{session ID}"
visit: "{session ID}"
at:
  value: "{year}-{month}-{day}"
  layout: "2006-1-2"
  zone: Europe/Warsaw
  order: "{order}"
  gap: 30s
values:
  category:
    from: "{page 1 (main category)}"
    map: {1: trousers, 2: skirts, 3: blouses, 4: sale}
  country:
    from: "{country}"
    map: {16: DE, 29: PL}
    else: ""
events:
  - page:
      url: "https://eshop.example/{category}/{page 2 (clothing model)}?list={page}"
      title: "Model {page 2 (clothing model)}"
      sections: ["{category}"]
      geo: {country: "{country}"}
  - prodView:
      currency: USD
      products:
        - product: {sku: "{page 2 (clothing model)}", category: "{category}", price: "{price}"}
`

const sessionsMapping = `format: jsonl
each: events
visitor: "otto-{session}"
at: {value: "{ts}", layout: unix-ms}
events:
  - when: {type: clicks}
    page: {url: "https://otto.example/article/{aid}", title: "Article {aid}"}
  - when: {type: [clicks]}
    unless: {aid: ""}
    prodView: {products: [{product: {sku: "{aid}"}}]}
  - when: {type: carts}
    cartAdd: {products: [{product: {sku: "{aid}"}}]}
  - when: {type: orders}
    purchase: {total: "0", orderId: "{session}-{ts}", cart: {products: [{product: {sku: "{aid}"}}]}}
`

func mustMapping(t testing.TB, src string) *Mapping {
	t.Helper()
	m, err := ParseMapping("map.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseMappingReadsTheDocumentedExamples(t *testing.T) {
	t.Parallel()
	m := mustMapping(t, shopMapping)
	if m.separator != ";" || !m.header || len(m.events) != 2 || len(m.values) != 2 || m.at.gap != 30000 {
		t.Errorf("shop: %+v", m)
	}
	m = mustMapping(t, sessionsMapping)
	if m.each != "events" || len(m.events) != 4 || m.events[2].delta != 1 || m.events[2].typ != Cart {
		t.Errorf("sessions: %+v", m)
	}
}

func TestParseMappingNamesTheLineOfEveryProblem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src string
		want      []string
	}{
		{"empty", "", []string{"map.yaml:1: the mapping is empty"}},
		{"syntax", "a: [", []string{"map.yaml:1: "}},
		{"list", "- a", []string{"a mapping is an object"}},
		{"unknown field", "visitr: x\n", []string{"map.yaml:1: visitr: unknown field of a mapping; did you mean visitor?", "visitor: missing", "at: missing", "events: want"}},
		{"payload", "visitor: x\nat: y\nevents:\n  - page: {uri: a}\n", []string{"map.yaml:4: page.uri: unknown field; did you mean url?", "map.yaml:4: page.url: missing"}},
		{"brace", "visitor: \"{x\"\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: visitor: a { without its }"}},
		{"event", "visitor: x\nat: y\nevents:\n  - pagee: {url: a}\n", []string{"map.yaml:4: pagee: unknown field of an event; did you mean page?"}},
		{"two", "visitor: x\nat: y\nevents:\n  - page: {url: a}\n    leave: {}\n", []string{"map.yaml:5: leave: an event is one thing"}},
		{"zone", "visitor: x\nat: {value: y, zone: Local}\nevents: [{leave: {}}]\n", []string{"map.yaml:2: at.zone: want a zone"}},
		{"layout", "visitor: x\nat: {value: y, layout: iso}\nevents: [{leave: {}}]\n", []string{"at.layout: want rfc3339"}},
		{"gap", "visitor: x\nat: {value: y, gap: 1s}\nevents: [{leave: {}}]\n", []string{"order and gap come together"}},
		{"anchor", "visitor: &a x\nat: *a\nevents: [{leave: {}}]\n", []string{"anchors, aliases"}},
		{"list for text", "visitor: x\nat: y\nevents: [{page: {url: [a]}}]\n", []string{"page.url: not a list"}},
		{"text for list", "visitor: x\nat: y\nevents: [{searchInfo: {keywords: a}}]\n", []string{"searchInfo.keywords: want a list, have text"}},
		{"deep", strings.Repeat("[", 900000), []string{"map.yaml:1: "}},
		{"deep by dashes", strings.Repeat("- ", 400000), []string{"map.yaml:1: longer or more deeply"}},
		{"format", "format: xlsx\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: format: want csv, tsv or jsonl"}},
		{"separator", "separator: \"\"\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: separator: want one to eight"}},
		{"quote", "quote: ab\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: quote: want one character"}},
		{"header", "header: 1\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: header: want true or false"}},
		{"no names", "header: false\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: columns: missing"}},
		{"columns", "columns: {}\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: columns: want a list of texts"}},
		{"each", "each: x\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: each: want cells, a column with split, or format: jsonl"}},
		{"cells with names", "each: cells\ncolumns: [a]\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"have neither columns nor a header"}},
		{"skip", "skip: -1\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: skip: want a number of lines"}},
		{"a place of no cell", "visitor: \"{#place}\"\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: {#place}: there is {#line}"}},
		{"values", "values: {a: {map: {x: y}, form: z}}\nvisitor: x\nat: y\nevents: [{leave: }]\n", []string{"map.yaml:1: values.a: from is missing", "form: unknown field of values.a; did you mean from?"}},
		{"when", "visitor: x\nat: y\nevents:\n  - when: [a]\n    leave:\n", []string{"map.yaml:4: when: want columns"}},
		{"key twice", "visitor: x\nvisitor: y\n", []string{"map.yaml:2: "}},
		{"two documents", "visitor: x\n---\nvisitor: y\n", []string{"a second document"}},
		{"value of nothing", "visitor: x\nat: y\nevents:\n  - page: {url: }\n", []string{"map.yaml:4: page.url: no value"}},
		{"jsonl", "format: jsonl\nseparator: x\nvisitor: x\nat: y\nevents: [{leave: {}}]\n", []string{"separator: not for jsonl"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseMapping("map.yaml", []byte(tt.src))
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("want %q in:\n%v", w, err)
				}
			}
		})
	}
}
