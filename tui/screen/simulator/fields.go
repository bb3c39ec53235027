package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/tui/dialog"
)

// blank is a field of an event's native form, as a line to fill in.
type blank struct {
	path    string // dotted: "cart.numItems"
	label   string
	hint    string
	help    string
	choices []string
	number  bool
	truth   bool
	list    bool // separated by commas
}

// blanks are the fields of each type that are filled in line by line; the
// others are written as JSON.
var blanks = map[journey.Type][]blank{
	journey.PageView: {
		{path: "url", label: "URL", hint: "such as https://shop.example/cart"},
		{path: "title", label: "Title"},
		{path: "sections", label: "Sections", list: true, help: "Names of sections, separated by commas."},
		{path: "referrer", label: "Came from", help: "The page that led here, as a URL."},
		{path: "geo.country", label: "Country", help: "Two letters: DE."},
		{path: "platform", label: "Device", choices: []string{"", string(model.Desktop), string(model.Tablet), string(model.Smartphone)}},
		{path: "returning", label: "Returning", choices: []string{"", "true", "false"}, truth: true},
	},
	journey.Cart: {
		{path: "total", label: "Total", hint: "such as 120.00"},
		{path: "currency", label: "Currency", help: "Three letters: EUR."},
		{path: "numItems", label: "Items", number: true, hint: "such as 2", help: "How many items the cart holds, as the shop tells it."},
	},
	journey.Purchase: {
		{path: "total", label: "Total", hint: "such as 120.00"},
		{path: "currency", label: "Currency", help: "Three letters: EUR."},
		{path: "orderId", label: "Order", help: "An order of the same id counts once."},
		{path: "cart.numItems", label: "Items", number: true},
	},
	journey.ProductView: {
		{path: "products.0.product.name", label: "Product"},
		{path: "products.0.product.category", label: "Category"},
		{path: "products.0.product.sku", label: "SKU"},
		{path: "products.0.product.price", label: "Price", help: "What one costs: 199.00."},
		{path: "products.0.product.statusInStock", label: "Stock status"},
		{path: "currency", label: "Currency", help: "Three letters: EUR."},
	},
	journey.CustomerInfo: {
		{path: "info.ctype", label: "Type", help: "What kind of customer: gold, business."},
		{path: "info.cstatus", label: "Status"},
		{path: "info.customerId", label: "Customer ID"},
		{path: "info.balance", label: "Balance", hint: "such as 25.00"},
		{path: "info.companySize", label: "Company size", number: true},
		{path: "info.storeZipCode", label: "ZIP of the store"},
		{path: "info.storeNumber", label: "Number of the store"},
	},
	journey.MarketingInfo: {
		{path: "info.channel", label: "Channel", choices: channelWords()},
		{path: "info.affiliate", label: "Affiliate"},
		{path: "info.campaignId", label: "Campaign"},
	},
	journey.Personal: {
		{path: "personal.age.age", label: "Age", number: true},
		{path: "personal.gender", label: "Gender", choices: []string{"", "male", "female", "other"}},
		{path: "personal.language", label: "Language"},
	},
	journey.Lead: {
		{path: "lead.topic", label: "Topic"},
		{path: "lead.value", label: "Value", hint: "such as 25.00"},
		{path: "lead.currency", label: "Currency", help: "Three letters: EUR."},
		{path: "lead.leadId", label: "Lead", help: "A lead of the same id counts once."},
	},
	journey.Service: {
		{path: "service.topic", label: "Topic"},
		{path: "service.status", label: "Status", choices: statusWords()},
		{path: "service.category", label: "Category"},
		{path: "service.serviceId", label: "Request"},
	},
	journey.Error: {
		{path: "error.message", label: "Message"},
		{path: "error.code", label: "Code"},
		{path: "error.level", label: "Level", number: true},
		{path: "error.contextId", label: "Where"},
		{path: "error.resolved", label: "Resolved", choices: []string{"", "true"}, truth: true, help: "An error that is resolved ends the one of the same message and code."},
	},
	journey.SearchInfo:   {{path: "keywords", label: "Searched for", list: true, help: "Phrases, separated by commas."}},
	journey.Respond:      {{path: "engagement", label: "Engagement", hint: "such as cart-rescue/help-overlay"}, {path: "action", label: "Answer", choices: []string{string(journey.Accept), string(journey.Decline)}}},
	journey.Conversation: {{path: "action", label: "Conversation", choices: []string{"start", "end"}}, {path: "engagement", label: "Engagement", hint: "such as cart-rescue/help-overlay"}},
	journey.Agents: {{path: "skill", label: "Skill", hint: "all skills"},
		{path: "state", label: "Agents", choices: []string{string(model.Online), string(model.Busy), string(model.Offline)}}},
	journey.Identify: {{path: "user", label: "Signed in as", hint: "signed out"}},
	journey.Signal:   {{path: "name", label: "Signal", hint: "such as " + journey.SignalAboutToAbandon}, {path: "value", label: "Value", number: true, help: "Of a scroll: how far down, in percent."}},
}

