package widget

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

func trace() []Node {
	return []Node{
		{Key: "audience", Cells: []Cell{T("audience")}, Open: true, Below: []Node{
			{Key: "any", Cells: []Cell{T("any of")}, Below: []Node{{Key: "geo", Cells: []Cell{T("country is DE")}}}},
			{Key: "ret", Cells: []Cell{T("returning")}},
		}},
		{Key: "behavior", Cells: []Cell{T("behavior")}},
	}
}

func TestATreeFoldsAndUnfolds(t *testing.T) {
	t.Parallel()
	var tr Tree
	tr.SetNodes(trace())
	size := layout.Size{W: 24, H: 5}
	expect(t, tr.Rows(plain, size, true),
		">- audience             ",
		"   + any of             ",
		"   . returning          ",
		" . behavior             ",
		"                        ")
	for _, id := range []keymap.ID{keymap.Right, keymap.Right, keymap.Right} {
		tr.Do(id, nil)
	}
	if tr.SelectedKey() != "geo" {
		t.Errorf("right goes into a branch: %s", tr.SelectedKey())
	}
	expect(t, tr.Rows(plain, size, true),
		" - audience             ",
		"   - any of             ",
		">    . country is DE    ",
		"   . returning          ",
		" . behavior             ")
	tr.Do(keymap.Left, nil)
	tr.Do(keymap.Left, nil)
	if tr.SelectedKey() != "any" {
		t.Errorf("left goes up, then folds: %s", tr.SelectedKey())
	}
	tr.Do(keymap.First, nil)
	tr.Do(keymap.Open, nil)
	tr.SetNodes(trace())
	if got := lines(tr.Rows(plain, size, true)); !strings.HasPrefix(got[0], ">+ audience") || !strings.Contains(got[1], "behavior") {
		t.Errorf("what was folded is open after new nodes:\n%s", strings.Join(got, "\n"))
	}
	tr.Do(keymap.Last, nil)
	if tr.Do(keymap.Open, nil) != Ignored {
		t.Error("a leaf cannot be unfolded")
	}
	if !tr.Select("audience") || tr.Select("geo") {
		t.Error("only what is visible can be selected")
	}
}

func TestAnEmptyTreeTakesEveryAction(t *testing.T) {
	t.Parallel()
	var tr Tree
	for _, id := range []keymap.ID{keymap.Up, keymap.Right, keymap.Left, keymap.Open, keymap.Last, keymap.Click} {
		tr.Do(id, nil)
	}
	if tr.SelectedKey() != "" {
		t.Error("something is selected")
	}
}

func TestProseWrapsAndHangs(t *testing.T) {
	t.Parallel()
	var l Lines
	l.SetLines(Pair("Goal", 6, T("sell more tents than last year")), L(T("averyverylongwordthatfitsnowhere")))
	expect(t, l.Rows(plain, layout.Size{W: 20, H: 6}, true),
		"Goal   sell more    ",
		"       tents than   ",
		"       last year    ",
		"averyverylongwordtha",
		"tfitsnowhere        ",
		"                    ")
}

func TestProseScrolls(t *testing.T) {
	t.Parallel()
	var l Lines
	var text []Line
	for i := range 30 {
		text = append(text, L(T(fmt.Sprint("line ", i))))
	}
	l.SetLines(text...)
	size := layout.Size{W: 12, H: 5}
	l.Rows(plain, size, true)
	for _, m := range []struct {
		id   keymap.ID
		want string
	}{{keymap.PageDown, "line 5"}, {keymap.Down, "line 6"}, {keymap.Last, "line 25"}, {keymap.Down, "line 25"}, {keymap.HalfUp, "line 23"}, {keymap.First, "line 0"}} {
		l.Do(m.id, nil)
		if got := lines(l.Rows(plain, size, true))[0]; strings.TrimRight(got, " |#") != m.want {
			t.Errorf("after %s the first line is %q, want %q", m.id, got, m.want)
		}
	}
	l.Do(keymap.Wheel, frame.Pointer{Wheel: 1})
	if got := lines(l.Rows(plain, size, true))[0]; !strings.HasPrefix(got, "line 3") {
		t.Errorf("after the wheel %q", got)
	}
}

func key(s string) tea.Key {
	switch s {
	case "left":
		return tea.Key{Code: tea.KeyLeft}
	case "up":
		return tea.Key{Code: tea.KeyUp}
	case "f5":
		return tea.Key{Code: tea.KeyF5}
	case "home":
		return tea.Key{Code: tea.KeyHome}
	case "end":
		return tea.Key{Code: tea.KeyEnd}
	case "backspace":
		return tea.Key{Code: tea.KeyBackspace}
	case "delete":
		return tea.Key{Code: tea.KeyDelete}
	case "right":
		return tea.Key{Code: tea.KeyRight}
	case "space":
		return tea.Key{Code: tea.KeySpace, Text: " "}
	}
	if rest, ok := strings.CutPrefix(s, "ctrl+"); ok {
		return tea.Key{Code: rune(rest[0]), Mod: tea.ModCtrl}
	}
	return tea.Key{Code: []rune(s)[0], Text: s}
}

