package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/store/boltstore"
)

func TestAShellOffersWhatACommandTakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shop := filepath.Join(dir, "shop.db")
	own := filepath.Join(dir, "own.yaml")
	if err := os.WriteFile(own, []byte("kind: campaign\nid: mine\nname: Mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(t.Context(), shop, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	docs, err := documentsOf(filepath.Join("..", "..", "fixtures", "catalog"))
	if err != nil {
		t.Fatal(err)
	}
	docs = append(docs, document{kindRun, "monday", []byte("{}")}, document{kindScenario, "rescued", []byte("scenario: x")})
	by := &world{now: func() time.Time { return monday }, getenv: func(string) string { return "" }}
	if _, _, err := putAll(t.Context(), by, s, docs[:len(docs)-2], "the shop"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := putAll(t.Context(), by, s, docs, "the rest"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ line, offers, not, directive string }{
		{"campaign show |", "bill-pay\tBill payment", "monday", ":4"},
		{"campaign show cart|", "cart-rescue\tCart rescue", "bill-pay", ":4"},
		{"campaign switch cart-rescue/|", "cart-rescue/help-overlay\tHelp at the cart", "bill-pay", ":4"},
		{"campaign switch cart-rescue/help-overlay |", "on", "cart", ":4"},
		{"campaign revert cart-rescue |", "1\t2026-", "", ":4"},
		{"library show |", "settings", "", ":4"},
		{"library delete |", "goal", "settings", ":4"},
		{"library show goal order-|", "order-placed\tOrder placed", "bill", ":4"},
		{"sweep behavior/lingering|", "behavior/lingering-at-the-cart/\t", "cart-rescue", ":6"},
		{"replay --engagement bill|", "bill-pay/talk-to-us\t", "cart", ":4"},
		{"compare @|", "@1\tthe shop", "", ":0"},
		{"compare @|", "@published\t", "", ":0"},
		{"replay --catalog-at |", "2\tthe rest", "", ":4"},
		{"runs show |", "monday", "", ":4"},
		{"runs keep |", "", "monday", ":4"},
		{"replay --again |", "monday", "", ":4"},
		{"scenario show |", "rescued", "", ":4"},
		{"campaign show --store " + filepath.Join(dir, "none.db") + " |", "", "cart", ":4"},
		{"campaign show --store " + own + " |", "", "cart", ":4"},
		{"replay --catalog " + own + " --campaign |", "mine\tMine", "cart-rescue", ":4"},
		{"replay --catalog @demo --campaign cart|", "cart-rescue\t", "", ":4"},
		{"demo --tour cart|", "cart-rescue\t", "", ":4"},
		// Files, directories, and nothing where it is a number or there is no argument.
		{"replay |", "", "cart", ":0"},
		{"compare @1 @1 |", "", "@1", ":0"},
		{"replay --map |", "", "", ":0"},
		{"compare |", "", "@", ":0"}, // a shell offers files only where there is no word
		{"replay --catalog |", "", "@", ":0"},
		{"export --out |", "", "", ":16"},
		{"replay --seed |", "", "", ":4"},
		{"version |", "", "", ":4"},
	} {
		var out, said bytes.Buffer
		w := &world{in: strings.NewReader(""), out: &out, err: &said, now: by.now, getenv: func(name string) string {
			return map[string]string{"BECKON_STORE": shop, "BECKON_OPERATOR": "ana"}[name]
		}}
		args := append([]string{"__complete"}, strings.Split(strings.TrimSuffix(c.line, "|"), " ")...)
		code := run(args, w)
		got := "\n" + out.String()
		if code != exitFine || !strings.Contains(got, "\n"+c.offers) || c.not != "" && strings.Contains(got, "\n"+c.not) || !strings.HasSuffix(got, "\n"+c.directive+"\n") {
			t.Errorf("%s offers (exit code %d):%s\nwant %q, not %q, %s", c.line, code, got, c.offers, c.not, c.directive)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("a store was made")
	}
}

func TestCompletionReadsAStoreThatIsFreeAndChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.db")
	complete := func() string {
		var out, said bytes.Buffer
		w := &world{in: strings.NewReader(""), out: &out, err: &said, now: func() time.Time { return monday }, getenv: func(name string) string {
			return map[string]string{"BECKON_STORE": path, "BECKON_OPERATOR": "ana"}[name]
		}}
		if code := run([]string{"__complete", "campaign", "show", "cart"}, w); code != exitFine {
			t.Fatalf("exit code %d: %s", code, said.String())
		}
		return out.String()
	}
	s, err := boltstore.Open(t.Context(), path, boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{now: func() time.Time { return monday }, getenv: func(string) string { return "" }}
	docs, err := documentsOf(filepath.Join("..", "..", "fixtures", "catalog"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := putAll(t.Context(), w, s, docs, "a test"); err != nil {
		t.Fatal(err)
	}
	if got := complete(); got != ":4\n" {
		t.Errorf("while another holds the store %q is offered, want nothing", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := filesOf(t, dir)
	if got := complete(); !strings.HasPrefix(got, "cart-rescue\tCart rescue\n") {
		t.Errorf("offered: %q, want cart-rescue", got)
	}
	if after := filesOf(t, dir); after != before {
		t.Errorf("completion changed the files of the store")
	}
}

// filesOf are the names and contents of the files of a directory.
func filesOf(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(e.Name() + "\n" + string(data) + "\n")
	}
	return out.String()
}
