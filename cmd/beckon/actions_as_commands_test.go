package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"beckon/store/guard"
	"beckon/tui/serve"
)

// actionCommands say by which command over SSH an action that changes the store
// is done without a screen. What only changes a form, or a draft, is done by
// giving the whole document.
var actionCommands = map[string]string{
	"campaign put": `
		builder.engagement.rename builder.engagements.add builder.engagements.delete builder.engagements.down
		builder.engagements.duplicate builder.engagements.up builder.form.add builder.form.clear builder.form.delete
		builder.form.duplicate builder.form.group builder.form.move.down builder.form.move.up builder.form.toggle builder.form.ungroup
		builder.gallery.add builder.parts builder.save builder.start.new campaigns.build campaigns.new`,
	"library put": `
		builder.item library.add library.edit library.form.add library.form.clear library.form.delete library.form.duplicate
		library.form.group library.form.move.down library.form.move.up library.form.part library.form.save library.form.toggle
		library.form.ungroup`,
	"settings put": `
		settings.edit settings.form.add settings.form.clear settings.form.delete settings.form.duplicate settings.form.group
		settings.form.move.down settings.form.move.up settings.form.save settings.form.toggle settings.form.ungroup`,
	"campaign delete":    "builder.delete campaigns.delete",
	"campaign duplicate": "builder.duplicate campaigns.duplicate",
	"campaign import":    "campaigns.import",
	"campaign priority":  "campaigns.priority",
	"campaign publish":   "builder.publish.now campaigns.publish",
	"campaign request":   "builder.publish.ask",
	"campaign revert":    "builder.versions.revert",
	"campaign switch":    "builder.engagements.switch campaigns.switch",
	"campaign unpublish": "campaigns.unpublish",
	"journey put":        "simulator.journey.save",
	"library default":    "library.default",
	"library delete":     "library.delete",
	"library duplicate":  "library.duplicate",
	"library id":         "library.id",
	"library revert":     "library.versions.revert",
	"library set":        "library.rename",
	"runs delete":        "traffic.forget",
	"runs keep":          "traffic.keep",
	"scenario delete":    "builder.publish.scenario.drop",
	"scenario put":       "simulator.keep",
}

// screenAlone are actions on what nobody but their operator has: his drafts, and
// what he has read before he publishes.
const screenAlone = "builder.discard builder.start.drop builder.publish.accept builder.publish.accept.all"

// hereAlone are actions on files of this machine, which no session over SSH
// opens, by their commands.
var hereAlone = map[string]string{"map": "mapping.keep"}

func TestEveryActionThatChangesTheStoreIsACommandToo(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, id := range strings.Fields(screenAlone) {
		told[id] = true
	}
	for command, ids := range hereAlone {
		if found, _, err := rootCommand(here()).Find([]string{command}); err != nil || found.CommandPath() != "beckon "+command {
			t.Errorf("there is no command %s", command)
		}
		told[ids] = true
	}
	for command, ids := range actionCommands {
		found, _, err := remoteCommands(here(), nil, &serve.Client{}).Find(strings.Fields(command))
		if err != nil || "beckon "+command != found.CommandPath() {
			t.Errorf("there is no command %s", command)
		}
		for _, id := range strings.Fields(ids) {
			if told[id] {
				t.Errorf("%s is there twice", id)
			}
			told[id] = true
		}
	}
	var changes []string
	for _, role := range []guard.Role{guard.Editor, guard.Publisher, guard.Admin} {
		changes = append(changes, strings.Fields(actionRoles[role])...)
	}
	slices.Sort(changes)
	if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, changes) {
		for _, id := range changes {
			if !told[id] {
				t.Errorf("by which command is %s done without a screen?", id)
			}
		}
		for _, id := range got {
			if !slices.Contains(changes, id) {
				t.Errorf("there is no action %s that changes the store", id)
			}
		}
	}
}

// What goes over SSH is there at this machine too, but for what tells of a
// connection.
func TestCommandsOverSSHAreThoseOfThisMachine(t *testing.T) {
	t.Parallel()
	leaves := func(root *cobra.Command) (out []string) {
		var walk func(*cobra.Command)
		walk = func(c *cobra.Command) {
			if len(c.Commands()) == 0 {
				out = append(out, c.CommandPath())
			}
			for _, sub := range c.Commands() {
				walk(sub)
			}
		}
		walk(root)
		return out
	}
	home := leaves(rootCommand(here()))
	for _, command := range leaves(remoteCommands(here(), nil, &serve.Client{})) {
		if alone := []string{"beckon console", "beckon who", "beckon whoami"}; !slices.Contains(home, command) && !slices.Contains(alone, command) {
			t.Errorf("%s is not there at this machine", command)
		}
	}
}
