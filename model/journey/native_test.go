package journey

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
)

func ptr[T any](v T) *T { return &v }

var at0 = At(time.Date(2026, 3, 2, 10, 15, 0, 0, time.UTC))

func TestParseEventReadsEveryType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		want       Event
	}{
		{"page", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/cart","title":"Cart","referrer":"https://www.google.com/?q=tent","sections":["checkout"],"userAgent":"UA","ip":"198.51.100.7","geo":{"country":"DE","region":"BE","city":"Berlin"},"returning":true,"visits":3,"lastVisit":"2026-02-20T09:00:00Z","platform":"tablet","browser":"Firefox","os":"Linux","language":"de"}`,
			Event{Type: PageView, Page: &Page{URL: "https://shop.example/cart", Title: "Cart", Referrer: "https://www.google.com/?q=tent", Sections: []string{"checkout"}, UserAgent: "UA", IP: "198.51.100.7", Geo: &Geo{"DE", "BE", "Berlin"}, Returning: ptr(true), Visits: 3, LastVisit: At(time.Date(2026, 2, 20, 9, 0, 0, 0, time.UTC)), Platform: model.Tablet, Browser: "Firefox", OS: "Linux", Language: "de"}}},
		{"payload before the type", `{"url":"u","title":"t","at":"2026-03-02T10:15:00Z","visitor":"v","type":"page"}`,
			Event{Type: PageView, Page: &Page{URL: "u", Title: "t"}}},
		{"cart", `{"visitor":"v","at":"2026-03-02T11:15:00.0009+01:00","type":"cart","total":248.5,"currency":"EUR","numItems":2,"products":[{"product":{"name":"Tent","category":"camping","sku":"TT","price":"199.00"},"quantity":2},{"product":{}}]}`,
			Event{Type: Cart, Cart: &CartState{Total: 2485000, Currency: "EUR", NumItems: 2, Products: []Product{{Name: "Tent", Category: "camping", SKU: "TT", Price: ptr(model.Money(1990000)), Quantity: 2}, {Quantity: 1}}}}},
		{"purchase", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"purchase","total":"1","orderId":"O","cart":{"numItems":1,"products":[{"product":{"sku":"a"}}]}}`,
			Event{Type: Purchase, Purchase: &Order{Total: 10000, OrderID: "O", NumItems: 1, Products: []Product{{SKU: "a", Quantity: 1}}}}},
		{"prodView", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"prodView","currency":"EUR","products":[{"product":{"sku":"a","statusInStock":"low","quantityInStock":3}}]}`,
			Event{Type: ProductView, ProductView: &Views{Currency: "EUR", Products: []Product{{SKU: "a", StatusInStock: "low", QuantityInStock: ptr(3), Quantity: 1}}}}},
		{"ctmrinfo", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"ctmrinfo","info":{"ctype":"gold","cstatus":"active","customerId":"C","balance":-35.2,"currency":"EUR","companySize":40,"role":"buyer","registrationDate":{"day":4,"month":11,"year":2021},"lastPaymentDate":{"year":2022},"storeNumber":"117","storeZipCode":"10115","loginStatus":1}}`,
			Event{Type: CustomerInfo, Customer: &Customer{Type: "gold", Status: "active", CustomerID: "C", Balance: ptr(model.Money(-352000)), Currency: "EUR", CompanySize: ptr(40), RegistrationDate: dateOf(2021, 11, 4), StoreZIP: "10115", StoreNumber: "117", Other: map[string]string{"role": "buyer", "loginStatus": "1", "lastPaymentDate": "2022-01-01"}}}},
		{"mrktInfo by number", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"mrktInfo","info":{"channel":3,"affiliate":"A","campaignId":"c"}}`,
			Event{Type: MarketingInfo, Marketing: &Marketing{Channel: model.ChannelEmail, Affiliate: "A", Campaign: "c"}}},
		{"mrktInfo by text", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"mrktInfo","info":{"channel":"5"}}`,
			Event{Type: MarketingInfo, Marketing: &Marketing{Channel: model.ChannelPaid}}},
		{"mrktInfo by name", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"mrktInfo","info":{"channel":"Paid Search"}}`,
			Event{Type: MarketingInfo, Marketing: &Marketing{Channel: model.ChannelPaid}}},
		{"personal", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"personal","personal":{"firstname":"Ada","age":{"year":1991,"month":6,"day":2},"contacts":[{"email":"ada@example.org","phoneType":"MOBILE","address":{"country":"DE"}},{"email":"other@example.org","phone":"1"}],"gender":"FEMALE","language":"de-DE"}}`,
			Event{Type: Personal, Personal: &Person{Birth: dateOf(1991, 6, 2), Gender: "female", Language: "de-DE", Other: map[string]string{"firstname": "Ada", "email": "ada@example.org", "phone": "1", "phoneType": "MOBILE", "country": "DE"}}}},
		{"personal by age", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"personal","personal":{"age":{"age":34},"gender":2}}`,
			Event{Type: Personal, Personal: &Person{Age: ptr(34), Gender: "other"}}},
		{"birth on the zero date", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"personal","personal":{"age":{"year":1970}}}`,
			Event{Type: Personal, Personal: &Person{Birth: -1}}},
		{"lead", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"lead","lead":{"topic":"newsletter","value":4.0,"currency":"EUR","leadId":"L"}}`,
			Event{Type: Lead, Lead: &LeadMade{Topic: "newsletter", Value: ptr(model.Money(40000)), Currency: "EUR", LeadID: "L"}}},
		{"service by number", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"service","service":{"topic":"return","status":6,"category":"c","serviceId":"S"}}`,
			Event{Type: Service, Service: &ServiceUpdate{Topic: "return", Status: "missing-details", Category: "c", ServiceID: "S"}}},
		{"service by name", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"service","service":{"status":"In Progress"}}`,
			Event{Type: Service, Service: &ServiceUpdate{Status: "in-progress"}}},
		{"error", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"error","error":{"contextId":"form","message":"Card expired","code":404,"level":10,"resolved":true}}`,
			Event{Type: Error, Error: &VisitorError{ContextID: "form", Message: "Card expired", Code: "404", Level: 10, Resolved: true}}},
		{"searchInfo", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"searchInfo","keywords":["tent repair","zelt \ud83c\udfd5"]}`,
			Event{Type: SearchInfo, Search: &Search{Keywords: []string{"tent repair", "zelt 🏕"}}}},
		{"respond", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"respond","engagement":"a/b","action":"decline"}`,
			Event{Type: Respond, Respond: &Response{"a/b", Decline}}},
		{"conversation", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"conversation","action":"start","engagement":"a/b"}`,
			Event{Type: Conversation, Conversation: &ConversationChange{true, "a/b"}}},
		{"agents", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"agents","skill":"sales","state":"busy"}`,
			Event{Type: Agents, Agents: &AgentState{"sales", model.Busy}}},
		{"identify", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"identify","user":"u","traits":{"plan":"pro","n":2,"x":true}}`,
			Event{Type: Identify, Identify: &Identity{"u", map[string]string{"plan": "pro", "n": "2", "x": "true"}}}},
		{"signing out", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"identify"}`, Event{Type: Identify, Identify: &Identity{}}},
		{"signal", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"signal","name":"scroll","value":70}`,
			Event{Type: Signal, Signal: &SignalSent{"scroll", ptr(70)}}},
		{"leave", ` {"visitor" : "v" , "at" : "2026-03-02T10:15:00Z", "type" : "leave", "visit":null } `, Event{Type: Leave}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseEvent([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Visitor, tt.want.At = "v", at0
			if d := cmp.Diff(&tt.want, got); d != "" {
				t.Error(d)
			}
			line := AppendEvent(nil, got)
			if !json.Valid(line) {
				t.Fatalf("not JSON: %s", line)
			}
			again, err := ParseEvent(line)
			if err != nil {
				t.Fatalf("%v\n%s", err, line)
			}
			if d := cmp.Diff(got, again); d != "" {
				t.Errorf("round trip: %s\n%s", d, line)
			}
		})
	}
}

