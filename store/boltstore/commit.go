package boltstore

import (
	"context"
	"encoding/binary"
	"errors"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// errRepeated ends the transaction of a change whose key was seen before.
var errRepeated = errors.New("repeated")

// Commit implements [store.Store]. It is one bbolt transaction; while another one writes, it waits, and gives up when ctx ends.
func (s *Store) Commit(ctx context.Context, c store.Change) (store.Revision, error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	var rev store.Revision
	err := s.update(ctx, func(tx *bolt.Tx) (err error) {
		rev, err = s.write(transaction{s.path, tx}, c)
		return err
	})
	switch {
	case errors.Is(err, errRepeated):
		return rev, nil
	case err != nil:
		return 0, err
	}
	s.news.Ring()
	return rev, nil
}

func (s *Store) write(tx transaction, c store.Change) (store.Revision, error) {
	if c.Key != "" {
		first, seen, err := tx.keyRevision(c.Key)
		if err != nil {
			return 0, err
		}
		if seen {
			return first, errRepeated
		}
	}
	last, seq := tx.revision(), tx.lastNumber(bucketAudit)
	rev := last + 1
	record := commit{author: c.Author, from: c.From, why: c.Why, at: c.At.UTC(), key: c.Key, before: seq, entries: uint64(len(c.Audit))}
	var sum store.Sum
	if last > 0 {
		tip, err := tx.commit(last)
		if err != nil {
			return 0, err
		}
		sum = tip.sum
	}
	record.sum = store.NextSum(sum, rev, c)
	for _, w := range c.Writes {
		doc, err := tx.accept(w, c)
		if err != nil {
			return 0, err
		}
		ref := store.Ref{Kind: doc.Kind, ID: doc.ID}
		record.refs = append(record.refs, ref)
		if err := tx.put(bucketHistory, historyKey(ref, rev), encodeVersion(doc)); err != nil {
			return 0, err
		}
		if err := tx.put(bucketDocs, docKey(ref), pointer{rev, doc.Deleted}.encode()); err != nil {
			return 0, err
		}
	}
	if err := tx.put(bucketCommits, numberKey(uint64(rev)), record.encode()); err != nil {
		return 0, err
	}
	for _, e := range c.Audit {
		seq++
		e.Revision, e.At, e.Author, e.From, e.Why = rev, record.at, c.Author, c.From, c.Why
		if err := tx.put(bucketAudit, numberKey(seq), encodeEntry(e)); err != nil {
			return 0, err
		}
	}
	if c.Key != "" {
		if err := tx.put(bucketKeys, []byte(c.Key), binary.AppendUvarint(nil, uint64(rev))); err != nil {
			return 0, err
		}
	}
	return rev, nil
}

// accept compares a write with what is there, and returns the version that it makes.
func (tx transaction) accept(w store.Write, c store.Change) (store.Document, error) {
	ref, base := store.Target(w)
	mine := store.Document{Kind: ref.Kind, ID: ref.ID, Revision: base, Author: c.Author, Why: c.Why, At: c.At.UTC()}
	switch w := w.(type) {
	case store.Put:
		mine.Body = append([]byte{}, w.Body...)
	case store.Delete:
		mine.Deleted = true
	}
	current, exists, err := tx.pointer(ref)
	if err != nil {
		return mine, err
	}
	living := current.revision
	if current.deleted {
		living = 0
	}
	if base == living {
		return mine, nil
	}
	conflict := &store.ConflictError{Mine: mine}
	if exists {
		if conflict.Theirs, err = tx.version(ref, current.revision); err != nil {
			return mine, err
		}
	}
	return mine, conflict
}
