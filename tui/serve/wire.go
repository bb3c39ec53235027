package serve

import (
	"bytes"
	"io"
	"time"
)

// wireIn is what a client types.
type wireIn struct {
	s    *session
	ends bool // its end is the end of the session: Bubble Tea goes on without input
}

func (w wireIn) Read(p []byte) (int, error) {
	n, err := w.s.ch.Read(p)
	if n > 0 {
		w.s.last.Store(time.Now().UnixNano())
		w.s.received.Add(int64(n))
	}
	if err != nil && w.ends {
		w.s.cancel()
	}
	return n, err
}

// wireChunk is how many bytes are written at a time: getting rid of so many is
// progress.
const wireChunk = 8 << 10

// wireOut is what a client is shown. It hangs up on one that does not read:
// nothing else ends a write that waits for it, and a closed channel does not
// where the client does not answer.
type wireOut struct {
	s    *session
	w    io.Writer // the channel, or its stream of errors
	crlf bool      // there is no kernel's terminal that would do it
}

func (w wireOut) Write(p []byte) (int, error) {
	b := p
	if w.crlf {
		b = crlf(p)
	}
	for len(b) > 0 {
		chunk := b[:min(len(b), wireChunk)]
		stalled := time.AfterFunc(w.s.conn.server.bounds.Stall, func() {
			w.s.end("the client did not read.")
			w.s.conn.net.Close()
		})
		n, err := w.w.Write(chunk)
		stalled.Stop()
		w.s.sent.Add(int64(n))
		if err != nil {
			return 0, err
		}
		b = b[len(chunk):]
	}
	return len(p), nil
}

// crlf returns p with a carriage return before every line feed that has none.
func crlf(p []byte) []byte {
	n := bytes.Count(p, []byte{'\n'})
	if n == 0 {
		return p
	}
	out := make([]byte, 0, len(p)+n)
	for i, c := range p {
		if c == '\n' && (i == 0 || p[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

// output is the client's standard output, and errors its standard error.
func (s *session) output() io.Writer { return wireOut{s, s.ch, s.pty} }
func (s *session) errors() io.Writer {
	if s.pty {
		// A terminal is one stream: on another one the last words may come before
		// the end of the alternate screen, and go with it.
		return s.output()
	}
	return wireOut{s, s.ch.Stderr(), false}
}
