package form_test

import (
	"fmt"
	"testing"

	"beckon/tui/form"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

// opened is a form on its own, without a program around it.
func opened(s *Editing, o theme.Options) *form.Form {
	s.Open(&pane.Session{Theme: theme.New(o)})
	return s.Form
}

func TestTheFormsLookAsTheyShould(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func() *Editing{
		"campaign": campaign, "window": window, "schedule": schedule, "entry-point": entryPoint, "audience": audience,
	} {
		for _, w := range []int{60, 80, 120} {
			s := make()
			f := opened(s, theme.Options{NoColor: true})
			switch name {
			case "window":
				f.GoToPath("surveys.preChat.questions[0]")
				f.Do("open", nil)
			case "schedule":
				f.GoToPath("days.monday")
				f.Do("right", nil)
				f.Do("pane.next", nil)
				f.Paste(", 18-20:15")
			case "entry-point":
				f.Do("open", nil)
				f.Paste("/cart")
			}
			f.ShowProblems()
			size := layout.Size{W: w, H: 30}
			tuitest.Golden(t, fmt.Sprintf("%s-%d", name, w), size, f.Rows(size, true))
		}
	}
}

func TestTheFocusShowsWithoutColor(t *testing.T) {
	t.Parallel()
	f := opened(campaign(), theme.Options{NoColor: true, ASCII: true})
	size := layout.Size{W: 60, H: 21}
	tuitest.Golden(t, "focus-ascii", size, f.Rows(size, true))
	f.GoToPath("timeFrame.hours")
	tuitest.GoldenLooks(t, "focus-choice", size, f.Rows(size, true))
}
