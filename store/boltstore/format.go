package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
	"beckon/store/internal/wire"
)

// schema is the format that this program writes, and the steps that bring older ones up to it.
type schema struct {
	current int
	steps   map[int]func(*bolt.Tx) error // steps[n] makes format n+1 out of format n
}

// formats is the history of the file. A new format adds its number and the step to it, and a file of the old one to testdata.
var formats = schema{current: 3, steps: map[int]func(*bolt.Tx) error{1: draftsToScratch, 2: chainCommits}}

var formatKey = []byte("format")

// found lays out an empty store.
func found(tx *bolt.Tx, format int) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return setFormat(tx, format)
}

func setFormat(tx *bolt.Tx, format int) error {
	payload := binary.AppendUvarint(nil, uint64(format))
	return tx.Bucket([]byte(bucketMeta)).Put(formatKey, wire.Seal(bucketMeta, formatKey, payload))
}

// readFormat works for every format that there will be: the place and the envelope of the number never change.
func readFormat(place string, tx *bolt.Tx) (int, error) {
	b := tx.Bucket([]byte(bucketMeta))
	if b == nil {
		return 0, &store.CorruptError{Place: place, Bucket: bucketMeta, Reason: "there is none: Beckon did not write this file"}
	}
	return decodeFormat(place, b.Get(formatKey))
}

func decodeFormat(place string, value []byte) (int, error) {
	payload, err := wire.Unseal(bucketMeta, formatKey, value)
	if err != nil {
		return 0, &store.CorruptError{Place: place, Bucket: bucketMeta, Key: string(formatKey), Reason: err.Error()}
	}
	r := wire.Reader{B: payload}
	format := r.Uint()
	if err := r.End(); err != nil || format == 0 || format > 1<<20 {
		return 0, &store.CorruptError{Place: place, Bucket: bucketMeta, Key: string(formatKey), Reason: "it is no format number"}
	}
	return int(format), nil
}

// checkFormat says whether this program can read a file, as it is or after the steps.
func (sch schema) checkFormat(place string, tx *bolt.Tx) (int, error) {
	format, err := readFormat(place, tx)
	if err != nil {
		return 0, err
	}
	if format > sch.current {
		return format, &store.NewerFormatError{Place: place, Found: format, Known: sch.current}
	}
	if format < sch.current {
		return format, nil
	}
	for _, name := range buckets {
		if tx.Bucket([]byte(name)) == nil {
			return format, &store.CorruptError{Place: place, Bucket: name, Reason: "it is missing"}
		}
	}
	return format, nil
}

// adopt makes sure that the file has the format of this program: a newer one is refused, an older one copied first and then brought
// up to date in one transaction.
func (s *Store) adopt(ctx context.Context) error {
	var format int
	err := guard(s.path, func() error {
		return s.db.View(func(tx *bolt.Tx) (err error) {
			format, err = s.schema.checkFormat(s.path, tx)
			return err
		})
	})
	if err != nil || format == s.schema.current {
		return err
	}
	if fixed := s.fixed.Load(); fixed != nil {
		return fmt.Errorf("%q has format %d, and cannot be brought up to date: %w", s.path, format, *fixed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	kept := freeName(fmt.Sprintf("%s.format-%d", s.path, format))
	if err := s.copyTo(kept); err != nil {
		return fmt.Errorf("keeping a copy of format %d before it is changed: %w", format, err)
	}
	err = guard(s.path, func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			for f := format; f < s.schema.current; f++ {
				step := s.schema.steps[f]
				if step == nil {
					return fmt.Errorf("there is no way from format %d to %d", f, f+1)
				}
				if err := step(tx); err != nil {
					return fmt.Errorf("from format %d to %d: %w", f, f+1, err)
				}
			}
			for _, name := range buckets {
				if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
					return err
				}
			}
			return setFormat(tx, s.schema.current)
		})
	})
	if err != nil {
		return fmt.Errorf("bringing %q up to date (the copy is %q): %w", s.path, kept, err)
	}
	return nil
}

// copyTo writes the store as it is now to a new file, which has its name only when it is whole and on disk.
func (s *Store) copyTo(path string) error {
	f, err := tempFile(path, "new")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = s.copyInto(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// copyInto writes one state of the store to a local file, in one short read transaction.
func (s *Store) copyInto(f *os.File) error {
	return guard(s.path, func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			_, err := tx.WriteTo(f)
			return err
		})
	})
}
