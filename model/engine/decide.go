package engine

import "math/bits"

// Deciding alone. Where nobody keeps account of what stops engagements, all
// that is asked is who is displayed, and that takes little: zones that are
// taken are passed over, the words of a zone are read from the best class and
// tier on and only as far as the draw needs, and a word's audience and
// behavior are worked out when it is read for the first time since they
// changed. Who wins is who wins in the whole evaluation.

// marks is a set of words of a row, one bit each.
type marks []uint64

func newMarks(words int) marks { return make(marks, max((words+63)/64, 1)) }

func (m marks) has(w int) bool { return m[w>>6]>>(w&63)&1 != 0 }
func (m marks) set(w int)      { m[w>>6] |= 1 << (w & 63) }

// fill marks all words.
func (m marks) fill() {
	for i := range m {
		m[i] = ^uint64(0)
	}
}

// stretch returns up to 64 words from lo on, the first as bit 0.
func (m marks) stretch(lo, words int) uint64 {
	x := m[lo>>6] >> (lo & 63)
	if lo&63+words > 64 {
		x |= m[lo>>6+1] << (64 - lo&63)
	}
	return x & (1<<words - 1)
}

// setStretch marks some words, fewer than 64.
func (m marks) setStretch(lo, words int) {
	m[lo>>6] |= (1<<words - 1) << (lo & 63)
	if lo&63+words > 64 {
		m[lo>>6+1] |= (1<<words - 1) >> (64 - lo&63)
	}
}

// keep takes those of some words away, from lo on, that are not told.
func (m marks) keep(lo, words int, told uint64) {
	gone := ^told & (1<<words - 1)
	m[lo>>6] &^= gone << (lo & 63)
	if lo&63+words > 64 {
		m[lo>>6+1] &^= gone >> (64 - lo&63)
	}
}

// setBlock sets the words of the block that holds one.
func (m marks) setBlock(w int) {
	m[w>>6] |= (1<<blockWords - 1) << (w & 63 &^ (blockWords - 1))
}

// within narrows a block to its words from the first that is marked to the last,
// four by four, as they are ANDed.
func (m marks) within(lo, hi int) (int, int) {
	x := m[lo>>6] >> (lo & 63) & (1<<blockWords - 1)
	if x == 0 {
		return lo, lo
	}
	return lo + bits.TrailingZeros64(x)&^7, min(lo+(bits.Len64(x)+7)&^7, hi)
}

// next returns the first member from w on, or -1.
func (m marks) next(w int) int {
	i := w >> 6
	if i >= len(m) {
		return -1
	}
	x := m[i] & (^uint64(0) << (w & 63))
	for x == 0 {
		if i++; i >= len(m) {
			return -1
		}
		x = m[i]
	}
	return i<<6 + bits.TrailingZeros64(x)
}

// of makes the set that of the words of a row that have members.
func (m marks) of(r row) {
	for i := range m {
		m[i] = r[min(i<<6, len(r)):].words()
	}
}

// decide displays what is drawn, and looks at nothing else.
func (r *Run) decide() {
	r.lazy = true
	if r.nothingOpen() {
		r.few.ok = false
		return // the facts that changed meanwhile stay dirty
	}
	known, few := r.dirty == 0, r.e.narrow
	if !r.ready() && r.still(known) {
		return
	}
	r.few.ok, r.few.decided = false, true
	if !few {
		r.readyTimed()
	} else if !r.lookAtFew() {
		return
	}
	r.displayDrawn(few)
}

// ready brings up to date what candidates are worked out of, time aside, and
// reports whether anything changed. Few are worked out at once, and not word by
// word.
func (r *Run) ready() bool {
	if !r.e.narrow {
		return r.readyStill()
	}
	r.refreshStill()
	r.audience(false)
	changed := r.conditions(false)
	return r.unstop() || changed
}

// displayDrawn displays one candidate in every zone that has any.
func (r *Run) displayDrawn(few bool) {
	e := r.e
	for w := r.standing.next(0); w >= 0; w = r.standing.next(w + 1) {
		if z := e.zoneAt[w]; r.shut(z) && int(e.zones[z].hi)>>6 > w {
			w = int(e.zones[z].hi)>>6 - 1
			continue
		}
		for x := r.candidateWord(w, e.words); x != 0; {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			z := e.zoneOf[b]
			if !r.shut(z) {
				winner := int32(nobody)
				if few {
					winner = r.pickFew(z, b)
				} else {
					winner = r.pick(z, b)
				}
				if winner >= 0 {
					r.display(winner, z)
				}
			}
			// Go on behind the zone.
			hi := int(e.zones[z].hi)
			if hi>>6 > w {
				w = hi>>6 - 1
				break
			}
			x &= ^uint64(0) << (hi & 63)
		}
	}
}

