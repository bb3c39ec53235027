package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"beckon/model/sheet"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/activity"
)

// activityKeeper shows the audit of a store.
type activityKeeper struct {
	store store.Store
	// elsewhere is set for operators at another machine, whose files are not
	// those of this one.
	elsewhere bool
}

var _ activity.Keeper = (*activityKeeper)(nil)

// auditQuery is the part of a search that the store answers.
func auditQuery(q activity.Query) store.AuditQuery {
	return store.AuditQuery{Author: q.By, Kind: q.Kind, ID: q.ID, Action: q.Action, Since: q.Since, Until: q.Until}
}

func entryOf(e store.AuditEntry) activity.Entry {
	return activity.Entry{Seq: e.Seq, Revision: uint64(e.Revision), At: e.At, Author: e.Author, From: e.From, Why: e.Why,
		Kind: e.Kind, ID: e.ID, Action: e.Action, Element: e.Element, Old: e.Old, New: e.New}
}

// eachEntry tells the entries that a search wants, newest first, until it is
// told to stop.
func eachEntry(ctx context.Context, s store.Store, q activity.Query, after uint64, tell func(activity.Entry) (bool, error)) error {
	ask := auditQuery(q)
	ask.After = after
	for {
		page, err := s.Audit(ctx, ask)
		if err != nil {
			return fmt.Errorf("reading the audit: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, e := range page {
			ask.After = e.Seq
			if one := entryOf(e); q.Fits(one) {
				if more, err := tell(one); err != nil || !more {
					return err
				}
			}
		}
	}
}

// Entries implements activity.Keeper.
func (k *activityKeeper) Entries(ctx context.Context, q activity.Query, after uint64, limit int) ([]activity.Entry, error) {
	var out []activity.Entry
	err := eachEntry(ctx, k.store, q, after, func(e activity.Entry) (bool, error) {
		out = append(out, e)
		return len(out) < limit, nil
	})
	return out, err
}

// Next implements activity.Keeper.
func (k *activityKeeper) Next(ctx context.Context, q activity.Query, newest, revision uint64) (activity.News, error) {
	watch, err := k.store.Watch(ctx, store.Revision(revision))
	if errors.Is(err, store.ErrNoRevision) {
		return activity.News{Reload: true}, nil
	}
	if err != nil {
		return activity.News{}, fmt.Errorf("watching the store: %w", err)
	}
	defer watch.Close()
	events, err := watch.Next(ctx)
	if errors.Is(err, store.ErrNoRevision) {
		return activity.News{Reload: true}, nil
	}
	if err != nil {
		return activity.News{}, fmt.Errorf("watching the store: %w", err)
	}
	news := activity.News{Revision: uint64(events[len(events)-1].Revision)}
	err = eachEntry(ctx, k.store, activity.Query{}, 0, func(e activity.Entry) (bool, error) {
		if e.Seq <= newest || e.Revision <= revision {
			return false, nil
		}
		// What is newer than the events comes with the next.
		if e.Revision <= news.Revision && q.Fits(e) {
			news.Entries = append(news.Entries, e)
		}
		return true, nil
	})
	return news, err
}

// Version implements activity.Keeper.
func (k *activityKeeper) Version(ctx context.Context, kind, id string, revision uint64) (activity.Version, error) {
	if kind == "" || id == "" {
		return activity.Version{}, activity.ErrNoVersion
	}
	docs, err := k.store.History(ctx, kind, id, store.HistoryQuery{Before: store.Revision(revision) + 1, Limit: 2})
	if errors.Is(err, store.ErrNotFound) || err == nil && (len(docs) == 0 || uint64(docs[0].Revision) != revision) {
		return activity.Version{}, activity.ErrNoVersion
	}
	if err != nil {
		return activity.Version{}, fmt.Errorf("reading the history of %v: %w", store.Ref{Kind: kind, ID: id}, err)
	}
	out := activity.Version{Version: versionIn(docs[0]), Body: string(docs[0].Body)}
	read := func(d store.Document, unread *string) {
		v := &out.Version
		if d.Revision != docs[0].Revision {
			v = out.Before
		}
		if d.Deleted || !isCatalogKind(d.Kind) {
			return
		}
		var err error
		if v.Document, err = decodeStored(d); err != nil {
			*unread = err.Error()
		}
	}
	read(docs[0], &out.Version.Unread)
	if len(docs) > 1 {
		before := versionIn(docs[1])
		out.Before, out.Had = &before, string(docs[1].Body)
		read(docs[1], &out.Before.Unread)
	}
	return out, nil
}

// Elsewhere implements activity.Keeper.
func (k *activityKeeper) Elsewhere() string {
	if k.elsewhere {
		return "no file of the server is written; run ssh HOST audit --csv > FILE"
	}
	return ""
}

// Export implements activity.Keeper.
func (k *activityKeeper) Export(ctx context.Context, q activity.Query, file string) (int, error) {
	if words := k.Elsewhere(); words != "" {
		return 0, errors.New(words)
	}
	switch info, err := plainFile(file); {
	case err != nil:
		return 0, err
	case info != nil:
		return 0, fmt.Errorf("%s is there already: name another file", text.Line(file, 200))
	}
	n := 0
	err := writeFile(file, func(w io.Writer) (err error) {
		form := asCSV
		if strings.EqualFold(filepath.Ext(file), ".json") {
			form = asJSON
		}
		n, err = writeAudit(ctx, w, k.store, q, form, false)
		return err
	})
	if err == nil { // who did what is not for everybody at this machine
		err = os.Chmod(file, 0o600)
	}
	return n, err
}

// The forms of an audit that is written out.
const (
	asLines = iota
	asCSV
	asJSON
)

// entryOut is an entry of the audit as it is written out.
type entryOut struct {
	Entry    uint64 `json:"entry"`
	Revision uint64 `json:"revision"`
	At       string `json:"at"`
	Operator string `json:"operator"`
	From     string `json:"from"`
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Action   string `json:"action"`
	Element  string `json:"element"`
	Old      string `json:"old"`
	New      string `json:"new"`
	Why      string `json:"why"`
}

// valueRunes is how much of a value a line of the audit tells; --json and --csv
// tell all of it.
const valueRunes = 200

// atFormat has one width and sorts as text.
const atFormat = "2006-01-02T15:04:05.000Z"

// writeAudit writes the entries that a search wants, newest first. In CSV all
// cells are quoted, and what a spreadsheet would run is defused, unless raw.
func writeAudit(ctx context.Context, to io.Writer, s store.Store, q activity.Query, form int, raw bool) (int, error) {
	w := bufio.NewWriter(to)
	table, cell := sheet.NewWriter(w), sheet.Text
	if raw {
		cell = sheet.Raw
	}
	switch form {
	case asCSV:
		if err := table.Head("entry", "revision", "at", "operator", "from", "kind", "id", "action", "element", "old", "new", "why"); err != nil {
			return 0, err
		}
	case asJSON:
		w.WriteString("[")
	}
	n := 0
	err := eachEntry(ctx, s, q, 0, func(e activity.Entry) (bool, error) {
		n++
		at := e.At.UTC().Format(atFormat)
		switch form {
		case asCSV:
			cells := []sheet.Cell{sheet.Number(fmt.Sprint(e.Seq)), sheet.Number(fmt.Sprint(e.Revision)), sheet.Text(at)}
			for _, v := range []string{e.Author, e.From, e.Kind, e.ID, e.Action, e.Element, e.Old, e.New, e.Why} {
				cells = append(cells, cell(v))
			}
			if err := table.Row(cells...); err != nil {
				return false, err
			}
		case asJSON:
			if n > 1 {
				w.WriteString(",")
			}
			w.WriteString("\n")
			if err := writeJSON(w, entryOut{e.Seq, e.Revision, at, e.Author, e.From, e.Kind, e.ID, e.Action, e.Element, e.Old, e.New, e.Why}); err != nil {
				return false, err
			}
		default:
			line := strings.Join(strings.Fields(strings.Join([]string{e.Author, e.Action, e.Kind, e.ID, e.Element}, " ")), " ")
			if e.Old != "" || e.New != "" {
				line += fmt.Sprintf(": %q, was %q", text.Line(e.New, valueRunes), text.Line(e.Old, valueRunes))
			}
			fmt.Fprintf(w, "%s  %s\n", e.At.UTC().Format("2006-01-02 15:04:05"), text.Line(line, 4*valueRunes))
		}
		return true, ctx.Err()
	})
	if form == asJSON {
		w.WriteString("]\n")
	}
	if err != nil {
		return n, err
	}
	if err := table.Flush(); err != nil {
		return n, err
	}
	return n, w.Flush()
}
