package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/journey"
)

// Explain returns the whole trace of one engagement at the run's last
// evaluation: every gate, with what was looked at, and the conditions as the
// operator wrote them. Gates come off the rows of that evaluation; conditions
// are evaluated by the same leaves that filled the rows. It costs nothing
// until it is asked for.
func (r *Run) Explain(engagement int) Explanation {
	if engagement < 0 || engagement >= r.e.n {
		return Explanation{Engagement: engagement}
	}
	b := r.e.bitOf[engagement]
	r.account() // of prospects before this evaluation, whose control groups are known
	x := Explanation{Engagement: engagement, At: r.evaluatedAt, Gate: r.lastGate(b)}
	if !r.haveEval {
		return x
	}
	r.explainGates(&x, b)
	if r.traced {
		for i := range r.evaluated.Draws {
			d := &r.evaluated.Draws[i]
			for _, k := range d.Candidates {
				if k.Engagement == engagement {
					x.Draw = d
				}
			}
		}
	}
	return x
}

// ExplainAt is [Run.Explain] as of a later instant, up to which nothing happened:
// as an evaluation at its last tick would have found things. A run evaluates
// nothing while nothing that it waits for can change, so that of two runs of one
// visit each may have looked last at another instant; this sets them side by
// side. What was displayed is explained as of its display.
func (r *Run) ExplainAt(engagement int, at journey.Instant) Explanation {
	if every := journey.Instant(r.e.every); every > 0 && at > r.f.pageStart {
		at = r.f.pageStart + (at-r.f.pageStart)/every*every
	}
	if engagement < 0 || engagement >= r.e.n || !r.haveEval || at <= r.evaluatedAt {
		return r.Explain(engagement)
	}
	b := r.e.bitOf[engagement]
	r.account()
	x := Explanation{Engagement: engagement, At: at, Gate: r.lastGate(b)}
	if x.Gate == Shown {
		return r.Explain(engagement)
	}
	defer func(at journey.Instant, displays [2]int, locked row, engaged []engagedWith) {
		r.evaluatedAt, r.displaysBefore, r.f.engaged, r.stopsChanged = at, displays, engaged, true
		copy(r.lockedBefore, locked)
	}(r.evaluatedAt, r.displaysBefore, slices.Clone(r.lockedBefore), r.f.engaged)
	// What the last evaluation displayed counts, and is in the way.
	r.evaluatedAt, r.displaysBefore, r.f.engaged, r.stopsChanged = at, r.displays, slices.Clone(r.f.engaged), true
	for _, b := range r.justShown {
		if r.e.named.has(b) {
			r.f.engage(b, engagedBits[model.Exposed])
		}
	}
	for _, z := range r.taken {
		r.lockedBefore.setRange(r.e.zones[z].lo, r.e.zones[z].hi)
	}
	was := x.Gate
	if x.Gate == LostDraw {
		x.Gate = ZoneLocked // by the winner
	}
	r.explainGates(&x, b)
	for _, g := range x.Gates[:ZoneLocked+1] {
		asked := g.Gate == AudienceGate || g.Gate == EntryPointGate || g.Gate == BehaviorGate
		if g.Truth == False || g.Truth == Unknown && asked {
			x.stoppedBy(g.Gate)
			return x
		}
	}
	x.Gate = was
	return x
}

// stoppedBy sets the gate, and by how much it fails.
func (x *Explanation) stoppedBy(g Gate) {
	t := &x.Gates[g]
	x.Gate, x.Margin, x.TrueAt = g, t.Margin, t.TrueAt
	if x.Margin == "" {
		x.Margin = t.Text
	}
}

// explainGates explains the gates of an engagement as of the last evaluation.
func (r *Run) explainGates(x *Explanation, b int32) {
	defer func(now journey.Instant) { r.f.now = now }(r.f.now)
	r.f.now = r.evaluatedAt
	for g := Draft; g <= Shown; g++ {
		x.Gates = append(x.Gates, r.explainGate(b, g, x.Gate))
	}
	if x.Gate != Shown {
		x.stoppedBy(x.Gate)
	}
}

// lastGate is the gate of the last evaluation, draws included.
func (r *Run) lastGate(b int32) Gate {
	if !r.haveEval {
		switch {
		case r.e.draft.has(b):
			return Draft
		case !r.e.live.has(b):
			return Disabled
		}
		return NotStarted
	}
	if r.traced {
		return r.evaluated.Decisions[r.e.refOf[b]].Gate
	}
	r.work()
	stops := r.stops()
	g := r.gateOf(b, stops)
	if slices.Contains(r.drawn, r.e.zoneOf[b]) {
		for _, s := range r.screen {
			if s.bit == b {
				return Shown
			}
		}
	}
	return g
}

