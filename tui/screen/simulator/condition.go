package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// condition makes a node of a condition and of all below it. A library item
// that stands in the trace already is referred to and not shown again.
func (s *Screen) condition(key string, c *engine.Node, x *engine.Explanation) widget.Node {
	said := c.Label
	cells := []widget.Cell{s.truth(c.Truth), widget.T(" " + c.Label)}
	add := func(text string, look theme.Token) {
		cells = append(cells, widget.Cell{Text: text, Look: look})
		said += text
	}
	if c.Shared != "" {
		add(" ("+c.Shared+")", theme.Text)
		if also := s.alsoOf(c.Shared, x.Engagement); len(also) > 0 {
			cells = append(cells, widget.Cell{Text: ", shared with " + plural(len(also), "engagement"), Look: theme.Muted})
			said += ", shared with " + someOf(also, 6)
		}
		if first, there := s.trace.once[c.Shared]; there && first != key {
			add(": as above", theme.Muted)
			s.trace.said[key] = c.Truth.String() + ": " + said
			return widget.Node{Key: key, Cells: cells}
		}
		s.trace.once[c.Shared] = key
	}
	if c.Observed != "" && !(c.Truth == engine.Unknown && c.Report != "") {
		add(": "+c.Observed, theme.Info)
	}
	if c.Truth == engine.Unknown && c.Report != "" {
		add(": unknown, "+c.Report+" would tell", theme.Warn)
	} else if len(c.Children) == 0 {
		// The label and what was seen are there already: the rest is enough.
		_, short := split(c.Margin)
		if short == c.Margin && strings.HasPrefix(short, c.Label) {
			short = ""
		}
		if m := missing(short, c.Observed, c.TrueAt, x.At); m != "" {
			add(m, theme.Warn)
		}
	}
	s.trace.said[key] = c.Truth.String() + ": " + said
	n := widget.Node{Key: key, Cells: cells, Open: c.Truth != engine.True}
	for i := range c.Children {
		n.Below = append(n.Below, s.condition(key+"."+strconv.Itoa(i), &c.Children[i], x))
	}
	if c.Flow != nil {
		n.Below, n.Open = s.flowNodes(key, c.Flow), true
	}
	return n
}

// flowNodes tells of each step of a flow where the visitor is.
func (s *Screen) flowNodes(key string, f *engine.FlowTrace) []widget.Node {
	th := s.ses.Theme
	out := make([]widget.Node, len(f.Steps))
	for i, step := range f.Steps {
		words := fmt.Sprintf("%d of %d %s", i+1, len(f.Steps), step.Label)
		if step.Optional {
			words += ", optional"
		}
		sign, look, where := th.Dot, theme.Muted, ""
		switch {
		case i == f.Place:
			sign, look = th.Arrow, theme.Strong
			switch f.Mode {
			case "abandoned":
				where = "the visitor left the flow after this step"
			case "back":
				where = "the visitor went back to this step"
			case "complete":
				where = "the flow is complete"
			default:
				where = "the visitor has come to this step"
			}
			if step.Here {
				where += " and is on its page"
			}
		case i < f.Place:
			sign, where = th.Check, "behind"
		case slices.Contains(f.Next, i) && f.Place < 0:
			where = "begins the flow"
		case slices.Contains(f.Next, i):
			where = "may come next"
		}
		if i < f.Place && step.Here {
			where += ", its page is open"
		}
		cells := []widget.Cell{{Text: sign, Look: look}, {Text: " " + words, Look: look}}
		if where != "" {
			words += ": " + where
			cells = append(cells, widget.Cell{Text: ": " + where, Look: theme.Info})
		}
		k := key + ".step." + strconv.Itoa(i)
		s.trace.said[k] = "step " + words
		out[i] = widget.Node{Key: k, Cells: cells}
	}
	return out
}

var tierNames = [3]string{"high", "medium", "low"}

