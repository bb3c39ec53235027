package engine

import "math/bits"

// Control decides membership in control groups, for scenarios and demos.
type Control struct {
	Site      bool
	Campaigns map[string]bool
}

// membership forgets the control groups of the visitor before. The site's is
// worked out at once, a campaign's when the visitor becomes a prospect of it.
func (r *Run) membership() {
	r.control.zero()
	r.asked.zero()
	clear(r.askedWords)
	r.controlSeed = controlHash(r.o.Seed, r.visitor)
	if c := r.o.Control; c != nil {
		r.site = c.Site
	} else {
		r.site = inSiteControl(r.o.Seed, r.visitor, r.e.siteShare)
	}
}

// askWord works out the control groups of the campaigns of one word's
// engagements, unless they are known.
func (r *Run) askWord(w int, x uint64) {
	if x &^= r.asked[w]; x != 0 {
		r.asked[w] |= x
		r.ask(w, x)
	}
}

// askAll is askWord for a row.
func (r *Run) askAll(x row) {
	if r.asksWords() {
		r.asked.or(x)
		for i := range r.askedWords {
			for words := x[min(i<<6, len(x)):].words() &^ r.askedWords[i]; words != 0; words &= words - 1 {
				r.ask(i<<6+bits.TrailingZeros64(words), ^uint64(0))
			}
		}
		return
	}
	for w, asked := range r.asked {
		if x := x[w]; x&^asked != 0 {
			r.askWord(w, x)
		}
	}
}

// asksWords reports whether all of a word are asked for at once. Asked are only
// those who came to the gate all the same: the trace tells of nobody else.
func (r *Run) asksWords() bool { return r.e.groups != nil && r.o.Control == nil }

func (r *Run) ask(w int, x uint64) {
	if r.asksWords() {
		if !r.askedWords.has(w) {
			r.askedWords.set(w)
			groups := &r.e.groups[w]
			r.control[w] = heldOutOf(r.controlSeed, &groups.campaigns, groups.draws)
		}
		return
	}
	held := uint64(0)
	for ; x != 0; x &= x - 1 {
		if r.heldOutFrom(int32(w<<6 + bits.TrailingZeros64(x))) {
			held |= x & -x
		}
	}
	r.control[w] |= held
}

// wordGroups are the control groups of the campaigns of one word's engagements:
// the campaigns' hashes, and how many draws are in each group.
type wordGroups struct {
	campaigns [64]uint64
	draws     *[64]uint64 // most words' are the same
}

// groupWords lists the control groups for a machine that asks for all of a word at
// once.
func (c *compiler) groupWords() {
	c.groups = make([]wordGroups, c.words)
	known := make(map[[64]uint64]*[64]uint64)
	for w := range c.groups {
		var draws [64]uint64
		for b, d := range c.heldOut[w<<6 : min(w<<6+64, c.n)] {
			c.groups[w].campaigns[b], draws[b] = d.campaign, d.draws
		}
		if known[draws] == nil {
			known[draws] = &draws
		}
		c.groups[w].draws = known[draws]
	}
}

// inGroup reports whether the visitor is in a campaign's control group.
func (r *Run) inGroup(c int32) bool {
	if o := r.o.Control; o != nil {
		return o.Campaigns[r.e.campaigns[c].ID]
	}
	return r.e.inShare(r.controlSeed, c)
}

// Membership returns the control groups that a visitor is in by hash.
func (e *Engine) Membership(seed uint64, visitor string) *Control {
	c := &Control{Site: inSiteControl(seed, visitor, e.siteShare), Campaigns: make(map[string]bool)}
	hash := controlHash(seed, visitor)
	for i := range e.campaigns {
		if e.inShare(hash, int32(i)) {
			c.Campaigns[e.campaigns[i].ID] = true
		}
	}
	return c
}

// inShare reports whether a hash falls into a campaign's control group.
func (e *Engine) inShare(hash uint64, c int32) bool {
	return controlDraw(hash, e.campaignHash[c]) < e.shareDraws[c]
}
