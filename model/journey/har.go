package journey

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// harReader reads HTTP Archives (HAR 1.2), as browsers and test tools write
// them. A file is one visit of one visitor, and every request of it is accounted
// for as a line, by the number of the line on which it begins.
//
//   - Of the requests of a page (pageref), the first that gives an HTML document
//     is the page view, at the instant it was asked for; requests without a
//     pageref are together those of one page. If that document's status is 400
//     to 599, or nothing came (status 0), it is an error event instead.
//   - Every other HTML document is one in the page, of its own or of a third
//     party (frame). What the browser asked for as data or as a part of the page
//     is none (asset), whatever its type.
//   - Redirects lead to a request of their own (redirect); 204, 205 and 206 have
//     no document (status); methods other than GET and POST ask for none
//     (method).
//
// Several runs of one test in a file are its pages. What a page did without a
// document, such as a route of a single-page application or what its requests
// for data say, is not told.
//
// The visitor is a hash of the first document's instant, URL and user agent,
// keyed by Options.Key. Of the headers only User-Agent, Accept-Language, Accept,
// Sec-Fetch-Dest and Referer are looked at: cookies, authorization and bodies
// are not kept. serverIPAddress is the server's.
type harReader struct {
	im     *importer
	titles map[string]string    // of pages, by id
	first  map[string]*document // by pageref
	failed error                // of the import, not of the file
}

// document is an HTML document of a page.
type document struct {
	line   int64
	at     Instant
	page   Page
	status int
	text   string // of the status
}

// Limits of an archive.
const (
	maxArchiveText  = 16 << 10 // bytes kept of a text, so of a body
	maxArchivePages = 1 << 16
)

// isArchive reports whether a text begins like a HAR.
func isArchive(s []byte) bool {
	for _, part := range []string{"{", `"log"`, ":", "{"} {
		s = bytes.TrimLeft(s, " \t\r\n")
		if !bytes.HasPrefix(s, []byte(part)) {
			return false
		}
		s = s[len(part):]
	}
	t := scanner{b: s}
	return slices.Contains([]string{"version", "creator", "browser", "pages", "entries", "comment"}, string(t.text()))
}

// line is not used: an archive is read as a whole.
func (r *harReader) line([]byte) error { return nil }

func (r *harReader) end() error { return nil }

// whole reads the whole file.
func (r *harReader) whole() error {
	s := &splitter{r: r.im.lines.r, line: 1, noun: "request", longText: maxArchiveText}
	s.mark()
	log, entries := false, false
	err := s.object("", func(key string) error {
		if key != "log" {
			_, _, err := s.value(0)
			return err
		}
		log = true
		return s.object("log", func(key string) error {
			switch key {
			case "pages":
				return s.list("log.pages", "page", r.title)
			case "entries":
				entries = true
				return s.list("log.entries", "request", r.entry)
			}
			_, _, err := s.value(0)
			return err
		})
	})
	if r.failed != nil {
		return r.failed
	}
	var broke error
	if s.f == nil && err == nil {
		switch {
		case !log:
			s.f = &fault{reason: "missing", field: "log", detail: "missing"}
		case !entries:
			s.f = &fault{reason: "missing", field: "log.entries", detail: "missing"}
		default:
			switch _, err := s.byte(); {
			case err == nil:
				s.f = &fault{reason: "json", detail: "something follows the archive"}
			case err != io.EOF: // of what it is compressed with
				broke = err
			}
		}
	}
	if err := r.views(); err != nil {
		return err
	}
	if broke != nil {
		return r.im.brokeOff(broke)
	}
	return r.im.ended(s, err)
}

// title keeps what a page is called.
func (r *harReader) title(b []byte, _ int64, long bool) error {
	n, err := parseTree(b)
	if err != nil || long || len(r.titles) >= maxArchivePages {
		r.im.rep.note("some pages of the archive have titles that cannot be read")
		return nil
	}
	if t := n.get("title").scalar(); !strings.HasPrefix(t, "http://") && !strings.HasPrefix(t, "https://") {
		r.titles[strings.Clone(n.get("id").scalar())] = strings.Clone(t)
	}
	return nil
}

// entry reads a request.
func (r *harReader) entry(b []byte, n int64, long bool) error {
	r.im.n = n
	r.im.begin()
	l := line{b: b, long: long}
	f := unsound(l)
	if f == nil {
		var held bool
		if held, f = r.request(b); held {
			return nil
		}
	}
	if f != nil {
		r.im.reject(f)
	}
	r.failed = r.im.finish(b[:min(len(b), 256)])
	return r.failed
}

