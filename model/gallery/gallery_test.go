package gallery_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
	"beckon/model/gallery"
	"beckon/model/text"
)

func TestTemplatesAreValid(t *testing.T) {
	t.Parallel()
	c := &model.Catalog{Settings: model.DefaultSettings(), Templates: gallery.Templates()}
	for _, p := range model.Validate(c) {
		t.Error(p)
	}
}

func TestFilesAreCanonical(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("templates/*.yaml")
	if err != nil || len(names) != len(model.Formats()) {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := model.DecodeDocuments(name, data)
		if err != nil {
			t.Fatal(err)
		}
		c := &model.Catalog{}
		for _, d := range docs {
			c.Add(d.Document)
			if f := d.Document.(*model.Template).Format; string(f)+".yaml" != filepath.Base(name) {
				t.Errorf("%s holds a template for %s", name, f)
			}
		}
		var out bytes.Buffer
		if err := model.Encode(&out, c); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), out.String()); diff != "" {
			t.Errorf("%s is not as it would be written:\n%s", name, diff)
		}
	}
}

func TestEveryFormatTypeUseCaseStyleAndSizeIsThere(t *testing.T) {
	t.Parallel()
	all := gallery.Templates()
	has := func(f gallery.Filter, exact func(*model.Template) bool) bool {
		for _, x := range f.Select(all) {
			if exact(x) {
				return true
			}
		}
		return false
	}
	for _, format := range model.Formats() {
		for _, typ := range []model.EngagementType{model.Conversation, model.Content} {
			for _, use := range gallery.UseCases(typ) {
				if !has(gallery.Filter{Format: format, Type: typ, UseCase: use}, func(x *model.Template) bool { return x.UseCase == use }) {
					t.Errorf("no %s for %s about %s", format, typ, use)
				}
			}
			for _, style := range []string{"Natural", "Plain", "Bright"} {
				if !has(gallery.Filter{Format: format, Type: typ, Style: style}, func(*model.Template) bool { return true }) {
					t.Errorf("no %s for %s in the style %s", format, typ, style)
				}
			}
			for _, size := range gallery.Sizes() {
				if !has(gallery.Filter{Format: format, Type: typ, Size: size}, func(x *model.Template) bool { return x.Size == size && x.Style != "Blank" }) {
					t.Errorf("no %s for %s of size %s", format, typ, size)
				}
			}
			if !has(gallery.Filter{Format: format, Type: typ, Style: "Blank"}, func(x *model.Template) bool { return x.UseCase == "" }) {
				t.Errorf("no blank %s for %s", format, typ)
			}
			html := has(gallery.Filter{Format: format, Type: typ, Style: "HTML"}, func(x *model.Template) bool { return x.Creative.HTML != "" })
			if want := format == model.Overlay || format == model.Embedded; html != want {
				t.Errorf("HTML for %s, %s: %t, want %t", format, typ, html, want)
			}
		}
	}
	if got := len(gallery.UseCases("")); got != 14 {
		t.Errorf("%d use cases, Travel being of both types; want 14", got)
	}
	for _, x := range all {
		if !text.Safe(x.Name) || x.Name == "" {
			t.Errorf("%s has the name %q", x.ID, x.Name)
		}
	}
}

// faces of a creative, by state.
func faces(c model.Creative) map[model.Availability]*model.Face {
	out := map[model.Availability]*model.Face{model.Online: &c.Online}
	if c.Offline != nil {
		out[model.Offline] = c.Offline
	}
	if c.Busy != nil {
		out[model.Busy] = c.Busy
	}
	return out
}

