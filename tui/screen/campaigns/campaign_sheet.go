package campaigns

import (
	"fmt"
	"strings"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// campaignSheet says all there is to say of a campaign.
func (s *sheet) campaign(state model.CampaignState, v Version, rivals rivals, checked bool, problems []model.Problem) []entry {
	k := s.k
	s.summary(state, v, checked, problems)
	s.goal()
	s.audiences()
	s.timeFrame()
	s.priority(rivals)
	s.control()
	s.engagements()
	s.problems(problems, true)
	return s.marked(k)
}

// marked gives the entries, those of engagements with what they open.
func (s *sheet) marked(k *model.Campaign) []entry {
	for i := range s.entries {
		for _, e := range k.Engagements {
			if e != nil && s.entries[i].key == engagementKey(e) {
				s.entries[i].opens = e.ID
			}
		}
	}
	return s.entries
}

func engagementKey(e *model.Engagement) string { return "engagement " + e.ID }

// titled is how many cells of a name the title of its pane has room for in most
// windows.
const titled = 48

func (s *sheet) summary(state model.CampaignState, v Version, checked bool, problems []model.Problem) {
	k := s.k
	s.depth = 0
	cells := []widget.Cell{s.state(state)}
	if c, ok := s.w.frames.Next(k, s.at); ok {
		zone := s.w.frames.Zone(k.TimeFrame.Zone)
		cells = append(cells, muted(", "+c.To.String()+" from "+moment(c.At, s.at, zone)))
	} else if state == model.StateRunning {
		cells = append(cells, muted(", no end in sight"))
	} else if state == model.StatePaused {
		cells = append(cells, muted(", none of its engagements is enabled"))
	}
	s.pair("State", cells...)
	s.about(s.field(""))
	if frame.Width(k.Name) > titled { // the title cuts it
		s.pair("Name", widget.T(whole(k.Name, k.ID)))
		s.about(s.field("name"))
	}
	if s.edited != "" {
		s.pair("Open", widget.Cell{Text: strings.TrimSpace(s.th.Edited + " " + text.Line(s.edited, 80)), Look: theme.Warn}, muted(", to change it"))
	}
	if s.asked != "" {
		s.pair("Approval", widget.Cell{Text: s.asked, Look: theme.Warn})
		s.about(s.field(""))
	}
	s.pair("Check", s.verdict(checked, problems)...)
	if k.LOB != "" {
		s.pair("LOB", widget.T(k.LOB))
		s.about(s.field("lob"))
	}
	if k.Description != "" {
		s.pair("About", widget.T(k.Description))
		s.about(s.field("description"))
	}
	s.pair("ID", widget.T(k.ID))
	s.about(s.field("id"))
	if v.Revision > 0 {
		changed := []widget.Cell{widget.T(label(v.Author, "somebody"))}
		if !v.At.IsZero() {
			changed = append(changed, widget.T(", "+v.At.In(s.at.Location()).Format("2006-01-02 15:04 MST")))
		}
		changed = append(changed, muted(fmt.Sprintf(", revision %d", v.Revision)))
		if v.Why != "" {
			changed = append(changed, muted(": "+text.Line(v.Why, 120)))
		}
		s.pair("Changed", changed...)
	}
}

func (s *sheet) verdict(checked bool, problems []model.Problem) []widget.Cell {
	failures, warnings := tally(problems)
	switch {
	case !checked:
		return []widget.Cell{muted("being checked")}
	case failures+warnings == 0:
		return []widget.Cell{{Text: s.th.Check + " nothing to object", Look: theme.OK}}
	}
	var out []widget.Cell
	if failures > 0 {
		out = append(out, widget.Cell{Text: s.th.Cross + " " + count(failures, "error"), Look: theme.Danger})
	}
	if warnings > 0 {
		if len(out) > 0 {
			out = append(out, widget.T(", "))
		}
		out = append(out, widget.Cell{Text: s.th.Glyphs.Warn + " " + count(warnings, "warning"), Look: theme.Warn})
	}
	hint := "; f4 goes to the next"
	if failures > 0 && !s.k.Published {
		hint = " before it can be published" + hint
	}
	return append(out, muted(hint))
}

func (s *sheet) goal() {
	g, ok := item[*model.Goal](s.w, model.KindGoal, s.k.Goal)
	if !ok {
		s.head(1, "goal", "Goal")
		s.about(s.field("goal"))
		if s.k.Goal == "" {
			s.say(0, widget.L(muted("none yet")))
		} else {
			s.say(0, widget.L(s.missing("goal", s.k.Goal)...))
		}
		return
	}
	s.head(1, "goal", "Goal", widget.T(label(g.Name, g.ID)))
	s.about(s.field("goal"))
	if g.Description != "" {
		s.pair("About", widget.T(g.Description))
	}
	kind := "an assisting goal"
	if g.Type.Conversion() {
		kind = "a conversion"
	}
	s.pair("Type", widget.T(text.Line(string(g.Type), 24)), muted(", "+kind))
	s.about(place{model.KindGoal, g.ID, ""})
	for i, way := range goalWays(g) {
		name := "Reached"
		if i > 0 {
			name = "or"
		}
		s.pair(name, widget.T(way))
	}
	counted := "every time it is reached"
	if g.OncePerVisit || g.Type == model.GoalInteract {
		counted = "once a visit"
	}
	s.pair("Counted", widget.T(counted))
}

// goalWays says what reaches a goal, each way by itself.
func goalWays(g *model.Goal) []string {
	var out []string
	for _, u := range g.URLs {
		out = append(out, "on a page whose "+u.Words())
	}
	if t := g.Transaction; t != nil && t.MoreThan.IsZero() {
		out = append(out, "by a purchase of any value")
	} else if t != nil {
		out = append(out, "by a purchase of more than "+t.MoreThan.String()+", whatever the currency")
	}
	if g.LeadEvent {
		out = append(out, "by a lead")
	}
	for _, b := range g.Service {
		about := "whatever its topic"
		if len(b.Topics) > 0 {
			about = "about " + words(b.Topics, "or")
		}
		out = append(out, "by a service request "+about+" that is "+text.Line(string(b.Status), 40))
	}
	if g.Type == model.GoalPageViews {
		out = append(out, "with "+count(g.Pages, "page")+" of a visit")
	}
	if g.Type == model.GoalInteract {
		out = append(out, "when a conversation starts or content is clicked")
	}
	if len(out) == 0 {
		out = append(out, "never: it has no indicator")
	}
	return out
}

// words joins a list as people say it: "a, b or c".
func words(list []string, join string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text.Line(s, 60)
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " " + join + " " + out[len(out)-1]
}

func (s *sheet) audiences() {
	s.head(1, "audiences", "Audience", muted(anyOf(len(s.k.Audiences))))
	s.about(s.field("audiences"))
	if len(s.k.Audiences) == 0 {
		s.say(0, widget.L(muted("none yet: no visitor is in it")))
	}
	for i, id := range s.k.Audiences {
		a, ok := item[*model.Audience](s.w, model.KindAudience, id)
		if !ok {
			s.say(0, widget.L(s.missing("audience", id)...))
			s.about(s.field("audiences[%d]", i))
			continue
		}
		s.say(0, widget.L(named(&a.Header)...))
		s.about(place{model.KindAudience, a.ID, ""})
		if a.When.IsZero() {
			s.list(0, widget.T("every visitor"))
			continue
		}
		s.condition(0, a.When)
	}
}

// rivals counts the running campaigns that have something enabled in a zone,
// by zone and tier of priority.
type rivals map[string][3]int

func (s *sheet) priority(all rivals) {
	k := s.k
	s.head(1, "priority", "Priority", widget.T(tier(k.Priority)))
	s.about(s.field("priority"))
	n := k.Priority.Tier()
	names, odds := []string{"high", "medium", "low"}, model.TierWeights
	var others, alone []string
	for other, name := range names {
		if other != n {
			others = append(others, name)
			alone = append(alone, fmt.Sprintf("%.0f against %s alone", 100*float64(odds[n])/float64(odds[n]+odds[other]), name))
		}
	}
	s.pair("Draw", widget.T(fmt.Sprintf("%s wins %d of 100 draws against %s", names[n], odds[n], strings.Join(others, " and "))),
		muted(", "+strings.Join(alone, ", ")+"; campaigns of one priority share"))
	state := s.w.frames.State(k, s.at)
	for _, zone := range zonesOf(k) {
		r := all[zone]
		if state == model.StateRunning {
			r[n]-- // itself
		}
		var now []string
		for i, name := range names {
			if r[i] > 0 {
				now = append(now, fmt.Sprintf("%d %s", r[i], name))
			}
		}
		if len(now) == 0 {
			now = append(now, "no other")
		}
		s.pair("Rivals", widget.T(strings.Join(now, ", ")), muted(" running in "+zoneWords(zone)))
	}
}

// zonesOf lists the zones of a campaign's enabled engagements, each once.
func zonesOf(k *model.Campaign) []string {
	var out []string
	for _, e := range k.Engagements {
		if e == nil || e.Disabled {
			continue
		}
		zone, known := e.Zone(), false
		for _, z := range out {
			known = known || z == zone
		}
		if !known {
			out = append(out, zone)
		}
	}
	return out
}

func zoneWords(zone string) string {
	if div, ok := strings.CutPrefix(zone, model.ZoneEmbedded); ok {
		return "the page's element " + text.Line(div, 40)
	}
	return "the " + zone + " zone"
}

func (s *sheet) control() {
	share, site := s.k.Control(), s.w.catalog.Settings.SiteControl()
	s.head(1, "control", "Control group", widget.T(fmt.Sprintf("%d%%", share)))
	s.about(s.field("controlGroup"))
	own := fmt.Sprintf("%d of 100 visitors never see this campaign, so that its effect can be measured.", share)
	if share == 0 {
		own = "Everybody may see this campaign: its effect is not measured."
	}
	if s.k.ControlGroup == nil {
		own += " This is the default."
	}
	s.say(0, widget.L(widget.T(own)))
	s.say(0, widget.L(muted(fmt.Sprintf("%d of 100 visitors see no campaign at all, by the account's settings.", site))))
}

func (s *sheet) engagements() {
	enabled, total := enabledOf(s.k)
	note := fmt.Sprintf("%d of %d enabled", enabled, total)
	if enabled == total {
		note = fmt.Sprintf("%d enabled", total)
	}
	if total == 0 {
		note = ""
	}
	s.head(1, "engagements", "Engagements", muted(note))
	s.about(s.field("engagements"))
	if total == 0 {
		s.say(0, widget.L(muted("none yet: nothing can be shown")))
	}
	for i, e := range s.k.Engagements {
		if e == nil {
			continue
		}
		cells := []widget.Cell{muted(formatWords(e))}
		if e.Disabled {
			cells = append(cells, widget.Cell{Text: ", " + s.th.Paused + " disabled", Look: theme.Warn})
		}
		h := s.head(2, engagementKey(e), label(e.Name, e.ID), cells...)
		h.open = false
		s.about(s.field("engagements[%d]", i))
		s.engagement(i, e, 2)
	}
}

// enabledOf counts a campaign's engagements.
func enabledOf(k *model.Campaign) (enabled, total int) {
	for _, e := range k.Engagements {
		if e == nil {
			continue
		}
		total++
		if !e.Disabled {
			enabled++
		}
	}
	return enabled, total
}

// formatWords say in a few words what an engagement is.
func formatWords(e *model.Engagement) string {
	return text.Line(string(e.Format), 24) + ", " + text.Line(string(e.Type), 24)
}

// zoneName is how a time zone is called, with whose it is.
func (s *sheet) zoneName(given string) string {
	name := s.w.frames.Zone(given).String()
	if given == "" {
		name += ", the account's"
	}
	return name
}

// day is a calendar day with its weekday.
func dayWords(d model.Date) string {
	if d.IsZero() {
		return "no date"
	}
	return d.UTC().Format("Mon ") + d.String()
}
