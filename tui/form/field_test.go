package form_test

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

func (s *Editing) campaign() *model.Campaign { return s.History.Document().(*model.Campaign) }

func TestWhatIsWrongIsToldAtTheFieldAndLosesNothingElsewhere(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 36}, s, func(d *tuitest.Driver) {
		d.Press("ctrl+u")
		d.Type("Kept")
		d.Press("tab", "tab", "tab", "tab")
		d.Type("2026-02-31")
		d.ExpectNot("want a date") // not while it is being typed
		d.Press("tab")
		d.Expect("want a date such as 2026-03-01", "2026-02-31", "Kept")
		d.Press("tab")
		d.Type("Mars/Olympus")
		d.Press("tab", "tab", "tab")
		d.Type("99")
		d.Press("shift+tab")
		d.Expect("want an IANA name", "want 0 to 25", "2026-02-31", "Mars/Olympus", "99")
		if c := s.campaign(); c.Name != "Kept" || !c.TimeFrame.Start.IsZero() || c.TimeFrame.Zone != "" || c.ControlGroup != nil {
			t.Errorf("%+v", c)
		}
		if n := s.Form.Unread(); n != 3 {
			t.Errorf("%d fields unread, want 3", n)
		}
	})
}

func TestUndoTakesBackWhatCannotBeReadBeforeAnyChangeElsewhere(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 36}, s, func(d *tuitest.Driver) {
		d.Press("ctrl+u")
		d.Type("Kept")
		d.Press("tab", "tab", "tab", "tab")
		_, at := s.Form.At()
		d.Type("2026-02-31")
		d.Press("ctrl+z")
		d.Expect("Undone: what was typed.", "Kept")
		d.ExpectNot("2026-02-31")
		if _, path := s.Form.At(); path != at || s.Form.Unread() != 0 || s.campaign().Name != "Kept" {
			t.Errorf("the focus is on %q, was on %q; %d unread; the name is %q", path, at, s.Form.Unread(), s.campaign().Name)
		}
		// It began as a value that could be read, which goes with it.
		d.Type("2026-03-01")
		d.Type("9")
		d.Press("ctrl+z")
		d.ExpectNot("2026-03-019")
		if c := s.campaign(); !c.TimeFrame.Start.IsZero() || c.Name != "Kept" {
			t.Errorf("%+v", c)
		}
		d.Press("ctrl+z") // now the change before
		if name := s.campaign().Name; name == "Kept" {
			t.Errorf("the name is still %q", name)
		}
	})
}

func TestEveryProblemIsToldAtOnceAndJumpedTo(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 90, H: 34}, s, func(d *tuitest.Driver) {
		d.Press("ctrl+u")
		s.Form.ShowProblems()
		d.Press("f4")
		d.Expect("no name", "✗")
		var seen []string
		for range 4 {
			_, path := s.Form.At()
			seen = append(seen, path)
			d.Press("f4")
		}
		if got := strings.Join(seen, " "); !strings.Contains(got, "goal") || !strings.Contains(got, "audiences") || !strings.Contains(got, "timeFrame.start") {
			t.Errorf("jumped to %s", got)
		}
		d.Press("shift+tab", "n") // not typing: the letter does it too
	})
}

func TestBackIsNeverBlocked(t *testing.T) {
	t.Parallel()
	f := opened(campaign(), theme.Options{})
	f.GoToPath("timeFrame.start")
	f.Paste("nonsense")
	if _, handled := f.Do("back", nil); handled {
		t.Error("an invalid field kept the operator")
	}
	if !f.Dirty() || f.Unread() != 1 {
		t.Errorf("dirty %v, unread %d", f.Dirty(), f.Unread())
	}
}

func TestAPasteIsOneStep(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 24}, s, func(d *tuitest.Driver) {
		d.Type(" a")
		d.Paste("one\ntwo\r\nthree")
		d.Type("z")
		if got := s.campaign().Name; got != "New aone two threez" {
			t.Errorf("%q", got)
		}
		d.Press("ctrl+z")
		if got := s.campaign().Name; got != "New aone two three" {
			t.Errorf("%q", got)
		}
		d.Press("ctrl+z")
		if got := s.campaign().Name; got != "New a" {
			t.Errorf("%q", got)
		}
		d.Press("ctrl+z", "tab")
		d.Paste("one\ntwo")
		d.Press("up", "home")
		d.Type("> ")
		if c := s.campaign(); c.Name != "New" || c.Description != "> one\ntwo" {
			t.Errorf("%q %q", c.Name, c.Description)
		}
		d.Expect("Undone: change name.")
	})
}

func TestTextThatCouldActIsRefusedAndNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ paste, told string }{
		"an escape sequence":  {"a\x1b[2Jb", "Not taken"},
		"a bidi override":     {"a\u202eb", "RIGHT-TO-LEFT OVERRIDE"},
		"a zero width filler": {"a\u3164b", "Not taken"},
	} {
		s := campaign()
		f := opened(s, theme.Options{})
		f.Paste(c.paste)
		rows := strings.Join(f.Rows(layout.Size{W: 80, H: 20}, true), "\n")
		if !strings.Contains(rows, c.told) {
			t.Errorf("%s: not told:\n%s", name, rows)
		}
		if s.campaign().Name != "New" || s.History.Dirty() {
			t.Errorf("%s: %q", name, s.campaign().Name)
		}
	}
}

func TestWideAndRightToLeftTextIsTypedAndShown(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 60, H: 24}, s, func(d *tuitest.Driver) {
		d.Press("ctrl+u")
		d.Type("日本語キャンペーン שלום")
		d.Press("tab")
		d.Type("مرحبا بالعالم")
		if c := s.campaign(); c.Name != "日本語キャンペーン שלום" || c.Description != "مرحبا بالعالم" {
			t.Errorf("%q %q", c.Name, c.Description)
		}
		d.Press("shift+tab", "home", "delete")
		if c := s.campaign(); c.Name != "本語キャンペーン שלום" {
			t.Errorf("%q", c.Name)
		}
	})
}

func TestTheCursorStandsInTheFocusedField(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 24}, s, func(d *tuitest.Driver) {
		x, y, ok := d.Cursor()
		if !ok || !strings.HasPrefix(d.Line(y)[strings.Index(d.Line(y), "┃"):], "┃New") {
			t.Errorf("cursor at %d,%d %v", x, y, ok)
		}
		nx, ny, _ := d.Find("New")
		if x != nx+3 || y != ny {
			t.Errorf("cursor at %d,%d, the text at %d,%d", x, y, nx, ny)
		}
		d.Press("left")
		if x, _, _ := d.Cursor(); x != nx+2 {
			t.Errorf("cursor at %d after left", x)
		}
	})
}

func TestTheMouseFocusesChoosesAndScrolls(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 24}, s, func(d *tuitest.Driver) {
		d.ClickText("( ) high")
		if s.campaign().Priority != model.High {
			t.Errorf("priority %q", s.campaign().Priority)
		}
		d.ClickText("choose")
		d.Expect("Choose goal")
		d.ClickText("Sign up")
		d.Press("enter")
		if s.campaign().Goal != "sign-up" {
			t.Errorf("goal %q", s.campaign().Goal)
		}
		x, y, _ := d.Find("2026-03-01")
		d.Click(x, y)
		d.Press("enter")
		d.Expect("March 2026", "Mo Tu We Th Fr Sa Su")
		d.Press("right", "pgdown", "enter")
		if got := s.campaign().TimeFrame.Start.String(); got != "2026-04-04" {
			t.Errorf("start %s", got)
		}
		d.Expect("Saturday")
	})
	s = audience()
	use(t, layout.Size{W: 80, H: 20}, s, func(d *tuitest.Driver) {
		d.Expect("( ) any of")
		for range 5 {
			d.Wheel(20, 8, 1)
		}
		d.Expect("+ add a condition", "Means:")
		d.ClickText("[x] desktop")
		if s.when(t).All[1].Any[2].Platform.In != nil {
			t.Error("the platform is still chosen")
		}
	})
}

