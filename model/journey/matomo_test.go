package journey

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	matomoPage = `?idsite=1&rec=1&_id=0123456789abcdef&cdt=2026-03-02+10%3A15%3A00&url=https%3A%2F%2Fshop.example%2F&action_name=Shop&rand=1`
	matomoCart = `?idsite=1&rec=1&_id=0123456789abcdef&cdt=1772446510.25&url=https%3A%2F%2Fshop.example%2F&idgoal=0&revenue=5.00&ec_items=%5B%5B%22S%22%2C%22Tent%22%2C%5B%22Camping%22%2C%22Tents%22%5D%2C2.5%2C2%5D%5D&rand=2`
	matomoBulk = `{"requests":["` + matomoPage + `","` + matomoCart + `"],"token_auth":"33dc3f2536d3025974cccb4b4d2d98f4"}` + "\n" +
		`{"requests":["?idsite=1&_id=fedcba9876543210&cdt=2026-03-02+10%3A15%3A00&url=https%3A%2F%2Fshop.example%2F"]}` + "\n"
	matomoLines     = "https://stats.example/matomo.php" + matomoPage + "\n/piwik.php" + matomoCart + "\nmatomo.php?idsite=1&_id=fedcba9876543210&cdt=2026-03-02+10%3A15%3A00&url=https%3A%2F%2Fshop.example%2F\n"
	matomoOverLines = "{\n \"token_auth\": \"33dc3f2536d3025974cccb4b4d2d98f4\",\n \"requests\": [\n  \"" + matomoPage + "\",\n  \"" + matomoCart + "\",\n" +
		"  \"?idsite=1&_id=fedcba9876543210&cdt=2026-03-02+10%3A15%3A00&url=https%3A%2F%2Fshop.example%2F\"\n ]\n}\n"
)

func TestRequestsOfAllFormsAreAlike(t *testing.T) {
	t.Parallel()
	want := []string{
		`{"visitor":"0123456789abcdef","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/","title":"Shop"}`,
		`{"visitor":"0123456789abcdef","at":"2026-03-02T10:15:10.250Z","type":"cart","total":"5.00","numItems":2,"products":[{"product":{"name":"Tent","category":"Camping/Tents","sku":"S","price":"2.50"},"quantity":2}]}`,
		`{"visitor":"fedcba9876543210","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}`,
	}
	for name, data := range map[string]string{"bulk": matomoBulk, "lines": matomoLines, "over lines": matomoOverLines, "over one long line": strings.ReplaceAll(matomoOverLines, "\n", "")} {
		got, r := mustRead(t, Options{}, data)
		if d := cmp.Diff(want, got); d != "" || r.Formats[0] != FormatMatomo || r.Read != r.Lines {
			t.Errorf("%s: %s\n%s", name, d, r)
		}
	}
}

