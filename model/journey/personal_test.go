package journey

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// planted are what may be found in a field by chance, each with the part of it
// that must be gone.
var planted = []struct{ value, gone string }{
	{"ada.lovelace@example.org", "lovelace"},
	{"mailto:Ada.Lovelace%40example.org", "ovelace"},
	{"+49 30 5550100", "5550100"},
	{"198.51.100.77", "100.77"},
	{"2001:db8:77:aaaa:1:2:3:4", "aaaa"},
	{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmVk", "eyJ"},
	{"https://u:pa55wort@shop.example/a?email=ada-lovelace&x=1", "lovelace"},
	{"https://shop.example/a?access_token=t0ps3cret#id_token=t0ps3cret", "t0ps3cret"},
	{"https://shop.example/to?next=https%3A%2F%2Fshop.example%2F%3Femail%3Dada-lovelace", "lovelace"},
	{"https://shop.example/;jsessionid=S3CRET?gclid=S3CRET", "S3CRET"},
}

// everyType has all fields of all types of the native form.
const everyType = `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","visit":"1","url":"https://s.example/","title":"T","referrer":"https://r.example/","sections":["a"],"userAgent":"Mozilla/5.0","ip":"203.0.113.9","geo":{"country":"DE","region":"BE","city":"Berlin"},"language":"de","platform":"desktop","browser":"Firefox","os":"Linux","returning":true,"visits":2,"lastVisit":"2026-03-01T10:15:00Z"}
{"visitor":"v","at":"2026-03-02T10:15:01Z","type":"cart","total":"1.00","currency":"EUR","numItems":1,"products":[{"product":{"name":"n","category":"c","sku":"s","price":"1.00"},"quantity":1}]}
{"visitor":"v","at":"2026-03-02T10:15:02Z","type":"purchase","total":"1.00","currency":"EUR","orderId":"o","cart":{"numItems":1,"products":[{"product":{"name":"n","category":"c","sku":"s","price":"1.00"},"quantity":1}]}}
{"visitor":"v","at":"2026-03-02T10:15:03Z","type":"prodView","currency":"EUR","products":[{"product":{"name":"n","category":"c","sku":"s","price":"1.00","statusInStock":"low"}}]}
{"visitor":"v","at":"2026-03-02T10:15:04Z","type":"ctmrinfo","info":{"ctype":"gold","cstatus":"active","customerId":"c-4711","socialId":"x","imei":"x","userName":"x","role":"buyer","accountName":"ACME","companyBranch":"b","storeZipCode":"z","storeNumber":"1","mood":"m"}}
{"visitor":"v","at":"2026-03-02T10:15:05Z","type":"mrktInfo","info":{"channel":3,"affiliate":"a","campaignId":"c"}}
{"visitor":"v","at":"2026-03-02T10:15:06Z","type":"personal","personal":{"firstname":"Ada","lastname":"L","age":{"year":1991,"month":3,"day":3},"contacts":[{"email":"x","phone":"y","address":{"country":"DE","region":"BE"}}],"company":"ACME","language":"de"}}
{"visitor":"v","at":"2026-03-02T10:15:07Z","type":"lead","lead":{"topic":"t","leadId":"l","currency":"EUR"}}
{"visitor":"v","at":"2026-03-02T10:15:08Z","type":"service","service":{"topic":"t","status":1,"category":"c","serviceId":"s"}}
{"visitor":"v","at":"2026-03-02T10:15:09Z","type":"error","error":{"contextId":"c","message":"m","code":"1"}}
{"visitor":"v","at":"2026-03-02T10:15:10Z","type":"searchInfo","keywords":["k"]}
{"visitor":"v","at":"2026-03-02T10:15:11Z","type":"respond","engagement":"c/e","action":"accept"}
{"visitor":"v","at":"2026-03-02T10:15:12Z","type":"conversation","action":"start","engagement":"c/e"}
{"visitor":"v","at":"2026-03-02T10:15:13Z","type":"agents","skill":"s","state":"online"}
{"visitor":"v","at":"2026-03-02T10:15:14Z","type":"identify","user":"u-4711","traits":{"plan":"p","email":"x"}}
{"visitor":"v","at":"2026-03-02T10:15:15Z","type":"signal","name":"s"}
`

const traitsSample = `{"type":"identify","messageId":"3","anonymousId":"a","userId":"u","timestamp":"2026-03-02T10:15:20Z","traits":{"plan":"pro","email":"x","company":{"name":"n"}},"context":{"ip":"203.0.113.9","locale":"de","page":{"url":"https://s.example/","title":"t","referrer":"https://r.example/"},"campaign":{"name":"n","source":"s"},"location":{"city":"c"}}}
{"type":"track","messageId":"4","anonymousId":"a","timestamp":"2026-03-02T10:15:21Z","event":"Order Completed","properties":{"order_id":"o","total":1,"currency":"EUR","products":[{"sku":"s","name":"n","category":"c"}]}}
{"type":"track","messageId":"5","anonymousId":"a","timestamp":"2026-03-02T10:15:22Z","event":"Products Searched","properties":{"query":"q"}}
`

// plantIn calls do with the data once for every place in it, with a value in
// that place, alone or behind what is there.
func plantIn(t *testing.T, data, value string, do func(string)) {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimSuffix(data, "\n")+"\n", "\n")
	lines = lines[:len(lines)-1]
	if isOneValue(data) {
		lines = []string{strings.ReplaceAll(strings.TrimSpace(data), "\n", " ") + "\n"}
	}
	with := func(i int, s string) {
		do(strings.Join(lines[:i], "") + s + strings.Join(lines[i+1:], ""))
	}
	for i, l := range lines {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case l == "":
		case strings.HasPrefix(l, "{"):
			for n := 0; ; n++ {
				var root any
				if err := json.Unmarshal([]byte(l), &root); err != nil {
					t.Fatalf("%v: %s", err, l)
				}
				k := n
				if !plantLeaf(&root, &k, value) {
					break
				}
				b, err := json.Marshal(root)
				if err != nil {
					t.Fatal(err)
				}
				with(i, string(b)+"\n")
			}
		case strings.Contains(l, "idsite="):
			before, query, _ := strings.Cut(l, "?")
			pairs := strings.Split(query, "&")
			for j, p := range pairs {
				k, _, _ := strings.Cut(p, "=")
				all := append([]string(nil), pairs...)
				all[j] = k + "=" + url.QueryEscape(value)
				with(i, before+"?"+strings.Join(all, "&")+"\n")
			}
		case strings.Contains(l, "\t"):
			cells := strings.Split(l, "\t")
			for j := range cells {
				all := append([]string(nil), cells...)
				all[j] = value
				with(i, strings.Join(all, "\t")+"\n")
			}
		default:
			for _, at := range []int{0, len(l) / 3, len(l) / 2, len(l)} {
				with(i, l[:at]+" "+value+" "+l[at:]+"\n")
			}
		}
	}
}

