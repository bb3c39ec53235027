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
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
)

// ownMsg is the catalog that a visitor of the operator's own comes to.
type ownMsg struct {
	eng *engine.Engine
	err error
}

// prepareOwn compiles the catalog, and asks who comes.
func (s *Screen) prepareOwn() tea.Cmd {
	if s.player != nil {
		return s.askOwn(ownMsg{eng: s.eng})
	}
	src := s.src
	return s.ses.Shell.Work("compiling the catalog", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		eng, err := src.Engine(ctx)
		return ownMsg{eng, err}
	})
}

// zoneOf is the account's time zone.
func zoneOf(eng *engine.Engine) *time.Location {
	zone, err := model.LoadZone(first(eng.Catalog().Settings.Zone, "UTC"))
	if err != nil {
		return time.UTC
	}
	return zone
}

const hourForm = "2006-01-02 15:04"

// own are the lines that say who comes.
type own struct {
	id, kind, device, country, customer, status, at, seed, page *dialog.Entry
}

// Choices of own.kind.
const (
	firstVisit = "first visit"
	comesBack  = "returning"
)

// askOwn asks who comes, when, and to which page.
func (s *Screen) askOwn(m ownMsg) tea.Cmd {
	if m.err != nil {
		s.ses.Shell.Fail("compiling the catalog", m.err)
		return nil
	}
	zone := zoneOf(m.eng)
	from := s.ses.Now().In(zone).Truncate(time.Minute)
	if s.player != nil { // what is in force then is what is looked at
		from = s.player.Start().At.Time().In(zone)
	}
	settings := &m.eng.Catalog().Settings
	o := own{
		id:       &dialog.Entry{Label: "Visitor", Value: "my-visitor", Proposed: true, Max: 80, Help: "Draws and control groups hang on it.", Check: notEmpty("a name is needed")},
		kind:     &dialog.Entry{Label: "Comes", Value: firstVisit, Choices: []string{firstVisit, comesBack}, Names: []string{"for the first time", "back"}},
		device:   &dialog.Entry{Label: "Device", Value: string(model.Desktop), Choices: []string{string(model.Desktop), string(model.Tablet), string(model.Smartphone)}},
		country:  &dialog.Entry{Label: "Country", Value: "DE", Proposed: true, Max: 2, Hint: "not told", Help: "Two letters.", Check: countryCode},
		customer: customerEntry("Customer type", "not told", "", settings.CustomerTypes),
		status:   customerEntry("Customer status", "not told", "", settings.CustomerStatuses),
		at:       &dialog.Entry{Label: "Date and hour", Value: from.Format(hourForm), Proposed: true, Max: 30, Help: "In " + zone.String() + ": 2026-03-08 23:50, Sunday 23:50, +2d."},
		seed:     &dialog.Entry{Label: "Seed", Value: "0", Proposed: true, Max: 20, Help: "All draws and control groups hang on this number.", Check: seedNumber},
		page:     &dialog.Entry{Label: "First page", Value: s.firstPage(m.eng), Max: 2000, Help: "Others are opened then with U.", Check: func(v string) error { _, err := resolveURL("", v); return err }},
	}
	o.customer.Help, o.status.Help = toldAfter, toldAfter
	o.at.Check = func(v string) error { _, _, err := readHour(v, from); return err }
	s.ses.Shell.Ask(&dialog.Sheet{Title: "A visitor of your own", Yes: "Begin", Entries: []*dialog.Entry{o.page, o.at, o.kind, o.device, o.country, o.customer, o.status, o.id, o.seed},
		Then: func() tea.Cmd { return s.beginOwn(o, from) }})
	return nil
}

const toldAfter = "As the shop tells it after the first page."

// customerEntry asks for what the shop tells of a customer: one of the names of
// the account where it has some, else any.
func customerEntry(label, none, value string, names []string) *dialog.Entry {
	e := &dialog.Entry{Label: label, Value: value, Proposed: true, Hint: none, Max: 80}
	if len(names) > 0 {
		e.Choices, e.Names = append([]string{""}, names...), []string{none}
	}
	return e
}

