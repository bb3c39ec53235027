package tuitest

// keyBytes gives what a legacy terminal sends for a key.
func keyBytes(key string) (string, bool) {
	switch key {
	case "up":
		return "\x1b[A", true
	case "down":
		return "\x1b[B", true
	case "right":
		return "\x1b[C", true
	case "left":
		return "\x1b[D", true
	case "home":
		return "\x1b[H", true
	case "end":
		return "\x1b[F", true
	case "pgup":
		return "\x1b[5~", true
	case "pgdown":
		return "\x1b[6~", true
	case "insert":
		return "\x1b[2~", true
	case "delete":
		return "\x1b[3~", true
	case "enter":
		return "\r", true
	case "esc":
		return "\x1b", true
	case "tab":
		return "\t", true
	case "shift+tab":
		return "\x1b[Z", true
	case "space":
		return " ", true
	case "backspace":
		return "\x7f", true
	case "f1", "f2", "f3", "f4":
		return "\x1bO" + string("PQRS"[key[1]-'1']), true
	case "f5":
		return "\x1b[15~", true
	case "f6", "f7", "f8":
		return "\x1b[1" + string(key[1]+1) + "~", true
	case "f9":
		return "\x1b[20~", true
	case "f10":
		return "\x1b[21~", true
	case "f11":
		return "\x1b[23~", true
	case "f12":
		return "\x1b[24~", true
	}
	if len(key) == 6 && key[:5] == "ctrl+" && key[5] >= 'a' && key[5] <= 'z' {
		return string(rune(key[5] - 'a' + 1)), true
	}
	if r := []rune(key); len(r) == 1 && r[0] > ' ' {
		return key, true
	}
	return "", false
}
