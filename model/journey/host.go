package journey

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// DefaultHost begins the URLs of a log, or of a table of paths, of which nothing else was said.
const DefaultHost = "http://localhost"

const hostlessNote = "the input has the paths of pages alone, and nobody said of which site: their URLs begin with " + DefaultHost +
	", and conditions on a host or on a whole URL do not hold (--host https://www.example.com says the site)"

// ParseHost reads what the URLs of a log begin with; a bare name is one of
// http.
func ParseHost(s string) (string, error) {
	s = strings.TrimSpace(s)
	whole := s
	if !strings.Contains(whole, "://") {
		whole = "http://" + whole
	}
	u, err := url.Parse(whole)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("want what URLs begin with, such as https://www.example.com, not %q", text.Line(s, 80))
	}
	return strings.TrimSuffix(whole, "/"), nil
}

// HostIn tells from the first lines of a log what its URLs begin with: whoever
// follows a link, and every picture of a page, tells the page before, which is
// most often of the same site. Empty: they do not tell, or it is no log.
func HostIn(sample []byte) string {
	counts := map[string]int{}
	best := ""
	for line := range bytes.Lines(sample) {
		q, f := parseCombined(bytes.TrimRight(line, "\r\n"))
		if f != nil || q.referrer == "" || len(q.referrer) > maxURL {
			continue
		}
		u, err := url.Parse(q.referrer)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			continue
		}
		if channel, _ := referrerChannel(hostOf(u), u); channel != model.ChannelReferral {
			continue // a search engine, a social network, a mailbox
		}
		host := u.Scheme + "://" + strings.ToLower(u.Host)
		if _, err := ParseHost(host); err != nil {
			continue
		}
		if counts[host]++; counts[host] > counts[best] {
			best = host
		}
	}
	return best
}

// host gives what the URLs of a log begin with, and asks for it once where
// nobody said.
func (im *importer) host() (string, error) {
	if im.o.Host == "" && im.o.AskHost != nil {
		host, err := im.o.AskHost()
		if err != nil {
			return "", fmt.Errorf("%s: %w", im.file, err)
		}
		im.o.Host = host
	}
	if im.o.Host == "" {
		im.o.Host = DefaultHost
		im.rep.note(hostlessNote)
	}
	return im.o.Host, nil
}
