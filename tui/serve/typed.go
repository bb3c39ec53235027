package serve

import (
	"context"
	"io"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// silence is an input on which nothing ever comes, up to its end.
type silence struct{ over <-chan struct{} }

func (s silence) Read([]byte) (int, error) {
	<-s.over
	return 0, io.EOF
}

// feed reads what a client types and sends it to a program, until the input ends.
//
// It is the reader that Bubble Tea has itself, which cannot be left to it: one
// that has read more than the program took before it ended waits for ever to
// hand the rest over, and keeps the program in memory with it. Whoever hangs up
// with keys on the way would leave some megabytes behind each time. Here the
// rest is taken and dropped. And where the reader panics, guard has it, and not
// the process. Over is called when nothing more comes.
func feed(ctx context.Context, p *tea.Program, in io.Reader, term string, guard func(what string, do func()), over func()) {
	ctx, cancel := context.WithCancel(ctx)
	events := make(chan uv.Event)
	go func() {
		defer over()
		defer close(events)
		guard("session's input", func() { _ = uv.NewTerminalReader(in, term).StreamEvents(ctx, events) })
	}()
	go func() {
		defer cancel()
		for ev := range events {
			p.Send(ev) // of a program that has ended, at once
		}
	}()
}
