package activity

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"beckon/model"
	"beckon/tui/app"
	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/keymap"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/versions"
	"beckon/tui/widget"
)

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)

// ledger is a keeper in memory, to which others write, too.
type ledger struct {
	mu        sync.Mutex
	entries   []Entry // oldest first
	changed   chan struct{}
	reads     int
	refuse    error
	elsewhere string
	exported  []string
}

func newLedger(entries ...Entry) *ledger {
	k := &ledger{changed: make(chan struct{})}
	for _, e := range entries {
		k.add(e)
	}
	return k
}

// add writes an entry; those without a revision have one of their own.
func (k *ledger) add(e Entry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := uint64(len(k.entries) + 1)
	e.Seq = n
	if e.Revision == 0 {
		e.Revision = n
	}
	if e.At.IsZero() {
		e.At = noon.Add(-time.Hour + time.Duration(n)*time.Second)
	}
	k.entries = append(k.entries, e)
	close(k.changed)
	k.changed = make(chan struct{})
}

func (k *ledger) Entries(_ context.Context, q Query, after uint64, limit int) ([]Entry, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reads++
	if err := k.refuse; err != nil {
		k.refuse = nil
		return nil, err
	}
	from := len(k.entries)
	if after > 0 {
		from = int(after) - 1
	}
	var out []Entry
	for i := from - 1; i >= 0 && len(out) < limit; i-- {
		if q.Fits(k.entries[i]) {
			out = append(out, k.entries[i])
		}
	}
	return out, nil
}

func (k *ledger) Next(ctx context.Context, q Query, newest, revision uint64) (News, error) {
	for {
		k.mu.Lock()
		news := News{}
		for i := len(k.entries) - 1; i >= 0 && k.entries[i].Seq > newest; i-- {
			news.Revision = max(news.Revision, k.entries[i].Revision)
			if q.Fits(k.entries[i]) {
				news.Entries = append(news.Entries, k.entries[i])
			}
		}
		wait := k.changed
		k.mu.Unlock()
		if news.Revision > revision {
			return news, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return News{}, ctx.Err()
		}
	}
}

func (k *ledger) Version(_ context.Context, kind, id string, revision uint64) (Version, error) {
	if kind == "goal" {
		return Version{Version: versions.Version{Revision: revision}, Had: "kind: goal\nid: " + id + "\nname: An order\x1b[2J\n"}, nil
	}
	if kind != "campaign" {
		return Version{}, ErrNoVersion
	}
	now := &model.Campaign{Header: model.Header{Kind: model.KindCampaign, ID: id, Name: "Tent weeks"}, Priority: model.High}
	before := *now
	before.Priority = model.Low
	return Version{Version: versions.Version{Revision: revision, Document: now}, Body: "kind: campaign\nid: " + id + "\nname: Tent weeks\npriority: high\n",
		Before: &versions.Version{Revision: 1, Document: &before}}, nil
}

func (k *ledger) Export(_ context.Context, _ Query, file string) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.exported = append(k.exported, file)
	return len(k.entries), nil
}

func (k *ledger) Elsewhere() string { return k.elsewhere }

// week is what happened in a week.
func week() []Entry {
	return []Entry{
		{Author: "ben", Kind: "campaign", ID: "tent-weeks", Action: "create", New: "Tent weeks", Why: "first import", Revision: 1},
		{Author: "ben", Kind: "audience", ID: "campers", Action: "create", New: "Campers", Why: "first import", Revision: 1},
		{Author: "ana", From: "192.0.2.7", Kind: "campaign", ID: "tent-weeks", Action: "update", Element: "priority", Old: "low", New: "high", Why: "the season begins"},
		{Author: "ana", From: "192.0.2.7", Kind: "campaign", ID: "tent-weeks", Action: "publish", Element: "published", Old: "no", New: "yes"},
		{Author: "mal\x1b[2Jlory", Kind: "goal", ID: "order", Action: "delete", Old: "=HYPERLINK(\x1b]0;x\a)"},
		{Author: "root", Kind: "operator", ID: "ana", Action: "update", Element: "role", Old: "viewer", New: "publisher"},
	}
}

