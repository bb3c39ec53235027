package journey

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sessionRecord is a record of a session, by the name of its type; the fields
// come after the header.
func sessionRecord(kind, fields string) string {
	return `{"body":{"com.liveperson.dataaccess.` + kind + `":{"header":{"com.liveperson.dataaccess.VisitorHeader":{"visitId":{"string":"s.1"},"visitorId":{"string":"v"},"contextId":null}},` + fields + `}}}`
}

// webSessionLine is a session of a few records.
func webSessionLine(records ...string) string {
	return `{"dataType":{"com.liveperson.dataaccess.DataTypeEnum":"WebSession"},"metaData":{"accountId":{"string":"1"},"schemaVersion":"1.0.0.22","startTime":{"long":1772446500000},"endTime":null},"recordCollection":[` + strings.Join(records, ",") + "]}"
}

// attributeRecord is a record with one engagement attribute.
func attributeRecord(kind, fields string) string {
	return sessionRecord("WebSessionEngAttrsData", `"engagementAttributes":{"array":[{"timestamp":{"long":1772446500000},"data":{"com.liveperson.dataaccess.`+kind+`":{`+fields+`}}}]}`)
}

const navigationRecord = `"navigationData":{"array":[{"timestamp":{"long":1772446500000},"url":{"string":"https://shop.example/"},"referrerUrl":{"string":"https://www.google.com/"},"sections":{"array":["home"]}},` +
	`{"timestamp":{"long":1772446510250},"url":{"string":"https://shop.example/cart"},"referrerUrl":{"string":""},"sections":{"array":[]}}]}`

var webSessionSample = webSessionLine(
	sessionRecord("WebSessionNavigationData", navigationRecord),
	sessionRecord("WebSessionGeoData", `"geoData":{"com.liveperson.dataaccess.Geo":{"iPV4":{"string":"198.51.100.7"},"iPV6":null,"country":{"string":"Germany"},"city":{"string":"Berlin"},"state":{"string":"Berlin"},"org":null,"isp":null,"countryCode":{"string":"de"}}}`),
	sessionRecord("WebSessionInfoData", `"sessionInfo":{"com.liveperson.dataaccess.SessionInfo":{"sessionStartTime":{"long":1772446500000},"userAgent":{"string":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"},"deviceOS":{"string":"LINUX"},"deviceFamily":{"string":"DESKTOP"}}}`),
	attributeRecord("CartStatus", `"total":{"double":248.5},"numItems":{"int":2},"products":{"array":[{"quantity":{"int":1},"product":{"com.liveperson.dataaccess.Product":{"name":{"string":"Trail Tent 2P"},"category":{"string":"camping"},"sku":{"string":"TT-2P"},"price":{"double":199.0}}}}]}`),
) + "\n" + strings.ReplaceAll(webSessionLine(sessionRecord("WebSessionNavigationData", navigationRecord)), `{"string":"v"}`, `{"string":"w"}`) + "\n"

// Over several lines, as the API's own document shows a session.
var webSessionOverLines = strings.NewReplacer(`,"`, ",\n  \"", `:{`, ": {").Replace(webSessionSample)

