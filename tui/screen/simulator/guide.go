package simulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
)

// guide writes the script of a tour: it chooses instants of a journey by their
// marks, and says in plain words what the player answers for them.
type guide struct {
	eng    *engine.Engine
	sought sought
	found  finding
	player *replay.Player // nil: no journey comes near

	campaign *model.Campaign
	target   int // the engagement that shows, by the engine's index
	name     string
}

// mostBeats is how many events are stopped at before the display.
const mostBeats = 5

// longestName is how many runes of a name a caption takes.
const longestName = 60

func named(name, id string) string { return text.Line(first(name, id), longestName) }

// stops is the script.
func (g *guide) stops() []stop {
	g.campaign = g.eng.Campaigns()[g.eng.Engagements()[g.sought.of[0]].Campaign]
	out := g.introduction()
	if g.player == nil {
		return append(out, stop{scene: atCampaign, path: g.campaign.ID, caption: "No stored journey shows " + g.sought.name + " to anybody, nor comes near. In the Simulator, o opens other journeys."})
	}
	g.target, _ = g.eng.Index(g.found.engagement)
	g.name = g.nameOf(g.target)
	path := g.found.engagement
	if g.found.gate != engine.Shown {
		at := g.player.Seek(g.found.at)
		out = append(out, stop{scene: atTrace, at: at, path: path, caption: "No stored journey shows " + g.sought.name + " to anybody. " + text.Line(g.found.visitor, longestName) + " comes nearest, at " + clockOf(at.At) + ": " + g.reason(at, g.target) + "."})
		return append(out, stop{scene: atEnd, path: path, caption: "That is all there is to show of it. The Simulator is yours: u acts as the visitor, o opens another journey, w explains."})
	}
	display, ok := g.player.Next(replay.Position{At: g.found.at, Events: -1}, func(m *replay.Mark) bool {
		return m.Kind == replay.MarkDisplay && m.Engagement == g.target
	})
	if !ok { // the engine said that there is one
		display.Position = g.player.Seek(g.found.at)
	}
	at := display.Position
	out = append(out, g.before(at)...)
	out = append(out,
		stop{scene: atInstant, at: at, path: path, caption: clockOf(at.At) + " here it shows: " + g.name + ", " + g.look() + "."},
		stop{scene: atTrace, at: at, path: path, caption: "And this is why: every gate is open. " + g.because(at)})
	if other, ok := g.other(at); ok {
		out = append(out, stop{scene: atTrace, at: at, path: g.eng.Engagements()[other].Path, caption: "And why not " + g.nameOf(other) + " of " + g.campaignOf(other) + "? " + upper(g.reason(at, other)) + "."})
	}
	return append(out, g.after(at)...)
}

func (g *guide) nameOf(engagement int) string {
	e := g.eng.Engagements()[engagement].Engagement
	return named(e.Name, e.ID)
}

func (g *guide) campaignOf(engagement int) string {
	k := g.eng.Campaigns()[g.eng.Engagements()[engagement].Campaign]
	return named(k.Name, k.ID)
}

// introduction says what the campaign is for.
func (g *guide) introduction() []stop {
	k := g.campaign
	what := named(k.Name, k.ID) + ": "
	if about := strings.TrimSuffix(text.Line(k.Description, 160), "."); about != "" {
		what += about + "."
	} else {
		what += "a campaign without a description."
	}
	catalog := g.eng.Catalog()
	var facts []string
	for _, goal := range catalog.Goals {
		if goal.ID == k.Goal {
			facts = append(facts, "Its goal: "+named(goal.Name, goal.ID)+".")
		}
	}
	var audiences []string
	for _, a := range catalog.Audiences {
		if slices.Contains(k.Audiences, a.ID) {
			audiences = append(audiences, named(a.Name, a.ID))
		}
	}
	if len(audiences) > 0 {
		facts = append(facts, "It is for "+strings.Join(audiences, " or ")+".")
	}
	var shows []string
	for _, e := range k.Engagements {
		shows = append(shows, named(e.Name, e.ID)+" ("+strings.ReplaceAll(string(e.Format), "-", " ")+")")
	}
	facts = append(facts, "It may show "+strings.Join(shows, ", ")+".")
	return []stop{
		{scene: atCampaign, path: k.ID, caption: what},
		{scene: atCampaign, path: k.ID, caption: strings.Join(facts, " ")},
	}
}

