package model_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/model"
)

// mixed breaks the form of files and the rules of catalogs, each many times.
const mixed = `kind: campain
id: spring
name: Spring
---
kind: campaign
id: cart
name: Cart
published: true
priorty: high
goal: order
audiences: [everyone, nobody]
controlGroup: 40
timeFrame: {start: 2026-02-30}
engagements:
  - {id: help, name: Help, fromat: overlay, type: conversation, entryPoints: [cart-page], behaviors: [linger]}
  - {id: help, name: "", format: overlay, type: content, url: "shop.example", entryPoints: [], behaviors: [always]}
  - {id: Bad Id, name: Third, format: sticky, type: chat, entryPoints: [cart-page], behaviors: [always], delay: 7h, follow: {pages: 200}}
---
kind: audience
id: everyone
name: Everyone
when: {visitor: sometimes}
---
kind: behavior
id: always
name: Always
wehn: {}
---
kind: behavior
id: always
name: Always again
when: {timeOnPage: {moreThan: 30s, lessThan: 10s}}
---
kind: entry-point
id: cart-page
name: Cart page
include: [{regex: "("}]
---
kind: goal
id: order
name: [
---
kind: window
name: Chat
---
kind: goal
id: bought
name: Bought
type: purchase
moreThan: "-5"
`

func checkText(t *testing.T, now time.Time, files map[string]string) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	for _, f := range model.Check(now, dir).Findings {
		if (f.File == nil) == (f.Problem == nil) {
			t.Fatalf("a finding that is not one thing: %+v", f)
		}
		where := fmt.Sprintf("%s:%d ", filepath.Base(f.Source.File), f.Line)
		if f.File != nil {
			out = append(out, where+f.File.Document+" "+f.File.Path+" "+f.File.Reason)
		} else {
			out = append(out, where+string(f.Problem.Kind)+" "+f.Problem.ID+" "+f.Problem.Path+" "+f.Problem.Code)
		}
	}
	return out
}

func wantFindings(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("not found: %s", want[i])
		case i >= len(want):
			t.Errorf("found as well: %s", got[i])
		case !strings.HasPrefix(got[i], want[i]):
			t.Errorf("found %s\n want %s", got[i], want[i])
		}
	}
}

func TestMistakesOfBothSortsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	wantFindings(t, checkText(t, time.Time{}, map[string]string{"a.yaml": mixed}), []string{
		"a.yaml:1  kind want settings",
		"a.yaml:9 campaign cart priorty unknown field",
		"a.yaml:11 campaign cart audiences[1] reference-missing",
		"a.yaml:12 campaign cart controlGroup control-out-of-range",
		"a.yaml:13 campaign cart timeFrame.start want a date",
		"a.yaml:15 campaign cart engagements[0].window window-missing",
		"a.yaml:15 campaign cart engagements[0].creative creative-empty",
		"a.yaml:15 campaign cart engagements[0].fromat unknown field",
		"a.yaml:15 campaign cart engagements[0].behaviors[0] reference-missing",
		"a.yaml:16 campaign cart engagements[1].id id-duplicate",
		"a.yaml:16 campaign cart engagements[1].creative creative-empty",
		"a.yaml:16 campaign cart engagements[1].name name-missing",
		"a.yaml:16 campaign cart engagements[1].url url-invalid",
		"a.yaml:16 campaign cart engagements[1].entryPoints entry-point-missing",
		"a.yaml:17 campaign cart engagements[2].id id-invalid",
		"a.yaml:17 campaign cart engagements[2].creative creative-empty",
		"a.yaml:17 campaign cart engagements[2].type want conversation or content",
		"a.yaml:17 campaign cart engagements[2].delay delay-out-of-range",
		"a.yaml:17 campaign cart engagements[2].follow follow-out-of-range",
		"a.yaml:22 audience everyone when.visitor want first-time",
		"a.yaml:27 behavior always wehn unknown field",
		"a.yaml:30 behavior always id given twice, first at",
		"a.yaml:32 behavior always when.timeOnPage.lessThan unknown field",
		"a.yaml:37 entry-point cart-page include[0].regex regex-invalid",
		"a.yaml:41   not YAML",
		"a.yaml:43 window id missing",
		"a.yaml:49 goal bought type want sell",
		"a.yaml:50 goal bought moreThan unknown field",
	})
}

