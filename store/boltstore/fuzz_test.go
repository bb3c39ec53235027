package boltstore

import (
	"bytes"
	"errors"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/store"
	"beckon/store/internal/wire"
)

func TestLargeDocumentStaysInAPage(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 200 {
		b.WriteString("- condition: cart-total, operator: at-least, value: \"")
		b.WriteString(strings.Repeat(string(rune('0'+i%10)), 4))
		b.WriteString("\"\n")
	}
	value := wire.Seal(bucketHistory, []byte("k"), []byte(b.String()))
	if b.Len() < 10_000 || len(value) > 3900 {
		t.Fatalf("a document of %d bytes takes %d", b.Len(), len(value))
	}
}

// FuzzRecords holds that no bytes make a decoder panic, and that what one reads is what it would write again.
func FuzzRecords(f *testing.F) {
	f.Add(pointer{7, true}.encode())
	f.Add(encodeVersion(store.Document{Author: "ana", Why: "why", At: at, Body: []byte("body")}))
	f.Add(commit{author: "ana", why: "why", at: at, key: "k", entries: 3, refs: []store.Ref{{Kind: "campaign", ID: "a"}}}.encode())
	f.Add(encodeEntry(store.AuditEntry{Kind: "campaign", ID: "a", Action: "update", Revision: 9, At: at, Author: "ana"}))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := decodePointer(b); err == nil {
			again, err := decodePointer(p.encode())
			equal(t, p.revision, again.revision, err)
		}
		if d, err := decodeVersion(b); err == nil {
			again, err := decodeVersion(encodeVersion(d))
			equal(t, d, again, err)
		}
		if c, err := decodeCommit(b); err == nil {
			again, err := decodeCommit(c.encode())
			equal(t, c.refs, again.refs, err)
		}
		if e, err := decodeEntry(b); err == nil {
			again, err := decodeEntry(encodeEntry(e))
			equal(t, e, again, err)
		}
	})
}

func equal[T any](t *testing.T, want, got T, err error) {
	t.Helper()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
}

// FuzzInspect holds that no change to a file makes the inspection panic or takes it long, and that it calls it damage. The sums of the
// header pages are made right again, so that wrong headers are gone by.
func FuzzInspect(f *testing.F) {
	whole, err := os.ReadFile(filepath.Join("testdata", "format-1.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(len(whole)), uint32(0), uint64(0), uint32(0), uint64(0))
	f.Add(uint32(len(whole)), uint32(4096*3+8), uint64(1), uint32(4096*3+16), uint64(7))
	f.Add(uint32(len(whole)), uint32(32), uint64(5), uint32(4096+32), uint64(5))   // another root
	f.Add(uint32(len(whole)), uint32(56), ^uint64(0), uint32(48), ^uint64(0))      // a high water mark beyond everything
	f.Add(uint32(len(whole)), uint32(24), uint64(4096^1024), uint32(0), uint64(0)) // another page size
	f.Add(uint32(len(whole)/2), uint32(4096*2), uint64(1)<<63, uint32(0), uint64(0))
	f.Fuzz(func(t *testing.T, size, place uint32, flip uint64, other uint32, flipOther uint64) {
		file := bytes.Clone(whole)
		for i, flip := range map[int]uint64{int(place): flip, int(other): flipOther} {
			if i+8 <= len(file) {
				native.PutUint64(file[i:], native.Uint64(file[i:])^flip)
			}
		}
		for _, header := range []int{0, 4096} {
			h := fnv.New64a()
			h.Write(file[header+pageHeader : header+metaSumOffset])
			native.PutUint64(file[header+metaSumOffset:], h.Sum64())
		}
		file = file[:min(len(file), int(size))]
		_, err := inspect("x", bytes.NewReader(file), int64(len(file)), formats.current)
		if err != nil && !errors.Is(err, store.ErrCorrupt) && !errors.Is(err, store.ErrNewerFormat) {
			t.Fatal(err)
		}
	})
}

func FuzzOwner(f *testing.F) {
	f.Add([]byte(`{"pid":4711,"since":"2026-03-02T10:15:00Z","address":"127.0.0.1:2222"}`))
	f.Add([]byte(`{"pid":-1,"since":"yesterday"}`))
	f.Add([]byte("\x1b]0;title\a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(ownerPath(path), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, left := readOwner(path); !left {
			t.Fatal("the file is not seen")
		}
		if msg := inUse(path).Error(); strings.ContainsAny(msg, "\x1b\a\n") {
			t.Fatalf("%q", msg)
		}
	})
}
