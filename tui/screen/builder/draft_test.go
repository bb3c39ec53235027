package builder

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/app"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
)

func TestAChangeIsKeptWithinTwoSecondsHoweverMuchIsTyped(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("S")
		began := time.Now()
		for time.Since(began) < 2*time.Second+300*time.Millisecond {
			d.Type("x")
		}
		if n := len(k.kept()); n != 1 {
			t.Fatalf("%d drafts after %v of typing", n, time.Since(began))
		}
		h, err := edit.LoadHistory(k.kept()[0].Work)
		if name := h.Document().Head().Name; err != nil || len(name) < 5 {
			t.Errorf("the draft has the name %q, %v", name, err)
		}
	})
}

func TestLeavingKeepsTheDraftAtOnce(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*tuitest.Driver){
		"a step":                    func(d *tuitest.Driver) { d.Press("ctrl+l") },
		"the screen":                func(d *tuitest.Driver) { d.Press("esc") },
		"for another window":        func(d *tuitest.Driver) { d.Send("\x1b[O") },
		"a step by the list of all": func(d *tuitest.Driver) { d.Press("f5"); d.Type("11"); d.Press("enter") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := empty()
			use(t, wide, k, func(d *tuitest.Driver) {
				d.Press("n")
				d.Type("Spring")
				if len(k.kept()) != 0 {
					t.Fatal("kept already: this proves nothing")
				}
				leave(d)
				if len(k.kept()) != 1 {
					t.Errorf("%d drafts", len(k.kept()))
				}
			})
		})
	}
}

func TestQuittingAsksNothingAndKeepsTheDraft(t *testing.T) {
	t.Parallel()
	k := empty()
	var root *app.Root
	var cancel context.CancelFunc
	tuitest.Run(t, wide, func() tea.Model {
		begin := time.Now()
		var ctx context.Context
		var err error
		ctx, cancel = context.WithCancel(context.Background())
		root, err = app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(k))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+c", "ctrl+c")
		if !d.Ended() {
			t.Fatal("it goes on")
		}
		root.End(context.Background())
	})
	if len(k.kept()) != 1 || k.kept()[0].Name != "Spring" {
		t.Errorf("drafts %+v", k.kept())
	}
}

// What runs first is not what was asked for first.
func TestAnOlderDraftNeverReplacesALaterOne(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	k := s.keeper.(*cabinet)
	change := func(name string) tea.Cmd {
		if err := s.work.doc.do("rename", edit.Set("name", name)); err != nil {
			t.Fatal(err)
		}
		return s.keepNow()
	}
	older := change("One")
	if later := change("Two"); later != nil {
		t.Fatal("two drafts of a campaign are on their way at once")
	}
	s.End(context.Background())
	s.Update(older())
	if d := k.kept(); len(d) != 1 || d[0].Name != "Two" {
		t.Errorf("drafts %+v", d)
	}
}

func TestWhatIsTypedWhileTheCampaignIsWrittenIsKeptAfterwards(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	k := s.keeper.(*cabinet)
	rename := func(name string) {
		if err := s.work.doc.do("rename", edit.Set("name", name)); err != nil {
			t.Fatal(err)
		}
	}
	rename("One")
	write := s.write(saving, "save")
	rename("Two")
	if cmd := s.keepNow(); cmd != nil {
		t.Fatal("a draft is on its way beside the write that drops it")
	}
	run(s, s.Update(write()))
	if d := k.kept(); len(d) != 1 || d[0].Name != "Two" || k.campaign("cart-abandonment").Name != "One" {
		t.Errorf("drafts %+v", d)
	}
}

// run runs a command and all that follows from it, but for what waits.
func run(s *Screen, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch m := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range m {
			run(s, c)
		}
	case keepTick, nil:
	default:
		run(s, s.Update(m))
	}
}

