package serve

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// chunks reads as it was cut.
type chunks struct{ rest [][]byte }

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[0])
	if c.rest[0] = c.rest[0][n:]; len(c.rest[0]) == 0 {
		c.rest = c.rest[1:]
	}
	return n, nil
}

// filter returns what passes of s, and what was cut.
func filter(t interface{ Fatalf(string, ...any) }, r io.Reader, limits Limits) (string, []Cut) {
	var cuts []Cut
	limits.OnCut = func(c Cut) { cuts = append(cuts, c) }
	out, err := io.ReadAll(NewInput(r, limits))
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return string(out), cuts
}

// clean is what terminals send.
var clean = []string{
	"q", "plain text; with: punctuation;;;;;;;;;;;;;;;;;;;;;;;;::::::::::::::::::::::\r",
	"äöü Žluťoučký ě;;;;;;;;;;;;;;;;;;;;;;;;;;;; Ла;1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18", "帐篷 👩\u200d👧 ✛;;;;;;;;;;;;;;;;;;;;",
	"\x1b", "\x1b\x1b", "\x03", "\x1a", "\t", "\x7f", "\x00",
	"\x1b[A", "\x1bOA", "\x1b[1;5C", "\x1b[15;2~", "\x1b[3~", "\x1b[3$", "\x1b[[A", "\x1bb", "\x1b ",
	"\x1b[<0;33;12M", "\x1b[<0;33;12m", "\x1b[<64;500;200M", "\x1b[M !!",
	"\x1b[97;5u", "\x1b[97:65:97;2:1;65:66u", "\x1b[57441;2:3u", "\x1b[27;5;13~", "\x1b[?1u", "\x1b[?2026;2$y", "\x1b[?2027;0$y",
	"\x1b[I", "\x1b[O", "\x1b[24;80R", "\x1b[?62;1;2;4;6;9;15;16;17;18;21;22c", "\x1b[48;24;80;480;1280t",
	"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\x1b]11;rgb:0000/0000/0000\x07", "\x1bP>|xterm(390)\x1b\\", "\x1bP1+r524742=38\x1b\\",
	"\x1b]52;c;" + strings.Repeat("QUJD", 1000) + "\x07", "\x1b_Gi=1;OK\x1b\\",
	"\x1b[200~one\r\ntwo ěščř;;;;;;;;;;;;;;;;;;;;;;\x1b[31mred\x1b[0m\x1b[201~", "\x1b[200~\x1b[201~",
}

// hostile is what somebody who wants to end the process sends.
var hostile = []string{
	"\x1b[" + strings.Repeat("1;", 33) + "m", "\x1bP" + strings.Repeat("1;", 33) + "q\x1b\\", "\x9b" + strings.Repeat("1;", 33) + "m",
	"\x1b[" + strings.Repeat(":", 400) + "m", "\x1b   [" + strings.Repeat("1;", 40) + "m", "\x1b[" + strings.Repeat("1", 4000) + "m",
	"\x1b]0;✛" + strings.Repeat("1;", 40) + "m\x07", "\x1b]0;🜛" + strings.Repeat("1;", 40) + "m", "\x1bX\u271b;\u271b" + strings.Repeat(":", 50),
	"\xe0\x9b" + strings.Repeat("1;", 40) + "m", "\xc3", "\x9b", strings.Repeat(";", 40), "\xf0\x9f", "\x1b[M\xff\x9b",
	"\x1b]" + strings.Repeat("a", 300), "\x1b_" + strings.Repeat("ě", 200), "\x1b[200~" + strings.Repeat("x", 600), "\x1b[201~", "\x1b[200~",
	"\x1b[0200~", "\x1b[4294967496~", "\x1b[2147483848;1~" + strings.Repeat("y", 700), "\x1b[0;0;27;1;0;1_", "\x1b[18446744073709551816~",
	"\x18", "\x1b\\", "\x07", "\x1b[<1;2;3", "\x1b[1;\x1b[2;",
}

var smallLimits = Limits{String: 256, Paste: 512}

func anyInput() *rapid.Generator[[]byte] {
	pieces := slices.Concat(clean[:len(clean)-2], hostile, []string{"\x1b", "[", "]", "P", ";", "1", "m", "~", "200~", "201~", "ě"})
	return rapid.Custom(func(t *rapid.T) []byte {
		return []byte(strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces),
			rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) })), 0, 12).Draw(t, "pieces"), ""))
	})
}

