package journey

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"beckon/model/text"
)

// Errors of a format that the first lines do not tell.
var (
	errAmbiguous = errors.New("ambiguous")
	errUnknown   = errors.New("none of")
)

// inUTF16 refuses text in UTF-16, which spreadsheets write by default and call
// "Unicode", by its byte order mark, or where it has none because every second of
// the first bytes is NUL.
func inUTF16(sample []byte) error {
	marked := bytes.HasPrefix(sample, []byte("\xff\xfe")) || bytes.HasPrefix(sample, []byte("\xfe\xff"))
	for odd := range 2 {
		n := 0
		for i := 0; i < min(len(sample), 64); i++ {
			if (sample[i] == 0) == (i%2 == odd) {
				n++
			}
		}
		marked = marked || n > 8 && n == min(len(sample), 64)
	}
	if marked {
		return fmt.Errorf("%w: text in UTF-16; save it as UTF-8", ErrFormat)
	}
	return nil
}

// packings are what files are packed with that are not read as they are, by
// their first bytes.
var packings = []struct{ begin, name string }{
	{"PK\x03\x04", "zip"}, {"\xfd7zXZ\x00", "xz"}, {"BZh", "bzip2"}, {"7z\xbc\xaf\x27\x1c", "7-Zip"}, {"\x04\x22\x4d\x18", "lz4"}, {"\x1f\x9d", "compress"}, {"PAR1", "Parquet"},
	{"\x1f\x8b", "gzip a second time"}, {"\x28\xb5\x2f\xfd", "zstd a second time"},
}

// notText refuses a file by its first bytes, in which no line is one of a known
// format, if it is no text as it is read here. Where one is, a NUL before it is
// its own line's alone.
func notText(sample []byte) error {
	for _, a := range packings {
		if bytes.HasPrefix(sample, []byte(a.begin)) {
			return fmt.Errorf("%w: packed with %s; want text, or text compressed once with gzip or zstd", ErrFormat, a.name)
		}
	}
	sample = sample[:min(len(sample), 8<<10)]
	if i := bytes.IndexByte(sample, 0); i >= 0 {
		return fmt.Errorf("%w: a binary file (NUL at byte %d); want text, or text compressed with gzip or zstd", ErrFormat, i+1)
	}
	return nil
}

// oldMac refuses text whose lines end in a carriage return alone: it is one line.
func oldMac(sample []byte) error {
	sample = sample[:min(len(sample), 8<<10)]
	if bytes.IndexByte(bytes.TrimRight(sample, "\r"), '\r') >= 0 && bytes.IndexByte(sample, '\n') < 0 || len(sample) > 1 && len(bytes.Trim(sample, "\r")) == 0 {
		return fmt.Errorf("%w: text with lines that end in a carriage return alone; save it with line feeds, for example with tr '\\r' '\\n'", ErrFormat)
	}
	return nil
}

// noTable refuses what cannot be a table by its first bytes.
func noTable(sample []byte) error {
	return cmp.Or(inUTF16(sample), notText(sample), oldMac(sample))
}

// formatOf tells the format of a file by its first bytes, or checks the one
// that was named.
func (im *importer) formatOf(sample []byte, whole bool) (Format, error) {
	if err := inUTF16(sample); err != nil {
		return "", err
	}
	named := im.o.Format
	if im.o.Mapping != nil && (named == "" || named == FormatTable) {
		return FormatTable, noTable(sample)
	}
	if named == FormatTable {
		return "", fmt.Errorf("%w: a table needs a mapping file that says what its columns are: beckon map makes one", ErrFormat)
	}
	if named != "" && !slices.Contains(Formats(), named) {
		return "", fmt.Errorf("%w: unknown format %s; known are %s", ErrFormat, text.Line(string(named), 40), joinFormats(Formats()))
	}
	found, first := look(sample, whole)
	if len(found) == 0 {
		if err := notText(sample); err != nil {
			return "", err
		}
	}
	switch {
	case named != "":
		if len(found) > 0 && !slices.Contains(found, named) {
			return "", fmt.Errorf("%w: not %s: the first lines look like %s", ErrFormat, named, joinFormats(found))
		}
		return named, nil
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return "", fmt.Errorf("%w: %w: the first lines look like %s; name one", ErrFormat, errAmbiguous, joinFormats(found))
	}
	if err := oldMac(sample); err != nil {
		return "", err
	}
	begin := text.Line(string(first[:min(len(first), 200)]), 60)
	if !im.o.KeepPersonal {
		begin = text.Line(outline(begin), 60)
	}
	return "", fmt.Errorf("%w: the first lines are in %w %s, and a table needs a mapping file, which beckon map makes; the first is: %s", ErrFormat, errUnknown,
		joinFormats(slices.DeleteFunc(Formats(), func(f Format) bool { return f == FormatTable })), begin)
}

