package journey

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const pathsTable = `client;start;path;sum
a;2026-03-02T10:15:00Z;home > cart > buy;1.234,50
b;2026-03-02T10:20:00Z;home;
c;2026-03-02T10:21:00Z; ;
`

const pathsMapping = `# How our shop writes its paths.
separator: ";"
each: path
split: ">"
numbers: comma
visitor: "{client}"
at: {value: "{start}", order: "{#place}", gap: 20s}
events:
  - unless: {"#cell": [buy]}
    page: {url: "https://shop.example/{#cell}"}
  - when: {"#cell": buy}
    purchase: {total: "{sum}", currency: EUR}
`

func TestACellThatHoldsASequenceIsReadPartByPart(t *testing.T) {
	t.Parallel()
	want := []string{
		`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/home"}`,
		`{"visitor":"a","at":"2026-03-02T10:15:20Z","type":"page","url":"https://shop.example/cart"}`,
		`{"visitor":"a","at":"2026-03-02T10:15:40Z","type":"purchase","total":"1234.50","currency":"EUR"}`,
		`{"visitor":"b","at":"2026-03-02T10:20:00Z","type":"page","url":"https://shop.example/home"}`}
	m := mustMapping(t, pathsMapping)
	got, r := mustRead(t, Options{Mapping: m, KeepPersonal: true}, pathsTable)
	if strings.Join(got, "\n") != strings.Join(want, "\n") || r.Skipped["no-event"].Count != 1 {
		t.Errorf("%s\n%s", strings.Join(got, "\n"), r)
	}
	lines := `{"client":"a","start":"2026-03-02T10:15:00Z","path":"home > cart > buy","sum":"1.234,50"}
{"client":"b","start":"2026-03-02T10:20:00Z","path":"home"}
{"client":"c","start":"2026-03-02T10:21:00Z","path":""}
`
	m = mustMapping(t, "format: jsonl\n"+strings.Replace(pathsMapping, "separator: \";\"\n", "", 1))
	if got, r := mustRead(t, Options{Mapping: m, KeepPersonal: true}, lines); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("JSON: %s\n%s", strings.Join(got, "\n"), r)
	}
	// A number in another form is rejected with its field, never guessed at.
	_, r = mustRead(t, Options{Mapping: mustMapping(t, pathsMapping)}, strings.Replace(pathsTable, "1.234,50", "12.50", 1))
	if r.Rejected["number"].Count != 1 || !strings.Contains(r.Problems[0].Error(), "path, part 3. purchase.total: no number as 1.234,50") && !strings.Contains(r.Problems[0].Error(), "path, part 3.") {
		t.Errorf("%s %v", r, r.Problems)
	}
	for src, want := range map[string]string{
		"split: \">\"\n":                     "each is missing",
		"each: path\n":                       "each: want cells, a column with split",
		"each: path\nsplit: \"123456789\"\n": "one to 8 characters",
		"numbers: roman\n":                   "numbers: want comma",
	} {
		if _, err := ParseMapping("m", []byte(src+"visitor: \"{v}\"\nat: \"{t}\"\nevents: [{leave: {}}]\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// set sets fields in turn.
func set(t testing.TB, s *Sketch, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if err := s.Set(pairs[i], pairs[i+1]); err != nil {
			t.Fatalf("%s = %s: %v", pairs[i], pairs[i+1], err)
		}
	}
}

func fieldOf(t testing.TB, s *Sketch, key string) Field {
	t.Helper()
	i := slices.IndexFunc(s.Fields(), func(f Field) bool { return f.Key == key })
	if i < 0 {
		t.Fatalf("no field %q", key)
	}
	return s.Fields()[i]
}

func TestASequenceIsChosenFieldByField(t *testing.T) {
	t.Parallel()
	s, err := NewSketch([]byte(pathsTable))
	if err != nil {
		t.Fatal(err)
	}
	if c := fieldOf(t, s, FieldEach).Choices; !slices.ContainsFunc(c, func(c FieldChoice) bool { return c.Value == "{path}" }) {
		t.Fatalf("%v", c)
	}
	set(t, s, FieldVisitor, "{client}", FieldEach, "{path}")
	if s.Get(FieldSplit) != " > " || s.Get(FieldOrder) != "{#place}" || s.Get(FieldVisitor) != "{client}" || s.Get(FieldAt) != "{start}" {
		t.Errorf("%v", s.set)
	}
	set(t, s, FieldKind, "{#cell}", KindField("home"), "page", KindField("cart"), "page", KindField("buy"), "purchase", "url", "https://shop.example/{#cell}", "total", "{sum}", FieldGap, "20s", FieldNumbers, "comma")
	got := trial(t, s, pathsTable)
	if got.Wrong != nil || got.Read != 2 || got.Events != 4 || got.Rejected != 0 {
		t.Errorf("%+v\n%s", got, s.YAML(false))
	}
	if u := s.Unmapped(); len(u) != 0 {
		t.Errorf("%v", u)
	}
	if err := s.Set(FieldSplit, ""); err == nil {
		t.Error("cut by nothing")
	}
	set(t, s, FieldEach, "")
	if slices.Contains(s.Columns, "#cell") || s.Get(FieldSplit) != "" || s.Get("total") != "{sum}" {
		t.Errorf("%v %v", s.Columns, s.set)
	}
}

func TestLinesOfCodesAreGuessed(t *testing.T) {
	t.Parallel()
	data := "% what the numbers are\n\n% front page, news\n1 1 \n2 \n3 2 2 4 2 \n" // what is behind the last blank is no page
	s, err := NewSketch([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	set(t, s, FieldAt, "1999-09-28")
	if what, _ := s.Missing(); !strings.Contains(what, "or not of the years 2000 to 2100") {
		t.Errorf("of 1999: %s", what)
	}
	set(t, s, FieldAt, "2026-03-02")
	got := trial(t, s, data)
	if got.Wrong != nil || got.Read != 3 || got.Events != 8 || got.Visitors != 3 || got.Rejected != 0 || s.Get(FieldSkip) != "3" {
		t.Errorf("%+v\n%s", got, s.YAML(true))
	}
	again, err := OpenSketch(mustMapping(t, string(s.YAML(false))), []byte(data))
	if err != nil || string(again.YAML(false)) != string(s.YAML(false)) {
		t.Errorf("%v\n%s", err, again.YAML(false))
	}
	// Remarks before a table with a header are left out as well.
	s, err = NewSketch([]byte("# an export\n# of March\nuser,at,url,price\nu,2026-03-02T10:15:00Z,/,\"1.200,00\"\n"))
	if err != nil || s.Get(FieldSkip) != "2" || s.Get(FieldVisitor) != "{user}" || s.Get(FieldNumbers) != numbersComma {
		t.Errorf("%v %v", err, s.set)
	}
}

func TestRecordedValuesAreGivenMeanings(t *testing.T) {
	t.Parallel()
	s, err := NewSketch([]byte(daysTable))
	if err != nil {
		t.Fatal(err)
	}
	const code = "page 1 (main category)"
	if c, err := s.Translatable(fieldOf(t, s, "category")); err != nil || !slices.Equal(c, []string{code}) {
		t.Fatalf("%v %v", c, err)
	}
	at, err := s.Translate("category", code)
	if err != nil || at != valueKey("category", "1") {
		t.Fatalf("%q %v", at, err)
	}
	before := string(s.YAML(false))
	set(t, s, at, "trousers", tableMore+"category", "3 -> blouses", "url", "https://site.example/{category}/{page}")
	if got := s.Filled("{category}"); !slices.Equal(got, []string{"trousers", "2"}) {
		t.Errorf("%v", got)
	}
	events := func() string {
		got, r := mustRead(t, Options{Mapping: mustMapping(t, string(s.YAML(false)))}, daysTable)
		return strings.Join(got, "\n") + r.String()
	}
	if got := events(); !strings.Contains(got, `"category":"trousers","sku":"5"`) || !strings.Contains(got, "https://site.example/2/1") {
		t.Errorf("%s", got)
	}
	set(t, s, tableElse+"category", EmptyText)
	if got := events(); strings.Contains(got, `"category":"2"`) || !strings.Contains(got, `"products":[{"product":{"sku":"71"`) {
		t.Errorf("%s", got)
	}
	set(t, s, tableElse+"category", "")
	if got := trial(t, s, daysTable); got.RejectedBy["unmapped"].Count != 2 {
		t.Errorf("%+v", got)
	}
	set(t, s, tableName+"category", "kind of clothes")
	if s.Get("url") != "https://site.example/{kind of clothes}/{page}" {
		t.Errorf("%v", s.set)
	}
	for key, value := range map[string]string{tableName + "kind of clothes": "country", TableFrom + "kind of clothes": "{kind of clothes}", tableMore + "kind of clothes": "4", tableElse + "kind of clothes": "{nothing}", valueKey("kind of clothes", "1"): "a\x1b[2J"} {
		old := s.Clone()
		if s.Set(key, value) == nil || !s.Same(old) {
			t.Errorf("%s = %s", key, value)
		}
	}
	// What a value means may be what happened.
	o, err := NewSketch([]byte("user,at,code,url\nu,2026-03-02T10:15:00Z,7,/\nu,2026-03-02T10:16:00Z,8,/\n"))
	if err != nil {
		t.Fatal(err)
	}
	set(t, o, FieldKind, "{code}")
	key, err := o.Translate(FieldKind, "code")
	if err != nil {
		t.Fatal(err)
	}
	set(t, o, key, "view")
	if o.Get(KindField("view")) != "page" {
		t.Errorf("a view is %q", o.Get(KindField("view")))
	}
	set(t, o, KindField("8"), "")
	if got := trial(t, o, "user,at,code,url\nu,2026-03-02T10:15:00Z,7,/\nu,2026-03-02T10:16:00Z,8,/\n"); got.Events != 1 || got.Rejected != 0 {
		t.Errorf("%+v\n%s", got, o.YAML(false))
	}
	// A table that is taken away leaves what was recorded.
	set(t, s, TableFrom+"kind of clothes", "")
	if len(s.values) != 0 || s.Get("category") != Column(code) {
		t.Errorf("%v", s.set)
	}
	if strings.Contains(before, "trousers") || strings.Contains(string(s.YAML(false)), "values:") {
		t.Error("something is left")
	}
}

// Mappings that say what no field does: conditions, payloads and types of their
// own.
const aloneMapping = `# Our own remarks.
separator: ";"
visitor: "{session}"
at: {value: "{when}", layout: ["2006-01-02 15:04:05", rfc3339], zone: Europe/Berlin}
values:
  what: {from: "{event}", map: {page_view: look, view_item: look at}, else: "{event}"}
events:
  - when: {what: [look, look at]}
    page: {url: "{page}", title: "{title}", language: de, sections: [shop, "{event}"]}
  - when: {what: look at}
    unless: {sku: ""}
    prodView: {products: [{product: {sku: "{sku}", price: "{price}"}}]}
  - when: {what: look at, qty: "1"}
    signal: {name: single}
  - when: {what: purchase}
    purchase: {total: "{total}", orderId: "{orderid}"}
  - when: {what: purchase}
    lead: {lead: {topic: bought, value: "{total}"}}
  - personal: {personal: {gender: OTHER, "shoe size": "42"}}
`

func TestWhatNoFieldSaysIsKept(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{"alone": aloneMapping, "paths": pathsMapping} {
		table := map[string]string{"alone": clicksTable, "paths": pathsTable}[name]
		m := mustMapping(t, src)
		s, err := OpenSketch(m, []byte(table))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := string(s.Body()); got != src {
			t.Errorf("%s: unchanged, and kept as\n%s", name, got)
		}
		was := s.Get(FieldVisitor)
		set(t, s, FieldVisitor, "v-"+was)
		if strings.Contains(string(s.Body()), "remarks") {
			t.Errorf("%s: changed, and not written", name)
		}
		again := mustMapping(t, string(s.Body()))
		if !maps.EqualFunc(m.sequences(), again.sequences(), slices.Equal) {
			t.Errorf("%s:\n%s", name, s.Body())
		}
		set(t, s, FieldVisitor, was)
		if got := string(s.Body()); got != src {
			t.Errorf("%s: taken back, and kept as\n%s", name, got)
		}
	}
	s, err := OpenSketch(mustMapping(t, aloneMapping), []byte(clicksTable))
	if err != nil {
		t.Fatal(err)
	}
	if s.Get("url") != "{page}" || s.Get(moreField+"page.language") != "de" || s.Get(FieldKind) != "{what}" || len(s.kept) != 4 {
		t.Errorf("%v\n%s", s.set, s.YAML(false))
	}
	// They are changed, added and taken away as lines.
	set(t, s, keptField+"1", `{when: {what: look at, qty: "2"}, signal: {name: pair}}`, FieldEvent, `{when: {event: search}, searchInfo: {keywords: ["{term}"]}}`, keptField+"2", "",
		FieldMore, "page.platform", moreField+"page.platform", "desktop", moreField+"page.language", "")
	y := string(s.YAML(false))
	for want, n := range map[string]int{"pair": 1, "single": 0, "lead": 0, `platform: "desktop"`: 1, "language": 0, "searchInfo": 1, "shoe size": 1} {
		if strings.Count(y, want) != n {
			t.Errorf("%s is not there %d times:\n%s", want, n, y)
		}
	}
	mustMapping(t, y)
	for key, value := range map[string]string{FieldEvent: "{dance: {}}", keptField + "0": "{page: {url: \"{nowhere}\"}}", keptField + "9": "{leave: {}}", FieldMore: "page.smell", keptField + "1": "{leave: {}}\n  - leave: {}",
		moreField + "page.sections": "x", TableFrom + "what": ""} {
		if key == TableFrom+"what" {
			continue
		}
		old := s.Clone()
		if s.Set(key, value) == nil || !s.Same(old) {
			t.Errorf("%s = %s", key, value)
		}
	}
	if err := s.Set(TableFrom+"what", ""); err == nil || !strings.Contains(err.Error(), "event 1") {
		t.Errorf("a table that an event reads is taken away: %v", err)
	}
}

// Whatever events a mapping has, opening it loses none of them, nor their
// order.
func TestEveryMappingOpensAndSaysTheSame(t *testing.T) {
	t.Parallel()
	text := rapid.SampledFrom([]string{"{a}", "{b}", "x", "{v}", "https://s.example/{a}?q={b}", "{{", "é: #", "yes", "1"})
	word := rapid.SampledFrom([]string{"view", "buy", "", "1"})
	name := rapid.SampledFrom([]string{"a", "b", "v"})
	payloads := []string{"page: {url: %q, title: %q}", "page: {url: %q, language: %q}", "signal: {name: %q}", "purchase: {orderId: %q, cart: {products: [{product: {sku: %q}}, {product: {sku: b}}]}}",
		"prodView: {products: [{product: {sku: %q, name: %q}}]}", "personal: {personal: {firstname: %q, \"no.\": %q}}", "searchInfo: {keywords: [%q, %q]}", "leave: {}", "respond: {engagement: \"c/e\", action: %q}"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("visitor: \"{a}\"\nat: \"{at}\"\nvalues: {v: {from: \"{b}\", map: {view: look, \"1\": \"\"}, else: \"{b}\"}}\nevents:\n")
		for range rapid.IntRange(1, 6).Draw(t, "events") {
			b.WriteString("  - ")
			for _, c := range []string{"when", "unless"} {
				if rapid.IntRange(0, 2).Draw(t, c) > 0 && c == "when" || rapid.IntRange(0, 4).Draw(t, c) == 0 {
					b.WriteString(c + ": {" + name.Draw(t, "column") + ": [")
					b.WriteString(strconv.Quote(word.Draw(t, "value")) + ", " + strconv.Quote(word.Draw(t, "value")) + "]}\n    ")
				}
			}
			p := rapid.SampledFrom(payloads).Draw(t, "payload")
			for strings.Contains(p, "%q") {
				p = strings.Replace(p, "%q", strconv.Quote(text.Draw(t, "text")), 1)
			}
			b.WriteString(p + "\n")
		}
		m, err := ParseMapping("m", []byte(b.String()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		s, err := OpenSketch(m, []byte("a,b,at\nu,view,2026-03-02T10:15:00Z\nu,buy,2026-03-02T10:16:00Z\n"))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		again, err := ParseMapping("m", s.YAML(true))
		if err != nil || !maps.EqualFunc(m.sequences(), again.sequences(), slices.Equal) || string(s.Body()) != b.String() {
			t.Fatalf("%v\n%s\n%s", err, b.String(), s.YAML(true))
		}
		for _, f := range s.Fields() { // every line of the list may be set to what it is
			if f.Key != FieldMore && f.Key != FieldEvent && !strings.HasPrefix(f.Key, tableMore) {
				if err := s.Set(f.Key, f.Value); err != nil {
					t.Fatalf("%s = %s: %v\n%s", f.Key, f.Value, err, b.String())
				}
			}
		}
		if string(s.Body()) != b.String() {
			t.Fatalf("set to what it is, and another\n%s\n%s", b.String(), s.YAML(true))
		}
	})
}
