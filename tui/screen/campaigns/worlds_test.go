package campaigns

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"beckon/model"
	"beckon/tui/layout"
)

// sitting is a screen that finds worlds where others do; nil: by itself.
func sitting(t testing.TB, c *model.Catalog, in *Worlds) *Screen {
	t.Helper()
	_, s := standing(t, c, look{})
	s.SetWorlds(in)
	s.checked = nil // each was given a check of its own
	s.put(in.at(c.Revision, func() *world { return newWorld(s.w.catalog, s.w.versions) }))
	return s
}

// renaming is news of a campaign that has another name.
func renaming(c *model.Catalog, i int, name string, rev uint64) Changed {
	k := *c.Campaigns[i]
	k.Name = name
	return Changed{Kind: model.KindCampaign, ID: k.ID, Document: &k, Version: Version{Revision: rev, Author: "ben"}}
}

func TestAWorldIsMadeOnceForAllScreensOfAProcess(t *testing.T) {
	t.Parallel()
	c, in := shop(t), &Worlds{}
	a, b, late := sitting(t, c, in), sitting(t, c, in), sitting(t, c, in)
	alone := sitting(t, c, nil)
	if a.w != b.w || a.w == alone.w {
		t.Fatal("the first world is not shared")
	}
	rev := c.Revision + 1
	news := News{Revision: rev, Changed: []Changed{renaming(c, 3, "Another", rev)}}
	for _, s := range []*Screen{a, b, alone} {
		s.followed(followed{gen: s.gen, news: news})
	}
	if a.w != b.w || a.w == alone.w {
		t.Error("the world behind a change is not shared")
	}
	if a.table.Items()[3] != b.table.Items()[3] {
		t.Error("its list is made twice")
	}
	if a.w.check(a.keeper, noon) != b.w.check(b.keeper, noon) {
		t.Error("it is checked twice")
	}
	if a.w.check(a.keeper, noon) == a.w.check(a.keeper, noon.Add(time.Minute)) {
		t.Error("what was checked a minute ago counts now")
	}

	// Who wrote something that the news do not tell yet keeps it.
	rev++
	a.put(a.w.with([]Changed{renaming(a.w.catalog, 4, "Mine", rev+1)}))
	between := News{Revision: rev, Changed: []Changed{renaming(b.w.catalog, 5, "Between", rev)}}
	a.followed(followed{gen: a.gen, news: between})
	b.followed(followed{gen: b.gen, news: between})
	if a.w == b.w || a.w.catalog.Campaigns[4].Name != "Mine" || b.w.catalog.Campaigns[4].Name == "Mine" || a.w.catalog.Campaigns[5].Name != "Between" {
		t.Error("a write of one's own goes away, or is on another screen before it is told")
	}
	last := News{Revision: rev + 1, Changed: []Changed{renaming(b.w.catalog, 4, "Mine", rev+1)}}
	a.followed(followed{gen: a.gen, news: last})
	b.followed(followed{gen: b.gen, news: last})
	if a.w != b.w {
		t.Error("they do not meet again")
	}
	late.followed(followed{gen: late.gen, news: News{Revision: rev + 1, Changed: append(append(news.Changed, between.Changed...), last.Changed...)}})
	if late.w != a.w {
		t.Error("who hears of several changes at once has another world")
	}
	in.Forget()
	if in.at(rev+1, func() *world { return nil }) != nil {
		t.Error("a world of a store that was replaced is still there")
	}
}

func TestScreensThatShareWorldsShowWhatEachWouldShowAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c, in := shop(t), &Worlds{}
		all := []*Screen{sitting(t, c, in), sitting(t, c, in), sitting(t, c, nil)}
		var told []Changed // all of them, by revision
		now := c
		heard := make([]int, len(all))
		hear := func(i, n int) {
			if n > heard[i] {
				all[i].followed(followed{gen: all[i].gen, news: News{Revision: told[n-1].Version.Revision, Changed: told[heard[i]:n]}})
				heard[i] = n
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			rev := c.Revision + uint64(len(told)) + 1
			ch := renaming(now, rapid.IntRange(0, len(now.Campaigns)-1).Draw(rt, "campaign"), fmt.Sprint("Name ", rapid.IntRange(0, 9).Draw(rt, "name")), rev)
			told = append(told, ch)
			w := newWorld(now, nil).with([]Changed{ch})
			now = w.catalog
			if i := rapid.IntRange(0, 5).Draw(rt, "writer"); i < len(all) {
				all[i].put(all[i].w.with([]Changed{ch})) // it knows of its write before the news
			}
			for i := range all {
				hear(i, rapid.IntRange(heard[i], len(told)).Draw(rt, "heard"))
			}
		}
		size := layout.Size{W: 120, H: 40}
		for i := range all {
			hear(i, len(told))
		}
		want := all[2].Rows(size, true).Join()
		for i, s := range all[:2] {
			if got := s.Rows(size, true).Join(); got != want {
				rt.Fatalf("screen %d shows\n%s\nand one alone\n%s", i, got, want)
			}
		}
	})
}
