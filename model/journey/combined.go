package journey

import (
	"bytes"
	"net/http"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// combinedReader reads the NCSA combined log of Apache, NGINX and others:
//
//	host ident user [day/Mon/year:h:m:s zone] "request" status bytes "referrer" "user agent"
//
// What may follow is ignored. Rules, in this order; the code is the reason in
// the report:
//
//   - A robot by its user agent (robot), or one without an agent (no-agent), is
//     skipped unless robots are taken in.
//   - What is no HTTP request, such as a TLS greeting, is left out (request).
//   - Only GET is a visitor's request for a page (method).
//   - A path that ends like a file that pages are made of is no page (asset), a
//     feed neither (feed): see assetSuffixes and isFeed. What has another suffix, or none,
//     may be a page: the log does not tell the media type.
//   - 200 to 299 and 304 give a page view; but 206 is part of a page that was
//     counted (partial-content), and 204 and 205 have no content (status).
//   - 400 to 599 give an error event with the status as its code.
//   - Other redirects lead to a line of their own (redirect); anything else is
//     left out (status).
//
// The visitor is a hash of address and user agent, keyed by Options.Key. The
// address itself stays on the page, as conditions look at it; it is not
// written anywhere by reading. Logs have seconds only: lines of the same second
// are put in the order that [Sorted] states. The query is part of the URL.
type combinedReader struct {
	im       *importer
	visitors memo
}

// assetSuffixes are suffixes of paths that are no pages; feedWords tell feeds.
var (
	assetSuffixes = setOf(".css .js .mjs .map .json .jsonp .xml .txt .png .jpg .jpeg .gif .svg .svgz .ico .webp .avif .bmp .tif .tiff .cur " +
		".woff .woff2 .ttf .otf .eot .mp3 .mp4 .m4a .m4v .webm .ogg .ogv .oga .wav .avi .mov .mkv .flv .swf .ts .m3u8 .vtt " +
		".pdf .ps .eps .djvu .epub .doc .docx .xls .xlsx .ppt .pptx .odt .ods .csv .tsv .rtf " +
		".zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .jar .war .deb .rpm .dmg .exe .msi .iso .apk .bin .sh .patch .diff .torrent .wasm .webmanifest")
	feedSuffixes = setOf(".rss .rss2 .rdf .atom")
)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// request is one line of a log.
type request struct {
	host, method, target string
	at                   Instant
	status               int
	referrer, agent      string
}

func (r *combinedReader) line(b []byte) error {
	q, f := parseCombined(b)
	if f != nil {
		r.im.reject(f)
		return nil
	}
	if reason := r.leave(&q); reason != "" {
		r.im.skip(reason)
		return nil
	}
	u := q.target
	if strings.HasPrefix(u, "/") {
		host, err := r.im.host()
		if err != nil {
			return err
		}
		u = strings.TrimSuffix(host, "/") + u
	}
	if len(u) > maxURL || len(q.referrer) > maxURL {
		r.im.reject(&fault{reason: "value", field: "request", detail: "a URL longer than " + strconv.Itoa(maxURL) + " bytes", value: u})
		return nil
	}
	d := &r.im.dec
	e := d.newEvent()
	e.Visitor, e.At = r.visitor(&q), q.at
	if q.status >= 400 {
		e.Type = Error
		e.Error = &VisitorError{ContextID: u, Code: strconv.Itoa(q.status), Message: strings.TrimSpace(strconv.Itoa(q.status) + " " + http.StatusText(q.status))}
		r.im.emit(e, plain)
		return nil
	}
	e.Type = PageView
	d.alloc(e)
	*e.Page = Page{URL: u, Referrer: q.referrer, UserAgent: q.agent}
	if _, err := netip.ParseAddr(q.host); err == nil {
		e.Page.IP = q.host
	}
	r.im.emit(e, plain)
	return nil
}

func (r *combinedReader) end() error { return nil }

// leave tells why a request is no event, or "".
func (r *combinedReader) leave(q *request) string {
	if !r.im.o.Robots {
		if q.agent == "" {
			return "no-agent"
		}
		if r.im.device.robot(q.agent) {
			return "robot"
		}
	}
	switch q.method {
	case "":
		return "request"
	case "GET":
	default:
		return "method"
	}
	p, query, _ := strings.Cut(strings.ToLower(q.target), "?")
	if feedSuffixes[path.Ext(p)] || isFeed(p, query) {
		return "feed"
	}
	if assetSuffixes[path.Ext(p)] {
		return "asset"
	}
	switch s := q.status; {
	case s == 206:
		return "partial-content"
	case s == 304, s >= 200 && s < 300 && s != 204 && s != 205, s >= 400 && s < 600:
		return ""
	case s >= 300 && s < 400:
		return "redirect"
	}
	return "status"
}

// isFeed reports whether a URL is that of a feed, by the last part of its path
// or a parameter such as flav=rss20 or feed=atom.
func isFeed(p, query string) bool {
	for param := range strings.SplitSeq(query, "&") {
		switch _, v, _ := strings.Cut(param, "="); v {
		case "rss", "rss2", "rss20", "rdf", "atom":
			return true
		}
	}
	switch path.Base(strings.TrimSuffix(p, "/")) {
	case "feed", "feeds", "rss", "atom", "rss.xml", "atom.xml", "feed.xml":
		return true
	}
	return false
}

// visitor is a stable name for address and agent.
func (r *combinedReader) visitor(q *request) string {
	who := q.host + "\x00" + q.agent
	if known, ok := r.visitors.known[who]; ok {
		return known
	}
	return r.visitors.keep(who, "log-"+r.im.who.sum(who))
}

// parseCombined reads one line.
func parseCombined(b []byte) (q request, f *fault) {
	bad := func(what string) (request, *fault) {
		return q, &fault{reason: "format", detail: what, value: string(b[:min(len(b), 200)])}
	}
	i := bytes.IndexByte(b, ' ')
	open := bytes.Index(b, []byte(" ["))
	if i <= 0 || open < 0 {
		return bad("not a line of a combined log")
	}
	q.host = string(b[:i])
	rest := b[open+2:]
	end := bytes.IndexByte(rest, ']')
	if end < 0 || !bytes.HasPrefix(rest[end+1:], []byte(` "`)) {
		return bad("no instant in brackets before the request")
	}
	if q.at, f = parseLogTime(string(rest[:end])); f != nil {
		return q, f
	}
	line, rest, ok := quoted(rest[end+2:])
	if !ok {
		return bad("the request has no end")
	}
	fields := strings.Fields(line)
	if len(fields) == 2 || len(fields) == 3 {
		q.method, q.target = fields[0], fields[1]
	}
	word := func() string {
		rest = bytes.TrimPrefix(rest, []byte(" "))
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			i = len(rest)
		}
		w := string(rest[:i])
		rest = rest[i:]
		return w
	}
	status := word()
	if q.status, ok = threeDigits(status); !ok {
		return q, &fault{reason: "status", field: "status", detail: "want three digits", value: status}
	}
	if size := word(); size != "-" {
		if _, err := strconv.ParseUint(size, 10, 63); err != nil {
			return q, &fault{reason: "format", field: "bytes", detail: "want a number or -", value: size}
		}
	}
	if q.referrer, rest, ok = quoted(bytes.TrimPrefix(rest, []byte(" "))); !ok {
		return bad("no referrer in quotes: not the combined form")
	}
	if q.agent, _, ok = quoted(bytes.TrimPrefix(rest, []byte(" "))); !ok {
		return bad("no user agent in quotes: not the combined form")
	}
	if q.referrer == "-" {
		q.referrer = ""
	}
	if q.agent == "-" {
		q.agent = ""
	}
	return q, nil
}

