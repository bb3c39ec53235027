package guard

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"beckon/model"
	"beckon/store"
)

// Rules are what a guard is told by whoever runs the engine and the scenarios,
// of which it knows nothing itself.
type Rules struct {
	// Engine is the version of the engine that decides.
	Engine string
	// Scenarios is the kind of documents that are scenarios, Concerns whether one
	// is about a campaign. Without it every scenario counts for every campaign.
	Scenarios string
	Concerns  func(body []byte, campaign string) bool
	// Gate makes one write of many after the other: what was looked at is still
	// so when it is written. All guards of a store in a process share one; nil is
	// none.
	Gate *Gate
	// Here says that the operator sits at the store itself and could do with the
	// file what he likes: he has every role, and is held by approvals alone.
	Here bool
}

// Live is what a change would make visitors see.
type Live struct {
	// Campaigns are the published campaigns that become other than they are,
	// themselves or by what they use.
	Campaigns []string
	// Digest is of all that decides what visitors see of them: the canonical bytes
	// of the campaigns and every library item they use as they would be, the
	// versions that are replaced, the settings that matter, the scenarios that
	// concern them, and the engine's version. Empty without campaigns.
	Digest string
	// Parts are the digests of the same, part by part.
	Parts Parts

	barred map[string]bool // who has edited last what is not live yet
}

// Parts are digests, SHA-256 in hexadecimal.
type Parts struct {
	Documents string `json:"documents"`
	Settings  string `json:"settings"`
	Scenarios string `json:"scenarios"`
	Engine    string `json:"engine"` // the version as it is
}

// Changed names the parts that differ.
func (p Parts) Changed(now Parts) []string {
	var out []string
	for _, part := range []struct{ name, was, is string }{
		{"the campaign or what it uses", p.Documents, now.Documents}, {"the settings", p.Settings, now.Settings},
		{"the scenarios", p.Scenarios, now.Scenarios}, {"the engine", p.Engine, now.Engine},
	} {
		if part.was != part.is {
			out = append(out, part.name)
		}
	}
	return out
}

// Required tells whether the account wants approvals.
func Required(ctx context.Context, s store.Store) (bool, error) {
	return RequiredAs(ctx, s, decodeStored)
}

// RequiredAs is [Required] for who has another way to decode a document, such as
// one that remembers: consoles ask behind every commit.
func RequiredAs(ctx context.Context, s store.Store, decode func(store.Document) (model.Document, error)) (bool, error) {
	set, err := settings(ctx, s, decode)
	return set.Approval, err
}

func decodeStored(d store.Document) (model.Document, error) {
	return decode(store.Ref{Kind: d.Kind, ID: d.ID}, d.Body)
}

// settings are those of the account, the defaults where there are none.
func settings(ctx context.Context, s store.Store, decode func(store.Document) (model.Document, error)) (model.Settings, error) {
	docs, err := store.At(ctx, s, 0, string(model.KindSettings))
	if err != nil {
		return model.Settings{}, fmt.Errorf("reading the settings: %w", err)
	}
	for _, d := range docs {
		found, err := decode(d)
		if err != nil {
			return model.Settings{}, err
		}
		if set, ok := found.(*model.Settings); ok {
			return *set, nil
		}
	}
	return model.DefaultSettings(), nil
}

// view is the store as it is, or as it would be with some writes over it.
type view struct {
	ctx    context.Context
	store  store.Store
	writes map[store.Ref]store.Write
	read   map[store.Ref]seen
}

// seen is a document as a view has it.
type seen struct {
	document model.Document // nil: there is none
	digest   string         // of its canonical bytes
	author   string         // of the stored version, "" for none
}

func newView(ctx context.Context, s store.Store, writes []store.Write) *view {
	v := &view{ctx: ctx, store: s, writes: map[store.Ref]store.Write{}, read: map[store.Ref]seen{}}
	for _, w := range writes {
		ref, _ := store.Target(w)
		v.writes[ref] = w
	}
	return v
}

