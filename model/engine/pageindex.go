package engine

import (
	"regexp/syntax"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// pageIndex knows every page rule of a catalog and what hangs on it: the
// engagements whose entry points match a page, the entry points and flow steps
// that behaviors look at, and goals. A page is looked at once and remembered
// by the run.
type pageIndex struct {
	dim     int32
	rules   []pageRule // by place in leaves
	leaves  []int32
	placeOf map[int32]int32 // leaf -> place

	// Where rules are looked up; what fits nowhere is tried in turn.
	exact, exactLocal   map[string][]int32
	starts, startsLocal prefixes
	words               *literals // contains, and what wildcards and expressions must hold
	always              []int32

	// needTitle and needSections say whether any rule looks at them.
	needTitle, needSections bool

	targets []pageTarget
	uses    [][]int32 // by place -> targets
	idle    []int32   // targets that hold while no rule matches
}

// pageTarget is a tree over page rules and what it decides.
type pageTarget struct {
	node int32
	what targetKind
	i    int32 // part, entry point, flow or goal
	step int32
}

type targetKind uint8

const (
	targetPart targetKind = iota
	targetEntry
	targetStep
	targetGoal
)

// pageEntry is what the index says of one page.
type pageEntry struct {
	forms       pageView
	row         row
	live        marks   // words of row that have members
	entryPoints []int32 // tracked ones that match
	steps       []stepHits
	goals       []int32

	// What an arrival on the page was found to say, and the referrer it came
	// from: most visits arrive from nowhere, or from the same few.
	arrival   journey.Arrival
	from      string
	arrivalOK bool
}

// arrivalFrom returns what an arrival on the page says.
func (p *pageEntry) arrivalFrom(at *journey.Page) journey.Arrival {
	if !p.arrivalOK || p.from != at.Referrer {
		p.arrival, p.from, p.arrivalOK = journey.ArrivalOf(at.URL, at.Referrer), at.Referrer, true
	}
	return p.arrival
}

type stepHits struct {
	flow int32
	hits uint64
}

// flowSteps returns the steps of a flow that the page matches.
func (p *pageEntry) flowSteps(flow int) uint64 {
	for _, s := range p.steps {
		if int(s.flow) == flow {
			return s.hits
		}
	}
	return 0
}

// prefixes finds the prefixes of a string among many, length by length.
type prefixes struct {
	by      map[string][]int32
	lengths []int
}

func (p *prefixes) add(s string, id int32) {
	if p.by == nil {
		p.by = make(map[string][]int32)
	}
	if i, found := slices.BinarySearch(p.lengths, len(s)); !found {
		p.lengths = slices.Insert(p.lengths, i, len(s))
	}
	p.by[s] = append(p.by[s], id)
}

func (p *prefixes) find(s string, out []int32) []int32 {
	for _, n := range p.lengths {
		if n > len(s) {
			break
		}
		out = append(out, p.by[s[:n]]...)
	}
	return out
}

// pageLeaf returns the node of a page rule, and the rule in words.
func (c *compiler) pageLeaf(r model.PageRule) (int32, string, error) {
	rule, err := compilePageRule(r)
	if err != nil {
		return 0, "", err
	}
	return c.ruleLeaf(rule), rule.words(), nil
}

// ruleLeaf returns the node of a compiled page rule.
func (c *compiler) ruleLeaf(rule pageRule) int32 {
	d := c.pages.dim
	key := "page\x1f" + string('a'+rune(rule.op)) + string('0'+rune(b2i(rule.title)*2+b2i(rule.local))) + rule.text
	return c.leafNode(key, func() leaf {
		place := int32(len(c.pages.rules))
		c.pages.rules = append(c.pages.rules, rule)
		c.pages.leaves = append(c.pages.leaves, int32(len(c.leaves)))
		c.pages.placeOf[int32(len(c.leaves))] = place
		return leaf{dim: d,
			label: rule.words,
			truth: func(f *facts) Truth {
				if f.view == nil {
					return False
				}
				return rule.truth(&f.view.forms)
			},
			seen: func(f *facts) string {
				switch {
				case f.page == nil:
					return "no page yet"
				case rule.title:
					return seenText(f.page.Title)
				case rule.op == opSection || rule.op == opSectionExact:
					return orNone(list(f.page.Sections), notReported)
				}
				return seenText(f.page.URL)
			},
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pageTree returns the node that any of the rules matches.
func (c *compiler) pageTree(where string, rules []model.PageRule) int32 {
	kids := make([]int32, 0, len(rules))
	for _, r := range rules {
		n, _, err := c.pageLeaf(r)
		if err != nil {
			c.fail(where, "%v", err)
			continue
		}
		kids = append(kids, n)
	}
	return c.group(opAny, kids)
}

// entryPoint returns an entry point's root.
func (c *compiler) entryPoint(id string) (int32, bool) {
	p, ok := c.entryByID[id]
	if !ok {
		return 0, false
	}
	return c.item(model.KindEntryPoint, &p.Header, func() int32 {
		where := "entry-point " + quote(id)
		var kids []int32
		if len(p.Include) > 0 {
			kids = append(kids, c.pageTree(where, p.Include))
		} else {
			kids = append(kids, c.ruleLeaf(pageRule{op: opAnyPage}))
		}
		if len(p.Exclude) > 0 {
			kids = append(kids, c.group(opNone, []int32{c.pageTree(where, p.Exclude)}))
		}
		return c.group(opAll, kids)
	}), true
}

// sealPages builds the index once all rules and all that hangs on them are in.
func (c *compiler) sealPages() {
	x, d := &c.pages, &c.dimensions[c.pages.dim]
	for i, p := range d.parts {
		x.targets = append(x.targets, pageTarget{node: p.node, what: targetPart, i: int32(i)})
	}
	for i, n := range c.trackedNodes {
		x.targets = append(x.targets, pageTarget{node: n, what: targetEntry, i: int32(i)})
	}
	for i, steps := range c.flowNodes {
		for j, n := range steps {
			x.targets = append(x.targets, pageTarget{node: n, what: targetStep, i: int32(i), step: int32(j)})
		}
	}
	for i, n := range c.goalNodes {
		if n >= 0 {
			x.targets = append(x.targets, pageTarget{node: n, what: targetGoal, i: int32(i)})
		}
	}
	x.uses = make([][]int32, len(x.rules))
	for i, t := range x.targets {
		c.leavesOf(t.node, func(l int32) {
			place := x.placeOf[l]
			if u := x.uses[place]; len(u) == 0 || u[len(u)-1] != int32(i) {
				x.uses[place] = append(u, int32(i))
			}
		})
		if c.holds(t.node, c.marks) {
			x.idle = append(x.idle, int32(i))
		}
	}
	x.exact, x.exactLocal = make(map[string][]int32), make(map[string][]int32)
	var words []string
	var ids []int32
	for i := range x.rules {
		r, id := &x.rules[i], int32(i)
		x.needTitle = x.needTitle || r.title
		x.needSections = x.needSections || r.op == opSection || r.op == opSectionExact
		lit := ""
		switch {
		case r.title || r.op == opSection || r.op == opSectionExact || r.op == opAnyPage:
		case r.op == opExact && r.local:
			x.exactLocal[r.text] = append(x.exactLocal[r.text], id)
			continue
		case r.op == opExact:
			x.exact[r.text] = append(x.exact[r.text], id)
			continue
		case r.op == opStarts && r.local:
			x.startsLocal.add(r.text, id)
			continue
		case r.op == opStarts:
			x.starts.add(r.text, id)
			continue
		case r.op == opContains:
			lit = r.text
		case r.op == opGlob:
			for _, s := range strings.Split(r.text, "*") {
				if len(s) > len(lit) {
					lit = strings.ToLower(s)
				}
			}
		case r.op == opRegex:
			lit = strings.ToLower(requiredLiteral(r.text))
		}
		if lit == "" {
			x.always = append(x.always, id)
			continue
		}
		words, ids = append(words, lit), append(ids, id)
	}
	x.words = newLiterals(words, ids)
}

// requiredLiteral returns a string that every match of an expression holds, or
// "" if none is plain to see.
func requiredLiteral(expr string) string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	var best string
	var walk func(re *syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			if s := string(re.Rune); re.Flags&syntax.FoldCase == 0 && len(s) > len(best) && isASCII(s) {
				best = s
			}
		case syntax.OpConcat:
			for _, s := range re.Sub {
				walk(s)
			}
		case syntax.OpCapture, syntax.OpPlus:
			walk(re.Sub[0])
		}
	}
	walk(re.Simplify())
	return best
}

// isASCII keeps letters whose upper and lower case differ in unexpected ways
// out of literals.
func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// candidates lists the places of rules that may match a page: those that the
// tables find, some perhaps twice or in vain.
func (x *pageIndex) candidates(v *pageView, out []int32) []int32 {
	a := &v.addr
	if a.known {
		out = append(out, x.exact[a.trim]...)
		out = append(out, x.exactLocal[a.local(a.trim)]...)
		out = x.starts.find(a.full, out)
		out = x.startsLocal.find(a.local(a.full), out)
		out = x.words.find(v.lowFull, out)
		if a.trim != a.full {
			out = x.starts.find(a.trim, out)
			out = x.startsLocal.find(a.local(a.trim), out)
			out = x.words.find(v.lowTrim, out)
		}
	}
	return append(out, x.always...)
}

// pageKey identifies all of a page that rules look at.
func (x *pageIndex) pageKey(p *journey.Page, out []byte) []byte {
	out = append(out, p.URL...)
	if x.needTitle {
		out = append(append(out, 0), p.Title...)
	}
	if x.needSections && p.Sections != nil {
		for _, s := range p.Sections {
			out = append(append(out, 1), s...)
		}
		out = append(out, 2)
	}
	return out
}

// unusedPage returns an empty entry, one that was forgotten if there is any.
func (r *Run) unusedPage() *pageEntry {
	if en, ok := r.pageCache.again(); ok {
		*en = pageEntry{row: en.row, live: en.live, entryPoints: en.entryPoints[:0], steps: en.steps[:0], goals: en.goals[:0]}
		return en
	}
	return &pageEntry{row: make(row, r.e.words), live: newMarks(r.e.words)}
}

// look builds the entry of a page.
func (r *Run) look(p *journey.Page) *pageEntry {
	e := r.e
	x, d := &e.pages, &e.dimensions[e.pages.dim]
	en := r.unusedPage()
	en.forms = viewPage(p)
	copy(en.row, d.idle)
	r.places = x.candidates(&en.forms, r.places[:0])
	touched := r.touched[:0]
	for _, i := range r.places {
		l := x.leaves[i]
		if r.isTrue[l] || x.rules[i].truth(&en.forms) != True {
			continue
		}
		r.isTrue[l] = true
		for _, t := range x.uses[i] {
			if r.targetRound[t] != r.round {
				r.targetRound[t] = r.round
				touched = append(touched, t)
			}
		}
	}
	for _, t := range x.idle {
		if r.targetRound[t] != r.round && x.targets[t].what != targetPart {
			en.hit(&x.targets[t])
		}
	}
	for _, t := range touched {
		target := &x.targets[t]
		on := e.holds(target.node, r.isTrue)
		switch {
		case target.what == targetPart && on:
			d.parts[target.i].who.addTo(en.row)
		case target.what == targetPart:
			d.parts[target.i].who.takeFrom(en.row)
		case on:
			en.hit(target)
		}
	}
	for _, i := range r.places {
		r.isTrue[x.leaves[i]] = false
	}
	en.live.of(en.row)
	r.touched = touched
	r.round++
	slices.Sort(en.goals)
	return en
}

func (p *pageEntry) hit(t *pageTarget) {
	switch t.what {
	case targetEntry:
		p.entryPoints = append(p.entryPoints, t.i)
	case targetGoal:
		p.goals = append(p.goals, t.i)
	case targetStep:
		for i := range p.steps {
			if p.steps[i].flow == t.i {
				p.steps[i].hits |= 1 << t.step
				return
			}
		}
		p.steps = append(p.steps, stepHits{t.i, 1 << t.step})
	}
}

// rememberedPages bounds what a run remembers of pages, so that traffic with
// endless query strings does not grow without limit: so many words of rows, and so
// many pages, twice over.
const (
	rememberedPages     = 2048
	rememberedPageWords = 1 << 19
)

// pagesOf is how many pages are remembered.
func (e *Engine) pagesOf() int { return min(rememberedPages, rememberedPageWords/(e.words+100)) }

// pageEntry returns what the index says of a page, remembered.
func (r *Run) pageEntry(p *journey.Page) *pageEntry {
	r.key = r.e.pages.pageKey(p, r.key[:0])
	if en, ok := r.pageCache.now[string(r.key)]; ok {
		return en
	}
	if en, ok := r.pageCache.recall(r.key); ok {
		return en
	}
	en := r.look(p)
	r.pageCache.put(r.key, en)
	return en
}
