package serve

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestClamp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ w, h, wantW, wantH int }{
		{80, 24, 80, 24}, {0, 0, 80, 24}, {-1, -1, 80, 24}, {0, 50, 80, 50}, {132, 0, 132, 24},
		{20, 5, 20, 5}, {19, 4, 20, 5}, {1, 1, 20, 5}, {500, 200, 500, 200}, {501, 201, 500, 200}, {100_000, 100_000, 500, 200},
	} {
		if w, h := Clamp(tt.w, tt.h); w != tt.wantW || h != tt.wantH {
			t.Errorf("Clamp(%d, %d) = %d, %d, want %d, %d", tt.w, tt.h, w, h, tt.wantW, tt.wantH)
		}
	}
}

func TestTerm(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"xterm-256color", "tmux-256color", "vt100", "screen.xterm+color", "linux", "a_b", strings.Repeat("a", 64)} {
		if Term(s) != s {
			t.Errorf("Term(%q) = %q", s, Term(s))
		}
	}
	for _, s := range []string{"", strings.Repeat("a", 65), "xterm;reboot", "../../etc", "xterm\n", "xterm\x1b]0;x\x07", "Ünicode", "a b"} {
		if Term(s) != "xterm" {
			t.Errorf("Term(%q) = %q", s, Term(s))
		}
	}
}

func TestEnviron(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want []string }{
		"TERM is always there":                 {nil, []string{"TERM=xterm"}},
		"what says how to draw passes":         {[]string{"TERM=xterm-256color", "COLORTERM=truecolor", "COLORFGBG=0;15", "LANG=de_DE.UTF-8"}, []string{"COLORFGBG=0;15", "COLORTERM=truecolor", "LANG=de_DE.UTF-8", "TERM=xterm-256color"}},
		"everything else stays out":            {[]string{"TERM=vt100", "TMUX=/tmp/x", "TTY_FORCE=1", "COLUMNS=9999", "LINES=9999", "PATH=/bin", "LD_PRELOAD=x", "TEA_DEBUG=1", "HOME"}, []string{"TERM=vt100"}},
		"NO_COLOR is any text":                 {[]string{"NO_COLOR=yes"}, []string{"NO_COLOR=1", "TERM=xterm"}},
		"NO_COLOR=0 is set as well":            {[]string{"NO_COLOR=0"}, []string{"NO_COLOR=1", "TERM=xterm"}},
		"NO_COLOR set to nothing is not set":   {[]string{"NO_COLOR="}, []string{"TERM=xterm"}},
		"the last of equal names wins":         {[]string{"TERM=vt100", "TERM=linux"}, []string{"TERM=linux"}},
		"a hostile TERM becomes xterm":         {[]string{"TERM=\x1b]0;x\x07"}, []string{"TERM=xterm"}},
		"hostile values stay out":              {[]string{"COLORTERM=\x1b[2J", "LANG=" + strings.Repeat("a", 65), "TERM_PROGRAM=ü"}, []string{"TERM=xterm"}},
		"of SSH_TTY only its presence matters": {[]string{"SSH_TTY=/dev/pts/3"}, []string{"SSH_TTY=/dev/null", "TERM=xterm"}},
	} {
		if got := Environ(tt.in); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestEventsThinsOutWheelAndMotion(t *testing.T) {
	t.Parallel()
	up, down := tea.MouseWheelMsg{Button: tea.MouseWheelUp}, tea.MouseWheelMsg{Button: tea.MouseWheelDown}
	drag, move := tea.MouseMotionMsg{Button: tea.MouseLeft, X: 1}, tea.MouseMotionMsg{X: 2}
	click, release := tea.MouseClickMsg{Button: tea.MouseLeft}, tea.MouseReleaseMsg{Button: tea.MouseLeft}
	key := tea.KeyPressMsg{Code: 'a'}
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	filter := Events(false, func() time.Time { return now })
	for i, step := range []struct {
		after  time.Duration
		msg    tea.Msg
		passes bool
	}{
		{0, up, true}, {time.Millisecond, up, false}, {14 * time.Millisecond, up, false}, {time.Millisecond, up, true},
		{0, down, true}, {0, down, false}, {0, up, true},
		{0, drag, true}, {0, drag, false}, {0, move, true}, {0, click, true}, {0, click, true}, {0, release, true},
		{0, key, true}, {0, key, true}, {16 * time.Millisecond, move, true}, {0, tea.SuspendMsg{}, true},
	} {
		now = now.Add(step.after)
		if got := filter(nil, step.msg); (got != nil) != step.passes {
			t.Errorf("step %d, %T: passes %v, want %v", i, step.msg, got != nil, step.passes)
		}
	}
}

func TestEventsClampsSizes(t *testing.T) {
	t.Parallel()
	filter := Events(true, time.Now)
	if got := filter(nil, tea.WindowSizeMsg{Width: 1000, Height: 1000}); got != (tea.WindowSizeMsg{Width: 500, Height: 200}) {
		t.Errorf("got %v", got)
	}
}

func TestARemoteProgramCannotLeaveTheProcess(t *testing.T) {
	t.Parallel()
	remote, local := Events(true, time.Now), Events(false, time.Now)
	for _, msg := range []tea.Msg{tea.Suspend(), tea.ExecProcess(nil, nil)()} {
		if remote(nil, msg) != nil {
			t.Errorf("%T passes in a remote program", msg)
		}
		if local(nil, msg) == nil {
			t.Errorf("%T is dropped in a local program", msg)
		}
	}
	if _, ok := remote(nil, tea.Quit()).(tea.QuitMsg); !ok {
		t.Error("a remote program cannot quit")
	}
}
