package journey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/text"
)

// Sketch is a mapping on its way: how a table is written, its first rows, and
// what its fields are, guessed and then chosen. A field is a template, as in a
// mapping file: a column is {column}; text and several columns go together; an
// empty field is left out.
type Sketch struct {
	Form    string // csv, tsv, jsonl
	Columns []string
	Rows    [][]string // the first ones
	// Notes say what of the table a mapping cannot name or what was looked at
	// only in part.
	Notes []string

	lines   []sketchLine
	odd     int      // first lines that cannot be read
	names   []string // of the columns, as a mapping that was opened has them
	renamed bool     // the columns' names are not those of the header
	values  []valueRule
	kept    []keptEvent
	set     map[string]string
	why     map[string]string
	doubts  map[string]string // of columns that were taken for nothing: what they could be
	lists   []string          // of JSON: keys that hold lists of objects

	opened *Sketch        // as it was opened
	source []byte         // the mapping that was opened
	places map[string]int // of the events of a type in it
}

// sketchLine is a line of the sample.
type sketchLine struct {
	text string
	at   int // its number, from 1
}

// Limits of a sketch.
const (
	sketchRows    = 200 // looked at
	sketchColumns = 10_000
	sketchKinds   = 40
	sketchValue   = 500 // bytes of a template
	kindBytes     = 80  // of a value that says what happened
	columnName    = 120 // runes
	// SampleBytes is how much of a file is looked at.
	SampleBytes = 4 << 20
)

// The fields of a sketch. What a value of the kind means has a key of its own,
// see [KindField].
const (
	FieldSeparator = "separator"
	FieldHeader    = "header"
	FieldSkip      = "skip"
	FieldQuote     = "quote"
	FieldEach      = "each" // a list of JSON, EveryCell, or a column whose cells are cut
	FieldSplit     = "split"
	FieldNumbers   = "numbers"
	FieldVisitor   = "visitor"
	FieldVisit     = "visit"
	FieldAt        = "at"
	FieldLayout    = "at.layout"
	FieldZone      = "at.zone"
	FieldOrder     = "at.order"
	FieldGap       = "at.gap"
	FieldKind      = "kind"
	FieldRow       = "row"
	kindField      = "kind:"
)

// EveryCell is the [FieldEach] of a table whose every cell is a row.
const EveryCell = eachCell

// KindField is the key of what a value of the kind means.
func KindField(value string) string { return kindField + value }

// NewSketch reads how a table is written from its beginning, and guesses what
// its columns are.
func NewSketch(sample []byte) (*Sketch, error) {
	s := &Sketch{set: map[string]string{}, why: map[string]string{}}
	if err := s.begin(sample); err != nil {
		return nil, err
	}
	s.guessForm()
	err := s.cut()
	for _, l := range s.lists { // lines may be nothing without the rows in them
		if err == nil {
			break
		}
		s.set[FieldEach], s.why[FieldEach] = l, "the lines have no columns of their own"
		err = s.cut()
	}
	if err != nil && s.Form != "jsonl" && s.guessCells() {
		err = s.cut()
	}
	if err != nil {
		return nil, err
	}
	s.guess()
	return s, nil
}

// begin keeps the lines of a sample.
func (s *Sketch) begin(sample []byte) error {
	sample = bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf"))
	if err := noTable(sample); err != nil {
		return err
	}
	at := 0
	for l := range bytes.Lines(sample) {
		at++
		switch l = trimEnd(l); {
		case len(bytes.TrimSpace(l)) == 0:
			continue
		case len(l) > maxLine, !utf8.Valid(l):
			s.odd++
			continue
		}
		if s.lines = append(s.lines, sketchLine{string(l), at}); len(s.lines) > sketchRows+maxSkip {
			break
		}
	}
	switch {
	case len(s.lines) == 0 && s.odd > 0:
		return fmt.Errorf("%w: no line of it is text in UTF-8, and shorter than a megabyte; save the table as UTF-8", ErrFormat)
	case len(s.lines) == 0:
		return fmt.Errorf("%w: nothing but blank lines", ErrFormat)
	case s.odd > 0:
		s.Notes = append(s.Notes, fmt.Sprintf("%d of the first lines are rejected: they are no text in UTF-8, or longer than a megabyte; save the table as UTF-8", s.odd))
	}
	return nil
}

// separators are those that are looked for, the ones that text has least
// first.
var separators = []string{"\t", ";", "|", ","}

