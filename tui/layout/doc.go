// Package layout divides the screen into rectangles of cells.
//
// Everything here is a pure function of a size, so that a layout can be
// tested as a picture and no layout is ever computed while a message is
// handled: the root stores the size and asks again when it draws. The package
// knows nothing of what is drawn.
//
// Begin with [Divide], which cuts the whole screen, and [Columns], which cuts
// a body into panes.
package layout