func channelWords() []string {
	out := []string{""}
	for _, c := range model.MarketingChannels() {
		out = append(out, string(c))
	}
	return out
}

func statusWords() []string {
	out := []string{""}
	for _, c := range model.ServiceStatuses() {
		out = append(out, string(c))
	}
	return out
}

// native is an event's native form as JSON values.
func native(ev *journey.Event) (map[string]any, error) {
	same := *ev
	if same.Visitor == "" {
		same.Visitor, same.At = "v-1", replay.DefaultStart
	}
	d := json.NewDecoder(bytes.NewReader(journey.AppendEvent(nil, &same)))
	d.UseNumber()
	out := map[string]any{}
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("writing the event: %w", err)
	}
	return out, nil
}

// fill makes lines of an event's fields; read makes the event of what they
// hold, judged as a line of a file is.
func fill(ev *journey.Event) (lines []*dialog.Entry, read func() (*journey.Event, error), err error) {
	base, err := native(ev)
	if err != nil {
		return nil, nil, err
	}
	list := blanks[ev.Type]
	for _, b := range list {
		e := &dialog.Entry{Label: b.label, Hint: b.hint, Help: b.help, Value: b.of(base), Max: 2000}
		if b.choices != nil {
			e.Choices, e.Names = b.choices, make([]string, len(b.choices))
			for i, c := range b.choices {
				e.Names[i] = map[string]string{"": "not told", "true": "yes", "false": "no"}[c]
				if e.Names[i] == "" {
					e.Names[i] = c
				}
			}
		}
		lines = append(lines, e)
	}
	read = func() (*journey.Event, error) {
		out, err := native(ev)
		if err != nil {
			return nil, err
		}
		for i, b := range list {
			if lines[i].Value != b.of(base) {
				b.set(out, lines[i].Value)
			}
		}
		line, err := json.Marshal(out)
		if err != nil {
			return nil, fmt.Errorf("writing the event: %w", err)
		}
		return journey.ParseEvent(line)
	}
	return lines, read, nil
}

// of reads the field of a native form, "" if it is not told.
func (b blank) of(form map[string]any) string {
	var v any = form
	for part := range strings.SplitSeq(b.path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(x) {
				return ""
			}
			v = x[i]
		default:
			return ""
		}
	}
	switch x := v.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	case bool:
		return strconv.FormatBool(x)
	case []any:
		var out []string
		for _, item := range x {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return strings.Join(out, ", ")
	}
	return ""
}

// set writes the field into a native form; "" is not told.
func (b blank) set(form map[string]any, value string) {
	parts := strings.Split(b.path, ".")
	at := form
	for i := 0; i < len(parts)-1; i++ {
		if i+2 < len(parts) && parts[i+1] == "0" { // the first of a list
			list, _ := at[parts[i]].([]any)
			if len(list) == 0 {
				list = []any{map[string]any{}}
			}
			next, ok := list[0].(map[string]any)
			if !ok {
				return
			}
			at[parts[i]], at = list, next
			i++
			continue
		}
		next, ok := at[parts[i]].(map[string]any)
		if !ok {
			next = map[string]any{}
			at[parts[i]] = next
		}
		at = next
	}
	name := parts[len(parts)-1]
	value = strings.TrimSpace(value)
	switch n, err := strconv.ParseInt(value, 10, 64); {
	case b.list:
		items := []any{}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
		if len(items) == 0 && name != "keywords" { // which must be there
			delete(at, name)
			return
		}
		at[name] = items
	case value == "":
		delete(at, name)
	case b.truth:
		at[name] = value == "true"
	case b.number && err == nil:
		at[name] = n
	default: // a number that is none is told by whoever reads it
		at[name] = value
	}
}

// parse reads an event from its line of JSON. What a file's reader would leave
// out unknown is refused: whoever types it means something by it.
func parse(line string) (*journey.Event, error) {
	ev, err := journey.ParseEvent([]byte(line))
	if err != nil {
		return nil, err
	}
	var typed map[string]any
	if err := json.Unmarshal([]byte(line), &typed); err != nil {
		return nil, fmt.Errorf("reading the line: %w", err)
	}
	kept, err := native(ev)
	if err != nil {
		return nil, err
	}
	for name, v := range typed {
		if _, ok := kept[name]; !ok && v != nil && v != "" && v != false {
			if list, ok := v.([]any); ok && len(list) == 0 {
				continue
			}
			return nil, fmt.Errorf("a %s has no field %q", ev.Type, name)
		}
	}
	return ev, nil
}

// sound judges an event as a line of a file is judged.
func sound(ev *journey.Event) error {
	same := *ev
	same.Visitor, same.Visit, same.At = "v-1", "", replay.DefaultStart
	_, err := journey.ParseEvent(journey.AppendEvent(nil, &same))
	return err
}
