package engine

// The rows of keyed dimensions: a visitor's place, language, platform, what is
// compared with lists of values. Visitors come from more places than can be
// remembered, and a country stands in the lists of half a catalog, so that a row
// is not made list by list: every value knows whom it lets in, and the row of some
// values is theirs ORed.

// members is a set of engagements: a list while they are few, else a row.
type members struct {
	list []int32
	row  row
}

// packed makes a row of a list that takes longer to set bit by bit.
func packed(list []int32, words int) members {
	if len(list) <= words/4+4 {
		return members{list: list}
	}
	m := members{row: make(row, words)}
	m.row.setAll(list)
	return m
}

func (m *members) addTo(r row) {
	if m.row != nil {
		r.or(m.row)
		return
	}
	r.setAll(m.list)
}

func (m *members) takeFrom(r row) {
	if m.row != nil {
		r.andNot(m.row)
		return
	}
	r.clearAll(m.list)
}

// keyed is how the row of a keyed dimension is made. Conditions are clauses: one
// of some values, and another one of some, and none of some. An engagement's first
// clause is part of the first layer, its second of the second.
type keyed struct {
	base []row // by layer: of whom it asks nothing
	by   map[string]*key
}

// key is what one value does.
type key struct {
	layers []members // whom it lets in
	none   members   // whom it keeps out
	rest   []int32   // leaves of trees that are no clauses
}

// maxLayers bounds the clauses of one engagement; more are taken for a tree.
const maxLayers = 4

// clauses returns a tree as one leaf of each of some, and none of others; ok is
// false where it says more than that.
func (c *compiler) clauses(n int32) (each [][]int32, none []int32, ok bool) {
	for _, k := range c.conjuncts(n, nil) {
		x := &c.nodes[k]
		some, plain := c.alternatives([]int32{k}, nil)
		if x.op == opNone {
			if some, plain = c.alternatives(x.kids, nil); plain {
				none = append(none, some...)
				continue
			}
		}
		if !plain {
			return nil, nil, false
		}
		each = append(each, some)
	}
	return each, none, len(each) <= maxLayers
}

// alternatives lists the leaves any of which will do; ok is false where trees say
// more than that.
func (c *compiler) alternatives(nodes, out []int32) (_ []int32, ok bool) {
	for _, n := range nodes {
		switch x := &c.nodes[n]; x.op {
		case opLeaf:
			out = append(out, x.leaf)
		case opAny:
			if out, ok = c.alternatives(x.kids, out); !ok {
				return out, false
			}
		default:
			return out, false
		}
	}
	return out, true
}

// sealKeyed has every value know what it does.
func (c *compiler) sealKeyed(d *dimension) {
	type lists struct {
		layers [maxLayers][]int32
		none   []int32
		rest   []int32
	}
	all := make(map[string]*lists)
	of := func(leaf int32, f func(*lists)) {
		for _, k := range c.leaves[leaf].keys {
			x := all[k]
			if x == nil {
				x = &lists{}
				all[k] = x
			}
			f(x)
		}
	}
	d.keyed = &keyed{base: []row{make(row, c.words)}, by: make(map[string]*key)}
	d.keyed.base[0].fill(c.n)
	for i := range d.parts {
		p := &d.parts[i]
		each, none, ok := c.clauses(p.node)
		if !ok {
			p.who = packed(p.bits, c.words)
			c.leavesOf(p.node, func(l int32) {
				if u := &c.uses[l]; len(u.parts) == 0 || u.parts[len(u.parts)-1] != int32(i) {
					u.parts = append(u.parts, int32(i))
				}
			})
			if !c.holds(p.node, c.marks) {
				d.keyed.base[0].clearAll(p.bits)
			}
			continue
		}
		for j, some := range each {
			if j == len(d.keyed.base) {
				base := make(row, c.words)
				base.fill(c.n)
				d.keyed.base = append(d.keyed.base, base)
			}
			d.keyed.base[j].clearAll(p.bits)
			for _, l := range some {
				of(l, func(x *lists) { x.layers[j] = append(x.layers[j], p.bits...) })
			}
		}
		for _, l := range none {
			of(l, func(x *lists) { x.none = append(x.none, p.bits...) })
		}
	}
	for _, l := range d.leaves {
		if len(c.uses[l].parts) > 0 {
			of(l, func(x *lists) { x.rest = append(x.rest, l) })
		}
	}
	for k, x := range all {
		made := &key{none: packed(x.none, c.words), rest: x.rest}
		for j := range d.keyed.base {
			made.layers = append(made.layers, packed(x.layers[j], c.words))
		}
		d.keyed.by[k] = made
	}
}

// rowOfKeys makes the row of a keyed dimension while it has some values.
func (r *Run) rowOfKeys(x *dimension, values []string, out row) {
	found, rest := r.keys[:0], r.hits[:0]
	for _, v := range values {
		if k := x.keyed.by[v]; k != nil {
			found, rest = append(found, k), append(rest, k.rest...)
		}
	}
	r.keys, r.hits = found, rest
	for j, base := range x.keyed.base {
		layer := out
		if j > 0 {
			layer = r.layer
		}
		copy(layer, base)
		for _, k := range found {
			k.layers[j].addTo(layer)
		}
		if j > 0 {
			out.copyAnd(out, []row{layer}, 0, len(out))
		}
	}
	for _, k := range found {
		k.none.takeFrom(out)
	}
	r.turn(x, rest, out)
}
