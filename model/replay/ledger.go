package replay

import (
	"cmp"
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

// drawKey is the winner and the loser of draws.
type drawKey uint64

func drawOf(winner, loser int32) drawKey { return drawKey(winner)<<32 | drawKey(loser) }

func (k drawKey) winner() int { return int(k >> 32) }
func (k drawKey) loser() int  { return int(k & (1<<32 - 1)) }

// ledger counts lost draws by who won and who lost, in the order in which pairs
// were met first.
type ledger struct {
	at   map[drawKey]int32
	list []lostTo
	// further are the draws of pairs that came after mostPairs.
	further int64
}

type lostTo struct {
	drawKey
	draws int64
}

// mostPairs bounds a ledger: many engagements are more pairs than anybody reads.
const mostPairs = 500_000

func (l *ledger) add(key drawKey, draws int64) {
	i, ok := l.at[key]
	if !ok {
		if len(l.list) >= mostPairs {
			l.further += draws
			return
		}
		if l.at == nil {
			l.at = make(map[drawKey]int32)
		}
		i = int32(len(l.list))
		l.at[key] = i
		l.list = append(l.list, lostTo{drawKey: key})
	}
	l.list[i].draws += draws
}

func (l *ledger) addAll(o *ledger) {
	for i := range o.list {
		l.add(o.list[i].drawKey, o.list[i].draws)
	}
	l.further += o.further
}

// lost enters a display into the ledger.
func (l *ledger) lost(r *engine.Record) {
	for _, loser := range r.Losers {
		l.add(drawOf(int32(r.Engagement), loser), 1)
	}
}

// draws lists them by zone, the most frequent first.
func (l *ledger) draws(refs []engine.Ref) []LostDraws {
	var out []LostDraws
	for i := range l.list {
		x := &l.list[i]
		winner := &refs[x.winner()]
		out = append(out, LostDraws{winner.Zone, winner.Path, refs[x.loser()].Path, x.draws})
	}
	slices.SortFunc(out, func(a, b LostDraws) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(b.Draws, a.Draws), cmp.Compare(a.Winner, b.Winner), cmp.Compare(a.Loser, b.Loser))
	})
	return out
}
