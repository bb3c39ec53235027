package trial

import (
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/model/replay"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

const hostile = "\x1b]0;owned\a\u202e"

// three are trials of each fate, the texts from outside.
func three() []replay.Trial {
	s := &replay.Scenario{File: "scenario/a", Line: 1, Name: hostile}
	return []replay.Trial{
		{ID: "fine", Title: hostile, Result: replay.Result{Scenario: s}},
		{ID: "fails", Title: hostile, Result: replay.Result{Scenario: s, Failures: []replay.Failure{{Line: 4, Step: 2, Expected: "nothing on the screen",
			Happened: "on the screen: a/x", Trace: "a/x: shown\n▸ ✓ shown · now\n  ✗ audience\n"}, {Line: 5, Step: 3, Expected: "more"}}}},
		{ID: "broken", Title: hostile, Err: model.FileErrors{{Path: "steps", Reason: "missing"}, {Path: "seed", Reason: "want a whole number"}}},
		{ID: "lost", Title: hostile, Err: errors.New("no reason " + hostile)},
	}
}

func TestATrialSaysInBriefWhyItDidNotPass(t *testing.T) {
	t.Parallel()
	for i, want := range []string{"", "expected: nothing on the screen|happened: on the screen: a/x", "cannot be run: missing (and 1 more)", "cannot be run: no reason " + hostile} {
		if got := strings.Join(Brief(three()[i]), "|"); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestATrialIsReadWholeHarmlesslyAndInASCII(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{ASCII: true, NoColor: true})
	for i, wants := range [][]string{{"ok"}, {"FAIL", "expected: nothing", "> v shown . now", "x audience", "expected: more"},
		{"FAIL broken", "steps: missing", "seed: want", "broken.yaml"}, {"no reason", "beckon import"}} {
		d := Reader(th, three()[i]).Draw(th, layout.Size{W: 76, H: 20})
		rows := ansi.Strip(strings.Join(d.Rows, "\n"))
		for _, want := range wants {
			if !strings.Contains(rows, want) {
				t.Errorf("%d: missing %q in\n%s", i, want, rows)
			}
		}
		if strings.ContainsAny(rows, "\a\u202e▸✓✗·") {
			t.Errorf("%d: not harmless, or not ASCII:\n%q", i, rows)
		}
		if err := frame.Check(d.Rows, d.W, len(d.Rows)); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}
