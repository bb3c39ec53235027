package traffic

import (
	"context"
	"errors"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
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
	// a time. What came of a run that was stopped says so: where reading was, the
	// order's Input has the number of the lines that were read; where the replay
	// was, [replay.Results.Complete] is false.
	Run(ctx context.Context, o Order, progress func(Progress), stops Stops) (*Report, error)
	// Find lists the visits behind a number of a report, exactly and in the order
	// of visitors, at most as many as asked for, and how many there are. The error
	// is ErrGone where the traffic cannot be had as it was.
	Find(ctx context.Context, r *Report, x replay.Selector, limit int) ([]replay.Found, int64, error)
	// Play makes what the Simulator is handed to play a visit of a report.
	Play(ctx context.Context, r *Report, v replay.Found, engagement string) (any, error)
	Studies
	Runs
}

// Stops end a run before its time, and keep what is done by then.
type Stops struct {
	// Read is closed once what was read is enough: that is replayed. Replay is
	// closed once what was replayed is.
	Read, Replay <-chan struct{}
}

// Runs are replays that are kept in the store, with all that it takes to repeat
// them.
type Runs interface {
	// Keep keeps a report under a name that is free, after a look at whether the
	// traffic is still what was replayed. Stopped, it keeps nothing.
	Keep(ctx context.Context, r *Report, name string, progress func(Progress), stops Stops) error
	// Kept lists the runs that are kept, the latest first.
	Kept(ctx context.Context) ([]KeptRun, error)
	// Recall returns the report of a run as it was kept.
	Recall(ctx context.Context, name string) (*Report, error)
	// Repeat replays what a run was of. Stops are as in Run.
	Repeat(ctx context.Context, name string, progress func(Progress), stops Stops) (*Repetition, error)
	// Forget deletes a run.
	Forget(ctx context.Context, name string) error
}

// KeptRun is a run of the store.
type KeptRun struct {
	Name, By string
	At       time.Time
	Traffic  string
	Catalog  string
	Visits   int64
	Displays int64
	Complete bool
}

// Repetition is what came of repeating a run.
type Repetition struct {
	*Report
	Name  string
	Same  bool     // to the byte
	Notes []string // what has changed since
}

// Studies is what is asked of traffic beyond one replay. The catalog of an
// order is the head, or what is studied.
type Studies interface {
	// Compare replays traffic through two catalogs. Stops are as in Run.
	Compare(ctx context.Context, o Order, base Catalog, progress func(Progress), stops Stops) (*Contrast, error)
	// Changes lists the visits of a contrast that fare otherwise, exactly and in
	// the order of visitors, at most as many as asked for, and how many there
	// are: of a campaign, "" for all.
	Changes(ctx context.Context, c *Contrast, campaign string, limit int) ([]replay.Changed, int64, error)
	// Traces tells why a visit fares otherwise: of every engagement that is shown
	// under one catalog alone the traces at the instant of the change.
	Traces(ctx context.Context, c *Contrast, v replay.Changed) ([]Trace, error)
	// Rivals replays with every campaign paused in turn.
	Rivals(ctx context.Context, o Order, progress func(Progress), stops Stops) (*Rivalry, error)
	// Thresholds lists the numbers of the catalog that can be swept.
	Thresholds(ctx context.Context, o Order) ([]Threshold, error)
	// Sweep replays with a threshold at several values.
	Sweep(ctx context.Context, o Order, x Threshold, values []string, progress func(Progress), stops Stops) (*Curve, error)
}

// Contrast is how traffic fares under the catalog of the order, the head,
// against a base.
type Contrast struct {
	Order
	Base Catalog
	*replay.Comparison
	Revisions [2]uint64         // of the store, that base and head were of
	Names     map[string]string // of campaigns by ID and of engagements by path, of either
	// Differs are the objects that the catalogs have otherwise, kind by kind.
	Differs []Difference
	// Changed are the changed visits, if they were few enough to keep.
	Changed []replay.Changed
}

// How an object of a catalog is in base and in head.
const (
	Otherwise = "otherwise"
	InBase    = "base alone"
	InHead    = "head alone"
)

// Difference is an object that base and head have otherwise, or that one of
// them has alone.
type Difference struct {
	Kind     string // engagements are told apart of their campaigns
	ID, Name string
	How      string
	Fields   []string // what is otherwise, field by field in words
}

// side is the order that one catalog alone was replayed with.
func (c *Contrast) side(i int) *Report {
	r := &Report{Order: c.Order, Revision: c.Revisions[i], Names: c.Names}
	if i == 0 {
		r.Order.Catalog = c.Base
	}
	return r
}

// Trace is why an engagement is shown under one catalog and not under another.
type Trace struct {
	Engagement string
	Base, Head *engine.Explanation // nil: the catalog has no such engagement
}

// Rivalry is what every campaign takes from the others.
type Rivalry struct {
	Order
	*replay.Rivalry
	Names map[string]string
}

// Threshold is a number of the catalog.
type Threshold struct {
	Field string // KIND/ID/PATH
	Name  string // in words
	Group string // what it is of
	Value string // what it is now, as it is written
	Scope string // the campaign that it is of, "" for none
	// Takes says why a value cannot stand there; nil: it is not known beforehand.
	Takes func(value string) error
}

// Curve is what values of a threshold come to.
type Curve struct {
	Order
	Threshold
	Points   []replay.SweepPoint
	Complete bool
	UpTo     string
}

// Input is traffic that is at hand.
type Input struct {
	ID    string         // "" for all journeys of the library
	File  bool           // ID is the path of a file
	Host  string         // what the URLs of a log begin with; empty: nobody said
	Lines int64          // how many lines of it are read, from its beginning; 0 is all
	Later model.Duration // how much later a file's traffic is taken to have come
	Name  string
	About string
}

// Catalog is one catalog; the zero value is the one that stands.
type Catalog struct {
	Revision uint64 // an earlier one of the store
	Draft    string // the key of the operator's own draft
	File     string // the path of a file, or of a directory of files
	Without  string // with this campaign paused
	Field    string // with this field, KIND/ID/PATH, at another value
	Value    string
	Name     string // in the middle of a sentence
	About    string
	Last     bool // the last revision: it is what stands
}

// inForce reports whether it is the one that stands, as it is.
func (c Catalog) inForce() bool {
	return c.Revision == 0 && c.Draft == "" && c.File == "" && !c.altered()
}

// same reports whether two are one catalog, whatever is said of them.
func (c Catalog) same(o Catalog) bool {
	c.Name, c.About, c.Last, o.Name, o.About, o.Last = "", "", false, "", "", false
	return c == o
}

// altered reports whether it is a catalog with something changed for a study,
// which no store has.
func (c Catalog) altered() bool { return c.Without != "" || c.Field != "" }

// Order is what is to be replayed, through what, and with which answers.
type Order struct {
	Input   Input
	Catalog Catalog
	Respond replay.Policy
	Seed    uint64
}

// part says what of the traffic an order is of, "" for all.
func (o *Order) part() string {
	if o.Input.Lines == 0 {
		return ""
	}
	return "Reading was stopped: the numbers are of the first " + text.Many(o.Input.Lines, "line") + "."
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
	// First and Last are when the first and the last event were; zero: it is not
	// known, as of a run that was kept.
	First, Last journey.Instant
	Took        time.Duration
}
