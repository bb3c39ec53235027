// Package keymap is the one catalogue of what an operator can do and with
// which key: keys are not behavior, they only name an action.
//
// Every screen contributes [Scope] values; [New] joins them and refuses a
// catalogue that contradicts itself. From the resulting [Map] come the
// resolution of a key, the footer's hints, the help overlay, the palette and
// the cheatsheet of the README, so that none of them can disagree.
//
// Scopes nest by their dotted names: "simulator.rows" lies in "simulator",
// and every scope lies in the global one, whose name is empty. A key is
// looked up from the innermost scope outwards; [Leak] says how far it gets.
//
// The package knows no screen and keeps no state. Begin with [Action] and
// [Global].
package keymap
