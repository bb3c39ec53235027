package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/live"
)

// watchedLog is a log that the command line names for the console to follow, and
// how.
type watchedLog struct {
	log   live.Log
	in    journey.Options // without the key, which is the store's
	watch replay.WatchOptions
	fresh bool
	piped *piped // standard input; nil: the log is a file
}

// watchInConsole opens the console at the live page, which follows a log.
func watchInConsole(cmd *cobra.Command, w *world, f *watchFlags, l look, name string) error {
	for _, flag := range []string{"json", "every", "catalog"} {
		if cmd.Flags().Changed(flag) {
			return misuse("--" + flag + " does not go with --console")
		}
	}
	in, how, err := f.asked()
	if err != nil {
		return err
	}
	to := &watchedLog{log: live.Log{Path: name, Host: in.Host}, in: in, watch: how, fresh: f.fresh}
	if name == live.Input {
		if file, ok := w.in.(*os.File); ok && term.IsTerminal(file.Fd()) {
			return misuse("standard input is the terminal, whose keys the console takes; pipe the log into it, or name a file")
		}
		to.piped = newPiped(w.in)
	} else {
		tail, err := openTail(cmd.Context(), name, f.fresh, looking, func(string) {})
		if err != nil {
			return fmt.Errorf("opening the file: %w", err)
		}
		tail.Close()
	}
	return runConsole(cmd.Context(), w, f.read.store, l, false, opening{follow: to})
}

// piped is standard input as a log that is followed, perhaps more than once. A
// read of a pipe cannot be given up, so one goroutine reads for good, as much as
// whoever follows takes; while nobody does, the pipe waits.
type piped struct {
	r      io.Reader
	begun  sync.Once
	chunks chan []byte
	err    error // why there are no more; set before chunks is closed

	mu    sync.Mutex
	rest  []byte // read and not taken
	held  []byte // taken since a following began that may be begun anew
	again bool   // the next following has held once more
}

const (
	pipedBytes = 64 << 10 // of a read
	mostHeld   = 1 << 20
)

func newPiped(r io.Reader) *piped { return &piped{r: r, chunks: make(chan []byte)} }

// pump reads for good.
func (p *piped) pump() {
	defer close(p.chunks)
	for {
		b := make([]byte, pipedBytes)
		n, err := p.r.Read(b)
		if n > 0 {
			p.chunks <- b[:n]
		}
		if err != nil {
			p.err = err
			return
		}
	}
}

// follow begins a following, which ends with ctx and may be begun anew if that
// is said: with what the last one took, where that was begun anew, else with the
// line after the last that was decided on. The last one has ended.
func (p *piped) follow(ctx context.Context, mayAgain bool) *taking {
	p.begun.Do(func() { go p.pump() })
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &taking{piped: p, ctx: ctx, holds: mayAgain}
	if p.again {
		p.rest = append(p.held, p.rest...)
	}
	p.held, p.again = nil, false
	return t
}

// anew has the next following begin with what this one took, and gives the
// beginning of that.
func (p *piped) anew() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.again = true
	return p.held[:min(len(p.held), pipedBytes)]
}

// hold keeps what is taken, up to a bound: of more the later half, from the
// beginning of a line.
func (p *piped) hold(b []byte) {
	p.held = append(p.held, b...)
	if len(p.held) > mostHeld {
		half := p.held[len(p.held)/2:]
		p.held = append([]byte(nil), half[bytes.IndexByte(half, '\n')+1:]...)
	}
}

// taking is one following of standard input. It gives a line at a time, so that
// nothing is read ahead of what is decided on.
type taking struct {
	*piped
	ctx   context.Context
	holds bool
	line  []byte // what was given of a line, whose event nobody took yet
}

func (t *taking) endsWithContext() {}

// taken implements heeding.
func (t *taking) taken() {
	t.mu.Lock()
	t.line = t.line[:0]
	t.mu.Unlock()
}

// Close implements io.Closer. Standard input stays open, and a line that nobody
// took comes first in the next following.
func (t *taking) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.again {
		t.rest = append(t.line, t.rest...)
	}
	t.line = nil
	return nil
}

// Read implements io.Reader.
func (t *taking) Read(b []byte) (int, error) {
	for len(b) > 0 {
		if t.ctx.Err() != nil {
			return 0, io.EOF
		}
		if n := t.take(b); n > 0 {
			return n, nil
		}
		select {
		case chunk, more := <-t.chunks:
			if !more {
				return 0, t.err
			}
			t.mu.Lock()
			t.rest = chunk // there was none
			t.mu.Unlock()
		case <-t.ctx.Done():
		}
	}
	return 0, nil
}

// take takes what was read.
func (t *taking) take(b []byte) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := t.rest
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	n := copy(b, line)
	if n == 0 {
		return 0
	}
	t.rest = t.rest[n:]
	if len(t.line) > 0 && t.line[len(t.line)-1] == '\n' { // the next: that one made no event
		t.line = t.line[:0]
	}
	if len(t.line) < mostHeld { // no line is as long
		t.line = append(t.line, b[:n]...)
	}
	if t.holds {
		t.hold(b[:n])
	}
	return n
}
