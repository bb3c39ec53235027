package journey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// read imports data as it was recorded and returns the canonical lines of the
// events, in order.
func read(t testing.TB, o Options, data string) ([]string, *Report, error) {
	t.Helper()
	o.KeepPersonal = true
	return readHiding(t, o, data)
}

// readHiding is read, hiding what tells of a person.
func readHiding(t testing.TB, o Options, data string) ([]string, *Report, error) {
	t.Helper()
	if o.TempDir == "" && o.RunBytes != 0 {
		o.TempDir = t.TempDir()
	}
	j, err := SortedReader(o, "in", strings.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	var out []string
	for e, err := range j.All() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(AppendEvent(nil, e)))
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if r := j.Report(); !r.Balanced() || r.Events != int64(len(out)) {
		t.Fatalf("does not balance:\n%s", r)
	}
	return out, j.Report(), nil
}

func mustRead(t testing.TB, o Options, data string) ([]string, *Report) {
	t.Helper()
	lines, r, err := read(t, o, data)
	if err != nil {
		t.Fatal(err)
	}
	return lines, r
}

const nativeSample = `{"visitor":"b","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}
{"visitor":"a","at":"2026-03-02T10:16:00Z","type":"cart","total":"1.00","numItems":1}

{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/cart"}
`

const combinedSample = `198.51.100.7 - - [02/Mar/2026:10:15:00 +0000] "GET /cart HTTP/1.1" 200 10 "https://www.google.com/" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
198.51.100.7 - - [02/Mar/2026:10:15:01 +0000] "GET /cart.css HTTP/1.1" 200 10 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
198.51.100.8 - - [02/Mar/2026:10:15:02 +0000] "GET / HTTP/1.1" 200 - "-" "Googlebot/2.1"
198.51.100.7 - - [02/Mar/2026:10:15:03 +0000] "GET /x HTTP/1.1" 404 10 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
`

const segmentSample = `{"type":"page","messageId":"1","anonymousId":"a","timestamp":"2026-03-02T10:15:00Z","properties":{"url":"https://shop.example/","title":"Shop"},"context":{"userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"}}
{"type":"track","messageId":"2","anonymousId":"a","timestamp":"2026-03-02T10:15:10Z","event":"Product Added","properties":{"sku":"S","price":2.5,"quantity":2}}
{"type":"identify","messageId":"3","anonymousId":"a","userId":"u","timestamp":"2026-03-02T10:15:20Z","traits":{"plan":"pro"}}
`

func TestLinesAreAccountedFor(t *testing.T) {
	t.Parallel()
	lines, r := mustRead(t, Options{}, nativeSample)
	want := []string{
		`{"visitor":"a","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/cart"}`,
		`{"visitor":"a","at":"2026-03-02T10:16:00Z","type":"cart","total":"1.00","numItems":1}`,
		`{"visitor":"b","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}`,
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
	if r.Lines != 4 || r.Read != 3 || r.Skipped["blank"] != (Count{1, 3, ""}) || r.Visitors != 2 || r.Visits != 2 || r.Types["page"] != 2 {
		t.Errorf("%+v", r)
	}
	if r.First.String() != "2026-03-02T10:15:00Z" || r.Last.String() != "2026-03-02T10:16:00Z" || !slices.Contains(r.Missing(), "lead") || slices.Contains(r.Missing(), "cart") {
		t.Errorf("%s", r)
	}
}

func TestABadLineIsCountedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	data := nativeSample + "{\"visitor\":1}\n" + strings.Repeat("x", maxLine+1) + "\n\x00\n{\"visitor\":\"\xff\"}\n" +
		`{"visitor":"c","at":"2026-03-02T10:15:00Z","type":"leave"}` + "\r\n" + `{"visitor":"d","at":"2026-03-0`
	var told []Problem
	var beginnings [][]byte
	lines, r := mustRead(t, Options{OnReject: func(p Problem, b []byte) {
		told = append(told, p)
		beginnings = append(beginnings, bytes.Clone(b))
	}}, data)
	if len(lines) != 4 || r.Lines != 10 {
		t.Errorf("%d events of %d lines", len(lines), r.Lines)
	}
	want := map[string]Count{"type": {1, 5, ""}, "too-long": {1, 6, ""}, "binary": {1, 7, ""}, "encoding": {1, 8, ""}, "truncated": {1, 10, ""}}
	if d := cmp.Diff(want, r.Rejected); d != "" {
		t.Error(d)
	}
	if len(told) != 5 || len(beginnings[1]) > 300 || told[0].Error() != "in:5: visitor: want text, have a number" {
		t.Errorf("%v", told)
	}
}