// plantLeaf puts a value into the nth text of a JSON value; every text is twice
// there, once to replace it and once to add to it, and a query once for each of
// its parameters besides.
func plantLeaf(v *any, n *int, value string) bool {
	switch x := (*v).(type) {
	case string:
		ways := []string{value, x + " " + value}
		if before, query, ok := strings.Cut(x, "?"); ok && strings.Contains(query, "idsite=") {
			ways = nil
			pairs := strings.Split(query, "&")
			for i, p := range pairs {
				k, _, _ := strings.Cut(p, "=")
				all := append([]string(nil), pairs...)
				all[i] = k + "=" + url.QueryEscape(value)
				ways = append(ways, before+"?"+strings.Join(all, "&"))
			}
		}
		if *n < len(ways) {
			*v = ways[*n]
			return true
		}
		*n -= len(ways)
	case []any:
		for i := range x {
			if plantLeaf(&x[i], n, value) {
				return true
			}
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			e := x[k]
			if plantLeaf(&e, n, value) {
				x[k] = e
				return true
			}
		}
	}
	return false
}

// inEveryFormat are samples to plant in.
func inEveryFormat(t testing.TB) map[string]struct {
	o    Options
	data string
} {
	type sample = struct {
		o    Options
		data string
	}
	out := map[string]sample{"native": {Options{Format: FormatNative}, everyType}, "combined": {Options{Format: FormatCombined}, combinedSample},
		"segment": {Options{Format: FormatSegment}, segmentSample + traitsSample},
		"a table": {Options{Mapping: mustMapping(t, "visitor: \"{v}\"\nformat: tsv\nat: \"{t}\"\nevents:\n  - page: {url: \"{u}\", title: \"{n}\"}\n")}, "v\tt\tu\tn\na\t2026-03-02T10:15:00Z\thttps://s.example/\tx\n"}}
	for _, f := range foreign {
		if f.format == FormatWebSession && isOneValue(f.data) || f.format == FormatOtto {
			continue // the same on one line; numbers alone
		}
		out[f.name] = sample{Options{Format: f.format}, f.data}
	}
	for name, s := range out {
		s.o.MaxRejects = -1
		s.o.Key = "k"
		out[name] = s
	}
	return out
}

