package pane

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
)

// What follows is about other operators who work on the same catalog at the
// same time.
type (
	// Doc is a document that somebody has open to change it.
	Doc struct {
		Kind, ID string
		Name     string
		Since    time.Time
	}
	// At is where a session is, as the others are told.
	At struct {
		Screen string // title of its tab
		Edits  []Doc
		Views  Doc       // what it has open only to look at it; zero: nothing that has a name
		Shows  string    // what names a simulator that it lets others see; empty: none
		Idle   time.Time // since when nothing is pressed there; zero: somebody is at work
	}
	// Other is another session. What it says of itself is foreign text.
	Other struct {
		Who     string // as the connection proved
		Role    string // empty: it was not told
		Session string
		From    string // such as an address; empty: this machine
		Since   time.Time
		At
	}
	// Company is where sessions tell each other where they are.
	Company interface {
		// Tell says where this session is from now on. It does not wait.
		Tell(At)
		// Next gives the other sessions and the mark of that state; while seen is
		// the mark of the state that is, it waits for another. 0 is none's.
		Next(ctx context.Context, seen uint64) (others []Other, mark uint64, err error)
	}
	// Noticing says what an operator should know for as long as it holds, in a
	// sentence; empty: nothing.
	Noticing interface {
		Notice() string
	}
	// Editor tells which document a screen has open to change it; false: none.
	Editor interface {
		Edits() (Doc, bool)
	}
	// Viewing tells what a screen has open to look at it; false: nothing that
	// others would know by its name.
	Viewing interface {
		Views() (Doc, bool)
	}
	// Visitor is a screen that shows what another session lets others see.
	Visitor interface {
		// Visit joins it.
		Visit(Other) tea.Cmd
		// Shown names what this session lets others see; empty: nothing.
		Shown() string
	}
	// Others is the message that Session.Others has changed.
	Others struct{}
)

// Same tells whether two sessions are at the same, whenever they began to.
func (a At) Same(b At) bool {
	return a.Screen == b.Screen && a.Shows == b.Shows && a.Views.same(b.Views) && a.Idle.Equal(b.Idle) && slices.EqualFunc(a.Edits, b.Edits, Doc.same)
}

func (d Doc) same(o Doc) bool { return d.Kind == o.Kind && d.ID == o.ID && d.Name == o.Name }

// Name is who it is, for others.
func (o Other) Name(mine string) string {
	if o.Who == mine {
		return "you, elsewhere"
	}
	return text.Line(o.Who, 40)
}

// Object is the document that a session is at: what its screen shows, else what
// it has open to change it; false: none.
func (a At) Object() (Doc, bool) {
	switch {
	case a.Views.Kind != "":
		return a.Views, true
	case len(a.Edits) > 0:
		return a.Edits[0], true
	}
	return Doc{}, false
}

// Words say in short what a session is at: "Builder, edits Spring and 1 more".
func (a At) Words() string {
	out := text.Line(a.Screen, 20)
	add := func(s string) {
		if out != "" {
			out += ", "
		}
		out += s
	}
	if a.Views.Kind != "" {
		add("looks at " + text.Line(a.Views.Name, 40))
	}
	if n := len(a.Edits); n > 0 {
		edits := "edits " + text.Line(a.Edits[0].Name, 40)
		if n > 1 {
			edits += fmt.Sprintf(" and %d more", n-1)
		}
		add(edits)
	}
	return out
}

// Span is how long something lasts, as far as others care: "12 min", "3 h".
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "1 min" // nobody is told of less
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d h", d/time.Hour)
}

// editedBy names those who have a document open, and tells since when the
// first of them has; empty: nobody.
func (s *Session) editedBy(kind, id string) (who string, since time.Time) {
	var names []string
	for _, o := range s.Others {
		for _, d := range o.Edits {
			if d.Kind != kind || d.ID != id {
				continue
			}
			if name := o.Name(s.Who); !slices.Contains(names, name) {
				names = append(names, name)
			}
			if since.IsZero() || d.Since.Before(since) {
				since = d.Since
			}
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1], since
	}
	return strings.Join(names, ""), since
}

// EditedBy says who else has a document open, and since when: "ana, since
// 10:03"; empty: nobody has.
func (s *Session) EditedBy(kind, id string) string {
	who, since := s.editedBy(kind, id)
	if who == "" {
		return ""
	}
	return who + ", since " + s.Clock(since)
}

// EditedToo is a sentence about those who have a document open as well; empty:
// nobody has.
func (s *Session) EditedToo(kind, id string) string {
	who, since := s.editedBy(kind, id)
	if who == "" {
		return ""
	}
	verb := " edits"
	if strings.Contains(who, " and ") {
		verb = " edit"
	}
	if who == "you, elsewhere" {
		return "You edit this elsewhere, too, since " + s.Clock(since) + "."
	}
	return who + verb + " this too, since " + s.Clock(since) + "."
}

// RoleNow is the operator's role, empty where it is not told.
func (s *Session) RoleNow() string {
	if s.Role == nil {
		return ""
	}
	return s.Role()
}

// Doing says in sentences what a session is at, and since when.
func (s *Session) Doing(o Other) []string {
	var out []string
	here := ""
	if o.Role != "" {
		here = "As " + text.Line(o.Role, 20) + ", here"
	}
	if !o.Since.IsZero() {
		if here == "" {
			here = "Here"
		}
		here += " since " + s.Clock(o.Since)
	}
	if o.From != "" {
		if here == "" {
			here = "Here"
		}
		here += ", from " + text.Line(o.From, 60)
	}
	if here != "" {
		out = append(out, here+".")
	}
	if !o.Idle.IsZero() {
		out = append(out, "Idle since "+s.Clock(o.Idle)+".")
	}
	for _, d := range o.Edits {
		out = append(out, fmt.Sprintf("Edits the %s %s since %s.", text.Line(d.Kind, 20), text.Line(d.Name, 40), s.Clock(d.Since)))
	}
	switch d := o.Views; {
	case d.Kind != "":
		out = append(out, fmt.Sprintf("Looks at the %s %s since %s.", text.Line(d.Kind, 20), text.Line(d.Name, 40), s.Clock(d.Since)))
	case len(o.Edits) == 0 && o.Screen != "":
		out = append(out, "Looks at "+text.Line(o.Screen, 20)+" and edits nothing.")
	}
	return out
}
