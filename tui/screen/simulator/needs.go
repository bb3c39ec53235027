package simulator

import "strings"

// needs says of a margin first what is missing, short enough for a row: by how
// much it is short or when it would be true, else what the page has to be. The
// URL that was seen is left out where it is the present page's, which stands
// in the page's own pane.
func needs(margin, url, dot, ellipsis string) string {
	if rest, _ := split(margin); rest != "" {
		return shortFirst(margin, dot)
	}
	if rest, ok := strings.CutPrefix(margin, "excluded: "); ok {
		if i := strings.LastIndex(rest, " ("); i >= 0 && isPage(strings.TrimSuffix(rest[i+2:], ")"), url) {
			rest = rest[:i]
		}
		return "not on " + pageWords(rest, ellipsis)
	}
	label, seen := margin, ""
	if i := strings.LastIndex(margin, ", seen: "); i >= 0 {
		label, seen = margin[:i], margin[i+len(", seen: "):]
	} else if rest, ok := strings.CutSuffix(margin, ": not reported"); ok {
		label, seen = rest, "not reported"
	}
	page := pageWords(label, ellipsis)
	switch {
	case page == label:
		return margin
	case seen == "" || isPage(seen, url):
		return "needs " + page
	case seen == "not reported":
		return "needs " + page + ": " + seen
	}
	return "needs " + page + ", seen: " + seen
}

// isPage tells whether what was seen is the present page's URL, as a trace
// writes it.
func isPage(seen, url string) bool {
	seen = strings.Trim(seen, `"`)
	return url != "" && (seen == clean(url) || len(seen) > 60 && strings.HasPrefix(clean(url), seen[:60]))
}

// pageWords shortens a rule about a page: `path starts with "/p/"` is path
// /p/…; anything else stays as it is.
func pageWords(rule, ellipsis string) string {
	for _, what := range []string{"path ", "URL ", "title ", "section "} {
		rest, ok := strings.CutPrefix(rule, what)
		if !ok {
			continue
		}
		for _, verb := range []struct{ words, before, after string }{
			{"starts with ", "", ellipsis}, {"contains ", ellipsis, ellipsis}, {"is ", "", ""}, {"looks like ", "like ", ""}, {"matches ", "matching ", ""},
		} {
			value, ok := strings.CutPrefix(rest, verb.words)
			if ok && len(value) > 2 && value[0] == '"' && value[len(value)-1] == '"' {
				return what + verb.before + value[1:len(value)-1] + verb.after
			}
		}
	}
	return rule
}
