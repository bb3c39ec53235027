// Package page draws what a visitor sees: a browser window in cells, with the
// engagements in their zones.
//
// It knows the catalog's creatives and windows and how to draw them; it does
// not know why something is shown, nor any journey: a [View] says all there is
// to draw. Everything that comes from outside passes model/text at the one
// place that writes cells (canvas.go).
//
// The page itself is a wireframe: its kind is guessed from the address and the
// sections ([KindOf]), thin lines stand for text and shaded boxes for
// pictures, and only what the journey tells (title, products, the cart's
// total, an error's message) is written out.
//
// Begin with [Draw]; then wireframe.go (the page), format.go (the six
// formats), window.go (the conversation).
package page
