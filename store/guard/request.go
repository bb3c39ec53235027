package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
	"beckon/store"
)

// RequestKind is the kind of requests for approval. Their ID is the campaign's:
// there is one at a time, and the history has those before.
const RequestKind = "approval"

// MaxNote bounds what is said with a request or a decision, in bytes.
const MaxNote = 1000

// A Request asks that a change which visitors would see may be published. It
// carries the change itself, and what whoever decides has to read; what he
// approves is its digest, and nothing else.
type Request struct {
	Campaign string     `json:"campaign"`
	Changes  []Proposed `json:"changes"`
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
	Note     string     `json:"note,omitempty"`

	// Live are the campaigns that change for visitors; Digest and Parts are as
	// [Live] has them.
	Live   []string `json:"live"`
	Digest string   `json:"digest"`
	Parts  Parts    `json:"parts"`

	Diff      Evidence `json:"diff"`      // against what is published
	Findings  Evidence `json:"findings"`  // of the check
	Scenarios Evidence `json:"scenarios"` // how they went

	Decision *Decision `json:"decision,omitempty"`

	Revision store.Revision `json:"-"` // of the document; 0: there is none yet
}

// Proposed is a document as it shall be, and the version that it replaces.
type Proposed struct {
	Kind string         `json:"kind"`
	ID   string         `json:"id"`
	Base store.Revision `json:"base"`
	Body string         `json:"body"`
}

// Evidence is what was found, line by line, and the digest of all of it: of a
// long one not every line is kept.
type Evidence struct {
	Digest string   `json:"digest"`
	Lines  []string `json:"lines,omitempty"`
	More   int      `json:"more,omitempty"` // lines that are not kept
	Bad    int      `json:"bad,omitempty"`  // errors, or scenarios that do not hold
}

// most bounds the lines of an evidence that are kept.
const most = 300

// NewEvidence makes one of lines.
func NewEvidence(lines []string, bad int) Evidence {
	out := Evidence{Digest: sum([]byte(strings.Join(lines, "\n"))), Bad: bad}
	for i, l := range lines {
		if i == most {
			out.More = len(lines) - most
			break
		}
		out.Lines = append(out.Lines, text.Line(l, 400))
	}
	return out
}

// A Decision is what a second operator said.
type Decision struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Approved bool      `json:"approved"`
	Note     string    `json:"note,omitempty"`
}

// Writes are the changes as they are committed.
func (r Request) Writes() []store.Write {
	out := make([]store.Write, len(r.Changes))
	for i, p := range r.Changes {
		out[i] = store.Put{Kind: p.Kind, ID: p.ID, Body: []byte(p.Body), Base: p.Base}
	}
	return out
}

// Encode returns the request's document.
func (r Request) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding a request: %w", err)
	}
	return append(data, '\n'), nil
}

// DecodeRequest reads a request's document. Only what [Request.Encode] wrote is
// taken.
func DecodeRequest(d store.Document) (Request, error) {
	var r Request
	if err := json.Unmarshal(d.Body, &r); err != nil {
		return r, fmt.Errorf("reading the request for %s: %w", text.Line(d.ID, 80), err)
	}
	again, err := r.Encode()
	if err != nil {
		return r, err
	}
	if !bytes.Equal(again, d.Body) || r.Campaign != d.ID {
		return r, fmt.Errorf("reading the request for %s: the document is not as Beckon writes it", text.Line(d.ID, 80))
	}
	r.Revision = d.Revision
	return r, nil
}

// FindRequest reads the request for a campaign, or [store.ErrNotFound].
func FindRequest(ctx context.Context, s store.Store, campaign string) (Request, error) {
	d, err := s.Get(ctx, RequestKind, campaign)
	if err != nil {
		return Request{}, fmt.Errorf("the request for %s: %w", text.Line(campaign, 80), err)
	}
	return DecodeRequest(d)
}

// Requests reads all requests, by campaign.
func Requests(ctx context.Context, s store.Store) ([]Request, error) {
	docs, err := store.At(ctx, s, 0, RequestKind)
	if err != nil {
		return nil, fmt.Errorf("reading the requests: %w", err)
	}
	out := make([]Request, 0, len(docs))
	for _, d := range docs {
		r, err := DecodeRequest(d)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// State says where a request stands. It is found anew each time, so that a
// request is void from the instant that anything under it is another.
type State string

// The states.
const (
	Waiting  State = "waiting"
	Approved State = "approved"
	Declined State = "declined"
	Void     State = "void"      // something was changed since
	Done     State = "published" // the change is what visitors see
)

// Standing is the state of a request, in words too.
type Standing struct {
	State State
	Why   string // of one that is void: what has changed
	// Barred are operators who may not decide, because what they edited last is
	// among what is asked about.
	Barred []string
}

// Stand tells where a request stands now.
func Stand(ctx context.Context, s store.Store, rules Rules, r Request) (Standing, error) {
	done := true
	for _, p := range r.Changes {
		now, err := s.Get(ctx, p.Kind, p.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return Standing{}, err
		}
		if err != nil || now.Revision == p.Base || !bytes.Equal(now.Body, []byte(p.Body)) {
			done = false
			break
		}
	}
	if done {
		return Standing{State: Done}, nil
	}
	for _, p := range r.Changes {
		now, err := s.Get(ctx, p.Kind, p.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return Standing{}, err
		}
		if now.Revision != p.Base {
			return Standing{State: Void, Why: fmt.Sprintf("the %s %s was changed since by %s", text.Line(p.Kind, 40), text.Line(p.ID, 80), text.Line(by(now), 80))}, nil
		}
	}
	live, err := Assess(ctx, s, rules, r.Writes())
	if err != nil {
		return Standing{}, err
	}
	if live.Digest != r.Digest {
		what := r.Parts.Changed(live.Parts)
		if len(what) == 0 {
			what = []string{"what it changes for visitors"}
		}
		return Standing{State: Void, Why: strings.Join(what, " and ") + " was changed since"}, nil
	}
	out := Standing{State: Waiting}
	for who := range live.barred {
		if who != r.By {
			out.Barred = append(out.Barred, who)
		}
	}
	slices.Sort(out.Barred)
	switch {
	case r.Decision == nil:
	case r.Decision.Approved:
		out.State = Approved
	default:
		out.State = Declined
	}
	return out, nil
}

func by(d store.Document) string {
	if d.Author == "" {
		return "somebody"
	}
	return d.Author
}

// Check says whether a request is one, whatever the store has.
func (r Request) Check() error {
	switch {
	case len(r.Changes) == 0 || !slices.Contains(r.Live, r.Campaign):
		return errors.New("a request changes its campaign for visitors")
	case len(r.Note) > MaxNote:
		return fmt.Errorf("a note of %d bytes, the limit is %d", len(r.Note), MaxNote)
	case r.Decision != nil && len(r.Decision.Note) > MaxNote:
		return fmt.Errorf("a note of %d bytes, the limit is %d", len(r.Decision.Note), MaxNote)
	}
	for _, p := range r.Changes {
		if k := model.Kind(p.Kind); !slices.Contains(model.Kinds(), k) || k == model.KindSettings {
			return fmt.Errorf("a request cannot change a %s", text.Line(p.Kind, 40))
		}
	}
	return nil
}
