package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	trafficscreen "beckon/tui/screen/traffic"
)

// kindRun is the kind of saved replays: what was replayed through which catalog
// and how, and its results, as JSON that is compressed.
const kindRun = "run"

const (
	runFormat  = 1
	maxRunBody = 64 << 20 // unpacked
)

// savedRun is everything that it takes to repeat a replay, and its results.
type savedRun struct {
	Format  int             `json:"format"`
	Engine  string          `json:"engine"` // the program's version
	Catalog runCatalog      `json:"catalog"`
	Inputs  []runInput      `json:"inputs"`
	Options runOptions      `json:"options"`
	Digest  string          `json:"digest"` // of the results
	Results *replay.Results `json:"results"`

	changed bool // what it was of, when it is repeated
}

type runCatalog struct {
	From     string   `json:"from"`
	Paths    []string `json:"paths,omitempty"`
	Revision uint64   `json:"revision,omitempty"` // of the store
	Draft    string   `json:"draft,omitempty"`    // of an operator, laid over it
	Digest   string   `json:"digest"`
}

type runInput struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Digest string `json:"digest"`
	Found  bool   `json:"found,omitempty"` // in a directory or by a pattern: left out if it is no traffic
}

type runOptions struct {
	Seed       uint64   `json:"seed"`
	Respond    string   `json:"respond"`
	ClosePages bool     `json:"closePages,omitempty"`
	Format     string   `json:"format,omitempty"`
	Mapping    string   `json:"map,omitempty"`
	Host       string   `json:"host,omitempty"`
	Robots     bool     `json:"robots,omitempty"`
	Strict     bool     `json:"strict,omitempty"`
	MaxRejects int      `json:"maxRejects,omitempty"`
	From       string   `json:"from,omitempty"`
	To         string   `json:"to,omitempty"`
	By         []string `json:"by,omitempty"`
	Keyed      bool     `json:"keyed,omitempty"`    // BECKON_KEY was set
	Personal   bool     `json:"personal,omitempty"` // what tells of a person was kept
	Console    bool     `json:"console,omitempty"`  // by the screen Traffic, whose results have more in them
	StoreKey   bool     `json:"storeKey,omitempty"` // the key was the store's
	Later      string   `json:"later,omitempty"`
}

// digestOf hashes a file's bytes as they are.
func digestOf(path string) (runInput, error) {
	in := runInput{Path: path}
	f, err := os.Open(path)
	if err != nil {
		return in, err
	}
	defer f.Close()
	h := sha256.New()
	if in.Bytes, err = io.Copy(h, f); err != nil {
		return in, err
	}
	in.Digest = hex.EncodeToString(h.Sum(nil))
	return in, nil
}

// inputNow is a file of a run as it is now. Of what was found and is no file, such
// as a pipe, nothing is read, and nothing can change.
func inputNow(path string, found bool) (runInput, error) {
	if found {
		if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			return runInput{Path: path, Found: true}, nil
		}
	}
	in, err := digestOf(path)
	in.Found = found
	return in, err
}

