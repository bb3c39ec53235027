package edit_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/modeltest"
	"beckon/model/text"
)

func encoded(t interface{ Fatalf(string, ...any) }, d model.Document) string {
	b, err := model.EncodeDocument(d)
	if err != nil {
		t.Fatalf("encoding: %v", err)
	}
	return string(b)
}

// campaign is a document with a little of everything that tests edit.
func campaign() *model.Campaign {
	share := 15
	return &model.Campaign{
		Header:       model.Header{Kind: model.KindCampaign, ID: "cart-rescue", Name: "Cart rescue"},
		Goal:         "order-placed",
		Audiences:    []string{"all-visitors", "gold"},
		TimeFrame:    model.TimeFrame{Start: must(model.ParseDate("2026-03-01")), Hours: model.SpecificHours, From: model.ClockAt(9, 30), To: model.ClockAt(17, 0)},
		ControlGroup: &share,
		Engagements: []*model.Engagement{
			{ID: "help", Name: "Help overlay", Format: model.Overlay, Type: model.Conversation, Delay: 90 * model.Second,
				Creative: model.Creative{Online: model.Face{Elements: []model.Element{{Kind: model.Label, Text: "Need a hand?"}, {Kind: model.Button, Text: "Yes"}}}}},
			{ID: "offer", Name: "Offer", Format: model.Toaster, Type: model.Content, URL: "https://shop.example/offer"},
			{ID: "pin", Name: "Pin", Format: model.Sticky, Type: model.Content},
		},
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func behavior(when model.Condition) *model.Behavior {
	return &model.Behavior{Header: model.Header{Kind: model.KindBehavior, ID: "b", Name: "B"}, When: when}
}

func TestSettingGivesAFieldTheValueOfItsText(t *testing.T) {
	t.Parallel()
	amount := model.Money(10 * model.MoneyScale)
	for name, c := range map[string]struct {
		doc   model.Document
		path  edit.Path
		value any
		want  string
	}{
		"text":                       {campaign(), "name", "Cart rescue 2", "Cart rescue 2"},
		"text of several lines":      {campaign(), "engagements[0].creative.online.elements[0].text", "a\r\nb\x1b", "a\r\nb\x1b"},
		"bool":                       {campaign(), "published", "true", "true"},
		"int":                        {campaign(), "engagements[0].creative.online.width", "440", "440"},
		"optional int, zero":         {campaign(), "controlGroup", "0", "0"},
		"optional int, typed":        {campaign(), "controlGroup", 7, "7"},
		"date":                       {campaign(), "timeFrame.end", "2026-04-01", "2026-04-01"},
		"clock":                      {campaign(), "timeFrame.from", "9:45 am", "09:45"},
		"duration":                   {campaign(), "engagements[0].delay", "90s", "1m30s"},
		"choice":                     {campaign(), "priority", "high", "high"},
		"choice of plain text":       {model.NewDocument(model.KindWindow), "theme", "ocean", "ocean"},
		"money, groups on the way":   {behavior(model.Condition{All: []model.Condition{{}, {}}}), "when.all[1].cartValue.min", "49.5", "49.50"},
		"money, typed":               {behavior(model.Condition{}), "when.cartValue.max", amount, "10.00"},
		"a face that was not there":  {campaign(), "engagements[1].creative.offline.height", "60", "60"},
		"an element of a list":       {campaign(), "audiences[1]", "silver", "silver"},
		"an element that is a name":  {behavior(model.Condition{Engaged: &model.EngagedCondition{Statuses: []model.EngagedStatus{"exposed"}}}), "when.engaged.statuses[0]", "clicked", "clicked"},
		"a whole list":               {campaign(), "audiences", []string{"a", "b"}, "a, b"},
		"a whole condition":          {behavior(model.Condition{ExitSignal: true}), "when", model.Condition{AboutToAbandon: true}, model.Condition{AboutToAbandon: true}.Sentence()},
		"a pointer to a value":       {campaign(), "controlGroup", new(int), "0"},
		"an engagement in its place": {campaign(), "engagements[2]", &model.Engagement{ID: "x"}, "ID x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := encoded(t, c.doc)
			back, err := edit.Set(c.path, c.value).Apply(c.doc)
			if err != nil {
				t.Fatal(err)
			}
			v, err := edit.Get(c.doc, c.path)
			if err != nil || v.Text() != c.want || !v.Given {
				t.Errorf("got %q, given %v, %v; want %q", v.Text(), v.Given, err, c.want)
			}
			if _, err := back.Apply(c.doc); err != nil {
				t.Fatal(err)
			}
			if after := encoded(t, c.doc); after != before {
				t.Errorf("the inverse leaves\n%s\nwant\n%s", after, before)
			}
		})
	}
}

func TestWhatIsNoValueOfAFieldIsRefusedInTheWordsOfTheReader(t *testing.T) {
	t.Parallel()
	deep := model.Condition{ExitSignal: true}
	for range 30 {
		deep = model.Condition{All: []model.Condition{deep}}
	}
	for name, c := range map[string]struct {
		path  edit.Path
		value any
		want  string
	}{
		"a date of another order":        {"timeFrame.start", "31/12/2026", "want a date such as 2026-03-01"},
		"no time of day":                 {"timeFrame.from", "25:00", "want a time of day such as 09:30"},
		"no duration":                    {"engagements[0].delay", "soon", "want a duration such as 30s"},
		"a fraction of a whole number":   {"controlGroup", "1.5", "want a whole number of at most 9 digits"},
		"too many digits":                {"controlGroup", "12345678901", "want a whole number of at most 9 digits"},
		"too many digits, typed":         {"controlGroup", 12345678901, "want a whole number of at most 9 digits"},
		"neither true nor false":         {"published", "yes", "want true or false"},
		"a choice misspelled":            {"priority", "hihg", "want high, medium or low, did you mean high?"},
		"no choice of plain text":        {"engagements[0].creative.edge", "left", "want bottom or top"},
		"a text for a list":              {"audiences", "a, b", "want a list, not one text"},
		"a text for fields":              {"timeFrame", "always", "want fields, not one text"},
		"a value of another type":        {"controlGroup", 1.5, "want a whole number"},
		"a control character":            {"timeFrame.start", "2026\x1b[2J", "want a date, of characters that can be seen"},
		"an invisible mark":              {"controlGroup", "\ufeff5", "want a whole number, of characters"},
		"bytes that are no text":         {"name", "a\xff", "not UTF-8"},
		"bytes that are no text, inside": {"audiences", []string{"a\xff"}, "not UTF-8"},
		"a duration that none can write": {"engagements[0].delay", model.Duration(-5), "out of the range of a duration"},
		"nothing":                        {"name", nil, "no value is given"},
		"no value behind a pointer":      {"controlGroup", (*int)(nil), "no value is given"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := campaign()
			before := encoded(t, doc)
			_, err := edit.Set(c.path, c.value).Apply(doc)
			var wrong *edit.ValueError
			if !errors.As(err, &wrong) || !strings.Contains(wrong.Reason, c.want) || wrong.Path != c.path {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if !text.Safe(err.Error()) {
				t.Errorf("%q is not fit to be shown", err)
			}
			if encoded(t, doc) != before {
				t.Error("the document has changed")
			}
		})
	}
	if _, err := edit.Set("when", deep).Apply(behavior(model.Condition{})); err == nil || !strings.Contains(err.Error(), "levels deep") {
		t.Errorf("a condition that no file may hold: %v", err)
	}
	if _, err := edit.Set("when.engaged.statuses[0]", "").Apply(behavior(model.Condition{Engaged: &model.EngagedCondition{Statuses: []model.EngagedStatus{"exposed"}}})); err == nil {
		t.Error("an element that is a name became empty")
	}
}

func TestAPathThatLeadsNowhereIsRefused(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]edit.Edit{
		"no such field":                 edit.Set("gaol", "x"),
		"no such field inside":          edit.Set("timeFrame.begin", "x"),
		"a field of a text":             edit.Set("name.first", "x"),
		"an index of no list":           edit.Set("name[0]", "x"),
		"a list's field":                edit.Set("engagements.name", "x"),
		"beyond the end":                edit.Set("engagements[3].name", "x"),
		"a list in nothing":             edit.Set("engagements[0].creative.busy.elements[0].text", "x"),
		"any element":                   edit.Set("engagements[].name", "x"),
		"the document":                  edit.Set("", "x"),
		"the kind":                      edit.Set("kind", "goal"),
		"the kind, cleared":             edit.Clear("kind"),
		"an element, cleared":           edit.Clear("audiences[0]"),
		"a field, removed":              edit.Remove("name"),
		"beyond the end, removed":       edit.Remove("audiences[2]"),
		"beyond the end, moved":         edit.Move("audiences[2]", 0),
		"moved beyond the end":          edit.Move("audiences[0]", 2),
		"moved before the beginning":    edit.Move("audiences[0]", -1),
		"inserted beyond the end":       edit.Insert("audiences[3]", "x"),
		"inserted where is no list":     edit.Insert("name", "x"),
		"no path at all":                edit.Set("a..b", "x"),
		"no edit at all":                {},
		"an edit of a kind to be known": {Op: "twist", Path: "name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := campaign()
			before := encoded(t, doc)
			_, err := e.Apply(doc)
			var nowhere *edit.PathError
			if !errors.As(err, &nowhere) || nowhere.Error() == "" {
				t.Errorf("got %v", err)
			}
			if encoded(t, doc) != before {
				t.Error("the document has changed")
			}
		})
	}
	for _, d := range []model.Document{nil, (*model.Campaign)(nil), &model.Header{}} {
		if _, err := edit.Set("name", "x").Apply(d); err == nil {
			t.Errorf("%T was edited", d)
		}
		if _, err := edit.Get(d, "name"); err == nil {
			t.Errorf("%T was read", d)
		}
	}
}

