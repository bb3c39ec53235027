package engine

import (
	"math/bits"

	"beckon/model"
)

// Classes of candidates, best first. Domain 3.4 and 8 no. 2.
const (
	classConversation = iota
	classContent
	classOffline
)

var classNames = [...]string{"conversation", "content", "offline"}

// tierNames are the names of the sets of tiers present, by their bits, high
// first.
var tierNames = [8]string{"", "high", "medium", "high,medium", "low", "high,low", "medium,low", "high,medium,low"}

// draws displays one candidate in every zone that has any.
func (r *Run) draws() {
	for w := 0; w < len(r.candidates); w++ {
		for x := r.candidates[w]; x != 0; {
			b := int32(w<<6 + bits.TrailingZeros64(x))
			z := r.e.zoneOf[b]
			r.draw(z)
			// Go on behind the zone.
			hi := r.e.zones[z].hi
			if int(hi)>>6 > w {
				w = int(hi) >> 6
				if w >= len(r.candidates) {
					return
				}
			}
			x = r.candidates[w]
			if int(hi)>>6 == w {
				x &= ^uint64(0) << (hi & 63)
			}
		}
	}
}

// class returns a candidate's class. Domain 8 no. 3.
func (r *Run) class(b int32) int {
	switch kind := r.e.byBit[b].kind; {
	case kind == 1:
		return classContent
	case kind == 2 && r.offline.has(b):
		return classOffline
	}
	return classConversation
}

// draw displays one of a zone's candidates.
func (r *Run) draw(z int32) {
	e, zone := r.e, &r.e.zones[z]
	best, tiers := classOffline+1, uint8(0)
	see := func(c int, tier int8) {
		if c < best {
			best, tiers = c, 0
		}
		if c == best {
			tiers |= 1 << tier
		}
	}
	r.among(zone.lo, zone.hi, func(b int32) { see(r.class(b), e.byBit[b].tier) })
	tier, number := bits.TrailingZeros8(tiers), 0.0
	if tiers&(tiers-1) != 0 || r.tracing { // who is alone is drawn by any number
		number = r.tierNumber(z, tiers)
		tier = pickTier(tiers, number)
	}
	draw := r.drawHash(z)
	winner, top := int32(-1), -1.0
	r.among(zone.lo, zone.hi, func(b int32) {
		x := &e.byBit[b]
		if int(x.tier) != tier || r.class(b) != best {
			return
		}
		k := candidateNumber(draw, e.paths[b])
		if k > top || k == top && x.path < e.byBit[winner].path {
			top, winner = k, b
		}
	})
	if r.tracing && !r.o.GatesOnly {
		r.noteDraw(z, best, tiers, number, tier, winner, draw)
	}
	r.display(winner, z)
}

// zoneDraw is what a zone's draws are made with. They are the same all visit long.
type zoneDraw struct {
	visits uint64 // the visit that it is of
	draw   uint64
	tiers  uint8 // that number is of; 0 for none
	number float64
}

func (r *Run) zoneDraw(z int32) *zoneDraw {
	d := &r.zoneDraws[z]
	if d.visits != r.visits {
		*d = zoneDraw{visits: r.visits, draw: r.visitHash().drawHash(r.e.zones[z].name)}
	}
	return d
}

func (r *Run) drawHash(z int32) uint64 { return r.zoneDraw(z).draw }

func (r *Run) tierNumber(z int32, tiers uint8) float64 {
	d := r.zoneDraw(z)
	if d.tiers != tiers {
		d.tiers, d.number = tiers, r.visitHash().tierNumber(r.e.zones[z].name, tierNames[tiers])
	}
	return d.number
}

func (r *Run) visitHash() visitHash {
	if !r.hashOK {
		r.hash, r.hashOK = newVisitHash(r.o.Seed, r.visitor, r.visit), true
	}
	return r.hash
}

// among calls f for every candidate from lo up to hi.
func (r *Run) among(lo, hi int32, f func(b int32)) {
	for w := lo >> 6; w <= (hi-1)>>6; w++ {
		for x := r.candidates[w] & wordRange(w, lo, hi); x != 0; x &= x - 1 {
			f(w<<6 + int32(bits.TrailingZeros64(x)))
		}
	}
}

// chances are, by the tiers present, each tier's chance, renormalised over them.
var chances = func() (out [8][3]float64) {
	for tiers := range out {
		sum := 0
		for t, w := range model.TierWeights {
			if tiers>>t&1 != 0 {
				sum += w
			}
		}
		for t, w := range model.TierWeights {
			if tiers>>t&1 != 0 {
				out[tiers][t] = float64(w) / float64(sum)
			}
		}
	}
	return out
}()

// pickTier draws a tier of those present.
func pickTier(tiers uint8, number float64) int {
	at, last := 0.0, 0
	for t, c := range &chances[tiers] {
		if c == 0 {
			continue
		}
		last = t
		if at += c; number < at {
			return t
		}
	}
	return last
}

// display puts an engagement on the screen.
func (r *Run) display(b, z int32) {
	x := &r.e.byBit[b]
	state, _ := r.face(b)
	s := shown{bit: b, zone: z, first: r.f.now, since: r.f.now, pages: int(x.follow.pages), state: state}
	if x.duration > 0 {
		s.until = r.f.now.Add(x.duration)
	}
	r.screen = append(r.screen, s)
	r.lock(z)
	r.drawn = append(r.drawn, z)
	r.displ++
	if x.proact {
		r.displays[x.typ]++
	}
	if e := r.e; e.named.has(b) {
		r.justShown = append(r.justShown, b)
	}
	if !r.exposed[x.campaign] {
		r.exposed[x.campaign] = true
		r.exposedL = append(r.exposedL, x.campaign)
	}
	if r.o.Outcomes {
		r.reached(Shown).set(b)
	}
	if r.tracing {
		r.evaluated.Decisions[x.ref].Gate = Shown
	}
	told := r.record(Displayed, int(x.ref), int(x.campaign))
	if told.Availability = state; r.o.Draws && !r.decides() {
		told.Losers = r.losersTo(b, z)
	}
}

// losersTo lists the zone's other candidates.
func (r *Run) losersTo(winner, z int32) []int32 {
	n := len(r.losers)
	r.among(r.e.zones[z].lo, r.e.zones[z].hi, func(b int32) {
		if b != winner {
			r.losers = append(r.losers, r.e.refOf[b])
		}
	})
	return r.losers[n:len(r.losers):len(r.losers)]
}

// noteDraw records a zone's draw.
func (r *Run) noteDraw(z int32, class int, tiers uint8, number float64, tier int, winner int32, dh uint64) {
	e := r.e
	d := Draw{Zone: e.zones[z].name, Class: classNames[class], Tiers: chances[tiers], Number: number, Tier: tier, Winner: int(e.refOf[winner])}
	r.among(e.zones[z].lo, e.zones[z].hi, func(b int32) {
		x := &e.byBit[b]
		d.Candidates = append(d.Candidates, Candidate{Engagement: int(x.ref), Class: classNames[r.class(b)], Tier: int(x.tier),
			Number: candidateNumber(dh, e.paths[b])})
	})
	r.evaluated.Draws = append(r.evaluated.Draws, d)
}
