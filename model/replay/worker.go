package replay

import (
	"context"
	"slices"

	"beckon/model/engine"
)

// worker replays batches with a run of its own.
type worker struct {
	ctx     context.Context
	drive   *drive
	summary *Summary
	tally   *tally       // nil if no results are wanted
	emits   bool         // records are wanted, not only the summary
	traces  bool         // gate records are wanted
	facts   bool         // of visits
	direct  func(Record) // gets the records instead of the merger
	eng     *engine.Engine
	refs    []engine.Ref

	batch *batch
	chunk chunk

	// Of the visit at hand.
	url   string
	shown []int
	gates []engine.Gate // of the last evaluation; a fresh visit has none
	fresh bool
}

func newWorker(ctx context.Context, eng *engine.Engine, o Options, emits bool) *worker {
	w := &worker{ctx: ctx, summary: newSummary(eng), emits: emits, traces: o.Trace && emits, facts: o.facts, eng: eng, refs: eng.Engagements()}
	w.gates = make([]engine.Gate, len(w.refs))
	eo := engine.Options{Seed: o.Seed, Trace: w.traces, Outcomes: true, ClosePages: o.ClosePages, Draws: o.Results != nil && o.Results.Draws}
	w.drive = newDrive(eng, eo, o.Policy, w.record)
	if o.Results != nil {
		w.tally = newTally(eng, *o.Results)
		w.tally.truths = w.drive.run.Truths
	}
	return w
}

// replay takes a batch through the engine and closes its out.
func (w *worker) replay(b *batch) {
	defer close(b.out)
	w.batch = b
	visitor, open := "", false
	for events := b.events; events != nil; {
		for _, ev := range events {
			if w.ctx.Err() != nil {
				return
			}
			if !open || ev.Visitor != visitor {
				if open {
					w.drive.end()
				}
				visitor, open = ev.Visitor, true
				w.begin(visitor)
			}
			w.drive.before(ev)
			if ev.Page != nil {
				w.url = ev.Page.URL
			}
			w.drive.event(ev)
			w.summary.Events++
			w.chunk.done.Events++
			if w.tally != nil {
				w.tally.took(ev)
				if w.tally.groups.full() {
					w.flush()
				}
			}
		}
		events = nil
		if b.more != nil {
			select {
			case events = <-b.more:
			case <-w.ctx.Done():
				return
			}
		}
	}
	if open {
		w.drive.end()
	}
	w.flush()
}

func (w *worker) begin(visitor string) {
	w.summary.Visitors++
	w.chunk.done.Visitors++
	w.url = ""
	if w.tally != nil {
		w.tally.begin(visitor)
		if !w.traces {
			w.drive.run.SetTrace(w.tally.sampled)
		}
	}
	w.drive.begin(visitor)
}

// flush hands the records at hand to the merger.
func (w *worker) flush() {
	if w.tally != nil {
		w.chunk.groups = w.tally.take()
	}
	if len(w.chunk.records) == 0 && w.chunk.groups == nil && w.chunk.done == (Progress{}) {
		return
	}
	select {
	case w.batch.out <- w.chunk:
	case <-w.ctx.Done():
	}
	w.chunk = chunk{}
}

func (w *worker) tell(r Record) {
	if w.direct != nil {
		w.direct(r)
		return
	}
	if w.chunk.records == nil {
		w.chunk.records = make([]Record, 0, chunkRecords)
	}
	if w.chunk.records = append(w.chunk.records, r); len(w.chunk.records) == chunkRecords {
		w.flush()
	}
}

