package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	trafficscreen "beckon/tui/screen/traffic"
)

// inLibrary begins the path of an input that is in the library: what follows is
// the ID of a journey, or nothing for all.
const inLibrary = "library:"

// inputOf digests traffic: a file, or journeys of the library.
func (t *traffics) inputOf(ctx context.Context, in trafficscreen.Input) (runInput, error) {
	if in.File {
		if t.library.elsewhere {
			return runInput{}, errElsewhere
		}
		return filesDigest(in.ID)
	}
	docs, err := store.At(ctx, t.library.store, 0, kindJourney)
	if err != nil {
		return runInput{}, fmt.Errorf("reading the store: %w", err)
	}
	slices.SortFunc(docs, func(a, b store.Document) int { return strings.Compare(a.ID, b.ID) })
	out := runInput{Path: inLibrary + in.ID}
	h := sha256.New()
	for _, d := range docs {
		if in.ID == "" || d.ID == in.ID {
			fmt.Fprintf(h, "%s %d\n", d.ID, len(d.Body))
			h.Write(d.Body)
			out.Bytes += int64(len(d.Body))
		}
	}
	out.Digest = hex.EncodeToString(h.Sum(nil))
	return out, nil
}

// filesDigest digests the files that an operator names; several by their names,
// too.
func filesDigest(path string) (runInput, error) {
	files, err := filesNamed(path)
	if err != nil {
		return runInput{}, err
	}
	out, h := runInput{Path: path}, sha256.New()
	for _, f := range files.paths {
		in, err := inputNow(f, files.found[f])
		if err != nil {
			return runInput{}, fmt.Errorf("reading the input: %w", err)
		}
		if out.Bytes, out.Digest = out.Bytes+in.Bytes, in.Digest; len(files.paths) > 1 {
			fmt.Fprintf(h, "%s %s\n", in.Path, in.Digest)
		}
	}
	if len(files.paths) > 1 {
		out.Digest = hex.EncodeToString(h.Sum(nil))
	}
	return out, nil
}

// Keep implements trafficscreen.Runs. The traffic is digested again: if it is
// not what was replayed, nothing is kept.
func (t *traffics) Keep(ctx context.Context, r *trafficscreen.Report, name string, progress func(trafficscreen.Progress), stops trafficscreen.Stops) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-stops.Read:
		case <-stops.Replay:
		case <-ctx.Done():
		}
		cancel()
	}()
	if r.Order.Input.Lines > 0 {
		return errors.New("its file was not read to its end")
	}
	if err := runName(name); err != nil {
		return err
	}
	if err := freeRun(ctx, t.library.store, name); err != nil {
		return err
	}
	c := r.Order.Catalog
	if c.Draft == "" {
		c.Revision = r.Revision // what stands now may be another
	}
	eng, err := t.engine(ctx, c)
	if err != nil {
		return err
	}
	// Counting the visits replays them: it is the traffic that the results are of.
	if _, _, err := t.find(ctx, r, replay.Selector{What: "visits"}, 0, progress); err != nil {
		return err
	}
	run := &savedRun{Format: runFormat, Engine: version(), Results: r.Results,
		Catalog: runCatalog{From: catalogName(r), Revision: c.Revision, Draft: c.Draft},
		Options: runOptions{Seed: r.Seed, Respond: r.Respond.String(), Console: true, Host: r.Order.Input.Host, Later: spanWritten(r.Order.Input.Later), Keyed: t.library.getenv != nil && t.library.getenv("BECKON_KEY") != ""}}
	run.Options.StoreKey = !run.Options.Keyed
	if run.Catalog.Digest, err = catalogDigest(eng.Catalog()); err != nil {
		return err
	}
	in, err := t.inputOf(ctx, r.Order.Input)
	if err != nil {
		return err
	}
	run.Inputs = []runInput{in}
	return saveRun(ctx, t.library.store, name, run, t.library.work.who, t.library.work.now())
}

// catalogName is what the catalog of a report goes by, so that it means the same
// later.
func catalogName(r *trafficscreen.Report) string {
	if r.Order.Catalog.Draft != "" {
		return r.Order.Catalog.Name
	}
	return fmt.Sprintf("revision %d", r.Revision)
}

// Kept implements trafficscreen.Runs.
func (t *traffics) Kept(ctx context.Context) ([]trafficscreen.KeptRun, error) {
	docs, err := store.At(ctx, t.library.store, 0, kindRun)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	var out []trafficscreen.KeptRun
	for _, d := range docs {
		r, err := decodeRun(d)
		if err != nil { // is said on the command line; the others can be opened
			continue
		}
		out = append(out, trafficscreen.KeptRun{Name: text.Line(d.ID, 100), By: text.Line(d.Author, 40), At: d.At, Traffic: trafficOf(r).Name, Catalog: text.Line(catalogOf(r).Name, 60),
			Visits: r.Results.Visits, Displays: r.Results.Account.Displays, Complete: r.Results.Complete})
	}
	slices.SortStableFunc(out, func(a, b trafficscreen.KeptRun) int { return b.At.Compare(a.At) })
	return out, nil
}

