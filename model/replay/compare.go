package replay

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"beckon/model/engine"
	"beckon/model/journey"
)

// ChangeKind is how a visit fares under another catalog.
type ChangeKind string

// The kinds of changes. A visit is moved that is shown something under both
// catalogs, but not the same engagements.
const (
	Gained ChangeKind = "gained"
	Lost   ChangeKind = "lost"
	Moved  ChangeKind = "moved"
)

// mirrored is the kind with the catalogs exchanged.
func (k ChangeKind) mirrored() ChangeKind {
	switch k {
	case Gained:
		return Lost
	case Lost:
		return Gained
	}
	return k
}

// Changed is a visit that is shown other engagements.
type Changed struct {
	Visitor string
	Visit   string
	// At is the first display of an engagement that only one of the catalogs
	// shows in the visit: there to look, under both.
	At   journey.Instant
	Kind ChangeKind
	// Base and Head are the engagements shown, by name.
	Base, Head []string
	// Campaigns are those whose engagements differ.
	Campaigns []CampaignKind
}

// Alone lists the engagements that only one of the catalogs shows in the visit.
func (c *Changed) Alone() (base, head []string) {
	only := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(path string) bool { return slices.Contains(other, path) })
	}
	return only(c.Base, c.Head), only(c.Head, c.Base)
}

// CampaignKind is a change as one campaign sees it.
type CampaignKind struct {
	Campaign string
	Kind     ChangeKind
}

// ChangeCounts counts visits. Base and Head are how many are shown anything,
// Same how many are shown the same.
type ChangeCounts struct {
	Campaign string `json:"campaign,omitempty"` // "" for all
	Base     int64  `json:"base"`
	Head     int64  `json:"head"`
	Same     int64  `json:"same"`
	Gained   int64  `json:"gained"`
	Lost     int64  `json:"lost"`
	Moved    int64  `json:"moved"`
}

func (c *ChangeCounts) count(base, head []string, kind ChangeKind) {
	if len(base) > 0 {
		c.Base++
	}
	if len(head) > 0 {
		c.Head++
	}
	switch {
	case kind == Gained:
		c.Gained++
	case kind == Lost:
		c.Lost++
	case kind == Moved:
		c.Moved++
	case len(base) > 0:
		c.Same++
	}
}

// Comparison is how the same traffic fares under two catalogs.
type Comparison struct {
	Visits   int64          `json:"visits"` // of either
	Complete bool           `json:"complete"`
	UpTo     string         `json:"upTo,omitempty"`
	Total    ChangeCounts   `json:"total"`
	Each     []ChangeCounts `json:"campaigns"` // of either catalog, by ID
}

// Compare replays the same journeys through two catalogs with the same seed, and
// hands out every visit that is shown other engagements, in the order of
// visitors. Visits are the same if they have the same id; where the catalogs
// cut visits differently, one that only one of them has was shown nothing under
// the other. each may be nil.
func Compare(ctx context.Context, base, head *engine.Engine, events iter.Seq2[*journey.Event, error], o Options, each func(Changed) error) (*Comparison, error) {
	o.Trace, o.Results = false, nil
	j := &joiner{each: each, counts: map[string]*ChangeCounts{}, total: &Comparison{}}
	for _, eng := range []*engine.Engine{base, head} {
		for _, k := range eng.Campaigns() {
			j.counts[k.ID] = &ChangeCounts{Campaign: k.ID}
		}
	}
	s, err := RunSeveral(ctx, []Side{{Engine: base, Emit: j.side(0)}, {Engine: head, Emit: j.side(1)}}, events, o)
	if err != nil {
		return nil, err
	}
	if err := j.join(true); err != nil {
		return nil, err
	}
	j.total.Complete, j.total.UpTo = !s[0].Stopped, s[0].UpTo
	for _, c := range j.counts {
		j.total.Each = append(j.total.Each, *c)
	}
	slices.SortFunc(j.total.Each, func(a, b ChangeCounts) int { return strings.Compare(a.Campaign, b.Campaign) })
	return j.total, nil
}

