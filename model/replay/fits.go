package replay

import "beckon/model/engine"

// reached is how far visits came, by the gate that stopped them.
type reached [engine.GateCount]int64

func (s *Summary) reached() *reached {
	var at reached
	for i := range s.Engagements {
		for g, n := range s.Engagements[i].Outcomes {
			at[g] += n
		}
	}
	return &at
}

func (r *Results) reached() *reached {
	var at reached
	for i := range r.Engagements {
		at[engine.Shown] += r.Engagements[i].Exposed
		for _, stop := range r.Engagements[i].Gates {
			if g, ok := engine.ParseGate(stop.Gate); ok {
				at[g] += stop.Visits
			}
		}
	}
	return &at
}

// NothingFits reports that no visit of any engagement came further than its
// entry points, and that some stopped there or at a time frame: so looks a
// catalog that was made for another site, or for another time.
func (s *Summary) NothingFits() bool { return s.reached().nothingFits() }

// NothingFits reports the same of results.
func (r *Results) NothingFits() bool { return r.reached().nothingFits() }

// NoTimeFits reports that nothing fits because every campaign that could run
// begins later or has ended: of the site nothing is known then.
func (s *Summary) NoTimeFits() bool { return s.reached().noTimeFits() }

// NoTimeFits reports the same of results.
func (r *Results) NoTimeFits() bool { return r.reached().noTimeFits() }

func (at *reached) nothingFits() bool {
	return at.after(engine.EntryPointGate) == 0 && at[engine.EntryPointGate]+at[engine.NotStarted]+at[engine.Ended] > 0
}

func (at *reached) noTimeFits() bool { return at.nothingFits() && at.after(engine.Ended) == 0 }

// after counts the visits that passed a gate.
func (at *reached) after(g engine.Gate) (n int64) {
	for _, stopped := range at[g+1:] {
		n += stopped
	}
	return n
}