func TestParseEventRefuses(t *testing.T) {
	t.Parallel()
	const page = `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"u"`
	tests := []struct{ name, line, reason, message string }{
		{"nothing", ``, "type", "want an object"},
		{"a list", `[]`, "type", "want an object, have a list"},
		{"trailing data", page + `} x`, "json", "something follows"},
		{"cut", page, "json", "not valid JSON"},
		{"no visitor", `{"at":"2026-03-02T10:15:00Z","type":"leave"}`, "missing", "visitor: missing"},
		{"no type", `{"visitor":"v","at":"2026-03-02T10:15:00Z","url":"u"}`, "missing", "type: missing"},
		{"no instant", `{"visitor":"v","type":"leave"}`, "missing", "at: missing"},
		{"type misspelled", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"pages"}`, "value", "did you mean page?"},
		{"number for a text", page + `,"title":1}`, "type", "title: want text, have a number"},
		{"key twice", page + `,"url":"w"}`, "duplicate-key", "url: the key comes twice"},
		{"key in other case", page + `,"URL":"w"}`, "duplicate-key", "URL: the key differs only in case"},
		{"type twice", `{"url":"u","type":"page","visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart"}`, "duplicate-key", "type: the key comes twice"},
		{"key in other case before the type", `{"URL":"w","visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"u"}`, "duplicate-key", "differs only in case"},
		{"unknown key twice", page + `,"x":1,"X":2}`, "duplicate-key", "X: the key differs only in case"},
		{"money with an exponent", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1e3,"numItems":0}`, "money", "total: not an amount"},
		{"money too fine", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":"0.00001","numItems":0}`, "money", "total: not an amount"},
		{"money NaN", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":"NaN","numItems":0}`, "money", "total: not an amount"},
		{"price", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1,"numItems":0,"products":[{"product":{}},{"product":{"price":"x"}}]}`, "money", "products[1].product.price: not an amount"},
		{"product missing", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"prodView","products":[{"quantity":1}]}`, "missing", "products[0]: product is missing"},
		{"cart without numItems", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1}`, "missing", "numItems: missing"},
		{"negative count", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1,"numItems":-1}`, "value", "numItems: not from 0"},
		{"fraction for a count", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1,"numItems":1.5}`, "value", "numItems: not a whole number"},
		{"overflow", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1,"numItems":9223372036854775808}`, "value", "not a whole number"},
		{"no zone", `{"visitor":"v","at":"2026-03-02T10:15:00","type":"leave"}`, "time", "at: not an instant"},
		{"30 February", `{"visitor":"v","at":"2026-02-30T10:15:00Z","type":"leave"}`, "time", "at: not an instant"},
		{"1999", `{"visitor":"v","at":"1999-12-31T23:59:59Z","type":"leave"}`, "time", "outside the years"},
		{"half a surrogate pair", page + `,"title":"\ud800"}`, "encoding", "title: half a surrogate"},
		{"broken UTF-8", page + ",\"title\":\"\xff\"}", "encoding", "not UTF-8 at byte"},
		{"deep", page + `,"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}", "depth", "deeper than 32"},
		{"control character", page + ",\"title\":\"a\tb\"}", "json", "control character"},
		{"engagement", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"respond","engagement":"a","action":"accept"}`, "value", "want campaign/engagement"},
		{"action", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"respond","engagement":"a/b","action":"click"}`, "value", "want accept, decline"},
		{"channel", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"mrktInfo","info":{"channel":7}}`, "value", "info.channel: want a channel"},
		{"long URL", `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"` + strings.Repeat("u", 9000) + `"}`, "value", "url: a URL longer"},
		{"escape sequence in a value", page + `,"platform":"\u001b[2Jx"}`, "value", "platform: want desktop, tablet, smartphone: ␛[2Jx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseEvent([]byte(tt.line))
			if err == nil {
				t.Fatal("no error")
			}
			if f := asFault(err); f.reason != tt.reason || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("%s: %v; want %s: %s", f.reason, err, tt.reason, tt.message)
			}
		})
	}
}

