package journey

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"beckon/model"
)

// Arrival is what the first page of a visit tells of where the visitor came
// from.
type Arrival struct {
	// Channel is always known: without any sign the visitor came directly.
	Channel model.MarketingChannel
	// Affiliate and Campaign are utm_source and utm_campaign.
	Affiliate string
	Campaign  string
	// Keywords are what was searched for: the search engine's query, or the
	// landing URL's keyword, or utm_term. Each is kept as one phrase.
	Keywords []string
	// Internal says that the referrer is a page of the same site, so that the
	// visit goes on from an earlier one; Channel is then direct.
	Internal bool
}

// ArrivalOf tells where a visit came from. In this order: utm_medium; click ids
// (gclid and msclkid are paid search, dclid is display, fbclid and the like
// social); the referrer against lists of search engines, social networks and
// mail; any other site is a referral; no referrer, or one of the same site, is
// direct. Sites are told by their registrable domain.
func ArrivalOf(landing, referrer string) Arrival {
	var a Arrival
	q := url.Values{}
	var host string
	if u, err := url.Parse(landing); err == nil {
		q, host = u.Query(), hostOf(u)
	}
	a.Affiliate, a.Campaign = q.Get("utm_source"), q.Get("utm_campaign")
	for _, k := range []string{"keyword", "utm_term"} {
		a.Keywords = addPhrase(a.Keywords, q.Get(k))
	}
	var from model.MarketingChannel
	if r, err := url.Parse(referrer); err == nil && referrer != "" {
		rh := hostOf(r)
		switch {
		case rh == "":
			if r.Scheme == "android-app" {
				from = model.ChannelReferral
			}
		case site(rh) == site(host):
			a.Internal = true
		default:
			var phrase string
			from, phrase = referrerChannel(rh, r)
			a.Keywords = addPhrase(a.Keywords, phrase)
		}
	}
	a.Channel = mediumChannel(q.Get("utm_medium"), a.Affiliate)
	if a.Channel == "" {
		a.Channel = clickChannel(q)
	}
	if a.Channel == "" {
		a.Channel = from
	}
	if a.Channel == "" {
		a.Channel = model.ChannelDirect
	}
	return a
}

func addPhrase(to []string, phrase string) []string {
	phrase = strings.TrimSpace(phrase)
	if phrase == "" || slices.Contains(to, phrase) {
		return to
	}
	return append(to, phrase)
}

