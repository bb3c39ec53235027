package page

import (
	"strings"

	"beckon/model"
	"beckon/tui/theme"
)

// conversation draws the conversation's window in the lower right corner.
func (p *painter) conversation(a area) {
	w := p.v.Window
	title, survey := "Conversation", (*model.Survey)(nil)
	if w.Window != nil {
		if title = w.Window.Branding.Title; title == "" {
			title = w.Window.Name
		}
		switch {
		case w.Stage == Asking && w.State == model.Offline:
			survey = w.Window.Surveys.Offline
		case w.Stage == Asking:
			survey = w.Window.Surveys.PreChat
		case w.Stage == Asked:
			survey = w.Window.Surveys.PostChat
		}
	}
	high := 18
	if survey != nil {
		high = surveyRows(survey, windowW-4) + 4
	}
	at := place(a.in(1, 0, a.W-2, a.H), model.BottomRight, windowW, max(8, min(high, 18)))
	if at.W < 12 || at.H < 4 {
		return
	}
	at.fill(" ", bodyLook)
	in := at.box(bodyLook)
	bar := at.in(0, 0, at.W, 1)
	bar.fill(" ", edgeLook)
	state := string(w.State)
	if w.Own {
		state += ", own window"
	}
	bar.in(0, 0, bar.W-width(state)-2, 1).put(1, 0, title, edgeLook)
	bar.in(0, 0, bar.W-1, 1).putRight(0, state, edgeLook)
	in = in.in(1, 0, in.W-2, in.H)
	switch {
	case w.Window != nil && w.Window.API != nil:
		in.paragraph(0, 0, in.W, "The page opens a window of its own: "+w.Window.API.Method+".", bodyLook)
	case survey != nil:
		p.survey(in, survey, w.Stage)
	default:
		p.talk(in, w.Stage)
	}
}

// windowW is how wide the window is, in cells.
const windowW = 38

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
func (p *painter) survey(a area, s *model.Survey, stage Stage) {
	y := 0
	if s.Title != "" {
		y = a.paragraph(0, y, a.W, s.Title, theme.DialogTitle)
	}
	button := "Start"
	if stage == Asked {
		button = "Send"
	}
	for i := range s.Questions {
		if y >= a.H-2 {
			a.put(0, y, p.th.Ellipsis, bodyLook)
			break
		}
		y = p.question(a, y, &s.Questions[i])
	}
	label := a.in(0, a.H-1, len(button)+4, 1)
	label.fill(" ", acceptLook)
	label.putCenter(0, button, acceptLook)
}

// question draws one question and gives the row below it.
func (p *painter) question(a area, y int, q *model.Question) int {
	room := a.in(0, 0, a.W, a.H-1)
	y = room.paragraph(0, y, a.W, asks(q), bodyLook)
	switch q.Type {
	case model.RadioButton, model.Checkbox:
		return room.paragraph(0, y, a.W, choices(q), bodyLook)
	case model.Rating:
		room.put(0, y, "1   2   3   4   5", bodyLook)
	case model.Dropdown:
		in := room.in(0, y, a.W, 1)
		in.fill(" ", theme.Input)
		if len(q.Options) > 0 {
			in.in(0, 0, in.W-2, 1).put(1, 0, q.Options[0], theme.Input)
		}
		in.put(in.W-2, 0, p.th.Opened, theme.Input)
	case model.TextArea:
		room.in(0, y, a.W, 2).fill(" ", theme.Input)
		return y + 2
	default:
		room.in(0, y, a.W, 1).fill(" ", theme.Input)
	}
	return y + 1
}

// talk draws a conversation: what either says, in lines, and the field to
// type into.
func (p *painter) talk(a area, stage Stage) {
	field := a.in(0, a.H-1, a.W, 1)
	field.fill(" ", theme.Input)
	if stage == Asked {
		a.put(0, 0, "The conversation has ended.", bodyLook)
		return
	}
	w := a.W * 3 / 5
	for i, y := 0, 0; y+1 < a.H-1; i, y = i+1, y+3 {
		x := 0
		if i%2 == 1 {
			x = a.W - w
		}
		bubble := a.in(x, y, w, min(2, a.H-1-y))
		bubble.fill(" ", otherLook)
		for row := range bubble.H {
			for at, n := 1, 3; at < w-2-row*4; n++ {
				end := min(n, w-2-at)
				bubble.line(at, row, end, p.th.Rail, otherLook)
				at += end + 1
			}
		}
	}
}
