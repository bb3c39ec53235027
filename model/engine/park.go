package engine

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
	"slices"

	"beckon/model"
	"beckon/model/journey"
)

// A run holds one visitor in a form that is quick to decide on. Between a
// visitor's events a server that follows many keeps each of them parked: a few
// hundred bytes without pointers, which cost the garbage collector nothing.

// ErrParked is wrapped by [Run.Resume] when bytes are not what Park wrote for
// this engine and these options.
var ErrParked = errors.New("not a parked visitor of this engine")

// Park appends the visitor's state to dst. A run resumed from it goes on as if
// it had never been away; what is not kept is the trace of the last
// evaluation, and facts that State shows and no campaign looks at. With Options.Outcomes the account of every engagement is part of
// it, and it is large; without, a visit usually takes less than 256 bytes.
func (r *Run) Park(dst []byte) []byte {
	if r.cut.Open {
		r.lookFor(forever)
	}
	r.account()
	p := packer{b: dst}
	r.pack(&p)
	return p.b
}

// Resume takes up a visitor that was parked by a run of the same engine with
// the same options.
func (r *Run) Resume(visitor string, parked []byte) error {
	r.Reset(visitor)
	r.fresh = false
	p := packer{b: parked, reading: true}
	r.pack(&p)
	if p.bad || len(p.b) != 0 {
		r.Reset(visitor)
		return ErrParked
	}
	return nil
}

// parkedForm is written first, so that another form is refused.
const parkedForm = 1

func (r *Run) pack(p *packer) {
	form := int64(parkedForm)
	p.num(&form)
	words := int64(r.e.words)
	p.num(&words)
	if form != parkedForm || words != int64(r.e.words) {
		p.bad = true
	}
	f := &r.f
	if p.bad {
		return
	}
	p.instant(&f.now)
	p.integer(&f.counted)
	p.instant(&f.previous)
	for i := range r.agents {
		p.text((*string)(&r.agents[i]))
	}
	p.flag(&r.cut.Open)
	if !r.cut.Open {
		return
	}
	p.text(&r.cut.ID)
	same := r.visit == r.cut.ID
	if p.flag(&same); same {
		r.visit = r.cut.ID
	} else {
		p.text(&r.visit)
	}
	p.since(&f.start, f.now)
	p.since(&f.last, f.now)
	p.since(&r.cut.Start, f.start)
	p.since(&r.cut.Last, f.last)
	p.since(&r.evaluatedAt, f.now)
	p.integer(&r.events)
	p.integer(&r.displ)
	waits := r.nextEval != 0
	if p.flag(&waits); waits {
		p.since(&r.nextEval, f.now)
	} else {
		r.nextEval = 0
	}
	r.packFacts(p)
	r.packScreen(p)
	if p.reading {
		r.nextEvalOK, r.nextEvalTo, r.resumed, r.rowsOK = true, forever, true, false
		r.dirty, r.slot, r.audienceOK, r.placeOK = factAll, nil, false, false
		r.stopsOK = false
	}
}

