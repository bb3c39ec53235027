package replay

import (
	"encoding/json"
	"fmt"
	"iter"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
)

// Results is what a campaign would have done to recorded visitors, in numbers:
// of the account, of every campaign and of every engagement. See the package
// comment for what each number counts.
type Results struct {
	Visitors int64 `json:"visitors"`
	Visits   int64 `json:"visits"`
	Events   int64 `json:"events"`
	// Complete says that all of the traffic was replayed. Otherwise UpTo is the
	// last visitor who was, in the order of visitors, and his journey is whole.
	Complete bool   `json:"complete"`
	UpTo     string `json:"upTo,omitempty"`
	// Zone is whose clock the hours are of.
	Zone string `json:"zone"`
	// SiteControlGroup is the share of visitors who see nothing, in percent.
	SiteControlGroup int `json:"siteControlGroup"`

	Account     Scope             `json:"account"`
	Campaigns   []CampaignResults `json:"campaigns"`
	Engagements []EngagementGates `json:"engagements"`
	Pressure    Pressure          `json:"pressure"`
	Breakdowns  []Breakdown       `json:"breakdowns,omitempty"`
	Conditions  *Conditions       `json:"conditions,omitempty"`
	Draws       []LostDraws       `json:"draws,omitempty"`
	// FurtherDraws are those of pairs that were met when Draws had as many as it
	// may have; what it says of its own is exact nevertheless.
	FurtherDraws int64 `json:"furtherDraws,omitempty"`
	Input        Input `json:"input"`
}

// CampaignResults is what became of a campaign.
type CampaignResults struct {
	Scope
	Goal string `json:"goal,omitempty"`
	// GoalType is what it measures; Conversion says whether that is a
	// conversion or an assisting goal.
	GoalType   string `json:"goalType,omitempty"`
	Conversion bool   `json:"conversion,omitempty"`
	// ControlGroup is the campaign's, in percent.
	ControlGroup int   `json:"controlGroup"`
	Duplicates   int64 `json:"duplicates"`
}

// EngagementGates is what became of an engagement, and where visits stopped:
// Visits = Exposed + the sum over Gates.
type EngagementGates struct {
	Scope
	Campaign string     `json:"campaign"`
	Zone     string     `json:"zone"`
	Gates    []GateStop `json:"gates"`
	// Shown are some of the visits that were shown it.
	Shown []VisitRef `json:"shown,omitempty"`
}

// GateStop is how many visits went no further than a gate.
type GateStop struct {
	Gate   string `json:"gate"`
	Visits int64  `json:"visits"`
	// Examples are the first of them, in the order of visitors.
	Examples []VisitRef `json:"examples,omitempty"`
}

// VisitRef leads to a visit.
type VisitRef struct {
	Visitor string
	Visit   string
	Start   journey.Instant
}

type visitRefJSON struct {
	Visitor string `json:"visitor"`
	Visit   string `json:"visit"`
	Start   string `json:"start"`
}

// MarshalJSON implements json.Marshaler.
func (v VisitRef) MarshalJSON() ([]byte, error) {
	return json.Marshal(visitRefJSON{v.Visitor, v.Visit, v.Start.String()})
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *VisitRef) UnmarshalJSON(data []byte) error {
	var x visitRefJSON
	if err := json.Unmarshal(data, &x); err != nil {
		return err
	}
	at, err := journey.ParseInstant(x.Start)
	if err != nil {
		return fmt.Errorf("the start of a visit: %w", err)
	}
	*v = VisitRef{x.Visitor, x.Visit, at}
	return nil
}

// Scope is the counts of the account, a campaign or an engagement, and what
// follows from them.
type Scope struct {
	ID string `json:"id"` // "" of the account
	Counts
	Revenue []Revenue `json:"revenue,omitempty"` // by currency
	Rates   Rates     `json:"rates"`
	Lift    *Lift     `json:"lift,omitempty"` // nil of the account
	// RevenueLift is by the currencies of Revenue; empty without a control
	// group.
	RevenueLift []RevenueLift `json:"revenueLift,omitempty"`
}

