package boltstore

import (
	"context"
	"encoding/binary"
	"errors"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// Check reads the whole store: every envelope and record, whether commits, history, documents, audit and keys agree with each other,
// and bbolt's own check of its pages. Writers wait meanwhile. The error is a [store.CorruptError] with the first thing that does not
// hold.
func (s *Store) Check(ctx context.Context) error {
	// bbolt's check looks at its list of free pages, which only a writer may do while the store is in use.
	run := s.writing
	if s.fixed.Load() != nil {
		run = s.view // where nobody writes, a reader may look at it, too
	}
	return run(ctx, func(tx *bolt.Tx) error {
		return guard(s.path, func() error { return examine(ctx, s.path, tx) })
	})
}

// examine reads all records first and lets bbolt check its pages last: it does so in a goroutine where a fault cannot be caught, and
// what examine has read does not fault.
func examine(ctx context.Context, place string, btx *bolt.Tx) error {
	e := examination{ctx: ctx, transaction: transaction{place, btx}}
	for _, part := range []func() error{e.commits, e.history, e.docs, e.audit, e.keys, e.scratch} {
		if err := part(); err != nil {
			return err
		}
	}
	var first error
	for err := range btx.Check() {
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return &store.CorruptError{Place: place, Reason: "its pages do not hold together", Cause: first}
	}
	return nil
}

type examination struct {
	transaction
	ctx      context.Context
	last     store.Revision // the last commit
	versions uint64         // named by all commits
	entries  uint64         // counted by all commits
	distinct uint64         // documents that have a history
}

// each walks over a bucket.
func (e *examination) each(bucket string, fn func(key, payload []byte) error) error {
	n := 0
	return e.bucket(bucket).ForEach(func(key, value []byte) error {
		if n++; n%1024 == 0 {
			if err := e.ctx.Err(); err != nil {
				return err
			}
		}
		payload, err := e.payload(bucket, key, value)
		if err != nil {
			return err
		}
		return fn(key, payload)
	})
}

// commits are numbered without holes, and every version that they name is there.
func (e *examination) commits() error {
	return e.each(bucketCommits, func(key, payload []byte) error {
		e.last++
		if len(key) != 8 || binary.BigEndian.Uint64(key) != uint64(e.last) {
			return e.corrupt(bucketCommits, key, "commit %d is missing", e.last)
		}
		c, err := decodeCommit(payload)
		if err != nil {
			return e.corrupt(bucketCommits, key, "%v", err)
		}
		if c.before != e.entries {
			return e.corrupt(bucketCommits, key, "its entries of the audit are behind %d, those before it end at %d", c.before, e.entries)
		}
		for _, ref := range c.refs {
			if e.bucket(bucketHistory).Get(historyKey(ref, e.last)) == nil {
				return e.corrupt(bucketHistory, historyKey(ref, e.last), "the version is missing")
			}
		}
		if c.key != "" {
			if rev, ok, err := e.keyRevision(c.key); err != nil || !ok || rev != e.last {
				return errors.Join(e.corrupt(bucketKeys, []byte(c.key), "it does not lead to commit %d", e.last), err)
			}
		}
		e.versions += uint64(len(c.refs))
		e.entries += c.entries
		return nil
	})
}

// history holds as many versions as the commits name, and docs leads to the newest of each document.
func (e *examination) history() error {
	var (
		versions uint64
		before   store.Document
	)
	settle := func() error {
		if versions == 0 {
			return nil
		}
		ref := store.Ref{Kind: before.Kind, ID: before.ID}
		p, ok, err := e.pointer(ref)
		if err != nil {
			return err
		}
		if !ok || p.revision != before.Revision || p.deleted != before.Deleted {
			return e.corrupt(bucketDocs, docKey(ref), "it does not lead to the newest version, %d", before.Revision)
		}
		e.distinct++
		return nil
	}
	err := e.each(bucketHistory, func(key, payload []byte) error {
		doc, err := e.decodeVersion(key, payload)
		if err != nil {
			return err
		}
		if doc.Kind != before.Kind || doc.ID != before.ID {
			if err := settle(); err != nil {
				return err
			}
		}
		versions++
		before = doc
		return nil
	})
	if err == nil {
		err = settle()
	}
	if err == nil && versions != e.versions {
		err = e.corrupt(bucketHistory, nil, "it has %d versions, the commits name %d", versions, e.versions)
	}
	return err
}

func (e *examination) docs() error {
	var n uint64
	err := e.each(bucketDocs, func(key, payload []byte) error {
		n++
		_, err := e.decodePointer(key, payload)
		return err
	})
	if err == nil && n != e.distinct {
		err = e.corrupt(bucketDocs, nil, "it has %d documents, the history %d", n, e.distinct)
	}
	return err
}

// audit is numbered without holes and has as many entries as the commits count.
func (e *examination) audit() error {
	var (
		n   uint64
		rev store.Revision
	)
	err := e.each(bucketAudit, func(key, payload []byte) error {
		n++
		if len(key) != 8 || binary.BigEndian.Uint64(key) != n {
			return e.corrupt(bucketAudit, key, "entry %d is missing", n)
		}
		entry, err := decodeEntry(payload)
		if err != nil {
			return e.corrupt(bucketAudit, key, "%v", err)
		}
		if entry.Revision < rev || entry.Revision > e.last {
			return e.corrupt(bucketAudit, key, "it belongs to revision %d", entry.Revision)
		}
		rev = entry.Revision
		return nil
	})
	if err == nil && n != e.entries {
		err = e.corrupt(bucketAudit, nil, "it has %d entries, the commits count %d", n, e.entries)
	}
	return err
}

func (e *examination) keys() error {
	return e.each(bucketKeys, func(key, payload []byte) error {
		rev, _, err := e.keyRevision(string(key))
		if err != nil {
			return err
		}
		c, err := e.commit(rev)
		if err == nil && c.key != string(key) {
			err = e.corrupt(bucketKeys, key, "commit %d has another key", rev)
		}
		return err
	})
}

func (e *examination) scratch() error {
	return e.each(bucketScratch, func(key, payload []byte) error {
		_, err := e.scrap(key, payload)
		return err
	})
}
