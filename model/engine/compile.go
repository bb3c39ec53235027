package engine

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// Engine is a catalog compiled for deciding. It is immutable and safe for
// concurrent use; runs hold what changes.
type Engine struct {
	catalog   *model.Catalog
	campaigns []*model.Campaign
	refs      []Ref
	byPath    map[string]int

	// Bits are engagements in the order of zones, types and parts of the site, so
	// that the candidates of one draw stand together.
	n, words int
	bitOf    []int32 // engagement -> bit
	refOf    []int32 // bit -> engagement
	byBit    []compiled
	paths    []uint64     // by bit: hashes of engagements' paths
	tierOf   []int8       // by bit
	heldOut  []heldOut    // by bit
	groups   []wordGroups // by word; nil where the machine does not ask for them
	zones    []zone
	// proactiveZone is that of the three proactive formats, or -1.
	proactiveZone int32
	zoneOf        []int32 // bit -> zone
	zoneAt        []int32 // word -> zone of its first bit
	campaignOf    []int32 // bit -> campaign
	campaignB     [][]int32

	nodes      []node
	leaves     []leaf
	uses       []use // by leaf
	dimensions []dimension
	// order lists the dimensions with parts, by phase; waiting ones last.
	order    [phaseCount][]check
	leftover [phaseCount]row
	mixed    [phaseCount]bool // some are left over
	// watched are the facts that rows are worked out from; timed are the
	// dimensions in order that change by waiting.
	watched factGroup
	timed   dimRange
	looks   [factGroups][]look // by fact: dimensions that do not change by waiting
	// still are the dimensions of a phase that do not change by waiting; waits
	// are those of the behavior that do.
	still [phaseCount]dimRange
	waits dimRange
	// rowsTick says that rows tell whom the next tick lets in.
	rowsTick bool
	windows  windows
	narrow   bool // who is a candidate is told by windows, not by rows of time

	searchWords  searchWords
	pages        pageIndex
	trackedNodes []int32
	flows        []flow
	flowNodes    [][]int32
	goalList     []goal
	goalNodes    []int32
	goalOf       []int32 // campaign -> goal, or -1
	goalKinds    goalKinds

	calendar calendar

	// Rows that do not change.
	all           row
	live          row // published and enabled
	draft         row
	disabled      row // and published
	authenticated row
	guests        row // all others, or nil if these are all
	named         row // by a condition that asks how far the visitor went
	conversations row
	proactive     [2]row // by type: conversation, content
	chats         row    // chat engagements: what availability may stop
	untold        faces  // while no event told of agents
	twins         row    // who is a prospect whenever another one of the campaign is

	needArrival, needDevice, needReferrer bool
	skills                                []string
	signals                               map[string]bool // that conditions count
	attributes                            map[string]bool // that conditions look at

	every        model.Duration
	visitRule    journey.VisitRule
	siteShare    int
	shares       []int    // by campaign, in percent
	shareDraws   []uint64 // by campaign: those that are in its control group
	campaignHash []uint64
	splitLimit   bool
	limits       [2]int // by type; combined is limits[0]
	mayInvite    [2]bool
	agentState   model.Availability

	// While compiling.
	marks     []bool
	entryByID map[string]*model.EntryPoint
}

// Ref names one engagement of a compiled catalog.
type Ref struct {
	// Path is "campaign/engagement".
	Path string
	// Campaign is the index in [Engine.Campaigns].
	Campaign   int
	Engagement *model.Engagement
	Zone       string
}

// compiled is what deciding needs of one engagement; what a display looks at
// stands first, in one line of the cache.
type compiled struct {
	ref      int32
	campaign int32
	tier     int8
	kind     int8 // 0 messaging, 1 content, 2 chat
	typ      int8 // 0 conversation, 1 content
	proact   bool
	embedded bool
	offline  bool // draws something while offline
	busy     bool // has a busy face
	ignore   bool
	skill    int32
	follow   followed
	duration model.Duration

	path  string
	roots [phaseBehavior + 1]int32
	eng   *model.Engagement
	frame int32
}

// followed is how far a display goes with the visitor: on so many further pages
// or, if it is not zero, for a time.
type followed struct {
	time  model.Duration
	pages int32
}

// heldOut is what membership of a campaign's control group is worked out from.
type heldOut struct {
	campaign uint64 // hash of the campaign's ID
	draws    uint64 // how many of the visitor's draws are in the group
}

// check is a dimension in the order in which they are looked at.
type check struct {
	dim    int32
	groups factGroup
	waits  bool
}

