// Package mapping is the page on which a person says what the columns of a
// table are: the fields of a visitor's event with what they are read from, and
// beside them the first rows as they would be read so, row by row, with those
// that are rejected and why.
//
// It owns what is chosen, in what order it can be taken back, and how it is
// told. What a mapping is, what is guessed and what a row becomes is package
// journey's ([journey.Sketch], [journey.Try]); where tables and mappings are
// kept a [Source] knows. The page begins with an [Open] that another screen
// hands over, and ends by handing a [Read] back to that screen.
//
// A screen whose file is a table without a mapping gets the error [Needed], and
// shows this page. The page has a tab only while a table is open.
//
// Begin with screen.go; edit.go changes fields, look.go tells what the rows
// become, keep.go saves and leaves, read.go says all of it in lines.
package mapping
