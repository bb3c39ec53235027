package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/replay"
	"beckon/tui/live"
)

// Two engagements with one name are told apart by their ids, in what is shown; in
// JSON names are as they were written.
func TestNamesThatTwoShareComeWithTheirIDs(t *testing.T) {
	t.Parallel()
	w := here()
	catalog, _, err := loadCatalog(t.Context(), w, []string{"../../fixtures/catalog"}, "")
	if err != nil {
		t.Fatal(err)
	}
	var one, two *model.Campaign
	for _, k := range catalog.Campaigns {
		switch k.ID {
		case "cart-rescue":
			one = k
		case "service-chat":
			two = k
		}
	}
	one.Engagements[0].Name, two.Engagements[0].Name, two.Name = "Help\x1b[31m", "Help\x1b[31m", `Chat "all day"`
	eng, err := compile(catalog, "the shop")
	if err != nil {
		t.Fatal(err)
	}
	titles := titlesOf(eng)
	first, second := one.ID+"/"+one.Engagements[0].ID, two.ID+"/"+two.Engagements[0].ID
	a, b := titles.words[first], titles.words[second]
	if a == b || !strings.HasPrefix(a, "Help") || !strings.HasSuffix(a, " ("+first+")") || strings.ContainsRune(a, '\x1b') || titles.words[one.ID] != one.Name {
		t.Errorf("%q, %q, %q", a, b, titles.words[one.ID])
	}

	shown := &replay.Display{Moment: replay.Moment{Visitor: "v-1"}, Campaign: two.ID, Engagement: second}
	var out strings.Builder
	w.out = &out
	f := &watchFlags{}
	f.read.json = true
	v := newWatching(w, f, eng, replay.WatchOptions{})
	for _, r := range []replay.Record{shown, &replay.Response{Campaign: two.ID, Engagement: second}, &replay.Goal{Campaign: two.ID}} {
		out.Reset()
		if err := v.tell(r); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		_, goal := r.(*replay.Goal)
		if got["campaign"] != two.ID || got["campaignName"] != `Chat "all day"` || !goal && (got["engagement"] != second || got["engagementName"] != "Help\x1b[31m") || goal && got["engagementName"] != nil {
			t.Errorf("%s", out.String())
		}
	}

	fd := newFeed(live.Log{Path: "log"}, eng, newLibrary(nil, "ana", time.Now), replay.WatchOptions{}, func() {})
	if err := fd.tell(shown); err != nil {
		t.Fatal(err)
	}
	if d := fd.news.Decisions[0]; d.Engagement != second || d.Called != (live.Called{Campaign: titles.words[two.ID], Engagement: b}) {
		t.Errorf("%+v", d)
	}
	for c := range fd.fresh {
		if c.Called.Engagement != b {
			t.Errorf("%+v", c)
		}
	}
}
