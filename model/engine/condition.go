package engine

import (
	"fmt"
	"strings"

	"beckon/model"
)

// Conditions are compiled to nodes over leaves. Equal conditions become the
// same node, wherever they are written, so that what is shared is evaluated
// and explained once.

type nodeOp uint8

const (
	opLeaf nodeOp = iota
	opAll
	opAny
	opNone
)

// node is a compiled condition.
type node struct {
	op   nodeOp
	leaf int32
	kids []int32
	// waits marks a tree that may change by waiting.
	waits bool
	// item is the library item whose root this is, in an explanation.
	kind model.Kind
	id   string
	name string
}

// leaf is one condition without children: a test of one dimension's facts.
type leaf struct {
	dim   int32
	label func() string
	truth func(*facts) Truth
	seen  func(*facts) string
	// lo and hi bound the value of a numeric dimension, ends included.
	lo, hi int64
	// keys are the values of a keyed dimension that make the leaf true.
	keys []string
	// words are the messages or codes that a leaf of errors names, lower-cased.
	words []string
	// measure counts what happened against what is needed, for a margin.
	measure func(*facts) (have, want int64, what string)
	// flips is the next instant at which the leaf may change by waiting, for
	// dimensions that are neither numeric nor keyed; nil if it never does.
	flips func(*facts) (int64, bool)
	// flow is the flow that is looked at, plus one; 0 for other leaves.
	flow int32
}

// truthAt evaluates a node from the facts.
func (e *Engine) truthAt(n int32, f *facts) Truth {
	x := &e.nodes[n]
	switch x.op {
	case opLeaf:
		return e.leaves[x.leaf].truth(f)
	case opAll:
		out := True
		for _, k := range x.kids {
			if t := e.truthAt(k, f); t == False {
				return False
			} else if t == Unknown {
				out = Unknown
			}
		}
		return out
	case opAny:
		out := False
		for _, k := range x.kids {
			if t := e.truthAt(k, f); t == True {
				return True
			} else if t == Unknown {
				out = Unknown
			}
		}
		return out
	}
	for _, k := range x.kids {
		if e.truthAt(k, f) == True {
			return False
		}
	}
	return True
}

// holds evaluates a node when the leaves that are true are marked. Unknown
// need not be told from false here: none of all, any and exclude lets it in.
func (e *Engine) holds(n int32, isTrue []bool) bool {
	x := &e.nodes[n]
	switch x.op {
	case opLeaf:
		return isTrue[x.leaf]
	case opAll:
		for _, k := range x.kids {
			if !e.holds(k, isTrue) {
				return false
			}
		}
		return true
	case opAny:
		for _, k := range x.kids {
			if e.holds(k, isTrue) {
				return true
			}
		}
		return false
	}
	for _, k := range x.kids {
		if e.holds(k, isTrue) {
			return false
		}
	}
	return true
}

// compiler turns a catalog into an engine.
type compiler struct {
	*Engine
	byKey   map[string]int32 // nodes
	dims    map[string]int32
	items   map[item]int32 // library items' roots
	entries map[string]int // entry points that behaviors look at
	flowIDs map[string]int
	errs    []error
	buf     []byte
}

func (c *compiler) fail(where, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

// leafNode returns the node of a leaf, made once for each key.
func (c *compiler) leafNode(key string, make func() leaf) int32 {
	if n, ok := c.byKey[key]; ok {
		return n
	}
	l := make()
	id := int32(len(c.leaves))
	c.leaves = append(c.leaves, l)
	d := &c.dimensions[l.dim]
	d.leaves = append(d.leaves, id)
	n := int32(len(c.nodes))
	c.nodes = append(c.nodes, node{op: opLeaf, leaf: id})
	c.byKey[key] = n
	return n
}

// group returns the node of a group, made once for equal groups.
func (c *compiler) group(op nodeOp, kids []int32) int32 {
	if len(kids) == 1 && op != opNone {
		return kids[0]
	}
	b := append(c.buf[:0], "?A|!"[op])
	for _, k := range kids {
		b = append(b, byte(k), byte(k>>8), byte(k>>16), byte(k>>24), ',')
	}
	c.buf = b
	if n, ok := c.byKey[string(b)]; ok {
		return n
	}
	n := int32(len(c.nodes))
	c.nodes = append(c.nodes, node{op: op, kids: kids})
	c.byKey[string(b)] = n
	return n
}

// item names a library item.
type item struct {
	kind model.Kind
	id   string
}

// item returns a library item's root: its condition's node under a name of its
// own, so that an explanation can say whose it is.
func (c *compiler) item(kind model.Kind, h *model.Header, build func() int32) int32 {
	key := item{kind, h.ID}
	if n, ok := c.items[key]; ok {
		return n
	}
	root := build()
	n := int32(len(c.nodes))
	c.nodes = append(c.nodes, node{op: opAll, kids: []int32{root}, kind: kind, id: h.ID, name: h.Name})
	c.items[key] = n
	return n
}

// condition compiles a tree. where names the document, for errors.
func (c *compiler) condition(where string, k *model.Condition) int32 {
	var out []int32
	add := func(n int32) { out = append(out, n) }
	list := func(op nodeOp, in []model.Condition) {
		kids := make([]int32, len(in))
		for i := range in {
			kids[i] = c.condition(where, &in[i])
		}
		add(c.group(op, kids))
	}
	if k.All != nil {
		list(opAll, k.All)
	}
	if k.Any != nil {
		list(opAny, k.Any)
	}
	if k.Exclude != nil {
		list(opNone, k.Exclude)
	}
	c.audienceLeaves(where, k, add)
	c.behaviorLeaves(where, k, add)
	if len(out) > 1 {
		c.fail(where, "a condition has more than one test; put them under all, any or exclude")
	}
	return c.group(opAll, out)
}

// joined makes a part of a leaf's key, or a list for a label.
func joined(in []string) string { return strings.Join(in, "\x1f") }

func lowered(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.ToLower(s)
	}
	return out
}
