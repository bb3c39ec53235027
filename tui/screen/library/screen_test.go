package library

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/modeltest"
	"beckon/tui/app"
	"beckon/tui/fields"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// shop is a catalog of its own: what is compared here shall not change with
// the demo shop.
func shop(t testing.TB) *model.Catalog {
	t.Helper()
	c, err := model.Load("testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	small = layout.Size{W: 80, H: 24}
	wide  = layout.Size{W: 120, H: 40}
	huge  = layout.Size{W: 200, H: 50}
)

// use drives the whole console with this screen alone.
func use(t *testing.T, size layout.Size, c *model.Catalog, drive func(d *tuitest.Driver, r *rack)) {
	t.Helper()
	var r *rack
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		r = newRack(c)
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		begin := time.Now()
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(r))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		drive(d, r)
	})
}

// pick goes to a library and selects an item by typing its name.
func pick(d *tuitest.Driver, shelf, name string) {
	d.Press("b")
	d.Type(shelf)
	d.Press("enter", "/")
	d.Type(name)
	d.Press("enter")
}

// grace is longer than a dialog that opens by itself ignores keys.
const grace = time.Second

func TestTheLibrariesAreSaidInWordsWithWhereTheyAreUsed(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, _ *rack) {
		d.Expect("[Goals 7]", "Audiences 7", "Bill settled", "revision 7", "ben, 2026-03-09", "nothing to object")
		for _, tt := range []struct {
			shelf, name string
			want        []string
		}{
			{"audiences", "shoppers", []string{"Who", "192.0.2.0/24", "Where it is used", "engagements of"}},
			{"schedules", "service desk", []string{"Weekly hours", "Monday to Friday", "08:00 to 20:00", "off"}},
			{"occasions", "holidays", []string{"2026-12-24", "Christmas Eve"}},
			{"windows", "trail", []string{"new engagements take this window", "Theme", "conversation"}},
			{"entry", "outside the", []string{"the entire website", "But not"}},
			{"behaviors", "cart shrinks", []string{"When", "cart"}},
			{"templates", "offer", []string{"Format", "toaster", "Online"}},
			{"goals", "above 100", []string{"a conversion", "more than 100.00"}},
		} {
			pick(d, tt.shelf, tt.name)
			d.Expect(tt.want...)
		}
	})
}

func TestLeftAndRightTurnTheLibraries(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, _ *rack) {
		d.Expect("[Goals]", "Entry points")
		d.Press("right", "down")
		d.Expect("[Audiences]")
		d.Press("left", "left")
		d.Expect("[Templates]")
		d.Press("right", "right", "enter")
		d.Expect("Customers with a bill", "Who") // where it was left
		d.Press("esc")
		d.ClickText("Windows")
		d.Expect("[Windows]", "Trail messaging")
	})
}

func TestSortingReversesAndFilters(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, _ *rack) {
		d.Press("s")
		d.Type("used")
		d.Press("esc", "S")
		d.Expect("by name ▼")
		d.Press("s")
		d.Type("engagements")
		d.Press("enter")
		d.Expect("by engagements that use it")
		d.Press("/")
		d.Type("zzz")
		d.Expect("0/7")
		d.Press("esc")
		d.Expect("Bill settled")
	})
}

func TestWhatIsUsedIsNotDeleted(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "audiences", "shoppers")
		d.Press("d")
		d.Expect("The audience Shoppers is not deleted", "Take it out of these first", "Cart rescue", "Help at the cart")
		d.Wait(grace)
		d.Press("enter")
		d.ExpectNot("is not deleted")
		if len(r.written) != 0 || r.find(model.KindAudience, "shoppers") == nil {
			t.Error("it was deleted")
		}
	})
}

func TestCopiesAreDeletedAndComeBack(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "windows", "trail")
		d.Press("d")
		d.Expect("it is the default window")
		d.Press("D")
		d.Expect("Trail messaging copy", "ctrl+z takes it back")
		w, _ := r.find(model.KindWindow, "trail-messaging-copy").(*model.Window)
		if w == nil || w.Default || w.Theme == "" && w.Branding.IsZero() {
			t.Fatalf("the copy is %+v", w)
		}
		d.Press("d")
		d.Expect("Delete the window Trail messaging copy?")
		d.Wait(grace)
		d.Press("y")
		d.Expect("Deleted the window Trail messaging copy")
		d.Press("ctrl+z")
		d.Expect("Undone: delete the window Trail messaging copy")
		d.Press("ctrl+z")
		d.Expect("Undone: copy the window")
		if r.find(model.KindWindow, "trail-messaging-copy") != nil {
			t.Error("the copy is still there")
		}
		d.Press("ctrl+y", "ctrl+y")
		if r.find(model.KindWindow, "trail-messaging-copy") != nil {
			t.Error("deleting was not done again")
		}
	})
}

