// Package cast writes sessions of the console as asciicast v2 files, which
// every asciinema player shows: a header, then a line for each piece of output
// and each change of the window's size, with the time since the start. What was
// typed is not recorded.
//
// [Writer] is the file. [Both] and [Watch] record a console while an operator
// uses it at his terminal. [Play] needs no terminal: it runs a model that goes
// on by itself, such as a guided tour, by a clock of its own, so that a minute
// is written as fast as it can be drawn and the same model gives the same
// bytes.
//
// The package stands behind the guard of package serve: what it is given was
// let through there.
package cast
