package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"beckon/store"
	"beckon/tui/pane"
	"beckon/tui/serve"
)

func TestOperatorsSeeWhoIsHereAndWhatTheyEdit(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	who := func() []whoOut {
		t.Helper()
		var out []whoOut
		said, errs, code := g.run("vi", "who --json", "")
		if code != 0 || json.Unmarshal([]byte(said), &out) != nil {
			t.Fatalf("who: %d, %q, %q", code, said, errs)
		}
		return out
	}
	if out, _, _ := g.run("vi", "who", ""); out != "nobody has a console open\n" {
		t.Errorf("nobody: %q", out)
	}
	pia, ed := g.sit("pia"), g.sit("ed")
	pia.expect("with ed")
	ed.expect("with pia")
	pia.press("e")
	pia.expect("Builder › Ask a mountain guide")
	ed.expect("✎ Ask a mountain")
	ed.press("&")
	ed.expect("Who is online", "ed (you, here)", "Builder, edits Ask a mountain guide", "Edits the campaign Ask")
	if all := who(); len(all) != 2 || all[0].Operator != "ed" || all[1].Operator != "pia" || !strings.HasPrefix(all[1].From, "127.0.0.1:") ||
		all[1].Screen != "Builder" || len(all[1].Edits) != 1 || all[1].Edits[0].ID != "ask-a-guide" {
		t.Errorf("who: %+v", all)
	}
	if out, _, _ := g.run("vi", "who", ""); !strings.Contains(out, "campaign ask-a-guide") || strings.Contains(out, "\x1b") {
		t.Errorf("who: %q", out)
	}
	ed.press("\x1b")
	ed.lacks("Who is online") // else escape and the key are one
	ed.press("e")
	ed.expect("pia edits this too, since")
	pia.expect("ed edits this too, since")
	ed.click("2 Library")
	ed.expect("Library ›")
	pia.press("\x03\x03")
	if err := <-pia.over; err != nil {
		t.Errorf("quitting: %v", err)
	}
	ed.lacks("with pia")
	ed.click("1 Campaigns")
	ed.expect("17 campaigns")
	ed.lacks("✎ Ask a mountain")
	for _, o := range who() { // ed still has it open
		if o.Operator != "ed" || len(o.Edits) != 1 {
			t.Errorf("who, after pia went: %+v", o)
		}
	}
}

func TestThoseAtWorkAreMetInActivityOverSSH(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	pia, ed, vi := g.sit("pia"), g.sit("ed"), g.sit("vi")
	pia.press("e")
	pia.expect("Builder › Ask a mountain guide")
	vi.press("\r")
	vi.expect("Campaigns › Ask a mountain guide")
	ed.press("5")
	ed.expect("At work now", "you and 2 more")
	ed.press("a")
	ed.expect("As editor, here since")
	ed.press("j")
	ed.expect("As publisher, here since", "Edits the campaign Ask a mountain", "Enter goes to the campaign Ask a")
	ed.press("j")
	ed.expect("As viewer, here since", "Looks at the campaign Ask a mountain")
	if out, errs, code := g.run("vi", "who", ""); code != 0 || !strings.Contains(out, "publisher") || strings.Count(out, "campaign ask-a-guide") != 2 {
		t.Errorf("who: %d, %q, %q", code, out, errs)
	}
	ed.press("\r")
	ed.expect("Builder › Ask a mountain guide", "pia edits this too, since")
	ed.lacks("and vi edit") // who may change nothing is in nobody's way
	// Who may change nothing is led to where he can read it.
	vi.press("5a")
	vi.expect("As viewer, here since")
	vi.press("j")
	vi.expect("As editor, here since", "Enter goes to the campaign Ask a")
	vi.press("\r")
	vi.expect("Campaigns › Ask a mountain guide")
}

