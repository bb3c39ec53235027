package builder

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/dialog"
	"beckon/tui/fields"
	"beckon/tui/form"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

type (
	kindOf   = model.Kind
	document = model.Document
	goal     = model.Goal
)

// The scopes of the screen, beside those of its forms.
const (
	scopeStart       = "builder.start"
	scopeLook        = "builder.preview"
	scopeEngagements = "builder.engagements"
	scopeGallery     = "builder.gallery"
	scopePublish     = "builder.publish"
)

// The actions of the screen.
const (
	Save      keymap.ID = "builder.save"
	Steps     keymap.ID = "builder.steps"
	NextStep  keymap.ID = "builder.step.next"
	PrevStep  keymap.ID = "builder.step.previous"
	Look      keymap.ID = "builder.look"
	Parts     keymap.ID = "builder.parts"
	EditItem  keymap.ID = "builder.item"
	Which     keymap.ID = "builder.engagement"
	Rename    keymap.ID = "builder.engagement.rename"
	Duplicate keymap.ID = "builder.duplicate"
	Discard   keymap.ID = "builder.discard"
	Delete    keymap.ID = "builder.delete"
	Versions  keymap.ID = "builder.past"
	Changes   keymap.ID = "builder.changes"
	AtWork    keymap.ID = "builder.atwork"
	Join      keymap.ID = "builder.join"

	Begin keymap.ID = "builder.start.new"
	Drop  keymap.ID = "builder.start.drop"
	Trash keymap.ID = "builder.start.deleted"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	out := []keymap.Scope{
		{Name: "builder", Title: "Builder", Actions: []keymap.Action{
			{ID: Save, Needs: keymap.Edit, Title: "Save, or take the item", Hint: "save", Keys: []string{"f2", "ctrl+s"},
				Help: "Saves the campaign, unfinished too; of a published one the draft alone. In a library item it takes the item."},
			{ID: Steps, Title: "Go to a step", Hint: "steps", Keys: []string{"f5"}, Help: "Lists the twelve steps with what is missing in each; type a number or a name."},
			{ID: NextStep, Title: "Next step", Hint: "next", Keys: []string{"ctrl+l", "."}, Help: "Goes to the next step, whatever is missing in this one."},
			{ID: PrevStep, Title: "Previous step", Keys: []string{","}, Help: "Goes to the step before."},
			{ID: Look, Drawn: true, Title: "Preview", Hint: "preview", Keys: []string{"ctrl+v", "v"},
				Help: "Shows the next view of the page: each state, a phone, the window. In a narrow terminal it opens the preview."},
			{ID: Parts, Needs: keymap.Edit, Title: "Add or take away a part", Keys: []string{"f12", "i"},
				Help: "Adds or takes away what a form has only sometimes: a goal's indicator, a window's surveys, the creatives for absent agents."},
			{ID: EditItem, Needs: keymap.Edit, Title: "Edit a library item that is used", Keys: []string{"ctrl+e", "E"}, Help: "Opens a goal, audience, window or other item that the campaign uses."},
			{ID: Which, Title: "Choose the engagement", Keys: []string{"e"}, Help: "Chooses which engagement the steps 7 to 11 are about."},
			{ID: Rename, Needs: keymap.Edit, Title: "Rename the engagement", Keys: []string{"R"}, Help: "Gives the engagement another name."},
			{ID: Changes, Title: "What your work changes", Hint: "changes", Keys: []string{"f11", "C"},
				Help: "Shows, field by field, how your work differs from what visitors see now; c compares with other versions."},
			{ID: Join, Title: "Join with what somebody else wrote", Keys: []string{"J", "alt+j"},
				Help: "Shows how somebody else changed the campaign while you worked on it, and puts your work on top of that."},
			{ID: Versions, Title: "Versions of the campaign", Keys: []string{"f10", "H"},
				Help: "Lists every version with when, who and why, shows how it differs, and reverts to it."},
			{ID: AtWork, Title: "See it at work in the Simulator", Keys: []string{"V", "alt+v"},
				Help: "Plays a visitor in the Simulator who is shown the published campaign, at that instant; from step 8 to 11 the engagement."},
			{ID: Duplicate, Needs: keymap.Edit, Title: "Duplicate the campaign", Help: "Begins a new campaign that is as this one."},
			{ID: Discard, Needs: keymap.Edit, Title: "Discard what is not saved", Help: "Makes the campaign as it was saved last; undo brings the work back.", Danger: true},
			{ID: Delete, Needs: keymap.Edit, Title: "Delete the campaign", Help: "Deletes the campaign; its work is kept as a draft until it is dropped.", Danger: true},
		}},
		{Name: scopeStart, Title: "Builder, nothing open", Leak: keymap.LeakGlobal, Actions: []keymap.Action{
			{ID: Begin, Needs: keymap.Edit, Title: "New campaign", Hint: "new", Keys: []string{"n"}, Help: "Begins a campaign from nothing."},
			{ID: Drop, Needs: keymap.Edit, Title: "Drop the draft", Keys: []string{"d", "delete"}, Help: "Throws the selected draft away.", Danger: true},
			{ID: Trash, Title: "Deleted campaigns", Hint: "deleted", Keys: []string{"t"}, Help: "Lists the campaigns that were deleted; one is opened from its versions."},
		}},
		{Name: scopeLook, Title: "Preview"},
	}
	out = append(out, listScopes()...)
	out = append(out, versions.Scopes(scopeVersions)...)
	return append(out, form.Scopes(scopeForm)...)
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	if s.work == nil {
		if id == Drop {
			if _, ok := s.drafts.Selected(); !ok {
				return "there is no draft"
			}
		}
		if s.loading && (id == Begin || id == Trash) {
			return "the catalog is being read"
		}
		return ""
	}
	switch id {
	case Save, publishNow, Delete, Discard:
		if s.saving != "" {
			return s.saving
		}
	}
	w := s.work
	switch id {
	case Which, Rename, engageDelete, engageCopy, engageUp, engageDown, engageSwitch:
		if len(w.campaign().Engagements) == 0 {
			return "there is no engagement yet"
		}
	case Delete:
		if !w.doc.settled() {
			return "it was never saved: discard the draft on the first page"
		}
	case Discard:
		if !s.unsaved() {
			return "everything is saved"
		}
	case AtWork:
		return s.whyNotAtWork()
	case Join:
		return s.whyNoJoin()
	case Duplicate:
		if w.top() != nil {
			return "finish the item first"
		}
	case Parts:
		if len(s.parts()) == 0 && !s.onGoal() {
			return "nothing can be added or taken away here"
		}
	case publishNow:
		return s.whyNotPublished()
	case askFor:
		return s.whyNotAsked()
	case readAsked:
		if s.trials.standing.Request == nil {
			return "nobody has asked for approval of it"
		}
	case accept, acceptAll:
		if s.live() {
			return "visitors see it as it is"
		}
		if !slices.ContainsFunc(s.judged.problems, func(p model.Problem) bool { return p.Severity == model.Warning }) {
			return "there is no warning"
		}
	case NextStep:
		if w.step == steps-1 && w.top() == nil {
			return "this is the last step"
		}
	case dropScenario:
		if l, ok := s.checklist.Selected(); !ok || l.trial == nil {
			return "there is no scenario here"
		}
	case keymap.Undo, keymap.Redo:
		can := w.doc.history.CanUndo
		if sub := w.top(); sub != nil {
			can = sub.doc.history.CanUndo
		}
		if id == keymap.Redo {
			can = w.doc.history.CanRedo
			if sub := w.top(); sub != nil {
				can = sub.doc.history.CanRedo
			}
		}
		if _, ok := can(); !ok {
			return "there is nothing"
		}
	}
	if s.past != nil {
		return s.past.Disabled(id)
	}
	if f := s.form(); f != nil {
		if why := f.Disabled(id); why == "" || !s.isProblem(id) || s.elsewhere() < 0 {
			return why
		}
	}
	return ""
}

