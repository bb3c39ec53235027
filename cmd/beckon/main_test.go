package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, programs)
}

// programs are what tests may run as processes of their own.
var programs = map[string]func(){"beckon": main}

func TestCommands(t *testing.T) {
	t.Parallel()
	fixtures, err := filepath.Abs("../../fixtures")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("FIXTURES", fixtures)
			env.Setenv("XDG_DATA_HOME", filepath.Join(env.WorkDir, "data"))
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("USER", "tester")
			env.Setenv("NASTY", "\x1b]0;owned\a.log")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"bytes":  makeBytes,
			"gzip":   gzipFile,
			"tail":   tail,
			"holds":  holds,
			"hashes": hashes,
			"zstd":   zstdFile,
		},
	})
}

// exits runs a command and checks its exit code: exits 2 beckon replay.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// makeBytes writes a quoted Go string so many times: bytes FILE "x\x00" 1000.
func makeBytes(ts *testscript.TestScript, _ bool, args []string) {
	s, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	n := 1
	if len(args) > 2 {
		n, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = f.Write(bytes.Repeat([]byte(s), n))
	ts.Check(err)
	ts.Check(f.Close())
}

// gzipFile compresses a file, and cuts the result after so many bytes if told:
// gzip FROM TO 100.
func gzipFile(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err = w.Write(data)
	ts.Check(err)
	ts.Check(w.Close())
	writeCut(ts, args, b.Bytes())
}

// zstdFile is gzipFile for the other form.
func zstdFile(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	w, err := zstd.NewWriter(nil)
	ts.Check(err)
	writeCut(ts, args, w.EncodeAll(data, nil))
}

func writeCut(ts *testscript.TestScript, args []string, out []byte) {
	if len(args) > 2 {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		out = out[:n]
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o600))
}

// tail writes the last line of a file, or all but the lines that begin with
// what follows, to another: tail FROM TO [PREFIX].
func tail(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	lines := bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	out := lines[len(lines)-1]
	if len(args) > 2 {
		out = nil
		for _, l := range lines {
			if !bytes.HasPrefix(l, []byte(args[2])) {
				out = append(out, l...)
			}
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), append(bytes.TrimSuffix(out, []byte("\n")), '\n'), 0o600))
}
