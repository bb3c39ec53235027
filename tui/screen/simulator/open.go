package simulator

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/mapping"
	"beckon/tui/site"
	"beckon/tui/widget"
)

// patience is how long reading may take.
const patience = 2 * time.Minute

// The results of the screen's commands.
type (
	// listedMsg is the library.
	listedMsg struct {
		journeys []Journey
		begin    bool // open the first one
		err      error
	}
	// loadedMsg is a recording, with a player of one of its visitors.
	loadedMsg struct {
		asked  int
		rec    *Recording
		who    int
		eng    *engine.Engine
		player *replay.Player
		watch  Watch
		what   string
		path   string // of the file that was asked for
		fresh  bool   // it was read just now
		found  *finding
		sought sought
		back   *whereabouts // an earlier session's, that is gone back to
		err    error
	}
	// compiledMsg is the catalog as it stands now, perhaps the one that was there.
	compiledMsg struct {
		of   *replay.Player
		eng  *engine.Engine
		lost bool // the one that was chosen is not there any more
		err  error
	}
)

// chosen does the actions that choose what is played.
func (s *Screen) chosen(id keymap.ID) (tea.Cmd, bool) {
	switch id {
	case OpenJourney:
		return s.listJourneys(false), true
	case OpenFile:
		s.askFile("", "")
	case Whose:
		s.askVisitor()
	case Seed:
		s.askSeed()
	case keymap.Open:
		if s.player != nil {
			return nil, false
		}
		return s.listJourneys(false), true
	default:
		return nil, false
	}
	return nil, true
}

func (s *Screen) begin() tea.Cmd { return s.listJourneys(true) }

func (s *Screen) listJourneys(begin bool) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the library", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		journeys, err := src.Journeys(ctx)
		return listedMsg{journeys, begin, err}
	})
}

// listed asks which journey of the library, or plays the first.
func (s *Screen) listed(m listedMsg) tea.Cmd {
	if m.err != nil {
		s.ses.Shell.Fail("reading the library", m.err)
		return nil
	}
	if m.begin { // unless something else is asked for by now
		if s.asked > 0 || len(m.journeys) == 0 {
			s.waits()
			return nil
		}
		return s.load(m.journeys[0].ID, m.journeys[0].Name)
	}
	items := make([]dialog.Item, 0, len(m.journeys))
	for _, j := range m.journeys {
		items = append(items, dialog.Item{Title: j.Name, Detail: j.About, Group: "Library", Value: j})
	}
	last := dialog.AFile("Asks for the path of a file with journeys. Without this list it is O.")
	s.ses.Shell.Ask(&dialog.Picker{Title: "Open a journey", Hint: "type to search, or the path of a file", Items: items, Last: last, Paths: s.ses.Paths, Then: func(it dialog.Item) tea.Cmd {
		switch v := it.Value.(type) {
		case Journey:
			return s.load(v.ID, v.Name)
		case dialog.Path:
			return s.readFile(string(v), "")
		}
		s.askFile("", "")
		return nil
	}})
	return nil
}

// askFile asks for a file, again with what came of it where one could not be
// read.
func (s *Screen) askFile(path, wrong string) {
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "Open a file", Label: "The path of a file with journeys, a web log or messages. A table asks what its columns are.",
		Hint: "such as visits.jsonl", Max: 1000, Value: path, Wrong: wrong, Paths: s.ses.Paths,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" {
				return errors.New("a path is needed")
			}
			return nil
		},
		Then: func(v string) tea.Cmd {
			return s.readFile(strings.TrimSpace(v), "")
		},
	})
}

// readFile reads a file that the operator named; the URLs of a log begin with
// host, if that was said.
func (s *Screen) readFile(path, host string) tea.Cmd {
	src := s.src
	return s.read("reading "+path, path, func(ctx context.Context) (*Recording, error) { return src.ReadFile(ctx, path, host) })
}

func needsMapping(err error) bool {
	_, is := mapping.For(err, "")
	return is
}

// load reads a journey of the library.
func (s *Screen) load(id, name string) tea.Cmd {
	src := s.src
	return s.read("reading "+name, "", func(ctx context.Context) (*Recording, error) { return loadOf(ctx, src, id) })
}

