package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// office is a company for tests.
type office struct {
	mu     sync.Mutex
	others []pane.Other
	mark   uint64
	fails  error
	came   chan struct{}
	told   []pane.At
}

func newOffice(others ...pane.Other) *office {
	return &office{others: others, mark: 1, came: make(chan struct{})}
}

func (o *office) Tell(at pane.At) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, at)
}

func (o *office) Next(ctx context.Context, seen uint64) ([]pane.Other, uint64, error) {
	for {
		o.mu.Lock()
		others, mark, came, fails := slices.Clone(o.others), o.mark, o.came, o.fails
		o.mu.Unlock()
		if fails != nil {
			return nil, 0, fails
		}
		if mark != seen {
			return others, mark, nil
		}
		select {
		case <-came:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}

// heard is all that was told.
func (o *office) heard() []pane.At {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.told)
}

// are says who is there from now on.
func (o *office) are(fails error, others ...pane.Other) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.others, o.fails = others, fails
	o.mark++
	close(o.came)
	o.came = make(chan struct{})
}

// desk is a screen that has a document open.
type desk struct {
	*orchard
	doc, views pane.Doc
}

func (d *desk) Edits() (pane.Doc, bool) { return d.doc, d.doc.ID != "" }

func atDesk(t *testing.T, size layout.Size, of *office, use func(*driver, *desk)) {
	t.Helper()
	k := &desk{orchard: newOrchard("one", "Orchard", 120)}
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		of.came = make(chan struct{}) // of the bubble
		r, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: time.Now, Company: of}, k, newOrchard("two", "Meadow", 3))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}, func(d *driver) {
		defer cancel()
		use(d, k)
	})
}

func TestWhoElseIsHereStandsAtTheTabsAndInAList(t *testing.T) {
	t.Parallel()
	since := time.Date(1999, 12, 31, 23, 50, 0, 0, time.UTC)
	bo := pane.Other{Who: "bo", Session: "1", From: "192.0.2.7:4", Since: since, At: pane.At{Screen: "Builder", Edits: []pane.Doc{{Kind: "campaign", ID: "spring", Name: "Spring\x1b[2J", Since: since}}}}
	self := pane.Other{Who: "ana", Session: "2", Since: since, At: pane.At{Screen: "Meadow"}}
	of := newOffice(bo)
	atDesk(t, layout.Size{W: 120, H: 40}, of, func(d *driver, _ *desk) {
		d.Expect("with bo   ana")
		d.Press("&")
		d.Expect("Who is online", "ana (you, here)", "Orchard", "Builder, edits Spring␛[2J")
		d.Expect("Here since 1999-12-31 23:50, from 192.0.2.7:4. Edits the campaign Spring␛[2J", "since 1999-12-31 23:50.")
		of.are(nil, self)
		d.Wait(time.Second)
		d.Expect("ana (you, elsewhere)", "with you, elsewhere")
		d.ExpectNot("Spring")
		of.are(nil)
		d.Wait(time.Second)
		d.ExpectNot("elsewhere")
		d.Press("esc")
		of.are(nil, bo, self, pane.Other{Who: "vi"}, pane.Other{Who: "bo", Session: "9"})
		d.Wait(time.Second)
		d.Expect("with bo, you, elsewhere, vi   ana")
		d.ClickText("with bo")
		d.Expect("Who is online")
	})
	atDesk(t, layout.Size{W: 60, H: 15}, newOffice(bo, pane.Other{Who: strings.Repeat("a", 40)}), func(d *driver, _ *desk) { d.Expect("2 Meadow", "+2  ana") })
}

