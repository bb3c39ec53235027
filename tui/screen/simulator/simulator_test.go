package simulator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// drive runs the console with the simulator alone over journeys of the demo
// shop.
func drive(t *testing.T, size layout.Size, ses *pane.Session, use func(*tuitest.Driver), journeys ...string) {
	t.Helper()
	src, err := newShop(journeys...)
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, size, src, ses, use)
}

func driveOver(t *testing.T, size layout.Size, src Source, ses *pane.Session, use func(*tuitest.Driver)) {
	t.Helper()
	tuitest.Run(t, size, program(t, ses, New(src)), use)
}

// program is a console with the simulator alone.
func program(t *testing.T, ses *pane.Session, s *Screen) func() tea.Model {
	return func() tea.Model {
		ses.Who, ses.Now = "ana", time.Now
		root, err := app.New(ses, s)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
}

var (
	small  = layout.Size{W: 80, H: 24}
	medium = layout.Size{W: 120, H: 40}
	large  = layout.Size{W: 200, H: 50}
)

func TestAJourneyIsPlayedFromTheFirstInTheLibrary(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Expect("cart-rescued", "https://shop.example/c/tents", "paused", "09:14:00 UTC", "event 1 of 16")
		d.Press("space")
		d.Wait(2 * time.Second)
		d.Expect("playing")
		d.Press("space")
		d.Expect("paused")
		before := d.Screen()
		d.Wait(time.Minute)
		if d.Screen() != before {
			t.Error("paused, it moves")
		}
	}, "cart-rescued")
}

func TestPlayingFollowsTheClockAndNotTheFrames(t *testing.T) {
	t.Parallel()
	for _, remote := range []bool{false, true} {
		drive(t, small, &pane.Session{Remote: remote}, func(d *tuitest.Driver) {
			d.Press("-", "-", "-") // real time
			d.Expect("1x")
			d.Press("space")
			d.Wait(9850 * time.Millisecond) // and 150 ms of the key
			d.Press("space")
			d.Expect("09:14:10 UTC")
			for range 12 {
				d.Press("+")
			}
			d.Expect("1000x")
			d.Press("space")
			d.Wait(time.Second)
			d.Expect("paused", "nothing more comes") // at the end it stops
			d.Press("space")
			d.Expect("playing") // and begins anew
		}, "cart-rescued")
	}
}

func TestEveryKeyOfTheTransport(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press(".")
		d.Expect("event 2 of 16", "09:14:24 UTC")
		d.Press(",")
		d.Expect("event 1 of 16")
		d.Press("right", "right")
		d.Expect("event 3 of 16")
		d.Press("left")
		d.Expect("event 2 of 16")
		d.Press("e")
		d.Expect("nothing more comes", "event 16 of 16")
		d.Press("r")
		d.Expect("event 0 of 16", "No visit yet")
		d.Press("end")
		d.Expect("event 16 of 16")
		d.Press("home")
		d.Expect("event 0 of 16")
		d.Press("t")
		d.Type("09:16:12")
		d.Press("enter")
		d.Expect("09:16:12 UTC", "Stuck with your order?")
		d.Press("t")
		d.Type("-31s")
		d.Press("enter")
		d.Expect("09:15:41 UTC", "Gas Stove")
		d.Press("t")
		d.Type("+31s")
		d.Press("enter")
		d.Expect("Stuck with your order?")
		d.Press("t")
		d.Type("soon")
		d.Press("enter")
		d.Expect("say 40%")
		d.Press("esc", "t")
		d.Type("100%")
		d.Press("enter")
		d.Expect("nothing more comes")
		d.Press("r")
		for range 40 { // decisions, one by one, to the overlay
			if _, _, ok := d.Find("Stuck with your order?"); ok {
				break
			}
			d.Press(">")
		}
		d.Expect("09:16:12 UTC")
		d.Press("<")
		d.ExpectNot("Stuck with your order?")
		d.Press("down")
		d.Expect("Stuck with your order?")
		d.Press("up")
		d.ExpectNot("Stuck with your order?")
	}, "cart-rescued")
}

func TestTheTimelineIsSeekedByTheMouse(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Click(118, 37)
		d.Expect("event 16 of 16")
		d.Drag(60, 37, 1, 37)
		d.Expect("09:14:00 UTC")
	}, "cart-rescued")
}

