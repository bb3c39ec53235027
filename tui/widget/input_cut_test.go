package widget

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/tui/theme"
)

// A text that is longer than its line shows on both sides where it goes on, and
// the caret stays where it is.
func TestALineThatGoesOnShowsItOnBothSides(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Options{NoColor: true})
	for _, tt := range []struct {
		text  string
		keys  int // that the caret goes left
		w     int
		want  string
		caret int
	}{
		{"2026-11-29", 0, 12, "2026-11-29  ", 10},
		{"2026-11-29more", 0, 12, "…-11-29more ", 11},
		{"2026-11-29more", 14, 12, "2026-11-29m…", 0},
		{"0123456789abcdef", 8, 6, "…4567…", 5},
		{"日本語日本語", 0, 8, "… 本語  ", 6},
	} {
		in := Input{}
		in.SetValue(tt.text)
		for range tt.keys {
			in.left()
		}
		row, caret := in.Row(th, tt.w)
		got := ansi.Strip(row)
		if ansi.StringWidth(got) != tt.w {
			t.Errorf("%q is %d cells wide in %d", got, ansi.StringWidth(got), tt.w)
		}
		if got != tt.want || caret != tt.caret {
			t.Errorf("%q is drawn %q with the caret at %d, want %q, %d", tt.text, got, caret, tt.want, tt.caret)
		}
	}
}
