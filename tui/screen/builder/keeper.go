package builder

import (
	"context"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/approval"
	"beckon/tui/conflict"
	"beckon/tui/versions"
)

// Keeper is where the catalog and the operator's drafts are kept. Its methods
// are called from commands, several at a time, with a context that ends with
// the session. What they return, and what they are given, nobody changes
// afterwards.
type Keeper interface {
	// Desk keeps the requests for approval.
	approval.Desk
	// Standing tells how approval stands of a change that publishes.
	Standing(ctx context.Context, c Change) (Standing, error)
	// AskApproval asks that a change be approved before it is published.
	AskApproval(ctx context.Context, c Change, note string) error
	// Catalog reads the whole catalog as it is now.
	Catalog(ctx context.Context) (Loaded, error)
	// Next waits until something behind a revision has been written, and returns
	// it in order.
	Next(ctx context.Context, after uint64) (News, error)
	// Drafts lists the operator's own drafts, the latest first.
	Drafts(ctx context.Context) ([]Draft, error)
	// SaveDraft keeps a draft in place of the one of its key.
	SaveDraft(ctx context.Context, d Draft) error
	// DropDraft takes a draft away; one that is not there is no error.
	DropDraft(ctx context.Context, key string) error
	// Versions reads versions of a document that are older than a revision (0:
	// from the newest), newest first; none at the end. One that cannot be read
	// is among them and says why.
	Versions(ctx context.Context, key model.DocumentKey, before uint64) ([]versions.Version, error)
	// Gone lists the campaigns that were deleted, the latest first.
	Gone(ctx context.Context) ([]Gone, error)
	// Try runs the kept scenarios that concern a campaign on the catalog as it is
	// once the campaign and the items are written as they are given.
	Try(ctx context.Context, k *model.Campaign, items []model.Document) ([]replay.Trial, error)
	// DropScenario takes a kept scenario away; one that is not there is no error.
	DropScenario(ctx context.Context, id string) error
	// Write writes all of a change or nothing, and returns the revision that it
	// made. If a document is no longer the version that the change names, the
	// error is a *[Conflict]; if the campaign is to be published and a scenario
	// that concerns it does not hold, a *replay.Refusal; every other error
	// counts as "perhaps written".
	Write(ctx context.Context, c Change) (uint64, error)
}

// Standing is how approval stands of a change.
type Standing struct {
	Required bool
	// Request is the one for the campaign, nil if there is none; Same says that
	// it asks for exactly this change.
	Request *approval.Request
	Same    bool
}

// Loaded is the catalog at one revision.
type Loaded struct {
	Catalog *model.Catalog
	// Revisions are those of the documents' versions. A document without one
	// cannot be replaced.
	Revisions map[model.DocumentKey]uint64
	// Pages are those of the kept journeys, each once, to try rules on.
	Pages []journey.Page
}

// News is what was written up to a revision. With Reload the catalog was
// replaced: what was read before says nothing of it.
type News struct {
	Revision uint64
	Changed  []Changed
	Reload   bool
}

// Changed is a document that somebody wrote, nil if he deleted it.
type Changed struct {
	Key      model.DocumentKey
	Document model.Document
	Revision uint64
	Author   string
	Why      string
	At       time.Time
}

// Draft is unfinished work on one campaign, as one operator left it.
type Draft struct {
	// Key is the campaign's ID; for a campaign that was never saved, a name of
	// its own that is no ID.
	Key string
	// Name is what the campaign was called, to list it.
	Name string
	// Work is the campaign under edit with its past, as edit.History saves it.
	Work []byte
	// Items are the library items that were added or changed with it, those under
	// edit that have a name among them.
	Items []Item
	// Begun are the library items under edit on top of the campaign, that of it
	// first, each over the one that it was begun for.
	Begun []Begun
	At    time.Time
}

// Begun is a library item under edit that was not taken yet.
type Begun struct {
	// Work is the item with its past, as edit.History saves it.
	Work []byte
	// Base is the revision of the version that it replaces; 0 for a new one.
	Base uint64
	// Field is the path of the field that will mention it, in what lies below it;
	// empty: it is mentioned already.
	Field string
}

// Item is a library item to be written with a campaign.
type Item struct {
	Document model.Document
	// Base is the revision of the version that it replaces; 0 for a new one.
	Base uint64
}

// Change is what is written in one step: a campaign, and the library items
// that came to be or changed with it.
type Change struct {
	// Campaign as it shall be; with Delete, as it was.
	Campaign *model.Campaign
	// Base is the revision of the version that it replaces; 0: there is none.
	Base   uint64
	Delete bool
	Items  []Item
	// Draft is the key of the draft that goes with it; empty leaves all.
	Draft string
	// Why is the change in words, "publish Cart rescue".
	Why string
	// Audit tells what changed, value by value.
	Audit []Entry
}

// Entry is one value that changed, for the audit.
type Entry struct {
	Key    model.DocumentKey
	Action string // "create", "update", "publish", "delete"
	// Element is the path of the field, empty for the whole document.
	Element, Old, New string
}

// Conflict refuses a change because somebody else wrote one of its documents.
type Conflict = conflict.Conflict
