package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/journey"
	"beckon/model/replay"
)

// mostPacked bounds what one host gives another to play: a longer journey, or a
// larger catalog that the other does not have, is seen on its own host alone.
const mostPacked = 32 << 20

var (
	errPacked   = errors.New("it is too large to be seen on another host")
	errUnpacked = errors.New("what another host shows cannot be read")
)

// packed is a stage as hosts tell each other of it. Fields are added only: an
// older host reads what it knows.
type packed struct {
	Owner  packedSeat  `json:"owner"`
	Holder packedSeat  `json:"holder"`
	Over   bool        `json:"over,omitempty"` // its owner has left
	Scene  packedScene `json:"scene"`
}

type packedSeat struct {
	ID  uint64 `json:"id"`
	Who string `json:"who"`
}

func (p packedSeat) seat() seat { return seat{p.ID, p.Who} }

func packSeat(s seat) packedSeat { return packedSeat{s.id, s.who} }

// packedScene is a performance, with where the host that says so has put what
// it is made of.
type packedScene struct {
	By      uint64 `json:"by"`
	Play    uint64 `json:"play"`
	Name    string `json:"name"`
	Journey pieces `json:"journey"`

	Revision uint64 `json:"revision,omitempty"` // of the catalog; 0: it lies in pieces
	Catalog  pieces `json:"catalog,omitzero"`

	Seed    uint64          `json:"seed,omitempty"`
	Policy  replay.Policy   `json:"policy"`
	Control *engine.Control `json:"control,omitempty"`
	Visitor string          `json:"visitor"`
	Start   journey.Instant `json:"start"`

	At      journey.Instant `json:"at"`
	Events  int             `json:"events"`
	Playing bool            `json:"playing,omitempty"`
	Speed   int             `json:"speed"`
	For     time.Duration   `json:"for,omitempty"` // while playing: for how long since it was there

	Wrong string `json:"wrong,omitempty"` // why there is nothing to be seen elsewhere
}

// pieces are postings with a large whole in them.
type pieces struct {
	Under string `json:"under,omitempty"`
	Count int    `json:"count,omitempty"`
}

// packScene packs what is cheap to say of a performance.
func packScene(sc performance, now time.Time) packedScene {
	out := packedScene{By: sc.by, Play: sc.play, Name: sc.name, Seed: sc.o.Seed, Policy: sc.o.Policy, Control: sc.o.Control, Visitor: sc.o.Visitor, Start: sc.o.Start,
		At: sc.head.At, Events: sc.head.Events, Playing: sc.playing, Speed: sc.speed}
	if sc.playing {
		out.For = max(0, now.Sub(sc.since))
	}
	return out
}

// packJourney gives a journey's events, a line each.
func packJourney(events []*journey.Event, most int) ([]byte, error) {
	var out []byte
	for _, ev := range events {
		if out = append(journey.AppendEvent(out, ev), '\n'); len(out) > most {
			return nil, errPacked
		}
	}
	return out, nil
}

func packCatalog(c *model.Catalog, most int) ([]byte, error) {
	var out bytes.Buffer
	if err := model.EncodeJSON(&out, c); err != nil {
		return nil, err
	}
	if out.Len() > min(most, model.MaxFileBytes) {
		return nil, errPacked
	}
	return out.Bytes(), nil
}

func unpackJourney(data []byte) ([]*journey.Event, error) {
	var out []*journey.Event
	for line := range bytes.Lines(data) {
		ev, err := journey.ParseEvent(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			return nil, fmt.Errorf("%w: event %d: %w", errUnpacked, len(out)+1, err)
		}
		out = append(out, ev)
	}
	return out, nil
}

func unpackCatalog(data []byte) (*model.Catalog, error) {
	docs, err := model.DecodeDocuments("catalog.json", data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpacked, err)
	}
	loaded, err := model.Collect(docs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpacked, err)
	}
	return loaded.Catalog, nil
}

// unpack makes a performance of one that was packed, of events and an engine
// that are there by now.
func (p packedScene) unpack(events []*journey.Event, eng *engine.Engine, now time.Time) (performance, error) {
	sc := performance{by: p.By, play: p.Play, name: p.Name, events: events, eng: eng,
		o:    replay.PlayerOptions{Seed: p.Seed, Policy: p.Policy, Control: p.Control, Visitor: p.Visitor, Start: p.Start},
		head: replay.Position{At: p.At, Events: p.Events}, playing: p.Playing, speed: max(0, min(p.Speed, len(speeds)-1))}
	if n := p.Events; n < 0 || n > len(events) || n > 0 && events[n-1].At > p.At || n < len(events) && events[n].At < p.At {
		return performance{}, fmt.Errorf("%w: it is at no place of the journey", errUnpacked)
	}
	if p.Playing {
		sc.since = now.Add(-max(0, p.For))
	}
	return sc, nil
}

// readPacked reads a stage.
func readPacked(body []byte) (packed, error) {
	var p packed
	if err := json.Unmarshal(body, &p); err != nil {
		return packed{}, fmt.Errorf("%w: %w", errUnpacked, err)
	}
	return p, nil
}
