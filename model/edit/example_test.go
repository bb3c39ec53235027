package edit_test

import (
	"fmt"

	"beckon/model"
	"beckon/model/edit"
)

func ExampleHistory() {
	h, err := edit.NewHistory(&model.Campaign{
		Header:      model.Header{Kind: model.KindCampaign, ID: "cart-rescue", Name: "Cart rescue"},
		Engagements: []*model.Engagement{{ID: "help", Name: "Help overlay"}},
	}, 12)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = h.Do("change delay", edit.Set("engagements[0].delay", "soon"))
	fmt.Println(err)
	// Typing into one field is one step.
	for _, typed := range []string{"3", "30", "30s"} {
		_ = h.DoKeyed("engagements[0].delay", "change delay", edit.Set("engagements[0].delay", typed)) // "3" and "30" are told at the field
	}
	_ = h.Do("change priority", edit.Set("priority", "high"))
	for _, c := range h.Changes() {
		fmt.Println(c)
	}
	step, _ := h.Undo()
	fmt.Println("undid:", step.Name)
	// Output:
	// engagements[0].delay: want a duration such as 30s, 1m30s or 2d: soon
	// priority: high
	// engagement Help overlay, delay: 30s
	// undid: change priority
}

func ExampleMerge3() {
	base := &model.Goal{Header: model.Header{ID: "order", Name: "Order"}, Type: model.GoalPageViews, Pages: 3}
	mine, theirs := edit.Clone(base), edit.Clone(base)
	_, _ = edit.Apply(mine, edit.Set("name", "Order placed"), edit.Set("pages", "5"))
	_, _ = edit.Apply(theirs, edit.Set("oncePerVisit", "true"), edit.Set("pages", "4"))
	merged, conflicts := edit.Merge3(base, mine, theirs)
	for _, c := range edit.Diff(base, merged) {
		fmt.Println(c)
	}
	for _, c := range conflicts {
		fmt.Println("both:", c)
	}
	// Output:
	// name: Order placed, was Order
	// pages: 5, was 3
	// once per visit: yes
	// both: pages: 5 (mine) or 4 (theirs), was 3
}