func TestWebSessionsBecomeEvents(t *testing.T) {
	t.Parallel()
	const agent = `"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0","ip":"198.51.100.7","geo":{"country":"DE","region":"Berlin","city":"Berlin"}`
	want := []string{
		`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","visit":"s.1","url":"https://shop.example/","referrer":"https://www.google.com/","sections":["home"],` + agent + "}",
		`{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"cart","visit":"s.1","total":"248.50","numItems":2,"products":[{"product":{"name":"Trail Tent 2P","category":"camping","sku":"TT-2P","price":"199.00"}}]}`,
		`{"visitor":"v","at":"2026-03-02T10:15:10.250Z","type":"page","visit":"s.1","url":"https://shop.example/cart",` + agent + "}",
		`{"visitor":"w","at":"2026-03-02T10:15:00Z","type":"page","visit":"s.1","url":"https://shop.example/","referrer":"https://www.google.com/","sections":["home"]}`,
		`{"visitor":"w","at":"2026-03-02T10:15:10.250Z","type":"page","visit":"s.1","url":"https://shop.example/cart"}`,
	}
	for name, data := range map[string]string{"a line each": webSessionSample, "over lines": webSessionOverLines,
		"without the names of types": strings.NewReplacer(`{"string":"v"}`, `"v"`, `{"string":"home"}`, `"home"`, `{"long":1772446510250}`, "1772446510250", `{"double":248.5}`, "248.5").Replace(webSessionSample)} {
		got, r := mustRead(t, Options{}, data)
		if d := cmp.Diff(want, got); d != "" || r.Read != 2 || r.Formats[0] != FormatWebSession {
			t.Errorf("%s: %s\n%s", name, d, r)
		}
	}
}

