package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// fact is one line of the visitor's pane: a heading, or a name and a value.
type fact struct {
	section, name string // a heading has no name
	text          string
	look          theme.Token
	runs          bool // with the time, and so is never marked as changed
}

// facts2 are the lines of the two columns: who it is and the visit, and what
// there is to be told of it.
type facts2 [2][]fact

// lately stands before the last event at the head, so that what it changed can
// be marked.
type lately struct {
	of     *replay.Player
	before *replay.Player
}

// frameBefore is the journey before the last event that has happened; false
// before the first, and where that event began another visit.
func (s *Screen) frameBefore() (replay.Frame, bool) {
	n := s.look.frame.Events
	if n == 0 {
		return replay.Frame{}, false
	}
	if s.lately.of != s.player {
		s.lately = lately{of: s.player, before: twin(s.player)}
	}
	f := s.lately.before.At(replay.Position{At: s.player.Events()[n-1].At, Events: n - 1})
	return f, f.State.Visit == s.look.frame.State.Visit
}

// describe says what is known of the visitor at the head, and marks what the
// last event changed.
func (s *Screen) describe() {
	if s.look.described {
		return
	}
	s.look.described, s.look.laid = true, 0
	now := s.factsOf(&s.look.frame)
	before, told := s.frameBefore()
	var old map[[2]string]string
	if told {
		old = map[[2]string]string{}
		for _, column := range s.factsOf(&before) {
			for _, f := range column {
				old[[2]string{f.section, f.name}] = f.text
			}
		}
	}
	th := s.ses.Theme
	marked := false
	for c, column := range now {
		var out []widget.Line
		for _, f := range column {
			if f.name == "" {
				if len(out) > 0 {
					out = append(out, widget.L())
				}
				out = append(out, widget.Heading(f.section))
				continue
			}
			cells := []widget.Cell{{Text: f.text, Look: f.look}}
			if was, known := old[[2]string{f.section, f.name}]; told && !f.runs && was != f.text {
				word := "changed"
				if !known {
					word = "new"
				}
				cells = append(cells, widget.Cell{Text: " " + th.Bullet + " " + word, Look: theme.Warn})
				marked = true
			}
			out = append(out, widget.Pair(f.name, label, cells...))
		}
		s.look.said[c] = out
	}
	if marked {
		s.look.said[0] = append(s.look.said[0], widget.L(), widget.L(widget.Cell{Text: fmt.Sprintf("%schanged, new: with event %d or since", th.Bullet+" ", s.look.frame.Events), Look: theme.Warn}))
	}
}

