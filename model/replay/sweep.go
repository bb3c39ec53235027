package replay

import (
	"context"
	"fmt"
	"iter"

	"beckon/model/engine"
	"beckon/model/journey"
)

// SweepPoint is what one value of a threshold comes to.
type SweepPoint struct {
	Value string `json:"value"`
	// Of the scope that was asked for: displays, and the visits, visitors and
	// answers that they are of.
	Displays        int64 `json:"displays"`
	Exposed         int64 `json:"exposed"`
	ExposedVisitors int64 `json:"exposedVisitors"`
	Accepted        int64 `json:"accepted"`
	Converted       int64 `json:"converted"`
	// Of everything: displays, and how many a visit that is shown anything gets,
	// on average and at most.
	AllDisplays int64   `json:"allDisplays"`
	PerVisit    *Figure `json:"perVisit,omitempty"`
	Most        int64   `json:"most"`
}

// Sweep replays the journeys once for each value of a threshold, in one pass.
// The engines are those of the values; scope is a campaign, or "" for all.
func Sweep(ctx context.Context, values []string, engines []*engine.Engine, scope string, events iter.Seq2[*journey.Event, error], o Options) ([]SweepPoint, *Summary, error) {
	if len(engines) > MostSides || len(engines) == 0 || len(engines) != len(values) {
		return nil, nil, fmt.Errorf("%d values; from 1 to %d can be replayed side by side", len(engines), MostSides)
	}
	o.Trace, o.Results = false, &ResultsOptions{Rows: -1}
	sides := make([]Side, len(engines))
	for i, eng := range engines {
		sides[i].Engine = eng
	}
	all, err := RunSeveral(ctx, sides, events, o)
	if err != nil {
		return nil, nil, err
	}
	out := make([]SweepPoint, len(all))
	for i, s := range all {
		r := s.Results
		c := &r.Account.Counts
		for j := range r.Campaigns {
			if r.Campaigns[j].ID == scope {
				c = &r.Campaigns[j].Counts
			}
		}
		out[i] = SweepPoint{Value: values[i], Displays: c.Displays, Exposed: c.Exposed, ExposedVisitors: c.ExposedVisitors, Accepted: c.Accepted, Converted: c.Converted,
			AllDisplays: r.Account.Displays, PerVisit: r.Account.Rates.AverageExposures, Most: r.Pressure.Most}
	}
	return out, all[0], nil
}
