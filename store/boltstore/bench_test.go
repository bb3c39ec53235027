package boltstore

import (
	"fmt"
	"testing"

	"beckon/store"
)

// BenchmarkSave is one save of a document of 2 KB with an audit entry: one transaction, on disk when it returns.
func BenchmarkSave(b *testing.B) {
	s := opened(b, newPath(b), Options{})
	doc := body("doc", 54)
	var base store.Revision
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		rev, err := s.Commit(bg, store.Change{Author: "ana", At: at, Writes: []store.Write{store.Put{Kind: "campaign", ID: "doc", Body: doc, Base: base}},
			Audit: []store.AuditEntry{{Kind: "campaign", ID: "doc", Action: "update", Element: "priority", Old: "low", New: "high"}}})
		if err != nil {
			b.Fatal(err)
		}
		base = rev
	}
}

// large makes a store of n documents of about 1 KB.
func large(b *testing.B, n int) *Store {
	b.Helper()
	s := opened(b, newPath(b), Options{})
	c := store.Change{Author: "ana", At: at}
	for i := range n {
		c.Writes = append(c.Writes, store.Put{Kind: "campaign", ID: fmt.Sprintf("doc-%06d", i), Body: body("doc", 27)})
	}
	if _, err := s.Commit(bg, c); err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkGet(b *testing.B) {
	s := large(b, 10_000)
	for b.Loop() {
		if _, err := s.Get(bg, "campaign", "doc-004711"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead10000(b *testing.B) {
	s := large(b, 10_000)
	for b.Loop() {
		if docs, err := store.At(bg, s, 0); err != nil || len(docs) != 10_000 {
			b.Fatal(len(docs), err)
		}
	}
}

func BenchmarkReopen10000(b *testing.B) {
	s := large(b, 10_000)
	path := s.Path()
	s.Close()
	for b.Loop() {
		s, err := Open(bg, path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkCheck10000(b *testing.B) {
	s := large(b, 10_000)
	for b.Loop() {
		if err := s.Check(bg); err != nil {
			b.Fatal(err)
		}
	}
}
