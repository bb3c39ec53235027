package replay

import (
	"slices"
	"testing"

	"beckon/model/engine"
	"beckon/model/journey"
)

// TestTwoTracesOfOneVisitDifferInWhatDiffers: a side that waits for nothing was
// evaluated last some time ago; side by side both are told as of one instant.
func TestTwoTracesOfOneVisitDifferInWhatDiffers(t *testing.T) {
	t.Parallel()
	base := shop(t)
	events := journeysOf(t, "*.jsonl")
	traced, waited := 0, 0
	for i, k := range base.Catalog().Campaigns {
		for j, e := range k.Engagements {
			if e.Disabled {
				continue
			}
			c := *base.Catalog()
			c.Campaigns = slices.Clone(c.Campaigns)
			less, off := *k, *e
			less.Engagements = slices.Clone(k.Engagements)
			off.Disabled = true
			less.Engagements[j], c.Campaigns[i] = &off, &less
			head := compiled(t, &c)
			path := k.ID + "/" + e.ID
			_, list := compared(t, base, head, events, Options{Workers: 1})
			for _, v := range list {
				var traces [2]engine.Explanation
				for side, eng := range []*engine.Engine{base, head} {
					p, err := NewPlayer(eng, slices.DeleteFunc(slices.Clone(events), func(ev *journey.Event) bool { return ev.Visitor != v.Visitor }), PlayerOptions{})
					if err != nil {
						t.Fatal(err)
					}
					n, _ := eng.Index(path)
					at := p.Seek(v.At)
					x, ok := p.ExplainAt(at, n)
					if !ok {
						t.Fatalf("%s, %s: no trace of side %d", path, v.Visitor, side)
					}
					traces[side] = x
					if last, _ := p.Explain(at, n); last.At != x.At {
						waited++
					} else if x.At == last.At && x.Gate != last.Gate {
						t.Errorf("%s, %s: %s as of its evaluation, %s as of the same instant", path, v.Visitor, last.Gate, x.Gate)
					}
				}
				if traces[0].Gate != engine.Shown { // it shows later in the visit
					continue
				}
				traced++
				if traces[1].Gate != engine.Disabled {
					t.Errorf("%s, %s at %s: stopped by %s in head", path, v.Visitor, v.At, traces[1].Gate)
				}
				for g := range traces[0].Gates {
					a, b := traces[0].Gates[g], traces[1].Gates[g]
					alike := a.Truth == b.Truth && a.Margin == b.Margin
					switch a.Gate {
					case engine.Disabled, engine.CampaignControl, engine.LostDraw, engine.Shown:
						continue // what differs, and what follows from it
					}
					if !alike {
						t.Errorf("%s, %s at %s: %s is %v %q and %v %q", path, v.Visitor, v.At, a.Gate, a.Truth, a.Text, b.Truth, b.Text)
					}
				}
			}
		}
	}
	if traced < 10 || waited < 5 {
		t.Errorf("%d visits were compared, %d sides were evaluated last before: nothing is tested", traced, waited)
	}
}
