package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples are those of the commands that read and change the documents of a
// store, at this machine and over SSH, where they begin with ssh HOST. Commands
// beside these have theirs where they are made.
var examples = map[string]string{
	"backup":              "beckon backup > monday.db",
	"campaign":            "beckon campaign list\nbeckon campaign set summer-camp name Summer camp 2027\nbeckon campaign publish summer-camp",
	"campaign approve":    "beckon campaign approve summer-camp --note 'as agreed'",
	"campaign decline":    "beckon campaign decline summer-camp --note 'not before the sale'",
	"campaign delete":     "beckon campaign delete summer-camp",
	"campaign duplicate":  "beckon campaign duplicate cart-rescue Cart rescue for tents",
	"campaign export":     "beckon campaign export cart-rescue > cart-rescue.yaml",
	"campaign history":    "beckon campaign history cart-rescue",
	"campaign list":       "beckon campaign list | jq -r '.[] | select(.published) | .id'",
	"campaign priority":   "beckon campaign priority cart-rescue low",
	"campaign publish":    "beckon campaign publish summer-camp",
	"campaign request":    "beckon campaign request summer-camp --note 'for the holidays'",
	"campaign requests":   "beckon campaign requests --for-me",
	"campaign revert":     "beckon campaign revert cart-rescue 41",
	"campaign show":       "beckon campaign show cart-rescue --with-revision > cart-rescue.json",
	"campaign switch":     "beckon campaign switch cart-rescue/kept-for-you off",
	"campaign unpublish":  "beckon campaign unpublish cart-rescue",
	"campaign withdraw":   "beckon campaign withdraw summer-camp",
	"check":               "beckon check",
	"console":             "ssh -t HOST console --ascii --no-color\nssh HOST console --accessible",
	"help":                "beckon help replay",
	"journey":             "beckon journey list\nbeckon journey show tent-shopper > tent-shopper.jsonl",
	"journey copy":        "beckon journey copy tent-shopper Tent shopper who pays",
	"journey delete":      "beckon journey delete tent-shopper-who-pays",
	"journey list":        "beckon journey list | jq -r '.[].id'",
	"journey rename":      "beckon journey rename tent-shopper Tent shopper in March",
	"journey show":        "beckon journey show tent-shopper > tent-shopper.jsonl",
	"library":             "beckon library list audience\nbeckon library show audience shoppers",
	"library default":     "beckon library default trail-messaging",
	"library delete":      "beckon library delete audience shoppers-2",
	"library duplicate":   "beckon library duplicate audience shoppers Shoppers of tents",
	"library history":     "beckon library history audience shoppers",
	"library id":          "beckon library id audience shoppers all-shoppers",
	"library list":        "beckon library list audience",
	"library revert":      "beckon library revert audience shoppers 41",
	"library show":        "beckon library show audience shoppers --with-revision > shoppers.json",
	"operator":            "beckon operator list\nbeckon operator role ana publisher",
	"operator disable":    "beckon operator disable ana",
	"operator enable":     "beckon operator enable ana",
	"operator list":       "beckon operator list | jq -r '.[].name'",
	"operator remove-key": "beckon operator remove-key ana SHA256:FN0f0z1+D8G0XS4V8CG/tI2XgZapgClfd9UfBSKpc+0",
	"runs delete":         "beckon runs delete monday",
	"runs keep":           "beckon runs keep monday --respond accept=0.1,decline=0.3",
	"runs list":           "beckon runs list --json",
	"runs repeat":         "beckon runs repeat monday",
	"runs show":           "beckon runs show monday",
	"scenario":            "beckon scenario list\nbeckon scenario put cart-rescued < cart-rescued.yaml",
	"scenario delete":     "beckon scenario delete cart-rescued",
	"scenario list":       "beckon scenario list | jq -r '.[].name'",
	"scenario show":       "beckon scenario show cart-rescued > cart-rescued.yaml",
	"schema":              "beckon schema catalog > catalog.schema.json",
	"settings":            "beckon settings show\nbeckon settings set visit.idle 45m",
	"settings history":    "beckon settings history",
	"settings revert":     "beckon settings revert 41",
	"settings show":       "beckon settings show",
	"store":               "beckon store copy bolt://old.db bolt://new.db",
	"test":                "beckon test",
	"version":             "beckon version",
	"who":                 "ssh HOST who\nssh HOST who --json",
	"whoami":              "ssh HOST whoami",
}

// exampleOf is how a command is called.
func exampleOf(cmd *cobra.Command) string {
	if cmd.HasExample() {
		return cmd.Example
	}
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	return examples[path]
}
