package app

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
)

// patience is how long work may take before the shell says that it goes on.
const patience = 300 * time.Millisecond

// work is what commands of the screens are busy with.
type work struct {
	last   int
	jobs   []job // in the order they began
	failed bool  // while what a job returned is handled: it was told as a failure
}

type job struct {
	id     int
	what   string
	since  time.Time
	cancel context.CancelFunc
}

// slowMsg says that work may have to be shown.
type slowMsg struct{}

// doneMsg carries what a job returned.
type doneMsg struct {
	id     int
	result tea.Msg
}

// Work implements pane.Shell.
func (r *Root) Work(what string, do func(context.Context) tea.Msg) tea.Cmd {
	ctx, cancel := context.WithCancel(r.ses.Ctx)
	r.work.last++
	id := r.work.last
	r.work.jobs = append(r.work.jobs, job{id, what, r.ses.Now(), cancel})
	return tea.Batch(
		func() tea.Msg { return doneMsg{id, do(ctx)} },
		pane.After(patience, slowMsg{}),
	)
}

// ended hands on what a job returned. Where that is no failure, one of the same
// work before is told no longer.
func (r *Root) ended(m doneMsg) tea.Cmd {
	what := r.work.done(m.id)
	if m.result == nil {
		return nil
	}
	r.work.failed = false
	cmd := r.route(m.result)
	if what != "" && !r.work.failed {
		r.toasts.Succeeded(what)
	}
	return cmd
}

// done forgets a job that ended, and tells what it was; empty: it was canceled.
func (w *work) done(id int) (what string) {
	for i, j := range w.jobs {
		if j.id == id {
			j.cancel()
			w.jobs = append(w.jobs[:i], w.jobs[i+1:]...)
			return j.what
		}
	}
	return ""
}

// slow tells what takes long by now: the job that began first.
func (w *work) slow(now time.Time) (what string, slow bool) {
	if len(w.jobs) == 0 || now.Sub(w.jobs[0].since) < patience {
		return "", false
	}
	return w.jobs[0].what, true
}

// cancel ends the job that began first; it is shown no longer, and what it
// returns still reaches the screen.
func (w *work) cancel() {
	w.jobs[0].cancel()
	w.jobs = w.jobs[1:]
}
