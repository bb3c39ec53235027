package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

func look() *theme.Theme { return theme.New(theme.Options{}) }

// element makes one of a creative's elements.
func element(k model.ElementKind, text string) model.Element {
	return model.Element{Kind: k, Text: text, Order: 1}
}

// help is an overlay with everything a card can have.
func help() *model.Engagement {
	return &model.Engagement{ID: "help", Name: "Help", Format: model.Overlay, Type: model.Conversation,
		Creative: model.Creative{Position: model.MiddleCenter, LightBox: true, Online: model.Face{Width: 440, Height: 305, Elements: []model.Element{
			{Kind: model.Label, Text: "Stuck with your order?", Heading: 2, Order: 1},
			{Kind: model.Label, Text: "A guide answers in a minute.", Order: 2},
			{Kind: model.Picture, Alt: "a guide", Order: 3},
			{Kind: model.Button, Text: "Yes, help me", Order: 4},
			{Kind: model.Button, Text: "No, thanks", Order: 5},
			{Kind: model.CloseButton, Alt: "Close", Order: 6},
		}}}}
}

// of makes an engagement of a format out of the same elements, with a face for
// each state.
func of(f model.Format, side model.Side, pos model.Position) *model.Engagement {
	e := help()
	e.Format, e.Side, e.Creative.Position, e.Creative.LightBox = f, side, pos, false
	on := &e.Creative.Online
	on.Width = 240
	switch f {
	case model.PeelingCorner:
		on.Height = 240
		on.Elements = append(on.Elements, element(model.Peel, "Ten years of tents"))
	case model.SlideOut:
		on.Elements = append(on.Elements, element(model.Pin, "Help"))
	case model.Sticky:
		on.Elements = []model.Element{element(model.Button, "Ask a guide")}
	case model.Embedded:
		on.Width, on.Height, e.Div = 640, 120, "help-here"
	}
	for state, words := range map[**model.Face]string{&e.Creative.Offline: "Leave a message", &e.Creative.Busy: "A short wait"} {
		face := *on
		face.Elements = slices.Clone(face.Elements)
		face.Elements[0].Text = words
		*state = &face
	}
	return e
}

// designed is an engagement whose elements have places and colors.
func designed() *model.Engagement {
	return &model.Engagement{ID: "sale", Name: "Sale", Format: model.Toaster, Type: model.Content, URL: "https://shop.example/sale",
		Creative: model.Creative{Position: model.BottomRight, Online: model.Face{Width: 360, Height: 160, Background: "#103a2f",
			Border: model.Border{Color: "#ffd166", Width: 1, Radius: 8}, Elements: []model.Element{
				{Kind: model.Picture, Left: 250, Top: 16, Width: 90, Height: 90, Alt: "a tent", Order: 1},
				{Kind: model.Label, Text: "Winter sale", Left: 20, Top: 16, Color: "#ffd166", FontSize: 20, Order: 2},
				{Kind: model.Label, Text: "Up to half off.", Left: 20, Top: 60, Color: "#0f3b30", FontSize: 15, Order: 3},
				{Kind: model.Button, Text: "Show me", Left: 20, Top: 110, Width: 150, Height: 34, Color: "#103a2f", Background: "#ffd166", Order: 4},
				{Kind: model.CloseButton, Left: 330, Top: 4, Width: 20, Height: 20, Color: "#ffffff", Order: 5},
			}}}}
}

func cartView() View {
	return View{URL: "https://shop.example/cart", Title: "Your cart", Items: 2, Total: "248.50",
		Products: []Product{{"Trail Tent 2P", "199.00", 1}, {"Gas Stove", "49.50", 1}}}
}

// The room for the page at 80x24 and at 120x40 in the simulator.
var pageSizes = []layout.Size{{W: 78, H: 15}, {W: 70, H: 18}}

var states = []model.Availability{model.Online, model.Offline, model.Busy}

// stacked draws several views below each other, for one golden file.
func stacked(th *theme.Theme, size layout.Size, views ...View) (layout.Size, frame.Rows) {
	var out frame.Rows
	for _, v := range views {
		out = append(out, Draw(th, size, v).Rows...)
	}
	return layout.Size{W: size.W, H: len(out)}, out
}