// record counts what the engine did and makes records of it.
func (w *worker) record(r *engine.Record) {
	if r.Kind == engine.VisitStarted {
		w.visitStarted(r)
	}
	w.summary.count(r, w.refs)
	if w.tally != nil {
		w.tally.record(r, w.url)
	}
	if !w.emits {
		return
	}
	switch r.Kind {
	case engine.Displayed:
		w.shown = append(w.shown, r.Engagement)
		campaign, path, zone := w.name(r.Engagement)
		w.tell(&Display{Moment: w.moment(r), Campaign: campaign, Engagement: path, Index: r.Engagement, Zone: zone, State: r.Availability})
	case engine.Answered, engine.TimedOut:
		campaign, path, zone := w.name(r.Engagement)
		out := &Response{Moment: w.moment(r), Campaign: campaign, Engagement: path, Index: r.Engagement, Zone: zone, Action: r.Action}
		if r.Kind == engine.TimedOut {
			out.Action = Timeout
		} else {
			out.Simulated = r.Event == nil
		}
		w.tell(out)
	case engine.GoalReached:
		out := &Goal{Moment: w.moment(r), Campaign: w.eng.Campaigns()[r.Campaign].ID, Goal: r.Goal}
		if r.Goal.Value != nil {
			value := *r.Goal.Value
			out.Value = &value
		}
		w.tell(out)
	case engine.Evaluated:
		if w.traces {
			w.evaluated(r)
		}
	case engine.VisitEnded:
		w.visitEnded(r)
	}
}

func (w *worker) visitStarted(r *engine.Record) {
	if r.Event == nil || r.Event.Page == nil {
		w.url = ""
	}
	w.shown = w.shown[:0]
	w.fresh = true
}

// evaluated tells of every engagement what an event changed, and of ticks what
// they changed.
func (w *worker) evaluated(r *engine.Record) {
	tick := r.Evaluation.Cause == engine.ByTick
	for i, d := range r.Evaluation.Decisions {
		if tick && !w.fresh && w.gates[i] == d.Gate {
			continue
		}
		w.gates[i] = d.Gate
		campaign, path, zone := w.name(i)
		out := &Gate{Moment: w.moment(r), Campaign: campaign, Engagement: path, Index: i, Gate: d.Gate, Tick: tick}
		if d.Gate != engine.Shown {
			x := w.drive.run.Explain(i)
			out.Margin, out.TrueAt = x.Margin, x.TrueAt
		}
		if r.Event != nil {
			out.Line = r.Event.Line
		}
		if d.Gate == engine.Shown || d.Gate == engine.LostDraw {
			out.Draw = w.draw(r.Evaluation, i, zone)
		}
		w.tell(out)
	}
	w.fresh = false
}

// draw copies the draw that an engagement was a candidate of.
func (w *worker) draw(ev *engine.Evaluation, engagement int, zone string) *Draw {
	for _, d := range ev.Draws {
		if d.Zone != zone {
			continue
		}
		candidate := slices.ContainsFunc(d.Candidates, func(c engine.Candidate) bool { return c.Engagement == engagement })
		if candidate {
			return newDraw(w.refs, &d)
		}
	}
	return nil
}

func (w *worker) visitEnded(r *engine.Record) {
	t := r.Totals
	out := &Visit{Visitor: r.Visitor, Visit: r.Visit, Start: r.Start, End: r.At, Events: t.Events, Pages: t.Pages, Displays: t.Displays}
	if t.Outcomes != nil {
		var shown []int
		for place := range t.Outcomes[engine.Shown].All() {
			shown = append(shown, w.eng.EngagementAt(place))
		}
		slices.Sort(shown)
		for _, i := range shown {
			out.Shown = append(out.Shown, w.refs[i].Path)
		}
	}
	if w.facts {
		out.facts = w.tally.factsOf(r)
	}
	campaigns := w.eng.Campaigns()
	for i := range t.Prospects.All() {
		out.Prospects = append(out.Prospects, campaigns[i].ID)
		if t.Control.Has(i) {
			out.Control = append(out.Control, campaigns[i].ID)
		}
	}
	w.tell(out)
}

func (w *worker) moment(r *engine.Record) Moment {
	return Moment{Visitor: r.Visitor, Visit: r.Visit, At: r.At, URL: w.url, OpenPage: r.OpenPage}
}

// name returns an engagement's campaign, full name and zone.
func (w *worker) name(engagement int) (campaign, path, zone string) {
	if engagement < 0 || engagement >= len(w.refs) {
		return "", "", ""
	}
	ref := &w.refs[engagement]
	return w.eng.Campaigns()[ref.Campaign].ID, ref.Path, ref.Zone
}
