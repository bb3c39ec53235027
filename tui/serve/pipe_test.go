package serve

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// half is one direction of a connection in memory. Unlike that of net.Pipe it
// has room: both ends of SSH begin by writing.
type half struct {
	mu     sync.Mutex
	more   sync.Cond
	buf    bytes.Buffer
	closed bool
	late   bool
	timer  *time.Timer
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.buf.Len() == 0 && !h.closed && !h.late {
		h.more.Wait()
	}
	switch {
	case h.late:
		return 0, os.ErrDeadlineExceeded
	case h.buf.Len() > 0:
		return h.buf.Read(p)
	}
	return 0, io.EOF
}

func (h *half) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, io.ErrClosedPipe
	}
	h.more.Broadcast()
	return h.buf.Write(p)
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.more.Broadcast()
}

func (h *half) deadline(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.timer != nil {
		h.timer.Stop()
	}
	if h.late = false; !at.IsZero() {
		h.timer = time.AfterFunc(time.Until(at), func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.late = true
			h.more.Broadcast()
		})
	}
}

type end struct {
	in, out *half
	from    netip.AddrPort
}

// pipe returns the two ends of a connection, the server's first.
func pipe(from string) (server, client net.Conn) {
	up, down := &half{}, &half{}
	up.more.L, down.more.L = &up.mu, &down.mu
	return &end{up, down, netip.MustParseAddrPort(from)}, &end{down, up, netip.MustParseAddrPort("192.0.2.1:22")}
}

func (e *end) Read(p []byte) (int, error)         { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error)        { return e.out.write(p) }
func (e *end) Close() error                       { e.in.close(); e.out.close(); return nil }
func (e *end) LocalAddr() net.Addr                { return e.RemoteAddr() }
func (e *end) RemoteAddr() net.Addr               { return net.TCPAddrFromAddrPort(e.from) }
func (e *end) SetDeadline(t time.Time) error      { e.in.deadline(t); return nil }
func (e *end) SetReadDeadline(t time.Time) error  { e.in.deadline(t); return nil }
func (e *end) SetWriteDeadline(t time.Time) error { return nil }

// pipes is a listener for such connections.
type pipes struct {
	lines  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.lines:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