// use drives the whole console with this screen alone.
func use(t *testing.T, size layout.Size, k *ledger, drive func(d *tuitest.Driver)) {
	t.Helper()
	var cancel context.CancelFunc
	tuitest.Run(t, size, func() tea.Model {
		k.mu.Lock()
		k.changed = make(chan struct{})
		k.mu.Unlock()
		var ctx context.Context
		ctx, cancel = context.WithCancel(context.Background())
		begin := time.Now()
		root, err := app.New(&app.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon.Add(time.Since(begin)) }}, New(k))
		if err != nil {
			t.Fatal(err)
		}
		return root
	}, func(d *tuitest.Driver) {
		defer cancel()
		drive(d)
	})
}

func TestChangesAreToldNewestFirstAndAsTheyHappen(t *testing.T) {
	t.Parallel()
	k := newLedger(week()...)
	use(t, layout.Size{W: 220, H: 30}, k, func(d *tuitest.Driver) {
		d.Expect("6 entries", "operator ana", "role: publisher (was viewer)", "revision 6", "only you", "Others are met where several work", "The change wrote no document of this name")
		k.add(Entry{Author: "ben", Kind: "campaign", ID: "tent-weeks", Action: "update", Element: "name", Old: "Tent weeks", New: "Tents!"})
		d.Wait(time.Second)
		d.Expect("7 entries", "name: Tents! (was Tent weeks)", "1 difference against revision 1", "priority: high, was low", "at the machine of the store")
		d.Press("down", "down")
		d.Expect("mal␛[2Jlory")
		k.add(Entry{Author: "ben", Kind: "goal", ID: "lead", Action: "create", New: "A lead"})
		d.Wait(time.Second)
		d.Expect("8 entries", "mal␛[2Jlory") // who looks at an older one goes on doing so
	})
}

func TestTheSearchIsOverAllAndFollowsToo(t *testing.T) {
	t.Parallel()
	k := newLedger(week()...)
	use(t, layout.Size{W: 220, H: 30}, k, func(d *tuitest.Driver) {
		d.Press("/")
		d.Type("by:ana")
		d.Press("enter")
		d.Expect("2 entries for by:ana", "192.0.2.7")
		d.ExpectNot("mal␛")
		k.add(Entry{Author: "ben", Kind: "goal", ID: "lead", Action: "create", New: "A lead"})
		k.add(Entry{Author: "ana", Kind: "goal", ID: "lead", Action: "delete", Old: "A lead"})
		d.Wait(time.Second)
		d.Expect("3 entries for by:ana", "none (was A lead)")
		d.Press("o")
		d.Expect("2 entries for kind:goal id:lead")
		d.Press("o")
		d.Expect("8 entries")
		d.Press("/")
		d.Type("since:soon")
		d.Press("enter")
		d.Expect("want a date such as 2026-03-01", "8 entries")
		d.Press("x")
		d.Expect("the search cannot be read")
		d.Press("esc")
		d.Press("/")
		d.Type("kind:foo")
		d.Press("enter")
		d.Expect(`kind: there is no "foo": want settings, goal, audience`, "8 entries")
		d.Press("/")
		d.Type("nowhere")
		d.Press("enter")
	})
}

func TestADocumentIsShownWholeAndLeftAgain(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 80, H: 24}, newLedger(week()[:4]...), func(d *tuitest.Driver) {
		d.Press("enter")
		d.Expect("What was changed", "Element   published", "From      192.0.2.7")
		d.Press("w")
		d.Expect("The document then", "priority: high")
		d.Press("esc")
		d.Expect("Element   published")
		d.Press("esc")
		d.Expect("4 entries")
	})
}

func TestAnObjectIsNamedWholeInANarrowTerminal(t *testing.T) {
	t.Parallel()
	k := newLedger(append(week()[:2], Entry{Author: "margarete-anna", Kind: "behavior", ID: "lingering-at-the-cart", Action: "update",
		Element: "when.all[0].timeOnEntryPoint.atLeast", Old: "30s", New: "45s"})...)
	use(t, layout.Size{W: 80, H: 24}, k, func(d *tuitest.Driver) {
		d.Expect("behavior lingering-at-the-cart  ")
	})
}

func TestWhatWasDeletedIsShownAsItWas(t *testing.T) {
	t.Parallel()
	use(t, layout.Size{W: 80, H: 24}, newLedger(week()[:5]...), func(d *tuitest.Driver) {
		d.Press("enter")
		d.Expect("The document was deleted; w shows what it had.")
		d.Press("w")
		d.Expect("It was deleted; this is what it had.", "name: An order␛[2J")
	})
}

