package edit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
)

// leaves spells a document out value by value: elements that are called by a
// name of their own are found by it wherever they stand. Lists that call two
// alike, and lists of plain values, are left out.
func leaves(t interface{ Fatal(...any) }, d model.Document) map[string]string {
	out := map[string]string{}
	var walk func(p edit.Path, key string)
	walk = func(p edit.Path, key string) {
		v, err := edit.Get(d, p)
		if err != nil {
			t.Fatal(err)
		}
		switch v.Kind {
		case edit.List:
			seen := map[string]int{}
			for i := range v.Len {
				seen[called(d, p.At(i))]++
			}
			twice := false // the check refuses such a document, and places are all there is to pair by
			for name, n := range seen {
				twice = twice || name != "" && n > 1
			}
			for i := range v.Len {
				if name := called(d, p.At(i)); name != "" && !twice {
					out[key+"["+name+"]"] = "there"
					walk(p.At(i), key+"["+name+"]")
				}
			}
		case edit.Group:
			if p != "" && !v.Given && !v.Element {
				return
			}
			for _, name := range v.Fields() {
				walk(p.Field(name), key+"."+name)
			}
		default:
			out[key] = fmt.Sprint(v.Given, v.Text())
		}
	}
	walk("", "")
	return out
}

func called(d model.Document, p edit.Path) string {
	v, err := edit.Get(d, p)
	if err != nil || v.Kind != edit.Group {
		return ""
	}
	for _, name := range v.Fields() {
		if name == "id" {
			id, _ := edit.Get(d, p.Field("id"))
			return id.Text()
		}
	}
	return ""
}

// What one side alone set is in the merge; what both set and not alike is a
// conflict, and the merge has what was chosen.
func TestAMergeLosesNoFieldOfEitherSideWithoutAChoice(t *testing.T) {
	t.Parallel()
	conflicts, settled := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		base := document(t)
		mine, theirs := edit.Clone(base), edit.Clone(base)
		for _, d := range []model.Document{mine, theirs} {
			for range rapid.IntRange(1, 8).Draw(t, "edits") {
				if _, err := settable(t, d).Apply(d); err != nil {
					t.Fatal(err)
				}
			}
		}
		asked, err := edit.Merge(base, mine, theirs, nil)
		if err != nil {
			t.Fatal(err)
		}
		answers := map[string]edit.Answer{}
		for _, c := range asked.Conflicts {
			if _, twice := answers[c.Key]; twice {
				t.Fatalf("two conflicts are called %s", c.Key)
			}
			answers[c.Key] = edit.Answer{Side: rapid.SampledFrom([]edit.Side{edit.Mine, edit.Theirs}).Draw(t, c.Key)}
		}
		got, err := edit.Merge(base, mine, theirs, answers)
		if err != nil || got.Open(answers) != 0 || len(got.Conflicts) != len(asked.Conflicts) {
			t.Fatalf("%v, %d conflicts, then %d with %d open", err, len(asked.Conflicts), len(got.Conflicts), got.Open(answers))
		}
		chosen := map[string]edit.Side{} // what was chosen, by the label and the values
		for _, c := range got.Conflicts {
			conflicts++
			if c.Kept != answers[c.Key].Side {
				t.Fatalf("%s: chose %s, kept %s", c.Label, answers[c.Key].Side, c.Kept)
			}
			if c.Path != "" {
				chosen[spelled(got.Document, c.Path)] = c.Kept
			}
		}
		b, m, h, now := leaves(t, base), leaves(t, mine), leaves(t, theirs), leaves(t, got.Document)
		for key, was := range b {
			x, inMine := m[key]
			y, inTheirs := h[key]
			if !inMine || !inTheirs {
				continue
			}
			want := x
			if x == was {
				want = y
			}
			if x != y && x != was && y != was {
				side, ok := chosen[key]
				if !ok {
					t.Fatalf("%s was %s, is %s and %s, and nobody was asked: %v", key, was, x, y, got.Conflicts)
				}
				settled++
				if want = x; side == edit.Theirs {
					want = y
				}
			}
			if is, ok := now[key]; is != want && (ok || !strings.HasPrefix(want, "false")) { // a group of which nothing is given is none
				t.Fatalf("%s was %s, is %s and %s; the merge has %s", key, was, x, y, is)
			}
		}
	})
	if conflicts < 20 || settled < 5 {
		t.Errorf("only %d conflicts, %d of them of values", conflicts, settled)
	}
}

// spelled is a path as leaves has it.
func spelled(d model.Document, p edit.Path) string {
	parts, _ := p.Parts()
	out := ""
	for i, part := range parts {
		if part.Field != "" {
			out += "." + part.Field
		} else {
			out += "[" + called(d, edit.JoinPath(parts[:i+1]...)) + "]"
		}
	}
	return out
}

