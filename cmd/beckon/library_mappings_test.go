package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/store"
)

func TestATableIsOpenedByTheMappingOfTheStoreThatItFits(t *testing.T) {
	t.Parallel()
	s := filled(t)
	l := newLibrary(s, "ana", func() time.Time { return monday })
	path := filepath.Join(t.TempDir(), "clicks.csv")
	if err := os.WriteFile(path, []byte("who,at,url\nx,2026-03-02T10:15:00Z,https://shop.example/?email=ada%40example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	put := func(id, visitor string) {
		t.Helper()
		body := "visitor: \"{" + visitor + "}\"\nat: \"{at}\"\nevents: [{page: {url: \"{url}\"}}]\n"
		if _, _, err := putSince(t.Context(), s, store.Change{Author: "ana", Why: "a mapping", At: monday}, []document{{kindMapping, id, []byte(body)}}, anyRevision); err != nil {
			t.Fatal(err)
		}
	}
	read := func(want string) {
		t.Helper()
		rec, err := l.ReadFile(t.Context(), path)
		switch {
		case want == "" && (err != nil || len(rec.Visitors) != 1 || strings.Contains(rec.Visitors[0].Events[0].Page.URL, "ada")):
			t.Errorf("%+v %v", rec, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%v, want %s", err, want)
		}
	}
	read("no mapping of the store fits its columns: beckon map --save FILE makes one")
	put("other", "somebody")
	read("no mapping of the store fits")
	put("clicks", "who")
	read("")
	put("again", "who")
	read("several mappings of the store fit: again, clicks")
}