func TestListsAreAddedToReorderedAndTakenFrom(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 30}, s, func(d *tuitest.Driver) {
		d.Press("tab", "tab", "tab", "enter", "enter", "enter", "enter") // both audiences
		if got := strings.Join(s.campaign().Audiences, " "); got != "everyone returning" {
			t.Fatalf("%q", got)
		}
		d.Expect("[Everyone]  [Returning visitors]")
		d.Press("left", "<")
		if got := strings.Join(s.campaign().Audiences, " "); got != "returning everyone" {
			t.Errorf("moved: %q", got)
		}
		d.Press("d")
		if got := strings.Join(s.campaign().Audiences, " "); got != "everyone" {
			t.Errorf("taken out: %q", got)
		}
		d.Press("ctrl+z", "ctrl+z")
		if got := strings.Join(s.campaign().Audiences, " "); got != "everyone returning" {
			t.Errorf("undone: %q", got)
		}
	})
	s = audience()
	use(t, layout.Size{W: 100, H: 36}, s, func(d *tuitest.Driver) {
		s.Form.GoToPath("when.all[1].any[0].geo.countries")
		d.Type("france,")
		d.Type("zz")
		d.Press("enter")
		d.Press("tab")
		d.Expect("[Germany]  [Austria]  [France]", "no country has this code")
		d.Press("tab", "enter")
		d.Expect("Berlin", "Bern")
		d.Type("bern")
		d.Press("enter")
		if got := strings.Join(s.when(t).All[1].Any[0].Geo.Cities, " "); got != "Zürich Bern" {
			t.Errorf("%q", got)
		}
		s.Form.GoToPath("when.all[2].attribute.values")
		d.Paste("gold\nsilver\n\npro\n")
		if got := strings.Join(s.when(t).All[2].Attribute.Values, " "); got != "pro gold silver" {
			t.Errorf("%q", got)
		}
		d.Press("ctrl+z")
		if got := strings.Join(s.when(t).All[2].Attribute.Values, " "); got != "pro" {
			t.Errorf("a pasted list is one step: %q", got)
		}
	})
}

func TestARuleIsTriedWhileItIsTyped(t *testing.T) {
	t.Parallel()
	s := entryPoint()
	use(t, layout.Size{W: 90, H: 24}, s, func(d *tuitest.Driver) {
		d.Press("enter")
		d.Type("/cart")
		d.Expect("matches 2 of 3 pages: /cart, /cart/pay?step=1")
		d.Press("shift+tab", "right")
		d.Expect("URL is ▼", "matches 1 of 3 pages: /cart")
		for range 9 {
			d.Press("right")
		}
		d.Expect("section contains", "matches 0 of 3 pages; 2 do not tell")
		d.Press("tab", "ctrl+u")
		d.Type("check")
		d.Expect("matches 1 of 3 pages: /cart/pay")
		if e := s.History.Document().(*model.EntryPoint); e.Include[0].Section != "check" {
			t.Errorf("%+v", e.Include)
		}
	})
}

func TestHoursAreTypedOnFiveMinuteSteps(t *testing.T) {
	t.Parallel()
	s := schedule()
	use(t, layout.Size{W: 90, H: 30}, s, func(d *tuitest.Driver) {
		d.Press("tab", "right", "tab", "ctrl+u")
		d.Type("9-12:30, 14-24:00")
		d.Press("tab")
		w := s.History.Document().(*model.Schedule).Days
		if len(w.Monday.Shifts) != 2 || w.Monday.Shifts[0].To != model.ClockAt(12, 30) || w.Monday.Shifts[1].To != model.ClockAt(23, 59) {
			t.Fatalf("%+v", w.Monday)
		}
		d.Press("shift+tab", "ctrl+u")
		d.Type("9-12, 11-13")
		d.Press("tab")
		d.Expect("09:00-12:00 overlaps 11:00-13:00")
		d.Press("shift+tab", "ctrl+u")
		d.Type("9:03-12")
		d.Press("tab")
		d.Expect("want 5-minute steps")
		d.Press("shift+tab", "ctrl+u")
		d.Type("10-12")
		d.Press("ctrl+t")
		w = s.History.Document().(*model.Schedule).Days
		if len(w.Tuesday.Shifts) != 1 || w.Tuesday.Shifts[0] != w.Monday.Shifts[0] {
			t.Errorf("copied %+v", w.Tuesday)
		}
	})
	c := campaign()
	use(t, layout.Size{W: 90, H: 30}, c, func(d *tuitest.Driver) {
		c.Form.GoToPath("timeFrame.hours")
		d.Press("right", "tab")
		d.Type("9:00++-")
		if got := c.campaign().TimeFrame.From; got != model.ClockAt(9, 5) {
			t.Errorf("from %s", got)
		}
	})
}

