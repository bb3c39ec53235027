package form

import (
	"slices"

	"beckon/model"
)

// node is a condition being rearranged: a group of others, or one that says
// something by itself.
type node struct {
	group string // "all", "any" or "exclude"; empty for a condition alone
	alone model.Condition
	kids  []*node
	up    *node
	was   string // its path before
}

// treeOf takes a condition apart.
func treeOf(c model.Condition, path string, up *node) *node {
	n := &node{up: up, was: path}
	set := c.Set()
	if len(set) == 1 {
		var list []model.Condition
		switch set[0] {
		case "all":
			list = c.All
		case "any":
			list = c.Any
		case "exclude":
			list = c.Exclude
		}
		if list != nil {
			n.group = set[0]
			for i := range list {
				n.kids = append(n.kids, treeOf(list[i], item(below(path, n.group), i), n))
			}
			return n
		}
	}
	n.alone = c
	return n
}

// condition puts it together again.
func (n *node) condition() model.Condition {
	if n.group == "" {
		return n.alone
	}
	list := make([]model.Condition, len(n.kids))
	for i, k := range n.kids {
		list[i] = k.condition()
	}
	switch n.group {
	case "any":
		return model.Condition{Any: list}
	case "exclude":
		return model.Condition{Exclude: list}
	}
	return model.Condition{All: list}
}

// paths notes where every node stands now, by where it stood before.
func (n *node) paths(path string, out map[*node]string) {
	out[n] = path
	for i, k := range n.kids {
		k.paths(item(below(path, n.group), i), out)
	}
}

// find is the node that stood at a path.
func (n *node) find(path string) *node {
	if n.was == path {
		return n
	}
	for _, k := range n.kids {
		if f := k.find(path); f != nil {
			return f
		}
	}
	return nil
}

func (n *node) place() int { return slices.Index(n.up.kids, n) }

func (n *node) depth() int {
	d := 1
	for p := n.up; p != nil; p = p.up {
		d++
	}
	return d
}

func (n *node) height() int {
	h := 0
	for _, k := range n.kids {
		h = max(h, k.height())
	}
	return h + 1
}

// insert puts a node into a group.
func (n *node) insert(i int, kid *node) {
	kid.up = n
	n.kids = slices.Insert(n.kids, i, kid)
}

// detach takes a node out of its group, and the group too if it was the last:
// an empty group says nothing and could not be written. It gives the root that
// is left, nil when nothing is.
func (n *node) detach(root *node) *node {
	up := n.up
	if up == nil {
		return nil
	}
	up.kids = slices.Delete(up.kids, n.place(), n.place()+1)
	n.up = nil
	if len(up.kids) == 0 {
		return up.detach(root)
	}
	return root
}

// wrap puts a group around a node and gives the root.
func (n *node) wrap(group string, root *node) *node {
	g := &node{group: group, up: n.up}
	if n.up == nil {
		root = g
	} else {
		n.up.kids[n.place()] = g
	}
	n.up = nil
	g.insert(0, n)
	return root
}

// dissolve puts the conditions of a group in its place; it tells whether that
// is possible: the outermost group stays unless it has one condition.
func (n *node) dissolve(root *node) (*node, bool) {
	switch {
	case n.group == "":
		return root, false
	case n.up != nil:
		i := n.place()
		for _, k := range n.kids {
			k.up = n.up
		}
		n.up.kids = slices.Replace(n.up.kids, i, i+1, n.kids...)
		return root, true
	case len(n.kids) == 1:
		n.kids[0].up = nil
		return n.kids[0], true
	}
	return root, false
}

// step moves a node by one place as it is read: past its neighbor, into a
// group beside it, or out of its own.
func (n *node) step(by int, root *node) (*node, bool) {
	if n.up == nil {
		return root, false
	}
	up, i := n.up, n.place()
	if j := i + by; j >= 0 && j < len(up.kids) {
		beside := up.kids[j]
		if beside.group == "" {
			up.kids[i], up.kids[j] = beside, n
			return root, true
		}
		if beside.depth()+n.height() > model.MaxConditionDepth {
			return root, false
		}
		root = n.detach(root)
		at := 0
		if by < 0 {
			at = len(beside.kids)
		}
		beside.insert(at, n)
		return root, true
	}
	if up.up == nil {
		return root, false
	}
	outer, at := up.up, up.place()
	if by > 0 {
		at++
	}
	up.kids = slices.Delete(up.kids, i, i+1)
	outer.insert(at, n)
	if len(up.kids) == 0 {
		root = up.detach(root)
	}
	return root, true
}

// copied is a node like this one that stood nowhere before.
func (n *node) copied() *node {
	out := treeOf(n.condition(), "", nil)
	out.forget()
	return out
}

func (n *node) forget() {
	n.was = ""
	for _, k := range n.kids {
		k.forget()
	}
}
