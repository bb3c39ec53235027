package simulator

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/keymap"
)

// What the operator does as the visitor, at the head. What comes after it in
// the journey is replayed after it.
const (
	ActMenu      keymap.ID = "simulator.act"
	ActPage      keymap.ID = "simulator.act.page"
	ActCart      keymap.ID = "simulator.act.cart"
	ActView      keymap.ID = "simulator.act.view"
	ActSearch    keymap.ID = "simulator.act.search"
	ActError     keymap.ID = "simulator.act.error"
	ActBuy       keymap.ID = "simulator.act.buy"
	ActLead      keymap.ID = "simulator.act.lead"
	ActService   keymap.ID = "simulator.act.service"
	ActSignIn    keymap.ID = "simulator.act.identify"
	ActCustomer  keymap.ID = "simulator.act.customer"
	ActPerson    keymap.ID = "simulator.act.person"
	ActMarketing keymap.ID = "simulator.act.marketing"
	ActWait      keymap.ID = "simulator.act.wait"
	ActTalk      keymap.ID = "simulator.act.conversation"
	ActAgents    keymap.ID = "simulator.act.agents"
	ActSignal    keymap.ID = "simulator.act.signal"
	ActLeave     keymap.ID = "simulator.act.leave"
	ActJSON      keymap.ID = "simulator.act.json"
	CutHere      keymap.ID = "simulator.cut"
	DriveOwn     keymap.ID = "simulator.own"
)

// acts are what a visitor can do, in the order of the menu; those with a key
// of their own have it.
func acts() []keymap.Action {
	return []keymap.Action{
		{ID: ActPage, Title: "Open a page", Keys: []string{"U"}, Help: "The visitor loads a page: one that journeys have, or the URL that you type."},
		{ID: ActCart, Title: "Change the cart", Keys: []string{"B"}, Help: "Puts a product into the cart, takes one out, empties it, or tells another total."},
		{ID: ActView, Title: "View a product", Keys: []string{"V"}, Help: "The visitor looks at a product: one that journeys have, or one that you name."},
		{ID: ActSearch, Title: "Search", Keys: []string{"F"}, Help: "The visitor searches the site for what you type; commas separate phrases."},
		{ID: ActError, Title: "Meet an error", Keys: []string{"!"}, Help: "The visitor meets an error with a message and a code, or one is resolved."},
		{ID: ActBuy, Title: "Buy", Keys: []string{"$"}, Help: "The visitor buys what is in the cart, which is empty then."},
		{ID: ActWait, Title: "Wait", Keys: []string{"W"}, Help: "Lets so much time pass: 30s, 2m; what is due in between happens."},
		{ID: ActSignal, Title: "Send a signal", Keys: []string{"X"}, Help: "The page tells that the visitor is about to abandon, goes, has scrolled, or what you name."},
		{ID: ActAgents, Title: "Agents online, busy or offline", Keys: []string{"A"}, Help: "From here on the agents of a skill, or all, are online, busy or offline."},
		{ID: ActTalk, Title: "Start or end a conversation", Help: "A conversation with the visitor begins, or the open one ends."},
		{ID: ActLead, Title: "Leave a lead", Help: "The visitor leaves details with a topic."},
		{ID: ActService, Title: "Ask for a service", Help: "A service request reaches a status."},
		{ID: ActSignIn, Title: "Sign in or out", Help: "The visitor signs in under a name, or out without one."},
		{ID: ActCustomer, Title: "Tell of the customer", Help: "The shop tells what it knows of the customer: type, status, balance."},
		{ID: ActPerson, Title: "Tell of the person", Help: "The shop tells age, gender and language."},
		{ID: ActMarketing, Title: "Tell where the visitor came from", Help: "The shop tells the marketing channel, the affiliate and the campaign."},
		{ID: ActJSON, Title: "Anything, as JSON", Help: "Adds the event of a line as journey files have it; visitor and instant are the head's."},
		{ID: ActLeave, Title: "Leave the site", Help: "The visitor leaves, and the visit ends."},
	}
}

// drivingActions are the actions of driving, for the catalogue of keys.
func drivingActions() []keymap.Action {
	return append(acts(),
		keymap.Action{ID: CutHere, Title: "Cut here", Keys: []string{"K"}, Help: "Drops what comes after the head; ctrl+z takes it back."},
		keymap.Action{ID: DriveOwn, Title: "Drive a visitor of your own", Hint: "own visitor", Keys: []string{"D"}, Help: "Begins a new journey: who comes, when, and to which page; then act as the visitor."})
}

