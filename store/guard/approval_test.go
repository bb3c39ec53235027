package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model"
	"beckon/store"
)

// office is a store whose account wants approvals, with operators of every
// role, a campaign that visitors see, and a draft that ed wrote last.
type office struct {
	t     *testing.T
	store store.Store
	rules Rules
	at    time.Time
}

const (
	accountOn  = "kind: settings\nid: account\nname: Account\napproval: true\n"
	accountOff = "kind: settings\nid: account\nname: Account\n"
	live       = "kind: campaign\nid: live\nname: Live\npublished: true\ngoal: sold\naudiences: [returning]\n"
)

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, store: opened(t), rules: Rules{Engine: "1", Scenarios: "scenario",
		Concerns: func(body []byte, campaign string) bool { return bytes.Contains(body, []byte(campaign)) }, Gate: &Gate{}}, at: noon}
	for name, role := range map[string]Role{"boss": Admin, "pia": Publisher, "pat": Publisher, "ed": Editor, "vi": Viewer} {
		added(t, o.store, name, role)
	}
	commit(t, o.store, change("root", put("settings", "account", accountOn, 0), put("audience", "returning", audience, 0), put("entry-point", "cart", cart, 0),
		put("entry-point", "other", other, 0), put("campaign", "live", live, 0), put("scenario", "a", "spring", 0), put("scenario", "b", "live", 0)))
	commit(t, o.store, change("ed", put("campaign", "spring", draft, 0)))
	return o
}

func (o *office) as(who string) *Guard { return New(o.store, who, "192.0.2.1:1").Under(o.rules) }

func (o *office) change(who string, writes ...store.Write) store.Change {
	o.at = o.at.Add(time.Second)
	return store.Change{Author: who, At: o.at, Writes: writes}
}

// base is the revision of a document now.
func (o *office) base(kind, id string) store.Revision {
	d, err := o.store.Get(o.t.Context(), kind, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		o.t.Fatal(err)
	}
	return d.Revision
}

func (o *office) now(kind, id, body string) store.Put { return put(kind, id, body, o.base(kind, id)) }

// request is what whoever asks would ask for.
func (o *office) request(campaign string, puts ...store.Put) Request {
	o.t.Helper()
	r := Request{Campaign: campaign, Note: "for the season", Diff: NewEvidence([]string{"name: Spring"}, 0), Findings: NewEvidence(nil, 0), Scenarios: NewEvidence([]string{"a holds"}, 0)}
	for _, p := range puts {
		r.Changes = append(r.Changes, Proposed{p.Kind, p.ID, p.Base, string(p.Body)})
	}
	l, err := Assess(o.t.Context(), o.store, o.rules, r.Writes())
	if err != nil {
		o.t.Fatal(err)
	}
	r.Live, r.Digest, r.Parts = l.Campaigns, l.Digest, l.Parts
	return r
}

func (o *office) ask(who string, r Request) error {
	_, err := r.Ask(o.t.Context(), o.as(who), o.change(who))
	return err
}

func (o *office) decide(who, campaign string, approve bool) error {
	_, err := Decide(o.t.Context(), o.as(who), o.change(who), campaign, approve, "looked at it")
	return err
}

func (o *office) publish(who, campaign string) error {
	r, err := FindRequest(o.t.Context(), o.store, campaign)
	if err != nil {
		return err
	}
	_, err = r.Publish(o.t.Context(), o.as(who), o.change(who))
	return err
}

func (o *office) state(campaign string) Standing {
	o.t.Helper()
	r, err := FindRequest(o.t.Context(), o.store, campaign)
	if err != nil {
		o.t.Fatal(err)
	}
	st, err := Stand(o.t.Context(), o.store, o.rules, r)
	if err != nil {
		o.t.Fatal(err)
	}
	return st
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) refused(what string, err error, words string) {
	o.t.Helper()
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), words) {
		o.t.Errorf("%s: %v; want %q", what, err, words)
	}
}

