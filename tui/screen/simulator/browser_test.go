package simulator

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/layout"
	"beckon/tui/page"
	"beckon/tui/pane"
)

func TestAProductPageHasWhatWasLookedAtOnIt(t *testing.T) {
	t.Parallel()
	s := opened(t, "cart-rescued", &pane.Session{})
	s.Rows(layout.Size{W: 120, H: 37}, true)
	seen := 0
	for at, ok := s.player.NextEvent(s.player.Start()); ok; at, ok = s.player.NextEvent(at) {
		s.move(at)
		ev := s.player.Events()[at.Events-1]
		if page.KindOf(s.look.page.URL, s.look.page.Title, nil) != page.ProductPage {
			continue
		}
		got := s.look.page.Products
		switch {
		case ev.Page != nil && len(got) > 0:
			t.Errorf("%s: before anything was told there is %+v", ev.Page.URL, got)
		case ev.ProductView != nil:
			seen++
			want := ev.ProductView.Products[0]
			if len(got) != 1 || got[0].Name != want.Name || got[0].Price != want.Price.String() {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	}
	if seen < 2 {
		t.Errorf("%d products were looked at", seen)
	}
}

func TestAClickOnContentOpensAnotherTabUntilTheNextPage(t *testing.T) {
	t.Parallel()
	s := opened(t, "first-visit", &pane.Session{})
	s.Rows(layout.Size{W: 120, H: 37}, true)
	refs := s.player.Engine().Engagements()
	m, ok := s.player.Next(s.player.Start(), func(m *replay.Mark) bool {
		return m.Kind == replay.MarkDisplay && refs[m.Engagement].Engagement.Type == model.Content
	})
	if !ok {
		t.Fatal("no content is shown")
	}
	e := refs[m.Engagement].Engagement
	s.move(m.Position)
	if s.look.page.Opened != "" {
		t.Error("a tab is open before the click")
	}
	s.answer(m.Engagement, journey.Accept)
	want := e.URL
	if e.SameTab {
		want = ""
	}
	if s.look.page.Opened != want {
		t.Errorf("opened %q, want %q", s.look.page.Opened, want)
	}
	next, ok := s.player.Next(s.head, func(m *replay.Mark) bool { return m.Kind == replay.MarkEvent && m.Event.Page != nil })
	if !ok {
		t.Fatal("no next page")
	}
	if s.move(next.Position); s.look.page.Opened != "" {
		t.Error("the tab outlives the page")
	}
}

// watched opens a recording of events that a test makes.
func watched(t *testing.T, events ...journey.Event) *Screen {
	t.Helper()
	s := opened(t, "cart-rescued", &pane.Session{})
	list := make([]*journey.Event, len(events))
	for i := range events {
		events[i].Visitor, events[i].Visit = "v", "one"
		list[i] = &events[i]
	}
	update(s, s.Receive(Watch{Recording: &Recording{Name: "made", Visitors: []Visitor{{ID: "v", Events: list}}}}))
	s.Rows(layout.Size{W: 120, H: 37}, true)
	return s
}

func TestOnAPhoneTheWindowIsFoldedUpWithTheNextPage(t *testing.T) {
	t.Parallel()
	first := opened(t, "cart-rescued", &pane.Session{}).player.Events()[0].At
	at := func(n int, e journey.Event) journey.Event {
		e.At = first + journey.Instant(n)*second
		return e
	}
	for platform, folds := range map[model.Platform]bool{model.Smartphone: true, model.Desktop: false} {
		s := watched(t,
			at(0, journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/cart", Platform: platform}}),
			at(10, journey.Event{Type: journey.Conversation, Conversation: &journey.ConversationChange{Start: true}}),
			at(60, journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/help", Platform: platform}}),
			at(90, journey.Event{Type: journey.Conversation, Conversation: &journey.ConversationChange{}}),
			at(120, journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/", Platform: platform}}))
		for _, want := range []struct {
			second int
			window bool
			folded bool
			stage  page.Stage
		}{{5, false, false, 0}, {30, true, false, page.Talking}, {70, true, folds, page.Talking}, {100, true, folds, page.Asked}, {125, false, false, 0}} {
			s.move(s.player.Seek(first + journey.Instant(want.second)*second))
			w := s.look.page.Window
			if (w != nil) != want.window {
				t.Fatalf("%s, second %d: window %+v", platform, want.second, w)
			}
			if w != nil && (w.Minimized != want.folded || w.Stage != want.stage) {
				t.Errorf("%s, second %d: minimized %v at stage %d", platform, want.second, w.Minimized, w.Stage)
			}
		}
		if phone := s.look.page.Phone; phone != (platform == model.Smartphone) {
			t.Errorf("%s: phone %v", platform, phone)
		}
		s.flip()
		if phone := s.look.page.Phone; phone == (platform == model.Smartphone) {
			t.Errorf("%s: the other device is the same", platform)
		}
	}
}

func TestAnErrorsMessageIsOnThePage(t *testing.T) {
	t.Parallel()
	s := opened(t, "payment-trouble", &pane.Session{})
	size := layout.Size{W: 120, H: 37}
	s.Rows(size, true)
	for at, ok := s.player.NextEvent(s.player.Start()); ok; at, ok = s.player.NextEvent(at) {
		s.move(at)
		if n := len(s.look.frame.State.Errors); n > 0 {
			said := s.look.frame.State.Errors[n-1].Message
			if !strings.Contains(s.Rows(size, true).Join(), "! "+said) {
				t.Errorf("%q is not on the page", said)
			}
			return
		}
	}
	t.Fatal("no error comes")
}
