package edit_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/modeltest"
	"beckon/model/text"
)

func TestPathsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "name", "timeFrame.start", "engagements[2].creative.online.elements[0].text", "when.all[1].cartValue.min", "audiences[]", "engagements[].name"} {
		p, err := edit.ParsePath(good)
		parts, _ := p.Parts()
		if err != nil || edit.JoinPath(parts...) != edit.Path(good) {
			t.Errorf("%q: %q, %v", good, p, err)
		}
	}
	for _, bad := range []string{".", "a.", ".a", "a..b", "[0]", "a[0", "a[-1]", "a[+1]", "a[01]", "a[1000000]", "a[0]b", "a[0][1]", "a b", "1a", "é", "a\x00", "a[x]", "a]",
		strings.Repeat("a", 3000), strings.Repeat("a.", 64) + "a"} {
		p, err := edit.ParsePath(bad)
		var wrong *edit.PathError
		if p != "" || !errors.As(err, &wrong) || !text.Safe(err.Error()) {
			t.Errorf("%q: %q, %v", bad, p, err)
		}
	}
}

func TestPathsTellWhatHoldsWhat(t *testing.T) {
	t.Parallel()
	p := edit.Path("engagements[2].creative.online")
	for q, want := range map[edit.Path]bool{"": true, "engagements": true, "engagements[2]": true, "engagements[2].creative": true, p: true,
		"engagement": false, "engagements[2].creative.on": false, "engagements[21]": false, p.Field("width"): false} {
		if q.Holds(p) != want {
			t.Errorf("%q holds %q: want %v", q, p, want)
		}
	}
	if p.Parent() != "engagements[2].creative" || p.Parent().Parent() != "engagements[2]" || p.Parent().Parent().Parent() != "engagements" || edit.Path("a").Parent() != "" || edit.Path("").Parent() != "" {
		t.Error("parents are wrong")
	}
	if p.Last() != (edit.Part{Field: "online"}) || edit.Path("a[12]").Last() != (edit.Part{Index: 12}) || edit.Path("a[]").Last() != (edit.Part{Index: -1}) || edit.Path("a").Last().Field != "a" {
		t.Error("last parts are wrong")
	}
	if got := edit.Path("a[1].b[20].c").Pattern(); got != "a[].b[].c" {
		t.Errorf("pattern %q", got)
	}
}

func TestWalkListsEveryFieldOnceInTheOrderOfAFile(t *testing.T) {
	t.Parallel()
	for _, k := range model.Kinds() {
		seen := map[edit.Path]bool{}
		for _, f := range edit.Walk(k) {
			if seen[f.Path] {
				t.Errorf("%s: %s is listed twice", k, f.Path)
			}
			seen[f.Path] = true
			g, err := edit.FieldOf(k, f.Path)
			if err != nil || g.Kind != f.Kind {
				t.Errorf("%s: %s: %v", k, f.Path, err)
			}
			if f.Kind == edit.List || f.Kind == edit.Group && !f.Optional && !f.Recursive {
				t.Errorf("%s: %s is no leaf", k, f.Path)
			}
		}
	}
	var names []string
	for _, f := range edit.Walk(model.KindGoal) {
		names = append(names, string(f.Path))
	}
	want := []string{"id", "name", "description", "type", "urls[].contains", "urls[].exact", "urls[].startsWith", "urls[].wildcard", "urls[].regex",
		"urls[].title", "urls[].title.contains", "urls[].title.exact", "urls[].title.startsWith", "urls[].title.wildcard", "urls[].title.regex", "urls[].section",
		"transaction", "transaction.moreThan", "leadEvent", "service[].status", "service[].topics[]", "pages", "oncePerVisit"}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("got  %q\nwant %q", names, want)
	}
	var recursive []edit.Path
	for _, f := range edit.Walk(model.KindAudience) {
		if f.Recursive {
			recursive = append(recursive, f.Path)
		}
	}
	if !slices.Equal(recursive, []edit.Path{"when.all[]", "when.any[]", "when.exclude[]"}) {
		t.Errorf("conditions nest at %q", recursive)
	}
	if edit.Walk("gaol") != nil {
		t.Error("documents of an unknown kind have fields")
	}
}

// Whatever a document may hold is addressed as the validator addresses it.
func TestProblemsAreAtPathsOfTheirDocument(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := modeltest.Catalog(t)
		d := edit.Clone(rapid.SampledFrom(c.Documents()).Draw(t, "document"))
		for range 4 {
			if _, err := settable(t, d).Apply(d); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range model.ValidateDocument(c, d) {
			if _, err := edit.Get(d, edit.Path(p.Path)); err != nil {
				t.Fatalf("%s: %v", p, err)
			}
		}
	})
}

func TestLabelsArePathsInWords(t *testing.T) {
	t.Parallel()
	doc := campaign()
	doc.Engagements[2].Name = "\x1b[2J" + strings.Repeat("x", 100)
	for path, want := range map[edit.Path]string{
		"name": "name", "timeFrame.start": "time frame, start", "lob": "line of business", "audiences": "audiences", "audiences[1]": "audience 2",
		"engagements[0].creative.online.elements[0].text": "engagement Help overlay, creative, online, element 1, text",
		"engagements[0].entryPoints[0]":                   "engagement Help overlay, entry point 1",
		"engagements[].delay":                             "engagement, delay",
		"engagements[9].delay":                            "engagement 10, delay",
		"engagements[2]":                                  "engagement ␛[2J" + strings.Repeat("x", 36) + "…",
		"no\x1bsuch":                                      "no␛such",
	} {
		if got := edit.Label(doc, path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if got := edit.Label(behavior(model.Condition{All: []model.Condition{{}, {}}}), "when.all[1].cartValue.min"); got != "when, condition 2 of all, cart value, min" {
		t.Errorf("got %q", got)
	}
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"", "name", "engagements[2].creative.online.elements[0].text", "when.all[1].cartValue.min", "audiences[]", "a..b", "a[01]", "[0]", "a[0][0]", "é.a", "a[999999999999999999999]"} {
		f.Add(s)
	}
	doc := campaign()
	f.Fuzz(func(t *testing.T, s string) {
		p, err := edit.ParsePath(s)
		if err != nil {
			if p != "" || !text.Safe(err.Error()) {
				t.Fatalf("%q beside %q", p, err)
			}
			return
		}
		parts, err := p.Parts()
		if err != nil || string(edit.JoinPath(parts...)) != s {
			t.Fatalf("%q is spelled %q, %v", s, edit.JoinPath(parts...), err)
		}
		if !p.Parent().Holds(p) || (p != "" && edit.JoinPath(append(parts[:len(parts)-1:len(parts)-1], p.Last())...) != p) {
			t.Fatalf("%q has the parent %q", p, p.Parent())
		}
		if got := edit.Label(doc, p); !text.Safe(got) {
			t.Fatalf("%q is called %q", p, got)
		}
		if v, err := edit.Get(doc, p); err == nil && v.Path != p {
			t.Fatalf("%q is told to be %q", p, v.Path)
		}
	})
}
