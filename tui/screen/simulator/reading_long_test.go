package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// longVisit is a visit of so many events, two seconds apart, and the demo
// shop's campaigns so many times over.
func longVisit(tb testing.TB, events, times int) (*shop, *Recording) {
	tb.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		tb.Fatal(err)
	}
	few := c.Campaigns
	for i := range times - 1 {
		for _, k := range few {
			copied := *k
			copied.ID = fmt.Sprintf("%s-%d", k.ID, i)
			c.Campaigns = append(c.Campaigns, &copied)
		}
	}
	src, err := newShop("cart-rescued")
	if err != nil {
		tb.Fatal(err)
	}
	if src.eng, err = engine.Compile(c); err != nil {
		tb.Fatal(err)
	}
	rec, err := src.Load(context.Background(), "cart-rescued")
	if err != nil {
		tb.Fatal(err)
	}
	first := rec.Visitors[0].Events
	var made []*journey.Event
	for i := range events {
		ev := *first[i%(len(first)-1)]
		ev.At = first[0].At + journey.Instant(i)*2000
		ev.Visit = "one"
		made = append(made, &ev)
	}
	return src, &Recording{Name: "long", Visitors: []Visitor{{ID: made[0].Visitor, Events: made}}}
}

// recorded is a shop whose library has one recording.
type recorded struct {
	*shop
	rec *Recording
}

func (r recorded) Load(context.Context, string) (*Recording, error) { return r.rec, nil }

// openLong opens a long visit without a program.
func openLong(tb testing.TB, ses *pane.Session, events, times int) *Screen {
	tb.Helper()
	src, rec := longVisit(tb, events, times)
	s := New(src)
	if ses.Now == nil {
		ses.Now = time.Now
	}
	ses.Ctx, ses.Theme, ses.Shell = context.Background(), theme.New(theme.Options{}), quiet{}
	s.ses = ses
	for cmd := s.Receive(Watch{Recording: rec}); cmd != nil; {
		cmd = s.Update(cmd())
	}
	if s.player == nil {
		tb.Fatal("it was not opened")
	}
	return s
}

func TestALongJourneyIsReadInSlicesAndTheOneBeforeStaysUsable(t *testing.T) {
	t.Parallel()
	s := opened(t, "cart-rescued", &pane.Session{})
	size := layout.Size{W: 120, H: 37}
	before, head := s.player, s.head
	src, rec := longVisit(t, 2000, 20)
	s.src = src
	cmd := s.Receive(Watch{Recording: rec})
	cmd = s.Update(cmd()) // it was read, and the first slice is asked for
	var shares []string
	slices, moved := 0, false
	for ; s.player == before && cmd != nil; slices++ {
		shares = append(shares, s.readingWords())
		if !strings.HasPrefix(s.Status(), "reading the journey ") {
			t.Fatalf("status %q", s.Status())
		}
		s.Do(NextEvent, nil) // meanwhile
		s.Rows(size, true)
		moved = moved || s.head != head
		cmd = s.Update(cmd())
	}
	if !moved || s.player == before || s.readingWords() != "" {
		t.Errorf("moved %v, still reading %q", moved, s.readingWords())
	}
	if slices < 3 || shares[0] != "reading the journey 0%" || shares[len(shares)-1] == shares[0] {
		t.Errorf("%d slices: %q", slices, shares)
	}
	if len(s.player.Events()) != 2000 {
		t.Errorf("%d events", len(s.player.Events()))
	}
	if want := at(t, s).Rows(size, true); strings.Join(s.Rows(size, true), "\n") != strings.Join(want, "\n") {
		t.Error("it shows something else than a screen that read it in one go")
	}
}

// at is another screen at the same place of the same journey.
func at(t *testing.T, s *Screen) *Screen {
	t.Helper()
	o := New(s.src)
	o.ses, o.rec, o.eng, o.look.number = s.ses, s.rec, s.eng, 0
	p, err := replay.NewPlayer(s.eng, s.player.Events(), s.player.Options())
	if err != nil {
		t.Fatal(err)
	}
	o.player = p
	o.Rows(s.size, true)
	o.move(s.head)
	return o
}

