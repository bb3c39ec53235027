package journey

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"beckon/model"
)

// What the rules of reading are held to: events of a format, in its own form, of
// a browser, a user and a session, at so many seconds after 10:15, with an id of
// the event.
type ofFormat struct {
	format Format
	page   func(browser, user, session, id string, after int) string
	// sessions: it tells which visit an event is of. ids: and its own id.
	sessions, ids bool
}

func ruleFormats() []ofFormat {
	at := func(after int) Instant { return at0.Add(model.Duration(after) * 1000) }
	optional := func(form, v string) string {
		if v == "" {
			return ""
		}
		return fmt.Sprintf(form, v)
	}
	return []ofFormat{
		{FormatNative, func(browser, _, session, _ string, after int) string {
			return fmt.Sprintf(`{"visitor":%q,"at":%q,"type":"page",%s"url":"https://s.example/%d"}`, browser, at(after), optional(`"visit":%q,`, session), after)
		}, true, false},
		{FormatCombined, func(browser, _, _, _ string, after int) string {
			return fmt.Sprintf(`198.51.100.7 - - [%s] "GET /%d HTTP/1.1" 200 1 "-" "Mozilla/5.0 (%s) Firefox/115.0"`, at(after).Time().Format("02/Jan/2006:15:04:05 -0700"), after, browser)
		}, false, false},
		{FormatSegment, func(browser, user, session, id string, after int) string {
			return fmt.Sprintf(`{"type":"page","messageId":%q,"anonymousId":%q,%s"timestamp":%q,"properties":{"url":"https://s.example/%d"},"context":{%s}}`,
				id, browser, optional(`"userId":%q,`, user), at(after), after, optional(`"sessionId":%q`, session))
		}, true, true},
		{FormatGA4, func(browser, user, session, _ string, after int) string {
			return fmt.Sprintf(`{"event_name":"page_view","event_timestamp":"%d000","user_pseudo_id":%q,%s"event_params":[{"key":"page_location","value":{"string_value":"https://s.example/%d"}}%s]}`,
				at(after), browser, optional(`"user_id":%q,`, user), after, optional(`,{"key":"ga_session_id","value":{"int_value":%q}}`, session))
		}, true, false},
		{FormatSnowplow, func(browser, user, session, id string, after int) string {
			return strings.TrimSuffix(atomicTSV(map[string]string{"event": "page_view", "event_name": "page_view", "event_id": id, "derived_tstamp": at(after).Time().Format("2006-01-02 15:04:05"),
				"domain_userid": browser, "user_id": user, "domain_sessionid": session, "page_url": fmt.Sprintf("https://s.example/%d", after)}), "\n")
		}, true, true},
		{FormatMatomo, func(browser, user, _, id string, after int) string {
			return fmt.Sprintf(`{"requests":["?idsite=1&_id=%016x&cdt=%s&url=https://s.example/%d&rand=%s%s"]}`, browser, strings.ReplaceAll(at(after).Time().Format("2006-01-02 15:04:05"), " ", "+"), after, id, optional("&uid=%s", user))
		}, false, true},
	}
}

func onLines(l ...string) string { return strings.Join(l, "\n") + "\n" }

