package edit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
)

func begin(t interface{ Fatalf(string, ...any) }, d model.Document) *edit.History {
	h, err := edit.NewHistory(d, 7)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return h
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// name returns what the next undo would take back.
func name(h *edit.History) string {
	s, _ := h.CanUndo()
	return s.Name
}

func TestUndoTakesBackNamedStepsAndRedoDoesThemAgain(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.Do("change goal", edit.Set("goal", "lead")))
	do(t, h.Do("change hours", edit.Set("timeFrame.hours", "all"), edit.Clear("timeFrame.from"), edit.Clear("timeFrame.to")))
	if s, ok := h.Undo(); !ok || s.Name != "change hours" || s.Path != "timeFrame.hours" || name(h) != "change goal" {
		t.Errorf("undid %+v, next %q", s, name(h))
	}
	if c := h.Document().(*model.Campaign); c.Goal != "lead" || c.TimeFrame.From != model.ClockAt(9, 30) {
		t.Errorf("one step was not taken back whole: %+v", c.TimeFrame)
	}
	if s, ok := h.CanRedo(); !ok || s.Name != "change hours" {
		t.Errorf("redo would be %+v", s)
	}
	if s, ok := h.Redo(); !ok || s.Name != "change hours" || h.Document().(*model.Campaign).TimeFrame.Hours != model.AllHours {
		t.Errorf("redid %+v", s)
	}
	h.Undo()
	do(t, h.Do("rename", edit.Set("name", "New")))
	if _, ok := h.Redo(); ok {
		t.Error("what was undone before another change was done again")
	}
	h.Undo()
	h.Undo()
	if _, ok := h.Undo(); ok || h.Dirty() || !edit.Equal(h.Document(), campaign()) {
		t.Error("undo of all does not give the document")
	}
}

func TestAFailedStepIsNone(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	before := h.Document()
	if err := h.Do("change", edit.Set("name", "New"), edit.Set("priority", "none")); err == nil || h.Document() != before || name(h) != "" {
		t.Errorf("%v, next %q", err, name(h))
	}
}

func TestAnEditThatChangesNothingIsNoStep(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.Do("first", edit.Set("name", "New")))
	h.Undo()
	do(t, h.Do("nothing", edit.Set("goal", "order-placed"), edit.Clear("lob")))
	if s, ok := h.Redo(); !ok || s.Name != "first" {
		t.Error("an edit that changed nothing has taken redo away")
	}
}

func TestDirtyGoesByValue(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.Do("on", edit.Set("published", "true")))
	if !h.Dirty() || len(h.Changes()) != 1 {
		t.Error("a change does not show")
	}
	do(t, h.Do("off", edit.Set("published", "false")))
	if h.Dirty() || name(h) != "off" || len(h.Changes()) != 0 {
		t.Error("what was changed back still counts")
	}
}

func TestDocumentsGivenOutAreNeverChanged(t *testing.T) {
	t.Parallel()
	doc := campaign()
	h := begin(t, doc)
	first, before := h.Document(), encoded(t, h.Document())
	do(t, h.Do("a", edit.Set("engagements[0].creative.online.elements[0].text", "x"), edit.Remove("engagements[1]")))
	second, then := h.Document(), encoded(t, h.Document())
	h.Undo()
	do(t, h.Do("b", edit.Move("engagements[0]", 2)))
	doc.Name = "changed by another"
	if encoded(t, first) != before || encoded(t, second) != then || h.Base() != first || first == second {
		t.Error("a document that was given out has changed")
	}
}

