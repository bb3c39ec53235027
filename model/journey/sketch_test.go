package journey

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const clicksTable = `session;when;page;title;event;sku;price;qty;total;orderid;term
s1;2026-03-02 10:15:00;https://shop.example/;Home;page_view;;;;;;
s1;2026-03-02 10:15:10;https://shop.example/p/t;Tent;view_item;T;199.00;1;;;
s1;2026-03-02 10:15:20;;;add_to_cart;T;199.00;1;;;
s1;2026-03-02 10:15:30;;;search;;;;;;pegs
s2;2026-03-02 10:15:40;https://shop.example/;Home;page_view;;;;;;
s1;2026-03-02 10:16:00;;;purchase;T;199.00;1;199.00;O-1;
`

func TestASketchIsGuessedFromTheFirstRows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		data string
		want []string // events of all rows
		yaml []string
	}{
		"a shop's clicks": {clicksTable, []string{
			`{"visitor":"s1","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/","title":"Home"}`,
			`{"visitor":"s1","at":"2026-03-02T10:15:10Z","type":"prodView","products":[{"product":{"sku":"T","price":"199.00"}}]}`,
			`{"visitor":"s1","at":"2026-03-02T10:15:20Z","type":"cart","total":"199.00","numItems":1,"products":[{"product":{"sku":"T","price":"199.00"}}],"partial":true}`,
			`{"visitor":"s1","at":"2026-03-02T10:15:30Z","type":"searchInfo","keywords":["pegs"]}`,
			`{"visitor":"s1","at":"2026-03-02T10:16:00Z","type":"purchase","total":"199.00","orderId":"O-1","cart":{"numItems":1,"products":[{"product":{"sku":"T","price":"199.00"}}]}}`,
			`{"visitor":"s2","at":"2026-03-02T10:15:40Z","type":"page","url":"https://shop.example/","title":"Home"}`},
			[]string{`separator: ";"`, `value: "{when}"`, `when: {"event": ["page_view"]}`}},
		"pages with seconds since 1970, by tabs": {"user\tts\turl\nu\t1772446500\t/cart\n", []string{`{"visitor":"u","at":"2026-03-02T10:15:00Z","type":"page","url":"/cart"}`}, []string{"format: tsv", `layout: "unix-s"`}},
		"JSON with objects in it": {`{"user":{"id":"u"},"timestamp":"2026-03-02T10:15:00Z","page":{"url":"https://s.example/","title":"T"}}` + "\n",
			[]string{`{"visitor":"u","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/","title":"T"}`}, []string{"format: jsonl", `visitor: "{user.id}"`}},
	} {
		s, err := NewSketch([]byte(tt.data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if lacks := s.Missing(); lacks != "" {
			t.Errorf("%s: %s: %+v", name, lacks, s)
			continue
		}
		y := string(s.YAML())
		m, err := ParseMapping("map.yaml", []byte(y))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, y)
		}
		for _, w := range tt.yaml {
			if !strings.Contains(y, w) {
				t.Errorf("%s: %s is missing in\n%s", name, w, y)
			}
		}
		got, r := mustRead(t, Options{Mapping: m}, tt.data)
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s: %s\n%s\n%s", name, strings.Join(got, "\n"), y, r)
		}
		if !Fits(m, []byte(tt.data)) || Fits(m, []byte("a,b\n1,2\n")) {
			t.Errorf("%s: fits what it does not", name)
		}
	}
}

func TestWhatIsNoTable(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{"": "nothing but blank", "a b c\nd e f\n": "no table", "a,b\n": "no row", "a{x},b\n1,2\n": "has no name that a mapping can use", "{\"a\":1}\n": "no table"} {
		if _, err := NewSketch([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", data, err)
		}
	}
	s, err := NewSketch([]byte("a,b\nx,y\n"))
	if err != nil || s.Missing() == "" {
		t.Errorf("%+v %v", s, err)
	}
	s.Visitor, s.At, s.Layout, s.URL = "a", "b", "2006", ""
	if got := s.Missing(); !strings.Contains(got, "URL") {
		t.Error(got)
	}
	// The day or the month may come first: both are offered.
	s, err = NewSketch([]byte("u,at,url\nx,03/02/2026 10:15:00,https://s.example/\n"))
	if err != nil || len(s.Layouts("at")) != 2 {
		t.Errorf("%v %v", s.Layouts("at"), err)
	}
}

// Whatever is guessed of whatever table, a sketch that lacks nothing is a mapping.
func TestASketchIsAMapping(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"user", "session id", "at", "ts", "url", "event", "sku", "price", "total", `a"b`, `c\d`, "x:y", "naïve", "items", "term", "query"})
	cell := rapid.SampledFrom([]string{"", "a", "2026-03-02T10:15:00Z", "1772446500", "https://s.example/", "/p", "page_view", "add_to_cart", "view_item", "order", "search", "5.00", `q\`, "é: #"})
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOfNDistinct(names, 2, 8, rapid.ID[string]).Draw(t, "columns")
		var b strings.Builder
		b.WriteString(strings.Join(columns, "\t") + "\n")
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			row := make([]string, len(columns))
			for i := range row {
				row[i] = cell.Draw(t, "cell")
			}
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		s, err := NewSketch([]byte(b.String()))
		if err != nil || s.Missing() != "" {
			return
		}
		m, err := ParseMapping("map.yaml", s.YAML())
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, b.String(), s.YAML())
		}
		j, err := SortedReader(Options{Mapping: m, MaxRejects: -1}, "in", strings.NewReader(b.String()))
		if err == nil {
			j.Close()
		}
	})
}

func FuzzSketch(f *testing.F) {
	f.Add([]byte(clicksTable))
	f.Add([]byte(`{"user":{"id":"u"},"timestamp":"2026-03-02T10:15:00Z"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := NewSketch(data)
		if err != nil || s.Missing() != "" {
			return
		}
		if _, err := ParseMapping("map.yaml", s.YAML()); err != nil && !strings.Contains(err.Error(), "longer") {
			t.Fatalf("%v\n%s", err, s.YAML())
		}
	})
}
