package approval

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/tui/dialog"
	"beckon/tui/frame"
	"beckon/tui/layout"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/tuitest"
	"beckon/tui/widget"
)

var noon = time.Date(2026, 3, 10, 11, 0, 0, 0, time.UTC)

// quiet is a shell that keeps what it was to ask, and what was said.
type quiet struct {
	stack  dialog.Stack
	toasts []string
	failed []error
}

func (q *quiet) Toast(_ widget.Level, s string) { q.toasts = append(q.toasts, s) }
func (q *quiet) Done(_, said string)            { q.toasts = append(q.toasts, said) }
func (q *quiet) Fail(_ string, err error)       { q.failed = append(q.failed, err) }
func (q *quiet) Ask(d dialog.Dialog)            { q.stack.Push(d, "") }
func (q *quiet) AskLater(d dialog.Dialog)       { q.stack.Push(d, "") }
func (q *quiet) Show(string, any) tea.Cmd       { return nil }
func (q *quiet) Work(_ string, do func(context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg { return do(context.Background()) }
}

func sessionOf(o theme.Options) (*pane.Session, *quiet) {
	shell := &quiet{}
	return &pane.Session{Ctx: context.Background(), Who: "ana", Now: func() time.Time { return noon }, Theme: theme.New(o), Shell: shell}, shell
}

func camp(change func(*Request)) Request {
	r := Request{Campaign: "summer-camp", Name: "Summer camp", State: Waiting, By: "ben", Note: "for the holidays, which begin on 20 March in the north and a week later in the south", At: noon.Add(-time.Hour),
		Digest: strings.Repeat("0123456789abcdef", 4), Live: []string{"summer-camp", "tent-weeks"},
		Diff: Evidence{Lines: []string{"campaign summer-camp: published: yes, was no", "goal order: description: An order of anything that is sold for a camp: tents, mats, bags, lamps and what one cooks with, was none"},
			Digest: strings.Repeat("a", 64)},
		Findings:  Evidence{Lines: []string{"warning: no control group: the campaign's lift cannot be measured"}, Digest: strings.Repeat("b", 64)},
		Scenarios: Evidence{Lines: []string{"passed: a camper is asked once", "passed: \x1b[2Jnobody else is"}, More: 3, Digest: strings.Repeat("c", 64)}}
	change(&r)
	return r
}

// requests are how requests stand for ana.
func requests() map[string]Request {
	return map[string]Request{
		"waiting": camp(func(*Request) {}),
		"mine": camp(func(r *Request) {
			r.By, r.Mine, r.NoApproval, r.NoDecision = "ana", true, "you asked for it", "you asked for it"
		}),
		"approved": camp(func(r *Request) {
			r.By, r.Mine, r.State, r.DecidedBy, r.DecidedAt = "ana", true, Approved, "ben", noon.Add(-time.Minute)
		}),
		"declined": camp(func(r *Request) {
			r.State, r.DecidedBy, r.DecidedNote, r.DecidedAt = Declined, "vi", "too early: the tents are not there before 1 April", noon.Add(-26*time.Hour)
			r.NoApproval = "you edited it last"
		}),
		"void": camp(func(r *Request) {
			r.State, r.Why = Void, "the campaign summer-camp was changed since by eve at revision 14"
			r.Diff = Evidence{Digest: strings.Repeat("a", 64)}
			r.Findings, r.Scenarios = r.Diff, r.Diff
		}),
	}
}

func drawnOver(t *testing.T, file string, ses *pane.Session, shell *quiet, size layout.Size) {
	t.Helper()
	rows, _, _, _ := shell.stack.Over(ses.Theme, frame.Blank(size.W, size.H), size)
	if err := frame.Check(rows, size.W, size.H); err != nil {
		t.Fatal(err)
	}
	tuitest.Golden(t, fmt.Sprintf("%s-%dx%d", file, size.W, size.H), size, rows)
}

func TestRequestsAreShownAsStored(t *testing.T) {
	t.Parallel()
	for look, o := range map[string]theme.Options{"dark": {}, "ascii": {ASCII: true}} {
		for _, size := range []layout.Size{{W: 80, H: 24}, {W: 120, H: 40}} {
			for name, r := range requests() {
				ses, shell := sessionOf(o)
				Read(ses, None{}, r, nil)
				drawnOver(t, name+"-"+look, ses, shell, size)
				if name == "waiting" && size.W == 80 {
					shell.stack.Key(tea.Key{Code: 'G', Text: "G"}, noon)
					drawnOver(t, name+"-"+look+"-end", ses, shell, size)
					shell.stack.Key(tea.Key{Code: 'd', Text: "d"}, noon)
					drawnOver(t, name+"-"+look+"-decline", ses, shell, size)
				}
			}
			ses, shell := sessionOf(o)
			all := requests()
			Pick(ses, None{}, Board{Required: true, Requests: []Request{all["mine"], all["approved"], all["waiting"], all["declined"], all["void"]}}, nil)
			drawnOver(t, "all-"+look, ses, shell, size)
		}
	}
}

// book is a desk that notes what it was told.
type book struct {
	None
	told   []string
	refuse error
}

func (b *book) Decide(_ context.Context, campaign, digest string, approve bool, note string) error {
	b.told = append(b.told, fmt.Sprint("decide ", campaign, " ", digest[:4], " ", approve, " ", note))
	return b.refuse
}

func (b *book) Withdraw(_ context.Context, campaign string) error {
	b.told = append(b.told, "withdraw "+campaign)
	return b.refuse
}

func (b *book) PublishApproved(_ context.Context, campaign, digest string) error {
	b.told = append(b.told, "publish "+campaign+" "+digest[:4])
	return b.refuse
}

func TestWhatIsDecidedIsToldToTheDesk(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		request, keys, told, toast string
		refuse                     error
	}{
		"approved":                             {request: "waiting", keys: "afine\r", told: "decide summer-camp 0123 true fine", toast: "Approved the request for Summer camp."},
		"declined without a note":              {request: "waiting", keys: "d\r", told: "decide summer-camp 0123 false ", toast: "Declined the request for Summer camp."},
		"refused below":                        {request: "waiting", keys: "a\r", told: "decide summer-camp 0123 true ", refuse: errors.New("it was changed since")},
		"left":                                 {request: "waiting", keys: "a\x1b"},
		"who asked may not approve":            {request: "mine", keys: "a\r"},
		"who asked takes it back":              {request: "mine", keys: "w", told: "withdraw summer-camp", toast: "Withdrew the request for Summer camp."},
		"who edited it last may not approve":   {request: "declined", keys: "a\r"},
		"what is approved is published":        {request: "approved", keys: "py", told: "publish summer-camp 0123", toast: "Summer camp is published."},
		"publishing is asked about":            {request: "approved", keys: "pn"},
		"what no longer holds is not approved": {request: "void", keys: "a\r"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ses, shell := sessionOf(theme.Options{})
			desk, again := &book{refuse: tt.refuse}, 0
			Read(ses, desk, requests()[tt.request], func() tea.Cmd { again++; return nil })
			for _, r := range tt.keys {
				k := tea.Key{Code: r, Text: string(r)}
				switch r {
				case '\r':
					k = tea.Key{Code: tea.KeyEnter}
				case '\x1b':
					k = tea.Key{Code: tea.KeyEscape}
				}
				if cmd := shell.stack.Key(k, noon); cmd != nil {
					if _, mine := Heard(ses, cmd()); !mine {
						t.Error("what came of it is nobody's")
					}
				}
			}
			if got := strings.Join(desk.told, "; "); got != tt.told {
				t.Errorf("told %q, want %q", got, tt.told)
			}
			if got := strings.Join(shell.toasts, "; "); got != tt.toast || len(shell.failed) != map[bool]int{true: 1}[tt.refuse != nil] {
				t.Errorf("said %q, failed %v", got, shell.failed)
			}
			if again != len(desk.told) {
				t.Errorf("read again %d times", again)
			}
		})
	}
}

