package activity

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestASearchIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for words, want := range map[string]Query{
		"":                              {},
		"  Tent  weeks ":                {Words: []string{"tent", "weeks"}},
		"by:ana kind:campaign Price":    {By: "ana", Kind: "campaign", Words: []string{"price"}},
		"id:cart-rescue action:publish": {ID: "cart-rescue", Action: "publish"},
		`"by:ana was here" x`:           {Words: []string{"by:ana was here", "x"}},
		"10:30 by:":                     {Words: []string{"10:30"}},
		"since:2026-03-29":              {Since: at("2026-03-28T23:00:00Z")},
		"until:2026-03-29":              {Until: at("2026-03-29T21:59:59.999999999Z")}, // the day has 23 hours
		"until:2026-03-02T10:15":        {Until: at("2026-03-02T09:15:59.999999999Z")},
		"since:2026-03-02T10:15:00Z until:2026-03-02T10:15:00Z": {Since: at("2026-03-02T10:15:00Z"), Until: at("2026-03-02T10:15:00Z")},
		"https://shop.example/cart":                             {Words: []string{"https://shop.example/cart"}},
		`kind:mapping "operator:ana" action:`:                   {Kind: "mapping", Words: []string{"operator:ana"}},
		"kind:approval action:withdraw by:kind":                 {By: "kind", Kind: "approval", Action: "withdraw"},
	} {
		got, err := ParseQuery(words, berlin)
		if err != nil {
			t.Errorf("%q: %v", words, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", words, diff)
		}
	}
	for _, words := range []string{"since:yesterday", "until:2026-02-30", "since:1826-01-01", "since:2026-03"} {
		if q, err := ParseQuery(words, berlin); err == nil {
			t.Errorf("%q was read as %+v", words, q)
		}
	}
}

func TestASearchOfWhatThereCannotBeSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"kind:foo":         `kind: there is no "foo": want settings, goal, audience,`,
		"kind:campaing":    `kind: there is no "campaing", did you mean campaign? want settings,`,
		"kind:Campaign":    `kind: there is no "Campaign", did you mean campaign? want settings,`,
		"action:published": `action: there is no "published", did you mean publish? want approve, create,`,
		"tent kin:goal":    `there is no kin:, did you mean kind:? want by, kind, id, action, since or until; a word with a colon stands in quotes`,
		"operator:ana":     "there is no operator:; want by, kind, id, action, since or until; a word with a colon stands in quotes",
		"kind:f\x1b[2J":    "kind: there is no ",
	} {
		if _, err := ParseQuery(words, time.UTC); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", words, err, want)
		}
	}
}

func TestAnEntryFitsWhereEveryPartDoes(t *testing.T) {
	t.Parallel()
	e := Entry{At: noon, Author: "ana", From: "192.0.2.7", Why: "for the spring", Kind: "campaign", ID: "tents", Action: "update", Element: "priority", Old: "low", New: "High"}
	for words, want := range map[string]bool{
		"": true, "spring HIGH 192.0.2": true, "spring winter": false, "by:ana": true, "by:an": false, "kind:campaign id:tents action:update": true,
		"kind:goal": false, "id:tent": false, "action:publish": false, "since:2026-03-10": true, "since:2026-03-10T11:00:01": false,
		"until:2026-03-10": true, "until:2026-03-09": false,
	} {
		q, err := ParseQuery(words, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Fits(e); got != want {
			t.Errorf("%q: %v", words, got)
		}
	}
}
