package replay

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"beckon/model/journey"
	"beckon/model/text"
)

// ErrPolicy is wrapped by every refusal of [ParsePolicy].
var ErrPolicy = errors.New("not a way to respond")

// Policy is how simulated visitors answer what they are shown. Shares are of
// displays, each in [0,1], together at most 1; the rest is ignored. The zero
// value ignores everything.
//
// Whether a display is accepted is a pure function of the seed, the visitor,
// the visit, the engagement and how many times it was displayed in the visit.
// The answer comes at the instant of the display.
type Policy struct {
	Accept  float64
	Decline float64
}

// ParsePolicy reads "ignore", "accept", "decline" or shares such as
// "accept=0.1,decline=0.3".
func ParsePolicy(s string) (Policy, error) {
	switch s {
	case "ignore", "":
		return Policy{}, nil
	case "accept":
		return Policy{Accept: 1}, nil
	case "decline":
		return Policy{Decline: 1}, nil
	}
	var p Policy
	seen := map[string]bool{}
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return Policy{}, fmt.Errorf("%w: %q: want ignore, accept, decline or shares such as accept=0.1,decline=0.3", ErrPolicy, text.Line(s, 60))
		}
		share, err := parseShare(value)
		if err != nil {
			return Policy{}, fmt.Errorf("%w: %q: a share is a decimal from 0 to 1", ErrPolicy, text.Line(part, 60))
		}
		if seen[name] {
			return Policy{}, fmt.Errorf("%w: %s is given twice", ErrPolicy, text.Line(name, 20))
		}
		seen[name] = true
		switch name {
		case "accept":
			p.Accept = share
		case "decline":
			p.Decline = share
		default:
			return Policy{}, fmt.Errorf("%w: %q: visitors accept or decline", ErrPolicy, text.Line(name, 20))
		}
	}
	if p.Accept+p.Decline > 1+1e-9 {
		return Policy{}, fmt.Errorf("%w: the shares add up to more than 1", ErrPolicy)
	}
	return p, nil
}

// parseShare reads a plain decimal in [0,1]; no exponent, no NaN.
func parseShare(s string) (float64, error) {
	if s == "" || len(s) > 12 || strings.Trim(s, "0123456789.") != "" {
		return 0, ErrPolicy
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v > 1 {
		return 0, ErrPolicy
	}
	return v, nil
}

// String returns the policy as [ParsePolicy] reads it.
func (p Policy) String() string {
	switch p {
	case Policy{}:
		return "ignore"
	case Policy{Accept: 1}:
		return "accept"
	case Policy{Decline: 1}:
		return "decline"
	}
	var parts []string
	if p.Accept > 0 {
		parts = append(parts, "accept="+strconv.FormatFloat(p.Accept, 'f', -1, 64))
	}
	if p.Decline > 0 {
		parts = append(parts, "decline="+strconv.FormatFloat(p.Decline, 'f', -1, 64))
	}
	return strings.Join(parts, ",")
}

// answer returns what the visitor does about the nth display (from 1) of an
// engagement in a visit, or "" for nothing.
func (p Policy) answer(seed uint64, visitor, visit, engagement string, nth int) journey.Action {
	switch {
	case p.Accept == 0 && p.Decline == 0:
		return ""
	case p.Accept >= 1:
		return journey.Accept
	case p.Decline >= 1:
		return journey.Decline
	}
	u := draw(seed, visitor, visit, engagement, nth)
	switch {
	case u < p.Accept:
		return journey.Accept
	case u < p.Accept+p.Decline:
		return journey.Decline
	}
	return ""
}

// draw maps its arguments to [0,1), evenly: FNV-1a, each name closed by a byte
// that no UTF-8 text holds, finished so that every bit depends on every other.
func draw(seed uint64, visitor, visit, engagement string, nth int) float64 {
	h := uint64(14695981039346656037) ^ mix(seed)
	for _, part := range [...]string{"respond", visitor, visit, engagement} {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return float64(mix(h^mix(uint64(nth)))>>11) / (1 << 53)
}

// mix is the finalizer of SplitMix64.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