// before introduces the visitor and stops at the events that brought the
// engagement nearer, up to its display.
func (g *guide) before(display replay.Position) []stop {
	p, marks := g.player, g.player.Marks()
	var visit journey.Instant
	for _, m := range marks {
		if m.Kind == replay.MarkVisit && !display.Before(m.Position) {
			visit = m.At
		}
	}
	var events []stop
	var last string
	for _, m := range marks {
		if m.Kind != replay.MarkEvent || m.At < visit || !m.Before(display) {
			continue
		}
		stands := g.standing(m.Position)
		if stands == last && m.Event.Page == nil {
			continue
		}
		caption := clockOf(m.At) + " " + g.does(m.Event) + "."
		if stands != last && stands != "" {
			caption += " " + upper(stands) + "."
		}
		last = stands
		events = append(events, stop{scene: atInstant, at: m.Position, path: g.found.engagement, caption: caption})
	}
	if n := len(events); n > mostBeats { // the first, and those next to the display
		events = append(events[:1], events[n-mostBeats+1:]...)
	}
	who := "The Simulator replays the journey of " + text.Line(p.Options().Visitor, longestName) + ", " + stamp(visit) + ". This is the visitor's page; tab leads to what happens, and to what shows, what does not, and why."
	if g.found.weeks != 0 {
		who += " It was moved into the campaign's dates."
	}
	if g.found.seed != g.sought.seed {
		who += fmt.Sprintf(" Chance is that of seed %d: with %d %s stops it.", g.found.seed, g.sought.seed, g.found.before)
	}
	start := p.Seek(visit)
	if len(events) > 0 && events[0].at.Before(start) {
		start = events[0].at
	}
	return append([]stop{{scene: atInstant, at: start, path: g.found.engagement, caption: who}}, events...)
}

// standing says how the engagement stands at an instant; "" before anything
// was evaluated.
func (g *guide) standing(at replay.Position) string {
	f := g.player.At(at)
	if g.target >= len(f.Decisions) {
		return ""
	}
	return g.reason(at, g.target)
}

// reason says in plain words why an engagement does not show at an instant.
func (g *guide) reason(at replay.Position, engagement int) string {
	f := g.player.At(at)
	x, ok := g.player.Explain(at, engagement)
	name := g.nameOf(engagement)
	if !ok {
		return "nothing of " + name + " was evaluated yet"
	}
	where := ""
	if p := f.State.Page; p != nil {
		where = p.URL
	}
	if until := f.Decisions[engagement].TrueAt; until > f.At {
		return name + " waits " + model.Duration((until-f.At+second-1)/second*second).String() + ", if the visitor stays"
	}
	missing := text.Line(needs(first(x.Margin, x.Gates[x.Gate].Text), where, "·", "…"), 120)
	if missing != "" {
		missing = ": " + missing
	}
	switch x.Gate {
	case engine.AudienceGate:
		return name + " is for others" + missing
	case engine.EntryPointGate:
		return name + " is for other pages" + missing
	case engine.BehaviorGate:
		return name + " asks for more" + missing
	}
	return name + " is stopped by " + x.Gate.String() + missing
}

// because names what let the engagement in.
func (g *guide) because(at replay.Position) string {
	x, ok := g.player.Explain(at, g.target)
	if !ok {
		return ""
	}
	var out []string
	for _, gate := range x.Gates {
		word := map[engine.Gate]string{engine.AudienceGate: "the audience ", engine.EntryPointGate: "the page ", engine.BehaviorGate: "the behavior "}[gate.Gate]
		if names := shared(gate.Conditions); word != "" && len(names) > 0 {
			out = append(out, word+strings.Join(names, " and "))
		}
	}
	if len(out) == 0 {
		return "Nothing more is asked of the visitor."
	}
	return "It is so for " + strings.Join(out, ", ") + "."
}

// shared names the library items that hold.
func shared(nodes []engine.Node) []string {
	var out []string
	for _, n := range nodes {
		switch {
		case n.Truth != engine.True:
		case n.Shared != "":
			out = append(out, text.Line(n.Label, longestName))
		default:
			out = append(out, shared(n.Children)...)
		}
	}
	return out
}

