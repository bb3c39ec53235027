package builder

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/modeltest"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
)

// asked is a shell that keeps the dialogs that were opened.
type asked struct {
	quiet
	stack *dialog.Stack
}

func (a asked) Ask(d dialog.Dialog)      { a.stack.Push(d, "") }
func (a asked) AskLater(d dialog.Dialog) { a.stack.Push(d, "") }

// crowded is the screen with a campaign open among many, and many library
// items.
func crowded(t testing.TB, campaigns, items int) (*Screen, *dialog.Stack) {
	t.Helper()
	s := New(newCabinet(modeltest.Crowd(begun(), campaigns, items)))
	stack := &dialog.Stack{}
	ses := &pane.Session{Ctx: context.Background(), Who: "ana", Now: func() time.Time { return noon }, Theme: theme.New(theme.Options{}), Shell: asked{stack: stack}}
	s.Receive("campaign-00050")
	s.Update(s.Open(ses)())
	if s.work == nil {
		t.Fatal("nothing is open")
	}
	return s, stack
}

func TestAKeyCostsTheSameAmongFewAndMany(t *testing.T) {
	// Not parallel: allocations are those of the whole process.
	size := layout.Size{W: 120, H: 37}
	cost := func(campaigns, items int, at step, path string) float64 {
		s, _ := crowded(t, campaigns, items)
		s.goTo(at)
		s.work.form.GoToPath(path)
		s.Rows(size, true)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 10 {
			s.Do(keymap.Down, nil)
			s.Do(keymap.Up, nil)
			s.Rows(size, true)
		}
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / 10
	}
	for at, path := range map[step]string{stepGoal: "goal", stepTime: "audiences", stepLocation: "engagements[0].entryPoints"} {
		few, many := cost(100, 50, at, path), cost(2000, 1000, at, path)
		if many > 1.2*few {
			t.Errorf("%s: %.0f bytes among 2000 campaigns and %.0f among 100", path, many, few)
		}
	}
}

// One key or one frame among ten thousand campaigns: what is asked of a frame
// is 16 ms.
func BenchmarkAmongTenThousand(b *testing.B) {
	s, stack := crowded(b, 10_000, 2_000)
	size := layout.Size{W: 200, H: 47}
	run := func(name string, do func(i int)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				do(i)
				s.Rows(size, true)
			}
		})
	}
	b.Run("open", func(b *testing.B) {
		read := s.read("campaign-00050")()
		b.ReportAllocs()
		for b.Loop() {
			s.Update(read)
			s.Rows(size, true)
		}
	})
	for i := range steps {
		run(fmt.Sprintf("step %02d", i+1), func(int) { s.goTo(i) })
	}
	s.goTo(stepName)
	s.work.form.GoToPath("name")
	run("typing", func(i int) { s.Type(tea.Key{Code: 'a' + rune(i%26), Text: string('a' + rune(i%26))}) })
	s.goTo(stepTime)
	run("moving in a form", func(int) { s.Do(keymap.Down, nil); s.Do(keymap.Up, nil) })
	picker := func(name string, at step, path string) {
		s.goTo(at)
		s.work.form.GoToPath(path)
		run(name+" picker", func(int) {
			s.Do(keymap.Open, nil)
			stack.Over(s.ses.Theme, s.Rows(size, true), size)
			stack.Key(tea.Key{Code: tea.KeyEscape}, noon)
		})
		s.Do(keymap.Open, nil)
		if stack.Len() != 1 {
			b.Fatalf("%s opens nothing", path)
		}
		run(name+" picker, typing", func(i int) {
			stack.Key(tea.Key{Code: 'a', Text: string("audience1"[i%9])}, noon)
			if i%9 == 8 {
				for range 9 {
					stack.Key(tea.Key{Code: tea.KeyBackspace}, noon)
				}
			}
			stack.Over(s.ses.Theme, s.Rows(size, true), size)
		})
		stack.Key(tea.Key{Code: tea.KeyEscape}, noon)
	}
	picker("goal", stepGoal, "goal")
	picker("audience", stepTime, "audiences")
	picker("entry point", stepLocation, "engagements[0].entryPoints")
	picker("behavior", stepBehavior, "engagements[0].behaviors")
	s.goTo(stepGallery)
	run("gallery, filter", func(i int) { s.gallery.SetFilter([]string{"7", "77", ""}[i%3]) })
	run("gallery, next format", func(int) { s.Do(byFormat, nil) })
	s.goTo(stepPublish)
	if cmd := s.judge(); cmd != nil {
		s.Update(cmd())
	}
	run("checklist, key", func(int) { s.Do(keymap.Down, nil) })
	run("checklist, publish", func(int) {
		s.askPublish()
		stack.Key(tea.Key{Code: tea.KeyEscape}, noon)
	})
	run("item of the library", func(int) {
		d := s.work.stock.find().Document(model.KindAudience, "audience-00007")
		if err := s.work.open(s.ses, d, 7, nil, s.add); err != nil {
			b.Fatal(err)
		}
		s.Rows(size, true)
		s.work.top().form.GoToPath("name")
		s.Type(tea.Key{Code: 'x', Text: "x"})
		s.Rows(size, true)
		s.work.finish()
	})
}
