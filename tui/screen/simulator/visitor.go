package simulator

import (
	"slices"
	"strings"

	"beckon/model/engine"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// label is the width of a fact's name.
const label = 13

// twoColumns is the width from which the visitor's facts stand in two columns.
const twoColumns = 70

// visitorRows draws the facts: who it is and the visit, beside or above what
// the shop knows.
func (s *Screen) visitorRows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	two := size.W >= twoColumns
	if s.look.laid != laid(two) {
		s.look.laid = laid(two)
		left := s.look.said[0]
		if !two {
			left = append(append(slices.Clone(left), widget.L()), s.look.said[1]...)
		}
		s.facts[0].SetLines(left...)
		s.facts[1].SetLines(s.look.said[1]...)
	}
	if !two {
		return s.facts[0].Rows(th, size, focused)
	}
	w := size.W / 2
	one, other := s.facts[0].Rows(th, layout.Size{W: w, H: size.H}, focused), s.facts[1].Rows(th, layout.Size{W: size.W - w, H: size.H}, focused)
	if !same(one, s.drawn.facts[0]) || !same(other, s.drawn.facts[1]) {
		s.drawn.facts = [3]frame.Rows{one, other, frame.Beside(one, other)}
	}
	return s.drawn.facts[2]
}

// laid says in how many columns the facts were laid out, 0 for not yet.
func laid(two bool) int {
	if two {
		return 2
	}
	return 1
}

// describe says what is known of the visitor at the head.
func (s *Screen) describe() {
	s.look.laid = 0
	f := &s.look.frame
	st := &f.State
	var out []widget.Line
	pair := func(name, value string) {
		if value != "" {
			out = append(out, widget.Pair(name, label, widget.T(value)))
		}
	}
	head := func(name string) {
		if len(out) > 0 {
			out = append(out, widget.L())
		}
		out = append(out, widget.Heading(name))
	}
	head("Visitor")
	pair("Visitor", s.player.Options().Visitor)
	if st.Visit == "" {
		pair("Visit", "none is open")
		pair("Agents", string(st.Agents))
		s.look.said = [2][]widget.Line{out, nil}
		return
	}
	kind := "first visit"
	if st.Returning {
		kind = "returning"
	}
	if st.Visits > 1 {
		kind += ", visit " + number(st.Visits)
	}
	pair("Kind", kind)
	pair("Browser", words(string(st.Platform), st.Browser, st.OS))
	pair("Language", st.Language)
	pair("Place", words(st.Geo.City, st.Geo.Region, st.Geo.Country))
	pair("Came by", string(st.Channel))
	if st.User != "" {
		pair("Signed in", "as "+st.User)
	} else {
		pair("Signed in", "no")
	}
	head("Visit")
	pair("Age", span2(f.At-st.Start))
	if st.Page != nil {
		pair("On the page", span2(f.At-st.PageStart))
	}
	pair("Pages", number(st.Pages))
	who := out
	out = nil
	head("Contact")
	if st.Conversation {
		out = append(out, widget.Pair("Conversation", label, widget.Cell{Text: "open", Look: theme.OK}))
	} else {
		pair("Conversation", "none")
	}
	pair("Agents", string(st.Agents))
	if in := s.controlled(); in != "" {
		out = append(out, widget.Pair("Control", label, widget.Cell{Text: in, Look: theme.Warn}))
	} else {
		pair("Control", "in no group so far")
	}
	if st.Split {
		pair("Talk", left(st.ConversationDisplays, st.ConversationLimit)+declined(st.ConversationDeclined))
		pair("Content", left(st.ContentDisplays, st.ContentLimit)+declined(st.ContentDeclined))
	} else {
		pair("Displays", left(st.ConversationDisplays+st.ContentDisplays, st.ConversationLimit))
		pair("Declined", declines(st))
	}
	if len(st.Locked) > 0 {
		pair("Zones taken", strings.Join(st.Locked, ", "))
	}
	head("Shop")
	if st.CartTold {
		pair("Cart", money(st.Cart.Total, st.Cart.Currency)+", "+plural(st.Cart.NumItems, "item")+products(st.Cart.Products))
	} else {
		pair("Cart", "not told")
	}
	if n := len(st.Viewed); n > 0 {
		pair("Looked at", strings.TrimPrefix(products(st.Viewed[max(0, n-6):]), ": "))
	}
	if len(st.Searches) > 0 {
		pair("Searched", strings.Join(st.Searches, ", "))
	}
	for _, e := range st.Errors {
		out = append(out, widget.Pair("Error", label, widget.Cell{Text: words(e.Code, e.Message), Look: theme.Danger}))
	}
	if len(st.Attributes) > 0 {
		head("Attributes")
		keys := make([]string, 0, len(st.Attributes))
		for k := range st.Attributes {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			pair(k, st.Attributes[k])
		}
	}
	s.look.said = [2][]widget.Line{who, out}
}

// controlled says which control groups the visitor was found in.
func (s *Screen) controlled() string {
	if s.look.frame.State.SiteControl {
		return "the site's group: sees nothing"
	}
	eng := s.player.Engine()
	refs, campaigns := eng.Engagements(), eng.Campaigns()
	var names []string
	for i, d := range s.look.frame.Decisions {
		if name := campaigns[refs[i].Campaign].Name; d.Gate == engine.CampaignControl && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "group of " + strings.Join(names, ", ")
}

// words joins what is told.
func words(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// left says how many displays a limit leaves.
func left(had, limit int) string {
	if limit == 0 {
		return number(had) + " shown, no limit"
	}
	return number(had) + " of " + number(limit) + " shown"
}

func declined(yes bool) string {
	if yes {
		return ", declined"
	}
	return ""
}

// declines says which types of invitations were turned down.
func declines(st *engine.State) string {
	switch {
	case st.ConversationDeclined && st.ContentDeclined:
		return "conversation and content"
	case st.ConversationDeclined:
		return "conversation"
	case st.ContentDeclined:
		return "content"
	}
	return "nothing"
}
