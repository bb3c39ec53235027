package serve

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// own is what the program writes.
var own = []string{
	"plain", "\r\n", "\t\b", "│─┐ äöü 帐篷 👩\u200d👧 e\u0301",
	"\x1b[m", "\x1b[0m", "\x1b[1;3;38;2;1;2;3;48;5;17;58:2::1:2:3m", "\x1b[4:3m",
	"\x1b[H", "\x1b[2J", "\x1b[K", "\x1b[1K", "\x1b[J", "\x1b[12;40H", "\x1b[5A", "\x1b[3B", "\x1b[2C", "\x1b[D", "\x1b[7G", "\x1b[9d", "\x1b[9`", "\x1b[2I", "\x1b[Z",
	"\x1b[2@", "\x1b[3P", "\x1b[4L", "\x1b[5M", "\x1b[6S", "\x1b[7T", "\x1b[8X", "\x1b[9b", "\x1b[2;20r", "\x1b[r", "\x1bM", "\x1b[?5W", "\x1b[4h", "\x1b[4l",
	ansi.SetModeAltScreenSaveCursor, ansi.ResetModeAltScreenSaveCursor, ansi.SetModeTextCursorEnable, ansi.ResetModeTextCursorEnable,
	ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste, ansi.SetModeFocusEvent, ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr,
	ansi.SetModeMouseAnyEvent, ansi.ResetModeMouseAnyEvent, ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput,
	ansi.SetModeUnicodeCore, ansi.RequestModeSynchronizedOutput, ansi.RequestModeUnicodeCore, ansi.ResetModeAutoWrap, ansi.SetModeAutoWrap,
	ansi.RequestKittyKeyboard, ansi.PushKittyKeyboard(1), ansi.PopKittyKeyboard(1), ansi.KittyKeyboard(3, 1), ansi.SetModifyOtherKeys2, ansi.ResetModifyOtherKeys,
	ansi.SetCursorStyle(6), ansi.SetCursorStyle(0), ansi.SetCursorColor("#ff0000"), ansi.ResetCursorColor,
	ansi.RequestBackgroundColor, ansi.RequestForegroundColor, ansi.SetBackgroundColor("#101010"), ansi.ResetBackgroundColor,
	ansi.SetWindowTitle("Beckon: Żółw & Söhne"), ansi.SetWindowTitle(""), "\x1b]0;Beckon\x1b\\",
	ansi.SetHyperlink("https://shop.example/cart?q=1", "id=a1"), ansi.SetHyperlink("http://shop.example"), ansi.ResetHyperlink(),
	ansi.SetProgressBar(40), ansi.ResetProgressBar, ansi.SetIndeterminateProgressBar, ansi.RequestTermcap("RGB"), ansi.RequestNameVersion,
}

// foreign is what nobody here writes.
var foreign = []string{
	"\x07", "\x00", "\x7f", "\x0e", "\x0f", "\x05", "\v", "\f", "\x9b", "\xff", "\u009b", "\u0085", "\u202e", "\u200b", "\u2028", "\U000e0041", "\ufeff",
	"\x1bc", "\x1b7", "\x1b8", "\x1b(0", "\x1b#8", "\x1b=", "\x1bN",
	"\x1b[" + strings.Repeat("1;", 33) + "m", "\x1b[6n", "\x1b[c", "\x1b[5i", "\x1b[21t", "\x1b[8;1000;1000t", "\x1b[s", "\x1b[!p", "\x1b[20h", "\x1b[?1h", "\x1b[?47h", "\x1b[?25;1h", "\x1b[?9001h", "\x1b[?7$p", "\x1b[>4;1m", "\x1b[1;2;3H", "\x1b[1:2H", "\x1b[9 q", "\x1b[?5n",
	"\x1b]0;a\u202eb\x07", "\x1b]0;" + strings.Repeat("a", 200) + "\x07", "\x1b]1;icon\x07", "\x1b]4;1;#ffffff\x07", "\x1b]7;file:///\x07",
	"\x1b]52;c;cm0gLXJm\x07", "\x1b]52;c;?\x07", "\x1b]52;p;eA==\x1b\\", "\x1b]8;;file:///etc/passwd\x07", "\x1b]8;;javascript:alert(1)\x07", "\x1b]8;x=y;https://shop.example\x07", "\x1b]8;;https:\x07",
	"\x1b]9;hello\x07", "\x1b]10;red\x07", "\x1b]50;font\x07", "\x1b]777;notify;a;b\x07", "\x1b]1337;File=x\x07", "\x1b]7501;state=done\x07", "\x1b]02;x\x07", "\x1b]11;?;?\x07",
	"\x1bP$qm\x1b\\", "\x1bPtmux;x\x1b\\", "\x1bPq#0\x1b\\", "\x1b_Ga=T;AAAA\x1b\\", "\x1b^x\x1b\\", "\x1bXx\x1b\\",
}

