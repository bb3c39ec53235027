package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/tui/live"
	trafficscreen "beckon/tui/screen/traffic"
	"beckon/tui/site"
)

// logOf is a line of a web server's log.
func logOf(at time.Time, target, referrer string) string {
	return `192.0.2.7 - - [` + at.UTC().Format("02/Jan/2006:15:04:05 -0700") + `] "GET ` + target + ` HTTP/1.1" 200 512 "` + referrer + `" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"` + "\n"
}

// TestALogIsReadOnceItIsSaidOfWhichSiteItIs, by the Simulator, by Traffic and
// where it is followed alike; what was said is proposed then.
func TestALogIsReadOnceItIsSaidOfWhichSiteItIs(t *testing.T) {
	t.Parallel()
	tr, _ := newTraffics(t)
	l := tr.library
	dir := t.TempDir()
	write := func(name, lines string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bare := write("bare.log", logOf(monday, "/cart", "-"))
	tells := write("tells.log", logOf(monday, "/cart", "https://tents.example/")+logOf(monday, "/a.css", "https://tents.example/cart"))
	native := write("native.jsonl", `{"visitor":"v","at":"2026-03-02T10:00:00Z","type":"page","url":"https://shop.example/cart"}`+"\n")
	ways := map[string]func(path, host string) (url string, err error){
		"simulator": func(path, host string) (string, error) {
			rec, err := l.ReadFile(t.Context(), path, host)
			if err != nil {
				return "", err
			}
			return rec.Visitors[0].Events[0].Page.URL, nil
		},
		"traffic": func(path, host string) (string, error) {
			in := trafficscreen.Input{ID: path, File: true, Name: path, Host: host}
			r, err := tr.Run(t.Context(), trafficscreen.Order{Input: in}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
			if err != nil || r.Visitors != 1 {
				return "", err
			}
			j, err := tr.open(t.Context(), in, journey.VisitRule{}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
			if err != nil {
				return "", err
			}
			defer j.Close()
			st, err := j.Next()
			if err != nil {
				return "", err
			}
			return st.Events[0].Page.URL, nil
		},
		"live": func(path, host string) (string, error) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			got, err := (&logs{played: l}).Follow(ctx, live.Log{Path: path, Host: host})
			if err != nil {
				return "", err
			}
			f := got.(*feed)
			defer f.Close()
			for {
				n, err := f.Next(ctx)
				if err != nil || n.Ended {
					return "", errors.Join(err, n.Err)
				}
				if n.Arrived.IsZero() {
					continue
				}
				f.mu.Lock()
				defer f.mu.Unlock()
				for _, v := range f.kept.visitors {
					return v.Value.(*heardOf).events[0].Page.URL, nil
				}
			}
		},
	}
	proposed := func(way, path, want string) {
		t.Helper()
		_, err := ways[way](path, "")
		var n *site.Needed
		if !errors.As(err, &n) || n.Proposed != want {
			t.Errorf("%s of %s: %v, proposed %+v, want %q", way, filepath.Base(path), err, n, want)
		}
	}
	for way, read := range ways {
		proposed(way, bare, "https://shop.example") // where most pages of the store's journeys are
		proposed(way, tells, "https://tents.example")
		if url, err := read(native, ""); err != nil || url != "https://shop.example/cart" {
			t.Errorf("%s of what has whole URLs: %q, %v", way, url, err)
		}
	}
	for way, read := range ways {
		if url, err := read(tells, way+".example/"); err != nil || url != "http://"+way+".example/cart" {
			t.Errorf("%s: %q, %v", way, url, err)
		}
		proposed(way, tells, "http://"+way+".example")
		proposed(way, bare, "http://"+way+".example")
		if _, err := read(tells, "ftp://x"); err == nil || !strings.Contains(err.Error(), "want what URLs begin with") {
			t.Errorf("%s: %v", way, err)
		}
	}
}
