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

	lines   []string
	renamed bool // the columns' names are not those of the header
	values  []valueRule
	set     map[string]string
	why     map[string]string
	lists   []string // of JSON: keys that hold lists of objects
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
	FieldEach      = "each"
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
	if err != nil {
		return nil, err
	}
	s.guess()
	return s, nil
}

// begin keeps the lines of a sample.
func (s *Sketch) begin(sample []byte) error {
	sample = bytes.TrimPrefix(sample, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(sample, 0) >= 0 {
		return fmt.Errorf("%w: a binary file: there is a NUL byte in it", ErrFormat)
	}
	odd := 0
	for l := range bytes.Lines(sample) {
		switch l = trimEnd(l); {
		case len(bytes.TrimSpace(l)) == 0:
			continue
		case len(l) > maxLine, !utf8.Valid(l):
			odd++
			continue
		}
		if s.lines = append(s.lines, string(l)); len(s.lines) > sketchRows {
			break
		}
	}
	switch {
	case len(s.lines) == 0 && odd > 0:
		return fmt.Errorf("%w: no line of it is text in UTF-8, and shorter than a megabyte", ErrFormat)
	case len(s.lines) == 0:
		return fmt.Errorf("%w: nothing but blank lines", ErrFormat)
	case odd > 0:
		s.Notes = append(s.Notes, fmt.Sprintf("%d of the first lines are no UTF-8, or longer than a megabyte, and are rejected", odd))
	}
	return nil
}

// separators are those that are looked for, the ones that text has least
// first.
var separators = []string{"\t", ";", "|", ","}

// guessForm tells how the table is written: the separator that most lines
// agree on.
func (s *Sketch) guessForm() {
	if strings.HasPrefix(strings.TrimSpace(s.lines[0]), "{") {
		s.Form = "jsonl"
		return
	}
	s.Form = "csv"
	best := 0
	for _, sep := range separators {
		head, _, f := cut([]byte(s.lines[0]), sep, quoteOf(sep))
		if f != nil || len(head) < 2 {
			continue
		}
		alike := 1
		for _, l := range s.lines[1:] {
			if c, open, f := cut([]byte(l), sep, quoteOf(sep)); f == nil && !open && len(c) == len(head) {
				alike++
			}
		}
		if n := alike*100_000 + len(head); n > best {
			best = n
			s.set[FieldSeparator] = sep
			s.why[FieldSeparator] = fmt.Sprintf("%d of the first %d lines have %d columns so", alike, len(s.lines), len(head))
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

// guessHeader tells whether the first line names the columns: it does not where
// it holds what only a row does.
func (s *Sketch) guessHeader() {
	s.set[FieldHeader], s.why[FieldHeader] = "yes", "nothing in the first line is an instant, a URL or a number"
	if s.separator() == "" {
		return
	}
	head, _, f := cut([]byte(s.lines[0]), s.separator(), quoteOf(s.separator()))
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

// cut makes columns and rows of the lines.
func (s *Sketch) cut() error {
	s.Columns, s.Rows, s.renamed, s.lists = nil, nil, false, nil
	if s.Form == "jsonl" {
		s.objects()
	} else if s.separator() != "" {
		s.cells()
	}
	switch {
	case len(s.Columns) < 2:
		return fmt.Errorf("%w: no table: its lines have no columns that are told apart by a comma, a semicolon, a tab or a bar", ErrFormat)
	case len(s.Columns) > sketchColumns:
		return fmt.Errorf("%w: %d columns, more than %d", ErrFormat, len(s.Columns), sketchColumns)
	case len(s.Rows) == 0:
		return fmt.Errorf("%w: a header and no row", ErrFormat)
	}
	return nil
}

// cells reads lines of CSV or TSV.
func (s *Sketch) cells() {
	sep := s.separator()
	lines := s.lines
	head, _, f := cut([]byte(lines[0]), sep, quoteOf(sep))
	if f != nil {
		return
	}
	header := s.set[FieldHeader] != "no"
	if header {
		lines = lines[1:]
	}
	for _, l := range lines {
		if c, open, f := cut([]byte(l), sep, quoteOf(sep)); f == nil && !open && len(c) == len(head) {
			s.Rows = append(s.Rows, c)
		}
	}
	s.renamed = !header
	seen := map[string]bool{}
	again := map[string]int{}
	for i, c := range head {
		name := "column " + strconv.Itoa(i+1)
		if header {
			name = nameOf(c, name)
			for base := name; seen[name]; name = base + " (" + strconv.Itoa(again[base]+1) + ")" {
				again[base]++
			}
			s.renamed = s.renamed || name != c
		}
		seen[name] = true
		s.Columns = append(s.Columns, name)
	}
}

// nameOf is a column's name as a mapping can say it.
func nameOf(c, without string) string {
	c = strings.NewReplacer("{", "(", "}", ")").Replace(text.Line(c, columnName))
	if c = strings.TrimLeft(c, "#"); strings.TrimSpace(c) == "" {
		return without
	}
	return c
}

// objects reads lines of JSON: the columns are the keys, with those of objects
// in them behind a dot; with each, every element of that list is a row.
func (s *Sketch) objects() {
	seen := map[string]bool{}
	unnamed := map[string]bool{}
	var all []map[string]string
	each := s.set[FieldEach]
	for _, l := range s.lines {
		n, err := parseTree([]byte(strings.TrimSpace(l)))
		if err != nil || n.kind != object {
			continue
		}
		rows := []*node{nil}
		if each != "" {
			rows = find(n, strings.Split(each, ".")).items()
		}
		for _, r := range rows {
			if len(all) > sketchRows {
				break
			}
			row := map[string]string{}
			s.flatten(r, "", row, seen, unnamed)
			s.flatten(n, "", row, seen, unnamed)
			all = append(all, row)
		}
	}
	if len(unnamed) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%d keys have a dot, a brace or a sign in their names that a mapping cannot say", len(unnamed)))
	}
	for _, row := range all {
		cells := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			cells[i] = row[c]
		}
		s.Rows = append(s.Rows, cells)
	}
}

func (s *Sketch) flatten(n *node, path string, row map[string]string, seen, unnamed map[string]bool) {
	if n == nil {
		return
	}
	for i, k := range n.keys {
		name := strings.TrimPrefix(path+"."+k, ".")
		v := n.vals[i]
		switch {
		case k == "" || strings.ContainsAny(k, ".{}#") || text.Line(k, columnName) != k:
			unnamed[name] = true
		case v.kind == object:
			s.flatten(v, name, row, seen, unnamed)
		case v.kind == list:
			if len(v.vals) > 0 && v.vals[0].kind == object && !slices.Contains(s.lists, name) && len(s.lists) < sketchKinds {
				s.lists = append(s.lists, name)
			}
		case len(s.Columns) > sketchColumns:
		default:
			if !seen[name] {
				seen[name] = true
				s.Columns = append(s.Columns, name)
			}
			if _, there := row[name]; !there {
				row[name] = v.scalar()
			}
		}
	}
}

// Values returns the values of a column in the first rows, each once, in order.
func (s *Sketch) Values(column string) []string {
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
	if i := slices.IndexFunc(s.values, func(v valueRule) bool { return v.name == t.parts[0].name }); i >= 0 {
		values = slices.Sorted(maps.Values(s.values[i].to))
		values = slices.Compact(values)
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
	return &out
}

// Same reports whether two sketches say the same.
func (s *Sketch) Same(o *Sketch) bool {
	return o != nil && s.Form == o.Form && maps.Equal(s.set, o.set)
}

// Set chooses a field. What hangs on it is guessed anew: on the separator and
// the header all columns, on the instant how it is written, on the kind what
// its values mean.
func (s *Sketch) Set(key, value string) error {
	if err := s.check(key, value); err != nil {
		return err
	}
	was := s.set[key]
	s.set[key] = value
	delete(s.why, key)
	if was == value {
		return nil
	}
	switch key {
	case FieldSeparator, FieldHeader, FieldEach:
		o := s.Clone()
		if key == FieldSeparator {
			o.Form = "csv"
			if value == "\t" {
				o.Form = "tsv"
			}
			o.guessHeader()
		}
		if err := o.cut(); err != nil {
			s.set[key] = was
			return err
		}
		o.guess()
		*s = *o
	case FieldAt:
		s.set[FieldLayout] = ""
		s.guessLayout()
	case FieldKind:
		s.guessMeanings()
	}
	return nil
}

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
		if value != "" && !knownLayout(value) {
			return errors.New("rfc3339, unix-s, unix-ms, unix-us, or how 2 January 2006 15:04:05 would be written, such as 02.01.2006 15:04")
		}
		return nil
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
	t, err := parseTemplate(value, 0)
	if err != nil {
		return err
	}
	if text.Line(value, sketchValue) != value {
		return errors.New("there is a control character in it")
	}
	for _, p := range t.parts {
		if p.name != "" && p.name != ofLine && !s.has(p.name) {
			return fmt.Errorf("there is no column %s%s", text.Line(p.name, 40), near(p.name, s.Columns))
		}
	}
	if key == FieldKind && value != "" && !t.single() {
		return errors.New("a column, such as {event}")
	}
	return nil
}

func (s *Sketch) has(name string) bool {
	return slices.Contains(s.Columns, name) || slices.ContainsFunc(s.values, func(v valueRule) bool { return v.name == name })
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
		take(f.Value)
	}
	for _, v := range s.values {
		if out[v.name] {
			take(v.from.text)
			take(v.orElse.text)
		}
	}
	return out
}

// Unmapped are the columns that nothing is made of.
func (s *Sketch) Unmapped() []string {
	used := s.Used()
	return slices.DeleteFunc(slices.Clone(s.Columns), func(c string) bool { return used[c] })
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
	if bytes.IndexByte(b[:min(len(b), 8<<10)], 0) >= 0 {
		return nil, fmt.Errorf("%w: a binary file: there is a NUL byte in it", ErrFormat)
	}
	return b, nil
}

// Fits reports whether the first rows of a table are events by a mapping.
func Fits(m *Mapping, sample []byte) bool {
	t := Try(m, Options{}, "table", sample)
	return t.Wrong == nil && t.Read > 0
}
