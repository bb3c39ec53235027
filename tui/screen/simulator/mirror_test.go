package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/replay"
	"beckon/tui/pane"
)

// board is an exchange in memory, for several hosts.
type board struct {
	mu      sync.Mutex
	mark    uint64
	posted  map[string]note
	changed chan struct{}
	states  int // posted
}

type note struct {
	body []byte
	mark uint64
	of   *host // whose life it has
}

func newBoard() *board { return &board{posted: map[string]note{}, changed: make(chan struct{})} }

func (b *board) change() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *board) names() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Sorted(maps.Keys(b.posted))
}

func (b *board) stateCount() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.states
}

// host is the board as one host reaches it.
type host struct {
	*board
	cut bool
	at  map[uint64]*engine.Engine // revisions that it has
}

func (h *host) Post(_ context.Context, name string, body []byte, base uint64) (uint64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	was := h.posted[name]
	switch {
	case h.cut:
		return 0, ErrCutOff
	case len(body) > MaxPosting:
		return 0, errors.New("too large")
	case was.mark != base:
		return 0, ErrReplaced
	}
	if h.mark++; base == 0 {
		was.of = h
	}
	if strings.HasSuffix(name, "/state") {
		h.states++
	}
	h.posted[name] = note{bytes.Clone(body), h.mark, was.of}
	h.change()
	return h.mark, nil
}

func (h *host) Unpost(_ context.Context, under string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cut {
		return ErrCutOff
	}
	maps.DeleteFunc(h.posted, func(name string, _ note) bool { return strings.HasPrefix(name, under) })
	h.change()
	return nil
}

func (h *host) Follow(_ context.Context, under string) (Postings, error) {
	return &hostPostings{h: h, under: under}, nil
}

func (h *host) RevisionOf(eng *engine.Engine) uint64 {
	for rev, e := range h.at {
		if e == eng {
			return rev
		}
	}
	return 0
}

func (h *host) EngineAt(_ context.Context, rev uint64) (*engine.Engine, error) {
	if e := h.at[rev]; e != nil {
		return e, nil
	}
	return nil, errors.New("no such revision")
}

func (h *host) Compile(c *model.Catalog) (*engine.Engine, error) { return engine.Compile(c) }

// reach cuts a host off, or no more; what it posted ends with a cut.
func (h *host) reach(cut bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut = cut
	if cut {
		maps.DeleteFunc(h.posted, func(_ string, n note) bool { return n.of == h })
	}
	h.change()
}

type hostPostings struct {
	h     *host
	under string
	seen  string
	away  bool
}

