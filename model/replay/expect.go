package replay

import (
	"fmt"
	"slices"
	"strings"

	"beckon/model/engine"
	"beckon/model/text"
)

// check looks at an expectation and tells everything of it that does not hold.
func (c *course) check(e *Expect, fail func(expected, happened, trace string)) {
	for _, path := range e.Shown {
		c.shown(path, e, fail)
	}
	for _, path := range e.NotShown {
		i, _ := c.eng.Index(path)
		expected := text.Line(path, nameRunes) + " not on the screen"
		if c.onScreen(path) {
			fail(expected, c.screen(), c.trace(path))
			continue
		}
		if e.Because == nil {
			continue
		}
		if got, ok := c.gate(i); !ok || got != *e.Because {
			fail(expected+" because of "+e.Because.String(), c.stopped(path), c.trace(path))
		}
	}
	if on := c.present(); e.Nothing && len(on) > 0 {
		fail("nothing on the screen", c.screen(), c.trace(on...))
	}
	if len(e.OneOf) > 0 {
		on := slices.DeleteFunc(slices.Clone(e.OneOf), func(p string) bool { return !c.onScreen(p) })
		if len(on) != 1 {
			fail("exactly one on the screen of "+names(e.OneOf), c.screen(), c.trace(e.OneOf...))
		}
	}
	total := 0
	for _, n := range c.displays {
		total += n
	}
	if e.Displays != nil && total != *e.Displays {
		fail(plural(*e.Displays, "display")+" in this visit", c.counted(), "")
	}
	for _, d := range e.DisplaysOf {
		i, _ := c.eng.Index(d.Engagement)
		if c.displays[i] != d.Count {
			fail(fmt.Sprintf("%s of %s in this visit", plural(d.Count, "display"), text.Line(d.Engagement, nameRunes)), c.counted(), c.trace(d.Engagement))
		}
	}
	for _, id := range e.Prospect {
		if !c.prospects[c.campaign(id)] {
			fail("the visit a prospect of "+text.Line(id, nameRunes), "it is none: none of its engagements passed behavior", c.trace(c.of(id)...))
		}
	}
	for _, id := range e.Control {
		if !c.control[c.campaign(id)] {
			happened := "it is not in the control group"
			if !c.prospects[c.campaign(id)] {
				happened = "it is no prospect: none of its engagements passed behavior"
			}
			fail("the visit a prospect of "+text.Line(id, nameRunes)+" in a control group", happened, c.trace(c.of(id)...))
		}
	}
	if e.Goal != "" {
		c.goal(e, fail)
	}
}

func (c *course) shown(path string, e *Expect, fail func(expected, happened, trace string)) {
	expected := text.Line(path, nameRunes) + " on the screen"
	if e.Zone != "" {
		expected += " in zone " + text.Line(e.Zone, nameRunes)
	}
	if e.State != "" {
		expected += ", " + string(e.State)
	}
	i, _ := c.eng.Index(path)
	for _, d := range c.drive.run.State().Screen {
		if d.Engagement != i {
			continue
		}
		if e.Zone != "" && c.refs[i].Zone != e.Zone || e.State != "" && d.Availability != e.State {
			fail(expected, c.screen(), c.trace(path))
		}
		return
	}
	happened := c.screen()
	if stopped := c.stopped(path); stopped != "" {
		happened += "; " + stopped
	}
	fail(expected, happened, c.trace(path))
}

func (c *course) goal(e *Expect, fail func(expected, happened, trace string)) {
	i, id := c.campaign(e.Goal), text.Line(e.Goal, nameRunes)
	happened := fmt.Sprintf("reached %s, %s left out", times(c.goals[i]), plural(c.doubles[i], "duplicate"))
	switch {
	case e.Count != nil && c.goals[i] != *e.Count:
		fail(fmt.Sprintf("the goal of %s reached %s", id, times(*e.Count)), happened, c.trace(c.of(e.Goal)...))
	case e.Count == nil && e.Duplicates == nil && c.goals[i] == 0:
		fail("the goal of "+id+" reached", happened, c.trace(c.of(e.Goal)...))
	}
	if e.Duplicates != nil && c.doubles[i] != *e.Duplicates {
		fail(plural(*e.Duplicates, "duplicate")+" of the goal of "+id, happened, "")
	}
}

// onScreen reports whether an engagement is on the screen now.
func (c *course) onScreen(path string) bool { return slices.Contains(c.present(), path) }

// present lists what is on the screen now.
func (c *course) present() []string {
	var out []string
	for _, d := range c.drive.run.State().Screen {
		out = append(out, c.refs[d.Engagement].Path)
	}
	return out
}

// screen says what is on the screen now.
func (c *course) screen() string {
	var parts []string
	for _, d := range c.drive.run.State().Screen {
		ref := c.refs[d.Engagement]
		parts = append(parts, fmt.Sprintf("%s in zone %s, %s", text.Line(ref.Path, nameRunes), text.Line(ref.Zone, nameRunes), d.Availability))
	}
	switch {
	case len(parts) > 0:
		return "on the screen: " + strings.Join(parts, "; ")
	case !c.visit:
		return "nothing on the screen: no visit is open"
	}
	return "nothing on the screen"
}

// gate returns the engagement's gate as it stands now.
func (c *course) gate(engagement int) (engine.Gate, bool) {
	decisions := c.drive.decisions()
	if engagement >= len(decisions) {
		return 0, false
	}
	return decisions[engagement].Gate, true
}

// stopped says what an engagement is stopped by.
func (c *course) stopped(path string) string {
	i, _ := c.eng.Index(path)
	g, ok := c.gate(i)
	if !ok {
		return "nothing was evaluated yet"
	}
	if g == engine.Shown {
		return text.Line(path, nameRunes) + " was shown to the end of the visit"
	}
	x := c.drive.explain(i)
	return text.Line(path, nameRunes) + " was stopped by " + g.String() + margin(x.Margin, x.TrueAt, x.At)
}

// trace explains engagements as they stand now.
func (c *course) trace(paths ...string) string {
	if len(c.drive.run.Decisions()) == 0 {
		return ""
	}
	var b strings.Builder
	for _, path := range paths {
		if i, ok := c.eng.Index(path); ok {
			b.WriteString(ExplainText(c.eng, c.drive.explain(i)))
		}
	}
	return b.String()
}

// counted says what was displayed in the visit so far.
func (c *course) counted() string {
	var parts []string
	total := 0
	for i, n := range c.displays {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", text.Line(c.refs[i].Path, nameRunes), n))
			total += n
		}
	}
	if total == 0 {
		return "no display"
	}
	return plural(total, "display") + ": " + strings.Join(parts, ", ")
}

// campaign returns a campaign's index; Check has seen to it that there is one.
func (c *course) campaign(id string) int {
	for i, campaign := range c.eng.Campaigns() {
		if campaign.ID == id {
			return i
		}
	}
	return 0
}

// of lists a campaign's engagements.
func (c *course) of(id string) []string {
	var out []string
	for _, r := range c.refs {
		if c.eng.Campaigns()[r.Campaign].ID == id {
			out = append(out, r.Path)
		}
	}
	return out
}

func names(list []string) string {
	safe := make([]string, len(list))
	for i, s := range list {
		safe[i] = text.Line(s, nameRunes)
	}
	return anyOf(safe)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
