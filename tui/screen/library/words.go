package library

import (
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
)

// label is what people call something: its name, else its ID, harmless and
// short enough for a sentence.
func label(name, id string) string { return text.Line(whole(name, id), 60) }

// whole is all of a name, for where there is room for it.
func whole(name, id string) string {
	if strings.TrimSpace(name) == "" {
		name = id
	}
	return text.Line(name, wholeName)
}

// wholeName is how many runes of a name are shown at all.
const wholeName = 240

func called(d model.Document) string { return label(d.Head().Name, d.Head().ID) }

// count says a number of things: "1 error", "2 errors".
func count[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// joined puts a list as people say it: "a, b or c".
func joined(list []string, join string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = text.Line(s, 60)
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " " + join + " " + out[len(out)-1]
}

// brief says what an item is on one line, for the list.
func brief(d model.Document) string {
	switch d := d.(type) {
	case *model.Goal:
		return plain(string(d.Type)) + ", " + strings.Join(goalWays(d), ", or ")
	case *model.Audience:
		if d.When.IsZero() {
			return "every visitor"
		}
		return d.When.Sentence()
	case *model.Behavior:
		if d.When.IsZero() {
			return "at once, whatever the visitor does"
		}
		return d.When.Sentence()
	case *model.Schedule:
		parts := make([]string, 0, 3)
		for _, l := range weekWords(d.Days) {
			parts = append(parts, l.days+" "+l.hours)
		}
		return strings.Join(parts, "; ")
	case *model.Occasion:
		parts := make([]string, 0, len(d.Lines))
		for _, l := range d.Lines {
			parts = append(parts, lineDates(l)+" "+text.Line(l.Name, 40))
		}
		return strings.Join(parts, "; ")
	case *model.Window:
		out := plain(themeOf(d)) + " theme"
		if d.Default {
			out = "the default, " + out
		}
		if n := len(surveysOf(d)); n > 0 {
			out += ", " + count(n, "survey")
		}
		if d.API != nil {
			out += ", opened by the page itself"
		}
		return out
	case *model.EntryPoint:
		if len(d.Include) == 0 && len(d.Exclude) == 0 {
			return "the entire website"
		}
		out := "the entire website"
		if len(d.Include) > 0 {
			out = ruleWords(d.Include)
		}
		if len(d.Exclude) > 0 {
			out += ", but not " + ruleWords(d.Exclude)
		}
		return out
	case *model.Template:
		parts := []string{plain(string(d.Format)), plain(string(d.Type))}
		for _, s := range []string{d.UseCase, d.Style, d.Size} {
			if s != "" {
				parts = append(parts, text.Line(s, 40))
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// plain is a choice in words.
func plain(s string) string {
	if s == "" {
		return "none yet"
	}
	return text.Line(strings.ReplaceAll(s, "-", " "), 40)
}

func themeOf(w *model.Window) string {
	if w.Theme == "" {
		return "horizon"
	}
	return w.Theme
}

func ruleWords(rules []model.PageRule) string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = r.Words()
	}
	return strings.Join(out, " or ")
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
			about = "about " + joined(b.Topics, "or")
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

type weekLine struct{ days, hours string }

// weekWords says a week, days of equal hours together, beginning with Monday.
func weekWords(w model.Week) []weekLine {
	all := w.All()
	var out []weekLine
	first := 1
	for i := 1; i <= 7; i++ {
		hours := hoursWords(all[i%7].Status, model.DayAll, all[i%7].Shifts)
		next := all[(i+1)%7]
		if i < 7 && hoursWords(next.Status, model.DayAll, next.Shifts) == hours {
			continue
		}
		days := time.Weekday(first).String()
		switch i - first {
		case 0:
			days = time.Weekday(i % 7).String()
		case 1:
			days += ", " + time.Weekday(i%7).String()
		default:
			days += " to " + time.Weekday(i%7).String()
		}
		out = append(out, weekLine{days, hours})
		first = i + 1
	}
	return out
}

// hoursWords says the hours of a day; none given means the status that is
// handed in.
func hoursWords(status, none model.DayStatus, shifts []model.Shift) string {
	if status == "" {
		status = none
	}
	switch status {
	case model.DayAll:
		return "all hours"
	case model.DayOff:
		return "off"
	}
	if len(shifts) == 0 {
		return "no hours"
	}
	parts := make([]string, len(shifts))
	for i, s := range shifts {
		from, to := s.From.String(), s.To.String()
		if from == "" {
			from = "00:00"
		}
		if to == "" || to == "23:59" {
			to = "24:00"
		}
		parts[i] = from + " to " + to
	}
	return strings.Join(parts, ", ")
}

func lineDates(l model.OccasionLine) string {
	if l.To <= l.From {
		return l.From.String()
	}
	return l.From.String() + " to " + l.To.String()
}

// named is a survey of a window, with when it is asked.
type named struct {
	when   string
	survey *model.Survey
}

func surveysOf(w *model.Window) []named {
	var out []named
	for _, s := range []named{{"Before", w.Surveys.PreChat}, {"After", w.Surveys.PostChat}, {"Offline", w.Surveys.Offline}, {"Agent", w.Surveys.Agent}} {
		if s.survey != nil {
			out = append(out, s)
		}
	}
	return out
}
