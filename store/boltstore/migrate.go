package boltstore

import (
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// kindDraft is the kind that drafts had as documents, in format 1; their ids were OWNER/KEY.
const kindDraft = "draft"

// draftsToScratch makes format 2 of format 1: drafts that live become scraps, and no version of any draft stays in the history. The
// commits that wrote them keep their numbers, since every revision names one.
func draftsToScratch(btx *bolt.Tx) error {
	tx := transaction{btx.DB().Path(), btx}
	if _, err := btx.CreateBucketIfNotExists([]byte(bucketScratch)); err != nil {
		return err
	}
	prefix := append([]byte(kindDraft), 0)
	drafts, err := keysUnder(btx, bucketDocs, prefix)
	if err != nil {
		return err
	}
	for _, key := range drafts {
		if err := tx.draftToScrap(key); err != nil {
			return err
		}
	}
	versions, err := keysUnder(btx, bucketHistory, prefix)
	if err != nil {
		return err
	}
	touched := map[store.Revision]bool{}
	for _, key := range versions {
		_, rev, ok := splitHistoryKey(key)
		if !ok {
			return tx.corrupt(bucketHistory, key, "the key names no version")
		}
		touched[rev] = true
		if err := tx.bucket(bucketHistory).Delete(key); err != nil {
			return err
		}
	}
	for rev := range touched {
		if err := tx.forgetDrafts(rev); err != nil {
			return err
		}
	}
	return nil
}

// draftToScrap moves what lives of one draft, and takes its place among the documents away. What was never a draft of Beckon's, by its
// id, is in the copy of the old file alone.
func (tx transaction) draftToScrap(key []byte) error {
	ref, _ := splitDocKey(key)
	p, _, err := tx.pointer(ref)
	if err != nil {
		return err
	}
	if !p.deleted {
		d, err := tx.version(ref, p.revision)
		if err != nil {
			return err
		}
		slash := max(0, strings.LastIndexByte(ref.ID, '/'))
		e := store.Scrap{Owner: ref.ID[:slash], Key: strings.TrimPrefix(ref.ID[slash:], "/"), Body: d.Body, At: d.At}
		if e.Validate() != nil {
			return tx.bucket(bucketDocs).Delete(key)
		}
		if err := tx.put(bucketScratch, scrapKey(e.Owner, e.Key), encodeScrap(e)); err != nil {
			return err
		}
	}
	return tx.bucket(bucketDocs).Delete(key)
}

// forgetDrafts takes drafts out of what a commit says that it wrote.
func (tx transaction) forgetDrafts(rev store.Revision) error {
	c, err := tx.unchained(rev)
	if err != nil {
		return err
	}
	kept := c.refs[:0]
	for _, ref := range c.refs {
		if ref.Kind != kindDraft {
			kept = append(kept, ref)
		}
	}
	c.refs = kept
	return tx.put(bucketCommits, numberKey(uint64(rev)), c.encodeUnchained())
}

// unchained reads a commit of a format up to 2.
func (tx transaction) unchained(rev store.Revision) (commit, error) {
	return tx.readCommit(rev, decodeUnchained)
}

// chainCommits makes format 3 of format 2: every commit is given its sum, and the place of its first entry in the audit.
func chainCommits(btx *bolt.Tx) error {
	tx := transaction{btx.DB().Path(), btx}
	var (
		sum     store.Sum
		entries uint64
	)
	for rev := store.Revision(1); rev <= tx.revision(); rev++ {
		c, err := tx.unchained(rev)
		if err != nil {
			return err
		}
		c.before = entries
		change, err := tx.change(rev, c)
		if err != nil {
			return err
		}
		sum = store.NextSum(sum, rev, change)
		c.sum = sum
		entries += c.entries
		if err := tx.put(bucketCommits, numberKey(uint64(rev)), c.encode()); err != nil {
			return err
		}
	}
	return nil
}

// keysUnder lists the keys of a bucket that begin with a prefix: a cursor must not be gone on with over deletions.
func keysUnder(btx *bolt.Tx, bucket string, prefix []byte) ([][]byte, error) {
	b := btx.Bucket([]byte(bucket))
	if b == nil {
		return nil, fmt.Errorf("there is no %s", bucket)
	}
	var out [][]byte
	cursor := b.Cursor()
	for key, _ := cursor.Seek(prefix); len(key) >= len(prefix) && string(key[:len(prefix)]) == string(prefix); key, _ = cursor.Next() {
		out = append(out, append([]byte{}, key...))
	}
	return out, nil
}