// nothingOpen reports whether no zone can be given to anybody until the next
// page.
func (r *Run) nothingOpen() bool {
	if r.site || r.f.view == nil {
		return true
	}
	left := len(r.e.zones) - len(r.taken)
	if left > 1 {
		return false
	}
	if p := r.e.proactiveZone; left == 1 && p >= 0 && !r.lockedZones[p] && r.allStopped() {
		left--
	}
	return left == 0
}

// shut reports whether nobody can get a zone until the next page.
func (r *Run) shut(z int32) bool {
	return r.lockedZones[z] || z == r.e.proactiveZone && r.allStopped()
}

// allStopped reports whether nothing proactive may be displayed any more.
func (r *Run) allStopped() bool { return r.stopped(0) && r.stopped(1) }

// stopped reports whether the display limit or a decline stops proactive
// engagements of a type.
func (r *Run) stopped(t int) bool {
	return r.limitReached(t) || r.declined[t] && !r.e.mayInvite[t]
}

// readyStill brings up to date what words are worked out of, time aside, and
// reports whether anything changed.
func (r *Run) readyStill() bool {
	if !r.wordwise {
		r.wordwise, r.audienceOK = true, false
	}
	r.refreshStill()
	if s := r.slotNow(); s != r.slot || !r.audienceOK {
		r.slot, r.audienceOK, r.placeOK = s, true, false
		clear(r.audienceKnown)
	}
	if signed := r.f.user != ""; signed != r.signed {
		r.signed, r.placeOK = signed, false
	}
	changed := !r.placeOK || !r.eligibleOK
	if changed {
		r.placeOK, r.eligibleOK = true, true
		clear(r.eligibleKnown)
		copy(r.live, r.f.view.live)
		r.rows = append(append(r.rows[:0], r.rowsOf(r.e.still[phaseBehavior])...), r.inAudience)
		if r.e.guests != nil && !r.signed {
			r.rows = append(r.rows, r.e.guests)
		}
	}
	return r.unstop() || changed
}

// readyTimed brings up to date what is worked out of the time.
func (r *Run) readyTimed() {
	r.refreshTimed()
	clear(r.candidatesKnown)
	copy(r.standing, r.live)
	r.both = append(append(append(r.both[:0], r.rows...), r.rowsOf(r.e.timed)...), r.unstopped)
	r.waits = r.both[len(r.rows):]
}

// blockWords is how many neighboring words are worked out at a time: reading
// a stretch of every row in turn is much quicker than all rows word by word.
const blockWords = 16

// stretchWords is how many are at most, from any word on: a whole run of candidates
// is read at once where there is no end to come before.
const stretchWords = 32

// span returns the words of the block that holds one.
func (e *Engine) span(w int) (lo, hi int) {
	lo = w &^ (blockWords - 1)
	return lo, min(lo+blockWords, e.words)
}

// candidateWord is one word of the candidates, but for zones, limits and
// control groups. It is asked for standing words alone, by whoever reads on up to
// an end.
func (r *Run) candidateWord(w, end int) uint64 {
	if !r.candidatesKnown.has(w) {
		r.candidateBlock(w, end)
	}
	return r.candidates[w]
}

// candidateBlock works out the words of the candidates from one on up to an end, as
// many as there is room for: of whom nothing but waiting keeps out, if that is known,
// else of all at once.
func (r *Run) candidateBlock(lo, end int) {
	e := r.e
	words := bits.Len64(r.standing.stretch(lo, min(stretchWords, end-lo)))
	hi := min((lo+words+7)&^7, e.words)
	lo &^= 7
	known := e.mixed[phaseEntryPoint] || r.eligibleKnown.has(lo) && r.eligibleKnown.has(hi-1)
	for w := lo; w < hi; w = w&^(blockWords-1) + blockWords {
		if known {
			r.eligibleWord(w)
		} else {
			r.audienceBlock(w)
		}
	}
	of, all := r.f.view.row, r.both
	if known {
		of, all = r.eligible, r.waits
	}
	told := r.candidates.copyAndTell(of, all, lo, hi)
	if r.e.mixed[phaseBehavior] {
		told = r.testWords(r.candidates, lo, hi, phaseBehavior)
	}
	r.standing.keep(lo, hi-lo, told)
	r.candidatesKnown.setStretch(lo, hi-lo)
}

