package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"beckon/model"
	"beckon/model/text"
)

// Bounds of a scenario file; far above what people write.
const (
	maxScenarioBytes = 1 << 20
	maxScenarioDepth = 24
)

// node is a value of a scenario file. Scalars keep their text as written, so
// that an amount is never a float.
type node struct {
	line, column int
	kind         nodeKind
	text         string
	quoted       bool
	keys         []*node // of a mapping
	items        []*node // of a mapping or a list
}

type nodeKind uint8

const (
	null nodeKind = iota
	scalar
	mapping
	list
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "a value", "fields", "a list"}[k]
}

// get returns the value of a mapping's key, or nil. A nil node has none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for i, k := range n.keys {
		if k.text == key {
			return n.items[i]
		}
	}
	return nil
}

// readDocuments reads the documents of a file. One that is no YAML does not hide
// the others.
func readDocuments(name string, data []byte) ([]*node, model.FileErrors) {
	docs, err := readYAML(name, data)
	if err == nil {
		return docs, nil
	}
	problems := fileErrors(err)
	if len(data) > maxScenarioBytes || !bytes.Contains(data, []byte("\n---")) {
		return nil, problems
	}
	problems = nil
	var part []byte
	first, line := 0, 0
	flush := func() {
		if len(bytes.TrimSpace(part)) == 0 {
			return
		}
		found, err := readYAML(name, part)
		for _, p := range fileErrors(err) {
			p.Line += first
			problems = append(problems, p)
		}
		for _, n := range found {
			n.shift(first)
			docs = append(docs, n)
		}
	}
	for l := range bytes.Lines(data) {
		if bytes.Equal(bytes.TrimRight(l, " \t\r\n"), []byte("---")) {
			flush()
			part, first = nil, line+1
		} else {
			part = append(part, l...)
		}
		line++
	}
	flush()
	return docs, problems
}

// fileErrors are the problems in an error of readYAML.
func fileErrors(err error) model.FileErrors {
	var problems model.FileErrors
	errors.As(err, &problems)
	return problems
}

// shift moves a node down by lines.
func (n *node) shift(lines int) {
	n.line += lines
	for _, k := range n.keys {
		k.shift(lines)
	}
	for _, item := range n.items {
		item.shift(lines)
	}
}

// readYAML reads the documents of a file. The error is a model.FileErrors.
func readYAML(name string, data []byte) (docs []*node, err error) {
	refuse := func(line, column int, reason string) error {
		return model.FileErrors{{Source: model.Source{File: name, Line: line, Column: column}, Reason: reason}}
	}
	switch {
	case len(data) > maxScenarioBytes:
		return nil, refuse(0, 0, fmt.Sprintf("larger than %d MiB", maxScenarioBytes>>20))
	case bytes.IndexByte(data, 0) >= 0:
		return nil, refuse(0, 0, "a binary file, want YAML")
	case !utf8.Valid(data):
		return nil, refuse(0, 0, "not UTF-8")
	case len(bytes.TrimSpace(data)) == 0:
		return nil, refuse(0, 0, "an empty file")
	}
	defer func() {
		// The parser is not ours and has had panics; a file must not end us.
		if recover() != nil {
			docs, err = nil, refuse(0, 0, "cannot be read as YAML")
		}
	}()
	tokens := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff"))
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType, token.MappingKeyType:
			return nil, refuse(t.Position.Line, t.Position.Column, "only fields, lists and plain values are read")
		case token.MappingStartType, token.SequenceStartType:
			if depth++; depth > maxScenarioDepth {
				return nil, refuse(t.Position.Line, t.Position.Column, "nests too deep")
			}
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if t.Position.Column > 500 && t.Type == token.SequenceEntryType {
			return nil, refuse(t.Position.Line, t.Position.Column, "nests too deep")
		}
	}
	file, perr := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if perr != nil {
		line, column, reason := 0, 0, "cannot be read as YAML"
		var known yaml.Error
		if errors.As(perr, &known) {
			reason = "not YAML: " + text.Line(known.GetMessage(), 120)
			if t := known.GetToken(); t != nil && t.Position != nil {
				line, column = t.Position.Line, t.Position.Column
			}
		}
		return nil, refuse(line, column, reason)
	}
	for _, d := range file.Docs {
		if d.Body == nil {
			continue
		}
		n, bad := nodeOf(d.Body, 0)
		if bad != nil {
			return nil, refuse(bad.line, bad.column, bad.text)
		}
		docs = append(docs, n)
	}
	if len(docs) == 0 {
		return nil, refuse(0, 0, "holds no document")
	}
	return docs, nil
}

// nodeOf turns the parser's tree into nodes. What it cannot read is returned
// as a node whose text says why.
func nodeOf(n ast.Node, depth int) (out, bad *node) {
	out = &node{}
	if n == nil {
		return out, nil
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		out.line, out.column = t.Position.Line, t.Position.Column
	}
	if depth > maxScenarioDepth {
		out.text = "nests too deep"
		return nil, out
	}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		out.kind, out.text = scalar, n.Value
		t := n.GetToken().Type
		out.quoted = t == token.SingleQuoteType || t == token.DoubleQuoteType
	case *ast.LiteralNode:
		out.kind, out.text, out.quoted = scalar, n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = scalar, n.GetToken().Value
	case *ast.SequenceNode:
		out.kind = list
		for _, v := range n.Values {
			item, bad := nodeOf(v, depth+1)
			if bad != nil {
				return nil, bad
			}
			out.items = append(out.items, item)
		}
	case *ast.MappingNode:
		return mappingOf(out, n.Values, depth)
	case *ast.MappingValueNode:
		return mappingOf(out, []*ast.MappingValueNode{n}, depth)
	default:
		out.text = "only fields, lists and plain values are read"
		return nil, out
	}
	return out, nil
}

func mappingOf(out *node, values []*ast.MappingValueNode, depth int) (*node, *node) {
	out.kind = mapping
	for i, v := range values {
		key, bad := nodeOf(v.Key, depth+1)
		if bad == nil && key.kind == null {
			key.kind, key.text = scalar, v.Key.GetToken().Value
		}
		if bad != nil || key.kind != scalar {
			out.text = "a field's name must be text"
			return nil, out
		}
		item, bad := nodeOf(v.Value, depth+1)
		if bad != nil {
			return nil, bad
		}
		if item.line == 0 {
			item.line, item.column = key.line, key.column
		}
		if i == 0 {
			out.line, out.column = key.line, key.column
		}
		out.keys, out.items = append(out.keys, key), append(out.items, item)
	}
	return out, nil
}

// appendNode appends a node as JSON. A bare number stays the number written.
func appendNode(b []byte, n *node) []byte {
	switch n.kind {
	case scalar:
		if !n.quoted && (n.text == "true" || n.text == "false" || json.Valid([]byte(n.text)) && strings.ContainsAny(n.text[:1], "-0123456789")) {
			return append(b, n.text...)
		}
		return appendString(b, n.text)
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNode(b, item)
		}
		return append(b, ']')
	case mapping:
		b = append(b, '{')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, n.keys[i].text), ':')
			b = appendNode(b, item)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
