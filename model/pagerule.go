package model

// URLRule tests a URL. Exactly one field is set. Domain 2.9 and 8 no. 20.
//
// A page's URL is normalized before it is tested: the scheme is stripped, the
// host lower-cased, a default port dropped, "." and ".." segments of the path
// resolved, and the fragment removed unless the page is a single-page route
// ("#!" or "#/"); the query is kept. An Exact rule is normalized alike, and for
// it a trailing "/" of the path is dropped on both sides. Of the other rules
// only a leading "http://" or "https://" is stripped, and they match if they
// match the URL with or without the trailing "/" of its path.
//
// A rule that begins with "/" is tested against the path, query and route
// alone (Exact, StartsWith, Wildcard); any other against host and all.
type URLRule struct {
	// Contains is found anywhere, letters' case aside.
	Contains string `yaml:"contains,omitempty" json:"contains,omitempty"`
	// Exact is the whole of it; the path is case-sensitive.
	Exact string `yaml:"exact,omitempty" json:"exact,omitempty"`
	// StartsWith is a prefix; the path is case-sensitive.
	StartsWith string `yaml:"startsWith,omitempty" json:"startsWith,omitempty"`
	// Wildcard has "*" for any run of characters, over the whole of it.
	Wildcard string `yaml:"wildcard,omitempty" json:"wildcard,omitempty"`
	// Regex is RE2, unanchored, case-sensitive, at most 256 bytes.
	Regex string `yaml:"regex,omitempty" json:"regex,omitempty"`
}

// IsZero reports whether no rule is set.
func (r URLRule) IsZero() bool { return r == URLRule{} }

// PageRule tests a page by its URL, its title, or a section. Exactly one field
// is set. A title rule is unknown on a page that tells no title (""), a
// section rule on one that tells no sections (nil).
type PageRule struct {
	URLRule `yaml:",inline"`
	// Title tests the page's title as it is: contains, exact, startsWith,
	// wildcard or regex, letters' case aside but for regex.
	Title *URLRule `yaml:"title,omitempty" json:"title,omitempty"`
	// Section matches any of the page's section tags that contains the text;
	// in "double quotes", one that equals it. Letters' case aside.
	Section string `yaml:"section,omitempty" json:"section,omitempty"`
}
