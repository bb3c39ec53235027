package text

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits on what may pile up on one base character. Four marks cover every
// living script and the transliterations in use; four joiners cover every
// emoji sequence that Unicode recommends.
const (
	maxMarks   = 4
	maxJoiners = 4
)

const (
	replacement = '\uFFFD' // stands for what cannot be shown
	ellipsis    = '…'      // stands for what was cut
	delPicture  = '\u2421'
	zwj         = '\u200D'
)

// A class says what may be done with a rune on a screen.
type class uint8

const (
	plain   class = iota // shown as it is
	mark                 // combines with the base before it; counted
	joiner               // U+200D; shown only where it joins something
	control              // C0 and DEL; shown as a control picture
	hidden               // everything that acts or hides; shown as U+FFFD
)

// classify gives the class of r. A broken byte of UTF-8 is classified by the
// caller, since it decodes to the same rune as a well-formed U+FFFD.
func classify(r rune) class {
	switch {
	case r < 0x20 || r == 0x7f:
		return control
	case r < 0x7f:
		return plain
	case r < 0xa0: // C1: a terminal may take U+009B for ESC [
		return hidden
	case r < 0x300:
		if r == 0xad { // soft hyphen
			return hidden
		}
		return plain
	case r >= 0x2500 && r < 0x2800: // box drawing, blocks, symbols: frequent and harmless
		return plain
	case r == zwj:
		return joiner
	case unicode.Is(unhappy, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return hidden
	case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef: // noncharacters
		return hidden
	case unicode.Is(unicode.M, r):
		return mark
	}
	return plain
}

// unhappy holds what no general category catches: the line and paragraph
// separators, which some terminals obey, and the supplementary variation
// selectors, which are marks that carry hidden data.
var unhappy = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2028, Hi: 0x2029, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}},
}

// pictographs holds the characters that may stand at either side of a zero
// width joiner in an emoji sequence.
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00a9, Hi: 0x00a9, Stride: 1}, {Lo: 0x00ae, Hi: 0x00ae, Stride: 1},
		{Lo: 0x2190, Hi: 0x21ff, Stride: 1}, {Lo: 0x2300, Hi: 0x23ff, Stride: 1},
		{Lo: 0x25a0, Hi: 0x27bf, Stride: 1}, {Lo: 0x2934, Hi: 0x2935, Stride: 1},
		{Lo: 0x2b00, Hi: 0x2bff, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1f000, Hi: 0x1faff, Stride: 1}},
}

// joins reports whether a zero width joiner between left and right does what
// it is for: it glues pictographs to one emoji, or asks for a conjunct between
// a virama and the next letter (Sinhala, Malayalam and others need it).
func joins(left, right rune) bool {
	if unicode.Is(pictographs, left) && unicode.Is(pictographs, right) {
		return true
	}
	return isVirama(left) && unicode.IsLetter(right)
}

// isVirama reports whether r has the canonical combining class 9.
func isVirama(r rune) bool {
	return r >= 0x900 && norm.NFC.PropertiesString(string(r)).CCC() == 9
}

// isSkinTone reports whether r modifies the pictograph before it.
func isSkinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }
