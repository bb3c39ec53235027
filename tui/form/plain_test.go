package form_test

import (
	"errors"
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/theme"
)

// answers runs the form line by line and gives what was written.
func answers(t *testing.T, s *Editing, lines ...string) string {
	t.Helper()
	f := opened(s, theme.Options{})
	var out strings.Builder
	if err := f.Plain(&out, strings.NewReader(strings.Join(lines, "\n")+"\n")); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
		t.Errorf("a control character at %d of\n%q", i, out.String())
	}
	return out.String()
}

func TestACampaignIsMadeLineByLine(t *testing.T) {
	t.Parallel()
	s := campaign()
	out := answers(t, s,
		"Cart rescue",
		"Helps with", "the cart.", ".",
		"2",     // the goal by its number
		"every", // an audience by a part of its name
		"1", "", // and the one that is left
		"31.2.x", // no date
		"2026-04-01", "",
		":list berlin", "Europe/Berlin",
		"specific", "9", "17:30",
		"high", ":help", "5%")
	five := 5
	want := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "new", Name: "Cart rescue", Description: "Helps with\nthe cart."},
		Goal: "sign-up", Audiences: []string{"everyone", "returning"}, Priority: model.High, ControlGroup: &five,
		TimeFrame: model.TimeFrame{Start: day(t, "2026-04-01"), Zone: "Europe/Berlin", Hours: model.SpecificHours, From: model.ClockAt(9, 0), To: model.ClockAt(17, 30)}}
	if !edit.Equal(s.campaign(), want) {
		a, _ := model.EncodeDocument(s.campaign())
		b, _ := model.EncodeDocument(want)
		t.Errorf("made\n%s\nwant\n%s\nsaid\n%s", a, b, out)
	}
	for _, said := range []string{"Name (required) [New]?", "  2 Sign up", "Not taken: want a date", "Europe/Berlin", "whole percent 0..25"} {
		if !strings.Contains(out, said) {
			t.Errorf("%q was not said in\n%s", said, out)
		}
	}
}

func TestAConditionIsMadeLineByLine(t *testing.T) {
	t.Parallel()
	s := behavior()
	out := answers(t, s, "Cart value", "at least", "50", "Time on page", "", "1m30s", "none of", "", "", "")
	money, d90 := model.Money(50*model.MoneyScale), 90*model.Second
	got := s.when(t)
	if len(got.All) != 3 || len(got.All[2].Exclude) != 1 {
		t.Fatalf("%+v\n%s", got, out)
	}
	sameCondition(t, model.Condition{All: got.All[:2]}, model.Condition{All: []model.Condition{
		{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: &money}}}, {TimeOnPage: &model.TimeCondition{MoreThan: &d90}}}})
	if !strings.Contains(out, "Means: total of the cart is 50.00 or more") {
		t.Errorf("the meaning was not said:\n%s", out)
	}
}

func TestLineByLineRowsAreDeletedAndUndone(t *testing.T) {
	t.Parallel()
	s := entryPoint()
	answers(t, s, "yes", "/cart", "yes", "/pay", ":back", ":back", ":back", ":back", ":back", ":delete", ":undo", ":done")
	e := s.History.Document().(*model.EntryPoint)
	if len(e.Include) != 2 {
		t.Errorf("%+v", e.Include)
	}
	w := window()
	out := answers(t, w, "", "\x1b[31m", "#333333", "", "yes", "harmony")
	if got := w.History.Document().(*model.Window); got.Branding.Text != "#333333" || !got.Branding.Emoji || got.Theme != "harmony" {
		t.Errorf("%+v\n%s", got.Branding, out)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the line is dead") }

func TestLineByLineAFaultOfTheLineIsTold(t *testing.T) {
	t.Parallel()
	if err := opened(campaign(), theme.Options{}).Plain(&strings.Builder{}, broken{}); err == nil || !strings.Contains(err.Error(), "the line is dead") {
		t.Errorf("%v", err)
	}
}
