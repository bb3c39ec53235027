package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
)

// requestOut is a request for approval as it is told of.
type requestOut struct {
	Campaign  string          `json:"campaign"`
	State     guard.State     `json:"state"`
	Why       string          `json:"why,omitempty"`
	By        string          `json:"by"`
	At        time.Time       `json:"at"`
	Note      string          `json:"note,omitempty"`
	Decision  *guard.Decision `json:"decision,omitempty"`
	Barred    []string        `json:"mayNotApprove,omitempty"`
	Live      []string        `json:"changesForVisitors"`
	Digest    string          `json:"digest"`
	Parts     guard.Parts     `json:"parts"`
	Diff      guard.Evidence  `json:"diff"`
	Findings  guard.Evidence  `json:"findings"`
	Scenarios guard.Evidence  `json:"scenarios"`
}

func tellRequest(ctx context.Context, s store.Store, r guard.Request) (requestOut, error) {
	st, err := guard.Stand(ctx, s, rulesOf(s), r)
	if err != nil {
		return requestOut{}, err
	}
	return requestOut{Campaign: r.Campaign, State: st.State, Why: st.Why, By: r.By, At: r.At, Note: r.Note, Decision: r.Decision,
		Barred: append([]string{r.By}, st.Barred...), Live: r.Live, Digest: r.Digest, Parts: r.Parts, Diff: r.Diff, Findings: r.Findings, Scenarios: r.Scenarios}, nil
}

// requestDone tells what became of a request.
type requestDone struct {
	Campaign string      `json:"campaign"`
	State    guard.State `json:"state"`
	Digest   string      `json:"digest,omitempty"`
	Revision uint64      `json:"revision,omitempty"`
}

// approvalCommands ask for approval, decide on it, and publish what was approved:
// at this machine, and over SSH.
func approvalCommands(r reach) []*cobra.Command {
	return []*cobra.Command{
		requestsCommand(r),
		requestVerb(r, "request ID", "Ask that a campaign be approved for publishing, as the store has it", "what for", guard.Waiting,
			func(ctx context.Context, s store.Store, id, note string) (uint64, error) {
				p, err := storedProposal(ctx, s, id, note)
				if err != nil {
					return 0, err
				}
				_, err = askApproval(ctx, s, r.who(), r.w.now(), p)
				return 0, err
			}),
		requestVerb(r, "withdraw ID", "Take back one's own request", "", "withdrawn",
			func(ctx context.Context, s store.Store, id, _ string) (uint64, error) {
				if err := mayFirst(ctx, s, guard.Editor, "withdraw requests"); err != nil {
					return 0, err
				}
				rev, err := guard.Withdraw(ctx, s, store.Change{Author: r.who(), At: r.w.now().UTC()}, id)
				return uint64(rev), noRequest(err, id)
			}),
		requestVerb(r, "approve ID", "Approve the request of another operator", "why", guard.Approved, decideOn(r, true)),
		requestVerb(r, "decline ID", "Decline the request of another operator", "why", guard.Declined, decideOn(r, false)),
		publishApprovedCommand(r),
	}
}

func publishApprovedCommand(r reach) *cobra.Command {
	return requestVerb(r, "publish ID", "Publish what was approved", "", guard.Done,
		func(ctx context.Context, s store.Store, id, _ string) (uint64, error) {
			rev, err := publishApproved(ctx, s, r.who(), r.w.now(), id)
			return uint64(rev), err
		})
}

func decideOn(r reach, approve bool) func(context.Context, store.Store, string, string) (uint64, error) {
	return func(ctx context.Context, s store.Store, id, note string) (uint64, error) {
		if err := mayFirst(ctx, s, guard.Publisher, "decide on requests"); err != nil {
			return 0, err
		}
		rev, err := guard.Decide(ctx, s, store.Change{Author: r.who(), At: r.w.now().UTC()}, id, approve, note)
		return uint64(rev), noRequest(err, id)
	}
}

func requestVerb(r reach, use, short, noteFor string, state guard.State, do func(ctx context.Context, s store.Store, id, note string) (uint64, error)) *cobra.Command {
	var note, digest string
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := r.guarded(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			out := requestDone{Campaign: args[0], State: state}
			if was, err := guard.FindRequest(cmd.Context(), s, args[0]); err == nil {
				out.Digest = was.Digest
			}
			if digest != "" && digest != out.Digest {
				return fmt.Errorf("the request for %s has the digest %s by now, and not the one that was read", text.Line(args[0], 80), out.Digest)
			}
			rev, err := do(cmd.Context(), s, args[0], note)
			if err != nil {
				return err
			}
			if state == guard.Waiting {
				now, err := guard.FindRequest(cmd.Context(), s, args[0])
				if err != nil {
					return err
				}
				out.Digest, rev = now.Digest, uint64(now.Revision)
			}
			out.Revision = rev
			return writeJSON(r.w.out, out)
		},
	}
	if noteFor != "" {
		cmd.Flags().StringVar(&note, "note", "", "say `TEXT` with it: "+noteFor)
	}
	if state == guard.Approved || state == guard.Done {
		cmd.Flags().StringVar(&digest, "digest", "", "only if the request has this `DIGEST`, which was read before")
	}
	return cmd
}

func requestsCommand(r reach) *cobra.Command {
	var mine bool
	cmd := &cobra.Command{
		Use:   "requests",
		Short: "List the requests for approval with what was found, as JSON",
		Args:  wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := r.guarded(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			all, err := guard.Requests(cmd.Context(), s)
			if err != nil {
				return err
			}
			out := []requestOut{}
			for _, q := range all {
				told, err := tellRequest(cmd.Context(), s, q)
				if err != nil {
					return err
				}
				if !mine || told.State == guard.Waiting && !slices.Contains(told.Barred, r.who()) {
					out = append(out, told)
				}
			}
			return writeJSON(r.w.out, out)
		},
	}
	cmd.Flags().BoolVar(&mine, "for-me", false, "only those that wait, and that you may decide on")
	return cmd
}

// guarded opens the store of a reach, held by approvals at this machine too.
func (r reach) guarded(ctx context.Context) (store.Store, error) {
	s, err := r.openThere(ctx)
	if err != nil || r.remote {
		return s, err
	}
	return atHome(s, r.who()), nil
}
