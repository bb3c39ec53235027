package keymap

// ID names an action for good: "simulator.play". Files, tests and the palette
// refer to it, never to a key.
type ID string

// Action is one thing an operator can do.
type Action struct {
	ID    ID
	Title string   // as in the palette and the help: "Play or pause"
	Hint  string   // as in the footer, one or two words: "play"; empty: not in the footer
	Help  string   // one whole sentence for the help overlay and the cheatsheet
	Keys  []string // key names as Bubble Tea spells them; the first is the one shown

	// Drawn marks what is about the picture alone: folds, panes, the place in a
	// form. Who reads the console line by line is not offered it.
	Drawn bool

	// Danger marks what destroys or is seen by visitors at once; the screen
	// asks before it acts, and the palette marks it.
	Danger bool

	// Needs is what an operator has to be allowed to do it. What it takes besides,
	// for what is published say, the screen knows; and the store has the last word.
	Needs Permit
}

// Permit is what an operator may do.
type Permit string

// The permits. None is what everybody may.
const (
	None    Permit = ""
	Edit    Permit = "edit"    // what no visitor sees
	Publish Permit = "publish" // what visitors see
)

// Leak says where a key goes that a scope does not bind.
type Leak int

const (
	// LeakAll passes it to the scope around this one, up to the global one.
	LeakAll Leak = iota
	// LeakGlobal passes it to the global scope alone.
	LeakGlobal
	// LeakNone keeps it: nothing outside reacts.
	LeakNone
)

// Scope is a place where certain actions apply.
type Scope struct {
	Name    string // dotted; empty for the global scope
	Title   string // heading in the help: "Simulator"
	Leak    Leak
	Text    bool // keys with text are typed, not resolved
	Actions []Action
}

// The actions that mean the same on every screen. The shell does the first
// group itself; the second it hands to the screen's Do.
const (
	Quit      ID = "quit"
	Interrupt ID = "interrupt"
	Help      ID = "help"
	Palette   ID = "palette"
	Redraw    ID = "redraw"
	Mouse     ID = "mouse"
	Messages  ID = "messages"
	WhereLog  ID = "log"
	Who       ID = "who"
	Filter    ID = "filter"
	Tab1      ID = "tab.1"
	Tab2      ID = "tab.2"
	Tab3      ID = "tab.3"
	Tab4      ID = "tab.4"
	Tab5      ID = "tab.5"
	Tab6      ID = "tab.6"
	Tab7      ID = "tab.7"
	Tab8      ID = "tab.8"

	Up       ID = "up"
	Down     ID = "down"
	Left     ID = "left"
	Right    ID = "right"
	PageUp   ID = "page.up"
	PageDown ID = "page.down"
	HalfUp   ID = "half.up"
	HalfDown ID = "half.down"
	First    ID = "first"
	Last     ID = "last"
	Open     ID = "open"
	Back     ID = "back"
	NextPane ID = "pane.next"
	PrevPane ID = "pane.previous"
	Undo     ID = "undo"
	Redo     ID = "redo"
)

// Click and Wheel are what a mouse asks of a widget; they have no key and are
// in no catalogue, since everything they do is done by the actions above.
const (
	Click ID = "mouse.click"
	Wheel ID = "mouse.wheel"
)

// Tabs lists the actions that select a tab, in the order of the tabs.
func Tabs() []ID { return []ID{Tab1, Tab2, Tab3, Tab4, Tab5, Tab6, Tab7, Tab8} }

