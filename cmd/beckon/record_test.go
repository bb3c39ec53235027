package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/fixtures"
	"beckon/tui/cast"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
)

// taped records a tour on some day and returns the file.
func taped(t *testing.T, day time.Time, args ...string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tour.cast")
	w := here()
	w.now = func() time.Time { return day }
	if code := run(append([]string{"record", path}, args...), w); code != exitFine {
		t.Fatalf("exit code %d: %s", code, w.err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestARecordedTourEndsWithTheScreenOfItsEndAndIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
	for _, size := range []string{"80x24", "120x40"} {
		data := taped(t, day, "--tour", "cart-rescue", "--size", size)
		r := tuitest.Replay(t, data)
		tuitest.Golden(t, "record-"+size, r.Size, r.Rows())
		if r.Length < 30 || r.Length > 300 {
			t.Errorf("%s: it takes %v s", size, r.Length)
		}
		if again := taped(t, day.AddDate(0, 5, 17), "--tour", "cart-rescue", "--size", size); string(again) != string(data) {
			t.Errorf("%s: recorded again it differs", size)
		}
	}
}

func TestWhatIsCopiedIsNotRecorded(t *testing.T) {
	t.Parallel()
	terminal, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	k := &keeping{path: filepath.Join(t.TempDir(), "x.cast")}
	kept, err := k.open(cast.Header{Width: 80, Height: 24}, func() time.Duration { return 0 })
	if err != nil {
		t.Fatal(err)
	}
	out := k.beside(terminal, kept)
	out.Copy("secret")()
	for _, s := range []string{"before ", "\x1b]52;c;c2VjcmV0\x07", "\x1b]0;\x1b[31mtitle\x07", "after"} {
		if _, err := out.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.done(here(), kept); err != nil {
		t.Fatal(err)
	}
	shown, err := os.ReadFile(terminal.Name())
	if err != nil || !strings.Contains(string(shown), "c2VjcmV0") {
		t.Errorf("the terminal was not told: %q, %v", shown, err)
	}
	data, err := os.ReadFile(k.path)
	if err != nil || strings.Contains(string(data), "c2VjcmV0") || !strings.Contains(tuitest.Replay(t, data).Screen(), "before") {
		t.Errorf("recorded %s, %v", data, err)
	}
}

func TestEveryPublishedCampaignOfTheShopHasATourThatEnds(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	published := 0
	for _, k := range c.Campaigns {
		if !k.Published {
			continue
		}
		published++
		r := tuitest.Replay(t, taped(t, day, "--tour", k.ID, "--size", "80x24"))
		if !strings.Contains(r.Output, "here it shows: ") || !strings.Contains(r.Output, "That was the tour.") {
			t.Errorf("%s: the tour shows no display, or no end", k.ID)
		}
		if want := (layout.Size{W: 80, H: 24}); r.Size != want || !strings.Contains(r.Screen(), "q quit") {
			t.Errorf("%s: it does not end in the Simulator:\n%s", k.ID, r.Screen())
		}
	}
	if published < 15 {
		t.Errorf("only %d campaigns", published)
	}
}
