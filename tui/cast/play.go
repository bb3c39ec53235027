package cast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"beckon/tui/layout"
	"beckon/tui/pane"
)

// Clock is a simulated one: it stands still but for [Play].
type Clock struct{ start, now time.Time }

// NewClock makes a clock that shows a time.
func NewClock(at time.Time) *Clock { return &Clock{at, at} }

// Now is what it shows.
func (c *Clock) Now() time.Time { return c.now }

// Since is how far it has gone.
func (c *Clock) Since() time.Duration { return c.now.Sub(c.start) }

// Options say how [Play] plays.
type Options struct {
	Clock *Clock // the one that the model goes by, too
	Size  layout.Size
	Out   io.Writer
	// Over is asked after each frame whether that was the last one.
	Over func() bool
	// Most is how much simulated time may go by.
	Most time.Duration
}

// ErrEndless is wrapped by Play where a model did not come to its end.
var ErrEndless = errors.New("it does not come to an end")

// Play runs a model without a terminal and writes its frames. One thing is done
// after the other, commands too; time goes by only where the model waits for
// the clock with [pane.After], and then at once. What waits for others
// otherwise is not run: nobody else is there.
func Play(ctx context.Context, m tea.Model, o Options) error {
	s := &stage{model: m, o: o}
	s.update(tea.WindowSizeMsg{Width: o.Size.W, Height: o.Size.H})
	s.update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	s.run(m.Init())
	s.write("\x1b[?1049h\x1b[?25l\x1b[2J")
	for {
		s.draw()
		switch {
		case s.err != nil:
			return s.err
		case ctx.Err() != nil:
			return ctx.Err()
		case s.quit, o.Over != nil && o.Over():
			return nil
		case len(s.timers) == 0:
			return fmt.Errorf("nothing more happens: %w", ErrEndless)
		}
		due := s.next()
		if due.Sub(o.Clock.start) > o.Most {
			return fmt.Errorf("%v went by: %w", o.Most, ErrEndless)
		}
		o.Clock.now = due
		for _, msg := range s.due() {
			s.update(msg)
		}
	}
}

// stage is a model that is played.
type stage struct {
	model  tea.Model
	o      Options
	timers []timer // in the order they were set
	rows   []string
	title  string
	quit   bool
	err    error
}

type timer struct {
	at  time.Time
	msg tea.Msg
}

func (s *stage) update(msg tea.Msg) {
	next, cmd := s.model.Update(msg)
	s.model = next
	s.run(cmd)
}

// run does a command and all that follows from it.
func (s *stage) run(cmd tea.Cmd) {
	if cmd == nil || s.quit {
		return
	}
	switch m := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			s.run(c)
		}
	case pane.Waiting:
		if m.Msg != nil {
			s.timers = append(s.timers, timer{s.o.Clock.now.Add(max(0, m.After)), m.Msg})
		}
	case tea.QuitMsg:
		s.quit = true
	default:
		if list, ok := pane.Sequence(m); ok {
			for _, c := range list {
				s.run(c)
			}
			return
		}
		s.update(m)
	}
}

// next is when the first timer is due.
func (s *stage) next() time.Time {
	first := s.timers[0].at
	for _, t := range s.timers {
		if t.at.Before(first) {
			first = t.at
		}
	}
	return first
}

// due takes the messages of the timers that are due.
func (s *stage) due() []tea.Msg {
	var out []tea.Msg
	var later []timer
	for _, t := range s.timers {
		if t.at.After(s.o.Clock.now) {
			later = append(later, t)
		} else {
			out = append(out, t.msg)
		}
	}
	s.timers = later
	return out
}

// draw writes the rows that changed since the last frame.
func (s *stage) draw() {
	v := s.model.View()
	rows := strings.Split(v.Content, "\n")
	var b strings.Builder
	if v.WindowTitle != s.title {
		s.title = v.WindowTitle
		b.WriteString("\x1b]2;" + s.title + "\x1b\\")
	}
	for y, row := range rows {
		if y >= s.o.Size.H {
			break
		}
		if y >= len(s.rows) || s.rows[y] != row {
			fmt.Fprintf(&b, "\x1b[%d;1H%s\x1b[m", y+1, row)
		}
	}
	s.rows = rows
	if b.Len() > 0 {
		s.write(b.String())
	}
}

func (s *stage) write(data string) {
	if s.err != nil {
		return
	}
	if _, err := io.WriteString(s.o.Out, data); err != nil {
		s.err = fmt.Errorf("writing a frame: %w", err)
	}
}