func (r *Run) packFacts(p *packer) {
	f, e := &r.f, r.e
	p.integer(&f.visits)
	p.truth(&f.returning)
	p.instant(&f.lastVisit)
	p.flags(&f.toldVisits, &f.toldLast, &f.exit, &f.abandon, &f.arrived, &f.arrivalOK, &f.cartTold, &f.conversation)
	p.integer(&f.pages)

	onPage := f.page != nil
	p.flag(&onPage)
	if onPage {
		page := f.page
		if p.reading {
			page = &journey.Page{}
		}
		p.text(&page.URL)
		if e.pages.needTitle {
			p.text(&page.Title)
		}
		if e.pages.needSections {
			told := page.Sections != nil
			p.flag(&told)
			packList(p, &page.Sections, p.text)
			if told && page.Sections == nil {
				page.Sections = []string{}
			}
		}
		p.since(&f.pageStart, f.now)
		p.integer(&f.scroll)
		if p.reading && !p.bad {
			f.page, f.view = page, r.pageEntry(page)
		}
	}
	if e.needReferrer {
		p.text(&f.referrerRaw)
	}
	if f.arrivalOK {
		p.text((*string)(&f.arrival.Channel))
		p.text(&f.arrival.Affiliate)
		p.text(&f.arrival.Campaign)
		packList(p, &f.arrival.Keywords, p.text)
	} else {
		p.text(&f.landing)
	}
	if p.reading {
		f.referrer = normalize(f.referrerRaw)
	}
	p.text((*string)(&f.channel))
	p.text(&f.affiliate)
	p.text(&f.campaign)

	p.text((*string)(&f.platform))
	p.text(&f.browser)
	p.text(&f.os)
	p.text(&f.language)
	ip := ""
	if f.ip.IsValid() {
		ip = string(append(f.ip.Addr().AsSlice(), byte(f.ip.Bits())))
	}
	p.text(&ip)
	if p.reading {
		f.ip = netip.Prefix{}
		if n := len(ip) - 1; n > 0 {
			if a, ok := netip.AddrFromSlice([]byte(ip[:n])); ok {
				f.setIP(netip.PrefixFrom(a, int(ip[n])))
			}
		}
	}
	p.text(&f.geo.Country)
	p.text(&f.geo.Region)
	p.text(&f.geo.City)
	if p.reading {
		f.geoKnown = false
	}

	c := &f.customer
	for _, s := range [...]*string{&c.Type, &c.Status, &c.CustomerID, &c.Currency, &c.StoreZIP, &c.StoreNumber,
		&f.person.Gender, &f.person.Language, &f.user} {
		p.text(s)
	}
	packPointer(p, &c.Balance, func(m *model.Money) { p.num((*int64)(m)) })
	packPointer(p, &c.CompanySize, p.integer)
	packPointer(p, &f.person.Age, p.integer)
	p.date(&c.RegistrationDate)
	p.date(&f.person.Birth)
	p.pairs(&f.attrs, e.attributes)

	p.num((*int64)(&f.total))
	p.integer(&f.items)
	p.num((*int64)(&f.lastChange))
	packList(p, &f.products, p.product)
	packList(p, &f.views, p.product)
	packList(p, &f.purchased, p.text)
	packList(p, &f.errors, func(x *journey.VisitorError) {
		p.text(&x.ContextID)
		p.text(&x.Message)
		p.text(&x.Code)
	})
	packList(p, &f.searches, p.text)
	packList(p, &f.services, func(x *journey.ServiceUpdate) {
		p.text(&x.Topic)
		p.text((*string)(&x.Status))
	})
	packList(p, &f.signals, func(x *signalSeen) {
		p.text(&x.name)
		p.since(&x.at, f.now)
	})
	seen := r.hits[:0]
	f.visited.each(func(ep int32) { seen = append(seen, ep) })
	packList(p, &seen, func(ep *int32) {
		p.index(ep, len(f.spent))
		if !p.bad {
			f.visited.set(*ep)
			p.num((*int64)(&f.spent[*ep]))
		}
	})
	r.hits = seen
	packSparse(p, f.flows, func(s *flowState) bool { return s.mode != flowIdle }, func(s *flowState) {
		place, mode := int(s.place), int(s.mode)
		p.integer(&place)
		p.integer(&mode)
		if place < 0 || place > 64 || mode > int(flowComplete) {
			p.bad = true
			return
		}
		s.place, s.mode = int8(place), flowMode(mode)
	})
	packList(p, &f.engaged, func(x *engagedWith) {
		p.index(&x.bit, e.n)
		v := int64(x.how)
		p.num(&v)
		x.how = uint8(v)
	})
	p.integer(&f.accepted)
	if f.accepted < nobody || f.accepted >= max(r.e.n, 1) {
		p.bad = true
	}
}

func (r *Run) packScreen(p *packer) {
	e, now := r.e, r.f.now
	packList(p, &r.screen, func(s *shown) {
		p.index(&s.bit, e.n)
		if p.bad {
			return
		}
		s.zone = e.zoneOf[s.bit]
		p.since(&s.first, now)
		p.since(&s.since, now)
		p.instant(&s.until)
		p.integer(&s.pages)
		p.text((*string)(&s.state))
	})
	packSparse(p, r.lockedZones, func(b *bool) bool { return *b }, func(b *bool) { *b = true })
	if p.reading {
		for z, taken := range r.lockedZones {
			if taken {
				r.taken = append(r.taken, int32(z))
			}
		}
	}
	p.row(r.closed, r.e.all)
	for t := range r.displays {
		p.integer(&r.displays[t])
		p.flag(&r.declined[t])
	}
	packList(p, &r.justShown, func(b *int32) { p.index(b, e.n) })
	packList(p, &r.exposedL, func(c *int32) {
		if p.index(c, len(e.campaigns)); !p.bad {
			r.exposed[*c] = true
		}
	})
	for _, set := range [...]*campaignSet{&r.clicked, &r.goalMet} {
		packList(p, (*[]int32)(set), func(c *int32) { p.index(c, len(e.campaigns)) })
	}
	ids := make([]string, 0, len(r.seenIDs))
	for id := range r.seenIDs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	packList(p, &ids, p.text)
	for _, id := range ids {
		r.seenIDs[id] = struct{}{}
	}
	if r.o.Outcomes {
		if p.reading {
			r.manySlots, r.entered = true, 1<<GateCount-1
		}
		r.openSlots()
		p.row(r.controlled, r.e.all)
		for g := range r.reach {
			p.row(r.reach[g], r.e.all)
		}
	}
}

// packer writes or reads a state field by field; the same code does both, so
// that what is written is what is read.
type packer struct {
	b       []byte
	reading bool
	bad     bool
}

