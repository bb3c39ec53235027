package engine

import (
	"slices"

	"beckon/model"
	"beckon/model/journey"
)

// take handles one event.
func (r *Run) take(ev *journey.Event, open bool) {
	h := happened{ev: ev}
	switch ev.Type {
	case journey.Leave:
		if open {
			r.endVisit(r.f.now)
		}
		return
	case journey.Agents:
		r.takeAgents(ev.Agents)
		if !open {
			return
		}
	case journey.PageView:
		r.takePage(ev.Page)
		h.page = r.f.view
		r.goals(&h)
		r.follow()
	case journey.Respond:
		if i, ok := r.e.byPath[ev.Respond.Engagement]; ok {
			r.answer(r.e.bitOf[i], ev.Respond.Action)
		}
	case journey.Conversation:
		r.converse(ev.Conversation.Start, ev.Conversation.Engagement)
	default:
		r.dirty |= r.f.take(r.e, ev)
		if key := duplicateKey(ev); key != "" {
			_, h.duplicate = r.seenIDs[key]
			r.seenIDs[key] = struct{}{}
		}
		r.goals(&h)
	}
	r.evaluate(ByEvent)
}

func (r *Run) takeAgents(a *journey.AgentState) {
	r.agentsOK = false
	if a.Skill == "" {
		r.agents[0] = a.State
		return
	}
	for i, s := range r.e.skills {
		if s == a.Skill {
			r.agents[i] = a.State
		}
	}
}

// takePage opens a page: its clock starts, zones are free, what does not
// follow leaves the screen.
func (r *Run) takePage(p *journey.Page) {
	r.dirty |= r.f.open(r.e, p, r.pageEntry(p))
	r.placeOK, r.nextTick = false, 0
	r.unlock()
	r.nextEvalOK = false
}

// follow re-shows what goes with the visitor to a new page.
func (r *Run) follow() {
	e, kept := r.e, r.screen[:0]
	for _, s := range r.screen {
		x := &e.byBit[s.bit]
		f := x.follow
		if x.embedded || f == (followed{}) || x.typ == 0 && r.f.conversation {
			continue
		}
		if f.time > 0 {
			if r.f.now.Sub(s.first) > f.time {
				continue
			}
		} else if s.pages--; s.pages < 0 {
			continue
		}
		s.since = r.f.now
		kept = append(kept, s)
	}
	r.screen = kept
	if len(kept) == 0 {
		return
	}
	// The screen stays in the order of displays; records are in that of zones.
	r.followers = append(r.followers[:0], kept...)
	slices.SortFunc(r.followers, func(a, b shown) int { return int(a.zone - b.zone) })
	for _, s := range r.followers {
		r.lock(s.zone)
		r.record(Followed, int(e.refOf[s.bit]), int(e.byBit[s.bit].campaign)).Availability = s.state
	}
}

func (r *Run) lock(zone int32) {
	if r.lockedZones[zone] {
		return
	}
	r.lockedZones[zone], r.passOK = true, false
	r.taken = append(r.taken, zone)
	if r.e.narrow {
		r.lockedNow.setRange(r.e.zones[zone].lo, r.e.zones[zone].hi)
	}
}

// unlock frees every zone.
func (r *Run) unlock() {
	for _, z := range r.taken {
		r.lockedZones[z] = false
	}
	r.taken, r.passOK = r.taken[:0], false
	if r.e.narrow {
		r.lockedNow.zero()
	}
}

// Answer has the visitor answer, now, what is on the screen. It is not an
// event of the journey: it neither prolongs the visit nor ends idleness.
// Accepting a conversation engagement this way starts the conversation, too.
func (r *Run) Answer(engagement int, a journey.Action) []Record {
	r.recs, r.losers = r.recs[:0], r.losers[:0]
	if !r.cut.Open || engagement < 0 || engagement >= r.e.n {
		return nil
	}
	bit := r.e.bitOf[engagement]
	if r.answer(bit, a) {
		if a == journey.Accept && r.e.byBit[bit].typ == 0 {
			r.converse(true, r.e.byBit[bit].path)
		}
		r.evaluate(ByEvent)
	}
	return r.recs
}

// answer takes an accept or a decline of what is on the screen, and reports
// whether it was there.
func (r *Run) answer(bit int32, a journey.Action) bool {
	for i, s := range r.screen {
		if s.bit != bit {
			continue
		}
		x := &r.e.byBit[bit]
		r.screen = append(r.screen[:i], r.screen[i+1:]...)
		told := r.record(Answered, int(x.ref), int(x.campaign))
		told.Action, told.Availability = a, s.state
		if a == journey.Decline {
			r.engage(bit, model.Declined)
			r.account() // while it was not closed
			r.closed.set(bit)
			r.closings++
			r.stopsChanged = true
			if x.proact {
				r.declined[x.typ] = true
			}
			return true
		}
		r.engage(bit, model.Clicked)
		r.clicked.add(x.campaign)
		if x.typ == 1 {
			r.engage(bit, model.Interacted)
			r.goals(&happened{ev: r.event, interact: true})
		} else {
			r.f.accepted = int(bit)
		}
		return true
	}
	return false
}

// engage remembers how far the visitor went with an engagement, if any
// condition asks.
func (r *Run) engage(bit int32, s model.EngagedStatus) {
	if r.e.named.has(bit) {
		r.f.engage(bit, engagedBits[s])
		r.dirty |= factEngaged
	}
}

// converse starts or ends the conversation.
func (r *Run) converse(start bool, path string) {
	r.stopsChanged = r.stopsChanged || r.f.conversation != start
	r.f.conversation = start
	if !start {
		return
	}
	bit := int32(r.f.accepted)
	if path != "" {
		bit = -1
		if i, ok := r.e.byPath[path]; ok {
			bit = r.e.bitOf[i]
		}
	}
	if bit >= 0 && r.f.engagedAs(bit)&engagedBits[model.Clicked] != 0 {
		r.engage(bit, model.Interacted)
	}
	r.goals(&happened{ev: r.event, interact: true})
}

// goals records every campaign's goal that what happened reaches.
func (r *Run) goals(h *happened) {
	if !r.e.goalKinds.may(h) {
		return
	}
	r.account()
	list := append(r.goalBuf[:0], r.exposedL...)
	r.controlled.each(func(b int32) {
		if c := r.e.campaignOf[b]; !r.exposed[c] {
			list = append(list, c)
		}
	})
	if r.goalBuf = list; len(list) == 0 {
		return
	}
	slices.Sort(list)
	list = slices.Compact(list)
	for _, c := range list {
		g := r.e.goalOf[c]
		if g < 0 {
			continue
		}
		goal := &r.e.goalList[g]
		x, ok := goal.reached(g, h, r.f.pages)
		if !ok {
			continue
		}
		x.Control, x.Engaged = !r.exposed[c], r.clicked.has(c)
		if !x.Duplicate {
			x.Repeated = r.goalMet.has(c) && (goal.OncePerVisit || goal.Type == model.GoalInteract)
			r.goalMet.add(c)
		}
		r.record(GoalReached, nobody, int(c)).Goal = x
	}
}
