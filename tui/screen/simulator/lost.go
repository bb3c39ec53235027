package simulator

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// Lost says what of a file became no event.
type Lost struct {
	LeftOut int64 // lines that were understood and left out
	Unread  int64 // lines that could not be read
	// Why gives the most frequent reasons of both, and what else is missing.
	Why string
}

// any tells whether there is something to say.
func (l Lost) any() bool { return l.LeftOut > 0 || l.Unread > 0 || l.Why != "" }

// short gives the numbers alone.
func (l Lost) short() string {
	var out []string
	if l.LeftOut > 0 {
		out = append(out, plural(int(l.LeftOut), "line")+" left out")
	}
	switch {
	case l.Unread > 0 && len(out) > 0:
		out = append(out, number(int(l.Unread))+" unreadable")
	case l.Unread > 0:
		out = append(out, plural(int(l.Unread), "line")+" unreadable")
	}
	return strings.Join(out, ", ")
}

// words gives the numbers and the reasons.
func (l Lost) words() string {
	short := l.short()
	switch {
	case short == "":
		return l.Why
	case l.Why == "":
		return short
	}
	return short + ": " + l.Why
}

// base is the last part of a path.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// cause says why a file cannot be read, the reason first.
func cause(err error) string {
	if bad := (*fs.PathError)(nil); errors.As(err, &bad) {
		return bad.Err.Error() + ": " + bad.Path
	}
	return err.Error()
}

// countedEvents is up to how many events a recording is replayed to tell how
// many displays each of its visitors gets.
const countedEvents = 50_000

// rank puts the visitors in order, the one with the most to see first: with the
// most displays, or, where these are not counted, the most events.
func rank(ctx context.Context, eng *engine.Engine, rec *Recording) {
	if len(rec.Visitors) < 2 {
		return
	}
	events := 0
	for _, v := range rec.Visitors {
		events += len(v.Events)
	}
	if events <= countedEvents {
		rec.counted = count(ctx, eng, rec)
	}
	slices.SortStableFunc(rec.Visitors, func(a, b Visitor) int {
		if rec.counted && a.displays != b.displays {
			return b.displays - a.displays
		}
		return len(b.Events) - len(a.Events)
	})
}

// replayed replays a recording.
func replayed(ctx context.Context, eng *engine.Engine, rec *Recording, o replay.Options, emit func(replay.Record) error) (*replay.Summary, error) {
	visitors := slices.Clone(rec.Visitors)
	slices.SortFunc(visitors, func(a, b Visitor) int { return strings.Compare(a.ID, b.ID) }) // as a run wants them
	events := func(yield func(*journey.Event, error) bool) {
		for _, v := range visitors {
			for _, ev := range v.Events {
				if !yield(ev, nil) {
					return
				}
			}
		}
	}
	return replay.Run(ctx, eng, events, o, emit)
}

// count replays a recording and counts the displays of each visitor.
func count(ctx context.Context, eng *engine.Engine, rec *Recording) bool {
	displays := map[string]int{}
	_, err := replayed(ctx, eng, rec, replay.Options{}, func(r replay.Record) error {
		if d, ok := r.(*replay.Display); ok {
			displays[d.Visitor]++
		}
		return nil
	})
	if err != nil {
		return false
	}
	for i := range rec.Visitors {
		rec.Visitors[i].displays = displays[rec.Visitors[i].ID]
	}
	return true
}
