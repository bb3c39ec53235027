package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"beckon/store"
)

// The key by which ids of persons become hashes lies beside the documents, in a
// file that nobody else may read, and has no past: no export and no history
// shows it.
const (
	keyOwner = "personal data"
	keyName  = "key of hashes"
)

// personalKey returns the key of a store: given, if there is one (BECKON_KEY),
// else the store's own, which is made when it is first asked for.
func personalKey(ctx context.Context, s store.Store, given string, now time.Time) (string, error) {
	if given != "" {
		return given, nil
	}
	scratch, ok := s.(store.Scratch)
	if !ok {
		return "", fmt.Errorf("the store keeps no key for the hashes of ids: set BECKON_KEY")
	}
	if key, err := keptKey(ctx, scratch); key != "" || err != nil {
		return key, err
	}
	var b [32]byte
	rand.Read(b[:])
	if err := scratch.PutScrap(ctx, store.Scrap{Owner: keyOwner, Key: keyName, Body: []byte(hex.EncodeToString(b[:])), At: now.UTC()}); err != nil {
		return "", fmt.Errorf("keeping the key for the hashes of ids: %w", err)
	}
	return keptKey(ctx, scratch) // which is another's, where two made one
}

// hashKey returns the key by which ids of recorded traffic become hashes: that of
// the environment, else that of the store, so that who is in a file goes by the
// same hash wherever it is read with the store. Without a store, or beside a
// catalog from files, there is none.
func (f *replayFlags) hashKey(ctx context.Context, w *world) (key string, err error) {
	if given := w.getenv("BECKON_KEY"); given != "" || f.unkeyed || f.personal || len(f.catalog) > 0 && !namesCatalog(f.catalog) {
		return given, nil
	}
	path, err := storePath(w, f.store)
	if err != nil {
		return "", err
	}
	if there, err := storeExists(ctx, w, path); err != nil || !there {
		return "", err
	}
	err = withStore(ctx, w, f.store, func(s store.Store) error {
		key, err = personalKey(ctx, s, "", w.now())
		return err
	})
	if errors.Is(err, store.ErrInUse) {
		fmt.Fprintln(w.err, "note: another process holds the store: ids are hashed without its key, and go by other names than with it")
		return "", nil
	}
	if !errors.Is(err, store.ErrAway) && (errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrFull)) {
		fmt.Fprintln(w.err, "note: the store has no key yet and cannot keep one: ids are hashed without, and go by other names than with it")
		return "", nil
	}
	f.storeKey = err == nil
	return key, err
}

func keptKey(ctx context.Context, s store.Scratch) (string, error) {
	kept, err := store.AllScraps(ctx, s, keyOwner)
	if err != nil {
		return "", fmt.Errorf("reading the key for the hashes of ids: %w", err)
	}
	for _, k := range kept {
		if k.Key == keyName {
			return string(k.Body), nil
		}
	}
	return "", nil
}
