package replay

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/text"
)

// SweepPoint is what one value of a threshold comes to.
type SweepPoint struct {
	Value string `json:"value"`
	// Of the scope that was asked for: displays, and the visits, visitors and
	// answers that they are of.
	Displays        int64 `json:"displays"`
	Exposed         int64 `json:"exposed"`
	ExposedVisitors int64 `json:"exposedVisitors"`
	Accepted        int64 `json:"accepted"`
	Converted       int64 `json:"converted"`
	// Of everything: displays, and how many a visit that is shown anything gets,
	// on average and at most.
	AllDisplays int64   `json:"allDisplays"`
	PerVisit    *Figure `json:"perVisit,omitempty"`
	Most        int64   `json:"most"`
}

// Sweep replays the journeys once for each value of a threshold, in one pass.
// The engines are those of the values; scope is a campaign, or "" for all.
func Sweep(ctx context.Context, values []string, engines []*engine.Engine, scope string, events iter.Seq2[*journey.Event, error], o Options) ([]SweepPoint, *Summary, error) {
	if len(engines) > MostSides || len(engines) == 0 || len(engines) != len(values) {
		return nil, nil, fmt.Errorf("%d values; from 1 to %d can be replayed side by side", len(engines), MostSides)
	}
	o.Trace, o.Results = false, &ResultsOptions{Rows: -1}
	sides := make([]Side, len(engines))
	for i, eng := range engines {
		sides[i].Engine = eng
	}
	all, err := RunSeveral(ctx, sides, events, o)
	if err != nil {
		return nil, nil, err
	}
	out := make([]SweepPoint, len(all))
	for i, s := range all {
		r := s.Results
		c := &r.Account.Counts
		for j := range r.Campaigns {
			if r.Campaigns[j].ID == scope {
				c = &r.Campaigns[j].Counts
			}
		}
		out[i] = SweepPoint{Value: values[i], Displays: c.Displays, Exposed: c.Exposed, ExposedVisitors: c.ExposedVisitors, Accepted: c.Accepted, Converted: c.Converted,
			AllDisplays: r.Account.Displays, PerVisit: r.Account.Rates.AverageExposures, Most: r.Pressure.Most}
	}
	return out, all[0], nil
}

// ParseValues lists the values of a threshold that a text names: "1, 2, 5", or
// a span from one to another in steps, such as "20..200:20", "10s..60s:10s" or
// "5.00..6.00:0.25". There are at most [MostSides].
func ParseValues(s string) ([]string, error) {
	if strings.Contains(s, "..") {
		return parseSpan(s)
	}
	var out []string
	for v := range strings.SplitSeq(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	switch {
	case len(out) == 0:
		return nil, errors.New("want values such as 1,2,5 or 10s..60s:10s")
	case len(out) > MostSides:
		return nil, fmt.Errorf("%d values; up to %d can be replayed side by side", len(out), MostSides)
	}
	return out, nil
}

func parseSpan(s string) ([]string, error) {
	bad := fmt.Errorf("want FROM..TO:STEP such as 20..200:20 or 10s..60s:10s, not %q", text.Line(s, 60))
	from, rest, ok := strings.Cut(s, "..")
	to, step, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 {
		return nil, bad
	}
	unit := ""
	decimals := 0
	read := func(s string) (model.Money, bool) { // four decimals, exact
		n := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz%")
		u := s[len(n):]
		if unit == "" {
			unit = u
		}
		if i := strings.IndexByte(n, '.'); i >= 0 {
			decimals = max(decimals, len(n)-i-1)
		}
		v, err := model.ParseMoney(n)
		return v, err == nil && (u == unit || u == "")
	}
	a, okA := read(from)
	b, okB := read(to)
	d, okD := read(step)
	if !okA || !okB || !okD || d <= 0 || b < a {
		return nil, bad
	}
	if n := (b-a)/d + 1; n > MostSides {
		return nil, fmt.Errorf("%d values; up to %d can be replayed side by side", int64(n), MostSides)
	}
	var out []string
	for v := a; v <= b; v += d {
		said := strconv.FormatInt(int64(v)/model.MoneyScale, 10)
		if decimals > 0 {
			said += "." + fmt.Sprintf("%04d", int64(v)%model.MoneyScale)[:decimals]
		}
		out = append(out, said+unit)
	}
	return out, nil
}