func TestRecordsOfAWebSession(t *testing.T) {
	t.Parallel()
	const is = `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":`
	impression := func(kind, at string) string {
		return sessionRecord("WebSessionImpressionData", `"impressions":{"array":[{"timestamp":`+at+`,"engagementInstanceId":{"string":"1"},"impressionType":{"string":"`+kind+`"},"engagement":{"com.liveperson.dataaccess.Engagement":{"id":{"long":12}}},"campaign":{"com.liveperson.dataaccess.Campaign":{"id":{"long":129082910}}}}]}`)
	}
	const at = `{"long":1772446500000}`
	for name, tt := range map[string]struct {
		record string
		want   []string
	}{
		"a customer": {attributeRecord("CustomerInfo", `"customerType":{"string":"gold"},"customerStatus":null,"balance":{"double":-35.2},"customerId":{"string":"C-1"},"companySize":{"int":40},"role":{"string":"buyer"},"storeNumber":{"string":"117"},"registrationDate":{"com.liveperson.dataaccess.YMDDate":{"year":{"int":2021},"month":{"int":11},"day":{"int":4}}}`),
			[]string{is + `"ctmrinfo","visit":"s.1","info":{"ctype":"gold","balance":"-35.20","customerId":"C-1","companySize":40,"registrationDate":{"day":4,"month":11,"year":2021},"storeNumber":"117","role":"buyer"}}`}},
		"a customer who is authenticated is signed in": {attributeRecord("CustomerInfo", `"isAuthenticated":{"boolean":true},"customerId":{"string":"C-1"}`),
			[]string{is + `"identify","visit":"s.1","user":"C-1"}`, is + `"ctmrinfo","visit":"s.1","info":{"customerId":"C-1"}}`}},
		"a person without a name and an address": {attributeRecord("PersonalInfo", `"name":{"string":"Ada"},"surname":{"string":"ada@example.org"},"gender":{"string":"FEMALE"},"company":{"string":"ACME"},"customerAge":{"com.liveperson.dataaccess.CustomerAge":{"customerAgeInYears":null,"customerYearOfBirth":{"int":1991},"customerMonthOfBirth":{"int":6},"CustomerDateOfBirth":{"int":2}}},"contacts":{"array":[{"email":{"string":"ada@example.org"},"phone":null}]}`),
			[]string{is + `"personal","visit":"s.1","personal":{"age":{"day":2,"month":6,"year":1991},"gender":"FEMALE","company":"ACME"}}`}},
		"a name and nothing else": {attributeRecord("PersonalInfo", `"surname":{"string":"ada@example.org"}`), []string{"no-facts"}},
		"a purchase": {attributeRecord("Purchase", `"total":{"double":12.5},"orderId":{"string":"O"},"cart":{"com.liveperson.dataaccess.CartStatus":{"numItems":{"int":3},"products":{"array":[{"product":{"com.liveperson.dataaccess.Product":{"sku":{"string":"S"}}}}]}}}`),
			[]string{is + `"purchase","visit":"s.1","total":"12.50","orderId":"O","cart":{"numItems":3,"products":[{"product":{"sku":"S"}}]}}`}},
		"a view": {attributeRecord("ViewedProduct", `"products":{"array":[{"product":{"com.liveperson.dataaccess.Product":{"sku":{"string":"S"}}}}]}`),
			[]string{is + `"prodView","visit":"s.1","products":[{"product":{"sku":"S"}}]}`}},
		"a lead": {attributeRecord("Lead", `"topic":{"string":"newsletter"},"leadId":{"string":"L"},"value":{"double":4}`),
			[]string{is + `"lead","visit":"s.1","lead":{"topic":"newsletter","value":"4.00","leadId":"L"}}`}},
		"a service": {attributeRecord("ServiceActivity", `"topic":{"string":"return"},"status":{"int":6},"serviceId":{"string":"S-90"}`),
			[]string{is + `"service","visit":"s.1","service":{"topic":"return","status":"missing-details","serviceId":"S-90"}}`}},
		"a status that there is not": {attributeRecord("ServiceActivity", `"status":{"int":77}`), []string{"value"}},
		"an error": {attributeRecord("VisitorError", `"contextId":{"string":"form"},"message":{"string":"Card expired"},"code":{"long":12},"level":{"long":3},"resolved":{"boolean":false}`),
			[]string{is + `"error","visit":"s.1","error":{"contextId":"form","message":"Card expired","code":"12","level":3}}`}},
		"a marketing source": {attributeRecord("MarketingCampaignInfo", `"OriginatingChannel":{"int":3},"affiliate":{"string":"Mag"},"campaignId":{"string":"spring"}`),
			[]string{is + `"mrktInfo","visit":"s.1","info":{"channel":3,"affiliate":"Mag","campaignId":"spring"}}`}},
		"a search":                       {attributeRecord("SearchInfo", `"keywords":{"array":["tent repair"]}`), []string{is + `"searchInfo","visit":"s.1","keywords":["tent repair"]}`}},
		"an attribute that is not known": {attributeRecord("Mood", `"value":{"int":1}`), []string{"attribute"}},
		"an accepted invitation":         {impression("Accept", at), []string{is + `"respond","visit":"s.1","engagement":"129082910/12","action":"accept"}`}},
		"a closed one":                   {impression("Close", at), []string{is + `"respond","visit":"s.1","engagement":"129082910/12","action":"decline"}`}},
		"a display":                      {impression("Show", at), []string{"impression"}},
		"an answer at no time":           {impression("Accept", "null"), []string{"impression"}},
		"what was eligible":              {sessionRecord("WebSessionEligibilityData", `"eligibilityData":{"array":[{"eligibleCampaigns":{"array":[]},"timestamp":`+at+`}]}`), []string{"eligibility"}},
		"a goal":                         {sessionRecord("WebSessionGoalAchievedData", `"achievedGoals":{"array":[{"id":{"string":"g"},"timestamp":`+at+`}]}`), []string{"goal"}},
		"a page at no time":              {sessionRecord("WebSessionNavigationData", `"navigationData":{"array":[{"timestamp":null,"url":{"string":"https://s.example/"}}]}`), []string{"time"}},
		"a page at a written time":       {sessionRecord("WebSessionNavigationData", `"navigationData":{"array":[{"timestamp":{"string":"2026-03-02T10:15:00"},"url":{"string":"https://s.example/"}}]}`), []string{is + `"page","visit":"s.1","url":"https://s.example/"}`}},
		"a long URL":                     {sessionRecord("WebSessionNavigationData", `"navigationData":{"array":[{"timestamp":`+at+`,"url":{"string":"https://s.example/`+strings.Repeat("x", maxURL)+`"}}]}`), []string{"value"}},
		"nobody":                         {strings.ReplaceAll(sessionRecord("WebSessionNavigationData", navigationRecord), `{"string":"v"}`, "null"), []string{"no-id"}},
		"a robot":                        {sessionRecord("WebSessionNavigationData", navigationRecord) + "," + sessionRecord("X", `"info":{"userAgent":"Googlebot/2.1"}`), []string{"robot"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := strings.ReplaceAll(webSessionLine(sessionRecord("WebSessionNavigationData", navigationRecord)), `{"string":"v"}`, `{"string":"zz"}`)
			got, r := mustRead(t, Options{MaxRejects: -1}, webSessionLine(tt.record)+"\n"+other+"\n")
			got = got[:len(got)-2]
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

func TestASessionThatEndedIsLeft(t *testing.T) {
	t.Parallel()
	line := strings.Replace(webSessionLine(sessionRecord("WebSessionNavigationData", navigationRecord)), `"endTime":null`, `"endTime":{"long":1772446600000}`, 1)
	got, _ := mustRead(t, Options{}, line+"\n")
	if want := `{"visitor":"v","at":"2026-03-02T10:16:40Z","type":"leave","visit":"s.1"}`; len(got) != 3 || got[2] != want {
		t.Errorf("%v", got)
	}
}

func TestCustomersOfWebSessionsAreJoined(t *testing.T) {
	t.Parallel()
	one := webSessionLine(attributeRecord("CustomerInfo", `"isAuthenticated":{"boolean":true},"customerId":{"string":"C-1"}`))
	other := strings.ReplaceAll(one, `{"string":"v"}`, `{"string":"w"}`)
	for _, data := range []string{one + "\n" + other + "\n", other + "\n" + one + "\n"} {
		if got, r := mustRead(t, Options{}, data); r.Visitors != 1 || !strings.HasPrefix(got[0], `{"visitor":"v"`) {
			t.Errorf("%v", got)
		}
	}
	apart := strings.ReplaceAll(one+"\n"+other+"\n", `{"boolean":true}`, `{"boolean":false}`)
	if _, r := mustRead(t, Options{}, apart); r.Visitors != 2 {
		t.Errorf("joined by what nobody vouches for:\n%s", r)
	}
}

func TestSessionsCutAtAnyByteAreAPrefix(t *testing.T) {
	t.Parallel()
	for _, data := range []string{webSessionSample, webSessionOverLines} {
		want, _ := mustRead(t, Options{}, data)
		for i := 1; i < len(data); i += 7 {
			got, r, err := read(t, Options{MaxRejects: -1}, data[:i])
			if err != nil {
				continue // no whole session
			}
			if len(got) > len(want) || strings.Join(got, "\n") != strings.Join(want[:len(got)], "\n") || r.RejectedLines() > 1 {
				t.Fatalf("cut at %d: %v\n%s", i, got, r)
			}
		}
	}
}

func TestWhatFollowsSessionsOverLinesIsTold(t *testing.T) {
	t.Parallel()
	_, r := mustRead(t, Options{}, webSessionOverLines+"?")
	if r.Read != 2 || r.Rejected["json"].Count != 1 {
		t.Errorf("%s", r)
	}
	_, r = mustRead(t, Options{}, webSessionOverLines+`{"dataType":"Engagement","recordCollection":[]}`)
	if r.Read != 2 || r.Skipped["other-data"].Count != 1 {
		t.Errorf("%s", r)
	}
}

func FuzzWebSession(f *testing.F) {
	f.Add(true, []byte(webSessionSample))
	f.Add(false, []byte(webSessionOverLines))
	f.Add(true, []byte(webSessionLine(attributeRecord("CustomerInfo", `"isAuthenticated":true,"customerId":"C"`), attributeRecord("ServiceActivity", `"status":{"int":6}`))))
	f.Fuzz(func(t *testing.T, named bool, data []byte) {
		o := Options{}
		if named {
			o.Format = FormatWebSession
		}
		fuzzed(t, o, data, false)
	})
}
