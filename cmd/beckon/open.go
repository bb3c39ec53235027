package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store/boltstore"
)

// storeFlag lets a command choose its store.
func storeFlag(cmd *cobra.Command, url *string) {
	cmd.Flags().StringVar(url, "store", "", "the store, `bolt://PATH` (default: $BECKON_STORE, else bolt:// in your data directory)")
}

// errStore is wrapped by refusals of a store's address.
var errStore = errors.New("no store")

// storePath returns the file of the store that was asked for: by the flag, by
// BECKON_STORE, or the one in the user's data directory.
func storePath(w *world, url string) (string, error) {
	if url == "" {
		url = w.getenv("BECKON_STORE")
	}
	if url == "" {
		return defaultStore(w)
	}
	scheme, path, ok := strings.Cut(url, "://")
	switch {
	case !ok:
		return url, nil
	case scheme != "bolt":
		return "", fmt.Errorf("%w of the kind %s: stores are files, bolt://PATH", errStore, text.Line(scheme, 40))
	case path == "":
		return defaultStore(w)
	}
	return path, nil
}

// defaultStore follows the XDG base directories.
func defaultStore(w *world) (string, error) {
	dir := w.getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(dir) {
		home := w.getenv("HOME")
		if home == "" {
			home, _ = os.UserHomeDir()
		}
		if home == "" {
			return "", fmt.Errorf("%w: neither XDG_DATA_HOME nor HOME is set, name one with --store", errStore)
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "beckon", "beckon.db"), nil
}

// exists reports whether there is a file or a directory of a name.
func exists(path string) (bool, error) {
	switch _, err := os.Stat(path); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	default:
		return false, fmt.Errorf("looking for it: %w", err)
	}
}

// storeThere refuses a store that is not there.
func storeThere(w *world, url string) error {
	path, err := storePath(w, url)
	if err != nil {
		return err
	}
	there, err := exists(path)
	if err == nil && !there {
		err = fmt.Errorf("%w at %s", errStore, text.Line(path, 200))
	}
	return err
}

// openStore opens the store in a file, and makes it where there is none.
func openStore(ctx context.Context, w *world, path string) (*boltstore.Store, error) {
	s, err := boltstore.Open(ctx, path, boltstore.Options{Owner: boltstore.Owner{PID: os.Getpid(), Since: w.now().UTC()}})
	if err != nil {
		return nil, err // says that it was opening the store, and which
	}
	return s, nil
}
