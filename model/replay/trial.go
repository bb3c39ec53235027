package replay

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"beckon/model/engine"
	"beckon/model/text"
)

// Kept is a scenario as it is kept: text under a name. It is run on the
// catalog at hand, whichever it names.
type Kept struct {
	ID   string
	Text []byte
}

// Trial is how a kept scenario went on a catalog.
type Trial struct {
	ID string
	// Title is what is to be; the ID of one that cannot be read.
	Title string
	// Result is what came of it, unless Err says why it could not be run: it
	// cannot be read, or names what the catalog does not have.
	Result Result
	Err    error
}

// Passed reports whether it was run and everything held.
func (t Trial) Passed() bool { return t.Err == nil && t.Result.Passed() }

// Text tells for people how it went, with the trace of every failure.
func (t Trial) Text() string {
	if t.Err == nil {
		return t.Result.Text()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "FAIL %s: %s\n", text.Line(t.ID, nameRunes), text.Line(t.Title, valueRunes))
	for line := range strings.Lines(t.Err.Error()) {
		b.WriteString("  " + text.Line(strings.TrimRight(line, "\n"), 2*valueRunes) + "\n")
	}
	return b.String()
}

// Try runs the scenarios that concern a campaign, "" for all, in their order, on the
// catalog that compile gives; where none does, it is not asked. One that cannot
// be read may concern any campaign.
func Try(ctx context.Context, kept []Kept, campaign string, compile func() (*engine.Engine, error)) ([]Trial, error) {
	var out []Trial
	for _, k := range kept {
		name := "scenario/" + k.ID
		scenarios, err := ParseScenario(name, k.Text)
		if err != nil {
			out = append(out, Trial{ID: k.ID, Title: k.ID, Err: err})
			continue
		}
		for _, s := range scenarios {
			if campaign == "" || s.Concerns(campaign) {
				out = append(out, Trial{ID: k.ID, Title: s.Name, Result: Result{Scenario: s}})
			}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	eng, err := compile()
	if err != nil {
		return nil, err
	}
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("running scenarios: %w", err)
		}
		if t := &out[i]; t.Err == nil {
			t.Result, t.Err = t.Result.Scenario.Run(eng)
		}
	}
	return out, nil
}

// Refusal keeps a campaign from being published: scenarios that do not hold.
type Refusal struct {
	// Trials are those that failed or could not be run.
	Trials []Trial
}

// Error says how many, and the first.
func (r *Refusal) Error() string {
	if len(r.Trials) == 0 {
		return "no scenario failed"
	}
	first := r.Trials[0]
	did := "fails"
	if first.Err != nil {
		did = "cannot be run"
	}
	words := fmt.Sprintf("the scenario %q %s", text.Line(first.Title, nameRunes), did)
	if n := len(r.Trials) - 1; n > 0 {
		words += fmt.Sprintf(", and %s", more(n))
	}
	return words
}

func more(n int) string {
	if n == 1 {
		return "1 other"
	}
	return fmt.Sprintf("%d others", n)
}

// Refuse returns a [Refusal] unless every trial passed.
func Refuse(trials []Trial) error {
	var failed []Trial
	for _, t := range trials {
		if !t.Passed() {
			failed = append(failed, t)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return &Refusal{failed}
}

// RefusalOf finds the refusal in an error.
func RefusalOf(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}
