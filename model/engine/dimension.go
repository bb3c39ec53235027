package engine

import (
	"math/bits"
	"slices"

	"beckon/model"
)

// A dimension is a fact, or a few that change together, with all the leaves
// that look at it. At any instant it gives one row: the engagements that it
// does not stand in the way of. The rows of all dimensions, ANDed, are the
// engagements whose conditions hold.

// phase is which of an engagement's three conditions a dimension serves, and
// so which gate its row is part of.
type phase uint8

const (
	phaseAudience phase = iota
	phaseEntryPoint
	phaseBehavior
	phaseDelay
	phaseCount
)

type dimension struct {
	name   string
	phase  phase
	groups factGroup

	leaves []int32
	// parts are the distinct trees that engagements have in this dimension.
	parts  []part
	partOf map[int32]int32 // by node, while compiling

	// partly says what was told of a fact that is not known, or ""; nil if there
	// is nothing between the two.
	partly func(*facts) string

	// value makes a dimension numeric; running reports whether it grows with
	// the time.
	value   func(*facts) (int64, bool)
	running func(*facts) bool
	// steady says that nothing but another page or visit sets it back.
	steady bool
	scale  scale
	cuts   []int64
	// steps say how many cuts lie before each of them, and before the end.
	steps    []int32
	stepSize uint8 // its logarithm
	rows     []row // by interval, or, if sparse, every checkpoint-th
	sparse   bool
	flips    [][]flip // by cut: parts that change there, for sparse rows

	// find lists the leaves that are true, for other dimensions. Nil looks at
	// each leaf in turn.
	find func(f *facts, out []int32) []int32
	// sign identifies what find or keys look at, so that what was found is
	// remembered; nil remembers by what was found.
	sign func(f *facts, out []byte) []byte
	// keys lists the values of a keyed dimension.
	keys  func(f *facts, out []string) []string
	keyed *keyed

	// idle is the row while no leaf is true, unknown facts included.
	idle row
	// waits marks a dimension whose leaves may change by waiting.
	waits bool
}

// part is a tree over leaves of one dimension, with the engagements that have
// it.
type part struct {
	node int32
	// need is how many leaves must be true where it does not matter which: one of
	// an any, all of an all; 0 where a tree says more than that.
	need int32
	bits []int32
	who  members // the same, where rows are made of it
	// holds says at which values, in a dimension of time.
	holds stretch
}

type flip struct {
	part int32
	on   bool
}

// Rows of numeric dimensions are all kept up to maxRows cuts; beyond, every
// checkpoint-th, and the way from one to the next is patched.
const (
	maxRows    = 512
	checkpoint = 64
)

// dimRange is dimensions that stand together.
type dimRange struct{ lo, hi int32 }

// dim returns a dimension by name, made on first use.
func (c *compiler) dim(name string, p phase, groups factGroup) int32 {
	if d, ok := c.dims[name]; ok {
		return d
	}
	d := int32(len(c.dimensions))
	c.dimensions = append(c.dimensions, dimension{name: name, phase: p, groups: groups})
	c.dims[name] = d
	return d
}

// look is a dimension that facts change.
type look struct {
	x        *dimension
	groups   factGroup
	dim      int32
	audience bool
}

// placeDimensions numbers dimensions in the order in which they are looked at,
// so that the rows of those that are looked at together stand together.
func (c *compiler) placeDimensions() {
	placed := make([]dimension, 0, len(c.dimensions))
	placeOf := make([]int32, len(c.dimensions))
	for d := range placeOf {
		placeOf[d] = -1
	}
	place := func(d int32) {
		placeOf[d] = int32(len(placed))
		placed = append(placed, c.dimensions[d])
	}
	for p := range c.order {
		from := int32(len(placed))
		for i := range c.order[p] {
			x := &c.order[p][i]
			place(x.dim)
			x.dim = placeOf[x.dim]
			c.watched |= x.groups
			last := x.dim + 1
			switch {
			case !x.waits || phase(p) == phaseAudience:
				c.still[p] = dimRange{from, last}
				continue
			case phase(p) == phaseBehavior:
				if c.waits.hi == 0 {
					c.waits.lo = x.dim
				}
				c.waits.hi = last
			}
			if c.timed.hi == 0 {
				c.timed.lo = x.dim
			}
			c.timed.hi = last
		}
	}
	for d := range placeOf {
		if placeOf[d] < 0 {
			place(int32(d))
		}
	}
	c.dimensions = placed
	for p := range c.order {
		for _, x := range c.order[p] {
			if x.waits && phase(p) != phaseAudience {
				continue
			}
			for g := range c.looks {
				if x.groups>>g&1 != 0 {
					c.looks[g] = append(c.looks[g], look{&placed[x.dim], x.groups, x.dim, phase(p) == phaseAudience})
				}
			}
		}
	}
	c.pages.dim = placeOf[c.pages.dim]
	for i := range c.leaves {
		c.leaves[i].dim = placeOf[c.leaves[i].dim]
	}
}