// catalogDigest hashes a catalog as it is written: equal catalogs are equal.
func catalogDigest(c *model.Catalog) (string, error) {
	h := sha256.New()
	if err := model.Encode(h, c); err != nil {
		return "", fmt.Errorf("encoding the catalog: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// resultsDigest hashes results as --results prints them.
func resultsDigest(r *replay.Results) (string, error) {
	h := sha256.New()
	if err := writeJSON(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// runOf describes a replay that is to be saved. The inputs are hashed before
// they are replayed, and again after it: a file that grew meanwhile is refused.
func runOf(w *world, f *replayFlags, c *model.Catalog, from string, files []string, found map[string]bool) (*savedRun, error) {
	paths := f.catalog
	if namesCatalog(paths) { // its revision says it, or that there is none
		if strings.HasPrefix(paths[0], "@draft:") {
			return nil, errors.New("--save: a draft goes on being changed, and could not be replayed again: name files, or @published")
		}
		paths = nil
	}
	run := &savedRun{Format: runFormat, Engine: version(), Catalog: runCatalog{From: from, Paths: paths, Revision: c.Revision},
		Options: runOptions{f.seed, f.respond, f.closePages, f.format, f.mapping, f.host, f.robots, f.strict, f.maxRejects, f.from, f.to, f.by, w.getenv("BECKON_KEY") != "", f.personal, false, false, f.later}}
	var err error
	if run.Catalog.Digest, err = catalogDigest(c); err != nil {
		return nil, err
	}
	if f.mapping != "" {
		files = append(slices.Clone(files), f.mapping)
	}
	for _, name := range files {
		if name == "-" {
			return nil, errors.New("--save: standard input cannot be replayed again: name files")
		}
		in, err := inputNow(name, found[name])
		if err != nil {
			return nil, fmt.Errorf("reading the input: %w", err)
		}
		run.Inputs = append(run.Inputs, in)
	}
	return run, nil
}

// unchanged refuses inputs that are not what they were.
func (r *savedRun) unchanged() error {
	for _, was := range r.Inputs {
		is, err := inputNow(was.Path, was.Found)
		if err != nil {
			return fmt.Errorf("reading the input again: %w", err)
		}
		if is != was {
			return fmt.Errorf("%s has changed while it was replayed: nothing is saved", text.Line(was.Path, 200))
		}
	}
	return nil
}

func encodeRun(r *savedRun) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(r); err != nil {
		return nil, fmt.Errorf("encoding the run: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("encoding the run: %w", err)
	}
	if b.Len() > store.MaxBody {
		return nil, fmt.Errorf("the results are of %s bytes; the store keeps up to %s", number(int64(b.Len())), number(store.MaxBody))
	}
	return b.Bytes(), nil
}

func decodeRun(d store.Document) (*savedRun, error) {
	fail := func(err error) (*savedRun, error) {
		return nil, fmt.Errorf("the run %s cannot be read: %w", text.Line(d.ID, 100), err)
	}
	z, err := gzip.NewReader(bytes.NewReader(d.Body))
	if err != nil {
		return fail(err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxRunBody))
	if err != nil {
		return fail(err)
	}
	var r savedRun
	if err := json.Unmarshal(data, &r); err != nil {
		return fail(err)
	}
	if r.Format != runFormat || r.Results == nil {
		return fail(fmt.Errorf("format %d, this program knows %d", r.Format, runFormat))
	}
	return &r, nil
}

// runName refuses names that are none.
func runName(name string) error {
	if err := trafficscreen.RunName(name); err != nil {
		return fmt.Errorf("the name of a run: %w: %s", err, text.Line(name, 120))
	}
	return nil
}

// withStore opens the store that was asked for.
func withStore(ctx context.Context, w *world, url string, do func(store.Store) error) error {
	path, err := storePath(w, url)
	if err != nil {
		return err
	}
	s, err := openStore(ctx, w, path)
	if err != nil {
		return err
	}
	defer s.Close()
	return do(s)
}

// freeRun refuses a name that is taken, before the work and not after it.
func freeRun(ctx context.Context, s store.Store, name string) error {
	switch _, err := s.Get(ctx, kindRun, name); {
	case err == nil:
		return fmt.Errorf("there is a run %s already: name another", name)
	case !errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("reading the store: %w", err)
	}
	return nil
}

// saveRun writes a run into a store. An editor may.
func saveRun(ctx context.Context, s store.Store, name string, r *savedRun, who string, at time.Time) error {
	var err error
	if r.Digest, err = resultsDigest(r.Results); err != nil {
		return err
	}
	body, err := encodeRun(r)
	if err != nil {
		return err
	}
	if _, err := s.Commit(ctx, store.Change{Author: who, Why: "save the run " + name, At: at.UTC(),
		Writes: []store.Write{store.Put{Kind: kindRun, ID: name, Body: body}},
		Audit:  []store.AuditEntry{{Kind: kindRun, ID: name, Action: "save", New: r.Digest}}}); err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	return nil
}

// again takes what a saved run was asked for, and says what has changed since.
func (f *replayFlags) again(ctx context.Context, w *world, name string) (*savedRun, *model.Catalog, []string, error) {
	var run *savedRun
	now := ""
	if err := storeThere(ctx, w, f.store); err != nil {
		return nil, nil, nil, err
	}
	err := withStore(ctx, w, f.store, func(s store.Store) error {
		d, err := s.Get(ctx, kindRun, name)
		if errors.Is(err, store.ErrNotFound) {
			return noDocument(ctx, s, kindRun, name)
		}
		if err != nil {
			return fmt.Errorf("reading the store: %w", err)
		}
		run, err = decodeRun(d)
		switch {
		case err != nil:
			return err
		case run.Options.Console:
			return fmt.Errorf("the run %s was kept by the screen Traffic, whose results have more in them: repeat it there, or by beckon runs repeat", text.Line(name, 100))
		case !run.Results.Complete:
			return fmt.Errorf("the run %s was stopped before its end, and a repetition would go further", text.Line(name, 100))
		case run.Catalog.Revision == 0:
			return nil
		}
		c, err := storedCatalog(ctx, s, 0)
		if err != nil {
			return err
		}
		now, err = catalogDigest(c)
		return err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	o := run.Options
	f.seed, f.respond, f.closePages, f.format, f.mapping, f.host, f.robots, f.strict = o.Seed, o.Respond, o.ClosePages, o.Format, o.Mapping, o.Host, o.Robots, o.Strict
	f.maxRejects, f.from, f.to, f.catalog = o.MaxRejects, o.From, o.To, run.Catalog.Paths
	f.by, f.personal, f.later = o.By, o.Personal, o.Later
	var c *model.Catalog
	switch {
	case len(run.Catalog.Paths) > 0:
		c, err = model.Load(run.Catalog.Paths...)
	case run.Catalog.Revision > 0:
		c, _, err = namedCatalog(ctx, w, fmt.Sprintf("@%d", run.Catalog.Revision), f.store)
	default:
		c, err = fixtures.Catalog()
	}
	if err != nil {
		return nil, nil, nil, err
	}
	is, err := catalogDigest(c)
	if err != nil {
		return nil, nil, nil, err
	}
	if is != run.Catalog.Digest {
		run.changed = true
		fmt.Fprintf(w.err, "changed: the catalog, %s\n", text.Line(run.Catalog.From, 200))
	}
	if now != "" && now != run.Catalog.Digest {
		fmt.Fprintf(w.err, "note: the store's catalog has changed since revision %d, which this repeats\n", run.Catalog.Revision)
	}
	f.unkeyed = !o.StoreKey
	if o.Keyed != (w.getenv("BECKON_KEY") != "") {
		run.changed = true
		fmt.Fprintln(w.err, "changed: BECKON_KEY, which the names of a log's visitors depend on")
	}
	if run.Engine != version() {
		fmt.Fprintf(w.err, "note: it was run by beckon %s, this is %s\n", text.Line(run.Engine, 60), version())
	}
	var files []string
	found := map[string]bool{}
	for _, was := range run.Inputs {
		is, err := inputNow(was.Path, was.Found)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("reading the input: %w", err)
		}
		if is != was {
			run.changed = true
			fmt.Fprintf(w.err, "changed: %s\n", text.Line(was.Path, 200))
		}
		if was.Path != o.Mapping {
			files = append(files, was.Path)
			if was.Found {
				found[was.Path] = true
			}
		}
	}
	f.repeated = &trafficPaths{files, found}
	return run, c, files, nil
}

// sameAs says whether results are those of a saved run.
func (r *savedRun) sameAs(w *world, name string, now *replay.Results) error {
	digest, err := resultsDigest(now)
	if err != nil {
		return err
	}
	if digest == r.Digest {
		fmt.Fprintf(w.err, "the same as the run %s, byte for byte\n", name)
		return nil
	}
	fmt.Fprintf(w.err, "not the same as the run %s\n", name)
	for _, said := range r.otherwise(now, r.changed) {
		fmt.Fprintln(w.err, said)
	}
	return errNo
}

func showRun(ctx context.Context, w *world, s store.Store, name string, asJSON bool) error {
	d, err := s.Get(ctx, kindRun, name)
	if errors.Is(err, store.ErrNotFound) {
		return noDocument(ctx, s, kindRun, name)
	}
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	r, err := decodeRun(d)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(w.out, r)
	}
	fmt.Fprintf(w.out, "run       %s, by %s, %s\n", text.Line(name, 60), text.Line(d.Author, 40), d.At.UTC().Format("Mon 2 Jan 2006 15:04 UTC"))
	fmt.Fprintf(w.out, "catalog   %s\n", text.Line(r.Catalog.From, 60))
	for _, in := range r.Inputs {
		fmt.Fprintf(w.out, "file      %s, %s bytes\n", text.Line(in.Path, 50), number(in.Bytes))
	}
	fmt.Fprintf(w.out, "options   seed %d, visitors %s\n", r.Options.Seed, text.Line(r.Options.Respond, 40))
	printInput(w.out, &r.Results.Input, "line")
	fmt.Fprintf(w.out, "traffic   %s, %s, %s\n", many(r.Results.Visitors, "visitor"), many(r.Results.Visits, "visit"), many(r.Results.Events, "event"))
	if !r.Results.Complete {
		fmt.Fprintf(w.out, "stopped   complete up to visitor %s\n", text.Line(r.Results.UpTo, 60))
	}
	printResults(w.out, r.Results, r.Options.By, "")
	return nil
}

func listRuns(ctx context.Context, w *world, s store.Store, asJSON bool) error {
	docs, err := store.At(ctx, s, 0, kindRun)
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	type listed struct {
		Name     string `json:"name"`
		By       string `json:"by"`
		At       string `json:"at"`
		Catalog  string `json:"catalog"`
		Visits   int64  `json:"visits"`
		Displays int64  `json:"displays"`
		Complete bool   `json:"complete"`
	}
	list := []listed{}
	for _, d := range docs {
		r, err := decodeRun(d)
		if err != nil {
			fmt.Fprintln(w.err, err)
			continue
		}
		from := r.Catalog.From
		if r.Catalog.Revision > 0 {
			from = fmt.Sprintf("revision %d", r.Catalog.Revision)
		}
		list = append(list, listed{d.ID, d.Author, d.At.UTC().Format(time.RFC3339), from, r.Results.Visits, r.Results.Account.Displays, r.Results.Complete})
	}
	if asJSON {
		return writeJSON(w.out, list)
	}
	if len(list) == 0 {
		fmt.Fprintln(w.out, "no run is saved: beckon replay --save NAME FILE saves one")
		return nil
	}
	t := columns{head: []string{"run", "by", "at", "catalog", "visits", "displays"}, right: []bool{false, false, false, false, true, true}}
	for _, x := range list {
		t.rows = append(t.rows, []string{text.Line(x.Name, 80), text.Line(x.By, 40), x.At[:16] + "Z", text.Line(x.Catalog, 40), number(x.Visits), number(x.Displays)})
	}
	t.write(w.out, "")
	return nil
}