func TestRenamingKeepsTheIDAndRefusesATakenName(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "goals", "bill settled")
		d.Press("R", "ctrl+u")
		d.Type("order placed")
		d.Press("enter")
		d.Expect("another goal has this name")
		d.Press("ctrl+u")
		d.Type("Bill paid")
		d.Press("enter")
		d.Expect("Renamed the goal Bill settled to Bill paid")
		if g := r.find(model.KindGoal, "bill-settled"); g.Head().Name != "Bill paid" {
			t.Errorf("it is called %q", g.Head().Name)
		}
		d.Press("ctrl+z")
		if g := r.find(model.KindGoal, "bill-settled"); g.Head().Name != "Bill settled" {
			t.Errorf("undone it is called %q", g.Head().Name)
		}
	})
}

func TestAnotherIDRewritesEveryMentionInOneStep(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "entry", "cart")
		before := r.w.catalog.Index().UsedBy(model.KindEntryPoint, "cart")
		d.Press("i", "ctrl+u")
		d.Type("Basket")
		d.Press("enter")
		d.Expect("want lower-case letters")
		d.Press("ctrl+u")
		d.Type("account")
		d.Press("enter")
		d.Expect("another entry point has this ID")
		d.Press("ctrl+u")
		d.Type("basket")
		d.Press("enter")
		d.Expect("Its mentions are rewritten", "Cart rescue")
		d.Wait(grace)
		d.Press("y")
		d.Expect("The ID of the entry point Cart is basket now")
		x := r.w.catalog.Index()
		if got := x.UsedBy(model.KindEntryPoint, "basket"); fmt.Sprint(got) != fmt.Sprint(before) || len(got) == 0 {
			t.Errorf("used by %v, was %v", got, before)
		}
		if len(x.Uses(model.KindEntryPoint, "cart")) != 0 || len(r.written) != 1 || len(model.Errors(model.Validate(r.w.catalog))) != 0 {
			t.Errorf("%d writes left mentions of what is gone", len(r.written))
		}
		d.Press("ctrl+z")
		if got := r.w.catalog.Index().UsedBy(model.KindEntryPoint, "cart"); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("undone it is used by %v", got)
		}
	})
}

func TestOneWindowIsTheDefault(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		d.Press("m")
		d.Expect("only windows have a default")
		pick(d, "windows", "billing")
		d.Press("m")
		d.Expect("Billing desk is the default window now")
		defaults := func() (out []string) {
			for _, w := range r.w.catalog.Windows {
				if w.Default {
					out = append(out, w.ID)
				}
			}
			return out
		}
		if got := fmt.Sprint(defaults()); got != "[billing-desk]" {
			t.Errorf("defaults %s", got)
		}
		d.Press("m")
		d.Expect("it is the default already")
		d.Press("ctrl+z")
		if got := fmt.Sprint(defaults()); got != "[trail-messaging]" {
			t.Errorf("undone: %s", got)
		}
	})
}

func TestSavingASharedItemShowsWhatItChangesFirst(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "audiences", "shoppers")
		d.Press("e")
		d.Expect("Edit the audience Shoppers", "none of", "not (IP address is in")
		d.Press("tab", "tab", "ctrl+x", "f2")
		d.Expect("Save the audience Shoppers?", "Visitors of", "On 3 journeys (5 visits, 40 events)",
			"Cart rescue › Help at the cart: 4 → 1 display", "(-3)", "1 engagement shown as before", "It changes", "Back on track")
		d.Wait(grace)
		d.Press("n")
		d.Expect("Edit the audience Shoppers", "not saved")
		if len(r.written) != 0 {
			t.Fatal("saved although it was refused")
		}
		d.Press("ctrl+z")
		d.Expect("Undone", "192.0.2.0/24")
		d.Press("ctrl+y", "f2")
		d.Wait(grace)
		d.Press("y")
		d.Expect("Changed the audience Shoppers", "every visitor")
		d.ExpectNot("Edit the audience")
		if a := r.find(model.KindAudience, "shoppers").(*model.Audience); !a.When.IsZero() {
			t.Errorf("saved %v", a.When)
		}
		d.Press("ctrl+z")
		if a := r.find(model.KindAudience, "shoppers").(*model.Audience); a.When.IsZero() {
			t.Error("undo did not bring the condition back")
		}
	})
}

