// Package text is the one place where foreign text becomes text that may be
// shown.
//
// Foreign is everything that this program did not write itself: journeys,
// catalogs, file names, server replies, what an operator typed, and error
// messages that quote any of these. A terminal obeys what it is sent, so a
// visitor's search term that holds an escape sequence could move the cursor,
// set the window title or write the clipboard of whoever looks at it; bidi
// controls can make a name read as another one; a thousand combining marks can
// cover the lines above. The functions here make such text harmless and keep
// it visible: what cannot be shown is replaced, never dropped in silence.
//
//   - At show: [Line], [Lines] and [Block] for a screen, a title, a log line or
//     an error; [Inspect] where somebody needs to see what is really there.
//   - At entry: [Entry], [Name] and [Prose] for what an operator typed. They
//     refuse, and name the character, where the others replace.
//   - At export: [Spreadsheet] for a cell of a CSV file.
//
// The package knows no screen, no width in cells and no file. Counts are in
// runes, so that a bound can be applied before anything measures the text.
//
// Begin reading at [Line], then the classes in class.go.
package text
