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

	// presentGap is between two announcements of one session: what it is at can
	// change with every key, and every change wakes up all the others.
	presentGap = 300 * time.Millisecond
)

// company is where one console meets the others of its store.
type company struct {
	store   store.Presence
	who, id string
	role    func() string // nil: not told
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

// join announces a console of an operator until it leaves. The role is asked at
// every announcement, since it may become another; nil: it is not told.
func join(ctx context.Context, s store.Presence, who string, role func() string, now time.Time, at *turn, log *slog.Logger) *company {
	id := make([]byte, 8)
	_, _ = rand.Read(id) // it does not fail
	c := &company{store: s, who: who, role: role, id: hex.EncodeToString(id), since: now.UTC(), log: log, turn: at, moved: make(chan struct{}, 1), over: make(chan struct{})}
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
		said := time.Now()
		err := c.store.Announce(ctx, store.Present{Operator: c.who, Session: c.id, Since: c.since, Body: encodeAt(c.roleNow(), at)}, presentFor)
		if err != nil && !told && ctx.Err() == nil {
			told = true
			c.log.Error("saying that a session is here", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			continue
		case <-c.moved:
		}
		if wait := presentGap - time.Since(said); wait > 0 { // what comes meanwhile is said along
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
	}
}

func (c *company) roleNow() string {
	if c.role == nil {
		return ""
	}
	return c.role()
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

// atBody is where a session is, as it is announced. Fields are added only: an
// older beckon on the same store reads what it knows.
type atBody struct {
	Screen string    `json:"screen"`
	Edits  []docBody `json:"edits,omitempty"`
	Shows  string    `json:"shows,omitempty"`
	Role   string    `json:"role,omitempty"`
	Views  *docBody  `json:"views,omitempty"`
	Idle   time.Time `json:"idle,omitzero"`
}

type docBody struct {
	Kind  string    `json:"kind"`
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

// longestName keeps what is announced within the store's limit.
const (
	longestName = 60
	longestID   = 200
)

func encodeAt(role string, at pane.At) []byte {
	out := atBody{Screen: text.Line(at.Screen, longestName), Shows: at.Shows, Role: role}
	if !at.Idle.IsZero() {
		out.Idle = at.Idle.UTC()
	}
	body := func(d pane.Doc) docBody {
		return docBody{text.Line(d.Kind, longestName), d.ID, text.Line(d.Name, longestName), d.Since.UTC()}
	}
	if at.Views.Kind != "" {
		views := body(at.Views)
		views.ID = text.Line(views.ID, longestID)
		out.Views = &views
	}
	for _, d := range at.Edits {
		out.Edits = append(out.Edits, body(d))
	}
	data, err := json.Marshal(out)
	for err == nil && len(data) > store.MaxPresentBody && len(out.Edits) > 0 {
		out.Edits = out.Edits[:len(out.Edits)-1]
		data, err = json.Marshal(out)
	}
	if err != nil || len(data) > store.MaxPresentBody {
		return []byte("{}")
	}
	return data
}

// otherOf reads a session. What cannot be read of it is left out: it is there
// all the same.
func otherOf(p store.Present) pane.Other {
	var b atBody
	if json.Unmarshal(p.Body, &b) != nil {
		b = atBody{}
	}
	out := pane.Other{Who: p.Operator, Role: b.Role, Session: p.Session, From: p.From, Since: p.Since, At: pane.At{Screen: b.Screen, Shows: b.Shows, Idle: b.Idle}}
	if b.Views != nil {
		out.Views = pane.Doc(*b.Views)
	}
	for _, d := range b.Edits {
		out.Edits = append(out.Edits, pane.Doc(d))
	}
	return out
}