// Global is the scope around all others: what works on every screen.
func Global() Scope {
	return Scope{
		Title: "Everywhere",
		Actions: []Action{
			{ID: Help, Title: "Keys of this screen", Hint: "help", Keys: []string{"?", "f1"}, Help: "Lists every key that works here; type to search, enter runs the action."},
			{ID: Palette, Title: "Command palette", Hint: "commands", Keys: []string{":", "ctrl+p"}, Help: "Finds an action by its name and runs it."},
			{ID: Filter, Title: "Filter the list", Hint: "filter", Keys: []string{"/"}, Help: "Shows only the lines that contain what you type; esc shows all again."},
			{ID: Quit, Title: "Quit", Hint: "quit", Keys: []string{"q"}, Help: "Leaves the console; asks first while something is unsaved."},
			{ID: Interrupt, Title: "Quit at once, pressed twice", Keys: []string{"ctrl+c"}, Help: "Pressed twice, leaves the console from anywhere."},
			{ID: Tab1, Title: "First tab", Keys: []string{"1"}, Help: "Shows the first screen."},
			{ID: Tab2, Title: "Second tab", Keys: []string{"2"}, Help: "Shows the second screen."},
			{ID: Tab3, Title: "Third tab", Keys: []string{"3"}, Help: "Shows the third screen."},
			{ID: Tab4, Title: "Fourth tab", Keys: []string{"4"}, Help: "Shows the fourth screen."},
			{ID: Tab5, Title: "Fifth tab", Keys: []string{"5"}, Help: "Shows the fifth screen."},
			{ID: Tab6, Title: "Sixth tab", Keys: []string{"6"}, Help: "Shows the sixth screen."},
			{ID: Tab7, Title: "Seventh tab", Keys: []string{"7"}, Help: "Shows the seventh screen."},
			{ID: Tab8, Title: "Eighth tab", Keys: []string{"8"}, Help: "Shows the eighth screen."},
			{ID: Up, Title: "Up", Keys: []string{"up", "k"}, Help: "Moves one line up."},
			{ID: Down, Title: "Down", Keys: []string{"down", "j"}, Help: "Moves one line down."},
			{ID: Left, Title: "Left", Keys: []string{"left", "h"}, Help: "Moves left, or folds a branch."},
			{ID: Right, Title: "Right", Keys: []string{"right", "l"}, Help: "Moves right, or unfolds a branch."},
			{ID: PageUp, Title: "Page up", Keys: []string{"pgup", "ctrl+b"}, Help: "Moves one page up."},
			{ID: PageDown, Title: "Page down", Keys: []string{"pgdown", "ctrl+f"}, Help: "Moves one page down."},
			{ID: HalfUp, Title: "Half a page up", Keys: []string{"ctrl+u"}, Help: "Moves half a page up."},
			{ID: HalfDown, Title: "Half a page down", Keys: []string{"ctrl+d"}, Help: "Moves half a page down."},
			{ID: First, Title: "First line", Keys: []string{"home", "g"}, Help: "Moves to the first line."},
			{ID: Last, Title: "Last line", Keys: []string{"end", "G"}, Help: "Moves to the last line."},
			{ID: Open, Title: "Open", Keys: []string{"enter"}, Help: "Opens what is selected."},
			{ID: Back, Title: "Back", Keys: []string{"esc"}, Help: "Goes one step back; never destroys anything."},
			{ID: NextPane, Title: "Next pane", Keys: []string{"tab"}, Help: "Moves to the next pane or field."},
			{ID: PrevPane, Title: "Previous pane", Keys: []string{"shift+tab"}, Help: "Moves to the previous pane or field."},
			{ID: Undo, Title: "Undo", Keys: []string{"ctrl+z"}, Help: "Takes the last change back."},
			{ID: Redo, Title: "Redo", Keys: []string{"ctrl+y"}, Help: "Makes the change again that was taken back."},
			{ID: Redraw, Title: "Redraw the screen", Keys: []string{"ctrl+r"}, Help: "Clears the terminal and draws everything again."},
			{ID: Messages, Title: "Past messages", Keys: []string{"f9"}, Help: "Lists the last messages, the latest first."},
			{ID: Who, Title: "Who is online", Keys: []string{"&"}, Help: "Lists who else is at work here, on which screen, and what each has open to change it."},
			{ID: WhereLog, Title: "Where is the log?", Help: "Tells where errors are written down, if they are."},
			{ID: Mouse, Title: "Mouse on or off", Keys: []string{"f8"}, Help: "Gives the mouse back to the terminal, so that text can be selected."},
		},
	}
}

// TextEntry is the scope of every line of text being typed, a filter or a
// field: only keys without text act, and none of them leaves the line except
// the ones listed.
func TextEntry() Scope {
	return Scope{Name: "text", Title: "While typing", Leak: LeakNone, Text: true}
}