// read makes a recording and the player of the visitor with the most to see;
// asked tells the newest such command from those before it. The path is that
// of a file that the operator named.
func (s *Screen) read(what, path string, read func(context.Context) (*Recording, error)) tea.Cmd {
	s.asked++
	asked, src, eng, wanted, stays := s.asked, s.src, s.eng, s.wanted, s.staying()
	return s.ses.Shell.Work(what, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := loadedMsg{asked: asked, what: what, path: path, fresh: true}
		if m.rec, m.err = read(ctx); m.err != nil {
			return m
		}
		if m.eng, m.err = src.Engine(ctx); m.err != nil {
			m.err, m.path = fmt.Errorf("compiling the catalog: %w", m.err), "" // not the file's fault
			return m
		}
		if m.rec != nil {
			rank(ctx, m.eng, m.rec)
			m.look(ctx, wanted)
		}
		o := replay.PlayerOptions{}
		if m.found != nil {
			o.Seed = m.found.seed
		}
		m.eng, m.player, m.err = playerOf(ctx, src, eng, m.rec, m.who, o)
		if m.err == nil && m.found == nil && !stays.inForce() {
			m.watch.Catalog, m.watch.stays = stays, true
			m.player, m.err = through(ctx, src, m.player, stays)
		}
		return m
	})
}

var errNobody = errors.New("there is no visitor in it")

// playerOf makes a player of a visitor over the catalog as it stands now.
func playerOf(ctx context.Context, src Source, old *engine.Engine, rec *Recording, who int, o replay.PlayerOptions) (*engine.Engine, *replay.Player, error) {
	if rec == nil || who < 0 || who >= len(rec.Visitors) {
		return old, nil, errNobody
	}
	eng, err := src.Engine(ctx)
	if err != nil {
		return old, nil, fmt.Errorf("compiling the catalog: %w", err)
	}
	p, err := replay.NewPlayer(eng, rec.Visitors[who].Events, o)
	if err != nil {
		return eng, nil, fmt.Errorf("visitor %s: %w", text.Line(rec.Visitors[who].ID, 60), err)
	}
	return eng, p, nil
}

// loaded plays what was read from its beginning.
func (s *Screen) loaded(m loadedMsg) tea.Cmd {
	switch {
	case m.asked != s.asked:
		return nil
	case errors.Is(m.err, context.Canceled):
		return nil
	case !s.hidden && m.path != "" && needsMapping(m.err):
		o, _ := mapping.For(m.err, s.ID())
		return s.ses.Shell.Show(mapping.ID, o)
	case site.Ask(s.ses.Shell, m.err, func(host string) tea.Cmd { return s.readFile(m.path, host) }):
		return nil
	case m.err != nil && m.path != "" && !s.hidden:
		s.askFile(m.path, cause(m.err))
		return nil
	case m.err != nil:
		s.ses.Shell.Fail(m.what, m.err)
		return nil
	}
	return s.ready(m.player, "", func() tea.Cmd {
		s.begun(m)
		if c := s.awaited; !c.inForce() { // it was asked for while this was being read
			s.awaited = Catalog{}
			return s.wearing(c)
		}
		return nil
	})
}

// begun plays what was loaded from its beginning, or from where it is to be
// watched.
func (s *Screen) begun(m loadedMsg) {
	s.leaveTwo()
	s.wanted = ""
	s.rec, s.who, s.eng, s.player, s.newer = m.rec, m.who, m.eng, m.player, ""
	s.guise = guise{catalog: m.watch.Catalog, stays: m.watch.stays}
	if s.guise.stays && !s.awaited.inForce() {
		s.awaited = Catalog{}
		s.tell("Replayed through " + s.guise.catalog.Name + ", as is what you open next; R chooses another catalog.")
	}
	s.done, s.pinned = history{}, m.watch.Engagement != ""
	s.head = s.player.Start()
	if first, ok := s.player.NextEvent(s.head); ok {
		s.head = first
	}
	if m.watch.At != 0 {
		s.head = s.player.Seek(m.watch.At)
		if i, ok := s.player.Engine().Index(m.watch.Engagement); ok && m.back == nil {
			s.head = s.player.SeekDisplay(m.watch.At, i)
		}
	}
	s.refresh()
	if m.watch.Engagement != "" {
		s.why.Select(m.watch.Engagement)
		s.explain()
	}
	if m.back != nil {
		s.comeBack(m.back)
	}
	if n := len(s.rec.Visitors); n > 1 && m.watch.Recording == nil && m.what != "" {
		s.askVisitor()
	}
	if m.found != nil {
		s.ses.Shell.Toast(m.found.level(), m.found.words(m.sought))
	}
	if m.fresh && s.rec.Lost.any() {
		s.ses.Shell.Toast(widget.Warning, base(s.rec.Name)+": "+s.rec.Lost.words()+".")
	}
}

// watch plays what another screen handed over.
func (s *Screen) watch(w Watch) tea.Cmd {
	who := 0
	for i, v := range w.Recording.Visitors {
		if v.ID == w.Visitor {
			who = i
		}
	}
	return s.visit(w, who, "")
}

