package simulator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/tui/app"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// beside runs a console whose first screen leads to the simulator with a path.
func beside(t *testing.T, src Source, path string, use func(*tuitest.Driver, func())) {
	t.Helper()
	var root *app.Root
	tuitest.Run(t, medium, func() tea.Model {
		ses := &pane.Session{Who: "ana", Now: time.Now}
		var err error
		if root, err = app.New(ses, New(src)); err != nil {
			t.Fatal(err)
		}
		return showing{root, ses, path}
	}, func(d *tuitest.Driver) { use(d, func() { d.Message(showNow{}) }) })
}

// showing is the console with a message that stands for another screen's key.
type showing struct {
	tea.Model
	ses  *pane.Session
	path string
}

type showNow struct{}

func (s showing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(showNow); ok {
		return s, s.ses.Shell.Show("simulator", s.path)
	}
	next, cmd := s.Model.Update(msg)
	s.Model = next
	return s, cmd
}

func TestACampaignIsShownWhereAVisitorSeesIt(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]string{
		"cart-rescue":                 {"Cart rescue shows to", "◆  shown"},
		"bill-pay/talk-to-us":         {"shows to wren-21 at 08:30", "https://shop.example/account/bills"},
		"first-visit/welcome-toaster": {"Welcome shows to", "New here?"},
	} {
		src, err := newShop()
		if err != nil {
			t.Fatal(err)
		}
		beside(t, src, path, func(d *tuitest.Driver, show func()) {
			show()
			d.Wait(time.Second)
			d.Expect(want...)
		})
	}
}

func TestWhereNobodySeesItTheNearestVisitorIsPlayed(t *testing.T) {
	t.Parallel()
	src, err := newShop("first-visit")
	if err != nil {
		t.Fatal(err)
	}
	beside(t, src, "bill-pay/talk-to-us", func(d *tuitest.Driver, show func()) {
		show()
		d.Wait(time.Second)
		d.Expect("shows to nobody here. wren-45 comes nearest: stopped by audience.", "Talk to us about your bill")
	})
	beside(t, src, "gone/away", func(d *tuitest.Driver, show func()) {
		show()
		d.Wait(time.Second)
		d.Expect("there is no engagement in gone/away")
	})
}

func TestWithoutAJourneyItWaitsForTheFileThatIsOpened(t *testing.T) {
	t.Parallel()
	src, err := newShop()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "fixtures", "journeys", "bill-payment.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bills.jsonl")
	// A visitor before it, so that the one with the most to see is not just the
	// first.
	other := strings.ReplaceAll(strings.SplitAfter(string(data), "\n")[0], "wren-21", "wren-01")
	if err := os.WriteFile(path, append([]byte(other), data...), 0o600); err != nil {
		t.Fatal(err)
	}
	beside(t, nowhere{src}, "bill-pay/talk-to-us", func(d *tuitest.Driver, show func()) {
		show()
		d.Wait(time.Second)
		d.Expect("Talk to us about your bill waits for a visitor.", "Press O for a file", "D drives a visitor of your own")
		d.ClickText("for a file")
		d.Type(path)
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("shows to wren-21 at 08:30:54", "08:30:54 UTC", "◆  shown")
		d.ExpectNot("Which visitor?")
	})
}

// dated is the shop with a campaign whose dates are others than its journeys'.
type dated struct {
	*shop
	eng *engine.Engine
}

func (d dated) Engine(context.Context) (*engine.Engine, error) { return d.eng, nil }

func TestAJourneyIsMovedIntoTheDatesOfACampaign(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ start, end, want string }{
		{"2026-11-27", "", "Moved to 2 Dec 2026."},
		{"2025-01-01", "2025-06-30", "Moved to 25 Jun 2025."},
		{"2026-03-01", "", "shows to wren-21 at 08:30:54."},
	} {
		c, err := fixtures.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range c.Campaigns {
			if k.ID == "bill-pay" {
				if k.TimeFrame.Start, err = model.ParseDate(tt.start); err != nil {
					t.Fatal(err)
				}
				if tt.end != "" {
					if k.TimeFrame.End, err = model.ParseDate(tt.end); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		eng, err := engine.Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		src, err := newShop("bill-payment")
		if err != nil {
			t.Fatal(err)
		}
		beside(t, dated{src, eng}, "bill-pay/talk-to-us", func(d *tuitest.Driver, show func()) {
			show()
			d.Wait(time.Second)
			d.Expect(tt.want, "◆  shown")
		})
	}
}
