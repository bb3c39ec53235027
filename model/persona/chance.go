package persona

import (
	"math/bits"
	"math/rand/v2"

	"beckon/model"
)

// dice draw. They use of rand.PCG nothing but its 64 bits, which the Go
// compatibility promise fixes; what is made of them is made here.
type dice struct{ pcg rand.PCG }

// stream says what dice are for. Visits follow streamVisit.
const (
	streamWho uint64 = iota
	streamPlan
	streamVisit
)

// diceFor returns the dice of one stream of one visitor.
func diceFor(seed, visitor, stream uint64) dice {
	h := mix(mix(mix(seed)^visitor) ^ stream)
	var d dice
	d.pcg.Seed(h, mix(h))
	return d
}

// mix is SplitMix64: each bit of the result depends on every bit of z.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below draws from 0 to n-1, evenly but for n/2^64.
func (d *dice) below(n uint64) uint64 {
	hi, _ := bits.Mul64(d.pcg.Uint64(), n)
	return hi
}

// between draws from least to most, both included.
func (d *dice) between(least, most int) int { return least + int(d.below(uint64(most-least+1))) }

// in100 is true so many times of a hundred.
func (d *dice) in100(n int) bool { return d.below(100) < uint64(n) }

// one draws one of a list.
func one[T any](d *dice, list []T) *T { return &list[d.below(uint64(len(list)))] }

// weighted draws one of a list by its weights, whose sum is above 0.
func weighted[T any](d *dice, list []T, weight func(*T) int) *T {
	total := 0
	for i := range list {
		total += weight(&list[i])
	}
	n := int(d.below(uint64(total)))
	for i := range list {
		if n -= weight(&list[i]); n < 0 {
			return &list[i]
		}
	}
	return &list[len(list)-1]
}

// bell draws from the normal distribution of mean 0 and deviation 1, in 65536ths:
// the sum of twelve even draws, whose tails end at 6 deviations.
func (d *dice) bell() int64 {
	sum := int64(-6 << 32)
	for range 6 {
		u := d.pcg.Uint64()
		sum += int64(u>>32) + int64(u&0xffffffff)
	}
	return sum >> 16
}

// halvings are 2^(1/2), 2^(1/4) and so on to 2^(1/65536), in 2^30ths.
var halvings = [16]uint64{1518500250, 1276901417, 1170923762, 1121280436, 1097253708, 1085434106, 1079572136, 1076653033,
	1075196443, 1074468888, 1074105294, 1073923544, 1073832680, 1073787251, 1073764537, 1073753181}

// power returns n times 2^x, for n below 2^32 and x in 65536ths.
func power(n uint64, x int64) uint64 {
	whole, frac := x>>16, uint64(x)&0xffff
	m := uint64(1 << 30)
	for i, h := range halvings {
		if frac&(0x8000>>i) != 0 {
			m = m * h >> 30
		}
	}
	hi, lo := bits.Mul64(n, m)
	switch shift := 30 - whole; {
	case shift >= 64:
		return 0
	case shift <= 0:
		return ^uint64(0)
	default:
		return hi<<(64-shift) | lo>>shift
	}
}

// about draws from a log-normal distribution: half of the draws are below the
// median, two of three are within a factor of 2^octaves of it. Octaves is in
// tenths.
func (d *dice) about(median uint64, octaves int64) uint64 {
	return power(median, d.bell()*octaves/10)
}

// time draws a span about a median, between bounds.
func (d *dice) time(median, least, most model.Duration) model.Duration {
	return min(most, max(least, model.Duration(d.about(uint64(median), 11))))
}
