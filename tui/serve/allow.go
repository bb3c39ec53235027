package serve

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"beckon/model/text"
)

// maxLink is how many bytes the address of a link may have, as terminals have
// agreed on.
const maxLink = 2083

// modes are the private modes that Bubble Tea v2 sets, resets or asks for:
// automatic wrap, cursor, mouse, focus, alternate screen, bracketed paste,
// synchronized output, grapheme clusters.
var modes = []string{"7", "25", "1000", "1002", "1003", "1004", "1006", "1049", "2004", "2026", "2027"}

// queries are the private modes that it asks for.
var queries = []string{"2026", "2027"}

// allowCSI reports whether the program uses the control sequence with these
// parameter and intermediate bytes and this final byte.
func allowCSI(params []byte, final byte) bool {
	var prefix byte
	if len(params) > 0 && params[0] >= '<' && params[0] <= '?' {
		prefix, params = params[0], params[1:]
	}
	var intermediate string
	if i := bytes.IndexFunc(params, func(r rune) bool { return r < '0' }); i >= 0 {
		params, intermediate = params[:i], string(params[i:])
	}
	for _, c := range params {
		if c > ';' { // digits, colon, semicolon
			return false
		}
	}
	switch {
	case prefix == 0 && intermediate == "":
		switch final {
		case 'm': // style; the parameters have sub-parameters
			return bytes.Count(params, []byte(";"))+bytes.Count(params, []byte(":")) < 32
		case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'Z', 'a', 'd', 'e', 'f', '`', // cursor
			'J', 'K', 'X', // erase
			'@', 'P', 'L', 'M', 'S', 'T', 'b', 'r': // insert, delete, scroll, repeat, margins
			return plainNumbers(params, 2)
		case 'h', 'l':
			return string(params) == "4" // insert mode
		}
	case prefix == 0 && intermediate == " " && final == 'q': // cursor style
		return len(params) == 0 || len(params) == 1 && params[0] <= '6'
	case prefix == '?' && intermediate == "" && (final == 'h' || final == 'l'):
		for m := range strings.SplitSeq(string(params), ";") {
			if !slices.Contains(modes, m) {
				return false
			}
		}
		return true
	case prefix == '?' && intermediate == "" && final == 'W': // tab stops every 8 columns
		return string(params) == "5"
	case prefix == '?' && intermediate == "$" && final == 'p':
		return slices.Contains(queries, string(params))
	case prefix != 0 && intermediate == "" && final == 'u': // kitty keyboard: ask, push, pop, set
		return plainNumbers(params, 2)
	case prefix == '>' && intermediate == "" && final == 'm': // other keys of xterm
		return string(params) == "4" || string(params) == "4;2" || string(params) == "4;0"
	case prefix == '>' && intermediate == "" && final == 'q': // name and version
		return len(params) == 0 || string(params) == "0"
	}
	return false
}

// plainNumbers reports whether p has at most n parameters without sub-parameters.
func plainNumbers(p []byte, n int) bool {
	return len(p) <= 16 && bytes.IndexByte(p, ':') < 0 && bytes.Count(p, []byte(";")) < n
}

var (
	color     = regexp.MustCompile(`^(\?|#[0-9a-fA-F]{3,12}|rgb:[0-9a-fA-F/]{5,14})$`)
	progress  = regexp.MustCompile(`^4;[0-4](;[0-9]{1,3})?$`)
	linkParam = regexp.MustCompile(`^(id=[0-9A-Za-z._-]{1,64})?$`)
	capName   = regexp.MustCompile(`^\+q[0-9A-Fa-f]{2,64}$`)
)

// allowString reports whether the program uses the control string that ESC and
// intro begin.
func (o *Output) allowString(intro byte, data []byte) bool {
	if intro == 'P' {
		return capName.Match(data) // a capability of the terminal, asked for by name
	}
	if intro != ']' {
		return false
	}
	command, rest, _ := strings.Cut(string(data), ";")
	n, err := strconv.Atoi(command)
	if err != nil || command != strconv.Itoa(n) {
		return false
	}
	switch n {
	case 0, 2: // title
		return text.Line(rest, maxTitle) == rest
	case 8:
		params, address, ok := strings.Cut(rest, ";")
		return ok && linkParam.MatchString(params) && (address == "" || allowLink(address))
	case 9: // progress of a taskbar
		return progress.MatchString(rest)
	case 10, 11, 12: // colors of text, background and cursor
		return color.MatchString(rest)
	case 110, 111, 112:
		return rest == ""
	case 52:
		selection, payload, ok := strings.Cut(rest, ";")
		return ok && selection == "c" && o.armed(payload)
	}
	return false
}

// allowLink reports whether address is a web address in printable ASCII.
func allowLink(address string) bool {
	if len(address) > maxLink || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
