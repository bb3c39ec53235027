package builder

import (
	"fmt"
	"strings"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Widths from which there is more than one pane.
const (
	besideFrom = 100 // the preview beside the form
	railFrom   = 140 // and the steps as a list
	railW      = 28
)

// stepClicked is a click on a step; it has no key.
const stepClicked keymap.ID = "builder.step.clicked"

func (s *Screen) narrow() bool { return s.size.W < besideFrom }

// panes are the places on the screen: steps, form, preview. An empty one is
// not shown.
type panes struct{ steps, main, preview layout.Rect }

// whole is the place beside or below the steps.
func (p panes) whole() layout.Rect {
	at := p.main
	if at.Empty() {
		return p.preview
	}
	at.W += p.preview.W
	return at
}

func (s *Screen) panes() panes {
	body := layout.Rect{W: s.size.W, H: s.size.H}
	var p panes
	if s.size.W >= railFrom {
		p.steps, body = body.CutLeft(railW)
	} else {
		p.steps, body = body.CutTop(min(1, s.size.H))
	}
	switch {
	case !s.narrow():
		cols := body.Columns(11, 9)
		p.main, p.preview = cols[0], cols[1]
	case s.looking:
		p.preview = body
	default:
		p.main = body
	}
	return p
}

// Rows implements pane.Screen.
func (s *Screen) Rows(size layout.Size, focused bool) frame.Rows {
	s.size = size
	if size.W <= 0 || size.H <= 0 {
		return frame.Blank(size.W, size.H)
	}
	th := s.ses.Theme
	if s.work == nil {
		return s.startRows(th, size, focused)
	}
	p := s.panes()
	states := s.work.standings()
	var body []frame.Rows
	if s.past != nil {
		body = append(body, s.past.Rows(p.whole().Size(), focused))
		p.main, p.preview = layout.Rect{}, layout.Rect{}
	}
	if !p.main.Empty() {
		body = append(body, s.mainRows(th, p.main.Size(), focused))
	}
	if !p.preview.Empty() {
		body = append(body, s.preview(th, p.preview.Size(), focused && p.main.Empty()))
	}
	if size.W >= railFrom {
		return frame.Beside(append([]frame.Rows{s.rail(th, p.steps.Size(), states)}, body...)...)
	}
	return frame.Above(s.strip(th, p.steps.Size(), states), frame.Beside(body...))
}

func (s *Screen) startRows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	box := widget.Box{Title: "Your drafts", Focused: focused}
	if _, any := s.drafts.Selected(); any {
		box.Note = "enter goes on with it, d drops it"
	}
	switch {
	case s.failed != nil:
		s.drafts.Empty = "The catalog could not be read. Leave the tab and come back to try again."
	case s.loading:
		s.drafts.Empty = "Reading" + th.Ellipsis
	default:
		s.drafts.Empty = "No drafts. n begins a new campaign; e on a campaign in Campaigns edits it."
	}
	return box.Rows(th, size, s.drafts.RowsSaid(th, box.Inner(size), focused, 2, draftName))
}

// mainRows draws the pane of the step, or the form of the item on top.
func (s *Screen) mainRows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	w := s.work
	a := w.step.About()
	box := widget.Box{Title: a.Number + " " + a.Title, Focused: focused}
	inner := box.Inner(size)
	if sub := w.top(); sub != nil {
		box.Title = map[bool]string{true: "New ", false: "Edit "}[sub.then != nil] + kindWords(sub.kind)
		box.Note = "f2 takes it, esc too"
		return box.Rows(th, size, sub.form.Rows(inner, focused))
	}
	switch w.step {
	case stepEngagements:
		return box.Rows(th, size, s.engagements.RowsSaid(th, inner, focused, 2, func(r row) string { return r.e.Name }))
	case stepGallery:
		box.Note = s.filterWords()
		shown, total := s.gallery.Count()
		box.Title += fmt.Sprintf(" %d/%d", shown, max(total, len(w.stock.gallery())))
		return box.Rows(th, size, s.gallery.RowsSaid(th, inner, focused, 2, func(r *templateRow) string { return r.t.Name }))
	case stepPublish:
		return box.Rows(th, size, s.checklist.RowsSaid(th, inner, focused, 3, func(l line) string {
			if frame.Width(l.cell.Text) < inner.W-1 { // it is whole where it stands
				return ""
			}
			return strings.TrimSpace(l.cell.Text)
		}))
	}
	if e := w.engagement(); a.Engagement && e != nil {
		box.Title += " of " + e.Name
		box.Note = fmt.Sprintf("%s, %d of %d", e.Format, w.at+1, len(w.campaign().Engagements))
	}
	return box.Rows(th, size, w.form.Rows(inner, focused))
}

