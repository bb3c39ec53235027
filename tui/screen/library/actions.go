package library

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

// The actions of the screen.
const (
	Choose    keymap.ID = "library.choose"
	Add       keymap.ID = "library.add"
	Edit      keymap.ID = "library.edit"
	Duplicate keymap.ID = "library.duplicate"
	Rename    keymap.ID = "library.rename"
	ChangeID  keymap.ID = "library.id"
	Delete    keymap.ID = "library.delete"
	Default   keymap.ID = "library.default"
	Users     keymap.ID = "library.users"
	Past      keymap.ID = "library.past"
	Sort      keymap.ID = "library.sort"
	Reverse   keymap.ID = "library.reverse"
	Reload    keymap.ID = "library.reload"
	Save      keymap.ID = "library.form.save"
	Part      keymap.ID = "library.form.part"
)

// The scopes inside the screen's own, which has only what goes with a form,
// too.
const (
	itemScope = "library.items"
	formScope = "library.form"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	forms := form.Scopes(formScope)
	forms[0].Actions = append(forms[0].Actions, keymap.Action{ID: Save, Needs: keymap.Edit, Title: "Save the item", Hint: "save", Keys: []string{"f2", "s"},
		Help: "Saves what stands in the form; what others share is shown first with what changes."},
		keymap.Action{ID: Part, Needs: keymap.Edit, Title: "Turn the part on or off", Keys: []string{"f10", "o"},
			Help: "Gives or takes away the whole of what may be there or not: a survey, a creative for one state, the count of purchases."})
	return append([]keymap.Scope{
		{Name: "library", Title: "Library", Actions: []keymap.Action{
			{ID: Reload, Title: "Read everything again", Keys: []string{"f5"},
				Help: "Reads the catalog again; changes of others come in by themselves."},
		}},
		{Name: itemScope, Title: "Items", Actions: []keymap.Action{
			{ID: Choose, Title: "Choose the library", Hint: "library", Keys: []string{"b"},
				Help: "Chooses one of the eight libraries; left and right go to the next in the list."},
			{ID: Edit, Needs: keymap.Edit, Title: "Edit", Hint: "edit", Keys: []string{"e"},
				Help: "Opens the item in a form."},
			{ID: Add, Needs: keymap.Edit, Title: "Add", Hint: "add", Keys: []string{"n"},
				Help: "Makes a new item in this library."},
			{ID: Duplicate, Needs: keymap.Edit, Title: "Duplicate", Hint: "copy", Keys: []string{"D"},
				Help: "Makes a copy of the item under a name of its own."},
			{ID: Rename, Needs: keymap.Edit, Title: "Rename", Hint: "rename", Keys: []string{"R"},
				Help: "Gives the item another name; its ID stays."},
			{ID: ChangeID, Needs: keymap.Edit, Title: "Change the ID", Keys: []string{"i"}, Danger: true,
				Help: "Gives the item another ID and rewrites every mention of it in the same step."},
			{ID: Delete, Needs: keymap.Edit, Title: "Delete", Hint: "delete", Keys: []string{"d", "delete"}, Danger: true,
				Help: "Deletes the item; refused while anything uses it."},
			{ID: Default, Needs: keymap.Edit, Title: "Make it the default window", Keys: []string{"m"},
				Help: "Makes this the window that new engagements take."},
			{ID: Users, Title: "Go to what uses it", Hint: "used by", Keys: []string{"u"},
				Help: "Lists the engagements that use the item and goes to one of them."},
			{ID: Past, Title: "Versions of the item", Hint: "versions", Keys: []string{"v"},
				Help: "Lists every version with when, who and why, shows how it differs, and reverts to it."},
			{ID: Sort, Title: "Sort the list", Keys: []string{"s"},
				Help: "Chooses the column that orders the list; the same column again reverses it."},
			{ID: Reverse, Title: "Reverse the order", Keys: []string{"S"},
				Help: "Turns the order of the list around."},
		}},
	}, append(versions.Scopes(pastScope), forms...)...)
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	if s.editing != nil {
		if id == Save && s.saving != nil {
			return "it is being saved"
		}
		if _, ok := s.editing.part(); id == Part && !ok {
			return "this is always there"
		}
		return s.editing.form.Disabled(id)
	}
	if s.past != nil {
		return s.past.Disabled(id)
	}
	d, ok := s.selected()
	switch id {
	case Add, Edit, Duplicate, Rename, ChangeID, Delete, Default, keymap.Undo, keymap.Redo:
		switch {
		case s.w == nil:
			return "the libraries are not read yet"
		case s.saving != nil:
			return "the last change is still being saved"
		case s.planning != "":
			return "the last change is still being looked into"
		}
	}
	switch id {
	case Edit, Duplicate, Rename, ChangeID, Delete, Default, Users, Past:
		if !ok {
			return "there is nothing here"
		}
	}
	switch id {
	case Edit, Rename, ChangeID, Delete, Default:
		if s.w.versions[keyOf(d)].Revision == 0 {
			return "this " + noun(d.Head().Kind) + " cannot be changed here"
		}
	}
	switch id {
	case Default:
		v, is := d.(*model.Window)
		switch {
		case !is:
			return "only windows have a default"
		case v.Default:
			return "it is the default already"
		}
	case Delete:
		if v, is := d.(*model.Window); is && v.Default && len(s.w.catalog.Windows) > 1 {
			return "it is the default window: make another one the default first"
		}
	case Users:
		switch {
		case s.survey == nil:
			return "it is still being looked up"
		case s.survey.users[keyOf(d)] == 0:
			return "no engagement uses it"
		}
	case keymap.Undo:
		if len(s.history.undo) == 0 {
			return "nothing to take back"
		}
	case keymap.Redo:
		if len(s.history.redo) == 0 {
			return "nothing to do again"
		}
	case Sort, Reverse:
		if s.Filtered() == nil {
			return "the list is not in sight"
		}
	}
	return ""
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if id == Reload {
		return s.load(), true
	}
	if s.editing != nil {
		return s.inForm(id, arg)
	}
	if s.past != nil {
		return s.inPast(id, arg)
	}
	s.describe()
	d, ok := s.selected()
	switch id {
	case Choose:
		s.askLibrary()
	case Add:
		s.askAdd()
	case Edit:
		s.edit(d, s.w.versions[keyOf(d)].Revision)
	case Duplicate:
		n := copied(s.w, d)
		return s.commit(creation(n, "copy the "+quoted(d)+" as "+called(n), "Copied the "+quoted(d)+" as "+called(n)), doing), true
	case Rename:
		s.askName(d)
	case ChangeID:
		s.askID(d)
	case Delete:
		return s.plan(deletion(d), doing, askDelete), true
	case Default:
		return s.commit(defaulting(s.w, d.(*model.Window)), doing), true
	case Users:
		s.askUser(d)
	case Past:
		return s.openPast(d), true
	case Sort:
		s.askOrder()
	case Reverse:
		by, desc := s.table.Sorted()
		s.table.SortBy(by, !desc)
	case keymap.Undo:
		return s.again(s.history.undo[len(s.history.undo)-1], undoing), true
	case keymap.Redo:
		return s.again(s.history.redo[len(s.history.redo)-1], redoing), true
	case keymap.Left, keymap.Right:
		if !s.focus.At(listPane) {
			return nil, false
		}
		n := len(shelves())
		by := map[keymap.ID]int{keymap.Left: n - 1, keymap.Right: 1}[id]
		s.turn((s.at + by) % n)
	case keymap.NextPane, keymap.PrevPane:
		s.pass(id)
	case keymap.Back:
		return nil, s.focus.Set(s.focus.Index() - 1)
	case keymap.Open:
		return nil, ok && s.focus.At(listPane) && s.focus.Set(detailPane)
	default:
		return nil, s.move(id, arg)
	}
	return nil, true
}

