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
		want bool // nothing fits
		time bool // for the time alone
	}{
		{"no traffic", nil, false, false},
		{"every visit is on other pages", map[engine.Gate]int64{engine.EntryPointGate: 3, engine.AudienceGate: 2}, true, false},
		{"every visit is before the first day", map[engine.Gate]int64{engine.NotStarted: 3}, true, true},
		{"every visit is after the last day", map[engine.Gate]int64{engine.Ended: 3}, true, true},
		{"some campaigns begin later, others are for other pages", map[engine.Gate]int64{engine.NotStarted: 3, engine.EntryPointGate: 1}, true, false},
		{"some campaigns begin later, others are drafts", map[engine.Gate]int64{engine.NotStarted: 3, engine.Draft: 3, engine.Disabled: 1}, true, true},
		{"a visit came to the behavior", map[engine.Gate]int64{engine.EntryPointGate: 3, engine.BehaviorGate: 1}, false, false},
		{"a visit was shown it", map[engine.Gate]int64{engine.Ended: 3, engine.Shown: 1}, false, false},
		{"nobody is of the audience, wherever he is", map[engine.Gate]int64{engine.AudienceGate: 3}, false, false},
		{"the campaign is a draft", map[engine.Gate]int64{engine.Draft: 3}, false, false},
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
			if got := s.NoTimeFits(); got != tt.time {
				t.Errorf("for the time alone, of a summary: %t", got)
			}
			if got := r.NoTimeFits(); got != tt.time {
				t.Errorf("for the time alone, of results: %t", got)
			}
		})
	}
}
