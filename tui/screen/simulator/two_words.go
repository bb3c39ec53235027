package simulator

import (
	"strings"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/theme"
)

// nameIn is what people call an engagement or a campaign of either run.
func (t *two) nameIn(engagement, campaign string) string {
	for _, side := range t.sides {
		eng := side.player.Engine()
		if i, ok := eng.Index(engagement); ok {
			return nameOf(eng.Engagements()[i].Engagement)
		}
	}
	for _, side := range t.sides {
		for _, c := range side.player.Engine().Campaigns() {
			if engagement == "" && c.ID == campaign {
				return first(c.Name, c.ID)
			}
		}
	}
	return first(engagement, campaign)
}

// standing says where an engagement stands in a run at a position.
func (t *two) standing(side int, engagement string, at replay.Position) string {
	p := t.sides[side].player
	i, ok := p.Engine().Index(engagement)
	if !ok {
		return "not in " + twoTitles[side] + "'s catalog"
	}
	return standingWords(p.Lanes().At(i, at)) + " in " + twoTitles[side] // the comparison made the lanes
}

// words say in what a difference consists: "Help at the cart shown in A,
// lost-draw in B".
func (t *two) words(i int) string {
	d := &t.diffs[i]
	a, b := t.positions(d)
	name := t.nameIn(d.Engagement, d.Campaign)
	answer := map[journey.Action]string{journey.Accept: "accepted", journey.Decline: "declined"}[d.Action]
	at := func(side int) string {
		if side == 0 {
			return clockOf(d.A.At)
		}
		return clockOf(d.B.At)
	}
	switch d.Kind {
	case replay.VisitLost:
		return "a visit begins in A, none in B"
	case replay.VisitGained:
		return "no visit begins in A, one in B"
	case replay.VisitMoved:
		return "the visit begins at " + at(0) + " in A, at " + at(1) + " in B"
	case replay.DisplayLost:
		return name + " shown in A, " + t.standing(1, d.Engagement, b)
	case replay.DisplayGained:
		return name + " " + t.standing(0, d.Engagement, a) + ", shown in B"
	case replay.DisplayMoved:
		return name + " shown at " + at(0) + " in A, at " + at(1) + " in B"
	case replay.GoalLost:
		return "the goal of " + name + " reached in A, not in B"
	case replay.GoalGained:
		return "the goal of " + name + " not reached in A, but in B"
	case replay.GoalMoved:
		return "the goal of " + name + " reached at " + at(0) + " in A, at " + at(1) + " in B"
	case replay.AnswerLost:
		return name + " " + answer + " in A, not on the screen in B"
	case replay.AnswerGained:
		return name + " not on the screen in A, " + answer + " in B"
	}
	return name + " " + standingWords(d.StandingA) + " in A, " + standingWords(d.StandingB) + " in B"
}

// verdict says in a sentence where the runs part, or that they never do.
func (t *two) verdict() string {
	if len(t.diffs) == 0 {
		return "A and B are equal: " + t.names[1] + " changes nothing in this journey."
	}
	return "First difference at " + clockOf(t.ats[0]) + ": " + t.words(0) + "."
}

// story says which difference is looked at, or which comes next.
func (t *two) story() string {
	if len(t.diffs) == 0 {
		return t.verdict()
	}
	if t.on == 0 {
		return t.verdict()
	}
	if t.on > 0 {
		return "Difference at " + clockOf(t.ats[t.on]) + ": " + t.words(t.on) + "."
	}
	for i, at := range t.ats {
		if at > t.head {
			return "Next difference in " + span2(at-t.head) + ": " + t.words(i) + "."
		}
	}
	return "No difference comes after this."
}

// bothSign marks what both runs have otherwise.
const bothSign = "#"

// signOf is the sign of a difference: the side that alone has it, or that
// both have it otherwise.
func (t *two) signOf(k replay.DifferenceKind) (string, theme.Token) {
	switch k {
	case replay.VisitLost, replay.DisplayLost, replay.GoalLost, replay.AnswerLost:
		return "A", theme.Warn
	case replay.VisitGained, replay.DisplayGained, replay.GoalGained, replay.AnswerGained:
		return "B", theme.Info
	case replay.GateDiffers:
		return t.s.ses.Theme.Dot, theme.Muted
	}
	return bothSign, theme.Strong
}

// hint says where tab leads.
func (t *two) hint() string {
	next := (t.focus + 1) % twoPlaces
	if next <= sideB {
		return twoTitles[next]
	}
	return strings.ToLower(twoTitles[next])
}

// leads says where esc leads.
func (t *two) leads() string {
	switch {
	case t.zoomed:
		return "all panes"
	case t.traced:
		return "pages"
	}
	return "one run"
}
