package main

import (
	"strings"
	"testing"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/edit"
	trafficscreen "beckon/tui/screen/traffic"
)

// Whatever differs is told under its kind, engagements apart of their campaigns;
// of a catalog and itself nothing is.
func TestWhatDiffersIsToldByKind(t *testing.T) {
	t.Parallel()
	c, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	if list := differencesOf(c, c); len(list) != 0 {
		t.Errorf("%v", list)
	}
	head := *c
	head.Campaigns = nil
	for _, k := range c.Campaigns {
		k := edit.Clone(k).(*model.Campaign)
		switch k.ID {
		case "ask-a-guide":
			continue
		case "cart-rescue":
			k.Published = !k.Published
			k.Engagements[0].Name = "Another"
		case "bill-pay":
			k.Engagements = k.Engagements[1:]
		}
		head.Campaigns = append(head.Campaigns, k)
	}
	share := 17
	head.Settings.SiteControlGroup = &share
	head.Audiences = append(append([]*model.Audience{}, c.Audiences...), &model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "vips", Name: "VIPs"}})
	var got []string
	for _, d := range differencesOf(c, &head) {
		got = append(got, d.Kind+" "+d.ID+" "+d.How+" "+strings.Join(d.Fields, "; "))
	}
	bill := ""
	for _, k := range c.Campaigns {
		if k.ID == "bill-pay" {
			bill = k.Engagements[0].ID
		}
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"campaign ask-a-guide base alone", "campaign cart-rescue otherwise published", "engagement bill-pay/" + bill + " base alone", "engagement cart-rescue/help-overlay otherwise", "Another", "settings", "17", "audience vips head alone"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	if len(got) != 6 || strings.Contains(all, "campaign bill-pay") {
		t.Errorf("%s", all)
	}
	if said, want := trafficscreen.DifferWords(differencesOf(c, &head), 1), "2 campaigns, 2 engagements, the account settings, 1 audience (vips)"; said != want {
		t.Errorf("%s, want %s", said, want)
	}
}
