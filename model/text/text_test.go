package text

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// hostile is what somebody could put into a search term, a page title or a
// campaign's name.
var hostile = map[string]string{
	"OSC 52 writes the clipboard":          "tent\x1b]52;c;cm0gLXJmIC8=\x07",
	"OSC 0 sets the title":                 "\x1b]0;owned\x07",
	"OSC 2 ended by ST":                    "\x1b]2;owned\x1b\\",
	"OSC 8 makes a link":                   "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
	"33 CSI parameters":                    "\x1b[" + strings.TrimSuffix(strings.Repeat("1;", 33), ";") + "m",
	"10,000 CSI parameters":                "\x1b[" + strings.Repeat(";", 10_000) + "m",
	"33 parameters behind C1 CSI":          "\u009b" + strings.Repeat("1;", 33) + "m",
	"33 parameters behind raw C1 CSI":      "\x9b" + strings.Repeat("1;", 33) + "m",
	"CSI moves the cursor":                 "\x1b[2J\x1b[H",
	"CSI of concealed text":                "\x1b[8mhidden\x1b[0m",
	"DCS asks for a report":                "\x1bP$qm\x1b\\",
	"APC of kitty graphics":                "\x1b_Ga=T;AAAA\x1b\\",
	"PM and SOS":                           "\x1b^x\x1b\\\x1bXy\x1b\\",
	"RIS resets":                           "\x1bc",
	"tmux passthrough":                     "\x1bPtmux;\x1b\x1b]0;x\x07\x1b\\",
	"lone ESC at the end":                  "abc\x1b",
	"C1 as UTF-8":                          "\u0085\u0090\u009b31m\u009d0;x\u009c",
	"C1 as raw bytes":                      "\x85\x90\x9b31m\x9d0;x\x9c",
	"C1 inside a rune that x/ansi may cut": "\x1b]0;\u271b" + strings.Repeat("1;", 33) + "m",
	"all C0":                               "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f",
	"CR overwrites":                        "approved\rrejected",
	"BS overwrites":                        "approved\b\b\b\b\b\b\b\brejected",
	"bidi override":                        "invoice\u202egnp.exe",
	"bidi isolates":                        "\u2066a\u2067b\u2068c\u2069",
	"bidi marks":                           "\u200ea\u200fb\u061cc",
	"zero width":                           "a\u200bb\u200cc\u2060d\ufeffe",
	"ZWJ abuse":                            "a\u200d\u200d\u200d\u200d\u200d\u200db",
	"ZWJ at both ends":                     "\u200da\u200d",
	"ZWJ chain of emoji":                   strings.Repeat("👩\u200d", 40) + "👩",
	"flood of marks":                       "Z" + strings.Repeat("\u0335\u0321\u0489", 2000),
	"marks without a base":                 strings.Repeat("\u0301", 50) + "a",
	"marks on a control":                   "\x1b\u0301\u0301\u0301\u0301\u0301\u0301",
	"marks between floods":                 strings.Repeat("a"+strings.Repeat("\u0301", 9), 20),
	"spacing marks":                        "क" + strings.Repeat("\u093e", 50),
	"tags":                                 "flag\U000e0067\U000e0062\U000e007f",
	"hidden data in variation selectors":   "a\U000e0100\U000e01ef\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05",
	"invisible fillers":                    "\u115f\u1160\u3164\uffa0\u034f",
	"private use":                          "\ue000\U000f0000\U0010fffd",
	"noncharacters":                        "\ufdd0\ufffe\uffff\U0001fffe",
	"separators":                           "a\u2028b\u2029c",
	"interlinear annotation":               "a\ufff9b\ufffac\ufffb",
	"broken UTF-8":                         "a\xffb\xc3(\xe2\x82\xf0\x9f\x98",
	"overlong slash and surrogate":         "\xc0\xaf\xed\xa0\x80",
	"jamo without end":                     strings.Repeat("ᄀ", 3000),
	"regional indicators":                  strings.Repeat("🇩", 301),
	"1 MB of a":                            strings.Repeat("a", 1<<20),
	"1 MB of newlines":                     strings.Repeat("\n", 1<<20),
	"1 MB of marks":                        strings.Repeat("\u0301", 1<<19),
	"1 MB of ESC":                          strings.Repeat("\x1b", 1<<20),
}

// leak returns the first thing in s that is not plain text: the tokens as a
// terminal library sees them, not a search for ESC.
func leak(s string) string {
	var state byte
	for rest := s; rest != ""; {
		seq, width, n, next := ansi.DecodeSequence(rest, state, nil)
		switch {
		case n == 0:
			return rest
		case !utf8.ValidString(seq), next != ansi.NormalState:
			return seq
		case width == 0 && (seq[0] < 0x20 || seq[0] == 0x7f || ansi.HasCsiPrefix(seq)):
			return seq
		}
		for _, r := range seq {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Cf, r) && r != zwj ||
				r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Co, r) {
				return string(r)
			}
		}
		state, rest = next, rest[n:]
	}
	return ""
}

