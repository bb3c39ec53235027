package main

import (
	"context"
	"errors"
	"fmt"

	"beckon/model/journey"
	"beckon/store"
)

// byMapping reads a file that no format claims by the one mapping of the store
// that it fits: whose columns it has, and by which its first rows are events.
func (l *library) byMapping(ctx context.Context, path string, o journey.Options) (*journey.Journeys, error) {
	sample, err := firstRows(path)
	if err != nil {
		return nil, err
	}
	if _, err := journey.NewSketch(sample); err != nil {
		return nil, errors.New("and it is no table")
	}
	stored, err := store.At(ctx, l.store, 0, kindMapping)
	if err != nil {
		return nil, fmt.Errorf("reading the store: %w", err)
	}
	var fits []string
	var by *journey.Mapping
	for _, d := range stored {
		m, err := journey.ParseMapping(d.ID, d.Body)
		if err != nil {
			continue
		}
		if journey.Fits(m, sample) {
			fits, by = append(fits, d.ID), m
		}
	}
	switch len(fits) {
	case 0:
		return nil, errors.New("it is a table, and no mapping of the store fits its columns: beckon map --save FILE makes one")
	case 1:
		o.Mapping = by
		return journey.Sorted(o, path)
	}
	return nil, fmt.Errorf("it is a table that several mappings of the store fit: %s", joined(fits))
}
