package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/store"
	"beckon/tui/pane"
)

// A place is offered for so long, and of so many sessions of an operator.
const (
	placeLife = 3 * 24 * time.Hour
	mostKept  = 5
)

// places keeps where a session of an operator is among his scraps, and finds
// where an earlier one was cut off.
type places struct {
	store        store.Store
	who, session string
	now          func() time.Time
}

var _ pane.Places = (*places)(nil)

func (p *places) owner() string { return (&workshop{who: p.who}).owner() }

// Keep implements pane.Places.
func (p *places) Keep(ctx context.Context, place []byte) error {
	if err := p.store.PutScrap(ctx, store.Scrap{Owner: p.owner(), Key: store.PlacePrefix + p.session, Body: place, At: p.now().UTC()}); err != nil {
		return fmt.Errorf("keeping the place: %w", err)
	}
	return nil
}

// Forget implements pane.Places.
func (p *places) Forget(ctx context.Context) error {
	if err := p.store.DropScrap(ctx, p.owner(), store.PlacePrefix+p.session); err != nil {
		return fmt.Errorf("forgetting the place: %w", err)
	}
	return nil
}

// last takes the place of the session that was cut off last, so that no other
// takes it; nil: there is none. Those of sessions that are alive stay theirs,
// and old ones are dropped.
func (p *places) last(ctx context.Context) (*pane.Back, error) {
	kept, err := store.AllScraps(ctx, p.store, p.owner())
	if err != nil {
		return nil, fmt.Errorf("reading the places: %w", err)
	}
	kept = slices.DeleteFunc(kept, func(e store.Scrap) bool { return !strings.HasPrefix(e.Key, store.PlacePrefix) })
	if len(kept) == 0 {
		return nil, nil
	}
	here, _, err := p.store.Present(ctx, 0)
	if err != nil {
		return nil, fmt.Errorf("looking who is here: %w", err)
	}
	kept = slices.DeleteFunc(kept, func(e store.Scrap) bool {
		return slices.ContainsFunc(here, func(o store.Present) bool { return o.Operator == p.who && store.PlacePrefix+o.Session == e.Key })
	})
	slices.SortFunc(kept, func(a, b store.Scrap) int { return cmp.Compare(b.At.UnixNano(), a.At.UnixNano()) })
	var found *pane.Back
	for i, e := range kept {
		old := p.now().Sub(e.At) > placeLife || i > mostKept
		if found != nil && !old {
			continue
		}
		taken, err := p.store.TakeScrap(ctx, e.Owner, e.Key)
		switch {
		case errors.Is(err, store.ErrNotFound): // another session came in at the same instant
		case err != nil:
			return nil, fmt.Errorf("taking the place: %w", err)
		case !old:
			found = &pane.Back{Place: taken.Body, At: taken.At}
		}
	}
	return found, nil
}
