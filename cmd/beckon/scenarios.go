package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
)

// kindScenario is the kind of stored scenarios: one a document, its ID the
// name of its file, its body canonical and without a catalog, as it is run on
// the one at hand.
const kindScenario = "scenario"

// maxScenarioID bounds what a scenario is called; it is often a sentence.
const maxScenarioID = 100

// scenarioDocuments makes documents of a scenario file. One that holds several
// gives them its name with a number.
func scenarioDocuments(file string, body []byte) ([]document, error) {
	scenarios, err := replay.ParseScenario(file, body)
	if err != nil {
		return nil, fmt.Errorf("the scenario cannot be read:\n%w", err)
	}
	name := strings.TrimSuffix(path.Base(filepath.ToSlash(file)), path.Ext(file))
	var out []document
	for i, s := range scenarios {
		id := name
		if len(scenarios) > 1 {
			id = fmt.Sprintf("%s-%d", name, i+1)
		}
		d, err := scenarioDocument(id, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text.Line(file, 200), err)
		}
		out = append(out, d)
	}
	return out, nil
}

// scenarioDocument makes the document of a scenario.
func scenarioDocument(id string, s *replay.Scenario) (document, error) {
	if len(id) > maxScenarioID || !model.IsKebab(id) {
		return document{}, fmt.Errorf("a scenario is kept under its file's name: want a to z, 0 to 9 and single hyphens, at most %d: %s", maxScenarioID, text.Line(id, 120))
	}
	kept := *s
	kept.Catalog = ""
	body, err := replay.EncodeScenario(&kept)
	if err != nil {
		return document{}, err
	}
	if len(body) > store.MaxBody {
		return document{}, fmt.Errorf("a scenario of %s bytes; the store keeps up to %s", number(int64(len(body))), number(store.MaxBody))
	}
	return document{kindScenario, id, body}, nil
}

// shopScenarios are those of the demo shop that are about its own catalog.
func shopScenarios() ([]document, error) {
	var out []document
	for _, name := range fixtures.ScenarioNames() {
		body, err := fs.ReadFile(fixtures.Scenarios(), name)
		if err != nil {
			return nil, fmt.Errorf("reading a scenario: %w", err)
		}
		scenarios, err := replay.ParseScenario(name, body)
		if err != nil {
			return nil, fmt.Errorf("reading a scenario: %w", err)
		}
		if scenarios[0].Catalog != "../catalog" {
			continue
		}
		docs, err := scenarioDocuments(name, body)
		if err != nil {
			return nil, err
		}
		out = append(out, docs...)
	}
	return out, nil
}

// scenarioFiles reads the scenario files of a path, a file or a directory, as
// documents.
func scenarioFiles(name string) ([]document, error) {
	files, err := replay.Disk().Files(name)
	if err != nil {
		return nil, err
	}
	var out []document
	from := map[string]string{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading a scenario: %w", err)
		}
		docs, err := scenarioDocuments(file, body)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			if other := from[d.id]; other != "" {
				return nil, fmt.Errorf("two scenarios would be kept as %s: %s and %s", d.id, text.Line(other, 200), text.Line(file, 200))
			}
			from[d.id] = file
		}
		out = append(out, docs...)
	}
	return out, nil
}

// isScenarioFile reports whether a file is one of scenarios. What cannot be
// read is none: whoever reads it for something else says why.
func isScenarioFile(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, model.MaxFileBytes))
	return err == nil && replay.IsScenario(head)
}

// storedScenarios reads the scenarios of a store as of a revision, 0 for now.
func storedScenarios(ctx context.Context, s store.Store, rev store.Revision) ([]document, error) {
	stored, err := store.At(ctx, s, rev, kindScenario)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	out := make([]document, len(stored))
	for i, d := range stored {
		out[i] = document{d.Kind, d.ID, d.Body}
	}
	return out, nil
}

// place is what a document is called where it has no file.
func (d document) place() string { return d.kind + "/" + d.id }

