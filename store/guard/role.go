package guard

import (
	"errors"
	"fmt"
	"slices"

	"beckon/model/text"
)

// A Role is what an operator may do. Every role may what those before it may.
type Role string

// The roles, in their order.
const (
	Viewer    Role = "viewer"
	Editor    Role = "editor"
	Publisher Role = "publisher"
	Admin     Role = "admin"
)

// Roles lists them in their order.
func Roles() []Role { return []Role{Viewer, Editor, Publisher, Admin} }

// ParseRole returns the role of a name.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fmt.Errorf("there is no role %q: want viewer, editor, publisher or admin", text.Line(s, 40))
}

// covers reports whether r may what needed may. What is no role covers nothing.
func (r Role) covers(needed Role) bool {
	return slices.Index(Roles(), r) >= slices.Index(Roles(), needed) && slices.Contains(Roles(), needed)
}

// MayNot says in a few words why a role may not do what takes another; empty: it
// may.
func (r Role) MayNot(needs Role) string {
	switch {
	case r.covers(needs):
		return ""
	case r == "":
		return "you are no operator here any longer"
	}
	return fmt.Sprintf("only %ss may, and you are %s", needs, r.article())
}

// article is "an editor", "a viewer".
func (r Role) article() string {
	if r == Editor || r == Admin {
		return "an " + string(r)
	}
	return "a " + string(r)
}

// ErrRefused is what every [*Refused] is.
var ErrRefused = errors.New("not allowed")

// Refused says why a write was refused.
type Refused struct {
	Operator string
	Role     Role   // that he has; empty: he is no operator, or not let in
	Needs    Role   // that it takes; empty: no role helps
	What     string // was to be done: "publish the campaign cart-rescue"
}

func (e *Refused) Error() string {
	who := text.Line(e.Operator, 80)
	switch {
	case e.Role == "":
		return fmt.Sprintf("%s is no operator here any longer, and may not %s", who, e.What)
	case e.Needs == "":
		return fmt.Sprintf("nobody may %s", e.What)
	}
	return fmt.Sprintf("only %ss may %s; %s is %s", e.Needs, e.What, who, e.Role.article())
}

// Refusal is the sentence for the operator, without what was being done when it
// was refused.
func (e *Refused) Refusal() string { return e.Error() }

// Is makes errors.Is(err, ErrRefused) true.
func (e *Refused) Is(target error) bool { return target == ErrRefused }
