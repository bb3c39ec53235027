package model

import (
	"slices"
	"sync"
	"time"
)

// CampaignState is what operators call the present situation of a campaign. It
// is derived, never kept: from whether the campaign is published, its
// engagements and its time frame.
type CampaignState uint8

// The states. Where several would fit, draft comes before all, then ended,
// paused, scheduled, and hours last.
const (
	// StateDraft: not published.
	StateDraft CampaignState = iota
	// StateScheduled: published, before its first day.
	StateScheduled
	// StateRunning: its engagements may show now.
	StateRunning
	// StateOutsideHours: within its dates, but neither its hours nor a special
	// occasion cover the instant.
	StateOutsideHours
	// StatePaused: published and not over, but every engagement is disabled, so
	// that nothing of it shows. The reference has no published campaign that is
	// paused in another way (domain 1.2).
	StatePaused
	// StateEnded: published, after its last day.
	StateEnded
)

// CampaignStates lists the states in the order in which a list sorts them: from
// what is seen by visitors to what is over.
func CampaignStates() []CampaignState {
	return []CampaignState{StateRunning, StateOutsideHours, StateScheduled, StatePaused, StateDraft, StateEnded}
}

// String returns the state in the operators' words, "outside hours".
func (s CampaignState) String() string {
	switch s {
	case StateDraft:
		return "draft"
	case StateScheduled:
		return "scheduled"
	case StateRunning:
		return "running"
	case StateOutsideHours:
		return "outside hours"
	case StatePaused:
		return "paused"
	case StateEnded:
		return "ended"
	}
	return "unknown"
}

// State derives the state of a campaign at an instant. For many campaigns of
// one catalog use [Catalog.TimeFrames], which looks everything up once.
func (c *Catalog) State(k *Campaign, at time.Time) CampaignState {
	return c.TimeFrames().State(k, at)
}

// TimeFrames tells states of a catalog's campaigns. It remembers the zones,
// schedules and special occasions as the catalog stood when
// [Catalog.TimeFrames] made it. It is safe for concurrent use.
type TimeFrames struct {
	zone      string   // of the account
	zones     sync.Map // *time.Location by name; that of a wrong name is UTC
	schedules map[string]*Schedule
	occasions map[string]*Occasion
}

// TimeFrames prepares to tell the states of the catalog's campaigns.
func (c *Catalog) TimeFrames() *TimeFrames {
	f := &TimeFrames{zone: c.Settings.Zone,
		schedules: make(map[string]*Schedule, len(c.Schedules)), occasions: make(map[string]*Occasion, len(c.Occasions))}
	for _, s := range c.Schedules {
		if s != nil && f.schedules[s.ID] == nil {
			f.schedules[s.ID] = s
		}
	}
	for _, o := range c.Occasions {
		if o != nil && f.occasions[o.ID] == nil {
			f.occasions[o.ID] = o
		}
	}
	return f
}

// Zone returns the time zone of a time frame, a schedule or an occasion by its
// name: empty is the account's, and what is no time zone counts as UTC until
// it is mended ([Validate] reports it).
func (f *TimeFrames) Zone(name string) *time.Location {
	if name == "" {
		name = f.zone
	}
	if loc, ok := f.zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := LoadZone(name)
	if err != nil {
		loc = time.UTC
	}
	f.zones.Store(name, loc)
	return loc
}

// State derives the state of a campaign at an instant.
func (f *TimeFrames) State(k *Campaign, at time.Time) CampaignState {
	if !k.Published {
		return StateDraft
	}
	today := DateOf(at.In(f.Zone(k.TimeFrame.Zone)))
	switch {
	case !k.TimeFrame.End.IsZero() && today > k.TimeFrame.End:
		return StateEnded
	case !slices.ContainsFunc(k.Engagements, func(e *Engagement) bool { return e != nil && !e.Disabled }):
		return StatePaused
	case today < k.TimeFrame.Start:
		return StateScheduled
	case f.open(&k.TimeFrame, at):
		return StateRunning
	}
	return StateOutsideHours
}

