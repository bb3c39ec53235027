package journey

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"weak"
)

// TestAFollowedStreamHandsOutALineAsItIsComplete: the writer waits for the event
// of every line before it writes the next.
func TestAFollowedStreamHandsOutALineAsItIsComplete(t *testing.T) {
	t.Parallel()
	in, out := io.Pipe()
	lines := []string{
		`{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/"}`,
		`{"visitor":"b","at":"2026-03-02T09:59:59Z","type":"page","url":"https://shop.example/cart"}`,
		`this is no event`,
		`{"visitor":"a","at":"2026-03-02T10:00:05Z","type":"leave"}`,
	}
	took := make(chan string)
	go func() {
		for i, l := range lines {
			io.WriteString(out, l+"\n")
			if i != 2 {
				<-took
			}
		}
		out.Close()
	}()
	var seen []string
	rep, err := Follow(Options{}, "log", in, func(ev *Event, rep *Report) error {
		seen = append(seen, fmt.Sprint(ev.Visitor, " ", ev.Type))
		took <- ""
		return nil
	})
	if err != nil || strings.Join(seen, ", ") != "a page, b page, a leave" || !rep.Balanced() || rep.RejectedLines() != 1 {
		t.Errorf("%v, %v, %+v", seen, err, rep)
	}
}

func TestWhatCannotBeFollowedSaysSo(t *testing.T) {
	t.Parallel()
	none := func(*Event, *Report) error { return nil }
	_, err := Follow(Options{}, "log", strings.NewReader(`{"messageId":"1","type":"page","anonymousId":"a","timestamp":"2026-03-02T10:00:00Z","context":{"page":{"url":"https://shop.example/"}}}`+"\n"), none)
	if !errors.Is(err, ErrFollow) {
		t.Errorf("Segment's messages: %v", err)
	}
	if rep, err := Follow(Options{}, "log", strings.NewReader(""), none); err != nil || rep.Lines != 0 {
		t.Errorf("an empty stream: %v", err)
	}
	want := errors.New("enough")
	_, err = Follow(Options{}, "log", strings.NewReader(`{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"leave"}`+"\n"), func(*Event, *Report) error { return want })
	if !errors.Is(err, want) {
		t.Errorf("an error of the caller: %v", err)
	}
}

func TestWhatIsCompressedIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, magic := range []string{"\x1f\x8b\x08\x00", "\x28\xb5\x2f\xfd"} {
		_, err := Follow(Options{}, "log.gz", strings.NewReader(magic+"\n\n"), func(*Event, *Report) error { return nil })
		if !errors.Is(err, ErrFollow) || !strings.Contains(err.Error(), "log.gz: compressed with gzip or zstd, which cannot be followed") {
			t.Errorf("%q: %v", magic, err)
		}
	}
}

// A log that was cut begins within a line.
func TestALogThatBeginsWithinALineIsFollowed(t *testing.T) {
	t.Parallel()
	page := `{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/"}` + "\n"
	n := 0
	rep, err := Follow(Options{}, "log", strings.NewReader("p.example/\"}\n\n\x00\x00\n"+page+page), func(*Event, *Report) error { n++; return nil })
	if err != nil || n != 2 || rep.RejectedLines() != 2 || !rep.Balanced() {
		t.Errorf("%d events, %d rejected: %v", n, rep.RejectedLines(), err)
	}
	if _, err := Follow(Options{}, "log", strings.NewReader(strings.Repeat("nothing\n", 30)), func(*Event, *Report) error { return nil }); !errors.Is(err, ErrFormat) {
		t.Errorf("nothing but garbage: %v", err)
	}
}

// TestAnEventThatIsKeptHoldsNoOther: a follower keeps some of many for long.
func TestAnEventThatIsKeptHoldsNoOther(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 200 {
		fmt.Fprintf(&log, `{"visitor":"v-%d","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example/"}`+"\n", i)
	}
	var kept *Event
	var gone []weak.Pointer[Event]
	var pages []weak.Pointer[Page]
	n := 0
	if _, err := Follow(Options{}, "log", strings.NewReader(log.String()), func(ev *Event, _ *Report) error {
		if n++; n == 70 {
			kept = ev
		} else {
			gone, pages = append(gone, weak.Make(ev)), append(pages, weak.Make(ev.Page))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	for i := range gone {
		if gone[i].Value() != nil || pages[i].Value() != nil {
			t.Fatalf("one of %s is still there", kept.Visitor)
		}
	}
	if kept.Page.URL != "https://shop.example/" {
		t.Errorf("the one that is kept is %+v", kept)
	}
}
