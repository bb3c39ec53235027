package journey

import (
	"errors"
	"fmt"
	"strings"
)

// template is text with references to columns and values of a row.
type template struct {
	text  string
	parts []part
	line  int // in the mapping file
}

// part is literal text, or a reference if name is set.
type part struct {
	literal string
	name    string
	slot    int // index in Mapping.names
}

// parseTemplate reads a template.
func parseTemplate(s string, line int) (template, error) {
	t := template{text: s, line: line}
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			t.parts = append(t.parts, part{literal: lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case (c == '{' || c == '}') && i+1 < len(s) && s[i+1] == c:
			lit.WriteByte(c)
			i++
		case c == '}':
			return t, errors.New("a } without its {; write }} for a brace")
		case c == '{':
			n := strings.IndexByte(s[i:], '}')
			if n < 0 {
				return t, errors.New("a { without its }; write {{ for a brace")
			}
			name := s[i+1 : i+n]
			if name == "" || strings.Contains(name, "{") {
				return t, fmt.Errorf("%q is no name of a column", name)
			}
			flush()
			t.parts = append(t.parts, part{name: name})
			i += n
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return t, nil
}

// single reports whether the template is one reference and nothing else.
func (t *template) single() bool { return len(t.parts) == 1 && t.parts[0].name != "" }
