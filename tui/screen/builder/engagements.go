package builder

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/gallery"
	"beckon/tui/fields"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The actions of the steps that are lists.
const (
	engageAdd    keymap.ID = "builder.engagements.add"
	engageCopy   keymap.ID = "builder.engagements.duplicate"
	engageDelete keymap.ID = "builder.engagements.delete"
	engageUp     keymap.ID = "builder.engagements.up"
	engageDown   keymap.ID = "builder.engagements.down"
	engageSwitch keymap.ID = "builder.engagements.switch"

	takeNew    keymap.ID = "builder.gallery.add"
	byFormat   keymap.ID = "builder.gallery.format"
	byType     keymap.ID = "builder.gallery.type"
	byUse      keymap.ID = "builder.gallery.use"
	byStyle    keymap.ID = "builder.gallery.style"
	bySize     keymap.ID = "builder.gallery.size"
	showAll    keymap.ID = "builder.gallery.all"
	accept     keymap.ID = "builder.publish.accept"
	acceptAll  keymap.ID = "builder.publish.accept.all"
	publishNow keymap.ID = "builder.publish.now"
	askFor     keymap.ID = "builder.publish.ask"
	readAsked  keymap.ID = "builder.publish.request"

	dropScenario keymap.ID = "builder.publish.scenario.drop"
)

func listScopes() []keymap.Scope {
	return []keymap.Scope{
		{Name: scopeEngagements, Title: "Builder, engagements", Actions: []keymap.Action{
			{ID: engageAdd, Needs: keymap.Edit, Title: "Add an engagement", Hint: "add", Keys: []string{"n", "insert"}, Help: "Goes to the gallery to choose a template for a new engagement."},
			{ID: engageCopy, Needs: keymap.Edit, Title: "Duplicate the engagement", Keys: []string{"D"}, Help: "Puts a copy of the engagement behind it."},
			{ID: engageDelete, Needs: keymap.Edit, Title: "Take the engagement out", Hint: "delete", Keys: []string{"d", "delete"}, Help: "Takes the engagement out of the campaign; undo brings it back."},
			{ID: engageUp, Needs: keymap.Edit, Title: "Move it up", Keys: []string{"<", "alt+up"}, Help: "Moves the engagement up in the list."},
			{ID: engageDown, Needs: keymap.Edit, Title: "Move it down", Keys: []string{">", "alt+down"}, Help: "Moves the engagement down in the list."},
			{ID: engageSwitch, Needs: keymap.Edit, Title: "Enable or disable it", Hint: "on/off", Keys: []string{"space", "o"}, Help: "Disabled engagements stay but are never shown."},
		}},
		{Name: scopeGallery, Title: "Builder, gallery", Actions: []keymap.Action{
			{ID: takeNew, Needs: keymap.Edit, Title: "Add as a new engagement", Hint: "add", Keys: []string{"n", "insert"}, Help: "Adds an engagement that looks like the template; enter dresses the present one."},
			{ID: byFormat, Title: "By format", Hint: "format", Keys: []string{"f"}, Help: "Shows one format after the other, then all."},
			{ID: byType, Title: "By type", Hint: "type", Keys: []string{"t"}, Help: "Shows templates for conversations, for content, or both."},
			{ID: byUse, Title: "By use case", Keys: []string{"u"}, Help: "Shows one use case after the other, then all."},
			{ID: byStyle, Title: "By style", Keys: []string{"s"}, Help: "Shows one style after the other, then all."},
			{ID: bySize, Title: "By size", Keys: []string{"z"}, Help: "Shows one size after the other, then all."},
			{ID: showAll, Title: "Show all templates", Keys: []string{"0"}, Help: "Takes all filters of the gallery off."},
		}},
		{Name: scopePublish, Title: "Builder, check and publish", Actions: []keymap.Action{
			{ID: publishNow, Needs: keymap.Publish, Title: "Publish", Hint: "publish", Keys: []string{"p"}, Danger: true, Help: "Publishes the campaign, if nothing is wrong, every warning was acknowledged and its scenarios pass."},
			{ID: accept, Needs: keymap.Edit, Title: "Acknowledge the warning", Hint: "acknowledge", Keys: []string{"space"}, Help: "Says that the warning was read and is meant, or takes that back."},
			{ID: askFor, Needs: keymap.Edit, Title: "Ask for approval", Hint: "ask", Keys: []string{"r"}, Help: "Asks that another operator approves the campaign as it is here, with what differs, what the check finds and how the scenarios go."},
			{ID: readAsked, Title: "Read the request for approval", Keys: []string{"w"}, Help: "Shows what was asked for and what became of it; there it is withdrawn, approved, declined or published."},
			{ID: acceptAll, Needs: keymap.Edit, Title: "Acknowledge all warnings", Keys: []string{"a"}, Help: "Says of every warning that it was read and is meant."},
			{ID: dropScenario, Needs: keymap.Edit, Title: "Take out the scenario", Keys: []string{"d", "delete"}, Danger: true, Help: "Takes the selected scenario out of the store, so that it guards nothing any more."},
		}},
	}
}