func TestTypingIsOneStepUntilTheFieldIsLeft(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	for _, s := range []string{"N", "Ne", "New"} {
		do(t, h.DoKeyed("name", "rename", edit.Set("name", s)))
	}
	do(t, h.DoKeyed("goal", "change goal", edit.Set("goal", "x")))
	do(t, h.DoKeyed("goal", "change goal", edit.Set("goal", "xy")))
	h.Seal()
	do(t, h.DoKeyed("goal", "change goal", edit.Set("goal", "xyz")))
	var goals []string
	for name(h) == "change goal" {
		goals = append(goals, h.Document().(*model.Campaign).Goal)
		h.Undo()
	}
	if fmt.Sprint(goals) != "[xyz xy]" {
		t.Errorf("undo went through %v", goals)
	}
	if h.Undo(); h.Document().(*model.Campaign).Name != "Cart rescue" {
		t.Errorf("typing was taken back to %q", h.Document().(*model.Campaign).Name)
	}
	if h.Redo(); h.Document().(*model.Campaign).Name != "New" {
		t.Error("typing was not redone whole")
	}
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "Newer")))
	if h.Undo(); h.Document().(*model.Campaign).Name != "New" {
		t.Error("typing joined a step that was redone")
	}
}

func TestTypingBackWhatWasThereIsNoStep(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.Do("change goal", edit.Set("goal", "x")))
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "N")))
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "Cart rescue")))
	if name(h) != "change goal" {
		t.Errorf("next undo is %q", name(h))
	}
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "M")))
	if h.Undo(); h.Document().(*model.Campaign).Name != "Cart rescue" || name(h) != "change goal" {
		t.Error("what came after joined the step before")
	}
}

func TestKeyedStepsOfSeveralFieldsAreTakenBackWhole(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.DoKeyed("drag", "move element", edit.Set("engagements[0].creative.online.elements[0].left", 1), edit.Set("engagements[0].creative.online.elements[0].top", 1)))
	do(t, h.DoKeyed("drag", "move element", edit.Set("engagements[0].creative.online.elements[0].left", 2), edit.Set("engagements[0].creative.online.elements[0].top", 2)))
	do(t, h.DoKeyed("drag", "move element", edit.Move("engagements[0].creative.online.elements[0]", 1)))
	after := h.Document()
	if h.Undo(); !edit.Equal(h.Document(), campaign()) {
		t.Error("undo leaves something of the step")
	}
	if h.Redo(); !edit.Equal(h.Document(), after) {
		t.Error("redo does not do all of the step")
	}
}

func TestReplacingIsAStep(t *testing.T) {
	t.Parallel()
	h, other := begin(t, campaign()), campaign()
	other.Engagements, other.Name = other.Engagements[1:], "Other"
	do(t, h.Do("rename", edit.Set("name", "New")))
	do(t, h.Replace("revert to version 2", other))
	if !edit.Equal(h.Document(), other) || name(h) != "revert to version 2" {
		t.Error("the document was not replaced")
	}
	if h.Undo(); h.Document().(*model.Campaign).Name != "New" {
		t.Error("replacing was not taken back")
	}
	for _, d := range []model.Document{nil, (*model.Campaign)(nil), &model.Goal{}} {
		if err := h.Replace("x", d); err == nil {
			t.Errorf("a campaign became %T", d)
		}
		if err := h.Saved(d, 9); err == nil {
			t.Errorf("a campaign was saved as %T", d)
		}
	}
}

func TestSavingMakesANewBaseAndKeepsUndo(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "New")))
	do(t, h.Saved(h.Document(), 8))
	if h.Dirty() || h.Revision() != 8 {
		t.Error("what was saved is dirty")
	}
	do(t, h.DoKeyed("name", "rename", edit.Set("name", "Newer")))
	h.Undo()
	if h.Dirty() {
		t.Error("typing after the save joined what was saved")
	}
	if h.Undo(); !h.Dirty() || h.Document().(*model.Campaign).Name != "Cart rescue" {
		t.Error("undo ends at the save")
	}
}

