package journey

import (
	"slices"
	"strings"

	"beckon/model/text"
)

// FieldForm is how a field is chosen.
type FieldForm uint8

const (
	FromColumns FieldForm = iota // a column, or a template
	OneOf                        // one of Choices
	OneOfOrText                  // one of Choices, or what is typed
)

// Field is one thing that a sketch says.
type Field struct {
	Key   string
	Part  string // heading
	Title string
	Help  string // a sentence
	Form  FieldForm
	// Value is the template or the choice; Why what it was guessed from.
	Value, Why string
	Choices    []FieldChoice
	// Needed says that there is no mapping without it.
	Needed bool
}

// FieldChoice is a value that a field may have.
type FieldChoice struct{ Value, Title string }

// productPage is the kind of a row that is a page with a product on it.
const productPage = "productPage"

// SketchKinds are what a value may mean.
func SketchKinds() []string {
	return []string{"page", productPage, "prodView", "cartAdd", "cartRemove", "cart", "purchase", "searchInfo", "error", "signal", "leave"}
}

// kindTitles say the kinds.
var kindTitles = map[string]string{"": "nothing: such rows are skipped", "page": "a page", productPage: "a product's page: a page, and the product is viewed",
	"prodView": "a product is viewed", "cartAdd": "products come to the cart", "cartRemove": "products leave the cart", "cart": "the whole cart, as it is now",
	"purchase": "a purchase", "searchInfo": "a search", "error": "an error", "signal": "a signal, by its name", "leave": "the visitor leaves"}

func kindChoices(none bool) []FieldChoice {
	var out []FieldChoice
	for _, k := range SketchKinds() {
		out = append(out, FieldChoice{k, kindTitles[k]})
	}
	if none {
		out = append(out, FieldChoice{"", kindTitles[""]})
	}
	return out
}

// types are the types of events that a kind gives.
func typesOf(kind string) []string {
	switch kind {
	case "":
		return nil
	case productPage:
		return []string{"page", "prodView"}
	}
	return []string{kind}
}

// payloadField says where a field goes in the payload of some types.
type payloadField struct {
	key, part, title, help string
	at                     map[string]string // type to path
}

const productAt = "products.0.product."

func inProducts(at string) map[string]string {
	return map[string]string{"prodView": at, "cartAdd": at, "cartRemove": at, "purchase": "cart." + at}
}

// payloadFieldsOfSketch are the fields of events, in their order.
var payloadFieldsOfSketch = []payloadField{
	{"url", "Page", "URL", "The address of the page; text and columns may be put together: https://shop.example/{product}.", map[string]string{"page": "url"}},
	{"title", "Page", "Title", "The title of the page.", map[string]string{"page": "title"}},
	{"section", "Page", "Section", "The part of the site that the page belongs to.", map[string]string{"page": "sections.0"}},
	{"referrer", "Page", "Referrer", "Where the visitor came from.", map[string]string{"page": "referrer"}},
	{"userAgent", "Page", "User agent", "The browser's own words; robots are left out by it.", map[string]string{"page": "userAgent"}},
	{"ip", "Page", "Address", "The visitor's IP address; it is hidden when traffic is read.", map[string]string{"page": "ip"}},
	{"country", "Page", "Country", "Two letters, such as DE.", map[string]string{"page": "geo.country"}},
	{"region", "Page", "Region", "A code, such as BE.", map[string]string{"page": "geo.region"}},
	{"city", "Page", "City", "The visitor's city.", map[string]string{"page": "geo.city"}},
	{"sku", "Product", "Number (SKU)", "What names the product for good.", inProducts(productAt + "sku")},
	{"name", "Product", "Name", "The product's name.", inProducts(productAt + "name")},
	{"category", "Product", "Category", "What the product belongs to.", inProducts(productAt + "category")},
	{"price", "Product", "Price of one", "A number with a point: 12.50.", inProducts(productAt + "price")},
	{"quantity", "Product", "Pieces", "How many; one where there is none.", map[string]string{"cartAdd": "products.0.quantity", "cartRemove": "products.0.quantity", "purchase": "cart.products.0.quantity"}},
	{"currency", "Product", "Currency", "Three letters, such as EUR; the same for all rows is typed as it is.", map[string]string{"prodView": "currency", "cartAdd": "currency", "cartRemove": "currency", "cart": "currency", "purchase": "currency"}},
	{"total", "Cart and order", "Total", "Of the whole cart or the whole order: 48.10.", map[string]string{"cart": "total", "purchase": "total"}},
	{"items", "Cart and order", "Number of items", "In the cart.", map[string]string{"cart": "numItems"}},
	{"order", "Cart and order", "Order number", "An order that comes twice counts once.", map[string]string{"purchase": "orderId"}},
	{"query", "Search", "Searched for", "What was typed.", map[string]string{"searchInfo": "keywords.0"}},
	{"message", "Others", "Error", "What went wrong.", map[string]string{"error": "error.message"}},
	{"signal", "Others", "Signal", "The signal's name.", map[string]string{"signal": "name"}},
}

