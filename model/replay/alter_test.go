package replay

import (
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// drawPlayer draws a player of one visitor's journey through the demo shop.
func drawPlayer(t *rapid.T, eng *engine.Engine) *Player {
	events := drawJourneys(t, eng)
	n := 0
	for n < len(events) && events[n].Visitor == events[0].Visitor {
		n++
	}
	return newPlayer(t, eng, events[:n], PlayerOptions{Seed: rapid.Uint64().Draw(t, "seed"),
		Policy: rapid.SampledFrom([]Policy{{}, {Decline: 1}, {Accept: 0.5}}).Draw(t, "policy")})
}

// TestAJourneyIsEditedInOrderAndTheFirstPlayerStays: whatever is edited, events
// stay in order, the position counts what was done up to the edit, and the
// player before is as it was.
func TestAJourneyIsEditedInOrderAndTheFirstPlayerStays(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlayer(t, eng)
		before := slices.Clone(p.events)
		copies := make([]journey.Event, len(before))
		for i, ev := range before {
			copies[i] = *ev
		}
		i := rapid.IntRange(0, len(p.events)-1).Draw(t, "event")
		to := Position{p.events[0].At.Add(model.Duration(rapid.IntRange(-5_000, 4_000_000).Draw(t, "at"))), rapid.IntRange(0, len(p.events)).Draw(t, "place")}
		var q *Player
		var at Position
		var count int
		what := rapid.SampledFrom([]string{"delete", "replace", "move", "insert", "cut"}).Draw(t, "edit")
		switch what {
		case "delete":
			q, at = p.Delete(i)
			count = -1
			if at.Events != i {
				t.Fatalf("after deleting event %d the position is %+v", i, at)
			}
			if back, _ := q.Insert(Position{before[i].At, i}, before[i]); len(q.events) > 0 && i > 0 && back.events[i].At != before[i].At {
				t.Fatalf("inserted again it is at %v, was at %v", back.events[i].At, before[i].At)
			}
		case "replace":
			q, at = p.Replace(i, OpenPage("https://shop.example/other"))
			if ev := q.events[i]; ev.At != before[i].At || ev.Visit != before[i].Visit || ev.Page == nil || at.Events != i+1 {
				t.Fatalf("replaced by %+v at %+v", ev, at)
			}
		case "move":
			q, at = p.Move(i, to)
			moved := q.events[at.Events-1]
			if moved.Type != before[i].Type || moved.At != at.At {
				t.Fatalf("moved event %+v is not before %+v", moved, at)
			}
			rest, was := slices.Delete(slices.Clone(q.events), at.Events-1, at.Events), slices.Delete(slices.Clone(before), i, i+1)
			if !slices.Equal(rest, was) {
				t.Fatal("moving one event changed others")
			}
		case "insert":
			q, at = p.Insert(to, MeetError("no", "1"), LeaveSite())
			count = 2
		case "cut":
			q, at = p.CutAfter(to)
			count = to.Events - len(before)
		}
		if len(q.events) != len(before)+count {
			t.Fatalf("%s: %d events of %d", what, len(q.events), len(before))
		}
		if _, err := NewPlayer(eng, q.events, q.o); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if len(q.events) > 0 && q.Start().At != q.events[0].At || q.clamp(at) != at {
			t.Fatalf("%s: start %v, position %+v", what, q.Start(), at)
		}
		for i, ev := range p.events {
			if ev != before[i] || !reflect.DeepEqual(*ev, copies[i]) {
				t.Fatalf("%s changed event %d of the player before", what, i+1)
			}
		}
	})
}

