package model

import (
	"fmt"
	"regexp"
	"strings"
)

func (v *validator) goal(g *Goal) {
	urls, transaction, lead := len(g.URLs) > 0, g.Transaction != nil, g.LeadEvent
	service, pages := len(g.Service) > 0, g.Pages != 0
	missing := func(what any) { v.report("type", "goal-indicator-missing", "a %s goal wants %s", g.Type, what) }
	fits := map[string]bool{}
	switch g.Type {
	case "":
		v.report("type", "goal-type-missing", "no type: want %s", either(choicesOf(g.Type)...))
		fits = map[string]bool{"urls": true, "transaction": true, "leadEvent": true, "service": true, "pages": true}
	case GoalSell:
		fits["urls"], fits["transaction"] = true, true
		if !urls && !transaction {
			missing(either("urls", "transaction"))
		}
		if urls && transaction {
			v.report("transaction", "goal-indicator-both", "want %s, not both", either("urls", "transaction"))
		}
	case GoalLead:
		fits["urls"], fits["leadEvent"] = true, true
		if !urls && !lead {
			missing(either("urls", "leadEvent"))
		}
		if urls && lead {
			v.report("leadEvent", "goal-indicator-both", "want %s, not both", either("urls", "leadEvent"))
		}
	case GoalService:
		if fits["service"] = true; !service {
			missing("service boxes")
		}
	case GoalPageViews:
		if fits["pages"] = true; g.Pages < 1 {
			missing("a number of pages")
		}
	case GoalOther:
		if fits["urls"] = true; !urls {
			missing(either("urls"))
		}
	}
	for _, f := range []struct {
		name  string
		given bool
	}{{"urls", urls}, {"transaction", transaction}, {"leadEvent", lead}, {"service", service}, {"pages", pages}} {
		v.unused(f.given && !fits[f.name], f.name, fmt.Sprintf("a %s goal does not look at it", g.Type))
	}
	v.pageRules("urls", g.URLs)
	if transaction && g.Transaction.MoreThan < 0 {
		v.report("transaction.moreThan", "amount-negative", "want 0 or more: %s", g.Transaction.MoreThan)
	}
	for i, box := range g.Service {
		at := indexed("service", i)
		if box.Status == "" {
			v.report(at+".status", "status-missing", "want a status such as complete")
		}
		v.entries(at+".topics", box.Topics)
	}
}

// choicesOf returns the names of a value's type, for messages.
func choicesOf(value any) []string { return Choices(value) }

func (v *validator) pageRules(at string, rules []PageRule) {
	for i := range rules {
		v.pageRule(indexed(at, i), &rules[i])
	}
}

func (v *validator) pageRule(at string, r *PageRule) {
	n := v.urlRule(at, &r.URLRule)
	if r.Title != nil {
		if n++; v.urlRule(at+".title", r.Title) == 0 {
			v.report(at+".title", "rule-missing", "nothing to look for: want %s", either("contains", "exact", "startsWith", "wildcard", "regex"))
		}
	}
	if r.Section != "" {
		if n++; strings.Trim(r.Section, `" `) == "" {
			v.report(at+".section", "value-empty", "a blank value")
		}
	}
	if n == 0 {
		v.report(at, "rule-missing", "nothing to look for: want %s", either("contains", "exact", "startsWith", "wildcard", "regex", "title", "section"))
	}
	if n > 1 {
		v.report(at, "rule-several", "want one rule, found %d", n)
	}
}

// urlRule checks a rule and returns how many things it says. More than one is
// reported here for a title and by the caller for a page.
func (v *validator) urlRule(at string, r *URLRule) int {
	n := 0
	for _, s := range []string{r.Contains, r.Exact, r.StartsWith, r.Wildcard, r.Regex} {
		if s != "" {
			n++
		}
	}
	if n > 1 && strings.HasSuffix(at, ".title") {
		v.report(at, "rule-several", "want one rule, found %d", n)
	}
	v.regex(at+".regex", r.Regex)
	return n
}

// MaxRegex is the longest regular expression, in bytes.
const MaxRegex = 256

func (v *validator) regex(path, s string) {
	if len(s) > MaxRegex {
		v.report(path, "regex-invalid", "%d bytes, more than %d", len(s), MaxRegex)
		return
	}
	if _, err := regexp.Compile(s); err != nil {
		v.report(path, "regex-invalid", "%s", shown(strings.TrimPrefix(err.Error(), "error parsing regexp: ")))
	}
}

func (v *validator) entryPoint(e *EntryPoint) {
	v.pageRules("include", e.Include)
	v.pageRules("exclude", e.Exclude)
	if len(e.Exclude) == 0 {
		return
	}
	include := e.Include
	if len(include) == 0 {
		include = []PageRule{{URLRule: URLRule{Wildcard: "*"}}}
	}
	for i := range include {
		covered := false
		for j := range e.Exclude {
			covered = covered || covers(&e.Exclude[j], &include[i])
		}
		if !covered {
			return
		}
	}
	v.report("exclude", "entry-point-excluded", "every page it includes is excluded")
}

