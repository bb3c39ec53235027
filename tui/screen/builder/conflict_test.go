package builder

import (
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/tuitest"
)

// remove lets another operator delete a document.
func (k *cabinet) remove(key model.DocumentKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.revision++
	k.who[key] = "ben"
	delete(k.loaded.Revisions, key)
	k.loaded.Catalog = without(k.loaded.Catalog, []model.DocumentKey{key})
	if key.Kind == model.KindCampaign {
		k.loaded.Catalog.Campaigns = slices.DeleteFunc(k.loaded.Catalog.Campaigns, func(c *model.Campaign) bool { return c.ID == key.ID })
	}
}

// item lets another operator write a library item.
func (k *cabinet) item(d model.Document) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.put("ben", d)
}

// settle saves Spring, lets ben write, changes the priority to high and saves.
func settle(d *tuitest.Driver, k *cabinet, ben func()) {
	d.Press("n")
	d.Type("Spring")
	d.Press("f2")
	d.Expect("Saved Spring")
	ben()
	d.Press("f5")
	d.Type("audience")
	d.Press("enter", "down", "down", "down", "down", "down", "left", "f2")
	d.Wait(2 * time.Second)
}

func TestWhatBothChangedIsChosenFieldByField(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]model.Priority{"m": model.High, "t": model.Low} {
		k := empty()
		use(t, small, k, func(d *tuitest.Driver) {
			settle(d, k, func() {
				k.other("spring", func(c *model.Campaign) { c.Priority, c.Description = model.Low, "From the garden" })
			})
			d.Expect("Spring was changed meanwhile", "priority", "( ) yours        high", "( ) ben's        low", "1 field to choose")
			d.Press("enter")
			if c := k.campaign("spring"); c.Priority != model.Low || c.Description != "From the garden" {
				t.Fatalf("written without a choice: %+v", c)
			}
			d.Press(key, "enter")
			d.Wait(2 * time.Second)
			if c := k.campaign("spring"); c.Priority != want || c.Description != "From the garden" {
				t.Errorf("written: %+v", c)
			}
		})
	}
}

func TestAConflictOnTheWayToAMergeIsShownAgain(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		settle(d, k, func() { k.other("spring", func(c *model.Campaign) { c.Priority = model.Low }) })
		d.Expect("1 field to choose")
		k.other("spring", func(c *model.Campaign) { c.Priority = model.Medium })
		d.Press("m", "enter")
		d.Wait(2 * time.Second)
		d.Expect("priority, was low", "( ) yours        high", "( ) ben's        medium")
		d.Press("m", "enter")
		d.Wait(2 * time.Second)
		if c := k.campaign("spring"); c.Priority != model.High {
			t.Errorf("written: %+v", c)
		}
	})
}

func TestACampaignThatWasDeletedMeanwhileGoesOnAsANewOne(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, small, k, func(d *tuitest.Driver) {
		settle(d, k, func() { k.remove(model.DocumentKey{Kind: model.KindCampaign, ID: "spring"}) })
		d.Expect("Spring was deleted meanwhile", "ben deleted it", "priority: high", "Go on with it as a new one (y)")
		d.Press("y")
		d.Expect("draft")
		if k.campaign("spring") != nil {
			t.Fatal("written again without being asked for")
		}
		d.Press("f2")
		d.Wait(2 * time.Second)
		if c := k.campaign("spring"); c == nil || c.Priority != model.High {
			t.Errorf("written: %+v", c)
		}
	})
}

func TestTwoNewCampaignsOfOneNameAreBothKept(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		k.item(&model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Ben's spring"}})
		d.Press("f2")
		d.Wait(2 * time.Second)
		d.Expect("There is another campaign spring meanwhile", "ben changed it", "Save as spring-2 (y)")
		d.Press("y")
		d.Wait(2 * time.Second)
		if a, b := k.campaign("spring"), k.campaign("spring-2"); a == nil || b == nil || a.Name != "Ben's spring" || b.Name != "Spring" {
			t.Errorf("%+v, %+v", a, b)
		}
	})
}

func TestDeletingShowsWhatWasWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("f2")
		k.other("spring", func(c *model.Campaign) { c.Description = "From the garden" })
		d.Press("ctrl+p")
		d.Type("delete the campaign")
		d.Press("enter", "y")
		d.Wait(2 * time.Second)
		d.Expect("Spring was changed meanwhile", "ben's: description: From the garden", "Delete it all the same")
		if k.campaign("spring") == nil {
			t.Fatal("deleted unseen")
		}
		d.Press("enter")
		d.Expect("Deleted Spring")
		if k.campaign("spring") != nil {
			t.Error("it is still there")
		}
	})
}

// goalAtWork opens the goal of a saved campaign and gives it another name.
func goalAtWork(d *tuitest.Driver, k *cabinet) {
	d.Press("f5")
	d.Type("goal")
	d.Press("enter", "ctrl+e")
	d.Wait(time.Second)
	d.Expect("Calls")
	d.Press("enter")
	d.Type(" of mine")
	d.Press("f2")
}

func shopOfOne() *cabinet {
	goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}, Type: model.GoalInteract}
	c := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "spring", Name: "Spring"}, Goal: "calls"}
	return newCabinet(&model.Catalog{Settings: model.DefaultSettings(), Goals: []*model.Goal{goal}, Campaigns: []*model.Campaign{c}})
}

func (k *cabinet) goal(id string) *model.Goal {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.loaded.Catalog.Index().Goal(id)
}

func TestAnItemThatWasChangedMeanwhileIsSettledToo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ben  func(k *cabinet)
		says []string
		keys []string
		want func(k *cabinet) bool
	}{
		"both changed the name, and one the words": {
			ben: func(k *cabinet) {
				g := edit.Clone(k.goal("calls")).(*model.Goal)
				g.Name, g.Description = "Ben's calls", "By telephone"
				k.item(g)
			},
			says: []string{"The goal Calls of mine was changed meanwhile", "name, was Calls", "ben's: description: By telephone"},
			keys: []string{"m", "enter"},
			want: func(k *cabinet) bool {
				return k.goal("calls").Name == "Calls of mine" && k.goal("calls").Description == "By telephone"
			},
		},
		"it was deleted": {
			ben:  func(k *cabinet) { k.remove(model.DocumentKey{Kind: model.KindGoal, ID: "calls"}) },
			says: []string{"The goal Calls of mine was deleted meanwhile", "Add it again (y)"},
			keys: []string{"y"},
			want: func(k *cabinet) bool { return k.goal("calls") != nil && k.goal("calls").Name == "Calls of mine" },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := shopOfOne()
			useAt(t, small, k, "spring", func(d *tuitest.Driver) {
				goalAtWork(d, k)
				tt.ben(k)
				d.Press("f2")
				d.Wait(time.Second)
				d.Press("y") // items that others use
				d.Wait(2 * time.Second)
				d.Expect(tt.says...)
				d.Press(tt.keys...)
				d.Wait(2 * time.Second)
				d.Press("y")
				d.Wait(2 * time.Second)
				if !tt.want(k) {
					t.Errorf("goal %+v", k.goal("calls"))
				}
			})
		})
	}
}

func TestAConflictIsSettledLineByLine(t *testing.T) {
	t.Parallel()
	k := shopOfOne()
	fired := false
	k.before = func() {
		if !fired {
			fired = true
			c := *k.loaded.Catalog.Index().Campaign("spring")
			c.Name, c.Description = "Ben's spring", "From the garden"
			k.put("ben", &c)
		}
	}
	said := talkAt(t, k, "spring", "Spring of mine", ":done", "f2", "7", "3", "", "3", "Our spring", "yes", "quit", "yes")
	for _, want := range []string{"Spring of mine was changed meanwhile\n", "1 field was changed by both", "1 yours: Spring of mine", "2 ben's: Ben's spring", "3 another value",
		"Not taken: 7", "ben's: description: From the garden", "Save? Type yes"} {
		if !strings.Contains(said, want) {
			t.Fatalf("%q was not said:\n%s", want, said)
		}
	}
	if c := k.campaign("spring"); c.Name != "Our spring" || c.Description != "From the garden" {
		t.Errorf("written: %+v", c)
	}
}

