package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/widget"
)

// variant is how the second run differs from the first. Make is called in a
// command, with a player that is the command's own.
type variant struct {
	name string // "seed 7", in the middle of a sentence
	make func(context.Context, *replay.Player) (*replay.Player, error)
	lock model.Duration // from the first run's instants to the second's
}

// comparison is the one that is waited for; earlier ones are stale.
type comparison struct {
	gen  int
	what string
	stop context.CancelFunc // nil: none is under way
}

// comparedMsg are two runs, and in what they differ.
type comparedMsg struct {
	gen     int
	variant variant
	runs    [2]*replay.Player
	diffs   []replay.Difference
	err     error
}

// whatIf runs the journey a second time and compares. The screen's own player
// stays where it is: the command has another one of the same journey.
func (s *Screen) whatIf(v variant) tea.Cmd {
	s.stop()
	s.endComparing()
	c := &s.comparison
	gen, a := c.gen, twin(s.player)
	c.what = "comparing with " + v.name
	var cmd tea.Cmd
	cmd, c.stop = s.errand(c.what, func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := comparedMsg{gen: gen, variant: v, runs: [2]*replay.Player{a}}
		if m.runs[1], m.err = v.make(ctx, a); m.err != nil {
			return m
		}
		for _, p := range m.runs {
			for n := max(1, sliceGates/max(1, len(p.Engine().Engagements()))); !p.Prepare(n); {
				if m.err = ctx.Err(); m.err != nil {
					return m
				}
			}
		}
		m.diffs, m.err = replay.WhatIfWithin(ctx, m.runs[0], m.runs[1])
		return m
	})
	return cmd
}

// errand makes a command of something that may take long, as the shell does,
// and what ends it where nobody waits for it any more.
func (s *Screen) errand(what string, do func(context.Context) tea.Msg) (tea.Cmd, context.CancelFunc) {
	wanted, stop := context.WithCancel(context.Background())
	return s.ses.Shell.Work(what, func(ctx context.Context) tea.Msg {
		both, cancel := context.WithCancel(wanted)
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		if ctx.Err() != nil { // it was over before it began
			cancel()
		}
		return do(both)
	}), stop
}

// endComparing ends the comparison that is under way, if one is, and makes
// what comes of it stale.
func (s *Screen) endComparing() bool {
	c := &s.comparison
	c.gen++
	if c.stop == nil {
		return false
	}
	c.stop()
	c.stop = nil
	return true
}

// giveUp ends the comparison that is under way at the operator's wish, and
// tells whether one was.
func (s *Screen) giveUp() bool {
	if !s.endComparing() {
		return false
	}
	s.tell("Canceled: " + s.comparison.what + ".")
	return true
}

// compared shows the two runs, where they part.
func (s *Screen) compared(m comparedMsg) tea.Cmd {
	if m.gen != s.comparison.gen {
		return nil
	}
	s.endComparing()
	switch {
	case errors.Is(m.err, context.Canceled):
		return nil
	case m.err != nil:
		s.ses.Shell.Fail("comparing with "+m.variant.name, m.err)
		return nil
	case s.player == nil:
		return nil
	}
	s.two = newTwo(s, m)
	return nil
}

// leaveTwo goes back to the one run, as it was.
func (s *Screen) leaveTwo() {
	s.stop()
	s.endComparing()
	s.two = nil
}

// askWhatIf asks what is to be otherwise.
func (s *Screen) askWhatIf() {
	type way = func() tea.Cmd
	asks := func(ask func()) way { return func() tea.Cmd { ask(); return nil } }
	items := []dialog.Item{
		{Title: "Another seed", Detail: "All draws and control groups fall out otherwise.", Value: asks(s.askOtherSeed)},
		{Title: "Another date and hour", Detail: "The same journey at another time, spans between events as they are.", Value: asks(s.askOtherHour)},
		{Title: "A draft, or an older revision", Detail: "The same journey through another catalog.", Value: way(s.listOtherCatalogs)},
		{Title: "Without one campaign", Detail: "Who shows where it showed?", Value: asks(func() { s.askCampaign(false) })},
		{Title: "With one campaign only", Detail: "What would it show if it had no rival?", Value: asks(func() { s.askCampaign(true) })},
		{Title: "In or out of a control group", Detail: "Whatever the hash says.", Value: asks(s.askOtherGroup)},
		{Title: "Another answer", Detail: "Accepted instead of declined, not answered at all, or the reverse.", Value: asks(s.askOtherAnswer)},
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "What if?", Hint: "two runs side by side: A as it is, B with", Items: items, Then: func(it dialog.Item) tea.Cmd {
		return it.Value.(way)()
	}})
}

func (s *Screen) askOtherSeed() {
	now := s.player.Options().Seed
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "What if, with another seed", Label: "All draws and control groups hang on this number; A has " + strconv.FormatUint(now, 10) + ".", Value: strconv.FormatUint(now+1, 10), Max: 20,
		Check: func(v string) error { _, err := readSeed(v); return err },
		Then: func(v string) tea.Cmd {
			seed, err := readSeed(v)
			if err != nil {
				return nil
			}
			return s.whatIf(variant{name: "seed " + strconv.FormatUint(seed, 10), make: reseeded(seed)})
		},
	})
}

