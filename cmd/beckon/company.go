package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"beckon/model/text"
	"beckon/store"
	"beckon/tui/pane"
)

// How long an announcement is believed, and how often it is repeated. A
// console that was killed is taken for present so long.
const (
	presentFor  = 30 * time.Second
	presentTick = 10 * time.Second
	leaveTime   = 2 * time.Second
)

// company is where one console meets the others of its store.
type company struct {
	store   store.Presence
	who, id string
	since   time.Time
	log     *slog.Logger
	turn    *turn // is taken by who has heard of others

	mu    sync.Mutex
	at    pane.At
	moved chan struct{} // there is something new to announce
	stop  context.CancelFunc
	over  chan struct{}
}

var _ pane.Company = (*company)(nil)

// join announces a console of an operator until it leaves.
func join(ctx context.Context, s store.Presence, who string, now time.Time, at *turn, log *slog.Logger) *company {
	id := make([]byte, 8)
	_, _ = rand.Read(id) // it does not fail
	c := &company{store: s, who: who, id: hex.EncodeToString(id), since: now.UTC(), log: log, turn: at, moved: make(chan struct{}, 1), over: make(chan struct{})}
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx)) // until it leaves, so that it can say so
	go c.announce(ctx)
	return c
}

// leave says that the console is gone.
func (c *company) leave(ctx context.Context) {
	c.stop()
	<-c.over
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()
	if err := c.store.Withdraw(ctx, c.who, c.id); err != nil {
		c.log.Error("saying that a session is gone", "err", err)
	}
}

// Tell implements pane.Company.
func (c *company) Tell(at pane.At) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
	select {
	case c.moved <- struct{}{}:
	default:
	}
}

func (c *company) announce(ctx context.Context) {
	defer close(c.over)
	defer func() {
		if r := recover(); r != nil {
			c.log.Error("panic", "in", "announcing a session", "value", text.Line(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
		}
	}()
	tick := time.NewTicker(presentTick)
	defer tick.Stop()
	told := false
	for {
		c.mu.Lock()
		at := c.at
		c.mu.Unlock()
		err := c.store.Announce(ctx, store.Present{Operator: c.who, Session: c.id, Since: c.since, Body: encodeAt(at)}, presentFor)
		if err != nil && !told && ctx.Err() == nil {
			told = true
			c.log.Error("saying that a session is here", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-c.moved:
		}
	}
}

// Next implements pane.Company.
func (c *company) Next(ctx context.Context, seen uint64) ([]pane.Other, uint64, error) {
	here, mark, err := c.store.Present(ctx, store.Mark(seen))
	if err != nil {
		return nil, 0, fmt.Errorf("looking who is here: %w", err)
	}
	c.turn.take(ctx)
	others := make([]pane.Other, 0, len(here))
	for _, p := range here {
		if p.Operator != c.who || p.Session != c.id {
			others = append(others, otherOf(p))
		}
	}
	return others, uint64(mark), nil
}

// atBody is where a session is, as it is announced.
type atBody struct {
	Screen string    `json:"screen"`
	Edits  []docBody `json:"edits,omitempty"`
	Shows  string    `json:"shows,omitempty"`
}

type docBody struct {
	Kind  string    `json:"kind"`
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

// longestName keeps what is announced within the store's limit.
const longestName = 60

func encodeAt(at pane.At) []byte {
	out := atBody{Screen: text.Line(at.Screen, longestName), Shows: at.Shows}
	for _, d := range at.Edits {
		out.Edits = append(out.Edits, docBody{text.Line(d.Kind, longestName), d.ID, text.Line(d.Name, longestName), d.Since.UTC()})
	}
	body, err := json.Marshal(out)
	for err == nil && len(body) > store.MaxPresentBody && len(out.Edits) > 0 {
		out.Edits = out.Edits[:len(out.Edits)-1]
		body, err = json.Marshal(out)
	}
	if err != nil || len(body) > store.MaxPresentBody {
		return []byte("{}")
	}
	return body
}

// otherOf reads a session. What cannot be read of it is left out: it is there
// all the same.
func otherOf(p store.Present) pane.Other {
	var b atBody
	if json.Unmarshal(p.Body, &b) != nil {
		b = atBody{}
	}
	out := pane.Other{Who: p.Operator, Session: p.Session, From: p.From, Since: p.Since, At: pane.At{Screen: b.Screen, Shows: b.Shows}}
	for _, d := range b.Edits {
		out.Edits = append(out.Edits, pane.Doc(d))
	}
	return out
}