// request tells what a request is; one that may be a page is held until all are
// read.
func (r *harReader) request(b []byte) (held bool, f *fault) {
	n, err := parseTree(b)
	if err != nil {
		return false, asFault(err)
	}
	if n.kind != object {
		return false, &fault{reason: "type", detail: "want a request, have " + n.kind.String()}
	}
	q, a := n.get("request"), n.get("response")
	d := &document{line: r.im.n, text: a.get("statusText").scalar()}
	started := n.get("startedDateTime").scalar()
	var ok bool
	if d.at, ok = parseLayout(started, "rfc3339", time.UTC); !ok {
		if d.at, ok = parseLayout(started, "2006-01-02T15:04:05.999999999Z0700", time.UTC); !ok {
			return false, &fault{reason: "time", field: "startedDateTime", detail: "not an instant such as 2026-03-02T10:15:00.250Z, from 2000 to 2100", value: started}
		}
	}
	if d.status, err = strconv.Atoi(a.get("status").scalar()); err != nil || d.status < 0 || d.status > 999 {
		return false, &fault{reason: "status", field: "response.status", detail: "want a number", value: a.get("status").scalar()}
	}
	d.page = Page{URL: q.get("url").scalar(), UserAgent: header(q, "User-Agent"), Referrer: header(q, "Referer")}
	if d.page.URL == "" {
		return false, &fault{reason: "missing", field: "request.url", detail: "missing"}
	}
	if reason := d.leave(n, q, a); reason != "" {
		r.im.skip(reason)
		return false, nil
	}
	if len(d.page.URL) > maxURL || len(d.page.Referrer) > maxURL {
		return false, &fault{reason: "value", field: "request.url", detail: "a URL longer than " + strconv.Itoa(maxURL) + " bytes", value: d.page.URL}
	}
	d.page.Language, _, _ = strings.Cut(header(q, "Accept-Language"), ",")
	d.page.Language, _, _ = strings.Cut(d.page.Language, ";")
	return r.hold(n.get("pageref").scalar(), d)
}

// hold keeps the first document of a page.
func (r *harReader) hold(page string, d *document) (bool, *fault) {
	other, ok := r.first[page]
	switch {
	case !ok && len(r.first) == maxArchivePages:
		return false, &fault{reason: "value", field: "pageref", detail: "more than " + strconv.Itoa(maxArchivePages) + " pages", value: page}
	case ok && d.compare(other) > 0:
		r.im.skip("frame")
		return false, nil
	}
	for _, s := range []*string{&page, &d.text, &d.page.URL, &d.page.Referrer, &d.page.UserAgent, &d.page.Language} {
		*s = strings.Clone(*s) // it is held, but its line is not
	}
	r.first[page] = d
	if page == "" {
		r.im.rep.note("some requests of the archive name no page; only the first document of them is one")
	}
	if ok { // it was not the first
		r.im.n = other.line
		r.im.skip("frame")
		return false, nil
	}
	return true, nil
}

// compare orders documents by instant, then by place.
func (d *document) compare(other *document) int {
	return cmp.Or(cmp.Compare(d.at, other.at), cmp.Compare(d.line, other.line))
}

// header returns a header of a request, or "".
func header(request *node, name string) string {
	for _, h := range request.get("headers").items() {
		if strings.EqualFold(h.get("name").scalar(), name) {
			return h.get("value").scalar()
		}
	}
	return ""
}

// leave tells why a request gives no document of a page, or "".
func (d *document) leave(entry, request, response *node) string {
	kind := strings.ToLower(entry.get("_resourceType").scalar())
	if kind == "" {
		kind = header(request, "Sec-Fetch-Dest")
	}
	media, _, _ := strings.Cut(strings.ToLower(response.at("content", "mimeType").scalar()), ";")
	media = strings.TrimSpace(media)
	html := media == "text/html" || media == "application/xhtml+xml"
	// Nothing came back that would tell: what was asked for does.
	if media == "" || media == "x-unknown" {
		html = kind == "document" || strings.Contains(header(request, "Accept"), "text/html")
	}
	switch s := d.status; {
	case !strings.HasPrefix(d.page.URL, "http://") && !strings.HasPrefix(d.page.URL, "https://"):
		return "asset"
	case s >= 300 && s < 400 && s != 304:
		return "redirect"
	case kind == "iframe" || kind == "frame":
		return "frame"
	case kind != "" && kind != "document" || !html:
		return "asset"
	case !slices.Contains([]string{"GET", "POST"}, request.get("method").scalar()):
		return "method"
	case s == 0, s == 304, s >= 200 && s < 300 && s != 204 && s != 205 && s != 206, s >= 400 && s < 600:
		return ""
	}
	return "status"
}

// views makes the events of the documents that were held.
func (r *harReader) views() error {
	var all []*document
	for page, d := range r.first {
		d.page.Title = r.titles[page]
		all = append(all, d)
	}
	slices.SortFunc(all, (*document).compare)
	o := origin{im: r.im}
	for i, d := range all {
		if i == 0 {
			o.visitor = "har-" + r.im.who.sum(d.at.String()+"\x00"+d.page.URL+"\x00"+d.page.UserAgent)
			o.visit = o.visitor
		}
		r.im.n = d.line
		r.im.begin()
		o.at = d.at
		switch {
		case r.im.leavesOut(d.page.UserAgent):
			r.im.leave("robot")
		case d.status == 0 || d.status >= 400:
			if d.text == "" {
				d.text = http.StatusText(d.status)
			}
			o.emit(Event{Type: Error, Error: &VisitorError{ContextID: d.page.URL, Code: strconv.Itoa(d.status), Message: strings.TrimSpace(strconv.Itoa(d.status) + " " + d.text)}}, plain)
		default:
			if f := o.page(&d.page, true); f != nil {
				r.im.reject(f)
			}
		}
		if err := r.im.finish(nil); err != nil {
			return err
		}
	}
	return nil
}
