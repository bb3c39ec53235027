package serve

// Bounds of a window in cells. A renderer keeps about 200 bytes a cell, so a
// size is an allocation: 500 by 200 is 20 MB, the 1024 by 1024 that Bubble Tea
// still finds plausible over 200.
const (
	MinWidth, MaxWidth   = 20, 500
	MinHeight, MaxHeight = 5, 200

	defaultWidth, defaultHeight = 80, 24
)

// Clamp returns the window size to work with for one that a terminal or a
// client reported: within the bounds, and 80 by 24 for a dimension that is not
// known (0, as a client without a terminal sends it, or less).
func Clamp(width, height int) (int, int) {
	if width <= 0 {
		width = defaultWidth
	}
	if height <= 0 {
		height = defaultHeight
	}
	return min(max(width, MinWidth), MaxWidth), min(max(height, MinHeight), MaxHeight)
}
