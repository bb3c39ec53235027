package journey

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
)

const ga4Sample = `{"event_date":"20260302","event_timestamp":"1772446500000000","event_name":"session_start","event_params":[{"key":"ga_session_id","value":{"int_value":"7"}},{"key":"page_location","value":{"string_value":"https://shop.example/"}}],"user_pseudo_id":"g.1"}
{"event_date":"20260302","event_timestamp":"1772446500000000","event_name":"page_view","event_params":[{"key":"ga_session_id","value":{"int_value":"7"}},{"key":"ga_session_number","value":{"int_value":"2"}},{"key":"page_location","value":{"string_value":"https://shop.example/"}},{"key":"page_title","value":{"string_value":"Shop"}},{"key":"page_referrer","value":{"string_value":"https://www.google.com/"}}],"user_pseudo_id":"g.1","device":{"category":"mobile","operating_system":"Android","language":"de-de","web_info":{"browser":"Chrome"}},"geo":{"country":"Germany","region":"Berlin","city":"(not set)"},"items":[]}
{"event_date":"20260302","event_timestamp":1772446510250999,"event_name":"add_to_cart","event_params":[{"key":"ga_session_id","value":{"int_value":7}},{"key":"currency","value":{"string_value":"eur"}},{"key":"value","value":{"double_value":5.0}},{"key":"page_location","value":{"string_value":"https://shop.example/"}}],"user_pseudo_id":"g.1","items":[{"item_id":"S","item_name":"Tent","item_category":"Camping","item_category2":"Tents","price":"2.50","quantity":"2"}]}
`

// exports reads rows of user g, made of a name, further parameters and further
// fields.
func exportRow(name, params, fields string) string {
	return `{"event_timestamp":"1772446500000000","event_name":"` + name + `","user_pseudo_id":"g","event_params":[` + params + `]` + fields + "}"
}

// param is a parameter with text.
func stringParam(key, value string) string {
	return `{"key":"` + key + `","value":{"string_value":"` + value + `"}}`
}