func TestAMovedEventComesBehindThoseOfItsNewInstant(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p := newPlayer(t, eng, nil, PlayerOptions{Start: DefaultStart})
	at := p.Start()
	for _, url := range []string{"/a", "/b", "/c"} {
		p, at = p.Act(at, OpenPage("https://shop.example"+url))
		at = p.Wait(at, model.Second)
	}
	urls := func(p *Player) (out []string) {
		for _, ev := range p.events {
			out = append(out, ev.Page.URL[len("https://shop.example"):])
		}
		return out
	}
	for _, c := range []struct {
		event int
		to    Position
		want  []string
		after Position
	}{
		{2, p.Seek(DefaultStart), []string{"/a", "/c", "/b"}, Position{DefaultStart, 2}},
		{0, p.Seek(DefaultStart.Add(model.Second)), []string{"/b", "/a", "/c"}, Position{DefaultStart.Add(model.Second), 2}},
		{1, Position{DefaultStart, 0}, []string{"/b", "/a", "/c"}, Position{DefaultStart, 1}},
		{1, Position{DefaultStart.Add(1500), 2}, []string{"/a", "/b", "/c"}, Position{DefaultStart.Add(1500), 2}},
		{2, Position{DefaultStart.Add(-model.Minute), 0}, []string{"/c", "/a", "/b"}, Position{DefaultStart.Add(-model.Minute), 1}},
	} {
		q, after := p.Move(c.event, c.to)
		if got := urls(q); !slices.Equal(got, c.want) || after != c.after {
			t.Errorf("event %d to %+v: %v at %+v, want %v at %+v", c.event, c.to, got, after, c.want, c.after)
		}
	}
}

func TestSomebodyElseMakesTheSameJourney(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	returning, german := true, "de"
	page := func(after model.Duration, more journey.Page) *journey.Event {
		more.URL = "https://shop.example/"
		return &journey.Event{Visitor: "v", At: DefaultStart.Add(after), Type: journey.PageView, Page: &more}
	}
	events := []*journey.Event{
		page(0, journey.Page{UserAgent: "Mozilla/5.0", Browser: "Safari", Geo: &journey.Geo{Country: "US"}, Visits: 9}),
		{Visitor: "v", At: DefaultStart.Add(1000), Type: journey.CustomerInfo, Customer: &journey.Customer{Type: "silver", Status: "active"}},
		page(2000, journey.Page{Language: "en"}),
		page(model.DayLong, journey.Page{}),
	}
	p := newPlayer(t, eng, events, PlayerOptions{})
	q, at := p.As(p.Seek(DefaultStart.Add(2000)), Who{ID: "w", Device: &Device{Platform: model.Tablet}, Geo: &journey.Geo{Country: "DE"}, Language: &german,
		History: &History{Returning: &returning, Visits: 3}, Customer: &journey.Customer{Type: "gold"}})
	if at.Events != 4 || len(q.Events()) != 6 {
		t.Fatalf("%d events, position %+v: want the customer told once in each of two visits", len(q.Events()), at)
	}
	s := q.At(at).State
	if s.Visitor != "w" || s.Platform != model.Tablet || s.Browser != "" || s.Geo.Country != "DE" || s.Language != "de" || s.Visits != 3 || !s.Returning {
		t.Errorf("the visitor is %+v", s)
	}
	if s.Attributes["ctype"] != "gold" || s.Attributes["cstatus"] != "active" {
		t.Errorf("the customer is %v: what is told otherwise is gold, the rest stays", s.Attributes)
	}
	if s := q.At(q.Seek(DefaultStart.Add(model.DayLong))).State; s.Visits != 4 || s.Attributes["ctype"] != "gold" || s.Platform != model.Tablet {
		t.Errorf("in the next visit the visitor is %+v", s)
	}
	nowhere, at := p.As(p.Seek(DefaultStart), Who{Geo: &journey.Geo{}})
	if s := nowhere.At(at).State; s.Geo != (journey.Geo{}) || s.Browser != "Safari" {
		t.Errorf("a place that is unknown is told as %+v, %q", s.Geo, s.Browser)
	}
}

