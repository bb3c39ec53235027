// Package edit changes catalog documents: one field at a time, with an inverse
// for every change, so that all of it can be undone, told and merged.
//
// It owns the addresses of fields ([Path]), what kind of value a field takes
// ([Field]), the changes ([Edit]), a document under edit with undo and redo
// ([History]), and the comparison of documents ([Diff], [Merge3]). It must not
// know screens, stores or clocks, and it does not judge: a draft may be
// unfinished or wrong, [model.Validate] tells. What it refuses is what a file
// could not hold: a field that does not exist, a text that is no value of its
// field, a document nested too deeply.
//
// Everything here goes by the types of package model and their yaml tags; a
// field added there can be edited, compared and merged without a change here.
//
// Begin reading at [Edit.Apply] (edit.go), with path.go and field.go for where
// and what, value.go for the values. [History] (history.go, save.go) is what a
// form holds; diff.go and merge.go compare, both by the pairing of lists in
// match.go; words.go says it all for people.
package edit
