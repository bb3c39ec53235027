// Package activity is the screen Activity: every change that anybody made, the
// newest first, as it happens. It tells object, action, element, old and new
// value, when, who and from where, shows field by field what the change did to
// its document, shows the document whole, and leads to it and to its versions,
// where the screens that own it revert, and to the Simulator with the catalog as
// the change left it. It also tells who is at work now and at what, and leads
// there.
//
// It owns the list and its paging, the search and its words ([Query]), and what
// is said of a change. It must not know where the audit is kept: it works on a
// [Keeper]. It writes nothing to the store.
//
// The list holds the pages that were read; the next one is asked for when the
// selection comes near its end, so that a hundred thousand entries cost what a
// few do. A search is done by the keeper, over all entries.
//
// Begin with screen.go; follow.go reads and follows, detail.go says what is
// beside the list, online.go who is at work now.
package activity
