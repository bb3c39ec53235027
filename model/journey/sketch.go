package journey

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"beckon/model/text"
)

// Sketch is a mapping on its way: how a table is written, its first rows, and
// what its columns are, guessed and then chosen. An empty column is none.
type Sketch struct {
	Form      string // csv, tsv, jsonl
	Separator string
	Columns   []string
	Rows      [][]string // the first ones

	Visitor, Visit, At string
	Layout, Zone       string
	// Of pages.
	URL, Title, Referrer, UserAgent, IP string
	// Kind is the column that says what happened, and Kinds what its values mean:
	// one of SketchKinds, or "" for nothing. Without a column every row is a page.
	Kind  string
	Kinds map[string]string
	// Of products, carts and purchases, and searches.
	SKU, Name, Category, Price, Quantity, Currency, Total, Items, Order, Query string
}

// SketchKinds are what a value may mean.
func SketchKinds() []string {
	return []string{"page", "prodView", "cartAdd", "cartRemove", "cart", "purchase", "searchInfo", "error", "signal", "leave"}
}

// Limits of a sketch.
const (
	sketchRows    = 200 // looked at
	sketchColumns = 300
	sketchKinds   = 40
)

// NewSketch reads how a table is written from its beginning, and guesses what
// its columns are.
func NewSketch(sample []byte) (*Sketch, error) {
	sample = bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf"))
	if i := bytes.LastIndexByte(sample, '\n'); i > 0 {
		sample = sample[:i] // the last line may be cut
	}
	var lines []string
	for l := range strings.Lines(string(sample)) {
		if l = strings.TrimRight(l, "\r\n"); strings.TrimSpace(l) != "" {
			lines = append(lines, l)
		}
		if len(lines) > sketchRows {
			break
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%w: nothing but blank lines", ErrFormat)
	}
	s := &Sketch{Kinds: map[string]string{}}
	if strings.HasPrefix(strings.TrimSpace(lines[0]), "{") {
		s.objects(lines)
	} else {
		s.cells(lines)
	}
	switch {
	case len(s.Columns) < 2:
		return nil, fmt.Errorf("%w: no table: its lines have no columns that are told apart by a comma, a semicolon, a tab or a bar", ErrFormat)
	case len(s.Columns) > sketchColumns:
		return nil, fmt.Errorf("%w: %d columns, more than %d", ErrFormat, len(s.Columns), sketchColumns)
	case len(s.Rows) == 0:
		return nil, fmt.Errorf("%w: a header and no row", ErrFormat)
	}
	for _, c := range s.Columns {
		if c == "" || strings.ContainsAny(c, "{}") || strings.HasPrefix(c, "#") {
			return nil, fmt.Errorf("%w: the column %q has no name that a mapping can use: a header is needed, without braces", ErrFormat, text.Line(c, 40))
		}
	}
	s.guess()
	return s, nil
}

// cells reads lines of CSV or TSV, by the separator that most lines agree on.
func (s *Sketch) cells(lines []string) {
	best := 0
	for _, sep := range []string{"\t", ",", ";", "|"} {
		quote := byte('"')
		if sep == "\t" {
			quote = 0
		}
		head, _, f := cut([]byte(lines[0]), sep, quote)
		if f != nil || len(head) < 2 {
			continue
		}
		alike, rows := 0, [][]string(nil)
		for _, l := range lines[1:] {
			if c, open, f := cut([]byte(l), sep, quote); f == nil && !open && len(c) == len(head) {
				alike++
				rows = append(rows, c)
			}
		}
		if n := alike*1000 + len(head); n > best {
			best = n
			s.Form, s.Separator, s.Columns, s.Rows = "csv", sep, head, rows
			if sep == "\t" {
				s.Form = "tsv"
			}
		}
	}
}

// objects reads lines of JSON: the columns are the keys, with those of objects
// in them behind a dot.
func (s *Sketch) objects(lines []string) {
	s.Form = "jsonl"
	var all []map[string]string
	for _, l := range lines {
		n, err := parseTree([]byte(strings.TrimSpace(l)))
		if err != nil || n.kind != object {
			continue
		}
		row := map[string]string{}
		s.flatten(n, "", row)
		all = append(all, row)
	}
	for _, row := range all {
		cells := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			cells[i] = row[c]
		}
		s.Rows = append(s.Rows, cells)
	}
}

