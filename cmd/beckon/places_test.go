package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/serve"
)

// cut closes the connection below a seat, as a lost line does.
func (p *seat) cut() {
	p.t.Helper()
	p.conn.Close()
	<-p.over
}

// placesOf counts the places that are kept of an operator.
func (g *team) placesOf(who string) int {
	g.t.Helper()
	kept, err := store.AllScraps(g.t.Context(), g.store, who)
	if err != nil {
		g.t.Fatal(err)
	}
	n := 0
	for _, e := range kept {
		if len(e.Key) > len(store.PlacePrefix) && e.Key[:len(store.PlacePrefix)] == store.PlacePrefix {
			n++
		}
	}
	return n
}

// alone waits until no session of an operator is left.
func (g *team) alone(who string) {
	g.t.Helper()
	g.awaitSessions(who, func(n int) bool { return n == 0 })
}

func TestWhoWasCutOffComesBackToTheSamePlace(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	ed := g.sit("ed")

	// The Builder: the step, the field, and what was typed a moment ago.
	ed.press("e")
	ed.expect("Builder › Ask a mountain guide")
	ed.press("\x1b[B\x1b[B") // to the description
	ed.expect("▌ Description")
	ed.press("!")
	ed.expect("against low.!")
	ed.cut()
	g.alone("ed")
	ed = g.sit("ed", "▌ Description", "against low.!")

	// The Simulator: the journey and the instant.
	ed.click("3 Simulator")
	ed.expect("event 1 of")
	ed.press(".")
	ed.expect("event 2 of")
	ed.press(".")
	ed.expect("event 3 of")
	ed.cut()
	g.alone("ed")
	ed = g.sit("ed", "Simulator ›", "event 3 of")
	ed.click("7 Builder") // what was not looked at since is still there
	ed.expect("▌ Description", "against low.!")

	// The form of a library item, with what is not saved.
	ed.click("2 Library")
	ed.expect("2 engagements of 1 campaign")
	ed.press("e")
	ed.expect("editing")
	ed.press("?!")
	ed.expect("?!")
	ed.cut()
	g.alone("ed")
	ed = g.sit("ed", "Library ›", "?!", "not saved")

	// A session that is alive keeps its place.
	second := g.sit("ed", "Cart rescue")
	second.press("j")
	second.press("\x03\x03")
	if err := <-second.over; err != nil {
		t.Errorf("quitting: %v", err)
	}
	ed.expect("?!")

	// Who quits is not brought back, and leaves nothing.
	ed.press("\x03\x03")
	if err := <-ed.over; err != nil {
		t.Errorf("quitting: %v", err)
	}
	g.alone("ed")
	if n := g.placesOf("ed"); n != 0 {
		t.Errorf("%d places are left", n)
	}
	ed = g.sit("ed", "17 campaigns")
	ed.lacks("You are back")

	// Who only reads comes back, too.
	vi := g.sit("vi")
	vi.press("\x1b[B")
	vi.expect("▌Before you go")
	vi.cut()
	g.alone("vi")
	vi = g.sit("vi", "▌Before you go")
	_ = vi
}

func TestPlacesAreBoundedAgeAndMayBeBroken(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	keep := func(session, body string, age time.Duration) {
		t.Helper()
		if err := g.store.PutScrap(t.Context(), store.Scrap{Owner: "ed", Key: store.PlacePrefix + session, Body: []byte(body), At: here().now().Add(-age)}); err != nil {
			t.Fatal(err)
		}
	}
	at := &places{store: g.store, who: "ed", session: "me", now: here().now}
	keep("old", `old`, placeLife+time.Hour)
	keep("first", `first`, 3*time.Hour)
	keep("last", `last`, time.Hour)
	keep("alive", `alive`, time.Minute)
	if err := g.store.Announce(t.Context(), store.Present{Operator: "ed", Session: "alive", Since: monday}, time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"last", "first", ""} {
		back, err := at.last(t.Context())
		if err != nil || (back == nil) != (want == "") || back != nil && string(back.Place) != want {
			t.Errorf("want %q: %+v, %v", want, back, err)
		}
	}
	if n := g.placesOf("ed"); n != 1 {
		t.Errorf("%d places are left, want that of the session that is alive", n)
	}
	for i, broken := range []string{"", "x", `{"version":2,"screen":"builder"}`, `{"version":1,"screen":"gone"}`,
		`{"version":1,"screen":"campaigns","screens":{"campaigns":7,"builder":{"key":"nothing"},"simulator":{"events":"x"}}}`,
		`{"version":1,"screen":"library","screens":{"library":{"kind":"goal","form":"eA=="}}}`,
		`{"version":1,"screen":"simulator","screens":{"simulator":{"events":"{}","pane":99,"speed":-1}}}`} {
		keep("broken", broken, time.Second)
		ed := g.sit("ed", "1 Campaigns")
		ed.press("\x03\x03")
		if err := <-ed.over; err != nil {
			t.Errorf("broken place %d: %v", i, err)
		}
		g.store.Withdraw(t.Context(), "ed", "alive")
		g.alone("ed")
	}
}

// sameInstant is a store whose readers of scraps all have read before one goes on.
type sameInstant struct {
	store.Store
	all sync.WaitGroup
}

func (s *sameInstant) Scraps(ctx context.Context, owner, after string) ([]store.Scrap, error) {
	kept, err := s.Store.Scraps(ctx, owner, after)
	if after == "" {
		s.all.Done()
		s.all.Wait()
	}
	return kept, err
}

func TestLoginsAtTheSameInstantTakeAPlaceOnce(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	want := []string{"", "", "first", "last", "old"}
	for i, body := range want[2:] {
		if err := g.store.PutScrap(t.Context(), store.Scrap{Owner: "ed", Key: store.PlacePrefix + body, Body: []byte(body), At: here().now().Add(-time.Duration(i+1) * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	s := &sameInstant{Store: g.store}
	s.all.Add(len(want))
	got, errs := make([]string, len(want)), make([]error, len(want))
	var over sync.WaitGroup
	for i := range want {
		over.Go(func() {
			back, err := (&places{store: s, who: "ed", session: "me", now: here().now}).last(t.Context())
			if errs[i] = err; back != nil {
				got[i] = string(back.Place)
			}
		})
	}
	over.Wait()
	if slices.Sort(got); errors.Join(errs...) != nil || !slices.Equal(got, want) {
		t.Errorf("places %q, want each once: %v", got, errors.Join(errs...))
	}
	if n := g.placesOf("ed"); n != 0 {
		t.Errorf("%d places are left", n)
	}
}
