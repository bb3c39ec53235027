package campaigns

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"beckon/model"
	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// shop is a catalog of its own: what is compared here shall not change with
// the demo shop.
func shop(t testing.TB) *model.Catalog {
	t.Helper()
	c, err := model.Load("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// broken is the shop with mistakes in the draft "Summer camp".
func broken(t testing.TB) *model.Catalog {
	c := shop(t)
	for _, k := range c.Campaigns {
		if k.ID == "summer-camp" {
			k.Goal = "fame"
			k.TimeFrame.End = k.TimeFrame.Start - 1
			k.Engagements = append(k.Engagements, &model.Engagement{ID: "half", Name: "Half done", Format: model.Overlay,
				Type: model.Content, EntryPoints: []string{"nowhere"}, Behaviors: []string{"all-behaviors"}})
		}
	}
	return c
}

// use drives the whole console with this screen alone, on a Tuesday at noon.
func use(t *testing.T, size layout.Size, c *model.Catalog, drive func(d *tuitest.Driver, s *shelf)) {
	t.Helper()
	var s *shelf
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		s = newShelf(c)
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		begin := time.Now()
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(s))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		drive(d, s)
	})
}

var (
	small = layout.Size{W: 80, H: 24}
	wide  = layout.Size{W: 120, H: 40}
	huge  = layout.Size{W: 200, H: 50}
)

// pick selects a campaign by typing its name into the filter.
func pick(d *tuitest.Driver, name string) {
	d.Press("/")
	d.Type(name)
	d.Press("enter")
}

func TestTheListShowsWhatStateEachCampaignIsIn(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, _ *shelf) {
		d.Expect("12 campaigns", "● 9 running", "◌ 1 scheduled", "○ 1 draft", "■ 1 ended", "revision 7")
		d.Expect("Summer camp", "○ draft", "◌ scheduled", "■ ended", "!1")
		pick(d, "draft")
		d.Expect("Summer camp", "1/12")
		d.ExpectNot("Newsletter  ")
		d.Press("esc")
		d.Expect("by name", "Newsletter")
	})
}

func TestTheClockMovesStates(t *testing.T) {
	t.Parallel()
	c := shop(t)
	for _, k := range c.Campaigns {
		if k.ID == "service-chat" {
			k.TimeFrame = model.TimeFrame{Hours: model.SpecificHours, From: model.ClockAt(9, 0), To: model.ClockAt(12, 2)}
		}
	}
	use(t, wide, c, func(d *tuitest.Driver, _ *shelf) {
		pick(d, "every page")
		d.Expect("● running", "outside hours from today 12:02", "now Tue 12:00", "09:00 to 12:02")
		d.Wait(2 * time.Minute)
		d.Expect("◐ outside hours", "running from tomorrow 09:00", "now Tue 12:02")
	})
}

func TestAnEmptyCatalogTeaches(t *testing.T) {
	t.Parallel()
	use(t, small, &model.Catalog{}, func(d *tuitest.Driver, _ *shelf) {
		d.Expect("No campaigns yet", "beckon import PATH", "beckon demo")
		for _, key := range []string{"p", "u", "r", "o", "f4", "e"} {
			d.Press(key)
			d.Expect("there is no campaign here")
		}
		d.Press("enter", "tab", "space", "down", "z")
	})
}

func TestTheDetailFoldsAndGoesDeeper(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, _ *shelf) {
		pick(d, "every page")
		d.Press("enter")
		d.Expect("Campaigns › Chat on every page", "▾ Goal  Talked to us", "when a conversation starts or content is clicked")
		d.Press("z")
		d.Expect("▸ Goal", "▸ Audience", "▸ Time frame", "▸ Engagements")
		d.ExpectNot("when a conversation starts")
		d.Press("z", "z")
		for range 12 {
			d.Press("down")
		}
		d.Expect("▸ Engagements")
		d.Press("right", "down")
		d.Expect("▸ Chat with us  sticky, conversation")
		d.Press("right", "down", "down")
		d.Expect("Format     sticky", "conversation by chat")
		d.Press("left", "enter")
		d.Expect("Campaigns › Chat on every page › Chat with us", "engagement 1 of 1", "shows as agents are online, busy")
		d.Press("G", "up", "pgup", "ctrl+d", "end")
		d.Expect("Busy", "Short wait", "Offline    nothing is drawn")
		d.Press("esc")
		d.ExpectNot("engagement 1 of 1")
		d.Press("esc")
		d.Expect("Goal  ", "Eng", "1/12")
	})
}

