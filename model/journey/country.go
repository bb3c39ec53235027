package journey

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countries are the codes of countries by their English names in lower case.
var countries = sync.OnceValue(func() map[string]string {
	out := map[string]string{
		// Names that sources use beside those of the Unicode CLDR.
		"turkey": "TR", "türkiye": "TR", "czech republic": "CZ", "macedonia": "MK", "burma": "MM", "myanmar": "MM", "hong kong": "HK", "macao": "MO", "macau": "MO",
		"ivory coast": "CI", "cape verde": "CV", "swaziland": "SZ", "palestine": "PS", "republic of the congo": "CG", "democratic republic of the congo": "CD",
		"congo": "CG", "the bahamas": "BS", "the gambia": "GM", "bosnia and herzegovina": "BA", "trinidad and tobago": "TT", "antigua and barbuda": "AG",
	}
	names := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.Canonicalize().String() != code {
				continue
			}
			if name := names.Name(r); name != "" {
				out[strings.ToLower(name)] = code
			}
		}
	}
	return out
})

// countryCode returns the ISO 3166 code of a country by its English name, or
// the name and false. A code stays what it is.
func countryCode(name string) (string, bool) {
	if len(name) == 2 {
		return strings.ToUpper(name), true
	}
	if code, ok := countries()[strings.ToLower(name)]; ok {
		return code, true
	}
	return name, false
}
