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

func TestARecordingThatCannotBeginLeavesNoFileAndTakesNoneAway(t *testing.T) {
	t.Parallel()
	none := func() time.Duration { return 0 }
	full := func(t *testing.T, path string) *os.File { // a file that takes nothing, as one on a full disk
		t.Helper()
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	t.Run("what was made for it goes", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.cast")
		k := &keeping{path: path}
		if _, err := k.begin(full(t, path), cast.Header{}, none); err == nil || !strings.Contains(err.Error(), "recording") {
			t.Errorf("it began, %v", err)
		}
		if there, err := exists(path); there || err != nil {
			t.Errorf("an empty file is left, %v", err)
		}
	})
	t.Run("what broke off before anything was seen goes, and is said to", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.cast")
		k := &keeping{path: path}
		c, err := k.open(cast.Header{Width: 80, Height: 24}, none)
		if err != nil {
			t.Fatal(err)
		}
		k.file.Close() // and takes nothing from now on
		c.Resize(100, 30)
		if err := k.done(here(), c); err == nil || !strings.HasSuffix(err.Error(), "nothing was recorded") {
			t.Errorf("it ends with %v", err)
		}
		if there, err := exists(path); there || err != nil {
			t.Errorf("a file with nothing in it is left, %v", err)
		}
	})
	t.Run("what broke off later stays, and is said to how far it goes", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.cast")
		k, at := &keeping{path: path}, time.Second
		c, err := k.open(cast.Header{Width: 80, Height: 24}, func() time.Duration { return at })
		if err != nil {
			t.Fatal(err)
		}
		c.Resize(100, 30)
		k.file.Close()
		c.Resize(120, 40)
		if err := k.done(here(), c); err == nil || !strings.Contains(err.Error(), "x.cast holds the first 1s") {
			t.Errorf("it ends with %v", err)
		}
		if there, err := exists(path); !there || err != nil {
			t.Errorf("what was recorded is gone, %v", err)
		}
	})
	t.Run("another recording gives way to one that began, and that is said", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.cast")
		if err := os.WriteFile(path, []byte("an earlier one"), 0o600); err != nil {
			t.Fatal(err)
		}
		k := &keeping{path: path, replace: true}
		c, err := k.open(cast.Header{Width: 80, Height: 24}, none)
		if err != nil {
			t.Fatal(err)
		}
		w := here()
		err = k.done(w, c)
		if said := w.out.(*strings.Builder).String(); err != nil || !strings.Contains(said, "in the place of what was there") {
			t.Errorf("it says %q, %v", said, err)
		}
		if data, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(data), `{"version":2`) {
			t.Errorf("the file holds %q, %v", data, err)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) != 0 {
			t.Errorf("beside it lies %v, %v", left, err)
		}
	})
}
