package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
)

func importCommand(w *world) *cobra.Command {
	var storeURL, why string
	var read replayFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import PATH",
		Short: "Put a catalog, journeys, scenarios or recorded traffic into a store",
		Long: "Import reads a catalog (a file, or a directory with its scenarios in the folder scenarios), scenarios (a file, or a directory called scenarios), " +
			"or recorded traffic in any form that replay reads, which becomes one journey of many visitors, and writes all of it to the store in one change, or nothing. " +
			"A file that does not end in .yaml, .yml or .json is traffic; so is one whose --format or --map is given.\n" +
			"What tells of a person is hidden as traffic is read, as replay --help says; the key of the hashes is made with the first import and lies in the store, unless BECKON_KEY gives one: " +
			"one id has one hash in a store, and another in another.\n" +
			"Documents of the store that the catalog does not have stay as they are.",
		Example: "beckon import fixtures/catalog\nbeckon import --host https://shop.example access.log.gz",
		Args:    wants(1, 1, "one catalog, journey, scenario or file of traffic"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var docs []document
			traffic := isTraffic(args[0], &read)
			if !traffic {
				var err error
				if docs, err = documentsOf(args[0]); err != nil {
					return err
				}
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
			var report *journey.Report
			if traffic {
				d, r, err := importTraffic(cmd.Context(), w, s, args[0], &read)
				if err != nil {
					return err
				}
				docs, report = []document{d}, r
			}
			if why == "" {
				why = "import of " + text.Line(filepath.Base(args[0]), 200)
			}
			n, rev, err := putAll(cmd.Context(), w, atHome(s, operator(w)), docs, why)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(w.out, pathOutOf(docs, n, rev, report))
			}
			if report != nil {
				printImport(w, docs[0].id, report)
			}
			if n == 0 {
				all := "the document is"
				if len(docs) != 1 {
					all = fmt.Sprintf("all %s are", counted(len(docs), "document"))
				}
				fmt.Fprintf(w.out, "nothing to change: %s in the store already\n", all)
				return nil
			}
			fmt.Fprintf(w.out, "%s of %s written, revision %d\n", number(int64(n)), counted(len(docs), "document"), rev)
			return nil
		},
	}
	storeFlag(cmd, &storeURL)
	read.readingFlags(cmd)
	cmd.Flags().StringVar(&why, "why", "", "keep `TEXT` in the history: what the change is for")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell it as JSON")
	return cmd
}

// pathOut is what was read and written; without a change there is no revision.
type pathOut struct {
	Documents int           `json:"documents"`
	Written   int           `json:"written"`
	Revision  uint64        `json:"revision,omitempty"`
	Journey   string        `json:"journey,omitempty"` // of traffic, and what is in it:
	Visitors  int64         `json:"visitors,omitempty"`
	Visits    int64         `json:"visits,omitempty"`
	Events    int64         `json:"events,omitempty"`
	Input     *replay.Input `json:"input,omitempty"`
}

func pathOutOf(docs []document, written int, rev store.Revision, r *journey.Report) pathOut {
	out := pathOut{Documents: len(docs), Written: written, Revision: uint64(rev)}
	if r != nil {
		in := replay.InputOf(r)
		out.Journey, out.Visitors, out.Visits, out.Events, out.Input = docs[0].id, int64(r.Visitors), int64(r.Visits), int64(r.Events), &in
	}
	return out
}

// document is what is to be in the store.
type document struct {
	kind, id string
	body     []byte
}

// documentsOf reads what is to be imported.
func documentsOf(name string) ([]document, error) {
	info, err := os.Stat(name)
	isDir := err == nil && info.IsDir()
	if isDir && filepath.Base(name) == model.ScenarioDir || !isDir && isScenarioFile(name) {
		return scenarioFiles(name)
	}
	loaded, err := model.LoadWithSources(name)
	if err != nil {
		return nil, fmt.Errorf("the catalog cannot be read:\n%w", err)
	}
	docs, err := catalogDocuments(loaded.Catalog)
	docs = slices.DeleteFunc(docs, func(d document) bool { // settings that no file has: what the store has stays
		_, written := loaded.Sources[model.DocumentKey{Kind: model.Kind(d.kind), ID: d.id}]
		return !written
	})
	if err != nil || !isDir {
		return docs, err
	}
	scenarios := filepath.Join(name, model.ScenarioDir)
	if there, err := exists(scenarios); err != nil || !there {
		return docs, err
	}
	more, err := scenarioFiles(scenarios)
	return append(docs, more...), err
}

