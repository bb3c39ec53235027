package builder

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/modeltest"
	"beckon/tui/layout"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/versions"
)

// lived is a campaign with a past: imported, renamed by ben, published, its
// goal gone since, and changed again at hand.
func lived() *cabinet {
	k := newCabinet(begun())
	k.loaded.Catalog.Add(&model.Goal{Header: model.Header{Kind: model.KindGoal, ID: "calls", Name: "Calls"}, Type: model.GoalInteract})
	k.why = "the first draft"
	k.other("cart-abandonment", func(c *model.Campaign) { c.Goal, c.Priority = "leads", model.Low })
	k.why = "calls count"
	k.other("cart-abandonment", func(c *model.Campaign) { c.Goal, c.Name, c.Priority = "calls", "Carts", "" })
	k.why = "publish Carts"
	k.other("cart-abandonment", func(c *model.Campaign) { c.Published, c.Description = true, "For full carts" })
	return k
}

func TestAVersionIsComparedRevertedToAndTakenBack(t *testing.T) {
	t.Parallel()
	k := lived()
	useAt(t, wide, k, "cart-abandonment", func(d *tuitest.Driver) {
		d.Press("f10")
		d.Expect("Builder › Carts › Name › Versions", "Versions of Carts", "publish Carts", "calls count", "the first draft", "import the shop",
			"Compared with your work", "There is no difference", "live")
		d.Press("down", "down")
		d.Expect("It mentions the goal leads, which is gone", "~ goal: leads (calls)", "~ priority: low (none)", "by ben, revision 8")
		d.Press("c")
		d.Expect("Compared with what visitors see")
		d.Press("c")
		d.Expect("Compared with the version before", "~ goal: leads (sales)")
		d.Press("r")
		d.Expect("┃Cart abandonment", "draft kept", "the goal leads, which is gone", "ctrl+z takes it back")
		if k.written() != 0 || k.campaign("cart-abandonment").Name != "Carts" {
			t.Fatal("reverting has written")
		}
		d.Press("ctrl+z")
		d.Expect("┃Carts", "published")
		d.Press("ctrl+y")
		d.Expect("┃Cart abandonment")
		d.Press("f2")
		d.Expect("Kept as your draft; visitors see the version before")
	})
}

func TestWhatTheWorkChangesIsSeenInEveryStep(t *testing.T) {
	t.Parallel()
	k := lived()
	for _, size := range []layout.Size{small, wide, huge} {
		useAt(t, size, k, "cart-abandonment", func(d *tuitest.Driver) {
			d.Type(" and more")
			for range steps {
				d.Press("f11")
				d.Expect("Compared with what visitors see", "~ name: Carts and more (Carts)", "your work", "not saved")
				d.Press("esc")
				d.ExpectNot("Compared with")
				d.Press("ctrl+l")
			}
			d.Expect("12 Check and publish")
		})
		k.drafts = map[string]Draft{}
	}
}

func TestADeletedCampaignComesBackFromItsVersions(t *testing.T) {
	t.Parallel()
	k := lived()
	k.mu.Lock()
	key := model.DocumentKey{Kind: model.KindCampaign, ID: "cart-abandonment"}
	k.past[key] = append([]versions.Version{{Revision: 11, Author: "ben", Why: "delete Carts", At: noon}}, k.past[key]...)
	k.loaded.Catalog.Campaigns = nil
	delete(k.loaded.Revisions, key)
	k.mu.Unlock()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("t")
		d.Expect("Deleted campaigns", "Carts", "deleted by ben at revision 11")
		d.Press("enter")
		d.Expect("Versions of New campaign", "delete Carts", "It was deleted")
		d.Press("r")
		d.Expect("it was deleted then; the version before it has it")
		d.Press("down", "c", "r")
		d.Expect("┃Carts", "draft kept")
		d.Press("f2")
		d.Expect("Saved Carts; it is not published")
		if c := k.campaign("cart-abandonment"); c == nil || c.Published || c.Description != "For full carts" {
			t.Errorf("written: %+v", c)
		}
	})
}

func TestVersionsPageAsTheyAreReachedAndReadAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	for i := range 20 {
		k.why = fmt.Sprintf("change number %d", i+1)
		k.other("cart-abandonment", func(c *model.Campaign) { c.Description = fmt.Sprint("version ", i+1) })
	}
	useAt(t, huge, k, Past+"cart-abandonment", func(d *tuitest.Driver) {
		d.Expect("change number 20", "and more")
		d.ExpectNot("import the shop")
		d.Press("end", "end", "end", "end", "end", "end", "end")
		d.Expect("import the shop", " 21 ")
		d.Press("c", "c")
		d.Expect("This is the first version")
	})
}

func TestVersionsAreDrawnAsStored(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]theme.Options{"dark": {}, "ascii": {ASCII: true, NoColor: true}} {
		k := lived()
		s := stillWith(t, o, k, "cart-abandonment")
		if err := s.work.doc.do("rename", edit.Set("name", "Full carts"), edit.Set("priority", "high")); err != nil {
			t.Fatal(err)
		}
		for _, way := range []string{"newest", "changes", "gone"} {
			run(s, s.openPast(way == "changes"))
			if way == "gone" {
				s.Do("down", nil)
				s.Do("down", nil)
			}
			for _, size := range []layout.Size{small, wide, huge} {
				body := layout.Size{W: size.W, H: size.H - 3}
				tuitest.Golden(t, fmt.Sprintf("versions-%s-%s-%dx%d", way, name, size.W, size.H), body, s.Rows(body, true))
			}
		}
	}
}

// Reverting is one step, whatever the versions are, and undo gives the work
// back as it was.
func TestRevertAndUndoGiveTheSameCampaign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		campaigns := append(modeltest.Catalog(rt).Campaigns, modeltest.Catalog(rt).Campaigns...)
		if len(campaigns) < 2 {
			rt.Skip("too few campaigns")
		}
		pick := rapid.SampledFrom(campaigns)
		now, old := pick.Draw(rt, "now"), pick.Draw(rt, "old")
		c := &model.Catalog{Settings: model.DefaultSettings()}
		c.Add(now)
		s := stillWith(rt, theme.Options{}, newCabinet(c), now.ID)
		want := edit.Clone(s.work.campaign())
		s.revert(versions.Version{Revision: 3, At: noon.Add(-time.Hour), Document: old})
		got := s.work.campaign()
		if got.ID != now.ID || got.Published != now.Published {
			rt.Fatalf("reverting has made it %s, published %v", got.ID, got.Published)
		}
		like, _ := edit.Clone(old).(*model.Campaign)
		like.ID, like.Published = now.ID, now.Published
		if !edit.Equal(got, like) {
			rt.Fatalf("reverted to something else: %v", edit.Diff(like, got))
		}
		if edit.Equal(want, got) {
			return
		}
		s.work.form.Undo()
		if !edit.Equal(s.work.campaign(), want) || s.work.doc.Dirty() {
			rt.Fatalf("undo gives %v", edit.Diff(want, s.work.campaign()))
		}
	})
}
