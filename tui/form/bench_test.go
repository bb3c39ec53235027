package form_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/tui/layout"
	"beckon/tui/theme"
)

// BenchmarkTyping is one key in a form of some 200 fields and its picture.
func BenchmarkTyping(b *testing.B) {
	s := audience()
	list := s.doc.(*model.Audience).When.All
	for range 5 {
		list = append(list, list...)
		if len(list) > 80 {
			break
		}
	}
	s.doc = &model.Audience{Header: model.Header{Kind: model.KindAudience, ID: "a", Name: "A"}, When: model.Condition{All: list[:80]}}
	f := opened(s, theme.Options{})
	f.GoToPath("when.all[2].attribute.name")
	size := layout.Size{W: 120, H: 40}
	key := [2]tea.Key{{Code: 'x', Text: "x"}, {Code: tea.KeyBackspace}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		f.Type(key[i%2])
		f.Rows(size, true)
	}
}

func BenchmarkIdle(b *testing.B) {
	f := opened(campaign(), theme.Options{})
	size := layout.Size{W: 120, H: 40}
	b.ReportAllocs()
	for b.Loop() {
		f.Rows(size, true)
	}
}