func TestTheVisitorAnswersAndTheRestIsReplayed(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		toOverlay := func() {
			d.Press("t")
			d.Type("09:16:12")
			d.Press("enter")
			d.Expect("Stuck with your order?")
		}
		toOverlay()
		d.Press("x") // two are on the screen: which?
		d.Expect("Decline which?", "Help at the cart", "Chat with us")
		d.Type("help at")
		d.Press("enter")
		d.Expect("Declined Help at the cart; ctrl+z takes it back", "1 change of yours", "declined: Help at the cart", "event 9 of 17")
		d.ExpectNot("Stuck with your order?")
		d.Press("ctrl+z")
		d.Expect("Undone: declined Help at the cart; ctrl+y does it again.", "Stuck with your order?", "event 8 of 16")
		d.ExpectNot("of yours")
		d.Press("ctrl+y")
		d.Expect("Done again", "event 9 of 17")
		d.Press("ctrl+z")
		d.ClickText("Yes, help me")
		d.Expect("Accepted Help at the cart", "Fell & Fern", "event 10 of 18") // and the conversation began
		d.ExpectNot("Stuck with your order?")
		d.Press("ctrl+z")
		d.ClickText("No, thanks")
		d.Expect("Declined Help at the cart")
		d.Press("ctrl+z", "tab") // to the rows: what is selected is answered
		d.Press("home")
		d.Press("a")
		d.Expect("Accepted Help at the cart")
		d.Press("ctrl+z", "ctrl+z")
		d.Expect("Undo: nothing to undo")
	}, "cart-rescued")
}

func TestWithNothingOnTheScreenThereIsNothingToAnswer(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("r", "a")
		d.Expect("Accept as the visitor: nothing is on the visitor's screen")
		d.Press("x")
		d.Expect("Decline as the visitor: nothing is on the visitor's screen")
	}, "cart-rescued")
}

func TestAConversationShowsItsWindowWithTheSurvey(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		for range 60 {
			if _, _, ok := d.Find("Before we begin"); ok {
				break
			}
			d.Press(".")
		}
		d.Expect("Service desk", "Before we begin", "Your order number", "Your email address *")
	}, "after-the-order")
}

func TestTheSeedIsChangedAndTakenBack(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("S", "backspace")
		d.Type("seven")
		d.Press("enter")
		d.Expect("a seed is a whole number")
		for range 5 {
			d.Press("backspace")
		}
		d.Type("7")
		d.Press("enter")
		d.Expect("Seed 7; ctrl+z takes it back", "seed 7")
		d.Press("ctrl+z")
		d.ExpectNot("change of yours")
	}, "cart-rescued")
}

func TestTheRowsSayWhyAndTheTraceSaysItWhole(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("t")
		d.Type("09:16:02")
		d.Press("enter", "tab")
		d.Expect("Engagements", "nearest first", "Gate", "What is missing", "behavior", "Help at the cart", "true at 09:16:12 if the visitor s", "Chat with us", "since 09:15:42")
		d.Press("s")
		d.Expect("as in the catalog")
		d.Press("s", "/")
		d.Type("help at the cart")
		d.Press("enter", "enter")
		d.Expect("Why", "cart-rescue/help-overlay", "behavior", "s of 30s", "if the visitor stays", "✓ 9 gates passed", "✗ behavior")
		d.ExpectNot("✓ audience")
		d.Press("up", "right")
		d.Expect("✓ audience")
		d.Press("esc")
		d.Expect("Engagements")
		d.Press("esc")
		d.Expect("cart page")
	}, "cart-rescued")
}

