package replay

import (
	"cmp"
	"maps"
	"slices"

	"beckon/model/engine"
)

// Conditions tell what every condition of audience, entry point and behavior
// came to at the evaluations that were looked at: those of one visitor in OneIn,
// chosen by a hash of his name.
type Conditions struct {
	OneIn       int             `json:"oneIn"`
	Visitors    int64           `json:"visitors"`
	Evaluations int64           `json:"evaluations"`
	List        []ConditionTold `json:"list"`
	// Missing are the facts that conditions look at and that nothing told.
	Missing []MissingFact `json:"missing,omitempty"`
}

// ConditionTold is how often a condition was what. It was decisive where the
// visit came as far as its gate and the gate would have turned with it.
type ConditionTold struct {
	Engagement string `json:"engagement"`
	Gate       string `json:"gate"`
	Condition  string `json:"condition"`
	True       int64  `json:"true"`
	False      int64  `json:"false"`
	Unknown    int64  `json:"unknown"`
	Decisive   int64  `json:"decisive"`
}

// MissingFact is a fact that this traffic never reports.
type MissingFact struct {
	// Report says which event would tell it.
	Report      string   `json:"report"`
	Engagements []string `json:"engagements"` // that look at it
}

type conditionKey struct {
	engagement int
	gate       engine.Gate
	leaf       int
}

type conditionTold struct {
	label, report string
	truths        [3]int64 // by engine.Truth
	decisive      int64
}

type conditionTally struct {
	oneIn                 int
	visitors, evaluations int64
	told                  map[conditionKey]*conditionTold
}

func newConditionTally(oneIn int) conditionTally {
	return conditionTally{oneIn: oneIn, told: make(map[conditionKey]*conditionTold)}
}

// takes reports whether a visitor is one of those looked at, and counts him.
func (c *conditionTally) takes(visitor string) bool {
	if c.oneIn <= 0 {
		return false
	}
	h := uint64(14695981039346656037)
	for i := range len(visitor) {
		h = (h ^ uint64(visitor[i])) * 1099511628211
	}
	if mix(h)%uint64(c.oneIn) != 0 {
		return false
	}
	c.visitors++
	return true
}

// look takes in every engagement's conditions as they stand.
func (c *conditionTally) look(truths func(int) engine.Explanation, engagements int) {
	c.evaluations++
	for i := range engagements {
		x := truths(i)
		for j := range x.Gates {
			g := &x.Gates[j]
			if len(g.Conditions) == 0 {
				continue
			}
			// Several items are one of which must hold.
			leaf := 0
			root := engine.Node{Label: groupAny, Truth: g.Truth, Children: g.Conditions}
			c.walk(&root, conditionKey{engagement: i, gate: g.Gate}, &leaf, g.Gate <= x.Gate)
		}
	}
}

// The labels of the engine's groups.
const (
	groupAny  = "any of"
	groupNone = "none of"
)

// walk takes in the leaves of a tree. Pivotal says that the gate turns with the
// node.
func (c *conditionTally) walk(n *engine.Node, key conditionKey, leaf *int, pivotal bool) {
	if len(n.Children) == 0 {
		key.leaf = *leaf
		*leaf++
		told := c.told[key]
		if told == nil {
			told = &conditionTold{label: n.Label}
			c.told[key] = told
		}
		told.truths[n.Truth]++
		if n.Report != "" && (told.report == "" || n.Report < told.report) { // it may depend on what else is known
			told.report = n.Report
		}
		if pivotal {
			told.decisive++
		}
		return
	}
	for i := range n.Children {
		k := &n.Children[i]
		turns := pivotal
		for j := range n.Children {
			if j == i {
				continue
			}
			// Of an all the others must hold, of an any and a none they must
			// not.
			if holds := n.Children[j].Truth == engine.True; holds == (n.Label == groupAny || n.Label == groupNone) {
				turns = false
				break
			}
		}
		c.walk(k, key, leaf, turns)
	}
}

func (c *conditionTally) add(o *conditionTally) {
	c.oneIn = max(c.oneIn, o.oneIn)
	c.visitors += o.visitors
	c.evaluations += o.evaluations
	for key, told := range o.told {
		mine := c.told[key]
		if mine == nil {
			mine = &conditionTold{label: told.label}
			c.told[key] = mine
		}
		for i, n := range told.truths {
			mine.truths[i] += n
		}
		mine.decisive += told.decisive
		if told.report != "" && (mine.report == "" || told.report < mine.report) {
			mine.report = told.report
		}
	}
}

// list returns what was told in the order of the catalog; nil if nothing was
// looked at.
func (c *conditionTally) list(eng *engine.Engine) *Conditions {
	if c.oneIn == 0 {
		return nil
	}
	refs := eng.Engagements()
	out := &Conditions{OneIn: c.oneIn, Visitors: c.visitors, Evaluations: c.evaluations, List: []ConditionTold{}}
	keys := slices.SortedFunc(maps.Keys(c.told), func(a, b conditionKey) int {
		return cmp.Or(cmp.Compare(a.engagement, b.engagement), cmp.Compare(a.gate, b.gate), cmp.Compare(a.leaf, b.leaf))
	})
	missing := map[string][]string{}
	for _, key := range keys {
		told, path := c.told[key], refs[key.engagement].Path
		x := ConditionTold{Engagement: path, Gate: key.gate.String(), Condition: told.label, True: told.truths[engine.True],
			False: told.truths[engine.False], Unknown: told.truths[engine.Unknown], Decisive: told.decisive}
		out.List = append(out.List, x)
		if x.True+x.False == 0 && told.report != "" && !slices.Contains(missing[told.report], path) {
			missing[told.report] = append(missing[told.report], path)
		}
	}
	for _, report := range slices.Sorted(maps.Keys(missing)) {
		out.Missing = append(out.Missing, MissingFact{report, missing[report]})
	}
	return out
}
