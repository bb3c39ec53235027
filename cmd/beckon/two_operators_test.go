package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"beckon/model"
	"beckon/model/edit"
	"beckon/store"
	"beckon/tui/conflict"
	"beckon/tui/screen/builder"
	"beckon/tui/screen/campaigns"
)

var rounds = flag.Int("rounds", 300, "how often two operators save one campaign in TestTwoOperatorsLoseNothing")

// An acknowledged is a write that an operator was told is kept.
type acknowledged struct {
	who      string
	base     uint64
	revision uint64
	document model.Document
	// set are the fields that he meant to change in it: by an edit, or by a
	// choice where both had changed them.
	set map[edit.Path]bool
}

// An editor edits one campaign over and over, from the version that he saw
// last, and settles every conflict that is shown to him by chance.
type editor struct {
	who      string
	rnd      *rand.Rand
	save     func(k *model.Campaign, base uint64) (uint64, error)
	now      *model.Campaign
	revision uint64
	done     []acknowledged
	shown    int // conflicts over fields that he had to choose
	refused  int
}

// change sets one to three fields to values that nobody else sets, mostly.
func (e *editor) change(k *model.Campaign) (map[edit.Path]bool, error) {
	set := map[edit.Path]bool{}
	for range 1 + e.rnd.IntN(3) {
		n := e.rnd.IntN(1000)
		one := []edit.Edit{
			edit.Set("description", fmt.Sprintf("%s %d", e.who, n)),
			edit.Set("name", fmt.Sprintf("%s's %d", e.who, n)),
			edit.Set("priority", []string{"high", "medium", "low"}[n%3]),
			edit.Set("controlGroup", fmt.Sprint(n%50)),
			edit.Set("engagements[0].delay", fmt.Sprintf("%ds", n%60)),
			edit.Set("engagements[0].name", fmt.Sprintf("%s %d", e.who, n)),
		}[e.rnd.IntN(6)]
		if _, err := one.Apply(k); err != nil {
			return nil, err
		}
		set[one.Path] = true
	}
	return set, nil
}

// round is one save, with all the conflicts on its way.
func (e *editor) round() error {
	base, revision := e.now, e.revision
	mine, _ := edit.Clone(base).(*model.Campaign)
	set, err := e.change(mine)
	if err != nil {
		return err
	}
	for {
		rev, err := e.save(mine, revision)
		var theirs *conflict.Conflict
		if err == nil {
			e.done = append(e.done, acknowledged{e.who, revision, rev, edit.Clone(mine), set})
			e.now, e.revision = mine, rev
			return nil
		}
		if !errors.As(err, &theirs) || theirs.Theirs == nil || theirs.Author == "" || theirs.At.IsZero() {
			return fmt.Errorf("%s: %w", e.who, err)
		}
		e.refused++
		// What both have changed and not alike, found without the merge.
		both := map[edit.Path]bool{}
		for _, c := range edit.Diff(base, theirs.Theirs) {
			v, err := edit.Get(mine, c.Path)
			w, other := edit.Get(theirs.Theirs, c.Path)
			was, old := edit.Get(base, c.Path)
			if err != nil || other != nil || old != nil {
				return errors.Join(err, other, old)
			}
			if v.Text() != was.Text() && v.Text() != w.Text() {
				both[c.Path] = true
			}
		}
		asked, err := edit.Merge(base, mine, theirs.Theirs, nil)
		if err != nil {
			return err
		}
		answers := map[string]edit.Answer{}
		for _, c := range asked.Conflicts {
			e.shown++
			if !both[c.Path] {
				return fmt.Errorf("asked about %s, which both have not changed", c.Path)
			}
			delete(both, c.Path)
			if answers[c.Key] = (edit.Answer{Side: edit.Mine}); e.rnd.IntN(2) == 0 {
				answers[c.Key] = edit.Answer{Side: edit.Theirs}
				delete(set, c.Path)
			}
		}
		if len(both) > 0 {
			return fmt.Errorf("not asked about %v", both)
		}
		merged, err := edit.Merge(base, mine, theirs.Theirs, answers)
		if err != nil {
			return err
		}
		base, _ = theirs.Theirs.(*model.Campaign)
		mine, _ = merged.Document.(*model.Campaign)
		revision = theirs.Revision
	}
}

