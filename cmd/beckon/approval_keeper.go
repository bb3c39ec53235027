package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"beckon/model"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/approval"
	"beckon/tui/screen/builder"
)

// approvals keeps the requests of the screens in a store.
type approvals struct {
	store store.Store
	who   string
	now   func() time.Time
	shelf *shelf
}

// board is what there is to know of approvals; since is the revision of the news
// that made somebody ask, 0 for none.
func (a approvals) board(ctx context.Context, since uint64) (approval.Board, error) {
	asked, err := a.shelf.requests(ctx, a.store, since)
	if err != nil {
		return approval.Board{}, err
	}
	out := approval.Board{Required: asked.required}
	for _, r := range asked.all {
		told, err := a.told(ctx, r)
		if err != nil {
			return out, err
		}
		out.Requests = append(out.Requests, told)
	}
	return out, nil
}

// tell says how a request stands for the operator.
func (a approvals) tell(ctx context.Context, r guard.Request) (approval.Request, error) {
	st, err := guard.Stand(ctx, a.store, rulesOf(a.store), r)
	if err != nil {
		return approval.Request{}, err
	}
	return a.told(ctx, standing{r, st})
}

func (a approvals) told(ctx context.Context, is standing) (approval.Request, error) {
	r, st := is.request, is.st
	out := approval.Request{Campaign: r.Campaign, Name: r.Campaign, State: approval.State(st.State), Why: st.Why, By: r.By, Note: r.Note, At: r.At,
		Digest: r.Digest, Mine: r.By == a.who, Live: r.Live, Diff: evidence(r.Diff), Findings: evidence(r.Findings), Scenarios: evidence(r.Scenarios)}
	for _, p := range r.Changes {
		if p.Kind != string(model.KindCampaign) || p.ID != r.Campaign {
			continue
		}
		if d, err := oneDocument("the request", p.Body); err == nil && d.Head().Name != "" {
			out.Name = d.Head().Name
		}
	}
	if d := r.Decision; d != nil {
		out.DecidedBy, out.DecidedNote, out.DecidedAt = d.By, d.Note, d.At
	}
	role, err := a.role(ctx)
	switch {
	case err != nil:
		return out, err
	case out.Mine:
		out.NoDecision = "you asked for it"
	case role != guard.Publisher && role != guard.Admin:
		out.NoDecision = "only publishers may"
	}
	out.NoApproval = out.NoDecision
	if out.NoApproval == "" && slices.Contains(st.Barred, a.who) {
		out.NoApproval = "what you edited last is part of it"
	}
	return out, nil
}

// role is what the operator is; at this machine an admin.
func (a approvals) role(ctx context.Context) (guard.Role, error) {
	if _, guarded := a.store.(interface{ Rules() guard.Rules }); !guarded || rulesOf(a.store).Here {
		return guard.Admin, nil
	}
	o, err := guard.Find(ctx, a.store, a.who)
	if errors.Is(err, store.ErrNotFound) || err == nil && o.Disabled {
		return "", nil
	}
	return o.Role, err
}

func evidence(e guard.Evidence) approval.Evidence {
	return approval.Evidence{Lines: e.Lines, More: e.More, Bad: e.Bad, Digest: e.Digest}
}

// read refuses where the request is not the one that was read.
func (a approvals) read(ctx context.Context, campaign, digest string) error {
	r, err := guard.FindRequest(ctx, a.store, campaign)
	if err != nil {
		return noRequest(err, campaign)
	}
	if r.Digest != digest {
		return fmt.Errorf("%s asked anew meanwhile: read it again", r.By)
	}
	return nil
}

func (a approvals) decide(ctx context.Context, campaign, digest string, approve bool, note string) error {
	if err := a.read(ctx, campaign, digest); err != nil {
		return err
	}
	_, err := guard.Decide(ctx, a.store, store.Change{Author: a.who, At: a.now().UTC()}, campaign, approve, note)
	return err
}

func (a approvals) withdraw(ctx context.Context, campaign string) error {
	_, err := guard.Withdraw(ctx, a.store, store.Change{Author: a.who, At: a.now().UTC()}, campaign)
	return noRequest(err, campaign)
}

func (a approvals) publish(ctx context.Context, campaign, digest string) error {
	if err := a.read(ctx, campaign, digest); err != nil {
		return err
	}
	_, err := publishApproved(ctx, a.store, a.who, a.now(), campaign)
	return err
}

func (k *keeper) approvals() approvals { return approvals{k.store, k.who, k.now, k.share.shelf} }

// Requests implements approval.Desk.
func (k *keeper) Requests(ctx context.Context) (approval.Board, error) {
	return k.approvals().board(ctx, 0)
}

// Decide implements approval.Desk.
func (k *keeper) Decide(ctx context.Context, campaign, digest string, approve bool, note string) error {
	return k.approvals().decide(ctx, campaign, digest, approve, note)
}

// Withdraw implements approval.Desk.
func (k *keeper) Withdraw(ctx context.Context, campaign string) error {
	return k.approvals().withdraw(ctx, campaign)
}

// PublishApproved implements approval.Desk.
func (k *keeper) PublishApproved(ctx context.Context, campaign, digest string) error {
	return k.approvals().publish(ctx, campaign, digest)
}

func (k *workshop) approvals() approvals { return approvals{k.store, k.who, k.now, k.share.shelf} }

// Requests implements approval.Desk.
func (k *workshop) Requests(ctx context.Context) (approval.Board, error) {
	return k.approvals().board(ctx, 0)
}

// Decide implements approval.Desk.
func (k *workshop) Decide(ctx context.Context, campaign, digest string, approve bool, note string) error {
	return k.approvals().decide(ctx, campaign, digest, approve, note)
}

// Withdraw implements approval.Desk.
func (k *workshop) Withdraw(ctx context.Context, campaign string) error {
	return k.approvals().withdraw(ctx, campaign)
}

// PublishApproved implements approval.Desk.
func (k *workshop) PublishApproved(ctx context.Context, campaign, digest string) error {
	return k.approvals().publish(ctx, campaign, digest)
}

func proposed(c builder.Change, note string) proposal {
	p := proposal{campaign: c.Campaign, base: c.Base, note: note}
	for _, it := range c.Items {
		p.items = append(p.items, proposedItem{it.Document, it.Base})
	}
	return p
}

// AskApproval implements builder.Keeper.
func (k *workshop) AskApproval(ctx context.Context, c builder.Change, note string) error {
	_, err := askApproval(ctx, k.store, k.who, k.now(), proposed(c, note))
	return err
}

// Standing implements builder.Keeper.
func (k *workshop) Standing(ctx context.Context, c builder.Change) (builder.Standing, error) {
	var out builder.Standing
	var err error
	if out.Required, err = guard.Required(ctx, k.store); err != nil || !out.Required {
		return out, err
	}
	r, err := guard.FindRequest(ctx, k.store, c.Campaign.ID)
	if errors.Is(err, store.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	told, err := k.approvals().tell(ctx, r)
	if err != nil {
		return out, err
	}
	out.Request = &told
	var change store.Change
	for _, it := range c.Items {
		if err := put(&change, it.Document, it.Base); err != nil {
			return out, err
		}
	}
	if err := put(&change, c.Campaign, c.Base); err != nil {
		return out, err
	}
	live, err := guard.Assess(ctx, k.store, rulesOf(k.store), change.Writes)
	if err != nil {
		return out, err
	}
	out.Same = live.Digest == r.Digest
	return out, nil
}