func TestAnItemIsAddedInAForm(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, r *rack) {
		d.Press("n")
		d.Type("Order placed")
		d.Press("enter")
		d.Expect("another goal has this name")
		d.Press("ctrl+u")
		d.Type("Talked (again)")
		d.Press("enter")
		d.Expect("New goal: Talked (again)", "talked-again", "interact")
		d.Press("f2")
		d.Expect("Added the goal Talked (again)")
		g, _ := r.find(model.KindGoal, "talked-again").(*model.Goal)
		if g == nil || g.Type != model.GoalInteract || r.written[0].Writes[0].Base != 0 {
			t.Fatalf("added %+v", g)
		}
		d.Press("ctrl+z")
		d.Expect("Undone: add the goal")
		if r.find(model.KindGoal, "talked-again") != nil {
			t.Error("it is still there")
		}
	})
}

func TestWhatIsWrongIsToldAndNotSaved(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "goals", "bill settled")
		d.Press("e", "ctrl+u", "f2")
		d.Expect("1 error to mend")
		d.Type("Bill \x07settled!")
		d.Press("esc")
		d.Expect("is not saved", "Drop what was changed")
		d.Type("drop")
		d.Press("enter")
		d.ExpectNot("Edit the goal")
		if len(r.written) != 0 {
			t.Error("something was written")
		}
	})
}

func TestASurveyIsTurnedOffAsAWhole(t *testing.T) {
	t.Parallel()
	c := shop(t)
	var w *model.Window
	for _, x := range c.Windows {
		if x.Surveys.PreChat != nil {
			w = x
		}
	}
	use(t, wide, c, func(d *tuitest.Driver, r *rack) {
		pick(d, "windows", w.Name)
		d.Press("e", "f10")
		d.Expect("this is always there")
		d.Press("esc")
		s := New(r)
		s.ses = still(t, pane.Session{})
		s.w = r.w
		s.edit(w, 7)
		if !s.editing.form.GoToPath("surveys.preChat.title") {
			t.Fatal("no form field has the survey's title")
		}
		s.editing.turn(s.ses)
		if got := s.editing.form.Document().(*model.Window); got.Surveys.PreChat != nil {
			t.Error("the survey is still there")
		}
		s.editing.turn(s.ses)
		if got := s.editing.form.Document().(*model.Window); got.Surveys.PreChat == nil || len(got.Surveys.PreChat.Questions) != 1 {
			t.Error("it did not come back with a question to begin with")
		}
		s.editing.form.Undo()
		s.editing.form.Undo()
		if s.editing.form.Dirty() {
			t.Error("undone it is not as before")
		}
	})
}

func TestChangesOfOthersAreTakenTogether(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "goals", "bill settled")
		d.Press("e", "ctrl+u")
		d.Type("Bill paid")
		theirs := edit.Clone(r.find(model.KindGoal, "bill-settled"))
		theirs.Head().Description = "Somebody else's words"
		r.other(keyOf(theirs), theirs)
		d.Wait(grace)
		d.Press("f2")
		d.Expect("was changed meanwhile", "ben changed it at 11:00:00 UTC (so it is better), revision 8", "Somebody else's words", "Nothing of it stands against")
		d.Wait(grace)
		d.Press("y")
		d.Expect("Save the goal Bill paid?")
		d.Wait(grace)
		d.Press("y")
		g := r.find(model.KindGoal, "bill-settled").Head()
		if g.Name != "Bill paid" || g.Description != "Somebody else's words" {
			t.Errorf("saved %+v", g)
		}
	})
}