// trafficOf is the traffic of a kept run.
func trafficOf(r *savedRun) trafficscreen.Input {
	var paths []string
	for _, in := range r.Inputs {
		if in.Path != r.Options.Mapping {
			paths = append(paths, in.Path)
		}
	}
	if len(paths) != 1 {
		return trafficscreen.Input{File: true, Name: counted(len(paths), "file")}
	}
	if id, ok := strings.CutPrefix(paths[0], inLibrary); ok {
		name := text.Line(id, 80)
		if id == "" {
			name = "All journeys"
		}
		return trafficscreen.Input{ID: id, Name: name}
	}
	in := trafficscreen.Input{ID: paths[0], File: true, Name: text.Line(paths[0], 200), Host: cmp.Or(r.Options.Host, journey.DefaultHost)}
	if by, err := spanFlag(r.Options.Later); err == nil && by != 0 {
		in.Later, in.Name = by, in.Name+", "+text.Line(r.Options.Later, 40)+" later"
	}
	return in
}

// catalogOf is the catalog of a kept run.
func catalogOf(r *savedRun) trafficscreen.Catalog {
	c := trafficscreen.Catalog{Revision: r.Catalog.Revision, Draft: r.Catalog.Draft, Name: text.Line(r.Catalog.From, 80)}
	if c.Draft != "" {
		c.Revision = 0
	} else if c.Revision != 0 {
		c.Name = fmt.Sprintf("revision %d", c.Revision)
	}
	return c
}

// run reads a kept run.
func (t *traffics) run(ctx context.Context, name string) (*savedRun, store.Document, error) {
	d, err := t.library.store.Get(ctx, kindRun, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, d, fmt.Errorf("there is no run %s any more", text.Line(name, 100))
	}
	if err != nil {
		return nil, d, fmt.Errorf("reading the store: %w", err)
	}
	r, err := decodeRun(d)
	return r, d, err
}

// orderOf is what a kept run was asked for.
func orderOf(r *savedRun) (trafficscreen.Order, error) {
	policy, err := replay.ParsePolicy(r.Options.Respond)
	if err != nil {
		return trafficscreen.Order{}, fmt.Errorf("the answers of the run: %w", err)
	}
	return trafficscreen.Order{Input: trafficOf(r), Catalog: catalogOf(r), Respond: policy, Seed: r.Options.Seed}, nil
}

// Recall implements trafficscreen.Runs.
func (t *traffics) Recall(ctx context.Context, name string) (*trafficscreen.Report, error) {
	r, _, err := t.run(ctx, name)
	if err != nil {
		return nil, err
	}
	o, err := orderOf(r)
	if err != nil {
		return nil, err
	}
	out := &trafficscreen.Report{Order: o, Results: r.Results, Revision: r.Catalog.Revision}
	if eng, err := t.engine(ctx, o.Catalog); err == nil {
		out.Names = namesOf(eng)
	} // else campaigns go by their IDs
	return out, nil
}

// Repeat implements trafficscreen.Runs.
func (t *traffics) Repeat(ctx context.Context, name string, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*trafficscreen.Repetition, error) {
	r, _, err := t.run(ctx, name)
	if err != nil {
		return nil, err
	}
	switch {
	case !r.Options.Console:
		return nil, fmt.Errorf("it was kept by the command line: beckon replay --again %s repeats it", text.Line(name, 100))
	case !r.Results.Complete:
		return nil, errors.New("it was stopped before its end, and a repetition would go further")
	}
	o, err := orderOf(r)
	if err != nil {
		return nil, err
	}
	out := &trafficscreen.Repetition{Name: name}
	note := func(format string, args ...any) { out.Notes = append(out.Notes, fmt.Sprintf(format, args...)) }
	in, err := t.inputOf(ctx, o.Input)
	if err != nil {
		return nil, err
	}
	if len(r.Inputs) != 1 || in != r.Inputs[0] {
		note("The traffic has changed since.")
	}
	eng, err := t.engine(ctx, o.Catalog)
	if err != nil {
		return nil, err
	}
	is, err := catalogDigest(eng.Catalog())
	if err != nil {
		return nil, err
	}
	if is != r.Catalog.Digest {
		note("The catalog has changed since: %s.", o.Catalog.Name)
	}
	if keyed := t.library.getenv != nil && t.library.getenv("BECKON_KEY") != ""; keyed != r.Options.Keyed {
		note("BECKON_KEY, which the names of visitors depend on, has changed since.")
	}
	changed := len(out.Notes) > 0
	if r.Engine != version() {
		note("It was run by Beckon %s, this is %s.", text.Line(r.Engine, 60), version())
	}
	if out.Report, err = t.Run(ctx, o, progress, stops); err != nil {
		return nil, err
	}
	digest, err := resultsDigest(out.Results)
	if err != nil {
		return nil, err
	}
	out.Same = out.Complete && digest == r.Digest
	if out.Complete && !out.Same && out.Order.Input.Lines == 0 {
		out.Notes = append(out.Notes, r.otherwise(out.Results, changed)...)
	}
	return out, nil
}

// Forget implements trafficscreen.Runs.
func (t *traffics) Forget(ctx context.Context, name string) error {
	_, d, err := t.run(ctx, name)
	if d.ID == "" {
		return err
	}
	_, err = t.library.store.Commit(ctx, store.Change{Author: t.library.work.who, Why: "delete the run " + name, At: t.library.work.now().UTC(),
		Writes: []store.Write{store.Delete{Kind: kindRun, ID: name, Base: d.Revision}},
		Audit:  []store.AuditEntry{{Kind: kindRun, ID: name, Action: "delete"}}})
	if err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	return nil
}
