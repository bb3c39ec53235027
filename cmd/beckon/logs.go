package main

import (
	recency "container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/live"
	"beckon/tui/screen/simulator"
	"beckon/tui/site"
)

// Bounds of what a log that the console follows keeps.
const (
	liveLateness  = 2 * model.Second
	liveVisitors  = 20_000
	liveDecisions = 200      // until they are asked for
	liveSeconds   = 240      // until they are asked for
	liveBytes     = 32 << 20 // of events, to play a visit
	livePages     = 50       // a second, asked who came nearest, and
	liveLooks     = 200_000  // engagements a second that are looked at for it
	liveNotes     = 8        // until they are asked for
)

// logs are what the console follows.
type logs struct {
	played *library
	named  *watchedLog // on the command line; nil: none

	mu   sync.Mutex
	last *feed // of standard input
}

var _ live.Source = (*logs)(nil)

// Follow implements live.Source.
func (l *logs) Follow(ctx context.Context, log live.Log) (live.Feed, error) {
	in, err := l.played.logOptions(ctx, log.Path, log.Host) // refuses who is elsewhere
	if err != nil {
		return nil, err
	}
	watch, fresh := replay.WatchOptions{Lateness: liveLateness, Visitors: liveVisitors}, false
	switch n := l.named; {
	case n != nil && n.log.Path == log.Path:
		in.Format, in.Robots, in.Places = n.in.Format, n.in.Robots, n.in.Places
		watch, fresh = n.watch, n.fresh
	case log.Path == live.Input:
		return nil, errors.New("standard input is followed by beckon watch --console - alone")
	}
	eng, err := l.played.Engine(ctx)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	f := newFeed(log, eng, l.played, watch, stop)
	var source io.ReadCloser
	if log.Path == live.Input {
		source, err = l.input(ctx, f, &in)
	} else if path, bad := underHome(log.Path); bad != nil {
		err = bad
	} else if source, err = openTail(ctx, path, fresh, looking, f.note); err != nil {
		err = fmt.Errorf("opening the file: %w", err)
	}
	if err != nil {
		stop()
		return nil, err
	}
	go func() {
		ticks := time.NewTicker(time.Second)
		defer ticks.Stop()
		f.run(ctx, in, source, ticks.C)
	}()
	return f, nil
}

// input has a feed follow standard input once the one before has ended.
func (l *logs) input(ctx context.Context, f *feed, in *journey.Options) (io.ReadCloser, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last != nil {
		l.last.Close()
	}
	l.last = f
	piped := l.named.piped
	if in.AskHost != nil {
		in.AskHost = func() (string, error) {
			return "", &site.Needed{Proposed: l.played.proposed(ctx, f.log.Path, piped.anew())}
		}
	}
	return piped.follow(ctx, in.AskHost != nil), nil
}

// feed is one followed log. What the follower does is on one goroutine; mu keeps
// what the page asks for.
type feed struct {
	follower
	log    live.Log
	watch  replay.WatchOptions
	played *library
	eng    *engine.Engine
	titles titles
	stop   context.CancelFunc
	wake   chan struct{} // of one: there is something new
	done   chan struct{} // closed when nothing goes on any more

	// Of the follower's goroutine.
	looked, looks, mostLooks int64

	mu     sync.Mutex
	news   live.News
	second live.Second
	seq    int64
	counts map[live.Count]*live.Count // by the engagement and the gate alone
	fresh  map[*live.Count]bool       // changed since they were asked for
	kept   remembered
}

func newFeed(log live.Log, eng *engine.Engine, l *library, watch replay.WatchOptions, stop context.CancelFunc) *feed {
	f := &feed{log: log, watch: watch, played: l, eng: eng, titles: titlesOf(eng), stop: stop, wake: make(chan struct{}, 1), done: make(chan struct{}),
		counts: map[live.Count]*live.Count{}, fresh: map[*live.Count]bool{}, kept: newRemembered()}
	f.mostLooks = min(livePages, max(1, int64(liveLooks/max(1, len(eng.Engagements())))))
	f.follower = follower{now: l.work.now, took: f.keep, decided: f.told, ticked: f.tick}
	watch.Nearest = f.nearest
	f.watcher = replay.NewWatcher(eng, watch, f.tell)
	return f
}