func TestTheWholeCampaignIsSaidInWords(t *testing.T) {
	t.Parallel()
	c := shop(t)
	w := newWorld(c, nil)
	for _, tt := range []struct {
		id   string
		want []string
	}{
		{"service-chat", []string{"Service desk", "Monday to Friday    08:00 to 20:00", "Saturday            09:00 to 13:00", "Sunday              off",
			"Public holidays", "2026-12-24                08:00 to 12:00, Christmas Eve", "2026-05-09 to 2026-05-10  all hours, New hall",
			"URL", "at once, whatever the visitor does", "button  Short wait", "Skill      service"}},
		{"cart-rescue", []string{"by a purchase of any value", "high wins 70 of 100 draws against medium and low, 78 against medium alone, 88 against low alone",
			"10 of 100 visitors never see this campaign", "5s after the page's load", "45s, then it goes by itself", "Message us",
			"https://shop.example/journal/how-to-pick-a-size", "a new tab", "440 by 305 px", "dims the page behind it", "Look at the cart before you write."}},
		{"tent-weeks", []string{"any of 2", "1 of 2 enabled", "disabled, never shows", "to every page within 2m of its first display"}},
		{"gold-concierge", []string{"Europe/Zurich", "13:30 to 24:00"}},
		{"first-visit", []string{"with 5 pages of a visit", "an assisting goal"}},
		{"summer-camp", []string{"from Thu 2027-07-01, to Sat 2027-07-31"}},
	} {
		s := &sheet{w: w, th: still(t, look{}).Theme, at: noon, k: w.campaign(tt.id)}
		var all []string
		for _, e := range s.campaign(model.StateRunning, Version{}, nil, true, nil) {
			all = append(all, entryText(e))
		}
		said := strings.Join(all, "\n")
		for _, want := range tt.want {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q:\n%s", tt.id, want, said)
			}
		}
	}
}

func entryText(e entry) string {
	var b strings.Builder
	for _, c := range append(slices.Clone(e.line.Cells), e.note...) {
		b.WriteString(c.Text)
	}
	return b.String()
}

func TestThreePanesFollowEachOther(t *testing.T) {
	t.Parallel()
	use(t, huge, shop(t), func(d *tuitest.Driver, _ *shelf) {
		pick(d, "cart rescue")
		d.Expect("━ Campaigns", "─ Cart rescue", "─ Help at the cart", "engagement 1 of 3")
		d.Press("tab", "G")
		d.Expect("━ Cart rescue", "─ Kept for you", "engagement 3 of 3")
		d.Press("up")
		d.Expect("─ Back on track")
		d.Press("right", "down", "down", "left")
		d.Expect("─ Back on track")
		d.Press("enter")
		d.Expect("━ Back on track", "Cart rescue › Back on track")
		d.Press("tab")
		d.Expect("━ Campaigns")
		d.Press("shift+tab")
		d.Expect("━ Back on track")
		d.ClickText("Kept for you  toaster")
		d.Expect("━ Cart rescue", "engagement 3 of 3")
		d.ClickText("Kept for you  toaster")
		d.Expect("━ Kept for you")
		d.ClickText("▾ Goal")
		d.Expect("▸ Goal")
		d.Press("esc", "esc")
		d.Expect("━ Campaigns")
	})
}

func TestOtherScreensLeadToACampaignOrAnEngagement(t *testing.T) {
	t.Parallel()
	root, s := standing(t, shop(t), look{})
	root.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for _, tt := range []struct {
		arg   any
		crumb string
	}{
		{"newsletter", "Newsletter"},
		{"cart-rescue/back-on-track", "Cart rescue/Back on track"},
		{"service-chat", "Chat on every page"},
		{"gone", "Chat on every page"},
		{7, "Chat on every page"},
	} {
		press(root, "/", "z", "z", "enter") // a filter that hides all
		s.Receive(tt.arg)
		root.View()
		if got := strings.Join(s.Crumbs(), "/"); tt.arg != "gone" && tt.arg != 7 && got != tt.crumb {
			t.Errorf("%v leads to %s", tt.arg, got)
		}
	}
	fresh := New(newShelf(shop(t)))
	if _, err := app.New(&pane.Session{Ctx: t.Context(), Now: func() time.Time { return noon }}, fresh); err != nil {
		t.Fatal(err)
	}
	fresh.Receive("newsletter") // before anything was read
	if fresh.wanted != "newsletter" {
		t.Errorf("%q is wanted", fresh.wanted)
	}
}

