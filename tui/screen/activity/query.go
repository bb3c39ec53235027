package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
)

// Kinds are those of what the audit tells of: the documents of a catalog, what
// else is kept, and operators.
func Kinds() []string {
	var out []string
	for _, k := range model.Kinds() {
		out = append(out, string(k))
	}
	return append(out, "approval", "foreign", "journey", "mapping", "operator", "run", "scenario")
}

// Actions are those that the audit tells of.
func Actions() []string {
	return []string{"approve", "create", "decline", "delete", "disable", "enable", "publish", "request", "save", "unpublish", "update", "withdraw"}
}

// keys are what stands before a colon.
var keys = []string{"by", "kind", "id", "action", "since", "until"}

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
// whatever is in it. A kind, an action or a key that there is not is an error:
// nothing would ever fit it.
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
		if value == "" && slices.Contains(keys, key) {
			continue // it is still being typed
		}
		switch key {
		case "by":
			q.By = value
		case "kind":
			q.Kind, err = value, among(value, Kinds())
		case "id":
			q.ID = value
		case "action":
			q.Action, err = value, among(value, Actions())
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
			if isKey(key) && !strings.HasPrefix(value, "//") {
				return Query{}, noKey(key)
			}
			q.Words = append(q.Words, strings.ToLower(part))
		}
		if err != nil {
			return Query{}, fmt.Errorf("%s: %w", key, err)
		}
	}
	return q, nil
}

// isKey reports whether what stands before a colon is meant as a key, and not
// the hour of a time or a part of some value.
func isKey(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func noKey(key string) error {
	meant := ";"
	if near := model.Nearest(key, keys); near != "" {
		meant = ", did you mean " + near + ":?"
	}
	return fmt.Errorf("there is no %s:%s want by, kind, id, action, since or until; a word with a colon stands in quotes", text.Line(key, 40), meant)
}

// among refuses a value that is none of a list.
func among(value string, all []string) error {
	if slices.Contains(all, value) {
		return nil
	}
	meant := ":"
	if near := model.Nearest(value, all); near != "" {
		meant = ", did you mean " + near + "?"
	}
	return fmt.Errorf("there is no %q%s want %s or %s", text.Line(value, 40), meant, strings.Join(all[:len(all)-1], ", "), all[len(all)-1])
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
