package journey

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestsBecomePagesAndErrors(t *testing.T) {
	t.Parallel()
	const ua = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"
	log := func(request, status, referrer, agent string) string {
		return `198.51.100.7 - frank [02/Mar/2026:11:15:00 +0100] "` + request + `" ` + status + ` 10 "` + referrer + `" "` + agent + `"`
	}
	const page = `{"visitor":"log-ID","at":"2026-03-02T10:15:00Z","type":"page","url":"https://shop.example`
	const tail = `"userAgent":"` + ua + `","ip":"198.51.100.7"}`
	tests := []struct{ name, line, want string }{
		{"a page", log("GET /cart?a=1 HTTP/1.1", "200", "https://www.google.com/?q=tent", ua), page + `/cart?a=1","referrer":"https://www.google.com/?q=tent",` + tail},
		{"not modified", log("GET / HTTP/2.0", "304", "-", ua), page + `/",` + tail},
		{"a suffix that may be a page", log("GET /cart.php HTTP/1.1", "201", "-", ua), page + `/cart.php",` + tail},
		{"an absolute target", log("GET https://other.example/x HTTP/1.1", "200", "-", ua), `{"visitor":"log-ID","at":"2026-03-02T10:15:00Z","type":"page","url":"https://other.example/x",` + tail},
		{"more fields than combined has", log("GET / HTTP/1.1", "200", "-", ua) + ` "10.0.0.1" 0.003`, page + `/",` + tail},
		{"escapes", log(`GET /a\"b\x41 HTTP/1.1`, "200", `\xc3\xbc`, ua), page + `/a\"bA","referrer":"ü",` + tail},
		{"bytes that are no text stay escaped", log(`GET / HTTP/1.1`, "200", `\xff`, ua), page + `/","referrer":"\\xff",` + tail},
		{"a document not found", log("GET /gone HTTP/1.1", "404", "-", ua), `{"visitor":"log-ID","at":"2026-03-02T10:15:00Z","type":"error","error":{"contextId":"https://shop.example/gone","message":"404 Not Found","code":"404"}}`},
		{"a server's error", log("GET /x HTTP/1.1", "503", "-", ua), `{"visitor":"log-ID","at":"2026-03-02T10:15:00Z","type":"error","error":{"contextId":"https://shop.example/x","message":"503 Service Unavailable","code":"503"}}`},
		{"a robot", log("GET / HTTP/1.1", "200", "-", "Googlebot/2.1"), "robot"},
		{"no agent", log("GET / HTTP/1.1", "200", "-", "-"), "no-agent"},
		{"HEAD", log("HEAD / HTTP/1.1", "200", "-", ua), "method"},
		{"POST", log("POST / HTTP/1.1", "200", "-", ua), "method"},
		{"a TLS greeting", log(`\x16\x03\x01`, "400", "-", ua), "request"},
		{"an empty request", log("-", "408", "-", ua), "request"},
		{"an image", log("GET /a/b.PNG?x=/y HTTP/1.1", "200", "-", ua), "asset"},
		{"an image not found", log("GET /favicon.ico HTTP/1.1", "404", "-", ua), "asset"},
		{"a feed by its path", log("GET /blog/feed/ HTTP/1.1", "200", "-", ua), "feed"},
		{"a feed by its suffix", log("GET /news.rss HTTP/1.1", "200", "-", ua), "feed"},
		{"a feed by its query", log("GET /blog/?flav=rss20 HTTP/1.1", "200", "-", ua), "feed"},
		{"a redirect", log("GET /x HTTP/1.1", "301", "-", ua), "redirect"},
		{"a part", log("GET /x HTTP/1.1", "206", "-", ua), "partial-content"},
		{"no content", log("GET /x HTTP/1.1", "204", "-", ua), "status"},
		{"the common form", `198.51.100.7 - - [02/Mar/2026:11:15:00 +0100] "GET / HTTP/1.1" 200 10`, "rejected format: no referrer in quotes"},
		{"no zone", `198.51.100.7 - - [02/Mar/2026:11:15:00] "GET / HTTP/1.1" 200 10 "-" "x"`, "rejected time: not an instant"},
		{"1970", `198.51.100.7 - - [02/Mar/1970:11:15:00 +0000] "GET / HTTP/1.1" 200 10 "-" "x"`, "rejected time: outside the years"},
		{"no status", `198.51.100.7 - - [02/Mar/2026:11:15:00 +0000] "GET / HTTP/1.1" - 10 "-" "x"`, "rejected status: want three digits"},
		{"no size", `198.51.100.7 - - [02/Mar/2026:11:15:00 +0000] "GET / HTTP/1.1" 200 x "-" "x"`, "rejected format: want a number or -"},
		{"no request", `198.51.100.7 - - [02/Mar/2026:11:15:00 +0000]`, "rejected format: no instant in brackets"},
		{"open quote", `198.51.100.7 - - [02/Mar/2026:11:15:00 +0000] "GET /`, "rejected format: the request has no end"},
		{"long URL", log("GET /"+strings.Repeat("x", maxURL)+" HTTP/1.1", "200", "-", ua), "rejected value: a URL longer"},
	}
	const first = `198.51.100.99 - - [02/Mar/2026:10:00:00 +0000] "GET /first HTTP/1.1" 200 10 "-" "` + ua + `"` + "\n"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, r, err := read(t, Options{Host: "https://shop.example/", Format: FormatCombined}, tt.line+"\n"+first)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, l := range lines {
				if !strings.Contains(l, "/first") {
					got = strings.Replace(l, strings.Split(l, `"`)[3], "log-ID", 1)
				}
			}
			for k := range r.Skipped {
				got = k
			}
			for k := range r.Rejected {
				got = "rejected " + k + ": " + r.Problems[0].Detail
			}
			if got != tt.want && !(strings.HasPrefix(tt.want, "rejected") && strings.HasPrefix(got, tt.want)) {
				t.Error(cmp.Diff(tt.want, got))
			}
		})
	}
}

func TestALogsVisitorIsAddressAndAgentAndCanBeKeyed(t *testing.T) {
	t.Parallel()
	line := func(host, agent string) string {
		return host + ` - - [02/Mar/2026:10:15:00 +0000] "GET / HTTP/1.1" 200 10 "-" "` + agent + `"` + "\n"
	}
	visitor := func(o Options, l string) string {
		lines, _ := mustRead(t, o, l)
		return strings.Split(lines[0], `"`)[3]
	}
	a := visitor(Options{}, line("198.51.100.7", "Mozilla/5.0 (X11) Firefox/1"))
	if a != visitor(Options{}, line("198.51.100.7", "Mozilla/5.0 (X11) Firefox/1")) {
		t.Error("not stable")
	}
	for _, other := range []string{
		visitor(Options{}, line("198.51.100.8", "Mozilla/5.0 (X11) Firefox/1")),
		visitor(Options{}, line("198.51.100.7", "Mozilla/5.0 (X11) Firefox/2")),
		visitor(Options{Key: "k"}, line("198.51.100.7", "Mozilla/5.0 (X11) Firefox/1")),
	} {
		if other == a {
			t.Errorf("%s is not another visitor", other)
		}
	}
	if strings.Contains(a, "198.51") {
		t.Errorf("%s tells the address", a)
	}
}
