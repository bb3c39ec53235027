package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"beckon/model"
	"beckon/model/text"
)

// The pace of a mirror.
const (
	mirrorGap  = 300 * time.Millisecond // between two states that one host posts
	mirrorTry  = time.Second            // after something was not posted
	mirrorOver = 20 * time.Second       // for how long it is said that a stage is over
	mirrorEnd  = 3 * time.Second        // for saying so
)

// Why what a guest sees may be behind.
const (
	cutAway   = "this host is cut off from the others"
	cutGone   = "its host does not answer any more"
	cutBroken = "what its host tells cannot be read"
)

// mirror keeps a stage of this host and the exchange alike. What all hosts go by
// is one posting, made by the owner's host: who has the keys, and what is played
// there. Who has the keys posts in its place, by compare and swap, and so does the
// owner, who hands them over and takes them back. So of two who play at the same
// time one is refused, and is told by the next state that the other has the keys.
// Each host posts its guests besides. Everything goes with the host that made it.
//
// A mirror has one goroutine. Its methods are those of the goroutine, but for the
// ones that say otherwise; those may be called on nil, too.
type mirror struct {
	on   *Stages
	code string
	of   *stage
	mine bool            // the owner is here
	here map[uint64]seat // guests of this host; with the lock of Stages
	wake chan struct{}

	ctx  context.Context
	stop context.CancelFunc

	known bool // there is a state
	state packed
	mark  uint64 // of it
	told  map[uint64]bool

	sent     performance // as this host posted it
	sentMark uint64
	copies   copies
	made     made
}

// copies are what this host posted of the performance.
type copies struct {
	count    int // of all, for their names
	by, play uint64
	journey  pieces
	catalog  pieces
	of       any // what the catalog was posted of
}

// made is what was made last of another host's performance.
type made struct {
	catalog string // names it
	scene   performance
}

// mirrored is what the exchange tells.
type mirrored struct {
	list []Posting
	err  error
}

// reflect begins to keep a stage and the exchange alike, with the lock held.
func (s *Stages) reflect(code string, t *stage, mine bool) {
	m := &mirror{on: s, code: code, of: t, mine: mine, here: map[uint64]seat{}, wake: make(chan struct{}, 1), told: map[uint64]bool{}}
	m.ctx, m.stop = context.WithCancel(context.Background())
	t.mirror = m
	s.mirrors.Go(m.run)
	m.turn()
}

// Close ends what is shown to other hosts, and waits until they could be told.
func (s *Stages) Close() {
	if s.exchange == nil {
		return
	}
	close(s.closing)
	s.mirrors.Wait()
}

