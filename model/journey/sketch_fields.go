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
	AsWritten                    // a line as a mapping file has it
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
	// More says that choosing it adds a field of its own and leaves this one empty.
	More bool
	// Needed says that there is no mapping without it.
	Needed bool
}

// FieldChoice is a value that a field may have.
type FieldChoice struct{ Value, Title string }

// productPage is the kind of a row that is a page with a product on it.
const productPage = "productPage"

// SketchKinds are what a value may mean.
func SketchKinds() []string {
	return []string{"page", productPage, "prodView", "cartAdd", "cartRemove", "cart", "purchase", "searchInfo", "lead", "service", "ctmrinfo", "mrktInfo", "personal", "identify", "error", "signal", "conversation", "agents", "leave"}
}

// kindTitles say the kinds.
var kindTitles = map[string]string{"": "nothing: such rows are skipped", "page": "a page", productPage: "a product's page: a page, and the product is viewed",
	"prodView": "a product is viewed", "cartAdd": "products come to the cart", "cartRemove": "products leave the cart", "cart": "the whole cart, as it is now",
	"purchase": "a purchase", "searchInfo": "a search", "error": "an error", "signal": "a signal, by its name",
	"lead": "a lead", "service": "a service activity", "ctmrinfo": "what is known of a customer", "mrktInfo": "a marketing source", "personal": "a person", "identify": "who signs in or out",
	"conversation": "a conversation begins or ends", "agents": "agents are online, busy or offline", "leave": "the visitor leaves"}

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
	{"price", "Product", "Price of one", "A number, written as the table's numbers are.", inProducts(productAt + "price")},
	{"quantity", "Product", "Pieces", "How many; one where there is none.", map[string]string{"cartAdd": "products.0.quantity", "cartRemove": "products.0.quantity", "purchase": "cart.products.0.quantity"}},
	{"currency", "Product", "Currency", "Three letters, such as EUR; the same for all rows is typed as it is.", map[string]string{"lead": "lead.currency", "prodView": "currency", "cartAdd": "currency", "cartRemove": "currency", "cart": "currency", "purchase": "currency"}},
	{"total", "Cart and order", "Total", "Of the whole cart or the whole order: 48.10.", map[string]string{"cart": "total", "purchase": "total"}},
	{"items", "Cart and order", "Number of items", "In the cart.", map[string]string{"cart": "numItems"}},
	{"order", "Cart and order", "Order number", "An order that comes twice counts once.", map[string]string{"purchase": "orderId"}},
	{"query", "Search", "Searched for", "What was typed.", map[string]string{"searchInfo": "keywords.0"}},
	{"topic", "Lead and service", "Topic", "What it is about.", map[string]string{"lead": "lead.topic", "service": "service.topic"}},
	{"value", "Lead and service", "Worth", "Of a lead: 120.00.", map[string]string{"lead": "lead.value"}},
	{"leadId", "Lead and service", "Number of the lead", "A lead that comes twice counts once.", map[string]string{"lead": "lead.leadId"}},
	{"status", "Lead and service", "Status", "Of a service activity: 0 to 13, or its name, such as in-progress.", map[string]string{"service": "service.status"}},
	{"ctype", "Customer", "Type", "Of the customer, such as Gold.", map[string]string{"ctmrinfo": "info.ctype"}},
	{"cstatus", "Customer", "Status", "Of the customer.", map[string]string{"ctmrinfo": "info.cstatus"}},
	{"balance", "Customer", "Balance", "An amount.", map[string]string{"ctmrinfo": "info.balance"}},
	{"customer", "Customer", "Number", "The customer's; it is hidden when traffic is read.", map[string]string{"ctmrinfo": "info.customerId"}},
	{"user", "Customer", "Signed in as", "None signs out.", map[string]string{"identify": "user"}},
	{"age", "Customer", "Age", "In years.", map[string]string{"personal": "personal.age.age"}},
	{"gender", "Customer", "Gender", "Male, female or other.", map[string]string{"personal": "personal.gender"}},
	{"channel", "Marketing source", "Channel", "Direct, search, social, email, referral, paid-search, display, or 0 to 6.", map[string]string{"mrktInfo": "info.channel"}},
	{"affiliate", "Marketing source", "Affiliate", "Who sent the visitor.", map[string]string{"mrktInfo": "info.affiliate"}},
	{"campaign", "Marketing source", "Campaign", "Of the advertisement.", map[string]string{"mrktInfo": "info.campaignId"}},
	{"action", "Conversation", "Begins or ends", "start or end.", map[string]string{"conversation": "action"}},
	{"skill", "Agents", "Skill", "None is all skills.", map[string]string{"agents": "skill"}},
	{"state", "Agents", "State", "online, busy or offline.", map[string]string{"agents": "state"}},
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
		if s.set[FieldEach] != EveryCell {
			add(Field{Key: FieldHeader, Part: "Table", Title: "First line names", Help: "Whether the first line says what the columns are called.", Form: OneOf, Needed: true,
				Choices: []FieldChoice{{"yes", "yes: it names the columns"}, {"no", "no: it is a row like the others"}}})
		}
		add(Field{Key: FieldSkip, Part: "Table", Title: "Lines before it", Help: "How many lines at the beginning of the file are not of the table, such as remarks.", Form: OneOfOrText, Choices: []FieldChoice{{"", "none"}}})
		quote := Field{Key: FieldQuote, Part: "Table", Title: "Quote", Help: "What stands around a cell that holds a separator or a line end.", Form: OneOfOrText,
			Choices: []FieldChoice{{`"`, `"double quotes"`}, {"'", "'single quotes'"}, {noQuote, "none: cells are as they stand"}}}
		add(quote)
		if last := &out[len(out)-1]; last.Value == "" {
			if last.Value = noQuote; s.quote() != 0 {
				last.Value = string(rune(s.quote()))
			}
		}
		f := Field{Key: FieldEach, Part: "Table", Title: "A row is", Help: "A line, every cell of a line, or every part of the cells of a column that hold a sequence.", Form: OneOf,
			Choices: []FieldChoice{{"", "a line"}, {EveryCell, "every cell of a line"}}}
		s.offerSequences(&f)
		add(f)
	case len(s.lists) > 0 || s.set[FieldEach] != "":
		f := Field{Key: FieldEach, Part: "Table", Title: "A row is", Help: "A line, or every element of a list in it.", Form: OneOf, Choices: []FieldChoice{{"", "a line"}}}
		lists := s.lists
		if each := s.set[FieldEach]; each != "" && !slices.Contains(lists, each) {
			lists = append(slices.Clone(lists), each)
		}
		if s.cutColumn() != "" {
			lists = s.lists
		}
		for _, l := range lists {
			f.Choices = append(f.Choices, FieldChoice{l, "every element of " + text.Line(l, 60)})
		}
		s.offerSequences(&f)
		add(f)
	case len(s.sequences()) > 0:
		f := Field{Key: FieldEach, Part: "Table", Title: "A row is", Help: "A line, or every part of a text that holds a sequence.", Form: OneOf, Choices: []FieldChoice{{"", "a line"}}}
		s.offerSequences(&f)
		add(f)
	}
	if s.Form == "jsonl" && s.skip() > 0 {
		add(Field{Key: FieldSkip, Part: "Table", Title: "Lines before it", Help: "How many lines at the beginning of the file are not of the table.", Form: OneOfOrText, Choices: []FieldChoice{{"", "none"}}})
	}
	if s.cutColumn() != "" {
		add(Field{Key: FieldSplit, Part: "Table", Title: "Parts are told by", Help: "What stands between two parts of a cell.", Form: OneOfOrText, Needed: true,
			Choices: []FieldChoice{{">", "> between them"}, {"|", "a bar"}, {";", "a semicolon"}, {",", "a comma"}, {" ", "a space"}}})
	}
	types := s.types()
	if s.set[FieldNumbers] != "" || len(s.kept) > 0 || slices.ContainsFunc(types, func(t string) bool {
		return slices.Contains([]string{"prodView", "cartAdd", "cartRemove", "cart", "purchase", "lead", "ctmrinfo"}, t)
	}) {
		add(Field{Key: FieldNumbers, Part: "Table", Title: "Numbers", Help: "How the table writes numbers: what stands before the decimals, and what between thousands.", Form: OneOf,
			Choices: []FieldChoice{{numbersPlain, "with a point: 1234.50"}, {numbersComma, "with a comma: 1.234,50 or 1234,50"}, {numbersPoint, "in thousands, with a point: 1,234.50"}}})
	}
	who := "Who and when"
	add(Field{Key: FieldVisitor, Part: who, Title: "Visitor", Help: "What is the same for one browser, and for no other: a cookie, a session if there is nothing better.", Needed: true})
	add(Field{Key: FieldVisit, Part: who, Title: "Visit", Help: "What is the same for one visit; without it a visit ends after half an hour without an event."})
	add(Field{Key: FieldAt, Part: who, Title: "Time", Help: "When it happened; a date and a time in two columns are put together: {date} {time}.", Needed: true})
	if s.set[FieldAt] != "" {
		add(Field{Key: FieldLayout, Part: who, Title: "Time is written", Help: "How 2 January 2006 15:04:05 would be written there.", Form: OneOfOrText, Choices: s.layoutChoices(), Needed: true})
	}
	l := s.set[FieldLayout]
	if zoned := strings.HasPrefix(l, "unix-") || l == "rfc3339" || strings.Contains(l, "-0700") || strings.Contains(l, "Z07:00"); l != "" && !zoned || s.set[FieldZone] != "" {
		add(Field{Key: FieldZone, Part: who, Title: "Time zone", Help: "Of times that name none, such as Europe/Berlin; none is UTC.", Form: OneOfOrText, Choices: zoneChoices()})
	}
	days := strings.Contains(l, "2006") && !strings.Contains(l, "15") && !strings.Contains(l, "03")
	if l != "" && days || s.cellwise() || s.set[FieldOrder] != "" || s.set[FieldGap] != "" {
		order := Field{Key: FieldOrder, Part: who, Title: "Place in the day", Help: "Where there is no time of day: a column that counts the visitor's rows of a day, from 1."}
		if s.cellwise() {
			order.Title, order.Help = "Place", "What counts the rows that share one time, from 1: {"+ofPlace+"} is the place of the cell, or of its part."
		}
		add(order)
		add(Field{Key: FieldGap, Part: who, Title: "Between two rows", Help: "How long after each other the rows of one time are taken to be.", Form: OneOfOrText, Choices: []FieldChoice{{"30s", "30 seconds"}, {"1m", "a minute"}, {"5m", "five minutes"}}})
	}
	what := "What happened"
	add(Field{Key: FieldKind, Part: what, Title: "Column that tells", Help: "The column that says what happened, such as page_view or add_to_cart; none: all rows are the same."})
	if s.set[FieldKind] == "" {
		add(Field{Key: FieldRow, Part: what, Title: "Every row is", Help: "What a row of this table is.", Form: OneOf, Choices: kindChoices(len(s.kept) > 0), Needed: len(s.kept) == 0})
	}
	for _, v := range s.Kinds() {
		add(Field{Key: KindField(v), Part: what, Title: text.Line(Shown(v), 40) + " is", Help: "What a row is in which the column says " + text.Line(Shown(v), 40) + ".", Form: OneOf, Choices: kindChoices(true)})
	}
	for _, p := range payloadFieldsOfSketch {
		if !slices.ContainsFunc(types, func(t string) bool { return p.at[t] != "" }) {
			continue
		}
		add(Field{Key: p.key, Part: p.part, Title: p.title, Help: p.help, Needed: s.needs(p.key, types)})
	}
	for _, f := range s.moreFields(types) {
		add(f)
	}
	out = append(out, s.keptFields()...)
	for _, v := range s.values {
		out = append(out, s.tableFields(v)...)
	}
	return out
}

