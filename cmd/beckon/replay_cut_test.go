package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Who interrupts reading gets what comes of what was read, and is told that it is
// partial.
func TestAnInterruptionWhileReadingKeepsWhatWasRead(t *testing.T) {
	t.Parallel()
	for command, wants := range map[string][]string{
		"replay --catalog ../../fixtures/catalog": {"1 visitor", "999 events"},
		"convert": {`"type":"page","url":"https://shop.example/cart"`},
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			interruptReading(t, strings.Fields(command), wants)
		})
	}
}

func interruptReading(t *testing.T, command, wants []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "visits.jsonl")
	line := `{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}` + "\n"
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 3000)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt() // reading asks every thousand lines
	w := here()
	root := rootCommand(w)
	root.SetArgs(append(command, path))
	err := root.ExecuteContext(ctx)
	out, errs := w.out.(*strings.Builder).String(), w.err.(*strings.Builder).String()
	if err == nil || !strings.Contains(err.Error(), "not whole") || !strings.Contains(err.Error(), "was read up to line 999") {
		t.Errorf("the error is %v", err)
	}
	for _, want := range wants {
		if !strings.Contains(out, want) {
			t.Errorf("printed %s, want %s", out, want)
		}
	}
	if !strings.Contains(errs, "what comes of it is partial") {
		t.Errorf("told %s", errs)
	}
}
