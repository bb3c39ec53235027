package replay

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// DifferenceKind is in what two runs differ.
type DifferenceKind uint8

// The kinds of differences. Lost is what only the first run has, gained what
// only the second has.
const (
	VisitLost DifferenceKind = iota // a visit starts
	VisitGained
	VisitMoved // it starts at another instant
	DisplayLost
	DisplayGained
	DisplayMoved
	GoalLost
	GoalGained
	GoalMoved
	// AnswerLost is an answer to what is on the screen in the first run alone,
	// so that it is impossible in the second; AnswerGained the reverse.
	AnswerLost
	AnswerGained
	// GateDiffers is an engagement that stands elsewhere, from here on until
	// the next difference of it or until it stands alike.
	GateDiffers
)

// Difference is one thing in which two runs differ.
type Difference struct {
	Kind DifferenceKind
	// A and B are the positions in the two players at which to look at it. What
	// only one has is at the same time in the other.
	A, B Position
	// Engagement is its full name; "" where the difference is of a visit or a
	// goal.
	Engagement string
	// Campaign is an ID; "" where the difference is of a visit.
	Campaign string
	// Action of an answer.
	Action journey.Action
	// StandingA and StandingB are for GateDiffers.
	StandingA, StandingB Standing
}

// WhatIf compares two runs locked in time, and lists in what they differ, in
// the order of time: the first is where they part. Players that [Player.Shift]
// moved are locked at the same time since. Engagements go by their full names,
// so that catalogs may be different; of one that only one catalog has the
// displays are told and no gate. While only one run has a visit open no gates
// are compared. Equal runs give none, and the players exchanged give the
// mirror image.
func WhatIf(a, b *Player) []Difference {
	out, _ := WhatIfWithin(context.Background(), a, b)
	return out
}

// WhatIfWithin returns what WhatIf does, or the error of ctx where that ends
// before.
func WhatIfWithin(ctx context.Context, a, b *Player) ([]Difference, error) {
	w := whatIf{players: [2]*Player{a, b}}
	w.lock[1] = b.moved - a.moved
	for i := range w.players {
		w.read(i)
	}
	w.occurrences()
	w.answers()
	if err := w.gates(ctx); err != nil {
		return nil, err
	}
	slices.SortStableFunc(w.out, func(x, y timed) int { return x.before(y) })
	out := make([]Difference, len(w.out))
	for i, d := range w.out {
		out[i] = d.Difference
	}
	return out, nil
}

// whatIf is a comparison under way. Instants are the first player's.
type whatIf struct {
	players [2]*Player
	lock    [2]model.Duration // from the first player's instants to this one's
	seen    [2]map[thing][]occurrence
	tried   [2][]attempt
	out     []timed
}

// timed is a difference with the instant at which it is listed.
type timed struct {
	at journey.Instant
	Difference
}

func (t timed) before(u timed) int {
	// Lost, gained and moved are of one rank, so that the order is the mirror's.
	rank := func(k DifferenceKind) int {
		switch {
		case k <= VisitMoved:
			return 0
		case k <= DisplayMoved:
			return 1
		case k <= GoalMoved:
			return 2
		case k <= AnswerGained:
			return 3
		}
		return 4
	}
	return cmp.Or(cmp.Compare(t.at, u.at), cmp.Compare(rank(t.Kind), rank(u.Kind)), strings.Compare(t.Engagement, u.Engagement),
		strings.Compare(t.Campaign, u.Campaign))
}

// thing is what may occur in both runs.
type thing struct {
	lost       DifferenceKind // VisitLost, DisplayLost or GoalLost
	engagement string
	campaign   string
}

// occurrence is one time that a thing occurred.
type occurrence struct {
	at    journey.Instant
	visit int
	where Position
}

// attempt is an answer of a journey.
type attempt struct {
	at     journey.Instant
	path   string
	action journey.Action
	nth    int // of equal ones at the instant
	taken  bool
	where  Position
}

// read takes from a player's timeline what may differ.
func (w *whatIf) read(i int) {
	p := w.players[i]
	refs, campaigns := p.eng.Engagements(), p.eng.Campaigns()
	seen, visit := make(map[thing][]occurrence), 0
	note := func(x thing, m *Mark) {
		seen[x] = append(seen[x], occurrence{m.At.Add(-w.lock[i]), visit, m.Position})
	}
	taken := make(map[*journey.Event]bool)
	marks := p.Marks()
	for j := range marks {
		switch m := &marks[j]; m.Kind {
		case MarkVisit:
			visit++
			note(thing{lost: VisitLost}, m)
		case MarkDisplay:
			note(thing{lost: DisplayLost, engagement: refs[m.Engagement].Path, campaign: campaigns[m.Campaign].ID}, m)
		case MarkGoal:
			note(thing{lost: GoalLost, campaign: campaigns[m.Campaign].ID}, m)
		case MarkAccept, MarkDecline:
			if m.Event != nil {
				taken[m.Event] = true
			}
		}
	}
	w.seen[i] = seen
	var tried []attempt
	for j, ev := range p.events {
		if ev.Respond == nil {
			continue
		}
		x := attempt{at: ev.At.Add(-w.lock[i]), path: ev.Respond.Engagement, action: ev.Respond.Action, taken: taken[ev], where: Position{ev.At, j + 1}}
		for k := len(tried) - 1; k >= 0 && tried[k].at == x.at; k-- {
			if tried[k].path == x.path && tried[k].action == x.action {
				x.nth++
			}
		}
		tried = append(tried, x)
	}
	w.tried[i] = tried
}

// there is the position at an instant, everything done.
func (w *whatIf) there(i int, at journey.Instant) Position {
	return w.players[i].Seek(at.Add(w.lock[i]))
}

