package engine

import (
	"slices"
	"testing"

	"beckon/model"
	"beckon/model/journey"
)

// TestWhatComesFirstIsFoundInAnySteps: something far off that was seen before
// the first thing that changes was near enough to be looked for does not stand
// in its way.
func TestWhatComesFirstIsFoundInAnySteps(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]model.Duration{"at exact instants": 0, "every second": model.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := pages(shop(campaign("a", offer("e", model.Overlay, model.Content, at("anywhere"), when("video"), delay(12*model.Second)))), "/anywhere")
			c.Settings.EvaluateEvery = ptr(every)
			behavior(c, "video", model.Condition{Event: &model.EventCondition{Name: "video", Within: 30 * model.Second}})
			e, err := Compile(c)
			if err != nil {
				t.Fatal(err)
			}
			run := e.NewRun(Options{Outcomes: true})
			run.Reset("v-1")
			start := visit().page("/anywhere").wait(10).add(journey.Signal, func(e *journey.Event) { e.Signal = &journey.SignalSent{Name: "video"} }).events
			for _, ev := range start {
				run.Step(ev)
			}
			for s := journey.Instant(11); s <= 20; s++ {
				shown := false
				for _, r := range run.Advance(monday + 1000*s) {
					shown = shown || r.Kind == Displayed
				}
				if want := s == 12; shown != want {
					t.Errorf("after %d s: displayed %v, want %v", s, shown, want)
				}
			}
		})
	}
}

// TestATimeThatStandsStillWakesNobody: what looks at the time on a page where the
// visitor is not changes by no waiting, also where every change is traced.
func TestATimeThatStandsStillWakesNobody(t *testing.T) {
	t.Parallel()
	c := pages(shop(campaign("a", offer("e", model.Overlay, model.Content, at("cart", "help"), when("brief"), delay(model.Hour)))), "/cart", "/help")
	c.Settings.EvaluateEvery = ptr(model.Duration(0))
	behavior(c, "brief", model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: []string{"help"}, TimeCondition: model.TimeCondition{AtMost: ptr(20 * model.Second)}}})
	e, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	run := e.NewRun(Options{Trace: true})
	for page, want := range map[string][]journey.Instant{"/cart": nil, "/help": {monday.Add(20*model.Second + 1)}} {
		run.Reset("v-1")
		for _, ev := range visit().page(page).events {
			run.Step(ev)
		}
		var woke []journey.Instant
		for _, r := range run.Advance(monday.Add(5 * model.Minute)) {
			if r.Kind == Evaluated {
				woke = append(woke, r.At)
			}
		}
		if !slices.Equal(woke, want) {
			t.Errorf("on %s evaluated at %v, want %v", page, woke, want)
		}
	}
}