func TestUndoAsksBeforeItOverwritesOthers(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "goals", "bill settled")
		d.Press("R")
		d.Type("!")
		d.Press("enter")
		d.Expect("Renamed the goal")
		theirs := edit.Clone(r.find(model.KindGoal, "bill-settled"))
		theirs.Head().Name = "Ben's"
		r.other(keyOf(theirs), theirs)
		d.Wait(grace)
		d.Expect("ben changed the goal Ben's")
		d.Press("ctrl+z")
		d.Wait(grace)
		d.Expect("The goal Ben's was changed meanwhile", "name, was Bill settled!", "( ) yours", "1 field to choose")
		d.Press("enter")
		d.Expect("1 field to choose")
		d.Press("t", "enter")
		d.Expect("stays as ben made it")
		if g := r.find(model.KindGoal, "bill-settled"); g.Head().Name != "Ben's" {
			t.Error("it was overwritten")
		}
	})
}

func TestARenameDoesNotOverwriteWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	use(t, wide, shop(t), func(d *tuitest.Driver, r *rack) {
		pick(d, "goals", "bill settled")
		d.Press("R")
		d.Type("!")
		theirs := edit.Clone(r.find(model.KindGoal, "bill-settled"))
		theirs.Head().Description = "Somebody else's words"
		r.other(keyOf(theirs), theirs)
		d.Wait(grace)
		d.Press("enter")
		d.Expect("was changed meanwhile", "ben changed", "Your change was not written: rename the goal")
		d.Wait(grace)
		d.Press("enter", "R")
		d.Type("!")
		d.Press("enter")
		if g := r.find(model.KindGoal, "bill-settled").Head(); g.Name != "Bill settled!" || g.Description != "Somebody else's words" {
			t.Errorf("renamed %+v", g)
		}
	})
}

func TestAFailedWriteIsToldAndEverythingReadAgain(t *testing.T) {
	t.Parallel()
	use(t, small, shop(t), func(d *tuitest.Driver, r *rack) {
		r.refuse = errDisk
		d.Press("D")
		d.ExpectNot("Copied")
		if strings.Contains(d.Title(), "stolen") {
			t.Error("the error set the title")
		}
		d.Press("D")
		d.Expect("Copied")
	})
}

func TestAnEmptyLibraryTeaches(t *testing.T) {
	t.Parallel()
	use(t, small, &model.Catalog{}, func(d *tuitest.Driver, _ *rack) {
		d.Expect("No goals yet: n adds the first.")
		for _, k := range []string{"e", "D", "R", "i", "d", "m", "u"} {
			d.Press(k)
			d.Expect("there is nothing here")
		}
		d.Press("enter", "tab", "down", "ctrl+z")
	})
}

// still is a session without a program.
func still(t testing.TB, ses pane.Session) *pane.Session {
	t.Helper()
	ses.Ctx, ses.Who, ses.Now = t.Context(), "ana", func() time.Time { return noon }
	if _, err := app.New(&ses, New(nil)); err != nil {
		t.Fatal(err)
	}
	return &ses
}

// standing is a screen with everything read and surveyed.
func standing(t testing.TB, c *model.Catalog, ses pane.Session) *Screen {
	t.Helper()
	r := newRack(c)
	s := New(r)
	s.ses = still(t, ses)
	s.w, s.revision = r.w, 7
	s.put(r.w)
	s.surveyed(surveyed{surveyOf(r.w)})
	return s
}

// Sixteen colors, on a dark and on a light screen: looks and all.
func TestScreensOfSixteenColors(t *testing.T) {
	t.Parallel()
	body := layout.Size{W: small.W, H: small.H - 3}
	for name, light := range map[string]bool{"dark16": false, "light16": true} {
		s := standing(t, shop(t), pane.Session{})
		s.ses.Theme = theme.New(theme.Options{Profile: colorprofile.ANSI, Light: light})
		draw := func(what string) { tuitest.GoldenLooks(t, "looks-"+what+"-"+name, body, s.Rows(body, true)) }
		draw("list")
		s.Do("down", nil)
		s.focus.Set(detailPane)
		draw("detail")
		s.turn(1)
		d, _ := s.selected()
		s.edit(d, 7)
		draw("form")
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		size layout.Size
		ses  pane.Session
	}{{"80x24", small, pane.Session{}}, {"120x40", wide, pane.Session{}}, {"200x50", huge, pane.Session{}}, {"ascii", small, pane.Session{NoColor: true, ASCII: true}}} {
		body := layout.Size{W: tt.size.W, H: tt.size.H - 3}
		s := standing(t, shop(t), tt.ses)
		draw := func(name string) {
			t.Helper()
			tuitest.Golden(t, name+"-"+tt.name, body, s.Rows(body, true))
		}
		draw("list")
		s.turn(1)
		s.table.Select("gold-customers")
		s.focus.Set(detailPane)
		draw("audience")
		d, _ := s.selected()
		s.edit(d, 7) // what is in the form is compared where forms are made
		if rows := s.Rows(body, true); frame.Check(rows, body.W, body.H) != nil || !strings.Contains(rows.Join(), "Edit the audience Gold customers in good standing") {
			t.Errorf("%s: the form is drawn as\n%s", tt.name, rows.Join())
		}
		s.editing = nil
		s.turn(4)
		s.focus.Set(detailPane)
		draw("window")
	}
}

