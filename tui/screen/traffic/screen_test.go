package traffic

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/site"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// shop replays all journeys of the demo shop.
type shop struct {
	eng    *engine.Engine
	events []*journey.Event
	hold   chan struct{} // runs wait for it, if it is not nil
	reads  chan struct{} // reading waits for it, if it is not nil
	fail   error
	broken []string // files that a run finds to break off
	asked  []Order
	plays  []replay.Found
	of     string // the engagement that the last of them was played for
	kept   map[string]*Report
}

func newShop(t testing.TB) *shop {
	t.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	eng, err := engine.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{eng: eng}
	dir, err := os.ReadDir("../../../fixtures/journeys")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range dir {
		if !strings.HasSuffix(f.Name(), ".jsonl") {
			continue
		}
		j, err := journey.Sorted(journey.Options{Robots: true}, "../../../fixtures/journeys/"+f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for ev, err := range j.All() {
			if err != nil {
				t.Fatal(err)
			}
			s.events = append(s.events, ev)
		}
		j.Close()
	}
	return s
}

func (s *shop) journeys() (*journey.Journeys, error) {
	return journey.SortedEvents(journey.Options{Robots: true}, s.events)
}

func (s *shop) Inputs(context.Context) ([]Input, error) {
	return []Input{{Name: "All journeys", About: "Every visitor."}, {ID: "cart-rescued", Name: "Cart rescued"}}, nil
}

func (s *shop) Catalogs(context.Context) ([]Catalog, error) {
	return []Catalog{{Name: "as it stands", About: "What visitors see now."}, {Revision: 3, Name: "revision 3", About: "Monday by bo: published."}, {Revision: 7, Name: "revision 7", About: "Tuesday by bo: renamed.", Last: true}}, nil
}

func (s *shop) Run(_ context.Context, o Order, progress func(Progress), stops Stops) (*Report, error) {
	s.asked = append(s.asked, o)
	if s.fail != nil {
		return nil, s.fail
	}
	if s.reads != nil {
		progress(Progress{Reading: true, Bytes: 5 << 20, Share: 0.25})
		select {
		case <-s.reads:
		case <-stops.Read:
			o.Input.Lines = 4999
		}
	}
	progress(Progress{Progress: replay.Progress{Visitors: 12, Events: 340}, Share: 0.5})
	stopped := false
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-stops.Replay:
			stopped = true
		}
	}
	j, err := s.journeys()
	if err != nil {
		return nil, err
	}
	defer j.Close()
	sum, err := replay.Run(context.Background(), s.eng, j.All(), replay.Options{Seed: o.Seed, Policy: o.Respond, Workers: 1,
		Results: &replay.ResultsOptions{Rows: 50, Each: true, EachEngagement: true, Draws: true, Conditions: 1}}, nil)
	if err != nil {
		return nil, err
	}
	told := j.Report()
	sum.Results.Input = replay.InputOf(told)
	sum.Results.Input.Broken = s.broken
	if stopped {
		sum.Results.Complete, sum.Results.UpTo = false, "wren-40"
	}
	return &Report{Order: o, Results: sum.Results, Revision: 7, Names: map[string]string{"cart-rescue": "Cart rescue", "cart-rescue/help-overlay": "Help at the cart"}, First: told.First, Last: told.Last}, nil
}

func (s *shop) Find(ctx context.Context, r *Report, x replay.Selector, limit int) ([]replay.Found, int64, error) {
	j, err := s.journeys()
	if err != nil {
		return nil, 0, err
	}
	defer j.Close()
	var out []replay.Found
	n := int64(0)
	_, err = replay.Find(ctx, s.eng, j.All(), replay.Options{Seed: r.Seed, Policy: r.Respond, Workers: 1}, x, func(f replay.Found) error {
		if n++; len(out) < limit {
			out = append(out, f)
		}
		return nil
	})
	return out, n, err
}

func (s *shop) Play(_ context.Context, _ *Report, v replay.Found, engagement string) (any, error) {
	s.plays, s.of = append(s.plays, v), engagement
	return v, nil
}

// stage stands where the Simulator does.
type stage struct {
	pane.Screen
	got any
}

