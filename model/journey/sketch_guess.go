package journey

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model/text"
)

// guess guesses what the columns are, by their names and what is in them. Every
// guess says why.
func (s *Sketch) guess() {
	keep := map[string]string{}
	why := map[string]string{}
	for _, k := range formFields {
		if v, ok := s.set[k]; ok {
			keep[k], why[k] = v, s.why[k]
		}
	}
	s.set, s.why, s.doubts = keep, why, nil
	if s.Form == "jsonl" && s.set[FieldEach] == "" && s.guessEach() {
		return
	}
	g := guesser{s: s, names: make([]string, len(s.Columns))}
	for i, c := range s.Columns {
		if !strings.HasPrefix(c, "#") {
			g.names[i] = inEnglish(c)
		}
	}
	g.when()
	g.who()
	g.page()
	if s.cellwise() {
		g.sequence()
	}
	g.products()
	s.guessNumbers()
	g.kind()
	g.pageOfProduct()
	g.values()
}

// guessEach takes the elements of a list for rows, where the lines themselves
// have no time and the elements do.
func (s *Sketch) guessEach() bool {
	if len(s.lists) == 0 || s.dated() {
		return false
	}
	for _, l := range s.lists {
		o := s.Clone()
		o.set[FieldEach] = l
		if o.cut() != nil || !o.dated() {
			continue
		}
		o.why[FieldEach] = "the lines have no time, and its elements have"
		o.guess()
		*s = *o
		return true
	}
	return false
}

// dated reports whether a column holds instants.
func (s *Sketch) dated() bool {
	for i := range s.Columns {
		if len(layoutsOf(s.valuesOf(i), true)) > 0 {
			return true
		}
	}
	return false
}

// guesser guesses the fields of a sketch.
type guesser struct {
	s     *Sketch
	names []string // of the columns, folded
}

func (g *guesser) put(key, value, why string) {
	if value != "" {
		g.s.set[key], g.s.why[key] = value, why
	}
}

// column takes a column for a field.
func (g *guesser) column(key string, i int, why string) {
	if i >= 0 {
		g.put(key, Column(g.s.Columns[i]), why)
	}
}

// named finds a column by words that its name may be, the best first, whose
// values fit; -1 for none.
func (g *guesser) named(fits func([]string) bool, words ...string) int {
	for _, w := range words {
		for i, n := range g.names {
			if n == w && (fits == nil || fits(g.s.valuesOf(i))) {
				return i
			}
		}
	}
	return -1
}

// within finds one by words that its name has in it.
func (g *guesser) within(fits func([]string) bool, words ...string) int {
	for _, w := range words {
		for i, n := range g.names {
			if strings.Contains(n, w) && (fits == nil || fits(g.s.valuesOf(i))) {
				return i
			}
		}
	}
	return -1
}

// called says that the name of a column was what counted.
func (g *guesser) called(i int) string {
	said := "it is called " + text.Line(g.s.Columns[i], 40)
	if g.names[i] != foldName(g.s.Columns[i]) {
		said += ", which is a word for " + g.names[i]
	}
	return said
}

// every makes a test of one value a test of all; a column without any is none.
func every(fits func(string) bool) func([]string) bool {
	return func(values []string) bool {
		return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !fits(v) })
	}
}

// who guesses the visitor and the visit.
func (g *guesser) who() {
	some := func(v []string) bool { return len(v) > 0 }
	visitor := g.named(some, "visitor", "visitorid", "anonymousid", "userpseudoid", "fullvisitorid", "domainuserid", "networkuserid", "clientid", "cookieid", "cookie", "deviceid",
		"userid", "customerid", "uid", "user", "customer", "memberid", "useridentifier")
	if visitor < 0 {
		visitor = g.within(some, "visitorid", "anonymousid", "cookieid", "userid", "customerid")
	}
	visit := g.named(some, "visit", "visitid", "sessionid", "session", "domainsessionid", "sid", "gasessionid")
	if visit < 0 {
		visit = g.within(some, "sessionid")
	}
	switch {
	case visitor >= 0 && visit >= 0 && visitor != visit:
		g.column(FieldVisit, visit, g.called(visit))
		g.column(FieldVisitor, visitor, g.called(visitor))
	case visitor >= 0:
		g.column(FieldVisitor, visitor, g.called(visitor))
	case visit >= 0:
		g.column(FieldVisitor, visit, g.called(visit)+", and no column is the visitor: every visit is one of its own")
	}
}

