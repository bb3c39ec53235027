package form

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"beckon/model"
	"beckon/tui/layout"
)

// A value that stands beside another where there is room begins below it where
// there is none, as the values of rows of their own do.
func TestAValueWithoutRoomBesideAnotherStandsBelowIt(t *testing.T) {
	t.Parallel()
	campaign := &model.Campaign{Header: model.Header{Kind: model.KindCampaign}}
	f := empty(t, campaign, Field{Path: "timeFrame.zone", Label: "Time zone", Kind: Zone{}}, Field{Path: "timeFrame.start", Label: "First day", Kind: Date{}, Width: 24},
		Field{Path: "timeFrame.end", Label: "Last day", Kind: Date{Hint: "no end"}, Beside: true, Width: 14})
	for w, beside := range map[int]bool{60: false, 80: true} {
		rows := strings.Split(ansi.Strip(f.Rows(layout.Size{W: w, H: 20}, true).Join()), "\n")
		at := map[string]int{}
		line := map[string]int{}
		for y, row := range rows {
			for _, label := range []string{"First day", "Last day"} {
				if x := strings.Index(row, label); x >= 0 {
					at[label], line[label] = x+strings.Index(row[x:], "│"), y
				}
			}
		}
		if got := line["First day"] == line["Last day"]; got != beside {
			t.Errorf("%d: beside %v\n%s", w, got, strings.Join(rows, "\n"))
		}
		if !beside && at["First day"] != at["Last day"] {
			t.Errorf("%d: the values begin at %d and %d\n%s", w, at["First day"], at["Last day"], strings.Join(rows, "\n"))
		}
	}
}

// What is said beside a value is cut with a sign where there is no room for all
// of it; it does not stay away.
func TestWhatIsSaidBesideAValueIsCutWithASign(t *testing.T) {
	t.Parallel()
	window := &model.Window{Header: model.Header{Kind: model.KindWindow}, Branding: model.WindowBranding{Background: "#ffffff", Text: "#16302b"}}
	f := empty(t, window, Field{Path: "branding.text", Label: "The text of the window", Kind: Color{Against: func() string { return "#ffffff" }}})
	for w, want := range map[int]string{80: "contrast 14.1 on #ffffff", 62: "contrast 14.1 on #ffffff", 57: "contrast 14.1 on #…"} {
		if got := ansi.Strip(f.Rows(layout.Size{W: w, H: 8}, true).Join()); !strings.Contains(got, "#16302b") || !strings.Contains(got, want) {
			t.Errorf("%d: %q is not said:\n%s", w, want, got)
		}
	}
}
