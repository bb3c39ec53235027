package engine

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"beckon/model"
	"beckon/model/journey"
)

// workloadVariable names the directory of the matching workload: n100 and
// n1000, each with campaigns.json and events.ndjson.gz, whose events tell
// which campaigns' conditions all hold after them.
const workloadVariable = "BECKON_BENCH"

// TestWorkload plays the workload and compares, after every event, the
// campaigns that pass behavior with the expected ones.
func TestWorkload(t *testing.T) {
	dir := os.Getenv(workloadVariable)
	if dir == "" {
		t.Skipf("NOT RUN: set %s to the directory that holds n100 and n1000 of the matching workload", workloadVariable)
	}
	for _, size := range []string{"n100", "n1000"} {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			campaigns, err := readWorkloadCampaigns(filepath.Join(dir, size, "campaigns.json"))
			if err != nil {
				t.Fatal(err)
			}
			catalog, err := workloadCatalog(campaigns)
			if err != nil {
				t.Fatal(err)
			}
			e, err := Compile(catalog)
			if err != nil {
				t.Fatal(err)
			}
			run := e.NewRun(Options{Trace: true})
			events, wrong, visitor := 0, 0, -1
			plain := newPlain(catalog, Options{})
			err = readWorkloadEvents(filepath.Join(dir, size, "events.ndjson.gz"), func(w workloadEvent) error {
				if w.Visitor != visitor {
					visitor = w.Visitor
					run.Reset(workloadVisitor(w))
					plain = newPlain(catalog, Options{})
				}
				var got []int
				for _, ev := range w.journey() {
					got = got[:0]
					for _, r := range run.Step(ev) {
						if r.Kind != Evaluated {
							continue
						}
						got = got[:0]
						for i, d := range r.Evaluation.Decisions {
							if d.Gate.Prospect() {
								got = append(got, workloadID(e.Campaigns()[e.Engagements()[i].Campaign].ID))
							}
						}
					}
					if visitor < 10 {
						plain.step(ev)
					}
				}
				slices.Sort(got)
				if !slices.Equal(got, w.Expect) {
					if wrong++; wrong <= 5 {
						t.Errorf("visitor %d, event %d (%s): got %v, want %v", w.Visitor, w.Seq, w.Type, got, w.Expect)
					}
				}
				if visitor < 10 {
					var slow []int
					for path, g := range plain.evaluations[len(plain.evaluations)-1].Gates {
						if g.Prospect() {
							slow = append(slow, workloadID(path))
						}
					}
					slices.Sort(slow)
					if !slices.Equal(slow, w.Expect) {
						t.Errorf("visitor %d, event %d (%s): the plain evaluator got %v, want %v", w.Visitor, w.Seq, w.Type, slow, w.Expect)
					}
				}
				events++
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d events, %d differ", events, wrong)
			if events == 0 || wrong > 0 {
				t.Errorf("%d of %d events differ", wrong, events)
			}
		})
	}
}

// workloadCondition is a condition of the workload.
type workloadCondition struct {
	Kind  string
	In    []string
	Value string
	Min   int64
	Max   int64
}

type workloadCampaign struct {
	ID       int
	Audience []workloadCondition
	Location workloadCondition
	Behavior []workloadCondition `json:"behaviour"`
}

// workloadEvent is an event of the workload; Profile is set on a visitor's
// first.
type workloadEvent struct {
	Visitor int
	Seq     int
	Type    string
	At      int64 `json:"ts_ms"`
	Profile *struct {
		Country, Region, City, Device, OS, Source, IP string
		VisitorType                                   string `json:"visitor_type"`
		CustomerType                                  string `json:"customer_type"`
		Start                                         int64  `json:"visit_start_ms"`
	}
	URL          string
	Section      string
	Total        int64 `json:"cart_value_cents"`
	Items        int   `json:"cart_items"`
	Keyword      string
	ErrorCode    string `json:"error_code"`
	CustomerType string `json:"customer_type"`
	Expect       []int
}

func readWorkloadCampaigns(path string) ([]workloadCampaign, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the workload's campaigns: %w", err)
	}
	var out []workloadCampaign
	return out, json.Unmarshal(b, &out)
}

func readWorkloadEvents(path string, take func(workloadEvent) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the workload's events: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return fmt.Errorf("read the workload's events: %w", err)
	}
	d := json.NewDecoder(z)
	for {
		var w workloadEvent
		if err := d.Decode(&w); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the workload's events: %w", err)
		}
		if err := take(w); err != nil {
			return err
		}
	}
}

