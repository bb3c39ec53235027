package page

import (
	"strings"

	"beckon/model"
	"beckon/tui/theme"
)

// surveyRows is how many rows a survey takes in w cells, its button left out.
func surveyRows(s *model.Survey, w int) int {
	n := len(wrap(s.Title, w))
	for i := range s.Questions {
		q := &s.Questions[i]
		n += len(wrap(asks(q), w))
		switch q.Type {
		case model.RadioButton, model.Checkbox:
			n += len(wrap(choices(q), w))
		case model.TextArea:
			n += 2
		default:
			n++
		}
	}
	return n
}

// asks is a question's label, with a sign if it must be answered.
func asks(q *model.Question) string {
	if q.Mandatory {
		return q.Label + " *"
	}
	return q.Label
}

// choices writes the options of a question, each with its sign.
func choices(q *model.Question) string {
	sign := "( ) "
	if q.Type == model.Checkbox {
		sign = "[ ] "
	}
	options := make([]string, len(q.Options))
	for i, o := range q.Options {
		options[i] = sign + o
	}
	return strings.Join(options, "  ")
}

// survey draws its questions with their fields, as many as fit.
func (p *painter) survey(a area, s *model.Survey, look livery) {
	y := 0
	if s.Title != "" {
		title := look.body
		title.bold, title.token = true, theme.DialogTitle
		y = a.paragraph(0, y, a.W, s.Title, title)
	}
	button := "Start"
	if p.v.Window.Stage == Asked || p.v.Window.State == model.Offline {
		button = "Send"
	}
	for i := range s.Questions {
		if y >= a.H-2 {
			a.put(0, y, p.th.Ellipsis, look.body)
			break
		}
		y = p.question(a, y, &s.Questions[i], look)
	}
	label := a.in(0, a.H-1, len(button)+4, 1)
	label.fill(" ", look.push)
	label.putCenter(0, button, look.push)
}

// question draws one question and gives the row below it.
func (p *painter) question(a area, y int, q *model.Question, look livery) int {
	room := a.in(0, 0, a.W, a.H-1)
	y = room.paragraph(0, y, a.W, asks(q), look.body)
	input := look.input
	switch q.Type {
	case model.RadioButton, model.Checkbox:
		return room.paragraph(0, y, a.W, choices(q), look.body)
	case model.Rating:
		room.put(0, y, "1   2   3   4   5", look.body)
	case model.Dropdown:
		in := room.in(0, y, a.W, 1)
		in.fill(" ", input)
		if len(q.Options) > 0 {
			in.in(0, 0, in.W-2, 1).put(1, 0, q.Options[0], input)
		}
		in.put(in.W-2, 0, p.th.Opened, input)
	case model.TextArea:
		room.in(0, y, a.W, 2).fill(" ", input)
		return y + 2
	default:
		room.in(0, y, a.W, 1).fill(" ", input)
	}
	return y + 1
}
