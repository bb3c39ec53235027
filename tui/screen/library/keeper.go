package library

import (
	"context"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/conflict"
	"beckon/tui/versions"
)

// Keeper is where the catalog is kept. Its methods are called from commands,
// several at a time, with a context that ends with the session. What they
// return, and what they are given, nobody changes afterwards.
type Keeper interface {
	// Catalog reads the whole catalog as it is now.
	Catalog(ctx context.Context) (Loaded, error)
	// Commit writes all of a change or nothing, and returns the version that
	// every document of it has now. If one of them is no longer at its base,
	// nothing is written and the error is a *[Conflict].
	Commit(ctx context.Context, c Change) (Version, error)
	// Next returns what was written behind a revision, at once or as soon as
	// there is something. It may return several writes together.
	Next(ctx context.Context, after uint64) (News, error)
	// Past reads versions of a document that are older than a revision (0: from
	// the newest), newest first; none at the end.
	Past(ctx context.Context, k model.DocumentKey, before uint64) ([]versions.Version, error)
	// Effect replays the journeys at hand through two catalogs and tells what
	// is shown by the one and by the other.
	Effect(ctx context.Context, before, after *model.Catalog) (Effect, error)
	// Pages gives the pages of those journeys, each once, to try rules on.
	Pages(ctx context.Context) ([]journey.Page, error)
}

// Version says who wrote a document, when, and what for.
type Version struct {
	Revision uint64 // of the store when it was written; 0: there is none
	Author   string
	Why      string
	At       time.Time
}

// Loaded is the catalog at one revision.
type Loaded struct {
	// Catalog has Revision set.
	Catalog *model.Catalog
	// Versions are those of all its documents. A document without one cannot
	// be changed.
	Versions map[model.DocumentKey]Version
}

// Change is what is written in one step.
type Change struct {
	// Why is the change in words, "rename Cart to Basket".
	Why    string
	Writes []Write
}

// Write is the write of one document.
type Write struct {
	Kind model.Kind
	ID   string
	// Document is the whole document as it shall be; nil deletes it.
	Document model.Document
	// Base is the revision of the version that it replaces, 0 for none.
	Base uint64
	// Action, Element, Old and New are for the audit: "update", "name", "Cart",
	// "Basket".
	Action, Element, Old, New string
}

// News is what was written behind a revision.
type News struct {
	// Revision is the one to go on from.
	Revision uint64
	// Changed are the documents in the order in which they were written.
	Changed []Changed
	// Reload says that the changes cannot be told one by one, and everything
	// has to be read again.
	Reload bool
}

// Changed is one version of one document that somebody wrote.
type Changed struct {
	Kind model.Kind
	ID   string
	// Document is nil where the document was deleted.
	Document model.Document
	Version  Version
}

// Conflict refuses a change because of one document in it.
type Conflict = conflict.Conflict

// Effect is what a change of the catalog does to the decisions on journeys.
type Effect struct {
	Journeys int // recordings that were replayed
	Visits   int64
	Events   int64
	// Engagements have those whose displays are at least one in either.
	Engagements []Displays
}

// Displays counts how often an engagement is shown.
type Displays struct {
	Engagement    string // "campaign/engagement"
	Before, After int64
}
