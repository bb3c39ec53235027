package form

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

type widgetLine = widget.Line

func captionLines(label string) []widget.Line {
	return []widget.Line{widget.L(widget.Cell{Text: label, Look: theme.Muted})}
}

// PageRules is a list of rules about pages: operator and value, and what the
// loaded journeys' pages say to each at once.
type PageRules struct{}

// URLRules is a list of rules about an address alone, a referrer's.
type URLRules struct{}

// Steps is the path of a flow: pages in order, each required or optional.
type Steps struct{}

// ruleOps are the operators of a page rule.
var ruleOps = []Option{
	{Value: "contains", Title: "URL contains", Group: "URL", Detail: "Found anywhere in the URL, letters' case aside."},
	{Value: "exact", Title: "URL is", Group: "URL", Detail: "The whole URL; one that begins with / is the path and query alone."},
	{Value: "startsWith", Title: "URL starts with", Group: "URL", Detail: "A prefix; one that begins with / is of the path."},
	{Value: "wildcard", Title: "URL is like", Group: "URL", Detail: "The whole URL, with * for any run of characters."},
	{Value: "regex", Title: "URL matches", Group: "URL", Detail: "A regular expression (RE2), unanchored, at most 256 bytes."},
	{Value: "title.contains", Title: "title contains", Group: "Title", Detail: "Found anywhere in the page's title, letters' case aside."},
	{Value: "title.exact", Title: "title is", Group: "Title", Detail: "The whole title, letters' case aside."},
	{Value: "title.startsWith", Title: "title starts with", Group: "Title", Detail: "The beginning of the title, letters' case aside."},
	{Value: "title.wildcard", Title: "title is like", Group: "Title", Detail: "The whole title, with * for any run of characters."},
	{Value: "title.regex", Title: "title matches", Group: "Title", Detail: "A regular expression (RE2) over the title."},
	{Value: "section", Title: "section contains", Group: "Section", Detail: "One of the page's sections contains it, letters' case aside."},
	{Value: "section.exact", Title: "section is", Group: "Section", Detail: "One of the page's sections equals it, letters' case aside."},
}

func ofURL(r model.URLRule) (op, value string) {
	for _, p := range []struct{ op, value string }{{"contains", r.Contains}, {"exact", r.Exact}, {"startsWith", r.StartsWith},
		{"wildcard", r.Wildcard}, {"regex", r.Regex}} {
		if p.value != "" {
			return p.op, p.value
		}
	}
	return "", ""
}

func ofRule(r model.PageRule) (op, value string) {
	if n := len(r.Section); n >= 2 && r.Section[0] == '"' && r.Section[n-1] == '"' {
		return "section.exact", r.Section[1 : n-1]
	}
	if r.Section != "" {
		return "section", r.Section
	}
	if r.Title != nil {
		op, value = ofURL(*r.Title)
		if op == "" {
			op = "contains"
		}
		return "title." + op, value
	}
	return ofURL(r.URLRule)
}

func makeURL(op, value string) model.URLRule {
	var r model.URLRule
	switch op {
	case "exact":
		r.Exact = value
	case "startsWith":
		r.StartsWith = value
	case "wildcard":
		r.Wildcard = value
	case "regex":
		r.Regex = value
	default:
		r.Contains = value
	}
	return r
}

func makeRule(op, value string) model.PageRule {
	switch {
	case value == "":
		return model.PageRule{}
	case op == "section":
		return model.PageRule{Section: value}
	case op == "section.exact":
		return model.PageRule{Section: `"` + value + `"`}
	}
	if of, ok := strings.CutPrefix(op, "title."); ok {
		r := makeURL(of, value)
		return model.PageRule{Title: &r}
	}
	return model.PageRule{URLRule: makeURL(op, value)}
}

// ruleForm is how a list holds its rules.
type ruleForm struct {
	noun  string
	ops   []Option
	fresh func() any
	// read gives an element's rule, write the edits that give it another.
	read  func(f *Form, at string) (op, value string)
	write func(f *Form, at, op, value string) []Edit
	steps bool
	tried bool
}

var pageRules = ruleForm{noun: "page rule", ops: ruleOps, tried: true, fresh: func() any { return model.PageRule{} },
	read: func(f *Form, at string) (string, string) {
		r, _ := held[model.PageRule](f, at)
		return ofRule(r)
	},
	write: func(_ *Form, at, op, value string) []Edit { return []Edit{setting(at, makeRule(op, value))} },
}

var urlRules = ruleForm{noun: "URL rule", ops: ruleOps[:5], fresh: func() any { return model.URLRule{} },
	read: func(f *Form, at string) (string, string) {
		r, _ := held[model.URLRule](f, at)
		return ofURL(r)
	},
	write: func(_ *Form, at, op, value string) []Edit { return []Edit{setting(at, makeURL(op, value))} },
}

var flowSteps = ruleForm{noun: "step", ops: ruleOps, tried: true, steps: true, fresh: func() any { return model.FlowStep{} },
	read: func(f *Form, at string) (string, string) {
		s, _ := held[model.FlowStep](f, at)
		return ofRule(s.PageRule)
	},
	write: func(f *Form, at, op, value string) []Edit {
		s, _ := held[model.FlowStep](f, at)
		return []Edit{setting(at, model.FlowStep{PageRule: makeRule(op, value), Optional: s.Optional})}
	},
}

func (PageRules) stops(f *Form, at Field) []stop { return f.rules(at, pageRules) }
func (URLRules) stops(f *Form, at Field) []stop  { return f.rules(at, urlRules) }
func (Steps) stops(f *Form, at Field) []stop     { return f.rules(at, flowSteps) }

// operator is the choice of a rule's operator; it remembers what was chosen
// while there is no value yet.
type operator struct {
	choice
	of string
}

