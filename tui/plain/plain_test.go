package plain_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/plain"
	"beckon/tui/widget"
)

// shelf is a screen with things to choose from.
type shelf struct {
	ses    *pane.Session
	table  *widget.Table[string]
	chosen string
	did    []string
	left   int
	held   string // what would be lost
	still  bool   // choosing changes nothing that is read
}

func newShelf(things ...string) *shelf {
	s := &shelf{table: widget.NewTable(func(s string) string { return s }, widget.Column[string]{Title: "Thing", Width: 10, Cell: widget.T})}
	s.table.SetItems(things)
	return s
}

func (s *shelf) ID() string    { return "shelf" }
func (s *shelf) Title() string { return "Shelf" }
func (s *shelf) Scope() string { return "shelf" }
func (s *shelf) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "shelf", Title: "Shelf", Actions: []keymap.Action{
		{ID: "shelf.burn", Title: "Burn it", Hint: "burn", Keys: []string{"x"}, Help: "Burns the thing.", Danger: true},
		{ID: "shelf.call", Title: "Call it", Keys: []string{"c"}, Help: "Gives it a name."},
		{ID: "shelf.sort", Title: "Put in order", Keys: []string{"s"}, Help: "Asks by what."},
		{ID: "shelf.shut", Title: "Shut the door", Keys: []string{"w"}, Help: "Never works."},
		{ID: "shelf.wait", Title: "Wait for others", Keys: []string{"y"}, Help: "Waits for what never comes."},
		{ID: "shelf.sell", Title: "Sell", Keys: []string{"e"}, Help: "Asks for how much and to whom."},
		{ID: "shelf.lend", Title: "Lend away", Keys: []string{"v"}, Help: "Asks to whom."},
		{ID: "shelf.fold", Title: "Fold the picture", Keys: []string{"z"}, Help: "Folds.", Drawn: true},
	}}}
}
func (s *shelf) Open(ses *pane.Session) tea.Cmd        { s.ses = ses; return nil }
func (s *shelf) Rows(z layout.Size, _ bool) frame.Rows { return frame.Blank(z.W, z.H) }
func (s *shelf) Filtered() pane.Filterable             { return s.table }
func (s *shelf) Unsaved() string                       { return s.held }
func (s *shelf) Update(m tea.Msg) tea.Cmd {
	if word, ok := m.(string); ok {
		s.did = append(s.did, word)
		s.ses.Shell.Toast(widget.Info, "It is "+word+"; ctrl+z takes it back.")
	}
	return nil
}
func (s *shelf) Pause(hidden bool) tea.Cmd {
	if hidden {
		s.left++
	}
	return nil
}
func (s *shelf) Disabled(id keymap.ID) string {
	if id == "shelf.shut" {
		return "it has no door"
	}
	return ""
}
func (s *shelf) Do(id keymap.ID, _ any) (tea.Cmd, bool) {
	switch id {
	case "shelf.burn":
		s.ses.Shell.Ask(&dialog.Confirm{Title: "Burn " + s.chosen + "?", Body: "It is gone then.", Yes: "Burn", Danger: true,
			Then: func() tea.Cmd {
				return tea.Sequence(func() tea.Msg { return "lit" }, func() tea.Msg { return "burnt" })
			}})
	case "shelf.call":
		s.ses.Shell.Ask(&dialog.Prompt{Title: "Its name", Max: 5, Check: func(n string) error {
			if n == "bad" {
				return errors.New("not this one")
			}
			return nil
		}, Then: func(n string) tea.Cmd { return func() tea.Msg { return "called " + n } }})
	case "shelf.sort":
		p := &dialog.Picker{Title: "By what?", Items: []dialog.Item{{Title: "Name"}, {Title: "Size", Detail: "The largest first."}, {Title: "Age", Disabled: "nobody knows"}}}
		p.Then = func(it dialog.Item) tea.Cmd { return func() tea.Msg { return "sorted by " + it.Title } }
		s.ses.Shell.Ask(p)
	case "shelf.sell":
		price := &dialog.Entry{Label: "Price", Value: "5", Help: "In whole coins.", Check: func(v string) error {
			if v == "" || strings.Trim(v, "0123456789") != "" {
				return errors.New("want digits")
			}
			return nil
		}}
		to := &dialog.Entry{Label: "To", Value: "a", Choices: []string{"a", "b"}, Names: []string{"Ana", "Ben"}}
		wrap := &dialog.Entry{Label: "Wrap it", Box: true}
		s.ses.Shell.Ask(&dialog.Sheet{Title: "Sell it", Entries: []*dialog.Entry{price, to, wrap}, Check: func() error {
			if price.Value == "7" && to.Value == "b" {
				return errors.New("too much for him")
			}
			return nil
		}, Then: func() tea.Cmd {
			return func() tea.Msg { return fmt.Sprint("sold for ", price.Value, " to ", to.Value, " wrapped ", wrap.Is()) }
		}})
	case "shelf.lend":
		s.ses.Shell.Ask(&dialog.Picker{Title: "To whom?", Items: []dialog.Item{{Title: "Ana"}}, Last: func(v string) dialog.Item {
			return dialog.Item{Title: "Somebody else " + v, Value: v}
		}, Then: func(it dialog.Item) tea.Cmd { return func() tea.Msg { return fmt.Sprint("lent to ", it.Title) } }})
	case "shelf.wait":
		return pane.Wait(func() tea.Msg { <-s.ses.Ctx.Done(); return nil }), true
	case keymap.Back:
		s.chosen = ""
	case keymap.Undo:
		s.did = append(s.did, "undone")
	default:
		return nil, false
	}
	return nil, true
}
func (s *shelf) Read() pane.Reading {
	if s.chosen != "" {
		return pane.Reading{Title: "The " + s.chosen, Lines: []string{"It stands there.", fmt.Sprintf("Done so far: %d.", len(s.did))}}
	}
	list := s.table.Shown()
	return pane.Reading{Title: "Shelf", Lines: []string{"Things."}, Items: list, Choose: func(i int) tea.Cmd {
		if !s.still {
			s.chosen = list[i]
		}
		return nil
	}}
}

