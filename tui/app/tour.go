package app

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// tour is a guided tour. While it goes on, its captions stand below the
// screen, and any key ends it: that key does nothing else, since who wants to
// stop something in motion did not look at what the key means here.
type tour struct {
	first *pane.TourOf // to begin with

	stops []pane.Stop
	end   func()
	at    int       // the stop that is shown
	until time.Time // when its caption was read
	gen   int       // of the chain of stops
	on    bool

	said []string // captions for who reads lines, until they were heard
}

// stopMsg says that a caption may have been read.
type stopMsg struct{ gen int }

// mostCaption is how many rows a caption has at most, longestCaption how many
// runes.
const (
	leastCaption   = 2
	mostCaption    = 4
	longestCaption = 400
)

// BeginWith has the console begin with a tour.
func (r *Root) BeginWith(t pane.TourOf) { r.tour.first = &t }

// OnTour tells whether a tour goes on.
func (r *Root) OnTour() bool { return r.tour.on }

// Start shows the first screen, and begins the tour that is to be begun with.
func (r *Root) Start() tea.Cmd {
	r.company.came = r.ses.Now()
	cmd := tea.Batch(r.begin(), r.listen(), r.heed(nil), r.awake())
	if r.tour.first != nil {
		cmd = tea.Batch(cmd, r.lead(*r.tour.first))
	}
	if at := r.place.first; at.screen != "" {
		cmd = tea.Batch(cmd, r.Show(at.screen, at.arg))
	}
	return cmd
}

// Captions are those that nobody has heard yet, for who reads lines.
func (r *Root) Captions() []string {
	said := r.tour.said
	r.tour.said = nil
	return said
}

// onTour takes what is the tour's.
func (r *Root) onTour(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	switch m := msg.(type) {
	case pane.TourOf:
		return r.lead(m), true
	case pane.Tour:
		return r.beginTour(m), true
	case stopMsg:
		return r.read(m), true
	}
	if !r.tour.on {
		return nil, false
	}
	switch m := msg.(type) {
	case tea.KeyPressMsg:
		switch key := m.String(); {
		case key == "ctrl+c": // half of what leaves from anywhere
			r.endTour()
			return nil, false
		case key == "space" && r.ses.Still:
			return r.nextStop(), true
		}
	case tea.MouseClickMsg, tea.MouseWheelMsg, tea.PasteMsg:
	default:
		return nil, false
	}
	r.endTour()
	return nil, true
}

// lead asks the screen that makes tours for one; it need not be seen for that.
func (r *Root) lead(of pane.TourOf) tea.Cmd {
	for i, s := range r.screens {
		g, ok := s.(pane.Guide)
		if !ok {
			continue
		}
		var cmd tea.Cmd
		if !r.opened[i] {
			r.opened[i] = true
			cmd = s.Open(r.ses)
			if p, ok := s.(pane.Pausing); ok && i != r.active {
				cmd = tea.Batch(cmd, p.Pause(true))
			}
		}
		return tea.Batch(cmd, g.Tour(of))
	}
	r.Toast(widget.Warning, "There is no screen here that makes tours.")
	return nil
}

// beginTour goes to the first stop. For who reads lines there is nothing to
// wait for: the captions are read one after the other.
func (r *Root) beginTour(t pane.Tour) tea.Cmd {
	r.endTour()
	r.tour.stops, r.tour.end, r.tour.at, r.filter.on = t.Stops, t.End, -1, false
	r.tour.on = len(t.Stops) > 0
	if !r.ses.Lines {
		return r.nextStop()
	}
	var cmds []tea.Cmd
	for r.tour.on {
		cmds = append(cmds, r.nextStop())
	}
	return tea.Batch(cmds...)
}

// nextStop goes to the next stop, or ends the tour behind the last.
func (r *Root) nextStop() tea.Cmd {
	t := &r.tour
	if t.at++; t.at >= len(t.stops) {
		r.endTour()
		return nil
	}
	t.gen++
	s := &t.stops[t.at]
	var cmd tea.Cmd
	if s.Do != nil {
		cmd = s.Do()
	}
	if r.ses.Lines {
		t.said = append(t.said, fmt.Sprintf("Tour, %d of %d: %s", t.at+1, len(t.stops), text.Line(s.Caption, longestCaption)))
		return cmd
	}
	if r.ses.Still {
		return cmd
	}
	t.until = r.ses.Now().Add(pane.ReadingTime(s.Caption))
	return tea.Batch(cmd, r.await())
}

func (r *Root) await() tea.Cmd {
	return pane.After(r.tour.until.Sub(r.ses.Now()), stopMsg{r.tour.gen})
}

// read goes on when the caption was read by the session's clock.
func (r *Root) read(m stopMsg) tea.Cmd {
	switch {
	case !r.tour.on || m.gen != r.tour.gen:
		return nil
	case r.ses.Now().Before(r.tour.until):
		return r.await()
	}
	return r.nextStop()
}

// endTour leaves everything where it is, at the operator's disposal.
func (r *Root) endTour() {
	if !r.tour.on {
		return
	}
	end := r.tour.end
	r.tour = tour{gen: r.tour.gen + 1, said: r.tour.said}
	if end != nil {
		end()
	}
}

// divide takes the rows of the caption from a screen's body: as many as the
// tour's longest needs, so that the picture above stays where it is.
func (t *tour) divide(th *theme.Theme, sh layout.Shell) (layout.Shell, frame.Rows) {
	if !t.on || sh.Mode == layout.TooSmall {
		return sh, nil
	}
	w := max(1, sh.Body.W-3)
	rows := make([]frame.Rows, len(t.stops))
	most := leastCaption
	for i := range t.stops {
		rows[i] = widget.Wrapped(th, []widget.Line{widget.L(widget.T(text.Line(t.stops[i].Caption, longestCaption)))}, w)
		most = max(most, min(len(rows[i]), mostCaption))
	}
	body, at := sh.Body.CutBottom(most)
	sh.Body = body
	out := make(frame.Rows, at.H)
	for i := range out {
		sign, line := " ", ""
		if i == 0 {
			sign = th.Play
		}
		if i < len(rows[t.at]) {
			line = rows[t.at][i]
		}
		out[i] = th.Over(theme.Toast, frame.Fit(" "+sign+" "+line, at.W))
	}
	return sh, out
}

// tourFooter says how far the tour has come and what ends it.
func (r *Root) tourFooter(at layout.Rect) string {
	th := r.ses.Theme
	out := fmt.Sprintf(" tour, %d of %d  ", r.tour.at+1, len(r.tour.stops))
	if r.ses.Still {
		out += th.Paint(theme.Key, keymap.Label("space")) + " goes on  " + th.Paint(theme.Key, "any other key") + " ends it and does nothing else"
	} else {
		out += th.Paint(theme.Key, "any key") + " ends the tour and does nothing else"
	}
	return th.Paint(theme.Footer, frame.Fit(out, at.W))
}
