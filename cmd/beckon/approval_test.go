package main

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/serve"
	"beckon/tui/tuitest"
)

// fourEyes drives the console of ana on the demo shop of "root", whose account
// wants approvals.
func fourEyes(t *testing.T, size layout.Size, use func(*tuitest.Driver, store.Store)) {
	t.Helper()
	path := t.TempDir() + "/shop.db"
	shopAt(t, path)
	var s *boltstore.Store
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		var err error
		if s, err = boltstore.Open(context.Background(), path, boltstore.Options{}); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		for _, edit := range []struct {
			kind string
			do   func(string) string
		}{{"settings", func(body string) string { return body + "approval: true\n" }}, {"campaign", func(body string) string { return body + "# root wrote it\n" }}} {
			docs, err := store.At(ctx, s, 0, edit.kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range docs {
				if edit.kind == "settings" || d.ID == "summer-camp" {
					if _, err := s.Commit(ctx, store.Change{Author: "root", At: time.Now(), Writes: []store.Write{store.Put{Kind: d.Kind, ID: d.ID, Body: []byte(edit.do(string(d.Body))), Base: d.Revision}}}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		kept, err := store.At(ctx, s, 0, kindScenario)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range kept { // one says that the campaign is a draft
			if concerns(d.Body, "summer-camp") {
				if err := dropScenario(ctx, s, d.ID, "root", time.Now()); err != nil {
					t.Fatal(err)
				}
			}
		}
		w := here()
		w.now = time.Now // simulated
		ctx, cancel = context.WithCancel(ctx)
		ses := &pane.Session{Ctx: ctx, Who: "ana", Now: time.Now}
		root, err := app.New(ses, screens(atHome(s, "ana"), "ana", w)...)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		use(d, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestApprovalIsAskedForInTheBuilderAndShownInTheList(t *testing.T) {
	t.Parallel()
	fourEyes(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, s store.Store) {
		d.Press("/")
		d.Type("summer camp")
		d.Press("enter", "p")
		d.Expect("Publish: another operator approves it first: step 12 of the Builder asks")
		d.Press("e")
		d.Wait(time.Second)
		d.Press("f5")
		d.Type("12")
		d.Press("enter")
		d.Wait(time.Second)
		d.Press("a")
		d.Expect("r asks for approval")
		d.Press("p")
		d.Expect("another operator has to approve it first")
		d.Press("r")
		d.Type("for the holidays")
		d.Press("enter")
		d.Wait(time.Second)
		d.Expect("waits for approval: ana asked")
		d.Press("w")
		d.Expect("Request for Summer camp", "for the holidays", "may not approve it: you asked for it", "Withdraw (w)")
		d.ExpectNot("Approve (a)")
		d.Press("esc", "esc")
		d.Wait(time.Second)
		d.Expect("for approval")
		ben := approvals{atHome(s, "ben"), "ben", time.Now, nil}
		b, err := ben.board(context.Background(), 0)
		if err != nil || len(b.Requests) != 1 {
			t.Fatalf("%+v, %v", b, err)
		}
		if err := ben.decide(context.Background(), "summer-camp", b.Requests[0].Digest, true, "looks right"); err != nil {
			t.Fatal(err)
		}
		d.Wait(time.Second)
		d.Expect("approved")
		d.Press("a")
		d.Expect("approved by ben", "Publish (p)")
		d.Press("p", "y")
		d.Wait(time.Second)
		d.Expect("Summer camp is published")
		doc, err := s.Get(context.Background(), "campaign", "summer-camp")
		if err != nil || !strings.Contains(string(doc.Body), "published: true") || doc.Author != "ana" || !strings.Contains(doc.Why, "approved by ben") {
			t.Errorf("%s %s\n%s%v", doc.Author, doc.Why, doc.Body, err)
		}
	})
}

func TestARequestIsReadAndDecidedOnInTheList(t *testing.T) {
	t.Parallel()
	fourEyes(t, layout.Size{W: 80, H: 24}, func(d *tuitest.Driver, s store.Store) {
		ctx := context.Background()
		ask := func() {
			t.Helper()
			b := atHome(s, "ben")
			p, err := storedProposal(ctx, b, "summer-camp", "for the holidays")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := askApproval(ctx, b, "ben", time.Now(), p); err != nil {
				t.Fatal(err)
			}
		}
		ask()
		d.Wait(time.Second)
		d.Press("A")
		d.Expect("Requests for approval", "Waiting for you", "Summer camp", "ben asked")
		d.Press("enter")
		d.Expect("Request for Summer camp", "for the holidays", "Against what visitors see now", "Approve (a)", "Decline (d)")
		d.Press("G")
		d.Expect("Scenarios", "digest")
		d.Press("d")
		d.Type("too early")
		d.Press("enter")
		d.Wait(time.Second)
		d.Press("/")
		d.Type("summer camp")
		d.Press("enter")
		d.Expect("declined")
		ask()
		d.Wait(time.Second)
		d.Expect("for approval")
		d.Press("a", "a", "enter")
		d.Wait(time.Second)
		d.Expect("approved")
		// Whatever is changed underneath voids it before ana's eyes.
		doc, err := s.Get(ctx, "campaign", "summer-camp")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Commit(ctx, store.Change{Author: "eve", At: time.Now(), Writes: []store.Write{store.Put{Kind: "campaign", ID: "summer-camp", Base: doc.Revision,
			Body: []byte(strings.Replace(string(doc.Body), "name: ", "name: A ", 1))}}}); err != nil {
			t.Fatal(err)
		}
		d.Wait(time.Second)
		d.Press("a")
		d.Expect("no longer holds: the campaign summer-camp was changed since by", "eve; ben asked")
		d.ExpectNot("Publish (p)")
		d.Press("esc")
	})
}

// An editor asks in his session, a publisher decides in hers: each sees at once
// what the other did, on whatever screen.
func TestARequestIsDecidedInAnotherSession(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	if _, errs, code := g.run("ana", "settings set approval true", ""); code != 0 {
		t.Fatal(errs)
	}
	ed, pia := g.sit("ed"), g.sit("pia")
	ask := func(note string) {
		t.Helper()
		ed.expect("Another operator has to approve it")
		ed.press("r")
		ed.expect("Ask for approval of Newsletter!")
		ed.press(note + "\r")
		ed.expect("It waits for approval: ed asked at", "No errors.")
		pia.expect("ed asks for approval of Newsletter!")
	}
	pia.click("5 Activity")
	pia.expect("At work now")
	ed.press("/newsletter\r")
	ed.expect("2/17")
	ed.press("e")
	ed.expect("Builder › Newsletter › Name")
	ed.press("!")
	ed.expect("Newsletter!")
	ed.press("\x1b[15~")
	ed.expect("Check and publish")
	ed.press("12\r")
	ed.expect("2 scenarios passed")
	ask("more readers")
	pia.click("1 Campaigns")
	pia.expect("17 campaigns")
	pia.press("A")
	pia.expect("Requests for approval", "waits for approval: ed asked at")
	pia.press("\r")
	pia.expect("more readers", "name: Newsletter!, was Newsletter", "Approve (a)")
	pia.press("d")
	pia.expect("Decline Newsletter!")
	pia.press("too early\r")
	pia.expect("Declined the request for Newsletter!.")
	ed.expect("Your request for Newsletter! is declined by pia at", "It was declined by pia at")
	ed.press("w")
	ed.expect("too early", "Withdraw (w)")
	ed.press("w")
	ed.expect("Withdrew the request for Newsletter!.")
	ask("now it is time")
	pia.press("A")
	pia.expect("waits for approval: ed asked at")
	pia.press("\ra")
	pia.expect("Approve Newsletter!")
	pia.press("\r")
	pia.expect("Approved the request for Newsletter!.")
	ed.expect("It is approved by pia at", "Nothing keeps it from being published.")
}
