package keymap

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
)

// Map is a checked catalogue. It is never changed after [New] and safe for
// concurrent use.
type Map struct {
	scopes map[string]Scope
	order  []string
	byID   map[ID]Action
	keys   map[ID]key.Binding
	chains map[string][]Scope // of the scopes that were declared
}

// New joins scopes into one catalogue. It returns all contradictions at once:
// two scopes of one name, an id used twice, an action without title or help,
// a key that no terminal sends, an action without a key that every keyboard
// has, and one key for two actions where both could be meant.
func New(scopes ...Scope) (*Map, error) {
	m := &Map{scopes: map[string]Scope{}, byID: map[ID]Action{}, keys: map[ID]key.Binding{}, chains: map[string][]Scope{}}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, s := range scopes {
		if _, twice := m.scopes[s.Name]; twice {
			bad("keymap: scope %q is declared twice", s.Name)
			continue
		}
		m.scopes[s.Name] = s
		m.order = append(m.order, s.Name)
		if s.Title == "" {
			bad("keymap: scope %q has no title", s.Name)
		}
		for _, a := range s.Actions {
			if _, twice := m.byID[a.ID]; twice {
				bad("keymap: action %q is declared twice", a.ID)
			}
			m.byID[a.ID], m.keys[a.ID] = a, a.Binding()
			if a.ID == "" || a.Title == "" || !strings.HasSuffix(a.Help, ".") {
				bad("keymap: action %q needs an id, a title and a help sentence", a.ID)
			}
			plain := false
			for _, k := range a.Keys {
				if !Known(k) {
					bad("keymap: action %q: no terminal sends the key %q", a.ID, k)
				}
				plain = plain || Plain(k)
			}
			if len(a.Keys) > 0 && !plain {
				bad("keymap: action %q has no key that every keyboard and terminal has", a.ID)
			}
		}
	}
	for _, scope := range m.order {
		taken := map[string]ID{}
		m.chains[scope] = m.chain(scope)
		for _, s := range m.chains[scope] {
			for _, a := range s.Actions {
				for _, k := range a.Keys {
					if other, clash := taken[k]; clash {
						bad("keymap: in scope %q the key %q means both %q and %q", scope, k, other, a.ID)
					}
					taken[k] = a.ID
				}
			}
		}
	}
	return m, errors.Join(errs...)
}

// chain lists the scopes in which a key of the named scope is looked up, the
// innermost first. A name that was not declared inherits its parent's.
func (m *Map) chain(name string) []Scope {
	if known, ok := m.chains[name]; ok {
		return known
	}
	var out []Scope
	for {
		s, ok := m.scopes[name]
		if ok {
			out = append(out, s)
		}
		switch {
		case name == "" || ok && s.Leak == LeakNone:
			return out
		case ok && s.Leak == LeakGlobal:
			name = ""
		default:
			name = name[:max(0, strings.LastIndexByte(name, '.'))]
		}
	}
}

// Resolve finds the action that a key means in a scope.
func (m *Map) Resolve(scope, pressed string) (Action, bool) {
	for _, s := range m.chain(scope) {
		for _, a := range s.Actions {
			if key.Matches(name(pressed), m.keys[a.ID]) {
				return a, true
			}
		}
	}
	return Action{}, false
}

// name is a key by its name, as [key.Matches] wants it.
type name string

func (n name) String() string { return string(n) }

// Binding gives the action's keys to the components of Bubbles.
func (a Action) Binding() key.Binding {
	label := ""
	if len(a.Keys) > 0 {
		label = Label(a.Keys[0])
	}
	return key.NewBinding(key.WithKeys(a.Keys...), key.WithHelp(label, a.Hint))
}

// Text tells whether keys with text are typed in the scope.
func (m *Map) Text(scope string) bool {
	for _, s := range m.chain(scope) {
		return s.Text
	}
	return false
}

// Action gives the action of an id.
func (m *Map) Action(id ID) (Action, bool) {
	a, ok := m.byID[id]
	return a, ok
}

// Actions lists every action reachable in a scope, the innermost first.
func (m *Map) Actions(scope string) []Action {
	var out []Action
	for _, s := range m.chain(scope) {
		out = append(out, s.Actions...)
	}
	return out
}

// Groups lists the same by scope, for the help.
func (m *Map) Groups(scope string) []Scope { return slices.Clone(m.chain(scope)) }

// Footer lists at most n actions with a hint, those of the inner scopes
// first; help and quit always keep their place at the end. Actions for which
// hide is true are left out. Where text is typed, actions have the keys that are
// none.
func (m *Map) Footer(scope string, n int, hide func(ID) bool) []Action {
	var own, last []Action
	for _, s := range m.chain(scope) {
		for _, a := range s.Actions {
			a = m.Here(scope, a)
			switch {
			case a.Hint == "" || len(a.Keys) == 0 || len(own) == n && !stays(a.ID) || hide != nil && hide(a.ID):
			case stays(a.ID):
				last = append(last, a)
			default:
				own = append(own, a)
			}
		}
	}
	if room := max(0, n-len(last)); len(own) > room {
		own = own[:room]
	}
	return append(own, last...)
}

// stays tells whether an action keeps its place at the end of the footer.
func stays(id ID) bool { return id == Help || id == Quit || id == Interrupt }

// Here is an action with the keys that mean it in a scope: where text is typed,
// a key with text is text, and only what quits from anywhere quits.
func (m *Map) Here(scope string, a Action) Action {
	if !m.Text(scope) {
		return a
	}
	a.Keys = slices.DeleteFunc(slices.Clone(a.Keys), func(k string) bool { return k == "space" || len(k) == 1 })
	if a.ID == Interrupt {
		a.Hint = m.byID[Quit].Hint
	}
	return a
}

// Cheatsheet is the catalogue of all keys as Markdown, for the README.
func (m *Map) Cheatsheet() string {
	var b strings.Builder
	for _, name := range m.order {
		s := m.scopes[name]
		if len(s.Actions) == 0 {
			continue
		}
		fmt.Fprintf(&b, "**%s**\n\n| key | action |\n|---|---|\n", s.Title)
		for _, a := range s.Actions {
			if len(a.Keys) == 0 {
				continue // the palette has it
			}
			keys := make([]string, len(a.Keys))
			for i, k := range a.Keys {
				keys[i] = "`" + strings.ReplaceAll(Label(k), "|", `\|`) + "`"
			}
			fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(keys, " "), a.Help)
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}
