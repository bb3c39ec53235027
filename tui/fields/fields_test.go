package fields

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
)

// reach is what a form's fields lead to.
type reach struct {
	fields map[edit.Path]bool
	whole  []edit.Path // of which everything inside is reached
}

func (r *reach) add(list []form.Field) {
	if r.fields == nil {
		r.fields = map[edit.Path]bool{}
	}
	for _, f := range list {
		p := edit.Path(f.Path).Pattern()
		r.fields[p] = true
		switch k := f.Kind.(type) {
		case form.Records:
			r.add(k.Fields(string(edit.Path(f.Path).At(0)), 0))
		case form.PageRules, form.Condition, form.Week, form.List, form.References:
			r.whole = append(r.whole, p)
		case form.Hours:
			r.whole = append(r.whole, p.Field("status"), p.Field("shifts"))
		}
	}
}

func (r *reach) has(p edit.Path) bool {
	if r.fields[p] {
		return true
	}
	for _, w := range r.whole {
		if w.Holds(p) || strings.HasPrefix(string(p), string(w)+"[]") {
			return true
		}
	}
	return false
}

// campaign has one engagement for which nothing is there yet.
func campaign() *model.Campaign {
	return &model.Campaign{Header: model.Header{Kind: model.KindCampaign}, Engagements: []*model.Engagement{{}}}
}

// sectionsOf is the table of a kind.
func sectionsOf(kind model.Kind) []form.Section {
	switch kind {
	case model.KindCampaign:
		return Campaign{Now: campaign}.Sections()
	case model.KindSettings:
		s := model.DefaultSettings()
		return Settings(func() *model.Settings { return &s })
	}
	d := model.NewDocument(kind)
	return Item{Now: func() model.Document { return d }}.Sections()
}

func TestEveryFieldOfEveryKindIsReachedByItsForm(t *testing.T) {
	t.Parallel()
	// What is made by other means than a field: the gallery, and publishing.
	elsewhere := map[model.Kind][]edit.Path{
		model.KindCampaign: {"published", "engagements[].id", "engagements[].format", "engagements[].type", "engagements[].template"},
	}
	kinds := append(model.Kinds(), model.KindSettings)
	seen := 0
	for _, kind := range kinds {
		var r reach
		for _, s := range sectionsOf(kind) {
			r.add(s.Fields)
		}
		for _, p := range elsewhere[kind] {
			r.fields[p] = true
		}
		for _, f := range edit.Walk(kind) {
			seen++
			if !r.has(f.Path) && f.Kind != edit.Group && f.Kind != edit.List {
				t.Errorf("no form reaches %s of a %s", f.Path, kind)
			}
		}
	}
	if seen < 150 {
		t.Errorf("only %d fields were looked at", seen)
	}
}

func TestEveryFieldOfACampaignIsInTheStepThatItsProblemsLeadTo(t *testing.T) {
	t.Parallel()
	c := Campaign{Now: campaign}
	for s := range Steps {
		for _, f := range c.Step(s) {
			if at := StepOf(f.Path); at != s {
				t.Errorf("%s is made in the step %s, and its problems lead to %s", f.Path, s.About().Title, at.About().Title)
			}
		}
		if n := s.Section(); n >= 0 && StepWith(n) != s {
			t.Errorf("the form of the step %s belongs to the step %s", s.About().Title, StepWith(n).About().Title)
		}
	}
}

func TestEveryPathThatIsAskedIsOneOfTheDocument(t *testing.T) {
	t.Parallel()
	for _, kind := range append(model.Kinds(), model.KindSettings) {
		var r reach
		for _, s := range sectionsOf(kind) {
			r.add(s.Fields)
		}
		for p := range r.fields {
			if _, err := edit.FieldOf(kind, p); err != nil {
				t.Errorf("a %s: %s", kind, err)
			}
		}
	}
}

func TestAFieldThatHoldsSomethingIsShownThoughItDoesNotApply(t *testing.T) {
	t.Parallel()
	k := campaign()
	k.Engagements[0].Format, k.Engagements[0].Type = model.Toaster, model.Content
	c := Campaign{Now: func() *model.Campaign { return k }}
	shown := func(path string) bool {
		for _, f := range c.Step(StepOf(path)) {
			if f.Path == path {
				return f.When == nil || f.When()
			}
		}
		t.Fatalf("no field %s", path)
		return false
	}
	for path, put := range map[string]func(*model.Engagement){
		"engagements[0].side":              func(e *model.Engagement) { e.Side = model.Left },
		"engagements[0].creative.lightBox": func(e *model.Engagement) { e.Creative.LightBox = true },
		"engagements[0].creative.left":     func(e *model.Engagement) { e.Creative.Left = 12 },
	} {
		if shown(path) {
			t.Errorf("%s is shown for a toaster", path)
		}
		if put(k.Engagements[0]); !shown(path) {
			t.Errorf("%s is out of sight though it holds something", path)
		}
	}
}

