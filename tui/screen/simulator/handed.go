package simulator

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// What other screens hand over by name: a journey of the library, by its ID or
// as others are told of it, and the catalog of a revision.
const (
	OfJourney  = "journey:"
	OfRevision = "revision:"
)

var _ pane.Viewing = (*Screen)(nil)

// Views implements pane.Viewing: the journey. Where a file lies, and who the
// visitor is, is for nobody else.
func (s *Screen) Views() (pane.Doc, bool) {
	if s.player == nil || s.rec == nil || s.share.guest {
		return pane.Doc{}, false
	}
	name := text.Line(base(s.rec.Name), 60)
	return pane.Doc{Kind: "journey", ID: first(s.rec.ID, name), Name: name}, name != ""
}

// loadOf reads a journey of the library.
func loadOf(ctx context.Context, src Source, id string) (*Recording, error) {
	rec, err := src.Load(ctx, id)
	if err != nil || rec == nil {
		return rec, err
	}
	out := *rec
	out.ID = id
	return &out, nil
}

// handed does what another screen asks for by a path.
func (s *Screen) handed(path string) tea.Cmd {
	if id, ok := strings.CutPrefix(path, OfJourney); ok {
		return s.openNamed(id)
	}
	if n, ok := strings.CutPrefix(path, OfRevision); ok {
		rev, err := strconv.ParseUint(n, 10, 64)
		if err != nil || rev == 0 {
			return nil
		}
		return s.asOf(Catalog{Revision: rev, Name: fmt.Sprintf("revision %d", rev)})
	}
	return s.show(path)
}

// noJourney says that what was asked for is not in the library.
type noJourney string

func (n noJourney) Error() string { return n.Refusal() }

// Refusal makes it no fault.
func (n noJourney) Refusal() string {
	return fmt.Sprintf("%s is not a journey of the library.", text.Line(string(n), 60))
}

// openNamed plays a journey of the library.
func (s *Screen) openNamed(id string) tea.Cmd {
	src := s.src
	return s.read("reading "+text.Line(id, 60), "", func(ctx context.Context) (*Recording, error) {
		journeys, err := src.Journeys(ctx)
		if err != nil {
			return nil, err
		}
		for _, is := range []func(Journey) bool{func(j Journey) bool { return j.ID == id }, func(j Journey) bool { return j.Name == id }} {
			for _, j := range journeys {
				if is(j) {
					return loadOf(ctx, src, j.ID)
				}
			}
		}
		return nil, noJourney(id)
	})
}

// asOf replays what is open through the catalog of a revision, and what is
// opened next as well, until another one is chosen: a recorded visit is decided
// by the catalog that it is looked at with.
func (s *Screen) asOf(c Catalog) tea.Cmd {
	if s.player == nil { // what comes first is on its way, or is still to be opened
		s.awaited = c
		return nil
	}
	return s.wearing(c)
}

func (s *Screen) wearing(c Catalog) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("compiling "+c.Name, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		eng, err := engineOf(ctx, src, c)
		return wornMsg{catalog: c, eng: eng, err: err, stays: true}
	})
}

// staying is the catalog that what is opened next is replayed through, as well;
// the zero value is the one in force.
func (s *Screen) staying() Catalog {
	switch {
	case !s.awaited.inForce():
		return s.awaited
	case s.guise.stays:
		return s.guise.catalog
	}
	return Catalog{}
}

// waits says that there is nothing yet to replay through the catalog that was
// asked for.
func (s *Screen) waits() {
	if c := s.awaited; !c.inForce() && s.player == nil {
		s.ses.Shell.Toast(widget.Info, "There is no journey yet. O opens a file: it is replayed through "+c.Name+".")
	}
}