// explainGate explains one gate; at is the gate the engagement stopped at.
func (r *Run) explainGate(b int32, g, at Gate) GateTrace {
	e, f := r.e, &r.f
	x := &e.byBit[b]
	k := e.campaigns[x.campaign]
	t := GateTrace{Gate: g, Truth: True}
	set := func(open bool, yes, no string) {
		t.Truth, t.Text = truthOf(open), yes
		if !open {
			t.Text = no
		}
	}
	switch g {
	case Draft:
		set(k.Published, "the campaign is published", "the campaign is a draft")
	case Disabled:
		set(!x.eng.Disabled, "the engagement is enabled", "the engagement is disabled")
	case NotStarted, Ended, OutsideHours, OccasionOff:
		r.explainCalendar(x, &t)
	case AudienceGate:
		r.explainTree(x, phaseAudience, k.Audiences, &t)
	case IdentityGate:
		open := !e.authenticated.has(b) || f.user != ""
		set(open, "no identity is needed", "nobody is signed in")
		if e.authenticated.has(b) && open {
			t.Text = "signed in"
		}
	case EntryPointGate:
		r.explainTree(x, phaseEntryPoint, x.eng.EntryPoints, &t)
		if f.page == nil {
			t.Truth, t.Text = False, "no page yet"
		}
	case BehaviorGate:
		r.explainTree(x, phaseBehavior, x.eng.Behaviors, &t)
	case SiteControl:
		said := ""
		if r.o.Control == nil && e.siteShare > 0 {
			said = ": " + e.SiteBucket(r.o.Seed, r.visitor).words()
		}
		set(!r.site, fmt.Sprintf("not in the site's control group of %d %%", e.siteShare)+said, "the visitor is in the site's control group and sees nothing"+said)
	case CampaignControl:
		said := ""
		if r.o.Control == nil && k.Control() > 0 {
			said = ": " + e.CampaignBucket(r.o.Seed, r.visitor, int(x.campaign)).words()
		}
		if !r.asked.has(b) {
			t.Truth, t.Text = Unknown, "drawn when the visit is a prospect"+said
			break
		}
		set(!r.control.has(b), fmt.Sprintf("not in the campaign's control group of %d %%", k.Control())+said, "the visitor is in the campaign's control group"+said)
	case AvailabilityGate:
		r.explainAvailability(b, &t)
	case DelayGate:
		r.explainDelay(x, &t)
	case Closed:
		set(!r.closed.has(b), "not closed in this visit", "the visitor closed it in this visit")
	case ConversationOpen:
		set(!(f.conversation && x.typ == 0), "no conversation in the way", "a conversation is open")
	case DisplayLimit:
		r.explainLimit(x, &t)
	case DeclinedGate:
		open := !x.proact || !r.declined[x.typ] || e.mayInvite[x.typ]
		set(open, "no decline in the way", "a proactive "+string(x.eng.Type)+" engagement was declined in this visit")
	case ZoneLocked:
		if s, ok := r.occupant(b, at); ok {
			set(false, "", "the "+e.zones[e.zoneOf[b]].name+" zone is taken by "+quote(e.byBit[s].path)+" until the next page")
			if s == b {
				t.Text = "it was displayed on this page; its zone is taken until the next"
			}
		} else {
			locked := r.lockedBefore.has(b)
			set(!locked, "the "+e.zones[e.zoneOf[b]].name+" zone is free", "something was displayed in the "+e.zones[e.zoneOf[b]].name+" zone; it is free on the next page")
		}
	case LostDraw:
		switch {
		case at == Shown:
			t.Text = "won the draw"
		case at == LostDraw:
			t.Truth, t.Text = False, r.lostTo(b)
		default:
			t.Truth, t.Text = Unknown, "not a candidate"
		}
	case Shown:
		set(at == Shown, "displayed at "+clockWords(r.evaluatedAt), "not displayed")
	}
	return t
}

// clockWords writes an instant for a trace.
func clockWords(t journey.Instant) string {
	if t%1000 != 0 {
		return t.Time().Format("15:04:05.000")
	}
	return t.Time().Format(time.TimeOnly)
}

