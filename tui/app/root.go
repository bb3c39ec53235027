package app

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Session is one operator at one terminal; see [pane.Session].
type Session = pane.Session

// The largest terminal that is drawn; what is beyond stays empty. Serving a
// session clamps earlier, this is the second line.
const (
	maxW = 500
	maxH = 200
)

// twice is how long a first ctrl+c waits for the second.
const twice = 2 * time.Second

// Root is the console of one session: the one tea.Model. Its Update only
// routes.
type Root struct {
	ses     *Session
	screens []pane.Screen
	opened  []bool
	active  int

	size    layout.Size
	dialogs dialog.Stack
	toasts  widget.Toasts
	ticking bool // a message about the next toast that goes is on its way
	filter  struct {
		on    bool
		input widget.Input
	}
	look      theme.Options
	told      bool // the terminal said what its background is
	mouse     bool
	lastKey   string    // that is being handled; empty for mouse and palette
	interrupt time.Time // of the first ctrl+c
	failures  int
	work      work
	quitting  bool
	company   company
	place     place
	tour      tour
	apart     error // why the store is out of reach; nil: it is not

	view view // what was drawn last
}

// toastMsg says that a toast may have to go.
type toastMsg struct{}

// New makes the console of a session out of its screens, in the order of
// their tabs. It returns what is wrong with the screens' key catalogue: that
// is a fault of the program, found by every test that starts it.
func New(ses *Session, screens ...pane.Screen) (*Root, error) {
	if ses.Now == nil {
		return nil, fmt.Errorf("app: a session needs a clock")
	}
	if len(screens) == 0 {
		return nil, fmt.Errorf("app: a console needs a screen")
	}
	if ses.Ctx == nil {
		ses.Ctx = context.Background()
	}
	if ses.Log == nil {
		ses.Log = slog.New(slog.DiscardHandler)
	}
	if ses.Keys == nil {
		var err error
		if ses.Keys, err = Keys(screens...); err != nil {
			return nil, err
		}
	}
	r := &Root{ses: ses, screens: screens, opened: make([]bool, len(screens)), mouse: true}
	r.look = theme.Options{Light: ses.Light, NoColor: ses.NoColor, ASCII: ses.ASCII, Words: ses.Lines}
	ses.Theme, ses.Shell = theme.New(r.look), r
	return r, nil
}

// Keys joins the key catalogues of screens with the one that holds
// everywhere, for the console itself and for the cheatsheet.
func Keys(screens ...pane.Screen) (*keymap.Map, error) {
	global := keymap.Global()
	tabs := keymap.Tabs()
	var kept []keymap.Action
	for _, a := range global.Actions {
		n := slices.Index(tabs, a.ID)
		if n >= len(screens) {
			continue // a tab that is not there
		}
		if n >= 0 {
			a.Title, a.Help = "Go to "+screens[n].Title(), "Shows the screen "+screens[n].Title()+"."
		}
		kept = append(kept, a)
	}
	global.Actions = kept
	scopes := []keymap.Scope{global, keymap.TextEntry()}
	for _, s := range screens {
		scopes = append(scopes, s.Scopes()...)
	}
	keys, err := keymap.New(scopes...)
	if err != nil {
		return nil, fmt.Errorf("app: the screens' keys contradict each other: %w", err)
	}
	return keys, nil
}

// Init opens the first screen and asks the terminal for its background.
func (r *Root) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, r.Start())
}

// Update routes one message.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.lastKey = ""
	r.view.fresh = r.view.fresh && unseen(msg)
	cmd, taken := r.onTour(msg)
	if !taken {
		cmd = r.route(msg)
	}
	var awake tea.Cmd
	if pressed(msg) {
		awake = r.awake()
	}
	r.tell()
	return r, tea.Batch(cmd, r.keepPlaceSoon(msg), r.tick(), awake)
}

// End lets the screens keep what would be lost. Whoever ran the program calls
// it when the program has ended, for whatever reason.
func (r *Root) End(ctx context.Context) {
	for i, s := range r.screens {
		if e, ok := s.(pane.Ending); ok && r.opened[i] {
			e.End(ctx)
		}
	}
	r.endPlace(ctx)
}

func (r *Root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.size = layout.Size{W: max(0, min(msg.Width, maxW)), H: max(0, min(msg.Height, maxH))}
		return nil
	case tea.KeyPressMsg:
		r.lastKey = msg.String()
		return r.key(msg.Key())
	case tea.KeyReleaseMsg, tea.PasteStartMsg, tea.PasteEndMsg:
		return nil
	case tea.PasteMsg:
		return r.paste(msg.Content)
	case tea.MouseMsg:
		return r.pointer(msg)
	case tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.EnvMsg:
		r.relook(msg)
		return nil
	case toastMsg:
		r.ticking = false
		return nil
	case pane.Waiting:
		if msg.Msg != nil {
			return pane.Tick(r.ses.Ctx, msg.After, msg.Msg)
		}
		return msg.Cmd
	case othersMsg:
		return r.heard(msg)
	case listenMsg:
		return r.listen()
	case idleMsg:
		return r.idle()
	case awayMsg:
		return r.away(msg)
	case placeMsg:
		return r.keepPlace()
	case placeKeptMsg:
		if msg.err != nil {
			r.ses.Log.Error("keeping the place", "err", msg.err)
		}
		return nil
	case slowMsg:
		return nil // only to draw again
	case dialog.Completed:
		msg.Apply()
		return nil
	case doneMsg:
		return r.ended(msg)
	}
	var cmds []tea.Cmd
	for i, s := range r.screens {
		if r.opened[i] {
			cmds = append(cmds, s.Update(msg))
		}
	}
	return tea.Batch(cmds...)
}

