package replay

import (
	"cmp"
	"maps"
	"slices"

	"beckon/model/engine"
)

// LostDraws is how often an engagement was displayed while another was a
// candidate of the same zone, too.
type LostDraws struct {
	Zone   string `json:"zone"`
	Winner string `json:"winner"`
	Loser  string `json:"loser"`
	Draws  int64  `json:"draws"`
}

type drawKey struct {
	zone          string
	winner, loser int
}

// note enters the draws of an evaluation into the ledger.
func (t *tally) note(ev *engine.Evaluation) {
	for i := range ev.Draws {
		d := &ev.Draws[i]
		for _, c := range d.Candidates {
			if c.Engagement != d.Winner {
				t.draws[drawKey{d.Zone, d.Winner, c.Engagement}]++
			}
		}
	}
}

// ledger lists the draws by zone, the most frequent first.
func (t *tally) ledger() []LostDraws {
	if len(t.draws) == 0 {
		return nil
	}
	var out []LostDraws
	for key, n := range maps.All(t.draws) {
		out = append(out, LostDraws{key.zone, t.refs[key.winner].Path, t.refs[key.loser].Path, n})
	}
	slices.SortFunc(out, func(a, b LostDraws) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(b.Draws, a.Draws), cmp.Compare(a.Winner, b.Winner), cmp.Compare(a.Loser, b.Loser))
	})
	return out
}
