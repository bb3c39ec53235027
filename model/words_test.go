package model_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
	"beckon/model/text"
)

func TestSentencesSayConditionsInPlainWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ when, want string }{
		{"{}", "always"},
		{"{all: [{cartValue: {min: 50}}, {timeOnEntryPoint: {entryPoints: [cart], atLeast: 30s}}]}", "total of the cart is 50.00 or more and on cart, 30s or more was spent"},
		{"{any: [{all: [{exitSignal: true}, {cartItems: {min: 1}}]}, {idle: {moreThan: 1m}}]}", "(gave an exit signal and items in the cart: 1 or more) or idle for more than 1m"},
		{"{exclude: [{visited: {entryPoints: [a, b]}}, {aboutToAbandon: true}]}", "not (visited a and b or is about to abandon)"},
		{"{flow: {steps: [{contains: /cart}, {section: pay}], on: back}}", `went back in the flow URL contains "/cart" > section pay`},
		{"{flow: {name: Purchase, steps: [{contains: /cart}]}}", "abandoned the flow Purchase"},
		{"{cartValue: {decreased: true}}", "total of the cart fell"},
		{"{cartValue: {min: 20, max: 30.5}}", "total of the cart is 20.00 to 30.50"},
		{"{viewedProduct: {skus: [T], price: {max: 9}, views: 3, stock: {atMost: 2}}}", "viewed SKU T for 9.00 or less, 2 or fewer in stock 3 times or more"},
		{"{visitorError: {codes: ['404'], from: 2}}", "met the error code 404 2 times or more"},
		{"{engaged: {engagements: [a/b], statuses: [declined, clicked]}}", "declined or clicked a/b"},
		{"{event: {name: video, count: 2, within: 5m}}", "event video 2 times or more within 5m"},
		{"{marketingSource: {channels: [email, social]}}", "came by email or social"},
		{"{geo: {countries: [DE, AT, CH, FR, IT]}}", "is in DE or AT or CH or 2 others"},
		{"{age: {min: 18, max: 18}}", "age is 18"},
		{"{attribute: {name: plan, op: not-equals, values: [pro, team]}}", `plan not equals "pro" or "team"`},
		{"{referral: {urls: [{startsWith: https://a}, {regex: 'b$'}]}}", `came from a page whose URL starts with "https://a" or matches "b$"`},
	} {
		docs, err := model.DecodeDocuments("f.yaml", []byte("kind: behavior\nid: a\nwhen: "+tc.when))
		if err != nil {
			t.Fatal(err)
		}
		if got := docs[0].Document.(*model.Behavior).When.Sentence(); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.when, got, tc.want)
		}
	}
}

func TestEveryConditionHasAPlaceInTheMenuAndWords(t *testing.T) {
	t.Parallel()
	var fields []string
	typ := reflect.TypeFor[model.Condition]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
		fields = append(fields, name)
		v := reflect.New(typ).Elem()
		switch f := v.Field(i); f.Kind() {
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString("first-time")
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
		c := v.Interface().(model.Condition)
		if got := c.Leaf(); got != name {
			t.Errorf("Leaf of %s is %q", name, got)
		}
		if s := c.Sentence(); s == "" || s == name {
			t.Errorf("%s has no words: %q", name, s)
		}
	}
	var names []string
	for _, l := range model.Leaves() {
		names = append(names, l.Name)
		if l.Title == "" || l.Category == "" {
			t.Errorf("%s has no title or category", l.Name)
		}
	}
	if !slices.Equal(names, fields) {
		t.Errorf("leaves %q\nfields %q", names, fields)
	}
	both := model.Condition{Visitor: model.FirstTime, ExitSignal: true}
	if both.Leaf() != "" || !slices.Equal(both.Set(), []string{"visitor", "exitSignal"}) || both.IsZero() {
		t.Errorf("a condition that says two things: %q %q", both.Leaf(), both.Set())
	}
	if (model.Condition{}).Leaf() != "" || !(model.Condition{}).IsZero() {
		t.Error("the zero condition is not zero")
	}
}