func TestWhatIsAnnouncedFitsAndComesBack(t *testing.T) {
	t.Parallel()
	at := pane.At{Screen: "Builder", Shows: "q7", Idle: monday, Views: pane.Doc{Kind: "goal", ID: "order", Name: "Order", Since: monday}, Edits: []pane.Doc{{Kind: "campaign", ID: "spring", Name: "Spring", Since: monday}}}
	if got := otherOf(store.Present{Operator: "ana", Session: "1", Since: monday, Body: encodeAt("publisher", at)}); !got.Same(at) || !got.Edits[0].Since.Equal(monday) || got.Who != "ana" || got.Role != "publisher" ||
		!got.Views.Since.Equal(monday) {
		t.Errorf("%+v", got)
	}
	older := `{"screen":"Builder","edits":[{"kind":"campaign","id":"spring","name":"Spring","since":"2026-03-02T10:00:00Z"}],"shows":"q7"}`
	if got := otherOf(store.Present{Operator: "ana", Session: "1", Since: monday, Body: []byte(older)}); got.Screen != "Builder" || len(got.Edits) != 1 || got.Shows != "q7" || got.Role != "" || !got.Idle.IsZero() {
		t.Errorf("of an older beckon: %+v", got)
	}
	long := pane.Doc{Kind: strings.Repeat("k", 900), ID: strings.Repeat("i", 200), Name: strings.Repeat("火", 900), Since: time.Now()}
	at.Views = long
	at.Edits = []pane.Doc{long, long, long, long, long, long}
	body := encodeAt("publisher", at)
	if got := otherOf(store.Present{Body: body}); len(body) > store.MaxPresentBody || len(got.Edits) < 5 {
		t.Errorf("%d bytes, %d documents", len(body), len(got.Edits))
	}
	for _, bad := range []string{"", "x", `{"screen":7}`, "[]", `{"edits":[1]}`} {
		if got := otherOf(store.Present{Operator: "ana", Body: []byte(bad)}); got.Who != "ana" || got.Screen != "" {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func TestEveryScreenShowsWhatOthersChangeOverSSH(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	writes := func(kind, id, from, to string) {
		t.Helper()
		doc, err := g.store.Get(t.Context(), kind, id)
		if err != nil {
			t.Fatal(err)
		}
		body := strings.Replace(string(doc.Body), from, to, 1)
		if body == string(doc.Body) {
			t.Fatalf("%s is not in\n%s", from, body)
		}
		if _, err := g.store.Commit(t.Context(), store.Change{Author: "ana", At: monday, Writes: []store.Write{
			store.Put{Kind: kind, ID: id, Body: []byte(body), Base: doc.Revision}}}); err != nil {
			t.Fatal(err)
		}
	}
	pia, ed := g.sit("pia"), g.sit("ed")
	pia.click("3 Simulator")
	pia.expect("event 1 of")

	// A list, a form and the journey's place follow or say what to do; what is
	// unsaved stays.
	ed.press("e")
	ed.expect("Builder › Ask a mountain guide")
	writes("campaign", "ask-a-guide", "name: Ask a mountain guide", "name: Ask one who was there")
	ed.expect("Builder › Ask one who was there")
	pia.expect("ana changed the catalog since this was replayed: f5 replays it")
	pia.press("\x1b[15~")
	pia.lacks("f5 replays it")
	ed.press("!")
	ed.expect("Ask one who was there!")
	writes("campaign", "ask-a-guide", "name: Ask one who was there", "name: Somebody to ask")
	ed.expect("Your work is kept: alt+j joins it", "Ask one who was there!")

	ed.click("1 Campaigns")
	ed.expect("Somebody to ask")
	ed.click("2 Library")
	ed.expect("Library ›")
	writes("goal", "five-pages", "name: Five pages in a visit", "name: A look around")
	ed.expect("A look around")

	ed.click("6 Settings")
	ed.expect("EUR")
	writes("settings", "account", "currency: EUR", "currency: CHF")
	ed.expect("CHF")
}
