package campaigns

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/modeltest"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

// hostile texts act on a terminal that shows them as they are.
var hostile = []string{
	"\x1b]0;stolen\x07", "\x1b[2J\x1b[H", "\u009b31m", "\x1b]52;c;c3RvbGVu\x07", "\u202eevil", "a\r\nb\tc\x00d", "\x1b[" + strings.Repeat("1;", 40) + "m",
	"\x1bPq\x1b\\", "x\u0300\u0301\u0302\u0303\u0304\u0305", "\ufeff\u200b\u2066",
}

// poisoned has a hostile text wherever an operator or a file may put one.
func poisoned(t testing.TB) *model.Catalog {
	c := shop(t)
	n := 0
	bad := func() string { n++; return hostile[n%len(hostile)] + fmt.Sprint("word", n) }
	for _, d := range c.Documents() {
		h := d.Head()
		h.Name, h.Description = bad(), bad()
	}
	for _, s := range c.Schedules {
		s.Zone = bad()
	}
	for _, o := range c.Occasions {
		for i := range o.Lines {
			o.Lines[i].Name = bad()
		}
	}
	for _, g := range c.Goals {
		g.URLs = append(g.URLs, model.PageRule{Section: bad()})
		g.Service = append(g.Service, model.ServiceBox{Status: model.ServiceStatus(bad()), Topics: []string{bad()}})
	}
	for _, a := range c.Audiences {
		a.When = model.Condition{All: []model.Condition{{Gender: &model.ListCondition{In: []string{bad()}}}, {Any: []model.Condition{
			{Attribute: &model.AttributeCondition{Name: bad(), Op: model.AttributeOp(bad()), Values: []string{bad()}}}, {Visitor: model.VisitorKind(bad())}}}}}
	}
	for _, p := range c.EntryPoints {
		p.Exclude = append(p.Exclude, model.PageRule{URLRule: model.URLRule{Regex: bad()}})
	}
	for _, k := range c.Campaigns {
		k.ID += bad()
		k.LOB, k.Priority = bad(), model.Priority(bad())
		k.Goal, k.Audiences = bad(), append(k.Audiences, bad())
		k.TimeFrame.Occasions = append(k.TimeFrame.Occasions, bad())
		for _, e := range k.Engagements {
			e.ID += bad()
			e.Name, e.Description, e.Skill, e.Language, e.AgentNote, e.URL, e.Template = bad(), bad(), bad(), bad(), bad(), bad(), bad()
			e.Format, e.Type, e.Div = model.Format(bad()), model.EngagementType(bad()), bad()
			e.EntryPoints, e.Behaviors = append(e.EntryPoints, bad()), append(e.Behaviors, bad())
			e.Creative.HTML, e.Creative.Position, e.Creative.Edge = bad(), model.Position(bad()), bad()
			for i := range e.Creative.Online.Elements {
				x := &e.Creative.Online.Elements[i]
				x.Kind, x.Text = model.ElementKind(bad()), bad()
			}
		}
	}
	return c
}

func TestHostileTextsLeaveNoTraceOnTheTerminal(t *testing.T) {
	t.Parallel()
	use(t, huge, poisoned(t), func(d *tuitest.Driver, s *shelf) {
		for range 4 {
			d.Press("down", "tab", "z", "z", "G", "enter", "G", "esc", "esc")
		}
		d.Press("/")
		d.Paste("\x1b]0;stolen\x07word")
		d.Press("esc")
		for _, keys := range [][]string{{"u", "y"}, {"r", "enter"}, {"o", "enter", "y"}, {"ctrl+z"}, {"p", "esc"}, {"s", "esc"}} {
			d.Press(keys...)
			d.Press("esc", "esc")
		}
		s.mu.Lock()
		first := s.catalog.Campaigns[0].ID
		s.mu.Unlock()
		s.other(first, func(k *model.Campaign) { k.Name = hostile[0] + "from elsewhere" })
		d.Wait(time.Second)
		sent := d.Sent()
		for _, h := range hostile {
			if len(h) > 4 && strings.Contains(sent, h) || strings.ContainsAny(sent, "\u009b\u202e\u2066") {
				t.Fatalf("the terminal was sent %q", h)
			}
		}
		if strings.Contains(d.Title(), "stolen") {
			t.Errorf("the title is %q", d.Title())
		}
		d.Expect("word", "␛")
	})
}

