package replay

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"

	"beckon/model/engine"
	"beckon/model/journey"
)

// stretchEvents is how many events go on at once to engines side by side.
const stretchEvents = 512

// errEnough ends the runs beside one that failed.
var errEnough = errors.New("another run ended")

// Side is one of several runs of the same traffic.
type Side struct {
	Engine *engine.Engine
	// Emit gets the side's records; nil for none. It is called by a goroutine of
	// the side.
	Emit func(Record) error

	results *ResultsOptions // instead of those of all
}

// RunSeveral replays the same journeys through several engines in one pass, so
// that no more of the traffic is in memory than for one, and returns the
// summaries by side. Once stopped, all sides have come equally far.
func RunSeveral(ctx context.Context, sides []Side, events iter.Seq2[*journey.Event, error], o Options) ([]*Summary, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	own := o
	own.Workers, own.Stop, own.Progress = max(1, workers/len(sides)), nil, nil
	feeds := make([]chan []*journey.Event, len(sides))
	out, errs := make([]*Summary, len(sides)), make([]error, len(sides))
	var running sync.WaitGroup
	for i := range sides {
		feeds[i] = make(chan []*journey.Event, 2)
		mine := own
		if sides[i].results != nil {
			mine.Results = sides[i].results
		}
		if i == 0 { // they are about equally far
			mine.Progress = o.Progress
		}
		running.Go(func() {
			out[i], errs[i] = Run(ctx, sides[i].Engine, feed(ctx, feeds[i]), mine, sides[i].Emit)
			if errs[i] != nil {
				cancel(errEnough)
			}
		})
	}
	p := pump{ctx: ctx, feeds: feeds, stop: o.Stop}
	err := p.run(events)
	if err != nil {
		cancel(err)
	}
	for _, f := range feeds {
		close(f)
	}
	running.Wait()
	for _, e := range errs {
		if e != nil && !errors.Is(e, errEnough) && (err == nil || errors.Is(err, errEnough)) {
			err = e
		}
	}
	if err != nil {
		return nil, err
	}
	for _, s := range out {
		s.Stopped, s.UpTo = p.stopped, p.last
		if s.Results != nil {
			s.Results.Complete, s.Results.UpTo = !p.stopped, p.last
		}
	}
	return out, nil
}

// feed is what a side reads.
func feed(ctx context.Context, from <-chan []*journey.Event) iter.Seq2[*journey.Event, error] {
	return func(yield func(*journey.Event, error) bool) {
		for list := range from {
			for _, ev := range list {
				if !yield(ev, nil) {
					return
				}
			}
		}
		if err := context.Cause(ctx); err != nil { // it was not the end
			yield(nil, err)
		}
	}
}

// pump hands the events to every side.
type pump struct {
	ctx     context.Context
	feeds   []chan []*journey.Event
	stop    <-chan struct{}
	stopped bool
	last    string
	list    []*journey.Event
}

func (p *pump) run(events iter.Seq2[*journey.Event, error]) error {
	var last *journey.Event
	for ev, err := range events {
		if err != nil {
			return err
		}
		if last == nil || ev.Visitor != last.Visitor {
			select {
			case <-p.stop:
				p.stopped = true
			default:
			}
			if p.stopped {
				if last != nil {
					p.last = last.Visitor
				}
				break
			}
		}
		last = ev
		if p.list = append(p.list, ev); len(p.list) == stretchEvents {
			if err := p.send(); err != nil {
				return err
			}
		}
	}
	return p.send()
}

func (p *pump) send() error {
	if len(p.list) == 0 {
		return nil
	}
	for _, f := range p.feeds {
		select {
		case f <- p.list:
		case <-p.ctx.Done():
			return context.Cause(p.ctx)
		}
	}
	p.list = make([]*journey.Event, 0, stretchEvents)
	return nil
}
