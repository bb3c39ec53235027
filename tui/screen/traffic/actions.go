package traffic

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/live"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// The actions of the screen.
const (
	Run     keymap.ID = "traffic.run"
	Choose  keymap.ID = "traffic.choose"
	File    keymap.ID = "traffic.file"
	Through keymap.ID = "traffic.catalog"
	Respond keymap.ID = "traffic.respond"
	Seed    keymap.ID = "traffic.seed"
	View    keymap.ID = "traffic.view"
	Plain   keymap.ID = "traffic.table"
	Visits  keymap.ID = "traffic.visits"
	About   keymap.ID = "traffic.about"
	Stop    keymap.ID = "traffic.stop"
	Sort    keymap.ID = "traffic.sort"
	Compare keymap.ID = "traffic.compare"
	Rivals  keymap.ID = "traffic.rivals"
	Sweep   keymap.ID = "traffic.sweep"
	Differs keymap.ID = "traffic.differs"
	Base    keymap.ID = "traffic.base"
	Head    keymap.ID = "traffic.head"
	Keep    keymap.ID = "traffic.keep"
	Kept    keymap.ID = "traffic.kept"
	Repeat  keymap.ID = "traffic.repeat"
	Forget  keymap.ID = "traffic.forget"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: "traffic", Title: "Traffic", Actions: []keymap.Action{
		{ID: Stop, Title: "Stop the replay", Hint: "stop", Keys: []string{"x"},
			Help: "Ends what goes on: while traffic is read, the reading, and what was read by then is replayed; then the replay, and the numbers are those of what was done by then."},
		{ID: Base, Title: "Play the changed visit under base", Hint: "under base", Keys: []string{"<"},
			Help: "Opens the selected visit of a comparison in the Simulator, at the instant of the change, under the first catalog."},
		{ID: Head, Title: "Play the changed visit under head", Hint: "under head", Keys: []string{">"},
			Help: "Opens the selected visit of a comparison in the Simulator, at the instant of the change, under the second catalog."},
		{ID: Differs, Title: "What differs between the catalogs", Hint: "what differs", Keys: []string{"D"},
			Help: "Lists what the two catalogs of a comparison have otherwise, kind by kind: campaigns, engagements, audiences and all else."},
		{ID: Repeat, Title: "Repeat the kept run", Hint: "repeat", Keys: []string{"R"},
			Help: "Replays what the selected kept run was of, and tells whether the results are the same, to the byte."},
		{ID: Forget, Needs: keymap.Edit, Title: "Delete the kept run", Hint: "delete", Keys: []string{"d", "delete"}, Danger: true,
			Help: "Takes the selected kept run out of the store, after a question."},
		{ID: Run, Title: "Replay", Hint: "replay", Keys: []string{"r", "f5"},
			Help: "Replays the traffic through the catalog, with all cores."},
		{ID: Choose, Title: "Choose the traffic", Hint: "traffic", Keys: []string{"o"},
			Help: "Chooses what is replayed: journeys of the library, or a file."},
		{ID: File, Title: "Replay a file", Keys: []string{"O"},
			Help: "Asks for the path of a file with recorded traffic, in any format that Beckon reads, of a directory, or for a pattern such as logs/*.gz, and replays it."},
		{ID: Visits, Title: "The visits behind the number", Hint: "visits", Keys: []string{"b"},
			Help: "Lists the visits that the selected number counts; enter on one plays it in the Simulator."},
		{ID: View, Title: "Choose the view", Hint: "view", Keys: []string{"v"},
			Help: "Chooses how the results are looked at; left and right go to the next."},
		{ID: Plain, Title: "Bars or a table", Keys: []string{"t"}, Drawn: true,
			Help: "Draws the numbers as bars, or leaves their room to what is said of them."},
		{ID: Through, Title: "Choose the catalog", Keys: []string{"C"},
			Help: "Chooses what the traffic is replayed through: the catalog as it stands, a draft, an earlier revision."},
		{ID: Respond, Title: "How the visitors answer", Keys: []string{"a"},
			Help: "Asks for the shares of displays that simulated visitors accept and decline."},
		{ID: Seed, Title: "Another seed", Keys: []string{"e"},
			Help: "Asks for the seed of draws, control groups and simulated answers."},
		{ID: Sort, Title: "Sort by the number", Keys: []string{"s"},
			Help: "Orders the facts by their numbers, or as they were."},
		{ID: Compare, Title: "Compare two catalogs", Hint: "compare", Keys: []string{"c"},
			Help: "Replays the traffic through another catalog, too, and tells which visits are gained, lost and moved: a draft or a file against what stands, or what stands against an earlier revision."},
		{ID: Rivals, Title: "Who takes what from whom", Keys: []string{"w"},
			Help: "Replays the traffic with every campaign paused in turn, and tells what the others have then."},
		{ID: Sweep, Title: "Sweep a threshold", Keys: []string{"p"},
			Help: "Replays the traffic with one number of the catalog at several values, and tells what each comes to."},
		{ID: Keep, Needs: keymap.Edit, Title: "Keep the run", Keys: []string{"Y"},
			Help: "Keeps the results in the store under a name, with all that it takes to repeat the run."},
		{ID: Kept, Title: "Kept runs", Keys: []string{"y"},
			Help: "Lists the runs that are kept; enter on one shows its results."},
		{ID: Mapping, Title: "Edit the mapping of the table", Keys: []string{"m"},
			Help: "Shows what the columns of the file are read as, to change it; then the file is replayed with it."},
		{ID: About, Title: "What was replayed", Keys: []string{"i"},
			Help: "Tells the traffic, what of it could not be read, and how it was replayed."},
		live.Opens(),
	}}, s.live.Scope()}
}

