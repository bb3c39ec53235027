package main

import (
	"path/filepath"
	"strings"
	"testing"

	"beckon/store/boltstore"
)

func TestAReplayBesideAConsoleSaysWhatToDo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{Owner: boltstore.Owner{PID: 4711, Since: monday}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := here()
	code := run([]string{"replay", "--store", path, "../../fixtures/journeys/cart-rescued.jsonl"}, w)
	said := w.err.(*strings.Builder).String()
	if code != exitBad || strings.Count(said, "opening the store") != 1 || strings.Count(said, "beckon: ") != 1 {
		t.Errorf("exit code %d, said:\n%s", code, said)
	}
	for _, want := range []string{"process 4711", "beckon backup FILE", "--store FILE"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing of %q in:\n%s", want, said)
		}
	}
}