// types are the types of events that the rows give now.
func (s *Sketch) types() []string {
	var out []string
	add := func(kind string) {
		for _, t := range typesOf(kind) {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	if s.set[FieldKind] == "" {
		add(s.set[FieldRow])
		return out
	}
	for _, v := range s.Kinds() {
		add(s.set[KindField(v)])
	}
	return out
}

// separatorChoices are the separators that are offered.
func separatorChoices() []FieldChoice {
	return []FieldChoice{{",", "a comma"}, {";", "a semicolon"}, {"\t", "a tab"}, {"|", "a bar"}}
}

// Fields lists what there is to say, in order: of events only what the kinds
// that are chosen have.
func (s *Sketch) Fields() []Field {
	var out []Field
	add := func(f Field) {
		f.Value, f.Why = s.set[f.Key], s.why[f.Key]
		out = append(out, f)
	}
	switch {
	case s.Form != "jsonl":
		add(Field{Key: FieldSeparator, Part: "Table", Title: "Separator", Help: "What stands between two columns.", Form: OneOfOrText, Choices: separatorChoices(), Needed: true})
		add(Field{Key: FieldHeader, Part: "Table", Title: "First line names", Help: "Whether the first line says what the columns are called.", Form: OneOf, Needed: true,
			Choices: []FieldChoice{{"yes", "yes: it names the columns"}, {"no", "no: it is a row like the others"}}})
	case len(s.lists) > 0 || s.set[FieldEach] != "":
		f := Field{Key: FieldEach, Part: "Table", Title: "A row is", Help: "A line, or every element of a list in it.", Form: OneOf, Choices: []FieldChoice{{"", "a line"}}}
		lists := s.lists
		if each := s.set[FieldEach]; each != "" && !slices.Contains(lists, each) {
			lists = append(slices.Clone(lists), each)
		}
		for _, l := range lists {
			f.Choices = append(f.Choices, FieldChoice{l, "every element of " + text.Line(l, 60)})
		}
		add(f)
	}
	who := "Who and when"
	add(Field{Key: FieldVisitor, Part: who, Title: "Visitor", Help: "What is the same for one browser, and for no other: a cookie, a session if there is nothing better.", Needed: true})
	add(Field{Key: FieldVisit, Part: who, Title: "Visit", Help: "What is the same for one visit; without it a visit ends after half an hour without an event."})
	add(Field{Key: FieldAt, Part: who, Title: "Time", Help: "When it happened; a date and a time in two columns are put together: {date} {time}.", Needed: true})
	if s.set[FieldAt] != "" {
		add(Field{Key: FieldLayout, Part: who, Title: "Time is written", Help: "How 2 January 2006 15:04:05 would be written there.", Form: OneOfOrText, Choices: s.layoutChoices(), Needed: true})
	}
	if l := s.set[FieldLayout]; l != "" && !strings.HasPrefix(l, "unix-") && l != "rfc3339" && !strings.Contains(l, "-0700") && !strings.Contains(l, "Z07:00") {
		add(Field{Key: FieldZone, Part: who, Title: "Time zone", Help: "Of times that name none, such as Europe/Berlin; none is UTC.", Form: OneOfOrText, Choices: zoneChoices()})
		if !strings.Contains(l, "15") && !strings.Contains(l, "03") || s.set[FieldOrder] != "" {
			add(Field{Key: FieldOrder, Part: who, Title: "Place in the day", Help: "Where there is no time of day: a column that counts the visitor's rows of a day, from 1."})
			add(Field{Key: FieldGap, Part: who, Title: "Between two rows", Help: "How long after each other the rows of a day are taken to be.", Form: OneOfOrText, Choices: []FieldChoice{{"30s", "30 seconds"}, {"1m", "a minute"}, {"5m", "five minutes"}}})
		}
	}
	what := "What happened"
	add(Field{Key: FieldKind, Part: what, Title: "Column that tells", Help: "The column that says what happened, such as page_view or add_to_cart; none: all rows are the same."})
	if s.set[FieldKind] == "" {
		add(Field{Key: FieldRow, Part: what, Title: "Every row is", Help: "What a row of this table is.", Form: OneOf, Choices: kindChoices(false), Needed: true})
	}
	for _, v := range s.Kinds() {
		add(Field{Key: KindField(v), Part: what, Title: text.Line(Shown(v), 40) + " is", Help: "What a row is in which the column says " + text.Line(Shown(v), 40) + ".", Form: OneOf, Choices: kindChoices(true)})
	}
	types := s.types()
	for _, p := range payloadFieldsOfSketch {
		if !slices.ContainsFunc(types, func(t string) bool { return p.at[t] != "" }) {
			continue
		}
		add(Field{Key: p.key, Part: p.part, Title: p.title, Help: p.help, Needed: s.needs(p.key, types)})
	}
	return out
}

// needs reports whether the events cannot be without a field.
func (s *Sketch) needs(key string, types []string) bool {
	has := func(t ...string) bool {
		return slices.ContainsFunc(t, func(t string) bool { return slices.Contains(types, t) })
	}
	switch key {
	case "url":
		return has("page")
	case "sku":
		return s.set["name"] == "" && has("prodView", "cartAdd", "cartRemove")
	case "total":
		return has("cart")
	case "items":
		return has("cart")
	case "query":
		return has("searchInfo")
	case "message":
		return has("error")
	case "signal":
		return has("signal")
	}
	return false
}

// Missing says what is still to be told, or "", and of which field.
func (s *Sketch) Missing() (what, key string) {
	fields := s.Fields()
	for _, f := range fields {
		if f.Needed && f.Value == "" {
			return s.lacks(f), f.Key
		}
	}
	if (s.set[FieldOrder] == "") != (s.set[FieldGap] == "") && slices.ContainsFunc(fields, func(f Field) bool { return f.Key == FieldGap }) {
		return "the place in the day and what is between two rows go together", FieldGap
	}
	if len(s.types()) == 0 {
		return "no value of the column that tells what happened means anything", FieldKind
	}
	return "", ""
}

func (s *Sketch) lacks(f Field) string {
	switch f.Key {
	case FieldVisitor:
		return "no column is the visitor"
	case FieldAt:
		return "no column is the time"
	case FieldLayout:
		return "the times in " + text.Line(s.set[FieldAt], 40) + " are written in no way that is known: say how, such as 2006-01-02 15:04:05"
	case FieldRow:
		return "it is not said what a row is"
	case "sku":
		return "no column is the product's number or its name"
	case "query":
		return "no column is what was searched for"
	}
	return f.Part + ": nothing is the " + f.Title
}
