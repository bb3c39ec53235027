package form

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"beckon/model"
	"beckon/model/edit"
)

// helpOf is what the model says about a path, in the words of who fills it in.
func helpOf(d model.Document, path string) string {
	v, err := edit.Get(d, edit.Path(path))
	if err != nil {
		return ""
	}
	return inWords(v.Help(), edit.Path(path).Last().Field)
}

// joined is a name that the code writes as one word.
var joined = regexp.MustCompile(`\b[A-Z][a-z]+(?:[A-Z]+[a-z]*)+\b`)

// inWords says what the model says of a field without the names that only its
// code has: "TimeOnEntryPoint, cumulative over the visit." begins with what the
// label says already, and of "PagesViewed in the visit" the words are left.
func inWords(said, field string) string {
	if name, rest, ok := cutName(said); ok && strings.EqualFold(name, field) {
		said = rest
	}
	said = joined.ReplaceAllStringFunc(said, func(name string) string {
		if name == "JavaScript" {
			return name
		}
		var b strings.Builder
		before := rune(0)
		for _, r := range name {
			if unicode.IsUpper(r) && unicode.IsLower(before) {
				b.WriteByte(' ')
			}
			b.WriteRune(unicode.ToLower(r))
			before = r
		}
		return b.String()
	})
	first, n := utf8.DecodeRuneInString(said)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + said[n:]
}

// cutName cuts a name off the sentence that it is the head of.
func cutName(said string) (name, rest string, ok bool) {
	i := strings.IndexAny(said, " :,")
	if i < 0 || said[i] == ' ' {
		return "", "", false
	}
	return said[:i], strings.TrimSpace(said[i+1:]), true
}
