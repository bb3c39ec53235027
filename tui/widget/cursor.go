package widget

import (
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// cursor is a selected line and the window around it: what tables, trees and
// pickers have in common.
type cursor struct {
	at, top, height int
}

// clamp keeps the selection on one of n lines.
func (c *cursor) clamp(n int) { c.at = max(0, min(c.at, n-1)) }

// scroll moves the window so that the selection is inside.
func (c *cursor) scroll(height, n int) {
	c.height = max(1, height)
	c.clamp(n)
	c.top = layout.Window(c.top, c.at, height, n)
}

// do moves the selection over n lines; head is the number of rows above the
// first line in the widget's picture.
func (c *cursor) do(id keymap.ID, arg any, n, head int) Result {
	page := max(1, c.height)
	switch id {
	case keymap.Up:
		c.at--
	case keymap.Down:
		c.at++
	case keymap.PageUp:
		c.at -= page
	case keymap.PageDown:
		c.at += page
	case keymap.HalfUp:
		c.at -= max(1, page/2)
	case keymap.HalfDown:
		c.at += max(1, page/2)
	case keymap.First:
		c.at = 0
	case keymap.Last:
		c.at = n - 1
	case keymap.Wheel:
		p, _ := arg.(frame.Pointer)
		c.at += wheelStep * p.Wheel
	case keymap.Click:
		p, ok := arg.(frame.Pointer)
		line := c.top + p.Y - head
		if !ok || p.Y < head || line >= n {
			return Handled
		}
		if line == c.at {
			return Opened
		}
		c.at = line
	default:
		return Ignored
	}
	c.clamp(n)
	return Handled
}
