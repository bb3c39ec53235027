package simulator

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
)

// askProduct asks for a product.
func (s *Screen) askProduct(title string, then func(journey.Product) tea.Cmd) {
	var items []dialog.Item
	for _, p := range s.products() {
		it := dialog.Item{Title: first(p.Name, p.SKU), Detail: words(p.Category, p.SKU) + ".", Value: p}
		if p.Price != nil {
			it.Key = p.Price.String()
		}
		items = append(items, it)
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type a part of its name, or a new one", Items: items,
		Last: func(v string) dialog.Item {
			return dialog.Item{Title: strings.TrimSuffix("Another product: "+v, ": "), Detail: "Asks for its category and price.", Value: v}
		},
		Then: func(it dialog.Item) tea.Cmd {
			if p, ok := it.Value.(journey.Product); ok {
				p.Quantity = 1
				return then(p)
			}
			name := it.Value.(string)
			s.askFields("Another product", "Done", replay.ViewProducts(journey.Product{Name: name}), func(ev *journey.Event) tea.Cmd {
				if len(ev.ProductView.Products) == 0 {
					return nil
				}
				return then(ev.ProductView.Products[0])
			})
			return nil
		}})
}

// askCart asks what changes in the cart.
func (s *Screen) askCart() {
	cart := s.cart()
	items := []dialog.Item{
		{Title: "Put a product in", Detail: "Its price is added to the total.", Value: "add"},
		{Title: "Tell the total", Detail: "Total, currency and number of items as you type them; products stay.", Value: "total"},
		{Title: "Empty it", Detail: "The cart holds nothing any more.", Value: "empty"},
	}
	for i, p := range cart.Products {
		items = append(items, dialog.Item{Title: "Take out: " + first(p.Name, p.SKU), Detail: "One of " + number(max(1, p.Quantity)) + "; its price is taken off the total.", Group: "In the cart", Value: i})
	}
	title := "The cart is empty"
	if s.look.frame.State.CartTold {
		title = "The cart: " + money(cart.Total, cart.Currency) + ", " + plural(cart.NumItems, "item")
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: title, Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		switch it.Value {
		case "add":
			s.askProduct("Put which product in?", func(p journey.Product) tea.Cmd {
				return s.setCart("put "+first(p.Name, p.SKU)+" in the cart", added(s.cart(), p))
			})
		case "total":
			s.askFields("Tell the cart", "Tell", cartEvent(cart), func(ev *journey.Event) tea.Cmd {
				return s.act("cart "+money(ev.Cart.Total, ev.Cart.Currency), ev)
			})
		case "empty":
			return s.setCart("emptied the cart", journey.CartState{Currency: cart.Currency})
		default:
			i := it.Value.(int)
			return s.setCart("took "+first(cart.Products[i].Name, cart.Products[i].SKU)+" out of the cart", without(cart, i))
		}
		return nil
	}})
}

// cart is a copy of the cart at the head, in the account's currency where none
// was told.
func (s *Screen) cart() journey.CartState {
	cart := s.look.frame.State.Cart
	cart.Products = slices.Clone(cart.Products)
	cart.Currency = first(cart.Currency, s.player.Engine().Catalog().Settings.Currency)
	return cart
}

func cartEvent(c journey.CartState) *journey.Event {
	return &journey.Event{Type: journey.Cart, Cart: &c}
}

func (s *Screen) setCart(what string, c journey.CartState) tea.Cmd {
	return s.act(what, cartEvent(c))
}

// added is a cart with one more product.
func added(c journey.CartState, p journey.Product) journey.CartState {
	if p.Price != nil {
		c.Total += *p.Price
	}
	c.NumItems++
	for i, old := range c.Products {
		if old.SKU == p.SKU && old.Name == p.Name {
			c.Products[i].Quantity = max(1, old.Quantity) + 1
			return c
		}
	}
	p.Quantity, p.StatusInStock, p.QuantityInStock = 1, "", nil // of views only
	c.Products = append(c.Products, p)
	return c
}

// without is a cart with one less of a product.
func without(c journey.CartState, i int) journey.CartState {
	p := &c.Products[i]
	if p.Price != nil {
		c.Total = max(0, c.Total-*p.Price)
	}
	c.NumItems = max(0, c.NumItems-1)
	if p.Quantity > 1 {
		p.Quantity--
		return c
	}
	c.Products = slices.Delete(c.Products, i, i+1)
	return c
}

// askBuy asks for an order of what is in the cart.
func (s *Screen) askBuy() {
	cart := s.cart()
	for i := range cart.Products {
		cart.Products[i].Quantity = max(1, cart.Products[i].Quantity)
	}
	order := &journey.Event{Type: journey.Purchase, Purchase: &journey.Order{Total: cart.Total, Currency: cart.Currency, NumItems: cart.NumItems, Products: cart.Products,
		OrderID: "order-" + strconv.Itoa(len(s.player.Events())+1)}}
	lines, read, err := fill(order)
	if err != nil {
		s.ses.Shell.Fail("filling in an order", err)
		return
	}
	empty := &dialog.Entry{Label: "The cart is empty then", Box: true, Value: dialog.Ticked}
	s.ses.Shell.Ask(&dialog.Sheet{Title: "Buy", Yes: "Buy", Entries: append(lines, empty), Check: func() error { _, err := read(); return err }, Then: func() tea.Cmd {
		ev, err := read()
		if err != nil {
			return nil
		}
		events := []*journey.Event{ev}
		if empty.Is() {
			events = append(events, cartEvent(journey.CartState{Currency: cart.Currency}))
		}
		return s.act("bought for "+money(ev.Purchase.Total, ev.Purchase.Currency), events...)
	}})
}