// reseeded makes the run with another seed.
func reseeded(seed uint64) func(context.Context, *replay.Player) (*replay.Player, error) {
	return func(_ context.Context, p *replay.Player) (*replay.Player, error) {
		q, _ := p.WithSeed(p.Start(), seed)
		return q, nil
	}
}

func readSeed(v string) (uint64, error) {
	seed, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64)
	if err != nil {
		return 0, errors.New("a seed is a whole number from 0 on")
	}
	return seed, nil
}

func (s *Screen) askOtherHour() {
	zone, at := zoneOf(s.player.Engine()), s.head
	from := at.At.Time().In(zone)
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "What if, at another time", Label: "When it is at the head in B, in " + zone.String() + ": 2026-03-08 23:50, Sunday 23:50, +2d, -3h.", Value: from.Format(hourForm), Max: 30,
		Check: func(v string) error { _, _, err := readHour(v, from); return err },
		Then: func(v string) tea.Cmd {
			to, note, err := readHour(v, from)
			if err != nil {
				return nil
			}
			if note != "" {
				s.ses.Shell.Toast(widget.Warning, upper(note)+".")
			}
			lock := journey.At(to).Sub(at.At)
			return s.whatIf(variant{name: to.Format("Mon 2 Jan 2006 15:04"), lock: lock, make: func(_ context.Context, p *replay.Player) (*replay.Player, error) {
				q, _ := p.Shift(at, at.At.Add(lock))
				return q, nil
			}})
		},
	})
}

// choicesMsg are the catalogs to compare with.
type choicesMsg struct {
	catalogs []Catalog
	err      error
}

func (s *Screen) listOtherCatalogs() tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the history", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		found, err := src.Catalogs(ctx)
		return choicesMsg{found, err}
	})
}

// askOtherCatalog asks for a draft or a revision.
func (s *Screen) askOtherCatalog(m choicesMsg) {
	if m.err != nil {
		s.ses.Shell.Fail("reading the history", m.err)
		return
	}
	if s.player == nil {
		return
	}
	var items []dialog.Item
	if !s.guise.catalog.inForce() {
		items = append(items, dialog.Item{Title: "The catalog in force", Detail: "As it stands in the store now.", Value: Catalog{Name: "the catalog in force"}})
	}
	for _, c := range m.catalogs {
		it := dialog.Item{Title: upper(c.Name), Detail: c.About, Group: "Earlier revisions", Value: c}
		if c.Draft != "" {
			it.Group = "Your drafts, as if they were published"
		}
		items = append(items, it)
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "What if, through another catalog?", Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		c, src := it.Value.(Catalog), s.src
		return s.whatIf(variant{name: text.Line(c.Name, 60), make: func(ctx context.Context, p *replay.Player) (*replay.Player, error) {
			eng, err := engineOf(ctx, src, c)
			if err != nil {
				return nil, fmt.Errorf("compiling %s: %w", text.Line(c.Name, 60), err)
			}
			q, _ := p.WithEngine(p.Start(), eng)
			return q, nil
		}})
	}})
}

// askCampaign asks for the campaign that is left out, or that is alone.
func (s *Screen) askCampaign(alone bool) {
	title, verb := "What if, without which campaign?", "without "
	if alone {
		title, verb = "What if, with which campaign only?", "with nothing but "
	}
	shown := map[string]int{}
	campaigns := s.player.Engine().Campaigns()
	for _, m := range s.player.Marks() {
		if m.Kind == replay.MarkDisplay {
			shown[campaigns[m.Campaign].ID]++
		}
	}
	items := make([]dialog.Item, 0, len(campaigns))
	for _, c := range campaigns {
		it := dialog.Item{Title: first(c.Name, c.ID), Detail: c.ID + ", " + plural(len(c.Engagements), "engagement") + ".", Group: "Shows nothing in this journey", Value: c.ID}
		if n := shown[c.ID]; n > 0 {
			it.Group, it.Key = "Shows in this journey", plural(n, "display")
		}
		items = append(items, it)
	}
	slices.SortStableFunc(items, func(a, b dialog.Item) int { return shown[b.Value.(string)] - shown[a.Value.(string)] })
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		id := it.Value.(string)
		return s.whatIf(variant{name: verb + text.Line(it.Title, 60), make: func(_ context.Context, p *replay.Player) (*replay.Player, error) {
			q, err := p.WithCampaigns(func(k *model.Campaign) bool { return (k.ID == id) == alone })
			if err != nil {
				return nil, fmt.Errorf("%s%s: %w", verb, text.Line(id, 60), err)
			}
			return q, nil
		}})
	}})
}