// zone is a place on the page: the bits of its engagements stand together, those of
// conversations before those of content.
type zone struct {
	name            string
	lo, content, hi int32
}

// ofClass returns between which bits there may be candidates of a class.
func (z *zone) ofClass(class int) (lo, hi int32) {
	if class == classContent {
		return z.content, z.hi
	}
	return z.lo, z.content
}

// Catalog returns the catalog that was compiled.
func (e *Engine) Catalog() *model.Catalog { return e.catalog }

// Campaigns returns the campaigns by index, ordered by ID.
func (e *Engine) Campaigns() []*model.Campaign { return e.campaigns }

// Engagements returns the engagements by index: those of the first campaign in
// their own order, then those of the next.
func (e *Engine) Engagements() []Ref { return e.refs }

// Index returns the index of the engagement "campaign/engagement".
func (e *Engine) Index(path string) (int, bool) {
	i, ok := e.byPath[path]
	return i, ok
}

// Compile compiles a catalog. What is left of mistakes that model.Validate
// would tell and that leave no meaning (a reference to nothing, a bad regular
// expression, an unknown zone) is returned, joined.
func Compile(catalog *model.Catalog) (*Engine, error) {
	e := &Engine{catalog: catalog, signals: make(map[string]bool), attributes: make(map[string]bool)}
	// A library item has a node of its own and, as conditions are shared, about
	// one below it.
	items := len(catalog.Audiences) + len(catalog.Behaviors) + len(catalog.EntryPoints)
	c := &compiler{Engine: e, byKey: make(map[string]int32, items), dims: make(map[string]int32), items: make(map[item]int32, items),
		entries: make(map[string]int), flowIDs: make(map[string]int)}
	c.nodes, c.leaves = make([]node, 0, 2*items), make([]leaf, 0, items/2)
	c.entryByID = make(map[string]*model.EntryPoint, len(catalog.EntryPoints))
	for _, p := range catalog.EntryPoints {
		c.entryByID[p.ID] = p
	}
	c.pages.placeOf = make(map[int32]int32)
	c.pages.dim = c.dim("page", phaseEntryPoint, factPage)
	c.settings()
	c.engagements()
	c.conditions()
	c.compileGoals()
	c.compileCalendar()
	c.finish()
	if len(c.errs) > 0 {
		return nil, fmt.Errorf("compile the catalog: %w", errors.Join(c.errs...))
	}
	e.marks, e.entryByID = nil, nil
	return e, nil
}

func (c *compiler) settings() {
	s := &c.catalog.Settings
	c.every = s.Every()
	c.visitRule = journey.VisitRule{Idle: s.VisitIdle(), MaxAge: s.VisitMaxAge()}
	c.siteShare = s.SiteControl()
	c.splitLimit = s.Displays.Split
	c.limits = [2]int{s.Displays.Limit, s.Displays.Limit}
	if c.splitLimit {
		c.limits = [2]int{s.Displays.Conversation, s.Displays.Content}
	}
	c.mayInvite = [2]bool{s.MayInvite(model.Conversation), s.MayInvite(model.Content)}
	c.agentState = s.Agents
	if c.agentState == "" {
		c.agentState = model.Online
	}
}

