package journey

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
)

func TestArrivalOf(t *testing.T) {
	t.Parallel()
	const page = "https://www.shop.example/tents"
	tests := []struct {
		name, landing, referrer string
		want                    Arrival
	}{
		{"nothing", page, "", Arrival{Channel: model.ChannelDirect}},
		{"no URLs at all", "", "", Arrival{Channel: model.ChannelDirect}},
		{"broken URLs", "http://[", "::", Arrival{Channel: model.ChannelDirect}},
		{"a search engine with its query", page, "https://www.google.de/search?q=trail+tent", Arrival{Channel: model.ChannelSearch, Keywords: []string{"trail tent"}}},
		{"a search engine that hides it", page, "https://www.bing.com/", Arrival{Channel: model.ChannelSearch}},
		{"another parameter", page, "https://yandex.ru/search/?text=tent", Arrival{Channel: model.ChannelSearch, Keywords: []string{"tent"}}},
		{"a service of a search engine's company", page, "https://docs.google.com/d/1", Arrival{Channel: model.ChannelReferral}},
		{"mail of a search engine's company", page, "https://mail.google.com/mail/u/0/", Arrival{Channel: model.ChannelEmail}},
		{"social", page, "https://l.facebook.com/l.php", Arrival{Channel: model.ChannelSocial}},
		{"social by a short host", page, "https://t.co/abc", Arrival{Channel: model.ChannelSocial}},
		{"a site whose name only begins alike", page, "https://t.example.org/abc", Arrival{Channel: model.ChannelReferral}},
		{"webmail", page, "https://webmail.provider.example/", Arrival{Channel: model.ChannelEmail}},
		{"another site", page, "https://blog.example.org/review", Arrival{Channel: model.ChannelReferral}},
		{"the same host", page, "https://www.shop.example/", Arrival{Channel: model.ChannelDirect, Internal: true}},
		{"another host of the same site", "https://checkout.shop.co.uk/", "https://www.shop.co.uk/cart", Arrival{Channel: model.ChannelDirect, Internal: true}},
		{"another site of a shared domain", "https://a.github.io/", "https://b.github.io/", Arrival{Channel: model.ChannelReferral}},
		{"utm wins over the referrer", page + "?utm_source=News&utm_medium=E-Mail&utm_campaign=spring", "https://www.google.com/?q=x", Arrival{Channel: model.ChannelEmail, Affiliate: "News", Campaign: "spring", Keywords: []string{"x"}}},
		{"paid search", page + "?utm_medium=cpc&utm_source=google&utm_term=tent", "https://www.google.com/", Arrival{Channel: model.ChannelPaid, Affiliate: "google", Keywords: []string{"tent"}}},
		{"paid by a social network", page + "?utm_medium=cpc&utm_source=facebook", "", Arrival{Channel: model.ChannelSocial, Affiliate: "facebook"}},
		{"display", page + "?utm_medium=banner", "", Arrival{Channel: model.ChannelDisplay}},
		{"organic", page + "?utm_medium=organic", "", Arrival{Channel: model.ChannelSearch}},
		{"a medium nobody knows", page + "?utm_medium=blimp", "https://blog.example.org/", Arrival{Channel: model.ChannelReferral}},
		{"a click id", page + "?gclid=x", "https://www.google.com/", Arrival{Channel: model.ChannelPaid}},
		{"a social click id", page + "?fbclid=x", "", Arrival{Channel: model.ChannelSocial}},
		{"the imported keyword", page + "?keyword=tent+sale", "https://www.google.com/?q=tent", Arrival{Channel: model.ChannelSearch, Keywords: []string{"tent sale", "tent"}}},
		{"addresses", "http://198.51.100.7/", "http://198.51.100.8/", Arrival{Channel: model.ChannelReferral}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, ArrivalOf(tt.landing, tt.referrer)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		agent       string
		platform    model.Platform
		browser, os string
		robot       bool
	}{
		{"", "", "", "", false},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", model.Desktop, "Chrome", "Windows", false},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1", model.Smartphone, "Safari", "iOS", false},
		{"Mozilla/5.0 (iPad; CPU OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1", model.Tablet, "Safari", "iOS", false},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", model.Desktop, "Firefox", "Linux", false},
		{"Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0.4664.104 Mobile Safari/537.36", model.Smartphone, "Chrome", "Android", false},
		{"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", "Googlebot", "", true},
		{"curl/8.0", "", "curl", "", true},
		{"UniversalFeedParser/4.2 +http://feedparser.org/", "", "", "", true},
	}
	for _, tt := range tests {
		p, b, o := Device(tt.agent)
		if !tt.robot && (p != tt.platform || b != tt.browser || o != tt.os) || Robot(tt.agent) != tt.robot {
			t.Errorf("%s: %q %q %q robot %v", tt.agent, p, b, o, Robot(tt.agent))
		}
	}
}

func FuzzArrivalOf(f *testing.F) {
	f.Add("https://shop.example/?utm_medium=cpc", "https://www.google.com/?q=x")
	f.Fuzz(func(t *testing.T, landing, referrer string) {
		if a := ArrivalOf(landing, referrer); a.Channel == "" {
			t.Fatal("no channel")
		}
		Device(referrer)
		Robot(landing)
	})
}