func TestNewsOfRequestsAreWhatConcernsTheOperator(t *testing.T) {
	t.Parallel()
	all := requests()
	again := all["waiting"]
	again.Digest = strings.Repeat("f", 64)
	void := all["mine"]
	void.State, void.Why = Void, "the goal order was changed since by eve"
	board := func(names ...Request) Board { return Board{Required: true, Requests: names} }
	for name, tt := range map[string]struct {
		was, now Board
		want     string
	}{
		"one that he may approve":          {board(), board(all["waiting"]), "ben asks for approval of Summer camp: A in Campaigns reads it."},
		"it is asked for anew":             {board(all["waiting"]), board(again), "ben asks for approval of Summer camp: A in Campaigns reads it."},
		"one that stays":                   {board(all["waiting"]), board(all["waiting"]), ""},
		"his own":                          {board(), board(all["mine"]), ""},
		"his own, approved":                {board(all["mine"]), board(all["approved"]), "Your request for Summer camp is approved by ben at 10:59, as ana asked."},
		"his own, void":                    {board(all["mine"]), board(void), "Your request for Summer camp no longer holds: the goal order was changed since by eve; ana asked at 10:00."},
		"another's that somebody declined": {board(all["waiting"]), board(all["declined"]), ""},
		"one that is gone":                 {board(all["mine"]), board(), ""},
	} {
		if got := strings.Join(News(tt.was, tt.now, noon), " "); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
