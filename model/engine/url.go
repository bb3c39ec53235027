package engine

import (
	"path"
	"strings"
)

// address is a normalized URL, without its scheme, in the forms that rules
// are tested against. See model.URLRule.
type address struct {
	known bool
	// full is host, path, query and route; route starts at the path.
	full string
	path int // index of the path in full
	// trim is full without the trailing "/" of the path, or full itself.
	trim string
}

// local returns a form's path, query and route.
func (a address) local(form string) string {
	if a.path > len(form) {
		return ""
	}
	return form[a.path:]
}

// normalize takes a URL as received to the form that rules are tested on.
func normalize(url string) address {
	if url == "" {
		return address{}
	}
	s, secure := cutScheme(url)
	// The host ends at the first of / ? #.
	host, rest := s, ""
	if strings.HasPrefix(url, "/") {
		host, rest = "", url
	} else if i := strings.IndexAny(s, "/?#"); i >= 0 {
		host, rest = s[:i], s[i:]
	}
	host = strings.ToLower(host)
	if h, ok := strings.CutSuffix(host, ":80"); ok && !secure {
		host = h
	} else if h, ok := strings.CutSuffix(host, ":443"); ok && secure {
		host = h
	}
	p, tail := rest, ""
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		p, tail = rest[:i], rest[i:]
	}
	if i := strings.IndexByte(tail, '#'); i >= 0 {
		if f := tail[i:]; !strings.HasPrefix(f, "#!") && !strings.HasPrefix(f, "#/") {
			tail = tail[:i]
		}
	}
	if strings.Contains(p, "/.") {
		slash := strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || strings.HasSuffix(p, "/..")
		p = path.Clean(p)
		if slash && p != "/" {
			p += "/"
		}
	}
	a := address{known: true, full: host + p + tail, path: len(host)}
	a.trim = a.full
	if strings.HasSuffix(p, "/") {
		a.trim = host + p[:len(p)-1] + tail
	}
	return a
}

// cutScheme strips a leading http:// or https://, letters' case aside.
func cutScheme(url string) (rest string, secure bool) {
	for _, s := range [...]string{"https://", "http://"} {
		if len(url) >= len(s) && strings.EqualFold(url[:len(s)], s) {
			return url[len(s):], s == "https://"
		}
	}
	return url, true
}

// glob matches a pattern in which "*" stands for any run of characters.
func glob(pattern, s string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return s == pattern
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for {
		lit, more, again := strings.Cut(rest, "*")
		if !again {
			return strings.HasSuffix(s, lit)
		}
		i := strings.Index(s, lit)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(lit):], more
	}
}
