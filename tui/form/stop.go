package form

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// stop is a place where the focus can stand, or, without a control, a line
// that is only read. A field of a simple kind is one stop, a list or a
// condition several.
type stop struct {
	key      string // its path and, behind "#", the part
	path     string // what problems of the document are found by
	label    string
	caption  string // what the field is called whose stops come next
	help     string
	indent   int
	beside   bool // on the row of the stop before, where there is room
	width    int  // cells that the value wants; 0 is the rest of the row
	control  control
	section  int
	required bool
	fixed    string // why it cannot be changed
	row      *rowOps
	note     func() []widget.Line // read only, below
}

// rowOps are what can be done with the row that a stop belongs to; nil is what
// cannot be done now.
type rowOps struct {
	noun                                        string
	add, remove, copy, up, down, group, ungroup func()
}

// control shows and edits one value.
type control interface {
	// draw gives the value in w cells; framed asks for an edge around it.
	draw(th *theme.Theme, w int, focused bool) picture
	// typing tells whether keys with text are typed now.
	typing() bool
	// key does what a key does while typing, paste inserts a text.
	key(k tea.Key) bool
	paste(s string)
	// do does an action: left, right, up, down, open, toggle, clear, a click.
	do(id action, arg any) (tea.Cmd, bool)
	// enter is told of the focus, from before or behind; leave that it goes.
	enter(dir int)
	leave()
	// load is told that the document may have changed.
	load()
	// problem says what is wrong with what was typed and is not in the document.
	problem() string
	// version grows with everything that can change the picture.
	version() uint64
	// moveTo tells that the value stands at another path, because a list around
	// it was renumbered.
	moveTo(path string)
	// plain says the value for who answers line by line, and lists what can be
	// chosen; answer takes a line and says what is wrong with it.
	plain() (now string, options []Option)
	answer(q *questioner, line string) (wrong string)
}

// action is what a form's catalogue calls it, without the screen's prefix.
type action = keymap.ID

// picture is a drawn value: rows at most w cells wide, and where the caret is.
type picture struct {
	rows   []string
	x, y   int
	caret  bool
	framed bool // an edge stands around it
	all    bool // around every row of it
}

// memo keeps the picture of a stop.
type memo struct {
	key     frame.Key
	picture picture
	full    bool
}

// base is the control that does nothing; others embed it.
type base struct {
	f    *Form
	path string // of its value, the first part of its key
	ver  uint64
}

func (b *base) typing() bool                      { return false }
func (b *base) key(tea.Key) bool                  { return false }
func (b *base) paste(string)                      {}
func (b *base) do(action, any) (tea.Cmd, bool)    { return nil, false }
func (b *base) enter(int)                         {}
func (b *base) leave()                            {}
func (b *base) load()                             {}
func (b *base) problem() string                   { return "" }
func (b *base) version() uint64                   { return b.ver }
func (b *base) plain() (string, []Option)         { return "", nil }
func (b *base) answer(*questioner, string) string { return "" }
func (b *base) moveTo(path string)                { b.path = path }
func (b *base) changed()                          { b.ver++ }

// pick opens a list to choose from.
func (f *Form) pick(title, hint string, options []Option, then func(value string) tea.Cmd) {
	f.pickOrAdd(title, hint, options, then, "", nil)
}

// pickOrAdd is [Form.pick] with a last line that makes a new one, of the name
// that is typed; without add there is no such line.
func (f *Form) pickOrAdd(title, hint string, options []Option, then func(value string) tea.Cmd, noun string, add func(name string) tea.Cmd) {
	p := f.picker(title, hint, options, then)
	if add != nil {
		takeItem := p.Then
		p.Then = func(it dialog.Item) tea.Cmd {
			if fresh, ok := it.Value.(named); ok {
				return add(string(fresh))
			}
			return takeItem(it)
		}
		p.Hint = hint + ", or a name for a new one"
		p.Last = func(typed string) dialog.Item {
			it := dialog.Item{Title: "Add new " + noun + f.ellipsis(), Detail: "Makes a new one and takes it.", Value: named(typed)}
			if typed != "" {
				it.Title = "Add new " + noun + ": " + typed
				it.Detail = "Makes a new one of this name and takes it."
			}
			return it
		}
	}
	f.ask(p)
}

// ask shows a list to choose from, where there is a console around the form.
func (f *Form) ask(p *dialog.Picker) {
	if f.ses != nil && f.ses.Shell != nil {
		f.ses.Shell.Ask(p)
	}
}

// picker is a list to choose from.
func (f *Form) picker(title, hint string, options []Option, then func(value string) tea.Cmd) *dialog.Picker {
	items := make([]dialog.Item, len(options))
	for i, o := range options {
		items[i] = dialog.Item{Title: o.title(), Detail: o.Detail, Group: o.Group, Disabled: o.Disabled, Value: o.Value}
		if o.Key != "" {
			items[i].Key = o.Key
		}
	}
	return &dialog.Picker{Title: title, Hint: hint, Items: items, Then: func(it dialog.Item) tea.Cmd {
		v, _ := it.Value.(string)
		return picked(then(v))
	}}
}

// Picked is the message that something was chosen in a dialog of a form: no key
// tells its screen that the document may have changed.
type Picked struct{}

func picked(cmd tea.Cmd) tea.Cmd {
	return tea.Batch(cmd, func() tea.Msg { return Picked{} })
}

// named is the name of what is to be made.
type named string

// Option is a value to choose.
type Option struct {
	Value    string
	Title    string // empty: the value
	Detail   string // a sentence, shown while it is selected in a picker
	Group    string
	Key      string // said at the right end of a picker's line
	Disabled string // why it cannot be chosen
}

func (o Option) title() string {
	if o.Title == "" {
		return o.Value
	}
	return o.Title
}

// Options makes options of plain values, with their dashes as blanks for
// titles.
func Options(values ...string) []Option {
	out := make([]Option, len(values))
	for i, v := range values {
		out[i] = Option{Value: v, Title: words(v)}
	}
	return out
}
