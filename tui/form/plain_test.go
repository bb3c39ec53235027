package form_test

import (
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/theme"
)

// script answers with its lines, and keeps what was said.
type script struct {
	lines []string
	said  strings.Builder
}

func (s *script) Say(line string) { s.said.WriteString(line + "\n") }

func (s *script) Read() (string, bool) {
	if len(s.lines) == 0 {
		return "", false
	}
	line := s.lines[0]
	s.lines = s.lines[1:]
	return line, true
}

// answers runs the form line by line and gives what was said.
func answers(t *testing.T, s *Editing, lines ...string) string {
	t.Helper()
	f := opened(s, theme.Options{})
	l := &script{lines: lines}
	f.Ask(l)
	out := l.said.String()
	if i := strings.IndexFunc(out, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
		t.Errorf("a control character at %d of\n%q", i, out)
	}
	return out
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
	for _, said := range []string{"Name (required) [New]?", "2 Sign up", "Not taken: want a date", "Europe/Berlin", "whole percent 0..25"} {
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

func TestLineByLineTheEndOfTheInputKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	s := campaign()
	f := opened(s, theme.Options{})
	if got := f.Ask(&script{lines: []string{"Cart rescue"}}); !got.Ended {
		t.Errorf("ended with %+v", got)
	}
	if s.campaign().Name != "Cart rescue" {
		t.Errorf("the name is %q", s.campaign().Name)
	}
}

func TestLineByLineAnOrderToTheConsoleEndsAskingAndIsHandedOn(t *testing.T) {
	t.Parallel()
	s := campaign()
	f := opened(s, theme.Options{})
	if got := f.Ask(&script{lines: []string{"Cart rescue", ":steps 12"}}); got.Word != ":steps 12" || got.Ended {
		t.Errorf("ended with %+v", got)
	}
	l := &script{}
	if f.Ask(l); !strings.Contains(l.said.String(), "Description") || strings.Contains(l.said.String(), "Name (required)") {
		t.Errorf("it goes on with %s", l.said.String())
	}
}

func TestLineByLineAQuestionIsFoundByItsNameAndItsNumber(t *testing.T) {
	t.Parallel()
	s := campaign()
	l := &script{lines: []string{":fields", ":go priority", "high", ":go 1", "Renamed", ":go nothing of the kind", ":done"}}
	opened(s, theme.Options{}).Ask(l)
	if k := s.campaign(); k.Priority != model.High || k.Name != "Renamed" {
		t.Errorf("%+v\n%s", k, l.said.String())
	}
	if said := l.said.String(); !strings.Contains(said, "1 Name [New]") || !strings.Contains(said, "No question is called nothing of the kind") {
		t.Errorf("said\n%s", said)
	}
}