// layouts are tried in this order. What is finer than a second is read by all of
// them.
var layouts = []string{"rfc3339", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02",
	"02.01.2006 15:04:05", "02.01.2006 15:04", "02.01.2006", "02/01/2006 15:04:05", "01/02/2006 15:04:05", "02/01/2006 15:04", "01/02/2006 15:04", "02/01/2006", "01/02/2006", "1/2/2006 15:04:05", "1/2/2006 15:04", "1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", "1/2/2006",
	"2006/01/02 15:04:05", "2006/01/02", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "2 Jan 2006 15:04:05", "Jan 2, 2006 15:04:05", "20060102150405", "20060102", "02/Jan/2006:15:04:05 -0700", "unix-s", "unix-ms", "unix-us"}

// layoutTitles say the ways that are no example of themselves.
var layoutTitles = map[string]string{"rfc3339": "with its zone: 2006-01-02T15:04:05Z", "unix-s": "seconds since 1970", "unix-ms": "milliseconds since 1970", "unix-us": "microseconds since 1970"}

func (s *Sketch) layoutChoices() []FieldChoice {
	fits := s.Layouts()
	var out []FieldChoice
	for _, l := range append(slices.Clone(fits), layouts...) {
		if slices.ContainsFunc(out, func(c FieldChoice) bool { return c.Value == l }) {
			continue
		}
		title := l
		if t := layoutTitles[l]; t != "" {
			title = t
		}
		if slices.Contains(fits, l) {
			title += " (fits)"
		}
		out = append(out, FieldChoice{l, title})
	}
	return out
}

func zoneChoices() []FieldChoice {
	out := []FieldChoice{{"", "UTC"}}
	for _, z := range []string{"Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Warsaw", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney"} {
		out = append(out, FieldChoice{z, z})
	}
	return out
}

// plausible is the window of instants that a number is taken for where nothing
// but its digits says that it is one: 2000 to 2040.
const plausible = 2_208_988_800_000

// layoutsOf returns the ways in which values are instants, but for one of three
// that may be wrong. A number is one only if it is so in a window of years, or if
// numbers are asked for.
func layoutsOf(values []string, numbers bool) []string {
	var out []string
	if len(values) == 0 {
		return nil
	}
	digits := every(func(v string) bool { return isNumber(v) })(values)
	for _, l := range layouts {
		unix := strings.HasPrefix(l, "unix-")
		if digits && (!numbers || !unix && len(values[0]) != len(l)) || !digits && unix {
			continue
		}
		read, wrong := 0, 0
		for _, v := range values {
			if i, ok := readLayout(v, l); ok && (!digits || i < plausible) {
				read++
			} else if wrong++; 3*wrong > len(values) {
				break
			}
		}
		if read > 0 && 2*wrong <= read {
			out = append(out, l)
		}
	}
	return out
}

func readLayout(v, layout string) (Instant, bool) {
	if len(v) > 64 || len(v) < 6 {
		return 0, false
	}
	return parseLayout(v, layout, time.UTC)
}

// Layouts returns the ways in which the times are written, as far as the first
// rows tell. More than one way is to be asked about.
func (s *Sketch) Layouts() []string { return layoutsOf(s.filled(s.set[FieldAt]), true) }

