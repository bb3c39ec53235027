package form_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/journey"
	"beckon/tui/app"
	"beckon/tui/form"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// Editing is a screen that is nothing but a form: what a screen has to hand
// on.
type Editing struct {
	doc      model.Document
	world    form.World
	sections func(s *Editing) []form.Section

	ses     *pane.Session
	History *edit.History
	Form    *form.Form
}

func (s *Editing) ID() string    { return "editing" }
func (s *Editing) Title() string { return "Editing" }
func (s *Editing) Scopes() []keymap.Scope {
	return append([]keymap.Scope{{Name: "editing", Title: "Editing"}}, form.Scopes("editing.form")...)
}

func (s *Editing) Open(ses *pane.Session) tea.Cmd {
	s.ses = ses
	s.History, _ = edit.NewHistory(s.doc, 0)
	s.Form = form.New(ses, "editing.form", s.History, s.world, s.sections(s)...)
	return nil
}

func (s *Editing) Update(tea.Msg) tea.Cmd                         { return nil }
func (s *Editing) Do(id keymap.ID, arg any) (tea.Cmd, bool)       { return s.Form.Do(id, arg) }
func (s *Editing) Disabled(id keymap.ID) string                   { return s.Form.Disabled(id) }
func (s *Editing) Scope() string                                  { return s.Form.Scope() }
func (s *Editing) Type(k tea.Key) (tea.Cmd, bool)                 { return s.Form.Type(k) }
func (s *Editing) Paste(text string) tea.Cmd                      { return s.Form.Paste(text) }
func (s *Editing) Cursor() (x, y int, visible bool)               { return s.Form.Cursor() }
func (s *Editing) Hits(h *frame.Hits)                             { s.Form.Hits(h) }
func (s *Editing) Rows(size layout.Size, focused bool) frame.Rows { return s.Form.Rows(size, focused) }

func (s *Editing) Unsaved() string {
	if s.Form.Dirty() {
		return "The campaign has changes that are not saved."
	}
	return ""
}

// campaignSections are the first steps of a campaign.
func campaignSections(s *Editing) []form.Section {
	start := func() string {
		if c, ok := s.History.Document().(*model.Campaign); ok {
			return string(c.TimeFrame.Hours)
		}
		return ""
	}
	return []form.Section{
		{Title: "Name", Fields: []form.Field{
			{Path: "name", Label: "Name", Kind: form.Text{Name: true}, Required: true},
			{Path: "description", Label: "Description", Kind: form.Prose{}},
		}},
		{Title: "Goal and audience", Fields: []form.Field{
			{Path: "goal", Label: "Goal", Kind: form.Reference{To: model.KindGoal}, Required: true},
			{Path: "audiences", Label: "Audiences", Kind: form.References{To: model.KindAudience}, Required: true},
		}},
		{Title: "Time frame", Fields: []form.Field{
			{Path: "timeFrame.start", Label: "First day", Kind: form.Date{}, Required: true},
			{Path: "timeFrame.end", Label: "Last day", Kind: form.Date{Hint: "no end"}},
			{Path: "timeFrame.zone", Label: "Time zone", Kind: form.Zone{Default: "the account's"}},
			{Path: "timeFrame.hours", Label: "Hours", Kind: form.Choice{Options: form.Options(model.Choices(model.Hours(""))...), Default: "all"}},
			{Path: "timeFrame.from", Label: "From", Kind: form.Clock{}, When: func() bool { return start() == "specific" }},
			{Path: "timeFrame.to", Label: "to", Kind: form.Clock{}, When: func() bool { return start() == "specific" }, Beside: true},
		}},
		{Title: "Weight", Fields: []form.Field{
			{Path: "priority", Label: "Priority", Kind: form.Choice{Options: form.Options("high", "medium", "low"), Default: "medium"}},
			{Path: "controlGroup", Label: "Control group", Kind: form.Percent{Max: model.MaxControl, Hint: "10"}},
		}},
	}
}

