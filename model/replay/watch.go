package replay

import (
	"container/heap"
	recency "container/list"
	"context"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// WatchOptions say how traffic is watched as it comes. The zero value is 10
// seconds of lateness and 100,000 visitors.
type WatchOptions struct {
	Seed   uint64
	Policy Policy
	// Lateness is how long an event may come after a later one: so long
	// decisions wait.
	Lateness model.Duration
	// Visitors is how many are kept in mind. Beyond, the one who was longest
	// without an event is forgotten, and his visit ends there.
	Visitors int
	// Nearest, where it says so, has a page that shows nothing tell which
	// engagement came nearest: a [*Gate]. It is asked at every page, and looking
	// costs a look at every engagement.
	Nearest func() bool
}

// Bounds of what waits.
const (
	defaultLateness = 10 * model.Second
	defaultVisitors = 100_000
	mostWaiting     = 1 << 17 // events: 13,000 a second for the 10 seconds
	mostAhead       = model.Minute
)

// WatchTotals are what was watched so far.
type WatchTotals struct {
	Events    int64 // decided
	Late      int64 // left out: they came after the lateness
	Ahead     int64 // left out: they are of a time that has not come
	Hurried   int64 // decided before the lateness was over, as too many waited
	Visits    int64 // begun
	Displays  int64
	Accepted  int64
	Declined  int64
	Goals     int64
	Forgotten int64 // visitors cut from the memory
	Cut       int64 // visits that were open then
	Visitors  int   // in memory
	Open      int   // visits
	Waiting   int   // events
	// Clock is up to where is decided.
	Clock journey.Instant
}

// Watcher decides on traffic as it comes, in the order of instants, many
// visitors at once. It has no clock: [Watcher.Take] gives it events,
// [Watcher.Pass] tells it that time passed without one, and [Watcher.Now], where
// the time is known, keeps a clock that is ahead from moving it: an event up to a
// minute ahead waits for its time, and one beyond is left out. It is for one
// goroutine.
//
// Each visitor decides as in a replay of the whole, with two differences: events
// of one instant are taken in the order in which they came, and a visit ends by
// the idle rule even where the source would go on with the same visit's id.
type Watcher struct {
	o     WatchOptions
	emit  func(Record) error
	err   error
	work  *worker
	rule  journey.VisitRule
	total WatchTotals

	newest  journey.Instant // event
	now     journey.Instant // 0: not known
	arrived int64
	waiting arrivals

	open     int // visits
	visitors map[string]*watched
	recent   *recency.List // of *watched, the latest first
	timers   timers
}

// watched is a visitor between his events.
type watched struct {
	name   string
	parked []byte
	drive  driveState
	url    string
	due    journey.Instant // the next thing that time brings, 0 for nothing
	place  *recency.Element
	timer  int // in timers, or -1
}

// NewWatcher returns a watcher that hands displays, answers and goals to emit.
func NewWatcher(eng *engine.Engine, o WatchOptions, emit func(Record) error) *Watcher {
	if o.Lateness <= 0 {
		o.Lateness = defaultLateness
	}
	if o.Visitors <= 0 {
		o.Visitors = defaultVisitors
	}
	w := &Watcher{o: o, emit: emit, rule: visitRule(eng), visitors: make(map[string]*watched), recent: recency.New()}
	w.work = &worker{ctx: context.Background(), summary: newSummary(eng), emits: true, eng: eng, refs: eng.Engagements(), gates: make([]engine.Gate, len(eng.Engagements())), direct: w.told}
	w.work.drive = newDrive(eng, engine.Options{Seed: o.Seed}, o.Policy, w.work.record)
	return w
}

// Now tells the time that it is.
func (w *Watcher) Now(at journey.Instant) { w.now = at }

// moved is up to where events move the watcher.
func (w *Watcher) moved() journey.Instant {
	if w.now != 0 {
		return min(w.newest, w.now)
	}
	return w.newest
}

// nearest tells which engagement came nearest on a page that showed nothing.
func (w *Watcher) nearest(ev *journey.Event) {
	run := w.work.drive.run
	best := -1
	decisions := run.Decisions()
	for i, d := range decisions {
		if d.Gate != engine.Shown && (best < 0 || d.Gate > decisions[best].Gate) {
			best = i
		}
	}
	if best < 0 || w.err != nil || w.emit == nil {
		return
	}
	x := run.Explain(best)
	campaign, path, _ := w.work.name(best)
	s := run.State()
	w.err = w.emit(&Gate{Moment: Moment{Visitor: ev.Visitor, Visit: s.Visit, At: ev.At, URL: w.work.url}, Campaign: campaign, Engagement: path, Index: best,
		Gate: decisions[best].Gate, Margin: x.Margin, TrueAt: x.TrueAt, Line: ev.Line})
}

// Totals returns what was watched so far.
func (w *Watcher) Totals() WatchTotals {
	t := w.total
	t.Visitors, t.Waiting, t.Open = len(w.visitors), len(w.waiting), w.open
	return t
}

// told counts and hands out.
func (w *Watcher) told(r Record) {
	switch r := r.(type) {
	case *Display:
		w.total.Displays++
	case *Response:
		switch r.Action {
		case journey.Accept:
			w.total.Accepted++
		case journey.Decline:
			w.total.Declined++
		}
	case *Goal:
		if r.Duplicate || r.Repeated {
			return
		}
		w.total.Goals++
	default:
		return
	}
	if w.err == nil && w.emit != nil {
		w.err = w.emit(r)
	}
}

// Take takes an event that came. It decides on those that have waited for their
// time.
func (w *Watcher) Take(ev *journey.Event) error {
	switch {
	case ev.At < w.total.Clock:
		w.total.Late++
		return w.err
	case w.now != 0 && ev.At.Sub(w.now) > mostAhead:
		w.total.Ahead++
		return w.err
	}
	w.arrived++
	heap.Push(&w.waiting, arrival{ev, w.arrived})
	w.newest = max(w.newest, ev.At)
	w.until(w.moved().Add(-w.o.Lateness))
	for len(w.waiting) > mostWaiting {
		w.total.Hurried++
		w.until(w.waiting[0].ev.At)
	}
	return w.err
}

// Pass tells that so much time has passed since the last event came.
func (w *Watcher) Pass(since model.Duration) error {
	if w.arrived > 0 && since > 0 {
		w.until(w.moved().Add(since - w.o.Lateness))
	}
	return w.err
}

// Close decides on what still waits. Visits stay open: what time would bring
// has not come.
func (w *Watcher) Close() error {
	w.until(w.newest)
	return w.err
}

// until decides on everything up to an instant.
func (w *Watcher) until(at journey.Instant) {
	for w.err == nil {
		event, due := len(w.waiting) > 0 && w.waiting[0].ev.At <= at, len(w.timers) > 0 && w.timers[0].due <= at
		switch {
		case due && (!event || w.timers[0].due < w.waiting[0].ev.At):
			w.time(w.timers[0])
		case event:
			w.event(heap.Pop(&w.waiting).(arrival).ev)
		default:
			w.total.Clock = max(w.total.Clock, at)
			return
		}
	}
}

// load puts a visitor into the drive.
func (w *Watcher) load(v *watched) {
	d := w.work.drive
	if v.parked == nil {
		d.begin(v.name)
	} else if err := d.run.Resume(v.name, v.parked); err != nil {
		d.begin(v.name) // it is our own: it cannot be
	} else {
		d.restore(v.drive)
	}
	w.work.url = v.url
}

// store takes him out again.
func (w *Watcher) store(v *watched) {
	d := w.work.drive
	if was, is := v.drive.cut.Open, d.cut.Open; is && !was {
		w.open++
	} else if was && !is {
		w.open--
	}
	v.drive, v.url = d.save(), w.work.url
	next, ok := d.run.Next()
	switch {
	case ok:
		v.due = next
	case d.cut.Open:
		v.due = max(d.cut.End(w.rule), d.cut.Last) + 1 // the visit is over
	default:
		v.due = 0
	}
	v.parked = d.run.Park(v.parked[:0])
	w.schedule(v)
}

func (w *Watcher) schedule(v *watched) {
	switch {
	case v.due == 0 && v.timer >= 0:
		heap.Remove(&w.timers, v.timer)
	case v.due == 0:
	case v.timer >= 0:
		heap.Fix(&w.timers, v.timer)
	default:
		heap.Push(&w.timers, v)
	}
}

func (w *Watcher) event(ev *journey.Event) {
	v := w.visitors[ev.Visitor]
	if v == nil {
		w.forget(w.o.Visitors - 1)
		v = &watched{name: ev.Visitor, timer: -1}
		v.place = w.recent.PushFront(v)
		w.visitors[v.name] = v
	} else {
		w.recent.MoveToFront(v.place)
	}
	w.load(v)
	if w.work.drive.cut.Starts(w.rule, ev) {
		w.total.Visits++
	}
	w.work.drive.before(ev)
	looks := false
	if ev.Page != nil {
		w.work.url = ev.Page.URL
		looks = w.o.Nearest != nil && w.o.Nearest()
	}
	w.work.drive.run.SetTrace(looks)
	before := w.total.Displays
	w.work.drive.event(ev)
	if looks && w.total.Displays == before {
		w.nearest(ev)
	}
	w.total.Events++
	w.total.Clock = max(w.total.Clock, ev.At)
	w.store(v)
}

// time does what is due for a visitor.
func (w *Watcher) time(v *watched) {
	w.load(v)
	d := w.work.drive
	was := v.due
	d.take(d.run.Advance(was))
	if d.cut.Open && was > d.cut.End(w.rule) {
		d.cut.Open = false
	}
	w.total.Clock = max(w.total.Clock, was)
	w.store(v)
	if v.due != 0 && v.due <= was { // never twice
		v.due = was + 1
		w.schedule(v)
	}
}

// forget forgets visitors until so many are left.
func (w *Watcher) forget(most int) {
	for len(w.visitors) > max(0, most) {
		v := w.recent.Remove(w.recent.Back()).(*watched)
		delete(w.visitors, v.name)
		if v.timer >= 0 {
			heap.Remove(&w.timers, v.timer)
		}
		w.total.Forgotten++
		if v.drive.cut.Open {
			w.total.Cut++
			w.open--
		}
	}
}

// arrival is an event that waits for its time.
type arrival struct {
	ev  *journey.Event
	nth int64
}

type arrivals []arrival

func (a arrivals) Len() int { return len(a) }
func (a arrivals) Less(i, j int) bool {
	return a[i].ev.At < a[j].ev.At || a[i].ev.At == a[j].ev.At && a[i].nth < a[j].nth
}
func (a arrivals) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *arrivals) Push(x any)   { *a = append(*a, x.(arrival)) }
func (a *arrivals) Pop() any {
	n := len(*a) - 1
	x := (*a)[n]
	(*a)[n] = arrival{}
	*a = (*a)[:n]
	return x
}

// timers are visitors by what is due next; ties go by name, so that the order is
// one.
type timers []*watched

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	return t[i].due < t[j].due || t[i].due == t[j].due && t[i].name < t[j].name
}
func (t timers) Swap(i, j int) {
	t[i], t[j] = t[j], t[i]
	t[i].timer, t[j].timer = i, j
}

func (t *timers) Push(x any) {
	v := x.(*watched)
	v.timer = len(*t)
	*t = append(*t, v)
}

func (t *timers) Pop() any {
	n := len(*t) - 1
	v := (*t)[n]
	(*t)[n] = nil
	*t = (*t)[:n]
	v.timer = -1
	return v
}
