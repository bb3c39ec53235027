package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
	"beckon/store/internal/wire"
)

// transaction reads and writes the records of one bbolt transaction. All that it returns is copied out of the file.
type transaction struct {
	place string
	tx    *bolt.Tx
}

func (tx transaction) bucket(name string) *bolt.Bucket { return tx.tx.Bucket([]byte(name)) }

func (tx transaction) corrupt(bucket string, key []byte, format string, args ...any) error {
	return &store.CorruptError{Place: tx.place, Bucket: bucket, Key: string(key), Reason: fmt.Sprintf(format, args...)}
}

func (tx transaction) put(bucket string, key, payload []byte) error {
	b := tx.bucket(bucket)
	if bucket == bucketCommits || bucket == bucketAudit {
		b.FillPercent = 0.95 // they only grow at the end
	}
	return b.Put(key, wire.Seal(bucket, key, payload))
}

// payload opens an envelope; what it says of a damaged one names the place.
func (tx transaction) payload(bucket string, key, value []byte) ([]byte, error) {
	payload, err := wire.Unseal(bucket, key, value)
	if err != nil {
		return nil, tx.corrupt(bucket, key, "%v", err)
	}
	return payload, nil
}

// get returns the payload under a key, and whether there is one.
func (tx transaction) get(bucket string, key []byte) ([]byte, bool, error) {
	value := tx.bucket(bucket).Get(key)
	if value == nil {
		return nil, false, nil
	}
	payload, err := tx.payload(bucket, key, value)
	return payload, err == nil, err
}

// lastNumber returns the highest key of a bucket that counts, 0 if it is empty.
func (tx transaction) lastNumber(bucket string) uint64 {
	key, _ := tx.bucket(bucket).Cursor().Last()
	if len(key) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(key)
}

func (tx transaction) revision() store.Revision { return store.Revision(tx.lastNumber(bucketCommits)) }

func (tx transaction) keyRevision(key string) (store.Revision, bool, error) {
	payload, ok, err := tx.get(bucketKeys, []byte(key))
	if !ok {
		return 0, false, err
	}
	r := wire.Reader{B: payload}
	rev := store.Revision(r.Uint())
	if err := r.End(); err != nil {
		return 0, false, tx.corrupt(bucketKeys, []byte(key), "%v", err)
	}
	return rev, true, nil
}

// pointer returns where the newest version of a document is, and whether there ever was one.
func (tx transaction) pointer(ref store.Ref) (pointer, bool, error) {
	key := docKey(ref)
	payload, ok, err := tx.get(bucketDocs, key)
	if !ok {
		return pointer{}, false, err
	}
	p, err := tx.decodePointer(key, payload)
	return p, err == nil, err
}

func (tx transaction) decodePointer(key, payload []byte) (pointer, error) {
	p, err := decodePointer(payload)
	if err != nil {
		return p, tx.corrupt(bucketDocs, key, "%v", err)
	}
	return p, nil
}

// version returns one version of a document that must be there.
func (tx transaction) version(ref store.Ref, rev store.Revision) (store.Document, error) {
	key := historyKey(ref, rev)
	payload, ok, err := tx.get(bucketHistory, key)
	if err == nil && !ok {
		err = tx.corrupt(bucketHistory, key, "the version is missing")
	}
	if err != nil {
		return store.Document{}, err
	}
	return tx.decodeVersion(key, payload)
}

func (tx transaction) decodeVersion(key, payload []byte) (store.Document, error) {
	ref, rev, ok := splitHistoryKey(key)
	if !ok {
		return store.Document{}, tx.corrupt(bucketHistory, key, "the key names no version")
	}
	d, err := decodeVersion(payload)
	if err != nil {
		return d, tx.corrupt(bucketHistory, key, "%v", err)
	}
	d.Kind, d.ID, d.Revision = ref.Kind, ref.ID, rev
	return d, nil
}

// before puts a cursor of history on the newest version of a document that is older than rev, and returns its key and value, or
// nil if there is none.
func before(c *bolt.Cursor, ref store.Ref, rev store.Revision) (key, value []byte) {
	if key, value = c.Seek(historyKey(ref, rev)); key == nil {
		key, value = c.Last()
	} else {
		key, value = c.Prev()
	}
	return sameDocument(key, value, ref)
}

// sameDocument passes a record of history on if it is a version of the document, and nil otherwise.
func sameDocument(key, value []byte, ref store.Ref) ([]byte, []byte) {
	prefix := append(docKey(ref), 0)
	if len(key) != len(prefix)+8 || !bytes.HasPrefix(key, prefix) {
		return nil, nil
	}
	return key, value
}

func (tx transaction) commit(rev store.Revision) (commit, error) {
	return tx.readCommit(rev, decodeCommit)
}

func (tx transaction) readCommit(rev store.Revision, decode func([]byte) (commit, error)) (commit, error) {
	key := numberKey(uint64(rev))
	payload, ok, err := tx.get(bucketCommits, key)
	if err == nil && !ok {
		err = tx.corrupt(bucketCommits, key, "the commit is missing")
	}
	if err != nil {
		return commit{}, err
	}
	c, err := decode(payload)
	if err != nil {
		return c, tx.corrupt(bucketCommits, key, "%v", err)
	}
	return c, nil
}

// change puts together what was committed as a revision: the bodies are in the history, the entries in the audit, and the base of a
// write is the version that lived before.
func (tx transaction) change(rev store.Revision, record commit) (store.Change, error) {
	c := store.Change{Author: record.author, From: record.from, Why: record.why, At: record.at, Key: record.key}
	history := tx.bucket(bucketHistory).Cursor()
	for _, ref := range record.refs {
		doc, err := tx.version(ref, rev)
		if err != nil {
			return c, err
		}
		var base store.Revision
		if key, value := before(history, ref, rev); key != nil {
			old, err := tx.openVersion(key, value)
			if err != nil {
				return c, err
			}
			if !old.Deleted {
				base = old.Revision
			}
		}
		if doc.Deleted {
			c.Writes = append(c.Writes, store.Delete{Kind: ref.Kind, ID: ref.ID, Base: base})
		} else {
			c.Writes = append(c.Writes, store.Put{Kind: ref.Kind, ID: ref.ID, Body: doc.Body, Base: base})
		}
	}
	cursor := tx.bucket(bucketAudit).Cursor()
	key, value := cursor.Seek(numberKey(record.before + 1))
	for n := record.before + 1; n <= record.before+record.entries; n++ {
		if string(key) != string(numberKey(n)) {
			return c, tx.corrupt(bucketAudit, numberKey(n), "the entry is missing")
		}
		e, err := tx.entry(key, value)
		if err != nil {
			return c, err
		}
		if e.Revision != rev {
			return c, tx.corrupt(bucketAudit, key, "it belongs to revision %d, and commit %d counts it", e.Revision, rev)
		}
		c.Audit = append(c.Audit, store.AuditEntry{Kind: e.Kind, ID: e.ID, Action: e.Action, Element: e.Element, Old: e.Old, New: e.New})
		key, value = cursor.Next()
	}
	return c, nil
}

func (tx transaction) entry(key, value []byte) (store.AuditEntry, error) {
	payload, err := tx.payload(bucketAudit, key, value)
	if err != nil {
		return store.AuditEntry{}, err
	}
	e, err := decodeEntry(payload)
	if err != nil || len(key) != 8 {
		return e, tx.corrupt(bucketAudit, key, "the entry does not hold together")
	}
	e.Seq = binary.BigEndian.Uint64(key)
	return e, nil
}
