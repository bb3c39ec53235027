package model

import (
	"strings"

	"beckon/model/text"
)

// Severity says whether a problem blocks publishing.
type Severity string

// The severities. An error blocks publishing, a warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one thing that [Validate] found in a document.
type Problem struct {
	Severity Severity `json:"severity"`
	Kind     Kind     `json:"kind"`
	ID       string   `json:"id"`
	// Path is the field, "engagements[2].entryPoints[0]"; empty is the whole
	// document.
	Path string `json:"path,omitempty"`
	// Code is one of [Rules], stable.
	Code string `json:"code"`
	// Message says what is wrong and what to do, fit to be shown.
	Message string `json:"message"`
	// Written is the part of the message that names things as files write them:
	// fields below the path, values of the field, or another path of the
	// document, several as in "min, max or both". Who shows the field itself says
	// there what it calls them.
	Written string `json:"-"`
	// Draft reports that the document is a campaign that is not published: an
	// error there says what is still to be done.
	Draft bool `json:"draft,omitempty"`
}

// String returns "error: campaign cart-rescue: goal: no goal (goal-missing)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(string(p.Severity) + ": " + string(p.Kind) + " " + text.Line(p.ID, 80) + ": ")
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message + " (" + p.Code + ")")
	return b.String()
}

// Errors returns the problems that block publishing.
func Errors(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if p.Severity == Error {
			out = append(out, p)
		}
	}
	return out
}
