package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
	"beckon/model/text"
	trafficscreen "beckon/tui/screen/traffic"
)

// mostChanged is how many changed visits of a comparison are kept; of more, those
// that are asked for are found by comparing again.
const mostChanged = 20_000

// altered is a catalog with what a study changes.
func altered(c *model.Catalog, of trafficscreen.Catalog) (*model.Catalog, error) {
	switch {
	case of.Without != "":
		return replay.Paused(c, of.Without), nil
	case of.Field == "":
		return c, nil
	}
	doc, path, err := fieldOf(c, of.Field)
	if err != nil {
		return nil, err
	}
	d, err := valued(c.Index(), doc, path, of.Value)
	if err != nil {
		return nil, err
	}
	return with(c, d), nil
}

// valued is a copy of a document with another value in a field. A value that
// brings in an error is refused: no catalog with it can be published.
func valued(x *model.Index, doc model.Document, path edit.Path, value string) (model.Document, error) {
	d := edit.Clone(doc)
	if _, err := edit.Set(path, value).Apply(d); err != nil {
		return nil, fmt.Errorf("the value %s: %w", text.Line(value, 40), err)
	}
	before := model.Errors(x.ValidateDocument(doc))
	for _, p := range model.Errors(x.ValidateDocument(d)) {
		had := func(b model.Problem) bool { return b.Path == p.Path && b.Code == p.Code }
		if p.Path != string(path) && slices.ContainsFunc(before, had) {
			continue
		}
		return nil, fmt.Errorf("the value %s: %s: %s", text.Line(value, 40), p.Path, p.Message)
	}
	return d, nil
}

// namesOf are the names of campaigns and engagements, made harmless.
func namesOf(engines ...*engine.Engine) map[string]string {
	names := map[string]string{}
	for _, eng := range engines {
		for _, k := range eng.Campaigns() {
			names[k.ID] = text.Line(k.Name, 80)
			for _, e := range k.Engagements {
				names[k.ID+"/"+e.ID] = text.Line(e.Name, 80)
			}
		}
	}
	return names
}

// studied opens the traffic of an order, and says in it how much was read where
// reading was stopped.
func (t *traffics) studied(ctx context.Context, o *trafficscreen.Order, eng *engine.Engine, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*journey.Journeys, replay.Options, error) {
	journeys, err := t.open(ctx, o.Input, visitRule(eng), progress, stops)
	if err != nil {
		return nil, replay.Options{}, err
	}
	if o.Input.File && o.Input.Lines == 0 && len(journeys.Report().Truncated) > 0 {
		select {
		case <-stops.Read:
			o.Input.Lines = journeys.Report().Lines
		default: // the file itself breaks off
		}
	}
	most := journeys.Most()
	return journeys, replay.Options{Seed: o.Seed, Policy: o.Respond, Stop: stops.Replay, Progress: func(p replay.Progress) {
		of := trafficscreen.Progress{Progress: p}
		if most > 0 {
			of.Share = min(1, float64(p.Events)/float64(most))
		}
		progress(of)
	}}, nil
}