// filled are the values of a template in the first rows, each once.
func (s *Sketch) filled(value string) []string {
	t, err := parseTemplate(value, 0)
	if err != nil || len(t.parts) == 0 {
		return nil
	}
	if t.single() && s.table(t.parts[0].name) == nil {
		return s.Values(t.parts[0].name)
	}
	fill := s.filler(t)
	var out []string
	seen := map[string]bool{}
	for _, r := range s.Rows {
		if v := fill(r); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// filler fills a template with rows. What a table of values has no meaning for,
// and rejects, is nothing.
func (s *Sketch) filler(t template) func(row []string) string {
	var parts []func([]string) string
	for _, p := range t.parts {
		at := slices.Index(s.Columns, p.name)
		switch v := s.table(p.name); {
		case p.name == "":
			parts = append(parts, func([]string) string { return p.literal })
		case v != nil && !v.passThru:
			from, orElse := s.columnFiller(v.from), s.columnFiller(v.orElse)
			parts = append(parts, func(r []string) string {
				if to, ok := v.to[from(r)]; ok {
					return to
				}
				return orElse(r)
			})
		case v != nil:
			parts = append(parts, s.columnFiller(v.from))
		case at >= 0:
			parts = append(parts, func(r []string) string { return r[at] })
		}
	}
	return func(r []string) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(p(r))
		}
		return b.String()
	}
}

// columnFiller fills one in which all names are columns.
func (s *Sketch) columnFiller(t template) func(row []string) string {
	at := make([]int, len(t.parts))
	for i, p := range t.parts {
		at[i] = slices.Index(s.Columns, p.name)
	}
	return func(r []string) string {
		var b strings.Builder
		for i, p := range t.parts {
			if b.WriteString(p.literal); p.name != "" && at[i] >= 0 {
				b.WriteString(r[at[i]])
			}
		}
		return b.String()
	}
}

// Filled are values that a template makes of the first rows, each once, as they
// may be shown.
func (s *Sketch) Filled(value string) []string {
	out := s.filled(value)
	out = out[:min(len(out), 20)]
	for i := range out {
		out[i] = Shown(out[i])
	}
	return out
}

// guessLayout tells how the times are written.
func (s *Sketch) guessLayout() {
	ways := s.Layouts()
	delete(s.why, FieldLayout)
	if len(ways) == 0 {
		return
	}
	s.set[FieldLayout] = ways[0]
	s.why[FieldLayout] = "the first times read so: " + text.Line(strings.Join(first(s.Filled(s.set[FieldAt]), 1), ""), 40)
	if len(ways) > 1 {
		s.why[FieldLayout] += "; they would also read as " + strings.Join(ways[1:], ", ")
	}
}

func first(v []string, n int) []string { return v[:min(n, len(v))] }

// when guesses the time.
func (g *guesser) when() {
	s := g.s
	dates := func(v []string) bool { return len(layoutsOf(v, true)) > 0 }
	i := g.named(dates, "at", "timestamp", "time", "datetime", "instant", "eventtime", "eventtimestamp", "derivedtstamp", "dvcecreatedtstamp", "collectortstamp", "createdat", "occurredat", "ts", "when", "date", "day")
	why := ""
	if i >= 0 {
		why = g.called(i)
	} else if i = g.within(dates, "timestamp", "tstamp", "time", "date"); i >= 0 {
		why = g.called(i)
	} else {
		for c := range s.Columns {
			if l := layoutsOf(s.valuesOf(c), false); len(l) > 0 {
				i, why = c, "its values are times"
				break
			}
		}
	}
	if i < 0 {
		i, why = g.whenByNumbers()
	}
	year, month, day := g.named(every(isNumber), "year", "yyyy", "jahr"), g.named(every(isNumber), "month", "mm", "monat"), g.named(every(isNumber), "day", "dd", "dayofmonth", "tag")
	switch {
	case i >= 0:
		g.column(FieldAt, i, why)
		g.timeBeside(i)
	case year >= 0 && month >= 0 && day >= 0:
		g.put(FieldAt, Column(s.Columns[year])+"-"+Column(s.Columns[month])+"-"+Column(s.Columns[day]), "the date stands in three columns")
	}
	s.guessLayout()
	if l := s.set[FieldLayout]; l == "" || strings.HasPrefix(l, "unix-") || l == "rfc3339" || strings.Contains(l, "15") || strings.Contains(l, "3:04") {
		return
	}
	// Without a time of day the rows of a day need an order.
	counts := every(func(v string) bool { n, err := strconv.Atoi(v); return err == nil && n > 0 })
	if o := g.named(counts, "order", "sequence", "seq", "step", "hit", "hitnumber", "click", "position", "rank", "nr", "no", "number"); o >= 0 {
		g.column(FieldOrder, o, "the times have no time of day, and it is called "+text.Line(s.Columns[o], 40))
		g.put(FieldGap, "30s", "the rows of a day are taken to come one after the other")
	}
}