func TestTheOldestStepsAreForgotten(t *testing.T) {
	t.Parallel()
	h := begin(t, &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "g"}})
	for i := range edit.MaxSteps + 10 {
		do(t, h.Do("pages", edit.Set("pages", i+1)))
	}
	n := 0
	for _, ok := h.Undo(); ok; _, ok = h.Undo() {
		n++
	}
	if n != edit.MaxSteps || h.Document().(*model.Goal).Pages != 10 {
		t.Errorf("%d steps were taken back, to %d", n, h.Document().(*model.Goal).Pages)
	}
	do(t, h.Replace("start again", h.Base()))
	if h.Dirty() {
		t.Error("the base is out of reach")
	}
}

func TestAHistoryWithoutADocumentDoesNothing(t *testing.T) {
	t.Parallel()
	if _, err := edit.NewHistory(nil, 0); err == nil {
		t.Error("nothing is under edit")
	}
	var h edit.History
	if h.Do("x", edit.Set("name", "x")) == nil || h.Replace("x", campaign()) == nil || h.Saved(campaign(), 1) == nil || h.Document() != nil || h.Dirty() {
		t.Error("the zero history took a document")
	}
	if _, err := h.Save(); err == nil {
		t.Error("the zero history was saved")
	}
	if _, ok := h.Undo(); ok {
		t.Error("the zero history was undone")
	}
}

// worked draws a history in which things were done, undone and redone.
func worked(t *rapid.T) *edit.History {
	h := begin(t, document(t))
	for range rapid.IntRange(0, 15).Draw(t, "actions") {
		switch rapid.IntRange(0, 5).Draw(t, "action") {
		case 0:
			h.Undo()
		case 1:
			h.Redo()
		case 2:
			h.Seal()
		default:
			key := rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "key")
			if err := h.DoKeyed(key, "step "+key, settable(t, h.Document())); err != nil {
				t.Fatal(err)
			}
		}
	}
	return h
}

func TestAnyHistoryUndoneIsTheBaseAndRedoneIsTheDraft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := worked(t)
		for ok := true; ok; {
			_, ok = h.Redo()
		}
		n, trail := 0, []string{encoded(t, h.Document())}
		for _, ok := h.Undo(); ok; _, ok = h.Undo() {
			trail = append(trail, encoded(t, h.Document()))
			n++
		}
		if encoded(t, h.Document()) != encoded(t, h.Base()) || h.Dirty() {
			t.Fatalf("%d steps undone give\n%s\nwant\n%s", n, encoded(t, h.Document()), encoded(t, h.Base()))
		}
		for ; n > 0; n-- {
			if _, ok := h.Redo(); !ok || encoded(t, h.Document()) != trail[n-1] {
				t.Fatalf("redo of step %d from the end gives\n%s\nwant\n%s", n, encoded(t, h.Document()), trail[n-1])
			}
		}
	})
}

func TestADraftIsLoadedAsItWasSaved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := worked(t)
		b, err := h.Save()
		if err != nil {
			t.Fatal(err)
		}
		got, err := edit.LoadHistory(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := got.Save()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%v\ngot  %s\nwant %s", err, again, b)
		}
		if got.Revision() != h.Revision() || !edit.Equal(got.Base(), h.Base()) || !edit.Equal(got.Document(), h.Document()) {
			t.Fatal("the documents are not the same")
		}
		for _, turn := range []func(*edit.History) (edit.Step, bool){(*edit.History).Undo, (*edit.History).Redo} {
			for {
				s, ok := turn(h)
				u, ok2 := turn(got)
				if ok != ok2 || s != u || encoded(t, h.Document()) != encoded(t, got.Document()) {
					t.Fatalf("%+v and %+v", s, u)
				}
				if !ok {
					break
				}
			}
		}
	})
}

