package engine

import (
	"fmt"
	"strings"
)

// reports says of a fact, by its dimension, which event would tell it.
var reports = map[string]string{
	"platform":         "a page event with userAgent or platform",
	"browser":          "a page event with userAgent or browser",
	"operating system": "a page event with userAgent or os",
	"address":          "a page event with ip",
	"place":            "a page event with geo",
	"language":         "a page event with language, or a personal event with one",
	"referrer":         "the visit's first page event",
	"search keywords":  "the visit's first page event",

	"marketing channel": "a mrktInfo event with channel, or a first page that tells where the visitor came from",
	"affiliate":         "a mrktInfo event with affiliate, or a first page whose URL tells it",
	"external campaign": "a mrktInfo event with campaignId, or a first page whose URL tells it",

	"days since the last visit": "an earlier visit in the journey, or a page event with lastVisit",

	"customer type":   "a ctmrinfo event with ctype",
	"customer status": "a ctmrinfo event with cstatus",
	"customer id":     "a ctmrinfo event with customerId",
	"company size":    "a ctmrinfo event with companySize",
	"balance":         "a ctmrinfo event with balance",
	"registered":      "a ctmrinfo event with registrationDate",
	"store ZIP":       "a ctmrinfo event with storeZipCode",
	"store number":    "a ctmrinfo event with storeNumber",
	"age":             "a personal event with age",
	"gender":          "a personal event with gender",

	"cart total":           "a cart event",
	"cart change":          "a cart event",
	"items in the cart":    "a cart event",
	"products in the cart": "a cart event that lists products",

	"time on page": "a page event",
	"scroll depth": "a signal event named scroll",
}

// reportOf says which event would make an unknown leaf known, or "".
func (r *Run) reportOf(l *leaf) string {
	d := &r.e.dimensions[l.dim]
	if words, ok := reports[d.name]; ok {
		return words
	}
	if name, ok := strings.CutPrefix(d.name, "attribute "); ok {
		return "a ctmrinfo, personal or identify event with " + quote(name)
	}
	if d.phase != phaseEntryPoint {
		return ""
	}
	switch label := l.label(); {
	case r.f.page == nil:
		return "a page event"
	case strings.HasPrefix(label, "section"):
		return "a page event with sections"
	case strings.HasPrefix(label, "title"):
		return "a page event with title"
	}
	return "a page event with a URL that can be read"
}

// FlowTrace is a flow and the visit's place in it.
type FlowTrace struct {
	Name  string
	Steps []FlowStep
	// Place is the step that the visit is at, from 0, or -1 before the first.
	Place int
	// Mode is "not started", "going", "back", "abandoned" or "complete".
	Mode string
	// Next are the steps that count as going on.
	Next []int
}

// FlowStep is one step of a flow.
type FlowStep struct {
	Label    string
	Optional bool
	Here     bool // the present page is this step's
}

var flowModes = [...]string{flowIdle: "not started", flowGoing: "going", flowBack: "back", flowAbandoned: "abandoned", flowComplete: "complete"}

// flowTrace says where the visit is in the flow that a leaf looks at; nil for
// other leaves.
func (r *Run) flowTrace(l *leaf) *FlowTrace {
	if l.flow == 0 {
		return nil
	}
	i := int(l.flow - 1)
	fl, at := &r.e.flows[i], r.f.flows[i]
	out := &FlowTrace{Name: fl.name, Place: int(at.place) - 1, Mode: flowModes[at.mode], Steps: make([]FlowStep, fl.steps)}
	next := uint64(1) << fl.first
	switch at.mode {
	case flowIdle:
	case flowComplete:
		next = 0
	default:
		next = fl.next(out.Place)
	}
	var hits uint64
	if r.f.view != nil {
		hits = r.f.view.flowSteps(i)
	}
	for j := range out.Steps {
		out.Steps[j] = FlowStep{Label: fl.labels[j], Optional: fl.required>>j&1 == 0, Here: hits>>j&1 != 0}
		if next>>j&1 != 0 {
			out.Next = append(out.Next, j)
		}
	}
	return out
}

// Bucket is a visitor's place among 100 for a control group: below Share it is
// a member, unless membership was decided by [Options.Control].
type Bucket struct {
	Number float64
	Share  int
}

// SiteBucket returns a visitor's bucket for the site's control group.
func (e *Engine) SiteBucket(seed uint64, visitor string) Bucket {
	return Bucket{siteNumber(seed, visitor), e.siteShare}
}

// CampaignBucket returns a visitor's bucket for a campaign's control group.
func (e *Engine) CampaignBucket(seed uint64, visitor string, campaign int) Bucket {
	return Bucket{controlNumber(controlHash(seed, visitor), e.campaignHash[campaign]), e.shares[campaign]}
}

func (b Bucket) words() string {
	if b.Number < float64(b.Share) {
		return fmt.Sprintf("number %.4f is below %d", b.Number, b.Share)
	}
	return fmt.Sprintf("number %.4f, members are below %d", b.Number, b.Share)
}
