package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
)

// A Gate lets one write through at a time.
type Gate struct{ mu sync.Mutex }

func (g *Gate) enter() (leave func()) {
	if g == nil {
		return func() {}
	}
	g.mu.Lock()
	return g.mu.Unlock
}

// Unapproved refuses a change that visitors would see before a second operator
// has approved it.
type Unapproved struct {
	Campaigns []string
	Why       string // what became of an approval; empty: nobody asked for one
}

func (e *Unapproved) Error() string {
	what := "the campaign " + text.Line(e.Campaigns[0], 80)
	if n := len(e.Campaigns) - 1; n > 0 {
		what += fmt.Sprintf(" and %d others", n)
	}
	said := "what visitors see of " + what + " changes only once another operator has approved it"
	if e.Why != "" {
		return said + ": " + e.Why
	}
	return said + ": ask for approval in step 12 of the Builder, or with campaign request"
}

// Refusal is the sentence for the operator.
func (e *Unapproved) Refusal() string { return e.Error() }

// Is makes errors.Is(err, ErrRefused) true.
func (e *Unapproved) Is(target error) bool { return target == ErrRefused }

// approved refuses what makes something live without an approval of exactly
// that, while the account wants them.
func (g *Guard) approved(ctx context.Context, c store.Change) error {
	if !slices.ContainsFunc(c.Writes, func(w store.Write) bool {
		ref, _ := store.Target(w)
		return slices.Contains(model.Kinds(), model.Kind(ref.Kind))
	}) {
		return nil
	}
	required, err := Required(ctx, g.store)
	if err != nil || !required {
		return err
	}
	live, err := Assess(ctx, g.store, g.rules, c.Writes)
	if err != nil || len(live.Campaigns) == 0 {
		return err
	}
	refused := &Unapproved{Campaigns: live.Campaigns}
	for _, id := range live.Campaigns {
		r, err := FindRequest(ctx, g.store, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		switch {
		case r.Digest != live.Digest:
			refused.Why = fmt.Sprintf("this is not what %s asked for", text.Line(r.By, 80))
		case r.Decision == nil:
			refused.Why = fmt.Sprintf("the request of %s waits for a decision", text.Line(r.By, 80))
		case !r.Decision.Approved:
			refused.Why = text.Line(r.Decision.By, 80) + " declined it"
		default:
			return nil
		}
	}
	return refused
}

// request tells what a write of a request takes.
func (g *Guard) request(ctx context.Context, role Role, c store.Change, ref store.Ref, put store.Put) (Role, string, error) {
	id := text.Line(ref.ID, 80)
	was, err := FindRequest(ctx, g.store, ref.ID)
	there := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", "", err
	}
	if put.Kind == "" {
		if there && was.By == g.who {
			return Editor, "withdraw the request for " + id, nil
		}
		return Admin, "withdraw the request of another operator for " + id, nil
	}
	now, err := DecodeRequest(store.Document{Kind: put.Kind, ID: put.ID, Body: put.Body})
	if err == nil {
		err = now.Check()
	}
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", store.ErrInvalid, err)
	}
	if now.Decision == nil {
		if what := "ask for approval of " + id; !role.covers(Editor) {
			return Editor, what, nil
		}
		return g.asks(ctx, c, now)
	}
	what := "approve the request for " + id
	if !now.Decision.Approved {
		what = "decline the request for " + id
	}
	if !role.covers(Publisher) {
		return Publisher, what, nil
	}
	return Publisher, what, g.decides(ctx, c, was, there, now)
}

// asks checks a request that is made: it says who asks, and what is there now.
func (g *Guard) asks(ctx context.Context, c store.Change, r Request) (Role, string, error) {
	if r.By != g.who || !r.At.Equal(c.At) {
		return "", "ask for approval in the name of " + text.Line(r.By, 80), nil
	}
	st, err := Stand(ctx, g.store, g.rules, r)
	if err != nil {
		return "", "", err
	}
	if st.State != Waiting {
		return "", "", fmt.Errorf("%w: the request is not about what there is now: %s", store.ErrInvalid, st.Why)
	}
	return Editor, "ask for approval of " + text.Line(r.Campaign, 80), nil
}

// decides checks a decision: it is one's own, on a request of somebody else, of
// which nothing else is touched, and of what one did not edit last oneself.
func (g *Guard) decides(ctx context.Context, c store.Change, was Request, there bool, now Request) error {
	refuse := func(format string, args ...any) error {
		return &Barred{Operator: g.who, Campaign: now.Campaign, Why: fmt.Sprintf(format, args...)}
	}
	asked := was
	asked.Decision = now.Decision
	before, err := asked.Encode()
	if err != nil {
		return err
	}
	after, err := now.Encode()
	if err != nil {
		return err
	}
	switch {
	case !there || !bytes.Equal(before, after):
		return refuse("this is not what was asked for")
	case now.Decision.By != g.who || !now.Decision.At.Equal(c.At):
		return refuse("nobody decides in the name of %s", text.Line(now.Decision.By, 80))
	case was.By == g.who:
		return refuse("nobody decides on a request of their own")
	}
	st, err := Stand(ctx, g.store, g.rules, was)
	switch {
	case err != nil:
		return err
	case st.State == Done:
		return refuse("it is published already")
	case !now.Decision.Approved:
		return nil // what is void may be declined
	case st.State == Void:
		return refuse("%s: it has to be asked for again", st.Why)
	case slices.Contains(st.Barred, g.who):
		return refuse("what %s edited last is part of it", text.Line(g.who, 80))
	}
	return nil
}

