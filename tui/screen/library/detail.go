package library

import (
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// labels is the width of the column of labels.
const labels = 9

// sheet writes what there is to say of an item, line by line.
type sheet struct {
	th    *theme.Theme
	w     *world
	lines []widget.Line

	when   func(time.Time) string // tells when somebody changed something
	edited string                 // who else has the item open, and since when
}

func muted(s string) widget.Cell  { return widget.Cell{Text: s, Look: theme.Muted} }
func strong(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Strong} }

func (s *sheet) say(cells ...widget.Cell) { s.lines = append(s.lines, widget.L(cells...)) }

func (s *sheet) head(title string) {
	if len(s.lines) > 0 {
		s.say()
	}
	s.lines = append(s.lines, widget.Heading(title))
}

func (s *sheet) pair(label string, value ...widget.Cell) {
	s.lines = append(s.lines, widget.Pair(label, labels, value...))
}

func (s *sheet) list(cells ...widget.Cell) {
	s.lines = append(s.lines, widget.Line{Hang: 2, Cells: append([]widget.Cell{muted(s.th.Bullet + " ")}, cells...)})
}

// item says everything of an item: what it is, who wrote it, what is wrong
// with it.
func (s *sheet) item(d model.Document, v Version, problems []model.Problem, surveyed bool) {
	h := d.Head()
	s.say(strong(whole(h.Name, h.ID)))
	if h.Description != "" {
		s.say(widget.T(h.Description))
	}
	s.pair("ID", widget.T(h.ID))
	if s.edited != "" {
		s.pair("Open", widget.Cell{Text: strings.TrimSpace(s.th.Edited + " " + text.Line(s.edited, 80)), Look: theme.Warn}, muted(", to change it"))
	}
	if v.Revision > 0 {
		changed := []widget.Cell{widget.T(label(v.Author, "somebody"))}
		if !v.At.IsZero() {
			changed = append(changed, widget.T(", "+s.when(v.At)))
		}
		changed = append(changed, muted(fmt.Sprintf(", revision %d", v.Revision)))
		if v.Why != "" {
			changed = append(changed, muted(": "+text.Line(v.Why, 120)))
		}
		s.pair("Changed", changed...)
	}
	switch {
	case !surveyed:
		s.pair("Check", muted("being checked"))
	case len(problems) == 0:
		s.pair("Check", widget.Cell{Text: s.th.Check + " nothing to object", Look: theme.OK})
	}
	for _, p := range problems {
		sign, look := s.th.Cross+" error", theme.Danger
		if p.Severity != model.Error {
			sign, look = s.th.Glyphs.Warn+" warning", theme.Warn
		}
		cells := []widget.Cell{{Text: sign, Look: look}, widget.T(": " + p.Message)}
		if p.Path != "" {
			cells = append(cells, muted(" ("+text.Line(p.Path, 80)+")"))
		}
		s.pair("Check", cells...)
	}
	s.body(d)
}

func (s *sheet) zone(name string) *time.Location {
	for _, n := range []string{name, s.w.catalog.Settings.Zone} {
		if z, err := model.LoadZone(n); err == nil {
			return z
		}
	}
	return time.UTC
}

func (s *sheet) zoneName(given string) {
	name := text.Line(given, 60)
	if given == "" {
		name = s.zone("").String() + ", the account's"
	}
	s.pair("Zone", widget.T(name))
}

