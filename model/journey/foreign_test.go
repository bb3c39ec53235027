package journey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
)

// foreign are small files of the formats that other programs write.
var foreign = []struct {
	name   string
	format Format
	data   string
}{
	{"snowplow csv", FormatSnowplow, snowplowCSV},
	{"snowplow tsv", FormatSnowplow, snowplowTSV},
	{"snowplow json", FormatSnowplow, snowplowJSON},
	{"ga4", FormatGA4, ga4Sample},
	{"matomo bulk", FormatMatomo, matomoBulk},
	{"matomo lines", FormatMatomo, matomoLines},
	{"matomo over lines", FormatMatomo, matomoOverLines},
	{"web sessions", FormatWebSession, webSessionSample},
	{"web sessions over lines", FormatWebSession, webSessionOverLines},
	{"har", FormatHAR, harSample},
	{"otto", FormatOtto, ottoSample},
}

func TestAmbiguousOrMixedFilesAreAskedAbout(t *testing.T) {
	t.Parallel()
	for i, s := range foreign {
		for _, other := range foreign[i+1:] {
			if s.format == other.format || strings.Count(s.data, "\n") > looked/2 || strings.Count(other.data, "\n") > looked/2 || isOneValue(s.data) || isOneValue(other.data) {
				continue // the other's lines are not among the first
			}
			_, _, err := read(t, Options{}, s.data+other.data)
			if err == nil || !strings.Contains(err.Error(), "ambiguous: the first lines look like ") ||
				!strings.Contains(err.Error(), string(s.format)) || !strings.Contains(err.Error(), string(other.format)) {
				t.Errorf("%s and %s: %v", s.name, other.name, err)
			}
		}
		for _, other := range []Format{FormatSegment, FormatCombined} {
			if _, _, err := read(t, Options{Format: other}, s.data); err == nil || !strings.Contains(err.Error(), "the first lines look like "+string(s.format)) {
				t.Errorf("%s named %s: %v", s.name, other, err)
			}
		}
	}
	both := `{"event_name":"page_view","event_timestamp":"1772446500000000","type":"track","messageId":"1"}` + "\n"
	if _, _, err := read(t, Options{}, both); err == nil || !strings.Contains(err.Error(), "ambiguous: the first lines look like segment, ga4") {
		t.Errorf("an object that is both: %v", err)
	}
}

// isOneValue reports whether a file is one JSON value over lines.
func isOneValue(data string) bool { return len(wholeFormats([]byte(data))) > 0 }

