package frame

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/tui/layout"
)

// corpus is what names of campaigns and visitors are made of.
var corpus = []string{
	"a", "Z", " ", "-", "é", "e\u0301", "ß", "日", "本", "한", "ｗ", "😀", "👍🏽", "👩‍💻", "🇩🇪", "☺️",
	"\u200d", "\ufe0f", "ا", "ש", "ก็", "\x1b[31m", "\x1b[1;38;5;117m", "\x1b[m",
}

func line(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(corpus), 0, 30).Draw(t, label), "") + "\x1b[m"
}

func TestWidthsAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	signs := append([]string{"─", "│", "╭", "╿", "▀", "…", "·", "\u2500\u0301", "1\ufe0f\u20e3", "#\ufe0f", "\u0301", "\u0600", "\r\n", "\t", "\x7f", "\x80", "\xe2\x94", "\xe2", "\xff",
		"\u009b1m", "\u0085", "\x1b", "\x1b[", "\x1b[1", "\x1b[?25h", "\x1b[4:3m", "\x1b]0;title\x07", "\x1bPq\x1b\\", "\x1b[2J", "\x1b[1;\u0301m"}, corpus...)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(signs), 0, 30).Draw(t, "s"), "")
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("%q is %d cells wide, want %d", s, got, want)
		}
	})
}

func TestSignsThatTerminalsDisagreeOnAreFoundByTheirBytes(t *testing.T) {
	t.Parallel()
	slow := func(s string) string {
		var b strings.Builder
		for _, r := range s { // a broken byte is U+FFFD
			switch {
			case r == '\u200c', r == '\u200d', r >= '\ufe00' && r <= '\ufe0f', r >= 0x1f3fb && r <= 0x1f3ff:
			case r >= 0x1f1e6 && r <= 0x1f1ff:
				b.WriteRune('A' + r - 0x1f1e6)
			default:
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	near := []rune{0x200b, 0x200c, 0x200d, 0x200e, 0x2026, 0x2500, 0xfdff, 0xfe00, 0xfe0f, 0xfe10, 0xfffd, 0x1f1e5, 0x1f1e6, 0x1f1ff, 0x1f200, 0x1f3fa, 0x1f3fb, 0x1f3ff, 0x1f400}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.OneOf(rapid.SampledFrom(near), rapid.Rune()), 0, 12, -1).Draw(t, "s")
		if b := []byte(s); len(b) > 0 && rapid.Bool().Draw(t, "broken") {
			s = string(append(b[:rapid.IntRange(0, len(b)-1).Draw(t, "cut")], 'x'))
		}
		if got, want := steady(s), slow(s); got != want {
			t.Fatalf("%q becomes %q, want %q", s, got, want)
		}
	})
}

func TestFittedLinesAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, w := line(t, "s"), rapid.IntRange(0, 60).Draw(t, "w")
		for name, got := range map[string]string{"Fit": Fit(s, w), "FitRight": FitRight(s, w), "FitCenter": FitCenter(s, w)} {
			if err := Check(Rows{got}, w, 1); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if wc := ansi.StringWidthWc(got); wc != w {
				t.Fatalf("%s: a terminal that counts runes sees %d cells, one that counts clusters %d: %q", name, wc, w, got)
			}
		}
		for _, l := range Wrap(s, max(2, w)) {
			if Width(l) > max(2, w) {
				t.Fatalf("wrapped line is wider than %d: %q", w, l)
			}
		}
	})
}

func TestCutsAreExactAndTogetherTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(1, 60).Draw(t, "w")
		s := Fit(line(t, "s"), w)
		a := rapid.IntRange(0, w).Draw(t, "a")
		b := rapid.IntRange(a, w).Draw(t, "b")
		parts := Rows{Cut(s, 0, a), Cut(s, a, b), Cut(s, b, w)}
		for i, want := range []int{a, b - a, w - b} {
			if Width(parts[i]) != want {
				t.Fatalf("part %d is %d cells, want %d: %q", i, Width(parts[i]), want, parts[i])
			}
		}
	})
}

func TestHalfAWideCharacterBecomesABlank(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s           string
		left, right int
		want        string
	}{
		{"日本語", 0, 3, "日 "},
		{"日本語", 1, 4, " 本"},
		{"日本語", 1, 5, " 本 "},
		{"日本語", 2, 4, "本"},
		{"abc", 1, 2, "b"},
		{"abc", 2, 6, "c   "},
	} {
		if got := ansi.Strip(Cut(tt.s, tt.left, tt.right)); got != tt.want {
			t.Errorf("%q from %d to %d: %q, want %q", tt.s, tt.left, tt.right, got, tt.want)
		}
	}
}

