package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
)

// A Guard is a store as one operator may use it. It forwards every method by
// name, so that one that is added to the contract is not let through unseen.
type Guard struct {
	store store.Store
	who   string
	from  string
	also  []string
	rules Rules
	copy  func(context.Context, io.Writer) error // a snapshot of a store that gives none of itself; nil: there is none
}

var _ store.Store = (*Guard)(nil)

// New guards a store for an operator whose name his connection proved. From is
// where he sits, for the audit; also are kinds that editors write beside those of
// the catalog. Every other kind is refused.
func New(s store.Store, who, from string, also ...string) *Guard {
	return &Guard{store: s, who: who, from: from, also: also}
}

// Under is the guard with what it has to be told to know what was approved.
func (g *Guard) Under(r Rules) *Guard {
	out := *g
	out.rules = r
	return &out
}

// Copying is the guard of a store that gives no snapshots of itself, with what writes one of a copy of it.
func (g *Guard) Copying(snapshot func(context.Context, io.Writer) error) *Guard {
	out := *g
	out.copy = snapshot
	return &out
}

// Rules are what it was told.
func (g *Guard) Rules() Rules { return g.rules }

// Revision implements [store.Store].
func (g *Guard) Revision(ctx context.Context) (store.Revision, error) { return g.store.Revision(ctx) }

// Get implements [store.Store].
func (g *Guard) Get(ctx context.Context, kind, id string) (store.Document, error) {
	return g.store.Get(ctx, kind, id)
}

// List implements [store.Store].
func (g *Guard) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	return g.store.List(ctx, q)
}

// History implements [store.Store].
func (g *Guard) History(ctx context.Context, kind, id string, q store.HistoryQuery) ([]store.Document, error) {
	return g.store.History(ctx, kind, id, q)
}

// Histories implements [store.Historian], for stores that do.
func (g *Guard) Histories(ctx context.Context, q store.HistoriesQuery) ([]store.Document, error) {
	if h, ok := g.store.(store.Historian); ok {
		return h.Histories(ctx, q)
	}
	return nil, errors.ErrUnsupported
}

// Audit implements [store.Store].
func (g *Guard) Audit(ctx context.Context, q store.AuditQuery) ([]store.AuditEntry, error) {
	return g.store.Audit(ctx, q)
}

// Commits implements [store.Store].
func (g *Guard) Commits(ctx context.Context, since store.Revision, limit int) ([]store.Commit, error) {
	return g.store.Commits(ctx, since, limit)
}

// Watch implements [store.Store].
func (g *Guard) Watch(ctx context.Context, since store.Revision) (store.Watch, error) {
	return g.store.Watch(ctx, since)
}

// Close does nothing: the store is everybody's.
func (g *Guard) Close() error { return nil }

// Away implements [store.Distant]. A store that cannot be away never is.
func (g *Guard) Away() (why error, changed <-chan struct{}) {
	if d, ok := g.store.(store.Distant); ok {
		return d.Away()
	}
	return nil, nil
}

// Commit implements [store.Store] for what the operator's role covers.
func (g *Guard) Commit(ctx context.Context, c store.Change) (store.Revision, error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	if c.Author != g.who {
		return 0, &Refused{Operator: g.who, Role: Admin, What: "write in the name of " + text.Line(c.Author, 80)}
	}
	defer g.rules.Gate.enter()()
	role, err := g.role(ctx)
	if err != nil {
		return 0, err
	}
	if len(c.Writes) == 0 { // the audit is not for everybody to write into
		return 0, g.allow(role, Admin, "write to the audit alone")
	}
	for _, w := range c.Writes {
		needs, what, err := g.needs(ctx, role, c, w)
		if err != nil {
			return 0, err
		}
		if err := g.allow(role, needs, what); err != nil {
			return 0, err
		}
	}
	for _, e := range c.Audit { // and tells of nothing that was not done
		if !slices.ContainsFunc(c.Writes, func(w store.Write) bool { ref, _ := store.Target(w); return ref == store.Ref{Kind: e.Kind, ID: e.ID} }) {
			return 0, g.allow(role, "", fmt.Sprintf("tell the audit of %v, which the change does not write", store.Ref{Kind: e.Kind, ID: e.ID}))
		}
	}
	if err := g.approved(ctx, c); err != nil {
		return 0, err
	}
	c.From = g.from
	return g.store.Commit(ctx, c)
}

// PutScrap implements [store.Scratch] for the operator's own scraps.
func (g *Guard) PutScrap(ctx context.Context, e store.Scrap) error {
	if err := g.scraps(ctx, e.Owner, scrapRole(e.Key), "keep drafts"); err != nil {
		return err
	}
	return g.store.PutScrap(ctx, e)
}