func TestUnknownFieldsAreTold(t *testing.T) {
	t.Parallel()
	var got []string
	d := decoder{unknown: func(s string) { got = append(got, s) }}
	_, f := d.event([]byte(`{"foo":1,"visitor":"v","at":"2026-03-02T10:15:00Z","type":"ctmrinfo","bar":{"a":[1]},"info":{"tier":"x","more":{}}}`))
	if f != nil {
		t.Fatal(f)
	}
	if d := cmp.Diff([]string{"ctmrinfo.foo", "ctmrinfo.bar", "info.tier", "info.more"}, got); d != "" {
		t.Error(d)
	}
}

// anyEvent draws an event that can be written: every text is one that the
// reader takes.
func anyEvent() *rapid.Generator[*Event] {
	return rapid.Custom(func(t *rapid.T) *Event {
		word := rapid.StringOf(rapid.Rune())
		some := func(l string) string { return word.Draw(t, l) }
		money := func(l string) model.Money {
			return model.Money(rapid.Int64Range(-999_999_999_999, 999_999_999_999).Draw(t, l))
		}
		price := func() *model.Money {
			if rapid.Bool().Draw(t, "priced") {
				return ptr(money("price"))
			}
			return nil
		}
		count := rapid.IntRange(0, 1000)
		products := func() []Product {
			var out []Product
			for range rapid.IntRange(0, 3).Draw(t, "products") {
				p := Product{Name: some("name"), Category: some("category"), SKU: some("sku"), Price: price(), Quantity: count.Draw(t, "quantity"), StatusInStock: some("stock")}
				if rapid.Bool().Draw(t, "inStock") {
					p.QuantityInStock = ptr(count.Draw(t, "n"))
				}
				out = append(out, p)
			}
			return out
		}
		texts := func(l string) []string {
			s := rapid.SliceOfN(word, 0, 3).Draw(t, l)
			if len(s) == 0 {
				return nil
			}
			return s
		}
		instant := rapid.Int64Range(int64(minInstant), int64(maxInstant))
		e := &Event{Visitor: "v" + some("visitor"), Visit: some("visit"), At: Instant(instant.Draw(t, "at"))}
		e.Type = Type(rapid.IntRange(int(PageView), int(Leave)).Draw(t, "type"))
		date := func() model.Date {
			return dateOf(rapid.IntRange(1900, 2100).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d"))
		}
		switch e.Type {
		case PageView:
			e.Page = &Page{URL: "u" + some("url"), Title: some("title"), Referrer: some("referrer"), Sections: texts("sections"),
				UserAgent: some("ua"), IP: some("ip"), Language: some("language"), Browser: some("browser"), OS: some("os"),
				Platform: rapid.SampledFrom([]model.Platform{"", model.Desktop, model.Smartphone}).Draw(t, "platform"),
				Visits:   count.Draw(t, "visits")}
			if rapid.Bool().Draw(t, "geo") {
				e.Page.Geo = &Geo{some("country"), some("region"), some("city")}
				e.Page.Returning = ptr(rapid.Bool().Draw(t, "returning"))
				e.Page.LastVisit = Instant(instant.Draw(t, "last"))
			}
		case Cart:
			e.Cart = &CartState{Total: money("total"), Currency: some("currency"), NumItems: count.Draw(t, "n"), Products: products(), Partial: rapid.Bool().Draw(t, "partial")}
		case Purchase:
			e.Purchase = &Order{Total: money("total"), Currency: some("currency"), OrderID: some("id"), NumItems: count.Draw(t, "n"), Products: products()}
		case ProductView:
			e.ProductView = &Views{Currency: some("currency"), Products: products()}
		case CustomerInfo:
			e.Customer = &Customer{Type: some("type"), Status: some("status"), CustomerID: some("id"), Balance: price(), Currency: some("currency"),
				CompanySize: ptr(count.Draw(t, "size")), RegistrationDate: date(), StoreZIP: some("zip"), StoreNumber: some("store")}
			if rapid.Bool().Draw(t, "other") {
				e.Customer.Other = map[string]string{"role": some("role"), "lastPaymentDate": date().String()}
			}
		case MarketingInfo:
			e.Marketing = &Marketing{Channel: rapid.SampledFrom(model.MarketingChannels()).Draw(t, "channel"), Affiliate: some("affiliate"), Campaign: some("campaign")}
		case Personal:
			e.Personal = &Person{Gender: rapid.SampledFrom([]string{"", "male", "female", "other"}).Draw(t, "gender"), Language: some("language"), Birth: date()}
			if rapid.Bool().Draw(t, "other") {
				e.Personal.Other = map[string]string{"company": some("company"), "email": "e" + some("email"), "region": "r" + some("region")}
			}
		case Lead:
			e.Lead = &LeadMade{Topic: some("topic"), Value: price(), Currency: some("currency"), LeadID: some("id")}
		case Service:
			e.Service = &ServiceUpdate{Topic: some("topic"), Status: rapid.SampledFrom(model.ServiceStatuses()).Draw(t, "status"), Category: some("category"), ServiceID: some("id")}
		case Error:
			e.Error = &VisitorError{ContextID: some("context"), Message: some("message"), Code: some("code"), Level: rapid.Int64Range(-9, 9).Draw(t, "level"), Resolved: rapid.Bool().Draw(t, "resolved")}
		case SearchInfo:
			e.Search = &Search{Keywords: texts("keywords")}
		case Respond:
			e.Respond = &Response{"a/b", rapid.SampledFrom([]Action{Accept, Decline}).Draw(t, "action")}
		case Conversation:
			e.Conversation = &ConversationChange{rapid.Bool().Draw(t, "start"), rapid.SampledFrom([]string{"", "a/b"}).Draw(t, "engagement")}
		case Agents:
			e.Agents = &AgentState{some("skill"), rapid.SampledFrom([]model.Availability{model.Online, model.Busy, model.Offline}).Draw(t, "state")}
		case Identify:
			e.Identify = &Identity{User: some("user")}
			if rapid.Bool().Draw(t, "traits") {
				e.Identify.Traits = map[string]string{"a": some("a"), "b": some("b")}
			}
		case Signal:
			e.Signal = &SignalSent{Name: "n" + some("name")}
			if rapid.Bool().Draw(t, "valued") {
				e.Signal.Value = ptr(rapid.IntRange(-100, 100).Draw(t, "value"))
			}
		}
		return e
	})
}

func TestWritingAndReadingGivesTheSameEvent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent().Draw(t, "event")
		line := AppendEvent(nil, e)
		got, err := ParseEvent(line)
		if err != nil {
			t.Fatalf("%v\n%s", err, line)
		}
		if d := cmp.Diff(e, got); d != "" {
			t.Fatalf("%s\n%s", d, line)
		}
		if again := AppendEvent(nil, got); string(again) != string(line) {
			t.Fatalf("not canonical:\n%s\n%s", line, again)
		}
	})
}

func TestParseInstantAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(minInstant.Time().Unix(), maxInstant.Time().Unix()).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).
			In(time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "offset")*60))
		s := want.Format(time.RFC3339Nano)
		got, err := ParseInstant(s)
		if err != nil || got != At(want) {
			t.Fatalf("%s: %v %v, want %v", s, got, err, At(want))
		}
		if again, err := ParseInstant(got.String()); err != nil || again != got {
			t.Fatalf("%v is written as %s, read as %v (%v)", got, got.String(), again, err)
		}
	})
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"u","geo":{"country":"DE"}}`))
	f.Add([]byte(`{"title":"x","visitor":"v","at":"2026-03-02T10:15:00.5+02:00","type":"page","url":"\ud83c\udfd5"}`))
	f.Add([]byte(`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"personal","personal":{"age":{"year":1991},"contacts":[{"email":"a"}]}}`))
	f.Add([]byte(`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","total":1,"numItems":1,"products":[{"product":{"price":2}}]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := ParseEvent(line)
		if err != nil {
			if err.Error() == "" || asFault(err).reason == "" {
				t.Fatal("an error without a text")
			}
			return
		}
		if !json.Valid(line) {
			t.Fatalf("took what is not JSON: %q", line)
		}
		out := AppendEvent(nil, e)
		again, err := ParseEvent(out)
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, line, out)
		}
		if d := cmp.Diff(e, again); d != "" {
			t.Fatalf("%s\n%s\n%s", d, line, out)
		}
	})
}