// filterWords says what the gallery is narrowed to.
func (s *Screen) filterWords() string {
	f := s.filter
	var out []string
	for _, v := range []string{string(f.Format), string(f.Type), f.UseCase, f.Style, f.Size} {
		if v != "" {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return "f t u s z narrow it"
	}
	return strings.Join(out, ", ")
}

// sign says how far a step is: done, missing, wrong, or nothing to say yet.
func (s *Screen) sign(st standing, i step) (sign string, look theme.Token, said string) {
	th := s.ses.Theme
	switch {
	case i == stepPublish:
		if s.work.base().Published && !s.unsaved() {
			return th.Check, theme.OK, "published"
		}
		return th.Dot, theme.Muted, ""
	case st.wrong > 0:
		return th.Cross, theme.Danger, fmt.Sprintf("%d wrong", st.wrong+st.missing)
	case st.empty:
		return th.Dot, theme.Muted, "no engagement"
	case st.missing > 0:
		return th.Glyphs.Draft, theme.Warn, fmt.Sprintf("%d missing", st.missing)
	case st.warnings > 0:
		return th.Glyphs.Warn, theme.Warn, count(st.warnings, "warning")
	}
	return th.Check, theme.OK, "done"
}

// strip is the steps on one row, and behind them, where there is room, how far
// the present one is: its sign says that too.
func (s *Screen) strip(th *theme.Theme, size layout.Size, states [steps]standing) frame.Rows {
	var b strings.Builder
	parts := s.stripParts(size.W, states)
	for i, text := range parts {
		_, look, _ := s.sign(states[i], step(i))
		if step(i) == s.work.step {
			look = theme.TabActive
		}
		b.WriteString(th.Paint(look, text))
	}
	_, look, said := s.sign(states[s.work.step], s.work.step)
	if frame.Width(strings.Join(parts[:], ""))+2+frame.Width(said) <= size.W {
		b.WriteString("  " + th.Paint(look, said))
	}
	return frame.Rows{frame.FitWith(b.String(), size.W, th.Ellipsis)}
}

// naming is how much a strip says of a step besides its sign.
type naming struct{ number, name, present, count bool }

// namings from the one that says most; present names the step that is shown
// and no other, count says how much is to be done.
var namings = []naming{{number: true, name: true, count: true}, {name: true, count: true}, {number: true, present: true, count: true},
	{number: true, count: true}, {number: true}}

// stripParts are the steps of the strip, each with the number of what is to be
// done, in the words for which there is room.
func (s *Screen) stripParts(w int, states [steps]standing) [steps]string {
	var parts [steps]string
	for _, n := range namings {
		total := 0
		for i := range steps {
			parts[i] = s.stripPart(states[i], i, n)
			total += frame.Width(parts[i])
		}
		if total <= w {
			break
		}
	}
	return parts
}

func (s *Screen) stripPart(st standing, i step, n naming) string {
	sign, _, _ := s.sign(st, i)
	text := ""
	if n.number {
		text += " " + i.About().Number
	}
	if n.name || n.present && i == s.work.step {
		text += " " + i.About().Short
		if s.ses.Theme.Options().ASCII {
			text += " " // signs are letters then
		}
	}
	text += sign
	if todo := st.wrong + st.missing; n.count && todo > 0 && !st.empty {
		text += fmt.Sprint(todo)
	}
	return text + " "
}

// rail is the steps as a list.
func (s *Screen) rail(th *theme.Theme, size layout.Size, states [steps]standing) frame.Rows {
	box := widget.Box{Title: s.work.name()}
	inner := box.Inner(size)
	var rows []string
	for i := range steps {
		sign, look, said := s.sign(states[i], i)
		text := fmt.Sprintf(" %-4s%s %s", i.About().Number, sign, i.About().Title)
		switch {
		case i == s.work.step:
			rows = append(rows, th.Paint(theme.TabActive, frame.FitWith(text, inner.W, th.Ellipsis)))
		default:
			rows = append(rows, th.Paint(look, frame.FitWith(text, inner.W, th.Ellipsis)))
		}
		if said != "" && said != "done" {
			rows = append(rows, "       "+th.Paint(look, said))
		} else {
			rows = append(rows, "")
		}
	}
	return box.Rows(th, size, frame.Block(rows, inner.W, inner.H))
}

// clicked goes to the step under the mouse.
func (s *Screen) clicked(arg any) bool {
	p, ok := arg.(frame.Pointer)
	if !ok {
		return false
	}
	if i, ok := p.Arg.(step); ok {
		s.past = nil
		if s.leaveItems() {
			s.goTo(i)
		}
		return true
	}
	return false
}

// Hits implements pane.Clickable.
func (s *Screen) Hits(h *frame.Hits) {
	if s.work == nil {
		h.In(1, 1, s.drafts.Hits)
		return
	}
	p := s.panes()
	states := s.work.standings()
	x, parts := 0, s.stripParts(s.size.W, states)
	for i := range steps {
		at := layout.Rect{X: 1, Y: 1 + 2*int(i), W: railW - 2, H: 2}
		if s.size.W < railFrom {
			n := frame.Width(parts[i])
			at = layout.Rect{X: x, W: n, H: 1}
			x += n
		}
		h.Add(frame.Hit{Rect: at, Click: stepClicked, Arg: i})
	}
	if s.past != nil {
		at := p.whole()
		h.In(at.X, at.Y, s.past.Hits)
		return
	}
	if p.main.Empty() {
		return
	}
	h.In(p.main.X+1, p.main.Y+1, func(h *frame.Hits) {
		if f := s.form(); f != nil {
			f.Hits(h)
			return
		}
		switch s.work.step {
		case stepEngagements:
			s.engagements.Hits(h)
		case stepGallery:
			s.gallery.Hits(h)
		default:
			s.checklist.Hits(h)
		}
	})
	if !p.preview.Empty() {
		h.Add(frame.Hit{Rect: p.preview, Click: Look})
	}
}

// Cursor implements pane.Pointed.
func (s *Screen) Cursor() (x, y int, visible bool) {
	f := s.form()
	if f == nil {
		return 0, 0, false
	}
	p := s.panes()
	x, y, visible = f.Cursor()
	return x + p.main.X + 1, y + p.main.Y + 1, visible
}
