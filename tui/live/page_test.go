package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/site"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// begin is when the tests' logs begin.
var begin = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// tap is a log that a test hands out news of.
type tap struct {
	news   chan News
	fail   error
	asked  atomic.Int64 // news
	closed atomic.Int64
	ctx    context.Context
	played []Decision
	logs   []Log
}

func (f *tap) Follow(ctx context.Context, log Log) (Feed, error) {
	f.ctx, f.logs = ctx, append(f.logs, log)
	return f, f.fail
}

func (f *tap) Next(ctx context.Context) (News, error) {
	f.asked.Add(1)
	select {
	case n := <-f.news:
		return n, nil
	case <-f.ctx.Done():
		return News{Ended: true}, nil
	case <-ctx.Done():
		return News{}, ctx.Err()
	}
}

func (f *tap) Play(_ context.Context, d Decision) (any, error) {
	f.played = append(f.played, d)
	return d, nil
}

func (f *tap) Close() { f.closed.Add(1) }

// host is a screen that is nothing but the page.
type host struct {
	*Page
	ses *pane.Session
}

func (h *host) ID() string                     { return "traffic" }
func (h *host) Title() string                  { return "Traffic" }
func (h *host) Open(ses *pane.Session) tea.Cmd { h.ses = ses; return nil }
func (h *host) Update(m tea.Msg) tea.Cmd       { return h.Page.Update(m) }
func (h *host) Disabled(id keymap.ID) string   { return h.Page.Disabled(id) }
func (h *host) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "traffic", Title: "Traffic", Actions: []keymap.Action{Opens()}}, h.Page.Scope()}
}

func (h *host) Scope() string {
	if h.On() {
		return h.Page.Scope().Name
	}
	return "traffic"
}

func (h *host) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if h.On() {
		return h.Page.Do(id, arg)
	}
	if id == Follow {
		h.Ask(h.ses)
		return nil, true
	}
	return nil, false
}

func (h *host) Rows(size layout.Size, focused bool) frame.Rows {
	if h.On() {
		return h.Page.Rows(size, focused)
	}
	return frame.Blank(size.W, size.H)
}

func (h *host) Hits(x *frame.Hits) {
	if h.On() {
		h.Page.Hits(x)
	}
}

// stage stands where the Simulator does.
type stage struct{ got any }

func (s *stage) ID() string                               { return "simulator" }
func (s *stage) Title() string                            { return "Simulator" }
func (s *stage) Scope() string                            { return "stage" }
func (s *stage) Scopes() []keymap.Scope                   { return []keymap.Scope{{Name: "stage", Title: "Simulator"}} }
func (s *stage) Open(*pane.Session) tea.Cmd               { return nil }
func (s *stage) Update(tea.Msg) tea.Cmd                   { return nil }
func (s *stage) Do(keymap.ID, any) (tea.Cmd, bool)        { return nil, false }
func (s *stage) Rows(size layout.Size, _ bool) frame.Rows { return frame.Blank(size.W, size.H) }
func (s *stage) Receive(arg any) tea.Cmd                  { s.got = arg; return nil }

func drive(t *testing.T, size layout.Size, use func(*tuitest.Driver, *Page, *tap, *stage)) {
	t.Helper()
	f, st := &tap{}, &stage{}
	p := New(f)
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		f.news = make(chan News)
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: time.Now}, &host{Page: p}, st)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		d.Press("f")
		d.Type("access.log")
		d.Press("enter")
		use(d, p, f, st)
	})
}

// burst is news of n decisions, from the given one on.
func burst(from, n int) News {
	out := News{At: begin.Add(time.Duration(from+n) * time.Second), Lag: 1200 * time.Millisecond, Seconds: []Second{{Events: int64(n), Lag: 1200 * time.Millisecond}}}
	out.Arrived = out.At
	out.Events, out.Displays, out.Open, out.Visitors = int64(from+n), int64(from+n), 3, 17
	for i := from; i < from+n; i++ {
		d := Decision{Seq: int64(i), At: journey.At(begin.Add(time.Duration(i) * time.Second)), Visitor: fmt.Sprintf("wren-%d", i), URL: "https://shop.example/cart", What: Shown,
			Campaign: "cart-rescue", Engagement: "cart-rescue/help-overlay", Called: Called{"Cart rescue", "Help at the cart"}}
		switch i % 3 {
		case 1:
			d.What, d.Gate, d.Margin = Nearest, "audience", "cart total 48.10, needs 50.00 or more: 1.90 short"
		case 2:
			d.Campaign, d.Engagement, d.Called = "service-chat", "service-chat/chat-tab", Called{"Chat on every page", "Chat with us (service-chat/chat-tab)"} // two are called so
		}
		out.Decisions = append(out.Decisions, d)
	}
	out.Counts = []Count{{Engagement: "cart-rescue/help-overlay", Called: Called{"Cart rescue", "Help at the cart"}, Shown: int64(from + n), Accepted: 2},
		{Engagement: "service-chat/chat-tab", Called: Called{"Chat on every page", "Chat with us (service-chat/chat-tab)"}, Shown: 1234}, {Gate: "audience", Rank: 7, Stopped: int64(n)}}
	out.Looked = int64(n)
	return out
}

