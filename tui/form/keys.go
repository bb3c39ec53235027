package form

import (
	"strings"

	"beckon/tui/keymap"
)

// What a form does besides the universal actions. A screen's catalogue has
// them under the screen's name, see [Scopes].
const (
	toggleField  action = "toggle"
	clearField   action = "clear"
	addRow       action = "add"
	removeRow    action = "delete"
	copyRow      action = "duplicate"
	moveUp       action = "move.up"
	moveDown     action = "move.down"
	groupRow     action = "group"
	ungroupRow   action = "ungroup"
	nextProblem  action = "problem.next"
	priorProblem action = "problem.previous"
)

// Scopes are the part of the key catalogue that a form needs, as two scopes
// inside that of its screen: scope ("builder.form") and, while a text is
// typed, scope + ".typing". A screen with several forms has them once. The
// keys shown first work in both.
func Scopes(scope string) []keymap.Scope {
	id := func(a action) keymap.ID { return keymap.ID(scope) + "." + a }
	out := []keymap.Scope{
		{Name: scope, Title: "Form", Actions: []keymap.Action{
			{ID: id(addRow), Needs: keymap.Edit, Title: "Add a row", Hint: "add", Keys: []string{"ctrl+n", "a", "insert"}, Help: "Adds to the list, the condition or the choice that has the focus."},
			{ID: id(removeRow), Needs: keymap.Edit, Title: "Delete the row", Hint: "delete", Keys: []string{"ctrl+x", "d"}, Help: "Takes the row with the focus out; undo brings it back."},
			{ID: id(nextProblem), Title: "Next problem", Hint: "problem", Keys: []string{"f4", "n"}, Help: "Goes to the next field with a problem."},
			{ID: id(priorProblem), Title: "Previous problem", Keys: []string{"f3", "N"}, Help: "Goes to the field with a problem before this one."},
			{ID: id(copyRow), Needs: keymap.Edit, Title: "Duplicate the row", Keys: []string{"ctrl+t", "D"}, Help: "Puts a copy of the row below it."},
			{ID: id(moveUp), Needs: keymap.Edit, Title: "Move the row up", Keys: []string{"f6", "<", "alt+up"}, Help: "Moves the row, the shown value or the condition up, out of its group at the top."},
			{ID: id(moveDown), Needs: keymap.Edit, Title: "Move the row down", Keys: []string{"f7", ">", "alt+down"}, Help: "Moves the row, the shown value or the condition down, out of its group at the end."},
			{ID: id(groupRow), Needs: keymap.Edit, Title: "Put into a group", Keys: []string{"ctrl+g", "w"}, Help: "Puts the condition into a group of its own."},
			{ID: id(ungroupRow), Needs: keymap.Edit, Title: "Dissolve the group", Keys: []string{"ctrl+o", "W"}, Help: "Takes the conditions out of their group."},
			{ID: id(toggleField), Needs: keymap.Edit, Title: "Toggle or next value", Keys: []string{"space"}, Help: "Turns a yes into a no, or goes to the next value of a choice."},
			{ID: id(clearField), Needs: keymap.Edit, Title: "Clear the field", Keys: []string{"delete", "backspace"}, Help: "Takes the value of the field away."},
		}},
		{Name: scope + ".typing", Title: "Typing into a form", Text: true},
	}
	for i := range out[0].Actions {
		out[0].Actions[i].Drawn = true // asked line by line, a form has words of its own for them
	}
	return out
}

// Problems are the actions of a form that lead to the next problem and to the
// one before.
func Problems(scope string) (next, prior keymap.ID) {
	return keymap.ID(scope) + "." + nextProblem, keymap.ID(scope) + "." + priorProblem
}

// Scope is the scope whose keys apply now.
func (f *Form) Scope() string {
	if s := f.current(); s != nil && s.fixed == "" && s.control.typing() {
		return f.scope + ".typing"
	}
	return f.scope
}

// own is an action of the form without its screen's prefix.
func (f *Form) own(id keymap.ID) action {
	if rest, ok := strings.CutPrefix(string(id), f.scope+"."); ok {
		return action(rest)
	}
	return id
}

// Disabled says why an action of the form cannot be done now.
func (f *Form) Disabled(id keymap.ID) string {
	a := f.own(id)
	if a == id {
		return ""
	}
	s := f.current()
	var r rowOps
	if s != nil && s.row != nil {
		r = *s.row
	}
	why := ""
	switch a {
	case addRow:
		if r.add == nil && (s == nil || !adds(s.control)) {
			why = "nothing can be added here"
		}
	case removeRow:
		if c, ok := selected(s); r.remove == nil && (!ok || !c) {
			why = "this is no row of a list"
		}
	case copyRow:
		if r.copy == nil {
			why = "this is no row of a list"
		}
	case moveUp, moveDown:
		if c, ok := selected(s); (a == moveUp && r.up == nil || a == moveDown && r.down == nil) && (!ok || !c) {
			why = "it cannot go further"
			if r.up == nil && r.down == nil {
				why = "this is no row of a list"
			}
		}
	case groupRow:
		if r.group == nil {
			why = "this is no condition"
		}
	case ungroupRow:
		if r.ungroup == nil {
			why = "this is no group that could be dissolved"
		}
	case nextProblem, priorProblem:
		if len(f.found) == len(f.loose) && len(f.unfinished()) == 0 { // told or not: going there tells it
			why = "there is none"
		}
	}
	return why
}

// adds tells whether a control has something to add by itself.
func adds(c control) bool {
	switch c := c.(type) {
	case *chips, *reference:
		return true
	case *button:
		return !c.turns
	}
	return false
}

// selected tells whether the control of a stop is a list with a selected
// element.
func selected(s *stop) (is, list bool) {
	if s == nil {
		return false, false
	}
	c, ok := s.control.(*chips)
	return ok && c.at >= 0, ok
}
