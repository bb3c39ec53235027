package campaigns

import (
	"fmt"
	"slices"

	"beckon/model"
	"beckon/model/text"
)

// element is what of a campaign this screen can change.
type element uint8

const (
	publishedElement element = iota // "yes" or "no"
	priorityElement                 // a model.Priority, as it stands in the document
	enabledElement                  // "yes" or "no", of an engagement
)

// change sets one element of one campaign from one value to another. It holds
// no version: it is made to whatever version there is when it is written.
type change struct {
	campaign   string // ID
	name       string // of the campaign, as people call it
	engagement string // ID; only for enabledElement
	called     string // name of the engagement
	element    element
	from, to   string
}

const (
	yes = "yes"
	no  = "no"
)

func yesNo(b bool) string {
	if b {
		return yes
	}
	return no
}

// inverse takes the change back.
func (c change) inverse() change {
	c.from, c.to = c.to, c.from
	return c
}

// present is the element's value in a version of the campaign; false if the
// version has no such engagement.
func (c change) present(k *model.Campaign) (string, bool) {
	switch c.element {
	case publishedElement:
		return yesNo(k.Published), true
	case priorityElement:
		return string(k.Priority), true
	}
	for _, e := range k.Engagements {
		if e != nil && e.ID == c.engagement {
			return yesNo(!e.Disabled), true
		}
	}
	return "", false
}

// done is a copy of a version with the element set. The version stays as it is.
func (c change) done(k *model.Campaign) *model.Campaign {
	out := *k
	switch c.element {
	case publishedElement:
		out.Published = c.to == yes
	case priorityElement:
		out.Priority = model.Priority(c.to)
	case enabledElement:
		out.Engagements = slices.Clone(k.Engagements)
		for i, e := range out.Engagements {
			if e != nil && e.ID == c.engagement {
				set := *e
				set.Disabled = c.to != yes
				out.Engagements[i] = &set
				break
			}
		}
	}
	return &out
}

// action names what is done, for the audit.
func (c change) action() string {
	switch {
	case c.element == publishedElement && c.to == yes:
		return ActionPublish
	case c.element == publishedElement:
		return "unpublish"
	case c.element == enabledElement && c.to == yes:
		return "enable"
	case c.element == enabledElement:
		return "disable"
	}
	return "update"
}

// path names the element, for the audit.
func (c change) path() string {
	switch c.element {
	case publishedElement:
		return "published"
	case priorityElement:
		return "priority"
	}
	return "engagements/" + c.engagement + "/enabled"
}

// verb is the word for doing it.
func (c change) verb() string {
	if a := c.action(); a != "update" {
		return a
	}
	return "set it"
}

// words say the change as an order: "publish Cart rescue".
func (c change) words() string {
	name, called := label(c.name, c.campaign), label(c.called, c.engagement)
	switch c.element {
	case publishedElement:
		return c.action() + " " + name
	case priorityElement:
		return fmt.Sprintf("set the priority of %s to %s", name, tier(model.Priority(c.to)))
	}
	return fmt.Sprintf("%s %s of %s", c.action(), called, name)
}

// past say the change as a fact: "Published Cart rescue".
func (c change) past() string {
	name, called := label(c.name, c.campaign), label(c.called, c.engagement)
	switch c.action() {
	case "publish":
		return "Published " + name
	case "unpublish":
		return "Unpublished " + name
	case "enable":
		return "Enabled " + called + " of " + name
	case "disable":
		return "Disabled " + called + " of " + name
	}
	return fmt.Sprintf("Priority of %s is %s, was %s", name, tier(model.Priority(c.to)), tier(model.Priority(c.from)))
}

// value says one of the element's values: "published", "high".
func (c change) value(v string) string {
	switch c.element {
	case publishedElement:
		if v == yes {
			return "published"
		}
		return "a draft"
	case enabledElement:
		if v == yes {
			return "enabled"
		}
		return "disabled"
	}
	return "priority " + tier(model.Priority(v))
}

// same tells whether two values mean the same: no priority is medium.
func (c change) same(a, b string) bool {
	if c.element == priorityElement {
		return model.Priority(a).Tier() == model.Priority(b).Tier()
	}
	return a == b
}

// audited is a value as the audit has it.
func (c change) audited(v string) string {
	if c.element == priorityElement && v == "" {
		return string(model.Medium)
	}
	return v
}

// subject is what has the value: the campaign or the engagement.
func (c change) subject() string {
	if c.element == enabledElement {
		return label(c.called, c.engagement)
	}
	return label(c.name, c.campaign)
}

// tier is a priority's word; none is medium.
func tier(p model.Priority) string {
	if p == "" {
		p = model.Medium
	}
	return text.Line(string(p), 24)
}

// label is what people call something: its name, else its ID, harmless and
// short enough for a sentence.
func label(name, id string) string { return text.Line(whole(name, id), 60) }

// whole is all of a name, for where there is room for it.
func whole(name, id string) string {
	if name == "" {
		name = id
	}
	return text.Line(name, wholeName)
}

// wholeName is how many runes of a name are shown at all.
const wholeName = 240

// past changes, for undo and redo.
type history struct{ undo, redo []change }

// remembered is how many changes can be taken back.
const remembered = 100

func (h *history) did(c change) {
	h.undo = append(h.undo, c)
	if len(h.undo) > remembered {
		h.undo = slices.Clone(h.undo[len(h.undo)-remembered:])
	}
	h.redo = nil
}

// undid and redid move the last change to the other side.
func (h *history) undid() {
	n := len(h.undo) - 1
	h.redo = append(h.redo, h.undo[n])
	h.undo = h.undo[:n]
}

func (h *history) redid() {
	n := len(h.redo) - 1
	h.undo = append(h.undo, h.redo[n])
	h.redo = h.redo[:n]
}

// last is the last change of one side.
func last(list []change) (change, bool) {
	if len(list) == 0 {
		return change{}, false
	}
	return list[len(list)-1], true
}
