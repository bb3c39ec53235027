package replay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model/engine"
)

// TestUsualOutcomesAreCountedOnceForAll: visits told by what is usual and by what is
// not count as visits told engagement by engagement, however many usual lists there
// are, and by two workers as by one.
func TestUsualOutcomesAreCountedOnceForAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 5).Draw(t, "engagements")
		gate := rapid.Map(rapid.IntRange(0, engine.GateCount-1), func(g int) engine.Gate { return engine.Gate(g) })
		gates := rapid.SliceOfN(gate, n, n)
		usual := make([][]engine.Gate, rapid.SampledFrom([]int{1, 3, 2 * mostUsual}).Draw(t, "usual lists"))
		for i := range usual {
			usual[i] = gates.Draw(t, "usual")
		}
		got, plain := [2]histogram{}, make([]EngagementSummary, n)
		for range rapid.IntRange(0, 3*len(usual)).Draw(t, "visits") {
			r := engine.Record{Kind: engine.VisitEnded, Totals: &engine.Totals{Outcomes: gates.Draw(t, "outcomes")}}
			if rapid.IntRange(0, 3).Draw(t, "is told by what is usual") > 0 {
				r.Totals.Usual = usual[rapid.IntRange(0, len(usual)-1).Draw(t, "which")]
				for i := range r.Totals.Outcomes {
					if rapid.Bool().Draw(t, "is another") {
						r.Totals.Others = append(r.Totals.Others, int32(i))
					} else {
						r.Totals.Outcomes[i] = r.Totals.Usual[i]
					}
				}
			}
			got[rapid.IntRange(0, 1).Draw(t, "worker")].count(&r)
			for i, g := range r.Totals.Outcomes {
				plain[i].Visits++
				plain[i].Outcomes[g]++
				plain[i].Prospects += int64(b2i(g.Prospect()))
				plain[i].Control += int64(b2i(g == engine.SiteControl || g == engine.CampaignControl))
			}
		}
		told := make([]EngagementSummary, n)
		for i := range got {
			got[i].addTo(told)
		}
		if diff := cmp.Diff(plain, told); diff != "" {
			t.Errorf("one by one (-) and by what is usual (+):\n%s", diff)
		}
	})
}
