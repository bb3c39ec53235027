package exchange

import (
	"reflect"
	"slices"
	"strconv"

	"beckon/model"
)

// engagement writes an engagement into what was kept of it, or into a new
// object.
func (w *accountWriter) engagement(kept *value, e *model.Engagement) *value {
	o, fresh := kept.clone(), kept == nil
	if fresh {
		o = jsonObject()
	}
	was := w.reader().engagement(o, "$")
	if o.get("id").scalar() == "" {
		o.set("id", w.free())
	}
	put(o, "name", was.Name, e.Name, fresh, jsonText)
	put(o, "description", was.Description, e.Description, fresh, jsonText)
	put(o, "enabled", was.Disabled, e.Disabled, fresh, func(off bool) *value { return jsonBool(!off) })
	if !e.Disabled {
		undelete(o)
	}
	put(o, "type", was.Format, e.Format, fresh, func(f model.Format) *value {
		for number, format := range formats {
			if format == f {
				return jsonNumber(number)
			}
		}
		return jsonNull()
	})
	put(o, "channel", was.Type, e.Type, fresh, func(t model.EngagementType) *value {
		switch t {
		case model.Content:
			return jsonNumber(channelContent)
		case model.Conversation:
			return jsonNumber(channelConversation)
		}
		return jsonNull()
	})
	if fresh || !slices.Equal(was.EntryPoints, e.EntryPoints) {
		o.set("onsiteLocations", w.list(model.KindEntryPoint, e.EntryPoints))
	}
	if fresh || !slices.Equal(was.Behaviors, e.Behaviors) {
		o.set("visitorBehaviors", w.list(model.KindBehavior, e.Behaviors))
	}
	put(o, "language", was.Language, e.Language, fresh, jsonText)
	if e.Type == model.Conversation {
		w.conversation(o, fresh || was.Type != e.Type, was, e)
	}
	w.follow(o, fresh, was, e)
	writePlace(o, fresh, was, e)
	w.creative(o, fresh, was, e)
	return o
}

func (w *accountWriter) conversation(o *value, fresh bool, was, e *model.Engagement) {
	chat := func(c model.Channel) bool { return c == model.Chat }
	put(o, "conversationType", chat(was.Channel), chat(e.Channel), fresh, func(chat bool) *value {
		if chat {
			return jsonNumber(conversationChat)
		}
		return jsonNumber(conversationMessages)
	})
	put(o, "windowId", was.Window, e.Window, fresh, func(id string) *value { return w.id(model.KindWindow, id) })
	if fresh || was.Skill != e.Skill {
		o.set("skillName", jsonNull())
		o.set("skillId", jsonInt(-1))
		if e.Skill != "" {
			o.set("skillName", jsonText(e.Skill))
			o.set("skillId", jsonNull())
		}
	}
	put(o, "isPopOut", was.SeparateWindow, e.SeparateWindow, fresh, jsonBool)
	known := func(a model.Authentication) bool { return a == model.Authenticated }
	put(o, "allowUnauthMsg", known(was.Authentication), known(e.Authentication), fresh, func(known bool) *value { return jsonBool(!known) })
}

func (w *accountWriter) follow(o *value, fresh bool, was, e *model.Engagement) {
	if !fresh && was.Follow == e.Follow {
		return
	}
	o.set("followMePages", jsonInt(e.Follow.Pages+1))
	o.set("followMeTime", jsonInt(int(e.Follow.Time/model.Second)))
}

func writePlace(o *value, fresh bool, was, e *model.Engagement) {
	a, b := &was.Creative, &e.Creative
	if e.Format == model.Embedded || !fresh && a.Position == b.Position && a.Left == b.Left && a.Top == b.Top {
		return
	}
	p := o.object("position")
	number := slices.Index(places, b.Position) + 1
	switch {
	case number > 0:
		p.set("type", jsonInt(number))
	case e.Format == model.Toaster:
		p.set("type", jsonInt(11))
	default:
		p.drop("type")
	}
	p.set("left", jsonInt(b.Left))
	p.set("top", jsonInt(b.Top))
}

