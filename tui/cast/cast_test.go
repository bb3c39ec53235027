package cast_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"beckon/tui/cast"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

var morning = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func header(w, h int) cast.Header {
	return cast.Header{Width: w, Height: h, Started: morning, Title: "a <title>", Term: "xterm"}
}

func TestTheFileIsAnAsciicast(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var now time.Duration
	c, err := cast.NewWriter(&out, header(80, 24), func() time.Duration { return now })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "\x1b[1mbold\x1b[m \"quoted\" \\ <b> é\r\n")
	now = 1500 * time.Millisecond
	c.Resize(80, 24) // as it was
	c.Resize(100, 30)
	now = time.Second // a clock that was set back
	fmt.Fprint(c, "x")
	want := `{"version":2,"width":80,"height":24,"timestamp":1772442000,"title":"a <title>","env":{"TERM":"xterm"}}
[0.000000,"o","\u001b[1mbold\u001b[m \"quoted\" \\ <b> é\r\n"]
[1.500000,"r","100x30"]
[1.500000,"o","x"]
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if c.Length() != 1500*time.Millisecond || c.Err() != nil {
		t.Errorf("length %v, error %v", c.Length(), c.Err())
	}
}

func TestWhateverWayOutputIsCutTheRecordingIsTheSameText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aé▌🙂\x1b\r\n\"\\漢"))).Draw(t, "text")
		var out bytes.Buffer
		c, err := cast.NewWriter(&out, header(80, 24), func() time.Duration { return 0 })
		if err != nil {
			t.Fatal(err)
		}
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			if m, err := c.Write(rest[:n]); m != n || err != nil {
				t.Fatalf("wrote %d of %d: %v", m, n, err)
			}
			rest = rest[n:]
		}
		got := ""
		for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n")[1:] {
			var ev []any
			if err := json.Unmarshal([]byte(line), &ev); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			got += ev[2].(string)
		}
		if got != text {
			t.Fatalf("recorded %q of %q", got, text)
		}
	})
}

// short takes so many writes.
type short struct {
	bytes.Buffer
	left int
}

func (s *short) Write(p []byte) (int, error) {
	if s.left--; s.left < 0 {
		return 0, errors.New("the disk is full")
	}
	return s.Buffer.Write(p)
}

func TestAFullDiskStopsTheRecordingAndNotTheConsole(t *testing.T) {
	t.Parallel()
	out := &short{left: 3}
	c, err := cast.NewWriter(out, header(80, 24), func() time.Duration { return 0 })
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if n, err := c.Write([]byte("frame")); n != 5 || err != nil {
			t.Fatalf("the console sees %d, %v", n, err)
		}
	}
	if c.Err() == nil || !strings.Contains(c.Err().Error(), "the disk is full") {
		t.Errorf("error %v", c.Err())
	}
	if r := tuitest.Replay(t, out.Bytes()); r.Lines != 2 {
		t.Errorf("%d lines are left", r.Lines)
	}
}

// counter counts seconds up to a number, by ticks, and draws them.
type counter struct {
	clock *cast.Clock
	size  tea.WindowSizeMsg
	n     int
	most  int
}

type second struct{}

func (c *counter) Init() tea.Cmd {
	never := pane.Wait(func() tea.Msg { panic("waits for others") })
	return tea.Batch(never, tea.Sequence(func() tea.Msg { return nil }, pane.After(time.Second, second{})))
}

func (c *counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		c.size = m
	case second:
		if c.n++; c.n == c.most {
			return c, tea.Quit
		}
		return c, pane.After(time.Second, second{})
	}
	return c, nil
}

func (c *counter) View() tea.View {
	rows := make([]string, c.size.Height)
	for i := range rows {
		rows[i] = strings.Repeat(" ", c.size.Width)
	}
	rows[1] = fmt.Sprintf("%-*s", c.size.Width, fmt.Sprintf("%d at %s", c.n, c.clock.Now().Format("15:04:05")))
	return tea.NewView(strings.Join(rows, "\n"))
}

func play(t *testing.T, most int) (string, error) {
	t.Helper()
	var out bytes.Buffer
	clock := cast.NewClock(morning)
	w, err := cast.NewWriter(&out, header(30, 5), clock.Since)
	if err != nil {
		t.Fatal(err)
	}
	err = cast.Play(context.Background(), &counter{clock: clock, most: most}, cast.Options{Clock: clock, Size: layout.Size{W: 30, H: 5}, Out: w, Most: time.Hour})
	return out.String(), err
}

func TestAnHourIsPlayedAtOnceAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	first, err := play(t, 3000)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := play(t, 3000); again != first {
		t.Error("played again, it is another recording")
	}
	r := tuitest.Replay(t, []byte(first))
	if !strings.Contains(r.Screen(), "3000 at 09:50:00") || r.Length != 3000 {
		t.Errorf("ends after %v s with\n%s", r.Length, r.Screen())
	}
	if n := strings.Count(r.Output, "\x1b[1;1H"); n != 1 {
		t.Errorf("the first row, which never changes, is written %d times", n)
	}
}

func TestWhatHasNoEndIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := play(t, -1); !errors.Is(err, cast.ErrEndless) {
		t.Errorf("error %v", err)
	}
}

func TestAFileThatBreaksOffIsValidUpToItsLastLine(t *testing.T) {
	t.Parallel()
	whole, err := play(t, 20)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		if i := strings.LastIndexByte(whole[:cut], '\n'); i >= 0 {
			tuitest.Replay(t, []byte(whole[:i+1]))
		}
	}
}