func (s *stage) ID() string                               { return "simulator" }
func (s *stage) Title() string                            { return "Simulator" }
func (s *stage) Scope() string                            { return "stage" }
func (s *stage) Scopes() []keymap.Scope                   { return []keymap.Scope{{Name: "stage", Title: "Simulator"}} }
func (s *stage) Open(*pane.Session) tea.Cmd               { return nil }
func (s *stage) Update(tea.Msg) tea.Cmd                   { return nil }
func (s *stage) Do(keymap.ID, any) (tea.Cmd, bool)        { return nil, false }
func (s *stage) Rows(size layout.Size, _ bool) frame.Rows { return frame.Blank(size.W, size.H) }
func (s *stage) Receive(arg any) tea.Cmd                  { s.got = arg; return nil }

func drive(t *testing.T, size layout.Size, src *shop, use func(*tuitest.Driver, *stage)) {
	t.Helper()
	st := &stage{}
	tuitest.Run(t, size, func() tea.Model {
		root, err := app.New(&app.Session{Who: "ana", Now: time.Now}, New(src), st)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) { use(d, st) })
}

var sizes = []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}}

// screenOf is a screen that has replayed, as a picture is made of it.
func screenOf(t testing.TB, src *shop, o Order, look theme.Options) *Screen {
	t.Helper()
	s := New(src)
	s.ses = &pane.Session{Theme: theme.New(look), Now: func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }}
	r, err := src.Run(context.Background(), o, func(Progress) {}, Stops{})
	if err != nil {
		t.Fatal(err)
	}
	s.report = r
	s.setScopes(scopesOf(r))
	return s
}

func answered(t testing.TB) Order {
	t.Helper()
	p, err := replay.ParsePolicy("accept=0.2,decline=0.3")
	if err != nil {
		t.Fatal(err)
	}
	return Order{Input: Input{Name: "All journeys"}, Respond: p, Seed: 4}
}

func TestEveryViewIsDrawnAtEverySize(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	for _, look := range []theme.Options{{}, {ASCII: true, NoColor: true}} {
		s := screenOf(t, src, answered(t), look)
		for _, path := range []string{"", "cart-rescue", "cart-rescue/help-overlay"} {
			if !s.scopes.Select("scope " + path) {
				t.Fatalf("no scope %q", path)
			}
			for i, v := range views() {
				s.turn(i)
				for _, size := range sizes {
					s.focus.Set(factsPane)
					rows := s.Rows(size, true)
					if err := frame.Check(rows, size.W, size.H); err != nil {
						t.Errorf("%s of %q at %v: %v", v.title, path, size, err)
					}
					if !look.ASCII && (path == "" && i < 3 || path != "" && (v.title == "Overview" || v.title == "Gates") || path == "cart-rescue" && v.title == "Rules") {
						tuitest.Golden(t, fmt.Sprintf("%s-%s-%d", strings.ToLower(v.title), strings.NewReplacer("/", "-").Replace("all-"+path), size.W), size, rows)
					}
					if look.ASCII && path != "" && i != 2 && v.title != "Page" && v.title != "Country" && v.title != "Source" { // these hold words of others
						for _, r := range strings.Join(rows, "") {
							if r > 0x7f {
								t.Errorf("%s of %q: %q in plain ASCII", v.title, path, r)
								break
							}
						}
					}
				}
			}
		}
	}
}

func TestTrafficThatNothingFitsIsSaidToBeSo(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	src.events = nil
	for i := range 3 {
		ev, err := journey.ParseEvent(fmt.Appendf(nil, `{"visitor":"v%d","at":"2019-03-02T09:14:00Z","type":"page","url":"https://www.semicomplete.com/projects/xdotool/"}`, i))
		if err != nil {
			t.Fatal(err)
		}
		src.events = append(src.events, ev)
	}
	s := screenOf(t, src, answered(t), theme.Options{})
	s.focus.Set(factsPane)
	for _, size := range sizes {
		rows := s.Rows(size, true)
		if all := strings.Join(rows, "\n"); !strings.Contains(all, "Nothing can show") || !strings.Contains(all, "Another time: every campaign begins after the traffic of 2") || !strings.Contains(all, "Most visits are on") {
			t.Errorf("at %v it is not said", size)
		}
		if err := frame.Check(rows, size.W, size.H); err != nil {
			t.Error(err)
		}
		tuitest.Golden(t, fmt.Sprintf("nothing-fits-%d", size.W), size, rows)
	}
	if screenOf(t, newShop(t), answered(t), theme.Options{}).report.NothingFits() {
		t.Error("the shop's own traffic is taken for another's")
	}
}

