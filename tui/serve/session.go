package serve

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

// The exit codes of a console over SSH.
const (
	exitCut    = 1  // ended by the server, or refused
	exitUsage  = 64 // asked for what there is not
	exitFailed = 70 // a fault of the program
)

// A session is one channel of a connection: one console, or one command.
type session struct {
	conn   *connection
	ch     ssh.Channel
	log    *slog.Logger
	ctx    context.Context // ends with the channel
	cancel context.CancelFunc
	over   func() // gives the place back; more than once does nothing

	// What the client asked for, by its requests' goroutine alone.
	pty           bool
	started       bool
	line          string // that it asked for instead of a shell
	term          string
	width, height int
	env           []string
	asked         int // env requests

	resized chan resized // the latest size
	notices chan string  // the latest things that were cut from the input

	last     atomic.Int64 // instant of the last input
	received atomic.Int64 // bytes
	sent     atomic.Int64

	leaving chan struct{} // closed when the session is to end
	once    sync.Once
	why     string // behind leaving
}

func newSession(ctx context.Context, c *connection, ch ssh.Channel, log *slog.Logger) *session {
	s := &session{conn: c, ch: ch, log: log, resized: make(chan resized, 1), notices: make(chan string, 1), leaving: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// end asks the session to end in order. What is said first counts.
func (s *session) end(why string) {
	s.once.Do(func() {
		s.why = why
		close(s.leaving)
	})
}

// ended returns why the session was ended, or "".
func (s *session) ended() string {
	select {
	case <-s.leaving:
		return s.why
	default:
		return ""
	}
}

// serve answers the client's requests until the channel is closed. It never
// waits for anything else.
func (s *session) serve(requests <-chan *ssh.Request) {
	var running sync.WaitGroup
	for r := range requests {
		ok, then := s.request(r)
		if r.WantReply {
			r.Reply(ok, nil)
		}
		if then != nil {
			s.conn.asked()
			running.Go(func() { s.conn.server.guard("session", func() { s.run(then) }) })
		}
	}
	s.cancel() // the channel is closed; the connection may go on
	running.Wait()
}

// request takes one request. What then returns is to be run.
func (s *session) request(r *ssh.Request) (ok bool, then func() (int, string)) {
	switch r.Type {
	case "pty-req":
		var p struct {
			Term                        string
			Columns, Rows, Width, Heigh uint32
			Modes                       string
		}
		if s.pty || s.started || ssh.Unmarshal(r.Payload, &p) != nil {
			return false, nil
		}
		s.pty, s.term = true, Term(p.Term)
		s.width, s.height = clampCells(p.Columns, p.Rows)
		return true, nil
	case "window-change":
		var p struct{ Columns, Rows, Width, Height uint32 }
		if !s.pty || ssh.Unmarshal(r.Payload, &p) != nil {
			return false, nil
		}
		width, height := clampCells(p.Columns, p.Rows)
		if !s.started {
			s.width, s.height = width, height
			return true, nil
		}
		select { // the latest counts
		case <-s.resized:
		default:
		}
		s.resized <- resized{width, height}
		return true, nil
	case "env":
		var p struct{ Name, Value string }
		if s.asked++; s.started || s.asked > s.conn.server.bounds.Variables || ssh.Unmarshal(r.Payload, &p) != nil || !mayName(p.Name, p.Value) {
			return false, nil
		}
		s.env = append(s.env, p.Name+"="+p.Value)
		return true, nil
	case "shell":
		if s.started {
			return false, nil
		}
		s.started = true
		return true, s.console
	case "exec":
		var p struct{ Line string }
		config := s.conn.server.config
		if s.started || ssh.Unmarshal(r.Payload, &p) != nil || len(p.Line) > s.conn.server.bounds.CommandBytes {
			return false, nil
		}
		opens := Nothing
		if config.Opens != nil {
			opens = config.Opens(p.Line)
		}
		switch {
		case opens == Drawn:
			then = s.console
		case opens == InLines && config.Lines != nil:
			then = s.talk
		case config.Command != nil:
			then = s.command
		default:
			return false, nil
		}
		s.started, s.line = true, p.Line
		return true, then
	}
	return false, nil // subsystems, forwarding of agents and windows, signals
}

// clampCells is Clamp for numbers as they are sent, which may be larger than an
// int.
func clampCells(columns, rows uint32) (width, height int) {
	return Clamp(int(min(columns, MaxWidth)), int(min(rows, MaxHeight)))
}

// run runs what the client asked for, and ends the channel.
func (s *session) run(do func() (code int, farewell string)) {
	began := time.Now()
	code, farewell := exitFailed, ""
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic", "in", "session", "value", text.Line(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
			code, farewell = exitFailed, failed
		}
		why := s.ended()
		if why == "" && s.ctx.Err() != nil {
			why = "the client went away"
		}
		if farewell != "" {
			fmt.Fprintln(s.errors(), farewell)
		}
		s.ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(code)}))
		s.ch.Close()
		s.cancel()
		s.over()
		s.log.Info("session ended", "code", code, "why", why, "term", s.term, "received", s.received.Load(), "sent", s.sent.Load(),
			"took", time.Since(began).Round(time.Millisecond))
	}()
	code, farewell = do()
}