func workloadVisitor(w workloadEvent) string { return fmt.Sprint("v-", w.Visitor) }

// workloadID returns the number in "c00042" or "c00042/e".
func workloadID(name string) int {
	n := 0
	_, _ = fmt.Sscanf(name, "c%d", &n)
	return n
}

var (
	workloadChannels = map[string]model.MarketingChannel{"direct": model.ChannelDirect, "organic": model.ChannelSearch, "paid": model.ChannelPaid,
		"email": model.ChannelEmail, "social": model.ChannelSocial, "referral": model.ChannelReferral}
	workloadPlatforms = map[string]model.Platform{"desktop": model.Desktop, "tablet": model.Tablet, "mobile": model.Smartphone}
)

// journey translates an event; the first comes with what the profile tells. A
// tick is a signal that nothing waits for: it makes an evaluation.
func (w workloadEvent) journey() []*journey.Event {
	id := workloadVisitor(w)
	event := func(t journey.Type, fill func(*journey.Event)) *journey.Event {
		e := &journey.Event{Visitor: id, Visit: id, At: journey.Instant(w.At), Type: t}
		fill(e)
		return e
	}
	customer := func(kind string) *journey.Event {
		return event(journey.CustomerInfo, func(e *journey.Event) { e.Customer = &journey.Customer{Type: kind} })
	}
	var out []*journey.Event
	if p := w.Profile; p != nil {
		out = append(out, customer(p.CustomerType),
			event(journey.MarketingInfo, func(e *journey.Event) { e.Marketing = &journey.Marketing{Channel: workloadChannels[p.Source]} }),
			event(journey.Cart, func(e *journey.Event) { e.Cart = &journey.CartState{} }))
		for _, e := range out {
			e.At = journey.Instant(p.Start)
		}
	}
	switch w.Type {
	case "page_view":
		out = append(out, event(journey.PageView, func(e *journey.Event) {
			e.Page = &journey.Page{URL: w.URL, Sections: []string{w.Section}}
			if p := w.Profile; p != nil {
				e.Page.Platform, e.Page.OS, e.Page.IP = workloadPlatforms[p.Device], p.OS, p.IP
				e.Page.Geo = &journey.Geo{Country: p.Country, Region: p.Region, City: p.City}
				e.Page.Returning = ptr(p.VisitorType == "returning")
			}
		}))
	case "cart_update":
		out = append(out, event(journey.Cart, func(e *journey.Event) {
			e.Cart = &journey.CartState{Total: model.Money(w.Total * model.MoneyScale / 100), NumItems: w.Items}
		}))
	case "purchase":
		out = append(out, event(journey.Purchase, func(e *journey.Event) { e.Purchase = &journey.Order{} }))
	case "search":
		out = append(out, event(journey.SearchInfo, func(e *journey.Event) { e.Search = &journey.Search{Keywords: []string{whole(w.Keyword)}} }))
	case "error":
		out = append(out, event(journey.Error, func(e *journey.Event) { e.Error = &journey.VisitorError{Code: w.ErrorCode} }))
	case "identify":
		out = append(out, customer(w.CustomerType))
	default:
		out = append(out, event(journey.Signal, func(e *journey.Event) { e.Signal = &journey.SignalSent{Name: "tick"} }))
	}
	return out
}

// whole marks a keyword's ends, because keywords are found inside phrases.
func whole(keyword string) string { return "<" + keyword + ">" }

// workloadCatalog translates campaigns: one engagement each, in a zone of its
// own, without limits, control groups and ticks.
func workloadCatalog(campaigns []workloadCampaign) (*model.Catalog, error) {
	c := shop()
	c.Settings.EvaluateEvery = ptr(1000 * model.Hour)
	visited := map[string]string{}
	for _, w := range campaigns {
		id := fmt.Sprintf("c%05d", w.ID)
		var who, why model.Condition
		for _, x := range w.Audience {
			when, err := workloadAudience(x)
			if err != nil {
				return nil, err
			}
			who.All = append(who.All, when)
		}
		for _, x := range w.Behavior {
			if x.Kind == "visited_page" && visited[x.Value] == "" {
				visited[x.Value] = fmt.Sprintf("visited-%d", len(visited))
				c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, visited[x.Value]),
					Include: []model.PageRule{{URLRule: model.URLRule{Exact: x.Value}}, {URLRule: model.URLRule{Wildcard: x.Value + "?*"}}}})
			}
			when, err := workloadBehavior(x, visited)
			if err != nil {
				return nil, err
			}
			why.All = append(why.All, when)
		}
		where, err := workloadLocation(w.Location)
		if err != nil {
			return nil, err
		}
		c.EntryPoints = append(c.EntryPoints, &model.EntryPoint{Header: head(model.KindEntryPoint, id), Include: where})
		x := campaign(id, offer("e", model.Embedded, model.Content, in(id), at(id), when(id)))
		x.Audiences, x.TimeFrame.Start = []string{id}, mustDate("2000-01-01")
		audience(behavior(c, id, why), id, who)
		c.Campaigns = append(c.Campaigns, x)
	}
	return c, nil
}