func notEmpty(what string) func(string) error {
	return func(v string) error {
		if strings.TrimSpace(v) == "" {
			return errors.New(what)
		}
		return nil
	}
}

func countryCode(v string) error {
	if v = strings.TrimSpace(v); v != "" && (len(v) != 2 || strings.Trim(strings.ToUpper(v), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return errors.New("two letters are needed, as DE")
	}
	return nil
}

func seedNumber(v string) error {
	if _, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64); err != nil {
		return errors.New("a seed is a whole number from 0 on")
	}
	return nil
}

// firstPage is the page that a new journey begins on, if nothing else is said:
// the front page of a site that is known, or a page that the catalog names.
func (s *Screen) firstPage(eng *engine.Engine) string {
	here, others := s.pages()
	pages := slices.Concat(here, others)
	for _, p := range pages {
		if front, err := resolveURL(p.URL, "/"); err == nil {
			if slices.ContainsFunc(pages, func(q journey.Page) bool { return q.URL == front }) {
				return front
			}
		}
	}
	if len(pages) > 0 {
		return pages[0].URL
	}
	for _, p := range catalogPages(eng) {
		return p
	}
	return "https://shop.example/"
}

// catalogPages are the pages that entry points name whole.
func catalogPages(eng *engine.Engine) []string {
	var out []string
	for _, p := range eng.Catalog().EntryPoints {
		for _, rule := range p.Include {
			if u, err := resolveURL("", first(rule.Exact, rule.StartsWith)); err == nil && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

// beginOwn begins the journey of a visitor of the operator's own.
func (s *Screen) beginOwn(o own, from time.Time) tea.Cmd {
	at, note, err := readHour(o.at.Value, from)
	if err != nil {
		return nil
	}
	seed, err := strconv.ParseUint(strings.TrimSpace(o.seed.Value), 10, 64)
	if err != nil {
		return nil
	}
	u, err := resolveURL("", o.page.Value)
	if err != nil {
		return nil
	}
	page := journey.Page{URL: u, Platform: model.Platform(o.device.Value)}
	here, others := s.pages()
	for _, p := range slices.Concat(here, others) {
		if p.URL == u {
			page.Title, page.Sections = p.Title, p.Sections
			break
		}
	}
	returning := o.kind.Value == comesBack
	page.Returning = &returning
	if returning {
		page.Visits = 2
	}
	if c := strings.ToUpper(strings.TrimSpace(o.country.Value)); c != "" {
		page.Geo = &journey.Geo{Country: c}
	}
	id, start := strings.TrimSpace(o.id.Value), journey.At(at)
	events := []*journey.Event{{Type: journey.PageView, Visitor: id, At: start, Page: &page}}
	if c := (journey.Customer{Type: strings.TrimSpace(o.customer.Value), Status: strings.TrimSpace(o.status.Value)}); c.Type != "" || c.Status != "" {
		ev := replay.TellCustomer(c)
		ev.Visitor, ev.At = id, start
		events = append(events, ev)
	}
	if note != "" {
		s.tell(upper(note) + ".")
	}
	return s.playNew("a visitor of your own", events, replay.PlayerOptions{Visitor: id, Start: start, Seed: seed})
}

// playNew plays a journey that is in no file yet, from behind its first
// instant.
func (s *Screen) playNew(name string, events []*journey.Event, o replay.PlayerOptions) tea.Cmd {
	s.asked++
	asked, src, eng := s.asked, s.src, s.eng
	rec := &Recording{Name: name, Visitors: []Visitor{{ID: o.Visitor, Events: events}}}
	return s.ses.Shell.Work("replaying the visitor", func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		m := loadedMsg{asked: asked, rec: rec, what: "replaying the visitor", watch: Watch{At: o.Start}}
		m.eng, m.player, m.err = playerOf(ctx, src, eng, rec, 0, o)
		return m
	})
}

// hourWords writes an instant in the account's zone.
func hourWords(at journey.Instant, zone *time.Location) string {
	t := at.Time().In(zone)
	return fmt.Sprintf("%s %s", t.Format("Mon 2 Jan 2006 15:04"), t.Format("MST"))
}
