package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/crypto/ssh"

	"beckon/model/text"
)

// ErrNotAdmitted is wrapped by the errors of Config.Operator that say of a key
// that nobody may come in by it. Any other error says that it is not known now.
var ErrNotAdmitted = errors.New("no operator is let in by this key")

// An Operator is who signs with a key.
type Operator struct {
	Name string
	Role string // for the log alone

	// Sources are the addresses and networks that the key may be used from,
	// with commas between them; empty: any.
	Sources string

	// Left is how long the key lets in from now on; 0: for ever.
	Left time.Duration
}

// A Client is an operator at the other end of a connection, as far as the
// connection itself proves it.
type Client struct {
	Operator string // whose key signed
	Line     string // what was asked for instead of a shell; empty: nothing
	Key      string // its fingerprint
	Address  string // where the connection comes from

	Environ []string             // what [Environ] lets through
	Copy    func(string) tea.Cmd // to the clipboard of the client's terminal; nil without one
}

// A Console is a program for one session.
type Console struct {
	Model tea.Model // is sent every [Notice]

	// End, if set, is called when the program has ended, for whatever reason: it
	// keeps what would be lost. Its context ends soon.
	End func(context.Context)
}

// A Notice is a message to the model of a remote session: a line to show to the
// operator.
type Notice string

// Opened is the console that a line asks for.
type Opened uint8

// What a line may open.
const (
	Nothing Opened = iota // it is a command
	Drawn                 // the one that a shell opens
	InLines
)

// Config says whom a [Server] lets in, and to what.
type Config struct {
	HostKey ssh.Signer

	// Operator tells who signs with a key. It is asked for every key that a
	// client offers, and again for those of open connections while they last.
	Operator func(context.Context, ssh.PublicKey) (Operator, error)

	// Console makes the program of a session with a terminal. The context ends
	// with the session.
	Console func(context.Context, *Client) (Console, error)

	// Command runs what a client asks for instead of a console, and returns its
	// exit code. What it writes is not filtered. nil: there are no commands.
	Command func(ctx context.Context, c *Client, line string, in io.Reader, out, errs io.Writer) int

	// Lines talks with an operator line by line, with a terminal or without, and
	// keeps what would be lost before it returns. It must end soon behind its
	// context. nil: nobody is talked with.
	Lines func(ctx context.Context, c *Client, in io.Reader, out io.Writer) error

	// Opens says which console a line asks for; nil: a line is a command.
	Opens func(line string) Opened

	Bounds Bounds
	Log    *slog.Logger // nil discards
}

// A Server serves consoles over SSH.
type Server struct {
	config Config
	bounds Bounds
	log    *slog.Logger
	door   *door

	mu    sync.Mutex
	open  map[*connection]struct{}
	going sync.WaitGroup // connections
}

// NewServer refuses a configuration that would let in anybody.
func NewServer(c Config) (*Server, error) {
	switch {
	case c.HostKey == nil:
		return nil, errors.New("serve: a server needs a host key")
	case c.Operator == nil:
		return nil, errors.New("serve: a server needs to know whose keys they are")
	case c.Console == nil:
		return nil, errors.New("serve: a server needs a console")
	}
	s := &Server{config: c, bounds: c.Bounds.filled(), log: c.Log, open: map[*connection]struct{}{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.door = newDoor(s.bounds)
	return s, nil
}

// Serve accepts connections until ctx ends. Then it ends every session in
// order, so that terminals are as they were and drafts are kept, and returns nil;
// or the error of the listener, which is closed in any case.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	defer l.Close()
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()

	err := s.accept(ctx, life, l)
	s.log.Info("stopping: nobody is let in any longer, and what is being written is kept", "connections", s.count(), "within", s.bounds.Grace)
	s.each(func(c *connection) { c.end("the server is being stopped." + kept) })
	grace := time.AfterFunc(s.bounds.Grace, func() {
		end()
		s.each(func(c *connection) { c.net.Close() })
	})
	s.going.Wait()
	grace.Stop()
	return err
}

func (s *Server) accept(ctx, life context.Context, l net.Listener) error {
	for pause := time.Duration(0); ; {
		c, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			s.admit(life, c)
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accepting connections: %w", err)
		}
		// Out of descriptors, most likely: who is in can go on.
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		s.log.Error("accepting a connection", "err", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// admit serves a connection in a goroutine of its own, if there is room.
func (s *Server) admit(life context.Context, c net.Conn) {
	address := hostOf(c)
	known, err := s.door.knock(address, func() { c.Close() })
	if err != nil {
		c.Close()
		if n := s.door.turnedAway(); n > 0 {
			s.log.Warn("connections refused", "last", address, "count", n, "why", err)
		}
		return
	}
	conn := &connection{server: s, net: c, address: c.RemoteAddr().String(), known: known}
	s.mu.Lock()
	s.open[conn] = struct{}{}
	s.mu.Unlock()
	s.going.Go(func() {
		defer func() {
			c.Close()
			known()
			s.mu.Lock()
			delete(s.open, conn)
			s.mu.Unlock()
		}()
		s.guard("connection", func() { conn.serve(life) })
	})
}

func hostOf(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return c.RemoteAddr().String()
	}
	return host
}

// count is how many connections there are.
func (s *Server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

func (s *Server) each(do func(*connection)) {
	s.mu.Lock()
	all := make([]*connection, 0, len(s.open))
	for c := range s.open {
		all = append(all, c)
	}
	s.mu.Unlock()
	for _, c := range all {
		do(c)
	}
}

// Recheck asks for every open connection again whose key it is, and ends those
// whose operator is not let in any longer. It is called when operators change.
func (s *Server) Recheck(ctx context.Context) {
	s.each(func(c *connection) { c.recheck(ctx) })
}

// guard runs what serves one client: its panic is not the others'.
func (s *Server) guard(what string, do func()) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic", "in", what, "value", text.Line(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
		}
	}()
	do()
}