func TestAPartIsAddedAndTakenAwayAsAWhole(t *testing.T) {
	t.Parallel()
	for _, kind := range model.Kinds() {
		if kind == model.KindCampaign {
			continue
		}
		d := model.NewDocument(kind)
		for _, p := range (Item{Now: func() model.Document { return d }}).Parts() {
			for _, want := range []bool{true, false} {
				_, e := p.Turn(d)
				if _, err := e.Apply(d); err != nil {
					t.Fatalf("%s of a %s: %v", p.Title, kind, err)
				}
				if p.Given(d) != want {
					t.Errorf("%s of a %s: there %v, want %v", p.Title, kind, p.Given(d), want)
				}
			}
		}
	}
}

// What is missing in a goal is told by the labels of its fields.
func TestWhatAGoalLacksIsToldAsItsFieldsAreCalled(t *testing.T) {
	t.Parallel()
	purchase := &model.TransactionGoal{}
	for want, g := range map[string]model.Goal{
		"a sell goal wants landing pages or purchases above":         {Type: model.GoalSell},
		"a lead goal wants landing pages or leads that are reported": {Type: model.GoalLead},
		"want landing pages or purchases above, not both":            {Type: model.GoalSell, Transaction: purchase, URLs: []model.PageRule{{Section: "thanks"}}},
	} {
		g.Header = model.Header{Kind: model.KindGoal, ID: "g", Name: "G"}
		h, err := edit.NewHistory(&g, 0)
		if err != nil {
			t.Fatal(err)
		}
		it := Item{Now: h.Document}
		f := form.New(&pane.Session{Theme: theme.New(theme.Options{NoColor: true})}, "test.form", h, form.World{Check: (&model.Catalog{}).Index().ValidateDocument}, it.Sections()...)
		f.ShowProblems()
		if got := ansi.Strip(f.Rows(layout.Size{W: 100, H: 30}, true).Join()); !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
}

func TestEveryIndicatorMakesAGoalThatHasIt(t *testing.T) {
	t.Parallel()
	for _, i := range Indicators() {
		g := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "g", Name: "G"}, Type: model.GoalOther, LeadEvent: true, Pages: 9}
		if _, err := edit.Apply(g, i.Edits()...); err != nil {
			t.Fatalf("%s: %v", i.Title, err)
		}
		want := i.Goal
		want.Header = g.Header
		if !edit.Equal(g, &want) {
			t.Errorf("%s makes %+v", i.Title, g)
		}
	}
}

func TestSplittingTheLimitsNeverLetsMoreThrough(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		was   model.DisplaySettings
		split bool
		want  model.DisplaySettings
	}{
		{model.DisplaySettings{Limit: 2}, true, model.DisplaySettings{Split: true, Conversation: 2, Content: 2}},
		{model.DisplaySettings{Limit: 2, Conversation: 1, Content: 3}, true, model.DisplaySettings{Split: true, Conversation: 1, Content: 2}},
		{model.DisplaySettings{}, true, model.DisplaySettings{Split: true}},
		{model.DisplaySettings{Split: true, Conversation: 1, Content: 3}, false, model.DisplaySettings{Limit: 1}},
		{model.DisplaySettings{Split: true, Content: 3}, false, model.DisplaySettings{Limit: 3}},
		{model.DisplaySettings{Split: true}, false, model.DisplaySettings{}},
	} {
		set := model.DefaultSettings()
		set.Displays = tc.was
		if _, err := edit.Apply(&set, append(limits(tc.was, tc.split), edit.Set("displays.split", tc.split))...); err != nil {
			t.Fatal(err)
		}
		if set.Displays != tc.want {
			t.Errorf("%+v, split %v: %+v, want %+v", tc.was, tc.split, set.Displays, tc.want)
		}
	}
}

// A placeholder says what holds while nothing is there, or gives an example;
// examples all begin in one way, so that nobody takes one for the other.
func TestEveryExampleInAnEmptyFieldSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	holds := map[edit.Path]bool{"visit.idle": true, "visit.maxAge": true, "evaluateEvery": true, "currency": true, "siteControlGroup": true, "controlGroup": true}
	var look func(list []form.Field)
	look = func(list []form.Field) {
		for _, f := range list {
			p := edit.Path(f.Path).Pattern()
			if k, is := f.Kind.(form.Records); is {
				look(k.Fields(string(edit.Path(f.Path).At(0)), 0))
				continue
			}
			v := reflect.ValueOf(f.Kind)
			if v.Kind() != reflect.Struct || !v.FieldByName("Hint").IsValid() || holds[p] {
				continue
			}
			hint := v.FieldByName("Hint").String()
			if example := strings.ContainsAny(hint, "0123456789/-#"); example && !strings.HasPrefix(hint, "such as ") {
				t.Errorf("the placeholder of %s is %q, want such as %s", p, hint, hint)
			}
		}
	}
	for _, kind := range append(model.Kinds(), model.KindSettings) {
		for _, s := range sectionsOf(kind) {
			look(s.Fields)
		}
	}
}
