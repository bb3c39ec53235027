package library

import (
	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/conflict"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// editing is the form that is open.
type editing struct {
	key     key  // of the item; without an ID that counts while it is new
	fresh   bool // it is not kept yet
	base    uint64
	history *edit.History
	form    *form.Form
	pages   []journey.Page
}

func (e *editing) title() string {
	d := e.form.Document()
	if e.fresh {
		return "New " + noun(e.key.Kind) + ": " + called(d)
	}
	return "Edit the " + quoted(d)
}

// learn takes over what the last survey knows: what references may point to,
// and what is wrong.
func (e *editing) learn(s *survey) { e.form.SetWorld(e.world(s.w, s.index)) }

func (e *editing) world(w *world, x *model.Index) form.World {
	out := form.World{Library: form.LibraryOf(w.catalog), Pages: e.pages, Suggest: func(what string) []string {
		switch what {
		case "customer type":
			return w.catalog.Settings.CustomerTypes
		case "customer status":
			return w.catalog.Settings.CustomerStatuses
		case "skill":
			return w.catalog.Settings.Skills
		}
		return nil
	}}
	if x != nil {
		out.Check = x.ValidateDocument
	}
	return out
}

// edit opens the form of an item, at the version that it has now.
func (s *Screen) edit(d model.Document, base uint64) {
	h, err := edit.NewHistory(d, base)
	if err != nil {
		s.ses.Shell.Fail("opening the form", err)
		return
	}
	s.openForm(h, base)
}

// openForm opens a form with a history.
func (s *Screen) openForm(h *edit.History, base uint64) {
	e := &editing{key: keyOf(h.Base()), fresh: base == 0, base: base, history: h, pages: s.pages}
	var x *model.Index
	if s.survey != nil {
		x = s.survey.index
	}
	e.form = form.New(s.ses, formScope, h, e.world(s.w, x), e.fields(&s.w.catalog.Settings).Sections()...)
	s.editing = e
	s.focus.Set(detailPane)
}

// askAdd asks for the name of a new item and opens its form.
func (s *Screen) askAdd() {
	kind := s.kind()
	s.ses.Shell.Ask(&dialog.Prompt{Title: "New " + noun(kind), Label: "What people call it. Everything else follows in the form.", Hint: "name", Max: text.MaxName,
		Check: s.name(kind, ""), Then: func(typed string) tea.Cmd {
			name, err := text.Name(typed)
			if err != nil {
				return nil
			}
			d := fresh(kind)
			d.Head().Name, d.Head().ID = name, freeID(s.w, kind, slug(name))
			s.edit(d, 0)
			return nil
		}})
}

// fresh is a new item of a kind, with what it cannot do without.
func fresh(kind model.Kind) model.Document {
	d := model.NewDocument(kind)
	switch d := d.(type) {
	case *model.Goal:
		d.Type = model.GoalInteract
	case *model.Template:
		d.Format, d.Type = model.Overlay, model.Content
	}
	return d
}

// inForm does an action while a form is open.
func (s *Screen) inForm(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case Save:
		return s.save(), true
	case Part:
		s.editing.turn(s.ses)
		return nil, true
	}
	cmd, ok := s.editing.form.Do(id, arg)
	if !ok && id == keymap.Back {
		return s.leave(), true
	}
	return cmd, ok
}

// fields is the table of the item's fields, as it is now.
func (e *editing) fields(set *model.Settings) fields.Item {
	return fields.Item{Now: e.history.Document, Zone: set.Zone, Optional: "f10 turns the whole on and off.", ID: func() string {
		if e.fresh {
			return ""
		}
		return "the list changes it, with every mention of it (i)"
	}}
}

// part is the optional part with the focus.
func (e *editing) part() (fields.Part, bool) {
	_, at := e.form.At()
	return fields.PartOf(e.fields(&model.Settings{}).Parts(), at)
}

// turn gives the optional part with the focus, or takes it away.
func (e *editing) turn(ses *pane.Session) {
	p, ok := e.part()
	if !ok {
		return
	}
	there := p.Given(e.history.Document())
	label, change := p.Turn(e.history.Document())
	if err := e.history.Do(label, change); err != nil {
		ses.Shell.Fail("turning a part on or off", err)
		return
	}
	e.form.Reload()
	ses.Shell.Toast(widget.Info, p.Title+map[bool]string{true: " is off.", false: " is on."}[there])
}

