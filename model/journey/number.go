package journey

import "strings"

// How a table writes numbers.
const (
	numbersPlain = ""      // 1234.50
	numbersComma = "comma" // 1.234,50
	numbersPoint = "point" // 1,234.50
)

// numberExample is a number in a form.
func numberExample(form string) string {
	switch form {
	case numbersComma:
		return "1.234,50"
	case numbersPoint:
		return "1,234.50"
	}
	return "1234.50"
}

// spaces stand between thousands in many countries.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2019", "'")

// plainNumber makes a number that is written in a form one with a point and
// without groups. Thousands may be apart by the form's sign, by spaces or by
// apostrophes, all by the same; every group but the first has three digits, so
// that a 12.50 is not taken for 1250. Nothing stays nothing.
func plainNumber(v, form string) (string, bool) {
	v = strings.TrimSpace(v)
	if form == numbersPlain || v == "" {
		return v, true
	}
	group, point := ".", ","
	if form == numbersPoint {
		group, point = ",", "."
	}
	v = spaces.Replace(v)
	sign := ""
	if rest, ok := strings.CutPrefix(v, "-"); ok {
		sign, v = "-", rest
	}
	whole, rest, cut := strings.Cut(v, point)
	if cut && (rest == "" || strings.Trim(rest, "0123456789") != "") {
		return "", false
	}
	for _, g := range []string{group, " ", "'"} {
		parts := strings.Split(whole, g)
		if len(parts) == 1 {
			continue
		}
		for i, p := range parts {
			if i == 0 && (len(p) < 1 || len(p) > 3) || i > 0 && len(p) != 3 {
				return "", false
			}
		}
		whole = strings.Join(parts, "")
		break
	}
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return "", false
	}
	if !cut {
		return sign + whole, true
	}
	return sign + whole + "." + rest, true
}

// numberForms are the forms in which all of some values are numbers, the
// plainest first.
func numberForms(values []string) []string {
	var out []string
	for _, form := range []string{numbersPlain, numbersComma, numbersPoint} {
		if every(func(v string) bool {
			v, ok := plainNumber(v, form)
			return ok && isNumber(v)
		})(values) {
			out = append(out, form)
		}
	}
	return out
}
