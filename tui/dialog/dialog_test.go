package dialog

import (
	"errors"
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
	"beckon/tui/widget"
)

var (
	plain  = theme.New(theme.Options{NoColor: true, ASCII: true})
	screen = layout.Size{W: 80, H: 24}
	start  = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
)

func key(s string) tea.Key {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "left": tea.KeyLeft, "right": tea.KeyRight, "tab": tea.KeyTab,
		"up": tea.KeyUp, "down": tea.KeyDown, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace}
	if c, ok := codes[s]; ok {
		return tea.Key{Code: c}
	}
	return tea.Key{Code: []rune(s)[0], Text: s}
}

// see draws the stack over an empty screen.
func see(s *Stack) string {
	rows, _, _, _ := s.Over(plain, frame.Blank(screen.W, screen.H), screen)
	return ansi.Strip(rows.Join())
}

func press(s *Stack, keys ...string) {
	for _, k := range keys {
		see(s)
		s.Key(key(k), start)
	}
}

func TestConfirmAnswersNoUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	tests := []struct {
		opener string
		keys   []string
		yes    bool
		open   bool
	}{
		{"d", []string{"enter"}, false, false},
		{"d", []string{"esc"}, false, false},
		{"d", []string{"n"}, false, false},
		{"d", []string{"d", "d", "d"}, false, true},
		{"d", []string{"y"}, true, false},
		{"d", []string{"right", "enter"}, true, false},
		{"d", []string{"right", "left", "enter"}, false, false},
		{"d", []string{"tab", "enter"}, true, false},
		{"y", []string{"y", "y"}, false, true},
		{"y", []string{"o"}, true, false},
		{"enter", []string{"enter", "enter"}, false, false},
		{"", []string{"y"}, true, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.opener, tt.keys), func(t *testing.T) {
			t.Parallel()
			yes := false
			var s Stack
			s.Push(&Confirm{Title: "Delete?", Yes: "Delete", Then: func() tea.Cmd { yes = true; return nil }}, tt.opener)
			press(&s, tt.keys...)
			if yes != tt.yes || (s.Len() > 0) != tt.open {
				t.Errorf("yes %v open %v, want %v %v", yes, s.Len() > 0, tt.yes, tt.open)
			}
		})
	}
}

func TestWhatCannotBeUndoneNeedsItsNameTyped(t *testing.T) {
	t.Parallel()
	done := false
	var s Stack
	s.Push(&Confirm{Title: "Delete for good?", Name: "Spring Sale", Yes: "Delete", Then: func() tea.Cmd { done = true; return nil }}, "D")
	press(&s, "y", "enter", "backspace", "S", "p")
	if done || s.Len() != 1 {
		t.Fatal("confirmed without the name")
	}
	if got := see(&s); !strings.Contains(got, "Type Spring Sale to confirm") || !strings.Contains(got, "Sp ") {
		t.Errorf("\n%s", got)
	}
	s.Paste("ring Sale")
	press(&s, "enter")
	if !done || s.Len() != 0 {
		t.Error("the name was typed, and nothing happened")
	}
}

func TestPromptChecksWhatIsEntered(t *testing.T) {
	t.Parallel()
	got := ""
	var s Stack
	s.Push(&Prompt{Title: "Name", Label: "A name for the copy", Value: "copy", Check: func(v string) error {
		if v == "" {
			return errors.New("a name is needed")
		}
		return nil
	}, Then: func(v string) tea.Cmd { got = v; return nil }}, "c")
	press(&s, "backspace", "backspace", "backspace", "backspace")
	if strings.Contains(see(&s), "a name is needed") {
		t.Error("scolded before anything was entered")
	}
	press(&s, "enter")
	if !strings.Contains(see(&s), "a name is needed") || s.Len() != 1 {
		t.Errorf("\n%s", see(&s))
	}
	press(&s, "n", "q", "?", "enter")
	if got != "nq?" || s.Len() != 0 {
		t.Errorf("entered %q", got)
	}
}

