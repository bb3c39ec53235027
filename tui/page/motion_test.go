package page

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/tui/frame"
	"beckon/tui/layout"
)

// moving draws an engagement in motion on its own.
func moving(e *model.Engagement, expanded bool, m Motion) frame.Rows {
	v := cartView()
	v.Shown = []Shown{{Engagement: e, State: model.Online, Expanded: expanded, Motion: m}}
	return Draw(look(), layout.Size{W: 78, H: 20}, v).Rows
}

func TestTheSameInstantOfAMotionDrawsTheSame(t *testing.T) {
	t.Parallel()
	for _, f := range model.Formats() {
		e := of(f, model.Right, model.TopRight)
		for left := time.Duration(0); left <= MotionTime; left += 50 * time.Millisecond {
			a, b := moving(e, true, Motion{Coming: left}).Join(), moving(e, true, Motion{Coming: left}).Join()
			if a != b {
				t.Fatalf("%s, %v left: two pictures", f, left)
			}
		}
	}
}

func TestWhatComesBeginsWithTheBarePageAndEndsAtRest(t *testing.T) {
	t.Parallel()
	v := cartView()
	bare := ansi.Strip(Draw(look(), layout.Size{W: 78, H: 20}, v).Rows.Join())
	for _, f := range model.Formats() {
		e := of(f, model.Right, model.TopRight)
		if got := ansi.Strip(moving(e, false, Motion{Coming: MotionTime}).Join()); got != bare {
			t.Errorf("%s: at first something is there:\n%s", f, got)
		}
		if got := ansi.Strip(moving(e, true, Motion{Leaving: time.Nanosecond}).Join()); got != bare {
			t.Errorf("%s: at last something is there:\n%s", f, got)
		}
		rest := moving(e, false, Motion{}).Join()
		if rest == moving(e, false, Motion{Coming: MotionTime / 2}).Join() {
			t.Errorf("%s: half way it is there", f)
		}
		if ansi.Strip(rest) == bare {
			t.Errorf("%s: never there", f)
		}
	}
}

func TestAToasterSlidesOutOfItsEdge(t *testing.T) {
	t.Parallel()
	// The row in which the toaster's own words stand, while it comes.
	row := func(e *model.Engagement, left time.Duration) int {
		for y, l := range moving(e, false, Motion{Coming: left}) {
			if strings.Contains(ansi.Strip(l), "toaster") {
				return y
			}
		}
		return -1
	}
	bottom, top := of(model.Toaster, "", model.BottomRight), of(model.Toaster, "", model.TopRight)
	top.Creative.Edge = "top"
	last := 20
	for left := MotionTime; left >= 0; left -= 20 * time.Millisecond {
		if y := row(bottom, left); y >= 0 {
			if y > last {
				t.Errorf("%v left: from row %d back to %d", left, last, y)
			}
			last = y
		}
	}
	if rest := row(bottom, 0); last != rest || rest < 3 {
		t.Errorf("it rests in row %d, came to %d", rest, last)
	}
	if y := row(top, MotionTime*9/10); y >= 0 {
		t.Errorf("from above its head is seen first, in row %d", y)
	}
}

func TestWhatGoesTakesNoAnswer(t *testing.T) {
	t.Parallel()
	for _, f := range model.Formats() {
		v := cartView()
		v.Shown = []Shown{{Engagement: of(f, model.Left, ""), State: model.Online, Motion: Motion{Leaving: MotionTime}}}
		if d := Draw(look(), layout.Size{W: 78, H: 20}, v); len(d.Spots) > 0 {
			t.Errorf("%s: %v", f, d.Spots)
		}
	}
}

func TestASpringEndsWhereItLeads(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*spring{"sliding": sliding, "peeling": peeling} {
		if s.at(MotionTime) != 0 || s.at(0) != 1 || s.at(-time.Second) != 1 || s.at(time.Hour) != 0 {
			t.Errorf("%s: from %v to %v", name, s.at(MotionTime), s.at(0))
		}
		if end := s[len(s)-1]; end < 0.97 || end > 1.03 {
			t.Errorf("%s: jumps from %v to rest", name, end)
		}
	}
	for i := 1; i < len(sliding); i++ {
		if sliding[i] < sliding[i-1] || sliding[i] > 1 {
			t.Errorf("what slides swings at step %d: %v, %v", i, sliding[i-1], sliding[i])
		}
	}
}
