package journey

import (
	"fmt"

	"beckon/model/text"
)

// Problem is why one line could not be read. Its texts are safe to show.
type Problem struct {
	File string `json:"file"`
	Line int64  `json:"line"`
	// Reason is a stable code: json, encoding, depth, duplicate-key, type,
	// missing, value, time, money, too-long, truncated, and those of the format.
	Reason string `json:"reason"`
	// Field is the place within the line, such as cart.products[1].price, or "".
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail"`
	Value  string `json:"value,omitempty"`
}

// Error returns "file:line: field: detail: value".
func (p Problem) Error() string {
	s := fmt.Sprintf("%s:%d: ", p.File, p.Line)
	if p.Field != "" {
		s += p.Field + ": "
	}
	s += p.Detail
	if p.Value != "" {
		s += ": " + p.Value
	}
	return s
}

// fault is a problem that does not know its place yet.
type fault struct {
	reason, field, detail, value string
}

func (f *fault) Error() string {
	s := f.detail
	if f.field != "" {
		s = text.Line(f.field, 80) + ": " + s
	}
	if f.value != "" {
		s += ": " + text.Line(f.value, 60)
	}
	return s
}

// at makes a problem of a fault.
func (f *fault) at(file string, line int64) Problem {
	return Problem{File: file, Line: line, Reason: f.reason, Field: text.Line(f.field, 80),
		Detail: text.Line(f.detail, 200), Value: text.Line(f.value, 60)}
}

// asFault returns the fault in an error, or a general one.
func asFault(err error) *fault {
	if f, ok := err.(*fault); ok {
		return f
	}
	return &fault{reason: "value", detail: err.Error()}
}
