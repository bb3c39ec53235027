package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/widget"
)

// tracedGates is up to how many gates, events times engagements, a recording
// is replayed with the trace to find who came nearest.
const tracedGates = 5_000_000

// week is how far a recording is moved at a time, so that days of the week and
// hours stay as they were.
const week = 7 * 24 * time.Hour

// sought is what another screen wants to see at work: "campaign", or
// "campaign/engagement". It has a name for people.
type sought struct {
	path, name string
	of         []int  // the engagements, by the engine's index
	seed       uint64 // that is tried first
}

// soughtIn finds the engagements of a path.
func soughtIn(eng *engine.Engine, path string) (sought, bool) {
	out := sought{path: path}
	for i, ref := range eng.Engagements() {
		campaign, _, _ := strings.Cut(ref.Path, "/")
		if ref.Path != path && campaign != path {
			continue
		}
		out.of = append(out.of, i)
		out.name = text.Line(ref.Engagement.Name, 60)
		if ref.Path != path {
			out.name = text.Line(eng.Campaigns()[ref.Campaign].Name, 60)
		}
	}
	return out, len(out.of) > 0
}

// finding is a visit in which what was sought came as far as anywhere.
type finding struct {
	rec        *Recording
	visitor    string
	engagement string
	at         journey.Instant
	gate       engine.Gate
	weeks      int // that the recording was moved by
	seed       uint64
	before     engine.Gate // that stopped it with the seed that is usual
}

// seeds is how many further seeds are tried where chance alone is in the way.
const seeds = 20

// chance tells whether another seed may open a gate.
func chance(g engine.Gate) bool {
	return g == engine.SiteControl || g == engine.CampaignControl || g == engine.LostDraw
}

// watch is what plays the finding.
func (f finding) watch() Watch {
	return Watch{Recording: f.rec, Visitor: f.visitor, At: f.at, Engagement: f.engagement}
}

// who is the number of its visitor in the recording.
func (f finding) who() int {
	return max(0, slices.IndexFunc(f.rec.Visitors, func(v Visitor) bool { return v.ID == f.visitor }))
}

// level is how loud the words are said.
func (f finding) level() widget.Level {
	if f.gate != engine.Shown {
		return widget.Warning
	}
	return widget.Info
}

// words say how far it came, and what was done for it.
func (f finding) words(s sought) string {
	out := fmt.Sprintf("%s shows to %s at %s.", s.name, text.Line(f.visitor, 40), clockOf(f.at))
	switch {
	case f.visitor == "":
		return s.name + " shows to nobody here."
	case f.gate != engine.Shown:
		out = fmt.Sprintf("%s shows to nobody here. %s comes nearest: stopped by %s.", s.name, text.Line(f.visitor, 40), f.gate)
	}
	if f.weeks != 0 {
		out += " Moved to " + f.at.Time().Format("2 Jan 2006") + "."
	}
	if f.seed != s.seed {
		out += fmt.Sprintf(" Seed %d; with %d %s stops it.", f.seed, s.seed, f.before)
	}
	return out
}

