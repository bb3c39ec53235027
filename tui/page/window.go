package page

import (
	"beckon/model"
	"beckon/tui/theme"
)

// livery is how a conversation's window looks: its branding, where it has one.
type livery struct {
	body, system, head, agent, visitor, push, input, line ink
	round                                                 [2]bool // corners above, below
}

// liveryOf reads a window's branding.
func liveryOf(w *model.Window) livery {
	var b model.WindowBranding
	if w != nil {
		b = w.Branding
	}
	or := func(s string, other rgb) rgb {
		if c := hex(s); c != 0 {
			return c
		}
		return other
	}
	ground, text := or(b.Background, white), or(b.Text, black)
	push := or(b.PrimaryButton, 1<<24|0x1f4e79)
	head := or(b.Header.Background, push)
	return livery{
		body:    ink{token: bodyLook, fg: text, bg: ground},
		system:  ink{token: bodyLook, fg: or(b.SystemMessages, text.toward(ground, 0.35)), bg: ground},
		head:    ink{token: theme.PageButton, fg: white, bg: head, bold: true},
		agent:   ink{token: otherLook, fg: text, bg: or(b.AgentBubble, ground.toward(text, 0.08))},
		visitor: ink{token: otherLook, fg: text, bg: or(b.ConsumerBubble, ground.toward(push, 0.2))},
		push:    ink{token: acceptLook, fg: white, bg: push, bold: true},
		input:   ink{token: theme.Input, fg: text, bg: ground.toward(text, 0.14)},
		line:    ink{token: bodyLook, fg: head, bg: ground, behind: true},
		round:   [2]bool{b.CornersTop > 0, b.CornersBottom > 0},
	}
}

// windowW and windowH are a window's size in cells.
const (
	windowW = 40
	windowH = 18
)

// title is what the head of a window says.
func (w *Window) title() string {
	switch {
	case w.Window == nil:
		return "Conversation"
	case w.Window.Branding.Title != "":
		return w.Window.Branding.Title
	case w.Window.Branding.Header.Alt != "":
		return w.Window.Branding.Header.Alt
	}
	return w.Window.Name
}

// survey is the one that is asked at the stage, nil for none.
func (w *Window) survey() *model.Survey {
	switch {
	case w.Window == nil:
		return nil
	case w.Stage == Asking && w.State == model.Offline:
		return w.Window.Surveys.Offline
	case w.Stage == Asking:
		return w.Window.Surveys.PreChat
	case w.Stage == Asked:
		return w.Window.Surveys.PostChat
	}
	return nil
}

// status is the window's state in words.
func (w *Window) status() string {
	out := string(w.State)
	if w.Own {
		out += ", own window"
	}
	return out
}

// conversation draws the conversation's window in the lower right corner, over
// the whole page of a phone.
func (p *painter) conversation(a area) {
	w := p.v.Window
	if w.Minimized {
		p.badge(a)
		return
	}
	look := liveryOf(w.Window)
	survey := w.survey()
	high := windowH
	if survey != nil {
		high = max(8, min(surveyRows(survey, windowW-4)+5, windowH))
	}
	wide, room := windowW, a.in(1, 0, a.W-2, a.H)
	switch {
	case p.v.Phone:
		wide, high, room = a.W, a.H, a
	case w.Window != nil && w.Window.Branding.Floating && a.H > high+2:
		room = a.in(2, 0, a.W-4, a.H-1) // 20 pixels from the corner
	}
	at := place(room, model.BottomRight, wide, high)
	if at.W < 12 || at.H < 4 {
		return
	}
	if there := w.Motion.there(sliding); there < 1 {
		at = at.moved(0, away(there, at.H))
	}
	at.fill(" ", look.body)
	lines := p.th.Box
	if look.round[1] {
		lines = p.th.Round
	}
	in := at.frame(lines, look.line)
	p.windowHead(at, look)
	in = in.in(1, 0, in.W-2, in.H)
	switch {
	case w.Window != nil && w.Window.API != nil:
		in.paragraph(0, 1, in.W, "The page opens a window of its own: "+w.Window.API.Method+".", look.body)
	case survey != nil:
		p.survey(in, survey, look)
	default:
		p.talk(in, look)
	}
}