// TestRulesOfReading holds every format to the rules that all readers have.
func TestRulesOfReading(t *testing.T) {
	t.Parallel()
	for _, f := range ruleFormats() {
		o := Options{Format: f.format, Host: "https://s.example", MaxRejects: -1}
		rule := func(n int, name string, do func(t *testing.T)) {
			t.Run(fmt.Sprintf("%s/rule %d: %s", f.format, n, name), func(t *testing.T) {
				t.Parallel()
				do(t)
			})
		}
		urls := func(lines []string) (out []string) {
			for _, l := range lines {
				_, u, _ := strings.Cut(l, `"url":"https://s.example/`)
				u, _, _ = strings.Cut(u, `"`)
				out = append(out, u)
			}
			return out
		}
		rule(1, "events are in the order of their instants, and lines in any order tell the same", func(t *testing.T) {
			a, b, c := f.page("a", "", "", "1", 0), f.page("a", "", "", "2", 10), f.page("a", "", "", "3", 20)
			want, _ := mustRead(t, o, onLines(a, b, c))
			if u := urls(want); !slices.Equal(u, []string{"0", "10", "20"}) || !strings.Contains(want[0], `"at":"2026-03-02T10:15:00Z"`) {
				t.Fatal(want)
			}
			for _, data := range []string{onLines(c, b, a), onLines(b, c, a)} {
				if got, _ := mustRead(t, o, data); !slices.Equal(got, want) {
					t.Error(got)
				}
			}
		})
		rule(2, "a visit is cut after 30 minutes without an event and no sooner, and the report says so", func(t *testing.T) {
			data := onLines(f.page("a", "", "", "1", 0), f.page("a", "", "", "2", 1800), f.page("a", "", "", "3", 3601))
			if _, r := mustRead(t, o, data); r.Visits != 2 || !strings.Contains(r.String(), "visits cut after 30m") {
				t.Error(r)
			}
			o := o
			o.Visit = VisitRule{Idle: 10 * model.Minute}
			if _, r := mustRead(t, o, data); r.Visits != 3 || !strings.Contains(r.String(), "visits cut after 10m") {
				t.Error(r)
			}
		})
		if f.sessions {
			rule(2, "where the source tells the session that is the visit, sooner or later than 30 minutes", func(t *testing.T) {
				data := onLines(f.page("a", "", "7", "1", 0), f.page("a", "", "7", "2", 7200), f.page("a", "", "8", "3", 7260))
				if _, r := mustRead(t, o, data); r.Visits != 2 {
					t.Error(r)
				}
			})
		}
		if f.format != FormatNative && f.format != FormatCombined {
			rule(3, "a user's browsers are one visitor, wherever it is told", func(t *testing.T) {
				lines := []string{f.page("a", "", "", "1", 0), f.page("a", "u", "", "2", 10), f.page("b", "u", "", "3", 20), f.page("b", "", "", "4", 30), f.page("c", "", "", "5", 40)}
				want, r := mustRead(t, o, onLines(lines...))
				if r.Visitors != 2 || r.Types["page"] != 5 {
					t.Error(r)
				}
				slices.Reverse(lines)
				if got, _ := mustRead(t, o, onLines(lines...)); !slices.Equal(got, want) {
					t.Errorf("%v, want %v", got, want)
				}
			})
		}
		rule(4, "what was delivered twice is one event by its id, and is two where there is none", func(t *testing.T) {
			l := f.page("a", "", "", "1", 0)
			want := int64(2)
			if f.ids {
				want = 1
			}
			if _, r := mustRead(t, o, onLines(l, l)); r.Events != want || r.Skipped["duplicate"].Count != 2-want {
				t.Error(r)
			}
		})
		rule(6, "a URL is kept as it was received, its fragment too", func(t *testing.T) {
			l := strings.Replace(f.page("a", "", "", "1", 5), "/5", "/A/../%7eb?Q=1;2#top", 1)
			if f.format == FormatMatomo {
				l = strings.Replace(f.page("a", "", "", "1", 5), "https://s.example/5", "https%3A%2F%2Fs.example%2FA%2F..%2F%257eb%3FQ%3D1%3B2%23top", 1)
			}
			if got, _ := mustRead(t, o, onLines(l)); len(got) != 1 || urls(got)[0] != "A/../%7eb?Q=1;2#top" {
				t.Error(got)
			}
		})
		rule(8, "ids and addresses are not kept as they were, and one id is one hash", func(t *testing.T) {
			if f.format == FormatNative { // its visitors' names are its own, unless they look like a person's
				return
			}
			o := o
			o.Key = "k"
			got, r, err := readHiding(t, o, onLines(f.page("browser-1", "user-1", "", "1", 0), f.page("browser-1", "user-1", "", "2", 10)))
			if all := everything(got, r, err); err != nil || r.Visitors != 1 || f.format != FormatCombined && strings.Contains(all, "browser-1") || strings.Contains(all, "user-1") || strings.Contains(all, "198.51.100.7") {
				t.Error(all)
			}
		})
		rule(9, "every line is accounted for, under a reason with its first line", func(t *testing.T) {
			_, r := mustRead(t, o, onLines(f.page("a", "", "", "1", 0), "", "garbage", f.page("a", "", "", "2", 10), "garbage", "\x00"))
			first := int64(0)
			for reason, c := range r.Rejected {
				if reason != "binary" {
					first = c.FirstLine
				}
			}
			if r.Lines != 6 || r.Read != 2 || r.Skipped["blank"].FirstLine != 2 || first != 3 || r.RejectedLines() != 3 || r.Rejected["binary"].FirstLine != 6 || len(r.Problems) != 3 || !slices.Contains(r.Missing(), "cart") {
				t.Error(r)
			}
		})
		rule(10, "the format is told by the first lines, and not guessed where they are of two", func(t *testing.T) {
			l := f.page("a", "", "", "1", 0)
			if _, r := mustRead(t, Options{}, onLines(l)); !slices.Equal(r.Formats, []Format{f.format}) {
				t.Error(r.Formats)
			}
			for _, other := range ruleFormats() {
				if other.format == f.format {
					continue
				}
				if _, _, err := read(t, Options{}, onLines(l, other.page("a", "", "", "1", 0))); err == nil || !strings.Contains(err.Error(), "ambiguous: the first lines look like ") {
					t.Errorf("with %s: %v", other.format, err)
				}
			}
		})
	}
}

