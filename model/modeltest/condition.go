package modeltest

import "beckon/model"

// nested draws a group around conditions drawn by leaf, or a leaf alone.
func (g *generator) nested(depth int, leaf func() model.Condition) model.Condition {
	if depth <= 1 || g.int(0, 2) == 0 {
		return leaf()
	}
	children := make([]model.Condition, g.int(1, 3))
	for i := range children {
		children[i] = g.nested(depth-1, leaf)
	}
	switch g.int(0, 2) {
	case 0:
		return model.Condition{All: children}
	case 1:
		return model.Condition{Any: children}
	}
	return model.Condition{Exclude: children}
}

func (g *generator) audience(depth int) model.Condition { return g.nested(depth, g.audienceLeaf) }
func (g *generator) behavior(depth int) model.Condition { return g.nested(depth, g.behaviorLeaf) }

func (g *generator) intRange(low, high int) *model.IntRange {
	a := g.int(low, high)
	switch g.int(0, 2) {
	case 0:
		return &model.IntRange{Min: &a}
	case 1:
		return &model.IntRange{Max: &a}
	}
	b := g.int(a, high)
	return &model.IntRange{Min: &a, Max: &b}
}

func (g *generator) moneyRange() model.MoneyRange {
	a := model.Money(g.int(0, 30000)) * model.MoneyScale / 100
	switch g.int(0, 2) {
	case 0:
		return model.MoneyRange{Min: &a}
	case 1:
		return model.MoneyRange{Max: &a}
	}
	b := a + model.Money(g.int(0, 10000))*model.MoneyScale/100
	return model.MoneyRange{Min: &a, Max: &b}
}

func (g *generator) time() model.TimeCondition {
	a := model.Duration(g.int(0, 120)) * model.Second
	switch g.int(0, 3) {
	case 0:
		return model.TimeCondition{MoreThan: &a}
	case 1:
		return model.TimeCondition{AtLeast: &a}
	case 2:
		return model.TimeCondition{AtMost: &a}
	}
	b := a + model.Duration(g.int(1, 120))*model.Second
	return model.TimeCondition{AtLeast: &a, AtMost: &b}
}

func (g *generator) audienceLeaf() model.Condition {
	in := func(values ...string) *model.ListCondition { return &model.ListCondition{In: some(g, values...)} }
	switch g.int(0, 21) {
	case 0:
		return model.Condition{Referral: &model.ReferralCondition{URLs: []model.URLRule{{Contains: pick(g, "google", "partner")}}}}
	case 1:
		return model.Condition{SearchKeywords: &model.KeywordCondition{Keywords: some(g, "tent", "trail", "cheap tent")}}
	case 2:
		return model.Condition{IP: &model.IPCondition{Ranges: some(g, "198.51.100.0/24", "203.0.113.5-203.0.113.9", "2001:db8::/32")}}
	case 3:
		return model.Condition{Platform: &model.PlatformCondition{In: some(g, model.Desktop, model.Tablet, model.Smartphone)}}
	case 4:
		return model.Condition{MarketingSource: pick(g,
			&model.MarketingCondition{Channels: some(g, model.MarketingChannels()...)},
			&model.MarketingCondition{Affiliates: some(g, "aff-1", "aff-2")},
			&model.MarketingCondition{Campaigns: some(g, "spring", "sale")})}
	case 5:
		return model.Condition{Geo: pick(g,
			&model.GeoCondition{Countries: some(g, "DE", "US", "FR")},
			&model.GeoCondition{Regions: some(g, "DE/BE", "CA")},
			&model.GeoCondition{Cities: some(g, "Berlin", "DE/BE/Berlin"), Countries: []string{"AT"}})}
	case 6:
		return model.Condition{Visitor: pick(g, model.FirstTime, model.Returning)}
	case 7:
		return model.Condition{Customer: pick(g,
			&model.CustomerCondition{Types: some(g, "gold", "silver")}, &model.CustomerCondition{Statuses: some(g, "active", "overdue")})}
	case 8:
		return model.Condition{Age: g.intRange(18, 90)}
	case 9:
		return model.Condition{Registered: &model.RegisteredCondition{AtLeast: g.int(1, 24), Unit: pick(g, "days", "weeks", "months", "years")}}
	case 10:
		return model.Condition{CompanySize: g.intRange(1, 5000)}
	case 11:
		r := g.moneyRange()
		return model.Condition{Balance: &r}
	case 12:
		return model.Condition{CustomerID: in("c-1", "c-2", "c-3")}
	case 13:
		return model.Condition{Gender: in(model.Genders()...)}
	case 14:
		return model.Condition{StoreZIP: in("10115", "90210")}
	case 15:
		return model.Condition{StoreNumber: in("7", "0042")}
	case 16:
		return model.Condition{Language: in("de", "en-US", "fr")}
	case 17:
		return model.Condition{Browser: in("Firefox", "Chrome", "Safari")}
	case 18:
		return model.Condition{OS: in("Windows", "macOS", "Android")}
	case 19:
		return model.Condition{Visits: g.intRange(1, 6)}
	case 20:
		return model.Condition{DaysSinceLastVisit: g.intRange(0, 30)}
	}
	switch g.int(0, 2) {
	case 0:
		return model.Condition{Attribute: &model.AttributeCondition{Name: "plan", Op: model.OpExists}}
	case 1:
		return model.Condition{Attribute: &model.AttributeCondition{Name: "score", Op: pick(g, model.OpGreater, model.OpAtLeast, model.OpLess, model.OpAtMost), Values: []string{pick(g, "10", "2.5", "-3")}}}
	}
	return model.Condition{Attribute: &model.AttributeCondition{Name: pick(g, "plan", "tier"),
		Op: pick(g, model.OpEquals, model.OpNotEquals, model.OpContains, model.OpStartsWith, model.OpEndsWith, model.OpMatches), Values: some(g, "pro", "basic", "x")}}
}