// key routes a key: dialogs, the line being typed, the catalogue.
func (r *Root) key(k tea.Key) tea.Cmd {
	if k.Code == tea.KeyEscape && k.Mod == tea.ModAlt { // two of them that came in one piece, as over a slow line
		k.Mod = 0
		return tea.Batch(r.key(k), r.key(k))
	}
	key := k.String()
	if key == "ctrl+c" {
		return r.interrupted()
	}
	if layout.ModeOf(r.size) == layout.TooSmall {
		if key == "q" && r.dialogs.Len() == 0 {
			return r.quit()
		}
		return nil // nobody sees what it would do
	}
	if r.dialogs.Len() > 0 {
		return r.dialogs.Key(k, r.ses.Now())
	}
	if r.filter.on {
		if done := r.filterKey(k); done {
			return nil
		}
	}
	scope := r.scope()
	if r.ses.Keys.Text(scope) {
		if t, ok := r.screen().(pane.Typist); ok {
			if cmd, handled := t.Type(k); handled {
				return cmd
			}
		}
		if k.Text != "" {
			return nil // typed into a line that did not want it: never an action
		}
	}
	if a, ok := r.ses.Keys.Resolve(scope, key); ok {
		return r.run(a.ID, nil)
	}
	return nil
}

// run does an action, wherever it came from, or says why it cannot be done.
func (r *Root) run(id keymap.ID, arg any) tea.Cmd {
	if why := r.why(id); why != "" {
		a, _ := r.ses.Keys.Action(id)
		r.Toast(widget.Warning, a.Title+": "+why)
		return nil
	}
	if cmd, handled := r.own(id); handled {
		return cmd
	}
	cmd, handled := r.screen().Do(id, arg)
	switch {
	case handled:
	case id == keymap.Back:
		r.back()
	case id == keymap.Undo, id == keymap.Redo:
		a, _ := r.ses.Keys.Action(id)
		r.Toast(widget.Warning, a.Title+": nothing to do here")
	}
	return cmd
}

// own does the shell's part of the catalogue.
func (r *Root) own(id keymap.ID) (tea.Cmd, bool) {
	if n := slices.Index(keymap.Tabs(), id); n >= 0 {
		return r.goTo(n), true
	}
	switch id {
	case keymap.Quit:
		return r.quit(), true
	case keymap.Help:
		r.Ask(dialog.NewHelp(r.ses.Keys, r.scope(), r.why, r.again))
	case keymap.Palette:
		r.Ask(dialog.NewPalette(r.ses.Keys, r.scope(), r.why, r.again))
	case keymap.Filter:
		r.filterOpen()
	case keymap.Redraw:
		return tea.ClearScreen, true
	case keymap.Mouse:
		r.mouse = !r.mouse
		if r.mouse {
			r.Toast(widget.Info, "The mouse works in the console; hold shift to select text.")
		} else {
			r.Toast(widget.Info, "The mouse is the terminal's: select and copy as usual.")
		}
	case keymap.Messages:
		r.messages()
	case keymap.Who:
		r.who()
	case keymap.WhereLog:
		r.whereLog()
	default:
		return nil, false
	}
	return nil, true
}

// again runs an action chosen in the palette or the help.
func (r *Root) again(id keymap.ID) tea.Cmd {
	r.lastKey = ""
	if id == keymap.Interrupt {
		return r.quit()
	}
	return r.run(id, nil)
}

// why says why an action cannot be done now; empty means that it can.
func (r *Root) why(id keymap.ID) string {
	if id == keymap.Filter && r.filterable() == nil {
		return "there is no list here"
	}
	if n := slices.Index(keymap.Tabs(), id); n >= 0 {
		return r.aside(n)
	}
	if why := r.noCompany(id); why != "" {
		return why
	}
	if a, ok := r.ses.Keys.Action(id); ok {
		if why := r.ses.Refuses(a.Needs); why != "" {
			return why
		}
	}
	if d, ok := r.screen().(pane.Disabler); ok {
		return d.Disabled(id)
	}
	return ""
}

// aside says why there is nothing to go to on a screen; empty: there is.
func (r *Root) aside(n int) string {
	if n >= len(r.screens) {
		return ""
	}
	if a, ok := r.screens[n].(pane.Aside); ok {
		return a.Aside()
	}
	return ""
}

// back is what esc does when the screen has nothing to step back from: it
// cancels what takes long, shows all lines again, or takes the messages off
// the screen.
func (r *Root) back() {
	if what, slow := r.work.slow(r.ses.Now()); slow {
		r.work.cancel()
		r.Toast(widget.Info, "Canceled: "+what+".")
		return
	}
	if f := r.filterable(); f != nil && f.Filter() != "" {
		f.SetFilter("")
		return
	}
	r.toasts.Clear()
}

// paste gives pasted text to whatever is being typed into; it never runs keys.
func (r *Root) paste(s string) tea.Cmd {
	switch {
	case r.dialogs.Len() > 0:
		r.dialogs.Paste(s)
	case r.filter.on:
		r.filter.input.Paste(s)
		r.filterable().SetFilter(r.filter.input.Value())
	case r.ses.Keys.Text(r.scope()):
		if p, ok := r.screen().(pane.Paster); ok {
			return p.Paste(s)
		}
	}
	return nil
}

// tick asks for a message when the next toast goes, unless one is on its way.
func (r *Root) tick() tea.Cmd {
	if r.ticking || r.quitting {
		return nil
	}
	left, any := r.toasts.Next(r.ses.Now())
	if !any {
		return nil
	}
	r.ticking = true
	return pane.After(left, toastMsg{})
}
