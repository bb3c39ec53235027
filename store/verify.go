package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// Verified is what [Verify] found.
type Verified struct {
	Head     Head   // where the chain ends
	Commits  uint64 // read
	Versions uint64 // of documents, read and compared
	Entries  uint64 // of the audit, read and compared
	Faults   []Fault
	Total    int // of the faults, of which Faults has the first MaxFaults
}

// MaxFaults is how many faults are told one by one.
const MaxFaults = 100

// Fault is one thing that does not hold.
type Fault struct {
	Revision Revision // where; 0: at no single revision
	What     string   // in a sentence, harmless to show
}

func (f Fault) String() string {
	if f.Revision == 0 {
		return f.What
	}
	return fmt.Sprintf("revision %d: %s", f.Revision, f.What)
}

// Verify computes the chain of a store anew and compares what the store shows with its commits: every sum, every revision, every
// entry of the audit, every version of every document and all documents that live. What it finds is in the result; the error is for
// a store that cannot be read. A chain that fits itself may still have lost its end, or have been computed anew: only a head that
// was noted elsewhere tells. What is committed meanwhile is left out.
func Verify(ctx context.Context, s Store, noted ...Head) (Verified, error) {
	v := verification{ctx: ctx, s: s, noted: noted, found: make([]bool, len(noted)), versions: map[Ref][]version{}}
	for _, step := range []func() error{v.commits, v.heads, v.audit, v.documents, v.living} {
		if err := step(); err != nil {
			return v.Verified, err
		}
	}
	slices.SortStableFunc(v.Faults, func(a, b Fault) int { return int(int64(a.Revision) - int64(b.Revision)) })
	return v.Verified, nil
}

type verification struct {
	Verified
	ctx   context.Context
	s     Store
	noted []Head
	found []bool // the sum of that head is in the chain

	versions map[Ref][]version // what the commits wrote, oldest first
	order    []Ref             // of versions
	unread   map[Revision]bool // commits that are not there to be compared with
	after    uint64            // how far the audit has been read
	pending  []AuditEntry      // read and not compared yet
	reached  Revision          // the commit that entries are compared with
	deaf     bool              // the audit cannot be read further
}

// version is what a commit wrote, as far as it is compared.
type version struct {
	revision Revision
	deleted  bool
	sum      [sha256.Size]byte // of all that a Document carries
}

func (v *verification) fault(rev Revision, format string, args ...any) {
	v.Total++
	if len(v.Faults) < MaxFaults {
		v.Faults = append(v.Faults, Fault{rev, fmt.Sprintf(format, args...)})
	}
}

const (
	verifyCommits = 200
	verifyEntries = 2000
)

// commits walks along the chain.
func (v *verification) commits() error {
	end, err := v.s.Revision(v.ctx)
	if err != nil {
		return err
	}
	v.unread = map[Revision]bool{}
	v.Head.Revision = end
	var (
		since, before = Revision(0), Sum{}
		fits          = true // before is the sum of commit since
	)
	lost := func(format string, args ...any) {
		since++
		v.fault(since, format, args...)
		v.unread[since], fits = true, false
	}
	for since < end {
		page, err := v.s.Commits(v.ctx, since, verifyCommits)
		switch {
		case errors.Is(err, ErrCorrupt):
			lost("%v", err)
			continue
		case err != nil:
			return err
		case len(page) == 0 || page[0].Revision <= since:
			lost("the commit is missing")
			continue
		}
		for _, c := range page {
			for since+1 < c.Revision && since < end {
				lost("the commit is missing")
			}
			if c.Revision != since+1 || c.Revision > end {
				break // told twice, or made meanwhile
			}
			since = c.Revision
			if fits && NextSum(before, c.Revision, c.Change) != c.Sum {
				v.fault(c.Revision, "its sum does not fit: the commit was changed, or is not the one that was here")
			}
			before, fits = c.Sum, true
			if err := v.commit(c); err != nil {
				return err
			}
		}
	}
	v.Head.Sum = before
	return nil
}