func TestAChangeOfALongJourneyWaitsForItsReplay(t *testing.T) {
	t.Parallel()
	s := openLong(t, &pane.Session{}, 2000, 20)
	s.ses.Shell = shellOf(t)
	before := s.player
	p, _ := s.player.WithSeed(s.head, 7)
	change := func() tea.Cmd {
		return s.ready(p, "seed 7", func() tea.Cmd { s.change(p, s.head, "seed 7"); return nil })
	}
	cmd := change()
	if s.player != before || s.Disabled("redo") == "" {
		t.Fatal("it is there before it was read")
	}
	if second := change(); second != nil {
		t.Error("a second change begins while the first is under way")
	}
	if cmd, handled := s.Do("undo", nil); !handled || cmd != nil || s.reading.player != nil {
		t.Error("undo does not break it off")
	}
	if again := s.Update(cmd()); again != nil || s.player != before {
		t.Error("the slice that was on its way goes on")
	}
	for cmd := change(); cmd != nil; {
		cmd = s.Update(cmd())
	}
	if s.player == before || s.player.Options().Seed != 7 || len(s.done.past) != 1 {
		t.Error("the change did not come")
	}
	p, _ = s.player.WithSeed(s.head, 8)
	change()
	if !s.back() || s.reading.player != nil {
		t.Error("esc does not break it off")
	}
}

func TestTheLanesOfALongJourneyAreMadeByACommand(t *testing.T) {
	t.Parallel()
	s := openLong(t, &pane.Session{}, 2000, 20)
	s.ses.Shell = shellOf(t)
	size := layout.Size{W: 120, H: 37}
	s.Rows(size, true)
	s.why.Select("cart-rescue/help-overlay")
	head := s.head
	cmd, _ := s.Do(NextChange, nil)
	if cmd == nil || s.head != head {
		t.Fatal("the lanes were made in place")
	}
	if cmd = s.Update(cmd()); s.head == head || cmd != nil {
		t.Errorf("the step does not come with the lanes: %v", s.head)
	}
	i, _ := s.eng.Index("cart-rescue/help-overlay")
	want, _ := s.player.Lanes().Next(i, head)
	if s.head != want {
		t.Errorf("at %v, want %v", s.head, want)
	}
	s.why.Select("cart-rescue/help-overlay")
	if cmd, _ := s.Do(Follow, nil); cmd != nil {
		t.Error("lanes that are there are made again")
	}
	q := twin(s.player)
	q.Marks()
	s.change(q, s.head, "nothing")
	if !strings.Contains(strings.Join(s.Rows(size, true), "\n"), "Reading where they stand") {
		t.Error("lanes that are not there are not told of")
	}
	cmd = s.wantLanes()
	s.Update(cmd())
	if strings.Contains(strings.Join(s.Rows(size, true), "\n"), "Reading where they stand") {
		t.Error("the lanes do not come")
	}
}

// TestLanesThatNobodyWaitsForAreNotMade: they end with the screen, with their
// journey and with esc, after which they are made when they are wanted anew.
func TestLanesThatNobodyWaitsForAreNotMade(t *testing.T) {
	t.Parallel()
	s := openLong(t, &pane.Session{}, 2000, 20)
	said := &held{asked: &asked{}}
	s.ses.Shell = said
	size := layout.Size{W: 120, H: 37}
	s.Rows(size, true)
	s.why.Select("cart-rescue/help-overlay")
	canceled := func(what string, cmd tea.Cmd) lanesMsg {
		t.Helper()
		m, ok := cmd().(lanesMsg)
		if !ok || !errors.Is(m.err, context.Canceled) || m.lanes != nil {
			t.Errorf("%s: they are made, %v", what, m.err)
		}
		return m
	}
	cmd, _ := s.Do(Follow, nil)
	s.Pause(true)
	stale := canceled("the screen was left", cmd)
	if s.wantLanes() != nil {
		t.Error("they are made while the screen is hidden")
	}
	s.hidden = false
	cmd = s.wantLanes()
	if again := s.Update(stale); again != nil || s.follow.making == nil || s.follow.left {
		t.Error("what was given up counts for what is made now")
	}
	old := s.player
	q := twin(old)
	q.Marks()
	s.change(q, s.head, "nothing")
	s.laneOf()
	canceled("the journey was changed", cmd)

	cmd = s.wantLanes()
	said.stop()
	if s.Update(canceled("esc", cmd)); s.wantLanes() != nil || !strings.Contains(strings.Join(s.Rows(size, true), "\n"), "was canceled") {
		t.Error("they are made again at once, or it is not told")
	}
	cmd, _ = s.Do(NextChange, nil)
	if cmd == nil {
		t.Fatal("a step does not ask for them anew")
	}
	if m, _ := cmd().(lanesMsg); m.err != nil || m.of != q {
		t.Errorf("they are not made: %v", m.err)
	}
}

// held is a shell whose work can be canceled before it begins.
type held struct {
	*asked
	stop context.CancelFunc
}

func (h *held) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	return func() tea.Msg { return do(ctx) }
}

