package tuitest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"beckon/tui/frame"
	"beckon/tui/layout"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// Golden compares rows with testdata/<name>.golden beside the test, without
// their looks, and checks that they are exact and harmless. With -update the
// file is written anew.
func Golden(t *testing.T, name string, size layout.Size, rows frame.Rows) {
	t.Helper()
	compare(t, name, size, rows, ansi.Strip(rows.Join()))
}

// GoldenLooks is [Golden] with the looks written out: for the few screens
// where they matter. An escape is stored as a sign that can be read.
func GoldenLooks(t *testing.T, name string, size layout.Size, rows frame.Rows) {
	t.Helper()
	compare(t, name, size, rows, strings.ReplaceAll(rows.Join(), "\x1b[", "‹"))
}

func compare(t *testing.T, name string, size layout.Size, rows frame.Rows, got string) {
	t.Helper()
	if err := frame.Check(rows, size.W, size.H); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n") + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%s: %v (run the test with -update)", name, err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (- stored, + drawn); -update stores it:\n%s\n%s", name, diff, got)
	}
}
