package main

import (
	"context"

	"beckon/store"
	"beckon/tui/app"
	"beckon/tui/pane"
)

// seated makes the console of a session on a store, among the others there. End is
// to be called when it has ended, for whatever reason.
func seated(ctx context.Context, s store.Store, ses *pane.Session, w *world) (root *app.Root, end func(context.Context), err error) {
	inner := *w
	if w = &inner; w.share.shelf == nil {
		w.share.shelf = newShelf()
	}
	if err := w.share.shelf.learnZone(ctx, s); err != nil {
		ses.Log.Error("looking for the account's zone", "err", err)
	}
	ses.Now = w.share.shelf.clock(ses.Now)
	all := screens(s, ses.Who, w)
	if ses.Keys, err = w.share.shelf.keyMap(all); err != nil {
		return nil, nil, err
	}
	if root, err = app.New(ses, all...); err != nil {
		return nil, nil, err
	}
	others := join(ctx, s, ses.Who, ses.Role, w.now(), w.share.turn, ses.Log)
	ses.Company = others
	at := &places{store: s, who: ses.Who, session: others.id, now: w.now}
	ses.Places = at
	if ses.Back, err = at.last(ctx); err != nil {
		ses.Log.Error("looking where the operator was", "err", err)
	}
	return root, func(ctx context.Context) {
		root.End(ctx)
		others.leave(ctx)
	}, nil
}
