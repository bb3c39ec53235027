package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"beckon/model/text"
	"beckon/store"
)

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 3, 2, 11, 15, 0, 0, time.FixedZone("CET", 3600))
	for name, c := range map[string]struct {
		err  error
		is   error
		want string
	}{
		"in use by a server": {
			&store.InUseError{Place: "/data/beckon.db", PID: 4711, Since: since, Address: "127.0.0.1:2222"}, store.ErrInUse,
			"/data/beckon.db is in use by process 4711 since 2026-03-02 10:15:00 UTC, serving 127.0.0.1:2222: connect there with ssh, or stop it",
		},
		"in use by a console": {
			&store.InUseError{Place: "/data/beckon.db", PID: 4711, Since: since}, store.ErrInUse,
			"/data/beckon.db is in use by process 4711 since 2026-03-02 10:15:00 UTC: stop it, or use another store",
		},
		"in use by nobody knows whom": {
			&store.InUseError{Place: "/data/beckon.db"}, store.ErrInUse,
			"/data/beckon.db is in use by another process: stop it, or use another store",
		},
		"newer": {
			&store.NewerFormatError{Place: "/data/beckon.db", Found: 3, Known: 1}, store.ErrNewerFormat,
			"/data/beckon.db has format 3 and this Beckon reads formats up to 1: use the newer Beckon that wrote it",
		},
		"damaged": {
			&store.CorruptError{Place: "/data/beckon.db", Bucket: "docs", Key: "campaign\x00a", Reason: "the checksum does not match"}, store.ErrCorrupt,
			"/data/beckon.db is damaged at docs campaign/a: the checksum does not match; keep the file and restore the last backup",
		},
		"damaged at a version": {
			&store.CorruptError{Place: "b.db", Bucket: "history", Key: "campaign\x00a\x00\x00\x00\x00\x00\x00\x00\x01\x02", Reason: "the checksum does not match"}, store.ErrCorrupt,
			"b.db is damaged at history campaign/a 258: the checksum does not match; keep the file and restore the last backup",
		},
		"damaged at a number": {
			&store.CorruptError{Place: "b.db", Bucket: "audit", Key: "\x00\x00\x00\x00\x00\x00\x00L", Reason: "the checksum does not match"}, store.ErrCorrupt,
			"b.db is damaged at audit 76: the checksum does not match; keep the file and restore the last backup",
		},
		"changed meanwhile": {
			&store.ConflictError{Mine: store.Document{Kind: "campaign", ID: "cart", Revision: 3}, Theirs: store.Document{Revision: 5, Author: "ben"}}, store.ErrConflict,
			"campaign cart: changed by ben at revision 5, this change was made to revision 3",
		},
		"deleted meanwhile": {
			&store.ConflictError{Mine: store.Document{Kind: "campaign", ID: "cart", Revision: 3}, Theirs: store.Document{Revision: 5, Author: "ben", Deleted: true}}, store.ErrConflict,
			"campaign cart: deleted by ben at revision 5, this change was made to revision 3",
		},
		"there already": {
			&store.ConflictError{Mine: store.Document{Kind: "campaign", ID: "cart"}, Theirs: store.Document{Revision: 5, Author: "ben"}}, store.ErrConflict,
			"campaign cart: there is one already, written by ben at revision 5",
		},
		"never there": {
			&store.ConflictError{Mine: store.Document{Kind: "campaign", ID: "cart", Revision: 3}}, store.ErrConflict,
			"campaign cart: there is no such document to change at revision 3",
		},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
		if !errors.Is(c.err, c.is) {
			t.Errorf("%s: errors.Is says no", name)
		}
	}
}

func TestErrorsShowForeignNamesHarmless(t *testing.T) {
	t.Parallel()
	const hostile = "a\x1b]0;title\a\u202e\u009b1m"
	for _, err := range []error{
		&store.InUseError{Place: hostile, PID: 1, Address: hostile},
		&store.NewerFormatError{Place: hostile},
		&store.CorruptError{Place: hostile, Bucket: hostile, Key: hostile, Reason: "x"},
		&store.ConflictError{Mine: store.Document{Kind: hostile, ID: hostile, Revision: 1}, Theirs: store.Document{Revision: 2, Author: hostile}},
		store.Change{Author: "ana", At: time.Unix(1, 0), Writes: []store.Write{
			store.Put{Kind: "k", ID: "\u202e"}, store.Put{Kind: "k", ID: "\u202e"}}}.Validate(),
	} {
		if got := err.Error(); !text.Safe(got) || strings.Contains(got, "\u202e") {
			t.Errorf("%T shows %q", err, got)
		}
	}
}

func TestAtOfAnEmptyStoreReadsNothing(t *testing.T) {
	t.Parallel()
	docs, err := store.At(t.Context(), empty{}, 0)
	if err != nil || len(docs) != 0 {
		t.Fatalf("got %v, %v", docs, err)
	}
}

// empty answers only what At may ask of a store at revision 0.
type empty struct{ store.Store }

func (empty) Revision(context.Context) (store.Revision, error) { return 0, nil }
