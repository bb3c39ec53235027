package tuitest

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/hinshun/vt10x"

	"beckon/tui/layout"
)

// settle is how long the driver lets the program work after each input, in
// simulated time: longer than the pause that tells a lone escape from a
// sequence, and than a frame.
const settle = 150 * time.Millisecond

// linger is how long the bubble goes on after the program ended, so that
// every pending tick has fired.
const linger = time.Minute

// Driver uses a running program. Its methods return when the program is idle
// again.
type Driver struct {
	T       *testing.T
	program *tea.Program
	keys    *io.PipeWriter
	screen  *screen
	done    chan struct{}
	err     error
}

// Options are the terminal that [RunWith] starts the program on. The zero
// value is an 80x24 terminal of 256 colors.
type Options struct {
	Size    layout.Size
	Profile colorprofile.Profile
	Env     []string // besides TERM
}

// Run starts the program that start makes on a terminal of the given size and
// lets use drive it. Both run in a synctest bubble: time.Now is simulated
// there, and is the clock to give a session.
func Run(t *testing.T, size layout.Size, start func() tea.Model, use func(*Driver)) {
	t.Helper()
	RunWith(t, Options{Size: size}, start, use)
}

// RunWith is [Run] on another terminal.
func RunWith(t *testing.T, o Options, start func() tea.Model, use func(*Driver)) {
	t.Helper()
	if o.Size.W == 0 {
		o.Size = layout.Size{W: 80, H: 24}
	}
	if o.Profile == colorprofile.Unknown {
		o.Profile = colorprofile.ANSI256
	}
	synctest.Test(t, func(t *testing.T) {
		in, keys := io.Pipe()
		d := &Driver{T: t, keys: keys, done: make(chan struct{})}
		d.screen = &screen{vt: NewEmulator(o.Size.W, o.Size.H)}
		d.program = tea.NewProgram(start(),
			tea.WithContext(t.Context()), tea.WithInput(in), tea.WithOutput(d.screen),
			tea.WithEnvironment(append([]string{"TERM=xterm-256color", "SSH_TTY=/dev/null"}, o.Env...)),
			tea.WithColorProfile(o.Profile), tea.WithWindowSize(o.Size.W, o.Size.H),
			tea.WithFPS(30), tea.WithoutSignalHandler())
		go func() {
			defer close(d.done)
			_, d.err = d.program.Run()
		}()
		defer func() {
			d.program.Quit()
			<-d.done
			keys.Close()
			in.Close()
			time.Sleep(linger)
		}()
		d.idle()
		use(d)
	})
}

func (d *Driver) idle() {
	time.Sleep(settle)
	synctest.Wait()
}

// Wait lets simulated time pass.
func (d *Driver) Wait(t time.Duration) {
	time.Sleep(t)
	synctest.Wait()
}

// Press presses keys by their names, as the keymap spells them: "down",
// "ctrl+p", "space", "?".
func (d *Driver) Press(keys ...string) {
	d.T.Helper()
	for _, k := range keys {
		b, ok := keyBytes(k)
		if !ok {
			d.T.Fatalf("no legacy terminal sends the key %q", k)
		}
		d.send(b)
	}
}

// Type types a text, a key for each character.
func (d *Driver) Type(s string) {
	d.T.Helper()
	for _, r := range s {
		d.send(string(r))
	}
}

// Paste pastes a text, bracketed as terminals do.
func (d *Driver) Paste(s string) {
	d.T.Helper()
	d.send("\x1b[200~" + s + "\x1b[201~")
}

// Send sends bytes as they are: replies of a terminal, or what should do
// nothing.
func (d *Driver) Send(bytes string) {
	d.T.Helper()
	d.send(bytes)
}

func (d *Driver) send(s string) {
	if d.Ended() {
		return
	}
	_, _ = io.WriteString(d.keys, s)
	d.idle()
}

// Message hands the program a message, as a command's result.
func (d *Driver) Message(msg tea.Msg) {
	d.program.Send(msg)
	d.idle()
}

// Resize changes the size of the terminal.
func (d *Driver) Resize(w, h int) {
	d.screen.resize(w, h)
	d.program.Send(tea.WindowSizeMsg{Width: w, Height: h})
	d.idle()
}

// Click presses and releases the left button on a cell.
func (d *Driver) Click(x, y int) {
	d.T.Helper()
	d.send(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x+1, y+1, x+1, y+1))
}