func (g *generator) behaviorLeaf() model.Condition {
	n := g.int(0, 18)
	if len(g.entries) == 0 && (n == 1 || n == 2) || len(g.paths) == 0 && n == 8 {
		n = 11
	}
	switch n {
	case 0:
		f := &model.FlowCondition{Name: pick(g, "", "Purchase"), On: pick(g, "", model.FlowAbandoned, model.FlowBack)}
		for i, p := range []string{"/cart", "/checkout", "/thanks"}[:g.int(2, 3)] {
			f.Steps = append(f.Steps, model.FlowStep{PageRule: model.PageRule{URLRule: model.URLRule{Contains: p}}, Optional: i == 1 && g.bool()})
		}
		return model.Condition{Flow: f}
	case 1:
		return model.Condition{TimeOnEntryPoint: &model.TimeOnEntryPointCondition{EntryPoints: some(g, g.entries...), TimeCondition: g.time()}}
	case 2:
		return model.Condition{Visited: &model.VisitedCondition{EntryPoints: some(g, g.entries...)}}
	case 3:
		return model.Condition{AboutToAbandon: true}
	case 4:
		switch g.int(0, 2) {
		case 0:
			return model.Condition{CartValue: &model.CartCondition{Decreased: true}}
		case 1:
			return model.Condition{CartValue: &model.CartCondition{Emptied: true}}
		}
		return model.Condition{CartValue: &model.CartCondition{MoneyRange: g.moneyRange()}}
	case 5:
		return model.Condition{CartProducts: &model.ProductCondition{SKUs: some(g, "TT-2P", "B-1"), Categories: []string{"camping"}}}
	case 6:
		v := &model.ViewedCondition{ProductCondition: model.ProductCondition{Names: some(g, "Trail Tent 2P", "Boots")}, Views: g.int(0, 3)}
		if g.bool() {
			r := g.moneyRange()
			v.Price = &r
		}
		if g.bool() {
			v.Stock = pick(g, &model.StockCondition{Status: []string{"low"}}, &model.StockCondition{AtMost: ref(g.int(0, 9))})
		}
		return model.Condition{ViewedProduct: v}
	case 7:
		return model.Condition{VisitorError: pick(g,
			&model.ErrorCondition{Messages: some(g, "Card refused", "Timeout"), From: g.int(0, 3)}, &model.ErrorCondition{Codes: some(g, "500", "E-7")})}
	case 8:
		return model.Condition{Engaged: &model.EngagedCondition{Engagements: some(g, g.paths...), Statuses: some(g, model.Exposed, model.Declined, model.Clicked, model.Interacted)}}
	case 9:
		return model.Condition{ServiceActivity: &model.ServiceCondition{Topics: some(g, "bill", "repair"), Statuses: some(g, model.ServiceStatuses()...)}}
	case 10:
		t := g.time()
		return model.Condition{TimeOnPage: &t}
	case 11:
		t := g.time()
		return model.Condition{TimeOnSite: &t}
	case 12:
		return model.Condition{PagesViewed: g.intRange(1, 8)}
	case 13:
		return model.Condition{CartItems: g.intRange(0, 9)}
	case 14:
		return model.Condition{SearchedFor: &model.KeywordCondition{Keywords: some(g, "tent", "return policy")}}
	case 15:
		return model.Condition{ScrollDepth: g.intRange(0, 100)}
	case 16:
		t := g.time()
		return model.Condition{Idle: &t}
	case 17:
		return model.Condition{ExitSignal: true}
	}
	e := &model.EventCondition{Name: pick(g, "video", "scroll", "exit"), Count: g.int(0, 3)}
	if g.bool() {
		e.Within = model.Duration(g.int(1, 300)) * model.Second
	}
	return model.Condition{Event: e}
}