func TestPanesGoRoundAndOneFillsTheScreen(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		for _, title := range []string{"━ Page [Engagements] Events Visitor ━", "━ Page Engagements [Events] Visitor ━", "━ Page Engagements Events [Visitor] ━", "━ [Page] Engagements Events Visitor ━"} {
			d.Press("tab")
			d.Expect(title)
		}
		d.Expect("tab engagements") // the footer says where it leads
		d.Press("shift+tab")
		d.Expect("[Visitor] ━", "Contact", "Browser", "tab page")
		d.Resize(120, 40)
		d.Expect("─ Page ─", "─ Engagements ─", "━ Visitor ━")
		d.Press("z")
		d.ExpectNot("─ Page ─")
		d.Press("esc")
		d.Expect("─ Page ─")
		d.Resize(200, 50)
		d.Expect("─ Why ─", "─ Events ─", "━ Visitor ━")
		d.ClickText("Trail Tent 2P)")
		d.Expect("━ Events ━", "09:14:24 UTC")
		d.Press("down")
		d.Expect("looks at Trail Tent 2P", "event 3 of 16")
		d.Press("up")
		d.Expect("event 2 of 16")
		d.Wheel(10, 10, 1)
		d.ClickText("─ Why")
		d.Expect("━ Why ━")
	}, "cart-rescued")
}

func TestAJourneyIsChosenFromTheLibraryOrAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "two.jsonl")
	lines := `{"visitor":"b","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}
{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/help"}
`
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("o")
		d.Expect("Open a journey", "bill-payment", "A file")
		d.Type("bill")
		d.Press("enter")
		d.Expect("Simulator › bill-payment")
		d.Press("v")
		d.Expect("there is one visitor only")
		d.Press("O")
		d.Press("enter")
		d.Expect("a path is needed")
		d.Type(path)
		d.Press("enter")
		d.Expect("Which visitor?", "1 event")
		d.Press("enter") // the one with the most displays
		d.Expect("https://shop.example/help", "› a")
		d.Press("v", "down", "enter")
		d.Expect("https://shop.example/cart", "› b")
		d.Press("O")
		d.Type("/nowhere/at/all")
		d.Press("enter")
		d.Expect("Open a file", "/nowhere/at/all", "no such file or directory: /nowhere/at/all", "A table")
		d.ExpectNot("reading /nowhere")
		d.Press("esc")
		d.Press("o")
		d.Type("a file")
		d.Press("enter")
		d.Expect("The path of a file with journeys")
		d.Press("esc", "o")
		d.Type(path)
		d.Press("enter")
		d.Expect("Which visitor?")
	}, "cart-rescued", "bill-payment")
}

// nowhere is a source without anything.
type nowhere struct{ *shop }

func (nowhere) Journeys(context.Context) ([]Journey, error) { return nil, nil }

func TestAnEmptyLibraryTeachesTheKey(t *testing.T) {
	t.Parallel()
	src, err := newShop()
	if err != nil {
		t.Fatal(err)
	}
	driveOver(t, small, nowhere{src}, &pane.Session{}, func(d *tuitest.Driver) {
		d.Expect("No journey is open.", "Press o to choose")
		d.Press("space")
		d.Expect("Play or pause: choose a journey first (o)")
		d.Press("enter")
		d.Expect("Open a journey", "A file")
	})
}

func TestWhatCannotBeReadIsToldWithItsReason(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	src.fail = errors.New("the catalog \x1b[2J is torn")
	driveOver(t, small, src, &pane.Session{}, func(d *tuitest.Driver) {
		d.Expect("reading cart-rescued: compiling the catalog: the catalog ␛[2J is torn", "No journey is open.")
	})
}

func TestWithoutMovementTheScreenIsSteppedOnly(t *testing.T) {
	t.Parallel()
	drive(t, small, &pane.Session{Still: true}, func(d *tuitest.Driver) {
		d.Press("space")
		d.Expect("movement is off: step with . and >", "paused")
		d.Press(".")
		d.Expect("event 2 of 16")
	}, "cart-rescued")
}

func TestPausedNothingIsSent(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("space")
		d.Wait(time.Second)
		d.Press("space")
		d.Wait(10 * time.Second)
		d.Sent()
		d.Wait(60 * time.Second)
		if sent := d.Sent(); sent != "" {
			t.Errorf("%d bytes in a minute of nothing: %q", len(sent), sent)
		}
	}, "cart-rescued")
}

func TestAFrameOfPlayingSendsFewBytes(t *testing.T) {
	t.Parallel()
	drive(t, medium, &pane.Session{}, func(d *tuitest.Driver) {
		d.Press("-", "-", "-")
		d.Press("space")
		d.Wait(2 * time.Second)
		d.Sent()
		const seconds = 15
		d.Wait(seconds * time.Second) // nothing happens but the time of day, once a second
		if sent := d.Sent(); len(sent) > 100*seconds || sent == "" {
			t.Errorf("%d bytes in %d frames", len(sent), seconds)
		}
	}, "cart-rescued")
}

