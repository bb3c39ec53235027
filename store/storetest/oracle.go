package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/store"
)

// oracle is the contract in its plainest form: everything that ever happened, in memory.
type oracle struct {
	versions []store.Document // in the order of writing
	entries  []store.AuditEntry
	events   []store.Event
	commits  []store.Commit
	keys     map[string]store.Revision
	scraps   map[store.Ref]store.Scrap // by owner and key
}

func (o *oracle) revision() store.Revision { return store.Revision(len(o.events)) }

// newest returns the last version of a document up to a revision.
func (o *oracle) newest(ref store.Ref, at store.Revision) (store.Document, bool) {
	for _, d := range slices.Backward(o.versions) {
		if d.Kind == ref.Kind && d.ID == ref.ID && d.Revision <= at {
			return d, true
		}
	}
	return store.Document{}, false
}

func (o *oracle) commit(c store.Change) (store.Revision, error) {
	if rev, seen := o.keys[c.Key]; seen && c.Key != "" {
		return rev, nil
	}
	rev := o.revision() + 1
	e := store.Event{Revision: rev, Author: c.Author, Why: c.Why, At: c.At}
	for _, w := range c.Writes {
		ref, base := store.Target(w)
		d := store.Document{Kind: ref.Kind, ID: ref.ID, Revision: rev, Author: c.Author, Why: c.Why, At: c.At}
		if p, ok := w.(store.Put); ok {
			d.Body = p.Body
		} else {
			d.Deleted = true
		}
		theirs, exists := o.newest(ref, rev)
		living := theirs.Revision
		if theirs.Deleted {
			living = 0
		}
		if base != living || d.Deleted && !exists {
			d.Revision = base
			return 0, &store.ConflictError{Mine: d, Theirs: theirs}
		}
		e.Documents = append(e.Documents, d)
	}
	o.versions = append(o.versions, e.Documents...)
	o.events = append(o.events, e)
	var before store.Sum
	if len(o.commits) > 0 {
		before = o.commits[len(o.commits)-1].Sum
	}
	o.commits = append(o.commits, store.Commit{Revision: rev, Change: c, Sum: store.NextSum(before, rev, c)})
	for _, entry := range c.Audit {
		entry.Seq, entry.Revision = uint64(len(o.entries)+1), rev
		entry.Author, entry.From, entry.Why, entry.At = c.Author, c.From, c.Why, c.At
		o.entries = append(o.entries, entry)
	}
	if c.Key != "" {
		o.keys[c.Key] = rev
	}
	return rev, nil
}