// conjuncts flattens a tree's top-level all.
func (c *compiler) conjuncts(n int32, out []int32) []int32 {
	x := &c.nodes[n]
	if x.op == opAll || x.op == opAny && len(x.kids) == 1 {
		for _, k := range x.kids {
			out = c.conjuncts(k, out)
		}
		return out
	}
	return append(out, n)
}

// only returns the one dimension that a tree looks at, or -1.
func (c *compiler) only(n int32) int32 {
	x := &c.nodes[n]
	if x.op == opLeaf {
		return c.leaves[x.leaf].dim
	}
	dim := int32(-1)
	for i, k := range x.kids {
		d := c.only(k)
		if d < 0 || i > 0 && d != dim {
			return -1
		}
		dim = d
	}
	return dim
}

// leavesOf calls f for every leaf of a tree.
func (c *compiler) leavesOf(n int32, f func(l int32)) {
	x := &c.nodes[n]
	if x.op == opLeaf {
		f(x.leaf)
		return
	}
	for _, k := range x.kids {
		c.leavesOf(k, f)
	}
}

// split distributes an engagement's condition of one phase over the
// dimensions. What mixes dimensions (an any over two of them) cannot be a row;
// it is left over and evaluated for those engagements that all rows let pass.
func (c *compiler) split(bit, root int32, p phase) {
	type share struct {
		dim  int32
		kids []int32
	}
	var shares [8]share
	used := shares[:0]
	left := false
next:
	for _, n := range c.conjuncts(root, nil) {
		d := c.only(n)
		if d < 0 {
			left = true
			continue
		}
		for i := range used {
			if used[i].dim == d {
				used[i].kids = append(used[i].kids, n)
				continue next
			}
		}
		used = append(used, share{d, []int32{n}})
	}
	for _, s := range used {
		slices.Sort(s.kids)
		c.addPart(s.dim, c.group(opAll, slices.Compact(s.kids)), bit)
	}
	if left {
		c.leftover[p].set(bit)
	}
}

func (c *compiler) addPart(dim, n, bit int32) {
	d := &c.dimensions[dim]
	if d.partOf == nil {
		d.partOf = make(map[int32]int32)
	}
	i, ok := d.partOf[n]
	if !ok {
		i = int32(len(d.parts))
		d.parts = append(d.parts, part{node: n})
		d.partOf[n] = i
	}
	d.parts[i].bits = append(d.parts[i].bits, bit)
}

// seal builds a dimension's rows once all engagements are in.
func (c *compiler) seal(d *dimension) {
	d.partOf = nil
	base := make(row, c.words)
	base.fill(c.n)
	for _, p := range d.parts {
		base.clearAll(p.bits)
	}
	isTrue := c.marks
	d.idle = slices.Clone(base)
	for _, p := range d.parts {
		if c.holds(p.node, isTrue) {
			d.idle.setAll(p.bits)
		}
	}
	if d.value != nil {
		c.sealNumeric(d, base)
		return
	}
	if d.keys != nil {
		c.sealKeyed(d)
		return
	}
	for i := range d.parts {
		p := &d.parts[i]
		p.need, p.who = c.need(p.node), packed(p.bits, c.words)
		c.leavesOf(p.node, func(l int32) {
			x := &c.uses[l]
			switch n := len(x.parts); {
			case p.need == 1 && len(x.who.list) == 0:
				x.who.list = p.bits[:len(p.bits):len(p.bits)]
			case p.need == 1:
				x.who.list = append(x.who.list, p.bits...)
			case n == 0 || x.parts[n-1] != int32(i):
				x.parts = append(x.parts, int32(i))
			}
		})
	}
	for _, l := range d.leaves {
		x := &c.uses[l]
		x.who = packed(x.who.list, c.words)
		if c.leaves[l].flips != nil {
			d.waits = true
		}
	}
}

// use is what becomes of a leaf's truth in a row: the engagements that it lets
// in by itself, and the parts for which others count as well.
type use struct {
	who   members
	parts []int32
}

// need returns how many of a tree's leaves must be true, or 0 if it matters which
// or that some are not.
func (c *compiler) need(n int32) int32 {
	x := &c.nodes[n]
	switch x.op {
	case opLeaf:
		return 1
	case opAny:
		for _, k := range x.kids {
			if c.need(k) != 1 {
				return 0
			}
		}
		return min(int32(len(x.kids)), 1)
	case opAll:
		if len(x.kids) == 1 {
			return c.need(x.kids[0])
		}
		for _, k := range x.kids { // split has each once
			if c.nodes[k].op != opLeaf {
				return 0
			}
		}
		return int32(len(x.kids))
	}
	return 0
}