func TestPromptShowsWhatCameOfTheTextUntilItChanges(t *testing.T) {
	t.Parallel()
	var s Stack
	s.Push(&Prompt{Title: "Open a file", Value: "visits.jsom", Wrong: "no such file"}, "enter")
	if got := see(&s); !strings.Contains(got, "visits.jsom") || !strings.Contains(got, "no such file") {
		t.Errorf("\n%s", got)
	}
	press(&s, "backspace", "l")
	if got := see(&s); !strings.Contains(got, "visits.jsol") || strings.Contains(got, "no such file") {
		t.Errorf("\n%s", got)
	}
}

func items(n int) []Item {
	out := make([]Item, n)
	for i := range out {
		out[i] = Item{Title: fmt.Sprintf("journey %02d", i), Value: i, Group: []string{"Kept", "From a file"}[i*2/max(1, n)]}
	}
	return out
}

func TestAPickerIsSearchedAndChosenFrom(t *testing.T) {
	t.Parallel()
	var got Item
	open := func(list []Item) *Stack {
		got = Item{}
		s := &Stack{}
		s.Push(&Picker{Title: "Journeys", Items: list, Then: func(i Item) tea.Cmd { got = i; return nil }}, "o")
		return s
	}
	for _, tt := range []struct {
		keys []string
		want string
	}{
		{[]string{"enter"}, "journey 00"},
		{[]string{"down", "down", "enter"}, "journey 02"},
		{[]string{"end", "up", "enter"}, "journey 38"},
		{[]string{"end", "home", "enter"}, "journey 00"},
		{[]string{"1", "7", "enter"}, "journey 17"},
		{[]string{"j", "1", "7", "down", "enter"}, "journey 17"},
		{[]string{"z", "z", "enter"}, ""},
		{[]string{"z", "backspace", "enter"}, "journey 00"},
		{[]string{"esc"}, ""},
	} {
		s := open(items(40))
		press(s, tt.keys...)
		if got.Title != tt.want {
			t.Errorf("%v chooses %q, want %q", tt.keys, got.Title, tt.want)
		}
	}
	s := open(nil)
	press(s, "down", "pgdown", "enter")
	if s.Len() != 1 || !strings.Contains(see(s), "Nothing found") {
		t.Errorf("\n%s", see(s))
	}
}

func TestAnItemThatStoodAloneDoesNotKeepTheMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		before int
		keys   []string
		want   string
	}{
		{"it was the only one", 1, nil, "journey 01"},
		{"there were two, and the mark was on the second", 2, nil, "journey 01"},
		{"the mark was put on the first of two", 2, []string{"up"}, "journey 00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, s := Item{}, Stack{}
			p := &Picker{Title: "Who is online", Items: items(tt.before), Start: 1, Then: func(i Item) tea.Cmd { got = i; return nil }}
			s.Push(p, "&")
			see(&s)
			press(&s, tt.keys...)
			p.Replace(items(3))
			press(&s, "enter")
			if got.Title != tt.want {
				t.Errorf("chosen was %q, want %q", got.Title, tt.want)
			}
		})
	}
}

func TestGroupsAreHeadedUntilSomethingIsSearched(t *testing.T) {
	t.Parallel()
	var s Stack
	s.Push(&Picker{Title: "Journeys", Items: items(4)}, "o")
	if got := see(&s); !strings.Contains(got, "Kept") || !strings.Contains(got, "From a file") {
		t.Errorf("\n%s", got)
	}
	press(&s, "0")
	if got := see(&s); strings.Contains(got, "Kept") {
		t.Errorf("\n%s", got)
	}
}