// shop is a small catalog.
func shop() *model.Catalog {
	c := &model.Catalog{Settings: model.DefaultSettings()}
	c.Settings.CustomerTypes = []string{"gold", "silver"}
	for _, d := range []model.Document{
		&model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "buy", Name: "Buy something"}, Type: model.GoalSell, Transaction: &model.TransactionGoal{}},
		&model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "sign-up", Name: "Sign up"}, Type: model.GoalLead, LeadEvent: true},
		&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "everyone", Name: "Everyone"}},
		&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "returning", Name: "Returning visitors"}, When: model.Condition{Visitor: model.Returning}},
		&model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "cart", Name: "Cart"}, Include: []model.PageRule{{URLRule: model.URLRule{Contains: "/cart"}}}},
		&model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "site", Name: "Whole site"}},
		&model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Spring"}, Goal: "buy", Audiences: []string{"everyone"},
			Engagements: []*model.Engagement{{ID: "help", Name: "Help overlay", Format: model.Overlay, Type: model.Conversation, EntryPoints: []string{"site"}}}},
	} {
		c.Add(d)
	}
	return c
}

// shopWorld is what a screen tells the form of the shop.
func shopWorld() form.World {
	c := shop()
	index := c.Index()
	return form.World{
		Library: form.LibraryOf(c),
		Check:   index.ValidateDocument,
		Pages: []journey.Page{{URL: "https://shop.example/", Title: "Home"}, {URL: "https://shop.example/cart", Title: "Your cart"},
			{URL: "https://shop.example/cart/pay?step=1", Title: "Pay", Sections: []string{"checkout"}}},
		Suggest: func(what string) []string {
			return map[string][]string{"customer type": c.Settings.CustomerTypes, "city": {"Berlin", "Bern"}}[what]
		},
	}
}

// use drives the whole console with a form alone, on a Tuesday at noon.
func use(t *testing.T, size layout.Size, s *Editing, drive func(d *tuitest.Driver)) {
	t.Helper()
	noon := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	tuitest.Run(t, size, func() tea.Model {
		begin := time.Now()
		root, err := app.New(&app.Session{Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, s)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, drive)
}

func campaign() *Editing {
	return &Editing{world: shopWorld(), sections: campaignSections,
		doc: &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "new", Name: "New"}}}
}

func TestTheExampleFormMakesACampaign(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 100, H: 30}, s, func(d *tuitest.Driver) {
		d.Press("ctrl+u")
		d.Type("Cart rescue")
		d.Press("tab")
		d.Type("Helps with")
		d.Press("enter")
		d.Type("the cart.")
		d.Press("tab", "enter")
		d.Expect("Choose goal", "Buy something", "Sign up")
		d.Type("sign")
		d.Press("enter", "tab", "enter")
		d.Type("everyone")
		d.Press("enter", "tab")
		d.Type("2026-04-01")
		d.Press("tab", "tab")
		d.Type("Europe/Berlin")
		d.Press("tab", "right", "tab")
		d.Type("9")
		d.Press("tab")
		d.Type("5:30 pm")
		d.Press("tab", "left", "tab")
		d.Type("5")
		got, ok := s.History.Document().(*model.Campaign)
		if !ok {
			t.Fatal("no campaign")
		}
		five := 5
		want := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "new", Name: "Cart rescue", Description: "Helps with\nthe cart."},
			Goal: "sign-up", Audiences: []string{"everyone"}, Priority: model.High, ControlGroup: &five,
			TimeFrame: model.TimeFrame{Start: day(t, "2026-04-01"), Zone: "Europe/Berlin", Hours: model.SpecificHours, From: model.ClockAt(9, 0), To: model.ClockAt(17, 30)}}
		if !edit.Equal(got, want) {
			a, _ := model.EncodeDocument(got)
			b, _ := model.EncodeDocument(want)
			t.Errorf("made\n%s\nwant\n%s", a, b)
		}
		for range 20 {
			d.Press("ctrl+z")
		}
		if s.History.Dirty() {
			a, _ := model.EncodeDocument(s.History.Document())
			t.Errorf("after undo of all\n%s", a)
		}
	})
}

func day(t *testing.T, s string) model.Date {
	t.Helper()
	d, err := model.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
