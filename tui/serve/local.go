package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
)

// fps is the rate of frames on a local terminal.
const fps = 60

// Options say how [Local] runs a program. The zero value is the process's own
// terminal with its own environment.
type Options struct {
	In  io.Reader // nil is os.Stdin, or the controlling terminal if that is none
	Out *Output   // nil is a guard before os.Stdout

	// Environ is the environment to draw by; nil is os.Environ(). Only what
	// [Environ] lets through is used.
	Environ []string

	Limits Limits // of the input

	// Width and Height are the window's size where In and Out are no terminal.
	Width, Height int
}

// Local runs a model as a program on a terminal until it quits.
//
// The error is nil for a program that quit, also on SIGINT, SIGTERM and SIGHUP,
// which quit it in order (a second one kills it); a [*PanicError] if the model panicked, with the
// terminal restored; and the context's error if ctx ended first.
//
// The window size is clamped from the first message that the model sees. A
// program that wants the clipboard makes its Output itself and uses its Copy.
func Local(ctx context.Context, model tea.Model, opts Options) error {
	if opts.Out == nil {
		opts.Out = NewOutput(os.Stdout)
	}
	if opts.Environ == nil {
		opts.Environ = os.Environ()
	}
	if opts.In == nil {
		in, done, err := Keyboard()
		if err != nil {
			return err
		}
		defer done()
		opts.In = in
	}
	env := Environ(opts.Environ)
	width, height := Clamp(opts.Width, opts.Height)
	hardened := Harden(model)
	p := program(ctx, hardened, NewInput(opts.In, opts.Limits), opts.Out, env, width, height, fps, false)

	over := make(chan struct{})
	defer close(over)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	go func() {
		select {
		case <-signals:
		case <-hardened.Failed():
		case <-over:
			return
		}
		go p.Quit()
		select {
		case <-signals: // who asks twice does not want to wait
			p.Kill()
		case <-over:
		}
	}()

	_, err := p.Run()
	if failed := hardened.Err(); failed != nil {
		return failed
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("run the program on the terminal: %w", err)
	}
	return nil
}

// program makes a program of what stands between it and a terminal.
func program(ctx context.Context, m Hardened, in io.Reader, out *Output, env []string, width, height, rate int, remote bool) *tea.Program {
	return tea.NewProgram(m,
		tea.WithContext(ctx),
		tea.WithInput(in),
		tea.WithOutput(out),
		tea.WithEnvironment(env),
		tea.WithColorProfile(colorprofile.Env(env)),
		tea.WithWindowSize(width, height),
		tea.WithFPS(rate),
		tea.WithFilter(Events(remote, time.Now)),
		tea.WithoutSignalHandler(),
	)
}

// Keyboard returns the terminal to read keys from, which is the controlling one
// where standard input is none, and what closes it.
func Keyboard() (*os.File, func(), error) {
	if term.IsTerminal(os.Stdin.Fd()) {
		return os.Stdin, func() {}, nil
	}
	in, out, err := tea.OpenTTY() // standard input may hold a journey
	if err != nil {
		return nil, nil, fmt.Errorf("the console needs a terminal: %w", err)
	}
	return in, func() {
		in.Close()
		if out != in {
			out.Close()
		}
	}, nil
}