// TestRulesOfReadingOfOneFormat are those that a format alone has to hold.
func TestRulesOfReadingOfOneFormat(t *testing.T) {
	t.Parallel()
	order := func(fields string) string {
		return `{"type":"track","messageId":"1","anonymousId":"a","timestamp":"2026-03-02T10:15:00Z","event":"Order Completed","properties":{"order_id":"O",` + fields + `}}` + "\n"
	}
	added := func(id, currency, price string) string {
		return `{"type":"track","messageId":"` + id + `","anonymousId":"a","timestamp":"2026-03-02T10:15:0` + id + `Z","event":"Product Added","properties":{"sku":"S` + id + `","quantity":1,"price":` + price + `,"currency":"` + currency + `"}}` + "\n"
	}
	page := harEntry("p1", "2026-03-02T12:15:00.1234567+02:00", "https://s.example/", 200, "text/html", harHeaders)
	agent := `{"visitor":"b","at":"2026-03-02T10:15:00Z","type":"page","url":"u","userAgent":"Googlebot/2.1"}` + "\n"
	for _, tt := range []struct {
		name string
		o    Options
		data string
		want []string // in each event
		told string   // in the report
	}{
		{"rule 1: an archive's instants have a zone and seven digits, of which milliseconds are kept", Options{}, archive(page), []string{`"at":"2026-03-02T10:15:00.123Z"`}, "1 events"},
		{"rule 1: the time that a request took, and be it negative, moves nothing", Options{}, archive(strings.Replace(page, `"time": 1.5`, `"time": -1.5`, 1)), []string{`"at":"2026-03-02T10:15:00.123Z"`}, "1 read"},
		{"rule 1: GA4 tells microseconds", Options{}, strings.Replace(exportRow("x", "", ""), "500000000", "500123999", 1) + "\n", []string{`"at":"2026-03-02T10:15:00.123Z"`}, ""},
		{"rule 1: a log's zone counts", Options{KeepPersonal: true}, strings.Replace(combinedSample[:strings.Index(combinedSample, "\n")+1], "10:15:00 +0000", "02:15:00 -0800", 1), []string{`"at":"2026-03-02T10:15:00Z"`}, ""},
		{"rule 1: a message without timestamp is corrected by what the device's clock is off", Options{},
			`{"type":"track","messageId":"1","anonymousId":"a","event":"x","originalTimestamp":"2026-03-02T09:15:00Z","sentAt":"2026-03-02T09:15:02Z","receivedAt":"2026-03-02T10:15:02Z"}` + "\n", []string{`"at":"2026-03-02T10:15:00Z"`}, ""},
		{"rule 1: and noted where nothing tells that", Options{}, `{"type":"track","messageId":"1","anonymousId":"a","event":"x","originalTimestamp":"2026-03-02T10:15:00Z"}` + "\n", []string{`"at":"2026-03-02T10:15:00Z"`}, "note: some messages have the time of a device's clock"},
		{"rule 1: events of one instant are in the order of what may cause what", Options{}, onLines(`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"leave"}`,
			`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"cart","total":"1.00","numItems":1}`, `{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"u"}`), []string{`"page"`, `"cart"`, `"leave"`}, ""},
		{"rule 2: Matomo's new_visit is no id, and noted", Options{}, `{"requests":["?idsite=1&_id=0123456789abcdef&cdt=2026-03-02+10:15:00&url=https://s.example/&new_visit=1"]}` + "\n", []string{`"page"`}, "note: new_visit=1 of Matomo's requests is not followed"},
		{"rule 5: an order counts its total, not its revenue, which has no tax and shipping in it", Options{}, order(`"total":"30.10","revenue":25,"tax":3,"shipping":2.1`), []string{`"purchase","total":"30.10"`}, ""},
		{"rule 5: and its revenue where no total is told", Options{}, order(`"revenue":"25"`), []string{`"purchase","total":"25.00"`}, ""},
		{"rule 5: amounts are decimal: a tenth and two are three", Options{}, added("1", "EUR", "0.1") + added("2", "EUR", `"0.2"`), []string{`"total":"0.10"`, `"total":"0.30"`}, ""},
		{"rule 5: amounts of two currencies are not added", Options{}, added("1", "EUR", "5") + added("2", "USD", "7"), []string{`"total":"5.00","currency":"EUR"`, `"total":"7.00","currency":"USD"`}, "note: some carts have products in several currencies"},
		{"rule 5: GA4's prices may be text", Options{}, exportRow("purchase", stringParam("transaction_id", "T")+","+stringParam("value", "12.50"), `,"items":[{"item_id":"S","price":"12.50","quantity":"1"}]`) + "\n", []string{`"price":"12.50"`}, ""},
		{"rule 7: the visit of a robot is left out whole, and counted", Options{}, agent + nativeSample, []string{`"a"`, `"a"`}, "skipped robot: 2, first at line 1"},
		{"rule 7: unless they are asked for", Options{Robots: true}, agent + nativeSample, []string{`"a"`, `"a"`, `"b"`, `"Googlebot/2.1"`}, "4 read"},
		{"rule 7: no agent at all is none of a visitor", Options{}, strings.Replace(combinedSample, `"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"`, `"-"`, 1), []string{`"error"`}, "skipped no-agent: 1, first at line 1"},
		{"rule 8: cookies and authorization of an archive are nowhere", Options{}, archive(page), []string{`"https://s.example/"`}, "1 read"},
		{"rule 9: of every behavior its share of the events", Options{}, nativeSample, []string{"", "", ""}, "page: 2 (66.7 %)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, r, err := readHiding(t, tt.o, tt.data)
			if err != nil || len(got) != len(tt.want) {
				t.Fatalf("%v %v\n%v", err, got, r)
			}
			for i, w := range tt.want {
				if !strings.Contains(got[i], w) {
					t.Errorf("%s, want %s", got[i], w)
				}
			}
			if all := everything(got, r, nil); !strings.Contains(all, tt.told) || strings.Contains(all, "s3cret") {
				t.Error(all)
			}
		})
	}
	for name, tt := range map[string]struct{ data, want string }{
		"rule 10: what rrweb records is none of the formats": {`{"type":4,"data":{"href":"https://s.example/"},"timestamp":1772446500000}`, "in none of"},
		"rule 10: CloudEvents are none of the formats":       {`{"specversion":"1.0","id":"1","source":"/s","type":"page","time":"2026-03-02T10:15:00Z","data":{}}`, "in none of"},
		"rule 10: a list of neither":                         {`[{"type":4,"data":{},"timestamp":1772446500000}]`, "no line can be read as segment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := read(t, Options{}, tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Error(err)
			}
		})
	}
}
