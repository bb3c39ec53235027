package mapping

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/tui/app"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

const days = `year;month;day;order;country;session ID;page 1 (main category);page 2 (clothing model);price;page
2008;4;1;1;29;1;1;5;28;1
2008;4;1;2;29;1;2;71;33;1
2008;4;11;1;16;2;2;67;57;2
`

// The visitor is called as nobody would guess, and one time is none.
const odd = `wer,at,url,what
v1,2026-03-02 10:15:00,https://shop.example/,page_view
v1,yesterday,https://shop.example/cart,page_view
v2,2026-03-02 10:16:00,https://shop.example/,dance
`

// drawer is where tables and mappings lie.
type drawer struct {
	tables map[string]string
	fits   []Stored
	kept   map[string]string
	files  map[string]string
	chosen map[string]string
	fail   error
}

func newDrawer() *drawer {
	return &drawer{tables: map[string]string{"days.csv": days, "odd.csv": odd}, kept: map[string]string{}, files: map[string]string{}, chosen: map[string]string{}}
}

func (d *drawer) Table(_ context.Context, path string) (Table, error) {
	data, ok := d.tables[path]
	if !ok {
		return Table{}, errors.New("no such file")
	}
	t := Table{Name: path, ID: strings.TrimSuffix(path, ".csv"), Sample: []byte(data), Fits: d.fits}
	t.Try = func(m *journey.Mapping) *journey.Trial { return journey.Try(m, journey.Options{}, path, t.Sample) }
	if body, ok := d.chosen[path]; ok {
		m, err := journey.ParseMapping("chosen", []byte(body))
		if err != nil {
			return t, err
		}
		t.Chosen = m
	}
	return t, nil
}

func (d *drawer) Choose(_ context.Context, path string, body []byte) error {
	if _, err := journey.ParseMapping("m", body); err != nil {
		return err
	}
	d.chosen[path] = string(body)
	return nil
}

func (d *drawer) Keep(_ context.Context, id string, body []byte, replace bool) error {
	if d.fail != nil {
		return d.fail
	}
	if _, ok := d.kept[id]; ok && !replace {
		return ErrTaken
	}
	d.kept[id] = string(body)
	return nil
}

func (d *drawer) WriteMapping(_ context.Context, path string, body []byte, replace bool) (string, error) {
	if _, ok := d.files[path]; ok && !replace {
		return "/home/ana/" + path, ErrTaken
	}
	d.files[path] = string(body)
	return "/home/ana/" + path, nil
}

// desk is the screen that wants a table.
type desk struct {
	ses  *pane.Session
	open Open
	got  []string
}

func (d *desk) ID() string    { return "desk" }
func (d *desk) Title() string { return "Desk" }
func (d *desk) Scope() string { return "desk" }
func (d *desk) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "desk", Title: "Desk", Actions: []keymap.Action{{ID: "desk.table", Title: "Open the table", Hint: "table", Keys: []string{"o"}, Help: "Opens the table."}}}}
}
func (d *desk) Open(ses *pane.Session) tea.Cmd { d.ses = ses; return nil }
func (d *desk) Update(tea.Msg) tea.Cmd         { return nil }
func (d *desk) Do(id keymap.ID, _ any) (tea.Cmd, bool) {
	if id == "desk.table" {
		return d.ses.Shell.Show(ID, d.open), true
	}
	return nil, false
}
func (d *desk) Receive(arg any) tea.Cmd {
	if r, ok := arg.(Read); ok {
		d.got = append(d.got, r.Path)
	}
	return nil
}
func (d *desk) Rows(size layout.Size, _ bool) frame.Rows {
	return frame.Block([]string{"The desk has " + strings.Join(d.got, " ")}, size.W, size.H)
}

// at drives the page that the desk opens.
func at(t *testing.T, size layout.Size, src *drawer, open Open, do func(d *tuitest.Driver, desk *desk)) {
	t.Helper()
	open.From = "desk"
	from := &desk{open: open}
	tuitest.Run(t, size, func() tea.Model {
		root, err := app.New(&app.Session{Who: "ana", Now: time.Now}, from, New(src))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) { do(d, from) })
}