func (s *sheet) body(d model.Document) {
	switch d := d.(type) {
	case *model.Goal:
		s.goal(d)
	case *model.Audience:
		s.head("Who")
		s.condition(d.When, "every visitor")
	case *model.Behavior:
		s.head("When")
		s.condition(d.When, "at once, whatever the visitor does")
	case *model.Schedule:
		s.zoneName(d.Zone)
		s.head("Weekly hours")
		for _, l := range weekWords(d.Days) {
			s.lines = append(s.lines, widget.Pair(l.days, 20, widget.T(l.hours)))
		}
	case *model.Occasion:
		s.zoneName(d.Zone)
		s.head("Days")
		for _, l := range d.Lines {
			s.lines = append(s.lines, widget.Pair(lineDates(l), 24, widget.T(hoursWords(l.Status, model.DayOff, l.Shifts)), muted(", "+text.Line(l.Name, 60))))
		}
		if len(d.Lines) == 0 {
			s.say(muted("none yet: the regular hours always hold"))
		}
	case *model.Window:
		s.window(d)
	case *model.EntryPoint:
		s.entryPoint(d)
	case *model.Template:
		s.template(d)
	}
}

func (s *sheet) goal(g *model.Goal) {
	kind := "an assisting goal"
	if g.Type.Conversion() {
		kind = "a conversion"
	}
	s.pair("Type", widget.T(plain(string(g.Type))), muted(", "+kind))
	s.head("Reached")
	for _, way := range goalWays(g) {
		s.list(widget.T(way))
	}
	counted := "every time it is reached"
	if g.OncePerVisit || g.Type == model.GoalInteract {
		counted = "once a visit"
	}
	s.pair("Counted", widget.T(counted))
}

// condition writes what must hold, a line for each part of it.
func (s *sheet) condition(c model.Condition, none string) {
	if c.IsZero() {
		s.list(widget.T(none))
		return
	}
	join, parts := "", []model.Condition{c}
	switch c.Leaf() {
	case "all":
		join, parts = "and ", c.All
	case "any":
		join, parts = "or ", c.Any
	}
	for i, p := range parts {
		said := p.Sentence()
		if n := p.Leaf(); len(parts) > 1 && (n == "all" && len(p.All) > 1 || n == "any" && len(p.Any) > 1) {
			said = "(" + said + ")"
		}
		if i == 0 {
			s.list(widget.T(said))
		} else {
			s.list(muted(join), widget.T(said))
		}
	}
}

func (s *sheet) entryPoint(e *model.EntryPoint) {
	s.head("Pages")
	if len(e.Include) == 0 {
		s.list(widget.T("the entire website"))
	}
	for i, r := range e.Include {
		if i == 0 {
			s.list(widget.T(r.Words()))
		} else {
			s.list(muted("or "), widget.T(r.Words()))
		}
	}
	if len(e.Exclude) > 0 {
		s.head("But not")
	}
	for _, r := range e.Exclude {
		s.list(widget.T(r.Words()))
	}
}

func (s *sheet) window(w *model.Window) {
	if w.Default {
		s.pair("Default", widget.T("new engagements take this window"))
	}
	s.pair("Theme", widget.T(plain(themeOf(w))))
	b := w.Branding
	if b.Title != "" {
		s.pair("Title", widget.T(b.Title))
	}
	if w.API != nil {
		s.pair("Opens", widget.T("the page's own method "+text.Line(w.API.Method, 80)))
	}
	var colors []string
	for _, c := range []struct{ name, value string }{{"background", b.Background}, {"text", b.Text}, {"visitor", b.ConsumerBubble}, {"agent", b.AgentBubble},
		{"button", b.PrimaryButton}} {
		if c.value != "" {
			colors = append(colors, c.name+" "+text.Line(c.value, 20))
		}
	}
	if len(colors) > 0 {
		s.pair("Colors", widget.T(strings.Join(colors, ", ")))
	}
	if ratio, ok := model.Contrast(b.Text, b.Background); ok {
		cell := widget.Cell{Text: fmt.Sprintf("%s %.1f to 1", s.th.Check, ratio), Look: theme.OK}
		if ratio < 4.5 {
			cell = widget.Cell{Text: fmt.Sprintf("%s %.1f to 1, below 4.5", s.th.Glyphs.Warn, ratio), Look: theme.Warn}
		}
		s.pair("Contrast", cell)
	}
	for _, n := range surveysOf(w) {
		s.head(n.when + " the conversation")
		if n.when == "Offline" || n.when == "Agent" {
			s.lines[len(s.lines)-1] = widget.Heading(n.when + " survey")
		}
		for _, q := range n.survey.Questions {
			cells := []widget.Cell{widget.T(label(q.Label, q.ID)), muted(", " + plain(string(q.Type)))}
			if q.Mandatory {
				cells = append(cells, muted(", must be answered"))
			}
			if len(q.Options) > 0 {
				cells = append(cells, muted(": "+joined(q.Options, "or")))
			}
			s.list(cells...)
		}
	}
}