func TestALineIsEdited(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		start string
		keys  []string
		want  string
		caret int
	}{
		{"abc", nil, "abc", 3},
		{"abc", []string{"left", "x"}, "abxc", 3},
		{"abc", []string{"home", "x"}, "xabc", 1},
		{"abc", []string{"home", "delete"}, "bc", 0},
		{"abc", []string{"left", "backspace", "end", "!"}, "ac!", 3},
		{"one two", []string{"ctrl+w", "x"}, "one x", 5},
		{"one two", []string{"left", "left", "ctrl+u"}, "wo", 0},
		{"one two", []string{"home", "right", "ctrl+k"}, "o", 1},
		{"日本", []string{"left", "x"}, "日x本", 3},
		{"e\u0301a", []string{"left", "backspace"}, "a", 0},
		{"", []string{"backspace", "delete", "left", "right", "space", "a"}, " a", 2},
	} {
		var in Input
		in.SetValue(tt.start)
		for _, k := range tt.keys {
			if !in.Type(key(k)) {
				t.Errorf("%s is not a key of a line", k)
			}
		}
		_, caret := in.Row(plain, 40)
		if in.Value() != tt.want || caret != tt.caret {
			t.Errorf("%q with %v: %q caret %d, want %q caret %d", tt.start, tt.keys, in.Value(), caret, tt.want, tt.caret)
		}
	}
	var in Input
	for _, k := range []tea.Key{{Code: tea.KeyUp}, {Code: tea.KeyTab}, {Code: 'z', Mod: tea.ModCtrl}} {
		if in.Type(k) {
			t.Errorf("%s is taken", k)
		}
	}
}

func TestAMarkedLineIsTypedOverOrEdited(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keys   []string
		want   string
		marked bool
	}{
		{nil, "abc", true},
		{[]string{"f5", "up"}, "abc", true},
		{[]string{"x", "y"}, "xy", false},
		{[]string{"left", "x"}, "abxc", false},
		{[]string{"end", "x"}, "abcx", false},
		{[]string{"backspace", "x"}, "abx", false},
	} {
		var in Input
		in.SetValue("abc")
		in.Marked = true
		for _, k := range tt.keys {
			in.Type(key(k))
		}
		looks := theme.New(theme.Options{NoColor: true})
		row, _ := in.Row(looks, 10)
		if in.Value() != tt.want || strings.Contains(row, looks.Paint(theme.Selection, "abc")) != tt.marked {
			t.Errorf("%v: %q, drawn %q", tt.keys, in.Value(), row)
		}
		if err := frame.Check([]string{row}, 10, 1); err != nil {
			t.Errorf("%v: %v", tt.keys, err)
		}
	}
	var in Input
	in.SetValue("abc")
	in.Marked = true
	in.Paste("xyz")
	if in.Value() != "xyz" || in.Marked {
		t.Errorf("pasted: %q", in.Value())
	}
}

func TestALineHoldsNothingThatActs(t *testing.T) {
	t.Parallel()
	var in Input
	in.Paste("a\r\nb\tc\x1b[2J\u202ed\x00e\u009bf")
	if got := in.Value(); got != "a b c[2Jdef" {
		t.Errorf("%q", got)
	}
	in = Input{Max: 5}
	in.Paste(strings.Repeat("x", 1_000_000))
	if got := in.Value(); got != "xxxxx" {
		t.Errorf("%d runes", len(got))
	}
}

func TestTheCaretOfALongLineStaysInSight(t *testing.T) {
	t.Parallel()
	var in Input
	in.SetValue(strings.Repeat("0123456789", 10) + "end")
	line, caret := in.Row(plain, 10)
	if got := ansi.Strip(line); got != "~56789end " || caret != 9 {
		t.Errorf("%q caret %d", got, caret)
	}
	in.Type(key("home"))
	line, caret = in.Row(plain, 10)
	if got := ansi.Strip(line); got != "012345678~" || caret != 0 {
		t.Errorf("%q caret %d", got, caret)
	}
}

func TestMessagesGoByThemselvesAndCanBeReadAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	var ts Toasts
	if _, any := ts.Next(now); any {
		t.Error("nothing was said")
	}
	ts.Add(Info, "saved", now)
	ts.Add(Failure, "lost the link", now)
	ts.Add(Failure, "lost the link", now.Add(time.Second))
	if n := len(ts.Shown(now.Add(time.Second))); n != 2 {
		t.Errorf("%d messages, a repeated one counts once", n)
	}
	left, _ := ts.Next(now)
	if left != Info.stay() {
		t.Errorf("next goes in %v", left)
	}
	if got := ts.Shown(now.Add(5 * time.Second)); len(got) != 1 || got[0].Level != Failure {
		t.Errorf("an information outlives a failure: %v", got)
	}
	if n := len(ts.Shown(now.Add(time.Hour))); n != 0 {
		t.Errorf("%d stay for ever", n)
	}
	ts.Add(Info, "declined", now)
	ts.Add(Warning, "late", now)
	ts.Add(Info, "undone: declined", now)
	if got := ts.Shown(now); len(got) != 3 || got[2].Text != "undone: declined" || got[1].Text != "late" || got[0].Level != Failure {
		t.Errorf("beside its undo a change is still told: %v", got)
	}
	for i := range 100 {
		ts.Add(Warning, fmt.Sprint(i), now)
	}
	if past := ts.Past(); len(past) != remembered || past[0].Text != "99" {
		t.Errorf("%d remembered, latest %q", len(past), past[0].Text)
	}
	if shown := ts.Shown(now); len(shown) != shownAtOnce || shown[2].Text != "99" {
		t.Errorf("shown %v", shown)
	}
	ts.Clear()
	if _, any := ts.Next(now); any || len(ts.Shown(now)) != 0 {
		t.Error("cleared messages are still shown")
	}
}

