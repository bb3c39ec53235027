package model

// Window is a conversation window's design and surveys. Domain 2.8.
type Window struct {
	Header `yaml:",inline"`
	// Default marks the window new engagements take.
	Default bool `yaml:"default,omitempty" json:"default,omitempty"`
	// Theme is ocean, horizon (the default) or harmony.
	Theme    string         `yaml:"theme,omitempty" json:"theme,omitempty"`
	Branding WindowBranding `yaml:"branding,omitempty" json:"branding,omitzero"`
	Surveys  Surveys        `yaml:"surveys,omitempty" json:"surveys,omitzero"`
	// API replaces the window by a JavaScript method of the page.
	API *WindowAPI `yaml:"api,omitempty" json:"api,omitempty"`
}

// WindowAPI names the method an API-based window calls.
type WindowAPI struct {
	Method  string `yaml:"method" json:"method"`
	Context string `yaml:"context,omitempty" json:"context,omitempty"` // default "window"
}

// WindowBranding is how the window looks. Colors are #rrggbb, corner radii
// pixels 0..20.
type WindowBranding struct {
	Title            string       `yaml:"title,omitempty" json:"title,omitempty"`
	Background       string       `yaml:"background,omitempty" json:"background,omitempty"`
	Text             string       `yaml:"text,omitempty" json:"text,omitempty"`
	ConsumerBubble   string       `yaml:"consumerBubble,omitempty" json:"consumerBubble,omitempty"`
	AgentBubble      string       `yaml:"agentBubble,omitempty" json:"agentBubble,omitempty"`
	SystemMessages   string       `yaml:"systemMessages,omitempty" json:"systemMessages,omitempty"`
	InfoLine         string       `yaml:"infoLine,omitempty" json:"infoLine,omitempty"`
	PrimaryButton    string       `yaml:"primaryButton,omitempty" json:"primaryButton,omitempty"`
	SecondaryButton  string       `yaml:"secondaryButton,omitempty" json:"secondaryButton,omitempty"`
	Font             string       `yaml:"font,omitempty" json:"font,omitempty"`
	Icons            string       `yaml:"icons,omitempty" json:"icons,omitempty"` // bright or dark
	CornersTop       int          `yaml:"cornersTop,omitempty" json:"cornersTop,omitempty"`
	CornersBottom    int          `yaml:"cornersBottom,omitempty" json:"cornersBottom,omitempty"`
	Header           WindowHeader `yaml:"header,omitempty" json:"header,omitzero"`
	Image            string       `yaml:"image,omitempty" json:"image,omitempty"`
	AgentPicture     bool         `yaml:"agentPicture,omitempty" json:"agentPicture,omitempty"`
	AgentPictureURL  string       `yaml:"agentPictureUrl,omitempty" json:"agentPictureUrl,omitempty"` // https
	Floating         bool         `yaml:"floating,omitempty" json:"floating,omitempty"`
	Emoji            bool         `yaml:"emoji,omitempty" json:"emoji,omitempty"`
	MenuTop          bool         `yaml:"menuTop,omitempty" json:"menuTop,omitempty"`
	NoAttachmentIcon bool         `yaml:"noAttachmentIcon,omitempty" json:"noAttachmentIcon,omitempty"`
	EmailTranscript  bool         `yaml:"emailTranscript,omitempty" json:"emailTranscript,omitempty"`
}

// IsZero reports whether the theme's look is untouched.
func (b WindowBranding) IsZero() bool { return b == WindowBranding{} }

// WindowHeader is the band at the window's top.
type WindowHeader struct {
	Image      string `yaml:"image,omitempty" json:"image,omitempty"`
	Target     string `yaml:"target,omitempty" json:"target,omitempty"`
	Alt        string `yaml:"alt,omitempty" json:"alt,omitempty"`
	Background string `yaml:"background,omitempty" json:"background,omitempty"`
	Align      string `yaml:"align,omitempty" json:"align,omitempty"` // left, middle, right
	Scrolling  bool   `yaml:"scrolling,omitempty" json:"scrolling,omitempty"`
}

// IsZero reports whether there is no header.
func (h WindowHeader) IsZero() bool { return h == WindowHeader{} }

// Surveys of a window; nil is off.
type Surveys struct {
	PreChat  *Survey `yaml:"preChat,omitempty" json:"preChat,omitempty"`
	PostChat *Survey `yaml:"postChat,omitempty" json:"postChat,omitempty"`
	Offline  *Survey `yaml:"offline,omitempty" json:"offline,omitempty"`
	Agent    *Survey `yaml:"agent,omitempty" json:"agent,omitempty"`
}

// IsZero reports whether every survey is off.
func (s Surveys) IsZero() bool { return s == Surveys{} }

// Survey is a list of questions under a heading.
type Survey struct {
	Title     string     `yaml:"title,omitempty" json:"title,omitempty"`
	Questions []Question `yaml:"questions" json:"questions"`
}

// QuestionType is how a question is answered.
type QuestionType string

// The ways to answer.
const (
	TextField   QuestionType = "text"
	TextArea    QuestionType = "text-area"
	Dropdown    QuestionType = "dropdown"
	RadioButton QuestionType = "radio"
	Checkbox    QuestionType = "checkbox"
	Rating      QuestionType = "rating"
)

// Question of a survey. Options are for dropdown, radio and checkbox.
type Question struct {
	ID         string       `yaml:"id" json:"id"`
	Label      string       `yaml:"label" json:"label"`
	Type       QuestionType `yaml:"type" json:"type"`
	Validation string       `yaml:"validation,omitempty" json:"validation,omitempty"` // email, phone, number
	Mandatory  bool         `yaml:"mandatory,omitempty" json:"mandatory,omitempty"`
	Options    []string     `yaml:"options,omitempty" json:"options,omitempty"`
}
