package simulator

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/widget"
)

// What the operator changes about the whole journey: who makes it, when, in
// which control groups, through which catalog.
const (
	WhoComes keymap.ID = "simulator.who"
	Hour     keymap.ID = "simulator.hour"
	Groups   keymap.ID = "simulator.control"
	Through  keymap.ID = "simulator.catalog"
	AtHead   keymap.ID = "simulator.catalog.then"
)

func guiseActions() []keymap.Action {
	return []keymap.Action{
		{ID: WhoComes, Title: "Somebody else comes", Keys: []string{"I"}, Help: "The same journey by another visitor: new or returning, device, country, customer type and status, name."},
		{ID: Hour, Title: "Another date and hour", Keys: []string{"T"}, Help: "Moves the journey so that the head falls on an instant: Sunday 23:50, in the account's time zone."},
		{ID: Groups, Title: "Control groups", Keys: []string{"H"}, Help: "Puts the visitor into a control group or out of it, whatever the hash says."},
		{ID: Through, Title: "Another catalog", Keys: []string{"R"}, Help: "Replays the journey through your draft of a campaign, or the catalog of an earlier revision."},
		{ID: AtHead, Title: "The catalog in force then", Keys: []string{"f11", "@"}, Help: "Replays the journey through the catalog that was in force at the instant at the head, and says which revision that was."},
	}
}

// ErrNoCatalog says that a catalog is not there any more: a draft was saved or
// dropped.
var ErrNoCatalog = errors.New("this catalog is not there any more")

// ErrNotYet says that there was no catalog at an instant.
var ErrNotYet = errors.New("there was no catalog yet")

// Catalog is one that a journey can be replayed through. The zero value is the
// one that is in force.
type Catalog struct {
	// Revision is an earlier one of the store.
	Revision uint64
	// Draft is the key of the operator's own draft, laid over what is in force as
	// if it were published.
	Draft string
	// Name says which it is, in the middle of a sentence: "your draft of Cart
	// rescue".
	Name string
	// About says more of it, in a sentence.
	About string
}

func (c Catalog) inForce() bool { return c.Revision == 0 && c.Draft == "" }

// guise is what is otherwise about the whole journey than it was read; the
// player knows the seed and the control groups.
type guise struct {
	who     who
	moved   journey.Instant
	catalog Catalog
	stays   bool // the catalog is that of what is opened next, too
}

// who is somebody else; what is empty is as the journey tells.
type who struct{ id, kind, device, country, customer, status string }

