package journey

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The same events in the three forms that they are written in.
const snowplowCSV = `app_id,event,event_id,event_name,derived_tstamp,domain_userid,domain_sessionid,domain_sessionidx,page_url,page_title,useragent,geo_country,user_ipaddress,unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1_0_0,contexts_com_snowplowanalytics_snowplow_ecommerce_product_1_0_0,contexts_com_snowplowanalytics_snowplow_ecommerce_cart_1_0_0
shop,page_view,e-1,page_view,2026-03-02 10:15:00.000000+00:00,d,s,2,https://shop.example/,"The ""Shop"", at last",Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0,DE,198.51.100.7,,[],[]
shop,unstruct,e-2,snowplow_ecommerce_action,2026-03-02 10:15:10.250999+00:00,d,s,2,https://shop.example/,,Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0,DE,3338ca302fa1531f8243b75e,"{""type"": ""add_to_cart"", ""name"": null}","[{""id"": ""S"", ""category"": ""Tents"", ""price"": ""2.5"", ""quantity"": ""2"", ""currency"": ""EUR""}]","[{""currency"": ""EUR"", ""total_value"": ""5.0""}]"
`

var snowplowTSV = atomicTSV(map[string]string{"app_id": "shop", "event": "page_view", "event_id": "e-1", "event_name": "page_view", "derived_tstamp": "2026-03-02 10:15:00.000", "domain_userid": "d",
	"domain_sessionid": "s", "domain_sessionidx": "2", "page_url": "https://shop.example/", "page_title": `The "Shop", at last`, "useragent": "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "geo_country": "DE", "user_ipaddress": "198.51.100.7"}) +
	atomicTSV(map[string]string{"app_id": "shop", "event": "unstruct", "event_id": "e-2", "event_name": "snowplow_ecommerce_action", "derived_tstamp": "2026-03-02 10:15:10.250", "domain_userid": "d",
		"domain_sessionid": "s", "domain_sessionidx": "2", "page_url": "https://shop.example/", "useragent": "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
		"unstruct_event": `{"schema":"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0","data":{"schema":"iglu:com.snowplowanalytics.snowplow.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-0","data":{"type":"add_to_cart"}}}`,
		"contexts":       `{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:com.snowplowanalytics.snowplow.ecommerce/product/jsonschema/1-0-0","data":{"id":"S","category":"Tents","price":2.5,"quantity":2,"currency":"EUR"}},{"schema":"iglu:com.snowplowanalytics.snowplow.ecommerce/cart/jsonschema/1-0-0","data":{"total_value":5,"currency":"EUR"}}]}`})

const snowplowJSON = `{"app_id":"shop","event":"page_view","event_id":"e-1","event_name":"page_view","derived_tstamp":"2026-03-02T10:15:00.000Z","domain_userid":"d","domain_sessionid":"s","domain_sessionidx":2,"page_url":"https://shop.example/","page_title":"The \"Shop\", at last","useragent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","geo_country":"DE","user_ipaddress":"198.51.100.7"}
{"app_id":"shop","event":"unstruct","event_id":"e-2","event_name":"snowplow_ecommerce_action","derived_tstamp":"2026-03-02T10:15:10.250Z","domain_userid":"d","domain_sessionid":"s","domain_sessionidx":2,"page_url":"https://shop.example/","useragent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1":{"type":"add_to_cart"},"contexts_com_snowplowanalytics_snowplow_ecommerce_product_1":[{"id":"S","category":"Tents","price":2.5,"quantity":2,"currency":"EUR"}],"contexts_com_snowplowanalytics_snowplow_ecommerce_cart_1":[{"total_value":5.0,"currency":"EUR"}]}
`

// atomicTSV writes an enriched event.
func atomicTSV(values map[string]string) string {
	cells := make([]string, len(canonicalColumns))
	for i, c := range canonicalColumns {
		cells[i] = values[c]
	}
	return strings.Join(cells, "\t") + "\n"
}

func TestEnrichedEventsOfAllFormsAreAlike(t *testing.T) {
	t.Parallel()
	if n := len(canonicalColumns); n != 131 {
		t.Fatalf("%d columns", n)
	}
	want := []string{
		`{"visitor":"d","at":"2026-03-02T10:15:00Z","type":"page","visit":"s","url":"https://shop.example/","title":"The \"Shop\", at last","userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","ip":"198.51.100.7","geo":{"country":"DE"},"returning":true,"visits":2}`,
		`{"visitor":"d","at":"2026-03-02T10:15:10.250Z","type":"cart","visit":"s","total":"5.00","currency":"EUR","numItems":2,"products":[{"product":{"category":"Tents","sku":"S","price":"2.50"},"quantity":2}]}`,
	}
	forms := map[string]string{"csv": snowplowCSV, "tsv": snowplowTSV, "json": snowplowJSON, "tsv with a header": strings.Join(canonicalColumns, "\t") + "\n" + snowplowTSV}
	for name, data := range forms {
		got, r := mustRead(t, Options{}, data)
		if d := cmp.Diff(want, got); d != "" || r.Read != 2 || r.Lines-r.Read != r.Skipped["header"].Count || !slices.Equal(r.Formats, []Format{FormatSnowplow}) {
			t.Errorf("%s: %s\n%s", name, d, r)
		}
	}
}

// contextsOf writes entities and an event with a schema as the canonical event
// has them.
func selfDescribing(schema, data string) string {
	return `{"schema":"iglu:` + schema + `/jsonschema/1-0-0","data":` + data + `}`
}

func TestEnrichedEventsBecomeEvents(t *testing.T) {
	t.Parallel()
	const is = `{"visitor":"d","at":"2026-03-02T10:15:00.250Z","type":`
	row := func(more map[string]string) string {
		all := map[string]string{"event": "unstruct", "event_id": "e", "derived_tstamp": "2026-03-02 10:15:00.25", "domain_userid": "d"}
		for k, v := range more {
			all[k] = v
		}
		return atomicTSV(all)
	}
	own := func(schema, data string) string {
		return selfDescribing("com.snowplowanalytics.snowplow/unstruct_event", selfDescribing(schema, data))
	}
	shop := func(kind string, entities ...string) string {
		var all []string
		for _, e := range entities {
			name, data, _ := strings.Cut(e, " ")
			all = append(all, selfDescribing(shopVendor+"/"+name, data))
		}
		return row(map[string]string{"event_name": "snowplow_ecommerce_action", "unstruct_event": own(shopVendor+"/snowplow_ecommerce_action", `{"type":"`+kind+`"}`),
			"contexts": selfDescribing(snowplowVendor+"/contexts", "["+strings.Join(all, ",")+"]")})
	}
	const product = `product {"id":"S","name":"Tent","category":"Tents","price":2.5,"currency":"eur"}`
	tests := []struct {
		name, row string
		want      []string
	}{
		{"a page of a campaign, without a user agent", row(map[string]string{"event": "page_view", "event_name": "page_view", "page_url": "https://s.example/", "page_referrer": "https://r.example/", "br_lang": "de-DE",
			"br_family": "Firefox", "os_family": "Linux", "dvce_type": "Computer", "geo_country": "DE", "geo_region": "BE", "geo_city": "Berlin", "mkt_medium": "email", "mkt_source": "news", "mkt_campaign": "spring"}),
			[]string{is + `"page","url":"https://s.example/","referrer":"https://r.example/","geo":{"country":"DE","region":"BE","city":"Berlin"},"language":"de-DE","platform":"desktop","browser":"Firefox","os":"Linux"}`,
				is + `"mrktInfo","info":{"channel":3,"affiliate":"news","campaignId":"spring"}}`}},
		{"a product viewed", shop("product_view", product), []string{is + `"prodView","currency":"EUR","products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"2.50"}}]}`}},
		{"a cart whose total says that there is more in it", shop("add_to_cart", product, `cart {"total_value":"10","currency":"EUR"}`), []string{is + `"cart","total":"10.00","currency":"EUR","numItems":1,"products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"2.50"}}],"partial":true}`}},
		{"a cart whose total says that there is nothing else in it", shop("add_to_cart", product, `cart {"total_value":2.50}`), []string{is + `"cart","total":"2.50","currency":"EUR","numItems":1,"products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"2.50"}}]}`}},
		{"a cart without a total", shop("add_to_cart", product), []string{is + `"cart","total":"2.50","currency":"EUR","numItems":1,"products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"2.50"}}],"partial":true}`}},
		{"a cart that is emptied", shop("remove_from_cart", product, `cart {"total_value":0}`), []string{is + `"cart","total":"0.00","currency":"EUR","numItems":0}`}},
		{"an order", shop("transaction", product, `transaction {"transaction_id":"O","revenue":"3.5","currency":"EUR","total_quantity":4}`), []string{is + `"purchase","total":"3.50","currency":"EUR","orderId":"O","cart":{"numItems":4,"products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"2.50"}}]}}`}},
		{"another action", shop("checkout_step", `checkout_step {"step":1}`), []string{is + `"signal","name":"checkout_step"}`}},
		{"an action that is not told", row(map[string]string{"event_name": "snowplow_ecommerce_action"}), []string{is + `"signal","name":"snowplow_ecommerce_action"}`}},
		{"the older cart", row(map[string]string{"event_name": "add_to_cart", "unstruct_event": own(snowplowVendor+"/add_to_cart", `{"sku":"S","unitPrice":2.5,"quantity":2,"currency":"EUR"}`)}), []string{is + `"cart","total":"5.00","currency":"EUR","numItems":2,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2}],"partial":true}`}},
		{"the older order", row(map[string]string{"event": "transaction", "event_name": "transaction", "tr_orderid": "O", "tr_total": "12.00", "tr_currency": "EUR"}), []string{is + `"purchase","total":"12.00","currency":"EUR","orderId":"O"}`}},
		{"the older order's item", row(map[string]string{"event": "transaction_item", "event_name": "transaction_item", "ti_orderid": "O"}), []string{"order-item"}},
		{"a search", row(map[string]string{"event_name": "site_search", "unstruct_event": own(snowplowVendor+"/site_search", `{"terms":["blue","roses"]}`)}), []string{is + `"searchInfo","keywords":["blue","roses"]}`}},
		{"an error", row(map[string]string{"event_name": "application_error", "page_url": "https://s.example/", "unstruct_event": own(snowplowVendor+"/application_error", `{"message":"no","exceptionName":"TypeError"}`)}),
			[]string{is + `"page","url":"https://s.example/"}`, is + `"error","error":{"contextId":"https://s.example/","message":"no","code":"TypeError"}}`}},
		{"a ping that tells how far down", row(map[string]string{"event": "page_ping", "event_name": "page_ping", "pp_yoffset_max": "300", "br_viewheight": "600", "doc_height": "1200"}), []string{is + `"signal","name":"scroll","value":75}`}},
		{"a ping", row(map[string]string{"event": "page_ping", "event_name": "page_ping"}), []string{is + `"signal","name":"heartbeat"}`}},
		{"a structured event", row(map[string]string{"event": "struct", "event_name": "event", "se_category": "shop", "se_action": "zoom"}), []string{is + `"signal","name":"zoom"}`}},
		{"signed in", row(map[string]string{"event": "struct", "se_action": "zoom", "user_id": "u"}), []string{is + `"identify","user":"u"}`, is + `"signal","name":"zoom"}`}},
		{"a network's id", row(map[string]string{"event": "struct", "se_action": "zoom", "domain_userid": "", "network_userid": "n"}), []string{strings.Replace(is, `"d"`, `"n"`, 1) + `"signal","name":"zoom"}`}},
		{"the collector's time", row(map[string]string{"event": "struct", "se_action": "zoom", "derived_tstamp": "", "collector_tstamp": "2026-03-02T10:15:00.250+00", "dvce_created_tstamp": "2020-01-01 00:00:00"}), []string{is + `"signal","name":"zoom"}`}},
		{"a robot", row(map[string]string{"event": "page_view", "event_name": "page_view", "page_url": "https://s.example/", "useragent": "Googlebot"}), []string{"robot"}},
		{"a screen", row(map[string]string{"event_name": "screen_view"}), []string{"screen"}},
		{"a page without URL", row(map[string]string{"event": "page_view", "event_name": "page_view"}), []string{"no-url"}},
		{"no id", row(map[string]string{"domain_userid": ""}), []string{"no-id"}},
		{"no time", row(map[string]string{"derived_tstamp": ""}), []string{"no-time"}},
		{"no such time", row(map[string]string{"derived_tstamp": "2026-02-30 10:15:00"}), []string{"time"}},
		{"no name", row(map[string]string{"event": ""}), []string{"missing"}},
		{"an entity that is no JSON", row(map[string]string{"event_name": "snowplow_ecommerce_action", "unstruct_event": "{"}), []string{"json"}},
		{"an entity with a key twice", shop("product_view", `product {"id":"S","id":"T"}`), []string{"duplicate-key"}},
		{"a column too many", row(nil)[:10] + "\t" + row(nil)[10:], []string{"columns"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{Format: FormatSnowplow, MaxRejects: -1}, tt.row+row(map[string]string{"event_id": "z", "domain_userid": "zz", "event": "struct", "se_action": "x"}))
			got = got[:len(got)-1]
			for k := range r.Skipped {
				got = append(got, k)
			}
			for k := range r.Rejected {
				got = append(got, k)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s\n%s", d, r)
			}
		})
	}
}

func TestStampsOfWarehouses(t *testing.T) {
	t.Parallel()
	const want = "2026-03-02T10:15:00.250Z"
	for _, s := range []string{"2026-03-02 10:15:00.250", "2026-03-02 10:15:00.25", "2026-03-02T10:15:00.250Z", "2026-03-02 10:15:00.250000+00:00", "2026-03-02 10:15:00.250999+00",
		"2026-03-02 10:15:00.250 UTC", "2026-03-02 11:15:00.250+01:00", "2026-03-02 09:45:00.250-00:30"} {
		if at, ok := parseStamp(s); !ok || at.String() != want {
			t.Errorf("%s: %s %v", s, at, ok)
		}
	}
	for _, s := range []string{"", "2026-03-02", "2026-03-02 10:15", "02/03/2026 10:15:00", "2026-03-02 10:15:00 CET", "2026-03-02 10:15:00.", strings.Repeat("1", 50)} {
		if at, ok := parseStamp(s); ok {
			t.Errorf("%s: %s", s, at)
		}
	}
}

func TestAnEnrichedEventThatComesAgainIsSkipped(t *testing.T) {
	t.Parallel()
	again := strings.Replace(snowplowTSV, "2026-03-02 10:15:00.000", "2026-03-02 10:15:03.000", 1)
	got, r := mustRead(t, Options{}, again+snowplowTSV)
	want, _ := mustRead(t, Options{}, snowplowTSV)
	if d := cmp.Diff(want, got); d != "" || r.Skipped["duplicate"].Count != 2 || r.Read != 2 {
		t.Errorf("%s\n%s", d, r)
	}
	other := strings.Replace(snowplowTSV, "https://shop.example/", "https://shop.example/2", 1)
	if got, r := mustRead(t, Options{}, snowplowTSV+other); len(got) != 4 || r.Read != 3 || len(r.Notes) != 1 {
		t.Errorf("of other content: %d events\n%s", len(got), r)
	}
}

func TestAHeaderWithAColumnTwiceIsRefused(t *testing.T) {
	t.Parallel()
	if _, _, err := read(t, Options{}, strings.Replace(snowplowCSV, "app_id", "Event_ID", 1)); err == nil || !strings.Contains(err.Error(), `in: format: the header has the column "event_id" twice`) {
		t.Errorf("%v", err)
	}
}

// All 460 events have a page's URL, in 33 sessions of 30 visitors. No page view
// was sent: the 246 pages are told by a URL that is another than that of the
// event before, or by a new visit. The 204 events whose action is in no column
// are signals, as are list_view, list_click and checkout_step. Of the 38 carts
// one is partial: the totals of the others say that there is nothing else in.
func TestRecordedEnrichedEvents(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(recorded(t, "snowplow-ecommerce-events/snowplow_ecommerce_events_dev.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, r := mustRead(t, Options{}, string(data))
	signals := map[string]int64{}
	partial := int64(0)
	for _, l := range lines {
		if _, name, ok := strings.Cut(l, `"type":"signal",`); ok {
			_, name, _ = strings.Cut(name, `"name":"`)
			signals[strings.TrimSuffix(name, `"}`)]++
		}
		if strings.HasSuffix(l, `"partial":true}`) {
			partial++
		}
	}
	wants(t, r, map[string][2]int64{"lines": {r.Lines, 461}, "read": {r.Read, 460}, "header": {r.Skipped["header"].Count, 1}, "visitors": {r.Visitors, 30}, "visits": {r.Visits, 33},
		"views": {r.Types["prodView"], 105}, "carts": {r.Types["cart"], 38}, "orders": {r.Types["purchase"], 12}, "list views": {signals["list_view"], 49},
		"list clicks": {signals["list_click"], 21}, "steps": {signals["checkout_step"], 31}, "untold": {signals["snowplow_ecommerce_action"], 204}, "pages": {r.Types["page"], 246}, "partial": {partial, 1}})
	if r.First.String() != "2022-10-25T07:49:55.526Z" || r.Last.String() != "2022-12-22T13:26:40.634Z" {
		t.Error(r.First, r.Last)
	}
}

func FuzzSnowplow(f *testing.F) {
	f.Add([]byte(snowplowCSV))
	f.Add([]byte(snowplowTSV))
	f.Add([]byte(snowplowJSON))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, Options{Format: FormatSnowplow}, data, true) })
}