// Scraps implements [store.Scratch] for the operator's own scraps.
func (g *Guard) Scraps(ctx context.Context, owner, after string) ([]store.Scrap, error) {
	if err := g.scraps(ctx, owner, Viewer, "read drafts"); err != nil {
		return nil, err
	}
	return g.store.Scraps(ctx, owner, after)
}

// ScrapOwners implements [store.Scratch]: of others' unfinished work an operator
// does not even learn that there is some.
func (g *Guard) ScrapOwners(ctx context.Context, after string) ([]string, error) {
	if after >= g.who {
		return nil, nil
	}
	mine, err := g.Scraps(ctx, g.who, "")
	if err != nil || len(mine) == 0 {
		return nil, err
	}
	return []string{g.who}, nil
}

// Snapshotter is a store that can write one state of itself while it is in use.
type Snapshotter interface {
	Snapshot(ctx context.Context, w io.Writer) error
}

// ErrNoSnapshot says that a store gives no snapshots of itself.
var ErrNoSnapshot = errors.New("this store gives no snapshots")

// Snapshot writes one state of the whole store, with the unfinished work and the
// keys of everybody in it: an admin alone is given it.
func (g *Guard) Snapshot(ctx context.Context, w io.Writer) error {
	role, err := g.role(ctx)
	if err != nil {
		return err
	}
	if err := g.allow(role, Admin, "take a backup of the whole store"); err != nil {
		return err
	}
	if s, ok := g.store.(Snapshotter); ok {
		return s.Snapshot(ctx, w)
	}
	if g.copy == nil {
		return ErrNoSnapshot
	}
	return g.copy(ctx, w)
}

// DropScrap implements [store.Scratch] for the operator's own scraps.
func (g *Guard) DropScrap(ctx context.Context, owner, key string) error {
	if err := g.scraps(ctx, owner, scrapRole(key), "drop drafts"); err != nil {
		return err
	}
	return g.store.DropScrap(ctx, owner, key)
}

// TakeScrap implements [store.Scratch] for the operator's own scraps.
func (g *Guard) TakeScrap(ctx context.Context, owner, key string) (store.Scrap, error) {
	if err := g.scraps(ctx, owner, scrapRole(key), "take drafts"); err != nil {
		return store.Scrap{}, err
	}
	return g.store.TakeScrap(ctx, owner, key)
}

// scrapRole is what it takes to keep a scrap: who only reads also comes back to
// where he was.
func scrapRole(key string) Role {
	if strings.HasPrefix(key, store.PlacePrefix) {
		return Viewer
	}
	return Editor
}

func (g *Guard) scraps(ctx context.Context, owner string, needs Role, what string) error {
	if g.rules.Here {
		return nil
	}
	if owner != g.who {
		return &Refused{Operator: g.who, Role: Admin, What: "use the unfinished work of " + text.Line(owner, 80)}
	}
	role, err := g.role(ctx)
	if err != nil {
		return err
	}
	return g.allow(role, needs, what)
}

// Announce implements [store.Presence] for the operator's own sessions, whatever his role is. Where he sits is known here.
func (g *Guard) Announce(ctx context.Context, p store.Present, ttl time.Duration) error {
	if err := g.sessions(ctx, p.Operator); err != nil {
		return err
	}
	p.From = g.from
	return g.store.Announce(ctx, p, ttl)
}

// Withdraw implements [store.Presence] for the operator's own sessions.
func (g *Guard) Withdraw(ctx context.Context, operator, session string) error {
	if operator != g.who { // one who was disabled may say that he went
		return g.sessions(ctx, operator)
	}
	return g.store.Withdraw(ctx, operator, session)
}

// Present implements [store.Presence].
func (g *Guard) Present(ctx context.Context, seen store.Mark) ([]store.Present, store.Mark, error) {
	return g.store.Present(ctx, seen)
}

func (g *Guard) sessions(ctx context.Context, operator string) error {
	if operator != g.who {
		return &Refused{Operator: g.who, Role: Admin, What: "tell where " + text.Line(operator, 80) + " is"}
	}
	role, err := g.role(ctx)
	if err != nil {
		return err
	}
	return g.allow(role, Viewer, "be seen")
}

// role reads what the operator is now; empty: nothing.
func (g *Guard) role(ctx context.Context) (Role, error) {
	if g.rules.Here {
		return Admin, nil
	}
	o, err := Find(ctx, g.store, g.who)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	case o.Disabled:
		return "", nil
	}
	return o.Role, nil
}