func TestListsTakeAndGiveAndReorderElements(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit edit.Edit
		want string
	}{
		"inserted at the front":  {edit.Insert("engagements[0]", &model.Engagement{ID: "new"}), "new help offer pin"},
		"inserted between":       {edit.Insert("engagements[2]", model.Engagement{ID: "new"}), "help offer new pin"},
		"inserted after the end": {edit.Insert("engagements[3]", &model.Engagement{ID: "new"}), "help offer pin new"},
		"appended":               {edit.Insert("engagements", &model.Engagement{ID: "new"}), "help offer pin new"},
		"removed":                {edit.Remove("engagements[1]"), "help pin"},
		"moved down":             {edit.Move("engagements[0]", 2), "offer pin help"},
		"moved up":               {edit.Move("engagements[2]", 0), "pin help offer"},
		"moved to its place":     {edit.Move("engagements[1]", 1), "help offer pin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := campaign()
			before := encoded(t, doc)
			back, err := c.edit.Apply(doc)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, e := range doc.Engagements {
				ids = append(ids, e.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if _, err := back.Apply(doc); err != nil || encoded(t, doc) != before {
				t.Errorf("the inverse gives another document, %v", err)
			}
		})
	}
}

func TestInsertingMakesTheGroupThatHoldsTheList(t *testing.T) {
	t.Parallel()
	doc := &model.Window{Header: model.Header{Kind: model.KindWindow, ID: "w", Name: "W"}}
	before := encoded(t, doc)
	back, err := edit.Insert("surveys.preChat.questions", model.Question{ID: "mail", Label: "Mail"}).Apply(doc)
	if err != nil || len(doc.Surveys.PreChat.Questions) != 1 {
		t.Fatal(err)
	}
	if _, err := back.Apply(doc); err != nil || encoded(t, doc) != before {
		t.Errorf("the inverse leaves %s, %v", encoded(t, doc), err)
	}
}

