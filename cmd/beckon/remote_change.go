package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/screen/campaigns"
)

// The commands of this file change campaigns, for operators elsewhere. They
// write through the operator's guard, like the screens.

// writtenOut is a campaign that was written.
type writtenOut struct {
	ID       string `json:"id"`
	Action   string `json:"action"`
	Revision uint64 `json:"revision,omitempty"`
	Same     bool   `json:"nothingToChange,omitempty"`
}

// storedCampaign reads a campaign and the revision that it is of.
func storedCampaign(ctx context.Context, s store.Store, id string) (*model.Campaign, store.Revision, error) {
	d, err := s.Get(ctx, string(model.KindCampaign), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, fmt.Errorf("there is no campaign %s", text.Line(id, 80))
	}
	if err != nil {
		return nil, 0, fmt.Errorf("reading the store: %w", err)
	}
	found, err := decodeStored(d)
	if err != nil {
		return nil, 0, err
	}
	k, ok := found.(*model.Campaign)
	if !ok {
		return nil, 0, fmt.Errorf("campaign %s of the store holds a %s", text.Line(id, 80), found.Head().Kind)
	}
	return k, d.Revision, nil
}

// changeCampaign makes a change of a campaign's head; same tells that it is so
// already.
func changeCampaign(cmd *cobra.Command, w *world, g store.Store, who, id string, change func(*model.Campaign) (e campaigns.Edit, same bool)) error {
	if err := mayFirst(cmd.Context(), g, guard.Editor, "change the campaign "+text.Line(id, 80)); err != nil {
		return err
	}
	k, rev, err := storedCampaign(cmd.Context(), g, id)
	if err != nil {
		return err
	}
	next := *k
	e, same := change(&next)
	out := writtenOut{ID: id, Action: e.Action, Same: same}
	if !same {
		e.Campaign, e.Base = &next, uint64(rev)
		v, err := (&keeper{store: g, who: who, now: w.now, elsewhere: true}).Put(cmd.Context(), e)
		if err != nil {
			return err
		}
		out.Revision = v.Revision
	}
	return writeJSON(w.out, out)
}

func remotePublishCommand(w *world, g store.Store, who string, publish bool, approved *cobra.Command) *cobra.Command {
	use, short, old, now := "publish", "Show visitors a campaign, if its scenarios hold", "no", "yes"
	if !publish {
		use, short, old, now = "unpublish", "Take a campaign back", "yes", "no"
	}
	cmd := &cobra.Command{
		Use:   use + " ID",
		Short: short,
		Args:  wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := mayFirst(cmd.Context(), g, guard.Publisher, use+" the campaign "+text.Line(args[0], 80)); err != nil {
				return err
			}
			if _, err := guard.FindRequest(cmd.Context(), g, args[0]); publish && err == nil { // then it is that which is published
				return approved.RunE(cmd, args)
			}
			return changeCampaign(cmd, w, g, who, args[0], func(k *model.Campaign) (campaigns.Edit, bool) {
				same := k.Published == publish
				k.Published = publish
				return campaigns.Edit{Action: use, Why: use + " " + named(k), Element: "published", Old: old, New: now}, same
			})
		},
	}
	if approved != nil {
		cmd.Flags().AddFlagSet(approved.Flags())
	}
	return cmd
}

func remotePriorityCommand(w *world, g store.Store, who string) *cobra.Command {
	return &cobra.Command{
		Use:   "priority ID PRIORITY",
		Short: "Set the priority of a campaign: high, medium or low",
		Args:  wants(2, 2, "a campaign's id and high, medium or low"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p := model.Priority(args[1])
			if p != model.High && p != model.Medium && p != model.Low {
				return misuse(fmt.Sprintf("there is no priority %s: want high, medium or low", text.Line(args[1], 40)))
			}
			return changeCampaign(cmd, w, g, who, args[0], func(k *model.Campaign) (campaigns.Edit, bool) {
				was := k.Priority
				if was == "" {
					was = model.Medium
				}
				k.Priority = p
				return campaigns.Edit{Action: "update", Why: fmt.Sprintf("set the priority of %s to %s", named(k), p), Element: "priority", Old: string(was), New: string(p)}, was == p
			})
		},
	}
}

// named is what people call a campaign.
func named(k *model.Campaign) string {
	if k.Name == "" {
		return k.ID
	}
	return text.Line(k.Name, 200)
}

func remoteDeleteCommand(w *world, g store.Store, who string) *cobra.Command {
	return &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a campaign that is not published; its history stays",
		Args:  wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := mayFirst(cmd.Context(), g, guard.Editor, "delete the campaign "+text.Line(args[0], 80)); err != nil {
				return err
			}
			k, base, err := storedCampaign(cmd.Context(), g, args[0])
			if err != nil {
				return err
			}
			if k.Published {
				return fmt.Errorf("the campaign %s is published: unpublish it first", text.Line(k.ID, 80))
			}
			kind := string(model.KindCampaign)
			rev, err := g.Commit(cmd.Context(), store.Change{Author: who, Why: "delete " + named(k), At: w.now().UTC(),
				Writes: []store.Write{store.Delete{Kind: kind, ID: k.ID, Base: base}},
				Audit:  []store.AuditEntry{{Kind: kind, ID: k.ID, Action: "delete", Old: k.Name}}})
			if err != nil {
				return fmt.Errorf("writing to the store: %w", err)
			}
			return writeJSON(w.out, writtenOut{ID: k.ID, Action: "delete", Revision: uint64(rev)})
		},
	}
}

