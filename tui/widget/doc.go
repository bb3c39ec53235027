// Package widget holds the pieces that screens are made of: tables, trees,
// prose, boxes, bars, input lines and messages.
//
// A widget is a struct that its screen owns and calls; it is not safe for
// concurrent use, keeps its picture until something changes, and makes every
// text that it is given harmless (model/text) before it draws it. A widget
// knows actions (keymap) but no keys, looks (theme) but no colors, and nothing
// of campaigns or journeys.
//
// Begin with [Table], [Lines] and [Box].
package widget