func TestRequestsBecomeEvents(t *testing.T) {
	t.Parallel()
	const is = `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":`
	const page = is + `"page","url":"https://s.example/p"}`
	request := func(pairs ...string) string {
		s := "?idsite=1&_id=a&cdt=2026-03-02+10:15:00"
		for i := 0; i < len(pairs); i += 2 {
			s += "&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1])
		}
		return s
	}
	const u, at = "url", "https://s.example/p"
	tests := []struct {
		name, request string
		want          []string
	}{
		{"a page", request(u, at, "action_name", "Help / Feedback", "urlref", "https://r.example/", "ua", "Mozilla/5.0 (X11)", "lang", "de-de,de;q=0.8", "cip", "198.51.100.7", "country", "de", "region", "BE", "city", "Berlin", "_idvc", "3"),
			[]string{is + `"page","url":"https://s.example/p","title":"Help / Feedback","referrer":"https://r.example/","sections":["Help"],"userAgent":"Mozilla/5.0 (X11)","ip":"198.51.100.7","geo":{"country":"DE","region":"BE","city":"Berlin"},"language":"de-de","returning":true,"visits":3}`}},
		{"a campaign in the URL", request(u, at+"?mtm_campaign=spring&pk_source=news&mtm_medium=email"), []string{is + `"page","url":"https://s.example/p?mtm_campaign=spring&pk_source=news&mtm_medium=email"}`, is + `"mrktInfo","info":{"channel":3,"affiliate":"news","campaignId":"spring"}}`}},
		{"a product viewed", request(u, at, "_pks", "S", "_pkn", "Tent", "_pkc", `["Camping","Tents"]`, "_pkp", "2.5"), []string{page, is + `"prodView","products":[{"product":{"name":"Tent","category":"Camping/Tents","sku":"S","price":"2.50"}}]}`}},
		{"a category viewed", request(u, at, "_pkc", "Tents"), []string{page}},
		{"an empty cart", request("idgoal", "0", "revenue", "0", "ec_items", "[]"), []string{is + `"cart","total":"0.00","numItems":0}`}},
		{"a cart of text", request("idgoal", "0", "revenue", "3", "ec_items", `[["S","Tent","Tents","1.50","2"],["T"]]`), []string{is + `"cart","total":"3.00","numItems":3,"products":[{"product":{"name":"Tent","category":"Tents","sku":"S","price":"1.50"},"quantity":2},{"product":{"sku":"T"}}]}`}},
		{"an order", request("idgoal", "0", "ec_id", "O", "revenue", "12.5", "ec_items", `[["S","","",2.5,2]]`), []string{is + `"purchase","total":"12.50","orderId":"O","cart":{"numItems":2,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2}]}}`}},
		{"a goal", request("idgoal", "3", "revenue", "20"), []string{is + `"lead","lead":{"topic":"goal 3","value":"20.00"}}`}},
		{"a search", request(u, at, "search", "blue roses"), []string{page, is + `"searchInfo","keywords":["blue roses"]}`}},
		{"a crash", request("ca", "1", "cra", "no", "cra_tp", "TypeError"), []string{is + `"error","error":{"message":"no","code":"TypeError"}}`}},
		{"an error tracked as an event", request("e_c", "JavaScript Errors", "e_a", "a.js:7", "e_n", "no"), []string{is + `"error","error":{"message":"no","code":"a.js:7"}}`}},
		{"an event", request(u, at, "e_c", "video", "e_a", "play", "ca", "1"), []string{page, is + `"signal","name":"play"}`}},
		{"a ping", request("ping", "1"), []string{is + `"signal","name":"heartbeat"}`}},
		{"a link", request("link", "https://o.example/"), []string{is + `"signal","name":"link"}`}},
		{"signed in", request(u, at, "uid", "u"), []string{page, is + `"identify","user":"u"}`}},
		{"another visitor's id", request(u, at, "cid", "0"), []string{strings.Replace(page, `"a"`, `"0"`, 1)}},
		{"an impression of content", request(u, at, "c_n", "banner"), []string{"content"}},
		{"a page without URL", request("action_name", "x"), []string{"no-url"}},
		{"a robot", request(u, at, "ua", "Googlebot"), []string{"robot"}},
		{"no id", strings.Replace(request(u, at), "_id", "x", 1), []string{"no-id"}},
		{"no time", strings.Replace(request(u, at), "cdt", "x", 1), []string{"no-time"}},
		{"no such time", strings.Replace(request(u, at), "2026", "1926", 1), []string{"time"}},
		{"a parameter twice", request(u, at, "URL", at), []string{"duplicate-key"}},
		{"a broken escape", request(u, at) + "&x=%zz", []string{"escape"}},
		{"not UTF-8", request(u, at) + "&x=%ff", []string{"encoding"}},
		{"items with a key twice", request("idgoal", "0", "ec_items", `[{"a":1,"a":2}]`), []string{"duplicate-key"}},
		{"items that are no list", request("idgoal", "0", "ec_items", `{}`), []string{"type"}},
		{"something else", "hello", []string{"format"}},
		{"a bulk request of numbers", `{"requests":[7]}`, []string{"type"}},
		{"a bulk request without requests", `{"x":[7]}`, []string{"missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{Format: FormatMatomo, MaxRejects: -1}, tt.request+"\nmatomo.php?idsite=1&_id=zz&cdt=2026-03-02+10:15:00&e_a=x\n")
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

const trackingLog = `198.51.100.7 - - [02/Mar/2026:10:15:00 +0000] "GET /matomo.php?idsite=1&_id=a&url=https%3A%2F%2Fshop.example%2F HTTP/1.1" 204 - "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
198.51.100.8 - - [02/Mar/2026:10:15:00 +0000] "POST /matomo.php?idsite=1&e_a=play HTTP/1.1" 204 - "https://shop.example/film" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
`

func TestTheLogOfATrackerIsReadWhereTheFormatIsNamed(t *testing.T) {
	t.Parallel()
	data := trackingLog + combinedSample
	if _, _, err := read(t, Options{}, data); err == nil || !strings.Contains(err.Error(), "ambiguous: the first lines look like combined, matomo; name one") {
		t.Errorf("not named: %v", err)
	}
	got, r := mustRead(t, Options{Format: FormatMatomo}, data)
	const agent = `"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"`
	want := []string{
		`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/",` + agent + `,"ip":"198.51.100.7"}`,
		`"type":"page","url":"https://shop.example/film",` + agent + `,"ip":"198.51.100.8"}`,
		`"type":"signal","name":"play"}`,
	}
	if len(got) != 3 || got[0] != want[0] || !strings.HasPrefix(got[1], `{"visitor":"log-`) || !strings.HasSuffix(got[1], want[1]) || !strings.HasSuffix(got[2], want[2]) || r.Skipped["request"] != (Count{4, 3, ""}) {
		t.Errorf("%s\n%s", strings.Join(got, "\n"), r)
	}
}

func TestARequestThatComesAgainIsSkipped(t *testing.T) {
	t.Parallel()
	got, r := mustRead(t, Options{}, matomoBulk+strings.Replace(matomoBulk, "10%3A15%3A00", "10%3A15%3A09", 1))
	if len(got) != 4 || r.LeftOut["duplicate"]+r.Skipped["duplicate"].Count == 0 { // the one without rand twice
		t.Errorf("%s\n%s", strings.Join(got, "\n"), r)
	}
}

func TestATokenIsNotKept(t *testing.T) {
	t.Parallel()
	got, r := mustRead(t, Options{}, matomoBulk+`{"requests":["?idsite=1&token_auth=33dc3f2536d3025974cccb4b4d2d98f4&_id=a"]}`+"\nmatomo.php?token_auth=33dc3f2536d3025974cccb4b4d2d98f4&rec=1\n")
	if all := strings.Join(got, "") + r.String(); strings.Contains(all, "33dc3f25") || r.RejectedLines() != 2 {
		t.Error(all)
	}
}

func TestABrokenBodyOverLinesTellsWhere(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"{\"requests\": [\n\"" + matomoPage + "\",\n7]}":                                          "in:3: ",
		"{\"requests\": [\n\"" + matomoPage + "\",\n\"" + matomoCart:                              "in:3: the file ends within its list of requests",
		"{\"requests\": [\n\"" + matomoPage + "\",\n\"" + strings.Repeat("x", maxLine+9) + "\"]}": "in:3: longer than",
		"{\"requests\":\n7}": "in:2: requests: want a list of requests",
	} {
		_, r, err := read(t, Options{Format: FormatMatomo}, data)
		if err == nil && len(r.Problems) == 1 {
			err = r.Problems[0]
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %s", data, err, want)
		}
	}
}

func FuzzMatomo(f *testing.F) {
	for _, s := range []string{matomoBulk, matomoLines, matomoOverLines, trackingLog} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzed(t, Options{Format: FormatMatomo}, data, false) })
}