func TestRecordsAreAddedFilledAndMoved(t *testing.T) {
	t.Parallel()
	s := window()
	use(t, layout.Size{W: 90, H: 34}, s, func(d *tuitest.Driver) {
		questions := func() []model.Question { return s.History.Document().(*model.Window).Surveys.PreChat.Questions }
		s.Form.GoToPath("surveys.preChat.questions")
		d.ClickText("+ add a question")
		d.Press("tab")
		d.Type("Order number")
		d.Press("tab", "right", "right", "tab", "space")
		q := questions()
		if len(q) != 2 || q[1].Label != "Order number" || q[1].Type != model.Dropdown || !q[1].Mandatory {
			t.Fatalf("%+v", q)
		}
		d.Press("f6")
		if q = questions(); q[0].Label != "Order number" {
			t.Errorf("not moved: %+v", q)
		}
		d.Expect("1  Order number", "2  Your name")
		d.Press("ctrl+x")
		if q = questions(); len(q) != 1 || q[0].Label != "Your name" {
			t.Errorf("not deleted: %+v", q)
		}
	})
}

func TestAClickPutsTheCaretIntoTheText(t *testing.T) {
	t.Parallel()
	s := campaign()
	use(t, layout.Size{W: 80, H: 24}, s, func(d *tuitest.Driver) {
		x, y, _ := d.Find("New")
		d.Click(x+1, y)
		d.Type("_")
		if got := s.campaign().Name; got != "N_ew" {
			t.Errorf("%q", got)
		}
	})
}

func TestOneSectionIsShownAloneAndAllAreCounted(t *testing.T) {
	t.Parallel()
	s := campaign()
	f := opened(s, theme.Options{NoColor: true})
	size := layout.Size{W: 80, H: 24}
	f.Show(2)
	rows := strings.Join(f.Rows(size, true), "\n")
	if !strings.Contains(rows, "First day") || strings.Contains(rows, "Audiences") {
		t.Errorf("shown:\n%s", rows)
	}
	if section, path := f.At(); section != 2 || path != "timeFrame.start" {
		t.Errorf("the focus is at %d %s", section, path)
	}
	f.GoTo(1)
	if section, path := f.At(); section != 1 || path != "goal" || f.Shown() != 1 {
		t.Errorf("the focus is at %d %s", section, path)
	}
	f.ShowProblems()
	states := f.States()
	if states[0].Errors != 0 || states[1].Errors != 2 || states[2].Errors != 1 || !states[2].Touched || states[3].Touched {
		t.Errorf("%+v", states)
	}
	if len(f.Loose()) == 0 || f.Errors() < 4 { // no engagements: no field of this form
		t.Errorf("%d loose, %d errors", len(f.Loose()), f.Errors())
	}
	f.Do("builder.problem.next", nil) // another screen's action is not taken
	f.Do("editing.form.problem.next", nil)
	if _, path := f.At(); path != "audiences" {
		t.Errorf("jumped to %s", path)
	}
}

func TestAFixedFieldSaysWhy(t *testing.T) {
	t.Parallel()
	s := campaign()
	s.doc.(*model.Campaign).LOB = "retail"
	s.sections = func(*Editing) []form.Section {
		return []form.Section{{Title: "Name", Fields: []form.Field{{Path: "lob", Label: "Line of business", Kind: form.Text{},
			Fixed: func() string { return "it is set once" }}, {Path: "description", Label: "Description", Kind: form.Text{}}}}}
	}
	use(t, layout.Size{W: 80, H: 20}, s, func(d *tuitest.Driver) {
		d.Expect("retail", "Cannot be changed: it is set once.")
		d.Type("x")
		d.Press("delete")
		if s.campaign().LOB != "retail" {
			t.Errorf("%q", s.campaign().LOB)
		}
		d.Press("enter") // goes on, as from any other line
		d.ExpectNot("Cannot be changed")
		d.Type("about")
		if s.campaign().Description != "about" {
			t.Errorf("after enter it is typed elsewhere: %+v", s.campaign())
		}
	})
}
