package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestWhatIsTypedIsShownAndCanBeCorrected(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ typed, read, shown string }{
		"a line":                        {"help\r", "help\n", "help\n"},
		"two, with either end":          {"a\nb\r", "a\nb\n", "a\nb\n"},
		"carriage return and line feed": {"a\r\nb\r\n", "a\nb\n", "a\nb\n"},
		"backspace":                     {"ab\x7fc\r", "ac\n", "ab\b \bc\n"},
		"backspace on nothing":          {"\x7f\bx\r", "x\n", "x\n"},
		"a rune is one":                 {"aé\x7fb\r", "ab\n", "aé\b \bb\n"},
		"a wide one takes two columns":  {"火\x7fb\r", "b\n", "火\b \b\b \bb\n"},
		"ctrl+u":                        {"abc\x15d\r", "d\n", "abc\b \b\b \b\b \bd\n"},
		"ctrl+w":                        {"one two  \x17x\r", "one x\n", "one two  " + strings.Repeat("\b \b", 5) + "x\n"},
		"ctrl+w on one word":            {"one\x17x\r", "x\n", "one" + strings.Repeat("\b \b", 3) + "x\n"},
		"arrows do nothing":             {"a\x1b[A\x1b[1;5C\x1bOPb\r", "ab\n", "ab\n"},
		"other keys do nothing":         {"a\x01\x00\tb\x1b\x1bxc\r", "abc\n", "abc\n"},
		"ctrl+c ends":                   {"a\rb\x03c\r", "a\n", "a\nb^C\n"},
		"ctrl+d ends on an empty line":  {"a\r\x04b\r", "a\n", "a\n"},
		"ctrl+d behind text is nothing": {"a\x04b\r", "ab\n", "ab\n"},
		"a line without end is none":    {"a\rb", "a\n", "a\nb"},
		"a line is not longer":          {strings.Repeat("x", maxTyped+5) + "\r", strings.Repeat("x", maxTyped) + "\n", strings.Repeat("x", maxTyped) + "\n"},
	} {
		for how, r := range map[string]io.Reader{"at once": strings.NewReader(tt.typed), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.typed))} {
			var shown bytes.Buffer
			read, err := io.ReadAll(newTyping(r, &shown))
			if err != nil || string(read) != tt.read || shown.String() != tt.shown {
				t.Errorf("%s, %s: read %.40q, shown %.40q, %v", name, how, read, shown.String(), err)
			}
		}
	}
}

// echo talks: it gives back what it reads, until quit.
func echo(_ context.Context, c *Client, in io.Reader, out io.Writer) error {
	fmt.Fprintf(out, "%s, %q.\n", c.Operator, c.Line)
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := in.Read(b); err != nil {
			fmt.Fprintln(out, "The input ended.")
			return nil
		}
		if line = append(line, b[0]); b[0] != '\n' {
			continue
		}
		if string(line) == "quit\n" {
			return nil
		}
		fmt.Fprintf(out, "You said %s", line)
		line = line[:0]
	}
}

// talking is a server with commands and with whom to talk.
func talking(c *Config) {
	c.Lines = echo
	c.Opens = func(line string) Opened {
		return map[string]Opened{"console": Drawn, "lines": InLines}[line]
	}
	c.Command = func(_ context.Context, _ *Client, line string, in io.Reader, out, errs io.Writer) int {
		n, err := io.Copy(io.Discard, in)
		if err != nil {
			fmt.Fprintln(errs, err)
			return 2
		}
		fmt.Fprintln(out, line, n)
		return 0
	}
}

func (s *shell) line(line string) {
	s.r.t.Helper()
	if !s.ask("exec", struct{ Line string }{line}) {
		s.r.t.Fatalf("%s was refused", line)
	}
}

