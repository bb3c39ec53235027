package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// Kept of one recording at most; the rest is counted.
const (
	maxVisitors = 2000
	maxEvents   = 200_000
	maxReasons  = 3 // of each kind
)

// library is what the simulator plays: the store's catalog and journeys, and
// files.
type library struct {
	store store.Store

	share share
	kept  libraryKeeper // reads the store's journeys

	work workshop // whose drafts are laid over the catalog

	// elsewhere is set for operators at another machine, whose files are not
	// those of this one.
	elsewhere bool

	// getenv may give the key that makes hashes of ids; else the store has one.
	getenv func(string) string

	mu     sync.Mutex
	others []otherCatalog
	chosen map[string]*journey.Mapping // of files, by their paths
	hosts  map[string]string           // of logs, by their paths, and by "" the last that was said
}

var _ simulator.Source = (*library)(nil)

func newLibrary(s store.Store, who string, now func() time.Time) *library {
	return newSharedLibrary(s, who, now, share{shelf: newShelf()})
}

func newSharedLibrary(s store.Store, who string, now func() time.Time, at share) *library {
	return &library{store: s, share: at, kept: libraryKeeper{store: s, share: at}, work: workshop{store: s, who: who, now: now, share: at}}
}

// Engine implements simulator.Source. A revision is compiled once.
func (l *library) Engine(ctx context.Context) (*engine.Engine, error) {
	rev, err := l.store.Revision(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	return l.share.shelf.engine(ctx, l.store, rev)
}

// Seen implements simulator.Source.
func (l *library) Seen(ctx context.Context) ([]*journey.Event, error) {
	_, events, err := l.kept.journeys(ctx)
	return events, err
}

// Journeys implements simulator.Source: those of the demo shop first, in the
// order of its guide, then the others by name.
func (l *library) Journeys(ctx context.Context) ([]simulator.Journey, error) {
	stored, err := store.At(ctx, l.store, 0, kindJourney)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	names, about := guide()
	out := make([]simulator.Journey, len(stored))
	for i, d := range stored {
		out[i] = simulator.Journey{ID: d.ID, Name: title(d.ID), About: about[d.ID]}
		if out[i].About == "" {
			out[i].About = fmt.Sprintf("%s, put in by %s", many(int64(strings.Count(string(d.Body), "\n")), "event"), text.Line(d.Author, 60))
		}
	}
	place := func(j simulator.Journey) int {
		if i := slices.Index(names, j.ID); i >= 0 {
			return i
		}
		return len(names)
	}
	slices.SortStableFunc(out, func(a, b simulator.Journey) int { return place(a) - place(b) })
	return out, nil
}

// title makes a name of an ID: "cart-rescued" becomes "Cart rescued".
func title(id string) string {
	s := strings.ReplaceAll(id, "-", " ")
	if s == "" {
		return id
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// guide reads the table of the demo shop's journeys: their names in its order,
// and what each is for.
func guide() (names []string, about map[string]string) {
	about = map[string]string{}
	page, err := fs.ReadFile(fixtures.Journeys(), "README.md")
	if err != nil {
		return nil, about
	}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		name, ok := strings.CutSuffix(strings.Trim(strings.TrimSpace(cells[1]), "`"), ".jsonl")
		if !ok {
			continue
		}
		names = append(names, name)
		about[name] = strings.TrimSpace(cells[2])
	}
	return names, about
}

// Load implements simulator.Source.
func (l *library) Load(ctx context.Context, id string) (*simulator.Recording, error) {
	d, err := l.store.Get(ctx, kindJourney, id)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	journeys, err := journey.SortedReader(journey.Options{Format: journey.FormatNative, Robots: true, KeepPersonal: true, Stop: ctx.Err}, id, strings.NewReader(string(d.Body)))
	if err != nil {
		return nil, fmt.Errorf("reading a journey: %w", err)
	}
	return recording(ctx, title(id), journeys)
}

// fileOptions are how a file that the operator names is read, if it may be.
func (l *library) fileOptions(ctx context.Context) (journey.Options, error) {
	if l.elsewhere {
		return journey.Options{}, errElsewhere
	}
	given := ""
	if l.getenv != nil {
		given = l.getenv("BECKON_KEY")
	}
	key, err := personalKey(ctx, l.store, given, l.work.now())
	return journey.Options{Stop: ctx.Err, Key: key}, err
}

// ReadFile implements simulator.Source: any format that can be told from the
// first lines.
func (l *library) ReadFile(ctx context.Context, path, host string) (*simulator.Recording, error) {
	o, err := l.logOptions(ctx, path, host)
	if err != nil {
		return nil, err
	}
	journeys, err := l.sorted(ctx, o, path)
	if err != nil {
		return nil, err // says which file, and where in it
	}
	report := journeys.Report()
	out, err := recording(ctx, path, journeys)
	if err != nil {
		return nil, err
	}
	lost := lostOf(report)
	if out.Lost.Why != "" && lost.Why != "" {
		lost.Why += "; "
	}
	lost.Why += out.Lost.Why
	out.Lost = lost
	return out, nil
}

// tidy are the reasons that lose nothing of a file.
var tidy = []string{"blank", "header", "continuation"}

// lostOf says what of a file became no event, with the reasons that are most
// frequent.
func lostOf(r *journey.Report) simulator.Lost {
	skipped := maps.Clone(r.Skipped)
	for _, reason := range tidy {
		delete(skipped, reason)
	}
	out := simulator.Lost{Unread: r.RejectedLines()}
	for _, c := range skipped {
		out.LeftOut += c.Count
	}
	var why []string
	for _, counts := range []map[string]journey.Count{r.Rejected, skipped} {
		reasons := slices.Sorted(maps.Keys(counts))
		slices.SortStableFunc(reasons, func(a, b string) int { return cmp.Compare(counts[b].Count, counts[a].Count) })
		for i, reason := range reasons {
			if i == maxReasons {
				why = append(why, fmt.Sprintf("%d more reasons", len(reasons)-i))
				break
			}
			why = append(why, fmt.Sprintf("%s %s (line %d)", reason, number(counts[reason].Count), counts[reason].FirstLine))
		}
	}
	var events int64
	for _, n := range r.LeftOut {
		events += n
	}
	if events > 0 {
		why = append(why, many(events, "event")+" of lines that were read")
	}
	for _, name := range r.Truncated {
		why = append(why, text.Line(filepath.Base(name), 60)+" breaks off")
	}
	out.Why = strings.Join(why, ", ")
	return out
}

// recording keeps as many journeys as fit.
func recording(ctx context.Context, name string, journeys *journey.Journeys) (*simulator.Recording, error) {
	defer journeys.Close()
	out := &simulator.Recording{Name: name}
	events, cut := 0, 0
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		st, err := journeys.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading journeys: %w", err)
		}
		if st.First && (len(out.Visitors) == maxVisitors || events >= maxEvents) || out.Left > 0 {
			if st.First {
				out.Left++
			}
			continue
		}
		if st.First {
			out.Visitors = append(out.Visitors, simulator.Visitor{ID: st.Visitor})
		}
		last := &out.Visitors[len(out.Visitors)-1]
		if events < 2*maxEvents { // one visitor alone may be more than fits
			last.Events = append(last.Events, st.Events...)
		} else {
			cut += len(st.Events)
		}
		events += len(st.Events)
	}
	if len(out.Visitors) == 0 {
		return nil, errors.New("no visitor's event in it")
	}
	if cut > 0 {
		out.Lost.Why = many(int64(cut), "event") + " of a visitor with very many"
	}
	return out, nil
}