func (p *hostPostings) Next(ctx context.Context) ([]Posting, error) {
	for {
		p.h.mu.Lock()
		changed, cut := p.h.changed, p.h.cut
		var list []Posting
		seen := "told"
		for _, name := range slices.Sorted(maps.Keys(p.h.posted)) {
			if n := p.h.posted[name]; strings.HasPrefix(name, p.under) {
				list = append(list, Posting{name, n.body, n.mark})
				seen += name + string(n.body)
			}
		}
		p.h.mu.Unlock()
		switch {
		case cut && !p.away:
			p.away = true
			return nil, ErrCutOff
		case !cut && (p.away || seen != p.seen):
			p.away, p.seen = false, seen
			return list, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *hostPostings) Close() error { return nil }

// hosts are stages on two hosts.
func hosts(t *testing.T) (*board, [2]*host, [2]*Stages) {
	b := newBoard()
	hs := [2]*host{{board: b}, {board: b}}
	var on [2]*Stages
	for i, h := range hs {
		on[i] = NewStages(h, Clock{time.Now, time.After}, slog.New(slog.DiscardHandler))
		t.Cleanup(on[i].Close)
	}
	return b, hs, on
}

// shown is a stage as a session of a host is told of it by now.
func shown(t *testing.T, on *Stages, code string) seen {
	t.Helper()
	synctest.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	now, err := on.next(ctx, code, 0)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// performed is what a screen plays, as ana's.
func performed(t *testing.T) (performance, seat) {
	t.Helper()
	s := opened(t, "cart-rescued", &pane.Session{})
	ana := seat{1, "ana"}
	return performance{by: ana.id, play: 1, name: s.rec.Name, events: s.player.Events(), o: s.player.Options(), eng: s.player.Engine(), head: s.head, speed: 3}, ana
}

// catalogOf is a catalog as it is written.
func catalogOf(t *testing.T, eng *engine.Engine) string {
	t.Helper()
	var b strings.Builder
	if err := model.Encode(&b, eng.Catalog()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnotherHostPlaysTheSame(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	sc.o.Seed, sc.o.Policy = 7, replay.Policy{Accept: 0.5, Decline: 0.25}
	sc.o.Control = &engine.Control{Campaigns: map[string]bool{"cart-rescue": true}}
	for name, revision := range map[string]uint64{"a draft": 0, "a revision of the store": 12} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, hs, on := hosts(t)
				if revision > 0 {
					there, err := engine.Compile(sc.eng.Catalog())
					if err != nil {
						t.Fatal(err)
					}
					hs[0].at, hs[1].at = map[uint64]*engine.Engine{revision: sc.eng}, map[uint64]*engine.Engine{revision: there}
				}
				code := on[0].open(ana, sc)
				synctest.Wait()
				if err := on[1].join(code, "ana", seat{2, "vi"}); err != nil {
					t.Fatal(err)
				}
				got := shown(t, on[1], code)
				if got.owner != ana || got.holder != ana || got.cut != "" {
					t.Errorf("told of %+v", got)
				}
				if got.scene.eng == sc.eng {
					t.Error("it is the very engine, and no other host's")
				}
				if !got.scene.same(sc) || got.scene.name != sc.name {
					t.Errorf("it stands at %v, not at %v", got.scene.head, sc.head)
				}
				if diff := cmp.Diff(sc.o, got.scene.o); diff != "" {
					t.Errorf("played otherwise:\n%s", diff)
				}
				if diff := cmp.Diff(sc.events, got.scene.events); diff != "" {
					t.Errorf("another journey:\n%s", diff)
				}
				if diff := cmp.Diff(catalogOf(t, sc.eng), catalogOf(t, got.scene.eng)); diff != "" {
					t.Errorf("another catalog:\n%s", diff)
				}
				marks := func(sc performance) (out []replay.Mark) {
					p, err := replay.NewPlayer(sc.eng, sc.events, sc.o)
					if err != nil {
						t.Fatal(err)
					}
					for at := p.Start(); ; {
						m, ok := p.Next(at, func(*replay.Mark) bool { return true })
						if !ok {
							return out
						}
						at, m.Event = m.Position, nil
						out = append(out, m)
					}
				}
				if diff := cmp.Diff(marks(sc), marks(got.scene)); diff != "" {
					t.Errorf("decided otherwise:\n%s", diff)
				}
			})
		})
	}
}

func TestWhatIsPlayedIsPostedAFewTimesASecondAndTheLastOfItIsTold(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	synctest.Test(t, func(t *testing.T) {
		b, _, on := hosts(t)
		code := on[0].open(ana, sc)
		synctest.Wait()
		if err := on[1].join(code, "ana", seat{2, "vi"}); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			sc.head.At++
			on[0].put(code, ana.id, sc)
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(mirrorGap)
		if got := shown(t, on[1], code); got.scene.head != sc.head {
			t.Errorf("the guest stands at %v, not at %v", got.scene.head, sc.head)
		}
		before := b.stateCount()
		if before < 4 || before > 10 {
			t.Errorf("%d states were posted in two seconds", before)
		}
		sc.playing, sc.since = true, time.Now().Add(-time.Second)
		on[0].put(code, ana.id, sc)
		time.Sleep(time.Minute) // playing on needs no word
		if got := shown(t, on[1], code); !got.scene.playing || !got.scene.since.Equal(sc.since) || b.stateCount() != before+1 {
			t.Errorf("the guest's clock began at %v, not at %v; %d states", got.scene.since, sc.since, b.stateCount()-before)
		}
	})
}

