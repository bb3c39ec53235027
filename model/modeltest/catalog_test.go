package modeltest_test

import (
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/modeltest"
)

func TestEveryKindOfThingIsDrawn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	var walk func(model.Condition)
	walk = func(c model.Condition) {
		seen[c.Leaf()] = true
		for _, list := range [][]model.Condition{c.All, c.Any, c.Exclude} {
			for _, child := range list {
				walk(child)
			}
		}
	}
	draw := rapid.Custom(modeltest.Catalog)
	for i := range 400 {
		c := draw.Example(i)
		for _, d := range c.Documents() {
			seen[string(d.Head().Kind)] = true
		}
		for _, a := range c.Audiences {
			walk(a.When)
		}
		for _, b := range c.Behaviors {
			walk(b.When)
		}
		for _, g := range c.Goals {
			seen[string(g.Type)] = true
		}
		for _, campaign := range c.Campaigns {
			for _, e := range campaign.Engagements {
				seen[string(e.Format)], seen[string(e.Type)] = true, true
			}
		}
	}
	var want []string
	for _, l := range model.Leaves() {
		want = append(want, l.Name)
	}
	for _, k := range model.Kinds() {
		want = append(want, string(k))
	}
	want = append(want, model.Choices(model.GoalType(""))...)
	want = append(want, model.Choices(model.Format(""))...)
	want = append(want, model.Choices(model.EngagementType(""))...)
	for _, name := range want {
		if !seen[name] {
			t.Errorf("%s is never drawn", name)
		}
	}
}
