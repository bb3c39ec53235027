package layout

// Size is a width and a height in cells.
type Size struct{ W, H int }

// Rect is a rectangle of cells; X and Y are its top left corner.
type Rect struct{ X, Y, W, H int }

// Size gives the width and the height of the rectangle.
func (r Rect) Size() Size { return Size{W: r.W, H: r.H} }

// Empty tells whether the rectangle holds no cell.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains tells whether the cell (x, y) lies in the rectangle.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Inset takes n cells off each side; what is left is never negative.
func (r Rect) Inset(n int) Rect {
	return Rect{X: r.X + min(n, r.W), Y: r.Y + min(n, r.H), W: max(0, r.W-2*n), H: max(0, r.H-2*n)}
}

// Move shifts the rectangle by dx and dy.
func (r Rect) Move(dx, dy int) Rect {
	r.X += dx
	r.Y += dy
	return r
}

// CutTop splits off the first n rows.
func (r Rect) CutTop(n int) (top, rest Rect) {
	n = clamp(n, 0, r.H)
	return Rect{r.X, r.Y, r.W, n}, Rect{r.X, r.Y + n, r.W, r.H - n}
}

// CutBottom splits off the last n rows.
func (r Rect) CutBottom(n int) (rest, bottom Rect) {
	n = clamp(n, 0, r.H)
	return Rect{r.X, r.Y, r.W, r.H - n}, Rect{r.X, r.Y + r.H - n, r.W, n}
}

// CutLeft splits off the first n columns.
func (r Rect) CutLeft(n int) (left, rest Rect) {
	n = clamp(n, 0, r.W)
	return Rect{r.X, r.Y, n, r.H}, Rect{r.X + n, r.Y, r.W - n, r.H}
}

// CutRight splits off the last n columns.
func (r Rect) CutRight(n int) (rest, right Rect) {
	n = clamp(n, 0, r.W)
	return Rect{r.X, r.Y, r.W - n, r.H}, Rect{r.X + r.W - n, r.Y, n, r.H}
}

// Columns divides the rectangle from left to right in proportion to the
// weights. The widths sum to the rectangle's: what rounding leaves over goes
// to the last column.
func (r Rect) Columns(weights ...int) []Rect {
	out := make([]Rect, len(weights))
	for i, s := range shares(r.W, weights) {
		out[i] = Rect{r.X + s.at, r.Y, s.n, r.H}
	}
	return out
}

// Stack divides the rectangle from top to bottom in proportion to the
// weights. The heights sum to the rectangle's.
func (r Rect) Stack(weights ...int) []Rect {
	out := make([]Rect, len(weights))
	for i, s := range shares(r.H, weights) {
		out[i] = Rect{r.X, r.Y + s.at, r.W, s.n}
	}
	return out
}

// Center places a rectangle of the wanted size in the middle of r, made
// smaller where it would not fit.
func (r Rect) Center(want Size) Rect {
	w, h := clamp(want.W, 0, r.W), clamp(want.H, 0, r.H)
	return Rect{r.X + (r.W-w)/2, r.Y + (r.H-h)/2, w, h}
}

type share struct{ at, n int }

func shares(n int, weights []int) []share {
	n = max(0, n)
	total := 0
	for _, w := range weights {
		total += max(0, w)
	}
	out := make([]share, len(weights))
	at := 0
	for i, w := range weights {
		part := 0
		switch {
		case i == len(weights)-1:
			part = n - at
		case total > 0:
			part = n * max(0, w) / total
		}
		out[i] = share{at, part}
		at += part
	}
	return out
}

func clamp(n, low, high int) int { return max(low, min(n, max(low, high))) }