func TestPublishingTakesASecondOperator(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.refused("nobody asked", func() error {
		_, err := o.as("pia").Commit(t.Context(), o.change("pia", o.now("campaign", "spring", published)))
		return err
	}(), "only once another operator has approved it: ask for approval")
	r := o.request("spring", o.now("campaign", "spring", published))
	o.refused("a viewer asks", o.ask("vi", r), "only editors may ask for approval of spring; vi is a viewer")
	o.must(o.ask("ed", r))
	if st := o.state("spring"); st.State != Waiting {
		t.Errorf("asked for: %+v", st)
	}
	o.refused("nobody has decided", o.publish("pia", "spring"), "the request of ed waits for a decision")
	o.refused("a viewer approves", o.decide("vi", "spring", true), "only publishers may approve the request for spring; vi is a viewer")
	o.refused("an editor approves", o.decide("ed", "spring", true), "only publishers may approve")
	o.must(o.decide("pia", "spring", false))
	o.refused("declined", o.publish("pat", "spring"), "pia declined it")
	o.must(o.decide("pat", "spring", true))
	if st := o.state("spring"); st.State != Approved {
		t.Errorf("approved: %+v", st)
	}
	o.refused("an editor publishes what was approved", o.publish("ed", "spring"), "only publishers may publish the campaign spring")
	o.must(o.publish("pat", "spring"))
	if st := o.state("spring"); st.State != Done {
		t.Errorf("published: %+v", st)
	}
	audit, err := o.store.Audit(t.Context(), store.AuditQuery{Kind: RequestKind, ID: "spring", OldestFirst: true})
	var did []string
	for _, e := range audit {
		did = append(did, e.Author+" "+e.Action)
	}
	if want := []string{"ed request", "pia decline", "pat approve"}; err != nil || !slices.Equal(did, want) {
		t.Errorf("audit %q, %v", did, err)
	}
	// What was approved once is not approved for good.
	_, err = o.as("pia").Commit(t.Context(), o.change("pia", o.now("campaign", "spring", draft)))
	o.must(err)
	_, err = o.as("pia").Commit(t.Context(), o.change("pia", o.now("campaign", "spring", published)))
	o.refused("published again after it was taken back", err, "this is not what ed asked for")
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.must(o.ask("pia", o.request("spring", o.now("campaign", "spring", published))))
	o.refused("a request of one's own", o.decide("pia", "spring", true), "nobody decides on a request of their own")
	o.must(o.decide("boss", "spring", true))
	// Pat has edited the draft last, ed asks: pat is not the second pair of eyes.
	_, err := o.as("pat").Commit(t.Context(), o.change("pat", o.now("campaign", "spring", draft+"description: new\n")))
	o.must(err)
	if st := o.state("spring"); st.State != Void || !strings.Contains(st.Why, "the campaign spring was changed since by pat") {
		t.Errorf("after an edit: %+v", st)
	}
	o.must(o.ask("ed", o.request("spring", o.now("campaign", "spring", published+"description: new\n"))))
	o.refused("what pat edited last", o.decide("pat", "spring", true), "what pat edited last is part of it")
	if st := o.state("spring"); !slices.Contains(st.Barred, "pat") || slices.Contains(st.Barred, "pia") {
		t.Errorf("barred %v", st.Barred)
	}
	o.must(o.decide("pia", "spring", true))
}

