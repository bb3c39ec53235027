package builder

import (
	"strings"
	"testing"
	"time"

	"beckon/model/edit"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// command runs an action by its name, from the palette.
func command(d *tuitest.Driver, name string) {
	d.T.Helper()
	d.Press("ctrl+p")
	d.Type(name)
	d.Press("enter")
}

func TestACampaignIsDuplicatedDeletedAndBroughtBack(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f2")
		d.Expect("Saved Spring")
		command(d, "duplicate the campaign")
		d.Expect("Builder › Spring copy", "This is a copy")
		d.Press("f2")
		d.Expect("Saved Spring copy")
		if k.campaign("spring-copy") == nil || k.campaign("spring") == nil {
			t.Fatal("the copy is not beside the first")
		}
		command(d, "delete the campaign")
		d.Expect("Delete Spring copy?", "stays open here as a draft")
		d.Press("y")
		d.Expect("Deleted Spring copy")
		if k.campaign("spring-copy") != nil {
			t.Fatal("it is still there")
		}
		d.Wait(3 * time.Second)
		if len(k.kept()) != 1 {
			t.Errorf("%d drafts", len(k.kept()))
		}
		d.Press("f2")
		d.Expect("Saved Spring copy")
		if k.campaign("spring-copy") == nil {
			t.Error("it did not come back")
		}
	})
}

func TestWhatIsNotSavedIsDiscardedAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f2")
		d.Type(" in the garden")
		command(d, "discard")
		d.Press("y")
		d.ExpectNot("in the garden")
		d.Press("ctrl+z")
		d.Expect("┃Spring in the garden")
	})
}

func TestAnItemWithoutANameIsAskedForIt(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n", "ctrl+l", "ctrl+l", "enter", "enter") // a new audience
		d.Press("tab", "enter")
		d.Type("visits")
		d.Press("enter")
		d.Type("2")
		d.Press("ctrl+l")
		d.Expect("The audience has no name")
		d.Type("Regulars")
		d.Expect("Name it: Regulars")
		d.Press("enter")
		d.Expect("[Regulars]")
		d.Press("esc")
	})
}

func TestAWindowHasItsSurveysAndThePreviewShowsThem(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	s.goTo(stepWindow)
	e := s.work.stock.find().Window("desk")
	if err := s.work.open(s.ses, e, 7, nil, s.add); err != nil {
		t.Fatal(err)
	}
	parts := s.parts()
	if len(parts) != 5 || parts[0].Given(s.work.top().doc.Document()) {
		t.Fatalf("parts %+v", parts)
	}
	sub := s.work.top()
	if err := sub.doc.do("add the survey", edit.Set(parts[0].Path, parts[0].Fresh)); err != nil {
		t.Fatal(err)
	}
	s.work.refresh()
	rows := strings.Join(s.Rows(wide, true), "\n")
	for _, want := range []string{"before the conversation", "What is it about?", "Edit window"} {
		if !strings.Contains(rows, want) {
			t.Errorf("no %q in\n%s", want, rows)
		}
	}
	s.finish()
	if items := s.work.stock.mentioned(s.work.campaign()); len(items) != 1 || items[0].Base != 7 {
		t.Errorf("items %+v", items)
	}
	if !s.unsaved() {
		t.Error("the window would not be written")
	}
}

func TestANarrowTerminalShowsThePreviewInPlaceOfTheForm(t *testing.T) {
	t.Parallel()
	use(t, small, empty(), func(d *tuitest.Driver) {
		cartAbandonment(&hand{Driver: d})
		d.ExpectNot("─ Preview", "━ Preview")
		d.Press("ctrl+v")
		d.Expect("━ Preview", "online", "your.site/cart")
		d.Press("ctrl+v")
		d.Expect("phone")
		d.Press("ctrl+v")
		d.Expect("window", "Sales desk")
		d.Press("esc")
		d.Expect("12 Check and publish")
	})
}

func TestSavingASharedItemIsAskedFirst(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "enter", "enter")
		d.Expect("┃Sales")
		d.Press("ctrl+e", "enter")
		d.Expect("Edit goal")
		d.Type(" of all kinds")
		d.Press("f2", "f2")
		d.Expect("Save with what others use?", "goal Sales of all kinds: used in")
		if k.written() != 0 {
			t.Fatal("written unasked")
		}
		d.Press("y")
		d.Expect("Saved Spring")
		if g := k.loaded.Catalog.Index().Goal("sales"); g == nil || g.Name != "Sales of all kinds" {
			t.Errorf("the goal: %+v", g)
		}
	})
}
