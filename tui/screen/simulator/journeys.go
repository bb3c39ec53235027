package simulator

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/widget"
)

// What the operator does with the journeys of the store.
const (
	Journeys    keymap.ID = "simulator.journeys"
	SaveJourney keymap.ID = "simulator.journey.save"
)

func journeyActions() []keymap.Action {
	return []keymap.Action{
		{ID: SaveJourney, Needs: keymap.Edit, Title: "Save the journey", Keys: []string{"f2"}, Help: "Keeps the journey as it is now in the store, for everybody, under a name."},
		{ID: Journeys, Title: "Journeys of the store", Keys: []string{"f4"}, Help: "Opens, saves, renames, doubles and deletes journeys, and imports them from files."},
	}
}

// ErrTaken says that something of this name is in the store already.
var ErrTaken = errors.New("there is one of this name already")

// The results of what is done with the store's journeys.
type (
	// shelvedMsg is the library, to do something with one of it.
	shelvedMsg struct {
		journeys []Journey
		err      error
	}
	// savedMsg is a journey that was saved; taken by name it may be asked for
	// again.
	savedMsg struct {
		doing   string
		journey Journey
		again   func(replace bool) tea.Cmd // nil where a name in use is a fault
		name    string
		said    string
		err     error
	}
)

// shelving does what concerns the journeys of the store.
func (s *Screen) shelving(id keymap.ID) (tea.Cmd, bool) {
	switch id {
	case Journeys:
		return s.listShelf(), true
	case SaveJourney:
		if s.player != nil {
			s.askSave()
			return nil, true
		}
	}
	return nil, false
}

// shelved takes what came of it.
func (s *Screen) shelved(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case shelvedMsg:
		if m.err != nil {
			s.ses.Shell.Fail("reading the library", m.err)
			return nil
		}
		s.askShelf(m.journeys)
	case savedMsg:
		return s.saved(m)
	}
	return nil
}

func (s *Screen) listShelf() tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the library", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		journeys, err := src.Journeys(ctx)
		return shelvedMsg{journeys, err}
	})
}

// askShelf asks which journey to do something with.
func (s *Screen) askShelf(journeys []Journey) {
	save := dialog.Item{Title: "Save the present journey", Detail: "Keeps it as it is now in the store, under a name.", Group: "Add one", Key: "f2", Value: SaveJourney}
	if s.player == nil {
		save.Disabled = "no journey is open"
	}
	items := []dialog.Item{save,
		{Title: "Import a file", Detail: "Opens a file of any format with visits, to be looked at and saved with f2.", Group: "Add one", Key: "O", Value: OpenFile},
		{Title: "Drive a visitor of your own", Detail: "Begins a new journey, to be saved with f2.", Group: "Add one", Key: "D", Value: DriveOwn},
	}
	for _, j := range journeys {
		items = append(items, dialog.Item{Title: j.Name, Detail: j.About, Group: "In the store", Value: j})
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Journeys of the store", Hint: "type to search", Items: items, Start: min(3, len(items)-1), Then: func(it dialog.Item) tea.Cmd {
		if j, ok := it.Value.(Journey); ok {
			s.askJourney(j)
			return nil
		}
		cmd, _ := s.Do(it.Value.(keymap.ID), nil)
		return cmd
	}})
}

// askJourney asks what to do with a journey of the store.
func (s *Screen) askJourney(j Journey) {
	items := []dialog.Item{
		{Title: "Open it", Detail: "Plays it from its beginning.", Value: "open"},
		{Title: "Rename it", Detail: "Keeps it under another name.", Value: "rename"},
		{Title: "Double it", Detail: "Keeps a copy of it under another name.", Value: "copy"},
		{Title: "Delete it", Detail: "Takes it out of the store, for everybody.", Danger: true, Value: "delete"},
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: j.Name, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		src := s.src
		switch it.Value {
		case "open":
			return s.load(j.ID, j.Name)
		case "rename":
			s.askName("Rename "+j.Name, "", j.Name, func(name string) tea.Cmd {
				return s.keepJourney("renaming "+j.Name, name, "Renamed to ", nil, func(ctx context.Context) (Journey, error) { return src.RenameJourney(ctx, j.ID, name) })
			})
		case "copy":
			s.askName("Double "+j.Name, "", j.Name+" 2", func(name string) tea.Cmd {
				return s.keepJourney("doubling "+j.Name, name, "Saved as ", nil, func(ctx context.Context) (Journey, error) { return src.CopyJourney(ctx, j.ID, name) })
			})
		case "delete":
			s.ses.Shell.Ask(&dialog.Confirm{Title: "Delete " + j.Name + "?", Body: "It goes for everybody. It stays in the store's history; nothing here brings it back.", Yes: "Delete", Danger: true, Then: func() tea.Cmd {
				return s.keepJourney("deleting "+j.Name, j.Name, "Deleted ", nil, func(ctx context.Context) (Journey, error) { return j, src.DeleteJourney(ctx, j.ID) })
			}})
		}
		return nil
	}})
}