func checkLine(t interface {
	Helper()
	Fatalf(string, ...any)
}, s string, n int) {
	t.Helper()
	got := Line(s, n)
	if l := leak(got); l != "" {
		t.Fatalf("Line(%.60q, %d) lets %q through", s, n, l)
	}
	if c := utf8.RuneCountInString(got); c > max(n, 0)+1 || c > max(n, 0) && !strings.HasSuffix(got, "…") {
		t.Fatalf("Line(%.60q, %d) has %d runes", s, n, c)
	}
	if again := Line(got, n); again != got {
		t.Fatalf("Line twice: %.80q, then %.80q", got, again)
	}
	if Safe(s) && utf8.RuneCountInString(s) <= n && got != s {
		t.Fatalf("Line changed the safe %.60q to %.60q", s, got)
	}
	if !Safe(got) {
		t.Fatalf("Line(%.60q, %d) = %.60q is not Safe", s, n, got)
	}
	if s != "" && got == "" {
		t.Fatalf("Line(%.60q, %d) shows nothing", s, n)
	}
}

func TestNothingHostileGetsThrough(t *testing.T) {
	t.Parallel()
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, n := range []int{0, 1, 2, 7, 80, 4096} {
				checkLine(t, s, n)
				checkLine(t, "safe "+s+" text", n)
			}
			for _, l := range Lines(s, 50, 80) {
				checkLine(t, l, 80)
			}
			if i := Inspect(s); !Safe(i) || leak(i) != "" {
				t.Errorf("Inspect(%.40q) is not safe", s)
			}
			if e, err := Entry(s); err == nil && (!Safe(e) || leak(e) != "") {
				t.Errorf("Entry accepts %.40q", s)
			} else if err != nil && !Safe(err.Error()) {
				t.Errorf("the refusal %.80q is not safe", err)
			}
		})
	}
}

func TestTheOracleSeesWhatIsNotCleaned(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{ // their danger is their length, or that nothing can be seen
		"1 MB of a": true, "1 MB of marks": true, "flood of marks": true, "jamo without end": true,
		"marks without a base": true, "marks between floods": true, "spacing marks": true, "regional indicators": true,
		"ZWJ abuse": true, "ZWJ at both ends": true, "ZWJ chain of emoji": true,
		"invisible fillers": true, "noncharacters": true, "hidden data in variation selectors": true,
	}
	for name, s := range hostile {
		if got := leak(s) != ""; got == harmless[name] {
			t.Errorf("%s: the oracle finds a leak in the raw text: %v", name, got)
		}
	}
}