// everything is all that is told of an import: events, report and error.
func everything(lines []string, r *Report, err error) string {
	s := strings.Join(lines, "\n")
	if r != nil {
		s += "\n" + r.String() + fmt.Sprint(r.Unknown, r.Problems)
	}
	if err != nil {
		s += "\n" + err.Error()
	}
	return s
}

func TestNothingOfAPersonIsLeft(t *testing.T) {
	t.Parallel()
	for name, s := range inEveryFormat(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			places, tried, kept, n := 0, 0, 0, 0
			for i, p := range planted {
				plantIn(t, s.data, p.value, func(data string) {
					if n++; len(s.data) > 1000 && n%len(planted) != i || len(s.data) > 2500 && n%3 != 0 {
						return // another value is planted there
					}
					places++
					if all := everything(readHiding(t, s.o, data)); strings.Contains(all, p.gone) && !t.Failed() {
						at := strings.Index(all, p.gone)
						t.Errorf("%q is left of %q: …%s…", p.gone, p.value, all[max(0, at-200):min(len(all), at+100)])
					}
					if places%3 != 1 {
						return
					}
					if tried++; strings.Contains(everything(read(t, s.o, data)), p.gone) {
						kept++
					}
				})
			}
			if places < 15 || kept == 0 || kept < tried/25 {
				t.Errorf("%d of %d are there with all kept: nothing was tried", kept, tried)
			}
		})
	}
}

// Ids are hashes even if they look like nothing.
func TestIdsAreHashes(t *testing.T) {
	t.Parallel()
	const id = "Zk93xQ"
	for name, tt := range map[string]struct {
		from string // what stands where the id is planted
		in   string
	}{
		"segment": {`"anonymousId":"a"`, `"anonymousId":"` + id + `"`}, "snowplow json": {`"domain_userid":"`, `"domain_userid":"` + id},
		"ga4": {`"user_pseudo_id":"g.1"`, `"user_pseudo_id":"` + id + `"`}, "web sessions": {`{"string":"v"}`, `{"string":"` + id + `"}`}, "a table": {"\na\t", "\n" + id + "\t"},
		"native": {"u-4711", id},
	} {
		s := inEveryFormat(t)[name]
		data := strings.ReplaceAll(s.data, tt.from, tt.in)
		one, r, err := readHiding(t, s.o, data)
		if all := everything(one, r, err); strings.Contains(all, id) || !strings.Contains(all, `"id-`) {
			t.Errorf("%s: %s", name, all)
		}
		again, _, _ := readHiding(t, s.o, data)
		s.o.Key = "another"
		other, _, _ := readHiding(t, s.o, data)
		if strings.Join(one, "") != strings.Join(again, "") || strings.Join(one, "") == strings.Join(other, "") {
			t.Errorf("%s: one key gives %v and %v, another %v", name, one, again, other)
		}
		if all := everything(read(t, s.o, data)); !strings.Contains(all, id) {
			t.Errorf("%s: not kept, so not tried", name)
		}
	}
}

