package engine

import (
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// TestWhatWasHiddenIsUnknown: of an address that is known as its network, and a
// customer's id that is known as a hash, conditions say what the plain evaluator
// says, which asks of every address.
func TestWhatWasHiddenIsUnknown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		for i := range w.catalog.Audiences {
			w.catalog.Audiences[i].When = model.Condition{IP: &model.IPCondition{Ranges: some(t, "ranges", []string{"198.51.100.0/24", "203.0.113.5-203.0.113.9", "192.0.2.0/25", "2001:db8::/32", "0.0.0.0/1"}, 3)}}
			if rapid.Bool().Draw(t, "customers") {
				w.catalog.Audiences[i].When = model.Condition{CustomerID: valuesOf("C-1", "id-0123456789abcdef")}
			}
		}
		for _, e := range w.events {
			switch {
			case e.Type == journey.PageView:
				e.Page.IP = rapid.SampledFrom([]string{"", "198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24", "2001:db8:1::/48", "2001:db9::/48", "203.0.113.7"}).Draw(t, "network")
			case e.Type == journey.CustomerInfo:
				e.Customer.CustomerID = rapid.SampledFrom([]string{"", "C-1", "id-0123456789abcdef"}).Draw(t, "hash")
			}
		}
		checkPlain(t, w)
	})
}