func TestSentencesAreHarmless(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		c := model.Condition{All: []model.Condition{modeltest.Audience(t, 4), modeltest.Behavior(t, 4, []string{s}, []string{s}), {SearchedFor: &model.KeywordCondition{Keywords: []string{s}}}}}
		if got := c.Sentence(); got == "" || !text.Safe(got) {
			t.Fatalf("%q", got)
		}
	})
}

func TestIndexFindsDocumentsEngagementsAndUses(t *testing.T) {
	t.Parallel()
	c := soundCatalog(t)
	x := c.Index()
	if x.Goal("order") != c.Goals[0] || x.Window("desk") != c.Windows[0] || x.Document(model.KindSchedule, "office") != model.Document(c.Schedules[0]) || x.Campaign("none") != nil {
		t.Error("documents are not found")
	}
	if campaign, e := x.Engagement("rescue/chat"); campaign != c.Campaigns[0] || e != c.Campaigns[0].Engagements[1] {
		t.Error("the engagement is not found")
	}
	if campaign, e := x.Engagement("rescue/none"); campaign != nil || e != nil {
		t.Error("an engagement that is not there was found")
	}
	want := []model.Use{
		{Kind: model.KindBehavior, ID: "lingers", Path: "when.timeOnEntryPoint.entryPoints[0]"},
		{Kind: model.KindCampaign, ID: "rescue", Engagement: "rescue/offer", Path: "engagements[0].entryPoints[0]"},
	}
	if got := x.Uses(model.KindEntryPoint, "cart"); !slices.Equal(got, want) {
		t.Errorf("uses of cart: %+v", got)
	}
	for _, tc := range []struct {
		kind model.Kind
		id   string
		want []string
	}{
		{model.KindEntryPoint, "cart", []string{"rescue/offer"}},
		{model.KindGoal, "order", []string{"rescue/offer", "rescue/chat"}},
		{model.KindWindow, "desk", []string{"rescue/chat"}},
		{model.KindAudience, "home", nil},
	} {
		if got := x.UsedBy(tc.kind, tc.id); !slices.Equal(got, tc.want) {
			t.Errorf("%s %s is used by %q, want %q", tc.kind, tc.id, got, tc.want)
		}
	}
}

func TestReferencesOfGeneratedCatalogsLeadSomewhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := modeltest.Catalog(t)
		x := c.Index()
		for _, d := range c.Documents() {
			for _, r := range model.References(d) {
				if !slices.ContainsFunc(x.Uses(r.Kind, r.ID), func(u model.Use) bool { return u.ID == d.Head().ID && u.Path == r.Path }) {
					t.Fatalf("%s %s: %+v is no use", d.Head().Kind, d.Head().ID, r)
				}
			}
		}
	})
}

func TestChoicesAreToldToForms(t *testing.T) {
	t.Parallel()
	if got := model.Choices(model.Priority("")); !slices.Equal(got, []string{"high", "medium", "low"}) {
		t.Errorf("%q", got)
	}
	if got := model.FieldChoices(&model.Window{}, "theme"); !slices.Equal(got, []string{"ocean", "horizon", "harmony"}) {
		t.Errorf("%q", got)
	}
	if got := model.FieldChoices(model.Engagement{}, "format"); len(got) != 6 {
		t.Errorf("%q", got)
	}
	if model.Choices("") != nil || model.FieldChoices(model.Window{}, "nothing") != nil || model.FieldChoices(nil, "x") != nil {
		t.Error("choices where there are none")
	}
}

func TestARegularExpressionIsSaidAsItWasWritten(t *testing.T) {
	t.Parallel()
	r := model.PageRule{URLRule: model.URLRule{Regex: `^shop\.example/a(/|\?|$)`}}
	if got, want := r.Words(), `URL matches "^shop\.example/a(/|\?|$)"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