func TestWhatIsDisabledSaysWhyAndCannotBeChosen(t *testing.T) {
	t.Parallel()
	ran := keymap.ID("")
	keys, err := keymap.New(keymap.Global())
	if err != nil {
		t.Fatal(err)
	}
	var s Stack
	s.Push(NewPalette(keys, "", func(id keymap.ID) string {
		if id == keymap.Undo {
			return "nothing was changed"
		}
		return ""
	}, func(id keymap.ID) tea.Cmd { ran = id; return nil }), ":")
	press(&s, "u", "n", "d", "o")
	if got := see(&s); !strings.Contains(got, "Not now: nothing was changed") || !strings.Contains(got, "ctrl+z") {
		t.Errorf("\n%s", got)
	}
	press(&s, "enter")
	if ran != "" || s.Len() != 1 {
		t.Errorf("ran %s", ran)
	}
	press(&s, "backspace", "backspace", "backspace", "backspace", "r", "e", "d", "r", "enter")
	if ran != keymap.Redraw {
		t.Errorf("ran %q", ran)
	}
}

func TestWhatNoTitleSaysIsFoundByTheDetails(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"URL m": "URL matches", "regular": "URL matches", "Prefix": "URL starts with", "nothing": "",
		// Letters that a title happens to have in this order say less than a word of what is said.
		"trace": "Copy as JSON", "start": "Start a conversation", "urlw": "URL starts with", "conver": "Start a conversation"} {
		var got Item
		s := &Stack{}
		s.Push(&Picker{Items: []Item{{Title: "Start a conversation", Detail: "As the visitor."}, {Title: "URL starts with", Detail: "A prefix."}, {Title: "URL matches", Detail: "A regular expression."}, {Title: "Copy as JSON", Detail: "The trace."}},
			Then: func(i Item) tea.Cmd { got = i; return nil }}, "o")
		for _, r := range typed {
			s.Key(tea.Key{Code: r, Text: string(r)}, time.Now())
		}
		press(s, "enter")
		if got.Title != want {
			t.Errorf("%q finds %q, want %q", typed, got.Title, want)
		}
	}
}

func TestTheLastLineOfAPickerTakesWhatIsTyped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keys []string
		want string
	}{
		{[]string{"enter"}, "journey 00"},
		{[]string{"end", "enter"}, "new: "},
		{[]string{"z", "z", "enter"}, "new: zz"},
		{[]string{"0", "2", "enter"}, "journey 02"},
		{[]string{"0", "2", "down", "enter"}, "new: 02"},
	} {
		var got Item
		s := &Stack{}
		s.Push(&Picker{Title: "Journeys", Items: items(3), Then: func(i Item) tea.Cmd { got = i; return nil },
			Last: func(typed string) Item { return Item{Title: "new: " + typed} }}, "o")
		press(s, tt.keys...)
		if got.Title != tt.want {
			t.Errorf("%v: %q, want %q", tt.keys, got.Title, tt.want)
		}
	}
}

func TestAPickerAnswersTheMouse(t *testing.T) {
	t.Parallel()
	var got Item
	var s Stack
	s.Push(&Picker{Title: "Journeys", Items: items(40), Then: func(i Item) tea.Cmd { got = i; return nil }}, "o")
	at := func(want string) (x, y int) {
		for y, line := range strings.Split(see(&s), "\n") {
			if x := strings.Index(line, want); x >= 0 {
				return x, y
			}
		}
		t.Fatalf("no %q in\n%s", want, see(&s))
		return 0, 0
	}
	s.Wheel(1)
	x, y := at("journey 06")
	s.Click(x, y)
	if got.Title != "" {
		t.Error("one click chooses")
	}
	s.Click(x, y)
	if got.Title != "journey 06" || s.Len() != 0 {
		t.Errorf("two clicks choose %q", got.Title)
	}
	s.Click(x, y) // nothing is open
}