// May refuses what takes a role before any work is done for it. A write is
// checked again, whatever this said.
func (g *Guard) May(ctx context.Context, needs Role, what string) error {
	role, err := g.role(ctx)
	if err != nil {
		return err
	}
	return g.allow(role, needs, what)
}

func (g *Guard) allow(role, needs Role, what string) error {
	if role.covers(needs) {
		return nil
	}
	return &Refused{Operator: g.who, Role: role, Needs: needs, What: what}
}

// needs tells which role a write takes, and what it is in words. It may ask less
// than it could where the role covers it anyway.
func (g *Guard) needs(ctx context.Context, role Role, c store.Change, w store.Write) (Role, string, error) {
	ref, _ := store.Target(w)
	put, _ := w.(store.Put)
	verb := "change"
	if put.Kind == "" {
		verb = "delete"
	}
	what := fmt.Sprintf("%s the %s %s", verb, text.Line(ref.Kind, 40), text.Line(ref.ID, 80))
	switch {
	case ref.Kind == Kind:
		if put.Kind != "" {
			if _, err := Decode(store.Document{Kind: put.Kind, ID: put.ID, Body: put.Body}); err != nil {
				return "", "", fmt.Errorf("%w: %w", store.ErrInvalid, err)
			}
		}
		return Admin, "manage operators", nil
	case ref.Kind == RequestKind:
		return g.request(ctx, role, c, ref, put)
	case slices.Contains(g.also, ref.Kind):
		return Editor, what, nil
	case !slices.Contains(model.Kinds(), model.Kind(ref.Kind)):
		return "", what, nil
	}
	var after model.Document
	if put.Kind != "" {
		var err error
		if after, err = decode(ref, put.Body); err != nil {
			return "", "", err
		}
	}
	switch model.Kind(ref.Kind) {
	case model.KindSettings:
		if off, err := g.turnsOff(ctx, after); err != nil || off {
			return Admin, "end that publishing takes an approval", err
		}
		return Publisher, "change the settings", nil
	case model.KindCampaign:
		return g.campaign(ctx, ref, after, what)
	}
	if role.covers(Publisher) { // no need to look further
		return Editor, what, nil
	}
	campaigns, err := users(ctx, g.store, nil, ref)
	if err != nil {
		return "", "", err
	}
	if len(campaigns) > 0 {
		return Publisher, fmt.Sprintf("%s, which the published campaign %s uses", what, text.Line(campaigns[0], 80)), nil
	}
	return Editor, what, nil
}

// campaign tells what a write of a campaign takes. Somebody may publish it
// between this look and the commit: then the commit's base is stale.
func (g *Guard) campaign(ctx context.Context, ref store.Ref, after model.Document, what string) (Role, string, error) {
	if c, ok := after.(*model.Campaign); ok && c.Published {
		what = fmt.Sprintf("publish the campaign %s", text.Line(ref.ID, 80))
	}
	switch was, err := g.store.Get(ctx, ref.Kind, ref.ID); {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return "", "", err
	default:
		d, err := decode(ref, was.Body)
		if err != nil {
			return "", "", err
		}
		if c, ok := d.(*model.Campaign); ok && c.Published {
			return Publisher, fmt.Sprintf("touch the published campaign %s", text.Line(ref.ID, 80)), nil
		}
	}
	if c, ok := after.(*model.Campaign); ok && c.Published {
		return Publisher, what, nil
	}
	return Editor, what, nil
}

// decode reads a document and insists that it is what it is written as: readers
// go by what is in the body.
func decode(ref store.Ref, body []byte) (model.Document, error) {
	found, err := model.DecodeDocuments(ref.Kind+"/"+ref.ID, body)
	if err != nil {
		return nil, fmt.Errorf("%v cannot be read: %w: %w", ref, store.ErrInvalid, err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%v holds %d documents: %w", ref, len(found), store.ErrInvalid)
	}
	d := found[0].Document
	if string(d.Head().Kind) != ref.Kind || d.Head().ID != ref.ID {
		return nil, fmt.Errorf("%v holds the %s %s: %w", ref, d.Head().Kind, text.Line(d.Head().ID, 80), store.ErrInvalid)
	}
	return d, nil
}

// mentions reports whether a document mentions another, and gives it if so.
func mentions(d store.Document, other store.Ref) (bool, model.Document, error) {
	if !bytes.Contains(d.Body, []byte(other.ID)) {
		return false, nil, nil
	}
	found, err := decode(store.Ref{Kind: d.Kind, ID: d.ID}, d.Body)
	if err != nil {
		return false, nil, err
	}
	for _, r := range model.References(found) {
		if string(r.Kind) == other.Kind && r.ID == other.ID {
			return true, found, nil
		}
	}
	return false, nil, nil
}