// Barred refuses a decision to one operator, whatever his role.
type Barred struct{ Operator, Campaign, Why string }

func (e *Barred) Error() string {
	return fmt.Sprintf("%s may not decide on the request for %s: %s", text.Line(e.Operator, 80), text.Line(e.Campaign, 80), e.Why)
}

// Refusal is the sentence for the operator.
func (e *Barred) Refusal() string { return e.Error() }

// Is makes errors.Is(err, ErrRefused) true.
func (e *Barred) Is(target error) bool { return target == ErrRefused }

// turnsOff tells whether a write of the settings ends approvals, which is for
// admins: else whoever publishes could do without.
func (g *Guard) turnsOff(ctx context.Context, after model.Document) (bool, error) {
	required, err := Required(ctx, g.store)
	if err != nil || !required {
		return false, err
	}
	set, ok := after.(*model.Settings)
	return !ok || !set.Approval, nil
}

// Decide writes a decision on the request for a campaign.
func Decide(ctx context.Context, s store.Store, c store.Change, campaign string, approve bool, note string) (store.Revision, error) {
	r, err := FindRequest(ctx, s, campaign)
	if err != nil {
		return 0, err
	}
	r.Decision = &Decision{By: c.Author, At: c.At, Approved: approve, Note: strings.TrimSpace(note)}
	action := "approve"
	if !approve {
		action = "decline"
	}
	return r.commit(ctx, s, c, action, note)
}

// Ask writes a request.
func (r Request) Ask(ctx context.Context, s store.Store, c store.Change) (store.Revision, error) {
	was, err := s.Get(ctx, RequestKind, r.Campaign)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, fmt.Errorf("asking for approval: %w", err)
	}
	r.By, r.At, r.Decision, r.Revision = c.Author, c.At, nil, was.Revision
	return r.commit(ctx, s, c, "request", r.Note)
}

func (r Request) commit(ctx context.Context, s store.Store, c store.Change, action, note string) (store.Revision, error) {
	body, err := r.Encode()
	if err != nil {
		return 0, err
	}
	if c.Why == "" {
		c.Why = action + " " + r.Campaign
	}
	c.Writes = []store.Write{store.Put{Kind: RequestKind, ID: r.Campaign, Body: body, Base: r.Revision}}
	c.Audit = []store.AuditEntry{{Kind: RequestKind, ID: r.Campaign, Action: action, Element: r.Digest, New: note}}
	rev, err := s.Commit(ctx, c)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", action, text.Line(r.Campaign, 80), err)
	}
	return rev, nil
}

// Withdraw takes a request away.
func Withdraw(ctx context.Context, s store.Store, c store.Change, campaign string) (store.Revision, error) {
	r, err := FindRequest(ctx, s, campaign)
	if err != nil {
		return 0, err
	}
	c.Why = "withdraw the request for " + r.Campaign
	c.Writes = []store.Write{store.Delete{Kind: RequestKind, ID: r.Campaign, Base: r.Revision}}
	c.Audit = []store.AuditEntry{{Kind: RequestKind, ID: r.Campaign, Action: "withdraw", Element: r.Digest}}
	rev, err := s.Commit(ctx, c)
	if err != nil {
		return 0, fmt.Errorf("withdrawing the request for %s: %w", text.Line(r.Campaign, 80), err)
	}
	return rev, nil
}

// Publish writes what was approved, as it was asked for.
func (r Request) Publish(ctx context.Context, s store.Store, c store.Change) (store.Revision, error) {
	c.Writes, c.Audit = r.Writes(), nil
	if c.Why == "" {
		c.Why = "publish " + r.Campaign
		if r.Decision != nil {
			c.Why += ", asked for by " + text.Line(r.By, 80) + ", approved by " + text.Line(r.Decision.By, 80)
		}
	}
	for _, p := range r.Changes {
		action := "update"
		switch {
		case p.Kind == string(model.KindCampaign):
			action = "publish"
		case p.Base == 0:
			action = "create"
		}
		c.Audit = append(c.Audit, store.AuditEntry{Kind: p.Kind, ID: p.ID, Action: action, Element: r.Digest})
	}
	rev, err := s.Commit(ctx, c)
	if err != nil {
		return 0, fmt.Errorf("publishing %s: %w", text.Line(r.Campaign, 80), err)
	}
	return rev, nil
}
