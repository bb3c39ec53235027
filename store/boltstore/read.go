package boltstore

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

const (
	pageBytes  = 16 << 20 // bytes of bodies after which a page ends
	auditChunk = 2000     // entries looked at in one transaction
)

// read runs fn in a read transaction.
func (s *Store) read(ctx context.Context, fn func(tx transaction) error) error {
	return s.view(ctx, func(tx *bolt.Tx) error { return fn(transaction{s.path, tx}) })
}

// Revision implements [store.Store].
func (s *Store) Revision(ctx context.Context) (rev store.Revision, err error) {
	err = s.read(ctx, func(tx transaction) error {
		rev = tx.revision()
		return nil
	})
	return rev, err
}

// Get implements [store.Store].
func (s *Store) Get(ctx context.Context, kind, id string) (doc store.Document, err error) {
	ref := store.Ref{Kind: kind, ID: id}
	err = s.read(ctx, func(tx transaction) error {
		p, exists, err := tx.pointer(ref)
		if err != nil {
			return err
		}
		if !exists || p.deleted {
			return notFound(ref)
		}
		doc, err = tx.version(ref, p.revision)
		return err
	})
	return doc, err
}

func notFound(ref store.Ref) error {
	return fmt.Errorf("%v: %w", ref, store.ErrNotFound)
}

// List implements [store.Store]. A page ends early after 16 MiB.
func (s *Store) List(ctx context.Context, q store.Query) (docs []store.Document, err error) {
	limit := limitOf(q.Limit)
	var from, prefix []byte
	if q.Kind != "" {
		prefix = append([]byte(q.Kind), 0)
		if q.After.Kind == "" && q.After.ID != "" {
			q.After.Kind = q.Kind
		}
	}
	if q.After != (store.Ref{}) {
		from = docKey(q.After)
	}
	if bytes.Compare(from, prefix) < 0 {
		from = prefix
	}
	err = s.read(ctx, func(tx transaction) error {
		if now := tx.revision(); q.At > now {
			return fmt.Errorf("revision %d, the store is at %d: %w", q.At, now, store.ErrNoRevision)
		}
		size := 0
		cursor, history := tx.bucket(bucketDocs).Cursor(), tx.bucket(bucketHistory).Cursor()
		for key, value := cursor.Seek(from); key != nil && bytes.HasPrefix(key, prefix); key, value = cursor.Next() {
			if q.After.ID != "" && bytes.Equal(key, from) {
				continue
			}
			doc, ok, err := tx.asOf(history, key, value, q.At)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			docs = append(docs, doc)
			if size += len(doc.Body); len(docs) >= limit || size >= pageBytes {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return docs, nil
}

// asOf returns the version of a document that lived at a revision (0: now), given its record in docs, and whether one did.
func (tx transaction) asOf(history *bolt.Cursor, key, value []byte, at store.Revision) (store.Document, bool, error) {
	payload, err := tx.payload(bucketDocs, key, value)
	if err != nil {
		return store.Document{}, false, err
	}
	p, err := tx.decodePointer(key, payload)
	if err != nil {
		return store.Document{}, false, err
	}
	ref, ok := splitDocKey(key)
	if !ok {
		return store.Document{}, false, tx.corrupt(bucketDocs, key, "the key names no document")
	}
	if at == 0 || p.revision <= at {
		if p.deleted {
			return store.Document{}, false, nil
		}
		doc, err := tx.version(ref, p.revision)
		return doc, err == nil, err
	}
	oldKey, oldValue := before(history, ref, at+1)
	if oldKey == nil {
		return store.Document{}, false, nil
	}
	doc, err := tx.openVersion(oldKey, oldValue)
	return doc, err == nil && !doc.Deleted, err
}

func (tx transaction) openVersion(key, value []byte) (store.Document, error) {
	payload, err := tx.payload(bucketHistory, key, value)
	if err != nil {
		return store.Document{}, err
	}
	return tx.decodeVersion(key, payload)
}

// History implements [store.Store]. A page ends early after 16 MiB.
func (s *Store) History(ctx context.Context, kind, id string, q store.HistoryQuery) (docs []store.Document, err error) {
	ref, limit := store.Ref{Kind: kind, ID: id}, limitOf(q.Limit)
	err = s.read(ctx, func(tx transaction) error {
		p, exists, err := tx.pointer(ref)
		if err != nil {
			return err
		}
		if !exists {
			return notFound(ref)
		}
		if q.Before == 0 || q.Before > p.revision {
			q.Before = p.revision + 1
		}
		size := 0
		cursor := tx.bucket(bucketHistory).Cursor()
		key, value := before(cursor, ref, q.Before)
		for key != nil && len(docs) < limit && size < pageBytes {
			doc, err := tx.openVersion(key, value)
			if err != nil {
				return err
			}
			docs = append(docs, doc)
			size += len(doc.Body)
			prevKey, prevValue := cursor.Prev()
			key, value = sameDocument(prevKey, prevValue, ref)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return docs, nil
}

// Audit implements [store.Store]. It looks at the entries one by one, in short transactions.
func (s *Store) Audit(ctx context.Context, q store.AuditQuery) ([]store.AuditEntry, error) {
	var (
		entries []store.AuditEntry
		limit   = limitOf(q.Limit)
		size    int
	)
	for done := false; !done; {
		err := s.read(ctx, func(tx transaction) error {
			cursor := tx.bucket(bucketAudit).Cursor()
			key, value := auditStart(cursor, q)
			for range auditChunk {
				if key == nil {
					done = true
					return nil
				}
				e, err := tx.entry(key, value)
				if err != nil {
					return err
				}
				q.After = e.Seq
				if q.Fits(e) {
					entries = append(entries, e)
					if size += len(e.Old) + len(e.New); len(entries) >= limit || size >= pageBytes {
						done = true
						return nil
					}
				}
				if q.OldestFirst {
					key, value = cursor.Next()
				} else {
					key, value = cursor.Prev()
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// Commits implements [store.Store]. A page ends early after 16 MiB.
func (s *Store) Commits(ctx context.Context, since store.Revision, limit int) (commits []store.Commit, err error) {
	limit = limitOf(limit)
	err = s.read(ctx, func(tx transaction) error {
		now := tx.revision()
		if since > now {
			return fmt.Errorf("revision %d, the store is at %d: %w", since, now, store.ErrNoRevision)
		}
		size := 0
		for rev := since + 1; rev <= now && len(commits) < limit && size < pageBytes; rev++ {
			c, err := tx.whole(rev)
			if err != nil {
				if len(commits) > 0 { // the next call says so
					return nil
				}
				return err
			}
			commits = append(commits, c)
			size += c.Size()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return commits, nil
}

func (tx transaction) whole(rev store.Revision) (store.Commit, error) {
	record, err := tx.commit(rev)
	if err != nil {
		return store.Commit{}, err
	}
	change, err := tx.change(rev, record)
	return store.Commit{Revision: rev, Change: change, Sum: record.sum}, err
}

// auditStart puts the cursor on the first entry behind q.After.
func auditStart(c *bolt.Cursor, q store.AuditQuery) (key, value []byte) {
	switch {
	case q.OldestFirst:
		return c.Seek(numberKey(q.After + 1))
	case q.After == 0:
		return c.Last()
	}
	if key, _ = c.Seek(numberKey(q.After)); key == nil {
		return c.Last()
	}
	return c.Prev()
}

func limitOf(limit int) int {
	if limit <= 0 {
		return store.DefaultLimit
	}
	return limit
}
