package main

import (
	"bytes"
	"strings"
	"time"

	"beckon/tui/tuitest"
)

const (
	firstComposed = 200 * time.Millisecond // behind that a word that has not come whole is looked for on the screen
	mostPieces    = 256 << 10              // bytes that wait to be drawn
)

// A sight is a word that is looked for.
type sight struct {
	seen   chan time.Time
	behind int  // pieces that had come by then
	begun  bool // they are drawn
	there  bool // and the word was on the screen then: it has to go before it can come
}

// composed is a rider's screen. It is drawn when somebody looks for what did not
// come whole, and not before: a terminal that is emulated costs more than one
// that is served.
type composed struct {
	screen  *tuitest.Emulator
	waiting []piece
	bytes   int // of what waits
	pieces  int // in all
}

// A piece is what a client read at once.
type piece struct {
	at    time.Time
	bytes []byte
}

func (c *composed) came(p []byte, at time.Time) {
	c.waiting = append(c.waiting, piece{at, bytes.Clone(p)})
	c.bytes += len(p)
	c.pieces++
}

// compose draws what came, and tells when each word that is looked for was on the
// screen.
func (r *rider) compose() {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &r.drawn
	if c.screen == nil {
		c.screen = tuitest.NewEmulator(120, 40)
	}
	for i, p := range c.waiting {
		r.begin(c.pieces - len(c.waiting) + i)
		_, _ = c.screen.Write(p.bytes)
		r.sees(p.at)
	}
	r.begin(c.pieces)
	c.waiting, c.bytes = nil, 0
}

// begin looks at the screen for those who began to look behind so many pieces.
func (r *rider) begin(pieces int) {
	for word, look := range r.looks {
		if !look.begun && look.behind <= pieces {
			look.begun, look.there = true, strings.Contains(r.drawn.screen.String(), word)
		}
	}
}

// sees tells those whose word has come on the screen by a piece.
func (r *rider) sees(at time.Time) {
	if len(r.looks) == 0 {
		return
	}
	screen := r.drawn.screen.String()
	for word, look := range r.looks {
		if !look.begun {
			continue
		}
		was := look.there
		if look.there = strings.Contains(screen, word); look.there && !was {
			look.seen <- at
			delete(r.looks, word)
		}
	}
}