// commit takes note of what one commit wrote, and compares the audit with it.
func (v *verification) commit(c Commit) error {
	v.Commits++
	v.reached = c.Revision
	for i, h := range v.noted {
		if h.Sum == c.Sum && (h.Revision == 0 || h.Revision == c.Revision) {
			v.found[i] = true
		}
	}
	for _, w := range c.Writes {
		ref, base := Target(w)
		doc := Document{Kind: ref.Kind, ID: ref.ID, Revision: c.Revision, Author: c.Author, Why: c.Why, At: c.At}
		put, isPut := w.(Put)
		doc.Body, doc.Deleted = put.Body, !isPut
		past := v.versions[ref]
		var living Revision
		if len(past) == 0 {
			v.order = append(v.order, ref)
		} else if last := past[len(past)-1]; !last.deleted {
			living = last.revision
		}
		if base != living && len(v.unread) == 0 {
			v.fault(c.Revision, "%v: the commit replaced revision %d, and %d was there", ref, base, living)
		}
		v.versions[ref] = append(past, versionOf(doc))
	}
	return v.entries(c)
}

// entries compares the audit with one commit. What the audit has of revisions before it belongs to no commit.
func (v *verification) entries(c Commit) error {
	var got []AuditEntry
	for {
		e, err := v.entry()
		if err != nil {
			return err
		}
		if e == nil || e.Revision > c.Revision {
			break
		}
		v.take(e)
		if e.Revision == c.Revision {
			got = append(got, *e)
		}
	}
	if v.deaf {
		return nil
	}
	if len(got) != len(c.Audit) {
		v.fault(c.Revision, "the audit shows %d entries, the commit has %d", len(got), len(c.Audit))
		return nil
	}
	for i, want := range c.Audit {
		want.Seq, want.Revision, want.Author, want.From, want.Why, want.At = got[i].Seq, c.Revision, c.Author, c.From, c.Why, got[i].At
		if got[i] != want || !got[i].At.Equal(c.At) {
			v.fault(c.Revision, "entry %d of the audit is not what the commit has", got[i].Seq)
		}
	}
	return nil
}

// entry returns the next entry of the audit, nil at its end. Its numbers have no holes, except for those of commits that could not be
// read.
func (v *verification) entry() (*AuditEntry, error) {
	if len(v.pending) == 0 && !v.deaf {
		page, err := v.s.Audit(v.ctx, AuditQuery{After: v.after, OldestFirst: true, Limit: verifyEntries})
		if errors.Is(err, ErrCorrupt) {
			v.fault(0, "%v", err)
			v.deaf = true
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if e.Seq != v.after+1 && len(v.unread) == 0 {
				v.fault(e.Revision, "the audit goes on at entry %d, after %d", e.Seq, v.after)
			}
			v.after = max(v.after+1, e.Seq)
		}
		v.pending = page
	}
	if len(v.pending) == 0 {
		return nil, nil
	}
	return &v.pending[0], nil
}

// take goes on behind an entry. The one that it took last belongs to a commit that was read, or to none.
func (v *verification) take(e *AuditEntry) {
	v.pending = v.pending[1:]
	v.Entries++
	if e.Revision < v.reached && !v.unread[e.Revision] || e.Revision > v.Head.Revision {
		v.fault(e.Revision, "entry %d of the audit belongs to no commit", e.Seq)
	}
}

// audit looks at what is left when all commits were compared.
func (v *verification) audit() error {
	v.reached = v.Head.Revision + 1
	for {
		e, err := v.entry()
		if err != nil || e == nil {
			return err
		}
		if e.Revision > v.Head.Revision {
			if now, err := v.s.Revision(v.ctx); err != nil || e.Revision <= now { // made meanwhile
				return err
			}
		}
		v.take(e)
	}
}

func (v *verification) heads() error {
	for i, h := range v.noted {
		switch {
		case v.found[i] || h == Head{}:
		case h.Revision == 0:
			v.fault(0, "no commit has the sum %v that was noted: the end was cut off, or the past was changed and its sums computed anew", h.Sum)
		case h.Revision > v.Head.Revision:
			v.fault(0, "the end was cut off: the store ends at revision %d, and revision %d was noted", v.Head.Revision, h.Revision)
		default:
			v.fault(h.Revision, "its sum is not the one that was noted: something up to here was changed and the sums computed anew")
		}
	}
	return nil
}