func TestLineShows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, want string
		n              int
	}{
		{"ASCII as it is", "Trail Tent 2P", "Trail Tent 2P", 80},
		{"letters of all scripts as they are", "Zelt für Żółw, палатка, 帐篷, خيمة, एक तम्बू", "Zelt für Żółw, палатка, 帐篷, خيمة, एक तम्बू", 80},
		{"decomposed letters as they are", "e\u0301", "e\u0301", 80},
		{"C0 as pictures", "a\x1b[31m\x00\t\r\n", "a␛[31m␀␉␍␊", 80},
		{"DEL as picture", "a\x7f", "a␡", 80},
		{"C1 as replacement", "a\u009b31m", "a\ufffd31m", 80},
		{"a broken byte each", "a\xff\xfeb", "a\ufffd\ufffdb", 80},
		{"bidi as replacement", "a\u202eb", "a\ufffdb", 80},
		{"at most n runes, then an ellipsis", "abcdef", "abc…", 3},
		{"exactly n runes uncut", "abc", "abc", 3},
		{"n counts runes, not bytes", "äöü", "äöü", 3},
		{"nothing but the ellipsis at n 0", "abc", "…", 0},
		{"a negative n is 0", "abc", "…", -5},
		{"nothing stays nothing", "", "", 0},
		{"four marks stay", "a\u0301\u0302\u0303\u0304b", "a\u0301\u0302\u0303\u0304b", 80},
		{"the run of marks beyond four shows once", "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307b", "a\u0301\u0302\u0303\u0304\ufffdb", 80},
		{"marks without base show once", "\u0301\u0302a", "\ufffda", 80},
		{"a family stays one", "👩\u200d👩\u200d👧\u200d👦!", "👩\u200d👩\u200d👧\u200d👦!", 80},
		{"skin tone and selector inside an emoji", "👩🏽\u200d❤\ufe0f\u200d👨🏿", "👩🏽\u200d❤\ufe0f\u200d👨🏿", 80},
		{"the fifth joiner is replaced", "👩\u200d👩\u200d👩\u200d👩\u200d👩\u200d👩", "👩\u200d👩\u200d👩\u200d👩\u200d👩\ufffd👩", 80},
		{"a joiner after a letter is replaced", "a\u200db", "a\ufffdb", 80},
		{"a joiner after a virama stays", "ශ\u0dca\u200dර\u0dd3", "ශ\u0dca\u200dර\u0dd3", 80},
		{"no joiner is left at the cut", "👩\u200d👩", "👩…", 2},
		{"private use as replacement", "\ue0b0", "\ufffd", 80},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Line(tt.in, tt.n); got != tt.want {
				t.Errorf("Line(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
			}
			checkLine(t, tt.in, tt.n)
		})
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		n        int
		want     []string
	}{
		{"nothing has no lines", "", 5, nil},
		{"no room has no lines", "a", 0, nil},
		{"line feed breaks", "a\nb", 5, []string{"a", "b"}},
		{"CR LF is one break", "a\r\nb\r\n", 5, []string{"a", "b"}},
		{"a lone CR is shown", "a\rb", 5, []string{"a␍b"}},
		{"empty lines stay", "a\n\nb", 5, []string{"a", "", "b"}},
		{"an ellipsis for the rest", "a\nb\nc\nd", 3, []string{"a", "b", "…"}},
		{"exactly all", "a\nb\nc\n", 3, []string{"a", "b", "c"}},
		{"each line is cut", "abcdefghijkl\nb", 3, []string{"abcdefghij…", "b"}},
		{"each line is cleaned", "a\x1b\n\u202eb", 3, []string{"a␛", "\ufffdb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Lines(tt.in, tt.n, 10); !slices.Equal(got, tt.want) {
				t.Errorf("Lines(%q, %d, 10) = %q, want %q", tt.in, tt.n, got, tt.want)
			}
			if got, want := Block(tt.in, tt.n, 10), strings.Join(tt.want, "\n"); got != want {
				t.Errorf("Block(%q, %d, 10) = %q, want %q", tt.in, tt.n, got, want)
			}
		})
	}
}

func TestInspectSpellsOut(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":          "plain",
		"a\x1b]0;x\x07":  `a\x1b]0;x\a`,
		"tab\tand\nmore": `tab\tand\nmore`,
		"back\\slash":    `back\\slash`,
		`\x1b`:           `\\x1b`,
		"\u202e":         `\u202e`,
		"\xff":           `\xff`,
		"\ufffd":         "\ufffd",
		"e\u0301":        `e\u0301`,
		"a\u00a0b":       `a\u00a0b`,
		"\U000e0041":     `\U000e0041`,
		"ñ 帐篷":           "ñ 帐篷",
	} {
		if got := Inspect(in); got != want {
			t.Errorf("Inspect(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestSpreadsheetDefusesFormulas(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\x00x", "＝1", "＋1", "－1", "＠A", "  =1", "\ufeff=1", "\u00a0@x"} {
		if got := Spreadsheet(s); got != "'"+s {
			t.Errorf("Spreadsheet(%q) = %q", s, got)
		}
		if got := Spreadsheet(Spreadsheet(s)); got != "'"+s {
			t.Errorf("Spreadsheet twice on %q = %q", s, got)
		}
	}
	for _, s := range []string{"", " ", "tent", "a=1", "1-2", "'=1", "12.50", "ü"} {
		if got := Spreadsheet(s); got != s {
			t.Errorf("Spreadsheet(%q) = %q", s, got)
		}
	}
}

func TestEntryAccepts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                     "",
		"  Cart rescue \n":     "Cart rescue",
		"e\u0301te\u0301":      "été",
		"O'Neill & <Söhne>":    "O'Neill & <Söhne>",
		"👩\u200d👧 families":    "👩\u200d👧 families",
		"ශ\u0dca\u200dර\u0dd3": "ශ\u0dca\u200dර\u0dd3",
		"a\u00a0b":             "a\u00a0b",
	} {
		if got, err := Entry(in); err != nil || got != want {
			t.Errorf("Entry(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	if got, err := Prose(" one\r\n\ttwo\n\n"); err != nil || got != "one\n\ttwo" {
		t.Errorf("Prose = %q, %v", got, err)
	}
	if got, err := Name(strings.Repeat("👩\u200d👧", MaxName)); err != nil || !Safe(got) {
		t.Errorf("a name of %d clusters: %v", MaxName, err)
	}
}

func TestEntryRefusesAndNamesTheCharacter(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"ab\x1b[31m", "character 3, U+001B ESC, is a control character"},
		{"  a\nb", "character 4, U+000A LF, is a control character"},
		{"a\u009bb", "character 2, U+009B CSI, is a control character"},
		{"a\u202eb", "character 2, U+202E RIGHT-TO-LEFT OVERRIDE, changes the direction of text"},
		{"a\u200bb", "character 2, U+200B ZERO WIDTH SPACE, is an invisible format character"},
		{"a\u3164b", "character 2, U+3164 HANGUL FILLER, is invisible"},
		{"a\ue000b", "character 2, U+E000, is private to one font"},
		{"a\u0378b", "character 2, U+0378, is not assigned in Unicode " + unicode.Version},
		{"a\xffb", "character 2, U+FFFD \ufffd, is a broken byte 0xff, not UTF-8"},
		{"\u0301a", "the text has a mark or joiner with nothing to combine with, or more than four marks on one letter"},
		{"a\u200db", "the text has a mark or joiner with nothing to combine with, or more than four marks on one letter"},
		{strings.Repeat("a", MaxEntry+1), "the text has 8193 bytes, at most 8192 are allowed"},
	}
	for _, tt := range tests {
		got, err := Entry(tt.in)
		var e *EntryError
		if !errors.As(err, &e) || err.Error() != tt.want || got != "" {
			t.Errorf("Entry(%.20q) = %q, %v, want %s", tt.in, got, err, tt.want)
		}
	}
	for _, s := range []string{"", "  ", "\u3000", "\u2800", "\u00a0\u2003"} {
		if _, err := Name(s); err == nil || err.Error() != "a name must not be blank" {
			t.Errorf("Name(%q): %v", s, err)
		}
	}
	if _, err := Name(strings.Repeat("a\u0323\u0307", MaxName+1)); err == nil || err.Error() != "a name has at most 120 characters" {
		t.Errorf("a long name: %v", err)
	}
	if _, err := Prose("a\vb"); err == nil {
		t.Error("Prose accepts a vertical tab")
	}
}