func TestTheMouseSelectsFoldsAndScrolls(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, _ *shelf) {
		d.ClickText("Newsletter   ")
		d.Expect("─ Newsletter")
		d.ClickText("Newsletter   ")
		d.Expect("━ Newsletter")
		d.ClickText("▾ Time frame")
		d.Expect("▸ Time frame")
		x, y, _ := d.Find("▾ Priority")
		d.Wheel(x, y, 9)
		d.Expect("Engagements")
		d.Wheel(x, y, -9)
		d.Expect("State")
		d.ClickText("Rental desk")
		d.Expect("━ Campaigns", "─ Rental desk")
	})
}

func TestTheListIsSortedByAnyColumn(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, _ *shelf) {
		first := func() string { return strings.TrimSpace(strings.Trim(string([]rune(d.Line(5))[1:20]), "▌ ")) }
		for _, tt := range []struct{ by, first, reversed string }{
			{"name", "Winter clearance", "Ask a mountain guide"}, // the same again reverses
			{"state", "Ask a mountain guide", "Winter clearance"},
			{"priority", "Ask a mountain guide", "Rental desk"},
			{"problems", "Ask a mountain guide", "Welcome back"},
			{"number of", "Ask a mountain guide", "Post-purchase suppo"},
			{"goal", "Bill payment", "Rental desk"},
			{"control", "Ask a mountain guide", "Winter clearance"},
			{"line of", "Help with errors", "Post-purchase"},
		} {
			d.Press("s")
			d.Expect("Sort the campaigns by")
			d.Type(tt.by)
			d.Press("enter", "g")
			if got := first(); !strings.HasPrefix(got, tt.first[:10]) && tt.by != "line of" && tt.by != "goal" {
				t.Errorf("by %s the first is %q", tt.by, got)
			}
			d.Expect("by " + tt.by)
			before := first()
			d.Press("S", "g")
			if first() == before {
				t.Errorf("by %s, reversed, %s is still the first", tt.by, before)
			}
		}
	})
}

// look is how a console of the tests appears.
type look struct{ light, noColor, ascii bool }

// still makes a session that no program runs.
func still(t testing.TB, l look) *pane.Session {
	t.Helper()
	ses := &pane.Session{Ctx: t.Context(), Who: "ana", Now: func() time.Time { return noon }, Light: l.light, NoColor: l.noColor, ASCII: l.ascii}
	if _, err := app.New(ses, New(nil)); err != nil {
		t.Fatal(err)
	}
	return ses
}

// standing is a console whose clock stands, with the catalog read and checked.
func standing(t testing.TB, c *model.Catalog, l look) (*app.Root, *Screen) {
	t.Helper()
	shelf := newShelf(c)
	s := New(shelf)
	root, err := app.New(&pane.Session{Ctx: t.Context(), Who: "ana", Now: func() time.Time { return noon },
		Light: l.light, NoColor: l.noColor, ASCII: l.ascii}, s)
	if err != nil {
		t.Fatal(err)
	}
	root.Init()
	data, err := shelf.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root.Update(loaded{gen: s.gen, w: newWorld(data.Catalog, data.Versions)})
	f := found()
	counted := map[string]sums{}
	for _, k := range c.Campaigns {
		failures, warnings := tally(f.of(s.w, k))
		counted[k.ID] = sums{failures, warnings}
	}
	root.Update(checkDone{gen: s.gen, checked: &checked{f, counted}})
	return root, s
}

