package form

import (
	"reflect"
	"slices"
	"strings"

	"beckon/model"
)

// how is one way to use a condition: its operator in words, and the fields
// that go with it, by their paths below the condition.
type how struct {
	title  string
	fields []string
}

// ways lists the operators of the conditions that have several. What else a
// condition has is always shown.
var ways = map[string][]how{
	"age":                intWays,
	"companySize":        intWays,
	"visits":             intWays,
	"pagesViewed":        intWays,
	"cartItems":          intWays,
	"scrollDepth":        intWays,
	"balance":            intWays,
	"daysSinceLastVisit": intWays,
	"cartValue":          append(slices.Clone(intWays), how{"fell", []string{"decreased"}}, how{"was emptied", []string{"emptied"}}),
	"timeOnPage":         timeWays,
	"timeOnSite":         timeWays,
	"idle":               timeWays,
	"timeOnEntryPoint":   timeWays,
	"customer":           {{"type is", []string{"types"}}, {"status is", []string{"statuses"}}},
	"marketingSource":    {{"channel is", []string{"channels"}}, {"affiliate is", []string{"affiliates"}}, {"campaign is", []string{"campaigns"}}},
	"visitorError":       {{"message is", []string{"messages"}}, {"code is", []string{"codes"}}, {"message or code is", []string{"messages", "codes"}}},
	"cartProducts":       productWays,
	"viewedProduct":      append(slices.Clone(productWays), how{"is any product", nil}),
	"geo": {{"country is", []string{"countries"}}, {"region is", []string{"regions"}}, {"city is", []string{"cities"}},
		{"place is any of", []string{"countries", "regions", "cities"}}},
}

var intWays = []how{{"at least", []string{"min"}}, {"at most", []string{"max"}}, {"between", []string{"min", "max"}}}

var timeWays = []how{{"more than", []string{"moreThan"}}, {"at least", []string{"atLeast"}}, {"at most", []string{"atMost"}},
	{"between", []string{"atLeast", "atMost"}}, {"more than, at most", []string{"moreThan", "atMost"}}}

var productWays = []how{{"name is", []string{"names"}}, {"SKU is", []string{"skus"}}, {"category is", []string{"categories"}},
	{"name, SKU or category is", []string{"names", "skus", "categories"}}}

// start is a condition of a name with nothing in it yet.
func start(name string) model.Condition {
	var c model.Condition
	switch name {
	case "all":
		c.All = []model.Condition{{}}
	case "any":
		c.Any = []model.Condition{{}}
	case "exclude":
		c.Exclude = []model.Condition{{}}
	case "visitor":
		c.Visitor = model.FirstTime
	case "registered":
		c.Registered = &model.RegisteredCondition{Unit: "days"}
	case "attribute":
		c.Attribute = &model.AttributeCondition{Op: model.OpEquals}
	case "aboutToAbandon":
		c.AboutToAbandon = true
	case "exitSignal":
		c.ExitSignal = true
	default:
		v := reflect.ValueOf(&c).Elem()
		for _, f := range reflect.VisibleFields(v.Type()) {
			tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if tag == name && f.Type.Kind() == reflect.Pointer {
				v.FieldByIndex(f.Index).Set(reflect.New(f.Type.Elem()))
			}
		}
	}
	return c
}