// pass gives the focus to the next pane that is there.
func (s *Screen) pass(id keymap.ID) {
	if _, ok := s.selected(); !ok {
		return
	}
	for range panes {
		if id == keymap.NextPane {
			s.focus.Next()
		} else {
			s.focus.Prev()
		}
		if !s.focus.At(usesPane) || len(s.columns()) == panes {
			return
		}
	}
}

// move hands an action to the pane with the focus, or to the one under the
// mouse, which takes the focus.
func (s *Screen) move(id keymap.ID, arg any) bool {
	doers := [...]widget.Doer{listPane: s.table, detailPane: &s.detail, usesPane: &s.uses}
	at := s.focus.Index()
	if p, ok := arg.(frame.Pointer); ok {
		if t, ok := p.Arg.(tabHit); ok {
			s.turn(int(t))
			return true
		}
		for i, d := range doers {
			if p.Arg == d {
				at = i
			}
		}
		if id == keymap.Click {
			s.focus.Set(at)
		}
	}
	switch doers[at].Do(id, arg) {
	case widget.Ignored:
		return false
	case widget.Opened:
		s.focus.Set(detailPane)
	}
	return true
}

func (s *Screen) askLibrary() {
	p := &dialog.Picker{Title: "Library", Hint: "type to search"}
	for i, shelf := range shelves() {
		it := dialog.Item{Title: shelf.title, Detail: shelf.about, Value: i, Key: fmt.Sprint(s.sizes[i])}
		p.Items = append(p.Items, it)
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		s.turn(it.Value.(int))
		return nil
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) askOrder() {
	p := &dialog.Picker{Title: "Sort the " + strings.ToLower(shelves()[s.at].title) + " by", Hint: "type to search"}
	by, desc := s.table.Sorted()
	for i, name := range columnNames() {
		it := dialog.Item{Title: name, Value: i, Detail: "Orders the list by " + name + "."}
		if i == by {
			it.Key, it.Detail = "now", "Reverses the order."
		}
		p.Items = append(p.Items, it)
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		n := it.Value.(int)
		s.table.SortBy(n, n == by && !desc)
		return nil
	}
	s.ses.Shell.Ask(p)
}

// askUser goes to one of the engagements that use an item.
func (s *Screen) askUser(d model.Document) {
	x := s.survey.index
	p := &dialog.Picker{Title: "What uses the " + quoted(d), Hint: "enter goes there"}
	for _, path := range x.UsedBy(d.Head().Kind, d.Head().ID) {
		k, e := x.Engagement(path)
		if k == nil || e == nil {
			continue
		}
		p.Items = append(p.Items, dialog.Item{Title: label(e.Name, e.ID), Group: called(k), Detail: called(k) + " " + s.ses.Theme.Separator + " " + label(e.Name, e.ID), Value: path})
	}
	p.Then = func(it dialog.Item) tea.Cmd { return s.ses.Shell.Show("campaigns", it.Value) }
	s.ses.Shell.Ask(p)
}

// name is the check of a new name in a library.
func (s *Screen) name(kind model.Kind, own string) func(string) error {
	w := s.w
	return func(typed string) error {
		n, err := text.Name(typed)
		if err != nil {
			return err
		}
		for _, d := range w.shelf(kind) {
			if h := d.Head(); h.ID != own && strings.EqualFold(strings.TrimSpace(h.Name), n) {
				return fmt.Errorf("another %s has this name", noun(kind))
			}
		}
		return nil
	}
}

func (s *Screen) askName(d model.Document) {
	h, w := d.Head(), s.w
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Rename the " + quoted(d), Label: "Its name; the ID " + text.Line(h.ID, 64) + " stays.", Value: h.Name, Amend: true, Max: text.MaxName,
		Check: s.name(h.Kind, h.ID), Then: func(typed string) tea.Cmd {
			n, err := text.Name(typed)
			if err != nil || n == h.Name {
				return nil
			}
			return s.commit(renaming(d, n).at(w), doing)
		}})
}

func (s *Screen) askID(d model.Document) {
	h, w := d.Head(), s.w
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Another ID for the " + quoted(d), Label: "Every mention of it is rewritten in the same step.", Value: h.ID, Amend: true, Max: fields.LongestID,
		Check: func(id string) error {
			switch {
			case !fields.Kebab.MatchString(id):
				return errors.New("want lower-case letters, digits and single hyphens between them")
			case id != h.ID && w.documents[key{Kind: h.Kind, ID: id}] != nil:
				return fmt.Errorf("another %s has this ID", noun(h.Kind))
			}
			return nil
		},
		Then: func(id string) tea.Cmd {
			if id == h.ID {
				return nil
			}
			return s.renumber(d, id)
		}})
}

// renumber rewrites what mentions an item, as the catalog is now.
func (s *Screen) renumber(d model.Document, id string) tea.Cmd {
	now := s.w.documents[keyOf(d)]
	if now == nil {
		s.ses.Shell.Toast(widget.Warning, "The "+quoted(d)+" was deleted meanwhile.")
		return nil
	}
	c, err := renumbering(s.survey.of(s.w), now, id)
	if err != nil {
		s.ses.Shell.Fail("changing the ID", err)
		return nil
	}
	return s.plan(c, doing, askID)
}
