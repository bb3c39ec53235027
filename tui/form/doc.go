// Package form edits one catalog document in fields that stand below each
// other: the machinery of every step of the builder, of the libraries and of
// the settings.
//
// A [Form] shows [Section]s of [Field]s. A field is bound to a path of the
// document and has a [Kind] that says how it is shown and edited: [Text],
// [Prose], [Number], [Percent], [Money], [Duration], [Date], [Clock], [Toggle],
// [Choice], [Several], [List], [Reference], [References], [Color], [Zone],
// [Countries], [IPRanges], [PageRules], [URLRules], [Steps], [Hours], [Week],
// [Records] and [Condition]. What is edited goes through an [Editor], which
// *edit.History is: every change is an edit with an inverse and a name.
//
// # Rules
//
//   - What can be read goes into the document with every key; what is typed
//     without leaving the field is one step of undo, and a paste is one. What
//     cannot be read stays in the field, is told there once the focus has left
//     or [Form.ShowProblems] was called, and loses nothing elsewhere.
//   - Moving on is never refused, whatever is wrong. Back always goes back.
//   - What is typed on a row that adds, adds: all of it arrives in the first text
//     of what is added, or in the search for what to add.
//   - Text is refused at entry by model/text, with the character named at the
//     field; nothing is dropped in silence.
//   - The focus is always on the screen, the terminal's cursor in it, and it
//     shows without color.
//   - The form judges nothing itself: World.Check does, and each problem is
//     told at the field of its path, in the names that the screen has for what
//     files call otherwise ([model.Problem].Written).
//
// A screen hands on keys ([Form.Scope], [Form.Type], [Form.Paste]), actions and
// the mouse ([Form.Do], [Form.Hits]) and draws [Form.Rows]; example_test.go is
// such a screen. [Form.Plain] asks for the same fields line by line.
//
// # How it is made
//
// A kind lists stops: places where the focus can stand, each with a control
// that draws and edits one value. They are listed anew whenever the document
// changed, and controls are kept by their paths, which change when rows move.
// The package knows no store, and of the catalog only the types; matching of
// pages is model/engine's.
//
// Begin with [New], then form.go, focus.go and draw.go; kind.go and line.go for
// a simple kind, row.go and rule.go for lists of rows, condition.go and tree.go
// for conditions.
package form