func TestStrictStopsAtTheFirst(t *testing.T) {
	t.Parallel()
	_, _, err := read(t, Options{Strict: true}, nativeSample+"x\n")
	if p := (Problem{}); !errors.As(err, &p) || p.Line != 5 {
		t.Errorf("%v", err)
	}
}

func TestAnImportCanBeStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := nativeSample + strings.Repeat("\n", 2000)
	if _, _, err := read(t, Options{Stop: ctx.Err}, data); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, _, err := read(t, Options{Stop: t.Context().Err}, data); err != nil {
		t.Errorf("%v", err)
	}
}

func TestTooManyRejectsStop(t *testing.T) {
	t.Parallel()
	data := nativeSample + strings.Repeat("{}\n", 101)
	if _, _, err := read(t, Options{}, data); !errors.Is(err, ErrTooManyRejects) {
		t.Errorf("the default: %v", err)
	}
	if _, _, err := read(t, Options{MaxRejects: 3}, nativeSample+"{}\n{}\n{}\n{}\n"); !errors.Is(err, ErrTooManyRejects) {
		t.Errorf("three: %v", err)
	}
	if _, r, err := read(t, Options{MaxRejects: -1}, data); err != nil || r.RejectedLines() != 101 {
		t.Errorf("no limit: %v", err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		o    Options
		data string
		want string
	}{
		{"empty", Options{}, "", "in: the file is empty"},
		{"binary", Options{}, "\x7fELF\x00\x00", "a binary file (NUL at byte 5)"},
		{"UTF-16", Options{}, "\xff\xfea\x00,\x00b\x00", "text in UTF-16; save it as UTF-8"},
		{"UTF-16 without a mark", Options{}, strings.ReplaceAll("{\"visitor\":\"v\"}\n", "", "\x00")[1:], "text in UTF-16; save it as UTF-8"},
		{"bzip2", Options{}, "BZh91AY&SY", "packed with bzip2; want text, or text compressed once with gzip or zstd"},
		{"zip", Options{}, "PK\x03\x04\x14\x00", "packed with zip; want text"},
		{"gzip within gzip", Options{}, string(zipped(t, string(zipped(t, nativeSample)))), "packed with gzip a second time"},
		{"nothing known", Options{}, "hello\n", "in none of native, combined, segment"},
		{"a table", Options{}, "a,b\n1,2\n", "a table needs a mapping file, which beckon map makes"},
		{"escapes in it", Options{}, "\x1b]0;x\a\n", "␛]0;x␇"},
		{"a table without a mapping", Options{Format: FormatTable}, "a,b\n", "a table needs a mapping file"},
		{"unknown format", Options{Format: "xls"}, "a,b\n", "unknown format xls; known are native, combined, segment, "},
		{"another format than named", Options{Format: FormatSegment}, combinedSample, "not segment: the first lines look like combined"},
		{"mixed", Options{}, nativeSample + combinedSample, "ambiguous: the first lines look like native, combined; name one"},
		{"named, and no line can be read", Options{Format: FormatNative}, "a,b\nc,d\n", "no line can be read as native; the first problem is in:1: want an object"},
		{"gzip of nothing good", Options{}, "\x1f\x8bxx", "gzip: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(t, tt.o, tt.data)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v; want %q", err, tt.want)
			}
		})
	}
}

