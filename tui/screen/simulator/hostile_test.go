package simulator

import (
	"io/fs"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"beckon/fixtures"
	"beckon/tui/pane"
	"beckon/tui/tuitest"
)

// tokens lists every control sequence and every control or format character
// of a program's output, each once.
func tokens(s string) map[string]bool {
	out := map[string]bool{}
	var state byte
	for len(s) > 0 {
		seq, width, n, next := ansi.DecodeSequence(s, state, nil)
		state = next
		if width == 0 || seq[0] < 0x20 || !utf8.ValidString(seq) {
			out[seq] = true
		}
		for _, r := range seq {
			if r >= 0x80 && r <= 0x9f || unicode.Is(unicode.Cf, r) {
				out[string(r)] = true
			}
		}
		s = s[n:]
	}
	return out
}

// moves tells whether a token only moves the cursor, erases or repeats, as the
// renderer does wherever something changed.
func moves(token string) bool {
	rest, ok := strings.CutPrefix(token, "\x1b[")
	if !ok || len(rest) == 0 || len(rest) > 10 {
		return false
	}
	body, final := rest[:len(rest)-1], rest[len(rest)-1]
	return strings.ContainsRune("HGABCDKJXdfP@LMSTr`abIZ", rune(final)) && strings.Trim(body, "0123456789;") == ""
}

// foreign lists what is in the output and in no harmless one.
func foreign(out string, harmless map[string]bool) []string {
	var bad []string
	for k := range tokens(out) {
		switch {
		case harmless[k], moves(k), strings.Contains("\r\n\b\t", k):
		case k == "\x1b[?7l", k == "\x1b[?7h": // the renderer's own, around wide characters
		case strings.IndexFunc(k, func(r rune) bool { return !unicode.Is(unicode.Mn, r) }) < 0: // accents
		default:
			bad = append(bad, k)
		}
	}
	return bad
}

// tour goes through a journey, each pane at each event, and gives all that was
// sent to the terminal.
func tour(t *testing.T, name string) (out string) {
	t.Helper()
	drive(t, large, &pane.Session{}, func(d *tuitest.Driver) {
		d.Wait(time.Second)
		for range 20 {
			d.Press(".")
		}
		d.Press("r")
		for range 30 {
			d.Press(">")
		}
		d.Press("tab", "down", "down", "enter", "end", "up")
		d.Resize(80, 24)
		for range 6 {
			d.Press("tab", "pgdown", ",")
		}
		d.Press("v", "o", "esc", "S", "esc", "?", "esc")
		out = d.Sent()
	}, name)
	return out
}

func TestHostileTextLeavesNoTraceOnTheTerminal(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{}
	for _, name := range []string{"cart-rescued", "payment-trouble", "gold-member", "search-in-vain"} {
		for k := range tokens(tour(t, name)) {
			harmless[k] = true
		}
	}
	if bad := foreign(tour(t, "hostile-text"), harmless); len(bad) > 0 {
		t.Errorf("these reached the terminal: %q", bad)
	}
}

// The oracle itself sees what it is to see.
func TestTheOracleSeesHostileText(t *testing.T) {
	t.Parallel()
	harmless := tokens(tour(t, "cart-rescued"))
	for _, s := range []string{"\x1b]52;c;b3duZWQ=\x07", "\x1b]0;owned\x1b\\", "\x1b[31m", "\x1b[?1000h", "\x1b[6n", "\x1b[>c", "\x1bc", "\u202e", "\u2066", "\u009b31m", "\x1bP+q544e\x1b\\", "\x07", "\x00"} {
		if len(foreign("Your cart "+s+" and more", harmless)) == 0 {
			t.Errorf("%q is not seen", s)
		}
	}
	data, err := fs.ReadFile(fixtures.Journeys(), "hostile-text.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := record("hostile-text", data)
	if err != nil {
		t.Fatal(err)
	}
	caught := 0
	for _, ev := range rec.Visitors[0].Events {
		if len(foreign(describeEvent(ev), harmless)) > 0 {
			caught++
		}
	}
	if caught < 5 {
		t.Errorf("only %d events of the hostile journey hold anything hostile", caught)
	}
}
