package journey

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"beckon/model/text"
)

// Fields of the tables of values: what a name is made from, what its recorded
// values mean, and what becomes of all others.
const (
	tableName = "name:"
	// TableFrom begins the keys of what names are made from.
	TableFrom  = "from:"
	tableMeans = "value:"
	tableElse  = "else:"
	tableMore  = "another:"
)

// EmptyText is how a field says that a value means nothing, and so leaves out
// what it fills: an empty field is none.
const EmptyText = `""`

// tableValues is how many recorded values of a table are listed.
const tableValues = 1000

// tableKey takes the key of a field apart that belongs to a table.
func tableKey(key string) (part, of string, ok bool) {
	for _, p := range []string{tableName, TableFrom, tableMeans, tableElse, tableMore} {
		if of, ok := strings.CutPrefix(key, p); ok {
			return p, of, true
		}
	}
	return "", "", false
}

// TableOf is the name that a field belongs to which says something of a table
// of values.
func TableOf(key string) (name string, ok bool) {
	_, of, ok := tableKey(key)
	name, _, _ = strings.Cut(of, "\x00")
	return name, ok
}

// valueKey is the key of what a recorded value means.
func valueKey(table, recorded string) string { return tableMeans + table + "\x00" + recorded }

// Tables are the names made from columns.
func (s *Sketch) Tables() []string {
	var out []string
	for _, v := range s.values {
		out = append(out, v.name)
	}
	return out
}

// table is the table of values of a name, or nil.
func (s *Sketch) table(name string) *valueRule {
	i := slices.IndexFunc(s.values, func(v valueRule) bool { return v.name == name })
	if i < 0 {
		return nil
	}
	return &s.values[i]
}

func (v valueRule) same(o valueRule) bool {
	return v.name == o.name && v.from.text == o.from.text && v.passThru == o.passThru && v.hasElse == o.hasElse && v.orElse.text == o.orElse.text && maps.Equal(v.to, o.to)
}

// Translatable lists the columns of a field whose recorded values may be given
// meanings, or says why there is none.
func (s *Sketch) Translatable(f Field) ([]string, error) {
	if f.Form != FromColumns || f.Key == FieldAt || f.Key == FieldOrder || strings.HasPrefix(f.Key, TableFrom) {
		return nil, errors.New("select a field whose values may have meanings")
	}
	t, err := parseTemplate(f.Value, 0)
	if err != nil {
		return nil, err
	}
	var out []string
	said := false
	for _, p := range t.parts {
		switch {
		case p.name == "" || p.name == ofLine || p.name == ofPlace || slices.Contains(out, p.name):
		case s.table(p.name) != nil:
			said = true
		default:
			out = append(out, p.name)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case said:
		return nil, errors.New("what its values mean is said already, at the end of the list")
	}
	return nil, errors.New("no column is in it")
}

// Translate has a field read what the values of one of its columns mean, in
// place of the column. It returns the key of the first value to be given a
// meaning; until it has one, every value is what was recorded.
func (s *Sketch) Translate(key, column string) (string, error) {
	name := ""
	if i := slices.IndexFunc(s.values, func(v valueRule) bool { return v.from.text == Column(column) }); i >= 0 {
		name = s.values[i].name
	} else {
		base := key
		if strings.Contains(key, ":") {
			base = column
		}
		for name = base; slices.Contains(s.Columns, name) || s.table(name) != nil || strings.HasPrefix(name, "#"); {
			name = strings.TrimLeft(name, "#") + " meaning"
		}
		from, err := s.checkTemplate(Column(column), false)
		if err != nil {
			return "", err
		}
		s.values = append(s.values, valueRule{name: name, from: from, to: map[string]string{}, orElse: from, hasElse: true})
	}
	if err := s.Set(key, strings.ReplaceAll(s.set[key], Column(column), Column(name))); err != nil {
		return "", err
	}
	for _, f := range s.tableFields(*s.table(name)) {
		if strings.HasPrefix(f.Key, tableMeans) {
			return f.Key, nil
		}
	}
	return tableMore + name, nil
}

// setTable changes a table of values.
func (s *Sketch) setTable(part, of, value string) error {
	name, recorded, _ := strings.Cut(of, "\x00")
	v := s.table(name)
	switch {
	case v == nil:
		return fmt.Errorf("there is no table of values %s", text.Line(name, 40))
	case len(value) > sketchValue:
		return fmt.Errorf("longer than %d bytes", sketchValue)
	case text.Line(value, sketchValue) != value:
		return errors.New("there is a control character in it")
	}
	means := func(recorded, value string) {
		v.to = maps.Clone(v.to)
		if v.to == nil {
			v.to = map[string]string{}
		}
		if v.passThru { // what has no meaning stays what it was
			v.passThru, v.orElse, v.hasElse = false, v.from, true
		}
		if value == EmptyText {
			value = ""
		}
		v.to[recorded] = value
		if _, known := s.set[KindField(value)]; s.set[FieldKind] == Column(name) && value != "" && !known {
			s.guessMeaning(value) // a row of it would be skipped
		}
	}
	switch part {
	case tableName:
		return s.renameTable(name, value)
	case TableFrom:
		if value == "" {
			return s.dropTable(name)
		}
		t, err := s.checkTemplate(value, false)
		if err != nil {
			return err
		}
		if v.hasElse && v.orElse.text == v.from.text {
			v.orElse = t
		}
		v.from = t
	case tableElse:
		switch value {
		case "":
			v.hasElse, v.orElse = false, template{}
		case EmptyText:
			v.hasElse, v.orElse = true, template{}
		default:
			t, err := s.checkTemplate(value, false)
			if err != nil {
				return err
			}
			v.hasElse, v.orElse = true, t
		}
		if v.passThru {
			v.passThru, v.to = false, map[string]string{}
		}
	case tableMeans:
		if value == "" {
			v.to = maps.Clone(v.to)
			delete(v.to, recorded)
			return nil
		}
		means(recorded, value)
	case tableMore:
		if value == "" {
			return nil
		}
		was, is, ok := strings.Cut(value, "->")
		if !ok {
			was, is, ok = strings.Cut(value, "=")
		}
		was, is = strings.TrimSpace(was), strings.TrimSpace(is)
		if !ok || was == "" || is == "" {
			return errors.New(`what is recorded and what it means, such as 4 -> sale; 4 -> "" is nothing`)
		}
		means(was, is)
	}
	return nil
}

// readers are the keys of the fields that read a name, in order.
func (s *Sketch) readers(name string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(s.set)) {
		if t, err := parseTemplate(s.set[k], 0); err == nil && slices.ContainsFunc(t.parts, func(p part) bool { return p.name == name }) && !slices.Contains(formFields, k) && k != FieldLayout {
			out = append(out, k)
		}
	}
	return out
}

