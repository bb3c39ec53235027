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
// pictures; beside what such a page always has ("Add to cart"), only what the
// journey tells (title, products, the cart's
// total, an error's message) is written out.
//
// A creative is drawn in its own colors, as legible as WCAG asks, its elements
// where the designer put them, in proportion to the page; where letters, which
// do not shrink, leave no room for that, below each other (creative.go). What
// is drawn in the theme's Overlay look is the console's word and nothing that
// a visitor sees: the format, the state, where a click leads.
//
// A motion is a function of the time that is left of it ([Motion]); the
// package keeps no state and knows no clock.
//
// Begin with [Draw]; then browser.go (the window around the page),
// wireframe.go (the page), format.go (the six formats), window.go (the
// conversation).
package page
