package replay

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"beckon/model/journey"
)

// AppendJSON appends a record as one line of JSON, its line feed included.
// Equal records give equal bytes. Characters that a terminal could obey, or
// that are not seen, are escaped, so the line may be looked at anywhere.
func AppendJSON(dst []byte, r Record) []byte {
	return append(r.appendJSON(dst), '\n')
}

func (d *Display) appendJSON(b []byte) []byte {
	b = d.Moment.open(b, "display")
	b = stringField(b, "campaign", d.Campaign)
	b = stringField(b, "engagement", d.Engagement)
	b = stringField(b, "zone", d.Zone)
	b = stringField(b, "state", string(d.State))
	b = optionalField(b, "url", d.URL)
	b = flagField(b, "openPage", d.OpenPage)
	return append(b, '}')
}

func (r *Response) appendJSON(b []byte) []byte {
	b = r.Moment.open(b, "response")
	b = stringField(b, "campaign", r.Campaign)
	b = stringField(b, "engagement", r.Engagement)
	b = stringField(b, "zone", r.Zone)
	b = stringField(b, "action", string(r.Action))
	b = optionalField(b, "url", r.URL)
	b = flagField(b, "simulated", r.Simulated)
	b = flagField(b, "openPage", r.OpenPage)
	return append(b, '}')
}

func (g *Goal) appendJSON(b []byte) []byte {
	b = g.Moment.open(b, "goal")
	b = stringField(b, "campaign", g.Campaign)
	b = stringField(b, "goal", string(g.Type))
	if g.Value != nil {
		b = stringField(b, "value", g.Value.String())
	}
	b = optionalField(b, "currency", g.Currency)
	b = flagField(b, "control", g.Control)
	b = flagField(b, "engaged", g.Engaged)
	b = flagField(b, "duplicate", g.Duplicate)
	b = flagField(b, "repeated", g.Repeated)
	b = optionalField(b, "url", g.URL)
	b = flagField(b, "openPage", g.OpenPage)
	return append(b, '}')
}

func (g *Gate) appendJSON(b []byte) []byte {
	b = g.Moment.open(b, "gate")
	b = stringField(b, "campaign", g.Campaign)
	b = stringField(b, "engagement", g.Engagement)
	b = stringField(b, "gate", g.Gate.String())
	b = optionalField(b, "margin", g.Margin)
	if g.TrueAt != 0 {
		b = instantField(b, "trueAt", g.TrueAt)
	}
	if g.Tick {
		b = stringField(b, "cause", "tick")
	} else {
		b = stringField(b, "cause", "event")
	}
	if g.Line > 0 {
		b = intField(b, "line", g.Line)
	}
	if g.Draw != nil {
		b = append(b, `,"draw":`...)
		b = g.Draw.appendJSON(b)
	}
	b = flagField(b, "openPage", g.OpenPage)
	return append(b, '}')
}

