package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAPathGoesOnWithTheFilesThatAreThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"week-1.log", "week-2.log", "visits.jsonl", ".hidden", "bad\x1b[2Jname", "logs/a.log"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "logs"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string][]string{
		"":        {"link/", "logs/", "visits.jsonl", "week-1.log", "week-2.log"},
		"w":       {"week-1.log", "week-2.log"},
		".":       {".hidden"},
		"logs/":   {"logs/a.log"},
		"link/a":  {"link/a.log"},
		"nobody":  nil,
		"none/":   nil,
		"week-1*": nil,
	} {
		got := paths(dir + "/" + typed)
		for i := range got {
			got[i] = strings.TrimPrefix(got[i], dir+"/")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q goes on with %q, want %q", typed, got, want)
		}
	}
	if got := paths("~"); !slices.Equal(got, []string{"~/"}) {
		t.Errorf("~ goes on with %q", got)
	}
	if got := paths("paths_te"); !slices.Equal(got, []string{"paths_test.go"}) {
		t.Errorf("here %q", got)
	}
}
