package journey

import (
	"strings"

	"github.com/mileusna/useragent"

	"beckon/model"
)

// Device tells the class of device, the browser and the operating system by
// the user agent; what it does not tell is empty. It parses every time: callers
// that ask often keep the answer.
func Device(userAgent string) (platform model.Platform, browser, os string) {
	if userAgent == "" {
		return "", "", ""
	}
	ua := useragent.Parse(userAgent)
	switch {
	case ua.Tablet:
		platform = model.Tablet
	case ua.Mobile:
		platform = model.Smartphone
	case ua.Desktop:
		platform = model.Desktop
	}
	return platform, ua.Name, ua.OS
}

// robotWords are parts of the user agents of programs that are no browser that
// a person looks at, in lower case: crawlers, feed readers, monitors, link
// previews, libraries and command line clients.
var robotWords = []string{
	"bot", "crawl", "spider", "slurp", "archiver", "scrap", "fetch", "feed", "rss", "reader", "aggregator",
	"monitor", "pingdom", "uptime", "nagios", "check_http", "statuscake", "lighthouse", "link sleuth", "portscout", "cfnetwork/", "pagespeed", "gtmetrix",
	"facebookexternalhit", "embedly", "preview", "quora link", "whatsapp/", "skypeuripreview", "validator", "analyzer",
	"wget", "curl", "libwww", "lwp", "python", "java/", "go-http-client", "okhttp", "httpclient", "http_request", "axios", "node-fetch",
	"ruby", "perl", "php/", "guzzle", "apache-http", "headless", "phantomjs", "selenium", "puppeteer", "playwright",
	"mediapartners", "adsbot", "ia_archiver", "nutch", "heritrix", "ning/", "tagoo", "yahoo pipes", "yandex.com/bots", "baidu",
	"sogou", "exabot", "teoma", "wordpress/", "magpie", "simplepie", "liferea", "netvibes", "newsblur", "tiny tiny",
	"universal feed parser", "proximic", "digg", "zgrab", "masscan", "nmap", "nikto", "sqlmap",
}

// browserWords are in the user agents of browsers although they have a robot
// word in them.
var browserWords = []string{"cubot", "safari reader"}

// Robot reports whether the user agent declares a robot, or anything else that
// is no visitor. An empty agent is no declaration; a log's reader looks at
// that itself.
func Robot(userAgent string) bool {
	if userAgent == "" {
		return false
	}
	l := strings.ToLower(userAgent)
	for _, w := range browserWords {
		l = strings.ReplaceAll(l, w, "")
	}
	for _, w := range robotWords {
		if strings.Contains(l, w) {
			return true
		}
	}
	return useragent.Parse(userAgent).Bot
}

// robots remembers which agents are robots.
type robots struct{ known map[string]bool }

func (r *robots) robot(userAgent string) bool {
	if userAgent == "" {
		return false
	}
	is, ok := r.known[userAgent]
	if !ok {
		if r.known == nil || len(r.known) >= 1<<14 {
			r.known = map[string]bool{}
		}
		is = Robot(userAgent)
		r.known[userAgent] = is
	}
	return is
}
