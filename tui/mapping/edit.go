package mapping

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/pane"
	"beckon/tui/widget"
)

// The actions of the page.
const (
	Keep  keymap.ID = "mapping.keep"
	Use   keymap.ID = "mapping.use"
	Write keymap.ID = "mapping.write"
	Type  keymap.ID = "mapping.type"
	Means keymap.ID = "mapping.values"
	Clear keymap.ID = "mapping.clear"
	Guess keymap.ID = "mapping.guess"
	Next  keymap.ID = "mapping.needed"
)

// Scopes implements pane.Screen.
func (s *Screen) Scopes() []keymap.Scope {
	return []keymap.Scope{{Name: ID, Title: "Mapping", Actions: []keymap.Action{
		{ID: Keep, Title: "Save the mapping and read the file", Hint: "save and read", Keys: []string{"s", "f2"}, Needs: keymap.Edit,
			Help: "Keeps the mapping in the store, where every table with these columns finds it, and goes back to read the file with it."},
		{ID: Use, Title: "Read the file without saving", Hint: "read once", Keys: []string{"r"},
			Help: "Goes back to read the file with the mapping as it is; it is forgotten with this session."},
		{ID: Write, Title: "Write a mapping file", Keys: []string{"w"},
			Help: "Writes the mapping to a file of this machine, as beckon replay takes it with --map."},
		{ID: Type, Title: "Type the field", Hint: "type", Keys: []string{"t"},
			Help: "Types what the field is: text and columns in braces go together, as in https://shop.example/{product}."},
		{ID: Means, Title: "Say what the recorded values mean", Hint: "values", Keys: []string{"v"},
			Help: "Makes a table of the values of the field's column: 1 is trousers, 2 is skirts. It stands at the end of the list, a line a value, and any field may read it by its name."},
		{ID: Clear, Title: "Leave the field out", Keys: []string{"d", "delete"},
			Help: "Reads the field from nothing."},
		{ID: Next, Title: "Next field that is needed", Keys: []string{"n"},
			Help: "Goes to the next field that has to be chosen before a row can be read."},
		{ID: Guess, Title: "Guess anew", Keys: []string{"a"},
			Help: "Takes everything back to what is guessed from the first rows; undo brings it back."},
	}}}
}

// Disabled implements pane.Disabler.
func (s *Screen) Disabled(id keymap.ID) string {
	switch id {
	case Keep, Use, Write, Type, Means, Clear, Guess, Next, keymap.Undo, keymap.Redo:
		if s.work == nil {
			return "no table is open"
		}
	default:
		return ""
	}
	f, ok := s.fields.Selected()
	switch id {
	case Keep, Use, Write:
		return s.work.wrong
	case Type:
		if !ok || f.Form == journey.OneOf {
			return "select a field that is read from columns, or typed"
		}
	case Means:
		if !ok {
			return "select a field"
		}
		if _, err := s.work.sketch.Translatable(f); err != nil {
			return err.Error()
		}
	case Clear:
		switch {
		case !ok || f.Value == "":
			return "it is left out already"
		case f.Needed && f.Form != journey.FromColumns:
			return "it is one of the choices"
		}
	case Next:
		if s.needed() == "" {
			return "nothing is missing"
		}
	}
	return ""
}

// Hints implements pane.Hinting.
func (s *Screen) Hints() []pane.Hint {
	if s.work == nil {
		return nil
	}
	return []pane.Hint{{ID: keymap.Open, Words: "choose"}, {ID: keymap.Undo, Words: "undo"}}
}

// Do implements pane.Screen.
func (s *Screen) Do(id keymap.ID, arg any) (tea.Cmd, bool) {
	if s.work == nil {
		return nil, false
	}
	switch id {
	case Keep:
		s.askName()
	case Use:
		return s.finish("", false), true
	case Write:
		s.askFile("", "")
	case Type:
		s.askText()
	case Means:
		return s.askMeanings(), true
	case Clear:
		f, _ := s.fields.Selected()
		return s.set(f, ""), true
	case Next:
		s.focus.Set(fieldsPane)
		s.fields.SetFilter("")
		s.fields.Select(s.needed())
	case Guess:
		return s.guess(), true
	case keymap.Undo:
		return s.turnBack(&s.work.past, &s.work.future, "undone"), true
	case keymap.Redo:
		return s.turnBack(&s.work.future, &s.work.past, "made again"), true
	case keymap.NextPane, keymap.PrevPane:
		s.focus.Next()
	case keymap.Open:
		if s.focus.At(fieldsPane) {
			s.choose()
		}
	case keymap.Back:
		if s.focus.Set(fieldsPane) {
			return nil, true
		}
		if s.fields.Filter() != "" {
			return nil, false // the shell shows all again
		}
		return s.leave(), true
	default:
		return s.move(id, arg)
	}
	return nil, true
}