// leave closes the form, and asks first while something is unsaved.
func (s *Screen) leave() tea.Cmd {
	e := s.editing
	if !e.form.Dirty() && !e.fresh {
		s.editing = nil
		return nil
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: called(e.form.Document()) + " is not saved", Hint: "type to search",
		Items: []dialog.Item{
			{Title: "Save it", Key: "f2", Detail: "Saves what stands in the form and closes it.", Value: 0},
			{Title: "Go on editing", Detail: "Goes back to the form.", Value: 1},
			{Title: "Drop what was changed", Danger: true, Detail: "Closes the form; what was changed in it is lost.", Value: 2},
		},
		Then: func(it dialog.Item) tea.Cmd {
			switch it.Value.(int) {
			case 0:
				return s.save()
			case 2:
				s.editing = nil
			}
			return nil
		}})
	return nil
}

// save writes what stands in the form. What is wrong is told first, then what
// somebody else has changed, then what the change does to visitors.
func (s *Screen) save() tea.Cmd {
	e := s.editing
	if e == nil || s.saving != nil || s.planning != "" {
		return nil
	}
	if n := e.form.ShowProblems(); n > 0 {
		s.ses.Shell.Toast(widget.Warning, count(n, "error")+" to mend before it can be saved; f4 goes to the next.")
		return nil
	}
	d := e.form.Document()
	k := keyOf(d)
	now, v := s.w.documents[k], s.w.versions[k]
	switch {
	case !e.fresh && !e.history.Dirty():
		s.editing = nil
		return nil
	case e.fresh && now != nil:
		s.ses.Shell.Toast(widget.Warning, "There is another "+noun(k.Kind)+" with the ID "+text.Line(k.ID, 64)+"; give it another one.")
		e.form.GoToPath("id")
		return nil
	case !e.fresh && now != nil && v.Revision != e.base:
		s.askTheirs(&Conflict{Key: k, Theirs: now, Revision: v.Revision, Author: v.Author, Why: v.Why, At: v.At})
		return nil
	}
	c := change{why: "change the " + quoted(d), past: "Changed the " + quoted(d),
		puts: []put{{key: k, before: e.history.Base(), after: d, base: e.base, bound: true, action: "update"}}}
	if e.fresh {
		c.why, c.past = "add the "+quoted(d), "Added the "+quoted(d)
		c.puts[0].before, c.puts[0].action = nil, "create"
	} else if diff := edit.Diff(e.history.Base(), d); len(diff) == 1 {
		c.puts[0].element, c.puts[0].old, c.puts[0].new = string(diff[0].Path), diff[0].Old, diff[0].New
		c.why += ": " + text.Line(diff[0].String(), 120)
	} else {
		c.why += ": " + count(len(diff), "field")
	}
	if !e.fresh && now == nil { // it is gone, or elsewhere: whoever keeps it tells
		return s.commit(c, saving)
	}
	return s.plan(c, saving, askEffect)
}

// askTheirs shows what somebody else has changed while the form was open, and
// brings both together.
func (s *Screen) askTheirs(theirs *Conflict) {
	e := s.editing
	q := conflict.Question{Name: "The " + quoted(e.form.Document()), Base: e.history.Base(), Mine: e.history.Document(), Theirs: theirs, Yes: "Save",
		Then: func(merged model.Document) tea.Cmd { return s.merge(merged, theirs) }}
	if theirs.Gone() {
		q.Yes = "Add it again"
		q.Then = func(model.Document) tea.Cmd {
			e.fresh, e.base = true, 0
			return s.save()
		}
	}
	conflict.Ask(s.ses, q)
}

// merge goes on from somebody else's version with what was chosen.
func (s *Screen) merge(merged model.Document, theirs *Conflict) tea.Cmd {
	h, err := edit.NewHistory(theirs.Theirs, theirs.Revision)
	if err == nil {
		err = h.Replace("bring together with what "+theirs.Who()+" changed", merged)
	}
	if err != nil {
		s.ses.Shell.Fail("bringing both versions together", err)
		return nil
	}
	s.edit(theirs.Theirs, theirs.Revision)
	e := s.editing
	e.history, e.base = h, theirs.Revision
	var x *model.Index
	if s.survey != nil {
		x = s.survey.index
	}
	e.form = form.New(s.ses, formScope, h, e.world(s.w, x), e.fields(&s.w.catalog.Settings).Sections()...)
	return s.save()
}