// anywhere does what works in every step.
func (s *Screen) anywhere(id keymap.ID, arg any) (tea.Cmd, bool) {
	w := s.work
	switch id {
	case Save:
		if sub := w.top(); sub != nil {
			if sub.form.ShowProblems(); sub.doc.Document().Head().ID == "" {
				s.nameless(sub) // asked to take it, even one that nobody wrote anything into
			} else {
				s.finish()
			}
			return nil, true
		}
		return s.save(), true
	case Join:
		return s.join(), true
	case Steps:
		s.askStep()
	case NextStep:
		if s.leaveItems() {
			s.goTo(w.step + 1)
		}
	case PrevStep:
		if s.leaveItems() {
			s.goTo(w.step - 1)
		}
	case Look:
		s.look()
	case Parts:
		s.askParts()
	case EditItem:
		s.askItem()
	case Which:
		s.askEngagement()
	case Rename:
		s.askName()
	case Versions:
		return s.openPast(false), true
	case Changes:
		return s.openPast(true), true
	case AtWork:
		return s.atWork(), true
	case Duplicate:
		return s.duplicate(), true
	case Discard:
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Discard what is not saved?", Body: "The campaign becomes as it was saved last. ctrl+z brings your work back.",
			Yes: "Discard", Danger: true, Then: func() tea.Cmd { s.discard(); return s.changed() }})
	case Delete:
		s.askDelete(nil)
	case keymap.Undo, keymap.Redo:
		if s.work.current() != nil {
			return nil, false // the form tells which field it was
		}
		if id == keymap.Undo {
			w.form.Undo()
		} else {
			w.form.Redo()
		}
		w.refresh()
	case keymap.Back:
		return s.back()
	case stepClicked:
		return nil, s.clicked(arg)
	default:
		return nil, false
	}
	return nil, true
}