func TestEachFormatHasItsShapeInItsZoneInEachState(t *testing.T) {
	t.Parallel()
	top := of(model.Toaster, "", model.TopLeft)
	top.Creative.Edge = "top"
	custom := of(model.Overlay, "", model.CustomPlace)
	custom.Creative.Left, custom.Creative.Top = 640, 60
	tests := []struct {
		name string
		e    *model.Engagement
	}{
		{"overlay", of(model.Overlay, "", model.MiddleCenter)},
		{"overlay-custom", custom},
		{"toaster-bottom", of(model.Toaster, "", model.BottomRight)},
		{"toaster-top", top},
		{"peeling-corner", of(model.PeelingCorner, "", model.TopRight)},
		{"peeling-corner-left", of(model.PeelingCorner, "", model.TopLeft)},
		{"sticky-right", of(model.Sticky, model.Right, model.MiddleRight)},
		{"sticky-left", of(model.Sticky, model.Left, model.TopLeft)},
		{"slide-out", of(model.SlideOut, model.Right, model.MiddleRight)},
		{"slide-out-left", of(model.SlideOut, model.Left, model.BottomLeft)},
		{"embedded", of(model.Embedded, "", "")},
		{"designed", designed()},
	}
	for _, tt := range tests {
		for _, size := range pageSizes {
			for device, phone := range map[string]bool{"desktop": false, "phone": true} {
				name := fmt.Sprintf("format-%s-%s-%dx%d", tt.name, device, size.W, size.H)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					var views []View
					for _, expanded := range []bool{false, true} {
						if expanded && !Expands(tt.e.Format) {
							continue
						}
						for _, state := range states {
							v := cartView()
							v.Phone = phone
							v.Shown = []Shown{{Engagement: tt.e, Path: "c/help", State: state, Expanded: expanded}}
							views = append(views, v)
						}
					}
					all, rows := stacked(look(), size, views...)
					tuitest.Golden(t, name, all, rows)
				})
			}
		}
	}
}

func TestEachLookOfTheTerminal(t *testing.T) {
	t.Parallel()
	light := help()
	light.Creative.Online.Background = "#f4efe4"
	views := []View{}
	for _, shown := range [][]Shown{
		{{Engagement: light, State: model.Online}},
		{{Engagement: designed(), State: model.Online}, {Engagement: of(model.Sticky, model.Left, ""), State: model.Busy}},
		{{Engagement: of(model.PeelingCorner, "", model.TopRight), State: model.Online}, {Engagement: of(model.SlideOut, model.Left, ""), State: model.Offline}},
	} {
		v := cartView()
		v.Shown = shown
		views = append(views, v)
	}
	talking := cartView()
	talking.Window = &Window{Window: chat(), State: model.Online, Stage: Talking}
	views = append(views, talking)
	for name, o := range map[string]theme.Options{"dark": {}, "light": {Light: true}, "plain": {NoColor: true}, "ascii": {NoColor: true, ASCII: true},
		"16-colors": {Profile: colorprofile.ANSI}} {
		all, rows := stacked(theme.New(o), pageSizes[1], views...)
		tuitest.GoldenLooks(t, "looks-"+name, all, rows)
	}
}

