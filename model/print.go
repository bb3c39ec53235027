package model

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

const indent = "  "

// printYAML appends a mapping or list at a depth, each line ended.
func printYAML(b []byte, n *node, depth int) []byte {
	pad := strings.Repeat(indent, depth)
	switch n.kind {
	case mappingNode:
		for i := range n.keys {
			b = append(b, pad...)
			b = printField(b, &n.keys[i], n.items[i], depth)
		}
	case listNode:
		for _, item := range n.items {
			b = append(append(b, pad...), "- "...)
			b = printItem(b, item, depth)
		}
	}
	return b
}

func printField(b []byte, key, value *node, depth int) []byte {
	b = append(append(b, key.text...), ':')
	if isLeaf(value) {
		return printLeaf(append(b, ' '), value, depth)
	}
	return printYAML(append(b, '\n'), value, depth+1)
}

// printItem prints what follows "- ": a mapping begins on the same line.
func printItem(b []byte, item *node, depth int) []byte {
	if isLeaf(item) {
		return printLeaf(b, item, depth)
	}
	if item.kind == listNode {
		return printYAML(append(b, '\n'), item, depth+1)
	}
	for i := range item.keys {
		if i > 0 {
			b = append(b, strings.Repeat(indent, depth+1)...)
		}
		b = printField(b, &item.keys[i], item.items[i], depth+1)
	}
	return b
}

func isLeaf(n *node) bool { return n.kind == scalarNode || n.kind == nullNode || len(n.items) == 0 }

func printLeaf(b []byte, n *node, depth int) []byte {
	switch {
	case n.kind == mappingNode:
		return append(b, "{}\n"...)
	case n.kind == listNode:
		return append(b, "[]\n"...)
	case n.kind == nullNode:
		return append(b, "null\n"...)
	case n.style == bareStyle || n.style == dateStyle:
		return append(append(b, n.text...), '\n')
	case n.style == textStyle && isPlain(n.text):
		return append(append(b, n.text...), '\n')
	case n.style == textStyle && isBlock(n.text):
		return printBlock(b, n.text, depth+1)
	}
	return append(quoteYAML(b, n.text), '\n')
}

var (
	plainText = regexp.MustCompile(`^[\p{L}\p{N}/_(.+$€£][\p{L}\p{M}\p{N}\p{Zs}/_().,+$€£%&=?!'"*;<>@|~^-]*$`)
	// What some reader of YAML takes for a number, a date, a time of day, true,
	// false or nothing.
	notText = regexp.MustCompile(`(?i)^([-+]?[.0-9][-+._0-9a-fox:, tz]*|y|n|yes|no|on|off|true|false|null|nan|[-+]?\.?(inf|infinity|nan))$`)
)

// isPlain reports whether a text can stand without quotes for any reader.
func isPlain(s string) bool {
	if len(s) == 0 || len(s) > 500 || notText.MatchString(s) || s[len(s)-1] == ' ' {
		return false
	}
	// A colon is plain inside a URL, not before a space or at the end.
	body := s
	if i := strings.Index(s, "://"); i > 0 {
		body = s[:i] + s[i+1:]
	}
	if !plainText.MatchString(body) || strings.HasPrefix(s, "...") {
		return false
	}
	for _, r := range s {
		if r != ' ' && (unicode.IsSpace(r) || !unicode.IsPrint(r)) {
			return false
		}
	}
	return true
}

// AppendYAMLText appends a text as a YAML value that ends its line: plain where
// every reader takes it for text, else in quotes.
func AppendYAMLText(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	return quoteYAML(b, s)
}

// AppendYAMLFlow appends a text as a YAML value between brackets.
func AppendYAMLFlow(b []byte, s string) []byte {
	if isPlain(s) && !strings.ContainsAny(s, flowMarks) {
		return append(b, s...)
	}
	return quoteYAML(b, s)
}

// flowMarks end a plain text between brackets, for some reader.
const flowMarks = `,"'*;<>|`

// isBlock reports whether a text of several lines can stand as a block.
func isBlock(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || strings.HasSuffix(body, "\n") || body[0] == '\n' {
		return false
	}
	for i, line := range strings.Split(body, "\n") {
		if line == "" {
			continue
		}
		if i == 0 && (line[0] == ' ' || line[0] == '#') || line[len(line)-1] == ' ' || strings.TrimSpace(line) == "" {
			return false
		}
		for _, r := range line {
			if r != ' ' && (unicode.IsSpace(r) || !unicode.IsPrint(r)) {
				return false
			}
		}
	}
	return true
}

func printBlock(b []byte, s string, depth int) []byte {
	body, ends := strings.CutSuffix(s, "\n")
	if b = append(b, '|'); !ends {
		b = append(b, '-')
	}
	b = append(b, '\n')
	for line := range strings.SplitSeq(body, "\n") {
		if line != "" {
			b = append(append(b, strings.Repeat(indent, depth)...), line...)
		}
		b = append(b, '\n')
	}
	return b
}

// quoteYAML appends a text in double quotes; what cannot be seen is escaped.
func quoteYAML(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == ' ' || unicode.IsPrint(r):
			b = append(b, string(r)...)
		case r <= 0xff:
			b = fmt.Appendf(b, `\x%02x`, r)
		case r <= 0xffff:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return append(b, '"')
}

// printJSON appends a value, without a line end.
func printJSON(b []byte, n *node, depth int) []byte {
	pad := "\n" + strings.Repeat(indent, depth+1)
	end := "\n" + strings.Repeat(indent, depth)
	switch n.kind {
	case mappingNode:
		if len(n.items) == 0 {
			return append(b, "{}"...)
		}
		b = append(b, '{')
		for i := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = quoteJSON(append(b, pad...), n.keys[i].text)
			b = printJSON(append(b, ": "...), n.items[i], depth+1)
		}
		return append(append(b, end...), '}')
	case listNode:
		if len(n.items) == 0 {
			return append(b, "[]"...)
		}
		b = append(b, '[')
		for i := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = printJSON(append(b, pad...), n.items[i], depth+1)
		}
		return append(append(b, end...), ']')
	case nullNode:
		return append(b, "null"...)
	}
	if n.style == bareStyle {
		return append(b, n.text...)
	}
	return quoteJSON(b, n.text)
}

func quoteJSON(b []byte, s string) []byte {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	line := strings.TrimSuffix(out.String(), "\n")
	for _, r := range line {
		// Raw DEL and C1 are legal JSON, but no text that we read.
		if r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r == 0xfeff {
			b = fmt.Appendf(b, `\u%04x`, r)
		} else {
			b = append(b, string(r)...)
		}
	}
	return b
}