// back goes one step back: out of the preview, out of an item, out of the
// campaign, whose draft is kept.
func (s *Screen) back() (tea.Cmd, bool) {
	w := s.work
	switch {
	case s.looking && s.narrow():
		s.looking = false
		return nil, true
	case w.top() != nil:
		s.finish()
		return nil, true
	}
	keep := s.keepNow()
	if f := w.current(); f != nil {
		f.Do(keymap.Back, nil)
	}
	where := any(nil)
	if w.doc.settled() {
		where = w.base().ID
	}
	return tea.Batch(keep, s.ses.Shell.Show("campaigns", where)), true
}

// finish leaves the item on top, and takes what was written into it.
func (s *Screen) finish() {
	w := s.work
	if sub := w.top(); sub != nil {
		sub.form.ShowProblems() // what is being typed is read first
		if unread := sub.form.UnreadValues(); len(unread) > 0 {
			s.leaveUnread(sub, unread)
			return
		}
	}
	s.takeItem()
}

// leaveUnread asks before text that cannot be read is left behind with an
// item; whoever stays is at its field.
func (s *Screen) leaveUnread(sub *sub, unread []model.Problem) {
	sub.form.GoToPath(unread[0].Path)
	body := few(s.ses.Theme.Bullet, len(unread), func(i int) string { return unread[i].Message })
	body = append(body, "", "What stands there cannot be read; without it the value is as it was before.")
	s.ses.Shell.Ask(&dialog.Confirm{Title: "Leave the " + kindWords(sub.kind) + " without it?", Body: strings.Join(body, "\n"), Yes: "Leave", Danger: true,
		Then: func() tea.Cmd {
			if s.work != nil && s.work.top() == sub {
				s.takeItem()
			}
			return s.changed()
		}})
}

// takeItem takes the item on top, once it has a name.
func (s *Screen) takeItem() {
	w := s.work
	if sub := w.top(); sub != nil && sub.doc.Dirty() && sub.doc.Document().Head().ID == "" {
		s.nameless(sub)
		return
	}
	done, taken := w.finish()
	s.turned = true
	if taken && done.then == nil {
		if users := w.stock.find().UsedBy(done.kind, done.doc.Document().Head().ID); len(users) > 1 {
			s.say(fmt.Sprintf("It is used in %d places: they all change when this campaign is saved.", len(users)))
		}
	}
}

