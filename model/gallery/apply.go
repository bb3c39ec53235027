package gallery

import (
	"slices"
	"strings"

	"beckon/model"
)

// Apply makes an engagement look like a template: it copies the creative and
// sets what follows from the template's format and type. What the operator said
// of the engagement stays as far as the new shape has a use for it.
//
//   - Side is the side of the creative's position for sticky and slide-out,
//     right where it has none, and empty for the others.
//   - Div is kept by an engagement that was embedded before, and empty for the
//     others: only the operator knows the page.
//   - A toaster without an edge slides in from the edge its position is at.
//   - An embedded engagement does not follow.
//   - Settings of conversations are left out of content and the link out of
//     conversations.
//   - The creatives for offline and busy agents are taken for chat alone, see
//     [Creative].
//   - Template names a template of a library. A built-in one is no document
//     that could be mentioned, so it is left empty.
//
// The template is not changed, and shares nothing with the engagement.
func Apply(t *model.Template, e *model.Engagement) {
	wasEmbedded := e.Format == model.Embedded
	e.Format, e.Type = t.Format, t.Type
	if e.Template = t.ID; BuiltIn(t) {
		e.Template = ""
	}

	e.Side = ""
	if t.Format == model.Sticky || t.Format == model.SlideOut {
		e.Side = model.Right
		if strings.HasSuffix(string(t.Creative.Position), "-left") {
			e.Side = model.Left
		}
	}
	if !wasEmbedded || t.Format != model.Embedded {
		e.Div = ""
	}
	if t.Format == model.Embedded {
		e.Follow = model.Follow{}
	}
	if t.Type == model.Content {
		e.Channel, e.Authentication, e.Skill, e.IgnoreMaxWait = "", "", "", false
		e.Window, e.SeparateWindow, e.AgentNote = "", false, ""
	} else {
		e.URL, e.SameTab = "", false
	}
	e.Creative = Creative(t, e.Channel)
}

// Creative returns a copy of a template's creative as a channel has a use for
// it: messaging does not look at agents, so the creatives for offline and busy
// ones are for chats. When an operator makes a chat of a messaging engagement,
// take Offline, OfflineOff and Busy from here. Domain 2.7.
func Creative(t *model.Template, ch model.Channel) model.Creative {
	c := clone(t.Creative)
	if t.Type == model.Content || ch != model.Chat {
		c.Offline, c.OfflineOff, c.Busy = nil, false, nil
	}
	if t.Format == model.Overlay {
		c.Busy = nil
	} else {
		c.LightBox = false
	}
	switch {
	case t.Format != model.Toaster:
		c.Edge = ""
	case c.Edge == "" && strings.HasPrefix(string(c.Position), "top-"):
		c.Edge = "top"
	}
	return c
}

func clone(c model.Creative) model.Creative {
	c.Online.Elements = slices.Clone(c.Online.Elements)
	for _, f := range []**model.Face{&c.Offline, &c.Busy} {
		if *f != nil {
			face := **f
			face.Elements = slices.Clone(face.Elements)
			*f = &face
		}
	}
	return c
}