func TestTheFormatIsTold(t *testing.T) {
	t.Parallel()
	samples := map[Format]string{FormatNative: nativeSample, FormatCombined: combinedSample, FormatSegment: segmentSample}
	for _, s := range foreign {
		samples[s.format] = s.data
	}
	for f, data := range samples {
		lines, r := mustRead(t, Options{}, data)
		if len(lines) == 0 || !slices.Equal(r.Formats, []Format{f}) {
			t.Errorf("%s: %v", f, r.Formats)
		}
		if bom, _ := mustRead(t, Options{}, "\xef\xbb\xbf"+data); !slices.Equal(bom, lines) {
			t.Errorf("%s: a byte order mark changes what is read", f)
		}
		if two, _ := mustRead(t, Options{}, "\xef\xbb\xbf"+strings.TrimSuffix(data, "\n")+"\n\xef\xbb\xbf"); !slices.Equal(two, lines) {
			t.Errorf("%s: a byte order mark of a file that was appended changes what is read", f)
		}
		if crlf, _ := mustRead(t, Options{}, strings.ReplaceAll(data, "\n", "\r\n")); !slices.Equal(crlf, lines) {
			t.Errorf("%s: CR LF changes what is read", f)
		}
		if cut, _ := mustRead(t, Options{}, strings.TrimSuffix(data, "\n")); !slices.Equal(cut, lines) {
			t.Errorf("%s: a missing last line end changes what is read", f)
		}
	}
}

func zipped(t testing.TB, data string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstded(t testing.TB, data string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll([]byte(data), nil)
}

func TestCompressedFilesAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	want, _ := mustRead(t, Options{}, nativeSample)
	for name, b := range map[string][]byte{"gzip": zipped(t, nativeSample), "zstd": zstded(t, nativeSample)} {
		if got, _ := mustRead(t, Options{}, string(b)); !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestATruncatedArchiveImportsAPrefixAndSaysSo(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, `{"visitor":"v","at":"2026-03-02T10:%02d:%02dZ","type":"page","url":"https://shop.example/%x"}`+"\n", i/60, i%60, i*i*7919)
	}
	want, _ := mustRead(t, Options{}, b.String())
	for name, z := range map[string][]byte{"gzip": zipped(t, b.String()), "zstd": zstded(t, b.String())} {
		some := false
		for n := len(z) - 1; n > 20; n -= 97 {
			got, r, err := read(t, Options{}, string(z[:n]))
			if err != nil {
				continue // nothing of it is left: told as an error
			}
			if len(r.Truncated) != 1 || r.RejectedLines() > 1 || !slices.Equal(got, want[:len(got)]) {
				t.Fatalf("%s cut at %d: %d events, %v, %v", name, n, len(got), r.Truncated, r.Rejected)
			}
			some = some || len(got) > 0 && len(got) < len(want)
			if _, _, err := read(t, Options{Strict: true}, string(z[:n])); err == nil {
				t.Fatalf("%s cut at %d: strict says nothing", name, n)
			}
		}
		if !some && name == "gzip" {
			t.Errorf("%s: never a prefix", name)
		}
	}
	z := zipped(t, b.String())
	z[len(z)-6] ^= 1
	if _, _, err := read(t, Options{}, string(z)); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("a wrong checksum: %v", err)
	}
}

func TestABombIsRefused(t *testing.T) {
	t.Parallel()
	_, _, err := read(t, Options{}, string(zipped(t, nativeSample+strings.Repeat(" \n", 20<<20))))
	if !errors.Is(err, errRatio) {
		t.Errorf("%v", err)
	}
}

