// Package exchange carries campaigns between installations, and to and from
// the account-config JSON of the platform that Beckon's words come from.
//
// It owns the bundle (a campaign with all it mentions, as one YAML stream:
// [Export], [Import]), the JSON shape ([ImportJSON], [ExportJSON]), the
// [Plan] that both imports make before anything is written, and [Foreign], what
// is kept of a JSON object beside the document that came of it. It must not
// know a store or a screen: it hands out the documents to write, and whoever
// writes them does so in one change.
//
// Begin at [Plan] in plan.go. mention.go finds and renames references; json.go
// is the tree of a JSON file that keeps what it does not understand,
// account_*.go the fields of domain 5.1.
package exchange
