package frame

import (
	"beckon/tui/keymap"
	"beckon/tui/layout"
)

// Hit is a part of the screen that answers the mouse.
type Hit struct {
	Rect  layout.Rect
	Click keymap.ID // a press of the left button, and of what it is dragged over when Drag is set
	Wheel keymap.ID // the wheel turned above it
	Drag  bool
	Arg   any // handed on in the Pointer
}

// Pointer is the argument of an action that the mouse asked for: where in the
// rectangle, how far the wheel turned, and what the rectangle stands for.
type Pointer struct {
	X, Y  int // relative to the rectangle
	W, H  int // of the rectangle
	Wheel int // lines: negative is up
	Drag  bool
	Arg   any
}

// Hits collects the rectangles of one frame. Later ones lie on top. The zero
// value is empty and ready.
type Hits struct {
	list   []Hit
	dx, dy int
}

// Add adds a rectangle, in the coordinates of the pane that is drawing.
func (h *Hits) Add(hit Hit) {
	hit.Rect = hit.Rect.Move(h.dx, h.dy)
	h.list = append(h.list, hit)
}

// In calls draw with coordinates that begin at (x, y).
func (h *Hits) In(x, y int, draw func(*Hits)) {
	dx, dy := h.dx, h.dy
	h.dx, h.dy = dx+x, dy+y
	draw(h)
	h.dx, h.dy = dx, dy
}

// Click finds what lies under a press of the button.
func (h *Hits) Click(x, y int) (keymap.ID, Pointer, bool) {
	return h.find(x, y, func(hit Hit) keymap.ID { return hit.Click })
}

// DragOver finds what lies under the pointer while the button is held.
func (h *Hits) DragOver(x, y int) (keymap.ID, Pointer, bool) {
	id, p, ok := h.find(x, y, func(hit Hit) keymap.ID {
		if hit.Drag {
			return hit.Click
		}
		return ""
	})
	p.Drag = true
	return id, p, ok
}

// Wheel finds what lies under a turn of the wheel by n lines.
func (h *Hits) Wheel(x, y, n int) (keymap.ID, Pointer, bool) {
	id, p, ok := h.find(x, y, func(hit Hit) keymap.ID { return hit.Wheel })
	p.Wheel = n
	return id, p, ok
}

func (h *Hits) find(x, y int, action func(Hit) keymap.ID) (keymap.ID, Pointer, bool) {
	for i := len(h.list) - 1; i >= 0; i-- {
		hit := h.list[i]
		id := action(hit)
		if id == "" || !hit.Rect.Contains(x, y) {
			continue
		}
		return id, Pointer{X: x - hit.Rect.X, Y: y - hit.Rect.Y, W: hit.Rect.W, H: hit.Rect.H, Arg: hit.Arg}, true
	}
	return "", Pointer{}, false
}