// TestAShiftKeepsSpansAndNotClocks: as if it were another time, over changes of
// daylight saving in both directions.
func TestAShiftKeepsSpansAndNotClocks(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	eng := shop(t)
	last := DefaultStart.Add(-3 * model.DayLong)
	events := []*journey.Event{
		{Visitor: "v", At: DefaultStart, Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/", LastVisit: last}},
		{Visitor: "v", At: DefaultStart.Add(20 * model.Minute), Type: journey.Error, Error: &journey.VisitorError{Message: "x"}},
	}
	p := newPlayer(t, eng, events, PlayerOptions{})
	for _, c := range []struct {
		name    string
		clock   string
		reading Reading
		is      string // what clocks show at the first event
		then    string // and at the second, 20 minutes later
	}{
		{"an ordinary day", "2026-03-28 01:50", Once, "Sat 2026-03-28 01:50", "Sat 2026-03-28 02:10"},
		{"over the hour that is skipped", "2026-03-29 01:50", Once, "Sun 2026-03-29 01:50", "Sun 2026-03-29 03:10"},
		{"in the hour that is skipped", "2026-03-29 02:30", Skipped, "Sun 2026-03-29 03:30", "Sun 2026-03-29 03:50"},
		{"into the hour that comes twice", "2026-10-25 01:50", Once, "Sun 2026-10-25 01:50", "Sun 2026-10-25 02:10"},
		{"in the hour that comes twice", "2026-10-25 02:50", Twice, "Sun 2026-10-25 02:50", "Sun 2026-10-25 02:10"},
		{"after it", "2026-10-25 03:00", Once, "Sun 2026-10-25 03:00", "Sun 2026-10-25 03:20"},
		{"by the day of the week", "Sunday 23:50", Once, "Sun 2026-03-08 23:50", "Mon 2026-03-09 00:10"},
	} {
		clock, err := ParseWall(c.clock, WallAt(DefaultStart, berlin))
		if err != nil {
			t.Fatal(err)
		}
		q, at, reading := p.AsIf(p.Seek(DefaultStart), clock, berlin)
		if reading != c.reading || WallAt(at.At, berlin).String() != c.is || at.Events != 1 {
			t.Errorf("%s: reading %d, position %+v, %s", c.name, reading, at, WallAt(at.At, berlin))
		}
		if got := WallAt(q.Events()[1].At, berlin).String(); got != c.then {
			t.Errorf("%s: 20 minutes later clocks show %s, want %s", c.name, got, c.then)
		}
		if q.Events()[1].At.Sub(q.Events()[0].At) != 20*model.Minute || q.Events()[0].At.Sub(q.Events()[0].Page.LastVisit) != 3*model.DayLong {
			t.Errorf("%s: spans have changed: %+v", c.name, q.Events())
		}
		back, there := q.Shift(at, DefaultStart)
		if diff := cmp.Diff(p.Events(), back.Events()); diff != "" || there != p.Seek(DefaultStart) {
			t.Errorf("%s: shifted back, the journey differs:\n%s", c.name, diff)
		}
	}
}

// TestAWallClockIsAnInstant: in any zone, what clocks show at the instant found
// is what was asked for, unless clocks skip it.
func TestAWallClockIsAnInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		year := journey.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		at := year.Add(model.Duration(rapid.IntRange(0, 365*96).Draw(t, "quarter")) * 15 * model.Minute)
		w := WallAt(at, zone)
		switch back, reading := w.In(zone); {
		case reading == Skipped:
			t.Fatalf("clocks show %s at %v, and are said to skip it", w, at)
		case reading == Once && back != at, reading == Twice && (back > at || WallAt(back, zone) != w):
			t.Fatalf("%s is at %v, found at %v, reading %d", w, at, back, reading)
		}
		again, err := ParseWall(w.Date.String()+" "+w.String()[len("Sun 2026-03-29 "):], Wall{})
		if err != nil || again != w {
			t.Fatalf("%s is read as %s: %v", w, again, err)
		}
	})
	for _, s := range []string{"", "noon", "25:00", "S 10:00", "Sunday", "2026-13-01 10:00", "a b c", "1999-01-01 10:00"} {
		if w, err := ParseWall(s, Wall{}); err == nil {
			t.Errorf("%q is read as %s", s, w)
		}
	}
}

func TestSeedCatalogAndControlGroupsMayBeOthers(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	events := journeysOf(t, "cart-rescued.jsonl")
	p := newPlayer(t, eng, events, PlayerOptions{})
	index, _ := eng.Index("cart-rescue/help-overlay")
	shown, ok := p.Next(p.Start(), func(m *Mark) bool { return m.Kind == MarkDisplay && m.Engagement == index })
	if !ok {
		t.Fatal("the overlay is never displayed")
	}
	stopped := func(what string, q *Player, at Position, want engine.Gate) {
		t.Helper()
		if x, ok := q.Explain(at, index); !ok || x.Gate != want {
			t.Errorf("%s: %v, want %v", what, x.Gate, want)
		}
	}
	q, at := p.InControl(shown.Position, "cart-rescue", true)
	stopped("in the campaign's control group", q, at, engine.CampaignControl)
	if want := eng.Membership(0, events[0].Visitor); q.Options().Control.Site != want.Site {
		t.Error("forcing one group changed the site's")
	}
	back, at := q.InControl(at, "cart-rescue", false)
	stopped("out of it again", back, at, engine.Shown)
	site, at := p.InControl(shown.Position, "", true)
	stopped("in the site's control group", site, at, engine.SiteControl)

	c := *eng.Catalog()
	c.Campaigns = slices.Clone(c.Campaigns)
	for i, x := range c.Campaigns {
		if x.ID == "cart-rescue" {
			draft := *x
			draft.Published = false
			c.Campaigns[i] = &draft
		}
	}
	other, at := p.WithEngine(shown.Position, compiled(t, &c))
	stopped("in a catalog where it is a draft", other, at, engine.Draft)
	seeded, at := p.WithSeed(shown.Position, 99)
	if seeded.Options().Seed != 99 || at != shown.Position || p.Options().Seed != 0 {
		t.Errorf("another seed: %+v", seeded.Options())
	}
}