// Counts are of visits, where nothing else is said. A visit that accepted
// counts as engaged: a replay has nobody to answer.
type Counts struct {
	Visits int64 `json:"visits"`
	// Prospects passed the behavior of an engagement, control groups included;
	// ProspectVisitors are the visitors who did.
	Prospects        int64 `json:"prospects"`
	ProspectVisitors int64 `json:"prospectVisitors"`
	// Control are the prospects in a control group; of the account, those that
	// every campaign they are prospects of holds out.
	Control int64 `json:"control"`
	// Displays is how often something was displayed, Exposed in how many
	// visits, ExposedVisitors to how many visitors.
	Displays        int64 `json:"displays"`
	Exposed         int64 `json:"exposed"`
	ExposedVisitors int64 `json:"exposedVisitors"`
	// Accepted, Declined and TimedOut are of displays; Engaged visits accepted
	// at least one.
	Accepted int64 `json:"accepted"`
	Declined int64 `json:"declined"`
	TimedOut int64 `json:"timedOut"`
	Engaged  int64 `json:"engaged"`
	// Goals is how often the goal was counted of visits exposed before,
	// EngagedGoals of those that had engaged before, ControlGoals of the
	// control group. Converted, EngagedConverted and ControlConverted are the
	// visits in which that happened at least once.
	Goals            int64 `json:"goals"`
	EngagedGoals     int64 `json:"engagedGoals"`
	ControlGoals     int64 `json:"controlGoals"`
	Converted        int64 `json:"converted"`
	EngagedConverted int64 `json:"engagedConverted"`
	ControlConverted int64 `json:"controlConverted"`
}

func (c *Counts) add(o *Counts) {
	c.Visits += o.Visits
	c.Prospects += o.Prospects
	c.ProspectVisitors += o.ProspectVisitors
	c.Control += o.Control
	c.Displays += o.Displays
	c.Exposed += o.Exposed
	c.ExposedVisitors += o.ExposedVisitors
	c.Accepted += o.Accepted
	c.Declined += o.Declined
	c.TimedOut += o.TimedOut
	c.Engaged += o.Engaged
	c.Goals += o.Goals
	c.EngagedGoals += o.EngagedGoals
	c.ControlGoals += o.ControlGoals
	c.Converted += o.Converted
	c.EngagedConverted += o.EngagedConverted
	c.ControlConverted += o.ControlConverted
}

// Rates follow from counts. One that has no cases is left out.
type Rates struct {
	Exposed  *Rate `json:"exposed,omitempty"`  // exposed / prospects
	Engaged  *Rate `json:"engaged,omitempty"`  // engaged / exposed
	Accepted *Rate `json:"accepted,omitempty"` // accepted / displays
	Declined *Rate `json:"declined,omitempty"` // declined / displays
	TimedOut *Rate `json:"timedOut,omitempty"` // timed out / displays
	// Conversion is converted / exposed, EngagedConversion of those engaged,
	// ControlConversion of the control group.
	Conversion        *Rate `json:"conversion,omitempty"`
	EngagedConversion *Rate `json:"engagedConversion,omitempty"`
	ControlConversion *Rate `json:"controlConversion,omitempty"`
	// AverageExposures is displays / exposed.
	AverageExposures *Figure `json:"averageExposures,omitempty"`
}

// Rates computes what follows from the counts.
func (c *Counts) Rates() Rates {
	r := Rates{Exposed: NewRate(c.Exposed, c.Prospects), Engaged: NewRate(c.Engaged, c.Exposed),
		Accepted: NewRate(c.Accepted, c.Displays), Declined: NewRate(c.Declined, c.Displays), TimedOut: NewRate(c.TimedOut, c.Displays),
		Conversion: NewRate(c.Converted, c.Exposed), EngagedConversion: NewRate(c.EngagedConverted, c.Engaged),
		ControlConversion: NewRate(c.ControlConverted, c.Control)}
	if c.Exposed > 0 {
		f := Figure(float64(c.Displays) / float64(c.Exposed))
		r.AverageExposures = &f
	}
	return r
}

// derive fills in what follows from the counts.
func (s *Scope) derive(grouped bool) {
	s.Rates = s.Counts.Rates()
	l := NewLift(&s.Counts, grouped)
	s.Lift = &l
	for i := range s.Revenue {
		if rl, ok := s.Revenue[i].Lift(&s.Counts); ok {
			s.RevenueLift = append(s.RevenueLift, rl)
		}
	}
}

// Pressure is how much single visits were shown.
type Pressure struct {
	// Visits are by their number of displays, from 0; the last are those with
	// that many or more.
	Visits []int64 `json:"visits"`
	// Most is the largest number of displays in a visit, Worst the first visit
	// that had it; nil where nothing was displayed.
	Most  int64     `json:"most"`
	Worst *VisitRef `json:"worst,omitempty"`
}

