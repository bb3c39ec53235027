package engine

import (
	"fmt"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// behaviorLeaves compiles the tests of what the visitor does.
func (c *compiler) behaviorLeaves(where string, k *model.Condition, add func(int32)) {
	if x := k.Flow; x != nil {
		add(c.flow(where, x))
	}
	if x := k.TimeOnEntryPoint; x != nil {
		var kids []int32
		lo, hi := timeBounds(&x.TimeCondition)
		for _, id := range x.EntryPoints {
			ep, ok := c.tracked(where, id)
			if !ok {
				continue
			}
			kids = append(kids, c.numeric("time on "+c.entryName(id), phaseBehavior, factVisited, unitTime, lo, hi,
				func(f *facts) (int64, bool) { return int64(f.timeOn(ep)), true },
				func(f *facts) bool {
					if f.view != nil {
						for _, i := range f.view.entryPoints {
							if int(i) == ep {
								return true
							}
						}
					}
					return false
				}))
		}
		add(c.group(opAll, kids))
	}
	if x := k.Visited; x != nil {
		var kids []int32
		for _, id := range x.EntryPoints {
			if ep, ok := c.tracked(where, id); ok {
				kids = append(kids, c.visited(id, ep))
			}
		}
		add(c.group(opAll, kids))
	}
	if k.AboutToAbandon {
		add(c.pageSignal("about to abandon", func(f *facts) bool { return f.abandon }))
	}
	if x := k.CartValue; x != nil {
		add(c.cart(x))
	}
	if x := k.CartProducts; x != nil {
		add(c.cartProducts(x))
	}
	if x := k.ViewedProduct; x != nil {
		add(c.viewed(x))
	}
	if x := k.VisitorError; x != nil {
		add(c.visitorError(x))
	}
	if x := k.Engaged; x != nil {
		add(c.engagedWith(where, x))
	}
	if x := k.ServiceActivity; x != nil {
		add(c.serviceActivity(x))
	}
	if x := k.TimeOnPage; x != nil {
		add(c.steadyClock("time on page", x, func(f *facts) (int64, bool) { return int64(f.now.Sub(f.pageStart)), f.page != nil }))
	}
	if x := k.TimeOnSite; x != nil {
		add(c.steadyClock("time on site", x, func(f *facts) (int64, bool) { return int64(f.now.Sub(f.start)), true }))
	}
	if x := k.Idle; x != nil {
		add(c.clock("idle time", x, func(f *facts) (int64, bool) { return int64(f.now.Sub(f.last)), true }))
	}
	if x := k.PagesViewed; x != nil {
		add(c.intRange("pages viewed", phaseBehavior, factPage, unitCount, x, func(f *facts) (int64, bool) { return int64(f.pages), true }))
	}
	if x := k.CartItems; x != nil {
		add(c.intRange("items in the cart", phaseBehavior, factCart, unitCount, x, func(f *facts) (int64, bool) { return int64(f.items), f.cartTold }))
	}
	if x := k.SearchedFor; x != nil {
		add(c.searchedFor(x))
	}
	if x := k.ScrollDepth; x != nil {
		add(c.intRange("scroll depth", phaseBehavior, factSignals|factPage, unitPercent, x, func(f *facts) (int64, bool) { return int64(f.scroll), f.scroll >= 0 }))
	}
	if k.ExitSignal {
		add(c.pageSignal("exit signal", func(f *facts) bool { return f.exit }))
	}
	if x := k.Event; x != nil {
		add(c.event(x))
	}
}

// timeBounds returns the inclusive bounds of a time in milliseconds.
func timeBounds(t *model.TimeCondition) (lo, hi int64) {
	lo, hi = minValue, maxValue
	if t.AtLeast != nil {
		lo = int64(*t.AtLeast)
	}
	if t.MoreThan != nil {
		lo = max(lo, int64(*t.MoreThan)+1)
	}
	if t.AtMost != nil {
		hi = int64(*t.AtMost)
	}
	return lo, hi
}

func always(*facts) bool { return true }

func (c *compiler) clock(name string, t *model.TimeCondition, value func(*facts) (int64, bool)) int32 {
	lo, hi := timeBounds(t)
	return c.numeric(name, phaseBehavior, 0, unitTime, lo, hi, value, always)
}

// steadyClock is clock of what nothing but another page or visit sets back.
func (c *compiler) steadyClock(name string, t *model.TimeCondition, value func(*facts) (int64, bool)) int32 {
	leaf := c.clock(name, t, value)
	c.dimensions[c.leaves[c.nodes[leaf].leaf].dim].steady = true
	return leaf
}

// pageSignal makes a leaf of a signal that ends with the page.
func (c *compiler) pageSignal(name string, get func(*facts) bool) int32 {
	d := c.dim(name, phaseBehavior, factSignals|factPage)
	return c.leafNode(name, func() leaf {
		return leaf{dim: d,
			label: func() string { return name + " on this page" },
			truth: func(f *facts) Truth { return truthOf(get(f)) },
			seen: func(f *facts) string {
				if get(f) {
					return "signaled"
				}
				return "not signaled"
			},
		}
	})
}

// tracked returns the number under which visits to an entry point are kept.
func (c *compiler) tracked(where, id string) (int, bool) {
	if i, ok := c.entries[id]; ok {
		return i, true
	}
	n, ok := c.entryPoint(id)
	if !ok {
		c.fail(where, "entry point %s does not exist", quote(id))
		return 0, false
	}
	i := len(c.trackedNodes)
	c.entries[id] = i
	c.trackedNodes = append(c.trackedNodes, n)
	return i, true
}

func (c *compiler) visited(id string, ep int) int32 {
	d := c.dim("visited", phaseBehavior, factVisited)
	n := c.leafNode("visited\x1f"+id, func() leaf {
		name := c.entryName(id)
		return leaf{dim: d,
			label: func() string { return name + " was visited" },
			truth: func(f *facts) Truth { return truthOf(f.visited.has(int32(ep))) },
			seen: func(f *facts) string {
				if f.visited.has(int32(ep)) {
					return "visited"
				}
				return "not visited"
			},
		}
	})
	return n
}

// entryName is an entry point's name for labels.
func (c *compiler) entryName(id string) string {
	for _, p := range c.catalog.EntryPoints {
		if p.ID == id && p.Name != "" {
			return quote(p.Name)
		}
	}
	return quote(id)
}

func (c *compiler) flow(where string, x *model.FlowCondition) int32 {
	key := "flow\x1f" + x.Name
	var steps []int32
	fl := flow{name: x.Name, steps: len(x.Steps), first: -1}
	if len(x.Steps) < 2 || len(x.Steps) > 64 {
		c.fail(where, "a flow has 2 to 64 steps, not %d", len(x.Steps))
		return c.group(opAny, nil)
	}
	for i, s := range x.Steps {
		n, words, err := c.pageLeaf(s.PageRule)
		if err != nil {
			c.fail(where, "flow step %d: %v", i+1, err)
			return c.group(opAny, nil)
		}
		steps = append(steps, n)
		fl.labels = append(fl.labels, words)
		key += fmt.Sprintf("\x1f%d%v", n, s.Optional)
		if !s.Optional {
			fl.required |= 1 << i
			if fl.first < 0 {
				fl.first = i
			}
		}
	}
	if fl.first < 0 {
		c.fail(where, "a flow needs a required step")
		return c.group(opAny, nil)
	}
	i, ok := c.flowIDs[key]
	if !ok {
		i = len(c.flows)
		c.flowIDs[key] = i
		c.flows = append(c.flows, fl)
		c.flowNodes = append(c.flowNodes, steps)
	}
	on, words := flowAbandoned, "was abandoned"
	if x.On == model.FlowBack {
		on, words = flowBack, "went back"
	}
	name := orNone(quoteIf(x.Name), "the flow")
	d := c.dim("flow", phaseBehavior, factVisited)
	return c.leafNode(fmt.Sprintf("flow\x1f%d\x1f%d", i, on), func() leaf {
		return leaf{dim: d, flow: int32(i + 1),
			label: func() string { return name + " " + words },
			truth: func(f *facts) Truth { return truthOf(f.flows[i].mode == on) },
			seen:  func(f *facts) string { return f.flows[i].words(&c.Engine.flows[i]) },
		}
	})
}

// words says where a visit stands in a flow.
func (s flowState) words(f *flow) string {
	if s.mode == flowIdle {
		return "not started"
	}
	at := fmt.Sprintf("step %d of %d (%s)", s.place, f.steps, f.labels[s.place-1])
	switch s.mode {
	case flowBack:
		return "back at " + at
	case flowAbandoned:
		return "abandoned after " + at
	case flowComplete:
		return "complete"
	}
	return "at " + at
}

func (c *compiler) cart(x *model.CartCondition) int32 {
	if x.Decreased || x.Emptied {
		d := c.dim("cart change", phaseBehavior, factCart)
		key, words := "decreased", "the cart's total decreased"
		if x.Emptied {
			key, words = "emptied", "the cart's total decreased to 0"
		}
		emptied := x.Emptied
		return c.leafNode("cart\x1f"+key, func() leaf {
			return leaf{dim: d,
				label: func() string { return words },
				truth: func(f *facts) Truth {
					if !f.cartTold {
						return Unknown
					}
					return truthOf(f.lastChange < 0 && (!emptied || f.total == 0))
				},
				seen: func(f *facts) string {
					if !f.cartTold {
						return notReported
					}
					return "total " + f.total.String() + ", last change " + f.lastChange.String()
				},
			}
		})
	}
	lo, hi := moneyBounds(&x.MoneyRange)
	return c.numeric("cart total", phaseBehavior, factCart, unitMoney, lo, hi,
		func(f *facts) (int64, bool) { return int64(f.total), f.cartTold }, nil)
}

// products is a compiled model.ProductCondition.
type products struct{ names, skus, categories []string }

func compileProducts(x model.ProductCondition) products {
	return products{lowered(x.Names), lowered(x.SKUs), lowered(x.Categories)}
}

func (p *products) match(x *journey.Product) bool {
	if len(p.names)+len(p.skus)+len(p.categories) == 0 {
		return true
	}
	return inFold(p.names, x.Name) || inFold(p.skus, x.SKU) || inFold(p.categories, x.Category)
}

func inFold(list []string, s string) bool {
	if s == "" {
		return false
	}
	for _, l := range list {
		if strings.EqualFold(l, s) {
			return true
		}
	}
	return false
}

func (p *products) key() string {
	return joined(p.names) + "\x1e" + joined(p.skus) + "\x1e" + joined(p.categories)
}

func (p *products) words() string {
	var parts []string
	for _, l := range [][]string{p.names, p.skus, p.categories} {
		if len(l) > 0 {
			parts = append(parts, list(l))
		}
	}
	return orNone(strings.Join(parts, " or "), "any product")
}

func (c *compiler) cartProducts(x *model.ProductCondition) int32 {
	d := c.dim("products in the cart", phaseBehavior, factCart)
	p := compileProducts(*x)
	return c.leafNode("cartProducts\x1f"+p.key(), func() leaf {
		return leaf{dim: d,
			label: func() string { return "the cart holds " + p.words() },
			truth: func(f *facts) Truth {
				if !f.cartTold || f.items > 0 && len(f.products) == 0 {
					return Unknown
				}
				for i := range f.products {
					if p.match(&f.products[i]) {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string {
				if !f.cartTold || f.items > 0 && len(f.products) == 0 {
					return notReported
				}
				return orNone(productWords(f.products), "nothing")
			},
		}
	})
}

func productWords(in []journey.Product) string {
	var names []string
	for _, p := range in {
		names = append(names, orNone(p.Name, p.SKU))
	}
	return list(names)
}

func (c *compiler) viewed(x *model.ViewedCondition) int32 {
	d := c.dim("viewed products", phaseBehavior, factViews)
	p := compileProducts(x.ProductCondition)
	need := max(1, x.Views)
	lo, hi := int64(minValue), int64(maxValue)
	if x.Price != nil {
		lo, hi = moneyBounds(x.Price)
	}
	var status []string
	var atMost *int
	if x.Stock != nil {
		status, atMost = x.Stock.Status, x.Stock.AtMost
	}
	match := func(f *facts, v *journey.Product) bool {
		if !p.match(v) {
			return false
		}
		if x.Price != nil && (v.Price == nil || int64(*v.Price) < lo || int64(*v.Price) > hi) {
			return false
		}
		if x.Stock != nil && !inFold(status, v.StatusInStock) &&
			(atMost == nil || v.QuantityInStock == nil || *v.QuantityInStock > *atMost) {
			return false
		}
		return v.SKU == "" || !inFold(f.purchased, v.SKU)
	}
	// best is the greatest number of matching views of one product.
	best := func(f *facts) int {
		best := 0
		for i := range f.views {
			v := &f.views[i]
			if !match(f, v) {
				continue
			}
			n := 0
			for j := range f.views {
				if o := &f.views[j]; sameProduct(v, o) && match(f, o) {
					n++
				}
			}
			best = max(best, n)
			if best >= need {
				break
			}
		}
		return best
	}
	key := fmt.Sprintf("viewed\x1f%s\x1f%d\x1f%d\x1f%d\x1f%s", p.key(), lo, hi, need, joined(lowered(status)))
	if atMost != nil {
		key += fmt.Sprint("\x1f", *atMost)
	}
	return c.leafNode(key, func() leaf {
		return leaf{dim: d,
			label: func() string {
				s := "viewed " + p.words()
				if x.Price != nil {
					s += " for " + span(unitMoney, lo, hi)
				}
				if len(status) > 0 {
					s += " with stock " + list(status)
				}
				if atMost != nil {
					s += fmt.Sprintf(" with %d or fewer in stock", *atMost)
				}
				if need > 1 {
					s += ", " + plural(int64(need), "time") + " or more"
				}
				return s
			},
			truth:   func(f *facts) Truth { return truthOf(best(f) >= need) },
			seen:    func(f *facts) string { return orNone(productWords(f.views), "nothing viewed") },
			measure: func(f *facts) (int64, int64, string) { return int64(best(f)), int64(need), "matching view" },
		}
	})
}

func sameProduct(a, b *journey.Product) bool {
	if a.SKU != "" || b.SKU != "" {
		return strings.EqualFold(a.SKU, b.SKU)
	}
	return strings.EqualFold(a.Name, b.Name)
}

func (c *compiler) visitorError(x *model.ErrorCondition) int32 {
	d := c.dim("errors", phaseBehavior, factErrors)
	need := max(1, x.From)
	// most is the greatest number of unresolved errors of one listed message
	// or code.
	most := func(f *facts) int {
		best := 0
		for _, m := range x.Messages {
			n := 0
			for i := range f.errors {
				if strings.EqualFold(f.errors[i].Message, m) {
					n++
				}
			}
			best = max(best, n)
		}
		for _, code := range x.Codes {
			n := 0
			for i := range f.errors {
				if strings.EqualFold(f.errors[i].Code, code) {
					n++
				}
			}
			best = max(best, n)
		}
		return best
	}
	key := fmt.Sprintf("error\x1f%s\x1e%s\x1f%d", joined(lowered(x.Messages)), joined(lowered(x.Codes)), need)
	return c.leafNode(key, func() leaf {
		return leaf{dim: d, words: append(lowered(x.Messages), lowered(x.Codes)...),
			label: func() string {
				s := "met the error " + list(append(append([]string(nil), x.Messages...), x.Codes...))
				if need > 1 {
					s += ", " + plural(int64(need), "time") + " or more"
				}
				return s
			},
			truth: func(f *facts) Truth { return truthOf(most(f) >= need) },
			seen: func(f *facts) string {
				var have []string
				for _, e := range f.errors {
					have = append(have, orNone(e.Message, e.Code))
				}
				return orNone(list(have), "no unresolved error")
			},
			measure: func(f *facts) (int64, int64, string) { return int64(most(f)), int64(need), "unresolved error" },
		}
	})
}

// Bits of facts.engaged.
var engagedBits = map[model.EngagedStatus]uint8{model.Exposed: 1, model.Declined: 2, model.Clicked: 4, model.Interacted: 8}

func (c *compiler) engagedWith(where string, x *model.EngagedCondition) int32 {
	d := c.dim("engaged", phaseBehavior, factEngaged)
	var mask uint8
	for _, s := range x.Statuses {
		b, ok := engagedBits[s]
		if !ok {
			c.fail(where, "engaged: unknown status %s", quote(string(s)))
		}
		mask |= b
	}
	var who []int32
	for _, path := range x.Engagements {
		i, ok := c.byPath[path]
		if !ok {
			c.fail(where, "engaged: engagement %s does not exist", quote(path))
			continue
		}
		who = append(who, c.bitOf[i])
		c.named.set(c.bitOf[i])
	}
	return c.leafNode(fmt.Sprintf("engaged\x1f%d\x1f%s", mask, joined(x.Engagements)), func() leaf {
		return leaf{dim: d,
			label: func() string {
				s := make([]string, len(x.Statuses))
				for i := range s {
					s[i] = string(x.Statuses[i])
				}
				return list(x.Engagements) + " was " + list(s)
			},
			truth: func(f *facts) Truth {
				for _, b := range who {
					if f.engagedAs(b)&mask != 0 {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string {
				var have []string
				for i, b := range who {
					for _, s := range []model.EngagedStatus{model.Exposed, model.Declined, model.Clicked, model.Interacted} {
						if f.engagedAs(b)&engagedBits[s] != 0 {
							have = append(have, x.Engagements[i]+" "+string(s))
						}
					}
				}
				return orNone(strings.Join(have, ", "), "not engaged")
			},
		}
	})
}

func (c *compiler) serviceActivity(x *model.ServiceCondition) int32 {
	d := c.dim("service", phaseBehavior, factServices)
	topics := lowered(x.Topics)
	key := "service\x1f" + joined(topics)
	words := make([]string, len(x.Statuses))
	for i, s := range x.Statuses {
		key += "\x1f" + string(s)
		words[i] = string(s)
	}
	return c.leafNode(key, func() leaf {
		return leaf{dim: d,
			label: func() string {
				return "service " + orNone(list(x.Topics), "of any topic") + " is " + list(words)
			},
			truth: func(f *facts) Truth {
				for i := range f.services {
					if matchService(&f.services[i], topics, x.Statuses) {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string {
				var have []string
				for _, s := range f.services {
					have = append(have, s.Topic+" "+string(s.Status))
				}
				return orNone(list(have), "no service event")
			},
		}
	})
}

// matchService reports whether an update has any of the statuses and any of
// the topics; no topics is any.
func matchService(s *journey.ServiceUpdate, topics []string, statuses []model.ServiceStatus) bool {
	if len(topics) > 0 && !inFold(topics, s.Topic) {
		return false
	}
	for _, want := range statuses {
		if s.Status == want {
			return true
		}
	}
	return false
}

func (c *compiler) event(x *model.EventCondition) int32 {
	need := max(1, x.Count)
	within := x.Within
	c.signals[x.Name] = true
	name := "event"
	if within > 0 {
		name = "event within a time"
	}
	d := c.dim(name, phaseBehavior, factSignals)
	// nth is the instant of the need-th latest signal.
	nth := func(f *facts) (journey.Instant, bool) {
		left := need
		for i := len(f.signals) - 1; i >= 0; i-- {
			if f.signals[i].name == x.Name {
				if left--; left == 0 {
					return f.signals[i].at, true
				}
			}
		}
		return 0, false
	}
	count := func(f *facts) int64 {
		var n int64
		for _, s := range f.signals {
			if s.name == x.Name && (within == 0 || f.now.Sub(s.at) <= within) {
				n++
			}
		}
		return n
	}
	return c.leafNode(fmt.Sprintf("event\x1f%s\x1f%d\x1f%d", x.Name, need, within), func() leaf {
		l := leaf{dim: d,
			label: func() string {
				s := "event " + quote(x.Name)
				if need > 1 {
					s += " " + plural(int64(need), "time") + " or more"
				}
				if within > 0 {
					s += " within " + within.String()
				}
				return s
			},
			truth: func(f *facts) Truth {
				at, ok := nth(f)
				return truthOf(ok && (within == 0 || f.now.Sub(at) <= within))
			},
			seen:    func(f *facts) string { return plural(count(f), "time") },
			measure: func(f *facts) (int64, int64, string) { return count(f), int64(need), "event" },
		}
		if within > 0 {
			l.flips = func(f *facts) (int64, bool) {
				at, ok := nth(f)
				if !ok || f.now.Sub(at) > within {
					return 0, false
				}
				return int64(at.Add(within)) + 1, true
			}
		}
		return l
	})
}
