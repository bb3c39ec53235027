package gallery_test

import (
	"reflect"
	"testing"

	"beckon/model"
	"beckon/model/gallery"
)

// shop is the least catalog an engagement can stand in.
func shop(t *testing.T, e *model.Engagement, more ...model.Document) *model.Catalog {
	t.Helper()
	start, err := model.ParseDate("2026-03-01")
	if err != nil {
		t.Fatal(err)
	}
	head := func(k model.Kind) model.Header { return model.Header{Kind: k, ID: "one", Name: "One"} }
	c := &model.Catalog{Settings: model.DefaultSettings()}
	for _, d := range append(more,
		&model.Goal{Header: head(model.KindGoal), Type: model.GoalInteract},
		&model.Audience{Header: head(model.KindAudience)},
		&model.Window{Header: head(model.KindWindow), Default: true},
		&model.EntryPoint{Header: head(model.KindEntryPoint)},
		&model.Behavior{Header: head(model.KindBehavior)},
		&model.Campaign{Header: head(model.KindCampaign), Goal: "one", Audiences: []string{"one"},
			TimeFrame: model.TimeFrame{Start: start}, Engagements: []*model.Engagement{e}},
	) {
		c.Add(d)
	}
	return c
}

func TestApplyMakesAnEngagementThatCanBePublished(t *testing.T) {
	t.Parallel()
	untouched := gallery.Templates()
	for i, x := range gallery.Templates() {
		for _, channel := range []model.Channel{"", model.Messaging, model.Chat} {
			e := &model.Engagement{ID: "one", Name: "One", EntryPoints: []string{"one"}, Behaviors: []string{"one"}, Channel: channel}
			gallery.Apply(x, e)
			if !reflect.DeepEqual(untouched[i], x) {
				t.Fatalf("%s was changed", x.ID)
			}
			if e.Type == model.Conversation {
				e.Window = "one"
			} else {
				e.URL = "https://shop.example/"
			}
			if e.Format == model.Embedded {
				if e.Div != "" {
					t.Errorf("%s: div %q", x.ID, e.Div)
				}
				e.Div = "banner"
			}
			for _, p := range model.Validate(shop(t, e)) {
				t.Errorf("%s on %q: %s", x.ID, channel, p)
			}
			if chat := channel == model.Chat && e.Type == model.Conversation; !chat && (e.Creative.Offline != nil || e.Creative.Busy != nil) {
				t.Errorf("%s on %q has creatives for agents who are away", x.ID, channel)
			} else if chat && x.Creative.Offline != nil && e.Creative.Offline == nil {
				t.Errorf("%s on chat lost its offline creative", x.ID)
			}
		}
	}
}

func TestApplySetsWhatFollowsFromTheShape(t *testing.T) {
	t.Parallel()
	full := func() *model.Engagement {
		return &model.Engagement{ID: "e", Name: "E", Format: model.Embedded, Type: model.Conversation, Div: "offers", Channel: model.Chat,
			Authentication: model.Authenticated, Skill: "sales", IgnoreMaxWait: true, Window: "w", SeparateWindow: true, AgentNote: "n",
			URL: "https://shop.example/", SameTab: true, Follow: model.Follow{Pages: 2}, Delay: model.Second, Language: "de",
			EntryPoints: []string{"cart"}, Behaviors: []string{"lingering"}}
	}
	mine := func(f model.Format, ty model.EngagementType, c model.Creative) *model.Template {
		return &model.Template{Header: model.Header{Kind: model.KindTemplate, ID: "mine", Name: "Mine"}, Format: f, Type: ty, Creative: c}
	}
	for name, c := range map[string]struct {
		template *model.Template
		want     func(e *model.Engagement) bool
	}{
		"a sticky at the left takes the left side":    {mine(model.Sticky, model.Conversation, model.Creative{Position: model.MiddleLeft}), func(e *model.Engagement) bool { return e.Side == model.Left }},
		"a slide-out without a place takes the right": {mine(model.SlideOut, model.Conversation, model.Creative{}), func(e *model.Engagement) bool { return e.Side == model.Right }},
		"an overlay has no side and no div":           {mine(model.Overlay, model.Conversation, model.Creative{Position: model.TopLeft}), func(e *model.Engagement) bool { return e.Side == "" && e.Div == "" }},
		"an embedded engagement keeps its div":        {mine(model.Embedded, model.Conversation, model.Creative{}), func(e *model.Engagement) bool { return e.Div == "offers" }},
		"an embedded engagement does not follow":      {mine(model.Embedded, model.Conversation, model.Creative{}), func(e *model.Engagement) bool { return e.Follow.IsZero() }},
		"what follows follows on":                     {mine(model.Toaster, model.Content, model.Creative{}), func(e *model.Engagement) bool { return e.Follow.Pages == 2 }},
		"a toaster at the top comes from the top":     {mine(model.Toaster, model.Content, model.Creative{Position: model.TopRight}), func(e *model.Engagement) bool { return e.Creative.Edge == "top" }},
		"content has no conversation settings": {mine(model.Toaster, model.Content, model.Creative{}), func(e *model.Engagement) bool {
			return e.Window == "" && e.Skill == "" && e.Channel == "" && e.AgentNote == "" && !e.IgnoreMaxWait && !e.SeparateWindow && e.Authentication == ""
		}},
		"content keeps its link":             {mine(model.Toaster, model.Content, model.Creative{}), func(e *model.Engagement) bool { return e.URL == "https://shop.example/" && e.SameTab }},
		"a conversation has no link":         {mine(model.Overlay, model.Conversation, model.Creative{}), func(e *model.Engagement) bool { return e.URL == "" && !e.SameTab && e.Window == "w" }},
		"a template of the library is named": {mine(model.Overlay, model.Conversation, model.Creative{}), func(e *model.Engagement) bool { return e.Template == "mine" }},
		"a built-in one is not":              {gallery.Templates()[0], func(e *model.Engagement) bool { return e.Template == "" }},
		"where, when and how long stay": {mine(model.Overlay, model.Conversation, model.Creative{}), func(e *model.Engagement) bool {
			return e.EntryPoints[0] == "cart" && e.Behaviors[0] == "lingering" && e.Delay == model.Second && e.Language == "de"
		}},
		"a light box is for overlays":                 {mine(model.Sticky, model.Conversation, model.Creative{LightBox: true}), func(e *model.Engagement) bool { return !e.Creative.LightBox }},
		"a busy creative is never for overlays":       {mine(model.Overlay, model.Conversation, model.Creative{Busy: &model.Face{Width: 1}}), func(e *model.Engagement) bool { return e.Creative.Busy == nil }},
		"a chat takes the creatives of absent agents": {mine(model.Sticky, model.Conversation, model.Creative{Busy: &model.Face{Width: 1}, OfflineOff: true}), func(e *model.Engagement) bool { return e.Creative.Busy != nil && e.Creative.OfflineOff }},
		"nothing is shared with the template's faces": {mine(model.Sticky, model.Conversation, model.Creative{Busy: &model.Face{Width: 1}}), func(e *model.Engagement) bool { e.Creative.Busy.Width = 2; return true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := full()
			gallery.Apply(c.template, e)
			if !c.want(e) {
				t.Errorf("got %+v", e)
			}
			if b := c.template.Creative.Busy; b != nil && b.Width != 1 {
				t.Error("the template changed with the engagement")
			}
		})
	}
}
