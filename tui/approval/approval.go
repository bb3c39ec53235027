// Package approval shows requests that a change be approved before visitors see
// it, and lets operators decide on them: what differs, what the check found, how
// the scenarios went, and by which digest.
//
// It owns the words and the questions. Who may decide, and whether a request
// still holds, is for a [Desk] to say, below the screens. Begin with [Read].
package approval

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"beckon/model/text"
	"beckon/tui/dialog"
	"beckon/tui/pane"
	"beckon/tui/theme"
	"beckon/tui/widget"
)

// State says where a request stands.
type State string

// The states.
const (
	Waiting  State = "waiting"
	Approved State = "approved"
	Declined State = "declined"
	Void     State = "void"
	Done     State = "published"
)

// Request is one, as it stands now.
type Request struct {
	Campaign, Name string
	State          State
	Why            string // of one that is void: what was changed
	By, Note       string
	At             time.Time
	Digest         string

	DecidedBy, DecidedNote string
	DecidedAt              time.Time

	// Refused says why the operator may not approve it, or not decline it; empty:
	// he may. Mine tells that he asked himself.
	NoApproval, NoDecision string
	Mine                   bool

	Live                      []string // campaigns that change for visitors
	Diff, Findings, Scenarios Evidence
}

// Evidence is what was found, and the digest of all of it.
type Evidence struct {
	Lines  []string
	More   int // lines that are not kept
	Bad    int
	Digest string
}

// Board is what there is to know of approvals.
type Board struct {
	Required bool // the account wants them
	Requests []Request
}

// For finds the request for a campaign.
func (b Board) For(campaign string) (Request, bool) {
	for _, r := range b.Requests {
		if r.Campaign == campaign {
			return r, true
		}
	}
	return Request{}, false
}

// Desk is where requests are kept. Its methods are called from commands. What
// the operator may not, they refuse with a sentence.
type Desk interface {
	// Requests reads how all requests stand now.
	Requests(ctx context.Context) (Board, error)
	// Decide approves or declines the request that has a digest.
	Decide(ctx context.Context, campaign, digest string, approve bool, note string) error
	// Withdraw takes a request of one's own back.
	Withdraw(ctx context.Context, campaign string) error
	// PublishApproved writes what was approved under a digest.
	PublishApproved(ctx context.Context, campaign, digest string) error
}

// None is a desk of an account that wants no approvals.
type None struct{}

// Requests implements [Desk].
func (None) Requests(context.Context) (Board, error) { return Board{}, nil }

// Decide implements [Desk].
func (None) Decide(context.Context, string, string, bool, string) error { return nil }

// Withdraw implements [Desk].
func (None) Withdraw(context.Context, string) error { return nil }

// PublishApproved implements [Desk].
func (None) PublishApproved(context.Context, string, string) error { return nil }

// Words say where a request stands, in a sentence without its end.
func (r Request) Words(now time.Time) string {
	asked := fmt.Sprintf("%s asked %s", who(r.By), when(now, r.At))
	switch r.State {
	case Approved:
		return fmt.Sprintf("approved by %s %s, as %s asked", who(r.DecidedBy), when(now, r.DecidedAt), who(r.By))
	case Declined:
		said := fmt.Sprintf("declined by %s %s", who(r.DecidedBy), when(now, r.DecidedAt))
		if r.DecidedNote != "" {
			said += ": " + text.Line(r.DecidedNote, 200)
		}
		return said
	case Void:
		return "no longer holds: " + text.Line(r.Why, 200) + "; " + asked
	case Done:
		return "published as " + who(r.By) + " asked"
	}
	return "waits for approval: " + asked
}

func who(name string) string {
	if name == "" {
		return "somebody"
	}
	return text.Line(name, 64)
}

func when(now, at time.Time) string {
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return "at " + at.Format("15:04")
	}
	return "on " + at.Format(time.DateOnly)
}

// News are sentences about what became of requests meanwhile, as far as it
// concerns the operator: what waits for him, and what others did with his own.
func News(was, now Board, at time.Time) []string {
	var out []string
	for _, r := range now.Requests {
		before, had := was.For(r.Campaign)
		if had && before.State == r.State && before.Digest == r.Digest {
			continue
		}
		name := text.Line(r.Name, 60)
		switch {
		case r.State == Waiting && !r.Mine && r.NoApproval == "":
			out = append(out, who(r.By)+" asks for approval of "+name+": A in Campaigns reads it.")
		case had && r.Mine && (r.State == Approved || r.State == Declined || r.State == Void):
			out = append(out, "Your request for "+name+" "+map[State]string{Approved: "is ", Declined: "is "}[r.State]+r.Words(at)+".")
		}
	}
	return out
}

