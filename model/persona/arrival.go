package persona

import (
	"net/url"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// way is how a visit came to the site.
type way uint8

const (
	byAddress way = iota // typed, or a bookmark
	bySearch
	byAd
	bySocial
	byReview
	byDeals
	byBanner
	byNews
	byBill
	byNetwork
	ways
)

// arrival is what a way leaves in the first page and in mrktInfo.
type arrival struct {
	referrer  string // %s is what was searched for
	query     string
	channel   model.MarketingChannel
	affiliate string
	campaign  string
}

// arrivals are the forms that each way takes.
var arrivals = [ways][]arrival{
	byAddress: {{channel: model.ChannelDirect}},
	bySearch: {{referrer: "https://www.google.com/?q=%s", channel: model.ChannelSearch}, {referrer: "https://www.google.com/", channel: model.ChannelSearch},
		{referrer: "https://duckduckgo.com/?q=%s", channel: model.ChannelSearch}, {referrer: "https://www.bing.com/search?q=%s", channel: model.ChannelSearch}},
	byAd: {{referrer: "https://www.google.com/", query: "utm_source=google&utm_medium=cpc&utm_campaign=spring-tents&utm_term=%s", channel: model.ChannelPaid, affiliate: "google", campaign: "spring-tents"}},
	bySocial: {{referrer: "https://www.instagram.com/", channel: model.ChannelSocial}, {referrer: "https://www.facebook.com/", query: "utm_source=facebook&utm_medium=social&utm_campaign=first-tours", channel: model.ChannelSocial, affiliate: "facebook", campaign: "first-tours"},
		{referrer: "https://www.reddit.com/", channel: model.ChannelSocial}},
	byReview: {{referrer: "https://outdoor-tests.example/tents", channel: model.ChannelReferral, affiliate: "OutdoorMag", campaign: "tent-test"}},
	byDeals:  {{referrer: "https://summit-deals.example/", query: "utm_source=SummitDeals&utm_medium=affiliate&utm_campaign=deal-of-the-day", channel: model.ChannelReferral, affiliate: "SummitDeals", campaign: "deal-of-the-day"}},
	byBanner: {{referrer: "https://weather.example/", query: "utm_source=weather&utm_medium=display&utm_campaign=tent-weeks", channel: model.ChannelDisplay, affiliate: "weather", campaign: "tent-weeks"}},
	byNews:   {{query: "utm_source=trail-letter&utm_medium=email&utm_campaign=march-letter", channel: model.ChannelEmail, affiliate: "trail-letter", campaign: "march-letter"}},
	byBill:   {{query: "utm_medium=email&utm_campaign=bill-reminder", channel: model.ChannelEmail, campaign: "bill-reminder"}},
	byNetwork: {{referrer: "https://www.linkedin.com/", channel: model.ChannelSocial},
		{referrer: "https://www.linkedin.com/", query: "utm_source=linkedin&utm_medium=social&utm_campaign=teams", channel: model.ChannelSocial, affiliate: "linkedin", campaign: "teams"}},
}

// comesBy draws the way of a visit. Who comes again mostly knows the address.
func (v *visit) comesBy() arrival {
	w := byAddress
	if v.number == 0 || !v.in100(60) {
		n := 0
		for _, share := range v.who.role.arrival {
			n += share
		}
		left := int(v.below(uint64(n)))
		for i := range ways {
			if left -= v.who.role.arrival[i]; left < 0 {
				w = i
				break
			}
		}
	}
	a := *one(&v.dice, arrivals[w])
	if strings.Contains(a.referrer+a.query, "%s") {
		phrase := url.QueryEscape(*one(&v.dice, v.site.Searches))
		a.referrer, a.query = strings.Replace(a.referrer, "%s", phrase, 1), strings.Replace(a.query, "%s", phrase, 1)
	}
	return a
}

// marketing tells how the visit came, where the site does.
func (v *visit) marketing(a arrival) {
	if a.channel == model.ChannelDirect || !v.in100(60) {
		return
	}
	v.emit(journey.Event{Type: journey.MarketingInfo, Marketing: &journey.Marketing{Channel: a.channel, Affiliate: a.affiliate, Campaign: a.campaign}})
}
