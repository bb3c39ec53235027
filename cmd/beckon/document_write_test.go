package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"beckon/tui/serve"
)

// A line is a command over SSH and what has to come of it.
type remoteLine struct {
	who, line, in string
	wants         string // of what it prints, or of why it fails
	fails         bool
}

func (g *team) lines(all []remoteLine) {
	g.t.Helper()
	for i, l := range all {
		out, errs, code := g.run(l.who, l.line, l.in)
		said := out
		if l.fails {
			said = errs
		}
		if (code != 0) != l.fails || !strings.Contains(said, l.wants) {
			g.t.Fatalf("line %d, %s as %s: exit code %d, %.600q, %q; want %q", i+1, l.line, l.who, code, out, errs, l.wants)
		}
	}
}

// shown is a document as show --with-revision tells it.
func (g *team) shown(line string) (rev uint64, document map[string]any, raw string) {
	g.t.Helper()
	out, errs, code := g.run("vi", line+" --with-revision", "")
	var v struct {
		Revision uint64
		Document map[string]any
	}
	if code != 0 || json.Unmarshal([]byte(out), &v) != nil {
		g.t.Fatalf("%s: %d, %q, %q", line, code, out, errs)
	}
	return v.Revision, v.Document, out
}

func TestNothingIsWrittenOverByACommandThatHasNotReadIt(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	const goal = "kind: goal\nid: phoned\nname: %s\ntype: interact\n"
	g.lines([]remoteLine{
		{"ed", "library put", fmt.Sprintf(goal, "Phoned"), `"action": "create"`, false},
		{"ed", "library put", fmt.Sprintf(goal, "Phoned us"), "there is a goal phoned already, written by ed", true},
		{"ed", "library put --if-revision 1", fmt.Sprintf(goal, "Phoned us"), "goal phoned was changed by ed", true},
	})
	rev, _, read := g.shown("library show goal phoned")
	g.lines([]remoteLine{
		{"ed", "library put", read, `"nothingToChange": true`, false},
		{"ed", "library put", strings.Replace(read, "Phoned", "Called", 1), `"action": "update"`, false},
		{"pia", "library put", strings.Replace(read, "Phoned", "Rang", 1), "was changed by ed", true}, // what she read is old
		{"pia", fmt.Sprintf("library put --if-revision %d", rev+1), read, "and the document says", true},
		{"vi", "library show goal phoned", "", `"name": "Called"`, false},
		{"ed", fmt.Sprintf("library set goal phoned name Rang us --if-revision %d", rev), "", "was changed by ed", true},
		{"ed", "library set goal phoned name Rang us", "", `"action": "update"`, false},
		{"ed", "library put --replace", fmt.Sprintf(goal, "Phoned"), `"action": "update"`, false},
		{"ed", fmt.Sprintf("library delete goal phoned --if-revision %d", rev), "", "and not of", true},
		{"ed", "library put --if-revision 4 --replace", fmt.Sprintf(goal, "x"), "say one of them", true},
		{"ed", "library put", "", "nothing on standard input", true},
		{"ed", "library put", oneCampaign, "holds a campaign: want one of", true},
		{"ed", "library put --replace", "kind: goal\nid: phoned\nname: x\ntype: wish\n", "wish", true},
		{"ed", "library put", "kind: goal\nid: empty\n", "has errors, nothing was written", true},
		{"vi", "library history goal phoned", "", `"why": "set name of Called"`, false},
	})
	// Of two who have read the same version one is told.
	_, _, read = g.shown("campaign show summer-camp")
	g.lines([]remoteLine{
		{"ed", "campaign put", strings.Replace(read, `"name": "`, `"name": "New `, 1), `"action": "update"`, false},
		{"pia", "campaign put", strings.Replace(read, `"name": "`, `"name": "Old `, 1), "campaign summer-camp was changed by ed", true},
	})
}

