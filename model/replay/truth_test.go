package replay

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// journeysVariable sets how many random journeys are scrubbed.
const journeysVariable = "BECKON_JOURNEYS"

// randomJourney makes a journey with responses, and when it is looked at, who
// answers and by which seed.
func randomJourney(r *rand.Rand, eng *engine.Engine) ([]*journey.Event, PlayerOptions) {
	urls := []string{"/", "/cart", "/checkout/payment", "/help", "/account/bills", "/tents/trail-tent-2p", "/journal/care", "/order/confirmed"}
	pauses := []model.Duration{0, 0, 700, 5 * model.Second, 12 * model.Second, 31 * model.Second, 90 * model.Second, 29 * model.Minute, 31 * model.Minute, 7 * model.Hour}
	refs := eng.Engagements()
	at := DefaultStart.Add(model.Duration(r.IntN(60)) * model.Hour)
	var out []*journey.Event
	for i := range 2 + r.IntN(14) {
		if i > 0 {
			at = at.Add(pauses[r.IntN(len(pauses))])
		}
		ev := &journey.Event{}
		path := refs[r.IntN(len(refs))].Path
		switch k := r.IntN(14); k {
		case 0:
			ev = ChangeCart(model.Money(r.IntN(300))*model.MoneyScale, r.IntN(3))
		case 1:
			ev = MeetError("declined", "card-declined")
		case 2, 3:
			ev.Type, ev.Respond = journey.Respond, &journey.Response{Engagement: path, Action: []journey.Action{journey.Accept, journey.Decline}[k-2]}
		case 4:
			ev = StartConversation("")
		case 5:
			ev = Buy(99*model.MoneyScale, "o-1")
		case 6:
			ev = SendSignal([]string{journey.SignalAboutToAbandon, journey.SignalExit}[r.IntN(2)])
		case 7:
			ev = AgentsAre("", []model.Availability{model.Online, model.Busy, model.Offline}[r.IntN(3)])
		case 8:
			if ev = LeaveSite(); r.IntN(2) == 0 {
				ev = SignIn("u-1")
			}
		default:
			ev = OpenPage("https://shop.example" + urls[r.IntN(len(urls))])
		}
		ev.Visitor, ev.At = "v-1", at
		out = append(out, ev)
	}
	policies := []Policy{{Decline: 1}, {Accept: 0.5}, {Accept: 0.3, Decline: 0.3}, {}}
	return out, PlayerOptions{Seed: r.Uint64(), Policy: policies[r.IntN(len(policies))]}
}

// TestScrubbingIsAReplayOfTheFirstEventsForEveryK: of a thousand random journeys
// with responses, looked at after every event, forth, back and at random, a
// player that scrubs shows what one shows that has only the first k events and
// never looked before: state, screen, every decision and a trace.
func TestScrubbingIsAReplayOfTheFirstEventsForEveryK(t *testing.T) {
	t.Parallel()
	count := 1000
	if testing.Short() || raceEnabled {
		count = 50
	}
	if v := os.Getenv(journeysVariable); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("%s: %v", journeysVariable, err)
		}
		count = n
	}
	eng := shop(t)
	looks := 0
	for n := range count {
		r := rand.New(rand.NewPCG(uint64(n), 4))
		events, o := randomJourney(r, eng)
		scrubbed := newPlayer(t, eng, events, o)
		scrubbed.scan.every = 1 + r.IntN(3)
		order := r.Perm(len(events) + 1)
		if n%2 == 0 {
			for k := range order {
				order[k] = len(events) - k
			}
		}
		for _, k := range order {
			at := Position{events[0].At, 0}
			if k > 0 {
				at = Position{events[k-1].At, k}
			}
			part := o
			part.Visitor, part.Start = "v-1", events[0].At
			fresh := newPlayer(t, eng, events[:k], part)
			want, got := fresh.At(at), scrubbed.At(at)
			// Whether more comes is not known to the part.
			want.Over, got.Over = false, false
			index := r.IntN(len(eng.Engagements()))
			x, _ := fresh.Explain(at, index)
			y, _ := scrubbed.Explain(at, index)
			if !reflect.DeepEqual(x, y) {
				t.Fatalf("journey %d after %d events the trace differs:\n%s", n, k, cmp.Diff(x, y))
			}
			looks++
			if reflect.DeepEqual(want, got) {
				continue
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("journey %d after %d of %d events, scrubbing (+) differs from a fresh replay (-):\n%s", n, k, len(events), diff)
			}
		}
	}
	t.Logf("%d journeys, %d looks", count, looks)
}