func TestAHiddenSimulatorStandsStillAndFollowsTheCatalog(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	run(t, s, &pane.Session{Now: time.Now, Ctx: context.Background()})
	s.playOrStop()
	gen := s.clock.gen
	s.Pause(true)
	if s.Update(tickMsg{gen}) != nil || s.clock.playing {
		t.Error("hidden, it ticks")
	}
	before := s.player
	if cmd := s.Update(s.Pause(false)()); cmd != nil || s.player != before {
		t.Error("the catalog is the same, and the journey was replayed")
	}
	again, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	src.eng = again
	old, head := s.player, s.head
	s.Update(s.Pause(false)())
	if s.player == old || s.player.Engine() != again || s.head != head {
		t.Error("the changed catalog was not followed at the same place")
	}
	src.fail = errors.New("torn")
	s.Update(s.Pause(false)())
	if s.player.Engine() != again {
		t.Error("a catalog that cannot be read took the place of one that can")
	}
}

// handedOver is a screen, and a recording that another one would hand to it.
func handedOver(t *testing.T, id string) (*Screen, *Recording) {
	t.Helper()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	run(t, s, &pane.Session{Now: time.Now, Ctx: context.Background()})
	rec, err := src.Load(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s, rec
}

func TestAnotherScreenHandsARecordingOver(t *testing.T) {
	t.Parallel()
	s, rec := handedOver(t, "saturday-crowd")
	last := rec.Visitors[len(rec.Visitors)-1]
	at := last.Events[1].At
	update(s, s.Receive(Watch{Recording: rec, Visitor: last.ID, At: at, Engagement: "service-chat/chat-tab"}))
	if s.player.Options().Visitor != last.ID || s.head.At != at {
		t.Errorf("at %v of %s", s.head, s.player.Options().Visitor)
	}
	if k, _ := s.why.SelectedKey(); k != "service-chat/chat-tab" {
		t.Errorf("%q is selected", k)
	}
	if s.Receive(7) != nil || s.Receive(Watch{}) != nil {
		t.Error("what is neither a recording nor a path was taken")
	}
}

// Who is handed a display stands at it, and not behind what else happened at that
// instant, after which the trace says why it is not shown anew.
func TestAnotherScreensDisplayIsOpenedAtTheEvaluationThatShowedIt(t *testing.T) {
	t.Parallel()
	s, rec := handedOver(t, "cart-rescued")
	refs, behind := s.eng.Engagements(), 0
	for _, m := range s.player.Marks() {
		if m.Kind != replay.MarkDisplay {
			continue
		}
		if x, _ := s.player.Explain(s.player.Seek(m.At), m.Engagement); x.Gate != engine.Shown {
			behind++
		}
		path := refs[m.Engagement].Path
		update(s, s.Receive(Watch{Recording: rec, Visitor: s.player.Options().Visitor, At: m.At, Engagement: path}))
		if x, ok := s.player.Explain(s.look.at, m.Engagement); !ok || s.look.at.At != m.At || x.Gate != engine.Shown {
			t.Errorf("%s at %v: stands at %v, where the trace says %v", path, m.At, s.look.at, x.Gate)
		}
	}
	if behind == 0 {
		t.Error("no display of the journey has another event at its instant")
	}
}

func TestWhatAnotherScreenHandsOverIsNotReplacedByTheLibrary(t *testing.T) {
	t.Parallel()
	src, err := newShop("cart-rescued")
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	s.ses = &pane.Session{Now: time.Now, Ctx: context.Background(), Theme: theme.New(theme.Options{}), Shell: shellOf(t)}
	library := s.Open(s.ses)
	rec, err := src.Load(context.Background(), "bill-payment")
	if err != nil {
		t.Fatal(err)
	}
	handed := s.Receive(Watch{Recording: rec})
	update(s, library)
	update(s, handed)
	if s.rec != rec {
		t.Errorf("%v is open", s.rec)
	}
}

func TestAJourneyWithoutEventsAndACatalogWithoutCampaigns(t *testing.T) {
	t.Parallel()
	eng, err := engine.Compile(&model.Catalog{Settings: model.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	s := New(&shop{eng: eng})
	s.ses = &pane.Session{Now: time.Now, Ctx: context.Background(), Theme: theme.New(theme.Options{}), Shell: shellOf(t)}
	update(s, s.Receive(Watch{Recording: &Recording{Name: "nothing", Visitors: []Visitor{{ID: "v"}}}}))
	for _, size := range []layout.Size{{W: 80, H: 21}, {W: 200, H: 47}} {
		for p := pagePane; p <= visitorPane; p++ {
			s.focus = p
			for _, a := range append(actions(), keymap.Global().Actions...) {
				if s.Disabled(a.ID) == "" {
					s.Do(a.ID, nil)
				}
				if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
					t.Fatalf("%v after %s: %v", size, a.ID, err)
				}
			}
		}
	}
}

// quiet is a shell that runs work at once and says nothing.
type quiet struct{ pane.Shell }

func (quiet) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

// run opens the screen without a program.
func run(t *testing.T, s *Screen, ses *pane.Session) {
	t.Helper()
	ses.Theme, ses.Shell = theme.New(theme.Options{Light: ses.Light, NoColor: ses.NoColor, ASCII: ses.ASCII}), shellOf(t)
	update(s, s.Open(ses))
	if s.player == nil {
		t.Fatal("no journey was opened")
	}
}

// update runs commands to their end.
func update(s *Screen, cmd tea.Cmd) {
	for range 10 {
		if cmd == nil {
			return
		}
		msg := cmd()
		if msg == nil {
			return
		}
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, cmd := range batch {
				update(s, cmd)
			}
			return
		}
		cmd = s.Update(msg)
	}
}

// shellOf is a real console's shell, whose work is done at once.
func shellOf(t *testing.T) pane.Shell {
	t.Helper()
	ses := &pane.Session{Now: time.Now}
	if _, err := app.New(ses, New(nil)); err != nil {
		t.Fatal(err)
	}
	return quiet{ses.Shell}
}

func opened(t *testing.T, name string, ses *pane.Session) *Screen {
	t.Helper()
	src, err := newShop(name)
	if err != nil {
		t.Fatal(err)
	}
	s := New(src)
	ses.Now, ses.Ctx = time.Now, context.Background()
	run(t, s, ses)
	return s
}

func TestGoldenScreens(t *testing.T) {
	t.Parallel()
	at := func(s *Screen, clock string) {
		i, err := s.where(clock)
		if err != nil {
			t.Fatal(err)
		}
		s.move(s.player.Seek(i))
	}
	tests := []struct {
		name, journey string
		to            func(*Screen)
	}{
		{"overlay", "cart-rescued", func(s *Screen) { at(s, "09:16:12") }},
		{"waiting", "cart-rescued", func(s *Screen) { at(s, "09:16:02"); s.focus = whyPane }},
		{"trace", "cart-rescued", func(s *Screen) {
			at(s, "09:16:02")
			s.why.Select("cart-rescue/help-overlay")
			s.openTrace()
		}},
		{"visitor", "cart-rescued", func(s *Screen) { at(s, "09:16:30"); s.focus = visitorPane; s.remember() }},
		{"events", "tent-shopper", func(s *Screen) { s.move(s.player.End()); s.focus = eventsPane }},
		{"start", "bill-payment", func(s *Screen) { s.move(s.player.Start()) }},
	}
	for _, tt := range tests {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			t.Run(fmt.Sprintf("%s at %dx%d", tt.name, size.W, size.H), func(t *testing.T) {
				t.Parallel()
				s := opened(t, tt.journey, &pane.Session{})
				s.Rows(size, true)
				tt.to(s)
				tuitest.Golden(t, fmt.Sprintf("%s-%dx%d", tt.name, size.W, size.H), size, s.Rows(size, true))
			})
		}
	}
	for name, ses := range map[string]*pane.Session{"dark": {}, "light": {Light: true}, "plain": {NoColor: true}, "ascii": {NoColor: true, ASCII: true}} {
		t.Run("looks "+name, func(t *testing.T) {
			t.Parallel()
			s := opened(t, "cart-rescued", ses)
			size := layout.Size{W: 80, H: 21}
			s.Rows(size, true)
			at(s, "09:16:12")
			tuitest.GoldenLooks(t, "looks-"+name, size, s.Rows(size, true))
		})
	}
}