// nameless asks for the name that an item needs before it can be taken, or
// throws away what was begun by mistake.
func (s *Screen) nameless(sub *sub) {
	kind := kindWords(sub.kind)
	const stay, name, drop = "stay", "name", "drop"
	p := &dialog.Picker{Title: "The " + kind + " has no name", Hint: "type a name for it", Items: []dialog.Item{
		{Title: "Go on editing", Value: stay},
		{Title: "Throw it away", Detail: "Leaves the new " + kind + " as if it had never been begun.", Danger: true, Value: drop},
	}}
	p.Last = func(typed string) dialog.Item {
		if typed == "" {
			return dialog.Item{Title: "Give it a name" + s.ses.Theme.Ellipsis, Detail: "It is found in the library by its name.", Value: name}
		}
		return dialog.Item{Title: "Name it: " + typed, Detail: "Takes it under this name.", Key: typed, Value: name}
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		switch {
		case s.work == nil || s.work.top() != sub || it.Value == stay:
		case it.Value == drop:
			s.work.abandon()
			s.turned = true
		case it.Key == "" || checkName(it.Key) != nil:
			s.askItemName(sub, it.Key)
		default:
			s.nameItem(sub, it.Key)
		}
		return s.changed()
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) askItemName(sub *sub, typed string) {
	s.ses.Shell.Ask(&dialog.Prompt{Title: "A name for the " + kindWords(sub.kind), Label: "It is found in the library by its name. esc goes on editing.",
		Value: typed, Amend: true, Check: checkName, Then: func(name string) tea.Cmd {
			s.nameItem(sub, name)
			return s.changed()
		}})
}

func (s *Screen) nameItem(sub *sub, name string) {
	if err := sub.doc.do("change name", edit.Set("name", name)); err != nil {
		s.fail("naming it", err)
		return
	}
	s.finish()
}

// leaveItems leaves what is open on top of the campaign, and takes it. What
// has no name yet is asked for it first: then it stays, and the answer is no.
func (s *Screen) leaveItems() bool {
	for s.work.top() != nil {
		n := len(s.work.subs)
		if s.finish(); len(s.work.subs) == n {
			return false
		}
	}
	return true
}

// start does what works while nothing is open.
func (s *Screen) start(id keymap.ID, arg any) (tea.Cmd, bool) {
	switch id {
	case Begin:
		return s.read(NewCampaign), true
	case Trash:
		return s.readGone(nil), true
	case Drop:
		d, _ := s.drafts.Selected()
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Drop the draft of " + draftName(d) + "?", Body: "What is in it and was never saved is gone for good.",
			Yes: "Drop", Danger: true, Then: func() tea.Cmd { return s.drop(d.Key) }})
		return nil, true
	case keymap.Open:
		if d, ok := s.drafts.Selected(); ok {
			return s.read(d.Key), true
		}
		return nil, true
	case keymap.Back:
		return s.ses.Shell.Show("campaigns", nil), true
	}
	switch widget.Target(arg, s.drafts).Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		if d, ok := s.drafts.Selected(); ok {
			return s.read(d.Key), true
		}
	}
	return nil, true
}

func (s *Screen) askStep() {
	p := &dialog.Picker{Title: "Steps", Hint: "type a number or a name", Start: int(s.work.step)}
	states := s.work.standings()
	for i := range steps {
		a := i.About()
		sign, _, said := s.sign(states[i], i)
		number, _, _ := strings.Cut(a.Number, "-") // so that 12 finds one step alone
		p.Items = append(p.Items, dialog.Item{Title: fmt.Sprintf("%-2s %s %s", number, sign, a.Title), Detail: a.Help, Key: said, Value: i})
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		if s.leaveItems() {
			s.goTo(it.Value.(step))
		}
		return s.changed()
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) askEngagement() {
	p := &dialog.Picker{Title: "Which engagement?", Hint: "type to search"}
	for i, e := range s.work.campaign().Engagements {
		p.Items = append(p.Items, dialog.Item{Title: e.Name, Detail: string(e.Format) + ", " + string(e.Type), Value: i})
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		s.work.at = it.Value.(int)
		s.work.refresh()
		return s.changed()
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) askName() {
	w := s.work
	e, at := w.engagement(), w.at
	if s.work.step == stepEngagements {
		if r, ok := s.engagements.Selected(); ok {
			at = r.at
			e = w.campaign().Engagements[at]
		}
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Name of the engagement", Value: e.Name, Amend: true, Check: checkName, Then: func(name string) tea.Cmd {
		s.do("rename "+e.Name, edit.Set(edit.Path("engagements").At(at).Field("name"), name))
		return s.changed()
	}})
}

