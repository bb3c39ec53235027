package serve

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"

	"beckon/tui/tuitest"
)

// TestOnATerminal proves that filter and guard leave Bubble Tea what it needs of
// a terminal: raw mode by the input's descriptor, a reader that can be
// canceled, the size by the output's descriptor, the signal of a new size.
func TestOnATerminal(t *testing.T) {
	t.Parallel()
	term := tuitest.NewTerminal(t, 100, 30)
	var pasted int
	size, keys := "", ""
	m := model{}
	m.show = func() tea.View {
		v := tea.NewView(fmt.Sprintf("size=%s keys=%s pasted=%d.", size, keys, pasted))
		v.AltScreen = true
		return v
	}
	m.update = func(msg tea.Msg) tea.Cmd {
		switch msg := msg.(type) {
		case tea.WindowSizeMsg:
			size = fmt.Sprintf("%dx%d", msg.Width, msg.Height)
		case tea.KeyPressMsg:
			keys += "<" + msg.String() + ">"
		case tea.PasteMsg:
			pasted = len(msg.Content)
		}
		return nil
	}
	var mu sync.Mutex
	var cuts []Cut
	limits := Limits{Paste: 100, OnCut: func(c Cut) { mu.Lock(); cuts = append(cuts, c); mu.Unlock() }}
	out := NewOutput(term.Slave)
	done := make(chan error)
	go func() {
		done <- Local(context.Background(), m, Options{In: term.Slave, Out: out, Limits: limits, Environ: []string{"TERM=xterm-256color"}})
	}()

	term.AwaitSent("size=100x30")
	if term.Cooked() {
		t.Error("the terminal is not in raw mode while the program runs")
	}
	press := func(keys, want string) {
		term.Send(keys)
		term.AwaitSent(want)
	}
	press("\x1b[A", "<up>")
	press("ě", "<ě>")
	press("\x03", "<ctrl+c>") // a key, not a signal
	press("\x1b", "<esc>")    // at once, nothing else follows
	press(poison+"b", "<b>")
	press("\x1b[200~"+strings.Repeat("x", 300)+"\x1b[201~", "100.")
	term.Resize(1000, 3)
	if err := unix.Kill(os.Getpid(), unix.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	term.AwaitSent("500x5")
	term.Send("q")
	if err := <-done; err != nil {
		t.Error(err)
	}
	term.AwaitSent(ansi.ResetModeAltScreenSaveCursor)
	if !term.Cooked() {
		t.Error("the terminal is still in raw mode")
	}
	mu.Lock()
	defer mu.Unlock()
	if fmt.Sprint(cuts) != fmt.Sprint([]Cut{CutParams, CutPaste}) || out.Dropped() != 0 {
		t.Errorf("cuts %q, %d dropped", cuts, out.Dropped())
	}
}

func TestAPanicGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	term := tuitest.NewTerminal(t, 80, 24)
	m := model{}
	m.update = func(msg tea.Msg) tea.Cmd {
		if _, ok := msg.(tea.KeyPressMsg); ok {
			panic("boom")
		}
		return nil
	}
	m.show = func() tea.View { v := tea.NewView(marker); v.AltScreen = true; return v }
	done := make(chan error)
	go func() {
		done <- Local(context.Background(), m, Options{In: term.Slave, Out: NewOutput(term.Slave), Environ: []string{"TERM=xterm-256color"}})
	}()
	term.AwaitSent(marker)
	term.Send("x")
	if err := <-done; err == nil || err.Error() != "the program failed: boom" {
		t.Errorf("error %v", err)
	}
	term.AwaitSent(ansi.ResetModeAltScreenSaveCursor)
	if !term.Cooked() {
		t.Error("the terminal is still in raw mode")
	}
}
