package replay

import (
	"testing"

	"beckon/model/engine"
)

func TestNothingFitsWhatIsForAnotherSiteOrAnotherTime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		at   map[engine.Gate]int64
		want bool
	}{
		{"no traffic", nil, false},
		{"every visit is on other pages", map[engine.Gate]int64{engine.EntryPointGate: 3, engine.AudienceGate: 2}, true},
		{"every visit is before the first day", map[engine.Gate]int64{engine.NotStarted: 3}, true},
		{"every visit is after the last day", map[engine.Gate]int64{engine.Ended: 3}, true},
		{"a visit came to the behavior", map[engine.Gate]int64{engine.EntryPointGate: 3, engine.BehaviorGate: 1}, false},
		{"a visit was shown it", map[engine.Gate]int64{engine.Ended: 3, engine.Shown: 1}, false},
		{"nobody is of the audience, wherever he is", map[engine.Gate]int64{engine.AudienceGate: 3}, false},
		{"the campaign is a draft", map[engine.Gate]int64{engine.Draft: 3}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &Summary{Engagements: make([]EngagementSummary, 2)}
			r := &Results{Engagements: make([]EngagementGates, 2)}
			for g, n := range tt.at {
				s.Engagements[1].Outcomes[g] = n
				if g == engine.Shown {
					r.Engagements[1].Exposed = n
				} else {
					r.Engagements[1].Gates = append(r.Engagements[1].Gates, GateStop{Gate: g.String(), Visits: n})
				}
			}
			if got := s.NothingFits(); got != tt.want {
				t.Errorf("of a summary: %t", got)
			}
			if got := r.NothingFits(); got != tt.want {
				t.Errorf("of results: %t", got)
			}
		})
	}
}