func TestHostileLinesOfForeignFormatsAreRejectedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	long := `{"x":"` + strings.Repeat("x", maxLine) + `"}`
	deep := strings.Repeat(`{"x":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1)
	for _, s := range foreign {
		if isOneValue(s.data) {
			continue // has a test of its own
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			want, before := mustRead(t, Options{}, s.data)
			got, r := mustRead(t, Options{MaxRejects: -1}, s.data+long+"\n"+`{"x":1,"x":2}`+"\n"+`{"x":1,"X":2}`+"\n"+deep+"\n{\"x\":\"\xff\"}\n{\"x\n\x00\n")
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("what is read changes:\n%s", strings.Join(got, "\n"))
			}
			for reason, n := range map[string]int64{"too-long": 1, "encoding": 1, "binary": 1} {
				if c := r.Rejected[reason]; c.Count != n+before.Rejected[reason].Count {
					t.Errorf("%s: %d", reason, c.Count)
				}
			}
			if r.RejectedLines() != before.RejectedLines()+7 || r.Lines != before.Lines+7 {
				t.Errorf("%s", r)
			}
			if !strings.HasPrefix(s.data, "{") {
				return
			}
			for reason, n := range map[string]int64{"duplicate-key": 2, "depth": 1, "json": 1} {
				if c := r.Rejected[reason]; c.Count != n+before.Rejected[reason].Count {
					t.Errorf("%s: %d", reason, c.Count)
				}
			}
		})
	}
}

func TestTheOrderOfForeignLinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"snowplow tsv", "snowplow csv", "ga4", "matomo bulk", "otto"} {
		data := recording(name, 200)
		want, r := mustRead(t, Options{}, data)
		lines := strings.SplitAfter(data, "\n")
		lines = lines[:len(lines)-1]
		slices.Reverse(lines[r.Skipped["header"].Count:])
		got, again := mustRead(t, Options{RunBytes: 5_000}, strings.Join(lines, "")) // sorted on disk
		if d := cmp.Diff(want, got); d != "" || len(got) < 200 || again.Read != 200 {
			t.Errorf("%s: %s\n%s", name, d, again)
		}
	}
}

// recording writes visits of a thousand visitors in a format, n lines, each with
// an instant of its own.
func recording(format string, n int) string {
	var b strings.Builder
	if format == "snowplow csv" {
		head, _, _ := strings.Cut(snowplowCSV, "\n")
		b.WriteString(head + "\n")
	}
	if format == "har" {
		b.WriteString("{\"log\":{\"version\":\"1.2\",\"entries\":[\n")
	}
	for i := range n {
		at := at0.Add(model.Duration(i) * 25)
		sql := strings.NewReplacer("T", " ", "Z", "").Replace(at.String())
		visitor, url := i*7919%1000, fmt.Sprintf("https://shop.example/p/%d", i%97)
		switch format {
		case "snowplow tsv":
			b.WriteString(atomicTSV(map[string]string{"app_id": "shop", "platform": "web", "event": "page_view", "event_id": strconv.Itoa(i), "event_name": "page_view", "derived_tstamp": sql,
				"domain_userid": strconv.Itoa(visitor), "domain_sessionid": "s", "page_url": url, "page_title": "Shop", "useragent": "Mozilla/5.0 (X11)"}))
		case "snowplow csv":
			fmt.Fprintf(&b, `shop,unstruct,%d,snowplow_ecommerce_action,%s,%d,s,1,%s,Shop,Mozilla/5.0 (X11),DE,,"{""type"": ""product_view""}","[{""id"": ""S"", ""price"": ""2.5""}]",[]`+"\n", i, sql, visitor, url)
		case "ga4":
			fmt.Fprintf(&b, `{"event_timestamp":"%d000","event_name":"page_view","event_params":[{"key":"ga_session_id","value":{"int_value":"7"}},{"key":"page_location","value":{"string_value":"%s"}},{"key":"page_title","value":{"string_value":"Shop"}}],"user_pseudo_id":"%d","device":{"category":"mobile","operating_system":"Android","language":"de-de"},"geo":{"country":"Germany","city":"Berlin"},"items":[]}`+"\n", at, url, visitor)
		case "matomo bulk":
			fmt.Fprintf(&b, `{"requests":["?idsite=1&rec=1&_id=%d&cdt=%s&url=%s&action_name=Shop&rand=%d"]}`+"\n", visitor, strings.ReplaceAll(sql, " ", "+"), strings.ReplaceAll(url, "/", "%2F"), i)
		case "otto":
			fmt.Fprintf(&b, `{"session":%d,"events":[{"aid":%d,"ts":%d,"type":"clicks"}]}`+"\n", visitor, i%97, at)
		case "har":
			if i > 0 {
				b.WriteString(",\n")
			}
			b.WriteString(harEntry(strconv.Itoa(i), at.String(), url, 200, "text/html", harHeaders))
		}
	}
	if format == "har" {
		b.WriteString("\n]}}\n")
	}
	return b.String()
}

// The price of a format is told against reading and cutting the lines alone.
func BenchmarkForeign(b *testing.B) {
	for _, name := range []string{"snowplow tsv", "snowplow csv", "ga4", "matomo bulk", "har", "otto"} {
		const lines = 20_000
		data := recording(name, lines)
		j, err := SortedReader(Options{}, "in", strings.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		events := int(drain(b, j).Events)
		if events < lines {
			b.Fatalf("%s: %d events", name, events)
		}
		b.Run(name, func(b *testing.B) { benchSorted(b, Options{}, []byte(data), events) })
		b.Run(name+"/lines", func(b *testing.B) { benchLines(b, []byte(data)) })
	}
}