func TestADraftThatSaysWhatIsWrittenIsDroppedAndNotOffered(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	there := k.campaign("cart-abandonment")
	draft := func(change func(*model.Campaign), items ...Item) Draft {
		h, err := edit.NewHistory(&model.Campaign{Header: model.Header{Kind: model.KindCampaign}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		c, _ := edit.Clone(there).(*model.Campaign)
		change(c)
		if err := h.Replace("build it", c); err != nil {
			t.Fatal(err)
		}
		body, err := h.Save()
		if err != nil {
			t.Fatal(err)
		}
		return Draft{Key: "+1", Name: c.Name, Work: body, Items: items}
	}
	sales := *k.loaded.Catalog.Index().Goal("sales")
	other := sales
	other.Name = "Other sales"
	for name, c := range map[string]struct {
		draft Draft
		spent bool
	}{
		"the same":                              {draft(func(*model.Campaign) {}), true},
		"the same, which was then published":    {draft(func(c *model.Campaign) { c.Published = true }), true},
		"the same with an item that is there":   {draft(func(*model.Campaign) {}, Item{Document: &sales}), true},
		"another priority":                      {draft(func(c *model.Campaign) { c.Priority = model.High }), false},
		"an item that is otherwise":             {draft(func(*model.Campaign) {}, Item{Document: &other}), false},
		"a campaign that is not there any more": {draft(func(c *model.Campaign) { c.ID = "gone" }), false},
	} {
		k.drafts = map[string]Draft{c.draft.Key: c.draft}
		data, err := k.Catalog(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		found, err := readDrafts(context.Background(), k, data)
		if err != nil || len(found) == 1 == c.spent || len(k.kept()) == 1 == c.spent {
			t.Errorf("%s: %d offered and %d kept, %v", name, len(found), len(k.kept()), err)
		}
	}
}

func TestThatADraftIsKeptIsSaidOnceItIs(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, wide, k, func(d *tuitest.Driver) {
		cartAbandonment(&hand{Driver: d})
		d.Press("a", "p", "y")
		d.Expect("is published")
		room := func(err error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.full = err
		}
		room(errors.New("keeping the draft: no room left in the store"))
		d.Press("f5")
		d.Type("name")
		d.Press("enter")
		d.Type("!")
		d.Press("f2")
		d.Expect(" keeping the draft: no room left", "draft not kept yet")
		d.ExpectNot("Kept as your draft", "keeping the draft: keeping")
		room(nil)
		d.Press("f2")
		d.Expect("Kept as your draft; visitors see the version before", "draft kept")
		d.Press("ctrl+z", "f2")
		d.Expect("Everything is saved.")
		d.ExpectNot("Kept as your draft")
	})
	if len(k.kept()) != 0 {
		t.Errorf("drafts %+v", k.kept())
	}
}

func TestADraftThatCannotBeKeptIsToldOnLeaving(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	if err := s.work.doc.do("rename", edit.Set("name", "One")); err != nil {
		t.Fatal(err)
	}
	if why := s.Unsaved(); why != "" {
		t.Errorf("asked though the draft will be kept: %s", why)
	}
	s.keepNow()
	s.Update(kept{work: s.work, changes: 1, err: errors.New("no room")})
	if why := s.Unsaved(); why != "the last change of One could not be kept as a draft." {
		t.Errorf("on leaving it says %q", why)
	}
}

func TestAnItemThatWasBegunIsPartOfTheDraft(t *testing.T) {
	t.Parallel()
	k := empty()
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "ctrl+l", "enter", "enter") // a new audience
		d.Expect("New audience")
		d.Press("tab", "enter") // without a name
		d.Type("age")
		d.Press("enter")
		d.Wait(3 * time.Second)
		d.Expect("New audience", "Consumer age", "draft kept")
	})
	if n := len(k.kept()); n != 1 || len(k.kept()[0].Items) != 0 || len(k.kept()[0].Begun) != 1 {
		t.Fatalf("drafts %+v", k.kept())
	}
	use(t, small, k, func(d *tuitest.Driver) {
		d.Expect("Spring")
		d.Press("enter")
		d.Expect("Your draft is back", "Audience and time › new audience", "Consumer age")
		d.Press("f2")
		d.Expect("The audience has no name")
		d.Type("Grown-ups")
		d.Press("enter")
		d.Expect("5 Audience and time", "[Grown-ups]") // mentioned where it was asked for
		d.Press("ctrl+z")
		d.ExpectNot("[Grown-ups]")
	})
}