// windowHead draws the band at the window's top: who answers, and the signs
// that fold the window up and close it.
func (p *painter) windowHead(at area, look livery) {
	w := p.v.Window
	bar := at.in(0, 0, at.W, 1)
	if look.round[0] {
		bar.put(0, 0, p.th.Round.TL, look.line)
		bar.put(bar.W-1, 0, p.th.Round.TR, look.line)
		bar = bar.in(1, 0, bar.W-2, 1)
	}
	bar.fill(" ", look.head)
	bar.putRight(0, "_ "+p.th.Close+" ", look.head)
	if folds := bar.in(bar.W-5, 0, 3, 1).seen(); !folds.Empty() {
		p.spots = append(p.spots, Spot{Rect: folds, Opens: true})
	}
	state := w.status()
	room := bar.W - 5
	if width(state)+2 < room/2+4 {
		tag := bar.in(room-width(state)-2, 0, width(state)+2, 1)
		tag.put(0, 0, " "+state+" ", is(tagLook))
		room -= tag.W + 1
	}
	name := bar.in(1, 0, room-1, 1)
	title := p.clip(w.title(), name.W)
	x := 0
	if w.Window != nil {
		switch w.Window.Branding.Header.Align {
		case "middle":
			x = (name.W - width(title)) / 2
		case "right":
			x = name.W - width(title)
		}
	}
	name.put(max(0, x), 0, title, look.head)
}

// badge is a window that is folded up: its name and how far it is, above the
// lower edge.
func (p *painter) badge(a area) {
	w := p.v.Window
	look := liveryOf(w.Window)
	said := p.th.Running + " " + p.clip(w.title(), 18) + " " + p.th.Dot + " " + stageWords[w.Stage]
	at := place(a.in(1, 0, a.W-2, a.H), model.BottomRight, width(said)+2, 1)
	at.fill(" ", look.head)
	at.in(1, 0, at.W-2, 1).put(0, 0, said, look.head)
	if seen := at.seen(); !seen.Empty() {
		p.spots = append(p.spots, Spot{Rect: seen, Opens: true})
	}
}

// stageWords says what goes on at a stage.
var stageWords = [...]string{Asking: "survey", Talking: "talking", Asked: "ended"}

// talk draws a conversation: who and in what state, as far as a journey tells;
// what either says it does not, so lines stand for it.
func (p *painter) talk(a area, look livery) {
	w := p.v.Window
	foot := a.in(0, a.H-1, a.W, 1)
	if w.Stage == Asked {
		a.put(0, 0, "The conversation has ended.", look.system)
		return
	}
	foot.fill(" ", look.input)
	foot.put(1, 0, p.clip("Type a message", foot.W-6), look.input)
	foot.putRight(0, " "+p.th.Play+" ", look.push)
	y := 0
	for _, said := range []string{p.routed(), map[model.Availability]string{
		model.Online: "An agent is there.", model.Busy: "All agents are busy: it may take a while.", model.Offline: "Nobody is there: messages wait.",
	}[w.State]} {
		if said != "" && y < a.H-2 {
			y = a.in(0, 0, a.W, a.H-1).paragraph(0, y, a.W, said, look.system)
		}
	}
	y++
	who := w.Who
	if who == "" {
		who = "Visitor"
	}
	part := a.W * 3 / 5
	for i := 0; y+1 < a.H-1; i++ {
		name, ink, x := who, look.visitor, a.W-part
		if i%2 == 1 {
			name, ink, x = "Agent", look.agent, 0
		}
		bubble := a.in(x, y, part, min(2, a.H-1-y))
		bubble.fill(" ", ink)
		bubble.put(1, 0, name, ink)
		if bubble.H > 1 {
			for at, n := 1, 3+i; at < part-2-i%3*4; n++ {
				end := min(2+n%7, part-2-at)
				bubble.line(at, 1, end, p.th.Rail, ink)
				at += end + 1
			}
		}
		y += 3
	}
}

// routed says whom the conversation goes to.
func (p *painter) routed() string {
	if p.v.Window.Skill == "" {
		return ""
	}
	return "To: " + p.v.Window.Skill
}