func TestEveryPictureIsExactAndHarmless(t *testing.T) {
	t.Parallel()
	bad := poisoned(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := bad
		if rapid.Bool().Draw(rt, "generated") {
			c = modeltest.Catalog(rt)
		}
		o := look{light: rapid.Bool().Draw(rt, "light"), noColor: rapid.Bool().Draw(rt, "no color"), ascii: rapid.Bool().Draw(rt, "ascii")}
		root, s := standing(t, c, o)
		root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		root.View()
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"down", "tab", "enter", "esc", "z", "pgdown", "f4", "S", "G", "l", "h", "g", "k", "s", "r"}), 0, 12).Draw(rt, "keys")
		press(root, keys...)
		w, h := rapid.IntRange(1, 300).Draw(rt, "w"), rapid.IntRange(1, 100).Draw(rt, "h")
		root.Update(tea.WindowSizeMsg{Width: w, Height: h})
		if err := frame.Check(root.Frame(), w, h); err != nil {
			rt.Fatal(err)
		}
		size := layout.Size{W: rapid.IntRange(0, 220).Draw(rt, "pw"), H: rapid.IntRange(0, 60).Draw(rt, "ph")}
		rows := s.Rows(size, rapid.Bool().Draw(rt, "focused"))
		if err := frame.Check(rows, size.W, size.H); err != nil {
			rt.Fatalf("%v: %v", size, err)
		}
		var hits frame.Hits
		s.Hits(&hits)
	})
}

func TestWhatIsKeptOfAPictureIsWhatIsDrawnAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := shop(t)
		root, s := standing(t, c, look{})
		root.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		size := layout.Size{W: 110, H: 36}
		s.Rows(size, true)
		rev := uint64(100)
		for range rapid.IntRange(1, 4).Draw(rt, "steps") {
			rev++
			now := s.w.catalog
			ch := Changed{Version: Version{Revision: rev, Author: "ben"}}
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0, 1:
				k := *now.Campaigns[rapid.IntRange(0, len(now.Campaigns)-1).Draw(rt, "campaign")]
				k.Name, k.Description, k.Published = rapid.StringMatching("[A-Z][a-z]{0,9}").Draw(rt, "name"), "Another one.", rapid.Bool().Draw(rt, "published")
				ch.Kind, ch.ID, ch.Document = model.KindCampaign, k.ID, &k
			case 2:
				k := now.Campaigns[rapid.IntRange(0, len(now.Campaigns)-1).Draw(rt, "deleted")]
				if len(now.Campaigns) < 3 {
					continue
				}
				ch.Kind, ch.ID = model.KindCampaign, k.ID
			case 3:
				a := *now.Audiences[rapid.IntRange(0, len(now.Audiences)-1).Draw(rt, "audience")]
				a.Name = rapid.StringMatching("[A-Z][a-z]{0,9}").Draw(rt, "name")
				ch.Kind, ch.ID, ch.Document = model.KindAudience, a.ID, &a
			case 4:
				set := now.Settings
				share := rapid.IntRange(0, 90).Draw(rt, "share")
				set.SiteControlGroup = &share
				ch.Kind, ch.ID, ch.Document = model.KindSettings, "settings", &set
			case 5:
				press(root, rapid.SliceOfN(rapid.SampledFrom([]string{"down", "up", "tab", "z", "enter", "S"}), 1, 4).Draw(rt, "keys")...)
				ch.Kind = ""
			}
			if ch.Kind != "" {
				root.Update(followed{gen: s.gen, news: News{Revision: rev, Changed: []Changed{ch}}})
			}
			got := s.Rows(size, true)
			// The same screen with nothing kept.
			root.Update(loaded{gen: s.gen, w: newWorld(s.w.catalog, s.w.versions)})
			s.shown = shown{campaign: s.shown.campaign, engagement: s.shown.engagement}
			s.table.Refresh()
			for _, o := range []*outline{&s.campaign, &s.engagement} {
				o.laid = nil
				o.version++
			}
			s.boxes, s.body = [panes]widget.Boxed{}, frame.Joint{}
			anew := s.Rows(size, true)
			if a, b := got.Join(), anew.Join(); a != b {
				rt.Fatalf("kept:\n%s\nanew:\n%s", ansi.Strip(a), ansi.Strip(b))
			}
		}
	})
}