// Lines are all that there is to read before one decides.
func Lines(th *theme.Theme, now time.Time, r Request) []widget.Line {
	muted := func(s string) widget.Cell { return widget.Cell{Text: s, Look: theme.Muted} }
	out := []widget.Line{widget.Pair("State", 10, widget.T(r.Words(now)))}
	if r.State != Waiting && r.State != Void { // those say it
		out = append(out, widget.Pair("Asked", 10, widget.T(who(r.By)+" "+when(now, r.At))))
	}
	if r.Note != "" {
		out = append(out, widget.Pair("Note", 10, widget.T(text.Line(r.Note, 1000))))
	}
	if len(r.Live) > 1 {
		out = append(out, widget.Pair("Changes", 10, widget.T("for visitors of "+text.Line(strings.Join(r.Live, ", "), 400))))
	}
	if r.NoApproval != "" && (r.State == Waiting || r.State == Declined) {
		out = append(out, widget.Pair("You", 10, widget.Cell{Text: "may not approve it: " + r.NoApproval, Look: theme.Warn}))
	}
	out = append(out, widget.Pair("Digest", 10, muted(r.Digest)))
	part := func(title, none string, e Evidence) {
		out = append(out, widget.L(), widget.Heading(title))
		if len(e.Lines) == 0 {
			out = append(out, widget.L(muted(none)))
		}
		for _, l := range e.Lines {
			out = append(out, widget.Line{Hang: 2, Cells: []widget.Cell{widget.T(th.Bullet + " " + text.Line(l, 400))}})
		}
		if e.More > 0 {
			out = append(out, widget.L(muted(fmt.Sprintf("and %d more", e.More))))
		}
		out = append(out, widget.L(muted("digest "+short(e.Digest))))
	}
	part("Against what visitors see now", "No difference.", r.Diff)
	part("What the check finds", "Nothing to object.", r.Findings)
	part("Scenarios", "None concerns it.", r.Scenarios)
	return out
}

func short(digest string) string {
	if len(digest) > 16 {
		return digest[:16]
	}
	return digest
}

// done is how something that was asked of a desk ended.
type done struct {
	doing, said string
	err         error
	then        func() tea.Cmd
}

// Heard takes the messages of this package; a screen hands it what it does not
// know. It returns false for others.
func Heard(ses *pane.Session, msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(done)
	if !ok {
		return nil, false
	}
	if m.err != nil {
		ses.Shell.Fail(m.doing, m.err)
	} else {
		ses.Shell.Done(m.doing, m.said)
	}
	return m.then(), true
}

// deskTime is how long a desk may take.
const deskTime = 30 * time.Second

// Do asks something of a desk; then follows in any case.
func Do(ses *pane.Session, doing, said string, do func(context.Context) error, then func() tea.Cmd) tea.Cmd {
	ctx := ses.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, deskTime)
		defer cancel()
		return done{doing, said, do(ctx), then}
	}
}

// Read shows a request with all there is to read, and what the operator may do
// with it. Then follows whatever was done.
func Read(ses *pane.Session, desk Desk, r Request, then func() tea.Cmd) {
	name := text.Line(r.Name, 60)
	d := &dialog.Review{Title: "Request for " + name, Lines: Lines(ses.Theme, ses.Now(), r)}
	decide := func(approve bool) func() tea.Cmd {
		verb, past := "Decline", "Declined"
		if approve {
			verb, past = "Approve", "Approved"
		}
		return func() tea.Cmd {
			ses.Shell.Ask(&dialog.Prompt{Title: verb + " " + name, Label: "A note that is kept with it; it may be empty.", Max: 300, MayBeEmpty: true, Then: func(note string) tea.Cmd {
				return Do(ses, strings.ToLower(verb[:1])+verb[1:]+" the request", past+" the request for "+name+".",
					func(ctx context.Context) error { return desk.Decide(ctx, r.Campaign, r.Digest, approve, note) }, then)
			}})
			return nil
		}
	}
	open := r.State == Waiting || r.State == Declined || r.State == Approved
	if open && r.State != Approved && r.NoApproval == "" {
		d.Verbs = append(d.Verbs, dialog.Verb{Key: "a", Title: "Approve", Then: decide(true)})
	}
	if (open || r.State == Void) && r.State != Declined && r.NoDecision == "" {
		d.Verbs = append(d.Verbs, dialog.Verb{Key: "d", Title: "Decline", Then: decide(false)})
	}
	if r.State == Approved {
		d.Verbs = append(d.Verbs, dialog.Verb{Key: "p", Title: "Publish", Then: func() tea.Cmd {
			ses.Shell.Ask(&dialog.Confirm{Title: "Publish " + name + "?", Body: "Visitors see it as it was approved.", Yes: "Publish", Danger: true, Then: func() tea.Cmd {
				return Do(ses, "publishing "+name, name+" is published.",
					func(ctx context.Context) error { return desk.PublishApproved(ctx, r.Campaign, r.Digest) }, then)
			}})
			return nil
		}})
	}
	if r.Mine && r.State != Done {
		d.Verbs = append(d.Verbs, dialog.Verb{Key: "w", Title: "Withdraw", Then: func() tea.Cmd {
			return Do(ses, "withdrawing the request", "Withdrew the request for "+name+".", func(ctx context.Context) error { return desk.Withdraw(ctx, r.Campaign) }, then)
		}})
	}
	if len(d.Verbs) == 0 {
		ses.Shell.Ask(&dialog.Reader{Title: d.Title, Lines: d.Lines})
		return
	}
	ses.Shell.Ask(d)
}

// Pick lists the requests, those first that wait for the operator.
func Pick(ses *pane.Session, desk Desk, b Board, then func() tea.Cmd) {
	p := &dialog.Picker{Title: "Requests for approval", Hint: "enter reads one"}
	now := ses.Now()
	for _, mine := range []bool{true, false} {
		for _, r := range b.Requests {
			if (r.State == Waiting && r.NoApproval == "") != mine {
				continue
			}
			it := dialog.Item{Title: text.Line(r.Name, 40), Key: string(r.State), Detail: r.Words(now), Group: "The others", Value: r}
			if mine {
				it.Group = "Waiting for you"
			}
			p.Items = append(p.Items, it)
		}
	}
	p.Then = func(it dialog.Item) tea.Cmd {
		if r, ok := it.Value.(Request); ok {
			Read(ses, desk, r, then)
		}
		return nil
	}
	ses.Shell.Ask(p)
}
