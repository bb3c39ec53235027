package replay

import "beckon/model/engine"

// NothingFits reports that no visit of any engagement came further than its
// entry points, and that some stopped there or at a time frame: so looks a
// catalog that was made for another site, or for another time.
func (s *Summary) NothingFits() bool {
	var at [engine.GateCount]int64
	for i := range s.Engagements {
		for g, n := range s.Engagements[i].Outcomes {
			at[g] += n
		}
	}
	return nothingFits(&at)
}

// NothingFits reports the same of results.
func (r *Results) NothingFits() bool {
	var at [engine.GateCount]int64
	for i := range r.Engagements {
		at[engine.Shown] += r.Engagements[i].Exposed
		for _, stop := range r.Engagements[i].Gates {
			if g, ok := engine.ParseGate(stop.Gate); ok {
				at[g] += stop.Visits
			}
		}
	}
	return nothingFits(&at)
}

func nothingFits(at *[engine.GateCount]int64) bool {
	for _, n := range at[engine.EntryPointGate+1:] {
		if n > 0 {
			return false
		}
	}
	return at[engine.EntryPointGate]+at[engine.NotStarted]+at[engine.Ended] > 0
}