func TestAFileCutAtAnyByteImportsAPrefix(t *testing.T) {
	t.Parallel()
	samples := []struct {
		name string
		o    Options
		data string
	}{
		{"native", Options{Format: FormatNative}, nativeSample},
		{"combined", Options{Format: FormatCombined}, combinedSample},
		{"segment lines", Options{Format: FormatSegment}, segmentSample},
		{"segment array", Options{Format: FormatSegment}, asArray(segmentSample, "[", "]")},
		{"segment batch", Options{Format: FormatSegment}, asArray(segmentSample, "{\"sentAt\": \"2026-03-02T10:16:00Z\",\n \"batch\": [", "]}")},
		{"sessions", Options{Mapping: mustMapping(t, sessionsMapping)}, sessionsSample},
		{"shop", Options{Mapping: mustMapping(t, shopMapping)}, shopSample},
	}
	for _, s := range foreign {
		samples = append(samples, struct {
			name string
			o    Options
			data string
		}{s.name, Options{Format: s.format}, s.data})
	}
	for _, tt := range samples {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.o.MaxRejects = -1
			all, whole := mustRead(t, tt.o, tt.data)
			for n := 1; n < len(tt.data); n++ {
				got, r, err := read(t, tt.o, tt.data[:n])
				if err != nil {
					if !errors.Is(err, ErrFormat) && !strings.Contains(err.Error(), "no column") {
						t.Fatalf("cut at %d: %v", n, err)
					}
					continue
				}
				if r.RejectedLines() > 1+whole.RejectedLines() || r.Read > whole.Read || len(got) > len(all) {
					t.Fatalf("cut at %d: %s", n, r)
				}
			}
		})
	}
}

// asArray makes one JSON value of lines.
func asArray(lines, begin, end string) string {
	return begin + "\n  " + strings.Join(strings.Split(strings.TrimSpace(lines), "\n"), ",\n  ") + "\n" + end + "\n"
}

func TestFromAndToBoundTheInstants(t *testing.T) {
	t.Parallel()
	from, to := at0, at0.Add(60_000)
	lines, r := mustRead(t, Options{From: from, To: to}, nativeSample)
	if len(lines) != 2 || r.Skipped["outside"] != (Count{1, 2, ""}) {
		t.Errorf("%v %v", lines, r)
	}
	lines, _ = mustRead(t, Options{From: from + 1}, nativeSample)
	if len(lines) != 1 {
		t.Errorf("%v", lines)
	}
}

func TestRobotsAreLeftOutAndCounted(t *testing.T) {
	t.Parallel()
	data := `{"visitor":"robot","at":"2026-03-02T10:15:00Z","type":"page","url":"u","userAgent":"Googlebot/2.1"}` + "\n" + nativeSample
	if lines, r := mustRead(t, Options{}, data); len(lines) != 3 || r.Skipped["robot"] != (Count{1, 1, ""}) {
		t.Errorf("%v", r)
	}
	if lines, _ := mustRead(t, Options{Robots: true}, data); len(lines) != 4 {
		t.Errorf("%v", lines)
	}
}