func TestKeysGoOverToAnotherHostAndBack(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	vi := seat{2, "vi"}
	synctest.Test(t, func(t *testing.T) {
		_, _, on := hosts(t)
		code := on[0].open(ana, sc)
		synctest.Wait()
		if err := on[1].join(code, "ana", vi); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if got := shown(t, on[0], code); !slices.Equal(got.guests, []seat{vi}) {
			t.Fatalf("guests %v", got.guests)
		}
		on[1].put(code, vi.id, performance{}) // without the keys
		on[1].hand(code, vi.id, vi.id)
		on[0].hand(code, ana.id, vi.id)
		time.Sleep(time.Second)
		if got := shown(t, on[1], code); got.holder != vi || got.scene.eng == nil {
			t.Fatalf("the guest was given %+v", got.holder)
		}

		// Another journey, made by the guest.
		hers := shown(t, on[1], code).scene
		hers.by, hers.play, hers.events, hers.head = vi.id, 1, sc.events[:5], replay.Position{At: sc.events[4].At, Events: 5}
		on[1].put(code, vi.id, hers)
		time.Sleep(time.Second)
		if got := shown(t, on[0], code); got.holder != vi || !got.scene.same(hers) || len(got.scene.events) != 5 {
			t.Errorf("the owner sees %d events at %v, of %v", len(got.scene.events), got.scene.head, got.holder)
		}

		// Both at once: one of them has the keys in the end, for both.
		for i := range 20 {
			hers.head.At++
			on[1].put(code, vi.id, hers)
			time.Sleep(time.Duration(i) * 31 * time.Millisecond)
			on[0].hand(code, ana.id, ana.id)
			mine := shown(t, on[0], code).scene
			mine.head.At += 100
			on[0].put(code, ana.id, mine)
			hers.head.At++
			on[1].put(code, vi.id, hers)
			time.Sleep(3 * time.Second)
			a, b := shown(t, on[0], code), shown(t, on[1], code)
			if a.holder != ana || b.holder != ana || !b.scene.same(mine) || !a.scene.same(mine) {
				t.Fatalf("round %d: the owner sees %v at %v, the guest %v at %v; want %v", i, a.holder, a.scene.head, b.holder, b.scene.head, mine.head)
			}
			on[0].hand(code, ana.id, vi.id)
			time.Sleep(time.Second)
			hers = shown(t, on[1], code).scene
		}

		on[1].leave(code, vi.id)
		time.Sleep(time.Second)
		if got := shown(t, on[0], code); got.holder != ana || len(got.guests) != 0 || got.scene.eng == nil {
			t.Errorf("who had the keys has left: %v, %v", got.holder, got.guests)
		}
	})
}

func TestWhoIsCutOffKeepsWhatWasSeenLastAndIsToldWhy(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	vi := seat{2, "vi"}
	for name, c := range map[string]struct {
		who  int
		says string
	}{
		"the owner's host": {0, cutGone},
		"the guest's host": {1, cutAway},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, hs, on := hosts(t)
				code := on[0].open(ana, sc)
				synctest.Wait()
				if err := on[1].join(code, "ana", vi); err != nil {
					t.Fatal(err)
				}
				before := shown(t, on[1], code)
				hs[c.who].reach(true)
				time.Sleep(time.Minute)
				if got := shown(t, on[1], code); got.cut != c.says || !got.scene.same(before.scene) || got.scene.eng == nil {
					t.Errorf("cut off: %q, at %v", got.cut, got.scene.head)
				}
				sc := sc
				sc.head.At += 10
				on[0].put(code, ana.id, sc)
				if got := shown(t, on[0], code); got.cut != "" || got.scene.head != sc.head {
					t.Errorf("the owner is told %q, and is at %v", got.cut, got.scene.head)
				}
				hs[c.who].reach(false)
				time.Sleep(5 * time.Second)
				if got := shown(t, on[1], code); got.cut != "" || got.scene.head != sc.head {
					t.Errorf("there again: %q, at %v, want %v", got.cut, got.scene.head, sc.head)
				}
				if got := shown(t, on[0], code); !slices.Equal(got.guests, []seat{vi}) {
					t.Errorf("there again, guests %v", got.guests)
				}
			})
		})
	}
}

