package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readPlain reads a document that is written as [EncodeDocument] writes, or as
// plainly: fields and lists one below the other, each value on the line of its
// name, in quotes of one line, a list of such in brackets, or a block of text;
// comments may end the lines, and lines may end as on Windows. It gives the nodes that the
// parser of all of YAML gives, their places included, some twenty times as fast.
// Whatever else a document has is for that parser, which alone refuses: nil says
// so, and says nothing of what is wrong.
func readPlain(p yamlPart) *node {
	for _, c := range []string{"\t", "\u0085", "\u2028", "\u2029"} {
		if strings.Contains(p.text, c) {
			return nil
		}
	}
	whole := p.text
	if strings.IndexByte(whole, '\r') >= 0 {
		whole = strings.ReplaceAll(whole, "\r\n", "\n")
		// The parser counts the lines of such comments in its own way.
		if strings.ContainsAny(whole, "\r#") {
			return nil
		}
	}
	r := plainReader{text: whole, line: p.line - 1}
	r.next()
	if !r.more || r.indent != 0 {
		return nil
	}
	n := r.block(0, 1)
	if r.failed || r.more {
		return nil
	}
	return n
}

// mostPlainFields are far below the fields that a place may have: who comes near
// them is left to the reader that counts them.
const mostPlainFields = maxFields / 2

type plainReader struct {
	text   string
	at     int    // where the next line begins
	more   bool   // there is a line
	line   int    // its number
	indent int    // the spaces before it, and before what is left of it
	rest   string // what is left of it
	failed bool
	nodes  []node // made, and not yet given
}

func (r *plainReader) fail() *node {
	r.failed = true
	return nil
}

// next goes to the next line that is neither empty nor a comment.
func (r *plainReader) next() {
	for r.at < len(r.text) {
		l := r.raw()
		r.indent = len(l) - len(strings.TrimLeft(l, " "))
		if r.rest = l[r.indent:]; r.rest != "" && r.rest[0] != '#' {
			r.more = true
			return
		}
	}
	r.more, r.indent, r.rest = false, -1, ""
}

// raw takes one line.
func (r *plainReader) raw() string {
	l := r.text[r.at:]
	r.line++
	if i := strings.IndexByte(l, '\n'); i >= 0 {
		r.at += i + 1
		return l[:i]
	}
	r.at = len(r.text)
	return l
}

func (r *plainReader) node(kind nodeKind) *node {
	if len(r.nodes) == 0 {
		r.nodes = make([]node, 32)
	}
	n := &r.nodes[0]
	r.nodes = r.nodes[1:]
	n.kind, n.line, n.column = kind, r.line, r.indent+1
	return n
}

// block reads the fields, or the items, that begin at an indent.
func (r *plainReader) block(indent, depth int) *node {
	if depth >= MaxDepth {
		return r.fail()
	}
	if isItem(r.rest) {
		return r.list(indent, depth)
	}
	n := r.node(mappingNode)
	for r.more && r.indent == indent && !isItem(r.rest) {
		end := nameEnd(r.rest)
		if end == 0 || end == len(r.rest) || r.rest[end] != ':' || len(n.keys) >= mostPlainFields {
			return r.fail()
		}
		n.keys = append(n.keys, node{kind: scalarNode, text: r.rest[:end], line: r.line, column: indent + 1})
		value := r.rest[end+1:]
		if isComment(value) {
			value = ""
		}
		var item *node
		switch {
		case value == "":
			r.next()
			// A list may stand below its name without an indent.
			if !r.more || r.indent < indent || r.indent == indent && !isItem(r.rest) {
				return r.fail()
			}
			item = r.block(r.indent, depth+1)
		case value[0] == ' ':
			r.indent += end + 2
			item = r.value(value[1:], indent)
		default:
			return r.fail()
		}
		if r.failed {
			return nil
		}
		n.items = append(n.items, item)
	}
	if r.more && r.indent > indent {
		return r.fail()
	}
	return n
}

func (r *plainReader) list(indent, depth int) *node {
	n := r.node(listNode)
	for r.more && r.indent == indent && isItem(r.rest) {
		rest := r.rest[2:]
		r.indent += 2
		if end := nameEnd(rest); end > 0 && end < len(rest) && rest[end] == ':' && (end+1 == len(rest) || rest[end+1] == ' ') {
			r.rest = rest
			n.items = append(n.items, r.block(indent+2, depth+1))
		} else {
			n.items = append(n.items, r.value(rest, indent))
		}
		if r.failed {
			return nil
		}
	}
	if r.more && r.indent > indent {
		return r.fail()
	}
	return n
}

func isItem(rest string) bool { return len(rest) > 2 && rest[0] == '-' && rest[1] == ' ' }

// nameEnd is where a name ends that begins a line.
func nameEnd(s string) int {
	for i := range len(s) {
		if c := s[i]; c|0x20 < 'a' || c|0x20 > 'z' {
			if i == 0 || c < '0' || c > '9' {
				return i
			}
		}
	}
	return len(s)
}