// The visits behind a number are as many as it says, in every view of every
// scope.
func TestEveryNumberHasItsVisits(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	s := screenOf(t, src, answered(t), theme.Options{})
	asked := 0
	for _, sc := range s.scopes.Items() {
		if sc.depth > 0 && campaignOf(sc.path) != "cart-rescue" && campaignOf(sc.path) != "post-purchase" {
			continue
		}
		for _, v := range views() {
			for _, f := range v.facts(s.report, sc) {
				if f.query == nil {
					continue
				}
				found, n, err := src.Find(context.Background(), s.report, *f.query, 10)
				if err != nil {
					t.Fatalf("%s of %q, %s: %v", v.title, sc.path, f.label, err)
				}
				asked++
				if got := text.Number(n); got != f.number {
					t.Errorf("%s of %q, %s: %s visits, the number is %s (%+v)", v.title, sc.path, f.label, got, f.number, *f.query)
				}
				if int64(len(found)) != min(n, 10) {
					t.Errorf("%s: %d of %d were listed", f.label, len(found), n)
				}
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d numbers were asked for", asked)
	}
}

func TestANumberLeadsToAVisitInTheSimulator(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, st *stage) {
		d.Expect("Nothing is replayed yet: r replays")
		d.Press("r")
		d.Expect("All campaigns", "Help at the cart", "Of all visits", "revision 7")
		d.Press("/")
		d.Type("help at")
		d.Press("enter", "right", "tab")
		d.Expect("[Gates]", "The furthest visits came", "behavior")
		d.Press("b")
		d.Expect("Visitor", "At")
		d.Press("enter")
		if len(src.plays) != 1 {
			t.Fatalf("played %v", src.plays)
		}
		if got, ok := st.got.(replay.Found); !ok || got != src.plays[0] {
			t.Errorf("the Simulator got %v", st.got)
		}
	})
}

// Where the number is not of one engagement, every display says which it is of,
// and that is the one whose trace is opened.
func TestEveryDisplayBehindANumberNamesItsEngagement(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
		for _, tt := range []struct{ scope, number, want string }{
			{"all campaigns", "displays", "Engagement"},
			{"cart rescue", "displays", "Engagement"},
			{"help at", "displays", ""},
			{"all campaigns", "visits", ""},
			{"all campaigns", "converted after display", "Campaign"},
		} {
			t.Run(fmt.Sprintf("%s of %s, %d", tt.number, tt.scope, size.W), func(t *testing.T) {
				t.Parallel()
				src := newShop(t)
				s := screenOf(t, src, answered(t), theme.Options{})
				path := map[string]string{"all campaigns": "", "cart rescue": "cart-rescue", "help at": "cart-rescue/help-overlay"}[tt.scope]
				s.scopes.Select("scope " + path)
				s.describe()
				i := slices.IndexFunc(s.facts.Items(), func(f *fact) bool { return strings.EqualFold(strings.TrimSpace(f.label), tt.number) })
				if i < 0 {
					t.Fatalf("there is no number %s", tt.number)
				}
				q := *s.facts.Items()[i].query
				list, total, err := src.Find(t.Context(), s.report, q, mostListed)
				if err != nil || total == 0 {
					t.Fatal(total, err)
				}
				s.found(found{asked: s.listed, of: s.report, title: "Displays", query: q, list: list, total: total})
				s.focus.Set(factsPane)
				rows := s.Rows(layout.Size{W: size.W, H: size.H - 3}, true)
				picture := ansi.Strip(rows.Join())
				for _, title := range []string{"Engagement", "Campaign"} {
					if got := strings.Contains(picture, "  "+title+"  "); got != (title == tt.want) {
						t.Errorf("a column %s: %v\n%s", title, got, picture)
					}
				}
				said := strings.Join(s.Read().Items, "\n")
				for _, f := range list {
					if name := s.report.called(f.Engagement); tt.want == "Engagement" && !strings.Contains(said, name) {
						t.Errorf("no line is of %s:\n%s", name, said)
					}
				}
			})
		}
	}
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, st *stage) {
		d.Press("r", "tab", "/")
		d.Type("displays")
		d.Press("enter", "down", "b", "down", "down", "enter")
		if len(src.plays) != 1 || src.of == "" || src.of != src.plays[0].Engagement {
			t.Errorf("%+v were played for %q", src.plays, src.of)
		}
	})
}

func TestWhoQuitsInTheMiddleOfALongReplayIsAsked(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.hold = make(chan struct{}) // of the bubble of simulated time
		defer close(src.hold)
		d.Press("r")
		d.Wait(3 * time.Second)
		d.Press("q")
		d.Expect("Traffic: it is replaying All journeys, of which nothing is kept.")
		d.Press("esc", "esc")
		d.Expect("stopped early")
		d.Press("q")
	})
}

