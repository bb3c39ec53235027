package model_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

func day(t testing.TB, s string) model.Date {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := model.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func shift(h1, m1, h2, m2 int) model.Shift {
	return model.Shift{From: model.ClockAt(h1, m1), To: model.ClockAt(h2, m2)}
}

// desk is a catalog in Berlin with a schedule in Berlin, one in New York, and
// special occasions.
func desk(t testing.TB) *model.Catalog {
	office := model.Day{Status: model.DayCustom, Shifts: []model.Shift{shift(9, 0, 12, 30), shift(13, 30, 18, 0)}}
	off := model.Day{Status: model.DayOff}
	return &model.Catalog{
		Settings: model.Settings{Zone: "Europe/Berlin"},
		Schedules: []*model.Schedule{
			{Header: model.Header{ID: "office"}, Days: model.Week{Monday: office, Tuesday: office, Wednesday: office, Thursday: office,
				Friday: model.Day{Status: model.DayCustom, Shifts: []model.Shift{shift(20, 0, 23, 59)}}, Saturday: off, Sunday: off}},
			{Header: model.Header{ID: "new-york"}, Zone: "America/New_York",
				Days: model.Week{Saturday: off, Sunday: off}},
			{Header: model.Header{ID: "small-hours"}, Days: model.Week{
				Sunday: model.Day{Status: model.DayCustom, Shifts: []model.Shift{shift(2, 0, 3, 0)}}}},
		},
		Occasions: []*model.Occasion{
			{Header: model.Header{ID: "holidays"}, Lines: []model.OccasionLine{
				{Name: "Labor Day", From: day(t, "2026-05-01")},
				{Name: "Bridge", From: day(t, "2026-05-01"), To: day(t, "2026-05-03"), Status: model.DayAll},
				{Name: "Eve", From: day(t, "2026-12-24"), Status: model.DayCustom, Shifts: []model.Shift{shift(8, 0, 12, 0)}},
			}},
			{Header: model.Header{ID: "tokyo"}, Zone: "Asia/Tokyo", Lines: []model.OccasionLine{
				{Name: "Off there", From: day(t, "2026-03-04")},
			}},
		},
	}
}

func live(f model.TimeFrame) *model.Campaign {
	return &model.Campaign{Header: model.Header{ID: "c"}, Published: true, TimeFrame: f, Engagements: []*model.Engagement{{ID: "e"}}}
}

func TestTheStateOfACampaignFollowsItsTimeFrame(t *testing.T) {
	t.Parallel()
	c := desk(t)
	march := model.TimeFrame{Start: day(t, "2026-03-02"), End: day(t, "2026-03-31")}
	nine := model.TimeFrame{Start: march.Start, Hours: model.SpecificHours, From: model.ClockAt(9, 0), To: model.ClockAt(17, 0)}
	late := model.TimeFrame{Start: march.Start, Hours: model.SpecificHours, From: model.ClockAt(17, 0), To: model.ClockAt(23, 59)}
	office := model.TimeFrame{Start: march.Start, Hours: model.CustomHours, Schedule: "office"}
	special := model.TimeFrame{Start: march.Start, Hours: model.CustomHours, Schedule: "office", Occasions: []string{"holidays"}}
	tokyo := model.TimeFrame{Start: march.Start, Occasions: []string{"tokyo"}}
	small := model.TimeFrame{Start: march.Start, Hours: model.CustomHours, Schedule: "small-hours"}
	zoned := march
	zoned.Zone = "Pacific/Auckland"
	broken := march
	broken.Zone = "Mars/Olympus"
	for _, tt := range []struct {
		rule  string
		frame model.TimeFrame
		at    string
		want  string
	}{
		{"the first day begins at midnight in the account's zone", march, "2026-03-01T22:59:59Z", "scheduled"},
		{"the first day begins at midnight in the account's zone", march, "2026-03-01T23:00:00Z", "running"},
		{"the last day lasts to its end", march, "2026-03-31T21:59:59Z", "running"},
		{"the last day lasts to its end", march, "2026-03-31T22:00:00Z", "ended"},
		{"the campaign's own zone wins", zoned, "2026-03-01T11:00:00Z", "running"},
		{"the campaign's own zone wins", zoned, "2026-03-31T11:00:00Z", "ended"},
		{"a zone that is none counts as UTC", broken, "2026-03-01T23:30:00Z", "scheduled"},
		{"no date is always", model.TimeFrame{}, "2026-03-01T23:30:00Z", "running"},
		{"a shift begins with its minute", nine, "2026-03-02T07:59:59Z", "outside hours"},
		{"a shift begins with its minute", nine, "2026-03-02T08:00:00Z", "running"},
		{"a shift ends before its minute", nine, "2026-03-02T16:00:00Z", "outside hours"},
		{"11:59 pm includes its minute", late, "2026-03-02T22:59:30Z", "running"},
		{"11:59 pm includes its minute", late, "2026-03-02T23:00:00Z", "outside hours"},
		{"summer time moves a shift with the wall clock", nine, "2026-03-30T07:00:00Z", "running"},
		{"summer time moves a shift with the wall clock", nine, "2026-03-30T15:00:00Z", "outside hours"},
		{"the day that summer time begins skips an hour", small, "2026-03-29T00:59:59Z", "outside hours"},
		{"the day that summer time begins skips an hour", small, "2026-03-29T01:00:00Z", "outside hours"},
		{"the day that summer time ends has an hour twice", small, "2026-10-25T00:30:00Z", "running"},
		{"the day that summer time ends has an hour twice", small, "2026-10-25T01:30:00Z", "running"},
		{"the day that summer time ends has an hour twice", small, "2026-10-25T02:00:00Z", "outside hours"},
		{"a schedule has a break", office, "2026-03-03T12:00:00Z", "outside hours"},
		{"a schedule has a break", office, "2026-03-03T12:30:00Z", "running"},
		{"a schedule's day may be off", office, "2026-03-07T10:00:00Z", "outside hours"},
		{"a schedule's day may end at midnight", office, "2026-03-06T22:59:59Z", "running"},
		{"a schedule that does not exist covers nothing", model.TimeFrame{Hours: model.CustomHours, Schedule: "x"}, "2026-03-06T10:00:00Z", "outside hours"},
		{"a schedule has its own zone", model.TimeFrame{Hours: model.CustomHours, Schedule: "new-york"}, "2026-03-09T03:30:00Z", "outside hours"},
		{"a schedule has its own zone", model.TimeFrame{Hours: model.CustomHours, Schedule: "new-york"}, "2026-03-09T04:00:00Z", "running"},
		{"of two lines the first decides", special, "2026-05-01T10:00:00Z", "outside hours"},
		{"an occasion wins over the hours", special, "2026-05-03T03:00:00Z", "running"},
		{"an occasion wins over the hours", special, "2026-12-24T07:30:00Z", "running"},
		{"an occasion's shifts win over the hours", special, "2026-12-24T13:00:00Z", "outside hours"},
		{"without an occasion the hours hold", special, "2026-05-04T10:00:00Z", "running"},
		{"an occasion's day is that of its own zone", tokyo, "2026-03-03T14:59:59Z", "running"},
		{"an occasion's day is that of its own zone", tokyo, "2026-03-03T15:00:00Z", "outside hours"},
		{"an occasion's day is that of its own zone", tokyo, "2026-03-04T15:00:00Z", "running"},
		{"an occasion that does not exist is none", model.TimeFrame{Occasions: []string{"x"}}, "2026-03-04T15:00:00Z", "running"},
	} {
		if got := c.State(live(tt.frame), instant(t, tt.at)).String(); got != tt.want {
			t.Errorf("%s: at %s it is %s, want %s", tt.rule, tt.at, got, tt.want)
		}
	}
}

func TestTheStateOfACampaignFollowsItsSwitches(t *testing.T) {
	t.Parallel()
	c := desk(t)
	at := instant(t, "2026-03-10T10:00:00Z")
	past := model.TimeFrame{End: day(t, "2026-03-01")}
	future := model.TimeFrame{Start: day(t, "2026-04-01")}
	for _, tt := range []struct {
		rule   string
		change func(*model.Campaign)
		want   model.CampaignState
	}{
		{"what is not published is a draft", func(k *model.Campaign) { k.Published = false }, model.StateDraft},
		{"a draft stays a draft when its time is over", func(k *model.Campaign) { k.Published, k.TimeFrame = false, past }, model.StateDraft},
		{"with every engagement disabled it is paused", func(k *model.Campaign) { k.Engagements[0].Disabled = true }, model.StatePaused},
		{"with one of two enabled it runs", func(k *model.Campaign) {
			k.Engagements = append(k.Engagements, &model.Engagement{ID: "f", Disabled: true})
		}, model.StateRunning},
		{"without engagements it is paused", func(k *model.Campaign) { k.Engagements = nil }, model.StatePaused},
		{"what is over is ended, paused or not", func(k *model.Campaign) { k.Engagements, k.TimeFrame = nil, past }, model.StateEnded},
		{"what will not show when its day comes is paused", func(k *model.Campaign) { k.Engagements, k.TimeFrame = nil, future }, model.StatePaused},
		{"what will begin is scheduled", func(k *model.Campaign) { k.TimeFrame = future }, model.StateScheduled},
	} {
		k := live(model.TimeFrame{})
		tt.change(k)
		if got := c.State(k, at); got != tt.want {
			t.Errorf("%s: %s", tt.rule, got)
		}
	}
}

func TestTheNextStateIsToldToTheMinute(t *testing.T) {
	t.Parallel()
	c := desk(t)
	march := day(t, "2026-03-02")
	special := model.TimeFrame{Start: march, Hours: model.CustomHours, Schedule: "office", Occasions: []string{"holidays"}}
	for _, tt := range []struct {
		rule  string
		frame model.TimeFrame
		at    string
		want  string // empty: never
	}{
		{"a campaign without an end never changes", model.TimeFrame{Start: march}, "2026-03-10T10:00:00Z", ""},
		{"a campaign ends after its last day", model.TimeFrame{Start: march, End: day(t, "2026-12-31")}, "2026-03-10T10:00:00Z", "2026-12-31T23:00:00Z ended"},
		{"a campaign begins with its first day", model.TimeFrame{Start: day(t, "2030-05-01")}, "2026-03-10T10:00:00Z", "2030-04-30T22:00:00Z running"},
		{"a campaign may begin outside its hours", model.TimeFrame{Start: day(t, "2026-06-06"), Hours: model.CustomHours, Schedule: "office"},
			"2026-03-10T10:00:00Z", "2026-06-05T22:00:00Z outside hours"},
		{"a shift ends", special, "2026-03-10T10:00:01Z", "2026-03-10T11:30:00Z outside hours"},
		{"the next shift begins after the weekend", special, "2026-03-06T23:30:00Z", "2026-03-09T08:00:00Z running"},
		{"a special occasion begins before the weekly hours would", special, "2026-04-30T17:00:00Z", "2026-05-01T22:00:00Z running"},
		{"a far occasion is found", model.TimeFrame{Start: march, Occasions: []string{"holidays"}}, "2026-05-10T10:00:00Z", "2026-12-23T23:00:00Z outside hours"},
		{"the hour that summer time skips is no shift", model.TimeFrame{Start: march, Hours: model.SpecificHours, From: model.ClockAt(2, 30), To: model.ClockAt(3, 30)},
			"2026-03-28T23:30:00Z", "2026-03-29T01:00:00Z running"},
		{"a shift on odd minutes", model.TimeFrame{Hours: model.SpecificHours, From: model.ClockAt(9, 0), To: model.ClockAt(9, 7)},
			"2026-03-10T08:03:00Z", "2026-03-10T08:07:00Z outside hours"},
		{"an occasion that covers weeks has hours of its own", model.TimeFrame{Occasions: []string{"holidays"}}, "2026-12-24T08:00:00Z", "2026-12-24T11:00:00Z outside hours"},
	} {
		got := ""
		if n, ok := c.TimeFrames().Next(live(tt.frame), instant(t, tt.at)); ok {
			got = n.At.UTC().Format(time.RFC3339) + " " + n.To.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.rule, got, tt.want)
		}
	}
	draft := live(model.TimeFrame{End: day(t, "2026-12-31")})
	draft.Published = false
	if n, ok := c.TimeFrames().Next(draft, instant(t, "2026-03-10T10:00:00Z")); ok {
		t.Errorf("a draft becomes %v by itself", n)
	}
}

