package model

// Availability is the state a creative is drawn for. Domain 2.7.
type Availability string

// The states. Content engagements are always drawn with the online creative.
const (
	Online  Availability = "online"
	Offline Availability = "offline"
	Busy    Availability = "busy"
)

// Creative is what the Engagement Studio makes: elements for each state.
// Domain 2.6 and 2.7. A state without elements of its own is drawn like
// online; a state that is off is never drawn.
type Creative struct {
	// Position is one of the nine places of the grid or "custom".
	Position Position `yaml:"position,omitempty" json:"position,omitempty"`
	// Left and Top are pixels, for a custom position.
	Left int `yaml:"left,omitempty" json:"left,omitempty"`
	Top  int `yaml:"top,omitempty" json:"top,omitempty"`
	// LightBox dims the page behind an overlay.
	LightBox bool `yaml:"lightBox,omitempty" json:"lightBox,omitempty"`
	// Edge is where a toaster slides in from: bottom (the default) or top.
	Edge string `yaml:"edge,omitempty" json:"edge,omitempty"`
	// HTML replaces the elements (overlay and embedded only, no scripts).
	HTML string `yaml:"html,omitempty" json:"html,omitempty"`

	// Online is the creative while agents are available, and content.
	Online Face `yaml:"online,omitempty" json:"online,omitzero"`
	// Offline is drawn while no agent is online; nil draws Online's elements.
	Offline *Face `yaml:"offline,omitempty" json:"offline,omitempty"`
	// OfflineOff draws nothing while offline.
	OfflineOff bool `yaml:"offlineOff,omitempty" json:"offlineOff,omitempty"`
	// Busy is drawn while agents are online without capacity; nil means the
	// busy state is disabled. Chat only, and never for overlays.
	Busy *Face `yaml:"busy,omitempty" json:"busy,omitempty"`
}

// IsZero reports whether nothing was designed yet.
func (c Creative) IsZero() bool {
	return c.Position == "" && c.HTML == "" && c.Online.IsZero() && c.Offline == nil && !c.OfflineOff &&
		c.Busy == nil && !c.LightBox && c.Edge == "" && c.Left == 0 && c.Top == 0
}

// Position is a place on the page's grid.
type Position string

// The grid, and custom for Left and Top.
const (
	TopLeft      Position = "top-left"
	TopCenter    Position = "top-center"
	TopRight     Position = "top-right"
	MiddleLeft   Position = "middle-left"
	MiddleCenter Position = "middle-center"
	MiddleRight  Position = "middle-right"
	BottomLeft   Position = "bottom-left"
	BottomCenter Position = "bottom-center"
	BottomRight  Position = "bottom-right"
	CustomPlace  Position = "custom"
)

// Face is the creative in one availability state. Sizes are CSS pixels.
type Face struct {
	Width      int       `yaml:"width,omitempty" json:"width,omitempty"`
	Height     int       `yaml:"height,omitempty" json:"height,omitempty"`
	Margin     int       `yaml:"margin,omitempty" json:"margin,omitempty"`
	Background string    `yaml:"background,omitempty" json:"background,omitempty"` // #rrggbb or "transparent"
	Image      string    `yaml:"image,omitempty" json:"image,omitempty"`           // background image URL
	ImageFit   string    `yaml:"imageFit,omitempty" json:"imageFit,omitempty"`     // repeat, cover, center
	Border     Border    `yaml:"border,omitempty" json:"border,omitzero"`
	Elements   []Element `yaml:"elements,omitempty" json:"elements,omitempty"`
}

// IsZero reports whether the face holds nothing.
func (f Face) IsZero() bool {
	return f.Width == 0 && f.Height == 0 && f.Margin == 0 && f.Background == "" && f.Image == "" && f.ImageFit == "" &&
		f.Border == (Border{}) && len(f.Elements) == 0
}

// Border surrounds a face; radius and width in pixels.
type Border struct {
	Color  string `yaml:"color,omitempty" json:"color,omitempty"`
	Width  int    `yaml:"width,omitempty" json:"width,omitempty"`
	Radius int    `yaml:"radius,omitempty" json:"radius,omitempty"`
}

// IsZero reports whether there is no border.
func (b Border) IsZero() bool { return b == Border{} }

// ElementKind is what an element is.
type ElementKind string

// The kinds of elements. Domain 2.6.
const (
	Label       ElementKind = "label"
	Button      ElementKind = "button"
	Picture     ElementKind = "image"
	CloseButton ElementKind = "close"
	Peel        ElementKind = "peel"
	Pin         ElementKind = "pin"
)

// Element is one thing drawn on a face. Left and Top are pixels from the
// face's corner, Z the stacking order, Order the place in the announcement.
type Element struct {
	Kind       ElementKind `yaml:"kind" json:"kind"`
	Text       string      `yaml:"text,omitempty" json:"text,omitempty"`
	Image      string      `yaml:"image,omitempty" json:"image,omitempty"`
	Alt        string      `yaml:"alt,omitempty" json:"alt,omitempty"`
	Left       int         `yaml:"left,omitempty" json:"left,omitempty"`
	Top        int         `yaml:"top,omitempty" json:"top,omitempty"`
	Width      int         `yaml:"width,omitempty" json:"width,omitempty"`
	Height     int         `yaml:"height,omitempty" json:"height,omitempty"`
	Z          int         `yaml:"z,omitempty" json:"z,omitempty"`
	Color      string      `yaml:"color,omitempty" json:"color,omitempty"`
	Background string      `yaml:"background,omitempty" json:"background,omitempty"`
	Font       string      `yaml:"font,omitempty" json:"font,omitempty"`
	FontSize   int         `yaml:"fontSize,omitempty" json:"fontSize,omitempty"`
	Bold       bool        `yaml:"bold,omitempty" json:"bold,omitempty"`
	Order      int         `yaml:"order,omitempty" json:"order,omitempty"`
	Heading    int         `yaml:"heading,omitempty" json:"heading,omitempty"` // 1..6, 0 is no heading
}