// catalogDocuments encodes a catalog that can be used.
func catalogDocuments(c *model.Catalog) ([]document, error) {
	var wrong []error
	for _, p := range model.Validate(c) {
		if p.Severity == model.Error && !p.Draft {
			wrong = append(wrong, errors.New(p.String()))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the catalog has errors (beckon check tells where):\n%w", errors.Join(wrong...))
	}
	if _, err := engine.Compile(c); err != nil {
		return nil, fmt.Errorf("the catalog cannot be used:\n%w", err)
	}
	var out []document
	for _, d := range c.Documents() {
		body, err := model.EncodeDocument(d)
		if err != nil {
			return nil, fmt.Errorf("encoding the catalog: %w", err)
		}
		h := d.Head()
		out = append(out, document{string(h.Kind), h.ID, body})
	}
	return out, nil
}

// putAll writes the documents that differ from the store's in one change, and
// returns how many did.
func putAll(ctx context.Context, w *world, s store.Store, docs []document, why string) (int, store.Revision, error) {
	written, rev, err := putSince(ctx, s, store.Change{Author: operator(w), Why: why, At: w.now().UTC()}, docs, anyRevision)
	return len(written), rev, err
}

// anyRevision is for writers that replace whatever there is.
const anyRevision = ^store.Revision(0)

// putSince adds the documents that differ from the store's to a change and
// commits it; it returns which did. The writer saw the store at a revision:
// where one of them was written behind it, nothing is, and the error is a
// [store.ConflictError].
func putSince(ctx context.Context, s store.Store, change store.Change, docs []document, seen store.Revision) ([]store.Ref, store.Revision, error) {
	var written []store.Ref
	for _, d := range docs {
		put := store.Put{Kind: d.kind, ID: d.id, Body: d.body}
		action := "create"
		switch was, err := s.Get(ctx, d.kind, d.id); {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, 0, fmt.Errorf("reading the store: %w", err)
		case bytes.Equal(was.Body, d.body):
			continue
		case was.Revision > seen:
			return nil, 0, fmt.Errorf("writing to the store: %w",
				&store.ConflictError{Mine: store.Document{Kind: d.kind, ID: d.id, Body: d.body, Revision: seen}, Theirs: was})
		default:
			put.Base, action = was.Revision, "update"
		}
		change.Writes = append(change.Writes, put)
		written = append(written, store.Ref{Kind: d.kind, ID: d.id})
		entry := store.AuditEntry{Kind: d.kind, ID: d.id, Action: action}
		if !isCatalogKind(d.kind) {
			change.Audit = append(change.Audit, entry)
			continue
		}
		now, err := decodeStored(store.Document{Kind: d.kind, ID: d.id, Body: d.body})
		if err != nil {
			return nil, 0, err
		}
		if put.Base == 0 {
			entry.New = now.Head().Name
		}
		change.Audit = append(change.Audit, elements(ctx, s, put.Base, now, entry)...)
	}
	if len(written) == 0 {
		return nil, 0, nil
	}
	rev, err := s.Commit(ctx, change)
	if err != nil {
		return nil, 0, fmt.Errorf("writing to the store: %w", err)
	}
	return written, rev, nil
}

// operator is who works at this terminal.
func operator(w *world) string {
	for _, name := range []string{w.getenv("BECKON_OPERATOR"), w.getenv("USER"), w.getenv("LOGNAME")} {
		if name, err := text.Name(name); err == nil {
			return name
		}
	}
	if u, err := user.Current(); err == nil {
		if name, err := text.Name(u.Username); err == nil {
			return name
		}
	}
	return "operator"
}

// journeysOf reads the journey files of a file system.
func journeysOf(files fs.FS) ([]document, error) {
	names, err := fs.Glob(files, "*.jsonl")
	if err != nil {
		return nil, fmt.Errorf("listing journeys: %w", err)
	}
	var out []document
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading a journey: %w", err)
		}
		d, err := journeyDocument(strings.TrimSuffix(path.Base(name), ".jsonl"), body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, d)
	}
	return out, nil
}
