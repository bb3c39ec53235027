// Package pane is the contract between the shell and a screen: what the shell
// asks of a screen, and what a screen may ask of the shell.
//
// A [Screen] is a plain struct with pointers, never a tea.Model: the one
// tea.Model is the root in package app, which routes. Keys never reach a
// screen, actions do ([Screen.Do]); only a screen whose present scope is text
// is typed into ([Typist]). What a screen can do beyond the minimum it shows
// by implementing one of the small interfaces of optional.go, which the shell
// finds by type assertion.
//
// # Rules
//
//   - Update and Do run on the program's one goroutine: change state there,
//     directly. A command does the slow work, takes Session.Ctx with a
//     deadline, changes nothing, and returns a message of the screen's own
//     type. Every open screen gets every message: ignore what is not yours,
//     and drop a message whose generation is stale.
//   - No time.Now, no os.Getenv, no variable of the package: everything comes
//     from the [Session]. What operators did is told by [Session.When] or
//     [Session.Clock], in the zone of the account; what visitors did, in UTC.
//   - Rows returns exactly size.H rows of exactly size.W cells, and the same
//     slice while nothing changed (widgets do both; frame.Cache helps).
//   - A tick chain carries a generation and ends in Pause(true).
//   - Text that somebody else wrote is given to a widget's Cell, which passes
//     it through model/text, or passes text.Line by your hand before it meets
//     Theme.Paint.
//
// # A screen to copy from
//
// example_test.go is a whole screen in the order in which it is best read:
// a table and its detail, scopes and actions, a command and its result, a
// question before something is destroyed, the filter, the mouse, and the two
// kinds of tests ([beckon/tui/tuitest] drives the whole program, or compares
// rows with a golden file).
package pane