func TestAnEditOfAnythingUnderARequestVoidsIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit func(o *office)
		void string // what is said to have changed; empty: it stays approved
	}{
		"the campaign": {func(o *office) { commit(t, o.store, o.change("root", o.now("campaign", "spring", draft+"# x\n"))) }, "the campaign spring was changed since by root"},
		"the campaign is deleted": {func(o *office) {
			commit(t, o.store, o.change("root", store.Delete{Kind: "campaign", ID: "spring", Base: o.base("campaign", "spring")}))
		}, "the campaign spring was changed since"},
		"an item that it uses": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("audience", "returning", audience+"description: x\n")))
		}, "the campaign or what it uses"},
		"an item under an item": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("entry-point", "cart", cart+"description: x\n")))
		}, "the campaign or what it uses"},
		"an item that was not there": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("goal", "sold", "kind: goal\nid: sold\nname: Sold\ntype: interact\n")))
		}, "the campaign or what it uses"},
		"a scenario that concerns it": {func(o *office) { commit(t, o.store, o.change("root", o.now("scenario", "a", "spring again"))) }, "the scenarios"},
		"a new scenario of it":        {func(o *office) { commit(t, o.store, o.change("root", o.now("scenario", "c", "spring too"))) }, "the scenarios"},
		"a setting that decides": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("settings", "account", accountOn+"siteControlGroup: 7\n")))
		}, "the settings"},
		"the engine": {func(o *office) { o.rules.Engine = "2" }, "the engine"},
		"only how the item is written": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("entry-point", "cart", cart+"# a comment\n")))
		}, ""},
		"an item that it does not use": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("entry-point", "other", other+"description: x\n")))
		}, ""},
		"a scenario of another": {func(o *office) { commit(t, o.store, o.change("root", o.now("scenario", "b", "live again"))) }, ""},
		"the name of the account": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("settings", "account", strings.Replace(accountOn, "Account", "Shop", 1))))
		}, ""},
		"another campaign": {func(o *office) {
			commit(t, o.store, o.change("root", o.now("campaign", "live", live+"description: x\n")))
		}, ""},
		"a note of somebody on nothing": {func(*office) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.must(o.ask("ed", o.request("spring", o.now("campaign", "spring", published))))
			o.must(o.decide("pia", "spring", true))
			tt.edit(o)
			st := o.state("spring")
			err := o.publish("pia", "spring")
			if tt.void == "" {
				if st.State != Approved || err != nil {
					t.Errorf("%+v, %v", st, err)
				}
				return
			}
			if st.State != Void || !strings.Contains(st.Why, tt.void) {
				t.Errorf("%+v, want %q", st, tt.void)
			}
			if err == nil {
				t.Error("it was published all the same")
			}
			if strings.Contains(name, "deleted") {
				return
			}
			o.refused("approved once more", o.decide("pat", "spring", true), "it has to be asked for again")
		})
	}
}