// documents compares the history of every document with what the commits wrote.
func (v *verification) documents() error {
	told, err := v.histories()
	if err != nil {
		return err
	}
	for _, ref := range v.order {
		if !told[ref] {
			if err := v.history(ref, v.versions[ref], 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// histories compares all of them together, as far as the store tells them so, and returns those that it has compared.
func (v *verification) histories() (map[Ref]bool, error) {
	told := map[Ref]bool{}
	h, ok := v.s.(Historian)
	if !ok {
		return told, nil
	}
	var want []version
	for q := (HistoriesQuery{}); ; {
		page, err := h.Histories(v.ctx, q)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return told, nil
		case errors.Is(err, ErrCorrupt): // one by one it is said of which, and the others are compared
			if told[q.After] {
				err = v.history(q.After, want, q.Before)
			} else {
				err = nil
			}
			return told, err
		case err != nil:
			return told, err
		}
		for _, doc := range page {
			if ref := (Ref{doc.Kind, doc.ID}); ref != q.After || !told[ref] {
				v.missing(q.After, want, 0)
				want, told[ref] = v.versions[ref], true
			}
			q = HistoriesQuery{After: Ref{doc.Kind, doc.ID}, Before: doc.Revision}
			if want, err = v.compare(q.After, want, doc); err != nil {
				return told, err
			}
		}
		if len(page) == 0 {
			v.missing(q.After, want, 0)
			return told, nil
		}
	}
}

// history compares the versions of one document that are older than a revision, or, with 0, all.
func (v *verification) history(ref Ref, want []version, before Revision) error {
	for {
		page, err := v.s.History(v.ctx, ref.Kind, ref.ID, HistoryQuery{Before: before})
		if errors.Is(err, ErrCorrupt) {
			v.fault(0, "%v", err)
			return nil
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, doc := range page {
			before = doc.Revision
			if want, err = v.compare(ref, want, doc); err != nil {
				return err
			}
		}
	}
	v.missing(ref, want, 0)
	return nil
}

// compare takes the next version of a history, and returns what is still to come of those that the commits wrote.
func (v *verification) compare(ref Ref, want []version, doc Document) ([]version, error) {
	if doc.Revision > v.Head.Revision {
		if now, err := v.s.Revision(v.ctx); err != nil {
			return want, err
		} else if doc.Revision <= now { // made meanwhile
			return want, nil
		}
	}
	want = v.missing(ref, want, doc.Revision)
	v.Versions++
	switch {
	case len(want) == 0 || want[len(want)-1].revision != doc.Revision:
		if !v.unread[doc.Revision] {
			v.fault(doc.Revision, "%v: the history has a version that no commit wrote", ref)
		}
		return want, nil
	case want[len(want)-1] != versionOf(doc):
		v.fault(doc.Revision, "%v: the version in the history is not what the commit wrote", ref)
	}
	return want[:len(want)-1], nil
}

// missing tells the versions that are newer than a revision, and returns the others.
func (v *verification) missing(ref Ref, want []version, than Revision) []version {
	for len(want) > 0 && want[len(want)-1].revision > than {
		v.fault(want[len(want)-1].revision, "%v: the version is missing in the history", ref)
		want = want[:len(want)-1]
	}
	return want
}

// shown returns the documents of the last revision, as a plain list shows them unless others commit meanwhile.
func (v *verification) shown() ([]Document, error) {
	var docs []Document
	for q := (Query{}); ; {
		page, err := v.s.List(v.ctx, q)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		docs = append(docs, page...)
		q.After = Ref{page[len(page)-1].Kind, page[len(page)-1].ID}
	}
	switch now, err := v.s.Revision(v.ctx); {
	case err != nil:
		return nil, err
	case now == v.Head.Revision:
		return docs, nil
	case v.Head.Revision == 0:
		return nil, nil
	}
	return At(v.ctx, v.s, v.Head.Revision)
}

// living compares the documents of the last revision with what the commits left.
func (v *verification) living() error {
	docs, err := v.shown()
	if errors.Is(err, ErrCorrupt) {
		v.fault(0, "%v", err)
		return nil
	}
	if err != nil {
		return err
	}
	seen := make(map[Ref]bool, len(docs))
	for _, doc := range docs {
		ref := Ref{doc.Kind, doc.ID}
		past := v.versions[ref]
		seen[ref] = true
		switch {
		case v.unread[doc.Revision]:
		case len(past) == 0:
			v.fault(doc.Revision, "%v: no commit wrote the document", ref)
		case past[len(past)-1] != versionOf(doc):
			v.fault(past[len(past)-1].revision, "%v: the document shown is not what the last commit wrote", ref)
		}
	}
	for _, ref := range v.order {
		past := v.versions[ref]
		if last := past[len(past)-1]; !last.deleted && !seen[ref] && len(v.unread) == 0 {
			v.fault(last.revision, "%v: the document is not shown", ref)
		}
	}
	return nil
}

func versionOf(d Document) version {
	h := digest{Hash: sha256.New()}
	h.strings(d.Kind, d.ID, d.Author, d.Why)
	h.time(d.At)
	h.bytes(d.Body)
	return version{d.Revision, d.Deleted, [sha256.Size]byte(h.Sum(nil))}
}
