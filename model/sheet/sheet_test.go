package sheet

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func write(t *rapid.T, rows ...[]Cell) string {
	var b strings.Builder
	w := NewWriter(&b)
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCellsRunNothing(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=1+1":            "'=1+1",
		"@SUM(A1)":        "'@SUM(A1)",
		"+49 30 1":        "'+49 30 1",
		"-2":              "'-2",
		"＝1":              "'＝1",
		" =1":             "' =1",
		"a, \"b\"":        "a, \"b\"",
		"cart-rescue":     "cart-rescue",
		"":                "",
		"plain = nothing": "plain = nothing",
	} {
		if got := Text(in).content; got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"-1.50": "-1.50", "0": "0", "": "", "12": "12", "=1": "'=1", "1e5": "1e5", "-": "'-", "-1-1": "'-1-1", "+1": "'+1"} {
		if got := Number(in).content; got != want {
			t.Errorf("Number(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWhateverTextReadsBackAndActsNowhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x1b]0;x\a", "\u202e=1", "\t=1", "\r\n@a", "\u009b=cmd", "a\"b", "\x00=1", "\ufeff=1"})).Draw(t, "s")
		out := write(t, []Cell{Text(s), Int(-3), Number("-1.50")})
		for _, r := range strings.TrimSuffix(out, "\n") {
			if !unicode.IsGraphic(r) {
				t.Fatalf("%q came out as %q, which has %U in it", s, out, r)
			}
		}
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 || rows[0][1] != "-3" || rows[0][2] != "-1.50" {
			t.Fatalf("%q reads back as %q: %v", out, rows, err)
		}
		if cell := strings.TrimLeft(rows[0][0], " \u00a0\u3000"); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
			t.Fatalf("the cell %q runs", rows[0][0])
		}
	})
}

func TestOnlyWhatIsAskedForAsItIsStaysAsItIs(t *testing.T) {
	t.Parallel()
	const s = "=1+1\r\n\"a\""
	var b strings.Builder
	w := NewWriter(&b)
	if err := w.Row(Raw(s), Text(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "\"=1+1\r\n\"\"a\"\"\",\"'=1+1"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("%q, want %q first", b.String(), want)
	}
}

func TestRowsOfOneTableAreOfOneLength(t *testing.T) {
	t.Parallel()
	w := NewWriter(&strings.Builder{})
	if err := w.Head("a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Int(1)); err == nil {
		t.Error("a short row was written")
	}
}
