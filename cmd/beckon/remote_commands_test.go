package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/screen/campaigns"
	trafficscreen "beckon/tui/screen/traffic"
	"beckon/tui/serve"
)

func TestCampaignsAreChangedByCommandsUnderTheRoles(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{CommandInputSize: 1 << 20})
	into := func(v any, name, line, in string) {
		t.Helper()
		out, errs, code := g.run(name, line, in)
		if code != 0 || json.Unmarshal([]byte(out), v) != nil {
			t.Fatalf("%s as %s: exit code %d, %q, %q", line, name, code, out, errs)
		}
	}
	var wrote writtenOut
	var shown struct {
		Published bool
		Priority  string
	}
	for _, step := range []struct {
		line      string
		same      bool
		published bool
		priority  string
	}{
		{"campaign unpublish cart-rescue", false, false, "high"},
		{"campaign unpublish cart-rescue", true, false, "high"},
		{"campaign priority cart-rescue low", false, false, "low"},
		{"campaign priority cart-rescue low", true, false, "low"},
		{"campaign priority cart-rescue high", false, false, "high"},
		{"campaign publish cart-rescue", false, true, "high"},
	} {
		wrote, shown.Published, shown.Priority = writtenOut{}, false, ""
		into(&wrote, "pia", step.line, "")
		into(&shown, "vi", "campaign show cart-rescue", "")
		if wrote.ID != "cart-rescue" || wrote.Same != step.same || (wrote.Revision == 0) != step.same || shown.Published != step.published || shown.Priority != step.priority {
			t.Errorf("%s: %+v, then %+v", step.line, wrote, shown)
		}
	}

	// Out, and back in under another name, as a draft.
	packed, _, code := g.run("vi", "campaign export cart-rescue", "")
	if code != 0 {
		t.Fatal("not exported")
	}
	mine := strings.NewReplacer("id: cart-rescue", "id: my-rescue", "Cart rescue", "My rescue").Replace(packed)
	var in importOut
	into(&in, "ed", "campaign import --dry-run", mine)
	if !in.DryRun || in.Written != 0 || in.Revision != 0 || len(in.Documents) == 0 {
		t.Errorf("a dry run: %+v", in)
	}
	in = importOut{}
	into(&in, "ed", "campaign import", mine)
	if in.Written != 1 || in.Revision == 0 {
		t.Errorf("imported: %+v", in)
	}
	shown.Published = false
	into(&shown, "vi", "campaign show my-rescue", "")
	if shown.Published {
		t.Error("it came as published")
	}
	var versions []versionOut
	into(&versions, "vi", "campaign history my-rescue", "")
	if len(versions) != 1 || versions[0].Author != "ed" || versions[0].Why != "import over SSH" {
		t.Errorf("its versions: %+v", versions)
	}
	into(&wrote, "ed", "campaign delete my-rescue", "")
	into(&versions, "vi", "campaign history my-rescue", "")
	if len(versions) != 2 || !versions[0].Deleted {
		t.Errorf("when it was deleted: %+v", versions)
	}
	var done []entryOut
	into(&done, "vi", "audit --json by:ed", "")
	if len(done) < 2 || done[0].Action != "delete" || done[0].ID != "my-rescue" || done[1].Action != "create" || !strings.HasPrefix(done[0].From, "127.0.0.1:") {
		t.Errorf("activity: %+v", done)
	}

	// One that is unfinished may be a draft, and is never published.
	const unfinished = "kind: campaign\nid: unfinished\nname: Unfinished\npublished: true\n"
	into(&in, "ed", "campaign import", unfinished)

	before, err := g.store.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, line, in, says string }{
		{"pia", "campaign publish unfinished", "", "the campaign unfinished has errors, nothing was written:\nerror: campaign unfinished: goal: no goal"},
		{"pia", "campaign import --published", strings.ReplaceAll(unfinished, "nfinished", "nmade"), "the campaign unmade has errors, nothing was written:\n"},
		{"ed", "campaign unpublish cart-rescue", "", "only publishers may"},
		{"ed", "campaign priority cart-rescue low", "", "only publishers may"},
		{"vi", "campaign priority summer-camp low", "", "only editors may"},
		{"vi", "campaign import", mine, "only editors may"},
		{"ed", "campaign import --published", mine, "only publishers may"},
		{"vi", "campaign delete summer-camp", "", "only editors may"},
		{"pia", "campaign delete cart-rescue", "", "unpublish it first"},
		{"pia", "campaign publish nothing", "", "there is no campaign nothing"},
		{"pia", "campaign priority cart-rescue highest", "", "want high, medium or low"},
		{"ed", "campaign import", "", "give a file on standard input"},
		{"ed", "campaign import", "kind: campaign\nid: [", "standard input:"},
		{"ed", "campaign import --json", "{", "standard input"},
		{"ed", "campaign import --prefer ours", mine, "want rename, mine or theirs"},
		{"ed", "campaign import", strings.Repeat("#", 1<<20+1), "longer than this server takes"},
		// No path of the server's is taken.
		{"ed", "campaign import /etc/passwd", "", "takes no arguments"},
		{"vi", "campaign export cart-rescue --out /tmp/x", "", "unknown flag: --out"},
		{"vi", "replay /etc/passwd", "", "takes no arguments"},
		{"vi", "replay --map /etc/passwd", "", "unknown flag: --map"},
		{"vi", "replay --catalog /etc", "", "unknown flag: --catalog"},
		{"vi", "convert /etc/passwd", "", "takes no arguments"},
		{"vi", "convert --out /tmp/x", "", "unknown flag: --out"},
		{"vi", "convert --map /etc/passwd", "", "unknown flag: --map"},
		{"vi", "convert --as parquet", "", "want native or segment"},
		{"vi", "test /etc", "", "takes no arguments"},
		{"vi", "check /etc", "", "takes no arguments"},
		{"vi", "export --out /tmp/x", "", "unknown"},
		{"vi", "import /etc", "", "unknown"},
		{"vi", "campaign list --store bolt:///etc/passwd", "", "unknown flag: --store"},
		{"vi", "library show operator ana", "", "there is no kind operator"},
		{"vi", "library show audience ../../x", "", "there is no audience"},
		{"vi", "audit since:yesterday", "", "since"},
		{"vi", "console --accessible here", "", "takes no arguments"},
		{"vi", "console --frob", "", "unknown flag"},
	} {
		out, errs, code := g.run(tt.name, tt.line, tt.in)
		if code != exitBad || !strings.Contains(errs, tt.says) {
			t.Errorf("%s as %s: exit code %d, %.200q, %.400q, want %q", tt.line, tt.name, code, out, errs, tt.says)
		}
	}
	if after, err := g.store.Revision(t.Context()); err != nil || after != before {
		t.Errorf("what was refused made revision %d of %d: %v", after, before, err)
	}
}

