package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// errOffline says that the modules of the server are neither here nor to be had.
var errOffline = errors.New("the modules of the etcd server are not here, and cannot be had")

// binary returns the server, a tool of the module that is there for nothing else. The go command builds it, and keeps what it built.
var binary = sync.OnceValues(func() (string, error) {
	root, err := output("", "go", "list", "-m", "-f", "{{.Dir}}", "beckon")
	if err != nil {
		return "", fmt.Errorf("%w: %w", errOffline, err) // no go command
	}
	path, err := output(filepath.Join(root, "store", "etcdstore", "etcdtest"), "go", "tool", "-n", "go.etcd.io/etcd/server/v3")
	if err != nil {
		for _, sign := range []string{"dial tcp", "lookup ", "module lookup disabled", "connection refused", "i/o timeout", "no such host", "TLS handshake"} {
			if strings.Contains(err.Error(), sign) {
				return "", fmt.Errorf("%w: %w", errOffline, err)
			}
		}
		return "", err
	}
	return path, nil
})

func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	// The server is an ordinary program, whatever the tests of the product are built with.
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// ServerVariable names another server to try than the one that is built.
const ServerVariable = "BECKON_ETCD_SERVER"

// need skips a test, loudly, where there is no server to be had; on a machine that checks changes that is a failure.
func need(t testing.TB) string {
	t.Helper()
	if path := os.Getenv(ServerVariable); path != "" {
		return path
	}
	path, err := binary()
	switch {
	case errors.Is(err, errOffline) && os.Getenv("CI") == "":
		fmt.Fprintf(os.Stderr, "SKIPPED %s: %v\n", t.Name(), err)
		t.Skip(err)
	case err != nil:
		t.Fatalf("building the etcd server: %v", err)
	}
	return path
}
