package traffic

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/app"
	"beckon/tui/layout"
	"beckon/tui/live"
	"beckon/tui/tuitest"
)

// still is a log in which nothing happens.
type still struct{ followed []live.Log }

func (s *still) Follow(_ context.Context, log live.Log) (live.Feed, error) {
	s.followed = append(s.followed, log)
	return s, nil
}

func (*still) Next(ctx context.Context) (live.News, error) {
	<-ctx.Done()
	return live.News{}, ctx.Err()
}
func (*still) Play(context.Context, live.Decision) (any, error) { return nil, nil }
func (*still) Close()                                           {}

func TestAConsoleBeginsWithTheLogThatItIsGiven(t *testing.T) {
	t.Parallel()
	logs := &still{}
	var cancel context.CancelFunc
	tuitest.Run(t, layout.Size{W: 80, H: 24}, func() tea.Model {
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: time.Now}, &stage{}, New(newShop(t)).WithLogs(logs))
		if err != nil {
			t.Fatal(err)
		}
		root.BeginAt("traffic", live.Log{Path: live.Input, Host: "https://shop.example"})
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		d.Expect("Traffic › Live › standard input", "Following standard input")
		d.Press("esc")
		d.Expect("Nothing is replayed yet")
	})
	if len(logs.followed) != 1 || logs.followed[0] != (live.Log{Path: live.Input, Host: "https://shop.example"}) {
		t.Errorf("followed %+v", logs.followed)
	}
}
