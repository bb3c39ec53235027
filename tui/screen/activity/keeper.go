package activity

import (
	"context"
	"errors"
	"time"

	"beckon/tui/versions"
)

// Keeper is where the audit and the documents are kept. Its methods are called
// from commands, several at a time, with a context that ends with the session.
type Keeper interface {
	// Entries reads the entries that a query wants, newest first, behind an
	// entry's number (0: from the newest), at most limit of them; none only at
	// the end.
	Entries(ctx context.Context, q Query, after uint64, limit int) ([]Entry, error)
	// Next returns the entries behind the number of an entry, newest first, and
	// the revision of the store, at once or as soon as the store is beyond a
	// revision. There may be none that the query wants.
	Next(ctx context.Context, q Query, newest, revision uint64) (News, error)
	// Version reads the version of a document that a revision wrote, and the one
	// before it. The error is [ErrNoVersion] where the revision wrote none.
	Version(ctx context.Context, kind, id string, revision uint64) (Version, error)
	// Export writes the entries that a query wants to a file of this machine, as
	// its ending says, and tells how many they were. It refuses a file that is
	// there.
	Export(ctx context.Context, q Query, file string) (int, error)
	// Elsewhere tells that the operator sits at another machine, whose files are
	// not those of this one: how to get an export there, in a sentence; empty: he
	// sits here.
	Elsewhere() string
}

// Entry is one entry of the audit.
type Entry struct {
	Seq      uint64
	Revision uint64
	At       time.Time
	Author   string
	From     string // empty: at the machine of the store
	Why      string

	Kind, ID string // the object
	Action   string
	Element  string
	Old, New string
}

// News is what happened meanwhile.
type News struct {
	Revision uint64
	Entries  []Entry
	// Reload says that everything has to be read again.
	Reload bool
}

// Version is what a change made of a document.
type Version struct {
	versions.Version
	// Body is the document as it is kept; empty where it was deleted.
	Body string
	// Had is the version that it replaced as it was kept; empty: there was none.
	Had string
	// Before is the version that it replaced; nil: there was none.
	Before *versions.Version
}

// ErrNoVersion says that a revision wrote no version of a document.
var ErrNoVersion = errors.New("the change wrote no such document")