// covers reports whether one rule plainly matches whatever another matches. It
// may miss that it does.
func covers(wide, narrow *PageRule) bool {
	if wide.Wildcard == "*" || wide.Regex == ".*" {
		return true
	}
	if wide.Title != nil || narrow.Title != nil {
		return wide.Title != nil && narrow.Title != nil && *wide.Title == *narrow.Title && wide.URLRule == narrow.URLRule
	}
	if *wide == *narrow {
		return *wide != PageRule{}
	}
	if wide.Contains == "" {
		return false
	}
	part := strings.ToLower(wide.Contains)
	for _, s := range []string{narrow.Contains, narrow.StartsWith, strings.TrimSuffix(narrow.Exact, "/")} {
		if strings.Contains(strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")), part) {
			return true
		}
	}
	return false
}

func (v *validator) schedule(s *Schedule) {
	if s.Zone != "" {
		v.zone("zone", s.Zone)
	}
	for _, d := range []struct {
		name string
		day  Day
	}{{"monday", s.Days.Monday}, {"tuesday", s.Days.Tuesday}, {"wednesday", s.Days.Wednesday}, {"thursday", s.Days.Thursday},
		{"friday", s.Days.Friday}, {"saturday", s.Days.Saturday}, {"sunday", s.Days.Sunday}} {
		v.day("days."+d.name, d.day.Status, d.day.Shifts)
	}
}

func (v *validator) day(at string, status DayStatus, shifts []Shift) {
	if status == DayCustom {
		if len(shifts) == 0 {
			v.report(at+".shifts", "shift-missing", "custom hours want a shift")
		}
	} else {
		v.unused(len(shifts) > 0, at+".shifts", "the status is not custom")
	}
	v.shifts(at, shifts, func(i int) string { return indexed(at+".shifts", i) })
}

// shifts checks the shifts of one day; path names each.
func (v *validator) shifts(at string, shifts []Shift, path func(int) string) {
	for i, s := range shifts {
		here := path(i)
		if s.From.IsZero() || s.To.IsZero() {
			v.report(here, "shift-missing", "a shift wants from and to")
			continue
		}
		if s.From.Minutes()%5 != 0 {
			v.report(here+".from", "shift-off-grid", "want 5-minute steps: %s", s.From)
		}
		if s.To.Minutes()%5 != 0 && s.To != ClockAt(23, 59) {
			v.report(here+".to", "shift-off-grid", "want 5-minute steps, or 23:59: %s", s.To)
		}
		if s.To <= s.From {
			v.report(here, "shift-reversed", "%s to %s ends before it begins: split it at midnight", s.From, s.To)
			continue
		}
		for _, o := range shifts[:i] {
			if !o.From.IsZero() && o.To > o.From && s.From < o.To && o.From < s.To {
				v.report(here, "shift-overlap", "%s to %s overlaps %s to %s", s.From, s.To, o.From, o.To)
				break
			}
		}
	}
}

func (v *validator) occasion(o *Occasion) {
	if o.Zone != "" {
		v.zone("zone", o.Zone)
	}
	if len(o.Lines) == 0 {
		v.report("lines", "list-empty", "want one occasion at least")
	}
	last := func(l *OccasionLine) Date {
		if l.To.IsZero() {
			return l.From
		}
		return l.To
	}
	for i := range o.Lines {
		l, at := &o.Lines[i], indexed("lines", i)
		if strings.TrimSpace(l.Name) == "" {
			v.report(at+".name", "name-missing", "no name")
		}
		if l.From.IsZero() {
			v.report(at+".from", "date-missing", "no first day")
		}
		if !l.To.IsZero() && l.To < l.From {
			v.report(at+".to", "date-reversed", "ends on %s, before it begins on %s", l.To, l.From)
		}
		v.day(at, l.Status, l.Shifts)
		for j := range o.Lines[:i] {
			before := &o.Lines[j]
			if l.From <= last(before) && before.From <= last(l) && !l.From.IsZero() {
				v.report(at, "occasion-overlap", "shares days with %s, which decides there", shown(before.Name))
				break
			}
		}
	}
}