func TestAnEmptyTextClearsWhatIsNoText(t *testing.T) {
	t.Parallel()
	for _, path := range []edit.Path{"controlGroup", "timeFrame.start", "timeFrame.from", "timeFrame.hours", "engagements[0].delay", "goal"} {
		doc := campaign()
		if _, err := edit.Set(path, "").Apply(doc); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if v, err := edit.Get(doc, path); err != nil || v.Given {
			t.Errorf("%s is given: %s, %v", path, v.Text(), err)
		}
	}
}

func TestSeveralEditsAreAppliedAllOrNone(t *testing.T) {
	t.Parallel()
	doc := campaign()
	before := encoded(t, doc)
	_, err := edit.Apply(doc, edit.Set("name", "New"), edit.Remove("engagements[0]"), edit.Set("engagements[0].creative.busy.width", "5"), edit.Set("priority", "none"))
	if err == nil || encoded(t, doc) != before {
		t.Fatalf("half changed, or %v", err)
	}
	back, err := edit.Apply(doc, edit.Set("name", "New"), edit.Remove("engagements[0]"), edit.Set("engagements[0].creative.busy.width", "5"))
	if err != nil || doc.Engagements[0].Creative.Busy.Width != 5 {
		t.Fatal(err)
	}
	if _, err := edit.Apply(doc, back...); err != nil || encoded(t, doc) != before {
		t.Errorf("the inverse leaves another document, %v", err)
	}
}

