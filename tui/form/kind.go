package form

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// Text is a text of one line.
type Text struct {
	Hint string
	// Max is how many characters it may have; 0 is what any text may have.
	Max int
	// Name marks what names something: never blank, at most text.MaxName
	// characters.
	Name bool
	// Pattern, where given, is what the text looks like, and Want says it:
	// "want lower-case letters, digits and dashes".
	Pattern *regexp.Regexp
	Want    string
	// Suggest names what World.Suggest offers with enter: "skill".
	Suggest string
}

func (k Text) parse(s string) (string, error) {
	var err error
	if k.Name {
		if s, err = text.Name(s); err != nil {
			return "", err
		}
	}
	if n := len([]rune(s)); k.Max > 0 && n > k.Max {
		return "", fmt.Errorf("%d characters, want at most %d", n, k.Max)
	}
	if k.Pattern != nil && !k.Pattern.MatchString(s) {
		return "", errors.New(k.Want)
	}
	return s, nil
}

func (k Text) stops(f *Form, at Field) []stop {
	syn := syntax{parse: k.parse, hint: k.Hint}
	if k.Suggest != "" {
		syn.open, syn.listed = f.suggest(at.Label, k.Suggest)
	}
	return f.lineAt(at, syn)
}

// Number is a whole number. With Min and Max both 0 it has no bounds.
type Number struct {
	Min, Max int
	Unit     string
	Hint     string
}

func (k Number) parse(s string) (string, error) {
	n, err := strconv.Atoi(strings.ReplaceAll(s, " ", ""))
	switch {
	case err != nil || n > 999_999_999 || n < -999_999_999:
		if k.Min < k.Max {
			return "", fmt.Errorf("want a whole number from %d to %d", k.Min, k.Max)
		}
		return "", errors.New("want a whole number of at most 9 digits")
	case k.Min < k.Max && (n < k.Min || n > k.Max):
		return "", fmt.Errorf("want %d to %d", k.Min, k.Max)
	}
	return strconv.Itoa(n), nil
}

func (k Number) stops(f *Form, at Field) []stop {
	if at.Width == 0 {
		at.Width = 12 + len(k.Unit)
	}
	return f.lineAt(at, syntax{parse: k.parse, unit: k.Unit, hint: k.Hint})
}

// Percent is a whole share, 0 to Max; Max 0 is 100.
type Percent struct {
	Max  int
	Hint string
}

func (k Percent) stops(f *Form, at Field) []stop {
	most := k.Max
	if most == 0 {
		most = 100
	}
	if at.Width == 0 {
		at.Width = 10
	}
	number := Number{Min: 0, Max: most}
	return f.lineAt(at, syntax{unit: "%", hint: k.Hint, parse: func(s string) (string, error) {
		return number.parse(strings.TrimSpace(strings.TrimSuffix(s, "%")))
	}})
}

// Money is an amount.
type Money struct {
	Currency string
	Hint     string
	Negative bool // may be below zero
}

func (k Money) parse(s string) (string, error) {
	s = strings.TrimSpace(strings.TrimSuffix(s, k.Currency))
	m, err := model.ParseMoney(strings.TrimSuffix(s, "."))
	if err != nil {
		return "", err
	}
	if m < 0 && !k.Negative {
		return "", errors.New("want 0 or more")
	}
	return m.String(), nil
}

func (k Money) stops(f *Form, at Field) []stop {
	if at.Width == 0 {
		at.Width = 14 + len(k.Currency)
	}
	return f.lineAt(at, syntax{parse: k.parse, unit: k.Currency, hint: k.Hint})
}

// Duration is a span such as "1m30s"; a bare number is seconds.
type Duration struct{ Hint string }

func (k Duration) parse(s string) (string, error) {
	s = strings.ReplaceAll(strings.ToLower(s), " ", "")
	if _, err := strconv.ParseUint(s, 10, 32); err == nil {
		s += "s"
	}
	d, err := model.ParseDuration(s)
	if err != nil {
		return "", err
	}
	return d.String(), nil
}

func (k Duration) stops(f *Form, at Field) []stop {
	hint := k.Hint
	if hint == "" {
		hint = "such as 1m30s"
	}
	if at.Width == 0 {
		at.Width = 16
	}
	return f.lineAt(at, syntax{parse: k.parse, hint: hint})
}

// IPRange is one address or range of addresses.
type IPRange struct{}

func (IPRange) parse(s string) (string, error) {
	if _, _, err := model.ParseIPRange(s); err != nil {
		return "", errors.New("want 203.0.113.0/24, 203.0.113.5-203.0.113.9 or one address")
	}
	return s, nil
}

func (k IPRange) stops(f *Form, at Field) []stop {
	return f.lineAt(at, syntax{parse: k.parse, hint: "such as 203.0.113.0/24"})
}

// lineAt makes the one stop of a value typed on one line.
func (f *Form) lineAt(at Field, syn syntax) []stop {
	key := at.Path
	l := keep(f, key, func() *line {
		return &line{base: base{f: f, path: at.Path}, name: at.noun(), get: f.value, set: setOrClear}
	})
	l.syn = syn
	return []stop{f.stopAt(at, key, l)}
}

// setOrClear writes the text of a path; an empty text is no value.
func setOrClear(path, s string) []Edit {
	if s == "" {
		return []Edit{clearing(path)}
	}
	return []Edit{setting(path, s)}
}

// stopAt makes a stop of a field.
func (f *Form) stopAt(at Field, key string, c control) stop {
	return stop{key: key, path: at.Path, label: at.Label, help: at.Help, beside: at.Beside, width: at.Width, control: c, required: at.Required}
}

func lower(label string) string {
	if label == "" {
		return "value"
	}
	r := []rune(label)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && r[1] != ' ' {
		return label // an abbreviation
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