func cut(t *rapid.T, b []byte) *chunks {
	c := &chunks{}
	for len(b) > 0 {
		n := rapid.IntRange(1, min(len(b), 40)).Draw(t, "chunk")
		c.rest, b = append(c.rest, b[:n]), b[n:]
	}
	return c
}

// decodes reports whether the library gets through s from every place that it
// could begin at after a timeout: it panics at more than 32 parameters.
func decodes(s string) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	for i := range s { // rune by rune: whole runes come in one read
		if i > 0 && s[i] != 0x1b && s[i-1] < 0x80 && s[i-1] != '[' {
			continue // as the byte before, in a printable stretch
		}
		p := ansi.GetParser()
		var state byte
		for rest := s[i:]; rest != ""; {
			_, _, n, next := ansi.DecodeSequence(rest, state, p)
			if n == 0 {
				break
			}
			state, rest = next, rest[n:]
		}
		ansi.PutParser(p)
	}
	return true
}

func TestCleanInputPassesByteForByte(t *testing.T) {
	t.Parallel()
	all := strings.Join(clean, "")
	for _, s := range append(slices.Clone(clean), all) {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(s), "byte by byte": iotest.OneByteReader(strings.NewReader(s)),
			"halves": iotest.HalfReader(strings.NewReader(s)), "data with EOF": iotest.DataErrReader(strings.NewReader(s)),
		} {
			if got, cuts := filter(t, r, Limits{}); got != s || len(cuts) > 0 {
				t.Errorf("%s, %.40q became %.80q, %v", name, s, got, cuts)
			}
		}
	}
}

func TestInputDoesNotDependOnHowItIsSplit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := anyInput().Draw(t, "input")
		whole, cuts := filter(t, bytes.NewReader(b), smallLimits)
		split, cuts2 := filter(t, cut(t, b), smallLimits)
		if whole != split || !slices.Equal(cuts, cuts2) {
			t.Fatalf("whole %q %v\nsplit %q %v", whole, cuts, split, cuts2)
		}
		if !utf8.ValidString(whole) {
			t.Fatalf("not UTF-8: %q", whole)
		}
	})
}

func TestWhatPassesCanBeDecoded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := anyInput().Draw(t, "input")
		if got, _ := filter(t, bytes.NewReader(b), smallLimits); !decodes(got) {
			t.Fatalf("%q passes as %q and panics", b, got)
		}
	})
	for _, s := range []string{hostile[0], hostile[1], hostile[2], hostile[3], hostile[4], hostile[6], hostile[7]} {
		if decodes(s) {
			t.Errorf("%q does not panic without the filter: the test proves nothing", s)
		}
	}
}

