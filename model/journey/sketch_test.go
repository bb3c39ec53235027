package journey

import (
	"bytes"
	"errors"
	"fmt"
	"os"
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

// Tables with the headers of recorded traffic and rows of our own.
const (
	daysTable = `year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);colour;location;model photography;price;price 2;page
2008;4;1;1;29;1;1;5;1;5;1;28;2;1
2008;4;1;2;29;1;2;71;1;6;1;33;2;1
2008;4;11;1;16;2;2;67;9;5;1;57;1;2
`
	sessionsTable = `{"session":0,"events":[{"aid":15,"ts":1659304800025,"type":"clicks"},{"aid":16,"ts":1659304904511,"type":"carts"},{"aid":16,"ts":1659304914511,"type":"orders"}]}
{"session":1,"events":[{"aid":30,"ts":1659304800025,"type":"clicks"}]}
`
	atomicTable = `app_id,collector_tstamp,event,event_id,user_id,user_ipaddress,domain_userid,domain_sessionidx,geo_country,page_url,page_title,page_referrer,useragent
shop,2022-05-11 09:57:51.961,page_view,e1,,198.51.100.7,d-1,1,DE,https://shop.example/,Home,,Mozilla/5.0
shop,2022-05-11 09:57:59.003,page_view,e2,,198.51.100.7,d-1,1,DE,https://shop.example/p/tent,Tent,https://shop.example/,Mozilla/5.0
`
)

func trial(t testing.TB, s *Sketch, sample string) *Trial {
	t.Helper()
	if lacks, key := s.Missing(); lacks != "" {
		t.Fatalf("%s: %s\n%v", key, lacks, s.set)
	}
	m, err := ParseMapping("map.yaml", s.YAML(true))
	if err != nil {
		t.Fatalf("%v\n%s", err, s.YAML(true))
	}
	return Try(m, Options{}, "table", []byte(sample))
}

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
			[]string{`separator: ";"`, `value: "{when}" # it is called when`, `- "page_view"`}},
		"pages with seconds since 1970, by tabs": {"user\tts\turl\nu\t1772446500\t/cart\n", []string{`{"visitor":"u","at":"2026-03-02T10:15:00Z","type":"page","url":"http://localhost/cart"}`}, []string{"format: tsv", `layout: "unix-s"`}},
		"JSON with objects in it": {`{"user":{"id":"u"},"timestamp":"2026-03-02T10:15:00Z","page":{"url":"https://s.example/","title":"T"}}` + "\n",
			[]string{`{"visitor":"u","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/","title":"T"}`}, []string{"format: jsonl", `visitor: "{user.id}"`}},
		"a date and a time apart, and no header": {"v1,2026-03-02,10:15,/cart\nv1,2026-03-02,10:16,/pay\n", nil, []string{"header: false", `value: "{column 2} {column 3}" # the date and the time stand in two columns`, `url: "{column 4}"`}},
		"days in three columns, and no URL": {daysTable, []string{
			`{"visitor":"1","at":"2008-04-01T00:00:00Z","type":"page","url":"https://site.example/1/5"}`,
			`{"visitor":"1","at":"2008-04-01T00:00:00Z","type":"prodView","products":[{"product":{"category":"1","sku":"5","price":"28.00"}}]}`,
			`{"visitor":"1","at":"2008-04-01T00:00:30Z","type":"page","url":"https://site.example/2/71"}`,
			`{"visitor":"1","at":"2008-04-01T00:00:30Z","type":"prodView","products":[{"product":{"category":"2","sku":"71","price":"33.00"}}]}`,
			`{"visitor":"2","at":"2008-04-11T00:00:00Z","type":"page","url":"https://site.example/2/67"}`,
			`{"visitor":"2","at":"2008-04-11T00:00:00Z","type":"prodView","products":[{"product":{"category":"2","sku":"67","price":"57.00"}}]}`},
			[]string{`value: "{year}-{month}-{day}" # the date stands in three columns`, `order: "{order}"`, `gap: "30s"`}},
	} {
		s, err := NewSketch([]byte(tt.data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		y := string(s.YAML(true))
		for _, w := range tt.yaml {
			if !strings.Contains(y, w) {
				t.Errorf("%s: %s is missing in\n%s", name, w, y)
			}
		}
		if name == "a date and a time apart, and no header" {
			if err := s.Set(FieldVisitor, "{column 1}"); err != nil {
				t.Fatal(err)
			}
			tt.want = []string{`{"visitor":"v1","at":"2026-03-02T10:15:00Z","type":"page","url":"http://localhost/cart"}`, `{"visitor":"v1","at":"2026-03-02T10:16:00Z","type":"page","url":"http://localhost/pay"}`}
		}
		if lacks, _ := s.Missing(); lacks != "" {
			t.Errorf("%s: %s", name, lacks)
			continue
		}
		m, err := ParseMapping("map.yaml", s.YAML(true))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, y)
		}
		got, r := mustRead(t, Options{Mapping: m, KeepPersonal: true}, tt.data)
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s: %s\n%s\n%s", name, strings.Join(got, "\n"), y, r)
		}
		if !Fits(m, []byte(tt.data)) || Fits(m, []byte("a,b\n1,2\n")) {
			t.Errorf("%s: fits what it does not", name)
		}
	}
}

