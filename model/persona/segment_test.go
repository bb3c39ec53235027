package persona_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"beckon/model/journey"
	"beckon/model/persona"
)

// What synthetic visitors do is read from the messages of Segment as it was written,
// but for what no message can say, which is told and is nothing else.
func TestMessagesOfSegmentAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	start := journey.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	traffic := persona.Traffic{Visitors: 150, Seed: 3, Start: start, Days: 3, Mix: persona.OrdinaryMix(), Zone: time.UTC}
	var messages strings.Builder
	var events []*journey.Event
	w := journey.NewSegmentWriter(&messages)
	before := map[string]int64{}
	if _, err := traffic.Each(context.Background(), func(e *journey.Event) error {
		c := *e
		events = append(events, &c)
		before[e.Type.String()]++
		return w.Write(e)
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	told := w.Told()
	j, err := journey.SortedReader(journey.Options{KeepPersonal: true, Robots: true, Strict: true}, "messages", strings.NewReader(messages.String()))
	if err != nil {
		t.Fatal(err)
	}
	after := map[string][]string{}
	for e, err := range j.All() {
		if err != nil {
			t.Fatal(err)
		}
		after[e.Type.String()] = append(after[e.Type.String()], string(journey.AppendEvent(nil, e)))
	}
	was := map[string][]string{}
	for _, e := range events {
		was[e.Type.String()] = append(was[e.Type.String()], string(journey.AppendEvent(nil, e)))
	}
	for typ, lines := range was {
		switch {
		case told.Approximate[typ] > 0 || typ == "ctmrinfo":
		case told.LeftOut[typ]+int64(len(after[typ])) != before[typ]:
			t.Errorf("%s: %d were, %d are left out, %d are read", typ, before[typ], told.LeftOut[typ], len(after[typ]))
		}
		slices.Sort(lines)
		for _, l := range after[typ] {
			if _, ok := slices.BinarySearch(lines, l); !ok && told.Approximate[typ] == 0 && typ != "ctmrinfo" {
				t.Errorf("%s: read what was never: %s", typ, l)
				break
			}
		}
	}
	for _, typ := range []string{"page", "cart", "prodView", "purchase", "searchInfo", "signal", "mrktInfo"} {
		if before[typ] == 0 || len(after[typ]) == 0 {
			t.Errorf("%s: %d were, %d are read", typ, before[typ], len(after[typ]))
		}
	}
	t.Logf("left out %v, approximate %v", told.LeftOut, told.Approximate)
}
