package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model/exchange"
	"beckon/model/journey"
	"beckon/model/text"
)

// kindMapping is the kind of stored mappings: YAML files as --map takes them.
const kindMapping = "mapping"

// Of the first rows.
const (
	sampleSize    = 1 << 20
	shownRows     = 3
	shownEvents   = 5
	shownProblems = 5
)

func mapCommand(w *world) *cobra.Command {
	var out, storeURL string
	var save bool
	cmd := &cobra.Command{
		Use:   "map FILE",
		Short: "Say what the columns of a table are, question by question",
		Long: "Map looks at the first rows of a table (CSV, TSV, JSON lines), guesses what its columns are, and asks, line by line: enter keeps the guess, a number or a name chooses another column, and - is none. " +
			"Then it reads the first rows by these answers and shows the events and everything that could not be read. The mapping goes into a file that replay and import take with --map, " +
			"and with --save into the store, where the Simulator finds it for every table with these columns.\n" +
			"What tells of a person is hidden in what is shown.",
		Example: "beckon map clicks.csv\nbeckon replay --map clicks.map.yaml clicks.csv",
		Args:    wants(1, 1, "one table"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				out = strings.TrimSuffix(args[0], filepath.Ext(args[0])) + ".map.yaml"
			}
			m := mapper{w: w, in: bufio.NewReader(w.in)}
			body, err := m.run(cmd.Context(), args[0])
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
			id := exchange.Slug(strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0])), kindMapping)
			if _, _, err := putAll(cmd.Context(), w, s, []document{{kindMapping, id, body}}, "mapping of "+text.Line(filepath.Base(args[0]), 200)); err != nil {
				return err
			}
			fmt.Fprintf(w.out, "mapping %s is in the store\n", text.Line(id, 80))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the mapping to `FILE` (default: the table's name with .map.yaml)")
	cmd.Flags().BoolVar(&save, "save", false, "keep the mapping in the store as well")
	storeFlag(cmd, &storeURL)
	return cmd
}

// mapper asks for a mapping.
type mapper struct {
	w     *world
	in    *bufio.Reader
	ended bool // no more answers: what is guessed holds
	s     *journey.Sketch
}

// firstRows reads the beginning of a file that may be compressed.
func firstRows(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	defer f.Close()
	sample, err := journey.Sample(f, sampleSize)
	if err != nil {
		return nil, fmt.Errorf("reading the table: %s: %w", text.Line(path, 200), err)
	}
	return sample, nil
}

// run asks everything and returns the mapping.
func (m *mapper) run(ctx context.Context, path string) ([]byte, error) {
	sample, err := firstRows(path)
	if err != nil {
		return nil, err
	}
	if m.s, err = journey.NewSketch(sample); err != nil {
		return nil, fmt.Errorf("%s: %w", text.Line(path, 200), err)
	}
	m.show()
	for {
		m.columns()
		lacks := m.s.Missing()
		if lacks == "" {
			body := m.s.YAML()
			if err := m.try(ctx, path, sample, body); err != nil {
				lacks = err.Error()
			} else if !m.ask("Is this right? (yes, no)", "yes", func(v string) bool { return strings.HasPrefix("no", v) }) || m.ended {
				return body, nil
			}
		}
		if lacks != "" {
			fmt.Fprintf(m.w.out, "! %s\n", lacks)
		}
		if m.ended {
			return nil, fmt.Errorf("no mapping: %s", lacks)
		}
	}
}

// show shows the columns and what is in them.
func (m *mapper) show() {
	fmt.Fprintf(m.w.out, "%s with %s:\n", strings.ToUpper(m.s.Form), many(int64(len(m.s.Columns)), "column"))
	for i, c := range m.s.Columns {
		values := m.s.Values(c)
		var some []string
		for _, v := range values[:min(len(values), shownRows)] {
			some = append(some, text.Line(journey.Shown(v), 40))
		}
		fmt.Fprintf(m.w.out, "%4d  %s: %s\n", i+1, text.Line(c, 60), strings.Join(some, ", "))
	}
	fmt.Fprintln(m.w.out, "Enter keeps what is in brackets; a number or a name is another column, - is none.")
}

