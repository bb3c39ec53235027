package live

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// head tells how it goes.
func (p *Page) head(th *theme.Theme, w int) frame.Rows {
	return frame.Rows{
		frame.FitWith(th.Paint(theme.Strong, p.standing()), w, th.Ellipsis),
		frame.FitWith(p.charts(th, w), w, th.Ellipsis),
		frame.FitWith(strings.Join(p.totals(), ", "), w, th.Ellipsis),
		frame.FitWith(th.Paint(theme.Muted, strings.Join(p.troubles(), ", ")), w, th.Ellipsis),
	}
}

// standing says what is followed, and what holds it up.
func (p *Page) standing() string {
	s := &p.shown
	out := "Following " + text.Line(p.log.Name(), 200)
	switch {
	case p.now.Ended:
		out = "No longer following " + text.Line(p.log.Name(), 200)
	case p.feed == nil:
		return "Opening " + text.Line(p.log.Name(), 200)
	}
	if p.paused {
		return fmt.Sprintf("Paused: %s came in meanwhile. ", text.Many(p.held, "decision")) + out
	}
	if s.note != "" {
		out += " (" + text.Line(s.note, 80) + ")"
	}
	return out
}

// charts are the rate and the lag, each with its last minutes.
func (p *Page) charts(th *theme.Theme, w int) string {
	s := &p.shown
	rates, lags := make([]float64, len(s.seconds)), make([]float64, len(s.seconds))
	for i, x := range s.seconds {
		rates[i], lags[i] = float64(x.Events), x.Lag.Seconds()
	}
	rate, lag := "Rate "+p.rate()+" ", "   Lag "+p.lag()+" "
	room := max(0, min((w-len(rate)-len(lag))/2, 80))
	return rate + widget.Spark(th, theme.Accent, rates, room) + lag + widget.Spark(th, theme.Accent, lags, room)
}

// rate is that of the last second that is over.
func (p *Page) rate() string {
	if n := len(p.shown.seconds); n > 0 {
		return text.Number(p.shown.seconds[n-1].Events) + "/s"
	}
	return "-"
}

// lag is how long after it was the last event came.
func (p *Page) lag() string {
	if p.shown.Arrived.IsZero() {
		return "-"
	}
	return span(p.shown.Lag)
}

// totals are what it came to.
func (p *Page) totals() []string {
	s := &p.shown
	return []string{text.Many(int64(s.Open), "visit") + " open of " + text.Many(int64(s.Visitors), "visitor"), text.Many(s.Events, "event"), text.Many(s.Displays, "display"), text.Many(s.Goals, "goal")}
}

// troubles are what was left out, and silence.
func (p *Page) troubles() []string {
	var out []string
	s := &p.shown
	if ago := s.At.Sub(s.Arrived); !s.Arrived.IsZero() && ago >= 2*time.Second {
		out = append(out, "the last event came "+span(ago)+" ago")
	}
	for _, x := range []struct {
		n    int64
		what string
	}{{s.Rejected, "not read"}, {s.Late, "came too late"}, {s.Ahead, "ahead of the clock"}, {s.Hurried, "decided early"}, {s.Cut, "visits cut short"}, {s.missed, "decisions not listed"}} {
		if x.n > 0 {
			out = append(out, text.Number(x.n)+" "+x.what)
		}
	}
	return out
}

// span is a lag in words: shorter ones more exactly.
func span(d time.Duration) string {
	switch {
	case d > -10*time.Second && d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d > -2*time.Minute && d < 2*time.Minute:
		return strconv.Itoa(int(d.Seconds())) + " s"
	case d > -48*time.Hour && d < 48*time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return text.Many(int64(d/(24*time.Hour)), "day")
}
