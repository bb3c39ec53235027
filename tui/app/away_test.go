package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// far is a store that goes out of reach and comes back.
type far struct {
	mu   sync.Mutex
	why  error
	next chan struct{}
}

func (f *far) away() (error, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.why, f.next
}

func (f *far) set(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.why = why
	close(f.next)
	f.next = make(chan struct{})
}

func TestEveryScreenSaysThatTheStoreIsAwayAndThatItIsBack(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{{W: 80, H: 24}, {W: 200, H: 50}} {
		var f *far
		var end context.CancelFunc
		tuitest.Run(t, size, func() tea.Model {
			f = &far{next: make(chan struct{})}
			var ctx context.Context
			ctx, end = context.WithCancel(context.Background())
			r, err := app.New(&app.Session{Ctx: ctx, Now: time.Now, Who: "ana", ASCII: true, NoColor: true, Away: f.away}, newOrchard("one", "Pond", 120), newOrchard("two", "Hill", 120))
			if err != nil {
				t.Fatal(err)
			}
			return r
		}, func(d *driver) {
			defer end()
			d.ExpectNot("not connected")
			f.set(errors.New("its members have no leader"))
			d.Wait(time.Second)
			d.Expect("! not connected", "ana", "Not connected: what is shown may be old")
			d.Press("2")
			d.Expect("! not connected", "ana")
			f.set(nil)
			d.Wait(time.Second)
			d.Expect("Connected again")
			d.ExpectNot("! not connected")
		})
	}
}