// Every way by which something could become live, and every role.
func TestEveryPathToVisitorsTakesAnApproval(t *testing.T) {
	t.Parallel()
	moreCart := cart + "description: more\n"
	paths := []struct {
		name  string
		write func(o *office) store.Write
		needs Role // without approvals
		free  bool // it takes nothing more with them
	}{
		{"publish a draft", func(o *office) store.Write { return o.now("campaign", "spring", published) }, Publisher, false},
		{"write a new published campaign, as an import does", func(o *office) store.Write {
			return o.now("campaign", "new", strings.ReplaceAll(published, "id: spring", "id: new"))
		}, Publisher, false},
		{"change what is published", func(o *office) store.Write { return o.now("campaign", "live", live+"priority: high\n") }, Publisher, false},
		{"revert what is published", func(o *office) store.Write {
			return o.now("campaign", "live", strings.Replace(live, "[returning]", "[]", 1))
		}, Publisher, false},
		{"change an item that it uses", func(o *office) store.Write { return o.now("audience", "returning", audience+"description: x\n") }, Publisher, false},
		{"change an item under an item", func(o *office) store.Write { return o.now("entry-point", "cart", moreCart) }, Publisher, false},
		{"delete an item that it uses", func(o *office) store.Write {
			return store.Delete{Kind: "entry-point", ID: "cart", Base: o.base("entry-point", "cart")}
		}, Publisher, false},
		{"write a goal that it mentions and that is not there", func(o *office) store.Write {
			return o.now("goal", "sold", "kind: goal\nid: sold\nname: Sold\ntype: interact\n")
		}, Publisher, false},
		{"take a campaign back", func(o *office) store.Write {
			return o.now("campaign", "live", strings.Replace(live, "published: true\n", "", 1))
		}, Publisher, true},
		{"delete a published campaign", func(o *office) store.Write {
			return store.Delete{Kind: "campaign", ID: "live", Base: o.base("campaign", "live")}
		}, Publisher, true},
		{"write the same again", func(o *office) store.Write { return o.now("campaign", "live", live) }, Publisher, true},
		{"change a draft", func(o *office) store.Write { return o.now("campaign", "spring", draft+"priority: low\n") }, Editor, true},
		{"change an item that nobody uses", func(o *office) store.Write { return o.now("entry-point", "other", other+"description: x\n") }, Editor, true},
		{"change a setting", func(o *office) store.Write { return o.now("settings", "account", accountOn+"siteControlGroup: 7\n") }, Publisher, true},
		{"end approvals", func(o *office) store.Write { return o.now("settings", "account", accountOff) }, Admin, true},
		{"end approvals by deleting the settings", func(o *office) store.Write {
			return store.Delete{Kind: "settings", ID: "account", Base: o.base("settings", "account")}
		}, Admin, true},
		{"keep a scenario", func(o *office) store.Write { return o.now("scenario", "a", "spring again") }, Editor, true},
	}
	who := map[Role]string{Viewer: "vi", Editor: "ed", Publisher: "pia", Admin: "boss"}
	for _, p := range paths {
		for _, role := range Roles() {
			for _, wanted := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s as %s, approvals %v", p.name, role, wanted), func(t *testing.T) {
					t.Parallel()
					o := newOffice(t)
					if !wanted {
						commit(t, o.store, o.change("root", o.now("settings", "account", accountOff)))
					}
					g := New(o.store, who[role], "", "scenario").Under(o.rules)
					_, err := g.Commit(t.Context(), o.change(who[role], p.write(o)))
					needs := p.needs
					if !wanted && strings.HasPrefix(p.name, "end approvals") {
						needs = Publisher // there is nothing to end
					}
					switch {
					case !role.covers(needs):
						var r *Refused
						if !errors.As(err, &r) || r.Needs != needs {
							t.Errorf("%v", err)
						}
					case p.free || !wanted:
						if err != nil {
							t.Errorf("refused: %v", err)
						}
					default:
						var u *Unapproved
						if !errors.As(err, &u) {
							t.Errorf("%v", err)
						}
					}
				})
			}
		}
	}
}

func TestAChangeOfSeveralCampaignsIsApprovedAsAWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.must(func() error {
		_, err := o.store.Commit(t.Context(), o.change("root", o.now("campaign", "spring", published)))
		return err
	}())
	more := o.now("entry-point", "cart", cart+"description: more\n")
	r := o.request("spring", more)
	if !slices.Equal(r.Live, []string{"live", "spring"}) {
		t.Fatalf("it changes %v", r.Live)
	}
	o.must(o.ask("ed", r))
	o.must(o.decide("pia", "spring", true))
	half := o.now("campaign", "live", live+"priority: high\n")
	_, err := o.as("pia").Commit(t.Context(), o.change("pia", more, half))
	o.refused("with more than was approved", err, "this is not what ed asked for")
	o.must(o.publish("pia", "spring"))
}