// visit plays a visitor of a recording.
func (s *Screen) visit(w Watch, who int, what string) tea.Cmd {
	s.asked++
	asked, src, eng := s.asked, s.src, s.eng
	return s.ses.Shell.Work("replaying the visitor", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := loadedMsg{asked: asked, rec: w.Recording, who: who, watch: w, what: what}
		m.eng, m.player, m.err = playerOf(ctx, src, eng, w.Recording, who, replay.PlayerOptions{Seed: w.Seed, Policy: w.Policy})
		if m.err == nil && !w.Catalog.inForce() {
			m.player, m.err = through(ctx, src, m.player, w.Catalog)
		}
		if m.what == "" {
			m.what = "replaying the visitor"
		}
		return m
	})
}

// through gives the player of the same journey through another catalog.
func through(ctx context.Context, src Source, p *replay.Player, c Catalog) (*replay.Player, error) {
	eng, err := src.EngineOf(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", c.Name, err)
	}
	other, _ := p.WithEngine(p.Start(), eng)
	return other, nil
}

// askVisitor asks whose journey of the recording to play.
func (s *Screen) askVisitor() {
	rec := s.rec
	items := make([]dialog.Item, len(rec.Visitors))
	for i, v := range rec.Visitors {
		it := dialog.Item{Title: v.ID, Key: plural(len(v.Events), "event"), Value: i}
		if rec.counted {
			it.Key = number(v.displays) + " shown, " + it.Key
		}
		if n := len(v.Events); n > 0 {
			it.Detail = "From " + stamp(v.Events[0].At) + " to " + stamp(v.Events[n-1].At) + "."
		}
		items[i] = it
	}
	title := "Which visitor?"
	var lost []string
	if rec.Left > 0 {
		lost = append(lost, plural(rec.Left, "more visitor")+" left out")
	}
	if short := rec.Lost.short(); short != "" {
		lost = append(lost, short)
	}
	if len(lost) > 0 {
		title += " (" + strings.Join(lost, ", ") + ")"
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		return s.visit(Watch{Recording: rec, Catalog: s.guise.catalog, stays: s.guise.stays}, it.Value.(int), "")
	}})
}

// askSeed asks for another seed.
func (s *Screen) askSeed() {
	now := s.player.Options().Seed
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "Change the seed", Label: "All draws and control groups hang on this number.", Value: strconv.FormatUint(now, 10), Max: 20,
		Check: func(v string) error {
			if _, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64); err != nil {
				return errors.New("a seed is a whole number from 0 on")
			}
			return nil
		},
		Then: func(v string) tea.Cmd {
			seed, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64)
			if err != nil || seed == now {
				return nil
			}
			p, to := s.player.WithSeed(s.head, seed)
			return s.wear(p, to, s.guise, "seed "+strconv.FormatUint(seed, 10))
		},
	})
}

// recompile follows the catalog: where it changed, the same journey is
// replayed through it.
func (s *Screen) recompile() tea.Cmd {
	if s.player == nil {
		return s.begin()
	}
	src, p, choice := s.src, s.player, s.guise.catalog
	ctx := s.ses.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := compiledMsg{of: p}
		eng, err := engineOf(ctx, src, choice)
		if m.lost = errors.Is(err, ErrNoCatalog); m.lost {
			eng, err = src.Engine(ctx)
		}
		if err != nil {
			m.err = err
			return m
		}
		m.eng = eng
		return m
	}
}

// compiled takes the new catalog, unless the operator is elsewhere by now.
func (s *Screen) compiled(m compiledMsg) tea.Cmd {
	switch {
	case m.err != nil:
		s.ses.Shell.Fail("following the catalog", m.err)
		return nil
	case m.of != s.player:
		return s.recompile()
	}
	if s.newer = ""; m.eng == s.eng {
		return nil
	}
	p, _ := s.player.WithEngine(s.head, m.eng)
	return s.ready(p, "", func() tea.Cmd {
		if m.lost {
			s.done.past = append(s.done.past, s.version("replayed through the catalog in force"))
			s.guise.catalog = Catalog{}
		}
		s.eng, s.player = m.eng, p
		s.refresh()
		said := "The catalog has changed: the journey was replayed through it."
		switch {
		case m.lost:
			said = "Your draft is not there any more: the journey was replayed through the catalog in force."
		case s.guise.catalog.Draft != "":
			said = "The journey was replayed through " + s.guise.catalog.Name + " as it is now."
		}
		s.ses.Shell.Toast(widget.Info, said)
		return nil
	})
}
