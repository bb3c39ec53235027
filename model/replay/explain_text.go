package replay

import (
	"fmt"
	"strings"

	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// Bounds of foreign text in a trace.
const (
	nameRunes  = 120
	valueRunes = 200
)

// clock is how instants stand in text for people; always UTC.
const clock = "2006-01-02 15:04:05 UTC"

// ExplainText writes the trace of one engagement as a tree: one line a gate and
// a condition, marked ✓ true, ✗ false or ? unknown, with what was observed, by
// how much it fails, and when waiting would help. The gate that decided is
// pointed at. The text is safe to show and ends with a line feed.
func ExplainText(eng *engine.Engine, x engine.Explanation) string {
	var b strings.Builder
	refs := eng.Engagements()
	b.WriteString(text.Line(refs[x.Engagement].Path, nameRunes))
	if x.At != 0 {
		b.WriteString(" at " + x.At.Time().Format(clock))
	}
	b.WriteString(": " + x.Gate.String())
	b.WriteString(margin(x.Margin, x.TrueAt, x.At))
	b.WriteByte('\n')
	for _, g := range x.Gates {
		point := "  "
		if g.Gate == x.Gate {
			point = "▸ "
		}
		line := fmt.Sprintf("%s%s %-17s %s", point, mark(g.Truth), g.Gate, text.Line(g.Text, valueRunes))
		b.WriteString(strings.TrimRight(line, " "))
		if len(g.Conditions) == 0 && g.Margin != g.Text {
			b.WriteString(margin(g.Margin, g.TrueAt, x.At))
		}
		b.WriteByte('\n')
		for i := range g.Conditions {
			writeNode(&b, &g.Conditions[i], 1, x.At)
		}
	}
	if x.Draw != nil {
		writeDraw(&b, refs, x.Draw)
	}
	return b.String()
}

func mark(t engine.Truth) string {
	switch t {
	case engine.True:
		return "✓"
	case engine.False:
		return "✗"
	}
	return "?"
}

// margin ends a line with what is missing.
func margin(words string, trueAt, now journey.Instant) string {
	var parts []string
	if words != "" {
		parts = append(parts, text.Line(words, valueRunes))
	}
	if trueAt > now && !strings.HasSuffix(words, " if the visitor stays") {
		at := trueAt.Time().Format("15:04:05.000")
		at = strings.TrimSuffix(at, ".000")
		parts = append(parts, "true at "+at+" if the visitor stays")
	}
	if len(parts) == 0 {
		return ""
	}
	return " · " + strings.Join(parts, ", ")
}

func writeNode(b *strings.Builder, n *engine.Node, depth int, now journey.Instant) {
	b.WriteString(strings.Repeat("  ", depth+1))
	b.WriteString(mark(n.Truth) + " ")
	b.WriteString(text.Line(n.Label, valueRunes))
	if n.Shared != "" {
		b.WriteString(" (" + text.Line(n.Shared, nameRunes) + ")")
	}
	if n.Observed != "" {
		b.WriteString(": " + text.Line(n.Observed, valueRunes))
	}
	if len(n.Children) == 0 { // a group's margin is that of one of its own
		words := n.Margin
		if strings.HasPrefix(words, n.Label) { // says what the line says
			words = ""
		}
		b.WriteString(margin(words, n.TrueAt, now))
	}
	b.WriteByte('\n')
	for i := range n.Children {
		writeNode(b, &n.Children[i], depth+1, now)
	}
}

// tierNames are the tiers of priority, by model.Priority.Tier.
var tierNames = [3]string{"high", "medium", "low"}

func writeDraw(b *strings.Builder, refs []engine.Ref, d *engine.Draw) {
	fmt.Fprintf(b, "  draw of zone %s: class %s, tiers", text.Line(d.Zone, nameRunes), d.Class)
	for i, chance := range d.Tiers {
		if chance > 0 {
			fmt.Fprintf(b, " %s %.1f %%", tierNames[i], chance*100)
		}
	}
	fmt.Fprintf(b, "; drew %.4f: %s\n", d.Number, tierNames[d.Tier])
	for _, c := range d.Candidates {
		won := ""
		if c.Engagement == d.Winner {
			won = " · won"
		}
		fmt.Fprintf(b, "    %s: %s, %s, %.4f%s\n", text.Line(refs[c.Engagement].Path, nameRunes), c.Class, tierNames[c.Tier], c.Number, won)
	}
}
