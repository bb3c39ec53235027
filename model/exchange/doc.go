// Package exchange carries campaigns between installations.
//
// It owns the bundle (a campaign with all it mentions, as one YAML stream:
// [Export], [Import]) and the [Plan] that an import makes before anything is
// written. It must not know a store or a screen: it hands out the documents to
// write, and whoever writes them does so in one change.
//
// Begin at [Plan] in plan.go; mention.go finds and renames references.
package exchange
