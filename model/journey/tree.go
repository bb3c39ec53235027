package journey

// kind is the kind of a node of a tree.
type kind uint8

const (
	null kind = iota
	boolean
	number
	str
	list
	object
)

// String names the kind in messages.
func (k kind) String() string {
	return [...]string{"nothing", "true or false", "a number", "text", "a list", "an object"}[k]
}

// node is a value of a JSON or YAML document. Scalars keep their source text,
// so that money is read from what was written and never through a float.
type node struct {
	kind kind
	text string // scalars: source text; str: decoded
	keys []string
	vals []*node
	line int // YAML only
}

// get returns the value of an object's key, or nil; null counts as absent.
// A nil node has no keys, so that lookups chain.
func (n *node) get(key string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i, k := range n.keys {
		if k == key {
			if n.vals[i].kind == null {
				return nil
			}
			return n.vals[i]
		}
	}
	return nil
}

// at follows a path of keys.
func (n *node) at(path ...string) *node {
	for _, k := range path {
		n = n.get(k)
	}
	return n
}

// scalar returns the text of a scalar, or "" for anything else.
func (n *node) scalar() string {
	if n == nil || n.kind == null || n.kind >= list {
		return ""
	}
	return n.text
}

// items returns a list's elements, or nil.
func (n *node) items() []*node {
	if n == nil || n.kind != list {
		return nil
	}
	return n.vals
}