func (r *Run) explainCalendar(x *compiled, t *GateTrace) {
	f := &r.e.calendar.frames[x.frame]
	wall := r.e.calendar.wallClocks(r.evaluatedAt, nil)
	now, zone := wall[f.zone], r.e.calendar.zones[f.zone]
	clock := fmt.Sprintf("%s %02d:%02d in %s", now.date, now.minute/60, now.minute%60, zone)
	stopped := f.gate(wall)
	t.Truth = truthOf(stopped != t.Gate)
	switch t.Gate {
	case NotStarted:
		t.Text = clock + ", starts " + f.start.String()
		if stopped == NotStarted {
			t.TrueAt = journey.At(f.start.In(zone))
			t.Margin = "starts " + f.start.String() + ", " + plural(int64(f.start-now.date), "day") + " later"
		}
	case Ended:
		t.Text = clock + ", no end date"
		if !f.end.IsZero() {
			t.Text = clock + ", ends " + f.end.String()
		}
		if stopped == Ended {
			t.Margin = "ended " + f.end.String() + ", " + plural(int64(now.date-f.end), "day") + " ago"
		}
	case OutsideHours, OccasionOff:
		line, special := f.special(wall)
		switch {
		case special && t.Gate == OutsideHours:
			t.Text = "a special occasion decides"
		case special:
			t.Text = clock + ", special occasion: " + line.day.words()
		case t.Gate == OccasionOff:
			t.Text = "no special occasion"
		default:
			t.Text = clock + ", hours: " + orNone(string(f.hours), "all")
			switch f.hours {
			case model.SpecificHours:
				t.Text += " " + f.shift.words()
			case model.CustomHours:
				w := wall[f.week.zone]
				t.Text += ", on " + w.weekday.String() + " " + f.week.days[w.weekday].words()
				if f.week.zone != f.zone {
					t.Text += " in " + r.e.calendar.zones[f.week.zone].String()
				}
			}
		}
		if stopped == t.Gate {
			t.TrueAt = r.opens(x.frame)
			if t.TrueAt != 0 {
				t.Margin = "opens " + t.TrueAt.Time().In(zone).Format("Mon 2006-01-02 15:04 MST")
			}
		}
	}
}

// words writes a shift: "09:00 to 17:00".
func (s span5) words() string {
	return fmt.Sprintf("%02d:%02d to %02d:%02d", s.from/60, s.from%60, s.to/60, s.to%60)
}

// words writes the hours of a day.
func (d *day) words() string {
	switch d.status {
	case model.DayAll:
		return "all day"
	case model.DayOff:
		return "closed"
	}
	out := make([]string, len(d.shifts))
	for i, s := range d.shifts {
		out[i] = s.words()
	}
	return orNone(strings.Join(out, ", "), "closed")
}

// opens returns when a time frame next opens, within eight days, or 0.
func (r *Run) opens(frame int32) journey.Instant {
	c := &r.e.calendar
	step := int64(c.step)
	from := (int64(r.evaluatedAt)/step + 1) * step
	var wall []local
	for at := from; at < from+8*int64(model.DayLong); at += step {
		wall = c.wallClocks(journey.Instant(at), wall[:0])
		if c.frames[frame].gate(wall) == AudienceGate {
			return journey.Instant(at)
		}
	}
	return 0
}

// explainTree explains one of an engagement's three conditions. items are the
// library items that the operator listed.
func (r *Run) explainTree(x *compiled, p phase, items []string, t *GateTrace) {
	root := x.roots[p]
	t.Truth = r.e.truthAt(root, &r.f)
	n := r.explainNode(root, p)
	if n.Shared == "" && r.e.nodes[root].op == opAny {
		t.Conditions = n.Children
	} else {
		t.Conditions = []Node{n}
	}
	t.Margin, t.TrueAt = n.Margin, n.TrueAt
	switch {
	case len(items) == 0:
		t.Text = "none is set"
	case len(items) == 1:
		t.Text = quote(items[0])
	default:
		t.Text = "any of " + list(items)
	}
	if t.Truth == True {
		t.Margin, t.TrueAt = "", 0
	}
}

// explainNode explains a condition and all that is below it.
func (r *Run) explainNode(i int32, p phase) Node {
	e := r.e
	x := &e.nodes[i]
	n := Node{Truth: e.truthAt(i, &r.f)}
	if x.op == opLeaf {
		l := &e.leaves[x.leaf]
		n.Label, n.Observed = l.label(), l.seen(&r.f)
		if n.Truth != True {
			n.Margin, n.TrueAt = r.margin(l, n.Truth), r.opensAt(i)
		}
		if n.Truth == Unknown {
			n.Report = r.reportOf(l)
		}
		n.Flow = r.flowTrace(l)
		return n
	}
	for _, k := range x.kids {
		n.Children = append(n.Children, r.explainNode(k, p))
	}
	if n.Label = x.groupLabel(); x.id != "" {
		n.Shared = string(x.kind) + " " + x.id
	}
	if n.Truth == True {
		return n
	}
	n.TrueAt = r.opensAt(i)
	switch x.op {
	case opAll:
		n.Margin = worst(n.Children)
	case opAny:
		n.Margin = nearest(n.Children)
	case opNone:
		n.Margin = excluded(n.Children)
	}
	return n
}

