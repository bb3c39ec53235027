package keymap

import "strings"

// awkward are the characters that some common keyboard layouts (German,
// French, Spanish, Nordic) only reach with AltGr, and the dead keys.
const awkward = "[]{}\\|@~#^`'\"€"

// Plain tells whether a key can be typed on a legacy terminal and on every
// common keyboard layout. Every action needs at least one plain key.
//
// Left out are what a terminal may keep for itself or confuse with another
// key (ctrl+s and ctrl+q by flow control; ctrl+i, ctrl+m, ctrl+j and ctrl+h,
// which are tab, enter, enter and backspace) and every chord that needs a
// newer keyboard protocol.
func Plain(key string) bool {
	switch key {
	case "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "enter", "esc",
		"tab", "shift+tab", "space", "backspace", "delete", "insert",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12":
		return true
	}
	if letter, ok := strings.CutPrefix(key, "ctrl+"); ok {
		return len(letter) == 1 && letter >= "a" && letter <= "z" && !strings.Contains("himjqs", letter)
	}
	return len(key) == 1 && key > " " && key < "\x7f" && !strings.Contains(awkward, key)
}

// Known tells whether the key has a name that a terminal can produce at all.
// A space is called "space".
func Known(key string) bool {
	if Plain(key) {
		return true
	}
	base := key
	for _, mod := range []string{"ctrl+", "alt+", "shift+"} {
		base = strings.TrimPrefix(base, mod)
	}
	if base != key {
		return Plain(base) || len(base) == 1 && base > " "
	}
	return len(key) == 1 && key > " " && key < "\x7f"
}

// Label is the key as the footer and the help show it.
func Label(key string) string {
	switch key {
	case "pgup":
		return "page up"
	case "pgdown":
		return "page down"
	}
	return key
}

// Label is the key shown for the action, or empty when it has none.
func (a Action) Label() string {
	if len(a.Keys) == 0 {
		return ""
	}
	return Label(a.Keys[0])
}

// Labels are all keys of the action, for the help.
func (a Action) Labels() string {
	out := make([]string, len(a.Keys))
	for i, k := range a.Keys {
		out[i] = Label(k)
	}
	return strings.Join(out, ", ")
}
