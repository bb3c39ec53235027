package model

import (
	"reflect"
	"strings"
)

// contradictions warns where conditions that must hold together plainly
// cannot. It knows no solver: it compares conditions of a kind two by two.
func (v *validator) contradictions(at string, c *Condition) {
	type placed struct {
		at string
		c  *Condition
	}
	var must, never []placed
	var gather func(at string, c *Condition, depth int)
	gather = func(at string, c *Condition, depth int) {
		if depth > MaxConditionDepth {
			return
		}
		for i := range c.All {
			gather(indexed(join(at, "all"), i), &c.All[i], depth+1)
		}
		for i := range c.Exclude {
			never = append(never, placed{indexed(join(at, "exclude"), i), &c.Exclude[i]})
		}
		if len(c.All) == 0 && len(c.Exclude) == 0 && !c.IsZero() {
			must = append(must, placed{at, c})
		}
	}
	// A group inside another all is gathered with the outer one.
	if strings.HasSuffix(strings.TrimRight(at, "0123456789[]"), ".all") {
		return
	}
	gather(at, c, 1)
	// Large catalogs hold long lists; comparing two by two is for short ones.
	if len(must)+len(never) > 64 {
		return
	}
	for i, a := range must {
		for _, b := range must[:i] {
			if why := disjoint(a.c, b.c); why != "" {
				v.report(a.at, "contradiction", "cannot hold with %s: %s", asWritten(b.at), why)
			}
		}
		for _, b := range never {
			if reflect.DeepEqual(a.c, b.c) {
				v.report(a.at, "contradiction", "%s excludes the same", asWritten(b.at))
			}
		}
	}
}

// disjoint says why two conditions plainly exclude each other, or "".
func disjoint(a, b *Condition) string {
	if a.Visitor != "" && b.Visitor != "" && a.Visitor != b.Visitor {
		return "nobody is first-time and returning"
	}
	for _, pair := range [][2]*Condition{{a, b}, {b, a}} {
		x, y := pair[0], pair[1]
		if x.Visitor == FirstTime && y.Visits != nil && y.Visits.Min != nil && *y.Visits.Min > 1 {
			return "a first-time visitor has one visit"
		}
		if x.Visitor == FirstTime && y.DaysSinceLastVisit != nil {
			return "a first-time visitor has no last visit"
		}
		if x.Visitor == Returning && y.Visits != nil && y.Visits.Max != nil && *y.Visits.Max < 2 {
			return "a returning visitor has two visits or more"
		}
		if x.CartValue != nil && x.CartValue.Emptied && y.CartValue != nil && y.CartValue.Min != nil && *y.CartValue.Min > 0 {
			return "an emptied cart has a total of 0"
		}
	}
	if a.Platform != nil && b.Platform != nil && !shares(names(a.Platform.In...), names(b.Platform.In...)) {
		return "no platform is in both"
	}
	for _, l := range [][2]*ListCondition{{a.CustomerID, b.CustomerID}, {a.Gender, b.Gender}, {a.StoreZIP, b.StoreZIP},
		{a.StoreNumber, b.StoreNumber}, {a.Browser, b.Browser}, {a.OS, b.OS}} {
		if l[0] != nil && l[1] != nil && !shares(l[0].In, l[1].In) {
			return "no value is in both"
		}
	}
	for _, r := range [][2]*IntRange{{a.Age, b.Age}, {a.CompanySize, b.CompanySize}, {a.Visits, b.Visits}, {a.DaysSinceLastVisit, b.DaysSinceLastVisit},
		{a.PagesViewed, b.PagesViewed}, {a.CartItems, b.CartItems}, {a.ScrollDepth, b.ScrollDepth}} {
		if r[0] != nil && r[1] != nil && (apart(r[0].Max, r[1].Min) || apart(r[1].Max, r[0].Min)) {
			return "the ranges have nothing in common"
		}
	}
	var x, y *MoneyRange
	if a.Balance != nil && b.Balance != nil {
		x, y = a.Balance, b.Balance
	} else if a.CartValue != nil && b.CartValue != nil {
		x, y = &a.CartValue.MoneyRange, &b.CartValue.MoneyRange
	}
	if x != nil && (apart(x.Max, y.Min) || apart(y.Max, x.Min)) {
		return "the ranges have nothing in common"
	}
	for _, t := range [][2]*TimeCondition{{a.TimeOnPage, b.TimeOnPage}, {a.TimeOnSite, b.TimeOnSite}, {a.Idle, b.Idle}} {
		if t[0] != nil && t[1] != nil && (timesApart(t[0], t[1]) || timesApart(t[1], t[0])) {
			return "the times have nothing in common"
		}
	}
	return ""
}

func shares(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if strings.EqualFold(x, y) {
				return true
			}
		}
	}
	return len(a) == 0 || len(b) == 0
}

// apart reports whether a most is below a least.
func apart[T int | Money | Duration](most, least *T) bool {
	return most != nil && least != nil && *most < *least
}

func timesApart(low, high *TimeCondition) bool {
	return apart(high.AtMost, low.AtLeast) || apart(high.AtMost, low.MoreThan) ||
		high.AtMost != nil && low.MoreThan != nil && *high.AtMost == *low.MoreThan
}
