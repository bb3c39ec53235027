package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// told makes a store of five commits; the last but one is followed by one like it, so that they can change places.
func told(t *testing.T) *Store {
	t.Helper()
	s := opened(t, newPath(t), Options{})
	released(t, s)
	for i := range 2 {
		if _, err := s.Commit(bg, store.Change{Author: "ben", From: "ssh 192.0.2.7", At: at,
			Writes: []store.Write{store.Put{Kind: "window", ID: fmt.Sprint("w", i), Body: []byte("w")}},
			Audit:  []store.AuditEntry{{Kind: "window", ID: fmt.Sprint("w", i), Action: "create", New: "two words"}}}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// tampered changes the file as somebody could who knows its format: every checksum fits.
func tampered(t *testing.T, s *Store, fn func(tx transaction) error) {
	t.Helper()
	if err := s.db.Update(func(tx *bolt.Tx) error { return fn(transaction{s.path, tx}) }); err != nil {
		t.Fatal(err)
	}
}

func verified(t *testing.T, s *Store, noted ...store.Head) store.Verified {
	t.Helper()
	v, err := store.Verify(bg, s, noted...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerifyFindsWhatWasChangedBehindItsBack(t *testing.T) {
	t.Parallel()
	drop := func(bucket string, key []byte) func(transaction) error {
		return func(tx transaction) error { return tx.bucket(bucket).Delete(key) }
	}
	entry := func(n uint64, change func(*store.AuditEntry)) func(transaction) error {
		return func(tx transaction) error {
			key := numberKey(n)
			e, err := tx.entry(key, tx.bucket(bucketAudit).Get(key))
			if err != nil {
				return err
			}
			change(&e)
			return tx.put(bucketAudit, key, encodeEntry(e))
		}
	}
	record := func(rev store.Revision, change func(*commit)) func(transaction) error {
		return func(tx transaction) error {
			c, err := tx.commit(rev)
			if err != nil {
				return err
			}
			change(&c)
			return tx.put(bucketCommits, numberKey(uint64(rev)), c.encode())
		}
	}
	rename := store.Ref{Kind: "campaign", ID: "cart-rescue"}
	for _, c := range []struct {
		name   string
		tamper func(tx transaction) error
		want   []string // the beginnings of the faults
	}{
		{"nothing", func(transaction) error { return nil }, nil},
		{"a byte of an audit entry", entry(1, func(e *store.AuditEntry) { e.Old = "Cart Rescue" }), []string{"revision 2: its sum does not fit"}},
		{"who an audit entry names", entry(2, func(e *store.AuditEntry) { e.Author = "ana" }), []string{"revision 4: entry 2 of the audit is not what"}},
		{"from where an audit entry was", entry(2, func(e *store.AuditEntry) { e.From = "ssh 192.0.2.8" }), []string{"revision 4: entry 2 of the audit is not what"}},
		{"an audit entry dropped", drop(bucketAudit, numberKey(2)), []string{"revision 4: "}},
		{"the last audit entry dropped", drop(bucketAudit, numberKey(3)), []string{"revision 5: "}},
		{"an audit entry added", func(tx transaction) error {
			return tx.put(bucketAudit, numberKey(4), encodeEntry(store.AuditEntry{Revision: 5, At: at, Author: "ben", Action: "create"}))
		}, []string{"revision 5: the audit shows 2 entries, the commit has 1"}},
		{"an audit entry added for what was never committed", func(tx transaction) error {
			return tx.put(bucketAudit, numberKey(4), encodeEntry(store.AuditEntry{Revision: 6, At: at, Author: "ben", Action: "create"}))
		}, []string{"revision 6: entry 4 of the audit belongs to no commit"}},
		{"who committed", record(3, func(c *commit) { c.author = "eve" }), []string{"revision 3: its sum does not fit", "revision 3: goal purchase: the version in the history"}},
		{"from where was committed", record(1, func(c *commit) { c.from = "" }), []string{"revision 1: its sum does not fit"}},
		{"the key of a commit", record(1, func(c *commit) { c.key = "" }), []string{"revision 1: its sum does not fit"}},
		{"a sum", record(4, func(c *commit) { c.sum[31] ^= 1 }), []string{"revision 4: its sum does not fit", "revision 5: its sum does not fit"}},
		{"a byte of a body", func(tx transaction) error {
			d, err := tx.version(rename, 2)
			if err != nil {
				return err
			}
			d.Body = []byte("name: Cart rescue 3\n")
			return tx.put(bucketHistory, historyKey(rename, 2), encodeVersion(d))
		}, []string{"revision 2: its sum does not fit"}},
		{"a document that shows an older version", func(tx transaction) error {
			return tx.put(bucketDocs, docKey(rename), pointer{1, false}.encode())
		}, []string{"revision 2: campaign cart-rescue: the version is missing in the history", "revision 2: campaign cart-rescue: the document shown is not"}},
		{"a document that was taken away", drop(bucketDocs, docKey(store.Ref{Kind: "window", ID: "w1"})),
			[]string{"revision 5: window w1: the version is missing in the history", "revision 5: window w1: the document is not shown"}},
		{"a deletion undone", func(tx transaction) error {
			return tx.put(bucketDocs, docKey(store.Ref{Kind: "goal", ID: "purchase"}), pointer{1, false}.encode())
		}, []string{"revision 3: goal purchase: the version is missing in the history", "revision 3: goal purchase: the document shown is not"}},
		{"a document that nobody committed", func(tx transaction) error {
			ref := store.Ref{Kind: "goal", ID: "smuggled"}
			if err := tx.put(bucketHistory, historyKey(ref, 5), encodeVersion(store.Document{Author: "ben", At: at})); err != nil {
				return err
			}
			return tx.put(bucketDocs, docKey(ref), pointer{5, false}.encode())
		}, []string{"revision 5: goal smuggled: no commit wrote the document"}},
		{"a commit dropped", drop(bucketCommits, numberKey(2)), []string{"revision 2: "}},
		{"the last commit dropped, and nothing else", drop(bucketCommits, numberKey(5)),
			[]string{"revision 5: entry 3 of the audit belongs to no commit", "revision 5: window w1: no commit wrote the document"}},
		{"two commits in each other's place", func(tx transaction) error {
			four, five := numberKey(4), numberKey(5)
			for _, part := range []string{bucketCommits, bucketAudit} {
				if part == bucketAudit {
					if err := swapEntries(tx, 2, 3); err != nil {
						return err
					}
					continue
				}
				a, err := tx.commit(4)
				if err != nil {
					return err
				}
				b, err := tx.commit(5)
				if err != nil {
					return err
				}
				a.before, b.before = b.before, a.before
				if err := tx.put(part, four, b.encode()); err != nil {
					return err
				}
				if err := tx.put(part, five, a.encode()); err != nil {
					return err
				}
			}
			return swapVersions(tx, "w0", "w1")
		}, []string{"revision 4: its sum does not fit", "revision 5: its sum does not fit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := told(t)
			head := verified(t, s).Head
			tampered(t, s, c.tamper)
			found := verified(t, s)
			if len(c.want) == 0 {
				if found.Total != 0 || found.Head != head || found.Commits != 5 || found.Versions != 6 || found.Entries != 3 {
					t.Fatalf("found %+v", found)
				}
				return
			}
			if found.Total != len(found.Faults) || found.Total < len(c.want) {
				t.Fatalf("%d faults: %v", found.Total, found.Faults)
			}
			for i, want := range c.want {
				if got := found.Faults[i].String(); !strings.HasPrefix(got, want) {
					t.Errorf("fault %d is %q, want %q", i+1, got, want)
				}
			}
			if len(found.Faults) > len(c.want) && len(c.want) > 1 {
				t.Errorf("more was found: %v", found.Faults)
			}
		})
	}
}

// swapEntries puts two entries of the audit in each other's place, each with the revision of its new place.
func swapEntries(tx transaction, a, b uint64) error {
	bucket := tx.bucket(bucketAudit)
	one, err := tx.entry(numberKey(a), bucket.Get(numberKey(a)))
	if err != nil {
		return err
	}
	other, err := tx.entry(numberKey(b), bucket.Get(numberKey(b)))
	if err != nil {
		return err
	}
	one.Revision, other.Revision = other.Revision, one.Revision
	if err := tx.put(bucketAudit, numberKey(a), encodeEntry(other)); err != nil {
		return err
	}
	return tx.put(bucketAudit, numberKey(b), encodeEntry(one))
}

// swapVersions lets each of two windows, written as revisions 4 and 5, have been written as the other.
func swapVersions(tx transaction, a, b string) error {
	for id, revs := range map[string][2]store.Revision{a: {4, 5}, b: {5, 4}} {
		ref := store.Ref{Kind: "window", ID: id}
		d, err := tx.version(ref, revs[0])
		if err != nil {
			return err
		}
		if err := tx.bucket(bucketHistory).Delete(historyKey(ref, revs[0])); err != nil {
			return err
		}
		if err := tx.put(bucketHistory, historyKey(ref, revs[1]), encodeVersion(d)); err != nil {
			return err
		}
		if err := tx.put(bucketDocs, docKey(ref), pointer{revs[1], false}.encode()); err != nil {
			return err
		}
	}
	return nil
}

func TestOnlyANotedHeadFindsAChainThatFitsItself(t *testing.T) {
	t.Parallel()
	cut := func(tx transaction) error { // everything that the last commit left
		ref := store.Ref{Kind: "window", ID: "w1"}
		for bucket, key := range map[string][]byte{bucketCommits: numberKey(5), bucketAudit: numberKey(3), bucketDocs: docKey(ref),
			bucketHistory: historyKey(ref, 5)} {
			if err := tx.bucket(bucket).Delete(key); err != nil {
				return err
			}
		}
		return nil
	}
	rewritten := func(tx transaction) error {
		key := numberKey(1)
		e, err := tx.entry(key, tx.bucket(bucketAudit).Get(key))
		if err != nil {
			return err
		}
		e.New = "what never was"
		if err := tx.put(bucketAudit, key, encodeEntry(e)); err != nil {
			return err
		}
		return rechain(tx)
	}
	for name, c := range map[string]struct {
		tamper func(transaction) error
		want   string // with the head before
		bare   string // with its sum alone
	}{
		"nothing":               {func(transaction) error { return nil }, "", ""},
		"sums computed anew":    {rechain, "", ""},
		"the end cut off":       {cut, "the end was cut off: the store ends at revision 4, and revision 5 was noted", "no commit has the sum "},
		"a past that never was": {rewritten, "revision 5: its sum is not the one that was noted", "no commit has the sum "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := told(t)
			head := verified(t, s).Head
			tampered(t, s, c.tamper)
			if found := verified(t, s); found.Total != 0 {
				t.Fatalf("without a head: %v", found.Faults)
			}
			for noted, want := range map[store.Head]string{head: c.want, {Sum: head.Sum}: c.bare} {
				found := verified(t, s, noted)
				if want == "" {
					if found.Total != 0 {
						t.Errorf("%v", found.Faults)
					}
				} else if found.Total != 1 || !strings.HasPrefix(found.Faults[0].String(), want) {
					t.Errorf("found %v, want %q", found.Faults, want)
				}
			}
			mustSave(t, s, "later", 1, 0) // a head stays in the chain
			if found := verified(t, s, head); (found.Total == 0) != (c.want == "") {
				t.Errorf("after a commit more: %v", found.Faults)
			}
		})
	}
}

// rechain computes all sums anew.
func rechain(tx transaction) error {
	var sum store.Sum
	for rev := store.Revision(1); rev <= tx.revision(); rev++ {
		c, err := tx.whole(rev)
		if err != nil {
			return err
		}
		record, err := tx.commit(rev)
		if err != nil {
			return err
		}
		sum = store.NextSum(sum, rev, c.Change)
		record.sum = sum
		if err := tx.put(bucketCommits, numberKey(uint64(rev)), record.encode()); err != nil {
			return err
		}
	}
	return nil
}

func TestVerifyTellsSoManyFaultsAndCountsTheRest(t *testing.T) {
	t.Parallel()
	s := opened(t, newPath(t), Options{})
	for n := range store.MaxFaults + 20 {
		mustSave(t, s, fmt.Sprint("d", n), n, 0)
	}
	tampered(t, s, func(tx transaction) error {
		for rev := uint64(1); rev <= uint64(tx.revision()); rev++ {
			c, err := tx.commit(store.Revision(rev))
			if err != nil {
				return err
			}
			c.sum = store.Sum(bytes.Repeat([]byte{byte(rev)}, 32))
			if err := tx.put(bucketCommits, binary.BigEndian.AppendUint64(nil, rev), c.encode()); err != nil {
				return err
			}
		}
		return nil
	})
	if v := verified(t, s); v.Total != store.MaxFaults+20 || len(v.Faults) != store.MaxFaults {
		t.Fatalf("%d faults, %d of them told", v.Total, len(v.Faults))
	}
}
