package engine

import "beckon/model"

// faces says of chat engagements whether they have a creative for the state of
// their agents, and which draw the offline one; all others are available.
type faces struct{ available, offline row }

func (e *Engine) newFaces(state func(skill int32) model.Availability) faces {
	f := faces{make(row, e.words), make(row, e.words)}
	f.available.fill(e.n)
	e.chats.each(func(b int32) {
		switch shown, ok := e.face(b, state(e.byBit[b].skill)); {
		case !ok:
			f.available.clear(b)
		case shown == model.Offline:
			f.offline.set(b)
		}
	})
	return f
}

// availability works out the faces of the agents' states.
func (r *Run) availability() {
	r.agentsOK, r.faces = true, r.e.untold
	r.facesMade++
	r.stopsChanged = true
	for _, s := range r.agents {
		if s != "" {
			r.faces = r.e.newFaces(r.agentsOf)
			return
		}
	}
}

// agentsOf returns the state of a skill's agents.
func (r *Run) agentsOf(skill int32) model.Availability {
	if s := r.agents[skill]; s != "" {
		return s
	}
	if s := r.agents[0]; s != "" {
		return s
	}
	return r.e.agentState
}

// face returns the availability state an engagement is drawn in.
func (r *Run) face(b int32) (model.Availability, bool) {
	if r.e.byBit[b].kind != 2 {
		return model.Online, true
	}
	return r.e.face(b, r.agentsOf(r.e.byBit[b].skill))
}

// face returns the state a chat is drawn in while its agents are in a state; false
// if it has none to draw. Domain 2.7.
func (e *Engine) face(b int32, agents model.Availability) (model.Availability, bool) {
	x := &e.byBit[b]
	if agents == model.Busy {
		if x.busy {
			return model.Busy, true
		}
		if x.ignore {
			return model.Online, true
		}
		agents = model.Offline
	}
	if agents == model.Offline {
		if x.offline {
			return model.Offline, true
		}
		return model.Online, x.embedded
	}
	return model.Online, true
}