// engagements numbers campaigns, engagements and bits.
func (c *compiler) engagements() {
	c.campaigns = slices.Clone(c.catalog.Campaigns)
	slices.SortStableFunc(c.campaigns, func(a, b *model.Campaign) int { return strings.Compare(a.ID, b.ID) })
	skills := make(map[string]int32)
	skill := func(name string) int32 {
		i, ok := skills[name]
		if !ok {
			i = int32(len(c.skills))
			skills[name] = i
			c.skills = append(c.skills, name)
		}
		return i
	}
	skill("")
	draws := make(map[int]uint64) // by share
	total := 0
	for _, k := range c.campaigns {
		total += len(k.Engagements)
	}
	c.byPath, c.refs, c.byBit = make(map[string]int, total), make([]Ref, 0, total), make([]compiled, 0, total)
	for i, k := range c.campaigns {
		share := k.Control()
		if _, ok := draws[share]; !ok {
			draws[share] = shareDraws(share)
		}
		c.shares, c.shareDraws = append(c.shares, share), append(c.shareDraws, draws[share])
		c.campaignHash = append(c.campaignHash, pathHash(k.ID))
		if i > 0 && c.campaigns[i-1].ID == k.ID {
			c.fail("campaign "+quote(k.ID), "there are two of this id")
		}
		for _, g := range k.Engagements {
			path := k.Path(g)
			if _, twice := c.byPath[path]; twice {
				c.fail("engagement "+quote(path), "there are two of this id")
			}
			c.byPath[path] = len(c.refs)
			x := compiled{ref: int32(len(c.refs)), campaign: int32(i), tier: int8(k.Priority.Tier()), path: path, eng: g,
				proact: g.Format.Proactive(), embedded: g.Format == model.Embedded, follow: followed{g.Follow.Time, int32(g.Follow.Pages)}, duration: g.Duration}
			switch {
			case g.Type == model.Content:
				x.kind, x.typ = 1, 1
			case g.Channel == model.Chat:
				x.kind = 2
				x.skill = skill(g.Skill)
				x.offline = !g.Creative.OfflineOff
				x.busy = g.Creative.Busy != nil && g.Format != model.Overlay
				x.ignore = g.IgnoreMaxWait
			}
			c.refs = append(c.refs, Ref{Path: path, Campaign: i, Engagement: g, Zone: g.Zone()})
			c.byBit = append(c.byBit, x)
		}
	}
	c.n = len(c.refs)
	c.words = (c.n + 63) / 64
	c.inBitOrder()
	c.proactiveZone = -1
	c.bitOf, c.refOf, c.zoneOf, c.campaignOf = make([]int32, c.n), make([]int32, c.n), make([]int32, c.n), make([]int32, c.n)
	c.paths, c.tierOf, c.heldOut = make([]uint64, c.n), make([]int8, c.n), make([]heldOut, c.n)
	c.campaignB = make([][]int32, len(c.campaigns))
	c.goalOf = make([]int32, len(c.campaigns))
	for b := range c.byBit {
		x := &c.byBit[b]
		c.bitOf[x.ref], c.refOf[b] = int32(b), x.ref
		c.campaignB[x.campaign] = append(c.campaignB[x.campaign], int32(b))
		name := c.refs[x.ref].Zone
		if len(c.zones) == 0 || c.zones[len(c.zones)-1].name != name {
			if x.proact {
				c.proactiveZone = int32(len(c.zones))
			}
			c.zones = append(c.zones, zone{name: name, lo: int32(b), content: int32(b)})
		}
		z := &c.zones[len(c.zones)-1]
		z.hi = int32(b + 1)
		if x.typ == 0 {
			z.content = z.hi
		}
		c.zoneOf[b] = int32(len(c.zones) - 1)
		if b&63 == 0 {
			c.zoneAt = append(c.zoneAt, c.zoneOf[b])
		}
		c.paths[b], c.tierOf[b], c.heldOut[b] = pathHash(x.path), x.tier, heldOut{c.campaignHash[x.campaign], c.shareDraws[x.campaign]}
		c.campaignOf[b] = x.campaign
	}
	if wider {
		c.groupWords()
	}
	mk := func() row { return make(row, c.words) }
	c.all = mk()
	c.all.fill(c.n)
	c.live, c.draft, c.disabled, c.authenticated, c.conversations, c.chats, c.named = mk(), mk(), mk(), mk(), mk(), mk(), mk()
	c.proactive = [2]row{mk(), mk()}
	for p := range c.leftover {
		c.leftover[p] = mk()
	}
	for b := range c.byBit {
		x, bit := &c.byBit[b], int32(b)
		switch k := c.campaigns[x.campaign]; {
		case !k.Published:
			c.draft.set(bit)
		case x.eng.Disabled:
			c.disabled.set(bit)
		default:
			c.live.set(bit)
		}
		if x.typ == 0 {
			c.conversations.set(bit)
			if x.eng.Authentication == model.Authenticated {
				c.authenticated.set(bit)
			}
		}
		if x.proact {
			c.proactive[x.typ].set(bit)
		}
		if x.kind == 2 {
			c.chats.set(bit)
		}
	}
}

// placeInOrder is what bits are ordered by.
type placeInOrder struct {
	zone int // by zoneBefore
	typ  int8
	part string // of the site
	ref  int32
}

