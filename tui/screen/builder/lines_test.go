package builder

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/app"
	"beckon/tui/plain"
)

// talk answers the console line by line with this screen alone, and gives what
// was said.
func talk(t *testing.T, k *cabinet, lines ...string) string {
	t.Helper()
	return talkAt(t, k, "", lines...)
}

// talkAt is talk with a campaign open, as another screen asks for it.
func talkAt(t *testing.T, k *cabinet, path string, lines ...string) string {
	t.Helper()
	var out strings.Builder
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := New(k)
		s.Receive(path)
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Lines: true, Still: true, Now: func() time.Time { return noon.Add(time.Since(begin)) }}, s)
		if err != nil {
			t.Fatal(err)
		}
		if err := plain.Run(ctx, root, strings.NewReader(strings.Join(lines, "\n")+"\n"), &out); err != nil {
			t.Fatal(err)
		}
		cancel()
		time.Sleep(time.Minute) // what waits has ended
	})
	return out.String()
}

// cartAnswers are the answers that build what cartAbandonment builds by keys.
func cartAnswers() []string {
	return []string{"n",
		"Cart abandonment", "", "", // 1-2, the line that takes no description, and on
		"new goal", "Sell: a purchase", "Sales", ":done", "", "", "", // 3-4
		"new audience", "All visitors", ":done", "", ":done", "", // 5
		"",                              // 6
		"f", "f", "t", "2", ":done", "", // 7: a toaster for conversations
		"new window", "", "Sales desk", ":done", "", ":done", "", // 9
		"new entry point", "Cart", "yes", "/cart", ":done", "", ":done", "", // 10
		"new behavior", "Leaves a cart", "cart value", "", "50", "about to abandon", ":done", "", ":done", "", // 11
	}
}

func TestTheCartAbandonmentCampaignIsBuiltLineByLineAsByKeys(t *testing.T) {
	t.Parallel()
	byLines := empty()
	said := talk(t, byLines, append(cartAnswers(), "a", "publish", "yes", "quit")...)
	c := byLines.campaign("cart-abandonment")
	if c == nil || !c.Published {
		t.Fatalf("not published:\n%s", said)
	}
	for _, want := range []string{"Nothing keeps it from being published", "new goal Sales", "5 library items are written with it", "Cart abandonment is published"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q was not said", want)
		}
	}
	if strings.ContainsAny(said, "\x1b\r\t│┃─━✓✗•") {
		t.Error("there are signs of a picture")
	}
	byKeys := empty()
	byKeys.build(t)
	a, b := byLines.loaded.Catalog, byKeys.loaded.Catalog
	if len(a.Documents()) != len(b.Documents()) {
		t.Fatalf("%d documents by lines, %d by keys", len(a.Documents()), len(b.Documents()))
	}
	for _, d := range b.Documents() {
		h := d.Head()
		if _, settings := d.(*model.Settings); settings {
			continue
		}
		if other := a.Index().Document(h.Kind, h.ID); other == nil || !edit.Equal(other, d) {
			t.Errorf("%s %s by lines is %+v, by keys %+v", h.Kind, h.ID, other, d)
		}
	}
	if len(byLines.changes) != 1 || len(byLines.changes[0].Audit) != len(byKeys.changes[0].Audit) {
		t.Errorf("%d changes, the audit has %d entries, by keys %d", len(byLines.changes), len(byLines.changes[0].Audit), len(byKeys.changes[0].Audit))
	}
}

func TestTheVersionsAreReadLineByLineAndRevertedTo(t *testing.T) {
	t.Parallel()
	k := empty()
	said := talk(t, k, "n", "Spring", ":save", ":go name", "Spring sale", ":save", ":versions", "3", "revert", ":save", "quit")
	for _, want := range []string{"Versions of Spring sale.", "save Spring sale", "Compared with "} {
		if !strings.Contains(said, want) {
			t.Errorf("%q was not said in\n%s", want, said)
		}
	}
	if c := k.campaign("spring"); c == nil || c.Name != "Spring" {
		t.Errorf("reverted and saved it is %+v\n%s", c, said)
	}
}