func (s *sheet) template(t *model.Template) {
	s.pair("Format", widget.T(plain(string(t.Format))), muted(", "+plain(string(t.Type))))
	for _, p := range [][2]string{{"Use case", t.UseCase}, {"Style", t.Style}, {"Size", t.Size}} {
		if p[1] != "" {
			s.pair(p[0], widget.T(p[1]))
		}
	}
	if t.Creative.HTML != "" {
		s.pair("HTML", widget.T(count(len(t.Creative.HTML), "character")+", in place of elements"))
	}
	for _, f := range []struct {
		state string
		face  *model.Face
	}{{"Online", &t.Creative.Online}, {"Offline", t.Creative.Offline}, {"Busy", t.Creative.Busy}} {
		if f.face == nil || f.face.IsZero() {
			continue
		}
		s.head(f.state)
		if f.face.Width > 0 || f.face.Height > 0 {
			s.pair("Size", widget.T(fmt.Sprintf("%d by %d px", f.face.Width, f.face.Height)))
		}
		for _, e := range f.face.Elements {
			said := e.Text
			if said == "" {
				said = e.Alt
			}
			s.list(muted(plain(string(e.Kind))+"  "), widget.T(said))
		}
	}
	if t.Creative.OfflineOff {
		s.pair("Offline", widget.T("nothing is drawn"))
	}
}

// mostUsers is how many places of use are written out.
const mostUsers = 200

// uses writes where an item is used, campaign by campaign.
func (s *sheet) uses(x *model.Index, key model.DocumentKey) {
	if x == nil {
		s.say(muted("being looked up"))
		return
	}
	uses, paths := x.Uses(key.Kind, key.ID), x.UsedBy(key.Kind, key.ID)
	if len(uses) == 0 {
		s.say(muted("Nowhere: it can be deleted."))
		return
	}
	campaigns := 0
	last := ""
	for _, p := range paths {
		if k, _, _ := strings.Cut(p, "/"); k != last {
			campaigns, last = campaigns+1, k
		}
	}
	for _, u := range uses {
		if u.Kind != model.KindCampaign {
			if d := x.Document(u.Kind, u.ID); d != nil {
				s.list(muted(noun(u.Kind)+" "), widget.T(whole(d.Head().Name, d.Head().ID)))
			}
		}
	}
	if len(paths) == 0 {
		for _, u := range uses {
			if k := x.Campaign(u.ID); u.Kind == model.KindCampaign && k != nil {
				s.say(strong(whole(k.Name, k.ID)), muted("  no engagement yet"))
			}
		}
		return
	}
	s.say(muted(count(len(paths), "engagement") + " of " + count(campaigns, "campaign")))
	last = ""
	for i, p := range paths {
		if i == mostUsers {
			s.say(muted(fmt.Sprintf("and %d more", len(paths)-i)))
			break
		}
		k, e := x.Engagement(p)
		if k == nil || e == nil {
			continue
		}
		if k.ID != last {
			last = k.ID
			cells := []widget.Cell{strong(whole(k.Name, k.ID))}
			if !k.Published {
				cells = append(cells, muted("  draft"))
			}
			s.say(cells...)
		}
		cells := []widget.Cell{widget.T(label(e.Name, e.ID))}
		if e.Disabled {
			cells = append(cells, muted(", disabled"))
		}
		s.list(cells...)
	}
}