// anyText draws strings that are rich in what matters here.
func anyText() *rapid.Generator[string] {
	pieces := make([]string, 0, len(hostile)+16)
	for _, s := range hostile {
		if len(s) < 200 {
			pieces = append(pieces, s)
		}
	}
	slices.Sort(pieces)
	pieces = append(pieces, "a", "…", "👩", "\u200d", "\u0301", "\u0dca", "ර", "\ufe0f", "🏽", "\ufffd", "\x1b", ";", "\n", "\xe2", "é", "\u2028")
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String(),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) })), 0, 12).Draw(t, "pieces"), "")
	})
}

func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, n := anyText().Draw(t, "s"), rapid.IntRange(-1, 60).Draw(t, "n")
		checkLine(t, s, n)
		checkEntry(t, s)
	})
}

func checkEntry(t interface {
	Helper()
	Fatalf(string, ...any)
}, s string) {
	t.Helper()
	e, err := Entry(s)
	if err != nil {
		if !Safe(err.Error()) {
			t.Fatalf("the refusal of %q is not safe: %q", s, err)
		}
		return
	}
	if !Safe(e) || leak(e) != "" {
		t.Fatalf("Entry(%q) = %q is not safe", s, e)
	}
	if again, err := Entry(e); err != nil || again != e {
		t.Fatalf("Entry twice: %q, then %q, %v", e, again, err)
	}
}

func TestInspectIsInjective(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyText().Draw(t, "a"), anyText().Draw(t, "b")
		if a != b && Inspect(a) == Inspect(b) {
			t.Fatalf("%q and %q are both shown as %s", a, b, Inspect(a))
		}
	})
}

func TestCleanTextCostsNoAllocation(t *testing.T) {
	for _, s := range []string{"Trail Tent 2P, camping", "Żółw für 帐篷 e\u0301 👩\u200d👧", ""} {
		if n := testing.AllocsPerRun(100, func() { Line(s, 80); Safe(s) }); n != 0 {
			t.Errorf("Line(%q) allocates %v times", s, n)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 4096 {
			f.Add(s, 40)
		}
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		checkLine(t, s, min(n, 1<<16))
		checkEntry(t, s)
		if !Safe(Inspect(s)) {
			t.Fatalf("Inspect(%q) is not safe", s)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":   strings.Repeat("Trail Tent 2P ", 8)[:104],
		"unicode": strings.Repeat("Żółw für 帐篷 ", 8),
		"hostile": strings.Repeat("tent\x1b]52;c;eA==\x07\u202e", 8)[:104],
		"1MB":     strings.Repeat("\u0301", 1<<19),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Line(s, 200)
			}
		})
	}
}
