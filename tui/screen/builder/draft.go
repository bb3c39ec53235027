package builder

import (
	"context"
	"fmt"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model"
	"beckon/model/edit"
	"beckon/tui/pane"
)

// Times of keeping and writing.
const (
	keepAfter = 2 * time.Second
	writeTime = 20 * time.Second
)

// keepTick says that what was changed is to be kept now.
type keepTick struct{}

// kept is how keeping a draft ended.
type kept struct {
	work    *work
	changes uint64
	err     error
	dropped bool
	passed  bool // something later was written first: this was left out
}

// pen is what commands share that write for the screen. Commands run in any
// order; with a pen the later one is right. What is read under its lock is all
// that they touch of the screen.
type pen struct {
	mu    sync.Mutex
	taken uint64            // turns given out; of the program's goroutine alone
	last  map[string]uint64 // the latest turn that has written, by the draft's key
}

// turn is the place of the next write in the order in which they were asked
// for.
func (p *pen) turn() uint64 {
	p.taken++
	return p.taken
}

// write does what touches a draft, unless something later has been done to it.
func (p *pen) write(key string, turn uint64, do func() error) (passed bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if turn < p.last[key] {
		return true, nil
	}
	p.last[key] = turn
	return false, do()
}

// keepSoon keeps the draft two seconds after the first change that is not kept
// yet, however much is typed meanwhile.
func (s *Screen) keepSoon() tea.Cmd {
	if s.waiting || s.work == nil || s.work.changes() == s.work.kept {
		return nil
	}
	return s.keepIn(keepAfter)
}

func (s *Screen) keepIn(d time.Duration) tea.Cmd {
	s.waiting = true
	return pane.Wait(pane.Tick(s.ses.Ctx, d, keepTick{}))
}

// pastRoom is what a draft may take with all that can be undone; beyond it the
// past is left out.
const pastRoom = 600 << 10

// keepNow keeps what is not saved as a draft; where everything is saved, there
// is none.
func (s *Screen) keepNow() tea.Cmd { return s.keep(s.work) }

// keepSaying is keepNow where the operator asked for it: he is told that the
// draft is kept when it is, and not before.
func (s *Screen) keepSaying(said string) tea.Cmd {
	w := s.work
	w.promise = said
	cmd := s.keepNow()
	s.redeem(w)
	return cmd
}

// redeem says what was to be said once the draft is kept, if it is.
func (s *Screen) redeem(w *work) {
	if w.promise == "" || w.keeping || w.writing || w.lost != nil || w.changes() != w.kept {
		return
	}
	s.say(w.promise)
	w.promise = ""
}

func (s *Screen) keep(w *work) tea.Cmd {
	if w == nil || w.changes() == w.kept {
		return nil
	}
	if w.keeping || w.writing {
		w.due = true // as soon as what is on its way has come back
		return nil
	}
	changes := w.changes()
	do, dropped, err := s.keeping(w)
	if err != nil {
		s.fail("keeping the draft", err)
		w.kept, w.lost, w.promise = changes, err, ""
		return nil
	}
	if do == nil {
		w.kept = changes
		return nil
	}
	w.keeping, w.due = true, false
	ctx, pen, key, turn := s.ses.Ctx, s.pen, w.key, s.pen.turn()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		passed, err := pen.write(key, turn, func() error { return do(ctx) })
		return kept{work: w, changes: changes, err: err, dropped: dropped, passed: passed}
	}
}

// keeping is what has to be done for the draft to be as the work is; nil for
// nothing.
func (s *Screen) keeping(w *work) (do func(context.Context) error, dropped bool, err error) {
	keeper, key := s.keeper, w.key
	if !w.unsaved() {
		if !w.drafted {
			return nil, false, nil
		}
		return func(ctx context.Context) error { return keeper.DropDraft(ctx, key) }, true, nil
	}
	body, err := saved(w.doc.history)
	if err != nil {
		return nil, false, err
	}
	begun, err := w.begun()
	if err != nil {
		return nil, false, err
	}
	d := Draft{Key: key, Name: w.campaign().Name, Work: body, Items: w.items(), Begun: begun, At: s.ses.Now()}
	return func(ctx context.Context) error { return keeper.SaveDraft(ctx, d) }, false, nil
}