// records are what a replay of events tells, as bulk runs write it, the visits'
// ends included.
func records(t fataler, eng *engine.Engine, events []*journey.Event, o PlayerOptions) []byte {
	var b []byte
	_, err := Run(context.Background(), eng, source(events), Options{Seed: o.Seed, Policy: o.Policy, Trace: true, Workers: 1}, func(r Record) error {
		if _, ok := r.(*Summary); !ok {
			b = AppendJSON(b, r)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return b
}

type fataler interface{ Fatalf(string, ...any) }

// teller writes what passes a drive as a bulk run would.
type teller struct {
	w    *worker
	each func(*engine.Record)
}

// tap has what a drive tells written, too.
func tap(eng *engine.Engine, d *drive) *teller {
	w := newWorker(context.Background(), eng, Options{Trace: true}, true)
	w.drive = d
	w.batch = &batch{out: make(chan chunk, 1<<12)}
	tell := &teller{w, d.each}
	d.each = func(r *engine.Record) {
		// A page is known before anything that it brings.
		if r.Event != nil && r.Event.Page != nil {
			w.url = r.Event.Page.URL
		}
		w.record(r)
		tell.each(r)
	}
	return tell
}

func (x *teller) bytes() []byte {
	x.w.flush()
	close(x.w.batch.out)
	var b []byte
	for c := range x.w.batch.out {
		for _, r := range c.records {
			b = AppendJSON(b, r)
		}
	}
	return b
}

// TestPlayerRunAndScenarioDecideTheSame: for one journey the bulk run, the
// player and the scenario that it is kept as tell the same bytes: displays,
// answers, goals, every gate with its margin and draw, and the visits' sums.
func TestPlayerRunAndScenarioDecideTheSame(t *testing.T) {
	t.Parallel()
	eng := shop(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawWorld(t, eng)
		o := p.o
		o.Control = nil // a bulk run knows no other
		p = newPlayer(t, p.eng, p.events, o)
		want := records(t, p.eng, p.events, o)

		evaluated := make(map[Position][]engine.Decision)
		done := 0
		d := p.newDrive(false, func(r *engine.Record) {
			if r.Kind == engine.Evaluated {
				evaluated[Position{r.At, done}] = slices.Clone(r.Evaluation.Decisions)
			}
		})
		told := tap(p.eng, d)
		d.begin(o.Visitor)
		for i, ev := range p.events {
			d.before(ev)
			done = i + 1
			d.event(ev)
		}
		d.end()
		same(t, "the player", want, told.bytes())

		for at, decisions := range evaluated {
			for i, got := range p.At(at).Decisions {
				// What was shown and is off the screen since is zone-locked.
				if want := decisions[i]; got != want && (want.Gate != engine.Shown || got.Gate != engine.ZoneLocked) {
					t.Fatalf("at %+v the player decides %+v of %s, the run %+v", at, got, p.eng.Engagements()[i].Path, want)
				}
			}
		}

		last := Position{p.events[len(p.events)-1].At, len(p.events)}
		s, losses := p.Keep(last, KeepOptions{Catalog: "c"})
		if len(losses) > 0 {
			t.Fatalf("lost: %v", losses)
		}
		c := newCourse(p.eng, s)
		kept := tap(p.eng, c.drive)
		s.walk(p.eng, c, &Result{}, func(int) {})
		c.drive.end()
		same(t, "the scenario", want, kept.bytes())
	})
}

func same(t fataler, who string, want, got []byte) {
	if bytes.Equal(want, got) {
		return
	}
	a, b := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range a {
		if i >= len(b) || !bytes.Equal(a[i], b[i]) {
			other := "nothing"
			if i < len(b) {
				other = string(b[i])
			}
			t.Fatalf("%s, line %d of %d and %d: the bulk run tells\n%s\nand %s tells\n%s", who, i+1, len(a), len(b), a[i], who, other)
		}
	}
	t.Fatalf("%s tells %d lines more: %s", who, len(b)-len(a), b[len(a)])
}
