// Package theme turns what a piece of the screen means into how it looks.
//
// A screen names a [Token] ("danger", "muted", "selection"), never a color.
// [New] derives one [Theme] from what the terminal can do; a session keeps one
// and replaces it when the terminal answers otherwise, so a theme itself never
// changes and is safe for concurrent use. Colors are chosen for 256 colors,
// with a second choice for terminals of 16, and attributes alone (bold,
// reverse, underline) where there is no color. Color never says anything by
// itself: a state has a word or a glyph too.
//
// Begin with [Theme.Paint] and [Glyphs].
package theme