var wide = layout.Size{W: 120, H: 40}

func TestATableOfAKnownShapeIsReadWithoutAChoice(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	at(t, layout.Size{W: 80, H: 24}, src, Open{Path: "days.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.ExpectNot("Mapping")
		d.Press("o")
		d.Expect("2 Mapping", "Mapping › days.csv", "all read", "Of the first 4 lines: 3 read, 1 skipped, 0 rejected; 6 events of 2 visitors.", "Not used: country, page", "session ID")
		d.Press("s")
		d.Expect("Save the mapping", "days")
		d.Press("enter")
		d.Expect("The desk has days.csv", "The mapping days is saved.")
		d.ExpectNot("2 Mapping")
	})
	if m, err := journey.ParseMapping("days", []byte(src.kept["days"])); err != nil || !journey.Fits(m, []byte(days)) || src.chosen["days.csv"] != src.kept["days"] {
		t.Errorf("%v\n%s", err, src.kept["days"])
	}
}

func TestAPersonMapsATableThatNobodyCanGuess(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	at(t, wide, src, Open{Path: "odd.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o")
		d.Expect("needed", "Nothing can be read yet: no column is the visitor", "not yet")
		d.Press("s")
		d.Expect("Save the mapping and read the file: no column is the visitor")
		d.Press("enter") // the mark is on what is needed
		d.Expect("type to search, or what it is", "v1, v2")
		d.Type("wer")
		d.Press("enter")
		d.Expect("Of the first 4 lines: 2 read, 1 skipped, 1 rejected;", "1 rejected", "line 3", "rejected: at: not an instant", "4 columns, changed")
		// What a value means is chosen, and taken back.
		d.Press("/")
		d.Type("dance is")
		d.Press("enter", "enter")
		d.Expect("a signal, by its name", "nothing: such rows are skipped")
		d.Type("nothing")
		d.Press("enter")
		d.Expect("1 read, 2 skipped, 1 rejected", "line 4 skipped: nothing of interest happened")
		d.Press("ctrl+z")
		d.Expect("2 read, 1 skipped, 1 rejected")
		d.Press("ctrl+y")
		d.Expect("1 read, 2 skipped, 1 rejected")
		d.Press("ctrl+z", "ctrl+z")
		d.Expect("Nothing can be read yet")
		d.Press("ctrl+z")
		d.Expect("There is nothing to be undone.")
		d.Press("ctrl+y", "esc")
		// A URL is put together of text and a column.
		d.Press("/")
		d.Type("URL")
		d.Press("enter", "t")
		d.Expect("A column stands in braces")
		for range len("{url}") {
			d.Press("backspace")
		}
		d.Type("https://shop.example/{whta}")
		d.Press("enter")
		d.Expect("did you mean what?")
		for range len("whta}") {
			d.Press("backspace")
		}
		d.Type("what}")
		d.Press("enter")
		d.Expect("https://shop.example/page_view", "Not used: url")
		d.Press("esc", "esc") // all fields again; then leave
		d.Expect("Leave the mapping?", "is not saved, and lost")
		d.Press("n")
		d.Press("r")
		d.Expect("The desk has odd.csv", "it is not saved")
	})
	if len(src.kept) != 0 || !strings.Contains(src.chosen["odd.csv"], `visitor: "{wer}"`) {
		t.Errorf("%v\n%s", src.kept, src.chosen["odd.csv"])
	}
}

