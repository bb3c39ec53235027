package form

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"beckon/model"
	"beckon/tui/frame"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Hours is how a day is covered: all hours, off, or shifts, in the fields
// status and shifts of the record at the path. Shifts are typed:
// "9-12:30, 14-18", on 5-minute steps.
type Hours struct {
	// Default is the status that holds while none is given: a schedule's day
	// is all hours, a special occasion is off.
	Default model.DayStatus
}

// Week is the seven days of a schedule, with a picture of them.
type Week struct{}

var dayStatuses = []Option{
	{Value: string(model.DayAll), Title: "all hours"},
	{Value: string(model.DayCustom), Title: "custom"},
	{Value: string(model.DayOff), Title: "off"},
}

func (k Hours) stops(f *Form, at Field) []stop {
	status, shifts := below(at.Path, "status"), below(at.Path, "shifts")
	c := keep(f, status, func() *choice {
		c := &choice{base: base{f: f, path: status}, name: at.noun(), menu: true, get: f.value}
		c.set = func(path, value string) []Edit {
			shifts := strings.TrimSuffix(path, "status") + "shifts"
			edits := setOrClear(path, value)
			if value == string(model.DayCustom) && f.count(shifts) == 0 {
				return append(edits, setting(shifts, []model.Shift{{From: model.ClockAt(9, 0), To: model.ClockAt(17, 0)}}))
			}
			if value != string(model.DayCustom) && f.count(shifts) > 0 {
				edits = append(edits, clearing(shifts))
			}
			return edits
		}
		return c
	})
	c.list, c.fallback = dayStatuses, string(k.Default)
	head := f.stopAt(at, status, c)
	head.path, head.width = at.Path, 14
	out := []stop{head}
	if now, _ := f.value(status); now == string(model.DayCustom) || f.count(shifts) > 0 {
		l := keep(f, shifts, func() *line {
			return &line{base: base{f: f, path: shifts}, name: "hours",
				get: func(path string) (string, bool) {
					list, _ := held[[]model.Shift](f, path)
					return shiftsText(list), len(list) > 0
				},
				set: func(path, s string) []Edit {
					list, err := parseShifts(s)
					if err != nil || len(list) == 0 {
						return []Edit{clearing(path)}
					}
					return []Edit{setting(path, list)}
				}}
		})
		l.syn = syntax{hint: "such as 9-12:30, 14-18", parse: func(s string) (string, error) {
			list, err := parseShifts(s)
			return shiftsText(list), err
		}}
		out = append(out, stop{key: shifts, path: shifts, control: l, beside: true,
			help: "Shifts of the day, such as 9-12:30, 14-18; on 5-minute steps, or to 23:59 for the end of the day."})
	}
	return out
}

func shiftsText(list []model.Shift) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.From.String() + "-" + s.To.String()
	}
	return strings.Join(parts, ", ")
}

// parseShifts reads "9-12:30, 14-18" in the order of the day.
func parseShifts(s string) ([]model.Shift, error) {
	var out []model.Shift
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		from, to, ok := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		if !ok {
			return nil, fmt.Errorf("want shifts such as 9-12:30, 14-18")
		}
		a, err := parseClock(from)
		if err == nil && a.Minutes()%5 != 0 {
			err = errors.New("want 5-minute steps")
		}
		if err != nil {
			return nil, err
		}
		b, err := parseClock(to)
		if err != nil {
			return nil, err
		}
		if b <= a {
			return nil, fmt.Errorf("%s is not after %s", b, a)
		}
		out = append(out, model.Shift{From: a, To: b})
	}
	slices.SortFunc(out, func(a, b model.Shift) int { return int(a.From) - int(b.From) })
	for i := 1; i < len(out); i++ {
		if out[i].From < out[i-1].To {
			return nil, fmt.Errorf("%s-%s overlaps %s-%s", out[i-1].From, out[i-1].To, out[i].From, out[i].To)
		}
	}
	return out, nil
}

var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

func (Week) stops(f *Form, at Field) []stop {
	var out []stop
	for i, day := range weekdays {
		path := below(at.Path, day)
		stops := Hours{Default: model.DayAll}.stops(f, Field{Path: path, Label: strings.ToUpper(day[:1]) + day[1:]})
		ops := &rowOps{noun: "day"}
		if i+1 < len(weekdays) {
			next := below(at.Path, weekdays[i+1])
			ops.copy = func() {
				f.steer(below(next, "status"), func() {
					d, _ := held[model.Day](f, path)
					f.step("copy "+day+" to "+weekdays[i+1], setting(next, d))
				})
			}
		}
		for _, s := range stops {
			s.row = ops
			if s.help == "" {
				s.help = "All hours, off, or shifts of your own. Duplicate (ctrl+t) copies the day to the next one."
			}
			out = append(out, s)
		}
	}
	return append(out, stop{key: at.Path + "#week", note: func() []widget.Line {
		w, _ := held[model.Week](f, at.Path)
		return weekPicture(w, f.ses.Theme)
	}})
}

// weekPicture shows the hours of the week, a cell each half hour.
func weekPicture(w model.Week, th *theme.Theme) []widget.Line {
	scale := ""
	for h := 0; h < 24; h += 3 {
		scale += frame.Fit(fmt.Sprintf("%02d", h), 6)
	}
	out := []widget.Line{widget.L(widget.Cell{Text: frame.Fit("", 4) + scale, Look: theme.Muted})}
	for i, day := range weekdays {
		d := w.All()[(i+1)%7]
		var b strings.Builder
		for cell := range 48 {
			if covered(d, cell*30, cell*30+30) {
				b.WriteString(th.BarFull)
			} else {
				b.WriteString(th.BarEmpty)
			}
		}
		out = append(out, widget.L(widget.Cell{Text: strings.ToUpper(day[:1]) + day[1:3] + " ", Look: theme.Muted},
			widget.Cell{Text: b.String(), Look: theme.Accent}))
	}
	return out
}

// covered tells whether any minute of a span lies in the day's hours.
func covered(d model.Day, from, to int) bool {
	switch d.Status {
	case model.DayOff:
		return false
	case model.DayCustom:
		return slices.ContainsFunc(d.Shifts, func(s model.Shift) bool {
			end := s.To.Minutes()
			if end == 23*60+59 {
				end = 24 * 60
			}
			return s.From.Minutes() < to && end > from
		})
	}
	return true
}