// timeBeside puts the time of day from a column of its own behind a date.
func (g *guesser) timeBeside(date int) {
	s := g.s
	l := layoutsOf(s.valuesOf(date), true)
	if len(l) == 0 || strings.Contains(l[0], "15") || strings.Contains(l[0], "3:04") || strings.HasPrefix(l[0], "unix-") || l[0] == "rfc3339" {
		return
	}
	clock := func(v string) bool {
		for _, l := range []string{"15:04:05", "15:04"} {
			if _, err := time.Parse(l, v); err == nil && len(v) <= 20 {
				return true
			}
		}
		return false
	}
	for i := range s.Columns {
		if i != date && every(clock)(s.valuesOf(i)) {
			g.put(FieldAt, Column(s.Columns[date])+" "+Column(s.Columns[i]), "the date and the time stand in two columns")
			return
		}
	}
}

// page guesses what pages have.
func (g *guesser) page() {
	s := g.s
	urls := every(isURL)
	i, why := g.named(urls, "url", "pageurl", "pagelocation", "location", "page", "uri", "link", "contextpageurl"), ""
	if i >= 0 {
		why = g.called(i) + ", and its values are URLs"
	} else {
		for c, n := range g.names {
			if !strings.Contains(n, "refer") && urls(s.valuesOf(c)) {
				i, why = c, "its values are URLs"
				break
			}
		}
	}
	if i < 0 {
		paths := every(func(v string) bool { return strings.HasPrefix(v, "/") })
		if i = g.named(paths, "path", "url", "page", "pagepath", "uri"); i < 0 {
			i = g.within(paths, "path", "url", "page")
		}
		for c := range s.Columns {
			if i < 0 && paths(s.valuesOf(c)) {
				i = c
			}
		}
		if i >= 0 {
			why = "its values are paths: of which site, is said when it is read (--host)"
		}
	}
	g.column("url", i, why)
	for key, words := range map[string][]string{"title": {"title", "pagetitle", "contextpagetitle"}, "referrer": {"referrer", "referer", "pagereferrer", "contextpagereferrer"},
		"userAgent": {"useragent", "agent", "contextuseragent"}, "city": {"city", "geocity"}, "section": {"section", "pagecategory"}} {
		if i := g.named(nil, words...); i >= 0 {
			g.column(key, i, g.called(i))
		}
	}
	if i := g.named(every(func(v string) bool { return addr(v).IsValid() }), "ip", "address", "ipaddress", "clientip", "useripaddress", "contextip"); i >= 0 {
		g.column("ip", i, g.called(i)+", and its values are addresses")
	}
	if i := g.named(every(letters(2)), "country", "countrycode", "geocountry"); i >= 0 {
		g.column("country", i, g.called(i)+", and its values are two letters")
	}
}

// letters tells whether a value is n upper-case letters.
func letters(n int) func(string) bool {
	return func(v string) bool {
		return len(v) == n && strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	}
}

