package boltstore

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"beckon/store"
	"beckon/store/storetest"
)

func TestWhoIsHeardOfNoLongerIsPresentNoLonger(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	synctest.Test(t, func(t *testing.T) { // the clock stands still but for what is slept
		storetest.Expiry(t, opened(t, path, Options{}), time.Second, func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		})
	})
}

func TestThereIsRoomForSoManySessionsAndThoseWhoAreThereStay(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	announce := func(i int, body string) error {
		return s.Announce(bg, store.Present{Operator: "ana", Session: fmt.Sprint(i), Since: at, Body: []byte(body)}, time.Hour)
	}
	for i := range store.MaxPresent {
		if err := announce(i, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := announce(store.MaxPresent, ""); !errors.Is(err, store.ErrFull) {
		t.Errorf("one more: %v", err)
	}
	if err := announce(0, "edits"); err != nil {
		t.Errorf("one who is there: %v", err)
	}
	if err := s.Withdraw(bg, "ana", "1"); err != nil {
		t.Fatal(err)
	}
	if err := announce(store.MaxPresent, ""); err != nil {
		t.Errorf("after one went: %v", err)
	}
}
