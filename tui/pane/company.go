package pane

import (
	"context"
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
		Shows  string // what names a simulator that it lets others see; empty: none
	}
	// Other is another session. What it says of itself is foreign text.
	Other struct {
		Who     string // as the connection proved
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
	return a.Screen == b.Screen && a.Shows == b.Shows && slices.EqualFunc(a.Edits, b.Edits, Doc.same)
}

func (d Doc) same(o Doc) bool { return d.Kind == o.Kind && d.ID == o.ID && d.Name == o.Name }

// Name is who it is, for others.
func (o Other) Name(mine string) string {
	if o.Who == mine {
		return "you, elsewhere"
	}
	return text.Line(o.Who, 40)
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

// Clock is a time of the day in the session's zone, with the day where it is
// another one.
func (s *Session) Clock(at time.Time) string {
	now := s.Now()
	at = at.In(now.Location())
	if at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("15:04")
}
