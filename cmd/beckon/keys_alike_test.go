package main

import (
	"slices"
	"strings"
	"testing"

	"beckon/tui/keymap"
)

// alikeKeys are what is done on more than one list, and the key that it has on
// all of them.
var alikeKeys = map[string]string{
	"n":      "campaigns.new library.add builder.start.new builder.engagements.add builder.gallery.add",
	"e":      "campaigns.build library.edit settings.edit",
	"D":      "campaigns.duplicate library.duplicate builder.engagements.duplicate builder.form.duplicate library.form.duplicate settings.form.duplicate",
	"d":      "campaigns.delete library.delete builder.start.drop builder.engagements.delete builder.publish.scenario.drop builder.form.delete library.form.delete settings.form.delete traffic.forget mapping.clear",
	"delete": "campaigns.delete library.delete builder.start.drop builder.engagements.delete builder.publish.scenario.drop traffic.forget mapping.clear simulator.event.delete",
	"t":      "campaigns.deleted builder.start.deleted",
	"R":      "library.rename builder.engagement.rename",
	"o":      "campaigns.switch builder.engagements.switch library.form.part",
	"x":      "campaigns.export activity.export",
	"v":      "campaigns.versions library.past activity.versions",
	"V":      "campaigns.atwork builder.atwork activity.replay",
	"c":      "library.versions.compare builder.versions.compare traffic.compare",
	"s":      "campaigns.sort library.sort simulator.sort traffic.sort",
	"S":      "campaigns.reverse library.reverse",
	"f5":     "campaigns.reload library.reload activity.reload settings.reload library.versions.again builder.versions.again simulator.rerun traffic.run",
	"f2":     "builder.save library.form.save settings.form.save simulator.journey.save mapping.keep",
	"f4":     "campaigns.problem builder.form.problem.next library.form.problem.next settings.form.problem.next",
	"enter":  "open",
	"/":      "filter",
	"ctrl+z": "undo",
	"ctrl+y": "redo",
}

func TestWhatIsDoneOnSeveralListsHasOneKey(t *testing.T) {
	t.Parallel()
	found := map[keymap.ID][]string{}
	for _, a := range allActions(t) {
		found[a.ID] = a.Keys
	}
	for key, ids := range alikeKeys {
		for _, id := range strings.Fields(ids) {
			keys, ok := found[keymap.ID(id)]
			if !ok {
				t.Errorf("there is no action %s any more", id)
			} else if !slices.Contains(keys, key) {
				t.Errorf("%s is done with %q, elsewhere with %s", id, keys, key)
			}
		}
	}
}
