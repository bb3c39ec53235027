package edit_test

import (
	"fmt"
	"testing"

	"beckon/model"
	"beckon/model/edit"
)

// large is a campaign of a hundred engagements, as many as the console takes
// without a warning.
func large() *model.Campaign {
	c := campaign()
	first := c.Engagements[0]
	c.Engagements = nil
	for i := range 100 {
		e := edit.Clone(&model.Campaign{Engagements: []*model.Engagement{first}}).(*model.Campaign).Engagements[0]
		e.ID, e.Name = fmt.Sprintf("e-%d", i), fmt.Sprintf("Engagement %d", i)
		c.Engagements = append(c.Engagements, e)
	}
	return c
}

// A key typed into a field of a large campaign.
func BenchmarkTyping(b *testing.B) {
	h := begin(b, large())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := h.DoKeyed("text", "change text", edit.Set("engagements[50].creative.online.elements[0].text", fmt.Sprint("Need a hand? ", i))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	before, after := large(), large()
	if _, err := edit.Apply(after, edit.Move("engagements[3]", 90), edit.Set("engagements[40].delay", "3s"), edit.Remove("engagements[70]")); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(edit.Diff(before, after)) != 3 {
			b.Fatal("not three changes")
		}
	}
}

func BenchmarkSave(b *testing.B) {
	h := begin(b, large())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Save(); err != nil {
			b.Fatal(err)
		}
	}
}