// products guesses what products, carts, orders and searches have.
func (g *guesser) products() {
	named := func(key string, fits func([]string) bool, words ...string) {
		if i := g.named(fits, words...); i >= 0 {
			g.column(key, i, g.called(i))
		}
	}
	numbers := func(v []string) bool { return len(numberForms(v)) > 0 }
	named("sku", nil, "sku", "productid", "itemid", "articleid", "aid", "productsku", "product", "item", "article", "model")
	if g.s.set["sku"] == "" {
		if i := g.within(nil, "productid", "itemid", "clothingmodel", "articleid", "sku"); i >= 0 {
			g.column("sku", i, g.called(i))
		}
	}
	named("name", nil, "productname", "itemname", "name", "articlename")
	named("category", nil, "category", "categorycode", "productcategory", "itemcategory", "categoryid")
	if g.s.set["category"] == "" {
		if i := g.within(nil, "category"); i >= 0 {
			g.column("category", i, g.called(i))
		}
	}
	named("price", numbers, "price", "unitprice", "itemprice", "productprice")
	named("quantity", numbers, "quantity", "qty", "pieces", "itemquantity")
	named("currency", every(letters(3)), "currency", "currencycode")
	named("total", numbers, "total", "carttotal", "ordertotal", "revenue", "amount", "value", "eventvalue")
	named("items", numbers, "numitems", "items", "itemcount", "cartitems")
	named("order", nil, "orderid", "transactionid", "txnid", "ordernumber")
	named("query", nil, "query", "searchterm", "search", "keywords", "keyword", "term", "searchquery")
}

// numberFields are the fields that are numbers as the table writes them.
var numberFields = []string{"price", "total", "quantity", "items"}

// guessNumbers tells how the numbers are written, where not all have a point.
func (s *Sketch) guessNumbers() {
	var all []string
	for _, key := range numberFields {
		if v := s.set[key]; v != "" {
			all = append(all, s.filled(v)...)
		}
	}
	all = slices.DeleteFunc(all, func(v string) bool { return v == "" })
	if forms := numberForms(all); len(forms) > 0 && forms[0] != numbersPlain {
		i := slices.IndexFunc(all, func(v string) bool { return !isNumber(v) })
		s.set[FieldNumbers], s.why[FieldNumbers] = forms[0], "there is a "+text.Line(Shown(all[i]), 30)
	}
}

// guessSkip leaves out the lines at the beginning that only tell about the
// table: remarks, before a line that has columns where they have none.
func (s *Sketch) guessSkip() {
	for i, l := range s.lines {
		if strings.HasPrefix(l.text, "#") || strings.HasPrefix(l.text, "%") {
			continue
		}
		if i == 0 || !columned(l.text) || columned(s.lines[i-1].text) {
			return
		}
		s.set[FieldSkip], s.why[FieldSkip] = strconv.Itoa(l.at-1), "they begin with "+s.lines[0].text[:1]
		return
	}
}

func columned(line string) bool {
	return strings.HasPrefix(line, "{") || slices.ContainsFunc(separators, func(sep string) bool { return strings.Contains(line, sep) })
}

// kind guesses which column says what happened.
func (g *guesser) kind() {
	s := g.s
	few := func(v []string) bool {
		return len(v) > 0 && len(v) <= sketchKinds && every(func(v string) bool { return len(v) <= kindBytes })(v)
	}
	i, best := -1, -1
	for _, w := range []string{"event", "eventname", "eventtype", "type", "action", "kind", "what", "activity", "eventaction", "seaction"} {
		c := g.named(few, w)
		if c < 0 {
			continue
		}
		words := 0
		for _, v := range s.valuesOf(c) {
			if kindNamed(v) != "signal" {
				words++
			}
		}
		if words > best {
			i, best = c, words
		}
	}
	if i >= 0 {
		g.column(FieldKind, i, g.called(i)+", and it has "+text.Many(int64(len(s.valuesOf(i))), "value"))
		s.guessMeanings()
		return
	}
	for i := range s.Columns { // or a column whose values are known words
		v := s.valuesOf(i)
		if !few(v) || every(isNumber)(v) || !every(func(v string) bool { return known(v) })(v) {
			continue
		}
		g.column(FieldKind, i, "its values say what happened")
		s.guessMeanings()
		return
	}
	s.guessRow()
}