func TestHidingKeepsWhatConditionsLookAt(t *testing.T) {
	t.Parallel()
	lines, r, err := readHiding(t, Options{}, everyType)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{`"visitor":"v"`, `"visit":"1"`, `"ip":"203.0.113.0/24"`, `"city":"Berlin"`, `"ctype":"gold"`, `"storeNumber":"1"`, `"age":{"age":34}`, `"company":"ACME"`, `"accountName":"ACME"`, `"plan":"p"`, `"user":"id-`, `"customerId":"id-`, `"orderId":"o"`} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in %s", want, all)
		}
	}
	for _, gone := range []string{"4711", "Ada", `"year"`, "socialId", "imei", "userName", `"email"`, `"phone"`} {
		if strings.Contains(all, gone) {
			t.Errorf("%s is left in %s", gone, all)
		}
	}
	if !strings.Contains(r.String(), hiddenNote) {
		t.Errorf("%s", r)
	}
	// What was hidden stays as it is: a journey may be imported again, by another key.
	again, _, err := readHiding(t, Options{Key: "x"}, all+"\n")
	if err != nil || strings.Join(again, "\n") != all {
		t.Errorf("%v\n%s", err, strings.Join(again, "\n"))
	}
}

func TestWhatIsHiddenInURLs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://shop.example/p/tent?utm_source=google&color=red#top":          "https://shop.example/p/tent?utm_source=google&color=red#top",
		"https://shop.example/a?email=ada%40x.org&Token=7&q=tent":              "https://shop.example/a?email=hidden&Token=hidden&q=tent",
		"https://shop.example/u/ada@x.org/orders":                              "https://shop.example/u/hidden/orders",
		"https://198.51.100.7:8080/a?ip=198.51.100.8&v=1.2":                    "https://198.51.100.7:8080/a?ip=hidden&v=1.2",
		"https://ada:secret@shop.example/":                                     "https://shop.example/",
		"https://shop.example/cb#access_token=7&state=x":                       "https://shop.example/cb#access_token=hidden&state=x",
		"/a?customer_id=5&page=2":                                              "/a?customer_id=hidden&page=2",
		"https://shop.example/?gclid=Cj0&utm_medium=cpc":                       "https://shop.example/?gclid=hidden&utm_medium=cpc",
		"https://shop.example/@brand/sale":                                     "https://shop.example/@brand/sale",
		"https://shop.example/2026/03/02/10:15:00":                             "https://shop.example/2026/03/02/10:15:00",
		"https://shop.example/search?q=call+%2B49+30+5550100":                  "https://shop.example/search?q=hidden",
		"android-app://com.example":                                            "android-app://com.example",
		"https://shop.example/?a=b&a=&=c&;x":                                   "https://shop.example/?a=b&a=&=c&;x",
		"https://shop.example/?next=https%3A%2F%2Fo.example%2F%3Ftoken%3D7%26": "https://shop.example/?next=https%3A%2F%2Fo.example%2F%3Ftoken%3Dhidden%26",
	} {
		if got := hideURL(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if a := ArrivalOf(hideURL("https://shop.example/?gclid=Cj0"), ""); a.Channel != "paid-search" && a.Channel != "paid" {
		t.Errorf("where the visitor came from is lost: %s", a.Channel)
	}
}

// A URL stays a URL of the same host, and hiding twice is hiding once.
func TestHidingTwiceIsHidingOnce(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{"?", "&", "#", ";", "/", "=", "email", "q", "a@b.org", "%40", "+49 30 5550100", "1.2.3.4", "::1", "x", "//", "https:", "%", "%2", "eyJ", ".", "00", ":"})
	rapid.Check(t, func(t *rapid.T) {
		s := "https://shop.example/" + strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		once := hideURL(s)
		if !strings.HasPrefix(once, "https://shop.example/") {
			t.Fatalf("%q became %q", s, once)
		}
		if twice := hideURL(once); twice != once {
			t.Fatalf("%q, %q, %q", s, once, twice)
		}
	})
}

func FuzzPersonal(f *testing.F) {
	for _, p := range planted {
		f.Add(p.value)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4096 {
			return
		}
		if got := hideURL(hideURL(s) + "?email=Zk93xQ"); strings.HasSuffix(got, "Zk93xQ") {
			t.Fatalf("%q: %q", s, got)
		}
		scrub(s)
		network(s)
		if outline(s) != outline(outline(s)) {
			t.Fatalf("%q", s)
		}
	})
}