// turn says that something is otherwise; anybody may.
func (m *mirror) turn() {
	if m == nil {
		return
	}
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// end ends the mirror of a stage that is over here; anybody may.
func (m *mirror) end() {
	if m != nil {
		m.stop()
	}
}

// deserted tells whether nobody of this host is at the stage; with the lock held.
func (m *mirror) deserted() bool { return m != nil && !m.mine && len(m.here) == 0 }

// decides tells whether this host says who has the keys; with the lock held.
func (m *mirror) decides() bool { return m == nil || m.mine }

// holdsHere tells whether a session of this host has the keys; with the lock held.
func (m *mirror) holdsHere() bool {
	if m == nil {
		return true
	}
	_, guest := m.here[m.of.holder.id]
	return guest || m.mine && m.of.holder.id == m.of.owner.id
}

// The names of postings.
func (m *mirror) all() string   { return "stage/" + m.code + "/" }
func (m *mirror) stage() string { return m.all() + "state" }
func (m *mirror) guest(id uint64) string {
	return m.all() + "guest/" + strconv.FormatUint(id, 36) + "/"
}
func (m *mirror) parts() string { return "play/" + m.code + "/" + m.on.host + "/" }

func (m *mirror) run() {
	defer m.stop()
	defer func() {
		if r := recover(); r != nil {
			m.on.log.Error("panic", "in", "showing a simulator to other hosts", "value", text.Line(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
			m.vanish()
		}
	}()
	news := make(chan mirrored)
	m.on.mirrors.Go(func() { m.listen(news) })
	var rests, again <-chan time.Time
	for {
		select {
		case n := <-news:
			m.hear(n)
		case <-m.wake:
		case <-rests:
			rests = nil
		case <-again:
			again = nil
		case <-m.on.closing:
			m.farewell()
			return
		case <-m.ctx.Done():
			m.farewell()
			return
		}
		err := m.seatAll()
		if rests == nil && err == nil {
			var said bool
			if said, err = m.say(); said {
				rests = m.on.clock.After(mirrorGap)
			}
		}
		if err != nil && again == nil && m.ctx.Err() == nil {
			m.on.log.Debug("showing a simulator to other hosts", "err", err)
			again = m.on.clock.After(mirrorTry)
		}
	}
}

// listen tells the goroutine what the exchange tells.
func (m *mirror) listen(news chan<- mirrored) {
	defer func() {
		if r := recover(); r != nil {
			m.on.log.Error("panic", "in", "following a simulator of another host", "value", text.Line(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
			m.stop()
		}
	}()
	f, err := m.on.exchange.Follow(m.ctx, m.all())
	for err == nil || errors.Is(err, ErrCutOff) {
		var n mirrored
		if n.list, n.err = f.Next(m.ctx); m.ctx.Err() != nil {
			break
		}
		select {
		case news <- n:
		case <-m.ctx.Done():
		}
		err = n.err
	}
	if f != nil {
		f.Close()
	}
	if m.ctx.Err() == nil { // it can be heard no more
		select {
		case news <- mirrored{err: err}:
		case <-m.ctx.Done():
		}
	}
}

// hear takes in what is posted.
func (m *mirror) hear(n mirrored) {
	t := m.of
	if n.err != nil {
		m.on.mu.Lock()
		defer m.on.mu.Unlock()
		if t.number > 0 {
			t.cut = cutAway
			t.change()
		}
		return
	}
	var state *packed
	mark, guests := uint64(0), map[uint64]seat{}
	for _, p := range n.list {
		if p.Name == m.stage() {
			got, err := readPacked(p.Body)
			if err != nil {
				m.on.log.Error("following a simulator of another host", "err", err)
				continue
			}
			state, mark = &got, p.Mark
			continue
		}
		var g packedSeat
		if json.Unmarshal(p.Body, &g) == nil && p.Name == m.guest(g.ID) {
			guests[g.ID] = g.seat()
		}
	}
	if state != nil && mark < m.mark { // it was heard on its way, before this host posted
		return
	}
	switch {
	case !m.mine && (state == nil && !m.known || state != nil && (state.Over || m.notOf(state.Owner))):
		m.vanish()
		return
	case state == nil:
		m.known, m.mark, m.copies = false, 0, copies{count: m.copies.count}
	default:
		m.known, m.state, m.mark = true, *state, mark
	}
	scene, cut := m.another(state)

	m.on.mu.Lock()
	defer m.on.mu.Unlock()
	t.cut = cut
	if state == nil && !m.mine {
		t.cut = cutGone
	}
	if state != nil && !m.mine {
		t.owner, t.holder = state.Owner.seat(), state.Holder.seat()
	}
	if scene.eng != nil && state.Holder.ID == t.holder.id && !m.holdsHere() {
		t.scene = scene
	}
	for id := range m.told {
		if _, ok := guests[id]; !ok { // it went with the life of what this host posts
			delete(m.told, id)
		}
	}
	seats := slices.DeleteFunc(slices.Clone(t.guests), func(g seat) bool {
		_, here := m.here[g.id]
		_, there := guests[g.id]
		delete(guests, g.id)
		return !here && !there
	})
	for _, id := range slices.Sorted(maps.Keys(guests)) {
		if !m.told[id] && id != t.owner.id { // else it left here, and is about to be taken away
			seats = append(seats, guests[id])
		}
	}
	t.guests = seats
	if m.mine && t.holder.id != t.owner.id && !slices.ContainsFunc(seats, func(g seat) bool { return g.id == t.holder.id }) {
		t.holder = t.owner // who had the keys has left, or the host did
	}
	t.change()
}

// notOf tells whether a stage is another's than was asked for.
func (m *mirror) notOf(owner packedSeat) bool {
	m.on.mu.Lock()
	defer m.on.mu.Unlock()
	return owner.Who != m.of.owner.who
}

// vanish ends a stage that is not shown any more, for those who look on here.
func (m *mirror) vanish() {
	m.on.mu.Lock()
	defer m.on.mu.Unlock()
	if m.on.shown[m.code] == m.of {
		delete(m.on.shown, m.code)
		m.of.change()
	}
	m.stop()
}

// another makes what another host plays, if it does, and says why it could not.
// Where what it is made of is there no longer, the next state says of what.
func (m *mirror) another(state *packed) (scene performance, cut string) {
	if state == nil || m.mark == m.sentMark {
		return performance{}, ""
	}
	p := state.Scene
	if p.Wrong != "" {
		return performance{}, text.Line(p.Wrong, 200)
	}
	m.on.mu.Lock()
	have := m.of.scene
	m.on.mu.Unlock()
	if have.eng == nil || have.by != p.By || have.play != p.Play {
		have = m.made.scene
	}
	if have.eng == nil || have.by != p.By || have.play != p.Play {
		var err error
		if have, err = m.fetch(p); errors.Is(err, errNoPieces) {
			return performance{}, ""
		} else if err != nil {
			m.on.log.Error("following a simulator of another host", "err", err)
			return performance{}, cutBroken
		}
	}
	scene, err := p.unpack(have.events, have.eng, m.on.clock.Now())
	if err != nil {
		m.on.log.Error("following a simulator of another host", "err", err)
		return performance{}, cutBroken
	}
	m.made.scene = scene
	return scene, ""
}

var errNoPieces = errors.New("it is not posted any more")

// fetch reads what a performance is made of.
func (m *mirror) fetch(p packedScene) (performance, error) {
	data, err := m.whole(p.Journey)
	if err != nil {
		return performance{}, err
	}
	out := performance{by: p.By, play: p.Play}
	if out.events, err = unpackJourney(data); err != nil {
		return performance{}, err
	}
	name := fmt.Sprint(p.Revision, " ", p.Catalog.Under)
	if m.made.catalog == name && m.made.scene.eng != nil {
		out.eng = m.made.scene.eng
		return out, nil
	}
	if p.Revision > 0 {
		out.eng, err = m.on.exchange.EngineAt(m.ctx, p.Revision)
	} else if data, err = m.whole(p.Catalog); err == nil {
		var c *model.Catalog
		if c, err = unpackCatalog(data); err == nil {
			out.eng, err = m.on.exchange.Compile(c)
		}
	}
	if err == nil {
		m.made.catalog = name
	}
	return out, err
}

// whole reads what lies in pieces.
func (m *mirror) whole(of pieces) ([]byte, error) {
	if of.Count == 0 {
		return nil, nil
	}
	if !strings.HasPrefix(of.Under, "play/"+m.code+"/") || of.Count < 0 || of.Count > mostPacked/MaxPosting+1 {
		return nil, errUnpacked
	}
	f, err := m.on.exchange.Follow(m.ctx, of.Under)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := f.Next(m.ctx)
	if err != nil {
		return nil, err
	}
	if len(list) != of.Count {
		return nil, errNoPieces
	}
	var out []byte
	for _, p := range list {
		out = append(out, p.Body...)
	}
	return out, nil
}

// seatAll posts who of this host looks on.
func (m *mirror) seatAll() error {
	m.on.mu.Lock()
	var come []seat
	var gone []uint64
	for id, g := range m.here {
		if !m.told[id] {
			come = append(come, g)
		}
	}
	for id := range m.told {
		if _, ok := m.here[id]; !ok {
			gone = append(gone, id)
		}
	}
	m.on.mu.Unlock()
	if !m.known { // there is nothing to look on at, or not yet
		return nil
	}
	for _, g := range come {
		body, err := json.Marshal(packSeat(g))
		if err != nil {
			return err
		}
		if _, err := m.on.exchange.Post(m.ctx, m.guest(g.id), body, 0); err != nil && !errors.Is(err, ErrReplaced) {
			return err
		}
		m.told[g.id] = true
	}
	for _, id := range gone {
		if err := m.on.exchange.Unpost(m.ctx, m.guest(id)); err != nil {
			return err
		}
		delete(m.told, id)
	}
	return nil
}

// say posts who has the keys and what is played, where this host has a say in it
// and it is something else than what is posted.
func (m *mirror) say() (said bool, err error) {
	m.on.mu.Lock()
	t := m.of
	holder, scene, here := t.holder, t.scene, m.holdsHere()
	next := packed{Owner: packSeat(t.owner), Holder: packSeat(holder), Scene: m.state.Scene}
	m.on.mu.Unlock()
	as := m.known && m.state.Holder.ID == holder.id
	switch {
	case !m.mine && !as: // there is none, or it is another's turn
		return false, nil
	case as && !here:
		return false, nil
	case as && m.sentMark == m.mark && scene.same(m.sent):
		return false, nil
	}
	old := m.copies
	if scene.eng != nil {
		next.Scene = packScene(scene, m.on.clock.Now())
		if err := m.copy(scene, &next.Scene); errors.Is(err, errPacked) {
			next.Scene.Wrong = errPacked.Error()
		} else if err != nil {
			return false, err
		}
	}
	body, err := json.Marshal(next)
	if err != nil {
		return false, err
	}
	mark, err := m.on.exchange.Post(m.ctx, m.stage(), body, m.mark)
	if err != nil {
		return false, err
	}
	m.known, m.state, m.mark, m.sent, m.sentMark = true, next, mark, scene, mark
	for _, was := range []pieces{old.journey, old.catalog} {
		if was.Under != "" && was != m.copies.journey && was != m.copies.catalog {
			if err := m.on.exchange.Unpost(m.ctx, was.Under); err != nil {
				m.on.log.Debug("taking away what was played before", "err", err)
			}
		}
	}
	return true, m.seatAll() // who came before there was something to look on at
}

// copy posts what a performance is made of, and says where.
func (m *mirror) copy(sc performance, into *packedScene) error {
	c := &m.copies
	if c.journey.Under == "" || c.by != sc.by || c.play != sc.play {
		data, err := packJourney(sc.events, m.on.most)
		if err != nil {
			return err
		}
		in, err := m.post(data)
		if err != nil {
			return err
		}
		c.by, c.play, c.journey = sc.by, sc.play, in
	}
	if into.Revision = m.on.exchange.RevisionOf(sc.eng); into.Revision > 0 {
		c.catalog, c.of = pieces{}, nil
	} else if c.of != sc.eng {
		data, err := packCatalog(sc.eng.Catalog(), m.on.most)
		if err != nil {
			return err
		}
		in, err := m.post(data)
		if err != nil {
			return err
		}
		c.catalog, c.of = in, sc.eng
	}
	into.Journey, into.Catalog = c.journey, c.catalog
	return nil
}

// post posts something large in pieces.
func (m *mirror) post(data []byte) (pieces, error) {
	m.copies.count++
	out := pieces{Under: m.parts() + strconv.Itoa(m.copies.count) + "/"}
	for part := range slices.Chunk(data, MaxPosting) {
		if _, err := m.on.exchange.Post(m.ctx, fmt.Sprintf("%s%06d", out.Under, out.Count), part, 0); err != nil {
			return pieces{}, err
		}
		out.Count++
	}
	return out, nil
}

// farewell takes away what this host posted. That a stage is over is said for a
// while, so that its guests do not take its host for one that does not answer.
func (m *mirror) farewell() {
	ctx, cancel := context.WithTimeout(context.Background(), mirrorEnd)
	defer cancel()
	x := m.on.exchange
	err := x.Unpost(ctx, m.parts())
	if !m.mine {
		for id := range m.told {
			err = errors.Join(err, x.Unpost(ctx, m.guest(id)))
		}
	} else if m.known {
		err = errors.Join(err, m.over(ctx))
		select {
		case <-m.on.clock.After(mirrorOver):
		case <-m.on.closing:
		}
		ctx, cancel := context.WithTimeout(context.Background(), mirrorEnd)
		defer cancel()
		err = errors.Join(err, x.Unpost(ctx, m.all()))
	}
	if err != nil {
		m.on.log.Debug("showing a simulator to other hosts no longer", "err", err)
	}
}

// over says that the stage is over, whoever has the keys.
func (m *mirror) over(ctx context.Context) error {
	body, err := json.Marshal(packed{Owner: m.state.Owner, Holder: m.state.Owner, Over: true})
	if err != nil {
		return err
	}
	for range 3 { // who has the keys may be faster
		if _, err = m.on.exchange.Post(ctx, m.stage(), body, m.mark); !errors.Is(err, ErrReplaced) {
			return err
		}
		f, failed := m.on.exchange.Follow(ctx, m.stage())
		if failed != nil {
			return failed
		}
		list, failed := f.Next(ctx)
		f.Close()
		if failed != nil || len(list) == 0 {
			return failed
		}
		m.mark = list[0].Mark
	}
	return err
}
