package replay

import (
	"cmp"
	"math/bits"
	"slices"

	"beckon/model/engine"
)

// examples are visits that ended with engagements at their gates, a few for every
// engagement and gate.
type examples struct {
	enough int
	of     [engine.GateCount][][]VisitRef // by gate and place; none before a gate's first
	full   engine.Outcomes                // by gate: the places that have enough
}

// keep keeps a visit as an example wherever there are too few.
func (x *examples) keep(outcomes *engine.Outcomes, ref VisitRef) {
	for g, at := range outcomes {
		if len(at) == 0 {
			continue
		}
		if x.full[g] == nil {
			x.full[g], x.of[g] = make(engine.Set, len(at)), make([][]VisitRef, len(at)*64)
		}
		full, of := x.full[g], x.of[g]
		for w, left := range at {
			for left &^= full[w]; left != 0; left &= left - 1 {
				list := &of[w<<6+bits.TrailingZeros64(left)]
				if *list == nil {
					*list = make([]VisitRef, 0, min(x.enough, usualExamples))
				}
				if *list = append(*list, ref); len(*list) >= x.enough {
					full[w] |= left & -left
				}
			}
		}
	}
}

// usualExamples is for how many there is room at once.
const usualExamples = 4

// at returns the examples of a place and gate.
func (x *examples) at(place int, g engine.Gate) []VisitRef {
	if x.of[g] == nil {
		return nil
	}
	return x.of[g][place]
}

// add adds what another worker kept, and keeps the first, in the order of visitors.
func (x *examples) add(o *examples) {
	for g, of := range o.of {
		if x.of[g] == nil && of != nil {
			x.of[g] = make([][]VisitRef, len(of))
		}
		for place, list := range of {
			if list == nil {
				continue
			}
			all := append(x.of[g][place], list...)
			slices.SortFunc(all, func(a, b VisitRef) int {
				return cmp.Or(cmp.Compare(a.Visitor, b.Visitor), cmp.Compare(a.Start, b.Start))
			})
			x.of[g][place] = all[:min(len(all), max(o.enough, 1))]
		}
	}
}