// driving does the acts.
func (s *Screen) driving(id keymap.ID) (tea.Cmd, bool) {
	if id == DriveOwn {
		return s.prepareOwn(), true
	}
	if s.player == nil {
		return nil, false
	}
	switch id {
	case ActMenu:
		s.askAct()
	case ActPage:
		s.askPage()
	case ActCart:
		s.askCart()
	case ActView:
		s.askProduct("View which product?", func(p journey.Product) tea.Cmd {
			return s.act("looked at "+first(p.Name, p.SKU), replay.ViewProducts(p))
		})
	case ActSearch:
		s.askSearch()
	case ActError:
		s.askError()
	case ActBuy:
		s.askBuy()
	case ActLead:
		s.askFilled("Leave a lead", "Leave", replay.BecomeLead("", ""))
	case ActService:
		s.askFilled("Ask for a service", "Ask", replay.AskService("", ""))
	case ActSignIn:
		s.askSignIn()
	case ActCustomer:
		s.askFilled("Tell of the customer", "Tell", replay.TellCustomer(journey.Customer{}))
	case ActPerson:
		s.askFilled("Tell of the person", "Tell", &journey.Event{Type: journey.Personal, Personal: &journey.Person{}})
	case ActMarketing:
		s.askFilled("Tell where the visitor came from", "Tell", &journey.Event{Type: journey.MarketingInfo, Marketing: &journey.Marketing{}})
	case ActWait:
		s.askWait()
	case ActTalk:
		if s.look.frame.State.Conversation {
			return s.act("ended the conversation", replay.EndConversation()), true
		}
		return s.act("started a conversation", replay.StartConversation("")), true
	case ActAgents:
		s.askAgents()
	case ActSignal:
		s.askSignal()
	case ActLeave:
		return s.act("left the site", replay.LeaveSite()), true
	case ActJSON:
		s.askLine("Add an event", "Add", `{"type":"page","url":""}`, func(ev *journey.Event) tea.Cmd { return s.act("added: "+describeEvent(ev), ev) })
	case CutHere:
		return s.cut(), true
	default:
		return nil, false
	}
	return nil, true
}

// act has the visitor do something at the head; what comes after is replayed.
func (s *Screen) act(what string, events ...*journey.Event) tea.Cmd {
	for _, ev := range events {
		if err := sound(ev); err != nil {
			s.ses.Shell.Fail("acting as the visitor", err)
			return nil
		}
	}
	p, to := s.player.Act(s.head, events...)
	return s.showDone(p, to, what)
}

// showDone shows what came of something that the operator did.
func (s *Screen) showDone(p *replay.Player, to replay.Position, what string) tea.Cmd {
	what = text.Line(what, 80)
	return s.ready(p, what, func() tea.Cmd {
		before := s.head
		s.change(p, to, what)
		s.stir(before, "")
		s.listLeaving()
		s.tell(upper(what) + "; ctrl+z takes it back.")
		return s.animate()
	})
}

func upper(words string) string {
	if words == "" {
		return ""
	}
	r := []rune(words)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// cut drops what comes after the head.
func (s *Screen) cut() tea.Cmd {
	n := len(s.player.Events()) - s.head.Events
	if n <= 0 {
		s.tell("No event comes after this.")
		return nil
	}
	p, to := s.player.CutAfter(s.head)
	what := "cut after " + clockOf(s.head.At)
	return s.ready(p, what, func() tea.Cmd {
		s.change(p, to, what)
		s.tell("Cut: " + plural(n, "event") + " dropped; ctrl+z takes it back.")
		return nil
	})
}

// askAct asks what the visitor does.
func (s *Screen) askAct() {
	var items []dialog.Item
	for _, a := range acts() {
		it := dialog.Item{Title: a.Title, Detail: a.Help, Key: a.Label(), Value: a.ID}
		if a.ID == ActTalk {
			it.Title = map[bool]string{true: "End the conversation", false: "Start a conversation"}[s.look.frame.State.Conversation]
		}
		items = append(items, it)
	}
	for _, a := range actions() {
		if a.ID == Accept || a.ID == Decline || a.ID == CutHere {
			items = append(items, dialog.Item{Title: a.Title, Detail: a.Help, Key: a.Label(), Disabled: s.Disabled(a.ID), Value: a.ID})
		}
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "What does the visitor do at " + clockOf(s.head.At) + "?", Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		cmd, _ := s.Do(it.Value.(keymap.ID), nil)
		return cmd
	}})
}

// askFilled asks for an event's fields.
func (s *Screen) askFilled(title, verb string, ev *journey.Event) {
	s.askFields(title, verb, ev, func(ev *journey.Event) tea.Cmd { return s.act(describeEvent(ev), ev) })
}

// askFields asks for an event's fields, line by line, and hands on what came
// of them.
func (s *Screen) askFields(title, verb string, ev *journey.Event, then func(*journey.Event) tea.Cmd) {
	lines, read, err := fill(ev)
	if err != nil {
		s.ses.Shell.Fail("filling in an event", err)
		return
	}
	s.ses.Shell.Ask(&dialog.Sheet{Title: title, Yes: verb, Entries: lines, Check: func() error { _, err := read(); return err }, Then: func() tea.Cmd {
		ev, err := read()
		if err != nil {
			return nil
		}
		return then(ev)
	}})
}

