package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"beckon/store"
)

const (
	pageBytes  = 16 << 20 // bytes of bodies after which a page ends
	auditChunk = 50       // commits whose entries are read at a time
)

// Revision implements [store.Store].
func (s *Store) Revision(ctx context.Context) (store.Revision, error) {
	if err := s.current(ctx); err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ix.last(), nil
}

// look brings the index up to date and runs fn on it. The lock is for reading, unless documents have to be put in order first.
func (s *Store) look(ctx context.Context, fn func(ix *index) error) error {
	if err := s.current(ctx); err != nil {
		return err
	}
	s.mu.RLock()
	if !s.ix.sorted {
		s.mu.RUnlock()
		s.mu.Lock()
		s.ix.sort()
		defer s.mu.Unlock()
	} else {
		defer s.mu.RUnlock()
	}
	if s.ix.broken != nil {
		return s.ix.broken
	}
	return fn(s.ix)
}

// withBodies reads what the index does not have of some versions.
func (s *Store) withBodies(ctx context.Context, versions []version) ([]store.Document, error) {
	docs := make([]store.Document, len(versions))
	var wants []wanted
	for i, v := range versions {
		docs[i] = v.document()
		if !docs[i].Deleted {
			wants = append(wants, v.body())
		}
	}
	bodies, err := s.fetch(ctx, false, wants)
	if err != nil {
		return nil, err
	}
	for i := range docs {
		if !docs[i].Deleted {
			docs[i].Body, bodies = bodies[0], bodies[1:]
		}
	}
	return docs, nil
}

func notFound(ref store.Ref) error {
	return fmt.Errorf("%v: %w", ref, store.ErrNotFound)
}

func (s *Store) noRevision(rev, now store.Revision) error {
	return fmt.Errorf("revision %d, the store is at %d: %w", rev, now, store.ErrNoRevision)
}

// Get implements [store.Store].
func (s *Store) Get(ctx context.Context, kind, id string) (store.Document, error) {
	var found version
	err := s.look(ctx, func(ix *index) error {
		ref := store.Ref{Kind: kind, ID: id}
		if ix.living(ref) == 0 {
			return notFound(ref)
		}
		found, _ = ix.docs[ref].newest(ix.last())
		return nil
	})
	if err != nil {
		return store.Document{}, err
	}
	docs, err := s.withBodies(ctx, []version{found})
	if err != nil {
		return store.Document{}, err
	}
	return docs[0], nil
}

