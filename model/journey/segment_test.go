package journey

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
)

// messages reads messages and returns the events without their common
// beginning, visitor@time type.
func messages(t *testing.T, lines ...string) ([]string, *Report) {
	t.Helper()
	out, r := mustRead(t, Options{Format: FormatSegment, MaxRejects: -1}, strings.Join(lines, "\n")+"\n")
	return out, r
}

func TestMessagesBecomeEvents(t *testing.T) {
	t.Parallel()
	const who = `"anonymousId":"a","timestamp":"2026-03-02T10:15:00Z"`
	const is = `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":`
	tests := []struct {
		name, message string
		want          []string
	}{
		{"page", `{"type":"page",` + who + `,"category":"Docs","name":"Home","properties":{"url":"https://s.example/","referrer":"https://r.example/"},"context":{"userAgent":"Mozilla/5.0 (X11)","locale":"de-DE","ip":"198.51.100.7","sessionId":17,"location":{"country":"DE","city":"Berlin"},"campaign":{"name":"spring","source":"news","medium":"email"}}}`,
			[]string{`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","visit":"17","url":"https://s.example/","title":"Home","referrer":"https://r.example/","sections":["Docs"],"userAgent":"Mozilla/5.0 (X11)","ip":"198.51.100.7","geo":{"country":"DE","city":"Berlin"},"language":"de-DE"}`,
				`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"mrktInfo","visit":"17","info":{"channel":3,"affiliate":"news","campaignId":"spring"}}`}},
		{"product viewed", `{"type":"track",` + who + `,"event":"Product Viewed","properties":{"product_id":"P","sku":"S","category":"Games","name":"Game","price":13.49999,"currency":"usd"}}`,
			[]string{is + `"prodView","currency":"USD","products":[{"product":{"name":"Game","category":"Games","sku":"S","price":"13.50"}}]}`}},
		{"product added, summed", `{"type":"track",` + who + `,"event":"product_added","properties":{"sku":"S","price":"2.50","quantity":2}}`,
			[]string{is + `"cart","total":"5.00","numItems":2,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2}],"partial":true}`}},
		{"removed from what is unknown", `{"type":"track",` + who + `,"event":"Product Removed","properties":{"sku":"S","price":"2.50","quantity":2}}`,
			[]string{is + `"cart","total":"0.00","numItems":0,"partial":true}`}},
		{"cart viewed", `{"type":"track",` + who + `,"event":"Cart Viewed","properties":{"currency":"EUR","products":[{"sku":"S","price":2.5,"quantity":2},{"sku":"T","price":1}]}}`,
			[]string{is + `"cart","total":"6.00","currency":"EUR","numItems":3,"products":[{"product":{"sku":"S","price":"2.50"},"quantity":2},{"product":{"sku":"T","price":"1.00"}}]}`}},
		{"checkout started with its value", `{"type":"track",` + who + `,"event":"Checkout Started","properties":{"value":5e1,"products":[{"sku":"S"}]}}`,
			[]string{is + `"cart","total":"50.00","numItems":1,"products":[{"product":{"sku":"S"}}]}`}},
		{"order completed", `{"type":"track",` + who + `,"event":"Order Completed","properties":{"order_id":"O","total":30,"revenue":25,"currency":"EUR","products":[{"sku":"S","quantity":2}]}}`,
			[]string{is + `"purchase","total":"30.00","currency":"EUR","orderId":"O","cart":{"numItems":2,"products":[{"product":{"sku":"S"},"quantity":2}]}}`}},
		{"products searched", `{"type":"track",` + who + `,"event":"Products Searched","properties":{"query":"blue roses"}}`,
			[]string{is + `"searchInfo","keywords":["blue roses"]}`}},
		{"another event", `{"type":"track",` + who + `,"event":"Level Up!","properties":{"level":3}}`, []string{is + `"signal","name":"Level Up!"}`}},
		{"an order without anything", `{"type":"track",` + who + `,"event":"Order Completed"}`, []string{is + `"signal","name":"Order Completed"}`}},
		{"a page that was not sent", `{"type":"track",` + who + `,"event":"x","context":{"page":{"url":"https://s.example/p","title":"P"}}}`,
			[]string{is + `"page","url":"https://s.example/p","title":"P"}`, is + `"signal","name":"x"}`}},
		{"identify", `{"type":"identify",` + who + `,"userId":"u","traits":{"plan":"pro","email":"x@y.example","firstName":"Ada","age":34,"gender":"F","createdAt":"2021-11-04T08:00:00Z"},"context":{"traits":{"plan":"free","n":1}}}`,
			[]string{is + `"identify","user":"u","traits":{"age":"34","createdAt":"2021-11-04T08:00:00Z","gender":"F","n":"1","plan":"pro"}}`,
				is + `"ctmrinfo","info":{"customerId":"u","registrationDate":{"day":4,"month":11,"year":2021}}}`,
				is + `"personal","personal":{"age":{"age":34},"gender":"FEMALE"}}`}},
		{"signed in by another message", `{"type":"track",` + who + `,"userId":"u","event":"x"}`, []string{is + `"identify","user":"u"}`, is + `"signal","name":"x"}`}},
		{"group", `{"type":"group",` + who + `,"groupId":"g","traits":{"name":"Initech","employees":329}}`, []string{is + `"ctmrinfo","info":{"companySize":329,"accountName":"Initech"}}`}},
		{"screen", `{"type":"screen",` + who + `,"name":"x"}`, []string{"screen"}},
		{"group that tells nothing", `{"type":"group",` + who + `,"groupId":"g"}`, []string{"group"}},
		{"identify that tells nothing", `{"type":"identify",` + who + `,"traits":{"email":"x@y.example"}}`, []string{"no-facts"}},
		{"page without URL", `{"type":"page",` + who + `,"name":"x"}`, []string{"no-url"}},
		{"robot", `{"type":"track",` + who + `,"event":"x","context":{"userAgent":"Googlebot"}}`, []string{"robot"}},
		{"no id", `{"type":"track","timestamp":"2026-03-02T10:15:00Z","event":"x"}`, []string{"no-id"}},
		{"no time", `{"type":"track","anonymousId":"a","event":"x","sentAt":"2026-03-02T10:15:00Z"}`, []string{"no-time"}},
		{"time without zone", `{"type":"track","anonymousId":"a","event":"x","timestamp":"2026-03-02 10:15:00"}`, []string{"time"}},
		{"no name", `{"type":"track",` + who + `,"event":null}`, []string{"missing"}},
		{"another type", `{"type":"import",` + who + `}`, []string{"value"}},
		{"keys alike", `{"type":"track",` + who + `,"event":"x","properties":{"a":1,"A":2}}`, []string{"duplicate-key"}},
		{"skew of the device's clock", `{"type":"track","anonymousId":"a","event":"x","originalTimestamp":"2026-03-02T09:15:00Z","sentAt":"2026-03-02T09:15:02Z","receivedAt":"2026-03-02T10:15:02Z"}`, []string{is + `"signal","name":"x"}`}},
		{"original time without the others", `{"type":"track","anonymousId":"a","event":"x","originalTimestamp":"2026-03-02T10:15:00Z","sentAt":"2026-03-02T10:15:02Z"}`, []string{is + `"signal","name":"x"}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r := messages(t, tt.message, `{"type":"track","anonymousId":"zz","timestamp":"2026-03-02T10:15:00Z","event":"x"}`)
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

// visit is a visit whose messages are told by two ids, by deltas and
// snapshots, with pages that were not sent, and with a retry.
var visit = []string{
	`{"type":"page","messageId":"1","anonymousId":"b","timestamp":"2026-03-02T10:15:00Z","properties":{"url":"https://s.example/"}}`,
	`{"type":"track","messageId":"2","anonymousId":"b","timestamp":"2026-03-02T10:15:10Z","event":"Product Added","properties":{"sku":"S","price":2}}`,
	`{"type":"track","messageId":"3","anonymousId":"b","timestamp":"2026-03-02T10:15:20Z","event":"Product Added","properties":{"sku":"T","price":3,"quantity":2}}`,
	`{"type":"identify","messageId":"4","anonymousId":"b","userId":"u","timestamp":"2026-03-02T10:15:30Z"}`,
	`{"type":"track","messageId":"5","userId":"u","timestamp":"2026-03-02T10:15:40Z","event":"Product Removed","properties":{"sku":"S"}}`,
	`{"type":"track","messageId":"6","anonymousId":"a","userId":"u","timestamp":"2026-03-02T10:15:50Z","event":"x","context":{"page":{"url":"https://s.example/"}}}`,
	`{"type":"track","messageId":"7","anonymousId":"a","timestamp":"2026-03-02T10:16:00Z","event":"y","context":{"page":{"url":"https://s.example/2"}}}`,
	`{"type":"track","messageId":"8","anonymousId":"a","originalTimestamp":"2026-03-02T10:16:10Z","sentAt":"2026-03-02T10:16:10Z","receivedAt":"2026-03-02T10:16:10.5Z","event":"Order Completed","properties":{"order_id":"O","total":6}}`,
	`{"type":"track","messageId":"8","anonymousId":"a","originalTimestamp":"2026-03-02T10:16:10Z","sentAt":"2026-03-02T10:16:30Z","receivedAt":"2026-03-02T10:16:30.2Z","event":"Order Completed","properties":{"order_id":"O","total":6}}`,
	`{"type":"track","messageId":"9","anonymousId":"a","timestamp":"2026-03-02T10:16:20Z","event":"Product Added","properties":{"sku":"U"}}`,
	`{"type":"alias","messageId":"10","userId":"u","previousId":"old","timestamp":"2026-03-02T10:16:20Z"}`,
	`{"type":"page","messageId":"11","anonymousId":"old","timestamp":"2026-03-01T10:00:00Z","properties":{"url":"https://s.example/old"}}`,
}

func TestTheOrderOfMessagesDoesNotMatter(t *testing.T) {
	t.Parallel()
	want := []string{
		`{"visitor":"a","at":"2026-03-01T10:00:00Z","type":"page","url":"https://s.example/old"}`,
		`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://s.example/"}`,
		`{"visitor":"a","at":"2026-03-02T10:15:10Z","type":"cart","total":"2.00","numItems":1,"products":[{"product":{"sku":"S","price":"2.00"}}],"partial":true}`,
		`{"visitor":"a","at":"2026-03-02T10:15:20Z","type":"cart","total":"8.00","numItems":3,"products":[{"product":{"sku":"S","price":"2.00"}},{"product":{"sku":"T","price":"3.00"},"quantity":2}],"partial":true}`,
		`{"visitor":"a","at":"2026-03-02T10:15:30Z","type":"identify","user":"u"}`,
		`{"visitor":"a","at":"2026-03-02T10:15:30Z","type":"ctmrinfo","info":{"customerId":"u"}}`,
		`{"visitor":"a","at":"2026-03-02T10:15:40Z","type":"cart","total":"6.00","numItems":2,"products":[{"product":{"sku":"T","price":"3.00"},"quantity":2}],"partial":true}`,
		`{"visitor":"a","at":"2026-03-02T10:15:50Z","type":"signal","name":"x"}`,
		`{"visitor":"a","at":"2026-03-02T10:16:00Z","type":"page","url":"https://s.example/2"}`,
		`{"visitor":"a","at":"2026-03-02T10:16:00Z","type":"signal","name":"y"}`,
		`{"visitor":"a","at":"2026-03-02T10:16:10.200Z","type":"purchase","total":"6.00","orderId":"O"}`,
		`{"visitor":"a","at":"2026-03-02T10:16:20Z","type":"cart","total":"0.00","numItems":1,"products":[{"product":{"sku":"U"}}]}`,
	}
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		lines := slices.Clone(visit)
		rand.New(rand.NewPCG(2, rapid.Uint64().Draw(rt, "seed"))).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		o := Options{TempDir: dir, RunBytes: rapid.SampledFrom([]int64{0, 1, 2000}).Draw(rt, "run")}
		got, r := mustRead(t, o, strings.Join(lines, "\n"))
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatal(d)
		}
		if r.Lines != 12 || r.Read != 10 || r.Skipped["duplicate"].Count != 1 || r.Skipped["alias"].Count != 1 || r.Visitors != 1 || r.Visits != 2 {
			rt.Fatal(r)
		}
	})
}

