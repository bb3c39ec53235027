package persona_test

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/persona"
	"beckon/model/replay"
)

// shown replays traffic through the demo shop and counts the visits in which
// each engagement was shown.
func shown(t *testing.T, traffic persona.Traffic) (*model.Catalog, map[string]int64) {
	t.Helper()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	eng, err := engine.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	var all []*journey.Event
	for i := range traffic.Visitors {
		one, err := traffic.Journey(i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, one...)
	}
	sorted, err := journey.SortedEvents(journey.Options{Strict: true}, all)
	if err != nil {
		t.Fatal(err)
	}
	defer sorted.Close()
	s, err := replay.Run(t.Context(), eng, sorted.All(), replay.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for i := range s.Engagements {
		out[s.Engagements[i].ID] = s.Engagements[i].Shown()
	}
	return c, out
}

func TestEveryEngagementOfTheDemoShopIsShownThatCanBe(t *testing.T) {
	t.Parallel()
	traffic := persona.Traffic{Visitors: 2000, Start: monday}
	c, got := shown(t, traffic)
	can, cannot := 0, 0
	for _, campaign := range c.Campaigns {
		over := !campaign.Published || campaign.TimeFrame.Start > model.DateOf(monday.Time()) ||
			campaign.TimeFrame.End != 0 && campaign.TimeFrame.End < model.DateOf(monday.Time())
		for _, e := range campaign.Engagements {
			n := got[campaign.ID+"/"+e.ID]
			if over || e.Disabled {
				cannot++
				if n > 0 {
					t.Errorf("%s/%s is shown, and cannot be", campaign.ID, e.ID)
				}
				continue
			}
			can++
			if n == 0 {
				t.Errorf("%s/%s is never shown", campaign.ID, e.ID)
			}
		}
	}
	if can != 23 || cannot != 4 {
		t.Errorf("%d engagements can be shown and %d cannot; the demo shop had 23 and 4", can, cannot)
	}
}

func TestEveryPersonaMeetsTheCampaignItIsMeantFor(t *testing.T) {
	t.Parallel()
	for kind, want := range map[persona.Kind][]string{
		persona.FirstTimeBrowser:  {"first-visit/welcome-toaster", "newsletter/trail-letter", "payment-help/search-help"},
		persona.BargainHunter:     {"tent-weeks/compare-tents", "cart-rescue/kept-for-you"},
		persona.CartAbandoner:     {"cart-rescue/help-overlay", "cart-rescue/back-on-track", "before-you-go/save-the-cart"},
		persona.BillPayer:         {"bill-pay/talk-to-us", "bill-pay/my-bill-desk"},
		persona.CustomerInTrouble: {"payment-help/payment-failed", "after-the-order/return-details", "welcome-back/whats-new"},
		persona.Lead:              {"business-quotes/quote-banner", "business-quotes/buyers-line"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			mix, err := persona.ParseMix(string(kind) + "=1")
			if err != nil {
				t.Fatal(err)
			}
			_, got := shown(t, persona.Traffic{Visitors: 200, Seed: 1, Mix: mix, Start: monday})
			for _, id := range want {
				if got[id] < 2 {
					t.Errorf("%s is shown in %d visits of 200 visitors", id, got[id])
				}
			}
		})
	}
}

// The shop is that of the fixtures: what both have is the same.
func TestTheShopIsFellAndFern(t *testing.T) {
	t.Parallel()
	site := persona.FellAndFern()
	known := map[string]persona.Product{}
	for _, p := range site.Products {
		known[p.SKU] = p
	}
	met := map[string]bool{}
	for _, name := range fixtures.JourneyNames() {
		if name == "hostile-text" {
			continue
		}
		data, err := fs.ReadFile(fixtures.Journeys(), name+".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		j, err := journey.SortedReader(journey.Options{Strict: true}, name, strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		for e, err := range j.All() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Type != journey.ProductView {
				continue
			}
			for _, p := range e.ProductView.Products {
				k, ok := known[p.SKU]
				met[p.SKU] = true
				if !ok || k.Name != p.Name || k.Category != p.Category || k.Price != *p.Price {
					t.Errorf("%s: %+v is not what the shop sells: %+v", name, p, k)
				}
			}
		}
		j.Close()
	}
	if len(met) < 5 {
		t.Errorf("only %d products were met", len(met))
	}
	for _, p := range site.Products {
		if p.Price <= 0 || p.Department < 0 || p.Department >= len(site.Departments) {
			t.Errorf("%+v", p)
		}
	}
}

func TestTheReadersKnowTheDevicesAndTheWays(t *testing.T) {
	t.Parallel()
	platforms := map[model.Platform]bool{}
	for _, ua := range persona.Devices() {
		platform, browser, os := journey.Device(ua)
		if platform == "" || browser == "" || os == "" || journey.Robot(ua) {
			t.Errorf("%s: %q %q %q", ua, platform, browser, os)
		}
		platforms[platform] = true
	}
	if len(platforms) != 3 {
		t.Errorf("only %v", platforms)
	}
	channels := map[model.MarketingChannel]bool{}
	for _, a := range persona.Arrivals() {
		if _, err := url.Parse(a.Landing); err != nil {
			t.Error(err)
		}
		read := journey.ArrivalOf(a.Landing, strings.ReplaceAll(a.Referrer, "%s", "tent"))
		if read.Channel != a.Told.Channel {
			t.Errorf("%s from %s is read as %s, and told as %s", a.Landing, a.Referrer, read.Channel, a.Told.Channel)
		}
		channels[read.Channel] = true
	}
	for _, c := range model.MarketingChannels() {
		if !channels[c] {
			t.Errorf("nobody comes by %s", c)
		}
	}
	if slices.Contains(persona.Devices(), "") {
		t.Error("a device without a user agent")
	}
}
