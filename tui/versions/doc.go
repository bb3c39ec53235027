// Package versions is the pane that shows what a document was: every version
// with when, who and why, the newest first, and field by field how the one that
// is selected differs from the work at hand, from what is in force, or from the
// version before it.
//
// It owns the list, its paging, the comparisons and how they are told. It must
// not know where versions are kept, which a [Reader] does, nor what reverting
// to one means: it hands the version to the screen that opened it
// ([Options].Revert), and writes nothing.
//
// A screen keeps an open [View] as long as it is shown, hands on its messages,
// actions and the mouse, and has [Scopes] in its catalogue.
//
// Begin with view.go; compare.go says what is compared and how it reads.
package versions