func TestBetweenNowAndTheNextChangeTheStateHolds(t *testing.T) {
	t.Parallel()
	c := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		f := model.TimeFrame{
			Start:    rapid.SampledFrom([]model.Date{0, 20500, 20540}).Draw(t, "start"),
			End:      rapid.SampledFrom([]model.Date{0, 20560, 20900}).Draw(t, "end"),
			Zone:     rapid.SampledFrom([]string{"", "UTC", "America/New_York", "Asia/Kolkata"}).Draw(t, "zone"),
			Hours:    rapid.SampledFrom([]model.Hours{"", model.AllHours, model.SpecificHours, model.CustomHours}).Draw(t, "hours"),
			From:     model.ClockAt(rapid.IntRange(0, 11).Draw(t, "from"), 5*rapid.IntRange(0, 11).Draw(t, "minute")),
			To:       model.ClockAt(rapid.IntRange(12, 23).Draw(t, "to"), 5*rapid.IntRange(0, 11).Draw(t, "minute")),
			Schedule: rapid.SampledFrom([]string{"office", "new-york", "small-hours"}).Draw(t, "schedule"),
		}
		if rapid.Bool().Draw(t, "special") {
			f.Occasions = []string{"tokyo", "holidays"}
		}
		k, frames := live(f), c.TimeFrames()
		at := time.Unix(int64(rapid.IntRange(1770000000, 1780000000).Draw(t, "at")), 0)
		now := frames.State(k, at)
		next, ok := frames.Next(k, at)
		if ok && (!next.At.After(at) || next.To == now || frames.State(k, next.At) != next.To || frames.State(k, next.At.Add(-time.Second)) != now) {
			t.Fatalf("%s at %v, then %+v", now, at, next)
		}
		until := at.Add(20 * 24 * time.Hour)
		if ok && next.At.Before(until) {
			until = next.At
		}
		for i := at; i.Before(until); i = i.Add(17 * time.Minute) {
			if s := frames.State(k, i); s != now {
				t.Fatalf("%s at %v, but %s at %v before %+v %v", now, at, s, i, next, ok)
			}
		}
	})
}

func TestEveryStateHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range model.CampaignStates() {
		seen[s.String()] = true
	}
	if len(seen) != 6 || strings.Contains(model.CampaignState(99).String(), "running") {
		t.Errorf("%v, %s", seen, model.CampaignState(99))
	}
}

func TestTheStateIsWhatTheEngineGoesBy(t *testing.T) {
	t.Parallel()
	base := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		f := model.TimeFrame{
			Start: rapid.SampledFrom([]model.Date{0, 20500, 20540}).Draw(t, "start"),
			End:   rapid.SampledFrom([]model.Date{0, 20560, 20900}).Draw(t, "end"),
			Zone:  rapid.SampledFrom([]string{"", "America/New_York", "Asia/Kolkata"}).Draw(t, "zone"),
			Hours: rapid.SampledFrom([]model.Hours{"", model.SpecificHours, model.CustomHours}).Draw(t, "hours"),
			From:  model.ClockAt(rapid.IntRange(0, 11).Draw(t, "from"), 30), To: model.ClockAt(rapid.IntRange(12, 23).Draw(t, "to"), 59),
			Schedule:  rapid.SampledFrom([]string{"office", "new-york", "small-hours"}).Draw(t, "schedule"),
			Occasions: rapid.SampledFrom([][]string{nil, {"tokyo", "holidays"}, {"holidays"}}).Draw(t, "occasions"),
		}
		k := live(f)
		k.Published = rapid.IntRange(0, 4).Draw(t, "published") > 0
		k.Engagements[0].Disabled = rapid.IntRange(0, 4).Draw(t, "disabled") == 0
		k.Engagements[0].Format, k.Engagements[0].Type, k.Goal = model.Overlay, model.Content, "g"
		c := *base
		c.Goals = []*model.Goal{{Header: model.Header{ID: "g"}, Type: model.GoalInteract}}
		c.Campaigns = []*model.Campaign{k}
		e, err := engine.Compile(&c)
		if err != nil {
			t.Fatal(err)
		}
		run := e.NewRun(engine.Options{Trace: true})
		run.Reset("v")
		at := time.Unix(int64(rapid.IntRange(1770000000, 1790000000).Draw(t, "at")), 0)
		run.Step(&journey.Event{Visitor: "v", At: journey.At(at), Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example/"}})
		gate := run.Explain(0).Gate
		want := map[model.CampaignState][]engine.Gate{
			model.StateDraft: {engine.Draft}, model.StateScheduled: {engine.NotStarted}, model.StateEnded: {engine.Ended, engine.Disabled},
			model.StatePaused: {engine.Disabled}, model.StateOutsideHours: {engine.OutsideHours, engine.OccasionOff}, model.StateRunning: {engine.AudienceGate},
		}[c.State(k, at)]
		if !slices.Contains(want, gate) {
			t.Fatalf("%s, but the engine stops at %v", c.State(k, at), gate)
		}
	})
}
