package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"beckon/model/text"
)

// Revision numbers the states of a store: 0 is the empty store, and every commit makes the next one. All documents of one commit
// carry the same revision.
type Revision uint64

// Document is one version of one document.
type Document struct {
	Kind string // such as "campaign"; the store gives it no meaning
	ID   string // unique in its kind
	Body []byte // the caller's bytes, never looked into; nil where Deleted

	Revision Revision  // the commit that wrote this version
	Author   string    // who wrote it
	Why      string    // what for, in the author's words; may be empty
	At       time.Time // when, in UTC, as the author's side gave it
	Deleted  bool      // this version says that the document is gone; only History, watches and conflicts show such versions
}

// Change is what one [Store.Commit] writes, all of it or nothing.
type Change struct {
	Author string    // who; required, at most [MaxName] bytes
	From   string    // where the author sat, such as the address of a connection; may be empty, kept in the audit
	Why    string    // what for; may be empty, at most [MaxWhy] bytes
	At     time.Time // when; required, kept in UTC to the nanosecond

	// Key makes the change safe to repeat: a second change with the same key writes nothing and returns the revision of the
	// first. An import uses the digest of its input. Empty means that every commit counts.
	Key string

	Writes []Write      // at most one per document
	Audit  []AuditEntry // what a reader of the audit shall see of it, in the caller's order
}

// Write is one write of a [Change]: a [Put] or a [Delete].
type Write interface {
	target() (kind, id string, base Revision)
}

// Put writes a document.
type Put struct {
	Kind, ID string
	Body     []byte   // at most [MaxBody] bytes
	Base     Revision // the revision of the version that it replaces; 0: there must be none, or a deleted one
}

// Delete takes a document away. Its history stays, and the same id may be put again with Base 0.
type Delete struct {
	Kind, ID string
	Base     Revision // the revision of the version that it takes away; never 0
}

func (p Put) target() (string, string, Revision)    { return p.Kind, p.ID, p.Base }
func (d Delete) target() (string, string, Revision) { return d.Kind, d.ID, d.Base }

// Ref names a document.
type Ref struct{ Kind, ID string }

// String returns the kind and the id, harmless to show.
func (r Ref) String() string {
	return fmt.Sprintf("%s %s", text.Line(r.Kind, shown), text.Line(r.ID, shown))
}

// Target returns the document that a write is for, and the revision that it replaces.
func Target(w Write) (Ref, Revision) {
	kind, id, base := w.target()
	return Ref{kind, id}, base
}

// AuditEntry tells one value that changed. Whoever commits fills the first group; the store fills the second from the change.
type AuditEntry struct {
	Kind    string // the object, such as a campaign; it need not be a document of the same change
	ID      string
	Action  string // such as "update" or "publish"; required
	Element string // which part of the object, such as "priority"; may be empty
	Old     string // the value before; may be empty
	New     string // the value after; may be empty

	Seq      uint64 // place in the audit, from 1, without holes
	Revision Revision
	Author   string
	From     string
	Why      string
	At       time.Time
}

// Query selects documents for [Store.List]. The zero value is the first page of everything that lives now.
type Query struct {
	Kind  string   // only this kind; empty: all kinds
	After Ref      // only documents behind this one, in order of kind, then id; with Kind set, After.Kind may be empty
	Limit int      // at most so many; 0 or less: [DefaultLimit]; an implementation may return fewer, but none only at the end
	At    Revision // as of this revision; 0: now
}

// HistoryQuery selects versions for [Store.History].
type HistoryQuery struct {
	Before Revision // only versions older than this; 0: from the newest
	Limit  int      // at most so many; 0 or less: [DefaultLimit]
}

// HistoriesQuery selects versions for [Historian]. The zero value is the first page of all.
type HistoriesQuery struct {
	After  Ref      // go on behind the version of this document
	Before Revision // that has this revision
	Limit  int      // at most so many; 0 or less: [DefaultLimit]
}

// AuditQuery selects entries for [Store.Audit]. Every field that is set must fit. The zero value is the newest page of all.
type AuditQuery struct {
	Kind, ID, Author, Action string
	Since, Until             time.Time // At is not before Since and not after Until; a zero time sets no bound

	After       uint64 // the Seq of the last entry seen: go on behind it in the direction of reading; 0: from the start
	OldestFirst bool   // reading direction; the default is newest first
	Limit       int    // at most so many; 0 or less: [DefaultLimit]
}

// Fits reports whether an entry is one that the query asks for, by all but its place.
func (q AuditQuery) Fits(e AuditEntry) bool {
	return (q.Kind == "" || q.Kind == e.Kind) &&
		(q.ID == "" || q.ID == e.ID) &&
		(q.Author == "" || q.Author == e.Author) &&
		(q.Action == "" || q.Action == e.Action) &&
		(q.Since.IsZero() || !e.At.Before(q.Since)) &&
		(q.Until.IsZero() || !e.At.After(q.Until))
}

// Event is one commit as a watch tells it. A commit that wrote only audit entries has no documents.
type Event struct {
	Revision  Revision
	Author    string
	Why       string
	At        time.Time
	Documents []Document // in the order of the change's writes; deleted ones have Deleted set
}