// move hands an action to the pane with the focus, or under the mouse.
func (s *Screen) move(id keymap.ID, arg any) (tea.Cmd, bool) {
	var doer widget.Doer = s.fields
	if s.focus.At(lookPane) {
		doer = &s.look
	}
	to := widget.Target(arg, doer)
	if _, ok := arg.(frame.Pointer); ok && id == keymap.Click {
		s.focus.Set(map[bool]int{true: lookPane}[to == widget.Doer(&s.look)])
	}
	switch to.Do(id, arg) {
	case widget.Ignored:
		return nil, false
	case widget.Opened:
		s.choose()
	}
	return nil, true
}

// needed is the next field that is missing, after the selected one.
func (s *Screen) needed() string {
	at, _ := s.fields.SelectedKey()
	first, behind := "", false
	for _, f := range s.fields.Items() {
		if f.Needed && f.Value == "" {
			if behind {
				return f.Key
			}
			if first == "" {
				first = f.Key
			}
		}
		behind = behind || f.Key == at
	}
	return first
}

// most is how many changes can be taken back.
const most = 200

// set changes a field, in one step that undo takes back.
func (s *Screen) set(f journey.Field, value string) tea.Cmd {
	w := s.work
	next := w.sketch.Clone()
	if err := next.Set(f.Key, value); err != nil {
		s.ses.Shell.Toast(widget.Warning, f.Title+": "+err.Error())
		return nil
	}
	cmd := s.become(next)
	if f.Key == journey.FieldMore && value != "" { // the field that it adds is to be filled
		s.fields.Select(journey.MoreField(value))
	}
	return cmd
}

// askMeanings makes a table of the values of the selected field's column; where
// it reads several it asks which.
func (s *Screen) askMeanings() tea.Cmd {
	f, _ := s.fields.Selected()
	columns, err := s.work.sketch.Translatable(f)
	if err != nil {
		s.ses.Shell.Toast(widget.Warning, f.Title+": "+err.Error())
		return nil
	}
	if len(columns) == 1 {
		return s.translate(f, columns[0])
	}
	p := &dialog.Picker{Title: "The values of which column?", Hint: "type to search"}
	for _, c := range columns {
		p.Items = append(p.Items, dialog.Item{Title: columnTitle(c), Value: c, Detail: "Its first values: " + strings.Join(first(s.work.sketch.Filled(journey.Column(c)), 6), ", ")})
	}
	p.Then = func(it dialog.Item) tea.Cmd { return s.translate(f, it.Value.(string)) }
	s.ses.Shell.Ask(p)
	return nil
}

func (s *Screen) translate(f journey.Field, column string) tea.Cmd {
	next := s.work.sketch.Clone()
	at, err := next.Translate(f.Key, column)
	if err != nil {
		s.ses.Shell.Toast(widget.Warning, f.Title+": "+err.Error())
		return nil
	}
	cmd := s.become(next)
	s.focus.Set(fieldsPane)
	if name, ok := journey.TableOf(at); ok { // the table alone is seen; esc brings the rest back
		s.fields.SetFilter(text.Line(name, 40) + ":")
	}
	s.fields.Select(at)
	return cmd
}

func (s *Screen) become(next *journey.Sketch) tea.Cmd {
	w := s.work
	if next.Same(w.sketch) {
		return nil
	}
	if w.past = append(w.past, w.sketch); len(w.past) > most {
		w.past = w.past[1:]
	}
	w.sketch, w.future = next, nil
	return s.again()
}

func (s *Screen) guess() tea.Cmd {
	next, err := journey.NewSketch(s.work.table.Sample)
	if err != nil {
		s.ses.Shell.Fail("guessing", err)
		return nil
	}
	return s.become(next)
}

// turnBack goes to the last of the one list, and puts what is in the other.
func (s *Screen) turnBack(from, to *[]*journey.Sketch, done string) tea.Cmd {
	n := len(*from)
	if n == 0 {
		s.ses.Shell.Toast(widget.Info, "There is nothing to be "+done+".")
		return nil
	}
	*to = append(*to, s.work.sketch)
	s.work.sketch, *from = (*from)[n-1], (*from)[:n-1]
	return s.again()
}

