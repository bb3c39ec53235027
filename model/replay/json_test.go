package replay

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

func TestRecordsAreWrittenWithTheirFieldsInOrder(t *testing.T) {
	t.Parallel()
	at := journey.At(time.Date(2026, 3, 2, 10, 0, 30, 250e6, time.UTC))
	m := Moment{Visitor: "v-1", Visit: "v-1@x", At: at, URL: "https://shop.example/cart"}
	value := model.Money(495000)
	summary := &Summary{Visitors: 1, Visits: 2, Events: 3,
		Engagements: []EngagementSummary{{ID: "a/b", Visits: 2, Displays: 1, Prospects: 1}},
		Campaigns:   []CampaignSummary{{ID: "a", Prospects: 1, Displays: 1, Goals: 1}},
		Input:       Input{Lines: 5, Read: 3, Skipped: []Count{{Reason: "robot", Count: 1, FirstLine: 2}}, Rejected: []Count{{Reason: "json", Count: 1, FirstLine: 4}}}}
	summary.Engagements[0].Outcomes[engine.Shown] = 1
	summary.Engagements[0].Outcomes[engine.AudienceGate] = 1
	for want, r := range map[string]Record{
		`{"record":"display","visitor":"v-1","visit":"v-1@x","at":"2026-03-02T10:00:30.250Z","campaign":"a","engagement":"a/b","zone":"proactive","state":"online","url":"https://shop.example/cart"}`: &Display{Moment: m, Campaign: "a", Engagement: "a/b", Zone: "proactive", State: model.Online},

		`{"record":"response","visitor":"v-1","visit":"v-1@x","at":"2026-03-02T10:00:30.250Z","campaign":"a","engagement":"a/b","zone":"proactive","action":"accept","url":"https://shop.example/cart","simulated":true}`: &Response{Moment: m, Campaign: "a", Engagement: "a/b", Zone: "proactive", Action: journey.Accept, Simulated: true},

		`{"record":"goal","visitor":"v-1","visit":"v-1@x","at":"2026-03-02T10:00:30.250Z","campaign":"a","goal":"transaction","value":"49.50","currency":"EUR","engaged":true,"url":"https://shop.example/cart"}`: &Goal{Moment: m, Campaign: "a", Goal: engine.Goal{Type: "transaction", Value: &value, Currency: "EUR", Engaged: true}},

		`{"record":"gate","visitor":"v-1","visit":"v-1@x","at":"2026-03-02T10:00:30.250Z","campaign":"a","engagement":"a/b","gate":"behavior","margin":"4s short","trueAt":"2026-03-02T10:00:34.250Z","cause":"tick"}`: &Gate{Moment: m, Campaign: "a", Engagement: "a/b", Gate: engine.BehaviorGate, Margin: "4s short", TrueAt: at + 4000, Tick: true},

		`{"record":"gate","visitor":"v-1","visit":"v-1@x","at":"2026-03-02T10:00:30.250Z","campaign":"a","engagement":"a/b","gate":"shown","cause":"event","line":7,"draw":{"zone":"left","class":"content","tiers":[0.7,0.2,0.1],"number":0.25,"tier":0,"winner":"a/b","candidates":[{"engagement":"a/b","class":"content","tier":0,"number":0.5}]}}`: &Gate{Moment: m, Campaign: "a", Engagement: "a/b", Gate: engine.Shown, Line: 7,
			Draw: &Draw{Zone: "left", Class: "content", Tiers: [3]float64{0.7, 0.2, 0.1}, Number: 0.25, Winner: "a/b", Candidates: []Candidate{{"a/b", "content", 0, 0.5}}}},

		`{"record":"visit","visitor":"v-1","visit":"v-1@x","start":"2026-03-02T10:00:30.250Z","end":"2026-03-02T10:00:31.250Z","events":2,"pages":1,"displays":1,"shown":["a/b"],"prospects":["a"],"control":[]}`: &Visit{Visitor: "v-1", Visit: "v-1@x", Start: at, End: at + 1000, Events: 2, Pages: 1, Displays: 1, Shown: []string{"a/b"}, Prospects: []string{"a"}},

		`{"record":"summary","visitors":1,"visits":2,"events":3,"engagements":[{"id":"a/b","visits":2,"shown":1,"displays":1,"prospects":1,"control":0,"gates":{"audience":1}}],"campaigns":[{"id":"a","visits":2,"prospects":1,"control":0,"displays":1,"goals":1,"controlGoals":0,"duplicates":0}],"input":{"lines":5,"read":3,"skipped":{"robot":{"count":1,"firstLine":2}},"rejected":{"json":{"count":1,"firstLine":4}}}}`: summary,
	} {
		got := string(AppendJSON(nil, r))
		// The URL does not belong to the gates' cases.
		got = strings.TrimSuffix(got, "\n")
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("no JSON: %s", got)
		}
	}
}

func TestJSONStringsReadBackAndHoldNothingThatATerminalObeys(t *testing.T) {
	t.Parallel()
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		b := appendString(nil, s)
		for _, r := range string(b) {
			if !unicode.IsGraphic(r) {
				t.Fatalf("appendString(%q) holds %U", s, r)
			}
		}
		var back string
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatalf("appendString(%q) = %s: %v", s, b, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); utf8.ValidString(s) && back != want {
			t.Fatalf("appendString(%q) reads back as %q", s, back)
		}
	}
	for _, s := range []string{"", "\x1b]0;x\a", "\u009b31m", "\u202eabc", "a\"b\\c", "\x7f\x00\n", "\U000e0041", "\xff\xfe", "\u2028", "日本", "é"} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.String().Draw(t, "s")) })
}