func TestDecisionsAreShownAsTheyComeTheNewestOnTop(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, p *Page, f *tap, st *stage) {
		f.news <- burst(0, 5)
		d.Wait(time.Second)
		d.Expect("Following access.log", "Rate 5/s", "Lag 1.2 s", "3 visits open of 17 visitors", "wren-4", "nothing", "audience: Help at", "stopped by")
		f.news <- burst(5, 1)
		d.Wait(time.Second)
		if at, ok := p.table.Selected(); !ok || at.Seq != 5 {
			t.Errorf("whoever looks at the newest sees %+v", at)
		}
		d.Press("down")
		f.news <- burst(6, 1)
		d.Wait(time.Second)
		if at, _ := p.table.Selected(); at.Seq != 4 {
			t.Errorf("whoever looks at another has it taken away: %+v", at)
		}
		d.Press("enter")
		if got, ok := st.got.(Decision); !ok || got.Seq != 4 || len(f.played) != 1 {
			t.Errorf("the Simulator got %+v", st.got)
		}
	})
}

// Engagements go by their names, with the id where it takes one to tell two apart;
// the id is found and told all the same.
func TestDecisionsAndCountsGoByNames(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 200, H: 50}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		f.news <- burst(0, 5)
		d.Wait(time.Second)
		d.Expect("Chat with us (service-chat/chat-tab)", "audience: Help at the cart, cart total 48.10")
		d.ExpectNot("audience: cart-rescue")
		if d, _ := p.table.Selected(); d.Seq != 4 {
			t.Fatalf("%+v", d)
		}
		d.Expect("nothing shown, audience: Help at the cart, cart total 48.10, needs", "50.00 or more: 1.90 short (cart-rescue/help-overlay)")
		d.Press("c")
		d.Expect("Cart rescue", "Chat on every page", "service-chat")
		d.Type("rescue")
		d.Press("enter")
		d.Expect("Decisions of Cart rescue")
		d.Press("/")
		d.Type("cart-rescue/help")
		d.Press("enter")
		if n, _ := p.table.Count(); n == 0 {
			t.Errorf("the id is not found:\n%s", d.Screen())
		}
	})
}

func TestAPauseHoldsThePictureAndCountsWhatCame(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		f.news <- burst(0, 5)
		d.Wait(time.Second)
		d.Press("space")
		n := burst(5, 3)
		n.Missed = 4
		f.news <- n
		d.Wait(time.Second)
		d.Expect("Paused: 7 decisions came in meanwhile", "5 events")
		d.ExpectNot("wren-7")
		d.Press("space")
		d.Expect("wren-7", "8 events", "4 decisions not listed")
	})
}

func TestDecisionsOfOneCampaignAlone(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		f.news <- burst(0, 6)
		d.Wait(time.Second)
		d.Press("c")
		d.Type("service")
		d.Press("enter")
		d.Expect("Decisions of Chat on every page", "wren-5", "wren-2")
		d.ExpectNot("wren-4", "wren-3")
	})
}

func TestEscStopsFollowing(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		f.news <- burst(0, 2)
		d.Wait(time.Second)
		d.Press("tab")
		d.Expect("Counts")
		d.Press("esc")
		d.Expect("Decisions")
		if f.ctx.Err() != nil {
			t.Error("one step back ended it")
		}
		d.Press("esc")
		if p.On() || f.ctx.Err() == nil {
			t.Error("it still follows")
		}
	})
}