func TestPagesAreRecognizedByTheirWireframe(t *testing.T) {
	t.Parallel()
	views := map[Kind]View{
		HomePage:         {URL: "https://shop.example/", Title: "Fell & Fern"},
		CategoryPage:     {URL: "https://shop.example/c/tents", Title: "Tents"},
		ProductPage:      {URL: "https://shop.example/p/trail-tent-2p", Title: "Trail Tent 2P", Products: []Product{{"Trail Tent 2P", "199.00", 1}}},
		CartPage:         cartView(),
		CheckoutPage:     {URL: "https://shop.example/checkout/payment", Title: "Payment", Total: "248.50", Items: 2},
		ConfirmationPage: {URL: "https://shop.example/checkout/confirmation", Title: "Thank you for your order"},
		BillingPage:      {URL: "https://shop.example/account/bills", Title: "Your bill", User: "wren@shop.example"},
		SearchPage:       {URL: "https://shop.example/search?q=rental", Title: "Search", Search: "rental"},
		HelpPage:         {URL: "https://shop.example/help/returns", Title: "Returns"},
		AccountPage:      {URL: "https://shop.example/account", Title: "Your account"},
		ArticlePage:      {URL: "https://shop.example/journal/fog", Title: "A night in the fog"},
		FailurePage:      {URL: "https://shop.example/error", Title: "Something broke", Problem: "Payment failed"},
		PlainPage:        {URL: "https://shop.example/x/y", Title: "Somewhere"},
	}
	size := layout.Size{W: 78, H: 20}
	for kind, v := range views {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			if got := KindOf(v.URL, v.Title, v.Sections); got != kind {
				t.Errorf("taken for a %s page", got)
			}
			phone := v
			phone.Phone = true
			all, rows := stacked(look(), size, v, phone)
			tuitest.Golden(t, "page-"+strings.ReplaceAll(kind.String(), " ", "-"), all, rows)
		})
	}
}

func TestAKindIsGuessedFromThePathThenTheSectionsThenTheTitle(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url, title string
		sections   []string
		want       Kind
	}{
		{"https://shop.example/checkout/confirmation", "", nil, ConfirmationPage},
		{"https://shop.example/help/billing", "", nil, HelpPage},
		{"https://shop.example/Basket.html?x=1", "", nil, CartPage},
		{"https://shop.example", "", nil, HomePage},
		{"https://shop.example/a/b", "Cart", []string{"checkout"}, CheckoutPage},
		{"https://shop.example/a/b", "Your Cart", nil, CartPage},
		{"/presentations/logs.html", "", nil, ArticlePage},
		{"%zz", "Oops", nil, FailurePage},
		{"", "", nil, PlainPage},
	}
	for _, tt := range tests {
		if got := KindOf(tt.url, tt.title, tt.sections); got != tt.want {
			t.Errorf("%q %q %q: %s, want %s", tt.url, tt.title, tt.sections, got, tt.want)
		}
	}
}

func TestAStateIsDrawnWithItsOwnFaceAndNamedInWords(t *testing.T) {
	t.Parallel()
	e := help()
	e.Creative.Busy = &model.Face{Width: 300, Elements: []model.Element{element(model.Label, "A short wait")}}
	e.Creative.Offline = &model.Face{Width: 300, Elements: []model.Element{element(model.Button, "Leave a message")}}
	for state, want := range map[model.Availability]string{model.Online: "Stuck with", model.Busy: "A short wait", model.Offline: "Leave a message"} {
		v := cartView()
		v.Shown = []Shown{{Engagement: e, State: state, Followed: true}}
		got := ansi.Strip(Draw(look(), layout.Size{W: 78, H: 20}, v).Rows.Join())
		if !strings.Contains(got, want) || !strings.Contains(got, string(state)+", followed") {
			t.Errorf("%s: %q is missing:\n%s", state, want, got)
		}
	}
	e.Creative.Busy = nil
	v := cartView()
	v.Shown = []Shown{{Engagement: e, State: model.Busy}}
	if got := ansi.Strip(Draw(look(), layout.Size{W: 78, H: 20}, v).Rows.Join()); !strings.Contains(got, "Stuck with") {
		t.Errorf("without a face of its own busy is drawn like online:\n%s", got)
	}
}

