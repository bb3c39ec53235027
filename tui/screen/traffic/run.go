package traffic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/mapping"
	"beckon/tui/pane"
	"beckon/tui/site"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// running is a run that goes on. Its command writes progress, the screen reads
// it with every tick.
type running struct {
	what    string // "Replaying"
	partly  bool   // stopped, it still comes to something
	order   Order
	began   time.Time
	now     time.Time
	since   time.Time     // of the replay; reading goes at another speed
	enough  chan struct{} // closed: no more is read
	stop    chan struct{} // closed: no more is replayed
	read    bool          // enough is closed
	stopped bool          // stop is closed
	far     atomic.Pointer[Progress]
}

type (
	// done is a run that ended.
	done struct {
		run  int
		got  any // *Report, or what a study is made of
		took time.Duration
		err  error
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
	s.order, s.visits, s.studies = o, nil, nil
	src := s.src
	return s.begin("Replaying "+o.Input.Name, o, func(ctx context.Context, progress func(Progress), stops Stops) (any, error) {
		return src.Run(ctx, o, progress, stops)
	})
}

func (s *Screen) tick() tea.Cmd {
	r := s.running
	if r.now = s.ses.Now(); r.since.IsZero() && !r.reading() {
		r.since = r.now
	}
	return pane.After(every, tick{s.runs})
}

// patient is how long a run has taken at least that is not left without a word.
const patient = 2 * time.Second

// Unsaved implements pane.Guarded.
func (s *Screen) Unsaved() string {
	if r := s.running; r != nil && r.now.Sub(r.began) >= patient {
		return "it is " + strings.ToLower(r.what[:1]) + r.what[1:] + ", of which nothing is kept."
	}
	return ""
}

// halt ends a run, and what is done so far is kept: where traffic is still
// being read, the reading, so that what was read is replayed; once more, or from
// then on, the replay.
func (s *Screen) halt() {
	r := s.running
	if r == nil {
		return
	}
	if !r.read {
		r.read = true
		close(r.enough)
		if r.reading() {
			return
		}
	}
	if !r.stopped {
		r.stopped = true
		close(r.stop)
	}
}

// reading reports whether traffic is still being read.
func (r *running) reading() bool {
	p := r.far.Load()
	return p == nil || p.Reading
}

func (s *Screen) done(m done) tea.Cmd {
	if m.run != s.runs || s.running == nil {
		return nil
	}
	what := s.running.what
	s.running = nil
	report, ok := m.got.(*Report)
	if !ok {
		if _, keeping := m.got.(kept); keeping && errors.Is(m.err, context.Canceled) {
			s.ses.Shell.Toast(widget.Info, "Stopped: nothing is kept.")
			return nil
		}
		if m.err != nil {
			s.failedStudy(strings.ToLower(what[:1])+what[1:], m.err)
			return nil
		}
		s.studied(m)
		return nil
	}
	s.failed = ""
	if o, is := mapping.For(m.err, s.ID()); is {
		s.failed = "The file is a table: its mapping says what its columns are. r tries again, o chooses other traffic."
		if s.report == nil {
			s.invite()
		}
		return s.ses.Shell.Show(mapping.ID, o)
	}
	order := s.order
	if site.Ask(s.ses.Shell, m.err, func(host string) tea.Cmd {
		order.Input.Host = host
		return s.run(order)
	}) {
		s.failed = "The traffic has paths alone: it was not said of which site it is. r asks again, o chooses other traffic."
		if s.report == nil {
			s.invite()
		}
		return nil
	}
	if m.err != nil {
		s.failed = "It could not be replayed: " + text.Line(m.err.Error(), 300) + ". r tries again, o chooses other traffic."
		doing := "replaying"
		if name := s.order.Input.Name; !strings.HasPrefix(m.err.Error(), name+":") { // else the error says it
			doing += " " + name
		}
		s.ses.Shell.Fail(doing, m.err)
		if s.report == nil {
			s.invite()
		}
		return nil
	}
	report.Took = m.took
	s.show(report)
	said := fmt.Sprintf("Replayed %s of %s in %s.", text.Many(report.Visits, "visit"), text.Many(report.Visitors, "visitor"), report.Took.Round(10*time.Millisecond))
	if p := report.part(); p != "" {
		said = p
	}
	if !report.Complete {
		said = fmt.Sprintf("Stopped: the numbers are of the first %s.", text.Many(report.Visitors, "visitor"))
	}
	if broken := report.Results.Input.Broken; len(broken) > 0 {
		s.ses.Shell.Toast(widget.Warning, "Not all: "+strings.Join(broken, ", ")+".")
	}
	if in := report.Results.Input; len(in.FilesLeftOut) > 0 {
		s.ses.Shell.Toast(widget.Warning, fmt.Sprintf("%s left out, as no traffic or read already: i tells which, and why.", text.Many(int64(len(in.FilesLeftOut))+in.MoreFilesLeftOut, "file")))
	}
	s.ses.Shell.Toast(widget.Info, said)
	return nil
}

// progress says how far a run has come.
func (s *Screen) progress(th *theme.Theme, w int) []string {
	r := s.running
	lines := []string{r.what + th.Ellipsis}
	p := r.far.Load()
	if p == nil || p.Reading && r.read {
		lines = append(lines, "", "Reading the traffic"+th.Ellipsis)
		if r.read {
			lines = append(lines, "Stopping: what was read by now is replayed.", "esc once more ends that, too.")
		}
		return lines
	}
	took := r.now.Sub(r.began)
	if p.Reading {
		lines = append(lines, "", "Reading: "+text.Number(p.Bytes/1024)+" kB")
		if p.Share > 0 {
			lines = append(lines, widget.Progress(th, w, int64(p.Share*1000), 1000))
		}
		if took >= time.Second {
			lines = append(lines, text.Number(int64(float64(p.Bytes)/1024/took.Seconds()))+" kB a second")
		}
		return lines
	}
	if p.Share > 0 {
		lines = append(lines, "", widget.Progress(th, w, int64(p.Share*1000), 1000))
	}
	if took = 0; !r.since.IsZero() {
		took = r.now.Sub(r.since)
	}
	lines = append(lines, "", text.Many(p.Visitors, "visitor")+", "+text.Many(p.Events, "event"))
	if took >= time.Second {
		lines = append(lines, text.Many(int64(float64(p.Events)/took.Seconds()), "event")+" a second")
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
