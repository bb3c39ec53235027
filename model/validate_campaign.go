package model

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Soft limit of a campaign. Domain 8 no. 35.
const maxEngagements = 100

func (v *validator) campaign(c *Campaign) {
	if c.LOB != "" && !slices.Contains(v.catalog.Settings.LinesOfBusiness, c.LOB) {
		v.report("lob", "lob-unknown", "the settings name no line of business %s", shown(c.LOB))
	}
	if c.Goal == "" {
		v.report("goal", "goal-missing", "no goal: choose one of the library or add one")
	}
	if len(c.Audiences) == 0 {
		v.report("audiences", "audience-missing", "no audience: choose one, such as all visitors")
	}
	v.entries("audiences", c.Audiences)
	v.timeFrame(c)
	v.control("controlGroup", c.ControlGroup)
	if c.ControlGroup != nil && *c.ControlGroup == 0 {
		v.report("controlGroup", "control-zero", "no control group: the campaign's lift cannot be measured")
	}
	enabled, ids := 0, map[string]bool{}
	for i, e := range c.Engagements {
		if e == nil {
			continue
		}
		at := indexed("engagements", i)
		if !e.Disabled {
			enabled++
		}
		v.identity(at, e.ID, e.Name)
		if ids[e.ID] && e.ID != "" {
			v.report(at+".id", "id-duplicate", "another engagement of the campaign has this id")
		}
		ids[e.ID] = true
		v.engagement(at, e)
	}
	if enabled == 0 {
		v.report("engagements", "engagement-missing", "no engagement is enabled")
	}
	if len(c.Engagements) > maxEngagements {
		v.report("engagements", "engagements-many", "%d engagements, more than %d", len(c.Engagements), maxEngagements)
	}
}

func (v *validator) control(path string, share *int) {
	if share != nil && (*share < 0 || *share > MaxControl) {
		v.report(path, "control-out-of-range", "want 0 to %d percent: %d", MaxControl, *share)
	}
}

func (v *validator) timeFrame(c *Campaign) {
	const at = "timeFrame"
	t := &c.TimeFrame
	if t.Start.IsZero() {
		v.report(at+".start", "start-missing", "no first day")
	}
	if !t.End.IsZero() && t.End < t.Start {
		v.report(at+".end", "end-before-start", "ends on %s, before it begins on %s", t.End, t.Start)
	}
	if t.Zone != "" {
		v.zone(at+".zone", t.Zone)
	}
	switch t.Hours {
	case SpecificHours:
		if t.From.IsZero() || t.To.IsZero() {
			v.report(at+".hours", "hours-missing", "specific hours want from and to")
		} else {
			v.shifts(at, []Shift{{t.From, t.To}}, func(int) string { return at })
		}
	case CustomHours:
		if t.Schedule == "" {
			v.report(at+".schedule", "schedule-missing", "custom hours want a schedule")
		}
	}
	if t.Hours != SpecificHours {
		v.unused(!t.From.IsZero(), at+".from", "the hours are not specific")
		v.unused(!t.To.IsZero(), at+".to", "the hours are not specific")
	}
	v.unused(t.Hours != CustomHours && t.Schedule != "", at+".schedule", "the hours are not custom")
	v.entries(at+".occasions", t.Occasions)
	v.running(c)
}