// occurrences compares what occurred and when.
func (w *whatIf) occurrences() {
	things := make(map[thing]bool)
	for _, seen := range w.seen {
		for x := range seen {
			things[x] = true
		}
	}
	for x := range things {
		a, b := unmatched(w.seen[0][x], w.seen[1][x])
		d := Difference{Engagement: x.engagement, Campaign: x.campaign}
		for len(a) > 0 || len(b) > 0 {
			switch {
			case len(a) > 0 && len(b) > 0 && a[0].visit == b[0].visit:
				d.Kind, d.A, d.B = x.lost+2, a[0].where, b[0].where
				w.out = append(w.out, timed{min(a[0].at, b[0].at), d})
				a, b = a[1:], b[1:]
			case len(b) == 0 || len(a) > 0 && a[0].visit < b[0].visit:
				d.Kind, d.A, d.B = x.lost, a[0].where, w.there(1, a[0].at)
				w.out = append(w.out, timed{a[0].at, d})
				a = a[1:]
			default:
				d.Kind, d.A, d.B = x.lost+1, w.there(0, b[0].at), b[0].where
				w.out = append(w.out, timed{b[0].at, d})
				b = b[1:]
			}
		}
	}
}

// unmatched leaves out of two lists what occurred at the same instants.
func unmatched(a, b []occurrence) (onlyA, onlyB []occurrence) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].at == b[0].at:
			a, b = a[1:], b[1:]
		case a[0].at < b[0].at:
			onlyA, a = append(onlyA, a[0]), a[1:]
		default:
			onlyB, b = append(onlyB, b[0]), b[1:]
		}
	}
	return append(onlyA, a...), append(onlyB, b...)
}

// answers compares which of the answers that both journeys have were taken.
func (w *whatIf) answers() {
	order := func(x, y attempt) int {
		return cmp.Or(cmp.Compare(x.at, y.at), strings.Compare(x.path, y.path), strings.Compare(string(x.action), string(y.action)), cmp.Compare(x.nth, y.nth))
	}
	a, b := slices.SortedFunc(slices.Values(w.tried[0]), order), slices.SortedFunc(slices.Values(w.tried[1]), order)
	for len(a) > 0 && len(b) > 0 {
		switch c := order(a[0], b[0]); {
		case c < 0:
			a = a[1:]
		case c > 0:
			b = b[1:]
		default:
			if a[0].taken != b[0].taken {
				d := Difference{Kind: AnswerLost, A: a[0].where, B: b[0].where, Engagement: a[0].path, Campaign: campaignOf(a[0].path), Action: a[0].action}
				if b[0].taken {
					d.Kind = AnswerGained
				}
				w.out = append(w.out, timed{a[0].at, d})
			}
			a, b = a[1:], b[1:]
		}
	}
}

func campaignOf(path string) string {
	id, _, _ := strings.Cut(path, "/")
	return id
}

// gates compares where every engagement stands, at the end of every instant
// at which it stands elsewhere than before in either run.
func (w *whatIf) gates(ctx context.Context) error {
	displayed := make(map[string]map[journey.Instant]bool) // displays that are differences already
	for _, d := range w.out {
		if d.Kind >= DisplayLost && d.Kind <= DisplayMoved {
			if displayed[d.Engagement] == nil {
				displayed[d.Engagement] = make(map[journey.Instant]bool)
			}
			displayed[d.Engagement][d.A.At.Add(-w.lock[0])] = true
			displayed[d.Engagement][d.B.At.Add(-w.lock[1])] = true
		}
	}
	var lanes [2]*Lanes
	for i, p := range w.players {
		var err error
		if lanes[i], err = p.LanesWithin(ctx); err != nil {
			return err
		}
	}
	for i, ref := range w.players[0].eng.Engagements() {
		if err := ctx.Err(); err != nil {
			return err
		}
		j, ok := w.players[1].eng.Index(ref.Path)
		if !ok {
			continue
		}
		a, b := walk{lanes: lanes[0], left: lanes[0].turnsOf(i)}, walk{lanes: lanes[1], left: lanes[1].turnsOf(j), lock: w.lock[1]}
		var last [2]uint8
		for {
			at, ok := a.next(&b)
			if !ok {
				break
			}
			a.to(at)
			b.to(at)
			now := [2]uint8{a.now, b.now}
			if now[0] == now[1] || now[0] == 0 || now[1] == 0 {
				last = [2]uint8{}
				continue
			}
			if now == last {
				continue
			}
			last = now
			if displayed[ref.Path][at] {
				continue
			}
			w.out = append(w.out, timed{at, Difference{Kind: GateDiffers, A: w.there(0, at), B: w.there(1, at), Engagement: ref.Path, Campaign: campaignOf(ref.Path),
				StandingA: turn(now[0]).standing(), StandingB: turn(now[1]).standing()}})
		}
	}
	return nil
}

// walk goes along the turns of one engagement.
type walk struct {
	lanes *Lanes
	left  []turn
	lock  model.Duration
	now   uint8 // the standing, packed
}

// at is the instant of the next turn.
func (w *walk) at() journey.Instant { return w.lanes.moments[w.left[0]>>8].At.Add(-w.lock) }

// next returns the instant of the next turn of two.
func (w *walk) next(v *walk) (journey.Instant, bool) {
	switch {
	case len(w.left) == 0 && len(v.left) == 0:
		return 0, false
	case len(w.left) == 0:
		return v.at(), true
	case len(v.left) == 0:
		return w.at(), true
	}
	return min(w.at(), v.at()), true
}

// to takes all turns up to an instant.
func (w *walk) to(at journey.Instant) {
	for len(w.left) > 0 && w.at() <= at {
		w.now = uint8(w.left[0])
		w.left = w.left[1:]
	}
}
