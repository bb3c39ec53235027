package pane

import (
	"context"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// Session is one operator at one terminal, and all that the console knows of
// the world around it. It is owned by the program that runs it.
type Session struct {
	Ctx    context.Context  // ends with the session; nil counts as Background
	Who    string           // the operator, as other operators see him
	Role   func() string    // what he may, in a word, as it is now; nil: not told
	Now    func() time.Time // the only clock, in the zone of the account; required
	Remote bool             // over a network: fewer frames
	Log    *slog.Logger     // nil discards
	LogAt  string           // where the operator finds the log; empty: nowhere

	// Away tells why the store is out of reach, nil while it is not, and is closed
	// when that changes. Nil: the store cannot be away.
	Away func() (why error, changed <-chan struct{})

	// Copy makes a command that writes a text to the clipboard of the operator's
	// terminal, if that allows it; nil: there is no way to it.
	Copy func(string) tea.Cmd

	// Paths are the files that the operator can name; nil: none.
	Paths dialog.Paths

	// Company is where others who work on the same catalog are met; nil: nobody
	// is.
	Company Company

	// Places is where the session's place is kept, so that it can be come back to;
	// nil: nowhere. Back is where an earlier one was cut off; nil: nowhere.
	Places Places
	Back   *Back

	// May tells why the operator may not do what takes a permit, in a few words;
	// empty: he may. It is asked at every frame, and nil lets everything through.
	// It spares work that would be refused: what is allowed is decided below.
	May func(keymap.Permit) string

	// What the operator asked for; the terminal's answers are added to it.
	NoColor bool
	Light   bool
	ASCII   bool
	Still   bool // no movement: what would slide or play by itself stands still
	Lines   bool // read line by line, see Readable: no picture, and no signs in what is said

	// Keys is the key catalogue of the screens: app.New makes it, unless it was made
	// for another session that has the same.
	Keys *keymap.Map

	// Filled by app.New.
	Theme *theme.Theme // replaced when the terminal answers: read it when drawing
	Shell Shell

	// Others are the other sessions, kept by the shell; the message Others says
	// that they changed. Self is this one, as they are told of it.
	Others []Other
	Self   Other
}

// Refuses tells why the operator may not do what takes a permit; empty: he may.
func (s *Session) Refuses(r keymap.Permit) string {
	if s == nil || s.May == nil || r == keymap.None {
		return ""
	}
	return s.May(r)
}

// Shell is what a screen may ask for. The methods are called from Update and
// Do only, never from a command.
type Shell interface {
	// Toast shows a message for some seconds. The text is made harmless here.
	Toast(level widget.Level, text string)
	// Fail tells that something went wrong while doing it ("saving the
	// campaign"): a toast with a number, and the whole error with the same
	// number in the log. What is refused to the operator, an error with a method
	// Refusal() string, is no fault: that sentence alone is shown.
	Fail(doing string, err error)
	// Done tells that it was done after all, or anyway: what is said takes the place
	// of failures to do the same; nothing said just takes them away. Work that ends
	// without a failure does so, too.
	Done(doing, said string)
	// Ask opens a dialog on top of all others.
	Ask(dialog.Dialog)
	// AskLater opens a dialog that the operator did not ask for: keys that are
	// already on their way do not answer it.
	AskLater(dialog.Dialog)
	// Work makes a command of something that may take long ("replaying"): after
	// 300 ms the shell shows that it goes on, and esc, where the screen has no
	// step to go back, cancels its context. What do returns goes to Update.
	Work(what string, do func(context.Context) tea.Msg) tea.Cmd
	// Show goes to the screen of the given id and hands it arg, if it is a
	// Receiver and arg is not nil.
	Show(screen string, arg any) tea.Cmd
}

// Ring is which of a screen's panes has the focus. The zero value has one
// pane.
type Ring struct{ at, n int }

// NewRing makes a ring of n panes with the focus on the first.
func NewRing(n int) Ring { return Ring{n: n} }

// Index is the pane with the focus.
func (r *Ring) Index() int { return r.at }

// At tells whether pane i has the focus.
func (r *Ring) At(i int) bool { return r.at == i }

// Next moves the focus to the next pane, Prev to the one before.
func (r *Ring) Next() { r.at = (r.at + 1) % max(1, r.n) }

// Prev moves the focus to the pane before.
func (r *Ring) Prev() { r.at = (r.at + max(1, r.n) - 1) % max(1, r.n) }

// Set moves the focus to pane i and tells whether it was elsewhere.
func (r *Ring) Set(i int) bool {
	if i < 0 || i >= max(1, r.n) || i == r.at {
		return false
	}
	r.at = i
	return true
}
