package main

import (
	"path/filepath"
	"testing"

	"beckon/store"
	"beckon/store/storetest"
)

// Another process than the one that saves takes the backups, of a store in etcd. Those of a file are tried in its package.
func TestBackupsOfAStoreInEtcdBesideSaves(t *testing.T) {
	t.Parallel()
	c := etcdCluster(t)
	saves, backups := shopIn(t, c), shopIn(t, c)
	storetest.Backups(t, saves, storetest.Rounds(t, 60), func(t *testing.T) store.Store {
		file := filepath.Join(t.TempDir(), "backup.db")
		if err := snapshotFile(t.Context(), backups, file); err != nil {
			t.Fatal(err)
		}
		b, err := openBackup(t.Context(), file, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}