// sides are those of a comparison that the two actions play.
var sides = map[keymap.ID]int{Base: 0, Head: 1}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	switch id {
	case live.Follow:
		return s.followable()
	case live.Freeze, live.Campaign, live.Stop:
		return s.live.Disabled(id)
	case Stop:
		if s.running == nil {
			return "nothing is being replayed"
		}
	case Run, Choose, File, Through, Respond, Seed:
		if s.running != nil {
			return "a replay goes on: x stops it"
		}
	case Compare, Rivals, Sweep:
		switch {
		case s.running != nil:
			return "a replay goes on: x stops it"
		case s.order.Catalog.altered():
			return "choose a catalog that is kept first"
		}
	case Keep:
		switch {
		case s.running != nil:
			return "a replay goes on: x stops it"
		case s.report == nil:
			return "nothing is replayed yet"
		case s.report.part() != "":
			return "its file was not read to its end: r replays all of it"
		}
	case Kept:
		if s.running != nil {
			return "a replay goes on: x stops it"
		}
	case Repeat, Forget:
		if _, ok := s.keptRun(); !ok {
			return "select a kept run first: y lists them"
		}
	case Differs:
		if x := s.study(); x == nil || x.differs == nil {
			return "compare two catalogs first"
		}
	case Base, Head:
		x := s.study()
		if x == nil || x.under == nil {
			return "select a visit of a comparison first"
		}
		return x.barred[sides[id]]
	case Visits:
		switch f, ok := s.facts.Selected(); {
		case s.study() != nil:
			return "enter opens what is selected"
		case s.report == nil:
			return "nothing is replayed yet"
		case s.visits != nil || !ok || f.query == nil:
			return "select a number of visits first"
		}
	case Mapping:
		switch {
		case s.running != nil:
			return "a replay goes on: x stops it"
		case !s.order.Input.File:
			return "no file is at hand; O replays one"
		}
	case View, About:
		switch {
		case s.report == nil:
			return "nothing is replayed yet"
		case id == View && s.study() != nil:
			return "esc goes back to the views"
		}
	case Sort:
		if s.report == nil || s.visits != nil || s.focus.At(scopesPane) || s.study() != nil {
			return "the facts are not in sight"
		}
	}
	return ""
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.live.On() {
		return s.live.Do(id, arg)
	}
	s.describe()
	switch id {
	case Run:
		return s.run(s.order), true
	case Choose:
		return s.ask(inputs), true
	case Mapping:
		return s.editMapping(), true
	case Through:
		return s.ask(catalogs), true
	case Compare:
		return s.ask(bases), true
	case Rivals:
		return s.askRivals(), true
	case Keep:
		s.askKeep()
	case Kept:
		return s.askKept(), true
	case Repeat:
		return s.repeat(), true
	case Forget:
		s.askForget()
	case Sweep:
		return s.askThreshold(), true
	case Differs:
		if x := s.study(); x != nil && x.differs != nil {
			s.push(x.differs())
		}
	case Base, Head:
		if x := s.study(); x != nil && x.under != nil {
			return x.under(sides[id]), true
		}
	case File:
		s.askFile("")
	case live.Follow:
		s.live.Ask(s.ses)
	case Respond:
		s.askRespond()
	case Seed:
		s.askSeed()
	case View:
		s.askView()
	case Plain:
		s.plain = !s.plain
	case Sort:
		if by, _ := s.facts.Sorted(); by == 1 {
			s.facts.SortBy(-1, false)
		} else {
			s.facts.SortBy(1, true)
		}
	case About:
		s.about()
	case Stop:
		s.halt()
	case Visits:
		if f, ok := s.facts.Selected(); ok && f.query != nil {
			return s.list(f), true
		}
	case keymap.NextPane, keymap.PrevPane:
		switch {
		case s.study() != nil: // is one pane
		case id == keymap.NextPane:
			s.focus.Next()
		default:
			s.focus.Prev()
		}
	case keymap.Left, keymap.Right:
		if s.report == nil || s.study() != nil {
			return nil, false
		}
		n := len(views())
		s.turn((s.at + map[keymap.ID]int{keymap.Left: n - 1, keymap.Right: 1}[id]) % n)
	case keymap.Back:
		return nil, s.back()
	case keymap.Open:
		if s.study() == nil && s.report == nil && s.running == nil {
			return s.run(s.order), true
		}
		return s.open(), true
	default:
		return s.move(id, arg)
	}
	return nil, true
}

