package engine

import (
	"path"
	"regexp"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// plainPage is a page as rules see it.
type plainPage struct {
	at       journey.Instant
	url      plainURL
	title    string
	sections []string
}

func readPage(e *journey.Event) plainPage {
	return plainPage{at: e.At, url: readURL(e.Page.URL), title: e.Page.Title, sections: e.Page.Sections}
}

// page returns the page that is open, or nil before the first.
func (v *plainVisit) page() *plainPage {
	if len(v.pages) == 0 {
		return nil
	}
	return &v.pages[len(v.pages)-1]
}

// matches reports whether a page is an entry point's.
func (p *plain) matches(id string, page *plainPage) bool {
	e := p.entryPoint(id)
	in := len(e.Include) == 0
	for _, r := range e.Include {
		in = in || page.matches(r) == True
	}
	for _, r := range e.Exclude {
		in = in && page.matches(r) != True
	}
	return in
}

// matches tests one rule.
func (p *plainPage) matches(r model.PageRule) Truth {
	switch {
	case r.Title != nil:
		if p.title == "" {
			return Unknown
		}
		return truth(titleMatches(*r.Title, p.title))
	case r.Section != "":
		if p.sections == nil {
			return Unknown
		}
		for _, s := range p.sections {
			if q := strings.Trim(r.Section, `"`); q != r.Section {
				if strings.EqualFold(s, q) {
					return True
				}
			} else if strings.Contains(strings.ToLower(s), strings.ToLower(r.Section)) {
				return True
			}
		}
		return False
	}
	return truth(p.url.matches(r.URLRule))
}

func titleMatches(r model.URLRule, title string) bool {
	low := strings.ToLower
	switch {
	case r.Contains != "":
		return strings.Contains(low(title), low(r.Contains))
	case r.Exact != "":
		return strings.EqualFold(title, r.Exact)
	case r.StartsWith != "":
		return strings.HasPrefix(low(title), low(r.StartsWith))
	case r.Wildcard != "":
		return wildcardMatches(low(r.Wildcard), low(title))
	case r.Regex != "":
		return regexp.MustCompile(r.Regex).MatchString(title)
	}
	return false
}

// plainURL is a URL in its normal form, in the parts that rules look at.
type plainURL struct {
	host, path, query, route string
}

// readURL normalizes a page's URL.
func readURL(raw string) plainURL {
	var u plainURL
	rest, port := raw, ""
	switch low := strings.ToLower(raw); {
	case strings.HasPrefix(low, "https://"):
		rest, port = raw[len("https://"):], ":443"
	case strings.HasPrefix(low, "http://"):
		rest, port = raw[len("http://"):], ":80"
	}
	if i := strings.Index(rest, "#"); i >= 0 {
		if f := rest[i:]; strings.HasPrefix(f, "#!") || strings.HasPrefix(f, "#/") {
			u.route = f
		}
		rest = rest[:i]
	}
	if i := strings.Index(rest, "?"); i >= 0 {
		rest, u.query = rest[:i], rest[i:]
	}
	u.host = rest
	if i := strings.Index(rest, "/"); i >= 0 {
		u.host, u.path = rest[:i], rest[i:]
	}
	u.host = strings.ToLower(u.host)
	if port != "" {
		u.host = strings.TrimSuffix(u.host, port)
	}
	if u.path != "" {
		slash := strings.HasSuffix(u.path, "/") || strings.HasSuffix(u.path, "/.") || strings.HasSuffix(u.path, "/..")
		if u.path = path.Clean(u.path); slash && u.path != "/" {
			u.path += "/"
		}
	}
	return u
}

// forms returns what a rule is tested against: the URL, without its host for
// a rule that begins with "/", as it stands and without the path's trailing
// "/".
func (u plainURL) forms(rule string) []string {
	host := u.host
	if strings.HasPrefix(rule, "/") {
		host = ""
	}
	return []string{host + u.path + u.query + u.route, host + strings.TrimSuffix(u.path, "/") + u.query + u.route}
}

func (u plainURL) matches(r model.URLRule) bool {
	test := func(rule string, hit func(rule, form string) bool) bool {
		for _, scheme := range []string{"http://", "https://"} {
			if s, ok := strings.CutPrefix(rule, scheme); ok {
				rule = s
				break
			}
		}
		for _, form := range u.forms(rule) {
			if hit(rule, form) {
				return true
			}
		}
		return false
	}
	switch {
	case r.Exact != "":
		want := readURL(r.Exact)
		if strings.HasPrefix(r.Exact, "/") {
			want.host = ""
		}
		return u.forms(r.Exact)[1] == want.forms(r.Exact)[1]
	case r.Contains != "":
		return test("", func(_, form string) bool {
			rule := strings.TrimPrefix(strings.TrimPrefix(r.Contains, "https://"), "http://")
			return strings.Contains(strings.ToLower(form), strings.ToLower(rule))
		})
	case r.StartsWith != "":
		return test(r.StartsWith, func(rule, form string) bool { return strings.HasPrefix(form, rule) })
	case r.Wildcard != "":
		return test(r.Wildcard, wildcardMatches)
	case r.Regex != "":
		re := regexp.MustCompile(r.Regex)
		return re.MatchString(u.forms("")[0]) || re.MatchString(u.forms("")[1])
	}
	return false
}

// wildcardMatches reports whether a pattern with "*" for any run of
// characters matches all of a text.
func wildcardMatches(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	if pattern[0] == '*' {
		for i := range len(text) + 1 {
			if wildcardMatches(pattern[1:], text[i:]) {
				return true
			}
		}
		return false
	}
	return text != "" && text[0] == pattern[0] && wildcardMatches(pattern[1:], text[1:])
}
