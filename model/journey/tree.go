package journey

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

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

// parseTree reads one JSON value. Keys that come twice, or differ only in
// case, are refused.
func parseTree(b []byte) (*node, error) { return new(trees).parse(b) }

// trees reads one JSON value after another, as parseTree does, into the same
// room: a tree is good until the next parse. Texts of a tree stay good, but they
// are parts of one copy of the line, so that whoever keeps one for long keeps the
// whole line unless he copies it; hider does, of all that an event tells.
type trees struct {
	text string // what is being read
	// The keys and values of the objects and lists that are being read.
	keys []string
	vals []*node
	// The room for those that were read.
	nodes    [][]node
	chunk, n int // the next node is nodes[chunk][n]
	keyRoom  []string
	valRoom  []*node
}

// maxRoom is how many chunks of nodes are kept for the next line.
const maxRoom = 64

// parse reads a value.
func (t *trees) parse(b []byte) (*node, error) {
	t.again()
	return t.value(b, string(b))
}

// again gives the room of all trees to those that come.
func (t *trees) again() {
	if len(t.nodes) > maxRoom {
		*t = trees{}
	}
	t.chunk, t.n, t.keyRoom, t.valRoom = 0, 0, t.keyRoom[:0], t.valRoom[:0]
}

// within reads a value that is written in what is read, without which nothing
// becomes bad.
func (t *trees) within(text string) (*node, error) { return t.value([]byte(text), text) }

// value reads a value of bytes and the same as a text.
func (t *trees) value(b []byte, text string) (*node, error) {
	s := scanner{b: b}
	t.text = text
	n := t.read(&s)
	s.end()
	t.keys, t.vals, t.text = t.keys[:0], t.vals[:0], ""
	if s.f != nil {
		return nil, s.f
	}
	return n, nil
}

// node gives out a node.
func (t *trees) node() *node {
	if t.chunk == len(t.nodes) {
		t.nodes = append(t.nodes, make([]node, min(32<<t.chunk, 256)))
	}
	n := &t.nodes[t.chunk][t.n]
	if t.n++; t.n == len(t.nodes[t.chunk]) {
		t.chunk, t.n = t.chunk+1, 0
	}
	*n = node{}
	return n
}

func (t *trees) read(s *scanner) *node {
	n := t.node()
	n.kind = s.kind()
	switch n.kind {
	case str:
		n.text = t.textOf(s)
	case object:
		if s.open('{') {
			k, v := len(t.keys), len(t.vals)
			for first := true; s.more(&first, '}'); {
				t.keys = append(t.keys, t.textOf(s))
				s.colon()
				t.vals = append(t.vals, t.read(s))
			}
			n.keys, n.vals = room(&t.keyRoom, t.keys[k:]), room(&t.valRoom, t.vals[v:])
			t.keys, t.vals = t.keys[:k], t.vals[:v]
			s.distinct(n.keys)
		}
	case list:
		if s.open('[') {
			v := len(t.vals)
			for first := true; s.more(&first, ']'); {
				t.vals = append(t.vals, t.read(s))
			}
			n.vals = room(&t.valRoom, t.vals[v:])
			t.vals = t.vals[:v]
		}
	case boolean:
		n.text = strconv.FormatBool(s.boolean())
	case null:
		s.word("null")
	default:
		b := s.number()
		n.text = t.text[s.i-len(b) : s.i]
	}
	return n
}

// textOf reads a string as a part of the line where it is one.
func (t *trees) textOf(s *scanner) string {
	b := s.text()
	if s.undone || s.f != nil {
		return string(b)
	}
	return t.text[s.i-1-len(b) : s.i-1]
}

// room copies what was read to where it stays.
func room[T any](to *[]T, from []T) []T {
	begin := len(*to)
	*to = append(*to, from...)
	return (*to)[begin:len(*to):len(*to)]
}

// distinct refuses keys that are equal but for case.
func (s *scanner) distinct(keys []string) {
	if s.f != nil {
		return
	}
	if len(keys) <= 8 {
		for i, k := range keys {
			for _, o := range keys[:i] {
				if s.sameKeys(k, o) {
					return
				}
			}
		}
		return
	}
	if len(keys) > 256 || !ascii(keys) {
		seen := make(map[string]string, len(keys))
		for _, k := range keys {
			l := strings.ToLower(k)
			if o, ok := seen[l]; ok {
				s.f = sameKey(k, o)
				return
			}
			seen[l] = k
		}
		return
	}
	var slots [512]uint16 // a table of the keys, by what is the same in either case
	for i, k := range keys {
		h := len(k)
		if h > 0 {
			h += int(k[0]|0x20)*31 + int(k[len(k)/2]|0x20)*73 + int(k[len(k)-1]|0x20)*7
		}
		for h %= len(slots); slots[h] != 0; h = (h + 1) % len(slots) {
			if s.sameKeys(k, keys[slots[h]-1]) {
				return
			}
		}
		slots[h] = uint16(i + 1)
	}
}

// sameKeys refuses two keys if they are equal but for case.
func (s *scanner) sameKeys(k, other string) bool {
	if len(k) != len(other) || !strings.EqualFold(k, other) {
		return false
	}
	s.f = sameKey(k, other)
	return true
}

// ascii reports whether keys have letters of ASCII alone.
func ascii(keys []string) bool {
	for _, k := range keys {
		for i := range len(k) {
			if k[i] >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

func sameKey(k, other string) *fault {
	if k == other {
		return &fault{reason: "duplicate-key", field: k, detail: "the key comes twice"}
	}
	return &fault{reason: "duplicate-key", field: k, detail: "the key differs only in case from another one", value: other}
}