func TestADialogOpensAnotherOnTop(t *testing.T) {
	t.Parallel()
	var s Stack
	s.Push(&Picker{Title: "First", Items: items(3), Then: func(Item) tea.Cmd {
		s.Push(&Prompt{Title: "Second"}, "enter")
		return nil
	}}, "o")
	press(&s, "enter")
	if got := see(&s); s.Len() != 1 || !strings.Contains(got, "Second") || strings.Contains(got, "First") {
		t.Errorf("%d open\n%s", s.Len(), got)
	}
	press(&s, "esc")
	if s.Len() != 0 || s.Top() != nil {
		t.Error("still open")
	}
}

func TestKeysInFlightDoNotAnswerADialogThatOpensByItself(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, tt := range map[string]struct {
		at   []time.Duration // of presses of y
		want int             // which of them confirms, -1 for none
	}{
		"a key at once":                   {[]time.Duration{0}, -1},
		"a key within the quiet time":     {[]time.Duration{424 * ms}, -1},
		"a key after the quiet time":      {[]time.Duration{425 * ms}, 0},
		"each key begins the quiet anew":  {[]time.Duration{400 * ms, 800 * ms}, -1},
		"quiet after some keys":           {[]time.Duration{100 * ms, 200 * ms, 700 * ms}, 2},
		"a key held down, in the end":     {[]time.Duration{300 * ms, 600 * ms, 900 * ms, 1200 * ms, 1500 * ms}, 4},
		"a key held down, before the end": {[]time.Duration{300 * ms, 600 * ms, 900 * ms, 1200 * ms, 1499 * ms}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answered, now := -1, 0
			var s Stack
			s.PushUnasked(&Confirm{Title: "Changed by another operator", Then: func() tea.Cmd { answered = now; return nil }}, start)
			for i, at := range tt.at {
				now = i
				s.Key(key("y"), start.Add(at))
			}
			if answered != tt.want {
				t.Errorf("answered by press %d, want %d", answered, tt.want)
			}
		})
	}
	var s Stack
	yes := false
	s.Push(&Confirm{Then: func() tea.Cmd { yes = true; return nil }}, "d")
	s.Key(key("y"), start)
	if !yes {
		t.Error("a dialog that was asked for has no grace")
	}
}

func TestReaderScrollsAndCloses(t *testing.T) {
	t.Parallel()
	var text []widget.Line
	for i := range 60 {
		text = append(text, widget.L(widget.T(fmt.Sprint("line ", i))))
	}
	var s Stack
	s.Push(&Reader{Title: "Messages", Lines: text}, "f9")
	press(&s, "end")
	if got := see(&s); !strings.Contains(got, "line 59") || strings.Contains(got, "line 1 ") {
		t.Errorf("\n%s", got)
	}
	s.Wheel(-1)
	press(&s, "esc")
	if s.Len() != 0 {
		t.Error("still open")
	}
}

var hostile = []string{"fine", "日本語", "\x1b[2J", "\u202egnp", "👩‍💻", strings.Repeat("very long ", 30), "a\nb", "\x9b", ""}

func TestDialogsAreExactOnEveryScreen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		foreign := func(label string) string { return rapid.SampledFrom(hostile).Draw(t, label) }
		size := layout.Size{W: rapid.IntRange(1, 200).Draw(t, "w"), H: rapid.IntRange(1, 60).Draw(t, "h")}
		th := theme.New(theme.Options{NoColor: rapid.Bool().Draw(t, "no color"), ASCII: rapid.Bool().Draw(t, "ascii")})
		title := foreign("title")
		list := items(rapid.IntRange(0, 40).Draw(t, "n"))
		for i := range list {
			list[i].Detail, list[i].Disabled, list[i].Key = foreign("detail"), foreign("disabled"), foreign("key")
			list[i].Title += foreign("item")
			list[i].Group += foreign("group")
		}
		for _, c := range []struct {
			name string
			d    Dialog
		}{
			{"confirm", &Confirm{Title: title, Body: foreign("body"), Yes: foreign("yes"), Name: foreign("name"), Danger: true}},
			{"prompt", &Prompt{Title: title, Label: foreign("label"), Value: foreign("value"), Hint: foreign("hint"), Check: func(string) error { return errors.New("no: \x1b[2J") }}},
			{"picker", &Picker{Title: title, Hint: foreign("hint"), Items: list}},
			{"reader", &Reader{Title: title, Lines: []widget.Line{widget.L(widget.T(foreign("line")))}}},
		} {
			var s Stack
			s.Push(c.d, "")
			for range 3 {
				rows, x, y, cursor := s.Over(th, frame.Blank(size.W, size.H), size)
				if err := frame.Check(rows, size.W, size.H); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				if cursor && (x < 0 || y < 0 || x >= size.W || y >= size.H) {
					t.Fatalf("%s: cursor at %d,%d outside %v", c.name, x, y, size)
				}
				s.Key(key(rapid.SampledFrom([]string{"down", "end", "enter", "a"}).Draw(t, "key")), start)
			}
		}
	})
}

