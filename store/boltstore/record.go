package boltstore

import (
	"encoding/binary"
	"time"

	"beckon/store"
	"beckon/store/internal/wire"
)

const (
	bucketMeta    = "meta"
	bucketDocs    = "docs"
	bucketHistory = "history"
	bucketCommits = "commits"
	bucketAudit   = "audit"
	bucketKeys    = "keys"
	bucketScratch = "scratch"
)

var buckets = []string{bucketMeta, bucketDocs, bucketHistory, bucketCommits, bucketAudit, bucketKeys, bucketScratch}

// Names hold no control characters, so a zero byte between them keeps the order of kind, then id.

func docKey(ref store.Ref) []byte {
	k := make([]byte, 0, len(ref.Kind)+1+len(ref.ID)+9)
	k = append(k, ref.Kind...)
	k = append(k, 0)
	return append(k, ref.ID...)
}

func historyKey(ref store.Ref, rev store.Revision) []byte {
	return binary.BigEndian.AppendUint64(append(docKey(ref), 0), uint64(rev))
}

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func splitDocKey(key []byte) (store.Ref, bool) {
	for i, c := range key {
		if c == 0 {
			return store.Ref{Kind: string(key[:i]), ID: string(key[i+1:])}, true
		}
	}
	return store.Ref{}, false
}

func splitHistoryKey(key []byte) (store.Ref, store.Revision, bool) {
	n := len(key) - 9
	if n < 0 || key[n] != 0 {
		return store.Ref{}, 0, false
	}
	ref, ok := splitDocKey(key[:n])
	return ref, store.Revision(binary.BigEndian.Uint64(key[n+1:])), ok
}

// pointer is a value of docs.
type pointer struct {
	revision store.Revision
	deleted  bool
}

func (p pointer) encode() []byte {
	return wire.AppendBool(binary.AppendUvarint(nil, uint64(p.revision)), p.deleted)
}

func decodePointer(b []byte) (pointer, error) {
	r := wire.Reader{B: b}
	p := pointer{revision: store.Revision(r.Uint()), deleted: r.Bool()}
	return p, r.End()
}

// encodeVersion makes a value of history; kind, id and revision are in the key.
func encodeVersion(d store.Document) []byte {
	b := make([]byte, 0, len(d.Body)+len(d.Author)+len(d.Why)+32)
	b = wire.AppendBool(b, d.Deleted)
	b = wire.AppendTime(b, d.At)
	b = wire.AppendString(b, d.Author)
	b = wire.AppendString(b, d.Why)
	return append(b, d.Body...)
}

func decodeVersion(b []byte) (store.Document, error) {
	r := wire.Reader{B: b}
	d := store.Document{Deleted: r.Bool(), At: r.Time(), Author: r.String(), Why: r.String()}
	if body := r.Rest(); !d.Deleted {
		d.Body = body
	} else if len(body) > 0 {
		return d, wire.ErrRecord
	}
	return d, r.End()
}

// commit is a value of commits; the revision is in the key.
type commit struct {
	sum    store.Sum
	before uint64 // how many entries the audit had before it

	author, from, why string
	at                time.Time
	key               string
	entries           uint64 // how many it added to the audit
	refs              []store.Ref
}

func (c commit) encode() []byte {
	b := binary.AppendUvarint(append([]byte{}, c.sum[:]...), c.before)
	return append(b, c.encodeUnchained()...)
}

func decodeCommit(b []byte) (commit, error) {
	var sum store.Sum
	if len(b) < len(sum) {
		return commit{}, wire.ErrRecord
	}
	r := wire.Reader{B: b[copy(sum[:], b):]}
	before := r.Uint()
	if r.Err != nil {
		return commit{}, r.Err
	}
	c, err := decodeUnchained(r.B)
	c.sum, c.before = sum, before
	return c, err
}

// encodeUnchained makes what a value of commits was up to format 2, and is the rest of one since.
func (c commit) encodeUnchained() []byte {
	b := wire.AppendTime(nil, c.at)
	for _, s := range []string{c.author, c.from, c.why, c.key} {
		b = wire.AppendString(b, s)
	}
	b = binary.AppendUvarint(b, c.entries)
	for _, ref := range c.refs {
		b = wire.AppendString(wire.AppendString(b, ref.Kind), ref.ID)
	}
	return b
}

func decodeUnchained(b []byte) (commit, error) {
	r := wire.Reader{B: b}
	c := commit{at: r.Time(), author: r.String(), from: r.String(), why: r.String(), key: r.String(), entries: r.Uint()}
	for len(r.B) > 0 && r.Err == nil {
		c.refs = append(c.refs, store.Ref{Kind: r.String(), ID: r.String()})
	}
	return c, r.End()
}

// encodeScrap makes a value of scratch; owner and key are in the key, as kind and id of a document are.
func encodeScrap(e store.Scrap) []byte {
	return append(wire.AppendTime(make([]byte, 0, len(e.Body)+16), e.At.UTC()), e.Body...)
}

func decodeScrap(b []byte) (store.Scrap, error) {
	r := wire.Reader{B: b}
	e := store.Scrap{At: r.Time()}
	if r.Err == nil {
		e.Body = r.Rest()
	}
	return e, r.End()
}

func scrapKey(owner, key string) []byte { return docKey(store.Ref{Kind: owner, ID: key}) }

// encodeEntry makes a value of audit; the number is in the key.
func encodeEntry(e store.AuditEntry) []byte {
	b := binary.AppendUvarint(nil, uint64(e.Revision))
	b = wire.AppendTime(b, e.At)
	for _, s := range []string{e.Author, e.From, e.Why, e.Kind, e.ID, e.Action, e.Element, e.Old, e.New} {
		b = wire.AppendString(b, s)
	}
	return b
}

func decodeEntry(b []byte) (store.AuditEntry, error) {
	r := wire.Reader{B: b}
	e := store.AuditEntry{Revision: store.Revision(r.Uint()), At: r.Time()}
	for _, s := range []*string{&e.Author, &e.From, &e.Why, &e.Kind, &e.ID, &e.Action, &e.Element, &e.Old, &e.New} {
		*s = r.String()
	}
	return e, r.End()
}
