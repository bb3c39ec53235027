package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model/exchange"
	"beckon/model/journey"
	"beckon/model/text"
)

// kindMapping is the kind of stored mappings: YAML files as --map takes them.
const kindMapping = "mapping"

// Of the first rows.
const (
	shownRows     = 3
	shownEvents   = 5
	shownProblems = 5
	shownColumns  = 60
)

func mapCommand(w *world) *cobra.Command {
	var out, storeURL, from string
	var save, guess bool
	cmd := &cobra.Command{
		Use:   "map FILE",
		Short: "Say what the columns of a table are, question by question",
		Long: "Map looks at the first rows of a table (CSV, TSV, JSON lines), guesses what its columns are, and asks, line by line: enter keeps the guess, a number or a name chooses another column, and - is none. " +
			"Text and columns go together: https://shop.example/{product}. = has recorded values be given meanings, which are asked for then: 1 is trousers. " +
			"Then it reads the first rows by these answers and shows the events and everything that could not be read. The mapping goes into a file that replay and import take with --map, " +
			"and with --save into the store, where the console finds it for every table with these columns.\n" +
			"With --map it begins with a mapping that there is, and keeps what it does not ask for; one of which nothing is changed is written as it was.\n" +
			"With --guess it asks nothing and prints the mapping as it is guessed; every guess says why in a comment.\n" +
			"What tells of a person is hidden in what is shown.",
		Example: "beckon map clicks.csv\nbeckon replay --map clicks.map.yaml clicks.csv\nbeckon map --map clicks.map.yaml --out better.map.yaml clicks.csv\nbeckon map --guess clicks.csv > clicks.map.yaml",
		Args:    wants(1, 1, "one table"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneTable(args[0]); err != nil {
				return err
			}
			if guess {
				if out != "" || save || from != "" {
					return errors.New("--guess prints the mapping, and keeps it nowhere: --out, --save and --map do not go with it")
				}
				return guessMapping(w, args[0])
			}
			if out == "" {
				out = strings.TrimSuffix(args[0], filepath.Ext(args[0])) + ".map.yaml"
			}
			if err := writable(out); err != nil {
				return err
			}
			m := mapper{w: w, in: bufio.NewReader(w.in)}
			body, err := m.run(cmd.Context(), args[0], from)
			if err != nil {
				return err
			}
			if err := writeNew(out, func(to io.Writer) error { _, err := to.Write(body); return err }); err != nil {
				return err
			}
			fmt.Fprintf(w.out, "mapping written to %s\n", text.Line(out, 200))
			if !save {
				return nil
			}
			file, err := storePath(w, storeURL)
			if err != nil {
				return err
			}
			s, err := openStore(cmd.Context(), w, file)
			if err != nil {
				return err
			}
			defer s.Close()
			id := mappingID(args[0])
			if _, _, err := putAll(cmd.Context(), w, s, []document{{kindMapping, id, body}}, "mapping of "+text.Line(filepath.Base(args[0]), 200)); err != nil {
				return err
			}
			fmt.Fprintf(w.out, "mapping %s is in the store\n", text.Line(id, 80))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the mapping to `FILE` (default: the table's name with .map.yaml)")
	cmd.Flags().StringVar(&from, "map", "", "begin with the mapping in `FILE`")
	cmd.Flags().BoolVar(&save, "save", false, "keep the mapping in the store as well")
	cmd.Flags().BoolVar(&guess, "guess", false, "ask nothing and print what is guessed; fails where something has to be told")
	storeFlag(cmd, &storeURL)
	return cmd
}

// oneTable refuses a directory and names the table that is in it.
func oneTable(path string) error {
	if !isDirectory(path) {
		return nil // what is wrong with it is said as it is read
	}
	if files, err := trafficFiles([]string{path}); err == nil {
		if name, rows, regular := tableAmong(files); regular > aTable && mappable(name, rows) == nil {
			return fmt.Errorf("%s is a directory, and a mapping is of one table: beckon map %s", text.Line(path, 200), text.Line(name, 200))
		}
	}
	return fmt.Errorf("%s is a directory, and no table is seen in it: name one", text.Line(path, 200))
}

// writable tells before the first question that the answers could not be kept.
func writable(out string) error {
	if err := free(out); err != nil {
		return fmt.Errorf("%w with --out", err)
	}
	dir := filepath.Dir(out)
	if !isDirectory(dir) {
		return fmt.Errorf("writing %s: there is no directory %s", text.Line(out, 200), text.Line(dir, 200))
	}
	return nil
}

// mappingID is the name under which the mapping of a file is kept.
func mappingID(path string) string {
	name := filepath.Base(path)
	for _, compressed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, compressed)
	}
	return exchange.Slug(strings.TrimSuffix(name, filepath.Ext(name)), kindMapping)
}

// guessMapping prints what is guessed of a table.
func guessMapping(w *world, path string) error {
	sample, err := firstRows(path)
	if err != nil {
		return err
	}
	if err := mappable(path, sample); err != nil {
		return err
	}
	s, err := journey.NewSketch(sample)
	if err != nil {
		return fmt.Errorf("%s: %w", text.Line(path, 200), err)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(w.err, "note: %s: %s\n", text.Line(path, 200), text.Line(n, 200))
	}
	if what, _ := s.Missing(); what != "" {
		return fmt.Errorf("%s: no mapping can be guessed: %s; beckon map asks", text.Line(path, 200), what)
	}
	if _, err := w.out.Write(s.YAML(true)); err != nil {
		return fmt.Errorf("printing the mapping: %w", err)
	}
	return nil
}

// mapper asks for a mapping.
type mapper struct {
	w     *world
	in    *bufio.Reader
	ended bool // no more answers: what is guessed holds
	s     *journey.Sketch
	// opened says that the sketch is of a mapping that there is.
	opened bool
}

// firstRows reads the beginning of a file that may be compressed.
func firstRows(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	defer f.Close()
	sample, err := journey.Sample(f, journey.SampleBytes)
	if err != nil {
		return nil, fmt.Errorf("reading the table: %s: %w", text.Line(path, 200), err)
	}
	return sample, nil
}

// mappable refuses to ask of a table where a file is read without a mapping.
func mappable(path string, sample []byte) error {
	if f, is := journey.ReadAsItIs(sample); is {
		return fmt.Errorf("%s: it is %s and needs no mapping: beckon replay reads it as it is", text.Line(path, 200), f.Called())
	}
	return nil
}

// begin makes the sketch: of a mapping file, or of what is guessed.
func (m *mapper) begin(path, from string, sample []byte) error {
	var err error
	if from == "" {
		if err := mappable(path, sample); err != nil {
			return err
		}
		if m.s, err = journey.NewSketch(sample); err != nil {
			return fmt.Errorf("%s: %w", text.Line(path, 200), err)
		}
		return nil
	}
	by, err := readMapping(from)
	if err != nil {
		return err
	}
	m.opened = true
	if m.s, err = journey.OpenSketch(by, sample); err != nil {
		return fmt.Errorf("%s: %w", text.Line(from, 200), err)
	}
	return nil
}

// body is the mapping file.
func (m *mapper) body() []byte {
	if m.opened {
		return m.s.Body()
	}
	return m.s.YAML(false)
}

// run asks everything and returns the mapping.
func (m *mapper) run(ctx context.Context, path, from string) ([]byte, error) {
	sample, err := firstRows(path)
	if err != nil {
		return nil, err
	}
	if err := m.begin(path, from, sample); err != nil {
		return nil, err
	}
	for {
		m.show()
		m.fields()
		lacks, _ := m.s.Missing()
		if lacks == "" {
			body := m.body()
			if err := m.try(ctx, path, sample, body); err != nil {
				lacks = err.Error()
			} else if m.right() {
				return body, nil
			}
		}
		if lacks != "" {
			fmt.Fprintf(m.w.out, "! %s\n", text.Line(lacks, 300))
		}
		if m.ended {
			return nil, fmt.Errorf("no mapping: %s", text.Line(lacks, 300))
		}
	}
}

// right asks whether what was shown is right.
func (m *mapper) right() bool {
	yes := true
	m.ask("Is this right? (yes, no)", "yes", func(v string) error {
		switch v = strings.ToLower(v); {
		case strings.HasPrefix("yes", v):
			yes = true
		case strings.HasPrefix("no", v):
			yes = false
		default:
			return errors.New("yes or no")
		}
		return nil
	})
	return yes || m.ended
}

// show shows the columns and what is in them.
func (m *mapper) show() {
	fmt.Fprintf(m.w.out, "%s with %s:\n", strings.ToUpper(m.s.Form), many(int64(len(m.s.Columns)), "column"))
	for i, c := range m.s.Columns {
		if i == shownColumns {
			fmt.Fprintf(m.w.out, "      and %s\n", many(int64(len(m.s.Columns)-i), "more column"))
			break
		}
		fmt.Fprintf(m.w.out, "%4d  %s: %s\n", i+1, text.Line(c, 60), m.examples(journey.Column(c)))
	}
	for _, n := range m.s.Notes {
		fmt.Fprintf(m.w.out, "! %s\n", text.Line(n, 200))
	}
	fmt.Fprintln(m.w.out, "Enter keeps what is in brackets; a number or a name is another column, - is none, = says what recorded values mean.")
}

// examples are values of a field in the first rows.
func (m *mapper) examples(value string) string {
	some := m.s.Filled(value)
	some = some[:min(len(some), shownRows)]
	for i, v := range some {
		some[i] = text.Line(v, 40)
	}
	return strings.Join(some, ", ")
}

// fields asks every field that there is. An answer may bring others along.
func (m *mapper) fields() {
	asked := map[string]bool{}
	for {
		fields := m.s.Fields()
		i := slices.IndexFunc(fields, func(f journey.Field) bool { return !asked[f.Key] })
		if i < 0 {
			return
		}
		before := m.s.Clone()
		asked[fields[i].Key] = true
		m.field(fields[i])
		if f := fields[i]; f.More && !m.s.Same(before) && !m.ended {
			asked[f.Key] = false // and another
		}
	}
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// field asks for one.
func (m *mapper) field(f journey.Field) {
	what := f.Part + ": " + f.Title
	var known []string
	switch {
	case f.Form == journey.OneOf:
		for _, c := range f.Choices {
			known = append(known, or(c.Value, "-"))
		}
	case f.Form == journey.OneOfOrText && len(f.Choices) <= 3:
		for _, c := range f.Choices {
			known = append(known, or(c.Value, "-")+": "+c.Title)
		}
	}
	if len(known) > 0 {
		what += " (" + text.Line(strings.Join(known, ", "), 200) + ")"
	}
	if f.Why != "" {
		what += "; guessed: " + text.Line(f.Why, 120)
	}
	shown := f.Value
	if f.Form != journey.AsWritten {
		shown = shownField(shown)
	}
	m.ask(what, or(shown, "-"), func(v string) error {
		switch {
		case v == shown:
			v = f.Value
		case strings.HasPrefix(v, "=") && f.Form == journey.FromColumns:
			return m.translate(f, strings.TrimSpace(v[1:]))
		case v == "-":
			v = ""
		case f.Form == journey.OneOf && !slices.ContainsFunc(f.Choices, func(c journey.FieldChoice) bool { return c.Value == v }):
			return errors.New("it is none of those")
		case f.Form == journey.FromColumns:
			v = m.column(v)
		case f.Key == journey.FieldSeparator && v == "tab":
			v = "\t"
		}
		if err := m.s.Set(f.Key, v); err != nil {
			return fmt.Errorf("%s is none of that: %w", text.Line(v, 60), err)
		}
		return nil
	})
}

// translate has the recorded values of a field's column be given meanings; of
// several columns one is named.
func (m *mapper) translate(f journey.Field, column string) error {
	f.Value = m.s.Get(f.Key)
	columns, err := m.s.Translatable(f)
	switch {
	case err != nil:
		return err
	case column == "" && len(columns) > 1:
		return fmt.Errorf("say which column: =%s", strings.Join(columns, " or ="))
	case column == "":
		column = columns[0]
	case !slices.Contains(columns, column):
		return fmt.Errorf("the field does not read %s", text.Line(column, 60))
	}
	_, err = m.s.Translate(f.Key, column)
	return err
}

// shownField is a value in brackets; a column is its name alone.
func shownField(v string) string {
	if v == "\t" {
		return "tab"
	}
	if name, ok := strings.CutPrefix(v, "{"); ok && strings.IndexByte(name, '}') == len(name)-1 {
		return name[:len(name)-1]
	}
	return v
}

// column is the template of a column by its number or name, or what was typed.
func (m *mapper) column(v string) string {
	if slices.Contains(m.s.Columns, v) {
		return journey.Column(v)
	}
	if n, err := strconv.Atoi(v); err == nil && n >= 1 && n <= len(m.s.Columns) {
		return journey.Column(m.s.Columns[n-1])
	}
	return v
}

// ask asks until an answer is taken; enter gives what holds.
func (m *mapper) ask(what, holds string, take func(string) error) {
	for {
		fmt.Fprintf(m.w.out, "%s [%s]: ", what, text.Line(holds, 60))
		line, err := m.in.ReadString('\n')
		if err != nil && line == "" {
			m.ended = true
			fmt.Fprintln(m.w.out)
			return
		}
		if !m.w.terminal {
			fmt.Fprintln(m.w.out)
		}
		v := strings.TrimSpace(line)
		if v == "" {
			v = holds
		}
		wrong := take(v)
		if wrong == nil || v == holds {
			return
		}
		fmt.Fprintf(m.w.out, "! %s\n", text.Line(wrong.Error(), 200))
	}
}

// try reads the first rows by a mapping, and shows what comes of them.
func (m *mapper) try(ctx context.Context, path string, sample, body []byte) error {
	mapping, err := journey.ParseMapping("mapping", body)
	if err != nil {
		return err
	}
	t := journey.Try(mapping, journey.Options{Stop: ctx.Err}, filepath.Base(path), sample)
	if t.Wrong != nil {
		return t.Wrong
	}
	fmt.Fprintln(m.w.out, "The first rows, read so:")
	events, problems := 0, 0
	for _, r := range t.Rows {
		for _, e := range r.Events {
			if events++; events <= shownEvents {
				fmt.Fprintf(m.w.out, "  %s\n", text.Line(string(journey.AppendEvent(nil, e)), 300))
			}
		}
		if r.Rejected != "" {
			if problems++; problems <= shownProblems {
				fmt.Fprintf(m.w.out, "  ! line %d: %s\n", r.Line, text.Line(r.Rejected, 200))
			}
		}
	}
	fmt.Fprintf(m.w.out, "  %s: %s read, %s skipped, %s not read; %s of %s\n", many(t.Lines, "line"), number(t.Read), number(t.Skipped), number(t.Rejected), many(t.Events, "event"), many(int64(t.Visitors), "visitor"))
	if u := m.s.Unmapped(); len(u) > 0 {
		more := ""
		if n := len(u) - shownColumns/4; n > 0 {
			u, more = u[:shownColumns/4], fmt.Sprintf(" and %d more", n)
		}
		for i := range u {
			u[i] = text.Line(u[i], 40)
		}
		fmt.Fprintf(m.w.out, "  not used: %s%s\n", strings.Join(u, ", "), more)
	}
	return nil
}
