package campaigns

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// engagement says all there is to say of an engagement, in parts one deeper
// than its heading.
func (s *sheet) engagement(i int, e *model.Engagement, depth int) {
	prefix := s.prefix
	s.prefix += e.ID + " "
	at := fmt.Sprintf("engagements[%d]", i)
	switch {
	case e.Disabled:
		s.pair("State", widget.Cell{Text: s.th.Paused + " disabled", Look: theme.Warn}, muted(", never shows"))
	default:
		s.pair("State", widget.Cell{Text: s.th.Check + " enabled", Look: theme.OK})
	}
	s.about(s.field("%s.disabled", at))
	format := []widget.Cell{widget.T(text.Line(string(e.Format), 24))}
	if e.Format.Proactive() {
		format = append(format, muted(", proactive: the account's display limit and invite after decline hold"))
	}
	s.pair("Format", format...)
	s.about(s.field("%s.format", at))
	s.pair("Zone", widget.T(text.Line(strings.TrimPrefix(e.Zone(), model.ZoneEmbedded), 60)), muted(zoneRule(e)))
	s.about(s.field("%s.div", at))
	s.pair("Type", s.typeWords(e)...)
	s.about(s.field("%s.type", at))
	if e.Description != "" {
		s.pair("About", widget.T(e.Description))
	}
	s.pair("ID", widget.T(s.k.Path(e)))
	s.about(s.field("%s.id", at))
	s.entryPoints(at, e, depth+1)
	s.behaviors(at, e, depth+1)
	s.display(at, e, depth+1)
	s.click(at, e, depth+1)
	s.creative(at, e, depth+1)
	s.prefix = prefix
	s.depth = depth
}

func zoneRule(e *model.Engagement) string {
	switch {
	case e.Format.Proactive():
		return ", shared by overlays, toasters and peeling corners"
	case e.Format == model.Embedded:
		return ", an element of the page"
	}
	return ", one side of the window"
}

func (s *sheet) typeWords(e *model.Engagement) []widget.Cell {
	if e.Type != model.Conversation {
		return []widget.Cell{widget.T(text.Line(string(e.Type), 24))}
	}
	if e.Channel == model.Chat {
		return []widget.Cell{widget.T("conversation by chat"), muted(", shows as agents are online, busy or offline")}
	}
	return []widget.Cell{widget.T("conversation by messaging"), muted(", shows whether agents are there or not")}
}

func (s *sheet) entryPoints(at string, e *model.Engagement, depth int) {
	s.head(depth, "where", "Where", muted(anyOf(len(e.EntryPoints))))
	s.about(s.field("%s.entryPoints", at))
	if len(e.EntryPoints) == 0 {
		s.say(0, widget.L(muted("no entry point yet: on no page")))
	}
	for i, id := range e.EntryPoints {
		p, ok := item[*model.EntryPoint](s.w, model.KindEntryPoint, id)
		if !ok {
			s.say(0, widget.L(s.missing("entry point", id)...))
			s.about(s.field("%s.entryPoints[%d]", at, i))
			continue
		}
		s.say(0, widget.L(named(&p.Header)...))
		s.about(place{model.KindEntryPoint, p.ID, ""})
		if len(p.Include) == 0 {
			s.list(0, widget.T("every page of the site"))
		}
		for j, r := range p.Include {
			s.list(0, muted(joining(j, "or ")), widget.T(r.Words()))
		}
		for j, r := range p.Exclude {
			s.list(0, muted(joining(j+1, "but not if ")), widget.T(r.Words()))
		}
	}
}

// joining is the word in front of every line of a list but the first.
func joining(i int, word string) string {
	if i == 0 {
		return ""
	}
	return word
}