func TestItIsExactAtAnySizeAndForeignTextIsHarmless(t *testing.T) {
	t.Parallel()
	c := shop(t)
	for _, d := range c.Documents() {
		d.Head().Name += " \x1b[2J\u202eevil\x07"
		d.Head().Description = "\x1b]52;c;aGk=\x07 " + strings.Repeat("wide 漢字 ", 20)
	}
	s := standing(t, c, pane.Session{})
	for at := range shelves() {
		s.turn(at)
		for _, size := range []layout.Size{{W: 1, H: 1}, {W: 60, H: 12}, {W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			for p := range panes {
				s.focus.Set(p)
				if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
					t.Errorf("%s %v: %v", shelves()[at].title, size, err)
				}
			}
			d, _ := s.selected()
			s.edit(d, 7)
			if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
				t.Errorf("form of %s %v: %v", shelves()[at].title, size, err)
			}
			s.editing = nil
		}
	}
}

func TestIDsAreMadeOfNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Cart over 100 €": "cart-over-100", "  --  ": "item", "漢字": "item", "A/B  test": "a-b-test",
		strings.Repeat("long ", 40): strings.TrimSuffix(strings.Repeat("long-", 12), "-")} {
		if got := slug(name); got != want || !fields.Kebab.MatchString(got) || len(got) > fields.LongestID {
			t.Errorf("slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func BenchmarkAmongTenThousand(b *testing.B) {
	s := standing(b, modeltest.Crowd(shop(b), 10_000, 2_000), pane.Session{})
	s.turn(1)
	size := layout.Size{W: 200, H: 47}
	run := func(name string, do func(i int)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(i)
				s.Rows(size, true)
			}
		})
	}
	run("move", func(int) { s.Do("down", nil) })
	run("filter", func(i int) { s.table.SetFilter([]string{"7", "77", ""}[i%3]) })
	run("turn", func(int) { s.Do("right", nil); s.Do("left", nil) })
	run("form", func(int) { d, _ := s.selected(); s.edit(d, 7); s.Rows(size, true); s.editing = nil })
	run("sort", func(i int) { s.table.SortBy(i%5, false) })
	run("surveyed", func(int) { s.surveyed(surveyed{s.survey}) })
	run("read", func(int) { s.loaded(loaded{gen: s.gen, w: s.w}) })
	run("typing in a form", func(i int) {
		if s.editing == nil {
			d, _ := s.selected()
			s.edit(d, 7)
			s.Rows(size, true)
			s.editing.form.GoToPath("name")
		}
		s.Type(tea.Key{Code: 'x', Text: "x"})
	})
	s.editing = nil
	run("news", func(int) {
		d, _ := s.selected()
		s.put(s.w.with([]Changed{{Kind: model.KindAudience, ID: d.Head().ID, Document: d, Version: Version{Revision: s.w.versions[keyOf(d)].Revision + 1}}}))
	})
}

// A name is what an item is found by: what it says can be read below.
func TestNamesAreWholeWhereThereIsRoomForThem(t *testing.T) {
	t.Parallel()
	c := shop(t)
	c.Goals[0].Name = "Order confirmation and tracking"
	use(t, small, c, func(d *tuitest.Driver, _ *rack) {
		d.Expect("Order confirmation and tracking ", "Used")
	})
}

func TestBesideTheFormOfANewItemStandsNoOtherItemsUse(t *testing.T) {
	t.Parallel()
	use(t, huge, shop(t), func(d *tuitest.Driver, _ *rack) {
		d.Expect("Where it is used", " engagement")
		d.Press("n")
		d.Type("Talked (again)")
		d.Press("enter")
		d.Expect("New goal: Talked (again)", "Nowhere yet: it is new.")
		d.Press("esc", "down", "down", "enter")
		d.ExpectNot("Nowhere yet")
	})
}
