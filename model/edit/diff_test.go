package edit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/modeltest"
	"beckon/model/text"
)

func changed(t *testing.T, d model.Document, edits ...edit.Edit) model.Document {
	t.Helper()
	out := edit.Clone(d)
	if _, err := edit.Apply(out, edits...); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDiffTellsFieldByField(t *testing.T) {
	t.Parallel()
	survey := &model.Window{Header: model.Header{Kind: model.KindWindow, ID: "w", Name: "W"}, Surveys: model.Surveys{PreChat: &model.Survey{
		Questions: []model.Question{{ID: "mail", Label: "Mail"}, {ID: "topic", Label: "Topic"}, {ID: "order", Label: "Order"}}}}}
	rules := &model.EntryPoint{Header: model.Header{Kind: model.KindEntryPoint, ID: "e", Name: "E"},
		Include: []model.PageRule{{URLRule: model.URLRule{Contains: "a"}}, {URLRule: model.URLRule{Contains: "b"}}, {URLRule: model.URLRule{Contains: "c"}}}}
	one, two := 1, 2
	for name, c := range map[string]struct {
		doc   model.Document
		edits []edit.Edit
		want  []string
	}{
		"nothing":              {campaign(), nil, nil},
		"a text":               {campaign(), []edit.Edit{edit.Set("name", "New")}, []string{"name: New, was Cart rescue"}},
		"given for the first":  {campaign(), []edit.Edit{edit.Set("timeFrame.end", "2026-04-01")}, []string{"time frame, end: 2026-04-01"}},
		"cleared":              {campaign(), []edit.Edit{edit.Clear("controlGroup")}, []string{"control group: none, was 15"}},
		"zero is a value":      {campaign(), []edit.Edit{edit.Set("controlGroup", 0)}, []string{"control group: 0, was 15"}},
		"yes and no":           {campaign(), []edit.Edit{edit.Set("published", "true")}, []string{"published: yes"}},
		"in the order of file": {campaign(), []edit.Edit{edit.Set("priority", "low"), edit.Set("goal", "g")}, []string{"goal: g, was order-placed", "priority: low"}},
		"an element's field":   {campaign(), []edit.Edit{edit.Set("engagements[0].creative.online.elements[0].text", "Hi")}, []string{"engagement Help overlay, creative, online, element 1, text: Hi, was Need a hand?"}},
		"a value of a list":    {campaign(), []edit.Edit{edit.Insert("audiences[1]", "new"), edit.Remove("audiences[0]")}, []string{"audience 1: removed: all-visitors", "audience 1: added: new"}},
		"a moved engagement, changed in its new place": {campaign(), []edit.Edit{edit.Move("engagements[0]", 2), edit.Set("engagements[2].delay", "2m")},
			[]string{"engagement Help overlay: moved from 1 to 3", "engagement Help overlay, delay: 2m, was 1m30s"}},
		"a new id is no new engagement": {campaign(), []edit.Edit{edit.Set("engagements[1].id", "deal")}, []string{"engagement Offer, ID: deal, was offer"}},
		"a new name is none either":     {campaign(), []edit.Edit{edit.Set("engagements[1].name", "Deal")}, []string{"engagement Deal, name: Deal, was Offer"}},
		"an engagement replaced":        {campaign(), []edit.Edit{edit.Remove("engagements[2]"), edit.Insert("engagements", model.Engagement{ID: "x", Name: "X", Div: "d"})}, []string{"engagement Pin: removed: ID pin, name Pin, format sticky, type content", "engagement X: added: ID x, name X, div d"}},
		"questions by id": {survey, []edit.Edit{edit.Remove("surveys.preChat.questions[0]"), edit.Set("surveys.preChat.questions[1].mandatory", "true")},
			[]string{"surveys, pre chat, question mail: removed: ID mail, label Mail", "surveys, pre chat, question order, mandatory: yes"}},
		"an optional group goes":  {survey, []edit.Edit{edit.Clear("surveys.preChat")}, []string{"surveys, pre chat: removed: questions (ID mail, label Mail), (ID topic, label Topic), (ID order, label Order)"}},
		"an empty group comes":    {survey, []edit.Edit{edit.Set("surveys.offline", model.Survey{})}, []string{"surveys, offline: added: (empty)"}},
		"rows changed in place":   {rules, []edit.Edit{edit.Set("include[1].contains", "B")}, []string{"include row 2, contains: B, was b"}},
		"a row put between":       {rules, []edit.Edit{edit.Insert("include[1]", model.PageRule{Section: "s"})}, []string{"include row 2: added: " + model.PageRule{Section: "s"}.Words()}},
		"rows moved":              {rules, []edit.Edit{edit.Move("include[0]", 2)}, []string{"include row 3: moved from 1 to 3"}},
		"a condition's bound":     {behavior(model.Condition{PagesViewed: &model.IntRange{Min: &one}}), []edit.Edit{edit.Set("when.pagesViewed.min", 2)}, []string{"when, pages viewed, min: 2, was 1"}},
		"a condition in sentence": {behavior(model.Condition{}), []edit.Edit{edit.Insert("when.all", model.Condition{PagesViewed: &model.IntRange{Min: &two}})}, []string{"when, condition 1 of all: added: " + model.Condition{PagesViewed: &model.IntRange{Min: &two}}.Sentence()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := changed(t, c.doc, c.edits...)
			var got []string
			for _, change := range edit.Diff(c.doc, after) {
				got = append(got, change.String())
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestADiffOfNothingAndSomethingIsAllOfIt(t *testing.T) {
	t.Parallel()
	doc := campaign()
	fresh := &model.Campaign{}
	if _, err := edit.Apply(fresh, edit.Edits(edit.Diff(nil, doc))...); err != nil || !edit.Equal(fresh, doc) {
		t.Errorf("got %s, %v", encoded(t, fresh), err)
	}
	if got := edit.Diff(doc, (*model.Campaign)(nil)); len(got) == 0 {
		t.Error("all was taken away, and nothing is told")
	}
	other := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "g\x1b"}}
	got := edit.Diff(doc, other)
	if len(got) != 1 || got[0].Old != "campaign cart-rescue" || got[0].New != "goal g␛" {
		t.Errorf("a campaign and a goal: %v", got)
	}
	if _, err := edit.Apply(campaign(), edit.Edits(got)...); err == nil {
		t.Error("a campaign became a goal")
	}
	if got := edit.Diff(nil, nil); len(got) != 1 || edit.Equal(nil, nil) {
		t.Errorf("nothing and nothing: %v", got)
	}
}

// twoVersions draws a document and another of its type: edited, or unrelated.
func twoVersions(t *rapid.T) (a, b model.Document) {
	c := modeltest.Catalog(t)
	a = rapid.SampledFrom(c.Documents()).Draw(t, "old")
	if rapid.IntRange(0, 3).Draw(t, "unrelated") == 0 {
		for _, d := range modeltest.Catalog(t).Documents() {
			if d.Head().Kind == a.Head().Kind {
				return a, d
			}
		}
	}
	b = edit.Clone(a)
	for range rapid.IntRange(0, 12).Draw(t, "edits") {
		if _, err := settable(t, b).Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	return a, b
}

func TestApplyingADiffGivesTheNewDocument(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := twoVersions(t)
		changes := edit.Diff(before, after)
		if edit.Equal(before, after) != (len(changes) == 0) || edit.Equal(before, after) != (encoded(t, before) == encoded(t, after)) {
			t.Fatalf("equal %v, and differs in %v", edit.Equal(before, after), changes)
		}
		got := edit.Clone(before)
		back, err := edit.Apply(got, edit.Edits(changes)...)
		if err != nil || encoded(t, got) != encoded(t, after) {
			t.Fatalf("%v\n%v\ngot\n%s\nwant\n%s", err, changes, encoded(t, got), encoded(t, after))
		}
		for _, c := range changes {
			where := after
			if c.Action == edit.Removed && c.Path.Last().Field == "" {
				continue
			}
			if _, err := edit.Get(where, c.Path); err != nil || !text.Safe(c.String()) || c.Label == "" || c.New == "" && strings.HasSuffix(c.String(), ": ") {
				t.Fatalf("%s: %q, %v", c.Path, c, err)
			}
		}
		if _, err := edit.Apply(got, back...); err != nil || encoded(t, got) != encoded(t, before) {
			t.Fatalf("the inverse leaves another document: %v", err)
		}
	})
}

func TestMovesAreAsFewAsCanBe(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc := &model.Settings{Skills: []string{"a", "b", "c", "d", "e", "f", "g"}}
		after := edit.Clone(doc).(*model.Settings)
		moves := rapid.IntRange(0, 3).Draw(t, "moves")
		for range moves {
			i, j := rapid.IntRange(0, 6).Draw(t, "from"), rapid.IntRange(0, 6).Draw(t, "to")
			if _, err := edit.Move(edit.Path("skills").At(i), j).Apply(after); err != nil {
				t.Fatal(err)
			}
		}
		got := edit.Diff(doc, after)
		if len(got) > moves || slices.ContainsFunc(got, func(c edit.Change) bool { return c.Action != edit.Moved }) {
			t.Fatalf("%d moves are told as %v", moves, got)
		}
	})
}

func TestLongListsThatChangedEverywhereAreStillCompared(t *testing.T) {
	t.Parallel()
	before, after := &model.Settings{}, &model.Settings{}
	for i := range 3000 {
		before.Skills = append(before.Skills, strings.Repeat("x", i%7)+string(rune('a'+i%26)))
		after.Skills = append(after.Skills, string(rune('a'+i%26))+strings.Repeat("y", i%5))
	}
	if _, err := edit.Apply(before, edit.Edits(edit.Diff(before, after))...); err != nil || !edit.Equal(before, after) {
		t.Error("the diff does not give the new list", err)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	type edits = []edit.Edit
	for name, c := range map[string]struct {
		mine, theirs edits
		merged       edits // of the base
		conflicts    []string
	}{
		"nobody changed anything":             {nil, nil, nil, nil},
		"I changed a field":                   {edits{edit.Set("name", "Mine")}, nil, edits{edit.Set("name", "Mine")}, nil},
		"they changed a field":                {nil, edits{edit.Set("name", "Theirs")}, edits{edit.Set("name", "Theirs")}, nil},
		"different fields":                    {edits{edit.Set("name", "Mine")}, edits{edit.Set("priority", "low")}, edits{edit.Set("name", "Mine"), edit.Set("priority", "low")}, nil},
		"the same change":                     {edits{edit.Set("priority", "low")}, edits{edit.Set("priority", "low")}, edits{edit.Set("priority", "low")}, nil},
		"one field, two values":               {edits{edit.Set("priority", "low")}, edits{edit.Set("priority", "high")}, edits{edit.Set("priority", "low")}, []string{"priority: low (mine) or high (theirs), was none"}},
		"I cleared, they set":                 {edits{edit.Clear("controlGroup")}, edits{edit.Set("controlGroup", 5)}, edits{edit.Clear("controlGroup")}, []string{"control group: none (mine) or 5 (theirs), was 15"}},
		"different fields of an engagement":   {edits{edit.Set("engagements[0].delay", "1s")}, edits{edit.Set("engagements[0].name", "X")}, edits{edit.Set("engagements[0].delay", "1s"), edit.Set("engagements[0].name", "X")}, nil},
		"different fields of an element":      {edits{edit.Set("engagements[0].creative.online.elements[0].text", "A")}, edits{edit.Set("engagements[0].creative.online.elements[0].bold", "true")}, edits{edit.Set("engagements[0].creative.online.elements[0].text", "A"), edit.Set("engagements[0].creative.online.elements[0].bold", "true")}, nil},
		"they moved what I changed":           {edits{edit.Set("engagements[0].delay", "1s")}, edits{edit.Move("engagements[0]", 2)}, edits{edit.Set("engagements[0].delay", "1s"), edit.Move("engagements[0]", 2)}, nil},
		"both added engagements":              {edits{edit.Insert("engagements[0]", model.Engagement{ID: "m"})}, edits{edit.Insert("engagements", model.Engagement{ID: "t"})}, edits{edit.Insert("engagements[0]", model.Engagement{ID: "m"}), edit.Insert("engagements", model.Engagement{ID: "t"})}, nil},
		"both added the same engagement":      {edits{edit.Insert("engagements", model.Engagement{ID: "m"})}, edits{edit.Insert("engagements", model.Engagement{ID: "m"})}, edits{edit.Insert("engagements", model.Engagement{ID: "m"})}, nil},
		"both added audiences":                {edits{edit.Insert("audiences", "m")}, edits{edit.Insert("audiences", "t"), edit.Remove("audiences[0]")}, edits{edit.Remove("audiences[0]"), edit.Insert("audiences", "m"), edit.Insert("audiences", "t")}, nil},
		"both added one id":                   {edits{edit.Insert("engagements", model.Engagement{ID: "m", Div: "a"})}, edits{edit.Insert("engagements", model.Engagement{ID: "m", Div: "b", Skill: "s"})}, edits{edit.Insert("engagements", model.Engagement{ID: "m", Div: "a", Skill: "s"})}, []string{"engagement m, div: a (mine) or b (theirs), was none"}},
		"I removed what they left alone":      {edits{edit.Remove("engagements[1]")}, edits{edit.Set("engagements[2].name", "X")}, edits{edit.Set("engagements[2].name", "X"), edit.Remove("engagements[1]")}, nil},
		"I removed what they changed":         {edits{edit.Remove("engagements[2]")}, edits{edit.Set("engagements[2].name", "X")}, edits{edit.Set("engagements[2].name", "X")}, []string{"engagement X: none (mine) or ID pin, name X, format sticky, type content (theirs), was ID pin, name Pin, format sticky, type content"}},
		"they removed what I changed":         {edits{edit.Set("engagements[2].name", "X")}, edits{edit.Remove("engagements[2]")}, edits{edit.Set("engagements[2].name", "X")}, []string{"engagement X: ID pin, name X, format sticky, type content (mine) or none (theirs), was ID pin, name Pin, format sticky, type content"}},
		"both put a list in the same order":   {edits{edit.Move("engagements[0]", 2)}, edits{edit.Move("engagements[0]", 2)}, edits{edit.Move("engagements[0]", 2)}, nil},
		"both put a list in another order":    {edits{edit.Move("audiences[0]", 1), edit.Insert("audiences", "m")}, edits{edit.Move("audiences[1]", 0), edit.Insert("audiences[0]", "t")}, edits{edit.Move("audiences[0]", 1), edit.Insert("audiences[0]", "t"), edit.Insert("audiences", "m")}, nil},
		"both put a list in different orders": {edits{edit.Move("engagements[0]", 2)}, edits{edit.Move("engagements[2]", 0)}, edits{edit.Move("engagements[0]", 2)}, []string{"order of engagements"}},
		"both turned on a group":              {edits{edit.Set("engagements[0].creative.busy.width", 4)}, edits{edit.Set("engagements[0].creative.busy.height", 5)}, edits{edit.Set("engagements[0].creative.busy.width", 4), edit.Set("engagements[0].creative.busy.height", 5)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := campaign()
			got, conflicts := edit.Merge3(base, changed(t, base, c.mine...), changed(t, base, c.theirs...))
			if d := cmp.Diff(encoded(t, changed(t, base, c.merged...)), encoded(t, got)); d != "" {
				t.Error(d)
			}
			var told []string
			for i := range conflicts {
				told = append(told, conflicts[i].String())
				if i < len(c.conflicts) && strings.HasPrefix(told[i], c.conflicts[i]) {
					told[i] = c.conflicts[i]
				}
			}
			if d := cmp.Diff(c.conflicts, told); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestWhatIsOfAnotherKindIsNotMerged(t *testing.T) {
	t.Parallel()
	goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "g"}}
	for _, c := range [][3]model.Document{{campaign(), campaign(), goal}, {goal, campaign(), campaign()}, {nil, campaign(), goal}} {
		got, conflicts := edit.Merge3(c[0], c[1], c[2])
		if len(conflicts) != 1 || !edit.Equal(got, c[1]) {
			t.Errorf("%v", conflicts)
		}
	}
	if got, conflicts := edit.Merge3(nil, campaign(), campaign()); len(conflicts) != 0 || !edit.Equal(got, campaign()) {
		t.Errorf("two that were made alike: %v", conflicts)
	}
}

func TestTheOthersValueIsOneEditAway(t *testing.T) {
	t.Parallel()
	base := campaign()
	mine := changed(t, base, edit.Set("priority", "low"), edit.Clear("controlGroup"), edit.Remove("engagements[1]"), edit.Set("engagements[1].name", "P1"), edit.Set("engagements[0].delay", "1s"))
	theirs := changed(t, base, edit.Set("priority", "high"), edit.Set("controlGroup", 0), edit.Set("engagements[1].name", "X"), edit.Remove("engagements[2]"), edit.Set("engagements[0].delay", "2s"))
	got, conflicts := edit.Merge3(base, mine, theirs)
	if len(conflicts) != 5 {
		t.Fatalf("got %v", conflicts)
	}
	for _, side := range []edit.Side{edit.Mine, edit.Theirs} {
		doc := edit.Clone(got)
		for i := len(conflicts) - 1; i >= 0; i-- {
			if conflicts[i].Kept == side {
				continue
			}
			if _, err := conflicts[i].Other.Apply(doc); err != nil {
				t.Fatal(err)
			}
		}
		want := mine
		if side == edit.Theirs {
			want = theirs
		}
		if d := cmp.Diff(encoded(t, want), encoded(t, doc)); d != "" {
			t.Errorf("%s: %s", side, d)
		}
	}
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base, mine := twoVersions(t)
		for name, c := range map[string][3]model.Document{"they did nothing": {base, mine, base}, "I did nothing": {base, base, mine}, "both did the same": {base, mine, mine}} {
			got, conflicts := edit.Merge3(c[0], c[1], c[2])
			if len(conflicts) != 0 || encoded(t, got) != encoded(t, mine) {
				t.Fatalf("%s: %v\ngot\n%s\nwant\n%s", name, conflicts, encoded(t, got), encoded(t, mine))
			}
		}
	})
}

func TestDifferentFieldsDoNotConflict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := document(t)
		mine, theirs, want := edit.Clone(base), edit.Clone(base), edit.Clone(base)
		field := func(p edit.Path) edit.Path {
			parts, _ := p.Parts()
			return edit.JoinPath(parts[:1]...)
		}
		taken := map[edit.Path]bool{}
		for _, d := range []model.Document{mine, theirs} {
			own := map[edit.Path]bool{}
			for range 5 {
				e := settable(t, d)
				if taken[field(e.Path)] {
					continue
				}
				own[field(e.Path)] = true
				if _, err := e.Apply(d); err != nil {
					t.Fatal(err)
				}
				if _, err := e.Apply(want); err != nil {
					t.Fatal(err)
				}
			}
			for p := range own {
				taken[p] = true
			}
		}
		got, conflicts := edit.Merge3(base, mine, theirs)
		if len(conflicts) != 0 || encoded(t, got) != encoded(t, want) {
			t.Fatalf("%v\ngot\n%s\nwant\n%s", conflicts, encoded(t, got), encoded(t, want))
		}
	})
}

// Of any two versions, a merge holds what either side has, or says otherwise.
func TestAMergeTellsWhateverItDoesNotTake(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		base := document(t)
		mine, theirs := edit.Clone(base), edit.Clone(base)
		for _, d := range []model.Document{mine, theirs} {
			for range rapid.IntRange(0, 6).Draw(t, "edits") {
				if _, err := settable(t, d).Apply(d); err != nil {
					t.Fatal(err)
				}
			}
		}
		got, conflicts := edit.Merge3(base, mine, theirs)
		if _, err := model.EncodeDocument(got); err != nil {
			t.Fatal(err)
		}
		for i := len(conflicts) - 1; i >= 0; i-- {
			c := conflicts[i]
			if _, err := edit.Get(got, c.Path); err != nil || !text.Safe(c.String()) || c.Label == "" {
				t.Fatalf("%s: %v", c.Path, err)
			}
			if c.Other.Op == "" {
				continue
			}
			if _, err := c.Other.Apply(edit.Clone(got)); err != nil {
				t.Fatal(err)
			}
		}
		_, swapped := edit.Merge3(base, theirs, mine)
		if len(swapped) != len(conflicts) {
			t.Fatalf("%d conflicts, the other way round %d", len(conflicts), len(swapped))
		}
	})
}