// talk answers line by line and gives what was said.
func talk(t *testing.T, s *shelf, lines ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(t, s, strings.NewReader(strings.Join(lines, "\n")+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func run(t *testing.T, s *shelf, in io.Reader, out io.Writer) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Lines: true, Now: func() time.Time { return time.Unix(1_760_000_000, 0) }}, s)
	if err != nil {
		t.Fatal(err)
	}
	return plain.Run(ctx, root, in, out)
}

func TestAnOrderIsUnderstoodByNumberNameKeyAndPart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lines []string
		did   []string
		said  []string
	}{
		"a number chooses":                          {[]string{"2", "quit"}, nil, []string{"1 lamp", "2 vase", "The vase.", "It stands there."}},
		"a number that is not there":                {[]string{"7", "quit"}, nil, []string{"Choose a number from 1 to 3."}},
		"an action by its hint, with a yes":         {[]string{"1", "burn", "yes", "quit"}, []string{"lit", "burnt"}, []string{"Burn lamp?", "It is gone then.", "It is burnt; ctrl+z takes it back."}},
		"an action by its key, with a no":           {[]string{"1", "x", "no", "quit"}, nil, []string{"Left as it is."}},
		"only a yes is a yes":                       {[]string{"1", "x", "maybe", "", "quit"}, nil, []string{"Not taken: maybe.", "Left as it is."}},
		"an action by a part of its title":          {[]string{"order", "size", "quit"}, []string{"sorted by Size"}, []string{"2 Size, The largest first.", "3 Age (not now: nobody knows)"}},
		"an action with its answer on the line":     {[]string{"s name", "quit"}, []string{"sorted by Name"}, nil},
		"what cannot be chosen is told at once":     {[]string{"s", "age", "9", "xyz", "1", "quit"}, []string{"sorted by Name"}, []string{"Not now: nobody knows.", "Not taken: no such number.", "Not taken: none has this in its name; answer with a number."}},
		"an answer that is wrong is asked for anew": {[]string{"c", "bad", "much too long", "ok", "quit"}, []string{"called ok"}, []string{"Not taken: not this one.", "Not taken: 13 characters, want at most 5."}},
		"a question is left":                        {[]string{"c", ":back", "s", "", "quit"}, nil, nil},
		"what cannot be done now says why":          {[]string{"w", "quit"}, nil, []string{"Note: Shut the door: it has no door"}},
		"an action from the menu by its number":     {[]string{"help", "3", "size", "quit"}, []string{"sorted by Size"}, []string{"1 Burn it, x. Burns the thing.", "4 Shut the door, w. Not now: it has no door."}},
		"more than one is meant":                    {[]string{"it", "quit"}, nil, []string{"That could be: Burn it; Call it; Wait for others. Say more of it."}},
		"nonsense":                                  {[]string{"frobnicate", ":done", "quit"}, nil, []string{"Not understood: frobnicate. help lists what can be done here."}},
		"a key that a message names":                {[]string{"ctrl+z", "quit"}, []string{"undone"}, nil},
		"going back":                                {[]string{"1", "back", "quit"}, nil, []string{"The lamp.", "Things."}},
		"a list is narrowed and shown whole again":  {[]string{"find va", "find", "quit"}, nil, []string{"1 of 3 have va; find alone lists all again.", "1 vase", "All 3 are listed."}},
		"nothing waits for what never comes":        {[]string{"y", "1", "quit"}, nil, []string{"The lamp."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf("lamp", "vase", "clock")
			said := talk(t, s, tt.lines...)
			if !slices.Equal(s.did, tt.did) {
				t.Errorf("did %q, want %q\n%s", s.did, tt.did, said)
			}
			for _, want := range tt.said {
				if !strings.Contains(said, want+"\n") {
					t.Errorf("%q was not said in\n%s", want, said)
				}
			}
			if strings.Contains(said, "Fold the picture") {
				t.Error("an action of the picture was offered")
			}
		})
	}
}

