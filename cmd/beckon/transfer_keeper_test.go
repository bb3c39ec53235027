package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/store"
	"beckon/store/boltstore"
	"beckon/tui/screen/campaigns"
)

func atKeeper(s store.Store) *keeper {
	return &keeper{store: s, who: "ana", now: func() time.Time { return monday }}
}

// emptyStore is a store that nobody wrote to.
func emptyStore(t *testing.T) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(t.Context(), filepath.Join(t.TempDir(), "other.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestACampaignGoesFromStoreToStoreInAFile(t *testing.T) {
	t.Parallel()
	from, to := atKeeper(filled(t)), atKeeper(emptyStore(t))
	path := filepath.Join(t.TempDir(), "cart.yaml")
	done, err := from.Export(t.Context(), campaigns.Export{Campaign: "cart-rescue", Path: path})
	if err != nil || done.Path != path || len(done.LeftOut) > 0 {
		t.Fatalf("Export = %+v, %v", done, err)
	}
	data, err := os.ReadFile(path)
	if err != nil || len(data) != done.Bytes {
		t.Fatalf("%d bytes of %d, %v", len(data), done.Bytes, err)
	}
	// The command writes the same.
	c, err := storedCatalog(t.Context(), from.store, 0)
	if err != nil {
		t.Fatal(err)
	}
	if told, _, err := packCampaign(t.Context(), from.store, c, "cart-rescue", false); err != nil || string(told) != string(data) {
		t.Errorf("the command writes other bytes, %v", err)
	}
	in, err := to.Plan(t.Context(), path)
	if err != nil || in.Path != path || in.Revision != 0 || len(in.Plan.Items) < 5 {
		t.Fatalf("Plan = %+v, %v", in, err)
	}
	if rev, err := to.store.Revision(t.Context()); err != nil || rev != 0 {
		t.Fatalf("planning wrote: revision %d, %v", rev, err)
	}
	came, err := to.Import(t.Context(), in)
	if err != nil || came.Version.Revision != 1 || len(came.Changed) != len(in.Plan.Items) || came.Version.Why != "import of cart.yaml" {
		t.Fatalf("Import = %+v, %v", came, err)
	}
	audit, err := to.store.Audit(t.Context(), store.AuditQuery{Kind: "campaign", ID: "cart-rescue"})
	if err != nil || len(audit) != 1 || audit[0].Action != "create" || audit[0].Author != "ana" || audit[0].Revision != 1 {
		t.Errorf("audit %+v, %v", audit, err)
	}
	again, err := to.Plan(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if came, err := to.Import(t.Context(), again); err != nil || len(came.Changed) != 0 {
		t.Errorf("a second import = %+v, %v", came, err)
	}
}

func TestAnExportReplacesAFileOnlyWhenTold(t *testing.T) {
	t.Parallel()
	k := atKeeper(filled(t))
	dir := t.TempDir()
	path := filepath.Join(dir, "cart.json")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := campaigns.Export{Campaign: "cart-rescue", Path: path}
	_, err := k.Export(t.Context(), ask)
	var there *campaigns.FileExists
	if !errors.As(err, &there) || there.Path != path || there.Bytes != 4 || there.At.IsZero() {
		t.Fatalf("Export = %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Errorf("written over: %q", data)
	}
	ask.Replace = true
	done, err := k.Export(t.Context(), ask)
	if err != nil || len(done.LeftOut) == 0 {
		t.Fatalf("Export = %+v, %v", done, err)
	}
	if data, _ := os.ReadFile(path); !strings.HasPrefix(string(data), "{") {
		t.Errorf("the file holds %.40q", data)
	}
	if names, _ := os.ReadDir(dir); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestWhatIsNoPlaceForACampaignIsRefusedAndNothingIsLeftThere(t *testing.T) {
	t.Parallel()
	k := atKeeper(filled(t))
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "dir.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"dir.yaml": "is no file but a directory", "pipe.yaml": "is no file", "cart.txt": "the name has to end in .yaml", "cart": "the name has to end",
		"nowhere/cart.yaml": "no such file or directory",
	} {
		_, err := k.Export(t.Context(), campaigns.Export{Campaign: "cart-rescue", Path: filepath.Join(dir, path), Replace: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("export to %s: %v", path, err)
		}
		if want == "no such file or directory" {
			want = "there is no file at"
		}
		if _, err := k.Plan(t.Context(), filepath.Join(dir, path)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("import of %s: %v", path, err)
		}
	}
	if _, err := k.Export(t.Context(), campaigns.Export{Campaign: "nobody", Path: filepath.Join(dir, "x.yaml")}); err == nil {
		t.Error("a campaign that is not there was exported")
	}
	if names, _ := os.ReadDir(dir); len(names) != 2 {
		t.Errorf("left behind: %v", names)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Export(ctx, campaigns.Export{Campaign: "cart-rescue", Path: filepath.Join(dir, "x.yaml")}); !errors.Is(err, context.Canceled) {
		t.Errorf("a session that ended: %v", err)
	}
}

// noise are bytes that no format has.
func noise(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		sum := sha256.Sum256([]byte(fmt.Sprint(i)))
		b.Write(sum[:])
	}
	return b.String()
}

func TestFilesThatAreNoCampaignsAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	k := atKeeper(filled(t))
	dir := t.TempDir()
	c, err := storedCatalog(t.Context(), k.store, 0)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := exchange.Export(c, "cart-rescue")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ data, want string }{
		"binary.yaml":   {noise(5000), "binary.yaml"},
		"binary.json":   {noise(5000), "binary.json"},
		"empty.yaml":    {"", "an empty file"},
		"empty.json":    {"", "empty.json"},
		"torn.yaml":     {string(bundle[:strings.Index(string(bundle), "engagements:")+len("engagements:\n  - id")]), "torn.yaml"},
		"torn.json":     {`{"campaigns":[{"id":1,"name":"x"`, "torn.json"},
		"bomb.yaml":     {"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", "bomb.yaml"},
		"deep.json":     {strings.Repeat("[", 100_000), "deep"},
		"unknown.yaml":  {"kind: goal\nid: x\nname: X\ntype: interact\nfrobnicate: 1\n", "frobnicate"},
		"hostile.yaml":  {"kind: goal\nid: \"\\e]0;stolen\\a\"\nname: X\ntype: interact\n", "is no ID"},
		"settings.yaml": {"kind: settings\nid: settings\nname: S\n", "nothing to import"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(tt.data), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := k.Plan(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "\x1b\x07") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, want := range map[string]string{"large.yaml": "larger than 64 MiB", "large.json": "larger than 16 MiB"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 1<<40); err != nil { // takes no room
			t.Skip("no sparse files here:", err)
		}
		if _, err := k.Plan(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if rev, err := k.store.Revision(t.Context()); err != nil || rev != 1 {
		t.Errorf("revision %d, %v", rev, err)
	}
}

func TestAnImportReplacesNothingThatWasWrittenSinceItsPlan(t *testing.T) {
	t.Parallel()
	s := filled(t)
	k := atKeeper(s)
	path := filepath.Join(t.TempDir(), "cart.yaml")
	if _, err := k.Export(t.Context(), campaigns.Export{Campaign: "cart-rescue", Path: path}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), "priority: high", "priority: low", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := k.Plan(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Plan.Choose(model.KindCampaign, "cart-rescue", exchange.Theirs); err != nil {
		t.Fatal(err)
	}
	loaded, err := k.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	theirs := *loaded.Catalog.Index().Campaign("cart-rescue")
	theirs.Description = "Written by ben meanwhile."
	ben := &keeper{store: s, who: "ben", now: k.now}
	if _, err := ben.Put(t.Context(), campaigns.Edit{Campaign: &theirs, Base: 1, Action: "update"}); err != nil {
		t.Fatal(err)
	}
	_, err = k.Import(t.Context(), in)
	var late *campaigns.Outdated
	if !errors.As(err, &late) || late.ID != "cart-rescue" || late.Version.Author != "ben" || late.Version.Revision != 2 {
		t.Fatalf("Import = %v", err)
	}
	if c, err := storedCatalog(t.Context(), s, 0); err != nil || c.Index().Campaign("cart-rescue").Description != theirs.Description {
		t.Errorf("what ben wrote is gone, %v", err)
	}
	if in, err = k.Plan(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := in.Plan.Choose(model.KindCampaign, "cart-rescue", exchange.Theirs); err != nil {
		t.Fatal(err)
	}
	if came, err := k.Import(t.Context(), in); err != nil || came.Version.Revision != 3 || len(came.Changed) != 1 {
		t.Errorf("Import = %+v, %v", came, err)
	}
}

func TestOperatorsWhoAreElsewhereAreRefusedFiles(t *testing.T) {
	t.Parallel()
	k := atKeeper(filled(t))
	k.elsewhere = true
	path := filepath.Join(t.TempDir(), "cart.yaml")
	if _, err := k.Export(t.Context(), campaigns.Export{Campaign: "cart-rescue", Path: path}); !errors.Is(err, errElsewhere) {
		t.Errorf("Export = %v", err)
	}
	if _, err := k.Plan(t.Context(), path); !errors.Is(err, errElsewhere) {
		t.Errorf("Plan = %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("written: %v", err)
	}
	l := newLibrary(k.store, "ana", k.now)
	l.elsewhere = true
	if _, err := l.ReadFile(t.Context(), "../../fixtures/journeys/bill-payment.jsonl", ""); !errors.Is(err, errElsewhere) {
		t.Errorf("ReadFile = %v", err)
	}
	l.elsewhere = false
	if _, err := l.ReadFile(t.Context(), "../../fixtures/journeys/bill-payment.jsonl", ""); err != nil {
		t.Errorf("ReadFile of one who is here = %v", err)
	}
}