// List implements [store.Store]. A page ends early after 16 MiB.
func (s *Store) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	var found []version
	err := s.look(ctx, func(ix *index) error {
		if q.At > ix.last() {
			return s.noRevision(q.At, ix.last())
		}
		if q.At == 0 {
			q.At = ix.last()
		}
		found = ix.list(q, limitOf(q.Limit))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.withBodies(ctx, found)
}

// History implements [store.Store]. A page ends early after 16 MiB.
func (s *Store) History(ctx context.Context, kind, id string, q store.HistoryQuery) ([]store.Document, error) {
	var found []version
	err := s.look(ctx, func(ix *index) error {
		ref := store.Ref{Kind: kind, ID: id}
		doc := ix.docs[ref]
		if doc == nil {
			return notFound(ref)
		}
		found = doc.history(q.Before, limitOf(q.Limit))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.withBodies(ctx, found)
}

// Audit implements [store.Store]. Of commits that cannot fit by their author or time, the entries are not read.
func (s *Store) Audit(ctx context.Context, q store.AuditQuery) (out []store.AuditEntry, err error) {
	limit := limitOf(q.Limit)
	var all []*indexed
	err = s.look(ctx, func(ix *index) error {
		all = ix.commits[:len(ix.commits):len(ix.commits)]
		return nil
	})
	if err != nil {
		return nil, err
	}
	at, step := len(all)-1, -1
	if q.OldestFirst {
		at, step = 0, 1
	}
	for size := 0; at >= 0 && at < len(all) && len(out) < limit && size < pageBytes; {
		var some []*indexed
		for ; at >= 0 && at < len(all) && len(some) < auditChunk; at += step {
			if all[at].mayFit(q) {
				some = append(some, all[at])
			}
		}
		entries, err := s.entriesOf(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, ofOne := range entries {
			for i := range ofOne {
				e := ofOne[i]
				if !q.OldestFirst {
					e = ofOne[len(ofOne)-1-i]
				}
				past := q.After > 0 && (q.OldestFirst && e.Seq <= q.After || !q.OldestFirst && e.Seq >= q.After)
				if !past && q.Fits(e) && len(out) < limit && size < pageBytes {
					out = append(out, e)
					size += len(e.Old) + len(e.New)
				}
			}
		}
	}
	return out, nil
}

// mayFit says whether a commit can have entries that a query asks for.
func (c *indexed) mayFit(q store.AuditQuery) bool {
	if c.entries == 0 || q.Author != "" && q.Author != c.author || !q.Since.IsZero() && c.at.Before(q.Since) || !q.Until.IsZero() && c.at.After(q.Until) {
		return false
	}
	switch {
	case q.After == 0:
		return true
	case q.OldestFirst:
		return c.before+c.entries > q.After
	}
	return c.before+1 < q.After
}

// entriesOf reads the audit of some commits, complete with what the commits say.
func (s *Store) entriesOf(ctx context.Context, some []*indexed) ([][]store.AuditEntry, error) {
	if err := s.prepare(ctx, some); err != nil {
		return nil, err
	}
	out := make([][]store.AuditEntry, len(some))
	for i, c := range some {
		entries, err := s.entries(ctx, false, c.commit)
		if err != nil {
			return nil, err
		}
		for k := range entries {
			e := &entries[k]
			e.Seq, e.Revision = c.before+uint64(k)+1, c.revision
			e.Author, e.From, e.Why, e.At = c.author, c.from, c.why, c.at
		}
		out[i] = entries
	}
	return out, nil
}

// prepare reads the audits that lie in one piece all at once.
func (s *Store) prepare(ctx context.Context, some []*indexed) error {
	var names, pieces []string
	for _, c := range some {
		name := c.token.audit()
		if _, ok := s.parts.get(name); !ok && c.auditPieces == 1 {
			names, pieces = append(names, name), append(pieces, pieceName(name, 0))
		}
	}
	if len(names) == 0 {
		return nil
	}
	values, err := s.values(ctx, pieces)
	if err != nil {
		return err
	}
	for i, name := range names {
		payload, err := s.unseal(name, values[i])
		if err != nil {
			return err
		}
		s.parts.put(name, payload)
	}
	return nil
}

// entries reads the audit of a commit, as the change had it.
func (s *Store) entries(ctx context.Context, fresh bool, c commit) ([]store.AuditEntry, error) {
	if c.entries == 0 {
		return nil, nil
	}
	payload, err := s.joined(ctx, fresh, c.token.audit(), c.auditPieces)
	if err != nil {
		return nil, err
	}
	entries, err := decodeEntries(payload)
	if err == nil && uint64(len(entries)) != c.entries {
		err = fmt.Errorf("%d entries where the commit has %d", len(entries), c.entries)
	}
	if err != nil {
		return nil, s.corrupt(placeParts, c.token.audit(), "%v", err)
	}
	return entries, nil
}

// Commits implements [store.Store]. A page ends early after 16 MiB. It reads what is in etcd, and nothing that is in memory.
func (s *Store) Commits(ctx context.Context, since store.Revision, limit int) (out []store.Commit, err error) {
	if err := s.current(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	now := s.ix.last()
	s.mu.RUnlock()
	if since > now {
		return nil, s.noRevision(since, now)
	}
	size := 0
	for limit = limitOf(limit); since < now && len(out) < limit && size < pageBytes; {
		until := min(now, since+store.Revision(min(commitsPage, limit-len(out))))
		page, err := s.records(ctx, since, until)
		if err != nil {
			return nil, err
		}
		for ; since < until && size < pageBytes; since++ {
			c, err := s.commitAt(ctx, since+1, page[s.keys.commit(since+1)])
			if errors.Is(err, store.ErrCorrupt) && len(out) > 0 {
				return out, nil // the next call says so
			}
			if err != nil {
				return nil, err
			}
			out = append(out, c)
			size += c.Size()
		}
	}
	return out, nil
}

// records reads the commits behind a revision up to another, by their keys.
func (s *Store) records(ctx context.Context, since, until store.Revision) (map[string][]byte, error) {
	var kvs []*mvccpb.KeyValue
	local := s.reach.away() != nil
	err := s.ask(ctx, s.pace.try, s.pace.commit, func(ctx context.Context, limit time.Duration) error {
		got, err := s.read(ctx, limit, local, clientv3.OpGet(s.keys.commit(since+1), clientv3.WithRange(s.keys.commit(until+1))))
		if err == nil {
			kvs = got[0]
		}
		return err
	})
	out := make(map[string][]byte, len(kvs))
	for _, kv := range kvs {
		out[string(kv.Key)] = kv.Value
	}
	return out, err
}

// commitAt puts together what was committed as a revision.
func (s *Store) commitAt(ctx context.Context, rev store.Revision, value []byte) (store.Commit, error) {
	if value == nil {
		return store.Commit{}, s.corrupt(placeCommits, commitName(rev), "the commit is missing")
	}
	c, err := s.openCommit(ctx, rev, value)
	if err != nil {
		return store.Commit{}, err
	}
	out := store.Commit{Revision: rev, Sum: c.sum, Change: store.Change{Author: c.author, From: c.from, Why: c.why, At: c.at, Key: c.key}}
	var wants []wanted
	for i, w := range c.writes {
		if !w.deleted {
			wants = append(wants, wanted{c.token.body(i), int(w.size)})
		}
	}
	bodies, err := s.fetch(ctx, true, wants)
	if err != nil {
		return out, err
	}
	for _, w := range c.writes {
		if w.deleted {
			out.Writes = append(out.Writes, store.Delete{Kind: w.ref.Kind, ID: w.ref.ID, Base: w.base})
			continue
		}
		out.Writes = append(out.Writes, store.Put{Kind: w.ref.Kind, ID: w.ref.ID, Body: bodies[0], Base: w.base})
		bodies = bodies[1:]
	}
	out.Audit, err = s.entries(ctx, true, c)
	return out, err
}

func limitOf(limit int) int {
	if limit <= 0 {
		return store.DefaultLimit
	}
	return limit
}