func workloadAudience(x workloadCondition) (model.Condition, error) {
	switch x.Kind {
	case "country":
		return model.Condition{Geo: &model.GeoCondition{Countries: x.In}}, nil
	case "region":
		return model.Condition{Geo: &model.GeoCondition{Regions: x.In}}, nil
	case "city":
		return model.Condition{Geo: &model.GeoCondition{Cities: x.In}}, nil
	case "os":
		return model.Condition{OS: valuesOf(x.In...)}, nil
	case "customer_type":
		return model.Condition{Customer: &model.CustomerCondition{Types: x.In}}, nil
	case "ip_range":
		return model.Condition{IP: &model.IPCondition{Ranges: []string{x.Value}}}, nil
	case "device":
		p := &model.PlatformCondition{}
		for _, s := range x.In {
			p.In = append(p.In, workloadPlatforms[s])
		}
		return model.Condition{Platform: p}, nil
	case "source":
		m := &model.MarketingCondition{}
		for _, s := range x.In {
			m.Channels = append(m.Channels, workloadChannels[s])
		}
		return model.Condition{MarketingSource: m}, nil
	case "visitor_type":
		var any []model.Condition
		for _, s := range x.In {
			any = append(any, model.Condition{Visitor: map[string]model.VisitorKind{"new": model.FirstTime, "returning": model.Returning}[s]})
		}
		return model.Condition{Any: any}, nil
	}
	return model.Condition{}, fmt.Errorf("unknown audience condition %q", x.Kind)
}

func workloadBehavior(x workloadCondition, visited map[string]string) (model.Condition, error) {
	atLeast := &model.TimeCondition{AtLeast: ptr(model.Duration(x.Min) * model.Second)}
	switch x.Kind {
	case "time_on_page":
		return model.Condition{TimeOnPage: atLeast}, nil
	case "time_on_site":
		return model.Condition{TimeOnSite: atLeast}, nil
	case "pages_viewed":
		return model.Condition{PagesViewed: &model.IntRange{Min: ptr(int(x.Min))}}, nil
	case "cart_items":
		return model.Condition{CartItems: &model.IntRange{Min: ptr(int(x.Min))}}, nil
	case "cart_value":
		cents := func(n int64) *model.Money { return ptr(model.Money(n * model.MoneyScale / 100)) }
		return model.Condition{CartValue: &model.CartCondition{MoneyRange: model.MoneyRange{Min: cents(x.Min), Max: cents(x.Max)}}}, nil
	case "visited_page":
		return model.Condition{Visited: &model.VisitedCondition{EntryPoints: []string{visited[x.Value]}}}, nil
	case "searched":
		k := &model.KeywordCondition{}
		for _, s := range x.In {
			k.Keywords = append(k.Keywords, whole(s))
		}
		return model.Condition{SearchedFor: k}, nil
	case "error_seen":
		return model.Condition{VisitorError: &model.ErrorCondition{Codes: x.In}}, nil
	}
	return model.Condition{}, fmt.Errorf("unknown behavior condition %q", x.Kind)
}

func workloadLocation(x workloadCondition) ([]model.PageRule, error) {
	rule := func(r model.URLRule) []model.PageRule { return []model.PageRule{{URLRule: r}} }
	switch x.Kind {
	case "url_contains":
		return rule(model.URLRule{Contains: x.Value}), nil
	case "url_starts_with":
		return rule(model.URLRule{StartsWith: x.Value}), nil
	case "url_equals":
		return rule(model.URLRule{Exact: x.Value}), nil
	case "url_matches":
		return rule(model.URLRule{Wildcard: strings.TrimPrefix(x.Value, "https://")}), nil
	case "section":
		var out []model.PageRule
		for _, s := range x.In {
			out = append(out, model.PageRule{Section: `"` + s + `"`})
		}
		return out, nil
	}
	return nil, fmt.Errorf("unknown location %q", x.Kind)
}
