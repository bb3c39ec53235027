package app_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// A frame is asked for after every message, whether anything changed or not.
func BenchmarkView120x40(b *testing.B) {
	for name, before := range map[string]func(tea.Model, int){
		"nothing happened": func(tea.Model, int) {},
		"nothing changed":  func(r tea.Model, i int) { r.Update(struct{}{}) },
		"one line changed": func(r tea.Model, i int) { r.Update(press([]string{"j", "k"}[i%2])) },
		"toast shown":      func(r tea.Model, i int) { r.Update(struct{}{}) },
	} {
		b.Run(name, func(b *testing.B) {
			r, _ := still(b, look{})
			r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
			if name == "toast shown" {
				r.Update(press("x"))
			}
			b.ReportAllocs()
			for i := range b.N {
				before(r, i)
				r.View()
			}
		})
	}
}