// running warns of a published campaign that does not run at the instant of
// the validation.
func (v *validator) running(c *Campaign) {
	if v.now.IsZero() || !c.Published || c.TimeFrame.Start.IsZero() {
		return
	}
	name := c.TimeFrame.Zone
	if name == "" {
		name = v.catalog.Settings.Zone
	}
	loc := v.location(name)
	if loc == nil {
		return
	}
	today := DateOf(v.now.In(loc))
	if today < c.TimeFrame.Start {
		v.report("timeFrame.start", "not-started", "published, and begins on %s", c.TimeFrame.Start)
	}
	if !c.TimeFrame.End.IsZero() && today > c.TimeFrame.End {
		v.report("timeFrame.end", "ended", "published, and ended on %s", c.TimeFrame.End)
	}
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$`)

func (v *validator) engagement(at string, e *Engagement) {
	v.shape(at, e.Format, e.Type)
	v.unused(e.Side != "" && e.Format != Sticky && e.Format != SlideOut && e.Format != "", at+".side", "sides are for sticky and slide-out")
	if e.Format == Embedded {
		if strings.TrimSpace(e.Div) == "" {
			v.report(at+".div", "div-missing", "an embedded engagement wants the id of its div")
		}
	} else {
		v.unused(e.Div != "" && e.Format != "", at+".div", "divs are for embedded")
	}
	if len(e.EntryPoints) == 0 {
		v.report(at+".entryPoints", "entry-point-missing", "no entry point: choose one, such as the entire website")
	}
	v.entries(at+".entryPoints", e.EntryPoints)
	if len(e.Behaviors) == 0 {
		v.report(at+".behaviors", "behavior-missing", "no behavior: choose one, such as all behaviors")
	}
	v.entries(at+".behaviors", e.Behaviors)
	switch e.Type {
	case Conversation:
		v.conversation(at, e)
	case Content:
		v.content(at, e)
	}
	if e.Language != "" && !languageTag.MatchString(e.Language) {
		v.report(at+".language", "language-invalid", "want a language tag such as en-US: %s", shown(e.Language))
	}
	if e.Delay < 0 || e.Delay > 6*Hour {
		v.report(at+".delay", "delay-out-of-range", "want 0 to 6h: %s", e.Delay)
	}
	if e.Duration != 0 && (e.Duration < Second || e.Duration > 6*Hour) {
		v.report(at+".duration", "duration-out-of-range", "want 1s to 6h, or none: %s", e.Duration)
	}
	if e.Follow.Pages != 0 && e.Follow.Time != 0 {
		v.report(at+".follow", "follow-both", "want %s, not both", either("pages", "time"))
	}
	if e.Follow.Pages < 0 || e.Follow.Pages > 100 || e.Follow.Time < 0 || e.Follow.Time > 6*Hour {
		v.report(at+".follow", "follow-out-of-range", "want at most 100 pages or 6h")
	}
	v.unused(e.Format == Embedded && !e.Follow.IsZero(), at+".follow", "embedded engagements do not follow")
	if t := v.index.Template(e.Template); t != nil && e.Template != "" && e.Format != "" && t.Format != e.Format {
		v.report(at+".template", "setting-unused", "the template is %s, the engagement %s", t.Format, e.Format)
	}
	v.creative(at+".creative", &e.Creative, e.Format, e.Type, e.Channel)
}

// shape checks what an engagement and a template have in common.
func (v *validator) shape(at string, f Format, t EngagementType) {
	if f == "" {
		v.report(join(at, "format"), "format-missing", "no format: want %s", either(names(Formats()...)...))
	}
	if t == "" {
		v.report(join(at, "type"), "type-missing", "no type: want %s", either("conversation", "content"))
	}
}

func (v *validator) conversation(at string, e *Engagement) {
	if e.Window == "" {
		v.report(at+".window", "window-missing", "a conversation wants a window")
	}
	v.unused(e.URL != "", at+".url", "a conversation opens its window")
	v.unused(e.SameTab, at+".sameTab", "a conversation opens its window")
	v.unused(e.IgnoreMaxWait && e.Channel != Chat, at+".ignoreMaxWait", "messaging does not look at agents")
	if e.Skill != "" && !slices.Contains(v.catalog.Settings.Skills, e.Skill) {
		v.report(at+".skill", "skill-unknown", "the settings name no skill %s", shown(e.Skill))
	}
	if e.Channel == Chat && v.catalog.Settings.Agents == Offline {
		v.report(at+".channel", "agents-offline", "the settings take agents for offline: the chat shows its offline creative until an event tells otherwise")
	}
}

func (v *validator) content(at string, e *Engagement) {
	if e.URL == "" {
		v.report(at+".url", "url-missing", "content wants the URL a click leads to")
	} else if !webURL(e.URL) {
		v.report(at+".url", "url-invalid", "want an http or https URL: %s", shown(e.URL))
	}
	const why = "it is for conversations"
	v.unused(e.Channel != "", at+".channel", why)
	v.unused(e.Authentication != "", at+".authentication", why)
	v.unused(e.Skill != "", at+".skill", why)
	v.unused(e.IgnoreMaxWait, at+".ignoreMaxWait", why)
	v.unused(e.Window != "", at+".window", why)
	v.unused(e.SeparateWindow, at+".separateWindow", why)
	v.unused(e.AgentNote != "", at+".agentNote", why)
}

// webURL reports whether a text is an absolute http or https URL.
func webURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) && u.Host != "" && len(s) <= 8192
}

// crowd is who competes at one place.
type crowd struct {
	n int
	// tiers counts conversations and contents, which are drawn apart.
	conversations, contents [3]int
	// first and second are two of them, as paths.
	first, second string
}

func (c *crowd) add(path string, tier int, content bool) {
	if path == c.first || path == c.second {
		return // a list that names its item twice
	}
	if c.n++; c.n == 1 {
		c.first = path
	} else if c.n == 2 {
		c.second = path
	}
	if content {
		c.contents[tier]++
	} else {
		c.conversations[tier]++
	}
}

// place is what two engagements have to share to compete.
type place struct{ zone, entryPoint, behavior string }

// competition warns of engagements that compete for one zone at one entry
// point and behavior, with the odds, of proactive ones that cover those at the
// side, and of display limits that leave no room. With a campaign it tells of
// that campaign's engagements alone. Engagements that cannot show do not
// count, but for those of the campaign given.
func (v *validator) competition(only *Campaign) {
	places := map[place]*crowd{}
	covered := map[place]string{} // zone "left" or "right": the proactive engagement there
	proactive := map[EngagementType]int{}
	each := func(do func(c *Campaign, ei int, e *Engagement)) {
		for _, c := range v.catalog.Campaigns {
			for ei, e := range c.Engagements {
				if e != nil && !e.Disabled && e.Format != "" && (c.Published || c == only) {
					do(c, ei, e)
				}
			}
		}
	}
	each(func(c *Campaign, _ int, e *Engagement) {
		if e.Format.Proactive() {
			proactive[e.Type]++
		}
		side, path := side(e), c.Path(e)
		for _, p := range placesOf(e, e.Zone()) {
			if places[p] == nil {
				places[p] = &crowd{}
			}
			places[p].add(path, c.Priority.Tier(), e.Type == Content)
			if p.zone = side; e.Format.Proactive() && side != "" && covered[p] == "" {
				covered[p] = path
			}
		}
	})
	each(func(c *Campaign, ei int, e *Engagement) {
		if only != nil && c != only {
			return
		}
		v.begin(c)
		at := indexed("engagements", ei)
		v.rivals(at, c, e, places)
		if zone := e.Zone(); zone == ZoneLeft || zone == ZoneRight {
			for _, p := range placesOf(e, zone) {
				if over := covered[p]; over != "" {
					v.report(at+".creative.position", "overlap", "%s may lie over it on %s", shown(over), shown(p.entryPoint))
					break
				}
			}
		}
	})
	if only == nil {
		v.displayLimits(proactive)
	}
}

func placesOf(e *Engagement, zone string) []place {
	var out []place
	for _, entry := range e.EntryPoints {
		for _, behavior := range e.Behaviors {
			out = append(out, place{zone, entry, behavior})
		}
	}
	return out
}

// side returns the zone that a proactive engagement's place lies over, or "".
func side(e *Engagement) string {
	switch p := e.Creative.Position; {
	case e.Format == PeelingCorner && p == "", strings.HasSuffix(string(p), "-right"):
		return ZoneRight
	case strings.HasSuffix(string(p), "-left"):
		return ZoneLeft
	}
	return ""
}

// rivals warns once of an engagement that competes, at the first place where
// it does.
func (v *validator) rivals(at string, c *Campaign, e *Engagement, places map[place]*crowd) {
	for _, p := range placesOf(e, e.Zone()) {
		crowd := places[p]
		if crowd.n < 2 {
			continue
		}
		other := crowd.first
		if other == c.Path(e) {
			other = crowd.second
		}
		rest := ""
		if crowd.n > 2 {
			rest = fmt.Sprintf(" and %d more", crowd.n-2)
		}
		odds := "a conversation there goes first"
		switch {
		case e.Type != Content:
			odds = drawOdds(crowd.conversations, c.Priority.Tier())
		case crowd.conversations == [3]int{}:
			odds = drawOdds(crowd.contents, c.Priority.Tier())
		}
		v.report(at, "same-place", "competes with %s%s for the %s zone on %s with %s: %s",
			shown(other), rest, shown(p.zone), shown(p.entryPoint), shown(p.behavior), odds)
		return
	}
}

// drawOdds says how often one of a tier wins the draw among counts by tier.
func drawOdds(tiers [3]int, mine int) string {
	sum := 0
	for t, n := range tiers {
		if n > 0 {
			sum += TierWeights[t]
		}
	}
	share := float64(100*TierWeights[mine]) / float64(sum*max(tiers[mine], 1))
	return fmt.Sprintf("wins about %.3g %% of draws", share)
}

func (v *validator) displayLimits(proactive map[EngagementType]int) {
	v.begin(&v.catalog.Settings)
	v.kind = KindSettings
	d := v.catalog.Settings.Displays
	warn := func(path string, limit, n int, what string) {
		if limit == 1 && n > 1 {
			v.report("displays."+path, "display-limit-low", "one display a visit, and %d proactive %s compete for it", n, what)
		}
	}
	if d.Split {
		warn("conversation", d.Conversation, proactive[Conversation], "conversations")
		warn("content", d.Content, proactive[Content], "contents")
	} else {
		warn("limit", d.Limit, proactive[Conversation]+proactive[Content], "engagements")
	}
}
