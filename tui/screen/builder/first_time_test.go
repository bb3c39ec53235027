package builder

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/tui/tuitest"
)

func TestTheNextProblemOfAnotherStepIsShownAsThatStep(t *testing.T) {
	t.Parallel()
	use(t, small, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter")
		d.Type("Everybody")
		d.Press("f2")
		d.Expect("5 Audience and time", "[Everybody]")
		d.Press("f4")
		d.Expect("Spring › Goal", "3-4 Goal", "▌ Goal*", "no goal")
		d.Press("ctrl+l")
		d.Expect("5 Audience and time") // on from the goal, not from where the key was pressed
	})
}

func TestTheLastStepSaysWhatKeepsACampaignFromBeingPublished(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		cartAbandonment(&hand{Driver: d})
		d.Expect("▌✓ No errors; 1 warning to acknowledge: space one, a all", "[ ]")
		d.ExpectNot("Nothing keeps it")
		d.Press("space") // the mark is on the head of the warnings
		d.Expect("Nothing keeps it from being published", "[x]")
		d.Press("p", "y")
		d.Expect("Visitors see it as it is", "1 warning ")
		d.ExpectNot("Nothing keeps it", "[ ]", "acknowledge")
	})
	if c := k.campaign("cart-abandonment"); c == nil || !c.Published {
		t.Errorf("written: %+v", c)
	}
}

func TestEnterOnTheHeadOfTheErrorsGoesToTheFirst(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f5")
		d.Type("12")
		d.Press("enter")
		d.Expect("▌3 errors to mend")
		d.Press("enter")
		d.Expect("3-4 Goal", "no goal")
	})
}

func TestANewItemWithoutANameCanBeThrownAway(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter", "tab", "enter")
		d.Type("returning")
		d.Press("enter", "esc")
		d.Expect("The audience has no name", "Give it a name", "Go on editing", "Throw it away")
		d.Type("go on")
		d.Press("enter")
		d.Expect("New audience", "New or returning")
		d.Press("f2", "down", "down", "enter")
		d.Expect("A name for the audience")
		d.Press("esc", "esc")
		d.Type("throw")
		d.Press("enter")
		d.Expect("5 Audience and time", "add audience")
		d.ExpectNot("New audience")
		d.Press("f2")
		d.Expect("Saved Spring")
	})
	if n := len(k.loaded.Catalog.Audiences); n != 0 {
		t.Errorf("%d audiences were written", n)
	}
}

func TestSavingAnUntouchedItemSaysWhyNothingIsTaken(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "enter", "enter", "enter", "f2")
		d.Expect("no name", "The goal has no name") // what kind it is was chosen already
		d.Type("go on")
		d.Press("enter", "esc")
		d.Expect("choose") // esc leaves what nobody wrote anything into
	})
}

func TestAnItemOfACampaignIsInTheZoneOfTheCampaign(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "tab", "tab", "tab", "ctrl+u")
		d.Type("Europe/Berlin")
		d.Press("tab", "right", "right", "tab", "enter", "enter")
		d.Expect("New schedule", "Europe/Berlin")
		d.Type("Office hours")
		d.Press("f2", "f2")
		d.Expect("Saved Spring")
	})
	var zones []string
	for _, s := range k.loaded.Catalog.Schedules {
		zones = append(zones, s.Zone)
	}
	if got := strings.Join(zones, " "); got != "Europe/Berlin" {
		t.Errorf("the schedule is in %q", got)
	}
}

func TestAStepWithAnItemThatIsWrongIsNotDone(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter")
		d.Type("Nobody")
		d.Press("tab", "enter")
		d.Type("age")
		d.Press("enter", "f2")
		d.Expect("5 Audience and time", "[Nobody]", "1 wrong")
		d.Press("f4", "f4") // the goal comes first, as it does from the last field on
		d.Expect("▌ Audiences", "no bound: want min, max or both, in the")
	})
}

func TestTheNextProblemLeadsToAStepWithoutAForm(t *testing.T) {
	t.Parallel()
	k := empty()
	k.loaded.Catalog.Add(&model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "sales", Name: "Sales"}, Type: model.GoalSell})
	k.loaded.Catalog.Add(&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "all", Name: "All"}})
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "enter")
		d.Type("Sales")
		d.Press("enter", "ctrl+l", "enter")
		d.Type("All")
		d.Press("enter")
		d.Expect("5 Audience and time", "[All]", "f4 problem")
		d.Press("f4")
		d.Expect("6 Engagements", "No engagements yet.")
		d.ExpectNot("there is none")
	})
}

func TestTheNextProblemIsFoundBeforeItsFieldWasLookedAt(t *testing.T) {
	t.Parallel()
	use(t, small, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter")
		d.Type("Nobody")
		d.Press("tab", "enter")
		d.Type("age")
		d.Press("enter")
		d.ExpectNot("no bound")
		d.Expect("f4 problem")
		d.Press("f4")
		d.Expect("no bound")
		d.ExpectNot("want min")
	})
}

func TestTheFooterOfAnItemSaysThatItIsTaken(t *testing.T) {
	t.Parallel()
	use(t, small, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Expect("f2 save")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter")
		d.Expect("New audience", "f2 take it")
		d.ExpectNot("f2 save")
	})
}

func TestWhatIsNotThereIsNotAnnounced(t *testing.T) {
	t.Parallel()
	use(t, small, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f5")
		d.Type("12")
		d.Press("enter")
		d.Expect("Visitors see nothing of it yet ")
		d.ExpectNot("publishing shows them:")
		d.Press("C")
		d.Expect("Compared with what is saved: nothing yet", "There is nothing to compare it with.")
	})
}

func TestAStepForgetsWhatWasWrongWithAnItemOnceItIsMended(t *testing.T) {
	t.Parallel()
	use(t, wide, empty(), func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter")
		d.Type("Germans")
		d.Press("enter", "enter")
		d.Type("age")
		d.Press("enter", "f2", "ctrl+l", ",")
		d.Expect("5 Audience and time", "no bound")
		d.Press("ctrl+e")
		d.Type("Germans")
		d.Press("enter", "f4")
		d.Type("50") // into the empty value, not onto its operator
		d.Expect("age is 50 or more")
		d.Press("f2", "ctrl+l", ",")
		d.Expect("5 Audience and time", "[Germans]")
		d.ExpectNot("no bound")
	})
}