// columns asks what the columns are.
func (m *mapper) columns() {
	s := m.s
	m.column("Who is the visitor", &s.Visitor)
	m.column("Which is the visit (none: visits are cut after half an hour without an event)", &s.Visit)
	at := s.At
	m.column("When did it happen", &s.At)
	if s.At != at {
		s.Layout = ""
	}
	m.layout()
	m.ask("In which time zone are instants without one (such as Europe/Berlin)", or(s.Zone, "UTC"), func(v string) bool {
		loc, err := time.LoadLocation(v)
		if err != nil || v == "Local" || v == "" {
			return false
		}
		if s.Zone = loc.String(); s.Zone == "UTC" {
			s.Zone = ""
		}
		return true
	})
	m.column("The URL of the page", &s.URL)
	m.column("The title of the page", &s.Title)
	m.column("The referrer", &s.Referrer)
	m.column("The user agent", &s.UserAgent)
	m.column("The visitor's address", &s.IP)
	kind := s.Kind
	m.column("Which says what happened (none: every row is a page)", &s.Kind)
	if s.Kind != kind {
		s.GuessKinds(s.Kind)
	}
	used := map[string]bool{}
	for _, v := range s.Values(s.Kind) {
		m.ask(fmt.Sprintf("What is %s (%s, or - for nothing)", text.Line(journey.Shown(v), 40), strings.Join(journey.SketchKinds(), ", ")), or(s.Kinds[v], "-"), func(k string) bool {
			if k == "-" {
				k = ""
			} else if !slices.Contains(journey.SketchKinds(), k) {
				return false
			}
			s.Kinds[v] = k
			return true
		})
		used[s.Kinds[v]] = true
	}
	if used["prodView"] || used["cartAdd"] || used["cartRemove"] || used["purchase"] {
		m.column("The product's number", &s.SKU)
		m.column("The product's name", &s.Name)
		m.column("The product's category", &s.Category)
		m.column("The price of one piece", &s.Price)
		m.column("How many pieces", &s.Quantity)
		m.column("The currency", &s.Currency)
	}
	if used["cart"] || used["purchase"] {
		m.column("The total of the cart or the order", &s.Total)
	}
	if used["cart"] {
		m.column("The number of items in the cart", &s.Items)
	}
	if used["purchase"] {
		m.column("The number of the order", &s.Order)
	}
	if used["searchInfo"] {
		m.column("What was searched for", &s.Query)
	}
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// column asks for a column.
func (m *mapper) column(what string, to *string) {
	m.ask(what, or(*to, "-"), func(v string) bool {
		if v == "-" {
			*to = ""
			return true
		}
		if slices.Contains(m.s.Columns, v) {
			*to = v
			return true
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > len(m.s.Columns) {
			return false
		}
		*to = m.s.Columns[n-1]
		return true
	})
}

// layout asks how instants are written, where more ways than one fit, or none.
func (m *mapper) layout() {
	ways := m.s.Layouts(m.s.At)
	if m.s.Layout == "" && len(ways) > 0 {
		m.s.Layout = ways[0]
	}
	what := "How is it written (rfc3339, unix-s, unix-ms, unix-us, or how 2 January 2006 15:04:05 would be)"
	if len(ways) > 1 {
		what = "How is it written: all of " + strings.Join(ways, "; ") + " fit"
	}
	m.ask(what, or(m.s.Layout, "-"), func(v string) bool {
		was := m.s.Layout
		m.s.Layout = v
		if v == "-" || !m.s.LayoutFits() {
			m.s.Layout = was
			return v == "-"
		}
		return true
	})
}

// ask asks until an answer is taken; enter gives what holds. It returns what
// the last answer was taken as.
func (m *mapper) ask(what, holds string, take func(string) bool) bool {
	for {
		fmt.Fprintf(m.w.out, "%s [%s]: ", what, text.Line(holds, 60))
		line, err := m.in.ReadString('\n')
		if err != nil && line == "" {
			m.ended = true
			fmt.Fprintln(m.w.out)
			return take(holds)
		}
		if !m.w.terminal {
			fmt.Fprintln(m.w.out)
		}
		v := strings.TrimSpace(line)
		if v == "" {
			v = holds
		}
		if taken := take(v); taken || v == holds {
			return taken
		}
		if strings.HasPrefix(what, "Is this right") {
			return false
		}
		fmt.Fprintf(m.w.out, "! %s is none of that\n", text.Line(v, 60))
	}
}

// try reads the first rows by a mapping, and shows what comes of them.
func (m *mapper) try(ctx context.Context, path string, sample, body []byte) error {
	mapping, err := journey.ParseMapping("mapping", body)
	if err != nil {
		return err
	}
	if i := strings.LastIndexByte(string(sample), '\n'); i > 0 {
		sample = sample[:i+1]
	}
	journeys, err := journey.SortedReader(journey.Options{Mapping: mapping, MaxRejects: -1, Stop: ctx.Err}, filepath.Base(path), strings.NewReader(string(sample)))
	if err != nil {
		return err
	}
	defer journeys.Close()
	fmt.Fprintln(m.w.out, "The first rows, read so:")
	n := 0
	for e, err := range journeys.All() {
		if err != nil {
			return err
		}
		if n++; n <= shownEvents {
			fmt.Fprintf(m.w.out, "  %s\n", text.Line(string(journey.AppendEvent(nil, e)), 300))
		}
	}
	r := journeys.Report()
	for i, p := range r.Problems {
		if i == shownProblems {
			break
		}
		fmt.Fprintf(m.w.out, "  ! %s\n", text.Line(p.Error(), 200))
	}
	fmt.Fprintf(m.w.out, "  %s: %s read, %s not; %s of %s in %s\n", many(r.Lines, "line"), number(r.Read), number(r.RejectedLines()), many(r.Events, "event"), many(r.Visitors, "visitor"), many(r.Visits, "visit"))
	return nil
}
