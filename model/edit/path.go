package edit

import (
	"fmt"
	"strconv"
	"strings"

	"beckon/model/text"
)

// Path addresses a field of a document: "timeFrame.start",
// "engagements[2].creative.online.elements[0].text",
// "when.all[1].cartValue.min". It is spelled as [model.Problem] and the errors
// of the codec spell it, so the one can be converted to the other. The empty
// path is the document.
//
// In a pattern, "[]" stands for any element: "engagements[].name".
type Path string

// Bounds on a path that comes from outside. A document nests at most
// [model.MaxDepth] levels.
const (
	maxPathBytes = 2048
	maxParts     = 64
	maxIndex     = 999_999
)

// Part is one part of a path: into a field, or into an element of a list.
type Part struct {
	// Field is the name in a file; empty for an element.
	Field string
	// Index of an element, from 0; -1 is any element, "[]".
	Index int
}

// A PathError says that a path leads nowhere in a document.
type PathError struct {
	Path Path
	// Reason says why; it is fit to be shown.
	Reason string
}

// Error returns "path: reason", fit to be shown.
func (e *PathError) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return text.Line(string(e.Path), 200) + ": " + e.Reason
}

// ParsePath reads a path or a pattern. There is one spelling for each: what it
// accepts, [Path] holds unchanged. The error is a [*PathError].
func ParsePath(s string) (Path, error) {
	if _, err := Path(s).Parts(); err != nil {
		return "", err
	}
	return Path(s), nil
}

// JoinPath spells parts as a path.
func JoinPath(parts ...Part) Path {
	var p Path
	for _, s := range parts {
		if s.Field != "" {
			p = p.Field(s.Field)
		} else {
			p = p.At(s.Index)
		}
	}
	return p
}

// Parts takes a path apart. The error is a [*PathError].
func (p Path) Parts() ([]Part, error) {
	refuse := func(format string, args ...any) ([]Part, error) {
		return nil, &PathError{p, fmt.Sprintf("not a path: "+format, args...)}
	}
	if len(p) > maxPathBytes {
		return refuse("longer than %d bytes", maxPathBytes)
	}
	var out []Part
	for rest := string(p); rest != ""; {
		if len(out) == maxParts {
			return refuse("more than %d parts", maxParts)
		}
		if rest[0] == '[' {
			digits, after, ok := strings.Cut(rest[1:], "]")
			i, good := index(digits)
			if !ok || !good || len(out) == 0 {
				return refuse("want an index such as [0] after a list's name")
			}
			out, rest = append(out, Part{Index: i}), after
			if strings.HasPrefix(rest, "[") {
				return refuse("a list holds no lists")
			}
			continue
		}
		if len(out) > 0 {
			if rest[0] != '.' {
				return refuse("want a point before a field's name")
			}
			rest = rest[1:]
		}
		n := 0
		for n < len(rest) && isNameByte(rest[n], n) {
			n++
		}
		if n == 0 {
			return refuse("want a field's name of letters and digits")
		}
		if n < len(rest) && rest[n] != '.' && rest[n] != '[' {
			return refuse("a field's name has letters and digits alone")
		}
		out, rest = append(out, Part{Field: rest[:n]}), rest[n:]
	}
	return out, nil
}

func index(digits string) (int, bool) {
	if digits == "" {
		return -1, true
	}
	if len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	i, err := strconv.ParseUint(digits, 10, 32)
	return int(i), err == nil && i <= maxIndex && digits[0] != '+'
}

func isNameByte(c byte, at int) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || at > 0 && c >= '0' && c <= '9'
}

// Field returns the path of a field of what p addresses.
func (p Path) Field(name string) Path {
	if p == "" {
		return Path(name)
	}
	return p + "." + Path(name)
}

// At returns the path of an element of the list that p addresses; -1 is any.
func (p Path) At(i int) Path {
	if i < 0 {
		return p + "[]"
	}
	return p + Path("["+strconv.Itoa(i)+"]")
}

// Parent returns the path of what holds the field or element; the document's
// own parent is the document.
func (p Path) Parent() Path {
	return p[:max(strings.LastIndexAny(string(p), ".["), 0)]
}

// Last returns the last step of a well-formed path.
func (p Path) Last() Part {
	last := string(p[len(p.Parent()):])
	if strings.HasPrefix(last, "[") {
		i, _ := index(strings.Trim(last, "[]"))
		return Part{Index: i}
	}
	return Part{Field: strings.TrimPrefix(last, ".")}
}

// Holds reports whether q is p or lies within what p addresses.
func (p Path) Holds(q Path) bool {
	rest, ok := strings.CutPrefix(string(q), string(p))
	return ok && (p == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Pattern returns the path with "[]" for every index, as [Walk] lists it.
func (p Path) Pattern() Path {
	if !strings.Contains(string(p), "[") {
		return p
	}
	var b strings.Builder
	inside := false
	for _, c := range []byte(p) {
		if c == ']' {
			inside = false
		}
		if !inside {
			b.WriteByte(c)
		}
		if c == '[' {
			inside = true
		}
	}
	return Path(b.String())
}
