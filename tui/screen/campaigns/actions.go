package campaigns

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/approval"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// The actions of the screen.
const (
	Publish   keymap.ID = "campaigns.publish"
	Unpublish keymap.ID = "campaigns.unpublish"
	Priority  keymap.ID = "campaigns.priority"
	Switch    keymap.ID = "campaigns.switch"
	Problem   keymap.ID = "campaigns.problem"
	Sort      keymap.ID = "campaigns.sort"
	Reverse   keymap.ID = "campaigns.reverse"
	Reload    keymap.ID = "campaigns.reload"
	Create    keymap.ID = "campaigns.new"
	Build     keymap.ID = "campaigns.build"
	ToFile    keymap.ID = "campaigns.export"
	FromFile  keymap.ID = "campaigns.import"
	Past      keymap.ID = "campaigns.versions"
	Deleted   keymap.ID = "campaigns.deleted"
	Duplicate keymap.ID = "campaigns.duplicate"
	Delete    keymap.ID = "campaigns.delete"
	AtWork    keymap.ID = "campaigns.atwork"
	Tour      keymap.ID = "campaigns.tour"
	Requests  keymap.ID = "campaigns.requests"
	Decide    keymap.ID = "campaigns.request"

	// Folding is an action of each of the two detail panes.
	FoldCampaign      keymap.ID = "campaigns.detail.fold"
	FoldCampaignAll   keymap.ID = "campaigns.detail.fold.all"
	FoldEngagement    keymap.ID = "campaigns.engagement.fold"
	FoldEngagementAll keymap.ID = "campaigns.engagement.fold.all"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	return []keymap.Scope{
		{Name: "campaigns", Title: "Campaigns", Actions: []keymap.Action{
			{ID: Publish, Needs: keymap.Publish, Title: "Publish", Hint: "publish", Keys: []string{"p"}, Danger: true,
				Help: "Publishes the campaign after a check, so that visitors see it within its time frame."},
			{ID: Unpublish, Needs: keymap.Publish, Title: "Unpublish", Hint: "unpublish", Keys: []string{"u"}, Danger: true,
				Help: "Makes the campaign a draft again, so that visitors no longer see it."},
			{ID: Priority, Needs: keymap.Edit, Title: "Set the priority", Hint: "priority", Keys: []string{"r"},
				Help: "Sets how strongly the campaign competes: high, medium or low."},
			{ID: Switch, Needs: keymap.Edit, Title: "Enable or disable an engagement", Hint: "on/off", Keys: []string{"o"}, Danger: true,
				Help: "Enables or disables one engagement of the campaign; of a published one visitors see it at once."},
			{ID: Create, Needs: keymap.Edit, Title: "New campaign", Hint: "new", Keys: []string{"n"},
				Help: "Begins a campaign in the Builder, from nothing."},
			{ID: Build, Needs: keymap.Edit, Title: "Edit in the Builder", Hint: "edit", Keys: []string{"e"},
				Help: "Opens the campaign in the Builder, at the engagement that is shown; a draft of yours is offered."},
			{ID: ToFile, Title: "Export to a file", Hint: "export", Keys: []string{"x"},
				Help: "Writes the campaign with all it mentions to a file: YAML for another store, or account-config JSON."},
			{ID: FromFile, Needs: keymap.Edit, Title: "Import from a file", Hint: "import", Keys: []string{"i"},
				Help: "Reads campaigns from a file, shows what would become of each document, and writes them after a question."},
			{ID: Past, Title: "Versions of the campaign", Hint: "versions", Keys: []string{"v"},
				Help: "Lists every version with when, who and why, in the Builder, where one can be reverted to."},
			{ID: Duplicate, Needs: keymap.Edit, Title: "Duplicate in the Builder", Keys: []string{"D"},
				Help: "Begins a new campaign in the Builder that is as this one; it is not saved yet."},
			{ID: Delete, Needs: keymap.Edit, Title: "Delete the campaign", Keys: []string{"d", "delete"}, Danger: true,
				Help: "Deletes the campaign after a question, in the Builder, where its work stays as a draft until that is dropped."},
			{ID: Deleted, Title: "Deleted campaigns", Keys: []string{"t"},
				Help: "Lists the campaigns that were deleted; one is opened from its versions."},
			{ID: AtWork, Title: "See it at work in the Simulator", Hint: "at work", Keys: []string{"V"},
				Help: "Plays a visitor in the Simulator who is shown the campaign, or the engagement that is shown, at that instant."},
			{ID: Tour, Title: "Tour of this campaign", Keys: []string{"T"},
				Help: "A guided tour: what the campaign is for, and a visitor who is shown it; any key ends it."},
			{ID: Requests, Title: "Requests for approval", Keys: []string{"A"},
				Help: "Lists what waits for approval, yours to decide on first: what differs, what the check finds, how the scenarios go."},
			{ID: Decide, Title: "Read and decide on the request", Keys: []string{"a"},
				Help: "Opens the request for approval of this campaign: a approves, d declines, p publishes what is approved, w withdraws."},
			{ID: Problem, Drawn: true, Title: "Next problem", Hint: "problem", Keys: []string{"f4", "!"},
				Help: "Goes to the next thing that is wrong or doubtful in the campaign."},
			{ID: Sort, Title: "Sort the list", Hint: "sort", Keys: []string{"s"},
				Help: "Chooses the column that orders the list; the same column again reverses it."},
			{ID: Reverse, Title: "Reverse the order", Keys: []string{"S"},
				Help: "Turns the order of the list around."},
			{ID: Reload, Title: "Read everything again", Keys: []string{"f5"},
				Help: "Reads the catalog again; changes of others come in by themselves."},
		}},
		{Name: "campaigns.detail", Title: "Campaign", Actions: folding(FoldCampaign, FoldCampaignAll)},
		{Name: "campaigns.engagement", Title: "Engagement", Actions: folding(FoldEngagement, FoldEngagementAll)},
	}
}

