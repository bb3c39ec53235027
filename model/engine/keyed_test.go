package engine

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/journey"
)

// drawPlaces draws a condition of places alone: alternatives, several at once,
// none of some, one in another.
func drawPlaces(t *rapid.T, deep int) model.Condition {
	if deep == 0 || rapid.IntRange(0, 3).Draw(t, "list") > 0 {
		some := func(kind string, of int) []string {
			return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
				return fmt.Sprint(kind, rapid.IntRange(0, of-1).Draw(t, kind))
			}), 0, 3, rapid.ID[string]).Draw(t, kind+"s")
		}
		g := &model.GeoCondition{Countries: some("c", 3), Regions: some("r", 6), Cities: some("t", 40)}
		if len(g.Countries)+len(g.Regions)+len(g.Cities) == 0 {
			g.Countries = []string{"c0"}
		}
		return model.Condition{Geo: g}
	}
	kids := make([]model.Condition, rapid.IntRange(1, 3).Draw(t, "kids"))
	for i := range kids {
		kids[i] = drawPlaces(t, deep-1)
	}
	switch rapid.IntRange(0, 2).Draw(t, "group") {
	case 0:
		return model.Condition{All: kids}
	case 1:
		return model.Condition{Any: kids}
	}
	return model.Condition{Exclude: kids}
}

// TestRowOfPlacesIsWhoTakesThem: whoever a row of a keyed dimension lets in is whose
// condition is true, whatever it is made of and however many share a place, and
// rows that were forgotten and made use of again say nothing of what they said
// before.
func TestRowOfPlacesIsWhoTakesThem(t *testing.T) {
	t.Parallel()
	forms := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		c := shop()
		c.Campaigns = nil
		in := func(countries ...string) model.Condition {
			return model.Condition{Geo: &model.GeoCondition{Countries: countries}}
		}
		all := func(of ...model.Condition) model.Condition { return model.Condition{All: of} }
		kinds := 2 + rapid.IntRange(1, 6).Draw(t, "conditions")
		audience(c, "a0", all(in("c0", "c1"), in("c1", "c2"), in("c1")))
		audience(c, "a1", model.Condition{Any: []model.Condition{all(in("c0"), in("c0", "c2")), in("c1")}})
		for i := 2; i < kinds; i++ {
			audience(c, fmt.Sprint("a", i), drawPlaces(t, 2))
		}
		for i := range rapid.IntRange(80, 300).Draw(t, "campaigns") {
			x := campaign(fmt.Sprint("k", i))
			x.Audiences = []string{fmt.Sprint("a", i%kinds)}
			x.Engagements = []*model.Engagement{offer("e", model.Overlay, model.Content)}
			c.Campaigns = append(c.Campaigns, x)
		}
		e, err := Compile(c)
		if err != nil {
			t.Fatal(err)
		}
		run := e.NewRun(Options{})
		for d := range run.memo {
			run.memo[d].bound = 2
		}
		place := slices.IndexFunc(e.dimensions, func(d dimension) bool { return d.name == "place" })
		if place < 0 {
			t.Fatal("nobody looks at places")
		}
		for _, k := range e.dimensions[place].keyed.by {
			for _, m := range append(slices.Clone(k.layers), k.none) {
				forms[fmt.Sprint("row ", m.row != nil)]++
			}
			forms[fmt.Sprint("layers ", len(k.layers))]++
			forms[fmt.Sprint("trees ", len(k.rest) > 0)]++
		}
		run.Reset("v-1")
		for range rapid.IntRange(1, 12).Draw(t, "visitors") {
			run.f.geo, run.f.geoKnown = journey.Geo{}, false
			if rapid.IntRange(0, 5).Draw(t, "from somewhere") > 0 {
				run.f.geo = journey.Geo{Country: fmt.Sprint("c", rapid.IntRange(0, 3).Draw(t, "country")),
					Region: fmt.Sprint("R", rapid.IntRange(0, 6).Draw(t, "region")), City: fmt.Sprint("t", rapid.IntRange(0, 7).Draw(t, "city"))}
			}
			run.refreshOne(int32(place), &run.e.dimensions[place])
			for b := range int32(e.n) {
				want := e.truthAt(e.byBit[b].roots[phaseAudience], &run.f) == True
				if got := run.cur[place].has(b); got != want {
					t.Fatalf("%s from %+v: in the row %v, its condition is true %v", e.byBit[b].path, run.f.geo, got, want)
				}
			}
		}
	})
	for _, want := range []string{"row true", "row false", "layers 3", "trees true", "trees false"} {
		if forms[want] == 0 {
			t.Errorf("%q was never drawn: %v", want, slices.Sorted(maps.Keys(forms)))
		}
	}
}

// TestWhatIsMetAgainIsRemembered: what was looked up as one of the latest that it
// may hold is still there, it never holds more than twice as many, and what was
// forgotten is not there any more.
func TestWhatIsMetAgainIsRemembered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := recent[int]{bound: rapid.IntRange(1, 4).Draw(t, "bound")}
		var latest []int
		for range rapid.IntRange(0, 60).Draw(t, "lookups") {
			k := rapid.IntRange(0, 12).Draw(t, "of")
			v, known := m.now[string([]byte{byte(k)})]
			if !known {
				v, known = m.recall([]byte{byte(k)})
			}
			if lately := slices.Contains(latest, k); !known && lately || known && v != k {
				t.Fatalf("%d of %v: known %v, %d", k, latest, known, v)
			}
			if !known {
				m.put([]byte{byte(k)}, k)
			}
			latest = append(slices.DeleteFunc(latest, func(x int) bool { return x == k }), k)
			latest = latest[max(0, len(latest)-m.bound):]
			if len(m.now) > m.bound || len(m.before) > m.bound {
				t.Fatalf("%d and %d are kept", len(m.now), len(m.before))
			}
			for i := len(m.forgotten) - 1; i >= 0; i-- {
				key := string([]byte{byte(m.forgotten[i])})
				_, now := m.now[key]
				if _, before := m.before[key]; now || before {
					t.Fatalf("%d is forgotten and known", m.forgotten[i])
				}
			}
			m.forgotten = nil
		}
	})
}