func BenchmarkParseEvent(b *testing.B) {
	lines := [][]byte{
		[]byte(`{"visitor":"v-17","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/cart","title":"Cart","referrer":"https://www.google.com/?q=tent","sections":["checkout"],"userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","ip":"198.51.100.7","geo":{"country":"DE","region":"BE","city":"Berlin"}}`),
		[]byte(`{"visitor":"v-17","at":"2026-03-02T10:15:04Z","type":"cart","total":"248.50","currency":"EUR","numItems":2,"products":[{"product":{"name":"Trail Tent 2P","category":"camping","sku":"TT-2P","price":"199.00"},"quantity":1}]}`),
		[]byte(`{"visitor":"v-17","at":"2026-03-02T10:16:10Z","type":"respond","engagement":"cart-rescue/help-overlay","action":"decline"}`),
		[]byte(`{"visitor":"v-17","at":"2026-03-02T10:17:00Z","type":"leave"}`),
	}
	d := decoder{unknown: func(string) {}}
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			if _, f := d.event(l); f != nil {
				b.Fatal(f)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(lines))/b.Elapsed().Seconds(), "events/s")
}

func TestWriterWritesLinesThatAreRead(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := NewWriter(&b)
	for _, e := range []*Event{{Visitor: "a", At: at0, Type: Leave}, {Visitor: "b\x1b[2J\u009b\u2028\xff", At: at0, Type: Signal, Signal: &SignalSent{Name: "exit"}}} {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"leave"}
{"visitor":"b\u001b[2J\u009b` + "\u2028\uFFFD" + `","at":"2026-03-02T10:15:00Z","type":"signal","name":"exit"}
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
	if lines, _ := mustRead(t, Options{}, b.String()); len(lines) != 2 {
		t.Errorf("%q", lines)
	}
}
