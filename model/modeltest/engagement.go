package modeltest

import (
	"fmt"

	"beckon/model"
)

func (g *generator) engagement(i int) *model.Engagement {
	e := &model.Engagement{
		ID: fmt.Sprintf("engagement-%d", i), Name: fmt.Sprintf("Engagement %d", i), Description: g.maybe(),
		Disabled:    !g.often(),
		Format:      pick(g, model.Formats()...),
		Type:        pick(g, model.Conversation, model.Content),
		EntryPoints: some(g, g.entries...),
		Behaviors:   some(g, ids(g.c.Behaviors)...),
		Language:    pick(g, "", "en-US", "de"),
	}
	switch e.Format {
	case model.Sticky, model.SlideOut:
		e.Side = pick(g, "", model.Left, model.Right)
	case model.Embedded:
		e.Div = pick(g, "offer", "help")
	}
	if e.Type == model.Conversation {
		e.Channel = pick(g, "", model.Messaging, model.Chat)
		if e.Channel != model.Chat {
			e.Authentication = pick(g, "", model.Unauthenticated, model.Authenticated)
		} else {
			e.IgnoreMaxWait = g.bool()
		}
		e.Skill = pick(g, "", "sales", "service")
		e.Window = pick(g, ids(g.c.Windows)...)
		e.SeparateWindow = g.bool()
		e.AgentNote = g.maybe()
	} else {
		e.URL, e.SameTab = "https://shop.example/offer?a=b", g.bool()
	}
	if g.bool() {
		e.Delay = model.Duration(g.int(0, 60)) * model.Second
	}
	if g.bool() {
		e.Duration = model.Duration(g.int(1, 120)) * model.Second
	}
	if e.Format != model.Embedded {
		switch g.int(0, 3) {
		case 0:
			e.Follow.Pages = g.int(1, 3)
		case 1:
			e.Follow.Time = model.Duration(g.int(10, 600)) * model.Second
		}
	}
	if g.bool() && len(g.c.Templates) > 0 {
		e.Template = pick(g, ids(g.c.Templates)...)
	}
	e.Creative = g.creative(e)
	return e
}

func (g *generator) creative(e *model.Engagement) model.Creative {
	c := model.Creative{Position: pick(g, model.TopLeft, model.MiddleCenter, model.BottomRight)}
	if g.bool() {
		c.Position, c.Left, c.Top = model.CustomPlace, g.int(0, 400), g.int(0, 300)
	}
	if e.Format == model.Overlay {
		c.LightBox = g.bool()
	}
	if e.Format == model.Toaster {
		c.Edge = pick(g, "", "bottom", "top")
	}
	if (e.Format == model.Overlay || e.Format == model.Embedded) && g.int(0, 3) == 0 {
		c.HTML = "<div>\n  <a data-LP-event=\"click\">" + pick(g, "Ask", "Chat & more", "Hilfe: jetzt") + "</a>\n</div>" + pick(g, "", "\n")
		return c
	}
	c.Online = g.face(e)
	if e.Type == model.Conversation && e.Channel == model.Chat {
		if g.bool() {
			f := g.face(e)
			c.Offline = &f
		} else {
			c.OfflineOff = g.bool() && e.Format != model.Embedded
		}
		if e.Format != model.Overlay && g.bool() {
			f := g.face(e)
			c.Busy = &f
		}
	}
	return c
}

func (g *generator) face(e *model.Engagement) model.Face {
	f := model.Face{Width: g.int(100, 440), Height: g.int(60, 305), Margin: g.int(0, 10), Background: pick(g, "#ffffff", "#1a2b3c", "transparent"), Border: model.Border{Color: "#000000", Width: g.int(0, 2), Radius: g.int(0, 20)}}
	if g.bool() {
		f.Image, f.ImageFit = "https://shop.example/a.png", pick(g, "", "repeat", "cover", "center")
	}
	f.Elements = []model.Element{
		{Kind: model.Label, Text: g.lines(), Left: g.int(0, 20), Top: g.int(0, 20), Color: pick(g, "#000000", "#ffffff"), FontSize: g.int(10, 20), Bold: g.bool(), Order: 1, Heading: g.int(0, 6)},
		{Kind: model.Button, Text: "Go", Z: g.int(0, 3), Order: 2, Background: "#003366", Color: "#ffffff"},
	}
	if e.Format.Proactive() {
		f.Elements = append(f.Elements, model.Element{Kind: model.CloseButton, Alt: "Close", Order: 3})
	}
	return f
}

func (g *generator) templates() {
	for i := range g.int(0, 2) {
		e := &model.Engagement{Format: pick(g, model.Formats()...), Type: model.Content}
		g.c.Templates = append(g.c.Templates, &model.Template{Header: g.header(model.KindTemplate, i), Format: e.Format, Type: e.Type,
			UseCase: pick(g, "Sales", "Travel"), Style: g.maybe(), Size: pick(g, "small", "large"), Creative: g.creative(e)})
	}
}

func (g *generator) windows() {
	for i := range g.int(1, 2) {
		w := &model.Window{Header: g.header(model.KindWindow, i), Default: i == 0, Theme: pick(g, "", "ocean", "horizon", "harmony")}
		if g.bool() {
			w.Branding = model.WindowBranding{Title: g.maybe(), Background: "#ffffff", Text: "#222222", Font: g.maybe(), Icons: pick(g, "", "bright", "dark"),
				CornersTop: g.int(0, 20), CornersBottom: g.int(0, 20), Emoji: g.bool(), Floating: g.bool(),
				Header: model.WindowHeader{Alt: g.maybe(), Align: pick(g, "", "left", "middle", "right"), Scrolling: g.bool()}}
		}
		if g.bool() {
			w.Surveys.PreChat = &model.Survey{Title: g.maybe(), Questions: []model.Question{
				{ID: "email", Label: "Your e-mail", Type: model.TextField, Validation: "email", Mandatory: g.bool()},
				{ID: "topic", Label: "About " + g.text(), Type: pick(g, model.Dropdown, model.RadioButton, model.Checkbox), Options: g.list()}}}
		}
		if g.int(0, 4) == 0 {
			w.API = &model.WindowAPI{Method: "openChat", Context: pick(g, "", "window")}
		}
		g.c.Windows = append(g.c.Windows, w)
	}
}
