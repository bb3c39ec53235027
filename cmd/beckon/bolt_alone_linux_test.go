package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func init() { programs["beckon-holding"] = holdingMain }

// holdingMain opens a store as every command does, and prints what the process
// holds then: every goroutine and every socket.
func holdingMain() {
	ctx := context.Background()
	w := &world{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now}
	path, err := storePath(w, os.Args[1])
	if err == nil {
		s, fails := openStore(ctx, w, path)
		if err = fails; err == nil {
			defer s.Close()
			_, err = s.Revision(ctx)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stacks := make([]byte, 1<<20)
	os.Stdout.Write(stacks[:runtime.Stack(stacks, true)])
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, f := range open {
		if to, _ := os.Readlink("/proc/self/fd/" + f.Name()); strings.HasPrefix(to, "socket:") {
			fmt.Println(to)
		}
	}
}

// ofEtcd begins the names of whatever comes with a store in etcd.
var ofEtcd = []string{"go.etcd.io/etcd/", "google.golang.org/grpc", "go.uber.org/zap", "beckon/store/etcdstore", "socket:"}

// Whoever has a file pays for etcd with the code of it in the program, and
// with nothing that runs.
func TestAStoreInAFileRunsNothingOfEtcd(t *testing.T) {
	t.Parallel()
	holds := func(url string) (found []string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "beckon-holding", url)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v, %s", url, err, errs.String())
		}
		if !bytes.Contains(out, []byte("holdingMain")) {
			t.Fatalf("it tells nothing of itself:\n%s", out)
		}
		for _, name := range ofEtcd {
			if bytes.Contains(out, []byte(name)) {
				found = append(found, name)
			}
		}
		return found
	}
	if found := holds("bolt://" + filepath.Join(t.TempDir(), "shop.db")); len(found) > 0 {
		t.Errorf("a store in a file comes with %q", found)
	}
	if found := holds(etcdScheme + strings.Join(etcdCluster(t).Endpoints(), ",") + "/alone"); len(found) < 3 { // the control
		t.Errorf("a store in etcd comes with no more than %q", found)
	}
}
