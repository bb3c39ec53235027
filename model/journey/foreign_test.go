package journey

import (
	"strings"
	"testing"
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

// The price of a format is told against reading and cutting the lines alone.
func BenchmarkForeign(b *testing.B) {
	for _, s := range foreign {
		data, events := repeated(s.data, 20_000)
		b.Run(s.name, func(b *testing.B) { benchSorted(b, Options{Format: s.format}, data, events) })
		b.Run(s.name+"/lines", func(b *testing.B) { benchLines(b, data) })
	}
}
