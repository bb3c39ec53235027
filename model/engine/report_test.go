package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// leavesOfTrace lists the conditions of an explanation that have no children.
func leavesOfTrace(x Explanation) []Node {
	var out []Node
	var walk func([]Node)
	walk = func(in []Node) {
		for _, n := range in {
			if len(n.Children) == 0 {
				out = append(out, n)
			}
			walk(n.Children)
		}
	}
	for _, g := range x.Gates {
		walk(g.Conditions)
	}
	return out
}

func TestWhatIsUnknownNamesTheEventThatWouldTellIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, false)
		e := compileWorld(t, w)
		r := e.NewRun(w.options)
		r.Reset("v-1")
		for _, ev := range w.events {
			r.Step(ev)
			for i := range e.Engagements() {
				for _, n := range leavesOfTrace(r.Explain(i)) {
					if (n.Truth == Unknown) != (n.Report != "") {
						t.Fatalf("%s is %s, would be told by %q", n.Label, n.Truth, n.Report)
					}
				}
			}
		}
	})
}

// The bucket that is shown is the one that decides.
func TestABucketBelowTheShareIsMembership(t *testing.T) {
	t.Parallel()
	control := func(n int) *int { return &n }
	c := &model.Catalog{Settings: model.DefaultSettings()}
	for _, share := range []int{0, 1, 10, 25} {
		c.Campaigns = append(c.Campaigns, &model.Campaign{Header: model.Header{ID: fmt.Sprintf("c-%d", share)}, ControlGroup: control(share)})
	}
	e, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	members := make([]int, len(c.Campaigns))
	const visitors = 2000
	for seed := range uint64(2) {
		r := e.NewRun(Options{Seed: seed})
		for i := range visitors {
			who := fmt.Sprintf("v-%d", i)
			r.Reset(who)
			if b := e.SiteBucket(seed, who); r.site != (b.Number < float64(b.Share)) {
				t.Fatalf("%s is in the site's group: %v, bucket %v", who, r.site, b)
			}
			for k := range c.Campaigns {
				b := e.CampaignBucket(seed, who, k)
				if b.Share != c.Campaigns[k].Control() || r.inGroup(int32(k)) != (b.Number < float64(b.Share)) {
					t.Fatalf("%s is in the group of %s: %v, bucket %v", who, c.Campaigns[k].ID, r.inGroup(int32(k)), b)
				}
				if r.inGroup(int32(k)) {
					members[k]++
				}
			}
		}
	}
	if members[0] != 0 || members[3] < 2*visitors/5 || members[3] > 2*visitors*3/10 {
		t.Errorf("members by share: %v", members)
	}
}

func TestAFlowIsToldWithTheVisitsPlaceInIt(t *testing.T) {
	t.Parallel()
	rule := func(path string, optional bool) model.FlowStep {
		return model.FlowStep{PageRule: model.PageRule{URLRule: model.URLRule{StartsWith: path}}, Optional: optional}
	}
	c := &model.Catalog{Settings: model.DefaultSettings()}
	c.Behaviors = []*model.Behavior{{Header: model.Header{ID: "left", Name: "Left"}, When: model.Condition{Flow: &model.FlowCondition{
		Name: "Checkout", Steps: []model.FlowStep{rule("/cart", false), rule("/gift", true), rule("/pay", false), rule("/done", false)}, On: model.FlowAbandoned}}}}
	c.Campaigns = []*model.Campaign{{Header: model.Header{ID: "k"}, Published: true, Engagements: []*model.Engagement{
		{ID: "e", Format: model.Overlay, Type: model.Content, Behaviors: []string{"left"}}}}}
	e, err := Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	r := e.NewRun(Options{Trace: true})
	r.Reset("v")
	var got []string
	for i, path := range []string{"/", "/cart", "/gift", "/cart", "/blog", "/pay", "/done"} {
		r.Step(&journey.Event{Visitor: "v", At: journey.Instant(1000 * (i + 1)), Type: journey.PageView, Page: &journey.Page{URL: "https://shop.example" + path}})
		leaves := leavesOfTrace(r.Explain(0))
		k := slices.IndexFunc(leaves, func(n Node) bool { return n.Flow != nil })
		if k < 0 {
			t.Fatalf("no flow in %+v", leaves)
		}
		f := leaves[k].Flow
		here := ""
		for j, s := range f.Steps {
			if s.Here {
				here += fmt.Sprint(j)
			}
			if s.Optional != (j == 1) {
				t.Errorf("step %d optional: %v", j, s.Optional)
			}
		}
		got = append(got, fmt.Sprintf("%s: %s at %d, here %q, next %v", path, f.Mode, f.Place, here, f.Next))
	}
	want := []string{
		`/: not started at -1, here "", next [0]`,
		`/cart: going at 0, here "0", next [1 2]`,
		`/gift: going at 1, here "1", next [2]`,
		`/cart: back at 0, here "0", next [1 2]`,
		`/blog: abandoned at 0, here "", next [1 2]`,
		`/pay: going at 2, here "2", next [3]`,
		`/done: complete at 3, here "3", next []`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWorstPromisesNothing: what an all: is short of is what waiting does not
// mend, before what comes true by itself, so that no margin says when
// a condition comes true whose neighbor stays false.
func TestWorstPromisesNothing(t *testing.T) {
	t.Parallel()
	waits := Node{Truth: False, Margin: "time: 10s of 30s: true at 09:14:30 if the visitor stays", TrueAt: 30_000}
	longer := Node{Truth: False, Margin: "time: 10s of 60s: true at 09:15:00 if the visitor stays", TrueAt: 60_000}
	short, untold, holds := Node{Truth: False, Margin: "total: 0.50 short"}, Node{Truth: Unknown, Label: "total is 50 or more"}, Node{Truth: True}
	for name, c := range map[string]struct {
		kids []Node
		want string
	}{
		"what is short comes before what waiting mends": {[]Node{holds, waits, short}, short.Margin},
		"so does what nobody told":                      {[]Node{waits, untold, short}, untold.Label},
		"where waiting mends all of them, the first":    {[]Node{waits, longer}, waits.Margin},
		"where it mends none of them, the first":        {[]Node{short, untold}, short.Margin},
		"where all hold, nothing":                       {[]Node{holds, holds}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := worst(c.kids); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