func TestOnlyWhatChangedIsReadAgain(t *testing.T) {
	t.Parallel()
	said := talk(t, newShelf("lamp"), "1", "s name", "quit")
	if n := strings.Count(said, "It stands there."); n != 1 {
		t.Errorf("what stays was read %d times:\n%s", n, said)
	}
	if !strings.Contains(said, "Done so far: 0.") || !strings.Contains(said, "Done so far: 1.") {
		t.Errorf("what changed was not read:\n%s", said)
	}
}

func TestWhatWasChosenIsSaidWhereNothingElseChanges(t *testing.T) {
	t.Parallel()
	s := newShelf("Anvil", "Bell")
	s.still = true
	out := talk(t, s, "2", "undo", "help", "")
	if strings.Count(out, "Chosen: Bell\n") != 1 {
		t.Errorf("choosing says nothing, or again and again:\n%s", out)
	}
	if strings.Contains(out, "WORD, fields,") {
		t.Errorf("fields are offered, where there is no form:\n%s", out)
	}
	if out := talk(t, newShelf("Anvil", "Bell"), "2"); strings.Contains(out, "Chosen") || !strings.Contains(out, "The Bell.") {
		t.Errorf("another place is read, and nothing more:\n%s", out)
	}
}

func TestTheEndOfTheInputLeavesInOrder(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{"at an order": {"1"}, "at a question": {"1", "x"}, "in a menu": {"help"}} {
		s := newShelf("lamp")
		s.held = "the lamp is lit."
		said := talk(t, s, lines...)
		if s.left != 1 || len(s.did) > 0 {
			t.Errorf("%s: left %d times, did %q", name, s.left, s.did)
		}
		if !strings.HasSuffix(said, "Not kept: Shelf: the lamp is lit.\nThe input has ended.\n") {
			t.Errorf("%s: said\n%s", name, said)
		}
	}
}

func TestQuittingAsksWhileSomethingWouldBeLost(t *testing.T) {
	t.Parallel()
	s := newShelf("lamp")
	s.held = "the lamp is lit."
	said := talk(t, s, "quit", "no", "1", "quit", "yes", "2")
	for _, want := range []string{"Quit without saving?\nShelf: the lamp is lit.\n", "Left as it is.", "The lamp."} {
		if !strings.Contains(said, want) {
			t.Errorf("%q was not said in\n%s", want, said)
		}
	}
}

// torn is a pipe whose other end is gone.
type torn struct{}

func (torn) Read([]byte) (int, error)  { return 0, errors.New("the line is dead") }
func (torn) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestAFaultOfTheLineIsTold(t *testing.T) {
	t.Parallel()
	if err := run(t, newShelf("lamp"), torn{}, io.Discard); err == nil || !strings.Contains(err.Error(), "the line is dead") {
		t.Errorf("reading ended with %v", err)
	}
	if err := run(t, newShelf("lamp"), strings.NewReader("1\n"), torn{}); err == nil || !strings.Contains(err.Error(), "nobody reads") {
		t.Errorf("writing ended with %v", err)
	}
}

func TestForeignTextIsHarmless(t *testing.T) {
	t.Parallel()
	said := talk(t, newShelf("lamp \x1b[2J\u202eevil\x07", strings.Repeat("long ", 5000)), "1", "\x1b]0;title\x07", "find \x1b[31m", strings.Repeat("x", 1<<20), "quit")
	if i := strings.IndexFunc(said, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e }); i >= 0 {
		t.Errorf("a control character at %d: %q", i, said[max(0, i-20):min(len(said), i+20)])
	}
}

func TestASheetIsFilledInLineByLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		lines []string
		want  string
	}{
		"every line in turn":               {[]string{"e", "12", "2", "yes"}, "sold for 12 to b wrapped true"},
		"enter keeps":                      {[]string{"e", "", "", ""}, "sold for 5 to a wrapped false"},
		"by name":                          {[]string{"e", "", "ben", "n"}, "sold for 5 to b wrapped false"},
		"done keeps the rest":              {[]string{"e", "6", ":done"}, "sold for 6 to a wrapped false"},
		"back leaves all":                  {[]string{"e", "6", ":back"}, "Left as it is."},
		"what is wrong is asked again":     {[]string{"e", "x", "6", "9", "1", "maybe", "y"}, "sold for 6 to a wrapped true"},
		"what is emptied is judged":        {[]string{"e", "-", "8", ":done"}, "want digits"},
		"the whole is asked for once more": {[]string{"e", "7", "2", "", "6", "", ""}, "sold for 6 to b wrapped false"},
		"a choice of one's own":            {[]string{"v", "Cid"}, "lent to Somebody else Cid"},
		"a choice of the list":             {[]string{"v", "1"}, "lent to Ana"},
	} {
		if got := talk(t, newShelf("cup"), tt.lines...); !strings.Contains(got, tt.want) {
			t.Errorf("%s: no %q in\n%s", name, tt.want, got)
		}
	}
}
