package activity

import (
	"beckon/tui/widget"
)

// atWork says who else is here now, and at what, as the shell knows it.
func (s *Screen) atWork() []widget.Line {
	if len(s.ses.Others) == 0 {
		return []widget.Line{widget.L(muted("Nobody else is here."))}
	}
	var out []widget.Line
	for _, o := range s.ses.Others {
		out = append(out, widget.Heading(o.Name(s.ses.Who)), widget.L(muted("since "+s.ses.Clock(o.Since))))
		if o.From != "" {
			out = append(out, widget.L(muted("from "+o.From)))
		}
		if o.Screen != "" {
			out = append(out, widget.L(widget.T("at "+o.Screen)))
		}
		for _, d := range o.Edits {
			out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{widget.T("edits " + d.Name)}})
		}
		out = append(out, widget.Line{})
	}
	return out
}
