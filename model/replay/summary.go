package replay

import (
	"iter"
	"maps"
	"slices"

	"beckon/model/engine"
	"beckon/model/journey"
)

// Summary is what a replay adds up to. It is the last record.
type Summary struct {
	Visitors    int64
	Visits      int64
	Events      int64
	Engagements []EngagementSummary // by the engine's index
	Campaigns   []CampaignSummary   // by the engine's index
	Input       Input
	// UpTo is the last visitor who was replayed where the run was stopped, and
	// "" where it was not; Stopped says that it was.
	Stopped bool
	UpTo    string
	// Results are there if Options.Results asked for them. They are no part of
	// the record.
	Results *Results

	// histogram is of visits that the engagements do not tell of yet.
	histogram histogram
}

// EngagementSummary is what happened to one engagement. For every replay,
// Visits = Shown() + the sum over Stopped().
type EngagementSummary struct {
	ID        string // full name
	Visits    int64
	Displays  int64
	Prospects int64 // visits that passed its behavior, control groups included
	Control   int64 // those of them in a control group
	// Outcomes counts visits by the furthest gate reached; the last is shown.
	Outcomes [engine.GateCount]int64
}

// Shown returns the visits in which the engagement was shown.
func (e *EngagementSummary) Shown() int64 { return e.Outcomes[engine.Shown] }

// Stopped yields the gates that visits stopped at and how many did, in the
// order of gates, gates without a visit left out.
func (e *EngagementSummary) Stopped() iter.Seq2[engine.Gate, int64] {
	return func(yield func(engine.Gate, int64) bool) {
		for g, n := range e.Outcomes[:engine.Shown] {
			if n > 0 && !yield(engine.Gate(g), n) {
				return
			}
		}
	}
}

// CampaignSummary is what happened to one campaign.
type CampaignSummary struct {
	ID           string
	Prospects    int64 // visits
	Control      int64 // those of them in a control group
	Displays     int64 // of all its engagements
	Goals        int64 // counted, of visits exposed to it
	ControlGoals int64 // counted, of its control groups
	Duplicates   int64 // left out because their id came before
}

// Input says what became of the lines of a source: Lines = Read + the counts
// of Skipped and Rejected.
type Input struct {
	Lines    int64   `json:"lines"`
	Read     int64   `json:"read"`     // became events
	Skipped  []Count `json:"skipped"`  // understood and left out, sorted by reason
	Rejected []Count `json:"rejected"` // could not be read, sorted by reason
	// Broken names the files whose compressed stream breaks off, and after which
	// line: nobody knows what came then.
	Broken []string `json:"broken,omitempty"`
	// FilesLeftOut are files of a directory, or of a pattern, that are no traffic.
	// Beyond some they are only counted.
	FilesLeftOut     []journey.FileLeftOut `json:"filesLeftOut,omitempty"`
	MoreFilesLeftOut int64                 `json:"moreFilesLeftOut,omitempty"`
}

// Count is how often there was a reason, and the line where it came first.
type Count struct {
	Reason    string `json:"reason"`
	Count     int64  `json:"count"`
	FirstLine int64  `json:"firstLine"`
	FirstFile string `json:"firstFile,omitempty"` // where there are several files
}

func newSummary(eng *engine.Engine) *Summary {
	refs, campaigns := eng.Engagements(), eng.Campaigns()
	s := &Summary{Engagements: make([]EngagementSummary, len(refs)), Campaigns: make([]CampaignSummary, len(campaigns)), histogram: histogram{eng: eng}}
	for i, r := range refs {
		s.Engagements[i].ID = r.Path
	}
	for i, c := range campaigns {
		s.Campaigns[i].ID = c.ID
	}
	return s
}

// add adds another part of the same replay.
func (s *Summary) add(o *Summary) {
	o.histogram.addTo(o.Engagements)
	s.Visitors += o.Visitors
	s.Visits += o.Visits
	s.Events += o.Events
	for i := range o.Engagements {
		a, b := &s.Engagements[i], &o.Engagements[i]
		a.Visits += b.Visits
		a.Displays += b.Displays
		a.Prospects += b.Prospects
		a.Control += b.Control
		for g, n := range b.Outcomes {
			a.Outcomes[g] += n
		}
	}
	for i := range o.Campaigns {
		a, b := &s.Campaigns[i], &o.Campaigns[i]
		a.Prospects += b.Prospects
		a.Control += b.Control
		a.Displays += b.Displays
		a.Goals += b.Goals
		a.ControlGoals += b.ControlGoals
		a.Duplicates += b.Duplicates
	}
}

// count adds one record of the engine.
func (s *Summary) count(r *engine.Record, refs []engine.Ref) {
	switch r.Kind {
	case engine.Displayed:
		s.Engagements[r.Engagement].Displays++
		s.Campaigns[refs[r.Engagement].Campaign].Displays++
	case engine.GoalReached:
		c := &s.Campaigns[r.Campaign]
		switch {
		case r.Goal.Duplicate:
			c.Duplicates++
		case r.Goal.Repeated:
		case r.Goal.Control:
			c.ControlGoals++
		default:
			c.Goals++
		}
	case engine.VisitEnded:
		s.Visits++
		if r.Totals.Outcomes != nil {
			s.histogram.count(r.Totals.Outcomes)
		}
		for i := range r.Totals.Prospects.All() {
			s.Campaigns[i].Prospects++
			if r.Totals.Control.Has(i) {
				s.Campaigns[i].Control++
			}
		}
	}
}

// InputOf says what became of the lines of an import.
func InputOf(r *journey.Report) Input {
	return Input{Lines: r.Lines, Read: r.Read, Skipped: countsOf(r.Skipped), Rejected: countsOf(r.Rejected), Broken: slices.Clone(r.Truncated),
		FilesLeftOut: slices.Clone(r.FilesLeftOut), MoreFilesLeftOut: r.MoreFilesLeftOut}
}

func countsOf(m map[string]journey.Count) []Count {
	out := make([]Count, 0, len(m))
	for _, reason := range slices.Sorted(maps.Keys(m)) {
		c := m[reason]
		out = append(out, Count{Reason: reason, Count: c.Count, FirstLine: c.FirstLine, FirstFile: c.FirstFile})
	}
	return out
}
