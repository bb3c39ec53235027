package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAFileInTheSimulatorAccountsForItsLines(t *testing.T) {
	t.Parallel()
	s := filled(t)
	const page = `{"visitor":"a","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}` + "\n"
	hit := func(request, agent string) string {
		return `192.0.2.7 - - [02/Mar/2026:10:00:00 +0000] "` + request + ` HTTP/1.1" 200 512 "-" "` + agent + `"` + "\n"
	}
	const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	for _, tt := range []struct {
		name, body      string
		leftOut, unread int64
		why             []string
	}{
		{"all is read", page + "\n" + page, 0, 0, nil},
		{"what cannot be read is counted with its line", page + "{\"visitor\n", 0, 1, []string{"1 (line 2)"}},
		{"an archive of a browser", `{"log":{"version":"1.2","entries":[{"startedDateTime":"2026-03-02T10:00:00Z","request":{"method":"GET","url":"https://shop.example/a.css"},"response":{"status":200,"content":{"mimeType":"text/css"}}},` + "\n" +
			`{"startedDateTime":"2026-03-02T10:00:00Z","request":{"method":"GET","url":"https://shop.example/cart"},"response":{"status":200,"content":{"mimeType":"text/html"}}}]}}`, 1, 0, []string{"asset 1 (line 1)"}},
		{"an export of Google Analytics", `{"event_name":"page_view","event_timestamp":"1772445600000000","user_pseudo_id":"a","event_params":[{"key":"page_location","value":{"string_value":"https://shop.example/cart"}}]}` + "\n", 0, 0, nil},
		{"what is left out is counted by reason", hit("GET /cart", browser) + hit("GET /a.css", browser) + hit("GET /b.css", browser) + hit("GET /", "Googlebot/2.1"), 3, 0, []string{"asset 2 (line 2)", "robot 1 (line 4)"}},
	} {
		path := filepath.Join(t.TempDir(), "visits")
		if err := os.WriteFile(path, []byte(tt.body), 0o600); err != nil {
			t.Fatal(err)
		}
		rec, err := newLibrary(s, "ana", func() time.Time { return monday }).ReadFile(t.Context(), path, "https://shop.example")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if rec.Lost.LeftOut != tt.leftOut || rec.Lost.Unread != tt.unread || len(tt.why) == 0 && rec.Lost.Why != "" {
			t.Errorf("%s: %+v", tt.name, rec.Lost)
		}
		for _, w := range tt.why {
			if !strings.Contains(rec.Lost.Why, w) {
				t.Errorf("%s: %q lacks %q", tt.name, rec.Lost.Why, w)
			}
		}
	}
	_, err := newLibrary(s, "ana", func() time.Time { return monday }).ReadFile(t.Context(), "/nowhere/at/all", "")
	if err == nil || strings.Count(err.Error(), "/nowhere/at/all") != 1 {
		t.Errorf("the error is %v", err)
	}
}
