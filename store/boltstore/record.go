package boltstore

import (
	"encoding/binary"
	"errors"
	"time"

	"beckon/store"
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
	return appendBool(binary.AppendUvarint(nil, uint64(p.revision)), p.deleted)
}

func decodePointer(b []byte) (pointer, error) {
	r := reader{b: b}
	p := pointer{revision: store.Revision(r.uint()), deleted: r.bool()}
	return p, r.end()
}

// encodeVersion makes a value of history; kind, id and revision are in the key.
func encodeVersion(d store.Document) []byte {
	b := make([]byte, 0, len(d.Body)+len(d.Author)+len(d.Why)+32)
	b = appendBool(b, d.Deleted)
	b = appendTime(b, d.At)
	b = appendString(b, d.Author)
	b = appendString(b, d.Why)
	return append(b, d.Body...)
}

func decodeVersion(b []byte) (store.Document, error) {
	r := reader{b: b}
	d := store.Document{Deleted: r.bool(), At: r.time(), Author: r.string(), Why: r.string()}
	if body := r.rest(); !d.Deleted {
		d.Body = body
	} else if len(body) > 0 {
		return d, errRecord
	}
	return d, r.end()
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
		return commit{}, errRecord
	}
	r := reader{b: b[copy(sum[:], b):]}
	before := r.uint()
	if r.err != nil {
		return commit{}, r.err
	}
	c, err := decodeUnchained(r.b)
	c.sum, c.before = sum, before
	return c, err
}

// encodeUnchained makes what a value of commits was up to format 2, and is the rest of one since.
func (c commit) encodeUnchained() []byte {
	b := appendTime(nil, c.at)
	for _, s := range []string{c.author, c.from, c.why, c.key} {
		b = appendString(b, s)
	}
	b = binary.AppendUvarint(b, c.entries)
	for _, ref := range c.refs {
		b = appendString(appendString(b, ref.Kind), ref.ID)
	}
	return b
}

func decodeUnchained(b []byte) (commit, error) {
	r := reader{b: b}
	c := commit{at: r.time(), author: r.string(), from: r.string(), why: r.string(), key: r.string(), entries: r.uint()}
	for len(r.b) > 0 && r.err == nil {
		c.refs = append(c.refs, store.Ref{Kind: r.string(), ID: r.string()})
	}
	return c, r.end()
}

// encodeScrap makes a value of scratch; owner and key are in the key, as kind and id of a document are.
func encodeScrap(e store.Scrap) []byte {
	return append(appendTime(make([]byte, 0, len(e.Body)+16), e.At.UTC()), e.Body...)
}

func decodeScrap(b []byte) (store.Scrap, error) {
	r := reader{b: b}
	e := store.Scrap{At: r.time()}
	if r.err == nil {
		e.Body = r.rest()
	}
	return e, r.end()
}

func scrapKey(owner, key string) []byte { return docKey(store.Ref{Kind: owner, ID: key}) }

// encodeEntry makes a value of audit; the number is in the key.
func encodeEntry(e store.AuditEntry) []byte {
	b := binary.AppendUvarint(nil, uint64(e.Revision))
	b = appendTime(b, e.At)
	for _, s := range []string{e.Author, e.From, e.Why, e.Kind, e.ID, e.Action, e.Element, e.Old, e.New} {
		b = appendString(b, s)
	}
	return b
}

func decodeEntry(b []byte) (store.AuditEntry, error) {
	r := reader{b: b}
	e := store.AuditEntry{Revision: store.Revision(r.uint()), At: r.time()}
	for _, s := range []*string{&e.Author, &e.From, &e.Why, &e.Kind, &e.ID, &e.Action, &e.Element, &e.Old, &e.New} {
		*s = r.string()
	}
	return e, r.end()
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

var errRecord = errors.New("the record does not hold together")

// reader takes a record apart; the first mistake sticks.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail() { r.err, r.b = errRecord, nil }

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) bool() bool {
	if len(r.b) == 0 || r.b[0] > 1 {
		r.fail()
		return false
	}
	v := r.b[0] == 1
	r.b = r.b[1:]
	return v
}

func (r *reader) string() string {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) time() time.Time {
	sec, nsec := r.int(), r.uint()
	if nsec >= uint64(time.Second) {
		r.fail()
	}
	if r.err != nil {
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}

func (r *reader) rest() []byte {
	b := r.b
	r.b = nil
	if b == nil {
		b = []byte{}
	}
	return b
}

func (r *reader) end() error {
	if r.err == nil && len(r.b) > 0 {
		r.fail()
	}
	return r.err
}