// found is what a check may have found; the words are not those of the model,
// which may choose better ones.
func found() findings {
	summer := model.DocumentKey{Kind: model.KindCampaign, ID: "summer-camp"}
	guide := model.DocumentKey{Kind: model.KindEntryPoint, ID: "product-pages"}
	return findings{
		summer: {
			{Severity: model.Error, Kind: summer.Kind, ID: summer.ID, Path: "goal", Code: "1", Message: "there is no such goal"},
			{Severity: model.Error, Kind: summer.Kind, ID: summer.ID, Path: "timeFrame.end", Code: "2", Message: "it ends before it begins"},
			{Severity: model.Error, Kind: summer.Kind, ID: summer.ID, Path: "engagements[1].entryPoints[0]", Code: "3", Message: "there is no such entry point"},
			{Severity: model.Warning, Kind: summer.Kind, ID: summer.ID, Path: "engagements[1].creative", Code: "4", Message: "nothing is drawn"},
			{Severity: model.Warning, Kind: summer.Kind, ID: summer.ID, Path: "elsewhere", Code: "5", Message: "something that has no place here"},
		},
		guide: {{Severity: model.Warning, Kind: guide.Kind, ID: guide.ID, Path: "include[0]", Code: "6", Message: "it never matches"}},
	}
}

func press(root *app.Root, keys ...string) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: rune(k[0]), Text: k}
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "down":
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		case "tab":
			msg = tea.KeyPressMsg{Code: tea.KeyTab}
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		case "pgdown":
			msg = tea.KeyPressMsg{Code: tea.KeyPgDown}
		}
		root.Update(msg)
		root.View()
	}
}

func TestGoldenScreens(t *testing.T) {
	t.Parallel()
	sizes := []layout.Size{small, wide, huge}
	c := broken(t)
	for name, keys := range map[string][]string{
		"list": nil, "campaign": {"down", "down", "down", "enter"},
		"engagement": {"down", "down", "enter", "G", "enter"},
		"problems":   {"/", "s", "u", "m", "m", "e", "r", "enter", "f4", "f4", "f4"},
		"publish":    {"/", "s", "u", "m", "m", "e", "r", "enter", "p"},
	} {
		for _, size := range sizes {
			root, s := standing(t, c, look{})
			root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			root.View()
			press(root, keys...)
			if name == "publish" {
				var all []model.Problem
				for _, list := range found() {
					all = append(all, list...)
				}
				slices.SortFunc(all, func(a, b model.Problem) int { return strings.Compare(a.Code, b.Code) })
				root.Update(judged{gen: s.gen, seen: s.w.versions["summer-camp"].Revision, change: change{campaign: "summer-camp", element: publishedElement, to: yes}, problems: all})
			}
			tuitest.Golden(t, fmt.Sprintf("%s-%dx%d", name, size.W, size.H), size, root.Frame())
		}
	}
	for name, l := range map[string]look{"dark": {}, "light": {light: true}, "nocolor": {noColor: true}, "ascii": {ascii: true}} {
		for _, size := range sizes {
			root, _ := standing(t, c, l)
			root.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			root.View()
			press(root, "down", "down", "down", "tab", "down")
			tuitest.GoldenLooks(t, fmt.Sprintf("looks-%s-%dx%d", name, size.W, size.H), size, root.Frame())
		}
	}
	for name, l := range map[string]look{"dark16": {}, "light16": {light: true}} {
		for pane, keys := range map[string][]string{"list": {"down"}, "campaign": {"down", "down", "down", "tab", "down"}, "engagement": {"down", "tab", "tab"},
			"problems": {"/", "s", "u", "m", "m", "e", "r", "enter", "f4"}, "prompt": {"x"}, "confirm": {"u"}, "picker": {"s"}} {
			root, _ := standing(t, c, l)
			root.Update(tea.ColorProfileMsg{Profile: colorprofile.ANSI})
			root.Update(tea.WindowSizeMsg{Width: small.W, Height: small.H})
			root.View()
			press(root, keys...)
			tuitest.GoldenLooks(t, fmt.Sprintf("looks-%s-%s-80x24", name, pane), small, root.Frame())
		}
	}
	root, _ := standing(t, &model.Catalog{}, look{})
	root.Update(tea.WindowSizeMsg{Width: small.W, Height: small.H})
	tuitest.Golden(t, "empty-80x24", small, root.Frame())
}

func TestTheASCIILookHasNothingElse(t *testing.T) {
	t.Parallel()
	root, _ := standing(t, broken(t), look{ascii: true})
	root.Update(tea.WindowSizeMsg{Width: huge.W, Height: huge.H})
	root.View()
	for range 12 {
		press(root, "tab", "z", "z", "tab", "tab", "down")
		for i, line := range root.Frame() {
			for _, c := range line {
				if c > 0x7e {
					t.Fatalf("row %d has %q: %s", i, c, line)
				}
			}
		}
	}
}
