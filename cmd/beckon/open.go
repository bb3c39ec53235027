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
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/store/etcdstore"
)

// storeFlag lets a command choose its store.
func storeFlag(cmd *cobra.Command, url *string) {
	cmd.Flags().StringVar(url, "store", "", "the store, `bolt://PATH` or etcd://HOST:PORT,.../PREFIX (default: $BECKON_STORE, else bolt:// in your data directory)")
}

// errStore is wrapped by refusals of a store's address.
var errStore = errors.New("no store")

// etcdScheme begins the path of a store that is no file.
const etcdScheme = "etcd://"

// storePath returns the file of the store that was asked for: by the flag, by
// BECKON_STORE, or the one in the user's data directory. A store in etcd keeps
// its address.
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
	case scheme+"://" == etcdScheme:
		if _, err := etcdOptions(w, url); err != nil {
			return "", fmt.Errorf("%w: %w", errStore, err)
		}
		return url, nil
	case scheme != "bolt":
		return "", fmt.Errorf("%w of the kind %s: stores are files, bolt://PATH, or in etcd, etcd://HOST:PORT,HOST:PORT/PREFIX", errStore, text.Line(scheme, 40))
	case path == "":
		return defaultStore(w)
	}
	return path, nil
}

// etcdOptions reads the address of a store in etcd. What is secret comes from
// the environment; so may the files for TLS, where the address names none.
func etcdOptions(w *world, url string) (etcdstore.Options, error) {
	o, err := etcdstore.ParseAddress(strings.TrimPrefix(url, etcdScheme))
	if err != nil {
		return o, err
	}
	for name, field := range map[string]*string{"BECKON_ETCD_CA": &o.CA, "BECKON_ETCD_CERT": &o.Cert, "BECKON_ETCD_KEY": &o.Key,
		"BECKON_ETCD_USER": &o.User, "BECKON_ETCD_PASSWORD": &o.Password} {
		if *field == "" {
			*field = w.getenv(name)
		}
	}
	return o, nil
}

// besideStore returns the directory for what lies beside a store, such as a
// log. A store in etcd has the one that this user's own store would have.
func besideStore(w *world, path string) (string, error) {
	if strings.HasPrefix(path, etcdScheme) {
		var err error
		if path, err = defaultStore(w); err != nil {
			return "", err
		}
	}
	return filepath.Dir(path), nil
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
		return false, fmt.Errorf("looking for a file: %w", err)
	}
}

// storeThere refuses a store that is not there.
func storeThere(ctx context.Context, w *world, url string) error {
	path, err := storePath(w, url)
	if err != nil {
		return err
	}
	there, err := storeExists(ctx, w, path)
	if err == nil && !there {
		err = noStore(w, url, path)
	}
	return err
}

// noStore refuses the path of a store that is not there. Where no flag named it,
// the reader has to be told what did.
func noStore(w *world, url, path string) error {
	by := ""
	if url == "" && w.getenv("BECKON_STORE") != "" {
		by = ", which BECKON_STORE names"
	}
	return fmt.Errorf("%w at %s%s: beckon makes one as it opens the console, and beckon import PATH with what is in files", errStore, text.Line(path, 200), by)
}

// storeAsked reports whether somebody said which store: what reads goes on
// without the store that is only the usual one, but not without that.
func storeAsked(w *world, url string) bool { return url != "" || w.getenv("BECKON_STORE") != "" }

// storeExists reports whether there is a store.
func storeExists(ctx context.Context, w *world, path string) (bool, error) {
	if !strings.HasPrefix(path, etcdScheme) {
		there, err := exists(path)
		if err != nil {
			err = fmt.Errorf("the store: %w", err)
		}
		return there, err
	}
	o, err := etcdOptions(w, path)
	if err != nil {
		return false, err
	}
	return etcdstore.Exists(ctx, o)
}

// openStore opens the store in a file or in etcd, and makes it where there is
// none.
func openStore(ctx context.Context, w *world, path string) (store.Store, error) {
	if strings.HasPrefix(path, etcdScheme) {
		o, err := etcdOptions(w, path)
		if err != nil {
			return nil, err
		}
		s, err := etcdstore.Open(ctx, o)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if isDirectory(path) {
		return nil, fmt.Errorf("%w at %s: it is a directory, and a store is one file", errStore, text.Line(path, 200))
	}
	s, err := boltstore.Open(ctx, path, boltstore.Options{Owner: boltstore.Owner{PID: os.Getpid(), Since: w.now().UTC()}})
	if err != nil {
		return nil, err // says that it was opening the store, and which
	}
	return s, nil
}

// awayOf is how a console hears that its store is out of reach; nil where that
// cannot be.
func awayOf(s store.Store) func() (error, <-chan struct{}) {
	if d, ok := s.(store.Distant); ok {
		return d.Away
	}
	return nil
}
