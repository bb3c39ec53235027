package serve

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"
)

// terminal is a pseudo terminal: what an operator sits at.
type terminal struct {
	master, slave *os.File

	mu   sync.Mutex
	out  bytes.Buffer
	more *sync.Cond
}

func newTerminal(t *testing.T, width, height uint16) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var n int
	if err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err == nil {
		n, err = unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{master: master, slave: slave}
	term.more = sync.NewCond(&term.mu)
	term.resize(t, width, height)
	go func() {
		for {
			var p [4096]byte
			n, err := master.Read(p[:])
			if err != nil {
				return
			}
			term.mu.Lock()
			term.out.Write(p[:n])
			term.more.Broadcast()
			term.mu.Unlock()
		}
	}()
	t.Cleanup(func() { slave.Close(); master.Close() })
	return term
}

func (term *terminal) resize(t *testing.T, width, height uint16) {
	t.Helper()
	if err := unix.IoctlSetWinsize(int(term.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: width, Row: height}); err != nil {
		t.Fatal(err)
	}
}

// await returns when the program has written s.
func (term *terminal) await(s string) {
	term.mu.Lock()
	defer term.mu.Unlock()
	for !bytes.Contains(term.out.Bytes(), []byte(s)) {
		term.more.Wait()
	}
}

// cooked reports whether the terminal edits lines and echoes, as a shell has it.
func (term *terminal) cooked(t *testing.T) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&(unix.ICANON|unix.ECHO|unix.ISIG) == unix.ICANON|unix.ECHO|unix.ISIG
}

// TestOnATerminal proves that filter and guard leave Bubble Tea what it needs of
// a terminal: raw mode by the input's descriptor, a reader that can be
// canceled, the size by the output's descriptor, the signal of a new size.
func TestOnATerminal(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 100, 30)
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
	out := NewOutput(term.slave)
	done := make(chan error)
	go func() {
		done <- Local(context.Background(), m, Options{In: term.slave, Out: out, Limits: limits, Environ: []string{"TERM=xterm-256color"}})
	}()

	term.await("size=100x30")
	if term.cooked(t) {
		t.Error("the terminal is not in raw mode while the program runs")
	}
	press := func(keys, want string) {
		term.master.WriteString(keys)
		term.await(want)
	}
	press("\x1b[A", "<up>")
	press("ě", "<ě>")
	press("\x03", "<ctrl+c>") // a key, not a signal
	press("\x1b", "<esc>")    // at once, nothing else follows
	press(poison+"b", "<b>")
	press("\x1b[200~"+strings.Repeat("x", 300)+"\x1b[201~", "100.")
	term.resize(t, 1000, 3)
	if err := unix.Kill(os.Getpid(), unix.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	term.await("500x5")
	term.master.WriteString("q")
	if err := <-done; err != nil {
		t.Error(err)
	}
	term.await(ansi.ResetModeAltScreenSaveCursor)
	if !term.cooked(t) {
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
	term := newTerminal(t, 80, 24)
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
		done <- Local(context.Background(), m, Options{In: term.slave, Out: NewOutput(term.slave), Environ: []string{"TERM=xterm-256color"}})
	}()
	term.await(marker)
	term.master.WriteString("x")
	if err := <-done; err == nil || err.Error() != "the program failed: boom" {
		t.Errorf("error %v", err)
	}
	term.await(ansi.ResetModeAltScreenSaveCursor)
	if !term.cooked(t) {
		t.Error("the terminal is still in raw mode")
	}
}
