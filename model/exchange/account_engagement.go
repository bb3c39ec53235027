package exchange

import (
	"strings"

	"beckon/model"
)

// formats are the numbers of the formats. Domain 2.3.
var formats = map[string]model.Format{
	"0": model.PeelingCorner, "1": model.Overlay, "2": model.Toaster, "3": model.SlideOut, "5": model.Embedded, "6": model.Sticky,
}

// Numbers of channels and kinds of conversation. Domain 2.1.
const (
	channelConversation  = "1"
	channelContent       = "100"
	conversationChat     = "0"
	conversationMessages = "1"
)

// places are the grid's numbers, from 1. Domain 2.6.
var places = []model.Position{model.TopLeft, model.TopCenter, model.TopRight, model.MiddleLeft, model.MiddleCenter, model.MiddleRight,
	model.BottomLeft, model.BottomCenter, model.BottomRight, model.CustomPlace}

var engagementFields = []string{"id", "name", "description", "enabled", "deleted", "isDeleted", "channel", "type", "conversationType", "language",
	"onsiteLocations", "visitorBehaviors", "windowId", "skillId", "skillName", "isPopOut", "allowUnauthMsg", "followMePages", "followMeTime",
	"position", "effects", "displayInstances"}

// engagement reads an engagement.
func (f *fields) engagement(o *value, path string) *model.Engagement {
	e := &model.Engagement{Name: f.text(o, path, "name"), Description: f.text(o, path, "description")}
	gone := f.gone(o, path)
	e.Disabled = !f.flag(o, path, "enabled", true) || gone

	number := o.get("type")
	if e.Format = formats[number.scalar()]; e.Format == "" {
		f.note(member(path, "type"), number, "no format of this number is known: choose one")
	}
	switch channel := o.get("channel"); channel.scalar() {
	case channelContent:
		e.Type = model.Content
	case channelConversation:
		e.Type = model.Conversation
	default:
		f.note(member(path, "channel"), channel, "neither 1, conversation, nor 100, content: choose a type")
	}
	e.EntryPoints = f.references(o, path, "onsiteLocations", model.KindEntryPoint)
	e.Behaviors = f.references(o, path, "visitorBehaviors", model.KindBehavior)
	e.Language = f.text(o, path, "language")
	if e.Type == model.Conversation {
		f.conversation(o, path, e)
	}
	f.follow(o, path, e)
	f.place(o, path, e)
	f.creative(o, path, e)
	f.rest(o, path, engagementFields...)
	return e
}

func (f *fields) conversation(o *value, path string, e *model.Engagement) {
	switch kind := o.get("conversationType"); {
	case kind.scalar() == conversationChat:
		e.Channel = model.Chat
	case kind.scalar() == conversationMessages:
		e.Channel = model.Messaging
	case !kind.isNull():
		f.note(member(path, "conversationType"), kind, notTaken+"want 0, chat, or 1, messaging")
	}
	e.Window = f.reference(o, path, "windowId", model.KindWindow)
	e.Skill = f.text(o, path, "skillName")
	if id := o.get("skillId"); e.Skill == "" && !id.isNull() && id.scalar() != "-1" {
		f.note(member(path, "skillId"), id, "a skill without a name: choose one")
	}
	e.SeparateWindow = f.flag(o, path, "isPopOut", false)
	// Without a connector there is nobody to tell who the visitor is.
	if !f.flag(o, path, "allowUnauthMsg", true) && !o.get("connectorId").isNull() {
		e.Authentication = model.Authenticated
	}
}

// follow reads how long the display goes with the visitor. Over there the page
// of the display counts as the first, here only further ones; the time is in
// seconds.
func (f *fields) follow(o *value, path string, e *model.Engagement) {
	pages := f.whole(o, path, "followMePages", 0, 101, 0)
	seconds := f.whole(o, path, "followMeTime", 0, int(6*model.Hour/model.Second), 0)
	if e.Format == model.Embedded {
		return
	}
	switch {
	case seconds > 0:
		if e.Follow.Time = model.Duration(seconds) * model.Second; pages > 1 {
			f.note(member(path, "followMePages"), o.get("followMePages"), "the time is taken: an engagement follows for pages or for a time")
		}
	case pages > 1:
		e.Follow.Pages = pages - 1
	}
}