// askName asks for a name.
func (s *Screen) askName(title, wrong, value string, then func(string) tea.Cmd) {
	s.ses.Shell.Ask(&dialog.Prompt{Title: title, Label: "A name, of letters and digits.", Value: value, Amend: true, Wrong: wrong, Max: 60, Check: notEmpty("a name is needed"),
		Then: func(v string) tea.Cmd { return then(strings.TrimSpace(v)) }})
}

// keepJourney changes the store's journeys.
func (s *Screen) keepJourney(doing, name, said string, again func(bool) tea.Cmd, do func(context.Context) (Journey, error)) tea.Cmd {
	return s.ses.Shell.Work(doing, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		j, err := do(ctx)
		return savedMsg{doing: doing, journey: j, name: name, said: said, again: again, err: err}
	})
}

// Choices of which visitors are saved.
const (
	thisOne = "this"
	allOf   = "all"
)

// askSave asks under which name the journey is kept.
func (s *Screen) askSave() {
	name := &dialog.Entry{Label: "Name", Value: firstUpper(base(s.rec.Name)), Proposed: true, Max: 60, Help: "Letters and digits; others see it under this name.", Check: notEmpty("a name is needed")}
	entries := []*dialog.Entry{name}
	which := &dialog.Entry{Label: "Visitors", Value: thisOne, Choices: []string{thisOne, allOf}, Help: "A journey of the store may hold one visitor or many."}
	which.Names = []string{"this one, " + s.player.Options().Visitor, "all " + number(len(s.rec.Visitors))}
	if len(s.rec.Visitors) > 1 {
		entries = append(entries, which)
	}
	note := ""
	if forces := s.guise.forces(s.player); len(forces) > 0 {
		var lost []string
		for _, f := range forces {
			if f.name == "Catalog" || f.name == "Groups" || f.name == "Draws" {
				lost = append(lost, f.words)
			}
		}
		if len(lost) > 0 {
			note = "A journey is events alone. It does not keep: " + strings.Join(lost, ", ") + ". A scenario does but for the catalog (f6)."
		}
	}
	s.ses.Shell.Ask(&dialog.Sheet{Title: "Save the journey", Note: note, Yes: "Save", Entries: entries, Then: func() tea.Cmd {
		return s.save(strings.TrimSpace(name.Value), which.Value == allOf, false)
	}})
}

func firstUpper(name string) string {
	if i := strings.IndexByte(name, '.'); i > 0 { // the ending of a file
		name = name[:i]
	}
	return upper(text.Line(name, 60))
}

// save keeps the journey as it is now.
func (s *Screen) save(name string, all, replace bool) tea.Cmd {
	now := Visitor{ID: s.player.Options().Visitor, Events: s.player.Events()}
	visitors := []Visitor{now}
	if all {
		visitors = slices.Clone(s.rec.Visitors)
		visitors[s.who] = now
	}
	if len(now.Events) == 0 {
		s.tell("The journey has no event to be kept.")
		return nil
	}
	src := s.src
	again := func(replace bool) tea.Cmd { return s.save(name, all, replace) }
	return s.keepJourney("saving "+name, name, "Saved as ", again, func(ctx context.Context) (Journey, error) {
		return src.SaveJourney(ctx, name, visitors, replace)
	})
}

// saved tells what came of it; where the name is in use, it asks.
func (s *Screen) saved(m savedMsg) tea.Cmd {
	switch {
	case errors.Is(m.err, ErrTaken) && m.again != nil:
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Replace " + m.name + "?", Body: "There is a journey of this name in the store. What it was stays in the history.", Yes: "Replace", Danger: true,
			Then: func() tea.Cmd { return m.again(true) }})
		return nil
	case errors.Is(m.err, ErrTaken):
		s.ses.Shell.Toast(widget.Warning, "There is a journey called "+m.name+" already.")
		return nil
	case m.err != nil:
		s.ses.Shell.Fail(m.doing, m.err)
		return nil
	}
	s.tell(m.said + text.Line(m.journey.Name, 60) + ".")
	return s.readOffers()
}
