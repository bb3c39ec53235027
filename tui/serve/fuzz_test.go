package serve

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// FuzzRequests takes payloads as a client may send them: whatever they are, the
// session is within its bounds.
func FuzzRequests(f *testing.F) {
	for _, payload := range [][]byte{nil, {0, 0, 0, 9, 'x'}, ssh.Marshal(ptyRequest{"xterm", 80, 24, 0, 0, "\x00"}), ssh.Marshal(ptyRequest{"\x1b[2J", 1 << 31, 1<<32 - 1, 0, 0, ""}),
		ssh.Marshal(sizeChange{1 << 31, 0, 0, 0}), ssh.Marshal(struct{ K, V string }{"LANG", "C.UTF-8"}), ssh.Marshal(struct{ K, V string }{"NO_COLOR", "\x1b"}), ssh.Marshal(struct{ S string }{"whoami"})} {
		f.Add(payload)
	}
	server := &Server{bounds: Bounds{}.filled(), log: slog.New(slog.DiscardHandler)}
	server.config.Command = func(context.Context, *Client, string, io.Reader, io.Writer, io.Writer) int { return 0 }
	f.Fuzz(func(t *testing.T, payload []byte) {
		s := newSession(t.Context(), &connection{server: server}, nil, server.log)
		for _, kind := range []string{"env", "pty-req", "window-change", "env", "signal", "subsystem", "exec", "window-change", "pty-req", "shell"} {
			s.request(&ssh.Request{Type: kind, Payload: payload})
		}
		if s.pty {
			if w, h := Clamp(s.width, s.height); w != s.width || h != s.height {
				t.Errorf("a window of %d by %d", s.width, s.height)
			}
			if Term(s.term) != s.term {
				t.Errorf("a terminal %q", s.term)
			}
		}
		if len(s.line) > server.bounds.CommandBytes {
			t.Errorf("a line of %d bytes", len(s.line))
		}
		for _, kv := range s.environ() {
			name, value, _ := strings.Cut(kv, "=")
			if !slices.Contains(taken, name) || len(value) > maxVariable || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("a variable %q", kv)
			}
		}
	})
}

// FuzzTyping types anything: what is read are whole lines without controls.
func FuzzTyping(f *testing.F) {
	f.Add([]byte("help\rab\x7f\x15\x17\x03\x04\x1b[A\x1bO"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var filtered, shown bytes.Buffer
		io.Copy(&filtered, NewInput(bytes.NewReader(data), Limits{}))
		read, err := io.ReadAll(newTyping(&filtered, &shown))
		if err != nil || len(read) > 0 && read[len(read)-1] != '\n' || bytes.ContainsFunc(read, func(r rune) bool { return r < ' ' && r != '\n' }) {
			t.Errorf("%q is read as %q, %v", data, read, err)
		}
		if bytes.ContainsFunc(shown.Bytes(), func(r rune) bool { return r < ' ' && r != '\n' && r != '\b' }) {
			t.Errorf("%q is shown as %q", data, shown.Bytes())
		}
	})
}