// Watch is a subscription to the commits behind a revision. One goroutine uses it.
type Watch interface {
	// Next returns the next commits in order, at least one, and waits for one while there is none. However slow the caller is,
	// it misses nothing: what it has not fetched is read from the history. An error ends nothing: Next may be called again and goes
	// on at the same place, except after [ErrClosed] and [ErrNoRevision] (the store was replaced: read everything again).
	Next(ctx context.Context) ([]Event, error)
	// Close gives back what the subscription holds; a waiting Next returns [ErrClosed].
	Close() error
}

// Store keeps documents, their history and an audit. All methods may be used by many goroutines at once. What they return
// belongs to the caller.
type Store interface {
	// Revision returns the revision of the last commit, 0 for an empty store. To follow a store without a gap, take it first, read
	// [At] it, and watch from it.
	Revision(ctx context.Context) (Revision, error)

	// Get returns the living version of a document, or [ErrNotFound].
	Get(ctx context.Context, kind, id string) (Document, error)

	// List returns living documents in order of kind, then id, byte by byte. With Query.At set, it returns what lived then;
	// [ErrNoRevision] says that the store has not come so far.
	List(ctx context.Context, q Query) ([]Document, error)

	// Commit writes a change and returns the revision that it made. It returns a [*ConflictError] for a stale base, an error that
	// is [ErrInvalid] or [ErrTooLarge] for a change that breaks the rules of [Change.Validate], [ErrReadOnly] while the store
	// takes no writes, and [ErrFull] where there is no room. After any error that is not one of these the outcome may be
	// unknown, and is where it is [ErrUnknown]: read the revision again before repeating, or give the change a Key.
	Commit(ctx context.Context, c Change) (Revision, error)

	// History returns the versions of a document, newest first, deletions included, or [ErrNotFound] if there never was one.
	History(ctx context.Context, kind, id string, q HistoryQuery) ([]Document, error)

	// Audit returns entries of the audit.
	Audit(ctx context.Context, q AuditQuery) ([]AuditEntry, error)

	// Commits returns the commits behind a revision as they were, in order, at most limit of them (0 or less: [DefaultLimit]). An
	// implementation may return fewer, but none only at the end. It returns [ErrNoRevision] for a revision that the store has not
	// reached, and [ErrCorrupt] where the first of them does not hold together; those behind it can be read all the same.
	Commits(ctx context.Context, since Revision, limit int) ([]Commit, error)

	// Watch subscribes to every commit behind the given revision, so that Watch(ctx, 0) tells all that ever happened. It returns
	// [ErrNoRevision] for a revision that the store has not reached. Subscribers never slow down a commit.
	Watch(ctx context.Context, since Revision) (Watch, error)

	// Scratch is kept beside the documents, Presence for as long as somebody is there.
	Scratch
	Presence

	// Close ends the store. Calling it again does nothing; every other method then returns [ErrClosed].
	Close() error
}

// Checker is a store that can examine itself.
type Checker interface {
	// Check reads everything and returns nil if all of it is whole and agrees with itself.
	Check(ctx context.Context) error
}

// Historian is a store that tells the histories of many documents at a time, for whoever reads all of them.
type Historian interface {
	// Histories returns versions of all documents that there ever were, in order of kind, then id, of each the newest first,
	// deletions included. It may return fewer than the limit, but none only at the end. [errors.ErrUnsupported] says that they have to
	// be asked for one by one.
	Histories(ctx context.Context, q HistoriesQuery) ([]Document, error)
}

// Distant is a store on other machines, which may be out of reach for a while. It goes on to be read then, as far as it can: what is
// read may be behind what others have written.
type Distant interface {
	// Away returns why the store is out of reach, nil while it is not, and a channel that is closed when that changes. It waits
	// for nothing.
	Away() (why error, changed <-chan struct{})
}

// HeadOf returns where the chain of a store ends.
func HeadOf(ctx context.Context, s Store) (Head, error) {
	rev, err := s.Revision(ctx)
	if err != nil || rev == 0 {
		return Head{}, err
	}
	last, err := s.Commits(ctx, rev-1, 1)
	if err != nil {
		return Head{}, err
	}
	if len(last) == 0 || last[0].Revision != rev {
		return Head{}, fmt.Errorf("commit %d is missing: %w", rev, ErrCorrupt)
	}
	return Head{rev, last[0].Sum}, nil
}

// At reads all living documents as of a revision (0: now), of the given kinds or, without any, of all. The result is one state of
// the store, whatever is committed meanwhile.
func At(ctx context.Context, s Store, rev Revision, kinds ...string) ([]Document, error) {
	if rev == 0 {
		now, err := s.Revision(ctx)
		if err != nil {
			return nil, err
		}
		if rev = now; rev == 0 {
			return nil, nil
		}
	}
	var all []Document
	for d, err := range Each(ctx, s, rev, kinds...) {
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Each reads the documents of a revision, of some kinds or of all, a page at a time. It ends behind an error.
func Each(ctx context.Context, s Store, rev Revision, kinds ...string) iter.Seq2[Document, error] {
	if len(kinds) == 0 {
		kinds = []string{""}
	}
	return func(yield func(Document, error) bool) {
		for _, kind := range kinds {
			q := Query{Kind: kind, At: rev}
			for {
				page, err := s.List(ctx, q)
				if err != nil {
					yield(Document{}, err)
					return
				}
				if len(page) == 0 {
					break
				}
				for _, d := range page {
					if !yield(d, nil) {
						return
					}
				}
				last := page[len(page)-1]
				q.After = Ref{last.Kind, last.ID}
			}
		}
	}
}
