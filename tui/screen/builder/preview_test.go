package builder

import "testing"

func TestThePreviewsPageIsOfTheSiteThatTheEntryPointNames(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"https://shop.example/cart": "https://shop.example/cart",
		"shop.example/cart":         "https://shop.example/cart",
		"www.assa.se/sv/site":       "https://www.assa.se/sv/site",
		"//shop.example/cart":       "https://shop.example/cart",
		"/cart":                     "https://your.site/cart",
		"cart":                      "https://your.site/cart",
		"index.html":                "https://your.site/index.html", // a file as well as a site
		"/v1.2/cart":                "https://your.site/v1.2/cart",
		".html/":                    "https://your.site/.html/",
		"http":                      "https://your.site/http",
	} {
		if got := pageOf(pattern); got != want {
			t.Errorf("%s: %s, want %s", pattern, got, want)
		}
	}
}
