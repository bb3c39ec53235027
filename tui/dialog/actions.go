package dialog

import (
	tea "charm.land/bubbletea/v2"

	"beckon/tui/keymap"
)

// NewPalette lists every action that can be reached in a scope, with its key,
// which so can be learned. Why says why an action cannot be done now, and run
// does one.
func NewPalette(keys *keymap.Map, scope string, why func(keymap.ID) string, run func(keymap.ID) tea.Cmd) *Picker {
	return actions(keys, scope, why, run, &Picker{Title: "Commands", Hint: "type a command"}, false)
}

// NewHelp lists the same by place, with a sentence for each, to read, search
// and run.
func NewHelp(keys *keymap.Map, scope string, why func(keymap.ID) string, run func(keymap.ID) tea.Cmd) *Picker {
	return actions(keys, scope, why, run, &Picker{Title: "Keys", Hint: "type to search, enter runs it"}, true)
}

func actions(keys *keymap.Map, scope string, why func(keymap.ID) string, run func(keymap.ID) tea.Cmd, p *Picker, grouped bool) *Picker {
	for _, s := range keys.Groups(scope) {
		for _, a := range s.Actions {
			it := Item{Title: a.Title, Detail: a.Help, Key: a.Label(), Danger: a.Danger, Disabled: why(a.ID), Value: a.ID}
			if a.Danger {
				it.Detail += " It asks first."
			}
			if grouped {
				it.Group, it.Key = s.Title, a.Labels()
			}
			p.Items = append(p.Items, it)
		}
	}
	p.Then = func(it Item) tea.Cmd { return run(it.Value.(keymap.ID)) }
	return p
}
