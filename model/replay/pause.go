package replay

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// MostSides bounds how many catalogs are replayed side by side.
const MostSides = 64

// Paused is a catalog in which every engagement of a campaign is disabled, so
// that nothing of it shows; what refers to it still finds it.
func Paused(c *model.Catalog, id string) *model.Catalog {
	out := *c
	out.Campaigns = slices.Clone(c.Campaigns)
	for i, k := range out.Campaigns {
		if k.ID != id {
			continue
		}
		paused := *k
		paused.Engagements = slices.Clone(k.Engagements)
		for j, e := range paused.Engagements {
			off := *e
			off.Disabled = true
			paused.Engagements[j] = &off
		}
		out.Campaigns[i] = &paused
	}
	return &out
}

// Rivalry is who takes what from whom.
type Rivalry struct {
	Visits   int64  `json:"visits"`
	Complete bool   `json:"complete"`
	UpTo     string `json:"upTo,omitempty"`
	// Draws is the ledger of zones: who was displayed while who was a candidate.
	Draws []LostDraws `json:"draws"`
	// FurtherDraws are of pairs that the ledger has no room for.
	FurtherDraws int64 `json:"furtherDraws,omitempty"`
	// Paused says for each campaign what the others have without it, by a replay
	// of its own.
	Paused []WithoutCampaign `json:"paused"`
}

// WithoutCampaign is what pausing a campaign does.
type WithoutCampaign struct {
	Campaign string `json:"campaign"`
	// Displays and Exposed are what it has, and what is gone without it.
	Displays int64 `json:"displays"`
	Exposed  int64 `json:"exposed"`
	// Others are those that have more or less without it, most first.
	Others []More `json:"others"`
}

// More is how much more a campaign has; below zero, less.
type More struct {
	Campaign string `json:"campaign"`
	Displays int64  `json:"displays"`
	Exposed  int64  `json:"exposed"`
}

// Rivals replays the journeys as they are and with each of some campaigns
// paused, all in one pass.
func Rivals(ctx context.Context, eng *engine.Engine, campaigns []string, events iter.Seq2[*journey.Event, error], o Options) (*Rivalry, error) {
	if len(campaigns) >= MostSides {
		return nil, fmt.Errorf("%d campaigns to pause; up to %d can be replayed side by side", len(campaigns), MostSides-1)
	}
	sides := []Side{{Engine: eng}}
	for _, id := range campaigns {
		without, err := engine.Compile(Paused(eng.Catalog(), id))
		if err != nil {
			return nil, fmt.Errorf("the catalog without %s: %w", id, err)
		}
		sides = append(sides, Side{Engine: without})
	}
	o.Trace, o.Results = false, &ResultsOptions{Rows: -1}
	ledger := *o.Results
	ledger.Draws = true
	sides[0].results = &ledger
	all, err := RunSeveral(ctx, sides, events, o)
	if err != nil {
		return nil, err
	}
	base := all[0].Results
	out := &Rivalry{Visits: base.Visits, Complete: base.Complete, UpTo: base.UpTo, Draws: base.Draws, FurtherDraws: base.FurtherDraws, Paused: []WithoutCampaign{}}
	for i, id := range campaigns {
		x := WithoutCampaign{Campaign: id, Others: []More{}}
		for j, was := range base.Campaigns {
			is := &all[i+1].Results.Campaigns[j]
			d := More{was.ID, is.Displays - was.Displays, is.Exposed - was.Exposed}
			switch {
			case was.ID == id:
				x.Displays, x.Exposed = was.Displays, was.Exposed
			case d.Displays != 0 || d.Exposed != 0:
				x.Others = append(x.Others, d)
			}
		}
		slices.SortFunc(x.Others, func(a, b More) int {
			return cmp.Or(cmp.Compare(b.Displays, a.Displays), cmp.Compare(a.Campaign, b.Campaign))
		})
		out.Paused = append(out.Paused, x)
	}
	return out, nil
}
