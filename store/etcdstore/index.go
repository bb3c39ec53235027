package etcdstore

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"beckon/store"
)

// index is what follows from the commits, in memory: all but bodies and entries of the audit. What it has of a commit never changes,
// so that it may be read without the lock once it was found.
type index struct {
	commits []*indexed // the commit of revision n is at n-1
	docs    map[store.Ref]*document
	order   []*document // by kind, then id, as far as sorted says
	sorted  bool
	keys    map[string]store.Revision
	broken  error // the first commit that does not hold together: from there on nobody knows what the documents are

	strings map[string]string // one copy of those that come again and again
}

// indexed is one commit in the index.
type indexed struct {
	commit
	revision store.Revision
	versions []version
}

// version is one version of a document.
type version struct {
	doc *document
	by  *indexed
	n   int // which write of the commit
}

type document struct {
	ref      store.Ref
	versions []version // oldest first
}

func newIndex() *index {
	return &index{docs: map[store.Ref]*document{}, keys: map[string]store.Revision{}, strings: map[string]string{}}
}

func (ix *index) last() store.Revision { return store.Revision(len(ix.commits)) }

// tip is the last commit, one without anything in an empty store.
func (ix *index) tip() commit {
	if len(ix.commits) == 0 {
		return commit{}
	}
	return ix.commits[len(ix.commits)-1].commit
}

// entries is how many entries the audit has.
func (ix *index) entries() uint64 {
	tip := ix.tip()
	return tip.before + tip.entries
}

func (ix *index) at(rev store.Revision) *indexed { return ix.commits[rev-1] }

func (ix *index) one(s string) string {
	if kept, ok := ix.strings[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	ix.strings[s] = s
	return s
}

// add takes the commit behind the last one.
func (ix *index) add(c commit) {
	c.author, c.from = ix.one(c.author), ix.one(c.from)
	by := &indexed{commit: c, revision: ix.last() + 1, versions: make([]version, len(c.writes))}
	for i := range by.writes {
		w := &by.writes[i]
		doc := ix.docs[w.ref]
		if doc == nil {
			doc = &document{ref: store.Ref{Kind: ix.one(w.ref.Kind), ID: strings.Clone(w.ref.ID)}}
			ix.docs[doc.ref] = doc
			ix.order, ix.sorted = append(ix.order, doc), false
		}
		w.ref = doc.ref
		by.versions[i] = version{doc, by, i}
		doc.versions = append(doc.versions, by.versions[i])
	}
	if c.key != "" {
		ix.keys[c.key] = by.revision
	}
	ix.commits = append(ix.commits, by)
}

// addBroken takes the place of a commit that cannot be read.
func (ix *index) addBroken(err error) {
	if ix.broken == nil {
		ix.broken = err
	}
	ix.commits = append(ix.commits, &indexed{revision: ix.last() + 1})
}

func (v version) write() write { return v.by.writes[v.n] }

// document is the version without its body.
func (v version) document() store.Document {
	return store.Document{Kind: v.doc.ref.Kind, ID: v.doc.ref.ID, Revision: v.by.revision, Author: v.by.author, Why: v.by.why,
		At: v.by.at, Deleted: v.write().deleted}
}

// body names the part that has the body.
func (v version) body() wanted {
	return wanted{name: v.by.token.body(v.n), size: int(v.write().size)}
}

// newest returns the newest version of a document up to a revision, and whether there is one.
func (d *document) newest(at store.Revision) (version, bool) {
	i := sort.Search(len(d.versions), func(i int) bool { return d.versions[i].by.revision > at })
	if i == 0 {
		return version{}, false
	}
	return d.versions[i-1], true
}

// living returns the revision of the version that lives, 0 if none does.
func (ix *index) living(ref store.Ref) store.Revision {
	if doc := ix.docs[ref]; doc != nil {
		if v := doc.versions[len(doc.versions)-1]; !v.write().deleted {
			return v.by.revision
		}
	}
	return 0
}

// sort puts the documents in order.
func (ix *index) sort() {
	if !ix.sorted {
		slices.SortFunc(ix.order, func(a, b *document) int { return compareRefs(a.ref, b.ref) })
		ix.sorted = true
	}
}

func compareRefs(a, b store.Ref) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// list returns at most limit living versions as of a revision, fewer where their bodies are large. The documents are in order.
func (ix *index) list(q store.Query, limit int) (out []version) {
	after := q.After
	if q.Kind != "" && after.Kind == "" && after.ID != "" {
		after.Kind = q.Kind
	}
	if q.Kind != "" && after.Kind < q.Kind {
		after = store.Ref{Kind: q.Kind}
	}
	i, found := slices.BinarySearchFunc(ix.order, after, func(d *document, ref store.Ref) int { return compareRefs(d.ref, ref) })
	if found {
		i++
	}
	size := 0
	for ; i < len(ix.order) && len(out) < limit && size < pageBytes; i++ {
		doc := ix.order[i]
		if q.Kind != "" && doc.ref.Kind != q.Kind {
			break
		}
		if v, ok := doc.newest(q.At); ok && !v.write().deleted {
			out = append(out, v)
			size += int(v.write().size)
		}
	}
	return out
}

// history returns at most limit versions of a document before a revision, newest first.
func (d *document) history(before store.Revision, limit int) (out []version) {
	i := len(d.versions)
	if before > 0 {
		i = sort.Search(len(d.versions), func(i int) bool { return d.versions[i].by.revision >= before })
	}
	size := 0
	for i--; i >= 0 && len(out) < limit && size < pageBytes; i-- {
		out = append(out, d.versions[i])
		size += int(d.versions[i].write().size)
	}
	return out
}

// histories returns versions of all documents behind one, of each the newest first. The documents are in order.
func (ix *index) histories(q store.HistoriesQuery, limit int) (out []version) {
	first, found := slices.BinarySearchFunc(ix.order, q.After, func(d *document, ref store.Ref) int { return compareRefs(d.ref, ref) })
	size := 0
	for i := first; i < len(ix.order) && len(out) < limit && size < pageBytes; i++ {
		before := store.Revision(0)
		if found && i == first {
			if before = q.Before; before == 0 {
				continue // all of it was told
			}
		}
		more := ix.order[i].history(before, limit-len(out))
		for _, v := range more {
			size += int(v.write().size)
		}
		out = append(out, more...)
	}
	return out
}