// importOut says what became of what was imported.
type importOut struct {
	Documents []importedOut `json:"documents"`
	Absent    []string      `json:"absent,omitempty"`
	Lost      []string      `json:"noCounterpart,omitempty"`
	Written   int           `json:"written"`
	Revision  uint64        `json:"revision,omitempty"`
	DryRun    bool          `json:"dryRun,omitempty"`
}

type importedOut struct {
	Kind  string   `json:"kind"`
	ID    string   `json:"id"`
	State string   `json:"state"`
	As    string   `json:"as,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

func remoteImportCommand(w *world, g store.Store, who string) *cobra.Command {
	var prefer string
	var published, dry, asJSON bool
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Read campaigns with what they mention from standard input",
		Long: "Import reads a YAML file that export wrote, or with --json one of the account-config shape, from standard input, and tells as JSON what becomes of each document.\n" +
			"Campaigns arrive as drafts. What differs from a document of the same id is renamed, unless --prefer says otherwise. All is written in one change.",
		Example: "ssh HOST campaign import --dry-run < cart-rescue.yaml",
		Args:    wantsNone,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := exchange.Options{KeepPublished: published, Prefer: exchange.Choice(prefer)}
			switch o.Prefer {
			case exchange.Rename, exchange.Mine, exchange.Theirs:
			default:
				return misuse(fmt.Sprintf("--prefer %s: want rename, mine or theirs", text.Line(prefer, 40)))
			}
			name, limit := "standard input", int64(model.MaxFileBytes)
			if asJSON {
				name, limit = "standard input.json", exchange.MaxJSONBytes
			}
			data, err := io.ReadAll(io.LimitReader(w.in, limit+1))
			if err != nil {
				return fmt.Errorf("reading campaigns: %w", err)
			}
			if int64(len(data)) > limit {
				return fmt.Errorf("reading campaigns: more than %d MiB", limit>>20)
			}
			if len(strings.TrimSpace(string(data))) == 0 {
				return misuse("give a file on standard input: ssh HOST campaign import < FILE")
			}
			c, err := storedCatalog(cmd.Context(), g, 0)
			if err != nil {
				return err
			}
			plan, err := planFiles(cmd.Context(), g, c, []exchange.File{{Name: name, Data: data}}, o)
			if err != nil {
				return err
			}
			out := tellImport(plan)
			if out.DryRun = dry; !dry {
				if err := importPlan(cmd.Context(), w, g, who, c, plan, &out); err != nil {
					return err
				}
			}
			return writeJSON(w.out, out)
		},
	}
	cmd.Flags().StringVar(&prefer, "prefer", string(exchange.Rename), "for what differs here: `CHOICE` of rename, mine and theirs")
	cmd.Flags().BoolVar(&published, "published", false, "take published campaigns as published, not as drafts")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would become of each document, and write nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "read the account-config JSON")
	return cmd
}

func tellImport(plan *exchange.Plan) importOut {
	out := importOut{Documents: []importedOut{}, Lost: exchange.Lines(plan.Findings)}
	for _, i := range plan.Items {
		told := importedOut{Kind: string(i.Kind), ID: i.ID, State: string(i.State), Notes: i.Notes}
		if i.State == exchange.Different {
			told.State += ", " + string(i.Choice)
		}
		if i.As != i.ID {
			told.As = i.As
		}
		out.Documents = append(out.Documents, told)
	}
	for _, a := range plan.Absent() {
		out.Absent = append(out.Absent, string(a.Kind)+" "+a.ID)
	}
	return out
}

// importPlan writes what was planned. A campaign that arrives as published is
// held to its scenarios, like one that is published otherwise.
func importPlan(ctx context.Context, w *world, g store.Store, who string, c *model.Catalog, plan *exchange.Plan, out *importOut) error {
	list, err := plan.Documents()
	if err != nil {
		return err
	}
	for _, d := range list {
		if k, ok := d.(*model.Campaign); ok && k.Published {
			if err := guardPublishing(ctx, g, k, list...); err != nil {
				return err
			}
		}
	}
	docs, err := planDocuments(plan, list)
	if err != nil {
		return err
	}
	change := store.Change{Author: who, Why: "import over SSH", At: w.now().UTC()}
	written, rev, err := putSince(ctx, g, change, docs, store.Revision(c.Revision))
	if err != nil {
		return err
	}
	out.Written, out.Revision = len(written), uint64(rev)
	return nil
}
