package app

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// hints is how many actions the footer shows at most: what is used most, as far as
// there is room. The rest is behind the help.
const hints = 18

// view is what was drawn last: the rows, their content as one string, and
// what answers the mouse.
type view struct {
	rows    frame.Rows
	content string
	hits    frame.Hits

	whole tea.View
	fresh bool // nothing happened since that could be seen
}

// unseen reports whether a message is about nothing that is drawn: every
// command that waits gives one before it waits.
func unseen(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case pane.Waiting, placeMsg, placeKeptMsg, listenMsg, idleMsg:
		return true
	case pane.Quiet:
		return msg.Quiet()
	}
	return false
}

// View draws the frame, unless there is nothing new to see. The content is
// joined anew only when a row changed.
func (r *Root) View() tea.View {
	if r.view.fresh {
		return r.view.whole
	}
	rows, cursor := r.frame()
	if !slices.Equal(rows, r.view.rows) {
		r.view.rows, r.view.content = rows, rows.Join()
	}
	v := tea.NewView(r.view.content)
	v.AltScreen = true
	v.ReportFocus = true // screens keep what is unsaved when the operator looks elsewhere
	v.Cursor = cursor
	v.WindowTitle = "Beckon " + r.ses.Theme.Dot + " " + text.Line(r.screen().Title(), 40)
	if r.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	r.view.whole, r.view.fresh = v, true
	return v
}

// Frame gives the rows of the present frame, for tests and for printing.
func (r *Root) Frame() frame.Rows {
	rows, _ := r.frame()
	return rows
}

func (r *Root) frame() (frame.Rows, *tea.Cursor) {
	th := r.ses.Theme
	sh, caption := r.tour.divide(th, layout.Divide(r.size))
	r.view.hits = frame.Hits{}
	if sh.Mode == layout.TooSmall {
		return r.card(), nil
	}
	sh, notices := r.noticeRows(sh)
	rows := make(frame.Rows, 0, r.size.H)
	rows = append(rows, r.tabs(sh.Tabs), r.crumbs(sh.Crumbs))
	rows = append(rows, notices...)
	focused := r.dialogs.Len() == 0
	rows = append(rows, r.screen().Rows(sh.Body.Size(), focused)...)
	rows = append(rows, caption...)
	switch {
	case r.OnTour():
		rows = append(rows, r.tourFooter(sh.Footer))
	case !focused:
		rows = append(rows, frame.Fit("", sh.Footer.W)) // the keys are the dialog's
	default:
		rows = append(rows, r.footer(sh.Footer))
	}
	if c, ok := r.screen().(pane.Clickable); ok {
		r.view.hits.In(sh.Body.X, sh.Body.Y, c.Hits)
	}

	var cursor *tea.Cursor
	if p, ok := r.screen().(pane.Pointed); ok && focused {
		if x, y, visible := p.Cursor(); visible && x < sh.Body.W && y < sh.Body.H {
			cursor = tea.NewCursor(sh.Body.X+x, sh.Body.Y+y)
		}
	}
	if r.filter.on {
		rows[sh.Footer.Y], cursor = r.filterRow(sh.Footer)
	}
	if r.dialogs.Len() > 0 {
		var x, y int
		var visible bool
		cursor = nil
		if rows, x, y, visible = r.dialogs.Over(th, rows, r.size); visible {
			cursor = tea.NewCursor(x, y)
		}
	}
	rows = r.overToasts(rows, sh)
	if cursor != nil {
		cursor.Shape, cursor.Blink = tea.CursorBar, false
	}
	return rows, cursor
}

// card says that the terminal is too small, in as many words as fit.
func (r *Root) card() frame.Rows {
	lines := []string{
		"Beckon needs more room.",
		fmt.Sprintf("at least %dx%d, now %dx%d", layout.MinW, layout.MinH, r.size.W, r.size.H),
		"q: quit",
	}
	if r.size.H < len(lines) || r.size.W < len(lines[1]) {
		lines = []string{fmt.Sprintf("%dx%d", layout.MinW, layout.MinH), "q"}
	}
	rows := frame.Blank(r.size.W, r.size.H)
	top := max(0, (r.size.H-len(lines))/2)
	for i, l := range lines {
		if top+i < len(rows) {
			rows[top+i] = frame.FitCenter(l, r.size.W)
		}
	}
	return rows
}

func (r *Root) tabs(at layout.Rect) string {
	var names []string
	for i, s := range r.screens {
		if r.aside(i) != "" && i != r.active { // they are the last ones
			continue
		}
		name := s.Title()
		if g, ok := s.(pane.Guarded); ok && r.opened[i] && g.Unsaved() != "" {
			name += " *"
		}
		names = append(names, name)
	}
	badge := r.badge()
	who, others := r.me(names, at.W-frame.Width(badge))
	room := max(0, at.W-frame.Width(who)-frame.Width(badge))
	line, rects := widget.TabBar(r.ses.Theme, names, r.active, room)
	tabs := keymap.Tabs()
	for i, rect := range rects {
		if i < len(tabs) {
			r.view.hits.Add(frame.Hit{Rect: rect.Move(at.X, at.Y), Click: tabs[i]})
		}
	}
	if others {
		r.view.hits.Add(frame.Hit{Rect: layout.Rect{X: at.X + room + frame.Width(badge), Y: at.Y, W: at.W - room - frame.Width(badge), H: 1}, Click: keymap.Who})
	}
	return frame.Fit(line+badge+who, at.W)
}

