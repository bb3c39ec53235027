package simulator

import "testing"

func TestARowSaysFirstWhatIsMissing(t *testing.T) {
	t.Parallel()
	const url = "https://shop.example/cart"
	for _, tt := range []struct{ margin, want string }{
		{`path starts with "/p/", seen: "https://shop.example/cart"`, "needs path /p/~"},
		{`URL contains "tent", seen: "https://shop.example/cart"`, "needs URL ~tent~"},
		{`path is "/help", seen: "https://elsewhere.example/"`, `needs path /help, seen: "https://elsewhere.example/"`},
		{`title looks like "Tent*", seen: "Your cart"`, `needs title like Tent*, seen: "Your cart"`},
		{`section is "checkout": not reported`, "needs section checkout: not reported"},
		{`excluded: path starts with "/cart" ("https://shop.example/cart")`, "not on path /cart~"},
		{`exit signal on this page, seen: not signaled`, `exit signal on this page, seen: not signaled`},
		{`cart total 20.00, needs 50.00 or more: 30.00 short`, "30.00 short . cart total 20.00, needs 50.00 or more"},
		{`time on page: 20s of 30s: true at 09:16:12 if the visitor stays`, "true at 09:16:12 if the visitor stays . time on page: 20s of 30s"},
		{"", ""},
	} {
		if got := needs(tt.margin, url, ".", "~"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.margin, got, tt.want)
		}
	}
}