// in looks for the first display in a recording; where there is none, for how
// far it came.
func (s sought) in(ctx context.Context, eng *engine.Engine, rec *Recording, seed uint64) (finding, error) {
	best := finding{rec: rec, seed: seed}
	mine := make(map[int]bool, len(s.of))
	for _, i := range s.of {
		mine[i] = true
	}
	events := 0
	for _, v := range rec.Visitors {
		events += len(v.Events)
	}
	found := errors.New("found")
	_, err := replayed(ctx, eng, rec, replay.Options{Seed: seed, Trace: events*len(eng.Engagements()) <= tracedGates}, func(r replay.Record) error {
		switch r := r.(type) {
		case *replay.Display:
			if mine[r.Index] {
				best.visitor, best.engagement, best.at, best.gate = r.Visitor, r.Engagement, r.At, engine.Shown
				return found
			}
		case *replay.Gate:
			if mine[r.Index] && (best.visitor == "" || r.Gate > best.gate) {
				best.visitor, best.engagement, best.at, best.gate = r.Visitor, r.Engagement, r.At, r.Gate
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, found) {
		return finding{}, fmt.Errorf("replaying %s: %w", text.Line(rec.Name, 60), err)
	}
	return best, nil
}

// moved is the recording with all its events so many weeks later.
func (r *Recording) moved(weeks int) *Recording {
	out := *r
	out.Visitors = make([]Visitor, len(r.Visitors))
	for i, v := range r.Visitors {
		out.Visitors[i] = v
		out.Visitors[i].Events = replay.Later(v.Events, model.Duration(time.Duration(weeks)*week/time.Millisecond))
	}
	out.Name = fmt.Sprintf("%s, %d weeks later", r.Name, weeks)
	if weeks < 0 {
		out.Name = fmt.Sprintf("%s, %d weeks earlier", r.Name, -weeks)
	}
	return &out
}

// weeksInto is by how many weeks a recording has to be moved to lie within the
// dates of an engagement's campaign; 0 where it does, or where none would do.
func weeksInto(eng *engine.Engine, path string, f finding) int {
	i, ok := eng.Index(path)
	if !ok || f.rec == nil {
		return 0
	}
	frame := eng.Campaigns()[eng.Engagements()[i].Campaign].TimeFrame
	var first, last time.Time
	for _, v := range f.rec.Visitors {
		if n := len(v.Events); n > 0 {
			if at := v.Events[0].At.Time(); first.IsZero() || at.Before(first) {
				first = at
			}
			if at := v.Events[n-1].At.Time(); at.After(last) {
				last = at
			}
		}
	}
	const zone = 24 * time.Hour // a day begins that much earlier or later elsewhere
	switch f.gate {
	case engine.NotStarted:
		return int((frame.Start.UTC().Add(zone).Sub(first) + week - 1) / week)
	case engine.Ended:
		return -int((last.Sub(frame.End.UTC().Add(-zone)) + week - 1) / week)
	}
	return 0
}

// find looks through a recording: as it is; where its dates are in the way,
// moved into those of the campaign; where chance is, with other seeds.
func (s sought) find(ctx context.Context, eng *engine.Engine, rec *Recording) (finding, error) {
	best, err := s.in(ctx, eng, rec, s.seed)
	if err != nil {
		return best, err
	}
	if weeks := weeksInto(eng, best.engagement, best); weeks != 0 {
		later, err := s.in(ctx, eng, rec.moved(weeks), s.seed)
		if err != nil {
			return best, err
		}
		if later.gate > best.gate {
			best, best.weeks = later, weeks
		}
	}
	if !chance(best.gate) {
		return best, nil
	}
	for n := uint64(1); n <= seeds; n++ {
		lucky, err := s.in(ctx, eng, best.rec, s.seed+n)
		if err != nil {
			return best, err
		}
		if lucky.gate == engine.Shown {
			lucky.weeks, lucky.before = best.weeks, best.gate
			return lucky, nil
		}
	}
	return best, nil
}

// shownMsg is what came of a search.
type shownMsg struct {
	asked  int
	sought sought
	found  finding // without a recording: there is none to look through
	loaded loadedMsg
	err    error
}

// show looks for a visitor to whom an engagement shows: in what is open, then
// in the library. Without any journey it is kept in mind for the file that is
// opened next.
func (s *Screen) show(path string) tea.Cmd {
	s.asked++
	s.wanted = ""
	asked, src, old, open := s.asked, s.src, s.eng, s.rec
	return s.ses.Shell.Work("looking for a visitor who sees it", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := shownMsg{asked: asked, sought: sought{path: path}}
		eng, err := src.Engine(ctx)
		if err != nil {
			m.err = fmt.Errorf("compiling the catalog: %w", err)
			return m
		}
		var ok bool
		if m.sought, ok = soughtIn(eng, path); !ok {
			m.err = fmt.Errorf("there is no engagement in %s", text.Line(path, 120))
			return m
		}
		if m.found, m.err = m.sought.through(ctx, src, eng, open); m.err != nil || m.found.rec == nil {
			return m
		}
		m.loaded = playing(ctx, src, old, asked, m.found)
		m.err = m.loaded.err
		return m
	})
}

// through looks through what is open and the library, and stops at the first
// display.
func (s sought) through(ctx context.Context, src Source, eng *engine.Engine, open *Recording) (finding, error) {
	var best finding
	try := func(rec *Recording) (bool, error) {
		f, err := s.find(ctx, eng, rec)
		if err == nil && (best.rec == nil || f.gate > best.gate) {
			best = f
		}
		return best.rec != nil && best.gate == engine.Shown, err
	}
	if open != nil {
		if done, err := try(open); done || err != nil {
			return best, err
		}
	}
	journeys, err := src.Journeys(ctx)
	if err != nil {
		return best, fmt.Errorf("reading the library: %w", err)
	}
	for _, j := range journeys {
		rec, err := loadOf(ctx, src, j.ID)
		if err != nil {
			return best, fmt.Errorf("reading %s: %w", text.Line(j.Name, 60), err)
		}
		if done, err := try(rec); done || err != nil {
			return best, err
		}
	}
	return best, nil
}

// playing makes the player of a finding.
func playing(ctx context.Context, src Source, old *engine.Engine, asked int, f finding) loadedMsg {
	m := loadedMsg{asked: asked, rec: f.rec, who: f.who(), watch: f.watch(), what: "replaying the visitor"}
	m.eng, m.player, m.err = playerOf(ctx, src, old, f.rec, m.who, replay.PlayerOptions{Seed: f.seed})
	return m
}

// shown plays what was found, or says what there is to do.
func (s *Screen) shown(m shownMsg) tea.Cmd {
	switch {
	case m.asked != s.asked, errors.Is(m.err, context.Canceled):
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("looking for a visitor who sees it", m.err)
		return nil
	case m.found.rec == nil:
		s.wanted, s.wantedName = m.sought.path, m.sought.name
		s.ses.Shell.Toast(widget.Warning, "There is no journey yet that could show "+m.sought.name+". O opens a file with some.")
		return nil
	}
	cmd := s.loaded(m.loaded)
	s.ses.Shell.Toast(m.found.level(), m.found.words(m.sought))
	return cmd
}

// look finds what waits to be seen in the recording that was read.
func (m *loadedMsg) look(ctx context.Context, wanted string) {
	if wanted == "" {
		return
	}
	var ok bool
	if m.sought, ok = soughtIn(m.eng, wanted); !ok {
		return
	}
	if f, err := m.sought.find(ctx, m.eng, m.rec); err == nil {
		m.found, m.rec, m.who, m.watch = &f, f.rec, f.who(), f.watch()
	}
}