// run follows until ctx is done.
func (f *feed) run(ctx context.Context, in journey.Options, source io.ReadCloser, ticks <-chan time.Time) {
	defer close(f.done)
	defer f.stop()
	defer source.Close()
	in.Stop = nil // the reader ends with ctx by itself
	in.OnReject = func(journey.Problem, []byte) {
		f.mu.Lock()
		f.news.Rejected++
		f.mu.Unlock()
	}
	err := f.follower.run(ctx, in, f.log.Name(), source, ticks)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	f.told()
	f.mu.Lock()
	f.news.Ended, f.news.Err = true, err
	f.mu.Unlock()
	f.ring()
}

// ring says that there is something new.
func (f *feed) ring() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// nearest tells whether a page is asked who came nearest: the first of a second.
func (f *feed) nearest() bool {
	f.looks++
	return f.looks <= f.mostLooks
}

// note is told what becomes of the file.
func (f *feed) note(why string) {
	f.mu.Lock()
	if len(f.news.Notes) == liveNotes {
		f.news.Notes = append(f.news.Notes[:0], f.news.Notes[1:]...)
	}
	f.news.Notes = append(f.news.Notes, why)
	f.mu.Unlock()
	f.ring()
}

// keep keeps an event, to play the visit.
func (f *feed) keep(ev *journey.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept.keep(ev)
	f.second.Events++
	f.second.Lag = max(f.second.Lag, f.lag)
}

// told takes over what the follower came to.
func (f *feed) told() {
	f.mu.Lock()
	f.news.WatchTotals = f.watcher.Totals()
	f.news.Arrived, f.news.Lag, f.news.Looked = f.arrived, f.lag, f.looked
	f.mu.Unlock()
	f.ring()
}

func (f *feed) tick(now time.Time) error {
	f.looks = 0
	f.mu.Lock()
	f.news.Seconds = append(f.news.Seconds, f.second)
	f.news.Seconds = f.news.Seconds[max(0, len(f.news.Seconds)-liveSeconds):]
	f.second = live.Second{}
	f.mu.Unlock()
	f.told()
	return nil
}

// tell keeps what was decided.
func (f *feed) tell(r replay.Record) error {
	var d live.Decision
	count := live.Count{}
	var m *replay.Moment
	switch r := r.(type) {
	case *replay.Display:
		m, d.What, d.Campaign, d.Engagement = &r.Moment, live.Shown, r.Campaign, r.Engagement
		count = live.Count{Engagement: r.Engagement, Shown: 1}
	case *replay.Response:
		m, d.Campaign, d.Engagement = &r.Moment, r.Campaign, r.Engagement
		count.Engagement = r.Engagement
		switch r.Action {
		case journey.Accept:
			d.What, count.Accepted = live.Accepted, 1
		case journey.Decline:
			d.What, count.Declined = live.Declined, 1
		default:
			d.What = live.TimedOut
		}
	case *replay.Goal:
		m, d.What, d.Campaign = &r.Moment, live.Goal, r.Campaign
	case *replay.Gate:
		f.looked++
		m, d.What, d.Campaign, d.Engagement, d.Gate, d.Margin = &r.Moment, live.Nearest, r.Campaign, r.Engagement, r.Gate.String(), r.Margin
		count = live.Count{Gate: d.Gate, Rank: int(r.Gate), Stopped: 1}
	default:
		return nil
	}
	d.At, d.Visitor, d.Visit, d.URL, d.Came = m.At, m.Visitor, m.Visit, m.URL, f.now()
	d.Called = live.Called{Campaign: f.titles.words[d.Campaign], Engagement: f.titles.words[d.Engagement]}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq++
	d.Seq = f.seq
	f.news.Decisions = append(f.news.Decisions, d)
	if n := len(f.news.Decisions); n >= 2*liveDecisions {
		f.news.Missed += int64(n - liveDecisions)
		f.news.Decisions = append(f.news.Decisions[:0], f.news.Decisions[n-liveDecisions:]...)
	}
	if count == (live.Count{}) {
		return nil
	}
	key := live.Count{Engagement: count.Engagement, Gate: count.Gate}
	c := f.counts[key]
	if c == nil {
		c = &live.Count{Engagement: count.Engagement, Gate: count.Gate, Rank: count.Rank}
		if count.Gate == "" {
			c.Called = d.Called
		}
		f.counts[key] = c
	}
	c.Shown, c.Accepted, c.Declined, c.Stopped = c.Shown+count.Shown, c.Accepted+count.Accepted, c.Declined+count.Declined, c.Stopped+count.Stopped
	f.fresh[c] = true
	return nil
}