func (s *sheet) behaviors(at string, e *model.Engagement, depth int) {
	s.head(depth, "when", "When", muted(anyOf(len(e.Behaviors))))
	s.about(s.field("%s.behaviors", at))
	if len(e.Behaviors) == 0 {
		s.say(0, widget.L(muted("no behavior yet: nothing triggers it")))
	}
	for i, id := range e.Behaviors {
		b, ok := item[*model.Behavior](s.w, model.KindBehavior, id)
		if !ok {
			s.say(0, widget.L(s.missing("behavior", id)...))
			s.about(s.field("%s.behaviors[%d]", at, i))
			continue
		}
		s.say(0, widget.L(named(&b.Header)...))
		s.about(place{model.KindBehavior, b.ID, ""})
		if b.When.IsZero() {
			s.list(0, widget.T("at once, whatever the visitor does"))
			continue
		}
		s.condition(0, b.When)
	}
}

func (s *sheet) display(at string, e *model.Engagement, depth int) {
	s.head(depth, "how long", "How long")
	delay := "as soon as all else holds"
	if e.Delay > 0 {
		delay = e.Delay.String() + " after the page's load, or later"
	}
	s.pair("Shows", widget.T(delay))
	s.about(s.field("%s.delay", at))
	stay := "until it is closed or the visitor goes on"
	if e.Duration > 0 {
		stay = e.Duration.String() + ", then it goes by itself, which is no decline"
	}
	s.pair("Stays", widget.T(stay))
	s.about(s.field("%s.duration", at))
	follow := "not to other pages"
	switch {
	case e.Follow.Pages > 0:
		follow = "to the visitor's next " + count(e.Follow.Pages, "page")
	case e.Follow.Time > 0:
		follow = "to every page within " + e.Follow.Time.String() + " of its first display"
	}
	s.pair("Follows", widget.T(follow))
	s.about(s.field("%s.follow", at))
}

func (s *sheet) click(at string, e *model.Engagement, depth int) {
	s.head(depth, "click", "After a click")
	if e.Type == model.Content {
		if e.URL == "" {
			s.pair("Leads to", muted("no address yet"))
		} else {
			s.pair("Leads to", widget.Cell{Text: e.URL, Look: theme.Link})
		}
		s.about(s.field("%s.url", at))
		s.pair("Opens in", widget.T(map[bool]string{true: "the same tab", false: "a new tab"}[e.SameTab]))
		return
	}
	skill := []widget.Cell{widget.T(text.Line(e.Skill, 60))}
	if e.Skill == "" {
		skill = []widget.Cell{widget.T("all skills")}
	}
	s.pair("Skill", skill...)
	s.about(s.field("%s.skill", at))
	s.window(at, e)
	who := "on every page"
	if e.Authentication == model.Authenticated {
		who = "only where the visitor is signed in"
	}
	s.pair("Shown", widget.T(who))
	s.about(s.field("%s.authentication", at))
	if e.Channel == model.Chat {
		s.pair("Max wait", widget.T(map[bool]string{true: "ignored: busy shows as online", false: "heeded"}[e.IgnoreMaxWait]))
		s.about(s.field("%s.ignoreMaxWait", at))
	}
	if e.Language != "" {
		s.pair("Language", widget.T(e.Language), muted(", of automatic messages"))
		s.about(s.field("%s.language", at))
	}
	if e.AgentNote != "" {
		s.pair("For agents", widget.T(e.AgentNote))
		s.about(s.field("%s.agentNote", at))
	}
}

func (s *sheet) window(at string, e *model.Engagement) {
	where := ", in the page"
	if e.SeparateWindow {
		where = ", a browser window of its own"
	}
	if e.Window == "" {
		s.pair("Window", widget.T("the default window"), muted(where))
		s.about(s.field("%s.window", at))
		return
	}
	w, ok := item[*model.Window](s.w, model.KindWindow, e.Window)
	if !ok {
		s.pair("Window", s.missing("window", e.Window)...)
		s.about(s.field("%s.window", at))
		return
	}
	var surveys []string
	for name, on := range map[string]bool{"pre-chat": w.Surveys.PreChat != nil, "post-chat": w.Surveys.PostChat != nil,
		"offline": w.Surveys.Offline != nil, "agent": w.Surveys.Agent != nil} {
		if on {
			surveys = append(surveys, name)
		}
	}
	slices.Sort(surveys)
	if len(surveys) > 0 {
		where += ", surveys: " + strings.Join(surveys, ", ")
	}
	s.pair("Window", widget.T(label(w.Name, w.ID)), muted(where))
	s.about(place{model.KindWindow, w.ID, ""})
}