// drawNodes tells of a draw: how the class was found, the tiers that are
// present with their chances and the number that chose one, and each candidate
// with its number.
func (s *Screen) drawNodes(d *engine.Draw) []widget.Node {
	th := s.ses.Theme
	node := func(key string, sign widget.Cell, words string, look theme.Token) widget.Node {
		s.trace.said[key] = words
		return widget.Node{Key: key, Cells: []widget.Cell{sign, {Text: " " + words, Look: look}}}
	}
	dot := widget.Cell{Text: th.Dot, Look: theme.Muted}
	won := widget.Cell{Text: th.Shown, Look: theme.Display}

	class := node("draw.class", dot, "the "+d.Zone+" zone, class "+d.Class+": conversation comes before content, content before offline", theme.Text)
	tiers := node("draw.tiers", dot, fmt.Sprintf("drew %.4f among the tiers present: %s", d.Number, tierNames[d.Tier]), theme.Text)
	tiers.Open = true
	from := 0.0
	for i, chance := range d.Tiers {
		if chance <= 0 {
			continue
		}
		to := from + chance
		sign, words, look := dot, fmt.Sprintf("%-6s %5.1f %%  from %.4f to %.4f", tierNames[i], chance*100, from, to), theme.Muted
		if i == d.Tier {
			sign, look = won, theme.Display
			words += "  drawn"
		}
		tiers.Below = append(tiers.Below, node("draw.tier."+strconv.Itoa(i), sign, words, look))
		from = to
	}
	all := node("draw.candidates", dot, plural(len(d.Candidates), "candidate")+": of the class and tier drawn the highest number wins", theme.Text)
	all.Open = true
	refs := s.player.Engine().Engagements()
	for i, c := range d.Candidates {
		sign, look := dot, theme.Text
		words := fmt.Sprintf("%.4f  %s, %s, %s", c.Number, refs[c.Engagement].Path, tierNames[c.Tier], c.Class)
		switch {
		case c.Engagement == d.Winner:
			sign, look = won, theme.Display
			words += "  won"
		case c.Class != d.Class:
			words += "  out by its class"
		case c.Tier != d.Tier:
			words += "  out by its tier"
		default:
			words += "  lost by its number"
		}
		all.Below = append(all.Below, node("draw."+strconv.Itoa(i), sign, words, look))
	}
	return []widget.Node{class, tiers, all}
}

// users says which engagements use a library item, by its kind and ID as a
// trace writes them, and what each is found by.
type users struct {
	of    *engine.Engine
	by    map[string][]int
	words []string
}

// read reads the catalog, once.
func (u *users) read(eng *engine.Engine) {
	if u.of == eng {
		return
	}
	*u = users{of: eng, by: map[string][]int{}}
	note := func(kind model.Kind, ids []string, i int) {
		for _, id := range ids {
			key := string(kind) + " " + id
			u.by[key] = append(u.by[key], i)
		}
	}
	for i, ref := range eng.Engagements() {
		c := eng.Campaigns()[ref.Campaign]
		note(model.KindAudience, c.Audiences, i)
		note(model.KindEntryPoint, ref.Engagement.EntryPoints, i)
		note(model.KindBehavior, ref.Engagement.Behaviors, i)
		u.words = append(u.words, strings.ToLower(clean(nameOf(ref.Engagement))+"\n"+ref.Path+"\n"+clean(c.Name)+"\n"+clean(ref.Zone)+"\n"))
	}
}

// searched is what the filter looks at of an engagement, but for its gate:
// what it misses costs too much to be searched.
func (u *users) searched(eng *engine.Engine, i int) string {
	u.read(eng)
	return u.words[i]
}

// alsoOf names the engagements that share a library item with one.
func (s *Screen) alsoOf(shared string, engagement int) []string {
	eng := s.player.Engine()
	s.users.read(eng)
	var out []string
	for _, i := range s.users.by[shared] {
		if i != engagement {
			out = append(out, nameOf(eng.Engagements()[i].Engagement))
		}
	}
	return out
}

// someOf names the first n, and how many more there are.
func someOf(names []string, n int) string {
	if len(names) > n {
		names = append(slices.Clone(names[:n]), strconv.Itoa(len(names)-n)+" more")
	}
	return strings.Join(names, ", ")
}
