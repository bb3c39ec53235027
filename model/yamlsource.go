package model

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file. They are far above what people write and below what makes
// a reader slow or large: the parser takes quadratic time for mappings of many
// fields, and its stack grows with depth.
const (
	// MaxFileBytes bounds a file: some 15,000 campaigns with their creatives.
	MaxFileBytes = 64 << 20
	// MaxDocumentBytes bounds a document of a YAML stream.
	MaxDocumentBytes = 1 << 20
	// MaxDepth bounds how deep fields and lists nest, 16 levels of conditions
	// included.
	MaxDepth = 40
	// MaxDocuments bounds the documents of one load.
	MaxDocuments = 200_000

	maxFields  = 1000 // of one mapping
	maxNothing = 1000 // values left empty in a document
)

// yamlPart is one document of a YAML stream.
type yamlPart struct {
	text string
	line int // of its first line, from 1
}

// splitYAML cuts a stream at its "---" and "..." lines, so that a document
// that cannot be read does not hide the others. Parts of comments and blank
// lines alone are left out.
func splitYAML(s string) []yamlPart {
	var out []yamlPart
	start, first, line := 0, 1, 1
	blank := true
	flush := func(end int) {
		if !blank {
			out = append(out, yamlPart{text: s[start:end], line: first})
		}
		blank = true
	}
	for at := 0; at < len(s); line++ {
		next := len(s)
		if i := strings.IndexByte(s[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		l := strings.TrimRight(s[at:next], " \t\r\n")
		switch {
		case isMarker(l, "---"):
			flush(at)
			start, first = at+3, line
			// What follows on the marker's line belongs to the document.
			blank = isBlank(l[3:])
			if blank {
				start, first = next, line+1
			}
		case isMarker(l, "..."):
			flush(at)
			start, first = next, line+1
		default:
			blank = blank && isBlank(l)
		}
		at = next
	}
	flush(len(s))
	return out
}

func isMarker(line, marker string) bool {
	return strings.HasPrefix(line, marker) && (len(line) == 3 || line[3] == ' ' || line[3] == '\t')
}

func isBlank(line string) bool {
	l := strings.TrimLeft(line, " \t")
	return l == "" || l[0] == '#'
}

// syntaxError is a text that is no YAML or JSON, or more than we read.
type syntaxError struct {
	line, column int
	reason       string // holds no foreign text
	value        string
}

func (e *syntaxError) Error() string { return e.reason }

// parseYAML reads one document. The lines of its nodes count from the part's.
func parseYAML(p yamlPart) (n *node, err *syntaxError) {
	if len(p.text) > MaxDocumentBytes {
		return nil, &syntaxError{line: p.line, reason: fmt.Sprintf("a document of %d bytes, more than %d", len(p.text), MaxDocumentBytes)}
	}
	if n := readPlain(p); n != nil {
		return n, nil
	}
	return parseAny(p)
}

// parseAny reads one document by the parser of all of YAML.
func parseAny(p yamlPart) (n *node, err *syntaxError) {
	defer func() {
		// The parser is not ours and has had panics; a file must not end us.
		if recover() != nil {
			n, err = nil, &syntaxError{line: p.line, reason: "cannot be read as YAML"}
		}
	}()
	tokens := lexer.Tokenize(p.text)
	if err := checkTokens(tokens); err != nil {
		err.line += p.line - 1
		return nil, err
	}
	file, perr := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if perr != nil {
		out := &syntaxError{line: p.line, reason: "cannot be read as YAML"}
		var known yaml.Error
		if errors.As(perr, &known) {
			out.reason = "not YAML: " + shown(known.GetMessage())
			if t := known.GetToken(); t != nil && t.Position != nil {
				out.line, out.column = t.Position.Line+p.line-1, t.Position.Column
			}
		}
		return nil, out
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, &syntaxError{line: p.line, reason: "want one document"}
	}
	c := yamlReader{shift: p.line - 1}
	n = c.node(file.Docs[0].Body, 1)
	return n, c.err
}

// checkTokens refuses, before anything recursive sees them, texts that nest
// too deep and the parts of YAML that a catalog does without.
func checkTokens(tokens token.Tokens) *syntaxError {
	dashes, dashLine, nothing := 0, 0, 0
	var flow []token.Type // the brackets that are open
	type level struct{ column, fields int }
	var levels []level
	for _, t := range tokens {
		refuse := func(reason string) *syntaxError {
			return &syntaxError{line: t.Position.Line, column: t.Position.Column, reason: reason}
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return refuse("anchors, aliases and merge keys are not read: write it out")
		case token.TagType:
			return refuse("tags are not read")
		case token.DirectiveType:
			return refuse("directives are not read")
		case token.MappingKeyType:
			return refuse(`fields are written "name: value", without "?"`)
		case token.MappingStartType, token.SequenceStartType:
			if flow = append(flow, t.Type); len(flow) > MaxDepth {
				return refuse(tooDeep)
			}
		case token.MappingEndType, token.SequenceEndType:
			flow = flow[:max(len(flow)-1, 0)]
		case token.SequenceEntryType:
			if t.Position.Line != dashLine {
				dashes, dashLine = 0, t.Position.Line
			}
			if dashes++; dashes > MaxDepth {
				return refuse(tooDeep)
			}
		}
		inFields := len(flow) > 0 && flow[len(flow)-1] == token.MappingStartType
		if leavesEmpty(t, inFields) {
			if nothing++; nothing > maxNothing {
				return refuse(fmt.Sprintf("more than %d values left empty", maxNothing))
			}
		}
		if len(flow) > 0 {
			continue
		}
		for len(levels) > 0 && levels[len(levels)-1].column > t.Position.Column {
			levels = levels[:len(levels)-1]
		}
		if t.Type != token.MappingValueType || t.Prev == nil {
			continue
		}
		column := t.Prev.Position.Column
		for len(levels) > 0 && levels[len(levels)-1].column > column {
			levels = levels[:len(levels)-1]
		}
		if len(levels) == 0 || levels[len(levels)-1].column < column {
			levels = append(levels, level{column: column})
		}
		if top := &levels[len(levels)-1]; top.fields < maxFields {
			top.fields++
		} else {
			return refuse(fmt.Sprintf("more than %d fields in one place", maxFields))
		}
	}
	return nil
}

// leavesEmpty reports whether a token announces a value and none follows. It
// may report some that have one. Inside "{" and "}" a name alone leaves its
// value empty.
func leavesEmpty(t *token.Token, inFields bool) bool {
	next := t.Next
	for next != nil && next.Type == token.CommentType {
		next = next.Next
	}
	column := t.Position.Column
	switch t.Type {
	case token.MappingValueType:
		if t.Prev != nil {
			column = t.Prev.Position.Column
		}
		if next != nil && next.Type == token.SequenceEntryType && next.Position.Column == column {
			return false // a list not indented under its name
		}
	case token.SequenceEntryType:
	case token.CollectEntryType, token.MappingStartType:
		return inFields && next != nil && next.Next != nil &&
			(next.Next.Type == token.CollectEntryType || next.Next.Type == token.MappingEndType)
	default:
		return false
	}
	if next == nil {
		return true
	}
	switch next.Type {
	case token.CollectEntryType, token.MappingEndType, token.SequenceEndType, token.MappingValueType:
		return true
	}
	return next.Position.Line > t.Position.Line && next.Position.Column <= column
}

var tooDeep = fmt.Sprintf("nests deeper than %d levels", MaxDepth)

// yamlReader turns the parser's tree into nodes.
type yamlReader struct {
	shift int // added to every line
	err   *syntaxError
}

func (c *yamlReader) refuse(n ast.Node, reason string) *node {
	out := c.at(n, scalarNode)
	if c.err == nil {
		c.err = &syntaxError{line: out.line, column: out.column, reason: reason}
	}
	return out
}

func (c *yamlReader) at(n ast.Node, kind nodeKind) *node {
	out := &node{kind: kind}
	if t := n.GetToken(); t != nil && t.Position != nil {
		out.line, out.column = t.Position.Line+c.shift, t.Position.Column
	}
	return out
}

func (c *yamlReader) node(n ast.Node, depth int) *node {
	if n == nil {
		return &node{}
	}
	if depth > MaxDepth {
		return c.refuse(n, tooDeep)
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return c.at(n, nullNode)
	case *ast.StringNode:
		out := c.at(n, scalarNode)
		out.text = n.Value
		if t := n.GetToken().Type; t != token.SingleQuoteType && t != token.DoubleQuoteType {
			out.style = bareStyle
		}
		return out
	case *ast.LiteralNode:
		out := c.at(n, scalarNode)
		out.text = n.Value.Value
		return out
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		// The text as written, so that an amount is never a float.
		out := c.at(n, scalarNode)
		out.text, out.style = n.GetToken().Value, bareStyle
		return out
	case *ast.SequenceNode:
		out := c.at(n, listNode)
		for _, v := range n.Values {
			out.items = append(out.items, c.node(v, depth+1))
		}
		return out
	case *ast.MappingNode:
		return c.mapping(c.at(n, mappingNode), n.Values, depth)
	case *ast.MappingValueNode:
		return c.mapping(c.at(n, mappingNode), []*ast.MappingValueNode{n}, depth)
	}
	return c.refuse(n, "only fields, lists and plain values are read")
}

func (c *yamlReader) mapping(out *node, values []*ast.MappingValueNode, depth int) *node {
	for i, v := range values {
		if v == nil || v.Key == nil {
			continue
		}
		key := c.at(v.Key, scalarNode)
		switch k := v.Key.(type) {
		case *ast.StringNode:
			key.text = k.Value
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
			key.text = v.Key.GetToken().Value
		default:
			c.refuse(v.Key, "a field's name must be text")
			continue
		}
		if i == 0 {
			out.line, out.column = key.line, key.column
		}
		item := c.node(v.Value, depth+1)
		if item.line == 0 {
			item.line, item.column = key.line, key.column
		}
		out.keys, out.items = append(out.keys, *key), append(out.items, item)
	}
	return out
}
