package exchange

import (
	"strings"

	"beckon/model"
)

// elementLists are the lists of a face's elements over there, in the order in
// which they are read.
var elementLists = []struct {
	key  string
	kind model.ElementKind
}{
	{"labels", model.Label}, {"buttons", model.Button}, {"images", model.Picture},
	{"closeButtons", model.CloseButton}, {"peels", model.Peel}, {"slideOutPins", model.Pin},
}

// face reads the presentation of a display instance.
func (f *fields) face(v *value, path string) model.Face {
	p, at := v.get("presentation"), member(path, "presentation")
	var out model.Face
	size := p.get("size")
	out.Width, out.Height = f.pixels(size, member(at, "size"), "width"), f.pixels(size, member(at, "size"), "height")
	f.rest(size, member(at, "size"), "width", "height")
	ground := p.get("background")
	out.Background = f.color(ground, member(at, "background"), "color", true)
	out.Image = f.text(ground, member(at, "background"), "image")
	f.rest(ground, member(at, "background"), "color", "image")
	border := p.get("border")
	out.Border = model.Border{Color: f.color(border, member(at, "border"), "color", false),
		Width: f.pixels(border, member(at, "border"), "width"), Radius: f.pixels(border, member(at, "border"), "radius")}
	f.rest(border, member(at, "border"), "color", "width", "radius")
	elements, here := p.get("elements"), member(at, "elements")
	known := make([]string, 0, len(elementLists))
	for _, l := range elementLists {
		known = append(known, l.key)
		for i, e := range elements.get(l.key).list() {
			out.Elements = append(out.Elements, f.element(e, element(member(here, l.key), i), l.kind))
		}
	}
	f.rest(elements, here, known...)
	f.rest(p, at, "size", "background", "border", "elements")
	return out
}

// Names that captures of the shape give one field.
var (
	imageKeys  = []string{"imageUrl", "url", "src", "image"}
	altKeys    = []string{"alt", "alternateText"}
	groundKeys = []string{"backgroundColor", "background"}
)

// first returns the first of some keys that an object has, or the first of all.
func first(o *value, keys []string) string {
	for _, k := range keys {
		if o.get(k) != nil {
			return k
		}
	}
	return keys[0]
}

func (f *fields) element(o *value, path string, k model.ElementKind) model.Element {
	if o.kind != '{' {
		f.note(path, o, notTaken+"want an object")
	}
	image, alt := first(o, imageKeys), first(o, altKeys)
	css, at := o.get("css"), member(path, "css")
	ground := first(css, groundKeys)
	e := model.Element{Kind: k,
		Text: f.text(o, path, "text"), Image: f.text(o, path, image), Alt: f.text(o, path, alt),
		Left: f.pixels(css, at, "left"), Top: f.pixels(css, at, "top"), Width: f.pixels(css, at, "width"), Height: f.pixels(css, at, "height"),
		Z: f.pixels(css, at, "zIndex"), FontSize: f.pixels(css, at, "fontSize"), Font: f.text(css, at, "fontFamily"),
		Color: f.color(css, at, "color", false), Background: f.color(css, at, ground, true)}
	switch weight := css.get("fontWeight").scalar(); strings.ToLower(weight) {
	case "bold", "bolder", "600", "700", "800", "900":
		e.Bold = true
	}
	f.rest(css, at, "left", "top", "width", "height", "zIndex", "fontSize", "fontFamily", "fontWeight", "color", ground)
	f.rest(o, path, "text", image, alt, "css")
	return e
}