func TestALineOpensAConsole(t *testing.T) {
	t.Parallel()
	served(t, talking, func(r *rig) {
		drawn := r.channel(r.client("ana"))
		drawn.ask("pty-req", ptyRequest{"xterm", 80, 24, 0, 0, ""})
		drawn.line("console")
		<-drawn.screen.drawn
		r.seen(func() { r.expect("asked for", r.opened[0].Line, "console") })
		fmt.Fprint(drawn, "q")
		status, _ := drawn.ends()
		r.expect("status", status, 0)

		blind := r.channel(r.client("ana"))
		blind.line("console")
		status, shown := blind.ends()
		r.expect("status without a terminal", status, exitUsage)
		if !strings.Contains(shown, "--accessible") {
			t.Errorf("shown: %q", shown)
		}

		other := r.channel(r.client("ana"))
		other.line("something else")
		other.CloseWrite()
		_, shown = other.ends()
		r.expect("a command", shown, "something else 0\n")
	})
	served(t, nil, func(r *rig) { // without commands and consoles by name
		if r.channel(r.client("ana")).ask("exec", struct{ Line string }{"console"}) {
			t.Error("granted")
		}
	})
}

func TestAnOperatorIsTalkedWith(t *testing.T) {
	t.Parallel()
	served(t, talking, func(r *rig) {
		pipe := r.channel(r.client("ana"))
		pipe.line("lines")
		fmt.Fprint(pipe, "one\ntwo\n")
		pipe.CloseWrite()
		status, shown := pipe.ends()
		r.expect("status", status, 0)
		r.expect("shown", shown, "ana, \"lines\".\nYou said one\nYou said two\nThe input ended.\n")

		tty := r.channel(r.client("ana"))
		tty.ask("pty-req", ptyRequest{"xterm", 80, 24, 0, 0, ""})
		tty.line("lines")
		fmt.Fprint(tty, "one\rqwit\x7f\x7fit\rquit\r")
		status, shown = tty.ends()
		r.expect("status on a terminal", status, 0)
		r.expect("shown on a terminal", fmt.Sprintf("%q", shown), fmt.Sprintf("%q",
			"ana, \"lines\".\r\none\r\nYou said one\r\nqwit\b \b\b \bit\r\nYou said qwit\r\nquit\r\n"))
	})
}

func TestWhoIsTalkedWithIsCutLikeAnybodyElse(t *testing.T) {
	t.Parallel()
	served(t, talking, func(r *rig) {
		s := r.channel(r.client("ana"))
		s.line("lines")
		began := time.Now()
		status, shown := s.ends()
		r.expect("status", status, ^uint32(0)) // it waits for its input, and the connection is closed
		r.expect("cut after", time.Since(began).Round(time.Minute), 30*time.Minute)
		if !strings.Contains(shown, "Note: Without a key, this session ends in 1m0s.\n") {
			t.Errorf("no warning: %q", shown)
		}
	})
	polite := func(c *Config) {
		talking(c)
		c.Lines = func(ctx context.Context, _ *Client, _ io.Reader, _ io.Writer) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}
	served(t, polite, func(r *rig) {
		s := r.channel(r.client("ana"))
		s.line("lines")
		r.seen(func() {})
		r.stop()
		status, shown := s.ends()
		r.expect("status", status, exitCut)
		if !strings.Contains(shown, "the server is being stopped") {
			t.Errorf("no word at the end: %q", shown)
		}
	})
}

func TestTheInputOfACommandIsTakenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	for bound, want := range map[int]string{1000: "count 1000\n", 999: "the input is longer than this server takes\n", 5000: "count 1000\n"} {
		served(t, func(c *Config) { talking(c); c.Bounds.CommandInputSize = bound }, func(r *rig) {
			s := r.channel(r.client("ana"))
			s.line("count")
			s.Write(bytes.Repeat([]byte("x"), 1000))
			s.CloseWrite()
			_, shown := s.ends()
			r.expect("shown", shown, want)
		})
	}
	b := &bounded{iotest.ErrReader(errors.New("broken")), 0}
	if _, err := b.Read(make([]byte, 1)); err == nil || err.Error() != "broken" {
		t.Errorf("an error at the end: %v", err)
	}
}

func TestACommandThatWaitsForItsClientEndsWithItsOperator(t *testing.T) {
	t.Parallel()
	served(t, talking, func(r *rig) {
		s := r.channel(r.client("ana"))
		s.line("count")
		s.Write([]byte("half of it"))
		synctest.Wait()
		began := time.Now()
		r.bar("ana")
		r.server.Recheck(t.Context())
		_, shown := s.ends()
		r.expect("ended after", time.Since(began), time.Duration(0))
		if !strings.HasSuffix(shown, "Beckon: you are no longer let in.\n") {
			t.Errorf("shown: %q", shown)
		}
	})
}