// askLine asks for an event as a line of JSON. Visitor and instant need not be
// there.
func (s *Screen) askLine(title, verb, line string, then func(*journey.Event) tea.Cmd) {
	e := &dialog.Entry{Label: "JSON", Value: line, Max: 8000, Help: "As in journey files: beckon schema journey prints what a line may hold."}
	read := func() (*journey.Event, error) { return parse(withEnvelope(e.Value)) }
	e.Check = func(string) error { _, err := read(); return err }
	s.ses.Shell.Ask(&dialog.Sheet{Title: title, Yes: verb, Width: 96, Entries: []*dialog.Entry{e}, Then: func() tea.Cmd {
		ev, err := read()
		if err != nil {
			return nil
		}
		return then(ev)
	}})
}

// withEnvelope gives a line the visitor and the instant that it may leave out.
func withEnvelope(line string) string {
	body, ok := strings.CutPrefix(strings.TrimSpace(line), "{")
	if !ok || strings.Contains(body, `"visitor"`) {
		return line
	}
	envelope := `{"visitor":"v-1","at":"` + replay.DefaultStart.Time().Format("2006-01-02T15:04:05Z") + `"`
	if rest := strings.TrimSpace(body); rest != "" && rest[0] != '}' {
		envelope += ","
	}
	return envelope + body
}

// askPage asks which page the visitor opens.
func (s *Screen) askPage() {
	then := func(p journey.Page) tea.Cmd {
		return s.act("opened "+p.URL, &journey.Event{Type: journey.PageView, Page: &p})
	}
	here, others := s.pages()
	var items []dialog.Item
	add := func(group string, pages []journey.Page) {
		for _, p := range pages {
			title := p.URL
			if p.Title != "" {
				title += "  " + p.Title
			}
			it := dialog.Item{Title: title, Group: group, Value: p}
			if len(p.Sections) > 0 {
				it.Detail = "Sections: " + strings.Join(p.Sections, ", ") + "."
			}
			items = append(items, it)
		}
	}
	add("This journey", here)
	add("Other journeys of the store", others)
	s.ses.Shell.Ask(&dialog.Picker{Title: "Open which page?", Hint: "type a part of it, or a URL: /cart", Items: items,
		Last: func(v string) dialog.Item {
			if v == "" {
				return dialog.Item{Title: "A URL of your own", Detail: "Type it, or a path of the present site: /cart.", Disabled: "type a URL, or a path of the present site: /cart"}
			}
			u, err := s.resolve(v)
			it := dialog.Item{Title: "Open " + u, Detail: "The URL that you type, without a title.", Value: journey.Page{URL: u}}
			if err != nil {
				it.Title, it.Disabled = "Open "+v, err.Error()
			}
			return it
		},
		Then: func(it dialog.Item) tea.Cmd { return then(it.Value.(journey.Page)) }})
}

var errURL = errors.New("a whole URL is needed: https://shop.example/cart")

// resolve makes a whole URL of what is typed: a path is one of the present
// page's site.
func (s *Screen) resolve(v string) (string, error) {
	v = strings.TrimSpace(v)
	base := ""
	if p := s.look.frame.State.Page; p != nil {
		base = p.URL
	} else if here, others := s.pages(); len(here)+len(others) > 0 {
		base = append(here, others...)[0].URL
	}
	return resolveURL(base, v)
}

func resolveURL(base, v string) (string, error) {
	u, err := url.Parse(v)
	if err != nil || v == "" {
		return v, errURL
	}
	if u.Scheme == "" && (strings.HasPrefix(v, "/") || strings.HasPrefix(v, "?") || strings.HasPrefix(v, "#")) {
		b, err := url.Parse(base)
		if err != nil || b.Host == "" {
			return v, errURL
		}
		u = b.ResolveReference(u)
	} else if u.Scheme == "" {
		if u, err = url.Parse("https://" + v); err != nil || !strings.Contains(u.Host, ".") {
			return v, errURL
		}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return v, errURL
	}
	out := u.String()
	return out, sound(replay.OpenPage(out))
}

// askSearch asks what the visitor searches for.
func (s *Screen) askSearch() {
	read := func(v string) *journey.Event {
		var phrases []string
		for p := range strings.SplitSeq(v, ",") {
			if p = strings.TrimSpace(p); p != "" {
				phrases = append(phrases, p)
			}
		}
		return replay.SearchFor(phrases...)
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Search the site", Label: "What the visitor searches for; commas separate phrases.", Hint: "such as tent",
		Check: func(v string) error {
			if len(read(v).Search.Keywords) == 0 {
				return errors.New("a phrase is needed")
			}
			return sound(read(v))
		},
		Then: func(v string) tea.Cmd {
			ev := read(v)
			return s.act(describeEvent(ev), ev)
		}})
}