// value reads the value on a line, and goes to the line after it. What it
// belongs to begins at an indent.
func (r *plainReader) value(s string, indent int) *node {
	if s = withoutComment(s); s == "" {
		return r.fail()
	}
	n := r.node(scalarNode)
	switch s[0] {
	case '"':
		var ok bool
		if n.text, ok = readQuoted(s); !ok {
			return r.fail()
		}
	case '\'':
		if len(s) < 2 || s[len(s)-1] != '\'' || strings.IndexByte(s[1:len(s)-1], '\'') >= 0 {
			return r.fail()
		}
		n.text = s[1 : len(s)-1]
	case '|':
		if s != "|" && s != "|-" {
			return r.fail()
		}
		return r.lines(n, indent, s == "|")
	case '{', '[':
		if s == "{}" {
			n.kind = mappingNode
		} else if n.kind = listNode; s[0] != '[' || s != "[]" && !r.flow(n, s) {
			return r.fail()
		}
	default:
		if !readsAsWritten(s) {
			return r.fail()
		}
		n.text, n.style = s, bareStyle
	}
	r.next()
	return n
}

// flow reads a list of single values in brackets, which ends its line.
func (r *plainReader) flow(n *node, s string) bool {
	if s[len(s)-1] != ']' {
		return false
	}
	at := 1
	for len(n.items) < mostPlainFields {
		for s[at] == ' ' {
			at++
		}
		end := valueEnd(s, at)
		if end < 0 {
			return false
		}
		v := strings.TrimRight(s[at:end], " ")
		if v == "" {
			return false
		}
		item := r.node(scalarNode)
		item.column += at
		var ok bool
		switch v[0] {
		case '"':
			item.text, ok = readQuoted(v)
		default:
			item.text, item.style, ok = v, bareStyle, readsAsWritten(v) && !strings.ContainsAny(v, `:?&*!'"%@|>`)
		}
		if !ok {
			return false
		}
		n.items = append(n.items, item)
		if at = end + 1; s[end] == ']' {
			return at == len(s)
		}
	}
	return false
}

// valueEnd is where a value between brackets ends, by a comma or a bracket; -1
// where it does not.
func valueEnd(s string, at int) int {
	quoted := s[at] == '"'
	for i := at; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case quoted && c == '"' && i > at:
			quoted = false
		case quoted:
		case c == ',', c == ']':
			return i
		}
	}
	return -1
}

func isComment(s string) bool {
	body := strings.TrimLeft(s, " ")
	return len(body) < len(s) && body != "" && body[0] == '#'
}

// withoutComment takes the comment off the end of a line. Where it is in doubt
// the line stays as it is, which is then no value.
func withoutComment(s string) string {
	i := strings.Index(s, " #")
	if i < 0 || s[0] == '|' {
		return s
	}
	switch s[0] {
	case '"', '\'', '[', '{':
		// The mark may stand in quotes. What follows the last quote is outside.
		from := strings.LastIndexAny(s, "\"'")
		if i < from {
			if i = strings.Index(s[from:], " #"); i < 0 {
				return s
			}
			i += from
		}
	}
	return strings.TrimRight(s[:i], " ")
}

// readQuoted reads a text in double quotes.
func readQuoted(s string) (string, bool) {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return "", false
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s, strings.IndexByte(s, '"') < 0
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"':
			return "", false
		case c == '\\':
			if i++; i == len(s) {
				return "", false
			}
			switch s[i] {
			case '"', '\\':
				c = s[i]
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			default:
				return "", false
			}
		}
		out.WriteByte(c)
	}
	return out.String(), true
}

// lines reads a block of text.
func (r *plainReader) lines(n *node, indent int, ends bool) *node {
	var out strings.Builder
	deep, first, end := 0, true, r.at
	line := r.line
	for r.at < len(r.text) {
		l := r.raw()
		body := strings.TrimLeft(l, " ")
		spaces := len(l) - len(body)
		if body == "" && (spaces > 0 || first) {
			return r.fail()
		}
		if body != "" && first {
			if deep = spaces; deep <= indent || body[0] == '#' {
				return r.fail()
			}
		}
		if body != "" && spaces < deep {
			break
		}
		if !first {
			out.WriteByte('\n')
		}
		first = false
		if body != "" {
			if body[len(body)-1] == ' ' {
				return r.fail()
			}
			out.WriteString(l[deep:])
		}
		end, line = r.at, r.line
	}
	n.text = out.String()
	if first || n.text[len(n.text)-1] == '\n' {
		return r.fail() // what becomes of empty lines at its end is not told here
	}
	if ends {
		if r.text[end-1] != '\n' {
			return r.fail() // the last line has no end to keep
		}
		n.text += "\n"
	}
	r.at, r.line = end, line
	r.next()
	return n
}

// readsAsWritten reports whether a value without quotes is surely the text that
// stands there.
func readsAsWritten(s string) bool {
	c := s[0]
	switch {
	case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '/', c == '_', c == '(', c >= utf8.RuneSelf:
	case c == '-' && len(s) > 1 && s[1] >= '0' && s[1] <= '9':
	default:
		return false
	}
	if s[len(s)-1] == ' ' || (len(s) == 4 && strings.EqualFold(s, "null")) {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == ' ':
		case c >= utf8.RuneSelf:
			ch, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.In(ch, unicode.L, unicode.M, unicode.N) && ch != '€' && ch != '£' {
				return false
			}
			i += size - 1
		case c == ':':
			if !strings.HasPrefix(s[i:], "://") {
				return false
			}
		case strings.IndexByte(`/_().,+$%&=?!'"*;<>@|~^-`, c) < 0:
			return false
		}
	}
	return true
}
