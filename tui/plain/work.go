package plain

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/pane"
)

// result is what a command ended with.
type result struct {
	msg    tea.Msg
	waited bool // nobody was held up by it
}

// work runs the console's commands, and hands what they end with to its
// Update, on the goroutine of the talk alone.
type work struct {
	ctx     context.Context
	update  func(tea.Msg) tea.Cmd
	results chan result
	pending int // that the talk waits for
	quit    bool
}

func newWork(ctx context.Context, update func(tea.Msg) tea.Cmd) *work {
	return &work{ctx: ctx, update: update, results: make(chan result, 64)}
}

// start begins a command.
func (w *work) start(cmd tea.Cmd, waits bool) {
	if cmd == nil {
		return
	}
	if !waits {
		w.pending++
	}
	go func() {
		r := result{waited: waits}
		defer func() {
			if p := recover(); p != nil {
				r.msg = fault{p}
			}
			select {
			case w.results <- r:
			case <-w.ctx.Done():
			}
		}()
		r.msg = cmd()
	}()
}

// fault is what a command failed with.
type fault struct{ what any }

// finish runs a command and everything that follows from it.
func (w *work) finish(cmd tea.Cmd) {
	w.start(cmd, false)
	for w.pending > 0 {
		select {
		case r := <-w.results:
			w.take(r)
		case <-w.ctx.Done():
			return
		}
	}
	w.catchUp()
}

// catchUp takes what came meanwhile of what nobody waits for.
func (w *work) catchUp() {
	for {
		select {
		case r := <-w.results:
			w.take(r)
		default:
			if w.pending > 0 { // news led to work
				select {
				case r := <-w.results:
					w.take(r)
					continue
				case <-w.ctx.Done():
				}
			}
			return
		}
	}
}

func (w *work) take(r result) {
	if !r.waited {
		w.pending--
	}
	switch m := r.msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range m {
			w.start(cmd, false)
		}
	case pane.Waiting:
		w.start(m.Cmd, true)
	case tea.QuitMsg:
		w.quit = true
	case fault:
		panic(m.what) // on the goroutine that can tell
	default:
		if list, ok := pane.Sequence(m); ok {
			for _, cmd := range list {
				w.finish(cmd)
			}
			return
		}
		w.start(w.update(m), false)
	}
}
