// Package live is the page of the screen Traffic that follows a log: what is
// decided, as it is decided.
//
// The page is no screen of its own: the screen that opens it hands it what is
// asked of a screen while it is open. Its state comes from messages alone. What
// reads and decides is behind [Source] and [Feed], on goroutines of its own, and
// never waits for the page: it keeps what is new, up to a bound, and the page
// asks for all of it at once, one command at a time and at most ten times a
// second. So the log may grow as fast as it likes: a frame costs what it costs.
//
// The page keeps [mostKept] decisions, and counts.
//
// Begin with page.go: what there is, and how news are taken; actions.go is what
// can be done, and the page in lines, draw.go how it goes.
package live