// turn shows another view.
func (s *Screen) turn(to int) {
	if to != s.at {
		s.at, s.visits = to, nil
		s.facts.SetFilter("")
	}
}

// back goes one step back and tells whether there was one.
func (s *Screen) back() bool {
	switch {
	case s.running != nil && !s.running.stopped:
		s.halt()
		return true
	case s.study() != nil:
		s.studies = s.studies[:len(s.studies)-1]
		return true
	case s.visits != nil:
		s.visits = nil
		return true
	}
	return s.focus.Set(scopesPane)
}

// open opens what is selected in the pane with the focus.
func (s *Screen) open() tea.Cmd {
	switch x := s.study(); {
	case x != nil && x.open != nil:
		return x.open()
	case x != nil:
		return nil
	case s.report == nil:
		return nil
	case s.focus.At(scopesPane):
		s.focus.Set(factsPane)
		return nil
	case s.visits != nil:
		if v, ok := s.visits.table.Selected(); ok {
			return s.play(v, s.visits.query.Scope)
		}
		return nil
	}
	f, ok := s.facts.Selected()
	switch {
	case !ok:
	case f.query != nil:
		return s.list(f)
	case f.visit != nil:
		return s.play(replay.Found{Visitor: f.visit.Visitor, Visit: f.visit.Visit, At: f.visit.Start}, "")
	case f.leads != "":
		s.scopes.SetFilter("")
		s.scopes.Select("scope " + f.leads)
		s.turn(1)
	}
	return nil
}