// guessForm tells how the table is written: the separator that most lines
// agree on.
func (s *Sketch) guessForm() {
	s.guessSkip()
	lines := s.texts()
	if strings.HasPrefix(strings.TrimSpace(lines[0]), "{") {
		s.Form = "jsonl"
		return
	}
	s.Form = "csv"
	best := 0
	for _, sep := range separators {
		head, _, f := cut([]byte(lines[0]), sep, quoteOf(sep))
		if f != nil || len(head) < 2 {
			continue
		}
		alike := 1
		for _, l := range lines[1:] {
			if c, open, f := cut([]byte(l), sep, quoteOf(sep)); f == nil && !open && len(c) == len(head) {
				alike++
			}
		}
		if n := alike*100_000 + len(head); n > best {
			best = n
			s.set[FieldSeparator] = sep
			s.why[FieldSeparator] = fmt.Sprintf("%d of the first %d lines have %d columns so", alike, len(lines), len(head))
		}
	}
	if s.separator() == "\t" {
		s.Form = "tsv"
	}
	s.guessHeader()
}

func quoteOf(separator string) byte {
	if separator == "\t" {
		return 0
	}
	return '"'
}

func (s *Sketch) separator() string { return s.set[FieldSeparator] }

// noQuote is the [FieldQuote] of a table without one.
const noQuote = "none"

func (s *Sketch) quote() byte {
	switch q := s.set[FieldQuote]; {
	case q == noQuote:
		return 0
	case len(q) == 1:
		return q[0]
	}
	return quoteOf(s.separator())
}

// skip is how many lines before the table are left out.
func (s *Sketch) skip() int {
	n, _ := strconv.Atoi(s.set[FieldSkip]) // checked where it is set
	return n
}

// texts are the lines of the table: those behind what is skipped.
func (s *Sketch) texts() []string {
	var out []string
	for _, l := range s.lines {
		if l.at > s.skip() && len(out) <= sketchRows {
			out = append(out, l.text)
		}
	}
	return out
}

// Regular is the share of the first lines that have the columns, from 0 to 1: of
// a table nearly all do, and of prose, which has commas too, few.
func (s *Sketch) Regular() float64 {
	if s.set[FieldEach] != "" {
		return 1 // lines have as many as they like
	}
	rows := len(s.Rows)
	if s.Form != "jsonl" && s.set[FieldHeader] != "no" {
		rows++
	}
	return min(1, float64(rows)/float64(len(s.texts())))
}

// cellwise reports whether a row is a cell, or a part of one.
func (s *Sketch) cellwise() bool {
	return s.set[FieldEach] != "" && (s.Form != "jsonl" || s.cutColumn() != "")
}

// cutColumn is the column whose cells are cut into rows.
func (s *Sketch) cutColumn() string {
	t, err := parseTemplate(s.set[FieldEach], 0)
	if err != nil || !t.single() {
		return ""
	}
	return t.parts[0].name
}

// guessHeader tells whether the first line names the columns: it does not where
// it holds what only a row does.
func (s *Sketch) guessHeader() {
	s.set[FieldHeader], s.why[FieldHeader] = "yes", "nothing in the first line is an instant, a URL or a number"
	lines := s.texts()
	if s.separator() == "" || len(lines) == 0 {
		return
	}
	head, _, f := cut([]byte(lines[0]), s.separator(), s.quote())
	if f != nil {
		return
	}
	numbers := 0
	for _, c := range head {
		switch {
		case isURL(c), len(layoutsOf([]string{c}, false)) > 0:
			s.set[FieldHeader], s.why[FieldHeader] = "no", "the first line has "+text.Line(Shown(c), 30)+" in it"
			return
		case isNumber(c):
			numbers++
		}
	}
	if 2*numbers >= len(head) {
		s.set[FieldHeader], s.why[FieldHeader] = "no", "most of the first line are numbers"
	}
}

func isURL(v string) bool {
	return strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://")
}

func isNumber(v string) bool {
	_, err := strconv.ParseFloat(v, 64)
	return err == nil
}

// Values returns the values of a column in the first rows, each once, in order.
func (s *Sketch) Values(column string) []string {
	if s.table(column) != nil {
		return slices.DeleteFunc(s.filled(Column(column)), func(v string) bool { return v == "" })
	}
	i := slices.Index(s.Columns, column)
	if i < 0 {
		return nil
	}
	return s.valuesOf(i)
}

