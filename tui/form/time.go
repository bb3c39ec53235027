package form

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// Date is a day. Enter opens a month to choose from.
type Date struct{ Hint string }

func (Date) parse(s string) (string, error) {
	d, err := model.ReadDate(s)
	if err != nil {
		return "", err
	}
	return d.String(), nil
}

func (k Date) stops(f *Form, at Field) []stop {
	hint := k.Hint
	if hint == "" {
		hint = "such as 2026-03-01"
	}
	if at.Width == 0 {
		at.Width = max(24, len(hint)+2)
	}
	return f.lineAt(at, syntax{parse: k.parse, hint: hint,
		said: func(s string) (string, theme.Token) {
			d, err := model.ParseDate(s)
			if err != nil {
				return "", theme.Muted
			}
			return d.UTC().Weekday().String(), theme.Muted
		},
		open: func(now string, take func(string)) tea.Cmd {
			if f.ses == nil || f.ses.Shell == nil {
				return nil
			}
			day, err := model.ParseDate(now)
			if err != nil && f.ses.Now != nil {
				day = model.DateOf(f.ses.Now())
			}
			if day.IsZero() {
				day, _ = model.ParseDate("2026-01-01")
			}
			f.ses.Shell.Ask(&Month{Title: at.Label, Day: day, Then: func(d model.Date) tea.Cmd {
				take(d.String())
				return picked(nil)
			}})
			return nil
		}})
}

// Month is a dialog that shows a month to choose a day from.
type Month struct {
	Title string
	Day   model.Date
	Then  func(model.Date) tea.Cmd
}

const monthW = 22

// Draw implements dialog.Dialog.
func (m *Month) Draw(th *theme.Theme, room layout.Size) dialog.Drawing {
	w := max(1, min(room.W, monthW))
	day := m.Day.UTC()
	first := day.AddDate(0, 0, 1-day.Day())
	rows := []string{frame.FitCenter(th.Paint(theme.Title, first.Format("January 2006")), w), th.Paint(theme.Muted, " Mo Tu We Th Fr Sa Su")}
	begin := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	d := dialog.Drawing{Title: m.Title, W: w, Cursor: true}
	for week := range 6 {
		var b strings.Builder
		for n := range 7 {
			t := begin.AddDate(0, 0, week*7+n)
			s := fmt.Sprintf("%2d", t.Day())
			switch {
			case t.Equal(day):
				s = th.Paint(theme.Selection, s)
				d.X, d.Y = 1+n*3, 2+week
			case t.Month() != day.Month():
				s = th.Paint(theme.Muted, s)
			}
			b.WriteString(" " + s)
		}
		rows = append(rows, b.String())
	}
	rows = append(rows, th.Paint(theme.Muted, "enter: "+m.Day.String()), th.Paint(theme.Muted, "page up/down: month"))
	rows = rows[:max(1, min(len(rows), room.H))]
	d.Rows = frame.Block(rows, w, len(rows))
	return d
}

// Key implements dialog.Dialog.
func (m *Month) Key(k tea.Key) (tea.Cmd, bool) {
	switch k.String() {
	case "esc", "ctrl+c":
		return nil, true
	case "enter", "space":
		if m.Then == nil {
			return nil, true
		}
		return m.Then(m.Day), true
	case "left", "h":
		m.by(0, -1)
	case "right", "l":
		m.by(0, 1)
	case "up", "k":
		m.by(0, -7)
	case "down", "j":
		m.by(0, 7)
	case "pgup":
		m.by(-1, 0)
	case "pgdown":
		m.by(1, 0)
	case "home":
		m.by(0, 1-m.Day.UTC().Day())
	case "end":
		t := m.Day.UTC()
		m.by(0, time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()-t.Day())
	}
	return nil, false
}

// by moves the day; a month keeps the day of the month where it has it.
func (m *Month) by(months, days int) {
	t := m.Day.UTC()
	if months != 0 {
		last := time.Date(t.Year(), t.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
		t = time.Date(last.Year(), last.Month(), min(t.Day(), last.Day()), 0, 0, 0, 0, time.UTC)
	}
	if d, err := model.ParseDate(t.AddDate(0, 0, days).Format(time.DateOnly)); err == nil {
		m.Day = d
	}
}

// Paste implements dialog.Dialog.
func (m *Month) Paste(string) {}

// Click implements dialog.Dialog: a day is chosen by the second click.
func (m *Month) Click(x, y int) (tea.Cmd, bool) {
	week, n := y-2, x/3
	if week < 0 || week > 5 || n < 0 || n > 6 {
		return nil, false
	}
	day := m.Day.UTC()
	first := day.AddDate(0, 0, 1-day.Day())
	t := first.AddDate(0, 0, -(int(first.Weekday())+6)%7+week*7+n)
	if t.Equal(day) && m.Then != nil {
		return m.Then(m.Day), true
	}
	if d, err := model.ParseDate(t.Format(time.DateOnly)); err == nil {
		m.Day = d
	}
	return nil, false
}

// Wheel implements dialog.Dialog.
func (m *Month) Wheel(n int) { m.by(n, 0) }

// Clock is a time of day on 5-minute steps; "+" and "-" go a step, enter lists
// the hours. 23:59 is the end of the day.
type Clock struct{ Hint string }

func (Clock) parse(s string) (string, error) {
	c, err := parseClock(s)
	if err != nil {
		return "", err
	}
	return c.String(), nil
}

// parseClock also reads "9" and "17.30".
func parseClock(s string) (model.Clock, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, ".", ":"))
	if body := strings.TrimRight(s, "apmAPM "); !strings.Contains(s, ":") && body != "" {
		s = body + ":00" + s[len(body):]
	}
	if s == "24:00" {
		s = "23:59"
	}
	c, err := model.ParseClock(s)
	if err != nil {
		return 0, err
	}
	if m := c.Minutes(); m%5 != 0 && m != 23*60+59 {
		return 0, errors.New("want 5-minute steps, or 23:59 for the end of the day")
	}
	return c, nil
}

func (k Clock) stops(f *Form, at Field) []stop {
	hint := k.Hint
	if hint == "" {
		hint = "such as 09:00"
	}
	if at.Width == 0 {
		at.Width = 16
	}
	return f.lineAt(at, syntax{parse: k.parse, hint: hint,
		plus: func(s string, by int) (string, bool) {
			c, err := parseClock(s)
			if err != nil {
				return "", false
			}
			m := c.Minutes() + 5*by
			switch {
			case c.Minutes() == 23*60+59 && by < 0:
				m = 23*60 + 55
			case m >= 24*60:
				m = 23*60 + 59
			case m < 0:
				m = 0
			}
			return model.ClockAt(m/60, m%60).String(), true
		},
		listed: hours,
		open: func(_ string, take func(string)) tea.Cmd {
			f.pick(at.Label, "type to search", hours(), func(v string) tea.Cmd {
				take(v)
				return nil
			})
			return nil
		}})
}

func hours() []Option {
	var out []Option
	for m := 0; m < 24*60; m += 30 {
		out = append(out, Option{Value: model.ClockAt(m/60, m%60).String()})
	}
	return append(out, Option{Value: "23:59", Title: "23:59, the end of the day"})
}
