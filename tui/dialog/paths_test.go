package dialog

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/layout"
)

// someFiles are the files of a directory that has a few.
func someFiles(typed string) []string {
	var out []string
	for _, p := range []string{"logs/", "logs/week-1.log", "logs/week-2.log", "logs/würfel.csv", "visits.jsonl"} {
		if strings.HasPrefix(p, typed) && !strings.Contains(strings.TrimSuffix(p[len(typed):], "/"), "/") {
			out = append(out, p)
		}
	}
	return out
}

func TestTabGoesOnWithAPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, want, says, hides string }{
		{"one file is taken", "v", "visits.jsonl", "", "No file"},
		{"a directory is gone into", "lo", "logs/", "", "week"},
		{"what all have in common is taken, and the choice told", "logs/w", "logs/w", "week-1.log  week-2.log  würfel.csv", ""},
		{"up to where they part", "logs/we", "logs/week-", "week-1.log  week-2.log", "würfel"},
		{"where nothing begins so, that is told", "x", "x", "No file begins like this.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var chosen string
			prompt := &Prompt{Title: "Open", Paths: someFiles, Then: func(v string) tea.Cmd { chosen = v; return nil }}
			picker := &Picker{Title: "Replay", Items: items(3), Last: AFile("Asks."), Paths: someFiles, Then: func(it Item) tea.Cmd {
				path, _ := it.Value.(Path)
				chosen = string(path)
				return nil
			}}
			for of, d := range map[string]Dialog{"prompt": prompt, "picker": picker} {
				typed := c.typed
				if of == "picker" && !strings.ContainsAny(typed, `/.`) {
					continue // not a path yet
				}
				d.Paste(typed)
				cmd, done := d.Key(key("tab"))
				if cmd == nil || done {
					t.Fatalf("%s: tab asks for nothing, or closes", of)
				}
				cmd().(Completed).Apply()
				seen := strings.Join(d.Draw(plain, layout.Size{W: 76, H: 20}).Rows, "\n")
				if of == "picker" && !strings.Contains(seen, "Tab completes it.") || !strings.Contains(seen, c.says) || c.hides != "" && strings.Contains(seen, c.hides) {
					t.Errorf("%s shows\n%s", of, seen)
				}
				if d.Key(key("enter")); chosen != c.want {
					t.Errorf("%s: %q became %q, want %q", of, typed, chosen, c.want)
				}
			}
		})
	}
}

func TestWhatWasTypedMeanwhileStays(t *testing.T) {
	t.Parallel()
	p := &Prompt{Title: "Open", Paths: someFiles}
	p.Paste("v")
	cmd, _ := p.Key(key("tab"))
	p.Key(key("x"))
	cmd().(Completed).Apply()
	if got := p.input.Value(); got != "vx" {
		t.Errorf("%q", got)
	}
}

func TestTabGoesToTheNextWhereThereIsNoPath(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*Picker{
		"nothing typed": {Items: items(3), Last: AFile("Asks."), Paths: someFiles},
		"no files":      {Items: items(3)},
	} {
		p.Draw(plain, layout.Size{W: 76, H: 20})
		if cmd, _ := p.Key(key("tab")); cmd != nil || p.at != 1 {
			t.Errorf("%s: at %d", name, p.at)
		}
	}
	p := &Prompt{Title: "Name"}
	p.Paste("a")
	if cmd, done := p.Key(key("tab")); cmd != nil || done || p.input.Value() != "a" {
		t.Errorf("tab in a name: %q", p.input.Value())
	}
}

func TestManyFilesAreToldInAFewRows(t *testing.T) {
	t.Parallel()
	p := &Prompt{Title: "Open", Paths: func(string) []string {
		var out []string
		for range 500 {
			out = append(out, "traffic/a-long-name-"+strings.Repeat("x", len(out)%20)+"\x1b[2J.log")
		}
		return out
	}}
	p.Paste("traffic/")
	cmd, _ := p.Key(key("tab"))
	cmd().(Completed).Apply()
	d := p.Draw(plain, layout.Size{W: 60, H: 20})
	if seen := strings.Join(d.Rows, "\n"); len(d.Rows) > 6 || !strings.Contains(seen, plain.Ellipsis) || strings.Contains(seen, "\x1b[2J") {
		t.Errorf("%d rows:\n%q", len(d.Rows), seen)
	}
}
