package guard

import (
	"strings"
	"testing"

	"beckon/model/text"
)

// FuzzReadKeys reads lines of an authorized_keys file: what is taken is said
// again in a line that means the same.
func FuzzReadKeys(f *testing.F) {
	line := keyOf("ana").Line()
	for _, s := range []string{line, "restrict,from=\"198.51.100.0/24,::1\",expiry-time=\"20270101\" " + line, "# x\n\n" + line + "\n" + line, `from="a\"b" ` + line, "environment=\"X=1\" " + line, line + " \x1b]0;x\a\u202e"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ReadKeys("x.pub", data)
		if err != nil {
			if s := err.Error(); text.Line(s, 10_000) != s || !strings.HasPrefix(s, "x.pub:") {
				t.Errorf("%q: %q", data, s)
			}
			return
		}
		for _, k := range keys {
			again, err := ParseKeys([]byte(k.Line()))
			if err != nil || len(again) != 1 || again[0].Line() != k.Line() || !again[0].same(k) || again[0].Sources != k.Sources || !again[0].Expires.Equal(k.Expires) {
				t.Errorf("%q became %q, and that %+v, %v", data, k.Line(), again, err)
			}
		}
	})
}
