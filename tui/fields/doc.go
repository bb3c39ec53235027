// Package fields is the one table of what a catalog document has on a form:
// which fields a campaign, a library item and the settings have, in which step
// or section each is asked for, under which label, and as what kind of field.
//
// It owns that table, the optional parts that a document has only sometimes,
// and the indicators of a goal. The Builder, the Library, the Settings and the
// accessible mode ask with it, so that a field is described once. It must not
// know a store, a screen or a terminal: how a field is drawn, edited or asked
// line by line is package form's, what is wrong with a value model.Validate's.
//
// # What holds
//
//   - Every field of every kind is reached by the form of that kind, or is
//     named by the tests as one that is made by other means.
//   - A field shows where it applies, or where it holds something: what is
//     written down is never out of sight.
//   - A step that a campaign's field is asked in is the step that its problems
//     lead to, see [StepOf].
//
// # Reading on
//
// step.go has the twelve steps, campaign.go and creative.go the fields of a
// campaign, item.go, goal.go and window.go those of the eight libraries,
// settings.go those of the account.
package fields