func TestTheTimelineMarksWhatHappened(t *testing.T) {
	t.Parallel()
	tl := Timeline{Length: 10 * time.Second, Head: 5 * time.Second, Marks: []Mark{
		{0, EventMark}, {2 * time.Second, EventMark}, {2 * time.Second, DisplayMark}, {10 * time.Second, GoalMark}, {10 * time.Second, EventMark},
	}}
	expect(t, tl.Rows(plain, 11),
		"     V     ",
		".-*-------$")
	expect(t, Timeline{}.Rows(plain, 3), "V  ", "---")
}

func TestACellOfTheTimelineIsItsInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tl := Timeline{Length: time.Duration(rapid.IntRange(1, 1<<40).Draw(t, "length"))}
		w := rapid.IntRange(2, 300).Draw(t, "w")
		x := rapid.IntRange(0, w-1).Draw(t, "x")
		if at := tl.At(x, w); at < 0 || at > tl.Length {
			t.Fatalf("cell %d is at %v of %v", x, at, tl.Length)
		} else if back := tl.Cell(at, w); tl.Length > 1000*time.Duration(w) && back != x {
			t.Fatalf("cell %d is at %v, which is cell %d", x, at, back)
		}
	})
}

func TestTheScrollbarShowsPlaceAndShare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		height, top, total int
		want               string
	}{
		{5, 0, 5, ""}, {5, 0, 10, "##|||"}, {5, 5, 10, "|||##"}, {5, 1, 100, "|#|||"}, {5, 95, 100, "||||#"}, {0, 0, 9, ""}, {1, 3, 9, "#"},
	} {
		if got := strings.Join(Scrollbar(plain, tt.height, tt.top, tt.total), ""); got != tt.want {
			t.Errorf("%d of %d from %d: %q, want %q", tt.height, tt.total, tt.top, got, tt.want)
		}
	}
}

func TestProgressShowsItsShare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		done, total int64
		want        string
	}{{0, 10, "..........   0%"}, {5, 10, "#####.....  50%"}, {20, 10, "########## 100%"}, {7, 0, "7              "}} {
		if got := ansi.Strip(Progress(plain, 15, tt.done, tt.total)); got != tt.want {
			t.Errorf("%d of %d: %q, want %q", tt.done, tt.total, got, tt.want)
		}
	}
}

func TestABoxShowsItsFocusWithoutColor(t *testing.T) {
	t.Parallel()
	size := layout.Size{W: 24, H: 3}
	expect(t, Box{Title: "Campaigns", Note: "3/12"}.Rows(plain, size, frame.Rows{"x"}),
		"+- Campaigns --- 3/12 -+", "|x                     |", "+----------------------+")
	expect(t, Box{Title: "Campaigns", Focused: true}.Rows(plain, size, nil),
		"#= Campaigns ==========#", "#                      #", "#======================#")
}

func TestTabsShortenEvenly(t *testing.T) {
	t.Parallel()
	names := []string{"Campaigns", "Library", "Simulator", "Traffic", "Activity", "Settings"}
	line, rects := TabBar(plain, names, 2, 80)
	if got := strings.TrimSpace(ansi.Strip(line)); got != "1 Campaigns  2 Library  3 Simulator  4 Traffic  5 Activity  6 Settings" {
		t.Errorf("%q", got)
	}
	if rects[1].X != 13 || rects[1].W != 11 {
		t.Errorf("second tab at %+v", rects[1])
	}
	line, _ = TabBar(plain, names, 2, 60)
	for i := range names {
		if !strings.Contains(ansi.Strip(line), fmt.Sprint(" ", i+1, " ", names[i][:2])) {
			t.Errorf("tab %d cannot be told in %q", i+1, ansi.Strip(line))
		}
	}
}

func TestANoteThatIsTooLongIsCutAndNotLeftOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w          int
		note, want string
	}{
		{40, "by name", "by name"},
		{40, "without the chat on every page", " without the chat on "},
		{24, "without the chat on every page", ""}, // what is left says nothing
	} {
		top := ansi.Strip(Box{Title: "Campaigns", Note: tt.note}.Rows(colored, layout.Size{W: tt.w, H: 3}, nil)[0])
		if !strings.Contains(top, tt.want) || tt.want == "" && strings.Contains(top, "w") || frame.Width(top) != tt.w {
			t.Errorf("%d cells: %q", tt.w, top)
		}
	}
}
