package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"beckon/model"
	"beckon/model/edit"
	"beckon/model/exchange"
	"beckon/model/text"
	"beckon/store"
	"beckon/store/guard"
	"beckon/tui/screen/campaigns"
)

// campaignCommands read and change campaigns: at this machine, and over SSH. They
// are all that the screens of campaigns and the Builder do to a store, beside
// what goes through files and requests for approval.
func campaignCommands(r reach, approved *cobra.Command) []*cobra.Command {
	one := func(_ context.Context, _ store.Store, args []string) (string, string, error) {
		return string(model.KindCampaign), args[0], nil
	}
	return []*cobra.Command{
		campaignListCommand(r),
		showCommand(r, "show ID", "Show a campaign, as JSON", wants(1, 1, "one campaign's id"), one),
		historyCommand(r, "history ID", "List the latest versions of a campaign, as JSON", wants(1, 1, "one campaign's id"), one),
		putCommand(r, "a campaign", "beckon campaign show summer-camp --with-revision > camp.json\nbeckon campaign put < camp.json", guard.Editor, string(model.KindCampaign)),
		setCommand(r, "set ID FIELD [VALUE...]", "a campaign", "beckon campaign set summer-camp name Summer camp 2027", 1, guard.Editor, one),
		revertCommand(r, "revert ID REVISION", "Make a campaign as it was at a revision that history lists; one that was deleted is a draft again",
			wants(2, 2, "a campaign's id and a revision"), guard.Editor, one),
		campaignDuplicateCommand(r), campaignSwitchCommand(r),
		campaignPriorityCommand(r), campaignPublishCommand(r, true, approved), campaignPublishCommand(r, false, nil), campaignDeleteCommand(r),
	}
}

// campaignOut is a campaign in a list.
type campaignOut struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Published   bool      `json:"published"`
	Priority    string    `json:"priority"`
	LOB         string    `json:"lob,omitempty"`
	Goal        string    `json:"goal,omitempty"`
	Engagements int       `json:"engagements"`
	Revision    uint64    `json:"revision"`
	Author      string    `json:"author"`
	At          time.Time `json:"at"`
}

func campaignListCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the campaigns, as JSON",
		Args:  wantsNone,
		RunE: r.on(func(cmd *cobra.Command, s store.Store, _ []string) error {
			docs, err := store.At(cmd.Context(), s, 0, string(model.KindCampaign))
			if err != nil {
				return fmt.Errorf("reading the store: %w", err)
			}
			out := []campaignOut{}
			for _, d := range docs {
				found, err := decodeStored(d)
				if err != nil {
					return err
				}
				c, ok := found.(*model.Campaign)
				if !ok {
					return fmt.Errorf("campaign %s of the store holds a %s", text.Line(d.ID, 80), found.Head().Kind)
				}
				priority := c.Priority
				if priority == "" {
					priority = model.Medium
				}
				out = append(out, campaignOut{ID: d.ID, Name: c.Name, Published: c.Published, Priority: string(priority), LOB: c.LOB, Goal: c.Goal,
					Engagements: len(c.Engagements), Revision: uint64(d.Revision), Author: d.Author, At: d.At})
			}
			return writeJSON(r.w.out, out)
		}),
	}
}

// storedCampaign reads a campaign and the revision that it is of.
func storedCampaign(ctx context.Context, s store.Store, id string) (*model.Campaign, store.Revision, error) {
	d, found, err := needed(ctx, s, string(model.KindCampaign), id)
	if err != nil {
		return nil, 0, err
	}
	k, ok := found.(*model.Campaign)
	if !ok {
		return nil, 0, fmt.Errorf("campaign %s of the store holds a %s", text.Line(id, 80), found.Head().Kind)
	}
	return k, d.Revision, nil
}

func campaignDuplicateCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "duplicate ID [NAME...]",
		Short: "Make a draft that is as another campaign",
		Args:  wants(1, 0, "a campaign's id and, if you like, a name"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "duplicate the campaign "+text.Line(args[0], 80)); err != nil {
				return err
			}
			was, _, err := storedCampaign(cmd.Context(), s, args[0])
			if err != nil {
				return err
			}
			k, _ := edit.Clone(was).(*model.Campaign)
			k.Published = false
			if k.Name = strings.Join(args[1:], " "); k.Name == "" {
				k.Name = was.Name + " copy"
			}
			if k.ID, err = freeCampaign(cmd.Context(), s, exchange.Slug(k.Name, string(model.KindCampaign))); err != nil {
				return err
			}
			return r.write(cmd.Context(), s, writing{document: k, why: "duplicate " + named(was)})
		}),
	}
}

// freeCampaign numbers an ID until no campaign has it, nor had: the past of one
// that was deleted is not that of another.
func freeCampaign(ctx context.Context, s store.Store, id string) (string, error) {
	for n, out := 2, id; ; n++ {
		past, err := s.History(ctx, string(model.KindCampaign), out, store.HistoryQuery{Limit: 1})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", fmt.Errorf("reading the store: %w", err)
		}
		if len(past) == 0 {
			return out, nil
		}
		out = fmt.Sprintf("%s-%d", id, n)
	}
}

func campaignSwitchCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "switch CAMPAIGN/ENGAGEMENT on|off",
		Short: "Enable or disable an engagement of a campaign",
		Args:  wants(2, 2, "an engagement, as CAMPAIGN/ENGAGEMENT, and on or off"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			campaign, engagement, ok := strings.Cut(args[0], "/")
			if !ok || args[1] != "on" && args[1] != "off" {
				return misuse("want an engagement, as CAMPAIGN/ENGAGEMENT, and on or off")
			}
			if err := mayFirst(cmd.Context(), s, guard.Editor, "change the campaign "+text.Line(campaign, 80)); err != nil {
				return err
			}
			was, before, err := needed(cmd.Context(), s, string(model.KindCampaign), campaign)
			if err != nil {
				return err
			}
			after := edit.Clone(before)
			k, _ := after.(*model.Campaign)
			for _, e := range k.Engagements {
				if e != nil && e.ID == engagement {
					e.Disabled = args[1] == "off"
					verb := map[string]string{"on": "enable ", "off": "disable "}[args[1]]
					return r.write(cmd.Context(), s, writing{document: after, before: before, base: was.Revision, why: verb + text.Line(e.Name, 120) + " of " + named(k)})
				}
			}
			return fmt.Errorf("the campaign %s has no engagement %s", text.Line(campaign, 80), text.Line(engagement, 80))
		}),
	}
}

// changeCampaign makes a change of a campaign's head; same tells that it is so
// already.
func (r reach) changeCampaign(cmd *cobra.Command, s store.Store, id string, change func(*model.Campaign) (e campaigns.Edit, same bool)) error {
	if err := mayFirst(cmd.Context(), s, guard.Editor, "change the campaign "+text.Line(id, 80)); err != nil {
		return err
	}
	k, rev, err := storedCampaign(cmd.Context(), s, id)
	if err != nil {
		return err
	}
	next := *k
	e, same := change(&next)
	out := writtenOut{Kind: string(model.KindCampaign), ID: id, Action: e.Action, Same: same}
	if !same {
		e.Campaign, e.Base = &next, uint64(rev)
		v, err := (&keeper{store: s, who: r.who(), now: r.w.now, elsewhere: true}).Put(cmd.Context(), e)
		if err != nil {
			return err
		}
		out.Revision = v.Revision
	}
	return writeJSON(r.w.out, out)
}

func campaignPublishCommand(r reach, publish bool, approved *cobra.Command) *cobra.Command {
	use, short, old, now := "publish", "Show visitors a campaign, if its scenarios hold", "no", "yes"
	if !publish {
		use, short, old, now = "unpublish", "Take a campaign back", "yes", "no"
	}
	plain := r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
		return r.changeCampaign(cmd, s, args[0], func(k *model.Campaign) (campaigns.Edit, bool) {
			same := k.Published == publish
			k.Published = publish
			return campaigns.Edit{Action: use, Why: use + " " + named(k), Element: "published", Old: old, New: now}, same
		})
	})
	cmd := &cobra.Command{
		Use:   use + " ID",
		Short: short,
		Args:  wants(1, 1, "one campaign's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			asked := false
			if err := r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
				_, err := guard.FindRequest(cmd.Context(), s, args[0])
				asked = publish && err == nil
				return mayFirst(cmd.Context(), s, guard.Publisher, use+" the campaign "+text.Line(args[0], 80))
			})(cmd, args); err != nil {
				return err
			}
			if asked || approved != nil && cmd.Flags().Changed("digest") { // then it is that which is published
				return approved.RunE(cmd, args)
			}
			return plain(cmd, args)
		},
	}
	if approved != nil {
		cmd.Flags().AddFlagSet(approved.Flags())
	}
	return cmd
}

func campaignPriorityCommand(r reach) *cobra.Command {
	return &cobra.Command{
		Use:   "priority ID PRIORITY",
		Short: "Set the priority of a campaign: high, medium or low",
		Args:  wants(2, 2, "a campaign's id and high, medium or low"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			p := model.Priority(args[1])
			if p != model.High && p != model.Medium && p != model.Low {
				return misuse(fmt.Sprintf("there is no priority %s: want high, medium or low", text.Line(args[1], 40)))
			}
			return r.changeCampaign(cmd, s, args[0], func(k *model.Campaign) (campaigns.Edit, bool) {
				was := k.Priority
				if was == "" {
					was = model.Medium
				}
				k.Priority = p
				return campaigns.Edit{Action: "update", Why: fmt.Sprintf("set the priority of %s to %s", named(k), p), Element: "priority", Old: string(was), New: string(p)}, was == p
			})
		}),
	}
}

// named is what people call a campaign.
func named(k *model.Campaign) string { return calledOf(k) }

func campaignDeleteCommand(r reach) *cobra.Command {
	var b base
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a campaign that is not published; its history stays",
		Args:  wants(1, 1, "one campaign's id"),
		RunE: r.on(func(cmd *cobra.Command, s store.Store, args []string) error {
			if err := mayFirst(cmd.Context(), s, guard.Editor, "delete the campaign "+text.Line(args[0], 80)); err != nil {
				return err
			}
			k, rev, err := storedCampaign(cmd.Context(), s, args[0])
			if err != nil {
				return err
			}
			if k.Published {
				return fmt.Errorf("the campaign %s is published: unpublish it first", text.Line(k.ID, 80))
			}
			return r.delete(cmd, s, &b, string(model.KindCampaign), k.ID, named(k), rev)
		}),
	}
	b.flags(cmd, false)
	return cmd
}
