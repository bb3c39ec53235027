package engine

import (
	"slices"

	"beckon/model"
)

// searchWords finds all keywords of a catalog in searches at once.
type searchWords struct {
	all   []string
	ids   map[string]int32 // while compiling
	index *literals
	empty bool // the empty one is among them, which is in every search
}

func (k *searchWords) add(words []string) {
	if k.ids == nil {
		k.ids = make(map[string]int32)
	}
	for _, w := range words {
		if _, known := k.ids[w]; w != "" && !known {
			k.ids[w] = int32(len(k.all))
			k.all = append(k.all, w)
		}
		k.empty = k.empty || w == ""
	}
}

func (k *searchWords) seal() {
	ids := make([]int32, len(k.all))
	for i := range ids {
		ids[i] = int32(i)
	}
	k.index, k.ids = newLiterals(k.all, ids), nil
}

// in lists the keywords that some searches hold.
func (k *searchWords) in(searches, out []string) []string {
	if k.empty && len(searches) > 0 {
		out = append(out, "")
	}
	var room [32]int32
	found := room[:0]
	for _, s := range searches {
		found = k.index.find(s, found)
	}
	slices.Sort(found)
	for _, id := range slices.Compact(found) {
		out = append(out, k.all[id])
	}
	return out
}

func (c *compiler) searchedFor(x *model.KeywordCondition) int32 {
	d := c.dim("searches", phaseBehavior, factSearches)
	words := lowered(x.Keywords)
	c.searchWords.add(words)
	e := c.Engine
	c.dimensions[d].keys = func(f *facts, out []string) []string { return e.searchWords.in(f.searches, out) }
	return c.leafNode("search\x1f"+joined(words), func() leaf {
		return leaf{dim: d, keys: words,
			label: func() string { return "searched for " + list(x.Keywords) },
			truth: func(f *facts) Truth {
				for _, s := range f.searches {
					if containsAny(s, words) {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string { return orNone(list(f.searches), "no search") },
		}
	})
}
