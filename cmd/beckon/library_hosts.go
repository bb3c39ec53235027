package main

import (
	"context"
	"net/url"
	"os"

	"beckon/model/journey"
	"beckon/tui/site"
)

// logOptions are how a file that the operator names is read, whose URLs begin
// with host if it is a log. Where nobody said, a log that needs it is refused
// with a [site.Needed]; what was said is remembered, to be proposed.
func (l *library) logOptions(ctx context.Context, path, host string) (journey.Options, error) {
	o, err := l.fileOptions(ctx)
	if err != nil {
		return o, err
	}
	if host != "" {
		if o.Host, err = journey.ParseHost(host); err != nil {
			return o, err
		}
		l.say(path, o.Host)
		return o, nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() { // a pipe cannot be read again
		o.Host = l.said("")
		return o, nil
	}
	o.AskHost = func() (string, error) {
		_, sample, _ := firstOf(path)
		return "", &site.Needed{Proposed: l.proposed(ctx, path, sample)}
	}
	return o, nil
}

// say remembers what the URLs of a log begin with.
func (l *library) say(path, host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hosts == nil {
		l.hosts = map[string]string{}
	}
	l.hosts[path], l.hosts[""] = host, host
}

// said is what was said of a log, and without a path what was said last.
func (l *library) said(path string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hosts[path]
}

// proposed is what the URLs of a log may begin with: what was said of it before,
// what its referrers tell, what was said last of another, and what most pages
// of the store's journeys begin with.
func (l *library) proposed(ctx context.Context, path string, sample []byte) string {
	for _, host := range []string{l.said(path), journey.HostIn(sample), l.said("")} {
		if host != "" {
			return host
		}
	}
	events, err := l.Seen(ctx)
	if err != nil {
		return "" // the question is put without a proposal
	}
	counts, best := map[string]int{}, ""
	for _, ev := range events {
		if ev.Type != journey.PageView {
			continue
		}
		u, err := url.Parse(ev.Page.URL)
		if err != nil || u.Host == "" || u.User != nil {
			continue
		}
		host := u.Scheme + "://" + u.Host
		if _, err := journey.ParseHost(host); err != nil {
			continue
		}
		if counts[host]++; counts[host] > counts[best] {
			best = host
		}
	}
	return best
}