func TestFilesOfSeveralFormats(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a.jsonl"), filepath.Join(dir, "b.log.gz"), filepath.Join(dir, "c.json")
	for p, d := range map[string][]byte{a: []byte(nativeSample), b: zipped(t, combinedSample), c: []byte(segmentSample)} {
		if err := os.WriteFile(p, d, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var progress int64
	j, err := Sorted(Options{KeepPersonal: true, Progress: func(_ string, n int64) { progress = n }}, a, b, c)
	if err != nil {
		t.Fatal(err)
	}
	r := drain(t, j)
	if r.Lines != 4+4+3 || r.Visitors != 3 || progress != int64(len(segmentSample)) || r.Skipped["robot"].FirstFile != b {
		t.Errorf("%d bytes\n%s", progress, r)
	}
	for _, bad := range [][]string{{dir}, {filepath.Join(dir, "none")}, {}} {
		if _, err := Sorted(Options{}, bad...); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}

func FuzzRead(f *testing.F) {
	shop, sessions := mustMapping(f, shopMapping), mustMapping(f, sessionsMapping)
	for i, s := range []string{nativeSample, combinedSample, segmentSample, shopSample, sessionsSample} {
		f.Add(byte(i), []byte(s))
	}
	f.Add(byte(2), []byte(asArray(segmentSample, "[", "]")))
	f.Add(byte(2), []byte(asArray(segmentSample, "{\"batch\": [", "]}")))
	f.Add(byte(3), []byte("year;month;day;order\n\"a\n\nb\";1;2;3\n"))
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		o := Options{}
		switch which % 6 {
		case 0:
			o.Format = FormatNative
		case 1:
			o.Format = FormatCombined
		case 2:
			o.Format = FormatSegment
		case 3:
			o.Mapping = shop
		case 4:
			o.Mapping = sessions
		}
		fuzzed(t, o, data, which%6 != 2 && which%6 != 5)
	})
}

// fuzzed reads anything and checks what holds of everything that is read; lines
// says that there are no more lines accounted for than the file has.
func fuzzed(t *testing.T, o Options, data []byte, lines bool) {
	t.Helper()
	o.MaxRejects, o.TempDir = -1, t.TempDir()
	j, err := SortedReader(o, "in", bytes.NewReader(data))
	if err != nil {
		return
	}
	var last *Event
	for e, err := range j.All() {
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && (e.Visitor < last.Visitor || e.Visitor == last.Visitor && e.At < last.At) {
			t.Fatal("out of order")
		}
		if !e.At.inWindow() || e.Visitor == "" {
			t.Fatalf("%+v", e)
		}
		if _, err := ParseEvent(AppendEvent(nil, e)); err != nil {
			t.Fatalf("gave what the native form has not: %v\n%s", err, AppendEvent(nil, e))
		}
		last = e
	}
	r := j.Report()
	if !r.Balanced() {
		t.Fatalf("does not balance:\n%s", r)
	}
	if n := int64(bytes.Count(data, []byte("\n"))) + 1; r.Lines > n && lines {
		t.Fatalf("%d lines of %d", r.Lines, n)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzParseMapping(f *testing.F) {
	f.Add([]byte(shopMapping))
	f.Add([]byte(sessionsMapping))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMapping("map.yaml", data)
		if (m == nil) == (err == nil) {
			t.Fatalf("%v %v", m, err)
		}
	})
}

func TestTheReportIsReadable(t *testing.T) {
	t.Parallel()
	data := nativeSample + `{"visitor":"c","at":"2026-03-02T10:15:00Z","type":"leave","mood":1}` + "\n" + "{\"visitor\":\"\\u001b[2J\",\"at\":\"x\"}\n"
	_, r := mustRead(t, Options{}, data)
	want := `6 lines: 4 read, 1 skipped, 1 rejected
  skipped blank: 1, first at line 3
  rejected time: 1, first at line 6
  unknown field leave.mood: 1, first at line 5
4 events, 2 visits, 3 visitors; visits cut after 30m
2026-03-02T10:15:00Z to 2026-03-02T10:16:00Z
  page: 2 (50.0 %)
  cart: 1 (25.0 %)
  leave: 1 (25.0 %)
no events of: purchase, prodView, ctmrinfo, mrktInfo, personal, lead, service, error, searchInfo
in:6: at: not an instant such as 2026-03-02T10:15:00Z: x
`
	if d := cmp.Diff(want, r.String()); d != "" {
		t.Error(d)
	}
}

// What was read when enough was said is all there is, accounted for to the
// line, and the report says that it is not the whole.
func TestAnInputMayEndEarlyAndKeepWhatWasRead(t *testing.T) {
	t.Parallel()
	line := `{"visitor":"v","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}` + "\n"
	asked := 0
	j, err := SortedReader(Options{Stop: func() error {
		if asked++; asked == 3 {
			return ErrEnough
		}
		return nil
	}}, "in", strings.NewReader(strings.Repeat(line, 5000)))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	n := 0
	for _, err := range j.All() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	r := j.Report()
	if n != 2999 || r.Lines != 2999 || r.Read != 2999 || len(r.Truncated) != 1 || !strings.Contains(r.Truncated[0], "in was read up to line 2999") {
		t.Errorf("%d events of %d lines, %d read, %q", n, r.Lines, r.Read, r.Truncated)
	}
}

// A NUL among the first lines makes its line one that cannot be read, as it does
// further down; what was written where a log was cut off under its writer begins
// with many.
func TestANulAmongTheFirstLinesRejectsItsLine(t *testing.T) {
	t.Parallel()
	nuls := strings.Repeat("\x00", 5000)
	for _, tt := range []struct {
		name, data string
		o          Options
	}{
		{"native", nativeSample, Options{}}, {"native, named", nativeSample, Options{Format: FormatNative}}, {"combined", combinedSample, Options{}}, {"segment", segmentSample, Options{}},
	} {
		want, whole := mustRead(t, tt.o, tt.data)
		for where, data := range map[string]string{"at the beginning": nuls + "\n" + tt.data, "after the first line": strings.Replace(tt.data, "\n", "\n"+nuls+"\n", 1)} {
			got, r, err := read(t, tt.o, data)
			if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") || r.Rejected["binary"].Count != 1 || r.Lines != whole.Lines+1 || !r.Balanced() {
				t.Errorf("%s, %s: %v\n%v", tt.name, where, err, r)
			}
		}
	}
	for _, o := range []Options{{}, {Format: FormatNative}, {Mapping: mustMapping(t, shopMapping)}} {
		if _, _, err := read(t, o, "SQLite format 3\x00\x10\x00\n\x00\x00\n"); err == nil || !strings.Contains(err.Error(), "a binary file (NUL at byte 16)") {
			t.Errorf("%v: %v", o, err)
		}
	}
}