func TestALogThatCannotBeFollowedSaysWhy(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 120, H: 40}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		n := burst(0, 1)
		n.Ended, n.Err = true, errors.New("the disk is gone")
		f.news <- n
		d.Wait(time.Second)
		d.Expect("the disk is gone", "No longer following access.log", "wren-0")
		d.Press("esc")
		f.fail = errors.New("files are out of reach")
		d.Press("f")
		d.Press("enter")
		d.Expect("files are out of reach")
		if p.On() {
			t.Error("it is open")
		}
	})
}

// TestALogWithPathsAloneAsksOfWhichSiteItIs: when it is opened, or once the
// first line came.
func TestALogWithPathsAloneAsksOfWhichSiteItIs(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		f.news <- News{Ended: true, Err: &site.Needed{Proposed: "https://shop.example"}}
		d.Wait(time.Second)
		d.Expect("Which site is the traffic of?", "https://shop.example")
		if p.On() {
			t.Error("the page stays, and follows nothing")
		}
		d.Press("enter")
		if want := []Log{{Path: "access.log"}, {Path: "access.log", Host: "https://shop.example"}}; !slices.Equal(f.logs, want) {
			t.Errorf("followed %+v", f.logs)
		}
		f.news <- burst(0, 2)
		d.Wait(time.Second)
		d.Expect("Following access.log", "wren-1")
		d.Press("esc")
		f.fail = &site.Needed{}
		d.Press("f", "enter")
		d.Wait(time.Second)
		d.Expect("https://www.example.com")
		d.Press("enter")
		d.Expect("want what URLs begin with")
		d.Press("esc")
		d.ExpectNot("Which site")
		if p.On() {
			t.Error("it is followed all the same")
		}
	})
}

// TestManyCountsArePutInOrderOnceASecond, few with every news.
func TestManyCountsArePutInOrderOnceASecond(t *testing.T) {
	t.Parallel()
	for _, many := range []bool{false, true} {
		p := pageOf(theme.Options{})
		p.log, p.gen, p.countedAt = Log{}, 1, time.Time{}
		at := begin.Add(time.Hour)
		news := func(after time.Duration, shown int64, ended bool) {
			n := News{At: at.Add(after), Ended: ended, Counts: []Count{{Engagement: "x/first", Shown: shown}}}
			for i := 0; many && i <= fewCounts; i++ {
				n.Counts = append(n.Counts, Count{Engagement: fmt.Sprintf("x/other-%d", i), Shown: 1})
			}
			p.Update(came{gen: 1, news: n})
		}
		first := func() int64 { return p.counts.Items()[0].Shown }
		news(0, 10_000, false)
		was := first()
		news(100*time.Millisecond, 20_000, false)
		if now := first(); was != 10_000 || (now == 20_000) == many {
			t.Errorf("many %v: %d, then %d", many, was, now)
		}
		news(1100*time.Millisecond, 30_000, false)
		if now := first(); now != 30_000 {
			t.Errorf("many %v, a second later: %d", many, now)
		}
		news(1200*time.Millisecond, 40_000, true)
		if now := first(); now != 40_000 {
			t.Errorf("many %v, at the end: %d", many, now)
		}
	}
}

// TestOneCommandWaitsAndNewsAreAskedForTenTimesASecond: however fast they are
// there; and none while the screen is hidden.
func TestOneCommandWaitsAndNewsAreAskedForTenTimesASecond(t *testing.T) {
	t.Parallel()
	drive(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, p *Page, f *tap, _ *stage) {
		stop := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				select {
				case f.news <- burst(i*200, 200):
				case <-stop:
					return
				}
			}
		}()
		before := f.asked.Load()
		d.Wait(2 * time.Second)
		if n := f.asked.Load() - before; n < 10 || n > 25 {
			t.Errorf("asked %d times in two seconds", n)
		}
		if n, _ := p.table.Count(); n != mostKept || len(p.now.kept) != mostKept || cap(p.now.kept) > 2*mostKept {
			t.Errorf("%d decisions are listed, %d kept", n, len(p.now.kept))
		}
		d.Press("2")
		before = f.asked.Load()
		d.Wait(2 * time.Second)
		if n := f.asked.Load() - before; n > 1 {
			t.Errorf("asked %d times while hidden", n)
		}
		d.Press("1")
		before = f.asked.Load()
		d.Wait(2 * time.Second)
		if n := f.asked.Load() - before; n < 10 {
			t.Errorf("asked %d times when shown again", n)
		}
		close(stop)
		<-done
	})
}