func (s *sheet) creative(at string, e *model.Engagement, depth int) {
	c := &e.Creative
	s.head(depth, "creative", "Creative")
	s.about(s.field("%s.creative", at))
	s.template(at, e)
	if c.IsZero() {
		s.say(0, widget.L(muted("not designed yet")))
		return
	}
	if where := creativePlace(e); where != "" {
		s.pair("Place", widget.T(where))
		s.about(s.field("%s.creative.position", at))
	}
	if c.HTML != "" {
		s.pair("HTML", widget.T(text.Line(c.HTML, 400)), muted(" "+count(len([]rune(c.HTML)), "character")))
		s.about(s.field("%s.creative.html", at))
	}
	s.face("Online", at+".creative.online", &c.Online)
	if e.Type != model.Conversation || e.Channel != model.Chat {
		return
	}
	switch {
	case c.OfflineOff:
		s.pair("Offline", widget.T("nothing is drawn"))
		s.about(s.field("%s.creative.offlineOff", at))
	case c.Offline == nil:
		s.pair("Offline", widget.T("as online"))
	default:
		s.face("Offline", at+".creative.offline", c.Offline)
	}
	if c.Busy == nil {
		s.pair("Busy", widget.T("no creative of its own"), muted(", as offline unless max wait is ignored"))
		return
	}
	s.face("Busy", at+".creative.busy", c.Busy)
}

func (s *sheet) template(at string, e *model.Engagement) {
	if e.Template == "" {
		return
	}
	t, ok := item[*model.Template](s.w, model.KindTemplate, e.Template)
	if !ok {
		s.pair("Template", s.missing("template", e.Template)...)
		s.about(s.field("%s.template", at))
		return
	}
	s.pair("Template", widget.T(label(t.Name, t.ID)), muted(", which it was copied from"))
	s.about(place{model.KindTemplate, t.ID, ""})
}

func creativePlace(e *model.Engagement) string {
	c := &e.Creative
	var out []string
	switch {
	case c.Position == model.CustomPlace:
		out = append(out, fmt.Sprintf("%d px from the left, %d px from the top", c.Left, c.Top))
	case c.Position != "":
		out = append(out, strings.ReplaceAll(text.Line(string(c.Position), 24), "-", " "))
	}
	if e.Format == model.Toaster && c.Edge != "" {
		out = append(out, "slides in from the "+text.Line(c.Edge, 24))
	}
	if c.LightBox {
		out = append(out, "dims the page behind it")
	}
	return strings.Join(out, ", ")
}

// face writes the texts of one state of a creative, as they are announced.
func (s *sheet) face(name, at string, f *model.Face) {
	size := "no size given"
	if f.Width > 0 || f.Height > 0 {
		size = fmt.Sprintf("%d by %d px", f.Width, f.Height)
	}
	s.pair(name, widget.T(size))
	s.about(s.field("%s", at))
	elements := make([]int, len(f.Elements))
	for i := range elements {
		elements[i] = i
	}
	slices.SortStableFunc(elements, func(a, b int) int { return f.Elements[a].Order - f.Elements[b].Order })
	for _, i := range elements {
		x := &f.Elements[i]
		said := widget.T(x.Text)
		switch {
		case x.Text != "":
		case x.Alt != "":
			said = widget.T(x.Alt)
		case x.Image != "":
			said = widget.Cell{Text: x.Image, Look: theme.Link}
		default:
			said = muted("no text")
		}
		s.say(0, widget.Line{Hang: labels + 1 + 8, Cells: []widget.Cell{
			muted(strings.Repeat(" ", labels+1) + fmt.Sprintf("%-8s", text.Line(string(x.Kind), 8))), said}})
		s.about(s.field("%s.elements[%d]", at, i))
	}
	if len(f.Elements) == 0 {
		s.say(0, widget.L(muted(strings.Repeat(" ", labels+1)+"no elements")))
	}
}