// hostOf is a URL's host in lower case, without its port.
func hostOf(u *url.URL) string { return strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")) }

// site is the registrable domain of a host, or the host.
func site(host string) string {
	if net.ParseIP(host) != nil {
		return host
	}
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// plainMedium takes out what spellings of a medium differ by.
var plainMedium = strings.NewReplacer("-", "", "_", "", " ", "")

// mediumChannel maps utm_medium; what it does not know is "". A medium of paid
// traffic from a social network is social.
func mediumChannel(medium, source string) model.MarketingChannel {
	m := strings.ToLower(plainMedium.Replace(medium))
	switch m {
	case "":
		return ""
	case "cpc", "ppc", "sem", "paid", "paidsearch", "adwords", "googleads", "searchad":
		s, _, _ := strings.Cut(strings.ToLower(source), ".")
		if slices.Contains(socialSites, s) {
			return model.ChannelSocial
		}
		return model.ChannelPaid
	case "organic", "seo", "search":
		return model.ChannelSearch
	case "social", "socialmedia", "socialnetwork", "sm", "paidsocial", "organicsocial":
		return model.ChannelSocial
	case "email", "mail", "newsletter", "edm", "emailing", "email1":
		return model.ChannelEmail
	case "display", "banner", "cpm", "gdn", "retargeting", "remarketing", "interstitial", "cpv", "video":
		return model.ChannelDisplay
	case "referral", "affiliate", "affiliates", "partner", "link", "cpa":
		return model.ChannelReferral
	case "direct", "none", "(none)":
		return model.ChannelDirect
	}
	return ""
}

// clickChannel tells the channel by the click ids that ad networks append.
func clickChannel(q url.Values) model.MarketingChannel {
	for _, c := range []struct {
		keys    string
		channel model.MarketingChannel
	}{
		{"gclid gbraid wbraid msclkid yclid", model.ChannelPaid},
		{"dclid", model.ChannelDisplay},
		{"fbclid ttclid twclid li_fat_id igshid ScCid", model.ChannelSocial},
		{"mc_eid", model.ChannelEmail},
	} {
		for k := range strings.FieldsSeq(c.keys) {
			if q.Get(k) != "" {
				return c.channel
			}
		}
	}
	return ""
}

// Sites by the first label of their registrable domain, which search engines
// and social networks keep in all countries, or by their host.
var (
	// searchEngines with the parameters that may hold the query.
	searchEngines = map[string]string{
		"google": "q", "bing": "q", "yahoo": "p", "duckduckgo": "q", "yandex": "text", "baidu": "wd word", "ecosia": "q",
		"qwant": "q", "startpage": "query q", "ask": "q", "aol": "q", "seznam": "q", "naver": "query", "daum": "q",
		"sogou": "query", "so": "q", "haosou": "q", "rambler": "query", "brave": "q", "swisscows": "query", "mojeek": "q",
		"kagi": "q", "dogpile": "q", "lycos": "query q", "excite": "q", "search": "q", "t-online": "q", "web": "su q", "gmx": "su q", "metager": "eingabe",
		"babylon": "q", "conduit": "q", "avg": "q", "mywebsearch": "searchfor", "sapo": "q", "virgilio": "qs", "onet": "qt", "wp": "q", "neti": "query", "presearch": "q",
	}
	// onlySearchHosts narrows names that are more than a search engine.
	onlySearchHosts = map[string][]string{
		"search": {"search.com"}, "so": {"so.com"}, "web": {"suche.web.de"}, "gmx": {"suche.gmx.net"}, "t-online": {"suche.t-online.de"},
		"brave": {"search.brave.com"}, "ask": {"ask.com", "www.ask.com"}, "wp": {"szukaj.wp.pl"}, "onet": {"szukaj.onet.pl"}, "avg": {"search.avg.com"},
		"sapo": {"pesquisa.sapo.pt"}, "virgilio": {"ricerca.virgilio.it"}, "yahoo": nil, "aol": {"search.aol.com"},
	}
	socialSites = []string{"facebook", "fb", "twitter", "x", "t", "linkedin", "lnkd", "instagram", "pinterest", "pin", "reddit", "youtube", "youtu", "tiktok",
		"snapchat", "tumblr", "vk", "ok", "weibo", "xing", "threads", "mastodon", "bsky", "quora", "flickr", "vimeo", "whatsapp", "telegram", "discord",
		"ycombinator", "stumbleupon", "digg", "delicious", "plurk", "myspace", "meetup", "lobste"}
	// onlySocialHosts narrows names that are too short to trust.
	onlySocialHosts = map[string]string{"t": "t.co", "x": "x.com", "ok": "ok.ru", "fb": "fb.com", "pin": "pin.it", "ycombinator": "news.ycombinator.com"}
	mailHosts       = []string{"mail.", "webmail.", "email.", "outlook.", "e.mail.", "deref-mail.", "deref-gmx.", "deref-web."}
)

// referrerChannel tells the channel of a referrer, and what was searched for.
func referrerChannel(host string, u *url.URL) (model.MarketingChannel, string) {
	for _, p := range mailHosts {
		if strings.HasPrefix(host, p) {
			return model.ChannelEmail, ""
		}
	}
	name, _, _ := strings.Cut(site(host), ".")
	bare := strings.TrimPrefix(host, "www.")
	if keys, ok := searchEngines[name]; ok && searches(name, host, u) {
		q := u.Query()
		for k := range strings.FieldsSeq(keys) {
			if v := q.Get(k); v != "" {
				return model.ChannelSearch, v
			}
		}
		return model.ChannelSearch, ""
	}
	if slices.Contains(socialSites, name) {
		if only, ok := onlySocialHosts[name]; !ok || bare == only || strings.HasSuffix(bare, "."+only) {
			return model.ChannelSocial, ""
		}
	}
	return model.ChannelReferral, ""
}

// searches reports whether the host is that of a search, not another service
// of the same company.
func searches(name, host string, u *url.URL) bool {
	switch name {
	case "google":
		for _, other := range []string{"plus.", "groups.", "sites.", "docs.", "drive.", "translate.", "code.", "news.", "play.", "support.", "developers.", "cloud.", "maps."} {
			if strings.HasPrefix(host, other) {
				return false
			}
		}
		return !strings.HasPrefix(u.Path, "/reader")
	case "yahoo":
		return strings.Contains(host, "search.") || host == "www.yahoo.com" || host == "yahoo.com"
	}
	only, ok := onlySearchHosts[name]
	return !ok || slices.Contains(only, host)
}
