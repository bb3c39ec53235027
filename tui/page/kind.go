package page

import (
	"net/url"
	"strings"
)

// Kind is what a page is for, as far as its wireframe is concerned.
type Kind uint8

// The kinds of pages.
const (
	PlainPage Kind = iota // nothing to be guessed
	HomePage
	CategoryPage
	ProductPage
	CartPage
	CheckoutPage
	ConfirmationPage
	BillingPage
	SearchPage
	HelpPage
	AccountPage
	ArticlePage
	FailurePage
)

var kindNames = [...]string{"page", "home", "category", "product", "cart", "checkout", "confirmation", "bill payment", "search",
	"help", "account", "article", "error"}

// String names the kind in a word or two.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[PlainPage]
}

// clues are the words that tell a page's kind, the most telling first: a
// checkout's confirmation is no checkout, and help with bills no bill.
var clues = []struct {
	kind  Kind
	words []string // a segment of the path, a section or a word of the title
}{
	{FailurePage, []string{"404", "500", "error", "not-found", "notfound", "oops"}},
	{ConfirmationPage, []string{"confirmation", "thank-you", "thanks", "thankyou", "success", "tracking"}},
	{HelpPage, []string{"help", "support", "faq", "contact", "service", "returns", "return"}},
	{BillingPage, []string{"bill", "bills", "billing", "invoice", "invoices", "pay", "payments", "pay-bill"}},
	{CheckoutPage, []string{"checkout", "payment", "shipping", "delivery", "order"}},
	{CartPage, []string{"cart", "basket", "bag", "warenkorb", "trolley"}},
	{SearchPage, []string{"search", "find", "results"}},
	{ProductPage, []string{"p", "product", "products", "item", "dp", "sku"}},
	{CategoryPage, []string{"c", "category", "categories", "department", "departments", "collection", "collections", "shop", "catalog", "sale"}},
	{AccountPage, []string{"account", "login", "signin", "profile", "my", "orders", "register"}},
	{ArticlePage, []string{"journal", "blog", "guides", "guide", "article", "articles", "news", "post", "posts", "presentations"}},
}

// KindOf guesses what a page is for: from its path, else from its sections,
// else from its title.
func KindOf(address, title string, sections []string) Kind {
	u, err := url.Parse(address)
	path := address
	if err == nil {
		path = u.Path
	}
	segments := strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return r == '/' })
	if len(segments) > 0 {
		segments[len(segments)-1], _, _ = strings.Cut(segments[len(segments)-1], ".")
	}
	if k := guess(segments); k != PlainPage {
		return k
	}
	if err == nil && len(segments) == 0 && u.Host != "" {
		return HomePage
	}
	lower := make([]string, len(sections))
	for i, s := range sections {
		lower[i] = strings.ToLower(strings.TrimSpace(s))
	}
	if k := guess(lower); k != PlainPage {
		return k
	}
	return guess(strings.Fields(strings.ToLower(title)))
}

func guess(words []string) Kind {
	for _, c := range clues {
		for _, w := range words {
			for _, clue := range c.words {
				if w == clue {
					return c.kind
				}
			}
		}
	}
	return PlainPage
}