// Whatever has the shape of what was recorded is read to its last row with
// what is guessed, and nothing of it is rejected or skipped.
func TestTheShapesOfRecordedTablesAreReadWhole(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		data   string
		rows   int64
		events int64
		set    map[string]string
	}{
		"clicks by days":       {daysTable, 3, 6, nil},
		"sessions with events": {sessionsTable, 2, 4, nil},
		"atomic events":        {atomicTable, 2, 2, nil},
		"clicks of a shop":     {clicksTable, 6, 6, nil},
	} {
		s, err := NewSketch([]byte(tt.data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for k, v := range tt.set {
			if err := s.Set(k, v); err != nil {
				t.Fatal(err)
			}
		}
		got := trial(t, s, tt.data)
		if got.Wrong != nil || got.Read != tt.rows || got.Rejected != 0 || got.Events != tt.events || got.Skipped != got.SkippedBy["header"].Count {
			t.Errorf("%s: %+v\n%s", name, got, s.YAML(true))
		}
	}
}

// A mapping that was made is opened again and says the same; what a sketch
// cannot read is refused.
func TestAMappingIsOpenedToBeChanged(t *testing.T) {
	t.Parallel()
	for _, data := range []string{daysTable, sessionsTable, atomicTable, clicksTable, "a,a,at\nx,y,2026-03-02T10:15:00Z\n"} {
		s, err := NewSketch([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		if s.Get(FieldVisitor) == "" {
			if err := s.Set(FieldVisitor, Column(s.Columns[1])); err != nil {
				t.Fatal(err)
			}
		}
		if s.Get("url") == "" {
			if err := s.Set("url", "https://site.example/{#line}"); err != nil {
				t.Fatal(err)
			}
		}
		want := s.YAML(false)
		m, err := ParseMapping("m", want)
		if err != nil {
			t.Fatalf("%v\n%s", err, want)
		}
		again, err := OpenSketch(m, []byte(data))
		if err != nil {
			t.Errorf("%v\n%s", err, want)
			continue
		}
		if got := again.YAML(false); !bytes.Equal(got, want) {
			t.Errorf("%s\n%s", got, want)
		}
	}
	for _, beyond := range []string{"visitor: \"{year}\"\nat: \"{day}\"\nseparator: \";\"\nskip: 2\nevents: [{page: {url: \"{page}\"}}]\n",
		"visitor: \"{year}\"\nat: \"{day}\"\nseparator: \";\"\nskip: 20\nevents: [{page: {url: \"{page}\"}}]\n"} {
		if _, err := OpenSketch(mustMapping(t, beyond), []byte(daysTable)); !errors.Is(err, ErrBeyondSketch) {
			t.Errorf("%v\n%s", err, beyond)
		}
	}
}

func TestWhatIsChosenIsCheckedAndWhatHangsOnItIsGuessedAnew(t *testing.T) {
	t.Parallel()
	s, err := NewSketch([]byte(clicksTable))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ key, value, wrong string }{
		{FieldVisitor, "{sesion}", "did you mean session?"}, {FieldVisitor, "{", "without its }"}, {FieldLayout, "nonsense", "2 January 2006"}, {FieldZone, "Mars", "a time zone"},
		{FieldGap, "soon", "a duration"}, {FieldKind, "x{event}", "a column"}, {KindField("search"), "dance", "one of page"}, {"url", strings.Repeat("x", 501), "longer"}, {"url", "a\x1b[2J", "control"},
		{FieldSeparator, "", "one to eight"}, {FieldSeparator, "@", "no table"},
		{FieldVisitor, "{session}-{#line}", ""}, {FieldZone, "Europe/Berlin", ""}, {"url", "https://shop.example/{sku}", ""},
	} {
		before := s.Clone()
		err := s.Set(tt.key, tt.value)
		if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
			t.Errorf("%s = %s: %v, want %q", tt.key, tt.value, err, tt.wrong)
		}
		if tt.wrong != "" && !s.Same(before) {
			t.Errorf("%s = %s: refused, and changed", tt.key, tt.value)
		}
	}
	if err := s.Set(FieldAt, "{title}"); err != nil || s.Get(FieldLayout) != "" {
		t.Errorf("%v %q", err, s.Get(FieldLayout))
	}
	if what, key := s.Missing(); key != FieldLayout || !strings.Contains(what, "written in no way") {
		t.Errorf("%s %s", what, key)
	}
	if err := s.Set(FieldKind, ""); err != nil || s.Get(FieldRow) == "" || s.Get(KindField("search")) != "" {
		t.Errorf("%v %v", err, s.set)
	}
	if u := s.Unmapped(); strings.Join(u, " ") != "when page event qty total orderid term" {
		t.Errorf("unmapped: %v", u)
	}
}

// A shop's till of our own: no column is called as fields are.
const tillTable = `geraet;wann;seite;tat;korbwert;stueck
K1;29.03.2026 08:03:00;https://shop.example/start;Aufruf;;
K1;29.03.2026 08:04:00;https://shop.example/regal;Korb;1.046,06;1
K1;29.03.2026 08:05:00;https://shop.example/kasse;Kauf;1.046,06;1
`

func TestNumbersAreReadAsTheColumnThatIsChosenWritesThem(t *testing.T) {
	t.Parallel()
	sketch := func() *Sketch {
		s, err := NewSketch([]byte(tillTable))
		if err != nil {
			t.Fatal(err)
		}
		set(t, s, FieldVisitor, "{geraet}", FieldKind, "{tat}", KindField("Aufruf"), "page", KindField("Korb"), "cart", KindField("Kauf"), "purchase", "url", "{seite}", "items", "{stueck}")
		return s
	}
	s := sketch()
	if n := s.Get(FieldNumbers); n != numbersPlain {
		t.Fatalf("before: %q", n)
	}
	set(t, s, "total", "{korbwert}")
	if n, why := s.Get(FieldNumbers), s.Why(FieldNumbers); n != numbersComma || !strings.Contains(why, "1.046,06") {
		t.Errorf("%q, %q", n, why)
	}
	if got := trial(t, s, tillTable); got.Read != 3 || got.Rejected != 0 {
		t.Errorf("%d read, %d rejected: %+v", got.Read, got.Rejected, got.Rows)
	}
	set(t, s, "total", "{stueck}")
	if n := s.Get(FieldNumbers); n != numbersPlain {
		t.Errorf("what was guessed of a column stays without it: %q", n)
	}
	s = sketch()
	set(t, s, FieldNumbers, numbersPoint, "total", "{korbwert}")
	if n := s.Get(FieldNumbers); n != numbersPoint {
		t.Errorf("what was chosen is guessed anew: %q", n)
	}
}

func TestAnOrderWithPiecesAndNoProductHasNoProducts(t *testing.T) {
	t.Parallel()
	s, err := NewSketch([]byte(tillTable))
	if err != nil {
		t.Fatal(err)
	}
	set(t, s, FieldVisitor, "{geraet}", FieldKind, "{tat}", KindField("Aufruf"), "page", KindField("Korb"), "cart", KindField("Kauf"), "purchase", "url", "{seite}", "items", "{stueck}", "total", "{korbwert}", "quantity", "{stueck}")
	m := mustMapping(t, string(s.YAML(true)))
	got, _ := mustRead(t, Options{Mapping: m, KeepPersonal: true}, tillTable)
	want := `{"visitor":"K1","at":"2026-03-29T08:05:00Z","type":"purchase","total":"1046.06","cart":{"numItems":1}}`
	if len(got) != 3 || got[2] != want {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	set(t, s, "price", "{korbwert}") // of which product?
	if what, key := s.Missing(); key != "sku" || !strings.Contains(what, "the product's number or its name") {
		t.Errorf("%s: %s", key, what)
	}
}

func TestATrialSaysWhatBecomesOfEveryRow(t *testing.T) {
	t.Parallel()
	data := "who,at,event\nv,2026-03-02T10:15:00Z,open\nv,yesterday,open\nv,2026-03-02T10:16:00Z,other\n,2026-03-02T10:17:00Z,open\nv,2026-03-02T10:18:00Z\n"
	m := mustMapping(t, "visitor: \"{who}\"\nat: \"{at}\"\nevents: [{when: {event: open}, signal: {name: \"{event}\"}}]\n")
	got := Try(m, Options{}, "t.csv", []byte(data))
	var rows []string
	for _, r := range got.Rows {
		rows = append(rows, fmt.Sprint(r.Line, len(r.Events), r.Skipped, "|", r.Rejected))
	}
	want := []string{"1 0header|", "2 1|", "3 0|at: not an instant as rfc3339, from 2000 to 2100: xxxxxxxxx", "4 0no-event|", "5 0|visitor: empty", "6 0|want 3 columns, have 2"}
	if strings.Join(rows, "\n") != strings.Join(want, "\n") || got.Lines != 6 || got.Read != 1 || got.Skipped != 2 || got.Rejected != 3 || got.Wrong != nil {
		t.Errorf("%s\n%+v", strings.Join(rows, "\n"), got)
	}
	if got := Try(mustMapping(t, "visitor: \"{nobody}\"\nat: \"{at}\"\nevents: [{leave: {}}]\n"), Options{}, "t.csv", []byte(data)); got.Wrong == nil || got.Read != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsNoTable(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{"": "nothing but blank", "a b c\nd e f\n": "no table", "a,b\n": "no row", "{\"a\":1}\n": "no table", "a,b\n1,\x00\n": "binary", "\xfe,\xff\n": "no line of it is text in UTF-8",
		"a,b\n\xe9,1\n": "no row of it is text in UTF-8", "\xff\xfea\x00,\x00b\x00\n\x00": "UTF-16"} {
		if _, err := NewSketch([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", data, err)
		}
	}
	for data, want := range map[string]string{"": "empty", "\x7fELF\x00\x01,": "binary"} {
		if _, err := Sample(strings.NewReader(data), 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", data, err)
		}
	}
	// The day or the month may come first: both are offered.
	s, err := NewSketch([]byte("u,at,url\nx,03/02/2026 10:15:00,https://s.example/\n"))
	if err != nil || len(s.Layouts()) < 2 || !strings.Contains(s.Why(FieldLayout), "would also read") {
		t.Errorf("%v %v %s", s.Layouts(), err, s.Why(FieldLayout))
	}
}

// Names that are hostile, the same, or none become names that a mapping can
// say, and the table is read by them.
func TestHostileTables(t *testing.T) {
	t.Parallel()
	wide := func(cell string) string { return strings.Repeat(cell+",", 4999) + cell + "\n" }
	var names strings.Builder
	for i := range 4998 {
		fmt.Fprintf(&names, "c%d,", i)
	}
	for name, data := range map[string]string{
		"5,000 columns":           names.String() + "user,at\n" + strings.Repeat("7,", 4998) + "u,2026-03-02T10:15:00Z\n",
		"5,000 names alike":       wide("a") + wide("7"),
		"a cell of a megabyte":    "user,at,url\nu,2026-03-02T10:15:00Z,https://s.example/\nu,2026-03-02T10:15:01Z," + strings.Repeat("x", 900<<10) + "\n",
		"a cell beyond all lines": "user,at,url\nu,2026-03-02T10:15:00Z,https://s.example/\nu,2026-03-02T10:15:01Z," + strings.Repeat("x", 2<<20) + "\n",
		"control characters":      "us\x1b[2Jer,\x07at,url\nu,2026-03-02T10:15:00Z,https://s.example/\n",
		"names twice":             "user,at,url,url,,{x},#line\nu,2026-03-02T10:15:00Z,https://s.example/,/b,1,2,3\n",
		"keys of JSON":            "{\"user\":\"u\",\"at\":\"2026-03-02T10:15:00Z\",\"\\u001b[2J\":1,\"a.b\":2,\"{c}\":3,\"url\":\"/x\"}\n",
	} {
		s, err := NewSketch([]byte(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Get(FieldVisitor) == "" {
			s.set[FieldVisitor] = Column(s.Columns[0])
		}
		if s.Get(FieldAt) == "" {
			s.set[FieldAt], s.set[FieldLayout] = "2026-03-02T10:15:00Z", "rfc3339"
			if strings.Contains(name, "control") {
				s.set[FieldAt] = Column(s.Columns[1])
			}
		}
		if s.Get("url") == "" {
			s.set["url"] = Column(s.Columns[2])
		}
		if got := trial(t, s, data); got.Wrong != nil || got.Read == 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Whatever is guessed of whatever table, a sketch that lacks nothing is a
// mapping, and one that can be opened again.
func TestASketchIsAMapping(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"user", "session id", "at", "ts", "url", "event", "sku", "price", "total", `a"b`, `c\d`, "x:y", "naïve", "items", "term", "query", "# {", "\x1b[2J", "yes", "~", "quantity", "date"})
	cell := rapid.SampledFrom([]string{"", "a", "2026-03-02T10:15:00Z", "2026-03-02", "1772446500", "https://s.example/", "/p", "page_view", "add_to_cart", "view_item", "order", "search", "5.00", `q\`, "é: #", "null", "~"})
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.SliceOfN(names, 2, 8).Draw(t, "columns")
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
		if err != nil {
			return
		}
		if what, _ := s.Missing(); what != "" {
			return
		}
		m, err := ParseMapping("map.yaml", s.YAML(true))
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, b.String(), s.YAML(true))
		}
		Try(m, Options{}, "in", []byte(b.String()))
		again, err := OpenSketch(m, []byte(b.String()))
		if err != nil {
			t.Fatalf("%v\n%s", err, s.YAML(true))
		}
		if !bytes.Equal(again.YAML(false), s.YAML(false)) {
			t.Fatalf("%s\n%s", again.YAML(false), s.YAML(false))
		}
	})
}

// What was recorded is read whole by what is guessed.
func TestRecordedTablesAreGuessed(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][2]int64{"eshop-clothing-2008/e-shop-2008-apr-may.csv": {83853, 2 * 83853}, "otto-sessions/otto-dev.jsonl": {11, 0},
		"snowplow-ecommerce-events/snowplow_ecommerce_events_dev.csv": {460, 0}} {
		p := recorded(t, path)
		f, err := os.Open(p)
		if err != nil {
			t.Fatal(err)
		}
		sample, err := Sample(f, SampleBytes)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSketch(sample)
		if err != nil {
			t.Fatal(err)
		}
		if lacks, _ := s.Missing(); lacks != "" {
			t.Errorf("%s: %s", path, lacks)
			continue
		}
		m, err := ParseMapping("m", s.YAML(true))
		if err != nil {
			t.Fatal(err)
		}
		r := readAll(t, Options{Mapping: m, Robots: true}, p)
		if r.RejectedLines() != 0 || r.Read != want[0] || want[1] > 0 && r.Events != want[1] {
			t.Errorf("%s: %s\n%s", path, r, s.YAML(true))
		}
	}
}

func FuzzSketch(f *testing.F) {
	f.Add([]byte(clicksTable))
	f.Add([]byte(daysTable))
	f.Add([]byte(sessionsTable))
	f.Add([]byte(`{"user":{"id":"u"},"timestamp":"2026-03-02T10:15:00Z"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := NewSketch(data)
		if err != nil {
			return
		}
		if what, _ := s.Missing(); what != "" {
			return
		}
		m, err := ParseMapping("map.yaml", s.YAML(true))
		if err != nil {
			if !strings.Contains(err.Error(), "longer") {
				t.Fatalf("%v\n%s", err, s.YAML(true))
			}
			return
		}
		Try(m, Options{}, "in", data)
	})
}