func TestAPromptAnswersTheMouse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		click, value, want string
		open               int
	}{
		{"enter: done", "cart.jsonl", "cart.jsonl", 0},
		{"enter: done", "", "", 1}, // wrong: it says so and stays
		{"esc: leave it", "cart.jsonl", "", 0},
		{"esc: leave it", "", "", 0},
	} {
		got := ""
		var s Stack
		s.Push(&Prompt{Title: "Open a file", Value: tt.value, Then: func(v string) tea.Cmd { got = v; return nil }, Check: func(v string) error {
			if v == "" {
				return errors.New("a path is needed")
			}
			return nil
		}}, "O")
		for range 2 { // what is wrong takes no way out away
			for y, line := range strings.Split(see(&s), "\n") {
				if x := strings.Index(line, tt.click); x >= 0 {
					s.Click(len([]rune(line[:x])), y)
				}
			}
		}
		if got != tt.want || s.Len() != tt.open {
			t.Errorf("a click on %q with %q: got %q, %d open", tt.click, tt.value, got, s.Len())
		}
	}
}

func TestTheFrameOfAListLeadsOutOfItWithTheMouse(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Dialog{
		"a picker": &Picker{Title: "Journeys", Items: items(3)},
		"a reader": &Reader{Title: "Messages", Lines: []widget.Line{widget.L(widget.T("one"))}},
	} {
		var s Stack
		s.Push(d, "o")
		for y, line := range strings.Split(see(&s), "\n") {
			if x := strings.Index(line, "esc"); x >= 0 {
				s.Click(len([]rune(line[:x])), y)
			}
		}
		if s.Len() != 0 {
			t.Errorf("%s stays open:\n%s", name, see(&s))
		}
	}
}

