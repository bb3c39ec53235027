package campaigns

import (
	"context"
	"fmt"
	"time"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/approval"
	"beckon/tui/conflict"
)

// Keeper is where the catalog is kept. Its methods are called from commands,
// several at a time, with a context that ends with the session. What they
// return, and what they are given, nobody changes afterwards.
type Keeper interface {
	// Desk keeps the requests for approval.
	approval.Desk
	// Catalog reads the whole catalog as it is now.
	Catalog(ctx context.Context) (Loaded, error)
	// Check is [model.ValidateAt]. Many who have the same documents may be told
	// the same problems, which nobody changes.
	Check(c *model.Catalog, now time.Time) []model.Problem
	// Try runs the kept scenarios that concern a campaign on the catalog as it is
	// once the campaign is written as it is given.
	Try(ctx context.Context, k *model.Campaign) ([]replay.Trial, error)
	// Put writes one campaign in place of the version that the edit names, and
	// returns the version that it made. If that version is no longer the
	// present one, nothing is written and the error is a *[Conflict]; if the
	// action is [ActionPublish] and a scenario that concerns the campaign does
	// not hold, it is a *replay.Refusal.
	Put(ctx context.Context, e Edit) (Version, error)
	// Next returns what was written behind a revision, at once or as soon as
	// there is something. It may return several writes together.
	Next(ctx context.Context, after uint64) (News, error)

	// Export writes a campaign with what it mentions to a file, which appears
	// whole or not at all. Where there is one already and the export does not
	// say to replace it, the error is a *[FileExists]. A keeper that must not
	// touch files (for operators who are elsewhere) refuses with an error that
	// says so, as it does for Plan.
	Export(ctx context.Context, e Export) (Exported, error)
	// Plan reads a file of campaigns and plans how they get into the catalog as
	// it is now. Nothing is written.
	Plan(ctx context.Context, path string) (Incoming, error)
	// Import writes what a plan says, in one change. Where one of the documents
	// was written since the plan was made, nothing is, and the error is an
	// *[Outdated].
	Import(ctx context.Context, in Incoming) (Imported, error)
}

// Export asks for a file. Its ending says what is written: ".json" the
// account-config shape, ".yaml" or ".yml" the documents.
type Export struct {
	Campaign string // its ID
	Path     string
	Replace  bool // the file, if there is one
}

// Exported is a file that was written.
type Exported struct {
	Path  string // from the root
	Bytes int
	// LeftOut tells what had no place in the file.
	LeftOut []string
}

// FileExists refuses to write over a file.
type FileExists struct {
	Path  string // from the root
	Bytes int64
	At    time.Time // when it was written
}

func (f *FileExists) Error() string { return "there is a file at " + text.Line(f.Path, 200) }

// Incoming is a file that was read, with what would become of it.
type Incoming struct {
	Path string
	// Revision is the one that the plan was made for.
	Revision uint64
	Plan     *exchange.Plan
}

// Imported is an import that was written.
type Imported struct {
	Version Version
	// Changed are the documents of the catalog; none if all of it was there
	// already.
	Changed []Changed
}

// Outdated refuses an import whose plan is older than what is there.
type Outdated struct {
	Kind    model.Kind
	ID      string
	Version Version
}

func (o *Outdated) Error() string {
	return fmt.Sprintf("%s wrote the %s %s meanwhile, at revision %d", label(o.Version.Author, "somebody"), o.Kind, label("", o.ID), o.Version.Revision)
}

// Version says who wrote a document, when, and what for.
type Version struct {
	Revision uint64 // of the store when it was written; 0: not known
	Author   string
	Why      string
	At       time.Time
}

// Loaded is the catalog at one revision.
type Loaded struct {
	// Catalog has Revision set.
	Catalog *model.Catalog
	// Versions are those of the campaigns, by ID. A campaign without one
	// cannot be changed.
	Versions map[string]Version
}

// ActionPublish is the action of an edit that shows visitors a campaign.
const ActionPublish = "publish"

// Edit is one change of one campaign.
type Edit struct {
	// Campaign is the whole document as it shall be.
	Campaign *model.Campaign
	// Base is the revision of the version that it replaces.
	Base uint64
	// Why is the change in words, "publish Cart rescue".
	Why string
	// Action, Element, Old and New are for the audit: "publish", "published",
	// "no", "yes". Element names an engagement by its ID where there is one:
	// "engagements/help-overlay/enabled".
	Action, Element, Old, New string
}

// News is what was written behind a revision.
type News struct {
	// Revision is the one to go on from.
	Revision uint64
	// Changed are the documents in the order in which they were written.
	Changed []Changed
	// Reload says that the changes cannot be told one by one, and everything
	// has to be read again: the store was replaced, or too much was missed.
	Reload bool
	// Board is how the requests for approval stand since: whatever somebody writes
	// can void one. BoardErr is why that is not known.
	Board    approval.Board
	BoardErr error
}

// Changed is one version of one document that somebody wrote.
type Changed struct {
	Kind model.Kind
	ID   string
	// Document is nil where the document was deleted.
	Document model.Document
	Version  Version
}

// Conflict refuses an edit whose base is no longer the present version.
type Conflict = conflict.Conflict
