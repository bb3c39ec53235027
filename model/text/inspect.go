package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Inspect returns s with everything spelled out that a reader could not see or
// could take for something else: controls as \x1b, \n or \u202e, broken bytes
// as \xff, combining marks and all spaces but U+0020 as \u0301, and the
// backslash as \\. Different strings are shown differently. The result is
// [Safe], one line, and up to six times as long as s: cut it with [Line].
func Inspect(s string) string {
	if plainPrefix(s, len(s)) == len(s) && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && w == 1:
			b = append(b, `\x`...)
			b = append(b, hexDigits[s[i]>>4], hexDigits[s[i]&15])
		case r == '\\':
			b = append(b, `\\`...)
		case classify(r) == plain && unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			q := strconv.AppendQuoteRuneToASCII(nil, r)
			b = append(b, q[1:len(q)-1]...)
		}
		i += w
	}
	return string(b)
}

const hexDigits = "0123456789abcdef"

// Spreadsheet returns s as a cell that a spreadsheet takes for text. A value
// that begins like a formula (= + - @, their full-width forms, TAB, CR, LF or
// NUL, also behind spaces or a byte order mark) gets an apostrophe in front;
// every other value is returned as it is. It is for text of foreign origin:
// numbers that the program itself writes, such as -1.50, need no defusing.
func Spreadsheet(s string) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000\ufeff"))
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', 0, '＝', '＋', '－', '＠':
		if s != "" {
			return "'" + s
		}
	}
	return s
}
