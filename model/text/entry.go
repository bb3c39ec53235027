package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// Bounds on what an operator may enter.
const (
	MaxName  = 120      // grapheme clusters of a name, as a reader counts characters
	MaxEntry = 8 << 10  // bytes of any other field of one line; a URL may be as long
	MaxProse = 64 << 10 // bytes of a field of several lines
)

// An EntryError says why a text was refused at entry. Its message is a
// sentence for the operator and is itself [Safe].
type EntryError struct {
	Rune   rune   // the character refused, or 0 if it is not about one
	At     int    // its place, counting characters of the entered text from 1, or 0
	Reason string // what is wrong, such as "is a bidi control"
}

func (e *EntryError) Error() string {
	if e.At == 0 {
		return e.Reason
	}
	return fmt.Sprintf("character %d, %s, %s", e.At, runeName(e.Rune), e.Reason)
}

// Entry checks and normalizes what an operator typed into a field of one line:
// NFC, without white space at either end. It refuses characters that could act
// on a terminal or hide in it (controls, bidi and other format characters,
// private use, unassigned code points, invisible fillers), broken UTF-8, more
// than four marks on a base, and more than [MaxEntry] bytes. The error is an
// [*EntryError]. A result is [Safe], and entering it again changes nothing.
func Entry(s string) (string, error) {
	return entry(s, MaxEntry, "")
}

// Prose is [Entry] for a field of several lines: line feeds and tabs may
// stand in it, CR LF becomes LF, and it may have [MaxProse] bytes.
func Prose(s string) (string, error) {
	return entry(strings.ReplaceAll(s, "\r\n", "\n"), MaxProse, "\n\t")
}

// Name is [Entry] for a name: not blank, also not by characters that only look
// blank, and at most [MaxName] characters as a reader counts them.
func Name(s string) (string, error) {
	s, err := Entry(s)
	if err != nil {
		return "", err
	}
	if strings.TrimFunc(s, looksBlank) == "" {
		return "", &EntryError{Reason: "a name must not be blank"}
	}
	n := 0
	for g := graphemes.FromString(s); g.Next(); {
		if n++; n > MaxName {
			return "", &EntryError{Reason: fmt.Sprintf("a name has at most %d characters", MaxName)}
		}
	}
	return s, nil
}

func entry(s string, maxBytes int, allowed string) (string, error) {
	if len(s) > maxBytes { // before anything walks it
		return "", &EntryError{Reason: fmt.Sprintf("the text has %d bytes, at most %d are allowed", len(s), maxBytes)}
	}
	at := 0
	for i, r := range s {
		at++
		if r == utf8.RuneError {
			if _, w := utf8.DecodeRuneInString(s[i:]); w == 1 {
				return "", &EntryError{Rune: r, At: at, Reason: fmt.Sprintf("is a broken byte 0x%02x, not UTF-8", s[i])}
			}
		}
	}
	// Only ends are trimmed silently: a pasted line brings its line feed along.
	t := strings.TrimFunc(s, unicode.IsSpace)
	at = utf8.RuneCountInString(s[:strings.Index(s, t)])
	for _, r := range t {
		at++
		if r < utf8.RuneSelf && strings.ContainsRune(allowed, r) {
			continue
		}
		if reason := refuse(r); reason != "" {
			return "", &EntryError{Rune: r, At: at, Reason: reason}
		}
	}
	t = norm.NFC.String(t)
	if len(t) > maxBytes {
		return "", &EntryError{Reason: fmt.Sprintf("the text has %d bytes when composed, at most %d are allowed", len(t), maxBytes)}
	}
	for l := range strings.FieldsFuncSeq(t, func(r rune) bool { return r == '\n' || r == '\t' }) {
		if !Safe(l) {
			return "", &EntryError{Reason: "the text has a mark or joiner with nothing to combine with, or more than four marks on one letter"}
		}
	}
	return t, nil
}

// refuse says why r may not be entered, or "" if it may.
func refuse(r rune) string {
	switch classify(r) {
	case control:
		return "is a control character"
	case mark, joiner:
		return ""
	case hidden:
		switch {
		case r >= 0x80 && r < 0xa0:
			return "is a control character"
		case unicode.Is(unicode.Bidi_Control, r):
			return "changes the direction of text"
		case unicode.Is(unicode.Co, r):
			return "is private to one font"
		case unicode.Is(unicode.Cf, r):
			return "is an invisible format character"
		}
		return "is invisible"
	}
	if unicode.Is(unicode.Cn, r) {
		return "is not assigned in Unicode " + unicode.Version
	}
	return ""
}

// looksBlank reports whether r leaves its place empty on a screen.
func looksBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Zs, r) || r == '\u2800' || unicode.Is(unicode.M, r)
}

// runeName gives U+XXXX and, where an operator may have met it, a name.
func runeName(r rune) string {
	code := fmt.Sprintf("U+%04X", r)
	if r < 0x20 {
		return code + " " + controlNames[r]
	}
	if n, ok := hiddenNames[r]; ok {
		return code + " " + n
	}
	if classify(r) == plain && unicode.IsPrint(r) {
		return code + " " + string(r)
	}
	return code
}

var controlNames = [32]string{
	"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
}

var hiddenNames = map[rune]string{
	0x7f: "DEL", 0x85: "NEL", 0x90: "DCS", 0x9b: "CSI", 0x9c: "ST", 0x9d: "OSC",
	0xad: "SOFT HYPHEN", 0x34f: "COMBINING GRAPHEME JOINER", 0x61c: "ARABIC LETTER MARK",
	0x200b: "ZERO WIDTH SPACE", 0x200c: "ZERO WIDTH NON-JOINER", 0x200d: "ZERO WIDTH JOINER",
	0x200e: "LEFT-TO-RIGHT MARK", 0x200f: "RIGHT-TO-LEFT MARK",
	0x2028: "LINE SEPARATOR", 0x2029: "PARAGRAPH SEPARATOR",
	0x202a: "LEFT-TO-RIGHT EMBEDDING", 0x202b: "RIGHT-TO-LEFT EMBEDDING", 0x202c: "POP DIRECTIONAL FORMATTING",
	0x202d: "LEFT-TO-RIGHT OVERRIDE", 0x202e: "RIGHT-TO-LEFT OVERRIDE", 0x2060: "WORD JOINER",
	0x2066: "LEFT-TO-RIGHT ISOLATE", 0x2067: "RIGHT-TO-LEFT ISOLATE", 0x2068: "FIRST STRONG ISOLATE",
	0x2069: "POP DIRECTIONAL ISOLATE", 0x3164: "HANGUL FILLER", 0xfeff: "BYTE ORDER MARK",
	0xfffc: "OBJECT REPLACEMENT CHARACTER",
}
