package persona

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/text"
)

// Kind is who a visitor is.
type Kind string

// The personas.
const (
	FirstTimeBrowser  Kind = "first-time-browser"
	BargainHunter     Kind = "bargain-hunter"
	CartAbandoner     Kind = "cart-abandoner"
	BillPayer         Kind = "bill-payer"
	CustomerInTrouble Kind = "customer-in-trouble"
	Lead              Kind = "lead"
)

// role is what makes a persona one: its part of ordinary traffic and its habits.
type role struct {
	kind  Kind
	about string
	share int
	// back is how many of a hundred visits another one follows, and days the
	// median of the time until then.
	back int
	days uint64
	// before is how many of a hundred visitors have been here before.
	before  int
	arrival map[way]int
	story   func(*visit)
}

// roles are the personas in the order of their place in a [Mix].
var roles = [...]role{
	{FirstTimeBrowser, "looks around for the first time: departments, the journal, a search, mostly no cart", 40, 25, 4, 0,
		map[way]int{bySearch: 40, byAddress: 20, bySocial: 14, byAd: 12, byReview: 8, byBanner: 6}, browse},
	{BargainHunter, "compares prices, fills a cart and takes the dear things out again, tries vouchers", 15, 40, 3, 50,
		map[way]int{byReview: 25, byAd: 25, bySearch: 20, byBanner: 15, byDeals: 10, byNews: 5}, hunt},
	{CartAbandoner, "fills a cart, lingers, begins the checkout and leaves; comes back for it days later, or not", 20, 45, 2, 30,
		map[way]int{bySearch: 35, byAddress: 25, byAd: 15, bySocial: 10, byNews: 10, byReview: 5}, abandon},
	{BillPayer, "comes by the bill mail, signs in, looks at the bill and pays it, or asks for a plan", 10, 20, 6, 100,
		map[way]int{byBill: 60, byAddress: 35, bySearch: 5}, payBill},
	{CustomerInTrouble, "a customer whose payment fails, whose parcel is late, whose return waits, or who is stuck", 10, 40, 2, 100,
		map[way]int{byAddress: 60, byNews: 15, bySearch: 15, byReview: 10}, trouble},
	{Lead, "buys for a company and asks for a quote, or signs up for the newsletter", 5, 35, 3, 35,
		map[way]int{byNetwork: 45, bySearch: 30, byAddress: 20, byAd: 5}, becomeLead},
}

// Kinds lists the personas.
func Kinds() []Kind {
	out := make([]Kind, len(roles))
	for i := range roles {
		out[i] = roles[i].kind
	}
	return out
}

// About says in half a line what the persona does, or "" for none.
func (k Kind) About() string {
	if r := k.role(); r != nil {
		return r.about
	}
	return ""
}

func (k Kind) role() *role {
	i := slices.IndexFunc(roles[:], func(r role) bool { return r.kind == k })
	if i < 0 {
		return nil
	}
	return &roles[i]
}

// Mix is the weight of each persona, in the order of [Kinds]. The zero value
// is ordinary traffic.
type Mix [len(roles)]uint32

// maxWeight bounds a weight.
const maxWeight = 1_000_000

// ErrMix is wrapped by every refusal of [ParseMix].
var ErrMix = errors.New("not a mix of personas")

// OrdinaryMix returns the weights of ordinary traffic.
func OrdinaryMix() Mix {
	var m Mix
	for i := range roles {
		m[i] = uint32(roles[i].share)
	}
	return m
}

// ParseMix reads weights such as "cart-abandoner=3,bill-payer=1"; who is not
// named stays away. The empty string is ordinary traffic.
func ParseMix(s string) (Mix, error) {
	if strings.TrimSpace(s) == "" {
		return OrdinaryMix(), nil
	}
	var m Mix
	seen := map[int]bool{}
	total := uint32(0)
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		i := slices.Index(Kinds(), Kind(name))
		switch n, err := strconv.ParseUint(value, 10, 32); {
		case i < 0:
			return Mix{}, fmt.Errorf("%w: %s", ErrMix, unknownKind(name))
		case !ok || err != nil || n > maxWeight:
			return Mix{}, fmt.Errorf("%w: %q: want a weight from 0 to %d, such as %s=3", ErrMix, text.Line(part, 60), maxWeight, roles[i].kind)
		case seen[i]:
			return Mix{}, fmt.Errorf("%w: %s is given twice", ErrMix, roles[i].kind)
		default:
			m[i], seen[i] = uint32(n), true
			total += uint32(n)
		}
	}
	if total == 0 {
		return Mix{}, fmt.Errorf("%w: all weights are 0", ErrMix)
	}
	return m, nil
}

// unknownKind says what a name may have meant.
func unknownKind(name string) string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	hint := ""
	if near := model.Nearest(name, names); near != "" {
		hint = ", did you mean " + near + "?"
	}
	return fmt.Sprintf("unknown persona %q%s; they are %s", text.Line(name, 40), hint, strings.Join(names, ", "))
}

// String returns the mix as [ParseMix] reads it.
func (m Mix) String() string {
	if m == (Mix{}) {
		m = OrdinaryMix()
	}
	var parts []string
	for i, n := range m {
		if n > 0 {
			parts = append(parts, string(roles[i].kind)+"="+strconv.FormatUint(uint64(n), 10))
		}
	}
	return strings.Join(parts, ",")
}

// draw returns the role that one visitor plays.
func (m *Mix) draw(d *dice) *role {
	total := uint64(0)
	for _, n := range m {
		total += uint64(n)
	}
	n := d.below(total)
	for i, w := range m {
		if n < uint64(w) {
			return &roles[i]
		}
		n -= uint64(w)
	}
	return &roles[0]
}
