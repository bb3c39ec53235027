package campaigns

import (
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/tui/tuitest"
)

// state of the store, as the tests ask for it.
func (s *shelf) at(id string) *model.Campaign {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(id)
}

func (s *shelf) lastEdit(t *testing.T) Edit {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.edits) == 0 {
		t.Fatal("nothing was written")
	}
	return s.edits[len(s.edits)-1]
}

func (s *shelf) writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.edits)
}

func TestACampaignIsPublishedAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "summer camp")
		d.Press("p")
		d.Expect("Publish Summer camp?", "It is scheduled; visitors may be shown its 1 engagement from Thu", "2027-07-01 00:00", "2 warnings:", "Publish all the same (y)", "ctrl+z takes it back")
		d.Press("p", "enter") // the key that opened it, and the safe answer
		if s.at("summer-camp").Published {
			t.Fatal("published without a yes")
		}
		d.Press("p", "y")
		d.Expect("◌ scheduled", "Published Summer camp; ctrl+z takes it back", "◌ 2 scheduled", "revision 8")
		if e := s.lastEdit(t); !s.at("summer-camp").Published || e.Base != 7 || e.Action != "publish" || e.Element != "published" ||
			e.Old != "no" || e.New != "yes" || e.Why != "publish Summer camp" {
			t.Errorf("%+v", e)
		}
		d.Press("p")
		d.Expect("Publish: it is published already")
		d.Press("ctrl+z")
		d.Expect("○ draft", "Undone: publish Summer camp", "ctrl+y does it again")
		if e := s.lastEdit(t); s.at("summer-camp").Published || e.Base != 8 || e.Action != "unpublish" || e.Why != "undo: publish Summer camp" {
			t.Errorf("%+v", e)
		}
		d.Press("ctrl+z")
		d.Expect("Undo: nothing to undo")
		d.Press("ctrl+y")
		d.Expect("◌ scheduled", "Done again: publish Summer camp")
		d.Press("ctrl+y")
		d.Expect("Redo: nothing to redo")
	})
}

func TestWhatHasErrorsIsNotPublished(t *testing.T) {
	t.Parallel()
	use(t, small, broken(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "summer camp")
		d.Expect("✗4")
		d.Press("p")
		d.Expect("4 errors keep Summer camp from being published", "✗ no goal fame", "before it begins", "error (timeFrame.end)", "no entry-point nowhere")
		d.Type("entry")
		d.Press("enter")
		d.Expect("Campaigns › Summer camp", "✗ error: no entry-point nowhere", "▾ Where  ✗ 1 error")
		if s.writes() != 0 || s.at("summer-camp").Published {
			t.Error("published in spite of errors")
		}
		d.Press("f4", "f4")
		d.Press("esc", "!")
		d.Expect("error: ")
	})
}

func TestACampaignIsUnpublishedAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "newsletter")
		d.Press("u")
		d.Expect("Unpublish Newsletter?", "visitors are no longer shown anything")
		d.Press("n")
		d.ExpectNot("Unpublish Newsletter?")
		d.Press("u", "u")
		if s.writes() != 0 {
			t.Fatal("unpublished without a yes")
		}
		d.Press("y")
		d.Expect("○ draft", "Unpublished Newsletter; ctrl+z takes it back")
		d.Press("u")
		d.Expect("Unpublish: it is a draft already")
		d.Press("ctrl+z")
		d.Expect("● running", "Undone: unpublish Newsletter;")
		if !s.at("newsletter").Published {
			t.Error("not published again")
		}
		d.Press("ctrl+y")
		d.Expect("○ draft")
	})
}

func TestThePriorityIsChosenAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, huge, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "every page")
		d.Expect("medium wins 20 of 100 draws")
		d.Press("r")
		d.Expect("Priority of Chat on every page", "Wins 70 of 100 draws")
		d.Press("enter")
		d.Expect("Priority of Chat on every page is high, was medium; ctrl+z takes it back", "high wins 70 of 100 draws")
		if e := s.lastEdit(t); s.at("service-chat").Priority != model.High || e.Action != "update" || e.Element != "priority" || e.Old != "medium" || e.New != "high" {
			t.Errorf("%+v", e)
		}
		d.Press("ctrl+z")
		d.Expect("Undone: set the priority of Chat on every page to high", "medium wins 20")
		if p := s.at("service-chat").Priority; p != "" {
			t.Errorf("taken back to %q, which is not what the document had", p)
		}
		d.Press("r", "down")
		d.Expect("Not now: it has this priority already")
		d.Press("enter", "esc")
		if n := s.writes(); n != 2 {
			t.Errorf("%d writes", n)
		}
		d.Press("ctrl+y")
		d.Expect("high wins 70")
	})
}