// groupLabel names a group: a library item by its name.
func (x *node) groupLabel() string {
	switch {
	case x.id != "":
		return quote(orNone(x.name, x.id))
	case x.op == opAll && len(x.kids) == 0:
		return "always"
	case x.op == opAll:
		return "all of"
	case x.op == opAny:
		return "any of"
	}
	return "none of"
}

// opensAt returns the first evaluation at which a condition that does not hold
// would hold if the visitor stayed and nothing else happened, or 0.
func (r *Run) opensAt(i int32) journey.Instant {
	if !r.e.nodes[i].waits {
		return 0
	}
	now, end := r.f.now, max(r.cut.End(r.e.visitRule), r.cut.Last)
	r.changes = r.changesOf(i, r.changes[:0])
	slices.Sort(r.changes)
	defer func() { r.f.now = now }()
	for _, t := range r.changes {
		if t = r.tick(t); t > end {
			break
		}
		if r.f.now = t; r.e.truthAt(i, &r.f) == True {
			return t
		}
	}
	return 0
}

// changesOf lists the instants at which leaves of a tree change by waiting.
func (r *Run) changesOf(i int32, out []journey.Instant) []journey.Instant {
	x := &r.e.nodes[i]
	for _, k := range x.kids {
		out = r.changesOf(k, out)
	}
	if x.op != opLeaf || !x.waits {
		return out
	}
	return r.leafChanges(x.leaf, out)
}

// leafChanges is changesOf for one leaf.
func (r *Run) leafChanges(leaf int32, out []journey.Instant) []journey.Instant {
	l := &r.e.leaves[leaf]
	if l.flips != nil {
		if t, ok := l.flips(&r.f); ok {
			out = append(out, journey.Instant(t))
		}
	}
	d := &r.e.dimensions[l.dim]
	if d.value == nil || !d.running(&r.f) {
		return out
	}
	v, known := d.value(&r.f)
	for _, cut := range [...]int64{l.lo, l.hi + 1} {
		if known && v < cut && cut <= maxValue {
			out = append(out, r.f.now+journey.Instant(cut-v))
		}
	}
	return out
}

// worst is the margin of an all: of the first child that fails and that waiting
// does not mend, else of the first that fails. To say when one of them comes
// true would promise it of them all.
func worst(kids []Node) (margin string) {
	for _, k := range kids {
		switch {
		case k.Truth == True:
		case k.TrueAt == 0:
			return orNone(k.Margin, k.Label)
		case margin == "":
			margin = orNone(k.Margin, k.Label)
		}
	}
	return margin
}

// nearest is the margin of an any: of the child that opens first by waiting,
// else of the first.
func nearest(kids []Node) (margin string) {
	var at journey.Instant
	for _, k := range kids {
		if margin == "" || k.TrueAt != 0 && (at == 0 || k.TrueAt < at) {
			margin, at = orNone(k.Margin, k.Label), k.TrueAt
		}
	}
	return margin
}

// cause descends from a group that holds to the first leaf that makes it hold.
func cause(n Node) Node {
	for {
		i := slices.IndexFunc(n.Children, func(k Node) bool { return k.Truth == True })
		if i < 0 {
			return n
		}
		n = n.Children[i]
	}
}

// excluded is the margin of an exclude: what should not hold and does.
func excluded(kids []Node) string {
	for _, k := range kids {
		if k.Truth != True {
			continue
		}
		k = cause(k)
		if k.Observed == "" {
			return "excluded: " + k.Label
		}
		return "excluded: " + k.Label + " (" + k.Observed + ")"
	}
	return ""
}

// tick returns the first evaluation at or after an instant on this page.
func (r *Run) tick(t journey.Instant) journey.Instant {
	if r.e.every == 0 {
		return t
	}
	every := journey.Instant(r.e.every)
	return r.f.pageStart + (t-r.f.pageStart+every-1)/every*every
}