func TestRowsOfAnExportBecomeEvents(t *testing.T) {
	t.Parallel()
	const is = `{"visitor":"g","at":"2026-03-02T10:15:00Z","type":`
	url := stringParam("page_location", "https://s.example/p")
	items := `,"items":[{"item_id":"S","price":2.5,"quantity":"2"},{"item_name":"T","price":"1"}]`
	tests := []struct {
		name, row string
		want      []string
	}{
		{"a page", exportRow("page_view", url+","+stringParam("page_title", "P")+","+stringParam("content_group", "Docs")+`,{"key":"ga_session_id","value":{"int_value":17}},{"key":"ga_session_number","value":{"int_value":"1"}}`,
			`,"device":{"category":"tablet","operating_system":"iOS","web_info":{"browser":"Safari"},"language":"en-us"},"geo":{"country":"Türkiye","city":"Izmir"},"collected_traffic_source":{"manual_campaign_name":"spring","manual_source":"news","manual_medium":"email"},"traffic_source":{"name":"first","medium":"cpc","source":"google"}`),
			[]string{`{"visitor":"g","at":"2026-03-02T10:15:00Z","type":"page","visit":"17","url":"https://s.example/p","title":"P","sections":["Docs"],"geo":{"country":"TR","city":"Izmir"},"language":"en-us","platform":"tablet","browser":"Safari","os":"iOS","returning":false,"visits":1}`,
				`{"visitor":"g","at":"2026-03-02T10:15:00Z","type":"mrktInfo","visit":"17","info":{"channel":3,"affiliate":"news","campaignId":"spring"}}`}},
		{"products viewed, prices as numbers and as text", exportRow("view_item", stringParam("currency", "usd"), items), []string{is + `"prodView","currency":"USD","products":[{"product":{"sku":"S","price":"2.50"},"quantity":2},{"product":{"name":"T","price":"1.00"}}]}`}},
		{"a change of a cart of which nothing is known", exportRow("add_to_cart", "", items), []string{is + `"cart","total":"6.00","numItems":3,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2},{"product":{"name":"T","price":"1.00"}}],"partial":true}`}},
		{"a cart with its value", exportRow("view_cart", `{"key":"value","value":{"float_value":1e1}},`+stringParam("currency", "EUR"), items), []string{is + `"cart","total":"10.00","currency":"EUR","numItems":3,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2},{"product":{"name":"T","price":"1.00"}}]}`}},
		{"a purchase told by ecommerce", exportRow("purchase", "", `,"ecommerce":{"transaction_id":"O","purchase_revenue":12.5}`+items), []string{is + `"purchase","total":"12.50","orderId":"O","cart":{"numItems":3,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2},{"product":{"name":"T","price":"1.00"}}]}}`}},
		{"a search", exportRow("view_search_results", stringParam("search_term", "blue roses"), ""), []string{is + `"searchInfo","keywords":["blue roses"]}`}},
		{"an error", exportRow("exception", stringParam("description", "no")+`,{"key":"fatal","value":{"int_value":"1"}}`, ""), []string{is + `"error","error":{"message":"no","level":1}}`}},
		{"a lead", exportRow("generate_lead", stringParam("currency", "eur")+`,{"key":"value","value":{"int_value":"30"}}`, ""), []string{is + `"lead","lead":{"topic":"generate_lead","value":"30.00","currency":"EUR"}}`}},
		{"a scroll", exportRow("scroll", `{"key":"percent_scrolled","value":{"int_value":"90"}}`, ""), []string{is + `"signal","name":"scroll","value":90}`}},
		{"a heartbeat", exportRow("user_engagement", "", ""), []string{is + `"signal","name":"heartbeat"}`}},
		{"another event", exportRow("level_up", "", ""), []string{is + `"signal","name":"level_up"}`}},
		{"a cart change without products", exportRow("add_to_cart", "", ""), []string{is + `"signal","name":"add_to_cart"}`}},
		{"a page that was not sent", exportRow("x", url, ""), []string{is + `"page","url":"https://s.example/p"}`, is + `"signal","name":"x"}`}},
		{"signed in", exportRow("x", "", `,"user_id":"u"`), []string{is + `"identify","user":"u"}`, is + `"signal","name":"x"}`}},
		{"a page without URL", exportRow("page_view", "", ""), []string{"no-url"}},
		{"a screen", exportRow("screen_view", "", ""), []string{"screen"}},
		{"the first visit", exportRow("first_visit", url, ""), []string{"session"}},
		{"no id", strings.Replace(exportRow("x", "", ""), `"user_pseudo_id":"g"`, `"user_pseudo_id":null`, 1), []string{"no-id"}},
		{"no name", `{"event_timestamp":"1772446500000000","user_pseudo_id":"g"}`, []string{"missing"}},
		{"no time", `{"event_name":"x","user_pseudo_id":"g"}`, []string{"no-time"}},
		{"milliseconds", strings.Replace(exportRow("x", "", ""), "1772446500000000", "1772446500000", 1), []string{"time"}},
		{"a long URL", exportRow("page_view", stringParam("page_location", "https://s.example/"+strings.Repeat("x", maxURL)), ""), []string{"value"}},
		{"keys alike within", exportRow("x", "", `,"geo":{"city":"a","City":"b"}`), []string{"duplicate-key"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{Format: FormatGA4, MaxRejects: -1}, tt.row+"\n"+`{"event_timestamp":"1772446500000000","event_name":"x","user_pseudo_id":"zz"}`+"\n")
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

func TestEqualRowsOfAnExportAreTwoEvents(t *testing.T) {
	t.Parallel()
	row := exportRow("x", "", "") + "\n"
	if got, _ := mustRead(t, Options{}, row+row); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

func TestUsersOfAnExportAreJoined(t *testing.T) {
	t.Parallel()
	rows := strings.Replace(exportRow("x", "", `,"user_id":"Ada@Example.org"`), `"g"`, `"b"`, 1) + "\n" + exportRow("y", "", `,"user_id":"ada@example.org"`) + "\n"
	got, r := mustRead(t, Options{}, rows)
	if r.Visitors != 1 || strings.Contains(strings.Join(got, ""), "@") || !strings.HasPrefix(got[0], `{"visitor":"b"`) {
		t.Errorf("%v", got)
	}
}

func TestCountriesHaveCodes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Germany": "DE", "united states": "US", "Türkiye": "TR", "Turkey": "TR", "Czechia": "CZ", "Hong Kong": "HK",
		"Bosnia & Herzegovina": "BA", "Bosnia and Herzegovina": "BA", "South Korea": "KR", "Côte d’Ivoire": "CI", "United Kingdom": "GB", "gb": "GB"} {
		if got, ok := countryCode(name); got != want || !ok {
			t.Errorf("%s: %s %v", name, got, ok)
		}
	}
	if got, ok := countryCode("Atlantis"); ok || got != "Atlantis" {
		t.Errorf("%s %v", got, ok)
	}
	if n := len(countries()); n < 240 {
		t.Errorf("%d countries", n)
	}
}

func TestMoneyOfAnExportIsDecimalText(t *testing.T) {
	t.Parallel()
	const price = "900719925474.9931" // a float would have lost its end
	got, _ := mustRead(t, Options{}, exportRow("view_cart", `{"key":"value","value":{"double_value":`+price+`}}`, "")+"\n")
	m, err := model.ParseMoney(price)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := ParseEvent([]byte(got[0])); err != nil || e.Cart.Total != m {
		t.Errorf("%s %v", got[0], err)
	}
}

func FuzzGA4(f *testing.F) {
	f.Add([]byte(ga4Sample))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, Options{Format: FormatGA4}, data, true) })
}
