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
	if root, err = app.New(ses, screens(s, ses.Who, w)...); err != nil {
		return nil, nil, err
	}
	others := join(ctx, s, ses.Who, w.now(), ses.Log)
	ses.Company = others
	return root, func(ctx context.Context) {
		root.End(ctx)
		others.leave(ctx)
	}, nil
}