// shownVisit is what one side tells of a visit.
type shownVisit struct {
	visitor, visit string
	start          journey.Instant
	shown          []string // sorted
	first          map[string]journey.Instant
}

// joiner puts the visits of two sides together. The sides never wait for it:
// how far one is ahead of the other is bounded by what the runs hold.
type joiner struct {
	mu     sync.Mutex
	sides  [2][]*shownVisit
	each   func(Changed) error
	counts map[string]*ChangeCounts
	total  *Comparison
	err    error
}

// side returns what takes the records of a side.
func (j *joiner) side(i int) func(Record) error {
	var first map[string]journey.Instant
	return func(r Record) error {
		switch r := r.(type) {
		case *Display:
			if first == nil {
				first = make(map[string]journey.Instant)
			}
			if _, ok := first[r.Engagement]; !ok {
				first[r.Engagement] = r.At
			}
		case *Visit:
			v := &shownVisit{visitor: r.Visitor, visit: r.Visit, start: r.Start, shown: slices.Clone(r.Shown), first: first}
			slices.Sort(v.shown)
			first = nil
			j.mu.Lock()
			defer j.mu.Unlock()
			j.sides[i] = append(j.sides[i], v)
			return j.joined()
		}
		return nil
	}
}

// join joins what is left.
func (j *joiner) join(end bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.joined(); err != nil || !end {
		return err
	}
	for len(j.sides[0])+len(j.sides[1]) > 0 {
		if err := j.visitor(); err != nil {
			return err
		}
	}
	return nil
}

// joined takes the visitors that both sides are done with.
func (j *joiner) joined() error {
	for {
		a, b := j.sides[0], j.sides[1]
		// A visitor is done on a side once a later one is there. Visits of a
		// visitor may be none: agents' events alone make no visit.
		if len(a) == 0 || len(b) == 0 {
			return nil
		}
		next := min(a[0].visitor, b[0].visitor)
		if a[len(a)-1].visitor <= next || b[len(b)-1].visitor <= next {
			return nil
		}
		if err := j.visitor(); err != nil {
			return err
		}
	}
}

// visitor takes all visits of the next visitor.
func (j *joiner) visitor() error {
	a, b := j.sides[0], j.sides[1]
	var next string
	switch {
	case len(a) == 0:
		next = b[0].visitor
	case len(b) == 0:
		next = a[0].visitor
	default:
		next = min(a[0].visitor, b[0].visitor)
	}
	var mine [2][]*shownVisit
	for i := range j.sides {
		n := 0
		for n < len(j.sides[i]) && j.sides[i][n].visitor == next {
			n++
		}
		mine[i], j.sides[i] = j.sides[i][:n], j.sides[i][n:]
	}
	type pair [2]*shownVisit
	var pairs []pair
	type nthVisit struct {
		visit string
		nth   int // the source may use an id twice
	}
	at := map[nthVisit]int{}
	for i := range mine {
		nth := map[string]int{}
		for _, v := range mine[i] {
			id := nthVisit{v.visit, nth[v.visit]}
			nth[v.visit]++
			k, ok := at[id]
			if !ok {
				k = len(pairs)
				at[id] = k
				pairs = append(pairs, pair{})
			}
			pairs[k][i] = v
		}
	}
	start := func(p pair) journey.Instant {
		switch {
		case p[0] == nil:
			return p[1].start
		case p[1] == nil:
			return p[0].start
		}
		return min(p[0].start, p[1].start)
	}
	name := func(p pair) string {
		if p[0] == nil {
			return p[1].visit
		}
		return p[0].visit
	}
	slices.SortStableFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(start(x), start(y)), strings.Compare(name(x), name(y)))
	})
	for _, p := range pairs {
		if err := j.pair(p[0], p[1]); err != nil {
			return err
		}
	}
	return nil
}

// kindOf tells how two lists differ; "" if they do not.
func kindOf(base, head []string) ChangeKind {
	switch {
	case slices.Equal(base, head):
		return ""
	case len(base) == 0:
		return Gained
	case len(head) == 0:
		return Lost
	}
	return Moved
}

