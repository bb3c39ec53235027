package main

import (
	"context"
	"fmt"

	"beckon/model/exchange"
	"beckon/model/journey"
	"beckon/model/text"
	"beckon/store"
	"beckon/tui/screen/simulator"
)

// SaveJourney implements simulator.Source.
func (l *library) SaveJourney(ctx context.Context, name string, visitors []simulator.Visitor, replace bool) (simulator.Journey, error) {
	var body []byte
	for _, v := range visitors {
		for _, ev := range v.Events {
			body = append(journey.AppendEvent(body, ev), '\n')
		}
	}
	doc, err := journeyDocument(journeyID(name), body)
	if err != nil {
		return simulator.Journey{}, err
	}
	return l.putJourney(ctx, doc, replace, "save the journey "+title(doc.id))
}

// journeyID is what a journey of a name is kept under.
func journeyID(name string) string { return exchange.Slug(name, kindJourney) }

// putJourney is put of a journey.
func (l *library) putJourney(ctx context.Context, doc document, replace bool, why string, more ...store.Write) (simulator.Journey, error) {
	if err := l.put(ctx, doc, replace, why, more...); err != nil {
		return simulator.Journey{}, err
	}
	return simulator.Journey{ID: doc.id, Name: title(doc.id)}, nil
}

// stored reads a journey's document.
func (l *library) stored(ctx context.Context, id string) (store.Document, error) {
	d, err := l.store.Get(ctx, kindJourney, id)
	if err != nil {
		return d, fmt.Errorf("reading the journey %s: %w", text.Line(id, 80), err)
	}
	return d, nil
}

// CopyJourney implements simulator.Source.
func (l *library) CopyJourney(ctx context.Context, id, name string) (simulator.Journey, error) {
	d, err := l.stored(ctx, id)
	if err != nil {
		return simulator.Journey{}, err
	}
	return l.putJourney(ctx, document{kindJourney, journeyID(name), d.Body}, false, "copy the journey "+title(id))
}

// RenameJourney implements simulator.Source.
func (l *library) RenameJourney(ctx context.Context, id, name string) (simulator.Journey, error) {
	to := journeyID(name)
	if to == id {
		return simulator.Journey{ID: id, Name: title(id)}, nil
	}
	d, err := l.stored(ctx, id)
	if err != nil {
		return simulator.Journey{}, err
	}
	return l.putJourney(ctx, document{kindJourney, to, d.Body}, false, "rename the journey "+title(id), store.Delete{Kind: kindJourney, ID: id, Base: d.Revision})
}

// DeleteJourney implements simulator.Source.
func (l *library) DeleteJourney(ctx context.Context, id string) error {
	d, err := l.stored(ctx, id)
	if err != nil {
		return err
	}
	if _, err := l.store.Commit(ctx, store.Change{Author: l.work.who, Why: clipped("delete the journey "+title(id), store.MaxWhy), At: l.work.now().UTC(),
		Writes: []store.Write{store.Delete{Kind: kindJourney, ID: id, Base: d.Revision}},
		Audit:  []store.AuditEntry{{Kind: kindJourney, ID: id, Action: "delete"}}}); err != nil {
		return fmt.Errorf("writing to the store: %w", err)
	}
	return nil
}
