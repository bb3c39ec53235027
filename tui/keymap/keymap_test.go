package keymap

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func simulator() []Scope {
	return []Scope{
		Global(),
		{Name: "sim", Title: "Simulator", Actions: []Action{
			{ID: "sim.play", Title: "Play or pause", Hint: "play", Help: "Plays or pauses.", Keys: []string{"space"}},
			{ID: "sim.speed", Title: "Faster", Hint: "faster", Help: "Plays faster.", Keys: []string{"+"}},
		}},
		{Name: "sim.rows", Title: "Rows", Actions: []Action{
			{ID: "sim.trace", Title: "Trace", Hint: "trace", Help: "Shows the trace.", Keys: []string{"t"}},
		}},
		{Name: "sim.url", Title: "Address", Leak: LeakNone, Text: true, Actions: []Action{
			{ID: "sim.go", Title: "Go", Help: "Opens the page.", Keys: []string{"enter"}},
		}},
		{Name: "sim.card", Title: "Card", Leak: LeakGlobal, Actions: []Action{
			{ID: "sim.close", Title: "Close", Help: "Closes the card.", Keys: []string{"c"}},
		}},
	}
}

func mustNew(t *testing.T, scopes ...Scope) *Map {
	t.Helper()
	m, err := New(scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheGlobalCatalogueDoesNotContradictItself(t *testing.T) {
	t.Parallel()
	mustNew(t, Global(), TextEntry())
}

func TestAKeyIsLookedUpFromTheInnermostScopeOutwards(t *testing.T) {
	t.Parallel()
	m := mustNew(t, simulator()...)
	tests := []struct {
		scope, key string
		want       ID
	}{
		{"sim.rows", "t", "sim.trace"},
		{"sim.rows", "space", "sim.play"},
		{"sim.rows", "?", Help},
		{"sim", "t", ""},
		{"sim.unknown", "space", "sim.play"},
		{"sim.url", "enter", "sim.go"},
		{"sim.url", "?", ""},
		{"sim.card", "space", ""},
		{"sim.card", "?", Help},
		{"", "ctrl+p", Palette},
	}
	for _, tt := range tests {
		got, _ := m.Resolve(tt.scope, tt.key)
		if got.ID != tt.want {
			t.Errorf("%q in %q: %q, want %q", tt.key, tt.scope, got.ID, tt.want)
		}
	}
	if !m.Text("sim.url") || m.Text("sim.rows") {
		t.Error("only the address is typed")
	}
}

func TestContradictionsAreRefusedAllAtOnce(t *testing.T) {
	t.Parallel()
	ok := Action{ID: "a", Title: "A", Help: "Does a.", Keys: []string{"a"}}
	tests := []struct {
		name   string
		scopes []Scope
		want   []string
	}{
		{"one key twice in a scope", []Scope{{Title: "x", Actions: []Action{ok, {ID: "b", Title: "B", Help: "B.", Keys: []string{"a"}}}}}, []string{`means both "a" and "b"`}},
		{"an inner scope shadows an outer", []Scope{Global(), {Name: "x", Title: "X", Actions: []Action{{ID: "b", Title: "B", Help: "B.", Keys: []string{"q"}}}}}, []string{`means both "b" and "quit"`}},
		{"an id twice", []Scope{{Title: "x", Actions: []Action{ok, ok}}}, []string{`action "a" is declared twice`}},
		{"a scope twice", []Scope{{Title: "x"}, {Title: "y"}}, []string{"declared twice"}},
		{"no title, no sentence", []Scope{{Title: "x", Actions: []Action{{ID: "a", Keys: []string{"a"}}, {ID: "b", Title: "B", Help: "no period", Keys: []string{"b"}}}}}, []string{`action "a" needs`, `action "b" needs`}},
		{"a blank is called space", []Scope{{Title: "x", Actions: []Action{{ID: "a", Title: "A", Help: "A.", Keys: []string{" "}}}}}, []string{`no terminal sends the key " "`}},
		{"only behind AltGr", []Scope{{Title: "x", Actions: []Action{{ID: "a", Title: "A", Help: "A.", Keys: []string{"]"}}}}}, []string{"no key that every keyboard"}},
		{"only with a newer protocol", []Scope{{Title: "x", Actions: []Action{{ID: "a", Title: "A", Help: "A.", Keys: []string{"shift+enter"}}}}}, []string{"no key that every keyboard"}},
		{"only what flow control may eat", []Scope{{Title: "x", Actions: []Action{{ID: "a", Title: "A", Help: "A.", Keys: []string{"ctrl+s"}}}}}, []string{"no key that every keyboard"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(tt.scopes...)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
		})
	}
}

func TestAnAwkwardKeyIsFineBesideAPlainOne(t *testing.T) {
	t.Parallel()
	mustNew(t, Scope{Title: "x", Actions: []Action{{ID: "a", Title: "A", Help: "A.", Keys: []string{",", "[", "ctrl+s", "alt+left"}}}})
}

func TestEveryMoveHasAnArrowOrANamedKey(t *testing.T) {
	t.Parallel()
	m := mustNew(t, Global())
	for _, id := range []ID{Up, Down, Left, Right, PageUp, PageDown, First, Last} {
		a, _ := m.Action(id)
		if len(a.Keys) == 0 || len(a.Keys[0]) == 1 {
			t.Errorf("%s shows %q first, not an arrow or a named key", id, a.Keys)
		}
	}
}

func TestNamesOfKeysAreTheOnesBubbleTeaSends(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		key  tea.Key
		want string
	}{
		{tea.Key{Code: tea.KeySpace, Text: " "}, "space"},
		{tea.Key{Code: tea.KeyTab, Mod: tea.ModShift}, "shift+tab"},
		{tea.Key{Code: tea.KeyPgDown}, "pgdown"},
		{tea.Key{Code: tea.KeyEscape}, "esc"},
		{tea.Key{Code: 'g', ShiftedCode: 'G', Text: "G", Mod: tea.ModShift}, "G"},
		{tea.Key{Code: 'z', Mod: tea.ModCtrl}, "ctrl+z"},
	} {
		if got := tt.key.String(); got != tt.want || !Plain(got) {
			t.Errorf("%+v is %q, want the plain key %q", tt.key, got, tt.want)
		}
	}
}

func TestTheFooterKeepsHelpAndQuitAndResolves(t *testing.T) {
	t.Parallel()
	m := mustNew(t, simulator()...)
	got := m.Footer("sim.rows", 5, func(id ID) bool { return id == "sim.speed" })
	var ids []ID
	for _, a := range got {
		ids = append(ids, a.ID)
		if r, ok := m.Resolve("sim.rows", a.Keys[0]); !ok || r.ID != a.ID {
			t.Errorf("the footer shows %s for %s, which resolves to %s", a.Keys[0], a.ID, r.ID)
		}
	}
	want := []ID{"sim.trace", "sim.play", Palette, Help, Quit}
	if !slices.Equal(ids, want) {
		t.Errorf("footer %v, want %v", ids, want)
	}
}

func TestTheCheatsheetListsEveryActionWithAKey(t *testing.T) {
	t.Parallel()
	m := mustNew(t, simulator()...)
	sheet := m.Cheatsheet()
	for _, name := range m.order {
		for _, a := range m.scopes[name].Actions {
			if listed := strings.Contains(sheet, "| "+a.Help+" |"); listed != (len(a.Keys) > 0) {
				t.Errorf("%s with the keys %q is listed: %v", a.ID, a.Keys, listed)
			}
		}
	}
	if !strings.Contains(sheet, "| `up` `k` | Moves one line up. |") {
		t.Errorf("unexpected form:\n%s", sheet)
	}
}

// In a field "q" is a letter.
func TestTheFooterShowsNoLetterWhereTextIsTyped(t *testing.T) {
	t.Parallel()
	m := mustNew(t, append(simulator(), Scope{Name: "sim.name", Title: "Name", Text: true})...)
	var shown []string
	for _, a := range m.Footer("sim.name", 20, nil) {
		shown = append(shown, a.Label()+" "+a.Hint)
		if len(a.Label()) == 1 {
			t.Errorf("%s is shown with %s, which is typed", a.ID, a.Label())
		}
	}
	if got := strings.Join(shown, ", "); !strings.HasSuffix(got, "ctrl+p commands, f1 help, ctrl+c quit") {
		t.Errorf("the footer is %s", got)
	}
}