// publishMine makes the priority of the campaign high, and publishes it while
// ben writes.
func publishMine(d *tuitest.Driver, k *cabinet, ben ...func(*model.Campaign)) {
	d.Press("f5")
	d.Type("audience")
	d.Press("enter", "down", "down", "down", "down", "down", "left")
	d.Expect("(•) high")
	d.Press("f5")
	d.Type("12")
	d.Press("enter")
	d.Wait(time.Second)
	k.mu.Lock()
	k.before = func() {
		if len(ben) == 0 {
			return
		}
		c := edit.Clone(k.loaded.Catalog.Index().Campaign("cart-abandonment")).(*model.Campaign)
		ben[0](c)
		ben = ben[1:]
		k.put("ben", c)
	}
	k.mu.Unlock()
	d.Press("a", "p", "y")
	d.Wait(time.Second)
}

func TestPublishingGoesOnOnceBothVersionsAreTogether(t *testing.T) {
	t.Parallel()
	words := func(c *model.Campaign) { c.Description = "From the garden" }
	for name, tt := range map[string]struct {
		ben       []func(*model.Campaign)
		keys      [][]string
		published bool
		says      []string
	}{
		"nothing to choose": {ben: []func(*model.Campaign){words}, keys: [][]string{{"enter"}}, published: true, says: []string{"is published"}},
		"one field to choose": {ben: []func(*model.Campaign){func(c *model.Campaign) { words(c); c.Priority = model.Low }},
			keys: [][]string{{"m", "enter"}}, published: true, says: []string{"is published"}},
		"refused once more": {ben: []func(*model.Campaign){words, func(c *model.Campaign) { c.Priority = model.Low }},
			keys: [][]string{{"enter"}, {"m", "enter"}}, published: true, says: []string{"is published"}},
		"what the other brought has to be mended": {ben: []func(*model.Campaign){func(c *model.Campaign) { words(c); c.Goal = "lost" }},
			keys: [][]string{{"enter"}}, says: []string{"Both versions are together, and not published: 1 error to mend first."}},
		"what the other brought has to be acknowledged": {ben: []func(*model.Campaign){func(c *model.Campaign) { words(c); c.ControlGroup = new(0) }},
			keys: [][]string{{"enter"}}, says: []string{"Both versions are together, and not published: 1 warning to acknowledge first."}},
		"it was left": {ben: []func(*model.Campaign){words}, keys: [][]string{{"esc"}}, says: []string{"publish"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newCabinet(complete())
			k.quick = true
			useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
				publishMine(d, k, tt.ben...)
				for _, keys := range tt.keys {
					d.Expect("was changed meanwhile", "Publish")
					d.Press(keys...)
					d.Wait(time.Second)
				}
				d.Expect(tt.says...)
				c := k.campaign("cart-abandonment")
				if c.Published != tt.published || tt.published && (c.Priority != model.High || c.Description != "From the garden") || !tt.published && c.Priority == model.High {
					t.Errorf("it is %+v", c)
				}
			})
		})
	}
}

func TestPublishingDoesNotGoOnBehindWhoDoesSomethingElse(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{"another step": {"f5", "n", "a", "m", "e", "enter", "f5", "1", "2", "enter"}, "an edit taken back": {"ctrl+z"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newCabinet(complete())
			k.quick = true
			useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
				publishMine(d, k, func(c *model.Campaign) { c.Description = "From the garden" })
				k.mu.Lock()
				slow := make(chan struct{})
				k.slow = slow
				k.mu.Unlock()
				d.Press("enter")
				d.Expect("Running the scenarios")
				d.Press(keys...)
				close(slow)
				d.Wait(time.Minute)
				if c := k.campaign("cart-abandonment"); c.Published {
					t.Errorf("it was published: %+v", c)
				}
			})
		})
	}
}