func threeDigits(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && len(s) == 3 && n >= 100
}

func parseLogTime(s string) (Instant, *fault) {
	t, err := time.Parse("02/Jan/2006:15:04:05 -0700", s)
	if err != nil {
		return 0, &fault{reason: "time", field: "time", detail: "not an instant such as 17/May/2015:10:05:03 +0000", value: s}
	}
	if !At(t).inWindow() {
		f := outOfWindow(s)
		f.field = "time"
		return 0, f
	}
	return At(t), nil
}

// quoted reads a quoted field and undoes the escapes that servers write: \",
// \\, \n, \t and so on, \xhh. What would then not be UTF-8 stays escaped.
func quoted(b []byte) (string, []byte, bool) {
	if len(b) == 0 || b[0] != '"' {
		return "", b, false
	}
	escaped := false
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			raw := string(b[1:i])
			if escaped {
				raw = unescape(raw)
			}
			return raw, b[i+1:], true
		}
	}
	return "", b, false
}

func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'x':
			if n, err := strconv.ParseUint(s[i+1:min(len(s), i+3)], 16, 8); err == nil && i+3 <= len(s) {
				out = append(out, byte(n))
				i += 2
				continue
			}
			out = append(out, `\x`...)
		default:
			out = append(out, s[i])
		}
	}
	if !utf8.Valid(out) {
		return s
	}
	return string(out)
}