func TestWhatIsThereIsReplacedOnlyWhenThatIsAskedFor(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	src.kept["days"], src.files["days.map.yaml"] = "theirs", "theirs"
	at(t, wide, src, Open{Path: "days.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o", "w", "enter")
		d.Expect("Replace the file?", "/home/ana/days.map.yaml is there already.")
		d.Wait(2 * time.Second)
		d.Press("n")
		if src.files["days.map.yaml"] != "theirs" {
			t.Error("the file was replaced")
		}
		d.Press("s", "enter")
		d.Expect("Replace the mapping days?")
		d.Wait(2 * time.Second)
		d.Press("y")
		d.Expect("The desk has days.csv")
	})
	if src.kept["days"] == "theirs" {
		t.Error("the mapping was not replaced")
	}
}

func TestTheMappingOfTheTrafficIsEditedAndLeftAsItWas(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	s, err := journey.NewSketch([]byte(days))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Set("currency", "USD"); err != nil {
		t.Fatal(err)
	}
	src.chosen["days.csv"] = string(s.YAML(false))
	at(t, wide, src, Open{Path: "days.csv", Edit: true}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o")
		d.Expect(`"USD" in all rows`, "28.00 USD")
		d.Press("esc") // nothing was changed
		d.Expect("The desk has")
		src.chosen["days.csv"] = "visitor: \"{order}\"\nat: \"{day}\"\nseparator: \";\"\nskip: 1\nevents: [{leave: {}}]\n"
		d.Press("o")
		d.Expect("Guessed anew; the mapping that was chosen: it says more than can be asked for", "all read")
		d.Press("esc")
		src.fits = []Stored{{ID: "clicks", Body: s.YAML(false), Author: "bo"}, {ID: "other", Body: s.YAML(false), Author: "bo"}}
		delete(src.chosen, "days.csv")
		desk.open.Edit = false
		d.Press("o")
		d.Expect("Which mapping reads it?", "clicks", "other", "a new one")
		d.Wait(2 * time.Second)
		d.Press("down", "enter")
		d.Expect("Read by the mapping other.", "The desk has days.csv")
	})
}

// A code is given a meaning, and the rows beside it are read so at once.
func TestRecordedValuesAreGivenMeanings(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	at(t, wide, src, Open{Path: "days.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o", "/")
		d.Type("Category")
		d.Press("enter", "down", "v")
		d.Expect("category: 1", "category: 2", "as recorded", "What 1 means", "product viewed 5 in 1 at 28.00")
		d.Press("enter")
		d.Type("trousers")
		d.Press("enter")
		d.Expect("product viewed 5 in trousers at 28.00", "product viewed 71 in 2 at 33.00")
		d.Press("d")
		d.Expect("product viewed 5 in 1 at 28.00")
		d.Press("ctrl+z")
		d.Expect("product viewed 5 in trousers at 28.00")
		// All others are rejected, until another value has a meaning.
		d.Press("down", "down", "enter")
		d.Expect("rejected: such rows cannot be read")
		d.Type("rejected")
		d.Press("enter")
		d.Expect("2 rejected", "Rejected: a value without a meaning 2 (line 3)")
		d.Press("end", "t")
		d.Type("2")
		d.Press("enter")
		d.Expect("such as 4 -> sale")
		d.Type(" -> skirts")
		d.Press("enter")
		d.Expect("all read", "product viewed 71 in skirts at 33.00")
		d.Press("s", "enter")
		d.Expect("The desk has days.csv")
	})
	if !strings.Contains(src.kept["days"], "map:\n      \"1\": \"trousers\"\n      \"2\": \"skirts\"\n") {
		t.Errorf("%s", src.kept["days"])
	}
}