func (j *joiner) pair(a, b *shownVisit) error {
	none := &shownVisit{}
	one := cmp.Or(a, b)
	if a == nil {
		a = none
	}
	if b == nil {
		b = none
	}
	j.total.Visits++
	kind := kindOf(a.shown, b.shown)
	j.total.Total.count(a.shown, b.shown, kind)
	if len(a.shown)+len(b.shown) == 0 {
		return nil
	}
	c := Changed{Visitor: one.visitor, Visit: one.visit, Kind: kind, Base: a.shown, Head: b.shown}
	for i, list := range [2][]string{a.shown, b.shown} {
		for k, path := range list {
			id := campaignOf(path)
			if k > 0 && campaignOf(list[k-1]) == id || i == 1 && len(ofCampaign(a.shown, id)) > 0 {
				continue // was taken
			}
			base, head := ofCampaign(a.shown, id), ofCampaign(b.shown, id)
			kind := kindOf(base, head)
			j.counts[id].count(base, head, kind)
			if kind != "" {
				c.Campaigns = append(c.Campaigns, CampaignKind{id, kind})
			}
		}
	}
	if kind == "" || j.each == nil {
		return nil
	}
	slices.SortFunc(c.Campaigns, func(x, y CampaignKind) int { return strings.Compare(x.Campaign, y.Campaign) })
	for _, pair := range [2][2]*shownVisit{{a, b}, {b, a}} {
		for _, path := range pair[0].shown {
			if at := pair[0].first[path]; !slices.Contains(pair[1].shown, path) && (c.At == 0 || at < c.At) {
				c.At = at
			}
		}
	}
	return j.each(c)
}

// ofCampaign is the part of a sorted list that is of a campaign.
func ofCampaign(list []string, id string) []string {
	from := slices.IndexFunc(list, func(path string) bool { return campaignOf(path) == id })
	if from < 0 {
		return nil
	}
	to := from
	for to < len(list) && campaignOf(list[to]) == id {
		to++
	}
	return list[from:to]
}

// AppendJSON appends the change as one line of JSON.
func (c Changed) AppendJSON(b []byte) []byte {
	b = append(b, `{"record":"changed"`...)
	b = stringField(b, "visitor", c.Visitor)
	b = stringField(b, "visit", c.Visit)
	b = instantField(b, "at", c.At)
	b = stringField(b, "kind", string(c.Kind))
	b = listField(b, "base", c.Base)
	b = listField(b, "head", c.Head)
	b = append(key(b, "campaigns"), '{')
	for i, k := range c.Campaigns {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, k.Campaign)
		b = append(b, ':')
		b = appendString(b, string(k.Kind))
	}
	return append(b, '}', '}', '\n')
}

// AppendComparison appends a comparison as one line of JSON.
func AppendComparison(b []byte, c *Comparison) []byte {
	counts := func(b []byte, c *ChangeCounts) []byte {
		for i, f := range []struct {
			name string
			n    int64
		}{{"base", c.Base}, {"head", c.Head}, {"same", c.Same}, {"gained", c.Gained}, {"lost", c.Lost}, {"moved", c.Moved}} {
			if i == 0 && c.Campaign == "" {
				b = append(b, `"base":`...)
				b = strconv.AppendInt(b, f.n, 10)
				continue
			}
			b = intField(b, f.name, f.n)
		}
		return b
	}
	b = append(b, `{"record":"comparison"`...)
	b = intField(b, "visits", c.Visits)
	b = append(key(b, "complete"), strconv.FormatBool(c.Complete)...)
	b = optionalField(b, "upTo", c.UpTo)
	b = append(key(b, "total"), '{')
	b = append(counts(b, &c.Total), '}')
	b = append(key(b, "campaigns"), '[')
	for i := range c.Each {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"campaign":`...)
		b = appendString(b, c.Each[i].Campaign)
		b = append(counts(b, &c.Each[i]), '}')
	}
	return append(b, ']', '}', '\n')
}