func TestOutputPassesWhatTheProgramUses(t *testing.T) {
	t.Parallel()
	for _, s := range append(own, strings.Join(own, "")) {
		var b bytes.Buffer
		o := NewOutput(&b)
		n, err := o.Write([]byte(s))
		if b.String() != s || o.Dropped() != 0 || n != len(s) || err != nil {
			t.Errorf("%q became %q, %d dropped; %d, %v", s, b.String(), o.Dropped(), n, err)
		}
	}
}

func TestOutputDropsAndCountsTheRest(t *testing.T) {
	t.Parallel()
	for _, s := range foreign {
		var b bytes.Buffer
		o := NewOutput(&b)
		if n, err := o.Write([]byte("<" + s + ">")); n != len(s)+2 || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
		if b.String() != "<>" || o.Dropped() != 1 {
			t.Errorf("%q became %q, %d dropped", s, b.String(), o.Dropped())
		}
	}
}

func TestOutputKeepsNothingBrokenOffOpen(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"\x1b[1;2\x1b[m>": "\x1b[m>", "\x1b]0;a\x1b[m>": "\x1b[m>", "\x1b[1\r\n>": "\r\n>", "\x1b\x1b[m>": "\x1b[m>", "\x1b]0;a\nb>": "\nb>", "\x1b(\x1b[m": "\x1b[m", "\xc3\x1b[m": "\x1b[m",
	} {
		var b bytes.Buffer
		o := NewOutput(&b)
		o.Write([]byte(in))
		if b.String() != want || o.Dropped() != 1 {
			t.Errorf("%q became %q, want %q; %d dropped", in, b.String(), want, o.Dropped())
		}
	}
}

func TestOutputDoesNotDependOnHowItIsSplit(t *testing.T) {
	t.Parallel()
	pieces := append(append([]string{"\x1b", "[", "1", ";", "m", "]0;", "\\", "\x07", "é", "\xe2"}, own...), foreign...)
	rapid.Check(t, func(t *rapid.T) {
		in := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 15).Draw(t, "pieces"), ""))
		var whole, split, again bytes.Buffer
		a, b, c := NewOutput(&whole), NewOutput(&split), NewOutput(&again)
		a.Write(in)
		for rest := in; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			b.Write(rest[:n])
			rest = rest[n:]
		}
		if whole.String() != split.String() || a.Dropped() != b.Dropped() {
			t.Fatalf("%q\nwhole %q %d\nsplit %q %d", in, whole.String(), a.Dropped(), split.String(), b.Dropped())
		}
		c.Write(whole.Bytes())
		if again.String() != whole.String() || c.Dropped() != 0 {
			t.Fatalf("%q passes as %q, which does not pass: %q", in, whole.String(), again.String())
		}
	})
}

func TestTheClipboardIsWrittenOnceAndOnlyAsAnnounced(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	o := NewOutput(&b)
	want := ansi.SetSystemClipboard("promo-7")
	if o.Copy("promo-7")() == nil {
		t.Fatal("no message for the program")
	}
	for _, s := range []string{ansi.SetSystemClipboard("rm -rf"), ansi.RequestSystemClipboard, want, want} {
		o.Write([]byte(s))
	}
	if b.String() != want || o.Dropped() != 3 {
		t.Errorf("wrote %q, %d dropped", b.String(), o.Dropped())
	}
}

func TestOutputBoundsWhatNeverEnds(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	o := NewOutput(&b)
	o.Write([]byte("\x1b]0;"))
	for range 40 {
		o.Write(bytes.Repeat([]byte("a"), 64<<10))
	}
	if len(o.pending) > maxPending+64<<10 || o.Dropped() == 0 {
		t.Errorf("%d bytes pending, %d dropped", len(o.pending), o.Dropped())
	}
}

func TestOutputIsNoTerminalUnlessItsWriterIs(t *testing.T) {
	t.Parallel()
	if fd := NewOutput(&bytes.Buffer{}).Fd(); fd != ^uintptr(0) {
		t.Errorf("Fd = %d", fd)
	}
}

func FuzzOutput(f *testing.F) {
	for _, s := range append(own, foreign...) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var b, again bytes.Buffer
		NewOutput(&b).Write(in)
		o := NewOutput(&again)
		o.Write(b.Bytes())
		if again.String() != b.String() || o.Dropped() > 0 {
			t.Fatalf("%q passes as %q, which does not pass", in, b.String())
		}
	})
}

func BenchmarkOutput(b *testing.B) {
	frame := []byte(strings.Repeat("\x1b[38;5;240m│\x1b[m Cart rescue        \x1b[1mrunning\x1b[m  12,480  3.1 %\r\n", 40))
	o := NewOutput(discard{})
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		o.Write(frame)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkDefuse(b *testing.B) {
	frame := strings.Repeat("\x1b[38;2;88;88;88m│\x1b[m Cart rescue        \x1b[1mrunning\x1b[m  12,480  3.1 % "+strings.Repeat("─", 40)+"\n", 40)
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		defuse(frame)
	}
}