// eligibleWord is one word of whom, zones and limits aside, nothing but waiting
// keeps out. It is asked for words that the page has members in.
func (r *Run) eligibleWord(w int) uint64 {
	if !r.eligibleKnown.has(w) {
		r.eligibleBlock(w)
	}
	return r.eligible[w]
}

// eligibleBlock works out one block of whom nothing but waiting keeps out.
func (r *Run) eligibleBlock(w int) {
	e := r.e
	lo, hi := r.live.within(e.span(w))
	r.audienceBlock(w)
	told := r.eligible.copyAndTell(r.f.view.row, r.rows, lo, hi)
	if e.mixed[phaseEntryPoint] {
		told = r.testWords(r.eligible, lo, hi, phaseEntryPoint)
	}
	r.live.keep(lo, hi-lo, told)
	r.eligibleKnown.setBlock(w)
}

// audienceBlock works out one block of who is in, unless it is known: the time
// frame's gates and the audience's.
func (r *Run) audienceBlock(w int) {
	if r.audienceKnown.has(w) {
		return
	}
	lo, hi := r.e.span(w)
	r.inAudience.copyAnd(r.slot.pass, r.rowsOf(r.e.still[phaseAudience]), lo, hi)
	if r.e.mixed[phaseAudience] {
		r.testWords(r.inAudience, lo, hi, phaseAudience)
	}
	r.audienceKnown.setBlock(w)
}

// pick draws the winner of a zone that has no candidate below a bit, or returns
// nobody where all of the others are held out.
func (r *Run) pick(z, from int32) int32 {
	for class := classConversation; class <= classOffline; class++ {
		typ := b2i(class == classContent)
		if typ == 0 && r.f.conversation || z == r.e.proactiveZone && r.stopped(typ) {
			continue
		}
		lo, hi := r.e.zones[z].ofClass(class)
		best, tiers := r.best(z, max(lo, from), hi, class)
		if tiers == 0 {
			continue
		}
		tier := bits.TrailingZeros8(tiers)
		if tiers&(tiers-1) != 0 {
			tier = pickTier(tiers, r.tierNumber(z, tiers))
		}
		return best[tier]
	}
	return nobody
}

// inClass is a word's candidates of a class whose bits end in some word.
func (r *Run) inClass(w, last, class int) uint64 {
	x := r.candidateWord(w, last+1)
	if x == 0 || class == classContent {
		return x
	}
	if class == classOffline {
		return x & r.offline[w]
	}
	return x &^ r.offline[w]
}

// best returns, by tier, the candidate of a class from lo up to hi with the highest
// number, and which tiers there are.
func (r *Run) best(z, lo, hi int32, class int) (best [3]int32, tiers uint8) {
	e, last, draw, top := r.e, int(hi-1)>>6, r.drawHash(z), [3]uint64{}
	best = [3]int32{nobody, nobody, nobody}
	for w := r.standing.next(int(lo >> 6)); w >= 0 && w <= last; w = r.standing.next(w + 1) {
		for x := r.inClass(w, last, class) & wordRange(int32(w), lo, hi); x != 0; x &= x - 1 {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			t, k := e.tierOf[b], candidateRank(draw, e.paths[b])
			if e.ahead(b, k, best[t], top[t]) && !r.heldBack(b) {
				best[t], top[t] = b, k
				tiers |= 1 << t
			}
		}
	}
	return best, tiers
}

// ahead reports whether a candidate with a number is ahead of the best so far; of
// equal numbers the first path is.
func (e *Engine) ahead(b int32, k uint64, winner int32, top uint64) bool {
	return k > top || winner < 0 || k == top && e.byBit[b].path < e.byBit[winner].path
}

// heldBack reports whether the campaign of a candidate is held out from the visitor,
// unless candidates are without those who are.
func (r *Run) heldBack(b int32) bool {
	if !r.decides() {
		return false
	}
	return r.heldOutFrom(b)
}

// heldOutFrom reports whether an engagement's campaign is held out from the visitor.
func (r *Run) heldOutFrom(b int32) bool {
	if r.o.Control != nil {
		return r.inGroup(r.e.campaignOf[b])
	}
	x := &r.e.heldOut[b]
	return x.draws > 0 && controlDraw(r.controlSeed, x.campaign) < x.draws
}