func TestSequencesAndNumbersAreChosen(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	src.tables["paths.csv"] = "client;start;path;sum\na;2026-03-02T10:15:00Z;/home>/cart>/buy;1.234,50\nb;2026-03-02T10:20:00Z;/home;\n"
	choose := func(d *tuitest.Driver, field, value string) {
		d.Press("/")
		d.Type(field)
		d.Press("enter", "enter")
		d.Type(value)
		d.Press("enter", "esc")
	}
	at(t, wide, src, Open{Path: "paths.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o")
		choose(d, "A row", "cells of p")
		d.Expect("> between them", "its place", "    http://localhost/home", "10:15:30 page http://localhost/cart")
		d.Press("/")
		d.Type("Every row") // and a row is every part
		d.Press("enter", "down", "enter")
		d.Type("a purchase")
		d.Press("enter", "esc")
		choose(d, "Total", "sum") // whose decimal comma is seen
		d.Expect("all read", "total 1234.50")
		choose(d, "Numbers", "with a point: 1234")
		d.Expect("1 rejected", "Rejected: no amount 1 (line 2)")
		choose(d, "Numbers", "comma")
		d.Expect("all read", "total 1234.50")
	})
}

func TestAMappingThatIsOpenedAndSavedIsWhatItWas(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	const body = `# by hand
separator: ";"
visitor: "{session ID}"
at: {value: "{year}-{month}-{day}", layout: "2006-1-2", order: "{order}", gap: 30s}
events:
  - unless: {country: "16"}
    page: {url: "https://shop.example/{page}", language: pl}
  - when: {country: ["16"], order: "2"}
    signal: {name: abroad}
`
	src.chosen["days.csv"] = body
	at(t, wide, src, Open{Path: "days.csv", Edit: true}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o")
		d.Expect("all read", "Event 1", "Event 2", "https://shop.example/1", "of 1 visitor")
		d.Press("s", "enter")
		d.Expect("The desk has days.csv")
		if src.kept["days"] != body {
			t.Errorf("%s", src.kept["days"])
		}
		// An event is changed as it is written.
		d.Press("o", "/")
		d.Type("Event 2")
		d.Press("enter", "enter")
		d.Expect("An event of its own")
		d.Press("ctrl+u")
		d.Type("{when: {country: 29}, signal: {name: home}}")
		d.Press("enter")
		d.Expect("signal home")
		d.Press("s", "enter")
		d.Wait(2 * time.Second)
		d.Press("y")
		d.Expect("The desk has days.csv")
	})
	if !strings.Contains(src.kept["days"], "language: \"pl\"") || !strings.Contains(src.kept["days"], "name: \"home\"") {
		t.Errorf("%s", src.kept["days"])
	}
}

func TestTheMouseChoosesAField(t *testing.T) {
	t.Parallel()
	at(t, wide, newDrawer(), Open{Path: "days.csv"}, func(d *tuitest.Driver, desk *desk) {
		d.Press("o")
		d.ClickText("Price of one")
		d.Expect("A number, written as the table's numbers are. Guessed:")
		d.ClickText("Price of one")
		d.Expect("type to search, or what it is")
		d.Press("esc")
		d.ClickText("save and read")
		d.Expect("Save the mapping")
	})
}

func TestAFileThatCannotBeReadGoesBack(t *testing.T) {
	t.Parallel()
	src := newDrawer()
	src.tables["bytes.csv"], src.tables["prose.csv"] = "a,b\n\x00,\x01\n", "Some words.\nMore.\n"
	for path, want := range map[string]string{"nowhere.csv": "no such file", "bytes.csv": "binary", "prose.csv": "no table"} {
		at(t, wide, src, Open{Path: path}, func(d *tuitest.Driver, desk *desk) {
			d.Press("o")
			d.Expect("The desk has", want)
		})
	}
}

