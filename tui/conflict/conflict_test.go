package conflict

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)

// quiet is a shell that notes what it was to ask and what failed.
type quiet struct {
	asked  dialog.Dialog
	failed error
}

func (q *quiet) Toast(widget.Level, string) {}
func (q *quiet) Done(string, string)        {}
func (q *quiet) Fail(_ string, err error)   { q.failed = err }
func (q *quiet) Ask(d dialog.Dialog)        { q.asked = d }
func (q *quiet) AskLater(d dialog.Dialog)   { q.asked = d }
func (q *quiet) Show(string, any) tea.Cmd   { return nil }
func (q *quiet) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

func spring(change func(*model.Campaign)) *model.Campaign {
	c := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Spring"}, Priority: model.Medium, Goal: "order",
		Engagements: []*model.Engagement{{ID: "help", Name: "Help at the cart", Channel: model.Chat, Format: model.Toaster, Type: model.Conversation}}}
	if change != nil {
		change(c)
	}
	return c
}

// ben's change is always of one day before.
func bens(c *model.Campaign) *Conflict {
	return &Conflict{Key: model.DocumentKey{Kind: model.KindCampaign, ID: "spring"}, Theirs: c, Revision: 12, Author: "ben", Why: "save Spring", At: noon.Add(-20 * time.Minute)}
}

// questions are conflicts as screens ask about them.
func questions() map[string]Question {
	then := func(model.Document) tea.Cmd { return nil }
	mine := spring(func(c *model.Campaign) {
		c.Name, c.Priority, c.Goal = "Spring of mine", model.High, "lead"
		c.Engagements[0].Name = "Help at the checkout"
	})
	deleted := bens(nil)
	deleted.Theirs = nil
	late := bens(spring(func(c *model.Campaign) { c.Priority = model.Low }))
	late.At, late.Author, late.Why = noon.Add(-30*time.Hour), "mal\x1b[2Jlory", "set \x1b]0;x\a"
	return map[string]Question{
		"choose": {Name: "Spring", Base: spring(nil), Mine: mine, Yes: "Publish", Then: then, Theirs: bens(spring(func(c *model.Campaign) {
			c.Name, c.Priority, c.Description = "Ben's spring", model.Low, "From the garden, for everybody who has one or would like to have one, with a bench in it and a tree."
		}))},
		"together": {Name: "Spring", Base: spring(nil), Mine: spring(func(c *model.Campaign) { c.Priority = model.High }), Yes: "Save", Then: then,
			Theirs: bens(spring(func(c *model.Campaign) { c.Description = "From the garden" }))},
		"deleted":  {Name: "Spring", Base: spring(nil), Mine: mine, Theirs: deleted, Yes: "Go on with it as a new one", Then: then},
		"lost":     {Name: "Spring", Base: spring(nil), Mine: mine, Theirs: deleted},
		"hostile":  {Name: "Spring", Base: spring(nil), Mine: mine, Theirs: late, Yes: "Save", Then: then, Fixed: true},
		"settings": settingsQuestion(then),
	}
}

func settingsQuestion(then func(model.Document) tea.Cmd) Question {
	set := func(change func(*model.Settings)) *model.Settings {
		s := model.DefaultSettings()
		s.Header = model.Header{Kind: model.KindSettings, ID: "account", Name: "Settings"}
		change(&s)
		return &s
	}
	theirs := bens(nil)
	theirs.Key = model.DocumentKey{Kind: model.KindSettings, ID: "account"}
	theirs.Theirs = set(func(s *model.Settings) { s.Currency = "CHF" })
	return Question{Name: "The settings", Base: set(func(s *model.Settings) { s.Currency = "EUR" }), Mine: set(func(s *model.Settings) { s.Currency = "USD" }), Theirs: theirs, Yes: "Save", Then: then}
}

func asked(t *testing.T, o theme.Options, q Question) dialog.Dialog {
	t.Helper()
	shell := &quiet{}
	Ask(&pane.Session{Who: "ana", Now: func() time.Time { return noon }, Theme: theme.New(o), Shell: shell}, q)
	if shell.asked == nil {
		t.Fatalf("nothing is asked: %v", shell.failed)
	}
	return shell.asked
}

