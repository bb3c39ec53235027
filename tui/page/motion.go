package page

import (
	"math"
	"time"

	"github.com/charmbracelet/harmonica"
)

// MotionTime is how long whatever comes, opens or goes is on its way.
const MotionTime = 600 * time.Millisecond

// perSecond is how many steps of a spring make a second.
const perSecond = 60

// spring is where a spring that is let go at 0 stands at each step on its way
// to 1. So a motion is a function of time alone: the same instant draws the
// same, whatever frames were drawn before.
type spring [int(MotionTime*perSecond/time.Second) + 1]float64

func newSpring(frequency, damping float64) *spring {
	var out spring
	s := harmonica.NewSpring(harmonica.FPS(perSecond), frequency, damping)
	at, speed := 0.0, 0.0
	for i := range out {
		out[i] = at
		at, speed = s.Update(at, speed, 1)
	}
	return &out
}

// What slides comes to rest without a swing, since behind an edge there is
// nothing; a corner that peels swings a little.
var (
	sliding = newSpring(11, 1)
	peeling = newSpring(13, 0.6)
)

// at is where the spring stands while so much of the motion is left.
func (s *spring) at(left time.Duration) float64 {
	switch {
	case left <= 0:
		return 1
	case left >= MotionTime:
		return 0
	}
	return s[int((MotionTime-left)*perSecond/time.Second)]
}

// Motion is what is left of the movements of something on the page. The zero
// value is at rest.
type Motion struct {
	Coming  time.Duration // until it is there
	Opening time.Duration // until it is expanded, or folded up again
	Leaving time.Duration // until it is gone; 0: it stays
}

// Still tells whether nothing moves.
func (m Motion) Still() bool { return m == Motion{} }

// there is how much of it has come: 0 nothing, 1 all.
func (m Motion) there(s *spring) float64 {
	if m.Leaving > 0 {
		return max(0, 1-s.at(m.Leaving))
	}
	return s.at(m.Coming)
}

// opened is how far what can be expanded is.
func (m Motion) opened(s *spring, expanded bool) float64 {
	if expanded {
		return s.at(m.Opening)
	}
	return max(0, 1-s.at(m.Opening))
}

// away is how many of n cells are still to go.
func away(there float64, n int) int { return int(math.Round((1 - there) * float64(n))) }
