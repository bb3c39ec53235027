package settings

import (
	"fmt"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/fields"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

const labels = 21

func muted(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Muted} }

func label(name string) string {
	if strings.TrimSpace(name) == "" {
		return "somebody"
	}
	return text.Line(name, 60)
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func limitWords(n int) string {
	if n == 0 {
		return "any number"
	}
	return "at most " + strconv.Itoa(n)
}

func byDefault(is bool) widget.Cell {
	if is {
		return muted(", by default")
	}
	return widget.Cell{}
}

// words say the settings, part by part.
func words(ses *pane.Session, s *model.Settings, v Version, problems []model.Problem) []widget.Line {
	th := ses.Theme
	var out []widget.Line
	head := func(t string) {
		if len(out) > 0 {
			out = append(out, widget.L())
		}
		out = append(out, widget.Heading(t))
	}
	pair := func(name string, value ...widget.Cell) { out = append(out, widget.Pair(name, labels, value...)) }
	for _, p := range problems {
		sign, look := th.Cross+" error", theme.Danger
		if p.Severity != model.Error {
			sign, look = th.Glyphs.Warn+" warning", theme.Warn
		}
		pair("Check", widget.Cell{Text: sign, Look: look}, widget.T(": "+p.Message), muted(" ("+text.Line(p.Path, 60)+")"))
	}
	head("Proactive behavior")
	d := s.Displays
	if d.Split {
		pair("Displays a visit", widget.T(limitWords(d.Conversation)+" for conversations, "+limitWords(d.Content)+" for content"))
	} else {
		pair("Displays a visit", widget.T(limitWords(d.Limit)), muted(", conversations and content together"))
	}
	for _, t := range []struct {
		name string
		kind model.EngagementType
		own  bool
	}{{"Declined conversation", model.Conversation, s.InviteAfterDecline.Conversation != nil}, {"Declined content", model.Content, s.InviteAfterDecline.Content != nil}} {
		said := "nothing of the type for the rest of the visit"
		if s.MayInvite(t.kind) {
			said = "others of the type may still come up"
		}
		pair(t.name, widget.T(said), byDefault(!t.own))
	}
	head("Publishing")
	if s.Approval {
		pair("Four eyes", widget.T("what visitors see changes once another operator has approved it"))
	} else {
		pair("Four eyes", widget.T("no: a publisher publishes"), muted(", by default"))
	}
	head("Control group")
	pair("Site control group", widget.T(fmt.Sprintf("%d of 100 visitors see no engagement at all", s.SiteControl())), byDefault(s.SiteControlGroup == nil))
	head("Visits and evaluation")
	pair("A visit ends", widget.T("after "+s.VisitIdle().String()+" without an event, or "+s.VisitMaxAge().String()+" after its start"), byDefault(s.Visit.IsZero()))
	every := "every " + s.Every().String()
	if s.Every() == 0 {
		every = "at the exact instant one becomes true"
	}
	pair("Conditions", widget.T("looked at "+every), byDefault(s.EvaluateEvery == nil))
	agents := s.Agents
	if agents == "" {
		agents = model.Online
	}
	pair("Agents", widget.T(text.Line(string(agents), 20)), muted(" until an event tells otherwise"))
	head("Defaults")
	zone := s.Zone
	if zone == "" {
		zone = "UTC"
	}
	pair("Time zone", widget.T(text.Line(zone, 60)))
	currency := s.Currency
	if currency == "" {
		currency = "none"
	}
	pair("Currency", widget.T(text.Line(currency, 20)))
	head("Attribution")
	days := 31
	if s.CrossSession != nil {
		days = *s.CrossSession
	}
	within := "within " + count(days, "day")
	if days == 0 {
		within = "within the visit"
	}
	which := "last"
	if s.Attribution != "" {
		which = text.Line(s.Attribution, 20)
	}
	pair("A goal counts", widget.T(within+", for the engagement that was met "+which), byDefault(s.CrossSession == nil && s.Attribution == ""))
	head("Customers")
	listed := func(name string, list []string, max int) {
		if len(list) == 0 {
			pair(name, muted("none"))
			return
		}
		parts := make([]string, len(list))
		for i, p := range list {
			parts[i] = text.Line(p, 60)
		}
		of := ""
		if max > 0 {
			of = fmt.Sprintf("  (%d of %d)", len(list), max)
		}
		pair(name, widget.T(strings.Join(parts, ", ")), muted(of))
	}
	listed("Types", s.CustomerTypes, fields.MostNames)
	listed("Statuses", s.CustomerStatuses, fields.MostNames)
	head("Organization")
	listed("Lines of business", s.LinesOfBusiness, 0)
	listed("Skills", s.Skills, 0)
	head("Account")
	pair("Name", widget.T(text.Line(s.Name, 120)))
	if s.Description != "" {
		pair("About", widget.T(s.Description))
	}
	switch {
	case v.Revision == 0:
		pair("Changed", muted("never yet: these are the defaults"))
	default:
		said := label(v.Author)
		if !v.At.IsZero() {
			said += ", " + ses.When(v.At)
		}
		pair("Changed", widget.T(said), muted(fmt.Sprintf(", revision %d", v.Revision)+because(v.Why)))
	}
	return out
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + text.Line(why, 80) + ")"
}
