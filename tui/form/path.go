package form

import (
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/edit"
)

// value gives the text of a path as files have it, and whether it is given.
func value(d model.Document, path string) (string, bool) {
	v, err := edit.Get(d, edit.Path(path))
	if err != nil || !v.Given {
		return "", false
	}
	return v.Text(), true
}

// count is the number of elements of a list.
func count(d model.Document, path string) int {
	v, err := edit.Get(d, edit.Path(path))
	if err != nil {
		return 0
	}
	return v.Len
}

// values gives the texts of a list of texts.
func (f *Form) values(path string) []string {
	n := f.count(path)
	if n == 0 {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		out[i], _ = f.value(item(path, i))
	}
	return out
}

// held gives the value of a path as the type that the model has it in.
func held[T any](f *Form, path string) (T, bool) {
	v, err := edit.Get(f.doc.Document(), edit.Path(path))
	if err != nil {
		var none T
		return none, false
	}
	t, ok := v.Any().(T)
	return t, ok
}

// item is the path of an element of a list, below that of a field of a record.
func item(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

func below(record, field string) string {
	if record == "" {
		return field
	}
	return record + "." + field
}

// within tells whether a path is another one or lies in it.
func within(path, outer string) bool { return edit.Path(outer).Holds(edit.Path(path)) }

// shifted gives a path as it is after the elements of a list were renumbered;
// false means that the element is gone.
func shifted(path, list string, to func(int) int) (string, bool) {
	rest, ok := strings.CutPrefix(path, list+"[")
	if !ok {
		return path, true
	}
	digits, tail, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if err != nil {
		return path, true
	}
	n := to(i)
	return item(list, n) + tail, n >= 0
}