// exportScenarios writes scenarios into a catalog's directory, each naming the
// catalog around it, so that they can be run there.
func exportScenarios(dir string, docs []document) error {
	type file struct {
		name string
		body []byte
	}
	var files []file
	for _, d := range docs {
		if len(d.id) > maxScenarioID || !model.IsKebab(d.id) {
			return fmt.Errorf("the scenario %s cannot be written: its name is none of a file", text.Line(d.id, 120))
		}
		body := d.body
		if read, err := replay.ParseScenario(d.place(), d.body); err == nil && len(read) == 1 {
			read[0].Catalog = ".."
			if body, err = replay.EncodeScenario(read[0]); err != nil {
				return err
			}
		}
		files = append(files, file{d.id + ".yaml", body}) // one that cannot be read comes out as it is, to be mended
	}
	if len(files) == 0 {
		return nil
	}
	to := filepath.Join(dir, model.ScenarioDir)
	for _, f := range files {
		if err := model.ReplaceFile(filepath.Join(to, f.name), f.body); err != nil {
			return fmt.Errorf("writing scenarios: %w", err)
		}
	}
	return nil
}

// testedScenarios is what the command test runs where it is given no path: the
// store's scenarios with its catalog, or, where there is no store, the demo
// shop's. It says in words which.
func testedScenarios(ctx context.Context, w *world, storeURL string) ([]document, *model.Catalog, string, error) {
	path, err := storePath(w, storeURL)
	if err != nil {
		return nil, nil, "", err
	}
	there, err := storeExists(ctx, w, path)
	if err != nil {
		return nil, nil, "", err
	}
	if !there {
		if storeAsked(w, storeURL) {
			return nil, nil, "", noStore(w, storeURL, path)
		}
		c, err := fixtures.Catalog()
		if err != nil {
			return nil, nil, "", err
		}
		docs, err := shopScenarios()
		return docs, c, "the demo shop", err
	}
	s, err := openStore(ctx, w, path)
	if errors.Is(err, store.ErrInUse) {
		return nil, nil, "", beside(err)
	}
	if err != nil {
		return nil, nil, "", err
	}
	defer s.Close()
	rev, err := s.Revision(ctx)
	if err != nil {
		return nil, nil, "", fmt.Errorf("reading the store: %w", err)
	}
	docs, err := storedScenarios(ctx, s, rev)
	if err != nil {
		return nil, nil, "", err
	}
	if len(docs) == 0 {
		return nil, nil, "", fmt.Errorf("%w in the store %s: beckon import puts in files of them", errNoScenario, path)
	}
	c, err := storedCatalog(ctx, s, rev)
	return docs, c, "of the store", err
}

// tryScenarios runs the store's scenarios that concern a campaign on the
// store's catalog as it is once the documents are written.
func tryScenarios(ctx context.Context, s store.Store, campaign string, docs ...model.Document) ([]replay.Trial, error) {
	rev, err := s.Revision(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	stored, err := storedScenarios(ctx, s, rev)
	if err != nil {
		return nil, err
	}
	kept := make([]replay.Kept, len(stored))
	for i, d := range stored {
		kept[i] = replay.Kept{ID: d.id, Text: d.body}
	}
	return replay.Try(ctx, kept, campaign, func() (*engine.Engine, error) {
		c, err := storedCatalog(ctx, s, rev)
		if err != nil {
			return nil, err
		}
		return compile(c.With(docs...), "as it would be published")
	})
}

// guardPublishing refuses to publish a campaign that has errors, and one of
// which a scenario that concerns it does not hold. Whoever writes asks it,
// screens again: what they have seen may have changed since.
func guardPublishing(ctx context.Context, s store.Store, now time.Time, k *model.Campaign, items ...model.Document) error {
	c, err := storedCatalog(ctx, s, 0)
	if err != nil {
		return err
	}
	docs := append(slices.Clone(items), k)
	if err := refuseErrors(k, model.ValidateCampaign(c.With(docs...), k.ID, now)); err != nil {
		return err
	}
	trials, err := tryScenarios(ctx, s, k.ID, docs...)
	if err != nil {
		return err
	}
	return replay.Refuse(trials)
}

// dropScenario takes a scenario out of a store; one that is not there is no
// error.
func dropScenario(ctx context.Context, s store.Store, id, who string, at time.Time) error {
	d, err := s.Get(ctx, kindScenario, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the store: %w", err)
	}
	if _, err := s.Commit(ctx, store.Change{Author: who, Why: "delete the scenario " + id, At: at.UTC(),
		Writes: []store.Write{store.Delete{Kind: kindScenario, ID: id, Base: d.Revision}},
		Audit:  []store.AuditEntry{{Kind: kindScenario, ID: id, Action: "delete"}}}); err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	return nil
}