func TestAnEngagementIsSwitchedAndTakenBack(t *testing.T) {
	t.Parallel()
	use(t, huge, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "cart rescue")
		d.Press("o")
		d.Expect("Enable or disable an engagement of Cart rescue", "Help at the cart", "Disables it: overlay, conversation")
		d.Type("kept")
		d.Press("enter")
		d.Expect("Disable Kept for you?", "no longer shown it")
		d.Press("enter")
		if s.writes() != 0 {
			t.Fatal("disabled without a yes")
		}
		d.Press("tab", "G", "o", "y")
		d.Expect("Disabled Kept for you of Cart rescue; ctrl+z takes it back", "2 of 3 enabled", "‖ disabled, never shows", "2/3")
		e := s.lastEdit(t)
		if e.Action != "disable" || e.Element != "engagements/kept-for-you/enabled" || e.Old != "yes" || e.New != "no" || !e.Campaign.Engagements[2].Disabled {
			t.Errorf("%+v", e)
		}
		d.Press("ctrl+z")
		d.Expect("Undone: disable Kept for you of Cart rescue;", "3 enabled", "✓ enabled")
		d.Press("enter", "o", "y")
		d.Expect("Disabled Kept for you")
		d.Press("o")
		d.Expect("Enable Kept for you?", "may be shown it from now on")
		d.Press("y")
		d.Expect("Enabled Kept for you")
	})
}

func TestInADraftAnEngagementIsSwitchedWithoutAsking(t *testing.T) {
	t.Parallel()
	use(t, huge, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "summer camp")
		d.Press("o")
		d.Expect("Disabled ", "0 of 1 enabled")
		d.Press("ctrl+z")
		d.Expect("1 enabled")
		if s.writes() != 2 {
			t.Errorf("%d writes", s.writes())
		}
	})
}

func TestChangesOfOthersComeInAndTheSelectionStays(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		d.Press("down", "down")
		d.Expect("─ Cart rescue")
		s.other("cart-rescue", func(k *model.Campaign) { k.Name = "Zero carts lost" })
		d.Wait(time.Second)
		d.Expect("─ Zero carts lost", "ben changed the campaign Zero carts lost.", "revision 8", "ben, 2026-03-10 11:00 UTC, revision 8: so it is")
		s.remove("newsletter")
		d.Wait(time.Second)
		d.Expect("11 campaigns", "ben deleted the campaign newsletter.", "─ Zero carts lost")
		s.mu.Lock()
		s.tell(Changed{Kind: model.KindGoal, ID: "order-placed", Document: &model.Goal{Header: model.Header{ID: "order-placed", Name: "Anything sold"},
			Type: model.GoalSell, Transaction: &model.TransactionGoal{MoreThan: 500000}}, Version: Version{Revision: 10, Author: "ben"}})
		s.catalog.Revision = 10
		s.mu.Unlock()
		d.Wait(time.Second)
		d.Expect("▾ Goal  Anything sold", "by a purchase of more than 50.00, whatever the")
	})
}

// meanwhile lets another operator write while a write of ours is on its way.
func meanwhile(d *tuitest.Driver, s *shelf, keys []string, write func()) {
	s.mu.Lock()
	s.slow = make(chan struct{})
	slow := s.slow
	s.mu.Unlock()
	d.Press(keys...)
	d.Expect("◷ saving", "saving: ")
	write()
	s.mu.Lock()
	s.slow = nil
	s.mu.Unlock()
	close(slow)
	d.Wait(3 * time.Second)
}

func TestAConflictIsShownAndNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "newsletter")
		meanwhile(d, s, []string{"r", "enter"}, func() {
			s.other("newsletter", func(k *model.Campaign) { k.Goal, k.LOB = "order-placed", "Service" })
		})
		d.Expect("Newsletter was changed meanwhile", "ben changed it", "(so it is better), revision 8. Nothing of",
			"• ben's: goal: order-placed, was newsletter-signup", "• ben's: line of business: Service", "• yours: priority: high", "Set it (enter)")
		if k := s.at("newsletter"); s.writes() != 0 || k.Priority != model.Low || k.Goal != "order-placed" {
			t.Errorf("%+v", k)
		}
		d.Press("y")
		d.Expect("Priority of Newsletter is high, was low")
		if k, e := s.at("newsletter"), s.lastEdit(t); k.Priority != model.High || k.Goal != "order-placed" || e.Base != 8 {
			t.Errorf("%+v %+v", k, e)
		}
		meanwhile(d, s, []string{"u", "y"}, func() {
			s.other("newsletter", func(k *model.Campaign) { k.Published = false })
		})
		d.Expect("Newsletter was changed meanwhile", "It need not be: Newsletter is a draft now.")
		d.Press("esc")
		meanwhile(d, s, []string{"r", "down", "enter"}, func() { s.remove("newsletter") })
		d.Expect("Newsletter was deleted meanwhile", "ben deleted it", "Nothing of yours was written")
		d.Press("esc")
		d.Expect("1/11")
		d.ExpectNot("─ Newsletter")
	})
}