func TestConflictsAreShownAsStored(t *testing.T) {
	t.Parallel()
	for name, q := range questions() {
		for look, o := range map[string]theme.Options{"dark": {}, "ascii": {ASCII: true}} {
			for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
				th := theme.New(o)
				var stack dialog.Stack
				d := asked(t, o, q)
				stack.Push(d, "")
				rows, _, _, _ := stack.Over(th, frame.Blank(size.W, size.H), size)
				if err := frame.Check(rows, size.W, size.H); err != nil {
					t.Fatal(err)
				}
				tuitest.Golden(t, fmt.Sprintf("%s-%s-%dx%d", name, look, size.W, size.H), size, rows)
				if m, ok := d.(*dialog.Merge); ok && len(m.Contests) > 1 {
					stack.Key(tea.Key{Code: 't', Text: "t"}, noon)
					stack.Key(tea.Key{Code: 'm', Text: "m"}, noon)
					rows, _, _, _ = stack.Over(th, frame.Blank(size.W, size.H), size)
					tuitest.Golden(t, fmt.Sprintf("%s-%s-chosen-%dx%d", name, look, size.W, size.H), size, rows)
				}
			}
		}
	}
}

func TestWhatWasChosenIsHandedBackWithWhatNeedsNoChoice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keys string
		want func(*model.Campaign)
	}{
		"mine":         {"M\r", func(c *model.Campaign) { c.Name, c.Priority = "Spring of mine", model.High }},
		"theirs":       {"T\r", func(c *model.Campaign) { c.Name, c.Priority = "Ben's spring", model.Low }},
		"one of each":  {"tm\r", func(c *model.Campaign) { c.Name, c.Priority = "Ben's spring", model.High }},
		"a third name": {"e!\rt\r", func(c *model.Campaign) { c.Name, c.Priority = "Spring of mine!", model.Low }},
		"nothing":      {"\r", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := questions()["choose"]
			var got model.Document
			q.Then = func(d model.Document) tea.Cmd { got = d; return nil }
			var stack dialog.Stack
			stack.Push(asked(t, theme.Options{}, q), "")
			stack.Over(theme.New(theme.Options{}), frame.Blank(80, 24), layout.Size{W: 80, H: 24})
			for _, r := range tt.keys {
				k := tea.Key{Code: r, Text: string(r)}
				if r == '\r' {
					k = tea.Key{Code: tea.KeyEnter}
				}
				stack.Key(k, noon)
			}
			if tt.want == nil {
				if got != nil || stack.Len() == 0 {
					t.Errorf("handed back %+v without a choice", got)
				}
				return
			}
			want := spring(func(c *model.Campaign) {
				c.Goal, c.Engagements[0].Name = "lead", "Help at the checkout" // mine alone
				c.Description = q.Theirs.Theirs.Head().Description             // theirs alone
				tt.want(c)
			})
			if got == nil || !edit.Equal(got, want) {
				t.Errorf("handed back %v", edit.Diff(want, got))
			}
		})
	}
}

func TestAConflictIsFoundInWhatAKeeperWraps(t *testing.T) {
	t.Parallel()
	theirs := bens(spring(nil))
	for name, tt := range map[string]struct {
		err error
		is  bool
	}{
		"wrapped":       {fmt.Errorf("commit: %w", theirs), true},
		"joined":        {errors.Join(errors.New("x"), theirs), true},
		"another error": {errors.New("the disk is full"), false},
		"none":          {nil, false},
	} {
		if c, ok := Of(tt.err); ok != tt.is || tt.is && c != theirs {
			t.Errorf("%s: %v, %v", name, c, ok)
		}
	}
	moved := bens(spring(func(c *model.Campaign) { c.ID = "summer" }))
	if !moved.Moved() || moved.Gone() || !strings.Contains(moved.Words(noon), "gave it the ID summer at 10:40:00 UTC (save Spring), revision 12.") {
		t.Errorf("%s", moved.Words(noon))
	}
}
