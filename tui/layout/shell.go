package layout

// The smallest terminal that the console draws itself on; below it a card
// says what is needed. 80x24 is the size that every screen is designed for.
const (
	MinW = 60
	MinH = 15
)

// Mode says how many panes a screen shows next to each other.
type Mode int

const (
	// TooSmall is below 60x15: only the card with the needed size is drawn.
	TooSmall Mode = iota
	// Single is below 100 columns: one pane at a time.
	Single
	// Double is 100 columns and more: a list and its detail.
	Double
	// Triple is 160x40 and more: list, detail and inspector.
	Triple
)

// ModeOf gives the mode of a terminal of the given size.
func ModeOf(s Size) Mode {
	switch {
	case s.W < MinW || s.H < MinH:
		return TooSmall
	case s.W < 100:
		return Single
	case s.W < 160 || s.H < 40:
		return Double
	default:
		return Triple
	}
}

// Shell is the division of the whole terminal: what surrounds a screen, and
// the body that is the screen's own.
type Shell struct {
	Mode   Mode
	Tabs   Rect // one row
	Crumbs Rect // one row: breadcrumb left, status right
	Body   Rect
	Footer Rect // one row
}

// Divide cuts a terminal of the given size. Below the smallest size the whole
// of it is the body, for the card.
func Divide(s Size) Shell {
	whole := Rect{W: max(0, s.W), H: max(0, s.H)}
	sh := Shell{Mode: ModeOf(s)}
	if sh.Mode == TooSmall {
		sh.Body = whole
		return sh
	}
	sh.Tabs, whole = whole.CutTop(1)
	sh.Crumbs, whole = whole.CutTop(1)
	sh.Body, sh.Footer = whole.CutBottom(1)
	return sh
}

// Columns divides a screen's body into at most n panes side by side. What
// decides is the room of the body itself: one pane below 100 columns, two
// below 160x37 (the shell takes three rows of the 40), three above. The first
// pane is a list and gets two fifths; with three, the first two share the
// width with the inspector 4:5:4. Fewer rectangles than n mean that the rest
// is reached by opening it.
func Columns(body Rect, n int) []Rect {
	room := 3
	switch {
	case body.W < 100:
		room = 1
	case body.W < 160 || body.H < 37:
		room = 2
	}
	switch min(n, room) {
	case 0:
		return nil
	case 1:
		return []Rect{body}
	case 2:
		return body.Columns(2, 3)
	default:
		return body.Columns(4, 5, 4)
	}
}

// Window gives the first visible line of a scrolled list: as near to the
// present top as possible, with the selected line inside and no empty space
// below the end.
func Window(top, selected, height, total int) int {
	if height <= 0 || total <= height {
		return 0
	}
	if selected < top {
		top = selected
	}
	if selected >= top+height {
		top = selected - height + 1
	}
	return clamp(top, 0, total-height)
}
