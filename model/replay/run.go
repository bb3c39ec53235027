package replay

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"beckon/model/engine"
	"beckon/model/journey"
)

// ErrOrder is wrapped by [Run] when a source does not keep the order of
// visitors and instants.
var ErrOrder = errors.New("events out of order")

// Options of a bulk run. The zero value replays on every core without answers
// and without the trace.
type Options struct {
	// Seed of every draw, control group and simulated answer.
	Seed uint64
	// Policy is how simulated visitors answer.
	Policy Policy
	// Trace adds gate records. It changes no other record.
	Trace bool
	// ClosePages ends a visit at its last event instead of leaving its last
	// page open until the idle limit.
	ClosePages bool
	// Workers is how many journeys are replayed at once; 0 is one for each
	// core. The records do not depend on it.
	Workers int
	// Progress is called now and then with what is done so far; never by two
	// goroutines at once.
	Progress func(Progress)
	// Results asks for them; nil does without.
	Results *ResultsOptions
	// Stop, once closed, has no further visitor begin. The journeys that were
	// begun are replayed to their end, and the summary says how far it came.
	Stop <-chan struct{}

	facts bool // visits tell what they are broken down by
}

// Progress is how far a run has come.
type Progress struct {
	Visitors int64
	Events   int64
}

// Bounds of what is in memory at once. A journey longer than a batch goes to
// its worker piece by piece.
const (
	batchEvents  = 2048
	chunkRecords = 512
	// window is how many batches for each worker may be begun and not yet
	// handed out.
	window = 4
)

// Run replays journeys and hands out what happened, record by record in the
// order of visitors, the summary last (its Input is the caller's to fill). It
// calls emit from one goroutine; emit may be nil where the summary is all that
// is wanted.
//
// The events come ordered by visitor, instant and place in the source; they
// are read by one goroutine and may not be changed afterwards. Run ends early
// with the error of the source, of emit, or of the context; some records may
// have been handed out then, but no summary.
func Run(ctx context.Context, eng *engine.Engine, events iter.Seq2[*journey.Event, error], o Options, emit func(Record) error) (*Summary, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	queue := make(chan *batch)
	order := make(chan *batch, window*workers)

	var readers, busy sync.WaitGroup
	r := reader{ctx: ctx, queue: queue, order: order, stop: o.Stop}
	readers.Go(func() {
		defer close(order)
		defer close(queue)
		if err := r.read(events); err != nil {
			cancel(err)
		}
	})
	parts := make([]*worker, workers)
	for i := range parts {
		w := newWorker(ctx, eng, o, emit != nil)
		parts[i] = w
		busy.Go(func() {
			for b := range queue {
				w.replay(b)
			}
		})
	}
	names := make([]string, len(eng.Campaigns()))
	for i, k := range eng.Campaigns() {
		names[i] = k.ID
	}
	paths := make([]string, len(eng.Engagements()))
	for i, ref := range eng.Engagements() {
		paths[i] = ref.Path
	}
	groups := newBreakdowns(names, paths)
	merge(ctx, order, o.Progress, emit, groups.add, cancel)
	readers.Wait()
	busy.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	total := newSummary(eng)
	var tallies []*tally
	for _, w := range parts {
		total.add(w.summary)
		if w.tally != nil {
			tallies = append(tallies, w.tally)
		}
	}
	total.Stopped, total.UpTo = r.stopped, r.last
	if o.Results != nil {
		total.Results = newResults(eng, total, tallies, groups, o.Results.Rows)
	}
	if emit != nil {
		if err := emit(total); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// merge hands out what the workers make, batch by batch in the order read.
func merge(ctx context.Context, order <-chan *batch, progress func(Progress), emit func(Record) error, groups func(*groupDelta), cancel context.CancelCauseFunc) {
	var done Progress
	for b := range order {
		for chunk := range b.out {
			for _, r := range chunk.records {
				if ctx.Err() != nil {
					break
				}
				if err := emit(r); err != nil {
					cancel(err)
				}
			}
			if chunk.groups != nil {
				groups(chunk.groups)
			}
			done.Visitors += chunk.done.Visitors
			done.Events += chunk.done.Events
			if progress != nil && ctx.Err() == nil {
				progress(done)
			}
		}
	}
}

// batch is some visitors' whole journeys, or one that is too long for it, the
// rest of which comes through more. What its worker makes of it goes to out.
type batch struct {
	events []*journey.Event
	more   chan []*journey.Event // nil, or closed at the journey's end
	out    chan chunk
}

type chunk struct {
	records []Record
	groups  *groupDelta
	done    Progress
}

// reader cuts the source into batches.
type reader struct {
	ctx     context.Context
	queue   chan<- *batch
	order   chan<- *batch
	pending []*journey.Event
	start   int                     // of the last visitor in pending
	more    chan<- []*journey.Event // of the journey that is too long, or nil
	stop    <-chan struct{}
	stopped bool
	last    string // the last visitor before it was stopped
}

func (r *reader) read(events iter.Seq2[*journey.Event, error]) error {
	var last *journey.Event
	for ev, err := range events {
		if err != nil {
			return err
		}
		if last == nil || ev.Visitor != last.Visitor {
			if last != nil && ev.Visitor < last.Visitor {
				return fmt.Errorf("%w: a visitor after one of a greater name", ErrOrder)
			}
			if r.stops() {
				if last != nil {
					r.last = last.Visitor
				}
				break
			}
			if err := r.next(); err != nil {
				return err
			}
		} else if ev.At < last.At {
			return fmt.Errorf("%w: an event of a visitor after a later one", ErrOrder)
		}
		last = ev
		r.pending = append(r.pending, ev)
		if len(r.pending) >= batchEvents {
			if err := r.full(); err != nil {
				return err
			}
		}
	}
	if err := r.next(); err != nil || len(r.pending) == 0 {
		return err
	}
	return r.send(&batch{events: r.pending})
}

// stops reports whether no further visitor shall begin.
func (r *reader) stops() bool {
	select {
	case <-r.stop:
		r.stopped = true
	default:
	}
	return r.stopped
}

// next ends a visitor's journey.
func (r *reader) next() error {
	if r.more != nil {
		if len(r.pending) > 0 {
			if err := r.feed(); err != nil {
				return err
			}
		}
		close(r.more)
		r.more = nil
	}
	r.start = len(r.pending)
	return nil
}

// full sends the whole journeys that are pending, or, if one journey fills
// everything, the piece of it that there is.
func (r *reader) full() error {
	switch {
	case r.more != nil:
		return r.feed()
	case r.start > 0:
		whole := r.pending[:r.start:r.start]
		r.pending = append(make([]*journey.Event, 0, batchEvents), r.pending[r.start:]...)
		r.start = 0
		return r.send(&batch{events: whole})
	}
	more := make(chan []*journey.Event)
	b := &batch{events: r.pending, more: more}
	r.pending, r.more = make([]*journey.Event, 0, batchEvents), more
	return r.send(b)
}

func (r *reader) feed() error {
	select {
	case r.more <- r.pending:
		r.pending = make([]*journey.Event, 0, batchEvents)
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// send hands a batch to the merger and to whichever worker is free, in this
// order: the merger waits for batches in the order in which workers get them.
func (r *reader) send(b *batch) error {
	b.out = make(chan chunk, 2)
	select {
	case r.order <- b:
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
	select {
	case r.queue <- b:
		return nil
	case <-r.ctx.Done():
		close(b.out)
		return context.Cause(r.ctx)
	}
}