func (w *accountWriter) creative(o *value, fresh bool, was, e *model.Engagement) {
	if e.Format == model.Overlay && (fresh || was.Creative.LightBox != e.Creative.LightBox) {
		o.object("effects").set("useLightBox", jsonBool(e.Creative.LightBox))
	}
	a, b := &was.Creative, &e.Creative
	online := func() *value { return instance(o, instanceOnline, true) }
	if fresh || !sameFace(a.Online, b.Online) {
		writeFace(online(), a.Online, b.Online)
	}
	if e.Type == model.Content && (fresh || was.Type != e.Type || was.URL != e.URL || was.SameTab != e.SameTab) {
		click := online().object("events").object("click")
		if click.get("enabled") == nil {
			click.set("enabled", jsonBool(true))
		}
		target := "_blank"
		if e.SameTab {
			target = "_self"
		}
		click.set("target", jsonText(target))
		click.set("url", jsonText(e.URL))
	} else if fresh {
		click := online().object("events").object("click")
		click.set("enabled", jsonBool(true))
		click.set("target", jsonText("_blank"))
	}
	if e.Type != model.Conversation || e.Channel != model.Chat {
		return
	}
	switch {
	case b.OfflineOff:
		if !a.OfflineOff {
			instance(o, instanceOffline, true).set("enabled", jsonBool(false))
		}
	case b.Offline != nil:
		v := instance(o, instanceOffline, true)
		if a.OfflineOff {
			v.set("enabled", jsonBool(true))
		}
		a := w.face(v)
		if !sameFace(a, *b.Offline) {
			writeFace(v, a, *b.Offline)
		}
	case a.Offline != nil || a.OfflineOff:
		dropInstance(o, instanceOffline)
	}
	switch {
	case e.Format == model.Overlay:
	case b.Busy != nil:
		v := instance(o, instanceBusy, true)
		if a.Busy == nil {
			v.set("enabled", jsonBool(true))
		}
		a := w.face(v)
		if !sameFace(a, *b.Busy) {
			writeFace(v, a, *b.Busy)
		}
	case a.Busy != nil:
		instance(o, instanceBusy, true).set("enabled", jsonBool(false))
	}
}

// face reads what an instance shows.
func (w *accountWriter) face(v *value) model.Face { return w.reader().face(v, "$") }

// sameFace compares what is drawn: a list without elements is no list.
func sameFace(a, b model.Face) bool {
	if len(a.Elements) == 0 && len(b.Elements) == 0 {
		a.Elements, b.Elements = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// instance returns the display instance of a state, making one if there is
// none and it shall be made.
func instance(o *value, state string, make bool) *value {
	list := o.get("displayInstances")
	for _, v := range list.list() {
		if v.kind == '{' && v.get("displayInstanceType").scalar() == state {
			return v
		}
	}
	if !make {
		return nil
	}
	if list == nil || list.kind != '[' {
		list = jsonList()
		o.set("displayInstances", list)
	}
	v := jsonObject()
	v.set("displayInstanceType", jsonNumber(state))
	v.set("enabled", jsonBool(true))
	list.items = append(list.items, v)
	return v
}

func dropInstance(o *value, state string) {
	v := instance(o, state, false)
	if v == nil {
		return
	}
	list := o.get("displayInstances")
	list.items = slices.DeleteFunc(list.items, func(i *value) bool { return i == v })
}

func pixelText(n int) *value { return jsonText(strconv.Itoa(n)) }

// writeFace writes what changed of a face.
func writeFace(v *value, was, now model.Face) {
	p := v.object("presentation")
	change(p, "size", "width", was.Width, now.Width, pixelText)
	change(p, "size", "height", was.Height, now.Height, pixelText)
	change(p, "background", "color", was.Background, now.Background, jsonText)
	change(p, "background", "image", was.Image, now.Image, jsonText)
	change(p, "border", "color", was.Border.Color, now.Border.Color, jsonText)
	change(p, "border", "width", was.Border.Width, now.Border.Width, jsonInt)
	change(p, "border", "radius", was.Border.Radius, now.Border.Radius, jsonInt)
	for _, l := range elementLists {
		a, b := ofKind(was.Elements, l.kind), ofKind(now.Elements, l.kind)
		if slices.Equal(a, b) {
			continue
		}
		before := p.get("elements").get(l.key).list()
		list := jsonList()
		for i, e := range b {
			o, old := jsonObject(), model.Element{Kind: l.kind}
			if i < len(before) && i < len(a) && before[i].kind == '{' {
				o, old = before[i], a[i]
			}
			writeElement(o, old, e)
			list.items = append(list.items, o)
		}
		p.object("elements").set(l.key, list)
	}
}

// change writes a member of a member where it changed.
func change[T comparable](o *value, outer, key string, was, now T, as func(T) *value) {
	if was != now {
		o.object(outer).set(key, as(now))
	}
}

func ofKind(list []model.Element, k model.ElementKind) []model.Element {
	var out []model.Element
	for _, e := range list {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	return out
}

func writeElement(o *value, was, now model.Element) {
	put(o, "text", was.Text, now.Text, false, jsonText)
	put(o, first(o, imageKeys), was.Image, now.Image, false, jsonText)
	put(o, first(o, altKeys), was.Alt, now.Alt, false, jsonText)
	for _, n := range []struct {
		key      string
		was, now int
	}{{"left", was.Left, now.Left}, {"top", was.Top, now.Top}, {"width", was.Width, now.Width}, {"height", was.Height, now.Height},
		{"fontSize", was.FontSize, now.FontSize}, {"zIndex", was.Z, now.Z}} {
		change(o, "css", n.key, n.was, n.now, jsonInt)
	}
	change(o, "css", "fontFamily", was.Font, now.Font, jsonText)
	change(o, "css", "color", was.Color, now.Color, jsonText)
	change(o, "css", first(o.get("css"), groundKeys), was.Background, now.Background, jsonText)
	change(o, "css", "fontWeight", was.Bold, now.Bold, func(bold bool) *value {
		if bold {
			return jsonText("bold")
		}
		return jsonText("normal")
	})
}