func (w who) words() string {
	var out []string
	for _, part := range []string{w.kind, w.device, w.country, w.customer, w.status, w.id} {
		if part != "" {
			out = append(out, part)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "as " + strings.Join(out, ", ")
}

// force is something that is in force otherwise than the journey was read: a
// name and the words for it, in full and in short.
type force struct{ name, words, short string }

// forces are all that are in force.
func (g guise) forces(p *replay.Player) []force {
	var out []force
	if c := g.catalog; !c.inForce() {
		short := fmt.Sprintf("revision %d", c.Revision)
		if c.Draft != "" {
			short = "your draft"
		}
		out = append(out, force{"Catalog", text.Line(c.Name, 60), short})
	}
	if g.moved != 0 {
		by := span2(g.moved)
		if g.moved > 0 {
			by = "+" + by
		}
		short := by
		if days, clock, ok := strings.Cut(by, " "); ok { // of days, hours are enough
			short = days + " " + clock[:strings.IndexByte(clock, ':')] + "h"
		}
		out = append(out, force{"Time", "moved by " + by, short})
	}
	if said := g.who.words(); said != "" {
		out = append(out, force{"Visitor", text.Line(said, 60), "other visitor"})
	}
	if c := p.Options().Control; c != nil {
		said := groupWords(c)
		out = append(out, force{"Groups", said, strings.TrimPrefix(said, "in ")})
	}
	if seed := p.Options().Seed; seed != 0 {
		said := fmt.Sprintf("seed %d", seed)
		out = append(out, force{"Draws", said, said})
	}
	return out
}

// groupWords say in which control groups a visitor is put.
func groupWords(c *engine.Control) string {
	n := 0
	for _, in := range c.Campaigns {
		if in {
			n++
		}
	}
	switch {
	case c.Site:
		return "in the site's control group"
	case n > 0:
		return "in " + plural(n, "control group")
	}
	return "in no control group"
}

// disguise does what changes the whole journey.
func (s *Screen) disguise(id keymap.ID) (tea.Cmd, bool) {
	if s.player == nil {
		return nil, false
	}
	switch id {
	case WhoComes:
		s.askWho()
	case Hour:
		s.askHour()
	case Groups:
		s.askGroups()
	case Through:
		return s.listCatalogs(), true
	case AtHead:
		return s.throughThen(), true
	default:
		return nil, false
	}
	return nil, true
}

// wear takes a journey that is another as a whole.
func (s *Screen) wear(p *replay.Player, to replay.Position, g guise, what string) tea.Cmd {
	what = text.Line(what, 80)
	return s.ready(p, what, func() tea.Cmd {
		s.change(p, to, what)
		s.guise = g
		s.tell(upper(what) + "; ctrl+z takes it back.")
		return nil
	})
}

const asTold = "as the journey tells"

// askWho asks who makes the journey.
func (s *Screen) askWho() {
	was := s.guise.who
	kind := &dialog.Entry{Label: "Comes", Value: was.kind, Choices: []string{"", firstVisit, comesBack}, Names: []string{asTold, "for the first time", "back"}}
	device := &dialog.Entry{Label: "Device", Value: was.device, Choices: []string{"", string(model.Desktop), string(model.Tablet), string(model.Smartphone)}, Names: []string{asTold}}
	country := &dialog.Entry{Label: "Country", Value: was.country, Proposed: true, Hint: asTold, Max: 2, Help: "Two letters.", Check: countryCode}
	settings := &s.player.Engine().Catalog().Settings
	customer := customerEntry("Customer type", asTold, was.customer, settings.CustomerTypes)
	status := customerEntry("Customer status", asTold, was.status, settings.CustomerStatuses)
	id := &dialog.Entry{Label: "Visitor", Value: s.player.Options().Visitor, Proposed: true, Max: 80, Help: "Draws and control groups hang on it.", Check: notEmpty("a name is needed")}
	s.ses.Shell.Ask(&dialog.Sheet{Title: "Who makes this journey?", Note: "Pages and times stay as they are. ctrl+z gives back who it was.", Yes: "Replay", Entries: []*dialog.Entry{kind, device, country, customer, status, id},
		Then: func() tea.Cmd {
			now := who{kind: kind.Value, device: device.Value, country: strings.ToUpper(strings.TrimSpace(country.Value)), customer: strings.TrimSpace(customer.Value),
				status: strings.TrimSpace(status.Value), id: was.id}
			as := now.told()
			if v := strings.TrimSpace(id.Value); v != s.player.Options().Visitor {
				as.ID, now.id = v, v
			}
			// What was told otherwise before stays so.
			now.kind, now.device = first(now.kind, was.kind), first(now.device, was.device)
			now.country, now.customer, now.status = first(now.country, was.country), first(now.customer, was.customer), first(now.status, was.status)
			if now == was {
				return nil
			}
			p, to := s.player.As(s.head, as)
			g := s.guise
			g.who = now
			return s.wear(p, to, g, "replayed "+now.words())
		}})
}

// told is somebody as a player takes him.
func (w who) told() replay.Who {
	var out replay.Who
	switch w.kind {
	case firstVisit:
		back := false
		out.History = &replay.History{Returning: &back, Visits: 1}
	case comesBack:
		back := true
		out.History = &replay.History{Returning: &back, Visits: 2}
	}
	if w.device != "" {
		out.Device = &replay.Device{Platform: model.Platform(w.device)}
	}
	if w.country != "" {
		out.Geo = &journey.Geo{Country: w.country}
	}
	if w.customer != "" || w.status != "" {
		out.Customer = &journey.Customer{Type: w.customer, Status: w.status}
	}
	return out
}

// askHour asks when it is at the head.
func (s *Screen) askHour() {
	zone := zoneOf(s.player.Engine())
	from := s.head.At.Time().In(zone)
	s.ses.Shell.Ask(&dialog.Prompt{
		Title: "As if it were", Label: "When it is at the head, in " + zone.String() + ". Spans between events stay: 2026-03-08 23:50, Sunday 23:50, +2d, -3h.", Value: from.Format(hourForm), Max: 30,
		Check: func(v string) error { _, _, err := readHour(v, from); return err },
		Then: func(v string) tea.Cmd {
			at, note, err := readHour(v, from)
			if err != nil || at.Equal(from) || v == from.Format(hourForm) {
				return nil
			}
			g, before := s.guise, s.head.At
			p, to := s.player.Shift(s.head, journey.At(at))
			g.moved += to.At - before
			cmd := s.wear(p, to, g, "it is "+hourWords(to.At, zone))
			first, last := p.Start().At, p.Start().At
			if events := p.Events(); len(events) > 0 {
				last = events[len(events)-1].At
			}
			for _, said := range []string{note, clocksChange(first.Time().In(zone), last.Time().In(zone))} {
				if said != "" {
					s.ses.Shell.Toast(widget.Warning, upper(said)+"; spans between events stay as they were.")
				}
			}
			return cmd
		},
	})
}

// askGroups asks in which control groups the visitor is.
func (s *Screen) askGroups() {
	o, eng := s.player.Options(), s.player.Engine()
	now := o.Control
	if now == nil {
		now = eng.Membership(o.Seed, o.Visitor)
	}
	state := func(in bool) string {
		if in {
			return "in now"
		}
		return "out now"
	}
	type group struct {
		campaign string
		in       bool
		what     string
	}
	items := []dialog.Item{
		{Title: "By the hash, as visitors come", Detail: "Seed and visitor decide, as on the site.", Value: "hash", Disabled: map[bool]string{true: "it is so"}[o.Control == nil]},
		{Title: "In no control group", Detail: "Nothing is held back from the visitor.", Value: "none"},
	}
	add := func(title, where, campaign string, in bool) {
		verb := "In " + where
		if in {
			verb = "Out of " + where
		}
		items = append(items, dialog.Item{Title: verb, Key: state(in), Detail: title, Group: "One group", Value: group{campaign, !in, strings.ToLower(verb[:1]) + verb[1:]}})
	}
	add("Members of the site's group see nothing at all.", "the site's group", "", now.Site)
	for _, c := range eng.Campaigns() {
		add("Members of "+c.ID+"'s group are counted and see nothing of it.", "the group of "+first(c.Name, c.ID), c.ID, now.Site || now.Campaigns[c.ID])
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Control groups", Hint: "type a campaign", Items: items, Start: map[bool]int{true: 1}[o.Control == nil], Then: func(it dialog.Item) tea.Cmd {
		switch v := it.Value.(type) {
		case group:
			p, to := s.player.InControl(s.head, v.campaign, v.in)
			return s.wear(p, to, s.guise, "visitor "+v.what)
		case string:
			var c *engine.Control
			what := "control groups by the hash"
			if v == "none" {
				c, what = &engine.Control{}, "visitor in no control group"
			}
			p, to := s.player.WithControl(s.head, c)
			return s.wear(p, to, s.guise, what)
		}
		return nil
	}})
}