func TestUnchangedRowsAreTheSame(t *testing.T) {
	t.Parallel()
	_, s := standing(t, shop(t), look{})
	a := s.campaign.Rows(s.ses.Theme, layout.Size{W: 60, H: 30}, true)
	b := s.campaign.Rows(s.ses.Theme, layout.Size{W: 60, H: 30}, true)
	if &a[0] != &b[0] {
		t.Error("drawn twice")
	}
}

// crowd is a catalog of n campaigns.
func crowd(t testing.TB, n int) *model.Catalog {
	c := shop(t)
	base := c.Campaigns
	c.Campaigns = nil
	for i := range n {
		k := *base[i%len(base)]
		k.ID, k.Name = fmt.Sprintf("%s-%05d", k.ID, i), fmt.Sprintf("%s %05d", k.Name, i)
		c.Campaigns = append(c.Campaigns, &k)
	}
	return c
}

func TestAKeyLooksAtWhatIsVisibleOnly(t *testing.T) {
	// Not parallel: allocations are those of the whole process.
	cost := func(n int) float64 {
		root, _ := standing(t, crowd(t, n), look{})
		root.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		press(root, "down")
		return testing.AllocsPerRun(20, func() { press(root, "down") })
	}
	few, many := cost(100), cost(5000)
	if many > 1.5*few {
		t.Errorf("a key costs %.0f allocations among 5000 campaigns and %.0f among 100", many, few)
	}
}

// One message or key among ten thousand campaigns and two thousand library
// items, the frame included: what is asked of a frame is 16 ms.
func BenchmarkAmongTenThousand(b *testing.B) {
	big := modeltest.Crowd(shop(b), 10_000, 2_000)
	run := func(name string, do func(root *app.Root, s *Screen, i int)) {
		b.Run(name, func(b *testing.B) {
			root, s := standing(b, big, look{})
			root.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
			root.View()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(root, s, i)
				root.View()
			}
		})
	}
	keys := func(list ...string) func(*app.Root, *Screen, int) {
		return func(root *app.Root, _ *Screen, _ int) { press(root, list...) }
	}
	run("move", keys("down"))
	run("fold", keys("tab", "z", "esc"))
	run("filter", keys("/", "7", "esc"))
	run("reverse", keys("S"))
	run("sort", func(_ *app.Root, s *Screen, i int) { s.table.SortBy(i%byLOB, false) })
	run("engagement", keys("tab", "tab", "esc", "esc"))
	run("a minute", func(root *app.Root, s *Screen, _ int) { root.Update(minute{s.ticks}) })
	run("read", func(root *app.Root, s *Screen, _ int) { root.Update(loaded{gen: s.gen, w: s.w}) })
	run("checked", func(root *app.Root, s *Screen, _ int) { root.Update(checkDone{gen: s.gen, checked: s.checked}) })
	run("change", func(_ *app.Root, s *Screen, _ int) {
		k := s.w.catalog.Campaigns[5000]
		s.put(s.w.with([]Changed{{Kind: model.KindCampaign, ID: k.ID, Document: k, Version: Version{Revision: s.w.versions[k.ID].Revision + 1}}}))
	})
	run("change of an item", func(_ *app.Root, s *Screen, _ int) {
		a := s.w.catalog.Audiences[300]
		s.put(s.w.with([]Changed{{Kind: model.KindAudience, ID: a.ID, Document: a, Version: Version{Revision: 8}}}))
	})
	bundle, err := exchange.Export(big, "cart-rescue")
	if err != nil {
		b.Fatal(err)
	}
	plan, err := exchange.Import(big, "x.yaml", []byte(strings.Replace(string(bundle), "priority: high", "priority: low", 1)), exchange.Options{})
	if err != nil {
		b.Fatal(err)
	}
	run("plan, choose", func(root *app.Root, s *Screen, _ int) {
		root.Update(planned{asked: s.asked, in: Incoming{Path: "x.yaml", Plan: plan}})
		press(root, "down", "enter", "down", "enter", "esc")
	})
}
