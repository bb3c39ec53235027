package tuitest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Terminal is a pseudo terminal of the system, with what an operator sees of
// it: for tests of a whole process. Everything else is tested with a [Driver],
// which needs no waiting.
type Terminal struct {
	T     testing.TB
	Slave *os.File // what a program takes for its terminal

	master *os.File
	mu     sync.Mutex
	more   *sync.Cond
	screen *screen
	late   bool
}

// patience is how long a program may take for what it is awaited for.
const patience = time.Minute

// NewTerminal opens a pseudo terminal; the test is skipped where there are
// none.
func NewTerminal(t testing.TB, width, height int) *Terminal {
	t.Helper()
	master, slave := PseudoTerminal(t)
	term := &Terminal{T: t, Slave: slave, master: master, screen: &screen{vt: NewEmulator(width, height)}}
	term.more = sync.NewCond(&term.mu)
	term.Resize(width, height)
	go func() {
		for {
			var p [4096]byte
			n, err := master.Read(p[:])
			if err != nil {
				return
			}
			_, _ = term.screen.Write(p[:n])
			term.mu.Lock()
			term.more.Broadcast()
			term.mu.Unlock()
		}
	}()
	t.Cleanup(func() { slave.Close(); master.Close() })
	return term
}

// PseudoTerminal opens both sides of a pseudo terminal and leaves them to whoever
// asks; the test is skipped where there are none.
func PseudoTerminal(t testing.TB) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	var n int
	control(t, master, func(fd int) error { return unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0) })
	control(t, master, func(fd int) (err error) {
		n, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// SetSize gives a pseudo terminal a size.
func SetSize(t testing.TB, master *os.File, width, height int) {
	t.Helper()
	size := &unix.Winsize{Col: uint16(width), Row: uint16(height)}
	control(t, master, func(fd int) error { return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size) })
}

// Own has a command run with a terminal as its own, as a login shell would.
func Own(cmd *exec.Cmd, slave *os.File) {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
}

// control asks something of an open file without making its reads wait where
// closing it cannot end them.
func control(t testing.TB, f *os.File, ask func(fd int) error) {
	t.Helper()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = ask(int(fd)) }); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

// Resize gives the terminal another size; who sits at it is not told.
func (term *Terminal) Resize(width, height int) {
	term.T.Helper()
	SetSize(term.T, term.master, width, height)
	term.screen.resize(width, height)
}

// Start starts a command that has the terminal as its own, as a login shell
// would.
func (term *Terminal) Start(cmd *exec.Cmd) {
	term.T.Helper()
	Own(cmd, term.Slave)
	if err := cmd.Start(); err != nil {
		term.T.Fatal(err)
	}
	term.T.Cleanup(func() { _ = cmd.Process.Kill() })
}

// Send sends bytes, as keys do.
func (term *Terminal) Send(bytes string) {
	term.T.Helper()
	if _, err := term.master.WriteString(bytes); err != nil {
		term.T.Fatal(err)
	}
}

// Await returns when the program has drawn a text, and fails the test when it
// does not.
func (term *Terminal) Await(text string) {
	term.T.Helper()
	term.await(func() bool { return strings.Contains(term.Screen(), text) }, text)
}

// AwaitSent is Await for bytes as they are sent.
func (term *Terminal) AwaitSent(bytes string) {
	term.T.Helper()
	term.await(func() bool {
		term.screen.mu.Lock()
		defer term.screen.mu.Unlock()
		return strings.Contains(term.screen.log.String(), bytes)
	}, bytes)
}

func (term *Terminal) await(there func() bool, what string) {
	term.T.Helper()
	late := time.AfterFunc(patience, func() {
		term.mu.Lock()
		term.late = true
		term.more.Broadcast()
		term.mu.Unlock()
	})
	defer late.Stop()
	term.mu.Lock()
	defer term.mu.Unlock()
	for !there() {
		if term.late {
			term.T.Fatalf("%q has not come within %v:\n%s", what, patience, term.Screen())
		}
		term.more.Wait()
	}
}

// Screen is what the terminal shows.
func (term *Terminal) Screen() string { return strings.Join(term.screen.lines(), "\n") }

// HangUp closes the operator's side: a lost connection.
func (term *Terminal) HangUp() {
	term.Slave.Close()
	term.master.Close()
}

// Cooked tells whether the terminal edits lines and echoes, as a shell has it.
func (term *Terminal) Cooked() bool {
	term.T.Helper()
	var state *unix.Termios
	control(term.T, term.Slave, func(fd int) (err error) {
		state, err = unix.IoctlGetTermios(fd, unix.TCGETS)
		return err
	})
	return state.Lflag&(unix.ICANON|unix.ECHO|unix.ISIG) == unix.ICANON|unix.ECHO|unix.ISIG
}