// inBitOrder puts engagements in the order of their bits.
func (c *compiler) inBitOrder() {
	rank := make(map[string]int)
	for i := range c.refs {
		rank[c.refs[i].Zone] = 0
	}
	zones := slices.SortedFunc(maps.Keys(rank), func(a, b string) int { return b2i(zoneBefore(b, a)) - b2i(zoneBefore(a, b)) })
	for i, z := range zones {
		rank[z] = i
	}
	order := make([]placeInOrder, c.n)
	for i := range c.byBit {
		x := &c.byBit[i]
		order[i] = placeInOrder{rank[c.refs[i].Zone], x.typ, c.partOfSite(x.eng), x.ref}
	}
	slices.SortFunc(order, func(a, b placeInOrder) int {
		return cmp.Or(a.zone-b.zone, int(a.typ-b.typ), strings.Compare(a.part, b.part), int(a.ref-b.ref))
	})
	byRef := c.byBit
	c.byBit = make([]compiled, c.n)
	for b, p := range order {
		c.byBit[b] = byRef[p.ref]
	}
}

// partOfSite names the part of the site that an engagement is at home in, as its
// first entry point's first rule tells it: the first step of the path, or the
// section, and behind that the whole rule.
func (c *compiler) partOfSite(g *model.Engagement) string {
	for _, id := range g.EntryPoints {
		p := c.entryByID[id]
		if p == nil || len(p.Include) == 0 {
			continue
		}
		r := &p.Include[0]
		if r.Section != "" {
			return strings.ToLower(strings.Trim(r.Section, `"`))
		}
		u := &r.URLRule
		text, _ := cutScheme(strings.ToLower(cmp.Or(u.Exact, u.StartsWith, u.Wildcard, u.Contains, u.Regex)))
		_, path, found := strings.Cut(text, "/")
		if !found {
			return text
		}
		return path
	}
	return ""
}

// zoneBefore orders zones: proactive, left, right, then embedded ones by name.
func zoneBefore(a, b string) bool {
	rank := func(z string) int {
		switch z {
		case model.ZoneProactive:
			return 0
		case model.ZoneLeft:
			return 1
		case model.ZoneRight:
			return 2
		}
		return 3
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra < rb
	}
	return a < b
}

// conditions compiles every engagement's three conditions and its delay.
func (c *compiler) conditions() {
	audiences := make(map[string]*model.Audience)
	for _, a := range c.catalog.Audiences {
		audiences[a.ID] = a
	}
	behaviors := make(map[string]*model.Behavior)
	for _, b := range c.catalog.Behaviors {
		behaviors[b.ID] = b
	}
	who := make([]int32, len(c.campaigns))
	for i, k := range c.campaigns {
		var kids []int32
		for _, id := range k.Audiences {
			a, ok := audiences[id]
			if !ok {
				c.fail("campaign "+quote(k.ID), "audience %s does not exist", quote(id))
				continue
			}
			kids = append(kids, c.item(model.KindAudience, &a.Header, func() int32 { return c.condition("audience "+quote(id), &a.When) }))
		}
		who[i] = c.group(opAny, kids)
	}
	for b := range c.byBit {
		x := &c.byBit[b]
		missing := func(what, id string) { c.fail("engagement "+quote(x.path), what+" %s does not exist", quote(id)) }
		var kids []int32
		for _, id := range x.eng.EntryPoints {
			n, ok := c.entryPoint(id)
			if !ok {
				missing("entry point", id)
				continue
			}
			kids = append(kids, n)
		}
		x.roots[phaseAudience] = who[x.campaign]
		x.roots[phaseEntryPoint] = c.group(opAny, kids)
		kids = nil
		for _, id := range x.eng.Behaviors {
			v, ok := behaviors[id]
			if !ok {
				missing("behavior", id)
				continue
			}
			kids = append(kids, c.item(model.KindBehavior, &v.Header, func() int32 { return c.condition("behavior "+quote(id), &v.When) }))
		}
		x.roots[phaseBehavior] = c.group(opAny, kids)
		delay := int32(-1)
		if x.eng.Delay > 0 {
			delay = c.numeric("display delay", phaseDelay, 0, unitTime, int64(x.eng.Delay), maxValue,
				func(f *facts) (int64, bool) { return int64(f.now.Sub(f.pageStart)), f.page != nil }, always)
		}
		for p := phaseAudience; p <= phaseBehavior; p++ {
			c.split(int32(b), x.roots[p], p)
		}
		if delay >= 0 {
			c.split(int32(b), delay, phaseDelay)
		}
	}
}

