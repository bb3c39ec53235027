package traffic

import (
	"context"
	"errors"
	"time"

	"beckon/model/replay"
)

// ErrGone says that what was replayed is not there any more, or is another.
var ErrGone = errors.New("the traffic is not what it was")

// Source is what the screen needs of the world. Its methods are called from
// commands, never from Update, and may take long.
type Source interface {
	// Inputs lists what can be replayed without naming a file, the best to begin
	// with first.
	Inputs(context.Context) ([]Input, error)
	// Catalogs lists what traffic can be replayed through: the catalog as it
	// stands first, then the operator's drafts and earlier revisions.
	Catalogs(context.Context) ([]Catalog, error)
	// Run replays traffic. Progress is called now and then, by one goroutine at
	// a time. Once stop is closed, what was done so far is what there is:
	// [replay.Results.Complete] is false then.
	Run(ctx context.Context, o Order, progress func(Progress), stop <-chan struct{}) (*Report, error)
	// Find lists the visits behind a number of a report, exactly and in the order
	// of visitors, at most as many as asked for, and how many there are. The error
	// is ErrGone where the traffic cannot be had as it was.
	Find(ctx context.Context, r *Report, x replay.Selector, limit int) ([]replay.Found, int64, error)
	// Play makes what the Simulator is handed to play a visit of a report.
	Play(ctx context.Context, r *Report, v replay.Found, engagement string) (any, error)
}

// Input is traffic that is at hand.
type Input struct {
	ID    string // "" for all journeys of the library
	File  bool   // ID is the path of a file
	Name  string
	About string
}

// Catalog is one catalog; the zero value is the one that stands.
type Catalog struct {
	Revision uint64 // an earlier one of the store
	Draft    string // the key of the operator's own draft
	Name     string // in the middle of a sentence
	About    string
}

func (c Catalog) inForce() bool { return c.Revision == 0 && c.Draft == "" }

// Order is what is to be replayed, through what, and with which answers.
type Order struct {
	Input   Input
	Catalog Catalog
	Respond replay.Policy
	Seed    uint64
}

// Progress is how far a run has come: first the traffic is read, then it is
// replayed.
type Progress struct {
	replay.Progress
	Reading bool
	Bytes   int64 // read
	// Share is how much of this part is done, from 0 to 1; 0 where that is not
	// known.
	Share float64
}

// Report is what came of an order.
type Report struct {
	Order
	*replay.Results
	Revision uint64            // of the store, that the catalog was of
	Names    map[string]string // of campaigns by ID and of engagements by path
	Took     time.Duration
}
