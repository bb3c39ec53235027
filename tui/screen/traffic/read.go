package traffic

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/pane"
)

// Read implements pane.Readable: the list with the focus, in lines.
func (s *Screen) Read() pane.Reading {
	switch x := s.study(); {
	case s.live.On():
		return s.live.Read()
	case x != nil:
		r := pane.Reading{Title: "Traffic: " + x.title, Lines: append([]string{x.note}, x.about...), Items: x.read(), Next: "open", Before: "back"}
		r.Choose = func(i int) tea.Cmd {
			x.pick(i)
			return nil
		}
		return r
	case s.running != nil:
		return pane.Reading{Title: s.running.what, Lines: s.progress(s.ses.Theme, 40), Next: Stop}
	case s.report == nil:
		return pane.Reading{Title: "Traffic", Lines: []string{s.scopes.Empty}, Next: Run}
	}
	s.describe()
	sc, ok := s.selected()
	switch {
	case s.focus.At(scopesPane) || !ok:
		r := pane.Reading{Title: "Traffic: campaigns and engagements", Lines: []string{s.Status()}, Next: "open"}
		list := s.scopes.Shown()
		for _, x := range list {
			r.Items = append(r.Items, strings.Repeat("  ", x.depth)+x.name+": prospects "+text.Number(x.r.Prospects)+", exposed "+text.Number(x.r.Exposed)+", displays "+text.Number(x.r.Displays))
		}
		r.Choose = func(i int) tea.Cmd {
			s.scopes.Select("scope " + list[i].path)
			return nil
		}
		return r
	case s.visits != nil:
		r := pane.Reading{Title: "Traffic: " + s.visits.title, Lines: []string{s.visits.note()}, Next: "open", Before: "back"}
		list := s.visits.table.Shown()
		for _, v := range list {
			r.Items = append(r.Items, s.visits.said(v)+", at "+v.At.String())
		}
		r.Choose = func(i int) tea.Cmd {
			s.visits.table.Select(foundKey(list[i]))
			return nil
		}
		return r
	}
	r := pane.Reading{Title: "Traffic: " + sc.name + ", " + strings.ToLower(views()[s.at].title), Lines: []string{views()[s.at].about}, Next: "open", Before: "back"}
	list := s.facts.Shown()
	for _, f := range list {
		line := f.label
		if f.number != "" {
			line += ": " + f.number
		}
		if f.share != nil {
			line += ", " + percent(*f.share)
		}
		if f.note != "" {
			line += ", " + f.note
		}
		r.Items = append(r.Items, line)
	}
	r.Choose = func(i int) tea.Cmd {
		s.facts.Select(list[i].key)
		return nil
	}
	return r
}
