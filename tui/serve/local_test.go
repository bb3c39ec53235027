package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"beckon/model/text"
)

// poison ends a Bubble Tea v2.1.1 process, shown or typed.
var poison = "\x1b[" + strings.TrimSuffix(strings.Repeat("1;", 33), ";") + "m"

// marker is drawn in every view, to know when one has been.
const marker = "Beckon"

// model shows text, ends at q, and at a message of type ended.
type model struct {
	show    func() tea.View
	update  func(tea.Msg) tea.Cmd
	initial tea.Cmd
}

type ended struct{}

func (m model) Init() tea.Cmd { return m.initial }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case ended:
		return m, tea.Quit
	case tea.KeyPressMsg:
		if msg.Text == "q" {
			return m, tea.Quit
		}
	}
	if m.update != nil {
		return m, m.update(msg)
	}
	return m, nil
}

func (m model) View() tea.View {
	if m.show != nil {
		return m.show()
	}
	return tea.NewView(marker)
}

// screen is a terminal's side of a program: it keeps what was written and says
// when the marker was.
type screen struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	once  sync.Once
	drawn chan struct{}
}

func newScreen() *screen { return &screen{drawn: make(chan struct{})} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buf.Write(p)
	if bytes.Contains(s.buf.Bytes(), []byte(marker)) {
		s.once.Do(func() { close(s.drawn) })
	}
	return len(p), nil
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// endDrawn is a command that ends the program when the marker was drawn.
func (s *screen) endDrawn() tea.Msg {
	<-s.drawn
	return ended{}
}

// silent is a keyboard that nobody touches.
func silent() io.Reader {
	r, _ := io.Pipe()
	return r
}

// typed is a keyboard that sends s and then nothing.
func typed(s string) io.Reader { return io.MultiReader(strings.NewReader(s), silent()) }

// children are programs that a test runs in a process of their own.
var children = map[string]func() error{
	"poison shown raw": func() error {
		s := newScreen()
		m := model{show: func() tea.View { return tea.NewView(marker + "\n" + poison) }, initial: s.endDrawn}
		return bare(m, silent(), s)
	},
	"poison shown through text": func() error {
		s := newScreen()
		m := model{show: func() tea.View { return tea.NewView(marker + "\n" + text.Line(poison, 200)) }, initial: s.endDrawn}
		return bare(m, silent(), s)
	},
	"poison shown by a guarded program": func() error {
		s := newScreen()
		m := model{show: func() tea.View { return tea.NewView(marker + "\n" + poison) }, initial: s.endDrawn}
		return Local(context.Background(), m, Options{In: silent(), Out: NewOutput(s)})
	},
	"poison typed raw":                func() error { return bare(model{}, typed(poison+"q"), io.Discard) },
	"poison typed through the filter": func() error { return bare(model{}, NewInput(typed(poison+"q"), Limits{}), io.Discard) },
	"poison typed into a guarded program": func() error {
		return Local(context.Background(), model{}, Options{In: typed(poison + "q"), Out: NewOutput(io.Discard)})
	},
}

// bare runs m with nothing between it and the terminal.
func bare(m tea.Model, in io.Reader, out io.Writer) error {
	_, err := tea.NewProgram(m, tea.WithInput(in), tea.WithOutput(out), tea.WithWindowSize(80, 24),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithColorProfile(colorprofile.TrueColor), tea.WithoutSignalHandler()).Run()
	return err
}

const childVariable = "BECKON_SERVE_TEST_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		if err := children[name](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println("lived")
		return
	}
	os.Exit(m.Run())
}

func TestOneSequenceDoesNotEndTheProcess(t *testing.T) {
	t.Parallel()
	for name, lives := range map[string]bool{
		"poison shown raw":                    false, // the control: without protection it dies
		"poison shown through text":           true,
		"poison shown by a guarded program":   true,
		"poison typed raw":                    false,
		"poison typed through the filter":     true,
		"poison typed into a guarded program": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childVariable+"="+name)
			out, err := cmd.CombinedOutput()
			switch {
			case lives && (err != nil || string(out) != "lived\n"):
				t.Errorf("it died: %v\n%.2000s", err, out)
			case !lives && (err == nil || !bytes.Contains(out, []byte("index out of range [32] with length 32"))):
				t.Errorf("it did not die of what the protection is for: %v\n%.2000s", err, out)
			}
		})
	}
}

