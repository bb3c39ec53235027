package boltstore

import (
	"os"
	"path/filepath"
	"testing"

	"beckon/store"
)

// format-1-drafts.db was written by a Beckon of format 1: the changes of released, then thirty versions of a draft, one of somebody
// with a slash in the name, one that went with the publishing of its campaign, and a document that only goes by the name.
func TestDraftsOfFormat1BecomeScrapsAndLeaveNoHistory(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join("testdata", "format-1-drafts.db"))
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, path, Options{})
	if err := s.Check(bg); err != nil {
		t.Fatal(err)
	}
	mine, err := store.AllScraps(bg, s, "ana")
	if err != nil || len(mine) != 1 || mine[0].Key != "spring" || string(mine[0].Body) != string(body("draft", 29)) || !mine[0].At.Equal(at) {
		t.Fatalf("ana has %d scraps, %v", len(mine), err)
	}
	theirs, err := store.AllScraps(bg, s, "team/ben")
	if err != nil || len(theirs) != 1 || theirs[0].Key != "+20260302-101500.000" {
		t.Fatalf("ben has %+v, %v", theirs, err)
	}
	if docs, err := s.List(bg, store.Query{Kind: kindDraft}); err != nil || len(docs) != 0 {
		t.Errorf("%d drafts are still documents, %v", len(docs), err)
	}
	if _, err := s.History(bg, kindDraft, "ana/spring", store.HistoryQuery{}); err == nil {
		t.Error("a draft still has a history")
	}
	rev, err := s.Revision(bg)
	if err != nil || rev != 37 {
		t.Fatalf("revision %d, %v: want the 37 that were committed", rev, err)
	}
	events, err := s.events(bg, 0, 1000)
	if err != nil || len(events) != 37 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events {
		for _, d := range e.Documents {
			if d.Kind == kindDraft {
				t.Fatalf("revision %d still names %s", e.Revision, d.ID)
			}
		}
	}
	if last := events[35]; len(last.Documents) != 1 || string(last.Documents[0].Body) != "name: Cart rescue 3\n" {
		t.Errorf("what was published with a draft is %+v", last)
	}
	past, err := store.At(bg, s, 2)
	if err != nil || len(past) != 2 {
		t.Errorf("the state of revision 2 has %d documents, %v", len(past), err)
	}
	mustSave(t, s, "next", 1, 0)
	if _, err := os.Stat(path + ".format-1"); err != nil {
		t.Errorf("the copy of the old file: %v", err)
	}
}