// ClickText clicks the first cell of a text on the screen.
func (d *Driver) ClickText(s string) {
	d.T.Helper()
	x, y, ok := d.Find(s)
	if !ok {
		d.T.Fatalf("%q is not on the screen:\n%s", s, d.Screen())
	}
	d.Click(x, y)
}

// Wheel turns the wheel above a cell; negative is up.
func (d *Driver) Wheel(x, y, n int) {
	d.T.Helper()
	button := 65
	if n < 0 {
		button, n = 64, -n
	}
	for range n {
		d.send(fmt.Sprintf("\x1b[<%d;%d;%dM", button, x+1, y+1))
	}
}

// Drag presses the left button on one cell, moves to another and releases it.
func (d *Driver) Drag(x1, y1, x2, y2 int) {
	d.T.Helper()
	d.send(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<32;%d;%dM\x1b[<0;%d;%dm", x1+1, y1+1, x2+1, y2+1, x2+1, y2+1))
}

// Find gives the cell where a text begins on the screen.
func (d *Driver) Find(s string) (x, y int, ok bool) {
	for y, line := range d.screen.lines() {
		if i := strings.Index(line, s); i >= 0 {
			return len([]rune(line[:i])), y, true
		}
	}
	return 0, 0, false
}

// Expect fails the test unless every text is on the screen.
func (d *Driver) Expect(texts ...string) {
	d.T.Helper()
	for _, s := range texts {
		if _, _, ok := d.Find(s); !ok {
			d.T.Fatalf("%q is not on the screen:\n%s", s, d.Screen())
		}
	}
}

// ExpectNot fails the test if one of the texts is on the screen.
func (d *Driver) ExpectNot(texts ...string) {
	d.T.Helper()
	for _, s := range texts {
		if _, _, ok := d.Find(s); ok {
			d.T.Fatalf("%q is on the screen:\n%s", s, d.Screen())
		}
	}
}

// Screen is what the terminal shows, blanks at the ends of lines left out.
func (d *Driver) Screen() string {
	lines := d.screen.lines()
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Line is one line of the screen with all its blanks.
func (d *Driver) Line(y int) string {
	if lines := d.screen.lines(); y >= 0 && y < len(lines) {
		return lines[y]
	}
	return ""
}

// Cell is one cell with its colors.
func (d *Driver) Cell(x, y int) vt10x.Glyph {
	d.screen.vt.Lock()
	defer d.screen.vt.Unlock()
	return d.screen.vt.Cell(x, y)
}

// Cursor tells where the terminal's cursor is, and whether it is seen.
func (d *Driver) Cursor() (x, y int, visible bool) {
	d.screen.vt.Lock()
	defer d.screen.vt.Unlock()
	c := d.screen.vt.Cursor()
	return c.X, c.Y, d.screen.vt.CursorVisible()
}

// Title is the title of the window.
func (d *Driver) Title() string {
	d.screen.vt.Lock()
	defer d.screen.vt.Unlock()
	return d.screen.vt.Title()
}

// Sent gives all bytes that the program has sent and forgets them.
func (d *Driver) Sent() string { return d.screen.sent() }

// Ended tells whether the program has left.
func (d *Driver) Ended() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

// Err is what the program left with, once it ended.
func (d *Driver) Err() error {
	<-d.done
	return d.err
}

// screen is the terminal: it draws what the program sends, with the line
// discipline that a raw line lacks.
type screen struct {
	mu  sync.Mutex
	vt  *Emulator
	log strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Write(p)
	b := make([]byte, 0, len(p)+16)
	for i, c := range p {
		if c == '\n' && (i == 0 || p[i-1] != '\r') {
			b = append(b, '\r')
		}
		b = append(b, c)
	}
	if _, err := s.vt.Write(b); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *screen) resize(w, h int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vt.Resize(w, h)
}

func (s *screen) sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.log.String()
	s.log.Reset()
	return out
}

func (s *screen) lines() []string {
	s.vt.Lock()
	defer s.vt.Unlock()
	w, h := s.vt.Size()
	out := make([]string, h)
	for y := range out {
		line := make([]rune, w)
		for x := range line {
			if line[x] = s.vt.Cell(x, y).Char; line[x] < ' ' {
				line[x] = ' '
			}
		}
		out[y] = string(line)
	}
	return out
}
