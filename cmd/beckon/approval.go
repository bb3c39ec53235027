package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/trial"
)

// rules are what guards have to be told of the engine and the scenarios.
func rules(gate *guard.Gate) guard.Rules {
	return guard.Rules{Engine: engine.Version, Scenarios: kindScenario, Concerns: concerns, Gate: gate}
}

// concerns tells whether a stored scenario is about a campaign; one that cannot
// be read may be about any.
func concerns(body []byte, campaign string) bool {
	found, err := replay.ParseScenario("scenario", body)
	return err != nil || slices.ContainsFunc(found, func(s *replay.Scenario) bool { return s.Concerns(campaign) })
}

// home is a store as whoever sits at it may use it.
type home struct {
	*guard.Guard
	store store.Store
}

func (h home) Close() error { return h.store.Close() }

// atHome holds the operator at this machine by approvals, and by nothing else.
func atHome(s store.Store, who string) store.Store {
	r := rules(&guard.Gate{})
	r.Here = true
	return home{guard.New(s, who, "", editorKinds()...).Under(r), s}
}

// rulesOf are the rules of a guarded store.
func rulesOf(s store.Store) guard.Rules {
	if g, ok := s.(interface{ Rules() guard.Rules }); ok {
		return g.Rules()
	}
	return rules(nil)
}

// proposal is a campaign to be published, with the items that go along.
type proposal struct {
	campaign *model.Campaign
	base     uint64
	items    []proposedItem
	note     string
}

type proposedItem struct {
	document model.Document
	base     uint64
}

func (p proposal) documents() []model.Document {
	out := make([]model.Document, 0, len(p.items)+1)
	for _, it := range p.items {
		out = append(out, it.document)
	}
	return append(out, p.campaign)
}

// storedProposal asks for a campaign as the store has it.
func storedProposal(ctx context.Context, s store.Store, id, note string) (proposal, error) {
	d, err := s.Get(ctx, string(model.KindCampaign), id)
	if errors.Is(err, store.ErrNotFound) {
		return proposal{}, noDocument(ctx, s, string(model.KindCampaign), id)
	}
	if err != nil {
		return proposal{}, fmt.Errorf("reading the store: %w", err)
	}
	found, err := decodeStored(d)
	if err != nil {
		return proposal{}, err
	}
	c, _ := found.(*model.Campaign)
	if c == nil {
		return proposal{}, fmt.Errorf("campaign %s of the store holds a %s", text.Line(id, 80), found.Head().Kind)
	}
	k := *c
	k.Published = true
	return proposal{campaign: &k, base: uint64(d.Revision), note: note}, nil
}

// askApproval asks that a campaign be published as it is proposed. What could
// not be published is not asked about.
func askApproval(ctx context.Context, s store.Store, who string, now time.Time, p proposal) (guard.Request, error) {
	r := guard.Request{Campaign: p.campaign.ID, Note: p.note}
	if err := mayFirst(ctx, s, guard.Editor, "ask for approval of "+text.Line(r.Campaign, 80)); err != nil {
		return r, err
	}
	bases := map[model.Document]uint64{p.campaign: p.base}
	for _, it := range p.items {
		bases[it.document] = it.base
	}
	for _, d := range p.documents() {
		body, err := model.EncodeDocument(d)
		if err != nil {
			return r, fmt.Errorf("encoding the %s: %w", d.Head().Kind, err)
		}
		r.Changes = append(r.Changes, guard.Proposed{Kind: string(d.Head().Kind), ID: d.Head().ID, Base: store.Revision(bases[d]), Body: string(body)})
	}
	live, err := guard.Assess(ctx, s, rulesOf(s), r.Writes())
	if err != nil {
		return r, err
	}
	if !slices.Contains(live.Campaigns, r.Campaign) {
		return r, fmt.Errorf("visitors see %s as it is: there is nothing to approve", text.Line(r.Campaign, 80))
	}
	r.Live, r.Digest, r.Parts = live.Campaigns, live.Digest, live.Parts
	c, err := storedCatalog(ctx, s, 0)
	if err != nil {
		return r, err
	}
	if r.Diff, err = differences(c, p.documents()); err != nil {
		return r, err
	}
	next := c.With(p.documents()...)
	var found, outcomes []string
	wrong := 0
	for _, id := range live.Campaigns {
		for _, q := range model.ValidateCampaign(next, id, now) {
			found = append(found, q.String())
			if q.Severity == model.Error {
				wrong++
			}
		}
		trials, err := tryScenarios(ctx, s, id, p.documents()...)
		if err != nil {
			return r, err
		}
		if err := replay.Refuse(trials); err != nil {
			return r, err
		}
		for _, t := range trials {
			outcomes = append(outcomes, outcome(t))
		}
	}
	if wrong > 0 {
		return r, fmt.Errorf("%s keep %s from being published (beckon check tells which)", counted(wrong, "error"), text.Line(r.Campaign, 80))
	}
	r.Findings, r.Scenarios = guard.NewEvidence(found, wrong), guard.NewEvidence(outcomes, 0)
	_, err = r.Ask(ctx, s, store.Change{Author: who, At: now.UTC()})
	return r, err
}

// outcome says how a scenario went.
func outcome(t replay.Trial) string {
	if t.Passed() {
		return t.Title + ": holds"
	}
	said := "does not hold"
	if why := trial.Brief(t); len(why) > 0 {
		said = why[0]
	}
	return t.Title + ": " + said
}

// differences tells what documents change of what visitors see: of one that is
// not published, everything is new to them.
func differences(c *model.Catalog, docs []model.Document) (guard.Evidence, error) {
	var lines []string
	x := c.Index()
	for _, d := range docs {
		h := d.Head()
		before := x.Document(h.Kind, h.ID)
		if k, ok := before.(*model.Campaign); ok && !k.Published {
			before = nil
		}
		name := fmt.Sprintf("%s %s, ", h.Kind, h.ID)
		for _, change := range edit.Diff(before, d) {
			lines = append(lines, name+change.String())
		}
	}
	return guard.NewEvidence(lines, 0), nil
}

// publishApproved publishes what was approved, while its scenarios still hold.
func publishApproved(ctx context.Context, s store.Store, who string, now time.Time, campaign string) (store.Revision, error) {
	if err := mayFirst(ctx, s, guard.Publisher, "publish the campaign "+text.Line(campaign, 80)); err != nil {
		return 0, err
	}
	r, err := guard.FindRequest(ctx, s, campaign)
	if err != nil {
		return 0, noRequest(err, campaign)
	}
	var docs []model.Document
	for _, p := range r.Changes {
		d, err := oneDocument("the request", p.Body)
		if err != nil {
			return 0, err
		}
		docs = append(docs, d)
	}
	for _, id := range r.Live {
		trials, err := tryScenarios(ctx, s, id, docs...)
		if err != nil {
			return 0, err
		}
		if err := replay.Refuse(trials); err != nil {
			return 0, err
		}
	}
	return r.Publish(ctx, s, store.Change{Author: who, At: now.UTC()})
}

// mayFirst refuses what takes a role before the work for it is done.
func mayFirst(ctx context.Context, s store.Store, needs guard.Role, what string) error {
	if g, ok := s.(interface {
		May(context.Context, guard.Role, string) error
	}); ok {
		return g.May(ctx, needs, what)
	}
	return nil
}

// noRequest says in words that there is none.
func noRequest(err error, campaign string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("nobody has asked for approval of %s", text.Line(campaign, 80))
	}
	return err
}