// look says what the engagement is.
func (g *guide) look() string {
	ref := g.eng.Engagements()[g.target]
	format := strings.ReplaceAll(string(ref.Engagement.Format), "-", " ")
	article := "a "
	if strings.ContainsRune("aeiou", []rune(format + " ")[0]) {
		article = "an "
	}
	return article + format + " in the " + text.Line(ref.Zone, longestName) + " zone"
}

// other is the engagement that came nearest without being on the screen.
func (g *guide) other(at replay.Position) (int, bool) {
	f := g.player.At(at)
	rows := make([]row, 0, len(f.Decisions))
	for i, d := range f.Decisions {
		if slices.ContainsFunc(f.State.Screen, func(x engine.OnScreen) bool { return x.Engagement == i }) {
			continue
		}
		r := row{index: i, gate: d.Gate}
		if d.TrueAt > f.At {
			r.trueAt = d.TrueAt
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return 0, false
	}
	return slices.MinFunc(rows, func(a, b row) int { return cmp.Or(nearer(a, b), a.index-b.index) }).index, true
}

// after answers as the visitor, and goes to where the goal is reached.
func (g *guide) after(display replay.Position) []stop {
	path, end := g.found.engagement, display
	var out []stop
	p := g.player
	if slices.ContainsFunc(p.At(display).State.Screen, func(x engine.OnScreen) bool { return x.Engagement == g.target }) {
		p, end = p.Answer(display, g.target, journey.Accept)
		caption := "You may act as the visitor: here " + g.name + " is accepted with the key a. What comes after is replayed."
		if g.eng.Engagements()[g.target].Engagement.Type == model.Conversation {
			caption = "You may act as the visitor: here " + g.name + " is accepted with the key a, and a conversation begins. What comes after is replayed."
		}
		out = append(out, stop{scene: atAnswer, at: display, path: path, caption: caption})
	}
	goal := ""
	for _, k := range g.eng.Catalog().Goals {
		if k.ID == g.campaign.Goal {
			goal = " " + named(k.Name, k.ID)
		}
	}
	mine := g.eng.Engagements()[g.target].Campaign
	reached, ok := p.Next(replay.Position{At: display.At, Events: display.Events - 1}, func(m *replay.Mark) bool { return m.Kind == replay.MarkGoal && m.Campaign == mine })
	if ok {
		end = reached.Position
		caption := clockOf(end.At) + " the campaign's goal" + goal + " is reached."
		if reached.Event != nil && end.At > display.At {
			caption = clockOf(end.At) + " " + g.does(reached.Event) + ". With that the campaign's goal" + goal + " is reached."
		}
		out = append(out, stop{scene: atInstant, at: end, path: path, caption: caption})
	} else {
		end = p.End()
		out = append(out, stop{scene: atInstant, at: end, path: path, caption: "The campaign's goal" + goal + " is not reached in what is left of this journey."})
	}
	return append(out, stop{scene: atEnd, at: end, path: path, caption: "That was the tour. The Simulator is yours: space plays, w explains, u acts as the visitor, ctrl+z takes the answer back."})
}

// does says in a sentence what happens with an event.
func (g *guide) does(ev *journey.Event) string {
	what := text.Line(describeEvent(ev), 110)
	switch {
	case ev.Page != nil:
		return "the visitor opens " + pageName(ev.Page)
	case ev.Cart != nil:
		return "the cart holds " + strings.TrimPrefix(what, "cart ")
	case ev.Customer != nil, ev.Personal != nil, ev.Service != nil, ev.Signal != nil:
		return "the page tells: " + what
	case ev.Conversation != nil, ev.Agents != nil:
		return "the " + what
	case ev.Error != nil && ev.Error.Resolved:
		return what
	case ev.Respond != nil:
		if i, ok := g.eng.Index(ev.Respond.Engagement); ok {
			return "the visitor " + string(ev.Respond.Action) + "s " + g.nameOf(i)
		}
	}
	return "the visitor " + what
}

// pageName is what people call a page: its title, else its path.
func pageName(p *journey.Page) string {
	if p.Title != "" {
		return "the page " + text.Line(p.Title, longestName)
	}
	if u, err := url.Parse(p.URL); err == nil && u.Path != "" {
		return "the page " + text.Line(u.Path, longestName)
	}
	return text.Line(p.URL, longestName)
}
