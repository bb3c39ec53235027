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

// Histories implements [store.Historian]. A page ends early after 16 MiB.
func (s *Store) Histories(ctx context.Context, q store.HistoriesQuery) ([]store.Document, error) {
	var found []version
	err := s.look(ctx, func(ix *index) error {
		found = ix.histories(q, limitOf(q.Limit))
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
	var wants []wanted
	for _, c := range some {
		if c.auditPieces == 1 {
			wants = append(wants, c.onlyAudit())
		}
	}
	_, err := s.fetch(ctx, false, wants)
	return err
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
	return s.entriesIn(c, payload)
}

func (s *Store) entriesIn(c commit, payload []byte) ([]store.AuditEntry, error) {
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
		for since < until && size < pageBytes {
			some, err := s.complete(ctx, page, since, until)
			if errors.Is(err, store.ErrCorrupt) && len(out) > 0 {
				return out, nil // the next call says so
			}
			if err != nil {
				return nil, err
			}
			for _, c := range some {
				out = append(out, c.told)
				size += c.told.Size()
			}
			since += store.Revision(len(some))
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

// both is a commit as it lies there, and as it is told.
type both struct {
	commit
	told store.Commit
}

// complete reads commits behind a revision with all their parts, at least one of them, as many as go into one request. Nothing of it comes
// from memory. The first one that does not hold together is an error when it comes first.
func (s *Store) complete(ctx context.Context, page map[string][]byte, since, until store.Revision) ([]both, error) {
	var some []both
	var wants []wanted
	for size := 0; since+store.Revision(len(some)) < until; {
		rev := since + store.Revision(len(some)) + 1
		value := page[s.keys.commit(rev)]
		c, err := commit{}, error(nil)
		if value == nil {
			err = s.corrupt(placeCommits, commitName(rev), "the commit is missing")
		} else {
			c, err = s.openCommit(ctx, rev, value)
		}
		if err != nil && len(some) > 0 {
			break // when it comes first
		}
		if err != nil {
			return nil, err
		}
		parts := c.wants()
		for _, w := range parts {
			size += w.size
		}
		if len(some) > 0 && (size > fetchBytes || len(wants)+len(parts) > requestOps) {
			break
		}
		wants = append(wants, parts...)
		some = append(some, both{c, store.Commit{Revision: rev, Sum: c.sum, Change: store.Change{Author: c.author, From: c.from, Why: c.why, At: c.at, Key: c.key}}})
	}
	bodies, err := s.fetch(ctx, true, wants)
	if errors.Is(err, store.ErrCorrupt) && len(some) > 1 {
		return s.complete(ctx, page, since, since+store.Revision(len(some)/2)) // until it is known whose part it is
	}
	if err != nil {
		return nil, err
	}
	for i := range some {
		n := len(some[i].wants())
		if err := s.put(ctx, &some[i], bodies[:n]); err != nil {
			if i > 0 {
				return some[:i], nil
			}
			return nil, err
		}
		bodies = bodies[n:]
	}
	return some, nil
}

// wants are the parts of a commit that lie in one piece: its bodies, and then its audit.
func (c commit) wants() (out []wanted) {
	for i, w := range c.writes {
		if !w.deleted {
			out = append(out, wanted{name: c.token.body(i), size: int(w.size)})
		}
	}
	if c.auditPieces == 1 {
		out = append(out, c.onlyAudit())
	}
	return out
}

// onlyAudit is the audit of a commit in one piece. How large that is nobody has noted.
func (c commit) onlyAudit() wanted {
	return wanted{name: c.token.audit(), key: pieceName(c.token.audit(), 0), size: 200 * int(c.entries)}
}

// put puts together what a commit tells, from its parts.
func (s *Store) put(ctx context.Context, c *both, parts [][]byte) (err error) {
	for _, w := range c.writes {
		if w.deleted {
			c.told.Writes = append(c.told.Writes, store.Delete{Kind: w.ref.Kind, ID: w.ref.ID, Base: w.base})
			continue
		}
		c.told.Writes = append(c.told.Writes, store.Put{Kind: w.ref.Kind, ID: w.ref.ID, Body: parts[0], Base: w.base})
		parts = parts[1:]
	}
	if c.auditPieces == 1 {
		c.told.Audit, err = s.entriesIn(c.commit, parts[0])
	} else {
		c.told.Audit, err = s.entries(ctx, true, c.commit)
	}
	return err
}

func limitOf(limit int) int {
	if limit <= 0 {
		return store.DefaultLimit
	}
	return limit
}
