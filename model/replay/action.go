package replay

import (
	"slices"

	"beckon/model"
	"beckon/model/journey"
)

// What a visitor does who is driven by hand, for [Player.Act]. The player adds
// who it is and when.

// OpenPage has the visitor load a page.
func OpenPage(url string) *journey.Event {
	return &journey.Event{Type: journey.PageView, Page: &journey.Page{URL: url}}
}

// ChangeCart tells the cart as it is now.
func ChangeCart(total model.Money, items int, products ...journey.Product) *journey.Event {
	return &journey.Event{Type: journey.Cart, Cart: &journey.CartState{Total: total, NumItems: items, Products: counted(products)}}
}

// counted is the products with a quantity of one where none is told.
func counted(products []journey.Product) []journey.Product {
	out := slices.Clone(products)
	for i := range out {
		out[i].Quantity = max(out[i].Quantity, 1)
	}
	return out
}

// ViewProducts has the visitor look at products, at once.
func ViewProducts(products ...journey.Product) *journey.Event {
	return &journey.Event{Type: journey.ProductView, ProductView: &journey.Views{Products: counted(products)}}
}

// SearchFor has the visitor search the site for phrases.
func SearchFor(phrases ...string) *journey.Event {
	return &journey.Event{Type: journey.SearchInfo, Search: &journey.Search{Keywords: phrases}}
}

// MeetError has the visitor meet an error; either part may be "".
func MeetError(message, code string) *journey.Event {
	return &journey.Event{Type: journey.Error, Error: &journey.VisitorError{Message: message, Code: code}}
}

// ResolveError ends an error.
func ResolveError(message, code string) *journey.Event {
	return &journey.Event{Type: journey.Error, Error: &journey.VisitorError{Message: message, Code: code, Resolved: true}}
}

// Buy has the visitor purchase; an order id counts once.
func Buy(total model.Money, orderID string, products ...journey.Product) *journey.Event {
	return &journey.Event{Type: journey.Purchase, Purchase: &journey.Order{Total: total, OrderID: orderID, NumItems: len(products), Products: counted(products)}}
}

// BecomeLead has the visitor leave details; a lead id counts once.
func BecomeLead(topic, leadID string) *journey.Event {
	return &journey.Event{Type: journey.Lead, Lead: &journey.LeadMade{Topic: topic, LeadID: leadID}}
}

// AskService has a service request reach a status.
func AskService(topic string, status model.ServiceStatus) *journey.Event {
	return &journey.Event{Type: journey.Service, Service: &journey.ServiceUpdate{Topic: topic, Status: status}}
}

// TellCustomer tells what the shop knows of the customer.
func TellCustomer(c journey.Customer) *journey.Event {
	return &journey.Event{Type: journey.CustomerInfo, Customer: &c}
}

// SignIn signs the visitor in; "" signs out.
func SignIn(user string) *journey.Event {
	return &journey.Event{Type: journey.Identify, Identify: &journey.Identity{User: user}}
}

// SendSignal sends a named signal of the page, such as
// [journey.SignalAboutToAbandon].
func SendSignal(name string) *journey.Event {
	return &journey.Event{Type: journey.Signal, Signal: &journey.SignalSent{Name: name}}
}

// ScrollTo has the visitor scroll so far down the page, in percent.
func ScrollTo(percent int) *journey.Event {
	return &journey.Event{Type: journey.Signal, Signal: &journey.SignalSent{Name: journey.SignalScroll, Value: &percent}}
}

// StartConversation starts a conversation with an engagement, or, for "", with
// the last accepted one.
func StartConversation(engagement string) *journey.Event {
	return &journey.Event{Type: journey.Conversation, Conversation: &journey.ConversationChange{Start: true, Engagement: engagement}}
}

// EndConversation ends the conversation.
func EndConversation() *journey.Event {
	return &journey.Event{Type: journey.Conversation, Conversation: &journey.ConversationChange{}}
}

// AgentsAre tells how a skill's agents are; skill "" is all.
func AgentsAre(skill string, state model.Availability) *journey.Event {
	return &journey.Event{Type: journey.Agents, Agents: &journey.AgentState{Skill: skill, State: state}}
}

// LeaveSite ends the visit.
func LeaveSite() *journey.Event { return &journey.Event{Type: journey.Leave} }
