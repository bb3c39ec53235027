package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// online is who is at work now: this session first, then the others, and what
// there is to say of the one that is selected.
type online struct {
	ses    func() *pane.Session
	people *widget.Table[pane.Other]
	about  widget.Lines
	stale  bool // the others have changed
	of     said
	minute bool // a message about the next minute is on its way
}

// said is what the lines below the list were written for.
type said struct {
	key  string
	at   pane.At
	look uint32
}

// minuteMsg says that others are idle for longer by now.
type minuteMsg struct{}

func newOnline(ses func() *pane.Session) online {
	o := online{ses: ses, stale: true}
	o.people = widget.NewTable(personKey,
		widget.Column[pane.Other]{Title: "Who", Width: 12, Most: 24, Grow: 1, Cell: func(p pane.Other) widget.Cell { return o.name(p) }},
		widget.Column[pane.Other]{Title: "Role", Width: 9, Rank: 3, Cell: func(p pane.Other) widget.Cell { return widget.Cell{Text: text.Line(p.Role, 20), Look: theme.Muted} }},
		widget.Column[pane.Other]{Title: "Where", Width: 16, Grow: 4, Cell: func(p pane.Other) widget.Cell { return widget.T(p.Words()) }},
		widget.Column[pane.Other]{Title: "Since", Width: 6, Rank: 2, Cell: func(p pane.Other) widget.Cell { return widget.Cell{Text: since(ses(), p.Since), Look: theme.Muted} }},
		widget.Column[pane.Other]{Title: "Idle", Width: 6, Rank: 1, Cell: func(p pane.Other) widget.Cell { return widget.Cell{Text: idle(ses(), p), Look: theme.Muted} }})
	return o
}

func personKey(p pane.Other) string { return p.Who + "\x00" + p.Session }

func isSelf(p pane.Other) bool { return p.Session == "" } // the others have one

// name tells a person, and which of them sits here.
func (o *online) name(p pane.Other) widget.Cell {
	name := text.Line(p.Who, 40)
	switch {
	case isSelf(p):
		return widget.Cell{Text: name + " (you)", Look: theme.Muted}
	case p.Who == o.ses().Who:
		return widget.Cell{Text: name + " (you, too)", Look: theme.Info}
	}
	return widget.Cell{Text: name, Look: theme.Info}
}

// since is a time in a few cells: of another day, the day.
func since(ses *pane.Session, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	now := ses.Now()
	if at = at.In(now.Location()); at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		return at.Format("_2 Jan")
	}
	return at.Format("15:04")
}

func idle(ses *pane.Session, p pane.Other) string {
	if p.Idle.IsZero() {
		return ""
	}
	return pane.Span(ses.Now().Sub(p.Idle))
}

// all are those who are here, this session first.
func (o *online) all() []pane.Other {
	ses := o.ses()
	me := ses.Self
	me.Who, me.Role = ses.Who, ses.RoleNow()
	return append([]pane.Other{me}, ses.Others...)
}

// describe takes in who is here, and writes anew what is said of the selected
// one where that changed.
func (o *online) describe() {
	ses := o.ses()
	if had := o.people.Items(); o.stale || len(had) == 0 || !had[0].Same(ses.Self.At) {
		o.people.SetItems(o.all())
	}
	p, _ := o.people.Selected()
	next := said{personKey(p), p.At, ses.Theme.Look()}
	if !o.stale && next.key == o.of.key && next.look == o.of.look && next.at.Same(o.of.at) {
		return
	}
	if next.key != o.of.key {
		o.about.Top()
	}
	o.of, o.stale = next, false
	var out []widget.Line
	for _, s := range ses.Doing(p) {
		out = append(out, widget.L(widget.T(s)))
	}
	if isSelf(p) && ses.Company == nil {
		out = append(out, widget.L(muted("Others are met where several work on one store: beckon serve.")))
	} else if isSelf(p) && len(ses.Others) == 0 {
		out = append(out, widget.L(muted("Nobody else is here.")))
	}
	if s := leads(p); s != "" {
		out = append(out, widget.L(muted("Enter "+s+".")))
	}
	o.about.SetLines(out...)
}

// leads says where enter leads from a person; empty: nowhere.
func leads(p pane.Other) string {
	if isSelf(p) {
		return ""
	}
	if p.Shows != "" {
		return "joins the simulator, e goes to it alone"
	}
	if d, ok := p.Object(); ok {
		if screen, _ := home(d.Kind, d.ID); screen != "" {
			return "goes to the " + text.Line(d.Kind, 20) + " " + text.Line(d.Name, 40)
		}
	}
	if tabOf(p.Screen) != "" {
		return "goes to " + p.Screen
	}
	return ""
}

// tabOf is the screen that has a title, as others tell it; empty: none that can
// be gone to by itself.
func tabOf(title string) string {
	id := strings.ToLower(title)
	if slices.Contains([]string{"campaigns", "library", "simulator", "traffic", "settings", "builder"}, id) {
		return id
	}
	return ""
}

// visit goes to what a person is at, or joins what he shows.
func (o *online) visit(p pane.Other, join bool) tea.Cmd {
	shell := o.ses().Shell
	if isSelf(p) {
		shell.Toast(widget.Info, "That is you, here.")
		return nil
	}
	if join && p.Shows != "" {
		return shell.Show("simulator", p)
	}
	if d, ok := p.Object(); ok {
		if screen, path := homeFor(o.ses(), d.Kind, d.ID); screen != "" {
			return show(shell, screen, path)
		}
	}
	if tab := tabOf(p.Screen); tab != "" {
		return shell.Show(tab, nil)
	}
	shell.Toast(widget.Info, text.Line(p.Who, 40)+" is at nothing that could be gone to.")
	return nil
}

// show goes to a screen, and hands it a path if there is one.
func show(shell pane.Shell, screen, path string) tea.Cmd {
	if path == "" {
		return shell.Show(screen, nil)
	}
	return shell.Show(screen, path)
}

// next asks for a message in a minute while somebody is idle.
func (o *online) next() tea.Cmd {
	if o.minute || !slices.ContainsFunc(o.ses().Others, func(p pane.Other) bool { return !p.Idle.IsZero() }) {
		return nil
	}
	o.minute = true
	return pane.Wait(pane.Tick(o.ses().Ctx, time.Minute, minuteMsg{}))
}

// aboutMost is how many rows what is said of a person may take; short panes have
// the list alone.
const aboutMost = 9

func (o *online) rows(th *theme.Theme, size layout.Size, focused bool) frame.Rows {
	if size.H < 8 {
		return o.people.Rows(th, size, focused)
	}
	_, all := o.people.Count()
	list := layout.Size{W: size.W, H: max(3, min(all+1, size.H-min(size.H/2, aboutMost)))}
	out := slices.Clone(o.people.Rows(th, list, focused))
	out = append(out, th.Paint(theme.Border, strings.Repeat(th.Box.H, size.W)))
	for _, row := range o.about.Rows(th, layout.Size{W: max(0, size.W-2), H: size.H - list.H - 1}, false) {
		out = append(out, " "+row+" ")
	}
	return out
}

// counted says how many are here.
func (o *online) counted() string {
	n := len(o.ses().Others)
	if n == 0 {
		return "only you"
	}
	return fmt.Sprintf("you and %d more", n)
}

// sentences tell of everybody, for who reads lines.
func (o *online) sentences() []string {
	out := []string{"At work now: " + o.counted() + "."}
	for _, p := range o.ses().Others {
		out = append(out, p.Name(o.ses().Who)+": "+strings.Join(o.ses().Doing(p), " "))
	}
	return out
}
