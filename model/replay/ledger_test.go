package replay

import (
	"testing"

	"beckon/model/engine"
)

// TestALedgerKeepsThePairsThatCameFirst: what it says of its pairs is exact, and what
// came when it was full is summed up, however it came.
func TestALedgerKeepsThePairsThatCameFirst(t *testing.T) {
	t.Parallel()
	const losers = mostPairs + 10
	var alone ledger
	parts := make([]ledger, 7)
	for round := range 2 {
		for i := range losers {
			r := engine.Record{Kind: engine.Displayed, Engagement: i % 3, Losers: []int32{int32(10 + i)}}
			alone.lost(&r)
			parts[(round*losers+i)*len(parts)/(2*losers)].lost(&r)
		}
	}
	var merged ledger
	for i := range parts {
		merged.addAll(&parts[i])
	}
	for name, l := range map[string]*ledger{"one": &alone, "merged": &merged} {
		if len(l.list) != mostPairs || l.further != 20 {
			t.Errorf("%s: %d pairs, %d further draws", name, len(l.list), l.further)
		}
		for i, x := range l.list {
			if x.winner() != i%3 || x.loser() != 10+i || x.draws != 2 {
				t.Fatalf("%s: pair %d is %d before %d, %d times", name, i, x.winner(), x.loser(), x.draws)
			}
		}
	}
}