// Compare implements trafficscreen.Source.
func (t *traffics) Compare(ctx context.Context, o trafficscreen.Order, base trafficscreen.Catalog, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*trafficscreen.Contrast, error) {
	a, err := t.engine(ctx, base)
	if err != nil {
		return nil, err
	}
	b, err := t.engine(ctx, o.Catalog)
	if err != nil {
		return nil, err
	}
	journeys, ro, err := t.studied(ctx, &o, a, progress, stops)
	if err != nil {
		return nil, err
	}
	defer journeys.Close()
	c := &trafficscreen.Contrast{Order: o, Base: base, Revisions: [2]uint64{a.Catalog().Revision, b.Catalog().Revision}, Names: namesOf(b, a), Differs: differencesOf(a.Catalog(), b.Catalog())}
	c.Comparison, err = replay.Compare(ctx, a, b, journeys.All(), ro, func(x replay.Changed) error {
		if len(c.Changed) < mostChanged {
			c.Changed = append(c.Changed, x)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("comparing: %w", err)
	}
	return c, nil
}

// ofCampaign reports whether a change is one of a campaign, "" for all.
func ofCampaign(x replay.Changed, campaign string) bool {
	return campaign == "" || slices.ContainsFunc(x.Campaigns, func(k replay.CampaignKind) bool { return k.Campaign == campaign })
}

// Changes implements trafficscreen.Source.
func (t *traffics) Changes(ctx context.Context, c *trafficscreen.Contrast, campaign string, limit int) ([]replay.Changed, int64, error) {
	var out []replay.Changed
	n := int64(0)
	take := func(x replay.Changed) error {
		if ofCampaign(x, campaign) {
			if n++; len(out) < limit {
				out = append(out, x)
			}
		}
		return nil
	}
	if all := c.Total.Gained + c.Total.Lost + c.Total.Moved; int64(len(c.Changed)) == all {
		for _, x := range c.Changed {
			if err := take(x); err != nil {
				return nil, 0, err
			}
		}
		return out, n, nil
	}
	engines, err := t.sides(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	journeys, ro, err := t.studied(ctx, &c.Order, engines[0], func(trafficscreen.Progress) {}, trafficscreen.Stops{})
	if err != nil {
		return nil, 0, err
	}
	defer journeys.Close()
	events := journeys.All()
	if !c.Complete {
		events = upTo(events, c.UpTo)
	}
	again, err := replay.Compare(ctx, engines[0], engines[1], events, ro, take)
	if err != nil {
		return nil, 0, fmt.Errorf("comparing: %w", err)
	}
	if again.Total != c.Total || again.Visits != c.Visits {
		return nil, 0, trafficscreen.ErrGone
	}
	return out, n, nil
}

// sides are the engines that were compared.
func (t *traffics) sides(ctx context.Context, c *trafficscreen.Contrast) (out [2]*engine.Engine, err error) {
	for i, of := range [2]trafficscreen.Catalog{c.Base, c.Order.Catalog} {
		if of.Draft == "" && of.File == "" {
			of.Revision = c.Revisions[i] // what stands now may be another
		}
		if out[i], err = t.engine(ctx, of); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Traces implements trafficscreen.Source.
func (t *traffics) Traces(ctx context.Context, c *trafficscreen.Contrast, v replay.Changed) ([]trafficscreen.Trace, error) {
	engines, err := t.sides(ctx, c)
	if err != nil {
		return nil, err
	}
	events, err := t.visitor(ctx, c.Order.Input, v.Visitor)
	if err != nil {
		return nil, err
	}
	var players [2]*replay.Player
	for i, eng := range engines {
		if players[i], err = replay.NewPlayer(eng, events, replay.PlayerOptions{Seed: c.Order.Seed, Policy: c.Order.Respond}); err != nil {
			return nil, fmt.Errorf("playing the visit: %w", err)
		}
	}
	var out []trafficscreen.Trace
	base, head := v.Alone()
	for _, path := range append(base, head...) {
		x := trafficscreen.Trace{Engagement: path}
		for i, p := range players {
			n, ok := engines[i].Index(path)
			if !ok {
				continue
			}
			if e, ok := p.ExplainAt(p.Seek(v.At), n); ok {
				if i == 0 {
					x.Base = &e
				} else {
					x.Head = &e
				}
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// visitor returns the journey of one visitor.
func (t *traffics) visitor(ctx context.Context, in trafficscreen.Input, id string) ([]*journey.Event, error) {
	journeys, err := t.open(ctx, in, journey.VisitRule{}, func(trafficscreen.Progress) {}, trafficscreen.Stops{})
	if err != nil {
		return nil, err
	}
	defer journeys.Close()
	var out []*journey.Event
	for {
		st, err := journeys.Next()
		if errors.Is(err, io.EOF) || err == nil && st.Visitor > id {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading journeys: %w", err)
		}
		if st.Visitor == id && len(out) < maxEvents {
			out = append(out, st.Events...)
		}
	}
	if len(out) == 0 {
		return nil, trafficscreen.ErrGone
	}
	return out, nil
}

// Rivals implements trafficscreen.Source: of the campaigns that are published,
// as many as can be replayed side by side.
func (t *traffics) Rivals(ctx context.Context, o trafficscreen.Order, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*trafficscreen.Rivalry, error) {
	eng, err := t.engine(ctx, o.Catalog)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, k := range eng.Campaigns() {
		if k.Published {
			ids = append(ids, k.ID)
		}
	}
	if len(ids) >= replay.MostSides {
		return nil, fmt.Errorf("%s are published; up to %d can be paused in turn here, and beckon rivals takes those that you name", many(int64(len(ids)), "campaign"), replay.MostSides-1)
	}
	journeys, ro, err := t.studied(ctx, &o, eng, progress, stops)
	if err != nil {
		return nil, err
	}
	defer journeys.Close()
	r, err := replay.Rivals(ctx, eng, ids, journeys.All(), ro)
	if err != nil {
		return nil, fmt.Errorf("replaying: %w", err)
	}
	return &trafficscreen.Rivalry{Order: o, Rivalry: r, Names: namesOf(eng)}, nil
}

// Thresholds implements trafficscreen.Source.
func (t *traffics) Thresholds(ctx context.Context, o trafficscreen.Order) ([]trafficscreen.Threshold, error) {
	eng, err := t.engine(ctx, o.Catalog)
	if err != nil {
		return nil, err
	}
	c := eng.Catalog()
	settings, index := c.Settings, c.Index()
	var out []trafficscreen.Threshold
	add := func(d model.Document, group, scope string) error {
		h := d.Head()
		paths, err := numbersOf(d)
		if err != nil {
			return fmt.Errorf("reading %s %s: %w", h.Kind, text.Line(h.ID, 80), err)
		}
		for _, p := range paths {
			v, err := edit.Get(d, p)
			if err != nil {
				return fmt.Errorf("reading %s %s: %w", h.Kind, text.Line(h.ID, 80), err)
			}
			out = append(out, trafficscreen.Threshold{Field: string(h.Kind) + "/" + h.ID + "/" + string(p), Name: group + ": " + edit.Label(d, p), Group: group, Value: text.Line(v.Text(), 40), Scope: scope,
				Takes: func(value string) error { _, err := valued(index, d, p, value); return err }})
		}
		return nil
	}
	if err := add(&settings, "Account settings", ""); err != nil {
		return nil, err
	}
	for _, d := range c.Documents() {
		scope := ""
		switch d := d.(type) {
		case *model.Campaign:
			if !d.Published {
				continue
			}
			scope = d.ID
		case *model.Audience, *model.EntryPoint, *model.Behavior:
		default:
			continue
		}
		h := d.Head()
		if err := add(d, text.Line(h.Name, 60), scope); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// numbersOf lists the fields of a document that hold numbers, amounts or
// durations and can change who is shown what.
func numbersOf(d model.Document) ([]edit.Path, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var out []edit.Path
	var walk func(at string) error
	walk = func(at string) error {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'):
			for dec.More() {
				k, err := dec.Token()
				if err != nil {
					return err
				}
				next := k.(string)
				if at != "" {
					next = at + "." + next
				}
				if err := walk(next); err != nil {
					return err
				}
			}
			_, err := dec.Token()
			return err
		case json.Delim('['):
			for i := 0; dec.More(); i++ {
				if err := walk(at + "[" + strconv.Itoa(i) + "]"); err != nil {
					return err
				}
			}
			_, err := dec.Token()
			return err
		}
		p, err := edit.ParsePath(at)
		if err != nil || strings.Contains(at, "creative.") {
			return nil // what is no field of a form is no threshold
		}
		v, err := edit.Get(d, p)
		if err == nil && (v.Kind == edit.Int || v.Kind == edit.Money || v.Kind == edit.Duration) {
			out = append(out, p)
		}
		return nil
	}
	return out, walk("")
}

// Sweep implements trafficscreen.Source.
func (t *traffics) Sweep(ctx context.Context, o trafficscreen.Order, x trafficscreen.Threshold, values []string, progress func(trafficscreen.Progress), stops trafficscreen.Stops) (*trafficscreen.Curve, error) {
	var engines []*engine.Engine
	for _, v := range values {
		c := o.Catalog
		c.Field, c.Value = x.Field, v
		eng, err := t.engine(ctx, c)
		if err != nil {
			return nil, err
		}
		engines = append(engines, eng)
	}
	journeys, ro, err := t.studied(ctx, &o, engines[0], progress, stops)
	if err != nil {
		return nil, err
	}
	defer journeys.Close()
	points, s, err := replay.Sweep(ctx, values, engines, x.Scope, journeys.All(), ro)
	if err != nil {
		return nil, fmt.Errorf("replaying: %w", err)
	}
	return &trafficscreen.Curve{Order: o, Threshold: x, Points: points, Complete: !s.Stopped, UpTo: s.UpTo}, nil
}