// row is one engagement of the list.
type row struct {
	at              int
	e               *model.Engagement
	errors, warning int
}

func engagementTable(th func() *theme.Theme) *widget.Table[row] {
	t := widget.NewTable(func(r row) string { return r.e.ID },
		widget.Column[row]{Title: "#", Width: 3, Right: true, Rank: 3, Cell: func(r row) widget.Cell { return widget.Cell{Text: fmt.Sprint(r.at + 1), Look: theme.Muted} }},
		widget.Column[row]{Title: "Engagement", Width: 14, Grow: 1, Whole: 2, Cell: func(r row) widget.Cell { return widget.T(r.e.Name) }},
		widget.Column[row]{Title: "Format", Width: 14, Rank: 2, Cell: func(r row) widget.Cell { return widget.T(string(r.e.Format)) }},
		widget.Column[row]{Title: "Type", Width: 12, Rank: 4, Cell: func(r row) widget.Cell { return widget.T(string(r.e.Type)) }},
		widget.Column[row]{Title: "Shown", Width: 8, Cell: func(r row) widget.Cell {
			if r.e.Disabled {
				return widget.Cell{Text: "disabled", Look: theme.Muted}
			}
			return widget.Cell{Text: "enabled", Look: theme.OK}
		}},
		widget.Column[row]{Title: "Check", Width: 6, Rank: 1, Cell: func(r row) widget.Cell {
			switch {
			case r.errors > 0:
				return widget.Cell{Text: fmt.Sprintf("%s %d", th().Cross, r.errors), Look: theme.Danger}
			case r.warning > 0:
				return widget.Cell{Text: fmt.Sprintf("%s %d", th().Warn, r.warning), Look: theme.Warn}
			}
			return widget.Cell{Text: th().Check, Look: theme.OK}
		}},
	)
	t.Empty = "No engagements yet. n adds one from the gallery."
	return t
}

func (s *Screen) fillEngagements() {
	w := s.work
	counts := map[int][2]int{}
	for _, p := range w.stock.check(w.campaign()) {
		if i := fields.EngagementOf(p.Path); i >= 0 {
			c := counts[i]
			if p.Severity == model.Warning {
				c[1]++
			} else {
				c[0]++
			}
			counts[i] = c
		}
	}
	var rows []row
	for i, e := range w.campaign().Engagements {
		if e != nil {
			rows = append(rows, row{i, e, counts[i][0], counts[i][1]})
		}
	}
	s.engagements.SetItems(rows)
	if e := w.engagement(); e != nil {
		s.engagements.Select(e.ID)
	}
}

// inEngagements does what the list of engagements can do.
func (s *Screen) inEngagements(id keymap.ID, arg any) (tea.Cmd, bool) {
	w := s.work
	r, any := s.engagements.Selected()
	at := edit.Path("engagements").At(r.at)
	switch id {
	case engageAdd:
		w.adding = true
		s.goTo(stepGallery)
		return nil, true
	case keymap.NextPane:
		s.goTo(w.step + 1)
		return nil, true
	case keymap.PrevPane:
		s.goTo(w.step - 1)
		return nil, true
	case keymap.Open, keymap.Click:
		if any && id == keymap.Click {
			break // on the row under the mouse
		}
		if any {
			s.goTo(stepStudio)
		} else {
			w.adding = true
			s.goTo(stepGallery)
		}
		return nil, true
	case engageDelete:
		s.do("take out "+r.e.Name, edit.Remove(at))
		s.say("Took out " + r.e.Name + "; ctrl+z brings it back.")
		return nil, true
	case engageCopy:
		c, _ := edit.Clone(w.campaign()).(*model.Campaign)
		e := *c.Engagements[r.at]
		e.Name += " copy"
		e.ID = engagementID(w.campaign(), -1, e.Name)
		s.do("duplicate "+r.e.Name, edit.Insert(edit.Path("engagements").At(r.at+1), e))
		w.at = r.at + 1
		w.refresh()
		return nil, true
	case engageUp, engageDown:
		to := r.at + map[keymap.ID]int{engageUp: -1, engageDown: 1}[id]
		if to < 0 || to >= len(w.campaign().Engagements) {
			return nil, true
		}
		s.do("move "+r.e.Name, edit.Move(at, to))
		w.at = to
		w.refresh()
		return nil, true
	case engageSwitch:
		if r.e.Disabled {
			s.do("enable "+r.e.Name, edit.Clear(at.Field("disabled")))
		} else {
			s.do("disable "+r.e.Name, edit.Set(at.Field("disabled"), "true"))
		}
		return nil, true
	}
	switch widget.Target(arg, s.engagements).Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		s.goTo(stepStudio)
	}
	if r, ok := s.engagements.Selected(); ok && r.at != w.at {
		w.at = r.at
		w.refresh()
	}
	return nil, true
}