// known reports whether a value is a word for what happened and for nothing
// else.
func known(v string) bool {
	k := kindNamed(v)
	n := foldName(v)
	return !strings.Contains(v, "/") && k != "signal" && (k != "page" || strings.Contains(n, "view")) && (k != "purchase" || n == "purchase" || strings.Contains(n, "order")) && len(n) < 30
}

// guessRow tells what every row is where no column does.
func (s *Sketch) guessRow() {
	s.set[FieldRow], s.why[FieldRow] = "page", "no column tells what happened"
	if s.set["sku"] != "" {
		s.set[FieldRow], s.why[FieldRow] = productPage, "no column tells what happened, and there is a product"
	}
}

// guessMeanings tells what the values of the kind mean.
func (s *Sketch) guessMeanings() {
	for k := range s.set {
		if strings.HasPrefix(k, kindField) {
			delete(s.set, k)
			delete(s.why, k)
		}
	}
	if s.set[FieldKind] == "" {
		s.guessRow()
		return
	}
	delete(s.set, FieldRow)
	delete(s.why, FieldRow)
	s.set["signal"], s.why["signal"] = s.set[FieldKind], "the value itself is its name"
	s.set["message"], s.why["message"] = s.set[FieldKind], "the value itself is the message"
	for _, v := range s.Kinds() {
		s.guessMeaning(v)
	}
}

// guessMeaning tells what one value of the kind means.
func (s *Sketch) guessMeaning(v string) {
	k := kindNamed(v)
	if s.unfit(k) { // without what it needs, the name is what there is
		k = "signal"
	}
	s.set[KindField(v)], s.why[KindField(v)] = k, "it is called so"
	if k == "signal" {
		s.why[KindField(v)] = "it is no word that is known"
	}
}

// unfit reports whether a kind lacks what it needs.
func (s *Sketch) unfit(kind string) bool {
	lacks := func(key string) bool { return s.set[key] == "" }
	switch kind {
	case "page":
		return lacks("url") && lacks("sku")
	case "prodView", "cartAdd", "cartRemove":
		return lacks("sku") && lacks("name")
	case "cart":
		return lacks("total") || lacks("items")
	case "searchInfo":
		return lacks("query")
	}
	return false
}

// pageOfProduct makes a URL where rows are pages and no column is one.
func (g *guesser) pageOfProduct() {
	s := g.s
	if s.set["url"] != "" || !slices.Contains(s.types(), "page") {
		return
	}
	url := "https://site.example"
	for _, key := range []string{"category", "sku"} {
		if s.set[key] != "" {
			url += "/" + s.set[key]
		}
	}
	if url == "https://site.example" {
		if i := g.named(nil, "page", "pagename", "screen", "view"); i >= 0 {
			url += "/" + Column(s.Columns[i])
		} else if s.set[FieldKind] != "" {
			return
		}
	}
	g.put("url", url, "no column is a URL: it is made of what the page is about")
}

// kindNamed guesses what a value means.
func kindNamed(v string) string {
	n := foldName(v)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(n, w) })
	}
	switch {
	case has("remove") && has("cart", "basket", "bag"):
		return "cartRemove"
	case has("viewcart", "cartview", "viewbasket"):
		return "cart"
	case has("cart", "basket", "bag"):
		return "cartAdd"
	case has("purchase", "order", "transaction", "checkoutcomplete", "buy"):
		return "purchase"
	case has("search"):
		return "searchInfo"
	case has("product", "item", "detail") && has("view", "detail", "click"):
		return "prodView"
	case has("error", "exception"):
		return "error"
	case n == "leave", n == "exit":
		return "leave"
	case n == "clicks", has("page", "view", "visit"), n == "click":
		return "page"
	}
	return "signal"
}
