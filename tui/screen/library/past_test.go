package library

import (
	"testing"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/layout"
	"beckon/tui/tuitest"
	"beckon/tui/versions"
)

func TestAnItemIsRevertedInItsFormAndNothingIsWrittenUntilItIsSaved(t *testing.T) {
	t.Parallel()
	for _, size := range []layout.Size{small, wide, huge} {
		use(t, size, shop(t), func(d *tuitest.Driver, r *rack) {
			pick(d, "goals", "bill settled")
			k := key{Kind: model.KindGoal, ID: "bill-settled"}
			r.mu.Lock()
			now := r.w.documents[k]
			if now == nil {
				t.Fatal("the shop has no such goal")
			}
			old := edit.Clone(now)
			old.Head().Name = "Bill paid"
			r.past = map[key][]versions.Version{k: {
				{Revision: 7, Author: "ben", Why: "first import", At: noon.Add(-24 * time.Hour), Document: now},
				{Revision: 3, Author: "ana", Why: "before the import", At: noon.Add(-48 * time.Hour), Document: old}}}
			r.mu.Unlock()
			d.Press("v")
			d.Expect("Versions of Bill settled", "first import", "before the import", "There is no difference", "in use")
			d.Press("down")
			d.Expect("~ name: Bill paid (Bill settled)")
			d.Press("r")
			d.Expect("Bill paid", "not saved", "ctrl+z takes it back")
			if len(r.written) != 0 {
				t.Fatal("reverting has written")
			}
			d.Press("ctrl+z")
			d.ExpectNot("Bill paid┃", "┃Bill paid")
			d.Press("ctrl+y", "f2")
			d.Wait(2 * time.Second)
			d.Press("y")
			d.Wait(grace)
			if d := r.find(k.Kind, k.ID); d.Head().Name != "Bill paid" {
				t.Errorf("saved: %+v", d)
			}
			d.Press("v", "esc")
			d.ExpectNot("Versions of")
		})
	}
}