func TestEscKeepsWhatIsDone(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.hold = make(chan struct{}) // of the bubble of simulated time
		defer close(src.hold)
		d.Press("r")
		d.Wait(time.Second)
		d.Expect("Replaying All journeys", "50%", "12 visitors, 340 events")
		d.Press("o")
		d.Expect("a replay goes on: x stops it")
		d.Press("esc")
		d.Expect("stopped early", "All campaigns")
		d.Press("i")
		d.Expect("the numbers are of the visitors up to wren-40")
	})
}

// What was read when reading was stopped is replayed, and marked as a part; a
// second esc ends the replay, too.
func TestEscWhileAFileIsReadKeepsWhatWasRead(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.reads, src.hold = make(chan struct{}), make(chan struct{}) // of the bubble of simulated time
		defer close(src.reads)
		d.Press("O")
		d.Type("shop.log")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Reading: 5,120 kB", "esc keeps what is done")
		d.Press("esc")
		d.Wait(time.Second)
		d.Expect("12 visitors, 340 events", "50%") // what was read is replayed
		close(src.hold)
		d.Wait(time.Second)
		d.Expect("Reading was stopped: the numbers are of the first 4,999 lines.", "first 4,999 lines", "in part", "All campaigns")
		d.Press("Y")
		d.Expect("its file was not read to its end")
		d.Press("i")
		d.Expect("In part", "reading was stopped: the numbers are of the first 4,999 lines")
		d.Press("esc")
		src.reads, src.hold = make(chan struct{}), make(chan struct{})
		d.Press("r")
		d.Wait(time.Second)
		if o := src.asked[len(src.asked)-1]; o.Input.Lines != 0 {
			t.Errorf("%+v", o)
		}
		d.Press("x", "x")
		d.Wait(time.Second)
		d.Expect("first 4,999 lines, stopped early")
		close(src.hold)
	})
}

func TestWhatIsAskedForIsReplayed(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("o")
		d.Expect("Replay", "Cart rescued", "A file")
		d.Type("rescued")
		d.Press("enter")
		d.Press("C")
		d.Expect("revision 3")
		d.Type("revision")
		d.Press("enter")
		d.Press("O")
		d.Type("access.log")
		d.Press("enter")
		d.Press("o")
		d.Type("logs/*.gz") // a path says that it is none of the library
		d.Expect("A file: logs/*.gz")
		d.Press("enter")
	})
	want := []Order{
		{Input: Input{ID: "cart-rescued", Name: "Cart rescued"}, Catalog: Catalog{Name: "as it stands"}},
		{Input: Input{ID: "cart-rescued", Name: "Cart rescued"}, Catalog: Catalog{Revision: 3, Name: "revision 3", About: "Monday by bo: published."}},
		{Input: Input{ID: "access.log", Name: "access.log", File: true}, Catalog: Catalog{Revision: 3, Name: "revision 3", About: "Monday by bo: published."}},
		{Input: Input{ID: "logs/*.gz", Name: "logs/*.gz", File: true}, Catalog: Catalog{Revision: 3, Name: "revision 3", About: "Monday by bo: published."}},
	}
	if fmt.Sprint(src.asked) != fmt.Sprint(want) {
		t.Errorf("asked for %+v, want %+v", src.asked, want)
	}
}

func TestALogWithPathsAloneAsksOfWhichSiteItIs(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 80, H: 24}, src, func(d *tuitest.Driver, _ *stage) {
		src.fail = fmt.Errorf("reading: %w", &site.Needed{Proposed: "https://shop.example"})
		d.Press("O")
		d.Type("access.log")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("Which site is the traffic of?", "https://shop.example")
		d.Press("esc")
		d.Expect("it was not said of which site it is.")
		d.Press("r")
		d.Wait(time.Second)
		src.fail = nil
		d.Type("ftp://x")
		d.Press("enter")
		d.Expect("want what URLs begin with")
		d.Press("ctrl+u")
		d.Type("other.example")
		d.Press("enter")
		d.Expect("26 visits")
		d.Press("i")
		d.Expect("begin with http://other.example")
		d.Press("esc")
		d.Press("e")
		d.Type("7")
		d.Press("enter")
	})
	for i, host := range []string{"", "", "http://other.example", "http://other.example"} {
		if i >= len(src.asked) || src.asked[i].Input.Host != host || src.asked[i].Input.ID != "access.log" {
			t.Fatalf("asked for %+v", src.asked)
		}
	}
}

func TestAFileThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, _ *stage) {
		d.Press("i")
		d.ExpectNot("Not all")
		d.Press("esc")
		src.broken = []string{"week.log.gz breaks off after line 2516"}
		d.Press("r")
		d.Expect("Not all: week.log.gz breaks off after line 2516.", "Replayed 26 visits")
		d.Wait(time.Minute)
		d.Press("i")
		d.Expect("Not all      week.log.gz breaks off after line 2516")
	})
}

func TestARunThatFailsSaysSoAndKeepsTheLast(t *testing.T) {
	t.Parallel()
	src := newShop(t)
	drive(t, layout.Size{W: 120, H: 40}, src, func(d *tuitest.Driver, _ *stage) {
		src.fail = fmt.Errorf("access.log: no such file")
		d.Press("r")
		d.Wait(time.Minute) // the message is gone, why it failed is not
		d.Expect("It could not be replayed:", "access.log: no such file")
		src.fail = nil
		d.Press("r")
		d.Expect("Of all visits")
		src.fail = fmt.Errorf("the disk is gone")
		d.Press("r")
		d.Expect("the disk is gone", "Of all visits")
	})
}

func TestNumbersAreWrittenToBeRead(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := text.Number(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0.0 %", 0.5: "50.0 %", 0.001: "0.10 %", 0.00001: "< 0.01 %", -0.00001: "> -0.01 %", -2: "-200.0 %"} {
		if got := percent(share); got != want {
			t.Errorf("%v is %s, want %s", share, got, want)
		}
	}
	th := theme.New(theme.Options{ASCII: true})
	for share, want := range map[float64]string{-1: "", 0: "", 0.01: th.Dot, 0.5: "#####", 1: "##########", 7: "##########"} {
		if got := bar(th, 10, share); got != want {
			t.Errorf("the bar of %v is %q, want %q", share, got, want)
		}
	}
}

// TestEngagementsOfOneNameAreToldApart: where engagements of several campaigns stand
// together, one whose name is another's, too, is told with its campaign.
func TestEngagementsOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	r := &Report{Results: &replay.Results{}, Names: map[string]string{
		"a": "Chat on every page", "a/chat": "Chat with us", "b": "Bill payment", "b/chat": "Chat with us", "b/pay": "Pay now"}}
	r.Draws = []replay.LostDraws{{Zone: "right", Winner: "a/chat", Loser: "b/chat", Draws: 3}, {Zone: "right", Winner: "b/pay", Loser: "a/chat", Draws: 2}}
	got := draws(r, &scope{})[1:]
	if len(got) != 2 || got[0].label != "Chat with us (Chat on every page)" || got[0].note != "before Chat with us (Bill payment), in the right zone" ||
		got[1].label != "Pay now" || got[1].note != "before Chat with us (Chat on every page), in the right zone" {
		t.Errorf("%+v", got)
	}
	for i := range drawsListed + 5 {
		r.Draws = append(r.Draws, replay.LostDraws{Zone: "top", Winner: "a/chat", Loser: fmt.Sprint("c/", i), Draws: 7})
	}
	r.FurtherDraws = 100
	got = draws(r, &scope{})
	if last := got[len(got)-1]; len(got) != 1+2+drawsListed+1 || !strings.Contains(last.label+last.note, "135 draws") {
		t.Errorf("%d facts, the last is %+v", len(got), last)
	}
}

func TestNamesHaveRoomBeforeNumbersHave(t *testing.T) {
	t.Parallel()
	names := map[string]string{"": "", "long": "A campaign with a rather long name", "long/one": "An engagement whose name is long, too"}
	r := &Report{Results: &replay.Results{}, Names: names}
	r.Campaigns = []replay.CampaignResults{{Scope: replay.Scope{ID: "long"}}}
	r.Engagements = []replay.EngagementGates{{Scope: replay.Scope{ID: "long/one"}, Campaign: "long"}}
	for _, w := range []int{80, 120, 200} {
		s := New(nil)
		s.Open(&pane.Session{Theme: theme.New(theme.Options{ASCII: true, NoColor: true})})
		s.report = r
		s.setScopes(scopesOf(r))
		got := ansi.Strip(s.Rows(layout.Size{W: w, H: 20}, true).Join())
		for path, name := range names {
			if !strings.Contains(got, name) {
				t.Errorf("at %d cells %s is cut:\n%s", w, path, got)
			}
		}
		if !strings.Contains(got, "Exposed") || w == 200 && !strings.Contains(got, "Converted") {
			t.Errorf("at %d cells numbers are missing:\n%s", w, got)
		}
	}
}
