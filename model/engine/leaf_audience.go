package engine

import (
	"fmt"
	"regexp"
	"strings"

	"beckon/model"
	"beckon/model/journey"
)

// audienceLeaves compiles the tests of who the visitor is.
func (c *compiler) audienceLeaves(where string, k *model.Condition, add func(int32)) {
	if x := k.Referral; x != nil {
		add(c.referral(where, x))
	}
	if x := k.SearchKeywords; x != nil {
		c.needArrival = true
		d := c.dim("search keywords", phaseAudience, factArrival)
		words := lowered(x.Keywords)
		add(c.leafNode("sk\x1f"+joined(words), func() leaf {
			return leaf{dim: d,
				label: func() string { return "came by a search for " + list(x.Keywords) },
				truth: func(f *facts) Truth {
					if !f.arrived {
						return Unknown
					}
					for _, p := range f.arrival.Keywords {
						if containsAny(strings.ToLower(p), words) {
							return True
						}
					}
					return False
				},
				seen: func(f *facts) string { return orNone(list(f.arrival.Keywords), "no search") },
			}
		}))
	}
	if x := k.IP; x != nil {
		add(c.ipRange(where, x))
	}
	if x := k.Platform; x != nil {
		c.needDevice = true
		in := make([]string, len(x.In))
		for i, p := range x.In {
			in[i] = string(p)
		}
		add(c.keyed("platform", factBrowser, in, func(f *facts) string { return string(f.platform) }))
	}
	if x := k.MarketingSource; x != nil {
		add(c.marketing(x))
	}
	if x := k.Geo; x != nil {
		add(c.geo(x))
	}
	if k.Visitor != "" {
		d := c.dim("visitor", phaseAudience, factHistory)
		want := truthOf(k.Visitor == model.Returning)
		add(c.leafNode("visitor\x1f"+string(k.Visitor), func() leaf {
			return leaf{dim: d,
				label: func() string { return "visitor is " + string(k.Visitor) },
				truth: func(f *facts) Truth { return truthOf(f.isReturning() == want) },
				seen: func(f *facts) string {
					if f.isReturning() == True {
						return string(model.Returning)
					}
					return string(model.FirstTime)
				},
			}
		}))
	}
	if x := k.Customer; x != nil {
		var kids []int32
		if len(x.Types) > 0 {
			kids = append(kids, c.keyed("customer type", factCustomer, x.Types, func(f *facts) string { return f.customer.Type }))
		}
		if len(x.Statuses) > 0 {
			kids = append(kids, c.keyed("customer status", factCustomer, x.Statuses, func(f *facts) string { return f.customer.Status }))
		}
		add(c.group(opAny, kids))
	}
	if x := k.Age; x != nil {
		add(c.intRange("age", phaseAudience, factCustomer|factHistory, unitYears, x, (*facts).age))
	}
	if x := k.Registered; x != nil {
		add(c.registered(where, x))
	}
	if x := k.CompanySize; x != nil {
		add(c.intRange("company size", phaseAudience, factCustomer, unitCount, x, func(f *facts) (int64, bool) {
			if f.customer.CompanySize == nil {
				return 0, false
			}
			return int64(*f.customer.CompanySize), true
		}))
	}
	if x := k.Balance; x != nil {
		lo, hi := moneyBounds(x)
		add(c.numeric("balance", phaseAudience, factCustomer, unitMoney, lo, hi, func(f *facts) (int64, bool) {
			if f.customer.Balance == nil {
				return 0, false
			}
			return int64(*f.customer.Balance), true
		}, nil))
	}
	if x := k.CustomerID; x != nil {
		c.dimensions[c.dim("customer id", phaseAudience, factCustomer)].partly = func(f *facts) string {
			if journey.Hidden(f.customer.CustomerID) {
				return "a hash of it, " + f.customer.CustomerID
			}
			return ""
		}
		add(c.keyedBy("customer id", factCustomer, x.In, x.In, func(f *facts) string {
			if journey.Hidden(f.customer.CustomerID) {
				return ""
			}
			return f.customer.CustomerID
		}, func(f *facts) string {
			return f.customer.CustomerID
		}))
	}
	for _, l := range []struct {
		name  string
		group factGroup
		cond  *model.ListCondition
		get   func(f *facts) string
	}{
		{"gender", factCustomer, k.Gender, func(f *facts) string { return f.person.Gender }},
		{"store ZIP", factCustomer, k.StoreZIP, func(f *facts) string { return f.customer.StoreZIP }},
		{"store number", factCustomer, k.StoreNumber, func(f *facts) string { return f.customer.StoreNumber }},
		{"browser", factBrowser, k.Browser, func(f *facts) string { return f.browser }},
		{"operating system", factBrowser, k.OS, func(f *facts) string { return f.os }},
	} {
		if l.cond != nil {
			c.needDevice = c.needDevice || l.group == factBrowser
			add(c.keyed(l.name, l.group, l.cond.In, l.get))
		}
	}
	if x := k.Language; x != nil {
		add(c.language(x))
	}
	if x := k.Visits; x != nil {
		add(c.intRange("visits", phaseAudience, factHistory, unitCount, x, func(f *facts) (int64, bool) { return int64(f.visits), true }))
	}
	if x := k.DaysSinceLastVisit; x != nil {
		add(c.intRange("days since the last visit", phaseAudience, factHistory, unitDays, x, (*facts).daysSince))
	}
	if x := k.Attribute; x != nil {
		add(c.attribute(where, x))
	}
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func orNone(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// keyed makes a leaf that is true if a value is in a list, letters' case
// aside; it is unknown while the value is "".
func (c *compiler) keyed(name string, g factGroup, in []string, get func(*facts) string) int32 {
	return c.keyedBy(name, g, lowered(in), in, func(f *facts) string { return strings.ToLower(get(f)) }, get)
}

func (c *compiler) keyedBy(name string, g factGroup, keys, words []string, key, get func(*facts) string) int32 {
	d := c.dim(name, phaseAudience, g)
	c.dimensions[d].keys = func(f *facts, out []string) []string {
		if k := key(f); k != "" {
			out = append(out, k)
		}
		return out
	}
	return c.leafNode(name+"\x1f"+joined(keys), func() leaf {
		return leaf{dim: d, keys: keys,
			label: func() string { return name + " is " + list(words) },
			truth: func(f *facts) Truth {
				k := key(f)
				if k == "" {
					return Unknown
				}
				for _, want := range keys {
					if want == k {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string { return seenText(get(f)) },
		}
	})
}

func seenText(s string) string {
	if s == "" {
		return notReported
	}
	return quote(s)
}

// numeric makes a leaf over a numeric dimension.
func (c *compiler) numeric(name string, p phase, g factGroup, u scale, lo, hi int64, value func(*facts) (int64, bool), running func(*facts) bool) int32 {
	d := c.dim(name, p, g)
	x := &c.dimensions[d]
	x.value, x.running, x.scale = value, running, u
	return c.leafNode(fmt.Sprintf("%s\x1f%d\x1f%d", name, lo, hi), func() leaf {
		return leaf{dim: d, lo: lo, hi: hi,
			label: func() string {
				if u == unitTime && lo > minValue && lo%1000 == 1 {
					if hi >= maxValue {
						return name + " is more than " + u.words(lo-1)
					}
					return name + " is more than " + u.words(lo-1) + " and at most " + u.words(hi)
				}
				return name + " is " + span(u, lo, hi)
			},
			truth: func(f *facts) Truth {
				v, known := value(f)
				if !known {
					return Unknown
				}
				return truthOf(lo <= v && v <= hi)
			},
			seen: func(f *facts) string {
				v, known := value(f)
				if !known {
					return notReported
				}
				return u.words(v)
			},
		}
	})
}

func (c *compiler) intRange(name string, p phase, g factGroup, u scale, r *model.IntRange, value func(*facts) (int64, bool)) int32 {
	lo, hi := int64(minValue), int64(maxValue)
	if r.Min != nil {
		lo = int64(*r.Min)
	}
	if r.Max != nil {
		hi = int64(*r.Max)
	}
	return c.numeric(name, p, g, u, lo, hi, value, nil)
}

func moneyBounds(r *model.MoneyRange) (lo, hi int64) {
	lo, hi = minValue, maxValue
	if r.Min != nil {
		lo = int64(*r.Min)
	}
	if r.Max != nil {
		hi = int64(*r.Max)
	}
	return lo, hi
}

func (c *compiler) referral(where string, x *model.ReferralCondition) int32 {
	d := c.dim("referrer", phaseAudience, factArrival)
	c.needReferrer = true
	var rules []pageRule
	key := "ref"
	for _, u := range x.URLs {
		r, err := compileURLRule(u)
		if err != nil {
			c.fail(where, "referral: %v", err)
			continue
		}
		rules = append(rules, r)
		key += fmt.Sprintf("\x1f%d%v%s", r.op, r.local, r.text)
	}
	return c.leafNode(key, func() leaf {
		return leaf{dim: d,
			label: func() string {
				var w []string
				for i := range rules {
					w = append(w, rules[i].words())
				}
				return "the referrer's " + strings.Join(w, " or ")
			},
			truth: func(f *facts) Truth {
				if !f.arrived {
					return Unknown
				}
				for i := range rules {
					if rules[i].matchURL(f.referrer) {
						return True
					}
				}
				return False
			},
			seen: func(f *facts) string {
				if !f.arrived {
					return notReported
				}
				return orNone(quoteIf(f.referrer.full), "came direct")
			},
		}
	})
}

func quoteIf(s string) string {
	if s == "" {
		return ""
	}
	return quote(s)
}

func (c *compiler) marketing(x *model.MarketingCondition) int32 {
	c.needArrival = true
	var kids []int32
	if len(x.Channels) > 0 {
		in := make([]string, len(x.Channels))
		for i, ch := range x.Channels {
			in[i] = string(ch)
		}
		kids = append(kids, c.keyed("marketing channel", factArrival, in, func(f *facts) string { ch, _, _ := f.source(); return string(ch) }))
	}
	if len(x.Affiliates) > 0 {
		kids = append(kids, c.keyed("affiliate", factArrival, x.Affiliates, func(f *facts) string { _, a, _ := f.source(); return a }))
	}
	if len(x.Campaigns) > 0 {
		kids = append(kids, c.keyed("external campaign", factArrival, x.Campaigns, func(f *facts) string { _, _, k := f.source(); return k }))
	}
	return c.group(opAny, kids)
}

// appendGeoKeys lists the keys that a place has: of its country, and of its region
// and city alone and qualified by what is around them.
func appendGeoKeys(out []string, g journey.Geo) []string {
	country, region, city := strings.ToLower(g.Country), strings.ToLower(g.Region), strings.ToLower(g.City)
	if country != "" {
		out = append(out, "c/"+country)
	}
	if region != "" {
		out = append(out, "r/"+region, "r/"+country+"/"+region)
	}
	if city != "" {
		out = append(out, "t/"+city, "t/"+country+"/"+city, "t/"+country+"/"+region+"/"+city)
	}
	return out
}

func (c *compiler) geo(x *model.GeoCondition) int32 {
	d := c.dim("place", phaseAudience, factBrowser)
	c.dimensions[d].keys = func(f *facts, out []string) []string { return append(out, f.placeKeys()...) }
	c.dimensions[d].sign = func(f *facts, out []byte) []byte {
		if f.geo == (journey.Geo{}) {
			return out
		}
		for _, s := range [...]string{f.geo.Country, f.geo.Region, f.geo.City} {
			out = append(append(out, s...), 0)
		}
		return out
	}
	keys := make([]string, 0, len(x.Countries)+len(x.Regions)+len(x.Cities))
	for _, s := range x.Countries {
		keys = append(keys, "c/"+strings.ToLower(s))
	}
	for _, s := range x.Regions {
		keys = append(keys, "r/"+strings.ToLower(s))
	}
	for _, s := range x.Cities {
		keys = append(keys, "t/"+strings.ToLower(s))
	}
	return c.leafNode("geo\x1f"+joined(keys), func() leaf {
		return leaf{dim: d, keys: keys,
			label: func() string {
				return "place is " + list(append(append(append([]string(nil), x.Countries...), x.Regions...), x.Cities...))
			},
			truth: func(f *facts) Truth {
				for _, have := range f.placeKeys() {
					for _, want := range keys {
						if want == have {
							return True
						}
					}
				}
				if len(x.Countries) > 0 && f.geo.Country == "" || len(x.Regions) > 0 && f.geo.Region == "" ||
					len(x.Cities) > 0 && f.geo.City == "" {
					return Unknown
				}
				return False
			},
			seen: func(f *facts) string {
				var parts []string
				for _, s := range []string{f.geo.Country, f.geo.Region, f.geo.City} {
					if s != "" {
						parts = append(parts, quote(s))
					}
				}
				return orNone(strings.Join(parts, " "), notReported)
			},
		}
	})
}

func (c *compiler) language(x *model.ListCondition) int32 {
	d := c.dim("language", phaseAudience, factBrowser|factCustomer)
	norm := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	// prefixes lists a tag and what is left of it at every "-".
	prefixes := func(f *facts, out []string) []string {
		tag := norm(f.lang())
		for tag != "" {
			out = append(out, tag)
			i := strings.LastIndexByte(tag, '-')
			if i < 0 {
				break
			}
			tag = tag[:i]
		}
		return out
	}
	c.dimensions[d].keys = prefixes
	keys := make([]string, len(x.In))
	for i, s := range x.In {
		keys[i] = norm(s)
	}
	return c.leafNode("lang\x1f"+joined(keys), func() leaf {
		return leaf{dim: d, keys: keys,
			label: func() string { return "language is " + list(x.In) },
			truth: func(f *facts) Truth {
				have := prefixes(f, nil)
				if len(have) == 0 {
					return Unknown
				}
				for _, h := range have {
					for _, want := range keys {
						if want == h {
							return True
						}
					}
				}
				return False
			},
			seen: func(f *facts) string { return seenText(f.lang()) },
		}
	})
}

func (c *compiler) registered(where string, x *model.RegisteredCondition) int32 {
	d := c.dim("registered", phaseAudience, factCustomer|factHistory)
	elapsed := func(f *facts) Truth {
		r := f.customer.RegistrationDate
		if r.IsZero() {
			return Unknown
		}
		t := r.UTC()
		switch x.Unit {
		case "weeks":
			t = t.AddDate(0, 0, 7*x.AtLeast)
		case "months":
			t = t.AddDate(0, x.AtLeast, 0)
		case "years":
			t = t.AddDate(x.AtLeast, 0, 0)
		default:
			t = t.AddDate(0, 0, x.AtLeast)
		}
		return truthOf(!t.After(f.today().UTC()))
	}
	switch x.Unit {
	case "days", "weeks", "months", "years":
	default:
		c.fail(where, "registered: unit %s: want days, weeks, months or years", quote(x.Unit))
	}
	return c.leafNode(fmt.Sprintf("reg\x1f%d%s", x.AtLeast, x.Unit), func() leaf {
		return leaf{dim: d,
			label: func() string { return fmt.Sprintf("registered %d %s ago or longer", x.AtLeast, x.Unit) },
			truth: elapsed,
			seen:  func(f *facts) string { return orNone(f.customer.RegistrationDate.String(), notReported) },
		}
	})
}

func (c *compiler) attribute(where string, x *model.AttributeCondition) int32 {
	d := c.dim("attribute "+x.Name, phaseAudience, factCustomer)
	c.attributes[x.Name] = true
	vals := lowered(x.Values)
	var re []*regexp.Regexp
	var nums []model.Money
	switch x.Op {
	case model.OpMatches:
		for _, v := range x.Values {
			if len(v) > maxPattern {
				c.fail(where, "attribute: regular expression longer than %d bytes", maxPattern)
				continue
			}
			r, err := regexp.Compile(v)
			if err != nil {
				c.fail(where, "attribute: %v", err)
				continue
			}
			re = append(re, r)
		}
	case model.OpGreater, model.OpAtLeast, model.OpLess, model.OpAtMost:
		for _, v := range x.Values {
			n, err := model.ParseMoney(v)
			if err != nil {
				c.fail(where, "attribute: %s: %v", quote(v), err)
				continue
			}
			nums = append(nums, n)
		}
	case model.OpEquals, model.OpNotEquals, model.OpContains, model.OpStartsWith, model.OpEndsWith, model.OpExists:
	default:
		c.fail(where, "attribute: unknown operator %s", quote(string(x.Op)))
	}
	any := func(s string) bool {
		for _, v := range vals {
			switch x.Op {
			case model.OpContains:
				if strings.Contains(s, v) {
					return true
				}
			case model.OpStartsWith:
				if strings.HasPrefix(s, v) {
					return true
				}
			case model.OpEndsWith:
				if strings.HasSuffix(s, v) {
					return true
				}
			default:
				if s == v {
					return true
				}
			}
		}
		return false
	}
	return c.leafNode("attr\x1f"+x.Name+"\x1f"+string(x.Op)+"\x1f"+joined(x.Values), func() leaf {
		return leaf{dim: d,
			label: func() string {
				s := "attribute " + quote(x.Name) + " " + strings.ReplaceAll(string(x.Op), "-", " ")
				if len(x.Values) > 0 {
					s += " " + list(x.Values)
				}
				return s
			},
			truth: func(f *facts) Truth {
				s, ok := f.attrs[x.Name]
				if x.Op == model.OpExists {
					return truthOf(ok)
				}
				if !ok {
					return Unknown
				}
				switch x.Op {
				case model.OpNotEquals:
					return truthOf(!any(strings.ToLower(s)))
				case model.OpMatches:
					for _, r := range re {
						if r.MatchString(s) {
							return True
						}
					}
					return False
				case model.OpGreater, model.OpAtLeast, model.OpLess, model.OpAtMost:
					v, err := model.ParseMoney(s)
					if err != nil {
						return False
					}
					for _, n := range nums {
						if x.Op == model.OpGreater && v > n || x.Op == model.OpAtLeast && v >= n ||
							x.Op == model.OpLess && v < n || x.Op == model.OpAtMost && v <= n {
							return True
						}
					}
					return False
				}
				return truthOf(any(strings.ToLower(s)))
			},
			seen: func(f *facts) string {
				s, ok := f.attrs[x.Name]
				if !ok {
					return notReported
				}
				return quote(s)
			},
		}
	})
}