func TestInputCuts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, want string
		cuts           []Cut
	}{
		{"sixteen parameters stay", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16m", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16m", nil},
		{"the seventeenth goes", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18mx", "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16mx", []Cut{CutParams}},
		{"sub-parameters count", "\x1b[" + strings.Repeat(":", 20) + "m", "\x1b[" + strings.Repeat(":", 15) + "m", []Cut{CutParams}},
		{"those of DCS too", "\x1bP" + strings.Repeat(";", 20) + "q1;2\x1b\\", "\x1bP" + strings.Repeat(";", 15) + "q1;2\x1b\\", []Cut{CutParams}},
		{"digits are bounded", "\x1b[" + strings.Repeat("1", 12) + "m", "\x1b[111111111m", []Cut{CutParams}},
		{"a control string is cut", "\x1b]0;" + strings.Repeat("a", 300) + "\x07x", "\x1b]0;" + strings.Repeat("a", 254) + "\x07x", []Cut{CutString}},
		{"typing goes on behind one that never ends", "\x1b_" + strings.Repeat("a", 300) + "\x1b[Ax", "\x1b_" + strings.Repeat("a", 256) + "\x1b[Ax", []Cut{CutString}},
		{"a paste is cut, its end stays", "\x1b[200~" + strings.Repeat("a", 600) + "\x1b[201~x", "\x1b[200~" + strings.Repeat("a", 512) + "\x1b[201~x", []Cut{CutPaste}},
		{"a paste that fits stays", "\x1b[200~" + strings.Repeat("a", 512) + "\x1b[201~", "\x1b[200~" + strings.Repeat("a", 512) + "\x1b[201~", nil},
		{"a second start does not count anew", "\x1b[200~" + strings.Repeat("a", 500) + "\x1b[200~" + strings.Repeat("b", 100) + "\x1b[201~", "\x1b[200~" + strings.Repeat("a", 500) + "\x1b[200~bbbbbb\x1b[201~", []Cut{CutPaste}},
		{"sequences inside a paste are bounded", "\x1b[200~\x1b[" + strings.Repeat(";", 40) + "m\x1b[201~", "\x1b[200~\x1b[" + strings.Repeat(";", 15) + "m\x1b[201~", []Cut{CutParams}},
		{"bytes that are not UTF-8 go", "a\xff\xfe\x9bb\xc3(c\xe2\x82", "ab(c", []Cut{CutBytes, CutBytes}},
		{"a key record of Windows means nothing", "\x1b[0;0;27;1;0;1_", "\x1b[0;0;27;1;0;1z", nil},
		{"an 8-bit CSI behind an 8-bit end of string", "\x1b]0;✛" + strings.Repeat(";", 20) + "m\x07", "\x1b]0;✛" + strings.Repeat(";", 15) + "m\x07", []Cut{CutParams}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, cuts := filter(t, strings.NewReader(tt.in), smallLimits)
			if got != tt.want || !slices.Equal(cuts, tt.cuts) {
				t.Errorf("got  %q %v\nwant %q %v", got, cuts, tt.want, tt.cuts)
			}
		})
	}
}

func TestTheEndOfAPasteComesWhole(t *testing.T) {
	t.Parallel()
	in := NewInput(iotest.OneByteReader(strings.NewReader("\x1b[200~a\x1b[201~")), Limits{})
	var reads []string
	for {
		var p [4096]byte
		n, err := in.Read(p[:])
		if err != nil {
			break
		}
		reads = append(reads, string(p[:n]))
	}
	if want := []string{"\x1b", "[", "2", "0", "0", "~", "a", "\x1b[201~"}; !slices.Equal(reads, want) {
		t.Errorf("reads %q, want %q", reads, want)
	}
}

func TestAnInputErrorComesBehindTheInput(t *testing.T) {
	t.Parallel()
	broken := errors.New("line dropped")
	in := NewInput(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), Limits{})
	got, err := io.ReadAll(in)
	if string(got) != "abc" || !errors.Is(err, broken) {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestInputRate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		limits   Limits
		min, max time.Duration
	}{
		"no limit":  {Limits{}, 0, 0},
		"64 KB/s":   {Limits{Rate: 64 << 10, Burst: 256 << 10}, 4 * time.Second, 4100 * time.Millisecond},
		"the burst": {Limits{Rate: 64 << 10, Burst: 512 << 10}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				out, _ := filter(t, strings.NewReader(strings.Repeat("a", 512<<10)), tt.limits)
				if took := time.Since(start); len(out) != 512<<10 || took < tt.min || took > tt.max {
					t.Errorf("%d bytes took %v, want %v to %v", len(out), took, tt.min, tt.max)
				}
			})
		})
	}
}

func FuzzInput(f *testing.F) {
	for _, s := range slices.Concat(clean, hostile) {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		whole, _ := filter(t, bytes.NewReader(b), smallLimits)
		c := &chunks{}
		n = min(max(n, 1), 64)
		for rest := b; len(rest) > 0; {
			k := min(n, len(rest))
			c.rest, rest = append(c.rest, rest[:k]), rest[k:]
		}
		if split, _ := filter(t, c, smallLimits); split != whole {
			t.Fatalf("whole %q, in %ds %q", whole, n, split)
		}
		if !decodes(whole) {
			t.Fatalf("%q panics", whole)
		}
	})
}

func BenchmarkInput(b *testing.B) {
	s := strings.Repeat("plain \x1b[<64;50;20M ěšč \x1b[A", 150)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	p := make([]byte, 4096)
	for b.Loop() {
		in := NewInput(strings.NewReader(s), Limits{})
		for {
			if _, err := in.Read(p); err != nil {
				break
			}
		}
	}
}