// folding are the actions of an outline. Both outlines have them, and an id
// belongs to one scope.
func folding(here, all keymap.ID) []keymap.Action {
	return []keymap.Action{
		{ID: here, Drawn: true, Title: "Fold or unfold", Hint: "fold", Keys: []string{"space"},
			Help: "Folds the part that the mark is in, or unfolds it."},
		{ID: all, Drawn: true, Title: "Fold or unfold all", Keys: []string{"z"},
			Help: "Folds every part, or unfolds them all."},
	}
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	k, ok := s.selected()
	switch id {
	case Publish, Unpublish, Priority, Switch, keymap.Undo, keymap.Redo:
		switch {
		case s.saving != nil:
			return "the last change is still being saved"
		case s.judging:
			return "the campaign is still being checked"
		}
	}
	switch id {
	case Priority, Switch, Delete:
		if ok && k.Published { // visitors see it
			if why := s.ses.Refuses(keymap.Publish); why != "" {
				return why
			}
		}
	}
	switch id {
	case Publish, Unpublish, Priority, Switch, Problem, Build, Duplicate, Delete, Past, ToFile, AtWork, Tour:
		if !ok {
			return "there is no campaign here"
		}
	}
	switch id {
	case Publish, Unpublish, Priority, Switch:
		if s.w.versions[k.ID].Revision == 0 {
			return "this campaign cannot be changed here"
		}
	}
	switch id {
	case Publish:
		if k.Published {
			return "it is published already"
		}
		return s.whyNotLive(k)
	case Priority:
		if k.Published {
			return s.whyNotLive(k)
		}
	case Unpublish:
		if !k.Published {
			return "it is a draft already"
		}
	case AtWork:
		if !k.Published {
			return "it is not published yet"
		}
	case Requests:
		if len(s.board.Requests) == 0 {
			return "nobody has asked for approval"
		}
	case Decide:
		if !ok {
			return "there is no campaign here"
		}
		if _, asked := s.board.For(k.ID); !asked {
			return "nobody has asked for approval of it"
		}
	case Switch:
		if _, total := enabledOf(k); total == 0 {
			return "it has no engagements yet"
		}
		if k.Published {
			return s.whyNotLive(k)
		}
	case Problem:
		if s.checked == nil {
			return "the campaign is still being checked"
		}
		if s.checked.sums[k.ID] == (sums{}) {
			return "nothing is wrong with it"
		}
	case FromFile:
		switch {
		case s.w == nil:
			return "the campaigns are still being read"
		case s.importing != "":
			return s.importing + " is still being imported"
		}
	case keymap.Undo:
		if len(s.history.undo) == 0 {
			return "nothing to undo"
		}
	case keymap.Redo:
		if len(s.history.redo) == 0 {
			return "nothing to redo"
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
	s.describe()
	k, ok := s.selected()
	switch id {
	case Create:
		return s.ses.Shell.Show("builder", "+"), true
	case Build:
		return s.ses.Shell.Show("builder", s.path(k)), true
	case Past:
		return s.ses.Shell.Show("builder", "versions:"+k.ID), true
	case Duplicate:
		return s.ses.Shell.Show("builder", "copy:"+k.ID), true
	case Delete:
		return s.ses.Shell.Show("builder", "delete:"+k.ID), true
	case Deleted:
		return s.ses.Shell.Show("builder", "versions:"), true
	case AtWork:
		return s.ses.Shell.Show("simulator", s.path(k)), true
	case Requests:
		approval.Pick(s.ses, s.keeper, s.board, s.readBoard)
		return nil, true
	case Decide:
		if r, asked := s.board.For(k.ID); asked {
			approval.Read(s.ses, s.keeper, r, s.readBoard)
		}
		return nil, true
	case Tour:
		return func() tea.Msg { return pane.TourOf{Campaign: k.ID} }, true
	case Publish:
		return s.publish(k), true
	case Unpublish:
		s.unpublish(k)
		return nil, true
	case Priority:
		s.askPriority(k)
		return nil, true
	case Switch:
		return s.askSwitch(k), true
	case ToFile:
		s.askExport(k, "", "")
		return nil, true
	case FromFile:
		s.askImport("", "")
		return nil, true
	case Problem:
		s.nextProblem()
		return nil, true
	case Sort:
		s.askOrder()
		return nil, true
	case Reverse:
		by, desc := s.table.Sorted()
		s.table.SortBy(by, !desc)
		return nil, true
	case Reload:
		return s.load(), true
	case FoldCampaign, FoldEngagement:
		s.outline().foldHere()
		return nil, true
	case FoldCampaignAll, FoldEngagementAll:
		s.outline().foldAll()
		return nil, true
	case keymap.Undo:
		return s.undo(), true
	case keymap.Redo:
		return s.redo(), true
	case keymap.NextPane:
		s.turn(s.focus.Next)
		return nil, true
	case keymap.PrevPane:
		s.turn(s.focus.Prev)
		return nil, true
	case keymap.Back:
		return nil, s.focus.Set(s.focus.Index() - 1)
	case keymap.Open:
		if ok && s.open() {
			return nil, true
		}
	}
	return nil, s.move(id, arg)
}

// path is that of the campaign, or of the engagement with the focus.
func (s *Screen) path(k *model.Campaign) string {
	if _, e := s.engagementShown(); e != nil && s.focus.At(engagementPane) {
		return k.Path(e)
	}
	return k.ID
}

// turn moves the focus to the next pane that has something.
func (s *Screen) turn(by func()) {
	for range panes {
		by()
		if _, e := s.engagementShown(); !s.focus.At(engagementPane) || e != nil {
			break
		}
	}
	if _, ok := s.selected(); !ok {
		s.focus.Set(listPane)
	}
}

// open goes one pane deeper where that is what enter means.
func (s *Screen) open() bool {
	switch {
	case s.focus.At(listPane):
		return s.focus.Set(detailPane)
	case s.focus.At(detailPane):
		if e := s.campaign.marked(); e != nil && e.opens != "" {
			s.chosen = e.opens
			return s.focus.Set(engagementPane)
		}
	}
	return false
}

// outline is the one that has the focus, or the campaign's.
func (s *Screen) outline() *outline {
	if s.focus.At(engagementPane) {
		return &s.engagement
	}
	return &s.campaign
}

// move hands an action to the pane with the focus, or to the one under the
// mouse, which takes the focus.
func (s *Screen) move(id keymap.ID, arg any) bool {
	doers := [...]widget.Doer{listPane: s.table, detailPane: &s.campaign, engagementPane: &s.engagement}
	at := s.focus.Index()
	if p, ok := arg.(frame.Pointer); ok {
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
		if !s.open() && at != listPane {
			doers[at].Do(keymap.Open, nil)
		}
	}
	s.choose()
	return true
}

// nextProblem goes to the next problem, from the list to the first.
func (s *Screen) nextProblem() {
	bad := func(e *entry) bool { return e.bad }
	if s.focus.At(engagementPane) && s.engagement.next(bad) {
		return
	}
	s.focus.Set(detailPane)
	s.campaign.next(bad)
}

func (s *Screen) askOrder() {
	p := &dialog.Picker{Title: "Sort the campaigns by", Hint: "type to search"}
	by, desc := s.table.Sorted()
	for i, name := range columnNames(s.table) {
		it := dialog.Item{Title: name, Value: i, Detail: "Orders the list by " + name + "."}
		if i == by {
			it.Key = "now"
			it.Detail = "Reverses the order."
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

func (s *Screen) askPriority(k *model.Campaign) {
	p := &dialog.Picker{Title: "Priority of " + label(k.Name, k.ID), Hint: "type to search"}
	for i, v := range []model.Priority{model.High, model.Medium, model.Low} {
		it := dialog.Item{Title: string(v), Value: v,
			Detail: fmt.Sprintf("Wins %d of 100 draws for a zone while campaigns of every priority compete for it.", model.TierWeights[i])}
		if k.Priority.Tier() == v.Tier() {
			it.Key, it.Disabled = "now", "it has this priority already"
		}
		p.Items = append(p.Items, it)
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		return s.write(change{campaign: k.ID, name: k.Name, element: priorityElement,
			from: string(k.Priority), to: string(it.Value.(model.Priority))}, doing)
	}
	s.ses.Shell.Ask(p)
}

// askSwitch switches the engagement that is meant; where that is not clear,
// it asks which.
func (s *Screen) askSwitch(k *model.Campaign) tea.Cmd {
	if e := s.meant(k); e != nil {
		return s.flip(k, e)
	}
	p := &dialog.Picker{Title: "Enable or disable an engagement of " + label(k.Name, k.ID), Hint: "type to search"}
	for _, e := range k.Engagements {
		if e == nil {
			continue
		}
		state, verb := "enabled", "Disables"
		if e.Disabled {
			state, verb = "disabled", "Enables"
		}
		p.Items = append(p.Items, dialog.Item{Title: label(e.Name, e.ID), Key: state, Value: e, Detail: verb + " it: " + formatWords(e) + "."})
	}
	p.Then = func(it dialog.Item) tea.Cmd { return s.flip(k, it.Value.(*model.Engagement)) }
	s.ses.Shell.Ask(p)
	return nil
}

// meant is the engagement that an action is about without saying so: the only
// one, the one in the third pane, or the one that the mark is in.
func (s *Screen) meant(k *model.Campaign) *model.Engagement {
	if s.focus.At(engagementPane) {
		_, e := s.engagementShown()
		return e
	}
	var only *model.Engagement
	for _, e := range k.Engagements {
		if e == nil {
			continue
		}
		if only != nil {
			only = nil
			break
		}
		only = e
	}
	if only != nil || !s.focus.At(detailPane) {
		return only
	}
	id := s.campaign.within()
	for _, e := range k.Engagements {
		if e != nil && id != "" && e.ID == id {
			return e
		}
	}
	return nil
}

// flip enables or disables an engagement, and asks first where visitors see
// that at once.
func (s *Screen) flip(k *model.Campaign, e *model.Engagement) tea.Cmd {
	c := change{campaign: k.ID, name: k.Name, engagement: e.ID, called: e.Name, element: enabledElement,
		from: yesNo(!e.Disabled), to: yesNo(e.Disabled)}
	if !k.Published {
		return s.write(c, doing)
	}
	title, yes, body := "Disable ", "Disable", "Visitors of this published campaign are no longer shown it."
	if e.Disabled {
		title, yes, body = "Enable ", "Enable", "Visitors of this published campaign may be shown it from now on."
	}
	s.ses.Shell.Ask(&dialog.Confirm{Title: title + label(e.Name, e.ID) + "?", Body: body + " ctrl+z takes it back.", Yes: yes, Danger: true,
		Then: func() tea.Cmd { return s.write(c, doing) }})
	return nil
}