func TestAHundredThousandEntriesAreReadInPages(t *testing.T) {
	t.Parallel()
	k := newLedger()
	for i := range 100_000 {
		k.entries = append(k.entries, Entry{Seq: uint64(i + 1), Revision: uint64(i + 1), At: noon, Author: "ana", Kind: "campaign", ID: fmt.Sprint("c", i), Action: "update"})
	}
	use(t, layout.Size{W: 120, H: 30}, k, func(d *tuitest.Driver) {
		d.Expect("200 entries and more", "campaign c99999")
		d.Press("end")
		d.Expect("400 entries and more", "campaign c99800")
		d.Press("/")
		d.Type("id:c7")
		d.Press("enter")
		d.Expect("1 entry for id:c7", "campaign c7")
	})
	if k.reads > 12 {
		t.Errorf("%d pages were read", k.reads)
	}
}

func TestAKeyCostsTheSameAmongFewAndMany(t *testing.T) {
	// Not parallel: allocations are those of the whole process.
	cost := func(n int) float64 {
		s := drawn(t, theme.Options{}, newLedger())
		s.entries = nil
		for i := range n {
			s.entries = append(s.entries, Entry{Seq: uint64(n - i), Revision: uint64(n - i), At: noon, Author: "ana", Kind: "campaign", ID: fmt.Sprint("c", i), Action: "update"})
		}
		s.complete = true
		s.fill()
		size := layout.Size{W: 120, H: 37}
		s.Rows(size, true)
		return testing.AllocsPerRun(20, func() {
			s.Do(keymap.Down, nil)
			s.Rows(size, true)
		})
	}
	few, many := cost(300), cost(100_000)
	if many > few*1.2+10 {
		t.Errorf("a key takes %v allocations among 300 and %v among 100,000", few, many)
	}
}

// slow is a keeper whose readings end when they are no longer wanted.
type slow struct {
	*ledger
	ended chan error
}

func (k slow) Entries(ctx context.Context, q Query, after uint64, limit int) ([]Entry, error) {
	if len(q.Words) == 1 && q.Words[0] == "t" {
		<-ctx.Done()
		k.ended <- ctx.Err()
		return nil, ctx.Err()
	}
	return k.ledger.Entries(ctx, q, after, limit)
}

func TestASearchThatIsTypedOnEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	k := slow{newLedger(week()...), make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := New(k)
	s.ses = &pane.Session{Ctx: ctx, Who: "ana", Now: func() time.Time { return noon }, Theme: theme.New(theme.Options{}), Shell: quiet{}}
	s.search.SetFilter("t")
	first := s.begin()
	done := make(chan tea.Msg)
	go func() { done <- first() }()
	s.search.SetFilter("tent")
	second := s.begin()()
	if err := <-k.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the first ended with %v", err)
	}
	s.Update(second)
	s.Update(<-done)
	if len(s.entries) != 3 || s.failed != nil {
		t.Errorf("%d entries, %v", len(s.entries), s.failed)
	}
}

func TestWhereAnEntryLeads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, screen, path, past string }{
		{"campaign", "builder", "x", "versions:x"},
		{"audience", "library", "audience/x", "versions:audience/x"},
		{"settings", "settings", "", ""},
		{"journey", "simulator", "journey:x", ""},
		{"approval", "builder", "x", "versions:x"},
		{"operator", "", "", ""},
	} {
		if screen, path := home(c.kind, "x"); screen != c.screen || path != c.path {
			t.Errorf("a %s leads to %s %s", c.kind, screen, path)
		}
		if _, path := pastHome(c.kind, "x"); path != c.past {
			t.Errorf("the versions of a %s are at %s", c.kind, path)
		}
	}
}

func TestAnExportIsRefusedToWhoSitsElsewhere(t *testing.T) {
	t.Parallel()
	k := newLedger(week()...)
	use(t, layout.Size{W: 120, H: 30}, k, func(d *tuitest.Driver) {
		d.Press("x")
		d.Expect("audit-2026-03-10.csv")
		d.Press("enter")
		d.Expect("6 entries in audit-2026-03-10.csv")
		d.Press("x")
		d.Type("mine.json")
		d.Press("enter")
		d.Expect("6 entries in mine.json")
	})
	if len(k.exported) != 2 {
		t.Fatalf("exported %v", k.exported)
	}
	k = newLedger(week()...)
	k.elsewhere = "run ssh HOST audit --csv > FILE"
	use(t, layout.Size{W: 120, H: 30}, k, func(d *tuitest.Driver) {
		d.Press("x")
		d.Expect("run ssh HOST audit --csv")
	})
	if len(k.exported) != 0 {
		t.Errorf("exported %v", k.exported)
	}
}

func TestReadingThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	k := newLedger(week()...)
	k.refuse = errors.New("the disk is on fire")
	use(t, layout.Size{W: 80, H: 24}, k, func(d *tuitest.Driver) {
		d.Expect("The audit could not be read", "f5 reads again")
		d.Press("f5")
		d.Expect("6 entries")
	})
}

type quiet struct{}

func (quiet) Toast(widget.Level, string) {}
func (quiet) Done(string, string)        {}
func (quiet) Fail(string, error)         {}
func (quiet) Ask(dialog.Dialog)          {}
func (quiet) AskLater(dialog.Dialog)     {}
func (quiet) Show(string, any) tea.Cmd   { return nil }
func (quiet) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

// drawn is the screen with what a keeper has, the newest entry looked at.
func drawn(t *testing.T, o theme.Options, k *ledger) *Screen {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s := New(k)
	s.ses = &pane.Session{Ctx: ctx, Who: "ana", Role: func() string { return "publisher" }, Now: func() time.Time { return noon }, Theme: theme.New(o), Shell: quiet{}}
	s.Update(s.begin()())
	s.version = nil
	if cmd := s.look(); cmd != nil {
		s.Update(cmd())
	}
	return s
}

// company are three others and this session.
func company() ([]pane.Other, pane.Other) {
	tents := pane.Doc{Kind: "campaign", ID: "tent-weeks", Name: "Tent weeks", Since: noon.Add(-20 * time.Minute)}
	return []pane.Other{
		{Who: "ana", Role: "publisher", Session: "a2", From: "198.51.100.4", Since: noon.Add(-26 * time.Hour), At: pane.At{Screen: "Library", Idle: noon.Add(-25 * time.Hour)}},
		{Who: "ben", Role: "editor", Session: "b1", From: "192.0.2.9", Since: noon.Add(-time.Hour),
			At: pane.At{Screen: "Builder", Edits: []pane.Doc{tents, {Kind: "goal", ID: "order", Name: "An order", Since: noon.Add(-time.Minute)}}, Idle: noon.Add(-12 * time.Minute)}},
		{Who: "vi", Role: "viewer", Session: "v1", From: "192.0.2.10", Since: noon.Add(-30 * time.Minute),
			At: pane.At{Screen: "Simulator", Shows: "q7", Views: pane.Doc{Kind: "journey", ID: "Cart rescued", Name: "Cart rescued", Since: noon.Add(-3 * time.Minute)}}},
	}, pane.Other{Who: "ana", Since: noon.Add(-2 * time.Hour), At: pane.At{Screen: "Activity"}}
}

func TestTheScreenIsDrawnAsStored(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]theme.Options{"dark": {}, "nocolor": {NoColor: true}, "ascii": {ASCII: true},
		"light16": {Profile: colorprofile.ANSI, Light: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := drawn(t, o, newLedger(week()...))
			s.ses.Others, s.ses.Self = company()
			s.Update(pane.Others{})
			s.online.describe()
			s.online.people.Select("ben\x00b1")
			s.table.Select("4")
			s.Update(s.look()())
			for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}, {W: 200, H: 50}} {
				body := layout.Size{W: size.W, H: size.H - 3}
				for _, focus := range []int{listPane, detailPane, onlinePane} {
					if focus != listPane && size.W > 80 {
						continue
					}
					s.focus.Set(focus)
					rows := s.Rows(body, true)
					if err := frame.Check(rows, body.W, body.H); err != nil {
						t.Fatal(err)
					}
					file := fmt.Sprintf("%s-%d-%dx%d", name, focus, size.W, size.H)
					if name == "dark" || name == "ascii" {
						tuitest.Golden(t, file, body, rows)
					} else if size.W == 80 {
						tuitest.GoldenLooks(t, file, body, rows)
					}
				}
				s.focus.Set(listPane)
			}
		})
	}
}