// ReadAsItIs tells the one format that the first lines of a file are in, if they
// are in one: such a file needs no mapping. What there is of it is enough.
func ReadAsItIs(sample []byte) (Format, bool) {
	if noTable(sample) != nil {
		return "", false
	}
	found, _ := look(sample, false)
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// Called says what a file in a format is.
func (f Format) Called() string {
	if f == FormatCombined {
		return "a web server's log"
	}
	return "in the format " + string(f)
}

func joinFormats(f []Format) string {
	s := make([]string, len(f))
	for i := range f {
		s[i] = string(f[i])
	}
	return strings.Join(s, ", ")
}

// looked is how many lines tell a format.
const looked = 20

// look returns the formats that any of the first lines is in, and the first
// line.
func look(sample []byte, whole bool) (found []Format, first []byte) {
	sample = bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf"))
	add := func(formats ...Format) {
		for _, f := range formats {
			if !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	n := 0
	for l := range bytes.Lines(sample) {
		complete := whole || bytes.HasSuffix(l, []byte("\n"))
		l = trimEnd(l)
		blank := bytes.TrimSpace(l)
		if len(blank) == 0 {
			continue
		}
		if n++; n > looked {
			break
		}
		if first == nil {
			first = blank
			if w := wholeFormats(sample); len(w) > 0 {
				add(w...)
				break
			}
		}
		if !complete || !utf8.Valid(l) || bytes.IndexByte(l, 0) >= 0 {
			continue
		}
		if blank[0] != '{' {
			add(formatsOfText(l)...)
			continue
		}
		if t, err := parseTree(blank); err == nil {
			add(formatsOf(t)...)
		}
	}
	return found, first
}

// formatsOfText tells the formats that a line which is no JSON is in.
func formatsOfText(l []byte) (found []Format) {
	if _, f := parseCombined(l); f == nil {
		found = append(found, FormatCombined)
	}
	if _, ok := trackingQuery(string(l)); ok {
		found = append(found, FormatMatomo)
	}
	if isEnriched(l) {
		found = append(found, FormatSnowplow)
	}
	return found
}

// formatsOf tells the formats that a JSON object is in.
func formatsOf(t *node) (found []Format) {
	switch {
	case t.get("visitor") != nil && t.get("at") != nil && t.get("type").scalar() != "":
		found = append(found, FormatNative)
	case t.get("visitor") == nil && isMessage(t):
		found = append(found, FormatSegment)
	}
	if isAtomic(t) {
		found = append(found, FormatSnowplow)
	}
	if isExported(t) {
		found = append(found, FormatGA4)
	}
	if requests := t.get("requests").items(); len(requests) > 0 && requests[0].kind == str {
		found = append(found, FormatMatomo)
	}
	if isWebSession(t) {
		found = append(found, FormatWebSession)
	}
	if isSession(t) {
		found = append(found, FormatOtto)
	}
	return found
}

// wholeFormats tells the formats of a file that is one JSON value: an array, a
// HAR, or another object whose first line is not all of it.
func wholeFormats(sample []byte) (found []Format) {
	s := bytes.TrimSpace(bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf")))
	if len(s) > 0 && s[0] == '[' || startsWith(s, "batch") {
		found = append(found, FormatSegment)
	}
	if startsWith(s, "requests") {
		found = append(found, FormatMatomo)
	}
	if isArchive(s) {
		found = append(found, FormatHAR)
	}
	if isWebSessionText(s) {
		found = append(found, FormatWebSession)
	}
	return found
}

// startsWith reports whether a text begins with an object that has a list under
// the key and does not end in its first line.
func startsWith(s []byte, key string) bool {
	if len(s) == 0 || s[0] != '{' {
		return false
	}
	i := bytes.Index(s[:min(len(s), 4096)], []byte(`"`+key+`"`))
	if i < 0 || bytes.Contains(s[:i], []byte("}")) {
		return false
	}
	return !endsInFirstLine(s)
}

// endsInFirstLine reports whether the JSON value that a text begins with ends
// in its first line.
func endsInFirstLine(s []byte) bool {
	first, _, more := bytes.Cut(s, []byte("\n"))
	if !more && len(first) >= sampleBytes-64 {
		return false
	}
	t := scanner{b: first}
	t.skip()
	return t.f == nil
}