func (d *Draw) appendJSON(b []byte) []byte {
	b = append(b, `{"zone":`...)
	b = appendString(b, d.Zone)
	b = stringField(b, "class", d.Class)
	b = append(b, `,"tiers":[`...)
	for i, t := range d.Tiers {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendShare(b, t)
	}
	b = append(b, `],"number":`...)
	b = appendShare(b, d.Number)
	b = intField(b, "tier", int64(d.Tier))
	b = stringField(b, "winner", d.Winner)
	b = append(b, `,"candidates":[`...)
	for i, c := range d.Candidates {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"engagement":`...)
		b = appendString(b, c.Engagement)
		b = stringField(b, "class", c.Class)
		b = intField(b, "tier", int64(c.Tier))
		b = append(b, `,"number":`...)
		b = append(appendShare(b, c.Number), '}')
	}
	return append(b, "]}"...)
}

func (v *Visit) appendJSON(b []byte) []byte {
	b = append(b, `{"record":"visit"`...)
	b = stringField(b, "visitor", v.Visitor)
	b = stringField(b, "visit", v.Visit)
	b = instantField(b, "start", v.Start)
	b = instantField(b, "end", v.End)
	b = intField(b, "events", int64(v.Events))
	b = intField(b, "pages", int64(v.Pages))
	b = intField(b, "displays", int64(v.Displays))
	b = listField(b, "shown", v.Shown)
	b = listField(b, "prospects", v.Prospects)
	b = listField(b, "control", v.Control)
	return append(b, '}')
}

func (s *Summary) appendJSON(b []byte) []byte {
	b = append(b, `{"record":"summary"`...)
	b = intField(b, "visitors", s.Visitors)
	b = intField(b, "visits", s.Visits)
	b = intField(b, "events", s.Events)
	b = append(b, `,"engagements":[`...)
	for i := range s.Engagements {
		e := &s.Engagements[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = appendString(b, e.ID)
		b = intField(b, "visits", e.Visits)
		b = intField(b, "shown", e.Shown())
		b = intField(b, "displays", e.Displays)
		b = intField(b, "prospects", e.Prospects)
		b = intField(b, "control", e.Control)
		b = append(b, `,"gates":{`...)
		first := true
		for g, n := range e.Stopped() {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendString(b, g.String())
			b = append(b, ':')
			b = strconv.AppendInt(b, n, 10)
		}
		b = append(b, "}}"...)
	}
	b = append(b, `],"campaigns":[`...)
	for i := range s.Campaigns {
		c := &s.Campaigns[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"id":`...)
		b = appendString(b, c.ID)
		b = intField(b, "visits", s.Visits)
		b = intField(b, "prospects", c.Prospects)
		b = intField(b, "control", c.Control)
		b = intField(b, "displays", c.Displays)
		b = intField(b, "goals", c.Goals)
		b = intField(b, "controlGoals", c.ControlGoals)
		b = intField(b, "duplicates", c.Duplicates)
		b = append(b, '}')
	}
	b = append(b, `],"input":{"lines":`...)
	b = strconv.AppendInt(b, s.Input.Lines, 10)
	b = intField(b, "read", s.Input.Read)
	b = countsField(b, "skipped", s.Input.Skipped)
	b = countsField(b, "rejected", s.Input.Rejected)
	if len(s.Input.Broken) > 0 {
		b = listField(b, "broken", s.Input.Broken)
	}
	if len(s.Input.FilesLeftOut) > 0 {
		b = append(key(b, "filesLeftOut"), '[')
		for i, f := range s.Input.FilesLeftOut {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(append(b, `{"file":`...), f.File)
			b = append(stringField(b, "why", f.Why), '}')
		}
		b = append(b, ']')
	}
	if s.Input.MoreFilesLeftOut > 0 {
		b = intField(b, "moreFilesLeftOut", s.Input.MoreFilesLeftOut)
	}
	return append(b, "}}"...)
}

func (m *Moment) open(b []byte, record string) []byte {
	b = append(b, `{"record":"`...)
	b = append(b, record...)
	b = append(b, '"')
	b = stringField(b, "visitor", m.Visitor)
	b = stringField(b, "visit", m.Visit)
	return instantField(b, "at", m.At)
}

func key(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func stringField(b []byte, name, v string) []byte { return appendString(key(b, name), v) }

func optionalField(b []byte, name, v string) []byte {
	if v == "" {
		return b
	}
	return stringField(b, name, v)
}

func intField(b []byte, name string, v int64) []byte { return strconv.AppendInt(key(b, name), v, 10) }

func flagField(b []byte, name string, v bool) []byte {
	if !v {
		return b
	}
	return append(key(b, name), "true"...)
}

func listField(b []byte, name string, list []string) []byte {
	b = append(key(b, name), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

func countsField(b []byte, name string, counts []Count) []byte {
	b = append(key(b, name), '{')
	for i, c := range counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, c.Reason)
		b = append(b, `:{"count":`...)
		b = strconv.AppendInt(b, c.Count, 10)
		b = intField(b, "firstLine", c.FirstLine)
		b = optionalField(b, "firstFile", c.FirstFile)
		b = append(b, '}')
	}
	return append(b, '}')
}

const stamp = "2006-01-02T15:04:05.000Z"

func instantField(b []byte, name string, at journey.Instant) []byte {
	b = append(key(b, name), '"')
	b = time.UnixMilli(int64(at)).UTC().AppendFormat(b, stamp)
	return append(b, '"')
}

// appendShare appends a number of [0,1) with as many digits as it takes to
// read it back.
func appendShare(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'f', -1, 64) }

// appendString appends a JSON string. What is not a graphic character is
// escaped, broken UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	escape := func(b []byte, r uint16) []byte {
		return append(b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	}
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c < ' ' || c == 0x7f:
				b = escape(b, uint16(c))
			default:
				b = append(b, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, "\ufffd"...)
		case unicode.IsGraphic(r):
			b = append(b, s[i:i+size]...)
		case r > 0xffff:
			r -= 0x10000
			b = escape(b, 0xd800|uint16(r>>10))
			b = escape(b, 0xdc00|uint16(r&0x3ff))
		default:
			b = escape(b, uint16(r))
		}
		i += size
	}
	return append(b, '"')
}