// Two operators save one campaign thousands of times, each from what he saw
// last. Every write that was acknowledged is a version of the history, made of
// the one before it, and changes nothing but what its author set or chose.
func TestTwoOperatorsLoseNothing(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), context.Background()
	const id = "summer-camp"
	c, err := storedCatalog(ctx, s, 0)
	if err != nil {
		t.Fatal(err)
	}
	first := c.Index().Campaign(id)
	list := &keeper{store: s, who: "ana", now: here().now}
	work := &workshop{store: s, who: "ben", now: here().now}
	editors := []*editor{
		{who: "ana", save: func(k *model.Campaign, base uint64) (uint64, error) {
			v, err := list.Put(ctx, campaigns.Edit{Campaign: k, Base: base, Why: "ana's", Action: "update"})
			return v.Revision, err
		}},
		{who: "ben", save: func(k *model.Campaign, base uint64) (uint64, error) {
			return work.Write(ctx, builder.Change{Campaign: k, Base: base, Why: "ben's",
				Audit: []builder.Entry{{Key: model.DocumentKey{Kind: model.KindCampaign, ID: id}, Action: "update"}}})
		}},
	}
	var wg sync.WaitGroup
	for i, e := range editors {
		e.rnd = rand.New(rand.NewPCG(7, uint64(i)))
		e.now, e.revision = first, 1
		wg.Go(func() {
			for range *rounds / 2 {
				if err := e.round(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	all := slices.Concat(editors[0].done, editors[1].done)
	slices.SortFunc(all, func(a, b acknowledged) int { return int(a.revision) - int(b.revision) })
	var versions []store.Document
	for before := store.Revision(0); ; {
		page, err := s.History(ctx, "campaign", id, store.HistoryQuery{Before: before, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		versions = append(versions, page...)
		before = page[len(page)-1].Revision
	}
	slices.Reverse(versions)
	if len(versions) != len(all)+1 {
		t.Fatalf("%d acknowledged writes, %d versions", len(all), len(versions))
	}
	var last model.Document = first
	for i, w := range all {
		v, was := versions[i+1], versions[i]
		d, err := decodeStored(v)
		if err != nil {
			t.Fatal(err)
		}
		if uint64(v.Revision) != w.revision || v.Author != w.who || !edit.Equal(d, w.document) {
			t.Fatalf("revision %d of %s is not what %s was told is kept", v.Revision, v.Author, w.who)
		}
		if uint64(was.Revision) != w.base {
			t.Fatalf("revision %d was made of %d, and %d is between", w.revision, w.base, was.Revision)
		}
		for _, c := range edit.Diff(last, d) {
			if !w.set[c.Path] {
				t.Fatalf("revision %d of %s changes what he never set: %s", w.revision, w.who, c)
			}
		}
		last = d
	}
	if now, err := s.Get(ctx, "campaign", id); err != nil || now.Revision != versions[len(versions)-1].Revision {
		t.Errorf("the campaign is at revision %d, its history at %d, %v", now.Revision, versions[len(versions)-1].Revision, err)
	}
	t.Logf("%d writes; %d refused first, %d fields chosen", len(all), editors[0].refused+editors[1].refused, editors[0].shown+editors[1].shown)
	if editors[0].refused+editors[1].refused < len(all)/20 || editors[0].shown+editors[1].shown == 0 {
		t.Error("they were hardly ever in each other's way")
	}
}

func TestAnIDThatWasChangedIsFollowedByWhoEditsTheOldOne(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t), context.Background()
	rename := func(from, to string, base store.Revision) store.Revision {
		t.Helper()
		was, err := s.Get(ctx, "goal", from)
		if err != nil {
			t.Fatal(err)
		}
		d, err := decodeStored(was)
		if err != nil {
			t.Fatal(err)
		}
		after := edit.Clone(d)
		after.Head().ID = to
		body, err := model.EncodeDocument(after)
		if err != nil {
			t.Fatal(err)
		}
		rev, err := s.Commit(ctx, store.Change{Author: "ben", Why: "change the ID", At: monday,
			Writes: []store.Write{store.Put{Kind: "goal", ID: to, Body: body}, store.Delete{Kind: "goal", ID: from, Base: base}},
			Audit: []store.AuditEntry{{Kind: "goal", ID: to, Action: "create", Element: "id", Old: from, New: to},
				{Kind: "goal", ID: from, Action: "delete", Element: "id", Old: from, New: to}}})
		if err != nil {
			t.Fatal(err)
		}
		return rev
	}
	rename("bill-settled", "bill-done", 1)
	rename("bill-done", "bill-paid", 2)
	goal := &model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "bill-settled", Name: "Mine"}, Type: model.GoalInteract}
	work := &workshop{store: s, who: "ana", now: here().now}
	_, err := work.Write(ctx, builder.Change{Campaign: &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "x", Name: "X"}}, Items: []builder.Item{{Document: goal, Base: 1}}})
	c, ok := conflict.Of(err)
	if !ok || !c.Moved() || c.Theirs.Head().ID != "bill-paid" || c.Revision != 3 || c.Author != "ben" || c.Key.ID != "bill-settled" {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := s.Commit(ctx, store.Change{Author: "eve", At: monday, Writes: []store.Write{store.Delete{Kind: "goal", ID: "bill-paid", Base: 3}}}); err != nil {
		t.Fatal(err)
	}
	_, err = work.Write(ctx, builder.Change{Campaign: &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: "x", Name: "X"}}, Items: []builder.Item{{Document: goal, Base: 1}}})
	if c, ok := conflict.Of(err); !ok || !c.Gone() {
		t.Errorf("%+v, %v", c, err)
	}
}