func (r *Root) crumbs(at layout.Rect) string {
	th := r.ses.Theme
	parts := []string{r.screen().Title()}
	if l, ok := r.screen().(pane.Located); ok {
		parts = append(parts, l.Crumbs()...)
	}
	for i := range parts {
		parts[i] = text.Line(parts[i], 80)
	}
	left := " " + strings.Join(parts, " "+th.Separator+" ")
	right := ""
	if s, ok := r.screen().(pane.Reporting); ok {
		right = text.Line(s.Status(), 120)
	}
	if f := r.filterable(); f != nil && f.Filter() != "" {
		shown, total := f.Count()
		right = strings.TrimSpace(fmt.Sprintf("%s  /%s %d/%d", right, text.Line(f.Filter(), 24), shown, total))
	}
	if what, slow := r.work.slow(r.ses.Now()); slow {
		right = text.Line(what, 60) + th.Ellipsis + " esc: cancel"
	}
	if right != "" {
		right = " " + right + " "
	}
	room := max(0, at.W-frame.Width(right))
	if room < at.W/3 {
		room = at.W / 3
	}
	return th.Paint(theme.Crumb, frame.FitWith(left, room, th.Ellipsis)+frame.FitWith(right, at.W-room, th.Ellipsis))
}

// more is what the footer says of the help while it shows not all that it
// could: the rest is there.
const more = "more"

// footer shows the most useful actions of the present scope with their keys,
// as many as fit; help and quit go last.
func (r *Root) footer(at layout.Rect) string {
	th := r.ses.Theme
	hidden := func(id keymap.ID) bool { return r.why(id) != "" }
	actions := r.ses.Keys.Footer(r.scope(), hints, hidden)
	if h, ok := r.screen().(pane.Hinting); ok {
		var first []keymap.Action
		for _, hint := range h.Hints() {
			if a, ok := r.ses.Keys.Action(hint.ID); ok && !hidden(hint.ID) {
				if a = r.ses.Keys.Here(r.scope(), a); len(a.Keys) == 0 {
					continue
				}
				a.Hint = text.Line(hint.Words, 24)
				first = append(first, a)
				actions = slices.DeleteFunc(actions, func(o keymap.Action) bool { return o.ID == a.ID })
			}
		}
		actions = append(first, actions...)
	}
	label := func(a keymap.Action) string {
		return " " + th.Paint(theme.Key, a.Label()) + " " + a.Hint + " "
	}
	need := 0
	for _, a := range actions {
		need += frame.Width(label(a))
	}
	if need > at.W {
		if i := slices.IndexFunc(actions, func(a keymap.Action) bool { return a.ID == keymap.Help }); i >= 0 {
			need += len(more) - len(actions[i].Hint)
			actions[i].Hint = more
		}
	}
	for len(actions) > 2 && need > at.W {
		drop := len(actions) - 3
		need -= frame.Width(label(actions[drop]))
		actions = slices.Delete(actions, drop, drop+1)
	}
	var b strings.Builder
	x := at.X
	for _, a := range actions {
		s := label(a)
		r.view.hits.Add(frame.Hit{Rect: layout.Rect{X: x, Y: at.Y, W: frame.Width(s), H: 1}, Click: a.ID})
		x += frame.Width(s)
		b.WriteString(s)
	}
	return th.Paint(theme.Footer, frame.Fit(b.String(), at.W))
}

// filterRow is the footer while the filter is typed.
func (r *Root) filterRow(at layout.Rect) (string, *tea.Cursor) {
	th := r.ses.Theme
	count := ""
	if f := r.filterable(); f != nil {
		shown, total := f.Count()
		count = fmt.Sprintf(" %d/%d  enter: keep  esc: show all ", shown, total)
	}
	w := max(8, at.W-3-frame.Width(count))
	line, caret := r.filter.input.Row(th, w)
	return frame.Fit(th.Paint(theme.Key, " / ")+line+th.Paint(theme.Muted, count), at.W), tea.NewCursor(at.X+3+caret, at.Y)
}

// roomy is the height from which several messages stand on the screen at once.
const roomy = 30

// overToasts lays the messages over the lower right corner of the body, above
// what a screen wants to be seen. While a dialog has the keys, the last one
// takes the footer's row, whose keys mean nothing then.
func (r *Root) overToasts(rows frame.Rows, sh layout.Shell) frame.Rows {
	shown := r.toasts.Shown(r.ses.Now())
	asked := r.dialogs.Len() > 0
	if r.size.H < roomy || asked {
		shown = shown[max(0, len(shown)-1):]
	}
	end := sh.Body.Y + sh.Body.H
	if k, ok := r.screen().(pane.Keeping); ok {
		end -= max(0, min(k.Kept(), sh.Body.H-len(shown)))
	}
	if asked {
		end = sh.Footer.Y + 1
	}
	for i, m := range shown {
		line := m.Row(r.ses.Theme, r.size.W-2, allOfIt)
		w := frame.Width(line)
		rows = frame.Over(rows, r.size.W, frame.Rows{line}, layout.Rect{X: r.size.W - w - 1, Y: end - len(shown) + i, W: w, H: 1})
	}
	return rows
}
