package boltstore

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// children are what this test program does when it is started once more.
var children = map[string]func(path string){
	"hold":       hold,
	"save":       func(path string) { saveForEver(path, false) },
	"scribble":   scribbleForEver,
	"boast":      func(path string) { saveForEver(path, true) },
	"plain bolt": plainBolt,
}

// hold opens the store, says so, and keeps it until its input ends.
func hold(path string) {
	s, err := Open(bg, path, Options{Owner: Owner{PID: os.Getpid(), Since: at, Address: "127.0.0.1:2222"}})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	s.Close()
}

// saveForEver saves one version after the other of three documents and acknowledges each on its output, boasting before it is
// written or, as it should be, after.
func saveForEver(path string, boast bool) {
	s, err := Open(bg, path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	rev, err := s.Revision(bg)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for n := int(rev); ; n++ {
		if boast {
			fmt.Println("saved", n+1)
		}
		id, base := crashDocument(n)
		if _, err := save(s, id, n, base); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if !boast {
			fmt.Println("saved", n+1)
		}
	}
}

// scribbleForEver keeps one scrap after the other under one key, each larger than the one before it for a while, and acknowledges each.
func scribbleForEver(path string) {
	s, err := Open(bg, path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	list, err := store.AllScraps(bg, s, "ana")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	n := 0
	if len(list) > 0 {
		fmt.Sscanf(string(list[0].Body), "draft version %d ", &n)
	}
	for n++; ; n++ {
		if err := s.PutScrap(bg, store.Scrap{Owner: "ana", Key: "spring", Body: body("draft", n), At: at}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("saved", n)
	}
}

// plainBolt opens the file as bbolt does by itself, and waits: bbolt may come back from Open while it is dying in another goroutine.
func plainBolt(path string) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{Timeout: time.Second, NoFreelistSync: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	io.Copy(io.Discard, os.Stdin)
	db.Close()
}

type child struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
	err strings.Builder
}

func start(t *testing.T, role, path string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0])}
	c.Env = append(os.Environ(), "BOLTSTORE_TEST_CHILD="+role, "BOLTSTORE_TEST_FILE="+path)
	c.Stderr = &c.err
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.in, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill() })
	c.out = bufio.NewScanner(out)
	return c
}

func (c *child) line(t *testing.T) string {
	t.Helper()
	if !c.out.Scan() {
		c.Wait()
		t.Fatalf("the child said nothing more: %v, %s", c.out.Err(), c.err.String())
	}
	return c.out.Text()
}