// renameTable gives a table another name, wherever it is read.
func (s *Sketch) renameTable(name, to string) error {
	switch {
	case to == name:
		return nil
	case strings.TrimSpace(to) == "" || strings.ContainsAny(to, "{}#") || len(to) > columnName:
		return errors.New("a name without braces and #")
	case slices.Contains(s.Columns, to):
		return errors.New("a column is called so")
	case s.table(to) != nil:
		return errors.New("there is another table of this name")
	}
	if err := s.keptReads(name); err != nil {
		return err
	}
	s.replaceName(name, Column(to))
	s.table(name).name = to
	return nil
}

// dropTable takes a table away: what read it reads what was recorded.
func (s *Sketch) dropTable(name string) error {
	if err := s.keptReads(name); err != nil {
		return err
	}
	s.replaceName(name, s.table(name).from.text)
	s.values = slices.DeleteFunc(slices.Clone(s.values), func(v valueRule) bool { return v.name == name })
	return nil
}

func (s *Sketch) replaceName(name, by string) {
	for _, k := range s.readers(name) {
		s.set[k] = strings.ReplaceAll(s.set[k], Column(name), by)
	}
}

// tableFields are the fields of a table: what it is made from, every recorded
// value, and all others.
func (s *Sketch) tableFields(v valueRule) []Field {
	shown := text.Line(v.name, 40)
	part := "Values"
	out := []Field{
		{Key: TableFrom + v.name, Part: part, Title: shown + ": made from", Help: "The column whose recorded values are given meanings; without one the fields that read it read what was recorded.", Value: v.from.text},
		{Key: tableName + v.name, Part: part, Title: shown + ": called", Help: "Fields read it by this name, in braces: " + text.Line(Column(v.name), 60) + ".", Form: OneOfOrText, Value: v.name, Needed: true},
	}
	recorded := s.filledBy(v.from)
	known := map[string]bool{}
	for _, r := range recorded {
		known[r] = true
	}
	for _, r := range slices.SortedFunc(maps.Keys(v.to), byNumber) {
		if !known[r] {
			recorded = append(recorded, r)
		}
	}
	slices.SortStableFunc(recorded, byNumber)
	for _, r := range first(recorded, tableValues) {
		value, has := v.to[r]
		if has && value == "" {
			value = EmptyText
		}
		said := text.Line(Shown(r), 40)
		if r == "" {
			said = "nothing"
		}
		out = append(out, Field{Key: valueKey(v.name, r), Part: part, Title: shown + ": " + said, Help: "What " + said + " means; left out, it is what all others are.", Form: OneOfOrText, Value: value,
			Choices: []FieldChoice{{"", "as all others"}, {EmptyText, "nothing: what it fills is left out"}}})
	}
	if n := len(recorded) - tableValues; n > 0 {
		out[0].Help += fmt.Sprintf(" %d more values are not listed; they stay as they are.", n)
	}
	orElse := v.orElse.text
	if v.hasElse && orElse == "" {
		orElse = EmptyText
	}
	others := Field{Key: tableElse + v.name, Part: part, Title: shown + ": all others", Help: "What every value that is not listed means; text and columns go together.", Form: OneOfOrText, Value: orElse,
		Choices: []FieldChoice{{v.from.text, "as recorded"}, {EmptyText, "nothing: what it fills is left out"}, {"", "rejected: such rows cannot be read"}}}
	if v.passThru {
		others.Value = v.from.text
	}
	return append(out, others, Field{Key: tableMore + v.name, Part: part, More: true, Title: shown + ": one more", Help: `A value that the first rows do not show, and what it means: 4 -> sale.`, Form: OneOfOrText})
}

// filledBy are the values that a template of columns makes of the first rows,
// each once.
func (s *Sketch) filledBy(t template) []string {
	fill, seen := s.columnFiller(t), map[string]bool{}
	var out []string
	for _, r := range s.Rows {
		if v := fill(r); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