// finish seals the dimensions and puts them in order.
func (c *compiler) finish() {
	if len(c.errs) > 0 {
		return
	}
	c.marks, c.uses = make([]bool, len(c.leaves)), make([]use, len(c.leaves))
	for i := range c.dimensions {
		c.seal(&c.dimensions[i])
	}
	c.sealPages()
	c.searchWords.seal()
	for i := range c.nodes { // children come before their parents
		x := &c.nodes[i]
		if x.op == opLeaf {
			x.waits = c.dimensions[c.leaves[x.leaf].dim].waits
		}
		for _, k := range x.kids {
			x.waits = x.waits || c.nodes[k].waits
		}
	}
	for i := range c.dimensions {
		d := &c.dimensions[i]
		if len(d.parts) > 0 && int32(i) != c.pages.dim {
			c.order[d.phase] = append(c.order[d.phase], check{int32(i), d.groups, d.waits})
		}
	}
	for p := range c.order {
		slices.SortStableFunc(c.order[p], func(a, b check) int {
			if a.waits != b.waits {
				return b2i(a.waits) - b2i(b.waits)
			}
			return strings.Compare(c.dimensions[a.dim].name, c.dimensions[b.dim].name)
		})
	}
	for i := range c.dimensions {
		switch d := &c.dimensions[i]; d.name {
		case "visited":
			d.find, d.sign = c.findVisited()
		case "errors":
			d.find = c.findErrors(d)
			d.sign = func(f *facts, out []byte) []byte {
				for i := range f.errors {
					x := &f.errors[i]
					out = append(append(out, x.Code...), 0)
					out = append(append(out, x.Message...), 0)
				}
				return out
			}
		}
	}
	// Rows that let few pass come first.
	size := func(d check) (n int) {
		for _, p := range c.dimensions[d.dim].parts {
			n += len(p.bits)
		}
		return n
	}
	slices.SortStableFunc(c.order[phaseBehavior], func(a, b check) int {
		if a.waits != b.waits {
			return b2i(a.waits) - b2i(b.waits)
		}
		return size(b) - size(a)
	})
	c.placeDimensions()
	for p := range c.mixed {
		c.mixed[p] = !c.leftover[p].none()
	}
	if c.mixed[phaseAudience] {
		c.watched |= factsOfAudience
	}
	if !c.authenticated.none() {
		c.guests = slices.Clone(c.all)
		c.guests.andNot(c.authenticated)
	}
	c.findTwins()
	c.openWindows()
	c.untold = c.newFaces(func(int32) model.Availability { return c.agentState })
}

// findTwins looks for engagements that ask for the same as another one of their
// campaign, up to where they are prospects.
func (c *compiler) findTwins() {
	type asked struct {
		campaign      int32
		roots         [phaseBehavior + 1]int32
		authenticated bool
	}
	c.twins = make(row, c.words)
	known := make(map[asked]bool)
	c.live.each(func(b int32) {
		x := &c.byBit[b]
		k := asked{x.campaign, x.roots, c.authenticated.has(b)}
		if known[k] {
			c.twins.set(b)
		}
		known[k] = true
	})
}

// findErrors looks at the leaves that name the errors there are.
func (c *compiler) findErrors(d *dimension) func(*facts, []int32) []int32 {
	index := make(map[string][]int32)
	for _, l := range d.leaves {
		for _, w := range c.leaves[l].words {
			index[w] = append(index[w], l)
		}
	}
	return func(f *facts, out []int32) []int32 {
		for i := range f.errors {
			out = append(out, index[strings.ToLower(f.errors[i].Message)]...)
			out = append(out, index[strings.ToLower(f.errors[i].Code)]...)
		}
		kept := out[:0]
		for _, l := range out {
			if c.leaves[l].truth(f) == True {
				kept = append(kept, l)
			}
		}
		return kept
	}
}

// findVisited looks at the entry points that were visited, not at all.
func (c *compiler) findVisited() (find func(*facts, []int32) []int32, sign func(*facts, []byte) []byte) {
	leafOf, asked := make([]int32, len(c.trackedNodes)), make(row, (len(c.trackedNodes)+63)/64)
	for id, ep := range c.entries {
		if n, ok := c.byKey["visited\x1f"+id]; ok {
			leafOf[ep] = c.nodes[n].leaf
			asked.set(int32(ep))
		}
	}
	find = func(f *facts, out []int32) []int32 {
		f.visited.each(func(ep int32) {
			if asked.has(ep) {
				out = append(out, leafOf[ep])
			}
		})
		return out
	}
	sign = func(f *facts, out []byte) []byte {
		any := uint64(0)
		for w, x := range f.visited {
			x &= asked[w]
			any |= x
			out = binary.LittleEndian.AppendUint64(out, x)
		}
		if any == 0 {
			return out[:0]
		}
		return out
	}
	return find, sign
}