// do makes one step of edits to the campaign.
func (s *Screen) do(label string, edits ...edit.Edit) {
	if err := s.work.doc.do(label, edits...); err != nil {
		s.fail("could not "+label, err)
		return
	}
	s.work.refresh()
}

// onGoal tells whether a goal is under edit.
func (s *Screen) onGoal() bool {
	if s.work == nil || s.work.top() == nil {
		return false
	}
	return s.work.top().kind == model.KindGoal
}

// parts are the optional parts of what is under edit.
func (s *Screen) parts() []fields.Part {
	w := s.work
	if sub := w.top(); sub != nil {
		return sub.fields("").Parts()
	}
	if w.step != stepStudio {
		return nil
	}
	return w.fields().Parts()
}

func (s *Screen) askParts() {
	w := s.work
	doc := w.doc
	if sub := w.top(); sub != nil {
		doc = sub.doc
	}
	if s.onGoal() {
		s.askIndicator("How is success measured?", func(i fields.Indicator) tea.Cmd {
			if err := doc.do("change the indicator", i.Edits()...); err != nil {
				s.fail("changing the indicator", err)
			}
			w.refresh()
			return s.changed()
		})
		return
	}
	p := &dialog.Picker{Title: "Add or take away", Hint: "type to search"}
	for _, o := range s.parts() {
		key, verb := "not there", "Add: "
		if o.Given(doc.Document()) {
			key, verb = "there", "Take away: "
		}
		p.Items = append(p.Items, dialog.Item{Title: verb + o.Title, Detail: o.Detail, Key: key, Value: o})
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		o := it.Value.(fields.Part)
		there := o.Given(doc.Document())
		label, e := o.Turn(doc.Document())
		if err := doc.do(label, e); err != nil {
			s.fail("could not "+label, err)
		}
		w.refresh()
		if f := w.current(); f != nil && !there {
			f.GoToPath(string(o.Path))
		}
		return s.changed()
	}
	s.ses.Shell.Ask(p)
}

// askItem lists the library items that the campaign uses, those of the present
// engagement first, and opens the chosen one.
func (s *Screen) askItem() {
	w := s.work
	p := &dialog.Picker{Title: "Edit a library item", Hint: "type to search"}
	seen, first := map[model.DocumentKey]bool{}, 0
	for _, r := range model.References(w.campaign()) {
		key := model.DocumentKey{Kind: r.Kind, ID: r.ID}
		d := w.stock.find().Document(r.Kind, r.ID)
		if d == nil || seen[key] || r.Kind == model.KindTemplate {
			continue
		}
		seen[key] = true
		it := dialog.Item{Title: d.Head().Name, Key: kindWords(r.Kind), Value: d}
		if n := len(w.stock.find().UsedBy(r.Kind, r.ID)); n > 1 {
			it.Detail = fmt.Sprintf("Used in %d places: all of them change with it.", n)
		}
		if fields.StepOf(r.Path) == w.step {
			p.Items = slices.Insert(p.Items, first, it)
			first++
		} else {
			p.Items = append(p.Items, it)
		}
	}
	if len(p.Items) == 0 {
		s.warn("The campaign uses no library item yet.")
		return
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		d := it.Value.(model.Document)
		base := w.stock.revisions[keyOf(d)]
		if mine, ok := w.stock.items[keyOf(d)]; ok {
			base = mine.Base
		}
		if err := w.open(s.ses, d, base, nil, s.add); err != nil {
			s.fail("opening it", err)
		}
		return nil
	}
	s.ses.Shell.Ask(p)
}

func (s *Screen) theme() *theme.Theme { return s.ses.Theme }

// freshItem is a new item of a kind, nil for kinds that are made elsewhere.
func freshItem(kind model.Kind) model.Document {
	switch kind {
	case model.KindGoal, model.KindAudience, model.KindBehavior, model.KindEntryPoint, model.KindSchedule, model.KindOccasion, model.KindWindow:
		d := model.NewDocument(kind)
		d.Head().Kind = kind
		return d
	}
	return nil
}

// kindWords are what operators call a kind of item.
func kindWords(k model.Kind) string { return strings.ReplaceAll(string(k), "-", " ") }