func TestOperatorsElsewhereReadByCommands(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	read := func(v any, line, in string) {
		t.Helper()
		out, errs, code := g.run("vi", line, in)
		if code != 0 {
			t.Fatalf("%s: exit code %d, %q", line, code, errs)
		}
		if err := json.Unmarshal([]byte(out), v); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	var all, some []itemOut
	read(&all, "library list", "")
	read(&some, "library list audience", "")
	if len(all) < 30 || len(some) == 0 || len(some) >= len(all) || some[0].Kind != "audience" {
		t.Errorf("%d items, %d audiences", len(all), len(some))
	}
	var item struct{ Kind, ID string }
	read(&item, "library show audience "+some[0].ID, "")
	if item.ID != some[0].ID {
		t.Errorf("shown: %+v", item)
	}
	var ran []scenarioOut
	read(&ran, "test", "")
	if len(ran) == 0 || !ran[0].Passed {
		t.Errorf("%d scenarios", len(ran))
	}
	visits, err := os.ReadFile("../../fixtures/journeys/cart-rescued.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	out, errs, code := g.run("vi", "replay", string(visits))
	if code != 0 || !strings.HasPrefix(errs, "note: ids of persons") || !strings.Contains(out, `"cart-rescue/`) {
		t.Errorf("replayed: %d, %.300q, %q", code, out, errs)
	}
	for line := range strings.Lines(out) {
		if !json.Valid([]byte(line)) {
			t.Fatalf("no JSON: %q", line)
		}
	}
	out, errs, code = g.run("vi", "convert --as segment", string(visits))
	if code != 0 || !strings.Contains(errs, "converted ") || !strings.Contains(out, `"type":"page"`) {
		t.Errorf("converted: %d, %.300q, %q", code, out, errs)
	}
}

func TestNoScreenOfAnOperatorElsewhereTouchesAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "x.yaml")
	if err := os.WriteFile(file, []byte("kind: goal\nid: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := reopened(t, filepath.Join(dir, "x.db"))
	for _, elsewhere := range []bool{true, false} {
		k := &keeper{store: s, who: "ana", now: here().now, elsewhere: elsewhere}
		l := newLibrary(s, "ana", here().now)
		l.elsewhere = elsewhere
		for what, try := range map[string]func() error{
			"exporting a campaign": func() error {
				_, err := k.Export(t.Context(), campaigns.Export{Campaign: "x", Path: filepath.Join(dir, "new.yaml")})
				return err
			},
			"planning an import": func() error { _, err := k.Plan(t.Context(), file); return err },
			"reading a journey":  func() error { _, err := l.ReadFile(t.Context(), file, ""); return err },
			"looking at a table": func() error { _, err := l.Table(t.Context(), file); return err },
			"choosing a mapping": func() error { return l.Choose(t.Context(), file, nil) },
			"writing a mapping's file": func() error {
				_, err := l.WriteMapping(t.Context(), filepath.Join(dir, "m.yaml"), nil, false)
				return err
			},
			"reading traffic of a file": func() error {
				_, err := (&traffics{l}).open(t.Context(), trafficscreen.Input{ID: file, File: true}, journey.VisitRule{}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
				return err
			},
			"keeping a scenario": func() error {
				_, err := l.WriteScenario(t.Context(), filepath.Join(dir, "s.yaml"), &replay.Scenario{Name: "x"}, false)
				return err
			},
		} {
			if err := try(); errors.Is(err, errElsewhere) != elsewhere {
				t.Errorf("%s, elsewhere %v: %v", what, elsewhere, err)
			}
		}
	}
	// The screens of a session over SSH are given that.
	w := remoteWorld(here().now, nil, nil, nil)
	if !w.elsewhere {
		t.Error("a world elsewhere is here")
	}
}
