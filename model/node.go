package model

// node is a document between its text and its Go value: what the readers of
// YAML and JSON produce and the writers print.
type node struct {
	kind nodeKind
	// text of a scalar, without quotes and escapes.
	text string
	// style of a scalar.
	style scalarStyle
	// keys name the items of a mapping, in the order written.
	keys []node
	// items of a mapping or list.
	items []*node
	// Line and column count from 1; 0 where the node was not read from text.
	line, column int
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	mappingNode
	listNode
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a value", "fields", "a list"}[k]
}

// scalarStyle says how a scalar is, or shall be, written.
type scalarStyle uint8

const (
	textStyle   scalarStyle = iota // text: quoted where needed; on reading, was quoted
	bareStyle                      // a number, true or false; on reading, was not quoted
	dateStyle                      // written bare in YAML, quoted in JSON
	quotedStyle                    // always quoted
)

// item returns the value of a mapping's key and the key, or nil.
func (n *node) item(key string) (value, name *node) {
	for i := range n.keys {
		if n.keys[i].text == key {
			return n.items[i], &n.keys[i]
		}
	}
	return nil, nil
}

// step is a place in a document, as a chain from the inside out.
type step struct {
	outer *step
	field string
	index int // where field is ""
}

// String returns a path such as "engagements[2].entryPoints[0]".
func (s *step) String() string {
	if s == nil {
		return ""
	}
	return string(s.append(nil))
}

func (s *step) append(b []byte) []byte {
	if s.outer != nil {
		b = s.outer.append(b)
	}
	if s.field == "" {
		return appendIndex(b, s.index)
	}
	if len(b) > 0 {
		b = append(b, '.')
	}
	return append(b, s.field...)
}
