package simulator

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/text"
)

// offers are pages and products to choose from: those that the store's
// journeys have.
type offers struct {
	pages    []journey.Page
	products []journey.Product
}

// mostOffers bounds each list.
const mostOffers = 500

// offersMsg are the offers of the store.
type offersMsg struct {
	offers offers
	err    error
}

// readOffers reads what the store's journeys have to offer.
func (s *Screen) readOffers() tea.Cmd {
	src, ctx := s.src, s.ses.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		events, err := src.Seen(ctx)
		return offersMsg{offersOf(events), err}
	}
}

// offersOf lists the pages and the products that events have, each once, in
// the order of their first. What a screen cannot show as it is, is not offered:
// nobody could tell what they choose.
func offersOf(events []*journey.Event) offers {
	var out offers
	seen := map[string]bool{}
	once := func(key string) bool {
		fresh := !seen[key]
		seen[key] = true
		return fresh
	}
	product := func(p journey.Product) {
		if p.Name+p.SKU != "" && text.Safe(p.Name+p.SKU) && len(out.products) < mostOffers && once("product\n"+p.Name+"\n"+p.SKU) {
			out.products = append(out.products, p)
		}
	}
	for _, ev := range events {
		switch {
		case ev.Page != nil:
			p := journey.Page{URL: ev.Page.URL, Title: ev.Page.Title, Sections: ev.Page.Sections}
			if len(out.pages) < mostOffers && text.Safe(p.URL+p.Title+strings.Join(p.Sections, "")) && once("page\n"+p.URL+"\n"+p.Title+"\n"+strings.Join(p.Sections, "\n")) {
				out.pages = append(out.pages, p)
			}
		case ev.ProductView != nil:
			for _, p := range ev.ProductView.Products {
				product(p)
			}
		case ev.Cart != nil:
			for _, p := range ev.Cart.Products {
				product(p)
			}
		case ev.Purchase != nil:
			for _, p := range ev.Purchase.Products {
				product(p)
			}
		}
	}
	return out
}

// pages are those of the present journey, and the others that the store has.
func (s *Screen) pages() (here, others []journey.Page) {
	if s.player != nil {
		here = offersOf(s.player.Events()).pages
	}
	for _, p := range s.offers.pages {
		if !slices.ContainsFunc(here, func(q journey.Page) bool {
			return q.URL == p.URL && q.Title == p.Title && slices.Equal(q.Sections, p.Sections)
		}) {
			others = append(others, p)
		}
	}
	return here, others
}

// products are those of the present journey, then the others.
func (s *Screen) products() []journey.Product {
	out := offersOf(s.player.Events()).products
	for _, p := range s.offers.products {
		if !slices.ContainsFunc(out, func(q journey.Product) bool { return q.Name == p.Name && q.SKU == p.SKU }) {
			out = append(out, p)
		}
	}
	return out
}
