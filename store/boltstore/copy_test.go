package boltstore

import (
	"context"
	"errors"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"beckon/store"
)

// between stands before a store and does something to what is committed.
type between struct {
	store.Store
	commit func(store.Change) (store.Change, error)
}

func (b between) Commit(ctx context.Context, c store.Change) (store.Revision, error) {
	c, err := b.commit(c)
	if err != nil {
		return 0, err
	}
	return b.Store.Commit(ctx, c)
}

func TestCopyGoesOnWhereItWasInterrupted(t *testing.T) {
	t.Parallel()
	from, to := told(t), opened(t, newPath(t), Options{})
	cut := errors.New("the cable was pulled")
	n := 0
	failing := between{to, func(c store.Change) (store.Change, error) {
		if n++; n%3 == 0 {
			return c, cut
		}
		return c, nil
	}}
	var ends []store.Revision
	for {
		done, err := store.Copy(bg, from, failing, store.CopyOptions{})
		ends = append(ends, done.Head.Revision)
		if err == nil {
			break
		}
		if !errors.Is(err, cut) {
			t.Fatal(err)
		}
	}
	if len(ends) != 3 || ends[0] != 2 || ends[1] != 4 || ends[2] != 5 {
		t.Errorf("the tries ended at %v", ends)
	}
	if want, got := verified(t, from), verified(t, to); got.Head != want.Head || got.Total != 0 {
		t.Errorf("the copy is %+v", got)
	}
}

func TestCopyTakesNothingThatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tamper func(tx transaction) error
		commit func(store.Change) (store.Change, error)
		want   string
	}{
		"nothing": {},
		"an entry of the source was changed": {tamper: func(tx transaction) error {
			e, err := tx.entry(numberKey(2), tx.bucket(bucketAudit).Get(numberKey(2)))
			if err != nil {
				return err
			}
			e.New = "never"
			return tx.put(bucketAudit, numberKey(2), encodeEntry(e))
		}, want: "commit 4 of the source does not fit its sum"},
		"a document of the source is not what was committed": {tamper: func(tx transaction) error {
			return tx.put(bucketDocs, docKey(store.Ref{Kind: "campaign", ID: "cart-rescue"}), pointer{1, false}.encode())
		}, want: "campaign cart-rescue differs, though the commits are the same"},
		"the target keeps something else": {commit: func(c store.Change) (store.Change, error) {
			c.From = "elsewhere"
			return c, nil
		}, want: "the target is no copy: revision 5: its sum is not the one that was noted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := told(t), store.Store(opened(t, newPath(t), Options{}))
			if c.tamper != nil {
				tampered(t, from, c.tamper)
			}
			if c.commit != nil {
				to = between{to, c.commit}
			}
			_, err := store.Copy(bg, from, to, store.CopyOptions{})
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
			} else if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %s", err, c.want)
			}
		})
	}
}

// Bringing up to date a file with drafts among its documents left commits that name nothing. They have sums, and cannot be replayed.
func TestCopyRefusesCommitsThatHoldNothing(t *testing.T) {
	t.Parallel()
	from := told(t)
	tampered(t, from, func(tx transaction) error {
		if err := tx.put(bucketCommits, numberKey(6), commit{author: "ana", at: at, before: 3}.encode()); err != nil {
			return err
		}
		return rechain(tx)
	})
	if v := verified(t, from); v.Total != 0 || v.Commits != 6 {
		t.Fatalf("found %+v", v)
	}
	done, err := store.Copy(bg, from, opened(t, newPath(t), Options{}), store.CopyOptions{})
	if done.Commits != 5 || err == nil || !strings.Contains(err.Error(), "commit 6 of the source holds nothing any more") {
		t.Fatalf("%+v, %v", done, err)
	}
}

func TestMigrationGivesSumsOverWhatIsThere(t *testing.T) {
	t.Parallel()
	s := told(t)
	want := verified(t, s).Head
	tampered(t, s, func(tx transaction) error { // back to format 2
		for rev := store.Revision(1); rev <= tx.revision(); rev++ {
			c, err := tx.commit(rev)
			if err != nil {
				return err
			}
			if err := tx.put(bucketCommits, numberKey(uint64(rev)), c.encodeUnchained()); err != nil {
				return err
			}
		}
		return setFormat(tx.tx, 2)
	})
	s.Close()
	s = opened(t, s.Path(), Options{})
	if v := verified(t, s); v.Total != 0 || v.Head != want {
		t.Fatalf("found %+v, want the head %v", v, want)
	}
	if err := s.db.View(func(tx *bolt.Tx) error {
		format, err := readFormat(s.path, tx)
		if format != 3 {
			t.Errorf("the format is %d", format)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// publishing is a source whose owner publishes a draft after so many questions: the commit first, and then there is no draft.
type publishing struct {
	store.Store
	left    int
	publish func()
}

func (p *publishing) asked() {
	if p.left--; p.left == 0 {
		p.publish()
	}
}

func (p *publishing) Revision(ctx context.Context) (store.Revision, error) {
	defer p.asked()
	return p.Store.Revision(ctx)
}

func (p *publishing) Commits(ctx context.Context, since store.Revision, limit int) ([]store.Commit, error) {
	defer p.asked()
	return p.Store.Commits(ctx, since, min(1, limit)) // one page is not to reach behind the end by chance
}

func (p *publishing) Scraps(ctx context.Context, owner, after string) ([]store.Scrap, error) {
	defer p.asked()
	return p.Store.Scraps(ctx, owner, after)
}

func (p *publishing) ScrapOwners(ctx context.Context, after string) ([]string, error) {
	defer p.asked()
	return p.Store.ScrapOwners(ctx, after)
}

func (p *publishing) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	defer p.asked()
	return p.Store.List(ctx, q)
}

func TestADraftThatIsPublishedMeanwhileIsInTheCopyAsOneOrTheOther(t *testing.T) {
	t.Parallel()
	drafts, published := 0, 0
	for after := 1; ; after++ {
		from, to := told(t), opened(t, newPath(t), Options{})
		if err := from.PutScrap(bg, store.Scrap{Owner: "ana", Key: "draft", Body: []byte("new"), At: at}); err != nil {
			t.Fatal(err)
		}
		src := &publishing{Store: from, left: after, publish: func() {
			if _, err := from.Commit(bg, store.Change{Author: "ana", At: at, Writes: []store.Write{store.Put{Kind: "campaign", ID: "new", Body: []byte("new")}}}); err != nil {
				t.Error(err)
			}
			if err := from.DropScrap(bg, "ana", "draft"); err != nil {
				t.Error(err)
			}
		}}
		if _, err := store.Copy(bg, src, to, store.CopyOptions{}); err != nil {
			t.Fatalf("published after %d questions: %v", after, err)
		}
		_, err := to.Get(bg, "campaign", "new")
		left, failed := store.AllScraps(bg, to, "ana")
		if failed != nil {
			t.Fatal(failed)
		}
		if err != nil && len(left) == 0 {
			t.Fatalf("published after %d questions, it is in neither: %v", after, err)
		}
		if err == nil {
			published++
		} else {
			drafts++
		}
		if src.left > 0 {
			break
		}
	}
	if drafts == 0 || published == 0 {
		t.Errorf("%d copies with the draft alone, %d with what was published: both were to come about", drafts, published)
	}
}
