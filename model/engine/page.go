package engine

import (
	"fmt"
	"regexp"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// ruleOp is how a page rule compares.
type ruleOp uint8

const (
	opContains ruleOp = iota
	opExact
	opStarts
	opGlob
	opRegex
	opSection // contains, or equals when quoted
	opSectionExact
	opAnyPage // of the entire website
)

// pageRule is a compiled model.PageRule or model.URLRule.
type pageRule struct {
	op    ruleOp
	title bool // tests the title, not the URL
	local bool // tests the path and query alone
	text  string
	re    *regexp.Regexp
}

// maxPattern bounds a regular expression, so that no pattern is slow.
const maxPattern = 256

func compileURLRule(r model.URLRule) (pageRule, error) {
	set := 0
	var out pageRule
	for _, f := range []struct {
		op   ruleOp
		text string
	}{{opContains, r.Contains}, {opExact, r.Exact}, {opStarts, r.StartsWith}, {opGlob, r.Wildcard}, {opRegex, r.Regex}} {
		if f.text != "" {
			set++
			out.op, out.text = f.op, f.text
		}
	}
	if set != 1 {
		return out, fmt.Errorf("a rule needs exactly one of contains, exact, startsWith, wildcard and regex, found %d", set)
	}
	switch out.op {
	case opRegex:
		if len(out.text) > maxPattern {
			return out, fmt.Errorf("regular expression longer than %d bytes", maxPattern)
		}
		re, err := regexp.Compile(out.text)
		if err != nil {
			return out, fmt.Errorf("regular expression: %w", err)
		}
		out.re = re
		return out, nil
	case opExact:
		out.local = strings.HasPrefix(out.text, "/")
		a := normalize(out.text)
		out.text = a.trim
	case opContains:
		out.text, _ = cutScheme(out.text)
		out.text = strings.ToLower(out.text)
	default:
		out.local = strings.HasPrefix(out.text, "/")
		out.text, _ = cutScheme(out.text)
		if !out.local {
			out.text = lowerHost(out.text)
		}
	}
	return out, nil
}

// lowerHost lower-cases what stands before the first slash of a prefix or a
// pattern, as the host of every page is.
func lowerHost(s string) string {
	if i := strings.IndexByte(s, '/'); i >= 0 {
		return strings.ToLower(s[:i]) + s[i:]
	}
	return strings.ToLower(s)
}

func compilePageRule(r model.PageRule) (pageRule, error) {
	set := 0
	if !r.URLRule.IsZero() {
		set++
	}
	if r.Title != nil {
		set++
	}
	if r.Section != "" {
		set++
	}
	if set != 1 {
		return pageRule{}, fmt.Errorf("a page rule needs exactly one of a URL rule, title and section, found %d", set)
	}
	switch {
	case r.Section != "":
		s := strings.ToLower(r.Section)
		if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
			return pageRule{op: opSectionExact, text: s[1 : len(s)-1]}, nil
		}
		return pageRule{op: opSection, text: s}, nil
	case r.Title != nil:
		out, err := compileURLRule(*r.Title)
		out.title, out.local = true, false
		if err == nil && out.op != opRegex {
			for _, t := range []string{r.Title.Contains, r.Title.Exact, r.Title.StartsWith, r.Title.Wildcard} {
				if t != "" {
					out.text = strings.ToLower(t)
				}
			}
		}
		return out, err
	}
	return compileURLRule(r.URLRule)
}

// pageView is a page in the forms that rules are tested against.
type pageView struct {
	addr      address
	lowFull   string // lower-cased forms, for contains
	lowTrim   string
	title     string
	lowTitle  string
	sections  []string // lower-cased; nil if none were told
	toldTitle bool
}

func viewPage(p *journey.Page) pageView {
	a := normalize(p.URL)
	v := pageView{addr: a, lowFull: strings.ToLower(a.full), lowTrim: strings.ToLower(a.trim),
		title: p.Title, lowTitle: strings.ToLower(p.Title), toldTitle: p.Title != ""}
	if p.Sections != nil {
		v.sections = make([]string, len(p.Sections))
		for i, s := range p.Sections {
			v.sections[i] = strings.ToLower(s)
		}
	}
	return v
}

// truth tests the rule against a page.
func (r *pageRule) truth(v *pageView) Truth {
	switch {
	case r.op == opAnyPage:
		return True
	case r.op == opSection || r.op == opSectionExact:
		if v.sections == nil {
			return Unknown
		}
		for _, s := range v.sections {
			if s == r.text || r.op == opSection && strings.Contains(s, r.text) {
				return True
			}
		}
		return False
	case r.title:
		if !v.toldTitle {
			return Unknown
		}
		if r.op == opRegex {
			return truthOf(r.re.MatchString(v.title))
		}
		return truthOf(r.compare(v.lowTitle))
	}
	if !v.addr.known {
		return Unknown
	}
	return truthOf(r.matchAddress(v.addr, v.lowFull, v.lowTrim))
}

// matchURL tests the rule against an address alone, a referrer's.
func (r *pageRule) matchURL(a address) bool {
	return a.known && r.matchAddress(a, strings.ToLower(a.full), strings.ToLower(a.trim))
}

func (r *pageRule) matchAddress(a address, lowFull, lowTrim string) bool {
	if r.op == opExact {
		if r.local {
			return a.local(a.trim) == r.text
		}
		return a.trim == r.text
	}
	if r.op == opContains {
		return strings.Contains(lowFull, r.text) || lowTrim != lowFull && strings.Contains(lowTrim, r.text)
	}
	full, trim := a.full, a.trim
	if r.local {
		full, trim = a.local(full), a.local(trim)
	}
	return r.compare(full) || trim != full && r.compare(trim)
}

func (r *pageRule) compare(s string) bool {
	switch r.op {
	case opContains:
		return strings.Contains(s, r.text)
	case opExact:
		return s == r.text
	case opStarts:
		return strings.HasPrefix(s, r.text)
	case opGlob:
		return glob(r.text, s)
	}
	return r.re.MatchString(s)
}

func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// words describes the rule for a trace.
func (r *pageRule) words() string {
	what := "URL"
	switch {
	case r.title:
		what = "title"
	case r.local:
		what = "path"
	}
	switch r.op {
	case opAnyPage:
		return "any page"
	case opContains:
		return what + " contains " + quote(r.text)
	case opExact:
		return what + " is " + quote(r.text)
	case opStarts:
		return what + " starts with " + quote(r.text)
	case opGlob:
		return what + " looks like " + quote(r.text)
	case opRegex:
		return what + " matches " + quote(r.text)
	case opSectionExact:
		return "section is " + quote(r.text)
	}
	return "section contains " + quote(r.text)
}
