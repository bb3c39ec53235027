package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// company is what this session told the others, and how far it heard of them.
type company struct {
	told   pane.At
	spoken bool
	mark   uint64
	deaf   bool           // hearing of them failed, and that was said
	came   time.Time      // when this session began
	active time.Time      // when something was pressed last
	dozing bool           // a message about when it will be idle is on its way
	who    *dialog.Picker // the list of them, while it may be open
}

// mostEdits bounds how many documents the others are told of; each screen has
// one open at most.
const mostEdits = 6

// idleAfter is how long nothing is pressed until the others are told so. They
// are told of the change alone, so that a key costs nobody anything.
const idleAfter = 2 * time.Minute

// hearAgain is the pause after hearing of the others failed.
const hearAgain = 5 * time.Second

// othersMsg is who else is at work.
type othersMsg struct {
	others []pane.Other
	mark   uint64
	err    error
}

// hearNext is the pause between two states of the others. Where many come and
// go at once, each console would draw all of them one by one.
const hearNext = 400 * time.Millisecond

// idleMsg says that this session may be idle by now.
type idleMsg struct{}

// awake notes that somebody pressed something, and asks for a message when that
// is long ago.
func (r *Root) awake() tea.Cmd {
	c := &r.company
	c.active = r.ses.Now()
	return r.doze(idleAfter)
}

func (r *Root) doze(left time.Duration) tea.Cmd {
	if r.ses.Company == nil || r.company.dozing || r.quitting {
		return nil
	}
	r.company.dozing = true
	return pane.Wait(pane.Tick(r.ses.Ctx, left, idleMsg{})) // it ends with the session
}

// idle goes on waiting where something was pressed meanwhile.
func (r *Root) idle() tea.Cmd {
	r.company.dozing = false
	if left := idleAfter - r.ses.Now().Sub(r.company.active); left > 0 {
		return r.doze(left)
	}
	return nil // the next key asks again
}

// pressed tells whether a message is of somebody at the terminal.
func pressed(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		return true
	}
	return false
}

// listenMsg asks to listen again.
type listenMsg struct{}

// listen waits for the next state of the others.
func (r *Root) listen() tea.Cmd {
	if r.ses.Company == nil {
		return nil
	}
	ctx, of, seen := r.ses.Ctx, r.ses.Company, r.company.mark
	return pane.Wait(func() tea.Msg {
		others, mark, err := of.Next(ctx, seen)
		return othersMsg{others, mark, err}
	})
}

// heard takes the next state of the others.
func (r *Root) heard(m othersMsg) tea.Cmd {
	c := &r.company
	switch {
	case r.ses.Ctx.Err() != nil:
		return nil
	case m.err != nil:
		if !c.deaf {
			r.Fail("looking who else is here", m.err)
		}
		c.deaf, c.mark, r.ses.Others = true, 0, nil
		return tea.Batch(r.route(pane.Others{}), pane.After(hearAgain, listenMsg{}))
	}
	c.deaf, c.mark, r.ses.Others = false, m.mark, m.others
	if c.who != nil {
		c.who.Replace(r.present())
	}
	return tea.Batch(r.route(pane.Others{}), pane.After(hearNext, listenMsg{}))
}

// tell tells the others where this session is, if it is elsewhere by now.
func (r *Root) tell() {
	if r.ses.Company == nil || r.quitting {
		return
	}
	c := &r.company
	at := r.at()
	if c.spoken && at.Same(c.told) {
		return
	}
	for i := range at.Edits {
		d := &at.Edits[i]
		d.Since = r.ses.Now()
		if j := slices.IndexFunc(c.told.Edits, func(o pane.Doc) bool { return o.Kind == d.Kind && o.ID == d.ID }); j >= 0 {
			d.Since = c.told.Edits[j].Since
		}
	}
	if d := &at.Views; d.Kind != "" {
		if d.Since = r.ses.Now(); d.Kind == c.told.Views.Kind && d.ID == c.told.Views.ID {
			d.Since = c.told.Views.Since
		}
	}
	c.told, c.spoken = at, true
	r.ses.Self = pane.Other{Who: r.ses.Who, Since: c.came, At: at}
	r.ses.Company.Tell(at)
}

// at is where this session is. What it is at comes first of what it edits; who
// may change nothing looks at what he has open.
func (r *Root) at() pane.At {
	at := pane.At{Screen: r.screen().Title()}
	looks := r.ses.Refuses(keymap.Edit) != ""
	for i := range r.screens {
		n := (r.active + i) % len(r.screens)
		e, ok := r.screens[n].(pane.Editor)
		if !ok || !r.opened[n] || len(at.Edits) == mostEdits {
			continue
		}
		switch d, is := e.Edits(); {
		case !is:
		case !looks:
			at.Edits = append(at.Edits, d)
		case n == r.active:
			at.Views = d
		}
	}
	if v, ok := r.screen().(pane.Viewing); ok && r.opened[r.active] {
		if d, is := v.Views(); is {
			at.Views = d
		}
	}
	if s, ok := r.shows(); ok {
		at.Shows = s
	}
	if last := r.company.active; !last.IsZero() && r.ses.Now().Sub(last) >= idleAfter {
		at.Idle = last
	}
	return at
}