// askOtherGroup asks for a control group that the visitor is put into, or
// taken out of.
func (s *Screen) askOtherGroup() {
	o, eng := s.player.Options(), s.player.Engine()
	now := o.Control
	if now == nil {
		now = eng.Membership(o.Seed, o.Visitor)
	}
	type group struct {
		campaign, where string
		in              bool
	}
	var items []dialog.Item
	add := func(campaign, where string, in bool) {
		verb, key := "in ", "out in A"
		if in {
			verb, key = "out of ", "in in A"
		}
		items = append(items, dialog.Item{Title: upper(verb + where), Key: key, Value: group{campaign, verb + where, !in}})
	}
	add("", "the site's group", now.Site)
	for _, c := range eng.Campaigns() {
		add(c.ID, "the group of "+first(c.Name, c.ID), now.Campaigns[c.ID])
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "What if, with which control group?", Hint: "type a campaign", Items: items, Then: func(it dialog.Item) tea.Cmd {
		g := it.Value.(group)
		return s.whatIf(variant{name: text.Line(g.where, 60), make: func(_ context.Context, p *replay.Player) (*replay.Player, error) {
			q, _ := p.InControl(p.Start(), g.campaign, g.in)
			return q, nil
		}})
	}})
}

// mostAnswers is how many displays are offered to be answered otherwise, those
// nearest to the head.
const mostAnswers = 200

// other is an answer that might have been: of a display, instead of the event
// that answered it, if one did.
type other struct {
	engagement int
	display    replay.Position
	event      int            // of the answer in the journey, -1: there is none
	action     journey.Action // "": no answer
	name       string
}

// askOtherAnswer asks which answer is to be another one.
func (s *Screen) askOtherAnswer() {
	said := map[journey.Action]string{journey.Accept: "accepted", journey.Decline: "declined", "": "not answered"}
	refs := s.player.Engine().Engagements()
	var items []dialog.Item
	marks := s.player.Marks()
	var shown []int // marks of displays
	for i := range marks {
		if marks[i].Kind == replay.MarkDisplay {
			shown = append(shown, i)
		}
	}
	far := func(i int) time.Duration { return time.Duration(marks[i].At - s.head.At).Abs() }
	if len(shown) > mostAnswers {
		slices.SortStableFunc(shown, func(a, b int) int { return int(far(a) - far(b)) })
		shown = shown[:mostAnswers]
		slices.Sort(shown)
	}
	for _, i := range shown {
		m := &marks[i]
		was, event := outcomeOf(marks, i)
		name := nameOf(refs[m.Engagement].Engagement)
		for _, a := range []journey.Action{journey.Accept, journey.Decline, ""} {
			if a == was || a == "" && event < 0 {
				continue
			}
			items = append(items, dialog.Item{Title: name + ": " + said[a], Key: clockOf(m.At),
				Detail: refs[m.Engagement].Path + ", displayed at " + clockOf(m.At) + ", " + said[was] + " in A.",
				Value:  other{m.Engagement, m.Position, event, a, text.Line(name, 40) + " " + said[a]}})
		}
	}
	if len(items) == 0 {
		s.tell("Nothing is displayed in this journey: there is nothing to answer.")
		return
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "What if it were answered otherwise?", Hint: "type a part of its name", Items: items, Then: func(it dialog.Item) tea.Cmd {
		o := it.Value.(other)
		return s.whatIf(variant{name: o.name, make: func(_ context.Context, p *replay.Player) (*replay.Player, error) {
			return o.answered(p), nil
		}})
	}})
}

// outcomeOf says how the display of a mark was answered, and by which event of
// the journey; -1 where none did.
func outcomeOf(marks []replay.Mark, display int) (journey.Action, int) {
	for _, m := range marks[display+1:] {
		if m.Kind == replay.MarkVisitEnd {
			break
		}
		if m.Engagement != marks[display].Engagement {
			continue
		}
		event := -1
		if m.Event != nil && m.Event.Respond != nil {
			event = m.Events - 1
		}
		switch m.Kind {
		case replay.MarkAccept:
			return journey.Accept, event
		case replay.MarkDecline:
			return journey.Decline, event
		case replay.MarkDisplay, replay.MarkTimeout:
			return "", -1
		}
	}
	return "", -1
}

// answered is the journey with the other answer: at the instant of the one
// that it had, else at once. What was talked about after an accept goes with
// it.
func (o other) answered(p *replay.Player) *replay.Player {
	at := o.display
	if o.event >= 0 {
		path := p.Engine().Engagements()[o.engagement].Path
		talk := false
		for i := o.event + 1; i < len(p.Events()); i++ {
			c := p.Events()[i].Conversation
			switch {
			case c == nil:
				continue
			case talk == c.Start, c.Start && c.Engagement != "" && c.Engagement != path:
				i = len(p.Events()) // another one, or none
				continue
			}
			p, _ = p.Delete(i)
			if talk = c.Start; !talk {
				break
			}
			i--
		}
		p, at = p.Delete(o.event)
	}
	if o.action != "" {
		p, _ = p.Answer(at, o.engagement, o.action)
	}
	return p
}