// TestMembershipIsWhatARunFinds: for any visitor, the groups that are told are
// those that keep it from seeing anything.
func TestMembershipIsWhatARunFinds(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlayer(t, eng)
		forced, _ := p.WithControl(p.Start(), eng.Membership(p.o.Seed, p.o.Visitor))
		if diff := cmp.Diff(p.Marks(), forced.Marks()); diff != "" {
			t.Fatalf("by hash (-) and by the groups told (+):\n%s", diff)
		}
	})
}

func TestADrivenBrowserGoesOnTellingWhatItTold(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p := newPlayer(t, eng, nil, PlayerOptions{Start: DefaultStart, Control: &engine.Control{}})
	p, at := p.Insert(p.Start(), &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/", Geo: &journey.Geo{Country: "DE"}, Language: "de", Referrer: "https://www.google.com/"}})
	for _, do := range []*journey.Event{ChangeCart(120*model.MoneyScale, 2), ViewProducts(journey.Product{SKU: "TT-2P"}), SearchFor("tent"), MeetError("declined", "402"),
		ResolveError("", "402"), BecomeLead("quote", "l-1"), AskService("bill", "complete"), TellCustomer(journey.Customer{Type: "gold"}), SignIn("u-1"),
		SendSignal(journey.SignalExit), ScrollTo(70), StartConversation(""), EndConversation(), AgentsAre("", model.Busy), Buy(99*model.MoneyScale, "o-1")} {
		p, at = p.Act(at, do)
		at = p.Wait(at, model.Second)
		if line := journey.AppendEvent(nil, p.Events()[at.Events-1]); len(line) == 0 {
			t.Errorf("%v is nothing", do.Type)
		} else if ev, err := journey.ParseEvent(line); err != nil || ev.Type != do.Type {
			t.Errorf("%s: %v", line, err)
		}
	}
	if s := p.At(at).State; s.User != "u-1" || s.Agents != model.Busy || len(s.Searches) != 1 || s.Attributes["ctype"] != "gold" || len(s.Errors) != 0 {
		t.Errorf("the visitor is %+v", s)
	}
	p, at = p.Act(p.Wait(at, model.Hour), OpenPage("https://shop.example/cart"))
	s := p.At(at).State
	if s.Geo.Country != "DE" || s.Language != "de" || s.Visits != 2 || s.Page.Referrer != "" {
		t.Errorf("after an hour the browser tells %+v", s)
	}
	p, at = p.Act(at, LeaveSite())
	if f := p.At(at); !f.Over {
		t.Errorf("after leaving: %+v", f)
	}
}

func TestWithoutACampaignNothingOfItIsDecided(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	p, err := NewPlayer(eng, nil, PlayerOptions{Start: DefaultStart})
	if err != nil {
		t.Fatal(err)
	}
	p, _ = p.Insert(p.Start(), OpenPage("https://shop.example/cart"))
	id := eng.Campaigns()[0].ID
	for _, alone := range []bool{false, true} {
		q, err := p.WithCampaigns(func(k *model.Campaign) bool { return (k.ID == id) == alone })
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range q.Engine().Engagements() {
			if got := q.Engine().Campaigns()[r.Campaign].ID; (got == id) != alone {
				t.Errorf("alone %v: %s is still decided", alone, r.Path)
			}
		}
		at := q.End()
		at.At = q.Start().At
		if got, want := len(q.At(at).Decisions), len(q.Engine().Engagements()); got != want {
			t.Errorf("alone %v: %d decisions, want %d", alone, got, want)
		}
	}
}