func (p *packer) num(v *int64) {
	if !p.reading {
		p.b = binary.AppendVarint(p.b, *v)
		return
	}
	x, n := binary.Varint(p.b)
	if n <= 0 {
		p.bad, p.b = true, nil
		return
	}
	*v, p.b = x, p.b[n:]
}

func (p *packer) integer(v *int) {
	x := int64(*v)
	p.num(&x)
	*v = int(x)
}

func (p *packer) instant(v *journey.Instant) { p.num((*int64)(v)) }

// since writes an instant as the time from it to another, which is shorter.
func (p *packer) since(v *journey.Instant, from journey.Instant) {
	x := int64(from - *v)
	p.num(&x)
	*v = from - journey.Instant(x)
}

func (p *packer) date(v *model.Date) {
	x := int64(*v)
	p.num(&x)
	if x < math.MinInt32 || x > math.MaxInt32 {
		p.bad = true
	}
	*v = model.Date(x)
}

func (p *packer) flag(v *bool) {
	x := int64(b2i(*v))
	p.num(&x)
	*v = x != 0
}

// flags packs up to 63 flags in one number.
func (p *packer) flags(list ...*bool) {
	var x int64
	for i, v := range list {
		x |= int64(b2i(*v)) << i
	}
	p.num(&x)
	for i, v := range list {
		*v = x>>i&1 != 0
	}
}

func (p *packer) truth(v *Truth) {
	x := int64(*v)
	p.num(&x)
	if x < 0 || x > int64(True) {
		p.bad = true
		return
	}
	*v = Truth(x)
}

// index is a number from 0 up to n.
func (p *packer) index(v *int32, n int) {
	x := int64(*v)
	p.num(&x)
	if x < 0 || x >= int64(n) {
		p.bad = true
		return
	}
	*v = int32(x)
}

func (p *packer) text(v *string) {
	n := len(*v)
	p.length(&n)
	if p.bad {
		return
	}
	if !p.reading {
		p.b = append(p.b, *v...)
		return
	}
	*v, p.b = string(p.b[:n]), p.b[n:]
}

// length is that of what follows; nothing is longer than what is left.
func (p *packer) length(n *int) {
	p.integer(n)
	if p.reading && (*n < 0 || *n > len(p.b)) {
		p.bad, *n = true, 0
	}
}

// row packs a set of engagements, all of which must be of those there are.
func (p *packer) row(r, all row) {
	packSparse(p, r, func(w *uint64) bool { return *w != 0 }, func(w *uint64) {
		if !p.reading {
			p.b = binary.LittleEndian.AppendUint64(p.b, *w)
			return
		}
		if len(p.b) < 8 {
			p.bad = true
			return
		}
		*w, p.b = binary.LittleEndian.Uint64(p.b), p.b[8:]
	})
	for i, w := range r {
		if w&^all[i] != 0 {
			p.bad = true
		}
		r[i] &= all[i]
	}
}

// pairs packs those entries of a map whose keys matter.
func (p *packer) pairs(m *map[string]string, matter map[string]bool) {
	keys := make([]string, 0, len(*m))
	for k := range *m {
		if matter[k] {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	packList(p, &keys, func(k *string) {
		p.text(k)
		v := (*m)[*k]
		p.text(&v)
		if p.reading && !p.bad {
			if *m == nil {
				*m = make(map[string]string)
			}
			(*m)[*k] = v
		}
	})
}

func (p *packer) product(x *journey.Product) {
	p.text(&x.Name)
	p.text(&x.Category)
	p.text(&x.SKU)
	p.text(&x.StatusInStock)
	packPointer(p, &x.Price, func(m *model.Money) { p.num((*int64)(m)) })
	packPointer(p, &x.QuantityInStock, p.integer)
}

// packList packs a list: its length, then its members.
func packList[T any](p *packer, list *[]T, each func(*T)) {
	n := len(*list)
	p.length(&n)
	if p.reading {
		*list = slices.Grow((*list)[:0], n)[:n]
		clear(*list)
	}
	for i := 0; i < n && !p.bad; i++ {
		each(&(*list)[i])
	}
}

// packSparse packs the members of a long list that matter, with their places.
func packSparse[T any](p *packer, list []T, matters func(*T) bool, each func(*T)) {
	n := 0
	for i := range list {
		if matters(&list[i]) {
			n++
		}
	}
	p.length(&n)
	at := int32(0)
	for ; n > 0 && !p.bad; n-- {
		if !p.reading {
			for !matters(&list[at]) {
				at++
			}
		}
		if p.index(&at, len(list)); !p.bad {
			each(&list[at])
		}
		at++
	}
}

// packPointer packs a value that may be missing.
func packPointer[T any](p *packer, v **T, value func(*T)) {
	told := *v != nil
	p.flag(&told)
	if !told || p.bad {
		return
	}
	if p.reading {
		*v = new(T)
	}
	value(*v)
}
