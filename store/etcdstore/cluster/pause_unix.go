//go:build unix

package cluster

import (
	"syscall"
	"testing"
)

// Pause stops the member where it is; its connections stay.
func (m *Member) Pause(t testing.TB) {
	t.Helper()
	m.signal(t, syscall.SIGSTOP)
}

// Resume lets a paused member go on.
func (m *Member) Resume(t testing.TB) {
	t.Helper()
	m.signal(t, syscall.SIGCONT)
}

func (m *Member) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return
	}
	if err := m.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}
