package live

import (
	"context"
	"time"

	"beckon/model/journey"
	"beckon/model/replay"
)

// Source follows logs. Its methods are called from commands, never from Update,
// and may take long.
type Source interface {
	// Follow begins to follow a log from its beginning. What it began ends with
	// ctx, or when the feed is closed. A source that must not read files (for
	// operators who are elsewhere) refuses with an error that says so. Where the
	// log's host is needed and empty, it or the feed ends with a [site.Needed].
	Follow(ctx context.Context, log Log) (Feed, error)
}

// Log is what is followed.
type Log struct {
	Path string // of the file, or Input
	Host string // what the URLs of a web server's log begin with; empty: nobody said
}

// Input is the path of standard input.
const Input = "-"

// Name is what the log is called.
func (l Log) Name() string {
	if l.Path == Input {
		return "standard input"
	}
	return l.Path
}

// Feed is a log that is followed.
type Feed interface {
	// Next waits until there is something new since the last call, or about a
	// second went by, and gives it. After [News.Ended] nothing comes any more.
	Next(ctx context.Context) (News, error)
	// Play makes what the Simulator is handed to play the visit of a decision at
	// its instant.
	Play(ctx context.Context, d Decision) (any, error)
	// Close ends the following and returns when nothing of it goes on. It may be
	// called more than once.
	Close()
}

// News is what is new in a followed log.
type News struct {
	replay.WatchTotals
	At       time.Time     // by the feed's clock
	Arrived  time.Time     // of the last event; zero: none came yet
	Lag      time.Duration // of the last event, when it came
	Rejected int64         // lines that could not be read
	Looked   int64         // pages that showed nothing and were asked who came nearest

	// Seconds that are over since the last news, the last of them at most.
	Seconds []Second
	// Decisions since then, the first first, and how many more there were than
	// are handed over.
	Decisions []Decision
	Missed    int64
	// Counts are those that changed since then, as they are now.
	Counts []Count
	Notes  []string // what became of the file
	Ended  bool
	Err    error // why it ended
}

// Second is one second of following.
type Second struct {
	Events int64
	Lag    time.Duration // the longest
}

// Decision is something that was decided: a display, an answer, a goal, or, for
// a page that showed nothing, who came nearest. Its texts are foreign.
type Decision struct {
	Seq        int64
	At         journey.Instant
	Came       time.Time // when it was decided
	Visitor    string
	Visit      string
	URL        string
	What       What
	Campaign   string
	Engagement string // "campaign/engagement"; of a goal none
	Called     Called
	Gate       string // that stopped the nearest
	Margin     string
}

// Called is what a campaign and an engagement of it are called, told apart from all
// others; where it is empty they go by their ids.
type Called struct{ Campaign, Engagement string }

// What is the kind of a decision.
type What string

// The kinds of decisions.
const (
	Shown    What = "shown"
	Accepted What = "accepted"
	Declined What = "declined"
	TimedOut What = "timed out"
	Goal     What = "goal"
	Nearest  What = "nearest"
)

// Count is what was counted for an engagement, or, with a gate, how many pages
// showed nothing where that gate stopped the nearest.
type Count struct {
	Engagement string
	Called     Called
	Gate       string
	Rank       int // of the gate, the furthest is the greatest

	Shown, Accepted, Declined, Stopped int64
}
