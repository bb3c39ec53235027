package replay

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

func newPlayer(t interface{ Fatalf(string, ...any) }, eng *engine.Engine, events []*journey.Event, o PlayerOptions) *Player {
	p, err := NewPlayer(eng, events, o)
	if err != nil {
		t.Fatalf("NewPlayer: %v", err)
	}
	return p
}

// onScreen lists the engagements of a frame's screen.
func onScreen(f Frame, eng *engine.Engine) []string {
	var out []string
	for _, d := range f.State.Screen {
		out = append(out, eng.Engagements()[d.Engagement].Path)
	}
	return out
}

func TestScrubbingShowsWhatAFreshReplayShows(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawJourneys(t, eng)
		n := 0
		for n < len(events) && events[n].Visitor == events[0].Visitor {
			n++
		}
		events = events[:n]
		o := PlayerOptions{Seed: rapid.Uint64().Draw(t, "seed"), Policy: rapid.SampledFrom([]Policy{{}, {Decline: 1}, {Accept: 0.5}}).Draw(t, "policy")}
		scrubbed := newPlayer(t, eng, events, o)
		scrubbed.scan.every = rapid.SampledFrom([]int{1, 2, pointEvery}).Draw(t, "evaluations between checkpoints")
		span := int(scrubbed.End().At.Sub(scrubbed.Start().At))
		for range 6 {
			at := scrubbed.Seek(scrubbed.Start().At.Add(model.Duration(rapid.IntRange(-10, span+1000).Draw(t, "at"))))
			got, fresh := scrubbed.At(at), newPlayer(t, eng, events, o).At(at)
			if diff := cmp.Diff(fresh, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("at %+v, scrubbing differs from a fresh replay:\n%s", at, diff)
			}
			index := rapid.IntRange(0, len(eng.Engagements())-1).Draw(t, "engagement")
			x, _ := scrubbed.Explain(at, index)
			y, _ := newPlayer(t, eng, events, o).Explain(at, index)
			if diff := cmp.Diff(y, x, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("at %+v, the trace differs from a fresh replay's:\n%s", at, diff)
			}
		}
	})
}

func TestTheTimelineAgreesWithABulkRun(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "cart-rescued.jsonl")
	o := Options{Seed: 3, Policy: Policy{Accept: 0.4, Decline: 0.4}}
	var want []Position
	_, err := Run(context.Background(), eng, source(events), o, func(r Record) error {
		if d, ok := r.(*Display); ok {
			want = append(want, Position{At: d.At, Events: d.Index})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t, eng, events, PlayerOptions{Seed: o.Seed, Policy: o.Policy})
	var got []Position
	before := Position{}
	told := 0
	for _, m := range p.Marks() {
		if m.Position.Before(before) {
			t.Errorf("mark %+v comes after %+v", m, before)
		}
		before = m.Position
		switch m.Kind {
		case MarkDisplay:
			got = append(got, Position{At: m.At, Events: m.Engagement})
		case MarkEvent:
			told++
		}
	}
	if !reflect.DeepEqual(got, want) || len(want) == 0 {
		t.Errorf("displays of the player %v, of the run %v", got, want)
	}
	if told != len(events) {
		t.Errorf("%d of %d events on the timeline", told, len(events))
	}
	if f := p.At(p.End()); !f.Over || f.State.Visit != "" {
		t.Errorf("at the end: %+v", f)
	}
	if f := p.At(p.Start()); f.Over || f.Decisions != nil || len(f.State.Screen) != 0 {
		t.Errorf("at the start: %+v", f)
	}
}

func TestSteppingGoesFromEventToEventAndBack(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "cart-rescued.jsonl")
	p := newPlayer(t, eng, events, PlayerOptions{})
	at, there := p.Start(), []Position{p.Start()}
	for {
		next, ok := p.NextEvent(at)
		if !ok {
			break
		}
		if !at.Before(next) {
			t.Fatalf("the event after %+v is at %+v", at, next)
		}
		at = next
		there = append(there, at)
	}
	if len(there) != len(events)+1 {
		t.Fatalf("%d steps over %d events", len(there)-1, len(events))
	}
	later := Position{at.At + 500, at.Events}
	if back, ok := p.PrevEvent(later); !ok || back != at {
		t.Errorf("half a second after the last event the one before is %+v, want %+v", back, at)
	}
	for i := len(there) - 2; i >= 0; i-- {
		back, ok := p.PrevEvent(at)
		if !ok || back != there[i] {
			t.Fatalf("before %+v comes %+v, want %+v", at, back, there[i])
		}
		at = back
	}
	if back, ok := p.PrevEvent(at); ok {
		t.Errorf("before the start comes %+v", back)
	}
	first, ok := p.NextDecision(p.Start())
	if !ok {
		t.Fatal("no decision at all")
	}
	if second, ok := p.NextDecision(first); ok {
		if back, ok := p.PrevDecision(second); !ok || back.Before(first) {
			t.Errorf("back from %+v leads to %+v, not to %+v", second, back, first)
		}
	}
	if same := p.Seek(events[0].At); same.Events < 1 {
		t.Errorf("seeking the first event's instant has %d events done", same.Events)
	}
}