func TestARequestIsWhatItSays(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		forge func(r *Request, c *store.Change)
		who   string
		words string
	}{
		"another digest":        {func(r *Request, _ *store.Change) { r.Digest = strings.Repeat("0", 64) }, "ed", "not about what there is now"},
		"another base":          {func(r *Request, _ *store.Change) { r.Changes[0].Base = 1 }, "ed", "not about what there is now"},
		"somebody else's name":  {func(r *Request, _ *store.Change) { r.By = "pia" }, "ed", "in the name of pia"},
		"decided at once":       {func(r *Request, c *store.Change) { r.Decision = &Decision{By: "pia", At: c.At, Approved: true} }, "pia", "this is not what was asked for"},
		"of settings":           {func(r *Request, _ *store.Change) { r.Changes[0].Kind = "settings" }, "ed", "cannot change a settings"},
		"of another campaign":   {func(r *Request, _ *store.Change) { r.Live = []string{"live"} }, "ed", "changes its campaign"},
		"a note without an end": {func(r *Request, _ *store.Change) { r.Note = strings.Repeat("n", MaxNote+1) }, "ed", "a note of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			r := o.request("spring", o.now("campaign", "spring", published))
			c := o.change(tt.who)
			r.By, r.At = tt.who, c.At
			tt.forge(&r, &c)
			body, err := r.Encode()
			o.must(err)
			c.Writes = []store.Write{store.Put{Kind: RequestKind, ID: "spring", Body: body}}
			if _, err := o.as(tt.who).Commit(t.Context(), c); err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%v, want %q", err, tt.words)
			}
		})
	}
	// A decision that changes what was asked for decides nothing.
	o := newOffice(t)
	o.must(o.ask("ed", o.request("spring", o.now("campaign", "spring", published))))
	r, err := FindRequest(t.Context(), o.store, "spring")
	o.must(err)
	c := o.change("pia")
	r.Changes[0].Body = strings.Replace(published, "[returning]", "[]", 1)
	r.Decision = &Decision{By: "pia", At: c.At, Approved: true}
	body, err := r.Encode()
	o.must(err)
	c.Writes = []store.Write{store.Put{Kind: RequestKind, ID: "spring", Body: body, Base: r.Revision}}
	_, err = o.as("pia").Commit(t.Context(), c)
	o.refused("another change", err, "this is not what was asked for")
	// Whoever asked withdraws, or an admin does.
	withdraw := func(who string) error {
		_, err := Withdraw(t.Context(), o.as(who), o.change(who), "spring")
		return err
	}
	o.refused("withdrawn by another", withdraw("pia"), "only admins may withdraw the request of another operator")
	o.must(withdraw("ed"))
	if _, err := FindRequest(t.Context(), o.store, "spring"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("withdrawn: %v", err)
	}
}

// Between the look at what was approved and the write, nobody gets in.
func TestNothingChangesBetweenTheLookAndTheWrite(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.must(o.ask("ed", o.request("spring", o.now("campaign", "spring", published))))
	o.must(o.decide("pia", "spring", true))
	r, err := FindRequest(t.Context(), o.store, "spring")
	o.must(err)
	c := o.change("pia", r.Writes()...)
	edit := o.change("root", o.now("entry-point", "cart", cart+"description: late\n"))
	done := make(chan error, 1)
	slow := &slowStore{Store: o.store, before: func() {
		go func() {
			rules := o.rules
			rules.Here = true
			_, err := New(o.store, "root", "").Under(rules).Commit(context.Background(), edit)
			done <- err
		}()
	}}
	g := New(slow, "pia", "").Under(o.rules)
	rev, err := g.Commit(t.Context(), c)
	o.must(err)
	if err := <-done; !errors.Is(err, ErrRefused) { // spring is live by then, and the item under it with it
		t.Errorf("the late edit: %v", err)
	}
	if d, err := o.store.Get(t.Context(), "entry-point", "cart"); err != nil || d.Revision > rev {
		t.Errorf("revision %d, %v", d.Revision, err)
	}
}

// slowStore lets something happen right before it writes.
type slowStore struct {
	store.Store
	before func()
}

func (s *slowStore) Commit(ctx context.Context, c store.Change) (store.Revision, error) {
	s.before()
	return s.Store.Commit(ctx, c)
}

func TestTheDigestIsOfTheCanonicalBytes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := o.request("spring", o.now("campaign", "spring", published))
	b := o.request("spring", o.now("campaign", "spring", "# the same\n"+published+"description: \"\"\n"))
	d, err := decode(store.Ref{Kind: "campaign", ID: "spring"}, []byte(published))
	o.must(err)
	canonical, err := model.EncodeDocument(d)
	o.must(err)
	c := o.request("spring", o.now("campaign", "spring", string(canonical)))
	if a.Digest != b.Digest || a.Digest != c.Digest || len(a.Digest) != 64 {
		t.Errorf("%s, %s, %s", a.Digest, b.Digest, c.Digest)
	}
	if x := o.request("spring", o.now("campaign", "spring", published+"priority: high\n")); x.Digest == a.Digest {
		t.Error("another priority, the same digest")
	}
}
