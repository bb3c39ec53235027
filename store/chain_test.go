package store

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The layout is written out by hand: a store that computes sums otherwise no longer finds what an earlier Beckon noted.
func TestSumIsOverTheDocumentedLayout(t *testing.T) {
	t.Parallel()
	c := Change{
		Author: "ana", From: "ssh", Why: "wö", At: time.Date(1970, 1, 1, 1, 0, 2, 3, time.FixedZone("CET", 3600)), Key: "k",
		Writes: []Write{Put{Kind: "goal", ID: "g", Body: []byte("\x00\xff"), Base: 258}, Delete{Kind: "goal", ID: "h", Base: 1}},
		Audit:  []AuditEntry{{Kind: "goal", ID: "g", Action: "update", Element: "e", Old: "", New: "n", Seq: 9, Author: "not hashed"}},
	}
	before := Sum{31: 7}
	layout := "beckon commit 1\n" + string(before[:]) +
		"\x00\x00\x00\x00\x00\x00\x00\x05" + // revision
		"\x00\x00\x00\x00\x00\x00\x00\x02" + "\x00\x00\x00\x03" + // at
		"\x00\x00\x00\x03ana" + "\x00\x00\x00\x03ssh" + "\x00\x00\x00\x03w\xc3\xb6" + "\x00\x00\x00\x01k" +
		"\x00\x00\x00\x02" + // writes
		"P" + "\x00\x00\x00\x04goal" + "\x00\x00\x00\x01g" + "\x00\x00\x00\x00\x00\x00\x01\x02" + "\x00\x00\x00\x02\x00\xff" +
		"D" + "\x00\x00\x00\x04goal" + "\x00\x00\x00\x01h" + "\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x00\x00\x00\x01" + // entries
		"\x00\x00\x00\x04goal" + "\x00\x00\x00\x01g" + "\x00\x00\x00\x06update" + "\x00\x00\x00\x01e" + "\x00\x00\x00\x00" + "\x00\x00\x00\x01n"
	if got, want := NextSum(before, 5, c), Sum(sha256.Sum256([]byte(layout))); got != want {
		t.Fatalf("the sum is %v, of the layout %v", got, want)
	}
}

// Where two parts meet, bytes that move from one to the other change the sum.
func TestSumChangesWithEveryPart(t *testing.T) {
	t.Parallel()
	word := rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 0, 2, -1)
	draw := rapid.Custom(func(t *rapid.T) Change {
		c := Change{Author: word.Draw(t, "author"), From: word.Draw(t, "from"), Why: word.Draw(t, "why"), Key: word.Draw(t, "key"),
			At: time.Unix(0, rapid.Int64Range(0, 2).Draw(t, "at"))}
		for range rapid.IntRange(0, 2).Draw(t, "writes") {
			p := Put{Kind: word.Draw(t, "kind"), ID: word.Draw(t, "id"), Base: Revision(rapid.IntRange(0, 1).Draw(t, "base"))}
			if rapid.Bool().Draw(t, "delete") {
				c.Writes = append(c.Writes, Delete(struct {
					Kind, ID string
					Base     Revision
				}{p.Kind, p.ID, p.Base}))
				continue
			}
			p.Body = []byte(word.Draw(t, "body"))
			c.Writes = append(c.Writes, p)
		}
		for range rapid.IntRange(0, 2).Draw(t, "entries") {
			c.Audit = append(c.Audit, AuditEntry{Kind: word.Draw(t, "kind"), ID: word.Draw(t, "id"), Action: word.Draw(t, "action"),
				Element: word.Draw(t, "element"), Old: word.Draw(t, "old"), New: word.Draw(t, "new")})
		}
		return c
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "one"), draw.Draw(t, "other")
		if equal := sameChange(a, b); equal != (NextSum(Sum{}, 1, a) == NextSum(Sum{}, 1, b)) {
			t.Fatalf("equal is %v and the sums say otherwise:\n%+v\n%+v", equal, a, b)
		}
		if NextSum(Sum{}, 1, a) == NextSum(Sum{1}, 1, a) || NextSum(Sum{}, 1, a) == NextSum(Sum{}, 2, a) {
			t.Fatal("the sum goes by neither the place nor what was before")
		}
	})
}

func sameChange(a, b Change) bool {
	if a.Author != b.Author || a.From != b.From || a.Why != b.Why || a.Key != b.Key || !a.At.Equal(b.At) ||
		len(a.Writes) != len(b.Writes) || len(a.Audit) != len(b.Audit) {
		return false
	}
	for i := range a.Writes {
		ref, base := Target(a.Writes[i])
		otherRef, otherBase := Target(b.Writes[i])
		put, isPut := a.Writes[i].(Put)
		other, otherIsPut := b.Writes[i].(Put)
		if ref != otherRef || base != otherBase || isPut != otherIsPut || !bytes.Equal(put.Body, other.Body) {
			return false
		}
	}
	for i := range a.Audit {
		if a.Audit[i] != b.Audit[i] {
			return false
		}
	}
	return true
}

func TestHeadIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	h := Head{12, Sum{0: 0xab, 31: 1}}
	for text, want := range map[string]Head{h.String(): h, " " + h.String() + "\n": h, h.Sum.String(): {0, h.Sum}, strings.ToUpper(h.String()): h} {
		if got, err := ParseHead(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "12", "12:", "12:ab", "x:" + h.Sum.String(), "-1:" + h.Sum.String(), h.String() + "00"} {
		if got, err := ParseHead(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}
