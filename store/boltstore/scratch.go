package boltstore

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// PutScrap implements [store.Scratch]. It is one bbolt transaction; the pages of the value before are free for the next one, so
// that a file does not grow by it.
func (s *Store) PutScrap(ctx context.Context, e store.Scrap) error {
	if err := e.Validate(); err != nil {
		return err
	}
	return s.update(ctx, func(tx *bolt.Tx) error {
		return transaction{s.path, tx}.put(bucketScratch, scrapKey(e.Owner, e.Key), encodeScrap(e))
	})
}

// DropScrap implements [store.Scratch]. Where there is nothing, nothing is written.
func (s *Store) DropScrap(ctx context.Context, owner, key string) error {
	name := scrapKey(owner, key)
	there := false
	err := s.read(ctx, func(tx transaction) error {
		there = tx.bucket(bucketScratch).Get(name) != nil
		return nil
	})
	if err != nil || !there {
		return err
	}
	return s.update(ctx, func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketScratch)).Delete(name) })
}

// TakeScrap implements [store.Scratch].
func (s *Store) TakeScrap(ctx context.Context, owner, key string) (e store.Scrap, err error) {
	name := scrapKey(owner, key)
	err = s.update(ctx, func(tx *bolt.Tx) error {
		value := tx.Bucket([]byte(bucketScratch)).Get(name)
		if value == nil {
			return fmt.Errorf("scrap %s: %w", store.Ref{Kind: owner, ID: key}, store.ErrNotFound)
		}
		at := transaction{s.path, tx}
		payload, err := at.payload(bucketScratch, name, value)
		if err != nil {
			return err
		}
		if e, err = at.scrap(name, bytes.Clone(payload)); err != nil {
			return err
		}
		return tx.Bucket([]byte(bucketScratch)).Delete(name)
	})
	if err != nil {
		return store.Scrap{}, err
	}
	return e, nil
}

// Scraps implements [store.Scratch]. A page ends early after 16 MiB.
func (s *Store) Scraps(ctx context.Context, owner, after string) (out []store.Scrap, err error) {
	if err := store.CheckName("owner", owner); err != nil {
		return nil, err
	}
	prefix := append([]byte(owner), 0)
	err = s.read(ctx, func(tx transaction) error {
		size := 0
		cursor := tx.bucket(bucketScratch).Cursor()
		from := scrapKey(owner, after)
		for key, value := cursor.Seek(from); bytes.HasPrefix(key, prefix) && len(out) < store.DefaultLimit && size < pageBytes; key, value = cursor.Next() {
			if bytes.Equal(key, from) {
				continue
			}
			payload, err := tx.payload(bucketScratch, key, value)
			if err != nil {
				return err
			}
			e, err := tx.scrap(key, payload)
			if err != nil {
				return err
			}
			out = append(out, e)
			size += len(e.Body)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ScrapOwners implements [store.Scratch]. It leaps from one owner to the next.
func (s *Store) ScrapOwners(ctx context.Context, after string) (out []string, err error) {
	err = s.read(ctx, func(tx transaction) error {
		cursor := tx.bucket(bucketScratch).Cursor()
		key, _ := cursor.First()
		for key != nil && len(out) < store.DefaultLimit {
			ref, ok := splitDocKey(key)
			if !ok {
				return tx.corrupt(bucketScratch, key, "the key names no scrap")
			}
			if ref.Kind > after {
				out = append(out, ref.Kind)
			}
			key, _ = cursor.Seek(append([]byte(max(ref.Kind, after)), 1)) // behind the zero that ends an owner
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// scrap reads a record of scratch and what its key says.
func (tx transaction) scrap(key, payload []byte) (store.Scrap, error) {
	ref, ok := splitDocKey(key)
	if !ok {
		return store.Scrap{}, tx.corrupt(bucketScratch, key, "the key names no scrap")
	}
	e, err := decodeScrap(payload)
	if err != nil {
		return e, tx.corrupt(bucketScratch, key, "%v", err)
	}
	e.Owner, e.Key = ref.Kind, ref.ID
	if err := e.Validate(); err != nil {
		return e, tx.corrupt(bucketScratch, key, "%v", fmt.Errorf("no scrap that may be kept: %w", err))
	}
	return e, nil
}