func TestScrubbingShowsWhatAFreshReplayShows(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 200, H: 47}
	for _, name := range []string{"cart-rescued", "checkout-abandoned", "back-after-weeks", "nobody-at-the-desk"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scrubbed := opened(t, name, &pane.Session{})
			scrubbed.Rows(size, true)
			events := scrubbed.player.Events()
			scrubbed.move(scrubbed.player.End())
			for k := len(events); k >= 0; k-- { // backwards
				to := scrubbed.player.Start()
				if k > 0 {
					to = replay.Position{At: events[k-1].At, Events: k}
				}
				scrubbed.move(to)
				fresh := opened(t, name, &pane.Session{})
				fresh.Rows(size, true)
				fresh.move(to)
				got, want := page200(scrubbed, size), page200(fresh, size)
				if got != want {
					t.Fatalf("event %d: scrubbed\n%s\nfresh\n%s", k, got, want)
				}
				// What the first k events alone lead to is the same, but for what
				// comes after them.
				part, err := replay.NewPlayer(fresh.eng, events[:k], replay.PlayerOptions{Visitor: scrubbed.player.Options().Visitor, Start: to.At})
				if err != nil {
					t.Fatal(err)
				}
				a, b := scrubbed.player.At(to), part.At(replay.Position{At: to.At, Events: k})
				if fmt.Sprint(a.Decisions) != fmt.Sprint(b.Decisions) || fmt.Sprint(a.State.Screen) != fmt.Sprint(b.State.Screen) {
					t.Fatalf("after %d events: %v, alone %v", k, a.Decisions, b.Decisions)
				}
			}
		})
	}
}

