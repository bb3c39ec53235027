package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// parseJSON reads one JSON value. Numbers keep their text; lone surrogates,
// which the standard library replaces in silence, are refused.
func parseJSON(data []byte) (*node, *syntaxError) {
	r := &jsonReader{placer: placer{data: data}, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	n, err := r.value(1)
	if err == nil {
		after := r.skip(int(r.dec.InputOffset()))
		if _, end := r.dec.Token(); end != io.EOF {
			err = r.refuse(after, "more text after the end")
		}
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

type jsonReader struct {
	placer
	dec *json.Decoder
}

// placer turns offsets into lines and columns. Offsets that grow cost one walk
// over the text in all, however long its lines.
type placer struct {
	data                 []byte
	offset, line, column int // how far it has walked; line and column from 0
}

// place returns the line and the column, in characters, of an offset.
func (p *placer) place(offset int) (line, column int) {
	offset = min(max(offset, 0), len(p.data))
	if offset < p.offset {
		p.offset, p.line, p.column = 0, 0, 0
	}
	for p.offset < offset {
		if p.data[p.offset] == '\n' {
			p.line, p.column, p.offset = p.line+1, 0, p.offset+1
			continue
		}
		_, n := utf8.DecodeRune(p.data[p.offset:])
		p.column, p.offset = p.column+1, p.offset+n
	}
	return p.line + 1, p.column + 1
}

func (r *jsonReader) refuse(offset int, reason string) *syntaxError {
	line, column := r.place(offset)
	return &syntaxError{line: line, column: column, reason: reason}
}

// skip returns the offset of what follows spaces and separators.
func (r *jsonReader) skip(offset int) int {
	offset = max(offset, 0)
	for offset < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[offset]) >= 0 {
		offset++
	}
	return offset
}

// token returns the next token and the offset at which it starts.
func (r *jsonReader) token() (json.Token, int, *syntaxError) {
	from := int(r.dec.InputOffset())
	t, err := r.dec.Token()
	end := int(r.dec.InputOffset())
	start := r.skip(from)
	if err != nil {
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return nil, 0, r.refuse(r.skip(int(syntax.Offset)-1), "not JSON: "+shown(syntax.Error()))
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, 0, r.refuse(len(r.data), "not JSON: it ends too early")
		}
		return nil, 0, r.refuse(end, "not JSON")
	}
	if _, ok := t.(string); ok && loneSurrogate(r.data[start:end]) {
		return nil, 0, r.refuse(start, "half of a surrogate pair is no character")
	}
	return t, start, nil
}

var surrogates = regexp.MustCompile(`\\(?:u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?|u[dD][c-fC-F][0-9a-fA-F]{2}()|[^u]|u)`)

// loneSurrogate looks at a string's escapes, in order, so that "\\ud800" in
// the text (an escaped backslash) does not count.
func loneSurrogate(raw []byte) bool {
	if !bytes.Contains(raw, []byte(`\u`)) {
		return false
	}
	for _, m := range surrogates.FindAllSubmatchIndex(raw, -1) {
		match := raw[m[0]:m[1]]
		if len(match) == 6 && m[2] < 0 {
			return true
		}
	}
	return false
}

func (r *jsonReader) value(depth int) (*node, *syntaxError) {
	t, at, err := r.token()
	if err != nil {
		return nil, err
	}
	if depth > MaxDepth {
		return nil, r.refuse(at, tooDeep)
	}
	n := &node{kind: scalarNode}
	n.line, n.column = r.place(at)
	switch t := t.(type) {
	case nil:
		n.kind = nullNode
	case string:
		n.text = t
	case json.Number:
		n.text, n.style = t.String(), bareStyle
	case bool:
		n.text, n.style = fmt.Sprint(t), bareStyle
	case json.Delim:
		if t == '{' {
			n.kind = mappingNode
		} else {
			n.kind = listNode
		}
		for r.dec.More() {
			if n.kind == mappingNode {
				name, at, err := r.token()
				if err != nil {
					return nil, err
				}
				key := node{kind: scalarNode}
				key.text, _ = name.(string)
				key.line, key.column = r.place(at)
				n.keys = append(n.keys, key)
			}
			item, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		if _, _, err := r.token(); err != nil {
			return nil, err
		}
	}
	return n, nil
}