// Notices are what the operator should know about what the screen shows, for as
// long as it holds: that others change it, too, and what the screen has to say.
func (r *Root) Notices() []string {
	var out []string
	if e, ok := r.screen().(pane.Editor); ok && r.opened[r.active] {
		if d, is := e.Edits(); is {
			if s := r.ses.EditedToo(d.Kind, d.ID); s != "" {
				out = append(out, s)
			}
		}
	}
	if n, ok := r.screen().(pane.Noticing); ok && r.opened[r.active] {
		if s := n.Notice(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// noticeRows takes a row for each notice from the upper end of a screen's body.
func (r *Root) noticeRows(sh layout.Shell) (layout.Shell, frame.Rows) {
	th := r.ses.Theme
	var out frame.Rows
	for _, s := range r.Notices() {
		if sh.Body.H <= leastBody {
			break
		}
		var at layout.Rect
		at, sh.Body = sh.Body.CutTop(1)
		line := strings.TrimSpace(th.Edited + " " + text.Line(s, 200))
		out = append(out, th.Paint(theme.Warn, frame.FitWith(" "+line, at.W, th.Ellipsis)))
	}
	return sh, out
}

// leastBody is what notices leave of a screen.
const leastBody = 8

// who opens the list of those who are here. It follows them while it is open.
func (r *Root) who() {
	p := &dialog.Picker{Title: "Who is online", Hint: "type to search", Items: r.present(), Start: 1}
	p.Then = func(it dialog.Item) tea.Cmd {
		if o, ok := it.Value.(pane.Other); ok {
			return r.visit(o)
		}
		return nil
	}
	r.company.who = p
	r.Ask(p)
}

// present lists all sessions, this one first.
func (r *Root) present() []dialog.Item {
	me := pane.Other{Who: r.ses.Who, Role: r.ses.RoleNow(), At: r.company.told}
	out := []dialog.Item{{Title: r.ses.Who + " (you, here)", Key: me.Screen, Detail: r.doing(me)}}
	for _, o := range r.ses.Others {
		it := dialog.Item{Title: text.Line(o.Who, 40), Key: o.Words(), Detail: r.doing(o), Value: o}
		if o.Who == r.ses.Who {
			it.Title += " (you, elsewhere)"
		}
		if o.Shows != "" {
			it.Title += " shows a simulator"
		}
		out = append(out, it)
	}
	if r.ses.Company == nil {
		out[0].Detail = "Others are met where several work on one store: beckon serve."
	}
	return out
}

// doing says in sentences what a session is at.
func (r *Root) doing(o pane.Other) string {
	out := r.ses.Doing(o)
	if o.Shows != "" && r.canVisit() {
		out = append(out, "Enter joins the simulator.")
	}
	return strings.Join(out, " ")
}

// me is the right end of the row of tabs: who sits here, and with whom, in the
// words for which the tabs leave room.
func (r *Root) me(names []string, w int) (words string, others bool) {
	who := text.Line(r.ses.Who, 24)
	if who != "" {
		who = " " + who + " "
	}
	n := len(r.ses.Others)
	if tabs := widget.TabsWidth(names); n == 0 && tabs+frame.Width(who) > w { // the tabs come first
		if who = strings.TrimRight(who, " "); tabs+frame.Width(who) > w {
			who = ""
		}
	}
	if n == 0 {
		return r.ses.Theme.Paint(theme.Muted, who), false
	}
	var with []string
	for _, o := range r.ses.Others {
		if name := o.Name(r.ses.Who); !slices.Contains(with, name) {
			with = append(with, name)
		}
	}
	need := 0
	for _, name := range names {
		need += 4 + frame.Width(text.Line(name, 80))
	}
	all := " with " + strings.Join(with, ", ")
	some := fmt.Sprintf(" with %s and %d more", with[0], len(with)-1)
	for _, s := range []string{all + "  " + who, some + "  " + who, all, fmt.Sprintf(" +%d ", n) + who, ""} {
		if s == some+"  "+who && len(with) < 3 {
			continue
		}
		if words = s; words != "" && need+frame.Width(words) <= w {
			break
		}
	}
	if words == "" {
		words = fmt.Sprintf(" +%d ", n) // the tabs are shortened
	}
	return r.ses.Theme.Paint(theme.Info, words), true
}

// noCompany says why there is nobody to look for; empty: there may be.
func (r *Root) noCompany(id keymap.ID) string {
	if id == keymap.Who && r.company.deaf {
		return "who else is here is not known now"
	}
	return ""
}

// canVisit tells whether one of the screens can show what another session
// shows.
func (r *Root) canVisit() bool { _, ok := r.visitor(); return ok }

func (r *Root) visitor() (pane.Screen, bool) {
	for _, s := range r.screens {
		if _, ok := s.(pane.Visitor); ok {
			return s, true
		}
	}
	return nil, false
}

// visit joins what another session shows.
func (r *Root) visit(o pane.Other) tea.Cmd {
	s, ok := r.visitor()
	if !ok || o.Shows == "" {
		return nil
	}
	cmd := r.Show(s.ID(), nil)
	v, _ := s.(pane.Visitor)
	return tea.Batch(cmd, v.Visit(o))
}

// shows is what names the simulator that this session lets others see.
func (r *Root) shows() (string, bool) {
	s, ok := r.visitor()
	if !ok || !r.opened[slices.Index(r.screens, s)] {
		return "", false
	}
	v, _ := s.(pane.Visitor)
	code := v.Shown()
	return code, code != ""
}