// page200 is the picture, whatever is selected in it.
func page200(s *Screen, size layout.Size) string {
	s.why.Do("first", nil)
	s.explain()
	s.trace.tree.Do("first", nil)
	return s.Rows(size, true).Join()
}

func TestPlayingThereShowsWhatJumpingThereShows(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 200, H: 47}
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	played := opened(t, "cart-rescued", &pane.Session{})
	played.ses.Now = func() time.Time { return now }
	played.Rows(size, true)
	played.playOrStop()
	for i := range 60 {
		now = now.Add(time.Duration(100+i*7%90) * time.Millisecond)
		played.Update(tickMsg{played.clock.gen})
		jumped := opened(t, "cart-rescued", &pane.Session{})
		jumped.Rows(size, true)
		jumped.clock.playing = played.clock.playing
		jumped.move(jumped.player.Seek(played.head.At))
		jumped.clock.from = played.clock.from // a motion tells playing from jumping
		if got, want := page200(played, size), page200(jumped, size); got != want {
			t.Fatalf("at %v: played\n%s\njumped\n%s", played.head, got, want)
		}
	}
}

func TestAnySizeIsExact(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cart-rescued", "hostile-text"} {
		for _, ses := range []*pane.Session{{}, {ASCII: true, NoColor: true}} {
			s := opened(t, name, ses)
			sizes := []layout.Size{{W: 0, H: 0}, {W: 1, H: 1}, {W: 3, H: 5}, {W: 60, H: 12}, {W: 80, H: 21}, {W: 99, H: 37}, {W: 100, H: 20}, {W: 120, H: 37}, {W: 160, H: 37}, {W: 200, H: 47}, {W: 320, H: 90}}
			for i := range s.player.Events() {
				s.jump(s.player.NextEvent(s.head))
				for _, size := range []layout.Size{sizes[i%len(sizes)], sizes[(i*7+4)%len(sizes)]} {
					for p := pagePane; p <= visitorPane; p++ {
						s.focus, s.traced = p, p == tracePane
						s.remember()
						s.explain()
						if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
							t.Fatalf("%s, %v, %s: %v", name, size, paneTitles[p], err)
						}
						s.Hits(&frame.Hits{})
					}
				}
			}
		}
	}
}

