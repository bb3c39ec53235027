package engine

import "beckon/model/journey"

// Truths says what one engagement's conditions came to at the run's last
// evaluation: its gate, and the conditions of audience, entry point and behavior,
// as Explain has them, without what it costs to tell them in words. Of nodes there
// are the truth, the label and the report. It is valid until the run's next call of
// Truths.
func (r *Run) Truths(engagement int) Explanation {
	if engagement < 0 || engagement >= r.e.n {
		return Explanation{Engagement: engagement}
	}
	b := r.e.bitOf[engagement]
	r.account()
	x := Explanation{Engagement: engagement, At: r.evaluatedAt, Gate: r.lastGate(b)}
	if !r.haveEval {
		return x
	}
	defer func(now journey.Instant) { r.f.now = now }(r.f.now)
	r.f.now = r.evaluatedAt
	t := &r.truths
	if t.labels == nil {
		t.labels = make([]string, len(r.e.leaves))
	}
	t.nodes = t.nodes[:0]
	x.Gates = t.gates[:0]
	for _, g := range [...]struct {
		gate Gate
		p    phase
	}{{AudienceGate, phaseAudience}, {EntryPointGate, phaseEntryPoint}, {BehaviorGate, phaseBehavior}} {
		root := r.e.byBit[b].roots[g.p]
		n := r.truthsOf(root)
		told := GateTrace{Gate: g.gate, Truth: n.Truth}
		if x := &r.e.nodes[root]; x.op == opAny && x.id == "" {
			told.Conditions = n.Children
		} else {
			told.Conditions = append(t.room(1), n)
		}
		if g.gate == EntryPointGate && r.f.page == nil {
			told.Truth = False
		}
		x.Gates = append(x.Gates, told)
	}
	t.gates = x.Gates
	return x
}

// truths is the room of Truths, and the labels of leaves that were asked for.
type truths struct {
	gates  []GateTrace
	nodes  []Node
	labels []string
}

// room returns room for so many nodes.
func (t *truths) room(n int) []Node {
	from := len(t.nodes)
	if from+n > cap(t.nodes) { // whatever is in the old room stays there
		t.nodes, from = make([]Node, 0, max(64, 2*cap(t.nodes), n)), 0
	}
	t.nodes = t.nodes[:from+n]
	return t.nodes[from : from : from+n]
}

// truthsOf is explainNode without words.
func (r *Run) truthsOf(i int32) Node {
	x := &r.e.nodes[i]
	if x.op == opLeaf {
		l, label := &r.e.leaves[x.leaf], &r.truths.labels[x.leaf]
		if *label == "" {
			*label = l.label()
		}
		n := Node{Label: *label, Truth: l.truth(&r.f)}
		if n.Truth == Unknown {
			n.Report = r.reportOf(l)
		}
		return n
	}
	n := Node{Label: x.groupLabel(), Children: r.truths.room(len(x.kids))}
	for _, k := range x.kids {
		n.Children = append(n.Children, r.truthsOf(k))
	}
	n.Truth = ofKids(x.op, n.Children)
	return n
}

// ofKids is the truth of a group whose children's is known.
func ofKids(op nodeOp, kids []Node) Truth {
	all, any := True, False
	for i := range kids {
		all, any = min(all, kids[i].Truth), max(any, kids[i].Truth)
	}
	switch {
	case op == opAll:
		return all
	case op == opAny:
		return any
	}
	return truthOf(any != True)
}
