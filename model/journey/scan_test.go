package journey

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParseTree holds the scanner to the standard library: it takes nothing
// that is not JSON, and refuses JSON only for what it says it refuses.
func FuzzParseTree(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,true,false,null,"x\u00e9\ud83c\udfd5\n"]}`, ` [ ] `, `"\ud800"`, `{"a":1,"A":2}`, `01`, `[1,]`, `{"a":1,}`,
		`1.`, `.5`, `-`, `1e`, `tru`, `nul`, `"\x"`, `"\u12"`, `{"a"}`, `{,}`, `{"a":}`, `"` + "\t" + `"`, strings.Repeat("[", 33) + strings.Repeat("]", 33)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !utf8.Valid(b) {
			return
		}
		_, err := parseTree(b)
		switch ok := json.Valid(b); {
		case err == nil && !ok:
			t.Fatalf("took %q", b)
		case err != nil && ok:
			if r := asFault(err).reason; r != "duplicate-key" && r != "depth" && r != "encoding" {
				t.Fatalf("refused %q: %v", b, err)
			}
		}
	})
}

func TestTreeKeepsTheSourceTextOfScalars(t *testing.T) {
	t.Parallel()
	n, err := parseTree([]byte(`{"n":1.50,"s":"a\"b\\\/\b\f\n\r\t\u0041","t":true,"z":null,"l":[1,{"k":"v"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if n.get("n").scalar() != "1.50" || n.get("s").scalar() != "a\"b\\/\b\f\n\r\tA" || n.get("t").scalar() != "true" || n.get("z") != nil {
		t.Errorf("%+v", n)
	}
	if find(n, []string{"l", "1", "k"}).scalar() != "v" || find(n, []string{"l", "2"}) != nil || find(n, []string{"l", "x"}) != nil || n.at("x", "y") != nil {
		t.Error("paths")
	}
}
