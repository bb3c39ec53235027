package simulator

import (
	"testing"

	"beckon/model/journey"
)

// A recording may hold anything; what a screen cannot show as it is, nobody can
// mean to choose, least of all in front of guests.
func TestOffersAreWhatCanBeShownAsItIs(t *testing.T) {
	t.Parallel()
	product := func(name, sku string) journey.Product { return journey.Product{Name: name, SKU: sku} }
	got := offersOf([]*journey.Event{
		{Page: &journey.Page{URL: "https://shop.example/", Title: "Fell & Fern"}},
		{Page: &journey.Page{URL: "https://shop.example/cart?next=\x1b[2J", Title: "Cart"}},
		{Page: &journey.Page{URL: "https://shop.example/owned", Title: "\x1b]2;Owned\a"}},
		{Page: &journey.Page{URL: "https://shop.example/zelte", Title: "Zelte für مرحبا"}},
		{ProductView: &journey.Views{Products: []journey.Product{product("Gas Stove", "GS-01"), product("\x1b[1mTent", "T-1"), product("Tent", "T\u202e1")}}},
	})
	if len(got.pages) != 2 || got.pages[1].Title != "Zelte für مرحبا" {
		t.Errorf("pages: %+v", got.pages)
	}
	if len(got.products) != 1 || got.products[0].Name != "Gas Stove" {
		t.Errorf("products: %+v", got.products)
	}
}
