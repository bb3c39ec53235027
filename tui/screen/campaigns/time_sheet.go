package campaigns

import (
	"fmt"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/tui/widget"
)

func (s *sheet) timeFrame() {
	t := &s.k.TimeFrame
	there := s.at.In(s.w.frames.Zone(t.Zone))
	s.head(1, "timeFrame", "Time frame", muted(there.Location().String()+", now "+there.Format("Mon 15:04")))
	s.about(s.field("timeFrame"))
	from, to := "from "+dayWords(t.Start), "no end date"
	if t.Start.IsZero() {
		from = "no start date"
	}
	if !t.End.IsZero() {
		to = "to " + dayWords(t.End)
	}
	s.pair("Dates", widget.T(from+", "+to))
	s.about(s.field("timeFrame.start"))
	s.hours(t)
	for i, id := range t.Occasions {
		o, ok := item[*model.Occasion](s.w, model.KindOccasion, id)
		if !ok {
			s.pair("Except", s.missing("special occasion", id)...)
			s.about(s.field("timeFrame.occasions[%d]", i))
			continue
		}
		s.pair("Except", append(named(&o.Header), muted("  "+s.zoneName(o.Zone)))...)
		s.about(place{model.KindOccasion, o.ID, ""})
		width := 0
		for _, l := range o.Lines {
			width = max(width, len(lineDates(l)))
		}
		for _, l := range o.Lines {
			status := l.Status
			if status == "" {
				status = model.DayOff
			}
			s.say(0, widget.Line{Hang: labels + 1 + width + 2, Cells: []widget.Cell{
				muted(strings.Repeat(" ", labels+1) + fmt.Sprintf("%-*s  ", width, lineDates(l))),
				widget.T(hoursWords(status, l.Shifts)), muted(", " + text.Line(l.Name, 60))}})
		}
	}
}

func lineDates(l model.OccasionLine) string {
	if l.To <= l.From {
		return l.From.String()
	}
	return l.From.String() + " to " + l.To.String()
}

func (s *sheet) hours(t *model.TimeFrame) {
	switch t.Hours {
	case model.SpecificHours:
		s.pair("Hours", widget.T(shiftWords(model.Shift{From: t.From, To: t.To})), muted(" every day"))
		s.about(s.field("timeFrame.from"))
	case model.CustomHours:
		x, ok := item[*model.Schedule](s.w, model.KindSchedule, t.Schedule)
		if !ok {
			s.pair("Hours", s.missing("schedule", t.Schedule)...)
			s.about(s.field("timeFrame.schedule"))
			return
		}
		s.pair("Hours", append(named(&x.Header), muted("  "+s.zoneName(x.Zone)))...)
		s.about(place{model.KindSchedule, x.ID, ""})
		for _, l := range weekWords(x.Days) {
			s.say(0, widget.Line{Hang: labels + 1 + 20, Cells: []widget.Cell{
				muted(strings.Repeat(" ", labels+1) + fmt.Sprintf("%-20s", l.days)), widget.T(l.hours)}})
		}
	default:
		s.pair("Hours", widget.T("all hours"), muted(" every day"))
		s.about(s.field("timeFrame.hours"))
	}
}

type weekLine struct{ days, hours string }

// weekWords says a week, days of equal hours together, beginning with Monday.
func weekWords(w model.Week) []weekLine {
	all := w.All()
	var out []weekLine
	first := 1
	for i := 1; i <= 7; i++ {
		hours := dayHours(all[i%7])
		if i < 7 && dayHours(all[(i+1)%7]) == hours {
			continue
		}
		days := time.Weekday(first).String()
		switch i - first {
		case 0:
			days = time.Weekday(i % 7).String()
		case 1:
			days += ", " + time.Weekday(i%7).String()
		default:
			days += " to " + time.Weekday(i%7).String()
		}
		out = append(out, weekLine{days, hours})
		first = i + 1
	}
	return out
}

func dayHours(d model.Day) string {
	if d.Status == "" {
		d.Status = model.DayAll
	}
	return hoursWords(d.Status, d.Shifts)
}

func hoursWords(status model.DayStatus, shifts []model.Shift) string {
	switch status {
	case model.DayAll:
		return "all hours"
	case model.DayOff:
		return "off"
	}
	if len(shifts) == 0 {
		return "no hours"
	}
	parts := make([]string, len(shifts))
	for i, sh := range shifts {
		parts[i] = shiftWords(sh)
	}
	return strings.Join(parts, ", ")
}

func shiftWords(s model.Shift) string {
	from, to := s.From.String(), s.To.String()
	if from == "" {
		from = "00:00"
	}
	if to == "" || to == "23:59" {
		to = "24:00"
	}
	return from + " to " + to
}
