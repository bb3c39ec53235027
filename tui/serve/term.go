package serve

import (
	"slices"
	"strings"
)

const (
	maxTerm     = 64 // bytes of a terminal's name
	maxVariable = 64 // bytes of a variable's value
)

// Term returns the name of a terminal type if it is one
// ([a-zA-Z0-9._+-]{1,64}), and "xterm" for anything else: the name goes into
// look-ups and logs.
func Term(name string) string {
	if name == "" || len(name) > maxTerm || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._+-", r)
	}) {
		return "xterm"
	}
	return name
}

// taken are the variables that say how to draw. Everything else stays out: TMUX
// would make a library run a command, COLUMNS and LINES would go around
// [Clamp], TTY_FORCE would make a pipe a terminal.
var taken = []string{
	"CLICOLOR", "CLICOLOR_FORCE", "COLORFGBG", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE",
	"NO_COLOR", "SSH_TTY", "TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "WT_SESSION",
}

// mayName reports whether a client may set a variable: what it says of its
// terminal's type comes with the terminal.
func mayName(name, value string) bool {
	return len(value) <= maxVariable && name != "TERM" && name != "SSH_TTY" && slices.Contains(taken, name)
}

// Environ returns the variables of env, each NAME=value, that a program may
// see: those that say how to draw, with printable ASCII values of at most 64
// bytes, the last of equal names, sorted. TERM is always
// there and is as [Term] makes it. NO_COLOR set to anything but the empty
// string becomes 1, because that is what the convention says and what the
// color library does not see in NO_COLOR=yes. SSH_TTY keeps its presence alone.
func Environ(env []string) []string {
	values := map[string]string{}
	for _, kv := range env {
		name, value, ok := strings.Cut(kv, "=")
		if !ok || !slices.Contains(taken, name) {
			continue
		}
		switch name {
		case "TERM":
			value = Term(value)
		case "NO_COLOR":
			if value != "" {
				value = "1"
			}
		case "SSH_TTY":
			value = "/dev/null"
		}
		if len(value) > maxVariable || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			continue
		}
		if value == "" {
			delete(values, name)
			continue
		}
		values[name] = value
	}
	if values["TERM"] == "" {
		values["TERM"] = Term("")
	}
	out := make([]string, 0, len(values))
	for name, value := range values {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out
}