func TestAStageThatIsOverIsOverEverywhereAndNothingIsLeftOfIt(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	synctest.Test(t, func(t *testing.T) {
		b, _, on := hosts(t)
		code := on[0].open(ana, sc)
		synctest.Wait()
		for _, g := range []seat{{2, "vi"}, {3, "ed"}} {
			if err := on[1].join(code, "ana", g); err != nil {
				t.Fatal(err)
			}
		}
		if got := shown(t, on[0], code); len(got.guests) != 2 {
			t.Errorf("guests %v", got.guests)
		}
		on[1].leave(code, 3)
		ended := make(chan error, 1)
		now := shown(t, on[1], code)
		go func() {
			for {
				got, err := on[1].next(t.Context(), code, now.number)
				if now = got; err != nil {
					ended <- err
					return
				}
			}
		}()
		on[0].leave(code, ana.id)
		synctest.Wait()
		select {
		case err := <-ended:
			if !errors.Is(err, errNoStage) {
				t.Error(err)
			}
		default:
			t.Error("the guest is not told that it is over")
		}
		time.Sleep(2 * mirrorOver)
		if left := b.names(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}

		// One that there never was, and one of somebody else.
		code = on[0].open(ana, sc)
		synctest.Wait()
		for other, who := range map[string]string{"nowhere": "ana", code: "pia"} {
			if err := on[1].join(other, who, seat{2, "vi"}); err != nil {
				t.Fatal(err)
			}
			if _, err := on[1].next(t.Context(), other, 0); !errors.Is(err, errNoStage) {
				t.Errorf("%s of %s: %v", other, who, err)
			}
		}
	})
}

func TestWhatAnotherHostTellsIsNotTrusted(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	for name, c := range map[string]struct {
		change func(*packed)
		parts  string // instead of the journey's
		says   string
	}{
		"nothing is wrong":              {func(*packed) {}, "", ""},
		"an event that is not there":    {func(p *packed) { p.Scene.Events = 1000 }, "", cutBroken},
		"an event before the first":     {func(p *packed) { p.Scene.Events = -1 }, "", cutBroken},
		"an instant before its event":   {func(p *packed) { p.Scene.At = 0 }, "", cutBroken},
		"a speed that there is not":     {func(p *packed) { p.Scene.Speed = 1 << 40 }, "", ""},
		"pieces of something else":      {func(p *packed) { p.Scene.Journey.Under = "stage/" }, "", cutBroken},
		"more pieces than there may be": {func(p *packed) { p.Scene.Journey.Count = 1 << 40 }, "", cutBroken},
		"a revision that is not there":  {func(p *packed) { p.Scene.Revision = 99 }, "", cutBroken},
		"no events":                     {func(*packed) {}, "{}\n", cutBroken},
		"words that move the cursor":    {func(p *packed) { p.Scene.Wrong = "\x1b[2J" }, "", `␛[2J`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, _, on := hosts(t)
				code := on[0].open(ana, sc)
				synctest.Wait()
				state := "stage/" + code + "/state"
				b.mu.Lock()
				n := b.posted[state]
				p, err := readPacked(n.body)
				if err != nil {
					t.Fatal(err)
				}
				c.change(&p)
				if n.body, err = json.Marshal(p); err != nil {
					t.Fatal(err)
				}
				b.posted[state] = n
				if c.parts != "" {
					for name, part := range b.posted {
						if strings.HasPrefix(name, p.Scene.Journey.Under) {
							part.body = []byte(c.parts)
							b.posted[name] = part
						}
					}
				}
				b.mu.Unlock()
				if err := on[1].join(code, "ana", seat{2, "vi"}); err != nil {
					t.Fatal(err)
				}
				got := shown(t, on[1], code)
				if got.cut != c.says || (got.scene.eng != nil) != (c.says == "") || got.scene.speed >= len(speeds) {
					t.Errorf("told %q, speed %d, something to play: %v", got.cut, got.scene.speed, got.scene.eng != nil)
				}
			})
		})
	}
}

func TestWhatIsTooLargeIsSeenOnItsOwnHostAlone(t *testing.T) {
	t.Parallel()
	sc, ana := performed(t)
	synctest.Test(t, func(t *testing.T) {
		b, _, on := hosts(t)
		on[0].most = 500
		code := on[0].open(ana, sc)
		synctest.Wait()
		if err := on[0].join(code, "ana", seat{2, "vi"}); err != nil {
			t.Fatal(err)
		}
		if err := on[1].join(code, "ana", seat{3, "ed"}); err != nil {
			t.Fatal(err)
		}
		if got := shown(t, on[0], code); got.cut != "" || len(got.scene.events) != len(sc.events) {
			t.Errorf("on its host: %q, %d events", got.cut, len(got.scene.events))
		}
		if got := shown(t, on[1], code); got.cut != errPacked.Error() || got.scene.eng != nil {
			t.Errorf("on another: %q", got.cut)
		}
		for _, name := range b.names() {
			if strings.HasPrefix(name, "play/") {
				t.Errorf("%s is posted", name)
			}
		}
	})
}