func TestAPictureLaidOverAnotherKeepsBothExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 40).Draw(t, "w"), rapid.IntRange(1, 10).Draw(t, "h")
		var lines, over []string
		for range h {
			lines = append(lines, line(t, "base"))
		}
		tw, th := rapid.IntRange(0, 50).Draw(t, "tw"), rapid.IntRange(0, 12).Draw(t, "th")
		for range th {
			over = append(over, line(t, "top"))
		}
		base := Block(lines, w, h)
		at := layout.Rect{X: rapid.IntRange(-5, 45).Draw(t, "x"), Y: rapid.IntRange(-5, 15).Draw(t, "y"), W: tw, H: th}
		if err := Check(Over(base, w, Block(over, tw, th), at), w, h); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOverShowsBothPictures(t *testing.T) {
	t.Parallel()
	got := Over(Block([]string{"aaaaaa", "bbbbbb", "cccccc"}, 6, 3), 6, Block([]string{"xx", "yy"}, 2, 2), layout.Rect{X: 2, Y: 1, W: 2, H: 2})
	if s := ansi.Strip(got.Join()); s != "aaaaaa\nbbxxbb\nccyycc" {
		t.Errorf("got\n%s", s)
	}
}

func TestCheckRefusesWhatIsNotExactOrNotHarmless(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string]Rows{
		"a row missing":          {"ab"},
		"a row too wide":         {"ab", "abc"},
		"a newline":              {"a\n", "ab"},
		"a cursor move":          {"ab\x1b[2J", "ab"},
		"a title":                {"ab\x1b]0;x\x07", "ab"},
		"a C1 control":           {"ab\u009b", "ab"},
		"a bidi override":        {"ab\u202e", "ab"},
		"33 parameters":          {"ab\x1b[" + strings.Repeat("1;", 33) + "m", "ab"},
		"an unfinished sequence": {"ab", "ab\x1b[1"},
	} {
		if Check(rows, 2, 2) == nil {
			t.Errorf("%s passes", name)
		}
	}
	if err := Check(Rows{"\x1b[1;38;5;117mab\x1b[m", "日"}, 2, 2); err != nil {
		t.Error(err)
	}
}

func TestAPaneIsDrawnOnceForAVersion(t *testing.T) {
	t.Parallel()
	var c Cache
	drawn := 0
	draw := func() Rows { drawn++; return Blank(4, 1) }
	k := Key{Version: 1, W: 4, H: 1}
	first := c.Rows(k, draw)
	if again := c.Rows(k, draw); drawn != 1 || &again[0] != &first[0] {
		t.Errorf("drawn %d times", drawn)
	}
	for _, k := range []Key{{Version: 2, W: 4, H: 1}, {Version: 2, W: 5, H: 1}, {Version: 2, W: 5, H: 1, Focused: true}, {Version: 2, W: 5, H: 1, Look: 1}} {
		before := drawn
		c.Rows(k, draw)
		if drawn != before+1 {
			t.Errorf("%+v was not drawn anew", k)
		}
	}
}

func TestAJointIsWhatItsPartsAreBesideEachOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var j Joint
		parts := make([]Rows, 3)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			for i := range parts {
				if parts[i] == nil || rapid.IntRange(0, 3).Draw(t, "new") == 0 {
					parts[i] = rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", ""}), 0, 4).Draw(t, "part")
				}
			}
			given := append([]Rows(nil), parts[:rapid.IntRange(1, 3).Draw(t, "n")]...)
			if got, want := j.Beside(given...), Beside(given...); !slices.Equal(got, want) {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	})
}

func TestAJointOfTheSamePartsIsTheSame(t *testing.T) {
	t.Parallel()
	var j Joint
	a, b := Rows{"a", "b"}, Rows{"c", "d"}
	one := j.Beside(a, b)
	if !Same(one, j.Beside(a, b)) {
		t.Error("it was made twice")
	}
	if Same(one, j.Beside(a, Rows{"c", "e"})) {
		t.Error("it is the same although a part is another")
	}
}

func TestTheMouseFindsWhatLiesOnTop(t *testing.T) {
	t.Parallel()
	var h Hits
	h.Add(Hit{Rect: layout.Rect{W: 80, H: 24}, Wheel: "scroll"})
	h.In(10, 2, func(h *Hits) {
		h.Add(Hit{Rect: layout.Rect{X: 1, Y: 1, W: 5, H: 3}, Click: "row", Arg: 7})
		h.Add(Hit{Rect: layout.Rect{X: 3, Y: 1, W: 1, H: 1}, Click: "mark", Drag: true})
	})
	if id, p, ok := h.Click(12, 4); !ok || id != "row" || p.X != 1 || p.Y != 1 || p.Arg != 7 || p.W != 5 {
		t.Errorf("click: %v %+v %v", id, p, ok)
	}
	if id, _, _ := h.Click(13, 3); id != "mark" {
		t.Errorf("the later rectangle does not lie on top: %v", id)
	}
	if id, p, ok := h.Wheel(12, 4, -1); !ok || id != "scroll" || p.Wheel != -1 || p.Y != 4 {
		t.Errorf("wheel: %v %+v %v", id, p, ok)
	}
	if _, _, ok := h.Click(0, 0); ok {
		t.Error("nothing there to click")
	}
	if id, p, _ := h.DragOver(13, 3); id != "mark" || !p.Drag {
		t.Errorf("drag: %v %+v", id, p)
	}
	if _, _, ok := h.DragOver(12, 4); ok {
		t.Error("a row is not dragged")
	}
}
