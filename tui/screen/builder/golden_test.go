package builder

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
	"beckon/model/gallery"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

// quiet is a shell that runs what takes long at once and says nothing.
type quiet struct{}

func (quiet) Toast(widget.Level, string) {}
func (quiet) Done(string, string)        {}
func (quiet) Fail(string, error)         {}
func (quiet) Ask(dialog.Dialog)          {}
func (quiet) AskLater(dialog.Dialog)     {}
func (quiet) Show(string, any) tea.Cmd   { return nil }
func (quiet) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

// begun is a catalog with a campaign that is half done.
func begun() *model.Catalog {
	c := &model.Catalog{Settings: model.DefaultSettings()}
	c.Add(&model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "sales", Name: "Sales"}, Type: model.GoalSell, Transaction: &model.TransactionGoal{}})
	c.Add(&model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "everyone", Name: "All visitors"}})
	c.Add(&model.Window{Header: model.Header{Kind: model.KindWindow, ID: "desk", Name: "Sales desk"}, Default: true})
	c.Add(&model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "cart", Name: "Cart"}, Include: []model.PageRule{{URLRule: model.URLRule{Contains: "/cart"}}}})
	e := &model.Engagement{ID: "help", Name: "Help at the cart", Channel: model.Chat, EntryPoints: []string{"cart"}, Window: "desk"}
	for _, t := range (gallery.Filter{Format: model.Toaster, Type: model.Conversation}).Select(gallery.Templates())[:1] {
		gallery.Apply(t, e)
	}
	c.Add(&model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "cart-abandonment", Name: "Cart abandonment"}, Goal: "sales", Audiences: []string{"everyone"},
		TimeFrame: model.TimeFrame{Start: model.DateOf(noon)}, Engagements: []*model.Engagement{e}})
	return c
}

// still is the screen with a campaign open, without a program around it.
func still(t *testing.T, o theme.Options) *Screen {
	t.Helper()
	return stillWith(t, o, newCabinet(begun()), "cart-abandonment")
}

// fataler is a test, or a draw of one.
type fataler interface {
	Helper()
	Fatal(...any)
}

// stillWith is the screen with a campaign of a keeper.
func stillWith(t fataler, o theme.Options, k *cabinet, path string) *Screen {
	t.Helper()
	s := New(k)
	ses := &pane.Session{Ctx: context.Background(), Who: "ana", Now: func() time.Time { return noon }, Theme: theme.New(o), Shell: quiet{}}
	s.Receive(path)
	s.Update(s.Open(ses)())
	if s.work == nil {
		t.Fatal("nothing is open")
	}
	return s
}

func TestEveryStepIsDrawnAsStored(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]theme.Options{"dark": {}, "nocolor": {NoColor: true},
		"dark16": {Profile: colorprofile.ANSI}, "light16": {Profile: colorprofile.ANSI, Light: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := still(t, o)
			for i := range steps {
				s.goTo(i)
				for cmd := s.judge(); cmd != nil; {
					cmd = s.Update(cmd())
				}
				for _, size := range []layout.Size{small, wide, huge} {
					body := layout.Size{W: size.W, H: size.H - 3}
					file := fmt.Sprintf("step-%02d-%s-%dx%d", i+1, name, size.W, size.H)
					switch {
					case o.Profile == colorprofile.ANSI && size != small:
					case o.NoColor || o.Profile == colorprofile.ANSI:
						tuitest.GoldenLooks(t, file, body, s.Rows(body, true))
					default:
						tuitest.Golden(t, file, body, s.Rows(body, true))
					}
				}
			}
		})
	}
}

func TestPublishingShowsItsScenariosAsStored(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]theme.Options{"dark": {}, "nocolor": {NoColor: true}, "ascii": {ASCII: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newCabinet(complete())
			k.scenarios = guards()
			s := stillWith(t, o, k, "cart-abandonment")
			s.goTo(stepPublish)
			draw := func(state string) {
				for _, size := range []layout.Size{small, wide, huge} {
					body := layout.Size{W: size.W, H: size.H - 3}
					file := fmt.Sprintf("scenarios-%s-%s-%dx%d", state, name, size.W, size.H)
					if o.NoColor {
						tuitest.GoldenLooks(t, file, body, s.Rows(body, true))
					} else {
						tuitest.Golden(t, file, body, s.Rows(body, true))
					}
				}
			}
			run := s.Update(s.judge()())
			draw("running")
			s.Update(run())
			draw("failed")
		})
	}
}

func TestEverySizeIsDrawnExactly(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	for i := range steps {
		s.goTo(i)
		for _, looking := range []bool{false, true} {
			s.looking = looking
			for _, size := range []layout.Size{{W: 1, H: 1}, {W: 60, H: 12}, {W: 99, H: 20}, {W: 100, H: 21}, {W: 139, H: 27}, {W: 140, H: 40}, {W: 300, H: 90}} {
				if err := frame.Check(s.Rows(size, true), size.W, size.H); err != nil {
					t.Errorf("%s, %v: %v", i.About().Title, size, err)
				}
			}
		}
	}
}

func TestAnIDFollowsFromTheNameUntilItIsWritten(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"First time visitors": "first-time-visitors", "Größe & Maß": "grosse-mass", "日本語": "campaign",
		"  -- a --  b  ": "a-b", "Ünïcode’s": "unicodes"} {
		if got := slug(name, "campaign"); got != want {
			t.Errorf("slug(%q) = %q, want %q", name, got, want)
		}
	}
	s := still(t, theme.Options{})
	if err := s.work.doc.do("rename", edit.Set("name", "Other")); err != nil {
		t.Fatal(err)
	}
	if k := s.work.campaign(); k.ID != "cart-abandonment" || k.Name != "Other" {
		t.Errorf("a written ID became %s", k.ID)
	}
	if got := s.work.stock.freeID(model.KindGoal, "Sales", ""); got != "sales-2" {
		t.Errorf("a second goal of the name would be %s", got)
	}
}

func TestEngagementsAreCopiedMovedSwitchedAndTakenOut(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	s.goTo(stepEngagements)
	ids := func() string {
		out := ""
		for _, e := range s.work.campaign().Engagements {
			out += e.ID + " "
			if e.Disabled {
				out += "off "
			}
		}
		return out
	}
	for _, c := range []struct {
		do   func()
		want string
	}{
		{func() { s.Do(engageCopy, nil) }, "help help-at-the-cart-copy "},
		{func() { s.Do(engageUp, nil) }, "help-at-the-cart-copy help "},
		{func() { s.Do(engageUp, nil) }, "help-at-the-cart-copy help "},
		{func() { s.Do(engageSwitch, nil) }, "help-at-the-cart-copy off help "},
		{func() { s.Do(engageDelete, nil) }, "help "},
		{func() { s.work.form.Undo() }, "help-at-the-cart-copy off help "},
	} {
		c.do()
		if got := ids(); got != c.want {
			t.Fatalf("engagements %q, want %q", got, c.want)
		}
		s.changed()
	}
}

func TestTheSignOfAStepIsNoLetterOfItsName(t *testing.T) {
	t.Parallel()
	for _, w := range []int{80, 120} {
		s := still(t, theme.Options{ASCII: true, NoColor: true})
		row := s.Rows(layout.Size{W: w, H: 20}, true)[0]
		if !strings.Contains(row, "Name v") || strings.Contains(row, "Namev") {
			t.Errorf("in %d cells: %q", w, row)
		}
	}
}