func (v *view) get(ref store.Ref) (seen, error) {
	if d, ok := v.read[ref]; ok {
		return d, nil
	}
	var out seen
	d, err := v.store.Get(v.ctx, ref.Kind, ref.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return seen{}, err
	default:
		out.author = d.Author
	}
	body := d.Body
	if w, ok := v.writes[ref]; ok {
		put, _ := w.(store.Put)
		body = put.Body
	}
	if body != nil {
		if out.document, err = decode(ref, body); err != nil {
			return seen{}, err
		}
		canonical, err := model.EncodeDocument(out.document)
		if err != nil {
			return seen{}, fmt.Errorf("%v: %w", ref, err)
		}
		out.digest = sum(canonical)
	}
	v.read[ref] = out
	return out, nil
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// closure lists a document and all that it uses, in order.
func (v *view) closure(of store.Ref) ([]store.Ref, error) {
	out := []store.Ref{of}
	known := map[store.Ref]bool{of: true}
	for i := 0; i < len(out); i++ { // grows while it is read
		d, err := v.get(out[i])
		if err != nil {
			return nil, err
		}
		if d.document == nil {
			continue
		}
		for _, r := range model.References(d.document) {
			ref := store.Ref{Kind: string(r.Kind), ID: r.ID}
			if r.Kind == model.KindEngagement || r.Kind == model.KindCampaign || known[ref] {
				continue
			}
			known[ref] = true
			out = append(out, ref)
		}
	}
	slices.SortFunc(out[1:], func(a, b store.Ref) int { return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// digest is of a published campaign and all that it uses; "" for one that is not
// published.
func (v *view) digest(campaign string) (string, []store.Ref, error) {
	ref := store.Ref{Kind: string(model.KindCampaign), ID: campaign}
	d, err := v.get(ref)
	if err != nil {
		return "", nil, err
	}
	if c, ok := d.document.(*model.Campaign); !ok || !c.Published {
		return "", nil, nil
	}
	refs, err := v.closure(ref)
	if err != nil {
		return "", nil, err
	}
	h := sha256.New()
	for _, r := range refs {
		d, err := v.get(r)
		if err != nil {
			return "", nil, err
		}
		line(h, r.Kind, r.ID, d.digest)
	}
	return hex.EncodeToString(h.Sum(nil)), refs, nil
}

// line writes fields into a digest so that no two lists of fields give the same
// bytes.
func line(h hash.Hash, fields ...string) {
	for _, f := range fields {
		fmt.Fprintf(h, "%d:%s,", len(f), f)
	}
	fmt.Fprintln(h)
}

// Assess tells what writes would make visitors see, and the digest of all that
// decides it. What takes a campaign away from visitors makes nothing live.
func Assess(ctx context.Context, s store.Store, rules Rules, writes []store.Write) (Live, error) {
	before, after := newView(ctx, s, nil), newView(ctx, s, writes)
	candidates, err := touched(ctx, s, writes)
	if err != nil {
		return Live{}, err
	}
	out := Live{barred: map[string]bool{}}
	refs := map[store.Ref]bool{}
	for _, id := range candidates {
		was, _, err := before.digest(id)
		if err != nil {
			return Live{}, err
		}
		is, used, err := after.digest(id)
		if err != nil {
			return Live{}, err
		}
		if is == "" || is == was {
			continue
		}
		out.Campaigns = append(out.Campaigns, id)
		for _, r := range used {
			refs[r] = true
		}
	}
	if len(out.Campaigns) == 0 {
		return Live{}, nil
	}
	return out, out.fill(ctx, s, rules, before, after, refs)
}

// fill adds the digests of what would be live.
func (l *Live) fill(ctx context.Context, s store.Store, rules Rules, before, after *view, refs map[store.Ref]bool) error {
	documents := sha256.New()
	all := make([]store.Ref, 0, len(refs)+len(after.writes))
	for r := range refs {
		all = append(all, r)
	}
	for r := range after.writes {
		if !refs[r] {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b store.Ref) int { return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID)) })
	for _, r := range all {
		is, err := after.get(r)
		if err != nil {
			return err
		}
		base := "" // of what is not written any version will do that says the same
		if w, ok := after.writes[r]; ok {
			_, rev := store.Target(w)
			base = fmt.Sprint(rev)
		}
		line(documents, r.Kind, r.ID, is.digest, base)
		was, err := before.get(r)
		if err != nil {
			return err
		}
		if was.author == "" || l.barred[was.author] {
			continue
		}
		live, err := isLive(ctx, s, r, was.document)
		if err != nil {
			return err
		}
		if !live {
			l.barred[was.author] = true
		}
	}
	l.Parts.Documents = hex.EncodeToString(documents.Sum(nil))
	set, err := settings(ctx, s, decodeStored)
	if err != nil {
		return err
	}
	set.Name, set.Description, set.Approval = "", "", false
	canonical, err := model.EncodeDocument(&set)
	if err != nil {
		return fmt.Errorf("the settings: %w", err)
	}
	l.Parts.Settings = sum(canonical)
	scenarios := sha256.New()
	if rules.Scenarios != "" {
		docs, err := store.At(ctx, s, 0, rules.Scenarios)
		if err != nil {
			return fmt.Errorf("reading the scenarios: %w", err)
		}
		for _, d := range docs {
			if rules.Concerns == nil || slices.ContainsFunc(l.Campaigns, func(id string) bool { return rules.Concerns(d.Body, id) }) {
				line(scenarios, d.ID, sum(d.Body))
			}
		}
	}
	l.Parts.Scenarios = hex.EncodeToString(scenarios.Sum(nil))
	l.Parts.Engine = rules.Engine
	whole := sha256.New()
	line(whole, append([]string{"what visitors see, 1", l.Parts.Documents, l.Parts.Settings, l.Parts.Scenarios, l.Parts.Engine}, l.Campaigns...)...)
	l.Digest = hex.EncodeToString(whole.Sum(nil))
	return nil
}

// isLive tells whether visitors see a stored document already.
func isLive(ctx context.Context, s store.Store, ref store.Ref, d model.Document) (bool, error) {
	if c, ok := d.(*model.Campaign); ok {
		return c.Published, nil
	}
	users, err := users(ctx, s, nil, ref)
	return len(users) > 0, err
}

// touched lists the campaigns that writes may change for visitors.
func touched(ctx context.Context, s store.Store, writes []store.Write) ([]string, error) {
	out := map[string]bool{}
	var items []store.Ref
	for _, w := range writes {
		switch ref, _ := store.Target(w); {
		case ref.Kind == string(model.KindCampaign):
			out[ref.ID] = true
		case slices.Contains(model.Kinds(), model.Kind(ref.Kind)) && ref.Kind != string(model.KindSettings):
			items = append(items, ref)
		}
	}
	if len(items) > 0 {
		found, err := users(ctx, s, writes, items...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	ids := make([]string, 0, len(out))
	for id := range out {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, nil
}

// users lists the published campaigns that items of the library are part of, by
// themselves or through other items, as they are or as writes make them. Of
// thousands of campaigns only those are read whose text has one of the names in
// it.
func users(ctx context.Context, s store.Store, writes []store.Write, items ...store.Ref) ([]string, error) {
	rev, err := s.Revision(ctx)
	if err != nil || rev == 0 {
		return nil, err
	}
	through := slices.Clone(items)
	carriers, err := store.At(ctx, s, rev, string(model.KindAudience), string(model.KindBehavior))
	if err != nil {
		return nil, err
	}
	for _, w := range writes {
		if put, ok := w.(store.Put); ok && (put.Kind == string(model.KindAudience) || put.Kind == string(model.KindBehavior)) {
			carriers = append(carriers, store.Document{Kind: put.Kind, ID: put.ID, Body: put.Body})
		}
	}
	for i := 0; i < len(through); i++ { // grows while it is read
		for _, d := range carriers {
			ref := store.Ref{Kind: d.Kind, ID: d.ID}
			if slices.Contains(through, ref) {
				continue
			}
			if uses, _, err := mentions(d, through[i]); err != nil {
				return nil, err
			} else if uses {
				through = append(through, ref)
			}
		}
	}
	campaigns, err := store.At(ctx, s, rev, string(model.KindCampaign))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range campaigns {
		if !slices.ContainsFunc(through, func(r store.Ref) bool { return bytes.Contains(d.Body, []byte(r.ID)) }) {
			continue
		}
		for _, ref := range through {
			uses, found, err := mentions(d, ref)
			if err != nil {
				return nil, err
			}
			if c, ok := found.(*model.Campaign); uses && ok && c.Published {
				out = append(out, d.ID)
				break
			}
		}
	}
	return out, nil
}