func TestSpotsAnswerWhereTheyAreDrawn(t *testing.T) {
	t.Parallel()
	v := cartView()
	v.Shown = []Shown{{Engagement: help(), Path: "rescue/help", State: model.Online}}
	d := Draw(look(), layout.Size{W: 78, H: 20}, v)
	want := map[string]journey.Action{"Yes, help me": journey.Accept, "No, thanks": journey.Decline, " × ": journey.Decline}
	for _, s := range d.Spots {
		label := frame.Cut(ansi.Strip(d.Rows[s.Rect.Y]), s.Rect.X, s.Rect.X+s.Rect.W)
		for l, a := range want {
			if strings.Contains(label, l) && s.Action == a && s.Path == "rescue/help" {
				delete(want, l)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no spot for %v in %v", want, d.Spots)
	}
}

func chat() *model.Window {
	return &model.Window{Header: model.Header{ID: "chat", Name: "Chat"}, Branding: model.WindowBranding{Title: "Service desk"},
		Surveys: model.Surveys{
			PreChat: &model.Survey{Title: "Before we begin", Questions: []model.Question{
				{ID: "order", Label: "Your order number", Type: model.TextField, Mandatory: true},
				{ID: "topic", Label: "What is it about?", Type: model.Dropdown, Options: []string{"Delivery", "Return"}},
				{ID: "way", Label: "How to reach you", Type: model.RadioButton, Options: []string{"Mail", "Phone"}},
			}},
			PostChat: &model.Survey{Questions: []model.Question{{ID: "csat", Label: "How did we do?", Type: model.Rating}}},
			Offline:  &model.Survey{Title: "Nobody is here", Questions: []model.Question{{ID: "m", Label: "Your question", Type: model.TextArea}}},
		}}
}

// branded is a window with a look of its own.
func branded() *model.Window {
	w := chat()
	w.Branding = model.WindowBranding{Background: "#ffffff", Text: "#16302b", ConsumerBubble: "#d8efe6", AgentBubble: "#f4efe4", PrimaryButton: "#1f5c4d",
		CornersTop: 12, CornersBottom: 4, Floating: true, Header: model.WindowHeader{Alt: "Fell & Fern", Background: "#1f5c4d", Align: "middle"}}
	return w
}

func TestAConversationHasItsWindow(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 78, H: 20}
	for name, w := range map[string]Window{
		"survey":  {Window: chat(), State: model.Online, Stage: Asking},
		"talking": {Window: chat(), State: model.Busy, Stage: Talking},
		"asked":   {Window: chat(), State: model.Online, Stage: Asked, Own: true},
		"offline": {Window: chat(), State: model.Offline, Stage: Asking},
		"api":     {Window: &model.Window{Header: model.Header{Name: "Desk"}, API: &model.WindowAPI{Method: "openDesk"}}, State: model.Online},
		"none":    {State: model.Online, Stage: Talking},
		"folded":  {Window: chat(), State: model.Online, Stage: Talking, Minimized: true},
		"branded": {Window: branded(), State: model.Online, Stage: Talking, Who: "wren@shop.example", Skill: "guides"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := cartView()
			v.Window = &w
			phone := v
			phone.Phone = true
			all, rows := stacked(look(), size, v, phone)
			tuitest.Golden(t, "window-"+name, all, rows)
		})
	}
}

// ground is the background that a drawing has at a cell, "" for the terminal's.
func ground(rows frame.Rows, x, y int) string {
	bg := ""
	for at, row := 0, rows[y]; row != ""; {
		if strings.HasPrefix(row, "\x1b[") {
			end := strings.IndexByte(row, 'm')
			if _, of, ok := strings.Cut(row[:end], "48;"); ok {
				bg = of
			} else {
				bg = ""
			}
			row = row[end+1:]
			continue
		}
		g, w := ansi.FirstGraphemeCluster(row, ansi.GraphemeWidth)
		if at += w; at > x {
			return bg
		}
		row = row[len(g):]
	}
	return bg
}

func TestALightBoxDimsThePageAndNotTheOverlay(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 78, H: 20}
	at := func(box bool, left time.Duration) frame.Rows {
		e := help()
		e.Creative.LightBox = box
		v := cartView()
		v.Shown = []Shown{{Engagement: e, State: model.Online, Motion: Motion{Coming: left}}}
		return Draw(theme.New(theme.Options{Profile: colorprofile.TrueColor}), size, v).Rows
	}
	bright, dark := ground(at(false, 0), 0, 18), ground(at(true, 0), 0, 18)
	half := ground(at(true, MotionTime*9/10), 0, 18)
	if bright == dark || half == bright || half == dark {
		t.Errorf("the page is %s, dimmed %s, half way %s", bright, dark, half)
	}
	if a, b := ground(at(false, 0), 39, 10), ground(at(true, 0), 39, 10); a != b {
		t.Errorf("the overlay itself is dimmed: %s, %s", a, b)
	}
	if a, b := ground(at(false, 0), 0, 0), ground(at(true, 0), 0, 0); a != b {
		t.Errorf("the browser is dimmed: %s, %s", a, b)
	}
}

func TestWithoutAPageTheWindowSaysWhy(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 60, H: 9}
	d := Draw(look(), size, View{Away: "No visit yet."})
	if err := frame.Check(d.Rows, 60, 9); err != nil || !strings.Contains(d.Rows.Join(), "No visit yet.") {
		t.Errorf("%v\n%s", err, d.Rows.Join())
	}
}

// hostile are texts that would act on a terminal, or break a row.
var hostile = []string{"\x1b[2J\x1b[H", "\x1b]52;c;b3duZWQ=\x07", "\x1b]0;owned\x1b\\", "\u202egnp.exe", "\u009b31m", "山小屋のテント", "👨‍👩‍👧‍👦 é́́", "a\r\nb\tc\x00",
	"\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1m", strings.Repeat("x", 5000), "\xff\xfe", ""}

// motion draws any movement.
func motion(t *rapid.T) Motion {
	left := rapid.OneOf(rapid.Just(0), rapid.IntRange(-1000, 1000))
	ms := func(name string) time.Duration { return time.Duration(left.Draw(t, name)) * time.Millisecond }
	return Motion{Coming: ms("coming"), Opening: ms("opening"), Leaving: ms("leaving")}
}

func TestAnyViewIsExactAndHarmlessAtAnySize(t *testing.T) {
	t.Parallel()
	ascii := theme.New(theme.Options{ASCII: true, NoColor: true})
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(append([]string{"Your cart", "https://shop.example/p/tent", "https://shop.example/search?q=x", "/account/bills"}, hostile...))
		pixel := rapid.OneOf(rapid.IntRange(0, 600), rapid.SampledFrom([]int{0, -5, 1 << 40, math.MaxInt, math.MinInt}))
		color := rapid.SampledFrom([]string{"", "#ffffff", "#123", "#80ff00", "transparent", "\x1b[31m", "#gggggg"})
		var e []model.Element
		for range rapid.IntRange(0, 6).Draw(t, "elements") {
			e = append(e, model.Element{
				Kind: rapid.SampledFrom([]model.ElementKind{model.Label, model.Button, model.Picture, model.CloseButton, model.Peel, model.Pin}).Draw(t, "kind"),
				Text: word.Draw(t, "text"), Alt: word.Draw(t, "alt"), Heading: rapid.IntRange(0, 2).Draw(t, "heading"), Order: rapid.IntRange(-1, 3).Draw(t, "order"),
				Left: pixel.Draw(t, "left"), Top: pixel.Draw(t, "top"), Width: pixel.Draw(t, "width"), Height: pixel.Draw(t, "height"),
				Z: rapid.IntRange(-1, 2).Draw(t, "z"), Color: color.Draw(t, "color"), Background: color.Draw(t, "ground")})
		}
		v := View{URL: word.Draw(t, "url"), Title: word.Draw(t, "title"), Sections: []string{word.Draw(t, "section")}, User: word.Draw(t, "user"),
			Problem: word.Draw(t, "problem"), Search: word.Draw(t, "search"), Items: rapid.IntRange(0, 3).Draw(t, "items"), Total: word.Draw(t, "total"),
			Products: []Product{{word.Draw(t, "product"), word.Draw(t, "price"), 2}}, Phone: rapid.Bool().Draw(t, "phone"), Away: word.Draw(t, "away")}
		for _, f := range model.Formats() {
			if rapid.Bool().Draw(t, string(f)) {
				v.Shown = append(v.Shown, Shown{State: rapid.SampledFrom([]model.Availability{"", model.Online, model.Offline, model.Busy}).Draw(t, "state"),
					Expanded: rapid.Bool().Draw(t, "expanded"), Motion: motion(t),
					Engagement: &model.Engagement{ID: "e", Name: word.Draw(t, "name"), Format: f, Side: rapid.SampledFrom([]model.Side{model.Left, model.Right}).Draw(t, "side"),
						Creative: model.Creative{HTML: rapid.SampledFrom([]string{"", "<b>" + word.Draw(t, "html") + "</b><script>x"}).Draw(t, "page"), LightBox: rapid.Bool().Draw(t, "box"),
							Position: rapid.SampledFrom([]model.Position{"", model.TopLeft, model.BottomCenter, model.MiddleRight, model.CustomPlace}).Draw(t, "place"),
							Left:     pixel.Draw(t, "left"), Top: pixel.Draw(t, "top"), Edge: rapid.SampledFrom([]string{"", "top"}).Draw(t, "edge"),
							Online: model.Face{Width: pixel.Draw(t, "w"), Height: pixel.Draw(t, "h"), Background: color.Draw(t, "background"),
								Border: model.Border{Width: 1, Color: color.Draw(t, "border"), Radius: 1}, Elements: e}}}})
			}
		}
		if rapid.Bool().Draw(t, "window") {
			w := chat()
			w.Branding.Title = word.Draw(t, "window title")
			w.Surveys.PreChat.Questions[0].Label = word.Draw(t, "question")
			w.Surveys.PreChat.Questions[1].Options[0] = word.Draw(t, "option")
			w.Branding.Header.Align = rapid.SampledFrom([]string{"", "middle", "right"}).Draw(t, "align")
			w.Branding.CornersTop, w.Branding.PrimaryButton = rapid.IntRange(0, 2).Draw(t, "corners"), color.Draw(t, "push")
			v.Window = &Window{Window: w, Stage: Stage(rapid.IntRange(0, 2).Draw(t, "stage")), State: model.Online, Motion: motion(t),
				Who: word.Draw(t, "who"), Skill: word.Draw(t, "skill"), Minimized: rapid.Bool().Draw(t, "minimized")}
		}
		v.Opened = word.Draw(t, "opened")
		w, h := rapid.IntRange(0, 210).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height")
		d := Draw(look(), layout.Size{W: w, H: h}, v)
		if err := frame.Check(d.Rows, w, h); err != nil {
			t.Fatal(err)
		}
		whole := layout.Rect{W: w, H: h}
		for _, s := range d.Spots {
			if !whole.Contains(s.Rect.X, s.Rect.Y) || s.Rect.X+s.Rect.W > w || s.Rect.Y+s.Rect.H > h {
				t.Fatalf("spot %v leaves %dx%d", s.Rect, w, h)
			}
		}
		if err := frame.Check(Draw(ascii, layout.Size{W: w, H: h}, v).Rows, w, h); err != nil {
			t.Fatal(err)
		}
	})
}