func TestAProgramUsesOnlyWhatTheGuardAllows(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"TERM=xterm-256color", "TERM=tmux-256color", "TERM=vt100", "TERM=xterm-kitty", "TERM=alacritty", "TERM=linux", "TERM=unheard-of"} {
		t.Run(env, func(t *testing.T) {
			t.Parallel()
			var (
				frames = [6]string{
					"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight", "two\nthree\nfour\nfive\nsix\nseven\neight\nnine",
					"zero\none\ntwo\nthree\nfour\nfive\nsix\nseven", strings.Repeat("=", 70) + "\n帐篷 ├──┤ 👩\u200d👧\n\n\n\n\nend",
					strings.Repeat("=", 20) + "xx" + strings.Repeat("=", 48) + "\n帐篷 ├──┤", "\x1b[1;3;4:3;38;2;10;20;30;48;2;40;50;60;58;2;70;80;90mstyle\x1b[m " + ansi.SetHyperlink("https://shop.example/cart") + "cart" + ansi.ResetHyperlink(),
				}
				s    = newScreen()
				out  = NewOutput(s)
				next = 0
			)
			m := model{
				show: func() tea.View {
					v := tea.NewView(frames[next%len(frames)])
					v.AltScreen = next < 5
					v.MouseMode = tea.MouseMode(next % 3)
					v.ReportFocus = next%2 == 0
					v.WindowTitle = fmt.Sprintf("%s %d", marker, next)
					v.KeyboardEnhancements.ReportEventTypes = next == 2
					if next%2 == 1 {
						v.Cursor = tea.NewCursor(3, 2)
						v.Cursor.Shape = tea.CursorBar
						v.BackgroundColor = ansi.RGBColor{R: 16, G: 16, B: 16}
						v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 10*next)
					}
					return v
				},
				initial: tea.Batch(tea.RequestBackgroundColor, tea.RequestCapability("RGB"), tea.RequestTerminalVersion),
			}
			m.update = func(msg tea.Msg) tea.Cmd {
				k, ok := msg.(tea.KeyPressMsg)
				if !ok || k.Text != "n" {
					return nil
				}
				if next++; next == len(frames) {
					return tea.Sequence(out.Copy("promo-7"), tea.Println("above"), func() tea.Msg { return ended{} })
				}
				return nil
			}
			// The next frame is asked for when the one before was drawn: its title
			// is how to know.
			keys, press := io.Pipe()
			asked := 0
			w := writerFunc(func(p []byte) (int, error) {
				n, err := s.Write(p)
				for strings.Contains(s.String(), fmt.Sprintf("%s %d", marker, asked)) {
					asked++
					go press.Write([]byte("n"))
				}
				return n, err
			})
			out.w = w
			modes := io.MultiReader(strings.NewReader("\x1b[?2026;2$y\x1b[?2027;2$y"), keys)
			if err := Local(context.Background(), m, Options{In: modes, Out: out, Environ: []string{env, "COLORTERM=truecolor"}, Width: 80, Height: 12}); err != nil {
				t.Fatal(err)
			}
			if n := out.Dropped(); n != 0 {
				t.Errorf("%d sequences of the program itself were dropped", n)
			}
			if !strings.Contains(s.String(), ansi.SetSystemClipboard("promo-7")) {
				t.Error("the announced copy was not written")
			}
		})
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestAPanicEndsTheProgramInOrder(t *testing.T) {
	t.Parallel()
	boom := func() { panic("b\x1b]0;oom\x07") }
	for name, m := range map[string]model{
		"in View":       {show: func() tea.View { boom(); return tea.View{} }},
		"in Update":     {update: func(tea.Msg) tea.Cmd { boom(); return nil }},
		"in a command":  {initial: func() tea.Msg { boom(); return nil }},
		"in a batch":    {initial: tea.Batch(func() tea.Msg { return nil }, func() tea.Msg { boom(); return nil })},
		"in a sequence": {initial: tea.Sequence(func() tea.Msg { return nil }, func() tea.Msg { boom(); return nil })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScreen()
			out := NewOutput(s)
			if m.show == nil {
				m.show = func() tea.View {
					v := tea.NewView(marker)
					v.AltScreen = true
					return v
				}
			}
			err := Local(context.Background(), m, Options{In: silent(), Out: out})
			var p *PanicError
			if !errors.As(err, &p) || err.Error() != "the program failed: b␛]0;oom␇" || !bytes.Contains(p.Stack, []byte("local_test.go")) {
				t.Errorf("error %v", err)
			}
			on, off := strings.Count(s.String(), ansi.SetModeAltScreenSaveCursor), strings.Count(s.String(), ansi.ResetModeAltScreenSaveCursor)
			if on != off || out.Dropped() != 0 {
				t.Errorf("alternate screen on %d times, off %d; %d dropped", on, off, out.Dropped())
			}
		})
	}
}

func TestAContextEndsTheProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	s := newScreen()
	m := model{initial: func() tea.Msg { <-s.drawn; cancel(); return nil }}
	if err := Local(ctx, m, Options{In: silent(), Out: NewOutput(s)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDefuse(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("1;", 30)
	for in, want := range map[string]string{
		"plain":                         "plain",
		strings.Repeat("a;b:", 100):     strings.Repeat("a;b:", 100),
		"a\x1b[" + many + "mb":          "a\ufffdmb",
		"a\x1bP" + many + "qb":          "a\ufffdqb",
		"a\x1b  [" + many + "mb":        "a\ufffdmb",
		"a\x9b" + many + "mb":           "a\ufffdmb",
		"\x1b]0;✛" + many + "m":         "\x1b]0;\ufffdm",
		"\x1b[" + many[:58] + "mx":      "\x1b[" + many[:58] + "mx",
		"\x1b\x1b[" + many + "m\x1b[":   "\x1b\ufffdm\x1b[",
		poison + "\x1b[31mred" + poison: "\ufffdm\x1b[31mred\ufffdm",
	} {
		if got := defuse(in); got != want {
			t.Errorf("defuse(%q) = %q, want %q", in, got, want)
		}
	}
}
