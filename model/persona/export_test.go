package persona

import (
	"context"

	"beckon/model/journey"
)

// EachInWindows is Each with so many visits planned at once.
func EachInWindows(t Traffic, window int64, tell func(*journey.Event) error) (Told, error) {
	return t.each(context.Background(), window, tell)
}

// Devices are the user agents of visitors.
func Devices() []string {
	var out []string
	for _, d := range devices {
		out = append(out, d.userAgent)
	}
	return out
}

// Arrival is how a way is told: by the address and the referrer, and by mrktInfo.
type Arrival struct {
	Landing, Referrer string
	Told              journey.Marketing
}

// Arrivals are all ways to the site.
func Arrivals() []Arrival {
	var out []Arrival
	for _, list := range arrivals {
		for _, a := range list {
			out = append(out, Arrival{fellAndFern.Origin + "/?" + a.query, a.referrer, journey.Marketing{Channel: a.channel, Affiliate: a.affiliate, Campaign: a.campaign}})
		}
	}
	return out
}
