package edit

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

// pair says that element a of one list is element b of another.
type pair struct{ a, b int }

// maxTable bounds the work of finding a longest common subsequence; lists of
// more than a thousand elements that changed everywhere are matched by value.
const maxTable = 1 << 20

// match finds the elements that two versions of a list share, in the order of
// the first. Elements with an id (or, in lists that have none, a name) are the same
// if they have the same; others if they are equal, by a longest common
// subsequence and then wherever they are. With gaps, what is left between two
// shared elements is paired as it stands: an element that was changed.
func match(a, b reflect.Value, gaps bool) []pair {
	keysA, keysB := keys(a), keys(b)
	keyed := keysA != nil && keysB != nil
	if !keyed {
		keysA, keysB = fingerprints(a), fingerprints(b)
	}
	pairs := matchKeys(keysA, keysB)
	if !gaps || kindOf(a.Type().Elem()) != Group && a.Type().Elem().Kind() != reflect.Pointer {
		return pairs
	}
	return fillGaps(pairs, a, b, keyed)
}

// keys returns what tells elements apart, or nil if that is given for none, or
// not different. Those that have no id yet are told by what they are.
func keys(list reflect.Value) []string {
	t := list.Type().Elem()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if kindOf(t) != Group {
		return nil
	}
	name := keyField(t)
	if name == "" {
		return nil
	}
	out, seen := make([]string, list.Len()), map[string]bool{}
	for i := range out {
		out[i], _ = fieldText(inner(filled(list.Index(i))), name)
		if seen[out[i]] {
			return nil
		}
		seen[out[i]] = out[i] != ""
	}
	if len(seen) == 1 && !seen[out[0]] {
		return nil
	}
	if slices.Contains(out, "") {
		all := fingerprints(list)
		for i, key := range out {
			if key == "" {
				out[i] = "\x00" + all[i] // no id begins so
			}
		}
	}
	return out
}

func keyField(t reflect.Type) string {
	for _, name := range []string{"id", "name"} {
		if i, ok := recordOf(t).byName[name]; ok && recordOf(t).fields[i].Kind == Text {
			return name
		}
	}
	return ""
}

// fingerprints are equal where elements are.
func fingerprints(list reflect.Value) []string {
	out := make([]string, list.Len())
	for i := range out {
		if v := inner(filled(list.Index(i))); kindOf(v.Type()) == Group {
			b, err := json.Marshal(cloned(v).Interface())
			if err != nil {
				b = strconv.AppendInt(nil, int64(i), 10)
			}
			out[i] = string(b)
		} else {
			out[i] = textOf(v)
		}
	}
	return out
}

func matchKeys(a, b []string) []pair {
	var out []pair
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		out = append(out, pair{start, start})
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
		out = append(out, pair{endA, endB})
	}
	takenA, takenB := map[int]bool{}, map[int]bool{}
	for _, p := range common(a[start:endA], b[start:endB]) {
		p.a, p.b = p.a+start, p.b+start
		out = append(out, p)
		takenA[p.a], takenB[p.b] = true, true
	}
	places := map[string][]int{}
	for j := start; j < endB; j++ {
		if !takenB[j] {
			places[b[j]] = append(places[b[j]], j)
		}
	}
	for i := start; i < endA; i++ {
		if left := places[a[i]]; !takenA[i] && len(left) > 0 {
			out = append(out, pair{i, left[0]})
			places[a[i]] = left[1:]
		}
	}
	slices.SortFunc(out, func(x, y pair) int { return x.a - y.a })
	return out
}

// common returns a longest common subsequence; of long lists, none.
func common(a, b []string) []pair {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxTable {
		return nil
	}
	width := len(b) + 1
	table := make([]int32, (len(a)+1)*width) // lengths for what is left of both
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i*width+j] = table[(i+1)*width+j+1] + 1
			} else {
				table[i*width+j] = max(table[(i+1)*width+j], table[i*width+j+1])
			}
		}
	}
	var out []pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, pair{i, j})
			i, j = i+1, j+1
		case table[(i+1)*width+j] >= table[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// fillGaps pairs what is left between elements that kept their order: any two,
// or of keyed elements those that are the same under another name or id.
func fillGaps(pairs []pair, a, b reflect.Value, keyed bool) []pair {
	takenA, takenB := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		takenA[p.a], takenB[p.b] = true, true
	}
	out := slices.Clone(pairs)
	i, j := 0, 0
	for _, end := range append(steady(pairs), pair{a.Len(), b.Len()}) {
		var left []int
		for ; j < end.b; j++ {
			if !takenB[j] {
				left = append(left, j)
			}
		}
		for ; i < end.a; i++ {
			if takenA[i] {
				continue
			}
			for n, candidate := range left {
				if !keyed || renamed(inner(filled(a.Index(i))), inner(filled(b.Index(candidate)))) {
					out = append(out, pair{i, candidate})
					left = left[n+1:] // pairs of a gap keep their order
					break
				}
			}
		}
		i, j = end.a+1, end.b+1
	}
	slices.SortFunc(out, func(x, y pair) int { return x.a - y.a })
	return out
}

// renamed reports whether two elements share their name, or all but their name
// and id.
func renamed(a, b reflect.Value) bool {
	nameA, ok := fieldText(a, "name")
	if nameB, _ := fieldText(b, "name"); ok && nameA == nameB && keyField(a.Type()) != "name" {
		return true
	}
	for _, f := range recordOf(a.Type()).fields {
		if f.Name != "id" && f.Name != "name" && !equal(a.FieldByIndex(f.index), b.FieldByIndex(f.index)) {
			return false
		}
	}
	return true
}

// steady returns as many of the pairs as possible that kept their order: a
// longest increasing subsequence of the second places.
func steady(pairs []pair) []pair {
	var ends []int                    // ends[n]: the pair that best ends a sequence of n+1
	before := make([]int, len(pairs)) // the pair before each in its sequence
	for i, p := range pairs {
		n, _ := slices.BinarySearchFunc(ends, p.b, func(e, b int) int { return pairs[e].b - b })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	out := make([]pair, len(ends))
	if len(ends) == 0 {
		return out
	}
	for i, n := ends[len(ends)-1], len(ends)-1; i >= 0; i, n = before[i], n-1 {
		out[n] = pairs[i]
	}
	return out
}
