package activity

import (
	"context"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// guided is a shell that notes where it was sent.
type guided struct {
	quiet
	to string
}

func (g *guided) Show(screen string, arg any) tea.Cmd {
	if o, ok := arg.(pane.Other); ok {
		arg = "with " + o.Who
	}
	g.to = fmt.Sprint(screen, " ", arg)
	return nil
}

func TestEnterLeadsToWhatSomebodyIsAt(t *testing.T) {
	t.Parallel()
	doc := func(kind, id string) pane.Doc { return pane.Doc{Kind: kind, ID: id, Name: id} }
	for name, c := range map[string]struct {
		at       pane.At
		key      keymap.ID
		to, says string
	}{
		"a campaign that he edits":               {at: pane.At{Screen: "Builder", Edits: []pane.Doc{doc("campaign", "x")}}, to: "builder x", says: "goes to the campaign x"},
		"what he looks at before what he edits":  {at: pane.At{Screen: "Library", Views: doc("goal", "g"), Edits: []pane.Doc{doc("campaign", "x")}}, to: "library goal/g", says: "goes to the goal g"},
		"the settings":                           {at: pane.At{Screen: "Settings", Edits: []pane.Doc{doc("settings", "settings")}}, to: "settings <nil>"},
		"a journey":                              {at: pane.At{Screen: "Simulator", Views: doc("journey", "Cart rescued")}, to: "simulator journey:Cart rescued"},
		"a simulator that he shows":              {at: pane.At{Screen: "Simulator", Shows: "q7", Views: doc("journey", "j")}, to: "simulator with ben", says: "joins the simulator"},
		"its journey alone, without joining":     {at: pane.At{Screen: "Simulator", Shows: "q7", Views: doc("journey", "j")}, key: Object, to: "simulator journey:j"},
		"the screen where there is no object":    {at: pane.At{Screen: "Traffic"}, to: "traffic <nil>", says: "goes to Traffic"},
		"nowhere for a screen that is not known": {at: pane.At{Screen: "Kitchen\x1b[2J"}},
		"nowhere for a kind that is not known":   {at: pane.At{Edits: []pane.Doc{doc("boat", "b")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, shell := drawn(t, theme.Options{}, newLedger(week()...)), &guided{}
			s.ses.Shell, s.ses.Others = shell, []pane.Other{{Who: "ben", Session: "1", At: c.at}}
			s.Update(pane.Others{})
			s.Rows(layout.Size{W: 80, H: 21}, true)
			s.Do(AtWork, nil)
			s.Do(keymap.Open, nil)
			if shell.to != "" {
				t.Errorf("from oneself it leads to %s", shell.to)
			}
			s.Do(keymap.Down, nil)
			if c.key == "" {
				c.key = keymap.Open
			}
			s.Do(c.key, nil)
			p, _ := s.online.people.Selected()
			if says := leads(p); shell.to != c.to || c.says != "" && (len(says) < len(c.says) || says[:len(c.says)] != c.says) || (c.to == "") != (says == "") {
				t.Errorf("it leads to %q, says %q", shell.to, says)
			}
		})
	}
}

// room is a company of others that stay.
type room []pane.Other

func (room) Tell(pane.At) {}

func (r room) Next(ctx context.Context, seen uint64) ([]pane.Other, uint64, error) {
	if seen == 1 {
		<-ctx.Done()
		return nil, 0, ctx.Err()
	}
	return r, 1, nil
}

func TestThoseAtWorkAreReachedByKeysAtEverySize(t *testing.T) {
	t.Parallel()
	others, _ := company()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 24}, {W: 120, H: 40}, {W: 200, H: 50}} {
		t.Run(fmt.Sprint(size.W, "x", size.H), func(t *testing.T) {
			t.Parallel()
			k := newLedger(week()...)
			var cancel context.CancelFunc
			tuitest.Run(t, size, func() tea.Model {
				k.changed = make(chan struct{})
				var ctx context.Context
				ctx, cancel = context.WithCancel(context.Background())
				begin := time.Now()
				root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Company: room(others), Role: func() string { return "publisher" },
					Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(k))
				if err != nil {
					t.Fatal(err)
				}
				return root
			}, func(d *tuitest.Driver) {
				defer cancel()
				d.Press("a")
				d.Expect("At work now", "you and 3 more", "ana (you)", "25 h", "12 min", "As publisher, here since 11:00")
				d.Press("down", "down")
				d.Expect("As editor, here since 10:00, from 192.0.2.9.", "Idle since 10:48.", "Edits the campaign Tent weeks since 10:40.", "Enter goes to the campaign Tent weeks.")
				d.Wait(5 * time.Minute)
				d.Expect("17 min") // nobody said anything meanwhile
				d.Press("o")
				d.Expect("for kind:campaign id:tent-weeks")
				d.Press("shift+tab")
				d.Expect("Enter goes to the campaign Tent weeks.")
				d.Press("w")
				d.Expect("choose a change in the list first")
				d.Press("esc", "esc", "tab")
				d.Expect("What was changed")
				d.Press("tab")
				d.Expect("Enter goes to the campaign Tent weeks.")
				d.Press("esc")
				d.Expect("6 entries")
				d.ClickText("Changes")
			})
		})
	}
}

func TestTheListIsNowhereNarrowerThanInASmallWindow(t *testing.T) {
	t.Parallel()
	for w := 80; w <= 300; w++ {
		for _, h := range []int{18, 29, 30, 34, 86} {
			s := &Screen{size: layout.Size{W: w, H: h}, focus: pane.NewRing(panes)}
			seats, covered := s.seats(), 0
			for _, p := range seats {
				covered += p.at.W * p.at.H
			}
			if seats[0].pane != listPane || seats[0].at.W < 80 || seats[0].at.H < min(h, 16) || covered != w*h {
				t.Errorf("at %dx%d: %+v", w, h, seats)
			}
		}
	}
}