func TestWhatCouldNotBeReadIsNotMissing(t *testing.T) {
	t.Parallel()
	const campaign = `kind: campaign
id: c
name: C
goal: g
audiences: [a]
controlGroup: 10
timeFrame: {start: 2026-01-01}
engagements:
  - {id: e, name: E, format: overlay, type: content, url: "https://shop.example/", entryPoints: [p], behaviors: [b], creative: {online: {elements: [{kind: label, text: Hello}]}}}
`
	const rest = "kind: audience\nid: a\nname: A\n---\nkind: entry-point\nid: p\nname: P\ninclude: [{contains: /}]\n---\nkind: behavior\nid: b\nname: B\n"
	for name, c := range map[string]struct{ goal, want string }{
		"a kind that is none":            {"kind: gaol\nid: g\nname: G\n", "goal.yaml:1  kind want"},
		"no YAML":                        {"kind: goal\nid: g\nname: [\n", "goal.yaml:3   not YAML"},
		"no UTF-8":                       {"kind: goal\nid: g\nname: \xff\n", "goal.yaml:3   not UTF-8"},
		"an unknown field":               {"kind: goal\nid: g\nname: G\ntype: page-views\npages: 3\npage: 3\n", "goal.yaml:6 goal g page unknown field"},
		"a field that may be misspelled": {"kind: goal\nid: g\nname: G\ntype: page-views\npagse: 3\n", "goal.yaml:5 goal g pagse unknown field"},
		"a value that is none":           {"kind: goal\nid: g\nname: G\ntype: pages\npages: 3\n", "goal.yaml:4 goal g type want"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantFindings(t, checkText(t, time.Time{}, map[string]string{"campaign.yaml": campaign, "goal.yaml": c.goal, "rest.yaml": rest}), []string{c.want})
		})
	}
	t.Run("a file that cannot be opened", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "c.yaml"), []byte(campaign), 0o600); err != nil {
			t.Fatal(err)
		}
		c := model.Check(time.Time{}, dir, filepath.Join(dir, "nowhere.yaml"))
		if len(c.Findings) != 1 || c.Findings[0].File == nil || c.Findings[0].File.Err == nil || len(c.Malformed) != 1 {
			t.Errorf("findings %+v", c.Findings)
		}
	})
}

func TestTheDateIsLookedAt(t *testing.T) {
	t.Parallel()
	const ended = "kind: campaign\nid: c\nname: C\npublished: true\ntimeFrame: {start: 2026-01-01, end: 2026-01-31}\n"
	has := func(now time.Time) bool {
		return strings.Contains(strings.Join(checkText(t, now, map[string]string{"c.yaml": ended}), "\n"), " ended")
	}
	if has(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)) || !has(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("a campaign that ended is not told apart from one that runs")
	}
}

func TestHowManyAreNotToldComesLast(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f.yaml")
	if err := os.WriteFile(path, []byte(strings.Repeat("---\nx\n", model.MaxFileErrors+7)), 0o600); err != nil {
		t.Fatal(err)
	}
	found := model.Check(time.Unix(0, 0), path).Findings
	if got := found[len(found)-1].File; got == nil || got.Reason != "and 7 more problems" {
		t.Fatalf("the last of %d: %v", len(found), got)
	}
}

func TestUTF16IsCalledByItsName(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\xfek\x00", "\xfe\xff\x00k"} {
		if _, err := model.DecodeDocuments("f.yaml", []byte(text)); err == nil || err.Error() != "f.yaml: written in UTF-16, want UTF-8" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