func TestAnOperatorsAnswerMakesAFurtherPlayer(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	page := func(after model.Duration, url string) *journey.Event {
		return &journey.Event{Visitor: "v", At: DefaultStart.Add(after), Type: journey.PageView, Page: &journey.Page{URL: url}}
	}
	events := []*journey.Event{
		page(0, "https://shop.example/cart"),
		{Visitor: "v", At: DefaultStart, Type: journey.Cart, Cart: &journey.CartState{Total: 120 * model.MoneyScale, NumItems: 2}},
		page(2*model.Minute, "https://shop.example/cart"),
	}
	index, ok := eng.Index("cart-rescue/help-overlay")
	if !ok {
		t.Fatal("no such engagement")
	}
	p := newPlayer(t, eng, events, PlayerOptions{Control: &engine.Control{}})
	shown, ok := p.Next(p.Start(), func(m *Mark) bool { return m.Kind == MarkDisplay && m.Engagement == index })
	if !ok {
		t.Fatalf("the overlay is never displayed: %+v", p.Marks())
	}
	before := p.At(shown.Position)
	declined, at := p.Answer(shown.Position, index, journey.Decline)
	if got := onScreen(declined.At(at), eng); len(got) != len(onScreen(before, eng))-1 {
		t.Errorf("after the decline the screen has %v, before %v", got, onScreen(before, eng))
	}
	if x, ok := declined.Explain(at, index); !ok || x.Gate != engine.Closed {
		t.Errorf("after the decline: %+v", x)
	}
	accepted, at := p.Answer(shown.Position, index, journey.Accept)
	if f := accepted.At(at); !f.State.Conversation || at.Events != 4 || len(accepted.Events()) != 5 {
		t.Errorf("after the accept: conversation %v at %+v", f.State.Conversation, at)
	}
	if again := p.At(shown.Position); !reflect.DeepEqual(again, before) || len(p.Events()) != 3 {
		t.Error("the first player changed")
	}
	if x, ok := p.Explain(p.Start(), index); ok {
		t.Errorf("before anything happened there is a trace: %+v", x)
	}
}

func TestAJourneyMayBeDrivenByHandFromNothing(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p := newPlayer(t, eng, nil, PlayerOptions{Visitor: "me", Start: DefaultStart, Control: &engine.Control{}})
	if p.End() != p.Start() || p.At(p.Start()).Over {
		t.Errorf("an empty journey ends at %+v", p.End())
	}
	p, at := p.Insert(p.Start(), &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/cart"}})
	p, at = p.Insert(at, &journey.Event{Type: journey.Cart, Cart: &journey.CartState{Total: 120 * model.MoneyScale, NumItems: 2}})
	f := p.At(at)
	if f.State.Page == nil || !f.State.CartTold || f.State.Visitor != "me" || at != (Position{DefaultStart, 2}) {
		t.Errorf("after a page and a cart at %+v: %+v", at, f.State)
	}
}

// TestAVisitThatItsSourceKeepsOpenIsFollowed: between two events of one visit
// id the idle limit ends nothing, and a time frame that opens there is seen.
func TestAVisitThatItsSourceKeepsOpenIsFollowed(t *testing.T) {
	t.Parallel()
	head := func(kind model.Kind, id string) model.Header { return model.Header{Kind: kind, ID: id, Name: id} }
	c := &model.Catalog{Settings: model.DefaultSettings()}
	c.Settings.Zone = "UTC"
	c.Audiences = []*model.Audience{{Header: head(model.KindAudience, "who")}}
	c.Behaviors = []*model.Behavior{{Header: head(model.KindBehavior, "why")}}
	c.EntryPoints = []*model.EntryPoint{{Header: head(model.KindEntryPoint, "all")}}
	c.Campaigns = []*model.Campaign{{Header: head(model.KindCampaign, "c"), Published: true, Audiences: []string{"who"},
		TimeFrame: model.TimeFrame{Start: model.DateOf(DefaultStart.Time()), Hours: model.SpecificHours, From: model.ClockAt(12, 0), To: model.ClockAt(13, 0)},
		Engagements: []*model.Engagement{{ID: "e", Name: "e", Format: model.Embedded, Div: "top", Type: model.Content,
			EntryPoints: []string{"all"}, Behaviors: []string{"why"}}}}}
	hour := func(h int) journey.Instant { return DefaultStart.Add(model.Duration(h-10) * model.Hour) }
	page := &journey.Page{URL: "https://shop.example/"}
	p := newPlayer(t, compiled(t, c), []*journey.Event{
		{Visitor: "v", Visit: "s", At: hour(10), Type: journey.PageView, Page: page},
		{Visitor: "v", Visit: "s", At: hour(15), Type: journey.PageView, Page: page},
	}, PlayerOptions{Control: &engine.Control{}})
	for h, want := range map[int]engine.Gate{11: engine.OutsideHours, 12: engine.Shown, 14: engine.OutsideHours, 15: engine.OutsideHours} {
		f := p.At(Position{hour(h), 1 + h/15})
		if got := f.Decisions[0].Gate; got != want {
			t.Errorf("at %d:00 the gate is %v, want %v", h, got, want)
		}
		if f.State.Visit == "" || f.State.Now != hour(h) {
			t.Errorf("at %d:00 the visit stands at %s, visit %q", h, f.State.Now, f.State.Visit)
		}
	}
}

func TestAPlayerTakesOneJourneyInOrder(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	for name, events := range map[string][]*journey.Event{
		"two visitors": {{Visitor: "a", Type: journey.Leave}, {Visitor: "b", Type: journey.Leave}},
		"disorder":     {{Visitor: "a", At: 2, Type: journey.Leave}, {Visitor: "a", At: 1, Type: journey.Leave}},
	} {
		if _, err := NewPlayer(eng, events, PlayerOptions{}); !errors.Is(err, ErrJourney) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkPlayerAt(b *testing.B) {
	eng := shop(b)
	events := journeysOf(b, "cart-rescued.jsonl")
	p := newPlayer(b, eng, events, PlayerOptions{})
	end := p.End()
	for i := 0; b.Loop(); i++ {
		p.At(p.Seek(end.At - journey.Instant(i%1000)))
	}
}
