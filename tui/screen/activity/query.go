package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Query says which entries are wanted. Every part that is set must fit; the zero
// value wants all.
type Query struct {
	By, Kind, ID, Action string
	Since, Until         time.Time // both included; zero: no bound
	Words                []string  // in lower case; each is somewhere in the entry
}

// queryHelp is what may stand in a search.
const queryHelp = "words, by:ana, kind:campaign, id:cart-rescue, action:publish, since:2026-03-01, until:2026-03-31"

// ParseQuery reads a search: words, and parts of the form key:value. A time is a
// date, a date and a time with a T between, or RFC 3339; without a zone it is of
// the given one, and until a date includes the day. A quoted part is a word,
// whatever is in it.
func ParseQuery(s string, zone *time.Location) (Query, error) {
	var q Query
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if rest, quoted := strings.CutPrefix(s, `"`); quoted {
			var word string
			word, s, _ = strings.Cut(rest, `"`)
			if word != "" {
				q.Words = append(q.Words, strings.ToLower(word))
			}
			continue
		}
		var part string
		part, s, _ = strings.Cut(s, " ")
		key, value, ok := strings.Cut(part, ":")
		if !ok {
			q.Words = append(q.Words, strings.ToLower(part))
			continue
		}
		var err error
		if value == "" && slices.Contains([]string{"by", "kind", "id", "action", "since", "until"}, key) {
			continue // it is still being typed
		}
		switch key {
		case "by":
			q.By = value
		case "kind":
			q.Kind = value
		case "id":
			q.ID = value
		case "action":
			q.Action = value
		case "since":
			q.Since, _, err = instant(value, zone)
		case "until":
			var span time.Duration
			if q.Until, span, err = instant(value, zone); err == nil && span > 0 {
				if span == day {
					q.Until = q.Until.AddDate(0, 0, 1)
				} else {
					q.Until = q.Until.Add(span)
				}
				q.Until = q.Until.Add(-1)
			}
		default:
			q.Words = append(q.Words, strings.ToLower(part))
		}
		if err != nil {
			return Query{}, fmt.Errorf("%s: %w", key, err)
		}
	}
	return q, nil
}

const day = 24 * time.Hour

// instant reads a time, and how long what was named lasts.
func instant(s string, zone *time.Location) (time.Time, time.Duration, error) {
	for layout, span := range map[string]time.Duration{
		"2006-01-02": day, "2006-01-02T15": time.Hour, "2006-01-02T15:04": time.Minute, "2006-01-02T15:04:05": time.Second, time.RFC3339Nano: 0,
	} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			if t.Year() < 2000 || t.Year() > 2100 {
				break
			}
			return t, span, nil
		}
	}
	return time.Time{}, 0, fmt.Errorf("want a date such as 2026-03-01 or 2026-03-01T10:00, not %q", s)
}

// Fits tells whether an entry is wanted.
func (q Query) Fits(e Entry) bool {
	if q.By != "" && q.By != e.Author || q.Kind != "" && q.Kind != e.Kind || q.ID != "" && q.ID != e.ID || q.Action != "" && q.Action != e.Action ||
		!q.Since.IsZero() && e.At.Before(q.Since) || !q.Until.IsZero() && e.At.After(q.Until) {
		return false
	}
	if len(q.Words) == 0 {
		return true
	}
	all := strings.ToLower(strings.Join([]string{e.Kind, e.ID, e.Action, e.Element, e.Old, e.New, e.Author, e.From, e.Why}, "\n"))
	for _, w := range q.Words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}
