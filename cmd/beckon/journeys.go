package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"beckon/model/journey"
	"beckon/store"
)

// kindJourney is the kind of stored journeys: files of the native form, as
// they were read.
const kindJourney = "journey"

// journeyDocument makes a document of a journey file, every line of which must
// be readable.
func journeyDocument(id string, body []byte) (document, error) {
	if len(body) > store.MaxBody {
		return document{}, fmt.Errorf("a journey of %s bytes; the store keeps up to %s, larger ones are replayed from their file", number(int64(len(body))), number(store.MaxBody))
	}
	if _, err := eventsOf(id, body); err != nil {
		return document{}, err
	}
	return document{kindJourney, id, body}, nil
}

// eventsOf reads the events of a journey in the native form, in order.
func eventsOf(name string, body []byte) ([]*journey.Event, error) {
	journeys, err := journey.SortedReader(journey.Options{Format: journey.FormatNative, Robots: true, Strict: true, KeepPersonal: true}, name, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("reading a journey: %w", err)
	}
	defer journeys.Close()
	var out []*journey.Event
	for {
		st, err := journeys.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading a journey: %w", err)
		}
		out = append(out, st.Events...)
	}
}