// margin says by how much a leaf fails.
func (r *Run) margin(l *leaf, truth Truth) string {
	if truth == Unknown {
		if partly := r.e.dimensions[l.dim].partly; partly != nil {
			if told := partly(&r.f); told != "" {
				return l.label() + ": unknown, told is " + told
			}
		}
		return l.label() + ": " + notReported
	}
	d := &r.e.dimensions[l.dim]
	if d.value != nil {
		v, _ := d.value(&r.f)
		switch {
		case v < l.lo && d.running != nil:
			need := l.lo
			words := fmt.Sprintf("%s: %s of %s", d.name, d.scale.words(v), d.scale.words(need-need%1000))
			if !d.running(&r.f) {
				return words
			}
			at := r.tick(r.f.now + journey.Instant(l.lo-v))
			return words + ": true at " + clockWords(at) + " if the visitor stays"
		case v < l.lo:
			return fmt.Sprintf("%s %s, needs %s: %s short", d.name, d.scale.words(v), span(d.scale, l.lo, l.hi), d.scale.words(l.lo-v))
		case v > l.hi:
			return fmt.Sprintf("%s %s, needs %s: %s over", d.name, d.scale.words(v), span(d.scale, l.lo, l.hi), d.scale.words(v-l.hi))
		}
	}
	if l.measure != nil {
		have, want, what := l.measure(&r.f)
		return fmt.Sprintf("%d of %s", have, plural(want, what))
	}
	return l.label() + ", seen: " + l.seen(&r.f)
}

func (r *Run) explainAvailability(b int32, t *GateTrace) {
	x := &r.e.byBit[b]
	if x.kind != 2 {
		t.Text = "shows whatever the agents' state"
		return
	}
	state := r.agentsOf(x.skill)
	face, ok := r.face(b)
	t.Truth = truthOf(ok)
	t.Text = "agents " + string(state) + ", shows " + string(face)
	if !ok {
		t.Text = "agents " + string(state) + ", no creative for it"
	}
}

func (r *Run) explainDelay(x *compiled, t *GateTrace) {
	if x.eng.Delay == 0 {
		t.Text = "no delay"
		return
	}
	if r.f.page == nil {
		t.Truth, t.Text = False, "no page yet"
		return
	}
	since := r.f.now.Sub(r.f.pageStart)
	t.Truth, t.Text = truthOf(since >= x.eng.Delay), fmt.Sprintf("%s on the page, delay %s", since, x.eng.Delay)
	if t.Truth == False {
		t.TrueAt = r.tick(r.f.pageStart.Add(x.eng.Delay))
		t.Margin = fmt.Sprintf("%s of %s delay: over at %s if the visitor stays", since, x.eng.Delay, clockWords(t.TrueAt))
	}
}

func (r *Run) explainLimit(x *compiled, t *GateTrace) {
	typ := int(x.typ)
	limit := r.e.limits[typ]
	if !x.proact || limit == 0 {
		t.Text = "no limit"
		return
	}
	had, what := r.displaysBefore[0]+r.displaysBefore[1], "proactive displays"
	if r.e.splitLimit {
		had, what = r.displaysBefore[typ], "proactive "+string(x.eng.Type)+" displays"
	}
	t.Truth = truthOf(had < limit)
	t.Text = fmt.Sprintf("%d of %d %s in this visit", had, limit, what)
	if t.Truth == False {
		t.Margin = t.Text
	}
}

// occupant returns the engagement on the screen that holds the zone.
func (r *Run) occupant(b int32, at Gate) (int32, bool) {
	if !r.lockedBefore.has(b) {
		return 0, false
	}
	for _, s := range r.screen {
		if s.zone == r.e.zoneOf[b] {
			return s.bit, true
		}
	}
	return 0, false
}

// lostTo says who won a draw and by what.
func (r *Run) lostTo(b int32) string {
	for i := 0; r.traced && i < len(r.evaluated.Draws); i++ {
		d := &r.evaluated.Draws[i]
		if d.Zone != r.e.zones[r.e.zoneOf[b]].name {
			continue
		}
		winner := quote(r.e.refs[d.Winner].Path)
		for _, c := range d.Candidates {
			if c.Engagement != int(r.e.refOf[b]) {
				continue
			}
			switch {
			case c.Class != d.Class:
				return fmt.Sprintf("lost to %s: %s comes before %s", winner, d.Class, c.Class)
			case c.Tier != d.Tier:
				return fmt.Sprintf("lost to %s: drew %.3f, tier %s", winner, d.Number, tierWord(d.Tier))
			default:
				top := 0.0
				for _, w := range d.Candidates {
					if w.Engagement == d.Winner {
						top = w.Number
					}
				}
				return fmt.Sprintf("lost to %s: %.3f against %.3f", winner, c.Number, top)
			}
		}
	}
	return "another candidate of the zone was drawn"
}

func tierWord(t int) string { return [...]string{"high", "medium", "low"}[t] }
