package boltstore

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"beckon/store"
)

func init() { children["cramped"] = cramped }

// cramped opens the store where no file may grow, saves, and saves again where it may.
func cramped(path string) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit)
	none := limit
	none.Cur = 0
	if err = errors.Join(err, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &none)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	s, err := Open(bg, path, Options{Owner: Owner{PID: os.Getpid(), Since: at}})
	if err != nil {
		fmt.Println("opening:", err)
		os.Exit(1)
	}
	_, unclean := readOwner(path)
	d, err := s.Get(bg, "campaign", "a")
	fmt.Println("read", d.Revision, err, unclean)
	_, err = save(s, "a", 2, 1)
	fmt.Println("without room:", errors.Is(err, store.ErrFull), s.ReadOnly() == nil, err)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	rev, err := save(s, "a", 2, 1)
	fmt.Println("with room:", rev, err, s.Check(bg))
	s.Close()
}

func TestStoreIsReadWhereThereIsNoRoomAndWrittenOnceThereIs(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{})
	mustSave(t, s, "a", 1, 0)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c := start(t, "cramped", path)
	for _, want := range []string{"read 1 <nil> true", "without room: true true nothing was written", "with room: 2 <nil> <nil>"} {
		if got := c.line(t); !strings.HasPrefix(got, want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}