func TestEveryFormOfABatchIsReadAlike(t *testing.T) {
	t.Parallel()
	lines := strings.Join(visit, "\n")
	want, _ := mustRead(t, Options{}, lines)
	forms := map[string]string{
		"array":                   asArray(lines, "[", "]"),
		"array on one line":       "[" + strings.Join(visit, ",") + "]",
		"batch":                   asArray(lines, `{ "batch" : [`, `], "sentAt": "2026-03-02T10:17:00Z"}`),
		"batch behind other keys": asArray(lines, "{\"writeKey\":\"x\",\n\"n\":1, \"context\":{\"batch\":[]},\"batch\":[", "]}"),
		"batch on one line":       `{"batch":[` + strings.Join(visit, ",") + "]}\n",
		"batches on lines":        `{"batch":[` + strings.Join(visit[:5], ",") + "]}\n" + `{"batch":[` + strings.Join(visit[5:], ",") + "]}\n",
	}
	for name, data := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, r := mustRead(t, Options{}, data)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s\n%s", d, r)
			}
		})
	}
}

func TestABrokenBatchTellsWhere(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"ends within", "[\n" + visit[0] + ",\n" + visit[1], "in:3: the file ends within its list of messages"},
		{"no comma", "[\n" + visit[0] + "\n" + visit[1] + "]", "in:3: not valid JSON: want a comma"},
		{"an element that is none", "[\n" + visit[0] + ",\n7]", "in:3: want a message, have a number"},
		{"no batch", "{\"a\":[\"batch\"],\n\"b\":1}\n", "in:2: batch: missing"},
		{"batch is no list", "{\"batch\":\n1}\n", "in:2: batch: want a list of messages"},
		{"a message too long", "[\n" + visit[0] + ",\n{\"x\":\"" + strings.Repeat("x", maxLine) + "\"}]", "in:3: longer than"},
		{"a message of a batch on a line", visit[0] + "\n" + `{"batch":[` + visit[1] + `,{"type":"track"}]}` + "\n", "in:2: batch[1]: neither anonymousId nor userId"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, r, err := read(t, Options{Format: FormatSegment}, tt.data)
			if err == nil {
				err = r.Problems[0]
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestMessagesThatShareAnIDAndDifferAreKeptAndNoted(t *testing.T) {
	t.Parallel()
	got, r := messages(t, visit[0], strings.Replace(visit[0], `.example/"`, `.example/b"`, 1), visit[0])
	if len(got) != 2 || r.Skipped["duplicate"].Count != 1 || len(r.Notes) != 1 {
		t.Errorf("%v\n%s", got, r)
	}
}

func TestARejectedBatchIsNotRememberedAsDelivered(t *testing.T) {
	t.Parallel()
	got, r := messages(t, `{"batch":[`+visit[0]+`,{"type":"x"}]}`, visit[0])
	if len(got) != 1 || r.Read != 1 || r.RejectedLines() != 1 {
		t.Errorf("%v\n%s", got, r)
	}
}

func TestAddressesAreNotKept(t *testing.T) {
	t.Parallel()
	got, _ := messages(t, `{"type":"identify","anonymousId":"a","userId":"Ada@Example.org","timestamp":"2026-03-02T10:15:00Z","traits":{"phone":"1","address":{"street":"x"},"Street Address":"x","plan":"pro"}}`,
		`{"type":"track","userId":"ada@example.org","timestamp":"2026-03-02T10:15:00Z","event":"x"}`)
	all := strings.ToLower(strings.Join(got, "\n"))
	if strings.Contains(all, "@") || strings.Contains(all, "street") || strings.Contains(all, "phone") || !strings.Contains(all, "plan") || strings.Count(all, `"visitor":"a"`) != len(got) {
		t.Errorf("%s", all)
	}
}

func TestLooseMoney(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]model.Money{"1": 10000, "13.4999999999": 135000, "0.00005": 1, "-0.00005": -1, "1e3": 10000000, "2.5E-1": 2500} {
		if got, ok := looseMoney(in); !ok || got != want {
			t.Errorf("%s: %v %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "x", "NaN", "Inf", "1e99", "0x10", "1_000", "1/2", "1e", "1,5", "1e1000000000", strings.Repeat("9", 39)} {
		if got, ok := looseMoney(in); ok {
			t.Errorf("%s: %v", in, got)
		}
	}
}

func TestAmountsOfTwoCurrenciesAreNotAdded(t *testing.T) {
	t.Parallel()
	added := func(second int, sku, price, currency string) string {
		return fmt.Sprintf(`{"type":"track","anonymousId":"a","timestamp":"2026-03-02T10:15:%02dZ","event":"Product Added","properties":{"sku":%q,"price":%s,"currency":%q}}`+"\n", second, sku, price, currency)
	}
	empty := `{"type":"track","anonymousId":"a","timestamp":"2026-03-02T10:14:00Z","event":"Cart Viewed","properties":{"total":0,"currency":"EUR"}}` + "\n"
	got, r := mustRead(t, Options{}, empty+added(1, "S", "2.5", "EUR")+added(2, "T", "100", "JPY")+added(3, "U", "7", "JPY"))
	want := []string{`"total":"2.50","currency":"EUR","numItems":1`, `"total":"100.00","currency":"JPY","numItems":2`, `"total":"107.00","currency":"JPY","numItems":3`}
	for i, w := range want {
		if !strings.Contains(got[i+1], w) || strings.Contains(got[i+1], `"partial":true`) != (i > 0) {
			t.Errorf("%s, want %s", got[i+1], w)
		}
	}
	if !strings.Contains(r.String(), "several currencies") {
		t.Errorf("%s", r)
	}
}

func TestAClockThatCannotBeCorrectedIsNoted(t *testing.T) {
	t.Parallel()
	const message = `{"type":"track","event":"x","anonymousId":"a","originalTimestamp":"2026-03-02T10:15:00Z"`
	for rest, noted := range map[string]bool{`}`: true, `,"sentAt":"2026-03-02T10:15:05Z"}`: true, `,"sentAt":"2026-03-02T10:15:05Z","receivedAt":"2026-03-02T10:16:05Z"}`: false, `,"timestamp":"2026-03-02T10:16:00Z"}`: false} {
		if _, r := mustRead(t, Options{}, message+rest+"\n"); strings.Contains(r.String(), "device's clock") != noted {
			t.Errorf("%s: %s", rest, r)
		}
	}
}