// move hands an action to the list with the focus, or to the one under the
// mouse, which takes the focus.
func (s *Screen) move(id keymap.ID, arg any) (tea.Cmd, bool) {
	if x := s.study(); x != nil {
		switch x.list.Do(id, arg) {
		case widget.Ignored:
			return nil, false
		case widget.Opened:
			return s.open(), true
		}
		return nil, true
	}
	right := widget.Doer(s.facts)
	if s.visits != nil {
		right = s.visits.table
	}
	doers := [...]widget.Doer{scopesPane: s.scopes, factsPane: right}
	at := s.focus.Index()
	if p, ok := arg.(frame.Pointer); ok {
		if t, ok := p.Arg.(tabHit); ok {
			if s.report != nil {
				s.turn(int(t))
			}
			return nil, true
		}
		for i, d := range doers {
			if p.Arg == d {
				at = i
			}
		}
		if id == keymap.Click {
			s.focus.Set(at)
		}
	}
	switch doers[at].Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		return s.open(), true
	}
	return nil, true
}

// choices are what a picker offers.
type choices struct {
	inputs   []Input
	catalogs []Catalog
	of       asked
	err      error
}

// asked is what is chosen: traffic, the catalog that it is replayed through, or
// one to compare that with.
type asked int

const (
	inputs asked = iota
	catalogs
	bases
)

// ask reads what can be chosen.
func (s *Screen) ask(of asked) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the library", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		m := choices{of: of}
		if of == inputs {
			m.inputs, m.err = src.Inputs(ctx)
		} else {
			m.catalogs, m.err = src.Catalogs(ctx)
		}
		return m
	})
}

// choose asks what is replayed, or through what.
func (s *Screen) choose(m choices) {
	if m.err != nil {
		s.ses.Shell.Fail("reading the library", m.err)
		return
	}
	if m.of == bases {
		s.askBase(m.catalogs)
		return
	}
	p := &dialog.Picker{Title: "Replay", Hint: "type to search"}
	for _, in := range m.inputs {
		p.Items = append(p.Items, dialog.Item{Title: in.Name, Detail: in.About, Group: "Library", Value: in})
	}
	for _, c := range m.catalogs {
		p.Items = append(p.Items, dialog.Item{Title: c.Name, Detail: c.About, Value: c})
	}
	if m.of == catalogs {
		p.Title = "Replay through the catalog"
	} else {
		p.Hint = "type to search, or the path of a file"
		p.Paths = s.ses.Paths
		p.Last = dialog.AFile("Asks for the path of a file with recorded traffic. Without this list it is O.")
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		o := s.order
		switch v := it.Value.(type) {
		case Input:
			o.Input = v
		case Catalog:
			o.Catalog = v
		case dialog.Path:
			o.Input = fileInput(string(v))
		default:
			s.askFile("")
			return nil
		}
		return s.run(o)
	}
	s.ses.Shell.Ask(p)
}

// fileInput is the traffic of a file that an operator names.
func fileInput(path string) Input {
	path = strings.TrimSpace(path)
	return Input{ID: path, File: true, Name: path}
}

