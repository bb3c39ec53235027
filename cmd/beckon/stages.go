package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// stagesOf are where the consoles of this process share simulators: with those of
// other processes, too, where the store lets these tell each other something.
func stagesOf(s store.Store, h *shelf, now func() time.Time, log *slog.Logger) *simulator.Stages {
	if x, ok := s.(store.Exchange); ok {
		return simulator.NewStages(&stageExchange{x, s, h}, simulator.Clock{Now: now, After: time.After}, log)
	}
	return &simulator.Stages{}
}

// stageExchange is a store as simulators of several hosts share it.
type stageExchange struct {
	x     store.Exchange
	store store.Store
	shelf *shelf
}

var _ simulator.Exchange = (*stageExchange)(nil)

// Post implements simulator.Exchange.
func (e *stageExchange) Post(ctx context.Context, name string, body []byte, base uint64) (uint64, error) {
	mark, err := e.x.Post(ctx, store.Posting{Name: name, Body: body, Mark: store.Mark(base)})
	return uint64(mark), stageError(err)
}

// Unpost implements simulator.Exchange.
func (e *stageExchange) Unpost(ctx context.Context, under string) error {
	return stageError(e.x.Unpost(ctx, under))
}

// Follow implements simulator.Exchange.
func (e *stageExchange) Follow(ctx context.Context, under string) (simulator.Postings, error) {
	f, err := e.x.Follow(ctx, under)
	if err != nil {
		return nil, stageError(err)
	}
	return stagePostings{f}, nil
}

// RevisionOf implements simulator.Exchange: the shelf holds what was compiled of
// the store as it is.
func (e *stageExchange) RevisionOf(eng *engine.Engine) uint64 { return e.shelf.revisionOf(eng) }

// EngineAt implements simulator.Exchange.
func (e *stageExchange) EngineAt(ctx context.Context, revision uint64) (*engine.Engine, error) {
	return e.shelf.engine(ctx, e.store, store.Revision(revision))
}

// Compile implements simulator.Exchange.
func (e *stageExchange) Compile(c *model.Catalog) (*engine.Engine, error) {
	return compile(c, "of another host")
}

type stagePostings struct{ store.Following }

// Next implements simulator.Postings.
func (p stagePostings) Next(ctx context.Context) ([]simulator.Posting, error) {
	list, err := p.Following.Next(ctx)
	out := make([]simulator.Posting, len(list))
	for i, one := range list {
		out[i] = simulator.Posting{Name: one.Name, Body: one.Body, Mark: uint64(one.Mark)}
	}
	return out, stageError(err)
}

// stageError says what simulators need to know of an error.
func stageError(err error) error {
	switch {
	case errors.Is(err, store.ErrReplaced):
		return errors.Join(simulator.ErrReplaced, err)
	case errors.Is(err, store.ErrAway):
		return errors.Join(simulator.ErrCutOff, err)
	}
	return err
}
