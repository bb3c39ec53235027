package main

import (
	"context"
	"log/slog"
)

// firstFailure is the log of a console that nobody looks at: what fails in it
// is the command's own failure.
type firstFailure struct{ said string }

// Enabled implements slog.Handler.
func (*firstFailure) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

// Handle implements slog.Handler.
func (f *firstFailure) Handle(_ context.Context, r slog.Record) error {
	if f.said != "" {
		return nil
	}
	said := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		said[a.Key] = a.Value.String()
		return true
	})
	f.said = said["doing"] + ": " + said["error"]
	return nil
}

// WithAttrs implements slog.Handler.
func (f *firstFailure) WithAttrs([]slog.Attr) slog.Handler { return f }

// WithGroup implements slog.Handler.
func (f *firstFailure) WithGroup(string) slog.Handler { return f }
