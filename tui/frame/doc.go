// Package frame holds finished rows of the screen and puts them together.
//
// A picture is [Rows]: exactly so many strings, each exactly so many cells
// wide, holding text and looks but never a control character. Panes draw rows
// once and keep them in a [Cache] until something changed; the root only joins
// rows, which costs next to nothing. Widths are counted in cells by x/ansi,
// never in bytes or runes.
//
// The package knows rectangles and actions (for [Hits]), no screen and no
// theme. Begin with [Fit], [Rows] and [Cache].
package frame
