//go:build !unix

package cluster

import "testing"

// Pause skips the test: this system cannot stop a process where it is.
func (m *Member) Pause(t testing.TB) {
	t.Helper()
	t.Skip("SKIPPED: no process can be paused here")
}

// Resume has nothing to do.
func (m *Member) Resume(testing.TB) {}