func TestAnEditSharesNothingWithItsValue(t *testing.T) {
	t.Parallel()
	doc, list := campaign(), []string{"a", "b"}
	if _, err := edit.Set("audiences", list).Apply(doc); err != nil {
		t.Fatal(err)
	}
	list[0] = "changed"
	got := must(edit.Get(doc, "audiences")).Any().([]string)
	got[1] = "changed"
	if !reflect.DeepEqual(doc.Audiences, []string{"a", "b"}) {
		t.Errorf("got %v", doc.Audiences)
	}
}

func TestANilEngagementIsAnEmptyOne(t *testing.T) {
	t.Parallel()
	for _, e := range []edit.Edit{edit.Set("engagements[0].creative.busy.width", "4"), edit.Set("engagements[0]", model.Engagement{ID: "x"}),
		edit.Remove("engagements[0]"), edit.Insert("engagements[0]", model.Engagement{}), edit.Move("engagements[0]", 1)} {
		doc := &model.Campaign{Header: model.Header{ID: "c"}, Engagements: []*model.Engagement{nil, {ID: "e"}}}
		before := encoded(t, doc)
		back, err := e.Apply(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := back.Apply(doc); err != nil || encoded(t, doc) != before {
			t.Errorf("%s: the inverse leaves\n%s\nwant\n%s %v", e.Op, encoded(t, doc), before, err)
		}
	}
}

func TestGetTellsWhatAFieldIs(t *testing.T) {
	t.Parallel()
	for path, want := range map[edit.Path]struct {
		kind      edit.Kind
		optional  bool
		clearable bool
		given     bool
	}{
		"kind":                             {edit.Choice, false, false, true},
		"name":                             {edit.Text, false, true, true},
		"published":                        {edit.Bool, false, true, false},
		"controlGroup":                     {edit.Int, true, true, true},
		"priority":                         {edit.Choice, false, true, false},
		"timeFrame":                        {edit.Group, false, true, true},
		"timeFrame.end":                    {edit.Date, false, true, false},
		"timeFrame.from":                   {edit.Clock, false, true, true},
		"audiences":                        {edit.List, false, true, true},
		"audiences[0]":                     {edit.Text, false, false, true},
		"engagements[0]":                   {edit.Group, false, false, true},
		"engagements[0].delay":             {edit.Duration, false, true, true},
		"engagements[0].creative.busy":     {edit.Group, true, true, false},
		"engagements[0].creative.busy.top": {},
	} {
		v, err := edit.Get(campaign(), path)
		if strings.HasSuffix(string(path), ".top") {
			if err == nil {
				t.Errorf("%s is told to be something", path)
			}
			continue
		}
		if err != nil || v.Kind != want.kind || v.Optional != want.optional || v.Clearable() != want.clearable || v.Given != want.given {
			t.Errorf("%s: %+v, %v", path, v, err)
		}
	}
	v := must(edit.Get(behavior(model.Condition{}), "when.cartValue.min"))
	if v.Kind != edit.Money || !v.Optional || v.Given || v.Text() != "" || v.Any() != nil {
		t.Errorf("an amount in nothing: %+v", v)
	}
	f := must(edit.FieldOf(model.KindCampaign, "engagements[].format"))
	if !reflect.DeepEqual(f.Choices, model.Choices(model.Format(""))) || f.Name != "format" {
		t.Errorf("got %v", f.Choices)
	}
	if f := must(edit.FieldOf(model.KindCampaign, "engagements[0].delay")); f.Help() == "" || f.Help() != model.Describe(model.Engagement{}, "delay") {
		t.Errorf("help %q", f.Help())
	}
	if f := must(edit.FieldOf(model.KindAudience, "when.platform.in")); f.Of != edit.Choice || len(f.Choices) != 3 {
		t.Errorf("a list of choices: %+v", f)
	}
}

// settable draws an edit that fits a document, of any of its fields.
func settable(t *rapid.T, d model.Document) edit.Edit {
	var paths []edit.Path
	var walk func(p edit.Path)
	walk = func(p edit.Path) {
		v, err := edit.Get(d, p)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		if p != "" && !v.Fixed {
			paths = append(paths, p)
		}
		if v.Kind == edit.List {
			for i := range v.Len {
				walk(p.At(i))
			}
		}
		if v.Kind == edit.Group && (v.Given || p == "") {
			for _, name := range v.Fields() {
				walk(p.Field(name))
			}
		}
	}
	walk("")
	p := rapid.SampledFrom(paths).Draw(t, "path")
	v := must(edit.Get(d, p))
	if v.Element {
		switch rapid.IntRange(0, 3).Draw(t, "to an element") {
		case 0:
			return edit.Remove(p)
		case 1:
			return edit.Move(p, rapid.IntRange(0, must(edit.Get(d, p.Parent())).Len-1).Draw(t, "to"))
		case 2:
			return edit.Insert(p, v.Any())
		}
	} else if rapid.IntRange(0, 4).Draw(t, "clear") == 0 {
		return edit.Clear(p)
	}
	switch v.Kind {
	case edit.Text:
		return edit.Set(p, rapid.String().Draw(t, "text"))
	case edit.Bool:
		return edit.Set(p, rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool"))
	case edit.Int:
		return edit.Set(p, rapid.IntRange(-5, 999_999_999).Draw(t, "int"))
	case edit.Money:
		return edit.Set(p, model.Money(rapid.Int64Range(-1e9, 1e12).Draw(t, "money")))
	case edit.Duration:
		return edit.Set(p, model.Duration(rapid.Int64Range(0, 1e9).Draw(t, "duration")))
	case edit.Date:
		return edit.Set(p, model.Date(rapid.Int32Range(11000, 40000).Draw(t, "date")))
	case edit.Clock:
		return edit.Set(p, model.ClockAt(rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")))
	case edit.Choice:
		return edit.Set(p, rapid.SampledFrom(v.Choices).Draw(t, "choice"))
	case edit.List:
		if elem := must(edit.FieldOf(d.Head().Kind, p.At(-1))); elem.Kind == edit.Text {
			return edit.Insert(p, rapid.SampledFrom([]string{"a", "b", "Cart"}).Draw(t, "element"))
		} else if elem.Kind == edit.Choice {
			return edit.Insert(p, rapid.SampledFrom(elem.Choices).Draw(t, "element"))
		}
		return edit.Insert(p, rapid.SampledFrom([]any{v.New()}).Draw(t, "element"))
	}
	if !v.Given {
		return edit.Set(p, v.New())
	}
	return edit.Clear(p.Field(rapid.SampledFrom(v.Fields()).Draw(t, "field")))
}

// document draws a document of any kind.
func document(t *rapid.T) model.Document {
	return rapid.SampledFrom(modeltest.Catalog(t).Documents()).Draw(t, "document")
}

func TestUndoingAnyEditsGivesTheSameDocument(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc := edit.Clone(document(t))
		before := encoded(t, doc)
		var backs []edit.Edit
		for range rapid.IntRange(1, 12).Draw(t, "edits") {
			e := settable(t, doc)
			if e.Path == "kind" {
				continue
			}
			back, err := e.Apply(doc)
			if err != nil {
				t.Fatalf("%s %s: %v", e.Op, e.Path, err)
			}
			if _, err := model.EncodeDocument(doc); err != nil {
				t.Fatalf("%s %s cannot be written: %v", e.Op, e.Path, err)
			}
			backs = append(backs, back)
		}
		for i := len(backs) - 1; i >= 0; i-- {
			if _, err := backs[i].Apply(doc); err != nil {
				t.Fatalf("back: %s %s: %v", backs[i].Op, backs[i].Path, err)
			}
		}
		if after := encoded(t, doc); after != before {
			t.Fatalf("got\n%s\nwant\n%s", after, before)
		}
	})
}
