package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

// remoteFPS is the rate of frames over a network. A key waits half a frame for
// its picture, and a whole one at worst, which is more than drawing it takes; a
// frame in which nothing changed costs next to nothing.
const remoteFPS = 60

// What an operator is told behind his console, on the terminal as it was before.
const (
	failed = "Beckon: the console failed; the log of the server says how." + kept
	kept   = " What you were writing is kept as a draft."
)

func (s *session) client(out *Output) *Client {
	who := s.conn.who
	c := &Client{Operator: who.operator.Name, Line: s.line, Key: ssh.FingerprintSHA256(who.key), Address: s.conn.address, Environ: s.environ()}
	if out != nil {
		c.Copy = out.Copy
	}
	return c
}

func (s *session) environ() []string {
	return Environ(append(slices.Clip(s.env), "TERM="+s.term, "SSH_TTY=/dev/null"))
}

// command runs a command of the client's. It may take its time as long as
// output goes out, as a backup does.
func (s *session) command() (int, string) {
	bounds := s.conn.server.bounds
	ctx, cancel := context.WithTimeout(s.ctx, bounds.Longest)
	defer cancel()
	quiet := time.AfterFunc(bounds.Command, cancel)
	defer quiet.Stop()
	late := time.AfterFunc(bounds.Command+bounds.Grace, func() { s.conn.net.Close() }) // it waits for input
	defer late.Stop()
	moving := func() {
		if quiet.Stop() { // else its end has come
			quiet.Reset(bounds.Command)
			late.Reset(bounds.Command + bounds.Grace)
		}
	}
	go func() {
		select {
		case <-s.leaving:
			cancel()
		case <-ctx.Done():
		}
	}()
	s.log.Info("command", "line", text.Line(s.line, 500))
	in := &bounded{s.ch, int64(s.conn.server.bounds.CommandInputSize)}
	code := s.conn.server.config.Command(ctx, s.client(nil), s.line, &patient{ctx: ctx, r: in}, moved{s.output(), moving}, s.errors())
	if why := s.ended(); why != "" {
		return code, "Beckon: " + why
	}
	return code, ""
}

// patient is an input that is waited for as long as a context lasts: a command
// that waits for its client ends with its session. What is read then is nobody's
// any more; its goroutine ends with the channel.
type patient struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	left []byte
	err  error
}

func (p *patient) Read(b []byte) (int, error) {
	if len(p.left) == 0 && p.err == nil {
		if p.buf == nil {
			p.buf = make([]byte, 32<<10)
		}
		type read struct {
			n   int
			err error
		}
		done := make(chan read, 1)
		go func() {
			n, err := p.r.Read(p.buf)
			done <- read{n, err}
		}()
		select {
		case got := <-done:
			p.left, p.err = p.buf[:got.n], got.err
		case <-p.ctx.Done():
			p.err = p.ctx.Err() // and the buffer is the reader's
		}
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	if n > 0 {
		return n, nil
	}
	return 0, p.err
}

// moved tells of every write that went out.
type moved struct {
	io.Writer
	tell func()
}

func (m moved) Write(b []byte) (int, error) {
	n, err := m.Writer.Write(b)
	if err == nil {
		m.tell()
	}
	return n, err
}

// bounded is an input that fails where it is too long: half of it must not pass
// for the whole.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := io.ReadFull(b.r, one[:]); n == 0 {
			return 0, err
		}
		return 0, errors.New("the input is longer than this server takes")
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// console runs a program for the client's terminal.
func (s *session) console() (code int, farewell string) {
	bounds := s.conn.server.bounds
	if !s.pty {
		how := "ssh -t"
		if s.conn.server.config.Lines != nil {
			how += ". Without one, ssh HOST console --accessible talks line by line"
		}
		return exitUsage, "Beckon: the console needs a terminal: " + how + ". Commands do without: ssh HOST whoami"
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
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
	hardened.pace = s.conn.server.door.pace(s.conn.who.operator.Name)
	input := NewInput(wireIn{s, true}, s.limits())
	over := make(chan struct{})
	defer close(over)
	p := program(ctx, hardened, silence{over}, out, s.environ(), s.width, s.height, remoteFPS, true)
	feed(ctx, p, input, s.term, s.conn.server.guard, s.cancel)
	go s.conn.server.guard("session's messages", func() { s.forward(p, over) })
	go s.conn.server.guard("session's limits", func() { s.watch(over) })
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

	s.countDropped(out)
	if p, ok := hardened.Err().(*PanicError); ok {
		s.log.Error("panic", "in", "console", "value", p.Value, "stack", string(p.Stack))
		return exitFailed, failed
	}
	return s.outcome(err)
}

// talk runs a console that is read line by line, with a terminal or without.
func (s *session) talk() (code int, farewell string) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	out := NewOutput(s.output())
	in := NewInput(wireIn{s, false}, s.limits())
	if s.pty {
		in = newTyping(in, out)
	}
	s.log.Info("session", "term", s.term, "lines", true)

	over := make(chan struct{})
	defer close(over)
	go s.conn.server.guard("session's messages", func() {
		for {
			select {
			case line := <-s.notices:
				fmt.Fprintln(out, "Note: "+line)
			case <-over:
				return
			}
		}
	})
	go s.conn.server.guard("session's limits", func() { s.watch(over) })
	go s.conn.server.guard("session's end", func() {
		select {
		case <-s.leaving:
			cancel()
		case <-over:
			return
		}
		select {
		case <-over:
		case <-time.After(s.conn.server.bounds.Grace): // it waits for a client that does not read
			s.conn.net.Close()
		}
	})
	err := s.conn.server.config.Lines(ctx, s.client(nil), in, out)
	s.countDropped(out)
	return s.outcome(err)
}