func TestTheEndWaitsForTheFeed(t *testing.T) {
	t.Parallel()
	f := &tap{}
	p := New(f)
	p.feed, p.open, p.stop = f, true, func() {}
	p.End()
	p.End()
	if f.closed.Load() != 1 || p.On() {
		t.Errorf("closed %d times", f.closed.Load())
	}
}

// pageOf is a page as a picture is made of it.
func pageOf(look theme.Options) *Page {
	p := New(nil)
	p.ses, p.open, p.log, p.feed = &pane.Session{Theme: theme.New(look)}, true, Log{Path: "/var/log/nginx/access.log"}, &tap{}
	p.now.counts = map[Count]Count{}
	for i := range 90 {
		n := News{Seconds: []Second{{Events: int64(i * i % 97), Lag: time.Duration(i%13) * time.Second}}}
		n.WatchTotals = replay.WatchTotals{}
		p.now.take(n)
	}
	n := burst(0, 40)
	n.Late, n.Rejected, n.Goals = 2, 1, 12
	n.At = n.Arrived.Add(4 * time.Second)
	n.Notes = []string{"rotated"}
	n.Decisions[38].Visitor, n.Decisions[38].What = "evil\x1b[2J", Accepted
	p.now.take(n)
	p.refresh()
	return p
}

func TestThePageIsDrawnAtEverySize(t *testing.T) {
	t.Parallel()
	for _, look := range []theme.Options{{}, {ASCII: true, NoColor: true}} {
		p := pageOf(look)
		name := "live"
		if look.ASCII {
			name = "live-ascii"
		}
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			p.focus.Set(decisionsPane)
			rows := p.Rows(size, true)
			tuitest.Golden(t, fmt.Sprintf("%s-%d", name, size.W), size, rows)
			for _, r := range strings.Join(rows, "") {
				if look.ASCII && r > 0x7f && r != '␛' {
					t.Errorf("%q in plain ASCII", r)
					break
				}
			}
		}
		p.focus.Set(countsPane)
		size := layout.Size{W: 80, H: 21}
		tuitest.Golden(t, name+"-counts-80", size, p.Rows(size, true))
	}
	p := pageOf(theme.Options{})
	for _, w := range []int{0, 1, 2, 3, 9, 30, 59, 80, 99, 131} {
		for _, h := range []int{0, 1, 3, 4, 5, 6, 7, 12, 30} {
			if err := frame.Check(p.Rows(layout.Size{W: w, H: h}, true), w, h); err != nil {
				t.Fatalf("%dx%d: %v", w, h, err)
			}
		}
	}
}

func TestThePageIsReadInLines(t *testing.T) {
	t.Parallel()
	p := pageOf(theme.Options{})
	r := p.Read()
	if len(r.Items) != mostRead || !strings.Contains(r.Items[0], "10:00:39, wren-39, /cart, shown Help at the cart") || !strings.Contains(strings.Join(r.Lines, "\n"), "Stopped by audience: 40 pages.") {
		t.Errorf("%q\n%q", r.Lines, r.Items)
	}
	r.Choose(3)
	if d, _ := p.table.Selected(); d.Seq != 36 {
		t.Errorf("chose %+v", d)
	}
}

// BenchmarkFrame is what a frame costs while 10,000 events come a second and as
// many decisions as are handed over, ten times a second: with the counts of few
// engagements, and of so many that all of a large catalog were shown.
func BenchmarkFrame(b *testing.B) {
	for _, engagements := range []int{25, 20_000} {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 200, H: 47}} {
			b.Run(fmt.Sprintf("%d/%dx%d", engagements, size.W, size.H), func(b *testing.B) {
				p := pageOf(theme.Options{})
				all := News{}
				for i := range engagements {
					all.Counts = append(all.Counts, Count{Engagement: fmt.Sprintf("campaign-%d/offer", i), Shown: int64(i)})
				}
				p.now.take(all)
				b.ReportAllocs()
				p.gen = 1
				for i := 0; b.Loop(); i++ {
					n := burst(i*200, 200)
					n.At = begin.Add(time.Duration(i) * apart)
					n.Missed = 800
					for j := range 25 {
						n.Counts = append(n.Counts, Count{Engagement: fmt.Sprintf("campaign-%d/offer", (i+j*j)%engagements), Shown: int64(i)})
					}
					p.Update(came{gen: 1, news: n})
					p.Rows(size, true)
				}
			})
		}
	}
}
