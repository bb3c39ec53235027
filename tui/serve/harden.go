package serve

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
)

const maxTitle = 120 // runes of a window title

// A PanicError says that a model panicked. It holds nothing that could act on a
// terminal: the value is made safe, the stack is the runtime's own.
type PanicError struct {
	Value string // what was panicked with, one line
	Stack []byte
}

func (e *PanicError) Error() string { return "the program failed: " + e.Value }

// A Hardened is a model that cannot take its process with it.
//
// Bubble Tea recovers from panics of a model as well, but prints value and stack
// to the standard error of the process, which is the operator's screen, or for
// a remote session the server's log, in raw bytes. A Hardened keeps them as an
// error and quits. And since the renderer's goroutine is nobody's to guard, it
// takes control sequences of more than 30 parameters out of a view, and makes the
// title safe, before the renderer sees them, and bounds how many views the
// renderer holds on to.
type Hardened struct {
	tea.Model
	failed *failure
	drawn  *defused
	pace   *pace // nil: as fast as it goes
}

// defused is the content that was drawn last, and what was made of it: most
// views are the one before. What stands of earlier ones is bounded by drawing the
// whole screen anew.
type defused struct {
	given, made string
	standing    standing
}

type failure struct {
	once sync.Once
	err  *PanicError
	done chan struct{} // closed behind err
}

// Harden wraps the root model of a program.
func Harden(m tea.Model) Hardened {
	return Hardened{Model: m, failed: &failure{done: make(chan struct{})}, drawn: &defused{}}
}

// Failed is closed at the first panic. Who runs the program must end it then: a
// view that panics cannot send a message.
func (h Hardened) Failed() <-chan struct{} { return h.failed.done }

// Err returns the first panic, as a [*PanicError], or nil.
func (h Hardened) Err() error {
	select {
	case <-h.failed.done:
		return h.failed.err
	default:
		return nil
	}
}

// catch keeps a panic and reports whether there was one. It must be deferred.
func (f *failure) catch(then func()) {
	r := recover()
	if r == nil {
		return
	}
	f.once.Do(func() {
		f.err = &PanicError{Value: text.Line(fmt.Sprint(r), 500), Stack: debug.Stack()}
		close(f.done)
	})
	then()
}

// Init implements tea.Model.
func (h Hardened) Init() (cmd tea.Cmd) {
	defer h.failed.catch(func() { cmd = tea.Quit })
	return h.failed.guard(h.Model.Init())
}

// Update implements tea.Model.
func (h Hardened) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	if h.Err() != nil {
		return h, tea.Quit
	}
	defer h.failed.catch(func() { m, cmd = h, tea.Quit })
	h.pace.wait()
	defer h.pace.work()()
	next, cmd := h.Model.Update(msg)
	h.Model = next
	if h.drawn.standing.crowded() {
		h.drawn.standing.renew()
		cmd = tea.Batch(cmd, tea.ClearScreen)
	}
	return h, h.failed.guard(cmd)
}

// View implements tea.Model. After a panic it shows nothing; the program is
// about to end then.
func (h Hardened) View() (v tea.View) {
	if h.Err() != nil {
		return tea.View{}
	}
	defer h.failed.catch(func() { v = tea.View{} })
	defer h.pace.work()()
	v = h.Model.View()
	if v.Content != h.drawn.given {
		h.drawn.given, h.drawn.made = v.Content, defuse(v.Content)
		h.drawn.standing.draw(h.drawn.made)
	}
	v.Content = h.drawn.made
	v.WindowTitle = text.Line(v.WindowTitle, maxTitle)
	return v
}

var commands = reflect.TypeFor[tea.Cmd]()

// guard makes a command, and those that it stands for, recover. It holds on to
// nothing of the model, because a command may outlive its program.
func (f *failure) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer f.catch(func() { msg = tea.Quit() })
		msg = cmd()
		// Batches and sequences are slices of commands; the type of the second has
		// no exported name.
		v := reflect.ValueOf(msg)
		if msg == nil || v.Kind() != reflect.Slice || v.Type().Elem() != commands {
			return msg
		}
		guarded := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			guarded.Index(i).Set(reflect.ValueOf(f.guard(v.Index(i).Interface().(tea.Cmd))))
		}
		return guarded.Interface()
	}
}

// maxShown is how many parameters a sequence in a view may have. All attributes
// and three colors of a style are 26; 33 end the process.
const maxShown = 30

// defuse drops the control sequences of s that have too many parameters.
func defuse(s string) string {
	// Without 30 separators there is nothing to do; that is so for most lines and
	// many views, and costs one pass.
	if strings.Count(s, ";")+strings.Count(s, ":") < maxShown {
		return s
	}
	var b strings.Builder
	kept := 0 // s[:kept] is in b
	for i := 0; i < len(s); {
		start := i
		switch c := s[i]; {
		case c == 0x1b:
			for i++; i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f; i++ {
			}
			if i == len(s) || s[i] != '[' && s[i] != 'P' {
				continue
			}
		case c != 0x9b && c != 0x90: // 8-bit, and also the end of many a rune
			i++
			continue
		}
		n := 0
		for i++; i < len(s) && s[i] >= 0x20 && s[i] <= 0x3f; i++ {
			if s[i] == ';' || s[i] == ':' {
				n++
			}
		}
		if n >= maxShown {
			if !utf8.RuneStart(s[start]) { // do not leave half a rune
				if _, w := utf8.DecodeLastRuneInString(s[kept : start+1]); w > 1 {
					start -= w - 1
				}
			}
			b.WriteString(s[kept:start])
			b.WriteString("\ufffd")
			kept = i
		}
	}
	if kept == 0 {
		return s
	}
	b.WriteString(s[kept:])
	return b.String()
}