// factsOf lists what is known at an instant.
func (s *Screen) factsOf(f *replay.Frame) (out facts2) {
	st := &f.State
	column, section := 0, ""
	head := func(name string) {
		section = name
		out[column] = append(out[column], fact{section: name})
	}
	put := func(name, value string, look theme.Token) {
		if value != "" {
			out[column] = append(out[column], fact{section: section, name: name, text: value, look: look})
		}
	}
	pair := func(name, value string) { put(name, value, theme.Text) }
	runs := func(name, value string) {
		out[column] = append(out[column], fact{section: section, name: name, text: value, runs: true})
	}

	if forces := s.guise.forces(s.player); len(forces) > 0 {
		head("In force")
		for _, f := range forces {
			put(f.name, f.words, theme.Warn)
		}
	}
	head("Visitor")
	pair("Visitor", s.player.Options().Visitor)
	if st.Visit == "" {
		pair("Visit", "none is open")
		pair("Agents", string(st.Agents))
		return out
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
	pair("Signed in", first(strings.TrimSuffix("as "+st.User, "as "), "no"))

	head("Visit")
	runs("Age", span2(f.At-st.Start))
	if st.Page != nil {
		runs("On the page", span2(f.At-st.PageStart))
	}
	pair("Pages", number(st.Pages))

	head("Zones")
	for _, z := range s.zonesOf(st) {
		put(z.name, z.text, z.look)
	}

	column = 1
	head("Contact")
	if st.Conversation {
		put("Conversation", "open", theme.OK)
	} else {
		pair("Conversation", "none")
	}
	pair("Agents", string(st.Agents))
	if st.Split {
		pair("Talk", left(st.ConversationDisplays, st.ConversationLimit))
		pair("Content", left(st.ContentDisplays, st.ContentLimit))
	} else {
		pair("Displays", left(st.ConversationDisplays+st.ContentDisplays, st.ConversationLimit))
	}
	pair("Declined", s.declines(st))

	head("Control groups")
	site, in := s.siteGroup(st)
	put("Site", site, warnIf(in))
	campaigns, in := s.campaignGroups(f)
	put("Campaigns", campaigns, warnIf(in))

	head("Told")
	var silent []string
	for _, t := range toldOf(s.player.Events()[:min(f.Events, len(s.player.Events()))], st) {
		look := theme.Text
		if t.name == "Errors" && len(st.Errors) > 0 {
			look = theme.Danger
		}
		put(t.name, t.words, look)
		if t.words == "" {
			silent = append(silent, strings.ToLower(t.name))
		}
	}
	if len(silent) > 0 {
		put("Not told", strings.Join(silent, ", "), theme.Muted)
		out[column][len(out[column])-1].runs = true // what is told says it
	}
	if len(st.Attributes) > 0 {
		head("Attributes")
		for _, k := range sortedKeys(st.Attributes) {
			pair(k, st.Attributes[k])
		}
	}
	return out
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func warnIf(in bool) theme.Token {
	if in {
		return theme.Warn
	}
	return theme.Text
}

// zonesOf says of each zone what holds it.
func (s *Screen) zonesOf(st *engine.State) []fact {
	var out []fact
	known := map[string]bool{}
	refs := s.player.Engine().Engagements()
	for _, x := range st.Screen {
		known[x.Zone] = true
		out = append(out, fact{name: x.Zone, text: nameOf(refs[x.Engagement].Engagement) + " since " + clockOf(x.First), look: theme.Display})
	}
	for _, z := range st.Locked {
		if !known[z] {
			known[z] = true
			out = append(out, fact{name: z, text: "taken until the next page"})
		}
	}
	for _, z := range []string{"left", "right", "proactive"} {
		if !known[z] {
			out = append(out, fact{name: z, text: "free", look: theme.Muted})
		}
	}
	slices.SortStableFunc(out, func(a, b fact) int { return cmp.Compare(a.name, b.name) })
	return out
}

// siteGroup says whether the visitor is in the site's control group, and by
// which number.
func (s *Screen) siteGroup(st *engine.State) (said string, in bool) {
	said = "not in the group"
	if st.SiteControl {
		said = "in the group: sees nothing"
	}
	o := s.player.Options()
	if o.Control != nil {
		return said + ", as was decided", st.SiteControl
	}
	b := s.player.Engine().SiteBucket(o.Seed, o.Visitor)
	if b.Share == 0 {
		return "there is no group", st.SiteControl
	}
	return fmt.Sprintf("%s: number %.2f, members below %d", said, b.Number, b.Share), st.SiteControl
}

// campaignGroups says in which campaigns' control groups the visitor is, or
// would be once the visit is a prospect.
func (s *Screen) campaignGroups(f *replay.Frame) (said string, in bool) {
	eng, o := s.player.Engine(), s.player.Options()
	held := map[string]bool{}
	refs, campaigns := eng.Engagements(), eng.Campaigns()
	for i, d := range f.Decisions {
		if d.Gate == engine.CampaignControl {
			held[campaigns[refs[i].Campaign].ID] = true
		}
	}
	var now, later []string
	groups := 0
	for i, c := range campaigns {
		b := eng.CampaignBucket(o.Seed, o.Visitor, i)
		member := b.Number < float64(b.Share)
		if o.Control != nil {
			member = o.Control.Campaigns[c.ID]
		}
		if b.Share > 0 {
			groups++
		}
		if !member && !held[c.ID] {
			continue
		}
		said := c.Name
		if o.Control == nil {
			said += fmt.Sprintf(" (%.2f below %d)", b.Number, b.Share)
		}
		if held[c.ID] {
			now = append(now, said)
		} else {
			later = append(later, said)
		}
	}
	var parts []string
	if len(now) > 0 {
		parts = append(parts, "held out of "+someOf(now, 6))
	}
	if len(later) > 0 {
		parts = append(parts, "as a prospect in the group of "+someOf(later, 6))
	}
	if len(parts) == 0 {
		return "in none of " + plural(groups, "group"), false
	}
	return strings.Join(parts, "; "), len(now) > 0
}

// left says how many displays a limit leaves.
func left(had, limit int) string {
	if limit == 0 {
		return number(had) + " shown, no limit"
	}
	return fmt.Sprintf("%d of %d shown, %d left", had, limit, max(0, limit-had))
}

// declines says which types of invitations were turned down, and whether the
// settings let more of them come.
func (s *Screen) declines(st *engine.State) string {
	settings := &s.player.Engine().Catalog().Settings
	one := func(what string, declined, more bool) string {
		if !declined {
			return ""
		}
		if more {
			return what + ", more may come"
		}
		return what + ", no more of it"
	}
	return first(strings.Join(nonEmpty(one("conversation", st.ConversationDeclined, settings.MayInvite(model.Conversation)),
		one("content", st.ContentDeclined, settings.MayInvite(model.Content))), "; "), "nothing")
}

func nonEmpty(in ...string) []string {
	return slices.DeleteFunc(in, func(v string) bool { return v == "" })
}
