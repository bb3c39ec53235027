package engine

import "math/bits"

// flow is a compiled model.FlowCondition's path. Steps are at most 64, so that
// a page's matches are one word.
type flow struct {
	name     string
	steps    int
	required uint64 // bits of required steps
	first    int    // the first required step
	labels   []string
}

// flowState is where a visit stands in a flow. The zero value has not started.
type flowState struct {
	place int8 // the step reached, plus one
	mode  flowMode
}

type flowMode uint8

const (
	flowIdle flowMode = iota // not started
	flowGoing
	flowBack
	flowAbandoned
	flowComplete
)

// next returns the steps that may follow a place: those up to and including
// the next required one.
func (f *flow) next(place int) uint64 {
	after := ^uint64(0) << (place + 1) & (1<<f.steps - 1)
	if f.steps == 64 {
		after = ^uint64(0) << (place + 1)
	}
	if place == 63 {
		after = 0
	}
	if r := after & f.required; r != 0 {
		return after & (2<<bits.TrailingZeros64(r) - 1)
	}
	return after
}

// step moves the flow over a page that matches the given steps. See the
// package comment for the rules.
func (s *flowState) step(f *flow, hits uint64) {
	switch {
	case s.mode == flowComplete:
		return
	case s.mode == flowIdle:
		if hits>>f.first&1 == 0 {
			return
		}
		s.place, s.mode = int8(f.first+1), flowGoing
	default:
		place := int(s.place) - 1
		switch ahead := hits & f.next(place); {
		case ahead != 0:
			s.place, s.mode = int8(bits.TrailingZeros64(ahead)+1), flowGoing
		case hits>>place&1 != 0:
			if s.mode == flowAbandoned {
				s.mode = flowGoing
			}
		case hits&(1<<place-1) != 0:
			s.place, s.mode = int8(bits.Len64(hits&(1<<place-1))), flowBack
		case hits != 0:
			if s.mode == flowAbandoned {
				s.mode = flowGoing
			}
		default:
			s.mode = flowAbandoned
		}
	}
	if int(s.place) == f.steps {
		s.mode = flowComplete
	}
}
