package main

import (
	"context"
	"errors"
	"io"
	"time"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
)

// ending is a source whose reads end with the context that it was made with.
type ending interface{ endsWithContext() }

// heeding is a source that is told when the event of the line that it gave last is
// taken: what is not goes to the next following.
type heeding interface{ taken() }

// follower takes a log through a watcher as it grows.
type follower struct {
	watcher *replay.Watcher
	now     func() time.Time
	took    func(*journey.Event)      // told of each event before it is decided on; may be nil
	decided func()                    // called after that; may be nil
	ticked  func(now time.Time) error // called about every second

	arrived time.Time     // of the last event
	lag     time.Duration // of the last event, when it came
	report  *journey.Report
	ended   bool // the report is whole
}

// run follows until the source ends or ctx is done. Ticks come about every
// second.
func (f *follower) run(ctx context.Context, in journey.Options, name string, source io.Reader, ticks <-chan time.Time) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	from, heeds := source.(heeding)
	ahead := 256
	if heeds {
		ahead = 0 // what was sent was taken
	}
	events := make(chan *journey.Event, ahead)
	ended := make(chan error, 1)
	go func() {
		defer close(events)
		rep, err := journey.Follow(in, name, source, func(ev *journey.Event, _ *journey.Report) error {
			select {
			case events <- ev:
				if heeds {
					from.taken()
				}
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		f.report = rep // ended says when
		ended <- err
	}()
	for open := true; open; {
		select {
		case ev, more := <-events:
			if !more {
				open = false
				break
			}
			if err := f.take(ev); err != nil {
				return err
			}
		case now := <-ticks:
			if err := f.tick(now); err != nil {
				return err
			}
		case <-ctx.Done():
			open = false
		}
	}
	var err error
	if _, ends := source.(ending); ends || ctx.Err() == nil { // standard input may never answer
		if err = <-ended; errors.Is(err, context.Canceled) {
			err = nil
		}
		f.ended = true
	}
	if closed := f.watcher.Close(); err == nil {
		err = closed
	}
	return err
}

func (f *follower) take(ev *journey.Event) error {
	f.arrived = f.now()
	f.lag = f.arrived.Sub(ev.At.Time())
	if f.took != nil {
		f.took(ev)
	}
	f.watcher.Now(journey.At(f.arrived))
	err := f.watcher.Take(ev)
	if f.decided != nil {
		f.decided()
	}
	return err
}

// tick lets time pass where no event came. What the ticker says of the time
// does not count: a test has a clock of its own.
func (f *follower) tick(time.Time) error {
	now := f.now()
	f.watcher.Now(journey.At(now))
	if !f.arrived.IsZero() {
		if err := f.watcher.Pass(model.Duration(now.Sub(f.arrived).Milliseconds())); err != nil {
			return err
		}
	}
	return f.ticked(now)
}

// looking waits between two looks at a file.
func looking(ctx context.Context) {
	t := time.NewTimer(lookEvery)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// lookEvery is the time between two looks.
const lookEvery = 200 * time.Millisecond