func (v *validator) window(w *Window) {
	b := &w.Branding
	for _, c := range []struct{ name, value string }{{"background", b.Background}, {"text", b.Text}, {"consumerBubble", b.ConsumerBubble}, {"agentBubble", b.AgentBubble},
		{"systemMessages", b.SystemMessages}, {"infoLine", b.InfoLine}, {"primaryButton", b.PrimaryButton}, {"secondaryButton", b.SecondaryButton}, {"header.background", b.Header.Background}} {
		v.color("branding."+c.name, c.value, false)
	}
	v.contrast("branding.text", b.Text, b.Background, false)
	for _, c := range []struct {
		name  string
		value int
	}{{"cornersTop", b.CornersTop}, {"cornersBottom", b.CornersBottom}} {
		if c.value < 0 || c.value > 20 {
			v.report("branding."+c.name, "corner-out-of-range", "want 0 to 20: %d", c.value)
		}
	}
	v.image("branding.header.image", b.Header.Image)
	v.image("branding.image", b.Image)
	if b.Header.Target != "" && !webURL(b.Header.Target) {
		v.report("branding.header.target", "url-invalid", "want an http or https URL: %s", shown(b.Header.Target))
	}
	if b.AgentPictureURL != "" && !(webURL(b.AgentPictureURL) && strings.HasPrefix(strings.ToLower(b.AgentPictureURL), "https://")) {
		v.report("branding.agentPictureUrl", "picture-not-https", "want an https URL: %s", shown(b.AgentPictureURL))
	}
	for _, s := range []struct {
		name   string
		survey *Survey
	}{{"preChat", w.Surveys.PreChat}, {"postChat", w.Surveys.PostChat}, {"offline", w.Surveys.Offline}, {"agent", w.Surveys.Agent}} {
		if s.survey != nil {
			v.survey("surveys."+s.name, s.survey)
		}
	}
	if w.API != nil {
		if !jsName.MatchString(w.API.Method) {
			v.report("api.method", "api-method-invalid", "want a JavaScript method such as openChat: %s", shown(w.API.Method))
		}
		if w.API.Context != "" && !jsName.MatchString(w.API.Context) {
			v.report("api.context", "api-method-invalid", "want a JavaScript name such as window: %s", shown(w.API.Context))
		}
	}
}

var jsName = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$`)

func (v *validator) survey(at string, s *Survey) {
	if len(s.Questions) == 0 {
		v.report(at+".questions", "survey-empty", "a survey wants questions")
	}
	ids := map[string]bool{}
	for i := range s.Questions {
		q, here := &s.Questions[i], indexed(at+".questions", i)
		switch {
		case q.ID == "":
			v.report(here+".id", "question-id-missing", "no id")
		case ids[q.ID]:
			v.report(here+".id", "question-id-duplicate", "another question of the survey has this id: %s", shown(q.ID))
		}
		ids[q.ID] = true
		if strings.TrimSpace(q.Label) == "" {
			v.report(here+".label", "question-label-missing", "no label")
		}
		switch q.Type {
		case "":
			v.report(here+".type", "question-type-missing", "no type: want %s", either(choicesOf(q.Type)...))
		case Dropdown, RadioButton, Checkbox:
			if len(q.Options) == 0 {
				v.report(here+".options", "options-missing", "a %s wants options", q.Type)
			}
			v.entries(here+".options", q.Options)
		default:
			v.unused(len(q.Options) > 0, here+".options", fmt.Sprintf("a %s question has none", q.Type))
		}
	}
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

func (v *validator) settings(s *Settings) {
	v.zone("zone", s.Zone)
	if !currencyCode.MatchString(s.Currency) {
		v.report("currency", "currency-invalid", "want three capital letters such as EUR: %s", shown(s.Currency))
	}
	v.control("siteControlGroup", s.SiteControlGroup)
	if s.SiteControlGroup != nil && *s.SiteControlGroup == 0 {
		v.report("siteControlGroup", "control-zero", "no control group: the site's lift cannot be measured")
	}
	d := s.Displays
	for _, n := range []struct {
		name  string
		value int
	}{{"limit", d.Limit}, {"conversation", d.Conversation}, {"content", d.Content}} {
		if n.value < 0 || n.value > 3 {
			v.report("displays."+n.name, "displays-out-of-range", "want 1, 2, 3, or 0 for unlimited: %d", n.value)
		}
	}
	v.unused(d.Split && d.Limit != 0, "displays.limit", "the limits are split")
	v.unused(!d.Split && d.Conversation != 0, "displays.conversation", "the limits are not split")
	v.unused(!d.Split && d.Content != 0, "displays.content", "the limits are not split")
	if e := s.EvaluateEvery; e != nil && *e != 0 && (*e < Second || *e > 5*Minute) {
		v.report("evaluateEvery", "evaluate-every-out-of-range", "want 1s to 5m, or 0s: %s", *e)
	}
	idle, age := s.VisitIdle(), s.VisitMaxAge()
	if idle < Second || age > 7*DayLong || idle > age {
		v.report("visit", "visit-out-of-range", "an idle limit of %s and an age limit of %s: want 1s or more, idle at most age, age at most 7d", idle, age)
	}
	for _, l := range []struct {
		name string
		list []string
		most int
	}{{"customerTypes", s.CustomerTypes, 110}, {"customerStatuses", s.CustomerStatuses, 110}, {"linesOfBusiness", s.LinesOfBusiness, 0}, {"skills", s.Skills, 0}} {
		if l.most > 0 && len(l.list) > l.most {
			v.report(l.name, "list-too-long", "%d values, want at most %d", len(l.list), l.most)
		}
		v.entries(l.name, l.list)
	}
	if c := s.CrossSession; c != nil && *c != 0 && *c != 1 && *c != 7 && *c != 14 && *c != 31 {
		v.report("crossSession", "cross-session-invalid", "want 0, 1, 7, 14 or 31 days: %d", *c)
	}
}
