package model

// URLRule tests a URL. Exactly one field is set. Domain 2.9 and 8 no. 20.
//
// A URL is normalized before it is tested: the scheme is stripped, the host
// lower-cased, a default port and a trailing "/" of the path dropped, the
// fragment removed unless the page is a single-page route ("#!" or "#/"); the
// query is kept. Rules are normalized alike, but for regular expressions.
type URLRule struct {
	// Contains is found anywhere, letters' case aside.
	Contains string `yaml:"contains,omitempty" json:"contains,omitempty"`
	// Exact is the whole URL; the path is case-sensitive.
	Exact string `yaml:"exact,omitempty" json:"exact,omitempty"`
	// StartsWith is a prefix; the path is case-sensitive. A rule that begins
	// with "/" is tested against the path and query alone.
	StartsWith string `yaml:"startsWith,omitempty" json:"startsWith,omitempty"`
	// Wildcard has "*" for any run of characters, over the whole URL; one that
	// begins with "/" is tested against the path and query alone.
	Wildcard string `yaml:"wildcard,omitempty" json:"wildcard,omitempty"`
	// Regex is RE2, unanchored, case-sensitive, at most 256 bytes.
	Regex string `yaml:"regex,omitempty" json:"regex,omitempty"`
}

// IsZero reports whether no rule is set.
func (r URLRule) IsZero() bool { return r == URLRule{} }

// PageRule tests a page by its URL, its title, or a section. Exactly one field
// is set.
type PageRule struct {
	URLRule `yaml:",inline"`
	// Title tests the page's title: contains, exact, startsWith, wildcard or
	// regex, letters' case aside but for regex.
	Title *URLRule `yaml:"title,omitempty" json:"title,omitempty"`
	// Section matches any of the page's section tags that contains the text;
	// in "double quotes", one that equals it. Letters' case aside.
	Section string `yaml:"section,omitempty" json:"section,omitempty"`
}