// choose asks what the selected field is.
func (s *Screen) choose() {
	f, ok := s.fields.Selected()
	if !ok {
		return
	}
	if f.Form == journey.AsWritten {
		s.askText()
		return
	}
	p := &dialog.Picker{Title: f.Title, Hint: "type to search"}
	add := func(it dialog.Item, value string) {
		if it.Value = value; value == f.Value {
			p.Start = len(p.Items)
		}
		p.Items = append(p.Items, it)
	}
	if f.Form == journey.FromColumns {
		s.offerColumns(f, add)
	}
	for _, c := range f.Choices {
		add(dialog.Item{Title: c.Title, Detail: f.Help}, c.Value)
	}
	if f.Form != journey.OneOf {
		p.Hint = "type to search, or what it is"
		p.Last = func(typed string) dialog.Item { return s.typed(f, typed) }
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		v, ok := it.Value.(string)
		if !ok {
			s.askText()
			return nil
		}
		return s.set(f, v)
	}
	s.ses.Shell.Ask(p)
}

// offerColumns offers the columns with what is in them: those that nothing is
// read from yet and those that are, and no column.
func (s *Screen) offerColumns(f journey.Field, add func(dialog.Item, string)) {
	used := s.work.sketch.Used()
	single := strings.HasPrefix(f.Value, "{") && strings.IndexByte(f.Value, '}') == len(f.Value)-1
	if f.Value != "" && !single {
		add(dialog.Item{Title: f.Value, Detail: "As it is now. t types it anew."}, f.Value)
	}
	for _, c := range s.work.sketch.Columns {
		examples := first(s.work.sketch.Filled(journey.Column(c)), 6)
		it := dialog.Item{Title: columnTitle(c), Key: strings.Join(first(examples, 2), ", "), Detail: "Its first values: " + strings.Join(examples, ", ")}
		if len(examples) == 0 {
			it.Detail = "It is empty in the first rows."
		}
		if used[c] {
			it.Detail += ". It is used already."
		}
		add(it, journey.Column(c))
	}
	for _, t := range s.work.sketch.Tables() {
		if !strings.HasPrefix(f.Key, journey.TableFrom) {
			add(dialog.Item{Title: t, Key: "values", Detail: "What recorded values mean: " + strings.Join(first(s.work.sketch.Filled(journey.Column(t)), 6), ", ")}, journey.Column(t))
		}
	}
	if f.Key == journey.FieldVisitor || f.Key == "url" {
		add(dialog.Item{Title: "the number of the line", Detail: "Every row is one of its own."}, "{#line}")
	}
	if !f.Needed {
		add(dialog.Item{Title: "none", Detail: "The field is left out."}, "")
	}
}

// columnTitle is a column in words.
func columnTitle(name string) string {
	switch name {
	case "#cell":
		return "the cell, or its part"
	case "#place":
		return "its place"
	case "#line":
		return "the number of the line"
	}
	return name
}

// typed offers what is typed where a list is searched.
func (s *Screen) typed(f journey.Field, typed string) dialog.Item {
	it := dialog.Item{Title: "type something else" + s.ses.Theme.Ellipsis, Detail: "Text and columns go together: https://shop.example/{product}."}
	if typed == "" {
		return it
	}
	it.Title, it.Value = "\""+typed+"\" in all rows", typed
	if strings.Contains(typed, "{") || f.Form != journey.FromColumns {
		it.Title = typed
	}
	if err := s.work.sketch.Clone().Set(f.Key, typed); err != nil {
		it.Disabled = err.Error()
	}
	return it
}

// askText asks for a field as it is written.
func (s *Screen) askText() {
	f, ok := s.fields.Selected()
	if !ok {
		return
	}
	label := f.Help
	if f.Form == journey.FromColumns {
		label += " A column stands in braces: " + journey.Column(s.work.sketch.Columns[0]) + "."
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: f.Title, Label: label, Value: f.Value, Amend: true, Max: 3000, MayBeEmpty: true,
		Check: func(v string) error { return s.work.sketch.Clone().Set(f.Key, strings.TrimSpace(v)) },
		Then:  func(v string) tea.Cmd { return s.set(f, strings.TrimSpace(v)) }})
}