func TestTextCanBeReadAndFitsItsPlace(t *testing.T) {
	t.Parallel()
	for _, x := range gallery.Templates() {
		if x.Creative.HTML != "" {
			continue
		}
		for state, f := range faces(x.Creative) {
			orders := map[int]bool{}
			for _, e := range f.Elements {
				if e.Left+e.Width > f.Width || e.Top+e.Height > f.Height {
					t.Errorf("%s, %s: the %s %q sticks out", x.ID, state, e.Kind, e.Text)
				}
				if orders[e.Order] || e.Order == 0 {
					t.Errorf("%s, %s: the %s %q is announced in place %d, as another is", x.ID, state, e.Kind, e.Text, e.Order)
				}
				orders[e.Order] = true
				ground := e.Background
				if ground == "" {
					ground = f.Background
				}
				if ratio, ok := model.Contrast(e.Color, ground); !ok || ratio < 4.5 {
					t.Errorf("%s, %s: the %s %q has a contrast of %.2f (%s on %s)", x.ID, state, e.Kind, e.Text, ratio, e.Color, ground)
				}
				if need := float64(len(e.Text)*e.FontSize) * 0.5; e.Kind == model.Label && need > float64(e.Width)*float64(e.Height)/(float64(e.FontSize)*1.3) {
					t.Errorf("%s, %s: %q does not fit %dx%d", x.ID, state, e.Text, e.Width, e.Height)
				}
			}
		}
	}
}

var styleAttribute = regexp.MustCompile(`style="([^"]*)"`)

func TestTextOfHTMLCanBeRead(t *testing.T) {
	t.Parallel()
	color, ground := regexp.MustCompile(`(?:^|;)color:(#[0-9a-f]{6})`), regexp.MustCompile(`background:(#[0-9a-f]{6})`)
	for _, x := range (gallery.Filter{Style: "HTML"}).Select(gallery.Templates()) {
		styles := styleAttribute.FindAllStringSubmatch(x.Creative.HTML, -1)
		if len(styles) < 2 {
			t.Fatalf("%s has %d styles", x.ID, len(styles))
		}
		for _, s := range styles {
			c, g := color.FindStringSubmatch(s[1]), ground.FindStringSubmatch(s[1])
			if c == nil || g == nil {
				t.Fatalf("%s: %q sets no color or background", x.ID, s[1])
			}
			if ratio, ok := model.Contrast(c[1], g[1]); !ok || ratio < 4.5 {
				t.Errorf("%s: %q has a contrast of %.2f", x.ID, s[1], ratio)
			}
		}
		if got, want := strings.Contains(x.Creative.HTML, `data-LP-event="close"`), x.Format == model.Overlay; got != want {
			t.Errorf("%s can be closed: %t, want %t", x.ID, got, want)
		}
	}
}

func TestFormatsHaveTheElementsTheyWant(t *testing.T) {
	t.Parallel()
	wants := map[model.Format][]model.ElementKind{
		model.Overlay: {model.CloseButton}, model.Toaster: {model.CloseButton},
		model.PeelingCorner: {model.Peel, model.CloseButton}, model.SlideOut: {model.Pin, model.CloseButton},
	}
	for _, x := range gallery.Templates() {
		if x.Creative.HTML != "" {
			continue
		}
		for state, f := range faces(x.Creative) {
			kinds := map[model.ElementKind]bool{}
			for _, e := range f.Elements {
				kinds[e.Kind] = true
			}
			for _, k := range wants[x.Format] {
				if !kinds[k] {
					t.Errorf("%s, %s: no %s", x.ID, state, k)
				}
			}
			if x.Style != "Blank" && !kinds[model.Button] {
				t.Errorf("%s, %s: nothing to click", x.ID, state)
			}
		}
	}
	size := func(f model.Format, s string) [2]int {
		x := (gallery.Filter{Format: f, Size: s, Style: "Plain"}).Select(gallery.Templates())[0]
		return [2]int{x.Creative.Online.Width, x.Creative.Online.Height}
	}
	if got := size(model.Overlay, "large"); got != [2]int{440, 305} {
		t.Errorf("a large overlay is %v, want 440x305", got)
	}
	if got := size(model.Sticky, "small"); got != [2]int{40, 152} {
		t.Errorf("a small sticky is %v, want 40x152", got)
	}
	if got := size(model.Toaster, "small"); got[0] != 140 {
		t.Errorf("a small toaster is %d wide, want 140", got[0])
	}
}

func TestTemplatesAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	a := gallery.Templates()
	want := a[0].Creative.Online.Elements[0].Text
	a[0].Name, a[0].Creative.Online.Elements[0].Text = "changed", "changed"
	b := gallery.Templates()
	if b[0].Name == "changed" || b[0].Creative.Online.Elements[0].Text != want {
		t.Error("a caller's change changed the gallery")
	}
	if gallery.BuiltIn(a[0]) || !gallery.BuiltIn(b[0]) {
		t.Error("only an unchanged template is a built-in one")
	}
}