// Every change of either side is told: as taken, or as a conflict.
func TestAMergeTellsWhatItTookFromWhom(t *testing.T) {
	t.Parallel()
	base := campaign()
	mine := changed(t, base, edit.Set("priority", "high"), edit.Set("engagements[0].delay", "30s"), edit.Set("name", "Rescue"), edit.Remove("engagements[2]"), edit.Set("description", "alike"))
	theirs := changed(t, base, edit.Set("priority", "low"), edit.Set("goal", "sign-ups"), edit.Set("engagements[0].name", "Help"), edit.Set("description", "alike"),
		edit.Insert("engagements[3]", model.Engagement{ID: "new", Name: "New"}))
	m, err := edit.Merge(base, mine, theirs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range m.Conflicts {
		got = append(got, c.String())
	}
	for _, c := range m.Taken {
		got = append(got, string(c.Side)+" "+c.String())
	}
	want := []string{
		"priority: high (mine) or low (theirs), was none",
		"mine name: Rescue, was Cart rescue",
		"both description: alike",
		"theirs goal: sign-ups, was order-placed",
		"mine engagement Pin: removed: ID pin, name Pin, format sticky, type content",
		"theirs engagement Help overlay, name: Help, was Help overlay",
		"mine engagement Help overlay, delay: 30s, was 1m30s",
		"theirs engagement New: added: ID new, name New",
	}
	seen := map[string]bool{}
	for _, s := range got {
		seen[s] = true
	}
	for _, s := range want {
		if !seen[s] {
			t.Errorf("not told: %s", s)
		}
	}
	if t.Failed() || len(got) != len(want) {
		t.Errorf("told %q", got)
	}
}

func TestAValueOfOnesOwnSettlesAConflict(t *testing.T) {
	t.Parallel()
	base := campaign()
	mine, theirs := changed(t, base, edit.Set("engagements[0].delay", "30s")), changed(t, base, edit.Set("engagements[0].delay", "40s"))
	m, err := edit.Merge(base, mine, theirs, nil)
	if err != nil || len(m.Conflicts) != 1 || !m.Conflicts[0].Settable || m.Conflicts[0].Value != "30s" {
		t.Fatalf("%+v, %v", m.Conflicts, err)
	}
	key := m.Conflicts[0].Key
	m, err = edit.Merge(base, mine, theirs, map[string]edit.Answer{key: {Side: edit.Own, Text: "35s"}})
	if v := must(edit.Get(m.Document, "engagements[0].delay")); err != nil || v.Text() != "35s" || m.Conflicts[0].Kept != edit.Own {
		t.Errorf("%s, %+v, %v", v.Text(), m.Conflicts, err)
	}
	m, err = edit.Merge(base, mine, theirs, map[string]edit.Answer{key: {Side: edit.Own, Text: "soon"}})
	if v := must(edit.Get(m.Document, "engagements[0].delay")); err == nil || v.Text() != "30s" {
		t.Errorf("%s, %v", v.Text(), err)
	}
}

func TestAnOrderIsChosenBeforeWhatIsInIt(t *testing.T) {
	t.Parallel()
	base := campaign()
	mine := changed(t, base, edit.Move("engagements[0]", 2), edit.Set("engagements[2].delay", "10s"))
	theirs := changed(t, base, edit.Move("engagements[2]", 0), edit.Set("engagements[1].delay", "20s"))
	m, err := edit.Merge(base, mine, theirs, nil)
	if err != nil || len(m.Conflicts) != 2 {
		t.Fatalf("%v, %v", m.Conflicts, err)
	}
	answers := map[string]edit.Answer{}
	for _, c := range m.Conflicts {
		answers[c.Key] = edit.Answer{Side: edit.Theirs}
	}
	if m, err = edit.Merge(base, mine, theirs, answers); err != nil || !edit.Equal(m.Document, theirs) {
		t.Errorf("%v\n%s\nwant\n%s", err, encoded(t, m.Document), encoded(t, theirs))
	}
	for k := range answers {
		answers[k] = edit.Answer{Side: edit.Mine}
	}
	if m, err = edit.Merge(base, mine, theirs, answers); err != nil || !edit.Equal(m.Document, mine) {
		t.Errorf("%v\n%s\nwant\n%s", err, encoded(t, m.Document), encoded(t, mine))
	}
}

// An engagement that was just added has no id yet; those beside it have theirs.
func TestAnElementWithoutAnIDLeavesTheOthersTheirs(t *testing.T) {
	t.Parallel()
	campaign := func(list ...*model.Engagement) *model.Campaign {
		return &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "c"}, Engagements: list}
	}
	base := campaign(&model.Engagement{ID: "help", Name: "Help"})
	mine := campaign(&model.Engagement{ID: "help", Name: "Help", Channel: model.Messaging})
	theirs := campaign(&model.Engagement{}, &model.Engagement{ID: "help", Name: "Help", Delay: model.Second})
	got, err := edit.Merge(base, mine, theirs, nil)
	if err != nil || len(got.Conflicts) != 0 {
		t.Fatal(err, got.Conflicts)
	}
	want := campaign(&model.Engagement{}, &model.Engagement{ID: "help", Name: "Help", Channel: model.Messaging, Delay: model.Second})
	if diff := cmp.Diff(want.Engagements, got.Document.(*model.Campaign).Engagements); diff != "" {
		t.Error(diff)
	}
}