func (c *compiler) sealNumeric(d *dimension, base row) {
	for _, l := range d.leaves {
		if x := &c.leaves[l]; true {
			if x.lo > minValue {
				d.cuts = append(d.cuts, x.lo)
			}
			if x.hi < maxValue {
				d.cuts = append(d.cuts, x.hi+1)
			}
		}
	}
	slices.Sort(d.cuts)
	d.cuts = slices.Compact(d.cuts)
	d.stepUp()
	d.waits = d.running != nil
	d.flips = make([][]flip, len(d.cuts))
	isTrue := c.marks
	at := func(leaves []int32, v int64) {
		for _, l := range leaves {
			isTrue[l] = c.leaves[l].lo <= v && v <= c.leaves[l].hi
		}
	}
	first := slices.Clone(base)
	var mine []int32
	var own []int64
	for i := range d.parts {
		p := &d.parts[i]
		mine, own = mine[:0], own[:0]
		c.leavesOf(p.node, func(l int32) {
			mine = append(mine, l)
			if x := &c.leaves[l]; x.lo > minValue {
				own = append(own, x.lo)
			}
			if x := &c.leaves[l]; x.hi < maxValue {
				own = append(own, x.hi+1)
			}
		})
		slices.Sort(own)
		own = slices.Compact(own)
		at(mine, minValue)
		was := c.holds(p.node, isTrue)
		p.holds = stretch{from: maxValue, to: maxValue}
		if was {
			first.setAll(p.bits)
			p.holds.from = minValue
		}
		for _, cut := range own {
			at(mine, cut)
			if is := c.holds(p.node, isTrue); is != was {
				switch x := &p.holds; {
				case !is && x.to == maxValue:
					x.to = cut - 1
				case is && x.from == maxValue:
					x.from = cut
				default:
					x.ragged = true
				}
				j, _ := slices.BinarySearch(d.cuts, cut)
				d.flips[j] = append(d.flips[j], flip{int32(i), is})
				was = is
			}
		}
		for _, l := range mine {
			isTrue[l] = false
		}
	}
	d.sparse = len(d.cuts) > maxRows
	cur := first
	d.rows = append(d.rows, slices.Clone(cur))
	for j := range d.cuts {
		for _, x := range d.flips[j] {
			d.turn(cur, x)
		}
		if !d.sparse || (j+1)%checkpoint == 0 {
			d.rows = append(d.rows, slices.Clone(cur))
		}
	}
	if !d.sparse {
		d.flips = nil
	}
}

// turn applies one flip to a row.
func (d *dimension) turn(r row, x flip) {
	if x.on {
		r.setAll(d.parts[x.part].bits)
	} else {
		r.clearAll(d.parts[x.part].bits)
	}
}

// reached returns how many cuts a value has reached. The steps say between which few
// it is, most often one or none: looking for one of hundreds guesses wrong half of
// the time.
func (d *dimension) reached(v int64) int {
	n := len(d.cuts)
	if n == 0 || v < d.cuts[0] {
		return 0
	}
	x := (uint64(v) - uint64(d.cuts[0])) >> d.stepSize
	if x >= uint64(len(d.steps)-1) {
		return n
	}
	at, end := int(d.steps[x]), int(d.steps[x+1])
	const sign = 1 << 63
	for end-at > 1 {
		half := (end - at) >> 1
		_, below := bits.Sub64(uint64(v)^sign, uint64(d.cuts[at+half])^sign, 0)
		at += half & (int(below) - 1)
		end -= half & (-int(below))
	}
	_, below := bits.Sub64(uint64(v)^sign, uint64(d.cuts[min(at, n-1)])^sign, 0)
	return at + (end-at)&(int(below)-1)
}

// stepUp divides the stretch from the first cut to the last into steps of equal
// size, and notes how many cuts lie before each.
func (d *dimension) stepUp() {
	n := len(d.cuts)
	if n == 0 {
		return
	}
	span := uint64(d.cuts[n-1]) - uint64(d.cuts[0])
	for d.stepSize = 0; span>>d.stepSize >= uint64(4*n); {
		d.stepSize++
	}
	d.steps = make([]int32, span>>d.stepSize+2)
	for i, cut := range d.cuts {
		d.steps[(uint64(cut)-uint64(d.cuts[0]))>>d.stepSize+1] = int32(i + 1)
	}
	for x := range d.steps[1:] {
		d.steps[x+1] = max(d.steps[x+1], d.steps[x])
	}
}

// Bounds of numeric dimensions.
const (
	minValue = -1 << 62
	maxValue = 1<<62 - 1
)

// scale is what a numeric dimension counts in.
type scale uint8

const (
	unitCount scale = iota
	unitTime        // milliseconds
	unitMoney
	unitPercent
	unitYears
	unitDays
)

// words writes a value in its unit.
func (u scale) words(v int64) string {
	switch u {
	case unitTime:
		return model.Duration(v).String()
	case unitMoney:
		return model.Money(v).String()
	case unitPercent:
		return itoa(v) + " %"
	case unitYears:
		return plural(v, "year")
	case unitDays:
		return plural(v, "day")
	}
	return itoa(v)
}