// rules lists the stops of a list of rules: operator and value in a row each.
func (f *Form) rules(at Field, k ruleForm) []stop {
	r := rows{f: f, list: at.Path, noun: k.noun, fresh: k.fresh,
		value: func(i int) any { return f.any(item(at.Path, i)) },
		key:   func(i int) string { return item(at.Path, i) + "#value" }}
	var out []stop
	if at.Label != "" {
		out = append(out, f.caption(at))
	}
	n := f.count(at.Path)
	for i := range n {
		here := item(at.Path, i)
		ops := r.ops(i)
		o := keep(f, here+"#op", func() *operator {
			o := &operator{of: "contains"}
			o.choice = choice{base: base{f: f, path: here}, name: "operator", menu: true}
			o.get = func(path string) (string, bool) {
				if op, value := k.read(f, path); value != "" {
					o.of = op
				}
				return o.of, true
			}
			o.set = func(path, op string) []Edit {
				o.of = op
				_, value := k.read(f, path)
				return k.write(f, path, op, value)
			}
			return o
		})
		o.list = k.ops
		o.load()
		out = append(out, stop{key: here + "#op", path: here, control: o, row: ops, width: 20, help: detailOf(k.ops, o.of)})
		l := keep(f, here+"#value", func() *line {
			return &line{base: base{f: f, path: here}, name: k.noun,
				get: func(path string) (string, bool) {
					_, value := k.read(f, path)
					return value, value != ""
				},
				set: func(path, value string) []Edit { return k.write(f, path, f.opAt(path), value) }}
		})
		l.syn = syntax{hint: hintOf(o.of), parse: func(s string) (string, error) { return readRule(f.opAt(here), s) }}
		value := stop{key: here + "#value", path: here, control: l, row: ops, beside: true, help: detailOf(k.ops, o.of)}
		if k.steps {
			value.width = 26
		}
		out = append(out, value)
		if k.steps {
			c := keep(f, here+".optional", func() *choice {
				return &choice{base: base{f: f, path: here + ".optional"}, name: "step", menu: true, get: f.value, set: setOrClear}
			})
			c.list = []Option{{Value: "", Title: "required"}, {Value: "true", Title: "optional"}}
			out = append(out, stop{key: here + ".optional", path: here + ".optional", control: c, row: ops, beside: true, width: 12,
				help: "A flow is not complete without its required steps; optional ones may be left out."})
		}
		if k.tried && len(f.world.Pages) > 0 {
			out = append(out, stop{key: here + "#try", indent: 1, note: func() []widget.Line { return f.try(k, here) }})
		}
	}
	add := r.adder()
	return append(out, add)
}

// opAt is the operator that is chosen for the rule at a path.
func (f *Form) opAt(path string) string {
	if e := f.entries[path+"#op"]; e != nil {
		if o, ok := e.control.(*operator); ok {
			return o.of
		}
	}
	return "contains"
}

func detailOf(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Detail
		}
	}
	return ""
}

func hintOf(op string) string {
	switch strings.TrimPrefix(op, "title.") {
	case "wildcard":
		return "such as */cart/*"
	case "regex":
		return `such as /order/\d+`
	case "section", "section.exact":
		return "such as checkout"
	}
	if strings.HasPrefix(op, "title.") {
		return "such as Your cart"
	}
	return "such as /cart"
}

// readRule checks the value of a rule by its operator.
func readRule(op, s string) (string, error) {
	if strings.HasSuffix(op, "regex") {
		if len(s) > model.MaxRegex {
			return "", fmt.Errorf("longer than %d bytes", model.MaxRegex)
		}
		if _, err := regexp.Compile(s); err != nil {
			return "", errors.New(text.Line(strings.TrimPrefix(err.Error(), "error parsing regexp: "), 200))
		}
	}
	return s, nil
}

// mostPages bounds how many pages a rule is tried against while it is typed.
const mostPages = 400

// try says which of the loaded pages a rule matches.
func (f *Form) try(k ruleForm, at string) []widget.Line {
	op, value := k.read(f, at)
	if value == "" {
		return nil
	}
	pages := f.world.Pages[:min(len(f.world.Pages), mostPages)]
	matched, unknown, names, err := tried(makeRule(op, value), pages)
	if err != nil {
		return []widget.Line{widget.L(widget.Cell{Text: err.Error(), Look: theme.Danger})}
	}
	said := fmt.Sprintf("matches %d of %d pages", matched, len(pages))
	look := theme.OK
	if matched == 0 {
		look = theme.Warn
	}
	if len(names) > 0 {
		said += ": " + strings.Join(names, ", ")
		if matched > len(names) {
			said += ", " + f.ellipsis()
		}
	}
	if unknown > 0 {
		said += fmt.Sprintf("; %d do not tell", unknown)
	}
	return []widget.Line{{Cells: []widget.Cell{{Text: said, Look: look}}, Hang: 2}}
}

// tried tests a rule against pages and names the first that match.
func tried(rule model.PageRule, pages []journey.Page) (matched, unknown int, names []string, err error) {
	for _, p := range pages {
		truth, err := engine.MatchPage(rule, p)
		if err != nil {
			return 0, 0, nil, err
		}
		switch truth {
		case engine.True:
			matched++
			if len(names) < 3 {
				names = append(names, short(p.URL))
			}
		case engine.Unknown:
			unknown++
		}
	}
	return matched, unknown, names, nil
}

// short is an address without what all pages share.
func short(s string) string {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		s = u.EscapedPath()
		if s == "" {
			s = "/"
		}
		if u.RawQuery != "" {
			s += "?" + u.RawQuery
		}
	}
	return text.Line(s, 40)
}