func TestInASCIIOurOwnSignsAreASCII(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{ASCII: true})
	for _, u := range []string{"/", "/c/x", "/p/x", "/cart", "/checkout", "/checkout/confirmation", "/bills", "/search", "/help", "/account", "/journal", "/404", "/x"} {
		v := cartView()
		v.URL = "https://shop.example" + u
		for _, f := range model.Formats() {
			v.Shown = append(v.Shown, Shown{Engagement: of(f, model.Left, model.TopLeft), State: model.Online, Expanded: len(u)%2 == 0})
		}
		v.Phone = len(u)%3 == 0
		v.Window = &Window{Window: chat(), Minimized: len(u)%4 == 0}
		for i, row := range Draw(th, layout.Size{W: 90, H: 30}, v).Rows {
			for _, r := range row {
				if r >= 0x80 {
					t.Fatalf("%s row %d: %q in %q", u, i, r, row)
				}
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	v := cartView()
	v.Shown = []Shown{{Engagement: help(), State: model.Online}, {Engagement: of(model.Sticky, model.Right, ""), State: model.Online}}
	th := look()
	for _, size := range []layout.Size{{W: 78, H: 15}, {W: 100, H: 30}} {
		b.Run(fmt.Sprintf("%dx%d", size.W, size.H), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Draw(th, size, v)
			}
		})
	}
}