func TestAnItemUnderAnItemComesBackOverIt(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	s.goTo(stepTime)
	w := s.work
	for i, kind := range []model.Kind{model.KindSchedule, model.KindOccasion} {
		s.add(kind, "", func(string) {})
		if err := w.top().doc.do("describe", edit.Set("description", []string{"below", "above"}[i])); err != nil {
			t.Fatal(err)
		}
	}
	s.End(context.Background())
	d := s.keeper.(*cabinet).kept()[0]
	again := still(t, theme.Options{})
	run(again, again.resume(d, again.work.stock.again()))
	if n := len(again.work.subs); n != 2 || again.work.top().kind != model.KindOccasion || again.work.top().doc.Document().Head().Description != "above" {
		t.Fatalf("%d items came back", n)
	}
	if step, ok := again.work.top().doc.Undo(); !ok || step.Name != "describe" {
		t.Errorf("undo takes back %q", step.Name)
	}
}

func TestAnItemThatIsUsedIsNotChangedByADraftBeforeItIsTaken(t *testing.T) {
	t.Parallel()
	k := shopOfOne()
	path := "spring"
	s := stillWith(t, theme.Options{}, k, path)
	calls := s.work.stock.find().Goal("calls")
	if err := s.work.open(s.ses, calls, s.work.stock.revisions[keyOf(calls)], nil, s.add); err != nil {
		t.Fatal(err)
	}
	if err := s.work.top().doc.do("rename", edit.Set("name", "Sold")); err != nil {
		t.Fatal(err)
	}
	s.End(context.Background())
	d := k.kept()[0]
	if len(d.Items) != 1 || d.Items[0].Document.Head().Name != "Sold" {
		t.Fatalf("who replays the draft meets %+v", d.Items)
	}
	again := stillWith(t, theme.Options{}, shopOfOne(), path)
	run(again, again.resume(d, again.work.stock.again()))
	if top := again.work.top(); top == nil || top.doc.Document().Head().Name != "Sold" || len(again.work.stock.pending()) != 0 {
		t.Fatalf("%d items are taken", len(again.work.stock.pending()))
	}
	again.work.top().doc.Undo()
	again.finish()
	if again.work.unsaved() {
		t.Error("what was taken back stays")
	}
}

func TestWhoeverIsCutOffInAnItemComesBackToItsField(t *testing.T) {
	t.Parallel()
	k := empty()
	s := stillWith(t, theme.Options{}, k, NewCampaign)
	if err := s.work.doc.do("rename", edit.Set("name", "Spring")); err != nil {
		t.Fatal(err)
	}
	s.goTo(stepTime)
	s.add(model.KindAudience, "Grown-ups", func(string) {})
	s.work.top().form.GoToPath("description")
	at := s.Place()
	s.End(context.Background())
	again := New(k)
	again.ses = s.ses
	run(again, again.Return(at))
	if again.work == nil || again.work.top() == nil {
		t.Fatal("the item is not open")
	}
	if _, path := again.work.top().form.At(); path != "description" || again.work.step != stepTime {
		t.Errorf("back in step %v at %q", again.work.step, path)
	}
}

func TestWhatIsChosenInADialogIsKeptWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	k := newCabinet(begun())
	use(t, small, k, func(d *tuitest.Driver) {
		d.Press("n")
		d.Type("Spring")
		d.Press("ctrl+l", "enter")
		d.Type("Sales")
		d.Wait(3 * time.Second) // what is due is kept
		d.Press("enter")
		d.Expect("3-4 Goal✓", "draft not kept yet")
		d.Wait(3 * time.Second)
		d.Expect("3-4 Goal✓", "draft kept ")
	})
}

func TestOthersVersionsAreNotJoinedOverAnItemUnderEdit(t *testing.T) {
	t.Parallel()
	s := still(t, theme.Options{})
	s.work.theirs = &theirs{Changed{Document: s.work.campaign()}, ""}
	if why := s.Disabled(Join); why != "" {
		t.Fatalf("it cannot be joined: %s", why)
	}
	s.add(model.KindAudience, "Grown-ups", func(string) {})
	if why := s.Disabled(Join); why != "finish the item first" {
		t.Errorf("over an item it says %q", why)
	}
}
