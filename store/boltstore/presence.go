package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"beckon/store"
)

// presence is who is at work. It is kept in memory: one process holds the file, so that whoever is here is here by way of it.
type presence struct {
	mu       sync.Mutex
	closed   bool
	sessions map[store.Ref]*session // by operator and session
	mark     store.Mark
	changed  chan struct{} // closed by the next change
}

type session struct {
	told store.Present
	over *time.Timer
}

func (p *presence) init() {
	p.sessions, p.changed, p.mark = map[store.Ref]*session{}, make(chan struct{}), 1
}

// change makes the next state, with mu held.
func (p *presence) change() {
	p.mark++
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *presence) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	for _, s := range p.sessions {
		s.over.Stop()
	}
	clear(p.sessions)
	p.change()
}

// drop takes a session away, if it is still the one that is meant; nil: whichever it is.
func (p *presence) drop(ref store.Ref, meant *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.sessions[ref]
	if !ok || meant != nil && s != meant {
		return
	}
	s.over.Stop()
	delete(p.sessions, ref)
	p.change()
}

// Announce implements [store.Presence].
func (s *Store) Announce(ctx context.Context, told store.Present, ttl time.Duration) error {
	if err := told.Validate(); err != nil {
		return err
	}
	if ttl <= 0 {
		return fmt.Errorf("ttl of %v: %w", ttl, store.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	told.Since, told.Body = told.Since.UTC().Round(0), bytes.Clone(told.Body)
	p := &s.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("announcing: %w", store.ErrClosed)
	}
	ref := store.Ref{Kind: told.Operator, ID: told.Session}
	was, ok := p.sessions[ref]
	if !ok && len(p.sessions) >= store.MaxPresent {
		return fmt.Errorf("there are %d sessions: %w", len(p.sessions), store.ErrFull)
	}
	now := &session{told: told}
	now.over = time.AfterFunc(ttl, func() { p.drop(ref, now) })
	p.sessions[ref] = now
	if ok {
		was.over.Stop() // where it comes too late, drop sees that another is meant
	}
	if !ok || !samePresent(was.told, told) {
		p.change()
	}
	return nil
}

func samePresent(a, b store.Present) bool {
	return a.From == b.From && a.Since.Equal(b.Since) && bytes.Equal(a.Body, b.Body)
}

// Withdraw implements [store.Presence].
func (s *Store) Withdraw(ctx context.Context, operator, session string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.presence.mu.Lock()
	closed := s.presence.closed
	s.presence.mu.Unlock()
	if closed {
		return fmt.Errorf("withdrawing: %w", store.ErrClosed)
	}
	s.presence.drop(store.Ref{Kind: operator, ID: session}, nil)
	return nil
}

// Present implements [store.Presence].
func (s *Store) Present(ctx context.Context, seen store.Mark) ([]store.Present, store.Mark, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		here, mark, changed, err := s.presence.state()
		if err != nil {
			return nil, 0, err
		}
		if mark != seen {
			return here, mark, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (p *presence) state() ([]store.Present, store.Mark, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, 0, nil, fmt.Errorf("looking who is here: %w", store.ErrClosed)
	}
	here := make([]store.Present, 0, len(p.sessions))
	for _, s := range p.sessions {
		told := s.told
		told.Body = bytes.Clone(told.Body)
		here = append(here, told)
	}
	slices.SortFunc(here, func(a, b store.Present) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Session, b.Session))
	})
	return here, p.mark, p.changed, nil
}