// open reports whether the hours cover an instant within the dates: those of
// the special occasion that covers the day, else the regular ones.
func (f *TimeFrames) open(t *TimeFrame, at time.Time) bool {
	for _, id := range t.Occasions {
		o := f.occasions[id]
		if o == nil {
			continue
		}
		now := at.In(f.Zone(o.Zone))
		if l := o.Line(DateOf(now)); l != nil {
			status := l.Status
			if status == "" {
				status = DayOff
			}
			return status.covers(l.Shifts, now)
		}
	}
	switch t.Hours {
	case SpecificHours:
		return Shift{t.From, t.To}.covers(at.In(f.Zone(t.Zone)))
	case CustomHours:
		s := f.schedules[t.Schedule]
		if s == nil {
			return false
		}
		now := at.In(f.Zone(s.Zone))
		day := s.Days.All()[now.Weekday()]
		if day.Status == "" {
			day.Status = DayAll
		}
		return day.Status.covers(day.Shifts, now)
	}
	return true
}

// Line returns the line that decides for a day: the first that covers it, or
// nil.
func (o *Occasion) Line(day Date) *OccasionLine {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.From <= day && day <= max(l.From, l.To) {
			return l
		}
	}
	return nil
}

func (s DayStatus) covers(shifts []Shift, now time.Time) bool {
	switch s {
	case DayAll:
		return true
	case DayOff:
		return false
	}
	return slices.ContainsFunc(shifts, func(sh Shift) bool { return sh.covers(now) })
}

// covers reports whether a wall clock is within the shift. A missing beginning
// is midnight, a missing end and 23:59 are the end of the day.
func (s Shift) covers(now time.Time) bool {
	h, m, _ := now.Clock()
	from, to := s.minutes()
	return from <= h*60+m && h*60+m < to
}

func (s Shift) minutes() (from, to int) {
	from, to = max(0, s.From.Minutes()), s.To.Minutes()
	if s.To.IsZero() || to == 23*60+59 {
		to = 24 * 60
	}
	return from, to
}

// Change is when a state becomes another one.
type Change struct {
	At time.Time
	To CampaignState
}

// lookAhead covers every weekly rhythm, with a day to spare for changes of
// daylight saving.
const lookAhead = 8 * 24 * time.Hour

// Next tells when a campaign's state changes next if nobody changes the
// catalog: false if it never does.
func (f *TimeFrames) Next(k *Campaign, at time.Time) (Change, bool) {
	now := f.State(k, at)
	if now == StateDraft || now == StateEnded {
		return Change{}, false
	}
	t := &k.TimeFrame
	step, rhythm := 5*time.Minute, t.Hours == SpecificHours || t.Hours == CustomHours || len(t.Occasions) > 0
	for _, s := range f.shifts(t) {
		from, to := s.minutes()
		if from%5 != 0 || to%5 != 0 {
			step = time.Minute
		}
	}
	scan := func(from, to time.Time) (Change, bool) {
		for i := from; !i.After(to); i = i.Add(step) {
			if s := f.State(k, i); s != now && i.After(at) {
				return Change{i, s}, true
			}
		}
		return Change{}, false
	}
	if rhythm {
		if c, ok := scan(at.Truncate(step), at.Add(lookAhead)); ok {
			return c, true
		}
	}
	// Beyond a week without a change only dates can bring one. Around each of
	// them two days are looked at, since zones may differ.
	for _, d := range f.dates(t, at) {
		if c, ok := scan(d, d.Add(50*time.Hour)); ok {
			return c, true
		}
	}
	return Change{}, false
}

// shifts lists every shift that a time frame looks at.
func (f *TimeFrames) shifts(t *TimeFrame) []Shift {
	out := []Shift{{t.From, t.To}}
	if s := f.schedules[t.Schedule]; s != nil {
		for _, d := range s.Days.All() {
			out = append(out, d.Shifts...)
		}
	}
	for _, id := range t.Occasions {
		if o := f.occasions[id]; o != nil {
			for _, l := range o.Lines {
				out = append(out, l.Shifts...)
			}
		}
	}
	return out
}

// dates lists the midnights after an instant at which a time frame or one of
// its special occasions begins or is over, in order.
func (f *TimeFrames) dates(t *TimeFrame, at time.Time) []time.Time {
	var out []time.Time
	add := func(d Date, zone *time.Location) {
		// A line that began yesterday may still end today.
		if i := d.In(zone); i.After(at.Add(-50 * time.Hour)) {
			out = append(out, i)
		}
	}
	zone := f.Zone(t.Zone)
	if !t.Start.IsZero() {
		add(t.Start, zone)
	}
	if !t.End.IsZero() {
		add(t.End+1, zone)
	}
	for _, id := range t.Occasions {
		if o := f.occasions[id]; o != nil {
			for _, l := range o.Lines {
				add(l.From, f.Zone(o.Zone))
				add(max(l.From, l.To)+1, f.Zone(o.Zone))
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