func TestADraftSurvivesWithoutItsPast(t *testing.T) {
	t.Parallel()
	h := begin(t, campaign())
	do(t, h.Do("rename", edit.Set("name", "New")))
	do(t, h.Do("change goal", edit.Set("goal", "x")))
	h.Undo()
	b, err := h.Save()
	do(t, err)
	for name, spoil := range map[string][2]string{
		"a step of another document": {`"path":"name"`, `"path":"nome"`},
		"a step to another value":    {`"value":"New"`, `"value":"Now"`},
		"an edit of no kind":         {`"op":"set"`, `"op":"twist"`},
		"a step of no edits":         {`"do":[{"op":"set","path":"goal","value":"x"}]`, `"do":[]`},
	} {
		bad := strings.Replace(string(b), spoil[0], spoil[1], 1)
		if bad == string(b) {
			t.Fatalf("%s: nothing was spoilt in %s", name, b)
		}
		got, err := edit.LoadHistory([]byte(bad))
		if err != nil || !edit.Equal(got.Document(), h.Document()) || !got.Dirty() {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := got.Undo(); ok {
			t.Errorf("%s: a past that leads elsewhere was kept", name)
		}
	}
	for name, bad := range map[string]string{
		"nothing":             "",
		"cut":                 string(b[:len(b)-3]),
		"a newer format":      strings.Replace(string(b), `"format":1`, `"format":2`, 1),
		"no kind":             strings.Replace(string(b), `"kind":"campaign"`, `"kind":"x"`, 1),
		"another kind":        strings.Replace(string(b), `"kind":"campaign","rev`, `"kind":"goal","rev`, 1),
		"an unknown field":    strings.Replace(string(b), `"audiences"`, `"audience"`, 1),
		"no draft":            strings.Replace(string(b), `"draft"`, `"craft"`, 1),
		"a list of documents": "[]",
	} {
		if got, err := edit.LoadHistory([]byte(bad)); err == nil {
			t.Errorf("%s was read: %s", name, encoded(t, got.Document()))
		}
	}
}

func TestEditsAreKeptAsJSON(t *testing.T) {
	t.Parallel()
	for _, e := range []edit.Edit{edit.Set("name", "x"), edit.Set("controlGroup", 5), edit.Clear("goal"), edit.Insert("audiences[0]", "x"), edit.Remove("engagements[1]"),
		edit.Move("engagements[0]", 2), edit.Set("timeFrame.from", model.ClockAt(8, 5)), edit.Set("engagements[0]", model.Engagement{ID: "x", Delay: 5})} {
		b, err := json.Marshal(e)
		do(t, err)
		var back edit.Edit
		do(t, json.Unmarshal(b, &back))
		x, y := campaign(), campaign()
		_, err = e.Apply(x)
		do(t, err)
		_, err = back.Apply(y)
		do(t, err)
		if encoded(t, x) != encoded(t, y) {
			t.Errorf("%s does something else", b)
		}
	}
}

func FuzzLoadHistory(f *testing.F) {
	h, err := edit.NewHistory(campaign(), 3)
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range []edit.Edit{edit.Set("name", "New"), edit.Remove("engagements[1]"), edit.Set("engagements[0].creative.busy.width", 4)} {
		if err := h.Do("step", e); err != nil {
			f.Fatal(err)
		}
	}
	h.Undo()
	b, err := h.Save()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":1,"kind":"goal","base":{"kind":"goal"},"draft":{"kind":"goal"},"done":[{"do":[{"op":"set","path":"id","value":null}],"undo":[{}]}]}`))
	f.Add([]byte(`{"format":1,"kind":"settings","base":null,"draft":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := edit.LoadHistory(b)
		if err != nil {
			return
		}
		saved, err := h.Save()
		if err != nil {
			t.Fatal(err)
		}
		again, err := edit.LoadHistory(saved)
		if err != nil || !edit.Equal(again.Document(), h.Document()) {
			t.Fatalf("what was saved is not read: %v", err)
		}
		for _, ok := h.Undo(); ok; _, ok = h.Undo() {
			if h.Document() == nil {
				t.Fatal("undo gave no document")
			}
		}
	})
}