// pressureBars is how many numbers of displays are told apart.
const pressureBars = 33

// note counts a visit.
func (p *Pressure) note(displays int64, ref VisitRef) {
	if p.Visits == nil {
		p.Visits = make([]int64, pressureBars)
	}
	p.Visits[min(displays, pressureBars-1)]++
	if displays > 0 {
		p.worse(displays, ref)
	}
}

func (p *Pressure) worse(displays int64, ref VisitRef) {
	if displays > p.Most || displays == p.Most && p.Worst != nil && ref.before(*p.Worst) {
		p.Most, p.Worst = displays, &ref
	}
}

func (p *Pressure) add(o *Pressure) {
	if p.Visits == nil {
		p.Visits = make([]int64, pressureBars)
	}
	for i, n := range o.Visits {
		p.Visits[i] += n
	}
	if o.Worst != nil {
		p.worse(o.Most, *o.Worst)
	}
}

// before orders visits as a replay does.
func (v VisitRef) before(o VisitRef) bool {
	if v.Visitor != o.Visitor {
		return v.Visitor < o.Visitor
	}
	return v.Start < o.Start
}

// ByCampaign yields every campaign with its engagements.
func (r *Results) ByCampaign() iter.Seq2[*CampaignResults, []*EngagementGates] {
	return func(yield func(*CampaignResults, []*EngagementGates) bool) {
		of := make(map[string][]*EngagementGates, len(r.Campaigns))
		for i := range r.Engagements {
			e := &r.Engagements[i]
			of[e.Campaign] = append(of[e.Campaign], e)
		}
		for i := range r.Campaigns {
			if c := &r.Campaigns[i]; !yield(c, of[c.ID]) {
				return
			}
		}
	}
}

// newResults makes results of what the workers counted.
func newResults(eng *engine.Engine, s *Summary, parts []*tally, all *breakdowns, keep int) *Results {
	catalog := eng.Catalog()
	total := newTally(eng, ResultsOptions{})
	for _, p := range parts {
		total.add(p)
	}
	settings := &catalog.Settings
	r := &Results{Visitors: s.Visitors, Visits: s.Visits, Events: s.Events, Complete: !s.Stopped, UpTo: s.UpTo, Zone: zoneOf(eng).String(),
		SiteControlGroup: settings.SiteControl(), Pressure: total.pressure, Breakdowns: all.list(keep), Conditions: total.conditions.list(eng), Draws: all.ledger.draws(eng.Engagements()), FurtherDraws: all.ledger.further}
	r.Account = Scope{Counts: total.account}
	r.Account.Rates = r.Account.Counts.Rates()
	goals := make(map[string]*model.Goal, len(catalog.Goals))
	for _, g := range catalog.Goals {
		goals[g.ID] = g
	}
	for i, k := range eng.Campaigns() {
		c := CampaignResults{Scope: Scope{ID: k.ID, Counts: total.campaigns[i].Counts, Revenue: total.campaigns[i].revenue}, Goal: k.Goal,
			ControlGroup: k.Control(), Duplicates: s.Campaigns[i].Duplicates}
		if g := goals[k.Goal]; g != nil {
			c.GoalType, c.Conversion = string(g.Type), g.Type.Conversion()
		}
		c.Visits = s.Visits
		c.derive(c.ControlGroup > 0 || r.SiteControlGroup > 0)
		r.Campaigns = append(r.Campaigns, c)
	}
	for i, ref := range eng.Engagements() {
		e := EngagementGates{Scope: Scope{ID: ref.Path, Counts: total.engagements[i].Counts, Revenue: total.engagements[i].revenue},
			Campaign: eng.Campaigns()[ref.Campaign].ID, Zone: ref.Zone, Gates: []GateStop{}}
		e.Visits = s.Visits
		e.derive(eng.Campaigns()[ref.Campaign].Control() > 0 || r.SiteControlGroup > 0)
		place := eng.PlaceOf(i)
		for g, n := range s.Engagements[i].Stopped() {
			e.Gates = append(e.Gates, GateStop{Gate: g.String(), Visits: n, Examples: total.examples.at(place, g)})
		}
		e.Shown = total.examples.at(place, engine.Shown)
		r.Engagements = append(r.Engagements, e)
	}
	return r
}
