package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Who interrupts reading gets the numbers of what was read, and is told that
// they are partial.
func TestAnInterruptionWhileReadingKeepsWhatWasRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "visits.jsonl")
	line := `{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}` + "\n"
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 3000)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt() // reading asks every thousand lines
	w := here()
	root := rootCommand(w)
	root.SetArgs([]string{"replay", "--catalog", "../../fixtures/catalog", path})
	err := root.ExecuteContext(ctx)
	out, errs := w.out.(*strings.Builder).String(), w.err.(*strings.Builder).String()
	if err == nil || !strings.Contains(err.Error(), "not whole") || !strings.Contains(err.Error(), "was read up to line 999") {
		t.Errorf("the error is %v", err)
	}
	if !strings.Contains(out, "1 visitor") || !strings.Contains(out, "999 events") {
		t.Errorf("printed %s", out)
	}
	if !strings.Contains(errs, "the numbers are partial") {
		t.Errorf("told %s", errs)
	}
}