func TestCampaignsLibraryAndSettingsAreEditedByCommands(t *testing.T) {
	t.Parallel()
	g := serveTeam(t, serve.Bounds{})
	first, was, _ := g.shown("campaign show summer-camp")
	name, _ := was["name"].(string)
	g.lines([]remoteLine{
		// A copy is a draft, with an ID of its own.
		{"ed", "campaign duplicate cart-rescue", "", `"id": "cart-rescue-copy"`, false},
		{"ed", "campaign duplicate cart-rescue Cart rescue copy", "", `"id": "cart-rescue-copy-2"`, false},
		{"vi", "campaign show cart-rescue-copy", "", `"name": "Cart rescue copy"`, false},
		{"ed", "campaign delete cart-rescue-copy-2", "", `"action": "delete"`, false},
		// Whether visitors see it, and its ID, are not written by the way.
		{"pia", "campaign set cart-rescue-copy published true", "", "say campaign publish", true},
		{"ed", "campaign set cart-rescue-copy id other", "", "an ID is not set like other fields", true},
		{"ed", "campaign set cart-rescue-copy nam x", "", "nam", true},
		{"ed", "campaign set cart-rescue-copy priority urgent", "", "urgent", true},
		{"ed", "campaign set cart-rescue-copy name Rescue of carts", "", `"action": "update"`, false},
		{"vi", "campaign show cart-rescue-copy", "", `"name": "Rescue of carts"`, false},
		{"ed", "campaign set cart-rescue name x", "", "only publishers may", true},
		{"pia", "campaign set cart-rescue goal none", "", "has errors, nothing was written", true},
		// A draft may be unfinished, and is told of.
		{"ed", "campaign put", oneCampaign, `"goal-missing"`, false},
		// Back to a version, and back from deletion.
		{"ed", "campaign set summer-camp name Winter camp", "", `"action": "update"`, false},
		{"ed", fmt.Sprintf("campaign revert summer-camp %d", first), "", `"action": "update"`, false},
		{"vi", "campaign show summer-camp", "", `"name": "` + name + `"`, false},
		{"ed", fmt.Sprintf("campaign revert summer-camp %d", first), "", `"nothingToChange": true`, false},
		{"ed", "campaign delete summer-camp", "", `"action": "delete"`, false},
		{"ed", fmt.Sprintf("campaign revert summer-camp %d", first), "", `"action": "create"`, false},
		{"vi", "campaign show summer-camp", "", `"name": "` + name + `"`, false},
		{"ed", "campaign revert summer-camp soon", "", "want a revision", true},
		{"ed", "campaign revert nothing 1", "", "there was no campaign nothing", true},
		// One engagement.
		{"ed", "campaign switch cart-rescue-copy/help-overlay off", "", `"action": "update"`, false},
		{"ed", "campaign switch cart-rescue-copy/help-overlay off", "", `"nothingToChange": true`, false},
		{"vi", "campaign show cart-rescue-copy", "", `"disabled": true`, false},
		{"ed", "campaign switch cart-rescue-copy/help-overlay on", "", `"action": "update"`, false},
		// The settings are the publishers'.
		{"ed", "settings set visit.idle 45m", "", "only publishers may", true},
		{"pia", "settings set visit.idle 45m", "", `"kind": "settings"`, false},
		{"vi", "settings show", "", `"idle": "45m"`, false},
		{"pia", "settings set visit.idle", "", `"action": "update"`, false},
		{"pia", "settings set zone Nowhere/Town", "", "has errors", true},
		{"pia", "settings set fourEyes true", "", "the document has no field fourEyes; there are kind, id, name, ", true},
		{"ed", "campaign set summer-camp audiences shoppers", "", "want a list, not one text: shoppers (lists and groups are written with put", true},
		{"pia", "settings put --replace", "kind: settings\nid: other\nname: x\nzone: UTC\ncurrency: EUR\n", "an account has its settings once", true},
		{"pia", "settings put", settingsNow, "there is a settings account already", true},
	})
	out, _, _ := g.run("vi", "settings show", "")
	if strings.Contains(out, "45m") {
		t.Errorf("not cleared: %s", out)
	}
	// Items: what mentions them follows, and what is used stays.
	var audience string
	uses, _, _ := g.run("vi", "campaign show cart-rescue-copy", "")
	var k struct {
		Audiences []string
		Goal      string
	}
	if err := json.Unmarshal([]byte(uses), &k); err != nil || k.Goal == "" {
		t.Fatalf("%v: %s", err, uses)
	}
	audience = k.Goal
	g.lines([]remoteLine{
		{"ed", "library delete goal " + audience, "", "take it out there first", true},
		{"ed", "library id goal " + audience + " bought", "", "only publishers may", true}, // published campaigns use it
		{"pia", "library id goal " + audience + " bought", "", `"from": "` + audience + `"`, false},
		{"vi", "campaign show cart-rescue-copy", "", `"goal": "bought"`, false},
		{"pia", "library id goal bought Bought!", "", "lower-case letters", true},
		{"ed", "library duplicate goal bought Bought twice", "", `"id": "bought-twice"`, false},
		{"ed", "library delete goal bought-twice", "", `"action": "delete"`, false},
		{"ed", "library duplicate wish bought", "", "there is no kind wish in the library: want one of goal, audience, ", true},
		{"ed", "library show goal bought-twice", "", "there is no goal", true},
		{"vi", "library list goal", "", `"bought"`, false},
	})
	// Journeys and scenarios.
	g.lines([]remoteLine{
		{"ed", "journey put One page", onePage, `"id": "one-page"`, false},
		{"ed", "journey put One page", onePage, "there is a journey one-page already", true},
		{"ed", "journey put Bad", "{}\n", "", true},
		{"vi", "journey show one-page", "", "https://shop.example/cart", false},
		{"ed", "journey copy one-page A page more", "", `"id": "a-page-more"`, false},
		{"ed", "journey copy one-page A page more", "", "there is a journey of this name", true},
		{"ed", "journey rename a-page-more Another page", "", `"from": "a-page-more"`, false},
		{"ed", "journey delete another-page", "", `"action": "delete"`, false},
		{"vi", "journey list", "", `"one-page"`, false},
		{"ed", "scenario put nothing-happens", oneScenario, `"action": "create"`, false},
		{"vi", "scenario show nothing-happens", "", "nothing happens", false},
		{"ed", "scenario put Nothing", oneScenario, "want a to z", true},
		{"ed", "scenario delete nothing-happens", "", `"action": "delete"`, false},
	})
}