// leafFields lists every field of a condition, with the part of the path below
// it; those that an operator leaves out are dropped by the caller.
func (f *Form) leafFields(name, at string) []Field {
	p := func(part string) string { return below(below(at, name), part) }
	suggest := func(what string) func() []Option {
		_, listed := f.suggest(what, what)
		return listed
	}
	one := func(part, label string, k Kind, w int) Field {
		return Field{Path: p(part), Label: label, Kind: k, Width: w, Beside: true}
	}
	list := func(part, label, noun string) Field {
		return Field{Path: p(part), Label: label, Kind: List{Noun: noun, Options: suggest(noun)}}
	}
	numbers := func(unit string, low, high int) []Field {
		k := Number{Unit: unit, Min: low, Max: high}
		return []Field{one("min", "", k, 12+len(unit)), one("max", "and", k, 12+len(unit))}
	}
	times := []Field{one("moreThan", "", Duration{}, 16), one("atLeast", "", Duration{}, 16), one("atMost", "and", Duration{}, 16)}
	switch name {
	case "referral":
		return []Field{{Path: p("urls"), Kind: URLRules{}}}
	case "searchKeywords", "searchedFor":
		return []Field{list("keywords", "any of", "keyword")}
	case "ip":
		return []Field{{Path: p("ranges"), Label: "in any of", Kind: IPRanges()}}
	case "platform":
		return []Field{{Path: p("in"), Label: "any of", Kind: Several{Options(model.Choices(model.Platform(""))...)}}}
	case "marketingSource":
		return []Field{{Path: p("channels"), Kind: Several{Options(model.Choices(model.MarketingChannel(""))...)}},
			list("affiliates", "", "affiliate"), list("campaigns", "", "marketing campaign")}
	case "geo":
		return []Field{{Path: p("countries"), Label: "countries", Kind: Countries()},
			{Path: p("regions"), Label: "regions", Kind: Places("region", suggest("region"))},
			{Path: p("cities"), Label: "cities", Kind: Places("city", suggest("city"))}}
	case "visitor":
		return []Field{{Path: below(at, name), Kind: Choice{Options: Options(model.Choices(model.VisitorKind(""))...)}, Beside: true, Width: 40}}
	case "customer":
		return []Field{list("types", "", "customer type"), list("statuses", "", "customer status")}
	case "age":
		return numbers("years", 0, 150)
	case "registered":
		return []Field{one("atLeast", "at least", Number{Min: 1, Max: 9999}, 10),
			one("unit", "", Choice{Options: Options(model.FieldChoices(model.RegisteredCondition{}, "unit")...), Menu: true}, 12)}
	case "companySize":
		return numbers("employees", 0, 999_999_999)
	case "balance":
		k := Money{Negative: true}
		return []Field{one("min", "", k, 16), one("max", "and", k, 16)}
	case "customerId", "storeZip", "storeNumber", "browser", "os":
		noun := map[string]string{"customerId": "customer ID", "storeZip": "ZIP code", "storeNumber": "store number", "browser": "browser", "os": "operating system"}[name]
		return []Field{list("in", "any of", noun)}
	case "gender":
		return []Field{{Path: p("in"), Label: "any of", Kind: Several{Options(model.Genders()...)}}}
	case "language":
		return []Field{{Path: p("in"), Label: "any of", Kind: List{Noun: "language", Hint: "such as de or en-US", Options: suggest("language")}}}
	case "visits":
		return numbers("", 1, 1_000_000)
	case "daysSinceLastVisit":
		return numbers("days", 0, 36_500)
	case "attribute":
		return []Field{one("name", "", Text{Hint: "name", Suggest: "attribute"}, 20),
			one("op", "", Choice{Options: Options(model.Choices(model.AttributeOp(""))...), Menu: true}, 16),
			{Path: p("values"), Kind: List{Noun: "value"}, When: func() bool {
				op, _ := f.value(p("op"))
				return op != string(model.OpExists) || f.count(p("values")) > 0
			}}}
	case "flow":
		return []Field{one("on", "was", Choice{Options: []Option{{Value: "abandoned"}, {Value: "back", Title: "gone back in"}}, Default: "abandoned", Menu: true}, 16),
			one("name", "named", Text{Hint: "optional"}, 20), {Path: p("steps"), Kind: Steps{}}}
	}
	switch name {
	case "timeOnEntryPoint":
		return append(slices.Clone(times), Field{Path: p("entryPoints"), Label: "on", Kind: References{To: model.KindEntryPoint}})
	case "visited":
		return []Field{{Path: p("entryPoints"), Label: "all of", Kind: References{To: model.KindEntryPoint}}}
	case "cartValue":
		return []Field{one("min", "", Money{}, 16), one("max", "and", Money{}, 16), one("decreased", "", Toggle{}, 8), one("emptied", "", Toggle{}, 8)}
	case "cartProducts", "viewedProduct":
		out := []Field{list("names", "names", "product"), list("skus", "SKUs", "SKU"), list("categories", "categories", "category")}
		if name == "viewedProduct" {
			out = append(out, Field{Path: p("price.min"), Label: "price from", Kind: Money{}, Width: 16}, one("price.max", "to", Money{}, 16),
				Field{Path: p("views"), Label: "views, at least", Kind: Number{Min: 0, Max: 1_000_000, Hint: "1"}, Width: 12},
				list("stock.status", "stock is", "stock status"), Field{Path: p("stock.atMost"), Label: "or in stock at most", Kind: Number{Min: 0, Max: 999_999_999}, Width: 12})
		}
		return out
	case "visitorError":
		return []Field{list("messages", "messages", "message"), list("codes", "codes", "code"),
			{Path: p("from"), Label: "times, at least", Kind: Number{Min: 0, Max: 1_000_000, Hint: "1"}, Width: 12}}
	case "engaged":
		return []Field{{Path: p("statuses"), Label: "has", Kind: Several{Options(model.Choices(model.EngagedStatus(""))...)}},
			{Path: p("engagements"), Label: "any of", Kind: References{To: model.KindEngagement}}}
	case "serviceActivity":
		return []Field{list("topics", "topics", "topic"), {Path: p("statuses"), Label: "is", Kind: Several{Options(model.Choices(model.ServiceStatus(""))...)}}}
	case "timeOnPage", "timeOnSite", "idle":
		return times
	case "pagesViewed":
		return numbers("pages", 1, 1_000_000)
	case "cartItems":
		return numbers("items", 0, 999_999_999)
	case "scrollDepth":
		return numbers("%", 0, 100)
	case "event":
		return []Field{one("name", "", Text{Hint: "name", Suggest: "event"}, 22), one("count", "times, at least", Number{Min: 0, Max: 1_000_000, Hint: "1"}, 10),
			one("within", "within", Duration{Hint: "the visit"}, 12)}
	}
	return nil // a group, or what holds by itself
}
