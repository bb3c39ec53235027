// Package model is what operators write: campaigns, the library items they
// share and the account's settings, together one [Catalog].
//
// It owns the catalog types, their defaults, their validation, the YAML and
// JSON codec and the JSON Schema. It must not know journeys, decisions, stores
// or screens: it imports nothing of this module but model/text.
//
// Begin reading at [Catalog], then [Campaign] and [Engagement]; conditions, the
// largest part, are in [Condition]. Files are read by [Load] (load.go, then
// decode.go and the two sources yamlsource.go and jsonsource.go) and written by
// [Encode]; between text and Go value stands one tree of nodes (node.go), and
// fields.go says how types look in a file. [Validate] holds a catalog to
// [Rules]; what it needs to know of other documents it asks an [Index]. What
// every field means follows the domain reference; where this package resolves
// something the reference leaves open, the comment at the field says so.
package model