func TestAConflictOverAnEngagementThatIsGone(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "summer camp")
		meanwhile(d, s, []string{"o"}, func() {
			s.other("summer-camp", func(k *model.Campaign) { k.Engagements = k.Engagements[:0] })
		})
		d.Expect("It cannot be any more: ", "is gone")
		d.Press("esc")
		d.Press("tab", "G")
		d.Expect("none yet: nothing can be shown")
		d.Press("o")
		d.Expect("it has no engagements yet")
	})
}

func TestUndoAsksWhereSomebodyElseChangedTheSameSince(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "newsletter")
		d.Press("r", "enter")
		s.other("newsletter", func(k *model.Campaign) { k.Priority = model.Medium })
		d.Wait(time.Second)
		d.Press("ctrl+z")
		d.Expect("Undo what was changed since?", "Newsletter was priority high after your change", "Since then ben", "It would be priority low again")
		d.Press("esc", "ctrl+z", "y")
		d.Expect("Undone: set the priority of Newsletter to medium")
		if e := s.lastEdit(t); e.Old != "medium" || e.New != "low" || e.Base != 9 {
			t.Errorf("%+v", e)
		}
		s.other("newsletter", func(k *model.Campaign) { k.Priority = model.High })
		d.Wait(time.Second)
		d.Press("ctrl+y")
		d.Expect("Redo: Newsletter is priority high already")
		d.Press("ctrl+y")
		d.Expect("Redo: nothing to redo")
	})
}

func TestUndoOfWhatIsGoneSaysSo(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "summer camp")
		d.Press("r", "enter", "o")
		s.other("summer-camp", func(k *model.Campaign) { k.Engagements = k.Engagements[:0] })
		d.Wait(time.Second)
		d.Press("ctrl+z")
		d.Expect("was deleted meanwhile.")
		s.remove("summer-camp")
		d.Wait(time.Second)
		d.Press("ctrl+z")
		d.Expect("Undo: Summer camp was deleted meanwhile.")
		if s.writes() != 2 {
			t.Errorf("%d writes", s.writes())
		}
	})
}

func TestAFailedWriteIsToldAndWhatIsKeptIsReadAgain(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		pick(d, "newsletter")
		s.mu.Lock()
		s.refuse = errDisk
		s.mu.Unlock()
		d.Press("r", "enter")
		d.Expect("could not set the priority of Newsletter to high", "is full", "low wins 10")
		if s.writes() != 0 || strings.Contains(d.Sent(), "\x1b]0;stolen") {
			t.Error("written, or the error acts on the terminal")
		}
		d.Press("ctrl+z")
		d.Expect("Undo: nothing to undo")
		s.mu.Lock()
		s.slow = make(chan struct{}) // never answers
		s.mu.Unlock()
		d.Press("r", "enter")
		d.Expect("◷ saving")
		d.Press("p", "u")
		d.Expect("the last change is still being saved")
		d.Press("q")
		d.Expect("Quit without saving?", "still saving: set the priority of Newsletter")
		d.Press("esc")
		d.Wait(saveTime)
		d.Expect("no answer for 20s, it may or may not be saved")
		d.ExpectNot("◷ saving")
	})
}

func TestAFailedReadingIsToldAndRepeated(t *testing.T) {
	t.Parallel()
	c := shop(t)
	use(t, wide, c, func(d *tuitest.Driver, s *shelf) {
		s.mu.Lock()
		s.unread = errDisk
		s.mu.Unlock()
		d.Press("f5")
		d.Expect("reading the campaigns: the disk", "12 campaigns", "not up to date: f5 reads again")
		d.Wait(retryAfter)
		d.Expect("12 campaigns", "revision 7")
		s.mu.Lock()
		s.deaf = errDisk
		s.mu.Unlock()
		s.other("newsletter", func(*model.Campaign) {})
		d.Wait(time.Second)
		s.other("newsletter", func(k *model.Campaign) { k.Name = "Trail letter" })
		d.Wait(time.Second)
		d.Expect("changes of others are not seen now")
		d.Wait(retryAfter)
		d.Expect("Trail letter", "revision 9")
		s.mu.Lock()
		s.replaced = true
		s.mu.Unlock()
		s.other("newsletter", func(k *model.Campaign) { k.Name = "Paths and peaks" })
		d.Wait(time.Second)
		d.Expect("The catalog was replaced", "Paths and peaks", "revision 10")
	})
}

func TestACampaignOfUnknownVersionCannotBeChanged(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, s *shelf) {
		s.mu.Lock()
		delete(s.versions, "ask-a-guide")
		s.mu.Unlock()
		d.Press("f5", "u")
		d.Expect("this campaign cannot be changed here")
	})
}
