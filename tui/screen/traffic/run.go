package traffic

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// running is a run that goes on. Its command writes progress, the screen reads
// it with every tick.
type running struct {
	order   Order
	began   time.Time
	now     time.Time
	stop    chan struct{}
	stopped bool
	far     atomic.Pointer[Progress]
}

type (
	// done is a run that ended.
	done struct {
		run    int
		report *Report
		err    error
	}
	// tick has the progress drawn again.
	tick struct{ run int }
)

// every is the time between two pictures of the progress.
const every = 250 * time.Millisecond

// run replays an order.
func (s *Screen) run(o Order) tea.Cmd {
	if s.running != nil {
		return nil
	}
	s.runs++
	s.order, s.visits = o, nil
	now := s.ses.Now()
	r := &running{order: o, began: now, now: now, stop: make(chan struct{})}
	s.running = r
	run, src, ctx, clock := s.runs, s.src, s.ses.Ctx, s.ses.Now
	if ctx == nil {
		ctx = context.Background()
	}
	work := func() tea.Msg {
		report, err := src.Run(ctx, o, func(p Progress) { r.far.Store(&p) }, r.stop)
		if report != nil {
			report.Took = clock().Sub(r.began)
		}
		return done{run, report, err}
	}
	return tea.Batch(work, s.tick())
}

func (s *Screen) tick() tea.Cmd {
	s.running.now = s.ses.Now()
	return pane.After(every, tick{s.runs})
}

// halt ends a run; what is done so far is kept.
func (s *Screen) halt() {
	if r := s.running; r != nil && !r.stopped {
		r.stopped = true
		close(r.stop)
	}
}

func (s *Screen) done(m done) tea.Cmd {
	if m.run != s.runs || s.running == nil {
		return nil
	}
	s.running = nil
	s.failed = ""
	if m.err != nil {
		s.failed = "It could not be replayed. r tries again, o chooses other traffic."
		s.ses.Shell.Fail("replaying "+s.order.Input.Name, m.err)
		if s.report == nil {
			s.invite()
		}
		return nil
	}
	s.report = m.report
	s.scopes.SetItems(scopesOf(m.report))
	said := fmt.Sprintf("Replayed %s of %s in %s.", many(m.report.Visits, "visit"), many(m.report.Visitors, "visitor"), m.report.Took.Round(10*time.Millisecond))
	if !m.report.Complete {
		said = fmt.Sprintf("Stopped: the numbers are of the first %s.", many(m.report.Visitors, "visitor"))
	}
	s.ses.Shell.Toast(widget.Info, said)
	return nil
}

// progress says how far a run has come.
func (s *Screen) progress(th *theme.Theme, w int) []string {
	r := s.running
	lines := []string{"Replaying " + r.order.Input.Name + th.Ellipsis}
	p := r.far.Load()
	if p == nil {
		return append(lines, "", "Reading the traffic"+th.Ellipsis)
	}
	took := r.now.Sub(r.began)
	if p.Reading {
		lines = append(lines, "", "Reading: "+thousands(p.Bytes/1024)+" kB")
		if p.Share > 0 {
			lines = append(lines, widget.Progress(th, w, int64(p.Share*1000), 1000))
		}
		if took >= time.Second {
			lines = append(lines, thousands(int64(float64(p.Bytes)/1024/took.Seconds()))+" kB a second")
		}
		return lines
	}
	if p.Share > 0 {
		lines = append(lines, "", widget.Progress(th, w, int64(p.Share*1000), 1000))
	}
	lines = append(lines, "", many(p.Visitors, "visitor")+", "+many(p.Events, "event"))
	if took >= time.Second {
		lines = append(lines, many(int64(float64(p.Events)/took.Seconds()), "event")+" a second")
		if p.Share > 0.01 && p.Share < 1 {
			left := time.Duration(float64(took) * (1 - p.Share) / p.Share)
			lines = append(lines, "about "+left.Round(time.Second).String()+" left")
		}
	}
	if r.stopped {
		lines = append(lines, "", "Stopping: the journeys that were begun go on to their end.")
	}
	return lines
}
