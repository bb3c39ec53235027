package serve

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

// remoteFPS is the rate of frames over a network, where bytes and the server's
// time are shared.
const remoteFPS = 30

// What an operator is told behind his console, on the terminal as it was before.
const (
	failed = "Beckon: the console failed; the log of the server says how." + kept
	kept   = " What you were writing is kept as a draft."
)

func (s *session) client(out *Output) *Client {
	who := s.conn.who
	c := &Client{Operator: who.operator.Name, Key: ssh.FingerprintSHA256(who.key), Address: s.conn.address, Environ: s.environ()}
	if out != nil {
		c.Copy = out.Copy
	}
	return c
}

func (s *session) environ() []string {
	return Environ(append(slices.Clip(s.env), "TERM="+s.term, "SSH_TTY=/dev/null"))
}

// command runs a command of the client's.
func (s *session) command(line string) (int, string) {
	ctx, cancel := context.WithTimeout(s.ctx, s.conn.server.bounds.Command)
	defer cancel()
	late := time.AfterFunc(s.conn.server.bounds.Command+s.conn.server.bounds.Grace, func() { // it waits for input
		s.conn.net.Close()
	})
	defer late.Stop()
	go func() {
		select {
		case <-s.leaving:
			cancel()
		case <-ctx.Done():
		}
	}()
	s.log.Info("command", "line", text.Line(line, 500))
	in := io.LimitReader(s.ch, int64(s.conn.server.bounds.CommandInputSize))
	return s.conn.server.config.Command(ctx, s.client(nil), line, in, s.output(), s.errors()), s.ended()
}

// console runs a program for the client's terminal.
func (s *session) console() (code int, farewell string) {
	bounds := s.conn.server.bounds
	if !s.pty {
		return exitUsage, "Beckon: the console needs a terminal: ssh -t. Commands do without: ssh HOST whoami"
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	longest := time.AfterFunc(bounds.Longest, func() { s.end(fmt.Sprintf("this session ended after %v.", bounds.Longest) + kept) })
	defer longest.Stop()
	out := NewOutput(s.output())
	console, err := s.conn.server.config.Console(ctx, s.client(out))
	if err != nil {
		s.log.Error("opening a console", "err", err)
		return exitFailed, "Beckon: " + text.Line(err.Error(), 500)
	}
	if console.End != nil {
		defer func() {
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), bounds.Grace)
			defer cancel()
			console.End(end)
		}()
	}
	s.log.Info("session", "term", s.term, "width", s.width, "height", s.height)

	hardened := Harden(console.Model)
	input := NewInput(wireIn{s}, Limits{Rate: bounds.InRate, Burst: bounds.InBurst, OnCut: s.cut})
	p := program(ctx, hardened, input, out, s.environ(), s.width, s.height, remoteFPS, true)

	over := make(chan struct{})
	defer close(over)
	s.last.Store(time.Now().UnixNano())
	go s.conn.server.guard("session's messages", func() { s.forward(p, over) })
	go s.conn.server.guard("session's idle limit", func() { s.watch(p, over) })
	go s.conn.server.guard("session's end", func() {
		select {
		case <-s.leaving:
		case <-hardened.Failed():
		case <-over:
			return
		}
		go p.Quit() // waits for a program that waits for its client
		select {
		case <-over:
		case <-time.After(bounds.Grace):
			s.conn.net.Close()
			cancel()
		}
	})
	_, err = p.Run()

	if n := out.Dropped(); n > 0 {
		s.log.Error("sequences that are not the console's were kept from the client", "count", n)
	}
	if p, ok := hardened.Err().(*PanicError); ok {
		s.log.Error("panic", "in", "console", "value", p.Value, "stack", string(p.Stack))
		return exitFailed, failed
	}
	switch why := s.ended(); {
	case why != "":
		return exitCut, "Beckon: " + why
	case err != nil && s.ctx.Err() == nil:
		s.log.Error("running a console", "err", err)
		return exitFailed, failed
	}
	return 0, ""
}

// forward sends to the program what comes beside its input. A client that does
// not read blocks it, and it blocks nobody else.
func (s *session) forward(p *tea.Program, over <-chan struct{}) {
	for {
		select {
		case size := <-s.resized:
			p.Send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		case line := <-s.notices:
			p.Send(Notice(line))
		case <-over:
			return
		}
	}
}

// cut tells the operator of what the input filter dropped.
func (s *session) cut(c Cut) {
	select {
	case s.notices <- fmt.Sprintf("Left out of what came from your terminal: %s.", c):
	default: // he was just told
	}
}

// watch ends a session whose operator went away. What the server sends, a
// journey that plays, does not count.
func (s *session) watch(p *tea.Program, over <-chan struct{}) {
	bounds := s.conn.server.bounds
	timer := time.NewTimer(bounds.Idle - bounds.Warning)
	defer timer.Stop()
	warned := false
	for {
		select {
		case <-over:
			return
		case <-timer.C:
		}
		switch quiet := time.Since(time.Unix(0, s.last.Load())); {
		case quiet >= bounds.Idle:
			s.end(fmt.Sprintf("this session ended after %v without input.", bounds.Idle) + kept)
			return
		case quiet >= bounds.Idle-bounds.Warning:
			if !warned {
				warned = true
				go p.Send(Notice(fmt.Sprintf("Without a key, this session ends in %v.", (bounds.Idle - quiet).Round(time.Second))))
			}
			timer.Reset(bounds.Idle - quiet)
		default:
			warned = false
			timer.Reset(bounds.Idle - bounds.Warning - quiet)
		}
	}
}