func (s *session) limits() Limits {
	bounds := s.conn.server.bounds
	return Limits{Rate: bounds.InRate, Burst: bounds.InBurst, OnCut: s.cut}
}

func (s *session) countDropped(out *Output) {
	if n := out.Dropped(); n > 0 {
		s.log.Error("sequences that are not the console's were kept from the client", "count", n)
	}
}

// outcome is what a console that ended with err leaves to say.
func (s *session) outcome(err error) (code int, farewell string) {
	switch why := s.ended(); {
	case why != "":
		return exitCut, "Beckon: " + why
	case err != nil && s.ctx.Err() == nil:
		s.log.Error("running a console", "err", err)
		return exitFailed, failed
	}
	return 0, ""
}

// resizePause is the least time between two sizes that reach a program. Each is a
// whole screen to lay out, to draw and to send, at the largest size as much as
// hundreds of keys; of those that come meanwhile the latest counts.
const resizePause = 100 * time.Millisecond

// forward sends to the program what comes beside its input. A client that does
// not read blocks it, and it blocks nobody else.
func (s *session) forward(p *tea.Program, over <-chan struct{}) {
	sizes, again := s.resized, (<-chan time.Time)(nil)
	for {
		select {
		case size := <-sizes:
			p.Send(size)
			sizes, again = nil, time.After(resizePause)
		case <-again:
			sizes, again = s.resized, nil
		case line := <-s.notices:
			p.Send(Notice(line))
		case <-over:
			return
		}
	}
}

// cut tells the operator of what the input filter dropped.
func (s *session) cut(c Cut) {
	s.notice(fmt.Sprintf("Left out of what came from your terminal: %s.", c))
}

// notice tells the operator something, unless he was told something just now.
func (s *session) notice(line string) {
	select {
	case s.notices <- line:
	default:
	}
}

// watch ends a session whose operator went away, and one that lasts too long.
// What the server sends, a journey that plays, does not count. He is warned.
func (s *session) watch(over <-chan struct{}) {
	bounds := s.conn.server.bounds
	began := time.Now()
	s.last.Store(began.UnixNano())
	timer := time.NewTimer(0)
	defer timer.Stop()
	warned, warnedOfAll := false, false
	for {
		select {
		case <-over:
			return
		case <-timer.C:
		}
		left := bounds.Longest - time.Since(began)
		switch {
		case left <= 0:
			s.end(fmt.Sprintf("this session ended after %v.", bounds.Longest) + kept)
			return
		case left <= bounds.Warning:
			if !warnedOfAll {
				warnedOfAll = true
				s.notice(fmt.Sprintf("This session ends in %v: it may last %v.", left.Round(time.Second), bounds.Longest))
			}
		default:
			left -= bounds.Warning
		}
		quiet := bounds.Idle - time.Since(time.Unix(0, s.last.Load()))
		switch {
		case quiet <= 0:
			s.end(fmt.Sprintf("this session ended after %v without input.", bounds.Idle) + kept)
			return
		case quiet <= bounds.Warning:
			if !warned {
				warned = true
				s.notice(fmt.Sprintf("Without a key, this session ends in %v.", quiet.Round(time.Second)))
			}
		default:
			warned = false
			quiet -= bounds.Warning
		}
		timer.Reset(min(left, quiet))
	}
}