func TestWhatIsTypedTakesThePlaceOfAPresetOrGoesOnFromIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		amend bool
		wrong string
		keys  []string
		want  string
	}{
		"typed over":                    {false, "", []string{"4", "0", "s"}, "40s"},
		"taken as it is":                {false, "", nil, "30s"},
		"edited after a backspace":      {false, "", []string{"backspace", "m"}, "30m"},
		"edited after an arrow":         {false, "", []string{"left", "0"}, "300s"},
		"a key that types nothing":      {false, "", []string{"up", "4"}, "4"},
		"a name goes on":                {true, "", []string{"!"}, "30s!"},
		"what was given before goes on": {false, "too short", []string{"!"}, "30s!"},
	} {
		var got string
		p := &Prompt{Value: "30s", Amend: tt.amend, Wrong: tt.wrong, Then: func(s string) tea.Cmd { got = s; return nil }}
		var s Stack
		s.Push(p, "w")
		press(&s, append(tt.keys, "enter")...)
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestWhatEnterDoesIsMarkedWithoutColors(t *testing.T) {
	t.Parallel()
	r := &Review{Title: "Request", Lines: []widget.Line{widget.L(widget.T("body"))}, Verbs: []Verb{{Key: "p", Title: "Publish"}}}
	rows := r.Draw(plain, layout.Size{W: 76, H: 20}).Rows
	if last := rows[len(rows)-1]; !strings.Contains(ansi.Strip(last), plain.Selected+" Leave it (esc)") {
		t.Errorf("the buttons are %q", last)
	}
	if _, done := r.Key(tea.Key{Code: tea.KeyEnter}); !done {
		t.Error("enter does something else")
	}
}

func TestTheListOfKeysTellsWithoutColorsWhatCannotBeDoneAndWhatAsks(t *testing.T) {
	t.Parallel()
	keys, err := keymap.New(keymap.Scope{Title: "Here", Actions: []keymap.Action{
		{ID: "go", Title: "Go", Help: "Goes there.", Keys: []string{"g"}},
		{ID: "stop", Title: "Stop", Help: "Stops it.", Keys: []string{"s"}},
		{ID: "drop", Title: "Drop", Help: "Drops it.", Keys: []string{"d"}, Danger: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := NewHelp(keys, "", func(id keymap.ID) string { return map[keymap.ID]string{"stop": "it does not go"}[id] }, nil)
	seen := func() string {
		return ansi.Strip(strings.Join(p.Draw(plain, layout.Size{W: 40, H: 20}).Rows, "\n"))
	}
	if s := seen(); strings.Count(s, "not now") != 1 || !strings.Contains(s, "not now  s") {
		t.Errorf("what cannot be done is not told:\n%s", s)
	}
	p.Key(key("end"))
	if s := seen(); !strings.Contains(s, "Drops it. It asks first.") {
		t.Errorf("what the mark means is not told:\n%s", s)
	}
}

func TestAPickerSaysTheWholeOfATitleThatItsLineCuts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long name ", 8) + "END"
	wide := strings.Repeat("冬", 36) + "END"
	for _, tt := range []struct {
		name string
		it   Item
		says []string
	}{
		{"long", Item{Title: long, Detail: "By ana."}, []string{"END: By ana."}},
		{"wide", Item{Title: wide, Key: "3 events"}, []string{"END"}},
		{"what it says of itself already", Item{Title: "revision 3: " + long, Detail: long}, []string{"END"}},
		{"short", Item{Title: "short", Detail: "By ana."}, []string{"By ana."}},
		{"more than there is room for", Item{Title: long, Detail: strings.Repeat("word ", 40)}, []string{"END: word", plain.Ellipsis}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := &Picker{Title: "Journeys", Items: []Item{tt.it}}
			rows := p.Draw(plain, layout.Size{W: 76, H: 20}).Rows
			note := strings.Join(strings.Fields(strings.Join(rows[len(rows)-2:], " ")), " ")
			for _, want := range tt.says {
				if !strings.Contains(note, want) {
					t.Errorf("%q does not say %q", note, want)
				}
			}
			if strings.Count(note, "END") > 1 || tt.name == "short" && note != "By ana." {
				t.Errorf("%q", note)
			}
		})
	}
}

func TestAFileIsChosenByItsPath(t *testing.T) {
	t.Parallel()
	of := AFile("Asks for it.")
	for _, c := range []struct {
		typed string
		want  Item
	}{
		{"", Item{Title: "A file", Detail: "Asks for it."}},
		{"A f", Item{Title: "A file", Detail: "Asks for it."}},
		{"rescued", Item{Title: "A file", Detail: "Asks for it.", Disabled: "what is typed is no path, such as ./week.jsonl"}},
		{"logs/*.gz", Item{Title: "A file: logs/*.gz", Detail: "Reads the file of this path.", Value: Path("logs/*.gz")}},
		{"week.jsonl", Item{Title: "A file: week.jsonl", Detail: "Reads the file of this path.", Value: Path("week.jsonl")}},
	} {
		if got := of(c.typed); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.typed, got, c.want)
		}
	}
}