// offerSequences offers the columns whose cells may hold several things.
func (s *Sketch) offerSequences(f *Field) {
	columns := s.sequences()
	if c := s.cutColumn(); c != "" && !slices.Contains(columns, c) {
		columns = append(columns, c)
	}
	for _, c := range columns {
		f.Choices = append(f.Choices, FieldChoice{Column(c), "every part of the cells of " + text.Line(c, 60)})
	}
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
		return s.set["name"] == "" && (has("prodView", "cartAdd", "cartRemove") || has("purchase") && (s.set["category"] != "" || s.set["price"] != ""))
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
	case "topic":
		return has("lead", "service")
	case "channel":
		return has("mrktInfo") && s.set["affiliate"] == "" && s.set["campaign"] == ""
	case "customer":
		return has("ctmrinfo") && s.set["ctype"] == "" && s.set["cstatus"] == "" && s.set["balance"] == ""
	case "age":
		return has("personal") && s.set["gender"] == ""
	case "action":
		return has("conversation")
	case "state":
		return has("agents")
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
	if len(s.types()) == 0 && len(s.kept) == 0 {
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
		return "the times in " + text.Line(s.set[FieldAt], 40) + " are written in no way that is known, or not of the years 2000 to 2100: say how, such as 2006-01-02 15:04:05"
	case FieldRow:
		return "it is not said what a row is"
	case "sku":
		return "no column is the product's number or its name"
	case "query":
		return "no column is what was searched for"
	}
	return f.Part + ": nothing is the " + f.Title
}
