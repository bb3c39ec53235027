package builder

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/tui/layout"
	"beckon/tui/theme"
)

// In the narrowest terminal the row of the steps is whole: every step with its
// sign, the present one apart from the others, and no word of it cut.
func TestTheRowOfStepsIsWholeInTheNarrowestTerminal(t *testing.T) {
	t.Parallel()
	for _, o := range []theme.Options{{}, {NoColor: true}, {ASCII: true, NoColor: true}} {
		s := still(t, o)
		var states [steps]standing
		for _, st := range []standing{{}, {missing: 1}, {wrong: 2, missing: 9}, {warnings: 2}} {
			for i := range states {
				states[i] = st
			}
			for i := range steps {
				s.work.step = i
				s.size = layout.Size{W: layout.MinW, H: layout.MinH}
				row := s.strip(s.ses.Theme, layout.Size{W: layout.MinW, H: 1}, states)[0]
				said := ansi.Strip(row)
				if strings.Contains(said, s.ses.Theme.Ellipsis) || !strings.Contains(said, " "+(steps-1).About().Number) {
					t.Errorf("%+v, step %d: %q", o, i+1, said)
				}
				for n := range steps {
					if sign, _, _ := s.sign(states[n], n); !strings.Contains(said, sign) {
						t.Errorf("%+v, step %d: no %q of step %d in %q", o, i+1, sign, n+1, said)
					}
				}
				if present := fmt.Sprintf(" %s", i.About().Number); !strings.Contains(said, present) {
					t.Errorf("%+v, step %d: %q does not name it", o, i+1, said)
				}
			}
		}
	}
}

// What the last step finds is read whole there, of the line with the mark.
func TestALineOfTheCheckThatIsCutIsSaidWholeBelow(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{NoColor: true})
	s.work.campaign().Engagements[0].EntryPoints = nil
	s.goTo(stepPublish)
	for cmd := s.judge(); cmd != nil; {
		cmd = s.Update(cmd())
	}
	size := layout.Size{W: layout.MinW, H: 21}
	for _, l := range s.checklist.Items() {
		s.checklist.Select(l.key)
		picture := strings.Join(strings.Fields(strings.ReplaceAll(ansi.Strip(s.Rows(size, true).Join()), "┃", " ")), " ")
		if said := strings.Join(strings.Fields(l.cell.Text), " "); !strings.Contains(picture, said) {
			t.Errorf("%q cannot be read:\n%s", said, ansi.Strip(s.Rows(size, true).Join()))
		}
	}
}