func TestAt1000TimesTheHeadIsWhereTheClockIsWhateverFramesWereDropped(t *testing.T) {
	t.Parallel()
	src, rec := longVisit(t, 6500, 1)
	for name, ses := range map[string]*pane.Session{"here": {}, "far": {Remote: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(recorded{src, rec})
			tuitest.Run(t, large, program(t, ses, s), func(d *tuitest.Driver) {
				for range 6 {
					d.Press("+")
				}
				d.Expect("1000x")
				d.Press("space")
				for _, pause := range []time.Duration{time.Second, 50 * time.Millisecond, 3700 * time.Millisecond, 7 * time.Second} {
					from, began := s.clock.from.At, s.clock.since
					d.Wait(pause)
					late := journey.Instant(tickFar.Milliseconds()) * 1000
					want := from + journey.Instant(ses.Now().Sub(began).Milliseconds()*1000)
					if s.head.At > want || want-s.head.At >= late {
						t.Errorf("the head is at %v, the clock at %v", s.head.At, want)
					}
					d.Message(struct{}{}) // what was read here was read before the program goes on
				}
			})
		})
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := openLong(t, &pane.Session{Now: func() time.Time { return now }}, 6500, 1)
	s.clock.speed = len(speeds) - 1
	start := s.head
	s.playOrStop()
	gone := time.Duration(0)
	for _, frame := range []time.Duration{100, 100, 2300, 16, 1, 5000, 700} { // ms; most ticks never come
		now, gone = now.Add(frame*time.Millisecond), gone+frame*time.Millisecond
		s.Update(tickMsg{s.clock.gen})
		if want := s.player.Seek(start.At + journey.Instant(gone.Milliseconds()*1000)); s.head != want {
			t.Errorf("after %v the head is at %v, want %v", gone, s.head, want)
		}
	}
}

// BenchmarkScrubLarge is a visit of 10,000 events over 1,020 campaigns, looked
// at through the screen: a message or a step, then the picture.
func BenchmarkScrubLarge(b *testing.B) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := openLong(b, &pane.Session{Now: func() time.Time { return now }}, 10_000, 60)
	size := layout.Size{W: 200, H: 47}
	s.Rows(size, true)
	worst := func(b *testing.B, step func(i int)) {
		b.ReportAllocs()
		var times []time.Duration
		for i := 0; b.Loop(); i++ {
			began := time.Now()
			step(i)
			s.Rows(size, true)
			times = append(times, time.Since(began))
		}
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	}
	b.Run("forward", func(b *testing.B) {
		s.move(s.player.Start())
		worst(b, func(int) {
			if s.head.Events == len(s.player.Events()) {
				s.head = s.player.Start()
			}
			s.Do(NextEvent, nil)
		})
	})
	b.Run("back from the end", func(b *testing.B) {
		s.move(s.player.End())
		worst(b, func(int) { s.Do(PrevEvent, nil) })
	})
	b.Run("anywhere", func(b *testing.B) {
		start, length := s.player.Start().At, int(s.player.End().At-s.player.Start().At)
		worst(b, func(i int) { s.move(s.player.Seek(start + journey.Instant(i*7_654_321%length))) })
	})
	b.Run("playing at 1000x", func(b *testing.B) {
		s.move(s.player.Start())
		s.clock.speed, s.clock.loop = len(speeds)-1, true
		s.playOrStop()
		worst(b, func(int) {
			now = now.Add(tickHere)
			s.Update(tickMsg{s.clock.gen})
		})
		s.stop()
	})
	update(s, s.whatIf(variant{name: "seed 6", make: reseeded(6)}))
	b.Run("two runs anywhere", func(b *testing.B) {
		start, length := s.two.start(), int(s.two.end()-s.two.start())
		worst(b, func(i int) {
			s.two.number++
			s.two.seek(start + journey.Instant(i*7_654_321%length))
		})
	})
	b.Run("two runs playing at 1000x", func(b *testing.B) {
		s.two.seek(s.two.start())
		s.two.play()
		worst(b, func(int) {
			if now = now.Add(tickHere); s.two.head == s.two.end() {
				s.stop()
				s.two.play()
			}
			s.Update(tickMsg{s.clock.gen})
		})
	})
}

// BenchmarkOpenLarge is a slice of reading such a visit, which a command goes
// through while the screen shows another journey.
func BenchmarkOpenLarge(b *testing.B) {
	src, rec := longVisit(b, 10_000, 60)
	s := New(src)
	s.ses = &pane.Session{Now: time.Now, Ctx: context.Background(), Theme: theme.New(theme.Options{}), Shell: quiet{}}
	b.ReportAllocs()
	var cmd tea.Cmd
	for b.Loop() {
		if cmd == nil {
			b.StopTimer()
			cmd = s.Update(s.Receive(Watch{Recording: rec})())
			b.StartTimer()
		}
		cmd = s.Update(cmd())
	}
}
