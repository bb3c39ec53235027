package replay

import "beckon/model/engine"

// histogram counts visits by the outcomes of every engagement. Where a catalog is
// large, most engagements' audiences let nobody in: what all visits of one time
// frame have in common is counted once for all of them, and told apart is only
// what the others came to.
type histogram struct {
	visits int64
	usual  map[*engine.Gate]*usualVisits
	last   *usualVisits
	by     [engine.GateCount][]int64 // by gate and engagement; nil while none stopped there
}

// usualVisits are visits with the same usual outcomes.
type usualVisits struct {
	gates  []engine.Gate
	visits int64
}

// mostUsual bounds the lists of usual outcomes that are kept apart.
const mostUsual = 64

// count adds a visit.
func (h *histogram) count(r *engine.Record) {
	h.visits++
	if r.Totals.Usual == nil {
		for i, g := range r.Totals.Outcomes {
			h.at(g, len(r.Totals.Outcomes))[i]++
		}
		return
	}
	h.usualOf(r.Totals.Usual).visits++
	for _, i := range r.Totals.Others {
		if g, usual := r.Totals.Outcomes[i], r.Totals.Usual[i]; g != usual {
			h.at(g, len(r.Totals.Outcomes))[i]++
			h.at(usual, len(r.Totals.Outcomes))[i]--
		}
	}
}

// at is how many visits stopped at a gate, by engagement of so many.
func (h *histogram) at(g engine.Gate, of int) []int64 {
	if h.by[g] == nil {
		h.by[g] = make([]int64, of)
	}
	return h.by[g]
}

// usualOf returns the visits that usually end like these.
func (h *histogram) usualOf(gates []engine.Gate) *usualVisits {
	if len(gates) == 0 {
		return &usualVisits{}
	}
	if h.last != nil && &h.last.gates[0] == &gates[0] {
		return h.last
	}
	u := h.usual[&gates[0]]
	if u == nil {
		if len(h.usual) >= mostUsual {
			h.tell()
		}
		if h.usual == nil {
			h.usual = make(map[*engine.Gate]*usualVisits)
		}
		u = &usualVisits{gates: gates}
		h.usual[&gates[0]] = u
	}
	h.last = u
	return u
}

// tell counts the usual outcomes with the others.
func (h *histogram) tell() {
	for _, u := range h.usual {
		for i, g := range u.gates {
			h.at(g, len(u.gates))[i] += u.visits
		}
	}
	clear(h.usual)
	h.last = nil
}

// addTo adds the visits to the summaries of engagements.
func (h *histogram) addTo(all []EngagementSummary) {
	h.tell()
	for i := range all {
		e := &all[i]
		e.Visits += h.visits
		for g := range h.by {
			if h.by[g] == nil {
				continue
			}
			n := h.by[g][i]
			e.Outcomes[g] += n
			if engine.Gate(g).Prospect() {
				e.Prospects += n
			}
			if g := engine.Gate(g); g == engine.SiteControl || g == engine.CampaignControl {
				e.Control += n
			}
		}
	}
	*h = histogram{}
}