func (s *Sketch) flatten(n *node, path string, row map[string]string) {
	for i, k := range n.keys {
		name := strings.TrimPrefix(path+"."+k, ".")
		switch v := n.vals[i]; {
		case v.kind == object:
			s.flatten(v, name, row)
		case v.kind == list, len(s.Columns) > sketchColumns, strings.Contains(k, "."):
		default:
			if !slices.Contains(s.Columns, name) {
				s.Columns = append(s.Columns, name)
			}
			row[name] = v.scalar()
		}
	}
}

// Values returns the values of a column in the first rows, each once, in order.
func (s *Sketch) Values(column string) []string {
	i := slices.Index(s.Columns, column)
	if i < 0 {
		return nil
	}
	var out []string
	for _, r := range s.Rows {
		if v := r[i]; v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// named finds a column by words that its name may be, the best first.
func (s *Sketch) named(words ...string) string {
	for _, w := range words {
		for _, c := range s.Columns {
			if foldName(c) == w {
				return c
			}
		}
	}
	for _, w := range words {
		for _, c := range s.Columns {
			if len(w) > 3 && strings.Contains(foldName(c), w) {
				return c
			}
		}
	}
	return ""
}

// guess guesses what the columns are, by their names and what is in them.
func (s *Sketch) guess() {
	s.Visitor = s.named("visitor", "visitorid", "anonymousid", "userpseudoid", "clientid", "cookieid", "cookie", "userid", "customerid", "sessionid", "session", "user", "visitor")
	s.Visit = s.named("visit", "visitid", "sessionid", "session")
	if s.Visit == s.Visitor && s.Visit != "" {
		s.Visit = ""
	}
	s.URL = s.column(func(v string) bool { return strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") }, "url", "pageurl", "location", "pagelocation", "page")
	if s.URL == "" {
		s.URL = s.column(func(v string) bool { return strings.HasPrefix(v, "/") }, "path", "url", "page")
	}
	s.Title = s.named("title", "pagetitle")
	s.Referrer = s.named("referrer", "referer")
	s.UserAgent = s.named("useragent", "agent")
	s.IP = s.column(func(v string) bool { return addr(v).IsValid() }, "ip", "address", "ipaddress", "clientip")
	for _, c := range append([]string{s.named("at", "timestamp", "time", "datetime", "instant", "createdat", "ts", "date", "eventtime")}, s.Columns...) {
		if l := s.Layouts(c); len(l) > 0 {
			s.At, s.Layout = c, l[0]
			break
		}
	}
	s.SKU = s.named("sku", "productid", "itemid", "articleid", "product", "item")
	s.Name = s.named("productname", "itemname", "name")
	s.Category = s.named("category", "categorycode", "productcategory")
	s.Price = s.named("price", "unitprice")
	s.Quantity = s.named("quantity", "qty", "pieces")
	s.Currency = s.named("currency")
	s.Total = s.named("total", "revenue", "amount", "value", "carttotal")
	s.Items = s.named("numitems", "items", "itemcount")
	s.Order = s.named("orderid", "transactionid", "order")
	s.Query = s.named("query", "searchterm", "search", "keywords", "keyword", "term")
	s.GuessKinds(s.named("type", "event", "eventtype", "eventname", "action", "kind"))
}

// column finds a column by its name, or else by what is in it.
func (s *Sketch) column(fits func(string) bool, words ...string) string {
	all := func(c string) bool {
		v := s.Values(c)
		return len(v) > 0 && !slices.ContainsFunc(v, func(v string) bool { return !fits(v) })
	}
	if c := s.named(words...); c != "" && all(c) {
		return c
	}
	for _, c := range s.Columns {
		if all(c) {
			return c
		}
	}
	return ""
}

// GuessKinds takes a column for what happened, if it has few values.
func (s *Sketch) GuessKinds(column string) {
	values := s.Values(column)
	s.Kind, s.Kinds = "", map[string]string{}
	if len(values) == 0 || len(values) > sketchKinds {
		return
	}
	s.Kind = column
	for _, v := range values {
		s.Kinds[v] = kindNamed(v)
	}
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
	case has("page", "view", "visit", "click"):
		return "page"
	}
	return "signal"
}

// layouts are tried in this order.
var layouts = []string{"rfc3339", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 MST", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", "2006-01-02",
	"02.01.2006 15:04:05", "02.01.2006 15:04", "02.01.2006", "02/01/2006 15:04:05", "01/02/2006 15:04:05", "02/01/2006 15:04", "01/02/2006 15:04", "02/01/2006", "01/02/2006", "1/2/2006 15:04", "1/2/2006",
	"2006/01/02 15:04:05", "2006/01/02", "20060102150405", "20060102", "02/Jan/2006:15:04:05 -0700", "unix-s", "unix-ms", "unix-us"}

// Layouts returns the ways in which the values of a column are instants, but
// for a few that are wrong. More than one way is to be asked about.
func (s *Sketch) Layouts(column string) []string {
	var out []string
	for _, l := range layouts {
		if s.written(column, l) {
			out = append(out, l)
		}
	}
	return out
}

// written reports whether at least three of four values are instants by a
// layout.
func (s *Sketch) written(column, layout string) bool {
	values, read := s.Values(column), 0
	for _, v := range values {
		if _, ok := parseLayout(v, layout, time.UTC); ok {
			read++
		}
	}
	return read > 0 && 4*read >= 3*len(values)
}

// LayoutFits reports whether the instants are written as Layout says.
func (s *Sketch) LayoutFits() bool {
	return knownLayout(s.Layout) && s.written(s.At, s.Layout)
}

// Shown is a value of a row as it may be shown: what tells of a person is
// hidden.
func Shown(v string) string {
	if v == "" {
		return v
	}
	return scrub(v)
}

// Sample returns the beginning of a stream, up to so many bytes of its text; it
// may be compressed.
func Sample(r io.Reader, size int64) ([]byte, error) {
	plain, done, err := decompress(r, nil)
	if err != nil {
		return nil, err
	}
	defer done()
	b, err := io.ReadAll(io.LimitReader(plain, size))
	if err != nil && !broken(err) {
		return nil, err
	}
	if i := bytes.LastIndexByte(b, '\n'); i > 0 { // the last line may be cut within a rune
		b = b[:i+1]
	}
	if bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b) {
		return nil, fmt.Errorf("%w: no text", ErrFormat)
	}
	return b, nil
}

// Missing says what is still to be told, or "".
func (s *Sketch) Missing() string {
	switch {
	case s.Visitor == "":
		return "no column is the visitor"
	case s.At == "":
		return "no column is the instant"
	case s.Layout == "":
		return "the instants in " + text.Line(s.At, 40) + " are written in no way that is known: name a Go layout, such as 2006-01-02 15:04:05"
	case s.Kind == "" && s.URL == "":
		return "no column is the URL, and none says what happened"
	}
	for _, v := range s.Values(s.Kind) {
		if lacks := s.lacks(s.Kinds[v]); lacks != "" {
			return text.Line(v, 40) + " is " + s.Kinds[v] + ", and no column is the " + lacks
		}
	}
	return ""
}

// lacks says which column an event cannot be without.
func (s *Sketch) lacks(kind string) string {
	switch {
	case kind == "page" && s.URL == "":
		return "URL"
	case (kind == "prodView" || kind == "cartAdd" || kind == "cartRemove") && s.SKU == "" && s.Name == "":
		return "product"
	case kind == "cart" && s.Total == "":
		return "cart's total"
	case kind == "cart" && s.Items == "":
		return "number of items"
	case kind == "searchInfo" && s.Query == "":
		return "search"
	}
	return ""
}

// YAML is the mapping file.
func (s *Sketch) YAML() []byte {
	var b strings.Builder
	ref := func(c string) string { return strconv.Quote("{" + c + "}") }
	fmt.Fprintf(&b, "format: %s\n", s.Form)
	if s.Form == "csv" && s.Separator != "," {
		fmt.Fprintf(&b, "separator: %q\n", s.Separator)
	}
	fmt.Fprintf(&b, "visitor: %s\n", ref(s.Visitor))
	if s.Visit != "" {
		fmt.Fprintf(&b, "visit: %s\n", ref(s.Visit))
	}
	fmt.Fprintf(&b, "at:\n  value: %s\n  layout: %q\n", ref(s.At), s.Layout)
	if s.Zone != "" {
		fmt.Fprintf(&b, "  zone: %s\n", s.Zone)
	}
	b.WriteString("events:\n")
	if s.Kind == "" {
		s.event(&b, "page", nil)
		return []byte(b.String())
	}
	for _, k := range SketchKinds() {
		var values []string
		for _, v := range s.Values(s.Kind) {
			if s.Kinds[v] == k {
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			s.event(&b, k, values)
		}
	}
	return []byte(b.String())
}

// event writes an event of rows with some values of the kind; nil is all rows.
func (s *Sketch) event(b *strings.Builder, kind string, values []string) {
	b.WriteString("  - ")
	if values != nil {
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = strconv.Quote(v)
		}
		fmt.Fprintf(b, "when: {%q: [%s]}\n    ", s.Kind, strings.Join(quoted, ", "))
	}
	fields := func(pairs ...string) string {
		var out []string
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				out = append(out, pairs[i]+": "+strconv.Quote("{"+pairs[i+1]+"}"))
			}
		}
		return strings.Join(out, ", ")
	}
	product := "{product: {" + fields("sku", s.SKU, "name", s.Name, "category", s.Category, "price", s.Price) + "}"
	if s.Quantity != "" {
		product += ", " + fields("quantity", s.Quantity)
	}
	product += "}"
	list := func(more ...string) string {
		f := fields(more...)
		if s.SKU == "" && s.Name == "" {
			return f
		}
		return strings.TrimPrefix(f+", products: ["+product+"]", ", ")
	}
	switch kind {
	case "page":
		fmt.Fprintf(b, "page: {%s}\n", fields("url", s.URL, "title", s.Title, "referrer", s.Referrer, "userAgent", s.UserAgent, "ip", s.IP))
	case "prodView", "cartAdd", "cartRemove":
		fmt.Fprintf(b, "%s: {%s}\n", kind, list("currency", s.Currency))
	case "cart":
		fmt.Fprintf(b, "cart: {%s}\n", fields("total", s.Total, "currency", s.Currency, "numItems", s.Items))
	case "purchase":
		f := fields("total", s.Total, "currency", s.Currency, "orderId", s.Order)
		if s.SKU != "" || s.Name != "" {
			cart := "products: [" + product + "]"
			if s.Quantity != "" {
				cart = fields("numItems", s.Quantity) + ", " + cart
			}
			f = strings.TrimPrefix(f+", cart: {"+cart+"}", ", ")
		}
		fmt.Fprintf(b, "purchase: {%s}\n", f)
	case "searchInfo":
		fmt.Fprintf(b, "searchInfo: {keywords: [%s]}\n", strconv.Quote("{"+s.Query+"}"))
	case "error":
		fmt.Fprintf(b, "error: {error: {message: %s}}\n", strconv.Quote("{"+s.Kind+"}"))
	case "signal":
		fmt.Fprintf(b, "signal: {name: %s}\n", strconv.Quote("{"+s.Kind+"}"))
	case "leave":
		b.WriteString("leave: {}\n")
	}
}

// Fits reports whether the first rows of a table are events by a mapping.
func Fits(m *Mapping, sample []byte) bool {
	if i := bytes.LastIndexByte(sample, '\n'); i > 0 {
		sample = sample[:i+1]
	}
	j, err := SortedReader(Options{Mapping: m}, "table", bytes.NewReader(sample))
	if err != nil {
		return false
	}
	return j.Close() == nil && j.Report().Read > 0
}