func (s *Screen) askFile(path string) {
	if path == "" && s.order.Input.File {
		path = s.order.Input.ID
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Replay a file", Label: "A log, an export, a table or journeys; also compressed with gzip or zstd. A directory stands for its files, and logs/*.gz for those that are so called.", Hint: "path of the file",
		Value: path, Max: 1024, Paths: s.ses.Paths,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("give the path of a file")
			}
			return nil
		},
		Then: func(v string) tea.Cmd {
			o := s.order
			o.Input = fileInput(v)
			return s.run(o)
		}})
}

func (s *Screen) askRespond() {
	s.ses.Shell.Ask(&dialog.Prompt{Title: "How the visitors answer", Label: "ignore, accept, decline, or shares of the displays such as accept=0.1,decline=0.3. Answers that were recorded stay.",
		Value: s.order.Respond.String(), Max: 64,
		Check: func(v string) error { _, err := replay.ParsePolicy(strings.TrimSpace(v)); return err },
		Then: func(v string) tea.Cmd {
			o := s.order
			o.Respond, _ = replay.ParsePolicy(strings.TrimSpace(v))
			return s.run(o)
		}})
}

func (s *Screen) askSeed() {
	number := func(v string) (uint64, error) {
		n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64)
		if err != nil {
			return 0, errors.New("want a whole number")
		}
		return n, nil
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Another seed", Label: "Draws, control groups and simulated answers follow from it.", Value: fmt.Sprint(s.order.Seed), Max: 20,
		Check: func(v string) error { _, err := number(v); return err },
		Then: func(v string) tea.Cmd {
			o := s.order
			o.Seed, _ = number(v)
			return s.run(o)
		}})
}

func (s *Screen) askView() {
	p := &dialog.Picker{Title: "View", Hint: "type to search", Start: s.at}
	for i, v := range views() {
		p.Items = append(p.Items, dialog.Item{Title: v.title, Detail: v.about, Value: i})
	}
	p.Then = func(it dialog.Item) tea.Cmd { s.turn(it.Value.(int)); return nil }
	s.ses.Shell.Ask(p)
}

// about tells what was replayed.
func (s *Screen) about() {
	s.ses.Shell.Ask(&dialog.Reader{Title: "What was replayed", Lines: aboutLines(s.report)})
}

func aboutLines(r *Report) []widget.Line {
	pair := func(label, value string) widget.Line { return widget.Pair(label, 12, widget.T(value)) }
	catalog := r.Catalog.Name
	if r.Revision > 0 {
		catalog += fmt.Sprintf(" (revision %d)", r.Revision)
	}
	out := []widget.Line{pair("Traffic", r.Order.Input.Name)}
	if host := r.Order.Input.Host; host != "" {
		out = append(out, pair("URLs", "begin with "+host))
	}
	out = append(out,
		pair("Catalog", catalog),
		pair("Answers", answers(r.Respond)),
		pair("Seed", fmt.Sprint(r.Seed)),
		pair("Time zone", r.Zone),
		pair("Replayed", fmt.Sprintf("%s, %s, %s, in %s", text.Many(r.Visitors, "visitor"), text.Many(r.Visits, "visit"), text.Many(r.Results.Events, "event"), r.Took.Round(10*time.Millisecond))))
	if r.First > 0 {
		const instant = "2 Jan 2006 15:04:05"
		out = append(out, pair("Events", "from "+r.First.Time().Format(instant)+" to "+r.Last.Time().Format(instant)+" UTC"))
	}
	if !r.Complete {
		out = append(out, pair("Stopped", "the numbers are of the visitors up to "+r.UpTo))
	}
	if r.part() != "" {
		out = append(out, pair("In part", "reading was stopped: the numbers are of the first "+text.Many(r.Order.Input.Lines, "line")))
	}
	out = append(out, pair("Read", text.Many(r.Results.Input.Lines, "line")))
	for _, broken := range r.Results.Input.Broken {
		out = append(out, widget.Pair("Not all", 12, widget.Cell{Text: broken, Look: theme.Warn}))
	}
	for _, f := range r.Results.Input.FilesLeftOut {
		out = append(out, widget.Pair("Left out", 12, widget.Cell{Text: f.File + ": " + f.Why, Look: theme.Warn}))
	}
	if n := r.Results.Input.MoreFilesLeftOut; n > 0 {
		out = append(out, pair("Left out", text.Many(n, "more file")))
	}
	for _, part := range []struct {
		title  string
		counts []replay.Count
	}{{"Not read", r.Results.Input.Rejected}, {"Left out", r.Results.Input.Skipped}} {
		for _, c := range part.counts {
			out = append(out, pair(part.title, fmt.Sprintf("%s: %s, first in line %d", c.Reason, text.Many(c.Count, "line"), c.FirstLine)))
		}
	}
	return out
}
