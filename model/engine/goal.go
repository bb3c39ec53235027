package engine

import (
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// goal is a compiled model.Goal.
type goal struct {
	*model.Goal
	boxes []serviceBox
}

type serviceBox struct {
	topics []string
	status []model.ServiceStatus
}

func (c *compiler) compileGoals() {
	byID := make(map[string]int32)
	for _, g := range c.catalog.Goals {
		x := goal{Goal: g}
		for _, b := range g.Service {
			x.boxes = append(x.boxes, serviceBox{lowered(b.Topics), []model.ServiceStatus{b.Status}})
		}
		n := int32(-1)
		if len(g.URLs) > 0 {
			n = c.pageTree("goal "+quote(g.ID), g.URLs)
		}
		byID[g.ID] = int32(len(c.goalList))
		c.goalList = append(c.goalList, x)
		c.goalNodes = append(c.goalNodes, n)
	}
	for i, k := range c.campaigns {
		c.goalOf[i] = -1
		if k.Goal == "" {
			continue
		}
		g, ok := byID[k.Goal]
		if !ok {
			c.fail("campaign "+quote(k.ID), "goal %s does not exist", quote(k.Goal))
			continue
		}
		c.goalOf[i] = g
		c.goalKinds.note(c.goalList[g].Goal)
	}
}

// goalKinds says which kinds of goals campaigns have, so that what reaches none
// of them is not looked into.
type goalKinds struct{ pages, interact, purchase, lead, service bool }

func (k *goalKinds) note(g *model.Goal) {
	switch {
	case g.Type == model.GoalPageViews:
		k.pages = true
	case g.Type == model.GoalInteract:
		k.interact = true
	}
	k.purchase = k.purchase || g.Transaction != nil
	k.lead = k.lead || g.LeadEvent
	k.service = k.service || len(g.Service) > 0
}

// may reports whether what happened may reach a goal.
func (k *goalKinds) may(h *happened) bool {
	switch {
	case h.page != nil:
		return k.pages || len(h.page.goals) > 0
	case h.interact:
		return k.interact
	}
	switch h.ev.Type {
	case journey.Purchase:
		return k.purchase
	case journey.Lead:
		return k.lead
	case journey.Service:
		return k.service
	}
	return false
}

// happened is what an event means for goals.
type happened struct {
	ev        *journey.Event
	page      *pageEntry // a page was opened
	interact  bool       // a conversation started or content was clicked
	duplicate bool
}

// reached reports whether the goal is reached by what happened.
func (g *goal) reached(i int32, h *happened, pages int) (Goal, bool) {
	out := Goal{Type: g.Type, Duplicate: h.duplicate}
	if h.page != nil {
		if g.Type == model.GoalPageViews {
			return out, g.Pages > 0 && pages == g.Pages
		}
		for _, x := range h.page.goals {
			if x == i {
				return out, true
			}
		}
		return out, false
	}
	if h.interact {
		return out, g.Type == model.GoalInteract
	}
	switch h.ev.Type {
	case journey.Purchase:
		p := h.ev.Purchase
		out.Value, out.Currency = &p.Total, p.Currency
		return out, g.Transaction != nil && (g.Transaction.MoreThan == 0 || p.Total > g.Transaction.MoreThan)
	case journey.Lead:
		out.Value, out.Currency = h.ev.Lead.Value, h.ev.Lead.Currency
		return out, g.LeadEvent
	case journey.Service:
		for i := range g.boxes {
			if matchService(h.ev.Service, g.boxes[i].topics, g.boxes[i].status) {
				return out, true
			}
		}
	}
	return out, false
}

// duplicateKey identifies what an event may repeat within a visit, or "".
func duplicateKey(ev *journey.Event) string {
	switch ev.Type {
	case journey.Purchase:
		if id := ev.Purchase.OrderID; id != "" {
			return "o" + id
		}
	case journey.Lead:
		if id := ev.Lead.LeadID; id != "" {
			return "l" + id
		}
	case journey.Service:
		if s := ev.Service; s.ServiceID != "" {
			return "s" + s.ServiceID + "\x00" + strings.ToLower(s.Topic) + "\x00" + string(s.Status)
		}
	}
	return ""
}