// templateRow is one template of the gallery.
type templateRow struct {
	t    *model.Template
	mine bool // of the library
}

// filter narrows the gallery.
type filter struct{ gallery.Filter }

func galleryTable() *widget.Table[*templateRow] {
	cell := func(text func(*model.Template) string) func(*templateRow) widget.Cell {
		return func(r *templateRow) widget.Cell {
			if s := text(r.t); s != "" {
				return widget.T(s)
			}
			return widget.Cell{Text: "any", Look: theme.Muted}
		}
	}
	t := widget.NewTable(func(r *templateRow) string { return fmt.Sprint(r.mine, r.t.ID) },
		widget.Column[*templateRow]{Title: "Template", Width: 20, Grow: 1, Whole: 2, Cell: cell(bareName)},
		widget.Column[*templateRow]{Title: "Format", Width: 14, Cell: cell(func(t *model.Template) string { return string(t.Format) })},
		widget.Column[*templateRow]{Title: "Type", Width: 12, Rank: 1, Cell: cell(func(t *model.Template) string { return string(t.Type) })},
		widget.Column[*templateRow]{Title: "Use case", Width: 18, Rank: 4, Cell: cell(func(t *model.Template) string { return t.UseCase })},
		widget.Column[*templateRow]{Title: "Style", Width: 8, Rank: 2, Cell: cell(func(t *model.Template) string { return t.Style })},
		widget.Column[*templateRow]{Title: "Size", Width: 6, Rank: 3, Cell: cell(func(t *model.Template) string { return t.Size })},
	)
	t.Empty = "No template is like that; 0 shows all."
	return t
}

// bareName is a template's name without what the columns beside it say:
// "Overlay: Travel, content" is Travel.
func bareName(t *model.Template) string {
	name := t.Name
	if head, rest, ok := strings.Cut(name, ": "); ok && strings.EqualFold(strings.ReplaceAll(head, " ", "-"), string(t.Format)) {
		name = rest
	}
	name = strings.TrimSuffix(name, ", "+string(t.Type))
	if name == "" {
		return t.Name
	}
	return name
}

func (s *Screen) fillGallery() {
	var rows []*templateRow
	own := len(s.work.stock.catalog().Templates)
	for i, t := range s.work.stock.gallery() {
		if s.filter.Match(t) {
			rows = append(rows, &templateRow{t, i < own})
		}
	}
	s.gallery.SetItems(rows)
}

// after gives the value behind one in a list, the first for none, none behind
// the last.
func after[T ~string](list []T, now T) T {
	if now == "" {
		return list[0]
	}
	for i, v := range list {
		if v == now && i+1 < len(list) {
			return list[i+1]
		}
	}
	return ""
}

// inGallery does what the gallery can do.
func (s *Screen) inGallery(id keymap.ID, arg any) (tea.Cmd, bool) {
	w, f := s.work, &s.filter.Filter
	switch id {
	case byFormat:
		f.Format = after(model.Formats(), f.Format)
	case byType:
		f.Type = after([]model.EngagementType{model.Conversation, model.Content}, f.Type)
		f.UseCase = ""
	case byUse:
		f.UseCase = after(gallery.UseCases(f.Type), f.UseCase)
	case byStyle:
		f.Style = after(gallery.Styles(), f.Style)
	case bySize:
		f.Size = after(gallery.Sizes(), f.Size)
	case showAll:
		*f = gallery.Filter{}
	case takeNew:
		s.take(true)
		return nil, true
	case keymap.Open:
		s.take(w.adding || w.engagement() == nil)
		return nil, true
	case keymap.NextPane:
		s.goTo(w.step + 1)
		return nil, true
	case keymap.PrevPane:
		s.goTo(w.step - 1)
		return nil, true
	default:
		switch widget.Target(arg, s.gallery).Do(id, arg) {
		case widget.Ignored:
			return nil, false
		case widget.Opened:
			s.take(w.adding || w.engagement() == nil)
		}
		return nil, true
	}
	s.fillGallery()
	return nil, true
}

// take makes a new engagement of the selected template, or gives the present
// one its look.
func (s *Screen) take(fresh bool) {
	r, ok := s.gallery.Selected()
	if !ok {
		return
	}
	w := s.work
	if fresh {
		err := w.addEngagement(func(e *model.Engagement) {
			e.Name = r.t.Name
			gallery.Apply(r.t, e)
		})
		if err != nil {
			s.fail("adding the engagement", err)
			return
		}
		w.adding = false
		s.say(fmt.Sprintf("Added %s (%s); its name is the first field.", w.engagement().Name, r.t.Format))
	} else {
		c, _ := edit.Clone(w.campaign()).(*model.Campaign)
		e := *c.Engagements[w.at]
		gallery.Apply(r.t, &e)
		s.do("dress "+e.Name+" as "+r.t.Name, edit.Set(edit.Path("engagements").At(w.at), e))
		s.say("It looks like " + r.t.Name + " now; ctrl+z takes it back.")
	}
	s.goTo(stepStudio)
}