// saved is a history as a draft has it, with its past if there is room for it.
func saved(h *edit.History) ([]byte, error) {
	body, err := h.Save()
	if err == nil && len(body) > pastRoom {
		body, err = withoutPast(h)
	}
	if err != nil {
		return nil, fmt.Errorf("keeping the draft: %w", err)
	}
	return body, nil
}

// withoutPast saves a history as one step from its base.
func withoutPast(h *edit.History) ([]byte, error) {
	short, err := edit.NewHistory(h.Base(), h.Revision())
	if err != nil {
		return nil, err
	}
	if err := short.Replace("everything so far", h.Document()); err != nil {
		return nil, err
	}
	return short.Save()
}

func (s *Screen) kept(m kept) tea.Cmd {
	w := m.work
	w.keeping = false
	switch {
	case m.err != nil:
		s.fail("keeping the draft", m.err)
		w.lost, w.promise = m.err, ""
		if s.work == w && !s.waiting {
			return s.keepIn(5 * keepAfter)
		}
		return nil
	case !m.passed:
		w.kept, w.drafted, w.lost = m.changes, !m.dropped, nil
		s.ses.Shell.Done("keeping the draft", "")
		s.redeem(w)
	}
	if w.due {
		return s.keep(w)
	}
	if s.work != w {
		delete(s.left, w)
		return nil
	}
	return s.keepSoon()
}

// leave keeps the draft of the campaign that another one takes the place of.
func (s *Screen) leave() tea.Cmd {
	w := s.work
	if w == nil {
		return nil
	}
	cmd := s.keep(w)
	if w.keeping || w.writing {
		s.left[w] = true
	}
	return cmd
}

// End implements pane.Ending: whatever has ended the program, what is not kept
// yet is kept now, after what is still on its way.
func (s *Screen) End(ctx context.Context) {
	works := []*work{s.work}
	for w := range s.left {
		works = append(works, w)
	}
	for _, w := range works {
		if w == nil || w.changes() == w.kept {
			continue
		}
		do, _, err := s.keeping(w)
		if err == nil && do != nil {
			_, err = s.pen.write(w.key, s.pen.turn(), func() error { return do(ctx) })
		}
		if err != nil {
			s.fail("keeping the draft", err)
			continue
		}
		w.kept = w.changes()
	}
}

// spent tells whether a draft says nothing that is not written already: what
// ended between a write and the dropping of its draft left it. Whether the
// campaign is published does not count, since no draft decides that.
func spent(d Draft, find *model.Index) bool {
	if len(d.Begun) > 0 {
		return false
	}
	h, err := edit.LoadHistory(d.Work)
	if err != nil {
		return false
	}
	mine, ok := h.Document().(*model.Campaign)
	if !ok || mine.ID == "" {
		return false
	}
	theirs := find.Campaign(mine.ID)
	if theirs == nil {
		return false
	}
	copied, _ := edit.Clone(mine).(*model.Campaign)
	copied.Published = theirs.Published
	if !edit.Equal(copied, theirs) {
		return false
	}
	for _, it := range d.Items {
		key := keyOf(it.Document)
		if there := find.Document(key.Kind, key.ID); there == nil || !edit.Equal(it.Document, there) {
			return false
		}
	}
	return true
}

// readDrafts lists the drafts and takes away those that are spent.
func readDrafts(ctx context.Context, k Keeper, data Loaded) ([]Draft, error) {
	found, err := k.Drafts(ctx)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	find := data.Catalog.Index()
	var out []Draft
	for _, d := range found {
		if !spent(d, find) {
			out = append(out, d)
			continue
		}
		if err := k.DropDraft(ctx, d.Key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// drop throws a draft away and reads the list anew.
func (s *Screen) drop(key string) tea.Cmd {
	ctx, keeper, gen, pen, turn := s.ses.Ctx, s.keeper, s.gen, s.pen, s.pen.turn()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		if _, err := pen.write(key, turn, func() error { return keeper.DropDraft(ctx, key) }); err != nil {
			return dropped{err}
		}
		drafts, err := keeper.Drafts(ctx)
		return opened{gen: gen, drafts: drafts, err: err}
	}
}

// dropped says that a draft could not be thrown away.
type dropped struct{ err error }