func TestLinesThatEndInACarriageReturnAloneAreToldApart(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {Mapping: mustMapping(t, shopMapping)}} {
		for _, data := range []string{strings.ReplaceAll(nativeSample, "\n", "\r"), "\r\r\r\r", "year;month\r2008;4\r"} {
			if _, _, err := read(t, o, data); err == nil || !strings.Contains(err.Error(), "lines that end in a carriage return alone") {
				t.Errorf("%.20q: %v", data, err)
			}
		}
	}
}

// Amounts and pieces that are none are taken for not told, and the report says
// that there were some.
func TestAmountsThatAreNoneAreNoted(t *testing.T) {
	t.Parallel()
	item := func(price, quantity string) string {
		return `{"item_id":"S","price":` + price + `,"quantity":` + quantity + `}`
	}
	for _, bad := range []string{`"NaN"`, `1e400`, `"Infinity"`, `"12,50"`, `"0x10"`, `"$5"`, `99999999999999999999`} {
		for _, good := range []string{`12.5`, `"12.50"`, `1.25e1`, `-3`, `null`, `""`, `"(not set)"`} {
			row := func(price, quantity, value string) string {
				return `{"event_name":"purchase","event_timestamp":"1772446500000000","user_pseudo_id":"g","event_params":[{"key":"value","value":{"string_value":` + value + `}},{"key":"transaction_id","value":{"string_value":"T"}}],"items":[` + item(price, quantity) + `]}` + "\n"
			}
			for _, tt := range []struct {
				data  string
				noted bool
			}{{row(good, `"2"`, good), false}, {row(bad, `"2"`, good), true}, {row(good, `"2"`, bad), true}, {row(good, `"-2"`, good), true}, {row(good, `"2"`, `"5"`), false}} {
				lines, r := mustRead(t, Options{}, tt.data)
				if len(lines) != 1 || slices.Contains(r.Notes, unreadAmounts) != tt.noted {
					t.Errorf("%s: %v\n%s", tt.data, lines, r)
				}
			}
		}
	}
	for format, data := range map[Format]string{
		FormatSegment:    `{"type":"track","messageId":"1","anonymousId":"a","timestamp":"2026-03-02T10:15:00Z","event":"Order Completed","properties":{"order_id":"O","total":"1e400"}}`,
		FormatMatomo:     `{"requests":["?idsite=1&_id=0123456789abcdef&cdt=2026-03-02+10:15:00&idgoal=0&ec_id=O&revenue=NaN"]}`,
		FormatWebSession: strings.Replace(webSessionSample, `{"double":248.5}`, `{"string":"1e400"}`, 1),
	} {
		if _, r := mustRead(t, Options{}, data+"\n"); r.Formats[0] != format || !slices.Contains(r.Notes, unreadAmounts) {
			t.Errorf("%s\n%s", format, r)
		}
	}
}
