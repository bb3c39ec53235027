package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestOnlySoManyConsolesTakeUpAChangeAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := make(turns, 2)
		consoles := make([]*turn, 5)
		for i := range consoles {
			consoles[i] = &turn{of: of}
			go consoles[i].take(t.Context())
		}
		left := consoles
		for len(left) > 0 {
			synctest.Wait()
			var waiting, at []*turn
			for _, c := range left {
				if c.taken() {
					at = append(at, c)
				} else {
					waiting = append(waiting, c)
				}
			}
			if want := min(2, len(left)); len(at) != want {
				t.Fatalf("%d of %d take a turn, want %d", len(at), len(left), want)
			}
			at[0].take(t.Context()) // another screen: the same turn
			at[0].drawn()
			at[0].drawn() // a frame of its own
			left = append(waiting, at[1:]...)
		}
		if len(of) != 0 {
			t.Errorf("%d turns are left", len(of))
		}
	})
}

func TestATurnEndsWithoutAFrame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		of := make(turns, 1)
		stuck, next, gone := &turn{of: of}, &turn{of: of}, &turn{of: of}
		began := time.Now()
		stuck.take(t.Context()) // and never draws
		over, cancel := context.WithCancel(t.Context())
		cancel()
		gone.take(over) // does not wait
		next.take(t.Context())
		if waited := time.Since(began); waited != longestTurn || gone.taken() || stuck.taken() || !next.taken() {
			t.Errorf("the next had its turn after %v; turns: stuck %v, gone %v, next %v", waited, stuck.taken(), gone.taken(), next.taken())
		}
		stuck.drawn() // late
		if !next.taken() {
			t.Error("a late frame ended another's turn")
		}
		next.drawn()
		next.take(t.Context())
		time.Sleep(longestTurn - time.Millisecond)
		if !next.taken() {
			t.Error("a turn ended by the clock of the one before")
		}
		next.drawn()
	})
}

func TestWhoIsAloneTakesNoTurn(t *testing.T) {
	t.Parallel()
	var none *turn
	none.take(t.Context())
	none.drawn()
	(&turn{}).take(t.Context())
}
