package replay

import "beckon/model/engine"

// histogram counts visits by the outcomes of every engagement. A visit tells by
// gate who stopped there, so that 64 engagements are counted at a time.
type histogram struct {
	eng    *engine.Engine
	visits int64
	by     [engine.GateCount]setCounter
}

// count adds a visit.
func (h *histogram) count(o *engine.Outcomes) {
	h.visits++
	for g := range o {
		h.by[g].add(o[g])
	}
}

// addTo adds the visits to the summaries of engagements, and forgets them.
func (h *histogram) addTo(all []EngagementSummary) {
	for place := range all {
		e := &all[h.eng.EngagementAt(place)]
		e.Visits += h.visits
		for g := range h.by {
			n := h.by[g].of(place)
			e.Outcomes[g] += n
			if engine.Gate(g).Prospect() {
				e.Prospects += n
			}
			if g := engine.Gate(g); g == engine.SiteControl || g == engine.CampaignControl {
				e.Control += n
			}
		}
	}
	*h = histogram{eng: h.eng}
}

// setCounter counts how many of the sets it was given every index was in. Its
// digits are binary, each of 64 counts to a word; a set is a carry that is added to
// the ones. So that every other set costs a copy alone, a carry waits at its digit
// until there is a second.
type setCounter struct {
	digits, carries []engine.Set
	waits           uint64 // by digit: whether its carry does
}

// add counts a set. All have the same length.
func (c *setCounter) add(set engine.Set) {
	if set.None() {
		return
	}
	for d := 0; ; d++ {
		if d == len(c.digits) {
			c.digits, c.carries = append(c.digits, make(engine.Set, len(set))), append(c.carries, make(engine.Set, len(set)))
		}
		carry := c.carries[d]
		if c.waits ^= 1 << d; c.waits>>d&1 != 0 {
			copy(carry, set)
			return
		}
		digit := c.digits[d][:len(set)]
		carry = carry[:len(set)]
		for w, x := range set {
			a, b := digit[w], carry[w]
			one := a ^ b
			digit[w], carry[w] = one^x, a&b|one&x
		}
		set = carry
	}
}

// of returns how many sets an index was in.
func (c *setCounter) of(i int) (n int64) {
	for d := range c.digits {
		n += int64(b2i(c.digits[d].Has(i))) << d
		if c.waits>>d&1 != 0 {
			n += int64(b2i(c.carries[d].Has(i))) << d
		}
	}
	return n
}