// catalogsMsg are the catalogs to choose from; worn is one that was compiled,
// with the journey replayed through it.
type (
	catalogsMsg struct {
		catalogs []Catalog
		err      error
	}
	wornMsg struct {
		catalog Catalog
		eng     *engine.Engine
		err     error
		stays   bool // for what is opened next, too
	}
)

func (s *Screen) listCatalogs() tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("reading the history", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		found, err := src.Catalogs(ctx)
		return catalogsMsg{found, err}
	})
}

// askCatalog asks through which catalog the journey is replayed.
func (s *Screen) askCatalog(m catalogsMsg) {
	if m.err != nil {
		s.ses.Shell.Fail("reading the history", m.err)
		return
	}
	items := []dialog.Item{{Title: "The catalog in force", Detail: "As it stands in the store now; the Simulator follows what is saved.", Value: Catalog{},
		Disabled: map[bool]string{true: "it is so"}[s.guise.catalog.inForce()]}}
	for _, c := range m.catalogs {
		it := dialog.Item{Title: upper(c.Name), Detail: c.About, Group: "Earlier revisions", Value: c}
		if c.Draft != "" {
			it.Group = "Your drafts, as if they were published"
		}
		items = append(items, it)
	}
	start := 0
	if s.guise.catalog.inForce() && len(items) > 1 {
		start = 1
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Replay through which catalog?", Hint: "type to search", Items: items, Start: start, Then: func(it dialog.Item) tea.Cmd {
		return s.through(it.Value.(Catalog))
	}})
}

// through replays the journey through another catalog.
func (s *Screen) through(c Catalog) tea.Cmd {
	src := s.src
	return s.ses.Shell.Work("compiling "+first(c.Name, "the catalog"), func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		eng, err := engineOf(ctx, src, c)
		return wornMsg{catalog: c, eng: eng, err: err}
	})
}

// throughThen replays the journey through the catalog that was in force at the
// instant at the head: why a visitor saw then what he saw.
func (s *Screen) throughThen() tea.Cmd {
	src, at := s.src, s.head.At
	return s.ses.Shell.Work("looking for the catalog in force then", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		c, err := src.CatalogAt(ctx, at)
		if err != nil {
			return wornMsg{catalog: Catalog{Name: "the catalog in force then"}, err: err}
		}
		eng, err := engineOf(ctx, src, c)
		return wornMsg{catalog: c, eng: eng, err: err}
	})
}

// engineOf compiles a catalog.
func engineOf(ctx context.Context, src Source, c Catalog) (*engine.Engine, error) {
	if c.inForce() {
		return src.Engine(ctx)
	}
	return src.EngineOf(ctx, c)
}

// worn shows the journey through another catalog.
func (s *Screen) worn(m wornMsg) tea.Cmd {
	if errors.Is(m.err, ErrNotYet) {
		s.ses.Shell.Toast(widget.Warning, upper(m.err.Error())+".")
		return nil
	}
	if m.err != nil {
		s.ses.Shell.Fail("replaying through "+first(m.catalog.Name, "the catalog"), m.err)
		return nil
	}
	g := s.guise
	g.catalog, g.stays = m.catalog, m.stays
	p, to := s.player.WithEngine(s.head, m.eng)
	what := "replayed through " + first(m.catalog.Name, "the catalog in force")
	if m.stays {
		what += ", as is what you open next"
	}
	return s.wear(p, to, g, what)
}
