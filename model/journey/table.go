package journey

import (
	"time"

	"beckon/model"
)

// Mapping says how the rows of a table become events: which columns make the
// visitor, the visit and the instant, and which values make which event. It is
// read from a YAML file by [ParseMapping].
//
// A table is CSV with any separator, TSV, or JSON Lines. Its rows' columns are
// named by the header line, by the mapping, or, in JSON, by the keys, where a
// dot goes into an object and a number into a list: user.id, items.0.name.
//
// # Templates
//
// Every value of a mapping is a template: text in which {name} stands for a
// column or for a name under values. {{ and }} are braces. A template that is
// a single {name} whose value is empty (or null or absent in JSON) leaves its
// field out; an object or list with nothing in it is left out as well. In url
// what is put into a longer template is escaped, so that it stays one part of
// the path or the query; a template that is only {name} is the whole URL and
// taken as it is.
//
// # Clicks of a shop, without a time of day
//
//	format: csv                # csv (the default), tsv or jsonl
//	separator: ";"             # default a comma; tsv: a tab
//	quote: '"'                 # default '"'; none: no quoting (default of tsv)
//	header: true               # the default; without one: columns: [year, month, day]
//	visitor: "{session ID}"    # required
//	visit: "{session ID}"      # optional; without it the idle rule cuts
//	at:
//	  value: "{year}-{month}-{day}"
//	  layout: "2006-1-2"       # rfc3339 (the default), unix-s, unix-ms, unix-us or a Go layout
//	  zone: Europe/Warsaw      # of instants without one; default UTC
//	  order: "{order}"         # the place of the row within value, from 1, and
//	  gap: 30s                 # instants are value + (order-1) x gap: approximate
//	values:                    # names for templates, made from columns
//	  category:
//	    from: "{page 1 (main category)}"
//	    map: {1: trousers, 2: skirts, 3: blouses, 4: sale}
//	  country:
//	    from: "{country}"
//	    map: {16: DE, 29: PL}
//	    else: ""               # what all others become; without it their rows are rejected
//	events:                    # each row gives every event whose when holds
//	  - page:
//	      url: "https://eshop.example/{category}/{page 2 (clothing model)}?list={page}"
//	      title: "Model {page 2 (clothing model)}"
//	      sections: ["{category}"]
//	      geo: {country: "{country}"}
//	  - prodView:
//	      currency: USD
//	      products:
//	        - product: {sku: "{page 2 (clothing model)}", category: "{category}", price: "{price}"}
//
// A name under values hides the column of the same name. Inside values all
// names are columns. layout may be a list, tried in order.
//
// # Sessions with nested events
//
//	format: jsonl
//	each: events               # the list whose elements are rows; {name} is
//	#                          #   looked for in the element, then around it
//	visitor: "otto-{session}"
//	at: {value: "{ts}", layout: unix-ms}
//	events:
//	  - when: {type: clicks}   # all must hold: a value, or a list of values
//	    page: {url: "https://otto.example/article/{aid}", title: "Article {aid}"}
//	  - when: {type: [clicks]}
//	    unless: {aid: ""}      # and none of these
//	    prodView: {products: [{product: {sku: "{aid}"}}]}
//	  - when: {type: carts}
//	    cartAdd: {products: [{product: {sku: "{aid}"}}]}
//	  - when: {type: orders}
//	    purchase: {total: "0", orderId: "{session}-{ts}", cart: {products: [{product: {sku: "{aid}"}}]}}
//
// # Sequences without stamps
//
//	format: csv
//	separator: " "
//	skip: 7                    # lines at the beginning that are not of the table
//	each: cells                # every cell of a line is a row: {#cell} is its text
//	visitor: "visitor-{#line}" # and {#place} its place, from 1; {#line} is the
//	at:                        #   number of the line, also without each
//	  value: "2019-09-28"
//	  layout: "2006-01-02"
//	  order: "{#place}"
//	  gap: 30s
//	events:
//	  - unless: {"#cell": ""}
//	    page: {url: "https://news.example/{#cell}"}
//
// # A sequence in one cell, and numbers as people write them
//
//	format: csv
//	each: path                 # the column whose cells hold sequences; in JSON a key
//	split: ">"                 # what stands between two parts: each part that is not
//	#                          #   empty is a row, {#cell} is its text, {#place} its place
//	numbers: comma             # 1.234,50; point: 1,234.50; without it only 1234.50
//	visitor: "{client}"
//	at: {value: "{start}", order: "{#place}", gap: 20s}
//	events:
//	  - unless: {"#cell": [buy]}
//	    page: {url: "https://shop.example/{#cell}"}
//	  - when: {"#cell": buy}
//	    purchase: {total: "{sum}", currency: EUR}
//
// How numbers are written holds for what a table holds; what a mapping writes
// itself, or a map gives, has a point.
//
// An event is named and filled as in the native form (page, cart, purchase,
// prodView, ctmrinfo, mrktInfo, personal, lead, service, error, searchInfo,
// respond, conversation, agents, identify, signal, leave), except that numbers
// and truths may come from text. cartAdd and cartRemove, with products and
// currency, change the visitor's cart: the cart events they become carry the
// sum of the changes so far, marked partial, as the cart's beginning is
// unknown. A cart event sets that sum, a purchase empties it.
type Mapping struct {
	name      string // of the file, for errors
	form      string // csv, tsv, jsonl
	separator string
	quote     byte // 0 is none
	header    bool
	columns   []string
	skip      int    // lines at the beginning
	each      string // eachCell, in JSON the name of a list, or with split a column
	split     string // what stands between the parts of a cell of each
	eachSlot  int    // of each, with split
	numbers   string // numbersComma, numbersPoint or numbersPlain
	source    []byte // the file

	visitor template
	visit   template
	at      instantRule
	values  []valueRule
	events  []eventRule
	names   []nameRef // what templates refer to, by part.slot
}

// eachCell makes a row of every cell.
const eachCell = "cells"

// Names of what is no column.
const (
	ofLine  = "#line"
	ofCell  = "#cell"
	ofPlace = "#place"
)

// nameRef is a name that templates refer to.
type nameRef struct {
	name   string
	value  int // index of the value, or -1 for a column
	line   int // of the mapping file, where it is first used
	column []string
}

// instantRule says how a row's instant is made.
type instantRule struct {
	value   template
	layouts []string
	zone    *time.Location
	order   template
	gap     model.Duration
}

// valueRule makes a name from columns.
type valueRule struct {
	name     string
	from     template
	to       map[string]string
	orElse   template
	hasElse  bool
	passThru bool // no map: the name is just what from gives
}

// eventRule makes an event of the rows for which it holds.
type eventRule struct {
	when, unless []condition
	typ          Type
	delta        int8 // 1 cartAdd, -1 cartRemove
	payload      *shape
	line         int
}

// condition holds if the value is one of a list.
type condition struct {
	value template
	in    []string
}

// shape is an event's payload with templates for leaves.
type shape struct {
	kind kind // object, list, or str for a template
	leaf template
	keys []string
	vals []*shape
	url  bool // escape what is put in
	// number says that the native form has a number there, and that what fills it
	// is recorded: it is written as the mapping says.
	number bool
}