func (s *Sketch) valuesOf(i int) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range s.Rows {
		if v := r[i]; v != "" && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// Kinds are the values of the column that says what happened.
func (s *Sketch) Kinds() []string {
	t, err := parseTemplate(s.set[FieldKind], 0)
	if err != nil || !t.single() {
		return nil
	}
	values := s.Values(t.parts[0].name)
	if v := s.table(t.parts[0].name); v != nil { // it may mean more than the first rows show
		for _, m := range slices.Compact(slices.Sorted(maps.Values(v.to))) {
			if m != "" && !slices.Contains(values, m) {
				values = append(values, m)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(s.set)) { // an opened mapping may know more than the first rows show
		if v, ok := strings.CutPrefix(k, kindField); ok && s.set[k] != "" && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values[:min(len(values), sketchKinds)]
}

// Get is the value of a field.
func (s *Sketch) Get(key string) string { return s.set[key] }

// Why says what the value of a field was guessed from; "" for one that was
// chosen.
func (s *Sketch) Why(key string) string { return s.why[key] }

// Clone is a copy that changes by itself.
func (s *Sketch) Clone() *Sketch {
	out := *s
	out.set, out.why, out.Notes = maps.Clone(s.set), maps.Clone(s.why), slices.Clone(s.Notes)
	out.doubts = maps.Clone(s.doubts)
	out.values, out.kept = slices.Clone(s.values), slices.Clone(s.kept)
	for i := range out.values {
		out.values[i].to = maps.Clone(s.values[i].to)
	}
	return &out
}

// Same reports whether two sketches say the same.
func (s *Sketch) Same(o *Sketch) bool {
	filled := func(set map[string]string) map[string]string { // a field that was emptied is one that never was
		set = maps.Clone(set)
		maps.DeleteFunc(set, func(_, v string) bool { return v == "" })
		return set
	}
	return o != nil && s.Form == o.Form && maps.Equal(filled(s.set), filled(o.set)) && slices.EqualFunc(s.values, o.values, valueRule.same) &&
		slices.EqualFunc(s.kept, o.kept, func(a, b keptEvent) bool { return a.line() == b.line() })
}

// Set chooses a field. What hangs on it is guessed anew: on the separator and
// the header all columns, on the instant how it is written, on the kind what
// its values mean, on what is a number how numbers are written.
func (s *Sketch) Set(key, value string) error {
	if part, of, ok := tableKey(key); ok {
		return s.setTable(part, of, value)
	}
	if strings.HasPrefix(key, keptField) {
		return s.setKept(key, value)
	}
	if err := s.check(key, value); err != nil {
		return err
	}
	if key == FieldMore {
		s.set[moreField+value] = s.set[moreField+value] // it is there, and empty
		return nil
	}
	was := s.set[key]
	s.set[key] = value
	delete(s.why, key)
	if was == value {
		return nil
	}
	switch key {
	case FieldSeparator, FieldHeader, FieldEach, FieldSkip, FieldQuote, FieldSplit:
		o := s.Clone()
		switch key {
		case FieldSeparator:
			o.Form = "csv"
			if value == "\t" {
				o.Form = "tsv"
			}
			delete(o.set, FieldQuote)
			o.names = nil
			o.guessHeader()
		case FieldSkip:
			if len(o.texts()) == 0 {
				s.set[key] = was
				return errors.New("that many lines leave nothing of the first ones")
			}
		case FieldEach:
			o.guessSplit()
		}
		if err := o.cut(); err != nil {
			s.set[key] = was
			return err
		}
		o.guess()
		o.keepChosen(s)
		*s = *o
	case FieldAt:
		s.set[FieldLayout] = ""
		s.guessLayout()
	case FieldKind:
		s.guessMeanings()
	}
	if slices.Contains(numberFields, key) && (s.set[FieldNumbers] == numbersPlain || s.why[FieldNumbers] != "") {
		delete(s.set, FieldNumbers)
		delete(s.why, FieldNumbers)
		s.guessNumbers()
	}
	return nil
}

// keepChosen takes what was chosen in another sketch of the same table, as far
// as it can still be said.
func (s *Sketch) keepChosen(of *Sketch) {
	for _, k := range slices.Sorted(maps.Keys(of.set)) {
		if v := of.set[k]; v != "" && of.why[k] == "" && !slices.Contains(formFields, k) && s.check(k, v) == nil {
			s.set[k] = v
			delete(s.why, k)
		}
	}
}

// formFields are those of how a table is written.
var formFields = []string{FieldSeparator, FieldHeader, FieldEach, FieldSkip, FieldQuote, FieldSplit}

// check says what is wrong with a value.
func (s *Sketch) check(key, value string) error {
	if len(value) > sketchValue {
		return fmt.Errorf("longer than %d bytes", sketchValue)
	}
	switch key {
	case FieldSeparator:
		if value == "" || len(value) > 8 {
			return errors.New("one to eight characters")
		}
		return nil
	case FieldLayout:
		for _, l := range waysOf(value) {
			if !knownLayout(l) {
				return errors.New("rfc3339, unix-s, unix-ms, unix-us, or how 2 January 2006 15:04:05 would be written, such as 02.01.2006 15:04; several with or between them")
			}
		}
		return nil
	case FieldSkip:
		if n, err := strconv.Atoi(value); value != "" && (err != nil || n < 0 || n > maxSkip) {
			return fmt.Errorf("a number of lines, up to %d", maxSkip)
		}
		return nil
	case FieldQuote:
		if value != "" && value != noQuote && (len(value) != 1 || value == s.separator()) {
			return errors.New("one character that is not the separator, or none")
		}
		return nil
	case FieldSplit:
		if len(value) > maxSplit || value == "" && s.cutColumn() != "" {
			return fmt.Errorf("one to %d characters", maxSplit)
		}
		return nil
	case FieldNumbers:
		if value != numbersPlain && value != numbersComma && value != numbersPoint {
			return errors.New("comma for 1.234,50, point for 1,234.50, or none for 1234.50")
		}
		return nil
	case FieldMore:
		return checkPath(value)
	case FieldZone:
		if value == "" {
			return nil
		}
		if _, err := time.LoadLocation(value); err != nil || value == "Local" {
			return errors.New("a time zone such as Europe/Berlin, or none for UTC")
		}
		return nil
	case FieldGap:
		if value == "" {
			return nil
		}
		if d, err := model.ParseDuration(value); err != nil || d <= 0 {
			return errors.New("a duration such as 30s")
		}
		return nil
	case FieldHeader, FieldEach, FieldRow:
		return nil
	}
	if strings.HasPrefix(key, kindField) {
		if value != "" && !slices.Contains(SketchKinds(), value) {
			return fmt.Errorf("one of %s", strings.Join(SketchKinds(), ", "))
		}
		return nil
	}
	if path, ok := strings.CutPrefix(key, moreField); ok {
		if err := checkPath(path); err != nil {
			return err
		}
	}
	t, err := s.checkTemplate(value, true)
	if err == nil && key == FieldKind && value != "" && !t.single() {
		return errors.New("a column, such as {event}")
	}
	return err
}

// checkTemplate reads a template of columns, and of values where those are
// known.
func (s *Sketch) checkTemplate(value string, values bool) (template, error) {
	t, err := parseTemplate(value, 0)
	if err != nil {
		return t, err
	}
	if text.Line(value, sketchValue) != value {
		return t, errors.New("there is a control character in it")
	}
	for _, p := range t.parts {
		if p.name != "" && p.name != ofLine && !slices.Contains(s.Columns, p.name) && (!values || s.table(p.name) == nil) {
			return t, fmt.Errorf("there is no column %s%s", text.Line(p.name, 40), near(p.name, s.Columns))
		}
	}
	return t, nil
}

// waysOf are the ways in which times are written, of several.
func waysOf(layout string) []string {
	if layout == "" {
		return nil
	}
	return strings.Split(layout, " or ")
}

func near(name string, known []string) string {
	if h := model.Nearest(name, known[:min(len(known), 500)]); h != "" {
		return "; did you mean " + text.Line(h, 40) + "?"
	}
	return ""
}

// Column is the template of a column.
func Column(name string) string { return "{" + name + "}" }

// Used reports which columns a field, or what the mapping made of them, takes.
func (s *Sketch) Used() map[string]bool {
	out := map[string]bool{}
	take := func(v string) {
		if t, err := parseTemplate(v, 0); err == nil {
			for _, p := range t.parts {
				out[p.name] = true
			}
		}
	}
	for _, f := range s.Fields() {
		if f.Form == FromColumns {
			take(f.Value)
		}
	}
	take(s.set[FieldEach])
	for _, v := range s.values {
		take(v.orElse.text)
	}
	for _, k := range s.kept {
		for _, n := range k.names() {
			out[n] = true
		}
	}
	return out
}

// Unmapped are the columns that nothing is made of.
func (s *Sketch) Unmapped() []string {
	used := s.Used()
	return slices.DeleteFunc(slices.Clone(s.Columns), func(c string) bool { return used[c] || strings.HasPrefix(c, "#") })
}

// shownBytes of a value are looked at where only its beginning is shown.
const shownBytes = 400

// Shown is a value of a row as it may be shown: what tells of a person is
// hidden.
func Shown(v string) string {
	if v == "" {
		return v
	}
	if len(v) > shownBytes {
		v = strings.ToValidUTF8(v[:shownBytes], "")
	}
	return scrub(v)
}

// Sample returns the beginning of a stream, up to so many bytes of its text; it
// may be compressed.
func Sample(r io.Reader, size int64) ([]byte, error) {
	plain, done, err := decompress(r, nil)
	if err != nil {
		return nil, err
	}
	defer done()
	b, err := io.ReadAll(io.LimitReader(plain, size))
	if err != nil && !broken(err) {
		return nil, err
	}
	if i := bytes.LastIndexByte(b, '\n'); i > 0 && int64(len(b)) == size { // the last line may be cut
		b = b[:i+1]
	}
	return b, noTable(b)
}

// Fits reports whether the first rows of a table are events by a mapping.
func Fits(m *Mapping, sample []byte) bool {
	t := Try(m, Options{}, "table", sample)
	return t.Wrong == nil && t.Read > 0
}
