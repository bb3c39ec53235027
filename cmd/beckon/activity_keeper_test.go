package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/screen/activity"
	libraryscreen "beckon/tui/screen/library"
	"beckon/tui/serve"
)

func TestTheAuditTellsEveryFieldAndFromWhere(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	h := &house{store: g.store, now: here().now}
	s := h.guarded(&serve.Client{Operator: "pia", Address: "192.0.2.7"})
	rev, err := s.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := storedCatalog(t.Context(), s, rev)
	if err != nil {
		t.Fatal(err)
	}
	goal := c.Goals[0]
	after := edit.Clone(goal).(*model.Goal)
	after.Name, after.Description = "Another name", "for another reason"
	k := &libraryKeeper{store: s, who: "pia", now: here().now}
	if _, err := k.Commit(t.Context(), libraryscreen.Change{Why: "both fields", Writes: []libraryscreen.Write{
		{Kind: model.KindGoal, ID: goal.ID, Document: after, Base: 1, Action: "update"}}}); err != nil {
		t.Fatal(err)
	}
	kept := &activityKeeper{store: s, elsewhere: true}
	got, err := kept.Entries(t.Context(), activity.Query{By: "pia"}, 0, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, want := range []activity.Entry{{Element: "description", Old: goal.Description, New: after.Description}, {Element: "name", Old: goal.Name, New: after.Name}} {
		e := got[i]
		if e.Element != want.Element || e.Old != want.Old || e.New != want.New || e.From != "192.0.2.7" || e.Author != "pia" || e.Why != "both fields" || e.Action != "update" {
			t.Errorf("entry %d is %+v", i, e)
		}
	}

	// The version that it made, and the one before.
	v, err := kept.Version(t.Context(), "goal", goal.ID, got[0].Revision)
	if err != nil || v.Before == nil || len(edit.Diff(v.Before.Document, v.Document)) != 2 || !strings.Contains(v.Body, "Another name") {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := kept.Version(t.Context(), "goal", goal.ID, got[0].Revision+1); err != activity.ErrNoVersion {
		t.Errorf("a revision that wrote none: %v", err)
	}

	// What is new is told once, and what the query does not want not at all.
	news, err := kept.Next(t.Context(), activity.Query{Words: []string{"another"}}, got[1].Seq-1, got[0].Revision-1)
	if err != nil || len(news.Entries) != 2 || news.Revision != got[0].Revision {
		t.Errorf("news: %+v, %v", news, err)
	}
	news, err = kept.Next(t.Context(), activity.Query{By: "nobody"}, got[1].Seq-1, got[0].Revision-1)
	if err != nil || len(news.Entries) != 0 || news.Revision != got[0].Revision {
		t.Errorf("news of nobody: %+v, %v", news, err)
	}

	// Over SSH no file is written; the command gives it.
	file := filepath.Join(t.TempDir(), "audit.csv")
	if _, err := kept.Export(t.Context(), activity.Query{}, file); err == nil || !strings.Contains(err.Error(), "ssh HOST audit --csv") {
		t.Errorf("export over SSH: %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it wrote the file")
	}
	if out, errs, code := g.run("vi", "audit by:pia --csv", ""); code != exitFine || !strings.Contains(out, `"pia","192.0.2.7","goal"`) {
		t.Errorf("%d %s%s", code, out, errs)
	}
}

func TestAnExportIsWholeAndPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	shopAt(t, path)
	s := reopened(t, path)
	if _, err := s.Commit(t.Context(), store.Change{Author: "ana", At: monday, Writes: []store.Write{store.Put{Kind: "x", ID: "y", Body: []byte("z")}},
		Audit: []store.AuditEntry{{Kind: "x", ID: "y", Action: "update", Old: "\t＝1", New: "a\"b\n-c"}}}); err != nil {
		t.Fatal(err)
	}
	k := &activityKeeper{store: s}
	dir := t.TempDir()
	for _, name := range []string{"audit.csv", "audit.json"} {
		file := filepath.Join(dir, name)
		n, err := k.Export(t.Context(), activity.Query{}, file)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
		if _, err := k.Export(t.Context(), activity.Query{}, file); err == nil || !strings.Contains(err.Error(), "is there already") {
			t.Errorf("over a file that is there: %v", err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if name == "audit.csv" {
			if strings.Contains(string(data), "\r") {
				t.Error("rows end otherwise than those of other tables")
			}
			rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
			if err != nil || len(rows) != n+1 {
				t.Fatalf("%d rows of %d entries, %v", len(rows), n, err)
			}
			if old, now := rows[1][9], rows[1][10]; !strings.HasPrefix(old, "␉") && !strings.HasPrefix(old, "'") || strings.HasPrefix(now, "'") || !strings.HasPrefix(now, `a"b`) {
				t.Errorf("old %q, new %q", old, now)
			}
			continue
		}
		var out []entryOut
		if err := json.Unmarshal(data, &out); err != nil || len(out) != n || out[0].New != "a\"b\n-c" {
			t.Fatalf("%d of %d, %v", len(out), n, err)
		}
		if at, err := time.Parse(time.RFC3339, out[0].At); err != nil || !at.Equal(monday) {
			t.Errorf("at %s, %v", out[0].At, err)
		}
	}
}

// Whatever the audit tells of a change, the document can be read again as the
// change left it, to the byte, and before it.
func TestEveryVersionThatTheAuditTellsOfIsReadAgainWhole(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), t.Context()
	k := &activityKeeper{store: s}
	written := map[uint64]string{} // by revision
	told := func(action string) []store.AuditEntry {
		return []store.AuditEntry{{Kind: "campaign", ID: running, Action: action}}
	}
	base := store.Revision(1)
	doc, err := s.Get(ctx, "campaign", running)
	if err != nil {
		t.Fatal(err)
	}
	last := string(doc.Body)
	written[1] = last
	for i := range 5 {
		body := strings.Replace(last, "name: ", fmt.Sprintf("name: %d ", i), 1)
		if i == 3 {
			body = "no: {longer a campaign\n" // a newer beckon wrote it, say
		}
		if base, err = s.Commit(ctx, store.Change{Author: "ana", At: monday, Writes: []store.Write{store.Put{Kind: "campaign", ID: running, Base: base, Body: []byte(body)}}, Audit: told("update")}); err != nil {
			t.Fatal(err)
		}
		written[uint64(base)] = body
	}
	gone, err := s.Commit(ctx, store.Change{Author: "ana", At: monday, Writes: []store.Write{store.Delete{Kind: "campaign", ID: running, Base: base}}, Audit: told("delete")})
	if err != nil {
		t.Fatal(err)
	}
	written[uint64(gone)] = ""
	entries, err := k.Entries(ctx, activity.Query{}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	mine := map[uint64]bool{}
	for _, e := range entries {
		v, err := k.Version(ctx, e.Kind, e.ID, e.Revision)
		if err != nil {
			t.Errorf("%s %s at revision %d: %v", e.Kind, e.ID, e.Revision, err)
			continue
		}
		if e.Kind != "campaign" || e.ID != running {
			if v.Body == "" || v.Document == nil && isCatalogKind(e.Kind) {
				t.Errorf("%s %s at revision %d is empty", e.Kind, e.ID, e.Revision)
			}
			continue
		}
		mine[e.Revision] = true
		if v.Body != written[e.Revision] || v.Had != written[e.Revision-1] {
			t.Errorf("revision %d: %q after %q", e.Revision, v.Body, v.Had)
		}
	}
	if len(mine) != len(written) {
		t.Errorf("the audit tells of %d of %d versions", len(mine), len(written))
	}
}

// A search refuses kinds and actions that there are not, so that it has to know those that there are.
func TestASearchOfTheAuditKnowsEveryKindAndActionThatIsWritten(t *testing.T) {
	t.Parallel()
	for _, kind := range slices.Concat(catalogKinds(), editorKinds(), []string{guard.Kind, guard.RequestKind}) {
		if !slices.Contains(activity.Kinds(), kind) {
			t.Errorf("the audit's search does not know the kind %s", kind)
		}
	}
	written := regexp.MustCompile(`(?:\bAction:|\baction\b[^"\n=:]*:?=|ActionPublish\s*=|\buse, short, old, now :?=) "([a-z ]+)"`)
	found := map[string]bool{}
	for _, dir := range []string{".", "../../store/guard", "../../tui/screen/builder", "../../tui/screen/campaigns", "../../tui/screen/library", "../../tui/screen/settings"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range written.FindAllSubmatch(source, -1) {
				action := string(m[1])
				found[action] = true
				if !slices.Contains(activity.Actions(), action) {
					t.Errorf("%s writes the action %q, which the audit's search does not know", file, action)
				}
			}
		}
	}
	for _, action := range []string{"create", "update", "delete", "publish", "save", "withdraw", "decline"} {
		if !found[action] {
			t.Errorf("no source writes %q: the sources are not read as they are written", action)
		}
	}
}