func TestTheScaleOfTheTimelineIsReversible(t *testing.T) {
	t.Parallel()
	s := opened(t, "back-after-weeks", &pane.Session{})
	start, end := s.player.Start().At, s.player.End().At
	last := time.Duration(-1)
	for i := range 2000 {
		at := start + (end-start)*journey.Instant(i)/2000
		d := s.bar.place(at)
		if d < last || d > s.bar.length() {
			t.Fatalf("%v is placed at %v, after %v", at, d, last)
		}
		last = d
		if back := s.bar.instant(d); back-at > 1000 || at-back > 1000 {
			t.Fatalf("%v is placed at %v and read as %v", at, d, back)
		}
	}
	for _, w := range []int{1, 2, 78, 300} {
		if got := s.bar.at(0, w); got != start {
			t.Errorf("the first of %d cells is %v", w, got)
		}
	}
	if got := s.bar.at(77, 78); got != end {
		t.Errorf("the last cell is %v, the end %v", got, end)
	}
	var none bar
	if none.place(5) != 0 || none.instant(5) != 0 || none.length() != 0 {
		t.Error("a bar of nothing has a length")
	}
}

func TestEventsAreToldInWords(t *testing.T) {
	t.Parallel()
	s := opened(t, "saturday-crowd", &pane.Session{})
	for _, v := range s.rec.Visitors {
		for _, ev := range v.Events {
			if w := describeEvent(ev); w == "" || w == ev.Type.String() && ev.Type != journey.Leave {
				t.Errorf("%s is told as %q", ev.Type, w)
			}
		}
	}
	for _, line := range []struct{ event, want string }{
		{`"type":"cart","total":"48.10","currency":"EUR","numItems":1`, "cart 48.10 EUR, 1 item"},
		{`"type":"respond","engagement":"a/b","action":"decline"`, "declines a/b"},
		{`"type":"agents","state":"busy"`, "agents of all skills: busy"},
		{`"type":"identify","user":""`, "signs out"},
		{`"type":"leave"`, "leaves the site"},
		{`"type":"signal","name":"scroll","value":70`, "signal scroll 70"},
		{`"type":"searchInfo","keywords":["tent","rental"]`, "searches tent, rental"},
	} {
		ev, err := journey.ParseEvent([]byte(`{"visitor":"v","at":"2026-03-02T10:00:00Z",` + line.event + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := describeEvent(ev); got != line.want {
			t.Errorf("%s: %q, want %q", line.event, got, line.want)
		}
	}
}

func TestTheFooterAndTheHelpKnowTheKeys(t *testing.T) {
	t.Parallel()
	keys, err := app.Keys(New(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actions() {
		for _, k := range a.Keys {
			if got, ok := keys.Resolve("simulator", k); !ok || got.ID != a.ID {
				t.Errorf("%q means %q, want %q", k, got.ID, a.ID)
			}
		}
	}
	drive(t, small, &pane.Session{}, func(d *tuitest.Driver) {
		d.Expect("space play", "u act")
		d.Press("?")
		d.Type("faster")
		d.Press("enter")
		d.Expect("20x")
	}, "cart-rescued")
}

func BenchmarkScrub(b *testing.B) {
	src, err := newShop("cart-rescued")
	if err != nil {
		b.Fatal(err)
	}
	s := New(src)
	s.ses = &pane.Session{Now: time.Now, Ctx: context.Background(), Theme: theme.New(theme.Options{}), Shell: quiet{}}
	update(s, s.begin())
	size := layout.Size{W: 200, H: 47}
	s.Rows(size, true)
	ends := [2]replay.Position{s.player.Start(), s.player.End()}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.move(ends[i%2])
		s.Rows(size, true)
	}
}

// Not parallel: it counts allocations.
func TestWhileNothingChangesTheRowsAreTheSame(t *testing.T) {
	s := opened(t, "cart-rescued", &pane.Session{})
	for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
		for p := pagePane; p <= visitorPane; p++ {
			s.focus, s.traced = p, p == tracePane
			s.remember()
			s.explain()
			rows := s.Rows(size, true)
			if allocs := testing.AllocsPerRun(20, func() {
				if !frame.Same(rows, s.Rows(size, true)) {
					t.Errorf("%v, %s: drawn anew", size, paneTitles[p])
				}
			}); allocs > 20 {
				t.Errorf("%v, %s: %v allocations for nothing new", size, paneTitles[p], allocs)
			}
		}
	}
}
