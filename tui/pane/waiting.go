package pane

import (
	"context"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Waiting stands for a command that waits for the clock or for what others do,
// and that nobody is held up by. The console runs it like any other; who runs
// one step after the other does not wait for it.
type Waiting struct {
	Cmd tea.Cmd
	// After and Msg say of a command of [After] what it waits for and gives: who
	// has a clock of his own does it by that. A nil message: it is none of them.
	After time.Duration
	Msg   tea.Msg
}

// Quiet is a message of a screen to itself that may change nothing of what is
// drawn by anybody. While it says so, nothing is drawn for it.
type Quiet interface{ Quiet() bool }

// Wait marks a command as one that waits.
func Wait(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg { return Waiting{Cmd: cmd} }
}

// After makes a command that gives a message when so much time has passed.
func After(d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		return Waiting{Cmd: tea.Tick(d, func(time.Time) tea.Msg { return msg }), After: d, Msg: msg}
	}
}

// Tick makes a command that gives a message when so much time has passed, or
// none when ctx ends before. A command that only waits for the clock would
// outlive its session, with all that it holds.
func Tick(ctx context.Context, d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		waited, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		<-waited.Done()
		if ctx.Err() != nil {
			return nil
		}
		return msg
	}
}

// Sequence takes apart what Bubble Tea makes of commands that run one after
// the other, whose type it keeps to itself; false for any other message.
func Sequence(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || !v.Type().ConvertibleTo(reflect.TypeFor[[]tea.Cmd]()) {
		return nil, false
	}
	list, ok := v.Convert(reflect.TypeFor[[]tea.Cmd]()).Interface().([]tea.Cmd)
	return list, ok
}
