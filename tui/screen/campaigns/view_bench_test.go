package campaigns

import (
	"fmt"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/fixtures"
	"beckon/model"
	"beckon/model/modeltest"
	"beckon/tui/pane"
)

// What another operator did is drawn on every screen of a server, so one picture
// of it costs as many times what it costs here: what comes with the news, the
// frame included, among a hundred operators at 120 by 40. What the first screen
// makes of it for all is apart.
func BenchmarkView(b *testing.B) {
	demo, err := fixtures.Catalog()
	if err != nil {
		b.Fatal(err)
	}
	catalogs := map[string]*model.Catalog{"demo shop": demo, "10000 campaigns": modeltest.Crowd(demo, 10_000, 2_000)}
	for _, name := range []string{"demo shop", "10000 campaigns"} {
		run := func(what string, first bool, do func(s *Screen, i int) tea.Msg) {
			b.Run(name+"/"+what, func(b *testing.B) {
				root, s := standing(b, catalogs[name], look{})
				s.SetWorlds(&Worlds{})
				for i := range 100 {
					s.ses.Others = append(s.ses.Others, pane.Other{Who: "vi", Session: fmt.Sprint(i), At: pane.At{Screen: "Campaigns"}})
				}
				root.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
				root.View()
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					b.StopTimer()
					msg := do(s, i)
					if m, ok := msg.(followed); ok && !first {
						s.after(m.news).listAt(noon, s.checked, s.table.Items())
					}
					b.StartTimer()
					root.Update(msg)
					root.View()
				}
			})
		}
		renamed := func(pick func(s *Screen) *model.Campaign) func(*Screen, int) tea.Msg {
			return func(s *Screen, i int) tea.Msg {
				k := *pick(s)
				k.Name = fmt.Sprint("Name ", i%7) // and back
				rev := s.revision + 1
				return followed{gen: s.gen, news: News{Revision: rev, Changed: []Changed{{Kind: model.KindCampaign, ID: k.ID, Document: &k, Version: Version{Revision: rev, Author: "ben"}}}}}
			}
		}
		row := renamed(func(s *Screen) *model.Campaign { return s.table.Shown()[5].k })
		run("a row changed, first", true, row)
		run("a row changed", false, row)
		run("the campaign shown changed", false, renamed(func(s *Screen) *model.Campaign { return s.table.Shown()[0].k }))
		run("what is not shown changed", false, renamed(func(s *Screen) *model.Campaign {
			return slices.MaxFunc(s.w.catalog.Campaigns, func(a, b *model.Campaign) int { return len(a.ID) - len(b.ID) })
		}))
		run("somebody came", false, func(s *Screen, i int) tea.Msg {
			s.ses.Others = s.ses.Others[:98+i%2]
			return pane.Others{}
		})
		run("nothing of the catalog changed", false, func(s *Screen, i int) tea.Msg {
			return followed{gen: s.gen, news: News{Revision: s.revision + 1}}
		})
	}
}