// askError asks for an error, or which one is resolved.
func (s *Screen) askError() {
	meet := func() { s.askFilled("Meet an error", "Meet it", replay.MeetError("", "")) }
	open := s.look.frame.State.Errors
	if len(open) == 0 {
		meet()
		return
	}
	items := []dialog.Item{{Title: "Meet an error", Detail: "Asks for its message and code.", Value: -1}}
	for i, e := range open {
		items = append(items, dialog.Item{Title: "Resolved: " + first(e.Message, e.Code), Detail: words(e.Code, e.Message) + ".", Group: "Open", Value: i})
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "An error", Hint: "type to search", Items: items, Then: func(it dialog.Item) tea.Cmd {
		i := it.Value.(int)
		if i < 0 {
			meet()
			return nil
		}
		e := open[i]
		e.Resolved = true
		return s.act("error resolved: "+first(e.Message, e.Code), &journey.Event{Type: journey.Error, Error: &e})
	}})
}

// askSignIn asks who signs in.
func (s *Screen) askSignIn() {
	now := s.look.frame.State.User
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Sign in or out", Label: "The name to sign in under; nothing signs out.", Hint: "such as anna@shop.example", Value: now,
		Check: func(v string) error {
			if strings.TrimSpace(v) == "" && now == "" {
				return errors.New("nobody is signed in")
			}
			return sound(replay.SignIn(strings.TrimSpace(v)))
		},
		Then: func(v string) tea.Cmd {
			ev := replay.SignIn(strings.TrimSpace(v))
			return s.act(describeEvent(ev), ev)
		}})
}

// askWait asks how long the visitor waits.
func (s *Screen) askWait() {
	read := func(v string) (model.Duration, error) {
		d, err := model.ParseDuration(strings.TrimSpace(v))
		if err == nil && d <= 0 {
			err = errors.New("say 30s, 2m or 1h")
		}
		return d, err
	}
	s.ses.Shell.Ask(&dialog.Prompt{Title: "Wait", Label: "How long; what is due in between happens.", Value: "30s", Max: 20,
		Check: func(v string) error { _, err := read(v); return err },
		Then: func(v string) tea.Cmd {
			d, err := read(v)
			if err != nil {
				return nil
			}
			s.move(s.player.Wait(s.head, d))
			return nil
		}})
}

// askAgents asks how which agents are.
func (s *Screen) askAgents() {
	var items []dialog.Item
	add := func(skill, group string) {
		for _, state := range []model.Availability{model.Online, model.Busy, model.Offline} {
			title := group + ": " + string(state)
			items = append(items, dialog.Item{Title: title, Group: group, Value: replay.AgentsAre(skill, state)})
		}
	}
	add("", "All agents")
	for _, skill := range s.player.Engine().Catalog().Settings.Skills {
		add(skill, "Agents of "+skill)
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "How are the agents?", Hint: "type busy, or a skill", Items: items, Then: func(it dialog.Item) tea.Cmd {
		ev := it.Value.(*journey.Event)
		return s.act(describeEvent(ev), ev)
	}})
}

// askSignal asks which signal the page sends.
func (s *Screen) askSignal() {
	items := []dialog.Item{
		{Title: "About to abandon", Detail: "The pointer heads for the tab, as pages tell it.", Value: replay.SendSignal(journey.SignalAboutToAbandon)},
		{Title: "Exit", Detail: "The visitor is going.", Value: replay.SendSignal(journey.SignalExit)},
	}
	for _, n := range []int{25, 50, 75, 100} {
		items = append(items, dialog.Item{Title: fmt.Sprintf("Scrolled to %d%%", n), Detail: "How far down the page the visitor has scrolled.", Value: replay.ScrollTo(n)})
	}
	s.ses.Shell.Ask(&dialog.Picker{Title: "Send which signal?", Hint: "type to search, or a name of your own", Items: items,
		Last: func(v string) dialog.Item {
			if v == "" {
				return dialog.Item{Title: "Another signal", Disabled: "type its name, or a number for scrolled so far"}
			}
			it := dialog.Item{Title: "A signal called " + v, Detail: "Or, for a number, scrolled so far.", Value: replay.SendSignal(v)}
			if n, err := strconv.Atoi(strings.TrimSuffix(v, "%")); err == nil && n >= 0 && n <= 100 {
				it.Title, it.Value = fmt.Sprintf("Scrolled to %d%%", n), replay.ScrollTo(n)
			}
			return it
		},
		Then: func(it dialog.Item) tea.Cmd {
			ev := it.Value.(*journey.Event)
			return s.act(describeEvent(ev), ev)
		}})
}