func TestOthersAreToldWhereASessionIsWhenThatChanges(t *testing.T) {
	t.Parallel()
	of := newOffice()
	atDesk(t, design, of, func(d *driver, k *desk) {
		began := time.Now()
		k.doc = pane.Doc{Kind: "campaign", ID: "spring", Name: "Spring"}
		d.Press("down", "down")
		d.Wait(time.Minute)
		d.Press("2", "down")
		k.doc = pane.Doc{}
		d.Press("down")
		want := []string{"Orchard ", "Orchard spring", "Meadow spring", "Meadow "}
		var got []string
		for _, at := range of.heard() {
			ids := ""
			for _, e := range at.Edits {
				ids += e.ID
				if e.Since.Sub(began) > time.Second {
					t.Errorf("it edits since %v, not since it began", e.Since.Sub(began))
				}
			}
			got = append(got, at.Screen+" "+ids)
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

func (d *desk) Views() (pane.Doc, bool) { return d.views, d.views.ID != "" }

func TestOthersAreToldOfIdlenessOnceAndOfItsEnd(t *testing.T) {
	t.Parallel()
	of := newOffice()
	atDesk(t, design, of, func(d *driver, _ *desk) {
		d.Press("down")
		last := time.Now()
		d.Wait(time.Minute)
		d.Press("down", "up")
		last = time.Now()
		d.Wait(119 * time.Second)
		for _, at := range of.heard() {
			if !at.Idle.IsZero() {
				t.Fatalf("told to be idle since %v, %v after the last key", at.Idle, time.Since(last))
			}
		}
		d.Wait(time.Hour)
		d.Press("down")
		var got []time.Time
		for _, at := range of.heard() {
			got = append(got, at.Idle)
		}
		if len(got) != 3 || !got[0].IsZero() || last.Sub(got[1]).Abs() > time.Second || !got[2].IsZero() {
			t.Errorf("told %v; the last key was at %v", got, last)
		}
	})
}

func TestOthersAreToldWhatIsLookedAt(t *testing.T) {
	t.Parallel()
	tents := pane.Doc{Kind: "campaign", ID: "tents", Name: "Tents"}
	for _, refuses := range []bool{false, true} {
		of := newOffice()
		atDesk(t, design, of, func(d *driver, k *desk) {
			if refuses {
				k.ses.May = func(p keymap.Permit) string { return "you are a viewer" }
			}
			k.doc = tents
			d.Press("down")
			k.doc, k.views = pane.Doc{}, pane.Doc{Kind: "goal", ID: "order", Name: "Order"}
			d.Press("down", "2")
			var got []string
			for _, at := range of.heard()[1:] {
				edits := ""
				for _, e := range at.Edits {
					edits += e.ID
				}
				got = append(got, edits+"|"+at.Views.ID)
				if at.Views.ID != "" && at.Views.Since.IsZero() {
					t.Error("it is not told since when")
				}
			}
			want := []string{"tents|", "|order", "|"}
			if refuses {
				want[0] = "|tents"
			}
			if !slices.Equal(got, want) {
				t.Errorf("told %q, want %q", got, want)
			}
		})
	}
}

func TestWhoEditsTheSameIsSaidWhileItLasts(t *testing.T) {
	t.Parallel()
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when bubbles begin
	edits := func(who string) pane.Other {
		return pane.Other{Who: who, At: pane.At{Edits: []pane.Doc{{Kind: "campaign", ID: "spring", Since: at}}}}
	}
	of := newOffice(edits("bo"))
	atDesk(t, design, of, func(d *driver, k *desk) {
		d.ExpectNot("edits this")
		k.doc = pane.Doc{Kind: "campaign", ID: "spring", Name: "Spring"}
		d.Press("down")
		d.Expect("✎ bo edits this too, since 00:00.", "fruit 000")
		of.are(nil, edits("bo"), edits("vi"))
		d.Wait(time.Second)
		d.Expect("bo and vi edit this too, since 00:00.")
		of.are(nil, edits("ana"))
		d.Wait(time.Second)
		d.Expect("You edit this elsewhere, too, since 00:00.")
		d.Press("2")
		d.ExpectNot("elsewhere, too")
		d.Press("1")
		of.are(nil)
		d.Wait(time.Second)
		d.ExpectNot("elsewhere, too")
	})
}

func TestNotHearingOfOthersIsSaidOnceAndTriedAgain(t *testing.T) {
	t.Parallel()
	of := newOffice(pane.Other{Who: "bo"})
	atDesk(t, design, of, func(d *driver, _ *desk) {
		d.Expect("with bo")
		of.are(errors.New("no line"))
		d.Wait(30 * time.Second)
		d.ExpectNot("with bo")
		d.Press("&")
		d.Expect("who else is here is not known now")
		d.Press("f9")
		if n := strings.Count(d.Screen(), "no line"); n != 1 {
			t.Errorf("said %d times", n)
		}
		d.Press("esc")
		of.are(nil, pane.Other{Who: "vi"})
		d.Wait(6 * time.Second)
		d.Expect("with vi")
	})
}