func (o *oracle) at(rev store.Revision) []store.Document {
	latest := map[store.Ref]store.Document{}
	for _, d := range o.versions {
		if d.Revision <= rev {
			latest[store.Ref{Kind: d.Kind, ID: d.ID}] = d
		}
	}
	var docs []store.Document
	for _, d := range latest {
		if !d.Deleted {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b store.Document) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return docs
}

func (o *oracle) history(ref store.Ref) []store.Document {
	var docs []store.Document
	for _, d := range slices.Backward(o.versions) {
		if d.Kind == ref.Kind && d.ID == ref.ID {
			docs = append(docs, d)
		}
	}
	return docs
}

func (o *oracle) scrapsOf(owner string) []store.Scrap {
	var out []store.Scrap
	for _, e := range o.scraps {
		if e.Owner == owner {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b store.Scrap) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// sequences runs random operations on a store and on the oracle, and compares all that can be read.
func sequences(t *testing.T, open func(t *testing.T) store.Store) {
	names := rapid.SampledFrom([]string{"a", "ab", "b"})
	rapid.Check(t, func(rt *rapid.T) {
		s, o := open(t), &oracle{keys: map[string]store.Revision{}, scraps: map[store.Ref]store.Scrap{}}
		defer s.Close()
		refs := rapid.Custom(func(rt *rapid.T) store.Ref {
			return store.Ref{Kind: names.Draw(rt, "kind"), ID: names.Draw(rt, "id")}
		})
		rt.Repeat(map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) {
				c := store.Change{
					Author: names.Draw(rt, "author"), From: names.Draw(rt, "from"), Why: rapid.StringN(0, 10, -1).Draw(rt, "why"),
					At:  time.Unix(rapid.Int64Range(0, 1<<33).Draw(rt, "at"), 0).UTC(),
					Key: rapid.SampledFrom([]string{"", "", "", "k1", "k2"}).Draw(rt, "key"),
				}
				for _, ref := range rapid.SliceOfNDistinct(refs, 0, 4, rapid.ID[store.Ref]).Draw(rt, "documents") {
					c.Writes = append(c.Writes, o.write(rt, ref))
				}
				for range rapid.IntRange(0, 3).Draw(rt, "entries") {
					c.Audit = append(c.Audit, store.AuditEntry{Kind: names.Draw(rt, "object"), Action: "update", New: names.Draw(rt, "new")})
				}
				if len(c.Writes)+len(c.Audit) == 0 {
					rt.Skip("nothing to write")
				}
				want, wantErr := o.commit(c)
				got, err := s.Commit(bg, c)
				same(rt, "revision", got, want)
				var conflict, wantConflict *store.ConflictError
				if errors.As(wantErr, &wantConflict) != errors.As(err, &conflict) {
					rt.Fatalf("commit: %v, want %v", err, wantErr)
				}
				same(rt, "conflict", conflict, wantConflict)
			},
			"read the past": func(rt *rapid.T) {
				rev := store.Revision(rapid.IntRange(0, int(o.revision())).Draw(rt, "revision"))
				if rev == 0 {
					rt.Skip("revision 0 means now")
				}
				same(rt, "then", all(rt, s, store.Query{At: rev, Limit: rapid.IntRange(1, 5).Draw(rt, "page")}), o.at(rev))
			},
			"read a history": func(rt *rapid.T) {
				ref := refs.Draw(rt, "document")
				docs, err := s.History(bg, ref.Kind, ref.ID, store.HistoryQuery{})
				if want := o.history(ref); want != nil || !errors.Is(err, store.ErrNotFound) {
					same(rt, "history", docs, want)
				}
			},
			"watch": func(rt *rapid.T) {
				since := store.Revision(rapid.IntRange(0, int(o.revision())).Draw(rt, "since"))
				if since == o.revision() {
					rt.Skip("it would wait")
				}
				w := must[store.Watch](rt)(s.Watch(bg, since))
				defer w.Close()
				same(rt, "events", collect(rt, w, o.revision()), o.events[since:])
			},
			"read the commits": func(rt *rapid.T) {
				since := store.Revision(rapid.IntRange(0, int(o.revision())).Draw(rt, "since"))
				same(rt, "commits", allCommits(rt, s, since, rapid.IntRange(1, 5).Draw(rt, "page")), o.commits[since:])
			},
			"put a scrap": func(rt *rapid.T) {
				at := store.Ref{Kind: names.Draw(rt, "owner"), ID: names.Draw(rt, "key")}
				e := store.Scrap{Owner: at.Kind, Key: at.ID, Body: []byte(rapid.StringN(0, 10, -1).Draw(rt, "body")),
					At: time.Unix(rapid.Int64Range(0, 1<<33).Draw(rt, "at"), 0).UTC()}
				succeed(rt, s.PutScrap(bg, e))
				o.scraps[at] = e
			},
			"drop a scrap": func(rt *rapid.T) {
				at := store.Ref{Kind: names.Draw(rt, "owner"), ID: names.Draw(rt, "key")}
				succeed(rt, s.DropScrap(bg, at.Kind, at.ID))
				delete(o.scraps, at)
			},
			"take a scrap": func(rt *rapid.T) {
				at := store.Ref{Kind: names.Draw(rt, "owner"), ID: names.Draw(rt, "key")}
				e, err := s.TakeScrap(bg, at.Kind, at.ID)
				if want, ok := o.scraps[at]; ok {
					succeed(rt, err)
					same(rt, "taken", []store.Scrap{e}, []store.Scrap{want})
				} else if !errors.Is(err, store.ErrNotFound) {
					rt.Fatalf("taking what is not there: %v", err)
				}
				delete(o.scraps, at)
			},
			"": func(rt *rapid.T) {
				for _, owner := range []string{"a", "ab", "b"} {
					same(rt, "scraps of "+owner, scraps(rt, s, owner), o.scrapsOf(owner))
				}
				same(rt, "revision", must[store.Revision](rt)(s.Revision(bg)), o.revision())
				same(rt, "now", all(rt, s, store.Query{}), o.at(o.revision()))
				same(rt, "audit", must[[]store.AuditEntry](rt)(s.Audit(bg, store.AuditQuery{OldestFirst: true})), o.entries)
			},
		})
		check(rt, s)
	})
}

// write draws a write of a document, mostly with the base that fits.
func (o *oracle) write(rt *rapid.T, ref store.Ref) store.Write {
	newest, _ := o.newest(ref, o.revision())
	base := newest.Revision
	if newest.Deleted {
		base = 0
	}
	if rapid.IntRange(0, 9).Draw(rt, "stale") == 0 {
		base = store.Revision(rapid.IntRange(0, int(o.revision())+1).Draw(rt, "base"))
	}
	if base > 0 && rapid.IntRange(0, 3).Draw(rt, "delete") == 0 {
		return store.Delete{Kind: ref.Kind, ID: ref.ID, Base: base}
	}
	body := fmt.Sprint(o.revision()+1, rapid.IntRange(0, 99).Draw(rt, "body"))
	return store.Put{Kind: ref.Kind, ID: ref.ID, Body: []byte(body), Base: base}
}
