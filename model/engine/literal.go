package engine

// literals finds which of many strings occur in a text, in one pass over it:
// an Aho-Corasick automaton over the byte classes that its strings use.
type literals struct {
	class  [256]uint16
	width  int32
	next   []int32 // state*width+class
	output []int32 // by state: index into outs, or -1
	fail   []int32 // by state: the nearest state with an output, or 0
	outs   [][]int32
}

// newLiterals builds the automaton; ids[i] is reported where words[i] occurs.
// Empty words are not to be given.
func newLiterals(words []string, ids []int32) *literals {
	if len(words) == 0 {
		return nil
	}
	a := &literals{width: 1}
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			if a.class[w[i]] == 0 {
				a.class[w[i]] = uint16(a.width)
				a.width++
			}
		}
	}
	add := func() int32 {
		s := int32(len(a.output))
		for range a.width {
			a.next = append(a.next, -1)
		}
		a.output = append(a.output, -1)
		return s
	}
	add()
	for i, w := range words {
		s := int32(0)
		for j := 0; j < len(w); j++ {
			k := s*a.width + int32(a.class[w[j]])
			if a.next[k] < 0 {
				n := add()
				a.next[k] = n
			}
			s = a.next[k]
		}
		if a.output[s] < 0 {
			a.output[s] = int32(len(a.outs))
			a.outs = append(a.outs, nil)
		}
		a.outs[a.output[s]] = append(a.outs[a.output[s]], ids[i])
	}
	a.link()
	return a
}

// link turns the trie into an automaton, level by level.
func (a *literals) link() {
	n := int32(len(a.output))
	back := make([]int32, n)
	a.fail = make([]int32, n)
	var queue []int32
	for c := range a.width {
		if s := a.next[c]; s > 0 {
			queue = append(queue, s)
		} else {
			a.next[c] = 0
		}
	}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		f := back[s]
		if a.output[f] >= 0 {
			a.fail[s] = f
		} else {
			a.fail[s] = a.fail[f]
		}
		for c := range a.width {
			k := s*a.width + c
			if t := a.next[k]; t >= 0 {
				back[t] = a.next[f*a.width+c]
				queue = append(queue, t)
			} else {
				a.next[k] = a.next[f*a.width+c]
			}
		}
	}
}

// find appends the ids of the words that occur in s, some perhaps repeatedly.
func (a *literals) find(s string, out []int32) []int32 {
	if a == nil {
		return out
	}
	state := int32(0)
	for i := 0; i < len(s); i++ {
		c := a.class[s[i]]
		if c == 0 {
			state = 0
			continue
		}
		state = a.next[state*a.width+int32(c)]
		for t := state; t != 0; t = a.fail[t] {
			if o := a.output[t]; o >= 0 {
				out = append(out, a.outs[o]...)
			}
		}
	}
	return out
}
