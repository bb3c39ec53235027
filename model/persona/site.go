package persona

import (
	"fmt"

	"beckon/model"
	"beckon/model/text"
)

// Site is what visits go through.
type Site struct {
	Origin   string // https://shop.example
	Currency string

	Home, Cart, SearchResults, NothingFound             Page
	Address, Gift, Payment, Confirmation                Page
	Account, Bills, BillPaid, Orders, Tracking, Returns Page
	BillingHelp, DeliveryHelp, ReturnsHelp              Page
	Business, Quote, QuoteThanks, Newsletter            Page

	Departments, Journal, Guides, Help []Page
	// Products have prices above zero and departments within Departments.
	Products []Product
	// Searches find something, SearchesInVain nothing; each of the latter is
	// one wish in several wordings.
	Searches       []string
	SearchesInVain [][]string
}

// Page is a page of the site.
type Page struct {
	Path     string
	Title    string
	Sections []string
}

// Product is what the site sells.
type Product struct {
	Page
	Name, Category, SKU string
	Price               model.Money
	Department          int // index of Site.Departments
	// Stock is how many there are about; 0 is not told.
	Stock int
	// Liking is how much visitors are drawn to it, beside the others.
	Liking int
}

// Check says what is missing for visitors to go through the site.
func (s *Site) Check() error {
	for _, part := range []struct {
		name string
		n    int
	}{{"products", len(s.Products)}, {"departments", len(s.Departments)}, {"journal", len(s.Journal)}, {"guides", len(s.Guides)},
		{"help", len(s.Help)}, {"searches", len(s.Searches)}, {"searches in vain", len(s.SearchesInVain)}} {
		if part.n == 0 {
			return fmt.Errorf("the site has no %s", part.name)
		}
	}
	for _, p := range s.Products {
		if p.Price <= 0 || p.Department < 0 || p.Department >= len(s.Departments) {
			return fmt.Errorf("the site's product %s has no price or no department", text.Line(p.Name, 60))
		}
	}
	return nil
}

var checkout = []string{"checkout"}

// FellAndFern is the demo shop, which its campaigns are made for. It is
// read-only.
func FellAndFern() *Site { return &fellAndFern }

var fellAndFern = Site{
	Origin:   "https://shop.example",
	Currency: "EUR",

	Home:          Page{Path: "/", Title: "Fell & Fern"},
	Cart:          Page{Path: "/cart", Title: "Your cart"},
	SearchResults: Page{Path: "/search", Title: "Search"},
	NothingFound:  Page{Path: "/search", Title: "Nothing found"},
	Address:       Page{Path: "/checkout/address", Title: "Address", Sections: checkout},
	Gift:          Page{Path: "/checkout/gift", Title: "A gift?", Sections: checkout},
	Payment:       Page{Path: "/checkout/payment", Title: "Payment", Sections: checkout},
	Confirmation:  Page{Path: "/checkout/confirmation", Title: "Thank you for your order"},
	Account:       Page{Path: "/account", Title: "Your account"},
	Bills:         Page{Path: "/account/bills", Title: "Bills"},
	BillPaid:      Page{Path: "/account/bills/paid", Title: "Bill paid"},
	Orders:        Page{Path: "/account/orders", Title: "Your orders"},
	Tracking:      Page{Path: "/orders/%s/tracking", Title: "Where is my order?"},
	Returns:       Page{Path: "/account/returns", Title: "Your returns"},
	BillingHelp:   Page{Path: "/help/billing", Title: "Bills and plans"},
	DeliveryHelp:  Page{Path: "/help/delivery", Title: "Delivery"},
	ReturnsHelp:   Page{Path: "/help/returns", Title: "Returns"},
	Business:      Page{Path: "/business", Title: "For companies"},
	Quote:         Page{Path: "/business/quote", Title: "Ask for a quote"},
	QuoteThanks:   Page{Path: "/business/thank-you", Title: "Thank you"},
	Newsletter:    Page{Path: "/newsletter", Title: "The trail letter"},

	Departments: []Page{{Path: "/c/tents", Title: "Tents"}, {Path: "/c/boots", Title: "Boots"}, {Path: "/c/packs", Title: "Packs"},
		{Path: "/c/socks", Title: "Socks"}, {Path: "/c/camping", Title: "Camping"}, {Path: "/c/new", Title: "New"}},
	Journal: []Page{{Path: "/journal/one-night-out", Title: "One night out"}, {Path: "/journal/waxing-boots", Title: "Waxing boots"},
		{Path: "/journal/care-for-your-gear", Title: "Care for your gear"}, {Path: "/journal/how-to-pick-a-size", Title: "How to pick a size"}},
	Guides: []Page{{Path: "/guides/", Title: "Guides"}, {Path: "/guides/first-tour", Title: "Your first tour"}, {Path: "/guides/tents", Title: "Six tents compared"}},
	Help:   []Page{{Path: "/help", Title: "Help"}, {Path: "/help/delivery", Title: "Delivery"}, {Path: "/help/returns", Title: "Returns"}},

	Products: []Product{
		{Page{"/p/trail-tent-2p", "Trail Tent 2P", []string{"camping", "tent"}}, "Trail Tent 2P", "tents", "TT-2P", euros(199, 0), 0, 25, 10},
		{Page{"/p/ridge-tent-3p", "Ridge Tent 3P", []string{"camping", "tent"}}, "Ridge Tent 3P", "tents", "RT-3P", euros(349, 0), 0, 12, 7},
		{Page{"/p/alpine-boot", "Alpine Boot", []string{"boots"}}, "Alpine Boot", "boots", "AB-39", euros(129, 90), 1, 6, 9},
		{Page{"/p/summit-pack-40", "Summit Pack 40", []string{"packs"}}, "Summit Pack 40", "packs", "SP-40", euros(119, 0), 2, 18, 7},
		{Page{"/p/merino-socks", "Merino Socks", nil}, "Merino Socks", "socks", "MS-42", euros(17, 90), 3, 0, 8},
		{Page{"/p/gas-stove", "Gas Stove", []string{"camping"}}, "Gas Stove", "camping", "GS-01", euros(49, 50), 4, 40, 8},
		{Page{"/p/down-bag-400", "Down Bag 400", []string{"camping"}}, "Down Bag 400", "camping", "DB-04", euros(229, 0), 4, 9, 4},
		{Page{"/p/hut-shoe", "Hut Shoe", []string{"boots"}}, "Hut Shoe", "boots", "HS-40", euros(64, 95), 1, 14, 4},
		{Page{"/p/day-pack-22", "Day Pack 22", []string{"packs"}}, "Day Pack 22", "packs", "DP-22", euros(79, 0), 2, 30, 5},
		{Page{"/p/party-tent", "Party Tent", []string{"garden"}}, "Party Tent", "garden", "PT-30", euros(149, 0), 0, 8, 2},
	},
	Searches: []string{"tent", "sleeping bag", "boots size 42", "rent a tent", "hire a pack", "merino", "stove gas", "40 l pack", "two person tent"},
	SearchesInVain: [][]string{
		{"crampon strap", "crampon spare strap", "strap for crampons"},
		{"snowshoes kids", "kids snowshoes", "snow shoes children"},
		{"kayak", "folding kayak"},
	},
}

func euros(units, cents int64) model.Money {
	return model.Money(units*model.MoneyScale + cents*model.MoneyScale/100)
}