// place reads where the engagement is, which for sticky and slide-out is also
// the side. An embedded one is where its div is.
func (f *fields) place(o *value, path string, e *model.Engagement) {
	p, at := o.get("position"), member(path, "position")
	sides := e.Format == model.Sticky || e.Format == model.SlideOut
	if sides {
		e.Side = model.Right
	}
	if p.isNull() || e.Format == model.Embedded || e.Format == "" {
		return
	}
	c := &e.Creative
	switch n := f.whole(p, at, "type", 1, 11, 0); {
	case n == 10:
		c.Position = model.CustomPlace
		c.Left, c.Top = f.pixels(p, at, "left"), f.pixels(p, at, "top")
	case n >= 1 && n <= 9:
		c.Position = places[n-1]
	}
	if sides && strings.HasSuffix(string(c.Position), "-left") {
		e.Side = model.Left
	}
	f.rest(p, at, "type", "left", "top")
}

// Numbers of display instances, one a state. Domain 5.1.
const (
	instanceOnline  = "1"
	instanceOffline = "2"
	instanceBusy    = "4"
)

// creative reads the faces.
func (f *fields) creative(o *value, path string, e *model.Engagement) {
	effects, at := o.get("effects"), member(path, "effects")
	if light := f.flag(effects, at, "useLightBox", false); e.Format == model.Overlay {
		e.Creative.LightBox = light
	}
	f.rest(effects, at, "useLightBox")
	list := o.get("displayInstances")
	if !list.isNull() && list.kind != '[' {
		f.note(member(path, "displayInstances"), list, notTaken+"want a list")
	}
	seen := map[string]bool{}
	for i, v := range list.list() {
		at := element(member(path, "displayInstances"), i)
		state := v.get("displayInstanceType").scalar()
		enabled := f.flag(v, at, "enabled", true)
		chat := e.Type == model.Conversation && e.Channel == model.Chat
		switch {
		case seen[state]:
			f.note(at, v, notTaken+"another one of this state came first")
			continue
		case state == instanceOnline:
			e.Creative.Online = f.face(v, at)
			f.click(v, at, e)
		case state == instanceOffline && chat:
			if e.Creative.OfflineOff = !enabled; enabled {
				face := f.face(v, at)
				e.Creative.Offline = &face
			}
		case state == instanceBusy && chat && e.Format != model.Overlay:
			if enabled {
				face := f.face(v, at)
				e.Creative.Busy = &face
			}
		case state == instanceOffline || state == instanceBusy:
			f.note(at, v, "states of agents are for chats, busy ones never for overlays: kept, and written back by an export")
		default:
			f.note(member(at, "displayInstanceType"), v.get("displayInstanceType"), "no state of this number is known: kept, and written back by an export")
		}
		seen[state] = true
		if state == instanceOnline && !enabled {
			f.note(member(at, "enabled"), v.get("enabled"), "the online creative cannot be switched off: disable the engagement")
		}
		f.rest(v, at, "displayInstanceType", "enabled", "events", "presentation")
	}
}

// click reads where a click on content leads. A target that is a URL is one;
// else it names the tab.
func (f *fields) click(v *value, path string, e *model.Engagement) {
	events, at := v.get("events"), member(path, "events")
	click, here := events.get("click"), member(at, "click")
	f.rest(events, at, "click")
	target := f.text(click, here, "target")
	if e.Type == model.Content {
		e.URL = f.text(click, here, "url")
		if isURL(target) {
			e.URL = target
		}
		e.SameTab = target == "_self"
		f.rest(click, here, "enabled", "target", "url")
		return
	}
	f.rest(click, here, "enabled", "target")
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}