// sketched is the page with a table, without a program.
func sketched(t testing.TB, data string, o theme.Options) *Screen {
	t.Helper()
	s := New(nil)
	s.Open(&pane.Session{Theme: theme.New(o), Now: time.Now})
	begin, err := journey.NewSketch([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	table := Table{Name: "table.csv", Sample: []byte(data), Try: func(m *journey.Mapping) *journey.Trial {
		return journey.Try(m, journey.Options{}, "table.csv", []byte(data))
	}}
	s.work = &work{table: table, sketch: begin, begun: begin.Clone()}
	if cmd := s.again(); cmd != nil {
		s.Update(cmd())
	}
	return s
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]theme.Options{"": {}, "-ascii": {ASCII: true}, "-nocolor": {NoColor: true}} {
		for _, size := range []layout.Size{{W: 80, H: 21}, {W: 120, H: 37}, {W: 200, H: 47}} {
			for table, data := range map[string]string{"days": days, "odd": odd} {
				s := sketched(t, data, o)
				rows := s.Rows(size, true)
				tuitest.Golden(t, fmt.Sprintf("%s-%dx%d%s", table, size.W, size.H, name), size, rows)
				if o.ASCII && strings.ContainsFunc(rows.Join(), func(r rune) bool { return r > 0x7e }) {
					t.Errorf("%s: more than ASCII", table)
				}
			}
		}
	}
}

func TestHostileTablesAreDrawnAndChosenFrom(t *testing.T) {
	t.Parallel()
	var names strings.Builder
	for i := range 4998 {
		fmt.Fprintf(&names, "c%d,", i)
	}
	for name, data := range map[string]string{
		"5,000 columns":        names.String() + "user,at\n" + strings.Repeat("7,", 4998) + "u,2026-03-02T10:15:00Z\n",
		"a cell of a megabyte": "user,at,url\nu,2026-03-02T10:15:00Z," + strings.Repeat("x", 900<<10) + "\n",
		"control characters":   "us\x1b[2Jer,\x07at,\u202eurl\n\x1b]0;x\x07,2026-03-02T10:15:00Z,https://s.example/\x1b[9999;9999H\n",
		"no header":            "v,2026-03-02T10:15:00Z,/cart\nv,2026-03-02T10:16:00Z,/pay\n",
		"names twice":          "user,user,at,url\nu,v,2026-03-02T10:15:00Z,/\n",
	} {
		s := sketched(t, data, theme.Options{})
		for _, size := range []layout.Size{{W: 1, H: 1}, {W: 40, H: 5}, {W: 80, H: 21}, {W: 109, H: 9}, {W: 120, H: 37}, {W: 200, H: 47}} {
			for focus := range panes {
				s.focus.Set(focus)
				rows := s.Rows(size, true)
				if err := frame.Check(rows, size.W, size.H); err != nil {
					t.Errorf("%s, %v: %v", name, size, err)
				}
				if all := rows.Join(); strings.Contains(all, "\x1b[2J") || strings.Contains(all, "\x1b]0") || strings.Contains(all, "9999H") || strings.Contains(all, "\u202e") {
					t.Errorf("%s: something got through", name)
				}
			}
		}
		if len(s.Read().Items) != len(s.fields.Items()) {
			t.Errorf("%s: not all fields are read", name)
		}
	}
}

func TestThePageIsReadInLines(t *testing.T) {
	t.Parallel()
	s := sketched(t, odd, theme.Options{Words: true})
	r := s.Read()
	all := strings.Join(append(r.Lines, r.Items...), "\n")
	for _, want := range []string{"Nothing can be read yet: no column is the visitor", "Who and when, Visitor: needed", "Time: at, such as 2026-03-02 10:15:00", "guessed: it is called at", "page_view is: a page"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	if strings.ContainsFunc(all, func(r rune) bool { return r > 0x7e }) {
		t.Errorf("signs for the eye:\n%s", all)
	}
}

// What is chosen while an older mapping is still being tried is what is shown.
func TestAnOlderTrialIsDropped(t *testing.T) {
	t.Parallel()
	s := sketched(t, days, theme.Options{})
	older := s.again()
	next := s.work.sketch.Clone()
	if err := next.Set(journey.FieldVisitor, "{order}"); err != nil {
		t.Fatal(err)
	}
	newer := s.become(next)
	s.Update(newer())
	want := s.work.trial
	s.Update(older())
	if s.work.trial != want || want.Visitors != 2 {
		t.Errorf("%+v", s.work.trial)
	}
	if !bytes.Contains(s.work.sketch.YAML(false), []byte(`visitor: "{order}"`)) {
		t.Error("not chosen")
	}
}
