package replay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/fixtures"
	"beckon/model/engine"
	"beckon/model/modeltest"
)

// TestOutcomesAreCountedManyAtATime: visits counted as sets by gate are counted as
// engagement by engagement, however many there are, and by two workers as by one.
func TestOutcomesAreCountedManyAtATime(t *testing.T) {
	t.Parallel()
	catalog, err := fixtures.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		eng := compiled(t, modeltest.Crowd(catalog, rapid.SampledFrom([]int{1, 2, 3, 70}).Draw(t, "campaigns"), 1))
		refs := eng.Engagements()
		few := rapid.SliceOfN(rapid.IntRange(0, engine.GateCount-1), 1, 4).Draw(t, "gates")
		got, plain := [2]histogram{{eng: eng}, {eng: eng}}, make([]EngagementSummary, len(refs))
		for range rapid.SampledFrom([]int{0, 1, 2, 3, 7, 8, 9, 70}).Draw(t, "visits") {
			var o engine.Outcomes
			for g := range o {
				o[g] = make(engine.Set, (len(refs)+63)/64)
			}
			for i := range refs {
				g, place := engine.Gate(rapid.SampledFrom(few).Draw(t, "gate")), eng.PlaceOf(i)
				o[g][place>>6] |= 1 << (place & 63)
				plain[i].Visits++
				plain[i].Outcomes[g]++
				plain[i].Prospects += int64(b2i(g.Prospect()))
				plain[i].Control += int64(b2i(g == engine.SiteControl || g == engine.CampaignControl))
			}
			got[rapid.IntRange(0, 1).Draw(t, "worker")].count(&o)
		}
		told := make([]EngagementSummary, len(refs))
		for i := range got {
			got[i].addTo(told)
		}
		if diff := cmp.Diff(plain, told); diff != "" {
			t.Errorf("one by one (-) and many at a time (+):\n%s", diff)
		}
	})
}