// Next implements live.Feed.
func (f *feed) Next(ctx context.Context) (live.News, error) {
	select {
	case <-f.wake:
	case <-f.done:
	case <-ctx.Done():
		return live.News{}, ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.news.Decisions); n > liveDecisions {
		f.news.Missed += int64(n - liveDecisions)
		f.news.Decisions = f.news.Decisions[n-liveDecisions:]
	}
	out := f.news
	out.At = f.now()
	for c := range f.fresh {
		out.Counts = append(out.Counts, *c)
	}
	clear(f.fresh)
	f.news.Decisions, f.news.Missed, f.news.Seconds, f.news.Notes = nil, 0, nil, nil
	return out, nil
}

// Close implements live.Feed.
func (f *feed) Close() {
	f.stop()
	<-f.done
}

// errForgotten says that a visit cannot be played.
var errForgotten = errors.New("too much came since: the visit is not in memory any more")

// Play implements live.Feed.
func (f *feed) Play(ctx context.Context, d live.Decision) (any, error) {
	f.mu.Lock()
	events, whole := f.kept.of(d.Visitor)
	f.mu.Unlock()
	if len(events) == 0 {
		return nil, errForgotten
	}
	name := text.Line(f.log.Name(), 200)
	if !whole {
		name += ", as far as it is in memory"
	}
	in, err := journey.SortedEvents(journey.Options{Robots: true}, events)
	if err != nil {
		return nil, fmt.Errorf("putting the visit in order: %w", err)
	}
	defer in.Close()
	rec, err := recording(ctx, name, in)
	if err != nil {
		return nil, err
	}
	w := simulator.Watch{Recording: rec, Visitor: d.Visitor, At: d.At, Engagement: d.Engagement, Seed: f.watch.Seed, Policy: f.watch.Policy}
	revision := f.eng.Catalog().Revision
	if eng, err := f.played.Engine(ctx); err != nil || eng.Catalog().Revision != revision { // the catalog went on since
		w.Catalog = simulator.Catalog{Revision: revision, Name: fmt.Sprintf("revision %d", revision)}
	}
	return w, nil
}

// remembered are the last events by visitor, up to so many bytes. The visitor
// who was longest without an event goes first, with all his events.
type remembered struct {
	bytes    int64
	gone     bool // somebody went
	visitors map[string]*recency.Element
	recent   *recency.List // of *heardOf, the last first
}

// heardOf are the events of one visitor.
type heardOf struct {
	name   string
	bytes  int64
	events []*journey.Event
}

func newRemembered() remembered {
	return remembered{visitors: map[string]*recency.Element{}, recent: recency.New()}
}

func (k *remembered) keep(ev *journey.Event) {
	e := k.visitors[ev.Visitor]
	if e == nil {
		e = k.recent.PushFront(&heardOf{name: ev.Visitor})
		k.visitors[ev.Visitor] = e
	}
	k.recent.MoveToFront(e)
	v, n := e.Value.(*heardOf), journey.Weight(ev)
	v.events = append(v.events, ev)
	v.bytes += n
	for k.bytes += n; k.bytes > liveBytes; k.gone = true {
		old := k.recent.Back().Value.(*heardOf)
		k.bytes -= old.bytes
		k.recent.Remove(k.recent.Back())
		delete(k.visitors, old.name)
	}
}

// of gives a visitor's events, and whether they are certainly all.
func (k *remembered) of(visitor string) (events []*journey.Event, whole bool) {
	if e := k.visitors[visitor]; e != nil {
		return append(events, e.Value.(*heardOf).events...), !k.gone
	}
	return nil, !k.gone
}
